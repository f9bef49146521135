/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wire-encode"

#include "peg-config.h"

#include "peg-wire.h"

#include "peg-wire-file-private.h"

#include <string.h>

/* About how long a message is that holds no files, bytes. */
#define MESSAGE_SIZE 256

/* The type on the wire: the one that is set, for a kind that has several. */
static const char *
get_type (const PegWireMessage *message)
{
  switch (message->kind) {
  case PEG_WIRE_FILE_LIST:
    return "FILE_LIST_UPDATED";
  case PEG_WIRE_FILES_CHANGED:
    return "FILES_CHANGED";
  case PEG_WIRE_HELLO_OK:
    return "hello_ok";
  case PEG_WIRE_PONG:
    return "pong";
  case PEG_WIRE_NOTES:
    return "NEW_MESSAGES";
  case PEG_WIRE_PRESENCE:
    if (message->type != NULL)
      return message->type;
    return message->here ? "user_connected" : "user_disconnected";
  case PEG_WIRE_INVALIDATE:
    return message->type != NULL ? message->type : "update";
  case PEG_WIRE_PROGRESS:
    if (!message->done)
      return "processing_progress";
    return message->code != NULL ? "processing_error" : "processing_complete";
  case PEG_WIRE_NOTIFICATION:
    return "notification";
  case PEG_WIRE_CONFIG_CHANGED:
    return "CONFIG_CHANGED";
  case PEG_WIRE_AUTH_RESULT:
    return message->here ? "auth_success" : "auth_failed";
  case PEG_WIRE_DIGEST:
  case PEG_WIRE_DIGEST_REQUEST:
    return "digest";
  case PEG_WIRE_ERROR_MESSAGE:
    return "error";
  case PEG_WIRE_SET_USER:
    return "SET_USER";
  case PEG_WIRE_REFRESH_FILES:
    return "REFRESH_FILES";
  case PEG_WIRE_PING:
    return "ping";
  case PEG_WIRE_SUBSCRIBE:
    return "subscribe";
  case PEG_WIRE_UNSUBSCRIBE:
    return "unsubscribe";
  case PEG_WIRE_REQUEST_UPDATE:
    return "request_update";
  case PEG_WIRE_AUTH:
    return "auth";
  case PEG_WIRE_HELLO:
    return "hello";
  case PEG_WIRE_REPLAY:
    return "replay";
  case PEG_WIRE_UNKNOWN:
    return message->type != NULL ? message->type : "unknown";
  default:
    g_assert_not_reached ();
  }
}

static void
put_unless_null (PegWireWriter *writer,
                 const char    *member,
                 const char    *value)
{
  if (value != NULL)
    peg_wire_put_string (writer, member, value);
}

static void
put_unless_zero (PegWireWriter *writer,
                 const char    *member,
                 guint64        value)
{
  if (value != 0)
    peg_wire_put_number (writer, member, value);
}

static void
put_strings (PegWireWriter       *writer,
             const char          *member,
             const char * const  *values)
{
  peg_wire_put_open (writer, member, '[');
  for (; values != NULL && *values != NULL; values++)
    peg_wire_put_string (writer, NULL, *values);
  peg_wire_put_close (writer, ']');
}

static void
put_position (PegWireWriter        *writer,
              const PegWireMessage *message)
{
  peg_wire_put_string (writer, "epoch", message->epoch != NULL ? message->epoch : "");
  peg_wire_put_number (writer, "seq", message->seq);
}

static void
put_file_list (PegWireWriter        *writer,
               const PegWireMessage *message,
               PegDialect            dialect)
{
  if (message->has_position && dialect == PEG_DIALECT_PEGBOARD_1)
    put_position (writer, message);

  peg_wire_put_groups (writer, "payload", message->entries, message->placeholder, dialect);
}

static void
put_files_changed (PegWireWriter        *writer,
                   const PegWireMessage *message,
                   PegDialect            dialect)
{
  g_autoptr (GEnumClass) causes = g_type_class_ref (PEG_TYPE_CAUSE);
  GEnumValue *cause = g_enum_get_value (causes, (int) message->cause);

  if (message->has_position)
    put_position (writer, message);

  peg_wire_put_files (writer, "changed", message->entries, dialect);
  put_strings (writer, "removed", (const char * const *) message->removed);
  peg_wire_put_string (writer, "cause", cause != NULL ? cause->value_nick : NULL);
  peg_wire_put_string (writer, "by", message->user);
}

