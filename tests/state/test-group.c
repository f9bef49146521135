/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-group.h"
#include "state-fixture.h"

static void
test_counts (void)
{
  g_autoptr (PegGroup) group = NULL;

  group = peg_group_new_take ("Mill",
                              fixture_entries ("Mill/a=Dana", "Mill/b", "Mill/c=Ivo", NULL),
                              "Dana");

  g_assert_cmpuint (peg_group_get_n (group), ==, 3);
  g_assert_cmpuint (peg_group_get_n_out (group), ==, 2);
  g_assert_cmpuint (peg_group_get_n_mine (group), ==, 1);
}

static void
test_find (void)
{
  g_autoptr (PegGroup) group = NULL;
  const struct {
    const char *path;
    gboolean found;
    guint position;
  } cases[] = {
    { "Mill/a2", FALSE, 0 },
    { "Mill/b2", TRUE, 0 },
    { "Mill/b3", FALSE, 1 },
    { "Mill/b10", TRUE, 1 },
    { "Mill/c", TRUE, 2 },
    { "Mill/d", FALSE, 3 },
  };

  group = peg_group_new_take ("Mill", fixture_entries ("Mill/b2", "Mill/b10", "Mill/c", NULL),
                              NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (PegEntry) entry = fixture_entry (cases[i].path, "anybody");
    guint position;

    g_assert_cmpint (peg_group_find (group, entry, &position), ==, cases[i].found);
    g_assert_cmpuint (position, ==, cases[i].position);
  }
}

static void
test_order (void)
{
  const char *sorted[] = { "2XXXXX", "12XXXXX", "Fixtures", "Lathe" };

  for (gsize i = 0; i + 1 < G_N_ELEMENTS (sorted); i++) {
    g_autoptr (PegGroup) a = peg_group_new_take (sorted[i], fixture_entries ("x", NULL), NULL);
    g_autoptr (PegGroup) b = peg_group_new_take (sorted[i + 1], fixture_entries ("x", NULL), NULL);

    g_assert_cmpint (peg_group_compare (a, b), <, 0);
    g_assert_cmpint (peg_group_compare (b, a), >, 0);
    g_assert_cmpint (peg_group_compare (a, a), ==, 0);
  }
}

/* What a group must be like, whatever was done to it: @entries, in chunks and
 * blocks that are neither too big nor needlessly small, with the right bits. */
static void
assert_group (const PegGroup *group,
              GPtrArray      *entries,
              const char     *user)
{
  guint n = 0, n_out = 0, n_mine = 0, n_chunks = 0;

  for (guint b = 0; b < peg_group_get_n_blocks (group); b++) {
    const PegBlock *block = peg_group_get_block (group, b);

    for (guint c = 0; c < block->n_chunks; c++, n_chunks++) {
      const PegChunk *chunk = block->chunks[c].chunk;

      g_assert_true (peg_group_get_chunk (group, n_chunks) == chunk);
      g_assert_cmpuint (chunk->n, >, 0);
      g_assert_cmpuint (chunk->n, <=, PEG_CHUNK_MAX);

      for (guint i = 0; i < chunk->n; i++, n++) {
        PegEntry *entry = g_ptr_array_index (entries, n);
        const char *part = peg_entry_get_part (entry);
        const char *before = i > 0 ? peg_entry_get_part (entries->pdata[n - 1]) : NULL;

        g_assert_true (chunk->entries[i] == entry);
        g_assert_true (peg_group_get (group, n) == entry);
        g_assert_cmpint (peg_chunk_bits_get (&chunk->out, i), ==, peg_entry_is_locked (entry));
        g_assert_cmpint (peg_chunk_bits_get (&chunk->parted, i), ==, part != NULL);
        g_assert_cmpint (peg_chunk_bits_get (&chunk->starts, i), ==,
                         part != NULL && g_strcmp0 (part, before) != 0);
        n_out += peg_entry_is_locked (entry);
        n_mine += peg_entry_get_lock (entry, user) == PEG_LOCK_OWN;
      }
    }
  }

  g_assert_cmpuint (n, ==, entries->len);
  g_assert_cmpuint (peg_group_get_n (group), ==, n);
  g_assert_cmpuint (peg_group_get_n_out (group), ==, n_out);
  g_assert_cmpuint (peg_group_get_n_mine (group), ==, n_mine);
  g_assert_cmpuint (peg_group_get_n_chunks (group), ==, n_chunks);
  g_assert_cmpuint (n_chunks, <=, n / 16 + 1);
  g_assert_cmpuint (peg_group_get_n_blocks (group), <=, n_chunks / 6 + 1);
}

