/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wire-delta"

#include "peg-config.h"

#include "peg-wire-message-private.h"
#include "peg-wire-record-private.h"

#include <string.h>

/* What changed, in one pass over its bytes, as servers really write it: the
 * deltas of pegboard.1, and the messages about one file of classic servers. They
 * are what comes all day, and what comes in a flood. One takes 1.4 µs, with
 * json-glib 17 (tests/bench/wire): there is no tree, and peg_wire_record_read()
 * makes an entry of its files like of those of a list.
 *
 * Like in peg-wire-record.c there is no mercy and no error: of a message that is
 * not plainly right nothing is taken, and all of it is left to json-glib
 * (peg-wire-server.c), which decides what it means. */

/* The members that count, and of them those of `data`. */
enum {
  NAME_TYPE,
  NAME_TIMESTAMP,
  NAME_EPOCH,
  NAME_SEQ,
  NAME_CAUSE,
  NAME_BY,
  NAME_REMOVED,
  NAME_CHANGED,
  NAME_ID,
  NAME_DATA,
  N_NAMES,
};

enum {
  NAME_FILENAME,
  NAME_USER,
  N_DATA_NAMES,
};

static const char * const names[N_NAMES] = {
  [NAME_TYPE] = "type",
  [NAME_TIMESTAMP] = "timestamp",
  [NAME_EPOCH] = "epoch",
  [NAME_SEQ] = "seq",
  [NAME_CAUSE] = "cause",
  [NAME_BY] = "by",
  [NAME_REMOVED] = "removed",
  [NAME_CHANGED] = "changed",
  [NAME_ID] = "id",
  [NAME_DATA] = "data",
};

static const char * const data_names[N_DATA_NAMES] = {
  [NAME_FILENAME] = "filename",
  [NAME_USER] = "user",
};

/* What has been read. The texts are in the message, or in the scratch of its
 * cursor. */
typedef struct {
  const PegWireType *type; /* (nullable) */
  gint64 server_us;
  gint64 seq;              /* -1: none */
  PegEntrySlice epoch;
  PegEntrySlice cause;
  PegEntrySlice by;
  PegEntrySlice id;
  PegEntrySlice data[N_DATA_NAMES];
  GPtrArray *removed;      /* (owned) (nullable) (element-type utf8) */
  GPtrArray *entries;      /* (owned) (nullable) (element-type PegEntry) */
  GByteArray *scratch;     /* (owned): for the records */
} Delta;

/* Reads the value of a member.
 *
 * @name: its place among the names of the object; -1: it means nothing here */
typedef gboolean (*ReadMember) (PegWireCursor *cursor,
                                int            name,
                                Delta         *delta);

/* Reads one element of an array. */
typedef gboolean (*ReadElement) (PegWireCursor *cursor,
                                 Delta         *delta);

static int
find_name (const char * const  *of,
           guint                n,
           const PegEntrySlice *text)
{
  for (guint i = 0; i < n; i++) {
    if (strncmp (of[i], text->text, text->length) == 0 && of[i][text->length] == '\0')
      return (int) i;
  }

  return -1;
}

/* After a member or an element.
 *
 * @ended: (out): whether it was the last */
static gboolean
read_separator (PegWireCursor *cursor,
                char           closing,
                gboolean      *ended)
{
  if (!peg_wire_cursor_seek (cursor))
    return FALSE;

  *ended = *cursor->at == closing;
  if (!*ended && *cursor->at != ',')
    return peg_wire_cursor_stop (cursor, PEG_WIRE_RECORD_UNSURE);

  cursor->at++;

  return TRUE;
}

