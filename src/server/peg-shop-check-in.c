/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-shop"

#include "peg-config.h"

#include "peg-shop-private.h"

#include "peg-beneath.h"
#include "peg-header.h"
#include "peg-log.h"
#include "peg-name.h"
#include "peg-revision.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

/* What a new file may be read and written by, before the umask. */
#define NEW_MODE 0666

/* A check-in under way: contents are written in another thread. */
typedef struct {
  gint64 row;          /* 0: a new file */
  char *path;          /* (owned) */
  PegUpload *upload;   /* (owned) */
  PegReading hint;     /* what was known to be there */
  PegReading reading;  /* what was there before */
  PegReading written;  /* what the copy in the temporary folder is */
  char *temporary;     /* (owned): the name of that copy */
  gboolean stopped;    /* a test cut the power */
} CheckIn;

static void
check_in_free (CheckIn *self)
{
  g_free (self->path);
  g_free (self->temporary);
  peg_reading_clear (&self->hint);
  peg_reading_clear (&self->reading);
  peg_reading_clear (&self->written);
  peg_upload_free (self->upload);
  g_free (self);
}

static void
remove_temporary (PegShop    *self,
                  const char *temporary)
{
  g_autofree char *path = g_build_filename (PEG_NAME_TEMPORARY_DIR, temporary, NULL);

  unlinkat (peg_vault_get_fd (self->vault), path, 0);
}

static gboolean
step (PegShop      *self,
      CheckIn      *check_in,
      PegShopStep   which,
      GError      **error)
{
  if (self->step_func == NULL || self->step_func (which, self->step_data))
    return TRUE;

  check_in->stopped = TRUE;
  g_set_error_literal (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_STOPPED, "The power was cut");

  return FALSE;
}

/* Moves the revision of @file on to the next one. */
gboolean
peg_shop_next_revision (PegFile  *file,
                        gboolean  is_major,
                        int       new_major)
{
  /* A file without a number begins at 1.0, so what comes next is 1.1. */
  if (file->major < 0) {
    file->major = 1;
    file->minor = 0;
  }

  if (!is_major) {
    file->minor++;
    return TRUE;
  }

  file->major = new_major > file->major ? new_major : file->major + 1;
  file->minor = 0;

  return TRUE;
}

/* Makes the copy that will take the place of the file, beside it in the same
 * file system. */
static gboolean
make_temporary (PegShop     *self,
                CheckIn     *check_in,
                guint        mode,
                GError     **error)
{
  g_autofree char *unique = g_uuid_string_random ();
  g_autofree char *path = g_build_filename (PEG_NAME_TEMPORARY_DIR, unique, NULL);
  int root = peg_vault_get_fd (self->vault);
  peg_autofd fd = -1;
  struct stat status;

  if (mkdirat (root, PEG_NAME_TEMPORARY_DIR, 0700) < 0 && errno != EEXIST)
    fd = -1;
  else
    fd = peg_beneath_open (root, path, O_RDWR | O_CREAT | O_EXCL, mode);

  if (fd < 0) {
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                 "Cannot write to the shop’s folder: %s", g_strerror (errno));
    return FALSE;
  }

  check_in->temporary = g_steal_pointer (&unique);

  /* The umask must not take from a file what it had. */
  if (check_in->reading.sha256 != NULL)
    fchmod (fd, mode);

  if (!peg_objects_copy_out (self->objects, peg_incoming_get_hash (check_in->upload->incoming),
                             fd, error))
    return FALSE;

  /* A rename changes none of this, so what differs from it later came from
   * outside. */
  if (fstat (fd, &status) == 0)
    peg_reading_set (&check_in->written, &status);
  check_in->written.sha256 = g_strdup (peg_incoming_get_hash (check_in->upload->incoming));

  return TRUE;
}

