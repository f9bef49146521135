/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * PEG_PHYSICAL_TARGET_MM:
 *
 * How wide and how high everything is at least that a finger in a glove is to hit,
 * mm: a promise of this program (docs/kiosk.md).
 */
#define PEG_PHYSICAL_TARGET_MM 20.0

/**
 * PEG_PHYSICAL_GAP_MM:
 *
 * How much room there is at least between two of them, mm.
 */
#define PEG_PHYSICAL_GAP_MM 4.0

/**
 * PEG_PHYSICAL_WORD_ARCMIN:
 *
 * How high a capital letter of a word is that says how something is, in minutes of
 * arc as the eye sees it. ISO 9241-303 measures characters by the height of capital
 * letters, wants at least 16′ and prefers 20′ to 22′.
 */
#define PEG_PHYSICAL_WORD_ARCMIN 20.0

/**
 * PEG_PHYSICAL_DEFAULT_DISTANCE_MM:
 *
 * How far away the eyes are from a terminal beside a machine, mm.
 */
#define PEG_PHYSICAL_DEFAULT_DISTANCE_MM 1500.0

/**
 * PEG_PHYSICAL_DEFAULT:
 *
 * CSS pixels in a millimetre where nothing is known: CSS says 96 in an inch.
 */
#define PEG_PHYSICAL_DEFAULT (96.0 / 25.4)

/**
 * PegPhysicalSource:
 * @PEG_PHYSICAL_ASSUMED: nobody knows; 96 pixels to the inch
 * @PEG_PHYSICAL_MONITOR: the monitor says so, and it can be believed
 * @PEG_PHYSICAL_CALIBRATED: somebody measured it
 *
 * Where the size of a pixel comes from.
 */
typedef enum {
  PEG_PHYSICAL_ASSUMED,
  PEG_PHYSICAL_MONITOR,
  PEG_PHYSICAL_CALIBRATED,
} PegPhysicalSource;

#define PEG_TYPE_PHYSICAL_SOURCE (peg_physical_source_get_type ())

GType peg_physical_source_get_type (void);

double peg_physical_from_monitor (int    width_px,
                                  int    height_px,
                                  int    width_mm,
                                  int    height_mm);
double peg_physical_clamp        (double pixels_per_mm);
double peg_physical_arc_mm       (double arcmin,
                                  double distance_mm);

#define PEG_TYPE_PHYSICAL (peg_physical_get_type ())

G_DECLARE_FINAL_TYPE (PegPhysical, peg_physical, PEG, PHYSICAL, GObject)

PegPhysical *peg_physical_new (void) G_GNUC_WARN_UNUSED_RESULT;

void peg_physical_set_monitor     (PegPhysical *self,
                                   GdkMonitor  *monitor);
void peg_physical_set_calibrated  (PegPhysical *self,
                                   double       pixels_per_mm);
void peg_physical_set_distance_mm (PegPhysical *self,
                                   double       distance_mm);

double            peg_physical_get_pixels_per_mm (PegPhysical *self);
PegPhysicalSource peg_physical_get_source        (PegPhysical *self);
double            peg_physical_get_distance_mm   (PegPhysical *self);

int peg_physical_px     (PegPhysical *self,
                         double       mm);
int peg_physical_arc_px (PegPhysical *self,
                         double       arcmin,
                         double       distance_mm);

G_END_DECLS