static void
put_hello_ok (PegWireWriter        *writer,
              const PegWireMessage *message)
{
  put_position (writer, message);
  peg_wire_put_boolean (writer, "recovered", message->recovered);
  peg_wire_put_string (writer, "user", message->user);
  put_unless_null (writer, "name", message->name);
  peg_wire_put_time (writer, "server_time", message->server_us);
  put_unless_zero (writer, "ping_ms", message->ping_ms);
  put_unless_zero (writer, "retry_window_ms", message->retry_window_ms);
  put_unless_zero (writer, "poll_ms", message->poll_ms);
  if (message->present != NULL)
    put_strings (writer, "present", (const char * const *) message->present);
  if (message->max_chunk != 0) {
    peg_wire_put_open (writer, "transfer", '{');
    peg_wire_put_number (writer, "max_chunk", message->max_chunk);
    peg_wire_put_number (writer, "window", message->transfer_window);
    peg_wire_put_close (writer, '}');
  }
}

static void
put_notes (PegWireWriter        *writer,
           const PegWireMessage *message)
{
  peg_wire_put_open (writer, "payload", '[');
  for (guint i = 0; message->notes != NULL && i < message->notes->len; i++) {
    const PegNote *note = g_ptr_array_index (message->notes, i);

    peg_wire_put_open (writer, NULL, '{');
    peg_wire_put_string (writer, "id", note->id);
    peg_wire_put_string (writer, "sender", note->sender);
    peg_wire_put_time (writer, "timestamp", note->when_us);
    peg_wire_put_string (writer, "message", note->text);
    peg_wire_put_close (writer, '}');
  }
  peg_wire_put_close (writer, ']');
}

static void
put_invalidate (PegWireWriter        *writer,
                const PegWireMessage *message)
{
  peg_wire_put_open (writer, "data", '{');
  put_unless_null (writer, "filename", message->file);
  put_unless_null (writer, "user", message->user);
  peg_wire_put_close (writer, '}');
}

static void
put_progress (PegWireWriter        *writer,
              const PegWireMessage *message)
{
  put_unless_null (writer, "id", message->job);
  put_unless_null (writer, "current_file", message->file);

  if (message->done && message->code != NULL) {
    peg_wire_put_string (writer, "error", message->text);
    return;
  }

  if (!message->done) {
    if (message->progress >= 0)
      peg_wire_put_double (writer, "progress", message->progress);
    if (message->eta_s >= 0)
      peg_wire_put_number (writer, "eta", (guint64) message->eta_s);
  }

  put_unless_null (writer, "message", message->text);
}

static void
put_hello (PegWireWriter        *writer,
           const PegWireMessage *message)
{
  put_unless_null (writer, "client", message->name);
  put_unless_null (writer, "user", message->user);
  put_unless_null (writer, "locale", message->locale);

  if (message->transfer)
    peg_wire_put_boolean (writer, "transfer", TRUE);

  if (message->topics != NULL)
    put_strings (writer, "topics", (const char * const *) message->topics);

  if (message->has_position) {
    peg_wire_put_open (writer, "resume", '{');
    put_position (writer, message);
    peg_wire_put_close (writer, '}');
  }
}

