/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-rows"

#include "peg-config.h"

#include "peg-rows.h"

#include "peg-rows-private.h"

/* So many files are looked at at once, in the thread of the main loop; what is
 * more is the business of another thread. 0.5 ms of a search (measured). */
#define AT_ONCE 2000

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
 *
 * ## Who works where
 *
 * Work that looks at more than a few files is done in another thread: one at a
 * time, and when something else is wanted at its end, what it found is dropped,
 * so that the newest key always wins and nothing queues up. Until then the rows
 * are those of what was wanted before, kept up to date with every snapshot; with
 * [signal@Peg.Rows::settled] they are those of what is wanted now. Changes of a
 * few files, and small shops, never wait.
 *
 * ## Why it is fast
 *
 * What GtkListView 4.8 does with a run decides (measured, 100,000 files). A row
 * that goes takes its widget with it, about 0.1 ms each for 205 of them; and when
 * the row goes that holds the view in its place, the list view asks for every
 * row of the run, 100 ms. So where much changes, the new rows come in front of
 * the old ones, [signal@Peg.Rows::replacing] lets the view move over to them with
 * all its widgets, and then the old ones go, which nobody looks at any more:
 * 3 ms, whatever the size of the list.
 */
static void peg_rows_list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PegRows, peg_rows, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      peg_rows_list_model_iface_init))

enum {
  SIGNAL_REPLACING,
  SIGNAL_SETTLED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* Few rows that were asked for are shown, not hidden in closed groups. */
static gboolean
is_looking (PegRows *self)
{
  return self->search != NULL ||
         self->filter == PEG_FILTER_OUT || self->filter == PEG_FILTER_MINE;
}

static PegOpenness *
get_openness (PegRows *self)
{
  return is_looking (self) ? &self->looking : &self->browsing;
}

/* Shows what @job has made; takes it from there. @before: the snapshot that rows
 * were last refreshed from. */
static void
take (PegRows     *self,
      PegRowsJob  *job,
      PegSnapshot *before)
{
  PegRowTable *old = g_steal_pointer (&self->table);
  const gboolean searched = peg_look_get_search (self->look) != peg_look_get_search (job->look);
  /* Somebody else was faster: the runs are those of another table. */
  g_autoptr (GArray) runs = old == job->before ? g_steal_pointer (&job->runs) : NULL;

  self->table = g_steal_pointer (&job->table);
  if (!job->reuse) {
    g_clear_pointer (&self->exact, peg_entry_unref);
    self->exact = g_steal_pointer (&job->exact);
  }
  peg_look_ref (job->look);
  g_clear_pointer (&self->look, peg_look_unref);
  self->look = job->look;
  g_clear_pointer (&self->tabled, peg_snapshot_unref);
  self->tabled = peg_snapshot_ref (job->snapshot);

  self->searched_anew = searched && peg_look_get_search (self->look) != NULL;
  peg_rows_announce (self, old, runs, before);
  self->searched_anew = FALSE;
  if (searched)
    peg_rows_notify (self);
}

static void
work_in_thread (GTask        *task,
                gpointer      source,
                gpointer      task_data,
                GCancellable *cancellable)
{
  peg_rows_job_run (task_data);
  g_task_return_boolean (task, TRUE);
}

static void worked_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data);

/* Has another thread make the table that is wanted. When one is at work already,
 * it is seen at its end that something else is wanted. */
static void
start_job (PegRows    *self,
           gboolean    reuse,
           const char *except)
{
  g_autoptr (GTask) task = NULL;

  if (self->job != NULL)
    return;

  self->job = g_new0 (PegRowsJob, 1);
  peg_rows_job_init (self->job, self, self->wanted, reuse, except);

  task = g_task_new (NULL, NULL, worked_cb, self->job);
  g_task_set_source_tag (task, start_job);
  g_task_set_task_data (task, self->job, peg_rows_job_free);
  g_task_run_in_thread (task, work_in_thread);
}

static void
work_at_once (PegRows     *self,
              PegLook     *look,
              gboolean     reuse,
              const char  *except,
              PegSnapshot *before)
{
  PegRowsJob job;

  peg_rows_job_init (&job, self, look, reuse, except);
  peg_rows_job_run (&job);
  take (self, &job, before);
  peg_rows_job_clear (&job);
}

