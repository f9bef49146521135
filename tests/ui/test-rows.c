/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-rows.h"

#include <stdlib.h>
#include <string.h>

/* A tree as a word for each file: “G/name”, with “*” in front when Dana has it.
 * The group is G, the part is a seven-digit number at the start of the name. */
static PegSnapshot *
snapshot_from (PegSnapshot *before,
               const char  *words)
{
  g_autoptr (PegSnapshot) first = before != NULL ? peg_snapshot_ref (before) : peg_snapshot_new ();
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  g_auto (GStrv) split = g_strsplit (words, " ", -1);

  for (guint i = 0; split[i] != NULL; i++) {
    const gboolean out = split[i][0] == '*';
    const char *slash = strchr (split[i], '/');
    PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
    g_autofree char *group = NULL;

    if (slash == NULL)
      continue;

    group = g_strndup (split[i] + out, (gsize) (slash - split[i]) - out);
    fields.filename = slash + 1;
    fields.group = group;
    if (out) {
      fields.holder = "Dana";
      fields.flags = PEG_ENTRY_LOCKED;
    }
    g_ptr_array_add (entries, peg_entry_new (&fields));
  }

  return peg_snapshot_reduce (first, &(PegEvent) {
    .kind = PEG_EVENT_LISTED,
    .listed = { .entries = entries },
  });
}

static void
show (PegRows    *rows,
      const char *words)
{
  g_autoptr (PegSnapshot) next = snapshot_from (peg_rows_get_snapshot (rows), words);

  peg_rows_set_snapshot (rows, next);
}

/* All visible rows: “G{” for an open group, “G[3]” for a closed one, likewise
 * parts, and the names of files. */
static char *
to_words (GListModel *model)
{
  GString *words = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++) {
    g_autoptr (PegRow) row = g_list_model_get_item (model, i);

    if (words->len > 0)
      g_string_append_c (words, ' ');
    g_string_append (words, peg_row_get_name (row));
    if (peg_row_get_kind (row) != PEG_ROW_FILE && peg_row_get_expanded (row))
      g_string_append_c (words, '{');
    else if (peg_row_get_kind (row) != PEG_ROW_FILE)
      g_string_append_printf (words, "[%u]", peg_row_get_n (row));
  }

  return g_string_free (words, FALSE);
}

static void
assert_rows (PegRows    *rows,
             const char *expected)
{
  g_autofree char *words = to_words (G_LIST_MODEL (rows));

  g_assert_cmpstr (words, ==, expected);
}

/* A follower of the model that knows only what it is told: it must end with the
 * same rows, and every announcement must make sense when it comes. */
typedef struct {
  GPtrArray *items; /* (element-type PegRow) */
  GString *log;
} Follower;

static void
changed_cb (GListModel *model,
            guint       position,
            guint       removed,
            guint       added,
            Follower   *follower)
{
  g_assert_cmpuint (position + removed, <=, follower->items->len);
  g_string_append_printf (follower->log, "%s%u-%u+%u", follower->log->len > 0 ? " " : "",
                          position, removed, added);

  if (removed > 0)
    g_ptr_array_remove_range (follower->items, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (follower->items, (int) (position + i),
                        g_list_model_get_item (model, position + i));

  /* What is announced is all that differs, at every moment. */
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, follower->items->len);
  for (guint i = 0; i < follower->items->len; i++) {
    g_autoptr (PegRow) row = g_list_model_get_item (model, i);

    g_assert_true (row == g_ptr_array_index (follower->items, i));
  }
}

static void
follow (Follower *follower,
        PegRows  *rows)
{
  follower->items = g_ptr_array_new_with_free_func (g_object_unref);
  follower->log = g_string_new (NULL);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (rows)); i++)
    g_ptr_array_add (follower->items, g_list_model_get_item (G_LIST_MODEL (rows), i));
  g_signal_connect (rows, "items-changed", G_CALLBACK (changed_cb), follower);
}

