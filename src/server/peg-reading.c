/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-shop"

#include "peg-config.h"

#include "peg-shop-private.h"

#include "peg-beneath.h"

#include <errno.h>
#include <fcntl.h>

/* How often a file is read again that changes while it is read. */
#define MAX_READS 3

void
peg_reading_clear (PegReading *self)
{
  g_clear_pointer (&self->sha256, g_free);
}

gboolean
peg_reading_matches (const PegReading *self,
                     const PegFile    *file)
{
  return self->size == file->size && self->mtime_ns == file->mtime_ns &&
         self->inode == file->inode;
}

void
peg_reading_set (PegReading        *reading,
                 const struct stat *status)
{
  reading->size = status->st_size;
  reading->mtime_ns = (gint64) status->st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) +
                      status->st_mtim.tv_nsec;
  reading->inode = status->st_ino;
  reading->mode = status->st_mode & 0777;
}

/* What is known of a file, for peg_reading_read(). */
void
peg_reading_hint (PegReading    *self,
                  const PegFile *file)
{
  self->sha256 = g_strdup (file->sha256);
  self->size = file->size;
  self->mtime_ns = file->mtime_ns;
  self->inode = file->inode;
}

static gboolean
is_hint_right (PegObjects       *objects,
               const PegReading *hint,
               const PegReading *reading)
{
  return hint != NULL && hint->sha256 != NULL && hint->size == reading->size &&
         hint->mtime_ns == reading->mtime_ns && hint->inode == reading->inode &&
         peg_objects_has (objects, hint->sha256);
}

/* Puts the content of a file into the store, and tells what the file was while
 * it was read. A file that is not there has no hash. One that is still what
 * @hint says is not read again. May be called in any thread. */
gboolean
peg_reading_read (PegVault          *vault,
                  PegObjects        *objects,
                  const char        *path,
                  const PegReading  *hint,
                  PegReading        *reading,
                  GError           **error)
{
  for (guint i = 0; i < MAX_READS; i++) {
    peg_autofd fd = peg_beneath_open (peg_vault_get_fd (vault), path,
                                      O_RDONLY | O_NONBLOCK, 0);
    struct stat before, after;

    peg_reading_clear (reading);

    if (fd < 0 && errno == ENOENT)
      return TRUE;
    if (fd < 0 || fstat (fd, &before) < 0) {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                   "Cannot read “%s”: %s", path, g_strerror (errno));
      return FALSE;
    }
    if (!S_ISREG (before.st_mode))
      return TRUE;

    peg_reading_set (reading, &before);
    if (is_hint_right (objects, hint, reading)) {
      reading->sha256 = g_strdup (hint->sha256);
      return TRUE;
    }

    if (!peg_objects_put (objects, fd, &reading->sha256, NULL, error))
      return FALSE;

    if (fstat (fd, &after) == 0 && before.st_size == after.st_size &&
        before.st_mtim.tv_sec == after.st_mtim.tv_sec &&
        before.st_mtim.tv_nsec == after.st_mtim.tv_nsec)
      return TRUE;
  }

  g_set_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_BUSY,
               "“%s” is being written by another program. Try again in a moment.", path);

  return FALSE;
}

/* The same for a shop that is open. */
gboolean
peg_shop_read_stored (PegShop           *self,
                      const char        *path,
                      const PegReading  *hint,
                      PegReading        *reading,
                      GError           **error)
{
  return peg_reading_read (self->vault, self->objects, path, hint, reading, error);
}
