/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-client"

#include "peg-config.h"

#include "peg-client.h"

#include "peg-client-private.h"
#include "peg-link.h"
#include "peg-upload.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

/* Requests that change something. */

static const PegAnswer answer_yes = { NULL, NULL };

static PegCall *
new_action (PegClient  *self,
            PegEntry   *entry,
            const char *what,
            PegAction   action,
            const char *id)
{
  g_autofree char *path = peg_client_dup_path (self, entry, what);
  PegCall *call = peg_call_new (self, SOUP_METHOD_POST, path, entry);

  if (call == NULL)
    return NULL;

  call->changes = TRUE;
  call->action = action;
  if (id != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (call->message),
                                  "Idempotency-Key", id);

  return call;
}

/* A server that counts the versions of a record is told which one is meant. */
static void
set_if_match (PegCall *call)
{
  const guint64 version = peg_entry_get_version (call->entry);
  g_autofree char *value = NULL;

  if (version == 0)
    return;

  value = g_strdup_printf ("\"%" G_GUINT64_FORMAT "\"", version);
  soup_message_headers_replace (soup_message_get_request_headers (call->message),
                                "If-Match", value);
}

static gboolean
finish (PegClient     *self,
        GAsyncResult  *result,
        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * peg_client_check_out_async:
 * @self: a client
 * @entry: a file
 * @reason: (nullable): why it is wanted
 * @id: (nullable): the key under which the server does it only once; %NULL: a new
 *   one
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Takes a file. That the server said yes is no proof that this person has it
 * now: the list is (docs/protocol.md, “A 200 is not proof”).
 */
void
peg_client_check_out_async (PegClient           *self,
                            PegEntry            *entry,
                            const char          *reason,
                            const char          *id,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  const PegWireRequest request = {
    .user = self->user,
    .message = (char *) reason,
    .station = self->station,
  };
  PegCall *call;

  g_return_if_fail (PEG_IS_CLIENT (self));
  g_return_if_fail (entry != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_client_check_out_async);

  call = new_action (self, entry, "checkout", PEG_ACTION_CHECK_OUT, id);
  if (!peg_call_begin (task, call, &answer_yes))
    return;

  peg_call_set_json (call, peg_wire_encode_request (&request));
  peg_call_send (g_steal_pointer (&task), PEG_CALL_MAX_BYTES);
}

/**
 * peg_client_check_out_finish:
 * @self: a client
 * @result: the result
 * @error: return location
 *
 * Returns: whether the server said yes
 */
gboolean
peg_client_check_out_finish (PegClient     *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  return finish (self, result, error);
}

/**
 * peg_client_release_async:
 * @self: a client
 * @entry: a file that this person has
 * @id: (nullable): the key under which the server does it only once; %NULL: a new
 *   one
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Gives a file back as it was.
 */
void
peg_client_release_async (PegClient           *self,
                          PegEntry            *entry,
                          const char          *id,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  const PegWireRequest request = {
    .user = self->user,
    .station = self->station,
    .token = peg_entry_get_token (entry),
  };
  PegCall *call;

  g_return_if_fail (PEG_IS_CLIENT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_client_release_async);

  call = new_action (self, entry, "cancel_checkout", PEG_ACTION_RELEASE, id);
  if (!peg_call_begin (task, call, &answer_yes))
    return;

  peg_call_set_json (call, peg_wire_encode_request (&request));
  peg_call_send (g_steal_pointer (&task), PEG_CALL_MAX_BYTES);
}

/**
 * peg_client_release_finish:
 * @self: a client
 * @result: the result
 * @error: return location
 *
 * Returns: whether the server said yes
 */
gboolean
peg_client_release_finish (PegClient     *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  return finish (self, result, error);
}

typedef struct {
  GFile *file;       /* (owned) */
  char *filename;    /* (owned) */
  char *user;        /* (owned) */
  char *comment;     /* (owned) */
  char *token;       /* (owned) (nullable) */
  char *upload_id;   /* (owned) (nullable): of what went through the socket */
  PegUpload *upload; /* (owned) (nullable) */
  gboolean major;
} CheckIn;

static void
check_in_free (CheckIn *check_in)
{
  g_clear_object (&check_in->file);
  g_clear_pointer (&check_in->filename, g_free);
  g_clear_pointer (&check_in->user, g_free);
  g_clear_pointer (&check_in->comment, g_free);
  g_clear_pointer (&check_in->token, g_free);
  g_clear_pointer (&check_in->upload_id, g_free);
  g_clear_object (&check_in->upload);
  g_free (check_in);
}

/* What goes with the content; @fields has room for five. */
static guint
fill_fields (const CheckIn  *check_in,
             PegUploadField *fields)
{
  guint n = 0;

  fields[n++] = (PegUploadField) { "user", check_in->user };
  fields[n++] = (PegUploadField) { "commit_message", check_in->comment };
  fields[n++] = (PegUploadField) { "rev_type", check_in->major ? "major" : "minor" };
  if (check_in->token != NULL)
    fields[n++] = (PegUploadField) { "token", check_in->token };
  if (check_in->upload_id != NULL)
    fields[n++] = (PegUploadField) { "upload_id", check_in->upload_id };

  return n;
}

/* Runs in a thread that may wait for a disk. */
static void
open_upload (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  const CheckIn *check_in = task_data;
  PegUploadField fields[5];
  const guint n_fields = fill_fields (check_in, fields);
  g_autoptr (GError) error = NULL;
  PegUpload *upload;

  upload = peg_upload_new (check_in->file, check_in->filename, fields, n_fields,
                           cancellable, &error);

  if (upload != NULL)
    g_task_return_pointer (task, upload, g_object_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* The content goes with the request. */
static void
send_file (GTask *task)
{
  const CheckIn *check_in = g_object_get_data (G_OBJECT (task), "check-in");
  const PegCall *call = g_task_get_task_data (task);

  soup_message_set_request_body (call->message, peg_upload_get_content_type (check_in->upload),
                                 G_INPUT_STREAM (check_in->upload),
                                 peg_upload_get_length (check_in->upload));
  peg_call_send (g_object_ref (task), PEG_CALL_MAX_BYTES);
}

/* The key of the request: when it is repeated, also by the next run of this
 * program, the upload goes on where it was. */
static const char *
get_upload_id (GTask *task)
{
  const PegCall *call = g_task_get_task_data (task);

  return soup_message_headers_get_one (soup_message_get_request_headers (call->message),
                                       "Idempotency-Key");
}

static gboolean
is_upload_gone (const PegCall *call,
                GBytes        *body)
{
  g_autofree char *code = NULL;
  g_autofree char *detail G_GNUC_UNUSED = NULL;
  gsize length;
  const char *data = g_bytes_get_data (body, &length);

  if (soup_message_get_status (call->message) != SOUP_STATUS_NOT_FOUND || length == 0)
    return FALSE;

  detail = peg_wire_decode_detail (data, length, &code);

  return g_strcmp0 (code, "no_upload") == 0;
}

/* The upload was used up, or has waited for too long: the server has done
 * nothing, and says so. The content goes with the request then, under the same
 * key (docs/protocol.md, “Actions”). That request has nothing that could be
 * gone, so that it is not repeated. */
static gboolean
send_again (GTask  *task,
            GBytes *body)
{
  PegClient *self = g_task_get_source_object (task);
  CheckIn *check_in = g_object_get_data (G_OBJECT (task), "check-in");
  const PegCall *old = g_task_get_task_data (task);
  PegCall *call;

  if (!is_upload_gone (old, body))
    return FALSE;

  call = new_action (self, old->entry, "checkin", PEG_ACTION_CHECK_IN, get_upload_id (task));
  if (call == NULL)
    return FALSE;

  g_info ("What was sent through the socket is gone; it is sent over HTTP");
  set_if_match (call);
  g_clear_pointer (&check_in->upload_id, g_free);
  if (peg_call_begin (task, call, &answer_yes))
    send_file (task);

  return TRUE;
}

/* The content is there already; the request says which it is. */
static void
send_form (GTask      *task,
           const char *upload_id)
{
  CheckIn *check_in = g_object_get_data (G_OBJECT (task), "check-in");
  PegCall *call = g_task_get_task_data (task);
  g_autoptr (GBytes) form = NULL;
  g_autofree char *content_type = NULL;
  PegUploadField fields[5];

  check_in->upload_id = g_strdup (upload_id);
  call->again = send_again;
  form = peg_upload_make_form (fields, fill_fields (check_in, fields), &content_type);
  soup_message_set_request_body_from_bytes (call->message, content_type, form);
  peg_call_send (g_object_ref (task), PEG_CALL_MAX_BYTES);
}

static void
transferred_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = g_steal_pointer (&user_data);
  g_autoptr (GError) error = NULL;
  PegCall *call = g_task_get_task_data (task);

  if (peg_transfers_run_finish (PEG_TRANSFERS (source), result, &error))
    send_form (task, get_upload_id (task));
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
           g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BUSY))
    g_task_return_error (task, peg_call_get_failure (call, error));
  else
    send_file (task);
}