static void
follower_clear (Follower *follower)
{
  g_ptr_array_unref (follower->items);
  g_string_free (follower->log, TRUE);
}

typedef struct {
  const char *name;
  const char *from;
  const char *to;
  const char *changes; /* what must be announced, exactly */
} Case;

/* Everything is open: group, part, files. */
static const Case cases[] = {
  { "same", "A/a A/b", "A/b A/a", "" },
  { "from-nothing", "", "A/a", "0-0+2" },
  { "to-nothing", "A/a A/b", "", "0-3+0" },
  { "lock", "A/a A/b", "A/a *A/b", "" },
  { "first", "A/b", "A/a A/b", "1-0+1" },
  { "middle", "A/a A/c", "A/a A/b A/c", "2-0+1" },
  { "last", "A/a", "A/a A/b", "2-0+1" },
  { "remove", "A/a A/b A/c", "A/a A/c", "2-1+0" },
  { "replace", "A/a A/b A/c", "A/a A/bb A/c", "2-1+1" },
  { "two-runs", "A/a A/c A/e", "A/a A/b A/c A/d A/e", "2-0+1 4-0+1" },
  { "two-groups", "A/a B/a", "A/a A/b B/a B/b", "2-0+1 5-0+1" },
  { "new-group", "A/a C/a", "A/a B/a C/a", "2-0+2" },
  { "lost-group", "A/a B/a C/a", "A/a C/a", "2-2+0" },
  { "new-part", "A/x", "A/1234567.nc A/x", "1-0+2" },
  { "part-grows", "A/1234567_B.nc A/x", "A/1234567_A.nc A/1234567_B.nc A/x", "2-0+1" },
  { "part-shrinks", "A/1234567_A.nc A/1234567_B.nc", "A/1234567_B.nc", "2-1+0" },
  { "lost-part", "A/1234567.nc A/x", "A/x", "1-2+0" },
  { "moves", "A/a B/b", "B/a B/b", "0-2+0 1-0+1" },
  { "natural-order", "A/OP2 A/OP10", "A/OP2 A/OP3 A/OP10", "2-0+1" },
};

static void
test_changes (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (PegRows) rows = peg_rows_new ();
  g_autoptr (PegRows) fresh = peg_rows_new ();
  g_autofree char *expected = NULL;
  Follower follower;

  peg_rows_expand_all (rows);
  peg_rows_expand_all (fresh);
  show (rows, test->from);
  follow (&follower, rows);
  show (rows, test->to);

  g_assert_cmpstr (follower.log->str, ==, test->changes);

  show (fresh, test->to);
  expected = to_words (G_LIST_MODEL (fresh));
  assert_rows (rows, expected);
  follower_clear (&follower);
}

static void
test_opens_and_closes (void)
{
  g_autoptr (PegRows) rows = peg_rows_new ();
  g_autoptr (PegRow) group = NULL;
  g_autoptr (PegRow) part = NULL;
  Follower follower;

  show (rows, "A/1234567_A.nc A/1234567_B.nc A/x B/y");
  assert_rows (rows, "A[3] B[1]");
  follow (&follower, rows);

  group = g_list_model_get_item (G_LIST_MODEL (rows), 0);
  peg_rows_set_expanded (rows, group, TRUE);
  assert_rows (rows, "A{ 1234567[2] x B[1]");
  g_assert_cmpstr (follower.log->str, ==, "1-0+2");

  part = g_list_model_get_item (G_LIST_MODEL (rows), 1);
  peg_rows_set_expanded (rows, part, TRUE);
  assert_rows (rows, "A{ 1234567{ 1234567_A.nc 1234567_B.nc x B[1]");

  peg_rows_set_expanded (rows, group, FALSE);
  assert_rows (rows, "A[3] B[1]");

  /* What was open inside is open again. */
  peg_rows_set_expanded (rows, group, TRUE);
  assert_rows (rows, "A{ 1234567{ 1234567_A.nc 1234567_B.nc x B[1]");
  g_assert_cmpstr (follower.log->str, ==, "1-0+2 2-0+2 1-4+0 1-0+4");
  follower_clear (&follower);
}

