/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PEG_PORTALS_PATIENCE_MS:
 *
 * A portal is started when it is first asked for, which takes about a second; one that has
 * not answered after this long does not.
 */
#define PEG_PORTALS_PATIENCE_MS 5000

void   peg_portals_ask_async  (GDBusConnection      *connection,
                               int                   patience_ms,
                               GCancellable         *cancellable,
                               GAsyncReadyCallback   callback,
                               gpointer              user_data);
char **peg_portals_ask_finish (GAsyncResult         *result,
                               GError              **error) G_GNUC_WARN_UNUSED_RESULT;
char **peg_portals_dup_words  (const char * const   *silent) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
