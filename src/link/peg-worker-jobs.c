/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-worker"

#include "peg-config.h"

#include "peg-worker.h"

#include "peg-link.h"
#include "peg-worker-private.h"

#include <glib/gi18n.h>

#define SECOND_US ((gint64) G_USEC_PER_SEC)

/* How long to wait for an answer. A classic server that works on its repository
 * answers nothing for minutes; a check-in sends a file besides
 * (docs/protocol.md, “Facts that shape the client”). A dead link is noticed
 * sooner, by the kernel. */
#define ACTION_DEADLINE_US (60 * SECOND_US)
#define CHECK_IN_DEADLINE_US (20 * 60 * SECOND_US)
#define READ_DEADLINE_US (60 * SECOND_US)

/* The server said yes, and its push has not come: ask for the list, and then
 * show what there is. */
#define PUSH_AFTER_US (2 * SECOND_US)
#define SETTLE_AFTER_US (5 * SECOND_US)

static gboolean
run_changes (const PegWorkerRun *run)
{
  PegAction action;

  return peg_job_get_action (run->job->kind, &action);
}

/* A result on its way back to whoever asked. */
typedef struct {
  GTask *task;     /* (owned) */
  gpointer value;  /* (owned) (nullable): %NULL: a plain “yes” */
  GDestroyNotify free_func;
  GError *error;   /* (owned) (nullable) */
} Answer;

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  if (answer->value != NULL)
    answer->free_func (answer->value);
  g_clear_error (&answer->error);
  g_clear_object (&answer->task);
  g_free (answer);
}

static gboolean
answer_cb (gpointer user_data)
{
  Answer *answer = user_data;

  if (answer->error != NULL)
    g_task_return_error (answer->task, g_steal_pointer (&answer->error));
  else if (answer->value != NULL)
    g_task_return_pointer (answer->task, g_steal_pointer (&answer->value), answer->free_func);
  else
    g_task_return_boolean (answer->task, TRUE);

  return G_SOURCE_REMOVE;
}

/* The task goes back as it came, with its last reference: what belongs to the
 * caller is never let go of in this thread. */
static void
answer (PegWorkerRun   *run,
        gpointer        value,
        GDestroyNotify  free_func,
        GError         *error)
{
  Answer *back = g_new0 (Answer, 1);
  g_autoptr (GSource) source = g_idle_source_new ();

  back->value = value;
  back->free_func = free_func;
  back->error = error;
  run->answered = TRUE;
  if (run->job->task == NULL) {
    answer_free (back);
    return;
  }

  if (run->cancelled_id != 0)
    g_cancellable_disconnect (g_task_get_cancellable (run->job->task), run->cancelled_id);
  run->cancelled_id = 0;
  back->task = g_steal_pointer (&run->job->task);

  g_source_set_priority (source, g_task_get_priority (back->task));
  g_source_set_static_name (source, "[peg] answer");
  g_source_set_callback (source, answer_cb, back, answer_free);
  g_source_attach (source, g_task_get_context (back->task));
}

/*
 * peg_worker_run_free:
 *
 * Frees a job under way.
 */
void
peg_worker_run_free (PegWorkerRun *run)
{
  peg_clock_cancel (run->worker->clock, &run->timer);
  g_clear_object (&run->cancellable);
  g_clear_pointer (&run->entry, peg_entry_unref);
  if (run->outbox != NULL && run->item != NULL)
    peg_outbox_let_go (run->outbox, run->item);
  g_clear_object (&run->outbox);
  g_clear_pointer (&run->item, g_free);
  g_clear_pointer (&run->job, peg_job_free);
  g_free (run);
}

/*
 * peg_worker_run_is_current:
 *
 * Returns: whether the server that it is for is still the one that is shown and
 *   asked; %FALSE: another was chosen, somebody signed out, or the program ends
 */
gboolean
peg_worker_run_is_current (const PegWorkerRun *run)
{
  return run->generation == run->worker->generation;
}

/* Whether what is shown still waits for this job, and not for a later one. */
static gboolean
is_pending (PegWorkerRun *run)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (run->worker->store);
  const PegPending *pending = peg_snapshot_find_pending (snapshot, run->job->key);
  PegAction action;

  return peg_worker_run_is_current (run) && pending != NULL &&
         peg_job_get_action (run->job->kind, &action) &&
         pending->action == action;
}

/* Says it loudly when a check-out that the server said yes to turns out to be
 * somebody else’s (docs/protocol.md, “A 200 is not proof”).
 *
 * Returns: whether it did not hold
 */
static gboolean
warn_if_lost (PegWorkerRun *run)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (run->worker->store);
  PegEntry *entry = peg_snapshot_find (snapshot, run->job->key);
  g_autoptr (PegNotice) notice = NULL;
  g_autofree char *text = NULL;

  if (!run->watched || entry == NULL || !peg_worker_run_is_current (run) ||
      peg_entry_get_lock (entry, peg_snapshot_get_user (snapshot)) != PEG_LOCK_OTHER)
    return FALSE;

  /* Translators: the first %s is the name of a file, the second that of a
   * person. */
  text = g_strdup_printf (_("The check-out of %s did not hold: %s has it. Save what you changed as a copy."),
                          peg_entry_get_filename (entry), peg_entry_get_holder (entry));
  notice = peg_notice_new (&(PegNotice) {
    .level = PEG_NOTICE_ERROR,
    .text = text,
    .key = run->job->key,
  });
  run->watched = FALSE;
  peg_worker_dispatch (run->worker, &(PegEvent) { .kind = PEG_EVENT_NOTICE, .notice = notice });

  return TRUE;
}

