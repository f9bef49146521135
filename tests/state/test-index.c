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
  g_autoptr (PegIndex) index = peg_index_new ((PegEntry **) entries->pdata, entries->len, peg_entry_get_key);

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
  g_autoptr (GPtrArray) removed = fixture_entries ("Mill/none.nc", NULL);
  g_autoptr (GPtrArray) added = fixture_entries ("Mill/2.nc=Dana", "Mill/new.nc", NULL);
  g_autoptr (PegIndex) index = peg_index_new ((PegEntry **) entries->pdata, entries->len, peg_entry_get_key);
  g_autoptr (PegIndex) next = NULL;

  g_ptr_array_add (removed, peg_entry_ref (entries->pdata[1]));
  next = peg_index_update (index, removed, added);

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
  g_autoptr (PegIndex) index = peg_index_new ((PegEntry **) entries->pdata, entries->len, peg_entry_get_key);
  g_autoptr (PegIndex) next = peg_index_update (index, entries, added);

  g_assert_true (peg_index_find (next, "a") == added->pdata[0]);
}

static void
test_left_out (void)
{
  g_autoptr (GPtrArray) entries = fixture_entries ("a", NULL);
  g_autoptr (PegIndex) index = peg_index_new ((PegEntry **) entries->pdata, entries->len, peg_entry_get_id);
  g_autoptr (PegIndex) next = peg_index_update (index, entries, entries);

  g_assert_null (peg_index_find (index, "a"));
  g_assert_null (peg_index_find (next, "a"));
}

/* So many keys that some of them have the same hash; listed twice. */
static void
test_list (void)
{
  const guint n = 300000;
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  g_autoptr (PegIndex) none = peg_index_new (NULL, 0, peg_entry_get_key);
  g_autoptr (PegIndex) index = NULL;
  g_autofree PegEntry **entries = g_new (PegEntry *, n + 100);
  g_autofree PegEntry **known = g_new (PegEntry *, n + 100);

  for (guint i = 0; i < n + 100; i++) {
    g_autofree char *path = g_strdup_printf ("Mill/%u.nc", i % n);

    g_ptr_array_add (all, fixture_entry (path, i < n ? NULL : "Ivo"));
    entries[i] = all->pdata[i];
  }

  index = peg_index_new_list (none, entries, known, n + 100);

  for (guint i = 0; i < n + 100; i++) {
    g_assert_null (known[i]);
    g_assert_true (entries[i] == (i < n ? all->pdata[i] : NULL));
    g_assert_true (peg_index_find (index, peg_entry_get_key (all->pdata[i])) == all->pdata[i % n]);
  }
}

/* What is listed again is what is known; what differs is not. */
static void
test_list_again (void)
{
  g_autoptr (GPtrArray) first = many_entries (NULL);
  g_autoptr (GPtrArray) again = many_entries (NULL);
  g_autoptr (GPtrArray) other = fixture_entries ("Mill/7.nc=Dana", "Mill/new.nc", NULL);
  g_autoptr (PegIndex) index = peg_index_new ((PegEntry **) first->pdata, N, peg_entry_get_key);
  g_autoptr (PegIndex) next = NULL;
  g_autofree PegEntry **known = g_new (PegEntry *, N + 1);
  g_autofree PegEntry **entries = g_memdup2 (again->pdata, (N + 1) * sizeof (PegEntry *));

  entries[7] = other->pdata[0];
  entries[N] = other->pdata[1];
  next = peg_index_new_list (index, entries, known, N + 1);

  for (guint i = 0; i < N; i++) {
    g_assert_true (known[i] == first->pdata[i]);
    g_assert_true (entries[i] == (i == 7 ? other->pdata[0] : first->pdata[i]));
  }
  g_assert_null (known[N]);
  g_assert_true (entries[N] == other->pdata[1]);
  g_assert_true (peg_index_find (next, "Mill/7.nc") == other->pdata[0]);
  g_assert_true (peg_index_find (next, "Mill/new.nc") == other->pdata[1]);
}

static void
assert_same (PegIndex   *index,
             GHashTable *model,
             guint       n_keys)
{
  for (guint i = 0; i < n_keys; i++) {
    g_autofree char *key = g_strdup_printf ("Mill/%u.nc", i);

    g_assert_true (peg_index_find (index, key) == g_hash_table_lookup (model, key));
  }
}

/* One random step: some entries go, some come, some of them again. */
static void
random_step (PegIndex   **index,
             GHashTable  *model,
             GPtrArray   *all,
             guint        n_keys)
{
  g_autoptr (GPtrArray) removed = g_ptr_array_new ();
  g_autoptr (GPtrArray) added = g_ptr_array_new ();
  const int n = g_test_rand_int_range (0, 500) == 0 ? 2000 : g_test_rand_int_range (1, 4);
  PegIndex *next;

  for (int i = 0; i < n; i++) {
    g_autofree char *path = g_strdup_printf ("Mill/%d.nc", g_test_rand_int_range (0, (int) n_keys));
    PegEntry *old = g_hash_table_lookup (model, path);

    if (old != NULL && g_test_rand_bit ()) {
      g_ptr_array_add (removed, old);
      g_hash_table_remove (model, path);
    }
    if (g_test_rand_int_range (0, 5) > 2)
      continue;

    g_ptr_array_add (all, fixture_entry (path, NULL));
    g_ptr_array_add (added, all->pdata[all->len - 1]);
  }

  for (guint i = 0; i < added->len; i++)
    g_hash_table_replace (model, (char *) peg_entry_get_key (added->pdata[i]), added->pdata[i]);

  next = peg_index_update (*index, removed, added);
  g_clear_pointer (index, peg_index_unref);
  *index = next;
}

/* An index against a hash table, while it grows and shrinks; older versions stay
 * as they are. */
static void
test_model (void)
{
  const guint n_keys = 20000;
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  g_autoptr (GHashTable) model = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) kept_model = NULL;
  g_autoptr (PegIndex) index = peg_index_new (NULL, 0, peg_entry_get_key);
  g_autoptr (PegIndex) kept = NULL;

  for (guint step = 0; step < 100000; step++) {
    random_step (&index, model, all, n_keys);

    if (step % 10000 == 9999) {
      assert_same (index, model, n_keys);
      if (kept != NULL)
        assert_same (kept, kept_model, n_keys);
    }

    if (step % 10000 == 5000) {
      GHashTableIter iter;
      gpointer key, value;

      g_clear_pointer (&kept, peg_index_unref);
      g_clear_pointer (&kept_model, g_hash_table_unref);
      kept = peg_index_ref (index);
      kept_model = g_hash_table_new (g_str_hash, g_str_equal);
      g_hash_table_iter_init (&iter, model);
      while (g_hash_table_iter_next (&iter, &key, &value))
        g_hash_table_insert (kept_model, key, value);
    }
  }
}

/* Two files may have the same path; one of them goes, and the other is not lost. */
static void
test_same_key (void)
{
  g_autoptr (GPtrArray) entries = fixture_entries ("a", NULL);
  g_autoptr (GPtrArray) other = fixture_entries ("a=Dana", NULL);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (PegIndex) index = peg_index_new ((PegEntry **) entries->pdata, 1, peg_entry_get_key);
  g_autoptr (PegIndex) next = peg_index_update (index, other, none);

  g_assert_true (peg_index_find (next, "a") == entries->pdata[0]);
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

  g_test_add_func ("/index/list", test_list);
  g_test_add_func ("/index/list-again", test_list_again);
  g_test_add_func ("/index/model", test_model);
  g_test_add_func ("/index/same-key", test_same_key);

  return g_test_run ();
}
