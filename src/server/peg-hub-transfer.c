/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-hub"

#include "peg-config.h"

#include "peg-hub-transfer.h"

#include "peg-fd.h"
#include "peg-frame.h"
#include "peg-log.h"
#include "peg-wire.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* How many transfers one socket may have under way. */
#define MAX_TRANSFERS 2

typedef enum {
  HASHING,   /* nobody knows yet what the file is */
  DOWNLOAD,  /* the client gets a content */
  OPENING,   /* it is looked up how much of an upload is there */
  UPLOAD,    /* the client sends a content */
  FINISHING, /* what came is written to the disk */
} Kind;

typedef struct {
  PegHubTransfers *transfers; /* (unowned) (nullable): %NULL: nobody wants it any more */
  guint32 id;
  Kind kind;
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
} Transfer;

/* PegHubTransfers: */
struct _PegHubTransfers
{
  PegShop *shop;      /* (owned) */
  PegHubTransferFunc func;
  gpointer user_data; /* (unowned) */
  GHashTable *by_id;  /* (owned) (element-type guint32 Transfer) */
};

static void
transfer_clear (Transfer *self)
{
  peg_fd_clear (&self->fd);
  g_free (self->user);
  g_free (self->have);
  g_free (self->sha256);
  if (self->staged != NULL)
    peg_staged_close (self->staged);
  g_clear_object (&self->staged);
}

static void
transfer_unref (Transfer *self)
{
  g_rc_box_release_full (self, (GDestroyNotify) transfer_clear);
}

/* A thread may still work for it. What was begun is closed at once, so that it can
 * go on through another socket. */
static void
transfer_leave (gpointer data)
{
  Transfer *self = data;

  self->transfers = NULL;
  if (self->staged != NULL)
    peg_staged_close (self->staged);
  transfer_unref (self);
}

static void
send_info (PegHubTransfers    *self,
           PegFrameKind        kind,
           guint32             id,
           guint64             offset,
           const PegFrameInfo *info)
{
  g_autoptr (GBytes) bytes = peg_frame_encode_info (kind, id, offset, info);

  if (bytes != NULL)
    self->func (bytes, self->user_data);
}

static void
send_frame (Transfer     *transfer,
            PegFrameKind  kind,
            guint64       offset,
            const guint8 *payload,
            gsize         length)
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

  send_info (self, PEG_FRAME_ERROR, id, 0, &info);
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

static void
refuse (PegHubTransfers *self,
        guint32          id,
        const GError    *error)
{
  const char *code = code_of (error);
  const gboolean is_ours = error->domain == PEG_SHOP_ERROR || error->domain == PEG_STAGING_ERROR;

  if (!is_ours)
    PEG_LOG ("transfer-failed", "s:error", error->message);
  send_error (self, id, code, is_ours ? error->message : "The log of the server says why");
}

static void
end_transfer (Transfer   *transfer,
              const char *code,
              const char *detail)
{
  PegHubTransfers *self = transfer->transfers;

  send_error (self, transfer->id, code, detail);
  g_hash_table_remove (self->by_id, GUINT_TO_POINTER (transfer->id));
}

static void
fail_transfer (Transfer     *transfer,
               const GError *error)
{
  PegHubTransfers *self = transfer->transfers;

  refuse (self, transfer->id, error);
  g_hash_table_remove (self->by_id, GUINT_TO_POINTER (transfer->id));
}

static Transfer *
add_transfer (PegHubTransfers *self,
              guint32          id,
              Kind             kind,
              const char      *user)
{
  Transfer *transfer = g_rc_box_new0 (Transfer);

  transfer->transfers = self;
  transfer->id = id;
  transfer->kind = kind;
  transfer->user = g_strdup (user);
  transfer->fd = -1;
  g_hash_table_insert (self->by_id, GUINT_TO_POINTER (id), transfer);

  return transfer;
}

/* Reads the next chunk right behind the head of its frame. It comes from the cache
 * of the system, as a rule; 32 KiB of it take some 10 µs.
 *
 * Returns: whether there was one */
