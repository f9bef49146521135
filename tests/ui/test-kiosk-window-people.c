/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "kiosk-fixture.h"
#include "peg-feedback.h"
#include "peg-kiosk-button.h"
#include "peg-kiosk-details.h"

#include <string.h>

/* How people come to a shared terminal, and what of what they did before goes with them. */

#define WIDTH 1280
#define HEIGHT 800
#define PER_MM 4.9

static KioskFixture *
create (void)
{
  return kiosk_fixture_new (FAKE_SHOP_LIVE, WIDTH, HEIGHT, PER_MM);
}

static GtkWidget *
find_notice (KioskFixture *fixture)
{
  GtkWidget *words = kiosk_fixture_find (fixture, GTK_TYPE_LABEL, fixture->refused);

  g_assert_nonnull (words);

  return gtk_widget_get_parent (words);
}

/* Whoever has a badge need not look for their name. */
static void
test_badge (void)
{
  g_autoptr (KioskFixture) fixture = create ();
  PegKioskView values;

  kiosk_fixture_press (fixture, "Sign In");
  g_assert_false (kiosk_fixture_sees (fixture, "Hold your badge"));
  peg_kiosk_window_set_badges (fixture->window, TRUE, FALSE);
  /* Nobody was given one yet. */
  g_assert_false (kiosk_fixture_sees (fixture, "Hold your badge"));
  kiosk_fixture_do (fixture, "win.kiosk-page", "unsent");
  g_assert_cmpstr (fixture->refused, ==, "Sign in first: press “Sign In”.");
  kiosk_fixture_get_view (fixture, &values);
  values.has_badges = TRUE;
  kiosk_fixture_set_view (fixture, &values);
  g_assert_true (kiosk_fixture_sees (fixture, "Hold your badge to the reader, or choose your name."));

  kiosk_fixture_get_view (fixture, &values);
  values.pin_id = (char *) "dana";
  kiosk_fixture_set_view (fixture, &values);
  g_assert_true (kiosk_fixture_sees (fixture, "Hold your badge to the reader, or enter the PIN."));
  /* Where it takes both, the badge does not replace the PIN. */
  peg_kiosk_window_set_badges (fixture->window, TRUE, TRUE);
  g_assert_true (kiosk_fixture_sees (fixture, "Enter the PIN, then press OK."));
  g_assert_false (kiosk_fixture_sees (fixture, "Hold your badge"));

  values.pin_id = NULL;
  kiosk_fixture_set_view (fixture, &values);
  kiosk_fixture_press (fixture, "Cancel");
  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_FREE);
  kiosk_fixture_press (fixture, "Check Out");
  g_assert_cmpstr (fixture->refused, ==,
                   "Sign in first: hold your badge to the reader, or press “Sign In”.");
}

/* A shop of one kind of names, but for one file. */
static void
list_names (KioskFixture *fixture,
            const char   *format,
            const char   *other)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);

  for (guint i = 0; i < 40; i++) {
    PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
    g_autofree char *number = g_strdup_printf ("%07u", 1200000 + i * 7000);
    g_autofree char *name = g_strconcat (format, number, ".nc", NULL);

    fields.filename = i == 3 ? other : name;
    g_ptr_array_add (entries, peg_entry_new (&fields));
  }
  fake_shop_list (fixture->store, entries);
  kiosk_fixture_show (fixture);
}

/* Where not all keys fit, those come first with which names begin. */
static void
test_keys (void)
{
  g_autoptr (KioskFixture) fixture = kiosk_fixture_new (FAKE_SHOP_LIVE, 800, 700, PER_MM);

  list_names (fixture, "", "O1234.nc");
  kiosk_fixture_press (fixture, "Find");
  g_assert_nonnull (kiosk_fixture_find (fixture, GTK_TYPE_BUTTON, "1"));
  kiosk_fixture_do (fixture, "win.kiosk-command", "cancel");

  list_names (fixture, "O", "1234567.nc");
  kiosk_fixture_press (fixture, "Find");
  g_assert_null (kiosk_fixture_find (fixture, GTK_TYPE_BUTTON, "1"));
  g_assert_nonnull (kiosk_fixture_find (fixture, GTK_TYPE_BUTTON, "a"));
}

