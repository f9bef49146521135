/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-connect-page.h"
#include "peg-search.h"
#include "peg-status-dot.h"
#include "peg-ui.h"
#include "ui-fixture.h"

#define G_SETTINGS_ENABLE_BACKEND
#include <gio/gsettingsbackend.h>
#include <glib/gstdio.h>
#include <string.h>

static void
test_connect_page (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_FIRST_RUN, 900, 700);
  GtkWidget *page = fixture_part (fixture, "connect_page");
  GtkEditable *address = fixture_child (page, PEG_TYPE_CONNECT_PAGE, "address");
  GtkEditable *user = fixture_child (page, PEG_TYPE_CONNECT_PAGE, "user");
  GtkWidget *connect = fixture_child (page, PEG_TYPE_CONNECT_PAGE, "connect");

  g_assert_false (gtk_widget_get_sensitive (connect));
  gtk_editable_set_text (address, " shop-north:8420 ");
  gtk_editable_set_text (user, "Lena");
  g_assert_true (gtk_widget_get_sensitive (connect));
  g_signal_emit_by_name (connect, "clicked");
  g_assert_true (fixture_was_asked (fixture, "connect ('shop-north:8420', 'Lena')"));

  fixture_do (fixture, "app.demo-shop");
  g_assert_true (fixture_was_asked (fixture, "demo-shop"));
}

/* Settings of which the shop has locked some: a key file with defaults and locks. */
static GSettings *
make_locked_settings (const char *folder)
{
  static const char defaults[] = "[io/github/pegboard/Pegboard]\nserver-address='shop-north:8420'\n"
                                 "recent-servers=['other:8420']\n";
  static const char locks[] = "/io/github/pegboard/Pegboard/server-address\n"
                              "/io/github/pegboard/Pegboard/shop-ca-file\n";
  g_autofree char *path = g_build_filename (folder, "keyfile", NULL);
  g_autofree char *defaults_path = g_build_filename (folder, "defaults", NULL);
  g_autofree char *locks_path = g_build_filename (folder, "locks", NULL);
  g_autoptr (GSettingsBackend) other = g_keyfile_settings_backend_new (path, "/", NULL);
  g_autoptr (GSettingsBackend) backend = NULL;

  g_assert_true (g_file_set_contents (defaults_path, defaults, -1, NULL));
  g_assert_true (g_file_set_contents (locks_path, locks, -1, NULL));
  backend = g_object_new (G_OBJECT_TYPE (other), "filename", path, "root-path", "/",
                          "defaults-dir", folder, NULL);
  g_remove (defaults_path);
  g_remove (locks_path);

  return g_settings_new_with_backend (APPLICATION_ID, backend);
}

static void
show_ca_trouble (Fixture *fixture)
{
  PegLinkStatus status = PEG_LINK_STATUS_INIT;

  status.state = PEG_LINK_STOPPED;
  status.reason = PEG_LINK_REASON_CERTIFICATE_ISSUER;
  peg_store_dispatch (fixture->store, &(PegEvent) { .kind = PEG_EVENT_LINK, .link = &status });
  peg_store_show (fixture->store);
}

