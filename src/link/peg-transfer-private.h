/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-transfer.h"

G_BEGIN_DECLS

typedef enum {
  PEG_TRANSFER_WAITING, /* there is no socket */
  PEG_TRANSFER_ASKED,   /* BEGIN was sent */
  PEG_TRANSFER_HASHING, /* is what the server has the beginning of what we have? */
  PEG_TRANSFER_RUNNING, /* chunks go to and fro */
  PEG_TRANSFER_ENDED,   /* END was sent */
  PEG_TRANSFER_OVER,
} PegTransferState;

struct _PegTransfer
{
  GObject parent_instance;

  gboolean upload;
  int fd;              /* (owned) */
  char *path;          /* (owned) (nullable): of a download */
  char *wanted;        /* (owned) (nullable): which revision */
  char *upload_id;     /* (owned) (nullable) */
  gint64 mtime_ns;     /* of the file that is sent, when it began */

  PegTransferState state;
  guint32 id;          /* of the last BEGIN; each gets another one */
  guint max_chunk;
  guint window;
  guint64 size;
  guint64 done;        /* what has come, or what was sent */
  guint64 acked;       /* of what was sent */
  char *sha256;        /* (owned) (nullable): of what comes */
  GChecksum *checksum; /* (owned): of the first @done bytes */
  gboolean anew;       /* what the server has is no good */
  gboolean again;      /* it was wrong once */
};

void peg_transfer_send_bytes (PegTransfer *self,
                              GBytes      *bytes);
void peg_transfer_send_frame (PegTransfer  *self,
                              PegFrameKind  kind,
                              guint64       offset,
                              const guint8 *payload,
                              gsize         length);
void peg_transfer_send_error (PegTransfer *self,
                              const char  *code);
void peg_transfer_finish (PegTransfer *self,
                          GError      *error);
void peg_transfer_refuse (PegTransfer *self,
                          const char  *code);
void peg_transfer_rewind (PegTransfer *self);
void peg_transfer_begin_again (PegTransfer *self);
void peg_transfer_fail_errno (PegTransfer *self,
                              int          code);
void peg_transfer_start_download (PegTransfer        *self,
                                  const PegFrame     *frame,
                                  const PegFrameInfo *ready);
void peg_transfer_take_chunk (PegTransfer    *self,
                              const PegFrame *frame);
void peg_transfer_take_end (PegTransfer    *self,
                            const PegFrame *frame);
void peg_transfer_start_upload (PegTransfer        *self,
                                const PegFrame     *frame,
                                const PegFrameInfo *ready);
void peg_transfer_take_ack (PegTransfer    *self,
                            const PegFrame *frame);
void peg_transfer_take_done (PegTransfer    *self,
                             const PegFrame *frame);

G_END_DECLS
