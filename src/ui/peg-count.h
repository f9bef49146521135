/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PEG_TYPE_COUNT (peg_count_get_type ())

G_DECLARE_FINAL_TYPE (PegCount, peg_count, PEG, COUNT, GtkWidget)

GtkWidget *peg_count_new (void) G_GNUC_WARN_UNUSED_RESULT;

void peg_count_set (PegCount *self,
                    guint     n);

G_END_DECLS
