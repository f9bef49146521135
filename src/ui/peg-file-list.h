/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-now.h"
#include "peg-row-geometry.h"
#include "peg-selection.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PEG_TYPE_FILE_LIST (peg_file_list_get_type ())

G_DECLARE_FINAL_TYPE (PegFileList, peg_file_list, PEG, FILE_LIST, AdwBin)

void peg_file_list_set_model (PegFileList  *self,
                              PegRows      *rows,
                              PegSelection *selection,
                              PegNow       *now);
void peg_file_list_set_menu  (PegFileList  *self,
                              GMenuModel   *menu);
void peg_file_list_set_touch (PegFileList  *self,
                              gboolean      touch);
void peg_file_list_set_sizes (PegFileList       *self,
                              const PegRowSizes *sizes);

void peg_file_list_tick      (PegFileList  *self);
void peg_file_list_scroll_to (PegFileList  *self,
                              guint         position);
void peg_file_list_focus     (PegFileList  *self);
void peg_file_list_pop_up    (PegFileList  *self);

G_END_DECLS