/* Through the socket, if that can be. */
static gboolean
transfer (GTask *task)
{
  PegClient *self = g_task_get_source_object (task);
  const CheckIn *check_in = g_object_get_data (G_OBJECT (task), "check-in");
  g_autoptr (PegTransfer) upload = NULL;

  if (!peg_client_can_transfer (self, peg_upload_get_size (check_in->upload)) ||
      peg_upload_get_fd (check_in->upload) < 0 || !g_uuid_string_is_valid (get_upload_id (task)))
    return FALSE;

  upload = peg_transfer_new_upload (peg_upload_get_fd (check_in->upload), get_upload_id (task),
                                    NULL);
  if (upload != NULL)
    peg_transfers_run_async (self->transfers, upload, g_task_get_cancellable (task),
                             transferred_cb, g_object_ref (task));

  return upload != NULL;
}

static void
upload_opened_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GTask) task = g_steal_pointer (&user_data);
  g_autoptr (PegUpload) upload = NULL;
  g_autoptr (GError) error = NULL;
  CheckIn *check_in = g_object_get_data (G_OBJECT (task), "check-in");

  upload = g_task_propagate_pointer (G_TASK (result), &error);

  if (upload == NULL) {
    g_autofree char *name = NULL;

    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

    name = g_file_get_parse_name (check_in->file);
    g_task_return_new_error (task, PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED,
                             /* Translators: the name of a file, and why it cannot be read. */
                             _("“%s” cannot be read, so nothing was checked in: %s."),
                             name, error->message);
    return;
  }

  check_in->upload = g_steal_pointer (&upload);
  if (!transfer (task))
    send_file (task);
}

