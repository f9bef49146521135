/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-client"

#include "peg-config.h"

#include "peg-client-private.h"

#include "peg-http.h"
#include "peg-link.h"
#include "peg-refusal.h"
#include "peg-tls.h"

#include <glib/gi18n.h>
#include <string.h>

static void
wrote_body_cb (SoupMessage *message,
               PegCall     *call)
{
  call->sent = TRUE;
}

/*
 * peg_call_new:
 * @path: from the server’s root, encoded
 * @entry: (nullable): what it is about
 *
 * Returns: (transfer full) (nullable): a request; %NULL: there is no session
 */
PegCall *
peg_call_new (PegClient  *client,
              const char *method,
              const char *path,
              PegEntry   *entry)
{
  g_autofree char *uri = g_strconcat (client->http, path, NULL);
  SoupMessage *message;
  PegCall *call;

  if (client->session == NULL)
    return NULL;

  message = peg_identity_make_message (client->identity, method, uri, PEG_IDENTITY_REQUEST, NULL);
  if (message == NULL)
    return NULL;

  call = g_new0 (PegCall, 1);
  call->client = g_object_ref (client);
  call->message = message;
  call->entry = entry != NULL ? peg_entry_ref (entry) : NULL;
  g_signal_connect (message, "wrote-body", G_CALLBACK (wrote_body_cb), call);

  if (g_str_equal (method, SOUP_METHOD_POST)) {
    g_autofree char *key = g_uuid_string_random ();

    soup_message_headers_replace (soup_message_get_request_headers (message),
                                  "Idempotency-Key", key);

    /* A connection that was left open may have been closed by the server just
     * now; then nobody could tell whether the request arrived. */
    soup_message_add_flags (message, SOUP_MESSAGE_NEW_CONNECTION);
  }

  return call;
}

void
peg_call_free (PegCall *call)
{
  g_signal_handlers_disconnect_by_data (call->message, call);
  g_clear_object (&call->message);
  g_clear_pointer (&call->entry, peg_entry_unref);
  g_clear_object (&call->client);
  g_clear_pointer (&call->reader, peg_wire_list_reader_free);
  g_free (call);
}

/*
 * peg_call_get_failure:
 * @error: why there is no answer
 *
 * Returns: (transfer full): what to say about it
 */
GError *
peg_call_get_failure (PegCall      *call,
                      const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      error->domain == PEG_LINK_ERROR)
    return g_error_copy (error);

  g_debug ("No answer: %s", error->message);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BUSY))
    return g_error_new (PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED,
                        /* Translators: %s is the name of a file. */
                        _("“%s” changed while it was being sent, so it was not checked in. Close it in other programs and try again."),
                        peg_entry_get_filename (call->entry));

  if (call->changes && call->sent)
    return g_error_new (PEG_LINK_ERROR, PEG_LINK_ERROR_UNCERTAIN,
                        /* Translators: %s is the name of a file. */
                        _("The connection broke before the server answered about “%s”. It may have worked: look at the list before you try again."),
                        peg_entry_get_filename (call->entry));

  if (peg_link_reason_is_certificate (peg_tls_judge (call->message, error, NULL)))
    return g_error_new_literal (PEG_LINK_ERROR, PEG_LINK_ERROR_OFFLINE,
                                _("The certificates do not fit, so nothing was sent. The connection’s details say why."));

  if (call->changes)
    return g_error_new_literal (PEG_LINK_ERROR, PEG_LINK_ERROR_OFFLINE,
                                _("The server cannot be reached, so nothing was changed. Try again when the connection is back."));

  return g_error_new_literal (PEG_LINK_ERROR, PEG_LINK_ERROR_OFFLINE,
                              _("The server cannot be reached. Try again when the connection is back."));
}

/*
 * peg_call_get_refusal:
 * @body: (nullable): of an answer whose status is no success
 *
 * Returns: (transfer full): what to say about it
 */
GError *
peg_call_get_refusal (PegCall *call,
                      GBytes  *body)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (call->client->store);
  g_autofree char *code = NULL;
  g_autofree char *detail = NULL;
  PegEntry *entry = NULL;
  gsize length = 0;
  const char *data = body != NULL ? g_bytes_get_data (body, &length) : NULL;

  if (length > 0)
    detail = peg_wire_decode_detail (data, length, &code);

  /* The newest that is known: somebody may have taken it since. */
  if (call->entry != NULL)
    entry = peg_snapshot_find (snapshot, peg_entry_get_key (call->entry));

  return peg_refusal_to_error (&(PegRefusal) {
    .name = call->entry != NULL ? peg_entry_get_filename (call->entry) : NULL,
    .entry = entry,
    .user = peg_snapshot_get_user (snapshot) != NULL ? peg_snapshot_get_user (snapshot)
                                                     : call->client->user,
    .changes = call->changes,
    .action = call->action,
    .status = soup_message_get_status (call->message),
    .code = code,
    .detail = detail,
    .wall_us = peg_clock_get_wall_us (call->client->clock),
  });
}

