/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "server-fixture.h"

#include "peg-digest.h"
#include "peg-wire.h"

static void
test_server_notes (ServerFixture       *self,
                   gconstpointer  data)
{
  g_autoptr (ServerSocket) socket = server_socket_open (self, TRUE, "dana");
  g_autofree char *id = NULL;
  g_autofree char *acknowledgement = NULL;
  const char *text;

  assert_has (server_fixture_post (self, "messages/send",
                    "{\"recipient\":\"dana\",\"sender\":\"eve\",\"message\":\"Bring it <b>back</b>\"}"),
              "success");
  wait_text (socket, "NEW_MESSAGES");
  assert_has (server_socket_find (socket, "NEW_MESSAGES"), "Bring it <b>back</b>");

  text = server_fixture_get (self, "messages/check?user=dana");
  assert_has (text, "{\"messages\":[{");
  id = g_strndup (strstr (text, "\"id\":\"") + 6, 36);
  acknowledgement = g_strdup_printf ("{\"message_id\":\"%s\",\"user\":\"dana\"}", id);
  assert_has (server_fixture_post (self, "messages/acknowledge", acknowledgement), "success");
  assert_has (server_fixture_get (self, "messages/check?user=dana"), "{\"messages\":[]}");
  server_fixture_post (self, "messages/send", "{\"recipient\":\"dana\"}");
  assert_status (422);
  server_fixture_post (self, "messages/acknowledge", "x");
  assert_status (422);
}

static void
test_server_classic (ServerFixture       *self,
                     gconstpointer  data)
{
  g_autoptr (ServerSocket) dana = server_socket_open (self, TRUE, "dana");
  g_autoptr (ServerSocket) eve = NULL;

  wait_text (dana, "FILE_LIST_UPDATED");
  g_assert_null (strstr (server_socket_find (dana, "FILE_LIST_UPDATED"), "\"epoch\""));
  eve = server_socket_open (self, TRUE, "eve");
  wait_text (dana, "\"user_connected\",\"username\":\"eve\"");
  wait_text (eve, "FILE_LIST_UPDATED");

  server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"dana\",\"message\":\"fixture\"}");
  wait_text (eve, "\"locked_by\":\"dana\"");
  assert_has (server_socket_find (eve, "\"locked_by\":\"dana\""), "FILE_LIST_UPDATED");
  g_assert_null (server_socket_find (eve, "FILES_CHANGED"));

  server_socket_say (eve, "ping");
  peg_test_wait_until (g_strcmp0 (g_ptr_array_index (eve->texts, eve->texts->len - 1), "pong") == 0);
  server_socket_say (eve, "{\"type\":\"ping\"}");
  wait_text (eve, "\"type\":\"pong\"");
  server_socket_say (eve, "SET_USER:frank");
  wait_text (dana, "\"user_connected\",\"username\":\"frank\"");
  server_socket_say (eve, "nonsense");
  server_socket_say (eve, "{\"type\":\"nonsense\"}");
  server_socket_say (eve, "{\"type\":\"subscribe\",\"channel\":\"files\"}");
  g_ptr_array_set_size (eve->texts, 0);
  server_socket_say (eve, "{\"type\":\"request_update\"}");
  wait_text (eve, "FILE_LIST_UPDATED");
  g_ptr_array_set_size (eve->texts, 0);
  server_socket_say (eve, "REFRESH_FILES");
  wait_text (eve, "FILE_LIST_UPDATED");

  g_clear_pointer (&eve, server_socket_free);
  wait_text (dana, "\"user_disconnected\",\"username\":\"frank\"");
}

/* However much happens, the whole list comes four times a second at most. */
static void
test_server_classic_calm (ServerFixture       *self,
                          gconstpointer  data)
{
  g_autoptr (ServerSocket) socket = server_socket_open (self, TRUE, "dana");
  gint64 begin_us = g_get_monotonic_time (), lists;

  wait_text (socket, "FILE_LIST_UPDATED");
  for (guint i = 0; i < 40; i++) {
    server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");
    server_fixture_post (self, "files/a.nc/cancel_checkout", "{\"user\":\"dana\"}");
  }
  server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"last\"}");
  wait_text (socket, "\"locked_by\":\"last\"");
  lists = (g_get_monotonic_time () - begin_us) / 250000 + 3;
  g_assert_cmpint (socket->texts->len, <=, lists);
}

