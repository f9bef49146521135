/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wire-record"

#include "peg-config.h"

#include "peg-wire-record-private.h"

#include "peg-revision.h"
#include "peg-wire-cursor-private.h"
#include "peg-wire-file-private.h"

#include <string.h>

/* One FILE, in one pass over its bytes, as servers really write it. Here is no
 * mercy and no error: whatever is not plainly right is left to json-glib
 * (peg-wire-file.c), which decides what it means. */

/* The members of a FILE and of its `lock`. */
typedef enum {
  NAME_UNKNOWN,
  NAME_FILENAME,
  NAME_PATH,
  NAME_STATUS,
  NAME_LOCKED_BY,
  NAME_LOCKED_AT,
  NAME_CHECKOUT_MESSAGE,
  NAME_SIZE,
  NAME_MODIFIED_AT,
  NAME_DESCRIPTION,
  NAME_REVISION,
  NAME_IS_LINK,
  NAME_MASTER_FILE,
  NAME_GROUP,
  NAME_SUBGROUP,
  NAME_ID,
  NAME_VERSION,
  NAME_SHA256,
  NAME_LOCK,
  NAME_CHANGED_OUTSIDE,
  NAME_MISSING,
  NAME_TOKEN,
  NAME_BY,
  NAME_STATION,
  NAME_SINCE,
  NAME_MESSAGE,
  NAME_LAST_SEEN,
} Name;

static const char * const names[] = {
  [NAME_UNKNOWN] = "",
  [NAME_FILENAME] = "filename",
  [NAME_PATH] = "path",
  [NAME_STATUS] = "status",
  [NAME_LOCKED_BY] = "locked_by",
  [NAME_LOCKED_AT] = "locked_at",
  [NAME_CHECKOUT_MESSAGE] = "checkout_message",
  [NAME_SIZE] = "size",
  [NAME_MODIFIED_AT] = "modified_at",
  [NAME_DESCRIPTION] = "description",
  [NAME_REVISION] = "revision",
  [NAME_IS_LINK] = "is_link",
  [NAME_MASTER_FILE] = "master_file",
  [NAME_GROUP] = "group",
  [NAME_SUBGROUP] = "subgroup",
  [NAME_ID] = "id",
  [NAME_VERSION] = "version",
  [NAME_SHA256] = "sha256",
  [NAME_LOCK] = "lock",
  [NAME_CHANGED_OUTSIDE] = "changed_outside",
  [NAME_MISSING] = "missing",
  [NAME_TOKEN] = "token",
  [NAME_BY] = "by",
  [NAME_STATION] = "station",
  [NAME_SINCE] = "since",
  [NAME_MESSAGE] = "message",
  [NAME_LAST_SEEN] = "last_seen",
};

/* How long a name is, and its first and last characters, tell all but unknown
 * names apart. */
#define SHAPE(length, first, last) ((length) << 16 | (first) << 8 | (last))

static Name
guess_name (const char *text,
            gsize       length)
{
  switch (SHAPE (length, (guchar) text[0], (guchar) text[length - 1])) {
  case SHAPE (8, 'f', 'e'): return NAME_FILENAME;
  case SHAPE (4, 'p', 'h'): return NAME_PATH;
  case SHAPE (6, 's', 's'): return NAME_STATUS;
  case SHAPE (9, 'l', 'y'): return NAME_LOCKED_BY;
  case SHAPE (9, 'l', 't'): return NAME_LOCKED_AT;
  case SHAPE (16, 'c', 'e'): return NAME_CHECKOUT_MESSAGE;
  case SHAPE (4, 's', 'e'): return NAME_SIZE;
  case SHAPE (11, 'm', 't'): return NAME_MODIFIED_AT;
  case SHAPE (11, 'd', 'n'): return NAME_DESCRIPTION;
  case SHAPE (8, 'r', 'n'): return NAME_REVISION;
  case SHAPE (7, 'i', 'k'): return NAME_IS_LINK;
  case SHAPE (11, 'm', 'e'): return NAME_MASTER_FILE;
  case SHAPE (5, 'g', 'p'): return NAME_GROUP;
  case SHAPE (8, 's', 'p'): return NAME_SUBGROUP;
  case SHAPE (2, 'i', 'd'): return NAME_ID;
  case SHAPE (7, 'v', 'n'): return NAME_VERSION;
  case SHAPE (6, 's', '6'): return NAME_SHA256;
  case SHAPE (4, 'l', 'k'): return NAME_LOCK;
  case SHAPE (15, 'c', 'e'): return NAME_CHANGED_OUTSIDE;
  case SHAPE (7, 'm', 'g'): return NAME_MISSING;
  case SHAPE (5, 't', 'n'): return NAME_TOKEN;
  case SHAPE (2, 'b', 'y'): return NAME_BY;
  case SHAPE (7, 's', 'n'): return NAME_STATION;
  case SHAPE (5, 's', 'e'): return NAME_SINCE;
  case SHAPE (7, 'm', 'e'): return NAME_MESSAGE;
  case SHAPE (9, 'l', 'n'): return NAME_LAST_SEEN;
  default: return NAME_UNKNOWN;
  }
}

