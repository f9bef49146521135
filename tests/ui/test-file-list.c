/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-file-list.h"
#include "peg-file-row.h"
#include "stage.h"

#include <stdlib.h>

/* The list alone, over rows of any number. */
typedef struct {
  GtkWidget *window;
  PegFileList *list;
  GtkWidget *view;
  PegRows *rows;
  PegSelection *selection;
  guint activated;
} Fixture;

static void
settle (Fixture *fixture)
{
  stage_settle (fixture->window);
}

static PegSnapshot *
list_files (guint       n_groups,
            guint       n_files,
            const char *out)
{
  g_autoptr (PegSnapshot) empty = peg_snapshot_new ();
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);

  for (guint i = 0; i < n_groups; i++) {
    for (guint j = 0; j < n_files; j++) {
      g_autofree char *group = g_strdup_printf ("G%03u", i);
      g_autofree char *name = g_strdup_printf ("F%03u-%04u.nc", i, j);
      PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;

      fields.group = group;
      fields.filename = name;
      fields.description = "BRACKET";
      if (g_strcmp0 (name, out) == 0) {
        fields.holder = "Dana";
        fields.flags = PEG_ENTRY_LOCKED;
      }
      g_ptr_array_add (entries, peg_entry_new (&fields));
    }
  }

  return peg_snapshot_reduce (empty, &(PegEvent) {
    .kind = PEG_EVENT_LISTED,
    .listed = { .entries = entries },
  });
}

static void
activated_cb (Fixture *fixture)
{
  fixture->activated++;
}

static void
set_up (Fixture *fixture,
        guint    n_groups,
        guint    n_files)
{
  g_autoptr (PegSnapshot) snapshot = list_files (n_groups, n_files, NULL);
  g_autoptr (PegNow) now = peg_now_new ();

  fixture->activated = 0;
  fixture->rows = peg_rows_new ();
  fixture->selection = peg_selection_new (fixture->rows);
  peg_rows_set_snapshot (fixture->rows, snapshot);

  fixture->list = g_object_new (PEG_TYPE_FILE_LIST, NULL);
  peg_file_list_set_model (fixture->list, fixture->rows, fixture->selection, now);
  g_signal_connect_swapped (fixture->list, "file-activated", G_CALLBACK (activated_cb), fixture);
  fixture->view = GTK_WIDGET (gtk_widget_get_template_child (GTK_WIDGET (fixture->list),
                                                             PEG_TYPE_FILE_LIST, "view"));

  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 700, 500);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->list));
  gtk_window_present (GTK_WINDOW (fixture->window));
  settle (fixture);
}

static void
tear_down (Fixture *fixture)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (fixture->selection);
  g_assert_finalize_object (fixture->rows);
}

static void
press (Fixture    *fixture,
       const char *key)
{
  GListModel *shortcuts =
    G_LIST_MODEL (gtk_widget_get_template_child (GTK_WIDGET (fixture->list), PEG_TYPE_FILE_LIST,
                                                 "shortcuts"));

  for (guint i = 0; i < g_list_model_get_n_items (shortcuts); i++) {
    g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (shortcuts, i);
    g_autofree char *trigger = gtk_shortcut_trigger_to_string (gtk_shortcut_get_trigger (shortcut));

    if (g_str_has_prefix (trigger, key)) {
      gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, fixture->view,
                                    gtk_shortcut_get_arguments (shortcut));
      settle (fixture);
      return;
    }
  }

  g_error ("No shortcut %s", key);
}

static const char *
selected (Fixture *fixture)
{
  return peg_row_get_name (peg_selection_get_row (fixture->selection));
}

static guint
n_rows (Fixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (fixture->rows));
}

static void
test_keys (void)
{
  Fixture fixture;

  set_up (&fixture, 3, 4);
  g_assert_cmpuint (n_rows (&fixture), ==, 3);
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (fixture.selection), 1, TRUE);

  press (&fixture, "Right");
  g_assert_cmpuint (n_rows (&fixture), ==, 7);
  g_assert_cmpstr (selected (&fixture), ==, "G001");
  press (&fixture, "Right");
  g_assert_cmpstr (selected (&fixture), ==, "F001-0000.nc");
  press (&fixture, "Right");
  g_assert_cmpstr (selected (&fixture), ==, "F001-0000.nc");
  press (&fixture, "Left");
  g_assert_cmpstr (selected (&fixture), ==, "G001");
  press (&fixture, "Left");
  g_assert_cmpuint (n_rows (&fixture), ==, 3);

  /* From right to left they change places. */
  gtk_widget_set_direction (fixture.view, GTK_TEXT_DIR_RTL);
  press (&fixture, "Left");
  g_assert_cmpuint (n_rows (&fixture), ==, 7);
  tear_down (&fixture);
}

static void
test_activate (void)
{
  Fixture fixture;

  set_up (&fixture, 3, 4);
  g_signal_emit_by_name (fixture.view, "activate", 0);
  settle (&fixture);
  g_assert_cmpuint (n_rows (&fixture), ==, 7);
  g_assert_cmpuint (fixture.activated, ==, 0);

  g_signal_emit_by_name (fixture.view, "activate", 2);
  g_assert_cmpuint (fixture.activated, ==, 1);
  g_assert_cmpuint (n_rows (&fixture), ==, 7);

  g_signal_emit_by_name (fixture.view, "activate", 0);
  settle (&fixture);
  g_assert_cmpuint (n_rows (&fixture), ==, 3);
  tear_down (&fixture);
}

