/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-rows.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PEG_TYPE_VIEW_KEEPER (peg_view_keeper_get_type ())

G_DECLARE_FINAL_TYPE (PegViewKeeper, peg_view_keeper, PEG, VIEW_KEEPER, GObject)

PegViewKeeper *peg_view_keeper_new (GtkListView *view,
                                    PegRows     *rows) G_GNUC_WARN_UNUSED_RESULT;

void peg_view_keeper_scroll_to (PegViewKeeper *self,
                                guint          position);
void peg_view_keeper_stop      (PegViewKeeper *self);

G_END_DECLS
