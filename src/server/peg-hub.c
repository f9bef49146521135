/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-hub"

#include "peg-config.h"

#include "peg-hub-private.h"

#include "peg-hub-messages.h"
#include "peg-log.h"
#include "peg-name.h"

#include <string.h>

/* For how long the time in a list that is kept is near enough: ages are shown in
 * minutes. */
#define TIME_KEEPS_US G_USEC_PER_SEC
#define TIME_MEMBER ",\"timestamp\":"

/* How often clients of the older dialect get the whole list at most
 * (docs/protocol.md, “Classic”). */
#define LIST_MS 250

/* How much is sent in one go, bytes. */
#define MAX_NEWS (64 * 1024)

/**
 * PegHub:
 *
 * The sockets: who is connected, in which dialect, and what they are told. A
 * message is written once for all who get it.
 */
G_DEFINE_FINAL_TYPE (PegHub, peg_hub, G_TYPE_OBJECT)

/* The list itself may be old, when nothing changed for a night; its time is that of
 * sending it, because clients set their clocks by it. It stands at the end. */
static void
renew_time (PegHub     *self,
            PegDialect  dialect)
{
  g_autoptr (PegWireMessage) message = NULL;
  g_autoptr (GBytes) now = NULL;
  const gint64 now_us = g_get_monotonic_time ();
  const char *old_text, *now_text, *old_end, *now_end;
  gsize old_length, now_length;
  GByteArray *renewed;

  if (now_us - self->list_us[dialect] < TIME_KEEPS_US)
    return;

  message = peg_wire_message_new (PEG_WIRE_FILE_LIST);
  message->server_us = g_get_real_time ();
  now = peg_hub_encode (message, dialect);

  old_text = g_bytes_get_data (self->list[dialect], &old_length);
  now_text = g_bytes_get_data (now, &now_length);
  old_end = g_strrstr_len (old_text, (gssize) old_length, TIME_MEMBER);
  now_end = g_strrstr_len (now_text, (gssize) now_length, TIME_MEMBER);
  g_return_if_fail (old_end != NULL && now_end != NULL);

  renewed = g_byte_array_sized_new ((guint) (old_length + now_length));
  g_byte_array_append (renewed, (const guint8 *) old_text, (guint) (old_end - old_text));
  g_byte_array_append (renewed, (const guint8 *) now_end,
                       (guint) (now_length - (gsize) (now_end - now_text)));
  g_bytes_unref (self->list[dialect]);
  self->list[dialect] = g_byte_array_free_to_bytes (renewed);
  self->list_us[dialect] = now_us;
}

/* NULL when it is too long for the socket. */
static GBytes *
get_list (PegHub     *self,
          PegDialect  dialect)
{
  const gsize most = dialect == PEG_DIALECT_CLASSIC ? G_MAXSIZE : PEG_WIRE_MAX_BYTES;

  if (self->list[dialect] != NULL) {
    renew_time (self, dialect);
    return self->list[dialect];
  }

  self->list[dialect] = peg_hub_make_list (self->shop, dialect, most);
  self->list_us[dialect] = g_get_monotonic_time ();

  return self->list[dialect];
}

static void schedule_list (PegHub *self);

/* A list that is too long for the socket is fetched over HTTP. Who does not read
 * gets no more lists on top; the newest follows when there is room. */
void
peg_hub_send_list (PegHub       *self,
                   PegHubClient *client)
{
  g_autoptr (PegWireMessage) message = NULL;
  GBytes *list;

  client->list_due = !peg_hub_client_is_clear (client);
  if (client->list_due)
    return;

  list = get_list (self, client->dialect);
  if (list != NULL) {
    peg_hub_client_send_raw (client, PEG_SOCKET_TEXT, PEG_HUB_STATE, list);
    return;
  }

  message = peg_wire_message_new (PEG_WIRE_INVALIDATE);
  message->type = g_strdup ("update_requested");
  peg_hub_client_send (client, message);
}

/* Sends what a client is owed that can take it now. */
void
peg_hub_send_due (PegHub       *self,
                  PegHubClient *client)
{
  if (client->list_due && client->dialect == PEG_DIALECT_CLASSIC)
    schedule_list (self);
  else if (client->list_due)
    peg_hub_send_list (self, client);

  if (client->notes_due)
    peg_hub_send_notes_to (self, client);
}

