/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "kiosk-fixture.h"
#include "peg-file-list.h"
#include "peg-file-row.h"
#include "peg-hold-button.h"
#include "peg-kiosk-button.h"
#include "peg-saver.h"

/* What people do at a shared terminal: by pressing, and with cards. */

#define WIDTH 1280
#define HEIGHT 800
#define PER_MM 4.9

static KioskFixture *
create (void)
{
  return kiosk_fixture_new (FAKE_SHOP_LIVE, WIDTH, HEIGHT, PER_MM);
}

static const char *
get_why (KioskFixture *fixture,
         const char   *title)
{
  GtkWidget *button = kiosk_fixture_find (fixture, PEG_TYPE_KIOSK_BUTTON, title);

  if (button == NULL)
    g_error ("No button says “%s”", title);

  return peg_kiosk_button_get_why (PEG_KIOSK_BUTTON (button));
}

static void
type (KioskFixture *fixture,
      const char   *text)
{
  GtkWidget *entry = kiosk_fixture_find (fixture, GTK_TYPE_ENTRY, NULL);

  g_assert_nonnull (entry);
  gtk_editable_set_text (GTK_EDITABLE (entry), text);
  kiosk_fixture_settle (fixture);
}

/* Whoever is nobody looks, and is told what is missing for more. */
static void
test_look (void)
{
  g_autoptr (KioskFixture) fixture = create ();

  g_assert_true (kiosk_fixture_sees (fixture, "Look only"));
  g_assert_true (kiosk_fixture_sees (fixture, "Live"));
  g_assert_cmpstr (get_why (fixture, "Check Out"), ==, "Select a file first");
  g_assert_cmpstr (get_why (fixture, "Details"), ==, "Select a file first");

  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_FREE);
  g_assert_cmpstr (get_why (fixture, "Check Out"), ==, "Sign in first");
  g_assert_cmpstr (get_why (fixture, "Copy to VF-4"), ==, "Sign in first");
  g_assert_null (get_why (fixture, "Details"));

  kiosk_fixture_press (fixture, "Check Out");
  g_assert_cmpstr (fixture->refused, ==, "Sign in first: press “Sign In”.");
  g_assert_cmpuint (fixture->asked->len, ==, 0);
}

static void
test_check_out (void)
{
  g_autoptr (KioskFixture) fixture = create ();

  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_FREE);
  kiosk_fixture_sign_in (fixture, KIOSK_PERSON, FAKE_SHOP_USER);

  /* Whoever comes to what is open to everybody finds it as they left it. */
  g_assert_null (get_why (fixture, "Check Out"));
  g_assert_true (kiosk_fixture_sees (fixture, "Lena"));
  g_assert_true (kiosk_fixture_sees (fixture, "2:00 left · Machinist"));

  kiosk_fixture_press (fixture, "Check Out");
  g_assert_true (kiosk_fixture_was_asked (fixture, "kiosk-act ('check-out', '" FAKE_SHOP_FREE
                                                   "', '', false, '" KIOSK_PERSON "')"));
  kiosk_fixture_press (fixture, "Copy to VF-4");
  g_assert_true (kiosk_fixture_was_asked (fixture, "kiosk-act ('copy', '" FAKE_SHOP_FREE
                                                   "', '', false, '" KIOSK_PERSON "')"));
}

/* A button says why it does not work, in words that are on the screen. */
static void
test_reasons (void)
{
  g_autoptr (KioskFixture) fixture = create ();
  PegKioskView values;

  kiosk_fixture_sign_in (fixture, KIOSK_PERSON, FAKE_SHOP_USER);
  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_OTHER);
  g_assert_cmpstr (get_why (fixture, "Check Out"), ==, "Dana has it");
  g_assert_true (kiosk_fixture_sees (fixture, "Dana has it"));

  kiosk_fixture_get_view (fixture, &values);
  values.may = PEG_KIOSK_MAY_COPY;
  values.role = (char *) "Apprentice";
  kiosk_fixture_set_view (fixture, &values);
  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_FREE);
  g_assert_cmpstr (get_why (fixture, "Check Out"), ==, "Not allowed here: Apprentice");
  g_assert_null (get_why (fixture, "Copy to VF-4"));

  fake_shop_link (fixture->store, PEG_LINK_SUSPENDED, PEG_LINK_REASON_LOST);
  kiosk_fixture_show (fixture);
  g_assert_nonnull (get_why (fixture, "Copy to VF-4"));
  g_assert_true (kiosk_fixture_sees (fixture, "Offline"));
}

