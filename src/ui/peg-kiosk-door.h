/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PegKioskDoor:
 *
 * The knock at the admin door of a terminal: the corners of the screen tapped in the
 * order of the clock, from the upper left back to it. One finger in a glove can do
 * it, and no work does: that takes no five taps in a row that all miss the middle.
 * Plain data; all zero is nobody at the door.
 */
typedef struct {
  /*< private >*/
  guint taps;
  guint64 last_ms;
  gboolean down;
  double x;
  double y;
} PegKioskDoor;

void     peg_kiosk_door_press   (PegKioskDoor *self,
                                 double        x,
                                 double        y,
                                 guint64       time_ms);
gboolean peg_kiosk_door_release (PegKioskDoor *self,
                                 double        x,
                                 double        y,
                                 double        width,
                                 double        height,
                                 guint64       time_ms);

G_END_DECLS
