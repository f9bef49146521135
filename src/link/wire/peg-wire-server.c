/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wire-server"

#include "peg-config.h"

#include "peg-wire-file-private.h"
#include "peg-wire-message-private.h"

#include <string.h>

/* The members of what a server sends (docs/protocol.md, “Server to client”). */

/* A position counts only when it is whole. */
static gboolean
read_position (PegWireMessage  *message,
               JsonObject      *object,
               GError         **error)
{
  if (!peg_wire_dup_string (object, "epoch", &message->epoch, error) ||
      !peg_wire_read_number (object, "seq", NULL, &message->seq, error))
    return FALSE;

  message->has_position = message->epoch != NULL && peg_wire_get (object, "seq") != NULL;

  if (!message->has_position) {
    g_clear_pointer (&message->epoch, g_free);
    message->seq = 0;
  }

  return TRUE;
}

static gboolean
read_file_list (PegWireMessage  *message,
                JsonObject      *object,
                GError         **error)
{
  const PegWireWhere where = { .name = "payload" };
  JsonObject *groups;

  if (!read_position (message, object, error) ||
      !peg_wire_read_object (object, "payload", NULL, &groups, error))
    return FALSE;

  if (groups == NULL) {
    peg_wire_set_error (error, PEG_WIRE_ERROR_MISSING, NULL, "payload", "is missing");
    return FALSE;
  }

  message->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);

  return peg_wire_read_groups (groups, &where, message->entries, &message->placeholder, error);
}

/**
 * peg_wire_cause_from_nick:
 * @nick: (nullable): a cause, as it is called on the wire
 *
 * Returns: the cause; %PEG_CAUSE_UNKNOWN for one that is not known
 */
PegCause
peg_wire_cause_from_nick (const char *nick)
{
  g_autoptr (GEnumClass) causes = g_type_class_ref (PEG_TYPE_CAUSE);
  GEnumValue *value = nick != NULL ? g_enum_get_value_by_nick (causes, nick) : NULL;

  return value != NULL ? (PegCause) value->value : PEG_CAUSE_UNKNOWN;
}

static gboolean
read_files_changed (PegWireMessage  *message,
                    JsonObject      *object,
                    GError         **error)
{
  const PegWireWhere where = { .name = "changed" };
  JsonArray *changed;
  const char *cause;

  if (!read_position (message, object, error) ||
      !peg_wire_read_string (object, "cause", NULL, &cause, error) ||
      !peg_wire_dup_string (object, "by", &message->user, error) ||
      !peg_wire_read_strings (object, "removed", NULL, &message->removed, error) ||
      !peg_wire_read_array (object, "changed", NULL, &changed, error))
    return FALSE;

  message->cause = peg_wire_cause_from_nick (cause);
  message->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);

  return changed == NULL || peg_wire_read_files (changed, &where, message->entries, error);
}

/* A duration in milliseconds; more than fits counts as the most that does. */
static gboolean
read_milliseconds (JsonObject  *object,
                   const char  *member,
                   guint       *value,
                   GError     **error)
{
  guint64 number = 0;

  if (!peg_wire_read_number (object, member, NULL, &number, error))
    return FALSE;

  *value = (guint) MIN (number, G_MAXUINT);

  return TRUE;
}

/* What the server offers for binary frames counts only when it is whole: no
 * window, no transfer. */
static gboolean
read_transfer (PegWireMessage  *message,
               JsonObject      *object,
               GError         **error)
{
  const PegWireWhere where = { .name = "transfer" };
  JsonObject *transfer;
  guint64 max_chunk = 0, window = 0;

  if (!peg_wire_read_object (object, "transfer", NULL, &transfer, error))
    return FALSE;
  if (transfer == NULL)
    return TRUE;

  if (!peg_wire_need_number (transfer, "max_chunk", &where, &max_chunk, error) ||
      !peg_wire_need_number (transfer, "window", &where, &window, error))
    return FALSE;

  if (max_chunk == 0 || window < max_chunk)
    return TRUE;

  message->max_chunk = (guint) MIN (max_chunk, G_MAXUINT);
  message->transfer_window = (guint) MIN (window, G_MAXUINT);

  return TRUE;
}

