/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-server-test.h"
#include "peg-server.h"
#include "peg-wire.h"

#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <string.h>
#include <unistd.h>

/* How large the streamed file is, bytes: more than any buffer on the way. */
#define BIG (24 * 1024 * 1024)

typedef struct {
  char *folder;           /* (owned) */
  char *root;             /* (owned) */
  char *data;             /* (owned) */
  PegServer *server;      /* (owned) (nullable) */
  char *uri;              /* (owned): ends with a slash */
  SoupSession *session;   /* (owned) */
  SoupMessage *message;   /* (owned) (nullable): the last request */
  GBytes *body;           /* (owned) (nullable): its answer */
  gboolean answered;
  gint64 received;        /* bytes of a large answer */
  gsize raw_length;
  char buffer[65536];
} Fixture;

/* A socket, and what came over it. */
typedef struct {
  SoupWebsocketConnection *connection; /* (owned) (nullable) */
  GPtrArray *texts;                    /* (owned) (element-type utf8) */
  gboolean is_closed;
} Socket;

static void
start (Fixture *self)
{
  g_autoptr (PegSettings) settings = g_new0 (PegSettings, 1);
  g_autoptr (GError) error = NULL;

  settings->root = g_strdup (self->root);
  settings->data = g_strdup (self->data);
  settings->listen = g_strdup ("127.0.0.1:0");
  settings->name = g_strdup ("Smith & Sons");
  g_assert_true (peg_settings_check (settings, &error));
  g_assert_no_error (error);
  self->server = peg_server_new (settings, &error);
  g_assert_no_error (error);
  g_free (self->uri);
  self->uri = peg_server_dup_uri (self->server);
}

static void
stopped_cb (gpointer user_data)
{
  gboolean *stopped = user_data;

  *stopped = TRUE;
}

static void
stop (Fixture *self)
{
  gboolean stopped = FALSE;

  peg_server_stop (self->server, stopped_cb, &stopped);
  peg_test_wait_until (stopped);
  soup_session_abort (self->session);
  peg_test_wait_until (G_OBJECT (peg_server_get_shop (self->server))->ref_count <= 3);
  g_object_run_dispose (G_OBJECT (self->server));
  g_clear_object (&self->server);
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  self->folder = peg_test_make_folder ();
  self->root = g_build_filename (self->folder, "root", NULL);
  self->data = g_build_filename (self->folder, "data", NULL);
  peg_test_write (self->root, "a.nc", "(A, REV 1.4)\n");
  peg_test_write (self->root, "Mill 3/b.nc", "(B)\n");
  peg_test_write (self->root, "Lathe/b.nc", "(OTHER B)\n");
  peg_test_write (self->root, "Lathe/Düse Ø.h", "; DUESE\n");
  self->session = soup_session_new_with_options ("proxy-resolver", NULL, NULL);
  start (self);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  stop (self);
  g_clear_object (&self->message);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_object (&self->session);
  g_free (self->root);
  g_free (self->data);
  g_free (self->uri);
  peg_test_remove_folder (self->folder);
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Fixture *self = user_data;
  g_autoptr (GError) error = NULL;

  self->body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  g_assert_no_error (error);
  self->answered = TRUE;
}

static void
prepare (Fixture    *self,
         const char *method,
         const char *path)
{
  g_autofree char *text = g_strconcat (self->uri, path, NULL);
  g_autoptr (GUri) uri = g_uri_parse (text, SOUP_HTTP_URI_FLAGS | G_URI_FLAGS_ENCODED, NULL);

  g_assert_nonnull (uri);
  g_clear_object (&self->message);
  self->message = soup_message_new_from_uri (method, uri);
}

static const char *
send (Fixture *self)
{
  static char *last;

  g_clear_pointer (&self->body, g_bytes_unref);
  self->answered = FALSE;
  soup_session_send_and_read_async (self->session, self->message, G_PRIORITY_DEFAULT, NULL,
                                    answered_cb, self);
  peg_test_wait_until (self->answered);

  g_free (last);
  last = g_strndup (g_bytes_get_size (self->body) > 0 ? g_bytes_get_data (self->body, NULL) : "",
                    g_bytes_get_size (self->body));

  return last;
}

