/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-physical.h"

G_BEGIN_DECLS

/* A bank card is of the format ID-1 of ISO/IEC 7810, mm. */
#define PEG_CALIBRATE_CARD_WIDTH_MM 85.60
#define PEG_CALIBRATE_CARD_HEIGHT_MM 53.98

#define PEG_TYPE_CALIBRATE_PAGE (peg_calibrate_page_get_type ())

G_DECLARE_FINAL_TYPE (PegCalibratePage, peg_calibrate_page, PEG, CALIBRATE_PAGE, GtkWidget)

GtkWidget *peg_calibrate_page_new (PegPhysical *physical) G_GNUC_WARN_UNUSED_RESULT;

void   peg_calibrate_page_reset             (PegCalibratePage *self);
double peg_calibrate_page_get_pixels_per_mm (PegCalibratePage *self);

G_END_DECLS
