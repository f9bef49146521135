/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "people-fixture.h"

#include "peg-jwt.h"
#include "peg-token.h"

#include <glib/gstdio.h>
#include <sqlite3.h>

static void
set_token (ServerFixture *self,
           const char    *token)
{
  g_autofree char *value = token != NULL ? g_strdup_printf ("Bearer %s", token) : NULL;

  if (value != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (self->message), "Authorization",
                                  value);
}

static const char *
get_as (ServerFixture *self,
        const char    *token,
        const char    *path)
{
  server_fixture_prepare (self, "GET", path);
  set_token (self, token);

  return server_fixture_ask (self);
}

static const char *
post_as (ServerFixture *self,
         const char    *token,
         const char    *path,
         const char    *type,
         const char    *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  server_fixture_prepare (self, "POST", path);
  set_token (self, token);
  soup_message_set_request_body_from_bytes (self->message, type, bytes);

  return server_fixture_ask (self);
}

static const char *
check_in_as (ServerFixture *self,
             const char    *token,
             const char    *path,
             const char    *text,
             const char    *field,
             const char    *value)
{
  g_autoptr (GBytes) content = g_bytes_new (text, strlen (text));

  server_fixture_prepare (self, "POST", path);
  server_fixture_set_form (self, "somebody else", content, field, value);
  set_token (self, token);

  return server_fixture_ask (self);
}

/* Every route, and the least role that may ask it. */
static const struct {
  const char *method;
  const char *path;
  PegRole role;
} matrix[] = {
  { "GET", "", PEG_ROLE_NONE },
  { "GET", "healthz", PEG_ROLE_NONE },
  { "GET", "config", PEG_ROLE_NONE },
  { "GET", "files", PEG_ROLE_VIEWER },
  { "GET", "refresh", PEG_ROLE_VIEWER },
  { "GET", "dashboard/stats", PEG_ROLE_VIEWER },
  { "GET", "dashboard/activity", PEG_ROLE_VIEWER },
  { "GET", "messages/check", PEG_ROLE_VIEWER },
  { "GET", "files/a.nc/download", PEG_ROLE_VIEWER },
  { "GET", "files/a.nc/history", PEG_ROLE_VIEWER },
  { "GET", "files/a.nc/versions/x", PEG_ROLE_VIEWER },
  { "POST", "messages/acknowledge", PEG_ROLE_VIEWER },
  { "POST", "messages/send", PEG_ROLE_MACHINIST },
  { "POST", "files/no.nc/checkout", PEG_ROLE_MACHINIST },
  { "POST", "files/no.nc/checkin", PEG_ROLE_MACHINIST },
  { "POST", "files/no.nc/cancel_checkout", PEG_ROLE_MACHINIST },
  { "POST", "files/new_upload", PEG_ROLE_MACHINIST },
  { "POST", "files/no.nc/override", PEG_ROLE_LEAD },
  { "POST", "admin/files/no.nc/override", PEG_ROLE_LEAD },
};

static void
test_sign_in_matrix (ServerFixture *self,
                     gconstpointer  data)
{
  g_autofree char *tokens[] = {
    NULL,
    people_fixture_add (self, "vera", PEG_ROLE_VIEWER),
    people_fixture_add (self, "max", PEG_ROLE_MACHINIST),
    people_fixture_add (self, "lea", PEG_ROLE_LEAD),
    people_fixture_add (self, "ada", PEG_ROLE_ADMIN),
    NULL,
  };

  for (guint i = 0; i < G_N_ELEMENTS (matrix); i++) {
    for (guint role = PEG_ROLE_NONE; role <= PEG_ROLE_ADMIN; role++) {
      const char *text;
      guint status;

      if (matrix[i].method[0] == 'G')
        text = get_as (self, tokens[role], matrix[i].path);
      else
        text = post_as (self, tokens[role], matrix[i].path, "application/json", "{}");
      status = soup_message_get_status (self->message);

      g_test_message ("%s as %u: %u", matrix[i].path, role, status);
      if (role >= matrix[i].role) {
        g_assert_cmpuint (status, !=, 401);
        g_assert_cmpuint (status, !=, 403);
      } else if (role == PEG_ROLE_NONE) {
        assert_status (401);
        assert_has (text, "\"code\":\"sign_in\"");
        g_assert_cmpstr (server_fixture_get_header (self, "WWW-Authenticate"), ==, "Bearer");
      } else {
        assert_status (403);
        assert_has (text, "\"code\":\"forbidden\"");
        assert_has (text, peg_role_to_text (matrix[i].role));
      }
    }
  }

  for (guint i = 0; i < G_N_ELEMENTS (tokens); i++)
    g_clear_pointer (&tokens[i], g_free);
}

