/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "test-manners"

#include "peg-config.h"

#include "ui-fixture.h"

#include "peg-window-private.h"

/* Small things that people notice every day. */

static AdwToast *
shown_toast (Fixture *fixture)
{
  return fixture->window->said->len > 0 ? fixture->window->said->pdata[0] : NULL;
}

/* An error is shown at once, and makes room when something waits behind it. */
static void
test_error_makes_room (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);

  fake_shop_notice (fixture->store, PEG_NOTICE_ERROR, "Broken", NULL);
  fixture_show (fixture);
  fixture_pass_us (fixture, 4 * G_USEC_PER_SEC);
  fake_shop_notice (fixture->store, PEG_NOTICE_DONE, "Checked in", NULL);
  fixture_show (fixture);
  g_assert_cmpstr (adw_toast_get_title (shown_toast (fixture)), ==, "Broken");

  fixture_pass_us (fixture, G_USEC_PER_SEC - 1);
  g_assert_cmpstr (adw_toast_get_title (shown_toast (fixture)), ==, "Broken");
  fixture_pass_us (fixture, 1);
  g_assert_cmpstr (adw_toast_get_title (shown_toast (fixture)), ==, "Checked in");
  g_assert_cmpuint (fixture->window->said->len, ==, 1);

  /* What was done does not keep an error waiting. */
  fake_shop_notice (fixture->store, PEG_NOTICE_ERROR, "Broken again", NULL);
  fixture_show (fixture);
  g_assert_cmpstr (adw_toast_get_title (shown_toast (fixture)), ==, "Broken again");
  g_assert_cmpuint (fixture->window->said->len, ==, 2);

  /* Alone it stays. */
  fixture_pass_us (fixture, 5 * G_USEC_PER_SEC);
  g_assert_cmpstr (adw_toast_get_title (shown_toast (fixture)), ==, "Checked in");
  adw_toast_dismiss (shown_toast (fixture));
  fake_shop_notice (fixture->store, PEG_NOTICE_ERROR, "Lost", NULL);
  fixture_show (fixture);
  fixture_pass_us (fixture, 10 * G_USEC_PER_SEC);
  g_assert_cmpstr (adw_toast_get_title (shown_toast (fixture)), ==, "Lost");
}

/* What does not fit on a line takes several, and is no markup there either. */
static void
test_long_toast (void)
{
  const char *words = "1234567_AB12.nc could not be checked out: <b>Dana</b> has it since 06:41. "
                      "Ask her, or wait until it is back.";
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);
  GtkWidget *label;
  int lines;

  fake_shop_notice (fixture->store, PEG_NOTICE_ERROR, words, NULL);
  fixture_show (fixture);
  label = adw_toast_get_custom_title (shown_toast (fixture));
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (label)), ==, words);
  g_assert_true (gtk_widget_get_mapped (label));
  lines = pango_layout_get_line_count (gtk_label_get_layout (GTK_LABEL (label)));
  g_assert_cmpint (lines, >=, 2);
  g_assert_false (pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (label))));

  fake_shop_notice (fixture->store, PEG_NOTICE_ERROR, words, NULL);
  fixture_show (fixture);
  g_assert_cmpuint (fixture->window->said->len, ==, 1);
}

/* However often it is closed and opened. */
static void
test_details_width (void)
{
  int width = 0;

  for (guint i = 0; i < 3; i++) {
    g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);
    GtkWidget *side = fixture_part (fixture, "side");
    gboolean refused = TRUE;

    if (i == 0)
      width = g_settings_get_int (fixture->settings, "details-width");
    g_assert_cmpint (gtk_widget_get_width (side), ==, width);
    g_signal_emit_by_name (fixture->window, "close-request", &refused);
    g_assert_false (refused);
    g_assert_cmpint (g_settings_get_int (fixture->settings, "details-width"), ==, width);
  }
}

/* Only what a person chose is remembered, and too little is made enough. */
static void
test_details_width_is_chosen (void)
{
  gboolean refused = TRUE;
  int before;

  {
    g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_CONNECTING, 1120, 720);
    GSettings *settings = fixture->settings;

    before = g_settings_get_int (settings, "details-width");
    g_signal_emit_by_name (fixture->window, "close-request", &refused);
    g_assert_cmpint (g_settings_get_int (settings, "details-width"), ==, before);
    g_settings_set_int (settings, "details-width", 240);
  }

  {
    g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);
    GtkWidget *side = fixture_part (fixture, "side");
    GtkPaned *paned = fixture_part (fixture, "paned");
    GSettings *settings = fixture->settings;
    graphene_rect_t bounds;

    g_assert_true (gtk_widget_compute_bounds (side, GTK_WIDGET (paned), &bounds));
    g_assert_cmpfloat (bounds.origin.x + bounds.size.width, <=,
                       gtk_widget_get_width (GTK_WIDGET (paned)));
    g_assert_cmpint (gtk_widget_get_width (side), >=, 300);
    g_signal_emit_by_name (fixture->window, "close-request", &refused);
    g_assert_cmpint (g_settings_get_int (settings, "details-width"), ==, 240);

    gtk_paned_set_position (paned, gtk_paned_get_position (paned) - 50);
    fixture_settle (fixture);
    g_signal_emit_by_name (fixture->window, "close-request", &refused);
    g_assert_cmpint (g_settings_get_int (settings, "details-width"), ==,
                     gtk_widget_get_width (side));
    g_settings_set_int (settings, "details-width", before);
  }
}

/* The keys do something useful at once. */
static void
test_focus_at_start (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));

  g_assert_nonnull (focus);
  g_assert_true (gtk_widget_is_ancestor (focus, fixture_part (fixture, "list")));
}

/* Whoever types a whole name gets that file, not the first that has it in it. */
static void
test_search_exact (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);
  GtkEditable *entry = fixture_part (fixture, "search_entry");

  fixture_do (fixture, "win.search");
  gtk_editable_set_text (entry, "o1234");
  g_signal_emit_by_name (entry, "search-changed");
  fixture_settle (fixture);
  g_signal_emit_by_name (entry, "activate");
  fixture_settle (fixture);
  g_assert_cmpstr (gtk_label_get_text (fixture_detail (fixture, "name")), ==, "O1234.nc");

  gtk_editable_set_text (entry, "123456");
  g_signal_emit_by_name (entry, "search-changed");
  fixture_settle (fixture);
  g_signal_emit_by_name (entry, "activate");
  fixture_settle (fixture);
  g_assert_true (g_str_has_prefix (gtk_label_get_text (fixture_detail (fixture, "name")), "123456"));
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/manners/error-makes-room", test_error_makes_room);
  g_test_add_func ("/manners/long-toast", test_long_toast);
  g_test_add_func ("/manners/details-width", test_details_width);
  g_test_add_func ("/manners/details-width-is-chosen", test_details_width_is_chosen);
  g_test_add_func ("/manners/focus-at-start", test_focus_at_start);
  g_test_add_func ("/manners/search-exact", test_search_exact);

  return g_test_run ();
}