/* What the shop has locked cannot be changed, and a lock and a sentence say why. */
static void
test_locked (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_FIRST_RUN, 900, 700);
  g_autofree char *folder = g_dir_make_tmp ("peg-locked-XXXXXX", NULL);
  g_autofree char *keyfile = g_build_filename (folder, "keyfile", NULL);
  g_autoptr (GSettings) settings = make_locked_settings (folder);
  PegWindow *window = peg_window_new (GTK_APPLICATION (fixture->application), fixture->store, settings);
  GtkWidget *page = fixture_child (window, PEG_TYPE_WINDOW, "connect_page");
  GtkEditable *address = fixture_child (page, PEG_TYPE_CONNECT_PAGE, "address");
  GtkWidget *free_page = fixture_part (fixture, "connect_page");

  gtk_window_present (GTK_WINDOW (window));
  fixture_settle (fixture);
  g_assert_cmpstr (gtk_editable_get_text (address), ==, "shop-north:8420");
  g_assert_false (gtk_editable_get_editable (address));
  g_assert_true (gtk_widget_get_mapped (fixture_child (page, PEG_TYPE_CONNECT_PAGE, "address_lock")));
  g_assert_true (gtk_widget_get_mapped (fixture_child (page, PEG_TYPE_CONNECT_PAGE, "lock_note")));
  g_assert_false (gtk_widget_get_mapped (fixture_child (page, PEG_TYPE_CONNECT_PAGE, "recent")));
  g_assert_false (gtk_widget_get_mapped (fixture_child (page, PEG_TYPE_CONNECT_PAGE, "demo")));
  g_assert_true (gtk_editable_get_editable (fixture_child (page, PEG_TYPE_CONNECT_PAGE, "user")));

  /* Where nothing is locked there is no lock. */
  g_assert_true (gtk_editable_get_editable (fixture_child (free_page, PEG_TYPE_CONNECT_PAGE, "address")));
  g_assert_false (gtk_widget_get_visible (fixture_child (free_page, PEG_TYPE_CONNECT_PAGE,
                                                         "address_lock")));
  g_assert_false (gtk_widget_get_visible (fixture_child (free_page, PEG_TYPE_CONNECT_PAGE, "lock_note")));

  show_ca_trouble (fixture);
  fixture_settle (fixture);
  g_assert_true (gtk_widget_get_visible (fixture_child (window, PEG_TYPE_WINDOW, "ca_lock")));
  g_assert_false (gtk_widget_get_visible (fixture_child (window, PEG_TYPE_WINDOW, "choose_ca")));
  g_assert_false (gtk_widget_get_visible (fixture_part (fixture, "ca_lock")));
  g_assert_true (gtk_widget_get_visible (fixture_part (fixture, "choose_ca")));
  g_assert_false (g_action_get_enabled (g_action_map_lookup_action (G_ACTION_MAP (window), "choose-ca")));
  g_assert_true (g_action_get_enabled (g_action_map_lookup_action (G_ACTION_MAP (fixture->window),
                                                                   "choose-ca")));

  gtk_window_destroy (GTK_WINDOW (window));
  g_remove (keyfile);
  g_rmdir (folder);
}

/* Asking for another server can be taken back. */
static void
test_change_server (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 700);
  GtkStack *pages = fixture_part (fixture, "pages");

  fixture_do (fixture, "win.change-server");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (pages), ==, "connect");
  fixture_do (fixture, "win.back");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (pages), ==, "files");
}

static void
test_settings (void)
{
  const char *recent[] = { "shop-north:8420", "<b>10.0.0.7</b>", NULL };
  Fixture *fixture = fixture_new (FAKE_SHOP_LIVE, 1000, 650);
  GAction *filter;
  g_autoptr (GVariant) state = NULL;
  gboolean handled = TRUE;

  /* What is chosen is remembered at once, the size when the window is closed. */
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.filter", "s", "out");
  g_assert_cmpint (g_settings_get_enum (fixture->settings, "filter"), ==, PEG_FILTER_OUT);
  g_signal_emit_by_name (fixture->window, "close-request", &handled);
  g_assert_false (handled);
  g_assert_cmpint (g_settings_get_int (fixture->settings, "window-width"), ==, 1000);
  g_settings_set_strv (fixture->settings, "recent-servers", recent);
  g_settings_set_string (fixture->settings, "user-name", "Lena");
  fixture_free (fixture);

  fixture = fixture_new (FAKE_SHOP_FIRST_RUN, 900, 700);
  filter = g_action_map_lookup_action (G_ACTION_MAP (fixture->window), "filter");
  state = g_action_get_state (filter);
  g_assert_cmpstr (g_variant_get_string (state, NULL), ==, "out");
  g_assert_cmpstr (gtk_editable_get_text (fixture_child (fixture_part (fixture, "connect_page"),
                                                         PEG_TYPE_CONNECT_PAGE, "user")),
                   ==, "Lena");
  g_assert_true (gtk_widget_get_mapped (fixture_child (fixture_part (fixture, "connect_page"),
                                                       PEG_TYPE_CONNECT_PAGE, "recent")));

  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.filter", "s", "all");
  g_settings_reset (fixture->settings, "recent-servers");
  g_settings_reset (fixture->settings, "user-name");
  fixture_free (fixture);
}

