/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-worker"

#include "peg-config.h"

#include "peg-worker.h"

#include "peg-client.h"
#include "peg-connection.h"
#include "peg-link.h"
#include "peg-websocket.h"

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

/* How long the last requests may take to notice that they are cancelled. */
#define SHUT_DOWN_US (2 * SECOND_US)

/**
 * PegWorker:
 *
 * Does what [class@Peg.Link] promises, in one thread: keeps the connection, asks
 * for things, and sees to it that whatever is under way ends.
 *
 * Everything but peg_worker_new() and peg_worker_dup_log() is called in that
 * thread, with its main context as the default.
 */
struct _PegWorker
{
  GObject parent_instance;

  PegStore *store;           /* (owned) (not nullable) */
  PegClock *clock;           /* (owned) (not nullable) */
  PegConnection *connection; /* (owned) (not nullable) */
  PegDialer *dialer;         /* (owned) (nullable): of the server that was chosen last */
  PegDialer *last_dialer;    /* (owned) (nullable): of the server before; its close frame may
                                still be on the way */
  PegClient *client;         /* (owned) (nullable): of the server that was chosen last */
  GCancellable *asides;      /* (owned) (not nullable): of what is asked for by the way */
  GPtrArray *running;        /* (owned) (element-type Run) */
};

G_DEFINE_FINAL_TYPE (PegWorker, peg_worker, G_TYPE_OBJECT)

/* A job under way, or done and waiting for its push. */
typedef struct {
  PegWorker *worker;         /* (unowned): it frees what runs before it goes */
  PegJob *job;               /* (owned) */
  GCancellable *cancellable; /* (owned) (not nullable) */
  gulong cancelled_id;       /* of the caller’s cancellable */
  guint timer;
  gboolean late;             /* the deadline has passed */
  gboolean answered;         /* the task has returned */
} Run;

/**
 * peg_job_new:
 * @kind: what is asked for
 * @key: of the file, or the identity of the note
 * @text: (nullable): the reason, the comment, the revision
 * @file: (nullable): the new content, or where to save it
 * @major: whether the first number of the revision grows
 * @task: where the result goes
 *
 * Returns: (transfer full): a job
 */
PegJob *
peg_job_new (PegJobKind  kind,
             const char *key,
             const char *text,
             GFile      *file,
             gboolean    major,
             GTask      *task)
{
  PegJob *job = g_new0 (PegJob, 1);

  job->kind = kind;
  job->key = g_strdup (key);
  job->text = g_strdup (text);
  job->file = file != NULL ? g_object_ref (file) : NULL;
  job->major = major;
  job->task = g_object_ref (task);

  return job;
}

/**
 * peg_job_free:
 * @job: (nullable): a job
 *
 * Frees a job.
 */
void
peg_job_free (PegJob *job)
{
  if (job == NULL)
    return;

  g_clear_pointer (&job->key, g_free);
  g_clear_pointer (&job->text, g_free);
  g_clear_object (&job->file);
  g_clear_object (&job->task);
  g_free (job);
}

/**
 * peg_job_get_action:
 * @kind: what is asked for
 * @action: (out): what it does to a file
 *
 * Returns: whether it changes a file on the server
 */
gboolean
peg_job_get_action (PegJobKind  kind,
                    PegAction  *action)
{
  switch (kind) {
  case PEG_JOB_CHECK_OUT:
    *action = PEG_ACTION_CHECK_OUT;
    return TRUE;
  case PEG_JOB_CHECK_IN:
    *action = PEG_ACTION_CHECK_IN;
    return TRUE;
  case PEG_JOB_RELEASE:
    *action = PEG_ACTION_RELEASE;
    return TRUE;
  case PEG_JOB_DOWNLOAD:
  case PEG_JOB_HISTORY:
  case PEG_JOB_ACKNOWLEDGE:
    return FALSE;
  default:
    g_assert_not_reached ();
  }
}

static void
dispatch (PegWorker *self,
          PegEvent  *event)
{
  event->mono_us = peg_clock_get_mono_us (self->clock);
  event->wall_us = peg_clock_get_wall_us (self->clock);
  peg_store_dispatch (self->store, event);
}

