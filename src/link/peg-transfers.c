/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-transfer"

#include "peg-config.h"

#include "peg-transfers.h"

/* As many as a server lets one socket have (docs/protocol.md, “Binary frames”). */
#define MAX_RUNNING 2

/* How long to wait for the next socket before HTTP is tried; and for a frame on a
 * socket that is there: a server may have to read 2 GiB first. */
#define SOCKET_US (10 * (gint64) G_USEC_PER_SEC)
#define FRAME_US (30 * (gint64) G_USEC_PER_SEC)

/**
 * PegTransfers:
 *
 * The contents that go through the sockets of one connection. Each begins when it
 * is asked for, goes on with the next socket when one is cut, and is given back
 * for HTTP when there is none soon.
 *
 * For the thread of the connection.
 */
struct _PegTransfers
{
  GObject parent_instance;

  PegConnection *connection; /* (owned) */
  PegClock *clock;           /* (owned) */
  GPtrArray *running;        /* (owned) (element-type Run) */
};

typedef struct {
  PegTransfers *transfers; /* (unowned): the task has a reference */
  PegTransfer *transfer;   /* (owned) */
  GTask *task;             /* (owned) */
  GSource *cancelled;      /* (owned) (nullable) */
  guint timer;
} Run;

G_DEFINE_FINAL_TYPE (PegTransfers, peg_transfers, G_TYPE_OBJECT)

static void
run_free (Run *run)
{
  peg_clock_cancel (run->transfers->clock, &run->timer);
  if (run->cancelled != NULL)
    g_source_destroy (run->cancelled);
  g_clear_pointer (&run->cancelled, g_source_unref);
  g_signal_handlers_disconnect_by_data (run->transfer, run);
  g_object_unref (run->transfer);
  g_object_unref (run->task);
  g_free (run);
}

static void
end_late (Run        *run,
          const char *why)
{
  peg_transfer_end (run->transfer, g_error_new_literal (PEG_TRANSFER_ERROR,
                                                        PEG_TRANSFER_ERROR_FALL_BACK, why));
}

static void
no_socket_cb (gpointer user_data)
{
  Run *run = user_data;

  run->timer = 0;
  end_late (run, "There is no socket any more");
}

static void
no_frame_cb (gpointer user_data)
{
  Run *run = user_data;

  run->timer = 0;
  end_late (run, "The server does not go on");
}

static void
set_timer (Run          *run,
           const char   *name,
           gint64        delay_us,
           PegClockFunc  func)
{
  peg_clock_cancel (run->transfers->clock, &run->timer);
  run->timer = peg_clock_add (run->transfers->clock, name, delay_us, func, run);
}

static void
send_cb (PegTransfer *transfer,
         GBytes      *frame,
         Run         *run)
{
  peg_connection_send_frame (run->transfers->connection, frame);
}

static void
over_cb (PegTransfer  *transfer,
         const GError *error,
         Run          *run)
{
  g_autoptr (GTask) task = g_object_ref (run->task);

  if (error != NULL)
    g_info ("%s", error->message);

  g_ptr_array_remove_fast (run->transfers->running, run);

  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_boolean (task, TRUE);
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  Run *run = user_data;

  peg_transfer_end (run->transfer, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                                        "Cancelled"));

  return G_SOURCE_REMOVE;
}

static void
connect_run (Run *run)
{
  const PegTransferLimits *limits = peg_connection_get_transfer (run->transfers->connection);

  if (limits == NULL) {
    peg_transfer_disconnect (run->transfer);
    set_timer (run, "[peg] next socket", SOCKET_US, no_socket_cb);
    return;
  }

  set_timer (run, "[peg] frame", FRAME_US, no_frame_cb);
  peg_transfer_connect (run->transfer, limits);
}

/* What runs may end while it is looked at. */
static GPtrArray *
copy_running (PegTransfers *self)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->running->len; i++) {
    const Run *run = g_ptr_array_index (self->running, i);

    g_ptr_array_add (copy, g_object_ref (run->transfer));
  }

  return copy;
}

static Run *
find_run (PegTransfers *self,
          PegTransfer  *transfer)
{
  for (guint i = 0; i < self->running->len; i++) {
    Run *run = g_ptr_array_index (self->running, i);

    if (run->transfer == transfer)
      return run;
  }

  return NULL;
}

static void
transfer_changed_cb (PegConnection *connection,
                     PegTransfers  *self)
{
  g_autoptr (GPtrArray) transfers = copy_running (self);

  for (guint i = 0; i < transfers->len; i++) {
    Run *run = find_run (self, g_ptr_array_index (transfers, i));

    if (run != NULL)
      connect_run (run);
  }
}

