/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-look.h"
#include "peg-rows.h"

/* Rows of a shop so large that they are worked out in another thread. */

#define N_GROUPS 30
#define N_FILES 150
#define PATIENCE_S 20

static PegEntry *
create_entry (guint    group_number,
              guint    number,
              gboolean out)
{
  g_autofree char *group = g_strdup_printf ("G%02u", group_number);
  g_autofree char *name = g_strdup_printf ("%07u_F%u.nc", 1000000 + number / 3, number);
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;

  fields.group = group;
  fields.filename = name;
  fields.description = number % 2 == 0 ? "BRACKET" : "SPACER";
  fields.version = out ? 2 : 1;
  if (out) {
    fields.holder = "Dana";
    fields.flags = PEG_ENTRY_LOCKED;
  }

  return peg_entry_new (&fields);
}

/* Every file but one in @without is there, and one in @out is checked out. */
static PegSnapshot *
list_files (PegSnapshot *before,
            guint        without,
            guint        out)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);

  for (guint i = 0; i < N_GROUPS; i++) {
    for (guint j = 0; j < N_FILES; j++) {
      if ((i + j) % without != 0)
        g_ptr_array_add (entries, create_entry (i, j, (i + j) % out == 1));
    }
  }

  return peg_snapshot_reduce (before, &(PegEvent) {
    .kind = PEG_EVENT_LISTED,
    .listed = { .entries = entries },
  });
}

static PegSnapshot *
change_file (PegSnapshot *before,
             guint        group,
             guint        number,
             gboolean     out)
{
  g_autoptr (GPtrArray) changed = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);

  g_ptr_array_add (changed, create_entry (group, number, out));

  return peg_snapshot_reduce (before, &(PegEvent) {
    .kind = PEG_EVENT_CHANGED,
    .changed = { .changed = changed },
  });
}

static PegSnapshot *
remove_file (PegSnapshot *before,
             guint        group,
             guint        number)
{
  g_autoptr (PegEntry) entry = create_entry (group, number, FALSE);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  const char *removed[] = { peg_entry_get_key (entry), NULL };

  return peg_snapshot_reduce (before, &(PegEvent) {
    .kind = PEG_EVENT_CHANGED,
    .changed = { .changed = none, .removed = removed },
  });
}

static PegRows *
create_rows (void)
{
  g_autoptr (PegSnapshot) empty = peg_snapshot_new ();
  g_autoptr (PegSnapshot) snapshot = list_files (empty, G_MAXUINT, 7);
  PegRows *rows = peg_rows_new ();

  peg_rows_set_snapshot (rows, snapshot);
  g_assert_true (peg_rows_is_settled (rows));

  return rows;
}

static void
search (PegRows    *rows,
        const char *words)
{
  g_autoptr (PegSearch) wanted = peg_search_new (words);

  peg_rows_set_search (rows, wanted);
}

static gboolean
impatient_cb (gpointer user_data)
{
  g_error ("The rows do not settle");

  return G_SOURCE_REMOVE;
}

static void
settle (PegRows *rows)
{
  const guint cap = g_timeout_add_seconds (PATIENCE_S, impatient_cb, NULL);

  while (!peg_rows_is_settled (rows))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (cap);
}

/* The rows are those that one would make of the snapshot alone, with all open. */
static void
assert_right (PegRows    *rows,
              const char *words,
              PegFilter   filter)
{
  g_autoptr (GHashTable) none = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (PegSearch) wanted = words != NULL ? peg_search_new (words) : NULL;
  g_autoptr (PegLook) look = peg_look_new (wanted, filter, NULL, TRUE, none);
  g_autoptr (PegRowTable) table =
    peg_look_make_table (look, peg_rows_get_snapshot (rows), NULL, FALSE, NULL);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (rows)), ==, peg_row_table_get_n (table));

  for (guint i = 0; i < peg_row_table_get_n (table); i++) {
    g_autoptr (PegRow) row = g_list_model_get_item (G_LIST_MODEL (rows), i);
    PegRowValues values;

    peg_row_table_get (table, i, &values);
    g_assert_cmpint (peg_row_get_kind (row), ==, values.kind);
    g_assert_cmpstr (peg_row_get_group (row), ==, peg_group_get_name (values.group));
    if (values.kind == PEG_ROW_FILE)
      g_assert_true (peg_row_get_entry (row) == values.entry);
    g_assert_cmpuint (peg_row_get_n (row), ==, values.n);
    g_assert_cmpuint (peg_row_get_n_out (row), ==, values.n_out);
  }
}

