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

/* The rows that somebody looks at, held: whoever is notified may let go. */
static GPtrArray *
dup_live_rows (PegRows *self)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer row;

  g_hash_table_iter_init (&iter, self->registry);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    g_ptr_array_add (rows, g_object_ref (row));

  return rows;
}

/*
 * peg_rows_refresh:
 * @before: the snapshot that rows were last refreshed from
 *
 * Gives every row that somebody looks at what it shows now. A row whose file is
 * gone, or not shown, keeps what it had.
 */
void
peg_rows_refresh (PegRows     *self,
                  PegSnapshot *before)
{
  const gboolean all_stale =
    before != self->snapshot &&
    (peg_snapshot_is_live (before) != peg_snapshot_is_live (self->snapshot) ||
     peg_snapshot_get_as_of_us (before) != peg_snapshot_get_as_of_us (self->snapshot) ||
     g_strcmp0 (peg_snapshot_get_user (before), peg_snapshot_get_user (self->snapshot)) != 0);
  const gboolean pending =
    peg_snapshot_get_n_pending (before) + peg_snapshot_get_n_pending (self->snapshot) > 0;
  g_autoptr (GPtrArray) rows = dup_live_rows (self);

  for (guint i = 0; i < rows->len; i++) {
    PegRow *row = g_ptr_array_index (rows, i);
    PegEntry *entry = peg_row_get_entry (row);
    PegRowValues values = { .kind = peg_row_get_kind (row) };
    gboolean stale = all_stale;

    if (values.kind == PEG_ROW_FILE) {
      const char *key = peg_entry_get_key (entry);

      values.entry = peg_snapshot_find (self->snapshot, key);
      if (values.entry == NULL)
        continue;
      if (pending && !stale)
        stale = peg_snapshot_find_pending (before, key) !=
                peg_snapshot_find_pending (self->snapshot, key);
    } else {
      PegGroup *group = peg_snapshot_find_group (self->snapshot, peg_row_get_group (row));

      if (group == NULL ||
          !peg_row_table_find_values (self->table, values.kind, group, entry, &values))
        continue;
    }

    peg_row_update (row, &values, stale);
  }
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

  g_assert (self->old == NULL);

  self->old = old;
  self->new_end = 0;
  self->old_end = 0;

  peg_rows_refresh (self, before);

  if (runs != NULL && are_few (runs)) {
    for (guint i = 0; i < runs->len; i++)
      announce_run (self, &g_array_index (runs, PegRowRun, i));
  } else {
    announce_run (self, &come);
    g_signal_emit_by_name (self, "replacing", come.added);
    announce_run (self, &go);
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
  g_autoptr (GPtrArray) rows = dup_live_rows (self);

  for (guint i = 0; i < rows->len; i++)
    g_object_notify (g_ptr_array_index (rows, i), "stamp");
}