/* What is open stays so through whatever the server sends. */
static void
test_openness_survives (void)
{
  g_autoptr (PegRows) rows = peg_rows_new ();
  g_autoptr (PegRow) group = NULL;

  show (rows, "A/a B/b");
  group = g_list_model_get_item (G_LIST_MODEL (rows), 1);
  peg_rows_set_expanded (rows, group, TRUE);

  show (rows, "A/a B/b B/c");
  assert_rows (rows, "A[1] B{ b c");
  show (rows, "0/z A/a B/c");
  assert_rows (rows, "0[1] A[1] B{ c");
  show (rows, "A/a");
  show (rows, "A/a B/d");
  assert_rows (rows, "A[1] B{ d");
}

static void
count_cb (guint *count)
{
  (*count)++;
}

/* A lock is a notification of the object that is there, and of no other. */
static void
test_lock_notifies_the_live_row (void)
{
  g_autoptr (PegRows) rows = peg_rows_new ();
  g_autoptr (PegRow) group = NULL;
  g_autoptr (PegRow) a = NULL;
  g_autoptr (PegRow) b = NULL;
  g_autoptr (PegRow) again = NULL;
  guint group_count = 0, a_count = 0, b_count = 0, lists = 0;

  peg_rows_expand_all (rows);
  show (rows, "A/a A/b");
  group = g_list_model_get_item (G_LIST_MODEL (rows), 0);
  a = g_list_model_get_item (G_LIST_MODEL (rows), 1);
  b = g_list_model_get_item (G_LIST_MODEL (rows), 2);
  g_signal_connect_swapped (group, "notify::stamp", G_CALLBACK (count_cb), &group_count);
  g_signal_connect_swapped (a, "notify::stamp", G_CALLBACK (count_cb), &a_count);
  g_signal_connect_swapped (b, "notify::entry", G_CALLBACK (count_cb), &b_count);
  g_signal_connect_swapped (rows, "items-changed", G_CALLBACK (count_cb), &lists);

  show (rows, "A/a *A/b");

  g_assert_cmpuint (lists, ==, 0);
  g_assert_cmpuint (a_count, ==, 0);
  g_assert_cmpuint (b_count, ==, 1);
  g_assert_cmpuint (group_count, ==, 1);
  g_assert_cmpuint (peg_row_get_n_out (group), ==, 1);
  g_assert_cmpstr (peg_entry_get_holder (peg_row_get_entry (b)), ==, "Dana");

  again = g_list_model_get_item (G_LIST_MODEL (rows), 2);
  g_assert_true (again == b);
}

/* Losing the connection changes what every row says, and no row. */
static void
test_link_notifies_all_live_rows (void)
{
  g_autoptr (PegRows) rows = peg_rows_new ();
  g_autoptr (PegSnapshot) live = NULL;
  g_autoptr (PegSnapshot) lost = NULL;
  g_autoptr (PegRow) row = NULL;
  PegLinkStatus status = PEG_LINK_STATUS_INIT;
  guint count = 0, lists = 0;

  peg_rows_expand_all (rows);
  show (rows, "A/a A/b");
  status.state = PEG_LINK_LIVE;
  live = peg_snapshot_reduce (peg_rows_get_snapshot (rows), &(PegEvent) {
    .kind = PEG_EVENT_LINK, .mono_us = 1, .wall_us = 1, .link = &status,
  });
  peg_rows_set_snapshot (rows, live);

  row = g_list_model_get_item (G_LIST_MODEL (rows), 1);
  g_signal_connect_swapped (row, "notify::stamp", G_CALLBACK (count_cb), &count);
  g_signal_connect_swapped (rows, "items-changed", G_CALLBACK (count_cb), &lists);
  status.state = PEG_LINK_WAITING;
  lost = peg_snapshot_reduce (live, &(PegEvent) {
    .kind = PEG_EVENT_LINK, .mono_us = 2, .wall_us = 2, .link = &status,
  });
  peg_rows_set_snapshot (rows, lost);

  g_assert_cmpuint (count, ==, 1);
  g_assert_cmpuint (lists, ==, 0);
}

