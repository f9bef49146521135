/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "raw-peer.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11" /* RFC 6455, 1.3 */

static GSocket *
get_socket (RawPeer *self)
{
  return g_socket_connection_get_socket (self->connection);
}

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
drop (RawPeer *self)
{
  clear_source (&self->input);
  clear_source (&self->output);
  if (self->connection != NULL)
    g_io_stream_close (G_IO_STREAM (self->connection), NULL, NULL);
  g_clear_object (&self->connection);
}

static gboolean
writable_cb (GSocket      *socket,
             GIOCondition  condition,
             gpointer      user_data)
{
  RawPeer *self = user_data;
  const gsize left = self->outgoing->len - self->sent;
  gssize n;

  if (left == 0) {
    g_clear_pointer (&self->output, g_source_unref);
    return G_SOURCE_REMOVE;
  }

  n = g_socket_send (socket, (const char *) self->outgoing->data + self->sent,
                     self->octets ? 1 : left, NULL, NULL);
  if (n > 0)
    self->sent += (gsize) n;
  if (n >= 0)
    return G_SOURCE_CONTINUE;

  /* The client has gone; what it was to get does not matter any more. */
  self->sent = self->outgoing->len;
  g_clear_pointer (&self->output, g_source_unref);

  return G_SOURCE_REMOVE;
}

void
raw_peer_send (RawPeer       *self,
               gconstpointer  data,
               gsize          length)
{
  g_byte_array_append (self->outgoing, data, (guint) length);
  if (self->output != NULL || self->connection == NULL)
    return;

  self->output = g_socket_create_source (get_socket (self), G_IO_OUT, NULL);
  g_source_set_callback (self->output, G_SOURCE_FUNC (writable_cb), self, NULL);
  g_source_attach (self->output, NULL);
}

static void
answer (RawPeer *self)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  g_autofree char *accept = NULL;
  g_autofree char *head = NULL;
  const char *key = strstr (self->head->str, "Sec-WebSocket-Key: ");
  guint8 digest[20];
  gsize length = sizeof digest;
  gsize n;

  g_assert_nonnull (key);
  key += strlen ("Sec-WebSocket-Key: ");
  g_checksum_update (checksum, (const guchar *) key, (gssize) strcspn (key, "\r"));
  g_checksum_update (checksum, (const guchar *) GUID, -1);
  g_checksum_get_digest (checksum, digest, &length);
  accept = g_base64_encode (digest, length);
  head = g_strdup_printf ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                          "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n%s\r\n",
                          accept, self->extra != NULL ? self->extra : "");

  n = self->head_cut > 0 ? MIN (self->head_cut, strlen (head)) : strlen (head);
  self->head_whole = n == strlen (head);
  g_assert_cmpint (g_socket_send (get_socket (self), head, n, NULL, NULL), ==, n);
  self->open = TRUE;
}

static gboolean
readable_cb (GSocket      *socket,
             GIOCondition  condition,
             gpointer      user_data)
{
  RawPeer *self = user_data;
  char chunk[65536];
  const gssize n = g_socket_receive (socket, chunk, sizeof chunk, NULL, NULL);

  if (n <= 0) {
    self->ended = TRUE;
    g_clear_pointer (&self->input, g_source_unref);
    return G_SOURCE_REMOVE;
  }

  if (self->open) {
    g_byte_array_append (self->incoming, (const guint8 *) chunk, (guint) n);
    return G_SOURCE_CONTINUE;
  }

  g_string_append_len (self->head, chunk, n);
  if (!g_str_has_suffix (self->head->str, "\r\n\r\n"))
    return G_SOURCE_CONTINUE;

  answer (self);
  if (self->head_cut > 0) {
    raw_peer_end (self, FALSE);
    return G_SOURCE_REMOVE;
  }

  return G_SOURCE_CONTINUE;
}

