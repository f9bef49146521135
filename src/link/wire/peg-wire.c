/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wire"

#include "peg-config.h"

#include "peg-wire.h"

#include "peg-wire-list.h"
#include "peg-wire-message-private.h"

#include <string.h>

/* To find out what may be left out of a message takes longer than what json-glib
 * makes of it, unless it is longer than this, bytes. */
#define SHORT_BYTES 4096

/**
 * peg_wire_message_new:
 * @kind: which message
 *
 * Returns: (transfer full): a message that says nothing yet
 */
PegWireMessage *
peg_wire_message_new (PegWireKind kind)
{
  PegWireMessage *self = g_new0 (PegWireMessage, 1);

  self->kind = kind;
  self->id = -1;
  self->progress = -1;
  self->eta_s = -1;

  return self;
}

/**
 * peg_wire_message_free:
 * @self: (nullable) (transfer full): a message
 */
void
peg_wire_message_free (PegWireMessage *self)
{
  if (self == NULL)
    return;

  g_free (self->type);
  g_free (self->epoch);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_strfreev (self->removed);
  g_free (self->user);
  g_free (self->name);
  g_strfreev (self->topics);
  g_free (self->channel);
  g_free (self->locale);
  g_strfreev (self->present);
  g_clear_pointer (&self->notes, g_ptr_array_unref);
  g_free (self->text);
  g_free (self->code);
  g_free (self->file);
  g_free (self->job);
  g_free (self->hash);
  g_free (self->token);
  g_free (self);
}

/**
 * peg_wire_dup_string:
 * @object: a message
 * @member: a name
 * @value: (out) (transfer full) (nullable): the text; an empty one counts as none
 * @error: return location for a #GError
 */
gboolean
peg_wire_dup_string (JsonObject  *object,
                     const char  *member,
                     char       **value,
                     GError     **error)
{
  const char *text;

  if (!peg_wire_read_string (object, member, NULL, &text, error))
    return FALSE;

  g_free (*value);
  *value = g_strdup (text);

  return TRUE;
}

/**
 * peg_wire_dup_needed:
 *
 * Like peg_wire_dup_string(), for a text that must be there and not be empty.
 */
gboolean
peg_wire_dup_needed (JsonObject  *object,
                     const char  *member,
                     char       **value,
                     GError     **error)
{
  const char *text;

  if (!peg_wire_need_string (object, member, NULL, &text, error))
    return FALSE;

  g_free (*value);
  *value = g_strdup (text);

  return TRUE;
}

/* The `id` that a pong gives back to its ping. */
gboolean
peg_wire_read_ping_id (PegWireMessage  *message,
                       JsonObject      *object,
                       GError         **error)
{
  guint64 id;

  if (peg_wire_get (object, "id") == NULL)
    return TRUE;

  if (!peg_wire_read_number (object, "id", NULL, &id, error))
    return FALSE;

  message->id = (gint64) id;

  return TRUE;
}

/* Whether it is meant to be JSON; if not, it is plain text. */
static gboolean
looks_like_json (const char *data,
                 gsize       length)
{
  gsize i = 0;

  while (i < length && g_ascii_isspace (data[i]))
    i++;

  return i == length || strchr ("{[\"-0123456789", data[i]) != NULL;
}

/**
 * peg_wire_decode_json:
 * @data: (array length=length): a message
 * @length: of @data, bytes
 * @max_bytes: how much is too much
 * @types: what the other side may send
 * @error: return location for a #GError
 *
 * Reads a message that is JSON with json-glib, whole. For every message this says
 * what it means, also for those that are read in another way (peg-wire-list.h,
 * peg-wire-delta.c, peg-wire-strip.c).
 *
 * Returns: (transfer full): the message, or %NULL with @error set
 */
PegWireMessage *
peg_wire_decode_json (const char         *data,
                      gsize               length,
                      gsize               max_bytes,
                      const PegWireType  *types,
                      GError            **error)
{
  g_autoptr (PegWireMessage) message = peg_wire_message_new (PEG_WIRE_UNKNOWN);
  g_autoptr (JsonNode) root = peg_wire_json_parse (data, length, max_bytes, error);
  JsonObject *object = root != NULL ? peg_wire_json_root (root, error) : NULL;

  if (object == NULL || !peg_wire_dup_needed (object, "type", &message->type, error))
    return NULL;

  for (; types->name != NULL; types++) {
    if (strcmp (types->name, message->type) != 0)
      continue;

    message->kind = types->kind;

    if (!peg_wire_read_time (object, "timestamp", NULL, &message->server_us, error))
      return NULL;
    if (types->read != NULL && !types->read (message, object, error))
      return NULL;

    break;
  }

  return g_steal_pointer (&message);
}

