/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-display.h"

G_BEGIN_DECLS

#define PEG_TYPE_NOW (peg_now_get_type ())

G_DECLARE_FINAL_TYPE (PegNow, peg_now, PEG, NOW, GObject)

PegNow *peg_now_new       (void) G_GNUC_WARN_UNUSED_RESULT;
PegNow *peg_now_new_fixed (const PegDisplayNow *fixed) G_GNUC_WARN_UNUSED_RESULT;

void peg_now_read  (PegNow              *self,
                    PegDisplayNow       *now);
void peg_now_fix   (PegNow              *self,
                    const PegDisplayNow *fixed);

G_END_DECLS
