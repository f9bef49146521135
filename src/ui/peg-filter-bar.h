/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-snapshot.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PEG_TYPE_FILTER_BAR (peg_filter_bar_get_type ())

G_DECLARE_FINAL_TYPE (PegFilterBar, peg_filter_bar, PEG, FILTER_BAR, AdwBin)

void peg_filter_bar_update (PegFilterBar    *self,
                            const PegCounts *counts);

G_END_DECLS
