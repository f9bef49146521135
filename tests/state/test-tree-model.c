/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-diff.h"
#include "peg-entry-sort.h"
#include "peg-group.h"
#include "state-fixture.h"

#include <string.h>

/* Lists and changes against a plain table of files, in shops of few large groups:
 * what is there, in which order, that everything which did not change is the same
 * pointer, and what is told as different. */

#define N_FILES 6000

/* File @slot as it is in some version of the shop. With an id, a file keeps its
 * identity when it is renamed or moved. */
static PegEntry *
random_entry (guint slot)
{
  static const char *groups[] = { "Mill", "Mill", "Mill", "Lathe", "Saw" };
  static const char *holders[] = { NULL, NULL, NULL, "Dana", "Ivo" };
  const guint shape = g_test_rand_int_range (0, 4) > 0 ? slot : (guint) g_test_rand_int_range (0, 5);
  g_autofree char *id = g_strdup_printf ("f%u", slot);
  g_autofree char *name = NULL;
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;

  switch (shape % 5) {
  case 0:
    name = g_strdup_printf ("%07u_%u.nc", slot / 50, slot);
    break;
  case 1:
    name = g_strdup_printf ("O%u.nc", slot);
    break;
  case 2:
    name = g_strdup_printf (slot % 2 == 0 ? "Füße %u.nc" : "fusse %03u.nc", slot / 4);
    break;
  case 3:
    name = g_strdup_printf ("a long name that says more than a key can hold %u.h", slot);
    break;
  default:
    name = g_strdup_printf ("%u-%u.MIN", slot % 7, slot);
    break;
  }

  fields.id = id;
  fields.filename = name;
  fields.group = groups[shape % G_N_ELEMENTS (groups)];
  fields.part = slot % 31 == 0 ? "A 1" : slot % 37 == 0 ? "a 01" : NULL;
  fields.holder = holders[g_test_rand_int_range (0, G_N_ELEMENTS (holders))];

  return peg_entry_new (&fields);
}

static int
compare_entries (gconstpointer a,
                 gconstpointer b)
{
  const PegEntry *entry_a = *(PegEntry * const *) a, *entry_b = *(PegEntry * const *) b;
  const int order = strcmp (peg_entry_get_group (entry_a), peg_entry_get_group (entry_b));

  return order != 0 ? order : peg_entry_compare (entry_a, entry_b);
}

/* The tree is exactly @files (nullable elements), sorted, and all of it is found. */
static void
assert_tree (PegSnapshot *snapshot,
             PegEntry   **files)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  const PegCounts *counts = peg_snapshot_get_counts (snapshot);
  guint n = 0, n_out = 0;

  for (guint i = 0; i < N_FILES; i++) {
    g_autofree char *id = g_strdup_printf ("f%u", i);
    PegEntry *found = peg_snapshot_find (snapshot, id);

    g_assert_cmpint (found != NULL, ==, files[i] != NULL);
    if (files[i] != NULL) {
      g_assert_true (peg_entry_equal (found, files[i]));
      g_ptr_array_add (sorted, found);
      n_out += peg_entry_is_locked (found);
    }
  }
  g_ptr_array_sort (sorted, compare_entries);

  for (guint g = 0; g < peg_snapshot_get_n_groups (snapshot); g++) {
    PegGroup *group = peg_snapshot_get_group (snapshot, g);

    g_assert_true (peg_snapshot_find_group (snapshot, peg_group_get_name (group)) == group);
    for (guint i = 0; i < peg_group_get_n (group); i++) {
      g_assert_cmpuint (n, <, sorted->len);
      g_assert_true (peg_group_get (group, i) == sorted->pdata[n++]);
    }
  }

  g_assert_cmpuint (n, ==, sorted->len);
  g_assert_cmpuint (counts->all, ==, n);
  g_assert_cmpuint (counts->out, ==, n_out);
}

static void
note_cb (PegEntry *before,
         PegEntry *after,
         gpointer  user_data)
{
  const char *key = peg_entry_get_key (after != NULL ? after : before);

  g_assert_true (before != after);
  g_assert_true (g_hash_table_add (user_data, (char *) key));
}

/* What differs is told, once, and what did not change is the same pointer. */
static void
assert_shared (PegSnapshot *before,
               PegSnapshot *after)
{
  g_autoptr (GHashTable) told = g_hash_table_new (g_str_hash, g_str_equal);

  peg_snapshot_diff (before, after, note_cb, told);

  for (guint i = 0; i < N_FILES; i++) {
    g_autofree char *id = g_strdup_printf ("f%u", i);
    PegEntry *old = peg_snapshot_find (before, id), *new = peg_snapshot_find (after, id);

    g_assert_cmpint (g_hash_table_contains (told, id), ==, old != new);
    if (old != NULL && new != NULL)
      g_assert_cmpint (peg_entry_equal (old, new), ==, old == new);
  }
}

static void
set_file (PegEntry **files,
          guint      slot,
          PegEntry  *entry)
{
  g_clear_pointer (&files[slot], peg_entry_unref);
  files[slot] = entry;
}

