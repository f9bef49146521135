/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-kiosk-view.h"
#include "peg-now.h"
#include "peg-physical.h"

G_BEGIN_DECLS

#define PEG_TYPE_PIN_PAGE (peg_pin_page_get_type ())

G_DECLARE_FINAL_TYPE (PegPinPage, peg_pin_page, PEG, PIN_PAGE, GtkWidget)

GtkWidget *peg_pin_page_new (PegKioskModel *model,
                             PegNow        *now,
                             PegPhysical   *physical) G_GNUC_WARN_UNUSED_RESULT;

void peg_pin_page_set_badges (PegPinPage *self,
                              gboolean    badges,
                              gboolean    pin_too);
void peg_pin_page_reset      (PegPinPage *self);
void peg_pin_page_tick       (PegPinPage *self);

G_END_DECLS