static void
test_search_opens_what_matches (void)
{
  g_autoptr (PegRows) rows = peg_rows_new ();
  g_autoptr (PegSearch) search = peg_search_new ("B.nc");
  g_autoptr (PegRow) group = NULL;

  show (rows, "A/1234567_A.nc A/1234567_B.nc A/x C/b.nc D/y");
  peg_rows_set_view (rows, PEG_FILTER_ALL, search);
  assert_rows (rows, "A{ 1234567{ 1234567_B.nc C{ b.nc");
  g_assert_cmpuint (peg_rows_get_n_files (rows), ==, 2);

  /* Closing is possible, and forgotten with the search. */
  group = g_list_model_get_item (G_LIST_MODEL (rows), 0);
  peg_rows_set_expanded (rows, group, FALSE);
  assert_rows (rows, "A[1] C{ b.nc");

  peg_rows_set_view (rows, PEG_FILTER_ALL, NULL);
  assert_rows (rows, "A[3] C[1] D[1]");
  peg_rows_set_view (rows, PEG_FILTER_ALL, search);
  assert_rows (rows, "A{ 1234567{ 1234567_B.nc C{ b.nc");
}

static void
test_filters (void)
{
  g_autoptr (PegRows) rows = peg_rows_new ();

  show (rows, "A/a *A/b B/c");
  peg_rows_set_view (rows, PEG_FILTER_OUT, NULL);
  assert_rows (rows, "A{ b");
  peg_rows_set_view (rows, PEG_FILTER_MINE, NULL);
  assert_rows (rows, "");
  g_assert_cmpuint (peg_rows_get_n_files (rows), ==, 0);
  peg_rows_set_view (rows, PEG_FILTER_FREE, NULL);
  assert_rows (rows, "A[1] B[1]");

  /* A check-out goes from one filter to the other. */
  peg_rows_set_view (rows, PEG_FILTER_OUT, NULL);
  show (rows, "A/a *A/b *B/c");
  assert_rows (rows, "A{ b B{ c");
}

static void
test_finds (void)
{
  g_autoptr (PegRows) rows = peg_rows_new ();
  g_autoptr (PegRow) row = NULL;
  guint position, parent;

  show (rows, "A/1234567_A.nc A/x B/y");
  row = g_list_model_get_item (G_LIST_MODEL (rows), 1);
  g_assert_false (peg_rows_find (rows, "A/x", &position));
  g_assert_true (peg_rows_reveal (rows, "A/1234567_A.nc"));
  assert_rows (rows, "A{ 1234567{ 1234567_A.nc x B[1]");

  g_assert_true (peg_rows_find (rows, "A/1234567_A.nc", &position));
  g_assert_cmpuint (position, ==, 2);
  g_assert_true (peg_rows_find_parent (rows, 2, &parent));
  g_assert_cmpuint (parent, ==, 1);
  g_assert_true (peg_rows_find_parent (rows, 3, &parent));
  g_assert_cmpuint (parent, ==, 0);
  g_assert_false (peg_rows_find_parent (rows, 0, &parent));
  g_assert_true (peg_rows_find_row (rows, row, &position));
  g_assert_cmpuint (position, ==, 4);
  g_assert_false (peg_rows_find (rows, "nowhere", &position));
}