static void
collect_texts (GtkWidget *widget,
               GString   *texts)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_has_css_class (widget, "heading"))
    g_string_append_printf (texts, "%s ", gtk_label_get_text (GTK_LABEL (widget)));

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect_texts (child, texts);
}

/* What is out is listed, the longest first; a tag that comes off leaves the
 * others where they are. */
static void
test_board (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1000, 700);
  g_autoptr (GString) texts = g_string_new (NULL);
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
  GtkWidget *board = fixture_part (fixture, "board");

  adw_view_stack_set_visible_child_name (fixture_part (fixture, "views"), "out");
  fixture_settle (fixture);
  collect_texts (board, texts);
  g_assert_cmpstr (texts->str, ==,
                   "1210044_A2.mpf 4299100.h 1234567_AB12.nc 4201187.min 1234567_C1.nc "
                   "TOMBSTONE_4SIDE.mpf ");

  fixture_get_fields (fixture, FAKE_SHOP_TROUBLE, &fields);
  fields.holder = NULL;
  fields.flags = 0;
  fake_shop_change (fixture->store, &fields);
  fixture_show (fixture);
  g_string_truncate (texts, 0);
  collect_texts (board, texts);
  g_assert_cmpstr (texts->str, ==,
                   "1210044_A2.mpf 1234567_AB12.nc 4201187.min 1234567_C1.nc "
                   "TOMBSTONE_4SIDE.mpf ");
  g_assert_cmpstr (adw_view_stack_page_get_title (fixture_part (fixture, "out_view")), ==, "Out Now 5");

  /* A tag leads to its file. */
  g_signal_emit_by_name (board, "file-activated", FAKE_SHOP_OTHER);
  fixture_settle (fixture);
  g_assert_cmpstr (adw_view_stack_get_visible_child_name (fixture_part (fixture, "views")), ==, "files");
  g_assert_cmpstr (gtk_label_get_text (fixture_detail (fixture, "name")), ==, "1234567_AB12.nc");
}

static void
test_dot (void)
{
  static const struct {
    FakeShopState state;
    const char *words;
  } cases[] = {
    { FAKE_SHOP_LIVE, "Live" },
    { FAKE_SHOP_SLOWER, "Live, slower" },
    { FAKE_SHOP_WAITING, "Reconnecting in 4 s" },
    { FAKE_SHOP_STOPPED, "Disconnected" },
    { FAKE_SHOP_SIGN_IN, "Sign in again" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Fixture) fixture = fixture_new (cases[i].state, 1000, 700);
    GtkWidget *dot = fixture_part (fixture, "dot");
    GtkWidget *button = fixture_child (dot, PEG_TYPE_STATUS_DOT, "button");

    g_assert_cmpstr (gtk_label_get_text (fixture_child (dot, PEG_TYPE_STATUS_DOT, "words")), ==,
                     cases[i].words);
    g_assert_true (g_str_has_prefix (gtk_widget_get_tooltip_text (button), cases[i].words));
    g_assert_nonnull (strstr (gtk_widget_get_tooltip_text (button), FAKE_SHOP_URL));
    gtk_test_accessible_assert_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                         cases[i].words);
  }
}

/* The windows that help say something, and every key in them is a real one. */
static void
test_help_windows (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1000, 700);
  GtkWindow *shortcuts = peg_ui_create_shortcuts (GTK_WINDOW (fixture->window));
  GtkWindow *about = peg_ui_create_about (GTK_WINDOW (fixture->window));

  gtk_window_present (shortcuts);
  gtk_window_present (about);
  fixture_settle (fixture);
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (shortcuts)));
  g_assert_cmpstr (adw_about_window_get_version (ADW_ABOUT_WINDOW (about)), ==, PACKAGE_VERSION);
  gtk_window_destroy (shortcuts);
  gtk_window_destroy (about);
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pages/locked", test_locked);
  g_test_add_func ("/pages/connect", test_connect_page);
  g_test_add_func ("/pages/change-server", test_change_server);
  g_test_add_func ("/pages/settings", test_settings);
  g_test_add_func ("/pages/board", test_board);
  g_test_add_func ("/pages/dot", test_dot);
  g_test_add_func ("/pages/help-windows", test_help_windows);

  return g_test_run ();
}
