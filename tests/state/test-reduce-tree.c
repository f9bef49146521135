/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "state-fixture.h"

static void
assert_tree (const PegSnapshot *snapshot,
             const char        *expected)
{
  g_autofree char *tree = fixture_tree (snapshot);

  g_assert_cmpstr (tree, ==, expected);
}

static PegSnapshot *
shop (void)
{
  return fixture_listed (peg_snapshot_new (),
                         fixture_entries ("Lathe/O2.nc", "Lathe/O10.nc=Dana",
                                          "1234567.mcam", "1298765.h", "plate.nc", NULL));
}

static void
test_listed (void)
{
  g_autoptr (PegSnapshot) snapshot = shop ();
  const PegCounts *counts = peg_snapshot_get_counts (snapshot);

  assert_tree (snapshot, "12XXXXX: 1234567.mcam 1298765.h | Lathe: O2.nc O10.nc=Dana"
                         " | Miscellaneous: plate.nc");
  g_assert_cmpuint (counts->all, ==, 5);
  g_assert_cmpuint (counts->out, ==, 1);
  g_assert_cmpuint (counts->mine, ==, 0);
  g_assert_true (peg_snapshot_has_list (snapshot));
  g_assert_nonnull (peg_snapshot_find (snapshot, "Lathe/O2.nc"));
}

/* What a classic server sends at every connect: the same three times, in any
 * order, with other times of modification. None of it is rendered. */
static void
test_listed_again (void)
{
  g_autoptr (PegSnapshot) snapshot = shop ();
  PegSnapshot *first = snapshot;
  g_autoptr (GPtrArray) touched = NULL;

  for (guint i = 0; i < 3; i++) {
    snapshot = fixture_listed (snapshot,
                               fixture_entries ("plate.nc", "1298765.h", "Lathe/O10.nc=Dana",
                                                "1234567.mcam", "Lathe/O2.nc", NULL));
    g_assert_true (snapshot == first);
  }

  touched = fixture_entries ("1298765.h", "Lathe/O10.nc=Dana", "1234567.mcam", "Lathe/O2.nc", NULL);
  {
    PegEntryFields fields;
    g_autoptr (PegEntry) plate = fixture_entry ("plate.nc", NULL);

    peg_entry_get_fields (plate, &fields);
    fields.modified_us = 77;
    g_ptr_array_add (touched, peg_entry_new (&fields));
  }
  snapshot = fixture_listed (snapshot, g_steal_pointer (&touched));
  g_assert_true (snapshot == first);
}

static PegSnapshot *
listed_at (PegSnapshot *snapshot,
           gint64       mono_s,
           gint64       wall_s,
           gint64       server_s)
{
  g_autoptr (GPtrArray) entries = fixture_entries ("Lathe/O2.nc", "Lathe/O10.nc=Dana",
                                                   "1234567.mcam", "1298765.h", "plate.nc", NULL);
  PegSnapshot *next = peg_snapshot_reduce (snapshot, &(PegEvent) {
    .kind = PEG_EVENT_LISTED,
    .mono_us = mono_s * G_USEC_PER_SEC,
    .wall_us = wall_s * G_USEC_PER_SEC,
    .listed = { .entries = entries, .server_us = server_s * G_USEC_PER_SEC },
  });

  peg_snapshot_unref (snapshot);

  return next;
}

#define assert_server_s(snapshot, mono_s, expected_s) \
  g_assert_cmpint (peg_snapshot_get_server_us (snapshot, (mono_s) * G_USEC_PER_SEC), ==, \
                   (gint64) (expected_s) * G_USEC_PER_SEC)

/* The monotonic clock stands still while the computer sleeps: the same list says
 * what time it is. */