/* A word of some language that is longer than there is room makes nothing wider, except
 * where what is beside it gives way. */
static void
test_long_words (void)
{
  g_autoptr (KioskFixture) fixture = create ();
  GtkWidget *filter = kiosk_fixture_find (fixture, PEG_TYPE_KIOSK_BUTTON, "What Is Out");
  GtkWidget *sign_in = kiosk_fixture_find (fixture, PEG_TYPE_KIOSK_BUTTON, "Sign In");
  const int width = gtk_widget_get_width (filter);
  const int before = gtk_widget_get_width (sign_in);

  peg_kiosk_button_set_title (PEG_KIOSK_BUTTON (filter), "Donaudampfschifffahrtsgesellschaft");
  kiosk_fixture_settle (fixture);
  g_assert_cmpint (gtk_widget_get_width (filter), ==, width);

  peg_kiosk_button_set_title (PEG_KIOSK_BUTTON (sign_in), "Systemanmeldung");
  kiosk_fixture_settle (fixture);
  g_assert_cmpint (gtk_widget_get_width (sign_in), >, before);

  kiosk_fixture_press (fixture, "Find");
  sign_in = kiosk_fixture_find (fixture, PEG_TYPE_KIOSK_BUTTON, "Show");
  peg_kiosk_button_set_title (PEG_KIOSK_BUTTON (sign_in), "Systemanmeldung");
  kiosk_fixture_settle (fixture);
  g_assert_cmpint (gtk_widget_get_width (sign_in), >, before);
}

/* How many widgets would show a tooltip to whoever asks, and how many were asked. */
static void
ask_tooltips (GtkWidget *widget,
              guint     *shown,
              guint     *asked)
{
  g_autoptr (GtkTooltip) tooltip = g_object_new (GTK_TYPE_TOOLTIP, NULL);
  gboolean answer = FALSE;

  g_signal_emit_by_name (widget, "query-tooltip", 1, 1, FALSE, tooltip, &answer);
  if (answer) {
    g_test_message ("%s shows “%s”", G_OBJECT_TYPE_NAME (widget),
                    gtk_widget_get_tooltip_text (widget));
    (*shown)++;
  }
  (*asked)++;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    ask_tooltips (child, shown, asked);
}

/* Nothing is told only to whoever hovers, on no page. */
static void
test_tooltips (void)
{
  static const char * const pages[] = { "board", "find", "out", "details", "terminal" };
  g_autoptr (KioskFixture) fixture = create ();
  guint shown = 0, asked = 0;

  kiosk_fixture_sign_in (fixture, KIOSK_PERSON, FAKE_SHOP_USER);
  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_OWN);
  gtk_widget_set_tooltip_text (kiosk_fixture_find (fixture, GTK_TYPE_BUTTON, "Find"), "Find");
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++) {
    kiosk_fixture_do (fixture, "win.kiosk-page", pages[i]);
    ask_tooltips (GTK_WIDGET (fixture->window), &shown, &asked);
  }
  kiosk_fixture_do (fixture, "win.kiosk-command", "check-in");
  ask_tooltips (GTK_WIDGET (fixture->window), &shown, &asked);

  g_assert_cmpuint (shown, ==, 0);
  g_assert_cmpuint (asked, >, 500);
}

static gboolean
is_vscrollbar_shown (GtkWidget *page)
{
  GtkWidget *scroller = page;

  while (!GTK_IS_SCROLLED_WINDOW (scroller))
    scroller = gtk_widget_get_first_child (scroller);

  return gtk_widget_get_mapped (gtk_scrolled_window_get_vscrollbar (GTK_SCROLLED_WINDOW (scroller)));
}

