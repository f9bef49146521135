/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wire-record"

#include "peg-config.h"

#include "peg-wire-record-private.h"

#include "peg-revision.h"
#include "peg-wire-file-private.h"

#include <string.h>

/* One FILE, in one pass over its bytes, as servers really write it. Here is no
 * mercy and no error: whatever is not plainly right is left to json-glib
 * (peg-wire-file.c), which decides what it means. */

typedef struct {
  const char *begin;
  const char *at;
  const char *end;
  GByteArray *scratch; /* where escapes are undone; does not move while a record is read */
  gboolean has_scratch;
  PegWireRecord trouble;
} Cursor;

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

static inline gboolean
stop (Cursor        *cursor,
      PegWireRecord  trouble)
{
  cursor->trouble = trouble;

  return FALSE;
}

static inline void
skip_space (Cursor *cursor)
{
  while (cursor->at < cursor->end &&
         (*cursor->at == ' ' || *cursor->at == '\n' || *cursor->at == '\r' || *cursor->at == '\t'))
    cursor->at++;
}

/* Goes to the next character that is no space; there must be one. */
static inline gboolean
seek (Cursor *cursor)
{
  if (G_UNLIKELY (cursor->at < cursor->end && (guchar) *cursor->at <= ' '))
    skip_space (cursor);

  return G_LIKELY (cursor->at < cursor->end) || stop (cursor, PEG_WIRE_RECORD_MORE);
}

static gboolean
take (Cursor *cursor,
      char    c)
{
  if (!seek (cursor))
    return FALSE;
  if (*cursor->at != c)
    return stop (cursor, PEG_WIRE_RECORD_UNSURE);

  cursor->at++;

  return TRUE;
}

static int
read_hex (const char *at)
{
  int unit = 0;

  for (int i = 0; i < 4; i++)
    unit = unit * 16 + g_ascii_xdigit_value (at[i]);

  return unit;
}

/* At the “u” of an escape in a string that is known to be JSON. */
static gboolean
undo_unicode (const char **at,
              char       **to)
{
  gunichar c = (gunichar) read_hex (*at + 1);

  *at += 5;

  if (c >= 0xd800 && c <= 0xdfff) {
    gunichar low = (*at)[0] == '\\' && (*at)[1] == 'u' ? (gunichar) read_hex (*at + 2) : 0;

    /* Half a pair is mended in another place. */
    if (c >= 0xdc00 || low < 0xdc00 || low > 0xdfff)
      return FALSE;

    c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    *at += 6;
  }

  *to += g_unichar_to_utf8 (c, *to);

  return TRUE;
}

static gboolean
undo_escapes (const char **at,
              char       **to)
{
  while (**at != '"') {
    static const char letters[] = "bfnrt";
    static const char meanings[] = "\b\f\n\r\t";
    const char *letter;

    if (**at != '\\') {
      *(*to)++ = *(*at)++;
      continue;
    }

    (*at)++;
    if (**at == 'u') {
      if (!undo_unicode (at, to))
        return FALSE;
      continue;
    }

    letter = strchr (letters, **at);
    *(*to)++ = letter != NULL ? meanings[letter - letters] : **at;
    (*at)++;
  }

  return TRUE;
}

/* Makes room for all escapes of the record that is being read: a text is never
 * longer without them. Whoever has a whole record knows that it is JSON. */
static gboolean
prepare_scratch (Cursor *cursor)
{
  gsize used;

  if (cursor->has_scratch)
    return TRUE;

  switch (peg_wire_scan_part (PEG_WIRE_SCAN_VALUE, cursor->begin,
                              (gsize) (cursor->end - cursor->begin), FALSE, 0, 0, &used, NULL)) {
  case PEG_WIRE_SCAN_WHOLE:
    break;
  case PEG_WIRE_SCAN_MORE:
    return stop (cursor, PEG_WIRE_RECORD_MORE);
  case PEG_WIRE_SCAN_WRONG:
  default:
    return stop (cursor, PEG_WIRE_RECORD_UNSURE);
  }

  g_byte_array_set_size (cursor->scratch, (guint) MIN (used, G_MAXUINT));
  g_byte_array_set_size (cursor->scratch, 0);
  cursor->has_scratch = TRUE;

  return TRUE;
}

