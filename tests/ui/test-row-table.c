/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-row-table-private.h"

#include <string.h>

/* Row tables against a builder that walks every file, over random trees, changes,
 * searches, filters and what is open. Parts are larger and smaller than a chunk. */

typedef struct {
  PegRowKind kind;
  PegGroup *group;
  PegEntry *entry; /* of a part, the first file that is shown */
  guint n;
  guint n_out;
  gboolean expanded;
  guint parent;
} Row;

static gboolean
is_open (const PegRowView *view,
         PegRowKind        kind,
         const PegGroup   *group,
         const PegEntry   *entry)
{
  g_autofree char *id = peg_row_make_id (kind, peg_group_get_name (group), entry);

  return view->open != g_hash_table_contains (view->exceptions, id);
}

static void
add_group (GArray           *rows,
           const PegRowView *view,
           PegGroup         *group,
           guint            *n_files)
{
  const guint first = rows->len;
  const Row head = {
    .kind = PEG_ROW_GROUP,
    .group = group,
    .expanded = is_open (view, PEG_ROW_GROUP, group, NULL),
  };
  guint part = first;

  g_array_append_val (rows, head);

  for (guint i = 0; i < peg_group_get_n (group); i++) {
    PegEntry *entry = peg_group_get (group, i);
    const guint out = peg_entry_is_locked (entry) ? 1 : 0;
    const char *name = peg_entry_get_part (entry);
    Row *row;

    if (!peg_filter_matches (view->filter, entry, view->user) ||
        (view->search != NULL && !peg_search_matches (view->search, entry)))
      continue;

    row = &g_array_index (rows, Row, first);
    row->n++;
    row->n_out += out;
    if (!row->expanded)
      continue;

    if (name == NULL) {
      part = first;
    } else if (part == first ||
               !g_str_equal (peg_entry_get_part (g_array_index (rows, Row, part).entry), name)) {
      const Row new_part = {
        .kind = PEG_ROW_PART,
        .group = group,
        .entry = entry,
        .expanded = is_open (view, PEG_ROW_PART, group, entry),
        .parent = first,
      };

      part = rows->len;
      g_array_append_val (rows, new_part);
    }

    if (part != first) {
      row = &g_array_index (rows, Row, part);
      row->n++;
      row->n_out += out;
    }

    if (part == first || row->expanded) {
      const Row file = { .kind = PEG_ROW_FILE, .group = group, .entry = entry, .parent = part };

      g_array_append_val (rows, file);
    }
  }

  *n_files += g_array_index (rows, Row, first).n;
  if (g_array_index (rows, Row, first).n == 0 &&
      (view->filter != PEG_FILTER_ALL || view->search != NULL))
    g_array_set_size (rows, first);
}

static GArray *
build_rows (PegSnapshot      *snapshot,
            const PegRowView *view,
            guint            *n_files)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (Row));

  *n_files = 0;
  for (guint i = 0; i < peg_snapshot_get_n_groups (snapshot); i++)
    add_group (rows, view, peg_snapshot_get_group (snapshot, i), n_files);

  return rows;
}

static void
assert_row (const PegRowTable *table,
            const GArray      *rows,
            guint              i)
{
  const Row *row = &g_array_index (rows, Row, i);
  PegRowValues values;
  guint position;

  peg_row_table_get (table, i, &values);
  g_assert_cmpint (values.kind, ==, row->kind);
  g_assert_true (values.group == row->group);
  g_assert_true (values.entry == row->entry);
  g_assert_cmpuint (values.n, ==, row->n);
  g_assert_cmpuint (values.n_out, ==, row->n_out);
  g_assert_cmpint (values.expanded, ==, row->expanded);

  g_assert_true (peg_row_table_find (table, row->kind, row->group, row->entry, &position));
  g_assert_cmpuint (position, ==, i);

  g_assert_cmpint (peg_row_table_get_parent (table, i, &position), ==, row->kind != PEG_ROW_GROUP);
  if (row->kind != PEG_ROW_GROUP)
    g_assert_cmpuint (position, ==, row->parent);
}

/* What has no row is not found, either. */
static void
assert_not_found (const PegRowTable *table,
                  const GArray      *rows,
                  PegSnapshot       *snapshot)
{
  g_autoptr (GHashTable) shown = g_hash_table_new (NULL, NULL);
  guint position;

  for (guint i = 0; i < rows->len; i++) {
    if (g_array_index (rows, Row, i).kind == PEG_ROW_FILE)
      g_hash_table_add (shown, g_array_index (rows, Row, i).entry);
  }

  for (guint i = 0; i < peg_snapshot_get_n_groups (snapshot); i++) {
    PegGroup *group = peg_snapshot_get_group (snapshot, i);

    for (guint j = 0; j < peg_group_get_n (group); j += 7) {
      PegEntry *entry = peg_group_get (group, j);

      g_assert_cmpint (peg_row_table_find (table, PEG_ROW_FILE, group, entry, &position), ==,
                       g_hash_table_contains (shown, entry));
    }
  }
}