/* How often the client below asks for the list, which is about 1 KiB long. */
#define ASKS 20000

/* A client that asks and does not read gets a bounded part of the lists, and the
 * newest when it reads again. Its mask is 0, as RFC 6455 allows. */
static void
test_server_stalled (ServerFixture *self,
                     gconstpointer  data)
{
  static const char ask[] = "{\"type\":\"request_update\"}";
  g_autoptr (GUri) uri = g_uri_parse (self->uri, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GString) asks = g_string_new ("GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                                           "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                                           "Sec-WebSocket-Version: 13\r\n"
                                           "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
  GSocket *socket;
  gsize sent = 0, received = 0;
  gboolean is_there = FALSE;
  gssize n;

  server_fixture_stop (self);
  self->limits.messages_per_s = ASKS;
  server_fixture_start (self);
  g_clear_pointer (&uri, g_uri_unref);
  uri = g_uri_parse (self->uri, SOUP_HTTP_URI_FLAGS, NULL);

  for (guint i = 0; i < ASKS; i++) {
    const char header[] = { (char) 0x81, (char) (0x80 | (sizeof ask - 1)), 0, 0, 0, 0 };

    g_string_append_len (asks, header, sizeof header);
    g_string_append (asks, ask);
  }

  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", (guint16) g_uri_get_port (uri),
                                                NULL, NULL);
  g_assert_nonnull (connection);
  socket = g_socket_connection_get_socket (connection);
  g_socket_set_blocking (socket, FALSE);
  while (sent < asks->len) {
    n = g_socket_send (socket, asks->str + sent, asks->len - sent, NULL, NULL);
    sent += (gsize) MAX (n, 0);
    g_main_context_iteration (NULL, FALSE);
  }

  server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"newest\"}");
  peg_test_wait_until ((n = g_socket_receive (socket, self->buffer, sizeof self->buffer, NULL, NULL),
                        received += (gsize) MAX (n, 0),
                        is_there = n > 0 && g_strstr_len (self->buffer, n, "newest") != NULL));
  g_assert_true (is_there);
  g_assert_cmpuint (received, <, 8 * 1024 * 1024);
}

static PegWireMessage *
decode (ServerSocket *socket,
        guint   index)
{
  const char *text;
  g_autoptr (GError) error = NULL;
  PegWireMessage *message;

  peg_test_wait_until (socket->texts->len > index);
  text = g_ptr_array_index (socket->texts, index);
  message = peg_wire_decode_server (text, strlen (text), &error);
  g_assert_no_error (error);

  return message;
}

