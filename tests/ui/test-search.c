/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-file-row.h"
#include "peg-window-private.h"
#include "ui-fixture.h"

#include <string.h>

/* Looking for something in a shop so large that it takes another thread. */

#define N_FILES 6000

static void
add_file (GPtrArray  *entries,
          const char *group,
          const char *name)
{
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;

  fields.group = group;
  fields.filename = name;
  g_ptr_array_add (entries, peg_entry_new (&fields));
}

/* One file has a name that all others begin with. */
static Fixture *
set_up (void)
{
  Fixture *fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);

  for (guint i = 0; i < N_FILES; i++) {
    g_autofree char *group = g_strdup_printf ("G%02u", i % 40);
    g_autofree char *name = g_strdup_printf ("P%05u.nc", i);

    add_file (entries, group, name);
  }
  add_file (entries, "G20", "P");

  fake_shop_list (fixture->store, entries);
  fixture_show (fixture);
  fixture_do (fixture, "win.search");

  return fixture;
}

static gboolean
is_settled (Fixture *fixture)
{
  return peg_rows_is_settled (fixture->window->rows);
}

/* As a person does: the end of what stands there changes. */
static void
type (Fixture    *fixture,
      const char *words)
{
  int end = (int) strlen (gtk_editable_get_text (fixture->window->search_entry));

  gtk_editable_insert_text (fixture->window->search_entry, words, -1, &end);
}

static void
press_enter (Fixture *fixture)
{
  g_signal_emit_by_name (fixture->window->search_entry, "activate");
}

static const char *
get_selected (Fixture *fixture)
{
  PegRow *row = peg_selection_get_row (fixture->window->selection);

  return row != NULL ? peg_row_get_name (row) : NULL;
}

/* Looks for @words instead of what stands there, and waits for what is found. */
static void
look_for (Fixture    *fixture,
          const char *words)
{
  gtk_editable_delete_text (fixture->window->search_entry, 0, -1);
  type (fixture, words);
  g_signal_emit_by_name (fixture->window->search_entry, "search-changed");
  fixture_wait (fixture, is_settled);
  fixture_settle (fixture);
}

static GtkAdjustment *
get_adjustment (Fixture *fixture)
{
  GtkWidget *view = fixture_child (fixture->window->list, PEG_TYPE_FILE_LIST, "view");

  return gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (view));
}

/* Whether the row of a file is on the screen, whole. */
static gboolean
is_seen (Fixture    *fixture,
         const char *key)
{
  GtkAdjustment *adjustment = get_adjustment (fixture);
  const double value = gtk_adjustment_get_value (adjustment);
  double height = gtk_adjustment_get_upper (adjustment);
  guint position;

  if (!peg_rows_find (fixture->window->rows, key, &position))
    return FALSE;

  height /= g_list_model_get_n_items (G_LIST_MODEL (fixture->window->rows));

  return position * height >= value &&
         (position + 1) * height <= value + gtk_adjustment_get_page_size (adjustment);
}

static const char *
get_page (Fixture *fixture)
{
  return gtk_stack_get_visible_child_name (fixture->window->list_stack);
}

/* Enter is pressed before it is known what was found, and before the search
 * entry has said that something was typed. */
static void
test_enter_is_early (void)
{
  g_autoptr (Fixture) fixture = set_up ();

  type (fixture, "P04711.nc");
  press_enter (fixture);
  g_assert_false (is_settled (fixture));
  g_assert_null (get_selected (fixture));

  fixture_wait (fixture, is_settled);
  g_assert_cmpstr (get_selected (fixture), ==, "P04711.nc");
}

/* The file that was named, also where others come before it; else the first. */
static void
test_enter_takes_the_exact (void)
{
  g_autoptr (Fixture) fixture = set_up ();
  g_autoptr (PegRow) first = NULL;

  type (fixture, "479");
  press_enter (fixture);
  fixture_wait (fixture, is_settled);
  first = g_list_model_get_item (G_LIST_MODEL (fixture->window->rows), 1);
  g_assert_cmpstr (get_selected (fixture), ==, peg_row_get_name (first));
  g_assert_cmpstr (get_selected (fixture), !=, "P04799.nc");

  gtk_editable_delete_text (fixture->window->search_entry, 0, -1);
  type (fixture, "P04799.nc");
  press_enter (fixture);
  fixture_wait (fixture, is_settled);
  g_assert_cmpstr (get_selected (fixture), ==, "P04799.nc");
}

