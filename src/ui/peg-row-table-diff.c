/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-row-table-diff"

#include "peg-config.h"

#include "peg-row-table-private.h"

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

static void
walk_segments (Walk                *walk,
               const PegRowSegment *from,
               const PegRowSegment *to)
{
  guint i = 0, j = 0;

  while (i < from->rows->len && j < to->rows->len && walk->runs->len <= walk->max_runs) {
    PegRowValues a, b;
    int order;

    peg_row_segment_get (from, i, &a);
    peg_row_segment_get (to, j, &b);
    order = a.entry == b.entry && a.kind == b.kind ? 0 : peg_row_values_compare (&a, &b);

    if (order == 0) {
      walk_same (walk, 1);
      i++;
      j++;
    } else if (order < 0) {
      walk_differ (walk, 1, 0);
      i++;
    } else {
      walk_differ (walk, 0, 1);
      j++;
    }
  }

  walk_differ (walk, from->rows->len - i, to->rows->len - j);
}

/* How many rows at the end of both tables are the same. */
static guint
count_common_tail (const PegRowTable *from,
                   const PegRowTable *to)
{
  guint i = from->segments->len, j = to->segments->len, n = 0;

  for (; i > 0 && j > 0; i--, j--) {
    const PegRowSegment *a = g_ptr_array_index (from->segments, i - 1);
    const PegRowSegment *b = g_ptr_array_index (to->segments, j - 1);
    guint common = 0;

    if (a == b) {
      n += a->rows->len;
      continue;
    }

    if (peg_group_compare (a->group, b->group) != 0)
      break;

    for (; common < MIN (a->rows->len, b->rows->len); common++) {
      PegRowValues row_a, row_b;

      peg_row_segment_get (a, a->rows->len - 1 - common, &row_a);
      peg_row_segment_get (b, b->rows->len - 1 - common, &row_b);
      if (peg_row_values_compare (&row_a, &row_b) != 0)
        break;
    }

    n += common;
    if (common < MAX (a->rows->len, b->rows->len))
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
 * Finds where two tables differ, in one walk over the groups that are not the
 * same. The runs are the smallest there are, from the first row to the last;
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

  while (i < from->segments->len && j < to->segments->len && walk.runs->len <= max_runs) {
    const PegRowSegment *a = g_ptr_array_index (from->segments, i);
    const PegRowSegment *b = g_ptr_array_index (to->segments, j);
    const int order = a == b ? 0 : peg_group_compare (a->group, b->group);

    if (a == b)
      walk_same (&walk, a->rows->len);
    else if (order == 0)
      walk_segments (&walk, a, b);
    else if (order < 0)
      walk_differ (&walk, a->rows->len, 0);
    else
      walk_differ (&walk, 0, b->rows->len);

    i += order <= 0;
    j += order >= 0;
  }

  for (; i < from->segments->len; i++)
    walk_differ (&walk, ((PegRowSegment *) g_ptr_array_index (from->segments, i))->rows->len, 0);
  for (; j < to->segments->len; j++)
    walk_differ (&walk, 0, ((PegRowSegment *) g_ptr_array_index (to->segments, j))->rows->len);

  if (walk.runs->len > max_runs)
    span_all (&walk, from, to);

  return walk.runs;
}
