/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-code128"

#include "peg-config.h"

#include "peg-code128.h"

#include <string.h>

/* Symbol characters that are not data (ISO/IEC 15417, table 1). */
#define CODE_C 99
#define CODE_B 100
#define START_B 104
#define START_C 105

#define CHECK_MODULUS 103
#define STOP "2331112"

/* Code set B has one character in a symbol, C two digits. Going over to C costs a symbol,
 * and back another one: it pays from four digits at an end, from six within (annex E). */
#define DIGITS_AT_END 4
#define DIGITS_WITHIN 6

/* The widths of bar, space, bar, space, bar, space (ISO/IEC 15417, table 1). */
static const char patterns[][7] = {
  "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312",
  "132212", "221213", "221312", "231212", "112232", "122132", "122231", "113222",
  "123122", "123221", "223211", "221132", "221231", "213212", "223112", "312131",
  "311222", "321122", "321221", "312212", "322112", "322211", "212123", "212321",
  "232121", "111323", "131123", "131321", "112313", "132113", "132311", "211313",
  "231113", "231311", "112133", "112331", "132131", "113123", "113321", "133121",
  "313121", "211331", "231131", "213113", "213311", "213131", "311123", "311321",
  "331121", "312113", "312311", "332111", "314111", "221411", "431111", "111224",
  "111422", "121124", "121421", "141122", "141221", "112214", "112412", "122114",
  "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111",
  "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112",
  "421211", "212141", "214121", "412121", "111143", "111341", "131141", "114113",
  "114311", "411113", "411311", "113141", "114131", "311141", "411131", "211412",
  "211214", "211232",
};

static gsize
count_digits (const char *text)
{
  gsize n = 0;

  while (g_ascii_isdigit (text[n]))
    n++;

  return n;
}

/* How many digits are to be in code set C from here on; always in pairs. */
static gsize
choose_digits (const char *text,
               gboolean    first)
{
  const gsize n = count_digits (text);
  const gboolean last = text[n] == '\0';

  return n >= (first || last ? DIGITS_AT_END : DIGITS_WITHIN) ? n - n % 2 : 0;
}

static void
add_symbol (GString *widths,
            guint   *sum,
            guint   *place,
            guint    symbol)
{
  g_string_append (widths, patterns[symbol]);
  *sum += symbol * MAX (*place, 1);
  (*place)++;
}

/**
 * peg_code128_encode:
 * @text: what is to be read, in the printable characters of ASCII
 *
 * Draws a bar code of the symbology Code 128 (ISO/IEC 15417).
 *
 * Returns: (transfer full) (nullable): the widths of bars and spaces in turns, a bar first
 *   and last, each a digit from 1 to 4, in modules; the quiet zones of
 *   %PEG_CODE128_QUIET modules are for the caller; %NULL: there is something in @text
 *   that cannot be drawn, or nothing
 */
char *
peg_code128_encode (const char *text)
{
  GString *widths;
  gsize digits;
  guint sum = 0;
  guint place = 0;

  g_return_val_if_fail (text != NULL, NULL);

  for (const char *c = text; *c != '\0'; c++) {
    if (!g_ascii_isprint (*c))
      return NULL;
  }
  if (*text == '\0')
    return NULL;

  widths = g_string_new (NULL);
  digits = choose_digits (text, TRUE);
  add_symbol (widths, &sum, &place, digits > 0 ? START_C : START_B);

  while (*text != '\0') {
    if (digits > 0) {
      for (; digits > 0; digits -= 2, text += 2)
        add_symbol (widths, &sum, &place,
                    (guint) (g_ascii_digit_value (text[0]) * 10 + g_ascii_digit_value (text[1])));
      if (*text != '\0')
        add_symbol (widths, &sum, &place, CODE_B);
      continue;
    }

    /* An odd digit is best left in B, in front of those in C. */
    digits = choose_digits (text + count_digits (text) % 2, FALSE);
    if (count_digits (text) % 2 != 0 || digits == 0) {
      digits = 0;
      add_symbol (widths, &sum, &place, (guint) (*text++ - ' '));
    } else {
      add_symbol (widths, &sum, &place, CODE_C);
    }
  }

  g_string_append (widths, patterns[sum % CHECK_MODULUS]);
  g_string_append (widths, STOP);

  return g_string_free (widths, FALSE);
}

/**
 * peg_code128_width:
 * @widths: what peg_code128_encode() gave
 *
 * Returns: how wide that is without the quiet zones, in modules
 */
guint
peg_code128_width (const char *widths)
{
  guint width = 0;

  g_return_val_if_fail (widths != NULL, 0);

  for (const char *c = widths; *c != '\0'; c++)
    width += (guint) (*c - '0');

  return width;
}
