/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-link"

#include "peg-config.h"

#include "peg-link.h"

#include "peg-address.h"
#include "peg-worker.h"

#include <glib/gi18n.h>

/**
 * PegLink:
 *
 * The connection to a server, as the rest of a program sees it.
 *
 * What the server tells arrives in the [class@Peg.Store]; what is asked of it
 * has a pair of functions here. All the work is done in a thread of its own, so
 * that a flood of messages, or a list of 16 MiB, makes no frame late
 * (docs/architecture.md, “Speed”).
 *
 * Its functions are called in one thread; results come in the main context that
 * was that thread’s default at the time of the call. All errors have words for
 * people and are of %PEG_LINK_ERROR, except %G_IO_ERROR_CANCELLED.
 */
struct _PegLink
{
  GObject parent_instance;

  PegStore *store;       /* (owned) (not nullable) */
  PegWorker *worker;     /* (owned) (not nullable): touched in the thread */
  GMainContext *context; /* (owned) (not nullable): of the thread */
  GThread *thread;       /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (PegLink, peg_link, G_TYPE_OBJECT)

G_DEFINE_QUARK (peg-link-error-quark, peg_link_error)

/* What the thread owns. */
typedef struct {
  PegWorker *worker;     /* (owned) */
  GMainContext *context; /* (owned) */
} ThreadData;

/* Something to be done in the thread. */
typedef void (*RequestFunc) (PegWorker *worker,
                             gpointer   data);

typedef struct {
  PegWorker *worker; /* (owned) */
  RequestFunc func;
  gpointer data;     /* (owned) (nullable) */
  GDestroyNotify free_func;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  if (request->data != NULL)
    request->free_func (request->data);
  g_clear_object (&request->worker);
  g_free (request);
}

static gboolean
request_cb (gpointer user_data)
{
  Request *request = user_data;

  request->func (request->worker, g_steal_pointer (&request->data));

  return G_SOURCE_REMOVE;
}

/* Lets the thread do something; in the order of the calls, and never in the
 * caller’s thread, as g_main_context_invoke() would before the other one runs. */
static void
post (PegLink        *self,
      RequestFunc     func,
      gpointer        data,
      GDestroyNotify  free_func)
{
  Request *request = g_new0 (Request, 1);
  g_autoptr (GSource) source = g_idle_source_new ();

  request->worker = g_object_ref (self->worker);
  request->func = func;
  request->data = data;
  request->free_func = free_func;

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "[peg] request");
  g_source_set_callback (source, request_cb, request, request_free);
  g_source_attach (source, self->context);
}

static gpointer
thread_main (gpointer user_data)
{
  ThreadData *data = user_data;
  g_autoptr (GMainLoop) loop = g_main_loop_new (data->context, FALSE);

  g_main_context_push_thread_default (data->context);
  g_object_set_data (G_OBJECT (data->worker), "loop", loop);
  g_main_loop_run (loop);

  peg_worker_shut_down (data->worker);
  g_clear_object (&data->worker);
  g_main_context_pop_thread_default (data->context);
  g_main_context_unref (data->context);
  g_free (data);

  return NULL;
}

static void
do_quit (PegWorker *worker,
         gpointer   data)
{
  g_main_loop_quit (g_object_get_data (G_OBJECT (worker), "loop"));
}

static void
peg_link_dispose (GObject *object)
{
  PegLink *self = PEG_LINK (object);

  if (self->thread != NULL) {
    post (self, do_quit, NULL, NULL);

    /* The last reference may have been that of a task, and may have gone in the
     * thread itself. */
    if (self->thread == g_thread_self ())
      g_thread_unref (g_steal_pointer (&self->thread));
    else
      g_thread_join (g_steal_pointer (&self->thread));
  }

  g_clear_object (&self->worker);
  g_clear_object (&self->store);
  g_clear_pointer (&self->context, g_main_context_unref);

  G_OBJECT_CLASS (peg_link_parent_class)->dispose (object);
}

static void
peg_link_class_init (PegLinkClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = peg_link_dispose;
}

static void
peg_link_init (PegLink *self)
{
  self->context = g_main_context_new ();
}

