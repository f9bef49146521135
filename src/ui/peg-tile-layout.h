/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-physical.h"

G_BEGIN_DECLS

#define PEG_TYPE_TILE_LAYOUT (peg_tile_layout_get_type ())

G_DECLARE_FINAL_TYPE (PegTileLayout, peg_tile_layout, PEG, TILE_LAYOUT, GtkLayoutManager)

GtkLayoutManager *peg_tile_layout_new (PegPhysical *physical,
                                       double       width_mm) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
