/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-fd"

#include "peg-config.h"

#include "peg-fd.h"

#include <errno.h>
#include <fcntl.h>

/**
 * peg_fd_write_all:
 * @fd: open for writing
 * @data: (array length=length): the bytes
 * @length: how many they are
 *
 * Writes all of it, however often the kernel takes only a part, or is interrupted
 * (write(2)).
 *
 * Returns: whether it was written; otherwise `errno` says why
 */
gboolean
peg_fd_write_all (int            fd,
                  gconstpointer  data,
                  gsize          length)
{
  const guint8 *rest = data;

  while (length > 0) {
    const gssize n = write (fd, rest, length);

    if (n < 0 && errno != EINTR)
      return FALSE;
    if (n > 0) {
      rest += n;
      length -= (gsize) n;
    }
  }

  return TRUE;
}

/**
 * peg_fd_sync_folder:
 * @path: of a folder
 *
 * Waits until the names in it are on the disk: that a file has a new name is only
 * certain when its folder is there (fsync(2)).
 *
 * Returns: whether they are; otherwise `errno` says why
 */
gboolean
peg_fd_sync_folder (const char *path)
{
  const int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean done;
  int reason;

  if (fd < 0)
    return FALSE;

  done = fsync (fd) == 0;
  reason = errno;
  close (fd);
  errno = reason;

  return done;
}
