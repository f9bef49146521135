/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-connection"

#include "peg-config.h"

#include "peg-connection.h"

#include "peg-connection-private.h"

/* What a burst of “something changed” messages costs: one question. */
#define REFRESH_AFTER_US (G_USEC_PER_SEC / 5)

/**
 * PegConnection:
 *
 * Keeps a connection to one server, for as long as a person wants one, and tells
 * the [class@Peg.Store] what comes of it.
 *
 * It is a state machine: whatever happens becomes an input, and the table in
 * peg-connection-table.c says what the input does in the state. It never gives
 * up by itself, and never shows as live what is not: the state leaves LIVE in the
 * moment in which anything speaks against it.
 *
 * For one thread: the one whose default main context the clock and the sockets
 * use. Only peg_connection_dup_log() may be called from elsewhere.
 */
G_DEFINE_FINAL_TYPE (PegConnection, peg_connection, G_TYPE_OBJECT)

typedef enum {
  PROP_STORE = 1,
  PROP_CLOCK,
  PROP_RANDOM,
  PROP_NETWORK,
} PegConnectionProperty;

static GParamSpec *props[PROP_NETWORK + 1];

static PegLinkState
shown_state (PegConnectionState state)
{
  switch (state) {
  case PEG_CONNECTION_STOPPED:
    return PEG_LINK_STOPPED;
  case PEG_CONNECTION_CONNECTING:
    return PEG_LINK_CONNECTING;
  case PEG_CONNECTION_AUTHENTICATING:
    return PEG_LINK_AUTHENTICATING;
  case PEG_CONNECTION_SYNCING:
    return PEG_LINK_SYNCING;
  case PEG_CONNECTION_LIVE:
    return PEG_LINK_LIVE;
  case PEG_CONNECTION_WAITING:
  case PEG_CONNECTION_RECONNECTING:
    return PEG_LINK_WAITING;
  case PEG_CONNECTION_POLLING:
    return PEG_LINK_POLLING;
  case PEG_CONNECTION_SUSPENDED:
  case PEG_CONNECTION_RETRYING:
    return PEG_LINK_SUSPENDED;
  case PEG_CONNECTION_ACTION_NEEDED:
    return PEG_LINK_ACTION_NEEDED;
  default:
    g_assert_not_reached ();
  }
}

/*
 * peg_connection_dispatch:
 * @event: the clocks are filled in
 */
void
peg_connection_dispatch (PegConnection *self,
                         PegEvent      *event)
{
  event->mono_us = peg_clock_get_mono_us (self->clock);
  /* What is shown after a sleep is as old as the moment before it. */
  event->wall_us = peg_clock_get_wall_us (self->clock) - self->missed_us;
  peg_store_dispatch (self->store, event);
  peg_connection_emit_told (self, event->kind);
}

/* Shows the connection as it is now. */
void
peg_connection_publish (PegConnection *self)
{
  const PegLinkStatus status = {
    .state = shown_state (self->state),
    .reason = self->reason,
    .attempt = self->attempt,
    .close_code = self->close_code,
    .retry_at_us = self->retry_at_us,
    .rtt_us = self->rtt_us,
    .detail = self->detail,
  };

  peg_connection_dispatch (self, &(PegEvent) { .kind = PEG_EVENT_LINK, .link = &status });
}

/* The one place where the state changes. */
static void
step (PegConnection      *self,
      PegConnectionInput  input)
{
  const PegConnectionTransition *transition = peg_connection_look_up (self->state, input);
  const PegConnectionState old = self->state;

  if (transition->action == NULL) {
    g_debug ("Ignored in %s: %s", peg_connection_state_name (self->state), peg_connection_input_name (input));
    return;
  }

  self->state = transition->next;
  self->delay_us = 0;
  transition->action (self);

  if (self->state != old)
    peg_connection_log (self, old, input);
  peg_connection_publish (self);
  self->missed_us = 0;
}