static guint
count_changed (PegRows     *self,
               PegSnapshot *since)
{
  const guint changed = peg_look_count_changed (since, self->snapshot);

  return changed > AT_ONCE ? MIN (changed, peg_look_count_work (self->look, self->snapshot))
                           : changed;
}

/* The other thread is done: what it made is brought up to what happened
 * meanwhile, unless something else is wanted by now. */
static void
worked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task G_GNUC_UNUSED = g_object_ref (G_TASK (result)); /* and with it the job */
  PegRowsJob *job = user_data;
  PegRows *self = job->rows;

  if (self == NULL)
    return;

  self->job = NULL;

  if (job->look != self->wanted) {
    if (!peg_rows_is_settled (self))
      start_job (self, FALSE, NULL);
    return;
  }

  take (self, job, self->snapshot);

  if (self->tabled != self->snapshot && count_changed (self, self->tabled) > AT_ONCE)
    start_job (self, TRUE, NULL);
  else if (self->tabled != self->snapshot)
    work_at_once (self, self->look, TRUE, NULL, self->snapshot);

  if (peg_rows_is_settled (self))
    g_signal_emit (self, signals[SIGNAL_SETTLED], 0);
}

/* Something else is wanted. @reuse: whether everything but the group @except is
 * looked at as before; @work: at how many files one has to look then. */
static void
look_again (PegRows    *self,
            gboolean    reuse,
            const char *except,
            guint       work)
{
  const PegOpenness *openness = get_openness (self);
  /* Else it is not what was wanted that is shown: there is nothing to share. */
  const gboolean share = reuse && self->look == self->wanted;

  g_clear_pointer (&self->wanted, peg_look_unref);
  self->wanted = peg_look_new (self->search, self->filter, peg_snapshot_get_user (self->snapshot),
                               openness->open, openness->exceptions);
  if (!share)
    work = MAX (work, peg_look_count_work (self->wanted, self->snapshot));

  if (work > AT_ONCE) {
    start_job (self, share, share ? except : NULL);
    return;
  }

  work_at_once (self, self->wanted, share, share ? except : NULL, self->snapshot);
  g_signal_emit (self, signals[SIGNAL_SETTLED], 0);
}