static void
test_server_pegboard (ServerFixture       *self,
                      gconstpointer  data)
{
  g_autoptr (ServerSocket) socket = server_socket_open (self, FALSE, "dana");
  g_autoptr (PegWireMessage) hello = NULL;
  g_autoptr (PegWireMessage) list = NULL;
  g_autoptr (PegWireMessage) first = NULL;
  g_autoptr (PegWireMessage) second = NULL;
  g_autoptr (ServerSocket) resumed = NULL;
  g_autoptr (PegWireMessage) hello_again = NULL;
  g_autoptr (PegWireMessage) missed = NULL;
  g_autoptr (PegWireMessage) digest = NULL;
  g_autoptr (PegWireMessage) now = NULL;
  g_autofree char *text = NULL;
  g_autofree char *sum = NULL;
  const char *text_of_digest;

  server_socket_say (socket, "{\"type\":\"hello\",\"client\":\"test\"}");
  hello = decode (socket, 0);
  g_assert_cmpint (hello->kind, ==, PEG_WIRE_HELLO_OK);
  g_assert_cmpstr (hello->name, ==, "Smith & Sons");
  g_assert_cmpstr (hello->user, ==, "dana");
  g_assert_cmpuint (hello->seq, ==, 0);
  g_assert_false (hello->recovered);
  g_assert_cmpuint (hello->ping_ms, ==, 25000);
  g_assert_cmpuint (hello->retry_window_ms, >=, 1000);
  list = decode (socket, 1);
  g_assert_cmpint (list->kind, ==, PEG_WIRE_FILE_LIST);
  g_assert_cmpuint (list->entries->len, ==, 4);
  g_assert_true (list->has_position);

  server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"dana\",\"station\":\"VF-4\"}");
  first = decode (socket, 2);
  g_assert_cmpint (first->kind, ==, PEG_WIRE_FILES_CHANGED);
  g_assert_cmpuint (first->seq, ==, 1);
  g_assert_cmpint (first->cause, ==, PEG_CAUSE_CHECK_OUT);
  g_assert_cmpstr (first->user, ==, "dana");
  g_assert_cmpuint (first->entries->len, ==, 1);
  g_assert_cmpstr (peg_entry_get_station (g_ptr_array_index (first->entries, 0)), ==, "VF-4");

  server_fixture_post (self, "files/a.nc/cancel_checkout", "{\"user\":\"dana\"}");
  second = decode (socket, 3);
  g_assert_cmpuint (second->seq, ==, 2);

  /* Somebody who saw the first event gets the second, and not the list. */
  resumed = server_socket_open (self, FALSE, "eve");
  text = g_strdup_printf ("{\"type\":\"hello\",\"client\":\"test\",\"resume\":{\"epoch\":\"%s\",\"seq\":1}}",
                          hello->epoch);
  server_socket_say (resumed, text);
  hello_again = decode (resumed, 0);
  g_assert_true (hello_again->recovered);
  g_assert_cmpuint (hello_again->seq, ==, 2);
  missed = decode (resumed, 1);
  g_assert_cmpint (missed->kind, ==, PEG_WIRE_FILES_CHANGED);
  g_assert_cmpuint (missed->seq, ==, 2);
  g_assert_null (server_socket_find (resumed, "FILE_LIST_UPDATED"));

  g_ptr_array_set_size (resumed->texts, 0);
  server_socket_say (resumed, "{\"type\":\"replay\",\"from\":1}");
  peg_test_wait_until (resumed->texts->len == 2);
  server_socket_say (resumed, "{\"type\":\"digest\"}");
  wait_text (resumed, "\"seq\":2,\"hash\"");
  text_of_digest = server_socket_find (resumed, "\"hash\"");
  digest = peg_wire_decode_server (text_of_digest, strlen (text_of_digest), NULL);
  g_assert_cmpuint (digest->seq, ==, 2);

  /* Whoever has the list, and sums it up with the function of the client, has
   * the same. */
  g_ptr_array_set_size (resumed->texts, 0);
  server_socket_say (resumed, "{\"type\":\"request_update\"}");
  now = decode (resumed, 0);
  g_assert_cmpint (now->kind, ==, PEG_WIRE_FILE_LIST);
  sum = peg_digest_entries (now->entries);
  g_assert_cmpstr (digest->hash, ==, sum);

  /* The next one is of what is so by then. */
  server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");
  server_socket_say (resumed, "{\"type\":\"digest\"}");
  wait_text (resumed, "\"seq\":3,\"hash\"");

  server_socket_say (resumed, "{\"type\":\"ping\",\"id\":7}");
  wait_text (resumed, "\"id\":7");
}

/* After a file was deleted and another took its path, what happened cannot be
 * sent one by one: who was away gets the list. */
static void
test_server_resume_removed (ServerFixture *self,
                            gconstpointer  data)
{
  g_autoptr (ServerSocket) socket = server_socket_open (self, FALSE, "dana");
  g_autoptr (ServerSocket) resumed = NULL;
  g_autoptr (PegWireMessage) hello = NULL;
  g_autoptr (PegWireMessage) deleted = NULL;
  g_autoptr (PegWireMessage) hello_again = NULL;
  g_autofree char *text = NULL;

  server_socket_say (socket, "{\"type\":\"hello\"}");
  hello = decode (socket, 0);
  peg_test_remove (self->root, "Lathe/b.nc");
  deleted = decode (socket, 2);
  g_assert_cmpint (deleted->cause, ==, PEG_CAUSE_DELETED);
  g_assert_cmpstr (deleted->removed[0], ==, "Lathe/b.nc");

  resumed = server_socket_open (self, FALSE, "eve");
  text = g_strdup_printf ("{\"type\":\"hello\",\"resume\":{\"epoch\":\"%s\",\"seq\":0}}",
                          hello->epoch);
  server_socket_say (resumed, text);
  hello_again = decode (resumed, 0);
  g_assert_false (hello_again->recovered);
  wait_text (resumed, "FILE_LIST_UPDATED");
  g_assert_null (server_socket_find (resumed, "FILES_CHANGED"));

  g_ptr_array_set_size (resumed->texts, 0);
  server_socket_say (resumed, "{\"type\":\"replay\",\"from\":1}");
  wait_text (resumed, "FILE_LIST_UPDATED");
}