static void
test_listed_later (void)
{
  g_autoptr (PegSnapshot) snapshot = listed_at (peg_snapshot_new (), 100, 5000, 0);
  const PegGroup *group = peg_snapshot_get_group (snapshot, 0);
  PegSnapshot *first = snapshot;

  /* Nothing is new within half a minute. */
  snapshot = listed_at (snapshot, 200, 5130, 0);
  g_assert_true (snapshot == first);
  assert_server_s (snapshot, 200, 5100);

  snapshot = listed_at (snapshot, 200, 33131, 0);
  g_assert_true (snapshot != first);
  assert_server_s (snapshot, 210, 33141);
  g_assert_true (peg_snapshot_get_group (snapshot, 0) == group);
  g_assert_cmpint (peg_snapshot_get_last_change_us (snapshot), ==, 0);

  /* The server's own word counts more than our clock, then and later. */
  snapshot = listed_at (snapshot, 220, 33151, 90000);
  assert_server_s (snapshot, 220, 90000);
  first = snapshot;
  snapshot = listed_at (snapshot, 230, 33161, 0);
  g_assert_true (snapshot == first);
  snapshot = listed_at (snapshot, 230, 33161, 90040);
  g_assert_true (snapshot == first);
  snapshot = listed_at (snapshot, 230, 33161, 90041);
  assert_server_s (snapshot, 230, 90041);
}

static void
test_listed_only_names (void)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  g_autoptr (PegSnapshot) snapshot = NULL;
  PegSnapshot *first;

  for (guint i = 0; i < 3; i++) {
    PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
    const char *filenames[] = { "b.nc", "1234567.nc", "a.nc" };

    fields.filename = filenames[i];
    g_ptr_array_add (names, peg_entry_new (&fields));
  }

  snapshot = first = fixture_listed (peg_snapshot_new (), g_ptr_array_ref (names));
  assert_tree (snapshot, "12XXXXX: 1234567.nc | Miscellaneous: a.nc b.nc");

  snapshot = fixture_listed (snapshot, g_ptr_array_ref (names));
  g_assert_true (snapshot == first);
}

/* What did not change is the same pointer before and after. */
static void
test_listed_shares (void)
{
  g_autoptr (PegSnapshot) before = shop ();
  g_autoptr (PegSnapshot) after = NULL;

  after = fixture_listed (peg_snapshot_ref (before),
                          fixture_entries ("Lathe/O2.nc=Ivo", "Lathe/O10.nc=Dana",
                                           "1234567.mcam", "1298765.h", "plate.nc", NULL));

  g_assert_true (after != before);
  g_assert_true (peg_snapshot_get_group (after, 0) == peg_snapshot_get_group (before, 0));
  g_assert_true (peg_snapshot_get_group (after, 1) != peg_snapshot_get_group (before, 1));
  g_assert_true (peg_snapshot_find (after, "Lathe/O10.nc") ==
                 peg_snapshot_find (before, "Lathe/O10.nc"));
  assert_tree (before, "12XXXXX: 1234567.mcam 1298765.h | Lathe: O2.nc O10.nc=Dana"
                       " | Miscellaneous: plate.nc");
  assert_tree (after, "12XXXXX: 1234567.mcam 1298765.h | Lathe: O2.nc=Ivo O10.nc=Dana"
                      " | Miscellaneous: plate.nc");
}

static void
test_listed_removes (void)
{
  g_autoptr (PegSnapshot) snapshot = shop ();

  snapshot = fixture_listed (snapshot, fixture_entries ("Lathe/O2.nc", NULL));
  assert_tree (snapshot, "Lathe: O2.nc");
  g_assert_null (peg_snapshot_find (snapshot, "plate.nc"));

  snapshot = fixture_listed (snapshot, g_ptr_array_new ());
  assert_tree (snapshot, "");
  g_assert_true (peg_snapshot_has_list (snapshot));
}

/* Two files of one key in one list: the first counts, and nothing breaks. */
static void
test_listed_twice (void)
{
  g_autoptr (PegSnapshot) snapshot = NULL;

  snapshot = fixture_listed (peg_snapshot_new (), fixture_entries ("a=Dana", "a=Ivo", NULL));
  assert_tree (snapshot, "Miscellaneous: a=Dana");
}

