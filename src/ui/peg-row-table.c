/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-row-table"

#include "peg-config.h"

#include "peg-row-table.h"

#include <string.h>

/* A row is one machine word: which of three it is in the lowest two bits, and
 * above them the entry, or the place of the part in its segment. Entries come
 * from an allocator that aligns to more than that. */
#define ROW_FILE 0
#define ROW_PART 1
#define ROW_GROUP 2
#define ROW_BITS 3

typedef struct {
  PegEntry *first; /* borrowed from the group */
  guint n;
  guint n_out;
  gboolean expanded;
} Part;

/* The rows of one group. Never changes, and is shared by every table in which
 * the group is the same and is looked at in the same way. */
typedef struct {
  PegGroup *group;  /* (owned) (not nullable) */
  GArray *rows;     /* (owned) (element-type guintptr) */
  GArray *parts;    /* (owned) (nullable) (element-type Part) */
  guint n;
  guint n_out;
  gboolean expanded;
} Segment;

/**
 * PegRowTable:
 *
 * The rows that are visible, in order, without an object for any of them.
 *
 * A table never changes. It is made from a snapshot, from what is open and what
 * is looked for, and shares with the table before it the rows of every group
 * that did not change: the cost of an event is the size of the groups that it
 * touches.
 */
struct _PegRowTable
{
  GPtrArray *segments; /* (owned) (element-type Segment): by peg_group_compare() */
  guint *starts;       /* (owned): the first row of each segment */
  guint n;
  guint n_files;
};

static void
segment_clear (gpointer data)
{
  Segment *segment = data;

  g_clear_pointer (&segment->rows, g_array_unref);
  g_clear_pointer (&segment->parts, g_array_unref);
  g_clear_pointer (&segment->group, peg_group_unref);
}

static void
segment_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, segment_clear);
}

static gboolean
is_open (const PegRowView *view,
         PegRowKind        kind,
         const char       *group,
         const PegEntry   *entry)
{
  g_autofree char *id = NULL;

  if (g_hash_table_size (view->exceptions) == 0)
    return view->open;

  id = peg_row_make_id (kind, group, entry);

  return view->open != g_hash_table_contains (view->exceptions, id);
}

static gboolean
is_shown (const PegRowView *view,
          const PegEntry   *entry)
{
  if (!peg_filter_matches (view->filter, entry, view->user))
    return FALSE;

  return view->search == NULL || peg_search_matches (view->search, entry);
}

static void
add_row (Segment  *segment,
         guintptr  row)
{
  g_array_append_val (segment->rows, row);
}

/* Begins a part at @entry, unless it goes on or @entry has none. */
static Part *
continue_part (Segment          *segment,
               const PegRowView *view,
               PegEntry         *entry)
{
  const char *name = peg_entry_get_part (entry);
  Part part = { .first = entry };

  if (name == NULL)
    return NULL;

  if (segment->parts == NULL)
    segment->parts = g_array_new (FALSE, FALSE, sizeof (Part));

  if (segment->parts->len > 0) {
    Part *last = &g_array_index (segment->parts, Part, segment->parts->len - 1);

    if (g_strcmp0 (peg_entry_get_part (last->first), name) == 0)
      return last;
  }

  part.expanded = is_open (view, PEG_ROW_PART, peg_group_get_name (segment->group), entry);
  g_array_append_val (segment->parts, part);
  add_row (segment, ((guintptr) (segment->parts->len - 1) << 2) | ROW_PART);

  return &g_array_index (segment->parts, Part, segment->parts->len - 1);
}

/* Returns %NULL when no file of @group is shown. */
static Segment *
segment_new (PegGroup         *group,
             const PegRowView *view)
{
  const gboolean all = view->filter == PEG_FILTER_ALL && view->search == NULL;
  GPtrArray *entries = peg_group_get_entries (group);
  Segment *segment = g_atomic_rc_box_new0 (Segment);

  segment->group = peg_group_ref (group);
  segment->expanded = is_open (view, PEG_ROW_GROUP, peg_group_get_name (group), NULL);
  segment->rows = g_array_new (FALSE, FALSE, sizeof (guintptr));
  add_row (segment, ROW_GROUP);

  if (all && !segment->expanded) {
    segment->n = peg_group_get_n (group);
    segment->n_out = peg_group_get_n_out (group);
    return segment;
  }

  for (guint i = 0; i < entries->len; i++) {
    PegEntry *entry = g_ptr_array_index (entries, i);
    const guint out = peg_entry_is_locked (entry) ? 1 : 0;
    Part *part;

    if (!all && !is_shown (view, entry))
      continue;

    segment->n++;
    segment->n_out += out;
    if (!segment->expanded)
      continue;

    part = continue_part (segment, view, entry);
    if (part != NULL) {
      part->n++;
      part->n_out += out;
    }
    if (part == NULL || part->expanded)
      add_row (segment, (guintptr) entry | ROW_FILE);
  }

  if (segment->n == 0 && !all)
    g_clear_pointer (&segment, segment_unref);

  return segment;
}