static void
test_server_other_epoch (ServerFixture       *self,
                         gconstpointer  data)
{
  static const char * const hellos[] = {
    "{\"type\":\"hello\",\"resume\":{\"epoch\":\"other\",\"seq\":0}}",
    "{\"type\":\"hello\",\"resume\":{\"epoch\":\"EPOCH\",\"seq\":5}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (hellos); i++) {
    g_autoptr (ServerSocket) socket = server_socket_open (self, FALSE, "dana");
    g_autoptr (GString) text = g_string_new (hellos[i]);
    g_autoptr (PegWireMessage) hello = NULL;

    g_string_replace (text, "EPOCH",
                      peg_ledger_get_epoch (peg_shop_get_ledger (peg_server_get_shop (self->server))), 0);
    server_socket_say (socket, text->str);
    hello = decode (socket, 0);
    g_assert_false (hello->recovered);
    wait_text (socket, "FILE_LIST_UPDATED");
  }
}

/* A client that sends more than any client of ours is cut off. */
static void
test_server_flood (ServerFixture       *self,
                   gconstpointer  data)
{
  g_autoptr (ServerSocket) socket = server_socket_open (self, TRUE, "dana");
  g_autofree char *large = g_strnfill (100000, 'x');

  server_socket_say (socket, large);
  peg_test_wait_until (socket->is_closed);
  assert_has (server_fixture_get (self, "healthz"), "ok");
}

static void
test_server_stop (ServerFixture       *self,
                  gconstpointer  data)
{
  g_autoptr (ServerSocket) classic = server_socket_open (self, TRUE, "dana");
  g_autoptr (ServerSocket) newer = server_socket_open (self, FALSE, "eve");
  gint64 begin_us;

  server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");
  begin_us = g_get_monotonic_time ();
  server_fixture_stop (self);
  g_assert_cmpint (g_get_monotonic_time () - begin_us, <, 2 * G_USEC_PER_SEC);
  peg_test_wait_until (classic->is_closed && newer->is_closed);
  g_assert_cmpuint (soup_websocket_connection_get_close_code (newer->connection), ==, 1012);

  server_fixture_start (self);
  assert_has (server_fixture_get (self, "dashboard/stats"), "\"dana\"");
}

/* Everybody is named once, however many windows they have, and is gone when the
 * last one is. */
static void
test_server_presence (ServerFixture *self,
                      gconstpointer  data)
{
  g_autoptr (ServerSocket) dana = server_socket_open (self, FALSE, "dana");
  g_autoptr (ServerSocket) eve = server_socket_open (self, TRUE, "eve");
  g_autoptr (ServerSocket) again = NULL;
  g_autoptr (PegWireMessage) hello = NULL;
  g_autoptr (PegWireMessage) hello_again = NULL;

  server_socket_say (dana, "{\"type\":\"hello\"}");
  hello = decode (dana, 0);
  g_assert_cmpuint (g_strv_length (hello->present), ==, 2);
  g_assert_cmpstr (hello->present[0], ==, "dana");
  g_assert_cmpstr (hello->present[1], ==, "eve");
  wait_text (eve, "\"user_connected\",\"username\":\"dana\"");

  g_ptr_array_set_size (eve->texts, 0);
  again = server_socket_open (self, FALSE, "dana");
  server_socket_say (again, "{\"type\":\"hello\"}");
  hello_again = decode (again, 0);
  g_assert_cmpuint (g_strv_length (hello_again->present), ==, 2);
  g_clear_pointer (&again, server_socket_free);
  peg_test_wait_until (peg_hub_get_n_clients (peg_server_get_hub (self->server)) == 2);
  server_socket_say (eve, "{\"type\":\"ping\"}");
  wait_text (eve, "pong");
  g_assert_cmpuint (eve->texts->len, ==, 1);

  g_clear_pointer (&dana, server_socket_free);
  wait_text (eve, "\"user_disconnected\",\"username\":\"dana\"");
}

