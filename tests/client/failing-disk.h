/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A disk that fails, or on which the program is killed, at a call that changes
 * something: the linker puts the calls here before those of the system
 * (tests/client/meson.build). */

/* What the disk cannot do. */
typedef enum {
  DISK_FULL_FEATURED,
  DISK_NO_EXCHANGE, /* like SMB */
  DISK_NO_FLAGS,    /* like NFS: links, but neither kind of rename */
  DISK_NO_LINKS,    /* not even those */
  N_DISKS,
} Disk;

extern Disk disk;

void     disk_strike_after (int n_calls,
                            int error_number);
gboolean disk_has_struck   (void);
void     disk_recover      (void);

/* What the system does, for somebody else who works on the same disk. */
int __real_renameat2 (int a, const char *b, int c, const char *d, unsigned int flags);

G_END_DECLS
