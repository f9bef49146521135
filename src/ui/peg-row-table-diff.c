/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-row-table-diff"

#include "peg-config.h"

#include "peg-row-table-private.h"

#include <string.h>

/* A walk over two tables that collects where they differ. */
typedef struct {
  GArray *runs;  /* (element-type PegRowRun) */
  guint max_runs;
  guint from;    /* rows of the old table behind us */
  guint to;      /* rows of the new table behind us */
  gboolean open; /* whether the last run may still grow */
} Walk;

static void
walk_differ (Walk  *walk,
             guint  removed,
             guint  added)
{
  if (removed == 0 && added == 0)
    return;

  if (!walk->open) {
    const PegRowRun run = { .position = walk->to, .old_position = walk->from };

    g_array_append_val (walk->runs, run);
    walk->open = TRUE;
  }

  g_array_index (walk->runs, PegRowRun, walk->runs->len - 1).removed += removed;
  g_array_index (walk->runs, PegRowRun, walk->runs->len - 1).added += added;
  walk->from += removed;
  walk->to += added;
}

static void
walk_same (Walk  *walk,
           guint  n)
{
  walk->open = FALSE;
  walk->from += n;
  walk->to += n;
}

/* A place in the rows of an open group, before or behind a row. */
typedef struct {
  const PegRowGroup *group;
  guint block;
  guint segment;
  guint row;   /* in the segment */
  guint left;  /* rows that lie ahead, in the direction of going */
} Cursor;

static const PegRowBlock *
get_block (const Cursor *self)
{
  return self->group->blocks[self->block].block;
}

static const PegRowSegment *
get_segment (const Cursor *self)
{
  return get_block (self)->segments[self->segment].segment;
}

static const PegChunk *
get_chunk (const Cursor *self)
{
  return get_block (self)->block->chunks[self->segment].chunk;
}

/* The first row of the segment that is not left out. That of a block counts for
 * its first segment that shows anything, before which the block has no rows. */
static guint
get_skip (const Cursor *self)
{
  const PegRowBlock *block = get_block (self);
  const guint before = self->segment > 0 ? block->segments[self->segment - 1].end : 0;

  if (get_segment (self)->n == 0)
    return 0;

  return before == 0 ? self->group->blocks[self->block].skip : block->segments[self->segment].skip;
}

static void
get_row (const Cursor *self,
         guint         row,
         PegRowValues *values)
{
  const PegRowSegment *segment = get_segment (self);
  const guint8 byte = peg_row_segment_rows (segment)[row];
  const gboolean part = (byte & PEG_ROW_PART_BIT) != 0;

  values->group = self->group->group;
  values->kind = part ? PEG_ROW_PART : PEG_ROW_FILE;
  values->entry = get_chunk (self)->entries[part ? segment->parts[byte & ~PEG_ROW_PART_BIT].first : byte];
}

/* Goes on to a segment that has rows ahead. */
static void
settle_forward (Cursor *self)
{
  while (self->left > 0 && self->row >= get_segment (self)->n_rows) {
    self->segment++;
    if (self->segment == get_block (self)->block->n_chunks) {
      self->segment = 0;
      self->block++;
    }
    self->row = get_skip (self);
  }
}

static void
cursor_begin (Cursor            *self,
              const PegRowGroup *group)
{
  *self = (Cursor) { .group = group, .left = group->n_rows - 1 };

  if (self->left > 0) {
    self->row = get_skip (self);
    settle_forward (self);
  }
}

static void
cursor_go (Cursor *self,
           guint   n)
{
  self->row += n;
  self->left -= n;
  settle_forward (self);
}

static gboolean
is_at_start_of_segment (const Cursor *self)
{
  return self->row == get_skip (self);
}

/* How many rows the segment has from here to its end. */
static guint
rows_ahead (const Cursor *self)
{
  return get_segment (self)->n_rows - self->row;
}

/* The same for going back: @row is then behind the row that comes next. */
static void
settle_back (Cursor *self)
{
  while (self->left > 0 && self->row <= get_skip (self)) {
    if (self->segment == 0) {
      self->block--;
      self->segment = get_block (self)->block->n_chunks;
    }
    self->segment--;
    self->row = get_segment (self)->n_rows;
  }
}

