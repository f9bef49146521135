/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-display.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PEG_TYPE_STATUS_DOT (peg_status_dot_get_type ())

G_DECLARE_FINAL_TYPE (PegStatusDot, peg_status_dot, PEG, STATUS_DOT, AdwBin)

void peg_status_dot_update     (PegStatusDot        *self,
                                PegSnapshot         *snapshot,
                                const PegDisplayNow *now);
void peg_status_dot_set_narrow (PegStatusDot        *self,
                                gboolean             narrow);

G_END_DECLS
