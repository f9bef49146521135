/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-connection-private.h"

enum {
  SIGNAL_OPENED,
  SIGNAL_NEED_LIST,
  SIGNAL_NEED_TOKEN,
  SIGNAL_CONFIG_CHANGED,
  SIGNAL_TOLD,
  SIGNAL_NEED_PROBE,
  SIGNAL_NEED_POLL,
  SIGNAL_TRANSFER_CHANGED,
  SIGNAL_FRAME,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/*
 * peg_connection_install_signals:
 *
 * What the connection asks of whoever owns it, and tells them.
 */
void
peg_connection_install_signals (void)
{
  /**
   * PegConnection::opened:
   * @self: the connection
   *
   * A socket is open, and [method@Peg.Connection.get_dialect] tells how the
   * server talks.
   */
  signals[SIGNAL_OPENED] =
    g_signal_new ("opened", PEG_TYPE_CONNECTION, G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);

  /**
   * PegConnection::need-list:
   * @self: the connection
   *
   * The list cannot come through the socket; somebody should fetch it over HTTP
   * and hand it to peg_connection_take_list().
   */
  signals[SIGNAL_NEED_LIST] =
    g_signal_new ("need-list", PEG_TYPE_CONNECTION, G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);

  /**
   * PegConnection::need-token:
   * @self: the connection
   *
   * The server refuses the token. Somebody should look for another and hand it to
   * [method@Peg.Connection.take_token], within seconds. It is asked for once
   * until the connection has been live for a while; if nobody listens, a person
   * is asked at once.
   */
  signals[SIGNAL_NEED_TOKEN] =
    g_signal_new ("need-token", PEG_TYPE_CONNECTION, G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);

  /**
   * PegConnection::config-changed:
   * @self: the connection
   *
   * The server was set up differently; somebody should ask for `GET /config`.
   */
  signals[SIGNAL_CONFIG_CHANGED] =
    g_signal_new ("config-changed", PEG_TYPE_CONNECTION, G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);

  /**
   * PegConnection::need-probe:
   * @self: the connection
   *
   * Does the server answer over HTTP? Somebody should find out, and tell
   * [method@Peg.Connection.take_probe].
   */
  signals[SIGNAL_NEED_PROBE] =
    g_signal_new ("need-probe", PEG_TYPE_CONNECTION, G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);

  /**
   * PegConnection::told:
   * @self: the connection
   * @kind: a #PegEventKind: what the store was told
   *
   * The store was told something. Whoever hears it does nothing to the connection
   * before the next turn of the main loop.
   */
  signals[SIGNAL_TOLD] =
    g_signal_new ("told", PEG_TYPE_CONNECTION, G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_UINT);

  /**
   * PegConnection::need-poll:
   * @self: the connection
   * @conditional: whether the list that is known is that of the last poll
   *
   * Somebody should ask for the list over HTTP, and hand what comes of it to
   * [method@Peg.Connection.take_poll]. A question that is still open is
   * worthless then.
   */
  signals[SIGNAL_NEED_POLL] =
    g_signal_new ("need-poll", PEG_TYPE_CONNECTION, G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_BOOLEAN);

  /**
   * PegConnection::transfer-changed:
   * @self: the connection
   *
   * [method@Peg.Connection.get_transfer] has changed: there is a socket for
   * binary frames, or it is gone. Whoever hears it sends frames, and does nothing
   * else to the connection before the next turn of the main loop.
   */
  signals[SIGNAL_TRANSFER_CHANGED] =
    g_signal_new ("transfer-changed", PEG_TYPE_CONNECTION, G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);

  /**
   * PegConnection::frame:
   * @self: the connection
   * @bytes: what came
   *
   * A message of bytes came, from a server that may send them.
   */
  signals[SIGNAL_FRAME] =
    g_signal_new ("frame", PEG_TYPE_CONNECTION, G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_BYTES);
}

void
peg_connection_emit_opened (PegConnection *self)
{
  g_signal_emit (self, signals[SIGNAL_OPENED], 0);
}

void
peg_connection_emit_config_changed (PegConnection *self)
{
  g_signal_emit (self, signals[SIGNAL_CONFIG_CHANGED], 0);
}

void
peg_connection_emit_need_list (PegConnection *self)
{
  g_signal_emit (self, signals[SIGNAL_NEED_LIST], 0);
}

void
peg_connection_emit_need_token (PegConnection *self)
{
  g_signal_emit (self, signals[SIGNAL_NEED_TOKEN], 0);
}

void
peg_connection_emit_need_probe (PegConnection *self)
{
  g_signal_emit (self, signals[SIGNAL_NEED_PROBE], 0);
}

void
peg_connection_emit_need_poll (PegConnection *self,
                               gboolean       conditional)
{
  g_signal_emit (self, signals[SIGNAL_NEED_POLL], 0, conditional);
}

/* Whether there is anybody to ask for another token. */
gboolean
peg_connection_has_token_source (PegConnection *self)
{
  return g_signal_has_handler_pending (self, signals[SIGNAL_NEED_TOKEN], 0, FALSE);
}

void
peg_connection_emit_told (PegConnection *self,
                          PegEventKind   kind)
{
  g_signal_emit (self, signals[SIGNAL_TOLD], 0, (guint) kind);
}

void
peg_connection_emit_transfer_changed (PegConnection *self)
{
  g_signal_emit (self, signals[SIGNAL_TRANSFER_CHANGED], 0);
}

void
peg_connection_emit_frame (PegConnection *self,
                           GBytes        *bytes)
{
  g_signal_emit (self, signals[SIGNAL_FRAME], 0, bytes);
}
