/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-display.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PEG_TYPE_TAG_PLATE (peg_tag_plate_get_type ())

G_DECLARE_FINAL_TYPE (PegTagPlate, peg_tag_plate, PEG, TAG_PLATE, GtkWidget)

void peg_tag_plate_set        (PegTagPlate *self,
                               PegTag       tag,
                               const char  *initials);
void peg_tag_plate_set_height (PegTagPlate *self,
                               int          height);

G_END_DECLS