static void
count_cb (guint *n)
{
  (*n)++;
}

/* Of many keys the last wins, and what was found for the others is never
 * shown. */
static void
test_newest_wins (void)
{
  g_autoptr (PegRows) rows = create_rows ();
  guint n_settled = 0;

  g_signal_connect_swapped (rows, "settled", G_CALLBACK (count_cb), &n_settled);

  search (rows, "b");
  g_assert_false (peg_rows_is_settled (rows));
  search (rows, "br");
  search (rows, "bracket");
  search (rows, "spacer f1");
  /* What is shown until then is what was shown before. */
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (rows)), ==, N_GROUPS);
  g_assert_null (peg_rows_get_search (rows));

  settle (rows);
  assert_right (rows, "spacer f1", PEG_FILTER_ALL);
  g_assert_cmpuint (n_settled, ==, 1);

  /* Going back to what is cheap waits for nobody, and is not overtaken. */
  search (rows, "bracket");
  search (rows, "");
  g_assert_true (peg_rows_is_settled (rows));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (rows)), ==, N_GROUPS);
  peg_rows_set_filter (rows, PEG_FILTER_OUT);
  settle (rows);
  assert_right (rows, NULL, PEG_FILTER_OUT);
}

/* What happens while it is searched is shown at once, and found. */
static void
test_delta_during_search (void)
{
  g_autoptr (PegRows) rows = create_rows ();
  g_autoptr (PegRow) group = g_list_model_get_item (G_LIST_MODEL (rows), 3);
  g_autoptr (PegSnapshot) changed = change_file (peg_rows_get_snapshot (rows), 3, 8, TRUE);
  g_autoptr (PegSnapshot) added = change_file (changed, 3, 100000, FALSE);
  g_autoptr (PegSnapshot) removed = remove_file (added, 4, 10);
  const guint n = peg_row_get_n (group), n_out = peg_row_get_n_out (group);
  guint position;

  search (rows, "bracket");
  peg_rows_set_snapshot (rows, changed);
  g_assert_cmpuint (peg_row_get_n_out (group), ==, n_out + 1);
  peg_rows_set_snapshot (rows, added);
  g_assert_cmpuint (peg_row_get_n (group), ==, n + 1);
  peg_rows_set_snapshot (rows, removed);
  g_assert_null (peg_rows_get_search (rows));

  settle (rows);
  g_assert_true (peg_rows_get_snapshot (rows) == removed);
  assert_right (rows, "bracket", PEG_FILTER_ALL);
  g_assert_true (peg_rows_find (rows, "G03/1033333_F100000.nc", &position));
  g_assert_false (peg_rows_find (rows, "G04/1000003_F10.nc", &position));
}

/* Another list altogether, while it is searched. */
static void
test_list_during_search (void)
{
  g_autoptr (PegRows) rows = create_rows ();
  g_autoptr (PegSnapshot) other = list_files (peg_rows_get_snapshot (rows), 5, 3);
  g_autoptr (PegSnapshot) another = list_files (other, 4, 9);
  g_autoptr (PegSnapshot) last = change_file (another, 2, 100001, TRUE);

  search (rows, "spacer");
  peg_rows_set_snapshot (rows, other);
  settle (rows);
  assert_right (rows, "spacer", PEG_FILTER_ALL);

  peg_rows_set_snapshot (rows, another);
  peg_rows_set_snapshot (rows, last);
  settle (rows);
  assert_right (rows, "spacer", PEG_FILTER_ALL);
}

/* Whoever asks for a file while it is searched gets it at once. */
static void
test_reveal_during_search (void)
{
  g_autoptr (PegRows) rows = create_rows ();
  guint position;

  peg_rows_expand_all (rows);
  g_assert_false (peg_rows_is_settled (rows));
  g_assert_true (peg_rows_reveal (rows, "G05/1000003_F10.nc"));
  g_assert_true (peg_rows_is_settled (rows));
  g_assert_true (peg_rows_find (rows, "G05/1000003_F10.nc", &position));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_true (peg_rows_find (rows, "G05/1000003_F10.nc", &position));
}

