/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-transfer"

#include "peg-config.h"

#include "peg-transfer-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* The most that is ever under way, whatever a server allows. */
#define MAX_WINDOW (4 * 1024 * 1024)

/**
 * PegTransfer:
 *
 * One content on its way through the socket, from the first byte to the last,
 * over as many sockets as it takes (docs/protocol.md, “Binary frames”). It knows
 * frames and a file, no socket and no clock: frames go out with
 * [signal@Peg.Transfer::send] and come in with peg_transfer_take(), and
 * [signal@Peg.Transfer::over] tells how it ended.
 */
G_DEFINE_FINAL_TYPE (PegTransfer, peg_transfer, G_TYPE_OBJECT)
G_DEFINE_QUARK (peg-transfer-error-quark, peg_transfer_error)

enum {
  SIGNAL_SEND,
  SIGNAL_OVER,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* Each BEGIN of this program has a number of its own. */
static guint32
next_id (void)
{
  static guint32 last;

  last = last % (G_MAXUINT32 - 1) + 1;

  return last;
}

void
peg_transfer_send_bytes (PegTransfer *self,
                         GBytes      *bytes)
{
  g_signal_emit (self, signals[SIGNAL_SEND], 0, bytes);
}

void
peg_transfer_send_frame (PegTransfer  *self,
                         PegFrameKind  kind,
                         guint64       offset,
                         const guint8 *payload,
                         gsize         length)
{
  g_autoptr (GBytes) bytes = peg_frame_encode (&(PegFrame) {
    .kind = kind,
    .transfer = self->id,
    .offset = offset,
    .payload = payload,
    .length = length,
  });

  peg_transfer_send_bytes (self, bytes);
}

/* Tells the server that it need not go on. */
void
peg_transfer_send_error (PegTransfer *self,
                         const char  *code)
{
  const PegFrameInfo info = { .size = -1, .code = (char *) code };
  g_autoptr (GBytes) bytes = peg_frame_encode_info (PEG_FRAME_ERROR, self->id, 0, &info);

  peg_transfer_send_bytes (self, bytes);
}

/* The end, in whatever way. @error: (transfer full) (nullable) */
void
peg_transfer_finish (PegTransfer *self,
                     GError      *error)
{
  g_autoptr (GError) owned = error;

  if (self->state == PEG_TRANSFER_OVER)
    return;

  self->state = PEG_TRANSFER_OVER;
  g_signal_emit (self, signals[SIGNAL_OVER], 0, owned);
}

static void
fall_back (PegTransfer *self,
           const char  *why)
{
  peg_transfer_finish (self, g_error_new (PEG_TRANSFER_ERROR, PEG_TRANSFER_ERROR_FALL_BACK,
                             "The transfer through the socket ended: %s", why));
}

void
peg_transfer_refuse (PegTransfer *self,
                     const char  *code)
{
  peg_transfer_send_error (self, code);
  fall_back (self, code);
}

static void
begin (PegTransfer *self)
{
  const PegFrameInfo info = {
    .upload = self->upload,
    .file = self->path,
    .upload_id = self->upload_id,
    .size = self->upload ? (gint64) self->size : -1,
    .sha256 = self->upload ? NULL : self->wanted,
    .have = self->upload || self->done == 0 ? NULL : self->sha256,
    .anew = self->anew,
  };
  g_autoptr (GBytes) bytes = NULL;

  self->id = next_id ();
  bytes = peg_frame_encode_info (PEG_FRAME_BEGIN, self->id, self->upload ? 0 : self->done, &info);
  if (bytes == NULL) {
    fall_back (self, "the path is too long");
    return;
  }

  self->state = PEG_TRANSFER_ASKED;
  peg_transfer_send_bytes (self, bytes);
}

/* Forgets what there is. */
void
peg_transfer_rewind (PegTransfer *self)
{
  self->done = self->acked = 0;
  g_checksum_reset (self->checksum);
}

/* It was wrong; perhaps something changed on the way. Once. */
void
peg_transfer_begin_again (PegTransfer *self)
{
  if (self->again) {
    fall_back (self, "the checksum was wrong twice");
    return;
  }

  self->again = TRUE;
  self->anew = self->upload;
  peg_transfer_rewind (self);
  begin (self);
}

void
peg_transfer_fail_errno (PegTransfer *self,
                         int          code)
{
  peg_transfer_send_error (self, "cancelled");
  peg_transfer_finish (self, g_error_new_literal (G_IO_ERROR, (int) g_io_error_from_errno (code),
                                     g_strerror (code)));
}

static void
take_ready (PegTransfer    *self,
            const PegFrame *frame)
{
  g_auto (PegFrameInfo) ready = PEG_FRAME_INFO_INIT;
  g_autoptr (GError) error = NULL;

  if (self->state != PEG_TRANSFER_ASKED || !peg_frame_decode_info (frame, &ready, &error))
    peg_transfer_refuse (self, "bad_offset");
  else if (self->upload)
    peg_transfer_start_upload (self, frame, &ready);
  else
    peg_transfer_start_download (self, frame, &ready);
}

static void
take_error (PegTransfer    *self,
            const PegFrame *frame)
{
  g_auto (PegFrameInfo) info = PEG_FRAME_INFO_INIT;

  peg_frame_decode_info (frame, &info, NULL);
  if (self->upload && g_strcmp0 (info.code, "bad_checksum") == 0)
    peg_transfer_begin_again (self);
  else
    fall_back (self, info.code != NULL ? info.code : "the server says so");
}

/**
 * peg_transfer_take:
 * @self: a transfer
 * @frame: what came
 *
 * Returns: whether it was about this transfer
 */
gboolean
peg_transfer_take (PegTransfer    *self,
                   const PegFrame *frame)
{
  g_return_val_if_fail (PEG_IS_TRANSFER (self), FALSE);

  if (self->state == PEG_TRANSFER_WAITING || self->state == PEG_TRANSFER_OVER || frame->transfer != self->id)
    return FALSE;

  g_object_ref (self);
  switch (frame->kind) {
  case PEG_FRAME_READY:
    take_ready (self, frame);
    break;
  case PEG_FRAME_CHUNK:
    peg_transfer_take_chunk (self, frame);
    break;
  case PEG_FRAME_ACK:
    peg_transfer_take_ack (self, frame);
    break;
  case PEG_FRAME_END:
    peg_transfer_take_end (self, frame);
    break;
  case PEG_FRAME_DONE:
    peg_transfer_take_done (self, frame);
    break;
  case PEG_FRAME_ERROR:
    take_error (self, frame);
    break;
  case PEG_FRAME_BEGIN:
  default:
    peg_transfer_refuse (self, "bad_offset");
    break;
  }
  g_object_unref (self);

  return TRUE;
}

/**
 * peg_transfer_connect:
 * @self: a transfer
 * @limits: what the server offers
 *
 * There is a socket: begins, or goes on where the last one ended.
 */
void
peg_transfer_connect (PegTransfer             *self,
                      const PegTransferLimits *limits)
{
  g_return_if_fail (PEG_IS_TRANSFER (self));
  g_return_if_fail (limits->max_chunk > 0 && limits->window >= limits->max_chunk);

  if (self->state == PEG_TRANSFER_OVER)
    return;

  self->max_chunk = MIN (limits->max_chunk, PEG_FRAME_MAX_CHUNK);
  self->window = MIN (limits->window, MAX_WINDOW);
  begin (self);
}

/**
 * peg_transfer_disconnect:
 * @self: a transfer
 *
 * The socket is gone.
 */
void
peg_transfer_disconnect (PegTransfer *self)
{
  g_return_if_fail (PEG_IS_TRANSFER (self));

  if (self->state != PEG_TRANSFER_OVER)
    self->state = PEG_TRANSFER_WAITING;
}

/**
 * peg_transfer_end:
 * @self: a transfer
 * @error: (transfer full): why
 *
 * Ends it from this side.
 */
void
peg_transfer_end (PegTransfer *self,
                  GError      *error)
{
  g_return_if_fail (PEG_IS_TRANSFER (self));
  g_return_if_fail (error != NULL);

  if (self->state != PEG_TRANSFER_WAITING && self->state != PEG_TRANSFER_OVER)
    peg_transfer_send_error (self, "cancelled");
  peg_transfer_finish (self, error);
}

/**
 * peg_transfer_is_over:
 * @self: a transfer
 *
 * Returns: whether it has ended
 */
gboolean
peg_transfer_is_over (PegTransfer *self)
{
  g_return_val_if_fail (PEG_IS_TRANSFER (self), TRUE);

  return self->state == PEG_TRANSFER_OVER;
}

static void
peg_transfer_finalize (GObject *object)
{
  PegTransfer *self = PEG_TRANSFER (object);

  if (self->fd >= 0)
    close (self->fd);
  g_clear_pointer (&self->checksum, g_checksum_free);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->wanted, g_free);
  g_clear_pointer (&self->upload_id, g_free);
  g_clear_pointer (&self->sha256, g_free);