/* The name of a member, and its colon. */
static gboolean
read_name (PegWireCursor *cursor,
           Name          *name)
{
  PegEntrySlice text;

  if (!peg_wire_cursor_seek (cursor))
    return FALSE;
  if (*cursor->at != '"')
    return peg_wire_cursor_stop (cursor, PEG_WIRE_RECORD_UNSURE);
  if (!peg_wire_cursor_string (cursor, &text))
    return FALSE;

  *name = text.length > 0 && text.length <= 16 ? guess_name (text.text, text.length) : NAME_UNKNOWN;
  if (*name != NAME_UNKNOWN && memcmp (text.text, names[*name], text.length) != 0)
    *name = NAME_UNKNOWN;

  return peg_wire_cursor_take (cursor, ':') && peg_wire_cursor_seek (cursor);
}

static gboolean
read_boolean (PegWireCursor *cursor,
              PegEntryFlags  flag,
              PegEntryFlags *flags)
{
  switch (*cursor->at) {
  case 't':
    *flags |= flag;
    return peg_wire_cursor_word (cursor, "true", 4);
  case 'f':
    return peg_wire_cursor_word (cursor, "false", 5);
  case 'n':
    return peg_wire_cursor_word (cursor, "null", 4);
  default:
    return peg_wire_cursor_stop (cursor, PEG_WIRE_RECORD_UNSURE);
  }
}

static gboolean
read_count (PegWireCursor *cursor,
            guint64       *number)
{
  gint64 value = 0;

  if (!peg_wire_cursor_number (cursor, &value))
    return FALSE;

  *number = (guint64) value;

  return TRUE;
}

/* See peg_wire_read_revision(). */
static gboolean
read_revision (PegWireCursor  *cursor,
               PegEntrySlices *slices)
{
  PegEntrySlice text = { NULL, 0 };
  char terminated[2 * 11 + 2];

  if (g_ascii_isdigit (*cursor->at)) {
    gint64 number;

    if (!peg_wire_cursor_digits (cursor, &number))
      return FALSE;
    if (number <= G_MAXINT) {
      slices->major = (int) number;
      slices->minor = 0;
    }
    return TRUE;
  }

  if (!peg_wire_cursor_text (cursor, &text))
    return FALSE;
  if (text.length >= sizeof terminated)
    return peg_wire_cursor_stop (cursor, PEG_WIRE_RECORD_UNSURE);

  if (text.text != NULL) {
    memcpy (terminated, text.text, text.length);
    terminated[text.length] = '\0';
    peg_revision_parse (terminated, &slices->major, &slices->minor);
  }

  return TRUE;
}

