/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-hub"

#include "peg-config.h"

#include "peg-hub-private.h"

#include "peg-hub-messages.h"
#include "peg-log.h"

/* What hello_ok tells clients to do (docs/protocol.md, “hello_ok”). One thousand
 * clients reconnect within a second, as many as a server takes. */
#define PING_MS 25000
#define POLL_MS 2000
#define CLIENTS_PER_SECOND 1000

static void
send_missed (PegHub       *self,
             PegHubClient *client,
             GPtrArray    *records)
{
  /* Who cannot take them all gets the list instead, as ever. */
  for (guint i = 0; i < records->len && !client->list_due; i++) {
    g_autoptr (GBytes) bytes = peg_hub_make_delta (self->shop, g_ptr_array_index (records, i));

    peg_hub_client_send_raw (client, PEG_SOCKET_TEXT, PEG_HUB_STATE, bytes);
  }
}

static void
send_frame_cb (GBytes   *frame,
               gpointer  user_data)
{
  PegHubClient *client = user_data;

  peg_hub_client_send_raw (client, PEG_SOCKET_BINARY, PEG_HUB_ANSWER, frame);
}

/* Binary frames are offered to whoever asks for them. */
static void
offer_transfers (PegHub               *self,
                 PegHubClient         *client,
                 const PegWireMessage *hello,
                 PegWireMessage       *answer)
{
  if (!hello->transfer)
    return;

  if (client->transfers == NULL)
    client->transfers = peg_hub_transfers_new (self->shop, send_frame_cb, client);
  answer->max_chunk = PEG_HUB_MAX_CHUNK;
  answer->transfer_window = PEG_HUB_WINDOW;
}

static void
greet (PegHub               *self,
       PegHubClient         *client,
       const PegWireMessage *hello)
{
  g_autoptr (PegWireMessage) answer = peg_wire_message_new (PEG_WIRE_HELLO_OK);
  g_autoptr (GPtrArray) missed = NULL;
  PegLedger *ledger = peg_shop_get_ledger (self->shop);

  g_clear_handle_id (&client->hello_id, g_source_remove);
  peg_hub_set_user (self, client, hello->user);
  if (hello->topics != NULL && hello->topics[0] != NULL)
    client->topics = peg_hub_topics_read ((const char * const *) hello->topics);

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
  answer->retry_window_ms = MAX (peg_hub_get_herd (self) * 1000 / CLIENTS_PER_SECOND, 1000);
  answer->poll_ms = POLL_MS;
  offer_transfers (self, client, hello, answer);
  if ((client->topics & PEG_HUB_PRESENCE) != 0)
    answer->present = peg_hub_list_present (self, client);
  peg_hub_client_send (client, answer);

  if (missed != NULL)
    send_missed (self, client, missed);
  else
    peg_hub_send_list (self, client);

  if (!client->greeted) {
    client->greeted = TRUE;
    peg_hub_client_come (client);
  }
  peg_hub_send_notes_to (self, client);
  PEG_LOG ("hello", "s:user", client->user, "s:client", hello->name,
           "s:recovered", missed != NULL ? "yes" : "no");
}

static void
replay (PegHub       *self,
        PegHubClient *client,
        guint64       from)
{
  g_autoptr (GPtrArray) missed = from > 0 ? peg_hub_list_missed (self->shop, from - 1) : NULL;

  if (missed != NULL)
    send_missed (self, client, missed);
  else
    peg_hub_send_list (self, client);
}

static void
send_digest (PegHub       *self,
             PegHubClient *client)
{
  /* It costs a checksum over the whole shop, and many ask for the same one. */
  if (self->digest == NULL) {
    g_autoptr (PegWireMessage) digest = peg_hub_make_digest (self->shop);

    self->digest = peg_hub_encode (digest, PEG_DIALECT_PEGBOARD_1);
  }

  peg_hub_client_send_raw (client, PEG_SOCKET_TEXT, PEG_HUB_ANSWER, self->digest);
}

static void
answer_ping (PegHubClient         *client,
             const PegWireMessage *ping)
{
  g_autoptr (PegWireMessage) pong = peg_wire_message_new (PEG_WIRE_PONG);

  pong->plain = ping->plain;
  pong->id = ping->id;
  pong->server_us = g_get_real_time ();
  peg_hub_client_send (client, pong);
}

