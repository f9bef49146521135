/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-hub"

#include "peg-config.h"

#include "peg-hub-stream.h"

#include <string.h>

/* How many frames of its own libsoup may try to write while nothing is taken.
 * They are answers to pings of the client, a few per minute in ordinary life. */
#define MAX_REFUSED 4096

/* The first byte of a closing frame, and where its code stands (RFC 6455, 5.2 and
 * 5.5.1). Frames of a server have no mask, and those of libsoup come in one write
 * each, or in several that follow each other. */
#define CLOSE_FRAME 0x88
#define CLOSE_CODE 2

/**
 * PegHubStream:
 *
 * Stands between a WebSocket of libsoup and its connection, and sees what libsoup
 * does not tell (measured with 3.2.3, whose queue has no end and no accessor):
 * whether everything that was handed to it has gone to the kernel, and when the
 * kernel last took something. It also puts the closing codes into the frame that
 * libsoup refuses to send: 1012 and 1013.
 */
struct _PegHubStream
{
  GIOStream parent_instance;

  GIOStream *base;          /* (owned) */
  GOutputStream *output;    /* (owned): a PegHubOutput */
};

#define PEG_TYPE_HUB_OUTPUT (peg_hub_output_get_type ())

G_DECLARE_FINAL_TYPE (PegHubOutput, peg_hub_output, PEG, HUB_OUTPUT, GOutputStream)

struct _PegHubOutput
{
  GOutputStream parent_instance;

  GPollableOutputStream *base; /* (owned) */
  PegHubStreamFunc func;       /* (nullable) */
  gpointer user_data;          /* (unowned) */
  gint64 moved_us;             /* when something was taken last, monotonic */
  guint n_refused;             /* writes in a row that took nothing */
  gushort close_code;          /* goes into the closing frame; 0: as it is */
  gsize gone;                  /* how much of a frame has gone that waits for its rest */
  gboolean is_closing;         /* that frame is the closing one */
  gboolean is_blocked;         /* something waits */
};

static void peg_hub_output_pollable_init (GPollableOutputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PegHubOutput, peg_hub_output, G_TYPE_OUTPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM,
                                                      peg_hub_output_pollable_init))

G_DEFINE_FINAL_TYPE (PegHubStream, peg_hub_stream, G_TYPE_IO_STREAM)

static gssize
peg_hub_output_write (GOutputStream  *stream,
                      const void     *buffer,
                      gsize           length,
                      GCancellable   *cancellable,
                      GError        **error)
{
  PegHubOutput *self = PEG_HUB_OUTPUT (stream);

  return g_output_stream_write (G_OUTPUT_STREAM (self->base), buffer, length, cancellable, error);
}

/* The stream below is closed by the one who has both directions. */
static gboolean
peg_hub_output_close (GOutputStream  *stream,
                      GCancellable   *cancellable,
                      GError        **error)
{
  return TRUE;
}

static gboolean
peg_hub_output_can_poll (GPollableOutputStream *stream)
{
  return g_pollable_output_stream_can_poll (PEG_HUB_OUTPUT (stream)->base);
}

static gboolean
peg_hub_output_is_writable (GPollableOutputStream *stream)
{
  return g_pollable_output_stream_is_writable (PEG_HUB_OUTPUT (stream)->base);
}

static GSource *
peg_hub_output_create_source (GPollableOutputStream *stream,
                              GCancellable          *cancellable)
{
  g_autoptr (GSource) below =
    g_pollable_output_stream_create_source (PEG_HUB_OUTPUT (stream)->base, cancellable);

  return g_pollable_source_new_full (stream, below, NULL);
}

/* Writes a closing frame, or the rest of one, with another code. */
static gssize
write_close (PegHubOutput  *self,
             const guint8  *buffer,
             gsize          length,
             GError       **error)
{
  const guint8 code[] = { (guint8) (self->close_code >> 8), (guint8) self->close_code };
  g_autofree guint8 *copy = g_memdup2 (buffer, length);

  for (gsize i = 0; i < sizeof code; i++) {
    if (CLOSE_CODE + i >= self->gone && CLOSE_CODE + i - self->gone < length)
      copy[CLOSE_CODE + i - self->gone] = code[i];
  }

  return g_pollable_output_stream_write_nonblocking (self->base, copy, length, NULL, error);
}

