/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-link"

#include "peg-config.h"

#include "peg-link.h"

#include "peg-link-private.h"

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
G_DEFINE_FINAL_TYPE (PegLink, peg_link, G_TYPE_OBJECT)

G_DEFINE_QUARK (peg-link-error-quark, peg_link_error)

/* What the thread owns. */
typedef struct {
  PegWorker *worker;     /* (owned) */
  GMainContext *context; /* (owned) */
  GAsyncQueue *requests; /* (owned) (element-type Request) */
} ThreadData;

/* Something to be done in the thread. */
typedef struct {
  PegWorker *worker; /* (owned) */
  PegLinkFunc func;
  gpointer data;     /* (owned) (nullable) */
  GDestroyNotify free_func;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  if (request->data != NULL && request->free_func != NULL)
    request->free_func (request->data);
  g_clear_object (&request->worker);
  g_free (request);
}

static gboolean
run_request (GAsyncQueue *requests)
{
  Request *request = g_async_queue_try_pop (requests);

  if (request == NULL)
    return FALSE;

  request->func (request->worker, g_steal_pointer (&request->data));
  request_free (request);

  return TRUE;
}

/* There is a source for each request; where a turn was quicker, it finds none. */
static gboolean
request_cb (gpointer user_data)
{
  run_request (user_data);

  return G_SOURCE_REMOVE;
}

static void
turn_cb (gpointer user_data)
{
  while (run_request (user_data))
    continue;
}

/*
 * peg_link_post:
 * @data: (transfer full) (nullable): for @func
 * @free_func: (nullable): frees @data, if @func is never called
 *
 * Lets the thread do something; in the order of the calls, and never in the
 * caller’s thread, as g_main_context_invoke() would before the other one runs.
 */
void
peg_link_post (PegLink        *self,
               PegLinkFunc     func,
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
  g_source_set_callback (source, request_cb, g_async_queue_ref (self->requests),
                         (GDestroyNotify) g_async_queue_unref);
  g_async_queue_push (self->requests, request);
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
  peg_worker_set_turn (data->worker, NULL, NULL);
  g_clear_object (&data->worker);
  g_async_queue_unref (data->requests);
  g_main_context_pop_thread_default (data->context);
  g_main_context_unref (data->context);
  g_free (data);

  return NULL;
}

static void
do_quit (PegWorker *worker,
         gpointer   data)
{
  /* A socket that never falls silent would keep the loop from looking whether it
   * should end. */
  peg_worker_disconnect (worker);
  g_main_loop_quit (g_object_get_data (G_OBJECT (worker), "loop"));
}

static void
peg_link_dispose (GObject *object)
{
  PegLink *self = PEG_LINK (object);

  if (self->thread != NULL) {
    peg_link_post (self, do_quit, NULL, NULL);

    /* The last reference may have been that of a task, and may have gone in the
     * thread itself. */
    if (self->thread == g_thread_self ())
      g_thread_unref (g_steal_pointer (&self->thread));
    else
      g_thread_join (g_steal_pointer (&self->thread));
  }

  g_clear_object (&self->worker);
  g_clear_object (&self->network);
  g_clear_object (&self->store);
  g_clear_pointer (&self->target, peg_link_target_unref);
  g_clear_pointer (&self->requests, g_async_queue_unref);
  g_clear_pointer (&self->context, g_main_context_unref);

  G_OBJECT_CLASS (peg_link_parent_class)->dispose (object);
}

static void
peg_link_class_init (PegLinkClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = peg_link_dispose;

  peg_link_install_session_signals (klass);
}

static void
peg_link_init (PegLink *self)
{
  self->context = g_main_context_new ();
  self->requests = g_async_queue_new_full (request_free);
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
  self->network = peg_system_network_new (self->context);
  self->worker = peg_worker_new_with_network (store, clock, random, self->network);
  peg_link_watch_token (self);

  data = g_new0 (ThreadData, 1);
  data->worker = g_object_ref (self->worker);
  data->context = g_main_context_ref (self->context);
  data->requests = g_async_queue_ref (self->requests);
  peg_worker_set_turn (self->worker, turn_cb, data->requests);
  self->thread = g_thread_new ("peg-link", thread_main, data);

  return self;
}

static void
do_set_cache (PegWorker *worker,
              gpointer   data)
{
  g_autofree char *folder = data;

  peg_worker_set_cache (worker, folder);
}

/**
 * peg_link_set_cache:
 * @self: a link
 * @folder: (nullable): a folder of this person’s own, made when it is needed
 *
 * Keeps what servers told last in a folder, and shows it at the next start before
 * the server has answered. Called before the first peg_link_connect().
 */
void
peg_link_set_cache (PegLink    *self,
                    const char *folder)
{
  g_return_if_fail (PEG_IS_LINK (self));

  peg_link_post (self, do_set_cache, g_strdup (folder), g_free);
}

typedef struct {
  char *folder;
  gboolean resume;
} Outbox;

static void
outbox_free (gpointer data)
{
  Outbox *outbox = data;

  g_clear_pointer (&outbox->folder, g_free);
  g_free (outbox);
}

static void
do_set_outbox (PegWorker *worker,
               gpointer   data)
{
  const Outbox *outbox = data;

  peg_worker_set_outbox (worker, outbox->folder, outbox->resume);
  outbox_free (data);
}

/**
 * peg_link_set_outbox:
 * @self: a link
 * @folder: (nullable): a folder of this person’s own, made when it is needed
 * @resume: whether what an earlier run left is sent unasked; programs that end
 *   soon do not
 *
 * Keeps what is to be changed on a server in a folder until the server has proved
 * that it has it. Called before the first peg_link_connect().
 */
void
peg_link_set_outbox (PegLink    *self,
                     const char *folder,
                     gboolean    resume)
{
  Outbox *outbox;

  g_return_if_fail (PEG_IS_LINK (self));

  outbox = g_new0 (Outbox, 1);
  outbox->folder = g_strdup (folder);
  outbox->resume = resume;
  peg_link_post (self, do_set_outbox, outbox, outbox_free);
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

  peg_link_post (self, do_retry_now, NULL, NULL);
}

static void
do_hint (PegWorker *worker,
         gpointer   data)
{
  peg_worker_hint (worker);
}

/**
 * peg_link_hint:
 * @self: a link
 *
 * Somebody looks again after a while: a good moment to see whether the connection
 * is what it seems to be. It shows nothing and ends nothing by itself. What the
 * network and logind have to say, the link hears without help.
 */
void
peg_link_hint (PegLink *self)
{
  g_return_if_fail (PEG_IS_LINK (self));

  peg_link_post (self, do_hint, NULL, NULL);
}

static void
do_set_watched (PegWorker *worker,
                gpointer   data)
{
  peg_worker_set_watched (worker, GPOINTER_TO_INT (data));
}

/**
 * peg_link_set_watched:
 * @self: a link
 * @watched: whether anybody looks at what is shown
 *
 * Lets the link ask less often when nobody looks, where it has to ask at all.
 * Until it is called, somebody does.
 */
void
peg_link_set_watched (PegLink  *self,
                      gboolean  watched)
{
  g_return_if_fail (PEG_IS_LINK (self));

  peg_link_post (self, do_set_watched, GINT_TO_POINTER (watched), NULL);
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
