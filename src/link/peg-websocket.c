/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-websocket"

#include "peg-config.h"

#include "peg-websocket.h"

#include "peg-http.h"
#include "peg-tls.h"
#include "peg-websocket-private.h"
#include "peg-wire.h"

#include <string.h>
#include <sys/socket.h>

/* When the other side has begun to close, or libsoup has given up on it, no
 * message comes any more, but libsoup waits 5 s for the end of the stream
 * (measured). What is shown would look live for as long. */
#define CLOSING_GRACE_US (G_USEC_PER_SEC / 2)

/* libsoup reads until there is nothing left to be read, in one dispatch: of a server
 * that sends as fast as it is heard there always is something left, and neither a
 * timer nor what a person asks for would ever get a turn. So everything else gets
 * one after this time; it costs a message no more than a look at the clock. */
#define TURN_AFTER_US (10 * 1000)

/* How long the reason in a close frame may be, bytes (RFC 6455, 5.5). */
#define MAX_REASON 123

#define PEG_TYPE_WEBSOCKET (peg_websocket_get_type ())

G_DECLARE_FINAL_TYPE (PegWebsocket, peg_websocket, PEG, WEBSOCKET, GObject)

/*
 * PegWebsocket:
 *
 * One socket on libsoup.
 */
struct _PegWebsocket
{
  GObject parent_instance;

  PegWebsocketDialer *dialer;          /* (owned) (not nullable) */
  SoupMessage *handshake;              /* (owned) (nullable) */
  GSocket *socket;                     /* (owned) (nullable): once it is connected */
  GCancellable *cancellable;           /* (owned) (not nullable) */
  SoupWebsocketConnection *connection; /* (owned) (nullable): once it is open */
  PegLinkReason failure;               /* why it cannot even be tried */
  gint64 turn_us;                      /* when everything else last had a turn, monotonic */
  guint timer;
  guint error_code;                    /* a close code; 0: no error was told */
  gboolean failed;                     /* libsoup told an error */
  gboolean closing;                    /* it said that the end has begun */
  gboolean doubted;                    /* it may not be open at all: see is_at_end() */
  gboolean done;                       /* closed, by either side */
};

static void transport_iface_init (PegTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PegWebsocket, peg_websocket, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PEG_TYPE_TRANSPORT, transport_iface_init))

static void
end (PegWebsocket          *self,
     const PegTransportEnd *how)
{
  if (self->done)
    return;

  self->done = TRUE;
  peg_clock_cancel (self->dialer->clock, &self->timer);
  peg_transport_emit_closed (PEG_TRANSPORT (self), how);
}

static guint
get_end_code (PegWebsocket *self,
              const char   *reason)
{
  const guint code = soup_websocket_connection_get_close_code (self->connection);

  /* These libsoup does not know: it tells an error, but the code is the truth. */
  if (code >= PEG_CLOSE_SERVICE_RESTART && code <= PEG_CLOSE_BAD_GATEWAY)
    return code;

  /* Of a close frame that is wrong in another way, it keeps the code too. */
  if (self->error_code != 0)
    return self->error_code;

  /* Without a close frame there is no code. */
  if (code == 0)
    return PEG_CLOSE_ABNORMAL;

  return reason != NULL && strlen (reason) > MAX_REASON ? PEG_CLOSE_PROTOCOL_ERROR : code;
}

static void
end_open (PegWebsocket *self)
{
  const char *reason = soup_websocket_connection_get_close_data (self->connection);

  if (self->doubted && soup_websocket_connection_get_close_code (self->connection) == 0) {
    end (self, &(PegTransportEnd) { .reason = PEG_LINK_REASON_LOST });
    return;
  }

  end (self, &(PegTransportEnd) {
    .was_open = TRUE,
    .code = get_end_code (self, reason),
    .detail = reason,
  });
}

static void
grace_over_cb (gpointer user_data)
{
  PegWebsocket *self = PEG_WEBSOCKET (user_data);

  self->timer = 0;
  end_open (self);
}

static void
start_grace (PegWebsocket *self)
{
  if (self->timer == 0 && !self->done)
    self->timer = peg_clock_add (self->dialer->clock, "[peg] closing", CLOSING_GRACE_US,
                                 grace_over_cb, self);
}

