/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PEG_TYPE_FOLD (peg_fold_get_type ())
G_DECLARE_FINAL_TYPE (PegFold, peg_fold, PEG, FOLD, GtkWidget)

void peg_fold_set_narrow (PegFold  *self,
                          gboolean  narrow);
int  peg_fold_get_needed (PegFold  *self);

G_END_DECLS
