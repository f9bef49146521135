/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-hub-transfer.h"

#include "peg-frame.h"

G_BEGIN_DECLS

/* What the files of the transfers share: peg-hub-transfer.c has all of them, and the
 * uploads, peg-hub-download.c the downloads. */

/* How far a transfer is. */
typedef enum {
  PEG_HUB_HASHING,   /* nobody knows yet what the file is */
  PEG_HUB_DOWNLOAD,  /* the client gets a content */
  PEG_HUB_OPENING,   /* it is looked up how much of an upload is there */
  PEG_HUB_UPLOAD,    /* the client sends a content */
  PEG_HUB_FINISHING, /* what came is written to the disk */
} PegHubTransferKind;

/* One transfer. It lives as long as a thread works for it. */
typedef struct {
  PegHubTransfers *transfers; /* (unowned) (nullable): %NULL: nobody wants it any more */
  guint32 id;
  PegHubTransferKind kind;
  char *user;        /* (owned) */

  int fd;            /* (owned): of a download */
  guint64 size;
  guint64 sent;
  guint64 acked;
  guint64 asked;     /* where the client wants to go on from */
  char *have;        /* (owned) (nullable): of which content it has a part */
  char *sha256;      /* (owned) (nullable): of a download */
  gboolean ended;    /* END was sent */

  PegStaged *staged; /* (owned) (nullable): of an upload */
} PegHubTransfer;

struct _PegHubTransfers
{
  PegShop *shop;      /* (owned) */
  PegHubTransferFunc func;
  gpointer user_data; /* (unowned) */
  GHashTable *by_id;  /* (owned) (element-type guint32 PegHubTransfer) */
};

PegHubTransfer *peg_hub_transfer_add (PegHubTransfers    *self,
                                      guint32             id,
                                      PegHubTransferKind  kind,
                                      const char         *user);

void peg_hub_transfer_unref (PegHubTransfer *self);

void peg_hub_transfer_send_info (PegHubTransfers    *self,
                                 PegFrameKind        kind,
                                 guint32             id,
                                 guint64             offset,
                                 const PegFrameInfo *info);

void peg_hub_transfer_send_frame (PegHubTransfer *transfer,
                                  PegFrameKind    kind,
                                  guint64         offset,
                                  const guint8   *payload,
                                  gsize           length);

void peg_hub_transfer_refuse (PegHubTransfers *self,
                              guint32          id,
                              const GError    *error);

void peg_hub_transfer_end (PegHubTransfer *transfer,
                           const char     *code,
                           const char     *detail);

void peg_hub_transfer_begin_download (PegHubTransfers    *self,
                                      const PegFrame     *frame,
                                      const PegFrameInfo *begin,
                                      const char         *user);

void peg_hub_transfer_take_ack (PegHubTransfer *transfer,
                                const PegFrame *frame);

G_END_DECLS
