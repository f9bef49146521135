/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-row-table.h"

G_BEGIN_DECLS

/**
 * PegLook:
 *
 * How a snapshot is looked at: what is looked for, which files are shown, and
 * what is open. It never changes, and may be used in any thread.
 */
typedef struct _PegLook PegLook;

PegLook *peg_look_new   (PegSearch  *search,
                         PegFilter   filter,
                         const char *user,
                         gboolean    open,
                         GHashTable *exceptions) G_GNUC_WARN_UNUSED_RESULT;
PegLook *peg_look_ref   (PegLook    *self);
void     peg_look_unref (PegLook    *self);

PegSearch *peg_look_get_search (const PegLook *self);
PegFilter  peg_look_get_filter (const PegLook *self);

PegRowTable *peg_look_make_table    (const PegLook     *self,
                                     PegSnapshot       *snapshot,
                                     PegRowTable       *before,
                                     gboolean           reuse,
                                     const char        *except) G_GNUC_WARN_UNUSED_RESULT;
PegEntry    *peg_look_find_exact    (const PegLook     *self,
                                     const PegRowTable *table);
guint        peg_look_count_work    (const PegLook     *self,
                                     const PegSnapshot *snapshot);
guint        peg_look_count_changed (const PegSnapshot *before,
                                     const PegSnapshot *after);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegLook, peg_look_unref)

G_END_DECLS
