/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-link.h"
#include "peg-worker.h"

G_BEGIN_DECLS

struct _PegLink
{
  GObject parent_instance;

  PegStore *store;       /* (owned) (not nullable) */
  PegWorker *worker;     /* (owned) (not nullable): touched in the thread */
  GMainContext *context; /* (owned) (not nullable): of the thread */
  GThread *thread;       /* (owned) (nullable) */
};

/* Something to be done in the thread. Takes the data. */
typedef void (*PegLinkFunc) (PegWorker *worker,
                             gpointer   data);

void peg_link_post (PegLink        *self,
                    PegLinkFunc     func,
                    gpointer        data,
                    GDestroyNotify  free_func);

G_END_DECLS
