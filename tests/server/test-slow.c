/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "server-fixture.h"

#include <sys/socket.h>

/* How many changes happen while one client does not read; they are about 40 MB. */
#define CHANGES 100000

/* After how many of them the other client is given a turn. */
#define TURN 50

/* What the server may keep for one socket (docs/protocol.md, “Limits”), and one
 * message beyond it. */
#define MAX_WAITING (4 * 1024 * 1024)

/* A client that reads when the test does, and not when the main loop runs. */
typedef struct {
  GSocketConnection *connection; /* (owned) */
  GSocket *socket;               /* (unowned) */
  GByteArray *received;          /* (owned) */
  gboolean is_ended;
} Raw;

static void
raw_read (Raw *raw)
{
  g_autoptr (GError) error = NULL;
  char buffer[65536];
  gssize length;

  while ((length = g_socket_receive (raw->socket, buffer, sizeof buffer, NULL, &error)) > 0)
    g_byte_array_append (raw->received, (const guint8 *) buffer, (guint) length);

  raw->is_ended = !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

static gboolean
raw_has (Raw         *raw,
         const char  *part)
{
  raw_read (raw);

  return raw->received->len > 0 &&
         memmem (raw->received->data, raw->received->len, part, strlen (part)) != NULL;
}

static void
raw_say (Raw        *raw,
         guint8      opcode,
         const char *text)
{
  gsize length = strlen (text);
  const char header[] = { (char) (0x80 | opcode), (char) (0x80 | length), 0, 0, 0, 0 };
  g_autoptr (GError) error = NULL;

  /* The mask is 0, as RFC 6455 allows. */
  g_assert_cmpuint (length, <, 126);
  g_socket_send (raw->socket, header, sizeof header, NULL, &error);
  g_assert_no_error (error);
  g_socket_send (raw->socket, text, length, NULL, &error);
  g_assert_no_error (error);
}

/* A small buffer, so that little is taken unread. */
static void
raw_open (Raw           *raw,
          ServerFixture *self,
          const char    *protocol)
{
  g_autoptr (GUri) uri = g_uri_parse (self->uri, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GString) request = g_string_new ("GET /ws?user=slow HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                                              "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                                              "Sec-WebSocket-Version: 13\r\n"
                                              "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n");

  if (protocol != NULL)
    g_string_append_printf (request, "Sec-WebSocket-Protocol: %s\r\n", protocol);
  g_string_append (request, "\r\n");

  g_socket_client_set_enable_proxy (client, FALSE);
  raw->connection = g_socket_client_connect_to_host (client, "127.0.0.1",
                                                     (guint16) g_uri_get_port (uri), NULL, NULL);
  g_assert_nonnull (raw->connection);
  raw->socket = g_socket_connection_get_socket (raw->connection);
  raw->received = g_byte_array_new ();
  g_assert_true (g_socket_set_option (raw->socket, SOL_SOCKET, SO_RCVBUF, 65536, NULL));
  g_socket_set_blocking (raw->socket, FALSE);
  g_assert_cmpint (g_socket_send (raw->socket, request->str, request->len, NULL, NULL), ==,
                   (gssize) request->len);
  peg_test_wait_until (raw_has (raw, "\r\n\r\n"));
}

/* From here on it reads as others do. */
static void
raw_hurry (Raw *raw)
{
  g_assert_true (g_socket_set_option (raw->socket, SOL_SOCKET, SO_RCVBUF, 1024 * 1024, NULL));
  g_byte_array_set_size (raw->received, 0);
}

static void
raw_clear (Raw *raw)
{
  g_object_unref (raw->connection);
  g_byte_array_unref (raw->received);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Raw, raw_clear)

/* Something happens to the first file. What the disk needs for it is left out:
 * this is about what follows. */
static void
change (ServerFixture *self,
        guint64        seq)
{
  g_autoptr (PegRecord) record = peg_record_new (PEG_CAUSE_CHANGED);
  gint64 row = 1;

  record->seq = seq;
  g_array_append_val (record->changed, row);
  g_signal_emit_by_name (peg_server_get_shop (self->server), "changed", record);
}

/* Makes changes, and gives how much waited at most. @reader: (nullable): somebody
 * who reads as fast as it goes, and is not to miss any. */
static gsize
change_often (ServerFixture *self,
              guint          n,
              ServerSocket  *reader)
{
  guint n_before = reader != NULL ? reader->texts->len : 0;
  gsize most = 0;

  for (guint i = 0; i < n; i++) {
    change (self, i + 1);
    most = MAX (most, peg_hub_get_n_waiting (peg_server_get_hub (self->server)));
    if (i % TURN == 0) {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      if (reader != NULL)
        peg_test_wait_until (reader->texts->len == n_before + i + 1);
    }
  }

  return most;
}

/* A client that does not read costs a bounded amount, nobody else waits for it,
 * and it gets what is so when it reads again. */
static void
test_slow_bounded (ServerFixture *self,
                   gconstpointer  data)
{
  g_auto (Raw) slow = { .connection = NULL };
  g_autoptr (ServerSocket) other = server_socket_open (self, FALSE, "dana");
  gboolean is_told = FALSE;
  guint n_before;
  gsize most;

  server_socket_say (other, "{\"type\":\"hello\"}");
  wait_text (other, "FILE_LIST_UPDATED");
  raw_open (&slow, self, "pegboard.1");
  raw_say (&slow, 1, "{\"type\":\"hello\"}");
  peg_test_wait_until (raw_has (&slow, "FILE_LIST_UPDATED"));
  wait_text (other, "\"user_connected\",\"username\":\"slow\"");
  n_before = other->texts->len;

  most = change_often (self, CHANGES, other);
  g_assert_cmpuint (most, >, MAX_WAITING / 2);
  g_assert_cmpuint (most, <=, MAX_WAITING);
  peg_test_wait_until (other->texts->len == n_before + CHANGES);
  g_assert_null (strstr (g_ptr_array_index (other->texts, other->texts->len - 1), "FILE_LIST"));

  raw_hurry (&slow);
  peg_test_wait_until (raw_has (&slow, "FILE_LIST_UPDATED"));
  g_assert_cmpuint (slow.received->len, <, 2 * MAX_WAITING);

  /* It is told again what happens, once it has the newest list: it may have fallen
   * behind more than once. */
  for (guint64 seq = CHANGES + 1; !is_told; seq++) {
    g_autofree char *part = g_strdup_printf ("\"seq\":%" G_GUINT64_FORMAT, seq);

    g_byte_array_set_size (slow.received, 0);
    change (self, seq);
    peg_test_wait_until (raw_has (&slow, part) || raw_has (&slow, "FILE_LIST_UPDATED"));
    is_told = raw_has (&slow, part);
    g_assert_cmpuint (seq, <, CHANGES + 10);
  }
  g_assert_cmpuint (peg_hub_get_n_waiting (peg_server_get_hub (self->server)), ==, 0);
}

/* A client of the older dialect gets the newest list, and none of the others. */
static void
test_slow_classic (ServerFixture *self,
                   gconstpointer  data)
{
  g_auto (Raw) slow = { .connection = NULL };

  for (guint i = 0; i < 3000; i++) {
    g_autofree char *name = g_strdup_printf ("many/%u.nc", i);

    peg_test_write (self->root, name, "()");
  }
  peg_vault_rescan (peg_shop_get_vault (peg_server_get_shop (self->server)));
  peg_test_wait_until (peg_shop_get_n_files (peg_server_get_shop (self->server)) == 3004);

  raw_open (&slow, self, NULL);
  for (guint i = 0; i < 20; i++) {
    g_autofree char *path = g_strdup_printf ("files/many%%2F%u.nc/checkout", i);

    server_fixture_post (self, path, "{\"user\":\"newest\"}");
    raw_say (&slow, 1, "{\"type\":\"request_update\"}");
    g_assert_cmpuint (peg_hub_get_n_waiting (peg_server_get_hub (self->server)), <, 65536);
  }
  raw_hurry (&slow);
  peg_test_wait_until (raw_has (&slow, "newest"));
}

/* The last frame says why, and when nothing is read it ends after 5 s. */
static void
test_slow_stalled (ServerFixture *self,
                   gconstpointer  data)
{
  static const guint8 code[] = { 0x03, 0xf5 };
  g_auto (Raw) slow = { .connection = NULL };

  server_fixture_stop (self);
  self->limits.stall_ms = 200;
  server_fixture_start (self);
  raw_open (&slow, self, "pegboard.1");
  raw_say (&slow, 1, "{\"type\":\"hello\"}");
  peg_test_wait_until (raw_has (&slow, "FILE_LIST_UPDATED"));

  /* Only the end of the socket takes away what waits. */
  while (peg_hub_get_n_waiting (peg_server_get_hub (self->server)) < MAX_WAITING / 2)
    change_often (self, TURN, NULL);
  peg_test_wait_until (peg_hub_get_n_waiting (peg_server_get_hub (self->server)) == 0);
  raw_hurry (&slow);
  peg_test_wait_until (raw_has (&slow, "Nothing was read"));
  g_assert_nonnull (memmem (slow.received->data, slow.received->len, code, sizeof code));

  /* It says the code itself, and is gone at once. */
  raw_say (&slow, 8, "\x03\xf5");
  peg_test_wait_until (peg_hub_get_n_clients (peg_server_get_hub (self->server)) == 0);
}

/* A client that says goodbye and reads nothing is not kept, nor what waits for it. */
static void
test_slow_goodbye (ServerFixture *self,
                   gconstpointer  data)
{
  g_auto (Raw) slow = { .connection = NULL };

  raw_open (&slow, self, "pegboard.1");
  raw_say (&slow, 1, "{\"type\":\"hello\"}");
  peg_test_wait_until (raw_has (&slow, "FILE_LIST_UPDATED"));
  while (peg_hub_get_n_waiting (peg_server_get_hub (self->server)) < MAX_WAITING / 2)
    change_often (self, TURN, NULL);

  raw_say (&slow, 8, "\x03\xe8");
  peg_test_wait_until (peg_hub_get_n_waiting (peg_server_get_hub (self->server)) == 0);
  g_assert_cmpuint (peg_hub_get_n_clients (peg_server_get_hub (self->server)), ==, 1);
  peg_test_wait_until (peg_hub_get_n_clients (peg_server_get_hub (self->server)) == 0);
}

/* A client that reads slowly, but reads, is not thrown out. */
static void
test_slow_reading (ServerFixture *self,
                   gconstpointer  data)
{
  g_auto (Raw) slow = { .connection = NULL };
  gint64 end_us;

  server_fixture_stop (self);
  self->limits.stall_ms = 1000;
  server_fixture_start (self);
  raw_open (&slow, self, "pegboard.1");
  raw_say (&slow, 1, "{\"type\":\"hello\"}");
  peg_test_wait_until (raw_has (&slow, "FILE_LIST_UPDATED"));

  end_us = g_get_monotonic_time () + 1500 * 1000;
  while (g_get_monotonic_time () < end_us) {
    change_often (self, 2000, NULL);
    raw_read (&slow);
  }
  g_assert_cmpuint (peg_hub_get_n_clients (peg_server_get_hub (self->server)), ==, 1);
  g_assert_false (slow.is_ended);
}

/* The answers to a flood of pings are not kept for one that does not read them. */
static void
test_slow_pings (ServerFixture *self,
                 gconstpointer  data)
{
  g_auto (Raw) slow = { .connection = NULL };
  g_autoptr (GError) error = NULL;
  static const char ping[] = { (char) 0x89, (char) 0x80, 0, 0, 0, 0 };

  raw_open (&slow, self, "pegboard.1");
  raw_say (&slow, 1, "{\"type\":\"hello\"}");
  peg_test_wait_until (raw_has (&slow, "FILE_LIST_UPDATED"));
  while (peg_hub_get_n_waiting (peg_server_get_hub (self->server)) < MAX_WAITING / 2)
    change_often (self, TURN, NULL);

  for (guint i = 0; i < 200000 && error == NULL &&
       peg_hub_get_n_waiting (peg_server_get_hub (self->server)) > 0; i++) {
    if (g_socket_send (slow.socket, ping, sizeof ping, NULL, &error) < 0 &&
        g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      g_clear_error (&error);
    g_main_context_iteration (NULL, FALSE);
  }
  g_assert_cmpuint (peg_hub_get_n_waiting (peg_server_get_hub (self->server)), ==, 0);
  raw_hurry (&slow);
  peg_test_wait_until (raw_has (&slow, "asks for more than it reads"));
}

/* A quiet socket is pinged, which is what its client and the routers on the way
 * know the connection by. */
static void
test_slow_keepalive (ServerFixture *self,
                     gconstpointer  data)
{
  static const PegLimits usual = PEG_LIMITS_INIT;
  g_auto (Raw) quiet = { .connection = NULL };

  g_assert_cmpuint (usual.ping_s, ==, 25);
  server_fixture_stop (self);
  self->limits.ping_s = 1;
  server_fixture_start (self);
  raw_open (&quiet, self, "pegboard.1");
  raw_say (&quiet, 1, "{\"type\":\"hello\"}");
  peg_test_wait_until (raw_has (&quiet, "FILE_LIST_UPDATED"));
  g_byte_array_set_size (quiet.received, 0);
  peg_test_wait_until (raw_has (&quiet, "\x89"));
  g_assert_cmpuint (quiet.received->data[0], ==, 0x89);
}

#define add(name, func) \
  g_test_add ("/server/slow/" name, ServerFixture, NULL, server_fixture_set_up, func, \
              server_fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("bounded", test_slow_bounded);
  add ("classic", test_slow_classic);
  add ("stalled", test_slow_stalled);
  add ("goodbye", test_slow_goodbye);
  add ("reading", test_slow_reading);
  add ("pings", test_slow_pings);
  add ("keepalive", test_slow_keepalive);

  return g_test_run ();
}
