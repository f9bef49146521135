/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-shop"

#include "peg-config.h"

#include "peg-shop-private.h"

#include <string.h>

/* A check-out under way: the content is read in another thread. */
typedef struct {
  gint64 row;
  char *path;              /* (owned) */
  PegWireRequest *request; /* (owned) */
  PegOnce *once;           /* (owned) (nullable) */
  PegReading hint;         /* what is known of the file */
  PegReading reading;      /* what it was when it was read */
} CheckOut;

static void
check_out_free (CheckOut *self)
{
  g_free (self->path);
  peg_wire_request_free (self->request);
  g_clear_pointer (&self->once, peg_once_free);
  peg_reading_clear (&self->hint);
  peg_reading_clear (&self->reading);
  g_free (self);
}

static void
set_taken (const PegFile  *file,
           GError        **error)
{
  g_autoptr (GDateTime) since = g_date_time_new_from_unix_local (file->hold->since_us / 1000000);
  g_autofree char *when = since != NULL ? g_date_time_format (since, "%F %H:%M") : NULL;

  g_set_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_TAKEN,
               "“%s” is checked out by %s%s%s since %s", file->filename, file->hold->holder,
               file->hold->station != NULL ? " at " : "",
               file->hold->station != NULL ? file->hold->station : "",
               when != NULL ? when : "an unknown time");
}

/* Whether @user may check @file out; when the answer is that they have it
 * already, @has_it says so. */
static gboolean
may_check_out (const PegFile  *file,
               const char     *user,
               gboolean       *has_it,
               GError        **error)
{
  *has_it = FALSE;

  if (!peg_shop_check_person (user, error))
    return FALSE;

  if (file->master != NULL) {
    g_set_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_LINK,
                 "“%s” is a link. Check out what it stands for: “%s”",
                 file->filename, file->master);
    return FALSE;
  }

  if (file->hold != NULL && strcmp (file->hold->holder, user) != 0) {
    set_taken (file, error);
    return FALSE;
  }

  *has_it = file->hold != NULL;

  return TRUE;
}

static PegEntry *
ref_entry (PegShop *self,
           PegFile *file)
{
  return peg_entry_ref (peg_file_get_entry (file, peg_ledger_get_prefix (self->ledger)));
}

static gboolean
write_check_out (PegShop         *self,
                 PegShopChange   *change,
                 const CheckOut  *check_out,
                 GError         **error)
{
  const PegFile *file = peg_shop_lookup_row (self, check_out->row);
  guint64 token = peg_ledger_next_token (self->ledger, error);
  PegRecord *record;
  PegFile *next;
  PegHold *hold;

  if (token == 0)
    return FALSE;

  record = peg_record_new (PEG_CAUSE_CHECK_OUT);
  record->by = g_strdup (check_out->request->user);
  record->message = g_strdup (check_out->request->message);
  record->sha256 = g_strdup (check_out->reading.sha256);
  record->major = file->major;
  record->minor = file->minor;
  peg_record_add_file (record, file);

  hold = g_new0 (PegHold, 1);
  hold->id = g_uuid_string_random ();
  hold->token = token;
  hold->holder = g_strdup (check_out->request->user);
  hold->station = g_strdup (check_out->request->station);
  hold->reason = g_strdup (check_out->request->message);
  hold->since_us = record->at_us;
  hold->base_sha256 = g_strdup (check_out->reading.sha256);

  next = peg_file_copy (file);
  g_free (next->sha256);
  next->sha256 = g_strdup (check_out->reading.sha256);
  next->hold = hold;

  if (!peg_shop_change_write (change, next, error)) {
    peg_record_free (record);
    return FALSE;
  }

  return peg_shop_change_record (change, record, error) &&
         peg_shop_change_keep_answer (change, check_out->once, TRUE, error);
}

/* Writes check-outs of different files, and keeps all of them or none. */
static gboolean
write_check_outs (PegShop    *self,
                  GPtrArray  *tasks,
                  GError    **error)
{
  g_autoptr (PegShopChange) change = peg_shop_change_begin (self, error);

  if (change == NULL)
    return FALSE;

  for (guint i = 0; i < tasks->len; i++) {
    if (!write_check_out (self, change, g_task_get_task_data (g_ptr_array_index (tasks, i)), error))
      return FALSE;
  }

  return peg_shop_change_commit (change, error);
}

/* Looks at what the folder says, where a file is not what is known of it. Returns the
 * file that may be taken; else the task has got its answer. */
