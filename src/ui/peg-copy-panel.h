/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-display.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PEG_TYPE_COPY_PANEL (peg_copy_panel_get_type ())

G_DECLARE_FINAL_TYPE (PegCopyPanel, peg_copy_panel, PEG, COPY_PANEL, AdwBin)

void peg_copy_panel_update (PegCopyPanel        *self,
                            PegSnapshot         *snapshot,
                            const PegEntry      *entry,
                            const PegDisplayNow *now);

G_END_DECLS
