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

/* Codes that libsoup does not know and would replace by 1002: they are put into
 * the frame below it (RFC 6455, 7.4; the registry of IANA for 1012 and 1013). */
#define FIRST_UNKNOWN 1012
#define LAST_UNKNOWN 1014
#define STAND_IN 4000

/* How much a message that waits costs beside its text, bytes. */
#define ITEM_BYTES 64

typedef struct {
  SoupWebsocketDataType type;
  PegHubWeight weight;
  GBytes *bytes; /* (owned): shared by all who get the message */
} PegHubItem;

static void
item_free (PegHubItem *item)
{
  g_bytes_unref (item->bytes);
  g_free (item);
}

/* Writes a message once for all who get it. */
GBytes *
peg_hub_encode (const PegWireMessage *message,
                PegDialect            dialect)
{
  gsize length;
  char *text = peg_wire_encode (message, dialect, &length);

  return g_bytes_new_take (text, length);
}

static gboolean
is_open (PegHubClient *client)
{
  return soup_websocket_connection_get_state (client->connection) == SOUP_WEBSOCKET_STATE_OPEN;
}

/* Whether what is sent now goes out at once. */
gboolean
peg_hub_client_is_clear (PegHubClient *client)
{
  return g_queue_is_empty (&client->waiting) && peg_hub_stream_is_clear (client->stream);
}

static void
forget_waiting (PegHubClient *client,
                PegHubWeight  last)
{
  GList *next;

  for (GList *link = client->waiting.head; link != NULL; link = next) {
    PegHubItem *item = link->data;

    next = link->next;
    if (item->weight > last)
      continue;
    client->n_waiting -= g_bytes_get_size (item->bytes) + ITEM_BYTES;
    item_free (item);
    g_queue_delete_link (&client->waiting, link);
  }
}

/* A client that has fallen too far behind is not told what it missed, but what is
 * so, when it can take it. */
static void
give_up_on_waiting (PegHubClient *client)
{
  PEG_LOG ("fell-behind", "s:user", client->user, "i:bytes", (gint64) client->n_waiting);
  forget_waiting (client, PEG_HUB_STATE);
  client->list_due = client->notes_due = TRUE;

  if (client->n_waiting > client->hub->limits.max_behind)
    peg_hub_client_close (client, PEG_HUB_CLOSE_LATER,
                          "This asks for more than it reads");
}

/* Sends what is written already. While the client is owed the whole list, what
 * the list will say anyway is not sent. */
void
peg_hub_client_send_raw (PegHubClient          *client,
                         SoupWebsocketDataType  type,
                         PegHubWeight           weight,
                         GBytes                *bytes)
{
  PegHubItem *item;

  if (!is_open (client))
    return;

  if (peg_hub_client_is_clear (client)) {
    soup_websocket_connection_send_message (client->connection, type, bytes);
    return;
  }

  item = g_new0 (PegHubItem, 1);
  item->type = type;
  item->weight = weight;
  item->bytes = g_bytes_ref (bytes);
  g_queue_push_tail (&client->waiting, item);
  client->n_waiting += g_bytes_get_size (bytes) + ITEM_BYTES;

  if (client->n_waiting > client->hub->limits.max_behind)
    give_up_on_waiting (client);
}

/* Answers, and whatever else is for one client. */
void
peg_hub_client_send (PegHubClient         *client,
                     const PegWireMessage *message)
{
  g_autoptr (GBytes) bytes = peg_hub_encode (message, client->dialect);

  peg_hub_client_send_raw (client, SOUP_WEBSOCKET_DATA_TEXT, PEG_HUB_ANSWER, bytes);
}

/* Begins to close a socket; once is enough. What waits is not sent any more. It
 * is gone when it says so. */
void
peg_hub_client_close (PegHubClient *client,
                      gushort       code,
                      const char   *reason)
{
  gboolean is_unknown = code >= FIRST_UNKNOWN && code <= LAST_UNKNOWN;

  if (!is_open (client))
    return;

  forget_waiting (client, PEG_HUB_ANSWER);
  if (is_unknown)
    peg_hub_stream_set_close_code (client->stream, code);
  soup_websocket_connection_close (client->connection, is_unknown ? STAND_IN : code, reason);
}