static void
test_changed (void)
{
  g_autoptr (PegSnapshot) snapshot = shop ();
  PegSnapshot *first;

  snapshot = fixture_changed (snapshot, fixture_entry ("plate.nc", "Ivo"), NULL, 0);
  assert_tree (snapshot, "12XXXXX: 1234567.mcam 1298765.h | Lathe: O2.nc O10.nc=Dana"
                         " | Miscellaneous: plate.nc=Ivo");
  g_assert_cmpuint (peg_snapshot_get_counts (snapshot)->out, ==, 2);
  g_assert_cmpint (peg_snapshot_get_last_cause (snapshot), ==, PEG_CAUSE_CHECK_OUT);
  g_assert_cmpstr (peg_snapshot_get_last_by (snapshot), ==, "Dana");
  g_assert_cmpint (peg_snapshot_get_last_change_us (snapshot), ==, 2000);

  first = snapshot;
  snapshot = fixture_changed (snapshot, fixture_entry ("plate.nc", "Ivo"), NULL, 0);
  g_assert_true (snapshot == first);

  snapshot = fixture_changed (snapshot, fixture_entry ("new/x.nc", NULL), "1298765.h", 0);
  assert_tree (snapshot, "12XXXXX: 1234567.mcam | Lathe: O2.nc O10.nc=Dana"
                         " | Miscellaneous: plate.nc=Ivo | new: x.nc");

  snapshot = fixture_changed (snapshot, NULL, "1234567.mcam", 0);
  assert_tree (snapshot, "Lathe: O2.nc O10.nc=Dana | Miscellaneous: plate.nc=Ivo | new: x.nc");

  first = snapshot;
  snapshot = fixture_changed (snapshot, NULL, "unknown.nc", 0);
  g_assert_true (snapshot == first);
}

/* A file with an identity is renamed: the old path goes, the new one comes, in
 * one event or in the change alone. */
static void
test_renamed (void)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  g_autoptr (PegSnapshot) snapshot = NULL;

  g_ptr_array_add (entries, fixture_entry_id ("f1", "Mill/a.nc", NULL, 1));
  g_ptr_array_add (entries, fixture_entry_id ("f2", "Mill/b.nc", NULL, 1));
  snapshot = fixture_listed (peg_snapshot_new (), g_steal_pointer (&entries));
  g_assert_cmpstr (peg_entry_get_id (peg_snapshot_find (snapshot, "Mill/a.nc")), ==, "f1");

  snapshot = fixture_changed (snapshot, fixture_entry_id ("f1", "Lathe/c.nc", NULL, 2),
                              "Mill/a.nc", 0);
  assert_tree (snapshot, "Lathe: c.nc | Mill: b.nc");
  g_assert_null (peg_snapshot_find (snapshot, "Mill/a.nc"));
  g_assert_cmpstr (peg_entry_get_id (peg_snapshot_find (snapshot, "Lathe/c.nc")), ==, "f1");

  snapshot = fixture_changed (snapshot, fixture_entry_id ("f1", "Mill/d.nc", NULL, 3), NULL, 0);
  assert_tree (snapshot, "Mill: b.nc d.nc");
  g_assert_null (peg_snapshot_find (snapshot, "Lathe/c.nc"));
}

/* Applying is idempotent by identity and version. */
static void
test_versions (void)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  g_autoptr (PegSnapshot) snapshot = NULL;
  PegSnapshot *first;

  g_ptr_array_add (entries, fixture_entry_id ("f1", "a.nc", "Dana", 5));
  snapshot = first = fixture_listed (peg_snapshot_new (), g_steal_pointer (&entries));

  snapshot = fixture_changed (snapshot, fixture_entry_id ("f1", "a.nc", NULL, 4), NULL, 0);
  g_assert_true (snapshot == first);

  snapshot = fixture_changed (snapshot, fixture_entry_id ("f1", "a.nc", NULL, 6), NULL, 0);
  assert_tree (snapshot, "Miscellaneous: a.nc");
}

static void
test_position (void)
{
  g_autoptr (PegSnapshot) snapshot = shop ();

  g_assert_cmpuint (peg_snapshot_get_seq (snapshot), ==, 0);
  snapshot = fixture_changed (snapshot, fixture_entry ("plate.nc", NULL), NULL, 7);
  g_assert_cmpuint (peg_snapshot_get_seq (snapshot), ==, 7);
  assert_tree (snapshot, "12XXXXX: 1234567.mcam 1298765.h | Lathe: O2.nc O10.nc=Dana"
                         " | Miscellaneous: plate.nc");
}