/* The same without chunks. */
static guint
naive_find (GPtrArray      *entries,
            const PegEntry *entry,
            gboolean       *found)
{
  guint low = 0, high = entries->len;

  *found = FALSE;
  while (low < high && !*found) {
    const guint middle = (low + high) / 2;
    const int order = peg_entry_compare (entries->pdata[middle], entry);

    *found = order == 0;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }

  return *found ? high : low;
}

static PegEntry *
random_entry (void)
{
  static const char *holders[] = { NULL, NULL, NULL, "Dana", "Ivo" };
  const char *holder = holders[g_test_rand_int_range (0, G_N_ELEMENTS (holders))];
  const guint number = (guint) g_test_rand_int_range (0, 20000);
  g_autofree char *path = number % 3 > 0 ?
    g_strdup_printf ("Mill/%07u_%u.nc", number / 37, number) :
    g_strdup_printf ("Mill/O%u.nc", number);

  return fixture_entry (path, holder);
}

/* Some files come, some go, some change; often many, sometimes of one place. */
static GArray *
random_edits (GPtrArray *entries,
              guint      growth)
{
  GArray *edits = g_array_new (FALSE, FALSE, sizeof (PegGroupEdit));
  g_autoptr (GHashTable) once = g_hash_table_new (g_str_hash, g_str_equal);
  const guint n = (guint) (g_test_rand_int_range (0, 200) == 0 ? g_test_rand_int_range (1, 600)
                                                              : g_test_rand_int_range (1, 4));

  for (guint i = 0; i < n; i++) {
    PegGroupEdit edit = { .entry = random_entry () };
    gboolean found;
    const guint position = naive_find (entries, edit.entry, &found);

    edit.comes = (guint) g_test_rand_int_range (0, 100) < growth;
    if (g_hash_table_contains (once, peg_entry_get_key (edit.entry))) {
      peg_entry_unref (edit.entry);
      continue;
    }

    g_hash_table_add (once, (char *) peg_entry_get_key (edit.entry));
    g_array_append_val (edits, edit);
    if (found && edit.comes && g_test_rand_bit ()) {
      /* A change may be told as the old going and the new coming. */
      const PegGroupEdit gone = { .entry = peg_entry_ref (entries->pdata[position]) };

      g_array_append_val (edits, gone);
    }
  }

  g_array_sort (edits, peg_group_edit_compare);

  return edits;
}

static void
naive_edit (GPtrArray *entries,
            GArray    *edits)
{
  for (guint i = 0; i < edits->len; i++) {
    const PegGroupEdit *edit = &g_array_index (edits, PegGroupEdit, i);
    gboolean found;
    const guint position = naive_find (entries, edit->entry, &found);

    if (found)
      g_ptr_array_remove_index (entries, position);
    if (edit->comes)
      g_ptr_array_insert (entries, (int) position, peg_entry_ref (edit->entry));
  }
}

static GPtrArray *
copy_entries (GPtrArray *entries)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);

  for (guint i = 0; i < entries->len; i++)
    g_ptr_array_add (copy, peg_entry_ref (entries->pdata[i]));

  return copy;
}

static void
free_edits (GArray *edits)
{
  for (guint i = 0; i < edits->len; i++)
    peg_entry_unref (g_array_index (edits, PegGroupEdit, i).entry);
  g_array_unref (edits);
}

/* A group against a plain array, over steps in which it grows, shrinks and
 * grows again. Every version stays as it is while others are made of it. */