static gboolean
run_changes (const Run *run)
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
answer (Run            *run,
        gpointer        value,
        GDestroyNotify  free_func,
        GError         *error)
{
  Answer *back = g_new0 (Answer, 1);
  g_autoptr (GSource) source = g_idle_source_new ();

  if (run->cancelled_id != 0)
    g_cancellable_disconnect (g_task_get_cancellable (run->job->task), run->cancelled_id);
  run->cancelled_id = 0;
  run->answered = TRUE;

  back->task = g_steal_pointer (&run->job->task);
  back->value = value;
  back->free_func = free_func;
  back->error = error;

  g_source_set_priority (source, g_task_get_priority (back->task));
  g_source_set_static_name (source, "[peg] answer");
  g_source_set_callback (source, answer_cb, back, answer_free);
  g_source_attach (source, g_task_get_context (back->task));
}

static void
run_free (Run *run)
{
  peg_clock_cancel (run->worker->clock, &run->timer);
  g_clear_object (&run->cancellable);
  g_clear_pointer (&run->job, peg_job_free);
  g_free (run);
}

/* Whether what is shown still waits for this job, and not for a later one. */
static gboolean
is_pending (Run *run)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (run->worker->store);
  const PegPending *pending = peg_snapshot_find_pending (snapshot, run->job->key);
  PegAction action;

  return pending != NULL &&
         peg_job_get_action (run->job->kind, &action) &&
         pending->action == action;
}

static void
settle (Run *run)
{
  PegWorker *worker = run->worker;

  if (is_pending (run))
    dispatch (worker, &(PegEvent) { .kind = PEG_EVENT_SETTLED, .settled = run->job->key });
  g_ptr_array_remove (worker->running, run);
}

static void
settle_cb (gpointer user_data)
{
  Run *run = user_data;

  run->timer = 0;
  settle (run);
}

static void
no_push_cb (gpointer user_data)
{
  Run *run = user_data;

  run->timer = 0;

  if (!is_pending (run)) {
    settle (run);
    return;
  }

  peg_connection_refresh (run->worker->connection);
  run->timer = peg_clock_add (run->worker->clock, "[peg] settle",
                              SETTLE_AFTER_US - PUSH_AFTER_US, settle_cb, run);
}

/* The server said yes. What is shown waits for the push, which says what is
 * true (docs/protocol.md, “A 200 is not proof”). */
static void
succeed (Run *run)
{
  peg_clock_cancel (run->worker->clock, &run->timer);

  if (is_pending (run))
    run->timer = peg_clock_add (run->worker->clock, "[peg] push", PUSH_AFTER_US,
                                no_push_cb, run);
  else
    settle (run);
}

static GError *
late_error (const Run *run)
{
  if (!run_changes (run))
    return g_error_new_literal (PEG_LINK_ERROR, PEG_LINK_ERROR_OFFLINE,
                                _("The server did not answer in time. Try again."));

  return g_error_new_literal (PEG_LINK_ERROR, PEG_LINK_ERROR_UNCERTAIN,
                              _("The server did not answer in time. It may have worked: look at the list before you try again."));
}

static void
fail (Run    *run,
      GError *error)
{
  g_autoptr (GError) shown = error;
  PegConnection *connection = run->worker->connection;

  peg_clock_cancel (run->worker->clock, &run->timer);

  if (run->late && g_error_matches (shown, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_clear_error (&shown);
    shown = late_error (run);
  }

  if (run->job->kind == PEG_JOB_HISTORY)
    dispatch (run->worker, &(PegEvent) {
      .kind = PEG_EVENT_HISTORY,
      .history = {
        .key = run->job->key,
        .state = PEG_HISTORY_FAILED,
        .error = shown->message,
      },
    });

  /* Nobody knows what the server has now. */
  if (connection != NULL && run_changes (run) &&
      (g_error_matches (shown, PEG_LINK_ERROR, PEG_LINK_ERROR_UNCERTAIN) ||
       g_error_matches (shown, G_IO_ERROR, G_IO_ERROR_CANCELLED)))
    peg_connection_refresh (connection);

  answer (run, NULL, NULL, g_steal_pointer (&shown));
  settle (run);
}

static void
deadline_cb (gpointer user_data)
{
  Run *run = user_data;

  run->timer = 0;
  run->late = TRUE;
  g_cancellable_cancel (run->cancellable);
}

/* What all actions end with. The reference is the one that was taken before
 * asking; the run is gone afterwards. */
#define DONE_CB(name) \
  static void \
  name##_cb (GObject      *source, \
             GAsyncResult *result, \
             gpointer      user_data) \
  { \
    g_autoptr (PegWorker) worker = ((Run *) user_data)->worker; \
    g_autoptr (GError) error = NULL; \
    Run *run = user_data; \
    \
    if (peg_client_##name##_finish (PEG_CLIENT (source), result, &error)) { \
      answer (run, NULL, NULL, NULL); \
      succeed (run); \
    } else { \
      fail (run, g_steal_pointer (&error)); \
    } \
  }