static PegFile *
check_read (PegShop  *self,
            GTask    *task,
            CheckOut *check_out)
{
  PegFile *file = peg_shop_lookup_row (self, check_out->row);
  GError *error = NULL;
  gboolean has_it;

  if (file == NULL || check_out->reading.sha256 == NULL) {
    g_task_return_new_error (task, PEG_SHOP_ERROR, PEG_SHOP_ERROR_MISSING,
                             "“%s” is gone from the disk", check_out->path);
    return NULL;
  }

  /* What was read is newer than what is known: the folder changed, and its event
   * has not come yet. */
  if (!peg_reading_matches (&check_out->reading, file)) {
    if (!peg_shop_look_at_read (self, check_out->path, &check_out->reading, &error)) {
      g_task_return_error (task, error);
      return NULL;
    }
    file = peg_shop_lookup_row (self, check_out->row);
  }

  if (file == NULL || !peg_reading_matches (&check_out->reading, file)) {
    g_task_return_new_error (task, PEG_SHOP_ERROR, PEG_SHOP_ERROR_BUSY,
                             "“%s” is being written by another program. Try again in a moment.",
                             check_out->path);
    return NULL;
  }

  /* Somebody else may have been faster. */
  if (!may_check_out (file, check_out->request->user, &has_it, &error)) {
    g_task_return_error (task, error);
    return NULL;
  }
  if (has_it) {
    g_task_return_pointer (task, ref_entry (self, file), (GDestroyNotify) peg_entry_unref);
    return NULL;
  }

  return file;
}

static void
answer_check_outs (PegShop      *self,
                   GPtrArray    *tasks,
                   const GError *error)
{
  for (guint i = 0; i < tasks->len; i++) {
    GTask *task = g_ptr_array_index (tasks, i);
    const CheckOut *check_out = g_task_get_task_data (task);
    PegFile *file = error == NULL ? peg_shop_lookup_row (self, check_out->row) : NULL;

    if (file != NULL)
      g_task_return_pointer (task, ref_entry (self, file), (GDestroyNotify) peg_entry_unref);
    else
      g_task_return_error (task, g_error_copy (error));
  }
}

/* Takes what can be kept together: one commit, and so one wait for the disk, for all
 * who ask while the one before is on its way. What cannot be kept together is tried
 * one by one, so that nobody fails for another. */
static void
take_check_outs (PegShop   *self,
                 GPtrArray *tasks)
{
  g_autoptr (GError) error = NULL;

  if (tasks->len == 0)
    return;

  if (write_check_outs (self, tasks, &error) || tasks->len == 1) {
    answer_check_outs (self, tasks, error);
    return;
  }

  for (guint i = 0; i < tasks->len; i++) {
    g_autoptr (GPtrArray) one = g_ptr_array_new ();
    g_autoptr (GError) own_error = NULL;

    g_ptr_array_add (one, g_ptr_array_index (tasks, i));
    write_check_outs (self, one, &own_error);
    answer_check_outs (self, one, own_error);
  }
}

static void schedule_check_outs (PegShop *self);

/* The first who asked for a file gets it; who asked for the same one comes after,
 * and learns who has it. */
static gboolean
check_outs_cb (gpointer user_data)
{
  g_autoptr (PegShop) self = g_object_ref (user_data);
  g_autoptr (GPtrArray) ready = g_steal_pointer (&self->check_outs);
  g_autoptr (GPtrArray) tasks = g_ptr_array_new ();
  g_autoptr (GHashTable) rows = g_hash_table_new (g_int64_hash, g_int64_equal);

  self->check_out_id = 0;
  self->check_outs = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < ready->len; i++) {
    GTask *task = g_ptr_array_index (ready, i);
    CheckOut *check_out = g_task_get_task_data (task);

    if (g_hash_table_contains (rows, &check_out->row)) {
      g_ptr_array_add (self->check_outs, g_object_ref (task));
    } else if (check_read (self, task, check_out) != NULL) {
      g_hash_table_add (rows, &check_out->row);
      g_ptr_array_add (tasks, task);
    }
  }

  /* To look at the folder for one file may have changed another one. */
  for (guint i = tasks->len; i-- > 0;) {
    GTask *task = g_ptr_array_index (tasks, i);
    const CheckOut *check_out = g_task_get_task_data (task);
    const PegFile *file = peg_shop_lookup_row (self, check_out->row);

    if (file == NULL || file->hold != NULL || !peg_reading_matches (&check_out->reading, file)) {
      g_ptr_array_add (self->check_outs, g_object_ref (task));
      g_ptr_array_remove_index (tasks, i);
    }
  }

  take_check_outs (self, tasks);
  if (self->check_outs->len > 0)
    schedule_check_outs (self);

  return G_SOURCE_REMOVE;
}

