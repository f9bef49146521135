/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-objects"

#include "peg-config.h"

#include "peg-objects.h"

#include "peg-fd.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

/* How much is read at once: as much as keeps the hash busy and stays in the
 * second cache of a processor. */
#define CHUNK (128 * 1024)

/**
 * PegObjects:
 *
 * The contents lie in `objects/ab/cdef…`, named by their SHA-256. What is on its
 * way lies in `incoming/` and is thrown away at start: nobody was told that it
 * is kept.
 */
struct _PegObjects
{
  char *objects;  /* (owned): the folder of the contents */
  char *incoming; /* (owned): the folder of what is on its way */
};

struct _PegIncoming
{
  PegObjects *objects; /* (owned) */
  char *path;          /* (owned) (nullable): %NULL: already stored */
  int fd;              /* (owned) */
  GChecksum *checksum; /* (owned) (nullable): %NULL: not needed any more */
  char *sha256;        /* (owned) (nullable): known when it is stored */
  gint64 size;         /* bytes */
};

static gboolean
fail (GError     **error,
      const char  *what,
      const char  *path)
{
  int code = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
               "Cannot %s “%s”: %s", what, path, g_strerror (code));

  return FALSE;
}

static gboolean
sync_folder (const char  *path,
             GError     **error)
{
  if (!peg_fd_sync_folder (path))
    return fail (error, "flush the folder", path);

  return TRUE;
}

static gboolean
write_all (int          fd,
           const char  *data,
           gsize        length,
           GError     **error)
{
  if (!peg_fd_write_all (fd, data, length))
    return fail (error, "write to", "the data folder");

  return TRUE;
}

static void
clear_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    g_unlink (child);
  }
}

static char *
object_path (PegObjects *self,
             const char *sha256)
{
  g_autofree char *first = g_strndup (sha256, 2);

  return g_build_filename (self->objects, first, sha256 + 2, NULL);
}

/**
 * peg_objects_is_hash:
 * @text: anything
 *
 * Returns: whether @text is the name of a content
 */
gboolean
peg_objects_is_hash (const char *text)
{
  g_return_val_if_fail (text != NULL, FALSE);

  return strlen (text) == PEG_OBJECTS_HASH_LENGTH &&
         strspn (text, "0123456789abcdef") == PEG_OBJECTS_HASH_LENGTH;
}

/**
 * peg_objects_open:
 * @folder: the data folder; it is there
 * @error: return location for an error of %G_IO_ERROR
 *
 * Opens the store in a data folder and makes it when it is not there.
 *
 * Returns: (transfer full) (nullable): the store
 */
PegObjects *
peg_objects_open (const char  *folder,
                  GError     **error)
{
  g_autoptr (PegObjects) self = NULL;

  g_return_val_if_fail (folder != NULL, NULL);

  self = g_atomic_rc_box_new0 (PegObjects);
  self->objects = g_build_filename (folder, "objects", NULL);
  self->incoming = g_build_filename (folder, "incoming", NULL);

  if (g_mkdir_with_parents (self->objects, 0700) < 0) {
    fail (error, "make the folder", self->objects);
    return NULL;
  }
  if (g_mkdir_with_parents (self->incoming, 0700) < 0) {
    fail (error, "make the folder", self->incoming);
    return NULL;
  }
  clear_folder (self->incoming);

  return g_steal_pointer (&self);
}

PegObjects *
peg_objects_ref (PegObjects *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

static void
objects_clear (PegObjects *self)
{
  g_free (self->objects);
  g_free (self->incoming);
}

void
peg_objects_unref (PegObjects *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, (GDestroyNotify) objects_clear);
}

/**
 * peg_objects_has:
 * @self: a store
 * @sha256: the name of a content
 *
 * Returns: whether the content is in the store
 */
gboolean
peg_objects_has (PegObjects *self,
                 const char *sha256)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (self != NULL, FALSE);

  if (!peg_objects_is_hash (sha256))
    return FALSE;

  path = object_path (self, sha256);

  return g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

/**
 * peg_objects_open_read:
 * @self: a store
 * @sha256: the name of a content
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: a descriptor for reading the content, or -1
 */