/**
 * peg_client_check_in_async:
 * @self: a client
 * @entry: a file that this person has
 * @file: its new content
 * @comment: what was done
 * @major: whether the first number of the revision grows
 * @id: (nullable): the key under which the server does it only once; %NULL: a new
 *   one
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Gives a file back with new content, which is read while it is sent.
 */
void
peg_client_check_in_async (PegClient           *self,
                           PegEntry            *entry,
                           GFile               *file,
                           const char          *comment,
                           gboolean             major,
                           const char          *id,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GTask) opening = NULL;
  CheckIn *check_in;
  PegCall *call;

  g_return_if_fail (PEG_IS_CLIENT (self));
  g_return_if_fail (entry != NULL);
  g_return_if_fail (G_IS_FILE (file));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_client_check_in_async);

  call = new_action (self, entry, "checkin", PEG_ACTION_CHECK_IN, id);
  if (!peg_call_begin (task, call, &answer_yes))
    return;

  set_if_match (call);

  check_in = g_new0 (CheckIn, 1);
  check_in->file = g_object_ref (file);
  check_in->filename = g_strdup (peg_entry_get_filename (entry));
  check_in->user = g_strdup (self->user);
  check_in->comment = g_strdup (comment != NULL ? comment : "");
  check_in->major = major;
  if (peg_entry_get_token (entry) != 0)
    check_in->token = g_strdup_printf ("%" G_GUINT64_FORMAT, peg_entry_get_token (entry));

  g_object_set_data_full (G_OBJECT (task), "check-in", check_in, (GDestroyNotify) check_in_free);
  opening = g_task_new (NULL, cancellable, upload_opened_cb, g_steal_pointer (&task));
  g_task_set_source_tag (opening, open_upload);
  g_task_set_task_data (opening, check_in, NULL);
  g_task_run_in_thread (opening, open_upload);
}

/**
 * peg_client_check_in_finish:
 * @self: a client
 * @result: the result
 * @error: return location
 *
 * Returns: whether the server said yes
 */
gboolean
peg_client_check_in_finish (PegClient     *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  return finish (self, result, error);
}

/**
 * peg_client_is_busy:
 * @self: a client
 * @result: the result of an action that ended with an error
 * @retry_after_us: (out): when the server wants to be asked again, µs from the
 *   answer on; 0: it did not say
 *
 * Tells a refusal that time mends from one that it does not.
 *
 * Returns: whether the server refused for now: 429, or it has trouble (5xx)
 */
gboolean
peg_client_is_busy (PegClient    *self,
                    GAsyncResult *result,
                    gint64       *retry_after_us)
{
  const PegCall *call;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (retry_after_us != NULL, FALSE);

  call = g_task_get_task_data (G_TASK (result));
  *retry_after_us = call != NULL ? call->retry_after_us : 0;

  return call != NULL && call->busy;
}

static char *
encode_acknowledge (const char *note_id,
                    const char *user)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "message_id");
  json_builder_add_string_value (builder, note_id);
  json_builder_set_member_name (builder, "user");
  json_builder_add_string_value (builder, user);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);

  return json_to_string (root, FALSE);
}

/**
 * peg_client_acknowledge_async:
 * @self: a client
 * @note_id: the identity of a note
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Says that a note was read; the server does not repeat it then.
 */
void
peg_client_acknowledge_async (PegClient           *self,
                              const char          *note_id,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  PegCall *call;

  g_return_if_fail (PEG_IS_CLIENT (self));
  g_return_if_fail (note_id != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_client_acknowledge_async);

  call = peg_call_new (self, SOUP_METHOD_POST, "/messages/acknowledge", NULL);
  if (!peg_call_begin (task, call, &answer_yes))
    return;

  peg_call_set_json (call, encode_acknowledge (note_id, self->user));
  peg_call_send (g_steal_pointer (&task), PEG_CALL_MAX_BYTES);
}

/**
 * peg_client_acknowledge_finish:
 * @self: a client
 * @result: the result
 * @error: return location
 *
 * Returns: whether the server said yes
 */
gboolean
peg_client_acknowledge_finish (PegClient     *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  return finish (self, result, error);
}