/* A bar that cannot be moved says that there is more to see. */
static void
test_scroll_bar (void)
{
  g_autoptr (KioskFixture) fixture = create ();
  GtkWidget *page;

  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_FREE);
  kiosk_fixture_press (fixture, "Details");
  page = kiosk_fixture_find (fixture, PEG_TYPE_KIOSK_DETAILS, NULL);
  g_assert_false (is_vscrollbar_shown (page));

  /* A number that stands in the file is no check-in, and the history says so. */
  fake_shop_dispatch (fixture->store, (PegEvent) {
    .kind = PEG_EVENT_HISTORY, .history = { .key = FAKE_SHOP_FREE, .state = PEG_HISTORY_LOADING },
  });
  fake_shop_dispatch (fixture->store, (PegEvent) {
    .kind = PEG_EVENT_HISTORY, .history = { .key = FAKE_SHOP_FREE, .state = PEG_HISTORY_READY },
  });
  kiosk_fixture_show (fixture);
  g_assert_true (kiosk_fixture_sees (fixture, "Revision 1.4"));
  g_assert_true (kiosk_fixture_sees (fixture, "No history yet: nobody has checked this file in here."));
  g_assert_false (kiosk_fixture_sees (fixture, "No revision"));
  g_assert_false (is_vscrollbar_shown (page));

  fake_shop_add_history (fixture->store, FAKE_SHOP_FREE);
  kiosk_fixture_show (fixture);
  g_assert_true (is_vscrollbar_shown (page));
}

/* What is above everything is called as it reads. */
static void
test_notice_name (void)
{
  g_autoptr (KioskFixture) fixture = create ();
  const char * const missing[] = { "Alt+F4 is not ours.", NULL };
  const char *words = "This terminal is not locked down: Alt+F4 is not ours.";
  PegKioskView values;
  GtkWidget *notice;

  kiosk_fixture_press (fixture, "Details");
  notice = find_notice (fixture);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (notice), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Select a file first");
  /* It is what takes the place of what was refused, once that was read. */
  kiosk_fixture_do (fixture, "win.kiosk-reset", NULL);
  kiosk_fixture_get_view (fixture, &values);
  values.missing = (char **) missing;
  kiosk_fixture_set_view (fixture, &values);
  g_assert_true (kiosk_fixture_sees (fixture, words));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (notice), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       words);
}

/* Whoever does not want to type a PIN is not asked for it any more, and whoever does is
 * not taken away from where they are by anything else that happens. */
static void
test_pin (void)
{
  g_autoptr (KioskFixture) fixture = create ();
  PegKioskView values;
  GtkWidget *cancel;

  kiosk_fixture_get_view (fixture, &values);
  values.pin_id = (char *) "dana";
  values.pin_name = (char *) "Dana";
  values.signal = PEG_KIOSK_SIGNAL_ASK;
  values.signal_word = (char *) "PIN";
  values.signal_detail = (char *) "Type your PIN.";
  values.signal_serial++;
  kiosk_fixture_set_view (fixture, &values);
  g_assert_nonnull (kiosk_fixture_find (fixture, PEG_TYPE_FEEDBACK, "PIN"));
  g_assert_nonnull (gtk_window_get_focus (GTK_WINDOW (fixture->window)));

  cancel = kiosk_fixture_find (fixture, GTK_TYPE_BUTTON, "Cancel");
  gtk_widget_grab_focus (cancel);
  values.may = PEG_KIOSK_MAY_COPY;
  kiosk_fixture_set_view (fixture, &values);
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (fixture->window)) == cancel);

  values.pin_id = NULL;
  kiosk_fixture_set_view (fixture, &values);
  g_assert_null (kiosk_fixture_find (fixture, PEG_TYPE_FEEDBACK, NULL));
}

/* Until the server knows who is here, nobody is to think that it does. */
static void
test_signing_in (void)
{
  g_autoptr (KioskFixture) fixture = create ();
  PegKioskView values;

  kiosk_fixture_sign_in (fixture, KIOSK_PERSON, FAKE_SHOP_USER);
  kiosk_fixture_get_view (fixture, &values);
  values.signing_in = TRUE;
  kiosk_fixture_set_view (fixture, &values);
  g_assert_true (kiosk_fixture_sees (fixture, "2:00 left · Signing in…"));
  values.signing_in = FALSE;
  kiosk_fixture_set_view (fixture, &values);
  g_assert_true (kiosk_fixture_sees (fixture, "2:00 left · Machinist"));
}

