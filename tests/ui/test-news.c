/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "test-news"

#include "peg-config.h"

#include "ui-fixture.h"

#include "peg-board-row.h"
#include "peg-connection-window.h"
#include "peg-people-button.h"

/* What the window shows besides the files: long work, people, the connection. */

#define S ((gint64) G_USEC_PER_SEC)

/* What can be seen, in order: the texts of all labels, a line each. */
static void
collect (GtkWidget *widget,
         GString   *texts)
{
  if (!gtk_widget_get_visible (widget))
    return;

  if (GTK_IS_LABEL (widget))
    g_string_append_printf (texts, "%s\n", gtk_label_get_text (GTK_LABEL (widget)));

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect (child, texts);
}

static void
assert_texts (gpointer    widget,
              const char *expected)
{
  g_autoptr (GString) texts = g_string_new (NULL);

  collect (widget, texts);
  g_assert_cmpstr (texts->str, ==, expected);
}

static GtkWidget *
find (GtkWidget *widget,
      GType      type)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type) && gtk_widget_get_visible (widget))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find (child, type);

    if (found != NULL)
      return found;
  }

  return NULL;
}

static void
progress (Fixture      *fixture,
          const char   *id,
          double        percent,
          PegWorkState  state)
{
  PegDisplayNow now;

  peg_now_read (fixture->now, &now);
  fake_shop_dispatch (fixture->store, (PegEvent) {
    .kind = PEG_EVENT_PROGRESS, .mono_us = now.mono_us, .wall_us = now.wall_us,
    .progress = { .id = id, .file = id, .percent = percent, .eta_s = -1, .state = state },
  });
  fixture_show (fixture);
}

static void
test_works (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);
  GtkWidget *works = fixture_part (fixture, "works");
  GtkWidget *pages = fixture_part (fixture, "pages");
  const int height = gtk_widget_get_height (pages);
  graphene_rect_t strip, tree;
  GtkWidget *bar;
  /* The assertion makes a format of what it is given. */
  const char *eighty = "80 %";

  g_assert_false (gtk_widget_get_visible (works));

  progress (fixture, "a.nc", 10, PEG_WORK_RUNNING);
  g_assert_true (gtk_widget_get_visible (works));
  assert_texts (works, "a.nc\n10 %\n");

  /* It has room of its own. */
  g_assert_cmpint (gtk_widget_get_height (pages), <, height);
  g_assert_true (gtk_widget_compute_bounds (works, GTK_WIDGET (fixture->window), &strip));
  g_assert_true (gtk_widget_compute_bounds (pages, GTK_WIDGET (fixture->window), &tree));
  g_assert_false (graphene_rect_intersection (&strip, &tree, NULL));

  /* A step moves no row, and makes none anew. */
  bar = find (works, GTK_TYPE_PROGRESS_BAR);
  progress (fixture, "b.nc", -1, PEG_WORK_RUNNING);
  progress (fixture, "a.nc", 60, PEG_WORK_RUNNING);
  assert_texts (works, "a.nc\n60 %\nb.nc\n\n");
  g_assert_cmpfloat_with_epsilon (gtk_progress_bar_get_fraction (GTK_PROGRESS_BAR (find (works, GTK_TYPE_PROGRESS_BAR))),
                                  0.6, 1e-6);
  progress (fixture, "a.nc", 70, PEG_WORK_RUNNING);
  bar = find (works, GTK_TYPE_PROGRESS_BAR);
  progress (fixture, "a.nc", 80, PEG_WORK_RUNNING);
  g_assert_true (find (works, GTK_TYPE_PROGRESS_BAR) == bar);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL, "a.nc");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, eighty);

  progress (fixture, "c.nc", 1, PEG_WORK_RUNNING);
  progress (fixture, "d.nc", 2, PEG_WORK_RUNNING);
  progress (fixture, "e.nc", 3, PEG_WORK_RUNNING);
  assert_texts (works, "a.nc\n80 %\nb.nc\n\nc.nc\n1 %\nand 2 more\n");

  progress (fixture, "b.nc", -1, PEG_WORK_DONE);
  progress (fixture, "c.nc", -1, PEG_WORK_DONE);
  progress (fixture, "d.nc", -1, PEG_WORK_DONE);
  progress (fixture, "e.nc", -1, PEG_WORK_DONE);
  assert_texts (works, "a.nc\n80 %\n");
  progress (fixture, "a.nc", -1, PEG_WORK_FAILED);
  g_assert_false (gtk_widget_get_visible (works));
  g_assert_cmpint (gtk_widget_get_height (pages), ==, height);
}

