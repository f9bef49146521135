/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-working-folder"

#include "peg-config.h"

#include "peg-working-folder.h"

#include "peg-working-folder-private.h"

/* A share of another computer tells nobody when something in it changes, so that it has
 * to be looked at; one look is one stat for each copy. */
#define LOOK_EVERY_US (30 * (gint64) G_USEC_PER_SEC)

/* Programs write in many small steps; one look is enough for all. */
#define LOOK_SOON_US (G_USEC_PER_SEC / 4)

/**
 * PegWorkingFolder:
 *
 * The folder of this station that its machine reads: what was checked out is written
 * there, what is checked in comes from there, and what is in it is told to the store.
 *
 * Everything that waits for the disk, which may be that of another computer, is done in
 * threads, one after the other.
 */
G_DEFINE_FINAL_TYPE (PegWorkingFolder, peg_working_folder, G_TYPE_OBJECT)

void
peg_held_free (PegHeld *held)
{
  g_clear_pointer (&held->record, peg_copy_record_free);
  g_free (held->facts.sha256);
  g_free (held);
}

void
peg_asked_free (PegAsked *asked)
{
  g_free (asked->question.key);
  g_free (asked->question.filename);
  g_free (asked->question.name);
  g_free (asked->question.other);
  g_free (asked->sha256);
  g_free (asked);
}

/* Something to do in a thread. */
typedef struct {
  PegFolderFunc func;
  PegFolderFunc done;
  gpointer data;
  GDestroyNotify free_func;
} Job;

static void
job_free (Job *job)
{
  job->free_func (job->data);
  g_free (job);
}

static void
job_thread (GTask        *task,
            gpointer      source,
            gpointer      task_data,
            GCancellable *cancellable)
{
  PegWorkingFolder *self = source;
  Job *job = task_data;

  g_mutex_lock (&self->disk);
  job->func (self, job->data);
  g_mutex_unlock (&self->disk);
  g_task_return_boolean (task, TRUE);
}

static void
job_done_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  PegWorkingFolder *self = PEG_WORKING_FOLDER (source);
  Job *job = g_task_get_task_data (G_TASK (result));

  self->n_jobs--;
  if (!g_cancellable_is_cancelled (self->cancellable))
    job->done (self, job->data);
}

/*
 * peg_working_folder_run:
 * @func: called in a thread
 * @data: (transfer full): for both
 * @free_func: frees it
 * @done: called afterwards, in the main thread
 *
 * Does something that waits for a disk.
 */
void
peg_working_folder_run (PegWorkingFolder *self,
                        PegFolderFunc     func,
                        gpointer          data,
                        GDestroyNotify    free_func,
                        PegFolderFunc     done)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, job_done_cb, NULL);
  Job *job = g_new0 (Job, 1);

  *job = (Job) { .func = func, .done = done, .data = data, .free_func = free_func };
  self->n_jobs++;
  g_task_set_source_tag (task, peg_working_folder_run);
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  g_task_run_in_thread (task, job_thread);
}

/*
 * peg_working_folder_tell:
 *
 * Tells the store what is known.
 */
void
peg_working_folder_tell (PegWorkingFolder *self)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_copy_unref);
  g_autoptr (PegCopies) copies = NULL;
  const PegAsked *asked = self->asked->len > 0 ? self->asked->pdata[0] : NULL;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->held);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const PegHeld *held = value;

    g_ptr_array_add (all, peg_copy_new (held->record, &held->facts));
  }

  copies = peg_copies_new (self->folder, self->trouble, all,
                           asked != NULL ? &asked->question : NULL);
  peg_store_dispatch (self->store, &(PegEvent) { .kind = PEG_EVENT_COPIES, .copies = copies });
}

/* What is saved, on its way to the disk. */
typedef struct {
  char *path;
  char *data;
  gsize length;
  GError *error;
} Save;

static void
save_free (Save *save)
{
  g_free (save->path);
  g_free (save->data);
  g_clear_error (&save->error);
  g_free (save);
}

