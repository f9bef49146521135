/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-display.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PEG_TYPE_DRAFT_STRIP (peg_draft_strip_get_type ())

G_DECLARE_FINAL_TYPE (PegDraftStrip, peg_draft_strip, PEG, DRAFT_STRIP, AdwBin)

void peg_draft_strip_update (PegDraftStrip       *self,
                             PegSnapshot         *snapshot,
                             const PegDisplayNow *now);
void peg_draft_strip_open   (PegDraftStrip       *self);

G_END_DECLS
