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

void             peg_kiosk_courier_hurry (PegKioskCourier   *self);

/**
 * PegKioskLeft:
 * @n_waiting: how many check-ins can be sent as they are
 * @n_undecided: how many need the person
 * @n_unreadable: how many are damaged, or have lost what said what they were
 * @bare: whether there is nothing else either, not even what is just being put there
 *
 * What somebody has left in their outbox. A check-out or a release that nobody waits for
 * any more is not among it: it is never sent later.
 */
typedef struct {
  guint n_waiting;
  guint n_undecided;
  guint n_unreadable;
  gboolean bare;
} PegKioskLeft;

guint peg_kiosk_courier_look  (const char          *folder,
                               PegClock            *clock,
                               PegKioskLeft        *left);
guint peg_kiosk_courier_count (const PegLinkConfig *config,
                               const char          *outbox_folder,
                               PegClock            *clock,
                               PegKioskLeft        *left);

G_END_DECLS