static gboolean
read_hello_ok (PegWireMessage  *message,
               JsonObject      *object,
               GError         **error)
{
  if (!peg_wire_dup_needed (object, "epoch", &message->epoch, error) ||
      !peg_wire_need_number (object, "seq", NULL, &message->seq, error) ||
      !peg_wire_read_boolean (object, "recovered", NULL, &message->recovered, error) ||
      !peg_wire_dup_string (object, "user", &message->user, error) ||
      !peg_wire_dup_string (object, "name", &message->name, error) ||
      !peg_wire_read_time (object, "server_time", NULL, &message->server_us, error) ||
      !read_milliseconds (object, "ping_ms", &message->ping_ms, error) ||
      !read_milliseconds (object, "retry_window_ms", &message->retry_window_ms, error) ||
      !read_milliseconds (object, "poll_ms", &message->poll_ms, error) ||
      !peg_wire_read_strings (object, "present", NULL, &message->present, error) ||
      !read_transfer (message, object, error))
    return FALSE;

  message->has_position = TRUE;

  return TRUE;
}

/* The identity of a note, which some servers write as a number. */
static char *
dup_note_id (JsonObject          *object,
             const PegWireWhere  *where,
             GError             **error)
{
  JsonNode *node = peg_wire_get (object, "id");
  const char *id;

  if (node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64) {
    if (json_node_get_int (node) >= 0)
      return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));

    peg_wire_set_error (error, PEG_WIRE_ERROR_VALUE, where, "id", "is out of range");
    return NULL;
  }

  return peg_wire_need_string (object, "id", where, &id, error) ? g_strdup (id) : NULL;
}

static PegNote *
read_note (JsonObject          *object,
           const PegWireWhere  *where,
           GError             **error)
{
  g_autofree char *id = dup_note_id (object, where, error);
  const char *sender, *text;
  gint64 when_us;

  if (id == NULL ||
      !peg_wire_read_string (object, "sender", where, &sender, error) ||
      !peg_wire_read_string (object, "message", where, &text, error) ||
      !peg_wire_read_time (object, "timestamp", where, &when_us, error))
    return NULL;

  return peg_note_new (&(PegNote) {
    .id = id,
    .sender = (char *) sender,
    .text = text != NULL ? (char *) text : (char *) "",
    .when_us = when_us,
  });
}

/*
 * peg_wire_read_notes:
 * @member: where the notes are
 *
 * Returns: whether they could be read
 */
gboolean
peg_wire_read_notes (PegWireMessage  *message,
                     JsonObject      *object,
                     const char      *member,
                     GError         **error)
{
  const PegWireWhere where = { .name = member };
  JsonArray *notes;

  if (!peg_wire_read_array (object, member, NULL, &notes, error))
    return FALSE;

  message->notes = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_note_unref);

  for (guint i = 0; notes != NULL && i < json_array_get_length (notes); i++) {
    const PegWireWhere here = { .up = &where, .index = i };
    JsonObject *element = peg_wire_element_object (notes, &here, error);
    PegNote *note = element != NULL ? read_note (element, &here, error) : NULL;

    if (note == NULL)
      return FALSE;

    g_ptr_array_add (message->notes, note);
  }

  return TRUE;
}

static gboolean
read_notes (PegWireMessage  *message,
            JsonObject      *object,
            GError         **error)
{
  return peg_wire_read_notes (message, object, "payload", error);
}

static gboolean
read_presence (PegWireMessage  *message,
               JsonObject      *object,
               GError         **error)
{
  message->here = strcmp (message->type, "user_disconnected") != 0;

  return peg_wire_dup_string (object, "username", &message->user, error);
}

/* A text, if it is one. What an invalidation is about is of little use, and
 * every server has its own way to say it. */
static char *
dup_if_string (JsonObject *object,
               const char *member)
{
  const char *text = NULL;

  if (object != NULL)
    (void) peg_wire_read_string (object, member, NULL, &text, NULL);

  return g_strdup (text);
}

static gboolean
read_invalidate (PegWireMessage  *message,
                 JsonObject      *object,
                 GError         **error)
{
  JsonNode *node = peg_wire_get (object, "data");
  JsonObject *data = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

  message->file = dup_if_string (data, "filename");
  if (message->file == NULL)
    message->file = dup_if_string (object, "id");

  message->user = dup_if_string (data, "user");

  return TRUE;
}

