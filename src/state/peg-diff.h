/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-snapshot.h"

G_BEGIN_DECLS

/**
 * PegDiffFunc:
 * @before: (nullable): the entry as it was; %NULL: it is new
 * @after: (nullable): the entry as it is; %NULL: it is gone
 * @user_data: what was given to peg_snapshot_diff()
 *
 * Called for one difference between two snapshots.
 */
typedef void (*PegDiffFunc) (PegEntry *before,
                             PegEntry *after,
                             gpointer  user_data);

void peg_snapshot_diff (const PegSnapshot *before,
                        const PegSnapshot *after,
                        PegDiffFunc        func,
                        gpointer           user_data);

G_END_DECLS
