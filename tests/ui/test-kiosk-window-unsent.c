/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "kiosk-fixture.h"
#include "peg-hold-button.h"
#include "peg-kiosk-button.h"
#include "peg-kiosk-unsent-words.h"

/* What somebody at a shared terminal has not sent: who sees it, and what they can do. */

#define WIDTH 1280
#define HEIGHT 800
#define PER_MM 4.9

#define ASKED(what, key, id) \
  "kiosk-act ('" what "', '" key "', '" id "', false, '" KIOSK_PERSON "')"

static KioskFixture *
create (void)
{
  KioskFixture *fixture = kiosk_fixture_new (FAKE_SHOP_LIVE, WIDTH, HEIGHT, PER_MM);

  fake_shop_add_drafts (fixture->store);
  kiosk_fixture_show (fixture);

  return fixture;
}

static KioskFixture *
open_page (void)
{
  KioskFixture *fixture = create ();

  kiosk_fixture_sign_in (fixture, KIOSK_PERSON, FAKE_SHOP_USER);
  kiosk_fixture_press (fixture, "Unsent Work");

  return fixture;
}

/* Whether there is such a button to be seen. */
static gboolean
has_button (KioskFixture *fixture,
            const char   *title)
{
  GtkWidget *button = kiosk_fixture_find (fixture, PEG_TYPE_KIOSK_BUTTON, title);

  return button != NULL && gtk_widget_get_mapped (button);
}

/* The button with that name for a screen reader. */
static GtkWidget *
find_named (GtkWidget  *widget,
            const char *name)
{
  GtkWidget *found = NULL;

  if (PEG_IS_KIOSK_BUTTON (widget) && gtk_widget_get_mapped (widget)) {
    g_autofree char *differs =
      gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                          name);

    if (differs == NULL)
      return widget;
  }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_named (child, name);

  return found;
}

static GtkWidget *
get_named (KioskFixture *fixture,
           const char   *name)
{
  GtkWidget *button = find_named (GTK_WIDGET (fixture->window), name);

  if (button == NULL)
    g_error ("No button is called “%s”", name);

  return button;
}

static void
press_named (KioskFixture *fixture,
             const char   *name)
{
  g_signal_emit_by_name (get_named (fixture, name), "clicked");
  kiosk_fixture_settle (fixture);
}

static void
confirm (KioskFixture *fixture)
{
  GtkWidget *hold = kiosk_fixture_find (fixture, PEG_TYPE_HOLD_BUTTON, NULL);

  g_assert_nonnull (hold);
  g_assert_true (gtk_widget_get_mapped (hold));
  g_signal_emit_by_name (hold, "confirmed");
  kiosk_fixture_settle (fixture);
}

/* Nobody who is not signed in is told of it here, and nobody else sees it. */
static void
test_owner (void)
{
  g_autoptr (KioskFixture) fixture = create ();

  g_assert_false (has_button (fixture, "Unsent Work"));
  kiosk_fixture_do (fixture, "win.kiosk-page", "unsent");
  g_assert_true (g_str_has_prefix (fixture->refused, "Sign in first"));
  g_assert_false (kiosk_fixture_sees (fixture, FAKE_SHOP_DRAFT_NAME));

  /* The connection is still that of the one before. */
  kiosk_fixture_sign_in (fixture, "omar", "Omar");
  g_assert_false (has_button (fixture, "Unsent Work"));
  kiosk_fixture_do (fixture, "win.kiosk-page", "unsent");
  g_assert_false (kiosk_fixture_sees (fixture, FAKE_SHOP_DRAFT_NAME));
  g_assert_true (kiosk_fixture_sees (fixture, "Nothing of yours waits here."));

  kiosk_fixture_do (fixture, "win.kiosk-page", "board");
  kiosk_fixture_sign_in (fixture, KIOSK_PERSON, FAKE_SHOP_USER);
  g_assert_true (has_button (fixture, "Unsent Work"));
  g_assert_true (kiosk_fixture_sees (fixture, "2 check-ins need you"));
  kiosk_fixture_press (fixture, "Unsent Work");
  g_assert_true (kiosk_fixture_sees (fixture, FAKE_SHOP_DRAFT_NAME));
  g_assert_true (kiosk_fixture_sees (fixture, "Needs you"));
  g_assert_true (kiosk_fixture_sees (fixture, "Waits"));
  kiosk_fixture_press (fixture, "Back");
  g_assert_true (has_button (fixture, "Unsent Work"));
}

/* Another badge closes it at once, with the question that was asked; what the one before
 * had in mind is not done. */
