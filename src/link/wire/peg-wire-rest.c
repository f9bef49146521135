/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wire-rest"

#include "peg-config.h"

#include "peg-wire-rest.h"

#include "peg-revision.h"
#include "peg-wire-file-private.h"
#include "peg-wire-list.h"
#include "peg-wire-message-private.h"

#include <string.h>

/**
 * peg_wire_config_free:
 * @self: (nullable) (transfer full): a configuration
 */
void
peg_wire_config_free (PegWireConfig *self)
{
  if (self == NULL)
    return;

  g_free (self->user);
  g_free (self->name);
  g_free (self->server);
  g_free (self->role);
  g_free (self);
}

/* The object that a body is; @root keeps it. */
static JsonObject *
parse_body (const char  *data,
            gsize        length,
            gsize        max_bytes,
            JsonNode   **root,
            GError     **error)
{
  *root = peg_wire_json_parse (data, length, max_bytes, error);

  return *root != NULL ? peg_wire_json_root (*root, error) : NULL;
}

static gboolean
dup_string (JsonObject          *object,
            const char          *member,
            const PegWireWhere  *where,
            char               **value,
            GError             **error)
{
  const char *text;

  if (!peg_wire_read_string (object, member, where, &text, error))
    return FALSE;

  *value = g_strdup (text);

  return TRUE;
}

/**
 * peg_wire_decode_config:
 * @data: (array length=length): the body of an answer to `GET /config`
 * @length: of @data, bytes
 * @error: return location for a #GError of %PEG_WIRE_ERROR
 *
 * Returns: (transfer full): what the server says of itself, or %NULL with
 *   @error set
 */
