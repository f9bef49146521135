/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-display.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PEG_TYPE_WORK_STRIP (peg_work_strip_get_type ())

G_DECLARE_FINAL_TYPE (PegWorkStrip, peg_work_strip, PEG, WORK_STRIP, AdwBin)

void peg_work_strip_update (PegWorkStrip        *self,
                            PegSnapshot         *snapshot,
                            const PegDisplayNow *now);

G_END_DECLS
