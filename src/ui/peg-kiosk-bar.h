/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-display.h"
#include "peg-kiosk-view.h"
#include "peg-physical.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PEG_TYPE_KIOSK_BAR (peg_kiosk_bar_get_type ())

G_DECLARE_FINAL_TYPE (PegKioskBar, peg_kiosk_bar, PEG, KIOSK_BAR, AdwBin)

GtkWidget *peg_kiosk_bar_new (void) G_GNUC_WARN_UNUSED_RESULT;

void peg_kiosk_bar_set_physical (PegKioskBar         *self,
                                 PegPhysical         *physical);
void peg_kiosk_bar_update       (PegKioskBar         *self,
                                 PegSnapshot         *snapshot,
                                 PegKioskView        *view,
                                 const PegDisplayNow *now);

G_END_DECLS