/* How far, and for how long still, as far as these are numbers. */
static void
read_progress_numbers (PegWireMessage *message,
                       JsonObject     *object)
{
  JsonNode *node = peg_wire_get (object, "progress");

  if (node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) != G_TYPE_STRING)
    message->progress = CLAMP (json_node_get_double (node), 0, 100);

  node = peg_wire_get (object, "eta");
  if (node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) != G_TYPE_STRING) {
    double eta_s = json_node_get_double (node);

    if (eta_s >= 0)
      message->eta_s = (gint64) MIN (eta_s, (double) G_MAXINT);
  }
}

/* Which work it is about, if the server says so, and which file. The identity is
 * a text or a number, like that of a note. */
static gboolean
read_job (PegWireMessage  *message,
          JsonObject      *object,
          GError         **error)
{
  JsonNode *node = peg_wire_get (object, "id");

  if (node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64)
    message->job = g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
  else if (!peg_wire_dup_string (object, "id", &message->job, error))
    return FALSE;

  return peg_wire_dup_string (object, "current_file", &message->file, error);
}

static gboolean
read_progress (PegWireMessage  *message,
               JsonObject      *object,
               GError         **error)
{
  read_progress_numbers (message, object);

  return read_job (message, object, error) &&
         peg_wire_dup_string (object, "message", &message->text, error);
}

static gboolean
read_complete (PegWireMessage  *message,
               JsonObject      *object,
               GError         **error)
{
  message->done = TRUE;

  return read_job (message, object, error) &&
         peg_wire_dup_string (object, "message", &message->text, error);
}

static gboolean
read_failure (PegWireMessage  *message,
              JsonObject      *object,
              GError         **error)
{
  message->done = TRUE;
  message->code = g_strdup ("error");

  return read_job (message, object, error) &&
         peg_wire_dup_string (object, "error", &message->text, error);
}

static gboolean
read_notification (PegWireMessage  *message,
                   JsonObject      *object,
                   GError         **error)
{
  return peg_wire_dup_string (object, "message", &message->text, error) &&
         peg_wire_dup_string (object, "level", &message->code, error);
}

static gboolean
read_auth_result (PegWireMessage  *message,
                  JsonObject      *object,
                  GError         **error)
{
  message->here = strcmp (message->type, "auth_success") == 0;

  return peg_wire_dup_string (object, "username", &message->user, error) &&
         peg_wire_dup_string (object, "message", &message->text, error);
}

static gboolean
read_digest (PegWireMessage  *message,
             JsonObject      *object,
             GError         **error)
{
  return peg_wire_need_number (object, "seq", NULL, &message->seq, error) &&
         peg_wire_dup_needed (object, "hash", &message->hash, error);
}

static gboolean
read_error (PegWireMessage  *message,
            JsonObject      *object,
            GError         **error)
{
  return peg_wire_dup_string (object, "code", &message->code, error) &&
         peg_wire_dup_string (object, "message", &message->text, error);
}

/* The members that the readers above look at, and peg_wire_decode_json() for them. */

#define PLAIN(name) { name, PEG_WIRE_SHAPE_PLAIN, NULL }
#define ARRAY(name) { name, PEG_WIRE_SHAPE_ARRAY, NULL }
#define COMMON PLAIN ("type"), PLAIN ("timestamp")
#define END { NULL, PEG_WIRE_SHAPE_PLAIN, NULL }

static const PegWireMember of_nothing[] = { COMMON, END };

static const PegWireMember of_changes[] = {
  COMMON, PLAIN ("epoch"), PLAIN ("seq"), PLAIN ("cause"), PLAIN ("by"), ARRAY ("removed"),
  ARRAY ("changed"), END
};

static const PegWireMember of_list[] = {
  COMMON, PLAIN ("epoch"), PLAIN ("seq"), { "payload", PEG_WIRE_SHAPE_OBJECT, NULL }, END
};

static const PegWireMember of_ping[] = { COMMON, PLAIN ("id"), END };

static const PegWireMember of_transfer[] = { PLAIN ("max_chunk"), PLAIN ("window"), END };

