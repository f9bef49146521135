/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-transfer"

#include "peg-config.h"

#include "peg-transfer-private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* A content that comes. */

void
peg_transfer_start_download (PegTransfer        *self,
                             const PegFrame     *frame,
                             const PegFrameInfo *ready)
{
  const gboolean goes_on = self->done > 0 && frame->offset == self->done &&
                           g_strcmp0 (ready->sha256, self->sha256) == 0;

  if (ready->sha256 == NULL || ready->size < 0 || (!goes_on && frame->offset != 0) ||
      (self->wanted != NULL && strcmp (self->wanted, ready->sha256) != 0)) {
    peg_transfer_refuse (self, "bad_offset");
    return;
  }

  if (!goes_on) {
    peg_transfer_rewind (self);
    if (ftruncate (self->fd, 0) < 0) {
      peg_transfer_fail_errno (self, errno);
      return;
    }
  }

  self->size = (guint64) ready->size;
  g_free (self->sha256);
  self->sha256 = g_strdup (ready->sha256);
  self->state = PEG_TRANSFER_RUNNING;
}

void
peg_transfer_take_chunk (PegTransfer    *self,
                         const PegFrame *frame)
{
  gsize written = 0;

  if (self->upload || self->state != PEG_TRANSFER_RUNNING || frame->offset != self->done ||
      frame->length > self->size - self->done) {
    peg_transfer_refuse (self, "bad_offset");
    return;
  }

  while (written < frame->length) {
    gssize n = pwrite (self->fd, frame->payload + written, frame->length - written,
                       (off_t) (self->done + written));

    if (n < 0 && errno != EINTR) {
      peg_transfer_fail_errno (self, errno);
      return;
    }
    written += (gsize) MAX (n, 0);
  }

  g_checksum_update (self->checksum, frame->payload, (gssize) frame->length);
  self->done += frame->length;
  peg_transfer_send_frame (self, PEG_FRAME_ACK, self->done, NULL, 0);
}

static char *
to_hex (const guint8 *digest)
{
  char *text = g_malloc (2 * PEG_FRAME_DIGEST_BYTES + 1);

  for (guint i = 0; i < PEG_FRAME_DIGEST_BYTES; i++)
    g_snprintf (text + 2 * i, 3, "%02x", digest[i]);

  return text;
}

void
peg_transfer_take_end (PegTransfer    *self,
                       const PegFrame *frame)
{
  g_autofree char *told = to_hex (frame->payload);
  g_autoptr (GChecksum) checksum = NULL;
  const char *ours;

  if (self->upload || self->state != PEG_TRANSFER_RUNNING || frame->offset != self->size ||
      self->done != self->size) {
    peg_transfer_refuse (self, "bad_offset");
    return;
  }

  checksum = g_checksum_copy (self->checksum);
  ours = g_checksum_get_string (checksum);
  if (strcmp (ours, told) != 0 || strcmp (ours, self->sha256) != 0) {
    peg_transfer_send_error (self, "bad_checksum");
    peg_transfer_begin_again (self);
    return;
  }

  peg_transfer_send_frame (self, PEG_FRAME_DONE, self->size, NULL, 0);
  peg_transfer_finish (self, NULL);
}
