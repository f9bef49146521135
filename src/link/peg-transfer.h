/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-frame.h"

G_BEGIN_DECLS

/**
 * PegTransferError:
 * @PEG_TRANSFER_ERROR_FALL_BACK: it does not go through the socket; HTTP may do
 *
 * Why a transfer ended. What went wrong here, and not on the way, is of
 * %G_IO_ERROR; %G_IO_ERROR_BUSY: the file changed while it was sent.
 */
typedef enum {
  PEG_TRANSFER_ERROR_FALL_BACK,
} PegTransferError;

#define PEG_TRANSFER_ERROR (peg_transfer_error_quark ())

GQuark peg_transfer_error_quark (void);

#define PEG_TYPE_TRANSFER (peg_transfer_get_type ())

G_DECLARE_FINAL_TYPE (PegTransfer, peg_transfer, PEG, TRANSFER, GObject)

PegTransfer *peg_transfer_new_download (int          fd,
                                        const char  *path,
                                        const char  *sha256,
                                        GError     **error) G_GNUC_WARN_UNUSED_RESULT;
PegTransfer *peg_transfer_new_upload   (int          fd,
                                        const char  *upload_id,
                                        GError     **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * PegTransferLimits:
 * @max_chunk: the most bytes in a frame
 * @window: how many bytes may be under way
 *
 * What a server offered.
 */
typedef struct {
  guint max_chunk;
  guint window;
} PegTransferLimits;

void     peg_transfer_connect    (PegTransfer             *self,
                                  const PegTransferLimits *limits);
void     peg_transfer_disconnect (PegTransfer             *self);
gboolean peg_transfer_take       (PegTransfer             *self,
                                  const PegFrame          *frame);
void     peg_transfer_end        (PegTransfer             *self,
                                  GError                  *error);
gboolean peg_transfer_is_over    (PegTransfer             *self);

G_END_DECLS