/* Whoever goes on typing after Enter has changed their mind. */
static void
test_enter_is_taken_back (void)
{
  g_autoptr (Fixture) fixture = set_up ();

  type (fixture, "P04711.nc");
  press_enter (fixture);
  type (fixture, "x");
  g_signal_emit_by_name (fixture->window->search_entry, "search-changed");
  fixture_wait (fixture, is_settled);
  g_assert_null (get_selected (fixture));
}

/* What was found begins at its first row, wherever the list was before. A file that
 * comes moves nothing. */
static void
test_begins_at_the_first (void)
{
  g_autoptr (Fixture) fixture = set_up ();
  GtkAdjustment *adjustment = get_adjustment (fixture);
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
  double value;

  for (guint round = 0; round < 3; round++) {
    look_for (fixture, round % 2 == 0 ? ".nc" : "c");
    g_assert_cmpfloat (gtk_adjustment_get_upper (adjustment), >, 50000);
    g_assert_cmpfloat_with_epsilon (gtk_adjustment_get_value (adjustment), 0, 0.5);

    gtk_adjustment_set_value (adjustment, 40000 + 10000 * round);
    fixture_settle (fixture);
    look_for (fixture, round % 2 == 0 ? "9" : "5");
    g_assert_cmpfloat_with_epsilon (gtk_adjustment_get_value (adjustment), 0, 0.5);
    gtk_adjustment_set_value (adjustment, 20000);
    fixture_settle (fixture);
  }

  value = gtk_adjustment_get_value (adjustment);
  fields.filename = "Z9.nc";
  fields.group = "G39";
  fake_shop_change (fixture->store, &fields);
  fixture_show (fixture);
  fixture_wait (fixture, is_settled);
  fixture_settle (fixture);
  g_assert_cmpfloat_with_epsilon (gtk_adjustment_get_value (adjustment), value, 0.5);
}

/* The file that was named is on the screen, also among many, and also when Enter
 * was pressed before it was found. */
static void
test_exact_is_seen (void)
{
  g_autoptr (Fixture) fixture = set_up ();

  look_for (fixture, "P");
  g_assert_true (is_seen (fixture, "G20/P"));
  g_assert_null (get_selected (fixture));

  look_for (fixture, "99");
  gtk_editable_delete_text (fixture->window->search_entry, 0, -1);
  type (fixture, "P");
  press_enter (fixture);
  g_assert_false (is_settled (fixture));
  fixture_wait (fixture, is_settled);
  fixture_settle (fixture);
  g_assert_cmpstr (get_selected (fixture), ==, "P");
  g_assert_true (is_seen (fixture, "G20/P"));
}

/* The file that was found is seen among the others, in whatever was closed. */
static void
test_leaving_reveals (void)
{
  g_autoptr (Fixture) fixture = set_up ();

  fixture_do (fixture, "win.collapse-all");
  look_for (fixture, "P04711.nc");
  press_enter (fixture);

  g_signal_emit_by_name (fixture->window->search_entry, "stop-search");
  fixture_wait (fixture, is_settled);
  fixture_settle (fixture);
  g_assert_false (gtk_search_bar_get_search_mode (fixture->window->search_bar));
  g_assert_cmpstr (get_selected (fixture), ==, "P04711.nc");
  g_assert_true (is_seen (fixture, "G31/P04711.nc"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->window->rows)), <, 1000);
}

static GtkWidget *
get_focus (Fixture *fixture)
{
  return gtk_window_get_focus (GTK_WINDOW (fixture->window));
}

static gboolean
is_list_focused (Fixture *fixture)
{
  GtkWidget *focus = get_focus (fixture);

  return focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (fixture->window->list));
}

/* The list has the focus at first, and again when the search is left, there where
 * the file is that was found. */
static void
test_focus (void)
{
  g_autoptr (Fixture) fixture = set_up ();
  GtkWidget *row;

  /* What was typed into goes only with the end of an animation. */
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", TRUE, NULL);
  gtk_widget_grab_focus (GTK_WIDGET (fixture->window->search_entry));
  look_for (fixture, "P04711.nc");
  press_enter (fixture);
  g_assert_false (is_list_focused (fixture));

  g_signal_emit_by_name (fixture->window->search_entry, "stop-search");
  fixture_wait (fixture, is_settled);
  fixture_settle (fixture);
  fixture_wait (fixture, is_list_focused);
  row = gtk_widget_get_first_child (get_focus (fixture));
  g_assert_true (PEG_IS_FILE_ROW (row));
  g_assert_cmpstr (peg_row_get_name (peg_file_row_get_row (PEG_FILE_ROW (row))), ==, "P04711.nc");

  /* Without anything found as well. */
  peg_selection_set_row (fixture->window->selection, NULL);
  fixture_do (fixture, "win.search");
  look_for (fixture, "99");
  g_assert_false (is_list_focused (fixture));
  g_signal_emit_by_name (fixture->window->search_entry, "stop-search");
  fixture_wait (fixture, is_settled);
  fixture_settle (fixture);
  g_assert_true (is_list_focused (fixture));
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
}

