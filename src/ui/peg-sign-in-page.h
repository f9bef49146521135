/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-snapshot.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PEG_TYPE_SIGN_IN_PAGE (peg_sign_in_page_get_type ())

G_DECLARE_FINAL_TYPE (PegSignInPage, peg_sign_in_page, PEG, SIGN_IN_PAGE, AdwBin)

void peg_sign_in_page_update (PegSignInPage *self,
                              PegSnapshot   *snapshot);
void peg_sign_in_page_forget (PegSignInPage *self);

G_END_DECLS