/* The whole list anew, in some order, some of it twice. */
static PegSnapshot *
send_list (PegSnapshot *snapshot,
           PegEntry   **files)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  const guint step = g_test_rand_bit () ? 1 : 1009;

  for (guint i = 0; i < N_FILES; i++) {
    const guint slot = i * step % N_FILES;
    PegEntryFields fields;

    if (files[slot] == NULL)
      continue;

    peg_entry_get_fields (files[slot], &fields);
    g_ptr_array_add (list, peg_entry_new (&fields));
    if (slot % 97 == 0) {
      fields.holder = "Eve";
      g_ptr_array_add (list, peg_entry_new (&fields));
    }
  }

  return peg_snapshot_reduce (snapshot, &(PegEvent) {
    .kind = PEG_EVENT_LISTED,
    .listed = { .entries = list },
  });
}

static PegSnapshot *
send_changes (PegSnapshot *snapshot,
              PegEntry   **files,
              int          n)
{
  g_autoptr (GPtrArray) changed = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  g_autoptr (GPtrArray) removed = g_ptr_array_new_with_free_func (g_free);

  for (int i = 0; i < n; i++) {
    const guint slot = (guint) g_test_rand_int_range (0, N_FILES);

    /* In one event, a file goes before it comes. */
    if (g_test_rand_int_range (0, 3) == 0) {
      g_ptr_array_add (removed, g_strdup_printf ("f%u", slot));
      if (g_test_rand_bit ())
        continue;
    }
    g_ptr_array_add (changed, random_entry (slot));
  }

  for (guint i = 0; i < removed->len; i++)
    set_file (files, (guint) g_ascii_strtoull ((char *) removed->pdata[i] + 1, NULL, 10), NULL);
  for (guint i = 0; i < changed->len; i++) {
    const char *key = peg_entry_get_key (changed->pdata[i]);

    set_file (files, (guint) g_ascii_strtoull (key + 1, NULL, 10), peg_entry_ref (changed->pdata[i]));
  }
  g_ptr_array_add (removed, NULL);

  return peg_snapshot_reduce (snapshot, &(PegEvent) {
    .kind = PEG_EVENT_CHANGED,
    .changed = { .changed = changed, .removed = (const char * const *) removed->pdata },
  });
}

static void
change_files (PegEntry **files,
              int        n)
{
  for (int i = 0; i < n; i++) {
    const guint slot = (guint) g_test_rand_int_range (0, N_FILES);

    set_file (files, slot, g_test_rand_int_range (0, 4) > 0 ? random_entry (slot) : NULL);
  }
}

static void
test_model (void)
{
  g_autoptr (PegSnapshot) snapshot = peg_snapshot_new ();
  g_autofree PegEntry **files = g_new0 (PegEntry *, N_FILES);

  for (guint step = 0; step < 250; step++) {
    static const int sizes[] = { 0, 1, 1, 3, 20, 200, 2 * N_FILES };
    const int n = sizes[g_test_rand_int_range (0, G_N_ELEMENTS (sizes))];
    PegSnapshot *next;

    if (step == 0 || g_test_rand_int_range (0, 4) == 0) {
      change_files (files, step == 0 ? N_FILES : n);
      next = send_list (snapshot, files);
    } else {
      next = send_changes (snapshot, files, n);
    }

    assert_tree (next, files);
    assert_shared (snapshot, next);
    peg_snapshot_unref (snapshot);
    snapshot = next;
  }

  for (guint i = 0; i < N_FILES; i++)
    set_file (files, i, NULL);
}

/* The same list again is the same snapshot, in whatever order; with one change it
 * differs in one chunk. */
static void
test_again (void)
{
  g_autoptr (PegSnapshot) none = peg_snapshot_new ();
  g_autoptr (PegSnapshot) first = NULL;
  g_autoptr (PegSnapshot) same = NULL;
  g_autoptr (PegSnapshot) next = NULL;
  g_autofree PegEntry **files = g_new0 (PegEntry *, N_FILES);
  guint n = 0, n_shared = 0, slot;

  change_files (files, N_FILES);
  first = send_list (none, files);
  same = send_list (first, files);
  g_assert_true (same == first);

  for (slot = 0; files[slot] == NULL || slot % 97 == 0;)
    slot++;
  {
    PegEntryFields fields;

    peg_entry_get_fields (files[slot], &fields);
    fields.holder = "Eve";
    set_file (files, slot, peg_entry_new (&fields));
  }
  next = send_list (first, files);
  assert_tree (next, files);

  for (guint g = 0; g < peg_snapshot_get_n_groups (first); g++) {
    PegGroup *a = peg_snapshot_get_group (first, g), *b = peg_snapshot_get_group (next, g);

    g_assert_cmpuint (peg_group_get_n_chunks (a), ==, peg_group_get_n_chunks (b));
    for (guint i = 0; i < peg_group_get_n_chunks (a); i++, n++)
      n_shared += peg_group_get_chunk (a, i) == peg_group_get_chunk (b, i);
  }
  g_assert_cmpuint (n_shared + 1, ==, n);

  for (guint i = 0; i < N_FILES; i++)
    set_file (files, i, NULL);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tree/model", test_model);
  g_test_add_func ("/tree/again", test_again);

  return g_test_run ();
}
