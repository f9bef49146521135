/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-rows.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PEG_TYPE_SELECTION (peg_selection_get_type ())

G_DECLARE_FINAL_TYPE (PegSelection, peg_selection, PEG, SELECTION, GObject)

PegSelection *peg_selection_new (PegRows *rows) G_GNUC_WARN_UNUSED_RESULT;

PegRow  *peg_selection_get_row      (PegSelection *self);
void     peg_selection_set_row      (PegSelection *self,
                                     PegRow       *row);
gboolean peg_selection_get_position (PegSelection *self,
                                     guint        *position);

G_END_DECLS
