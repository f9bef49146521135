/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-outbox"

#include "peg-config.h"

#include "peg-outbox.h"

#include "peg-fd.h"
#include "peg-outbox-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define COPY_SIZE (128 * 1024)

/* Returns: how many bytes were copied; -1: @error is set */
static gint64
copy_bytes (GInputStream  *input,
            int            fd,
            GChecksum     *sum,
            GCancellable  *cancellable,
            GError       **error)
{
  g_autofree char *buffer = g_malloc (COPY_SIZE);
  gint64 size = 0;

  for (;;) {
    const gssize n = g_input_stream_read (input, buffer, COPY_SIZE, cancellable, error);

    if (n <= 0)
      return n < 0 ? -1 : size;

    g_checksum_update (sum, (const guchar *) buffer, n);
    size += n;

    if (!peg_fd_write_all (fd, buffer, (gsize) n)) {
      const int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s", g_strerror (code));
      return -1;
    }
  }
}

static gboolean
copy_to (const char    *part,
         GFile         *file,
         GCancellable  *cancellable,
         gint64        *size,
         char         **sha256,
         GError       **error)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GFileInputStream) input = NULL;
  int fd, code;

  input = g_file_read (file, cancellable, error);
  if (input == NULL)
    return FALSE;

  fd = open (part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    code = errno;
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s", g_strerror (code));
    return FALSE;
  }

  *size = copy_bytes (G_INPUT_STREAM (input), fd, sum, cancellable, error);
  code = *size >= 0 && fsync (fd) != 0 ? errno : 0;
  close (fd);
  if (code != 0)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s", g_strerror (code));
  *sha256 = g_strdup (g_checksum_get_string (sum));

  return *size >= 0 && code == 0;
}

static gboolean
query (GFile         *file,
       GCancellable  *cancellable,
       gint64        *size,
       gint64        *modified_us,
       GError       **error)
{
  g_autoptr (GFileInfo) info = NULL;

  info = g_file_query_info (file,
                            G_FILE_ATTRIBUTE_STANDARD_SIZE ","
                            G_FILE_ATTRIBUTE_TIME_MODIFIED ","
                            G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC,
                            G_FILE_QUERY_INFO_NONE, cancellable, error);
  if (info == NULL)
    return FALSE;

  *size = g_file_info_get_size (info);
  *modified_us = (gint64) g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_TIME_MODIFIED) *
                   G_USEC_PER_SEC +
                 g_file_info_get_attribute_uint32 (info, G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC);

  return TRUE;
}

/**
 * peg_outbox_copy:
 * @bytes: where the bytes of a check-in go, from peg_outbox_dup_bytes()
 * @file: what a person wants to check in
 * @cancellable: (nullable): to stop
 * @size: (out): how many bytes
 * @sha256: (out) (transfer full): their checksum
 * @error: return location
 *
 * Copies them to the disk, completely, before they are sent: the person’s file
 * may change or go afterwards. One that changes meanwhile is neither the old nor
 * the new one, and is an error: %G_IO_ERROR_BUSY.
 *
 * This waits for the disk; call it from a thread that may.
 *
 * Returns: whether they are there
 */
gboolean
peg_outbox_copy (const char    *bytes,
                 GFile         *file,
                 GCancellable  *cancellable,
                 gint64        *size,
                 char         **sha256,
                 GError       **error)
{
  g_autofree char *stem = NULL;
  g_autofree char *part = NULL;
  g_autofree char *folder = NULL;
  gint64 sizes[2], times[2];

  g_return_val_if_fail (g_str_has_suffix (bytes, PEG_OUTBOX_BYTES), FALSE);
  g_return_val_if_fail (G_IS_FILE (file), FALSE);

  stem = g_strndup (bytes, strlen (bytes) - strlen (PEG_OUTBOX_BYTES));
  part = g_strconcat (stem, PEG_OUTBOX_PART, NULL);
  folder = g_path_get_dirname (bytes);
  *sha256 = NULL;

  if (!query (file, cancellable, &sizes[0], &times[0], error) ||
      !copy_to (part, file, cancellable, size, sha256, error) ||
      !query (file, cancellable, &sizes[1], &times[1], error)) {
    g_clear_pointer (sha256, g_free);
    g_unlink (part);
    return FALSE;
  }

  if (sizes[0] != sizes[1] || times[0] != times[1] || *size != sizes[1]) {
    g_clear_pointer (sha256, g_free);
    g_unlink (part);
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, "It changed while it was read");
    return FALSE;
  }

  if (g_rename (part, bytes) != 0) {
    const int code = errno;

    g_clear_pointer (sha256, g_free);
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s", g_strerror (code));
    return FALSE;
  }
  peg_fd_sync_folder (folder);

  return TRUE;
}
