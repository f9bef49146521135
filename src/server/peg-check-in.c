/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-shop"

#include "peg-config.h"

#include "peg-check-in.h"

#include "peg-beneath.h"
#include "peg-header.h"
#include "peg-log.h"
#include "peg-name.h"
#include "peg-revision.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/syscall.h>

/* What a new file may be read and written by, before the umask. */
#define NEW_MODE 0666

void
peg_check_in_free (PegCheckIn *self)
{
  g_free (self->path);
  g_free (self->temporary);
  peg_reading_clear (&self->hint);
  peg_reading_clear (&self->reading);
  peg_reading_clear (&self->written);
  peg_upload_free (self->upload);
  g_clear_pointer (&self->once, peg_once_free);
  g_free (self);
}

void
peg_shop_remove_temporary (PegShop    *self,
                           const char *temporary)
{
  g_autofree char *path = g_build_filename (PEG_NAME_TEMPORARY_DIR, temporary, NULL);

  unlinkat (peg_vault_get_fd (self->vault), path, 0);
}

gboolean
peg_check_in_step (PegShop      *self,
                   PegCheckIn   *check_in,
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
void
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
    return;
  }

  file->major = new_major > file->major ? new_major : file->major + 1;
  file->minor = 0;
}

/* What the umask would take, and the owner and the group where we may set them,
 * stay as they were. */
static void
keep_access (PegShop    *self,
             const char *path,
             int         fd)
{
  struct stat status;

  if (!peg_beneath_stat (peg_vault_get_fd (self->vault), path, &status))
    return;

  if (fchown (fd, status.st_uid, status.st_gid) < 0 &&
      fchown (fd, (uid_t) -1, status.st_gid) < 0)
    g_debug ("Cannot keep the group of %s: %s", path, g_strerror (errno));
  if (fchmod (fd, status.st_mode & 0777) < 0)
    g_debug ("Cannot keep the permissions of %s: %s", path, g_strerror (errno));
}

/* Makes the copy that will take the place of the file, beside it in the same
 * file system. */
static gboolean
make_temporary (PegShop     *self,
                PegCheckIn  *check_in,
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

  if (check_in->reading.sha256 != NULL)
    keep_access (self, check_in->path, fd);

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
  PegCheckIn *check_in = task_data;
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
sync_parent (int      parent,
             GError **error)
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
remove_displaced (PegShop          *self,
                  const PegCheckIn *check_in,
                  const char       *temporary)
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
 * not lost: it is put into the store. When it fails, `replaced` tells whether the
 * new content is in its place all the same. */
gboolean
peg_check_in_replace (PegShop     *self,
                      PegCheckIn  *check_in,
                      GError     **error)
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

  check_in->replaced = TRUE;
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
gboolean
peg_shop_keep_first (PegShop           *self,
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
gboolean
peg_shop_keep_check_in (PegShop           *self,
                        PegFile           *file,
                        const PegIntent   *pending,
                        const PegReading  *before,
                        const PegReading  *written,
                        PegCause           cause,
                        GError           **error)
{
  g_autoptr (PegShopChange) change = NULL;
  g_autoptr (PegFile) next = peg_file_copy (file);
  g_autoptr (PegRevision) revision = NULL;
  g_autoptr (PegOnce) once = NULL;
  PegRecord *record;

  if (!take_written (self, next, written, error))
    return FALSE;

  change = peg_shop_change_begin (self, error);
  if (change == NULL)
    return FALSE;

  if (before != NULL && !peg_shop_keep_first (self, next, before, error))
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

  once = pending->key != NULL ? peg_once_new (pending->key, pending->request) : NULL;

  return peg_shop_change_record (change, record, error) &&
         peg_ledger_add_revision (self->ledger, next->id, revision, error) &&
         peg_shop_change_keep_answer (change, once, TRUE, error) &&
         peg_shop_change_commit (change, error);
}

/* The new content is in its place: nobody must be told that it is not. The ledger
 * is asked twice, as another program may have had it for a while. */
gboolean
peg_check_in_record (PegShop           *self,
                     PegCheckIn        *check_in,
                     PegFile           *file,
                     const PegIntent   *pending,
                     const PegReading  *before,
                     PegCause           cause,
                     GError           **error)
{
  g_autoptr (GError) own_error = NULL;

  if (peg_shop_keep_check_in (self, file, pending, before, &check_in->written, cause, &own_error))
    return TRUE;

  PEG_LOG ("record-failed", "s:path", check_in->path, "s:error", own_error->message);

  return peg_check_in_step (self, check_in, PEG_SHOP_STEP_REFUSED, error) &&
         peg_shop_keep_check_in (self, file, pending, before, &check_in->written, cause, error);
}

PegIntent *
peg_check_in_make_intent (const PegCheckIn *check_in,
                          const PegFile    *file)
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
  pending->token = file->hold != NULL ? file->hold->token : 0;
  if (check_in->once != NULL) {
    pending->key = g_strdup (check_in->once->key);
    pending->request = g_strdup (check_in->once->request);
  }

  return pending;
}

/* What could not take its place is kept, and the person is told where. */
static void
keep_draft (PegShop     *self,
            PegCheckIn  *check_in,
            GError     **error)
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

/* What took its place is no draft. Says what is known, and that a second check-in
 * would only be in the way. */
static void
set_uncertain (PegCheckIn  *check_in,
               GError     **error)
{
  g_autoptr (GError) cause = g_steal_pointer (error);

  PEG_LOG ("check-in-uncertain", "s:path", check_in->path, "s:error", cause->message);
  g_set_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_UNCERTAIN,
               "The new content of “%s” is on the disk, but the server could not record it: %s. %s "
               "Do not check it in again; tell whoever looks after the server.",
               check_in->path, cause->message,
               check_in->row != 0 ? "It will be recorded when the server starts the next time."
                                  : "The server will find it there, like one that came from outside.");
}

void
peg_check_in_fail (PegShop    *self,
                   GTask      *task,
                   PegCheckIn *check_in,
                   GError     *error)
{
  if (check_in->replaced && !check_in->stopped)
    set_uncertain (check_in, &error);
  else
    keep_draft (self, check_in, &error);
  if (check_in->temporary != NULL && !check_in->stopped)
    peg_shop_remove_temporary (self, check_in->temporary);
  g_task_return_error (task, error);
}

void
peg_check_in_stage (PegShop             *self,
                    GTask               *task,
                    PegCheckIn          *check_in,
                    GAsyncReadyCallback  callback)
{
  g_autoptr (GTask) staging = g_task_new (self, NULL, callback, g_object_ref (task));

  g_task_set_source_tag (staging, peg_check_in_stage);
  g_task_set_task_data (staging, check_in, NULL);
  g_task_run_in_thread (staging, stage_thread);
}