/* A tag bears the name that the shop knows, where the terminal knows it. */
static void
test_names (void)
{
  g_autoptr (KioskFixture) fixture = create ();
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  const char *words;

  g_hash_table_insert (names, (char *) "Dana", (char *) "Dana <Whitfield>");
  fake_shop_dispatch (fixture->store, (PegEvent) { .kind = PEG_EVENT_NAMES, .names = names });
  kiosk_fixture_show (fixture);
  kiosk_fixture_sign_in (fixture, KIOSK_PERSON, FAKE_SHOP_USER);
  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_OTHER);

  g_assert_cmpstr (get_why (fixture, "Check Out"), ==, "Dana <Whitfield> has it");
  words = peg_file_row_get_words (kiosk_fixture_find_row (fixture, "1234567_AB12.nc"));
  g_assert_cmpstr (words, ==, "Dana <Whitfield>");
  kiosk_fixture_do (fixture, "win.kiosk-page", "out");
  g_assert_true (kiosk_fixture_sees (fixture, "Dana <Whitfield> · VF-4"));
  g_assert_true (kiosk_fixture_sees (fixture, "Oksana · DMU-50"));
}

static void
test_check_in (void)
{
  g_autoptr (KioskFixture) fixture = create ();

  kiosk_fixture_sign_in (fixture, KIOSK_PERSON, FAKE_SHOP_USER);
  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_OWN);
  kiosk_fixture_press (fixture, "Check In");
  g_assert_true (kiosk_fixture_sees (fixture, "Check in 1234567_C1.nc"));
  g_assert_true (kiosk_fixture_sees (fixture, "2:00 left"));

  type (fixture, "  chamfer 0.3 ");
  if (kiosk_fixture_find (fixture, GTK_TYPE_TOGGLE_BUTTON, "New Revision") == NULL)
    kiosk_fixture_press (fixture, "Done");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (kiosk_fixture_find (fixture, GTK_TYPE_TOGGLE_BUTTON, "New Revision")),
                                TRUE);
  kiosk_fixture_press (fixture, "Check In");
  g_assert_true (kiosk_fixture_was_asked (fixture, "kiosk-act ('check-in', '" FAKE_SHOP_OWN
                                                   "', 'chamfer 0.3', true, '" KIOSK_PERSON "')"));

  /* The next one begins with nothing. */
  kiosk_fixture_press (fixture, "Check In");
  kiosk_fixture_do (fixture, "win.kiosk-command", "yes");
  g_assert_true (kiosk_fixture_was_asked (fixture, "kiosk-act ('check-in', '" FAKE_SHOP_OWN
                                                   "', '', false, '" KIOSK_PERSON "')"));
}

static void
test_check_in_cancel (void)
{
  g_autoptr (KioskFixture) fixture = create ();

  kiosk_fixture_sign_in (fixture, KIOSK_PERSON, FAKE_SHOP_USER);
  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_OWN);
  kiosk_fixture_press (fixture, "Check In");
  kiosk_fixture_press (fixture, "Cancel");
  g_assert_true (kiosk_fixture_sees (fixture, "What Is Out"));
  g_assert_cmpuint (fixture->asked->len, ==, 0);
}

/* What is lost is held, not pressed; the card that says YES was picked up for it. */
static void
test_release (void)
{
  g_autoptr (KioskFixture) fixture = create ();
  GtkWidget *hold;

  kiosk_fixture_sign_in (fixture, KIOSK_PERSON, FAKE_SHOP_USER);
  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_OWN);

  kiosk_fixture_press (fixture, "Release");
  g_assert_true (kiosk_fixture_sees (fixture, "Release 1234567_C1.nc?"));
  kiosk_fixture_press (fixture, "Keep It");
  g_assert_cmpuint (fixture->asked->len, ==, 0);

  kiosk_fixture_press (fixture, "Release");
  hold = kiosk_fixture_find (fixture, PEG_TYPE_HOLD_BUTTON, NULL);
  g_assert_nonnull (hold);
  g_signal_emit_by_name (hold, "confirmed");
  kiosk_fixture_settle (fixture);
  g_assert_true (kiosk_fixture_was_asked (fixture, "kiosk-act ('release', '" FAKE_SHOP_OWN
                                                   "', '', false, '" KIOSK_PERSON "')"));
  g_ptr_array_set_size (fixture->asked, 0);

  kiosk_fixture_do (fixture, "win.kiosk-command", "release");
  kiosk_fixture_do (fixture, "win.kiosk-command", "yes");
  g_assert_true (kiosk_fixture_was_asked (fixture, "kiosk-act ('release', '" FAKE_SHOP_OWN
                                                   "', '', false, '" KIOSK_PERSON "')"));
}

/* Another badge in the middle of a check-in: nothing of it is left, and nothing of it
 * is sent, by anybody. */