/**
 * peg_row_table_new:
 * @snapshot: what is known
 * @view: which rows there are to be
 * @reuse: (nullable): a table that was made with the same @view, to share with
 * @except: (nullable): the name of a group that is open now and was not, or the
 *   other way round, since @reuse was made
 *
 * Returns: (transfer full): the rows
 */
PegRowTable *
peg_row_table_new (PegSnapshot      *snapshot,
                   const PegRowView *view,
                   PegRowTable      *reuse,
                   const char       *except)
{
  const guint n_groups = peg_snapshot_get_n_groups (snapshot);
  PegRowTable *self = g_atomic_rc_box_new0 (PegRowTable);
  guint old = 0;

  self->segments = g_ptr_array_new_full (n_groups, segment_unref);

  for (guint i = 0; i < n_groups; i++) {
    PegGroup *group = peg_snapshot_get_group (snapshot, i);
    Segment *segment = NULL;

    for (; reuse != NULL && old < reuse->segments->len; old++) {
      Segment *candidate = g_ptr_array_index (reuse->segments, old);

      if (candidate->group == group) {
        if (g_strcmp0 (peg_group_get_name (group), except) != 0)
          segment = g_atomic_rc_box_acquire (candidate);
        break;
      }
      if (peg_group_compare (candidate->group, group) >= 0)
        break;
    }

    if (segment == NULL)
      segment = segment_new (group, view);
    if (segment != NULL)
      g_ptr_array_add (self->segments, segment);
  }

  self->starts = g_new (guint, self->segments->len + 1);
  for (guint i = 0; i < self->segments->len; i++) {
    const Segment *segment = g_ptr_array_index (self->segments, i);

    self->starts[i] = self->n;
    self->n += segment->rows->len;
    self->n_files += segment->n;
  }
  self->starts[self->segments->len] = self->n;

  return self;
}

PegRowTable *
peg_row_table_ref (PegRowTable *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

static void
table_clear (gpointer data)
{
  PegRowTable *self = data;

  g_clear_pointer (&self->segments, g_ptr_array_unref);
  g_clear_pointer (&self->starts, g_free);
}

void
peg_row_table_unref (PegRowTable *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, table_clear);
}

guint
peg_row_table_get_n (const PegRowTable *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n;
}

/**
 * peg_row_table_get_n_files:
 * @self: a table
 *
 * Returns: how many files match, whether or not their groups are open
 */
guint
peg_row_table_get_n_files (const PegRowTable *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_files;
}

static inline guintptr
segment_row (const Segment *segment,
             guint          i)
{
  return g_array_index (segment->rows, guintptr, i);
}

static void
segment_values (const Segment *segment,
                guintptr       row,
                PegRowValues  *values)
{
  *values = (PegRowValues) { .group = segment->group };

  switch (row & ROW_BITS) {
  case ROW_GROUP:
    values->kind = PEG_ROW_GROUP;
    values->n = segment->n;
    values->n_out = segment->n_out;
    values->expanded = segment->expanded;
    break;
  case ROW_PART: {
    const Part *part = &g_array_index (segment->parts, Part, row >> 2);

    values->kind = PEG_ROW_PART;
    values->entry = part->first;
    values->n = part->n;
    values->n_out = part->n_out;
    values->expanded = part->expanded;
    break;
  }
  case ROW_FILE:
    values->kind = PEG_ROW_FILE;
    values->entry = (PegEntry *) row;
    break;
  default:
    g_assert_not_reached ();
  }
}

static guint
find_segment_at (const PegRowTable *self,
                 guint              position)
{
  guint low = 0, high = self->segments->len;

  while (high - low > 1) {
    const guint middle = low + (high - low) / 2;

    if (self->starts[middle] <= position)
      low = middle;
    else
      high = middle;
  }

  return low;
}

/**
 * peg_row_table_get:
 * @self: a table
 * @position: less than peg_row_table_get_n()
 * @values: (out): what the row at @position shows; borrowed from @self
 */
void
peg_row_table_get (const PegRowTable *self,
                   guint              position,
                   PegRowValues      *values)
{
  const Segment *segment;
  guint i;

  g_return_if_fail (self != NULL && position < self->n);
  g_return_if_fail (values != NULL);

  i = find_segment_at (self, position);
  segment = g_ptr_array_index (self->segments, i);
  segment_values (segment, segment_row (segment, position - self->starts[i]), values);
}

/* Orders two rows of the same group as they are shown: the group, then each
 * part before its files, then the files of no part. */
static int
compare_rows (const PegRowValues *a,
              const PegRowValues *b)
{
  const gboolean a_is_part = a->kind == PEG_ROW_PART;
  const gboolean b_is_part = b->kind == PEG_ROW_PART;

  if (a->kind == PEG_ROW_GROUP || b->kind == PEG_ROW_GROUP)
    return (a->kind != PEG_ROW_GROUP) - (b->kind != PEG_ROW_GROUP);

  if ((a_is_part || b_is_part) &&
      g_strcmp0 (peg_entry_get_part (a->entry), peg_entry_get_part (b->entry)) == 0)
    return b_is_part - a_is_part;

  return peg_entry_compare (a->entry, b->entry);
}