static void
peg_rows_finalize (GObject *object)
{
  PegRows *self = PEG_ROWS (object);

  /* It comes to its end by itself, and nobody waits for it. */
  if (self->job != NULL)
    self->job->rows = NULL;

  g_clear_pointer (&self->snapshot, peg_snapshot_unref);
  g_clear_pointer (&self->table, peg_row_table_unref);
  g_clear_pointer (&self->tabled, peg_snapshot_unref);
  g_clear_pointer (&self->look, peg_look_unref);
  g_clear_pointer (&self->wanted, peg_look_unref);
  g_clear_pointer (&self->exact, peg_entry_unref);
  g_clear_pointer (&self->search, peg_search_unref);
  peg_openness_clear (&self->browsing);
  peg_openness_clear (&self->looking);
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

  /* While the other thread works the table is older than what is known, and a tag
   * must not be older than those of the rows beside it. */
  if (values.kind == PEG_ROW_FILE && self->tabled != self->snapshot) {
    PegEntry *newest = peg_snapshot_find (self->snapshot, peg_entry_get_key (values.entry));

    if (newest != NULL)
      values.entry = newest;
  }

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

  /**
   * PegRows::replacing:
   * @self: the rows
   * @n: how many rows come
   *
   * The first @n rows are new, those behind them go next. Whoever looks at one
   * of these is to look at one of the new ones.
   */
  signals[SIGNAL_REPLACING] =
    g_signal_new ("replacing", PEG_TYPE_ROWS, G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);

  /**
   * PegRows::settled:
   * @self: the rows
   *
   * The rows are those of what is looked for, filtered and open now.
   */
  signals[SIGNAL_SETTLED] =
    g_signal_new ("settled", PEG_TYPE_ROWS, G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
peg_rows_init (PegRows *self)
{
  self->registry = g_hash_table_new (g_str_hash, g_str_equal);
  peg_openness_init (&self->browsing, FALSE);
  peg_openness_init (&self->looking, TRUE);
  self->snapshot = peg_snapshot_new ();
  self->tabled = peg_snapshot_ref (self->snapshot);
  self->look = peg_look_new (NULL, PEG_FILTER_ALL, NULL, FALSE, self->browsing.exceptions);
  self->wanted = peg_look_ref (self->look);
  self->table = peg_look_make_table (self->look, self->snapshot, NULL, FALSE, NULL);
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
 * [class@Peg.Store] does. What a row shows that somebody holds is up to date at
 * once.
 */
void
peg_rows_set_snapshot (PegRows     *self,
                       PegSnapshot *snapshot)
{
  g_autoptr (PegSnapshot) before = NULL;
  gboolean same_user;

  g_return_if_fail (PEG_IS_ROWS (self));
  g_return_if_fail (snapshot != NULL);

  if (self->snapshot == snapshot)
    return;

  before = g_steal_pointer (&self->snapshot);
  self->snapshot = peg_snapshot_ref (snapshot);

  /* Who is looking decides what “Mine” shows. */
  same_user = g_strcmp0 (peg_snapshot_get_user (before), peg_snapshot_get_user (snapshot)) == 0;

  /* What is shown is kept up to date, whatever is wanted instead of it. */
  if (same_user && count_changed (self, self->tabled) <= AT_ONCE) {
    work_at_once (self, self->look, TRUE, NULL, before);
    return;
  }

  peg_rows_refresh (self, before);
  if (same_user)
    start_job (self, self->look == self->wanted, NULL);
  else
    look_again (self, FALSE, NULL, 0);
}

/**
 * peg_rows_set_view:
 * @self: the rows
 * @filter: which files are shown
 * @search: (nullable): what they must match
 *
 * Shows the files that match, in groups that are open; at once or a little
 * later, see [signal@Peg.Rows::settled]. What was open before is open again when
 * nothing is looked for any more.
 */
void
peg_rows_set_view (PegRows   *self,
                   PegFilter  filter,
                   PegSearch *search)
{
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
  peg_openness_set_all (&self->looking, TRUE);

  look_again (self, FALSE, NULL, 0);
}

/**
 * peg_rows_set_filter:
 * @self: the rows
 * @filter: which files are shown
 *
 * Like peg_rows_set_view(), with whatever is looked for.
 */
void
peg_rows_set_filter (PegRows   *self,
                     PegFilter  filter)
{
  g_return_if_fail (PEG_IS_ROWS (self));

  peg_rows_set_view (self, filter, self->search);
}

/**
 * peg_rows_set_search:
 * @self: the rows
 * @search: (nullable): what files must match
 *
 * Like peg_rows_set_view(), with whatever filter there is.
 */
void
peg_rows_set_search (PegRows   *self,
                     PegSearch *search)
{
  g_return_if_fail (PEG_IS_ROWS (self));

  peg_rows_set_view (self, self->filter, search);
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
  const PegGroup *group;

  g_return_if_fail (PEG_IS_ROWS (self));
  g_return_if_fail (PEG_IS_ROW (row));

  if (peg_row_get_kind (row) == PEG_ROW_FILE || peg_row_get_expanded (row) == expanded)
    return;

  group = peg_snapshot_find_group (self->snapshot, peg_row_get_group (row));
  peg_openness_set (get_openness (self), peg_row_get_id (row), expanded);
  look_again (self, TRUE, peg_row_get_group (row), group != NULL ? peg_group_get_n (group) : 0);
}

void
peg_rows_expand_all (PegRows *self)
{
  g_return_if_fail (PEG_IS_ROWS (self));

  peg_openness_set_all (get_openness (self), TRUE);
  look_again (self, FALSE, NULL, 0);
}

void
peg_rows_collapse_all (PegRows *self)
{
  g_return_if_fail (PEG_IS_ROWS (self));

  peg_openness_set_all (get_openness (self), FALSE);
  look_again (self, FALSE, NULL, 0);
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
  peg_openness_set (get_openness (self), group_id, TRUE);

  if (peg_entry_get_part (entry) != NULL) {
    g_autofree char *part_id =
      peg_row_make_id (PEG_ROW_PART, peg_entry_get_group (entry), entry);

    peg_openness_set (get_openness (self), part_id, TRUE);
  }

  /* Whoever asks for a file waits for it. */
  look_again (self, TRUE, peg_entry_get_group (entry), 0);
  if (!peg_rows_is_settled (self)) {
    work_at_once (self, self->wanted, FALSE, NULL, self->snapshot);
    g_signal_emit (self, signals[SIGNAL_SETTLED], 0);
  }

  return peg_rows_find (self, key, &position);
}
