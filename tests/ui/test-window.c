/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-banner.h"
#include "peg-check-in-page.h"
#include "peg-window-private.h"
#include "peg-details.h"
#include "peg-file-row.h"
#include "peg-selection.h"
#include "stage.h"
#include "ui-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

static gboolean
is_enabled (Fixture    *fixture,
            const char *action)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (fixture->window), action);
}

static PegFileRow *
get_row (Fixture    *fixture,
         const char *name)
{
  PegFileRow *row = stage_find_row (fixture_part (fixture, "list"), name);

  g_assert_nonnull (row);

  return row;
}

static double
get_y (Fixture    *fixture,
       PegFileRow *row)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (GTK_WIDGET (row), GTK_WIDGET (fixture->window), &bounds));

  return bounds.origin.y;
}

static void
add_file (Fixture    *fixture,
          const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;

  fields.filename = name;
  fields.path = path;
  fake_shop_change (fixture->store, &fields);
}

static void
count_cb (guint *count)
{
  (*count)++;
}

/* A lock that changes draws one row again, and binds none. */
static void
test_lock_binds_nothing (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);
  PegFileRow *row = get_row (fixture, "1234567.mcam");
  GtkWidget *item = gtk_widget_get_parent (GTK_WIDGET (row));
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
  guint binds = 0, n_rows = 0;

  for (GtkWidget *sibling = gtk_widget_get_first_child (gtk_widget_get_parent (item));
       sibling != NULL; sibling = gtk_widget_get_next_sibling (sibling)) {
    GtkWidget *child = gtk_widget_get_first_child (sibling);

    if (!PEG_IS_FILE_ROW (child))
      continue;
    g_signal_connect_swapped (child, "notify::row", G_CALLBACK (count_cb), &binds);
    n_rows++;
  }
  g_assert_cmpuint (n_rows, >, 10);

  g_assert_cmpstr (peg_file_row_get_words (row), ==, "Free");
  fixture_get_fields (fixture, FAKE_SHOP_FREE, &fields);
  fields.holder = "Yusuf";
  fields.station = "LB3000";
  fields.flags = PEG_ENTRY_LOCKED;
  fake_shop_change (fixture->store, &fields);
  fixture_show (fixture);

  g_assert_cmpstr (peg_file_row_get_words (row), ==, "Yusuf · LB3000");
  g_assert_cmpuint (binds, ==, 0);
}

/* Selection, place on the screen and what is open belong to the file. */
static void
test_selection_survives (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 500);
  const char *selected = "VF-4/5512345_A1.nc";
  g_autoptr (GPtrArray) reversed = fake_shop_entries ();
  GtkLabel *name;
  double before;

  peg_window_select (fixture->window, selected);
  fixture_settle (fixture);
  name = fixture_detail (fixture, "name");
  g_assert_cmpstr (gtk_label_get_text (name), ==, "5512345_A1.nc");
  before = get_y (fixture, get_row (fixture, "5512345_A1.nc"));

  /* Above it: two come, one goes. */
  add_file (fixture, "VF-4/1200001.nc");
  add_file (fixture, "VF-4/1200002.nc");
  fake_shop_remove (fixture->store, FAKE_SHOP_FREE);
  fixture_show (fixture);
  g_assert_cmpstr (gtk_label_get_text (name), ==, "5512345_A1.nc");
  g_assert_cmpfloat_with_epsilon (get_y (fixture, get_row (fixture, "5512345_A1.nc")), before, 0.5);

  /* The whole list again, in another order. */
  for (guint i = 0; i < reversed->len / 2; i++) {
    gpointer other = reversed->pdata[reversed->len - 1 - i];

    reversed->pdata[reversed->len - 1 - i] = reversed->pdata[i];
    reversed->pdata[i] = other;
  }
  fake_shop_list (fixture->store, reversed);
  fixture_show (fixture);
  g_assert_cmpstr (gtk_label_get_text (name), ==, "5512345_A1.nc");
  g_assert_cmpfloat_with_epsilon (get_y (fixture, get_row (fixture, "5512345_A1.nc")), before, 0.5);
  g_assert_true (is_enabled (fixture, "check-out"));

  /* Gone is gone. */
  fake_shop_remove (fixture->store, selected);
  fixture_show (fixture);
  g_assert_false (is_enabled (fixture, "check-out"));
  g_assert_cmpstr (gtk_stack_get_visible_child_name (fixture_detail (fixture, "stack")), ==, "nothing");
}

