/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-hub"

#include "peg-config.h"

#include "peg-hub-socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

/* How long what was sent may stay unacknowledged, ms: then the kernel ends the
 * connection (tcp(7), TCP_USER_TIMEOUT). A client that is there and does not read
 * is told so before that (docs/protocol.md, “Limits”). */
#define GONE_MS 40000

/* How much the kernel takes that it has not sent, bytes (tcp(7),
 * TCP_NOTSENT_LOWAT). More would only be old when it arrives. */
#define MAX_UNSENT (128 * 1024)

/**
 * peg_hub_socket_watch:
 * @stream: what soup_server_message_steal_connection() gave
 *
 * Sees to it that a client which has gone without a word is noticed and does not
 * stay for ever, and that little waits in the kernel for one that reads slowly.
 */
void
peg_hub_socket_watch (GIOStream *stream)
{
  GSocket *socket = g_object_get_data (G_OBJECT (stream), "GSocket");
  g_autoptr (GError) error = NULL;

  if (socket == NULL)
    return;

  g_socket_set_keepalive (socket, TRUE);
  if (!g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, TRUE, &error) ||
      !g_socket_set_option (socket, IPPROTO_TCP, TCP_USER_TIMEOUT, GONE_MS, &error) ||
      !g_socket_set_option (socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, MAX_UNSENT, &error))
    g_debug ("Cannot limit how long a client may be silent: %s", error->message);
}