static void
stage_thread (GTask        *task,
              gpointer      source,
              gpointer      task_data,
              GCancellable *cancellable)
{
  PegShop *self = source;
  CheckIn *check_in = task_data;
  GError *error = NULL;

  if (!peg_incoming_store (check_in->upload->incoming, &error) ||
      !peg_shop_read_stored (self, check_in->path, &check_in->hint, &check_in->reading, &error) ||
      !make_temporary (self, check_in,
                       check_in->reading.sha256 != NULL ? check_in->reading.mode : NEW_MODE,
                       &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static gboolean
sync_parent (int       parent,
             GError  **error)
{
  if (fsync (parent) == 0)
    return TRUE;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
               "Cannot flush the shop’s folder: %s", g_strerror (errno));

  return FALSE;
}

/* What was displaced is what was read before, and in the store, unless somebody
 * wrote it in the very last moment. */
static void
remove_displaced (PegShop       *self,
                  const CheckIn *check_in,
                  const char    *temporary)
{
  int root = peg_vault_get_fd (self->vault);
  g_auto (PegReading) displaced = { .sha256 = NULL };
  struct stat status;

  if (!peg_beneath_stat (root, temporary, &status))
    return;

  peg_reading_set (&displaced, &status);
  if (displaced.size != check_in->reading.size ||
      displaced.mtime_ns != check_in->reading.mtime_ns) {
    if (!peg_shop_read_stored (self, temporary, NULL, &displaced, NULL))
      return;
    PEG_LOG ("displaced-stored", "s:path", check_in->path, "s:sha256", displaced.sha256);
  }

  unlinkat (root, temporary, 0);
}

/* Puts the new content in the place of the old one. Where the file system can,
 * the two are exchanged, so that a content which came in the very last moment is
 * not lost: it is put into the store. */
static gboolean
replace (PegShop  *self,
         CheckIn  *check_in,
         GError  **error)
{
  g_autofree char *temporary = g_build_filename (PEG_NAME_TEMPORARY_DIR, check_in->temporary, NULL);
  int root = peg_vault_get_fd (self->vault);
  const char *name;
  peg_autofd parent = peg_beneath_make_parent (root, check_in->path, &name);
  gboolean replaces = check_in->reading.sha256 != NULL;
  int code;

  if (parent < 0) {
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                 "Cannot open the folder of “%s”: %s", check_in->path, g_strerror (errno));
    return FALSE;
  }

  code = (int) syscall (SYS_renameat2, root, temporary, parent, name,
                        replaces ? RENAME_EXCHANGE : RENAME_NOREPLACE);
  if (code < 0 && (errno == EINVAL || errno == ENOSYS))
    code = renameat (root, temporary, parent, name);

  if (code < 0) {
    g_set_error (error, errno == EEXIST ? PEG_SHOP_ERROR : G_IO_ERROR,
                 errno == EEXIST ? (int) PEG_SHOP_ERROR_BUSY : (int) g_io_error_from_errno (errno),
                 "Cannot write “%s”: %s", check_in->path, g_strerror (errno));
    return FALSE;
  }

  if (replaces)
    remove_displaced (self, check_in, temporary);

  return sync_parent (parent, error);
}

static PegRevision *
make_revision (const PegFile *file,
               const char    *who,
               const char    *comment,
               gint64         at_us)
{
  PegRevision values = {
    .hash = file->sha256,
    .who = (char *) who,
    .comment = (char *) comment,
    .when_us = at_us,
    .size = file->size,
    .major = file->major,
    .minor = file->minor,
  };

  return peg_revision_new (&values);
}

/* What was in the folder before the first check-in is the first revision. */
static gboolean
keep_first (PegShop           *self,
            PegFile           *next,
            const PegReading  *reading,
            GError           **error)
{
  PegRevision first = {
    .hash = reading->sha256,
    .comment = (char *) "As it was before the first check-in",
    .when_us = reading->mtime_ns / 1000,
    .size = reading->size,
  };

  if (reading->sha256 == NULL || next->revised)
    return TRUE;

  if (next->major < 0) {
    next->major = 1;
    next->minor = 0;
  }
  first.major = next->major;
  first.minor = next->minor;
  next->revised = TRUE;

  return peg_ledger_add_revision (self->ledger, next->id, &first, error);
}

/* What is on the disk now goes to @next. */
static gboolean
take_written (PegShop           *self,
              PegFile           *next,
              const PegReading  *written,
              GError           **error)
{
  peg_autofd fd = peg_objects_open_read (self->objects, written->sha256, error);
  g_auto (PegHeader) header = { NULL, -1, -1 };
  char buffer[PEG_HEADER_BYTES];
  gssize length;

  if (fd < 0)
    return FALSE;

  length = read (fd, buffer, sizeof buffer);
  peg_header_read (&header, buffer, length > 0 ? (gsize) length : 0);

  next->size = written->size;
  next->mtime_ns = written->mtime_ns;
  next->inode = written->inode;
  g_free (next->description);
  next->description = g_steal_pointer (&header.description);
  g_free (next->sha256);
  next->sha256 = g_strdup (written->sha256);

  return TRUE;
}

/* The end of a check-in: the new content is in its place, and the ledger is told.
 * At start it is also the end of one that was interrupted. */
static gboolean
keep_check_in (PegShop           *self,
               PegFile           *file,
               const PegIntent  *pending,
               const PegReading  *before,
               const PegReading  *written,
               PegCause           cause,
               GError           **error)
{
  g_autoptr (PegShopChange) change = NULL;
  g_autoptr (PegFile) next = peg_file_copy (file);
  g_autoptr (PegRevision) revision = NULL;
  PegRecord *record;

  if (!take_written (self, next, written, error))
    return FALSE;

  change = peg_shop_change_begin (self, error);
  if (change == NULL)
    return FALSE;

  if (before != NULL && !keep_first (self, next, before, error))
    return FALSE;

  next->major = pending->major;
  next->minor = pending->minor;
  next->revised = TRUE;
  g_clear_pointer (&next->hold, peg_hold_free);

  /* A new file has no row to refer to before it is written. */
  if (next->id == 0) {
    PegFile *added = g_steal_pointer (&next);

    if (!peg_shop_change_write (change, added, error))
      return FALSE;
    next = peg_file_copy (added);
  } else if (!peg_ledger_remove_pending (self->ledger, next->id, error) ||
             !peg_shop_change_write (change, peg_file_copy (next), error)) {
    return FALSE;
  }

  record = peg_record_new (cause);
  record->by = g_strdup (pending->who);
  record->message = g_strdup (pending->comment);
  record->sha256 = g_strdup (pending->sha256);
  record->major = pending->major;
  record->minor = pending->minor;
  peg_record_add_file (record, next);
  revision = make_revision (next, pending->who, pending->comment, record->at_us);

  return peg_shop_change_record (change, record, error) &&
         peg_ledger_add_revision (self->ledger, next->id, revision, error) &&
         peg_shop_change_commit (change, error);
}

static PegIntent *
make_pending (const CheckIn *check_in,
              const PegFile *file)
{
  PegIntent *pending = g_new0 (PegIntent, 1);
  g_autoptr (PegFile) next = peg_file_copy (file);

  peg_shop_next_revision (next, check_in->upload->is_major, check_in->upload->new_major);
  pending->file = file->id;
  pending->path = g_strdup (check_in->path);
  pending->sha256 = g_strdup (peg_incoming_get_hash (check_in->upload->incoming));
  pending->size = peg_incoming_get_size (check_in->upload->incoming);
  pending->major = next->major;
  pending->minor = next->minor;
  pending->who = g_strdup (check_in->upload->user);
  pending->comment = g_strdup (check_in->upload->comment);
  pending->temporary = g_strdup (check_in->temporary);

  return pending;
}

/* Notes in the ledger what is about to happen and, when the file was changed
 * outside and goes anyway, that what is there now is a revision too. */
static gboolean
note (PegShop           *self,
      PegFile           *file,
      const CheckIn     *check_in,
      PegIntent       **pending,
      GError           **error)
{
  g_autoptr (PegShopChange) change = peg_shop_change_begin (self, error);
  g_autoptr (PegFile) next = peg_file_copy (file);
  gboolean was_changed = file->hold->changed_outside && check_in->reading.sha256 != NULL;

  if (change == NULL)
    return FALSE;

  if (was_changed) {
    PegReading base = { file->hold->base_sha256, -1, file->hold->since_us * 1000, 0, 0 };

    if (!keep_first (self, next, &base, error) || !peg_shop_keep_outside (self, next, error))
      return FALSE;
    next->hold->changed_outside = FALSE;
    g_free (next->hold->base_sha256);
    next->hold->base_sha256 = g_strdup (check_in->reading.sha256);
    if (!peg_shop_change_write (change, peg_file_copy (next), error))
      return FALSE;
  }

  *pending = make_pending (check_in, next);

  return peg_ledger_add_pending (self->ledger, *pending, error) &&
         peg_shop_change_commit (change, error);
}

/* Whether the check-in is still right. */
static gboolean
may_check_in (PegShop          *self,
              PegFile          *file,
              const CheckIn    *check_in,
              GError          **error)
{
  const PegUpload *upload = check_in->upload;
  const char *new_hash = peg_incoming_get_hash (upload->incoming);

  if (file == NULL) {
    g_set_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_MISSING,
                 "“%s” is gone from the shop", check_in->path);
  } else if (file->hold == NULL) {
    g_set_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_NOT_CHECKED_OUT,
                 "“%s” is not checked out any more", file->filename);
  } else if (strcmp (file->hold->holder, upload->user) != 0) {
    g_set_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_TAKEN,
                 "“%s” is checked out by %s", file->filename, file->hold->holder);
  } else if (upload->token != 0 && upload->token != file->hold->token) {
    g_set_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_STALE_TOKEN,
                 "“%s” was checked out again since your check-out", file->filename);
  } else if (upload->if_version != 0 && upload->if_version != file->version) {
    g_set_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_VERSION,
                 "“%s” changed since you last saw it", file->filename);
  } else if (check_in->reading.sha256 == NULL ? !file->hold->missing
                                              : !peg_reading_matches (&check_in->reading, file)) {
    g_set_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_BUSY,
                 "“%s” is being written by another program", file->filename);
  } else if (file->hold->changed_outside && !upload->force &&
             g_strcmp0 (check_in->reading.sha256, new_hash) != 0) {
    g_set_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_CHANGED_OUTSIDE,
                 "Somebody changed “%s” on the disk while you had it", file->filename);
  } else {
    return TRUE;
  }

  return FALSE;
}