DONE_CB (check_out)
DONE_CB (check_in)
DONE_CB (release)
DONE_CB (download)

static void
history_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (PegWorker) worker = ((Run *) user_data)->worker;
  g_autoptr (GPtrArray) revisions = NULL;
  g_autoptr (GError) error = NULL;
  Run *run = user_data;

  revisions = peg_client_history_finish (PEG_CLIENT (source), result, &error);

  if (revisions == NULL) {
    fail (run, g_steal_pointer (&error));
  } else {
    dispatch (worker, &(PegEvent) {
      .kind = PEG_EVENT_HISTORY,
      .history = {
        .key = run->job->key,
        .state = PEG_HISTORY_READY,
        .revisions = revisions,
      },
    });
    answer (run, g_steal_pointer (&revisions), (GDestroyNotify) g_ptr_array_unref, NULL);
    succeed (run);
  }
}

/* The server knows that the note was read; it is not shown any more. */
static void
forget_note (PegWorker  *self,
             const char *id)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);
  g_autoptr (GPtrArray) left = NULL;
  const GPtrArray *notes = peg_snapshot_get_notes (snapshot);

  left = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_note_unref);
  for (guint i = 0; i < notes->len; i++) {
    PegNote *note = g_ptr_array_index (notes, i);

    if (!g_str_equal (note->id, id))
      g_ptr_array_add (left, peg_note_ref (note));
  }

  dispatch (self, &(PegEvent) { .kind = PEG_EVENT_NOTES, .notes = left });
}

static void
acknowledge_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (PegWorker) worker = ((Run *) user_data)->worker;
  g_autoptr (GError) error = NULL;
  Run *run = user_data;

  if (peg_client_acknowledge_finish (PEG_CLIENT (source), result, &error)) {
    forget_note (worker, run->job->key);
    answer (run, NULL, NULL, NULL);
    succeed (run);
  } else {
    fail (run, g_steal_pointer (&error));
  }
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
  case PEG_JOB_DOWNLOAD:
    /* As long as bytes come; the session minds silence. */
    return 0;
  default:
    g_assert_not_reached ();
  }
}

static void
ask (Run      *run,
     PegEntry *entry)
{
  PegClient *client = run->worker->client;
  const PegJob *job = run->job;

  switch (job->kind) {
  case PEG_JOB_CHECK_OUT:
    peg_client_check_out_async (client, entry, job->text, run->cancellable, check_out_cb, run);
    break;
  case PEG_JOB_CHECK_IN:
    peg_client_check_in_async (client, entry, job->file, job->text, job->major,
                               run->cancellable, check_in_cb, run);
    break;
  case PEG_JOB_RELEASE:
    peg_client_release_async (client, entry, run->cancellable, release_cb, run);
    break;
  case PEG_JOB_DOWNLOAD:
    peg_client_download_async (client, entry, job->text, job->file, run->cancellable,
                               download_cb, run);
    break;
  case PEG_JOB_HISTORY:
    peg_client_history_async (client, entry, run->cancellable, history_cb, run);
    break;
  case PEG_JOB_ACKNOWLEDGE:
    peg_client_acknowledge_async (client, job->key, run->cancellable, acknowledge_cb, run);
    break;
  default:
    g_assert_not_reached ();
  }
}

static void
caller_cancelled_cb (GCancellable *cancellable,
                     GCancellable *ours)
{
  g_cancellable_cancel (ours);
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
  GCancellable *cancellable = g_task_get_cancellable (job->task);
  PegEntry *entry;
  Run *run;

  g_return_if_fail (PEG_IS_WORKER (self));

  snapshot = peg_store_dup_snapshot (self->store);
  entry = peg_snapshot_find (snapshot, job->key);

  run = g_new0 (Run, 1);
  run->worker = self;
  run->job = job;
  run->cancellable = g_cancellable_new ();
  g_ptr_array_add (self->running, run);

  if (self->client == NULL) {
    fail (run, g_error_new_literal (PEG_LINK_ERROR, PEG_LINK_ERROR_OFFLINE,
                                    _("There is no server to ask. Connect to one first.")));
    return;
  }

  if (entry == NULL && job->kind != PEG_JOB_ACKNOWLEDGE) {
    fail (run, g_error_new_literal (PEG_LINK_ERROR, PEG_LINK_ERROR_NOT_FOUND,
                                    _("This file is not on the server any more.")));
    return;
  }

  if (cancellable != NULL)
    run->cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (caller_cancelled_cb),
                                               g_object_ref (run->cancellable), g_object_unref);
  if (deadline_of (job->kind) != 0)
    run->timer = peg_clock_add (self->clock, "[peg] job", deadline_of (job->kind),
                                deadline_cb, run);

  /* Until there is an answer. */
  g_object_ref (self);
  ask (run, entry);
}

