/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where a client that is measured keeps its things: a folder that goes with the
 * measurement. */

char *home_new       (void) G_GNUC_WARN_UNUSED_RESULT;
void  home_free      (char                *home);
void  home_use       (const char          *home,
                      GSubprocessLauncher *launcher,
                      const char          *schemas);
void  home_wait_kept (const char          *home);

G_END_DECLS
