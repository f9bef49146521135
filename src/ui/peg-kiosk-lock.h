/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * PegKioskKey:
 * @PEG_KIOSK_KEY_PASS: it writes, moves, or chooses
 * @PEG_KIOSK_KEY_SWALLOW: nothing comes of it
 * @PEG_KIOSK_KEY_BACK: one step back inside the window
 * @PEG_KIOSK_KEY_DOOR: somebody is at the admin door
 *
 * What a terminal makes of a key.
 */
typedef enum {
  PEG_KIOSK_KEY_PASS,
  PEG_KIOSK_KEY_SWALLOW,
  PEG_KIOSK_KEY_BACK,
  PEG_KIOSK_KEY_DOOR,
} PegKioskKey;

void        peg_kiosk_lock_prepare (void);
PegKioskKey peg_kiosk_lock_judge  (guint            keyval,
                                   GdkModifierType  state);
void        peg_kiosk_lock_attach (GtkWindow       *window);

G_END_DECLS