/* Who asks is who the token says, whatever the address and the body say. */
static void
test_sign_in_identity (ServerFixture *self,
                       gconstpointer  data)
{
  g_autofree char *max = people_fixture_add (self, "max", PEG_ROLE_MACHINIST);
  g_autofree char *lea = people_fixture_add (self, "lea", PEG_ROLE_LEAD);
  const char *text;

  text = get_as (self, NULL, "config?user=max");
  assert_has (text, "\"username\":null");
  assert_has (text, "\"sign_in\":true");
  assert_has (text, "\"role\":null");
  text = get_as (self, max, "config?user=lea");
  assert_has (text, "\"username\":\"max\"");
  assert_has (text, "\"role\":\"machinist\"");
  assert_has (text, "\"is_admin\":false");
  g_assert_null (strstr (get_as (self, NULL, "healthz"), "clients"));
  assert_has (get_as (self, max, "healthz"), "clients");

  post_as (self, max, "files/a.nc/checkout", "application/json",
           "{\"user\":\"lea\",\"station\":\"VF-4\"}");
  assert_status (200);
  text = get_as (self, max, "files");
  assert_has (text, "\"by\":\"max\"");
  assert_has (text, "\"station\":\"VF-4\"");
  post_as (self, lea, "files/a.nc/cancel_checkout", "application/json", "{\"user\":\"max\"}");
  assert_status (409);
  check_in_as (self, lea, "files/a.nc/checkin", "(LEA)\n", NULL, NULL);
  assert_status (409);
  check_in_as (self, max, "files/a.nc/checkin", "(MAX)\n", NULL, NULL);
  assert_status (200);
  assert_has (get_as (self, max, "files/a.nc/history"), "\"author_name\":\"max\"");

  post_as (self, max, "messages/send", "application/json",
           "{\"recipient\":\"lea\",\"sender\":\"the boss\",\"message\":\"Hello\"}");
  assert_status (200);
  assert_has (get_as (self, max, "messages/check?user=lea"), "[]");
  text = get_as (self, lea, "messages/check?user=max");
  assert_has (text, "\"sender\":\"max\"");
}

/* An answer is remembered for who got it, and for nobody else. */
static void
test_sign_in_keys (ServerFixture *self,
                   gconstpointer  data)
{
  g_autofree char *max = people_fixture_add (self, "max", PEG_ROLE_MACHINIST);
  g_autofree char *lea = people_fixture_add (self, "lea", PEG_ROLE_LEAD);
  const char *tokens[] = { max, lea, max };
  const guint expected[] = { 200, 409, 200 };

  for (guint i = 0; i < G_N_ELEMENTS (tokens); i++) {
    g_autoptr (GBytes) bytes = g_bytes_new_static ("{}", 2);

    server_fixture_prepare (self, "POST", "files/a.nc/checkout");
    set_token (self, tokens[i]);
    soup_message_headers_replace (soup_message_get_request_headers (self->message),
                                  "Idempotency-Key", "6c1d");
    soup_message_set_request_body_from_bytes (self->message, "application/json", bytes);
    server_fixture_ask (self);
    assert_status (expected[i]);
    g_assert_true ((server_fixture_get_header (self, "Idempotency-Replayed") != NULL) == (i == 2));
  }
}