static void
settle (PegWorkerRun *run)
{
  PegWorker *worker = run->worker;

  warn_if_lost (run);

  if (is_pending (run))
    peg_worker_dispatch (worker, &(PegEvent) { .kind = PEG_EVENT_SETTLED, .settled = run->job->key });
  g_ptr_array_remove (worker->running, run);
}

static void
settle_cb (gpointer user_data)
{
  PegWorkerRun *run = user_data;

  run->timer = 0;
  settle (run);
}

static void
no_push_cb (gpointer user_data)
{
  PegWorkerRun *run = user_data;

  run->timer = 0;

  if (warn_if_lost (run) || (!is_pending (run) && !run->watched)) {
    settle (run);
    return;
  }

  /* A check-out that was pushed may still turn over. */
  if (is_pending (run))
    peg_connection_refresh (run->worker->connection);
  run->timer = peg_clock_add (run->worker->clock, "[peg] settle",
                              SETTLE_AFTER_US - PUSH_AFTER_US, settle_cb, run);
}

/*
 * peg_worker_run_succeed:
 *
 * The server said yes. What is shown waits for the push, which says what is
 * true (docs/protocol.md, “A 200 is not proof”).
 */
void
peg_worker_run_succeed (PegWorkerRun *run)
{
  peg_clock_cancel (run->worker->clock, &run->timer);
  run->watched = run->job->kind == PEG_JOB_CHECK_OUT;

  if (is_pending (run) || run->watched)
    run->timer = peg_clock_add (run->worker->clock, "[peg] push", PUSH_AFTER_US,
                                no_push_cb, run);
  else
    settle (run);
}

static GError *
late_error (const PegWorkerRun *run)
{
  if (!run_changes (run))
    return g_error_new_literal (PEG_LINK_ERROR, PEG_LINK_ERROR_OFFLINE,
                                _("The server did not answer in time. Try again."));

  return g_error_new_literal (PEG_LINK_ERROR, PEG_LINK_ERROR_UNCERTAIN,
                              _("The server did not answer in time. It may have worked: look at the list before you try again."));
}

/*
 * peg_worker_run_free_early:
 *
 * Another run has taken the task; nothing comes of this one.
 */
void
peg_worker_run_free_early (PegWorkerRun *run)
{
  if (run->cancelled_id != 0)
    g_cancellable_disconnect (g_task_get_cancellable (run->job->task), run->cancelled_id);
  g_ptr_array_remove (run->worker->running, run);
}

/*
 * peg_worker_run_answer:
 * @error: (nullable) (transfer full): %NULL: it worked
 */
void
peg_worker_run_answer (PegWorkerRun *run,
                       GError       *error)
{
  answer (run, NULL, NULL, error);
}

/*
 * peg_worker_run_answer_value:
 * @value: (transfer full): what was asked for
 * @free_func: of @value
 */
void
peg_worker_run_answer_value (PegWorkerRun   *run,
                             gpointer        value,
                             GDestroyNotify  free_func)
{
  answer (run, value, free_func, NULL);
}

/*
 * peg_worker_run_fail:
 * @error: (transfer full): why it did not work
 *
 * It ends here; the run is gone afterwards.
 */