int
peg_objects_open_read (PegObjects  *self,
                       const char  *sha256,
                       GError     **error)
{
  g_autofree char *path = NULL;
  int fd;

  g_return_val_if_fail (self != NULL, -1);
  g_return_val_if_fail (peg_objects_is_hash (sha256), -1);

  path = object_path (self, sha256);
  fd = open (path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    fail (error, "open the stored content", path);

  return fd;
}

/**
 * peg_objects_put:
 * @self: a store
 * @fd: a descriptor of a file; it is read from its beginning
 * @sha256: (out): the name of the content
 * @size: (out) (optional): bytes
 * @error: return location for an error of %G_IO_ERROR
 *
 * Copies a content into the store. When it returns, the content will survive a
 * power cut.
 *
 * Returns: whether it is in the store
 */
gboolean
peg_objects_put (PegObjects  *self,
                 int          fd,
                 char       **sha256,
                 gint64      *size,
                 GError     **error)
{
  g_autoptr (PegIncoming) incoming = NULL;
  g_autofree char *buffer = g_malloc (CHUNK);
  gssize length;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (sha256 != NULL, FALSE);

  incoming = peg_incoming_new (self, error);
  if (incoming == NULL)
    return FALSE;

  for (off_t offset = 0; (length = pread (fd, buffer, CHUNK, offset)) != 0; offset += length) {
    if (length < 0)
      return fail (error, "read", "a file of the shop");
    if (!peg_incoming_write (incoming, buffer, (gsize) length, error))
      return FALSE;
  }

  if (!peg_incoming_store (incoming, error))
    return FALSE;

  *sha256 = g_strdup (incoming->sha256);
  if (size != NULL)
    *size = incoming->size;

  return TRUE;
}

/**
 * peg_objects_copy_out:
 * @self: a store
 * @sha256: the name of a content in it
 * @fd: a descriptor of an empty file
 * @error: return location for an error of %G_IO_ERROR
 *
 * Copies a content out of the store, and flushes the copy. Copies and not links:
 * a program that writes into a file of the shop must not write into the store.
 * A file system that can share blocks does so.
 *
 * Returns: whether the copy is complete and on the disk
 */
gboolean
peg_objects_copy_out (PegObjects  *self,
                      const char  *sha256,
                      int          fd,
                      GError     **error)
{
  peg_autofd source = peg_objects_open_read (self, sha256, error);
  gssize length;

  if (source < 0)
    return FALSE;

  while ((length = copy_file_range (source, NULL, fd, NULL, 1 << 30, 0)) > 0)
    continue;

  /* Between some file systems the kernel cannot do it alone. */
  if (length < 0) {
    g_autofree char *buffer = g_malloc (CHUNK);

    if (lseek (source, 0, SEEK_SET) < 0 || lseek (fd, 0, SEEK_SET) < 0)
      return fail (error, "rewind", sha256);
    while ((length = read (source, buffer, CHUNK)) > 0) {
      if (!write_all (fd, buffer, (gsize) length, error))
        return FALSE;
    }
    if (length < 0)
      return fail (error, "read the stored content", sha256);
  }

  if (fsync (fd) < 0)
    return fail (error, "flush a copy of", sha256);

  return TRUE;
}

/**
 * peg_incoming_new:
 * @objects: a store
 * @error: return location for an error of %G_IO_ERROR
 *
 * Begins a content that comes in pieces.
 *
 * Returns: (transfer full) (nullable): the content; freed before it is stored,
 *   it leaves nothing behind
 */
PegIncoming *
peg_incoming_new (PegObjects  *objects,
                  GError     **error)
{
  g_autofree char *unique = g_uuid_string_random ();
  g_autofree char *path = NULL;
  PegIncoming *self;
  int fd;

  g_return_val_if_fail (objects != NULL, NULL);

  path = g_build_filename (objects->incoming, unique, NULL);
  fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) {
    fail (error, "make", path);
    return NULL;
  }

  self = g_new0 (PegIncoming, 1);
  self->objects = peg_objects_ref (objects);
  self->path = g_steal_pointer (&path);
  self->fd = fd;
  self->checksum = g_checksum_new (G_CHECKSUM_SHA256);

  return self;
}

/**
 * peg_incoming_adopt:
 * @objects: a store
 * @path: a file in the same data folder; it is moved away
 * @sha256: the name of its content, which was checked
 * @error: return location for an error of %G_IO_ERROR
 *
 * Takes a content that came completely in another way.
 *
 * Returns: (transfer full) (nullable): the content
 */
