/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-socket"

#include "peg-config.h"

#include "peg-socket-private.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* Up to which length head and payload of a frame go through TLS in one piece: the
 * most that one of its records holds (RFC 8446, 5.1), bytes. */
#define MAX_RECORD 16384

/* Writes what comes before the payload, and gives how long that is. Frames of a
 * server have no mask (RFC 6455, 5.1 and 5.2), so the payload is sent as it is. */
static guint8
write_head (guint8  head[PEG_SOCKET_MAX_HEAD],
            guint8  opcode,
            guint64 length)
{
  head[0] = 0x80 | opcode;

  if (length <= PEG_SOCKET_MAX_CONTROL) {
    head[1] = (guint8) length;
    return 2;
  }
  if (length <= G_MAXUINT16) {
    head[1] = 126;
    head[2] = (guint8) (length >> 8);
    head[3] = (guint8) length;
    return 4;
  }

  head[1] = 127;
  for (guint i = 0; i < 8; i++)
    head[2 + i] = (guint8) (length >> (56 - 8 * i));

  return PEG_SOCKET_MAX_HEAD;
}

/* Lets a frame go out next. */
static void
begin_frame (PegSocket *self,
             guint8     opcode,
             GBytes    *payload)
{
  self->payload = g_bytes_ref (payload);
  self->at = 0;
  self->n_head = opcode != PEG_SOCKET_FRAMES
    ? write_head (self->head, opcode, g_bytes_get_size (payload)) : 0;
}

/**
 * peg_socket_add_frame:
 * @frames: frames
 * @kind: what the message is
 * @bytes: the message
 *
 * Adds a message to others that are sent in one go, as %PEG_SOCKET_FRAMES.
 */
void
peg_socket_add_frame (GByteArray    *frames,
                      PegSocketKind  kind,
                      GBytes        *bytes)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  guint8 head[PEG_SOCKET_MAX_HEAD];

  g_byte_array_append (frames, head, write_head (head, (guint8) kind, length));
  g_byte_array_append (frames, data, (guint) length);
}

/* Head and payload in one call, and no copy of either. */
static gssize
write_plain (PegSocket  *self,
             const char *payload,
             gsize       length)
{
  struct iovec parts[2];
  struct msghdr message = { .msg_iov = parts };
  gssize written;

  if (self->at < self->n_head)
    parts[message.msg_iovlen++] = (struct iovec) { self->head + self->at, self->n_head - self->at };
  if (length > 0) {
    gsize gone = self->at > self->n_head ? self->at - self->n_head : 0;

    parts[message.msg_iovlen++] = (struct iovec) { (char *) payload + gone, length - gone };
  }

  do
    written = sendmsg (self->watch.fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (written < 0 && errno == EINTR);

  return written < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? 0 : written;
}

/* TLS wants to be asked again with the same bytes, so the pieces depend on nothing
 * but how much has gone. */
static gssize
write_tls (PegSocket  *self,
           const char *payload,
           gsize       length)
{
  GPollableOutputStream *output =
    G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->stream));
  g_autoptr (GError) error = NULL;
  gssize written;

  if (self->n_head + length <= MAX_RECORD) {
    guint8 whole[MAX_RECORD];

    memcpy (whole, self->head, self->n_head);
    if (length > 0)
      memcpy (whole + self->n_head, payload, length);
    written = g_pollable_output_stream_write_nonblocking (output, whole + self->at,
                                                          self->n_head + length - self->at, NULL, &error);
  } else if (self->at < self->n_head) {
    written = g_pollable_output_stream_write_nonblocking (output, self->head + self->at,
                                                          self->n_head - self->at, NULL, &error);
  } else {
    gsize gone = self->at - self->n_head;

    written = g_pollable_output_stream_write_nonblocking (output, payload + gone,
                                                          MIN (length - gone, MAX_RECORD), NULL,
                                                          &error);
  }

  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ? 0 : written;
}

/* Writes what the kernel takes of the frame that goes out. Returns whether it has
 * all of it. */