/* Whether two rows stand for the same thing, in whatever version. */
static gboolean
is_same (const PegRowValues *a,
         const PegRowValues *b)
{
  g_autofree char *id_a = peg_row_make_id (a->kind, peg_group_get_name (a->group), a->entry);
  g_autofree char *id_b = peg_row_make_id (b->kind, peg_group_get_name (b->group), b->entry);

  return g_str_equal (id_a, id_b);
}

static GHashTable *
get_ids (const PegRowTable *table)
{
  GHashTable *ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < peg_row_table_get_n (table); i++) {
    PegRowValues values;

    peg_row_table_get (table, i, &values);
    g_hash_table_add (ids, peg_row_make_id (values.kind, peg_group_get_name (values.group), values.entry));
  }

  return ids;
}

static guint
count_missing (GHashTable *from,
               GHashTable *in)
{
  GHashTableIter iter;
  gpointer id;
  guint n = 0;

  g_hash_table_iter_init (&iter, from);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    n += !g_hash_table_contains (in, id);

  return n;
}

/* What is told apart is all that differs, and nothing else; what is told as one
 * run ends with rows that differ. */
static void
assert_least (const PegRowTable *from,
              const PegRowTable *to,
              GArray            *runs,
              guint              max_runs)
{
  const PegRowRun *only = &g_array_index (runs, PegRowRun, 0);
  guint removed = 0, added = 0;

  if (max_runs > 4) {
    g_autoptr (GHashTable) ids_from = get_ids (from);
    g_autoptr (GHashTable) ids_to = get_ids (to);

    for (guint i = 0; i < runs->len; i++) {
      removed += g_array_index (runs, PegRowRun, i).removed;
      added += g_array_index (runs, PegRowRun, i).added;
    }
    g_assert_cmpuint (removed, ==, count_missing (ids_from, ids_to));
    g_assert_cmpuint (added, ==, count_missing (ids_to, ids_from));
  } else if (runs->len == 1 && only->removed > 0 && only->added > 0) {
    PegRowValues a, b;

    peg_row_table_get (from, only->old_position + only->removed - 1, &a);
    peg_row_table_get (to, only->position + only->added - 1, &b);
    g_assert_false (is_same (&a, &b));
  }
}

static void
assert_runs (const PegRowTable *from,
             const PegRowTable *to,
             guint              max_runs)
{
  g_autoptr (GArray) runs = peg_row_table_diff (from, to, max_runs);
  guint i = 0, j = 0;

  assert_least (from, to, runs, max_runs);

  g_assert_cmpuint (runs->len, <=, max_runs);

  for (guint r = 0; r <= runs->len; r++) {
    const PegRowRun end = { .position = peg_row_table_get_n (to), .old_position = peg_row_table_get_n (from) };
    const PegRowRun *run = r < runs->len ? &g_array_index (runs, PegRowRun, r) : &end;

    g_assert_cmpuint (run->position - j, ==, run->old_position - i);
    if (r > 0 && r < runs->len)
      g_assert_cmpuint (run->position, >, j);

    for (; j < run->position; i++, j++) {
      PegRowValues a, b;

      peg_row_table_get (from, i, &a);
      peg_row_table_get (to, j, &b);
      g_assert_true (is_same (&a, &b));
    }

    i += run->removed;
    j += run->added;
  }

  g_assert_cmpuint (i, ==, peg_row_table_get_n (from));
  g_assert_cmpuint (j, ==, peg_row_table_get_n (to));
}

static void
assert_table (const PegRowTable *table,
              PegSnapshot       *snapshot,
              const PegRowView  *view)
{
  guint n_files;
  g_autoptr (GArray) rows = build_rows (snapshot, view, &n_files);

  g_assert_cmpuint (peg_row_table_get_n (table), ==, rows->len);
  g_assert_cmpuint (peg_row_table_get_n_files (table), ==, n_files);
  for (guint i = 0; i < rows->len; i++)
    assert_row (table, rows, i);
  assert_not_found (table, rows, snapshot);
}

