/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-client.h"
#include "peg-connection.h"
#include "peg-outbox.h"
#include "peg-worker.h"

G_BEGIN_DECLS

/* What is asked over HTTP whenever a message says so, however many say so. */
typedef struct {
  guint n_running;
  gint64 asked_us; /* last, monotonic */
  gboolean again;  /* when the answer is there */
} PegWorkerAsk;

struct _PegWorker
{
  GObject parent_instance;

  PegStore *store;           /* (owned) (not nullable) */
  PegClock *clock;           /* (owned) (not nullable) */
  PegConnection *connection; /* (owned) (not nullable) */
  PegIdentity *identity;     /* (owned) (nullable): for the server that was chosen last */
  PegDialer *dialer;         /* (owned) (nullable): of the server that was chosen last */
  PegWorkerTurnFunc turn;    /* (nullable) */
  gpointer turn_data;        /* (unowned) */
  PegDialer *last_dialer;    /* (owned) (nullable): of the server before; its close frame may
                                still be on the way */
  PegClient *client;         /* (owned) (nullable): of the server that was chosen last */
  PegWorkerAsk config_ask;   /* the name of the server */
  PegWorkerAsk list_ask;     /* the list, where it does not come through the socket */
  guint refresh_timer;       /* until the token should be renewed */
  gboolean refreshing;       /* the server was asked for another token */
  gboolean no_refresh;       /* this server gives no other for this token */
  PegTransfers *transfers;   /* (owned) (not nullable): of @connection */
  GCancellable *asides;      /* (owned) (not nullable): of what is asked for by the way */
  GCancellable *poll;        /* (owned) (nullable): of what is being asked about HTTP */
  gint64 notes_us;           /* when the notes were asked for last, monotonic; 0: never */
  gboolean no_notes;         /* this server knows of none */
  GPtrArray *running;        /* (owned) (element-type PegWorkerRun) */
  guint generation;          /* another when everything that ran was ended */

  /* The server that was chosen last, and what is kept of it */
  char *url;                 /* (owned) (nullable) */
  char *user;                /* (owned) (nullable) */
  gboolean transient;        /* nothing of it is kept */
  gboolean shared;           /* the tree is everybody's */
  char *cache_folder;        /* (owned) (nullable): %NULL: nothing is kept */
  guint cache_timer;
  gint64 cache_cost_us;      /* what the last time took of a processor */
  guint tidy_timer;
  gint64 tidied_us;          /* when memory was given back last, monotonic; 0: never */
  gboolean cache_stale;      /* the tree is not the one on the disk */
  gboolean cache_saving;     /* it is on its way there */
  gboolean cache_unwanted;   /* and is to be taken away again */

  /* The work that the server does not have */
  char *outbox_folder;       /* (owned) (nullable): %NULL: nothing is kept */
  gboolean outbox_resumes;   /* what an earlier run left is sent unasked */
  PegOutbox *outbox;         /* (owned) (nullable): of the server that was chosen last */
  GFileMonitor *outbox_monitor; /* (owned) (nullable): other programs may write to it */
  guint outbox_timer;
  gint64 outbox_due_us;      /* when it runs down, monotonic */
  guint outbox_losses;       /* answers that were lost, one after the other */
  gboolean was_live;

  guint window_ms;           /* what the server said about reconnecting; 0: nothing */
};

/* A job under way, or done and waiting for its push. */
typedef struct {
  PegWorker *worker;         /* (unowned): it frees what runs before it goes */
  PegJob *job;               /* (owned) */
  guint generation;          /* of the worker, when it was asked for */
  GCancellable *cancellable; /* (owned) (not nullable) */
  gulong cancelled_id;       /* of the caller’s cancellable */
  guint timer;
  gboolean late;             /* the deadline has passed */
  gboolean answered;         /* the task has returned */
  gboolean watched;          /* the server said yes to a check-out, which is no proof */
  PegEntry *entry;           /* (owned) (nullable): the file, as the person saw it */
  PegOutbox *outbox;         /* (owned) (nullable): where it is kept */
  char *item;                /* (owned) (nullable): its identity there */
  int lock;                  /* while it is being copied there; else -1 */
  gboolean parked;           /* it waits for a live connection, or for its turn */
  gboolean busy;             /* the server refused for now */
  gint64 retry_after_us;     /* when it wants to be asked again; 0: it did not say */
} PegWorkerRun;

