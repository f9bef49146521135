/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "bench-report.h"

G_BEGIN_DECLS

void figures_report (GHashTable  *values,
                     BenchReport *report);

G_END_DECLS