static void
test_sign_in_wrong (ServerFixture *self,
                    gconstpointer  data)
{
  g_autofree char *max = people_fixture_add (self, "max", PEG_ROLE_MACHINIST);
  g_autofree char *other = peg_token_make ();

  assert_has (get_as (self, other, "files"), "\"code\":\"bad_token\"");
  assert_status (401);
  g_assert_cmpstr (server_fixture_get_header (self, "WWW-Authenticate"), ==,
                   "Bearer error=\"invalid_token\"");
  get_as (self, "rubbish", "files");
  assert_status (401);
  get_as (self, other, "config");
  assert_status (200);

  /* A token in the address of a request counts for nothing. */
  {
    g_autofree char *path = g_strconcat ("files?token=", max, NULL);

    get_as (self, NULL, path);
    assert_status (401);
  }

  /* Who is wrong very often is told to wait; who is right is not. */
  for (guint i = 0; i < 30; i++)
    get_as (self, other, "files");
  assert_has (get_as (self, other, "files"), "\"code\":\"too_many\"");
  assert_status (429);
  g_assert_nonnull (server_fixture_get_header (self, "Retry-After"));
  get_as (self, max, "files");
  assert_status (200);

  /* Who was removed is out at once. */
  people_fixture_remove (self, "max");
  get_as (self, max, "files");
  assert_status (429);
}

static char *
dup_member (const char *text,
            const char *member)
{
  g_autofree char *before = g_strdup_printf ("\"%s\":\"", member);
  const char *start = strstr (text, before);

  g_assert_nonnull (start);
  start += strlen (before);

  return g_strndup (start, strcspn (start, "\""));
}

static void
test_sign_in_login (ServerFixture *self,
                    gconstpointer  data)
{
  g_autofree char *max = people_fixture_add (self, "max", PEG_ROLE_MACHINIST);
  g_autofree char *form = g_strdup_printf ("username=max&password=%s", max);
  g_autofree char *json = g_strdup_printf ("{\"username\":\"max\",\"password\":\"%s\"}", max);
  g_autofree char *nameless = g_strdup_printf ("{\"password\":\"%s\"}", max);
  g_autofree char *session = NULL;
  g_autofree char *renewed = NULL;
  const char *text, *cookie;

  text = post_as (self, NULL, "auth/login", "application/x-www-form-urlencoded", form);
  assert_status (200);
  assert_has (text, "\"expires_in\":43200");
  assert_has (text, "\"username\":\"max\"");
  assert_has (text, "\"role\":\"machinist\"");
  session = dup_member (text, "token");
  cookie = server_fixture_get_header (self, "Set-Cookie");
  assert_has (cookie, session);
  assert_has (cookie, "HttpOnly");
  assert_has (cookie, "SameSite=Strict");
  assert_has (cookie, "Path=/");
  g_assert_null (strstr (cookie, "Secure"));

  assert_has (get_as (self, session, "config"), "\"username\":\"max\"");
  post_as (self, NULL, "auth/login", "application/json", json);
  assert_status (200);
  post_as (self, NULL, "auth/login", "application/json", nameless);
  assert_status (200);

  text = post_as (self, session, "auth/refresh", "application/json", "");
  assert_status (200);
  renewed = dup_member (text, "access_token");
  g_assert_cmpstr (renewed, !=, session);
  post_as (self, NULL, "auth/refresh", "application/json", "");
  assert_status (401);

  post_as (self, session, "auth/logout", "application/json", "");
  assert_status (200);
  assert_has (server_fixture_get_header (self, "Set-Cookie"), "auth_token=; Path=/; Max-Age=0");
  get_as (self, session, "files");
  assert_status (401);
  get_as (self, renewed, "files");
  assert_status (200);
  post_as (self, NULL, "auth/logout", "application/json", "");
  assert_status (200);
}