/* What falls silent says so, and can be put away. */
static void
test_silence (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);
  GtkWidget *works = fixture_part (fixture, "works");
  GtkWidget *hide;

  progress (fixture, "a.nc", 10, PEG_WORK_RUNNING);
  fixture_pass_us (fixture, 60 * S - 1);
  assert_texts (works, "a.nc\n10 %\n");
  g_assert_null (find (works, GTK_TYPE_BUTTON));

  fixture_pass_us (fixture, 1);
  assert_texts (works, "a.nc\nNothing heard since 09:53\n");
  hide = find (works, GTK_TYPE_BUTTON);
  g_assert_nonnull (hide);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (hide), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Do not show “a.nc” any more");
  g_signal_emit_by_name (hide, "clicked");
  fixture_settle (fixture);
  g_assert_true (fixture_was_asked (fixture, "hide-work ('a.nc', true)"));

  progress (fixture, "a.nc", 11, PEG_WORK_RUNNING);
  assert_texts (works, "a.nc\n11 %\n");
  g_assert_null (find (works, GTK_TYPE_BUTTON));
}

static void
test_people (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);
  GtkWidget *people = fixture_part (fixture, "people");
  GtkWidget *button = fixture_child (people, PEG_TYPE_PEOPLE_BUTTON, "button");
  GtkWidget *row;

  g_assert_false (gtk_widget_get_visible (people));
  fake_shop_add_present (fixture->store);
  fixture_show (fixture);
  g_assert_true (gtk_widget_get_visible (people));
  assert_texts (fixture_child (people, PEG_TYPE_PEOPLE_BUTTON, "count"), "3\n");
  assert_texts (fixture_child (people, PEG_TYPE_PEOPLE_BUTTON, "names"), "Dana\nLena (you)\nYusuf\n");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "3 people on the board now");

  peg_window_select (fixture->window, FAKE_SHOP_OTHER);
  fixture_settle (fixture);
  g_assert_true (g_str_has_suffix (gtk_label_get_text (fixture_detail (fixture, "since")),
                                   "\nDana is on the board now"));

  adw_view_stack_set_visible_child_name (fixture_part (fixture, "views"), "out");
  fixture_settle (fixture);
  row = find (fixture_part (fixture, "board"), PEG_TYPE_BOARD_ROW);
  g_assert_cmpstr (gtk_label_get_text (fixture_child (row, PEG_TYPE_BOARD_ROW, "words")), ==,
                   "Marek Nowak · MILL-840D · not on the board now");

  fake_shop_dispatch (fixture->store, (PegEvent) {
    .kind = PEG_EVENT_PRESENCE, .presence = { .user = "Marek Nowak", .here = TRUE },
  });
  fixture_show (fixture);
  g_assert_cmpstr (gtk_label_get_text (fixture_child (row, PEG_TYPE_BOARD_ROW, "words")), ==,
                   "Marek Nowak · MILL-840D · on the board now");

  fake_shop_link (fixture->store, PEG_LINK_WAITING, PEG_LINK_REASON_LOST);
  fixture_show (fixture);
  g_assert_false (gtk_widget_get_visible (people));
}

static void
text_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  char **text = user_data;

  *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
}

static char *copied;

static gboolean
has_copied (Fixture *fixture)
{
  return copied != NULL;
}

static PegConnectionWindow *
find_connection (Fixture *fixture)
{
  GListModel *all = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (all); i++) {
    g_autoptr (GtkWindow) window = g_list_model_get_item (all, i);

    if (PEG_IS_CONNECTION_WINDOW (window) &&
        gtk_window_get_transient_for (window) == GTK_WINDOW (fixture->window))
      return PEG_CONNECTION_WINDOW (window);
  }

  return NULL;
}