/*
 * peg_connection_feed:
 *
 * Everything that happens goes through here. What happens because of an input
 * waits until that input is done with.
 */
void
peg_connection_feed (PegConnection      *self,
                     PegConnectionInput  input)
{
  g_array_append_val (self->inputs, input);
  if (self->busy)
    return;

  g_object_ref (self);
  self->busy = TRUE;
  while (self->inputs->len > 0) {
    const PegConnectionInput next = g_array_index (self->inputs, PegConnectionInput, 0);

    g_array_remove_index (self->inputs, 0);
    step (self, next);
  }
  self->busy = FALSE;
  g_object_unref (self);
}

static void
peg_connection_constructed (GObject *object)
{
  PegConnection *self = PEG_CONNECTION (object);

  G_OBJECT_CLASS (peg_connection_parent_class)->constructed (object);

  /* Both say the same: now is a good moment to look. */
  if (self->network != NULL) {
    g_signal_connect_swapped (self->network, "changed", G_CALLBACK (peg_connection_hint), self);
    g_signal_connect_swapped (self->network, "resumed", G_CALLBACK (peg_connection_hint), self);
  }
}

static void
peg_connection_dispose (GObject *object)
{
  PegConnection *self = PEG_CONNECTION (object);

  if (self->clock != NULL)
    peg_connection_clear_timers (self);
  peg_connection_drop_candidate (self);
  if (self->transport != NULL) {
    g_signal_handlers_disconnect_by_data (self->transport, self);
    peg_transport_close (self->transport, PEG_CLOSE_NORMAL, "Client disconnect");
  }

  g_clear_object (&self->transport);
  g_clear_object (&self->dialer);
  g_clear_object (&self->store);
  g_clear_object (&self->clock);
  g_clear_object (&self->random);
  if (self->network != NULL)
    g_signal_handlers_disconnect_by_data (self->network, self);
  g_clear_object (&self->network);

  G_OBJECT_CLASS (peg_connection_parent_class)->dispose (object);
}

static void
peg_connection_finalize (GObject *object)
{
  PegConnection *self = PEG_CONNECTION (object);

  g_clear_pointer (&self->uri, g_free);
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->token, g_free);
  g_clear_pointer (&self->topics, g_strfreev);
  g_clear_pointer (&self->subscribed, g_ptr_array_unref);
  g_clear_pointer (&self->unsubscribed, g_ptr_array_unref);
  g_clear_pointer (&self->inputs, g_array_unref);
  g_clear_pointer (&self->complained, g_hash_table_unref);
  g_clear_pointer (&self->handlers, peg_handlers_free);
  g_clear_pointer (&self->current, peg_wire_message_free);
  g_clear_pointer (&self->detail, g_free);
  g_clear_pointer (&self->target_epoch, g_free);
  peg_position_clear (&self->position);
  g_queue_clear_full (&self->log, g_free);
  g_mutex_clear (&self->log_mutex);

  G_OBJECT_CLASS (peg_connection_parent_class)->finalize (object);
}

static void
peg_connection_set_property (GObject      *object,
                             guint         prop_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  PegConnection *self = PEG_CONNECTION (object);

  /* All are construct only. */
  switch ((PegConnectionProperty) prop_id) {
  case PROP_STORE:
    self->store = g_value_dup_object (value);
    break;
  case PROP_CLOCK:
    self->clock = g_value_dup_object (value);
    break;
  case PROP_RANDOM:
    self->random = g_value_dup_object (value);
    break;
  case PROP_NETWORK:
    self->network = g_value_dup_object (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    break;
  }
}

static void
peg_connection_class_init (PegConnectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags construct_only =
    G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = peg_connection_constructed;
  object_class->dispose = peg_connection_dispose;
  object_class->finalize = peg_connection_finalize;
  object_class->set_property = peg_connection_set_property;

  /**
   * PegConnection:store:
   *
   * Where everything that happens is told.
   */
  props[PROP_STORE] =
    g_param_spec_object ("store", NULL, NULL, PEG_TYPE_STORE, construct_only);

  /**
   * PegConnection:clock:
   *
   * The time and the timers.
   */
  props[PROP_CLOCK] =
    g_param_spec_object ("clock", NULL, NULL, PEG_TYPE_CLOCK, construct_only);

  /**
   * PegConnection:random:
   *
   * What spreads the attempts.
   */
  props[PROP_RANDOM] =
    g_param_spec_object ("random", NULL, NULL, PEG_TYPE_RANDOM, construct_only);

  /**
   * PegConnection:network:
   *
   * What this computer notices of its network; %NULL: nothing.
   */
  props[PROP_NETWORK] =
    g_param_spec_object ("network", NULL, NULL, PEG_TYPE_NETWORK, construct_only);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);

  peg_connection_install_signals ();
}