/* Ends the connection for something that libsoup lets pass. */
static void
fail (PegWebsocket *self,
      guint         code)
{
  self->failed = TRUE;
  self->error_code = code;
  if (soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (self->connection, (gushort) code, NULL);
  end_open (self);
}

static void
tell_opened (PegWebsocket *self)
{
  self->doubted = FALSE;
  peg_transport_emit_opened (PEG_TRANSPORT (self),
                             soup_websocket_connection_get_protocol (self->connection));
}

/* Lets others have a turn. The main loop itself is not iterated: what libsoup does
 * for this socket when it has a turn would pull away what it is reading.
 *
 * Where a burst begins cannot be seen from here, so the first message after a quiet
 * while gives a turn as well, although the main loop just had its own: that costs a
 * look at the timers, and does no harm. */
static void
give_turn (PegWebsocket *self)
{
  PegWebsocketDialer *dialer = self->dialer;

  if (peg_clock_get_mono_us (dialer->clock) - self->turn_us < TURN_AFTER_US)
    return;

  peg_clock_run_due (dialer->clock);
  if (dialer->turn != NULL)
    dialer->turn (dialer->turn_data);
  self->turn_us = peg_clock_get_mono_us (dialer->clock);
}

static void
take (PegWebsocket          *self,
      SoupWebsocketDataType  type,
      GBytes                *message)
{
  /* After an error libsoup may still deliver what it had read. */
  if (self->failed || self->done)
    return;

  if (self->doubted)
    tell_opened (self);
  if (self->done)
    return;

  /* libsoup’s own limit is for each frame, before decompression. */
  if (g_bytes_get_size (message) > PEG_WIRE_MAX_BYTES) {
    fail (self, PEG_CLOSE_TOO_BIG);
    return;
  }

  if (type == SOUP_WEBSOCKET_DATA_TEXT)
    peg_transport_emit_message (PEG_TRANSPORT (self), message);
  else
    peg_transport_emit_binary (PEG_TRANSPORT (self), message);
}

static void
message_cb (SoupWebsocketConnection *connection,
            SoupWebsocketDataType    type,
            GBytes                  *message,
            PegWebsocket            *self)
{
  g_object_ref (self);
  take (self, type, message);
  give_turn (self);
  g_object_unref (self);
}

static void
error_cb (SoupWebsocketConnection *connection,
          GError                  *error,
          PegWebsocket            *self)
{
  /* What comes after the close frame means nothing any more. */
  if (self->failed || self->closing)
    return;

  g_debug ("The socket failed: %s", error->message);

  self->failed = TRUE;
  if (error->domain == SOUP_WEBSOCKET_ERROR && error->code >= PEG_CLOSE_NORMAL)
    self->error_code = (guint) error->code;
  start_grace (self);
}

static void
closing_cb (SoupWebsocketConnection *connection,
            PegWebsocket            *self)
{
  self->closing = TRUE;
  start_grace (self);
}

static void
closed_cb (SoupWebsocketConnection *connection,
           PegWebsocket            *self)
{
  end_open (self);
}

static void
refuse (PegWebsocket *self,
        const GError *error)
{
  const guint status = soup_message_get_status (self->handshake);
  g_autofree char *detail = NULL;
  PegTransportEnd how = { 0 };

  /* A refused upgrade is only “not a WebSocket” to libsoup; what the server
   * answered is on the request. */
  if (status != SOUP_STATUS_NONE && status != SOUP_STATUS_SWITCHING_PROTOCOLS &&
      error->domain == SOUP_WEBSOCKET_ERROR) {
    how.http_status = status;
    how.reason = PEG_LINK_REASON_NOT_A_SERVER;
    how.detail = soup_message_get_reason_phrase (self->handshake);
    how.retry_after_us = peg_http_retry_after_us (self->handshake);
  } else {
    how.reason = peg_tls_judge (self->handshake, error, &detail);
    how.detail = detail;
  }

  end (self, &how);
}

static void
network_event_cb (SoupMessage        *message,
                  GSocketClientEvent  event,
                  GIOStream          *connection,
                  PegWebsocket       *self)
{
  if (event == G_SOCKET_CLIENT_CONNECTED && G_IS_SOCKET_CONNECTION (connection))
    g_set_object (&self->socket,
                  g_socket_connection_get_socket (G_SOCKET_CONNECTION (connection)));
}

/* Whether the server has ended the stream already. libsoup takes the end for the
 * end of the head of the answer, too: of a head that was cut short, the line that
 * names the sub-protocol may be missing, and the server would be taken for one
 * that does not speak it. A message or a close frame proves that the head was
 * whole. */
static gboolean
is_at_end (PegWebsocket *self)
{
  char octet;

  return self->socket != NULL &&
         recv (g_socket_get_fd (self->socket), &octet, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

static void
connected_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (PegWebsocket) self = g_steal_pointer (&user_data);
  g_autoptr (SoupWebsocketConnection) connection = NULL;
  g_autoptr (GError) error = NULL;

  connection = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);

  if (self->done) {
    /* Nobody wants it any more. */
    if (connection != NULL)
      peg_websocket_dialer_leave (self->dialer, connection, PEG_CLOSE_NORMAL, "Client disconnect");
    return;
  }

  if (connection == NULL) {
    refuse (self, error);
    return;
  }

  /* The default, 128 KiB, would end the connection with the first list of some
   * 540 files; no limit at all would be CVE-2026-0716. */
  soup_websocket_connection_set_max_incoming_payload_size (connection, PEG_WIRE_MAX_BYTES);

  /* Here and now: a turn of the main loop later, the first message is lost. */
  self->connection = g_steal_pointer (&connection);
  g_signal_connect (self->connection, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (self->connection, "error", G_CALLBACK (error_cb), self);
  g_signal_connect (self->connection, "closing", G_CALLBACK (closing_cb), self);
  g_signal_connect (self->connection, "closed", G_CALLBACK (closed_cb), self);

  self->doubted = is_at_end (self);
  if (!self->doubted)
    tell_opened (self);
}

static void
cannot_open_cb (gpointer user_data)
{
  PegWebsocket *self = PEG_WEBSOCKET (user_data);
  const GError *error = peg_identity_get_error (self->dialer->identity);

  self->timer = 0;
  end (self, &(PegTransportEnd) {
    .reason = self->failure,
    .detail = error != NULL ? error->message : NULL,
  });
}

static void
peg_websocket_open (PegTransport       *transport,
                    const char         *uri,
                    const char * const *protocols)
{
  PegWebsocket *self = PEG_WEBSOCKET (transport);

  g_return_if_fail (self->handshake == NULL);

  if (self->dialer->session == NULL)
    self->failure = peg_identity_get_failure (self->dialer->identity);
  else
    self->handshake = peg_identity_make_message (self->dialer->identity, SOUP_METHOD_GET, uri,
                                                 PEG_IDENTITY_SOCKET, &self->failure);

  if (self->handshake == NULL) {
    self->timer = peg_clock_add (self->dialer->clock, "[peg] cannot open", 0,
                                 cannot_open_cb, self);
    return;
  }

  g_signal_connect_object (self->handshake, "network-event", G_CALLBACK (network_event_cb), self,
                           0);

  /* For none at all libsoup would send an empty line. */
  soup_session_websocket_connect_async (self->dialer->session, self->handshake, NULL,
                                        protocols != NULL && protocols[0] != NULL ? (char **) protocols : NULL,
                                        G_PRIORITY_DEFAULT,
                                        self->cancellable, connected_cb, g_object_ref (self));
}

/* To send when the socket is not open is a critical for libsoup, and the message
 * is lost. */
static gboolean
can_send (PegWebsocket *self)
{
  return self->connection != NULL && !self->failed && !self->done &&
         soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN;
}

static gboolean
peg_websocket_send_text (PegTransport *transport,
                         const char   *text)
{
  PegWebsocket *self = PEG_WEBSOCKET (transport);

  if (!can_send (self))
    return FALSE;

  soup_websocket_connection_send_text (self->connection, text);

  return TRUE;
}

static gboolean
send_bytes (PegTransport          *transport,
            SoupWebsocketDataType  type,
            GBytes                *bytes)
{
  PegWebsocket *self = PEG_WEBSOCKET (transport);

  if (!can_send (self))
    return FALSE;

  soup_websocket_connection_send_message (self->connection, type, bytes);

  return TRUE;
}

static gboolean
peg_websocket_send_text_bytes (PegTransport *transport,
                               GBytes       *text)
{
  return send_bytes (transport, SOUP_WEBSOCKET_DATA_TEXT, text);
}

static gboolean
peg_websocket_send_binary (PegTransport *transport,
                           GBytes       *bytes)
{
  return send_bytes (transport, SOUP_WEBSOCKET_DATA_BINARY, bytes);
}

static void
peg_websocket_close (PegTransport *transport,
                     guint         code,
                     const char   *reason)
{
  PegWebsocket *self = PEG_WEBSOCKET (transport);

  self->done = TRUE;
  peg_clock_cancel (self->dialer->clock, &self->timer);
  g_cancellable_cancel (self->cancellable);

  if (self->connection == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->connection, self);
  peg_websocket_dialer_leave (self->dialer, self->connection, code, reason);
  g_clear_object (&self->connection);
}

static void
transport_iface_init (PegTransportInterface *iface)
{
  iface->open = peg_websocket_open;
  iface->send_text = peg_websocket_send_text;
  iface->send_text_bytes = peg_websocket_send_text_bytes;
  iface->send_binary = peg_websocket_send_binary;
  iface->close = peg_websocket_close;
}

static void
peg_websocket_dispose (GObject *object)
{
  PegWebsocket *self = PEG_WEBSOCKET (object);

  if (self->dialer != NULL)
    peg_websocket_close (PEG_TRANSPORT (self), PEG_CLOSE_NORMAL, "Client disconnect");

  g_clear_object (&self->handshake);
  g_clear_object (&self->socket);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->dialer);

  G_OBJECT_CLASS (peg_websocket_parent_class)->dispose (object);
}

static void
peg_websocket_class_init (PegWebsocketClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = peg_websocket_dispose;
}

static void
peg_websocket_init (PegWebsocket *self)
{
  self->cancellable = g_cancellable_new ();
}

/*
 * peg_websocket_new:
 * @dialer: what it is made for
 *
 * Returns: (transfer full): a socket, not opened
 */
PegTransport *
peg_websocket_new (PegWebsocketDialer *dialer)
{
  PegWebsocket *self = g_object_new (PEG_TYPE_WEBSOCKET, NULL);

  self->dialer = g_object_ref (dialer);

  return PEG_TRANSPORT (self);
}