static void
config_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (PegWorker) self = g_steal_pointer (&user_data);
  g_autoptr (PegWireConfig) config = NULL;
  g_autoptr (GError) error = NULL;

  config = peg_client_get_config_finish (PEG_CLIENT (source), result, &error);

  if (config == NULL) {
    g_debug ("The server does not tell its name: %s", error->message);
    return;
  }

  /* Not its user: that is whom the *server* is set up for. */
  if (config->name != NULL && self->client == PEG_CLIENT (source))
    dispatch (self, &(PegEvent) { .kind = PEG_EVENT_HELLO, .hello.name = config->name });
}

static void
opened_cb (PegConnection *connection,
           PegWorker     *self)
{
  const PegDialect dialect = peg_connection_get_dialect (connection);

  peg_client_set_dialect (self->client, dialect);

  /* In the newer dialect the greeting tells it. */
  if (dialect == PEG_DIALECT_CLASSIC)
    peg_client_get_config_async (self->client, self->asides, config_cb, g_object_ref (self));
}

typedef struct {
  PegWorker *worker; /* (owned) */
  guint serial;
} ListRequest;

static void
files_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  ListRequest *request = user_data;
  g_autoptr (PegWorker) self = g_steal_pointer (&request->worker);
  g_autoptr (PegWireMessage) list = NULL;
  g_autoptr (GError) error = NULL;
  const guint serial = request->serial;

  g_free (request);
  list = peg_client_get_files_finish (PEG_CLIENT (source), result, &error);

  if (list == NULL)
    g_info ("The list does not come over HTTP either: %s", error->message);
  else if (self->client == PEG_CLIENT (source))
    peg_connection_take_list (self->connection, list, serial);
}

static void
need_list_cb (PegConnection *connection,
              PegWorker     *self)
{
  ListRequest *request = g_new0 (ListRequest, 1);

  request->worker = g_object_ref (self);
  request->serial = peg_connection_get_list_serial (connection);
  peg_client_get_files_async (self->client, self->asides, files_cb, request);
}

static void
cancel_asides (PegWorker *self)
{
  g_cancellable_cancel (self->asides);
  g_clear_object (&self->asides);
  self->asides = g_cancellable_new ();
}

static void
peg_worker_dispose (GObject *object)
{
  PegWorker *self = PEG_WORKER (object);

  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_pointer (&self->running, g_ptr_array_unref);
  g_clear_object (&self->asides);
  g_clear_object (&self->connection);
  g_clear_object (&self->client);
  g_clear_object (&self->dialer);
  g_clear_object (&self->last_dialer);
  g_clear_object (&self->store);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (peg_worker_parent_class)->dispose (object);
}

static void
peg_worker_class_init (PegWorkerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = peg_worker_dispose;
}

static void
peg_worker_init (PegWorker *self)
{
  self->asides = g_cancellable_new ();
  self->running = g_ptr_array_new_with_free_func ((GDestroyNotify) run_free);
}

/**
 * peg_worker_new:
 * @store: what is known, and where everything is told
 * @clock: the time and the timers
 * @random: what spreads the attempts
 *
 * May be called from a thread other than the worker’s.
 *
 * Returns: (transfer full): a worker
 */
PegWorker *
peg_worker_new (PegStore  *store,
                PegClock  *clock,
                PegRandom *random)
{
  PegWorker *self;

  g_return_val_if_fail (PEG_IS_STORE (store), NULL);

  self = g_object_new (PEG_TYPE_WORKER, NULL);
  self->store = g_object_ref (store);
  self->clock = g_object_ref (clock);
  self->connection = peg_connection_new (store, clock, random);
  g_signal_connect (self->connection, "opened", G_CALLBACK (opened_cb), self);
  g_signal_connect (self->connection, "need-list", G_CALLBACK (need_list_cb), self);

  return self;
}

