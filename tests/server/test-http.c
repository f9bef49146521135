/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "server-fixture.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <unistd.h>

/* How large the streamed file is, bytes: more than any buffer on the way. */
#define BIG (24 * 1024 * 1024)

static void
test_server_basics (ServerFixture       *self,
                    gconstpointer  data)
{
  assert_has (server_fixture_get (self, "healthz"), "\"status\":\"ok\"");
  assert_status (200);
  assert_has (server_fixture_get (self, ""), "Pegboard");
  assert_status (200);
  assert_has (server_fixture_get (self, "config?user=dana"), "\"username\":\"dana\"");
  assert_has (server_fixture_get (self, "config"), "Smith & Sons");
  assert_has (server_fixture_get (self, "refresh"), "success");
  assert_has (server_fixture_get (self, "dashboard/stats"), "\"active_checkouts\":[]");
  assert_has (server_fixture_get (self, "dashboard/activity"), "\"activities\":[]");
  server_fixture_get (self, "dashboard/activity?limit=x");
  assert_status (422);
  assert_has (server_fixture_get (self, "nothing"), "\"code\":\"not_found\"");
  assert_status (404);
  server_fixture_prepare (self, "DELETE", "files");
  assert_has (server_fixture_ask (self), "\"code\":\"method\"");
  assert_status (405);
  g_assert_cmpstr (server_fixture_get_header (self, "Allow"), ==, "GET");
  server_fixture_post (self, "auth/login", "{}");
  assert_status (501);
}

static void
test_server_files (ServerFixture       *self,
                   gconstpointer  data)
{
  g_autofree char *etag = NULL;

  assert_has (server_fixture_get (self, "files"), "\"Mill 3/b.nc\"");
  assert_status (200);
  g_assert_cmpstr (server_fixture_get_header (self, "Pegboard-Seq"), ==, "0");
  g_assert_nonnull (server_fixture_get_header (self, "Pegboard-Epoch"));
  etag = g_strdup (server_fixture_get_header (self, "ETag"));

  server_fixture_prepare (self, "GET", "files");
  soup_message_headers_append (soup_message_get_request_headers (self->message), "If-None-Match", etag);
  g_assert_cmpstr (server_fixture_ask (self), ==, "");
  assert_status (304);

  server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");
  server_fixture_prepare (self, "GET", "files");
  soup_message_headers_append (soup_message_get_request_headers (self->message), "If-None-Match", etag);
  assert_has (server_fixture_ask (self), "\"dana\"");
  assert_status (200);
}

/* Slashes escaped or not, umlauts, bare names, ambiguous names. */
static void
test_server_names (ServerFixture       *self,
                   gconstpointer  data)
{
  g_assert_cmpstr (server_fixture_get (self, "files/Mill%203%2Fb.nc/download"), ==, "(B)\n");
  g_assert_cmpstr (server_fixture_get (self, "files/Mill%203/b.nc/download"), ==, "(B)\n");
  g_assert_cmpstr (server_fixture_get (self, "files/D%C3%BCse%20%C3%98.h/download"), ==, "; DUESE\n");
  assert_has (server_fixture_get_header (self, "Content-Disposition"), "filename*=UTF-8''D%C3%BCse%20%C3%98.h");
  assert_has (server_fixture_get (self, "files/b.nc/download"), "\"code\":\"ambiguous\"");
  assert_status (409);
}

/* Nothing outside the root, however it is written. */
static void
test_server_traversal (ServerFixture       *self,
                       gconstpointer  data)
{
  static const char * const paths[] = {
    "files/..%2Fdata%2Fledger.db/download",
    "files/%2e%2e%2fdata%2fledger.db/download",
    "files/%2E%2E/data/ledger.db/download",
    "files/Lathe%2F..%2F..%2Fdata%2Fledger.db/download",
    "files/%2Fetc%2Fpasswd/download",
    "files//etc/passwd/download",
    "files/a.nc%00/download",
    "files/%00/download",
    "files/%ff/download",
    "files/%zz/download",
    "files/.pegboard-tmp%2Fx/download",
    "files/link.nc/download",
    "files/a.nc/versions/..%2F..%2Fledger.db",
    "files/a.nc/versions/ledger.db",
  };
  g_autofree char *link = g_build_filename (self->root, "link.nc", NULL);

  g_assert_cmpint (symlink ("../data/ledger.db", link), ==, 0);

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autofree char *answer = server_fixture_get_raw (self, paths[i]);

    if (!g_str_has_prefix (answer, "HTTP/1.1 4"))
      g_error ("%s: %s", paths[i], answer);
    g_assert_null (strstr (answer, "SQLite"));
  }
}

static guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

