/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-address.h"
#include "peg-backoff.h"
#include "peg-clock.h"
#include "peg-network.h"
#include "peg-identity.h"
#include "peg-random.h"
#include "peg-store.h"

G_BEGIN_DECLS

/**
 * PegJobKind:
 * @PEG_JOB_CHECK_OUT: take a file
 * @PEG_JOB_CHECK_IN: give it back with new content
 * @PEG_JOB_RELEASE: give it back as it was
 * @PEG_JOB_DOWNLOAD: save its content
 * @PEG_JOB_HISTORY: ask for its revisions
 * @PEG_JOB_ACKNOWLEDGE: say that a note was read
 * @PEG_JOB_DRAFTS: look what the outbox has
 * @PEG_JOB_DRAFT_SEND: send what is in the outbox
 * @PEG_JOB_DRAFT_ARRIVED: forget it, because the server has it
 * @PEG_JOB_DRAFT_SAVE: save its bytes
 * @PEG_JOB_DRAFT_DISCARD: forget it
 *
 * What can be asked for.
 */
typedef enum {
  PEG_JOB_CHECK_OUT,
  PEG_JOB_CHECK_IN,
  PEG_JOB_RELEASE,
  PEG_JOB_DOWNLOAD,
  PEG_JOB_HISTORY,
  PEG_JOB_ACKNOWLEDGE,
  PEG_JOB_DRAFTS,
  PEG_JOB_DRAFT_SEND,
  PEG_JOB_DRAFT_ARRIVED,
  PEG_JOB_DRAFT_SAVE,
  PEG_JOB_DRAFT_DISCARD,
} PegJobKind;

/**
 * PegJob:
 * @kind: what is asked for
 * @key: of the file, or the identity of the note, or of the draft
 * @text: (nullable): the reason, the comment, the revision
 * @file: (nullable): the new content, or where to save it
 * @major: whether the first number of the revision grows
 * @task: (nullable): where the result goes; %NULL: nobody waits for it
 *
 * Something that was asked for, on its way from one thread to the other.
 * Everything is owned.
 */
typedef struct {
  PegJobKind kind;
  char *key;
  char *text;
  GFile *file;
  gboolean major;
  GTask *task;
} PegJob;

PegJob *peg_job_new  (PegJobKind  kind,
                      const char *key,
                      const char *text,
                      GFile      *file,
                      gboolean    major,
                      GTask      *task) G_GNUC_WARN_UNUSED_RESULT;
void    peg_job_free (PegJob     *job);

gboolean peg_job_get_action (PegJobKind  kind,
                             PegAction  *action);

/**
 * PegWorkerTarget:
 * @address: where the server is
 * @user: who this is
 * @station: (nullable): where this is
 * @identity: how that is shown, and whom to trust
 * @policy: how long to wait between attempts
 * @topics: (nullable) (array zero-terminated=1): what to ask for; %NULL:
 *   everything
 * @transient: nothing of this server is to be kept on the disk
 * @shared: what is known of the shop is everybody’s
 * @choice: see peg_link_get_choice(); 0: nobody asks
 *
 * A server, and who wants to connect to it. Everything is borrowed.
 */
typedef struct {
  const PegAddress *address;
  const char *user;
  const char *station;
  PegIdentityConfig identity;
  PegBackoffPolicy policy;
  const char * const *topics;
  gboolean transient;
  gboolean shared;
  guint choice;
} PegWorkerTarget;

#define PEG_TYPE_WORKER (peg_worker_get_type ())

G_DECLARE_FINAL_TYPE (PegWorker, peg_worker, PEG, WORKER, GObject)

/**
 * PegWorkerTurnFunc:
 * @user_data: what was given
 *
 * Something to be done in the thread of the worker, between two messages.
 */
typedef void (*PegWorkerTurnFunc) (gpointer user_data);

PegWorker *peg_worker_new (PegStore  *store,
                           PegClock  *clock,
                           PegRandom *random) G_GNUC_WARN_UNUSED_RESULT;
PegWorker *peg_worker_new_with_network (PegStore   *store,
                                        PegClock   *clock,
                                        PegRandom  *random,
                                        PegNetwork *network) G_GNUC_WARN_UNUSED_RESULT;

void   peg_worker_set_cache  (PegWorker             *self,
                              const char            *folder);
void   peg_worker_set_outbox (PegWorker             *self,
                              const char            *folder,
                              gboolean               resume);
void   peg_worker_preload    (PegWorker             *self,
                              const PegWorkerTarget *target);
void   peg_worker_set_turn   (PegWorker             *self,
                              PegWorkerTurnFunc      turn,
                              gpointer               user_data);
void   peg_worker_connect    (PegWorker             *self,
                              const PegWorkerTarget *target);
void   peg_worker_disconnect (PegWorker             *self);
void   peg_worker_retry_now  (PegWorker             *self);
void   peg_worker_set_watched (PegWorker            *self,
                               gboolean              watched);
void   peg_worker_hint       (PegWorker             *self);
void   peg_worker_run        (PegWorker             *self,
                              PegJob                *job);
void   peg_worker_sign_in    (PegWorker             *self,
                              const char            *user,
                              const char            *password,
                              GTask                 *task);
void   peg_worker_sign_out   (PegWorker             *self);
void   peg_worker_shut_down  (PegWorker             *self);
char **peg_worker_dup_log    (PegWorker             *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