static const char *
get (Fixture    *self,
     const char *path)
{
  prepare (self, "GET", path);

  return send (self);
}

static const char *
post (Fixture    *self,
      const char *path,
      const char *json)
{
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));

  prepare (self, "POST", path);
  soup_message_set_request_body_from_bytes (self->message, "application/json", bytes);

  return send (self);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Fixture *self = user_data;
  g_autoptr (GError) error = NULL;

  g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &self->raw_length, &error);
  g_assert_no_error (error);
  self->answered = TRUE;
}

/* Asks with a path that no HTTP library would send. */
static char *
get_raw (Fixture    *self,
         const char *path)
{
  g_autoptr (GUri) uri = g_uri_parse (self->uri, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autofree char *request = g_strdup_printf ("GET /%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                                              path);

  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", (guint16) g_uri_get_port (uri),
                                                NULL, NULL);
  g_assert_nonnull (connection);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), request,
                             strlen (request), NULL, NULL, NULL);
  self->answered = FALSE;
  g_input_stream_read_all_async (g_io_stream_get_input_stream (G_IO_STREAM (connection)),
                                 self->buffer, sizeof self->buffer, G_PRIORITY_DEFAULT, NULL,
                                 read_cb, self);
  peg_test_wait_until (self->answered);

  return g_strndup (self->buffer, self->raw_length);
}

static void
set_form (Fixture    *self,
          const char *user,
          GBytes     *content,
          const char *field,
          const char *value)
{
  g_autoptr (SoupMultipart) form = soup_multipart_new ("multipart/form-data");
  g_autoptr (GBytes) body = NULL;
  g_autofree char *type = NULL;
  SoupMessageHeaders *headers = soup_message_get_request_headers (self->message);

  soup_multipart_append_form_string (form, "user", user);
  soup_multipart_append_form_string (form, "commit_message", "Faster");
  soup_multipart_append_form_string (form, "rev_type", "minor");
  if (field != NULL)
    soup_multipart_append_form_string (form, field, value);
  if (content != NULL)
    soup_multipart_append_form_file (form, "file", "n.nc", "application/octet-stream", content);
  soup_multipart_to_message (form, headers, &body);
  type = g_strdup (soup_message_headers_get_one (headers, "Content-Type"));
  soup_message_set_request_body_from_bytes (self->message, type, body);
}

static const char *
check_in (Fixture    *self,
          const char *path,
          const char *user,
          const char *text)
{
  g_autoptr (GBytes) content = g_bytes_new (text, strlen (text));

  prepare (self, "POST", path);
  set_form (self, user, content, NULL, NULL);

  return send (self);
}

#define assert_status(expected) \
  g_assert_cmpuint (soup_message_get_status (self->message), ==, expected)

#define assert_has(text, part) \
  G_STMT_START { \
    const char *peg_text = (text); \
    if (strstr (peg_text, part) == NULL) \
      g_error ("“%s” is not in “%s”", part, peg_text); \
  } G_STMT_END

static const char *
get_header (Fixture    *self,
            const char *name)
{
  return soup_message_headers_get_one (soup_message_get_response_headers (self->message), name);
}

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
connected_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  Socket *socket = user_data;
  g_autoptr (GError) error = NULL;

  socket->connection = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);
  g_assert_no_error (error);
  soup_websocket_connection_set_max_incoming_payload_size (socket->connection, PEG_WIRE_MAX_BYTES);
  g_signal_connect (socket->connection, "message", G_CALLBACK (text_cb), socket);
  g_signal_connect (socket->connection, "closed", G_CALLBACK (closed_cb), socket);
}

