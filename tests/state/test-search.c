/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-search.h"

static const struct {
  const char *words;
  const char *filename;
  const char *description;
  const char *holder;
  gboolean found;
} cases[] = {
  { "", "1234.nc", NULL, NULL, TRUE },
  { "  ", "1234.nc", NULL, NULL, TRUE },
  { "O1234", "1234.nc", NULL, NULL, TRUE },
  { "o1234", "01234.min", NULL, NULL, TRUE },
  { "1234", "O0001234.NC", NULL, NULL, TRUE },
  { "01234", "O1234", NULL, NULL, TRUE },
  { "O1234", "O1235", NULL, NULL, FALSE },
  { "O1234.nc", "1234.nc", NULL, NULL, TRUE },
  { "O1234.nc", "1234.min", NULL, NULL, FALSE },
  { "O", "OP10.nc", NULL, NULL, TRUE },
  { "op1", "OP10.nc", NULL, NULL, TRUE },
  { "op2", "OP10.nc", NULL, NULL, FALSE },
  { "0", "A0.nc", NULL, NULL, TRUE },
  { "1002", "1002.nc", NULL, NULL, TRUE },
  { "bracket LEFT", "1.nc", "Bracket, left", NULL, TRUE },
  { "bracket right", "1.nc", "Bracket, left", NULL, FALSE },
  { "dana", "1.nc", NULL, "Dana Novak", TRUE },
  { "düse", "DÜSE.nc", NULL, NULL, TRUE },
  { "du\xcc\x88se", "D\xc3\x9cSE.nc", NULL, NULL, TRUE },
  { "strasse", "STRAßE.nc", NULL, NULL, TRUE },
  { "nc bra", "1.nc", "bracket", NULL, TRUE },
  { "\xff", "1.nc", NULL, NULL, FALSE },
};

static void
test_matches (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
    g_autoptr (PegEntry) entry = NULL;
    g_autoptr (PegSearch) search = peg_search_new (cases[i].words);

    fields.filename = cases[i].filename;
    fields.description = cases[i].description;
    fields.holder = cases[i].holder;
    entry = peg_entry_new (&fields);

    if (peg_search_matches (search, entry) != cases[i].found)
      g_error ("“%s” in “%s”: expected %d", cases[i].words, cases[i].filename, cases[i].found);
  }
}

/* Whoever types a whole name means that file. */
static void
test_exact (void)
{
  static const struct {
    const char *words;
    const char *filename;
    gboolean exact;
  } names[] = {
    { "1234.nc", "1234.nc", TRUE }, { "1234", "1234.nc", TRUE }, { "O1234", "1234.nc", TRUE },
    { "O1234.nc", "01234.NC", TRUE }, { "1234", "O0001234.min", TRUE }, { " 1234 ", "1234", TRUE },
    { "soft jaws", "Soft Jaws.nc", TRUE }, { "a.b", "a.b.nc", TRUE }, { ".nc", ".nc", TRUE },
    { "1234", "12345.nc", FALSE }, { "1234", "1234_A.nc", FALSE }, { "1234.nc", "1234.min", FALSE },
    { "", "1234.nc", FALSE }, { "", ".nc", FALSE }, { "jaws soft", "soft jaws.nc", FALSE },
    { "O", "OP10.nc", FALSE }, { "p10", "OP10.nc", FALSE },
    { "träger", "TRÄGER.nc", TRUE }, { "träger", "trager.nc", FALSE },
  };
  g_autofree char *long_name = g_strnfill (400, 'A');
  g_autofree char *long_file = g_strconcat (long_name, ".nc", NULL);
  g_autoptr (PegSearch) long_search = peg_search_new (long_name);
  PegEntryFields long_fields = PEG_ENTRY_FIELDS_INIT;
  g_autoptr (PegEntry) long_entry = NULL;

  /* Longer than what is compared without allocating. */
  long_fields.filename = long_file;
  long_entry = peg_entry_new (&long_fields);
  g_assert_true (peg_search_is_exact (long_search, long_entry));

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
    g_autoptr (PegEntry) entry = NULL;
    g_autoptr (PegSearch) search = peg_search_new (names[i].words);

    fields.filename = names[i].filename;
    entry = peg_entry_new (&fields);
    if (peg_search_is_exact (search, entry) != names[i].exact)
      g_error ("“%s” for “%s”: expected %d", names[i].words, names[i].filename, names[i].exact);
  }
}

/* A word is looked for within one field, never across two. */
static void
test_across_fields (void)
{
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
  g_autoptr (PegEntry) entry = NULL;
  g_autoptr (PegSearch) search = peg_search_new ("ncbra");

  fields.filename = "1.nc";
  fields.description = "bracket";
  entry = peg_entry_new (&fields);

  g_assert_false (peg_search_matches (search, entry));
}

static void
test_empty (void)
{
  g_autoptr (PegSearch) none = peg_search_new (NULL);
  g_autoptr (PegSearch) blank = peg_search_new (" \t");
  g_autoptr (PegSearch) some = peg_search_new ("a");

  g_assert_true (peg_search_is_empty (none));
  g_assert_true (peg_search_is_empty (blank));
  g_assert_false (peg_search_is_empty (some));
}