/* What could not take its place is kept, and the person is told where. */
static void
keep_draft (PegShop   *self,
            CheckIn   *check_in,
            GError   **error)
{
  g_autoptr (GError) own_error = NULL;
  g_autofree char *text = NULL;
  const char *sha256;
  gint64 number = 0;

  if (check_in->stopped)
    return;

  if (peg_incoming_store (check_in->upload->incoming, &own_error)) {
    sha256 = peg_incoming_get_hash (check_in->upload->incoming);
    number = peg_ledger_add_draft (self->ledger, check_in->path, sha256,
                                   peg_incoming_get_size (check_in->upload->incoming),
                                   check_in->upload->user,
                                   (*error)->domain == PEG_SHOP_ERROR
                                     ? peg_shop_error_to_code ((PegShopError) (*error)->code)
                                     : "failed",
                                   &own_error);
  }

  if (number == 0) {
    PEG_LOG ("draft-failed", "s:path", check_in->path, "s:error", own_error->message);
    return;
  }

  text = g_strdup_printf ("%s. Nothing was replaced; what you sent is kept on the server as "
                          "draft %" G_GINT64_FORMAT ".", (*error)->message, number);
  g_free ((*error)->message);
  (*error)->message = g_steal_pointer (&text);
}

static void
fail_check_in (PegShop *self,
               GTask   *task,
               CheckIn *check_in,
               GError  *error)
{
  keep_draft (self, check_in, &error);
  if (check_in->temporary != NULL && !check_in->stopped)
    remove_temporary (self, check_in->temporary);
  g_task_return_error (task, error);
}

