/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-connection-private.h"
#include "peg-worker-private.h"

#include "fake-clock.h"
#include "fake-server.h"

#include <string.h>

#define S ((gint64) G_USEC_PER_SEC)

#define ONE "{\"A\":[{\"filename\":\"a.nc\",\"path\":\"a.nc\"}]}"
#define TWO "{\"A\":[{\"filename\":\"a.nc\",\"path\":\"a.nc\"},{\"filename\":\"b.nc\",\"path\":\"b.nc\"}]}"

/* The worker against a real HTTP server that knows nothing of WebSockets, until a
 * test lets it. */
typedef struct {
  FakeServer *server;
  FakeClock *clock;
  FakeRandom *random;
  PegStore *store;
  PegWorker *worker;
  const char *body;
  const char *etag;
  guint status;      /* of the list */
  guint n_lists;
  guint n_same;
  const char *notes; /* (nullable): 404 */
  guint n_notes;
} Fixture;

static void
answer_cb (FakeServer        *server,
           const FakeRequest *request,
           SoupServerMessage *message,
           gpointer           user_data)
{
  Fixture *fixture = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  const char *known = fake_server_get_header (request, "If-None-Match");

  if (g_str_equal (request->path, "/config")) {
    fake_server_reply (message, 200, "{\"username\":\"ada\"}");
  } else if (g_str_equal (request->path, "/messages/check")) {
    fixture->n_notes++;
    g_assert_cmpstr (request->query, ==, "user=ada");
    fake_server_reply (message, fixture->notes != NULL ? 200 : 404,
                       fixture->notes != NULL ? fixture->notes : "{}");
  } else if (!g_str_equal (request->path, "/files")) {
    soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
  } else if (fixture->status != 200) {
    soup_message_headers_replace (headers, "Retry-After", "7");
    fake_server_reply (message, fixture->status, "{\"detail\":\"no\"}");
  } else if (fixture->etag != NULL && g_strcmp0 (known, fixture->etag) == 0) {
    fixture->n_same++;
    soup_server_message_set_status (message, SOUP_STATUS_NOT_MODIFIED, NULL);
  } else {
    fixture->n_lists++;
    if (fixture->etag != NULL)
      soup_message_headers_replace (headers, "ETag", fixture->etag);
    soup_message_headers_replace (headers, "Pegboard-Epoch", "e");
    soup_message_headers_replace (headers, "Pegboard-Seq",
                                  g_str_equal (fixture->body, ONE) ? "1" : "2");
    fake_server_reply (message, 200, fixture->body);
  }
}

static PegSnapshot *
peek (Fixture *fixture)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (fixture->store);

  return snapshot;
}

static const PegLinkStatus *
status_of (Fixture *fixture)
{
  return peg_snapshot_get_link (peek (fixture));
}

static guint
n_files (Fixture *fixture)
{
  return peg_snapshot_get_counts (peek (fixture))->all;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->server = fake_server_new ("pegboard.1", NULL);
  fixture->server->handler = answer_cb;
  fixture->server->handler_data = fixture;
  fixture->body = ONE;
  fixture->etag = "\"one\"";
  fixture->status = 200;
  fixture->clock = fake_clock_new ();
  fixture->random = fake_random_new (0.5);
  fixture->store = peg_store_new ();
  fixture->worker = peg_worker_new (fixture->store, PEG_CLOCK (fixture->clock),
                                    PEG_RANDOM (fixture->random));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  peg_worker_shut_down (fixture->worker);
  g_assert_cmpuint (fake_clock_n_timers (fixture->clock), ==, 0);
  g_assert_finalize_object (g_steal_pointer (&fixture->worker));
  g_clear_pointer (&fixture->server, fake_server_free);
  g_assert_finalize_object (g_steal_pointer (&fixture->clock));
  g_assert_finalize_object (g_steal_pointer (&fixture->random));
  g_assert_finalize_object (g_steal_pointer (&fixture->store));
}