static gboolean
read_object (PegWireCursor      *cursor,
             const char * const *of,
             guint               n,
             ReadMember          read,
             Delta              *delta)
{
  gboolean ended = FALSE;
  guint32 seen = 0;

  if (!peg_wire_cursor_take (cursor, '{') || !peg_wire_cursor_seek (cursor))
    return FALSE;

  if (*cursor->at == '}') {
    cursor->at++;
    return TRUE;
  }

  while (!ended) {
    PegEntrySlice text;
    int name;

    if (!peg_wire_cursor_seek (cursor))
      return FALSE;
    if (*cursor->at != '"')
      return peg_wire_cursor_stop (cursor, PEG_WIRE_RECORD_UNSURE);
    if (!peg_wire_cursor_string (cursor, &text))
      return FALSE;

    /* Of two members with one name the last counts; that is left to others. */
    name = find_name (of, n, &text);
    if (name >= 0 && (seen & 1u << name) != 0)
      return peg_wire_cursor_stop (cursor, PEG_WIRE_RECORD_UNSURE);
    if (name >= 0)
      seen |= 1u << name;

    if (!peg_wire_cursor_take (cursor, ':') || !peg_wire_cursor_seek (cursor) ||
        !read (cursor, name, delta) || !read_separator (cursor, '}', &ended))
      return FALSE;
  }

  return TRUE;
}

static gboolean
read_array (PegWireCursor *cursor,
            ReadElement    read,
            Delta         *delta)
{
  gboolean ended = FALSE;

  if (!peg_wire_cursor_take (cursor, '[') || !peg_wire_cursor_seek (cursor))
    return FALSE;

  if (*cursor->at == ']') {
    cursor->at++;
    return TRUE;
  }

  while (!ended) {
    if (!peg_wire_cursor_seek (cursor) || !read (cursor, delta) ||
        !read_separator (cursor, ']', &ended))
      return FALSE;
  }

  return TRUE;
}

static gboolean
read_removed (PegWireCursor *cursor,
              Delta         *delta)
{
  PegEntrySlice text;

  if (*cursor->at != '"')
    return peg_wire_cursor_stop (cursor, PEG_WIRE_RECORD_UNSURE);
  if (!peg_wire_cursor_string (cursor, &text))
    return FALSE;

  g_ptr_array_add (delta->removed, g_strndup (text.text, text.length));

  return TRUE;
}

static gboolean
read_changed (PegWireCursor *cursor,
              Delta         *delta)
{
  const PegEntrySlice no_group = { "", 0 };
  const char *behind;
  PegEntry *entry;
  PegWireRecord record = peg_wire_record_read (cursor->at, cursor->end, &no_group, delta->scratch,
                                               &behind, &entry);

  if (record != PEG_WIRE_RECORD_WHOLE)
    return peg_wire_cursor_stop (cursor, record);

  g_ptr_array_add (delta->entries, entry);
  cursor->at = behind;

  return TRUE;
}

/* Nobody knows the other types here, so there is no need to read on. */
static gboolean
read_type (PegWireCursor *cursor,
           Delta         *delta)
{
  PegEntrySlice text = { NULL, 0 };

  if (!peg_wire_cursor_text (cursor, &text))
    return FALSE;

  for (const PegWireType *type = peg_wire_server_types; text.text != NULL && type->name != NULL; type++) {
    if ((type->kind == PEG_WIRE_FILES_CHANGED || type->kind == PEG_WIRE_INVALIDATE) &&
        find_name (&type->name, 1, &text) == 0) {
      delta->type = type;
      return TRUE;
    }
  }

  return peg_wire_cursor_stop (cursor, PEG_WIRE_RECORD_UNSURE);
}

/* A text; what is something else counts as none. */
static gboolean
read_if_text (PegWireCursor *cursor,
              PegEntrySlice *text)
{
  return *cursor->at == '"' ? peg_wire_cursor_text (cursor, text) : peg_wire_cursor_skip (cursor);
}

static gboolean
read_data_member (PegWireCursor *cursor,
                  int            name,
                  Delta         *delta)
{
  return name >= 0 ? read_if_text (cursor, &delta->data[name]) : peg_wire_cursor_skip (cursor);
}

