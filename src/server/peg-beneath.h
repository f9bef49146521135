/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-fd.h"

#include <sys/stat.h>

G_BEGIN_DECLS

/* Opening what a path names beneath a folder, and never anything else: no
 * symbolic link on the way or at its end, no `..`, no absolute path. The check
 * and the opening are one, so nobody can swap a folder for a link in between. */

int      peg_beneath_open        (int           root,
                                  const char   *path,
                                  int           flags,
                                  mode_t        mode);
int      peg_beneath_open_parent (int           root,
                                  const char   *path,
                                  const char  **name);
int      peg_beneath_make_parent (int           root,
                                  const char   *path,
                                  const char  **name);
gboolean peg_beneath_stat        (int           root,
                                  const char   *path,
                                  struct stat  *status);

void     peg_beneath_use_openat2 (gboolean      use);

G_END_DECLS
