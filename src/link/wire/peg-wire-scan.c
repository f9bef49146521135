/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wire-scan"

#include "peg-config.h"

#include "peg-wire-json-private.h"

#include <string.h>

/* A look at the text before json-glib gets it. json-glib 1.6 reads more than
 * JSON (comments, “var x = …”), follows nesting by recursion until the stack is
 * used up (measured: at 80,000 levels), and makes of half a surrogate pair what
 * is no UTF-8; none of that may be left to who sends. */

typedef struct {
  const char *begin;
  const char *at;
  const char *end;
  GArray *lone;        /* (nullable) (element-type gsize) */
  gsize depth;         /* how deep the value lies that is looked at */
  gboolean looked_behind; /* what comes after the end would make a difference */
  PegWireError code;
  const char *problem; /* (nullable): set when something is wrong */
} Scan;

static gboolean
fail (Scan         *scan,
      PegWireError  code,
      const char   *problem)
{
  scan->code = code;
  scan->problem = problem;

  return FALSE;
}

/* The next character, or NUL at the end: the text itself holds none. */
static char
peek (Scan *scan)
{
  if (scan->at < scan->end)
    return *scan->at;

  scan->looked_behind = TRUE;

  return '\0';
}

static void
skip_space (Scan *scan)
{
  while (scan->at < scan->end &&
         (*scan->at == ' ' || *scan->at == '\n' || *scan->at == '\r' || *scan->at == '\t'))
    scan->at++;
}

/* Reads four hexadecimal digits; -1: they are none. */
static int
scan_hex (Scan       *scan,
          const char *at)
{
  int unit = 0;

  if (scan->end - at < 4) {
    scan->looked_behind = TRUE;
    return -1;
  }

  for (int i = 0; i < 4; i++) {
    if (!g_ascii_isxdigit (at[i]))
      return -1;
    unit = unit * 16 + g_ascii_xdigit_value (at[i]);
  }

  return unit;
}

/* At the “u” of an escape. */
static gboolean
scan_unicode_escape (Scan *scan)
{
  int unit = scan_hex (scan, scan->at + 1);

  if (unit < 0)
    return fail (scan, PEG_WIRE_ERROR_SYNTAX, "an escape without four hexadecimal digits");
  if (unit == 0)
    return fail (scan, PEG_WIRE_ERROR_SYNTAX, "a NUL in a string");

  if (unit >= 0xd800 && unit <= 0xdfff) {
    int second = -1;

    if (scan->end - scan->at >= 7 && scan->at[5] == '\\' && scan->at[6] == 'u')
      second = scan_hex (scan, scan->at + 7);

    if (unit < 0xdc00 && second >= 0xdc00 && second <= 0xdfff) {
      scan->at += 11;
      return TRUE;
    } else if (scan->lone != NULL) {
      gsize offset = (gsize) (scan->at - scan->begin);

      g_array_append_val (scan->lone, offset);
    }
  }

  scan->at += 5;

  return TRUE;
}

static gboolean
scan_string (Scan *scan)
{
  scan->at++;

  while (scan->at < scan->end) {
    const char c = *scan->at;

    if (c == '"') {
      scan->at++;
      return TRUE;
    }

    if ((guchar) c < 0x20)
      return fail (scan, PEG_WIRE_ERROR_SYNTAX, "a control character in a string");

    scan->at++;

    if (c != '\\')
      continue;

    if (peek (scan) == 'u') {
      if (!scan_unicode_escape (scan))
        return FALSE;
    } else if (peek (scan) != '\0' && strchr ("\"\\/bfnrt", *scan->at) != NULL) {
      scan->at++;
    } else {
      return fail (scan, PEG_WIRE_ERROR_SYNTAX, "an unknown escape");
    }
  }

  scan->looked_behind = TRUE;

  return fail (scan, PEG_WIRE_ERROR_SYNTAX, "a string without an end");
}

static gsize
skip_digits (Scan *scan)
{
  const char *begin = scan->at;

  while (g_ascii_isdigit (peek (scan)))
    scan->at++;

  return (gsize) (scan->at - begin);
}

static gboolean
scan_number (Scan *scan)
{
  gboolean negative = peek (scan) == '-';
  gboolean zero, whole = TRUE;
  gsize digits;

  if (negative)
    scan->at++;

  zero = peek (scan) == '0';
  digits = skip_digits (scan);
  if (digits == 0 || (zero && digits > 1))
    return fail (scan, PEG_WIRE_ERROR_SYNTAX, "something that is no number");

  if (peek (scan) == '.') {
    whole = FALSE;
    scan->at++;
    if (skip_digits (scan) == 0)
      return fail (scan, PEG_WIRE_ERROR_SYNTAX, "a number that ends in a point");
  }

  if (peek (scan) == 'e' || peek (scan) == 'E') {
    whole = FALSE;
    scan->at++;
    if (peek (scan) == '+' || peek (scan) == '-')
      scan->at++;
    if (skip_digits (scan) == 0)
      return fail (scan, PEG_WIRE_ERROR_SYNTAX, "a number without its exponent");
  }

  /* json-glib turns such a number round into a small positive one; a large
   * positive one becomes negative, which is noticed where it is read. */
  if (whole && negative && digits > 18)
    return fail (scan, PEG_WIRE_ERROR_VALUE, "a number that is too small");

  return TRUE;
}

static gboolean
scan_word (Scan       *scan,
           const char *word)
{
  const gsize length = strlen (word);
  const gsize left = (gsize) (scan->end - scan->at);

  scan->looked_behind |= left < length;

  if (left < length || memcmp (scan->at, word, length) != 0)
    return fail (scan, PEG_WIRE_ERROR_SYNTAX, "something that is no value");

  scan->at += length;

  return TRUE;
}

