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

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/search/matches", test_matches);
  g_test_add_func ("/search/across-fields", test_across_fields);
  g_test_add_func ("/search/empty", test_empty);
  g_test_add_func ("/search/filter", test_filter);

  return g_test_run ();
}