static void
test_switch (void)
{
  g_autoptr (KioskFixture) fixture = create ();

  kiosk_fixture_sign_in (fixture, KIOSK_PERSON, FAKE_SHOP_USER);
  kiosk_fixture_do (fixture, "win.kiosk-find", "1234567");
  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_OWN);
  kiosk_fixture_press (fixture, "Check In");
  type (fixture, "secret words");

  kiosk_fixture_sign_in (fixture, "dana", "Dana");
  g_assert_true (kiosk_fixture_sees (fixture, "What Is Out"));
  g_assert_false (kiosk_fixture_sees (fixture, "Check in 1234567_C1.nc"));
  g_assert_cmpstr (get_why (fixture, "Check Out"), ==, "Select a file first");

  kiosk_fixture_do (fixture, "win.kiosk-command", "yes");
  g_assert_cmpstr (fixture->refused, ==, "Nothing was asked.");
  g_assert_cmpuint (fixture->asked->len, ==, 0);

  kiosk_fixture_sign_in (fixture, KIOSK_PERSON, FAKE_SHOP_USER);
  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_OWN);
  kiosk_fixture_press (fixture, "Check In");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (kiosk_fixture_find (fixture, GTK_TYPE_ENTRY, NULL))),
                   ==, "");
}

static void
test_sign_out (void)
{
  g_autoptr (KioskFixture) fixture = create ();

  kiosk_fixture_sign_in (fixture, KIOSK_PERSON, FAKE_SHOP_USER);
  kiosk_fixture_do (fixture, "win.filter", "mine");
  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_OWN);
  kiosk_fixture_press (fixture, "Sign Out");
  g_assert_true (kiosk_fixture_was_asked (fixture, "kiosk-sign-out"));

  kiosk_fixture_sign_in (fixture, NULL, NULL);
  g_assert_true (kiosk_fixture_sees (fixture, "Look only"));
  g_assert_false (kiosk_fixture_sees (fixture, "left"));
  g_assert_cmpstr (get_why (fixture, "Check Out"), ==, "Select a file first");
  g_assert_cmpstr (get_why (fixture, "Mine"), ==, "Sign in first");
}

static void
test_warning (void)
{
  g_autoptr (KioskFixture) fixture = create ();
  PegKioskView values;
  PegDisplayNow now;

  kiosk_fixture_sign_in (fixture, KIOSK_PERSON, FAKE_SHOP_USER);
  g_assert_false (kiosk_fixture_sees (fixture, "still there?"));

  peg_now_read (fixture->now, &now);
  kiosk_fixture_get_view (fixture, &values);
  values.phase = PEG_KIOSK_WARNING;
  values.phase_until_us = values.sign_out_us = now.mono_us + 17 * G_USEC_PER_SEC;
  kiosk_fixture_set_view (fixture, &values);
  g_assert_true (kiosk_fixture_sees (fixture, "Lena, still there?"));
  g_assert_true (kiosk_fixture_sees (fixture, "Signing out in 17 s"));

  kiosk_fixture_pass_us (fixture, 5 * G_USEC_PER_SEC);
  g_assert_true (kiosk_fixture_sees (fixture, "Signing out in 12 s"));

  /* Nothing behind it can be reached. */
  for (guint i = 0; i < 5; i++) {
    gtk_widget_child_focus (GTK_WIDGET (fixture->window), GTK_DIR_TAB_FORWARD);
    kiosk_fixture_settle (fixture);
    g_assert_true (gtk_window_get_focus (GTK_WINDOW (fixture->window)) == NULL ||
                   gtk_window_get_focus (GTK_WINDOW (fixture->window)) ==
                     kiosk_fixture_find (fixture, PEG_TYPE_KIOSK_BUTTON, "Stay"));
  }
  kiosk_fixture_press (fixture, "Stay");
  g_assert_true (kiosk_fixture_was_asked (fixture, "kiosk-stay"));
}

static void
test_countdown (void)
{
  g_autoptr (KioskFixture) fixture = create ();

  kiosk_fixture_sign_in (fixture, KIOSK_PERSON, FAKE_SHOP_USER);
  kiosk_fixture_pass_us (fixture, 61 * G_USEC_PER_SEC);
  g_assert_true (kiosk_fixture_sees (fixture, "0:59 left"));

  /* It is in sight wherever somebody is. */
  kiosk_fixture_do (fixture, "win.kiosk-page", "find");
  g_assert_true (kiosk_fixture_sees (fixture, "0:59 left"));
  kiosk_fixture_do (fixture, "win.kiosk-page", "terminal");
  g_assert_true (kiosk_fixture_sees (fixture, "0:59 left"));
}

static gboolean
is_settled (KioskFixture *fixture)
{
  return kiosk_fixture_sees (fixture, "found");
}