/**
 * peg_link_new:
 * @store: where everything is told
 *
 * Returns: (transfer full): a link to no server yet
 */
PegLink *
peg_link_new (PegStore *store)
{
  g_autoptr (PegClock) clock = peg_system_clock_new ();
  g_autoptr (PegRandom) random = peg_system_random_new ();
  ThreadData *data;
  PegLink *self;

  g_return_val_if_fail (PEG_IS_STORE (store), NULL);

  self = g_object_new (PEG_TYPE_LINK, NULL);
  self->store = g_object_ref (store);
  self->worker = peg_worker_new (store, clock, random);

  data = g_new0 (ThreadData, 1);
  data->worker = g_object_ref (self->worker);
  data->context = g_main_context_ref (self->context);
  self->thread = g_thread_new ("peg-link", thread_main, data);

  return self;
}

typedef struct {
  PegAddress address;
  char *user;
  char *station;
  char *token;
  char *ca_file;
  PegBackoffPolicy policy;
} Target;

static void
target_free (gpointer data)
{
  Target *target = data;

  peg_address_clear (&target->address);
  g_clear_pointer (&target->user, g_free);
  g_clear_pointer (&target->station, g_free);
  g_clear_pointer (&target->token, g_free);
  g_clear_pointer (&target->ca_file, g_free);
  g_free (target);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Target, target_free)

static void
do_connect (PegWorker *worker,
            gpointer   data)
{
  g_autoptr (Target) target = data;

  peg_worker_connect (worker, &(PegWorkerTarget) {
    .address = &target->address,
    .user = target->user,
    .station = target->station,
    .token = target->token,
    .ca_file = target->ca_file,
    .policy = target->policy,
  });
}

/* An empty line in a form is as good as none. */
static char *
dup_unless_empty (const char *text)
{
  return text != NULL && *text != '\0' ? g_strdup (text) : NULL;
}

/**
 * peg_link_connect:
 * @self: a link
 * @config: what to connect to, and as whom
 * @error: return location
 *
 * Connects to a server and keeps connected, whatever happens, until
 * peg_link_disconnect(). What comes of it is told through the store: first
 * %PEG_EVENT_SERVER, then %PEG_EVENT_LINK with every change.
 *
 * Returns: whether the configuration makes sense; only that is known so early
 */
gboolean
peg_link_connect (PegLink              *self,
                  const PegLinkConfig  *config,
                  GError              **error)
{
  g_autoptr (Target) target = NULL;

  g_return_val_if_fail (PEG_IS_LINK (self), FALSE);
  g_return_val_if_fail (config != NULL, FALSE);

  target = g_new0 (Target, 1);

  if (!peg_address_parse (&target->address, config->url != NULL ? config->url : "", error))
    return FALSE;

  if (config->user == NULL || *config->user == '\0' || !g_utf8_validate (config->user, -1, NULL)) {
    g_set_error_literal (error, PEG_LINK_ERROR, PEG_LINK_ERROR_SIGN_IN,
                         _("The server wants to know who you are. Type your name."));
    return FALSE;
  }

  if (config->ca_file != NULL && *config->ca_file != '\0' &&
      !g_file_test (config->ca_file, G_FILE_TEST_IS_REGULAR)) {
    g_set_error (error, PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED,
                 /* Translators: %s is the name of a file. */
                 _("There is no CA file “%s”. Choose another, or none."), config->ca_file);
    return FALSE;
  }

  target->user = g_strdup (config->user);
  target->station = dup_unless_empty (config->station);
  target->token = dup_unless_empty (config->token);
  if (config->ca_file != NULL && *config->ca_file != '\0')
    target->ca_file = g_canonicalize_filename (config->ca_file, NULL);
  target->policy = config->policy;

  post (self, do_connect, g_steal_pointer (&target), target_free);

  return TRUE;
}

static void
do_disconnect (PegWorker *worker,
               gpointer   data)
{
  peg_worker_disconnect (worker);
}

/**
 * peg_link_disconnect:
 * @self: a link
 *
 * Closes the connection and makes no other. What was known stays shown, with its
 * age.
 */
