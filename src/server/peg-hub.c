/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-hub"

#include "peg-config.h"

#include "peg-hub.h"

#include "peg-hub-messages.h"
#include "peg-hub-socket.h"
#include "peg-log.h"
#include "peg-name.h"

#include <string.h>

/* The largest message that a client may send: ours are a few hundred bytes. */
#define MAX_INCOMING (64 * 1024)

/* How long a client of the newer dialect may take to greet. */
#define HELLO_MS 10000

/* How often clients of the older dialect get the whole list at most
 * (docs/protocol.md, “Classic”). */
#define LIST_MS 250

/* What hello_ok tells clients to do (docs/protocol.md, “hello_ok”). One thousand
 * clients reconnect within a second, as many as a server takes. */
#define PING_MS 25000
#define POLL_MS 2000
#define CLIENTS_PER_SECOND 1000

/* docs/protocol.md, “Close codes”: come again after a second. */
#define CLOSE_NO_HELLO 4100

typedef struct {
  PegHub *hub;                          /* (unowned): it owns the client */
  SoupWebsocketConnection *connection;  /* (owned) */
  PegDialect dialect;
  char *user;                           /* (owned) */
  gboolean greeted;                     /* it gets what happens */
  gboolean list_due;                    /* it has not got the newest list */
  guint hello_id;                       /* source id; 0: it has greeted */
} Client;

/**
 * PegHub:
 *
 * The sockets: who is connected, in which dialect, and what they are told. A
 * message is written once for all who get it.
 */
struct _PegHub
{
  GObject parent_instance;

  PegShop *shop;        /* (owned) */
  char *name;           /* (owned) (nullable): what the shop is called */
  GPtrArray *clients;   /* (owned) (element-type Client) */
  GBytes *list[2];      /* (owned) (nullable): the whole list by dialect, or %NULL
                         * when it must be written again */
  guint list_id;        /* source id; 0: no list is due */
  gint64 listed_us;     /* when the list went out, monotonic */
};

G_DEFINE_FINAL_TYPE (PegHub, peg_hub, G_TYPE_OBJECT)

static void
client_free (Client *self)
{
  g_clear_handle_id (&self->hello_id, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->connection, self);
  g_object_unref (self->connection);
  g_free (self->user);
  g_free (self);
}

