/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-roster-edit"

#include "peg-config.h"

#include "peg-roster-edit.h"

#include "peg-fd.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Secrets are in it: the owner writes, the group of the terminals reads. */
#define MODE 0640

/* Changes people files. Whoever reads one meanwhile has the old one, or the new one. */

/**
 * peg_roster_edit_load:
 * @path: of a people file, which need not be there
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what is in it, with its comments
 */
GKeyFile *
peg_roster_edit_load (const char  *path,
                      GError     **error)
{
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  g_autoptr (GError) problem = NULL;

  if (g_key_file_load_from_file (keys, path, G_KEY_FILE_KEEP_COMMENTS, &problem) ||
      g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return g_steal_pointer (&keys);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               /* Translators: the path of a file, and why it cannot be read. */
               _("“%s” cannot be changed, because it cannot be read: %s. “pegctl people list” says what is wrong in it."),
               path, problem->message);

  return NULL;
}

/* What is there belongs to whom it did; a file that is new, to the group of its folder. */
static void
keep_owner (int         fd,
            const char *path,
            const char *folder)
{
  struct stat status;
  gboolean same;

  if (stat (path, &status) == 0)
    same = fchown (fd, status.st_uid, status.st_gid) == 0;
  else
    same = stat (folder, &status) != 0 || fchown (fd, (uid_t) -1, status.st_gid) == 0;

  if (!same)
    g_info ("“%s” has another owner now: %s", path, g_strerror (errno));
}

/**
 * peg_roster_write:
 * @path: of a file with secrets
 * @text: all that is to be in it
 * @error: return location
 *
 * Replaces the file as a whole, or not at all. Others cannot read it, its group can.
 *
 * Returns: whether it is on the disk
 */
gboolean
peg_roster_write (const char  *path,
                  const char  *text,
                  GError     **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *fresh = g_strconcat (path, ".XXXXXX", NULL);
  int fd = g_mkstemp_full (fresh, O_WRONLY | O_CLOEXEC, 0600);
  gboolean good = fd >= 0;
  int reason;

  if (good) {
    keep_owner (fd, path, folder);
    good = peg_fd_write_all (fd, text, strlen (text)) && fchmod (fd, MODE) == 0 && fsync (fd) == 0;
  }
  reason = errno;
  if (fd >= 0 && close (fd) != 0 && good) {
    good = FALSE;
    reason = errno;
  }
  if (good && g_rename (fresh, path) != 0) {
    good = FALSE;
    reason = errno;
  }
  if (good)
    return TRUE;

  if (fd >= 0)
    g_unlink (fresh);
  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (reason),
               /* Translators: the path of a file, and why it cannot be written. */
               _("“%s” cannot be written, and is as it was: %s."), path, g_strerror (reason));

  return FALSE;
}

/**
 * peg_roster_edit_save:
 * @keys: what is to be in it
 * @path: of a people file
 * @error: return location
 *
 * Returns: whether it is on the disk
 */
gboolean
peg_roster_edit_save (GKeyFile    *keys,
                      const char  *path,
                      GError     **error)
{
  g_autofree char *text = g_key_file_to_data (keys, NULL, NULL);

  return peg_roster_write (path, text, error);
}
