/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-display.h"
#include "peg-file-picker.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PEG_TYPE_CHECK_IN_PAGE (peg_check_in_page_get_type ())

G_DECLARE_FINAL_TYPE (PegCheckInPage, peg_check_in_page, PEG, CHECK_IN_PAGE, AdwBin)

void peg_check_in_page_set_picker (PegCheckInPage      *self,
                                   PegFilePicker       *picker);
void peg_check_in_page_open       (PegCheckInPage      *self,
                                   const char          *key,
                                   GFile               *file);
void peg_check_in_page_close      (PegCheckInPage      *self);
void peg_check_in_page_update     (PegCheckInPage      *self,
                                   PegSnapshot         *snapshot,
                                   const PegDisplayNow *now);

G_END_DECLS
