/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

void peg_quiet_set_label   (GtkLabel      *label,
                            const char    *text);
void peg_quiet_set_tooltip (GtkWidget     *widget,
                            const char    *text);
void peg_quiet_set_icon    (GtkImage      *image,
                            const char    *icon_name);
void peg_quiet_set_title   (GtkWindow     *window,
                            const char    *title);
void peg_quiet_set_name    (GtkAccessible *accessible,
                            const char    *name);

G_END_DECLS
