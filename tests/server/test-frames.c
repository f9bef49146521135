/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "server-fixture.h"

#include "peg-wire.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

/* RFC 6455 from the other side: what the server makes of raw bytes, and that
 * nobody else notices. The masks are 0, as 5.3 allows, so that the bytes below can
 * be read. */

typedef struct {
  const char *bytes;
  gsize length;
} Bytes;

#define B(literal) { (literal), sizeof (literal) - 1 }
#define M "\0\0\0\0"

/* @answer is what the server sends, all of it; with @code 0 the socket stays
 * open; else a close frame with that code follows. */
typedef struct {
  const char *name;
  Bytes sent;
  Bytes answer;
  guint code;
} FrameCase;

#define PING "\x81\x84" M "ping"
#define PONG "\x81\x04pong"
#define PROBE "\x89\x86" M "still?"
#define PROBED "\x8a\x06still?"

#define X25 "xxxxxxxxxxxxxxxxxxxxxxxxx"
#define X124 X25 X25 X25 X25 "xxxxxxxxxxxxxxxxxxxxxxxx"
#define X125 X124 "x"

static const FrameCase cases[] = {
  { "a text", B (PING), B (PONG), 0 },
  { "two texts", B (PING PING), B (PONG PONG), 0 },
  { "another mask", B ("\x81\x84\x01\x02\x03\x04\x71\x6b\x6d\x63"), B (PONG), 0 },
  { "a ping", B ("\x89\x83" M "abc"), B ("\x8a\x03" "abc"), 0 },
  { "a ping of 125 bytes", B ("\x89\xfd" M X125), B ("\x8a\x7d" X125), 0 },
  { "a pong that nobody asked for", B ("\x8a\x83" M "abc"), B (""), 0 },
  { "a text in pieces", B ("\x01\x82" M "pi\x80\x82" M "ng"), B (PONG), 0 },
  { "a text in pieces around a ping", B ("\x01\x82" M "pi\x89\x80" M "\x80\x82" M "ng"),
    B ("\x8a\x00" PONG), 0 },
  { "a text after a ping", B ("\x89\x81" M "a" PING), B ("\x8a\x01" "a" PONG), 0 },
  { "a text in pieces around a pong", B ("\x01\x82" M "pi\x8a\x80" M "\x80\x82" M "ng"),
    B (PONG), 0 },

  { "a text without a mask", B ("\x81\x04ping"), B (""), 1002 },
  { "a ping without a mask", B ("\x89\x00"), B (""), 1002 },
  { "a text without a mask after one with", B (PING "\x81\x04ping"), B (PONG), 1002 },
  { "RSV1", B ("\xc1\x84" M "ping"), B (""), 1002 },
  { "RSV2", B ("\xa1\x84" M "ping"), B (""), 1002 },
  { "RSV3", B ("\x91\x84" M "ping"), B (""), 1002 },
  { "opcode 3", B ("\x83\x80" M), B (""), 1002 },
  { "opcode 7", B ("\x87\x80" M), B (""), 1002 },
  { "opcode 11", B ("\x8b\x80" M), B (""), 1002 },
  { "opcode 15", B ("\x8f\x80" M), B (""), 1002 },
  { "5 bytes with a length of 16 bits", B ("\x81\xfe\x00\x04" M "ping"), B (""), 1002 },
  { "5 bytes with a length of 64 bits", B ("\x81\xff\0\0\0\0\0\0\0\x04" M "ping"), B (""), 1002 },
  { "a ping of 126 bytes", B ("\x89\xfe\x00\x7e" M X125 "y"), B (""), 1002 },
  { "a ping in pieces", B ("\x09\x81" M "a\x80\x81" M "b"), B (""), 1002 },
  { "a continuation of nothing", B ("\x80\x84" M "ping"), B (""), 1002 },
  { "a text within a text", B ("\x01\x82" M "pi\x81\x84" M "ping"), B (""), 1002 },
  { "no UTF-8", B ("\x81\x82" M "\xc3\x28"), B (""), 1007 },
  { "no UTF-8, in pieces", B ("\x01\x81" M "\xc3\x80\x81" M "\x28"), B (""), 1007 },
  { "U+110000", B ("\x81\x84" M "\xf4\x90\x80\x80"), B (""), 1007 },
  { "a length of 1 MiB", B ("\x81\xff\0\0\0\0\0\x10\0\0" M), B (""), 1009 },
  { "a length of 2^63 - 1", B ("\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff" M), B (""), 1009 },

  { "a close", B ("\x88\x82" M "\x03\xe8"), B (""), 1000 },
  { "a close with a reason", B ("\x88\x85" M "\x03\xe9" "bye"), B (""), 1001 },
  { "a close with a code of ours", B ("\x88\x82" M "\x0f\xa0"), B (""), 4000 },
  { "a close with half a code", B ("\x88\x81" M "\x03"), B (""), 1002 },
  { "a close with code 1005", B ("\x88\x82" M "\x03\xed"), B (""), 1002 },
  { "a close with code 999", B ("\x88\x82" M "\x03\xe7"), B (""), 1002 },
  { "a close with a reason that is no text", B ("\x88\x83" M "\x03\xe8\xff"), B (""), 1002 },
  { "a close after a ping", B ("\x89\x81" M "a\x88\x82" M "\x03\xe8"), B ("\x8a\x01" "a"), 1000 },
  { "a text after a close", B ("\x88\x82" M "\x03\xe8" PING), B (""), 1000 },
};