static gboolean
read_lock_member (PegWireCursor  *cursor,
                  Name            name,
                  PegEntrySlices *slices)
{
  PegEntrySlice *texts = slices->texts;

  switch ((int) name) {
  case NAME_ID:
    return peg_wire_cursor_text (cursor, &texts[PEG_ENTRY_TEXT_LOCK_ID]);
  case NAME_BY:
    return peg_wire_cursor_text (cursor, &texts[PEG_ENTRY_TEXT_HOLDER]);
  case NAME_STATION:
    return peg_wire_cursor_text (cursor, &texts[PEG_ENTRY_TEXT_STATION]);
  case NAME_MESSAGE:
    return peg_wire_cursor_text (cursor, &texts[PEG_ENTRY_TEXT_REASON]);
  case NAME_TOKEN:
    return read_count (cursor, &slices->token);
  case NAME_SINCE:
    return peg_wire_cursor_time (cursor, &slices->since_us);
  case NAME_LAST_SEEN:
    return peg_wire_cursor_time (cursor, &slices->last_seen_us);
  default:
    return peg_wire_cursor_skip (cursor);
  }
}

typedef gboolean (*ReadMember) (PegWireCursor  *cursor,
                                Name            name,
                                PegEntrySlices *slices);

/* An object, at its brace. */
static inline gboolean
read_object (PegWireCursor  *cursor,
             ReadMember      read,
             PegEntrySlices *slices)
{
  guint32 seen = 0;

  if (!peg_wire_cursor_take (cursor, '{') || !peg_wire_cursor_seek (cursor))
    return FALSE;

  if (*cursor->at == '}') {
    cursor->at++;
    return TRUE;
  }

  while (TRUE) {
    Name name;

    if (!read_name (cursor, &name))
      return FALSE;

    /* Of two members with one name the last counts; that is left to others. */
    if (name != NAME_UNKNOWN && (seen & 1u << name) != 0)
      return peg_wire_cursor_stop (cursor, PEG_WIRE_RECORD_UNSURE);
    seen |= 1u << name;

    if (!read (cursor, name, slices) || !peg_wire_cursor_seek (cursor))
      return FALSE;

    if (*cursor->at == '}') {
      cursor->at++;
      return TRUE;
    }
    if (*cursor->at != ',')
      return peg_wire_cursor_stop (cursor, PEG_WIRE_RECORD_UNSURE);
    cursor->at++;
  }
}

/* A FILE as it is read: what counts for the classic members is known only at
 * its end, because `lock` overrules them. */
typedef struct {
  PegEntrySlices slices;
  PegEntrySlice status;
  PegEntrySlice classic_holder;
  PegEntrySlice classic_reason;
  gint64 classic_since_us;
  gboolean has_lock;
} File;

static gboolean
read_lock (PegWireCursor *cursor,
           File          *file)
{
  file->has_lock = TRUE;

  if (*cursor->at == 'n')
    return peg_wire_cursor_word (cursor, "null", 4);

  file->slices.flags |= PEG_ENTRY_LOCKED;

  return read_object (cursor, read_lock_member, &file->slices);
}

