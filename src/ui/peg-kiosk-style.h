/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-physical.h"

G_BEGIN_DECLS

#define PEG_TYPE_KIOSK_STYLE (peg_kiosk_style_get_type ())

G_DECLARE_FINAL_TYPE (PegKioskStyle, peg_kiosk_style, PEG, KIOSK_STYLE, GObject)

PegKioskStyle *peg_kiosk_style_new (GtkWidget   *root,
                                    PegPhysical *physical) G_GNUC_WARN_UNUSED_RESULT;

char   *peg_kiosk_style_make_css  (double        pixels_per_mm,
                                   double        distance_mm,
                                   double        capital) G_GNUC_WARN_UNUSED_RESULT;
double  peg_kiosk_style_capital   (PangoContext *context);
int     peg_kiosk_style_word_px   (PegPhysical  *physical,
                                   double        capital);

G_END_DECLS