static void
test_find (void)
{
  g_autoptr (KioskFixture) fixture = create ();

  kiosk_fixture_press (fixture, "Find");
  type (fixture, "turbine");
  kiosk_fixture_wait (fixture, is_settled);
  g_assert_true (kiosk_fixture_sees (fixture, "1 file found"));
  kiosk_fixture_press (fixture, "Show");
  g_assert_nonnull (kiosk_fixture_find (fixture, PEG_TYPE_FILE_ROW, NULL));
  /* Nobody is to take it for the whole board. */
  g_assert_true (gtk_widget_has_css_class (kiosk_fixture_find (fixture, PEG_TYPE_KIOSK_BUTTON, "Find"),
                                           "chosen"));

  kiosk_fixture_press (fixture, "Find");
  type (fixture, "<b>nothing</b>");
  kiosk_fixture_press (fixture, "Show");
  g_assert_true (kiosk_fixture_sees (fixture, "No file with “<b>nothing</b>” is found here."));

  kiosk_fixture_do (fixture, "win.kiosk-command", "cancel");
  g_assert_nonnull (kiosk_fixture_find (fixture, PEG_TYPE_FILE_ROW, NULL));
  g_assert_false (gtk_widget_has_css_class (kiosk_fixture_find (fixture, PEG_TYPE_KIOSK_BUTTON, "Find"),
                                            "chosen"));
}

/* The label of a part: its row is selected at once. */
static void
test_find_label (void)
{
  g_autoptr (KioskFixture) fixture = create ();
  g_autoptr (GVariant) state = NULL;
  const char *key = NULL;

  kiosk_fixture_sign_in (fixture, KIOSK_PERSON, FAKE_SHOP_USER);
  kiosk_fixture_do (fixture, "win.kiosk-find", "4299100");
  state = peg_kiosk_window_dup_view_state (fixture->window);
  g_assert_true (g_variant_lookup (state, "selected", "&s", &key));
  g_assert_cmpstr (key, ==, FAKE_SHOP_TROUBLE);
}

static void
test_show_unknown (void)
{
  g_autoptr (KioskFixture) fixture = create ();

  kiosk_fixture_do (fixture, "win.kiosk-show", "no such file");
  g_assert_cmpstr (fixture->refused, ==, "This file is not in the shop.");
}

static void
test_details (void)
{
  g_autoptr (KioskFixture) fixture = create ();

  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_OTHER);
  kiosk_fixture_press (fixture, "Details");
  g_assert_true (kiosk_fixture_was_asked (fixture, "history '" FAKE_SHOP_OTHER "'"));
  g_assert_true (kiosk_fixture_sees (fixture, "1234567_AB12.nc"));
  g_assert_true (kiosk_fixture_sees (fixture, "Dana has it · VF-4 · 3 h 12 min"));
  g_assert_true (kiosk_fixture_sees (fixture, "“Op20 chamfer”"));

  fake_shop_add_history (fixture->store, FAKE_SHOP_OTHER);
  kiosk_fixture_show (fixture);
  g_assert_true (kiosk_fixture_sees (fixture, "Chamfer 0.3 instead of 0.5"));

  kiosk_fixture_press (fixture, "Back");
  g_assert_true (kiosk_fixture_sees (fixture, "What Is Out"));
}

/* What was told to one person is gone when the next comes, who asks anew. */
static void
test_details_of_next (void)
{
  g_autoptr (KioskFixture) fixture = create ();

  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_OTHER);
  kiosk_fixture_press (fixture, "Details");
  fake_shop_add_history (fixture->store, FAKE_SHOP_OTHER);
  kiosk_fixture_show (fixture);
  g_ptr_array_set_size (fixture->asked, 0);

  fake_shop_dispatch (fixture->store, (PegEvent) {
                        .kind = PEG_EVENT_SERVER,
                        .server = { .url = FAKE_SHOP_URL, .user = "dana", .shared = TRUE },
                      });
  kiosk_fixture_show (fixture);
  g_assert_false (kiosk_fixture_sees (fixture, "Chamfer 0.3 instead of 0.5"));
  fake_shop_link (fixture->store, PEG_LINK_LIVE, PEG_LINK_REASON_NONE);
  kiosk_fixture_show (fixture);
  g_assert_true (kiosk_fixture_was_asked (fixture, "history '" FAKE_SHOP_OTHER "'"));
}

