/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void peg_key_label_set (GtkButton  *button,
                        const char *text,
                        const char *name);

G_END_DECLS