static gboolean
read_member (PegWireCursor *cursor,
             int            name,
             Delta         *delta)
{
  /* Null is as good as nothing. */
  if (name > NAME_TYPE && *cursor->at == 'n')
    return peg_wire_cursor_word (cursor, "null", 4);

  switch (name) {
  case NAME_TYPE:
    return read_type (cursor, delta);
  case NAME_TIMESTAMP:
    return peg_wire_cursor_time (cursor, &delta->server_us);
  case NAME_EPOCH:
    return peg_wire_cursor_text (cursor, &delta->epoch);
  case NAME_SEQ:
    return peg_wire_cursor_digits (cursor, &delta->seq);
  case NAME_CAUSE:
    return peg_wire_cursor_text (cursor, &delta->cause);
  case NAME_BY:
    return peg_wire_cursor_text (cursor, &delta->by);
  case NAME_REMOVED:
    delta->removed = g_ptr_array_new_with_free_func (g_free);
    return read_array (cursor, read_removed, delta);
  case NAME_CHANGED:
    return read_array (cursor, read_changed, delta);
  case NAME_ID:
    return read_if_text (cursor, &delta->id);
  case NAME_DATA:
    return read_object (cursor, data_names, N_DATA_NAMES, read_data_member, delta);
  default:
    return peg_wire_cursor_skip (cursor);
  }
}

static char *
dup_text (const PegEntrySlice *text)
{
  return text->text != NULL ? g_strndup (text->text, text->length) : NULL;
}

/* Says what read_files_changed() of peg-wire-server.c says. */
static void
fill_files_changed (PegWireMessage *message,
                    Delta          *delta)
{
  g_autofree char *cause = dup_text (&delta->cause);

  message->has_position = delta->epoch.text != NULL && delta->seq >= 0;
  if (message->has_position) {
    message->epoch = dup_text (&delta->epoch);
    message->seq = (guint64) delta->seq;
  }

  message->cause = peg_wire_cause_from_nick (cause);
  message->user = dup_text (&delta->by);
  message->entries = g_steal_pointer (&delta->entries);

  if (delta->removed != NULL) {
    g_ptr_array_add (delta->removed, NULL);
    message->removed = (char **) g_ptr_array_free (g_steal_pointer (&delta->removed), FALSE);
  }
}

/* Says what read_invalidate() of peg-wire-server.c says. */
static void
fill_invalidate (PegWireMessage *message,
                 const Delta    *delta)
{
  const PegEntrySlice *filename = &delta->data[NAME_FILENAME];

  message->file = dup_text (filename->text != NULL ? filename : &delta->id);
  message->user = dup_text (&delta->data[NAME_USER]);
}

static PegWireMessage *
new_message (Delta *delta)
{
  PegWireMessage *message;

  if (delta->type == NULL)
    return NULL;

  message = peg_wire_message_new (delta->type->kind);
  message->type = g_strdup (delta->type->name);
  message->server_us = delta->server_us;

  if (message->kind == PEG_WIRE_FILES_CHANGED)
    fill_files_changed (message, delta);
  else
    fill_invalidate (message, delta);

  return message;
}

/**
 * peg_wire_read_delta:
 * @data: a message
 * @length: of @data, bytes
 *
 * Reads a message about files that changed. Takes only one that json-glib would
 * read to the very same message.
 *
 * Returns: (transfer full) (nullable): the message; %NULL: it is another one, or
 *   something in it is unusual or wrong
 */
PegWireMessage *
peg_wire_read_delta (const char *data,
                     gsize       length)
{
  g_autoptr (GByteArray) escapes = g_byte_array_new ();
  g_autoptr (GByteArray) scratch = g_byte_array_new ();
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  PegWireCursor cursor = { .begin = data, .at = data, .end = data + length, .scratch = escapes };
  Delta delta = { .seq = -1, .entries = entries, .scratch = scratch };
  PegWireMessage *message = NULL;

  if (read_object (&cursor, names, N_NAMES, read_member, &delta)) {
    peg_wire_cursor_skip_space (&cursor);
    if (cursor.at == cursor.end)
      message = new_message (&delta);
  }

  if (delta.entries == NULL)
    g_steal_pointer (&entries);
  g_clear_pointer (&delta.removed, g_ptr_array_unref);

  return message;
}