/* A closed group takes what is selected in it out of sight, and gives it back. */
static void
test_selection_in_closed_group (void)
{
  Fixture fixture;
  g_autoptr (PegRow) group = NULL;
  guint position;

  set_up (&fixture, 2, 3);
  group = g_list_model_get_item (G_LIST_MODEL (fixture.rows), 0);
  peg_rows_set_expanded (fixture.rows, group, TRUE);
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (fixture.selection), 2, TRUE);
  settle (&fixture);

  peg_rows_set_expanded (fixture.rows, group, FALSE);
  settle (&fixture);
  g_assert_false (peg_selection_get_position (fixture.selection, &position));
  g_assert_cmpstr (selected (&fixture), ==, "F000-0001.nc");

  peg_rows_set_expanded (fixture.rows, group, TRUE);
  settle (&fixture);
  g_assert_true (peg_selection_get_position (fixture.selection, &position));
  g_assert_cmpuint (position, ==, 2);
  tear_down (&fixture);
}

static guint
count_widgets (Fixture *fixture)
{
  guint n = 0;

  for (GtkWidget *item = gtk_widget_get_first_child (fixture->view); item != NULL;
       item = gtk_widget_get_next_sibling (item))
    n++;

  return n;
}

/* All rows have one height, touch rows another. */
static void
test_one_height (void)
{
  Fixture fixture;

  set_up (&fixture, 4, 4);
  peg_rows_expand_all (fixture.rows);
  settle (&fixture);

  for (guint touch = 0; touch < 2; touch++) {
    peg_file_list_set_touch (fixture.list, touch == 1);
    settle (&fixture);
    for (GtkWidget *item = gtk_widget_get_first_child (fixture.view); item != NULL;
         item = gtk_widget_get_next_sibling (item)) {
      GtkWidget *row = gtk_widget_get_first_child (item);

      if (gtk_widget_get_child_visible (item))
        g_assert_cmpint (gtk_widget_get_height (row), ==,
                         touch == 1 ? PEG_ROW_HEIGHT_TOUCH : PEG_ROW_HEIGHT);
    }
  }
  tear_down (&fixture);
}

/* 100,000 files: as many widgets as the view keeps, and an update that touches
 * one file touches one row. */
static void
test_large (void)
{
  Fixture fixture;
  g_autoptr (PegSnapshot) changed = list_files (500, 200, "F250-0100.nc");
  g_autoptr (PegSnapshot) next = NULL;
  g_autoptr (PegSearch) search = peg_search_new ("0100");
  g_autoptr (GTimer) timer = NULL;
  PegEntry *entry;
  g_autoptr (GPtrArray) one = NULL;
  guint position;

  set_up (&fixture, 500, 200);
  peg_rows_expand_all (fixture.rows);
  settle (&fixture);
  g_assert_cmpuint (n_rows (&fixture), ==, 100500);
  g_assert_cmpuint (count_widgets (&fixture), <, 300);

  entry = peg_snapshot_find (changed, "G250/F250-0100.nc");
  g_assert_nonnull (entry);
  g_assert_true (peg_rows_find (fixture.rows, "G250/F250-0100.nc", &position));
  peg_file_list_scroll_to (fixture.list, position);
  settle (&fixture);

  one = g_ptr_array_new ();
  g_ptr_array_add (one, entry);
  next = peg_snapshot_reduce (peg_rows_get_snapshot (fixture.rows), &(PegEvent) {
    .kind = PEG_EVENT_CHANGED,
    .changed = { .changed = one },
  });
  timer = g_timer_new ();
  peg_rows_set_snapshot (fixture.rows, next);
  g_test_message ("One change among 100,000 files: %.2f ms", g_timer_elapsed (timer, NULL) * 1000);

  g_timer_start (timer);
  peg_rows_set_view (fixture.rows, PEG_FILTER_ALL, search);
  g_test_message ("One search key: %.2f ms", g_timer_elapsed (timer, NULL) * 1000);
  g_assert_cmpuint (peg_rows_get_n_files (fixture.rows), >=, 500);
  settle (&fixture);

  g_timer_start (timer);
  peg_rows_set_view (fixture.rows, PEG_FILTER_ALL, NULL);
  g_test_message ("All again: %.2f ms", g_timer_elapsed (timer, NULL) * 1000);
  g_timer_start (timer);
  peg_rows_collapse_all (fixture.rows);
  g_test_message ("Collapse all: %.2f ms", g_timer_elapsed (timer, NULL) * 1000);
  settle (&fixture);
  tear_down (&fixture);
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/file-list/keys", test_keys);
  g_test_add_func ("/file-list/activate", test_activate);
  g_test_add_func ("/file-list/selection-in-closed-group", test_selection_in_closed_group);
  g_test_add_func ("/file-list/one-height", test_one_height);
  g_test_add_func ("/file-list/large", test_large);

  return g_test_run ();
}
