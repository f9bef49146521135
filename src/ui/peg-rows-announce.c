/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-rows-announce"

#include "peg-config.h"

#include "peg-rows-private.h"

/* What PegRows tells of a change: to its rows, and as a list model. */

/* Where a row goes that the list view holds on to, it asks for every row that
 * comes, in search of it. */
#define MAX_ADDED 1000

/* Runs that take away more rows than this are not worth telling apart: the list
 * view destroys the widgets of rows that go, and makes new ones for others. */
#define MAX_REMOVED 64

/* Whether the row is of one of @groups. One change is in one group, and comparing
 * names takes less than looking one up. */
static gboolean
is_among (PegRow     *row,
          GHashTable *groups,
          const char *only)
{
  const char *group = peg_row_get_group (row);

  return only != NULL ? g_str_equal (group, only) : g_hash_table_contains (groups, group);
}

/* The rows that somebody looks at, held: whoever is notified may let go. Only
 * those of the groups that @among names, unless it is %NULL. */
static GPtrArray *
dup_live_rows (PegRows    *self,
               GHashTable *among)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer row, only = NULL;

  if (among != NULL && g_hash_table_size (among) == 1) {
    g_hash_table_iter_init (&iter, among);
    g_hash_table_iter_next (&iter, &only, NULL);
  }

  g_hash_table_iter_init (&iter, self->registry);
  while (g_hash_table_iter_next (&iter, NULL, &row)) {
    if (among == NULL || is_among (row, among, only))
      g_ptr_array_add (rows, g_object_ref (row));
  }

  return rows;
}

/* Returns: (transfer full) (element-type utf8 utf8): the names of the groups that
 *   are not the same in both; borrowed from @after */
static GHashTable *
find_changed_groups (const PegSnapshot *before,
                     const PegSnapshot *after)
{
  GHashTable *changed = g_hash_table_new (g_str_hash, g_str_equal);
  const guint n_before = peg_snapshot_get_n_groups (before);
  const guint n_after = peg_snapshot_get_n_groups (after);
  guint i = 0, j = 0;

  /* A row of a group that went keeps what it had. */
  while (peg_snapshot_get_groups (before) != peg_snapshot_get_groups (after) && j < n_after) {
    PegGroup *a = i < n_before ? peg_snapshot_get_group (before, i) : NULL;
    PegGroup *b = peg_snapshot_get_group (after, j);
    const int order = a == b ? 0 : a == NULL ? 1 : peg_group_compare (a, b);

    if (a != b && order >= 0)
      g_hash_table_add (changed, (gpointer) peg_group_get_name (b));
    i += order <= 0;
    j += order >= 0;
  }

  return changed;
}

/* Whether rows may say other words about the working folder. */
static gboolean
has_other_copies (PegRows           *self,
                  const PegSnapshot *before)
{
  return peg_snapshot_get_copies (before) != peg_snapshot_get_copies (self->snapshot);
}

/* Gives a row what it shows now. @pending: whether actions may be under way. */
static void
refresh_row (PegRows     *self,
             PegRow      *row,
             PegSnapshot *before,
             gboolean     pending,
             gboolean     stale)
{
  PegEntry *entry = peg_row_get_entry (row);
  PegRowValues values = { .kind = peg_row_get_kind (row) };

  if (values.kind == PEG_ROW_FILE) {
    const char *key = peg_entry_get_key (entry);

    values.entry = peg_snapshot_find (self->snapshot, key);
    if (values.entry == NULL)
      return;
    if (pending && !stale)
      stale = peg_snapshot_find_pending (before, key) !=
              peg_snapshot_find_pending (self->snapshot, key);
    if (has_other_copies (self, before) && !stale)
      stale = peg_snapshot_get_copy (before, key) != peg_snapshot_get_copy (self->snapshot, key);
  } else {
    PegGroup *group = peg_snapshot_find_group (self->snapshot, peg_row_get_group (row));

    if (group == NULL ||
        !peg_row_table_find_values (self->table, values.kind, group, entry, &values))
      return;
  }

  peg_row_update (row, &values, stale);
}