/* Makes a message of plain text; %NULL with @error set for text that may not
 * be on the wire. */
static PegWireMessage *
new_plain (const char  *data,
           gsize        length,
           char       **text,
           GError     **error)
{
  PegWireMessage *message;

  if (length > PEG_WIRE_MAX_BYTES) {
    g_set_error (error, PEG_WIRE_ERROR, PEG_WIRE_ERROR_TOO_BIG,
                 "%" G_GSIZE_FORMAT " bytes are more than the %d that are taken",
                 length, PEG_WIRE_MAX_BYTES);
    return NULL;
  }

  if (!g_utf8_validate_len (data, length, NULL)) {
    peg_wire_set_not_utf8 (error);
    return NULL;
  }

  message = peg_wire_message_new (PEG_WIRE_UNKNOWN);
  message->plain = TRUE;
  *text = g_strndup (data, length);

  return message;
}

static void
set_unknown_plain (GError **error)
{
  g_set_error_literal (error, PEG_WIRE_ERROR, PEG_WIRE_ERROR_SYNTAX,
                       "Neither JSON nor plain text that is known");
}

static char *
dup_unless_empty (const char *text)
{
  return *text != '\0' ? g_strdup (text) : NULL;
}

/* `FILE_STATUS_CHANGED:<file>:<status>:<user>`; the others of the oldest
 * generation have the file alone. A file name may hold a colon, the rest is
 * taken from the end. */
static void
read_plain_invalidate (PegWireMessage *message,
                       const char     *rest)
{
  g_autofree char *file = g_strdup (rest);
  char *user, *status;

  message->kind = PEG_WIRE_INVALIDATE;

  if (g_strcmp0 (message->type, "FILE_STATUS_CHANGED") == 0) {
    user = strrchr (file, ':');
    if (user != NULL) {
      *user = '\0';
      status = strrchr (file, ':');
      if (status != NULL) {
        *status = '\0';
        message->user = dup_unless_empty (user + 1);
        message->code = dup_unless_empty (status + 1);
      } else {
        *user = ':';
      }
    }
  }

  message->file = dup_unless_empty (file);
}

static PegWireMessage *
decode_server_plain (const char  *data,
                     gsize        length,
                     GError     **error)
{
  static const char * const types[] = { "FILE_STATUS_CHANGED", "FILE_COMMITTED", "FILE_ADDED" };
  g_autoptr (PegWireMessage) message = NULL;
  g_autofree char *text = NULL;

  message = new_plain (data, length, &text, error);
  if (message == NULL)
    return NULL;

  if (strcmp (text, "pong") == 0) {
    message->kind = PEG_WIRE_PONG;
    message->type = g_strdup ("pong");
    return g_steal_pointer (&message);
  }

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    gsize type_length = strlen (types[i]);

    if (strncmp (text, types[i], type_length) == 0 && text[type_length] == ':') {
      message->type = g_strdup (types[i]);
      read_plain_invalidate (message, text + type_length + 1);
      return g_steal_pointer (&message);
    }
  }

  set_unknown_plain (error);

  return NULL;
}

static PegWireMessage *
decode_client_plain (const char  *data,
                     gsize        length,
                     GError     **error)
{
  g_autoptr (PegWireMessage) message = NULL;
  g_autofree char *text = NULL;

  message = new_plain (data, length, &text, error);
  if (message == NULL)
    return NULL;

  if (strcmp (text, "ping") == 0) {
    message->kind = PEG_WIRE_PING;
    message->type = g_strdup ("ping");
  } else if (strcmp (text, "REFRESH_FILES") == 0) {
    message->kind = PEG_WIRE_REFRESH_FILES;
    message->type = g_strdup ("REFRESH_FILES");
  } else if (g_str_has_prefix (text, "SET_USER:")) {
    message->kind = PEG_WIRE_SET_USER;
    message->type = g_strdup ("SET_USER");
    message->user = dup_unless_empty (text + strlen ("SET_USER:"));
  } else {
    set_unknown_plain (error);
    return NULL;
  }

  return g_steal_pointer (&message);
}

/* Whether it seems to be the whole list, from a look at where servers say so: at
 * the begin, or behind everything. */