/* A shop of few groups; in one of them, parts have hundreds of files. */
static PegEntry *
random_entry (guint n_files)
{
  static const char *holders[] = { NULL, NULL, NULL, NULL, "Dana", "Ivo" };
  static const char *groups[] = { "Lathe", "Mill", "Mill", "Mill", "Saw" };
  const guint number = (guint) g_test_rand_int_range (0, (int) n_files);
  const char *group = groups[number % G_N_ELEMENTS (groups)];
  const guint part_size = g_str_equal (group, "Mill") ? 700 : 9;
  g_autofree char *filename = number % 11 > 0 ?
    g_strdup_printf ("%07u_%u.nc", number / part_size, number) : g_strdup_printf ("O%u.nc", number);
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;

  fields.filename = filename;
  fields.group = group;
  fields.holder = holders[g_test_rand_int_range (0, G_N_ELEMENTS (holders))];

  return peg_entry_new (&fields);
}

static PegSnapshot *
random_list (guint n_files)
{
  g_autoptr (PegSnapshot) none = peg_snapshot_new ();
  g_autoptr (PegSnapshot) known = peg_snapshot_reduce (none, &(PegEvent) {
    .kind = PEG_EVENT_SERVER,
    .server = { .url = "http://localhost", .user = "Dana" },
  });
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);

  for (guint i = 0; i < n_files; i++)
    g_ptr_array_add (entries, random_entry (n_files));

  return peg_snapshot_reduce (known, &(PegEvent) {
    .kind = PEG_EVENT_LISTED,
    .listed = { .entries = entries },
  });
}

static PegSnapshot *
random_change (PegSnapshot *snapshot,
               guint        n_files)
{
  g_autoptr (GPtrArray) changed = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  g_autoptr (GPtrArray) removed = g_ptr_array_new_with_free_func (g_free);
  const int n = g_test_rand_int_range (0, 10) == 0 ? 300 : g_test_rand_int_range (0, 5);

  for (int i = 0; i < n; i++) {
    g_autoptr (PegEntry) entry = random_entry (n_files);

    if (g_test_rand_int_range (0, 3) == 0)
      g_ptr_array_add (removed, g_strdup (peg_entry_get_key (entry)));
    else
      g_ptr_array_add (changed, peg_entry_ref (entry));
  }
  g_ptr_array_add (removed, NULL);

  return peg_snapshot_reduce (snapshot, &(PegEvent) {
    .kind = PEG_EVENT_CHANGED,
    .changed = { .changed = changed, .removed = (const char * const *) removed->pdata },
  });
}

/* Opens or closes something that is there. Returns: the group */
static const char *
random_toggle (PegRowView  *view,
               PegSnapshot *snapshot)
{
  const guint n_groups = peg_snapshot_get_n_groups (snapshot);
  PegGroup *group = peg_snapshot_get_group (snapshot, (guint) g_test_rand_int_range (0, (int) n_groups));
  PegEntry *entry = peg_group_get (group, (guint) g_test_rand_int_range (0, (int) peg_group_get_n (group)));
  const gboolean part = g_test_rand_int_range (0, 4) > 0 && peg_entry_get_part (entry) != NULL;
  char *id = peg_row_make_id (part ? PEG_ROW_PART : PEG_ROW_GROUP, peg_group_get_name (group), entry);

  if (!g_hash_table_remove (view->exceptions, id))
    g_hash_table_add (view->exceptions, id);
  else
    g_free (id);

  return peg_group_get_name (group);
}

static void
random_view (PegRowView *view)
{
  static const char *words[] = { "1", "12", "123", "o", "nc", "zzz", "dana", "7 1", "_4", "9" };

  switch (g_test_rand_int_range (0, 3)) {
  case 0:
    view->filter = g_test_rand_bit () ? PEG_FILTER_ALL :
                   (PegFilter) g_test_rand_int_range (PEG_FILTER_ALL, PEG_FILTER_FREE + 1);
    break;
  case 1:
    g_clear_pointer (&view->search, peg_search_unref);
    if (g_test_rand_bit ())
      view->search = peg_search_new (words[g_test_rand_int_range (0, G_N_ELEMENTS (words))]);
    break;
  default:
    view->open = g_test_rand_int_range (0, 4) > 0;
    if (g_test_rand_bit ())
      g_hash_table_remove_all (view->exceptions);
    break;
  }
}

