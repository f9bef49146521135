/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "server-fixture.h"

#include "peg-wire.h"

void
server_fixture_start (ServerFixture *self)
{
  g_autoptr (PegSettings) settings = peg_settings_new ();
  g_autoptr (GError) error = NULL;

  settings->root = g_strdup (self->root);
  settings->data = g_strdup (self->data);
  settings->listen = g_strdup ("127.0.0.1:0");
  settings->name = g_strdup ("Smith & Sons");
  settings->limits = self->limits;
  settings->tls_cert = g_strdup (self->tls_file);
  settings->tls_key = g_strdup (self->tls_file);
  settings->jwt_secret_file = g_strdup (self->jwt_secret_file);
  settings->origins = g_strdupv (self->origins);
  g_assert_true (peg_settings_check (settings, &error));
  g_assert_no_error (error);
  self->server = peg_server_new (settings, &error);
  g_assert_no_error (error);
  g_free (self->uri);
  self->uri = peg_server_dup_uri (self->server);
}

static gint64
clock_cb (gpointer user_data)
{
  return ((ServerFixture *) user_data)->now_us;
}

/* From here on the time passes for the limits of this server as the test wants it
 * to: how fast the machine is does not matter. */
void
server_fixture_hold_clock (ServerFixture *self)
{
  self->now_us = G_TIME_SPAN_DAY;
  peg_gate_set_clock (peg_hub_get_gate (peg_server_get_hub (self->server)), clock_cb, self);
}

static void
stopped_cb (gpointer user_data)
{
  gboolean *stopped = user_data;

  *stopped = TRUE;
}

/* Lets go of a server that has stopped. */
void
server_fixture_drop (ServerFixture *self)
{
  soup_session_abort (self->session);
  peg_test_wait_until (G_OBJECT (peg_server_get_shop (self->server))->ref_count <= 3);
  g_object_run_dispose (G_OBJECT (self->server));
  g_clear_object (&self->server);
}

void
server_fixture_stop (ServerFixture *self)
{
  gboolean stopped = FALSE;

  peg_server_stop (self->server, stopped_cb, &stopped);
  peg_test_wait_until (stopped);
  server_fixture_drop (self);
}

void
server_fixture_set_up (ServerFixture *self,
                       gconstpointer  data)
{
  static const PegLimits limits = PEG_LIMITS_INIT;

  self->limits = limits;
  self->folder = peg_test_make_folder ();
  self->root = g_build_filename (self->folder, "root", NULL);
  self->data = g_build_filename (self->folder, "data", NULL);
  peg_test_write (self->root, "a.nc", "(A, REV 1.4)\n");
  peg_test_write (self->root, "Mill 3/b.nc", "(B)\n");
  peg_test_write (self->root, "Lathe/b.nc", "(OTHER B)\n");
  peg_test_write (self->root, "Lathe/Düse Ø.h", "; DUESE\n");
  self->session = soup_session_new_with_options ("proxy-resolver", NULL, NULL);
  server_fixture_start (self);
}

void
server_fixture_tear_down (ServerFixture *self,
                          gconstpointer  data)
{
  server_fixture_stop (self);
  g_clear_object (&self->message);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_object (&self->session);
  g_free (self->root);
  g_free (self->data);
  g_free (self->uri);
  peg_test_remove_folder (self->folder);
}

void
server_fixture_answered_cb (GObject      *source,
                            GAsyncResult *result,
                            gpointer      user_data)
{
  ServerFixture *self = user_data;
  g_autoptr (GError) error = NULL;

  self->body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  g_assert_no_error (error);
  self->answered = TRUE;
}

void
server_fixture_prepare (ServerFixture *self,
                        const char    *method,
                        const char    *path)
{
  g_autofree char *text = g_strconcat (self->uri, path, NULL);
  g_autoptr (GUri) uri = g_uri_parse (text, SOUP_HTTP_URI_FLAGS | G_URI_FLAGS_ENCODED, NULL);

  g_assert_nonnull (uri);
  g_clear_object (&self->message);
  self->message = soup_message_new_from_uri (method, uri);
}

const char *
server_fixture_ask (ServerFixture *self)
{
  static char *last;

  g_clear_pointer (&self->body, g_bytes_unref);
  self->answered = FALSE;
  soup_session_send_and_read_async (self->session, self->message, G_PRIORITY_DEFAULT, NULL,
                                    server_fixture_answered_cb, self);
  peg_test_wait_until (self->answered);

  g_free (last);
  last = g_strndup (g_bytes_get_size (self->body) > 0 ? g_bytes_get_data (self->body, NULL) : "",
                    g_bytes_get_size (self->body));

  return last;
}

const char *
server_fixture_get (ServerFixture *self,
                    const char    *path)
{
  server_fixture_prepare (self, "GET", path);

  return server_fixture_ask (self);
}

