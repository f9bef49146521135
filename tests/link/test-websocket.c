/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-websocket.h"

#include "peg-http.h"
#include "peg-wire.h"

#include "fake-clock.h"
#include "fake-server.h"
#include "raw-peer.h"
#include "raw-server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

/* One socket, and what came of it. */
typedef struct {
  FakeClock *clock;
  PegDialer *dialer;
  PegTransport *transport;
  guint n_opened;
  guint n_closed;
  char *protocol;
  GPtrArray *messages; /* (element-type GBytes) */
  PegTransportEnd end;
  char *detail;
} Probe;

static void
opened_cb (PegTransport *transport,
           const char   *protocol,
           Probe        *probe)
{
  probe->n_opened++;
  g_free (probe->protocol);
  probe->protocol = g_strdup (protocol);
}

static void
message_cb (PegTransport *transport,
            GBytes       *text,
            Probe        *probe)
{
  g_assert_cmpuint (probe->n_closed, ==, 0);
  g_ptr_array_add (probe->messages, g_bytes_ref (text));
}

static void
closed_cb (PegTransport          *transport,
           const PegTransportEnd *end,
           Probe                 *probe)
{
  probe->n_closed++;
  probe->end = *end;
  g_free (probe->detail);
  probe->detail = g_strdup (end->detail);
  probe->end.detail = probe->detail;
}

static Probe *
probe_new (const char *uri,
           const char *token,
           const char *ca_file)
{
  const char *protocols[] = { "pegboard.1", NULL };
  Probe *probe = g_new0 (Probe, 1);

  probe->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  probe->clock = fake_clock_new ();
  probe->dialer = peg_websocket_dialer_new (PEG_CLOCK (probe->clock), token, ca_file);
  probe->transport = peg_dialer_make_transport (probe->dialer);
  g_signal_connect (probe->transport, "opened", G_CALLBACK (opened_cb), probe);
  g_signal_connect (probe->transport, "message", G_CALLBACK (message_cb), probe);
  g_signal_connect (probe->transport, "closed", G_CALLBACK (closed_cb), probe);
  peg_transport_open (probe->transport, uri, protocols);
  g_assert_cmpuint (probe->n_opened + probe->n_closed, ==, 0);

  return probe;
}

static void
probe_free (Probe *probe)
{
  gpointer transport = probe->transport;

  g_object_add_weak_pointer (transport, &transport);
  peg_transport_close (probe->transport, 1000, "Client disconnect");
  g_clear_object (&probe->transport);
  AWAIT (transport == NULL);
  g_assert_finalize_object (g_steal_pointer (&probe->dialer));
  g_assert_cmpuint (fake_clock_n_timers (probe->clock), ==, 0);
  g_clear_object (&probe->clock);
  g_clear_pointer (&probe->messages, g_ptr_array_unref);
  g_clear_pointer (&probe->protocol, g_free);
  g_clear_pointer (&probe->detail, g_free);
  g_free (probe);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Probe, probe_free)

static Probe *
visit (FakeServer *server,
       const char *path)
{
  g_autofree char *uri = fake_server_dup_url (server, "ws", path);

  return probe_new (uri, NULL, NULL);
}

static Probe *
visit_raw (RawServer *server)
{
  g_autofree char *uri = g_strdup_printf ("ws://127.0.0.1:%u/ws", server->port);

  return probe_new (uri, NULL, NULL);
}

static void
test_talk (void)
{
  g_autoptr (FakeServer) server = fake_server_new ("pegboard.1", NULL);
  g_autoptr (Probe) probe = NULL;

  /* Sent in the moment in which the socket opens: it must not be lost. */
  server->greeting = g_strdup ("welcome");
  probe = visit (server, "/ws?user=ada");
  g_assert_false (peg_transport_send_text (probe->transport, "too early"));

  AWAIT (probe->messages->len == 1);
  g_assert_cmpuint (probe->n_opened, ==, 1);
  g_assert_cmpstr (probe->protocol, ==, "pegboard.1");
  g_assert_cmpstr (server->socket_query, ==, "user=ada");
  g_assert_cmpstr (g_bytes_get_data (probe->messages->pdata[0], NULL), ==, "welcome");

  g_assert_true (peg_transport_send_text (probe->transport, "größer"));
  AWAIT (server->messages->len == 1);
  g_assert_cmpstr (server->messages->pdata[0], ==, "größer");

  /* Nobody reads them, and nobody minds them. */
  soup_websocket_connection_send_binary (fake_server_get_socket (server), "abc", 3);
  fake_server_send (server, "after it");
  AWAIT (probe->messages->len == 2);

  peg_transport_close (probe->transport, 1000, "Client disconnect");
  g_assert_false (peg_transport_send_text (probe->transport, "too late"));
  AWAIT (server->closed_code == 1000);
  g_assert_cmpuint (probe->n_closed, ==, 0);
}

