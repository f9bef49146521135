/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-routes"

#include "peg-config.h"

#include "peg-routes-private.h"

#include "peg-answer.h"
#include "peg-receive.h"
#include "peg-wire.h"

/* Answers who may not open a socket, before it is one. */
static gboolean
may_open (PegRoutes         *self,
          SoupServerMessage *message)
{
  guint wait_s;

  if (!peg_routes_may_come (self, message))
    return FALSE;

  if (soup_server_message_get_method (message) != SOUP_METHOD_GET) {
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "Allow",
                                  "GET");
    peg_answer_detail (message, SOUP_STATUS_METHOD_NOT_ALLOWED,
                       "This can be asked for in another way only", "method");
    return FALSE;
  }

  if (peg_routes_is_from_elsewhere (self, message)) {
    peg_answer_detail (message, SOUP_STATUS_FORBIDDEN,
                       "A page of another site must not listen here", "cross_origin");
    return FALSE;
  }

  if (!peg_routes_let_in (self, message, PEG_ROLE_NONE, TRUE))
    return FALSE;

  if (!peg_gate_has_room (peg_hub_get_gate (self->hub), peg_routes_get_address (message),
                          &wait_s)) {
    peg_routes_refuse_for (message, SOUP_STATUS_SERVICE_UNAVAILABLE, wait_s,
                           "Too many are connected already", "full");
    return FALSE;
  }

  return TRUE;
}

/* What opens a socket has no body. */
static void
early_socket_cb (SoupServer        *server,
                 SoupServerMessage *message,
                 const char        *path,
                 GHashTable        *query,
                 gpointer           user_data)
{
  if (may_open (user_data, message)) {
    peg_receive_limit (message);
  } else {
    peg_routes_end_connection (message);
    peg_receive_refuse (message);
  }
}

/* The answer has gone, and what follows is frames. */
static void
upgraded_cb (SoupServerMessage *message,
             PegRoutes         *self)
{
  g_autoptr (SoupServerMessage) own_message G_GNUC_UNUSED = g_object_ref (message);
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  GUri *uri = soup_server_message_get_uri (message);
  g_autoptr (GHashTable) query = NULL;

  if (g_uri_get_query (uri) != NULL)
    query = soup_form_decode (g_uri_get_query (uri));

  peg_hub_accept (self->hub, &(PegHubArrival) {
    .stream = stream,
    .is_tls = self->is_tls || g_strcmp0 (g_uri_get_scheme (uri), "https") == 0,
    .protocol = soup_message_headers_get_one (headers, "Sec-WebSocket-Protocol"),
    .address = peg_routes_get_address (message),
    .user = query != NULL ? g_hash_table_lookup (query, "user") : NULL,
    .topics = query != NULL ? g_hash_table_lookup (query, "topics") : NULL,
    .caller = peg_routes_get_caller (message),
  });
}

/* Opens a socket as soup_server_add_websocket_handler() would, but one of the hub,
 * and without compression: it costs ten times the work of everything else
 * about a message (docs/protocol.md, “Limits”). */
static void
socket_cb (SoupServer        *server,
           SoupServerMessage *message,
           const char        *path,
           GHashTable        *query,
           gpointer           user_data)
{
  PegRoutes *self = user_data;
  char *protocols[] = { (char *) PEG_WIRE_PROTOCOL, NULL };

  if (soup_websocket_server_process_handshake (message, NULL, protocols, NULL, NULL))
    g_signal_connect (message, "wrote-informational", G_CALLBACK (upgraded_cb), self);
  else
    peg_routes_end_connection (message);
}

/* Answers requests for a socket. */
void
peg_routes_add_socket (PegRoutes *self)
{
  soup_server_add_early_handler (self->server, "/ws", early_socket_cb, self, NULL);
  soup_server_add_handler (self->server, "/ws", socket_cb, self, NULL);
}
