/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-client"

#include "peg-config.h"

#include "peg-client.h"

#include "peg-client-private.h"
#include "peg-http.h"

/* The list of every file over HTTP, which is read while it arrives: of a list of
 * a million files, 430 MB in its longest form, one piece is in memory at a time,
 * besides the entries. */

/*
 * peg_call_new_list:
 *
 * Asks for the short form, which leaves out what a reader takes for granted
 * anyway (RFC 7240, 4.2), and for compression where a network is to be spared.
 * Servers that know neither send what they always send.
 *
 * Returns: (transfer full) (nullable): a request for every file; %NULL: there is
 *   no session
 */
PegCall *
peg_call_new_list (PegClient *client)
{
  PegCall *call = peg_call_new (client, SOUP_METHOD_GET, "/files", NULL);
  SoupMessageHeaders *headers;

  if (call == NULL)
    return NULL;

  headers = soup_message_get_request_headers (call->message);
  soup_message_headers_replace (headers, "Prefer", "return=minimal");
  if (!peg_http_is_loopback (client->http))
    soup_message_headers_replace (headers, "Accept-Encoding", "gzip");

  call->reader = peg_wire_list_reader_new (PEG_WIRE_LIST_BODY);

  return call;
}

static gboolean
take_piece (gpointer     user_data,
            const char  *data,
            gsize        length,
            GError     **error)
{
  PegCall *call = user_data;

  return peg_wire_list_reader_feed (call->reader, data, length, error);
}

/*
 * peg_call_send_list:
 * @callback: has to ask peg_http_feed_finish(), and if that is a success,
 *   peg_call_finish_list()
 */
void
peg_call_send_list (PegCall             *call,
                    GCancellable        *cancellable,
                    GAsyncReadyCallback  callback,
                    gpointer             user_data)
{
  peg_http_feed_async (call->client->session, call->message, PEG_WIRE_LIST_MAX_BYTES, take_piece,
                       call, cancellable, callback, user_data);
}

/*
 * peg_call_finish_list:
 *
 * The list has its position in the headers (docs/protocol.md, “REST”).
 *
 * Returns: (transfer full) (nullable): every file
 */
PegWireMessage *
peg_call_finish_list (PegCall  *call,
                      GError  **error)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (call->message);
  const char *epoch = soup_message_headers_get_one (headers, "Pegboard-Epoch");
  const char *seq = soup_message_headers_get_one (headers, "Pegboard-Seq");
  PegWireMessage *message = peg_wire_list_reader_finish (call->reader, error);
  guint64 number;

  if (message != NULL && epoch != NULL && seq != NULL && g_utf8_validate (epoch, -1, NULL) &&
      g_ascii_string_to_unsigned (seq, 10, 0, G_MAXINT64, &number, NULL)) {
    g_free (message->epoch);
    message->epoch = g_strdup (epoch);
    message->seq = number;
    message->has_position = TRUE;
  }

  return message;
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = g_steal_pointer (&user_data);
  g_autoptr (GBytes) refusal = NULL;
  g_autoptr (GError) error = NULL;
  PegCall *call = g_task_get_task_data (task);
  PegWireMessage *message;

  refusal = peg_http_feed_finish (SOUP_SESSION (source), result, &error);

  if (refusal == NULL) {
    g_task_return_error (task, error->domain == PEG_WIRE_ERROR ? peg_call_get_nonsense (error)
                                                               : peg_call_get_failure (call, error));
    return;
  }

  if (!SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (call->message))) {
    g_task_return_error (task, peg_call_get_refusal (call, refusal));
    return;
  }

  message = peg_call_finish_list (call, &error);
  if (message == NULL)
    g_task_return_error (task, peg_call_get_nonsense (error));
  else
    g_task_return_pointer (task, message, (GDestroyNotify) peg_wire_message_free);
}

/**
 * peg_client_get_files_async:
 * @self: a client
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Asks for every file. The answer may be older than what came through the
 * socket.
 */
void
peg_client_get_files_async (PegClient           *self,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  PegCall *call;

  g_return_if_fail (PEG_IS_CLIENT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_client_get_files_async);

  call = peg_call_new_list (self);
  if (peg_call_begin (task, call, NULL))
    peg_call_send_list (call, cancellable, answered_cb, g_steal_pointer (&task));
}

/**
 * peg_client_get_files_finish:
 * @self: a client
 * @result: the result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): every file
 */
PegWireMessage *
peg_client_get_files_finish (PegClient     *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
