/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-hub"

#include "peg-config.h"

#include "peg-hub-transfer-private.h"

#include "peg-fd.h"
#include "peg-log.h"
#include "peg-wire.h"

/* How many transfers one socket may have under way. */
#define MAX_TRANSFERS 2

static void
transfer_clear (PegHubTransfer *self)
{
  peg_fd_clear (&self->fd);
  g_free (self->user);
  g_free (self->have);
  g_free (self->sha256);
  if (self->staged != NULL)
    peg_staged_close (self->staged);
  g_clear_object (&self->staged);
}

/* A thread may have had it, too. */
void
peg_hub_transfer_unref (PegHubTransfer *self)
{
  g_rc_box_release_full (self, (GDestroyNotify) transfer_clear);
}

/* A thread may still work for it. What was begun is closed at once, so that it can
 * go on through another socket. */
static void
transfer_leave (gpointer data)
{
  PegHubTransfer *self = data;

  self->transfers = NULL;
  if (self->staged != NULL)
    peg_staged_close (self->staged);
  peg_hub_transfer_unref (self);
}

void
peg_hub_transfer_send_info (PegHubTransfers    *self,
                            PegFrameKind        kind,
                            guint32             id,
                            guint64             offset,
                            const PegFrameInfo *info)
{
  g_autoptr (GBytes) bytes = peg_frame_encode_info (kind, id, offset, info);

  if (bytes != NULL)
    self->func (bytes, self->user_data);
}

void
peg_hub_transfer_send_frame (PegHubTransfer *transfer,
                             PegFrameKind    kind,
                             guint64         offset,
                             const guint8   *payload,
                             gsize           length)
{
  g_autoptr (GBytes) bytes = peg_frame_encode (&(PegFrame) {
    .kind = kind,
    .transfer = transfer->id,
    .offset = offset,
    .payload = payload,
    .length = length,
  });

  transfer->transfers->func (bytes, transfer->transfers->user_data);
}

static void
send_error (PegHubTransfers *self,
            guint32          id,
            const char      *code,
            const char      *detail)
{
  const PegFrameInfo info = { .size = -1, .code = (char *) code, .detail = (char *) detail };

  peg_hub_transfer_send_info (self, PEG_FRAME_ERROR, id, 0, &info);
}

/* The same words as for a request; what went wrong inside is for the log. */
static const char *
code_of (const GError *error)
{
  if (error->domain == PEG_SHOP_ERROR)
    return peg_shop_error_to_code ((PegShopError) error->code);
  if (error->domain == PEG_STAGING_ERROR)
    return peg_staging_error_to_code ((PegStagingError) error->code);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
    return "disk_full";

  return "failed";
}

void
peg_hub_transfer_refuse (PegHubTransfers *self,
                         guint32          id,
                         const GError    *error)
{
  const char *code = code_of (error);
  const gboolean is_ours = error->domain == PEG_SHOP_ERROR || error->domain == PEG_STAGING_ERROR;

  if (!is_ours)
    PEG_LOG ("transfer-failed", "s:error", error->message);
  send_error (self, id, code, is_ours ? error->message : "The log of the server says why");
}

void
peg_hub_transfer_end (PegHubTransfer *transfer,
                      const char     *code,
                      const char     *detail)
{
  PegHubTransfers *self = transfer->transfers;

  send_error (self, transfer->id, code, detail);
  g_hash_table_remove (self->by_id, GUINT_TO_POINTER (transfer->id));
}

static void
fail_transfer (PegHubTransfer *transfer,
               const GError   *error)
{
  PegHubTransfers *self = transfer->transfers;

  peg_hub_transfer_refuse (self, transfer->id, error);
  g_hash_table_remove (self->by_id, GUINT_TO_POINTER (transfer->id));
}