static void
put_server_members (PegWireWriter        *writer,
                    const PegWireMessage *message,
                    PegDialect            dialect)
{
  switch ((int) message->kind) {
  case PEG_WIRE_FILE_LIST:
    put_file_list (writer, message, dialect);
    break;
  case PEG_WIRE_FILES_CHANGED:
    put_files_changed (writer, message, dialect);
    break;
  case PEG_WIRE_HELLO_OK:
    put_hello_ok (writer, message);
    return;
  case PEG_WIRE_NOTES:
    put_notes (writer, message);
    break;
  case PEG_WIRE_PRESENCE:
    peg_wire_put_string (writer, "username", message->user);
    break;
  case PEG_WIRE_INVALIDATE:
    put_invalidate (writer, message);
    break;
  case PEG_WIRE_PROGRESS:
    put_progress (writer, message);
    break;
  case PEG_WIRE_NOTIFICATION:
    peg_wire_put_string (writer, "message", message->text);
    put_unless_null (writer, "level", message->code);
    break;
  case PEG_WIRE_AUTH_RESULT:
    put_unless_null (writer, "username", message->user);
    put_unless_null (writer, "message", message->text);
    break;
  case PEG_WIRE_DIGEST:
    peg_wire_put_number (writer, "seq", message->seq);
    peg_wire_put_string (writer, "hash", message->hash);
    break;
  case PEG_WIRE_ERROR_MESSAGE:
    peg_wire_put_string (writer, "code", message->code);
    peg_wire_put_string (writer, "message", message->text);
    break;
  case PEG_WIRE_PONG:
    if (message->id >= 0)
      peg_wire_put_number (writer, "id", (guint64) message->id);
    break;
  default:
    break;
  }

  if (message->server_us != 0)
    peg_wire_put_time (writer, "timestamp", message->server_us);
}

static void
put_client_members (PegWireWriter        *writer,
                    const PegWireMessage *message)
{
  switch ((int) message->kind) {
  case PEG_WIRE_PING:
    if (message->id >= 0)
      peg_wire_put_number (writer, "id", (guint64) message->id);
    break;
  case PEG_WIRE_HELLO:
    put_hello (writer, message);
    break;
  case PEG_WIRE_SUBSCRIBE:
  case PEG_WIRE_UNSUBSCRIBE:
    peg_wire_put_string (writer, "channel", message->channel);
    break;
  case PEG_WIRE_AUTH:
    peg_wire_put_string (writer, "token", message->token);
    break;
  case PEG_WIRE_REPLAY:
    peg_wire_put_number (writer, "from", message->seq);
    break;
  default:
    break;
  }
}

/* Plain text; %NULL for what exists as JSON only. */
static char *
encode_plain (const PegWireMessage *message)
{
  const char *file = message->file != NULL ? message->file : "";
  const char *user = message->user != NULL ? message->user : "";

  switch ((int) message->kind) {
  case PEG_WIRE_SET_USER:
    return g_strconcat ("SET_USER:", user, NULL);
  case PEG_WIRE_REFRESH_FILES:
    return g_strdup ("REFRESH_FILES");
  case PEG_WIRE_PING:
    return message->plain ? g_strdup ("ping") : NULL;
  case PEG_WIRE_PONG:
    return message->plain ? g_strdup ("pong") : NULL;
  case PEG_WIRE_INVALIDATE:
    if (!message->plain)
      return NULL;
    if (g_strcmp0 (message->type, "FILE_COMMITTED") == 0 || g_strcmp0 (message->type, "FILE_ADDED") == 0)
      return g_strconcat (message->type, ":", file, NULL);
    return g_strconcat ("FILE_STATUS_CHANGED:", file, ":",
                        message->code != NULL ? message->code : "", ":", user, NULL);
  default:
    return NULL;
  }
}

/**
 * peg_wire_encode:
 * @message: a message, of either side; all texts are valid UTF-8
 * @dialect: which members a FILE has, and whether a list has a position
 * @length: (out) (optional): how long it is, bytes
 *
 * Writes a message as it goes over the wire. Messages that only one dialect
 * knows are written all the same: who sends knows whom it speaks to.
 *
 * Returns: (transfer full): the message, NUL-terminated
 */
char *
peg_wire_encode (const PegWireMessage *message,
                 PegDialect            dialect,
                 gsize                *length)
{
  PegWireWriter writer;
  char *plain;

  g_return_val_if_fail (message != NULL, NULL);

  plain = encode_plain (message);
  if (plain != NULL) {
    if (length != NULL)
      *length = strlen (plain);
    return plain;
  }

  peg_wire_writer_init (&writer, MESSAGE_SIZE + peg_wire_files_size (message->entries, dialect));
  peg_wire_put_open (&writer, NULL, '{');
  peg_wire_put_string (&writer, "type", get_type (message));

  if (message->kind >= PEG_WIRE_SET_USER)
    put_client_members (&writer, message);
  else
    put_server_members (&writer, message, dialect);

  peg_wire_put_close (&writer, '}');

  return peg_wire_writer_finish (&writer, length);
}