/* Looks at the folder now, when what was read is newer than what is known. */
static gboolean
catch_up (PegShop        *self,
          const CheckIn  *check_in,
          GError        **error)
{
  PegFile *file = peg_shop_lookup_row (self, check_in->row);
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();

  if (file == NULL)
    return TRUE;

  g_ptr_array_add (paths, check_in->path);
  if (check_in->reading.sha256 == NULL ? (file->hold == NULL || !file->hold->missing)
                                       : !peg_reading_matches (&check_in->reading, file))
    return peg_shop_look_again (self, paths, error);

  return TRUE;
}

static gboolean
put_in_place (PegShop     *self,
              CheckIn     *check_in,
              GError     **error)
{
  g_autoptr (PegIntent) pending = NULL;
  PegFile *file;

  if (!step (self, check_in, PEG_SHOP_STEP_STAGED, error) || !catch_up (self, check_in, error))
    return FALSE;

  file = peg_shop_lookup_row (self, check_in->row);
  if (!may_check_in (self, file, check_in, error) ||
      !note (self, file, check_in, &pending, error) ||
      !step (self, check_in, PEG_SHOP_STEP_NOTED, error))
    return FALSE;

  if (!replace (self, check_in, error)) {
    if (!peg_ledger_remove_pending (self->ledger, check_in->row, NULL))
      PEG_LOG ("pending-left", "s:path", check_in->path);
    return FALSE;
  }
  g_clear_pointer (&check_in->temporary, g_free);

  return step (self, check_in, PEG_SHOP_STEP_REPLACED, error) &&
         keep_check_in (self, file, pending, &check_in->reading, &check_in->written,
                        PEG_CAUSE_CHECK_IN, error) &&
         step (self, check_in, PEG_SHOP_STEP_KEPT, error);
}

