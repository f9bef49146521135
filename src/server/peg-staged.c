/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-staging"

#include "peg-config.h"

#include "peg-staging-private.h"

#include "peg-fd.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/**
 * PegStaged:
 *
 * One upload under way. Between opening and finishing it is used by one thread
 * alone; peg_staged_close() and what writes are for the main one.
 */
G_DEFINE_FINAL_TYPE (PegStaged, peg_staged, G_TYPE_OBJECT)

gboolean
peg_staging_fail (GError     **error,
                  const char  *what,
                  const char  *path)
{
  const int code = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
               "Cannot %s “%s”: %s", what, path, g_strerror (code));

  return FALSE;
}

static void
peg_staged_finalize (GObject *object)
{
  PegStaged *self = PEG_STAGED (object);

  g_clear_object (&self->staging);
  peg_fd_clear (&self->fd);
  g_clear_pointer (&self->checksum, g_checksum_free);
  g_free (self->folder);
  g_free (self->user);
  g_free (self->name);
  g_free (self->sha256);

  G_OBJECT_CLASS (peg_staged_parent_class)->finalize (object);
}

static void
peg_staged_class_init (PegStagedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = peg_staged_finalize;
}

static void
peg_staged_init (PegStaged *self)
{
  self->fd = -1;
}

/**
 * peg_staged_close:
 * @self: an upload
 *
 * It does not count any more: whoever writes to it is told. Must be called
 * before the last reference goes, which another thread may have.
 */
void
peg_staged_close (PegStaged *self)
{
  g_return_if_fail (PEG_IS_STAGED (self));

  if (self->staging == NULL)
    return;

  if (g_hash_table_lookup (self->staging->active, self->name) == self)
    g_hash_table_remove (self->staging->active, self->name);
  g_clear_object (&self->staging);
}

gint64
peg_staged_get_size (PegStaged *self)
{
  g_return_val_if_fail (PEG_IS_STAGED (self), 0);

  return self->size;
}

gint64
peg_staged_get_have (PegStaged *self)
{
  g_return_val_if_fail (PEG_IS_STAGED (self), 0);

  return self->have;
}

/**
 * peg_staged_dup_digest:
 * @self: an upload
 *
 * Returns: (transfer full): the SHA-256 of what is there
 */
char *
peg_staged_dup_digest (PegStaged *self)
{
  g_autoptr (GChecksum) checksum = NULL;

  g_return_val_if_fail (PEG_IS_STAGED (self), NULL);

  checksum = g_checksum_copy (self->checksum);

  return g_strdup (g_checksum_get_string (checksum));
}

static gboolean
check_counts (PegStaged  *self,
              GError    **error)
{
  if (self->staging != NULL)
    return TRUE;

  g_set_error_literal (error, PEG_STAGING_ERROR, PEG_STAGING_ERROR_SUPERSEDED,
                       "This upload goes on elsewhere");

  return FALSE;
}

/**
 * peg_staged_write:
 * @self: an upload
 * @offset: where the bytes belong
 * @data: (array length=length): the bytes
 * @length: how many
 * @error: return location for an error of %PEG_STAGING_ERROR or %G_IO_ERROR
 *
 * Returns: whether the bytes were taken
 */
gboolean
peg_staged_write (PegStaged      *self,
                  guint64         offset,
                  gconstpointer   data,
                  gsize           length,
                  GError        **error)
{
  const guint8 *bytes = data;
  gsize done = 0;

  g_return_val_if_fail (PEG_IS_STAGED (self), FALSE);

  if (!check_counts (self, error))
    return FALSE;

  if (offset != (guint64) self->have || length > (guint64) (self->size - self->have)) {
    g_set_error_literal (error, PEG_STAGING_ERROR, PEG_STAGING_ERROR_BAD_OFFSET,
                         "These bytes are not the next ones");
    return FALSE;
  }

  while (done < length) {
    gssize written = pwrite (self->fd, bytes + done, length - done, self->have + (gint64) done);

    if (written < 0 && errno != EINTR)
      return peg_staging_fail (error, "write to", "the data folder");
    done += (gsize) MAX (written, 0);
  }

  g_checksum_update (self->checksum, data, (gssize) length);
  self->have += (gint64) length;

  return TRUE;
}

/* Says that the content is complete, by its name, once it is on the disk. */
static void
finish_thread (GTask        *task,
               gpointer      source,
               gpointer      task_data,
               GCancellable *cancellable)
{
  PegStaged *self = source;
  const char *sha256 = task_data;
  g_autofree char *part = g_strdup_printf ("%s/%s." PEG_STAGING_PART, self->folder, self->name);
  g_autofree char *complete = g_strdup_printf ("%s/%s.%s", self->folder, self->name, sha256);
  peg_autofd folder = open (self->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  GError *error = NULL;

  if (fsync (self->fd) < 0 || (g_rename (part, complete) < 0 &&
                               !g_file_test (complete, G_FILE_TEST_IS_REGULAR)) ||
      folder < 0 || fsync (folder) < 0) {
    peg_staging_fail (&error, "flush", "an upload");
    g_task_return_error (task, error);
    return;
  }

  g_task_return_boolean (task, TRUE);
}

/**
 * peg_staged_finish_async:
 * @self: an upload of which everything is there
 * @sha256: what it must be
 * @callback: (scope async): called when it is on the disk
 * @user_data: data for @callback
 *
 * Ends an upload. One that is not what it must be is thrown away.
 */
void
peg_staged_finish_async (PegStaged           *self,
                         const char          *sha256,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *digest = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (PEG_IS_STAGED (self));
  g_return_if_fail (sha256 != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, peg_staged_finish_async);

  digest = peg_staged_dup_digest (self);
  if (check_counts (self, &error) && self->have != self->size) {
    g_set_error_literal (&error, PEG_STAGING_ERROR, PEG_STAGING_ERROR_BAD_OFFSET,
                         "This is not the end yet");
  } else if (error == NULL && strcmp (digest, sha256) != 0) {
    g_autofree char *part = g_strdup_printf ("%s/%s.%s", self->folder, self->name,
                                             self->sha256 != NULL ? self->sha256 : PEG_STAGING_PART);

    g_unlink (part);
    g_set_error_literal (&error, PEG_STAGING_ERROR, PEG_STAGING_ERROR_BAD_CHECKSUM,
                         "What came is not what was sent");
  }

  if (error != NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
  } else if (self->sha256 != NULL) {
    g_task_return_boolean (task, TRUE);
  } else {
    g_task_set_task_data (task, g_strdup (sha256), g_free);
    g_task_run_in_thread (task, finish_thread);
  }
}

gboolean
peg_staged_finish_finish (PegStaged     *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
