/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-kiosk-view.h"
#include "peg-now.h"
#include "peg-physical.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PEG_TYPE_KIOSK_ADMIN_PAGE (peg_kiosk_admin_page_get_type ())

G_DECLARE_FINAL_TYPE (PegKioskAdminPage, peg_kiosk_admin_page, PEG, KIOSK_ADMIN_PAGE, AdwBin)

GtkWidget *peg_kiosk_admin_page_new (PegKioskModel *model,
                                     PegNow        *now,
                                     PegPhysical   *physical) G_GNUC_WARN_UNUSED_RESULT;
void peg_kiosk_admin_page_set_notes (PegKioskAdminPage  *self,
                                     const char * const *notes);

G_END_DECLS
