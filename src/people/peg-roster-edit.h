/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GKeyFile *peg_roster_edit_load (const char  *path,
                                GError     **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean  peg_roster_edit_save (GKeyFile    *keys,
                                const char  *path,
                                GError     **error);
gboolean  peg_roster_write     (const char  *path,
                                const char  *text,
                                GError     **error);

G_END_DECLS
