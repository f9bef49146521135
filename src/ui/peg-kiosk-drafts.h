/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-kiosk-unsent-words.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PEG_TYPE_KIOSK_DRAFTS (peg_kiosk_drafts_get_type ())

G_DECLARE_FINAL_TYPE (PegKioskDrafts, peg_kiosk_drafts, PEG, KIOSK_DRAFTS, AdwBin)

GtkWidget *peg_kiosk_drafts_new (void) G_GNUC_WARN_UNUSED_RESULT;

gboolean peg_kiosk_drafts_update (PegKioskDrafts      *self,
                                  PegSnapshot         *snapshot,
                                  PegKioskView        *view,
                                  const PegDisplayNow *now);
void     peg_kiosk_drafts_forget (PegKioskDrafts      *self);

G_END_DECLS