/*
 * peg_call_get_nonsense:
 * @error: why an answer cannot be read
 *
 * Returns: (transfer full): what to say about it
 */
GError *
peg_call_get_nonsense (const GError *error)
{
  g_debug ("The answer makes no sense: %s", error->message);

  return g_error_new_literal (PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED,
                              _("The server’s answer cannot be understood. It may be another kind of server."));
}

static void
note_busy (PegCall *call)
{
  const guint status = soup_message_get_status (call->message);

  /* RFC 6585, 4: too many requests; libsoup has no name for it. */
  call->busy = status == 429 || SOUP_STATUS_IS_SERVER_ERROR (status);
  call->retry_after_us = call->busy ? peg_http_retry_after_us (call->message) : 0;
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = g_steal_pointer (&user_data);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;
  PegCall *call = g_task_get_task_data (task);
  gpointer value;

  body = peg_http_read_finish (SOUP_SESSION (source), result, &error);

  if (body == NULL) {
    g_task_return_error (task, peg_call_get_failure (call, error));
    return;
  }

  if (!SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (call->message))) {
    note_busy (call);
    if (call->again == NULL || !call->again (task, body))
      g_task_return_error (task, peg_call_get_refusal (call, body));
    return;
  }

  if (call->answer->decode == NULL) {
    g_task_return_boolean (task, TRUE);
    return;
  }

  value = call->answer->decode (call, body, &error);
  if (value == NULL) {
    g_task_return_error (task, peg_call_get_nonsense (error));
    return;
  }

  g_task_return_pointer (task, value, call->answer->free_func);
}

/*
 * peg_client_get_no_session_error:
 *
 * Returns: (transfer full): why there is nothing to send a request with
 */
GError *
peg_client_get_no_session_error (PegClient *self)
{
  const GError *error = peg_identity_get_error (self->identity);

  if (error != NULL)
    return g_error_new (PEG_LINK_ERROR, PEG_LINK_ERROR_OFFLINE,
                        /* Translators: %s is what is wrong with a file. */
                        _("A certificate that is needed cannot be used, so nothing was sent: %s."),
                        error->message);

  return g_error_new_literal (PEG_LINK_ERROR, PEG_LINK_ERROR_OFFLINE,
                              _("The address of the server cannot be used."));
}

/*
 * peg_call_begin:
 * @call: (transfer full) (nullable): the request
 * @answer: what to make of the answer
 *
 * Gives a task its request.
 *
 * Returns: whether there is one; if not, the task is done
 */
gboolean
peg_call_begin (GTask           *task,
                PegCall         *call,
                const PegAnswer *answer)
{
  PegClient *self = g_task_get_source_object (task);

  if (call == NULL) {
    g_task_return_error (task, peg_client_get_no_session_error (self));
    return FALSE;
  }

  g_task_set_task_data (task, call, (GDestroyNotify) peg_call_free);
  call->answer = answer;

  return TRUE;
}

/*
 * peg_call_send:
 * @task: (transfer full): a task that has its request
 * @max_bytes: the most to take as an answer
 *
 * Sends the request; the task returns what comes of it.
 */
void
peg_call_send (GTask *task,
               gsize  max_bytes)
{
  PegClient *self = g_task_get_source_object (task);
  const PegCall *call = g_task_get_task_data (task);

  peg_http_read_async (self->session, call->message, max_bytes,
                       g_task_get_cancellable (task), answered_cb, task);
}

/*
 * peg_call_set_json:
 * @json: (transfer full): the body of the request
 */
void
peg_call_set_json (PegCall *call,
                   char    *json)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (json, strlen (json));

  soup_message_set_request_body_from_bytes (call->message, "application/json", bytes);
}

/*
 * peg_client_can_transfer:
 * @size: of a content, about, bytes
 *
 * Returns: whether the content should go through the socket
 */
gboolean
peg_client_can_transfer (PegClient *self,
                         gint64     size)
{
  return self->transfers != NULL && self->dialect == PEG_DIALECT_PEGBOARD_1 &&
         peg_transfers_can (self->transfers, size);
}

/*
 * peg_client_dup_path:
 * @what: what is wanted of the file
 *
 * The newer dialect names a file by its path, with its slashes encoded, the
 * classic one by its bare name.
 *
 * Returns: (transfer full): the path of a request about @entry
 */
char *
peg_client_dup_path (PegClient  *self,
                     PegEntry   *entry,
                     const char *what)
{
  const char *name = peg_entry_get_filename (entry);
  g_autofree char *escaped = NULL;

  if (self->dialect == PEG_DIALECT_PEGBOARD_1 && peg_entry_get_path (entry) != NULL)
    name = peg_entry_get_path (entry);

  escaped = g_uri_escape_string (name, NULL, FALSE);

  return g_strdup_printf ("/files/%s/%s", escaped, what);
}