static void
send_bytes (Client *client,
            GBytes *bytes)
{
  if (soup_websocket_connection_get_state (client->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_message (client->connection, SOUP_WEBSOCKET_DATA_TEXT, bytes);
}

static GBytes *
encode (const PegWireMessage *message,
        PegDialect            dialect)
{
  gsize length;
  char *text = peg_wire_encode (message, dialect, &length);

  return g_bytes_new_take (text, length);
}

static void
send_message (Client               *client,
              const PegWireMessage *message)
{
  g_autoptr (GBytes) bytes = encode (message, client->dialect);

  send_bytes (client, bytes);
}

static GBytes *
get_list (PegHub     *self,
          PegDialect  dialect)
{
  g_autoptr (PegWireMessage) message = NULL;
  PegLedger *ledger = peg_shop_get_ledger (self->shop);

  if (self->list[dialect] != NULL)
    return self->list[dialect];

  message = peg_wire_message_new (PEG_WIRE_FILE_LIST);
  message->entries = peg_shop_list (self->shop);
  message->epoch = g_strdup (peg_ledger_get_epoch (ledger));
  message->seq = peg_ledger_get_seq (ledger);
  message->has_position = TRUE;
  message->server_us = g_get_real_time ();
  self->list[dialect] = encode (message, dialect);

  return self->list[dialect];
}

static void schedule_list (PegHub *self);

/* A list that is too long for the socket is fetched over HTTP. Who does not read
 * gets no more lists on top; the newest follows when there is room. */
static void
send_list (PegHub *self,
           Client *client)
{
  GBytes *list = get_list (self, client->dialect);
  g_autoptr (PegWireMessage) message = NULL;

  client->list_due = peg_hub_socket_is_full (client->connection);
  if (client->list_due) {
    schedule_list (self);
    return;
  }

  if (client->dialect == PEG_DIALECT_CLASSIC || g_bytes_get_size (list) <= PEG_WIRE_MAX_BYTES) {
    send_bytes (client, list);
    return;
  }

  message = peg_wire_message_new (PEG_WIRE_INVALIDATE);
  message->type = g_strdup ("update_requested");
  send_message (client, message);
}

static void
send_notes (PegHub *self,
            Client *client)
{
  g_autoptr (GPtrArray) notes = peg_ledger_list_notes (peg_shop_get_ledger (self->shop),
                                                       client->user, NULL);
  g_autoptr (PegWireMessage) message = NULL;

  if (notes == NULL || notes->len == 0)
    return;

  message = peg_wire_message_new (PEG_WIRE_NOTES);
  message->notes = g_steal_pointer (&notes);
  send_message (client, message);
}

static void
broadcast (PegHub               *self,
           const PegWireMessage *message,
           const Client         *except)
{
  GBytes *bytes[2] = { NULL, NULL };

  for (guint i = 0; i < self->clients->len; i++) {
    Client *client = g_ptr_array_index (self->clients, i);

    if (!client->greeted || client == except)
      continue;
    if (bytes[client->dialect] == NULL)
      bytes[client->dialect] = encode (message, client->dialect);
    send_bytes (client, bytes[client->dialect]);
  }

  g_clear_pointer (&bytes[PEG_DIALECT_CLASSIC], g_bytes_unref);
  g_clear_pointer (&bytes[PEG_DIALECT_PEGBOARD_1], g_bytes_unref);
}

static void
broadcast_presence (PegHub *self,
                    Client *client,
                    gboolean here)
{
  g_autoptr (PegWireMessage) message = peg_wire_message_new (PEG_WIRE_PRESENCE);

  message->user = g_strdup (client->user);
  message->here = here;
  message->server_us = g_get_real_time ();
  broadcast (self, message, client);
}

static void
broadcast_list (PegHub *self)
{
  self->listed_us = g_get_monotonic_time ();

  for (guint i = 0; i < self->clients->len; i++) {
    Client *client = g_ptr_array_index (self->clients, i);

    if (client->list_due)
      send_list (self, client);
  }
}

static gboolean
list_cb (gpointer user_data)
{
  PegHub *self = user_data;

  self->list_id = 0;
  broadcast_list (self);

  return G_SOURCE_REMOVE;
}

/* The first change goes out at once, those that follow it together. */
static void
schedule_list (PegHub *self)
{
  gint64 wait_ms = LIST_MS - (g_get_monotonic_time () - self->listed_us) / 1000;

  if (self->list_id != 0)
    return;

  self->list_id = g_timeout_add ((guint) CLAMP (wait_ms, 0, LIST_MS), list_cb, self);
  g_source_set_name_by_id (self->list_id, "[pegboard] list_cb");
}

static void
changed_cb (PegShop         *shop,
            const PegRecord *record,
            PegHub          *self)
{
  g_autoptr (PegWireMessage) delta = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gboolean has_classic = FALSE;

  g_clear_pointer (&self->list[PEG_DIALECT_CLASSIC], g_bytes_unref);
  g_clear_pointer (&self->list[PEG_DIALECT_PEGBOARD_1], g_bytes_unref);

  for (guint i = 0; i < self->clients->len; i++) {
    Client *client = g_ptr_array_index (self->clients, i);

    if (client->dialect == PEG_DIALECT_CLASSIC) {
      has_classic = client->list_due = TRUE;
    } else if (client->greeted) {
      if (bytes == NULL) {
        delta = peg_hub_make_delta (self->shop, record);
        bytes = encode (delta, PEG_DIALECT_PEGBOARD_1);
      }
      send_bytes (client, bytes);
    }
  }

  if (has_classic)
    schedule_list (self);
}

static void
send_missed (PegHub    *self,
             Client    *client,
             GPtrArray *records)
{
  for (guint i = 0; i < records->len; i++) {
    g_autoptr (PegWireMessage) delta = peg_hub_make_delta (self->shop, g_ptr_array_index (records, i));

    send_message (client, delta);
  }
}

static void
set_user (PegHub     *self,
          Client     *client,
          const char *user)
{
  if (!peg_name_is_person (user) || strcmp (client->user, user) == 0)
    return;

  if (client->greeted)
    broadcast_presence (self, client, FALSE);
  g_free (client->user);
  client->user = g_strdup (user);
  if (client->greeted)
    broadcast_presence (self, client, TRUE);
}

static void
greet (PegHub               *self,
       Client               *client,
       const PegWireMessage *hello)
{
  g_autoptr (PegWireMessage) answer = peg_wire_message_new (PEG_WIRE_HELLO_OK);
  g_autoptr (GPtrArray) missed = NULL;
  PegLedger *ledger = peg_shop_get_ledger (self->shop);

  g_clear_handle_id (&client->hello_id, g_source_remove);
  set_user (self, client, hello->user);

  if (hello->has_position && g_strcmp0 (hello->epoch, peg_ledger_get_epoch (ledger)) == 0)
    missed = peg_hub_list_missed (self->shop, hello->seq);

  answer->epoch = g_strdup (peg_ledger_get_epoch (ledger));
  answer->seq = peg_ledger_get_seq (ledger);
  answer->has_position = TRUE;
  answer->recovered = missed != NULL;
  answer->user = g_strdup (client->user);
  answer->name = g_strdup (self->name);
  answer->server_us = g_get_real_time ();
  answer->ping_ms = PING_MS;
  answer->retry_window_ms = MAX (self->clients->len * 1000 / CLIENTS_PER_SECOND, 1000);
  answer->poll_ms = POLL_MS;
  send_message (client, answer);

  if (missed != NULL)
    send_missed (self, client, missed);
  else
    send_list (self, client);

  if (!client->greeted) {
    client->greeted = TRUE;
    broadcast_presence (self, client, TRUE);
  }
  send_notes (self, client);
  PEG_LOG ("hello", "s:user", client->user, "s:client", hello->name,
           "s:recovered", missed != NULL ? "yes" : "no");
}

static void
replay (PegHub  *self,
        Client  *client,
        guint64  from)
{
  g_autoptr (GPtrArray) missed = from > 0 ? peg_hub_list_missed (self->shop, from - 1) : NULL;

  if (missed != NULL)
    send_missed (self, client, missed);
  else
    send_list (self, client);
}

static void
send_digest (PegHub *self,
             Client *client)
{
  g_autoptr (PegWireMessage) digest = peg_hub_make_digest (self->shop);

  send_message (client, digest);
}

static void
answer_ping (Client               *client,
             const PegWireMessage *ping)
{
  g_autoptr (PegWireMessage) pong = peg_wire_message_new (PEG_WIRE_PONG);

  pong->plain = ping->plain;
  pong->id = ping->id;
  pong->server_us = g_get_real_time ();
  send_message (client, pong);
}

static void
handle (PegHub               *self,
        Client               *client,
        const PegWireMessage *message)
{
  switch ((int) message->kind) {
  case PEG_WIRE_PING:
    answer_ping (client, message);
    break;
  case PEG_WIRE_HELLO:
    if (client->dialect == PEG_DIALECT_PEGBOARD_1)
      greet (self, client, message);
    break;
  case PEG_WIRE_REPLAY:
    if (client->greeted && client->dialect == PEG_DIALECT_PEGBOARD_1)
      replay (self, client, message->seq);
    break;
  case PEG_WIRE_DIGEST_REQUEST:
    if (client->greeted)
      send_digest (self, client);
    break;
  case PEG_WIRE_SET_USER:
    set_user (self, client, message->user);
    if (client->greeted) {
      send_list (self, client);
      send_notes (self, client);
    }
    break;
  case PEG_WIRE_REFRESH_FILES:
    peg_vault_rescan (peg_shop_get_vault (self->shop));
    if (client->greeted)
      send_list (self, client);
    break;
  case PEG_WIRE_REQUEST_UPDATE:
    if (client->greeted)
      send_list (self, client);
    break;
  default:
    /* Channels are for a later version, and what is not known is ignored. */
    break;
  }
}

/* Classic servers say nothing to what they do not understand. */
static void
refuse (Client       *client,
        const GError *error)
{
  g_autoptr (PegWireMessage) message = NULL;

  if (client->dialect == PEG_DIALECT_CLASSIC)
    return;

  message = peg_wire_message_new (PEG_WIRE_ERROR_MESSAGE);
  message->code = g_strdup ("bad_message");
  message->text = g_strdup (error->message);
  send_message (client, message);
}

static void
message_cb (SoupWebsocketConnection *connection,
            int                      type,
            GBytes                  *bytes,
            Client                  *client)
{
  g_autoptr (PegWireMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  gconstpointer data;
  gsize length;

  if (type != SOUP_WEBSOCKET_DATA_TEXT)
    return;

  data = g_bytes_get_data (bytes, &length);
  message = peg_wire_decode_client (data, length, &error);
  if (message == NULL) {
    refuse (client, error);
    return;
  }

  handle (client->hub, client, message);
}

static void
closed_cb (SoupWebsocketConnection *connection,
           Client                  *client)
{
  PegHub *self = client->hub;

  if (client->greeted)
    broadcast_presence (self, client, FALSE);
  PEG_LOG ("socket-closed", "s:user", client->user,
           "i:code", (gint64) soup_websocket_connection_get_close_code (connection),
           "i:clients", (gint64) self->clients->len - 1);
  g_ptr_array_remove_fast (self->clients, client);
}

static gboolean
hello_cb (gpointer user_data)
{
  Client *client = user_data;

  client->hello_id = 0;
  if (soup_websocket_connection_get_state (client->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (client->connection, CLOSE_NO_HELLO, "No hello came");

  return G_SOURCE_REMOVE;
}

static void
peg_hub_dispose (GObject *object)
{
  PegHub *self = PEG_HUB (object);

  g_clear_handle_id (&self->list_id, g_source_remove);
  g_ptr_array_set_size (self->clients, 0);
  g_clear_object (&self->shop);

  G_OBJECT_CLASS (peg_hub_parent_class)->dispose (object);
}

static void
peg_hub_finalize (GObject *object)
{
  PegHub *self = PEG_HUB (object);

  g_clear_pointer (&self->list[PEG_DIALECT_CLASSIC], g_bytes_unref);
  g_clear_pointer (&self->list[PEG_DIALECT_PEGBOARD_1], g_bytes_unref);
  g_ptr_array_unref (self->clients);
  g_free (self->name);

  G_OBJECT_CLASS (peg_hub_parent_class)->finalize (object);
}

static void
peg_hub_class_init (PegHubClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = peg_hub_dispose;
  object_class->finalize = peg_hub_finalize;
}

static void
peg_hub_init (PegHub *self)
{
  self->clients = g_ptr_array_new_with_free_func ((GDestroyNotify) client_free);
}

/**
 * peg_hub_new:
 * @shop: a shop that is open
 * @name: (nullable): what the shop is called
 *
 * Returns: (transfer full): a hub without clients
 */
PegHub *
peg_hub_new (PegShop    *shop,
             const char *name)
{
  PegHub *self;

  g_return_val_if_fail (PEG_IS_SHOP (shop), NULL);

  self = g_object_new (PEG_TYPE_HUB, NULL);
  self->shop = g_object_ref (shop);
  self->name = g_strdup (name);
  g_signal_connect_object (shop, "changed", G_CALLBACK (changed_cb), self, 0);

  return self;
}

guint
peg_hub_get_n_clients (PegHub *self)
{
  g_return_val_if_fail (PEG_IS_HUB (self), 0);

  return self->clients->len;
}

/**
 * peg_hub_accept:
 * @self: a hub
 * @connection: a socket that was just opened
 * @user: (nullable): who the client says it is
 *
 * Takes a socket in. A client of the older dialect gets the list at once, one of
 * the newer dialect after its `hello`.
 */
void
peg_hub_accept (PegHub                  *self,
                SoupWebsocketConnection *connection,
                const char              *user)
{
  const char *protocol;
  Client *client;

  g_return_if_fail (PEG_IS_HUB (self));

  protocol = soup_websocket_connection_get_protocol (connection);
  soup_websocket_connection_set_max_incoming_payload_size (connection, MAX_INCOMING);

  client = g_new0 (Client, 1);
  client->hub = self;
  client->connection = g_object_ref (connection);
  client->user = g_strdup (peg_name_is_person (user) ? user : "anonymous");
  peg_hub_socket_watch (connection);
  client->dialect = g_strcmp0 (protocol, PEG_WIRE_PROTOCOL) == 0 ? PEG_DIALECT_PEGBOARD_1
                                                                 : PEG_DIALECT_CLASSIC;
  g_ptr_array_add (self->clients, client);
  g_signal_connect (connection, "message", G_CALLBACK (message_cb), client);
  g_signal_connect (connection, "closed", G_CALLBACK (closed_cb), client);
  PEG_LOG ("socket-opened", "s:user", client->user,
           "s:dialect", client->dialect == PEG_DIALECT_CLASSIC ? "classic" : PEG_WIRE_PROTOCOL,
           "i:clients", (gint64) self->clients->len);

  if (client->dialect == PEG_DIALECT_PEGBOARD_1) {
    client->hello_id = g_timeout_add (HELLO_MS, hello_cb, client);
    g_source_set_name_by_id (client->hello_id, "[pegboard] hello_cb");
    return;
  }

  client->greeted = TRUE;
  send_list (self, client);
  send_notes (self, client);
  broadcast_presence (self, client, TRUE);
}

/**
 * peg_hub_send_notes:
 * @self: a hub
 * @user: somebody
 *
 * Sends the notes for @user to wherever they are connected.
 */
void
peg_hub_send_notes (PegHub     *self,
                    const char *user)
{
  g_return_if_fail (PEG_IS_HUB (self));

  for (guint i = 0; i < self->clients->len; i++) {
    Client *client = g_ptr_array_index (self->clients, i);

    if (client->greeted && strcmp (client->user, user) == 0)
      send_notes (self, client);
  }
}

/**
 * peg_hub_close_all:
 * @self: a hub
 * @code: why, a close code of RFC 6455
 * @reason: the same in words
 *
 * Begins to close every socket. They are gone when peg_hub_get_n_clients() is 0.
 */
void
peg_hub_close_all (PegHub     *self,
                   gushort     code,
                   const char *reason)
{
  g_return_if_fail (PEG_IS_HUB (self));

  for (guint i = 0; i < self->clients->len; i++) {
    Client *client = g_ptr_array_index (self->clients, i);

    if (soup_websocket_connection_get_state (client->connection) == SOUP_WEBSOCKET_STATE_OPEN)
      soup_websocket_connection_close (client->connection, code, reason);
  }
}