/* A client that goes leaves nothing behind, although it did not say that it
 * would go. */
static void
test_server_descriptors (ServerFixture *self,
                         gconstpointer  data)
{
  guint before = count_descriptors ();

  for (guint i = 0; i < 20; i++) {
    g_autofree char *answer = server_fixture_get_raw (self, "healthz");

    g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200"));
  }
  peg_test_wait_until (count_descriptors () <= before + 2);
}

static void
test_server_check_out (ServerFixture       *self,
                       gconstpointer  data)
{
  assert_has (server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"dana\",\"message\":\"fixture\"}"), "success");
  assert_status (200);
  g_assert_nonnull (server_fixture_get_header (self, "Pegboard-Token"));
  assert_has (server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"eve\"}"), "checked out by dana");
  assert_status (409);
  server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");
  assert_status (200);
  assert_has (server_fixture_get (self, "dashboard/stats"), "\"a.nc\"");

  /* Nobody says when the holder was last heard of before it is known. */
  g_assert_null (strstr (server_fixture_get (self, "files"), "\"last_seen\":\""));

  assert_has (server_fixture_post (self, "files/a.nc/checkout", "{}"), "bad_user");
  assert_status (422);
  server_fixture_post (self, "files/a.nc/checkout", "[");
  assert_status (422);
  server_fixture_post (self, "files/no.nc/checkout", "{\"user\":\"eve\"}");
  assert_status (404);

  server_fixture_post (self, "files/a.nc/cancel_checkout", "{\"user\":\"eve\"}");
  assert_status (409);
  server_fixture_post (self, "files/a.nc/cancel_checkout", "{\"user\":\"dana\"}");
  assert_status (200);
  server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"eve\"}");
  assert_status (200);
  server_fixture_post (self, "admin/files/a.nc/override", "{\"admin_user\":\"boss\"}");
  assert_status (200);
  server_fixture_post (self, "files/a.nc/override", "{\"admin_user\":\"boss\"}");
  assert_status (409);
}

static void
test_server_check_in (ServerFixture       *self,
                      gconstpointer  data)
{
  g_autofree char *found = NULL;
  g_autofree char *path = NULL;
  const char *history, *hash;

  server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");
  assert_has (server_fixture_check_in (self, "files/a.nc/checkin", "eve", "(EVE)\n"), "draft 1");
  assert_status (409);
  assert_has (server_fixture_check_in (self, "files/a.nc/checkin", "dana", "(DANA)\n"), "success");
  assert_status (200);
  found = peg_test_read (self->root, "a.nc");
  g_assert_cmpstr (found, ==, "(DANA)\n");

  history = server_fixture_get (self, "files/a.nc/history");
  assert_has (history, "\"1.5\"");
  assert_has (history, "\"1.4\"");
  assert_has (history, "\"Faster\"");
  hash = strstr (strstr (history, "commit_hash") + 1, "commit_hash") + strlen ("commit_hash\":\"");
  path = g_strdup_printf ("files/a.nc/versions/%.64s", hash);
  g_assert_cmpstr (server_fixture_get (self, path), ==, "(A, REV 1.4)\n");

  /* A content that is no revision of this file is not given out as one. */
  g_free (path);
  path = g_strdup_printf ("files/Lathe%%2Fb.nc/versions/%.64s", hash);
  server_fixture_get (self, path);
  assert_status (404);

  assert_has (server_fixture_get (self, "dashboard/activity?limit=1"), "CHECK_IN");
}

static void
test_server_bad_uploads (ServerFixture       *self,
                         gconstpointer  data)
{
  g_autoptr (GBytes) content = g_bytes_new_static ("x", 1);
  g_autoptr (GBytes) rubbish = g_bytes_new_static ("--b\r\nrubbish", 12);

  server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");

  assert_has (server_fixture_post (self, "files/a.nc/checkin", "{\"user\":\"dana\"}"), "bad_upload");
  assert_status (400);

  server_fixture_prepare (self, "POST", "files/a.nc/checkin");
  soup_message_set_request_body_from_bytes (self->message, "multipart/form-data; boundary=b", rubbish);
  assert_has (server_fixture_ask (self), "ended before it was complete");
  assert_status (400);

  server_fixture_prepare (self, "POST", "files/a.nc/checkin");
  server_fixture_set_form (self, "dana", NULL, NULL, NULL);
  assert_has (server_fixture_ask (self), "holds no file");
  assert_status (422);

  server_fixture_prepare (self, "POST", "files/a.nc/checkin");
  server_fixture_set_form (self, "dana", content, "token", "many");
  server_fixture_ask (self);
  assert_status (422);

  server_fixture_prepare (self, "POST", "files/a.nc/checkin");
  server_fixture_set_form (self, "dana", content, "token", "1");
  assert_has (server_fixture_ask (self), "stale_token");
  assert_status (409);

  server_fixture_prepare (self, "POST", "files/a.nc/checkin");
  server_fixture_set_form (self, "dana", content, NULL, NULL);
  soup_message_headers_append (soup_message_get_request_headers (self->message), "If-Match", "\"999\"");
  assert_has (server_fixture_ask (self), "\"version\"");
  assert_status (412);

  server_fixture_prepare (self, "POST", "files/a.nc/checkin");
  server_fixture_set_form (self, "dana", content, NULL, NULL);
  soup_message_headers_append (soup_message_get_request_headers (self->message), "If-Match", "\"2\"");
  server_fixture_ask (self);
  assert_status (200);
}

