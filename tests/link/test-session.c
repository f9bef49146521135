/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-cache.h"
#include "peg-claims.h"
#include "peg-connection-private.h"
#include "peg-link.h"
#include "peg-worker-private.h"

#include "fake-clock.h"
#include "fake-server.h"

#include <glib/gstdio.h>
#include <string.h>

#define S ((gint64) G_USEC_PER_SEC)
#define LIST "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{\"A\":[{\"filename\":\"a.nc\"}]}}"

/* {"iat":1000,"exp":2000} and {"exp":2000}, with a signature that nobody checks */
#define JWT_1000_2000 "eyJhbGciOiJIUzI1NiJ9.eyJpYXQiOjEwMDAsImV4cCI6MjAwMH0.c2ln"
#define JWT_2000 "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjIwMDB9.c2ln"

typedef struct {
  FakeServer *server;
  FakeClock *clock;
  FakeRandom *random;
  PegStore *store;
  PegWorker *worker;

  /* What the server says to each of these; NULL: 404 */
  const char *login;
  const char *refresh;
  const char *cookie;
  guint status;
  gboolean pause;              /* answers later */
  SoupServerMessage *paused;   /* (owned) (nullable) */

  /* What was told of the token */
  guint n_tokens;
  char *token;
  PegAuthMode mode;
} Fixture;

static const FakeRequest *
last_to (Fixture    *fixture,
         const char *path)
{
  for (guint i = fixture->server->requests->len; i > 0; i--) {
    const FakeRequest *request = fixture->server->requests->pdata[i - 1];

    if (g_str_equal (request->path, path))
      return request;
  }

  return NULL;
}

static guint
n_to (Fixture    *fixture,
      const char *path)
{
  guint n = 0;

  for (guint i = 0; i < fixture->server->requests->len; i++)
    n += g_str_equal (((FakeRequest *) fixture->server->requests->pdata[i])->path, path);

  return n;
}

static void
answer_cb (FakeServer        *server,
           const FakeRequest *request,
           SoupServerMessage *message,
           gpointer           user_data)
{
  Fixture *fixture = user_data;
  const char *body = NULL;

  if (g_str_equal (request->path, "/auth/login"))
    body = fixture->login;
  else if (g_str_equal (request->path, "/auth/refresh"))
    body = fixture->refresh;
  else if (g_str_equal (request->path, "/auth/logout"))
    body = "{}";
  else {
    fake_server_reply (message, 200, "{}");
    return;
  }

  if (fixture->cookie != NULL)
    soup_message_headers_append (soup_server_message_get_response_headers (message),
                                 "Set-Cookie", fixture->cookie);
  if (fixture->status == 429)
    soup_message_headers_append (soup_server_message_get_response_headers (message),
                                 "Retry-After", "30");
  if (fixture->pause && body != NULL) {
    fixture->pause = FALSE;
    g_set_object (&fixture->paused, message);
    soup_server_message_pause (message);
  }
  fake_server_reply (message, body != NULL ? (fixture->status != 0 ? fixture->status : 200) : 404,
                     body != NULL ? body : "{}");
}

static void
token_cb (PegWorker  *worker,
          const char *token,
          const char *user,
          guint       mode,
          Fixture    *fixture)
{
  fixture->n_tokens++;
  g_free (fixture->token);
  fixture->token = g_strdup (token);
  fixture->mode = (PegAuthMode) mode;
}

static PegLinkState
state_of (PegStore *store)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (store);

  return peg_snapshot_get_link (snapshot)->state;
}

static void
connect_with (Fixture    *fixture,
              const char *token)
{
  g_auto (PegAddress) address = { 0 };
  g_autofree char *url = fake_server_dup_url (fixture->server, "http", "");

  g_assert_true (peg_address_parse (&address, url, NULL));
  peg_worker_connect (fixture->worker, &(PegWorkerTarget) {
    .address = &address,
    .user = "ada",
    .identity = { .token = token },
  });
  AWAIT (state_of (fixture->store) == PEG_LINK_LIVE);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->server = fake_server_new (NULL, NULL);
  fixture->server->greeting = g_strdup (LIST);
  fixture->server->handler = answer_cb;
  fixture->server->handler_data = fixture;
  fixture->clock = fake_clock_new ();
  fixture->random = fake_random_new (0.5);
  fixture->store = peg_store_new ();
  fixture->worker = peg_worker_new (fixture->store, PEG_CLOCK (fixture->clock),
                                    PEG_RANDOM (fixture->random));
  g_signal_connect (fixture->worker, "token-changed", G_CALLBACK (token_cb), fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  peg_worker_shut_down (fixture->worker);
  g_assert_cmpuint (fake_clock_n_timers (fixture->clock), ==, 0);
  g_assert_finalize_object (g_steal_pointer (&fixture->worker));
  g_clear_object (&fixture->paused);
  g_clear_pointer (&fixture->server, fake_server_free);
  g_assert_finalize_object (g_steal_pointer (&fixture->clock));
  g_clear_object (&fixture->random);
  g_clear_object (&fixture->store);
  g_clear_pointer (&fixture->token, g_free);
}

static void
keep_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  GAsyncResult **kept = user_data;

  *kept = g_object_ref (result);
}

