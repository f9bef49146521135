/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-staging"

#include "peg-config.h"

#include "peg-staging-private.h"

#include "peg-log.h"
#include "peg-receive.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How much is read at once to find a checksum. */
#define CHUNK (128 * 1024)

/**
 * PegStaging:
 *
 * A file in `uploads` is called `USER-UUID-SIZE.part`, or with the SHA-256 of its
 * content in place of `part` once it is complete and on the disk; `USER` is the
 * SHA-256 of the person’s name. So the folder says everything, also after a
 * restart, and nothing of the wire becomes a path but a UUID that was checked.
 */
G_DEFINE_FINAL_TYPE (PegStaging, peg_staging, G_TYPE_OBJECT)
G_DEFINE_QUARK (peg-staging-error-quark, peg_staging_error)

const char *
peg_staging_error_to_code (PegStagingError error)
{
  switch (error) {
  case PEG_STAGING_ERROR_NO_UPLOAD:
    return "no_upload";
  case PEG_STAGING_ERROR_TOO_MANY:
    return "too_many";
  case PEG_STAGING_ERROR_TOO_LARGE:
    return "too_large";
  case PEG_STAGING_ERROR_BAD_OFFSET:
    return "bad_offset";
  case PEG_STAGING_ERROR_BAD_CHECKSUM:
    return "bad_checksum";
  case PEG_STAGING_ERROR_SUPERSEDED:
    return "superseded";
  default:
    g_assert_not_reached ();
  }
}

static char *
dup_user (const char *user)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, user, -1);
}

/* The size that a name tells; -1: this is none of ours. */
static gint64
size_of (const char *name)
{
  const char *dot = strchr (name, '.');
  const char *dash = strrchr (name, '-');
  g_autofree char *text = NULL;
  guint64 size;

  if (dot == NULL || dash == NULL || dash > dot)
    return -1;

  text = g_strndup (dash + 1, (gsize) (dot - dash - 1));

  return g_ascii_string_to_unsigned (text, 10, 0, PEG_RECEIVE_MAX_BYTES, &size, NULL)
           ? (gint64) size : -1;
}

/* Calls @func for everything in the folder. */
static void
for_each (const char *folder,
          void      (*func) (const char *name,
                             const char *path,
                             gpointer    data),
          gpointer    data)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    func (name, path, data);
  }
}

static void
remove_old (const char *name,
            const char *path,
            gpointer    data)
{
  const gint64 *now_s = data;
  struct stat status;

  if (stat (path, &status) == 0 && *now_s - status.st_mtime >= PEG_STAGING_KEEP_S) {
    PEG_LOG ("upload-expired", "i:bytes", (gint64) status.st_size);
    g_unlink (path);
  }
}

/**
 * peg_staging_sweep:
 * @self: a staging area
 * @now_s: the time, s since 1970
 *
 * Removes what nobody checked in within a day.
 */
void
peg_staging_sweep (PegStaging *self,
                   gint64      now_s)
{
  g_return_if_fail (PEG_IS_STAGING (self));

  for_each (self->folder, remove_old, &now_s);
}

/**
 * peg_staging_new:
 * @data: the data folder
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: (transfer full) (nullable): a staging area, with what waited in it
 */
PegStaging *
peg_staging_new (const char  *data,
                 GError     **error)
{
  g_autoptr (PegStaging) self = g_object_new (PEG_TYPE_STAGING, NULL);

  self->folder = g_build_filename (data, "uploads", NULL);
  if (g_mkdir_with_parents (self->folder, 0700) < 0) {
    peg_staging_fail (error, "make the folder", self->folder);
    return NULL;
  }
  peg_staging_sweep (self, g_get_real_time () / G_USEC_PER_SEC);

  return g_steal_pointer (&self);
}

typedef struct {
  PegStaged *staged;
  char *found;       /* (owned) (nullable): its file */
  guint n;
  guint n_of_user;
  gint64 bytes;      /* promised by all others */
} Count;

