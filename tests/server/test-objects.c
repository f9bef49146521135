/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-objects.h"
#include "peg-server-test.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What a power cut leaves cannot be seen without one: what is flushed is noted
 * instead. This takes the place of the one of the C library. */
static GArray *flushed;
static ino_t failing;

int
fsync (int fd)
{
  struct stat status;

  g_assert_cmpint (fstat (fd, &status), ==, 0);
  if (failing != 0 && status.st_ino == failing) {
    errno = EIO;
    return -1;
  }
  g_array_append_val (flushed, status.st_ino);

  return (int) syscall (SYS_fsync, fd);
}

typedef struct {
  char *folder;        /* (owned) */
  PegObjects *objects; /* (owned) */
} Fixture;

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  flushed = g_array_new (FALSE, FALSE, sizeof (ino_t));
  failing = 0;
  self->folder = peg_test_make_folder ();
  self->objects = peg_objects_open (self->folder, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  peg_objects_unref (self->objects);
  peg_test_remove_folder (self->folder);
  g_array_unref (flushed);
}

static ino_t
inode_of (Fixture    *self,
          const char *path)
{
  g_autofree char *full = g_build_filename (self->folder, "objects", path, NULL);
  struct stat status;

  g_assert_cmpint (stat (full, &status), ==, 0);

  return status.st_ino;
}

static gboolean
was_flushed (ino_t inode)
{
  for (guint i = 0; i < flushed->len; i++) {
    if (g_array_index (flushed, ino_t, i) == inode)
      return TRUE;
  }

  return FALSE;
}

static gboolean
store (Fixture     *self,
       const char  *text,
       GError     **error)
{
  g_autoptr (PegIncoming) incoming = peg_incoming_new (self->objects, NULL);

  g_array_set_size (flushed, 0);
  g_assert_nonnull (incoming);
  g_assert_true (peg_incoming_write (incoming, text, strlen (text), NULL));

  return peg_incoming_store (incoming, error);
}

/* A content is safe when its name and the name of its folder are flushed, whoever
 * made them. */
static void
test_objects_flush (Fixture       *self,
                    gconstpointer  data)
{
  g_autofree char *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "(A)\n", -1);
  g_autofree char *folder = g_strndup (sha256, 2);
  g_autofree char *path = g_build_filename (self->folder, "objects", folder, sha256 + 2, NULL);

  g_assert_true (store (self, "(A)\n", NULL));
  g_assert_true (was_flushed (inode_of (self, "")));
  g_assert_true (was_flushed (inode_of (self, folder)));

  /* The folder is there, and its name may be in memory only. */
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_true (store (self, "(A)\n", NULL));
  g_assert_true (was_flushed (inode_of (self, "")));
  g_assert_true (was_flushed (inode_of (self, folder)));

  /* So may the name of the content. */
  g_assert_true (store (self, "(A)\n", NULL));
  g_assert_true (was_flushed (inode_of (self, "")));
  g_assert_true (was_flushed (inode_of (self, folder)));
}

/* What cannot be flushed is not said to be safe, the second time neither. */
static void
test_objects_not_flushed (Fixture       *self,
                          gconstpointer  data)
{
  g_autofree char *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "(A)\n", -1);
  g_autofree char *folder = g_strndup (sha256, 2);
  g_autoptr (GError) error = NULL;

  g_assert_true (store (self, "(A)\n", NULL));
  failing = inode_of (self, folder);
  g_assert_false (store (self, "(A)\n", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  failing = 0;
  g_assert_true (store (self, "(A)\n", NULL));
}

#define add(name, func) \
  g_test_add ("/server/objects/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("flush", test_objects_flush);
  add ("not-flushed", test_objects_not_flushed);

  return g_test_run ();
}