static void
save_thread (PegWorkingFolder *self,
             gpointer          data)
{
  Save *save = data;

  peg_copy_records_save (save->path, save->data, save->length, &save->error);
}

static void
saved (PegWorkingFolder *self,
       gpointer          data)
{
  const Save *save = data;

  self->saving = FALSE;
  /* Without a record nothing is lost, but everything is asked about. */
  if (save->error != NULL)
    g_message ("What is in the working folder cannot be remembered: %s", save->error->message);
  if (self->save_again)
    peg_working_folder_save (self);
}

/*
 * peg_working_folder_save:
 *
 * Remembers what was written, on the disk.
 */
void
peg_working_folder_save (PegWorkingFolder *self)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;
  Save *save;

  self->save_again = self->saving;
  if (self->saving || self->records_path == NULL)
    return;

  g_hash_table_iter_init (&iter, self->held);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (records, ((const PegHeld *) value)->record);

  save = g_new0 (Save, 1);
  save->path = g_strdup (self->records_path);
  save->data = peg_copy_records_encode (records, &save->length);
  self->saving = TRUE;
  peg_working_folder_run (self, save_thread, save, (GDestroyNotify) save_free, saved);
}

/*
 * peg_working_folder_find_name:
 *
 * Returns: (transfer none) (nullable): the copy of that name; a share may not tell
 *   capital letters from small ones
 */
PegHeld *
peg_working_folder_find_name (PegWorkingFolder *self,
                              const char       *name)
{
  g_autofree char *folded = g_utf8_casefold (name, -1);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->held);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    g_autofree char *other = g_utf8_casefold (((const PegHeld *) value)->record->name, -1);

    if (g_str_equal (other, folded))
      return value;
  }

  return NULL;
}

static PegHeld *
hold (PegWorkingFolder    *self,
      const PegCopyRecord *values)
{
  PegHeld *held = g_new0 (PegHeld, 1);

  held->record = peg_copy_record_new (values);
  held->serial = ++self->serial;
  g_hash_table_insert (self->held, held->record->key, held);

  return held;
}

/*
 * peg_working_folder_set_record:
 * @values: what was written
 *
 * Remembers it, in place of whatever was written before for that file or under that
 * name.
 */
void
peg_working_folder_set_record (PegWorkingFolder    *self,
                               const PegCopyRecord *values)
{
  PegHeld *other = peg_working_folder_find_name (self, values->name);
  PegHeld *held;

  if (other != NULL && !g_str_equal (other->record->key, values->key))
    g_hash_table_remove (self->held, other->record->key);

  /* The key of the table is that of the record, which goes with it. */
  g_hash_table_remove (self->held, values->key);
  held = hold (self, values);
  held->facts = (PegCopyFacts) {
    .there = PEG_COPY_THERE_FILE,
    .sha256 = g_strdup (values->sha256),
    .size = values->size,
  };

  peg_working_folder_save (self);
  peg_working_folder_tell (self);
  peg_working_folder_look (self);
}

void
peg_working_folder_forget (PegWorkingFolder *self,
                           const char       *key)
{
  g_autofree char *copy = g_strdup (key);

  if (!g_hash_table_remove (self->held, copy))
    return;

  peg_working_folder_save (self);
  peg_working_folder_tell (self);
}

static guint
find_asked (PegWorkingFolder *self,
            const char       *key)
{
  guint i;

  for (i = 0; i < self->asked->len; i++) {
    const PegAsked *asked = self->asked->pdata[i];

    if (g_str_equal (asked->question.key, key))
      break;
  }

  return i;
}

/*
 * peg_working_folder_ask:
 * @question: what to ask
 * @sha256: of what may be replaced if the answer is yes, and of nothing else
 * @checked_out: whether this belongs to a check-out
 *
 * Asks the person at this client, once for each file.
 */