static void
connect_without_sockets (Fixture *fixture)
{
  g_auto (PegAddress) address = { 0 };
  g_autofree char *url = fake_server_dup_url (fixture->server, "http", "");

  soup_server_remove_handler (fixture->server->server, "/ws");
  g_assert_true (peg_address_parse (&address, url, NULL));
  peg_worker_connect (fixture->worker, &(PegWorkerTarget) { .address = &address, .user = "ada" });
  AWAIT (status_of (fixture)->state == PEG_LINK_POLLING);
}

/* Lets the next poll come, and be answered. */
static void
poll_once (Fixture *fixture)
{
  const guint n = fixture->server->requests->len;

  fake_clock_advance (fixture->clock, 2 * S);
  AWAIT (fixture->server->requests->len > n && !fixture->worker->connection->polls);
}

static void
test_same (Fixture       *fixture,
           gconstpointer  data)
{
  connect_without_sockets (fixture);
  g_assert_cmpuint (n_files (fixture), ==, 1);
  g_assert_cmpuint (fixture->n_lists, ==, 1);

  /* What is known is not sent again. */
  poll_once (fixture);
  g_assert_cmpuint (fixture->n_same, ==, 1);
  g_assert_cmpuint (fixture->n_lists, ==, 1);

  fixture->body = TWO;
  fixture->etag = "\"two\"";
  poll_once (fixture);
  g_assert_cmpuint (n_files (fixture), ==, 2);
  g_assert_cmpuint (fixture->n_lists, ==, 2);
  g_assert_cmpint (status_of (fixture)->state, ==, PEG_LINK_POLLING);
}

/* What only a socket brings by itself is asked for now and then. */
static void
test_notes (Fixture       *fixture,
            gconstpointer  data)
{
  const gboolean known = data != NULL;

  fixture->notes = data;
  connect_without_sockets (fixture);
  for (guint i = 0; i < 12; i++)
    poll_once (fixture);
  AWAIT (fixture->n_notes >= 1);
  if (known)
    AWAIT (peg_snapshot_get_notes (peek (fixture))->len == 1);

  for (guint i = 0; i < 12; i++)
    poll_once (fixture);
  AWAIT (fixture->n_notes >= (known ? 2 : 1));
  g_assert_cmpuint (fixture->n_notes, <=, known ? 3 : 1);
  g_assert_cmpint (status_of (fixture)->state, ==, PEG_LINK_POLLING);
}

/* Fails in the words of the server, and keeps its time. */
static void
test_busy (Fixture       *fixture,
           gconstpointer  data)
{
  connect_without_sockets (fixture);
  fixture->status = 429;
  poll_once (fixture);
  AWAIT (status_of (fixture)->state == PEG_LINK_WAITING);
  g_assert_cmpint (status_of (fixture)->reason, ==, PEG_LINK_REASON_BUSY);
  g_assert_cmpint (status_of (fixture)->retry_at_us -
                   peg_clock_get_mono_us (PEG_CLOCK (fixture->clock)), ==, 7700000);
}

static void
socket_message_cb (SoupWebsocketConnection *socket,
                   SoupWebsocketDataType    type,
                   GBytes                  *message,
                   gpointer                 user_data)
{
  const char *text = g_bytes_get_data (message, NULL);

  if (g_str_has_prefix (text, "{\"type\":\"hello\""))
    soup_websocket_connection_send_text (socket, "{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":1,"
                                         "\"recovered\":true,\"user\":\"ada\"}");
  else if (g_str_has_prefix (text, "{\"type\":\"ping\",\"id\":1}"))
    soup_websocket_connection_send_text (socket, "{\"type\":\"pong\",\"id\":1}");
}

static void
socket_cb (SoupServer              *server,
           SoupServerMessage       *message,
           const char              *path,
           SoupWebsocketConnection *socket,
           gpointer                 user_data)
{
  FakeServer *fake = user_data;

  g_signal_connect (socket, "message", G_CALLBACK (socket_message_cb), NULL);
  g_ptr_array_add (fake->sockets, g_object_ref (socket));
}

