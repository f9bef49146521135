/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-worker"

#include "peg-config.h"

#include "peg-worker.h"

#include "peg-websocket.h"
#include "peg-worker-private.h"

/* How long the last requests may take to notice that they are cancelled. */
#define SHUT_DOWN_US (2 * (gint64) G_USEC_PER_SEC)

/**
 * PegWorker:
 *
 * Does what [class@Peg.Link] promises, in one thread: keeps the connection, asks
 * for things, and sees to it that whatever is under way ends.
 *
 * Everything but peg_worker_new() and peg_worker_dup_log() is called in that
 * thread, with its main context as the default.
 */
G_DEFINE_FINAL_TYPE (PegWorker, peg_worker, G_TYPE_OBJECT)

typedef enum {
  SIGNAL_TOKEN_CHANGED,
} PegWorkerSignal;

static guint signals[SIGNAL_TOKEN_CHANGED + 1];

/*
 * peg_worker_dispatch:
 * @event: the clocks are filled in
 */
void
peg_worker_dispatch (PegWorker *self,
                     PegEvent  *event)
{
  event->mono_us = peg_clock_get_mono_us (self->clock);
  event->wall_us = peg_clock_get_wall_us (self->clock);
  peg_store_dispatch (self->store, event);
}

static void
opened_cb (PegConnection *connection,
           PegWorker     *self)
{
  const PegDialect dialect = peg_connection_get_dialect (connection);

  peg_client_set_dialect (self->client, dialect);

  /* In the newer dialect the greeting tells it. */
  if (dialect == PEG_DIALECT_CLASSIC)
    peg_worker_ask_config (self);
}

static void
told_cb (PegConnection *connection,
         guint          kind,
         PegWorker     *self)
{
  peg_worker_cache_note (self, (PegEventKind) kind);
  peg_worker_tidy_note (self, (PegEventKind) kind);
  peg_worker_outbox_note (self, (PegEventKind) kind);
}

/*
 * peg_worker_cancel_asides:
 *
 * Whatever is asked for by the way is not wanted any more.
 */
void
peg_worker_cancel_asides (PegWorker *self)
{
  g_cancellable_cancel (self->asides);
  g_clear_object (&self->asides);
  self->asides = g_cancellable_new ();
}

static void
turn_cb (gpointer user_data)
{
  PegWorker *self = user_data;

  if (self->turn != NULL)
    self->turn (self->turn_data);
}

/* Sockets that are on their way out may hold a dialer longer than we are there. */
static void
drop_dialer (PegDialer **dialer)
{
  if (*dialer != NULL)
    peg_websocket_dialer_set_turn (PEG_WEBSOCKET_DIALER (*dialer), NULL, NULL);
  g_clear_object (dialer);
}

static void
peg_worker_dispose (GObject *object)
{
  PegWorker *self = PEG_WORKER (object);

  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_pointer (&self->running, g_ptr_array_unref);
  g_clear_object (&self->asides);
  g_clear_object (&self->poll);
  g_clear_object (&self->transfers);
  g_clear_object (&self->connection);
  g_clear_object (&self->client);
  drop_dialer (&self->dialer);
  drop_dialer (&self->last_dialer);
  g_clear_object (&self->identity);
  if (self->clock != NULL) {
    peg_clock_cancel (self->clock, &self->cache_timer);
    peg_clock_cancel (self->clock, &self->tidy_timer);
  }
  if (self->clock != NULL)
    peg_worker_outbox_close (self);
  g_clear_object (&self->store);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->cache_folder, g_free);
  g_clear_pointer (&self->outbox_folder, g_free);

  G_OBJECT_CLASS (peg_worker_parent_class)->dispose (object);
}

/*
 * peg_worker_emit_token:
 * @user: (nullable): whose it is
 *
 * Tells whoever keeps the token that it is another one, or none, now.
 */
void
peg_worker_emit_token (PegWorker  *self,
                       const char *user)
{
  g_signal_emit (self, signals[SIGNAL_TOKEN_CHANGED], 0,
                 peg_identity_get_token (self->identity), user,
                 (guint) peg_identity_get_mode (self->identity));

  /* What was refused for want of a token goes on, also while the socket stays
   * live. */
  if (self->outbox != NULL && peg_identity_get_token (self->identity) != NULL)
    peg_worker_outbox_resume_later (self, 0);
}

