/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-secret"

#include "peg-config.h"

#include "peg-secret.h"

#include "peg-fd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file that is longer is something else. */
#define MAX_FILE 4096

/* What the group may not do with a secret, and others not at all. A group that
 * reads is how packages give a file to the user of a service. */
#define MODE_TOO_OPEN (S_IWGRP | S_IXGRP | S_IRWXO)

/**
 * peg_constant_time_equal:
 * @a: some bytes, secret or made from a secret
 * @b: as many bytes that somebody else sent
 * @length: how many
 *
 * Compares without stopping at the first difference. memcmp() stops, and the
 * time that it takes tells a patient stranger how many of the first bytes were
 * right; a signature can then be found byte by byte. The accumulator is
 * volatile, so that the compiler cannot stop early either.
 *
 * Returns: whether they are the same
 */
gboolean
peg_constant_time_equal (gconstpointer a,
                         gconstpointer b,
                         gsize         length)
{
  const guint8 *left = a, *right = b;
  volatile guint8 difference = 0;

  for (gsize i = 0; i < length; i++)
    difference = difference | (left[i] ^ right[i]);

  return difference == 0;
}

/**
 * peg_secret_fill:
 * @bytes: (out caller-allocates) (array length=length): where they go
 * @length: how many; 256 at most, which getrandom(2) always gives whole
 *
 * Makes random bytes that nobody can guess.
 */
void
peg_secret_fill (guint8 *bytes,
                 gsize   length)
{
  gssize n;

  g_return_if_fail (length <= 256);

  do
    n = getrandom (bytes, length, 0);
  while (n < 0 && errno == EINTR);

  /* The kernel has had this since 3.17; without it nothing here is safe. */
  if (n != (gssize) length)
    g_error ("There are no random numbers: %s", g_strerror (errno));
}

static gssize
read_file (int     fd,
           guint8 *bytes,
           gsize   max)
{
  gsize length = 0;

  while (length < max) {
    gssize n = read (fd, bytes + length, max - length);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return -1;
    if (n == 0)
      break;
    length += (gsize) n;
  }

  return (gssize) length;
}

/**
 * peg_secret_read:
 * @path: a file
 * @error: return location for an error of %G_IO_ERROR that says what to do
 *
 * Reads a secret from a file that only its owner can change and that not
 * everybody can read. One line feed at its end is not part of it: editors and
 * `openssl rand -hex 32` leave one.
 *
 * Returns: (transfer full) (nullable): at least %PEG_SECRET_MIN_BYTES bytes
 */
GBytes *
peg_secret_read (const char  *path,
                 GError     **error)
{
  guint8 bytes[MAX_FILE + 1];
  peg_autofd fd = -1;
  struct stat status;
  gssize length;

  g_return_val_if_fail (path != NULL, NULL);

  fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0 || fstat (fd, &status) < 0 || (length = read_file (fd, bytes, sizeof bytes)) < 0) {
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                 "Cannot read the secret “%s”: %s", path, g_strerror (errno));
    return NULL;
  }

  if (!S_ISREG (status.st_mode) || (status.st_mode & MODE_TOO_OPEN) != 0) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                 "The secret “%s” is open to others. Let only its owner write it, and not "
                 "everybody read it: chmod 600 “%s”.", path, path);
    return NULL;
  }

  if (length > 0 && bytes[length - 1] == '\n')
    length--;
  if (length < PEG_SECRET_MIN_BYTES || length > MAX_FILE) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 "The secret “%s” must have at least %d bytes, and %d at most. To make one: "
                 "openssl rand -hex 32", path, PEG_SECRET_MIN_BYTES, MAX_FILE);
    return NULL;
  }

  return g_bytes_new (bytes, (gsize) length);
}

/**
 * peg_secret_read_or_make:
 * @path: a file; its folder is there
 * @error: return location for an error of %G_IO_ERROR
 *
 * Reads a secret, and makes a random one that only the user of this process can
 * read when there is none. It is whole or not there, also after a power cut.
 *
 * Returns: (transfer full) (nullable): the secret
 */
GBytes *
peg_secret_read_or_make (const char  *path,
                         GError     **error)
{
  guint8 bytes[PEG_SECRET_MIN_BYTES];
  g_autofree char *text = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    /* As text: a random byte at the end may be a line feed. */
    peg_secret_fill (bytes, sizeof bytes);
    text = g_base64_encode (bytes, sizeof bytes);
    if (!g_file_set_contents_full (path, text, -1,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, error))
      return NULL;
  }

  return peg_secret_read (path, error);
}