/* A string with an escape in it, behind its quotation mark. */
static gboolean
read_escaped (Cursor        *cursor,
              PegEntrySlice *text)
{
  char *begin, *to;

  if (!prepare_scratch (cursor))
    return FALSE;

  begin = to = (char *) cursor->scratch->data + cursor->scratch->len;
  if (!undo_escapes (&cursor->at, &to) ||
      !g_utf8_validate_len (begin, (gsize) (to - begin), NULL))
    return stop (cursor, PEG_WIRE_RECORD_UNSURE);

  cursor->at++;
  cursor->scratch->len += (guint) (to - begin);
  *text = (PegEntrySlice) { begin, (gsize) (to - begin) };

  return TRUE;
}

/* A string, at its quotation mark. */
static gboolean
read_string (Cursor        *cursor,
             PegEntrySlice *text)
{
  const char *begin = cursor->at + 1;
  const char *at = begin;
  gboolean is_ascii = TRUE;

  while (TRUE) {
    at = peg_wire_find_special (at, cursor->end);
    if (G_UNLIKELY (at >= cursor->end))
      return stop (cursor, PEG_WIRE_RECORD_MORE);
    if (G_LIKELY (*at == '"'))
      break;

    if (*at == '\\') {
      cursor->at = begin;
      return read_escaped (cursor, text);
    }
    if ((guchar) *at < 0x20)
      return stop (cursor, PEG_WIRE_RECORD_UNSURE);

    is_ascii = FALSE;
    at++;
  }

  if (!is_ascii && !g_utf8_validate_len (begin, (gsize) (at - begin), NULL))
    return stop (cursor, PEG_WIRE_RECORD_UNSURE);

  *text = (PegEntrySlice) { begin, (gsize) (at - begin) };
  cursor->at = at + 1;

  return TRUE;
}

static gboolean
read_word (Cursor     *cursor,
           const char *word,
           gsize       length)
{
  if ((gsize) (cursor->end - cursor->at) < length)
    return stop (cursor, PEG_WIRE_RECORD_MORE);
  if (memcmp (cursor->at, word, length) != 0)
    return stop (cursor, PEG_WIRE_RECORD_UNSURE);

  cursor->at += length;

  return TRUE;
}

/* The name of a member, and its colon. */
static gboolean
read_name (Cursor *cursor,
           Name   *name)
{
  PegEntrySlice text;

  if (!seek (cursor))
    return FALSE;
  if (*cursor->at != '"')
    return stop (cursor, PEG_WIRE_RECORD_UNSURE);
  if (!read_string (cursor, &text))
    return FALSE;

  *name = text.length > 0 && text.length <= 16 ? guess_name (text.text, text.length) : NAME_UNKNOWN;
  if (*name != NAME_UNKNOWN && memcmp (text.text, names[*name], text.length) != 0)
    *name = NAME_UNKNOWN;

  return take (cursor, ':') && seek (cursor);
}

/* A text; one that is empty, or null, is none. */
static gboolean
read_text (Cursor        *cursor,
           PegEntrySlice *text)
{
  if (*cursor->at == 'n')
    return read_word (cursor, "null", 4);
  if (*cursor->at != '"')
    return stop (cursor, PEG_WIRE_RECORD_UNSURE);
  if (!read_string (cursor, text))
    return FALSE;

  if (text->length == 0)
    text->text = NULL;

  return TRUE;
}