static Socket *
open_socket (Fixture    *self,
             gboolean    classic,
             const char *user)
{
  g_autofree char *uri = g_strdup_printf ("%sws?user=%s", self->uri, user);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", uri);
  char *protocols[] = { (char *) PEG_WIRE_PROTOCOL, NULL };
  Socket *socket = g_new0 (Socket, 1);

  socket->texts = g_ptr_array_new_with_free_func (g_free);
  soup_session_websocket_connect_async (self->session, message, NULL, classic ? NULL : protocols,
                                        G_PRIORITY_DEFAULT, NULL, connected_cb, socket);
  peg_test_wait_until (socket->connection != NULL);
  g_assert_cmpstr (soup_websocket_connection_get_protocol (socket->connection), ==,
                   classic ? NULL : PEG_WIRE_PROTOCOL);

  return socket;
}

static void
socket_free (Socket *socket)
{
  g_signal_handlers_disconnect_by_data (socket->connection, socket);
  if (soup_websocket_connection_get_state (socket->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (socket->connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
  g_object_unref (socket->connection);
  g_ptr_array_unref (socket->texts);
  g_free (socket);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Socket, socket_free)

static const char *
find_text (Socket     *socket,
           const char *part)
{
  for (guint i = 0; i < socket->texts->len; i++) {
    if (strstr (g_ptr_array_index (socket->texts, i), part) != NULL)
      return g_ptr_array_index (socket->texts, i);
  }

  return NULL;
}

#define wait_text(socket, part) \
  peg_test_wait_until (find_text (socket, part) != NULL)

static void
say (Socket     *socket,
     const char *text)
{
  soup_websocket_connection_send_text (socket->connection, text);
}

static void
test_server_basics (Fixture       *self,
                    gconstpointer  data)
{
  assert_has (get (self, "healthz"), "\"status\":\"ok\"");
  assert_status (200);
  assert_has (get (self, ""), "Pegboard");
  assert_status (200);
  assert_has (get (self, "config?user=dana"), "\"username\":\"dana\"");
  assert_has (get (self, "config"), "Smith & Sons");
  assert_has (get (self, "refresh"), "success");
  assert_has (get (self, "dashboard/stats"), "\"active_checkouts\":[]");
  assert_has (get (self, "dashboard/activity"), "\"activities\":[]");
  get (self, "dashboard/activity?limit=x");
  assert_status (422);
  assert_has (get (self, "nothing"), "\"code\":\"not_found\"");
  assert_status (404);
  prepare (self, "DELETE", "files");
  assert_has (send (self), "\"code\":\"method\"");
  assert_status (405);
  g_assert_cmpstr (get_header (self, "Allow"), ==, "GET");
  post (self, "auth/login", "{}");
  assert_status (501);
}

static void
test_server_files (Fixture       *self,
                   gconstpointer  data)
{
  g_autofree char *etag = NULL;

  assert_has (get (self, "files"), "\"Mill 3/b.nc\"");
  assert_status (200);
  g_assert_cmpstr (get_header (self, "Pegboard-Seq"), ==, "0");
  g_assert_nonnull (get_header (self, "Pegboard-Epoch"));
  etag = g_strdup (get_header (self, "ETag"));

  prepare (self, "GET", "files");
  soup_message_headers_append (soup_message_get_request_headers (self->message), "If-None-Match", etag);
  g_assert_cmpstr (send (self), ==, "");
  assert_status (304);

  post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");
  prepare (self, "GET", "files");
  soup_message_headers_append (soup_message_get_request_headers (self->message), "If-None-Match", etag);
  assert_has (send (self), "\"dana\"");
  assert_status (200);
}

/* Slashes escaped or not, umlauts, bare names, ambiguous names. */
static void
test_server_names (Fixture       *self,
                   gconstpointer  data)
{
  g_assert_cmpstr (get (self, "files/Mill%203%2Fb.nc/download"), ==, "(B)\n");
  g_assert_cmpstr (get (self, "files/Mill%203/b.nc/download"), ==, "(B)\n");
  g_assert_cmpstr (get (self, "files/D%C3%BCse%20%C3%98.h/download"), ==, "; DUESE\n");
  assert_has (get_header (self, "Content-Disposition"), "filename*=UTF-8''D%C3%BCse%20%C3%98.h");
  assert_has (get (self, "files/b.nc/download"), "\"code\":\"ambiguous\"");
  assert_status (409);
}

/* Nothing outside the root, however it is written. */
static void
test_server_traversal (Fixture       *self,
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
    g_autofree char *answer = get_raw (self, paths[i]);

    if (!g_str_has_prefix (answer, "HTTP/1.1 4"))
      g_error ("%s: %s", paths[i], answer);
    g_assert_null (strstr (answer, "SQLite"));
  }
}

static void
test_server_check_out (Fixture       *self,
                       gconstpointer  data)
{
  assert_has (post (self, "files/a.nc/checkout", "{\"user\":\"dana\",\"message\":\"fixture\"}"), "success");
  assert_status (200);
  g_assert_nonnull (get_header (self, "Pegboard-Token"));
  assert_has (post (self, "files/a.nc/checkout", "{\"user\":\"eve\"}"), "checked out by dana");
  assert_status (409);
  post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");
  assert_status (200);
  assert_has (get (self, "dashboard/stats"), "\"a.nc\"");

  assert_has (post (self, "files/a.nc/checkout", "{}"), "bad_user");
  assert_status (422);
  post (self, "files/a.nc/checkout", "[");
  assert_status (422);
  post (self, "files/no.nc/checkout", "{\"user\":\"eve\"}");
  assert_status (404);

  post (self, "files/a.nc/cancel_checkout", "{\"user\":\"eve\"}");
  assert_status (409);
  post (self, "files/a.nc/cancel_checkout", "{\"user\":\"dana\"}");
  assert_status (200);
  post (self, "files/a.nc/checkout", "{\"user\":\"eve\"}");
  assert_status (200);
  post (self, "admin/files/a.nc/override", "{\"admin_user\":\"boss\"}");
  assert_status (200);
  post (self, "files/a.nc/override", "{\"admin_user\":\"boss\"}");
  assert_status (409);
}

static void
test_server_check_in (Fixture       *self,
                      gconstpointer  data)
{
  g_autofree char *found = NULL;
  g_autofree char *path = NULL;
  const char *history, *hash;

  post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");
  assert_has (check_in (self, "files/a.nc/checkin", "eve", "(EVE)\n"), "draft 1");
  assert_status (409);
  assert_has (check_in (self, "files/a.nc/checkin", "dana", "(DANA)\n"), "success");
  assert_status (200);
  found = peg_test_read (self->root, "a.nc");
  g_assert_cmpstr (found, ==, "(DANA)\n");

  history = get (self, "files/a.nc/history");
  assert_has (history, "\"1.5\"");
  assert_has (history, "\"1.4\"");
  assert_has (history, "\"Faster\"");
  hash = strstr (strstr (history, "commit_hash") + 1, "commit_hash") + strlen ("commit_hash\":\"");
  path = g_strdup_printf ("files/a.nc/versions/%.64s", hash);
  g_assert_cmpstr (get (self, path), ==, "(A, REV 1.4)\n");

  /* A content that is no revision of this file is not given out as one. */
  g_free (path);
  path = g_strdup_printf ("files/Lathe%%2Fb.nc/versions/%.64s", hash);
  get (self, path);
  assert_status (404);

  assert_has (get (self, "dashboard/activity?limit=1"), "CHECK_IN");
}

static void
test_server_bad_uploads (Fixture       *self,
                         gconstpointer  data)
{
  g_autoptr (GBytes) content = g_bytes_new_static ("x", 1);
  g_autoptr (GBytes) rubbish = g_bytes_new_static ("--b\r\nrubbish", 12);

  post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");

  assert_has (post (self, "files/a.nc/checkin", "{\"user\":\"dana\"}"), "bad_upload");
  assert_status (400);

  prepare (self, "POST", "files/a.nc/checkin");
  soup_message_set_request_body_from_bytes (self->message, "multipart/form-data; boundary=b", rubbish);
  assert_has (send (self), "ended before it was complete");
  assert_status (400);

  prepare (self, "POST", "files/a.nc/checkin");
  set_form (self, "dana", NULL, NULL, NULL);
  assert_has (send (self), "holds no file");
  assert_status (422);

  prepare (self, "POST", "files/a.nc/checkin");
  set_form (self, "dana", content, "token", "many");
  send (self);
  assert_status (422);

  prepare (self, "POST", "files/a.nc/checkin");
  set_form (self, "dana", content, "token", "1");
  assert_has (send (self), "stale_token");
  assert_status (409);

  prepare (self, "POST", "files/a.nc/checkin");
  set_form (self, "dana", content, NULL, NULL);
  soup_message_headers_append (soup_message_get_request_headers (self->message), "If-Match", "\"999\"");
  assert_has (send (self), "\"version\"");
  assert_status (412);

  prepare (self, "POST", "files/a.nc/checkin");
  set_form (self, "dana", content, NULL, NULL);
  soup_message_headers_append (soup_message_get_request_headers (self->message), "If-Match", "\"2\"");
  send (self);
  assert_status (200);
}

static void
test_server_too_large (Fixture       *self,
                       gconstpointer  data)
{
  g_autofree char *large = g_strnfill (70000, ' ');

  assert_has (post (self, "files/a.nc/checkout", large), "too_large");
  assert_status (413);
}

static void
test_server_changed_outside (Fixture       *self,
                             gconstpointer  data)
{
  g_autoptr (GBytes) content = g_bytes_new_static ("(MINE)\n", 7);
  g_autofree char *found = NULL;

  post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");
  peg_test_write (self->root, "a.nc", "(BY HAND)\n");
  assert_has (check_in (self, "files/a.nc/checkin", "dana", "(MINE)\n"), "changed_outside");
  assert_status (409);

  prepare (self, "POST", "files/a.nc/checkin");
  set_form (self, "dana", content, "force", "true");
  send (self);
  assert_status (200);
  found = peg_test_read (self->root, "a.nc");
  g_assert_cmpstr (found, ==, "(MINE)\n");
  assert_has (get (self, "files/a.nc/history"), "Changed outside");
}

static void
test_server_new_upload (Fixture       *self,
                        gconstpointer  data)
{
  g_autoptr (GBytes) content = g_bytes_new_static ("(NEW)\n", 6);

  prepare (self, "POST", "files/new_upload");
  set_form (self, "dana", content, "folder", "New");
  assert_has (send (self), "success");
  assert_status (200);
  g_assert_cmpstr (get (self, "files/New%2Fn.nc/download"), ==, "(NEW)\n");

  prepare (self, "POST", "files/new_upload");
  set_form (self, "dana", content, "folder", "New");
  assert_has (send (self), "exists");
  assert_status (409);

  prepare (self, "POST", "files/new_upload");
  set_form (self, "dana", content, "folder", "../outside");
  assert_has (send (self), "bad_name");
  assert_status (422);
}

/* The same request with the same key has one effect and one answer. */
static void
test_server_idempotency (Fixture       *self,
                         gconstpointer  data)
{
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GBytes) body = g_bytes_new_static ("{\"user\":\"dana\"}", 15);

    prepare (self, "POST", i == 2 ? "files/Lathe%2Fb.nc/cancel_checkout"
                                  : "files/a.nc/cancel_checkout");
    soup_message_set_request_body_from_bytes (self->message, "application/json", body);
    soup_message_headers_append (soup_message_get_request_headers (self->message),
                                 "Idempotency-Key", "4dbf7a34");
    assert_has (send (self), "not_checked_out");
    assert_status (409);
    g_assert_cmpstr (get_header (self, "Idempotency-Replayed"), ==, i == 1 ? "true" : NULL);

    if (i == 0)
      post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");
  }
}