/* What is selected stays so while it is not shown. */
static void
test_selection_survives_filters (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);

  peg_window_select (fixture->window, FAKE_SHOP_FREE);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.filter", "s", "out");
  fixture_settle (fixture);
  g_assert_null (stage_find_row (fixture_part (fixture, "list"), "1234567.mcam"));
  g_assert_cmpstr (gtk_label_get_text (fixture_detail (fixture, "name")), ==, "1234567.mcam");

  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.filter", "s", "all");
  fixture_settle (fixture);
  g_assert_cmpint (gtk_widget_get_state_flags (gtk_widget_get_parent (GTK_WIDGET (get_row (fixture, "1234567.mcam")))) & GTK_STATE_FLAG_SELECTED,
                   !=, 0);
}

static void
test_check_out (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);
  GtkEditable *reason;

  peg_window_select (fixture->window, FAKE_SHOP_FREE);
  fixture_settle (fixture);
  g_assert_true (is_enabled (fixture, "check-out"));
  g_assert_false (is_enabled (fixture, "check-in"));
  g_assert_false (is_enabled (fixture, "release"));
  g_assert_true (is_enabled (fixture, "save-copy"));

  g_signal_emit_by_name (fixture_detail (fixture, "check_out"), "clicked");
  g_assert_true (fixture_was_asked (fixture, "check-out ('1234567.mcam', '')"));

  fixture_do (fixture, "win.check-out");
  reason = fixture_detail (fixture, "reason_entry");
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (reason)));
  gtk_editable_set_text (reason, " new fixture ");
  g_signal_emit_by_name (reason, "activate");
  g_assert_true (fixture_was_asked (fixture, "check-out ('1234567.mcam', 'new fixture')"));

  /* While it is under way it cannot be asked for again. */
  fake_shop_pending (fixture->store, FAKE_SHOP_FREE, PEG_ACTION_CHECK_OUT);
  fixture_show (fixture);
  g_assert_false (is_enabled (fixture, "check-out"));
  g_assert_cmpstr (peg_file_row_get_words (get_row (fixture, "1234567.mcam")), ==, "Checking out…");
}

/* What cannot be done says why, in the tooltip and to be read. */
static void
test_says_why_not (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);
  GtkWidget *check_out = fixture_detail (fixture, "check_out");
  GtkLabel *why = fixture_detail (fixture, "why_not");

  peg_window_select (fixture->window, FAKE_SHOP_OTHER);
  fixture_settle (fixture);
  g_assert_false (gtk_widget_get_sensitive (check_out));
  g_assert_cmpstr (gtk_widget_get_tooltip_text (check_out), ==, "Dana has it");
  g_assert_cmpstr (gtk_label_get_text (why), ==, "Check Out, Check In, Release: Dana has it");
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (why)));

  fake_shop_link (fixture->store, PEG_LINK_SUSPENDED, PEG_LINK_REASON_TIMEOUT);
  fixture_show (fixture);
  g_assert_false (is_enabled (fixture, "save-copy"));
  g_assert_false (is_enabled (fixture, "open"));
  g_assert_nonnull (strstr (gtk_label_get_text (why), "would be a guess"));

  /* An old lock never looks like a live one. */
  g_assert_nonnull (strstr (peg_file_row_get_words (get_row (fixture, "1234567_AB12.nc")), "as of"));
  g_assert_nonnull (strstr (peg_file_row_get_words (get_row (fixture, "1234567.mcam")), "as of"));
}

