/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-client"

#include "peg-config.h"

#include "peg-client.h"

#include "peg-client-private.h"
#include "peg-http.h"

/**
 * peg_poll_free:
 * @self: (nullable): what came of asking
 *
 * Frees what came of asking.
 */
void
peg_poll_free (PegPoll *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->list, peg_wire_message_free);
  g_clear_pointer (&self->detail, g_free);
  g_free (self);
}

/* There is an answer; it may be anything. */
static void
take_answer (PegPoll *poll,
             PegCall *call)
{
  g_autoptr (GError) error = NULL;
  SoupMessageHeaders *headers = soup_message_get_response_headers (call->message);
  PegClient *client = call->client;

  poll->http_status = soup_message_get_status (call->message);

  if (poll->http_status == SOUP_STATUS_NOT_MODIFIED) {
    poll->same = TRUE;
    return;
  }

  poll->reason = PEG_LINK_REASON_NOT_A_SERVER;
  if (!SOUP_STATUS_IS_SUCCESSFUL (poll->http_status)) {
    poll->retry_after_us = peg_http_retry_after_us (call->message);
    poll->detail = g_strdup (soup_message_get_reason_phrase (call->message));
    return;
  }

  poll->list = peg_call_finish_list (call, &error);
  if (poll->list == NULL) {
    poll->detail = g_strdup (error->message);
    return;
  }

  g_free (client->etag);
  client->etag = g_strdup (soup_message_headers_get_one (headers, "ETag"));
  poll->reason = PEG_LINK_REASON_NONE;
}

static void
polled_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = g_steal_pointer (&user_data);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PegPoll) poll = g_new0 (PegPoll, 1);

  body = peg_http_feed_finish (SOUP_SESSION (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }

  if (body != NULL) {
    take_answer (poll, g_task_get_task_data (task));
  } else if (error->domain == PEG_WIRE_ERROR) {
    PegCall *call = g_task_get_task_data (task);

    poll->http_status = soup_message_get_status (call->message);
    poll->reason = PEG_LINK_REASON_NOT_A_SERVER;
    poll->detail = g_strdup (error->message);
  } else {
    poll->reason = peg_http_reason (error);
    poll->detail = g_strdup (error->message);
  }

  g_task_return_pointer (task, g_steal_pointer (&poll), (GDestroyNotify) peg_poll_free);
}

/**
 * peg_client_poll_async:
 * @self: a client
 * @conditional: whether what is known is the list that the last poll brought, so
 *   that the server may say that it is still that one
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Asks for every file, with `If-None-Match` (RFC 9110, 13.1.2).
 */
void
peg_client_poll_async (PegClient           *self,
                       gboolean             conditional,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  PegCall *call;

  g_return_if_fail (PEG_IS_CLIENT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_client_poll_async);

  call = peg_call_new_list (self);
  if (!peg_call_begin (task, call, NULL))
    return;

  if (conditional && self->etag != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (call->message),
                                  "If-None-Match", self->etag);

  peg_call_send_list (call, cancellable, polled_cb, g_steal_pointer (&task));
}

/**
 * peg_client_poll_finish:
 * @self: a client
 * @result: the result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what came of it, also when that is
 *   nothing good; %NULL: it was not asked at all, or was cancelled
 */
PegPoll *
peg_client_poll_finish (PegClient     *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gpointer
decode_notes (PegCall  *call,
              GBytes   *body,
              GError  **error)
{
  gsize length;
  const char *data = g_bytes_get_data (body, &length);

  return peg_wire_decode_notes (data, length, error);
}

/**
 * peg_client_get_notes_async:
 * @self: a client
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Asks for the notes to this person, where no socket brings them.
 */
void
peg_client_get_notes_async (PegClient           *self,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  static const PegAnswer answer = { decode_notes, (GDestroyNotify) g_ptr_array_unref };
  g_autoptr (GTask) task = NULL;
  g_autofree char *user = NULL;
  g_autofree char *path = NULL;

  g_return_if_fail (PEG_IS_CLIENT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_client_get_notes_async);

  user = g_uri_escape_string (self->user, NULL, FALSE);
  path = g_strconcat ("/messages/check?user=", user, NULL);
  if (peg_call_begin (task, peg_call_new (self, SOUP_METHOD_GET, path, NULL), &answer))
    peg_call_send (g_steal_pointer (&task), PEG_CALL_MAX_BYTES);
}

/**
 * peg_client_get_notes_finish:
 * @self: a client
 * @result: the result
 * @error: return location
 *
 * Returns: (transfer full) (nullable) (element-type PegNote): the notes that are
 *   not acknowledged
 */
GPtrArray *
peg_client_get_notes_finish (PegClient     *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