static void
test_filter (void)
{
  const struct {
    const char *holder;
    gboolean shown[4]; /* all, out, mine, free */
  } filter_cases[] = {
    { NULL, { TRUE, FALSE, FALSE, TRUE } },
    { "Dana", { TRUE, TRUE, TRUE, FALSE } },
    { "Ivo", { TRUE, TRUE, FALSE, FALSE } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (filter_cases); i++) {
    PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
    g_autoptr (PegEntry) entry = NULL;

    fields.filename = "1.nc";
    fields.holder = filter_cases[i].holder;
    entry = peg_entry_new (&fields);

    for (guint filter = PEG_FILTER_ALL; filter <= PEG_FILTER_FREE; filter++)
      g_assert_cmpint (peg_filter_matches ((PegFilter) filter, entry, "Dana"), ==,
                       filter_cases[i].shown[filter]);
  }
}

/* Where the words stand, marked with brackets. */
static const struct {
  const char *words;
  const char *text;
  const char *marked;
} places[] = {
  { "", "O1234.nc", "O1234.nc" },
  { "1234", "O1234.nc", "O[1234].nc" },
  { "o1234", "O1234.nc", "O[1234].nc" },
  { "1234", "O0001234.nc", "O[0001234].nc" },
  { "op1 bra", "BRACKET OP10 OP1", "[BRA]CKET [OP1]0 [OP1]" },
  { "düse", "DÜSE_Ø12.nc", "[DÜSE]_Ø12.nc" },
  { "ø12", "DÜSE_Ø12.nc", "DÜSE_[Ø12].nc" },
  { "x", "O1234.nc", "O1234.nc" },
  { "nc", "nc.nc", "[nc].[nc]" },
};

static void
test_find_in (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++) {
    g_autoptr (PegSearch) search = peg_search_new (places[i].words);
    g_autoptr (GString) marked = g_string_new (NULL);
    const char *text = places[i].text;
    gsize from = 0, start, end;

    while (peg_search_find_in (search, text, from, &start, &end)) {
      g_assert_cmpuint (start, >=, from);
      g_assert_cmpuint (end, >, start);
      g_string_append_len (marked, text + from, (gssize) (start - from));
      g_string_append_printf (marked, "[%.*s]", (int) (end - start), text + start);
      from = end;
    }

    g_string_append (marked, text + from);
    g_assert_cmpstr (marked->str, ==, places[i].marked);
  }
}

/* The fast way folds like the other, whatever it takes on. */
static void
test_fold_fast (void)
{
  static const char * const pieces[] = {
    "0", "0", "1", "9", "a", "Z", "@", "[", "{", ".", "/", " ", "À", "Ö", "×", "Þ", "ß", "à", "ö",
    "÷", "ÿ", "é", "µ", "²", "\xcc\x88", "Ÿ", "ſ", "日",
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);
  guint n_fast = 0;

  for (guint i = 0; i < 50000; i++) {
    const gint32 most = i % 2 == 0 ? 22 : G_N_ELEMENTS (pieces);
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (GString) folded = g_string_new (NULL);
    g_autofree char *fast = NULL;
    gsize length;

    for (gint32 n = g_rand_int_range (rand, 0, 8); n > 0; n--)
      g_string_append (text, pieces[g_rand_int_range (rand, 0, most)]);

    peg_search_fold (text->str, folded);
    fast = g_malloc (text->len + 1);
    length = peg_search_fold_fast (text->str, text->len, fast);

    if (length != PEG_SEARCH_SLOW) {
      g_assert_cmpmem (fast, length, folded->str, folded->len);
      n_fast++;
    }
  }

  g_assert_cmpuint (n_fast, >=, 25000);
}

static void
test_narrows (void)
{
  const struct {
    const char *words;
    const char *other;
    gboolean narrows;
  } pairs[] = {
    { "mill", "mil", TRUE },
    { "mil", "mill", FALSE },
    { "O1234", "12", TRUE },
    { "mill 12", "mill", TRUE },
    { "mill", "mill 12", FALSE },
    { "mill2 12", "12 MILL", TRUE },
    { "mill", "", TRUE },
    { "", "mill", FALSE },
    { "0012", "12", TRUE },
    { "ab", "a b", TRUE },
    { "saw", "mill", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++) {
    g_autoptr (PegSearch) search = peg_search_new (pairs[i].words);
    g_autoptr (PegSearch) other = peg_search_new (pairs[i].other);

    g_assert_cmpint (peg_search_narrows (search, other), ==, pairs[i].narrows);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/search/matches", test_matches);
  g_test_add_func ("/search/exact", test_exact);
  g_test_add_func ("/search/across-fields", test_across_fields);
  g_test_add_func ("/search/empty", test_empty);
  g_test_add_func ("/search/filter", test_filter);
  g_test_add_func ("/search/find-in", test_find_in);
  g_test_add_func ("/search/fold-fast", test_fold_fast);

  g_test_add_func ("/search/narrows", test_narrows);

  return g_test_run ();
}
