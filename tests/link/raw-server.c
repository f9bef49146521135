/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "raw-server.h"

#include <string.h>

#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11" /* RFC 6455, 1.3 */

typedef struct {
  RawServer *server;
  GSocketConnection *connection; /* (unowned): the server has it */
  GString *head;
  char chunk[4096];
} Visit;

static void
visit_free (Visit *visit)
{
  g_string_free (visit->head, TRUE);
  g_free (visit);
}

static char *
handshake (const char *head)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  g_autofree char *accept = NULL;
  const char *key = strstr (head, "Sec-WebSocket-Key: ") + strlen ("Sec-WebSocket-Key: ");
  guint8 digest[20];
  gsize length = sizeof digest;

  g_checksum_update (checksum, (const guchar *) key, (gssize) strcspn (key, "\r"));
  g_checksum_update (checksum, (const guchar *) GUID, -1);
  g_checksum_get_digest (checksum, digest, &length);
  accept = g_base64_encode (digest, length);

  return g_strdup_printf ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                          "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n", accept);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Visit *visit = user_data;
  RawServer *server;
  GOutputStream *output;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (n <= 0) {
    visit_free (visit);
    return;
  }

  server = visit->server;
  g_string_append_len (visit->head, visit->chunk, n);
  if (!server->at_once && strstr (visit->head->str, "\r\n\r\n") == NULL) {
    g_input_stream_read_async (G_INPUT_STREAM (source), visit->chunk, sizeof visit->chunk,
                               G_PRIORITY_DEFAULT, NULL, read_cb, visit);
    return;
  }

  g_free (server->head);
  server->head = g_strdup (visit->head->str);

  output = g_io_stream_get_output_stream (G_IO_STREAM (visit->connection));
  if (server->upgrade) {
    g_autofree char *head = handshake (visit->head->str);

    g_output_stream_write_all (output, head, strlen (head), NULL, NULL, NULL);
  }
  if (server->answer != NULL)
    g_output_stream_write_all (output, server->answer, server->length, NULL, NULL, NULL);
  if (server->hang_up)
    g_io_stream_close (G_IO_STREAM (visit->connection), NULL, NULL);
  visit_free (visit);
}

static gboolean
incoming_cb (GSocketService    *service,
             GSocketConnection *connection,
             GObject           *source,
             RawServer         *self)
{
  Visit *visit = g_new0 (Visit, 1);

  g_ptr_array_add (self->connections, g_object_ref (connection));
  visit->server = self;
  visit->connection = connection;
  visit->head = g_string_new (NULL);
  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (connection)),
                             visit->chunk, sizeof visit->chunk,
                             G_PRIORITY_DEFAULT, NULL, read_cb, visit);

  return TRUE;
}

RawServer *
raw_server_new (void)
{
  RawServer *self = g_new0 (RawServer, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  self->connections = g_ptr_array_new_with_free_func (g_object_unref);
  self->service = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address,
                                 G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
                                 NULL, &bound, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming_cb), self);

  return self;
}

void
raw_server_free (RawServer *self)
{
  g_signal_handlers_disconnect_by_data (self->service, self);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_clear_object (&self->service);
  for (guint i = 0; i < self->connections->len; i++)
    g_io_stream_close (self->connections->pdata[i], NULL, NULL);
  g_clear_pointer (&self->connections, g_ptr_array_unref);
  g_clear_pointer (&self->answer, g_free);
  g_clear_pointer (&self->head, g_free);
  g_free (self);
}