static void
test_server_too_large (ServerFixture       *self,
                       gconstpointer  data)
{
  g_autofree char *large = g_strnfill (70000, ' ');

  assert_has (server_fixture_post (self, "files/a.nc/checkout", large), "too_large");
  assert_status (413);
}

/* Sends a request with a long body, in pieces, until all is gone or the other end
 * hangs up. Returns how much went out. */
static gint64
send_long (ServerFixture *self,
           const char    *line,
           gint64         length)
{
  g_autoptr (GUri) uri = g_uri_parse (self->uri, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autofree char *header = NULL;
  g_autofree char *filling = g_strnfill (65536, 'x');
  g_autoptr (GError) error = NULL;
  GSocket *socket;
  gint64 sent = 0;

  header = g_strdup_printf ("%s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %" G_GINT64_FORMAT
                            "\r\n\r\n", line, length);
  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", (guint16) g_uri_get_port (uri),
                                                NULL, NULL);
  g_assert_nonnull (connection);
  socket = g_socket_connection_get_socket (connection);
  g_assert_cmpint (g_socket_send (socket, header, strlen (header), NULL, NULL), ==, strlen (header));
  g_socket_set_blocking (socket, FALSE);

  while (sent < length && error == NULL) {
    gssize n = g_socket_send (socket, filling, 65536, NULL, &error);

    if (n > 0)
      sent += n;
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      g_clear_error (&error);
    g_main_context_iteration (NULL, FALSE);
  }

  return sent;
}

/* What is refused anyway is neither kept nor taken for ever. */
static void
test_server_refused_bodies (ServerFixture *self,
                            gconstpointer  data)
{
  static const char * const lines[] = {
    "POST /nothing",
    "DELETE /files",
    "POST /ws",
    "GET /healthz",
    "POST /files/a.nc/checkout",
  };
  g_autofree char *medium = g_strnfill (1024 * 1024, ' ');

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    g_assert_cmpint (send_long (self, lines[i], 4 * BIG), <, 2 * BIG);

  /* One that is not too long is told why. */
  assert_has (server_fixture_post (self, "nothing", medium), "not_found");
  assert_status (404);
  assert_has (server_fixture_post (self, "ws", "{}"), "\"method\"");
  assert_status (405);
}

static void
test_server_changed_outside (ServerFixture       *self,
                             gconstpointer  data)
{
  g_autoptr (GBytes) content = g_bytes_new_static ("(MINE)\n", 7);
  g_autofree char *found = NULL;

  server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");
  peg_test_write (self->root, "a.nc", "(BY HAND)\n");
  assert_has (server_fixture_check_in (self, "files/a.nc/checkin", "dana", "(MINE)\n"), "changed_outside");
  assert_status (409);

  server_fixture_prepare (self, "POST", "files/a.nc/checkin");
  server_fixture_set_form (self, "dana", content, "force", "true");
  server_fixture_ask (self);
  assert_status (200);
  found = peg_test_read (self->root, "a.nc");
  g_assert_cmpstr (found, ==, "(MINE)\n");
  assert_has (server_fixture_get (self, "files/a.nc/history"), "Changed outside");
}

static void
test_server_new_upload (ServerFixture       *self,
                        gconstpointer  data)
{
  g_autoptr (GBytes) content = g_bytes_new_static ("(NEW)\n", 6);

  server_fixture_prepare (self, "POST", "files/new_upload");
  server_fixture_set_form (self, "dana", content, "folder", "New");
  assert_has (server_fixture_ask (self), "success");
  assert_status (200);
  g_assert_cmpstr (server_fixture_get (self, "files/New%2Fn.nc/download"), ==, "(NEW)\n");

  server_fixture_prepare (self, "POST", "files/new_upload");
  server_fixture_set_form (self, "dana", content, "folder", "New");
  assert_has (server_fixture_ask (self), "exists");
  assert_status (409);

  server_fixture_prepare (self, "POST", "files/new_upload");
  server_fixture_set_form (self, "dana", content, "folder", "../outside");
  assert_has (server_fixture_ask (self), "bad_name");
  assert_status (422);
}

