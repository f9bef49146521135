/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void       peg_ui_set_accels           (GtkApplication *application);
GtkWindow *peg_ui_create_shortcuts     (GtkWindow      *parent) G_GNUC_WARN_UNUSED_RESULT;
GtkWindow *peg_ui_create_about         (GtkWindow      *parent) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
