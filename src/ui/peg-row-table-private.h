/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-row-table.h"

G_BEGIN_DECLS

/* A row is one machine word: which of three it is in the lowest two bits, and
 * above them the entry, or the place of the part in its segment. Entries come
 * from an allocator that aligns to more than that. */
#define WORD_FILE 0
#define WORD_PART 1
#define WORD_GROUP 2
#define WORD_BITS 3

typedef struct {
  PegEntry *first; /* borrowed from the group */
  guint n;
  guint n_out;
  gboolean expanded;
} PegRowPart;

/* The rows of one group. Never changes, and is shared by every table in which
 * the group is the same and is looked at in the same way. */
typedef struct {
  PegGroup *group;  /* (owned) (not nullable) */
  GArray *rows;     /* (owned) (element-type guintptr) */
  GArray *parts;    /* (owned) (nullable) (element-type PegRowPart) */
  guint n;
  guint n_out;
  gboolean expanded;
} PegRowSegment;

struct _PegRowTable
{
  GPtrArray *segments; /* (owned) (element-type PegRowSegment): by peg_group_compare() */
  guint *starts;       /* (owned): the first row of each segment */
  guint n;
  guint n_files;
};

void peg_row_segment_get    (const PegRowSegment *self,
                             guint                i,
                             PegRowValues        *values);
int  peg_row_values_compare (const PegRowValues  *a,
                             const PegRowValues  *b);

G_END_DECLS