static void
peg_connection_init (PegConnection *self)
{
  self->inputs = g_array_new (FALSE, FALSE, sizeof (PegConnectionInput));
  self->complained = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->subscribed = g_ptr_array_new_with_free_func (g_free);
  self->unsubscribed = g_ptr_array_new_with_free_func (g_free);
  self->handlers = peg_handlers_new ();
  peg_connection_add_own_handlers (self);
  self->rtt_us = -1;
  peg_position_init (&self->position);
  g_mutex_init (&self->log_mutex);
  g_queue_init (&self->log);
}

/**
 * peg_connection_new:
 * @store: where everything that happens is told
 * @clock: the time and the timers
 * @random: what spreads the attempts
 *
 * Returns: (transfer full): a connection that is stopped
 */
PegConnection *
peg_connection_new (PegStore  *store,
                    PegClock  *clock,
                    PegRandom *random)
{
  return peg_connection_new_with_network (store, clock, random, NULL);
}

/**
 * peg_connection_new_with_network:
 * @store: where everything that happens is told
 * @clock: the time and the timers
 * @random: what spreads the attempts
 * @network: (nullable): what this computer notices of its network; its signals
 *   come in the thread of the connection
 *
 * Returns: (transfer full): a connection that is stopped
 */
PegConnection *
peg_connection_new_with_network (PegStore   *store,
                                 PegClock   *clock,
                                 PegRandom  *random,
                                 PegNetwork *network)
{
  return g_object_new (PEG_TYPE_CONNECTION,
                       "store", store,
                       "clock", clock,
                       "random", random,
                       "network", network,
                       NULL);
}

/**
 * peg_connection_start:
 * @self: a connection
 * @target: what to connect to
 *
 * Connects, and keeps connected until peg_connection_stop(). A connection to
 * another target is closed.
 */
void
peg_connection_start (PegConnection             *self,
                      const PegConnectionTarget *target)
{
  g_return_if_fail (PEG_IS_CONNECTION (self));
  g_return_if_fail (target != NULL);

  /* What was learned about one server says nothing about another. */
  if (g_strcmp0 (self->uri, target->uri) != 0) {
    self->pongs = FALSE;
    self->pinged = FALSE;
    self->ping_ms = 0;
    self->window_ms = 0;
    self->poll_ms = 0;
    self->knows_dialect = FALSE;
    self->dialect = PEG_DIALECT_CLASSIC;
    self->diagnosis = (PegDiagnosis) { 0 };
    self->candidate_at_us = 0;
    g_hash_table_remove_all (self->complained);
  }

  g_free (self->uri);
  self->uri = g_strdup (target->uri);
  g_free (self->user);
  self->user = g_strdup (target->user);
  g_free (self->token);
  self->token = g_strdup (target->token);
  self->auth_mode = target->auth_mode;
  self->policy = target->policy;
  peg_connection_set_topics (self, target->topics);
  g_set_object (&self->dialer, target->dialer);

  peg_connection_feed (self, PEG_CONNECTION_START);
}

