/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-display.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PEG_TYPE_PEOPLE_BUTTON (peg_people_button_get_type ())

G_DECLARE_FINAL_TYPE (PegPeopleButton, peg_people_button, PEG, PEOPLE_BUTTON, AdwBin)

void peg_people_button_update     (PegPeopleButton *self,
                                   PegSnapshot     *snapshot);
void peg_people_button_set_narrow (PegPeopleButton *self,
                                   gboolean         narrow);

G_END_DECLS