/* What a session does when somebody comes, or goes. */
static void
come (KioskFixture *fixture,
      const char   *id,
      const char   *name)
{
  kiosk_fixture_sign_in (fixture, id, name);
  kiosk_fixture_do (fixture, "win.kiosk-reset", NULL);
}

/* Somebody without a badge looks for a file, and wants it. */
static void
ask_for_file (KioskFixture *fixture)
{
  kiosk_fixture_do (fixture, "win.kiosk-find", "1234567");
  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_FREE);
  kiosk_fixture_press (fixture, "Check Out");
  g_assert_nonnull (fixture->refused);
}

static void
assert_looks_at (KioskFixture *fixture,
                 const char   *search,
                 const char   *selected)
{
  g_autoptr (GVariant) state = peg_kiosk_window_dup_view_state (fixture->window);
  const char *text = NULL;
  const char *key = NULL;

  g_assert_true (g_variant_lookup (state, "search", "&s", &text));
  g_variant_lookup (state, "selected", "&s", &key);
  g_assert_cmpstr (text, ==, search);
  g_assert_cmpstr (key, ==, selected);
}

/* Whoever was told to sign in first finds the file for which they did. */
static void
test_sign_in_first (void)
{
  g_autoptr (KioskFixture) fixture = create ();

  ask_for_file (fixture);
  kiosk_fixture_press (fixture, "Sign In");
  kiosk_fixture_pass_us (fixture, 50 * G_USEC_PER_SEC);
  come (fixture, KIOSK_PERSON, FAKE_SHOP_USER);
  assert_looks_at (fixture, "1234567", FAKE_SHOP_FREE);
  kiosk_fixture_press (fixture, "Check Out");
  g_assert_true (kiosk_fixture_was_asked (fixture, "kiosk-act ('check-out', '" FAKE_SHOP_FREE
                                                   "', '', false, '" KIOSK_PERSON "')"));

  /* The next one finds nothing of it, and neither does whoever comes after. */
  come (fixture, "dana", "Dana");
  assert_looks_at (fixture, "", NULL);
  come (fixture, NULL, NULL);
  assert_looks_at (fixture, "", NULL);
}

/* The same by cards alone: the label of a part, a card, a badge, and the card again. */
static void
test_card_first (void)
{
  g_autoptr (KioskFixture) fixture = create ();

  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_FREE);
  kiosk_fixture_do (fixture, "win.kiosk-command", "sign-in-first");
  come (fixture, KIOSK_PERSON, FAKE_SHOP_USER);
  assert_looks_at (fixture, "", FAKE_SHOP_FREE);
  come (fixture, "dana", "Dana");
  assert_looks_at (fixture, "", NULL);
}

typedef enum {
  NOT_ASKED,
  GAVE_UP,
  TOOK_TIME,
  CHOSE_ANOTHER,
  LOOKED_ELSEWHERE,
  WENT_AWAY,
  SWITCHED,
} Between;

/* What nobody has asked for in that very moment is not for whoever comes. */
static void
test_not_kept (gconstpointer data)
{
  g_autoptr (KioskFixture) fixture = create ();
  PegKioskView values;

  ask_for_file (fixture);
  switch ((Between) GPOINTER_TO_INT (data)) {
  case NOT_ASKED:
    come (fixture, NULL, NULL);
    kiosk_fixture_do (fixture, "win.kiosk-find", "1234567");
    kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_FREE);
    break;
  case GAVE_UP:
    kiosk_fixture_press (fixture, "Sign In");
    kiosk_fixture_press (fixture, "Cancel");
    break;
  case TOOK_TIME:
    kiosk_fixture_pass_us (fixture, 61 * G_USEC_PER_SEC);
    break;
  case CHOSE_ANOTHER:
    kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_OTHER);
    break;
  case LOOKED_ELSEWHERE:
    kiosk_fixture_do (fixture, "win.kiosk-find", "turbine");
    break;
  case WENT_AWAY:
    kiosk_fixture_get_view (fixture, &values);
    values.phase = PEG_KIOSK_ASLEEP;
    kiosk_fixture_set_view (fixture, &values);
    values.phase = PEG_KIOSK_LOOK;
    kiosk_fixture_set_view (fixture, &values);
    kiosk_fixture_do (fixture, "win.kiosk-find", "1234567");
    kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_FREE);
    break;
  case SWITCHED:
    come (fixture, "dana", "Dana");
    break;
  default:
    g_assert_not_reached ();
  }

  come (fixture, KIOSK_PERSON, FAKE_SHOP_USER);
  assert_looks_at (fixture, "", NULL);
}