static const PegWireMember of_hello[] = {
  COMMON, PLAIN ("epoch"), PLAIN ("seq"), PLAIN ("recovered"), PLAIN ("user"), PLAIN ("name"),
  PLAIN ("server_time"), PLAIN ("ping_ms"), PLAIN ("retry_window_ms"), PLAIN ("poll_ms"),
  ARRAY ("present"), { "transfer", PEG_WIRE_SHAPE_OBJECT, of_transfer }, END
};

G_STATIC_ASSERT (G_N_ELEMENTS (of_hello) <= PEG_WIRE_MAX_MEMBERS);

static const PegWireMember of_notes[] = { COMMON, ARRAY ("payload"), END };

static const PegWireMember of_presence[] = { COMMON, PLAIN ("username"), END };

static const PegWireMember of_data[] = { PLAIN ("filename"), PLAIN ("user"), END };

static const PegWireMember of_invalidate[] = {
  COMMON, { "data", PEG_WIRE_SHAPE_OBJECT, of_data }, PLAIN ("id"), END
};

static const PegWireMember of_progress[] = {
  COMMON, PLAIN ("progress"), PLAIN ("eta"), PLAIN ("id"), PLAIN ("current_file"), PLAIN ("message"), END
};

static const PegWireMember of_failure[] = {
  COMMON, PLAIN ("id"), PLAIN ("current_file"), PLAIN ("error"), END
};

static const PegWireMember of_notification[] = { COMMON, PLAIN ("message"), PLAIN ("level"), END };

static const PegWireMember of_auth_result[] = { COMMON, PLAIN ("username"), PLAIN ("message"), END };

static const PegWireMember of_digest[] = { COMMON, PLAIN ("seq"), PLAIN ("hash"), END };

static const PegWireMember of_error[] = { COMMON, PLAIN ("code"), PLAIN ("message"), END };

const PegWireType peg_wire_server_types[] = {
  { "FILES_CHANGED", PEG_WIRE_FILES_CHANGED, read_files_changed, of_changes },
  { "FILE_LIST_UPDATED", PEG_WIRE_FILE_LIST, read_file_list, of_list },
  { "pong", PEG_WIRE_PONG, peg_wire_read_ping_id, of_ping },
  { "hello_ok", PEG_WIRE_HELLO_OK, read_hello_ok, of_hello },
  { "NEW_MESSAGES", PEG_WIRE_NOTES, read_notes, of_notes },
  { "user_connected", PEG_WIRE_PRESENCE, read_presence, of_presence },
  { "user_disconnected", PEG_WIRE_PRESENCE, read_presence, of_presence },
  { "USER_LOGGED_IN", PEG_WIRE_PRESENCE, read_presence, of_presence },
  { "file_locked", PEG_WIRE_INVALIDATE, read_invalidate, of_invalidate },
  { "file_unlocked", PEG_WIRE_INVALIDATE, read_invalidate, of_invalidate },
  { "file_deleted", PEG_WIRE_INVALIDATE, read_invalidate, of_invalidate },
  { "update_requested", PEG_WIRE_INVALIDATE, read_invalidate, of_invalidate },
  { "update", PEG_WIRE_INVALIDATE, read_invalidate, of_invalidate },
  { "delete", PEG_WIRE_INVALIDATE, read_invalidate, of_invalidate },
  { "processing_progress", PEG_WIRE_PROGRESS, read_progress, of_progress },
  { "processing_complete", PEG_WIRE_PROGRESS, read_complete, of_progress },
  { "processing_error", PEG_WIRE_PROGRESS, read_failure, of_failure },
  { "notification", PEG_WIRE_NOTIFICATION, read_notification, of_notification },
  { "CONFIG_CHANGED", PEG_WIRE_CONFIG_CHANGED, NULL, of_nothing },
  { "auth_success", PEG_WIRE_AUTH_RESULT, read_auth_result, of_auth_result },
  { "auth_failed", PEG_WIRE_AUTH_RESULT, read_auth_result, of_auth_result },
  { "digest", PEG_WIRE_DIGEST, read_digest, of_digest },
  { "error", PEG_WIRE_ERROR_MESSAGE, read_error, of_error },
  { NULL, PEG_WIRE_UNKNOWN, NULL, NULL },
};