/*
 * peg_rows_refresh:
 * @before: the snapshot that rows were last refreshed from; when it is the
 *   present one, it is the table that is another
 *
 * Gives every row that somebody looks at what it shows now. A row whose file is
 * gone, or not shown, keeps what it had.
 */
void
peg_rows_refresh (PegRows     *self,
                  PegSnapshot *before)
{
  const gboolean stale =
    before != self->snapshot &&
    (peg_snapshot_is_live (before) != peg_snapshot_is_live (self->snapshot) ||
     peg_snapshot_get_as_of_us (before) != peg_snapshot_get_as_of_us (self->snapshot) ||
     g_strcmp0 (peg_snapshot_get_user (before), peg_snapshot_get_user (self->snapshot)) != 0);
  const gboolean pending =
    peg_snapshot_get_n_pending (before) + peg_snapshot_get_n_pending (self->snapshot) > 0;
  const gboolean all = stale || pending || before == self->snapshot ||
                       has_other_copies (self, before);
  g_autoptr (GHashTable) changed = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  if (!all) {
    changed = find_changed_groups (before, self->snapshot);
    if (g_hash_table_size (changed) == 0)
      return;
  }

  rows = dup_live_rows (self, changed);
  for (guint i = 0; i < rows->len; i++)
    refresh_row (self, g_ptr_array_index (rows, i), before, pending, stale);
}

static void
announce_run (PegRows         *self,
              const PegRowRun *run)
{
  self->new_end = run->position + run->added;
  self->old_end = run->old_position + run->removed;

  if (run->added > 0 || run->removed > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), run->position, run->removed, run->added);
}

static gboolean
are_few (GArray *runs)
{
  guint removed = 0, added = 0;

  for (guint i = 0; i < runs->len; i++) {
    removed += g_array_index (runs, PegRowRun, i).removed;
    added += g_array_index (runs, PegRowRun, i).added;
  }

  return removed == 0 || (removed <= MAX_REMOVED && added <= MAX_ADDED);
}

/*
 * peg_rows_announce:
 * @old: (transfer full): the table before
 * @runs: (nullable): in which the present table differs from it
 * @before: the snapshot that rows were last refreshed from
 *
 * Moves from @old to the present table: first what the rows show, then which
 * rows there are.
 */
void
peg_rows_announce (PegRows     *self,
                   PegRowTable *old,
                   GArray      *runs,
                   PegSnapshot *before)
{
  const PegRowRun come = { .added = peg_row_table_get_n (self->table) };
  const PegRowRun go = {
    .position = come.added,
    .removed = peg_row_table_get_n (old),
  };
  g_autoptr (GArray) own = NULL;

  g_assert (self->old == NULL);

  self->old = old;
  self->new_end = 0;
  self->old_end = 0;

  peg_rows_refresh (self, before);

  if (!self->replaceable && runs == NULL)
    runs = own = peg_row_table_diff (old, self->table, PEG_ROWS_MAX_RUNS);

  if (!self->replaceable || (runs != NULL && are_few (runs))) {
    for (guint i = 0; i < runs->len; i++)
      announce_run (self, &g_array_index (runs, PegRowRun, i));
  } else {
    self->replacing = TRUE;
    announce_run (self, &come);
    g_signal_emit_by_name (self, "replacing", come.added);
    announce_run (self, &go);
    self->replacing = FALSE;
  }

  g_clear_pointer (&self->old, peg_row_table_unref);
}

/*
 * peg_rows_notify:
 *
 * Has every row that somebody looks at drawn anew: names show in bold what was
 * found.
 */
void
peg_rows_notify (PegRows *self)
{
  g_autoptr (GPtrArray) rows = dup_live_rows (self, NULL);

  for (guint i = 0; i < rows->len; i++)
    g_object_notify (g_ptr_array_index (rows, i), "stamp");
}