static void
test_switch (void)
{
  g_autoptr (KioskFixture) fixture = open_page ();

  press_named (fixture, "Discard, 1234567_AB12.nc");
  g_assert_true (kiosk_fixture_sees (fixture, "Discard the check-in of 1234567_AB12.nc?"));
  kiosk_fixture_sign_in (fixture, "omar", "Omar");
  g_assert_false (kiosk_fixture_sees (fixture, "Discard the check-in of 1234567_AB12.nc?"));
  g_assert_false (kiosk_fixture_sees (fixture, FAKE_SHOP_DRAFT_NAME));
  g_assert_false (has_button (fixture, "Unsent Work"));
  kiosk_fixture_do (fixture, "win.kiosk-command", "yes");
  g_assert_cmpuint (fixture->asked->len, ==, 0);

  /* Nor when nobody is there any more. */
  kiosk_fixture_sign_in (fixture, KIOSK_PERSON, FAKE_SHOP_USER);
  kiosk_fixture_press (fixture, "Unsent Work");
  kiosk_fixture_sign_in (fixture, NULL, NULL);
  g_assert_false (kiosk_fixture_sees (fixture, FAKE_SHOP_DRAFT_NAME));
  g_assert_cmpuint (fixture->asked->len, ==, 0);
}

/* What was refused can be checked in anew by whoever has the file, after a question. */
static void
test_refused (void)
{
  g_autoptr (KioskFixture) fixture = open_page ();
  GtkWidget *again = get_named (fixture, "Check In Again, 1234567_AB12.nc");

  g_assert_null (find_named (GTK_WIDGET (fixture->window), "Send Now, 1234567_AB12.nc"));
  g_assert_cmpstr (peg_kiosk_button_get_why (PEG_KIOSK_BUTTON (again)), ==, "Dana has it");
  g_signal_emit_by_name (again, "clicked");
  g_assert_cmpstr (fixture->refused, ==, "Dana has it");
  g_assert_cmpuint (fixture->asked->len, ==, 0);

  fake_shop_take (fixture->store, FAKE_SHOP_OTHER, FAKE_SHOP_USER);
  kiosk_fixture_show (fixture);
  press_named (fixture, "Check In Again, 1234567_AB12.nc");
  g_assert_true (kiosk_fixture_sees (fixture, "Check in 1234567_AB12.nc again?"));
  g_assert_cmpuint (fixture->asked->len, ==, 0);
  confirm (fixture);
  g_assert_true (kiosk_fixture_was_asked (fixture, ASKED ("unsent-again", FAKE_SHOP_OTHER,
                                                          FAKE_SHOP_DRAFT_REFUSED)));
  g_assert_true (kiosk_fixture_sees (fixture, "Needs you"));
}

static void
test_uncertain (void)
{
  g_autoptr (KioskFixture) fixture = open_page ();

  press_named (fixture, "Send Again, 1234567_C1.nc");
  g_assert_true (kiosk_fixture_was_asked (fixture, ASKED ("unsent-send", FAKE_SHOP_OWN,
                                                          FAKE_SHOP_DRAFT_UNCERTAIN)));
  press_named (fixture, "It Arrived, 1234567_C1.nc");
  kiosk_fixture_press (fixture, "Keep It");
  g_assert_false (kiosk_fixture_was_asked (fixture, ASKED ("unsent-arrived", FAKE_SHOP_OWN,
                                                           FAKE_SHOP_DRAFT_UNCERTAIN)));
  press_named (fixture, "It Arrived, 1234567_C1.nc");
  confirm (fixture);
  g_assert_true (kiosk_fixture_was_asked (fixture, ASKED ("unsent-arrived", FAKE_SHOP_OWN,
                                                          FAKE_SHOP_DRAFT_UNCERTAIN)));
}

/* Nothing is thrown away by a tap; CANCEL keeps it, YES is a card that was picked up. */
static void
test_discard (void)
{
  g_autoptr (KioskFixture) fixture = open_page ();

  press_named (fixture, "Discard, 1234567_AB12.nc");
  g_assert_cmpuint (fixture->asked->len, ==, 0);
  kiosk_fixture_do (fixture, "win.kiosk-command", "cancel");
  g_assert_true (kiosk_fixture_sees (fixture, "Needs you"));
  g_assert_cmpuint (fixture->asked->len, ==, 0);

  press_named (fixture, "Discard, 1234567_AB12.nc");
  kiosk_fixture_do (fixture, "win.kiosk-command", "yes");
  g_assert_true (kiosk_fixture_was_asked (fixture, ASKED ("unsent-discard", FAKE_SHOP_OTHER,
                                                          FAKE_SHOP_DRAFT_REFUSED)));
  g_assert_cmpuint (fixture->asked->len, ==, 1);
}