static void
staged_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = g_steal_pointer (&user_data);
  PegShop *self = PEG_SHOP (source);
  CheckIn *check_in = g_task_get_task_data (task);
  PegFile *file;
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error) ||
      !put_in_place (self, check_in, &error)) {
    fail_check_in (self, task, check_in, error);
    return;
  }

  file = peg_shop_lookup_row (self, check_in->row);
  g_task_return_pointer (task,
                         peg_entry_ref (peg_file_get_entry (file,
                                                            peg_ledger_get_prefix (self->ledger))),
                         (GDestroyNotify) peg_entry_unref);
}

static void
stage (PegShop             *self,
       GTask               *task,
       CheckIn             *check_in,
       GAsyncReadyCallback  callback)
{
  g_autoptr (GTask) staging = g_task_new (self, NULL, callback, g_object_ref (task));

  g_task_set_source_tag (staging, stage);
  g_task_set_task_data (staging, check_in, NULL);
  g_task_run_in_thread (staging, stage_thread);
}

/**
 * peg_shop_check_in_async:
 * @self: a shop
 * @upload: (transfer full): what is checked in
 * @cancellable: (nullable): not used after the content is complete
 * @callback: (scope async): called when it is kept or refused
 * @user_data: data for @callback
 *
 * Checks a file in. In this order, so that a power cut at any moment leaves the
 * old or the new content and never loses one that was acknowledged: the new and
 * the old content go into the store, a copy of the new one is written beside the
 * file, the ledger notes what is about to happen, the copy takes the place of
 * the file, and the ledger gets the revision. What is refused is kept as a draft.
 */
void
peg_shop_check_in_async (PegShop             *self,
                         PegUpload           *upload,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  CheckIn *check_in;
  PegFile *file;

  g_return_if_fail (PEG_IS_SHOP (self));
  g_return_if_fail (upload != NULL && upload->incoming != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_shop_check_in_async);
  check_in = g_new0 (CheckIn, 1);
  check_in->upload = upload;
  g_task_set_task_data (task, check_in, (GDestroyNotify) check_in_free);

  file = peg_shop_check_person (upload->user, &error) ? peg_shop_lookup (self, upload->name, &error)
                                                      : NULL;
  if (file == NULL) {
    g_task_return_error (task, error);
    return;
  }

  check_in->row = file->id;
  check_in->path = g_strdup (file->path);
  peg_reading_hint (&check_in->hint, file);
  stage (self, task, check_in, staged_cb);
}