static void
cursor_begin_back (Cursor            *self,
                   const PegRowGroup *group)
{
  *self = (Cursor) { .group = group, .block = group->n_blocks, .left = group->n_rows - 1 };

  if (self->left > 0) {
    self->block--;
    self->segment = get_block (self)->block->n_chunks - 1;
    self->row = get_segment (self)->n_rows;
    settle_back (self);
  }
}

static void
cursor_go_back (Cursor *self,
                guint   n)
{
  self->row -= n;
  self->left -= n;
  settle_back (self);
}

/* Whether both segments have the same rows, without a look at any file. */
static gboolean
are_same (const Cursor *a,
          const Cursor *b)
{
  const PegRowSegment *segment_a = get_segment (a), *segment_b = get_segment (b);

  if (get_chunk (a) != get_chunk (b) || get_skip (a) != get_skip (b))
    return FALSE;

  return segment_a == segment_b ||
         (segment_a->n_rows == segment_b->n_rows && segment_a->n_parts == segment_b->n_parts &&
          memcmp (&segment_a->shown, &segment_b->shown, sizeof (PegChunkBits)) == 0 &&
          memcmp (peg_row_segment_rows (segment_a), peg_row_segment_rows (segment_b),
                  segment_a->n_rows) == 0);
}

static int
compare_rows (const Cursor *a,
              guint         row_a,
              const Cursor *b,
              guint         row_b)
{
  PegRowValues values_a, values_b;

  get_row (a, row_a, &values_a);
  get_row (b, row_b, &values_b);

  return values_a.entry == values_b.entry && values_a.kind == values_b.kind ?
         0 : peg_row_values_compare (&values_a, &values_b);
}

/* How many rows of @self come before @other: all that its segment still has, if
 * the last of them does, and otherwise this one. */
static guint
count_before (const Cursor *self,
              const Cursor *other)
{
  const guint ahead = rows_ahead (self);

  return compare_rows (self, self->row + ahead - 1, other, other->row) < 0 ? ahead : 1;
}

static void
walk_rows (Walk   *walk,
           Cursor *from,
           Cursor *to)
{
  const int order = compare_rows (from, from->row, to, to->row);
  guint n = 1;

  if (order == 0) {
    walk_same (walk, 1);
    cursor_go (from, 1);
    cursor_go (to, 1);
  } else if (order < 0) {
    n = count_before (from, to);
    walk_differ (walk, n, 0);
    cursor_go (from, n);
  } else {
    n = count_before (to, from);
    walk_differ (walk, 0, n);
    cursor_go (to, n);
  }
}

static gboolean
walk_blocks (Walk   *walk,
             Cursor *from,
             Cursor *to)
{
  const PegRowBlock *block = get_block (from);
  const guint skip = from->group->blocks[from->block].skip;
  guint n;

  /* What stands before the first row of a block has no rows. */
  if (block != get_block (to) || skip != to->group->blocks[to->block].skip ||
      from->segment != to->segment || from->row != to->row ||
      (from->segment > 0 && block->segments[from->segment - 1].end > 0) ||
      !is_at_start_of_segment (from))
    return FALSE;

  n = block->n_rows - skip;
  walk_same (walk, n);
  from->left -= n;
  to->left -= n;
  from->block++;
  to->block++;
  from->segment = to->segment = 0;
  if (from->left > 0) {
    from->row = get_skip (from);
    settle_forward (from);
  }
  if (to->left > 0) {
    to->row = get_skip (to);
    settle_forward (to);
  }

  return TRUE;
}

static void
walk_groups (Walk              *walk,
             const PegRowGroup *from,
             const PegRowGroup *to)
{
  Cursor a, b;

  walk_same (walk, 1);
  cursor_begin (&a, from);
  cursor_begin (&b, to);

  while (a.left > 0 && b.left > 0 && walk->runs->len <= walk->max_runs) {
    if (walk_blocks (walk, &a, &b))
      continue;

    if (is_at_start_of_segment (&a) && is_at_start_of_segment (&b) && are_same (&a, &b)) {
      const guint n = rows_ahead (&a);

      walk_same (walk, n);
      cursor_go (&a, n);
      cursor_go (&b, n);
    } else {
      walk_rows (walk, &a, &b);
    }
  }

  walk_differ (walk, a.left, b.left);
}