/* A page of another site cannot check anything out. */
static void
test_server_cross_origin (Fixture       *self,
                          gconstpointer  data)
{
  static const char * const origins[] = { "https://evil.example", "null", "http://127.0.0.1:1" };
  g_autofree char *own = g_strndup (self->uri, strlen (self->uri) - 1);

  for (guint i = 0; i <= G_N_ELEMENTS (origins); i++) {
    g_autoptr (GBytes) body = g_bytes_new_static ("{\"user\":\"dana\"}", 15);

    prepare (self, "POST", "files/a.nc/checkout");
    soup_message_set_request_body_from_bytes (self->message, "text/plain", body);
    soup_message_headers_append (soup_message_get_request_headers (self->message), "Origin",
                                 i < G_N_ELEMENTS (origins) ? origins[i] : own);
    send (self);
    assert_status (i < G_N_ELEMENTS (origins) ? 403 : 200);
  }
}

static void
test_server_notes (Fixture       *self,
                   gconstpointer  data)
{
  g_autoptr (Socket) socket = open_socket (self, TRUE, "dana");
  g_autofree char *id = NULL;
  g_autofree char *acknowledgement = NULL;
  const char *text;

  assert_has (post (self, "messages/send",
                    "{\"recipient\":\"dana\",\"sender\":\"eve\",\"message\":\"Bring it <b>back</b>\"}"),
              "success");
  wait_text (socket, "NEW_MESSAGES");
  assert_has (find_text (socket, "NEW_MESSAGES"), "Bring it <b>back</b>");

  text = get (self, "messages/check?user=dana");
  assert_has (text, "{\"messages\":[{");
  id = g_strndup (strstr (text, "\"id\":\"") + 6, 36);
  acknowledgement = g_strdup_printf ("{\"message_id\":\"%s\",\"user\":\"dana\"}", id);
  assert_has (post (self, "messages/acknowledge", acknowledgement), "success");
  assert_has (get (self, "messages/check?user=dana"), "{\"messages\":[]}");
  post (self, "messages/send", "{\"recipient\":\"dana\"}");
  assert_status (422);
  post (self, "messages/acknowledge", "x");
  assert_status (422);
}