PegEntry *
peg_shop_check_in_finish (PegShop       *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
put_new_in_place (PegShop   *self,
                  CheckIn   *check_in,
                  GError   **error)
{
  g_autoptr (PegIntent) pending = NULL;
  g_autoptr (PegFile) file = peg_ledger_find_gone (self->ledger, check_in->path);
  const PegUpload *upload = check_in->upload;

  if (check_in->reading.sha256 != NULL ||
      g_hash_table_contains (self->by_path, check_in->path)) {
    g_set_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_EXISTS,
                 "There is a file “%s” already. Check it out to change it.", check_in->path);
    return FALSE;
  }

  if (file == NULL)
    file = peg_file_new (check_in->path);
  pending = make_pending (check_in, file);

  /* A file that was there before goes on where it was. */
  if (!file->revised) {
    pending->major = upload->new_major > 0 ? upload->new_major : 1;
    pending->minor = upload->new_major > 0 ? upload->new_minor : 0;
  }

  if (!step (self, check_in, PEG_SHOP_STEP_STAGED, error) || !replace (self, check_in, error))
    return FALSE;
  g_clear_pointer (&check_in->temporary, g_free);

  return step (self, check_in, PEG_SHOP_STEP_REPLACED, error) &&
         keep_check_in (self, file, pending, NULL, &check_in->written, PEG_CAUSE_ADDED, error) &&
         step (self, check_in, PEG_SHOP_STEP_KEPT, error);
}

static void
new_staged_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = g_steal_pointer (&user_data);
  PegShop *self = PEG_SHOP (source);
  CheckIn *check_in = g_task_get_task_data (task);
  GError *error = NULL;
  PegEntry *entry = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error) &&
      put_new_in_place (self, check_in, &error))
    entry = peg_shop_find (self, check_in->path, &error);

  if (entry == NULL)
    fail_check_in (self, task, check_in, error);
  else
    g_task_return_pointer (task, entry, (GDestroyNotify) peg_entry_unref);
}

/**
 * peg_shop_add_async:
 * @self: a shop
 * @upload: (transfer full): what is added; `name` is its path, `new_major` and
 *   `new_minor` are the numbers of its first revision; 0 and 0: 1.0
 * @cancellable: (nullable): not used after the content is complete
 * @callback: (scope async): called when it is kept or refused
 * @user_data: data for @callback
 *
 * Adds a new file. Folders that are not there are made.
 */
void
peg_shop_add_async (PegShop             *self,
                    PegUpload           *upload,
                    GCancellable        *cancellable,
                    GAsyncReadyCallback  callback,
                    gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  CheckIn *check_in;

  g_return_if_fail (PEG_IS_SHOP (self));
  g_return_if_fail (upload != NULL && upload->incoming != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_shop_add_async);
  check_in = g_new0 (CheckIn, 1);
  check_in->upload = upload;
  check_in->path = g_strdup (upload->name);
  g_task_set_task_data (task, check_in, (GDestroyNotify) check_in_free);

  if (!peg_shop_check_person (upload->user, &error)) {
    g_task_return_error (task, error);
    return;
  }
  if (!g_utf8_validate (upload->name, -1, NULL) || !peg_name_is_path (upload->name)) {
    g_task_return_new_error (task, PEG_SHOP_ERROR, PEG_SHOP_ERROR_BAD_NAME,
                             "A file in the shop cannot have this name: it is hidden, temporary, "
                             "or leads elsewhere");
    return;
  }

  stage (self, task, check_in, new_staged_cb);
}