static void
test_release_open_copy (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);

  peg_window_select (fixture->window, FAKE_SHOP_OWN);
  fixture_settle (fixture);
  fixture_do (fixture, "win.release");
  fixture_do (fixture, "win.open");
  g_assert_true (fixture_was_asked (fixture, "release 'VF-4/1234567_C1.nc'"));
  g_assert_true (fixture_was_asked (fixture, "open 'VF-4/1234567_C1.nc'"));

  /* Who does not say where gets no copy. */
  fixture_do (fixture, "win.save-copy");
  g_assert_cmpstr (fixture->pick_suggestion, ==, "1234567_C1.nc");
  g_assert_false (fixture_was_asked (fixture, "save-copy ('VF-4/1234567_C1.nc', '/tmp/x.nc')"));

  fixture->pick = g_file_new_for_path ("/tmp/x.nc");
  fixture_do (fixture, "win.save-copy");
  g_assert_true (fixture_was_asked (fixture, "save-copy ('VF-4/1234567_C1.nc', '/tmp/x.nc')"));

  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.save-revision", "s", "abc");
  fixture_settle (fixture);
  g_assert_true (fixture_was_asked (fixture,
                                    "download-revision ('VF-4/1234567_C1.nc', 'abc', '/tmp/x.nc')"));
}

/* What a server calls a file does not choose where its copy goes. */
static void
test_safe_copy (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;

  fixture_get_fields (fixture, FAKE_SHOP_OTHER, &fields);
  fields.filename = "../../.bashrc";
  fake_shop_change (fixture->store, &fields);
  peg_window_select (fixture->window, FAKE_SHOP_OTHER);
  fixture_show (fixture);
  fixture_do (fixture, "win.save-copy");
  g_assert_cmpstr (fixture->pick_suggestion, ==, "_._.._.bashrc");
}

static gboolean
can_send (Fixture *fixture)
{
  return gtk_widget_get_sensitive (fixture_child (fixture_part (fixture, "check_in"),
                                                  PEG_TYPE_CHECK_IN_PAGE, "send"));
}

static gboolean
is_no_file (Fixture *fixture)
{
  GtkLabel *words = fixture_child (fixture_part (fixture, "check_in"), PEG_TYPE_CHECK_IN_PAGE,
                                   "path_words");

  return g_str_has_prefix (gtk_label_get_text (words), "There is no file of this name");
}

static void
test_check_in (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);
  GtkWidget *page = fixture_part (fixture, "check_in");
  GtkEditable *path = fixture_child (page, PEG_TYPE_CHECK_IN_PAGE, "path");
  GtkEditable *comment = fixture_child (page, PEG_TYPE_CHECK_IN_PAGE, "comment");
  GtkCheckButton *minor = fixture_child (page, PEG_TYPE_CHECK_IN_PAGE, "minor");
  GtkCheckButton *major = fixture_child (page, PEG_TYPE_CHECK_IN_PAGE, "major");
  GtkWidget *send = fixture_child (page, PEG_TYPE_CHECK_IN_PAGE, "send");
  g_autofree char *file = NULL;
  g_autofree char *asked = NULL;
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("peg-XXXXXX.nc", &file, &error);

  g_assert_no_error (error);
  g_assert_true (g_close (fd, NULL));

  peg_window_select (fixture->window, FAKE_SHOP_OWN);
  fixture_settle (fixture);
  fixture_do (fixture, "win.check-in");
  g_assert_true (gtk_widget_get_mapped (page));
  g_assert_cmpstr (gtk_check_button_get_label (minor), ==, "Revision 1.1, a small change");
  g_assert_cmpstr (gtk_check_button_get_label (major), ==, "Revision 2.0, a new revision");
  g_assert_false (gtk_widget_get_sensitive (send));

  gtk_editable_set_text (path, "/nowhere/at all.nc");
  fixture_wait (fixture, is_no_file);
  g_assert_false (gtk_widget_get_sensitive (send));
  gtk_editable_set_text (path, file);
  gtk_editable_set_text (comment, "chamfer");
  gtk_check_button_set_active (major, TRUE);
  fixture_wait (fixture, can_send);

  /* What was typed is there again after a look at something else. */
  peg_window_select (fixture->window, FAKE_SHOP_OTHER);
  fixture_settle (fixture);
  g_assert_false (gtk_widget_get_mapped (page));
  peg_window_select (fixture->window, FAKE_SHOP_OWN);
  fixture_do (fixture, "win.check-in");
  g_assert_cmpstr (gtk_editable_get_text (comment), ==, "chamfer");
  g_assert_true (gtk_check_button_get_active (major));

  /* Offline, it can be sent all the same: it is kept. */
  fake_shop_link (fixture->store, PEG_LINK_WAITING, PEG_LINK_REASON_LOST);
  fixture_show (fixture);
  fixture_wait (fixture, can_send);
  g_assert_true (gtk_widget_get_visible (fixture_child (page, PEG_TYPE_CHECK_IN_PAGE, "why_not")));
  g_assert_cmpstr (gtk_editable_get_text (comment), ==, "chamfer");
  fake_shop_link (fixture->store, PEG_LINK_LIVE, PEG_LINK_REASON_NONE);
  fixture_show (fixture);
  fixture_wait (fixture, can_send);

  /* Nothing but a change of the path asks the disk again. */
  g_assert_cmpint (g_unlink (file), ==, 0);
  fixture_pass_us (fixture, G_USEC_PER_SEC);
  fixture_show (fixture);
  g_assert_true (gtk_widget_get_sensitive (send));

  g_signal_emit_by_name (send, "clicked");
  fixture_settle (fixture);
  asked = g_strdup_printf ("check-in ('VF-4/1234567_C1.nc', '%s', 'chamfer', true)", file);
  g_assert_true (fixture_was_asked (fixture, asked));
  g_assert_false (gtk_widget_get_mapped (page));
}

