/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-clock.h"
#include "peg-link.h"

G_BEGIN_DECLS

/**
 * PEG_KIOSK_COURIER_PATIENCE_US:
 *
 * How long a courier tries, µs; after a pause it is tried again.
 */
#define PEG_KIOSK_COURIER_PATIENCE_US (120 * (gint64) G_USEC_PER_SEC)

#define PEG_TYPE_KIOSK_COURIER (peg_kiosk_courier_get_type ())

G_DECLARE_FINAL_TYPE (PegKioskCourier, peg_kiosk_courier, PEG, KIOSK_COURIER, GObject)

PegKioskCourier *peg_kiosk_courier_new (const PegLinkConfig *config,
                                        const char          *outbox_folder,
                                        PegClock            *clock) G_GNUC_WARN_UNUSED_RESULT;

void  peg_kiosk_courier_count (const PegLinkConfig *config,
                               const char          *outbox_folder,
                               PegClock            *clock,
                               guint               *n_waiting,
                               guint               *n_undecided);

G_END_DECLS
