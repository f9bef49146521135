/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-group.h"
#include "peg-snapshot.h"

G_BEGIN_DECLS

/**
 * PegRowKind:
 * @PEG_ROW_GROUP: a group of the server
 * @PEG_ROW_PART: the files of one part number
 * @PEG_ROW_FILE: a file
 *
 * What a row of the list stands for.
 */
typedef enum {
  PEG_ROW_GROUP,
  PEG_ROW_PART,
  PEG_ROW_FILE,
} PegRowKind;

/**
 * PegRowValues:
 * @kind: what it stands for
 * @group: the group that it is in, or is
 * @entry: (nullable): the file; of a part, its first; of a group, %NULL
 * @n: how many of its files are shown when it is open
 * @n_out: how many of these are checked out
 * @expanded: whether what is in it is shown
 *
 * What is known of one row of the list. Borrows what it points to.
 */
typedef struct {
  PegRowKind kind;
  PegGroup *group;
  PegEntry *entry;
  guint n;
  guint n_out;
  gboolean expanded;
} PegRowValues;

#define PEG_TYPE_ROW (peg_row_get_type ())

G_DECLARE_FINAL_TYPE (PegRow, peg_row, PEG, ROW, GObject)

char *peg_row_make_id (PegRowKind      kind,
                       const char     *group,
                       const PegEntry *entry) G_GNUC_WARN_UNUSED_RESULT;

PegRow *peg_row_new (GHashTable         *registry,
                     const char         *id,
                     const PegRowValues *values) G_GNUC_WARN_UNUSED_RESULT;

void peg_row_update (PegRow             *self,
                     const PegRowValues *values,
                     gboolean            stale);

PegRowKind  peg_row_get_kind     (PegRow *self);
const char *peg_row_get_id       (PegRow *self);
const char *peg_row_get_name     (PegRow *self);
const char *peg_row_get_group    (PegRow *self);
PegEntry   *peg_row_get_entry    (PegRow *self);
guint       peg_row_get_n        (PegRow *self);
guint       peg_row_get_n_out    (PegRow *self);
guint       peg_row_get_depth    (PegRow *self);
gboolean    peg_row_get_expanded (PegRow *self);

G_END_DECLS
