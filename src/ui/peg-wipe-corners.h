/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PEG_WIPE_CORNERS_HOLD_US:
 *
 * How long two corners are held, µs.
 */
#define PEG_WIPE_CORNERS_HOLD_US (2 * G_USEC_PER_SEC)

/**
 * PEG_WIPE_CORNERS_MM:
 *
 * How far from its corner a finger may be, mm.
 */
#define PEG_WIPE_CORNERS_MM 30.0

typedef struct _PegWipeCorners PegWipeCorners;

PegWipeCorners *peg_wipe_corners_new  (void) G_GNUC_WARN_UNUSED_RESULT;
void            peg_wipe_corners_free (PegWipeCorners *self);

void   peg_wipe_corners_set_size (PegWipeCorners *self,
                                  double          width,
                                  double          height,
                                  double          corner);
void   peg_wipe_corners_touch    (PegWipeCorners *self,
                                  gconstpointer   finger,
                                  double          x,
                                  double          y,
                                  gint64          now_us);
void   peg_wipe_corners_lift     (PegWipeCorners *self,
                                  gconstpointer   finger);
void   peg_wipe_corners_clear    (PegWipeCorners *self);
double peg_wipe_corners_progress (PegWipeCorners *self,
                                  gint64          now_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegWipeCorners, peg_wipe_corners_free)

G_END_DECLS
