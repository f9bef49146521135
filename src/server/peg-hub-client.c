/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-hub"

#include "peg-config.h"

#include "peg-hub-private.h"

#include "peg-hub-socket.h"
#include "peg-log.h"
#include "peg-name.h"

/* The largest message that a client may send: ours are a few hundred bytes. */
#define MAX_INCOMING (64 * 1024)

/* How long a client of the newer dialect may take to greet. */
#define HELLO_MS 10000

/* docs/protocol.md, “Close codes”: come again after a second. */
#define CLOSE_NO_HELLO 4100

/* Writes a message once for all who get it. */
GBytes *
peg_hub_encode (const PegWireMessage *message,
                PegDialect            dialect)
{
  gsize length;
  char *text = peg_wire_encode (message, dialect, &length);

  return g_bytes_new_take (text, length);
}

/* Sends what is written already. */
void
peg_hub_client_send_bytes (PegHubClient *client,
                           GBytes       *bytes)
{
  if (soup_websocket_connection_get_state (client->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_message (client->connection, SOUP_WEBSOCKET_DATA_TEXT, bytes);
}

void
peg_hub_client_send (PegHubClient         *client,
                     const PegWireMessage *message)
{
  g_autoptr (GBytes) bytes = peg_hub_encode (message, client->dialect);

  peg_hub_client_send_bytes (client, bytes);
}

/* Begins to close a socket; once is enough. It is gone when it says so. */
void
peg_hub_client_close (PegHubClient *client,
                      gushort       code,
                      const char   *reason)
{
  if (soup_websocket_connection_get_state (client->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (client->connection, code, reason);
}

static void
message_cb (SoupWebsocketConnection *connection,
            int                      type,
            GBytes                  *bytes,
            PegHubClient            *client)
{
  peg_hub_receive (client->hub, client, (SoupWebsocketDataType) type, bytes);
}

static void
closed_cb (SoupWebsocketConnection *connection,
           PegHubClient            *client)
{
  PegHub *hub = client->hub;

  if (client->greeted)
    peg_hub_broadcast_presence (hub, client, FALSE);
  PEG_LOG ("socket-closed", "s:user", client->user,
           "i:code", (gint64) soup_websocket_connection_get_close_code (connection),
           "i:clients", (gint64) hub->clients->len - 1);
  g_ptr_array_remove_fast (hub->clients, client);
}

static gboolean
hello_cb (gpointer user_data)
{
  PegHubClient *client = user_data;

  client->hello_id = 0;
  peg_hub_client_close (client, CLOSE_NO_HELLO, "No hello came");

  return G_SOURCE_REMOVE;
}

/* A client of the newer dialect has a while to greet. */
PegHubClient *
peg_hub_client_new (PegHub                  *hub,
                    SoupWebsocketConnection *connection,
                    const char              *user)
{
  const char *protocol = soup_websocket_connection_get_protocol (connection);
  PegHubClient *client = g_new0 (PegHubClient, 1);

  client->hub = hub;
  client->connection = g_object_ref (connection);
  client->user = g_strdup (peg_name_is_person (user) ? user : "anonymous");
  client->dialect = g_strcmp0 (protocol, PEG_WIRE_PROTOCOL) == 0 ? PEG_DIALECT_PEGBOARD_1
                                                                 : PEG_DIALECT_CLASSIC;
  soup_websocket_connection_set_max_incoming_payload_size (connection, MAX_INCOMING);
  peg_hub_socket_watch (connection);
  g_signal_connect (connection, "message", G_CALLBACK (message_cb), client);
  g_signal_connect (connection, "closed", G_CALLBACK (closed_cb), client);

  if (client->dialect == PEG_DIALECT_PEGBOARD_1) {
    client->hello_id = g_timeout_add (HELLO_MS, hello_cb, client);
    g_source_set_name_by_id (client->hello_id, "[pegboard] hello_cb");
  }

  return client;
}

void
peg_hub_client_free (PegHubClient *client)
{
  g_clear_handle_id (&client->hello_id, g_source_remove);
  g_signal_handlers_disconnect_by_data (client->connection, client);
  g_object_unref (client->connection);
  g_free (client->user);
  g_free (client);
}