static void
count (const char *name,
       const char *path,
       gpointer    data)
{
  Count *sum = data;
  const gsize length = strlen (sum->staged->name);

  if (strncmp (name, sum->staged->name, length) == 0 && name[length] == '.') {
    g_free (sum->found);
    sum->found = g_strdup (path);
    return;
  }

  sum->n++;
  sum->n_of_user += g_str_has_prefix (name, sum->staged->user) ? 1 : 0;
  sum->bytes += MAX (size_of (name), 0);
}

static gboolean
may_wait (const Count  *sum,
          GError      **error)
{
  if (sum->n_of_user < PEG_STAGING_MAX_OF_USER && sum->n < PEG_STAGING_MAX &&
      sum->bytes + sum->staged->size <= PEG_STAGING_MAX_BYTES)
    return TRUE;

  g_set_error_literal (error, PEG_STAGING_ERROR, PEG_STAGING_ERROR_TOO_MANY,
                       "Too many uploads wait for their check-in already");

  return FALSE;
}

/* Finds the checksum of what is there. */
static gboolean
read_part (PegStaged  *self,
           GError    **error)
{
  g_autofree guint8 *buffer = g_malloc (CHUNK);
  gssize length;

  self->checksum = g_checksum_new (G_CHECKSUM_SHA256);
  while ((length = pread (self->fd, buffer, CHUNK, self->have)) > 0) {
    g_checksum_update (self->checksum, buffer, length);
    self->have += length;
  }
  if (length < 0)
    return peg_staging_fail (error, "read", "an upload");

  /* More than was promised is not what was promised. */
  if (self->have > self->size) {
    g_checksum_reset (self->checksum);
    self->have = 0;
    if (ftruncate (self->fd, 0) < 0)
      return peg_staging_fail (error, "empty", "an upload");
  }

  return TRUE;
}

static void
open_thread (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  PegStaged *self = task_data;
  Count sum = { .staged = self };
  g_autofree char *path = g_strdup_printf ("%s/%s." PEG_STAGING_PART, self->folder, self->name);
  g_autofree char *found = NULL;
  g_autoptr (GError) error = NULL;

  for_each (self->folder, count, &sum);
  found = g_steal_pointer (&sum.found);

  if (!may_wait (&sum, &error)) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }

  if (found != NULL && self->anew) {
    g_unlink (found);
    g_clear_pointer (&found, g_free);
  }

  self->fd = open (found != NULL ? found : path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (self->fd < 0) {
    peg_staging_fail (&error, "write to", "the data folder");
  } else if (read_part (self, &error) && found != NULL && !g_str_has_suffix (found, "." PEG_STAGING_PART) &&
             self->have == self->size) {
    self->sha256 = g_strdup (strrchr (found, '.') + 1);
  }

  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, g_object_ref (self), g_object_unref);
}

/**
 * peg_staging_open_async:
 * @self: a staging area
 * @user: whose upload it is
 * @upload_id: what the client calls it, a UUID
 * @size: of the whole content, bytes
 * @anew: whether what is there of it is no good
 * @callback: (scope async): called with what is there
 * @user_data: data for @callback
 *
 * Begins an upload, or goes on with one. If it is under way already it goes on
 * here only: the other socket may be dead, and nobody knows yet.
 */
