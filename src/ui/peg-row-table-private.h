/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-row-table.h"

G_BEGIN_DECLS

/* A row is one byte: the place of a file in its chunk, or with this bit the
 * place of a part among the parts of its segment. */
#define PEG_ROW_PART_BIT 0x80

/* A part, as far as it lies in one chunk. */
typedef struct {
  guint8 first; /* its first file that is shown */
  guint8 n;     /* of the files that are shown */
  guint8 n_out;
  guint8 expanded;
} PegRowPart;

/* The rows of one chunk. It begins with the row of a part also where that part
 * has begun before: whoever puts segments together skips it then, so that a
 * segment does not depend on the one before. Never changes. */
typedef struct {
  int refs;            /* atomic */
  guint16 n_rows;
  guint8 n;            /* files that are shown, whether or not they have rows */
  guint8 n_out;
  guint8 n_parts;
  PegChunkBits shown;
  PegRowPart parts[];  /* behind them, the rows */
} PegRowSegment;

/* The rows of one block. Never changes. */
typedef struct {
  int refs;            /* atomic */
  guint n_rows;        /* with the first row of its first segment */
  guint n;
  guint n_out;
  PegEntry *first;     /* (nullable): the first file that is shown */
  PegEntry *last;      /* (nullable): the last one */
  PegBlock *block;     /* (owned) */
  struct {
    PegRowSegment *segment; /* (owned) */
    guint32 end;            /* rows up to its end */
    guint32 skip;           /* 1: its first row is left out, because its part has begun before */
  } segments[];        /* one for each chunk */
} PegRowBlock;

/* The rows of one group. Never changes. */
typedef struct {
  int refs;            /* atomic */
  guint n_rows;        /* with that of the group */
  guint n;
  guint n_out;
  gboolean expanded;
  guint n_blocks;      /* 0: closed, and everything is shown; otherwise all blocks of the group */
  PegGroup *group;     /* (owned) */
  struct {
    PegRowBlock *block; /* (owned) */
    guint32 end;        /* rows up to its end, without that of the group */
    guint32 skip;       /* 1: its first row is left out */
  } blocks[];
} PegRowGroup;

struct _PegRowTable
{
  GPtrArray *groups;   /* (owned) (element-type PegRowGroup): by peg_group_compare() */
  guint *starts;       /* (owned): the first row of each group */
  guint n;
  guint n_files;

  /* What decided which files are shown */
  PegFilter filter;
  PegSearch *search;   /* (owned) (nullable) */
  char *user;          /* (owned) (nullable) */
};

/* What is needed to make the rows of a group. */
typedef struct {
  const PegRowView *view;
  GString *id;         /* (owned): of a part, for asking whether it is open */
  gsize id_prefix;     /* up to the name of the part; 0: of another group */
  gboolean shows_all;  /* neither searched nor filtered */
  gboolean same_rows;  /* the rows of a chunk that was looked at before are the same */
  gboolean same_shown; /* the files that are shown are the same; otherwise they are fewer */
} PegRowContext;

static inline const guint8 *
peg_row_segment_rows (const PegRowSegment *self)
{
  return (const guint8 *) (self->parts + self->n_parts);
}

PegRowSegment *peg_row_segment_new   (PegRowContext *context,
                                      const PegChunk *chunk,
                                      PegRowSegment  *before) G_GNUC_WARN_UNUSED_RESULT;
PegRowSegment *peg_row_segment_ref   (PegRowSegment  *self);
void           peg_row_segment_unref (PegRowSegment  *self);

PegRowGroup *peg_row_group_new   (PegRowContext *context,
                                  PegGroup      *group,
                                  PegRowGroup   *before) G_GNUC_WARN_UNUSED_RESULT;
PegRowGroup *peg_row_group_ref   (PegRowGroup   *self);
void         peg_row_group_unref (PegRowGroup   *self);

void peg_row_group_get (const PegRowGroup *self,
                        guint              i,
                        PegRowValues      *values);
gboolean peg_row_group_find (const PegRowGroup *self,
                             PegRowKind         kind,
                             const PegEntry    *entry,
                             guint             *i);

gboolean peg_row_same_part      (const PegEntry     *a,
                                 const PegEntry     *b);
int      peg_row_values_compare (const PegRowValues *a,
                                 const PegRowValues *b);

G_END_DECLS