static void
run_model (guint n_files,
           guint n_steps)
{
  g_autoptr (PegSnapshot) snapshot = random_list (n_files);
  PegRowView view = {
    .user = "Dana",
    .open = TRUE,
    .exceptions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
  };
  g_autoptr (PegRowTable) table = peg_row_table_new (snapshot, &view, NULL, NULL);

  assert_table (table, snapshot, &view);

  for (guint step = 0; step < n_steps; step++) {
    g_autoptr (PegRowTable) before = g_steal_pointer (&table);
    const int what = g_test_rand_int_range (0, 5);

    if (what < 3) {
      PegSnapshot *next = random_change (snapshot, n_files);

      peg_snapshot_unref (snapshot);
      snapshot = next;
      table = peg_row_table_new (snapshot, &view, before, NULL);
    } else if (what == 3) {
      const char *except = random_toggle (&view, snapshot);

      table = peg_row_table_new (snapshot, &view, before, except);
    } else {
      random_view (&view);
      table = peg_row_table_new_view (snapshot, &view, before);
    }

    assert_table (table, snapshot, &view);
    assert_runs (before, table, g_test_rand_bit () ? 4 : G_MAXUINT - 1);
    assert_runs (table, before, 4);
  }

  g_clear_pointer (&view.search, peg_search_unref);
  g_hash_table_unref (view.exceptions);
}

static void
test_small (void)
{
  run_model (40, 3000);
}

static void
test_middle (void)
{
  run_model (1500, 2000);
}

/* More than one block in a group. */
static void
test_large (void)
{
  run_model (25000, 40);
}

static guint
count_shared (const PegRowTable *a,
              const PegRowTable *b,
              guint             *n)
{
  g_autoptr (GHashTable) known = g_hash_table_new (NULL, NULL);
  guint shared = 0;

  *n = 0;
  for (guint round = 0; round < 2; round++) {
    const PegRowTable *table = round == 0 ? a : b;

    for (guint g = 0; g < table->groups->len; g++) {
      const PegRowGroup *group = g_ptr_array_index (table->groups, g);

      for (guint i = 0; i < group->n_blocks; i++) {
        const PegRowBlock *block = group->blocks[i].block;

        for (guint k = 0; k < block->block->n_chunks; k++) {
          if (round == 0)
            g_hash_table_add (known, block->segments[k].segment);
          else
            shared += g_hash_table_contains (known, block->segments[k].segment);
          *n += round;
        }
      }
    }
  }

  return shared;
}

/* A change makes the rows of one chunk anew, and no run. */
static void
test_shared (void)
{
  g_autoptr (PegSnapshot) snapshot = random_list (25000);
  g_autoptr (GHashTable) exceptions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const PegRowView view = { .user = "Dana", .open = TRUE, .exceptions = exceptions };
  g_autoptr (PegRowTable) table = peg_row_table_new (snapshot, &view, NULL, NULL);

  for (guint i = 0; i < 200; i++) {
    PegGroup *group = peg_snapshot_find_group (snapshot, "Mill");
    PegEntry *entry = peg_group_get (group, i * 31);
    g_autoptr (GPtrArray) changed = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
    g_autoptr (PegRowTable) next = NULL;
    g_autoptr (GArray) runs = NULL;
    PegSnapshot *after;
    PegEntryFields fields;
    guint n;

    peg_entry_get_fields (entry, &fields);
    fields.holder = "Eve";
    g_ptr_array_add (changed, peg_entry_new (&fields));
    after = peg_snapshot_reduce (snapshot, &(PegEvent) {
      .kind = PEG_EVENT_CHANGED,
      .changed = { .changed = changed },
    });
    next = peg_row_table_new (after, &view, table, NULL);
    g_assert_cmpuint (count_shared (table, next, &n) + 1, ==, n);
    runs = peg_row_table_diff (table, next, 32);
    g_assert_cmpuint (runs->len, ==, 0);

    g_clear_pointer (&table, peg_row_table_unref);
    table = g_steal_pointer (&next);
    peg_snapshot_unref (snapshot);
    snapshot = after;
  }
}

static PegSnapshot *
set_holder (PegSnapshot *snapshot,
            guint        number,
            const char  *holder)
{
  g_autofree char *filename = g_strdup_printf ("1234567_%u.nc", number);
  g_autoptr (GPtrArray) changed = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;

  fields.filename = filename;
  fields.group = "Mill";
  fields.holder = holder;
  g_ptr_array_add (changed, peg_entry_new (&fields));

  return peg_snapshot_reduce (snapshot, &(PegEvent) {
    .kind = PEG_EVENT_CHANGED,
    .changed = { .changed = changed },
  });
}

/* Few files of one part are shown, far from each other: the part has one row,
 * before the first that is shown, whichever that is. */