PegHubTransfer *
peg_hub_transfer_add (PegHubTransfers    *self,
                      guint32             id,
                      PegHubTransferKind  kind,
                      const char         *user)
{
  PegHubTransfer *transfer = g_rc_box_new0 (PegHubTransfer);

  transfer->transfers = self;
  transfer->id = id;
  transfer->kind = kind;
  transfer->user = g_strdup (user);
  transfer->fd = -1;
  g_hash_table_insert (self->by_id, GUINT_TO_POINTER (id), transfer);

  return transfer;
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  PegHubTransfer *transfer = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PegStaged) staged = peg_staging_open_finish (PEG_STAGING (source), result, &error);
  g_autofree char *digest = NULL;
  PegFrameInfo ready = PEG_FRAME_INFO_INIT;

  if (transfer->transfers == NULL) {
    if (staged != NULL)
      peg_staged_close (staged);
  } else if (staged == NULL) {
    fail_transfer (transfer, error);
  } else {
    digest = peg_staged_dup_digest (staged);
    transfer->staged = g_object_ref (staged);
    transfer->kind = PEG_HUB_UPLOAD;
    ready.size = peg_staged_get_size (staged);
    ready.sha256 = digest;
    PEG_LOG ("transfer", "s:user", transfer->user, "s:op", "upload",
             "i:size", peg_staged_get_size (staged), "i:offset", peg_staged_get_have (staged));
    peg_hub_transfer_send_info (transfer->transfers, PEG_FRAME_READY, transfer->id,
                                (guint64) peg_staged_get_have (staged), &ready);
  }

  peg_hub_transfer_unref (transfer);
}

static void
begin_upload (PegHubTransfers    *self,
              const PegFrame     *frame,
              const PegFrameInfo *begin,
              const char         *user)
{
  PegHubTransfer *transfer = peg_hub_transfer_add (self, frame->transfer, PEG_HUB_OPENING, user);

  peg_staging_open_async (peg_shop_get_staging (self->shop), user, begin->upload_id, begin->size,
                          begin->anew, opened_cb, g_rc_box_acquire (transfer));
}

static gboolean
begin (PegHubTransfers  *self,
       const PegFrame   *frame,
       const char       *user,
       gboolean          may_upload,
       GError          **error)
{
  g_auto (PegFrameInfo) info = PEG_FRAME_INFO_INIT;

  if (!peg_frame_decode_info (frame, &info, error))
    return FALSE;

  if (g_hash_table_contains (self->by_id, GUINT_TO_POINTER (frame->transfer)))
    g_set_error_literal (error, PEG_WIRE_ERROR, PEG_WIRE_ERROR_VALUE,
                         "There is a transfer of this number already");
  else if (g_hash_table_size (self->by_id) >= MAX_TRANSFERS)
    send_error (self, frame->transfer, "too_many", "Other transfers are under way on this socket");
  else if (info.upload && !may_upload)
    send_error (self, frame->transfer, "forbidden", "Your role lets you look, and not check in");
  else if (info.upload)
    begin_upload (self, frame, &info, user);
  else
    peg_hub_transfer_begin_download (self, frame, &info, user);

  return *error == NULL;
}

static void
take_chunk (PegHubTransfer *transfer,
            const PegFrame *frame)
{
  g_autoptr (GError) error = NULL;

  if (transfer->kind != PEG_HUB_UPLOAD) {
    peg_hub_transfer_end (transfer, "bad_offset", "Nobody waits for these bytes");
    return;
  }

  if (!peg_staged_write (transfer->staged, frame->offset, frame->payload, frame->length, &error)) {
    fail_transfer (transfer, error);
    return;
  }

  peg_hub_transfer_send_frame (transfer, PEG_FRAME_ACK,
                               (guint64) peg_staged_get_have (transfer->staged), NULL, 0);
}

static void
finished_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  PegHubTransfer *transfer = user_data;
  PegHubTransfers *self = transfer->transfers;
  g_autoptr (GError) error = NULL;
  const gboolean done = peg_staged_finish_finish (PEG_STAGED (source), result, &error);

  if (self != NULL && done) {
    peg_hub_transfer_send_frame (transfer, PEG_FRAME_DONE,
                                 (guint64) peg_staged_get_size (transfer->staged), NULL, 0);
    g_hash_table_remove (self->by_id, GUINT_TO_POINTER (transfer->id));
  } else if (self != NULL) {
    fail_transfer (transfer, error);
  }

  peg_hub_transfer_unref (transfer);
}