/* Five wrong sign-ins, and nobody signs in from there, nor under that name. */
static void
test_sign_in_limit (ServerFixture *self,
                    gconstpointer  data)
{
  static const char * const wrong[] = {
    "{\"username\":\"max\",\"password\":\"peg_0\"}", "{\"username\":\"max\",\"password\":\"1234\"}",
    "{\"username\":\"max\",\"password\":null}", "{\"username\":\"max\"}", "{\"username\":\"max\",\"password\":\"\"}",
  };
  g_autofree char *max = people_fixture_add (self, "max", PEG_ROLE_MACHINIST);
  g_autofree char *kim = people_fixture_add (self, "kim", PEG_ROLE_MACHINIST);
  g_autofree char *json = g_strdup_printf ("{\"username\":\"max\",\"password\":\"%s\"}", max);
  g_autofree char *other = g_strdup_printf ("{\"username\":\"max\",\"password\":\"%s\"}", kim);
  guint64 wait_s;

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    assert_has (post_as (self, NULL, "auth/login", "application/json", i == 0 ? other : wrong[i]),
                "\"code\":\"bad_credentials\"");
    assert_status (401);
  }

  assert_has (post_as (self, NULL, "auth/login", "application/json", json), "\"code\":\"too_many\"");
  assert_status (429);
  g_assert_true (g_ascii_string_to_unsigned (server_fixture_get_header (self, "Retry-After"), 10, 1, 30,
                                             &wait_s, NULL));
  get_as (self, max, "files");
  assert_status (200);
}

static void
test_sign_in_bad_login (ServerFixture *self,
                        gconstpointer  data)
{
  g_autofree char *max G_GNUC_UNUSED = people_fixture_add (self, "max", PEG_ROLE_MACHINIST);
  g_autofree char *endless = g_strnfill (100 * 1024, 'a');

  post_as (self, NULL, "auth/login", "application/json", "{");
  assert_status (422);
  post_as (self, NULL, "auth/login", "application/json", "{\"username\":1}");
  assert_status (422);
  post_as (self, NULL, "auth/login", "application/x-www-form-urlencoded", "%%%&&==");
  assert_status (401);
  post_as (self, NULL, "auth/login", "application/x-www-form-urlencoded", endless);
  assert_status (413);
}

/* What is in the last draft, or %NULL when there is none. */
static char *
read_last_draft (ServerFixture *self,
                 const char    *who)
{
  g_autofree char *path = g_build_filename (self->data, "ledger.db", NULL);
  g_autofree char *object = NULL;
  sqlite3_stmt *statement;
  sqlite3 *database;
  char *text = NULL;

  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (database, "SELECT sha256 FROM drafts WHERE who = ? ORDER BY id"
                                       " DESC", -1, &statement, NULL), ==, SQLITE_OK);
  sqlite3_bind_text (statement, 1, who, -1, SQLITE_STATIC);
  if (sqlite3_step (statement) == SQLITE_ROW) {
    const char *hash = (const char *) sqlite3_column_text (statement, 0);

    object = g_strdup_printf ("objects/%.2s/%s", hash, hash + 2);
    text = peg_test_read (self->data, object);
  }
  sqlite3_finalize (statement);
  sqlite3_close (database);

  return text;
}

/* A lead takes a file away. Who had it is told, and what they send later is not
 * lost and overwrites nothing, whoever has the file by then. */
