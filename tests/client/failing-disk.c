/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "failing-disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

Disk disk = DISK_FULL_FEATURED;
static int calls_left = -1; /* until something happens; -1: nothing ever does */
static int happens;         /* an errno; 0: the program is killed */

/*
 * disk_strike_after:
 * @n_calls: how many calls that change something work before
 * @error_number: an errno; 0: the program is killed
 */
void
disk_strike_after (int n_calls,
                   int error_number)
{
  calls_left = n_calls;
  happens = error_number;
}

/*
 * disk_has_struck:
 *
 * Returns: whether it has happened, or was never to happen
 */
gboolean
disk_has_struck (void)
{
  return calls_left < 0;
}

/*
 * disk_recover:
 *
 * Nothing happens any more.
 */
void
disk_recover (void)
{
  calls_left = -1;
}

static gboolean
strike (void)
{
  if (calls_left < 0 || calls_left-- > 0)
    return FALSE;
  if (happens == 0)
    _exit (9);

  calls_left = -1;
  errno = happens;

  return TRUE;
}

int __wrap_renameat2 (int a, const char *b, int c, const char *d, unsigned int flags);
int __real_renameat (int a, const char *b, int c, const char *d);
int __wrap_renameat (int a, const char *b, int c, const char *d);
int __real_linkat (int a, const char *b, int c, const char *d, int flags);
int __wrap_linkat (int a, const char *b, int c, const char *d, int flags);
int __real_unlinkat (int a, const char *b, int flags);
int __wrap_unlinkat (int a, const char *b, int flags);
int __real_mkdirat (int a, const char *b, mode_t mode);
int __wrap_mkdirat (int a, const char *b, mode_t mode);
int __real_fsync (int fd);
int __wrap_fsync (int fd);
ssize_t __real_write (int fd, const void *data, size_t length);
ssize_t __wrap_write (int fd, const void *data, size_t length);
int __real_openat64 (int a, const char *b, int flags, ...);
int __wrap_openat64 (int a, const char *b, int flags, ...);

int
__wrap_renameat2 (int a, const char *b, int c, const char *d, unsigned int flags)
{
  if (strike ())
    return -1;
  if (disk >= DISK_NO_FLAGS || (disk == DISK_NO_EXCHANGE && flags == RENAME_EXCHANGE)) {
    errno = EINVAL;
    return -1;
  }

  return __real_renameat2 (a, b, c, d, flags);
}

int
__wrap_renameat (int a, const char *b, int c, const char *d)
{
  return strike () ? -1 : __real_renameat (a, b, c, d);
}

int
__wrap_linkat (int a, const char *b, int c, const char *d, int flags)
{
  if (strike ())
    return -1;
  if (disk == DISK_NO_LINKS) {
    errno = EPERM;
    return -1;
  }

  return __real_linkat (a, b, c, d, flags);
}

int
__wrap_unlinkat (int a, const char *b, int flags)
{
  return strike () ? -1 : __real_unlinkat (a, b, flags);
}

int
__wrap_mkdirat (int a, const char *b, mode_t mode)
{
  return strike () ? -1 : __real_mkdirat (a, b, mode);
}

int
__wrap_fsync (int fd)
{
  return strike () ? -1 : __real_fsync (fd);
}

ssize_t
__wrap_write (int fd, const void *data, size_t length)
{
  /* Half of it arrives. */
  if (fd > STDERR_FILENO && strike ())
    return happens == 0 ? 0 : (__real_write (fd, data, length / 2), errno = happens, -1);

  return __real_write (fd, data, length);
}

int
__wrap_openat64 (int a, const char *b, int flags, ...)
{
  mode_t mode = 0;

  if ((flags & O_CREAT) != 0) {
    va_list args;

    va_start (args, flags);
    mode = va_arg (args, mode_t);
    va_end (args);
    if (strike ())
      return -1;
  }

  return __real_openat64 (a, b, flags, mode);
}