static void
test_classic (void)
{
  g_autoptr (FakeServer) server = fake_server_new (NULL, NULL);
  g_autoptr (Probe) probe = visit (server, "/ws");

  AWAIT (probe->n_opened == 1);
  g_assert_null (probe->protocol);
}

static void
send_of (FakeServer *server,
         gsize       length)
{
  g_autofree char *text = g_strnfill (length, 'x');

  fake_server_send (server, text);
}

/* libsoup ends a connection at 128 KiB, if it is let. */
static void
test_sizes (void)
{
  g_autoptr (FakeServer) server = fake_server_new (NULL, NULL);
  g_autoptr (Probe) probe = visit (server, "/ws");

  AWAIT (probe->n_opened == 1);
  send_of (server, 129 * 1024);
  AWAIT (probe->messages->len == 1);
  send_of (server, PEG_WIRE_MAX_BYTES);
  AWAIT (probe->messages->len == 2);
  g_assert_cmpuint (g_bytes_get_size (probe->messages->pdata[1]), ==, PEG_WIRE_MAX_BYTES);

  send_of (server, PEG_WIRE_MAX_BYTES + 1);
  AWAIT (probe->n_closed == 1);
  g_assert_cmpuint (probe->end.code, ==, 1009);
  g_assert_true (probe->end.was_open);
  g_assert_cmpuint (probe->messages->len, ==, 2);
}

static void
test_codes (void)
{
  static const guint16 codes[] = { 1000, 1001, 1008, 1011, 4001, 4401 };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++) {
    g_autoptr (FakeServer) server = fake_server_new (NULL, NULL);
    g_autoptr (Probe) probe = visit (server, "/ws");

    AWAIT (probe->n_opened == 1);
    soup_websocket_connection_close (fake_server_get_socket (server), codes[i], "because");
    AWAIT (probe->n_closed == 1);
    g_assert_cmpuint (probe->end.code, ==, codes[i]);
    g_assert_true (probe->end.was_open);
    g_assert_cmpstr (probe->detail, ==, "because");
  }
}

/* Codes that libsoup does not know: to it they are errors. */
static void
test_newer_codes (void)
{
  static const guint16 codes[] = { 1012, 1013, 1014 };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++) {
    g_autoptr (RawServer) server = raw_server_new ();
    g_autoptr (Probe) probe = NULL;
    char frame[] = { (char) 0x88, 2, (char) (codes[i] >> 8), (char) (codes[i] & 0xff) };

    server->upgrade = TRUE;
    server->answer = g_memdup2 (frame, sizeof frame);
    server->length = sizeof frame;
    server->hang_up = TRUE;
    probe = visit_raw (server);
    AWAIT (probe->n_closed == 1);
    g_assert_cmpuint (probe->end.code, ==, codes[i]);
  }
}

/* The other side says that it closes, and then does nothing: that looks live for
 * no longer than half a second. */
static void
test_closing_for_ever (void)
{
  g_autoptr (RawServer) server = raw_server_new ();
  g_autoptr (Probe) probe = NULL;
  static const char frame[] = { (char) 0x88, 2, 0x03, (char) 0xe9 };

  server->upgrade = TRUE;
  server->answer = g_memdup2 (frame, sizeof frame);
  server->length = sizeof frame;
  probe = visit_raw (server);
  AWAIT (fake_clock_n_timers (probe->clock) == 1);
  g_assert_cmpuint (probe->n_closed, ==, 0);
  g_assert_false (peg_transport_send_text (probe->transport, "too late"));

  fake_clock_advance (probe->clock, G_USEC_PER_SEC / 2);
  g_assert_cmpuint (probe->n_closed, ==, 1);
  g_assert_cmpuint (probe->end.code, ==, 1001);
}

