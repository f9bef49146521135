/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-now.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PEG_TYPE_KIOSK_ASK (peg_kiosk_ask_get_type ())

G_DECLARE_FINAL_TYPE (PegKioskAsk, peg_kiosk_ask, PEG, KIOSK_ASK, AdwBin)

GtkWidget *peg_kiosk_ask_new (PegNow *now) G_GNUC_WARN_UNUSED_RESULT;

void peg_kiosk_ask_open   (PegKioskAsk *self,
                           const char  *title,
                           const char  *text,
                           const char  *yes,
                           const char  *no,
                           gboolean     hold);
void peg_kiosk_ask_forget (PegKioskAsk *self);
void peg_kiosk_ask_answer (PegKioskAsk *self,
                           gboolean     yes);

G_END_DECLS
