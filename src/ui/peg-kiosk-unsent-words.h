/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-display.h"
#include "peg-kiosk-view.h"

G_BEGIN_DECLS

/* What a shared terminal says of check-ins that the server does not have. Pure functions. */

/**
 * PegKioskUnsent:
 * @PEG_KIOSK_UNSENT_ARRIVED: forget it, because the server has it
 * @PEG_KIOSK_UNSENT_SEND: send it, or send it again
 * @PEG_KIOSK_UNSENT_AGAIN: check its bytes in anew, as a revision after the newest
 * @PEG_KIOSK_UNSENT_SAVE: put its bytes into the working folder, beside the others
 * @PEG_KIOSK_UNSENT_DISCARD: throw it away
 *
 * What a person can do with a check-in of theirs, in the order of its buttons.
 */
typedef enum {
  PEG_KIOSK_UNSENT_ARRIVED,
  PEG_KIOSK_UNSENT_SEND,
  PEG_KIOSK_UNSENT_AGAIN,
  PEG_KIOSK_UNSENT_SAVE,
  PEG_KIOSK_UNSENT_DISCARD,
} PegKioskUnsent;

#define PEG_KIOSK_N_UNSENT (PEG_KIOSK_UNSENT_DISCARD + 1)

const GPtrArray *peg_kiosk_unsent_get    (const PegSnapshot   *snapshot,
                                          const PegKioskView  *view);
const char      *peg_kiosk_unsent_name   (PegKioskUnsent       what);
const char      *peg_kiosk_unsent_title  (PegKioskUnsent       what,
                                          const PegDraft      *draft);
gboolean         peg_kiosk_unsent_offers (const PegSnapshot   *snapshot,
                                          const PegDraft      *draft,
                                          PegKioskUnsent       what);
char            *peg_kiosk_unsent_why_not (const PegSnapshot  *snapshot,
                                           const PegKioskView *view,
                                           const PegDraft     *draft,
                                           PegKioskUnsent      what) G_GNUC_WARN_UNUSED_RESULT;
gboolean         peg_kiosk_unsent_asks   (const PegDraft      *draft);
const char      *peg_kiosk_unsent_word   (const PegSnapshot   *snapshot,
                                          const PegDraft      *draft);
char            *peg_kiosk_unsent_when   (const PegDraft      *draft,
                                          const PegDisplayNow *now) G_GNUC_WARN_UNUSED_RESULT;
char            *peg_kiosk_unsent_question (const PegSnapshot  *snapshot,
                                            const PegDraft     *draft,
                                            PegKioskUnsent      what) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