static const Segment *
find_segment (const PegRowTable *self,
              const PegGroup    *group,
              guint             *index)
{
  guint low = 0, high = self->segments->len;

  while (low < high) {
    const guint middle = low + (high - low) / 2;
    const Segment *segment = g_ptr_array_index (self->segments, middle);
    const int order = peg_group_compare (segment->group, group);

    if (order == 0) {
      *index = middle;
      return segment;
    }

    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }

  return NULL;
}

/* Where a row is, or would be. */
static gboolean
find_row (const Segment      *segment,
          const PegRowValues *wanted,
          guint              *position)
{
  guint low = 0, high = segment->rows->len;

  while (low < high) {
    const guint middle = low + (high - low) / 2;
    PegRowValues values;
    int order;

    segment_values (segment, segment_row (segment, middle), &values);
    order = compare_rows (&values, wanted);

    if (order == 0) {
      *position = middle;
      return TRUE;
    }

    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }

  return FALSE;
}

/**
 * peg_row_table_find:
 * @self: a table
 * @kind: what the row stands for
 * @group: the group, of any version
 * @entry: (nullable): the file, or a file of the part, of any version
 * @position: (out): where it is
 *
 * Returns: whether there is such a row
 */
gboolean
peg_row_table_find (const PegRowTable *self,
                    PegRowKind         kind,
                    const PegGroup    *group,
                    const PegEntry    *entry,
                    guint             *position)
{
  const PegRowValues wanted = { .kind = kind, .entry = (PegEntry *) entry };
  const Segment *segment;
  guint i;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (group != NULL, FALSE);
  g_return_val_if_fail (entry != NULL || kind == PEG_ROW_GROUP, FALSE);
  g_return_val_if_fail (position != NULL, FALSE);

  segment = find_segment (self, group, &i);
  if (segment == NULL || !find_row (segment, &wanted, position))
    return FALSE;

  *position += self->starts[i];
  return TRUE;
}

/**
 * peg_row_table_find_values:
 * @self: a table
 * @kind: what the row stands for
 * @group: the group, of any version
 * @entry: (nullable): the file, or a file of the part, of any version
 * @values: (out): what it shows; borrowed from @self
 *
 * Returns: whether there is such a row
 */
gboolean
peg_row_table_find_values (const PegRowTable *self,
                           PegRowKind         kind,
                           const PegGroup    *group,
                           const PegEntry    *entry,
                           PegRowValues      *values)
{
  guint position;

  if (!peg_row_table_find (self, kind, group, entry, &position))
    return FALSE;

  peg_row_table_get (self, position, values);
  return TRUE;
}

/**
 * peg_row_table_get_parent:
 * @self: a table
 * @position: a row
 * @parent: (out): the row of the part, or the group, that it is in
 *
 * Returns: %FALSE for a group, which is in nothing
 */
gboolean
peg_row_table_get_parent (const PegRowTable *self,
                          guint              position,
                          guint             *parent)
{
  PegRowValues values;

  g_return_val_if_fail (self != NULL && position < self->n, FALSE);
  g_return_val_if_fail (parent != NULL, FALSE);

  peg_row_table_get (self, position, &values);

  if (values.kind == PEG_ROW_GROUP)
    return FALSE;

  if (values.kind == PEG_ROW_FILE && peg_entry_get_part (values.entry) != NULL &&
      peg_row_table_find (self, PEG_ROW_PART, values.group, values.entry, parent))
    return TRUE;

  *parent = self->starts[find_segment_at (self, position)];
  return TRUE;
}

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
walk_segments (Walk          *walk,
               const Segment *from,
               const Segment *to)
{
  guint i = 0, j = 0;

  while (i < from->rows->len && j < to->rows->len && walk->runs->len <= walk->max_runs) {
    PegRowValues a, b;
    int order;

    segment_values (from, segment_row (from, i), &a);
    segment_values (to, segment_row (to, j), &b);
    order = a.entry == b.entry && a.kind == b.kind ? 0 : compare_rows (&a, &b);

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
    const Segment *a = g_ptr_array_index (from->segments, i - 1);
    const Segment *b = g_ptr_array_index (to->segments, j - 1);
    guint common = 0;

    if (a == b) {
      n += a->rows->len;
      continue;
    }

    if (peg_group_compare (a->group, b->group) != 0)
      break;

    for (; common < MIN (a->rows->len, b->rows->len); common++) {
      PegRowValues row_a, row_b;

      segment_values (a, segment_row (a, a->rows->len - 1 - common), &row_a);
      segment_values (b, segment_row (b, b->rows->len - 1 - common), &row_b);
      if (compare_rows (&row_a, &row_b) != 0)
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
    const Segment *a = g_ptr_array_index (from->segments, i);
    const Segment *b = g_ptr_array_index (to->segments, j);
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
    walk_differ (&walk, ((Segment *) g_ptr_array_index (from->segments, i))->rows->len, 0);
  for (; j < to->segments->len; j++)
    walk_differ (&walk, 0, ((Segment *) g_ptr_array_index (to->segments, j))->rows->len);

  if (walk.runs->len > max_runs)
    span_all (&walk, from, to);

  return walk.runs;
}
