/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-index.h"
#include "state-fixture.h"

#define N 5000

static GPtrArray *
many_entries (const char *holder)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);

  for (guint i = 0; i < N; i++) {
    g_autofree char *path = g_strdup_printf ("Mill/%u.nc", i);

    g_ptr_array_add (entries, fixture_entry (path, holder));
  }

  return entries;
}

static void
test_find (void)
{
  g_autoptr (GPtrArray) entries = many_entries (NULL);
  g_autoptr (PegIndex) index = peg_index_new (entries, peg_entry_get_key);

  for (guint i = 0; i < N; i++) {
    PegEntry *entry = g_ptr_array_index (entries, i);

    g_assert_true (peg_index_find (index, peg_entry_get_key (entry)) == entry);
  }

  g_assert_null (peg_index_find (index, "Mill/5000.nc"));
  g_assert_null (peg_index_find (index, ""));
}

static void
test_update (void)
{
  g_autoptr (GPtrArray) entries = many_entries (NULL);
  g_autoptr (GPtrArray) removed = fixture_entries ("Mill/1.nc", "Mill/none.nc", NULL);
  g_autoptr (GPtrArray) added = fixture_entries ("Mill/2.nc=Dana", "Mill/new.nc", NULL);
  g_autoptr (PegIndex) index = peg_index_new (entries, peg_entry_get_key);
  g_autoptr (PegIndex) next = peg_index_update (index, removed, added);

  g_assert_null (peg_index_find (next, "Mill/1.nc"));
  g_assert_true (peg_index_find (next, "Mill/2.nc") == added->pdata[0]);
  g_assert_true (peg_index_find (next, "Mill/new.nc") == added->pdata[1]);
  g_assert_true (peg_index_find (next, "Mill/3.nc") == entries->pdata[3]);

  /* The old index is as it was. */
  g_assert_true (peg_index_find (index, "Mill/1.nc") == entries->pdata[1]);
  g_assert_true (peg_index_find (index, "Mill/2.nc") == entries->pdata[2]);
  g_assert_null (peg_index_find (index, "Mill/new.nc"));
}

/* One key that goes and comes in the same update is there after it. */
static void
test_replace (void)
{
  g_autoptr (GPtrArray) entries = fixture_entries ("a", NULL);
  g_autoptr (GPtrArray) added = fixture_entries ("a=Dana", NULL);
  g_autoptr (PegIndex) index = peg_index_new (entries, peg_entry_get_key);
  g_autoptr (PegIndex) next = peg_index_update (index, entries, added);

  g_assert_true (peg_index_find (next, "a") == added->pdata[0]);
}

static void
test_left_out (void)
{
  g_autoptr (GPtrArray) entries = fixture_entries ("a", NULL);
  g_autoptr (PegIndex) index = peg_index_new (entries, peg_entry_get_id);
  g_autoptr (PegIndex) next = peg_index_update (index, entries, entries);

  g_assert_null (peg_index_find (index, "a"));
  g_assert_null (peg_index_find (next, "a"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/index/find", test_find);
  g_test_add_func ("/index/update", test_update);
  g_test_add_func ("/index/replace", test_replace);
  g_test_add_func ("/index/left-out", test_left_out);

  return g_test_run ();
}
