/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* As long as what SHA-256 gives: RFC 2104, 3, advises against less. */
#define PEG_BADGE_KEY_BYTES 32

char    *peg_badge_normalise  (const char    *badge) G_GNUC_WARN_UNUSED_RESULT;
char    *peg_badge_hash       (const guint8  *key,
                               gsize          key_len,
                               const char    *badge) G_GNUC_WARN_UNUSED_RESULT;

gboolean peg_badge_key_load   (const char    *path,
                               guint8         key[PEG_BADGE_KEY_BYTES],
                               GError       **error);
gboolean peg_badge_key_create (const char    *path,
                               GError       **error);

G_END_DECLS