void
peg_working_folder_ask (PegWorkingFolder      *self,
                        const PegCopyQuestion *question,
                        const char            *sha256,
                        gboolean               checked_out)
{
  const guint old = find_asked (self, question->key);
  PegAsked *asked = g_new0 (PegAsked, 1);

  asked->question = *question;
  asked->question.key = g_strdup (question->key);
  asked->question.filename = g_strdup (question->filename);
  asked->question.name = g_strdup (question->name);
  asked->question.other = g_strdup (question->other);
  asked->sha256 = g_strdup (sha256);
  asked->checked_out = checked_out;

  if (old < self->asked->len)
    g_ptr_array_remove_index (self->asked, old);
  g_ptr_array_add (self->asked, asked);
  peg_working_folder_tell (self);
}

/*
 * peg_working_folder_take_asked:
 *
 * Returns: (transfer full) (nullable): the question about that file, which is then asked
 *   no more
 */
PegAsked *
peg_working_folder_take_asked (PegWorkingFolder *self,
                               const char       *key)
{
  const guint i = find_asked (self, key);
  PegAsked *asked;

  if (i == self->asked->len)
    return NULL;

  asked = g_ptr_array_steal_index (self->asked, i);
  peg_working_folder_tell (self);

  return asked;
}

/* Another server has other files; what was written of each is remembered apart. */
static void
change_server (PegWorkingFolder *self,
               const char       *server)
{
  g_autoptr (GPtrArray) records = NULL;
  g_autofree char *what = NULL;
  g_autofree char *hash = NULL;
  g_autofree char *name = NULL;

  g_hash_table_remove_all (self->held);
  g_hash_table_remove_all (self->released);
  g_clear_pointer (&self->records_path, g_free);
  g_free (self->server);
  self->server = g_strdup (server);
  if (server == NULL)
    return;

  what = g_strconcat (server, "\n", self->folder, NULL);
  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, what, -1);
  name = g_strconcat (hash, ".conf", NULL);
  self->records_path = g_build_filename (self->state_folder, name, NULL);

  records = peg_copy_records_load (self->records_path);
  for (guint i = 0; i < records->len; i++) {
    const PegCopyRecord *record = records->pdata[i];

    if (peg_working_folder_find_name (self, record->name) == NULL)
      hold (self, record);
  }
}

static void
snapshot_changed_cb (PegWorkingFolder *self)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);
  const char *server = peg_snapshot_get_server_url (snapshot);
  const char *user = peg_snapshot_get_user (snapshot);
  const gboolean other_server = g_strcmp0 (server, self->server) != 0;

  /* What one person was asked is not for the next. */
  if (other_server || g_strcmp0 (user, self->user) != 0)
    g_ptr_array_set_size (self->asked, 0);
  if (g_strcmp0 (user, self->user) != 0) {
    g_free (self->user);
    self->user = g_strdup (user);
  }

  if (other_server)
    change_server (self, server);
  else
    peg_working_folder_adopt (self);

  if (peg_snapshot_get_copies (snapshot) == NULL)
    peg_working_folder_tell (self);
  if (other_server)
    peg_working_folder_look (self);
}

static void
soon_cb (gpointer user_data)
{
  PegWorkingFolder *self = user_data;

  self->soon = 0;
  peg_working_folder_look (self);
}

static void
folder_changed_cb (PegWorkingFolder *self)
{
  if (self->soon == 0)
    self->soon = peg_clock_add (self->clock, "working-folder-soon", LOOK_SOON_US, soon_cb, self);
}

static void
timer_cb (gpointer user_data)
{
  PegWorkingFolder *self = user_data;

  self->timer = peg_clock_add (self->clock, "working-folder", LOOK_EVERY_US, timer_cb, self);
  peg_working_folder_look (self);
}

/**
 * peg_working_folder_set_active:
 * @self: a working folder
 * @active: whether somebody looks at the window
 *
 * Looks at once, and then again and again, while somebody sees what is found.
 */