/* Signs in; gives what went wrong, or NULL. */
static GError *
sign_in (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *user = NULL;
  GError *error = NULL;

  peg_worker_sign_in (fixture->worker, "Ada Löw", "pass word&", g_task_new (NULL, NULL, keep_cb, &result));
  AWAIT (result != NULL);
  user = g_task_propagate_pointer (G_TASK (result), &error);

  return error;
}

static void
test_sign_in (Fixture       *fixture,
              gconstpointer  data)
{
  const FakeRequest *request;
  g_autoptr (PegSnapshot) snapshot = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  connect_with (fixture, NULL);
  fixture->login = "{\"status\":\"success\",\"token\":\"T1\",\"is_admin\":false}";
  error = sign_in (fixture);
  g_assert_no_error (error);

  request = last_to (fixture, "/auth/login");
  g_assert_cmpstr (request->method, ==, "POST");
  g_assert_cmpstr (fake_server_get_header (request, "Content-Type"), ==,
                   "application/x-www-form-urlencoded");
  g_assert_cmpstr (g_bytes_get_data (request->body, &length), ==,
                   "username=Ada+L%C3%B6w&password=pass+word%26");
  g_assert_null (request->query);
  g_assert_null (fake_server_get_header (request, "Authorization"));

  g_assert_cmpuint (fixture->n_tokens, ==, 1);
  g_assert_cmpstr (fixture->token, ==, "T1");
  g_assert_cmpint (fixture->mode, ==, PEG_AUTH_HEADER);
  snapshot = peg_store_dup_snapshot (fixture->store);
  g_assert_true (peg_snapshot_get_sign_in (snapshot)->held);

  /* The token never ends, as far as anybody knows. */
  fake_clock_advance (fixture->clock, 24 * 3600 * S);
  g_assert_cmpuint (n_to (fixture, "/auth/refresh"), ==, 0);
}

static void
test_refused (Fixture       *fixture,
              gconstpointer  data)
{
  static const struct {
    guint status;
    const char *body;
    int code;
    const char *words;
  } cases[] = {
    { 401, "{\"detail\":\"no\",\"code\":\"bad_credentials\"}", PEG_LINK_ERROR_SIGN_IN, "wrong" },
    { 429, "{}", PEG_LINK_ERROR_REFUSED, "30 seconds" },
    { 501, "{}", PEG_LINK_ERROR_NOT_FOUND, "no sign-in" },
    { 500, "", PEG_LINK_ERROR_FAILED, "500" },
    { 200, "{\"status\":\"success\"}", PEG_LINK_ERROR_FAILED, "understood" },
    { 200, "{\"token\":\"a b\\r\\nX-Evil: 1\"}", PEG_LINK_ERROR_FAILED, "understood" },
  };

  connect_with (fixture, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (PegSnapshot) snapshot = NULL;

    g_test_message ("case %u", i);
    fixture->status = cases[i].status;
    fixture->login = cases[i].body;
    error = sign_in (fixture);
    g_assert_error (error, PEG_LINK_ERROR, cases[i].code);
    g_assert_nonnull (strstr (error->message, cases[i].words));
    g_assert_cmpuint (fixture->n_tokens, ==, 0);

    /* What the page says. */
    snapshot = peg_store_dup_snapshot (fixture->store);
    g_assert_cmpstr (peg_snapshot_get_sign_in (snapshot)->error, ==, error->message);
    g_assert_false (peg_snapshot_get_sign_in (snapshot)->held);
  }
}

/* A newer classic server: the token is in a cookie, and is taken from nothing
 * else. */
