/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-sole"

#include "peg-config.h"

#include "peg-sole.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

/* Who is the terminal keeps a lock on a file. The kernel takes it back from a process
 * that ends, however it ends. It is there without a session bus, too, which is how
 * programs usually find the first of their kind. */

/**
 * peg_sole_dup_path:
 *
 * Returns: (transfer full): the file that is locked by the terminal of this session. All
 *   instances of a Flatpak see the same one
 */
char *
peg_sole_dup_path (void)
{
  const char *flatpak = g_getenv ("FLATPAK_ID");

  if (flatpak != NULL)
    return g_build_filename (g_get_user_runtime_dir (), "app", flatpak, "terminal.lock", NULL);

  return g_build_filename (g_get_user_runtime_dir (), "pegboard", "terminal.lock", NULL);
}

/**
 * peg_sole_claim:
 * @path: the file
 * @error: return location; %G_IO_ERROR_EXISTS: another process is the terminal
 *
 * Makes this process the terminal until it ends.
 *
 * Returns: whether it is
 */
gboolean
peg_sole_claim (const char  *path,
                GError     **error)
{
  g_autofree char *folder = NULL;
  int fd, code;

  g_return_val_if_fail (path != NULL, FALSE);

  folder = g_path_get_dirname (path);
  g_mkdir_with_parents (folder, 0700);

  fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  code = errno;
  if (fd >= 0) {
    /* It stays open until the process ends: that is the lock. */
    if (flock (fd, LOCK_EX | LOCK_NB) == 0)
      return TRUE;
    code = errno;
    close (fd);
  }

  if (code == EWOULDBLOCK)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_EXISTS, PEG_SOLE_TAKEN);
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", path, g_strerror (code));

  return FALSE;
}

/**
 * peg_sole_is_taken:
 * @path: the file
 *
 * Returns: whether another process, or this one, is the terminal
 */
gboolean
peg_sole_is_taken (const char *path)
{
  gboolean taken;
  int fd;

  g_return_val_if_fail (path != NULL, FALSE);

  fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0);
  if (fd < 0)
    return FALSE;

  taken = flock (fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  close (fd);

  return taken;
}
