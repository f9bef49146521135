/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-worker"

#include "peg-config.h"

#include "peg-link.h"
#include "peg-worker-private.h"

/* What the connection wants to know over HTTP. One question at a time: what is
 * asked next makes the answer to what was asked before worthless. */

/* How often to ask for notes while the list is polled: a person who reads one
 * twenty seconds late is not worse off (docs/architecture.md, “Polling”). */
#define NOTES_US (20 * (gint64) G_USEC_PER_SEC)

/* For how long a question that is under way is good enough when it comes up again.
 * A server may send any number of messages that make one ask; a question that hangs
 * must not hold up another one for long. */
#define GOOD_FOR_US ((gint64) G_USEC_PER_SEC)

/* Whether to ask now; if not, it is asked again after the answer. */
static gboolean
begin_ask (PegWorker    *self,
           PegWorkerAsk *ask)
{
  const gint64 now_us = peg_clock_get_mono_us (self->clock);

  if (ask->n_running > 0 && now_us - ask->asked_us < GOOD_FOR_US) {
    ask->again = TRUE;
    return FALSE;
  }

  ask->n_running++;
  ask->asked_us = now_us;
  ask->again = FALSE;

  return TRUE;
}

/* Whether to ask again. */
static gboolean
end_ask (PegWorker    *self,
         PegWorkerAsk *ask)
{
  ask->n_running--;

  return ask->again && ask->n_running == 0 && self->connection != NULL && self->client != NULL;
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

  if (config == NULL)
    g_debug ("The server does not tell its name: %s", error->message);
  else if (config->name != NULL && self->client == PEG_CLIENT (source))
    /* Not its user: that is whom the *server* is set up for. */
    peg_worker_dispatch (self, &(PegEvent) { .kind = PEG_EVENT_HELLO, .hello.name = config->name });

  if (end_ask (self, &self->config_ask))
    peg_worker_ask_config (self);
}

/*
 * peg_worker_ask_config:
 *
 * Asks what the server is called.
 */
void
peg_worker_ask_config (PegWorker *self)
{
  if (begin_ask (self, &self->config_ask))
    peg_client_get_config_async (self->client, self->asides, config_cb, g_object_ref (self));
}

static void
config_changed_cb (PegConnection *connection,
                   PegWorker     *self)
{
  peg_worker_ask_config (self);
}

typedef struct {
  PegWorker *worker; /* (owned) */
  guint serial;
} ListRequest;

static void ask_list (PegWorker *self);

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

  if (end_ask (self, &self->list_ask))
    ask_list (self);
}

static void
ask_list (PegWorker *self)
{
  ListRequest *request;

  if (!begin_ask (self, &self->list_ask))
    return;

  request = g_new0 (ListRequest, 1);
  request->worker = g_object_ref (self);
  request->serial = peg_connection_get_list_serial (self->connection);
  peg_client_get_files_async (self->client, self->asides, files_cb, request);
}

static void
need_list_cb (PegConnection *connection,
              PegWorker     *self)
{
  ask_list (self);
}

static GCancellable *
begin (PegWorker *self)
{
  g_cancellable_cancel (self->poll);
  g_clear_object (&self->poll);
  self->poll = g_cancellable_new ();

  return self->poll;
}

static void
probed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (PegWorker) self = g_steal_pointer (&user_data);
  g_autoptr (PegWireConfig) config = NULL;
  g_autoptr (GError) error = NULL;

  config = peg_client_get_config_finish (PEG_CLIENT (source), result, &error);

  if (self->connection == NULL || self->client != PEG_CLIENT (source) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  /* Whatever it answered, it did. */
  peg_connection_take_probe (self->connection, config != NULL ||
                             !g_error_matches (error, PEG_LINK_ERROR, PEG_LINK_ERROR_OFFLINE));
}

static void
need_probe_cb (PegConnection *connection,
               PegWorker     *self)
{
  peg_client_get_config_async (self->client, begin (self), probed_cb, g_object_ref (self));
}

static void
polled_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (PegWorker) self = g_steal_pointer (&user_data);
  g_autoptr (PegPoll) poll = NULL;
  g_autoptr (GError) error = NULL;

  poll = peg_client_poll_finish (PEG_CLIENT (source), result, &error);

  if (poll == NULL)
    g_debug ("No poll: %s", error->message);
  else if (self->connection != NULL && self->client == PEG_CLIENT (source))
    peg_connection_take_poll (self->connection, poll);
}

static void
notes_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (PegWorker) self = g_steal_pointer (&user_data);
  g_autoptr (GPtrArray) notes = NULL;
  g_autoptr (GError) error = NULL;

  notes = peg_client_get_notes_finish (PEG_CLIENT (source), result, &error);

  if (self->connection == NULL || self->client != PEG_CLIENT (source))
    return;

  if (notes == NULL) {
    g_debug ("No notes: %s", error->message);
    self->no_notes = g_error_matches (error, PEG_LINK_ERROR, PEG_LINK_ERROR_NOT_FOUND);
    return;
  }

  /* A socket that is back meanwhile has newer ones. */
  if (peg_connection_get_state (self->connection) == PEG_LINK_POLLING)
    peg_worker_dispatch (self, &(PegEvent) { .kind = PEG_EVENT_NOTES, .notes = notes });
}

/* The list does not tell of notes, which only a socket brings by itself. */
static void
ask_notes (PegWorker *self)
{
  const gint64 now_us = peg_clock_get_mono_us (self->clock);

  if (peg_connection_get_state (self->connection) != PEG_LINK_POLLING || self->no_notes ||
      (self->notes_us != 0 && now_us - self->notes_us < NOTES_US))
    return;

  self->notes_us = now_us;
  peg_client_get_notes_async (self->client, self->asides, notes_cb, g_object_ref (self));
}

static void
need_poll_cb (PegConnection *connection,
              gboolean       conditional,
              PegWorker     *self)
{
  ask_notes (self);
  peg_client_poll_async (self->client, conditional, begin (self), polled_cb,
                         g_object_ref (self));
}

/*
 * peg_worker_watch_polls:
 *
 * Answers what the connection wants to know over HTTP, from now on.
 */
void
peg_worker_watch_polls (PegWorker *self)
{
  g_signal_connect (self->connection, "config-changed", G_CALLBACK (config_changed_cb), self);
  g_signal_connect (self->connection, "need-list", G_CALLBACK (need_list_cb), self);
  g_signal_connect (self->connection, "need-probe", G_CALLBACK (need_probe_cb), self);
  g_signal_connect (self->connection, "need-poll", G_CALLBACK (need_poll_cb), self);
}

/*
 * peg_worker_cancel_polls:
 *
 * What is being asked does not matter any more.
 */
void
peg_worker_cancel_polls (PegWorker *self)
{
  g_cancellable_cancel (self->poll);
  g_clear_object (&self->poll);
}

/**
 * peg_worker_set_watched:
 * @self: a worker
 * @watched: whether anybody looks at what is shown
 *
 * Lets the worker ask less often when nobody looks.
 */
void
peg_worker_set_watched (PegWorker *self,
                        gboolean   watched)
{
  g_return_if_fail (PEG_IS_WORKER (self));

  peg_connection_set_watched (self->connection, watched);
}

/**
 * peg_worker_hint:
 * @self: a worker
 *
 * Something here has changed: a good moment to look whether the connection is
 * what it seems to be.
 */
void
peg_worker_hint (PegWorker *self)
{
  g_return_if_fail (PEG_IS_WORKER (self));

  peg_connection_hint (self->connection);
}