static gboolean
send_chunk (Transfer *transfer)
{
  const gsize length = (gsize) MIN (transfer->size - transfer->sent, PEG_HUB_MAX_CHUNK);
  g_autofree guint8 *data = g_malloc (PEG_FRAME_HEADER_BYTES + length);
  g_autoptr (GBytes) bytes = NULL;
  gsize done = 0;
  gssize n;

  while (done < length) {
    n = pread (transfer->fd, data + PEG_FRAME_HEADER_BYTES + done, length - done,
               (off_t) (transfer->sent + done));
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return FALSE;
    done += (gsize) n;
  }

  peg_frame_write_header (&(PegFrame) {
    .kind = PEG_FRAME_CHUNK,
    .transfer = transfer->id,
    .offset = transfer->sent,
    .length = length,
  }, data);
  bytes = g_bytes_new_take (g_steal_pointer (&data), PEG_FRAME_HEADER_BYTES + length);
  transfer->sent += length;
  transfer->transfers->func (bytes, transfer->transfers->user_data);

  return TRUE;
}

static void
send_end (Transfer *transfer)
{
  guint8 digest[PEG_FRAME_DIGEST_BYTES];

  for (guint i = 0; i < sizeof digest; i++)
    digest[i] = (guint8) (g_ascii_xdigit_value (transfer->sha256[2 * i]) << 4 |
                          g_ascii_xdigit_value (transfer->sha256[2 * i + 1]));

  transfer->ended = TRUE;
  send_frame (transfer, PEG_FRAME_END, transfer->size, digest, sizeof digest);
}

/* Sends as much as may be under way. */
static void
pump (Transfer *transfer)
{
  while (transfer->sent < transfer->size &&
         transfer->sent - transfer->acked + PEG_HUB_MAX_CHUNK <= PEG_HUB_WINDOW) {
    if (!send_chunk (transfer)) {
      end_transfer (transfer, "failed", "The file became shorter");
      return;
    }
  }

  if (transfer->sent == transfer->size && !transfer->ended)
    send_end (transfer);
}

/* Opens what is wanted; from the store if it is there, where nobody changes it.
 *
 * @sha256: (out) (nullable): %NULL: nobody knows yet
 *
 * Returns: a descriptor, or -1 */
static int
open_content (PegHubTransfers     *self,
              const PegFrameInfo  *info,
              char               **sha256,
              GError             **error)
{
  PegObjects *objects = peg_shop_get_objects (self->shop);
  g_autoptr (PegEntry) entry = NULL;
  const char *known;
  peg_autofd fd = -1;

  if (info->sha256 != NULL) {
    *sha256 = g_strdup (info->sha256);
    return peg_shop_open_version (self->shop, info->file, info->sha256, &entry, error);
  }

  fd = peg_shop_open_file (self->shop, info->file, &entry, error);
  if (fd < 0)
    return -1;

  known = peg_entry_get_sha256 (entry);
  if (known == NULL || peg_entry_get_master (entry) != NULL || !peg_objects_has (objects, known))
    return peg_fd_steal (&fd);

  *sha256 = g_strdup (known);

  return peg_objects_open_read (objects, known, error);
}

static void
start_download (Transfer *transfer)
{
  PegFrameInfo ready = PEG_FRAME_INFO_INIT;

  if (g_strcmp0 (transfer->have, transfer->sha256) == 0 && transfer->asked <= transfer->size)
    transfer->sent = transfer->acked = transfer->asked;
  transfer->kind = DOWNLOAD;

  PEG_LOG ("transfer", "s:user", transfer->user, "s:op", "download",
           "i:size", (gint64) transfer->size, "i:offset", (gint64) transfer->sent);
  ready.size = (gint64) transfer->size;
  ready.sha256 = transfer->sha256;
  send_info (transfer->transfers, PEG_FRAME_READY, transfer->id, transfer->sent, &ready);
  pump (transfer);
}

/* Runs in a thread that may wait for a disk. The descriptor belongs to the
 * transfer, of which the task has a reference. */
static void
hash_thread (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  const Transfer *transfer = task_data;
  GError *error = NULL;
  char *sha256;

  if (peg_hash_fd (transfer->fd, &sha256, NULL, &error))
    g_task_return_pointer (task, sha256, g_free);
  else
    g_task_return_error (task, error);
}

static void
hashed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Transfer *transfer = user_data;
  g_autoptr (GError) error = NULL;
  char *sha256 = g_task_propagate_pointer (G_TASK (result), &error);
  struct stat status;

  transfer->sha256 = sha256;
  if (transfer->transfers != NULL && error == NULL && fstat (transfer->fd, &status) == 0) {
    transfer->size = (guint64) status.st_size;
    start_download (transfer);
  } else if (transfer->transfers != NULL) {
    end_transfer (transfer, "failed", "The file cannot be read");
  }

  transfer_unref (transfer);
}

