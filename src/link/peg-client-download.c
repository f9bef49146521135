/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-client"

#include "peg-config.h"

#include "peg-client.h"

#include "peg-client-private.h"
#include "peg-fd.h"
#include "peg-http.h"
#include "peg-link.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixoutputstream.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* How much is read for the words of a refusal, bytes. */
#define MAX_REFUSAL_BYTES (64 * 1024)

/*
 * Download:
 *
 * The bytes go to a file beside the destination, which takes the destination’s
 * place only when they are all there and on the disk: at no instant is there
 * half a file under the name that was asked for.
 */
typedef struct {
  PegCall *call;     /* (owned) */
  char *path;        /* (owned) (nullable): on the server, to try the socket first */
  char *hash;        /* (owned) (nullable): which revision */
  char *destination; /* (owned) (nullable): of the file system */
  char *name;        /* (owned): of the destination, for people */
  char *part;        /* (owned) (nullable): the file beside it, while it exists */
  int fd;            /* (owned): of @part; -1: closed */
  goffset expected;  /* bytes; -1: the server does not say */
  goffset written;
} Download;

static void
download_free (Download *download)
{
  if (download->fd >= 0)
    close (download->fd);
  if (download->part != NULL)
    g_unlink (download->part);

  g_clear_pointer (&download->call, peg_call_free);
  g_clear_pointer (&download->path, g_free);
  g_clear_pointer (&download->hash, g_free);
  g_clear_pointer (&download->destination, g_free);
  g_clear_pointer (&download->name, g_free);
  g_clear_pointer (&download->part, g_free);
  g_free (download);
}

static GError *
saving_failed (const Download *download,
               int             saved_errno)
{
  return g_error_new (PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED,
                      /* Translators: the name of a file, and why it cannot be written. */
                      _("“%s” could not be saved: %s."),
                      download->name, g_strerror (saved_errno));
}

/* Runs in a thread that may wait for a disk. */
static void
make_part (GTask        *task,
           gpointer      source,
           gpointer      task_data,
           GCancellable *cancellable)
{
  Download *download = g_task_get_task_data (G_TASK (source));
  g_autofree char *folder = g_path_get_dirname (download->destination);
  g_autofree char *base = g_path_get_basename (download->destination);
  struct stat old;

  /* Hidden, and with an ending that no program takes for a part program’s. The
   * name is cut so that it does not become longer than a name may be. */
  download->part = g_strdup_printf ("%s/.%.200s.XXXXXX.part", folder, base);
  download->fd = g_mkstemp_full (download->part, O_WRONLY | O_CLOEXEC, 0666);

  if (download->fd < 0) {
    const int saved_errno = errno;

    g_clear_pointer (&download->part, g_free);
    g_task_return_error (task, saving_failed (download, saved_errno));
    return;
  }

  /* What takes a file’s place may be read by the same people. */
  if (stat (download->destination, &old) == 0 && fchmod (download->fd, old.st_mode & 0777) != 0)
    g_debug ("The mode of a file stays as it is: %s", g_strerror (errno));

  g_task_return_boolean (task, TRUE);
}

/* Likewise. */
static void
put_in_place (GTask        *task,
              gpointer      source,
              gpointer      task_data,
              GCancellable *cancellable)
{
  Download *download = g_task_get_task_data (G_TASK (source));
  g_autofree char *folder = g_path_get_dirname (download->destination);
  gboolean done = fsync (download->fd) == 0;

  done = close (download->fd) == 0 && done;
  download->fd = -1;

  if (!done || g_rename (download->part, download->destination) != 0) {
    g_task_return_error (task, saving_failed (download, errno));
    return;
  }

  g_clear_pointer (&download->part, g_free);
  peg_fd_sync_folder (folder);
  g_task_return_boolean (task, TRUE);
}

static void
run (GTask               *task,
     GTaskThreadFunc      func,
     GAsyncReadyCallback  callback)
{
  g_autoptr (GTask) step = g_task_new (task, NULL, callback, g_object_ref (task));

  g_task_set_source_tag (step, run);
  g_task_run_in_thread (step, func);
}

static void
in_place_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = g_steal_pointer (&user_data);
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = g_steal_pointer (&user_data);
  g_autoptr (GError) error = NULL;
  Download *download = g_task_get_task_data (task);

  download->written = g_output_stream_splice_finish (G_OUTPUT_STREAM (source), result, &error);

  if (download->written < 0) {
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
      g_task_return_error (task, saving_failed (download, ENOSPC));
    else
      g_task_return_error (task, peg_call_get_failure (download->call, error));
    return;
  }

  if (download->expected >= 0 && download->written != download->expected) {
    g_task_return_new_error (task, PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED,
                             /* Translators: %s is the name of a file. */
                             _("“%s” did not come completely, so it was not saved. Try again."),
                             download->name);
    return;
  }

  run (task, put_in_place, in_place_cb);
}

/* Writes what HTTP answers to the part. */
static void
write_body (GTask *task)
{
  g_autoptr (GOutputStream) output = NULL;
  const Download *download = g_task_get_task_data (task);
  GInputStream *body = g_object_get_data (G_OBJECT (task), "body");

  output = g_unix_output_stream_new (download->fd, FALSE);
  g_output_stream_splice_async (output, body, G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE,
                                G_PRIORITY_DEFAULT, g_task_get_cancellable (task),
                                written_cb, g_object_ref (task));
}