static void
test_broken (void)
{
  static const struct {
    const char *bytes;
    gsize length;
    gboolean hang_up;
    guint code;
  } cases[] = {
    { "\x81\x02\xff\xff", 4, FALSE, 1007 },  /* not UTF-8 */
    { "\xf1\x02hi", 4, FALSE, 1002 },        /* reserved bits */
    { "\x8f\x02hi", 4, FALSE, 1002 },        /* an unknown kind of frame */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RawServer) server = raw_server_new ();
    g_autoptr (Probe) probe = NULL;

    g_test_message ("case %u", i);
    server->upgrade = TRUE;
    server->answer = cases[i].bytes != NULL ? g_memdup2 (cases[i].bytes, cases[i].length) : NULL;
    server->length = cases[i].length;
    server->hang_up = cases[i].hang_up;
    probe = visit_raw (server);
    AWAIT (probe->n_opened == 1);
    AWAIT (probe->n_closed == 1 || fake_clock_n_timers (probe->clock) > 0);
    fake_clock_advance (probe->clock, G_USEC_PER_SEC);
    g_assert_cmpuint (probe->n_closed, ==, 1);
    g_assert_cmpuint (probe->end.code, ==, cases[i].code);
    g_assert_cmpuint (probe->messages->len, ==, 0);
  }
}

/* When the stream ends behind the handshake, nobody can tell whether all of its
 * head came; a message tells. */
static void
test_gone_at_once (void)
{
  static const struct {
    const char *bytes;
    gsize length;
    guint n_messages;
  } cases[] = {
    { NULL, 0, 0 },                       /* gone without a word */
    { "\x81\x05he", 4, 0 },               /* in the middle of a message */
    { "\x81\x02hi", 4, 1 },               /* after a message */
    { "\x81\x02hi\x81\x05he", 8, 1 },     /* in the middle of the next */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RawServer) server = raw_server_new ();
    g_autoptr (Probe) probe = NULL;

    g_test_message ("case %u", i);
    server->upgrade = TRUE;
    server->answer = cases[i].bytes != NULL ? g_memdup2 (cases[i].bytes, cases[i].length) : NULL;
    server->length = cases[i].length;
    server->hang_up = TRUE;
    probe = visit_raw (server);
    AWAIT (probe->n_closed == 1 || fake_clock_n_timers (probe->clock) > 0);
    fake_clock_advance (probe->clock, G_USEC_PER_SEC);
    g_assert_cmpuint (probe->n_closed, ==, 1);
    g_assert_cmpuint (probe->messages->len, ==, cases[i].n_messages);
    g_assert_cmpuint (probe->n_opened, ==, cases[i].n_messages);
    g_assert_cmpint (probe->end.was_open, ==, cases[i].n_messages == 1);
    g_assert_cmpuint (probe->end.code, ==, cases[i].n_messages == 1 ? 1006 : 0);
    g_assert_cmpint (probe->end.reason, ==, cases[i].n_messages == 1 ? PEG_LINK_REASON_NONE
                                                                     : PEG_LINK_REASON_LOST);
  }
}

/* The head of the answer, cut anywhere: a server is never taken for one that does
 * not speak our dialect because that line did not come. */
static void
test_cut_head (void)
{
  g_autoptr (RawPeer) peer = raw_peer_new ();
  g_autofree char *uri = g_strdup_printf ("ws://127.0.0.1:%u/ws", peer->port);

  peer->extra = "Sec-WebSocket-Protocol: pegboard.1\r\n";

  while (!peer->head_whole) {
    g_autoptr (Probe) probe = NULL;

    peer->head_cut++;
    probe = probe_new (uri, NULL, NULL);
    AWAIT (probe->n_closed == 1 || fake_clock_n_timers (probe->clock) > 0);
    fake_clock_advance (probe->clock, G_USEC_PER_SEC);
    g_assert_cmpuint (probe->n_closed, ==, 1);
    g_assert_cmpuint (probe->n_opened, ==, 0);
    g_assert_false (probe->end.was_open);
  }

  g_assert_cmpuint (peer->n_accepted, >, 100);
}