static gssize
peg_hub_output_write_nonblocking (GPollableOutputStream  *stream,
                                  const void             *buffer,
                                  gsize                   length,
                                  GError                **error)
{
  PegHubOutput *self = PEG_HUB_OUTPUT (stream);
  gboolean was_blocked = self->is_blocked;
  gssize written;

  if (self->gone == 0)
    self->is_closing = self->close_code != 0 && ((const guint8 *) buffer)[0] == CLOSE_FRAME;

  if (self->is_closing)
    written = write_close (self, buffer, length, error);
  else
    written = g_pollable_output_stream_write_nonblocking (self->base, buffer, length, NULL, error);

  self->is_blocked = written < (gssize) length;
  if (written > 0) {
    self->moved_us = g_get_monotonic_time ();
    self->n_refused = 0;
    self->gone = self->is_blocked ? self->gone + (gsize) written : 0;
  } else {
    self->n_refused++;
  }

  if (self->func != NULL && (was_blocked != self->is_blocked || self->n_refused == MAX_REFUSED))
    self->func (self->user_data);

  return written;
}

static void
peg_hub_output_finalize (GObject *object)
{
  PegHubOutput *self = PEG_HUB_OUTPUT (object);

  g_object_unref (self->base);

  G_OBJECT_CLASS (peg_hub_output_parent_class)->finalize (object);
}

static void
peg_hub_output_class_init (PegHubOutputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = peg_hub_output_finalize;
  G_OUTPUT_STREAM_CLASS (klass)->write_fn = peg_hub_output_write;
  G_OUTPUT_STREAM_CLASS (klass)->close_fn = peg_hub_output_close;
}

static void
peg_hub_output_pollable_init (GPollableOutputStreamInterface *iface)
{
  iface->can_poll = peg_hub_output_can_poll;
  iface->is_writable = peg_hub_output_is_writable;
  iface->create_source = peg_hub_output_create_source;
  iface->write_nonblocking = peg_hub_output_write_nonblocking;
}

static void
peg_hub_output_init (PegHubOutput *self)
{
  self->moved_us = g_get_monotonic_time ();
}

static GInputStream *
peg_hub_stream_get_input_stream (GIOStream *stream)
{
  return g_io_stream_get_input_stream (PEG_HUB_STREAM (stream)->base);
}

static GOutputStream *
peg_hub_stream_get_output_stream (GIOStream *stream)
{
  return PEG_HUB_STREAM (stream)->output;
}

static gboolean
peg_hub_stream_close (GIOStream     *stream,
                      GCancellable  *cancellable,
                      GError       **error)
{
  return g_io_stream_close (PEG_HUB_STREAM (stream)->base, cancellable, error);
}