/* What was typed is kept until it is checked in, whoever has the file meanwhile. */
static void
test_draft (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);
  GtkWidget *page = fixture_part (fixture, "check_in");
  GtkEditable *path = fixture_child (page, PEG_TYPE_CHECK_IN_PAGE, "path");
  GtkEditable *comment = fixture_child (page, PEG_TYPE_CHECK_IN_PAGE, "comment");
  g_autoptr (PegEntry) own =
    peg_entry_ref (peg_snapshot_find (peg_store_get_shown (fixture->store), FAKE_SHOP_OWN));
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;

  peg_window_select (fixture->window, FAKE_SHOP_OWN);
  fixture_settle (fixture);
  fixture_do (fixture, "win.check-in");
  gtk_editable_set_text (path, "/dev/null");
  gtk_editable_set_text (comment, "chamfer");
  fixture_wait (fixture, can_send);

  /* Refused: somebody else has it, and then it comes back. */
  g_signal_emit_by_name (fixture_child (page, PEG_TYPE_CHECK_IN_PAGE, "send"), "clicked");
  fake_shop_pending (fixture->store, FAKE_SHOP_OWN, PEG_ACTION_CHECK_IN);
  fixture_show (fixture);
  fake_shop_dispatch (fixture->store, (PegEvent) { .kind = PEG_EVENT_SETTLED,
                                                   .settled = FAKE_SHOP_OWN });
  peg_entry_get_fields (own, &fields);
  fields.holder = "Yusuf";
  fake_shop_change (fixture->store, &fields);
  fixture_show (fixture);
  peg_entry_get_fields (own, &fields);
  fake_shop_change (fixture->store, &fields);
  fixture_show (fixture);
  fixture_do (fixture, "win.check-in");
  g_assert_cmpstr (gtk_editable_get_text (comment), ==, "chamfer");

  /* Checked in: the next one begins anew. */
  fixture_wait (fixture, can_send);
  g_signal_emit_by_name (fixture_child (page, PEG_TYPE_CHECK_IN_PAGE, "send"), "clicked");
  fake_shop_pending (fixture->store, FAKE_SHOP_OWN, PEG_ACTION_CHECK_IN);
  fixture_show (fixture);
  fields.minor++;
  fields.holder = NULL;
  fields.flags &= ~PEG_ENTRY_LOCKED;
  fake_shop_change (fixture->store, &fields);
  fixture_show (fixture);
  peg_entry_get_fields (own, &fields);
  fields.minor++;
  fake_shop_change (fixture->store, &fields);
  fixture_show (fixture);
  fixture_do (fixture, "win.check-in");
  g_assert_cmpstr (gtk_editable_get_text (comment), ==, "");
}