/* How many rows at the end of both groups are the same. */
static guint
count_common_rows (const PegRowGroup *from,
                   const PegRowGroup *to)
{
  Cursor a, b;
  guint n = 0;

  cursor_begin_back (&a, from);
  cursor_begin_back (&b, to);

  while (a.left > 0 && b.left > 0) {
    guint here = 1;

    if (a.row == get_segment (&a)->n_rows && b.row == get_segment (&b)->n_rows && are_same (&a, &b))
      here = a.row - get_skip (&a);
    else if (compare_rows (&a, a.row - 1, &b, b.row - 1) != 0)
      return n;

    n += here;
    cursor_go_back (&a, here);
    cursor_go_back (&b, here);
  }

  /* The rows of the groups themselves are the same. */
  return a.left == 0 && b.left == 0 ? n + 1 : n;
}

/* How many rows at the end of both tables are the same. */
static guint
count_common_tail (const PegRowTable *from,
                   const PegRowTable *to)
{
  guint i = from->groups->len, j = to->groups->len, n = 0;

  for (; i > 0 && j > 0; i--, j--) {
    const PegRowGroup *a = g_ptr_array_index (from->groups, i - 1);
    const PegRowGroup *b = g_ptr_array_index (to->groups, j - 1);
    guint common;

    if (a == b) {
      n += a->n_rows;
      continue;
    }

    if (peg_group_compare (a->group, b->group) != 0)
      break;

    common = count_common_rows (a, b);
    n += common;
    if (common < MAX (a->n_rows, b->n_rows))
      break;
  }

  return n;
}

/* From the first row that differs to the last: there are too many runs in
 * between to tell them apart. */
static void
span_all (Walk              *walk,
          const PegRowTable *from,
          const PegRowTable *to)
{
  PegRowRun *run = &g_array_index (walk->runs, PegRowRun, 0);
  const guint tail = MIN (count_common_tail (from, to),
                          MIN (from->n - run->old_position, to->n - run->position));

  run->removed = from->n - tail - run->old_position;
  run->added = to->n - tail - run->position;
  g_array_set_size (walk->runs, 1);
}

/**
 * peg_row_table_diff:
 * @from: the old table
 * @to: the new table
 * @max_runs: how many runs are still worth telling apart; at least 1
 *
 * Finds where two tables differ, in one walk over the groups, blocks and chunks
 * that are not the same. May be called in any thread. The runs are the smallest there are, from the first row to the last;
 * they hold when they are applied in this order.
 *
 * Returns: (transfer full) (element-type PegRowRun): the runs; one that spans
 *   all of them when they are more than @max_runs
 */
GArray *
peg_row_table_diff (const PegRowTable *from,
                    const PegRowTable *to,
                    guint              max_runs)
{
  Walk walk = { .runs = g_array_new (FALSE, FALSE, sizeof (PegRowRun)), .max_runs = max_runs };
  guint i = 0, j = 0;

  g_return_val_if_fail (from != NULL && to != NULL, walk.runs);
  g_return_val_if_fail (max_runs > 0, walk.runs);

  while (i < from->groups->len && j < to->groups->len && walk.runs->len <= max_runs) {
    const PegRowGroup *a = g_ptr_array_index (from->groups, i);
    const PegRowGroup *b = g_ptr_array_index (to->groups, j);
    const int order = a == b ? 0 : peg_group_compare (a->group, b->group);

    if (a == b)
      walk_same (&walk, a->n_rows);
    else if (order == 0)
      walk_groups (&walk, a, b);
    else if (order < 0)
      walk_differ (&walk, a->n_rows, 0);
    else
      walk_differ (&walk, 0, b->n_rows);

    i += order <= 0;
    j += order >= 0;
  }

  for (; i < from->groups->len; i++)
    walk_differ (&walk, ((PegRowGroup *) g_ptr_array_index (from->groups, i))->n_rows, 0);
  for (; j < to->groups->len; j++)
    walk_differ (&walk, 0, ((PegRowGroup *) g_ptr_array_index (to->groups, j))->n_rows);

  if (walk.runs->len > max_runs)
    span_all (&walk, from, to);

  return walk.runs;
}
