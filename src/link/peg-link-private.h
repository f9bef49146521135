/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-address.h"
#include "peg-link.h"
#include "peg-worker.h"

G_BEGIN_DECLS

/* What is a text of an identity. */
#define PEG_LINK_N_TEXTS 7

/* A server, and who wants to connect to it. Immutable once it is used, since both
 * threads see it; counted by references. */
typedef struct {
  PegAddress address;            /* (owned) */
  char *user;                    /* (owned) (nullable) */
  char *station;                 /* (owned) (nullable) */
  PegIdentityConfig identity;
  char *texts[PEG_LINK_N_TEXTS]; /* (owned) (nullable): those of @identity */
  PegBackoffPolicy policy;
  char **topics;                 /* (owned) (nullable) */
  gboolean transient;
  gboolean shared;
  guint choice;                  /* see peg_link_get_choice() */
} PegLinkTarget;

PegLinkTarget *peg_link_target_new   (const PegLinkConfig *config) G_GNUC_WARN_UNUSED_RESULT;
PegLinkTarget *peg_link_target_ref   (PegLinkTarget       *self) G_GNUC_WARN_UNUSED_RESULT;
void           peg_link_target_unref (PegLinkTarget       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegLinkTarget, peg_link_target_unref)

struct _PegLink
{
  GObject parent_instance;

  PegStore *store;       /* (owned) (not nullable) */
  PegNetwork *network;   /* (owned) (not nullable): made and freed in this thread */
  PegWorker *worker;     /* (owned) (not nullable): touched in the thread */
  GMainContext *context; /* (owned) (not nullable): of the thread */
  GAsyncQueue *requests; /* (owned) (not nullable): what the thread is to do */
  GThread *thread;       /* (owned) (nullable) */
  PegLinkTarget *target; /* (owned) (nullable): what was chosen last */
  guint n_choices;
};

/* Something to be done in the thread. Takes the data. */
typedef void (*PegLinkFunc) (PegWorker *worker,
                             gpointer   data);

void peg_link_post (PegLink        *self,
                    PegLinkFunc     func,
                    gpointer        data,
                    GDestroyNotify  free_func);

void peg_link_connect_target          (PegLink       *self,
                                       PegLinkTarget *target);
void peg_link_install_session_signals (PegLinkClass  *klass);
void peg_link_watch_token             (PegLink       *self);

G_END_DECLS
