/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-row-table"

#include "peg-config.h"

#include "peg-row-table.h"

#include "peg-row-table-private.h"

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
static void
segment_clear (gpointer data)
{
  PegRowSegment *segment = data;

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
add_row (PegRowSegment *segment,
         guintptr       row)
{
  g_array_append_val (segment->rows, row);
}

/* Begins a part at @entry, unless it goes on or @entry has none. */
static PegRowPart *
continue_part (PegRowSegment    *segment,
               const PegRowView *view,
               PegEntry         *entry)
{
  const char *name = peg_entry_get_part (entry);
  PegRowPart part = { .first = entry };

  if (name == NULL)
    return NULL;

  if (segment->parts == NULL)
    segment->parts = g_array_new (FALSE, FALSE, sizeof (PegRowPart));

  if (segment->parts->len > 0) {
    PegRowPart *last = &g_array_index (segment->parts, PegRowPart, segment->parts->len - 1);

    if (g_strcmp0 (peg_entry_get_part (last->first), name) == 0)
      return last;
  }

  part.expanded = is_open (view, PEG_ROW_PART, peg_group_get_name (segment->group), entry);
  g_array_append_val (segment->parts, part);
  add_row (segment, ((guintptr) (segment->parts->len - 1) << 2) | WORD_PART);

  return &g_array_index (segment->parts, PegRowPart, segment->parts->len - 1);
}

static void
add_entry (PegRowSegment    *segment,
           const PegRowView *view,
           PegEntry         *entry)
{
  const guint out = peg_entry_is_locked (entry) ? 1 : 0;
  PegRowPart *part;

  segment->n++;
  segment->n_out += out;
  if (!segment->expanded)
    return;

  part = continue_part (segment, view, entry);
  if (part != NULL) {
    part->n++;
    part->n_out += out;
  }
  if (part == NULL || part->expanded)
    add_row (segment, (guintptr) entry | WORD_FILE);
}

/* Returns %NULL when no file of @group is shown. */
static PegRowSegment *
segment_new (PegGroup         *group,
             const PegRowView *view)
{
  const gboolean all = view->filter == PEG_FILTER_ALL && view->search == NULL;
  PegRowSegment *segment = g_atomic_rc_box_new0 (PegRowSegment);

  segment->group = peg_group_ref (group);
  segment->expanded = is_open (view, PEG_ROW_GROUP, peg_group_get_name (group), NULL);
  segment->rows = g_array_new (FALSE, FALSE, sizeof (guintptr));
  add_row (segment, WORD_GROUP);

  if (all && !segment->expanded) {
    segment->n = peg_group_get_n (group);
    segment->n_out = peg_group_get_n_out (group);
    return segment;
  }

  for (guint i = 0; i < peg_group_get_n_chunks (group); i++) {
    const PegChunk *chunk = peg_group_get_chunk (group, i);

    for (guint j = 0; j < chunk->n; j++) {
      if (all || is_shown (view, chunk->entries[j]))
        add_entry (segment, view, chunk->entries[j]);
    }
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
    PegRowSegment *segment = NULL;

    for (; reuse != NULL && old < reuse->segments->len; old++) {
      PegRowSegment *candidate = g_ptr_array_index (reuse->segments, old);

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
    const PegRowSegment *segment = g_ptr_array_index (self->segments, i);

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

/*
 * peg_row_segment_get:
 * @i: a row of @self
 * @values: (out): what it shows; borrowed from @self
 */
void
peg_row_segment_get (const PegRowSegment *self,
                     guint                i,
                     PegRowValues        *values)
{
  const guintptr row = g_array_index (self->rows, guintptr, i);

  *values = (PegRowValues) { .group = self->group };

  switch (row & WORD_BITS) {
  case WORD_GROUP:
    values->kind = PEG_ROW_GROUP;
    values->n = self->n;
    values->n_out = self->n_out;
    values->expanded = self->expanded;
    break;
  case WORD_PART: {
    const PegRowPart *part = &g_array_index (self->parts, PegRowPart, row >> 2);

    values->kind = PEG_ROW_PART;
    values->entry = part->first;
    values->n = part->n;
    values->n_out = part->n_out;
    values->expanded = part->expanded;
    break;
  }
  case WORD_FILE:
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
  const PegRowSegment *segment;
  guint i;

  g_return_if_fail (self != NULL && position < self->n);
  g_return_if_fail (values != NULL);

  i = find_segment_at (self, position);
  segment = g_ptr_array_index (self->segments, i);
  peg_row_segment_get (segment, position - self->starts[i], values);
}

/*
 * peg_row_values_compare:
 *
 * Orders two rows of the same group as they are shown: the group, then each part
 * before its files, then the files of no part.
 *
 * Returns: a negative, zero or positive number, like strcmp()
 */
int
peg_row_values_compare (const PegRowValues *a,
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

static const PegRowSegment *
find_segment (const PegRowTable *self,
              const PegGroup    *group,
              guint             *index)
{
  guint low = 0, high = self->segments->len;

  while (low < high) {
    const guint middle = low + (high - low) / 2;
    const PegRowSegment *segment = g_ptr_array_index (self->segments, middle);
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
find_row (const PegRowSegment *segment,
          const PegRowValues  *wanted,
          guint               *position)
{
  guint low = 0, high = segment->rows->len;

  while (low < high) {
    const guint middle = low + (high - low) / 2;
    PegRowValues values;
    int order;

    peg_row_segment_get (segment, middle, &values);
    order = peg_row_values_compare (&values, wanted);

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
  const PegRowSegment *segment;
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