static void
test_model (void)
{
  const guint n_steps = 100000;
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  g_autoptr (GPtrArray) kept_entries = NULL;
  g_autoptr (PegGroup) group = NULL;
  g_autoptr (PegGroup) kept = NULL;

  for (guint step = 0; step < n_steps; step++) {
    const guint growth = step / 4000 % 2 == 0 ? 80 : 20;
    GArray *edits = random_edits (entries, growth);
    PegGroup *next = peg_group_edit (group, "Mill", &g_array_index (edits, PegGroupEdit, 0),
                                     edits->len, "Dana");

    naive_edit (entries, edits);
    free_edits (edits);
    g_clear_pointer (&group, peg_group_unref);
    group = next;

    g_assert_cmpint (group != NULL, ==, entries->len > 0);
    if (group == NULL || step % 1000 != 999)
      continue;

    assert_group (group, entries, "Dana");
    if (kept != NULL)
      assert_group (kept, kept_entries, "Dana");

    g_clear_pointer (&kept, peg_group_unref);
    g_clear_pointer (&kept_entries, g_ptr_array_unref);
    kept = peg_group_ref (group);
    kept_entries = copy_entries (entries);
  }
}

static guint
count_shared (PegGroup *a,
              PegGroup *b)
{
  guint n = 0;

  for (guint i = 0, j = 0; i < peg_group_get_n_chunks (a); i++) {
    for (guint k = j; k < peg_group_get_n_chunks (b); k++) {
      if (peg_group_get_chunk (a, i) == peg_group_get_chunk (b, k)) {
        n++;
        j = k + 1;
        break;
      }
    }
  }

  return n;
}

static GPtrArray *
many_entries (guint n)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);

  for (guint i = 0; i < n; i++) {
    g_autofree char *path = g_strdup_printf ("Mill/O%05u.nc", i);

    g_ptr_array_add (entries, fixture_entry (path, NULL));
  }

  return entries;
}

/* What one change leaves alone is the same chunk, and the same block. */
static void
test_shared (void)
{
  g_autoptr (GPtrArray) entries = many_entries (30000);
  g_autoptr (PegGroup) group = peg_group_new ("Mill", (PegEntry **) entries->pdata, entries->len,
                                              NULL, NULL);
  const guint n_chunks = peg_group_get_n_chunks (group);

  assert_group (group, entries, NULL);
  g_assert_cmpuint (peg_group_get_n_blocks (group), >, 4);

  for (guint i = 0; i < 100; i++) {
    g_autoptr (PegEntry) entry =
      fixture_entry (peg_entry_get_path (entries->pdata[i * 299]), "Dana");
    const PegGroupEdit edit = { .entry = entry, .comes = TRUE };
    g_autoptr (PegGroup) next = peg_group_edit (group, "Mill", &edit, 1, NULL);
    guint same = 0;

    g_assert_cmpuint (peg_group_get_n_chunks (next), ==, n_chunks);
    g_assert_cmpuint (count_shared (group, next), ==, n_chunks - 1);
    for (guint b = 0; b < peg_group_get_n_blocks (group); b++)
      same += peg_group_get_block (group, b) == peg_group_get_block (next, b);
    g_assert_cmpuint (same, ==, peg_group_get_n_blocks (group) - 1);
  }
}

/* A list that comes again is compared with what there is. */
static void
test_again (void)
{
  g_autoptr (GPtrArray) entries = many_entries (30000);
  g_autoptr (PegGroup) group = peg_group_new ("Mill", (PegEntry **) entries->pdata, entries->len,
                                              NULL, NULL);
  g_autoptr (PegGroup) same = peg_group_new ("Mill", (PegEntry **) entries->pdata, entries->len,
                                             NULL, group);

  g_assert_true (same == group);

  for (guint step = 0; step < 200; step++) {
    g_autoptr (PegGroup) next = NULL;
    GArray *edits = random_edits (entries, 50);

    naive_edit (entries, edits);
    next = peg_group_new ("Mill", (PegEntry **) entries->pdata, entries->len, NULL, group);
    assert_group (next, entries, NULL);
    /* An edit touches the chunk that it is in, and now and then the one beside. */
    g_assert_cmpuint (count_shared (group, next) + 2 * edits->len + 2, >=,
                      peg_group_get_n_chunks (group));
    free_edits (edits);

    g_clear_pointer (&group, peg_group_unref);
    group = g_steal_pointer (&next);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/group/counts", test_counts);
  g_test_add_func ("/group/find", test_find);
  g_test_add_func ("/group/order", test_order);

  g_test_add_func ("/group/model", test_model);
  g_test_add_func ("/group/shared", test_shared);
  g_test_add_func ("/group/again", test_again);

  return g_test_run ();
}
