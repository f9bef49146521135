/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-kiosk-view.h"
#include "peg-display.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PEG_TYPE_KIOSK_DETAILS (peg_kiosk_details_get_type ())

G_DECLARE_FINAL_TYPE (PegKioskDetails, peg_kiosk_details, PEG, KIOSK_DETAILS, AdwBin)

GtkWidget *peg_kiosk_details_new (void) G_GNUC_WARN_UNUSED_RESULT;

void peg_kiosk_details_update (PegKioskDetails     *self,
                               PegSnapshot         *snapshot,
                               PegEntry            *entry,
                               const char          *copy,
                               const PegDisplayNow *now);

G_END_DECLS