static void
part_made_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = g_steal_pointer (&user_data);
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    write_body (task);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
refusal_read_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = g_steal_pointer (&user_data);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;
  const Download *download = g_task_get_task_data (task);

  body = peg_http_drain_finish (G_INPUT_STREAM (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_error (task, peg_call_get_refusal (download->call, body));
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = g_steal_pointer (&user_data);
  g_autoptr (GInputStream) body = NULL;
  g_autoptr (GError) error = NULL;
  Download *download = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  SoupMessage *message = download->call->message;
  SoupMessageHeaders *headers;

  body = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (body == NULL) {
    g_task_return_error (task, peg_call_get_failure (download->call, error));
    return;
  }

  if (soup_message_get_status (message) != SOUP_STATUS_OK) {
    peg_http_drain_async (body, MAX_REFUSAL_BYTES, cancellable,
                          refusal_read_cb, g_steal_pointer (&task));
    return;
  }

  headers = soup_message_get_response_headers (message);
  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH)
    download->expected = soup_message_headers_get_content_length (headers);

  g_object_set_data_full (G_OBJECT (task), "body", g_steal_pointer (&body), g_object_unref);
  if (download->part != NULL)
    write_body (task);
  else
    run (task, make_part, part_made_cb);
}

/* Over HTTP, from the beginning. */
static void
ask (GTask *task)
{
  PegClient *self = g_task_get_source_object (task);
  const Download *download = g_task_get_task_data (task);

  soup_session_send_async (self->session, download->call->message, G_PRIORITY_DEFAULT,
                           g_task_get_cancellable (task), answered_cb, g_object_ref (task));
}

static void
transferred_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = g_steal_pointer (&user_data);
  g_autoptr (GError) error = NULL;
  const Download *download = g_task_get_task_data (task);

  if (peg_transfers_run_finish (PEG_TRANSFERS (source), result, &error)) {
    run (task, put_in_place, in_place_cb);
  } else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_task_return_error (task, g_steal_pointer (&error));
  } else if (!g_error_matches (error, PEG_TRANSFER_ERROR, PEG_TRANSFER_ERROR_FALL_BACK)) {
    g_task_return_new_error (task, PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED,
                             /* Translators: the name of a file, and why it cannot be written. */
                             _("“%s” could not be saved: %s."), download->name, error->message);
  } else if (ftruncate (download->fd, 0) < 0) {
    g_task_return_error (task, saving_failed (download, errno));
  } else {
    ask (task);
  }
}

static void
transfer_part_made_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  g_autoptr (GTask) task = g_steal_pointer (&user_data);
  g_autoptr (PegTransfer) transfer = NULL;
  g_autoptr (GError) error = NULL;
  PegClient *self = g_task_get_source_object (task);
  const Download *download = g_task_get_task_data (task);

  if (!g_task_propagate_boolean (G_TASK (result), &error)) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }

  transfer = peg_transfer_new_download (download->fd, download->path, download->hash, &error);
  if (transfer != NULL)
    peg_transfers_run_async (self->transfers, transfer, g_task_get_cancellable (task),
                             transferred_cb, g_object_ref (task));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * peg_client_download_async:
 * @self: a client
 * @entry: a file
 * @hash: (nullable): which of its revisions; %NULL: the newest
 * @destination: a local file; it is replaced
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Saves the content of @entry. Until it is there completely, @destination stays
 * as it is.
 */
void
peg_client_download_async (PegClient           *self,
                           PegEntry            *entry,
                           const char          *hash,
                           GFile               *destination,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *escaped = NULL;
  g_autofree char *what = NULL;
  g_autofree char *path = NULL;
  Download *download;

  g_return_if_fail (PEG_IS_CLIENT (self));
  g_return_if_fail (entry != NULL);
  g_return_if_fail (G_IS_FILE (destination));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_client_download_async);

  escaped = hash != NULL ? g_uri_escape_string (hash, NULL, FALSE) : NULL;
  what = escaped != NULL ? g_strconcat ("versions/", escaped, NULL) : g_strdup ("download");
  path = peg_client_dup_path (self, entry, what);

  download = g_new0 (Download, 1);
  download->fd = -1;
  download->expected = -1;
  download->destination = g_file_get_path (destination);
  download->name = g_file_get_parse_name (destination);
  g_task_set_task_data (task, download, (GDestroyNotify) download_free);

  if (download->destination == NULL) {
    g_task_return_new_error (task, PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED,
                             /* Translators: %s is the name of a file. */
                             _("“%s” is not on this computer. Choose a folder that is."),
                             download->name);
    return;
  }

  download->call = peg_call_new (self, SOUP_METHOD_GET, path, entry);
  if (download->call == NULL) {
    g_task_return_error (task, peg_client_get_no_session_error (self));
    return;
  }

  if (peg_client_can_transfer (self, peg_entry_get_size (entry)) &&
      peg_entry_get_path (entry) != NULL) {
    download->path = g_strdup (peg_entry_get_path (entry));
    download->hash = g_strdup (hash);
    run (task, make_part, transfer_part_made_cb);
    return;
  }

  ask (task);
}

/**
 * peg_client_download_finish:
 * @self: a client
 * @result: the result
 * @error: return location
 *
 * Returns: whether the file is saved
 */
gboolean
peg_client_download_finish (PegClient     *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
