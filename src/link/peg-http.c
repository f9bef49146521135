/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-http"

#include "peg-config.h"

#include "peg-http.h"

#include "peg-redact.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

/* A server that has power and network answers a packet within milliseconds,
 * even when the program on it is busy for minutes: the kernel answers. After
 * this long without it the link is dead, ms (measured: noticed after 7 to
 * 14 s, against never; docs/architecture.md, “The connection”). */
#define TCP_USER_TIMEOUT_MS 10000

/* When nothing is sent, probes find a dead link, s. */
#define TCP_PROBE_AFTER_S 20
#define TCP_PROBE_EVERY_S 5

#define READ_CHUNK (64 * 1024)

/* Called for every socket before anything is sent over it. */
static void
tune_socket (GIOStream *connection)
{
  GSocket *socket;
  g_autoptr (GError) error = NULL;

  if (!G_IS_SOCKET_CONNECTION (connection))
    return;

  socket = g_socket_connection_get_socket (G_SOCKET_CONNECTION (connection));
  if (g_socket_get_family (socket) != G_SOCKET_FAMILY_IPV4 &&
      g_socket_get_family (socket) != G_SOCKET_FAMILY_IPV6)
    return;

  g_socket_set_keepalive (socket, TRUE);
  if (!g_socket_set_option (socket, IPPROTO_TCP, TCP_USER_TIMEOUT, TCP_USER_TIMEOUT_MS, &error) ||
      !g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPIDLE, TCP_PROBE_AFTER_S, &error) ||
      !g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPINTVL, TCP_PROBE_EVERY_S, &error) ||
      !g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, TRUE, &error))
    g_debug ("A socket stays as it is: %s", error->message);
}

static void
network_event_cb (SoupMessage        *message,
                  GSocketClientEvent  event,
                  GIOStream          *connection)
{
  if (event == G_SOCKET_CLIENT_CONNECTED)
    tune_socket (connection);
}

/**
 * peg_http_session_new: (skip)
 * @ca_file: (nullable): absolute path of the only CA to be trusted, PEM; %NULL:
 *   those of the system
 * @max_conns_per_host: how many connections at a time
 * @timeout_s: after how long without any data a connection is given up; 0: never
 * @error: return location
 *
 * Makes a session. It belongs to the main context that is the thread's default.
 *
 * Returns: (transfer full) (nullable): the session; %NULL: @ca_file cannot be
 *   used
 */
SoupSession *
peg_http_session_new (const char  *ca_file,
                      guint        max_conns_per_host,
                      guint        timeout_s,
                      GError     **error)
{
  g_autoptr (GTlsDatabase) database = NULL;
  SoupSession *session;

  if (ca_file != NULL) {
    /* A relative path would only be warned about, and then nothing trusted. */
    if (!g_path_is_absolute (ca_file)) {
      g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_MISC,
                   "The path of the CA file “%s” does not begin with “/”", ca_file);
      return NULL;
    }

    database = g_tls_file_database_new (ca_file, error);
    if (database == NULL) {
      g_prefix_error (error, "The CA file “%s” cannot be used: ", ca_file);
      return NULL;
    }
  }

  session = soup_session_new_with_options ("max-conns-per-host", max_conns_per_host,
                                           "max-conns", 2 * max_conns_per_host,
                                           "timeout", timeout_s,
                                           "user-agent", PACKAGE_NAME "/" PACKAGE_VERSION,
                                           NULL);
  if (database != NULL)
    soup_session_set_tls_database (session, database);

  /* Compression costs ten times the work for each message, and what is saved
   * to a file must be the very bytes. */
  soup_session_remove_feature_by_type (session, SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  peg_redact_log_session (session);

  return session;
}

/**
 * peg_http_message_new: (skip)
 * @method: the method
 * @uri: where to
 * @token: (nullable): says who this is
 *
 * Makes a request that follows no redirections, so that a token goes only where
 * it was meant to go.
 *
 * Returns: (transfer full) (nullable): the request; %NULL: @uri is not one
 */
