/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkLabel *peg_kiosk_label_append         (GtkWidget  *box,
                                          const char *style);
GtkLabel *peg_kiosk_label_append_wrapped (GtkWidget  *box,
                                          const char *style);

G_END_DECLS