/* In the next turn of the main loop: whoever else is ready comes along. */
static void
schedule_check_outs (PegShop *self)
{
  if (self->check_out_id != 0)
    return;

  self->check_out_id = g_idle_add_full (G_PRIORITY_DEFAULT, check_outs_cb, self, NULL);
  g_source_set_name_by_id (self->check_out_id, "[pegboard] check_outs_cb");
}

/* Back in the shop's own thread. */
static void
check_out_read_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GTask) task = g_steal_pointer (&user_data);
  PegShop *self = PEG_SHOP (source);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error)) {
    g_task_return_error (task, error);
    return;
  }

  g_ptr_array_add (self->check_outs, g_steal_pointer (&task));
  schedule_check_outs (self);
}

static void
check_out_thread (GTask        *task,
                  gpointer      source,
                  gpointer      task_data,
                  GCancellable *cancellable)
{
  CheckOut *check_out = task_data;
  GError *error = NULL;

  if (peg_shop_read_stored (source, check_out->path, &check_out->hint, &check_out->reading, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * peg_shop_check_out_async:
 * @self: a shop
 * @name: the path of a file, or its name where only one has it
 * @request: who, where and why
 * @cancellable: (nullable): lets the caller give up before the file is taken
 * @callback: (scope async): called when the file is taken or refused
 * @user_data: data for @callback
 *
 * Checks a file out. What it holds goes into the store first, so that it is
 * known what the holder began with. Checking out what one has already is fine
 * and changes nothing.
 */
void
peg_shop_check_out_async (PegShop              *self,
                          const char           *name,
                          const PegWireRequest *request,
                          GCancellable         *cancellable,
                          GAsyncReadyCallback   callback,
                          gpointer              user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GTask) reading = NULL;
  PegFile *file;
  CheckOut *check_out;
  g_autoptr (PegOnce) once = NULL;
  GError *error = NULL;
  gboolean has_it;

  g_return_if_fail (PEG_IS_SHOP (self));
  g_return_if_fail (name != NULL);

  once = g_steal_pointer (&self->once);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_shop_check_out_async);

  file = peg_shop_lookup (self, name, &error);
  if (file == NULL || !may_check_out (file, request->user, &has_it, &error)) {
    g_task_return_error (task, error);
    return;
  }
  if (has_it) {
    g_task_return_pointer (task, ref_entry (self, file), (GDestroyNotify) peg_entry_unref);
    return;
  }

  check_out = g_new0 (CheckOut, 1);
  check_out->row = file->id;
  check_out->path = g_strdup (file->path);
  peg_reading_hint (&check_out->hint, file);
  check_out->request = g_new0 (PegWireRequest, 1);
  check_out->request->user = g_strdup (request->user);
  check_out->request->station = g_strdup (request->station);
  check_out->request->message = g_strdup (request->message);
  check_out->once = g_steal_pointer (&once);
  g_task_set_task_data (task, check_out, (GDestroyNotify) check_out_free);

  /* The outer task keeps the data; it outlives the inner one. */
  reading = g_task_new (self, NULL, check_out_read_cb, g_object_ref (task));
  g_task_set_source_tag (reading, peg_shop_check_out_async);
  g_task_set_task_data (reading, check_out, NULL);
  g_task_run_in_thread (reading, check_out_thread);
}

/**
 * peg_shop_check_out_finish:
 * @self: a shop
 * @result: the result
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the file as it is now
 */
PegEntry *
peg_shop_check_out_finish (PegShop       *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Tells who loses a file that it is gone, in the same change. */
static gboolean
leave_note (PegShop     *self,
            PegFile     *file,
            const char  *by,
            GError     **error)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *text =
    g_strdup_printf ("“%s” is not yours any more: %s took it back. What you check in now is kept as a "
                     "draft and overwrites nothing.", file->path, by);
  g_autoptr (PegNote) note = peg_note_new (&(PegNote) { id, (char *) by, text, g_get_real_time () });

  return peg_ledger_add_note (self->ledger, file->hold->holder, note, error);
}

/* Gives a file back as it is on the disk. @message: (nullable): how it was taken
 * away from who had it, who is told; %NULL: they gave it back. */
static gboolean
give_back (PegShop        *self,
           PegFile        *file,
           const char     *by,
           const char     *message,
           const PegOnce  *once,
           GError        **error)
{
  g_autoptr (PegShopChange) change = NULL;
  PegRecord *record;
  gboolean done;

  /* A check-in that could not be recorded may be what gives the file back. */
  if (!peg_shop_settle (self, file, error))
    return FALSE;
  if (file->hold == NULL)
    return TRUE;

  change = peg_shop_change_begin (self, error);
  if (change == NULL ||
      (message != NULL && strcmp (by, file->hold->holder) != 0 && !leave_note (self, file, by, error)))
    return FALSE;

  record = peg_record_new (PEG_CAUSE_RELEASE);
  record->by = g_strdup (by);
  record->message = g_strdup (message);

  if (file->hold->missing) {
    record->file = file->id;
    record->filename = g_strdup (file->filename);
    g_ptr_array_add (record->removed, g_strdup (file->path));
    done = peg_shop_change_remove (change, file, error);
  } else {
    PegFile *next = peg_file_copy (file);

    done = !(next->hold->changed_outside && next->revised && next->sha256 != NULL) ||
           peg_shop_keep_outside (self, next, error);
    g_clear_pointer (&next->hold, peg_hold_free);
    record->major = next->major;
    record->minor = next->minor;
    record->sha256 = g_strdup (next->sha256);
    peg_record_add_file (record, next);
    done = peg_shop_change_write (change, next, done ? error : NULL) && done;
  }

  if (!done) {
    peg_record_free (record);
    return FALSE;
  }

  return peg_shop_change_record (change, record, error) &&
         peg_shop_change_keep_answer (change, once, FALSE, error) &&
         peg_shop_change_commit (change, error);
}

/**
 * peg_shop_release:
 * @self: a shop
 * @name: the path of a file, or its name where only one has it
 * @request: who, and with which token
 * @error: return location for an error
 *
 * Gives a file back without new content. Only the holder may.
 *
 * Returns: whether it is free
 */
gboolean
peg_shop_release (PegShop               *self,
                  const char            *name,
                  const PegWireRequest  *request,
                  GError               **error)
{
  g_autoptr (PegOnce) once = NULL;
  PegFile *file;

  g_return_val_if_fail (PEG_IS_SHOP (self), FALSE);

  once = g_steal_pointer (&self->once);
  file = peg_shop_lookup (self, name, error);
  if (file == NULL || !peg_shop_check_person (request->user, error))
    return FALSE;

  if (file->hold == NULL) {
    g_set_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_NOT_CHECKED_OUT,
                 "“%s” is not checked out", file->filename);
    return FALSE;
  }
  if (strcmp (file->hold->holder, request->user) != 0) {
    set_taken (file, error);
    return FALSE;
  }
  if (request->token != 0 && request->token != file->hold->token) {
    g_set_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_STALE_TOKEN,
                 "“%s” was checked out again since. Look at it once more before you release it.",
                 file->filename);
    return FALSE;
  }

  return give_back (self, file, request->user, NULL, once, error);
}

