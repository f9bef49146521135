/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "people-fixture.h"

#include "peg-people.h"
#include "peg-token.h"
#include "peg-wire.h"

/* How a socket is opened, and what came of it. */
typedef struct {
  const char *query;                   /* (nullable): behind the question mark */
  const char *header;                  /* (nullable) */
  const char *value;
  SoupMessage *message;                /* (owned) */
  SoupWebsocketConnection *connection; /* (owned) (nullable): %NULL: it was refused */
  GPtrArray *texts;                    /* (owned) (element-type utf8) */
  gboolean is_done;
  gboolean is_closed;
} Socket;

static void
text_cb (SoupWebsocketConnection *connection,
         int                      type,
         GBytes                  *bytes,
         Socket                  *socket)
{
  g_ptr_array_add (socket->texts, g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)));
}

static void
closed_cb (SoupWebsocketConnection *connection,
           Socket                  *socket)
{
  socket->is_closed = TRUE;
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Socket *socket = user_data;

  socket->connection = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, NULL);
  socket->is_done = TRUE;
  if (socket->connection == NULL)
    return;

  g_signal_connect (socket->connection, "message", G_CALLBACK (text_cb), socket);
  g_signal_connect (socket->connection, "closed", G_CALLBACK (closed_cb), socket);
}

static gboolean
accept_cb (SoupMessage          *message,
           GTlsCertificate      *certificate,
           GTlsCertificateFlags  errors,
           gpointer              user_data)
{
  return TRUE;
}

static void
socket_open_from (Socket        *self,
                  ServerFixture *fixture,
                  SoupSession   *session,
                  gboolean       classic)
{
  g_autofree char *uri = g_strdup_printf ("%sws?%s", fixture->uri,
                                          self->query != NULL ? self->query : "");
  char *protocols[] = { (char *) PEG_WIRE_PROTOCOL, NULL };

  self->message = soup_message_new ("GET", uri);
  self->texts = g_ptr_array_new_with_free_func (g_free);
  g_signal_connect (self->message, "accept-certificate", G_CALLBACK (accept_cb), NULL);
  if (self->header != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (self->message), self->header,
                                  self->value);
  soup_session_websocket_connect_async (session, self->message, NULL,
                                        classic ? NULL : protocols, G_PRIORITY_DEFAULT, NULL,
                                        opened_cb, self);
  peg_test_wait_until (self->is_done);
}

static void
socket_open (Socket        *self,
             ServerFixture *fixture,
             gboolean       classic)
{
  socket_open_from (self, fixture, fixture->session, classic);
}

