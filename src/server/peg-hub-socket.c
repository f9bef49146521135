/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-hub"

#include "peg-config.h"

#include "peg-hub-socket.h"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>

/* How often a quiet socket is pinged, s: as often as clients ping
 * (docs/protocol.md, “hello_ok”). */
#define PING_S 25

/* How long what was sent may stay unacknowledged, or the peer without room for
 * it, ms: then the kernel ends the connection (tcp(7), TCP_USER_TIMEOUT). */
#define STALL_MS 30000

/* How much may wait in the kernel, bytes, before a client gets no further list. */
#define MAX_UNSENT (256 * 1024)

static GSocket *
get_socket (SoupWebsocketConnection *connection)
{
  /* soup_server_message_steal_connection() says that the socket is there. */
  return g_object_get_data (G_OBJECT (soup_websocket_connection_get_io_stream (connection)),
                            "GSocket");
}

/**
 * peg_hub_socket_watch:
 * @connection: a socket that was just opened
 *
 * Sees to it that a client which has gone without a word, or reads no more, is
 * noticed and does not stay for ever.
 */
void
peg_hub_socket_watch (SoupWebsocketConnection *connection)
{
  GSocket *socket = get_socket (connection);
  g_autoptr (GError) error = NULL;

  soup_websocket_connection_set_keepalive_interval (connection, PING_S);
  if (socket == NULL)
    return;

  g_socket_set_keepalive (socket, TRUE);
  if (!g_socket_set_option (socket, IPPROTO_TCP, TCP_USER_TIMEOUT, STALL_MS, &error))
    g_debug ("Cannot limit how long a client may be silent: %s", error->message);
}

/**
 * peg_hub_socket_is_full:
 * @connection: a socket
 *
 * Returns: whether so much waits to be sent that more would only pile up
 */
gboolean
peg_hub_socket_is_full (SoupWebsocketConnection *connection)
{
  GSocket *socket = get_socket (connection);
  int unsent = 0;

  return socket != NULL && ioctl (g_socket_get_fd (socket), SIOCOUTQ, &unsent) == 0 &&
         unsent > MAX_UNSENT;
}
