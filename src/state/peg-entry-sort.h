/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-entry.h"

G_BEGIN_DECLS

void peg_entries_sort (PegEntry **entries,
                       guint      n);

G_END_DECLS