static void
test_server_topics (ServerFixture *self,
                    gconstpointer  data)
{
  g_autoptr (ServerSocket) dana = server_socket_open (self, FALSE, "dana");
  g_autoptr (ServerSocket) eve = server_socket_open (self, TRUE, "eve&topics=files,weather");
  g_autoptr (ServerSocket) frank = NULL;
  g_autoptr (PegWireMessage) hello = NULL;

  server_socket_say (dana, "{\"type\":\"hello\",\"topics\":[\"notes\"]}");
  hello = decode (dana, 0);
  g_assert_null (hello->present);
  wait_text (dana, "FILE_LIST_UPDATED");

  frank = server_socket_open (self, TRUE, "frank");
  wait_text (frank, "FILE_LIST_UPDATED");
  server_fixture_post (self, "messages/send",
                       "{\"recipient\":\"dana\",\"sender\":\"eve\",\"message\":\"one\"}");
  server_fixture_post (self, "messages/send",
                       "{\"recipient\":\"eve\",\"sender\":\"dana\",\"message\":\"two\"}");
  wait_text (dana, "NEW_MESSAGES");

  server_socket_say (dana, "{\"type\":\"unsubscribe\",\"channel\":\"notes\"}");
  server_socket_say (dana, "{\"type\":\"unsubscribe\",\"channel\":\"files\"}");
  server_socket_say (dana, "{\"type\":\"subscribe\",\"channel\":\"weather\"}");
  server_socket_say (dana, "{\"type\":\"subscribe\",\"channel\":\"presence\"}");
  wait_text (dana, "\"user_connected\",\"username\":\"frank\"");
  g_ptr_array_set_size (dana->texts, 0);
  server_fixture_post (self, "messages/send",
                       "{\"recipient\":\"dana\",\"sender\":\"eve\",\"message\":\"three\"}");
  server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");
  wait_text (dana, "FILES_CHANGED");
  g_assert_null (server_socket_find (dana, "NEW_MESSAGES"));
  server_socket_say (dana, "{\"type\":\"subscribe\",\"channel\":\"notes\"}");
  wait_text (dana, "three");

  /* The older dialect says it at the beginning. */
  wait_text (eve, "\"locked_by\":\"dana\"");
  g_assert_null (server_socket_find (eve, "user_connected"));
  g_assert_null (server_socket_find (eve, "NEW_MESSAGES"));
}

/* Who asks too often is told so once, and then closed. */
static void
test_server_too_many (ServerFixture *self,
                      gconstpointer  data)
{
  g_autoptr (ServerSocket) socket = NULL;

  server_fixture_stop (self);
  self->limits.messages_per_s = 2;
  server_fixture_start (self);
  server_fixture_hold_clock (self);
  socket = server_socket_open (self, FALSE, "dana");
  server_socket_say (socket, "{\"type\":\"hello\"}");
  for (guint i = 0; i < 7; i++)
    server_socket_say (socket, "{\"type\":\"ping\",\"id\":7}");
  wait_text (socket, "\"pong\"");
  g_assert_null (server_socket_find (socket, "too_many"));

  server_socket_say (socket, "{\"type\":\"ping\",\"id\":8}");
  wait_text (socket, "too_many");
  assert_has (server_socket_find (socket, "too_many"), "in 1 s");
  g_assert_null (server_socket_find (socket, "\"id\":8"));

  for (guint i = 0; i < 10; i++)
    server_socket_say (socket, "{\"type\":\"ping\",\"id\":9}");
  peg_test_wait_until (socket->is_closed);
  g_assert_cmpuint (soup_websocket_connection_get_close_code (socket->connection), ==, 1013);
}

static guint
ask_window (ServerFixture *self)
{
  g_autoptr (ServerSocket) socket = server_socket_open (self, FALSE, "dana");
  g_autoptr (PegWireMessage) hello = NULL;

  server_socket_say (socket, "{\"type\":\"hello\"}");
  hello = decode (socket, 0);
  g_assert_cmpint (hello->kind, ==, PEG_WIRE_HELLO_OK);

  return hello->retry_window_ms;
}

