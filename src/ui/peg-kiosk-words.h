/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-display.h"
#include "peg-kiosk-view.h"

G_BEGIN_DECLS

/* What a shared terminal says. Pure functions. */

/**
 * PegKioskDo:
 * @PEG_KIOSK_DO_CHECK_OUT: take a file
 * @PEG_KIOSK_DO_CHECK_IN: give it back, as it is in the working folder
 * @PEG_KIOSK_DO_RELEASE: give it back as it was
 * @PEG_KIOSK_DO_COPY: put a copy into the working folder
 *
 * What a person can do with a file at a terminal.
 */
typedef enum {
  PEG_KIOSK_DO_CHECK_OUT,
  PEG_KIOSK_DO_CHECK_IN,
  PEG_KIOSK_DO_RELEASE,
  PEG_KIOSK_DO_COPY,
} PegKioskDo;

const char *peg_kiosk_words_do_name (PegKioskDo           what);
char       *peg_kiosk_words_do_title (PegKioskDo          what,
                                      const PegKioskView *view) G_GNUC_WARN_UNUSED_RESULT;
const char *peg_kiosk_words_nobody  (void);
char       *peg_kiosk_words_why_not (const PegSnapshot   *snapshot,
                                     const PegKioskView  *view,
                                     const PegEntry      *entry,
                                     PegKioskDo           what,
                                     const PegDisplayNow *now) G_GNUC_WARN_UNUSED_RESULT;
char       *peg_kiosk_words_link_why (const PegSnapshot  *snapshot) G_GNUC_WARN_UNUSED_RESULT;
char       *peg_kiosk_words_release (const PegSnapshot   *snapshot,
                                     const PegEntry      *entry) G_GNUC_WARN_UNUSED_RESULT;
gboolean    peg_kiosk_words_are_numbers (const PegSnapshot *snapshot);
const char *peg_kiosk_words_dot     (PegDot               dot);
char       *peg_kiosk_words_left    (const PegKioskView  *view,
                                     gint64               mono_us) G_GNUC_WARN_UNUSED_RESULT;
char       *peg_kiosk_words_warning (const PegKioskView  *view,
                                     gint64               mono_us) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