static gboolean
read_boolean (Cursor        *cursor,
              PegEntryFlags  flag,
              PegEntryFlags *flags)
{
  switch (*cursor->at) {
  case 't':
    *flags |= flag;
    return read_word (cursor, "true", 4);
  case 'f':
    return read_word (cursor, "false", 5);
  case 'n':
    return read_word (cursor, "null", 4);
  default:
    return stop (cursor, PEG_WIRE_RECORD_UNSURE);
  }
}

/* A plain whole number of few digits. What comes behind it must have arrived,
 * and is looked at by whoever reads on. */
static gboolean
read_digits (Cursor *cursor,
             gint64 *number)
{
  const char *begin = cursor->at;
  gint64 value = 0;

  for (; cursor->at < cursor->end && g_ascii_isdigit (*cursor->at); cursor->at++) {
    if (cursor->at - begin == 15)
      return stop (cursor, PEG_WIRE_RECORD_UNSURE);
    value = value * 10 + (*cursor->at - '0');
  }

  if (cursor->at == cursor->end)
    return stop (cursor, PEG_WIRE_RECORD_MORE);
  if (cursor->at == begin || (*begin == '0' && cursor->at - begin > 1))
    return stop (cursor, PEG_WIRE_RECORD_UNSURE);

  *number = value;

  return TRUE;
}

static gboolean
read_number (Cursor *cursor,
             gint64 *number)
{
  if (*cursor->at == 'n')
    return read_word (cursor, "null", 4);

  return read_digits (cursor, number);
}

static gboolean
read_count (Cursor  *cursor,
            guint64 *number)
{
  gint64 value = 0;

  if (!read_number (cursor, &value))
    return FALSE;

  *number = (guint64) value;

  return TRUE;
}

/* A time that cannot be read is unknown, no error (peg_wire_read_time()). */
static gboolean
read_time (Cursor *cursor,
           gint64 *time_us)
{
  PegEntrySlice text = { NULL, 0 };

  if (!read_text (cursor, &text))
    return FALSE;

  if (text.text != NULL)
    peg_wire_parse_time_slice (text.text, text.length, time_us);

  return TRUE;
}

/* See peg_wire_read_revision(). */
static gboolean
read_revision (Cursor         *cursor,
               PegEntrySlices *slices)
{
  PegEntrySlice text = { NULL, 0 };
  char terminated[2 * 11 + 2];

  if (g_ascii_isdigit (*cursor->at)) {
    gint64 number;

    if (!read_digits (cursor, &number))
      return FALSE;
    if (number <= G_MAXINT) {
      slices->major = (int) number;
      slices->minor = 0;
    }
    return TRUE;
  }

  if (!read_text (cursor, &text))
    return FALSE;
  if (text.length >= sizeof terminated)
    return stop (cursor, PEG_WIRE_RECORD_UNSURE);

  if (text.text != NULL) {
    memcpy (terminated, text.text, text.length);
    terminated[text.length] = '\0';
    peg_revision_parse (terminated, &slices->major, &slices->minor);
  }

  return TRUE;
}

/* A value that means nothing here. What holds others is rare. */
static gboolean
skip_value (Cursor *cursor)
{
  PegEntrySlice text;
  gint64 number;

  switch (*cursor->at) {
  case '"':
    return read_string (cursor, &text);
  case 't':
    return read_word (cursor, "true", 4);
  case 'f':
    return read_word (cursor, "false", 5);
  case 'n':
    return read_word (cursor, "null", 4);
  default:
    return read_digits (cursor, &number);
  }
}

static gboolean
read_lock_member (Cursor         *cursor,
                  Name            name,
                  PegEntrySlices *slices)
{
  PegEntrySlice *texts = slices->texts;

  switch ((int) name) {
  case NAME_ID:
    return read_text (cursor, &texts[PEG_ENTRY_TEXT_LOCK_ID]);
  case NAME_BY:
    return read_text (cursor, &texts[PEG_ENTRY_TEXT_HOLDER]);
  case NAME_STATION:
    return read_text (cursor, &texts[PEG_ENTRY_TEXT_STATION]);
  case NAME_MESSAGE:
    return read_text (cursor, &texts[PEG_ENTRY_TEXT_REASON]);
  case NAME_TOKEN:
    return read_count (cursor, &slices->token);
  case NAME_SINCE:
    return read_time (cursor, &slices->since_us);
  case NAME_LAST_SEEN:
    return read_time (cursor, &slices->last_seen_us);
  default:
    return skip_value (cursor);
  }
}