/* Also where a button of another page had it. */
static void
test_focus_at_first (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_OFFLINE, 1120, 720);
  g_autoptr (GPtrArray) entries = fake_shop_entries ();

  gtk_widget_child_focus (GTK_WIDGET (fixture->window->offline_page), GTK_DIR_TAB_FORWARD);
  g_assert_nonnull (get_focus (fixture));
  g_assert_true (gtk_widget_is_ancestor (get_focus (fixture),
                                         GTK_WIDGET (fixture->window->offline_page)));
  g_assert_false (is_list_focused (fixture));
  fake_shop_link (fixture->store, PEG_LINK_LIVE, PEG_LINK_REASON_NONE);
  fake_shop_list (fixture->store, entries);
  fixture_show (fixture);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (fixture->window->pages), ==, "files");
  g_assert_true (is_list_focused (fixture));
}

/* “Nothing Found” names what nothing was found for, and comes only when that is
 * known. */
static void
test_nothing_found (void)
{
  g_autoptr (Fixture) fixture = set_up ();
  AdwStatusPage *nothing = fixture->window->nothing_page;

  type (fixture, "nowhere");
  g_signal_emit_by_name (fixture->window->search_entry, "search-changed");
  g_assert_cmpstr (get_page (fixture), ==, "list");
  fixture_wait (fixture, is_settled);
  g_assert_cmpstr (get_page (fixture), ==, "nothing");
  g_assert_nonnull (strstr (adw_status_page_get_description (nothing), "“nowhere”"));

  type (fixture, "more");
  g_signal_emit_by_name (fixture->window->search_entry, "search-changed");
  fixture_wait (fixture, is_settled);
  g_assert_nonnull (strstr (adw_status_page_get_description (nothing), "“nowheremore”"));

  fixture_do (fixture, "win.clear-search");
  fixture_wait (fixture, is_settled);
  g_assert_cmpstr (get_page (fixture), ==, "list");
}

/* A file comes while it is searched, and is found. */
static void
test_file_comes (void)
{
  g_autoptr (Fixture) fixture = set_up ();
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;

  fields.filename = "LATE.nc";
  fields.group = "G07";
  type (fixture, "late");
  g_signal_emit_by_name (fixture->window->search_entry, "search-changed");
  g_assert_false (is_settled (fixture));
  fake_shop_change (fixture->store, &fields);
  fixture_show (fixture);
  fixture_wait (fixture, is_settled);
  g_assert_cmpstr (get_page (fixture), ==, "list");
  g_assert_cmpuint (peg_rows_get_n_files (fixture->window->rows), ==, 1);
}

/* The window is closed while another thread still looks. */
static void
test_close (void)
{
  for (guint i = 0; i < 3; i++) {
    g_autoptr (Fixture) fixture = set_up ();

    type (fixture, "p0");
    g_signal_emit_by_name (fixture->window->search_entry, "search-changed");
    g_assert_false (is_settled (fixture));
  }
}

int
main (int    argc,
      char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/search/enter-is-early", test_enter_is_early);
  g_test_add_func ("/search/enter-takes-the-exact", test_enter_takes_the_exact);
  g_test_add_func ("/search/enter-is-taken-back", test_enter_is_taken_back);
  g_test_add_func ("/search/begins-at-the-first", test_begins_at_the_first);
  g_test_add_func ("/search/exact-is-seen", test_exact_is_seen);
  g_test_add_func ("/search/leaving-reveals", test_leaving_reveals);
  g_test_add_func ("/search/focus", test_focus);
  g_test_add_func ("/search/focus-at-first", test_focus_at_first);
  g_test_add_func ("/search/nothing-found", test_nothing_found);
  g_test_add_func ("/search/file-comes", test_file_comes);
  g_test_add_func ("/search/close", test_close);

  return g_test_run ();
}