static gboolean
read_file_member (PegWireCursor  *cursor,
                  Name            name,
                  PegEntrySlices *slices)
{
  File *file = (File *) slices;
  PegEntrySlice *texts = slices->texts;

  switch ((int) name) {
  case NAME_FILENAME:
    return peg_wire_cursor_text (cursor, &texts[PEG_ENTRY_TEXT_FILENAME]);
  case NAME_PATH:
    return peg_wire_cursor_text (cursor, &texts[PEG_ENTRY_TEXT_PATH]);
  case NAME_STATUS:
    return peg_wire_cursor_text (cursor, &file->status);
  case NAME_LOCKED_BY:
    return peg_wire_cursor_text (cursor, &file->classic_holder);
  case NAME_LOCKED_AT:
    return peg_wire_cursor_time (cursor, &file->classic_since_us);
  case NAME_CHECKOUT_MESSAGE:
    return peg_wire_cursor_text (cursor, &file->classic_reason);
  case NAME_SIZE:
    return peg_wire_cursor_number (cursor, &slices->size);
  case NAME_MODIFIED_AT:
    return peg_wire_cursor_time (cursor, &slices->modified_us);
  case NAME_DESCRIPTION:
    return peg_wire_cursor_text (cursor, &texts[PEG_ENTRY_TEXT_DESCRIPTION]);
  case NAME_REVISION:
    return read_revision (cursor, slices);
  case NAME_IS_LINK:
    return read_boolean (cursor, PEG_ENTRY_LINK, &slices->flags);
  case NAME_MASTER_FILE:
    return peg_wire_cursor_text (cursor, &texts[PEG_ENTRY_TEXT_MASTER]);
  case NAME_GROUP:
    return peg_wire_cursor_text (cursor, &texts[PEG_ENTRY_TEXT_GROUP]);
  case NAME_SUBGROUP:
    return peg_wire_cursor_text (cursor, &texts[PEG_ENTRY_TEXT_PART]);
  case NAME_ID:
    return peg_wire_cursor_text (cursor, &texts[PEG_ENTRY_TEXT_ID]);
  case NAME_VERSION:
    return read_count (cursor, &slices->version);
  case NAME_SHA256:
    return peg_wire_cursor_text (cursor, &texts[PEG_ENTRY_TEXT_SHA256]);
  case NAME_LOCK:
    return read_lock (cursor, file);
  case NAME_CHANGED_OUTSIDE:
    return read_boolean (cursor, PEG_ENTRY_CHANGED_OUTSIDE, &slices->flags);
  case NAME_MISSING:
    return read_boolean (cursor, PEG_ENTRY_MISSING, &slices->flags);
  default:
    return peg_wire_cursor_skip (cursor);
  }
}

static gboolean
is_text (const PegEntrySlice *slice,
         const char          *text)
{
  return slice->text != NULL && slice->length == strlen (text) &&
         memcmp (slice->text, text, slice->length) == 0;
}

/* What the classic members say, when nothing newer does. */
static void
apply_classic_lock (File *file)
{
  PegEntrySlices *slices = &file->slices;

  if (file->has_lock)
    return;

  if (is_text (&file->status, PEG_WIRE_STATUS_SERVER_USER))
    slices->flags |= PEG_ENTRY_LOCKED | PEG_ENTRY_LOCKED_BY_SERVER_USER;
  else if (is_text (&file->status, PEG_WIRE_STATUS_LOCKED))
    slices->flags |= PEG_ENTRY_LOCKED;

  slices->texts[PEG_ENTRY_TEXT_HOLDER] = file->classic_holder;
  slices->texts[PEG_ENTRY_TEXT_REASON] = file->classic_reason;
  slices->since_us = file->classic_since_us;
}

/**
 * peg_wire_record_read:
 * @data: the brace that a FILE begins with
 * @end: where what has arrived ends
 * @group: the group in which the file is listed; one that is empty counts as none
 * @scratch: room for texts with escapes; what is in it is lost
 * @behind: (out): where the FILE ends
 * @entry: (out) (transfer full): the file
 *
 * Reads one FILE. Says %PEG_WIRE_RECORD_WHOLE only if the reading of json-glib
 * would come to the very same entry.
 *
 * Returns: how it went; @behind and @entry are set only for
 *   %PEG_WIRE_RECORD_WHOLE
 */
PegWireRecord
peg_wire_record_read (const char           *data,
                      const char           *end,
                      const PegEntrySlice  *group,
                      GByteArray           *scratch,
                      const char          **behind,
                      PegEntry            **entry)
{
  PegWireCursor cursor = { .begin = data, .at = data, .end = end, .scratch = scratch };
  File file = { .slices = PEG_ENTRY_SLICES_INIT };

  if (!read_object (&cursor, read_file_member, &file.slices))
    return cursor.trouble;
  if (file.slices.texts[PEG_ENTRY_TEXT_FILENAME].text == NULL)
    return PEG_WIRE_RECORD_UNSURE;

  apply_classic_lock (&file);
  if (group->length > 0)
    file.slices.texts[PEG_ENTRY_TEXT_GROUP] = *group;

  *behind = cursor.at;
  *entry = peg_entry_new_slices (&file.slices);

  return PEG_WIRE_RECORD_WHOLE;
}
