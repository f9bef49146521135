/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-rows"

#include "peg-config.h"

#include "peg-rows.h"

#include "peg-row-table.h"

/* What is open: all or nothing, and the ids of which it is not true. */
typedef struct {
  gboolean open;
  GHashTable *exceptions; /* (owned) (element-type utf8 utf8) */
} Openness;

/**
 * PegRows:
 *
 * The rows of the list that are visible, as a flat list model.
 *
 * Two things change in different ways. What a row shows is a notification of
 * the [class@Peg.Row] that somebody holds; which rows there are is an
 * `items-changed` for each run of rows that came or went. Objects exist only
 * for rows that somebody asked for: 100,000 rows are an array of words
 * ([struct@Peg.RowTable]).
 *
 * What is open belongs to the name of the group and of the part, so it survives
 * whatever comes from the server. While something is looked for, or only what
 * is out is shown, everything that matches is open, and closing it again lasts
 * until something else is looked for.
 */
struct _PegRows
{
  GObject parent_instance;

  PegSnapshot *snapshot;  /* (owned) (not nullable) */
  PegRowTable *table;     /* (owned) (not nullable) */
  GHashTable *registry;   /* (owned) (element-type utf8 PegRow): who is looked at, weak */

  PegFilter filter;
  PegSearch *search;      /* (owned) (nullable): never an empty one */
  Openness browsing;
  Openness looking;

  /* While runs are announced, the rows before them are those of @table and the
   * rows behind them those of @old. */
  PegRowTable *old;       /* (owned) (nullable) */
  guint new_end;
  guint old_end;
};

static void peg_rows_list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PegRows, peg_rows, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      peg_rows_list_model_iface_init))