/* Sends the notes that nobody has acknowledged, if there are any. */
void
peg_hub_send_notes_to (PegHub       *self,
                       PegHubClient *client)
{
  g_autoptr (GPtrArray) notes = peg_ledger_list_notes (peg_shop_get_ledger (self->shop),
                                                       client->user, NULL);
  g_autoptr (PegWireMessage) message = NULL;

  if ((client->topics & PEG_HUB_NOTES) == 0)
    return;

  client->notes_due = !peg_hub_client_is_clear (client);
  if (client->notes_due || notes == NULL || notes->len == 0)
    return;

  message = peg_wire_message_new (PEG_WIRE_NOTES);
  message->notes = g_steal_pointer (&notes);
  peg_hub_client_send (client, message);
}

/* Sends a message to all who want to hear of such things. */
void
peg_hub_broadcast (PegHub               *self,
                   PegHubTopics          topic,
                   const PegWireMessage *message,
                   const PegHubClient   *except)
{
  GBytes *bytes[2] = { NULL, NULL };

  for (guint i = 0; i < self->clients->len; i++) {
    PegHubClient *client = g_ptr_array_index (self->clients, i);

    if (!client->greeted || (client->topics & topic) == 0 || client == except)
      continue;
    if (bytes[client->dialect] == NULL)
      bytes[client->dialect] = peg_hub_encode (message, client->dialect);
    peg_hub_client_send_raw (client, PEG_SOCKET_TEXT, PEG_HUB_STATE,
                             bytes[client->dialect]);
  }

  g_clear_pointer (&bytes[PEG_DIALECT_CLASSIC], g_bytes_unref);
  g_clear_pointer (&bytes[PEG_DIALECT_PEGBOARD_1], g_bytes_unref);
}

