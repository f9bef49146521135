/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-server.h"

static void
request_free (FakeRequest *request)
{
  g_free (request->method);
  g_free (request->path);
  g_free (request->query);
  soup_message_headers_unref (request->headers);
  g_bytes_unref (request->body);
  g_free (request);
}

static void
socket_message_cb (SoupWebsocketConnection *connection,
                   SoupWebsocketDataType    type,
                   GBytes                  *message,
                   FakeServer              *self)
{
  gsize length;
  const char *data = g_bytes_get_data (message, &length);

  g_assert_cmpint (type, ==, SOUP_WEBSOCKET_DATA_TEXT);
  g_ptr_array_add (self->messages, g_strndup (data, length));
}

static void
socket_closed_cb (SoupWebsocketConnection *connection,
                  FakeServer              *self)
{
  self->closed_code = soup_websocket_connection_get_close_code (connection);
}

static void
socket_cb (SoupServer              *server,
           SoupServerMessage       *message,
           const char              *path,
           SoupWebsocketConnection *connection,
           gpointer                 user_data)
{
  FakeServer *self = user_data;

  g_free (self->socket_query);
  self->socket_query = g_strdup (g_uri_get_query (soup_server_message_get_uri (message)));

  soup_websocket_connection_set_max_incoming_payload_size (connection, 64 * 1024 * 1024);
  g_signal_connect (connection, "message", G_CALLBACK (socket_message_cb), self);
  g_signal_connect (connection, "closed", G_CALLBACK (socket_closed_cb), self);
  g_ptr_array_add (self->sockets, g_object_ref (connection));

  if (self->greeting != NULL)
    soup_websocket_connection_send_text (connection, self->greeting);
}

static void
request_cb (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  FakeServer *self = user_data;
  FakeRequest *request = g_new0 (FakeRequest, 1);
  GUri *uri = soup_server_message_get_uri (message);

  request->method = g_strdup (soup_server_message_get_method (message));
  request->path = g_strdup (g_uri_get_path (uri));
  request->query = g_strdup (g_uri_get_query (uri));
  request->headers = soup_message_headers_ref (soup_server_message_get_request_headers (message));
  request->body = soup_message_body_flatten (soup_server_message_get_request_body (message));
  g_ptr_array_add (self->requests, request);

  if (self->handler != NULL)
    self->handler (self, request, message, self->handler_data);
  else
    soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
}

FakeServer *
fake_server_new (const char      *protocol,
                 GTlsCertificate *certificate)
{
  FakeServer *self = g_new0 (FakeServer, 1);
  char *protocols[] = { (char *) protocol, NULL };
  g_autoptr (GError) error = NULL;
  GSList *uris;

  self->server = soup_server_new ("tls-certificate", certificate, NULL);
  self->sockets = g_ptr_array_new_with_free_func (g_object_unref);
  self->messages = g_ptr_array_new_with_free_func (g_free);
  self->requests = g_ptr_array_new_with_free_func ((GDestroyNotify) request_free);

  soup_server_add_handler (self->server, NULL, request_cb, self, NULL);
  soup_server_add_websocket_handler (self->server, "/ws", NULL,
                                     protocol != NULL ? protocols : NULL,
                                     socket_cb, self, NULL);
  soup_server_listen_local (self->server, 0,
                            SOUP_SERVER_LISTEN_IPV4_ONLY |
                            (certificate != NULL ? SOUP_SERVER_LISTEN_HTTPS : 0), &error);
  g_assert_no_error (error);

  uris = soup_server_get_uris (self->server);
  self->port = (guint) g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  return self;
}

void
fake_server_free (FakeServer *self)
{
  for (guint i = 0; i < self->sockets->len; i++)
    g_signal_handlers_disconnect_by_data (self->sockets->pdata[i], self);
  soup_server_disconnect (self->server);
  g_clear_object (&self->server);
  g_clear_pointer (&self->sockets, g_ptr_array_unref);
  g_clear_pointer (&self->messages, g_ptr_array_unref);
  g_clear_pointer (&self->requests, g_ptr_array_unref);
  g_clear_pointer (&self->socket_query, g_free);
  g_clear_pointer (&self->greeting, g_free);
  g_free (self);
}

char *
fake_server_dup_url (FakeServer *self,
                     const char *scheme,
                     const char *path)
{
  return g_strdup_printf ("%s://127.0.0.1:%u%s", scheme, self->port, path);
}

SoupWebsocketConnection *
fake_server_get_socket (FakeServer *self)
{
  g_assert_cmpuint (self->sockets->len, >, 0);

  return self->sockets->pdata[self->sockets->len - 1];
}

void
fake_server_send (FakeServer *self,
                  const char *text)
{
  soup_websocket_connection_send_text (fake_server_get_socket (self), text);
}

void
fake_server_reply (SoupServerMessage *message,
                   guint              status,
                   const char        *body)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY,
                                    body, strlen (body));
}

const char *
fake_server_get_header (const FakeRequest *request,
                        const char        *name)
{
  return soup_message_headers_get_one (request->headers, name);
}