static void
frame_cb (PegConnection *connection,
          GBytes        *bytes,
          PegTransfers  *self)
{
  g_autoptr (GPtrArray) transfers = copy_running (self);
  g_autoptr (GError) error = NULL;
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  PegFrame frame;

  if (!peg_frame_decode (&frame, data, length, &error)) {
    g_debug ("Ignored a message of bytes: %s", error->message);
    return;
  }

  for (guint i = 0; i < transfers->len; i++) {
    PegTransfer *transfer = g_ptr_array_index (transfers, i);
    Run *run;

    if (!peg_transfer_take (transfer, &frame))
      continue;
    run = find_run (self, transfer);
    if (run != NULL)
      set_timer (run, "[peg] frame", FRAME_US, no_frame_cb);
    return;
  }
}

static void
peg_transfers_dispose (GObject *object)
{
  PegTransfers *self = PEG_TRANSFERS (object);

  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_pointer (&self->running, g_ptr_array_unref);
  g_clear_object (&self->connection);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (peg_transfers_parent_class)->dispose (object);
}

static void
peg_transfers_class_init (PegTransfersClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = peg_transfers_dispose;
}

static void
peg_transfers_init (PegTransfers *self)
{
  self->running = g_ptr_array_new_with_free_func ((GDestroyNotify) run_free);
}

/**
 * peg_transfers_new:
 * @connection: whose sockets to use
 * @clock: the timers
 *
 * Returns: (transfer full): the transfers of a connection, of which there are none
 */
PegTransfers *
peg_transfers_new (PegConnection *connection,
                   PegClock      *clock)
{
  PegTransfers *self;

  g_return_val_if_fail (PEG_IS_CONNECTION (connection), NULL);

  self = g_object_new (PEG_TYPE_TRANSFERS, NULL);
  self->connection = g_object_ref (connection);
  self->clock = g_object_ref (clock);
  g_signal_connect (connection, "transfer-changed", G_CALLBACK (transfer_changed_cb), self);
  g_signal_connect (connection, "frame", G_CALLBACK (frame_cb), self);

  return self;
}

/**
 * peg_transfers_can:
 * @self: the transfers of a connection
 * @size: of the content, about, bytes
 *
 * Returns: whether it should go through the socket now, and not over HTTP
 */
gboolean
peg_transfers_can (PegTransfers *self,
                   gint64        size)
{
  g_return_val_if_fail (PEG_IS_TRANSFERS (self), FALSE);

  return size >= PEG_TRANSFERS_MIN_BYTES && self->running->len < MAX_RUNNING &&
         peg_connection_get_transfer (self->connection) != NULL;
}

/**
 * peg_transfers_run_async:
 * @self: the transfers of a connection
 * @transfer: one that was just made
 * @cancellable: (nullable): to stop
 * @callback: called when it is over
 * @user_data: for @callback
 *
 * Sees a transfer to its end.
 */
void
peg_transfers_run_async (PegTransfers        *self,
                         PegTransfer         *transfer,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  Run *run;

  g_return_if_fail (PEG_IS_TRANSFERS (self));
  g_return_if_fail (PEG_IS_TRANSFER (transfer));

  run = g_new0 (Run, 1);
  run->transfers = self;
  run->transfer = g_object_ref (transfer);
  run->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (run->task, peg_transfers_run_async);
  g_signal_connect (transfer, "send", G_CALLBACK (send_cb), run);
  g_signal_connect (transfer, "over", G_CALLBACK (over_cb), run);

  /* Another thread may cancel; this one ends it. */
  if (cancellable != NULL) {
    run->cancelled = g_cancellable_source_new (cancellable);
    g_source_set_static_name (run->cancelled, "[peg] transfer cancelled");
    g_source_set_callback (run->cancelled, G_SOURCE_FUNC (cancelled_cb), run, NULL);
    g_source_attach (run->cancelled, g_main_context_get_thread_default ());
  }

  g_ptr_array_add (self->running, run);
  connect_run (run);
}

/**
 * peg_transfers_run_finish:
 * @self: the transfers of a connection
 * @result: the result
 * @error: return location for an error of %PEG_TRANSFER_ERROR or %G_IO_ERROR
 *
 * Returns: whether everything is there
 */
gboolean
peg_transfers_run_finish (PegTransfers  *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * peg_transfers_end_all:
 * @self: the transfers of a connection
 *
 * The next socket is that of another server: nothing goes on there.
 */
void
peg_transfers_end_all (PegTransfers *self)
{
  g_autoptr (GPtrArray) transfers = NULL;

  g_return_if_fail (PEG_IS_TRANSFERS (self));

  transfers = copy_running (self);
  for (guint i = 0; i < transfers->len; i++) {
    Run *run = find_run (self, g_ptr_array_index (transfers, i));

    if (run != NULL)
      end_late (run, "The connection is that of another server");
  }
}