/* Whether words are anywhere in the window, also where nobody sees them: a screen reader
 * and whoever asks for the tree finds them there. */
static gboolean
keeps (GtkWidget  *widget,
       const char *words)
{
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), words) != NULL)
    return TRUE;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    if (keeps (child, words))
      return TRUE;
  }

  return FALSE;
}

/* Nothing of what somebody was asked is left when they are gone, not even out of sight. */
static void
test_no_words_left (void)
{
  static const struct {
    const char *command;
    const char *words;
  } questions[] = { { "check-in", "Check in 1234567_C1.nc" }, { "release", "Release 1234567_C1.nc?" } };
  g_autoptr (KioskFixture) fixture = create ();
  GtkWidget *window = GTK_WIDGET (fixture->window);
  PegKioskView values;

  for (guint i = 0; i < G_N_ELEMENTS (questions); i++) {
    kiosk_fixture_sign_in (fixture, KIOSK_PERSON, FAKE_SHOP_USER);
    kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_OWN);
    kiosk_fixture_do (fixture, "win.kiosk-command", questions[i].command);
    g_assert_true (keeps (window, questions[i].words));
    kiosk_fixture_sign_in (fixture, NULL, NULL);
    g_assert_false (keeps (window, questions[i].words));
  }

  kiosk_fixture_sign_in (fixture, KIOSK_PERSON, FAKE_SHOP_USER);
  kiosk_fixture_get_view (fixture, &values);
  values.phase = PEG_KIOSK_WARNING;
  kiosk_fixture_set_view (fixture, &values);
  g_assert_true (keeps (window, "still there?"));
  kiosk_fixture_sign_in (fixture, NULL, NULL);
  g_assert_false (keeps (window, "still there?"));
}

int
main (int   argc,
      char *argv[])
{
  static const char * const betweens[] = {
    [NOT_ASKED] = "not-asked", [GAVE_UP] = "gave-up", [TOOK_TIME] = "took-time",
    [CHOSE_ANOTHER] = "chose-another", [LOOKED_ELSEWHERE] = "looked-elsewhere",
    [WENT_AWAY] = "went-away", [SWITCHED] = "switched",
  };

  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/kiosk-window/people/badge", test_badge);

  g_test_add_func ("/kiosk-window/people/keys", test_keys);
  g_test_add_func ("/kiosk-window/people/long-words", test_long_words);
  g_test_add_func ("/kiosk-window/people/no-words-left", test_no_words_left);
  g_test_add_func ("/kiosk-window/people/notice-name", test_notice_name);
  g_test_add_func ("/kiosk-window/people/pin", test_pin);
  g_test_add_func ("/kiosk-window/people/scroll-bar", test_scroll_bar);
  g_test_add_func ("/kiosk-window/people/signing-in", test_signing_in);
  g_test_add_func ("/kiosk-window/people/sign-in-first", test_sign_in_first);
  g_test_add_func ("/kiosk-window/people/card-first", test_card_first);
  g_test_add_func ("/kiosk-window/people/tooltips", test_tooltips);
  for (guint i = 0; i < G_N_ELEMENTS (betweens); i++) {
    g_autofree char *path = g_strdup_printf ("/kiosk-window/people/not-kept/%s", betweens[i]);

    g_test_add_data_func (path, GINT_TO_POINTER (i), test_not_kept);
  }

  return g_test_run ();
}