static void
test_server_classic (Fixture       *self,
                     gconstpointer  data)
{
  g_autoptr (Socket) dana = open_socket (self, TRUE, "dana");
  g_autoptr (Socket) eve = NULL;

  wait_text (dana, "FILE_LIST_UPDATED");
  g_assert_null (strstr (find_text (dana, "FILE_LIST_UPDATED"), "\"epoch\""));
  eve = open_socket (self, TRUE, "eve");
  wait_text (dana, "\"user_connected\",\"username\":\"eve\"");
  wait_text (eve, "FILE_LIST_UPDATED");

  post (self, "files/a.nc/checkout", "{\"user\":\"dana\",\"message\":\"fixture\"}");
  wait_text (eve, "\"locked_by\":\"dana\"");
  assert_has (find_text (eve, "\"locked_by\":\"dana\""), "FILE_LIST_UPDATED");
  g_assert_null (find_text (eve, "FILES_CHANGED"));

  say (eve, "ping");
  peg_test_wait_until (g_strcmp0 (g_ptr_array_index (eve->texts, eve->texts->len - 1), "pong") == 0);
  say (eve, "{\"type\":\"ping\"}");
  wait_text (eve, "\"type\":\"pong\"");
  say (eve, "SET_USER:frank");
  wait_text (dana, "\"user_connected\",\"username\":\"frank\"");
  say (eve, "nonsense");
  say (eve, "{\"type\":\"nonsense\"}");
  say (eve, "{\"type\":\"subscribe\",\"channel\":\"files\"}");
  g_ptr_array_set_size (eve->texts, 0);
  say (eve, "{\"type\":\"request_update\"}");
  wait_text (eve, "FILE_LIST_UPDATED");
  g_ptr_array_set_size (eve->texts, 0);
  say (eve, "REFRESH_FILES");
  wait_text (eve, "FILE_LIST_UPDATED");

  g_clear_pointer (&eve, socket_free);
  wait_text (dana, "\"user_disconnected\",\"username\":\"frank\"");
}