/* Any sequence of changes leads to the tree that a list of the outcome gives. */
static void
test_changes_equal_list (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (GHashTable) model = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (PegSnapshot) snapshot = fixture_listed (peg_snapshot_new (), g_ptr_array_new ());

  for (guint round = 0; round < 3000; round++) {
    g_autofree char *path =
      g_strdup_printf ("%c/%d.nc", "ABC"[g_rand_int_range (rand, 0, 3)],
                       g_rand_int_range (rand, 0, 40));

    if (g_rand_int_range (rand, 0, 3) == 0) {
      g_hash_table_remove (model, path);
      snapshot = fixture_changed (snapshot, NULL, path, 0);
    } else {
      const char *holder = g_rand_boolean (rand) ? "Dana" : NULL;

      snapshot = fixture_changed (snapshot, fixture_entry (path, holder), NULL, 0);
      g_hash_table_replace (model, g_steal_pointer (&path), g_strdup (holder));
    }

    if (round % 300 == 299) {
      g_autoptr (GPtrArray) entries =
        g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
      g_autoptr (PegSnapshot) listed = NULL;
      g_autofree char *expected = NULL;
      GHashTableIter iter;
      gpointer key, value;

      g_hash_table_iter_init (&iter, model);
      while (g_hash_table_iter_next (&iter, &key, &value))
        g_ptr_array_add (entries, fixture_entry (key, value));

      listed = fixture_listed (peg_snapshot_new (), g_steal_pointer (&entries));
      expected = fixture_tree (listed);
      assert_tree (snapshot, expected);
      g_assert_cmpuint (peg_snapshot_get_counts (snapshot)->out, ==,
                        peg_snapshot_get_counts (listed)->out);
      g_assert_cmpuint (peg_snapshot_get_counts (snapshot)->all, ==, g_hash_table_size (model));
    }
  }
}

/* An action ends when the tree shows that it worked, whoever says so first. */
static void
test_settles (void)
{
  g_autoptr (PegSnapshot) snapshot = shop ();

  snapshot = fixture_pending (snapshot, "plate.nc", PEG_ACTION_CHECK_OUT);
  g_assert_nonnull (peg_snapshot_find_pending (snapshot, "plate.nc"));

  snapshot = fixture_changed (snapshot, fixture_entry ("Lathe/O2.nc", "Ivo"), NULL, 0);
  g_assert_nonnull (peg_snapshot_find_pending (snapshot, "plate.nc"));

  snapshot = fixture_changed (snapshot, fixture_entry ("plate.nc", "Dana"), NULL, 0);
  g_assert_null (peg_snapshot_find_pending (snapshot, "plate.nc"));

  snapshot = fixture_pending (snapshot, "plate.nc", PEG_ACTION_RELEASE);
  snapshot = fixture_listed (snapshot, fixture_entries ("plate.nc", NULL));
  g_assert_cmpuint (peg_snapshot_get_n_pending (snapshot), ==, 0);

  snapshot = fixture_pending (snapshot, "plate.nc", PEG_ACTION_SAVE_COPY);
  snapshot = fixture_changed (snapshot, NULL, "plate.nc", 0);
  g_assert_cmpuint (peg_snapshot_get_n_pending (snapshot), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/reduce-tree/listed", test_listed);
  g_test_add_func ("/reduce-tree/listed-again", test_listed_again);
  g_test_add_func ("/reduce-tree/listed-later", test_listed_later);
  g_test_add_func ("/reduce-tree/listed-only-names", test_listed_only_names);
  g_test_add_func ("/reduce-tree/listed-shares", test_listed_shares);
  g_test_add_func ("/reduce-tree/listed-removes", test_listed_removes);
  g_test_add_func ("/reduce-tree/listed-twice", test_listed_twice);
  g_test_add_func ("/reduce-tree/changed", test_changed);
  g_test_add_func ("/reduce-tree/renamed", test_renamed);
  g_test_add_func ("/reduce-tree/versions", test_versions);
  g_test_add_func ("/reduce-tree/position", test_position);
  g_test_add_func ("/reduce-tree/changes-equal-list", test_changes_equal_list);
  g_test_add_func ("/reduce-tree/settles", test_settles);

  return g_test_run ();
}