typedef gboolean (*ReadMember) (Cursor         *cursor,
                                Name            name,
                                PegEntrySlices *slices);

/* An object, at its brace. */
static inline gboolean
read_object (Cursor         *cursor,
             ReadMember      read,
             PegEntrySlices *slices)
{
  guint32 seen = 0;

  if (!take (cursor, '{') || !seek (cursor))
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
      return stop (cursor, PEG_WIRE_RECORD_UNSURE);
    seen |= 1u << name;

    if (!read (cursor, name, slices) || !seek (cursor))
      return FALSE;

    if (*cursor->at == '}') {
      cursor->at++;
      return TRUE;
    }
    if (*cursor->at != ',')
      return stop (cursor, PEG_WIRE_RECORD_UNSURE);
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
read_lock (Cursor *cursor,
           File   *file)
{
  file->has_lock = TRUE;

  if (*cursor->at == 'n')
    return read_word (cursor, "null", 4);

  file->slices.flags |= PEG_ENTRY_LOCKED;

  return read_object (cursor, read_lock_member, &file->slices);
}

static gboolean
read_file_member (Cursor         *cursor,
                  Name            name,
                  PegEntrySlices *slices)
{
  File *file = (File *) slices;
  PegEntrySlice *texts = slices->texts;

  switch ((int) name) {
  case NAME_FILENAME:
    return read_text (cursor, &texts[PEG_ENTRY_TEXT_FILENAME]);
  case NAME_PATH:
    return read_text (cursor, &texts[PEG_ENTRY_TEXT_PATH]);
  case NAME_STATUS:
    return read_text (cursor, &file->status);
  case NAME_LOCKED_BY:
    return read_text (cursor, &file->classic_holder);
  case NAME_LOCKED_AT:
    return read_time (cursor, &file->classic_since_us);
  case NAME_CHECKOUT_MESSAGE:
    return read_text (cursor, &file->classic_reason);
  case NAME_SIZE:
    return read_number (cursor, &slices->size);
  case NAME_MODIFIED_AT:
    return read_time (cursor, &slices->modified_us);
  case NAME_DESCRIPTION:
    return read_text (cursor, &texts[PEG_ENTRY_TEXT_DESCRIPTION]);
  case NAME_REVISION:
    return read_revision (cursor, slices);
  case NAME_IS_LINK:
    return read_boolean (cursor, PEG_ENTRY_LINK, &slices->flags);
  case NAME_MASTER_FILE:
    return read_text (cursor, &texts[PEG_ENTRY_TEXT_MASTER]);
  case NAME_GROUP:
    return read_text (cursor, &texts[PEG_ENTRY_TEXT_GROUP]);
  case NAME_SUBGROUP:
    return read_text (cursor, &texts[PEG_ENTRY_TEXT_PART]);
  case NAME_ID:
    return read_text (cursor, &texts[PEG_ENTRY_TEXT_ID]);
  case NAME_VERSION:
    return read_count (cursor, &slices->version);
  case NAME_SHA256:
    return read_text (cursor, &texts[PEG_ENTRY_TEXT_SHA256]);
  case NAME_LOCK:
    return read_lock (cursor, file);
  case NAME_CHANGED_OUTSIDE:
    return read_boolean (cursor, PEG_ENTRY_CHANGED_OUTSIDE, &slices->flags);
  case NAME_MISSING:
    return read_boolean (cursor, PEG_ENTRY_MISSING, &slices->flags);
  default:
    return skip_value (cursor);
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
  Cursor cursor = { .begin = data, .at = data, .end = end, .scratch = scratch };
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
