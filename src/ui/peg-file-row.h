/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-now.h"
#include "peg-row-geometry.h"
#include "peg-rows.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PEG_TYPE_FILE_ROW (peg_file_row_get_type ())

G_DECLARE_FINAL_TYPE (PegFileRow, peg_file_row, PEG, FILE_ROW, GtkWidget)

GtkWidget *peg_file_row_new (PegRows *rows,
                             PegNow  *now) G_GNUC_WARN_UNUSED_RESULT;

PegRow  *peg_file_row_get_row   (PegFileRow *self);
void     peg_file_row_set_row   (PegFileRow *self,
                                 PegRow     *row);
gboolean peg_file_row_get_touch (PegFileRow *self);
void     peg_file_row_set_touch (PegFileRow *self,
                                 gboolean    touch);
void     peg_file_row_set_sizes (PegFileRow        *self,
                                 const PegRowSizes *sizes);

void     peg_file_row_tick     (PegFileRow *self);
gboolean peg_file_row_is_arrow (PegFileRow *self,
                                double      x);

const char *peg_file_row_get_words    (PegFileRow     *self);
void        peg_file_row_get_geometry (PegFileRow     *self,
                                       PegRowGeometry *geometry);
void        peg_file_row_get_large_geometry (PegFileRow       *self,
                                             PegLargeGeometry *geometry);

G_END_DECLS