static void
test_cookie (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  connect_with (fixture, NULL);
  fixture->login = "{\"access_token\":\"T2\",\"token_type\":\"bearer\"}";
  fixture->cookie = "auth_token=C3; HttpOnly; SameSite=Strict; Path=/";
  error = sign_in (fixture);
  g_assert_no_error (error);
  g_assert_cmpstr (fixture->token, ==, "C3");
  g_assert_cmpint (fixture->mode, ==, PEG_AUTH_COOKIE);

  /* Whatever is asked from now on has it, and no header. */
  peg_worker_sign_out (fixture->worker);
  AWAIT (last_to (fixture, "/auth/logout") != NULL);
  g_assert_cmpstr (fake_server_get_header (last_to (fixture, "/auth/logout"), "Cookie"), ==,
                   "auth_token=C3");
  g_assert_null (fake_server_get_header (last_to (fixture, "/auth/logout"), "Authorization"));
}

static void
test_refresh (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  connect_with (fixture, NULL);
  fixture->login = "{\"status\":\"success\",\"token\":\"T1\",\"expires_in\":1000}";
  fixture->refresh = "{\"status\":\"success\",\"token\":\"T2\",\"expires_in\":2000}";
  error = sign_in (fixture);
  g_assert_no_error (error);

  /* At 80 % of the life of each. */
  fake_clock_advance (fixture->clock, 799 * S);
  g_assert_cmpuint (n_to (fixture, "/auth/refresh"), ==, 0);
  fake_clock_advance (fixture->clock, 2 * S);
  AWAIT (fixture->n_tokens == 2);
  g_assert_cmpstr (fixture->token, ==, "T2");
  g_assert_cmpstr (fake_server_get_header (last_to (fixture, "/auth/refresh"), "Authorization"), ==,
                   "Bearer T1");

  fake_clock_advance (fixture->clock, 1500 * S);
  g_assert_cmpuint (n_to (fixture, "/auth/refresh"), ==, 1);

  /* A server that has trouble is asked again; one that offers no such thing is
   * not. */
  fixture->status = 503;
  fake_clock_advance (fixture->clock, 101 * S);
  AWAIT (n_to (fixture, "/auth/refresh") == 2);
  AWAIT (fake_clock_n_timers (fixture->clock) >= 1);
  fixture->status = 0;
  fixture->refresh = NULL;
  while (n_to (fixture, "/auth/refresh") < 3) {
    fake_clock_advance (fixture->clock, 10 * S);
    g_main_context_iteration (NULL, FALSE);
  }
  for (guint i = 0; i < 50; i++) {
    fake_clock_advance (fixture->clock, 60 * S);
    while (g_main_context_iteration (NULL, FALSE))
      continue;
  }
  g_assert_cmpuint (n_to (fixture, "/auth/refresh"), ==, 3);
  g_assert_cmpuint (fixture->n_tokens, ==, 2);
}

/* A server that refuses the token gives another one for it, once; and the
 * connection goes on with that. */
static void
test_needed (Fixture       *fixture,
             gconstpointer  data)
{
  connect_with (fixture, "T1");
  fixture->refresh = "{\"token\":\"T2\"}";
  soup_websocket_connection_close (fake_server_get_socket (fixture->server), 4401, "expired");
  AWAIT (n_to (fixture, "/auth/refresh") == 1);
  AWAIT (fixture->server->sockets->len == 2);
  AWAIT (state_of (fixture->store) == PEG_LINK_LIVE);
  g_assert_cmpstr (fixture->token, ==, "T2");

  /* The next one has nothing to give: a person is asked. */
  fixture->refresh = NULL;
  fake_clock_advance (fixture->clock, 10 * S);
  soup_websocket_connection_close (fake_server_get_socket (fixture->server), 4401, "expired");
  AWAIT (state_of (fixture->store) == PEG_LINK_ACTION_NEEDED);
}