static void
closed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_io_stream_close_finish (G_IO_STREAM (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
peg_hub_stream_close_async (GIOStream           *stream,
                            int                  io_priority,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (stream, cancellable, callback, user_data);

  g_task_set_source_tag (task, peg_hub_stream_close_async);
  g_io_stream_close_async (PEG_HUB_STREAM (stream)->base, io_priority, cancellable, closed_cb,
                           g_steal_pointer (&task));
}

static gboolean
peg_hub_stream_close_finish (GIOStream     *stream,
                             GAsyncResult  *result,
                             GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
peg_hub_stream_finalize (GObject *object)
{
  PegHubStream *self = PEG_HUB_STREAM (object);

  g_object_unref (self->output);
  g_object_unref (self->base);

  G_OBJECT_CLASS (peg_hub_stream_parent_class)->finalize (object);
}

static void
peg_hub_stream_class_init (PegHubStreamClass *klass)
{
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = peg_hub_stream_finalize;
  stream_class->get_input_stream = peg_hub_stream_get_input_stream;
  stream_class->get_output_stream = peg_hub_stream_get_output_stream;
  stream_class->close_fn = peg_hub_stream_close;
  stream_class->close_async = peg_hub_stream_close_async;
  stream_class->close_finish = peg_hub_stream_close_finish;
}

static void
peg_hub_stream_init (PegHubStream *self)
{
}

/**
 * peg_hub_stream_new:
 * @base: the stream of soup_server_message_steal_connection()
 *
 * Returns: (transfer full): a stream for a #SoupWebsocketConnection
 */
PegHubStream *
peg_hub_stream_new (GIOStream *base)
{
  PegHubStream *self;
  PegHubOutput *output;

  g_return_val_if_fail (G_IS_IO_STREAM (base), NULL);

  output = g_object_new (PEG_TYPE_HUB_OUTPUT, NULL);
  output->base = G_POLLABLE_OUTPUT_STREAM (g_object_ref (g_io_stream_get_output_stream (base)));
  self = g_object_new (PEG_TYPE_HUB_STREAM, NULL);
  self->base = g_object_ref (base);
  self->output = G_OUTPUT_STREAM (output);

  return self;
}

/**
 * peg_hub_stream_set_func:
 * @self: a stream
 * @func: (nullable) (scope forever): called when something begins or ends to
 *   wait, and when too much does
 * @user_data: data for @func
 */
void
peg_hub_stream_set_func (PegHubStream     *self,
                         PegHubStreamFunc  func,
                         gpointer          user_data)
{
  PegHubOutput *output;

  g_return_if_fail (PEG_IS_HUB_STREAM (self));

  output = PEG_HUB_OUTPUT (self->output);
  output->func = func;
  output->user_data = user_data;
}

/**
 * peg_hub_stream_set_close_code:
 * @self: a stream
 * @code: a code of RFC 6455, 7.4, or of its registry
 *
 * Has the next closing frame say @code, whatever libsoup writes into it.
 */
void
peg_hub_stream_set_close_code (PegHubStream *self,
                               gushort       code)
{
  g_return_if_fail (PEG_IS_HUB_STREAM (self));

  PEG_HUB_OUTPUT (self->output)->close_code = code;
}

/**
 * peg_hub_stream_is_clear:
 * @self: a stream
 *
 * Returns: whether the kernel has taken everything that was to be written
 */
gboolean
peg_hub_stream_is_clear (PegHubStream *self)
{
  g_return_val_if_fail (PEG_IS_HUB_STREAM (self), FALSE);

  return !PEG_HUB_OUTPUT (self->output)->is_blocked;
}

/**
 * peg_hub_stream_is_flooded:
 * @self: a stream
 *
 * Returns: whether libsoup has queued too many frames of its own, because the
 *   client asks for them and takes none
 */
gboolean
peg_hub_stream_is_flooded (PegHubStream *self)
{
  g_return_val_if_fail (PEG_IS_HUB_STREAM (self), FALSE);

  return PEG_HUB_OUTPUT (self->output)->n_refused >= MAX_REFUSED;
}

/**
 * peg_hub_stream_get_moved_us:
 * @self: a stream
 *
 * Returns: when the kernel last took something, monotonic, µs
 */
gint64
peg_hub_stream_get_moved_us (PegHubStream *self)
{
  g_return_val_if_fail (PEG_IS_HUB_STREAM (self), 0);

  return PEG_HUB_OUTPUT (self->output)->moved_us;
}

/**
 * peg_hub_stream_get_socket:
 * @self: a stream
 *
 * Returns: (transfer none) (nullable): the socket, where there is one
 */
GSocket *
peg_hub_stream_get_socket (PegHubStream *self)
{
  g_return_val_if_fail (PEG_IS_HUB_STREAM (self), NULL);

  /* soup_server_message_steal_connection() says that it is there. */
  return g_object_get_data (G_OBJECT (self->base), "GSocket");
}