static void
peg_worker_class_init (PegWorkerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = peg_worker_dispose;

  /**
   * PegWorker::token-changed:
   * @self: the worker
   * @token: (nullable): the token from now on; %NULL: there is none any more
   * @user: (nullable): whose it is; %NULL: as before
   * @mode: how it is shown, a #PegAuthMode
   *
   * The token is another one. Emitted in the worker’s thread.
   */
  signals[SIGNAL_TOKEN_CHANGED] =
    g_signal_new ("token-changed", PEG_TYPE_WORKER, G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_UINT);
}

static void
peg_worker_init (PegWorker *self)
{
  self->asides = g_cancellable_new ();
  self->running = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_worker_run_free);
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
  return peg_worker_new_with_network (store, clock, random, NULL);
}

/**
 * peg_worker_new_with_network:
 * @store: what is known, and where everything is told
 * @clock: the time and the timers
 * @random: what spreads the attempts
 * @network: (nullable): what this computer notices of its network; its signals
 *   come in the thread of the worker
 *
 * May be called from a thread other than the worker’s.
 *
 * Returns: (transfer full): a worker
 */
PegWorker *
peg_worker_new_with_network (PegStore   *store,
                             PegClock   *clock,
                             PegRandom  *random,
                             PegNetwork *network)
{
  PegWorker *self;

  g_return_val_if_fail (PEG_IS_STORE (store), NULL);

  self = g_object_new (PEG_TYPE_WORKER, NULL);
  self->store = g_object_ref (store);
  self->clock = g_object_ref (clock);
  self->connection = peg_connection_new_with_network (store, clock, random, network);
  self->transfers = peg_transfers_new (self->connection, clock);
  g_signal_connect (self->connection, "opened", G_CALLBACK (opened_cb), self);
  g_signal_connect (self->connection, "told", G_CALLBACK (told_cb), self);
  peg_worker_watch_polls (self);
  g_signal_connect (self->connection, "need-token", G_CALLBACK (peg_worker_need_token_cb), self);

  return self;
}

/**
 * peg_worker_set_cache:
 * @self: a worker
 * @folder: (nullable): where to keep what servers told last; %NULL: nowhere
 *
 * Called before the first connection. May be called from a thread other than the
 * worker’s, before that thread runs.
 */
void
peg_worker_set_cache (PegWorker  *self,
                      const char *folder)
{
  g_return_if_fail (PEG_IS_WORKER (self));

  g_free (self->cache_folder);
  self->cache_folder = g_strdup (folder);
}

/**
 * peg_worker_set_outbox:
 * @self: a worker
 * @folder: (nullable): where to keep actions before they are sent; %NULL: nowhere
 * @resume: whether what an earlier run left is sent unasked
 *
 * Called before the first connection.
 */
void
peg_worker_set_outbox (PegWorker  *self,
                       const char *folder,
                       gboolean    resume)
{
  g_return_if_fail (PEG_IS_WORKER (self));

  g_free (self->outbox_folder);
  self->outbox_folder = g_strdup (folder);
  self->outbox_resumes = resume;
}

/* From now on everything is about this server. */
static void
choose (PegWorker             *self,
        const PegWorkerTarget *target)
{
  if (g_strcmp0 (self->url, target->address->http) != 0 ||
      g_strcmp0 (self->user, target->user) != 0)
    self->window_ms = 0;

  peg_worker_tidy_note (self, PEG_EVENT_SERVER);
  peg_worker_dispatch (self, &(PegEvent) {
    .kind = PEG_EVENT_SERVER,
    .server = {
      .url = target->address->label,
      .user = target->user,
      .shared = target->shared,
      .choice = target->choice,
    },
  });
  g_free (self->url);
  g_free (self->user);
  self->url = g_strdup (target->address->http);
  self->user = g_strdup (target->user);
  self->transient = target->transient;
  self->shared = target->shared;
}

/**
 * peg_worker_preload:
 * @self: a worker
 * @target: the server that peg_worker_connect() will be called with, as soon as
 *   what it needs is there; only its address, its user and whether anything of it
 *   is kept count
 *
 * Shows what is kept of a server, and that it is being connected to. For the start:
 * reading the tree takes a while, and so do the window and the keyring, which
 * therefore need not be waited for.
 */