/* All of it is shown, goes on being true, and is copied. */
static void
test_connection (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);
  PegConnectionWindow *window;
  g_autofree char *report = NULL;
  GtkLabel *log;
  PegDisplayNow now;

  fake_shop_add_log (fixture->store);
  fixture_show (fixture);
  fixture_do (fixture, "win.connection-details");
  window = find_connection (fixture);
  g_assert_nonnull (window);
  log = fixture_child (window, PEG_TYPE_CONNECTION_WINDOW, "log");
  g_assert_true (g_str_has_prefix (gtk_label_get_text (log), "2026-11-20 09:40:02 SYNCING → LIVE"));
  assert_texts (fixture_child (window, PEG_TYPE_CONNECTION_WINDOW, "facts"),
                "State\nLive\nServer\nhttp://shop-north:8420\nShop\nShop North\nYou\nLena\n"
                "Dialect\nClassic\nRound trip\n1.8 ms\nProgram\npegboard " PACKAGE_VERSION "\n");

  /* The same one, when asked for again. */
  fixture_do (fixture, "win.connection-details");
  g_assert_true (find_connection (fixture) == window);

  fake_shop_link (fixture->store, PEG_LINK_WAITING, PEG_LINK_REASON_LOST);
  fake_shop_dispatch (fixture->store, (PegEvent) {
    .kind = PEG_EVENT_TRANSITION, .transition = "LIVE → WAITING",
  });
  fixture_show (fixture);
  g_assert_true (g_str_has_prefix (gtk_label_get_text (log), "LIVE → WAITING\n"));

  g_signal_emit_by_name (fixture_child (window, PEG_TYPE_CONNECTION_WINDOW, "copy"), "clicked");
  g_clear_pointer (&copied, g_free);
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (fixture->window)), NULL,
                                 text_cb, &copied);
  fixture_wait (fixture, has_copied);
  peg_now_read (fixture->now, &now);
  report = peg_display_link_report (peg_store_get_shown (fixture->store), &now);
  g_assert_cmpstr (copied, ==, report);
  g_assert_nonnull (strstr (copied, "Reason: The connection to “http://shop-north:8420” broke."));
  g_clear_pointer (&copied, g_free);

  gtk_window_close (GTK_WINDOW (window));
  fixture_settle (fixture);
  g_assert_null (find_connection (fixture));
  fake_shop_link (fixture->store, PEG_LINK_LIVE, PEG_LINK_REASON_NONE);
  fixture_show (fixture);
}

/* A note is read and acknowledged; what it was about is not said again. */
static void
test_notes (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);
  PegSnapshot *snapshot;

  fake_shop_add_notes (fixture->store);
  fixture_show (fixture);
  snapshot = peg_store_get_shown (fixture->store);
  g_assert_cmpuint (peg_snapshot_get_notes (snapshot)->len, ==, 2);
  g_assert_cmpuint (peg_snapshot_get_notices (snapshot)->len, ==, 1);
  fixture_do (fixture, "win.show-notes");

  fake_shop_dispatch (fixture->store, (PegEvent) {
    .kind = PEG_EVENT_ACKNOWLEDGED, .acknowledged = "n1",
  });
  fake_shop_add_notes (fixture->store);
  fixture_show (fixture);
  snapshot = peg_store_get_shown (fixture->store);
  g_assert_cmpuint (peg_snapshot_get_notes (snapshot)->len, ==, 1);
  g_assert_cmpuint (peg_snapshot_get_notices (snapshot)->len, ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  g_setenv ("TZ", "UTC", TRUE);

  g_test_add_func ("/news/works", test_works);
  g_test_add_func ("/news/silence", test_silence);
  g_test_add_func ("/news/people", test_people);
  g_test_add_func ("/news/connection", test_connection);
  g_test_add_func ("/news/notes", test_notes);

  return g_test_run ();
}