/* The same request with the same key has one effect and one answer. */
static void
test_server_idempotency (ServerFixture       *self,
                         gconstpointer  data)
{
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GBytes) body = g_bytes_new_static ("{\"user\":\"dana\"}", 15);

    server_fixture_prepare (self, "POST", i == 2 ? "files/Lathe%2Fb.nc/cancel_checkout"
                                  : "files/a.nc/cancel_checkout");
    soup_message_set_request_body_from_bytes (self->message, "application/json", body);
    soup_message_headers_append (soup_message_get_request_headers (self->message),
                                 "Idempotency-Key", "4dbf7a34");
    assert_has (server_fixture_ask (self), "not_checked_out");
    assert_status (409);
    g_assert_cmpstr (server_fixture_get_header (self, "Idempotency-Replayed"), ==, i == 1 ? "true" : NULL);

    if (i == 0)
      server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");
  }
}

/* A page of another site cannot check anything out. */
/* An answer that is given again is as good as the first one: it has the token that
 * a check-in needs. */
static void
test_server_replayed_token (ServerFixture *self,
                            gconstpointer  data)
{
  g_autofree char *token = NULL;
  g_autofree char *version = NULL;

  for (guint i = 0; i < 2; i++) {
    g_autoptr (GBytes) body = g_bytes_new_static ("{\"user\":\"dana\"}", 15);

    server_fixture_prepare (self, "POST", "files/a.nc/checkout");
    soup_message_set_request_body_from_bytes (self->message, "application/json", body);
    soup_message_headers_append (soup_message_get_request_headers (self->message),
                                 "Idempotency-Key", "77aa");
    server_fixture_ask (self);
    assert_status (200);
    if (i == 0) {
      token = g_strdup (server_fixture_get_header (self, "Pegboard-Token"));
      version = g_strdup (server_fixture_get_header (self, "Pegboard-Version"));
    }
  }

  g_assert_cmpstr (server_fixture_get_header (self, "Idempotency-Replayed"), ==, "true");
  g_assert_nonnull (token);
  g_assert_cmpstr (server_fixture_get_header (self, "Pegboard-Token"), ==, token);
  g_assert_cmpstr (server_fixture_get_header (self, "Pegboard-Version"), ==, version);
}

static void
test_server_cross_origin (ServerFixture       *self,
                          gconstpointer  data)
{
  static const char * const origins[] = { "https://evil.example", "null", "http://127.0.0.1:1" };
  g_autofree char *own = g_strndup (self->uri, strlen (self->uri) - 1);

  for (guint i = 0; i <= G_N_ELEMENTS (origins); i++) {
    g_autoptr (GBytes) body = g_bytes_new_static ("{\"user\":\"dana\"}", 15);

    server_fixture_prepare (self, "POST", "files/a.nc/checkout");
    soup_message_set_request_body_from_bytes (self->message, "text/plain", body);
    soup_message_headers_append (soup_message_get_request_headers (self->message), "Origin",
                                 i < G_N_ELEMENTS (origins) ? origins[i] : own);
    server_fixture_ask (self);
    assert_status (i < G_N_ELEMENTS (origins) ? 403 : 200);
  }
}

/* A page whose name leads to this machine must not get anything (“DNS
 * rebinding”). */
/* A server that runs for months forgets old answers, too. Its hour is over when the
 * test says so. */
static void
test_server_prune (ServerFixture *self,
                   gconstpointer  data)
{
  PegLedger *ledger = peg_shop_get_ledger (peg_server_get_shop (self->server));
  g_autofree char *path = g_build_filename (self->data, "ledger.db", NULL);
  GSource *source = g_main_context_find_source_by_user_data (NULL, self->server);
  sqlite3 *database = NULL;
  int left = 1;

  g_assert_true (peg_ledger_add_answer (ledger, "old", NULL, 200, "{}", NULL, NULL));
  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database, "UPDATE answers SET at_us = 1", NULL, NULL, NULL), ==,
                   SQLITE_OK);
  g_assert_cmpint (sqlite3_changes (database), ==, 1);

  g_assert_nonnull (source);
  g_source_set_ready_time (source, 0);
  while (left > 0) {
    sqlite3_stmt *statement = NULL;

    g_assert_true (g_main_context_iteration (NULL, TRUE));
    g_assert_cmpint (sqlite3_prepare_v2 (database, "SELECT COUNT(*) FROM answers", -1, &statement,
                                         NULL), ==, SQLITE_OK);
    g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
    left = sqlite3_column_int (statement, 0);
    sqlite3_finalize (statement);
  }
  sqlite3_close (database);
}

