/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PEG_PIN_MIN:
 *
 * How many digits a PIN has at least.
 */
#define PEG_PIN_MIN 4

/**
 * PEG_PIN_MAX:
 *
 * How many digits a PIN has at most.
 */
#define PEG_PIN_MAX 12

gboolean peg_pin_is_good      (const char           *pin,
                               GError              **error);
gboolean peg_pin_is_hash      (const char           *text);
char    *peg_pin_hash         (const char           *pin,
                               GError              **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean peg_pin_check        (const char           *hash,
                               const char           *pin);
char    *peg_pin_read_file    (const char           *path,
                               GError              **error) G_GNUC_WARN_UNUSED_RESULT;

void     peg_pin_check_async  (const char           *hash,
                               const char           *pin,
                               GCancellable         *cancellable,
                               GAsyncReadyCallback   callback,
                               gpointer              user_data);
gboolean peg_pin_check_finish (GAsyncResult         *result,
                               GError              **error);

G_END_DECLS