SoupMessage *
peg_http_message_new (const char *method,
                      const char *uri,
                      const char *token)
{
  SoupMessage *message = soup_message_new (method, uri);

  if (message == NULL)
    return NULL;

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  g_signal_connect (message, "network-event", G_CALLBACK (network_event_cb), NULL);

  if (token != NULL) {
    g_autofree char *value = g_strconcat ("Bearer ", token, NULL);

    soup_message_headers_replace (soup_message_get_request_headers (message),
                                  "Authorization", value);
  }

  return message;
}

/**
 * peg_http_reason: (skip)
 * @error: why there was no answer
 *
 * Returns: what that means
 */
PegLinkReason
peg_http_reason (const GError *error)
{
  if (error->domain == G_TLS_ERROR)
    /* All other errors are those of an other side that does not speak TLS, or
     * none that we speak; GnuTLS calls most of them “misc”. */
    return error->code == G_TLS_ERROR_BAD_CERTIFICATE ||
           error->code == G_TLS_ERROR_CERTIFICATE_REQUIRED
             ? PEG_LINK_REASON_CERTIFICATE : PEG_LINK_REASON_NOT_A_SERVER;

  if (error->domain == G_RESOLVER_ERROR)
    return PEG_LINK_REASON_NO_HOST;

  if (error->domain == SOUP_SESSION_ERROR || error->domain == SOUP_WEBSOCKET_ERROR)
    return PEG_LINK_REASON_NOT_A_SERVER;

  if (error->domain != G_IO_ERROR)
    return PEG_LINK_REASON_LOST;

  switch (error->code) {
  case G_IO_ERROR_CONNECTION_REFUSED:
    return PEG_LINK_REASON_REFUSED;
  case G_IO_ERROR_HOST_NOT_FOUND:
    return PEG_LINK_REASON_NO_HOST;
  case G_IO_ERROR_HOST_UNREACHABLE:
  case G_IO_ERROR_NETWORK_UNREACHABLE:
    return PEG_LINK_REASON_UNREACHABLE;
  case G_IO_ERROR_TIMED_OUT:
    return PEG_LINK_REASON_TIMEOUT;
  default:
    return PEG_LINK_REASON_LOST;
  }
}

/**
 * peg_http_retry_after_us: (skip)
 * @message: a request that was answered
 *
 * Returns: how long the server asks to stay away (`Retry-After`, RFC 9110,
 *   10.2.3), µs; 0: it does not
 */
gint64
peg_http_retry_after_us (SoupMessage *message)
{
  const char *value =
    soup_message_headers_get_one (soup_message_get_response_headers (message), "Retry-After");
  g_autoptr (GDateTime) date = NULL;
  guint64 seconds;

  if (value == NULL)
    return 0;

  if (g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT32, &seconds, NULL))
    return (gint64) seconds * G_USEC_PER_SEC;

  /* The other form is a date; how far away that is, only the server's own clock
   * can tell, which it sends along. */
  date = soup_date_time_new_from_http_string (value);
  if (date != NULL) {
    const char *now_value =
      soup_message_headers_get_one (soup_message_get_response_headers (message), "Date");
    g_autoptr (GDateTime) now =
      now_value != NULL ? soup_date_time_new_from_http_string (now_value) : NULL;

    if (now != NULL)
      return MAX (g_date_time_difference (date, now), 0);
  }

  return 0;
}

typedef struct {
  GInputStream *stream; /* (owned) */
  GByteArray *bytes;    /* (owned) */
  gsize max_bytes;
} Drain;

static void
drain_free (Drain *drain)
{
  g_clear_object (&drain->stream);
  g_clear_pointer (&drain->bytes, g_byte_array_unref);
  g_free (drain);
}