static void
test_server_host (ServerFixture *self,
                  gconstpointer  data)
{
  static const struct {
    const char *host;
    guint status;
  } hosts[] = {
    { "evil.example", 403 },
    { "evil.example:8420", 403 },
    { "localhost.evil.example", 403 },
    { "127.0.0.1.evil.example", 403 },
    { "192.0.2.1", 403 },
    { "", 403 },
    { "localhost", 200 },
    { "LOCALHOST:8420", 200 },
    { "127.3.2.1:1", 200 },
    { "[::1]:8420", 200 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++) {
    server_fixture_prepare (self, "GET", "files");
    soup_message_headers_replace (soup_message_get_request_headers (self->message), "Host",
                                  hosts[i].host);
    server_fixture_ask (self);
    g_test_message ("%s", hosts[i].host);
    assert_status (hosts[i].status);
  }

  server_fixture_prepare (self, "GET", "ws");
  soup_message_headers_replace (soup_message_get_request_headers (self->message), "Host",
                                "evil.example");
  assert_has (server_fixture_ask (self), "\"host\"");
  assert_status (403);
}

static void
test_server_one_only (ServerFixture       *self,
                      gconstpointer  data)
{
  g_autoptr (PegSettings) settings = peg_settings_new ();
  g_autoptr (GError) error = NULL;

  settings->root = g_strdup (self->root);
  settings->data = g_strdup (self->data);
  settings->listen = g_strdup ("127.0.0.1:0");
  g_assert_true (peg_settings_check (settings, &error));
  g_assert_null (peg_server_new (settings, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_assert_nonnull (strstr (error->message, "already"));
}

static void
piece_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  ServerFixture *self = user_data;
  g_autoptr (GError) error = NULL;
  gssize length = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  g_assert_no_error (error);
  self->received += length;
  if (length > 0)
    g_input_stream_read_async (G_INPUT_STREAM (source), self->buffer, sizeof self->buffer,
                               G_PRIORITY_DEFAULT, NULL, piece_cb, self);
  else
    self->answered = TRUE;
}

static void
stream_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  ServerFixture *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);

  g_assert_no_error (error);
  g_input_stream_read_async (stream, self->buffer, sizeof self->buffer, G_PRIORITY_DEFAULT, NULL,
                             piece_cb, self);
}

static gint64
read_rss (void)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));

  return g_ascii_strtoll (strchr (text, ' '), NULL, 10) * (gint64) sysconf (_SC_PAGESIZE);
}

/* A large file goes up and comes down in pieces. The answer is read in pieces,
 * too, as this is one process. */
static void
test_server_big (ServerFixture       *self,
                 gconstpointer  data)
{
  g_autofree char *path = g_build_filename (self->folder, "form", NULL);
  g_autofree char *filling = g_strnfill (65536, 'G');
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GInputStream) upload = NULL;
  gint64 rss;
  FILE *form = g_fopen (path, "w");

  fputs ("--b\r\nContent-Disposition: form-data; name=user\r\n\r\ndana\r\n--b\r\n"
         "Content-Disposition: form-data; name=file; filename=a.nc\r\n\r\n", form);
  for (gsize i = 0; i < BIG / 65536; i++)
    g_assert_cmpuint (fwrite (filling, 1, 65536, form), ==, 65536);
  fputs ("\r\n--b--\r\n", form);
  fclose (form);

  server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");
  rss = read_rss ();
  g_assert_cmpint (rss, >, 0);
  upload = G_INPUT_STREAM (g_file_read (file, NULL, NULL));
  server_fixture_prepare (self, "POST", "files/a.nc/checkin");
  soup_message_set_request_body (self->message, "multipart/form-data; boundary=b", upload, -1);
  assert_has (server_fixture_ask (self), "success");
  assert_status (200);

  server_fixture_prepare (self, "GET", "files/a.nc/download");
  self->answered = FALSE;
  soup_session_send_async (self->session, self->message, G_PRIORITY_DEFAULT, NULL, stream_cb, self);
  peg_test_wait_until (self->answered);
  g_assert_cmpint (self->received, ==, BIG);
#ifndef __SANITIZE_ADDRESS__
  /* The address sanitizer keeps what was freed. */
  g_assert_cmpint (read_rss () - rss, <, BIG / 2);
#endif
}

