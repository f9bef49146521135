/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-display.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PEG_TYPE_SAVER_BOARD (peg_saver_board_get_type ())

G_DECLARE_FINAL_TYPE (PegSaverBoard, peg_saver_board, PEG, SAVER_BOARD, GtkWidget)

GtkWidget *peg_saver_board_new (void) G_GNUC_WARN_UNUSED_RESULT;

void peg_saver_board_update (PegSaverBoard       *self,
                             PegSnapshot         *snapshot,
                             const char          *station,
                             const PegDisplayNow *now);

G_END_DECLS