static void
refuse_cb (FakeServer        *server,
           const FakeRequest *request,
           SoupServerMessage *message,
           gpointer           user_data)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_server_message_set_status (message, GPOINTER_TO_UINT (user_data), NULL);

  if (g_strcmp0 (request->query, "in=7") == 0) {
    soup_message_headers_replace (headers, "Retry-After", "7");
  } else if (g_strcmp0 (request->query, "at=9") == 0) {
    soup_message_headers_replace (headers, "Date", "Mon, 05 Jan 2026 10:00:00 GMT");
    soup_message_headers_replace (headers, "Retry-After", "Mon, 05 Jan 2026 10:00:09 GMT");
  } else if (g_strcmp0 (request->query, "bad") == 0) {
    soup_message_headers_replace (headers, "Retry-After", "-5 parsecs");
  }
}

static void
test_refused_upgrade (void)
{
  static const struct {
    guint status;
    const char *path;
    gint64 retry_after_us;
  } cases[] = {
    { 200, "/other", 0 },
    { 302, "/other", 0 },
    { 401, "/other", 0 },
    { 403, "/other", 0 },
    { 404, "/other", 0 },
    { 426, "/other", 0 },
    { 429, "/other?in=7", 7 * G_USEC_PER_SEC },
    { 503, "/other?at=9", 9 * G_USEC_PER_SEC },
    { 503, "/other?bad", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FakeServer) server = fake_server_new (NULL, NULL);
    g_autoptr (Probe) probe = NULL;

    server->handler = refuse_cb;
    server->handler_data = GUINT_TO_POINTER (cases[i].status);
    probe = visit (server, cases[i].path);
    AWAIT (probe->n_closed == 1);
    g_assert_cmpuint (probe->n_opened, ==, 0);
    g_assert_false (probe->end.was_open);
    g_assert_cmpuint (probe->end.http_status, ==, cases[i].status);
    g_assert_cmpint (probe->end.reason, ==, PEG_LINK_REASON_NOT_A_SERVER);
    g_assert_cmpint (probe->end.retry_after_us, ==, cases[i].retry_after_us);
  }
}

static void
test_not_a_server (void)
{
  static const struct {
    const char *answer;
    PegLinkReason reason;
  } cases[] = {
    { "220 mail.example ESMTP\r\n", PEG_LINK_REASON_NOT_A_SERVER },
    { "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: wrong\r\n\r\n", PEG_LINK_REASON_NOT_A_SERVER },
    { "", PEG_LINK_REASON_LOST },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RawServer) server = raw_server_new ();
    g_autoptr (Probe) probe = NULL;

    g_test_message ("case %u", i);
    server->answer = g_strdup (cases[i].answer);
    server->length = strlen (cases[i].answer);
    server->hang_up = TRUE;
    probe = visit_raw (server);
    AWAIT (probe->n_closed == 1);
    g_assert_cmpuint (probe->n_opened, ==, 0);
    if (i < 2)
      g_assert_cmpint (probe->end.reason, ==, cases[i].reason);
    else
      g_assert_true (probe->end.reason == PEG_LINK_REASON_LOST ||
                     probe->end.reason == PEG_LINK_REASON_NOT_A_SERVER);
  }
}

static void
test_nobody_there (void)
{
  g_autoptr (RawServer) server = raw_server_new ();
  g_autofree char *uri = g_strdup_printf ("ws://127.0.0.1:%u/ws", server->port);
  g_autoptr (Probe) probe = NULL;

  g_clear_pointer (&server, raw_server_free);
  probe = probe_new (uri, NULL, NULL);
  AWAIT (probe->n_closed == 1);
  g_assert_cmpint (probe->end.reason, ==, PEG_LINK_REASON_REFUSED);
}

/* A server that says nothing: whoever minds the time closes the socket. */
static void
test_give_up (void)
{
  g_autoptr (RawServer) server = raw_server_new ();
  g_autoptr (Probe) probe = visit_raw (server);

  AWAIT (server->connections->len == 1);
  peg_transport_close (probe->transport, 1000, "Client disconnect");
  g_assert_cmpuint (probe->n_opened + probe->n_closed, ==, 0);
}

