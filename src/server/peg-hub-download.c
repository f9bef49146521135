/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-hub"

#include "peg-config.h"

#include "peg-hub-transfer-private.h"

#include "peg-fd.h"
#include "peg-log.h"

#include <errno.h>
#include <sys/stat.h>

/* Reads the next chunk right behind the head of its frame. It comes from the cache
 * of the system, as a rule; 32 KiB of it take some 10 µs.
 *
 * Returns: whether there was one */
static gboolean
send_chunk (PegHubTransfer *transfer)
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
send_end (PegHubTransfer *transfer)
{
  guint8 digest[PEG_FRAME_DIGEST_BYTES];

  for (guint i = 0; i < sizeof digest; i++)
    digest[i] = (guint8) (g_ascii_xdigit_value (transfer->sha256[2 * i]) << 4 |
                          g_ascii_xdigit_value (transfer->sha256[2 * i + 1]));

  transfer->ended = TRUE;
  peg_hub_transfer_send_frame (transfer, PEG_FRAME_END, transfer->size, digest, sizeof digest);
}

/* Sends as much as may be under way. */
static void
pump (PegHubTransfer *transfer)
{
  while (transfer->sent < transfer->size &&
         transfer->sent - transfer->acked + PEG_HUB_MAX_CHUNK <= PEG_HUB_WINDOW) {
    if (!send_chunk (transfer)) {
      peg_hub_transfer_end (transfer, "failed", "The file became shorter");
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
start_download (PegHubTransfer *transfer)
{
  PegFrameInfo ready = PEG_FRAME_INFO_INIT;

  if (g_strcmp0 (transfer->have, transfer->sha256) == 0 && transfer->asked <= transfer->size)
    transfer->sent = transfer->acked = transfer->asked;
  transfer->kind = PEG_HUB_DOWNLOAD;

  PEG_LOG ("transfer", "s:user", transfer->user, "s:op", "download",
           "i:size", (gint64) transfer->size, "i:offset", (gint64) transfer->sent);
  ready.size = (gint64) transfer->size;
  ready.sha256 = transfer->sha256;
  peg_hub_transfer_send_info (transfer->transfers, PEG_FRAME_READY, transfer->id, transfer->sent,
                              &ready);
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
  const PegHubTransfer *transfer = task_data;
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
  PegHubTransfer *transfer = user_data;
  g_autoptr (GError) error = NULL;
  char *sha256 = g_task_propagate_pointer (G_TASK (result), &error);
  struct stat status;

  transfer->sha256 = sha256;
  if (transfer->transfers != NULL && error == NULL && fstat (transfer->fd, &status) == 0) {
    transfer->size = (guint64) status.st_size;
    start_download (transfer);
  } else if (transfer->transfers != NULL) {
    peg_hub_transfer_end (transfer, "failed", "The file cannot be read");
  }

  peg_hub_transfer_unref (transfer);
}

void
peg_hub_transfer_begin_download (PegHubTransfers    *self,
                                 const PegFrame     *frame,
                                 const PegFrameInfo *begin,
                                 const char         *user)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sha256 = NULL;
  peg_autofd fd = open_content (self, begin, &sha256, &error);
  g_autoptr (GTask) task = NULL;
  PegHubTransfer *transfer;
  struct stat status;

  if (fd < 0) {
    peg_hub_transfer_refuse (self, frame->transfer, error);
    return;
  }

  transfer = peg_hub_transfer_add (self, frame->transfer, PEG_HUB_HASHING, user);
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
  g_task_set_source_tag (task, peg_hub_transfer_begin_download);
  g_task_set_task_data (task, transfer, NULL);
  g_task_run_in_thread (task, hash_thread);
}

void
peg_hub_transfer_take_ack (PegHubTransfer *transfer,
                           const PegFrame *frame)
{
  if (transfer->kind != PEG_HUB_DOWNLOAD || frame->offset < transfer->acked ||
      frame->offset > transfer->sent) {
    peg_hub_transfer_end (transfer, "bad_offset", "This was not sent");
    return;
  }

  transfer->acked = frame->offset;
  pump (transfer);
}