/**
 * peg_worker_connect:
 * @self: a worker
 * @target: a server
 *
 * Connects to a server, and keeps connected.
 */
void
peg_worker_connect (PegWorker             *self,
                    const PegWorkerTarget *target)
{
  g_return_if_fail (PEG_IS_WORKER (self));
  g_return_if_fail (target != NULL);

  /* First the old server falls silent, then another is chosen: nothing of the
   * old one may be taken for the new one’s. */
  peg_connection_stop (self->connection);
  cancel_asides (self);
  g_clear_object (&self->client);
  g_clear_object (&self->last_dialer);
  self->last_dialer = g_steal_pointer (&self->dialer);

  dispatch (self, &(PegEvent) {
    .kind = PEG_EVENT_SERVER,
    .server = { .url = target->address->label, .user = target->user },
  });

  self->client = peg_client_new (self->store, self->clock, &(PegClientTarget) {
    .http = target->address->http,
    .user = target->user,
    .station = target->station,
    .token = target->token,
    .ca_file = target->ca_file,
  });
  self->dialer = peg_websocket_dialer_new (self->clock, target->token, target->ca_file);

  peg_connection_start (self->connection, &(PegConnectionTarget) {
    .uri = target->address->socket,
    .user = target->user,
    .policy = target->policy,
    .dialer = self->dialer,
  });
}

/**
 * peg_worker_disconnect:
 * @self: a worker
 *
 * Closes the connection.
 */
void
peg_worker_disconnect (PegWorker *self)
{
  g_return_if_fail (PEG_IS_WORKER (self));

  peg_connection_stop (self->connection);
}

/**
 * peg_worker_retry_now:
 * @self: a worker
 *
 * Does not wait any longer.
 */
void
peg_worker_retry_now (PegWorker *self)
{
  g_return_if_fail (PEG_IS_WORKER (self));

  peg_connection_retry_now (self->connection);
}

static void
watch (gpointer *pointer,
       gpointer  object)
{
  *pointer = object;
  if (object != NULL)
    g_object_add_weak_pointer (object, pointer);
}

static gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/**
 * peg_worker_shut_down:
 * @self: a worker
 *
 * Closes the connection, cancels what is under way, and iterates the thread’s
 * main context until all of it has noticed; not for long.
 */
void
peg_worker_shut_down (PegWorker *self)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  g_autoptr (GSource) wake = g_timeout_source_new (20);
  const gint64 give_up_us = g_get_monotonic_time () + SHUT_DOWN_US;
  gpointer client, dialer;

  g_return_if_fail (PEG_IS_WORKER (self));

  if (self->connection == NULL)
    return;

  peg_connection_stop (self->connection);
  cancel_asides (self);
  for (guint i = self->running->len; i > 0; i--) {
    Run *run = g_ptr_array_index (self->running, i - 1);

    if (run->answered)
      settle (run);
    else
      g_cancellable_cancel (run->cancellable);
  }

  /* A close frame goes out with the next turns of the loop; nobody waits for
   * the answer. */
  for (guint i = 0; i < 16 && g_main_context_iteration (context, FALSE); i++)
    continue;

  watch (&client, self->client);
  watch (&dialer, self->dialer);
  g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);
  g_clear_object (&self->client);
  g_clear_object (&self->dialer);
  g_clear_object (&self->last_dialer);

  g_source_set_callback (wake, wake_cb, NULL, NULL);
  g_source_attach (wake, context);
  while ((client != NULL || dialer != NULL || self->running->len > 0) &&
         g_get_monotonic_time () < give_up_us)
    g_main_context_iteration (context, TRUE);
  g_source_destroy (wake);

  if (client != NULL || dialer != NULL || self->running->len > 0)
    g_info ("Something is still under way, and is left behind");

  g_clear_weak_pointer (&client);
  g_clear_weak_pointer (&dialer);
}

/**
 * peg_worker_dup_log:
 * @self: a worker
 *
 * May be called from any thread.
 *
 * Returns: (transfer full) (array zero-terminated=1): what the connection did
 */
char **
peg_worker_dup_log (PegWorker *self)
{
  g_return_val_if_fail (PEG_IS_WORKER (self), NULL);

  return peg_connection_dup_log (self->connection);
}