static void
handle (PegHub               *self,
        PegHubClient         *client,
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
  case PEG_WIRE_AUTH:
    peg_hub_auth (self, client, message);
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
    peg_hub_set_user (self, client, message->user);
    if (client->greeted) {
      peg_hub_send_list (self, client);
      peg_hub_send_notes_to (self, client);
    }
    break;
  case PEG_WIRE_REFRESH_FILES:
    peg_vault_rescan (peg_shop_get_vault (self->shop));
    if (client->greeted)
      peg_hub_send_list (self, client);
    break;
  case PEG_WIRE_REQUEST_UPDATE:
    if (client->greeted)
      peg_hub_send_list (self, client);
    break;
  case PEG_WIRE_SUBSCRIBE:
  case PEG_WIRE_UNSUBSCRIBE:
    if (client->greeted)
      peg_hub_client_subscribe (client, message->channel, message->kind == PEG_WIRE_SUBSCRIBE);
    break;
  default:
    /* What is not known is ignored. */
    break;
  }
}

/* Classic servers say nothing to what they do not understand. */
static void
refuse (PegHubClient *client,
        const GError *error)
{
  g_autoptr (PegWireMessage) message = NULL;

  if (client->dialect == PEG_DIALECT_CLASSIC)
    return;

  message = peg_wire_message_new (PEG_WIRE_ERROR_MESSAGE);
  message->code = g_strdup ("bad_message");
  message->text = g_strdup (error->message);
  peg_hub_client_send (client, message);
}

/* How many messages a client may send at once, in seconds’ worth: a window that
 * opens asks for several things. */
#define BURST 4

/* Whether a message may be looked at. Who sends too many is told so once, and
 * their messages are not worked on; who does not mind is closed. */
static gboolean
may_say (PegHub       *self,
         PegHubClient *client)
{
  g_autoptr (PegWireMessage) message = NULL;
  guint per_s = self->limits.messages_per_s, wait_s = 1;
  gint64 now_us = peg_gate_get_time (self->gate);

  if (peg_bucket_take (&client->messages, per_s, BURST * per_s, now_us, &wait_s)) {
    client->n_refused = 0;
    return TRUE;
  }

  if (client->n_refused++ >= BURST * per_s) {
    PEG_LOG ("too-many-messages", "s:user", client->user);
    peg_hub_client_close (client, PEG_HUB_CLOSE_LATER, "Too many messages; come again in 5 s");
  } else if (client->n_refused == 1 && client->dialect == PEG_DIALECT_PEGBOARD_1) {
    message = peg_wire_message_new (PEG_WIRE_ERROR_MESSAGE);
    message->code = g_strdup ("too_many");
    message->text = g_strdup_printf ("Too many messages; this one was not looked at. Come again "
                                     "in %u s", wait_s);
    peg_hub_client_send (client, message);
  }

  return FALSE;
}

/* What was begun may go on as fast as it can: the window bounds it. To begin is to
 * ask for something, like a message. */
static void
take_frame (PegHub       *self,
            PegHubClient *client,
            GBytes       *bytes)
{
  g_autoptr (GError) error = NULL;

  if (client->transfers == NULL ||
      (!peg_hub_transfers_knows (client->transfers, bytes) && !may_say (self, client)))
    return;

  if (!peg_hub_transfers_take (client->transfers, bytes, client->user,
                               peg_hub_auth_get_role (self, client) >= PEG_ROLE_MACHINIST, &error))
    refuse (client, error);
}

/* A message has come. */
void
peg_hub_receive (PegHub        *self,
                 PegHubClient  *client,
                 PegSocketKind  type,
                 GBytes        *bytes)
{
  g_autoptr (PegWireMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  gconstpointer data;
  gsize length;

  if (!peg_hub_auth_may_say (self, client, type, bytes))
    return;

  if (type != PEG_SOCKET_TEXT) {
    take_frame (self, client, bytes);
    return;
  }

  if (!may_say (self, client))
    return;

  data = g_bytes_get_data (bytes, &length);
  message = peg_wire_decode_client (data, length, &error);
  if (message == NULL) {
    refuse (client, error);
    return;
  }

  handle (self, client, message);
}
