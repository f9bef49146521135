/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean peg_graphics_has_gpu (const char *dev);
gboolean peg_graphics_prepare (const char *dev);

void peg_graphics_clean_context  (GAppLaunchContext   *context);
void peg_graphics_clean_launcher (GSubprocessLauncher *launcher);

G_END_DECLS