  G_OBJECT_CLASS (peg_transfer_parent_class)->finalize (object);
}

static void
peg_transfer_class_init (PegTransferClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = peg_transfer_finalize;

  /**
   * PegTransfer::send:
   * @self: the transfer
   * @frame: a frame for the server
   */
  signals[SIGNAL_SEND] =
    g_signal_new ("send", PEG_TYPE_TRANSFER, G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_BYTES);

  /**
   * PegTransfer::over:
   * @self: the transfer
   * @error: (nullable): why it failed; %NULL: everything is there
   */
  signals[SIGNAL_OVER] =
    g_signal_new ("over", PEG_TYPE_TRANSFER, G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
peg_transfer_init (PegTransfer *self)
{
  self->fd = -1;
  self->checksum = g_checksum_new (G_CHECKSUM_SHA256);
}

/* A thread may still read when whoever asked has closed their descriptor. */
static PegTransfer *
make (int      fd,
      GError **error)
{
  g_autoptr (PegTransfer) self = g_object_new (PEG_TYPE_TRANSFER, NULL);
  struct stat status;

  self->fd = fcntl (fd, F_DUPFD_CLOEXEC, 0);
  if (self->fd < 0 || fstat (self->fd, &status) < 0) {
    g_set_error_literal (error, G_IO_ERROR, (int) g_io_error_from_errno (errno),
                         g_strerror (errno));
    return NULL;
  }

  self->size = (guint64) status.st_size;
  self->mtime_ns = status.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + status.st_mtim.tv_nsec;

  return g_steal_pointer (&self);
}

/**
 * peg_transfer_new_download:
 * @fd: an empty file that can be written to; it is duplicated
 * @path: of a file on the server
 * @sha256: (nullable): which of its revisions; %NULL: the newest
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: (transfer full) (nullable): a transfer that waits for a socket
 */
PegTransfer *
peg_transfer_new_download (int          fd,
                           const char  *path,
                           const char  *sha256,
                           GError     **error)
{
  PegTransfer *self;

  g_return_val_if_fail (path != NULL, NULL);

  self = make (fd, error);
  if (self == NULL)
    return NULL;

  self->path = g_strdup (path);
  self->wanted = g_strdup (sha256);

  return self;
}

/**
 * peg_transfer_new_upload:
 * @fd: a file that can be read; it is duplicated, and its position is not moved
 * @upload_id: what to call it on the server, a UUID; the same one goes on with
 *   what was begun before
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: (transfer full) (nullable): a transfer that waits for a socket
 */
PegTransfer *
peg_transfer_new_upload (int          fd,
                         const char  *upload_id,
                         GError     **error)
{
  PegTransfer *self;

  g_return_val_if_fail (g_uuid_string_is_valid (upload_id), NULL);

  self = make (fd, error);
  if (self == NULL)
    return NULL;

  self->upload = TRUE;
  self->upload_id = g_strdup (upload_id);

  return self;
}