/* Whatever changes below the status board, keys are for that, until somebody wakes it. */
static void
test_focus_asleep (void)
{
  g_autoptr (KioskFixture) fixture = create ();
  PegKioskView values;
  GtkWidget *focus;

  kiosk_fixture_sign_in (fixture, KIOSK_PERSON, FAKE_SHOP_USER);
  kiosk_fixture_press (fixture, "What Is Out");
  kiosk_fixture_set_view (fixture, &(PegKioskView) { .station = (char *) "VF-4",
                                                     .phase = PEG_KIOSK_ASLEEP });
  kiosk_fixture_settle (fixture);
  g_assert_true (PEG_IS_SAVER (gtk_window_get_focus (GTK_WINDOW (fixture->window))));

  kiosk_fixture_get_view (fixture, &values);
  values.phase = PEG_KIOSK_LOOK;
  kiosk_fixture_set_view (fixture, &values);
  kiosk_fixture_settle (fixture);
  focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));
  g_assert_nonnull (focus);
  g_assert_true (gtk_widget_get_mapped (focus));
  g_assert_false (PEG_IS_SAVER (focus));
}

static void
test_out (void)
{
  g_autoptr (KioskFixture) fixture = create ();

  kiosk_fixture_press (fixture, "What Is Out");
  g_assert_true (kiosk_fixture_sees (fixture, "1210044_A2.mpf"));
  g_assert_true (kiosk_fixture_sees (fixture, "Marek Nowak · MILL-840D"));
  kiosk_fixture_press (fixture, "Back");
  kiosk_fixture_do (fixture, "win.filter", "mine");
  g_assert_cmpstr (fixture->refused, ==, "Sign in first: press “Sign In”.");
}

static void
answer_cb (KioskFixture *fixture,
           const char   *why)
{
  PegKioskView values;

  kiosk_fixture_get_view (fixture, &values);
  values.signal = PEG_KIOSK_SIGNAL_NO;
  values.signal_serial++;
  values.signal_word = (char *) "Not possible";
  kiosk_fixture_set_view (fixture, &values);
}

/* The client answers what is refused with another view, while it is refused. */
static void
test_gone_aloud (void)
{
  g_autoptr (KioskFixture) fixture = create ();

  kiosk_fixture_sign_in (fixture, KIOSK_PERSON, FAKE_SHOP_USER);
  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_OWN);
  kiosk_fixture_press (fixture, "Release");
  g_signal_connect_swapped (fixture->window, "refused", G_CALLBACK (answer_cb), fixture);
  fake_shop_remove (fixture->store, FAKE_SHOP_OWN);
  kiosk_fixture_show (fixture);
  g_assert_cmpstr (fixture->refused, ==, "The file is gone from the server.");
  g_assert_cmpuint (peg_kiosk_model_get_view (fixture->model)->signal_serial, ==, 1);
  g_signal_handlers_disconnect_by_func (fixture->window, answer_cb, fixture);
}

/* A file that goes takes its question with it. */
static void
test_gone (void)
{
  g_autoptr (KioskFixture) fixture = create ();

  kiosk_fixture_sign_in (fixture, KIOSK_PERSON, FAKE_SHOP_USER);
  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_OWN);
  kiosk_fixture_press (fixture, "Release");
  fake_shop_remove (fixture->store, FAKE_SHOP_OWN);
  kiosk_fixture_show (fixture);
  g_assert_cmpstr (fixture->refused, ==, "The file is gone from the server.");
  g_assert_true (kiosk_fixture_sees (fixture, "What Is Out"));
}

/* What stands in the working folder is asked about, of the person who is here. */
static void
test_copy_question (gconstpointer data)
{
  const PegCopyQuestion question = {
    .key = (char *) FAKE_SHOP_FREE,
    .filename = (char *) "1234567.mcam",
    .name = (char *) "1234567.mcam",
    .found = PEG_COPY_FOUND_CHANGED,
    .size = 3400,
    .modified_us = 1795160000 * (gint64) G_USEC_PER_SEC,
    .major = 1,
    .minor = 4,
  };
  g_autoptr (GPtrArray) none = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_copy_unref);
  g_autoptr (PegCopies) copies = peg_copies_new ("/machine", NULL, none, &question);
  g_autoptr (KioskFixture) fixture = create ();

  kiosk_fixture_sign_in (fixture, KIOSK_PERSON, FAKE_SHOP_USER);
  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_FREE);
  kiosk_fixture_press (fixture, "Copy to VF-4");
  fake_shop_dispatch (fixture->store, (PegEvent) { .kind = PEG_EVENT_COPIES, .copies = copies });
  kiosk_fixture_show (fixture);
  g_assert_true (kiosk_fixture_sees (fixture, "Replace 1234567.mcam?"));

  if (GPOINTER_TO_INT (data) == 0) {
    kiosk_fixture_do (fixture, "win.kiosk-command", "yes");
    g_assert_true (kiosk_fixture_was_asked (fixture, "copy-answer ('" FAKE_SHOP_FREE "', true)"));
  } else {
    /* Whoever comes meanwhile is not asked what somebody else began; and what was
     * there stays. */
    kiosk_fixture_sign_in (fixture, "dana", "Dana");
    g_assert_false (kiosk_fixture_sees (fixture, "Replace 1234567.mcam?"));
    g_assert_true (kiosk_fixture_was_asked (fixture, "copy-answer ('" FAKE_SHOP_FREE "', false)"));
    g_assert_false (kiosk_fixture_was_asked (fixture, "copy-answer ('" FAKE_SHOP_FREE "', true)"));
  }
}