static void
test_gaps (void)
{
  const guint n_files = 12000;
  g_autoptr (PegSnapshot) snapshot = peg_snapshot_new ();
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  g_autoptr (GHashTable) exceptions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const PegRowView view = { .filter = PEG_FILTER_OUT, .open = TRUE, .exceptions = exceptions };
  g_autoptr (PegRowTable) table = peg_row_table_new (snapshot, &view, NULL, NULL);
  guint held[] = { 0, 0, 0, 0 };

  for (guint i = 0; i < n_files; i++) {
    PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
    g_autofree char *filename = g_strdup_printf ("1234567_%u.nc", i);

    fields.filename = filename;
    fields.group = "Mill";
    g_ptr_array_add (entries, peg_entry_new (&fields));
  }
  {
    PegSnapshot *listed = peg_snapshot_reduce (snapshot, &(PegEvent) {
      .kind = PEG_EVENT_LISTED,
      .listed = { .entries = entries },
    });

    peg_snapshot_unref (snapshot);
    snapshot = listed;
  }

  for (guint step = 0; step < 800; step++) {
    guint *file = &held[g_test_rand_int_range (0, G_N_ELEMENTS (held))];
    const guint near = g_test_rand_bit () ? n_files : 600;
    PegSnapshot *freed = set_holder (snapshot, *file, NULL);
    PegSnapshot *next;
    PegRowTable *after;

    if (g_test_rand_bit ())
      *file = (guint) g_test_rand_int_range (0, (int) near);
    next = g_test_rand_bit () ? peg_snapshot_ref (freed) : set_holder (freed, *file, "Dana");
    peg_snapshot_unref (freed);
    after = peg_row_table_new (next, &view, table, NULL);

    assert_table (after, next, &view);
    assert_runs (table, after, G_MAXUINT - 1);
    peg_snapshot_unref (snapshot);
    snapshot = next;
    g_clear_pointer (&table, peg_row_table_unref);
    table = after;
  }
}

typedef struct {
  PegSnapshot *snapshot; /* (owned) */
  PegRowTable *before;   /* (owned) */
  PegRowTable *after;    /* (owned) */
  GHashTable *exceptions; /* (owned) */
} Job;

static gpointer
run_job (gpointer data)
{
  Job *job = data;
  g_autoptr (PegSearch) search = peg_search_new ("12");
  const PegRowView view = { .search = search, .open = TRUE, .exceptions = job->exceptions };
  g_autoptr (GArray) runs = NULL;

  job->after = peg_row_table_new_view (job->snapshot, &view, job->before);
  runs = peg_row_table_diff (job->before, job->after, 32);
  g_assert_cmpuint (runs->len, >, 0);

  return NULL;
}

/* A search in another thread, while changes go on in this one, of which the last
 * references to what the thread looks at may go. */
static void
test_thread (void)
{
  g_autoptr (PegSnapshot) snapshot = random_list (3000);
  g_autoptr (GHashTable) exceptions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const PegRowView view = { .open = TRUE, .exceptions = exceptions };
  g_autoptr (PegRowTable) table = peg_row_table_new (snapshot, &view, NULL, NULL);

  for (guint i = 0; i < 20; i++) {
    Job job = {
      .snapshot = peg_snapshot_ref (snapshot),
      .before = peg_row_table_ref (table),
      .exceptions = g_hash_table_ref (exceptions),
    };
    g_autoptr (GThread) thread = g_thread_new ("search", run_job, &job);
    g_autoptr (PegSearch) search = peg_search_new ("12");
    PegRowView searched = view;

    for (guint j = 0; j < 20; j++) {
      PegSnapshot *next = random_change (snapshot, 3000);
      PegRowTable *next_table = peg_row_table_new (next, &view, table, NULL);

      peg_snapshot_unref (snapshot);
      snapshot = next;
      g_clear_pointer (&table, peg_row_table_unref);
      table = next_table;
    }

    g_thread_join (g_steal_pointer (&thread));
    searched.search = search;
    assert_table (job.after, job.snapshot, &searched);
    peg_snapshot_unref (job.snapshot);
    peg_row_table_unref (job.before);
    peg_row_table_unref (job.after);
    g_hash_table_unref (job.exceptions);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/row-table/small", test_small);
  g_test_add_func ("/row-table/middle", test_middle);
  g_test_add_func ("/row-table/large", test_large);
  g_test_add_func ("/row-table/gaps", test_gaps);
  g_test_add_func ("/row-table/shared", test_shared);
  g_test_add_func ("/row-table/thread", test_thread);

  return g_test_run ();
}
