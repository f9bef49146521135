/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-physical.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PEG_TYPE_KIOSK_CHECK_IN (peg_kiosk_check_in_get_type ())

G_DECLARE_FINAL_TYPE (PegKioskCheckIn, peg_kiosk_check_in, PEG, KIOSK_CHECK_IN, AdwBin)

GtkWidget *peg_kiosk_check_in_new (PegPhysical *physical) G_GNUC_WARN_UNUSED_RESULT;

void        peg_kiosk_check_in_open        (PegKioskCheckIn *self,
                                            const char      *name);
void        peg_kiosk_check_in_update      (PegKioskCheckIn *self,
                                            const char      *copy,
                                            const char      *why);
void        peg_kiosk_check_in_set_compact (PegKioskCheckIn *self,
                                            gboolean         compact);
void        peg_kiosk_check_in_set_touch   (PegKioskCheckIn *self,
                                            gboolean         touch);
void        peg_kiosk_check_in_forget      (PegKioskCheckIn *self);
const char *peg_kiosk_check_in_get_comment (PegKioskCheckIn *self);
gboolean    peg_kiosk_check_in_get_major   (PegKioskCheckIn *self);

G_END_DECLS
