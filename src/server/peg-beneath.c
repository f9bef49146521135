/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-beneath"

#include "peg-config.h"

#include "peg-beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>

static gboolean use_openat2 = TRUE;

static gboolean
is_clean (const char *path)
{
  if (path[0] == '\0' || path[0] == '/')
    return FALSE;

  for (const char *part = path; part != NULL; part = strchr (part, '/')) {
    gsize length;

    if (*part == '/')
      part++;
    length = strcspn (part, "/");
    if (length == 0 || (length == 1 && part[0] == '.') ||
        (length == 2 && part[0] == '.' && part[1] == '.'))
      return FALSE;
  }

  return TRUE;
}

/* One component at a time, for kernels before 5.6 and for sandboxes whose filter
 * does not know openat2 and answers EPERM. */
static int
open_by_parts (int         root,
               const char *path,
               int         flags,
               mode_t      mode)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);
  peg_autofd folder = -1;
  guint last = g_strv_length (parts) - 1;

  for (guint i = 0; i < last; i++) {
    int next = openat (folder >= 0 ? folder : root, parts[i],
                       O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (next < 0)
      return -1;
    peg_fd_clear (&folder);
    folder = next;
  }

  return openat (folder >= 0 ? folder : root, parts[last], flags | O_NOFOLLOW | O_CLOEXEC, mode);
}

/**
 * peg_beneath_open:
 * @root: a descriptor of the folder
 * @path: where, relative to @root, with `/`
 * @flags: of open(); `O_CLOEXEC` and `O_NOFOLLOW` are added
 * @mode: of open(), for `O_CREAT`
 *
 * Opens a file or a folder beneath @root.
 *
 * Returns: a descriptor, or -1 with errno: `ELOOP` when there is a symbolic
 *   link, `EXDEV` when @path would lead out
 */
int
peg_beneath_open (int         root,
                  const char *path,
                  int         flags,
                  mode_t      mode)
{
  g_return_val_if_fail (path != NULL, -1);

  if (!is_clean (path)) {
    errno = EXDEV;
    return -1;
  }

  if (use_openat2) {
    struct open_how how = {
      .flags = (guint64) (flags | O_CLOEXEC | O_NOFOLLOW),
      .mode = (flags & O_CREAT) != 0 ? mode : 0,
      .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    int fd = (int) syscall (SYS_openat2, root, path, &how, sizeof how);

    if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
      return fd;
  }

  return open_by_parts (root, path, flags, mode);
}

/**
 * peg_beneath_open_parent:
 * @root: a descriptor of the folder
 * @path: where, relative to @root
 * @name: (out): the last part of @path, borrowed from it
 *
 * Opens the folder that a file is in.
 *
 * Returns: a descriptor, or -1 with errno
 */
int
peg_beneath_open_parent (int          root,
                         const char  *path,
                         const char **name)
{
  const char *slash = strrchr (path, '/');
  g_autofree char *folder = NULL;

  g_return_val_if_fail (name != NULL, -1);

  if (!is_clean (path)) {
    errno = EXDEV;
    return -1;
  }

  if (slash == NULL) {
    *name = path;
    return openat (root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  }

  *name = slash + 1;
  folder = g_strndup (path, (gsize) (slash - path));

  return peg_beneath_open (root, folder, O_RDONLY | O_DIRECTORY, 0);
}

/**
 * peg_beneath_make_parent:
 * @root: a descriptor of the folder
 * @path: where, relative to @root
 * @name: (out): the last part of @path, borrowed from it
 *
 * Like peg_beneath_open_parent(), but makes the folders that are not there, so
 * that they are on the disk.
 *
 * Returns: a descriptor, or -1 with errno
 */
int
peg_beneath_make_parent (int          root,
                         const char  *path,
                         const char **name)
{
  for (const char *slash = strchr (path, '/'); slash != NULL; slash = strchr (slash + 1, '/')) {
    g_autofree char *folder = g_strndup (path, (gsize) (slash - path));
    const char *last;
    peg_autofd parent = peg_beneath_open_parent (root, folder, &last);

    if (parent < 0)
      return -1;
    if (mkdirat (parent, last, 0777) == 0) {
      /* Without this a power cut takes the folder, and what is in it (fsync(2)).
       * Some file systems cannot do it for folders and say EINVAL. */
      if (fsync (parent) < 0 && errno != EINVAL)
        return -1;
    } else if (errno != EEXIST) {
      return -1;
    }
  }

  return peg_beneath_open_parent (root, path, name);
}

/**
 * peg_beneath_stat:
 * @root: a descriptor of the folder
 * @path: where, relative to @root
 * @status: (out): what is there; a symbolic link at the end is not followed
 *
 * Returns: whether there is something; if not, errno says why
 */
gboolean
peg_beneath_stat (int          root,
                  const char  *path,
                  struct stat *status)
{
  const char *name;
  peg_autofd parent = peg_beneath_open_parent (root, path, &name);

  return parent >= 0 && fstatat (parent, name, status, AT_SYMLINK_NOFOLLOW) == 0;
}

/**
 * peg_beneath_use_openat2:
 * @use: whether to use the system call where it is there
 *
 * Chooses between the two ways, so that tests go both. Not while other threads
 * open files.
 */
void
peg_beneath_use_openat2 (gboolean use)
{
  use_openat2 = use;
}
