/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-kiosk-view.h"
#include "peg-now.h"
#include "peg-physical.h"

G_BEGIN_DECLS

#define PEG_TYPE_WIPE_PAGE (peg_wipe_page_get_type ())

G_DECLARE_FINAL_TYPE (PegWipePage, peg_wipe_page, PEG, WIPE_PAGE, GtkWidget)

GtkWidget *peg_wipe_page_new (PegKioskModel *model,
                              PegNow        *now,
                              PegPhysical   *physical) G_GNUC_WARN_UNUSED_RESULT;

void peg_wipe_page_tick (PegWipePage *self);

G_END_DECLS