/* A flood of news is neither said twice nor said when it is old; errors are. */
static void
test_flood (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);
  const GPtrArray *said = fixture->window->said;
  const guint before = said->len;

  g_assert_cmpuint (before, ==, 0);
  for (guint i = 0; i < 10; i++) {
    g_autofree char *text = g_strdup_printf ("News %u", i);

    fake_shop_notice (fixture->store, PEG_NOTICE_INFO, "The same", NULL);
    fake_shop_notice (fixture->store, PEG_NOTICE_INFO, text, NULL);
  }
  fixture_show (fixture);
  g_assert_cmpuint (said->len, ==, 4);
  g_assert_cmpstr (adw_toast_get_title (said->pdata[0]), ==, "The same");
  g_assert_cmpstr (adw_toast_get_title (said->pdata[1]), ==, "News 0");

  for (guint i = 0; i < 3; i++)
    fake_shop_notice (fixture->store, PEG_NOTICE_ERROR, i < 2 ? "Broken" : "Lost", NULL);
  fixture_show (fixture);
  g_assert_cmpuint (said->len, ==, 6);

  /* What is gone may be said again. */
  adw_toast_dismiss (said->pdata[0]);
  g_assert_cmpuint (said->len, ==, 5);

  /* However much goes wrong. */
  for (guint i = 0; i < 30; i++) {
    g_autofree char *text = g_strdup_printf ("Broken again %u", i);

    fake_shop_notice (fixture->store, PEG_NOTICE_ERROR, text, NULL);
  }
  fixture_show (fixture);
  g_assert_cmpuint (said->len, ==, 8);
}

/* Whether nothing would happen for a second if nothing comes from outside. */
static gboolean
is_at_rest (Fixture *fixture)
{
  GMainContext *context = g_main_context_default ();
  int priority, timeout_ms;

  g_assert_true (g_main_context_acquire (context));
  g_main_context_prepare (context, &priority);
  g_main_context_query (context, priority, &timeout_ms, NULL, 0);
  g_main_context_release (context);

  return timeout_ms > 1000;
}

/* A window that nothing happens in draws nothing: no spinner turns where nobody sees
 * it, and no cursor blinks. */
static void
test_rests (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);

  fixture_wait (fixture, is_at_rest);
}

static gboolean
has_history (Fixture *fixture)
{
  return fixture_was_asked (fixture, "history 'VF-4/1234567_AB12.nc'");
}

static void
test_asks_for_history (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);

  peg_window_select (fixture->window, FAKE_SHOP_FREE);
  peg_window_select (fixture->window, FAKE_SHOP_OTHER);
  fixture_wait (fixture, has_history);

  /* What was only passed on the way was not asked for. */
  g_assert_false (fixture_was_asked (fixture, "history '1234567.mcam'"));
}

static void
test_banner (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);
  PegBanner *banner = fixture_part (fixture, "banner");
  GtkLabel *label = fixture_child (banner, PEG_TYPE_BANNER, "label");
  GtkButton *button = fixture_child (banner, PEG_TYPE_BANNER, "button");
  PegLinkStatus status = PEG_LINK_STATUS_INIT;
  g_autofree char *announced = NULL;
  PegDisplayNow now;

  /* A blip stays silent. */
  peg_now_read (fixture->now, &now);
  status.state = PEG_LINK_WAITING;
  status.reason = PEG_LINK_REASON_LOST;
  status.retry_at_us = now.mono_us + 30 * G_USEC_PER_SEC;
  fake_shop_dispatch (fixture->store, (PegEvent) { .kind = PEG_EVENT_LINK, .link = &status });
  fixture_show (fixture);
  g_assert_false (peg_banner_get_revealed (banner));
  fixture_pass_us (fixture, 2900 * 1000);
  g_assert_false (peg_banner_get_revealed (banner));

  fixture_pass_us (fixture, 200 * 1000);
  g_assert_true (peg_banner_get_revealed (banner));
  announced = g_strdup (peg_banner_get_announcement (banner));
  g_assert_nonnull (announced);

  /* An outage is announced once, however long it counts. */
  fixture_pass_us (fixture, 7 * G_USEC_PER_SEC);
  g_assert_true (g_str_has_prefix (gtk_label_get_text (label), "Reconnecting in 20 s"));
  g_assert_cmpstr (peg_banner_get_announcement (banner), ==, announced);
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (banner), GTK_ACCESSIBLE_ROLE_ALERT);

  /* After five failed attempts, the way out is hard to miss. */
  g_assert_cmpstr (gtk_button_get_label (button), ==, "Reconnect _Now");
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (button), "suggested-action"));
  status.attempt = 5;
  fake_shop_dispatch (fixture->store, (PegEvent) { .kind = PEG_EVENT_LINK, .link = &status });
  fixture_show (fixture);
  g_assert_true (g_str_has_prefix (gtk_label_get_text (label), "Offline — retrying…"));
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (button), "suggested-action"));

  /* What is polled is live, and needs no banner. */
  fake_shop_link (fixture->store, PEG_LINK_POLLING, PEG_LINK_REASON_NONE);
  fixture_show (fixture);
  g_assert_false (peg_banner_get_revealed (banner));

  fake_shop_link (fixture->store, PEG_LINK_LIVE, PEG_LINK_REASON_NONE);
  fixture_show (fixture);
  g_assert_false (peg_banner_get_revealed (banner));
}

