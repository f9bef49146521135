/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-row.h"
#include "peg-search.h"
#include "peg-snapshot.h"

G_BEGIN_DECLS

/**
 * PegRowView:
 * @search: (nullable): what the files must match
 * @filter: which files are shown
 * @user: (nullable): the person at this client
 * @open: whether groups and parts are open unless @exceptions has them
 * @exceptions: (element-type utf8 utf8): the ids of the others
 *
 * Which rows there are to be. Borrows what it points to.
 */
typedef struct {
  PegSearch *search;
  PegFilter filter;
  const char *user;
  gboolean open;
  GHashTable *exceptions;
} PegRowView;

/**
 * PegRowRun:
 * @position: where it begins in the new table
 * @removed: how many rows go
 * @added: how many rows come
 * @old_position: where it begins in the old table
 *
 * One run of rows in which two tables differ.
 */
typedef struct {
  guint position;
  guint removed;
  guint added;
  guint old_position;
} PegRowRun;

typedef struct _PegRowTable PegRowTable;

PegRowTable *peg_row_table_new      (PegSnapshot      *snapshot,
                                     const PegRowView *view,
                                     PegRowTable      *reuse,
                                     const char       *except) G_GNUC_WARN_UNUSED_RESULT;
PegRowTable *peg_row_table_new_view (PegSnapshot      *snapshot,
                                     const PegRowView *view,
                                     PegRowTable      *before) G_GNUC_WARN_UNUSED_RESULT;
PegRowTable *peg_row_table_ref      (PegRowTable      *self);
void         peg_row_table_unref    (PegRowTable      *self);

guint    peg_row_table_get_n       (const PegRowTable *self);
guint    peg_row_table_get_n_files (const PegRowTable *self);
void     peg_row_table_get         (const PegRowTable *self,
                                    guint              position,
                                    PegRowValues      *values);
gboolean peg_row_table_find        (const PegRowTable *self,
                                    PegRowKind         kind,
                                    const PegGroup    *group,
                                    const PegEntry    *entry,
                                    guint             *position);
gboolean peg_row_table_find_values (const PegRowTable *self,
                                    PegRowKind         kind,
                                    const PegGroup    *group,
                                    const PegEntry    *entry,
                                    PegRowValues      *values);
gboolean peg_row_table_get_parent  (const PegRowTable *self,
                                    guint              position,
                                    guint             *parent);

GArray *peg_row_table_diff (const PegRowTable *from,
                            const PegRowTable *to,
                            guint              max_runs) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegRowTable, peg_row_table_unref)

G_END_DECLS
