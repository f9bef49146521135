/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-http"

#include "peg-config.h"

#include "peg-http.h"

#include "peg-wire.h"

/* Answers that are too long to be kept: they are given to somebody piece by
 * piece while they arrive. */

/* A list of 100,000 files is 42 MB; in small pieces, half of the time goes into
 * getting them. */
#define PIECE_BYTES (256 * 1024)

/* How much is inflated before everything else gets a turn, bytes: a piece may unfold
 * into a thousand times as much, which would keep the thread for seconds. */
#define TURN_BYTES (1024 * 1024)

typedef struct {
  SoupMessage *message;   /* (owned) */
  GInputStream *stream;   /* (owned) (nullable) */
  GConverter *inflater;   /* (owned) (nullable): the answer is compressed */
  gboolean inflated;      /* all of it */
  guint8 *inflated_bytes; /* (owned) (nullable): a piece without compression */
  guint8 *bytes;          /* (owned): a piece as it came */
  gsize length;           /* of it, bytes */
  gsize position;         /* how much of it is done, bytes */
  gsize n_left;           /* how much may still come, without compression, bytes */
  PegHttpTake take;
  gpointer take_data;
} Feed;

static void read_piece (GTask *task);
static void take_piece (GTask *held);

static void
feed_free (Feed *feed)
{
  g_clear_object (&feed->message);
  g_clear_object (&feed->stream);
  g_clear_object (&feed->inflater);
  g_free (feed->inflated_bytes);
  g_free (feed->bytes);
  g_free (feed);
}

static gboolean
hand_on (Feed          *feed,
         const guint8  *bytes,
         gsize          length,
         GError       **error)
{
  if (length > feed->n_left) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                         "The answer is larger than what is taken");
    return FALSE;
  }

  feed->n_left -= length;

  return feed->take (feed->take_data, (const char *) bytes, length, error);
}

typedef enum {
  TURN_FAILED,
  TURN_OVER, /* there is more in the piece */
  TURN_DONE,
} Turn;

/* Undoes the compression of some of a piece. Several compressed texts in a row are one
 * (RFC 1952, 2.2). */
static Turn
inflate_some (Feed    *feed,
              GError **error)
{
  gsize n_inflated = 0;

  while (n_inflated < TURN_BYTES) {
    g_autoptr (GError) local_error = NULL;
    GConverterResult result;
    gsize n_read = 0, n_written = 0;

    if (feed->inflated) {
      if (feed->position == feed->length)
        return TURN_DONE;
      g_converter_reset (feed->inflater);
      feed->inflated = FALSE;
    }

    result = g_converter_convert (feed->inflater, feed->bytes + feed->position,
                                  feed->length - feed->position, feed->inflated_bytes,
                                  PIECE_BYTES, G_CONVERTER_NO_FLAGS, &n_read, &n_written,
                                  &local_error);

    if (result == G_CONVERTER_ERROR) {
      if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
        return TURN_DONE;
      g_set_error (error, PEG_WIRE_ERROR, PEG_WIRE_ERROR_SYNTAX,
                   "The compression of the answer is broken: %s", local_error->message);
      return TURN_FAILED;
    }

    feed->position += n_read;
    feed->inflated = result == G_CONVERTER_FINISHED;
    n_inflated += n_written;
    if (!hand_on (feed, feed->inflated_bytes, n_written, error))
      return TURN_FAILED;
  }

  return TURN_OVER;
}

static gboolean
more_cb (gpointer user_data)
{
  take_piece (g_object_ref (G_TASK (user_data)));

  return G_SOURCE_REMOVE;
}

/* Not before whatever else is ready had its turn: among sources of one priority, the
 * main loop dispatches each once before it looks again. */
static void
go_on_later (GTask *task)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_static_name (source, "[peg] inflate");
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, more_cb, task, g_object_unref);
  g_source_attach (source, g_task_get_context (task));
}

/* Hands on what came, and reads on when that is done.
 *
 * @held: (transfer full) */
