/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-code128.h"

#include <string.h>

/* How many symbols there are, without the stop: 11 modules each, 13 for the stop. */
static guint
count_symbols (const char *widths)
{
  const guint modules = peg_code128_width (widths);

  g_assert_cmpuint ((modules - 13) % 11, ==, 0);

  return (modules - 13) / 11;
}

/* The bars of a symbol have an even number of modules, all of it eleven (ISO/IEC 15417,
 * 4.3.1); the first is a start, the last the stop. */
static void
check_symbols (const char *widths)
{
  const guint n = count_symbols (widths);

  g_assert_cmpuint (strlen (widths), ==, 6 * n + 7);
  g_assert_true (g_str_has_prefix (widths, "211214") || g_str_has_prefix (widths, "211232"));
  g_assert_true (g_str_has_suffix (widths, "2331112"));

  for (guint i = 0; i < n; i++) {
    guint bars = 0, all = 0;

    for (guint k = 0; k < 6; k++) {
      const guint width = (guint) (widths[6 * i + k] - '0');

      g_assert_cmpuint (width, >=, 1);
      g_assert_cmpuint (width, <=, 4);
      all += width;
      bars += k % 2 == 0 ? width : 0;
    }
    g_assert_cmpuint (all, ==, 11);
    g_assert_cmpuint (bars % 2, ==, 0);
  }
}

/* Start, data, check; digits in pairs where that is shorter. */
static const struct {
  const char *text;
  guint symbols;
} texts[] = {
  { "A", 3 },
  { "AB", 4 },
  { "12", 4 },
  { "123", 5 },
  { "1234", 4 },
  { "12345", 6 },
  { "123456", 5 },
  { "A1234", 6 },
  { "A12345", 7 },
  { "A1234B", 8 },
  { "A123456B", 9 },
  { "1234A", 6 },
  { "~", 3 },
};

static void
test_lengths (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree char *widths = peg_code128_encode (texts[i].text);

    g_test_message ("%s", texts[i].text);
    check_symbols (widths);
    g_assert_cmpuint (count_symbols (widths), ==, texts[i].symbols);
  }
}

/* The example of Wikipedia, “Code 128”, 2026: PJJ123C, in code set A there; B has the
 * same values for these, and 104 for the start: the check is 55 instead of 54. */
static void
test_check (void)
{
  g_autofree char *widths = peg_code128_encode ("PJJ123C");

  g_assert_cmpuint (strlen (widths), ==, 6 * 9 + 7);
  g_assert_cmpint (strncmp (widths + 6 * 8, "311321", 6), ==, 0);
}

static void
test_all (void)
{
  for (char c = ' '; c <= '~'; c++) {
    const char text[] = { c, '\0' };
    g_autofree char *widths = peg_code128_encode (text);

    check_symbols (widths);
  }
}

static void
test_cannot (void)
{
  g_assert_null (peg_code128_encode (""));
  g_assert_null (peg_code128_encode ("a\n"));
  g_assert_null (peg_code128_encode ("ü"));
  g_assert_null (peg_code128_encode ("\x7f"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/code128/lengths", test_lengths);
  g_test_add_func ("/code128/check", test_check);
  g_test_add_func ("/code128/all", test_all);
  g_test_add_func ("/code128/cannot", test_cannot);

  return g_test_run ();
}