/* Asks for the list with headers of its own, and takes it as it comes. */
static const char *
get_files (ServerFixture *self,
           const char    *prefer,
           const char    *encoding,
           const char    *known)
{
  SoupMessageHeaders *headers;

  server_fixture_prepare (self, "GET", "files");
  soup_message_disable_feature (self->message, SOUP_TYPE_CONTENT_DECODER);
  headers = soup_message_get_request_headers (self->message);
  if (prefer != NULL)
    soup_message_headers_append (headers, "Prefer", prefer);
  if (encoding != NULL)
    soup_message_headers_append (headers, "Accept-Encoding", encoding);
  if (known != NULL)
    soup_message_headers_append (headers, "If-None-Match", known);

  return server_fixture_ask (self);
}

/* One list in four ways, each of which has a name of its own. */
static void
test_server_forms (ServerFixture *self,
                   gconstpointer  data)
{
  PegShop *shop = peg_server_get_shop (self->server);
  g_autofree char *plain = NULL;
  g_autofree char *brief = NULL;
  g_autofree char *tag = NULL;

  for (guint i = 0; i < 2000; i++) {
    g_autofree char *name = g_strdup_printf ("many/%u.nc", i);

    peg_test_write (self->root, name, "()");
  }
  peg_vault_rescan (peg_shop_get_vault (shop));
  peg_test_wait_until (peg_shop_get_n_files (shop) == 2004);

  plain = g_strdup (get_files (self, NULL, NULL, NULL));
  assert_has (plain, "\"status\":\"unlocked\"");
  g_assert_null (server_fixture_get_header (self, "Preference-Applied"));
  g_assert_null (server_fixture_get_header (self, "Content-Encoding"));
  tag = g_strdup (server_fixture_get_header (self, "ETag"));

  brief = g_strdup (get_files (self, "respond-async, return=minimal; x=1", NULL, NULL));
  g_assert_null (strstr (brief, "status"));
  g_assert_cmpuint (strlen (brief), <, strlen (plain) / 2);
  g_assert_cmpstr (server_fixture_get_header (self, "Preference-Applied"), ==, "return=minimal");
  assert_has (server_fixture_get_header (self, "Vary"), "Prefer");
  g_assert_cmpstr (server_fixture_get_header (self, "ETag"), !=, tag);

  /* The form that the client has is the one that counts. */
  get_files (self, "return=minimal", NULL, tag);
  assert_status (200);
  g_free (tag);
  tag = g_strdup (server_fixture_get_header (self, "ETag"));
  get_files (self, "return=minimal", "br, gzip;q=0.5", tag);
  assert_status (304);

  get_files (self, "return=minimal", "br, gzip;q=0.5", NULL);
  assert_status (200);
  g_assert_cmpstr (server_fixture_get_header (self, "Content-Encoding"), ==, "gzip");
  g_assert_cmpstr (server_fixture_get_header (self, "ETag"), !=, tag);
  g_assert_cmpuint (g_bytes_get_size (self->body), <, strlen (brief) / 3);

  get_files (self, "return=minimal", "gzip;q=0", NULL);
  g_assert_null (server_fixture_get_header (self, "Content-Encoding"));

  /* After a change nothing of the old one is left, in no way. */
  server_fixture_post (self, "files/many%2F7.nc/checkout", "{\"user\":\"newest\"}");
  get_files (self, "return=minimal", "gzip", tag);
  assert_status (200);
  assert_has (get_files (self, "return=minimal", NULL, NULL), "newest");
  assert_has (get_files (self, NULL, NULL, NULL), "newest");
}

/* Pages of other sites change nothing, and read nothing; those of sites that may
 * do both. */
static void
test_server_cors (ServerFixture *self,
                  gconstpointer  data)
{
  char *origins[] = { (char *) "https://board.example.com", NULL };
  SoupMessageHeaders *headers;

  server_fixture_stop (self);
  self->origins = origins;
  server_fixture_start (self);

  server_fixture_prepare (self, "GET", "files");
  headers = soup_message_get_request_headers (self->message);
  soup_message_headers_append (headers, "Origin", "https://evil.example.com");
  server_fixture_ask (self);
  g_assert_null (server_fixture_get_header (self, "Access-Control-Allow-Origin"));
  assert_has (server_fixture_get_header (self, "Vary"), "Origin");

  server_fixture_prepare (self, "GET", "files");
  headers = soup_message_get_request_headers (self->message);
  soup_message_headers_append (headers, "Origin", "https://board.example.com");
  assert_has (server_fixture_ask (self), "a.nc");
  g_assert_cmpstr (server_fixture_get_header (self, "Access-Control-Allow-Origin"), ==,
                   "https://board.example.com");

  server_fixture_prepare (self, "OPTIONS", "files/a.nc/checkout");
  headers = soup_message_get_request_headers (self->message);
  soup_message_headers_append (headers, "Origin", "https://board.example.com");
  soup_message_headers_append (headers, "Access-Control-Request-Method", "POST");
  server_fixture_ask (self);
  assert_status (204);
  assert_has (server_fixture_get_header (self, "Access-Control-Allow-Headers"), "Idempotency-Key");

  server_fixture_prepare (self, "OPTIONS", "files/a.nc/checkout");
  headers = soup_message_get_request_headers (self->message);
  soup_message_headers_append (headers, "Origin", "https://evil.example.com");
  soup_message_headers_append (headers, "Access-Control-Request-Method", "POST");
  server_fixture_ask (self);
  assert_status (405);
  g_assert_null (server_fixture_get_header (self, "Access-Control-Allow-Origin"));
}