void peg_worker_cache_load  (PegWorker    *self);
void peg_worker_cache_note  (PegWorker    *self,
                             PegEventKind  kind);
void peg_worker_cache_flush (PegWorker    *self);
void peg_worker_cache_forget (PegWorker   *self);
void peg_worker_tidy_note    (PegWorker    *self,
                              PegEventKind  kind);
void peg_worker_dispatch    (PegWorker    *self,
                             PegEvent     *event);

void peg_worker_outbox_open   (PegWorker    *self,
                               gboolean      same);
void peg_worker_outbox_close  (PegWorker    *self);
void peg_worker_outbox_forget (PegWorker    *self);
void peg_worker_outbox_note   (PegWorker    *self,
                               PegEventKind  kind);
void peg_worker_outbox_begin  (PegWorkerRun *run);
void peg_worker_outbox_expire (PegWorkerRun *run);
void peg_worker_outbox_done   (PegWorkerRun *run);
gboolean peg_worker_outbox_failed (PegWorkerRun  *run,
                                   GError       **error);
void peg_worker_draft         (PegWorkerRun *run);

void     peg_worker_say                  (PegWorker      *self,
                                          PegNoticeLevel  level,
                                          const char     *key,
                                          const char     *text);
gboolean peg_worker_is_live              (PegWorker      *self);
void     peg_worker_outbox_publish       (PegWorker      *self);
void     peg_worker_outbox_resume_later  (PegWorker      *self,
                                          gint64          delay_us);
void     peg_worker_outbox_lost          (PegWorker      *self);
PegOutboxStep  peg_worker_outbox_judge   (PegWorker           *self,
                                          PegOutbox           *outbox,
                                          const PegOutboxItem *item);
PegOutboxItem *peg_worker_outbox_item    (PegWorkerRun   *run);
gboolean peg_worker_outbox_set           (PegWorkerRun   *run,
                                          PegDraftState   state,
                                          const char     *why,
                                          GError        **error);
void     peg_worker_outbox_send          (PegWorkerRun   *run);
void     peg_worker_outbox_send_or_wait  (PegWorkerRun   *run);

PegWorkerRun *peg_worker_run_new (PegWorker *self,
                                  PegJob    *job);
void peg_worker_run_free_early (PegWorkerRun *run);
void peg_worker_run_answer  (PegWorkerRun *run,
                             GError       *error);
void peg_worker_run_answer_value (PegWorkerRun   *run,
                                  gpointer        value,
                                  GDestroyNotify  free_func);
void peg_worker_run_fail    (PegWorkerRun *run,
                             GError       *error);
void peg_worker_run_succeed (PegWorkerRun *run);
void peg_worker_run_free    (PegWorkerRun *run);
gboolean peg_worker_run_is_current (const PegWorkerRun *run);
void peg_worker_cancel_jobs (PegWorker    *self,
                             gboolean      forget);

/* peg-worker-ask.c */
void peg_worker_run_ask (PegWorkerRun *run,
                         PegEntry     *entry);

/* peg-worker-polls.c */
void peg_worker_watch_polls  (PegWorker    *self);
void peg_worker_cancel_polls (PegWorker    *self);
void peg_worker_ask_config   (PegWorker    *self);
void peg_worker_cancel_asides (PegWorker  *self);
void peg_worker_emit_token    (PegWorker  *self,
                               const char *user);

void peg_worker_begin_session (PegWorker     *self);
void peg_worker_end_session   (PegWorker     *self);
void peg_worker_need_token_cb (PegConnection *connection,
                               PegWorker     *self);

G_END_DECLS