static void
test_headers (void)
{
  g_autoptr (FakeServer) server = fake_server_new (NULL, NULL);
  g_autofree char *uri = fake_server_dup_url (server, "ws", "/elsewhere");
  g_autoptr (Probe) probe = probe_new (uri, "s3cret", NULL);
  const FakeRequest *request;

  AWAIT (probe->n_closed == 1);
  request = server->requests->pdata[0];
  g_assert_cmpstr (fake_server_get_header (request, "Authorization"), ==, "Bearer s3cret");
  g_assert_cmpstr (fake_server_get_header (request, "User-Agent"), ==,
                   PACKAGE_NAME "/" PACKAGE_VERSION);
  g_assert_cmpstr (fake_server_get_header (request, "Sec-WebSocket-Protocol"), ==, "pegboard.1");
  g_assert_null (fake_server_get_header (request, "Sec-WebSocket-Extensions"));
  g_assert_null (fake_server_get_header (request, "Accept-Encoding"));
  g_assert_null (request->query);
}

/* The kernel is told how long to wait for the other one. */
static void
test_socket_options (void)
{
  g_autoptr (FakeServer) server = fake_server_new (NULL, NULL);
  g_autoptr (Probe) probe = visit (server, "/ws");
  guint n = 0;

  AWAIT (probe->n_opened == 1);

  for (int fd = 3; fd < 256; fd++) {
    struct sockaddr_in peer;
    socklen_t size = sizeof peer;
    int value = 0;

    if (getpeername (fd, (struct sockaddr *) &peer, &size) != 0 ||
        peer.sin_family != AF_INET || ntohs (peer.sin_port) != server->port)
      continue;

    n++;
    size = sizeof value;
    g_assert_cmpint (getsockopt (fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &value, &size), ==, 0);
    g_assert_cmpint (value, ==, 10000);
    g_assert_cmpint (getsockopt (fd, SOL_SOCKET, SO_KEEPALIVE, &value, &size), ==, 0);
    g_assert_cmpint (value, !=, 0);
  }

  g_assert_cmpuint (n, ==, 1);
}

