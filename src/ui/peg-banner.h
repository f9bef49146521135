/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-display.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PEG_TYPE_BANNER (peg_banner_get_type ())

G_DECLARE_FINAL_TYPE (PegBanner, peg_banner, PEG, BANNER, AdwBin)

void peg_banner_update (PegBanner           *self,
                        PegSnapshot         *snapshot,
                        const PegDisplayNow *now,
                        guint                max_attempts);

gboolean    peg_banner_get_revealed     (PegBanner *self);
const char *peg_banner_get_announcement (PegBanner *self);

G_END_DECLS
