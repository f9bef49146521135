/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-display.h"
#include "peg-row.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PEG_TYPE_DETAILS (peg_details_get_type ())

G_DECLARE_FINAL_TYPE (PegDetails, peg_details, PEG, DETAILS, AdwBin)

void peg_details_update        (PegDetails          *self,
                                PegSnapshot         *snapshot,
                                PegRow              *row,
                                const PegDisplayNow *now);
void peg_details_pop_up_reason (PegDetails          *self);

G_END_DECLS