static void
begin_download (PegHubTransfers    *self,
                const PegFrame     *frame,
                const PegFrameInfo *begin,
                const char         *user)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sha256 = NULL;
  peg_autofd fd = open_content (self, begin, &sha256, &error);
  g_autoptr (GTask) task = NULL;
  Transfer *transfer;
  struct stat status;

  if (fd < 0) {
    refuse (self, frame->transfer, error);
    return;
  }

  transfer = add_transfer (self, frame->transfer, HASHING, user);
  transfer->fd = peg_fd_steal (&fd);
  transfer->asked = frame->offset;
  transfer->have = g_strdup (begin->have);

  if (sha256 != NULL && fstat (transfer->fd, &status) == 0) {
    transfer->sha256 = g_steal_pointer (&sha256);
    transfer->size = (guint64) status.st_size;
    start_download (transfer);
    return;
  }

  /* Nobody has read it yet. */
  task = g_task_new (NULL, NULL, hashed_cb, g_rc_box_acquire (transfer));
  g_task_set_source_tag (task, begin_download);
  g_task_set_task_data (task, transfer, NULL);
  g_task_run_in_thread (task, hash_thread);
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Transfer *transfer = user_data;
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
    transfer->kind = UPLOAD;
    ready.size = peg_staged_get_size (staged);
    ready.sha256 = digest;
    PEG_LOG ("transfer", "s:user", transfer->user, "s:op", "upload",
             "i:size", peg_staged_get_size (staged), "i:offset", peg_staged_get_have (staged));
    send_info (transfer->transfers, PEG_FRAME_READY, transfer->id,
               (guint64) peg_staged_get_have (staged), &ready);
  }

  transfer_unref (transfer);
}

static void
begin_upload (PegHubTransfers    *self,
              const PegFrame     *frame,
              const PegFrameInfo *begin,
              const char         *user)
{
  Transfer *transfer = add_transfer (self, frame->transfer, OPENING, user);

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
    begin_download (self, frame, &info, user);

  return *error == NULL;
}

static void
take_ack (Transfer       *transfer,
          const PegFrame *frame)
{
  if (transfer->kind != DOWNLOAD || frame->offset < transfer->acked ||
      frame->offset > transfer->sent) {
    end_transfer (transfer, "bad_offset", "This was not sent");
    return;
  }

  transfer->acked = frame->offset;
  pump (transfer);
}

static void
take_chunk (Transfer       *transfer,
            const PegFrame *frame)
{
  g_autoptr (GError) error = NULL;

  if (transfer->kind != UPLOAD) {
    end_transfer (transfer, "bad_offset", "Nobody waits for these bytes");
    return;
  }

  if (!peg_staged_write (transfer->staged, frame->offset, frame->payload, frame->length, &error)) {
    fail_transfer (transfer, error);
    return;
  }

  send_frame (transfer, PEG_FRAME_ACK, (guint64) peg_staged_get_have (transfer->staged), NULL, 0);
}

static void
finished_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Transfer *transfer = user_data;
  PegHubTransfers *self = transfer->transfers;
  g_autoptr (GError) error = NULL;
  const gboolean done = peg_staged_finish_finish (PEG_STAGED (source), result, &error);

  if (self != NULL && done) {
    send_frame (transfer, PEG_FRAME_DONE, (guint64) peg_staged_get_size (transfer->staged), NULL, 0);
    g_hash_table_remove (self->by_id, GUINT_TO_POINTER (transfer->id));
  } else if (self != NULL) {
    fail_transfer (transfer, error);
  }

  transfer_unref (transfer);
}

static void
take_end (Transfer       *transfer,
          const PegFrame *frame)
{
  char sha256[2 * PEG_FRAME_DIGEST_BYTES + 1];

  if (transfer->kind != UPLOAD) {
    end_transfer (transfer, "bad_offset", "Nothing came before this end");
    return;
  }

  for (guint i = 0; i < PEG_FRAME_DIGEST_BYTES; i++)
    g_snprintf (sha256 + 2 * i, 3, "%02x", frame->payload[i]);

  transfer->kind = FINISHING;
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
  Transfer *transfer;
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
    take_ack (transfer, &frame);
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