static void
test_sign_in_override (ServerFixture *self,
                       gconstpointer  data)
{
  static const struct {
    const char *who; /* (nullable): who checks it out after it was taken */
    const char *code;
  } cases[] = {
    { NULL, "not_checked_out" },
    { "kim", "taken" },
    { "max", "stale_token" },
  };
  g_autofree char *max = people_fixture_add (self, "max", PEG_ROLE_MACHINIST);
  g_autofree char *kim = people_fixture_add (self, "kim", PEG_ROLE_MACHINIST);
  g_autofree char *lea = people_fixture_add (self, "lea", PEG_ROLE_LEAD);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *content = g_strdup_printf ("(MAX %u)\n", i);
    g_autofree char *fencing = NULL;
    g_autofree char *found = NULL;
    g_autofree char *draft = NULL;

    post_as (self, max, "files/a.nc/checkout", "application/json", "{}");
    assert_status (200);
    fencing = g_strdup (server_fixture_get_header (self, "Pegboard-Token"));
    assert_has (post_as (self, kim, "files/a.nc/override", "application/json",
                         "{\"admin_user\":\"lea\"}"), "lead");
    assert_status (403);
    post_as (self, lea, i == 0 ? "files/a.nc/override" : "admin/files/a.nc/override",
             "application/json", "{\"admin_user\":\"god\"}");
    assert_status (200);
    assert_has (get_as (self, lea, "dashboard/activity?limit=1"), "\"user\":\"lea\"");
    assert_has (get_as (self, lea, "dashboard/activity?limit=1"), "Taken back from max");
    assert_has (get_as (self, max, "messages/check"), "\"sender\":\"lea\"");
    assert_has (get_as (self, max, "messages/check"), "“a.nc” is not yours any more");

    if (cases[i].who != NULL) {
      post_as (self, strcmp (cases[i].who, "kim") == 0 ? kim : max, "files/a.nc/checkout",
               "application/json", "{}");
      assert_status (200);
    }
    assert_has (check_in_as (self, max, "files/a.nc/checkin", content, "token", fencing), cases[i].code);
    assert_status (409);
    found = peg_test_read (self->root, "a.nc");
    g_assert_cmpstr (found, ==, "(A, REV 1.4)\n");
    draft = read_last_draft (self, "max");
    g_assert_cmpstr (draft, ==, content);
    if (cases[i].who != NULL)
      post_as (self, strcmp (cases[i].who, "kim") == 0 ? kim : max, "files/a.nc/cancel_checkout",
               "application/json", "{}");
  }

  /* Nobody writes a note to themselves. */
  post_as (self, lea, "files/a.nc/checkout", "application/json", "{}");
  post_as (self, lea, "files/a.nc/override", "application/json", "{}");
  assert_status (200);
  assert_has (get_as (self, lea, "messages/check"), "[]");
}

/* What a browser sends along is not enough for a page of another site. */
static void
test_sign_in_cookie (ServerFixture *self,
                     gconstpointer  data)
{
  static const struct {
    const char *name;
    const char *value;
    guint status;
  } cases[] = {
    { NULL, NULL, 200 },
    { "Sec-Fetch-Site", "same-origin", 200 },
    { "Sec-Fetch-Site", "cross-site", 403 },
    { "Sec-Fetch-Site", "same-site", 403 },
    { "Origin", "https://example.com", 403 },
    { "Origin", "null", 403 },
  };
  g_autofree char *max = people_fixture_add (self, "max", PEG_ROLE_MACHINIST);
  g_autofree char *json = g_strdup_printf ("{\"username\":\"max\",\"password\":\"%s\"}", max);
  g_autofree char *session = dup_member (post_as (self, NULL, "auth/login", "application/json", json),
                                         "token");
  g_autofree char *cookie = g_strdup_printf ("theme=dark; auth_token=%s; x=y", session);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GBytes) bytes = g_bytes_new_static ("{}", 2);
    SoupMessageHeaders *headers;

    server_fixture_prepare (self, "POST", "files/a.nc/checkout");
    headers = soup_message_get_request_headers (self->message);
    soup_message_headers_replace (headers, "Cookie", cookie);
    if (cases[i].name != NULL)
      soup_message_headers_replace (headers, cases[i].name, cases[i].value);
    soup_message_set_request_body_from_bytes (self->message, "application/json", bytes);
    server_fixture_ask (self);
    assert_status (cases[i].status);
  }

  server_fixture_prepare (self, "GET", "files");
  soup_message_headers_replace (soup_message_get_request_headers (self->message), "Cookie",
                                "auth_token=old");
  server_fixture_ask (self);
  assert_status (401);
}