PegEntry *
peg_shop_add_finish (PegShop       *self,
                     GAsyncResult  *result,
                     GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * peg_shop_add_link:
 * @self: a shop
 * @path: the path of the link
 * @master: the path of what it stands for, or its name where only one has it
 * @user: who adds it
 * @error: return location for an error
 *
 * Adds a file that stands for another one: a symbolic link.
 *
 * Returns: whether it is there
 */
gboolean
peg_shop_add_link (PegShop     *self,
                   const char  *path,
                   const char  *master,
                   const char  *user,
                   GError     **error)
{
  g_autoptr (GString) target = g_string_new (NULL);
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  peg_autofd parent = -1;
  const char *name;
  PegFile *file;

  g_return_val_if_fail (PEG_IS_SHOP (self), FALSE);

  if (!peg_shop_check_person (user, error))
    return FALSE;
  file = peg_shop_lookup (self, master, error);
  if (file == NULL)
    return FALSE;
  if (!g_utf8_validate (path, -1, NULL) || !peg_name_is_path (path)) {
    g_set_error_literal (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_BAD_NAME,
                         "A link in the shop cannot have this name");
    return FALSE;
  }

  for (const char *c = path; *c != '\0'; c++) {
    if (*c == '/')
      g_string_append (target, "../");
  }
  g_string_append (target, file->path);

  parent = peg_beneath_make_parent (peg_vault_get_fd (self->vault), path, &name);
  if (parent < 0 || symlinkat (target->str, parent, name) < 0) {
    g_set_error (error, errno == EEXIST ? PEG_SHOP_ERROR : G_IO_ERROR,
                 errno == EEXIST ? (int) PEG_SHOP_ERROR_EXISTS
                                 : (int) g_io_error_from_errno (errno),
                 "Cannot make the link “%s”: %s", path, g_strerror (errno));
    return FALSE;
  }

  g_ptr_array_add (paths, (gpointer) path);

  return peg_shop_look_again (self, paths, error);
}

/* One check-in of which it is not known whether it came to its end: the content
 * on the disk tells. */
static gboolean
recover_one (PegShop           *self,
             const PegIntent  *pending,
             GError           **error)
{
  PegFile *file = peg_shop_lookup_row (self, pending->file);
  g_auto (PegReading) reading = { .sha256 = NULL };

  if (!peg_shop_read_stored (self, pending->path, NULL, &reading, error))
    return FALSE;

  if (file != NULL && g_strcmp0 (reading.sha256, pending->sha256) == 0) {
    PegReading before = { NULL, file->size, file->mtime_ns, file->inode, 0 };

    before.sha256 = file->hold != NULL ? file->hold->base_sha256 : file->sha256;
    PEG_LOG ("check-in-finished", "s:path", pending->path, "s:by", pending->who);
    return keep_check_in (self, file, pending, &before, &reading, PEG_CAUSE_CHECK_IN, error);
  }

  PEG_LOG ("check-in-undone", "s:path", pending->path, "s:by", pending->who);

  return peg_ledger_add_draft (self->ledger, pending->path, pending->sha256, pending->size,
                               pending->who, "interrupted", error) != 0 &&
         peg_ledger_remove_pending (self->ledger, pending->file, error);
}

/* What lies in the temporary folder was on its way. It may be what was displaced
 * by a check-in, so it goes into the store before it is removed. */
static gboolean
empty_temporary (PegShop  *self,
                 GError  **error)
{
  g_autofree char *folder = g_build_filename (peg_vault_get_path (self->vault),
                                              PEG_NAME_TEMPORARY_DIR, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (PEG_NAME_TEMPORARY_DIR, name, NULL);
    g_auto (PegReading) reading = { .sha256 = NULL };

    if (!peg_shop_read_stored (self, path, NULL, &reading, error))
      return FALSE;
    PEG_LOG ("left-over-stored", "s:sha256", reading.sha256);
    remove_temporary (self, name);
  }

  return TRUE;
}

/* Ends what a power cut interrupted, at start. */
gboolean
peg_shop_recover (PegShop  *self,
                  GError  **error)
{
  g_autoptr (GPtrArray) list = peg_ledger_list_pending (self->ledger, error);

  if (list == NULL)
    return FALSE;

  for (guint i = 0; i < list->len; i++) {
    if (!recover_one (self, g_ptr_array_index (list, i), error))
      return FALSE;
  }

  return empty_temporary (self, error);
}