/* Nobody waits for the answer any more. */
static void
test_gone (void)
{
  g_autoptr (PegRows) other = create_rows ();

  for (guint i = 0; i < 5; i++) {
    PegRows *rows = create_rows ();

    search (rows, "bracket");
    g_assert_finalize_object (rows);
  }

  search (other, "bracket");
  settle (other);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* A follower that knows only what it is told. */
static void
follow_cb (GListModel *model,
           guint       position,
           guint       removed,
           guint       added,
           GPtrArray  *items)
{
  g_assert_cmpuint (position + removed, <=, items->len);
  if (removed > 0)
    g_ptr_array_remove_range (items, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (items, (int) (position + i), g_list_model_get_item (model, position + i));
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, items->len);
}

/* All of it in any order: whoever follows ends with the right rows. */
static void
test_random (gconstpointer replaceable)
{
  static const char * const words[] = { "", "bracket", "f1", "spacer 1000", "dana", "zzz", "f10" };
  g_autoptr (PegRows) rows = create_rows ();
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  const char *last = words[0];

  peg_rows_set_replaceable (rows, GPOINTER_TO_INT (replaceable));
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (rows)); i++)
    g_ptr_array_add (items, g_list_model_get_item (G_LIST_MODEL (rows), i));
  g_signal_connect (rows, "items-changed", G_CALLBACK (follow_cb), items);

  for (guint round = 0; round < 400; round++) {
    const guint group = (guint) g_rand_int_range (random, 0, N_GROUPS);
    const guint number = (guint) g_rand_int_range (random, 0, 2 * N_FILES);
    g_autoptr (PegSnapshot) next = NULL;

    switch (g_rand_int_range (random, 0, 9)) {
    case 0:
      last = words[g_rand_int_range (random, 0, G_N_ELEMENTS (words))];
      search (rows, last);
      break;
    case 1:
      peg_rows_set_filter (rows, (PegFilter) g_rand_int_range (random, 0, 4));
      break;
    case 2:
      peg_rows_expand_all (rows);
      break;
    case 3:
      peg_rows_collapse_all (rows);
      break;
    case 4:
      next = list_files (peg_rows_get_snapshot (rows), (guint) g_rand_int_range (random, 2, 9), 5);
      break;
    case 5:
    case 6:
      next = change_file (peg_rows_get_snapshot (rows), group, number,
                          g_rand_boolean (random));
      break;
    case 7:
      next = remove_file (peg_rows_get_snapshot (rows), group, number);
      break;
    default:
      settle (rows);
      break;
    }

    if (next != NULL)
      peg_rows_set_snapshot (rows, next);
    g_main_context_iteration (NULL, FALSE);

    /* No object is in two places, and none is another than the model has. */
    if (round % 20 == 19) {
      for (guint i = 0; i < items->len; i++) {
        g_autoptr (PegRow) row = g_list_model_get_item (G_LIST_MODEL (rows), i);

        g_assert_true (row == g_ptr_array_index (items, i));
      }
    }
  }

  peg_rows_set_filter (rows, PEG_FILTER_FREE);
  search (rows, last);
  peg_rows_expand_all (rows);
  settle (rows);
  assert_right (rows, *last != '\0' ? last : NULL, PEG_FILTER_FREE);
  g_signal_handlers_disconnect_by_data (rows, items);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/rows-thread/newest-wins", test_newest_wins);
  g_test_add_func ("/rows-thread/delta-during-search", test_delta_during_search);
  g_test_add_func ("/rows-thread/list-during-search", test_list_during_search);
  g_test_add_func ("/rows-thread/reveal-during-search", test_reveal_during_search);
  g_test_add_func ("/rows-thread/gone", test_gone);
  g_test_add_data_func ("/rows-thread/random/runs", GINT_TO_POINTER (FALSE), test_random);
  g_test_add_data_func ("/rows-thread/random/replaced", GINT_TO_POINTER (TRUE), test_random);

  return g_test_run ();
}