static void
search_for (Fixture    *fixture,
            const char *words)
{
  GtkEditable *entry = fixture_part (fixture, "search_entry");

  gtk_editable_set_text (entry, words);
  g_signal_emit_by_name (entry, "search-changed");
  fixture_settle (fixture);
}

static void
test_search (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);
  AdwStatusPage *nothing = fixture_part (fixture, "nothing_page");

  fixture_do (fixture, "win.collapse-all");
  fixture_do (fixture, "win.search");
  search_for (fixture, "o08101");
  g_assert_nonnull (stage_find_row (fixture_part (fixture, "list"), "O8101.nc"));
  g_assert_null (stage_find_row (fixture_part (fixture, "list"), "O9001.nc"));

  search_for (fixture, "<b>nowhere</b> & co");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (fixture_part (fixture, "list_stack")), ==, "nothing");
  g_assert_nonnull (strstr (adw_status_page_get_description (nothing), "&lt;b&gt;nowhere"));

  fixture_do (fixture, "win.clear-search");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (fixture_part (fixture, "list_stack")), ==, "list");
  g_assert_cmpstr (gtk_editable_get_text (fixture_part (fixture, "search_entry")), ==, "");
}

/* Typing goes on where it was, whatever is found meanwhile; leaving the search
 * shows everything again. */
static void
test_search_keeps_focus (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);
  GtkEditable *entry = fixture_part (fixture, "search_entry");
  GtkWidget *focus;
  int start, end;

  peg_window_select (fixture->window, FAKE_SHOP_OTHER);
  fixture_do (fixture, "win.search");
  gtk_editable_insert_text (entry, "1", 1, &(int) { 0 });
  gtk_editable_set_position (entry, 1);
  g_signal_emit_by_name (entry, "search-changed");
  fixture_settle (fixture);

  focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));
  g_assert_nonnull (focus);
  g_assert_true (gtk_widget_is_ancestor (focus, GTK_WIDGET (entry)));
  g_assert_false (gtk_editable_get_selection_bounds (entry, &start, &end));

  search_for (fixture, "O8101");
  g_assert_null (stage_find_row (fixture_part (fixture, "list"), "1234567_AB12.nc"));
  gtk_search_bar_set_search_mode (fixture_part (fixture, "search_bar"), FALSE);
  fixture_settle (fixture);
  g_assert_cmpstr (gtk_editable_get_text (entry), ==, "");
  g_assert_nonnull (stage_find_row (fixture_part (fixture, "list"), "1234567_AB12.nc"));
}

