/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-board.h"
#include "peg-row.h"
#include "ui-fixture.h"

#define MINUTE_US (60 * (gint64) G_USEC_PER_SEC)

typedef struct {
  guint position, removed, added, n;
} Changes;

static GListModel *
get_model (Fixture *fixture)
{
  GtkListView *view = fixture_child (fixture_part (fixture, "board"), PEG_TYPE_BOARD, "view");

  return G_LIST_MODEL (gtk_list_view_get_model (view));
}

static void
show (Fixture    *fixture,
      const char *page)
{
  adw_view_stack_set_visible_child_name (fixture_part (fixture, "views"), page);
  fixture_settle (fixture);
}

static void
changed_cb (GListModel *model,
            guint       position,
            guint       removed,
            guint       added,
            Changes    *changes)
{
  *changes = (Changes) { position, removed, added, changes->n + 1 };
}

/* Whoever has had a file the longest is first, and nothing is missing. */
static void
assert_right (Fixture *fixture)
{
  PegSnapshot *snapshot = peg_store_get_shown (fixture->store);
  GListModel *model = get_model (fixture);
  gint64 last_us = 0;

  g_assert_cmpuint (g_list_model_get_n_items (model), ==, peg_snapshot_get_counts (snapshot)->out);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++) {
    g_autoptr (PegRow) row = g_list_model_get_item (model, i);
    PegEntry *entry = peg_row_get_entry (row);

    g_assert_true (peg_snapshot_find (snapshot, peg_entry_get_key (entry)) == entry);
    g_assert_true (peg_entry_is_locked (entry));
    g_assert_cmpint (peg_entry_get_since_us (entry), >=, last_us);
    last_us = peg_entry_get_since_us (entry);
  }
}

/* Checks a file out, by somebody who has had it for so long, or releases it. */
static void
set_lock (Fixture    *fixture,
          const char *key,
          guint       minutes)
{
  PegEntryFields fields;
  PegDisplayNow now;

  peg_now_read (fixture->now, &now);
  fixture_get_fields (fixture, key, &fields);
  fields.flags = minutes > 0 ? PEG_ENTRY_LOCKED : PEG_ENTRY_PLAIN;
  fields.holder = minutes > 0 ? "Yusuf" : NULL;
  fields.since_us = minutes > 0 ? now.wall_us - minutes * MINUTE_US : 0;
  fake_shop_change (fixture->store, &fields);
}

/* One tag comes, changes and goes; the others are not touched. */
static void
test_one_tag (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);
  Changes changes = { 0 };
  PegEntryFields fields;
  guint n;

  show (fixture, "out");
  assert_right (fixture);
  n = g_list_model_get_n_items (get_model (fixture));
  g_signal_connect (get_model (fixture), "items-changed", G_CALLBACK (changed_cb), &changes);

  set_lock (fixture, FAKE_SHOP_FREE, 1);
  fixture_show (fixture);
  g_assert_cmpuint (changes.n, ==, 1);
  g_assert_cmpuint (changes.position, ==, n);
  g_assert_cmpuint (changes.removed, ==, 0);
  g_assert_cmpuint (changes.added, ==, 1);
  assert_right (fixture);

  fixture_get_fields (fixture, FAKE_SHOP_FREE, &fields);
  fields.reason = "Deburr";
  fake_shop_change (fixture->store, &fields);
  fixture_show (fixture);
  g_assert_cmpuint (changes.n, ==, 1);
  assert_right (fixture);

  set_lock (fixture, FAKE_SHOP_FREE, 0);
  fixture_show (fixture);
  g_assert_cmpuint (changes.n, ==, 2);
  g_assert_cmpuint (changes.removed, ==, 1);
  g_assert_cmpuint (changes.added, ==, 0);
  assert_right (fixture);
}

/* A board that nobody sees does nothing, and is right when it is seen again. */
static void
test_hidden (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);
  Changes changes = { 0 };

  show (fixture, "out");
  show (fixture, "files");
  g_signal_connect (get_model (fixture), "items-changed", G_CALLBACK (changed_cb), &changes);

  set_lock (fixture, FAKE_SHOP_FREE, 600);
  set_lock (fixture, FAKE_SHOP_OTHER, 0);
  fixture_show (fixture);
  g_assert_cmpuint (changes.n, ==, 0);

  show (fixture, "out");
  g_assert_cmpuint (changes.n, >, 0);
  assert_right (fixture);
}

/* Whatever happens, the board is what one would make of the snapshot alone. */
static void
test_random (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);
  g_autoptr (GPtrArray) entries = fake_shop_entries ();
  g_autoptr (GRand) random = g_rand_new_with_seed (4);

  show (fixture, "out");

  for (guint round = 0; round < 60; round++) {
    /* Sometimes so many at once that the board is filled anew. */
    const gint32 n = round % 10 == 9 ? 60 : g_rand_int_range (random, 1, 4);

    for (gint32 i = 0; i < n; i++) {
      const gint32 which = g_rand_int_range (random, 0, (gint32) entries->len);

      set_lock (fixture, peg_entry_get_key (g_ptr_array_index (entries, which)),
                (guint) g_rand_int_range (random, 0, 5));
    }
    fake_shop_show (fixture->store);
    assert_right (fixture);
  }
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/board/one-tag", test_one_tag);
  g_test_add_func ("/board/hidden", test_hidden);
  g_test_add_func ("/board/random", test_random);

  return g_test_run ();
}
