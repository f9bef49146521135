/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-link.h"
#include "peg-options.h"
#include "peg-site.h"
#include "peg-store.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PEG_TYPE_KIOSK (peg_kiosk_get_type ())

G_DECLARE_FINAL_TYPE (PegKiosk, peg_kiosk, PEG, KIOSK, GObject)

PegKiosk *peg_kiosk_new (GtkApplication   *application,
                         PegStore         *store,
                         PegLink          *link,
                         PegSite          *site,
                         const PegOptions *options) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
