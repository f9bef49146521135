/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-display.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PEG_TYPE_BOARD_ROW (peg_board_row_get_type ())

G_DECLARE_FINAL_TYPE (PegBoardRow, peg_board_row, PEG, BOARD_ROW, AdwBin)

GtkWidget *peg_board_row_new    (void) G_GNUC_WARN_UNUSED_RESULT;
void       peg_board_row_update (PegBoardRow         *self,
                                 PegSnapshot         *snapshot,
                                 PegEntry            *entry,
                                 const PegDisplayNow *now);

void peg_board_row_set_plate (PegBoardRow *self,
                              int          height);

G_END_DECLS