void
peg_working_folder_set_active (PegWorkingFolder *self,
                               gboolean          active)
{
  g_return_if_fail (PEG_IS_WORKING_FOLDER (self));

  if (self->active == active)
    return;

  self->active = active;
  peg_clock_cancel (self->clock, &self->timer);
  if (active)
    timer_cb (self);
}

/**
 * peg_working_folder_is_busy:
 * @self: a working folder
 *
 * Returns: whether something is on its way into the folder or out of it
 */
gboolean
peg_working_folder_is_busy (PegWorkingFolder *self)
{
  g_return_val_if_fail (PEG_IS_WORKING_FOLDER (self), FALSE);

  return self->n_jobs > 0 || g_hash_table_size (self->busy) > 0;
}

static void
peg_working_folder_dispose (GObject *object)
{
  PegWorkingFolder *self = PEG_WORKING_FOLDER (object);

  g_cancellable_cancel (self->cancellable);
  if (self->clock != NULL) {
    peg_clock_cancel (self->clock, &self->timer);
    peg_clock_cancel (self->clock, &self->soon);
  }
  if (self->store != NULL)
    g_signal_handlers_disconnect_by_data (self->store, self);
  if (self->monitor != NULL)
    g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_clear_object (&self->monitor);
  g_clear_object (&self->clock);
  g_clear_object (&self->link);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (peg_working_folder_parent_class)->dispose (object);
}

static void
peg_working_folder_finalize (GObject *object)
{
  PegWorkingFolder *self = PEG_WORKING_FOLDER (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self->state_folder, g_free);
  g_clear_pointer (&self->tag, g_free);
  g_clear_pointer (&self->server, g_free);
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->records_path, g_free);
  g_clear_pointer (&self->trouble, g_free);
  g_clear_pointer (&self->held, g_hash_table_unref);
  g_clear_pointer (&self->asked, g_ptr_array_unref);
  g_clear_pointer (&self->busy, g_hash_table_unref);
  g_clear_pointer (&self->released, g_hash_table_unref);
  g_mutex_clear (&self->disk);

  G_OBJECT_CLASS (peg_working_folder_parent_class)->finalize (object);
}

static void
peg_working_folder_class_init (PegWorkingFolderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = peg_working_folder_dispose;
  object_class->finalize = peg_working_folder_finalize;
}

static void
peg_working_folder_init (PegWorkingFolder *self)
{
  g_mutex_init (&self->disk);
  self->cancellable = g_cancellable_new ();
  self->held = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) peg_held_free);
  self->asked = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_asked_free);
  self->busy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->released = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * peg_working_folder_new:
 * @store: where events go
 * @link: the way to the server
 * @clock: the clock
 * @folder: absolute path of the folder
 * @state_folder: where to remember what was written there
 *
 * Returns: (transfer full): the working folder of this station
 */
PegWorkingFolder *
peg_working_folder_new (PegStore   *store,
                        PegLink    *link,
                        PegClock   *clock,
                        const char *folder,
                        const char *state_folder)
{
  PegWorkingFolder *self = g_object_new (PEG_TYPE_WORKING_FOLDER, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  g_autofree char *station = g_strconcat (g_get_host_name (), "\n", state_folder, NULL);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, station, -1);

  self->store = g_object_ref (store);
  self->link = g_object_ref (link);
  self->clock = g_object_ref (clock);
  self->folder = g_strdup (folder);
  self->state_folder = g_strdup (state_folder);
  self->tag = g_strndup (hash, 12);

  self->monitor = g_file_monitor_directory (file, G_FILE_MONITOR_NONE, NULL, NULL);
  if (self->monitor != NULL)
    g_signal_connect_swapped (self->monitor, "changed", G_CALLBACK (folder_changed_cb), self);
  g_signal_connect_swapped (store, "notify::snapshot", G_CALLBACK (snapshot_changed_cb), self);
  snapshot_changed_cb (self);
  peg_working_folder_look (self);

  return self;
}
