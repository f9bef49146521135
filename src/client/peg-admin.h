/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-kiosk-view.h"
#include "peg-link.h"
#include "peg-store.h"

G_BEGIN_DECLS

/**
 * PEG_ADMIN_RESTART_STATUS:
 *
 * With what the program ends when it wants to be started again: EX_TEMPFAIL of
 * sysexits.h, as pegboard-kiosk-session understands it.
 */
#define PEG_ADMIN_RESTART_STATUS 75

#define PEG_TYPE_ADMIN (peg_admin_get_type ())

G_DECLARE_FINAL_TYPE (PegAdmin, peg_admin, PEG, ADMIN, GObject)

PegAdmin *peg_admin_new (GApplication  *application,
                         PegKioskModel *model,
                         PegStore      *store,
                         PegLink       *link) G_GNUC_WARN_UNUSED_RESULT;

void peg_admin_restart    (GApplication *application);
int  peg_admin_get_status (GApplication *application);

G_END_DECLS