/* With a keyboard alone everything can be reached that can be pressed. */
static void
test_keyboard (void)
{
  g_autoptr (KioskFixture) fixture = create ();
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  const char * const titles[] = { "Live", "Sign In", "Find", "All", "Out", "Mine", "Free",
                                  "What Is Out", "Check Out", "Copy to VF-4", "Details" };
  gboolean row = FALSE;

  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_FREE);
  gtk_window_set_focus (GTK_WINDOW (fixture->window), NULL);
  for (guint i = 0; i < 40; i++) {
    GtkWidget *focus;

    gtk_widget_child_focus (GTK_WIDGET (fixture->window), GTK_DIR_TAB_FORWARD);
    kiosk_fixture_settle (fixture);
    focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));
    if (focus == NULL)
      continue;
    g_hash_table_add (seen, focus);
    row = row || PEG_IS_FILE_ROW (gtk_widget_get_first_child (focus));
  }

  g_assert_true (row);
  for (guint i = 0; i < G_N_ELEMENTS (titles); i++) {
    g_test_message ("%s", titles[i]);
    g_assert_true (g_hash_table_contains (seen, kiosk_fixture_find (fixture, GTK_TYPE_BUTTON, titles[i])));
  }
}

static GtkEventController *
find_controller (GtkWidget  *widget,
                 const char *name)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  const guint n = g_list_model_get_n_items (controllers);

  for (guint i = 0; i < n; i++) {
    g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

    if (g_strcmp0 (gtk_event_controller_get_name (controller), name) == 0)
      return controller;
  }

  g_error ("Nothing is called “%s”", name);
}

/* Space means the row that has the focus, also if an arrow has selected that already. */
static void
test_space (void)
{
  g_autoptr (KioskFixture) fixture = create ();
  GtkWidget *list = kiosk_fixture_find (fixture, PEG_TYPE_FILE_LIST, NULL);
  GtkEventController *keys = find_controller (list, "peg-kiosk-list");

  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_FREE);
  gtk_window_set_focus (GTK_WINDOW (fixture->window), NULL);
  peg_file_list_focus (PEG_FILE_LIST (list));
  kiosk_fixture_settle (fixture);
  for (guint i = 0; i < 2; i++) {
    gboolean taken = FALSE;

    g_assert_null (get_why (fixture, "Details"));
    g_signal_emit_by_name (keys, "key-pressed", GDK_KEY_space, 0, 0, &taken);
    g_assert_true (taken);
    kiosk_fixture_settle (fixture);
  }
  g_assert_null (get_why (fixture, "Details"));
}

/* Who has looked for something goes on with it in the list. */
static void
test_found_focus (void)
{
  g_autoptr (KioskFixture) fixture = create ();
  GtkWidget *list = kiosk_fixture_find (fixture, PEG_TYPE_FILE_LIST, NULL);

  gtk_widget_grab_focus (kiosk_fixture_find (fixture, GTK_TYPE_BUTTON, "Find"));
  kiosk_fixture_press (fixture, "Find");
  kiosk_fixture_press (fixture, "Show");
  kiosk_fixture_settle (fixture);
  g_assert_nonnull (gtk_widget_get_focus_child (list));
}

