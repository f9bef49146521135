/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define PEG_TYPE_KIOSK_CHECK_PAGE (peg_kiosk_check_page_get_type ())

G_DECLARE_FINAL_TYPE (PegKioskCheckPage, peg_kiosk_check_page, PEG, KIOSK_CHECK_PAGE, AdwBin)

GtkWidget *peg_kiosk_check_page_new (void) G_GNUC_WARN_UNUSED_RESULT;

void peg_kiosk_check_page_set_missing (PegKioskCheckPage  *self,
                                       const char * const *missing);
void       peg_kiosk_check_page_set_notes   (PegKioskCheckPage  *self,
                                             const char * const *notes);

G_END_DECLS