void
peg_link_disconnect (PegLink *self)
{
  g_return_if_fail (PEG_IS_LINK (self));

  post (self, do_disconnect, NULL, NULL);
}

static void
do_retry_now (PegWorker *worker,
              gpointer   data)
{
  peg_worker_retry_now (worker);
}

/**
 * peg_link_retry_now:
 * @self: a link
 *
 * Tries now instead of later; after peg_link_disconnect(), connects again. When
 * it is live, it looks whether that is still true.
 */
void
peg_link_retry_now (PegLink *self)
{
  g_return_if_fail (PEG_IS_LINK (self));

  post (self, do_retry_now, NULL, NULL);
}

/**
 * peg_link_dup_log:
 * @self: a link
 *
 * Returns: (transfer full) (array zero-terminated=1): the last transitions of the
 *   connection, the oldest first, a line each, in English; there is nothing
 *   secret in it
 */
char **
peg_link_dup_log (PegLink *self)
{
  g_return_val_if_fail (PEG_IS_LINK (self), NULL);

  return peg_worker_dup_log (self->worker);
}

static void
do_run (PegWorker *worker,
        gpointer   data)
{
  peg_worker_run (worker, data);
}

static void
dispatch (PegLink  *self,
          PegEvent *event)
{
  event->mono_us = g_get_monotonic_time ();
  event->wall_us = g_get_real_time ();
  peg_store_dispatch (self->store, event);
}

/* What is shown at once, before the thread has even begun. */
static void
announce (PegLink    *self,
          PegJobKind  kind,
          const char *key)
{
  PegAction action;

  if (peg_job_get_action (kind, &action))
    dispatch (self, &(PegEvent) {
      .kind = PEG_EVENT_PENDING,
      .pending = { .key = key, .action = action },
    });
  else if (kind == PEG_JOB_HISTORY)
    dispatch (self, &(PegEvent) {
      .kind = PEG_EVENT_HISTORY,
      .history = { .key = key, .state = PEG_HISTORY_LOADING },
    });
}

static void
ask (PegLink    *self,
     PegJobKind  kind,
     const char *key,
     const char *text,
     GFile      *file,
     gboolean    major,
     GTask      *task)
{
  announce (self, kind, key);
  post (self, do_run, peg_job_new (kind, key, text, file, major, task),
        (GDestroyNotify) peg_job_free);
  g_object_unref (task);
}

static gboolean
finish (PegLink       *self,
        GAsyncResult  *result,
        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * peg_link_check_out_async:
 * @self: a link
 * @key: of a file
 * @reason: (nullable): why it is wanted
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Takes a file. Until the server has answered, the file is shown as pending; who
 * has it then is what the server’s list says. Without a live connection it is
 * refused here and now: who has the file could not be known.
 */
void
peg_link_check_out_async (PegLink             *self,
                          const char          *key,
                          const char          *reason,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (PegSnapshot) snapshot = NULL;
  GTask *task;

  g_return_if_fail (PEG_IS_LINK (self));
  g_return_if_fail (key != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_link_check_out_async);

  snapshot = peg_store_dup_snapshot (self->store);
  if (!peg_snapshot_is_live (snapshot)) {
    g_task_return_new_error (task, PEG_LINK_ERROR, PEG_LINK_ERROR_OFFLINE, "%s",
                             _("There is no connection to the server, so nobody can tell whether somebody else has the file. Check it out when the connection is back."));
    g_object_unref (task);
    return;
  }

  ask (self, PEG_JOB_CHECK_OUT, key, reason, NULL, FALSE, task);
}

/**
 * peg_link_check_out_finish:
 * @self: a link
 * @result: the result
 * @error: return location
 *
 * Returns: whether the server said yes
 */
gboolean
peg_link_check_out_finish (PegLink       *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (PEG_IS_LINK (self), FALSE);

  return finish (self, result, error);
}

/**
 * peg_link_check_in_async:
 * @self: a link
 * @key: of a file that this person has
 * @file: its new content
 * @comment: what was done
 * @major: whether the first number of the revision grows, instead of the second
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Gives a file back with new content. @file is read while it is sent and stays
 * as it is, whatever happens.
 */
void
peg_link_check_in_async (PegLink             *self,
                         const char          *key,
                         GFile               *file,
                         const char          *comment,
                         gboolean             major,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (PEG_IS_LINK (self));
  g_return_if_fail (key != NULL);
  g_return_if_fail (G_IS_FILE (file));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_link_check_in_async);
  ask (self, PEG_JOB_CHECK_IN, key, comment, file, major, task);
}