static void
take_end (PegHubTransfer *transfer,
          const PegFrame *frame)
{
  char sha256[2 * PEG_FRAME_DIGEST_BYTES + 1];

  if (transfer->kind != PEG_HUB_UPLOAD) {
    peg_hub_transfer_end (transfer, "bad_offset", "Nothing came before this end");
    return;
  }

  for (guint i = 0; i < PEG_FRAME_DIGEST_BYTES; i++)
    g_snprintf (sha256 + 2 * i, 3, "%02x", frame->payload[i]);

  transfer->kind = PEG_HUB_FINISHING;
  peg_staged_finish_async (transfer->staged, sha256, finished_cb, g_rc_box_acquire (transfer));
}

/**
 * peg_hub_transfers_knows:
 * @self: the transfers of a socket
 * @bytes: what came
 *
 * Returns: whether it belongs to a transfer that is under way
 */
gboolean
peg_hub_transfers_knows (PegHubTransfers *self,
                         GBytes          *bytes)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  PegFrame frame;

  return peg_frame_decode (&frame, data, length, NULL) && frame.kind != PEG_FRAME_BEGIN &&
         g_hash_table_contains (self->by_id, GUINT_TO_POINTER (frame.transfer));
}

/**
 * peg_hub_transfers_take:
 * @self: the transfers of a socket
 * @bytes: what came
 * @user: whose socket it is
 * @may_upload: whether they may check in
 * @error: return location for an error of %PEG_WIRE_ERROR
 *
 * Takes a message of bytes. What it asks for is answered by frames, also when it
 * is refused.
 *
 * Returns: whether it was a frame
 */
gboolean
peg_hub_transfers_take (PegHubTransfers  *self,
                        GBytes           *bytes,
                        const char       *user,
                        gboolean          may_upload,
                        GError          **error)
{
  g_autoptr (GError) own_error = NULL;
  const guint8 *data;
  PegHubTransfer *transfer;
  PegFrame frame;
  gsize length;

  data = g_bytes_get_data (bytes, &length);
  if (!peg_frame_decode (&frame, data, length, error))
    return FALSE;

  if (frame.kind == PEG_FRAME_BEGIN) {
    if (begin (self, &frame, user, may_upload, &own_error))
      return TRUE;
    g_propagate_error (error, g_steal_pointer (&own_error));
    return FALSE;
  }

  /* The end of a transfer and what was on the way to it cross. */
  transfer = g_hash_table_lookup (self->by_id, GUINT_TO_POINTER (frame.transfer));
  if (transfer == NULL)
    return TRUE;

  switch ((int) frame.kind) {
  case PEG_FRAME_ACK:
    peg_hub_transfer_take_ack (transfer, &frame);
    break;
  case PEG_FRAME_CHUNK:
    take_chunk (transfer, &frame);
    break;
  case PEG_FRAME_END:
    take_end (transfer, &frame);
    break;
  case PEG_FRAME_DONE:
  case PEG_FRAME_ERROR:
    g_hash_table_remove (self->by_id, GUINT_TO_POINTER (frame.transfer));
    break;
  default:
    g_set_error_literal (error, PEG_WIRE_ERROR, PEG_WIRE_ERROR_VALUE,
                         "Only a server sends such a frame");
    return FALSE;
  }

  return TRUE;
}

/**
 * peg_hub_transfers_new:
 * @shop: a shop that is open
 * @func: sends a frame
 * @user_data: data for @func
 *
 * Returns: (transfer full): the transfers of a socket, of which there are none
 */
PegHubTransfers *
peg_hub_transfers_new (PegShop            *shop,
                       PegHubTransferFunc  func,
                       gpointer            user_data)
{
  PegHubTransfers *self;

  g_return_val_if_fail (PEG_IS_SHOP (shop), NULL);

  self = g_new0 (PegHubTransfers, 1);
  self->shop = g_object_ref (shop);
  self->func = func;
  self->user_data = user_data;
  self->by_id = g_hash_table_new_full (NULL, NULL, NULL, transfer_leave);

  return self;
}

/**
 * peg_hub_transfers_free:
 * @self: (transfer full): the transfers of a socket that has closed
 *
 * Ends them. What came of an upload stays, for the next socket.
 */
void
peg_hub_transfers_free (PegHubTransfers *self)
{
  g_hash_table_unref (self->by_id);
  g_object_unref (self->shop);
  g_free (self);
}
