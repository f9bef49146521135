/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-display.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PEG_TYPE_NOTES_BUTTON (peg_notes_button_get_type ())

G_DECLARE_FINAL_TYPE (PegNotesButton, peg_notes_button, PEG, NOTES_BUTTON, AdwBin)

void peg_notes_button_update (PegNotesButton      *self,
                              PegSnapshot         *snapshot,
                              const PegDisplayNow *now);
void peg_notes_button_pop_up (PegNotesButton      *self);

G_END_DECLS
