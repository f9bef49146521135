/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-transport.h"

/**
 * PegTransport:
 *
 * A socket that carries messages, of text or of bytes. A transport is opened once and is done
 * with when it has closed: whoever wants another attempt takes another
 * transport, so that nothing late from the old one can be taken for the new
 * one's.
 *
 * After [signal@Peg.Transport::closed] nothing more comes.
 */
G_DEFINE_INTERFACE (PegTransport, peg_transport, G_TYPE_OBJECT)

enum {
  SIGNAL_OPENED,
  SIGNAL_MESSAGE,
  SIGNAL_BINARY,
  SIGNAL_CLOSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
peg_transport_default_init (PegTransportInterface *iface)
{
  /**
   * PegTransport::opened:
   * @self: the transport
   * @protocol: (nullable): the sub-protocol that the server selected
   *
   * The socket is open.
   */
  signals[SIGNAL_OPENED] =
    g_signal_new ("opened", PEG_TYPE_TRANSPORT, G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * PegTransport::message:
   * @self: the transport
   * @text: valid UTF-8, at most %PEG_WIRE_MAX_BYTES long
   *
   * A message came.
   */
  signals[SIGNAL_MESSAGE] =
    g_signal_new ("message", PEG_TYPE_TRANSPORT, G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_BYTES);

  /**
   * PegTransport::binary:
   * @self: the transport
   * @bytes: at most %PEG_WIRE_MAX_BYTES of them
   *
   * A message of bytes came.
   */
  signals[SIGNAL_BINARY] =
    g_signal_new ("binary", PEG_TYPE_TRANSPORT, G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_BYTES);

  /**
   * PegTransport::closed:
   * @self: the transport
   * @end: (type PegTransportEnd): how it ended
   *
   * The socket is closed, or could not be opened.
   */
  signals[SIGNAL_CLOSED] =
    g_signal_new ("closed", PEG_TYPE_TRANSPORT, G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_POINTER);
}

/**
 * peg_transport_open:
 * @self: a transport
 * @uri: where to, `ws:` or `wss:`
 * @protocols: (array zero-terminated=1): the sub-protocols to offer
 *
 * Starts to open the socket. The signals come later, never from within.
 */
void
peg_transport_open (PegTransport       *self,
                    const char         *uri,
                    const char * const *protocols)
{
  g_return_if_fail (PEG_IS_TRANSPORT (self));
  g_return_if_fail (uri != NULL);

  PEG_TRANSPORT_GET_IFACE (self)->open (self, uri, protocols);
}

/**
 * peg_transport_send_text:
 * @self: a transport
 * @text: valid UTF-8
 *
 * Returns: whether the message is on its way; not when the socket is not open,
 *   or is closing
 */
gboolean
peg_transport_send_text (PegTransport *self,
                         const char   *text)
{
  g_return_val_if_fail (PEG_IS_TRANSPORT (self), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  return PEG_TRANSPORT_GET_IFACE (self)->send_text (self, text);
}

/**
 * peg_transport_send_text_bytes:
 * @self: a transport
 * @text: valid UTF-8, in which U+0000 is a character like any other (RFC 6455,
 *   5.6)
 *
 * Returns: whether the message is on its way; not when the socket is not open,
 *   is closing, or cannot send such messages
 */
gboolean
peg_transport_send_text_bytes (PegTransport *self,
                               GBytes       *text)
{
  PegTransportInterface *iface;

  g_return_val_if_fail (PEG_IS_TRANSPORT (self), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  iface = PEG_TRANSPORT_GET_IFACE (self);

  return iface->send_text_bytes != NULL && iface->send_text_bytes (self, text);
}

/**
 * peg_transport_send_binary:
 * @self: a transport
 * @bytes: the message
 *
 * Returns: whether the message is on its way; not when the socket is not open,
 *   is closing, or cannot send such messages
 */
gboolean
peg_transport_send_binary (PegTransport *self,
                           GBytes       *bytes)
{
  PegTransportInterface *iface;

  g_return_val_if_fail (PEG_IS_TRANSPORT (self), FALSE);
  g_return_val_if_fail (bytes != NULL, FALSE);

  iface = PEG_TRANSPORT_GET_IFACE (self);

  return iface->send_binary != NULL && iface->send_binary (self, bytes);
}

/**
 * peg_transport_close:
 * @self: a transport
 * @code: the close code
 * @reason: a few words for the other side's log
 *
 * Closes the socket, or stops opening it. Does not wait for the other side, and
 * no signal comes of it.
 */
void
peg_transport_close (PegTransport *self,
                     guint         code,
                     const char   *reason)
{
  g_return_if_fail (PEG_IS_TRANSPORT (self));

  PEG_TRANSPORT_GET_IFACE (self)->close (self, code, reason);
}

/**
 * peg_transport_emit_opened: (skip)
 * @self: a transport
 * @protocol: (nullable): the sub-protocol that the server selected
 *
 * For implementations.
 */
void
peg_transport_emit_opened (PegTransport *self,
                           const char   *protocol)
{
  g_signal_emit (self, signals[SIGNAL_OPENED], 0, protocol);
}

/**
 * peg_transport_emit_message: (skip)
 * @self: a transport
 * @text: the message
 *
 * For implementations.
 */
void
peg_transport_emit_message (PegTransport *self,
                            GBytes       *text)
{
  g_signal_emit (self, signals[SIGNAL_MESSAGE], 0, text);
}

/**
 * peg_transport_emit_binary: (skip)
 * @self: a transport
 * @bytes: the message
 *
 * For implementations.
 */
void
peg_transport_emit_binary (PegTransport *self,
                           GBytes       *bytes)
{
  g_signal_emit (self, signals[SIGNAL_BINARY], 0, bytes);
}

/**
 * peg_transport_emit_closed: (skip)
 * @self: a transport
 * @end: how it ended
 *
 * For implementations.
 */
void
peg_transport_emit_closed (PegTransport          *self,
                           const PegTransportEnd *end)
{
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0, end);
}

/**
 * PegDialer:
 *
 * Makes a fresh [iface@Peg.Transport] for every attempt.
 */
G_DEFINE_INTERFACE (PegDialer, peg_dialer, G_TYPE_OBJECT)

static void
peg_dialer_default_init (PegDialerInterface *iface)
{
}

/**
 * peg_dialer_make_transport:
 * @self: a dialer
 *
 * Returns: (transfer full): a transport that is not opened yet
 */
PegTransport *
peg_dialer_make_transport (PegDialer *self)
{
  g_return_val_if_fail (PEG_IS_DIALER (self), NULL);

  return PEG_DIALER_GET_IFACE (self)->make_transport (self);
}