static void
openness_init (Openness *self,
               gboolean  open)
{
  self->open = open;
  self->exceptions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
openness_set_all (Openness *self,
                  gboolean  open)
{
  self->open = open;
  g_hash_table_remove_all (self->exceptions);
}

static void
openness_set (Openness   *self,
              const char *id,
              gboolean    open)
{
  if (open == self->open)
    g_hash_table_remove (self->exceptions, id);
  else
    g_hash_table_add (self->exceptions, g_strdup (id));
}

/* Few rows that were asked for are shown, not hidden in closed groups. */
static gboolean
is_looking (PegRows *self)
{
  return self->search != NULL ||
         self->filter == PEG_FILTER_OUT || self->filter == PEG_FILTER_MINE;
}

static Openness *
get_openness (PegRows *self)
{
  return is_looking (self) ? &self->looking : &self->browsing;
}

static PegRowTable *
make_table (PegRows     *self,
            PegRowTable *reuse,
            const char  *except)
{
  const Openness *openness = get_openness (self);
  const PegRowView view = {
    .search = self->search,
    .filter = self->filter,
    .user = peg_snapshot_get_user (self->snapshot),
    .open = openness->open,
    .exceptions = openness->exceptions,
  };

  return peg_row_table_new (self->snapshot, &view, reuse, except);
}

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

/* Gives every row that somebody looks at what it shows now. A row whose file is
 * gone, or not shown, keeps what it had. */
static void
refresh_rows (PegRows     *self,
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

/* Moves from @old (transfer full) to the present table: first what the rows
 * show, then which rows there are. */
static void
announce (PegRows     *self,
          PegRowTable *old,
          PegSnapshot *before)
{
  g_autoptr (GArray) runs = peg_row_table_diff (old, self->table, PEG_ROWS_MAX_RUNS);

  g_assert (self->old == NULL);

  self->old = old;
  self->new_end = 0;
  self->old_end = 0;

  refresh_rows (self, before);

  for (guint i = 0; i < runs->len; i++) {
    const PegRowRun *run = &g_array_index (runs, PegRowRun, i);

    self->new_end = run->position + run->added;
    self->old_end = run->old_position + run->removed;
    g_list_model_items_changed (G_LIST_MODEL (self), run->position, run->removed, run->added);
  }

  g_clear_pointer (&self->old, peg_row_table_unref);
}

/* @reuse: whether everything but the group @except is looked at as before. */
static void
rebuild (PegRows    *self,
         gboolean    reuse,
         const char *except)
{
  PegRowTable *old = g_steal_pointer (&self->table);

  self->table = make_table (self, reuse ? old : NULL, except);
  announce (self, old, self->snapshot);
}

static void
peg_rows_finalize (GObject *object)
{
  PegRows *self = PEG_ROWS (object);

  g_clear_pointer (&self->snapshot, peg_snapshot_unref);
  g_clear_pointer (&self->table, peg_row_table_unref);
  g_clear_pointer (&self->search, peg_search_unref);
  g_clear_pointer (&self->browsing.exceptions, g_hash_table_unref);
  g_clear_pointer (&self->looking.exceptions, g_hash_table_unref);
  g_clear_pointer (&self->registry, g_hash_table_unref);

  G_OBJECT_CLASS (peg_rows_parent_class)->finalize (object);
}

static GType
peg_rows_get_item_type (GListModel *model)
{
  return PEG_TYPE_ROW;
}

static guint
peg_rows_get_n_items (GListModel *model)
{
  PegRows *self = PEG_ROWS (model);

  if (self->old != NULL)
    return self->new_end + peg_row_table_get_n (self->old) - self->old_end;

  return peg_row_table_get_n (self->table);
}

static gpointer
peg_rows_get_item (GListModel *model,
                   guint       position)
{
  PegRows *self = PEG_ROWS (model);
  g_autofree char *id = NULL;
  PegRowValues values;
  PegRow *row;

  if (position >= peg_rows_get_n_items (model))
    return NULL;

  if (self->old == NULL || position < self->new_end)
    peg_row_table_get (self->table, position, &values);
  else
    peg_row_table_get (self->old, position - self->new_end + self->old_end, &values);

  id = peg_row_make_id (values.kind, peg_group_get_name (values.group), values.entry);
  row = g_hash_table_lookup (self->registry, id);
  if (row != NULL)
    return g_object_ref (row);

  return peg_row_new (self->registry, id, &values);
}

static void
peg_rows_list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = peg_rows_get_item_type;
  iface->get_n_items = peg_rows_get_n_items;
  iface->get_item = peg_rows_get_item;
}

static void
peg_rows_class_init (PegRowsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = peg_rows_finalize;
}

static void
peg_rows_init (PegRows *self)
{
  self->registry = g_hash_table_new (g_str_hash, g_str_equal);
  openness_init (&self->browsing, FALSE);
  openness_init (&self->looking, TRUE);
  self->snapshot = peg_snapshot_new ();
  self->table = make_table (self, NULL, NULL);
}

/**
 * peg_rows_new:
 *
 * Returns: (transfer full): the rows of nothing
 */
PegRows *
peg_rows_new (void)
{
  return g_object_new (PEG_TYPE_ROWS, NULL);
}

/**
 * peg_rows_get_snapshot:
 * @self: the rows
 *
 * Returns: (transfer none): what they show
 */
PegSnapshot *
peg_rows_get_snapshot (PegRows *self)
{
  g_return_val_if_fail (PEG_IS_ROWS (self), NULL);

  return self->snapshot;
}

/**
 * peg_rows_set_snapshot:
 * @self: the rows
 * @snapshot: what is known now
 *
 * Shows another snapshot. To be called from a fresh turn of the main loop, as
 * [class@Peg.Store] does.
 */
void
peg_rows_set_snapshot (PegRows     *self,
                       PegSnapshot *snapshot)
{
  g_autoptr (PegSnapshot) before = NULL;
  PegRowTable *old;
  gboolean same_user;

  g_return_if_fail (PEG_IS_ROWS (self));
  g_return_if_fail (snapshot != NULL);

  if (self->snapshot == snapshot)
    return;

  before = g_steal_pointer (&self->snapshot);
  self->snapshot = peg_snapshot_ref (snapshot);

  /* Who is looking decides what “Mine” shows. */
  same_user = g_strcmp0 (peg_snapshot_get_user (before), peg_snapshot_get_user (snapshot)) == 0;
  old = g_steal_pointer (&self->table);
  self->table = make_table (self, same_user ? old : NULL, NULL);
  announce (self, old, before);
}

PegFilter
peg_rows_get_filter (PegRows *self)
{
  g_return_val_if_fail (PEG_IS_ROWS (self), PEG_FILTER_ALL);

  return self->filter;
}

/**
 * peg_rows_get_search:
 * @self: the rows
 *
 * Returns: (transfer none) (nullable): what the files must match
 */
PegSearch *
peg_rows_get_search (PegRows *self)
{
  g_return_val_if_fail (PEG_IS_ROWS (self), NULL);

  return self->search;
}

/**
 * peg_rows_set_view:
 * @self: the rows
 * @filter: which files are shown
 * @search: (nullable): what they must match
 *
 * Shows the files that match, in groups that are open. What was open before is
 * open again when nothing is looked for any more.
 */
void
peg_rows_set_view (PegRows   *self,
                   PegFilter  filter,
                   PegSearch *search)
{
  g_autoptr (GPtrArray) rows = NULL;

  g_return_if_fail (PEG_IS_ROWS (self));

  if (search != NULL && peg_search_is_empty (search))
    search = NULL;

  if (self->filter == filter && self->search == search)
    return;

  if (search != NULL)
    peg_search_ref (search);
  g_clear_pointer (&self->search, peg_search_unref);
  self->search = search;
  self->filter = filter;
  openness_set_all (&self->looking, TRUE);

  rebuild (self, FALSE, NULL);

  /* Names show in bold what was found. */
  rows = dup_live_rows (self);
  for (guint i = 0; i < rows->len; i++)
    g_object_notify (g_ptr_array_index (rows, i), "stamp");
}

/**
 * peg_rows_get_n_files:
 * @self: the rows
 *
 * Returns: how many files match, whether or not their groups are open
 */
guint
peg_rows_get_n_files (PegRows *self)
{
  g_return_val_if_fail (PEG_IS_ROWS (self), 0);

  return peg_row_table_get_n_files (self->table);
}

static gboolean
find_values (PegRows        *self,
             PegRowKind      kind,
             const char     *group_name,
             const PegEntry *entry,
             guint          *position)
{
  PegGroup *group = peg_snapshot_find_group (self->snapshot, group_name);
  guint old;

  if (group == NULL || !peg_row_table_find (self->table, kind, group, entry, position))
    return FALSE;

  if (self->old == NULL || *position < self->new_end)
    return TRUE;

  /* Not announced yet: it counts only where it was. */
  if (!peg_row_table_find (self->old, kind, group, entry, &old) || old < self->old_end)
    return FALSE;

  *position = old - self->old_end + self->new_end;
  return TRUE;
}

/**
 * peg_rows_find:
 * @self: the rows
 * @key: the key of a file
 * @position: (out): where its row is
 *
 * Returns: whether the file has a row now: it exists, matches, and what it is
 *   in is open
 */
gboolean
peg_rows_find (PegRows    *self,
               const char *key,
               guint      *position)
{
  PegEntry *entry;

  g_return_val_if_fail (PEG_IS_ROWS (self), FALSE);
  g_return_val_if_fail (key != NULL, FALSE);
  g_return_val_if_fail (position != NULL, FALSE);

  entry = peg_snapshot_find (self->snapshot, key);

  return entry != NULL &&
         find_values (self, PEG_ROW_FILE, peg_entry_get_group (entry), entry, position);
}

/**
 * peg_rows_find_row:
 * @self: the rows
 * @row: a row
 * @position: (out): where it is
 *
 * Returns: whether it is visible now
 */
gboolean
peg_rows_find_row (PegRows *self,
                   PegRow  *row,
                   guint   *position)
{
  g_return_val_if_fail (PEG_IS_ROWS (self), FALSE);
  g_return_val_if_fail (PEG_IS_ROW (row), FALSE);
  g_return_val_if_fail (position != NULL, FALSE);

  if (peg_row_get_kind (row) == PEG_ROW_FILE)
    return peg_rows_find (self, peg_entry_get_key (peg_row_get_entry (row)), position);

  return find_values (self, peg_row_get_kind (row), peg_row_get_group (row),
                      peg_row_get_entry (row), position);
}

/**
 * peg_rows_find_parent:
 * @self: the rows
 * @position: a row
 * @parent: (out): the row that it is in
 *
 * Returns: whether it is in one
 */
gboolean
peg_rows_find_parent (PegRows *self,
                      guint    position,
                      guint   *parent)
{
  g_return_val_if_fail (PEG_IS_ROWS (self), FALSE);
  g_return_val_if_fail (self->old == NULL, FALSE);

  return peg_row_table_get_parent (self->table, position, parent);
}

/**
 * peg_rows_set_expanded:
 * @self: the rows
 * @row: the row of a group or a part; for a file nothing happens
 * @expanded: whether to show what is in it
 */
void
peg_rows_set_expanded (PegRows  *self,
                       PegRow   *row,
                       gboolean  expanded)
{
  g_return_if_fail (PEG_IS_ROWS (self));
  g_return_if_fail (PEG_IS_ROW (row));

  if (peg_row_get_kind (row) == PEG_ROW_FILE || peg_row_get_expanded (row) == expanded)
    return;

  openness_set (get_openness (self), peg_row_get_id (row), expanded);
  rebuild (self, TRUE, peg_row_get_group (row));
}

void
peg_rows_expand_all (PegRows *self)
{
  g_return_if_fail (PEG_IS_ROWS (self));

  openness_set_all (get_openness (self), TRUE);
  rebuild (self, FALSE, NULL);
}

void
peg_rows_collapse_all (PegRows *self)
{
  g_return_if_fail (PEG_IS_ROWS (self));

  openness_set_all (get_openness (self), FALSE);
  rebuild (self, FALSE, NULL);
}

/**
 * peg_rows_reveal:
 * @self: the rows
 * @key: the key of a file
 *
 * Opens what the file is in.
 *
 * Returns: whether the file has a row now; not when it does not match what is
 *   looked for
 */
gboolean
peg_rows_reveal (PegRows    *self,
                 const char *key)
{
  g_autofree char *group_id = NULL;
  PegEntry *entry;
  guint position;

  g_return_val_if_fail (PEG_IS_ROWS (self), FALSE);
  g_return_val_if_fail (key != NULL, FALSE);

  entry = peg_snapshot_find (self->snapshot, key);
  if (entry == NULL)
    return FALSE;

  group_id = peg_row_make_id (PEG_ROW_GROUP, peg_entry_get_group (entry), NULL);
  openness_set (get_openness (self), group_id, TRUE);

  if (peg_entry_get_part (entry) != NULL) {
    g_autofree char *part_id =
      peg_row_make_id (PEG_ROW_PART, peg_entry_get_group (entry), entry);

    openness_set (get_openness (self), part_id, TRUE);
  }

  rebuild (self, TRUE, peg_entry_get_group (entry));

  return peg_rows_find (self, key, &position);
}
