/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-wire-json-private.h"

#include <string.h>

G_BEGIN_DECLS

/* A way over JSON that is either plainly right or left alone. */

/**
 * PegWireRecord:
 * @PEG_WIRE_RECORD_WHOLE: it was read
 * @PEG_WIRE_RECORD_MORE: its end has not arrived
 * @PEG_WIRE_RECORD_UNSURE: something in it is unusual or wrong; somebody else
 *   must say what it means
 *
 * What came of reading a FILE, or a message.
 */
typedef enum {
  PEG_WIRE_RECORD_WHOLE,
  PEG_WIRE_RECORD_MORE,
  PEG_WIRE_RECORD_UNSURE,
} PegWireRecord;

/**
 * PegWireCursor:
 * @begin: the brace that a record, or a message, begins with
 * @at: what comes next
 * @end: where what has arrived ends
 * @scratch: where escapes are undone; does not move while a record is read, and
 *   is for nothing else meanwhile
 * @has_scratch: whether there is room in it for this record
 * @trouble: why it could not go on
 *
 * A place in a record, or in a message.
 */
typedef struct {
  const char *begin;
  const char *at;
  const char *end;
  GByteArray *scratch;
  gboolean has_scratch;
  PegWireRecord trouble;
} PegWireCursor;

gboolean peg_wire_cursor_string (PegWireCursor *cursor,
                                 PegEntrySlice *text);
gboolean peg_wire_cursor_word   (PegWireCursor *cursor,
                                 const char    *word,
                                 gsize          length);
gboolean peg_wire_cursor_digits (PegWireCursor *cursor,
                                 gint64        *number);
gboolean peg_wire_cursor_skip   (PegWireCursor *cursor);

static inline gboolean
peg_wire_cursor_stop (PegWireCursor *cursor,
                      PegWireRecord  trouble)
{
  cursor->trouble = trouble;

  return FALSE;
}

static inline void
peg_wire_cursor_skip_space (PegWireCursor *cursor)
{
  while (cursor->at < cursor->end &&
         (*cursor->at == ' ' || *cursor->at == '\n' || *cursor->at == '\r' || *cursor->at == '\t'))
    cursor->at++;
}

/* Goes to the next character that is no space; there must be one. */
static inline gboolean
peg_wire_cursor_seek (PegWireCursor *cursor)
{
  if (G_UNLIKELY (cursor->at < cursor->end && (guchar) *cursor->at <= ' '))
    peg_wire_cursor_skip_space (cursor);

  return G_LIKELY (cursor->at < cursor->end) || peg_wire_cursor_stop (cursor, PEG_WIRE_RECORD_MORE);
}

static inline gboolean
peg_wire_cursor_take (PegWireCursor *cursor,
                      char           c)
{
  if (!peg_wire_cursor_seek (cursor))
    return FALSE;
  if (*cursor->at != c)
    return peg_wire_cursor_stop (cursor, PEG_WIRE_RECORD_UNSURE);

  cursor->at++;

  return TRUE;
}

/* The readers that follow are at a character that is no space. */

/* A text; one that is empty, or null, is none. */
static inline gboolean
peg_wire_cursor_text (PegWireCursor *cursor,
                      PegEntrySlice *text)
{
  if (*cursor->at == 'n')
    return peg_wire_cursor_word (cursor, "null", 4);
  if (*cursor->at != '"')
    return peg_wire_cursor_stop (cursor, PEG_WIRE_RECORD_UNSURE);
  if (!peg_wire_cursor_string (cursor, text))
    return FALSE;

  if (text->length == 0)
    text->text = NULL;

  return TRUE;
}

/* A number; null is none. */
static inline gboolean
peg_wire_cursor_number (PegWireCursor *cursor,
                        gint64        *number)
{
  if (*cursor->at == 'n')
    return peg_wire_cursor_word (cursor, "null", 4);

  return peg_wire_cursor_digits (cursor, number);
}

/* A time; one that cannot be read is unknown, no error (peg_wire_read_time()). */
static inline gboolean
peg_wire_cursor_time (PegWireCursor *cursor,
                      gint64        *time_us)
{
  PegEntrySlice text = { NULL, 0 };

  if (!peg_wire_cursor_text (cursor, &text))
    return FALSE;

  if (text.text != NULL)
    peg_wire_parse_time_slice (text.text, text.length, time_us);

  return TRUE;
}

G_END_DECLS