static gboolean
looks_like_list (const char *data,
                 gsize       length)
{
  static const char type[] = "\"FILE_LIST_UPDATED\"";
  const gsize look = MIN (length, 256);

  return length > 0 &&
         (memmem (data, look, type, strlen (type)) != NULL ||
          memmem (data + length - look, look, type, strlen (type)) != NULL);
}

/* Reads the whole list.
 *
 * Returns: (transfer full): the message, or %NULL with @error set; another kind
 *   than %PEG_WIRE_FILE_LIST: it is none */
static PegWireMessage *
read_list (const char  *data,
           gsize        length,
           GError     **error)
{
  g_autoptr (PegWireListReader) reader = peg_wire_list_reader_new (PEG_WIRE_LIST_MESSAGE);
  g_autoptr (PegWireMessage) message = NULL;
  g_autoptr (GError) local_error = NULL;

  if (peg_wire_list_reader_feed (reader, data, length, &local_error))
    message = peg_wire_list_reader_finish (reader, &local_error);

  if (message == NULL) {
    /* Of several faults, this one is named first. */
    if (length <= PEG_WIRE_MAX_BYTES && !g_utf8_validate_len (data, length, NULL))
      peg_wire_set_not_utf8 (error);
    else
      g_propagate_error (error, g_steal_pointer (&local_error));
  }

  return g_steal_pointer (&message);
}

static gboolean
is_list (const PegWireType *type)
{
  return type != NULL && type->kind == PEG_WIRE_FILE_LIST;
}

/* Reads a message that is JSON. It becomes what peg_wire_decode_json() makes of
 * it, or is refused with the same words, but takes no longer than what is read of
 * it is worth. */
static PegWireMessage *
decode_server_json (const char  *data,
                    gsize        length,
                    GError     **error)
{
  const PegWireType *type;
  g_autoptr (GString) stripped = NULL;
  gboolean seems_list;

  if (length > 0 && length <= PEG_WIRE_MAX_BYTES) {
    PegWireMessage *delta = peg_wire_read_delta (data, length);

    if (delta != NULL)
      return delta;
  }

  seems_list = looks_like_list (data, length);
  if (seems_list) {
    g_autoptr (PegWireMessage) list = read_list (data, length, error);

    if (list == NULL || list->kind == PEG_WIRE_FILE_LIST)
      return g_steal_pointer (&list);
  }

  if (length <= SHORT_BYTES)
    return peg_wire_decode_json (data, length, PEG_WIRE_MAX_BYTES, peg_wire_server_types, error);

  if (!peg_wire_json_check (data, length, PEG_WIRE_MAX_BYTES, NULL, error))
    return NULL;

  type = peg_wire_find_type (data, peg_wire_server_types);
  if (is_list (type) && !seems_list)
    return read_list (data, length, error);

  stripped = peg_wire_strip (data, type);

  return peg_wire_decode_json (stripped->str, stripped->len, PEG_WIRE_MAX_BYTES,
                               peg_wire_server_types, error);
}

/**
 * peg_wire_decode_server:
 * @data: (array length=length): a message
 * @length: of @data, bytes
 * @error: return location for a #GError of %PEG_WIRE_ERROR
 *
 * Reads what a server sent, in either dialect. All or nothing: a message with
 * one bad member is refused whole, so what is shown is always something the
 * server said. A type that is not known, and members that are not known, are
 * no error. Does no I/O and does not log.
 *
 * Returns: (transfer full): the message, or %NULL with @error set
 */
PegWireMessage *
peg_wire_decode_server (const char  *data,
                        gsize        length,
                        GError     **error)
{
  g_return_val_if_fail (data != NULL || length == 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return looks_like_json (data, length) ? decode_server_json (data, length, error)
                                        : decode_server_plain (data, length, error);
}

/**
 * peg_wire_decode_client:
 * @data: (array length=length): a message
 * @length: of @data, bytes
 * @error: return location for a #GError of %PEG_WIRE_ERROR
 *
 * Reads what a client sent, in either dialect; otherwise like
 * peg_wire_decode_server().
 *
 * Returns: (transfer full): the message, or %NULL with @error set
 */
PegWireMessage *
peg_wire_decode_client (const char  *data,
                        gsize        length,
                        GError     **error)
{
  g_return_val_if_fail (data != NULL || length == 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (looks_like_json (data, length))
    return peg_wire_decode_json (data, length, PEG_WIRE_MAX_BYTES, peg_wire_client_types, error);

  return decode_client_plain (data, length, error);
}