static void
test_sign_out (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (PegSnapshot) snapshot = NULL;
  g_autofree char *folder = g_dir_make_tmp ("peg-session-XXXXXX", NULL);
  g_autofree char *url = fake_server_dup_url (fixture->server, "http", "");
  g_autofree char *path = peg_cache_dup_path (folder, url, "ada");

  peg_worker_set_cache (fixture->worker, folder);
  connect_with (fixture, "T1");
  fake_clock_advance (fixture->clock, 60 * S);
  AWAIT (g_file_test (path, G_FILE_TEST_EXISTS));
  peg_worker_sign_out (fixture->worker);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

  /* At once, whatever the server thinks of it. */
  snapshot = peg_store_dup_snapshot (fixture->store);
  g_assert_cmpint (peg_snapshot_get_link (snapshot)->state, ==, PEG_LINK_STOPPED);
  g_assert_false (peg_snapshot_has_list (snapshot));
  g_assert_false (peg_snapshot_get_sign_in (snapshot)->held);
  g_assert_nonnull (peg_snapshot_get_server_url (snapshot));
  g_assert_cmpuint (fixture->n_tokens, ==, 1);
  g_assert_null (fixture->token);

  AWAIT (last_to (fixture, "/auth/logout") != NULL);
  g_assert_cmpstr (fake_server_get_header (last_to (fixture, "/auth/logout"), "Authorization"), ==,
                   "Bearer T1");

  /* Nor does it come back. */
  peg_worker_shut_down (fixture->worker);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* Whoever connects next has shown nothing, and asked for nothing. */
static void
test_sign_out_topics (Fixture       *fixture,
                      gconstpointer  data)
{
  const char *topics[] = { "notes", NULL };
  g_auto (PegAddress) address = { 0 };
  g_autofree char *url = fake_server_dup_url (fixture->server, "http", "");
  const GPtrArray *messages = fixture->server->messages;

  g_assert_true (peg_address_parse (&address, url, NULL));
  peg_worker_connect (fixture->worker, &(PegWorkerTarget) {
    .address = &address,
    .user = "ada",
    .identity = { .mode = PEG_AUTH_MESSAGE, .token = "T1" },
    .topics = topics,
  });
  AWAIT (messages->len > 0);
  g_assert_cmpstr (messages->pdata[0], ==, "{\"type\":\"auth\",\"token\":\"T1\"}");
  g_assert_cmpstr (fixture->server->socket_query, ==, "user=ada&topics=notes");
  fake_server_send (fixture->server, "{\"type\":\"auth_success\"}");
  fake_server_send (fixture->server, LIST);
  AWAIT (state_of (fixture->store) == PEG_LINK_LIVE);

  peg_worker_sign_out (fixture->worker);
  peg_worker_retry_now (fixture->worker);
  AWAIT (fixture->server->sockets->len == 2);
  AWAIT (state_of (fixture->store) == PEG_LINK_LIVE);
  g_assert_cmpstr (fixture->server->socket_query, ==, "user=ada");
  for (guint i = 1; i < messages->len; i++)
    g_assert_null (strstr (messages->pdata[i], "T1"));
}

static void
finished_cb (SoupServerMessage *message,
             gboolean          *finished)
{
  *finished = TRUE;
}

/* Lets the answer go that was kept back, and comes back when it was read, or when
 * nobody wants it any more. */
static void
let_go (Fixture *fixture)
{
  gboolean finished = FALSE;

  g_signal_connect (fixture->paused, "finished", G_CALLBACK (finished_cb), &finished);
  soup_server_message_unpause (fixture->paused);
  AWAIT (finished);
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (NULL, FALSE);
}

/* What one server says about its token is nothing to the next one. */
static void
test_another_server (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (FakeServer) first = NULL;

  fixture->refresh = "{\"token\":\"T2\"}";
  connect_with (fixture, "T1");
  fixture->pause = TRUE;
  soup_websocket_connection_close (fake_server_get_socket (fixture->server), 4401, "expired");
  AWAIT (fixture->paused != NULL);

  first = g_steal_pointer (&fixture->server);
  fixture->server = fake_server_new (NULL, NULL);
  fixture->server->greeting = g_strdup (LIST);
  fixture->server->handler = answer_cb;
  fixture->server->handler_data = fixture;
  connect_with (fixture, "other");
  let_go (fixture);
  g_assert_cmpstr (fixture->worker->connection->token, ==, "other");
  g_assert_cmpstr (peg_identity_get_token (fixture->worker->identity), ==, "other");
  g_assert_cmpuint (fixture->n_tokens, ==, 0);
  g_assert_cmpint (state_of (fixture->store), ==, PEG_LINK_LIVE);
}

/* Nor is the answer to a sign-in one to somebody who has signed out since. */
static void
test_signed_out_meanwhile (Fixture       *fixture,
                           gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  fixture->login = "{\"token\":\"T1\",\"username\":\"ada\"}";
  connect_with (fixture, NULL);
  fixture->pause = TRUE;
  peg_worker_sign_in (fixture->worker, "ada", "pw", g_task_new (NULL, NULL, keep_cb, &result));
  AWAIT (fixture->paused != NULL);
  peg_worker_sign_out (fixture->worker);
  let_go (fixture);

  AWAIT (result != NULL);
  g_assert_null (g_task_propagate_pointer (G_TASK (result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (fixture->worker->connection->token);
  g_assert_null (peg_identity_get_token (fixture->worker->identity));
  g_assert_null (fixture->token);
}

static void
test_claims (void)
{
  static const struct {
    const char *token;
    guint64 expires_in_s;
    gint64 now_s;
    gint64 refresh_in_s;
  } cases[] = {
    { "opaque", 0, 1000, -1 },
    { "opaque", 3600, 1000, 2880 },
    { JWT_1000_2000, 0, 1000, 800 },
    { JWT_1000_2000, 0, 1700, 100 },
    { JWT_1000_2000, 0, 1900, 0 },
    { JWT_1000_2000, 0, 9999, 0 },
    { JWT_1000_2000, 10, 1000, 8 },
    { JWT_2000, 0, 1500, 400 },
    { JWT_2000, 0, 2500, 0 },
    { "a.b.c", 0, 1000, -1 },
    { "..", 0, 1000, -1 },
    { "a.bm90IGpzb24.c", 0, 1000, -1 },
    { "a.W10.c", 0, 1000, -1 },                     /* [] */
    { "a.eyJleHAiOiJzb29uIn0.c", 0, 1000, -1 },     /* {"exp":"soon"} */
    { "a.eyJleHAiOjFlMzAwfQ.c", 0, 1000, -1 },      /* {"exp":1e300} */
    { "a.eyJleHAiOi01fQ.c", 0, 1000, -1 },          /* {"exp":-5} */
    { "opaque", G_MAXUINT64, 0, 10 * 366 * 86400LL * 80 / 100 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gint64 in_us = peg_claims_refresh_in_us (cases[i].token, cases[i].expires_in_s,
                                             cases[i].now_s * S);

    g_test_message ("case %u", i);
    g_assert_cmpint (in_us, ==, cases[i].refresh_in_s < 0 ? -1 : cases[i].refresh_in_s * S);
  }
}

/* All of it through the two threads, as a program sees it. */

static void
link_token_cb (PegLink    *link,
               const char *token,
               const char *user,
               guint       mode,
               GPtrArray  *seen)
{
  g_ptr_array_add (seen, g_strdup_printf ("%s %s", user, token != NULL ? token : "-"));
}

static void
test_link (void)
{
  Fixture fixture = { .login = "{\"token\":\"T1\",\"username\":\"Ada\"}" };
  g_autoptr (PegStore) store = peg_store_new ();
  g_autoptr (GPtrArray) seen = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *url = NULL;
  PegLink *link = peg_link_new (store);

  fixture.server = fake_server_new (NULL, NULL);
  fixture.server->greeting = g_strdup (LIST);
  fixture.server->handler = answer_cb;
  fixture.server->handler_data = &fixture;
  url = fake_server_dup_url (fixture.server, "http", "");
  g_signal_connect (link, "token-changed", G_CALLBACK (link_token_cb), seen);

  /* In the clear, a token stays out of the address. */
  g_assert_false (peg_link_connect (link, &(PegLinkConfig) {
                                      .url = url, .user = "ada", .auth_mode = PEG_AUTH_QUERY,
                                    }, &error));
  g_assert_error (error, PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "wss://"));
  g_clear_error (&error);
  g_assert_cmpuint (fixture.server->sockets->len + fixture.server->requests->len, ==, 0);

  g_assert_true (peg_link_connect (link, &(PegLinkConfig) { .url = url, .user = "ada" }, &error));
  peg_link_sign_in_async (link, "ada", "x", NULL, keep_cb, &result);
  AWAIT (result != NULL);
  g_assert_true (peg_link_sign_in_finish (link, result, &error));
  AWAIT (seen->len == 1);
  g_assert_cmpstr (seen->pdata[0], ==, "Ada T1");
  AWAIT (g_strcmp0 (peg_snapshot_get_user (peg_store_get_shown (store)), "Ada") == 0);
  AWAIT (state_of (store) == PEG_LINK_LIVE);

  peg_link_sign_out (link);
  AWAIT (seen->len == 2);
  g_assert_cmpstr (seen->pdata[1], ==, "Ada -");
  AWAIT (last_to (&fixture, "/auth/logout") != NULL);

  g_clear_object (&result);
  g_assert_finalize_object (link);
  g_clear_pointer (&fixture.server, fake_server_free);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, test) g_test_add (name, Fixture, NULL, set_up, test, tear_down)
  ADD ("/session/sign-in", test_sign_in);
  ADD ("/session/refused", test_refused);
  ADD ("/session/cookie", test_cookie);
  ADD ("/session/refresh", test_refresh);
  ADD ("/session/needed", test_needed);
  ADD ("/session/sign-out", test_sign_out);
  ADD ("/session/sign-out-topics", test_sign_out_topics);
  ADD ("/session/another-server", test_another_server);
  ADD ("/session/signed-out-meanwhile", test_signed_out_meanwhile);
  g_test_add_func ("/session/claims", test_claims);
  g_test_add_func ("/session/link", test_link);

  return g_test_run ();
}