/* One address may ask only so often. */
static void
test_server_rate (ServerFixture *self,
                  gconstpointer  data)
{
  server_fixture_stop (self);
  self->limits.requests_per_s = 1;
  server_fixture_start (self);
  server_fixture_hold_clock (self);
  for (guint i = 0; i < 3; i++) {
    server_fixture_get (self, "healthz");
    assert_status (200);
  }
  assert_has (server_fixture_get (self, "healthz"), "\"too_many\"");
  assert_status (429);
  g_assert_cmpstr (server_fixture_get_header (self, "Retry-After"), ==, "1");

  self->now_us += G_USEC_PER_SEC;
  server_fixture_get (self, "healthz");
  assert_status (200);
  server_fixture_get (self, "healthz");
  assert_status (429);
}

static gboolean
cut_power_cb (PegShopStep step,
              gpointer    user_data)
{
  return step != *(PegShopStep *) user_data;
}

static void
forget_answers (ServerFixture *self)
{
  g_autofree char *path = g_build_filename (self->data, "ledger.db", NULL);
  sqlite3 *database = NULL;

  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database, "DELETE FROM answers", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (database), ==, SQLITE_OK);
}

static const char *
check_in_once (ServerFixture *self,
               const char    *text)
{
  g_autoptr (GBytes) content = g_bytes_new (text, strlen (text));

  server_fixture_prepare (self, "POST", "files/a.nc/checkin");
  server_fixture_set_form (self, "dana", content, NULL, NULL);
  soup_message_headers_append (soup_message_get_request_headers (self->message), "Idempotency-Key",
                               "c0ffee");

  return server_fixture_ask (self);
}

/* The power is cut after the change is kept, or after it was noted and the file was
 * replaced, and before anybody was answered. Who asks again is told that it
 * happened, and it happens once. */
static void
test_server_cut_answer (ServerFixture *self,
                        gconstpointer  data)
{
  static const PegShopStep steps[] = { PEG_SHOP_STEP_KEPT, PEG_SHOP_STEP_REPLACED };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    const char *first = i == 0 ? "(A, NEW 0)\n" : "(A, NEW 1)\n";
    PegShopStep step = steps[i];
    g_autofree char *text = NULL;
    char *end;
    guint n = 0;

    server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");
    assert_status (200);
    peg_shop_set_step_func (peg_server_get_shop (self->server), cut_power_cb, &step);
    check_in_once (self, first);
    assert_status (500);
    server_fixture_stop (self);
    server_fixture_start (self);

    assert_has (check_in_once (self, first), "success");
    assert_status (200);
    g_assert_cmpstr (server_fixture_get_header (self, "Idempotency-Replayed"), ==, "true");
    g_assert_nonnull (server_fixture_get_header (self, "Pegboard-Version"));
    g_assert_null (server_fixture_get_header (self, "Pegboard-Token"));
    assert_has (server_fixture_get (self, "files/a.nc/download"), first);

    text = g_strdup (server_fixture_get (self, "files/a.nc/history"));
    end = text;
    while ((end = strstr (end, "commit_hash")) != NULL) {
      end++;
      n++;
    }
    g_assert_cmpuint (n, ==, 2 + i);

    /* A key is for one request. */
    assert_has (check_in_once (self, "(OTHER)\n"), "key_reused");
    assert_status (422);
    server_fixture_stop (self);
    forget_answers (self);
    server_fixture_start (self);
  }
}

/* After a day the key means nothing any more. */
static void
test_server_key_expires (ServerFixture *self,
                         gconstpointer  data)
{
  g_autofree char *path = g_build_filename (self->data, "ledger.db", NULL);
  g_autofree char *sql = NULL;
  sqlite3 *database = NULL;

  for (guint i = 0; i < 3; i++) {
    g_autoptr (GBytes) body = g_bytes_new_static ("{\"user\":\"dana\"}", 15);
    gint64 back_us = i == 0 ? 23 * G_TIME_SPAN_HOUR : 2 * G_TIME_SPAN_HOUR;

    server_fixture_prepare (self, "POST", "files/a.nc/checkout");
    soup_message_set_request_body_from_bytes (self->message, "application/json", body);
    soup_message_headers_append (soup_message_get_request_headers (self->message),
                                 "Idempotency-Key", "77aa");
    server_fixture_ask (self);
    assert_status (200);
    g_assert_cmpstr (server_fixture_get_header (self, "Idempotency-Replayed"), ==,
                     i == 1 ? "true" : NULL);

    g_free (sql);
    sql = g_strdup_printf ("UPDATE answers SET at_us = at_us - %" G_GINT64_FORMAT, back_us);
    g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
    g_assert_cmpint (sqlite3_exec (database, sql, NULL, NULL, NULL), ==, SQLITE_OK);
    g_assert_cmpint (sqlite3_close (database), ==, SQLITE_OK);
  }
}