/* Many runs are told as one: each costs the list view a look at all its rows. */
static void
test_many_runs_are_one (void)
{
  g_autoptr (PegRows) rows = peg_rows_new ();
  g_autoptr (GString) from = g_string_new (NULL);
  g_autoptr (GString) to = g_string_new (NULL);
  Follower follower;

  for (guint i = 0; i < 100; i++) {
    g_string_append_printf (from, "A/%03u ", i);
    g_string_append_printf (to, "A/%03u A/%03u-x ", i, i);
  }

  peg_rows_expand_all (rows);
  show (rows, from->str);
  follow (&follower, rows);
  show (rows, to->str);

  g_assert_cmpstr (follower.log->str, ==, "2-99+199");
  follower_clear (&follower);
}

/* Random trees, one after the other, opened and closed at random: whoever only
 * listens always knows what is there. */
static void
test_random (void)
{
  g_autoptr (PegRows) rows = peg_rows_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (8420);
  Follower follower;

  follow (&follower, rows);

  for (guint round = 0; round < 300; round++) {
    g_autoptr (GString) words = g_string_new (NULL);
    const guint n = (guint) g_rand_int_range (random, 0, 30);

    for (guint i = 0; i < n; i++)
      g_string_append_printf (words, "%s%c/%s%c%d ",
                              g_rand_boolean (random) ? "*" : "",
                              'A' + g_rand_int_range (random, 0, 5),
                              g_rand_boolean (random) ? "1234567_" : "",
                              'a' + g_rand_int_range (random, 0, 4),
                              g_rand_int_range (random, 0, 12));
    show (rows, words->str);

    if (follower.items->len > 0) {
      PegRow *row = g_ptr_array_index (follower.items,
                                       g_rand_int_range (random, 0, (int) follower.items->len));

      peg_rows_set_expanded (rows, row, g_rand_boolean (random));
    }
    if (round % 7 == 0)
      peg_rows_set_view (rows, (PegFilter) g_rand_int_range (random, 0, 4), NULL);
  }

  follower_clear (&follower);
}

/* 100,000 files make no object until they are looked at. */
static void
test_large_makes_no_objects (void)
{
  g_autoptr (PegRows) rows = peg_rows_new ();
  g_autoptr (PegSnapshot) empty = peg_snapshot_new ();
  g_autoptr (PegSnapshot) large = NULL;
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  g_autoptr (PegRow) row = NULL;

  for (guint i = 0; i < 100000; i++) {
    g_autofree char *name = g_strdup_printf ("%07u_A.nc", 1000000 + i * 3);
    PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;

    fields.filename = name;
    g_ptr_array_add (entries, peg_entry_new (&fields));
  }
  large = peg_snapshot_reduce (empty, &(PegEvent) {
    .kind = PEG_EVENT_LISTED,
    .listed = { .entries = entries },
  });

  peg_rows_expand_all (rows);
  peg_rows_set_snapshot (rows, large);
  while (!peg_rows_is_settled (rows))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (rows)), >, 200000);

  row = g_list_model_get_item (G_LIST_MODEL (rows), 150001);
  g_assert_nonnull (row);
  g_assert_cmpuint (G_OBJECT (row)->ref_count, ==, 1);
  g_assert_finalize_object (g_steal_pointer (&row));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/rows/changes/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_changes);
  }
  g_test_add_func ("/rows/opens-and-closes", test_opens_and_closes);
  g_test_add_func ("/rows/openness-survives", test_openness_survives);
  g_test_add_func ("/rows/lock-notifies-the-live-row", test_lock_notifies_the_live_row);
  g_test_add_func ("/rows/link-notifies-all-live-rows", test_link_notifies_all_live_rows);
  g_test_add_func ("/rows/search-opens-what-matches", test_search_opens_what_matches);
  g_test_add_func ("/rows/filters", test_filters);
  g_test_add_func ("/rows/finds", test_finds);
  g_test_add_func ("/rows/many-runs-are-one", test_many_runs_are_one);
  g_test_add_func ("/rows/random", test_random);
  g_test_add_func ("/rows/large-makes-no-objects", test_large_makes_no_objects);

  return g_test_run ();
}
