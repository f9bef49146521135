/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-natural.h"

#include <string.h>

static int
sign (int order)
{
  return CLAMP (order, -1, 1);
}

/* In this order, and no two alike. */
static const char * const sorted[] = {
  "",
  ".nc",
  "-1",
  "0",
  "1.nc",
  "1 2.nc",
  "1-2.nc",
  "2.nc",
  "009.nc",
  "10.nc",
  "10_2.nc",
  "10_010.nc",
  "99999999999999999999999999998",
  "99999999999999999999999999999",
  "100000000000000000000000000000",
  "_a",
  "a",
  "A.nc",
  "a0",
  "a1b",
  "a02",
  "A10",
  "aa",
  "Düse",
  "dusf",
  "mueller",
  "MÜLLER",
  "mullert",
  "OP2",
  "op10",
  "strasse",
  "STRAßE.nc",
  "strasseb",
  "z",
  "ø12",
  "Ω",
  "日本",
};

static void
test_order (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sorted); i++) {
    for (gsize j = 0; j < G_N_ELEMENTS (sorted); j++) {
      const int order = sign (peg_natural_compare (sorted[i], sorted[j]));

      if (order != (i < j ? -1 : i > j ? 1 : 0))
        g_error ("“%s” and “%s”: %d", sorted[i], sorted[j], order);
    }
  }
}

static const struct {
  const char *a;
  const char *b;
} alike[] = {
  { "OP10.NC", "op10.nc" },
  { "1", "0001" },
  { "0", "000" },
  { "a00", "A0" },
  { "Düse", "duse" },
  { "D\xc3\xbcse", "Du\xcc\x88se" },
  { "Straße", "STRASSE" },
  { "ΣΟΣ", "σος" },
  { "1²", "12" },
  { "１２", "12" },
  { "ﬁt", "FIT" },
};

/* What only looks different is told apart by who needs to. */
static void
test_alike (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (alike); i++) {
    g_assert_cmpint (peg_natural_compare (alike[i].a, alike[i].b), ==, 0);
    g_assert_cmpint (peg_natural_compare (alike[i].b, alike[i].a), ==, 0);
  }
}

/* The same order, worked out in the plain way: a list of tokens, a number being
 * one, of the text that is taken apart as a whole. */
static GArray *
split (const char *text)
{
  g_autofree char *apart = g_utf8_normalize (text, -1, G_NORMALIZE_ALL);
  g_autofree char *folded = g_utf8_casefold (apart, -1);
  g_autofree char *again = g_utf8_normalize (folded, -1, G_NORMALIZE_ALL);
  GArray *tokens = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GString) plain = g_string_new (NULL);

  for (const char *c = again; *c != '\0'; c = g_utf8_next_char (c)) {
    if (g_unichar_combining_class (g_utf8_get_char (c)) == 0)
      g_string_append_unichar (plain, g_utf8_get_char (c));
  }

  for (const char *c = plain->str; *c != '\0';) {
    double token = g_utf8_get_char (c) + 2.0;

    if (g_ascii_isdigit (*c)) {
      /* Between the neighbours of the digits; short enough to be exact. */
      token = '0' + 2.0 + (double) g_ascii_strtoull (c, (char **) &c, 10) / 1e12;
    } else {
      if (*c == '.')
        token = 1;
      c = g_utf8_next_char (c);
    }

    g_array_append_val (tokens, token);
  }

  return tokens;
}

static int
compare_plainly (const char *a,
                 const char *b)
{
  g_autoptr (GArray) first = split (a);
  g_autoptr (GArray) second = split (b);

  for (guint i = 0; i < first->len && i < second->len; i++) {
    const double one = g_array_index (first, double, i);
    const double two = g_array_index (second, double, i);

    if (one < two || one > two)
      return one < two ? -1 : 1;
  }

  return (first->len > second->len) - (first->len < second->len);
}

static char *
random_text (GRand *rand)
{
  static const char * const pieces[] = {
    "0", "0", "1", "2", "9", "a", "A", "b", "B", "z", "Z", ".", "_", " ", "-", "~", "x", "OP",
    "ä", "Ä", "ü", "ß", "é", "\xcc\x88", "²", "３", "ﬁ", "Σ", "ς", "σ", "ø", "Ж", "日", "½",
  };
  const gint32 most = g_rand_boolean (rand) ? 18 : G_N_ELEMENTS (pieces);
  const gint32 n = g_rand_int_range (rand, 0, 8);
  GString *text = g_string_new (NULL);

  for (gint32 i = 0; i < n; i++)
    g_string_append (text, pieces[g_rand_int_range (rand, 0, most)]);

  return g_string_free (text, FALSE);
}

static void
test_random (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);

  for (guint i = 0; i < 50000; i++) {
    g_autofree char *a = random_text (rand);
    g_autofree char *b = random_text (rand);
    const int order = sign (peg_natural_compare (a, b));

    if (order != compare_plainly (a, b) || order != -sign (peg_natural_compare (b, a)))
      g_error ("“%s” and “%s”: %d", a, b, order);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/natural/order", test_order);
  g_test_add_func ("/natural/alike", test_alike);
  g_test_add_func ("/natural/random", test_random);

  return g_test_run ();
}
