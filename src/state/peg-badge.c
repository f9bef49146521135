/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-badge"

#include "peg-config.h"

#include "peg-badge.h"

#include "peg-fd.h"
#include "peg-words.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEX_LENGTH (2 * PEG_BADGE_KEY_BYTES)

/* The hexadecimal key, a line break, and one byte that shows that there is more. */
#define MAX_FILE_BYTES (HEX_LENGTH + 2)

/**
 * peg_badge_normalise:
 * @badge: what a reader read from a badge
 *
 * The same badge is to be the same text whatever the reader makes of it: white space at
 * the ends is dropped, and a–z become A–Z, for a reader may be set up to write either.
 *
 * Returns: (transfer full): the badge id; a secret like @badge
 */
char *
peg_badge_normalise (const char *badge)
{
  g_autofree char *trimmed = NULL;

  g_return_val_if_fail (badge != NULL, NULL);

  trimmed = g_strstrip (g_strdup (badge));

  return g_ascii_strup (trimmed, -1);
}

/**
 * peg_badge_hash:
 * @key: the key of the site
 * @key_len: its length, bytes
 * @badge: a badge; it is normalised first
 *
 * What is kept in the place of a badge. Badge ids are short: without the key, whoever has
 * the hashes could try all badges there are.
 *
 * Returns: (transfer full): HMAC-SHA-256 (RFC 2104, FIPS 180-4), in hexadecimal
 */
char *
peg_badge_hash (const guint8 *key,
                gsize         key_len,
                const char   *badge)
{
  g_autofree char *normalised = NULL;
  char *hash;

  g_return_val_if_fail (key != NULL && key_len > 0, NULL);
  g_return_val_if_fail (badge != NULL, NULL);

  normalised = peg_badge_normalise (badge);
  hash = g_compute_hmac_for_data (G_CHECKSUM_SHA256, key, key_len,
                                  (const guint8 *) normalised, strlen (normalised));
  explicit_bzero (normalised, strlen (normalised));

  return hash;
}

/* Whether nobody but the owner and the group can read it, and nobody but the owner can
 * change it. The group may read: the program does not run as root. */
static gboolean
check_mode (int          fd,
            const char  *path,
            GError     **error)
{
  struct stat status;

  if (fstat (fd, &status) != 0 || !S_ISREG (status.st_mode)) {
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                 /* Translators: %s is the name of a file. */
                 _("The badge key “%s” is not a file. Name the one that was made for it."), path);
    return FALSE;
  }

  if ((status.st_mode & (S_IWGRP | S_IRWXO)) != 0) {
    g_autofree char *quoted = peg_words_argument (path);

    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_PERM,
                 /* Translators: %s is the name of a file, the second as a part of a command. */
                 _("Others can read or change the badge key “%s”, so it is not used. "
                   "Take that from them: chmod o=,g=r %s"), path, quoted);
    return FALSE;
  }

  return TRUE;
}

/**
 * peg_badge_key_load:
 * @path: a file
 * @key: (out caller-allocates): the key
 * @error: return location
 *
 * Reads the key of the site from a file with 64 hexadecimal digits, such as
 * peg_badge_key_create() makes. Others must not be able to read it.
 *
 * Returns: whether it could be read
 */
gboolean
peg_badge_key_load (const char  *path,
                    guint8       key[PEG_BADGE_KEY_BYTES],
                    GError     **error)
{
  char text[MAX_FILE_BYTES + 1] = { 0 };
  gboolean good = TRUE;
  gssize length;
  int fd;

  g_return_val_if_fail (path != NULL, FALSE);

  fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0) {
    const int reason = errno;

    g_set_error (error, G_FILE_ERROR, (int) g_file_error_from_errno (reason),
                 /* Translators: the name of a file, and what is wrong with it. */
                 _("The badge key “%s” cannot be read: %s."), path, g_strerror (reason));
    return FALSE;
  }

  if (!check_mode (fd, path, error)) {
    close (fd);
    return FALSE;
  }

  length = read (fd, text, MAX_FILE_BYTES);
  close (fd);
  if (length == HEX_LENGTH + 1 && text[HEX_LENGTH] == '\n')
    length--;

  good = length == HEX_LENGTH;
  for (gsize i = 0; good && i < HEX_LENGTH; i++)
    good = g_ascii_isxdigit (text[i]) != FALSE;
  for (gsize i = 0; good && i < PEG_BADGE_KEY_BYTES; i++)
    key[i] = (guint8) (g_ascii_xdigit_value (text[2 * i]) << 4 |
                       g_ascii_xdigit_value (text[2 * i + 1]));
  explicit_bzero (text, sizeof text);

  if (!good)
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                 /* Translators: %s is the name of a file. */
                 _("There is no badge key in “%s”: it has to be 64 hexadecimal digits and "
                   "nothing else. Bring back the file that the badges were enrolled with."),
                 path);

  return good;
}

/**
 * peg_badge_key_create:
 * @path: a file that is not there yet
 * @error: return location
 *
 * Makes a key and writes it into a file that only the owner can read. A file that is
 * there is left alone: with its key gone, no badge would be known any more.
 *
 * Returns: whether the file was written
 */
gboolean
peg_badge_key_create (const char  *path,
                      GError     **error)
{
  guint8 key[PEG_BADGE_KEY_BYTES];
  char text[HEX_LENGTH + 2];
  gboolean good;
  int reason;
  int fd;

  g_return_val_if_fail (path != NULL, FALSE);

  fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) {
    reason = errno;
    if (reason == EEXIST)
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_EXIST,
                   /* Translators: %s is the name of a file. */
                   _("There is a badge key “%s” already. Without it no badge would be known "
                     "any more, so it is kept."), path);
    else
      g_set_error (error, G_FILE_ERROR, (int) g_file_error_from_errno (reason),
                   /* Translators: the name of a file, and why not. */
                   _("The badge key “%s” cannot be made: %s."), path, g_strerror (reason));
    return FALSE;
  }

  errno = 0;
  good = getentropy (key, sizeof key) == 0;
  for (gsize i = 0; i < sizeof key; i++)
    g_snprintf (text + 2 * i, 3, "%02x", key[i]);
  text[HEX_LENGTH] = '\n';
  good = good && peg_fd_write_all (fd, text, HEX_LENGTH + 1) && fsync (fd) == 0;
  reason = errno;
  explicit_bzero (key, sizeof key);
  explicit_bzero (text, sizeof text);

  if (close (fd) != 0 || !good) {
    unlink (path);
    g_set_error (error, G_FILE_ERROR, (int) g_file_error_from_errno (reason),
                 _("The badge key “%s” cannot be made: %s."), path, g_strerror (reason));
    return FALSE;
  }

  return TRUE;
}