static void
socket_clear (Socket *self)
{
  if (self->connection != NULL) {
    g_signal_handlers_disconnect_by_data (self->connection, self);
    if (soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN)
      soup_websocket_connection_close (self->connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
  }
  g_clear_object (&self->connection);
  g_clear_object (&self->message);
  g_clear_pointer (&self->texts, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Socket, socket_clear)

static const char *
socket_find (Socket     *self,
             const char *part)
{
  for (guint i = 0; i < self->texts->len; i++) {
    if (strstr (g_ptr_array_index (self->texts, i), part) != NULL)
      return g_ptr_array_index (self->texts, i);
  }

  return NULL;
}

#define wait_socket(socket, part) peg_test_wait_until (socket_find (socket, part) != NULL)

static void
say (Socket     *self,
     const char *text)
{
  soup_websocket_connection_send_text (self->connection, text);
}

static void
say_auth (Socket     *self,
          const char *token)
{
  g_autofree char *text = g_strdup_printf ("{\"type\":\"auth\",\"token\":\"%s\"}", token);

  say (self, text);
}

#define HELLO "{\"type\":\"hello\",\"client\":\"test\",\"user\":\"the boss\",\"topics\":[]}"

static guint
wait_close (Socket *self)
{
  peg_test_wait_until (self->is_closed);

  return soup_websocket_connection_get_close_code (self->connection);
}

/* The token on the handshake, in the header or as the cookie: who it is is known,
 * whatever the address and the greeting say. */
static void
test_sockets_handshake (ServerFixture *self,
                        gconstpointer  data)
{
  g_autofree char *token = people_fixture_add (self, "max", PEG_ROLE_VIEWER);
  g_autofree char *bearer = g_strdup_printf ("Bearer %s", token);
  g_autofree char *cookie = g_strdup_printf ("auth_token=%s", token);

  for (guint i = 0; i < 2; i++) {
    g_auto (Socket) newer = { .query = "user=lea", .header = i == 0 ? "Authorization" : "Cookie",
                              .value = i == 0 ? bearer : cookie };
    g_auto (Socket) classic = { .query = "user=lea", .header = "authorization", .value = bearer };

    socket_open (&newer, self, FALSE);
    say (&newer, HELLO);
    wait_socket (&newer, "hello_ok");
    assert_has (socket_find (&newer, "hello_ok"), "\"user\":\"max\"");
    say (&newer, "SET_USER:lea");

    socket_open (&classic, self, TRUE);
    wait_socket (&classic, "FILE_LIST_UPDATED");
    say (&newer, "ping");
    wait_socket (&newer, "pong");
    g_assert_null (socket_find (&newer, "lea"));
  }
}

/* A wrong token is refused before there is a socket. */
static void
test_sockets_refused (ServerFixture *self,
                      gconstpointer  data)
{
  g_autofree char *token G_GNUC_UNUSED = people_fixture_add (self, "max", PEG_ROLE_VIEWER);
  g_autofree char *other = peg_token_make ();
  g_autofree char *bearer = g_strdup_printf ("Bearer %s", other);
  g_auto (Socket) socket = { .header = "Authorization", .value = bearer };

  socket_open (&socket, self, FALSE);
  g_assert_null (socket.connection);
  g_assert_cmpuint (soup_message_get_status (socket.message), ==, 401);
}

/* No token on the handshake: the first message has to bring it. */
static void
test_sockets_first_message (ServerFixture *self,
                            gconstpointer  data)
{
  g_autofree char *token = people_fixture_add (self, "max", PEG_ROLE_MACHINIST);

  for (guint classic = 0; classic < 2; classic++) {
    g_auto (Socket) socket = { .query = "user=lea" };
    g_autofree char *body = g_strdup_printf ("Bearer %s", token);
    g_autoptr (GBytes) bytes = g_bytes_new_static ("{}", 2);

    socket_open (&socket, self, classic == 1);

    /* Meanwhile something happens, of which nothing is told. */
    server_fixture_prepare (self, "POST", classic == 1 ? "files/a.nc/checkout"
                                                       : "files/Mill%203%2Fb.nc/checkout");
    soup_message_headers_replace (soup_message_get_request_headers (self->message),
                                  "Authorization", body);
    soup_message_set_request_body_from_bytes (self->message, "application/json", bytes);
    server_fixture_ask (self);
    assert_status (200);
    server_fixture_get (self, "healthz");
    g_assert_cmpuint (socket.texts->len, ==, 0);

    say_auth (&socket, token);
    wait_socket (&socket, "auth_success");
    assert_has (socket_find (&socket, "auth_success"), "\"username\":\"max\"");
    g_assert_cmpstr (g_ptr_array_index (socket.texts, 0), ==, socket_find (&socket, "auth_success"));
    if (classic == 0)
      say (&socket, HELLO);
    wait_socket (&socket, "FILE_LIST_UPDATED");
  }
}

/* Anything else, and a wrong token, end it. */
static void
test_sockets_first_wrong (ServerFixture *self,
                          gconstpointer  data)
{
  static const char * const texts[] = {
    HELLO, "ping", "{\"type\":\"auth\",\"token\":\"peg_0\"}", "{\"type\":\"auth\"}", "rubbish",
    "SET_USER:max", "REFRESH_FILES", "{\"type\":\"request_update\"}",
  };
  g_autofree char *token G_GNUC_UNUSED = people_fixture_add (self, "max", PEG_ROLE_VIEWER);

  for (guint i = 0; i < 2 * G_N_ELEMENTS (texts); i++) {
    g_auto (Socket) socket = { .query = "user=max" };

    socket_open (&socket, self, i % 2 == 1);
    say (&socket, texts[i / 2]);
    g_assert_cmpuint (wait_close (&socket), ==, 4401);
    g_assert_null (socket_find (&socket, "FILE_LIST_UPDATED"));
    g_assert_null (socket_find (&socket, "hello_ok"));
    g_assert_null (socket_find (&socket, "pong"));
    g_assert_true ((socket_find (&socket, "\"code\":\"sign_in\"") != NULL) == (i % 2 == 0));
    g_assert_true ((socket_find (&socket, "auth_failed") != NULL) == (i / 2 == 2));
  }

  /* And so do bytes, which are for who is known. */
  {
    g_auto (Socket) socket = { .query = "user=max" };

    socket_open (&socket, self, FALSE);
    soup_websocket_connection_send_binary (socket.connection, "x", 1);
    g_assert_cmpuint (wait_close (&socket), ==, 4401);
  }
}

/* Says a wrong token. Returns the code with which that ended. */
static guint
be_wrong (ServerFixture *self,
          SoupSession   *session,
          const char    *query,
          gboolean       classic)
{
  g_auto (Socket) socket = { .query = query };
  guint code;

  socket_open_from (&socket, self, session, classic);
  say_auth (&socket, "peg_0");
  code = wait_close (&socket);

  g_assert_true ((socket_find (&socket, "auth_failed") != NULL) == (code == 4401));
  g_assert_true ((socket_find (&socket, "\"code\":\"too_many\"") != NULL) == (code == 1013 && !classic));

  return code;
}

/* Wrong tokens over sockets count like those of requests: for the address, and for
 * the name. Who has a right one comes in all the same. */
static void
test_sockets_too_many (ServerFixture *self,
                       gconstpointer  data)
{
  g_autofree char *max = people_fixture_add (self, "max", PEG_ROLE_VIEWER);
  g_autoptr (GSocketAddress) elsewhere = g_inet_socket_address_new_from_string ("127.0.0.2", 0);
  g_autoptr (SoupSession) other = soup_session_new_with_options ("local-address", elsewhere,
                                                                 "proxy-resolver", NULL, NULL);

  server_fixture_hold_clock (self);
  for (guint i = 0; i < 30; i++)
    g_assert_cmpuint (be_wrong (self, self->session, "user=max", i % 2 == 1), ==, 4401);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpuint (be_wrong (self, self->session, "user=max", i % 2 == 1), ==, 1013);

  /* From that address under any name, and under that name from anywhere. */
  g_assert_cmpuint (be_wrong (self, self->session, "user=kim", FALSE), ==, 1013);
  g_assert_cmpuint (be_wrong (self, other, "user=max", FALSE), ==, 1013);
  g_assert_cmpuint (be_wrong (self, other, "user=kim", FALSE), ==, 4401);
  g_assert_cmpuint (be_wrong (self, other, "", FALSE), ==, 4401);

  server_fixture_prepare (self, "GET", "files");
  soup_message_headers_replace (soup_message_get_request_headers (self->message), "Authorization",
                                "Bearer peg_0");
  server_fixture_ask (self);
  assert_status (429);
  g_assert_cmpstr (server_fixture_get_header (self, "Retry-After"), ==, "30");

  {
    g_auto (Socket) socket = { .query = "user=max" };

    socket_open (&socket, self, FALSE);
    say_auth (&socket, max);
    wait_socket (&socket, "auth_success");
  }

  self->now_us += 30 * G_USEC_PER_SEC - 1;
  g_assert_cmpuint (be_wrong (self, self->session, "user=max", FALSE), ==, 1013);
  self->now_us += 1;
  g_assert_cmpuint (be_wrong (self, self->session, "user=max", FALSE), ==, 4401);
  self->now_us += 59 * G_USEC_PER_SEC;
  g_assert_cmpuint (be_wrong (self, self->session, "user=max", FALSE), ==, 1013);
}

/* Who says nothing is sent away after five seconds. */
static void
test_sockets_silent (ServerFixture *self,
                     gconstpointer  data)
{
  g_autofree char *token G_GNUC_UNUSED = people_fixture_add (self, "max", PEG_ROLE_VIEWER);
  g_auto (Socket) socket = { .query = NULL };
  gint64 begin_us;

  socket_open (&socket, self, FALSE);
  begin_us = g_get_monotonic_time ();
  g_assert_cmpuint (wait_close (&socket), ==, 4401);
  g_assert_cmpint (g_get_monotonic_time () - begin_us, >, 4 * G_USEC_PER_SEC);
  g_assert_nonnull (socket_find (&socket, "\"code\":\"sign_in\""));
}

/* Who is removed is out within seconds, and so is everybody who never signed in
 * when the first person is added. */
static void
test_sockets_thrown_out (ServerFixture *self,
                         gconstpointer  data)
{
  g_auto (Socket) nobody = { .query = "user=lea" };
  g_autofree char *max = NULL;
  g_autofree char *kim = NULL;
  g_autofree char *bearer_max = NULL;
  g_autofree char *bearer_kim = NULL;
  g_auto (Socket) first = { .header = "Authorization" };
  g_auto (Socket) second = { .header = "Authorization" };

  socket_open (&nobody, self, TRUE);
  wait_socket (&nobody, "FILE_LIST_UPDATED");
  max = people_fixture_add (self, "max", PEG_ROLE_VIEWER);
  kim = people_fixture_add (self, "kim", PEG_ROLE_VIEWER);
  g_assert_cmpuint (wait_close (&nobody), ==, 4401);

  first.value = bearer_max = g_strdup_printf ("Bearer %s", max);
  second.value = bearer_kim = g_strdup_printf ("Bearer %s", kim);
  socket_open (&first, self, FALSE);
  socket_open (&second, self, FALSE);
  say (&first, HELLO);
  say (&second, HELLO);
  wait_socket (&first, "hello_ok");
  wait_socket (&second, "hello_ok");

  people_fixture_remove (self, "max");
  g_assert_cmpuint (wait_close (&first), ==, 4401);
  g_assert_nonnull (socket_find (&first, "\"code\":\"sign_in\""));
  say (&second, "{\"type\":\"ping\",\"id\":7}");
  wait_socket (&second, "\"type\":\"pong\"");
  g_assert_false (second.is_closed);
}

/* A new token of the same person is taken on the open socket, one of somebody
 * else is not. */
static void
test_sockets_next_token (ServerFixture *self,
                         gconstpointer  data)
{
  g_autofree char *max = people_fixture_add (self, "max", PEG_ROLE_VIEWER);
  g_autofree char *kim = people_fixture_add (self, "kim", PEG_ROLE_VIEWER);
  g_autofree char *bearer = g_strdup_printf ("Bearer %s", max);
  g_auto (Socket) socket = { .header = "Authorization", .value = bearer };
  PegPeople *people = peg_server_get_people (self->server);
  g_autoptr (PegCaller) caller = peg_people_check (people, max, g_get_real_time (), NULL);
  g_autofree char *session = peg_people_make_session (people, caller, g_get_real_time ());

  socket_open (&socket, self, FALSE);
  say (&socket, HELLO);
  wait_socket (&socket, "hello_ok");
  say_auth (&socket, session);
  wait_socket (&socket, "auth_success");

  /* It is the session that keeps the socket open now. */
  {
    g_autoptr (PegCaller) signed_in = peg_people_check (people, session, g_get_real_time (), NULL);

    g_ptr_array_set_size (socket.texts, 0);
    say_auth (&socket, max);
    wait_socket (&socket, "auth_success");
    say_auth (&socket, session);
    say (&socket, "{\"type\":\"ping\",\"id\":9}");
    wait_socket (&socket, "\"id\":9");
    g_assert_true (peg_people_end_session (people, signed_in, g_get_real_time (), NULL));
    g_assert_cmpuint (wait_close (&socket), ==, 4401);
  }

  {
    g_auto (Socket) other = { .header = "Authorization", .value = bearer };

    socket_open (&other, self, FALSE);
    say_auth (&other, kim);
    g_assert_cmpuint (wait_close (&other), ==, 4401);
    g_assert_nonnull (socket_find (&other, "auth_failed"));
  }
}

/* In an address a token counts over TLS, and nowhere else. */
static void
test_sockets_query (ServerFixture *self,
                    gconstpointer  data)
{
  g_autofree char *pem = g_test_build_filename (G_TEST_DIST, "link", "tls", "server.pem", NULL);
  g_autofree char *token = people_fixture_add (self, "max", PEG_ROLE_VIEWER);
  g_autofree char *query = g_strdup_printf ("token=%s", token);

  for (guint tls = 0; tls < 2; tls++) {
    g_auto (Socket) socket = { .query = query };

    if (tls == 1) {
      server_fixture_stop (self);
      self->tls_file = pem;
      server_fixture_start (self);
      g_assert_true (g_str_has_prefix (self->uri, "https:"));
    }
    socket_open (&socket, self, FALSE);
    say (&socket, HELLO);
    if (tls == 1) {
      wait_socket (&socket, "hello_ok");
      assert_has (socket_find (&socket, "hello_ok"), "\"user\":\"max\"");
    } else {
      g_assert_cmpuint (wait_close (&socket), ==, 4401);
    }
  }
}

/* Where nobody has to sign in, whoever does is told that all is well. */
static void
test_sockets_no_sign_in (ServerFixture *self,
                         gconstpointer  data)
{
  g_auto (Socket) socket = { .query = "user=dana", .header = "Authorization", .value = "Bearer x" };

  socket_open (&socket, self, FALSE);
  say_auth (&socket, "anything");
  wait_socket (&socket, "auth_success");
  assert_has (socket_find (&socket, "auth_success"), "\"username\":\"dana\"");
  say (&socket, HELLO);
  wait_socket (&socket, "hello_ok");
  assert_has (socket_find (&socket, "hello_ok"), "\"user\":\"the boss\"");
}

#define add(name, func) \
  g_test_add ("/server/sign-in-sockets/" name, ServerFixture, NULL, server_fixture_set_up, func, \
              server_fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("handshake", test_sockets_handshake);
  add ("refused", test_sockets_refused);
  add ("first-message", test_sockets_first_message);
  add ("first-wrong", test_sockets_first_wrong);
  add ("too-many", test_sockets_too_many);
  add ("silent", test_sockets_silent);
  add ("thrown-out", test_sockets_thrown_out);
  add ("next-token", test_sockets_next_token);
  add ("query", test_sockets_query);
  add ("no-sign-in", test_sockets_no_sign_in);

  return g_test_run ();
}