/* Every page that stands for the list has words, and a way to go on: to call somebody. */
static void
test_states (void)
{
  static const struct {
    FakeShopState state;
    const char *word;
    const char *words;
  } pages[] = {
    { FAKE_SHOP_FIRST_RUN, "No Server", "Call your lead" },
    { FAKE_SHOP_CONNECTING, "Connecting", "shop-north" },
    { FAKE_SHOP_OFFLINE, "Offline", "call your lead" },
    { FAKE_SHOP_CERTIFICATE, "Not Trusted", "Call your lead" },
    { FAKE_SHOP_SIGN_IN, "Not Allowed In", "Call your lead" },
    { FAKE_SHOP_NOT_SET_UP, "No Shop Yet", "Call your lead" },
    { FAKE_SHOP_EMPTY, "Nothing Here", "no programs" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++) {
    g_autoptr (KioskFixture) fixture = kiosk_fixture_new (pages[i].state, WIDTH, HEIGHT, PER_MM);

    g_test_message ("%s", pages[i].word);
    g_assert_true (kiosk_fixture_sees (fixture, pages[i].word));
    g_assert_true (kiosk_fixture_sees (fixture, pages[i].words));
    g_assert_null (kiosk_fixture_find (fixture, PEG_TYPE_KIOSK_BUTTON, "Check Out"));
    /* How the terminal is can be asked all the same. */
    kiosk_fixture_do (fixture, "win.kiosk-page", "terminal");
    g_assert_true (kiosk_fixture_sees (fixture, "Clean the Glass"));
  }
}

/* What is not known any more says so, as it does on a desktop. */
static void
test_stale (void)
{
  g_autoptr (KioskFixture) fixture = kiosk_fixture_new (FAKE_SHOP_SUSPENDED, WIDTH, HEIGHT, PER_MM);
  PegFileRow *row;

  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_OTHER);
  row = kiosk_fixture_find_row (fixture, "1234567_AB12.nc");
  g_assert_nonnull (row);
  g_assert_cmpstr (peg_file_row_get_words (row), ==, "Dana");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "1234567_AB12.nc, BRACKET, LEFT, OP20, revision 2.1, Dana has it · VF-4 · as of 08:41");
  g_assert_true (kiosk_fixture_sees (fixture, "Locks are as of 08:41."));
}

static void
test_pin (void)
{
  g_autoptr (KioskFixture) fixture = create ();
  PegKioskPerson dana = { (char *) "dana", (char *) "Dana" };
  g_autoptr (GPtrArray) people = g_ptr_array_new ();
  PegKioskView values;

  g_ptr_array_add (people, &dana);
  kiosk_fixture_get_view (fixture, &values);
  values.people = people;
  kiosk_fixture_set_view (fixture, &values);

  kiosk_fixture_press (fixture, "Sign In");
  g_assert_null (kiosk_fixture_find (fixture, PEG_TYPE_KIOSK_BUTTON, "Check Out"));
  kiosk_fixture_press (fixture, "Dana");
  g_assert_true (kiosk_fixture_was_asked (fixture, "kiosk-ask-pin 'dana'"));

  kiosk_fixture_sign_in (fixture, "dana", "Dana");
  g_assert_nonnull (kiosk_fixture_find (fixture, PEG_TYPE_KIOSK_BUTTON, "Check Out"));

  kiosk_fixture_get_view (fixture, &values);
  values.pin_id = (char *) "";
  kiosk_fixture_set_view (fixture, &values);
  g_assert_null (kiosk_fixture_find (fixture, PEG_TYPE_KIOSK_BUTTON, "Check Out"));
  kiosk_fixture_do (fixture, "win.kiosk-command", "cancel");
  g_assert_true (kiosk_fixture_was_asked (fixture, "kiosk-pin-cancel"));
}

/* Whoever leaves a page open goes, signed in or not. */
static void
test_asleep (void)
{
  g_autoptr (KioskFixture) fixture = create ();
  PegKioskView values;

  kiosk_fixture_press (fixture, "Find");
  type (fixture, "turbine");
  kiosk_fixture_get_view (fixture, &values);
  values.phase = PEG_KIOSK_ASLEEP;
  kiosk_fixture_set_view (fixture, &values);
  kiosk_fixture_get_view (fixture, &values);
  values.phase = PEG_KIOSK_LOOK;
  kiosk_fixture_set_view (fixture, &values);
  g_assert_true (kiosk_fixture_sees (fixture, "What Is Out"));

  kiosk_fixture_press (fixture, "Find");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (kiosk_fixture_find (fixture, GTK_TYPE_ENTRY, NULL))),
                   ==, "");
}

static void
test_terminal (void)
{
  g_autoptr (KioskFixture) fixture = create ();

  kiosk_fixture_press (fixture, "Live");
  g_assert_true (kiosk_fixture_sees (fixture, PACKAGE_VERSION));
  kiosk_fixture_press (fixture, "Clean the Glass");
  g_assert_true (kiosk_fixture_was_asked (fixture, "kiosk-wipe"));
  kiosk_fixture_press (fixture, "Darken");
  g_assert_true (kiosk_fixture_was_asked (fixture, "kiosk-rest"));
  kiosk_fixture_press (fixture, "Back");
  g_assert_true (kiosk_fixture_sees (fixture, "What Is Out"));
}

