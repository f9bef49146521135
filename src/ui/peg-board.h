/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-display.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PEG_TYPE_BOARD (peg_board_get_type ())

G_DECLARE_FINAL_TYPE (PegBoard, peg_board, PEG, BOARD, AdwBin)

void peg_board_update (PegBoard            *self,
                       PegSnapshot         *snapshot,
                       const PegDisplayNow *now);
void peg_board_tick   (PegBoard            *self,
                       const PegDisplayNow *now);

void peg_board_set_large (PegBoard *self,
                          int       plate);

G_END_DECLS
