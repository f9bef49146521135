/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-preferences.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

void peg_desktop_add_actions (GtkApplication *application,
                              PegPreferences *preferences);
void peg_desktop_take_scheme (const char     *scheme);

G_END_DECLS
