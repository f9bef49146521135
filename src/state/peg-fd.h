/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>
#include <unistd.h>

G_BEGIN_DECLS

static inline void
peg_fd_clear (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

static inline int
peg_fd_steal (int *fd)
{
  int stolen = *fd;

  *fd = -1;

  return stolen;
}

/**
 * peg_autofd:
 *
 * A descriptor that is closed at the end of the block; start it at -1.
 */
#define peg_autofd __attribute__ ((cleanup (peg_fd_clear))) int

gboolean peg_fd_write_all   (int            fd,
                             gconstpointer  data,
                             gsize          length);
gboolean peg_fd_sync_folder (const char    *path);

G_END_DECLS
