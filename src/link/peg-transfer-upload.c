/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-transfer"

#include "peg-config.h"

#include "peg-transfer-private.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A content that goes. */

#define HASH_CHUNK (128 * 1024)

static void
fail_changed (PegTransfer *self)
{
  peg_transfer_send_error (self, "cancelled");
  peg_transfer_finish (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_BUSY,
                                     "The file changed while it was being sent"));
}

static gboolean
is_unchanged (PegTransfer *self)
{
  struct stat status;

  return fstat (self->fd, &status) == 0 && (guint64) status.st_size == self->size &&
         status.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + status.st_mtim.tv_nsec ==
           self->mtime_ns;
}

static void
send_end (PegTransfer *self)
{
  g_autoptr (GChecksum) checksum = g_checksum_copy (self->checksum);
  guint8 digest[PEG_FRAME_DIGEST_BYTES];
  gsize length = sizeof digest;

  if (!is_unchanged (self)) {
    fail_changed (self);
    return;
  }

  g_checksum_get_digest (checksum, digest, &length);
  self->state = PEG_TRANSFER_ENDED;
  peg_transfer_send_frame (self, PEG_FRAME_END, self->size, digest, length);
}

static gssize
read_all (int      fd,
          guint8  *data,
          gsize    length,
          guint64  offset)
{
  gsize done = 0;

  while (done < length) {
    gssize n = pread (fd, data + done, length - done, (off_t) (offset + done));

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return -1;
    if (n == 0)
      break;
    done += (gsize) n;
  }

  return (gssize) done;
}

/* Reads the next chunk right behind the head of its frame, and sends it. */
static void
send_chunk (PegTransfer *self)
{
  const gsize length = (gsize) MIN (self->size - self->done, self->max_chunk);
  g_autofree guint8 *data = g_malloc (PEG_FRAME_HEADER_BYTES + length);
  g_autoptr (GBytes) bytes = NULL;
  const gssize n = read_all (self->fd, data + PEG_FRAME_HEADER_BYTES, length, self->done);

  if (n < 0) {
    peg_transfer_fail_errno (self, errno);
    return;
  }
  if ((gsize) n < length) {
    fail_changed (self);
    return;
  }

  g_checksum_update (self->checksum, data + PEG_FRAME_HEADER_BYTES, n);
  peg_frame_write_header (&(PegFrame) {
    .kind = PEG_FRAME_CHUNK,
    .transfer = self->id,
    .offset = self->done,
    .length = length,
  }, data);
  self->done += length;
  bytes = g_bytes_new_take (g_steal_pointer (&data), PEG_FRAME_HEADER_BYTES + length);
  peg_transfer_send_bytes (self, bytes);
}

/* Sends as much as may be under way. */
static void
pump (PegTransfer *self)
{
  while (self->state == PEG_TRANSFER_RUNNING && self->done < self->size &&
         self->done - self->acked + self->max_chunk <= self->window)
    send_chunk (self);

  if (self->state == PEG_TRANSFER_RUNNING && self->done == self->size)
    send_end (self);
}

typedef struct {
  guint32 id;          /* of the BEGIN that it was asked for */
  guint64 length;      /* of the part */
  char *expected;      /* (owned) */
  GChecksum *checksum; /* (owned) (nullable) */
} Prefix;

static void
prefix_free (Prefix *prefix)
{
  g_free (prefix->expected);
  g_clear_pointer (&prefix->checksum, g_checksum_free);
  g_free (prefix);
}

/* Runs in a thread that may wait for a disk. */
static void
hash_prefix (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  PegTransfer *self = source;
  Prefix *prefix = task_data;
  g_autofree guint8 *data = g_malloc (HASH_CHUNK);
  guint64 offset = 0;

  prefix->checksum = g_checksum_new (G_CHECKSUM_SHA256);
  while (offset < prefix->length) {
    const gsize length = (gsize) MIN (prefix->length - offset, HASH_CHUNK);
    const gssize n = read_all (self->fd, data, length, offset);

    if (n < (gssize) length) {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_BUSY,
                               "The file changed while it was being sent");
      return;
    }
    g_checksum_update (prefix->checksum, data, n);
    offset += (guint64) n;
  }

  g_task_return_boolean (task, TRUE);
}

static void
hashed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  PegTransfer *self = PEG_TRANSFER (source);
  Prefix *prefix = g_task_get_task_data (G_TASK (result));
  g_autoptr (GChecksum) checksum = NULL;
  const gboolean read = g_task_propagate_boolean (G_TASK (result), NULL);

  /* Meanwhile the socket may have gone, and another may be there. */
  if (self->state != PEG_TRANSFER_HASHING || self->id != prefix->id)
    return;

  if (!read) {
    fail_changed (self);
    return;
  }

  checksum = g_checksum_copy (prefix->checksum);
  if (strcmp (g_checksum_get_string (checksum), prefix->expected) != 0) {
    peg_transfer_send_error (self, "bad_checksum");
    peg_transfer_begin_again (self);
    return;
  }

  g_clear_pointer (&self->checksum, g_checksum_free);
  self->checksum = g_steal_pointer (&prefix->checksum);
  self->done = self->acked = prefix->length;
  self->state = PEG_TRANSFER_RUNNING;
  pump (self);
}

void
peg_transfer_start_upload (PegTransfer        *self,
                           const PegFrame     *frame,
                           const PegFrameInfo *ready)
{
  g_autoptr (GTask) task = NULL;
  Prefix *prefix;

  if (frame->offset > self->size || ready->sha256 == NULL) {
    peg_transfer_refuse (self, "bad_offset");
    return;
  }

  self->anew = FALSE;
  if (frame->offset == 0) {
    peg_transfer_rewind (self);
    self->state = PEG_TRANSFER_RUNNING;
    pump (self);
    return;
  }

  self->state = PEG_TRANSFER_HASHING;
  prefix = g_new0 (Prefix, 1);
  prefix->id = self->id;
  prefix->length = frame->offset;
  prefix->expected = g_strdup (ready->sha256);
  task = g_task_new (self, NULL, hashed_cb, NULL);
  g_task_set_source_tag (task, peg_transfer_start_upload);
  g_task_set_task_data (task, prefix, (GDestroyNotify) prefix_free);
  g_task_run_in_thread (task, hash_prefix);
}

void
peg_transfer_take_ack (PegTransfer    *self,
                       const PegFrame *frame)
{
  if (!self->upload || self->state != PEG_TRANSFER_RUNNING || frame->offset < self->acked ||
      frame->offset > self->done) {
    /* The last ones come after END. */
    if (!self->upload || self->state != PEG_TRANSFER_ENDED || frame->offset > self->size)
      peg_transfer_refuse (self, "bad_offset");
    return;
  }

  self->acked = frame->offset;
  pump (self);
}

void
peg_transfer_take_done (PegTransfer    *self,
                        const PegFrame *frame)
{
  if (self->upload && self->state == PEG_TRANSFER_ENDED && frame->offset == self->size)
    peg_transfer_finish (self, NULL);
  else
    peg_transfer_refuse (self, "bad_offset");
}