static void
drain_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = g_steal_pointer (&user_data);
  g_autoptr (GBytes) chunk = NULL;
  g_autoptr (GError) error = NULL;
  Drain *drain = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  gsize size;

  chunk = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  if (chunk == NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }

  size = g_bytes_get_size (chunk);
  if (size == 0) {
    g_task_return_pointer (task, g_byte_array_free_to_bytes (g_steal_pointer (&drain->bytes)),
                           (GDestroyNotify) g_bytes_unref);
    return;
  }

  if (size > drain->max_bytes - drain->bytes->len) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                             "The answer is larger than %" G_GSIZE_FORMAT " bytes",
                             drain->max_bytes);
    return;
  }

  g_byte_array_append (drain->bytes, g_bytes_get_data (chunk, NULL), (guint) size);
  g_input_stream_read_bytes_async (drain->stream, READ_CHUNK, G_PRIORITY_DEFAULT, cancellable,
                                   drain_cb, g_steal_pointer (&task));
}

/**
 * peg_http_drain_async: (skip)
 * @stream: a stream
 * @max_bytes: the most to take from it
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Reads @stream to its end.
 */
void
peg_http_drain_async (GInputStream        *stream,
                      gsize                max_bytes,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (stream, cancellable, callback, user_data);
  Drain *drain = g_new0 (Drain, 1);

  drain->stream = g_object_ref (stream);
  drain->bytes = g_byte_array_new ();
  drain->max_bytes = max_bytes;

  g_task_set_source_tag (task, peg_http_drain_async);
  g_task_set_task_data (task, drain, (GDestroyNotify) drain_free);

  g_input_stream_read_bytes_async (stream, READ_CHUNK, G_PRIORITY_DEFAULT, cancellable,
                                   drain_cb, g_steal_pointer (&task));
}

/**
 * peg_http_drain_finish: (skip)
 * @stream: a stream
 * @result: the result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): all that was in the stream
 */
GBytes *
peg_http_drain_finish (GInputStream  *stream,
                       GAsyncResult  *result,
                       GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
drained_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = g_steal_pointer (&user_data);
  g_autoptr (GError) error = NULL;
  GBytes *bytes = peg_http_drain_finish (G_INPUT_STREAM (source), result, &error);

  if (bytes == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
}

/*
 * peg_http_drain_to:
 * @stream: a stream
 * @max_bytes: the most to take from it
 * @task: (transfer full): returns what was in the stream, a #GBytes, or why it cannot
 *   be read
 *
 * Reads @stream to its end for somebody who has nothing else to do then.
 */
void
peg_http_drain_to (GInputStream *stream,
                   gsize         max_bytes,
                   GTask        *task)
{
  peg_http_drain_async (stream, max_bytes, g_task_get_cancellable (task), drained_cb, task);
}

static void
sent_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = g_steal_pointer (&user_data);
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  const gsize max_bytes = GPOINTER_TO_SIZE (g_task_get_task_data (task));

  stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (stream == NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }

  peg_http_drain_to (stream, max_bytes, g_steal_pointer (&task));
}

/**
 * peg_http_read_async: (skip)
 * @session: a session
 * @message: the request
 * @max_bytes: the most to take as an answer
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Sends a request and reads the answer, of whatever status.
 */
void
peg_http_read_async (SoupSession         *session,
                     SoupMessage         *message,
                     gsize                max_bytes,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, user_data);

  g_task_set_source_tag (task, peg_http_read_async);
  g_task_set_task_data (task, GSIZE_TO_POINTER (max_bytes), NULL);

  soup_session_send_async (session, message, G_PRIORITY_DEFAULT, cancellable,
                           sent_cb, g_steal_pointer (&task));
}

/**
 * peg_http_read_finish: (skip)
 * @session: a session
 * @result: the result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the body of the answer
 */
GBytes *
peg_http_read_finish (SoupSession   *session,
                      GAsyncResult  *result,
                      GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