void
peg_staging_open_async (PegStaging          *self,
                        const char          *user,
                        const char          *upload_id,
                        gint64               size,
                        gboolean             anew,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *id = NULL;
  PegStaged *staged, *other;

  g_return_if_fail (PEG_IS_STAGING (self));
  g_return_if_fail (user != NULL);
  g_return_if_fail (g_uuid_string_is_valid (upload_id));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, peg_staging_open_async);

  if (size < 0 || size > PEG_RECEIVE_MAX_BYTES) {
    g_task_return_new_error (task, PEG_STAGING_ERROR, PEG_STAGING_ERROR_TOO_LARGE,
                             "This is larger than the %" G_GINT64_FORMAT " bytes that are taken",
                             PEG_RECEIVE_MAX_BYTES);
    return;
  }

  peg_staging_sweep (self, g_get_real_time () / G_USEC_PER_SEC);

  id = g_ascii_strdown (upload_id, -1);
  staged = g_object_new (PEG_TYPE_STAGED, NULL);
  staged->folder = g_strdup (self->folder);
  staged->user = dup_user (user);
  staged->name = g_strdup_printf ("%s-%s-%" G_GINT64_FORMAT, staged->user, id, size);
  staged->size = size;
  staged->anew = anew;
  staged->staging = g_object_ref (self);

  other = g_hash_table_lookup (self->active, staged->name);
  if (other != NULL)
    peg_staged_close (other);
  g_hash_table_replace (self->active, g_strdup (staged->name), staged);

  g_task_set_task_data (task, staged, g_object_unref);
  g_task_run_in_thread (task, open_thread);
}

/**
 * peg_staging_open_finish:
 * @self: a staging area
 * @result: the result
 * @error: return location for an error of %PEG_STAGING_ERROR or %G_IO_ERROR
 *
 * Returns: (transfer full) (nullable): the upload
 */
PegStaged *
peg_staging_open_finish (PegStaging    *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  PegStaged *staged;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  staged = g_task_propagate_pointer (G_TASK (result), error);
  if (staged == NULL && g_task_get_task_data (G_TASK (result)) != NULL)
    peg_staged_close (g_task_get_task_data (G_TASK (result)));

  return staged;
}

typedef struct {
  char *prefix; /* (owned) */
  char *path;   /* (owned) (nullable) */
} Search;

static void
find_complete (const char *name,
               const char *path,
               gpointer    data)
{
  Search *search = data;
  const char *dot = strchr (name, '.');

  if (g_str_has_prefix (name, search->prefix) && size_of (name) >= 0 &&
      peg_objects_is_hash (dot + 1)) {
    g_free (search->path);
    search->path = g_strdup (path);
  }
}

/**
 * peg_staging_take:
 * @self: a staging area
 * @objects: the store that the content is to go to
 * @user: who asks
 * @upload_id: what the client called the upload
 * @error: return location for an error of %PEG_STAGING_ERROR or %G_IO_ERROR
 *
 * Takes a complete upload out, for its check-in; of nobody else, and once.
 *
 * Returns: (transfer full) (nullable): the content
 */
PegIncoming *
peg_staging_take (PegStaging  *self,
                  PegObjects  *objects,
                  const char  *user,
                  const char  *upload_id,
                  GError     **error)
{
  Search search = { NULL, NULL };
  g_autofree char *prefix = NULL;
  g_autofree char *path = NULL;
  g_autofree char *whose = NULL;
  g_autofree char *id = NULL;

  g_return_val_if_fail (PEG_IS_STAGING (self), NULL);
  g_return_val_if_fail (upload_id != NULL, NULL);

  if (user != NULL && g_uuid_string_is_valid (upload_id)) {
    peg_staging_sweep (self, g_get_real_time () / G_USEC_PER_SEC);
    id = g_ascii_strdown (upload_id, -1);
    whose = dup_user (user);
    search.prefix = prefix = g_strdup_printf ("%s-%s-", whose, id);
    for_each (self->folder, find_complete, &search);
    path = search.path;
  }

  if (path == NULL) {
    g_set_error_literal (error, PEG_STAGING_ERROR, PEG_STAGING_ERROR_NO_UPLOAD,
                         "The content of this check-in is not here, or not all of it. Send it again");
    return NULL;
  }

  return peg_incoming_adopt (objects, path, strrchr (path, '.') + 1, error);
}

static void
peg_staging_finalize (GObject *object)
{
  PegStaging *self = PEG_STAGING (object);

  g_hash_table_unref (self->active);
  g_free (self->folder);

  G_OBJECT_CLASS (peg_staging_parent_class)->finalize (object);
}

static void
peg_staging_class_init (PegStagingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = peg_staging_finalize;
}

static void
peg_staging_init (PegStaging *self)
{
  self->active = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}