static gboolean
incoming_cb (GSocketService    *service,
             GSocketConnection *connection,
             GObject           *source,
             RawPeer           *self)
{
  const int on = 1;

  drop (self);
  self->connection = g_object_ref (connection);
  self->n_accepted++;
  self->open = FALSE;
  self->ended = FALSE;
  self->sent = 0;
  g_string_truncate (self->head, 0);
  g_byte_array_set_size (self->incoming, 0);
  g_byte_array_set_size (self->outgoing, 0);

  g_socket_set_blocking (get_socket (self), FALSE);
  g_socket_set_option (get_socket (self), IPPROTO_TCP, TCP_NODELAY, on, NULL);
  self->input = g_socket_create_source (get_socket (self), G_IO_IN, NULL);
  g_source_set_callback (self->input, G_SOURCE_FUNC (readable_cb), self, NULL);
  g_source_attach (self->input, NULL);

  return TRUE;
}

RawPeer *
raw_peer_new (void)
{
  RawPeer *self = g_new0 (RawPeer, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  self->head = g_string_new (NULL);
  self->incoming = g_byte_array_new ();
  self->outgoing = g_byte_array_new ();
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
raw_peer_free (RawPeer *self)
{
  g_signal_handlers_disconnect_by_data (self->service, self);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_clear_object (&self->service);
  drop (self);
  g_string_free (self->head, TRUE);
  g_byte_array_unref (self->incoming);
  g_byte_array_unref (self->outgoing);
  g_free (self);
}

/* Ends the connection without a word: with the end of the stream, or with a
 * reset. */
void
raw_peer_end (RawPeer  *self,
              gboolean  reset)
{
  const struct linger linger = { .l_onoff = 1, .l_linger = 0 };

  if (reset)
    setsockopt (g_socket_get_fd (get_socket (self)), SOL_SOCKET, SO_LINGER, &linger,
                sizeof linger);
  drop (self);
}

/* A frame as a server sends it, with the shortest length. */
void
raw_frame_append (GByteArray    *frames,
                  guint8         first,
                  gconstpointer  data,
                  gsize          length)
{
  guint8 head[10] = { first };
  guint n = 2;

  if (length < 126) {
    head[1] = (guint8) length;
  } else if (length < 65536) {
    head[1] = 126;
    head[2] = (guint8) (length >> 8);
    head[3] = (guint8) length;
    n = 4;
  } else {
    head[1] = 127;
    for (guint i = 0; i < 8; i++)
      head[2 + i] = (guint8) ((guint64) length >> (56 - 8 * i));
    n = 10;
  }

  g_byte_array_append (frames, head, n);
  if (length > 0)
    g_byte_array_append (frames, data, (guint) length);
}

/* The client's whole frames without their masks, as a server would have sent
 * them; @closed: whether the last is a close frame, after which a client sends
 * nothing. Every frame is looked at for what RFC 6455, 5.2, demands of it. */
GByteArray *
raw_peer_dup_frames (RawPeer  *self,
                     gboolean *closed)
{
  GByteArray *frames = g_byte_array_new ();
  const guint8 *bytes = self->incoming->data;
  gsize left = self->incoming->len;

  *closed = FALSE;

  while (left >= 2) {
    const guint8 first = bytes[0], kind = bytes[1] & 0x7f;
    const gsize n = kind == 127 ? 10 : kind == 126 ? 4 : 2;
    g_autofree guint8 *data = NULL;
    guint64 length = kind < 126 ? kind : 0;

    if (left < n + 4)
      break;
    for (gsize i = 2; i < n; i++)
      length = length << 8 | bytes[i];
    if (left < n + 4 + length)
      break;

    g_assert_false (*closed);
    g_assert_cmpuint (first & 0x70, ==, 0);
    g_assert_cmpuint (bytes[1] & 0x80, ==, 0x80);
    if (kind == 126)
      g_assert_cmpuint (length, >, 125);
    if (kind == 127)
      g_assert_cmpuint (length, >, 65535);

    data = g_malloc (length + 1);
    for (guint64 i = 0; i < length; i++)
      data[i] = bytes[n + 4 + i] ^ bytes[n + i % 4];
    raw_frame_append (frames, first, data, length);
    *closed = (first & 0x0f) == 8;

    bytes += n + 4 + length;
    left -= n + 4 + length;
  }

  return frames;
}
