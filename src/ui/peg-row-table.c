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
 * A table never changes, and may be made and read in any thread. It is built like
 * the tree: rows of a group, of a block, of a chunk. Each is shared with the table
 * before when what it is of did not change, so that an event costs the chunks that
 * it touches, not the files that there are. A row is a byte, and which files are
 * checked out and where parts begin is a bit in the chunk: opening, closing and
 * filtering a hundred thousand files touches none of them. Only a search must,
 * and one that only narrows the one before looks at what that one found.
 */
static void
table_clear (gpointer data)
{
  PegRowTable *self = data;

  g_clear_pointer (&self->groups, g_ptr_array_unref);
  g_clear_pointer (&self->starts, g_free);
  g_clear_pointer (&self->search, peg_search_unref);
  g_clear_pointer (&self->user, g_free);
}

static void
add_up (PegRowTable *self)
{
  self->starts = g_new (guint, self->groups->len + 1);

  for (guint i = 0; i < self->groups->len; i++) {
    const PegRowGroup *group = g_ptr_array_index (self->groups, i);

    self->starts[i] = self->n;
    self->n += group->n_rows;
    self->n_files += group->n;
  }

  self->starts[self->groups->len] = self->n;
}

static PegRowTable *
table_new (PegSnapshot      *snapshot,
           const PegRowView *view,
           PegRowContext    *context,
           PegRowTable      *before,
           const char       *except)
{
  const guint n_groups = peg_snapshot_get_n_groups (snapshot);
  const gboolean same_rows = context->same_rows;
  g_autoptr (GString) id = g_string_new (NULL);
  PegRowTable *self = g_atomic_rc_box_new0 (PegRowTable);
  guint old = 0;

  context->view = view;
  context->id = id;
  context->shows_all = view->filter == PEG_FILTER_ALL && view->search == NULL;
  self->groups = g_ptr_array_new_full (n_groups, (GDestroyNotify) peg_row_group_unref);
  self->filter = view->filter;
  self->search = view->search != NULL ? peg_search_ref (view->search) : NULL;
  self->user = g_strdup (view->user);

  for (guint i = 0; i < n_groups; i++) {
    PegGroup *group = peg_snapshot_get_group (snapshot, i);
    PegRowGroup *candidate = NULL, *rows;
    int order = 1;

    for (; before != NULL && old < before->groups->len; old++) {
      candidate = g_ptr_array_index (before->groups, old);
      order = candidate->group == group ? 0 : peg_group_compare (candidate->group, group);
      if (order >= 0)
        break;
    }
    if (order != 0)
      candidate = NULL;

    context->same_rows = same_rows && g_strcmp0 (peg_group_get_name (group), except) != 0;
    if (candidate != NULL && candidate->group == group && context->same_rows)
      rows = peg_row_group_ref (candidate);
    else
      rows = peg_row_group_new (context, group, candidate);

    if (rows != NULL)
      g_ptr_array_add (self->groups, rows);
  }

  add_up (self);

  return self;
}

/**
 * peg_row_table_new:
 * @snapshot: what is known
 * @view: which rows there are to be
 * @reuse: (nullable): a table that was made with the same @view, to share with
 * @except: (nullable): the name of a group that is open now and was not, or the
 *   other way round, or with such a part, since @reuse was made
 *
 * May be called in any thread.
 *
 * Returns: (transfer full): the rows
 */
PegRowTable *
peg_row_table_new (PegSnapshot      *snapshot,
                   const PegRowView *view,
                   PegRowTable      *reuse,
                   const char       *except)
{
  PegRowContext context = { .same_rows = reuse != NULL, .same_shown = reuse != NULL };

  g_return_val_if_fail (snapshot != NULL, NULL);
  g_return_val_if_fail (view != NULL, NULL);

  return table_new (snapshot, view, &context, reuse, except);
}

/* Whether every file that is shown in @view is shown in @before. */
static gboolean
is_narrower (const PegRowView  *view,
             const PegRowTable *before)
{
  if (before->filter != PEG_FILTER_ALL &&
      (before->filter != view->filter || g_strcmp0 (before->user, view->user) != 0))
    return FALSE;

  return before->search == NULL ||
         (view->search != NULL && peg_search_narrows (view->search, before->search));
}

/**
 * peg_row_table_new_view:
 * @snapshot: what is known
 * @view: which rows there are to be
 * @before: a table that was made with another view
 *
 * Does the same as peg_row_table_new() without a table to reuse, in less time when
 * only what is open differs, or when @view only narrows what @before shows, as
 * with every further letter that somebody types.
 *
 * May be called in any thread.
 *
 * Returns: (transfer full): the rows
 */
PegRowTable *
peg_row_table_new_view (PegSnapshot      *snapshot,
                        const PegRowView *view,
                        PegRowTable      *before)
{
  PegRowContext context = { .view = view };

  g_return_val_if_fail (snapshot != NULL, NULL);
  g_return_val_if_fail (view != NULL, NULL);
  g_return_val_if_fail (before != NULL, NULL);

  context.same_shown = before->filter == view->filter && before->search == view->search &&
                       g_strcmp0 (before->user, view->user) == 0;
  if (!context.same_shown && !is_narrower (view, before))
    before = NULL;

  return table_new (snapshot, view, &context, before, NULL);
}

PegRowTable *
peg_row_table_ref (PegRowTable *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
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

static guint
find_group_at (const PegRowTable *self,
               guint              position)
{
  guint low = 0, high = self->groups->len;

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
  guint i;

  g_return_if_fail (self != NULL && position < self->n);
  g_return_if_fail (values != NULL);

  i = find_group_at (self, position);
  peg_row_group_get (g_ptr_array_index (self->groups, i), position - self->starts[i], values);
}

static const PegRowGroup *
find_group (const PegRowTable *self,
            const PegGroup    *group,
            guint             *index)
{
  guint low = 0, high = self->groups->len;

  while (low < high) {
    const guint middle = low + (high - low) / 2;
    const PegRowGroup *candidate = g_ptr_array_index (self->groups, middle);
    const int order = candidate->group == group ? 0 : peg_group_compare (candidate->group, group);

    if (order == 0) {
      *index = middle;
      return candidate;
    }

    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }

  return NULL;
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
  const PegRowGroup *rows;
  guint i;

  g_return_val_if_fail (self != NULL && group != NULL, FALSE);
  g_return_val_if_fail (kind == PEG_ROW_GROUP || entry != NULL, FALSE);
  g_return_val_if_fail (position != NULL, FALSE);

  rows = find_group (self, group, &i);
  if (rows == NULL || !peg_row_group_find (rows, kind, entry, position))
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

  *parent = self->starts[find_group_at (self, position)];
  return TRUE;
}