/* Another program signs for people with a secret that both know. */
static void
test_sign_in_foreign (ServerFixture *self,
                      gconstpointer  data)
{
  g_autoptr (GBytes) secret = g_bytes_new_static ("0123456789abcdef0123456789abcdef", 32);
  const PegJwt claims = { .user = (char *) "eve", .role = (char *) "machinist",
                          .expires_s = g_get_real_time () / G_USEC_PER_SEC + 600 };
  const PegJwt old = { .user = (char *) "eve", .role = (char *) "machinist", .expires_s = 1000 };
  g_autofree char *token = peg_jwt_sign (&claims, secret);
  g_autofree char *expired = peg_jwt_sign (&old, secret);
  g_autofree char *json = g_strdup_printf ("{\"username\":\"eve\",\"password\":\"%s\"}", token);
  g_autofree char *file = g_build_filename (self->folder, "jwt.key", NULL);
  const char *text;

  get_as (self, NULL, "files");
  assert_status (200);

  server_fixture_stop (self);
  peg_test_write (self->folder, "jwt.key", "0123456789abcdef0123456789abcdef\n");
  g_assert_cmpint (g_chmod (file, 0600), ==, 0);
  self->jwt_secret_file = file;
  server_fixture_start (self);
  self->jwt_secret_file = NULL;

  get_as (self, NULL, "files");
  assert_status (401);
  text = get_as (self, token, "config");
  assert_has (text, "\"username\":\"eve\"");
  assert_has (text, "\"role\":\"machinist\"");
  assert_has (get_as (self, expired, "files"), "\"code\":\"expired\"");
  assert_status (401);

  text = post_as (self, NULL, "auth/login", "application/json", json);
  assert_status (200);
  assert_has (text, token);
  post_as (self, token, "auth/refresh", "application/json", "");
  assert_status (403);
}

/* No token, and nothing that was made of one, is in what the server keeps. */
static void
test_sign_in_kept (ServerFixture *self,
                   gconstpointer  data)
{
  static const char * const files[] = { "ledger.db", "ledger.db-wal" };
  g_autofree char *max = people_fixture_add (self, "max", PEG_ROLE_MACHINIST);
  g_autofree char *json = g_strdup_printf ("{\"username\":\"max\",\"password\":\"%s\"}", max);
  g_autofree char *session = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));

  server_fixture_prepare (self, "POST", "auth/login");
  soup_message_headers_replace (soup_message_get_request_headers (self->message), "Idempotency-Key",
                                "6c1d");
  soup_message_set_request_body_from_bytes (self->message, "application/json", bytes);
  session = dup_member (server_fixture_ask (self), "token");
  assert_status (200);

  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *path = g_build_filename (self->data, files[i], NULL);
    g_autofree char *text = NULL;
    gsize length;

    g_assert_true (g_file_get_contents (path, &text, &length, NULL));
    g_assert_null (memmem (text, length, max, strlen (max)));
    g_assert_null (memmem (text, length, session, strlen (session)));
    g_assert_null (memmem (text, length, "6c1d", 4));
  }
}

#define add(name, func) \
  g_test_add ("/server/sign-in/" name, ServerFixture, NULL, server_fixture_set_up, func, \
              server_fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("matrix", test_sign_in_matrix);
  add ("identity", test_sign_in_identity);
  add ("keys", test_sign_in_keys);
  add ("wrong", test_sign_in_wrong);
  add ("login", test_sign_in_login);
  add ("limit", test_sign_in_limit);
  add ("bad-login", test_sign_in_bad_login);
  add ("override", test_sign_in_override);
  add ("cookie", test_sign_in_cookie);
  add ("foreign", test_sign_in_foreign);
  add ("kept", test_sign_in_kept);

  return g_test_run ();
}
