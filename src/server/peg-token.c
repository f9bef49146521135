/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-token"

#include "peg-config.h"

#include "peg-token.h"

#include "peg-secret.h"

#include <string.h>

/* Crockford's base 32 (https://www.crockford.com/base32.html): no letter that is
 * taken for another one or for a digit, and capitals do not matter. */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* How many characters the bytes take, and those of the check behind them: 20
 * bits, so that of a million mistyped tokens one is sent to the server. */
#define SECRET_CHARS ((PEG_TOKEN_BYTES * 8 + 4) / 5)
#define CHECK_CHARS 4
#define CHARS (SECRET_CHARS + CHECK_CHARS)

/* What one looks at at once, characters. */
#define GROUP 7

/* Nobody types so many dashes and blanks. */
#define MAX_TEXT 256

static void
compute_check (const guint8 *bytes,
               char         *check)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;
  guint bits;

  g_checksum_update (checksum, (const guchar *) PEG_TOKEN_PREFIX, strlen (PEG_TOKEN_PREFIX));
  g_checksum_update (checksum, bytes, PEG_TOKEN_BYTES);
  g_checksum_get_digest (checksum, digest, &length);

  bits = (guint) digest[0] << 12 | (guint) digest[1] << 4 | (guint) digest[2] >> 4;
  for (guint i = 0; i < CHECK_CHARS; i++)
    check[i] = alphabet[bits >> (15 - 5 * i) & 31];
}

/* Five bits at a time, the first bit first; the last character is filled up with
 * zeros. */
static void
write_bits (const guint8 *bytes,
            char         *chars)
{
  for (guint i = 0; i < SECRET_CHARS; i++) {
    guint value = 0;

    for (guint bit = i * 5; bit < i * 5 + 5; bit++)
      value = value << 1 | (bit < PEG_TOKEN_BYTES * 8 ? bytes[bit / 8] >> (7 - bit % 8) & 1 : 0);
    chars[i] = alphabet[value];
  }
}

static int
read_char (char c)
{
  const char *found;

  c = g_ascii_toupper (c);
  if (c == 'O')
    c = '0';
  else if (c == 'I' || c == 'L')
    c = '1';
  found = c != '\0' ? strchr (alphabet, c) : NULL;

  return found != NULL ? (int) (found - alphabet) : -1;
}

/**
 * peg_token_make:
 *
 * Returns: (transfer full): a token that nobody ever had
 */
char *
peg_token_make (void)
{
  GString *text = g_string_new (PEG_TOKEN_PREFIX);
  guint8 bytes[PEG_TOKEN_BYTES];
  char chars[CHARS];

  peg_secret_fill (bytes, sizeof bytes);
  write_bits (bytes, chars);
  compute_check (bytes, chars + SECRET_CHARS);

  for (guint i = 0; i < CHARS; i++) {
    if (i > 0 && i % GROUP == 0)
      g_string_append_c (text, '-');
    g_string_append_c (text, chars[i]);
  }

  return g_string_free (text, FALSE);
}

/**
 * peg_token_parse:
 * @text: (nullable): what somebody says is a token
 * @bytes: (out caller-allocates) (array fixed-size=32): what it stands for
 *
 * Reads a token as it is typed: capitals, dashes and blanks do not matter, and
 * neither does an O for a zero.
 *
 * Returns: whether it is a token without a mistake in it, whoever it belongs to
 */
gboolean
peg_token_parse (const char *text,
                 guint8     *bytes)
{
  gsize prefix = strlen (PEG_TOKEN_PREFIX);
  char chars[CHARS], expected[CHARS];
  guint n = 0;

  if (text == NULL || strnlen (text, MAX_TEXT + 1) > MAX_TEXT ||
      g_ascii_strncasecmp (text, PEG_TOKEN_PREFIX, prefix) != 0)
    return FALSE;

  for (const char *c = text + prefix; *c != '\0'; c++) {
    int value = read_char (*c);

    if (*c == '-' || *c == ' ')
      continue;
    if (value < 0 || n == CHARS)
      return FALSE;
    chars[n++] = alphabet[value];
  }
  if (n != CHARS)
    return FALSE;

  memset (bytes, 0, PEG_TOKEN_BYTES);
  for (guint bit = 0; bit < PEG_TOKEN_BYTES * 8; bit++) {
    if ((read_char (chars[bit / 5]) >> (4 - bit % 5) & 1) != 0)
      bytes[bit / 8] = (guint8) (bytes[bit / 8] | 0x80 >> bit % 8);
  }

  write_bits (bytes, expected);
  compute_check (bytes, expected + SECRET_CHARS);

  return memcmp (chars, expected, CHARS) == 0;
}

/**
 * peg_token_hash:
 * @text: (nullable): what somebody says is a token
 *
 * What the ledger keeps of a token. One round of SHA-256 is right here: a token
 * is 256 random bits, of which no list can be made and no number of guesses finds
 * one. A slow hash is for what people choose, and nothing here is chosen by
 * people.
 *
 * Returns: (transfer full) (nullable): 64 hexadecimal digits; %NULL: it is no
 *   token
 */
char *
peg_token_hash (const char *text)
{
  guint8 bytes[PEG_TOKEN_BYTES];

  if (!peg_token_parse (text, bytes))
    return NULL;

  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes, sizeof bytes);
}