static gboolean
scan_scalar (Scan *scan)
{
  switch (peek (scan)) {
  case '"':
    return scan_string (scan);
  case 't':
    return scan_word (scan, "true");
  case 'f':
    return scan_word (scan, "false");
  case 'n':
    return scan_word (scan, "null");
  case '\0':
    return fail (scan, PEG_WIRE_ERROR_SYNTAX, "an end too early");
  default:
    return scan_number (scan);
  }
}

static gboolean
scan_member_name (Scan *scan)
{
  skip_space (scan);
  if (peek (scan) != '"')
    return fail (scan, PEG_WIRE_ERROR_SYNTAX, "a member without a name");
  if (!scan_string (scan))
    return FALSE;

  skip_space (scan);
  if (peek (scan) != ':')
    return fail (scan, PEG_WIRE_ERROR_SYNTAX, "a member without a value");
  scan->at++;

  return TRUE;
}

/* One value, which ends with its last character. */
static gboolean
scan_value (Scan *scan)
{
  char closing[PEG_WIRE_MAX_DEPTH];
  gsize depth = 0;

  while (TRUE) {
    gboolean value_ended = TRUE;

    skip_space (scan);

    if (peek (scan) == '{' || peek (scan) == '[') {
      if (scan->depth + depth == PEG_WIRE_MAX_DEPTH)
        return fail (scan, PEG_WIRE_ERROR_TOO_BIG, "too many levels");

      closing[depth++] = *scan->at++ == '{' ? '}' : ']';
      skip_space (scan);
      value_ended = peek (scan) == closing[depth - 1];

      if (!value_ended && closing[depth - 1] == '}' && !scan_member_name (scan))
        return FALSE;
    } else if (!scan_scalar (scan)) {
      return FALSE;
    }

    if (!value_ended)
      continue;

    while (depth > 0) {
      skip_space (scan);
      if (peek (scan) != closing[depth - 1])
        break;
      scan->at++;
      depth--;
    }

    if (depth == 0)
      return TRUE;

    if (peek (scan) != ',')
      return fail (scan, PEG_WIRE_ERROR_SYNTAX, "no comma where one belongs");
    scan->at++;

    if (closing[depth - 1] == '}' && !scan_member_name (scan))
      return FALSE;
  }
}

static gboolean
scan_text (Scan *scan)
{
  if (!scan_value (scan))
    return FALSE;

  skip_space (scan);

  return scan->at == scan->end || fail (scan, PEG_WIRE_ERROR_SYNTAX, "something behind the end");
}

static void
set_scan_error (const Scan  *scan,
                gsize        offset,
                GError     **error)
{
  peg_wire_set_syntax_error (error, scan->code, scan->problem,
                             offset + (gsize) (scan->at - scan->begin));
}

/**
 * peg_wire_set_syntax_error:
 * @error: return location for a #GError
 * @code: what is wrong
 * @problem: the same, for people
 * @at: where, bytes from the start
 */
void
peg_wire_set_syntax_error (GError       **error,
                           PegWireError   code,
                           const char    *problem,
                           gsize          at)
{
  g_set_error (error, PEG_WIRE_ERROR, (int) code, "Not readable as JSON: %s at byte %" G_GSIZE_FORMAT,
               problem, at);
}

/**
 * peg_wire_scan_part:
 * @part: what to look for
 * @data: where it begins, with or without space before it
 * @length: how much of the text is there from @data on, bytes
 * @is_last: whether nothing follows
 * @offset: where @data is in the text
 * @depth: in how many objects and arrays it lies
 * @used: (out): how long it is, bytes; not set for other returns than
 *   %PEG_WIRE_SCAN_WHOLE
 * @error: return location for a #GError
 *
 * Does the work of peg_wire_scan() for one part of a text of which not all may
 * have arrived. Does not look at whether it is UTF-8.
 *
 * Returns: how it went; only for %PEG_WIRE_SCAN_WRONG, @error is set
 */
PegWireScanned
peg_wire_scan_part (PegWireScanPart   part,
                    const char       *data,
                    gsize             length,
                    gboolean          is_last,
                    gsize             offset,
                    gsize             depth,
                    gsize            *used,
                    GError          **error)
{
  Scan scan = { .begin = data, .at = data, .end = data + length, .depth = depth };
  const gboolean right = part == PEG_WIRE_SCAN_NAME ? scan_member_name (&scan) : scan_value (&scan);

  if (scan.looked_behind && !is_last)
    return PEG_WIRE_SCAN_MORE;

  if (!right) {
    set_scan_error (&scan, offset, error);
    return PEG_WIRE_SCAN_WRONG;
  }

  *used = (gsize) (scan.at - data);

  return PEG_WIRE_SCAN_WHOLE;
}

/**
 * peg_wire_scan:
 * @data: valid UTF-8 without a NUL
 * @length: of @data, bytes
 * @lone: (nullable) (element-type gsize): gets the places of the “u” in every
 *   escape that is half of a surrogate pair without the other half
 * @error: return location for a #GError
 *
 * Checks that @data is one JSON text, to the letter of RFC 8259, nested no
 * deeper than %PEG_WIRE_MAX_DEPTH.
 *
 * Half pairs are not refused, because a server in Python writes them for file
 * names that are not UTF-8, and one such name must not hide the whole list.
 *
 * Returns: whether it is
 */
gboolean
peg_wire_scan (const char  *data,
               gsize        length,
               GArray      *lone,
               GError     **error)
{
  Scan scan = { .begin = data, .at = data, .end = data + length, .lone = lone };

  g_assert (data != NULL);

  if (scan_text (&scan))
    return TRUE;

  set_scan_error (&scan, 0, error);

  return FALSE;
}