PegWireConfig *
peg_wire_decode_config (const char  *data,
                        gsize        length,
                        GError     **error)
{
  g_autoptr (PegWireConfig) config = g_new0 (PegWireConfig, 1);
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object;

  g_return_val_if_fail (data != NULL || length == 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  object = parse_body (data, length, PEG_WIRE_MAX_BYTES, &root, error);

  if (object == NULL ||
      !dup_string (object, "username", NULL, &config->user, error) ||
      !dup_string (object, "shop_name", NULL, &config->name, error) ||
      !dup_string (object, "server", NULL, &config->server, error) ||
      !dup_string (object, "role", NULL, &config->role, error) ||
      !peg_wire_read_boolean (object, "is_admin", NULL, &config->is_admin, error) ||
      !peg_wire_read_boolean (object, "has_token", NULL, &config->has_token, error) ||
      !peg_wire_read_boolean (object, "sign_in", NULL, &config->sign_in, error))
    return NULL;

  return g_steal_pointer (&config);
}

/**
 * peg_wire_encode_config:
 * @config: what the server says of itself
 *
 * Returns: (transfer full): the body of an answer to `GET /config`
 */
char *
peg_wire_encode_config (const PegWireConfig *config)
{
  PegWireWriter writer;

  g_return_val_if_fail (config != NULL, NULL);

  peg_wire_writer_init (&writer, 256);
  peg_wire_put_open (&writer, NULL, '{');
  peg_wire_put_string (&writer, "username", config->user);
  peg_wire_put_string (&writer, "shop_name", config->name);
  peg_wire_put_string (&writer, "server", config->server);
  peg_wire_put_string (&writer, "role", config->role);
  peg_wire_put_boolean (&writer, "is_admin", config->is_admin);
  peg_wire_put_boolean (&writer, "has_token", config->has_token);
  peg_wire_put_boolean (&writer, "sign_in", config->sign_in);
  peg_wire_put_close (&writer, '}');

  return peg_wire_writer_finish (&writer, NULL);
}

/**
 * peg_wire_request_free:
 * @self: (nullable) (transfer full): a request
 */
void
peg_wire_request_free (PegWireRequest *self)
{
  if (self == NULL)
    return;

  g_free (self->user);
  g_free (self->message);
  g_free (self->station);
  g_free (self->recipient);
  g_free (self->sender);
  g_free (self->note_id);
  g_free (self);
}

/**
 * peg_wire_decode_request:
 * @data: (array length=length): the body of a request, see #PegWireRequest
 * @length: of @data, bytes
 * @error: return location for a #GError of %PEG_WIRE_ERROR
 *
 * Returns: (transfer full): who wants what, or %NULL with @error set
 */
PegWireRequest *
peg_wire_decode_request (const char  *data,
                         gsize        length,
                         GError     **error)
{
  g_autoptr (PegWireRequest) request = g_new0 (PegWireRequest, 1);
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object;

  g_return_val_if_fail (data != NULL || length == 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  object = parse_body (data, length, PEG_WIRE_MAX_BYTES, &root, error);

  if (object == NULL ||
      !dup_string (object, "user", NULL, &request->user, error) ||
      !dup_string (object, "message", NULL, &request->message, error) ||
      !dup_string (object, "station", NULL, &request->station, error) ||
      !dup_string (object, "recipient", NULL, &request->recipient, error) ||
      !dup_string (object, "sender", NULL, &request->sender, error) ||
      !dup_string (object, "message_id", NULL, &request->note_id, error) ||
      !peg_wire_read_number (object, "token", NULL, &request->token, error))
    return NULL;

  if (request->user == NULL && !dup_string (object, "admin_user", NULL, &request->user, error))
    return NULL;

  return g_steal_pointer (&request);
}

/**
 * peg_wire_encode_request:
 * @request: who wants what
 *
 * Writes only what is set: classic servers know `user` and `message` alone.
 *
 * Returns: (transfer full): the body of a check-out or a release
 */
char *
peg_wire_encode_request (const PegWireRequest *request)
{
  PegWireWriter writer;

  g_return_val_if_fail (request != NULL, NULL);

  peg_wire_writer_init (&writer, 128);
  peg_wire_put_open (&writer, NULL, '{');
  if (request->user != NULL)
    peg_wire_put_string (&writer, "user", request->user);
  if (request->message != NULL)
    peg_wire_put_string (&writer, "message", request->message);
  if (request->station != NULL)
    peg_wire_put_string (&writer, "station", request->station);
  if (request->token != 0)
    peg_wire_put_number (&writer, "token", request->token);
  if (request->recipient != NULL)
    peg_wire_put_string (&writer, "recipient", request->recipient);
  if (request->sender != NULL)
    peg_wire_put_string (&writer, "sender", request->sender);
  if (request->note_id != NULL)
    peg_wire_put_string (&writer, "message_id", request->note_id);
  peg_wire_put_close (&writer, '}');

  return peg_wire_writer_finish (&writer, NULL);
}

/**
 * peg_wire_decode_groups:
 * @data: (array length=length): the body of an answer to `GET /files`
 * @length: of @data, bytes
 * @max_bytes: how much is too much
 * @error: return location for a #GError
 *
 * Reads the list of every file with json-glib. This says what it means;
 * peg_wire_decode_files() is a faster way to the same.
 *
 * Returns: (transfer full): a message of %PEG_WIRE_FILE_LIST without a
 *   position, or %NULL with @error set
 */
PegWireMessage *
peg_wire_decode_groups (const char  *data,
                        gsize        length,
                        gsize        max_bytes,
                        GError     **error)
{
  g_autoptr (PegWireMessage) message = peg_wire_message_new (PEG_WIRE_FILE_LIST);
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object;

  message->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  object = parse_body (data, length, max_bytes, &root, error);

  if (object == NULL ||
      !peg_wire_read_groups (object, NULL, message->entries, &message->placeholder, error))
    return NULL;

  return g_steal_pointer (&message);
}

/**
 * peg_wire_decode_files:
 * @data: (array length=length): the body of an answer to `GET /files`
 * @length: of @data, bytes
 * @error: return location for a #GError of %PEG_WIRE_ERROR
 *
 * Reads the list of every file, for whoever has all of it; for who has not, there
 * is #PegWireListReader. It may be larger than what is taken from a socket: a
 * list that is too long for that is asked for with HTTP. Where it stands
 * (`epoch`, `seq`) is in the headers, not here.
 *
 * Returns: (transfer full): a message of %PEG_WIRE_FILE_LIST without a
 *   position, or %NULL with @error set
 */
PegWireMessage *
peg_wire_decode_files (const char  *data,
                       gsize        length,
                       GError     **error)
{
  g_autoptr (PegWireListReader) reader = peg_wire_list_reader_new (PEG_WIRE_LIST_BODY);

  g_return_val_if_fail (data != NULL || length == 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return peg_wire_list_reader_feed (reader, data, length, error)
           ? peg_wire_list_reader_finish (reader, error) : NULL;
}

/**
 * peg_wire_decode_notes:
 * @data: (array length=length): the body of an answer to `GET /messages/check`
 * @length: of @data, bytes
 * @error: return location for a #GError of %PEG_WIRE_ERROR
 *
 * Returns: (transfer full) (element-type PegNote): the notes that are not
 *   acknowledged, or %NULL with @error set
 */
GPtrArray *
peg_wire_decode_notes (const char  *data,
                       gsize        length,
                       GError     **error)
{
  g_autoptr (PegWireMessage) message = peg_wire_message_new (PEG_WIRE_NOTES);
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object;

  g_return_val_if_fail (data != NULL || length == 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  object = parse_body (data, length, PEG_WIRE_MAX_BYTES, &root, error);

  if (object == NULL || !peg_wire_read_notes (message, object, "messages", error))
    return NULL;

  return g_steal_pointer (&message->notes);
}

/**
 * peg_wire_encode_files:
 * @entries: (element-type PegEntry): every file
 * @dialect: which members a FILE has
 * @length: (out) (optional): how long it is, bytes
 *
 * Returns: (transfer full): the body of an answer to `GET /files`
 */
char *
peg_wire_encode_files (GPtrArray  *entries,
                       PegDialect  dialect,
                       gsize      *length)
{
  PegWireWriter writer;

  g_return_val_if_fail (entries != NULL, NULL);

  peg_wire_writer_init (&writer, 64 + peg_wire_files_size (entries, dialect));
  peg_wire_put_groups (&writer, NULL, entries, FALSE, dialect);

  return peg_wire_writer_finish (&writer, length);
}

static PegRevision *
read_history_item (JsonObject          *object,
                   const PegWireWhere  *where,
                   GError             **error)
{
  PegRevision values = { .size = -1 };
  const char *hash, *who, *comment;
  guint64 size;

  if (!peg_wire_read_string (object, "commit_hash", where, &hash, error) ||
      !peg_wire_read_string (object, "author_name", where, &who, error) ||
      !peg_wire_read_string (object, "message", where, &comment, error) ||
      !peg_wire_read_time (object, "date", where, &values.when_us, error) ||
      !peg_wire_read_revision (object, "revision", where, &values.major, &values.minor, error))
    return NULL;

  if (peg_wire_get (object, "size") != NULL) {
    if (!peg_wire_read_number (object, "size", where, &size, error))
      return NULL;
    values.size = (gint64) size;
  }

  values.hash = (char *) hash;
  values.who = (char *) who;
  values.comment = (char *) comment;

  return peg_revision_new (&values);
}

/* The array that @member of a body is; it must be there. */
static JsonArray *
need_array (JsonObject  *object,
            const char  *member,
            GError     **error)
{
  JsonArray *array;

  if (!peg_wire_read_array (object, member, NULL, &array, error))
    return NULL;

  if (array == NULL)
    peg_wire_set_error (error, PEG_WIRE_ERROR_MISSING, NULL, member, "is missing");

  return array;
}

/**
 * peg_wire_decode_history:
 * @data: (array length=length): the body of an answer to `GET /files/…/history`
 * @length: of @data, bytes
 * @error: return location for a #GError of %PEG_WIRE_ERROR
 *
 * Returns: (transfer full) (element-type PegRevision): the revisions in the
 *   order of the server, which is the newest first, or %NULL with @error set
 */
GPtrArray *
peg_wire_decode_history (const char  *data,
                         gsize        length,
                         GError     **error)
{
  const PegWireWhere where = { .name = "history" };
  g_autoptr (GPtrArray) revisions = NULL;
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object;
  JsonArray *array;

  g_return_val_if_fail (data != NULL || length == 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  object = parse_body (data, length, PEG_WIRE_MAX_BYTES, &root, error);
  array = object != NULL ? need_array (object, "history", error) : NULL;
  if (array == NULL)
    return NULL;

  revisions = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_revision_unref);

  for (guint i = 0; i < json_array_get_length (array); i++) {
    const PegWireWhere here = { .up = &where, .index = i };
    JsonObject *item = peg_wire_element_object (array, &here, error);
    PegRevision *revision = item != NULL ? read_history_item (item, &here, error) : NULL;

    if (revision == NULL)
      return NULL;

    g_ptr_array_add (revisions, revision);
  }

  return g_steal_pointer (&revisions);
}

/**
 * peg_wire_encode_history:
 * @filename: whose history it is
 * @revisions: (element-type PegRevision): newest first
 *
 * Returns: (transfer full): the body of an answer to `GET /files/…/history`
 */
char *
peg_wire_encode_history (const char *filename,
                         GPtrArray  *revisions)
{
  PegWireWriter writer;

  g_return_val_if_fail (filename != NULL, NULL);
  g_return_val_if_fail (revisions != NULL, NULL);

  peg_wire_writer_init (&writer, 64 + 256 * (gsize) revisions->len);
  peg_wire_put_open (&writer, NULL, '{');
  peg_wire_put_string (&writer, "filename", filename);
  peg_wire_put_open (&writer, "history", '[');

  for (guint i = 0; i < revisions->len; i++) {
    const PegRevision *revision = g_ptr_array_index (revisions, i);

    peg_wire_put_open (&writer, NULL, '{');
    peg_wire_put_string (&writer, "commit_hash", revision->hash);
    peg_wire_put_string (&writer, "author_name", revision->who);
    peg_wire_put_time (&writer, "date", revision->when_us);
    peg_wire_put_string (&writer, "message", revision->comment != NULL ? revision->comment : "");
    peg_wire_put_revision (&writer, "revision", revision->major, revision->minor);
    if (revision->size >= 0)
      peg_wire_put_number (&writer, "size", (guint64) revision->size);
    peg_wire_put_close (&writer, '}');
  }

  peg_wire_put_close (&writer, ']');
  peg_wire_put_close (&writer, '}');

  return peg_wire_writer_finish (&writer, NULL);
}