PegIncoming *
peg_incoming_adopt (PegObjects  *objects,
                    const char  *path,
                    const char  *sha256,
                    GError     **error)
{
  g_autofree char *unique = g_uuid_string_random ();
  g_autofree char *own = NULL;
  peg_autofd fd = -1;
  struct stat status;
  PegIncoming *self;

  g_return_val_if_fail (objects != NULL, NULL);
  g_return_val_if_fail (peg_objects_is_hash (sha256), NULL);

  own = g_build_filename (objects->incoming, unique, NULL);
  fd = open (path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 || fstat (fd, &status) < 0 || g_rename (path, own) < 0) {
    fail (error, "take", path);
    return NULL;
  }

  self = g_new0 (PegIncoming, 1);
  self->objects = peg_objects_ref (objects);
  self->path = g_steal_pointer (&own);
  self->fd = peg_fd_steal (&fd);
  self->sha256 = g_strdup (sha256);
  self->size = status.st_size;

  return self;
}

void
peg_incoming_free (PegIncoming *self)
{
  if (self->path != NULL)
    g_unlink (self->path);
  peg_fd_clear (&self->fd);
  g_clear_pointer (&self->checksum, g_checksum_free);
  peg_objects_unref (self->objects);
  g_free (self->path);
  g_free (self->sha256);
  g_free (self);
}

/**
 * peg_incoming_write:
 * @self: a content that is not stored yet
 * @data: the next bytes
 * @length: how many
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: whether the bytes were taken
 */
gboolean
peg_incoming_write (PegIncoming  *self,
                    const char   *data,
                    gsize         length,
                    GError      **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (self->sha256 == NULL, FALSE);

  g_checksum_update (self->checksum, (const guchar *) data, (gssize) length);
  self->size += (gint64) length;

  return write_all (self->fd, data, length, error);
}

/**
 * peg_incoming_store:
 * @self: a content that is complete
 * @error: return location for an error of %G_IO_ERROR
 *
 * Flushes the content and puts it into the store. Storing it twice is fine.
 *
 * Returns: whether it will survive a power cut
 */
gboolean
peg_incoming_store (PegIncoming  *self,
                    GError      **error)
{
  g_autofree char *path = NULL;
  g_autofree char *folder = NULL;

  g_return_val_if_fail (self != NULL, FALSE);

  if (self->path == NULL)
    return TRUE;

  if (self->sha256 == NULL)
    self->sha256 = g_strdup (g_checksum_get_string (self->checksum));

  path = object_path (self->objects, self->sha256);
  folder = g_path_get_dirname (path);

  /* Whoever stored it before may have got no further than the rename: the power
   * may have been cut, or another thread is still flushing. */
  if (g_file_test (path, G_FILE_TEST_IS_REGULAR)) {
    if (!sync_folder (folder, error) || !sync_folder (self->objects->objects, error))
      return FALSE;
    g_unlink (self->path);
    g_clear_pointer (&self->path, g_free);
    return TRUE;
  }

  if (fsync (self->fd) < 0)
    return fail (error, "flush", self->path);
  if (fchmod (self->fd, 0400) < 0)
    return fail (error, "protect", self->path);
  if (g_mkdir (folder, 0700) < 0 && errno != EEXIST)
    return fail (error, "make the folder", folder);
  if (!sync_folder (self->objects->objects, error))
    return FALSE;
  if (g_rename (self->path, path) < 0)
    return fail (error, "store", path);
  g_clear_pointer (&self->path, g_free);

  return sync_folder (folder, error);
}

/**
 * peg_incoming_get_hash:
 * @self: a content that is stored
 *
 * Returns: (transfer none) (nullable): its name; %NULL before it is stored
 */
const char *
peg_incoming_get_hash (PegIncoming *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->sha256;
}

gint64
peg_incoming_get_size (PegIncoming *self)
{
  g_return_val_if_fail (self != NULL, -1);

  return self->size;
}

/**
 * peg_hash_fd:
 * @fd: a descriptor of a file; it is read from its beginning
 * @sha256: (out): the name of the content
 * @size: (out) (optional): bytes
 * @error: return location for an error of %G_IO_ERROR
 *
 * Finds the name of a content without storing it.
 *
 * Returns: whether all of it could be read
 */
gboolean
peg_hash_fd (int       fd,
             char    **sha256,
             gint64   *size,
             GError  **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *buffer = g_malloc (CHUNK);
  off_t offset = 0;
  gssize length;

  while ((length = pread (fd, buffer, CHUNK, offset)) > 0) {
    g_checksum_update (checksum, (const guchar *) buffer, length);
    offset += length;
  }
  if (length < 0)
    return fail (error, "read", "a file of the shop");

  *sha256 = g_strdup (g_checksum_get_string (checksum));
  if (size != NULL)
    *size = offset;

  return TRUE;
}
