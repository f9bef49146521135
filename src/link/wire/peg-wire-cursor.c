/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wire-cursor"

#include "peg-config.h"

#include "peg-wire-cursor-private.h"

/* The parts of JSON that a record is made of. */

/* Goes over the characters of a string that stand for themselves, eight at a
 * time.
 *
 * Returns: the first byte that is a quotation mark, a backslash, a control
 * character or not ASCII; @end: there is none */
static inline const char *
find_special (const char *at,
              const char *end)
{
  const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101);
  const guint64 highs = ones << 7;

  for (; end - at >= (gssize) sizeof (guint64); at += sizeof (guint64)) {
    guint64 bytes, quotes, backslashes, found;

    __builtin_memcpy (&bytes, at, sizeof bytes);
    bytes = GUINT64_FROM_LE (bytes);
    quotes = bytes ^ (ones * '"');
    backslashes = bytes ^ (ones * '\\');

    /* The high bit of every byte that is zero, or below a blank, or high. A
     * borrow makes more of them only above the first, which is the one that
     * counts. */
    found = ((quotes - ones) & ~quotes) | ((backslashes - ones) & ~backslashes) |
            ((bytes - ones * 0x20) & ~bytes) | bytes;
    found &= highs;

    if (found != 0)
      return at + __builtin_ctzll (found) / 8;
  }

  for (; at < end; at++) {
    if (*at == '"' || *at == '\\' || (guchar) *at < 0x20 || (guchar) *at >= 0x80)
      break;
  }

  return at;
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
prepare_scratch (PegWireCursor *cursor)
{
  gsize used;

  if (cursor->has_scratch)
    return TRUE;

  switch (peg_wire_scan_part (PEG_WIRE_SCAN_VALUE, cursor->begin,
                              (gsize) (cursor->end - cursor->begin), FALSE, 0, 0, &used, NULL)) {
  case PEG_WIRE_SCAN_WHOLE:
    break;
  case PEG_WIRE_SCAN_MORE:
    return peg_wire_cursor_stop (cursor, PEG_WIRE_RECORD_MORE);
  case PEG_WIRE_SCAN_WRONG:
  default:
    return peg_wire_cursor_stop (cursor, PEG_WIRE_RECORD_UNSURE);
  }

  g_byte_array_set_size (cursor->scratch, (guint) MIN (used, G_MAXUINT));
  g_byte_array_set_size (cursor->scratch, 0);
  cursor->has_scratch = TRUE;

  return TRUE;
}

/* A string with an escape in it, behind its quotation mark. */
static gboolean
read_escaped (PegWireCursor *cursor,
              PegEntrySlice *text)
{
  char *begin, *to;

  if (!prepare_scratch (cursor))
    return FALSE;

  begin = to = (char *) cursor->scratch->data + cursor->scratch->len;
  if (!undo_escapes (&cursor->at, &to) ||
      !g_utf8_validate_len (begin, (gsize) (to - begin), NULL))
    return peg_wire_cursor_stop (cursor, PEG_WIRE_RECORD_UNSURE);

  cursor->at++;
  cursor->scratch->len += (guint) (to - begin);
  *text = (PegEntrySlice) { begin, (gsize) (to - begin) };

  return TRUE;
}

/**
 * peg_wire_cursor_string:
 * @cursor: at a quotation mark
 * @text: (out): what stands between it and the next, without escapes
 *
 * The readers of this file go behind what they read.
 *
 * Returns: whether it is there and plainly right
 */
gboolean
peg_wire_cursor_string (PegWireCursor *cursor,
                        PegEntrySlice *text)
{
  const char *begin = cursor->at + 1;
  const char *at = begin;
  gboolean is_ascii = TRUE;

  while (TRUE) {
    at = find_special (at, cursor->end);
    if (G_UNLIKELY (at >= cursor->end))
      return peg_wire_cursor_stop (cursor, PEG_WIRE_RECORD_MORE);
    if (G_LIKELY (*at == '"'))
      break;

    if (*at == '\\') {
      cursor->at = begin;
      return read_escaped (cursor, text);
    }
    if ((guchar) *at < 0x20)
      return peg_wire_cursor_stop (cursor, PEG_WIRE_RECORD_UNSURE);

    is_ascii = FALSE;
    at++;
  }

  if (!is_ascii && !g_utf8_validate_len (begin, (gsize) (at - begin), NULL))
    return peg_wire_cursor_stop (cursor, PEG_WIRE_RECORD_UNSURE);

  *text = (PegEntrySlice) { begin, (gsize) (at - begin) };
  cursor->at = at + 1;

  return TRUE;
}

/**
 * peg_wire_cursor_word:
 * @cursor: a place
 * @word: what must come next
 * @length: of @word, bytes
 */
gboolean
peg_wire_cursor_word (PegWireCursor *cursor,
                      const char    *word,
                      gsize          length)
{
  if ((gsize) (cursor->end - cursor->at) < length)
    return peg_wire_cursor_stop (cursor, PEG_WIRE_RECORD_MORE);
  if (memcmp (cursor->at, word, length) != 0)
    return peg_wire_cursor_stop (cursor, PEG_WIRE_RECORD_UNSURE);

  cursor->at += length;

  return TRUE;
}

/**
 * peg_wire_cursor_digits:
 * @cursor: a place
 * @number: (out): the number
 *
 * Reads a plain whole number of few digits. What comes behind it must have
 * arrived, and is looked at by whoever reads on.
 */
gboolean
peg_wire_cursor_digits (PegWireCursor *cursor,
                        gint64        *number)
{
  const char *begin = cursor->at;
  gint64 value = 0;

  for (; cursor->at < cursor->end && g_ascii_isdigit (*cursor->at); cursor->at++) {
    if (cursor->at - begin == 15)
      return peg_wire_cursor_stop (cursor, PEG_WIRE_RECORD_UNSURE);
    value = value * 10 + (*cursor->at - '0');
  }

  if (cursor->at == cursor->end)
    return peg_wire_cursor_stop (cursor, PEG_WIRE_RECORD_MORE);
  if (cursor->at == begin || (*begin == '0' && cursor->at - begin > 1))
    return peg_wire_cursor_stop (cursor, PEG_WIRE_RECORD_UNSURE);

  *number = value;

  return TRUE;
}

/**
 * peg_wire_cursor_skip:
 * @cursor: a place
 *
 * Goes over a value that means nothing here. What holds others is rare.
 */
gboolean
peg_wire_cursor_skip (PegWireCursor *cursor)
{
  PegEntrySlice text;
  gint64 number;

  switch (*cursor->at) {
  case '"':
    return peg_wire_cursor_string (cursor, &text);
  case 't':
    return peg_wire_cursor_word (cursor, "true", 4);
  case 'f':
    return peg_wire_cursor_word (cursor, "false", 5);
  case 'n':
    return peg_wire_cursor_word (cursor, "null", 4);
  default:
    return peg_wire_cursor_digits (cursor, &number);
  }
}
