/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-websocket"

#include "peg-config.h"

#include "peg-websocket.h"

#include "peg-websocket-private.h"

static void dialer_iface_init (PegDialerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PegWebsocketDialer, peg_websocket_dialer, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PEG_TYPE_DIALER, dialer_iface_init))

static void
left_cb (SoupWebsocketConnection *connection,
         PegWebsocketDialer      *dialer)
{
  g_signal_handlers_disconnect_by_data (connection, dialer);
  g_ptr_array_remove_fast (dialer->leaving, connection);
}

/*
 * peg_websocket_dialer_leave:
 * @connection: a socket that nobody listens to any more
 * @code: what to tell the other side
 * @reason: (nullable): likewise
 *
 * Lets the close frame go out, without anybody waiting for it.
 */
void
peg_websocket_dialer_leave (PegWebsocketDialer      *dialer,
                            SoupWebsocketConnection *connection,
                            guint                    code,
                            const char              *reason)
{
  if (soup_websocket_connection_get_state (connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (connection, (gushort) code, reason);

  if (soup_websocket_connection_get_state (connection) == SOUP_WEBSOCKET_STATE_CLOSED)
    return;

  g_ptr_array_add (dialer->leaving, g_object_ref (connection));
  g_signal_connect (connection, "closed", G_CALLBACK (left_cb), dialer);
}

static PegTransport *
peg_websocket_dialer_make_transport (PegDialer *dialer)
{
  return peg_websocket_new (PEG_WEBSOCKET_DIALER (dialer));
}

static void
dialer_iface_init (PegDialerInterface *iface)
{
  iface->make_transport = peg_websocket_dialer_make_transport;
}

static void
peg_websocket_dialer_dispose (GObject *object)
{
  PegWebsocketDialer *self = PEG_WEBSOCKET_DIALER (object);

  for (guint i = 0; self->leaving != NULL && i < self->leaving->len; i++)
    g_signal_handlers_disconnect_by_data (self->leaving->pdata[i], self);
  g_clear_pointer (&self->leaving, g_ptr_array_unref);

  if (self->session != NULL)
    soup_session_abort (self->session);
  g_clear_object (&self->session);
  g_clear_object (&self->identity);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (peg_websocket_dialer_parent_class)->dispose (object);
}

static void
peg_websocket_dialer_class_init (PegWebsocketDialerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = peg_websocket_dialer_dispose;
}

static void
peg_websocket_dialer_init (PegWebsocketDialer *self)
{
  self->leaving = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * peg_websocket_dialer_new_as:
 * @clock: the time
 * @identity: who this is, and whom to trust
 *
 * Makes WebSockets that live in the main context that is now the thread's
 * default. An @identity that cannot be used makes every attempt fail, with its
 * reason, and its error as the detail; nothing is trusted instead.
 *
 * Returns: (transfer full): a dialer
 */
PegDialer *
peg_websocket_dialer_new_as (PegClock    *clock,
                             PegIdentity *identity)
{
  PegWebsocketDialer *self;

  g_return_val_if_fail (PEG_IS_CLOCK (clock), NULL);
  g_return_val_if_fail (PEG_IS_IDENTITY (identity), NULL);

  self = g_object_new (PEG_TYPE_WEBSOCKET_DIALER, NULL);
  self->clock = g_object_ref (clock);
  self->identity = g_object_ref (identity);

  /* No time-out: it would count for each operation, and a quiet socket is a
   * good one. Whoever opens the socket minds the time. */
  self->session = peg_identity_make_session (identity, 2, 0);

  return PEG_DIALER (self);
}

/**
 * peg_websocket_dialer_new:
 * @clock: the time
 * @token: (nullable): sent with every handshake; never logged
 * @ca_file: (nullable): absolute path of the only CA to be trusted, PEM
 *
 * Like peg_websocket_dialer_new_as(), for whoever has nothing but a token.
 *
 * Returns: (transfer full): a dialer
 */
PegDialer *
peg_websocket_dialer_new (PegClock   *clock,
                          const char *token,
                          const char *ca_file)
{
  g_autoptr (PegIdentity) identity = NULL;

  identity = peg_identity_new (&(PegIdentityConfig) { .token = token, .ca_file = ca_file });

  return peg_websocket_dialer_new_as (clock, identity);
}

/**
 * peg_websocket_dialer_set_turn:
 * @self: a dialer
 * @turn: (nullable): what gets a turn while messages pour in
 * @user_data: for @turn; must stay until another is set
 *
 * Timers of the clock get a turn in any case.
 */
void
peg_websocket_dialer_set_turn (PegWebsocketDialer   *self,
                               PegWebsocketTurnFunc  turn,
                               gpointer              user_data)
{
  g_return_if_fail (PEG_IS_WEBSOCKET_DIALER (self));

  self->turn = turn;
  self->turn_data = user_data;
}
