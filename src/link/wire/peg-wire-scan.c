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
  GArray *lone;        /* (element-type gsize) */
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
peek (const Scan *scan)
{
  return scan->at < scan->end ? *scan->at : '\0';
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
scan_hex (const Scan *scan,
          const char *at)
{
  int unit = 0;

  if (scan->end - at < 4)
    return -1;

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
    } else {
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
  gsize length = strlen (word);

  if ((gsize) (scan->end - scan->at) < length || memcmp (scan->at, word, length) != 0)
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

static gboolean
scan_text (Scan *scan)
{
  char closing[PEG_WIRE_MAX_DEPTH];
  gsize depth = 0;

  while (TRUE) {
    gboolean value_ended = TRUE;

    skip_space (scan);

    if (peek (scan) == '{' || peek (scan) == '[') {
      if (depth == PEG_WIRE_MAX_DEPTH)
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

    skip_space (scan);
    while (depth > 0 && peek (scan) == closing[depth - 1]) {
      scan->at++;
      depth--;
      skip_space (scan);
    }

    if (depth == 0)
      return scan->at == scan->end || fail (scan, PEG_WIRE_ERROR_SYNTAX, "something behind the end");

    if (peek (scan) != ',')
      return fail (scan, PEG_WIRE_ERROR_SYNTAX, "no comma where one belongs");
    scan->at++;

    if (closing[depth - 1] == '}' && !scan_member_name (scan))
      return FALSE;
  }
}

/**
 * peg_wire_scan:
 * @data: valid UTF-8 without a NUL
 * @length: of @data, bytes
 * @lone: (element-type gsize): gets the places of the “u” in every escape that
 *   is half of a surrogate pair without the other half
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
  g_assert (lone != NULL);

  if (scan_text (&scan))
    return TRUE;

  g_set_error (error, PEG_WIRE_ERROR, (int) scan.code, "Not readable as JSON: %s at byte %" G_GSIZE_FORMAT,
               scan.problem, (gsize) (scan.at - scan.begin));

  return FALSE;
}