static gboolean
write_frame (PegSocket *self)
{
  gsize length;
  const char *payload = g_bytes_get_data (self->payload, &length);

  while (self->at < self->n_head + length) {
    gssize written = self->is_tls ? write_tls (self, payload, length)
                                  : write_plain (self, payload, length);

    if (written < 0) {
      peg_socket_end (self);
      return FALSE;
    }
    if (written == 0)
      return FALSE;

    self->at += (gsize) written;
    self->moved_us = g_get_monotonic_time ();
  }
  g_clear_pointer (&self->payload, g_bytes_unref);

  return TRUE;
}

/* Frames of the protocol go between two messages, never within one. */
static gboolean
begin_next (PegSocket *self)
{
  if (self->pong != NULL) {
    begin_frame (self, PEG_SOCKET_OP_PONG, self->pong);
    g_clear_pointer (&self->pong, g_bytes_unref);
  } else if (self->ping_due) {
    g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);

    begin_frame (self, PEG_SOCKET_OP_PING, empty);
    self->ping_due = FALSE;
  } else if (self->close != NULL && !self->close_sent) {
    begin_frame (self, PEG_SOCKET_OP_CLOSE, self->close);
    self->close_sent = TRUE;
  } else {
    return FALSE;
  }

  return TRUE;
}

/* After the close frame there is nothing more to say: the client is told so, too,
 * and ends the connection, which keeps what it has not read yet. */
static void
finish (PegSocket *self)
{
  if (self->state != PEG_SOCKET_CLOSING || !self->close_sent)
    return;

  if (self->close_received)
    peg_socket_end (self);
  else if (self->has_failed && !self->is_tls)
    shutdown (self->watch.fd, SHUT_WR);
}

/* Writes what there is to write, as far as the kernel takes it. */
void
peg_socket_push (PegSocket *self)
{
  gboolean is_blocked = FALSE;

  if (self->state == PEG_SOCKET_ENDED)
    return;

  do {
    if (self->payload != NULL && !write_frame (self))
      is_blocked = TRUE;
  } while (!is_blocked && begin_next (self));

  if (self->state == PEG_SOCKET_ENDED)
    return;

  peg_poll_set_out (self->poll, &self->watch, is_blocked);
  if (!is_blocked) {
    self->n_pings = 0;
    finish (self);
  }
  if (self->state == PEG_SOCKET_OPEN && self->is_blocked != is_blocked) {
    self->is_blocked = is_blocked;
    self->funcs->flow (self->user_data);
  }
}

/**
 * peg_socket_send:
 * @self: a socket that is open and clear
 * @kind: what the message is
 * @bytes: the message; all who get it share it
 *
 * Sends a message. What the kernel does not take now follows when it does.
 */
void
peg_socket_send (PegSocket     *self,
                 PegSocketKind  kind,
                 GBytes        *bytes)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (peg_socket_is_clear (self));

  begin_frame (self, (guint8) kind, bytes);
  peg_socket_push (self);
}

/**
 * peg_socket_ping:
 * @self: a socket
 *
 * Sends a ping, after what goes out now. A client that is there answers it, and
 * routers on the way see that the connection is in use.
 */
void
peg_socket_ping (PegSocket *self)
{
  g_return_if_fail (self != NULL);

  if (self->state != PEG_SOCKET_OPEN)
    return;

  self->ping_due = TRUE;
  if (self->payload == NULL)
    peg_socket_push (self);
}

/* The payload of a close frame (RFC 6455, 5.5.1). */
GBytes *
peg_socket_make_close (gushort     code,
                       const char *reason)
{
  char payload[PEG_SOCKET_MAX_CONTROL];
  gsize length = reason != NULL ? strlen (reason) : 0;

  if (code == PEG_SOCKET_CLOSE_NO_STATUS)
    return g_bytes_new_static ("", 0);

  length = MIN (length, sizeof payload - 2);
  payload[0] = (char) (code >> 8);
  payload[1] = (char) code;
  if (length > 0)
    memcpy (payload + 2, reason, length);

  return g_bytes_new (payload, 2 + length);
}