static void
upgraded_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  ServerFixture *self = user_data;
  g_autoptr (SoupWebsocketConnection) connection G_GNUC_UNUSED =
    soup_session_websocket_connect_finish (SOUP_SESSION (source), result, NULL);

  self->answered = TRUE;
}

/* Asks for a socket, as a browser on a page of @origin would, and gives the
 * status. */
guint
server_fixture_upgrade (ServerFixture *self,
                        const char    *origin)
{
  server_fixture_prepare (self, "GET", "ws?user=dana");
  self->answered = FALSE;
  soup_session_websocket_connect_async (self->session, self->message, origin, NULL,
                                        G_PRIORITY_DEFAULT, NULL, upgraded_cb, self);
  peg_test_wait_until (self->answered);

  return soup_message_get_status (self->message);
}

const char *
server_fixture_post (ServerFixture *self,
                     const char    *path,
                     const char    *json)
{
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));

  server_fixture_prepare (self, "POST", path);
  soup_message_set_request_body_from_bytes (self->message, "application/json", bytes);

  return server_fixture_ask (self);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  ServerFixture *self = user_data;
  g_autoptr (GError) error = NULL;

  g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &self->raw_length, &error);
  g_assert_no_error (error);
  self->answered = TRUE;
}

/* Asks with a path that no HTTP library would send. */
char *
server_fixture_get_raw (ServerFixture *self,
                        const char    *path)
{
  g_autoptr (GUri) uri = g_uri_parse (self->uri, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autofree char *request = g_strdup_printf ("GET /%s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
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

void
server_fixture_set_form (ServerFixture *self,
                         const char    *user,
                         GBytes        *content,
                         const char    *field,
                         const char    *value)
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

const char *
server_fixture_check_in (ServerFixture *self,
                         const char    *path,
                         const char    *user,
                         const char    *text)
{
  g_autoptr (GBytes) content = g_bytes_new (text, strlen (text));

  server_fixture_prepare (self, "POST", path);
  server_fixture_set_form (self, user, content, NULL, NULL);

  return server_fixture_ask (self);
}

const char *
server_fixture_get_header (ServerFixture *self,
                           const char    *name)
{
  return soup_message_headers_get_one (soup_message_get_response_headers (self->message), name);
}

static void
text_cb (SoupWebsocketConnection *connection,
         int                      type,
         GBytes                  *bytes,
         ServerSocket            *socket)
{
  g_ptr_array_add (socket->texts, g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)));
}

static void
closed_cb (SoupWebsocketConnection *connection,
           ServerSocket            *socket)
{
  socket->is_closed = TRUE;
}

static void
connected_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  ServerSocket *socket = user_data;
  g_autoptr (GError) error = NULL;

  socket->connection = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);
  g_assert_no_error (error);
  soup_websocket_connection_set_max_incoming_payload_size (socket->connection, PEG_WIRE_MAX_BYTES);
  g_signal_connect (socket->connection, "message", G_CALLBACK (text_cb), socket);
  g_signal_connect (socket->connection, "closed", G_CALLBACK (closed_cb), socket);
}

ServerSocket *
server_socket_open (ServerFixture *self,
                    gboolean       classic,
                    const char    *user)
{
  g_autofree char *uri = g_strdup_printf ("%sws?user=%s", self->uri, user);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", uri);
  char *protocols[] = { (char *) PEG_WIRE_PROTOCOL, NULL };
  ServerSocket *socket = g_new0 (ServerSocket, 1);

  socket->texts = g_ptr_array_new_with_free_func (g_free);
  soup_session_websocket_connect_async (self->session, message, NULL, classic ? NULL : protocols,
                                        G_PRIORITY_DEFAULT, NULL, connected_cb, socket);
  peg_test_wait_until (socket->connection != NULL);
  g_assert_cmpstr (soup_websocket_connection_get_protocol (socket->connection), ==,
                   classic ? NULL : PEG_WIRE_PROTOCOL);

  return socket;
}

void
server_socket_free (ServerSocket *socket)
{
  g_signal_handlers_disconnect_by_data (socket->connection, socket);
  if (soup_websocket_connection_get_state (socket->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (socket->connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
  g_object_unref (socket->connection);
  g_ptr_array_unref (socket->texts);
  g_free (socket);
}

const char *
server_socket_find (ServerSocket *socket,
                    const char   *part)
{
  for (guint i = 0; i < socket->texts->len; i++) {
    if (strstr (g_ptr_array_index (socket->texts, i), part) != NULL)
      return g_ptr_array_index (socket->texts, i);
  }

  return NULL;
}

void
server_socket_say (ServerSocket *socket,
                   const char   *text)
{
  soup_websocket_connection_send_text (socket->connection, text);
}