static void
count_cb (gpointer user_data)
{
  (*(guint *) user_data)++;
}

/* Opens a socket as a program does that has no more to say: it does not answer the
 * closing frame, which holds the end up for a second. */
static GSocketConnection *
open_silent (ServerFixture *self)
{
  static const char request[] = "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                                "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
  g_autoptr (GUri) uri = g_uri_parse (self->uri, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  GSocketConnection *connection;

  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", (guint16) g_uri_get_port (uri),
                                                NULL, NULL);
  g_assert_nonnull (connection);
  g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
                                            request, sizeof request - 1, NULL, NULL, NULL));
  peg_test_wait_until (peg_hub_get_n_clients (peg_server_get_hub (self->server)) == 1);

  return connection;
}

/* What comes while the server stops is refused with a number. */
static void
test_server_stopping (ServerFixture *self,
                      gconstpointer  data)
{
  g_autoptr (GSocketConnection) silent G_GNUC_UNUSED = open_silent (self);
  guint n_stopped = 0;

  peg_server_stop (self->server, count_cb, &n_stopped);
  assert_has (server_fixture_get (self, "files"), "\"stopping\"");
  assert_status (503);
  g_assert_cmpstr (server_fixture_get_header (self, "Retry-After"), ==, "2");
  peg_test_wait_until (n_stopped == 1);
  server_fixture_drop (self);
  server_fixture_start (self);
}

/* A check-in that is being written when the server is told to stop is written and
 * answered. */
static void
test_server_stop_changing (ServerFixture *self,
                           gconstpointer  data)
{
  g_autofree char *text = g_strnfill (BIG, 'x');
  g_autoptr (GBytes) content = g_bytes_new_static (text, BIG);
  g_autoptr (SoupMessage) first = NULL;
  guint n_stopped = 0;

  server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");
  server_fixture_prepare (self, "POST", "files/a.nc/checkin");
  server_fixture_set_form (self, "dana", content, NULL, NULL);
  first = g_object_ref (self->message);
  self->answered = FALSE;
  g_clear_pointer (&self->body, g_bytes_unref);
  soup_session_send_and_read_async (self->session, first, G_PRIORITY_DEFAULT, NULL,
                                    server_fixture_answered_cb, self);
  peg_test_wait_until (peg_server_is_changing (self->server));
  peg_server_stop (self->server, count_cb, &n_stopped);
  peg_test_wait_until (self->answered);
  g_assert_cmpuint (soup_message_get_status (first), ==, 200);

  peg_test_wait_until (n_stopped == 1);
  server_fixture_drop (self);
  server_fixture_start (self);
  assert_has (server_fixture_get (self, "files/a.nc/history"), "Faster");
}

#define add(name, func) \
  g_test_add ("/server/http/" name, ServerFixture, NULL, server_fixture_set_up, func, \
              server_fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("basics", test_server_basics);
  add ("files", test_server_files);
  add ("names", test_server_names);
  add ("traversal", test_server_traversal);
  add ("descriptors", test_server_descriptors);
  add ("check-out", test_server_check_out);
  add ("check-in", test_server_check_in);
  add ("bad-uploads", test_server_bad_uploads);
  add ("too-large", test_server_too_large);
  add ("refused-bodies", test_server_refused_bodies);
  add ("changed-outside", test_server_changed_outside);
  add ("new-upload", test_server_new_upload);
  add ("idempotency", test_server_idempotency);
  add ("replayed-token", test_server_replayed_token);
  add ("cross-origin", test_server_cross_origin);
  add ("prune", test_server_prune);
  add ("host", test_server_host);
  add ("one-only", test_server_one_only);
  add ("big", test_server_big);
  add ("forms", test_server_forms);
  add ("cors", test_server_cors);
  add ("cut-answer", test_server_cut_answer);
  add ("stop-changing", test_server_stop_changing);
  add ("stopping", test_server_stopping);
  add ("key-expires", test_server_key_expires);
  add ("rate", test_server_rate);

  return g_test_run ();
}
