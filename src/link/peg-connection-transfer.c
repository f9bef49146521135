/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-connection"

#include "peg-config.h"

#include "peg-connection-private.h"

/* Binary frames (docs/protocol.md): only where the server offered them, in the
 * greeting of this very socket. */

/* Who waits for frames is told when the offer comes and when it is gone. */
static void
set_limits (PegConnection *self,
            guint          max_chunk,
            guint          window)
{
  if (self->transfer.max_chunk == max_chunk && self->transfer.window == window)
    return;

  self->transfer.max_chunk = max_chunk;
  self->transfer.window = window;
  peg_connection_emit_transfer_changed (self);
}

/*
 * peg_connection_offer_transfer:
 *
 * The greeting was answered.
 */
void
peg_connection_offer_transfer (PegConnection        *self,
                               const PegWireMessage *hello)
{
  if (self->dialect == PEG_DIALECT_PEGBOARD_1)
    set_limits (self, hello->max_chunk, hello->transfer_window);
}

/*
 * peg_connection_forget_transfer:
 *
 * The socket is gone.
 */
void
peg_connection_forget_transfer (PegConnection *self)
{
  set_limits (self, 0, 0);
}

/*
 * peg_connection_take_frame:
 *
 * A message of bytes came through the socket.
 */
void
peg_connection_take_frame (PegConnection *self,
                           GBytes        *bytes)
{
  const gboolean wanted = self->transfer.max_chunk != 0;

  g_object_ref (self);
  peg_connection_note_bytes (self, wanted);
  if (wanted)
    peg_connection_emit_frame (self, bytes);
  g_object_unref (self);
}

/**
 * peg_connection_get_transfer:
 * @self: a connection
 *
 * Returns: (transfer none) (nullable): what the server offers for binary frames;
 *   %NULL: there is none that takes any
 */
const PegTransferLimits *
peg_connection_get_transfer (PegConnection *self)
{
  g_return_val_if_fail (PEG_IS_CONNECTION (self), NULL);

  return self->transfer.max_chunk != 0 ? &self->transfer : NULL;
}

/**
 * peg_connection_send_frame:
 * @self: a connection
 * @frame: a frame
 *
 * Sends a frame, to a server that offered to take it; never to a classic one,
 * some of which close at the first.
 *
 * Returns: whether the frame is on its way
 */
gboolean
peg_connection_send_frame (PegConnection *self,
                           GBytes        *frame)
{
  g_return_val_if_fail (PEG_IS_CONNECTION (self), FALSE);

  return self->transport != NULL && self->transfer.max_chunk != 0 &&
         self->dialect == PEG_DIALECT_PEGBOARD_1 &&
         peg_transport_send_binary (self->transport, frame);
}