/* However much happens, the whole list comes four times a second at most. */
static void
test_server_classic_calm (Fixture       *self,
                          gconstpointer  data)
{
  g_autoptr (Socket) socket = open_socket (self, TRUE, "dana");
  gint64 begin_us = g_get_monotonic_time (), lists;

  wait_text (socket, "FILE_LIST_UPDATED");
  for (guint i = 0; i < 40; i++) {
    post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");
    post (self, "files/a.nc/cancel_checkout", "{\"user\":\"dana\"}");
  }
  post (self, "files/a.nc/checkout", "{\"user\":\"last\"}");
  wait_text (socket, "\"locked_by\":\"last\"");
  lists = (g_get_monotonic_time () - begin_us) / 250000 + 3;
  g_assert_cmpint (socket->texts->len, <=, lists);
}

static PegWireMessage *
decode (Socket *socket,
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
test_server_pegboard (Fixture       *self,
                      gconstpointer  data)
{
  g_autoptr (Socket) socket = open_socket (self, FALSE, "dana");
  g_autoptr (PegWireMessage) hello = NULL;
  g_autoptr (PegWireMessage) list = NULL;
  g_autoptr (PegWireMessage) first = NULL;
  g_autoptr (PegWireMessage) second = NULL;
  g_autoptr (Socket) resumed = NULL;
  g_autoptr (PegWireMessage) hello_again = NULL;
  g_autoptr (PegWireMessage) missed = NULL;
  g_autofree char *text = NULL;

  say (socket, "{\"type\":\"hello\",\"client\":\"test\"}");
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

  post (self, "files/a.nc/checkout", "{\"user\":\"dana\",\"station\":\"VF-4\"}");
  first = decode (socket, 2);
  g_assert_cmpint (first->kind, ==, PEG_WIRE_FILES_CHANGED);
  g_assert_cmpuint (first->seq, ==, 1);
  g_assert_cmpint (first->cause, ==, PEG_CAUSE_CHECK_OUT);
  g_assert_cmpstr (first->user, ==, "dana");
  g_assert_cmpuint (first->entries->len, ==, 1);
  g_assert_cmpstr (peg_entry_get_station (g_ptr_array_index (first->entries, 0)), ==, "VF-4");

  peg_test_remove (self->root, "Lathe/b.nc");
  second = decode (socket, 3);
  g_assert_cmpuint (second->seq, ==, 2);
  g_assert_cmpint (second->cause, ==, PEG_CAUSE_DELETED);
  g_assert_cmpstr (second->removed[0], ==, "Lathe/b.nc");

  /* Somebody who saw the first event gets the second, and not the list. */
  resumed = open_socket (self, FALSE, "eve");
  text = g_strdup_printf ("{\"type\":\"hello\",\"client\":\"test\",\"resume\":{\"epoch\":\"%s\",\"seq\":1}}",
                          hello->epoch);
  say (resumed, text);
  hello_again = decode (resumed, 0);
  g_assert_true (hello_again->recovered);
  g_assert_cmpuint (hello_again->seq, ==, 2);
  missed = decode (resumed, 1);
  g_assert_cmpint (missed->kind, ==, PEG_WIRE_FILES_CHANGED);
  g_assert_cmpuint (missed->seq, ==, 2);
  g_assert_null (find_text (resumed, "FILE_LIST_UPDATED"));

  g_ptr_array_set_size (resumed->texts, 0);
  say (resumed, "{\"type\":\"replay\",\"from\":1}");
  peg_test_wait_until (resumed->texts->len == 2);
  say (resumed, "{\"type\":\"digest\"}");
  wait_text (resumed, "\"hash\"");
  say (resumed, "{\"type\":\"ping\",\"id\":7}");
  wait_text (resumed, "\"id\":7");
}

static void
test_server_other_epoch (Fixture       *self,
                         gconstpointer  data)
{
  static const char * const hellos[] = {
    "{\"type\":\"hello\",\"resume\":{\"epoch\":\"other\",\"seq\":0}}",
    "{\"type\":\"hello\",\"resume\":{\"epoch\":\"EPOCH\",\"seq\":5}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (hellos); i++) {
    g_autoptr (Socket) socket = open_socket (self, FALSE, "dana");
    g_autoptr (GString) text = g_string_new (hellos[i]);
    g_autoptr (PegWireMessage) hello = NULL;

    g_string_replace (text, "EPOCH",
                      peg_ledger_get_epoch (peg_shop_get_ledger (peg_server_get_shop (self->server))), 0);
    say (socket, text->str);
    hello = decode (socket, 0);
    g_assert_false (hello->recovered);
    wait_text (socket, "FILE_LIST_UPDATED");
  }
}

/* A client that sends more than any client of ours is cut off. */
static void
test_server_flood (Fixture       *self,
                   gconstpointer  data)
{
  g_autoptr (Socket) socket = open_socket (self, TRUE, "dana");
  g_autofree char *large = g_strnfill (100000, 'x');

  say (socket, large);
  peg_test_wait_until (socket->is_closed);
  assert_has (get (self, "healthz"), "ok");
}

static void
test_server_stop (Fixture       *self,
                  gconstpointer  data)
{
  g_autoptr (Socket) classic = open_socket (self, TRUE, "dana");
  g_autoptr (Socket) newer = open_socket (self, FALSE, "eve");
  gint64 begin_us;

  post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");
  begin_us = g_get_monotonic_time ();
  stop (self);
  g_assert_cmpint (g_get_monotonic_time () - begin_us, <, 2 * G_USEC_PER_SEC);
  peg_test_wait_until (classic->is_closed && newer->is_closed);
  g_assert_cmpuint (soup_websocket_connection_get_close_code (newer->connection), ==, 1001);

  start (self);
  assert_has (get (self, "dashboard/stats"), "\"dana\"");
}

static void
test_server_one_only (Fixture       *self,
                      gconstpointer  data)
{
  g_autoptr (PegSettings) settings = g_new0 (PegSettings, 1);
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
  Fixture *self = user_data;
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
  Fixture *self = user_data;
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
test_server_big (Fixture       *self,
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

  post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");
  rss = read_rss ();
  g_assert_cmpint (rss, >, 0);
  upload = G_INPUT_STREAM (g_file_read (file, NULL, NULL));
  prepare (self, "POST", "files/a.nc/checkin");
  soup_message_set_request_body (self->message, "multipart/form-data; boundary=b", upload, -1);
  assert_has (send (self), "success");
  assert_status (200);

  prepare (self, "GET", "files/a.nc/download");
  self->answered = FALSE;
  soup_session_send_async (self->session, self->message, G_PRIORITY_DEFAULT, NULL, stream_cb, self);
  peg_test_wait_until (self->answered);
  g_assert_cmpint (self->received, ==, BIG);
#ifndef __SANITIZE_ADDRESS__
  /* The address sanitizer keeps what was freed. */
  g_assert_cmpint (read_rss () - rss, <, BIG / 2);
#endif
}

#define add(name, func) \
  g_test_add ("/server/server/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("basics", test_server_basics);
  add ("files", test_server_files);
  add ("names", test_server_names);
  add ("traversal", test_server_traversal);
  add ("check-out", test_server_check_out);
  add ("check-in", test_server_check_in);
  add ("bad-uploads", test_server_bad_uploads);
  add ("too-large", test_server_too_large);
  add ("changed-outside", test_server_changed_outside);
  add ("new-upload", test_server_new_upload);
  add ("idempotency", test_server_idempotency);
  add ("cross-origin", test_server_cross_origin);
  add ("notes", test_server_notes);
  add ("classic", test_server_classic);
  add ("classic-calm", test_server_classic_calm);
  add ("pegboard", test_server_pegboard);
  add ("other-epoch", test_server_other_epoch);
  add ("flood", test_server_flood);
  add ("stop", test_server_stop);
  add ("one-only", test_server_one_only);
  add ("big", test_server_big);

  return g_test_run ();
}
