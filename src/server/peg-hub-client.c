/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-hub"

#include "peg-config.h"

#include "peg-hub-private.h"

#include "peg-hub-socket.h"
#include "peg-log.h"
#include "peg-name.h"

/* How long a client of the newer dialect may take to greet. */
#define HELLO_MS 10000

/* docs/protocol.md, “Close codes”: come again after a second. */
#define CLOSE_NO_HELLO 4100

/* How much a message that waits costs beside its text, bytes. */
#define ITEM_BYTES 64

typedef struct {
  PegSocketKind type;
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
  return peg_socket_is_open (client->socket);
}

/* Whether what is sent now goes out at once. */
gboolean
peg_hub_client_is_clear (PegHubClient *client)
{
  return g_queue_is_empty (&client->waiting) && peg_socket_is_clear (client->socket);
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
peg_hub_client_send_raw (PegHubClient  *client,
                         PegSocketKind  type,
                         PegHubWeight   weight,
                         GBytes        *bytes)
{
  PegHubItem *item;

  if (!is_open (client))
    return;

  /* What is sent now may say what is newer. */
  if (type != PEG_SOCKET_FRAMES)
    peg_hub_send_news (client->hub);

  if (peg_hub_client_is_clear (client)) {
    peg_socket_send (client->socket, type, bytes);
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

  peg_hub_client_send_raw (client, PEG_SOCKET_TEXT, PEG_HUB_ANSWER, bytes);
}

/* Begins to close a socket; once is enough. What waits is not sent any more. It
 * is gone when it says so. */
void
peg_hub_client_close (PegHubClient *client,
                      gushort       code,
                      const char   *reason)
{
  if (!is_open (client))
    return;

  forget_waiting (client, PEG_HUB_ANSWER);
  peg_socket_close (client->socket, code, reason);
}

/* Hands on what waits, and then what is owed. */
static void
hand_on (PegHubClient *client)
{
  while (peg_socket_is_clear (client->socket) && !g_queue_is_empty (&client->waiting)) {
    PegHubItem *item = g_queue_pop_head (&client->waiting);

    client->n_waiting -= g_bytes_get_size (item->bytes) + ITEM_BYTES;
    peg_socket_send (client->socket, item->type, item->bytes);
    item_free (item);
  }

  if (client->greeted && peg_hub_client_is_clear (client))
    peg_hub_send_due (client->hub, client);
}

static void watch_stall (PegHubClient *client,
                         guint         ms);

/* The kernel took nothing for too long while something waited: the client is
 * there, but does not read. It is told to come again; should it not read that
 * either, the connection ends after 5 s. */
static gboolean
stall_cb (gpointer user_data)
{
  PegHubClient *client = user_data;
  gint64 still_us = g_get_monotonic_time () - peg_socket_get_moved_us (client->socket);
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

/* Something begins or ends to wait, or too much does, or the client says goodbye: it
 * gets nothing more. */
static void
flow_cb (gpointer user_data)
{
  PegHubClient *client = user_data;

  if (!is_open (client)) {
    g_clear_handle_id (&client->stall_id, g_source_remove);
    forget_waiting (client, PEG_HUB_ANSWER);
  } else if (peg_socket_is_flooded (client->socket)) {
    peg_hub_client_close (client, PEG_HUB_CLOSE_LATER, "This asks for more than it reads");
  } else if (peg_socket_is_clear (client->socket)) {
    g_clear_handle_id (&client->stall_id, g_source_remove);
    hand_on (client);
  } else if (client->stall_id == 0) {
    watch_stall (client, client->hub->limits.stall_ms);
  }
}

static void
message_cb (PegSocketKind  type,
            GBytes        *bytes,
            gpointer       user_data)
{
  PegHubClient *client = user_data;

  peg_hub_receive (client->hub, client, type, bytes);
}

static void
closed_cb (gpointer user_data)
{
  PegHubClient *client = user_data;
  PegHub *hub = client->hub;

  peg_hub_get_herd (hub);
  peg_hub_client_go (client);
  PEG_LOG ("socket-closed", "s:user", client->user,
           "i:code", (gint64) peg_socket_get_close_code (client->socket),
           "i:clients", (gint64) hub->clients->len - 1);
  g_ptr_array_remove_fast (hub->clients, client);
}

static const PegSocketFuncs funcs = {
  .message = message_cb,
  .flow = flow_cb,
  .closed = closed_cb,
};

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
peg_hub_client_new (PegHub              *hub,
                    const PegHubArrival *arrival)
{
  PegHubClient *client = g_new0 (PegHubClient, 1);

  client->hub = hub;
  client->topics = PEG_HUB_EVERYTHING;
  client->pinged_us = g_get_monotonic_time ();
  g_queue_init (&client->waiting);
  client->address = arrival->address != NULL ? g_object_ref (arrival->address) : NULL;
  peg_gate_enter (hub->gate, client->address);
  client->user = g_strdup (peg_name_is_person (arrival->user) ? arrival->user : PEG_HUB_NOBODY);
  client->dialect = g_strcmp0 (arrival->protocol, PEG_WIRE_PROTOCOL) == 0 ? PEG_DIALECT_PEGBOARD_1
                                                                          : PEG_DIALECT_CLASSIC;
  peg_hub_socket_watch (arrival->stream);
  client->socket = peg_socket_new (hub->poll, arrival->stream, arrival->is_tls, &funcs, client);

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
  g_clear_handle_id (&client->stall_id, g_source_remove);
  forget_waiting (client, PEG_HUB_ANSWER);
  g_clear_handle_id (&client->auth_id, g_source_remove);
  g_clear_pointer (&client->caller, peg_caller_free);
  peg_gate_leave (client->hub->gate, client->address);
  g_clear_object (&client->address);
  peg_socket_free (client->socket);
  g_free (client->user);
  g_free (client);
}