void
peg_worker_preload (PegWorker             *self,
                    const PegWorkerTarget *target)
{
  const PegLinkStatus status = { .state = PEG_LINK_CONNECTING, .rtt_us = -1 };

  g_return_if_fail (PEG_IS_WORKER (self));
  g_return_if_fail (target != NULL);

  /* Too late. */
  if (self->url != NULL)
    return;

  choose (self, target);
  peg_worker_dispatch (self, &(PegEvent) { .kind = PEG_EVENT_LINK, .link = &status });
  peg_worker_cache_load (self);
}

/**
 * peg_worker_set_turn:
 * @self: a worker
 * @turn: (nullable): does what the worker was asked for meanwhile
 * @user_data: for @turn
 *
 * Called while a server does not fall silent, when the thread has kept its main
 * loop waiting for long.
 */
void
peg_worker_set_turn (PegWorker         *self,
                     PegWorkerTurnFunc  turn,
                     gpointer           user_data)
{
  g_return_if_fail (PEG_IS_WORKER (self));

  self->turn = turn;
  self->turn_data = user_data;
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
  gboolean same;

  g_return_if_fail (PEG_IS_WORKER (self));
  g_return_if_fail (target != NULL);

  same = g_strcmp0 (self->url, target->address->http) == 0 &&
         g_strcmp0 (self->user, target->user) == 0;

  /* First the old server falls silent, then another is chosen: nothing of the
   * old one may be taken for the new one’s. */
  peg_connection_stop (self->connection);
  peg_transfers_end_all (self->transfers);
  peg_worker_cancel_asides (self);
  if (!same)
    peg_worker_cancel_jobs (self, FALSE);
  peg_worker_cache_flush (self);
  peg_worker_cancel_polls (self);
  g_clear_object (&self->client);
  drop_dialer (&self->last_dialer);
  self->last_dialer = g_steal_pointer (&self->dialer);

  choose (self, target);
  self->notes_us = 0;
  self->no_notes = FALSE;
  peg_worker_cache_load (self);
  peg_worker_outbox_open (self, same);

  g_clear_object (&self->identity);
  self->identity = peg_identity_new (&target->identity);
  self->client = peg_client_new (self->store, self->clock, &(PegClientTarget) {
    .http = target->address->http,
    .user = target->user,
    .station = target->station,
    .identity = self->identity,
  });
  peg_client_set_transfers (self->client, self->transfers);
  self->dialer = peg_websocket_dialer_new_as (self->clock, self->identity);
  peg_websocket_dialer_set_turn (PEG_WEBSOCKET_DIALER (self->dialer), turn_cb, self);

  peg_worker_begin_session (self);
  peg_connection_start (self->connection, &(PegConnectionTarget) {
    .uri = target->address->socket,
    .user = target->user,
    .token = target->identity.token,
    .auth_mode = target->identity.mode,
    .policy = target->policy,
    .dialer = self->dialer,
    .topics = target->topics,
  });
  if (self->window_ms != 0)
    peg_connection_set_window_ms (self->connection, self->window_ms);
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

  peg_clock_cancel (self->clock, &self->tidy_timer);
  peg_connection_stop (self->connection);
  peg_worker_cancel_polls (self);
  peg_worker_end_session (self);
  peg_worker_cancel_asides (self);
  peg_worker_cancel_jobs (self, FALSE);

  /* A close frame goes out with the next turns of the loop; nobody waits for
   * the answer. */
  for (guint i = 0; i < 16 && g_main_context_iteration (context, FALSE); i++)
    continue;

  watch (&client, self->client);
  watch (&dialer, self->dialer);
  g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->transfers);
  g_clear_object (&self->connection);
  g_clear_object (&self->client);
  drop_dialer (&self->dialer);
  drop_dialer (&self->last_dialer);

  g_source_set_callback (wake, wake_cb, NULL, NULL);
  g_source_attach (wake, context);
  while ((client != NULL || dialer != NULL || self->running->len > 0 || self->cache_saving) &&
         g_get_monotonic_time () < give_up_us)
    g_main_context_iteration (context, TRUE);
  g_source_destroy (wake);

  if (client != NULL || dialer != NULL || self->running->len > 0)
    g_info ("Something is still under way, and is left behind");

  g_clear_weak_pointer (&client);
  g_clear_weak_pointer (&dialer);

  peg_worker_outbox_close (self);
  peg_worker_cache_flush (self);
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
