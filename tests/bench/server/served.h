/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * Served:
 *
 * A shop and a pegboardd that serves it, in a folder of its own.
 */
typedef struct {
  const char *pegboardd;     /* (unowned) */
  char *folder;              /* (owned) */
  char *root;                /* (owned) */
  GSubprocess *process;      /* (owned) (nullable) */
  GDataInputStream *output;  /* (owned) (nullable) */
  guint16 port;
} Served;

void   served_make        (Served     *self,
                           const char *pegboardd,
                           const char *make_shop,
                           guint       n_files);
gint64 served_start       (Served     *self);
void   served_stop        (Served     *self);
void   served_remove      (Served     *self);
gint64 served_get_memory  (Served     *self,
                           const char *figure);
double served_get_cpu_ms  (Served     *self);

G_END_DECLS
