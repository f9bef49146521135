/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-socket"

#include "peg-config.h"

#include "peg-socket-private.h"

#include <sys/socket.h>

/* How long a client may take to answer a close frame, or to read what goes out before
 * ours, ms. */
#define CLOSE_MS 5000

/* How many pings may come while something waits to be taken. They are a few per
 * minute in ordinary life. */
#define MAX_PINGS 4096

static void
stop_watching (PegSocket *self)
{
  peg_poll_remove (self->poll, &self->watch);
  g_clear_handle_id (&self->close_id, g_source_remove);
  g_clear_handle_id (&self->again_id, g_source_remove);
}

static gboolean
ended_cb (gpointer user_data)
{
  PegSocket *self = user_data;

  self->end_id = 0;
  self->funcs->closed (self->user_data);

  return G_SOURCE_REMOVE;
}

/* The connection is over. Its owner is told in a turn of the main loop of its own:
 * this may be in the middle of a message to everybody. */
void
peg_socket_end (PegSocket *self)
{
  const int fd = self->watch.fd;
  const gboolean is_stuck = self->payload != NULL || !self->close_received;

  if (self->state == PEG_SOCKET_ENDED)
    return;

  self->state = PEG_SOCKET_ENDED;
  stop_watching (self);
  g_clear_pointer (&self->payload, g_bytes_unref);

  /* TLS is closed in a thread of GTask, which waits until its goodbye is written: who
   * does not read would keep that thread, and there are few. */
  if (self->is_tls && is_stuck && fd >= 0)
    shutdown (fd, SHUT_RDWR);
  g_io_stream_close_async (self->stream, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  self->end_id = g_idle_add_full (G_PRIORITY_DEFAULT, ended_cb, self, NULL);
  g_source_set_name_by_id (self->end_id, "[pegboard] ended_cb");
}

static gboolean
close_cb (gpointer user_data)
{
  PegSocket *self = user_data;

  self->close_id = 0;
  peg_socket_end (self);

  return G_SOURCE_REMOVE;
}

/* From when on the connection ends, however far it is by then. */
void
peg_socket_limit_close (PegSocket *self)
{
  if (self->close_id != 0)
    return;

  self->close_id = g_timeout_add (CLOSE_MS, close_cb, self);
  g_source_set_name_by_id (self->close_id, "[pegboard] close_cb");
}

/* The client broke a rule of RFC 6455, 7.1.7: it is told which, and nothing that it
 * says is heard any more. */
void
peg_socket_fail (PegSocket *self,
                 gushort    code)
{
  self->has_failed = TRUE;
  peg_socket_close (self, code, NULL);
}

static void
poll_cb (GIOCondition condition,
         gpointer     user_data)
{
  PegSocket *self = user_data;

  if (condition & G_IO_OUT)
    peg_socket_push (self);
  if (condition & G_IO_IN)
    peg_socket_read (self);
}

/**
 * peg_socket_new:
 * @poll: what waits for it
 * @stream: the stream of soup_server_message_steal_connection()
 * @is_tls: whether @stream encrypts
 * @funcs: (scope forever): what is told
 * @user_data: data for @funcs
 *
 * Returns: (transfer full): a socket that is open; it hears nothing before
 *   peg_socket_begin()
 */
PegSocket *
peg_socket_new (PegPoll              *poll,
                GIOStream            *stream,
                gboolean              is_tls,
                const PegSocketFuncs *funcs,
                gpointer              user_data)
{
  PegSocket *self;

  g_return_val_if_fail (poll != NULL, NULL);
  g_return_val_if_fail (G_IS_IO_STREAM (stream), NULL);

  self = g_new0 (PegSocket, 1);
  self->funcs = funcs;
  self->user_data = user_data;
  self->poll = peg_poll_ref (poll);
  self->stream = g_object_ref (stream);
  self->is_tls = is_tls;
  self->watch.fd = -1;
  self->close_code = PEG_SOCKET_CLOSE_ABNORMAL;
  self->moved_us = g_get_monotonic_time ();

  /* soup_server_message_steal_connection() says that it is there. */
  self->socket = g_object_get_data (G_OBJECT (stream), "GSocket");
  if (self->socket == NULL ||
      !peg_poll_add (poll, &self->watch, g_socket_get_fd (self->socket), poll_cb, self, NULL))
    peg_socket_end (self);

  return self;
}

/**
 * peg_socket_begin:
 * @self: a socket
 *
 * Hears what came with the upgrade already.
 */
void
peg_socket_begin (PegSocket *self)
{
  g_return_if_fail (self != NULL);

  peg_socket_read (self);
}

void
peg_socket_free (PegSocket *self)
{
  stop_watching (self);
  g_clear_handle_id (&self->end_id, g_source_remove);
  g_clear_pointer (&self->incoming, g_byte_array_unref);
  g_clear_pointer (&self->fragments, g_byte_array_unref);
  g_clear_pointer (&self->payload, g_bytes_unref);
  g_clear_pointer (&self->pong, g_bytes_unref);
  g_clear_pointer (&self->close, g_bytes_unref);
  g_object_unref (self->stream);
  peg_poll_unref (self->poll);
  g_free (self);
}

/**
 * peg_socket_close:
 * @self: a socket
 * @code: why, a code of RFC 6455, 7.4, or of its registry
 * @reason: (nullable): the same in words, at most 123 bytes
 *
 * Begins to close a socket; once is enough. A frame that goes out is sent to its
 * end. It is over when the client has closed it as well, or after 5 s.
 */
void
peg_socket_close (PegSocket  *self,
                  gushort     code,
                  const char *reason)
{
  g_return_if_fail (self != NULL);

  if (self->state != PEG_SOCKET_OPEN)
    return;

  self->state = PEG_SOCKET_CLOSING;
  self->close = peg_socket_make_close (code, reason);
  g_clear_pointer (&self->pong, g_bytes_unref);
  self->ping_due = FALSE;
  peg_socket_limit_close (self);
  peg_socket_push (self);
}

/**
 * peg_socket_is_open:
 * @self: a socket
 *
 * Returns: whether messages come and go
 */
gboolean
peg_socket_is_open (PegSocket *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->state == PEG_SOCKET_OPEN;
}

/**
 * peg_socket_is_clear:
 * @self: a socket
 *
 * Returns: whether it takes a message: it is open, and the kernel has everything
 *   that was to be written
 */
gboolean
peg_socket_is_clear (PegSocket *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->state == PEG_SOCKET_OPEN && self->payload == NULL;
}

/**
 * peg_socket_is_flooded:
 * @self: a socket
 *
 * Returns: whether the client asks for answers and takes none
 */
gboolean
peg_socket_is_flooded (PegSocket *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->n_pings >= MAX_PINGS;
}

/**
 * peg_socket_get_moved_us:
 * @self: a socket
 *
 * Returns: when the kernel last took something, monotonic, µs
 */
gint64
peg_socket_get_moved_us (PegSocket *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->moved_us;
}

/**
 * peg_socket_get_close_code:
 * @self: a socket
 *
 * Returns: the code that the client closed it with; 1005: it gave none, 1006: it did
 *   not close it
 */
gushort
peg_socket_get_close_code (PegSocket *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->close_code;
}