static void
test_notices (void)
{
  g_autoptr (KioskFixture) fixture = create ();
  const char * const missing[] = { "Alt+F4 is not ours.", NULL };
  const char * const waiting[] = { "1 check-in of Dana waits for the server", NULL };
  PegKioskView values;

  kiosk_fixture_get_view (fixture, &values);
  values.missing = (char **) missing;
  kiosk_fixture_set_view (fixture, &values);
  g_assert_true (kiosk_fixture_sees (fixture, "Alt+F4 is not ours."));

  kiosk_fixture_get_view (fixture, &values);
  values.waiting = (char **) waiting;
  kiosk_fixture_set_view (fixture, &values);
  g_assert_true (kiosk_fixture_sees (fixture, waiting[0]));

  kiosk_fixture_get_view (fixture, &values);
  values.safe_code = (char *) "K7";
  kiosk_fixture_set_view (fixture, &values);
  g_assert_true (kiosk_fixture_sees (fixture, "Call your lead and say the code K7."));
}

/* That work waits and that there is no server do not hide each other. */
static void
test_waiting (void)
{
  g_autoptr (KioskFixture) fixture = kiosk_fixture_new (FAKE_SHOP_SUSPENDED, WIDTH, HEIGHT, PER_MM);
  const char * const waiting[] = { "1 check-in of Dana waits for the server", NULL };
  PegKioskView values;

  kiosk_fixture_get_view (fixture, &values);
  values.waiting = (char **) waiting;
  kiosk_fixture_set_view (fixture, &values);
  g_assert_true (kiosk_fixture_sees (fixture, "Locks are as of 08:41."));
  g_assert_true (kiosk_fixture_sees (fixture, waiting[0]));
}

static void
test_view_state (void)
{
  KioskFixture *fixture = create ();
  g_autoptr (KioskFixture) other = NULL;
  g_autoptr (GVariant) state = NULL;
  g_autoptr (GVariant) restored = NULL;

  kiosk_fixture_do (fixture, "win.filter", "out");
  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_OTHER);
  state = peg_kiosk_window_dup_view_state (fixture->window);
  /* There is never more than one window. */
  kiosk_fixture_free (fixture);

  other = create ();
  peg_kiosk_window_restore_view_state (other->window, state);
  kiosk_fixture_settle (other);
  restored = peg_kiosk_window_dup_view_state (other->window);
  g_assert_true (g_variant_equal (state, restored));

  /* What anybody may have written breaks nothing. */
  peg_kiosk_window_restore_view_state (other->window,
                                       g_variant_ref_sink (g_variant_new_parsed ("{'filter': <7>, 'search': <true>, 'selected': <'nothing'>}")));
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/kiosk-window/look", test_look);
  g_test_add_func ("/kiosk-window/check-out", test_check_out);
  g_test_add_func ("/kiosk-window/reasons", test_reasons);
  g_test_add_func ("/kiosk-window/names", test_names);
  g_test_add_func ("/kiosk-window/check-in", test_check_in);
  g_test_add_func ("/kiosk-window/check-in-cancel", test_check_in_cancel);
  g_test_add_func ("/kiosk-window/release", test_release);
  g_test_add_func ("/kiosk-window/switch", test_switch);
  g_test_add_func ("/kiosk-window/sign-out", test_sign_out);
  g_test_add_func ("/kiosk-window/warning", test_warning);
  g_test_add_func ("/kiosk-window/countdown", test_countdown);
  g_test_add_func ("/kiosk-window/find", test_find);
  g_test_add_func ("/kiosk-window/find-label", test_find_label);
  g_test_add_func ("/kiosk-window/show-unknown", test_show_unknown);
  g_test_add_func ("/kiosk-window/details", test_details);
  g_test_add_func ("/kiosk-window/details/next", test_details_of_next);
  g_test_add_func ("/kiosk-window/focus-asleep", test_focus_asleep);
  g_test_add_func ("/kiosk-window/out", test_out);
  g_test_add_func ("/kiosk-window/gone", test_gone);
  g_test_add_func ("/kiosk-window/gone-aloud", test_gone_aloud);
  g_test_add_data_func ("/kiosk-window/copy-question", GINT_TO_POINTER (0), test_copy_question);
  g_test_add_data_func ("/kiosk-window/copy-question/switch", GINT_TO_POINTER (1), test_copy_question);
  g_test_add_func ("/kiosk-window/keyboard", test_keyboard);
  g_test_add_func ("/kiosk-window/space", test_space);
  g_test_add_func ("/kiosk-window/found-focus", test_found_focus);
  g_test_add_func ("/kiosk-window/states", test_states);
  g_test_add_func ("/kiosk-window/stale", test_stale);
  g_test_add_func ("/kiosk-window/pin", test_pin);
  g_test_add_func ("/kiosk-window/asleep", test_asleep);
  g_test_add_func ("/kiosk-window/terminal", test_terminal);
  g_test_add_func ("/kiosk-window/notices", test_notices);
  g_test_add_func ("/kiosk-window/waiting", test_waiting);
  g_test_add_func ("/kiosk-window/view-state", test_view_state);

  return g_test_run ();
}