static void
test_narrow_takes_turns (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 400, 700);
  GtkWidget *list = fixture_part (fixture, "list_side"), *side = fixture_part (fixture, "side");

  g_assert_true (gtk_widget_get_mapped (list));
  g_assert_false (gtk_widget_get_mapped (side));

  peg_window_select (fixture->window, FAKE_SHOP_OTHER);
  fixture_settle (fixture);
  g_assert_false (gtk_widget_get_mapped (list));
  g_assert_true (gtk_widget_get_mapped (side));
  g_assert_true (gtk_widget_get_mapped (fixture_part (fixture, "back")));

  fixture_do (fixture, "win.back");
  g_assert_true (gtk_widget_get_mapped (list));
  g_assert_false (gtk_widget_get_mapped (side));
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (fixture->window)), <=, 400);
}

static gboolean
list_alone (Fixture *fixture)
{
  return gtk_widget_get_mapped (fixture_part (fixture, "list_side")) &&
         !gtk_widget_get_mapped (fixture_part (fixture, "side")) &&
         gtk_widget_get_width (GTK_WIDGET (fixture->window)) <= 420;
}

static gboolean
both_sides (Fixture *fixture)
{
  return gtk_widget_get_mapped (fixture_part (fixture, "list_side")) &&
         gtk_widget_get_mapped (fixture_part (fixture, "side"));
}

/* What only the wide layout needs does not keep a window from becoming narrow. */
static void
test_wide_becomes_narrow (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);
  GtkWidget *content = adw_application_window_get_content (ADW_APPLICATION_WINDOW (fixture->window));
  int least;

  g_assert_true (both_sides (fixture));
  gtk_widget_measure (content, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  g_assert_cmpint (least, <=, 400);

  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 420, 720);
  fixture_wait (fixture, list_alone);
  gtk_widget_measure (content, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  g_assert_cmpint (least, <=, 400);

  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1120, 720);
  fixture_wait (fixture, both_sides);
}

/* Nothing that came over the wire is markup: with G_DEBUG=fatal-warnings, GTK
 * would end the test where it is taken for it. */
static void
test_nothing_is_markup (void)
{
  g_autoptr (Fixture) fixture = fixture_new (FAKE_SHOP_LIVE, 1120, 720);
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;

  fixture_get_fields (fixture, FAKE_SHOP_OTHER, &fields);
  fields.description = "<b>&amp; <i>";
  fields.reason = "</span> & <";
  fields.holder = "<Dana> & Co";
  fake_shop_change (fixture->store, &fields);
  fake_shop_notice (fixture->store, PEG_NOTICE_ERROR, "<b> & went wrong", "</i> & details");
  fake_shop_add_notes (fixture->store);
  peg_window_select (fixture->window, FAKE_SHOP_OTHER);
  fixture_show (fixture);

  g_assert_cmpstr (gtk_label_get_text (fixture_detail (fixture, "description")), ==, "<b>&amp; <i>");
  g_assert_cmpstr (gtk_label_get_text (fixture_detail (fixture, "reason")), ==, "“</span> & <”");
  fixture_do (fixture, "win.show-notes");
  adw_view_stack_set_visible_child_name (fixture_part (fixture, "views"), "out");
  fixture_settle (fixture);
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/window/lock-binds-nothing", test_lock_binds_nothing);
  g_test_add_func ("/window/selection-survives", test_selection_survives);
  g_test_add_func ("/window/selection-survives-filters", test_selection_survives_filters);
  g_test_add_func ("/window/check-out", test_check_out);
  g_test_add_func ("/window/says-why-not", test_says_why_not);
  g_test_add_func ("/window/release-open-copy", test_release_open_copy);
  g_test_add_func ("/window/safe-copy", test_safe_copy);
  g_test_add_func ("/window/check-in", test_check_in);
  g_test_add_func ("/window/draft", test_draft);
  g_test_add_func ("/window/flood", test_flood);
  g_test_add_func ("/window/asks-for-history", test_asks_for_history);
  g_test_add_func ("/window/banner", test_banner);
  g_test_add_func ("/window/rests", test_rests);
  g_test_add_func ("/window/search", test_search);
  g_test_add_func ("/window/search-keeps-focus", test_search_keeps_focus);
  g_test_add_func ("/window/narrow-takes-turns", test_narrow_takes_turns);
  g_test_add_func ("/window/wide-becomes-narrow", test_wide_becomes_narrow);
  g_test_add_func ("/window/nothing-is-markup", test_nothing_is_markup);

  return g_test_run ();
}