/**
 * peg_connection_stop:
 * @self: a connection
 *
 * Closes the connection and does not make another.
 */
void
peg_connection_stop (PegConnection *self)
{
  g_return_if_fail (PEG_IS_CONNECTION (self));

  peg_connection_feed (self, PEG_CONNECTION_STOP);
}

/**
 * peg_connection_retry_now:
 * @self: a connection
 *
 * Does not wait any longer; when live, looks whether that is still true.
 */
void
peg_connection_retry_now (PegConnection *self)
{
  g_return_if_fail (PEG_IS_CONNECTION (self));

  if (self->uri != NULL && !peg_connection_notice_sleep (self))
    peg_connection_feed (self, PEG_CONNECTION_RETRY_NOW);
}

/**
 * peg_connection_hint:
 * @self: a connection
 *
 * Something here has changed, or somebody looks again after a while: the network,
 * the end of a sleep, the window. That proves nothing, but it is a good moment to
 * look.
 */
void
peg_connection_hint (PegConnection *self)
{
  g_return_if_fail (PEG_IS_CONNECTION (self));

  if (self->uri != NULL && !peg_connection_notice_sleep (self))
    peg_connection_feed (self, PEG_CONNECTION_HINT);
}

/**
 * peg_connection_refresh:
 * @self: a connection
 *
 * Asks the server for the list, soon, if there is a way to it; if there is none,
 * the list comes anyway when there is.
 */
void
peg_connection_refresh (PegConnection *self)
{
  g_return_if_fail (PEG_IS_CONNECTION (self));

  peg_connection_poll_soon (self);
  if (self->transport != NULL && self->timers[PEG_CONNECTION_TIMER_REFRESH] == 0)
    peg_connection_set_timer (self, PEG_CONNECTION_TIMER_REFRESH, REFRESH_AFTER_US);
}

/**
 * peg_connection_get_list_serial:
 * @self: a connection
 *
 * Returns: a number that grows with everything that the server tells about its
 *   files through the socket, and whenever the computer slept
 */
guint
peg_connection_get_list_serial (PegConnection *self)
{
  g_return_val_if_fail (PEG_IS_CONNECTION (self), 0);

  /* Where no socket is open, nobody else notices. */
  if (peg_connection_slept_since (self, self->serial_asleep_us)) {
    self->serial_asleep_us = peg_connection_get_asleep_us (self);
    self->list_serial++;
  }

  return self->list_serial;
}

/**
 * peg_connection_get_state:
 * @self: a connection
 *
 * Returns: the state, as it is shown
 */
PegLinkState
peg_connection_get_state (PegConnection *self)
{
  g_return_val_if_fail (PEG_IS_CONNECTION (self), PEG_LINK_STOPPED);

  return shown_state (self->state);
}

/**
 * peg_connection_get_dialect:
 * @self: a connection
 *
 * Returns: how the server talked when it last did
 */
PegDialect
peg_connection_get_dialect (PegConnection *self)
{
  g_return_val_if_fail (PEG_IS_CONNECTION (self), PEG_DIALECT_CLASSIC);

  return self->dialect;
}

/**
 * peg_connection_get_window_ms:
 * @self: a connection
 *
 * Returns: over how long the server wants its clients to spread their attempts,
 *   ms; 0: it never said
 */
guint
peg_connection_get_window_ms (PegConnection *self)
{
  g_return_val_if_fail (PEG_IS_CONNECTION (self), 0);

  return self->window_ms;
}

/**
 * peg_connection_set_window_ms:
 * @self: a connection
 * @window_ms: what the server said in an earlier run; 0: it did not
 *
 * Reminds the connection of what peg_connection_get_window_ms() was. To be called
 * after peg_connection_start(), which forgets what another server said.
 */
void
peg_connection_set_window_ms (PegConnection *self,
                              guint          window_ms)
{
  g_return_if_fail (PEG_IS_CONNECTION (self));

  self->window_ms = window_ms;
}