static void
take_piece (GTask *held)
{
  g_autoptr (GTask) task = held;
  g_autoptr (GError) error = NULL;
  Feed *feed = g_task_get_task_data (task);
  Turn turn;

  if (g_task_return_error_if_cancelled (task))
    return;

  if (feed->inflater != NULL)
    turn = inflate_some (feed, &error);
  else
    turn = hand_on (feed, feed->bytes, feed->length, &error) ? TURN_DONE : TURN_FAILED;

  if (turn == TURN_FAILED)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (turn == TURN_OVER)
    go_on_later (g_steal_pointer (&task));
  else
    read_piece (g_steal_pointer (&task));
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = g_steal_pointer (&user_data);
  g_autoptr (GError) error = NULL;
  Feed *feed = g_task_get_task_data (task);
  const gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (n < 0) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }

  if (n == 0) {
    if (feed->inflater != NULL && !feed->inflated)
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT,
                               "The compressed answer ends too early");
    else
      g_task_return_pointer (task, g_bytes_new (NULL, 0), (GDestroyNotify) g_bytes_unref);
    return;
  }

  feed->length = (gsize) n;
  feed->position = 0;
  take_piece (g_steal_pointer (&task));
}

/* @task: (transfer full) */
static void
read_piece (GTask *task)
{
  Feed *feed = g_task_get_task_data (task);

  g_input_stream_read_async (feed->stream, feed->bytes, PIECE_BYTES, G_PRIORITY_DEFAULT,
                             g_task_get_cancellable (task), read_cb, task);
}

/* Looks at how the answer is compressed.
 *
 * Returns: whether it can be read */
static gboolean
choose_inflater (Feed    *feed,
                 GError **error)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (feed->message);
  const char *coding = soup_message_headers_get_one (headers, "Content-Encoding");

  if (coding == NULL || g_ascii_strcasecmp (coding, "identity") == 0)
    return TRUE;

  if (g_ascii_strcasecmp (coding, "gzip") != 0 && g_ascii_strcasecmp (coding, "x-gzip") != 0) {
    g_set_error_literal (error, PEG_WIRE_ERROR, PEG_WIRE_ERROR_SYNTAX,
                         "The answer is compressed in a way that nobody asked for");
    return FALSE;
  }

  feed->inflater = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  feed->inflated_bytes = g_malloc (PIECE_BYTES);

  return TRUE;
}

static void
sent_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = g_steal_pointer (&user_data);
  g_autoptr (GError) error = NULL;
  Feed *feed = g_task_get_task_data (task);

  feed->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (feed->stream == NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }

  if (!SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (feed->message))) {
    peg_http_drain_to (feed->stream, PEG_HTTP_MAX_REFUSAL_BYTES, g_steal_pointer (&task));
    return;
  }

  if (!choose_inflater (feed, &error)) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }

  feed->bytes = g_malloc (PIECE_BYTES);
  read_piece (g_steal_pointer (&task));
}

/**
 * peg_http_feed_async: (skip)
 * @session: a session
 * @message: the request
 * @max_bytes: the most to take as an answer, bytes without compression
 * @take: gets the pieces of an answer that is a success
 * @take_data: for @take; must last until @callback is called
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Sends a request and hands the answer on while it arrives, without its
 * compression if that is gzip. A refusal is collected instead.
 */
void
peg_http_feed_async (SoupSession         *session,
                     SoupMessage         *message,
                     gsize                max_bytes,
                     PegHttpTake          take,
                     gpointer             take_data,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, user_data);
  Feed *feed = g_new0 (Feed, 1);

  feed->message = g_object_ref (message);
  feed->n_left = max_bytes;
  feed->take = take;
  feed->take_data = take_data;

  g_task_set_source_tag (task, peg_http_feed_async);
  g_task_set_task_data (task, feed, (GDestroyNotify) feed_free);

  soup_session_send_async (session, message, G_PRIORITY_DEFAULT, cancellable, sent_cb,
                           g_steal_pointer (&task));
}

/**
 * peg_http_feed_finish: (skip)
 * @session: a session
 * @result: the result
 * @error: return location; also what the taker of the pieces said
 *
 * Returns: (transfer full) (nullable): the body of a refusal; empty for an
 *   answer that was handed on
 */
GBytes *
peg_http_feed_finish (SoupSession   *session,
                      GAsyncResult  *result,
                      GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * peg_http_is_loopback: (skip)
 * @uri: an address
 *
 * Returns: whether @uri names this computer
 */
gboolean
peg_http_is_loopback (const char *uri)
{
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_NONE, NULL);
  const char *host = parsed != NULL ? g_uri_get_host (parsed) : NULL;
  g_autoptr (GInetAddress) address = NULL;

  if (host == NULL)
    return FALSE;

  address = g_inet_address_new_from_string (host);

  return address != NULL ? g_inet_address_get_is_loopback (address)
                         : g_ascii_strcasecmp (host, "localhost") == 0;
}