typedef struct {
  GSocketConnection *connection;
  GByteArray *received; /* after the head of the answer */
  gboolean upgraded;
  gboolean ended;
} Raw;

static Raw *
raw_new (ServerFixture *self)
{
  static const char ask[] = "GET /ws?user=raw HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                            "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                            "Sec-WebSocket-Version: 13\r\n"
                            "Sec-WebSocket-Protocol: " PEG_WIRE_PROTOCOL "\r\n"
                            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
  g_autoptr (GUri) uri = g_uri_parse (self->uri, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  Raw *raw = g_new0 (Raw, 1);
  GSocket *socket;

  g_socket_client_set_enable_proxy (client, FALSE);
  raw->connection = g_socket_client_connect_to_host (client, "127.0.0.1",
                                                     (guint16) g_uri_get_port (uri), NULL, NULL);
  g_assert_nonnull (raw->connection);
  raw->received = g_byte_array_new ();
  socket = g_socket_connection_get_socket (raw->connection);
  g_socket_set_blocking (socket, FALSE);
  /* Else the kernel sends octets together. */
  g_assert_true (g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL));
  g_assert_cmpint (g_socket_send (socket, ask, strlen (ask), NULL, NULL), ==, strlen (ask));

  return raw;
}

static void
raw_free (Raw *raw)
{
  g_io_stream_close (G_IO_STREAM (raw->connection), NULL, NULL);
  g_object_unref (raw->connection);
  g_byte_array_unref (raw->received);
  g_free (raw);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Raw, raw_free)

/* Takes what has come, and gives how much there is. */
static gsize
receive (Raw *raw)
{
  GSocket *socket = g_socket_connection_get_socket (raw->connection);
  char chunk[4096];
  gssize n;

  while (!raw->ended && (n = g_socket_receive (socket, chunk, sizeof chunk, NULL, NULL)) >= 0) {
    raw->ended = n == 0;
    g_byte_array_append (raw->received, (const guint8 *) chunk, (guint) n);
  }

  if (!raw->upgraded && raw->received->len > 0) {
    const char *end = g_strstr_len ((const char *) raw->received->data, raw->received->len,
                                    "\r\n\r\n");

    if (end == NULL)
      return 0;
    g_assert_true (g_str_has_prefix ((const char *) raw->received->data, "HTTP/1.1 101 "));
    g_byte_array_remove_range (raw->received, 0,
                               (guint) (end + 4 - (const char *) raw->received->data));
    raw->upgraded = TRUE;
  }

  return raw->received->len;
}

/* Octet by octet, with a turn of the server between. */
static void
raw_send (Raw           *raw,
          gconstpointer  data,
          gsize          length,
          gboolean       octets)
{
  GSocket *socket = g_socket_connection_get_socket (raw->connection);

  for (gsize at = 0; at < length; at += octets ? 1 : length) {
    if (g_socket_send (socket, (const char *) data + at, octets ? 1 : length, NULL, NULL) < 0)
      return;
    while (octets && g_main_context_iteration (NULL, FALSE))
      continue;
  }
}

