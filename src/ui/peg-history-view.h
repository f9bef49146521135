/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-display.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PEG_TYPE_HISTORY_VIEW (peg_history_view_get_type ())

G_DECLARE_FINAL_TYPE (PegHistoryView, peg_history_view, PEG, HISTORY_VIEW, AdwBin)

void peg_history_view_update (PegHistoryView      *self,
                              PegSnapshot         *snapshot,
                              const char          *key,
                              const PegDisplayNow *now);

G_END_DECLS