void
peg_worker_run_fail (PegWorkerRun *run,
                     GError       *error)
{
  g_autoptr (GError) shown = error;
  PegConnection *connection = run->worker->connection;

  peg_clock_cancel (run->worker->clock, &run->timer);

  if (run->late && g_error_matches (shown, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_clear_error (&shown);
    shown = late_error (run);
  }

  if (run->job->kind == PEG_JOB_HISTORY && peg_worker_run_is_current (run))
    peg_worker_dispatch (run->worker, &(PegEvent) {
      .kind = PEG_EVENT_HISTORY,
      .history = {
        .key = run->job->key,
        .state = PEG_HISTORY_FAILED,
        .error = shown->message,
      },
    });

  /* Nobody knows what the server has now. */
  if (connection != NULL && peg_worker_run_is_current (run) && run_changes (run) &&
      (g_error_matches (shown, PEG_LINK_ERROR, PEG_LINK_ERROR_UNCERTAIN) ||
       g_error_matches (shown, G_IO_ERROR, G_IO_ERROR_CANCELLED)))
    peg_connection_refresh (connection);

  answer (run, NULL, NULL, g_steal_pointer (&shown));
  settle (run);
}

static void
deadline_cb (gpointer user_data)
{
  PegWorkerRun *run = user_data;

  run->timer = 0;
  run->late = TRUE;
  if (run->parked)
    peg_worker_outbox_expire (run);
  else
    g_cancellable_cancel (run->cancellable);
}

static gint64
deadline_of (PegJobKind kind)
{
  switch (kind) {
  case PEG_JOB_CHECK_OUT:
  case PEG_JOB_RELEASE:
    return ACTION_DEADLINE_US;
  case PEG_JOB_CHECK_IN:
    return CHECK_IN_DEADLINE_US;
  case PEG_JOB_HISTORY:
  case PEG_JOB_ACKNOWLEDGE:
    return READ_DEADLINE_US;
  case PEG_JOB_DRAFT_SEND:
    return CHECK_IN_DEADLINE_US;
  case PEG_JOB_DRAFTS:
  case PEG_JOB_DRAFT_ARRIVED:
  case PEG_JOB_DRAFT_SAVE:
  case PEG_JOB_DRAFT_DISCARD:
  case PEG_JOB_DOWNLOAD:
    /* As long as bytes come; the session minds silence. */
    return 0;
  default:
    g_assert_not_reached ();
  }
}

/* What the person does next with a file ends the wait for what came before: the
 * later job settles it. */
static void
supersede (PegWorker  *self,
           const char *key)
{
  for (guint i = self->running->len; i > 0; i--) {
    PegWorkerRun *run = g_ptr_array_index (self->running, i - 1);

    if (run->answered && run_changes (run) && g_str_equal (run->job->key, key))
      g_ptr_array_remove_index (self->running, i - 1);
  }
}

static void
caller_cancelled_cb (GCancellable *cancellable,
                     GCancellable *ours)
{
  g_cancellable_cancel (ours);
}

/*
 * peg_worker_run_new:
 * @job: (transfer full): what is asked for
 *
 * Returns: (transfer none): a job under way
 */
PegWorkerRun *
peg_worker_run_new (PegWorker *self,
                    PegJob    *job)
{
  PegWorkerRun *run = g_new0 (PegWorkerRun, 1);
  GCancellable *cancellable = job->task != NULL ? g_task_get_cancellable (job->task) : NULL;

  run->worker = self;
  run->generation = self->generation;
  run->job = job;
  run->lock = -1;
  run->cancellable = g_cancellable_new ();
  if (run_changes (run))
    supersede (self, job->key);
  g_ptr_array_add (self->running, run);

  if (cancellable != NULL)
    run->cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (caller_cancelled_cb),
                                               g_object_ref (run->cancellable), g_object_unref);
  if (deadline_of (job->kind) != 0)
    run->timer = peg_clock_add (self->clock, "[peg] job", deadline_of (job->kind),
                                deadline_cb, run);

  return run;
}

/**
 * peg_worker_run:
 * @self: a worker
 * @job: (transfer full): what is asked for
 *
 * Does a job; its task returns in the context in which it was made. A job that
 * changes something has been dispatched as pending, and is settled here, in
 * whatever way it ends.
 */
void
peg_worker_run (PegWorker *self,
                PegJob    *job)
{
  g_autoptr (PegSnapshot) snapshot = NULL;
  PegEntry *entry;
  PegWorkerRun *run;

  g_return_if_fail (PEG_IS_WORKER (self));

  snapshot = peg_store_dup_snapshot (self->store);
  entry = peg_snapshot_find (snapshot, job->key);
  run = peg_worker_run_new (self, job);

  if (self->client == NULL) {
    peg_worker_run_fail (run, g_error_new_literal (PEG_LINK_ERROR, PEG_LINK_ERROR_OFFLINE,
                                                   _("There is no server to ask. Connect to one first.")));
    return;
  }

  if (job->kind >= PEG_JOB_DRAFTS) {
    peg_worker_draft (run);
    return;
  }

  if (entry == NULL && job->kind != PEG_JOB_ACKNOWLEDGE) {
    peg_worker_run_fail (run, g_error_new_literal (PEG_LINK_ERROR, PEG_LINK_ERROR_NOT_FOUND,
                                                   _("This file is not on the server any more.")));
    return;
  }

  if (run_changes (run) && self->outbox != NULL) {
    run->entry = peg_entry_ref (entry);
    run->outbox = g_object_ref (self->outbox);
    peg_worker_outbox_begin (run);
    return;
  }

  peg_worker_run_ask (run, entry);
}

/*
 * peg_worker_cancel_jobs:
 *
 * @forget: nobody wants it any more; %FALSE: bytes on their way into the outbox
 *   arrive there, and are kept
 *
 * Ends what is under way; what waits only for its push ends at once. Nothing that
 * was asked for before is sent afterwards.
 */
void
peg_worker_cancel_jobs (PegWorker *self,
                        gboolean   forget)
{
  for (guint i = self->running->len; i > 0; i--) {
    PegWorkerRun *run = g_ptr_array_index (self->running, i - 1);

    /* By now the list may be that of another server. */
    run->watched = FALSE;
    if (run->answered)
      settle (run);
    else if (run->parked)
      peg_worker_outbox_expire (run);
    else if (forget || run->lock < 0)
      g_cancellable_cancel (run->cancellable);
  }
  self->generation++;
}