/* Whoever is asked sees which one it is about: there may be several of one file. */
static void
test_which (void)
{
  static const char * const buttons[] = { "Discard, 1234567_C1.nc", "It Arrived, 1234567_C1.nc" };
  g_autoptr (KioskFixture) fixture = open_page ();

  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++) {
    const PegDraft *draft = NULL;
    const GPtrArray *drafts = peg_snapshot_get_drafts (peg_store_get_shown (fixture->store));
    g_autofree char *when = NULL;
    PegDisplayNow now;

    for (guint j = 0; j < drafts->len; j++) {
      if (g_str_equal (((PegDraft *) g_ptr_array_index (drafts, j))->id, FAKE_SHOP_DRAFT_UNCERTAIN))
        draft = g_ptr_array_index (drafts, j);
    }
    g_assert_nonnull (draft);
    peg_now_read (fixture->now, &now);
    when = peg_kiosk_unsent_when (draft, &now);
    press_named (fixture, buttons[i]);
    g_assert_nonnull (kiosk_fixture_find (fixture, PEG_TYPE_HOLD_BUTTON, NULL));
    g_assert_true (kiosk_fixture_sees (fixture, when));
    kiosk_fixture_press (fixture, "Keep It");
  }
}

/* What was sent by itself meanwhile is not asked about any more. */
static void
test_gone (void)
{
  g_autoptr (KioskFixture) fixture = open_page ();
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  press_named (fixture, "Discard, 1234567_AB12.nc");
  fake_shop_dispatch (fixture->store, (PegEvent) { .kind = PEG_EVENT_OUTBOX, .outbox = none });
  kiosk_fixture_show (fixture);
  g_assert_true (kiosk_fixture_sees (fixture, "Nothing of yours waits here."));
  kiosk_fixture_do (fixture, "win.kiosk-command", "yes");
  g_assert_cmpuint (fixture->asked->len, ==, 0);
  kiosk_fixture_press (fixture, "Back");
  g_assert_false (has_button (fixture, "Unsent Work"));
}

static void
test_save (void)
{
  g_autoptr (KioskFixture) fixture = open_page ();

  press_named (fixture, "Save a Copy, 1234567_AB12.nc");
  g_assert_true (kiosk_fixture_was_asked (fixture, ASKED ("unsent-save", FAKE_SHOP_OTHER,
                                                          FAKE_SHOP_DRAFT_REFUSED)));
}

/* What is being sent cannot be stopped half-way. */
static void
test_busy (void)
{
  g_autoptr (KioskFixture) fixture = open_page ();

  fake_shop_pending (fixture->store, FAKE_SHOP_OTHER, PEG_ACTION_CHECK_IN);
  kiosk_fixture_show (fixture);
  g_assert_true (kiosk_fixture_sees (fixture, "Being sent"));
  g_assert_null (find_named (GTK_WIDGET (fixture->window), "Discard, 1234567_AB12.nc"));
  g_assert_nonnull (find_named (GTK_WIDGET (fixture->window), "Discard, 1234567_C1.nc"));
}

/* The keyboard reaches every button, and the focus goes to the page with it. */
static void
test_keyboard (void)
{
  g_autoptr (KioskFixture) fixture = open_page ();
  GtkWidget *last = get_named (fixture, "Discard, 1234567_C1.nc");
  gboolean reached = FALSE;

  g_assert_nonnull (gtk_window_get_focus (GTK_WINDOW (fixture->window)));
  for (guint i = 0; i < 40 && !reached; i++) {
    gtk_widget_child_focus (GTK_WIDGET (fixture->window), GTK_DIR_TAB_FORWARD);
    reached = gtk_window_get_focus (GTK_WINDOW (fixture->window)) == last;
  }
  g_assert_true (reached);
}

/* Offline there is no list to be had, but what is kept is here. */
static void
test_offline (void)
{
  g_autoptr (KioskFixture) fixture = kiosk_fixture_new (FAKE_SHOP_OFFLINE, WIDTH, HEIGHT, PER_MM);

  fake_shop_add_drafts (fixture->store);
  kiosk_fixture_show (fixture);
  kiosk_fixture_sign_in (fixture, KIOSK_PERSON, FAKE_SHOP_USER);
  kiosk_fixture_press (fixture, "Unsent Work");
  g_assert_true (kiosk_fixture_sees (fixture, FAKE_SHOP_DRAFT_NAME));
  g_assert_cmpstr (peg_kiosk_button_get_why (PEG_KIOSK_BUTTON (get_named (fixture, "Check In Again, 1234567_AB12.nc"))),
                   ==, "Not connected");
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/kiosk-unsent/owner", test_owner);
  g_test_add_func ("/kiosk-unsent/switch", test_switch);
  g_test_add_func ("/kiosk-unsent/refused", test_refused);
  g_test_add_func ("/kiosk-unsent/uncertain", test_uncertain);
  g_test_add_func ("/kiosk-unsent/discard", test_discard);
  g_test_add_func ("/kiosk-unsent/which", test_which);
  g_test_add_func ("/kiosk-unsent/gone", test_gone);
  g_test_add_func ("/kiosk-unsent/save", test_save);
  g_test_add_func ("/kiosk-unsent/busy", test_busy);
  g_test_add_func ("/kiosk-unsent/keyboard", test_keyboard);
  g_test_add_func ("/kiosk-unsent/offline", test_offline);

  return g_test_run ();
}