/* Hands on what waits, and then what is owed. */
static gboolean
flow_cb (gpointer user_data)
{
  PegHubClient *client = user_data;

  client->flow_id = 0;

  if (peg_hub_stream_is_flooded (client->stream))
    peg_hub_client_close (client, PEG_HUB_CLOSE_LATER, "This asks for more than it reads");

  while (is_open (client) && peg_hub_stream_is_clear (client->stream) &&
         !g_queue_is_empty (&client->waiting)) {
    PegHubItem *item = g_queue_pop_head (&client->waiting);

    client->n_waiting -= g_bytes_get_size (item->bytes) + ITEM_BYTES;
    soup_websocket_connection_send_message (client->connection, item->type, item->bytes);
    item_free (item);
  }

  if (is_open (client) && client->greeted && peg_hub_client_is_clear (client))
    peg_hub_send_due (client->hub, client);

  return G_SOURCE_REMOVE;
}

static void watch_stall (PegHubClient *client,
                         guint         ms);

/* The kernel took nothing for too long while something waited: the client is
 * there, but does not read. It is told to come again; should it not read that
 * either, libsoup ends the connection after 5 s. */
static gboolean
stall_cb (gpointer user_data)
{
  PegHubClient *client = user_data;
  gint64 still_us = g_get_monotonic_time () - peg_hub_stream_get_moved_us (client->stream);
  gint64 left_ms = client->hub->limits.stall_ms - still_us / 1000;

  client->stall_id = 0;
  if (left_ms > 0) {
    watch_stall (client, (guint) left_ms);
    return G_SOURCE_REMOVE;
  }

  PEG_LOG ("stalled", "s:user", client->user, "i:bytes", (gint64) client->n_waiting);
  peg_hub_client_close (client, PEG_HUB_CLOSE_LATER, "Nothing was read for too long");

  return G_SOURCE_REMOVE;
}

static void
watch_stall (PegHubClient *client,
             guint         ms)
{
  client->stall_id = g_timeout_add (ms, stall_cb, client);
  g_source_set_name_by_id (client->stall_id, "[pegboard] stall_cb");
}

/* Within a write of libsoup: nothing may be sent here. */
static void
stream_cb (gpointer user_data)
{
  PegHubClient *client = user_data;
  gboolean is_clear = peg_hub_stream_is_clear (client->stream);

  if (is_clear)
    g_clear_handle_id (&client->stall_id, g_source_remove);
  else if (client->stall_id == 0)
    watch_stall (client, client->hub->limits.stall_ms);

  if (client->flow_id == 0 && (is_clear || peg_hub_stream_is_flooded (client->stream))) {
    client->flow_id = g_idle_add_full (G_PRIORITY_DEFAULT, flow_cb, client, NULL);
    g_source_set_name_by_id (client->flow_id, "[pegboard] flow_cb");
  }
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

  peg_hub_get_herd (hub);
  peg_hub_client_go (client);
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
                    GInetAddress            *address,
                    const char              *user)
{
  const char *protocol = soup_websocket_connection_get_protocol (connection);
  PegHubClient *client = g_new0 (PegHubClient, 1);

  client->hub = hub;
  client->topics = PEG_HUB_EVERYTHING;
  client->connection = g_object_ref (connection);
  client->stream = PEG_HUB_STREAM (g_object_ref (soup_websocket_connection_get_io_stream (connection)));
  g_queue_init (&client->waiting);
  client->address = address != NULL ? g_object_ref (address) : NULL;
  peg_gate_enter (hub->gate, address);
  client->user = g_strdup (peg_name_is_person (user) ? user : PEG_HUB_NOBODY);
  client->dialect = g_strcmp0 (protocol, PEG_WIRE_PROTOCOL) == 0 ? PEG_DIALECT_PEGBOARD_1
                                                                 : PEG_DIALECT_CLASSIC;
  soup_websocket_connection_set_max_incoming_payload_size (connection, MAX_INCOMING);
  peg_hub_socket_watch (connection, client->stream, hub->limits.ping_s);
  peg_hub_stream_set_func (client->stream, stream_cb, client);
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
  g_clear_pointer (&client->transfers, peg_hub_transfers_free);
  g_clear_handle_id (&client->flow_id, g_source_remove);
  g_clear_handle_id (&client->stall_id, g_source_remove);
  peg_hub_stream_set_func (client->stream, NULL, NULL);
  forget_waiting (client, PEG_HUB_ANSWER);
  g_clear_handle_id (&client->auth_id, g_source_remove);
  g_clear_pointer (&client->caller, peg_caller_free);
  g_signal_handlers_disconnect_by_data (client->connection, client);
  peg_gate_leave (client->hub->gate, client->address);
  g_clear_object (&client->address);
  g_object_unref (client->stream);
  g_object_unref (client->connection);
  g_free (client->user);
  g_free (client);
}