static void
run (ServerFixture   *self,
     const FrameCase *item,
     gboolean         octets)
{
  const char close[] = { (char) 0x88, 2, (char) (item->code >> 8), (char) (item->code & 0xff) };
  const gsize tail = item->code == 0 ? strlen (PROBED) : sizeof close;
  g_autoptr (Raw) raw = raw_new (self);
  g_autofree char *good G_GNUC_UNUSED = NULL;
  const guint8 *end;

  g_test_message ("%s, %s", item->name, octets ? "octet by octet" : "in one piece");
  peg_test_wait_until (receive (raw) == 0 && raw->upgraded);
  raw_send (raw, item->sent.bytes, item->sent.length, octets);

  /* Of pings that come together only the newest is answered. */
  peg_test_wait_until (receive (raw) >= item->answer.length || raw->ended);
  if (item->code == 0)
    raw_send (raw, PROBE, sizeof PROBE - 1, octets);

  peg_test_wait_until (receive (raw) >= item->answer.length + tail || raw->ended);
  g_assert_cmpmem (raw->received->data, MIN (raw->received->len, item->answer.length),
                   item->answer.bytes, item->answer.length);

  /* A close frame may also have a reason. */
  end = raw->received->data + item->answer.length;
  if (item->code == 0) {
    g_assert_cmpmem (end, raw->received->len - item->answer.length, PROBED, tail);
  } else {
    g_assert_cmpuint (raw->received->len, >=, item->answer.length + tail);
    g_assert_cmpuint (end[0], ==, 0x88);
    g_assert_cmpmem (end + 2, 2, close + 2, 2);
  }

  /* A server masks nothing. */
  g_assert_cmpuint (end[1] & 0x80, ==, 0);
}

static void
test_frames (ServerFixture *self,
             gconstpointer  data)
{
  const gboolean octets = GPOINTER_TO_INT (data);
  g_autoptr (ServerSocket) other = server_socket_open (self, FALSE, "dana");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    run (self, &cases[i], octets);

  /* Whatever they did, it was theirs alone. */
  server_socket_say (other, "{\"type\":\"ping\",\"id\":9}");
  wait_text (other, "\"id\":9");
  assert_has (server_fixture_get (self, "healthz"), "ok");
}

/* Pings that come together cost one answer, to the newest (RFC 6455, 5.5.3): an
 * answer each would keep the server from everybody else. */
static void
test_many_pings (ServerFixture *self,
                 gconstpointer  data)
{
  static const char ping[] = "\x89\x80" M;
  const guint n_pings = 5000;
  g_autoptr (GByteArray) pings = g_byte_array_new ();
  g_autoptr (Raw) raw = raw_new (self);

  for (guint i = 0; i < n_pings; i++)
    g_byte_array_append (pings, (const guint8 *) ping, sizeof ping - 1);
  g_byte_array_append (pings, (const guint8 *) PROBE, sizeof PROBE - 1);
  peg_test_wait_until (receive (raw) == 0 && raw->upgraded);
  raw_send (raw, pings->data, pings->len, FALSE);

  peg_test_wait_until (receive (raw) >= strlen (PROBED) &&
                       memcmp (raw->received->data + raw->received->len - strlen (PROBED), PROBED,
                               strlen (PROBED)) == 0);
  g_assert_cmpuint (raw->received->len, <, 2 * n_pings / 10);
}

/* Who goes without a word, in any part of a frame, leaves nothing behind. */
static void
test_torn (ServerFixture *self,
           gconstpointer  data)
{
  static const char frames[] = PING "\x01\x82" M "pi\x80\x82" M "ng";
  g_autoptr (ServerSocket) other = server_socket_open (self, FALSE, "dana");

  for (gsize cut = 0; cut < sizeof frames; cut++) {
    g_autoptr (Raw) raw = raw_new (self);

    peg_test_wait_until (receive (raw) == 0 && raw->upgraded);
    raw_send (raw, frames, cut, FALSE);
  }

  server_socket_say (other, "{\"type\":\"ping\",\"id\":9}");
  wait_text (other, "\"id\":9");
}

/* A whole shop connects in the moment in which the server does something else. */
static void
test_many_at_once (ServerFixture *self,
                   gconstpointer  data)
{
  g_autoptr (GUri) uri = g_uri_parse (self->uri, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);

  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_timeout (client, 2);

  for (guint i = 0; i < 200; i++) {
    g_autoptr (GError) error = NULL;
    GSocketConnection *connection =
      g_socket_client_connect_to_host (client, "127.0.0.1", (guint16) g_uri_get_port (uri), NULL,
                                       &error);

    g_assert_no_error (error);
    g_ptr_array_add (connections, connection);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/server/frames/whole", ServerFixture, GINT_TO_POINTER (FALSE),
              server_fixture_set_up, test_frames, server_fixture_tear_down);
  g_test_add ("/server/frames/octets", ServerFixture, GINT_TO_POINTER (TRUE),
              server_fixture_set_up, test_frames, server_fixture_tear_down);
  g_test_add ("/server/frames/many-pings", ServerFixture, NULL,
              server_fixture_set_up, test_many_pings, server_fixture_tear_down);
  g_test_add ("/server/frames/torn", ServerFixture, NULL,
              server_fixture_set_up, test_torn, server_fixture_tear_down);
  g_test_add ("/server/frames/many-at-once", ServerFixture, NULL,
              server_fixture_set_up, test_many_at_once, server_fixture_tear_down);

  return g_test_run ();
}