/* The way is free again: within 15 s the socket is back, and polling is over. */
static void
test_back (Fixture       *fixture,
           gconstpointer  data)
{
  char *protocols[] = { (char *) "pegboard.1", NULL };
  gint64 passed_us = 0;
  guint n;

  connect_without_sockets (fixture);
  poll_once (fixture);
  soup_server_add_websocket_handler (fixture->server->server, "/ws", NULL, protocols,
                                     socket_cb, fixture->server, NULL);

  while (fixture->server->sockets->len == 0) {
    g_assert_cmpint (passed_us, <=, 15 * S);
    g_assert_cmpint (status_of (fixture)->state, ==, PEG_LINK_POLLING);
    fake_clock_advance (fixture->clock, S / 2);
    passed_us += S / 2;
    AWAIT (!fixture->worker->connection->polls &&
           (fixture->worker->connection->candidate == NULL ||
            fixture->server->sockets->len > 0));
  }

  AWAIT (status_of (fixture)->state == PEG_LINK_LIVE);
  n = fixture->server->requests->len;
  fake_clock_advance (fixture->clock, 6 * S);
  g_assert_cmpuint (fixture->server->requests->len, ==, n);
}

#define ADD(name, func) ADD_WITH (name, NULL, func)
#define ADD_WITH(name, data, func) \
  g_test_add ("/polling/" name, Fixture, data, set_up, func, tear_down)
#define NOTES \
  "{\"messages\":[{\"id\":\"1\",\"sender\":\"bo\",\"message\":\"hi\"," \
  "\"timestamp\":\"2026-01-05T10:42:00Z\"}]}"

#define HELLO \
  "{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":1,\"recovered\":false,\"user\":\"ada\"}"
#define LIST \
  "{\"type\":\"FILE_LIST_UPDATED\",\"epoch\":\"e\",\"seq\":1,\"payload\":" ONE "}"

static guint
n_requests (Fixture    *fixture,
            const char *path)
{
  guint n = 0;

  for (guint i = 0; i < fixture->server->requests->len; i++) {
    const FakeRequest *request = g_ptr_array_index (fixture->server->requests, i);

    n += g_str_equal (request->path, path) ? 1 : 0;
  }

  return n;
}

static gboolean
is_asking (Fixture *fixture)
{
  return fixture->worker->config_ask.n_running > 0 || fixture->worker->list_ask.n_running > 0;
}

/* However many messages make one ask: one question, and once more when it is
 * answered. */
static void
test_flood (Fixture       *fixture,
            gconstpointer  data)
{
  g_auto (PegAddress) address = { 0 };
  g_autofree char *url = fake_server_dup_url (fixture->server, "http", "");

  fixture->server->greeting = g_strdup (HELLO);
  g_assert_true (peg_address_parse (&address, url, NULL));
  peg_worker_connect (fixture->worker, &(PegWorkerTarget) { .address = &address, .user = "ada" });
  AWAIT (fixture->server->sockets->len == 1);
  fake_server_send (fixture->server, LIST);
  AWAIT (status_of (fixture)->state == PEG_LINK_LIVE);

  for (guint i = 0; i < 1000; i++) {
    fake_server_send (fixture->server, "{\"type\":\"CONFIG_CHANGED\"}");
    fake_server_send (fixture->server, "{\"type\":\"update_requested\"}");
  }
  fake_server_send (fixture->server,
                    "{\"type\":\"notification\",\"message\":\"That was all\"}");

  AWAIT (peg_snapshot_get_notices (peek (fixture))->len == 1);
  AWAIT (!is_asking (fixture));
  g_assert_cmpuint (n_requests (fixture, "/config"), >=, 1);
  g_assert_cmpuint (n_requests (fixture, "/files"), >=, 1);
  /* Some answers come while the messages still do. */
  g_assert_cmpuint (n_requests (fixture, "/config"), <, 100);
  g_assert_cmpuint (n_requests (fixture, "/files"), <, 100);
  g_assert_cmpint (status_of (fixture)->state, ==, PEG_LINK_LIVE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("same", test_same);
  ADD_WITH ("notes", NOTES, test_notes);
  ADD ("no-notes", test_notes);
  ADD ("busy", test_busy);
  ADD ("back", test_back);
  ADD ("flood", test_flood);

  return g_test_run ();
}