/* TLS to a server without it. */
static void
test_not_tls (void)
{
  g_autoptr (RawServer) server = raw_server_new ();
  g_autofree char *uri = g_strdup_printf ("wss://127.0.0.1:%u/ws", server->port);
  g_autoptr (Probe) probe = NULL;

  server->at_once = TRUE;
  server->hang_up = TRUE;
  server->answer = g_strdup ("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
  server->length = strlen (server->answer);
  probe = probe_new (uri, "s3cret", NULL);
  AWAIT (probe->n_closed == 1);
  g_assert_cmpint (probe->end.reason, ==, PEG_LINK_REASON_NOT_A_SERVER);
}

static void
test_reasons (void)
{
  const struct {
    GQuark domain;
    int code;
    PegLinkReason reason;
  } cases[] = {
    { G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, PEG_LINK_REASON_REFUSED },
    { G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND, PEG_LINK_REASON_NO_HOST },
    { G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE, PEG_LINK_REASON_UNREACHABLE },
    { G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE, PEG_LINK_REASON_UNREACHABLE },
    { G_IO_ERROR, G_IO_ERROR_TIMED_OUT, PEG_LINK_REASON_TIMEOUT },
    { G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, PEG_LINK_REASON_LOST },
    { G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, PEG_LINK_REASON_NO_HOST },
    { G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE, PEG_LINK_REASON_NO_HOST },
    { G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, PEG_LINK_REASON_CERTIFICATE },
    { G_TLS_ERROR, G_TLS_ERROR_MISC, PEG_LINK_REASON_NOT_A_SERVER },
    { G_TLS_ERROR, G_TLS_ERROR_NOT_TLS, PEG_LINK_REASON_NOT_A_SERVER },
    { SOUP_SESSION_ERROR, SOUP_SESSION_ERROR_PARSING, PEG_LINK_REASON_NOT_A_SERVER },
    { SOUP_WEBSOCKET_ERROR, SOUP_WEBSOCKET_ERROR_BAD_HANDSHAKE, PEG_LINK_REASON_NOT_A_SERVER },
    { G_FILE_ERROR, G_FILE_ERROR_FAILED, PEG_LINK_REASON_LOST },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = g_error_new_literal (cases[i].domain, cases[i].code, "x");

    g_test_message ("case %u", i);
    g_assert_cmpint (peg_http_reason (error), ==, cases[i].reason);
  }
}

#define N_FLOOD 1000

typedef struct {
  Probe *probe;
  guint n_turns;
  guint n_last;   /* messages when the last turn came */
  guint n_before; /* and the first */
  gboolean leave; /* in the first turn */
} Turns;

/* A millisecond for each. */
static void
slow_message_cb (PegTransport *transport,
                 GBytes       *text,
                 Probe        *probe)
{
  fake_clock_advance (probe->clock, 1000);
}

static void
turn_cb (gpointer user_data)
{
  Turns *turns = user_data;
  const guint n = turns->probe->messages->len;

  if (n > turns->n_last && n < N_FLOOD) {
    turns->n_turns++;
    turns->n_last = n;
    if (turns->n_before == 0)
      turns->n_before = n;
    if (turns->leave)
      peg_transport_close (turns->probe->transport, 1000, "Client disconnect");
  }
}

static void
fill_flood (RawServer *server)
{
  static const char frame[] = "\x81\x04" "more";

  server->upgrade = TRUE;
  server->length = N_FLOOD * (sizeof frame - 1);
  server->answer = g_malloc (server->length);
  for (gsize i = 0; i < N_FLOOD; i++)
    memcpy (server->answer + i * (sizeof frame - 1), frame, sizeof frame - 1);
}

static void
meet_flood (Turns *turns)
{
  g_autoptr (RawServer) server = raw_server_new ();
  g_autoptr (Probe) probe = NULL;

  fill_flood (server);
  probe = visit_raw (server);
  turns->probe = probe;
  g_signal_connect (probe->transport, "message", G_CALLBACK (slow_message_cb), probe);
  peg_websocket_dialer_set_turn (PEG_WEBSOCKET_DIALER (probe->dialer), turn_cb, turns);

  if (turns->leave)
    AWAIT (turns->n_turns > 0);
  else
    AWAIT (probe->messages->len == N_FLOOD);

  peg_websocket_dialer_set_turn (PEG_WEBSOCKET_DIALER (probe->dialer), NULL, NULL);
  if (turns->leave)
    g_assert_cmpuint (probe->messages->len, ==, turns->n_before);
}

/* A server that never falls silent leaves the thread time for other things. */
static void
test_flood (void)
{
  Turns turns = { 0 };

  meet_flood (&turns);
  g_assert_cmpuint (turns.n_before, <=, 10);
  g_assert_cmpuint (turns.n_turns, >=, N_FLOOD / 10 - 1);
}

/* And it can be left. */
static void
test_flood_left (void)
{
  Turns turns = { .leave = TRUE };

  meet_flood (&turns);
  g_assert_cmpuint (turns.n_turns, ==, 1);
  g_assert_cmpuint (turns.n_before, <=, 10);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/websocket/talk", test_talk);
  g_test_add_func ("/websocket/flood", test_flood);
  g_test_add_func ("/websocket/flood-left", test_flood_left);
  g_test_add_func ("/websocket/classic", test_classic);
  g_test_add_func ("/websocket/sizes", test_sizes);
  g_test_add_func ("/websocket/codes", test_codes);
  g_test_add_func ("/websocket/newer-codes", test_newer_codes);
  g_test_add_func ("/websocket/closing-for-ever", test_closing_for_ever);
  g_test_add_func ("/websocket/broken", test_broken);
  g_test_add_func ("/websocket/gone-at-once", test_gone_at_once);
  g_test_add_func ("/websocket/cut-head", test_cut_head);
  g_test_add_func ("/websocket/refused-upgrade", test_refused_upgrade);
  g_test_add_func ("/websocket/not-a-server", test_not_a_server);
  g_test_add_func ("/websocket/nobody-there", test_nobody_there);
  g_test_add_func ("/websocket/give-up", test_give_up);
  g_test_add_func ("/websocket/headers", test_headers);
  g_test_add_func ("/websocket/socket-options", test_socket_options);
  g_test_add_func ("/websocket/not-tls", test_not_tls);
  g_test_add_func ("/websocket/reasons", test_reasons);

  return g_test_run ();
}