/**
 * peg_shop_override:
 * @self: a shop
 * @name: the path of a file, or its name where only one has it
 * @request: who
 * @holder: (out) (optional) (transfer full): who had it
 * @error: return location for an error
 *
 * Takes a file away from its holder. Who did it is in the activity, and a note
 * tells it to who had it. Whatever they send later is refused, because their
 * check-out does not count any more, and kept as a draft.
 *
 * Returns: whether it is free
 */
gboolean
peg_shop_override (PegShop               *self,
                   const char            *name,
                   const PegWireRequest  *request,
                   char                 **holder,
                   GError               **error)
{
  g_autofree char *message = NULL;
  g_autofree char *had = NULL;
  g_autoptr (PegOnce) once = NULL;
  PegFile *file;

  if (holder != NULL)
    *holder = NULL;
  g_return_val_if_fail (PEG_IS_SHOP (self), FALSE);

  once = g_steal_pointer (&self->once);
  file = peg_shop_lookup (self, name, error);
  if (file == NULL || !peg_shop_check_person (request->user, error))
    return FALSE;

  if (file->hold == NULL) {
    g_set_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_NOT_CHECKED_OUT,
                 "“%s” is not checked out", file->filename);
    return FALSE;
  }

  had = g_strdup (file->hold->holder);
  message = g_strdup_printf ("Taken back from %s", had);
  if (!give_back (self, file, request->user, message, once, error))
    return FALSE;

  if (holder != NULL)
    *holder = g_steal_pointer (&had);

  return TRUE;
}