/**
 * peg_link_check_in_finish:
 * @self: a link
 * @result: the result
 * @error: return location
 *
 * Returns: whether the server has the new content
 */
gboolean
peg_link_check_in_finish (PegLink       *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (PEG_IS_LINK (self), FALSE);

  return finish (self, result, error);
}

/**
 * peg_link_release_async:
 * @self: a link
 * @key: of a file that this person has
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Gives a file back as it was.
 */
void
peg_link_release_async (PegLink             *self,
                        const char          *key,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (PEG_IS_LINK (self));
  g_return_if_fail (key != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_link_release_async);
  ask (self, PEG_JOB_RELEASE, key, NULL, NULL, FALSE, task);
}

/**
 * peg_link_release_finish:
 * @self: a link
 * @result: the result
 * @error: return location
 *
 * Returns: whether the server said yes
 */
gboolean
peg_link_release_finish (PegLink       *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (PEG_IS_LINK (self), FALSE);

  return finish (self, result, error);
}

/**
 * peg_link_download_async:
 * @self: a link
 * @key: of a file
 * @hash: (nullable): which of its revisions; %NULL: the newest
 * @destination: a local file; it is replaced when everything is there, and not
 *   touched before
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Saves the content of a file.
 */
void
peg_link_download_async (PegLink             *self,
                         const char          *key,
                         const char          *hash,
                         GFile               *destination,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (PEG_IS_LINK (self));
  g_return_if_fail (key != NULL);
  g_return_if_fail (G_IS_FILE (destination));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_link_download_async);
  ask (self, PEG_JOB_DOWNLOAD, key, hash, destination, FALSE, task);
}

/**
 * peg_link_download_finish:
 * @self: a link
 * @result: the result
 * @error: return location
 *
 * Returns: whether the file is saved
 */
gboolean
peg_link_download_finish (PegLink       *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (PEG_IS_LINK (self), FALSE);

  return finish (self, result, error);
}

/**
 * peg_link_history_async:
 * @self: a link
 * @key: of a file
 * @cancellable: (nullable): to stop
 * @callback: (nullable): called when done
 * @user_data: for @callback
 *
 * Asks for the revisions of a file. They go to the store, too.
 */
void
peg_link_history_async (PegLink             *self,
                        const char          *key,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (PEG_IS_LINK (self));
  g_return_if_fail (key != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_link_history_async);
  ask (self, PEG_JOB_HISTORY, key, NULL, NULL, FALSE, task);
}

/**
 * peg_link_history_finish:
 * @self: a link
 * @result: the result
 * @error: return location
 *
 * Returns: (transfer full) (nullable) (element-type PegRevision): the revisions,
 *   newest first
 */
GPtrArray *
peg_link_history_finish (PegLink       *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (PEG_IS_LINK (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * peg_link_acknowledge_async:
 * @self: a link
 * @note_id: the identity of a note
 * @cancellable: (nullable): to stop
 * @callback: (nullable): called when done
 * @user_data: for @callback
 *
 * Says that a note was read. When the server knows it, the note is gone.
 */
void
peg_link_acknowledge_async (PegLink             *self,
                            const char          *note_id,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (PEG_IS_LINK (self));
  g_return_if_fail (note_id != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_link_acknowledge_async);
  ask (self, PEG_JOB_ACKNOWLEDGE, note_id, NULL, NULL, FALSE, task);
}

/**
 * peg_link_acknowledge_finish:
 * @self: a link
 * @result: the result
 * @error: return location
 *
 * Returns: whether the server knows it
 */
gboolean
peg_link_acknowledge_finish (PegLink       *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (PEG_IS_LINK (self), FALSE);

  return finish (self, result, error);
}