/* The first of a herd that comes back hears of the window that all need, also when
 * the server had no moment to say goodbye. */
static void
test_server_window (ServerFixture *self,
                    gconstpointer  data)
{
  g_autoptr (ServerSocket) first G_GNUC_UNUSED = server_socket_open (self, FALSE, "dana");
  g_autoptr (ServerSocket) second G_GNUC_UNUSED = server_socket_open (self, FALSE, "eve");
  PegShop *shop = peg_server_get_shop (self->server);
  g_autofree char *path = g_build_filename (self->data, "ledger.db", NULL);
  g_autoptr (PegLedger) ledger = NULL;

  g_assert_cmpuint (ask_window (self), ==, 1000);
  g_assert_cmpuint (peg_ledger_get_n_clients (peg_shop_get_ledger (shop)), ==, 3);

  server_fixture_stop (self);
  ledger = peg_ledger_open (path, NULL);
  g_assert_cmpuint (peg_ledger_get_n_clients (ledger), ==, 3);
  peg_ledger_note_n_clients (ledger, 7000);
  g_clear_pointer (&ledger, peg_ledger_free);

  for (guint i = 0; i < 2; i++) {
    server_fixture_start (self);
    g_assert_cmpuint (ask_window (self), ==, 7000);
    if (i == 0)
      server_fixture_stop (self);
  }
}

/* Before the upgrade: with a status and a number. */
static void
test_server_full (ServerFixture *self,
                  gconstpointer  data)
{
  g_autoptr (ServerSocket) socket = NULL;

  server_fixture_stop (self);
  self->limits.max_clients = 1;
  server_fixture_start (self);
  g_clear_pointer (&socket, server_socket_free);
  socket = server_socket_open (self, FALSE, "dana");

  g_assert_cmpuint (server_fixture_upgrade (self, NULL), ==, 503);
  g_assert_cmpstr (server_fixture_get_header (self, "Retry-After"), ==, "5");

  g_clear_pointer (&socket, server_socket_free);
  peg_test_wait_until (peg_hub_get_n_clients (peg_server_get_hub (self->server)) == 0);
  socket = server_socket_open (self, FALSE, "dana");
}

static void
test_server_origin (ServerFixture *self,
                    gconstpointer  data)
{
  g_autofree char *own = g_strndup (self->uri, strlen (self->uri) - 1);
  char *origins[] = { (char *) "https://board.example.com", NULL };

  g_assert_cmpuint (server_fixture_upgrade (self, "https://evil.example.com"), ==, 403);
  g_assert_cmpuint (server_fixture_upgrade (self, "null"), ==, 403);
  g_assert_cmpuint (server_fixture_upgrade (self, "https://board.example.com"), ==, 403);
  g_assert_cmpuint (server_fixture_upgrade (self, own), ==, 101);

  server_fixture_stop (self);
  self->origins = origins;
  server_fixture_start (self);
  g_assert_cmpuint (server_fixture_upgrade (self, "https://board.example.com"), ==, 101);
  g_assert_cmpuint (server_fixture_upgrade (self, "https://board.example.com.evil.org"), ==, 403);
  g_assert_cmpuint (server_fixture_upgrade (self, "http://board.example.com"), ==, 403);
}

#define add(name, func) \
  g_test_add ("/server/sockets/" name, ServerFixture, NULL, server_fixture_set_up, func, \
              server_fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("notes", test_server_notes);
  add ("classic", test_server_classic);
  add ("classic-calm", test_server_classic_calm);
  add ("stalled", test_server_stalled);
  add ("pegboard", test_server_pegboard);
  add ("resume-removed", test_server_resume_removed);
  add ("other-epoch", test_server_other_epoch);
  add ("flood", test_server_flood);
  add ("stop", test_server_stop);
  add ("presence", test_server_presence);
  add ("topics", test_server_topics);
  add ("too-many", test_server_too_many);
  add ("window", test_server_window);
  add ("full", test_server_full);
  add ("origin", test_server_origin);

  return g_test_run ();
}