static void
broadcast_list (PegHub *self)
{
  self->listed_us = g_get_monotonic_time ();

  for (guint i = 0; i < self->clients->len; i++) {
    PegHubClient *client = g_ptr_array_index (self->clients, i);

    if (client->list_due)
      peg_hub_send_list (self, client);
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

/* Sends what has changed to everybody who hears of changes, all of it in one go. It
 * comes before whatever else is sent to anybody. */
void
peg_hub_send_news (PegHub *self)
{
  g_autoptr (GBytes) frames = NULL;

  if (self->news->len == 0)
    return;

  g_clear_handle_id (&self->news_id, g_source_remove);
  frames = g_byte_array_free_to_bytes (g_steal_pointer (&self->news));
  self->news = g_byte_array_new ();

  for (guint i = 0; i < self->clients->len; i++) {
    PegHubClient *client = g_ptr_array_index (self->clients, i);

    /* Before it is known who a client is it gets nothing. */
    if (client->greeted && client->dialect == PEG_DIALECT_PEGBOARD_1 && !client->list_due)
      peg_hub_client_send_raw (client, PEG_SOCKET_FRAMES, PEG_HUB_STATE, frames);
  }
}

static gboolean
news_cb (gpointer user_data)
{
  PegHub *self = user_data;

  self->news_id = 0;
  peg_hub_send_news (self);

  return G_SOURCE_REMOVE;
}

/* Changes that the ledger keeps together, and those of one turn of the main loop, are
 * one call of the kernel for each socket, and not one each: when 200 people check out
 * at once that is what it costs. Nothing comes between in the next turn. */
static void
add_news (PegHub          *self,
          const PegRecord *record)
{
  g_autoptr (GBytes) delta = peg_hub_make_delta (self->shop, record);

  peg_socket_add_frame (self->news, PEG_SOCKET_TEXT, delta);
  if (self->news->len > MAX_NEWS) {
    peg_hub_send_news (self);
  } else if (self->news_id == 0) {
    self->news_id = g_idle_add_full (G_PRIORITY_HIGH, news_cb, self, NULL);
    g_source_set_name_by_id (self->news_id, "[pegboard] news_cb");
  }
}

static void
changed_cb (PegShop         *shop,
            const PegRecord *record,
            PegHub          *self)
{
  gboolean has_classic = FALSE, has_newer = FALSE;

  g_clear_pointer (&self->digest, g_bytes_unref);
  g_clear_pointer (&self->list[PEG_DIALECT_CLASSIC], g_bytes_unref);
  g_clear_pointer (&self->list[PEG_DIALECT_PEGBOARD_1], g_bytes_unref);

  for (guint i = 0; i < self->clients->len; i++) {
    PegHubClient *client = g_ptr_array_index (self->clients, i);

    if (!client->greeted)
      continue;
    if (client->dialect == PEG_DIALECT_CLASSIC)
      has_classic = client->list_due = TRUE;
    else
      has_newer = TRUE;
  }

  if (has_newer)
    add_news (self, record);
  if (has_classic)
    schedule_list (self);
}

/* A name that cannot be a person’s changes nothing. */
void
peg_hub_set_user (PegHub       *self,
                  PegHubClient *client,
                  const char   *user)
{
  /* Who proved who they are is nobody else. */
  if (client->caller != NULL || !peg_name_is_person (user) || strcmp (client->user, user) == 0)
    return;

  peg_hub_client_go (client);
  g_free (client->user);
  client->user = g_strdup (user);
  if (client->greeted)
    peg_hub_client_come (client);
}

static void
peg_hub_dispose (GObject *object)
{
  PegHub *self = PEG_HUB (object);

  g_clear_handle_id (&self->list_id, g_source_remove);
  g_clear_handle_id (&self->auth_look_id, g_source_remove);
  g_clear_handle_id (&self->ping_id, g_source_remove);
  g_clear_handle_id (&self->news_id, g_source_remove);
  g_ptr_array_set_size (self->clients, 0);
  g_clear_object (&self->people);
  g_clear_object (&self->shop);

  G_OBJECT_CLASS (peg_hub_parent_class)->dispose (object);
}

static void
peg_hub_finalize (GObject *object)
{
  PegHub *self = PEG_HUB (object);

  g_clear_pointer (&self->digest, g_bytes_unref);
  g_clear_pointer (&self->list[PEG_DIALECT_CLASSIC], g_bytes_unref);
  g_clear_pointer (&self->list[PEG_DIALECT_PEGBOARD_1], g_bytes_unref);
  g_ptr_array_unref (self->clients);
  g_hash_table_unref (self->present);
  peg_poll_unref (self->poll);
  g_byte_array_unref (self->news);
  peg_gate_free (self->gate);
  peg_login_free (self->login);
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
  self->clients = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_hub_client_free);
  self->poll = peg_poll_new ();
  self->news = g_byte_array_new ();
  self->present = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * peg_hub_new:
 * @shop: a shop that is open
 * @name: (nullable): what the shop is called
 * @limits: what clients may cost
 *
 * Returns: (transfer full): a hub without clients
 */
PegHub *
peg_hub_new (PegShop         *shop,
             const char      *name,
             const PegLimits *limits)
{
  PegHub *self;

  g_return_val_if_fail (PEG_IS_SHOP (shop), NULL);

  self = g_object_new (PEG_TYPE_HUB, NULL);
  self->shop = g_object_ref (shop);
  self->name = g_strdup (name);
  self->limits = *limits;
  self->gate = peg_gate_new (limits, NULL, NULL);
  self->login = peg_login_new ();
  peg_herd_begin (&self->herd, peg_ledger_get_n_clients (peg_shop_get_ledger (shop)),
                  peg_gate_get_time (self->gate));
  g_signal_connect_object (shop, "changed", G_CALLBACK (changed_cb), self, 0);

  return self;
}

/**
 * peg_hub_get_gate:
 * @self: a hub
 *
 * Returns: (transfer none): what counts who comes
 */
PegGate *
peg_hub_get_gate (PegHub *self)
{
  g_return_val_if_fail (PEG_IS_HUB (self), NULL);

  return self->gate;
}

/**
 * peg_hub_get_login:
 * @self: a hub
 *
 * Returns: (transfer none): what counts who was wrong, over sockets and in requests
 */
PegLogin *
peg_hub_get_login (PegHub *self)
{
  g_return_val_if_fail (PEG_IS_HUB (self), NULL);

  return self->login;
}

guint
peg_hub_get_n_clients (PegHub *self)
{
  g_return_val_if_fail (PEG_IS_HUB (self), 0);

  return self->clients->len;
}

/**
 * peg_hub_get_n_waiting:
 * @self: a hub
 *
 * Returns: how much waits for clients to read, bytes
 */
gsize
peg_hub_get_n_waiting (PegHub *self)
{
  gsize n_waiting = 0;

  g_return_val_if_fail (PEG_IS_HUB (self), 0);

  for (guint i = 0; i < self->clients->len; i++)
    n_waiting += ((PegHubClient *) g_ptr_array_index (self->clients, i))->n_waiting;

  return n_waiting;
}

/* How many clients come back when the server was away. It is asked whenever one
 * came or is about to go. The ledger learns of it when it changed by a tenth: a
 * server that is killed has no moment to write it down. */
guint
peg_hub_get_herd (PegHub *self)
{
  PegLedger *ledger = peg_shop_get_ledger (self->shop);
  guint size = peg_herd_see (&self->herd, self->clients->len, peg_gate_get_time (self->gate));
  guint noted = peg_ledger_get_n_clients (ledger);

  if (MAX (size, noted) - MIN (size, noted) > MAX (size, noted) / 10)
    peg_ledger_note_n_clients (ledger, size);

  return size;
}

/* A client of the older dialect gets the list at once. */
void
peg_hub_let_in (PegHub       *self,
                PegHubClient *client)
{
  if (client->dialect == PEG_DIALECT_PEGBOARD_1)
    return;

  client->greeted = TRUE;
  peg_hub_send_list (self, client);
  peg_hub_send_notes_to (self, client);
  peg_hub_client_come (client);
}

/* How often it is looked who is to be pinged. */
#define PING_TICK_MS 1000

/* One timer for all sockets: five thousand of them would be looked at in every turn
 * of the main loop. */
static gboolean
ping_cb (gpointer user_data)
{
  PegHub *self = user_data;
  gint64 due_us = g_get_monotonic_time () - self->limits.ping_s * G_USEC_PER_SEC;

  for (guint i = 0; i < self->clients->len; i++) {
    PegHubClient *client = g_ptr_array_index (self->clients, i);

    if (client->pinged_us <= due_us) {
      client->pinged_us = due_us + self->limits.ping_s * G_USEC_PER_SEC;
      peg_socket_ping (client->socket);
    }
  }

  if (self->clients->len > 0)
    return G_SOURCE_CONTINUE;

  self->ping_id = 0;

  return G_SOURCE_REMOVE;
}

static void
watch_quiet (PegHub *self)
{
  if (self->ping_id != 0 || self->limits.ping_s == 0)
    return;

  self->ping_id = g_timeout_add (PING_TICK_MS, ping_cb, self);
  g_source_set_name_by_id (self->ping_id, "[pegboard] ping_cb");
}

/**
 * peg_hub_accept:
 * @self: a hub
 * @arrival: a socket that was just opened
 *
 * Takes a socket in, when it is known who that is; where it has to be and is not
 * it waits for a word. A client of the older dialect then gets the list at once,
 * one of the newer dialect after its `hello`.
 */
void
peg_hub_accept (PegHub              *self,
                const PegHubArrival *arrival)
{
  g_auto (GStrv) names = NULL;
  PegHubClient *client;
  gboolean is_known;

  g_return_if_fail (PEG_IS_HUB (self));

  client = peg_hub_client_new (self, arrival);
  if (arrival->topics != NULL) {
    names = g_strsplit (arrival->topics, ",", -1);
    client->topics = peg_hub_topics_read ((const char * const *) names);
  }
  is_known = peg_hub_auth_begin (self, client, arrival->caller);
  g_ptr_array_add (self->clients, client);
  watch_quiet (self);
  peg_hub_get_herd (self);
  PEG_LOG ("socket-opened", "s:user", client->user,
           "s:dialect", client->dialect == PEG_DIALECT_CLASSIC ? "classic" : PEG_WIRE_PROTOCOL,
           "i:clients", (gint64) self->clients->len);

  if (is_known)
    peg_hub_let_in (self, client);
  peg_socket_begin (client->socket);
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
    PegHubClient *client = g_ptr_array_index (self->clients, i);

    if (client->greeted && strcmp (client->user, user) == 0)
      peg_hub_send_notes_to (self, client);
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

  peg_ledger_note_n_clients (peg_shop_get_ledger (self->shop), peg_hub_get_herd (self));

  for (guint i = 0; i < self->clients->len; i++)
    peg_hub_client_close (g_ptr_array_index (self->clients, i), code, reason);
}
