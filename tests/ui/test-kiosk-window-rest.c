/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "kiosk-fixture.h"
#include "kiosk-sizes.h"
#include "peg-beep.h"
#include "peg-feedback.h"
#include "peg-file-row.h"
#include "peg-keyboard.h"
#include "peg-kiosk-button.h"
#include "peg-saver.h"

#include <X11/Xlib.h>
#include <X11/extensions/XTest.h>

/* What the shop laid down for a terminal; what stays of whom; and fingers that are down
 * when something else comes. */

#define WIDTH 1280
#define HEIGHT 800
#define PER_MM 4.9

static KioskFixture *
create (void)
{
  return kiosk_fixture_new (FAKE_SHOP_LIVE, WIDTH, HEIGHT, PER_MM);
}

static void
answer (KioskFixture   *fixture,
        PegKioskSignal  kind,
        const char     *word)
{
  PegKioskView values;

  kiosk_fixture_get_view (fixture, &values);
  values.signal = kind;
  values.signal_word = (char *) word;
  values.signal_serial++;
  kiosk_fixture_set_view (fixture, &values);
}

static void
count_cb (GtkWidget *widget,
          gpointer   user_data)
{
  guint *n = user_data;

  (*n)++;
}

static void
test_sound (void)
{
  g_autoptr (KioskFixture) fixture = create ();
  guint n = 0;

  peg_beep_set_func (count_cb, &n);
  answer (fixture, PEG_KIOSK_SIGNAL_YES, "Free");
  g_assert_cmpuint (n, ==, 1);
  /* Said once, heard once. */
  kiosk_fixture_sign_in (fixture, KIOSK_PERSON, "Lena");
  g_assert_cmpuint (n, ==, 1);

  peg_kiosk_window_set_sound (fixture->window, FALSE);
  answer (fixture, PEG_KIOSK_SIGNAL_YES, "Free");
  g_assert_cmpuint (n, ==, 1);
  peg_beep_set_func (NULL, NULL);
}

static void
test_touch (void)
{
  g_autoptr (KioskFixture) fixture = create ();

  kiosk_fixture_do (fixture, "win.kiosk-page", "find");
  g_assert_nonnull (kiosk_fixture_find (fixture, PEG_TYPE_KEYBOARD, NULL));
  peg_kiosk_window_set_touch (fixture->window, FALSE);
  kiosk_fixture_settle (fixture);
  g_assert_null (kiosk_fixture_find (fixture, PEG_TYPE_KEYBOARD, NULL));

  kiosk_fixture_sign_in (fixture, KIOSK_PERSON, "Lena");
  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_OWN);
  kiosk_fixture_do (fixture, "win.kiosk-command", "check-in");
  g_assert_null (kiosk_fixture_find (fixture, PEG_TYPE_KEYBOARD, NULL));
  g_assert_true (kiosk_fixture_sees (fixture, "Cancel"));
}

/* A shop that is too long to be shown with everything open: three groups of machines,
 * and of each two dozen files. */
static void
list_long_shop (KioskFixture *fixture)
{
  static const char * const machines[] = { "DMU-50", "LB3000", "VF-4" };
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);

  for (guint i = 0; i < 24 * G_N_ELEMENTS (machines); i++) {
    PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
    g_autofree char *name = g_strdup_printf ("O%04u.nc", i);
    g_autofree char *path = g_build_filename (machines[i % G_N_ELEMENTS (machines)], name, NULL);

    fields.filename = name;
    fields.path = path;
    g_ptr_array_add (entries, peg_entry_new (&fields));
  }

  fake_shop_link (fixture->store, PEG_LINK_LIVE, PEG_LINK_REASON_NONE);
  fake_shop_list (fixture->store, entries);
  kiosk_fixture_show (fixture);
}

static guint
count_rows (GtkWidget *widget)
{
  guint n = PEG_IS_FILE_ROW (widget) && gtk_widget_get_child_visible (widget) &&
            gtk_widget_get_mapped (widget) &&
            peg_row_get_kind (peg_file_row_get_row (PEG_FILE_ROW (widget))) == PEG_ROW_FILE;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count_rows (child);

  return n;
}

/* The programs of the machine that one stands at are there without a touch. */
static void
test_machine (void)
{
  g_autoptr (KioskFixture) fixture =
    kiosk_fixture_new (FAKE_SHOP_CONNECTING, WIDTH, HEIGHT, PER_MM);

  peg_kiosk_window_set_machine (fixture->window, "VF-4");
  list_long_shop (fixture);
  g_assert_cmpuint (count_rows (GTK_WIDGET (fixture->window)), >, 0);
  g_assert_nonnull (kiosk_fixture_find_row (fixture, "VF-4"));
  g_assert_nonnull (kiosk_fixture_find_row (fixture, "O0002.nc"));
  g_assert_null (kiosk_fixture_find_row (fixture, "O0000.nc"));
  g_assert_false (kiosk_fixture_sees (fixture, "No group of the board"));
}

/* A group that is not there is said, and not any more once it is. */
static void
test_no_such_machine (void)
{
  g_autoptr (KioskFixture) fixture =
    kiosk_fixture_new (FAKE_SHOP_CONNECTING, WIDTH, HEIGHT, PER_MM);
  const char *words = "No group of the board is called “<b>VF-5</b>”";

  peg_kiosk_window_set_machine (fixture->window, "<b>VF-5</b>");
  g_assert_false (kiosk_fixture_sees (fixture, words));

  list_long_shop (fixture);
  g_assert_cmpuint (count_rows (GTK_WIDGET (fixture->window)), ==, 0);
  g_assert_true (kiosk_fixture_sees (fixture, words));
  kiosk_fixture_do (fixture, "win.kiosk-page", "find");
  g_assert_false (kiosk_fixture_sees (fixture, words));
  kiosk_fixture_do (fixture, "win.kiosk-page", "terminal");
  g_assert_true (kiosk_fixture_sees (fixture, words));

  kiosk_fixture_do (fixture, "win.kiosk-page", "board");
  peg_kiosk_window_set_machine (fixture->window, "DMU-50");
  kiosk_fixture_settle (fixture);
  g_assert_false (kiosk_fixture_sees (fixture, "No group of the board"));
  g_assert_nonnull (kiosk_fixture_find_row (fixture, "O0000.nc"));
}

/* What does not work is said behind the door, and is no hole in the lock. */
static void
test_notes (void)
{
  g_autoptr (KioskFixture) fixture = create ();
  const char * const notes[] = { "Nobody hears <b>this</b>.", NULL };
  PegKioskView values;

  peg_kiosk_window_set_notes (fixture->window, notes);
  kiosk_fixture_settle (fixture);
  g_assert_false (kiosk_fixture_sees (fixture, "not locked down"));

  kiosk_fixture_get_view (fixture, &values);
  values.phase = PEG_KIOSK_ADMIN;
  kiosk_fixture_set_view (fixture, &values);
  kiosk_fixture_press (fixture, "Self-Check");
  g_assert_true (kiosk_fixture_sees (fixture, notes[0]));
  g_assert_true (kiosk_fixture_sees (fixture, "Nothing is missing that can be seen from here"));
}

/* Which version runs, and what comes. */
static void
test_version (void)
{
  g_autoptr (KioskFixture) fixture = create ();
  PegKioskView values;

  kiosk_fixture_get_view (fixture, &values);
  values.phase = PEG_KIOSK_ADMIN;
  kiosk_fixture_set_view (fixture, &values);
  g_assert_true (kiosk_fixture_sees (fixture, "Pegboard " PACKAGE_VERSION));

  kiosk_fixture_get_view (fixture, &values);
  values.version = (char *) "Version 7; 12 is available";
  kiosk_fixture_set_view (fixture, &values);
  g_assert_true (kiosk_fixture_sees (fixture, values.version));
}

static void
test_burn_in (void)
{
  g_autoptr (KioskFixture) fixture = create ();
  graphene_rect_t before, after;
  GtkWidget *saver, *board;
  PegKioskView values;

  peg_kiosk_window_set_burn_in_s (fixture->window, 10);
  kiosk_fixture_get_view (fixture, &values);
  values.phase = PEG_KIOSK_ASLEEP;
  kiosk_fixture_set_view (fixture, &values);
  saver = kiosk_fixture_find (fixture, PEG_TYPE_SAVER, NULL);
  g_assert_nonnull (saver);
  board = gtk_widget_get_first_child (saver);
  g_assert_true (gtk_widget_compute_bounds (board, saver, &before));

  kiosk_fixture_pass_us (fixture, 10 * G_USEC_PER_SEC);
  peg_saver_tick (PEG_SAVER (saver));
  kiosk_fixture_settle (fixture);
  g_assert_true (gtk_widget_compute_bounds (board, saver, &after));
  g_assert_false (graphene_rect_equal (&before, &after));
}

/* What was said to one person is not read by the next; what is said to whoever comes is. */
static void
test_answer_goes (void)
{
  g_autoptr (KioskFixture) fixture = create ();
  PegKioskView values;

  kiosk_fixture_sign_in (fixture, "dana", "Dana");
  answer (fixture, PEG_KIOSK_SIGNAL_YES, "Dana’s own");
  g_assert_true (kiosk_fixture_sees (fixture, "Dana’s own"));
  kiosk_fixture_sign_in (fixture, NULL, NULL);
  g_assert_false (kiosk_fixture_sees (fixture, "Dana’s own"));
  g_assert_null (kiosk_fixture_find (fixture, PEG_TYPE_FEEDBACK, NULL));

  kiosk_fixture_sign_in (fixture, "dana", "Dana");
  answer (fixture, PEG_KIOSK_SIGNAL_YES, "Dana’s own");
  kiosk_fixture_get_view (fixture, &values);
  values.person_id = (char *) KIOSK_PERSON;
  values.person = (char *) "Lena";
  values.signal_word = (char *) "Hello, Lena";
  values.signal_serial++;
  kiosk_fixture_set_view (fixture, &values);
  kiosk_fixture_do (fixture, "win.kiosk-reset", NULL);
  g_assert_true (kiosk_fixture_sees (fixture, "Hello, Lena"));
}

/* Nor is what they typed brought back. */
static void
test_undo (void)
{
  g_autoptr (KioskFixture) fixture = create ();
  GtkWidget *entry;

  kiosk_fixture_sign_in (fixture, KIOSK_PERSON, "Lena");
  kiosk_fixture_do (fixture, "win.kiosk-page", "find");
  entry = kiosk_fixture_find (fixture, GTK_TYPE_TEXT, NULL);
  g_assert_nonnull (entry);
  gtk_widget_activate_action (entry, "text.clear", NULL);
  gtk_editable_set_text (GTK_EDITABLE (entry), "Lena’s part");
  kiosk_fixture_do (fixture, "win.kiosk-reset", NULL);
  kiosk_fixture_do (fixture, "win.kiosk-page", "find");
  gtk_widget_activate_action (entry, "text.undo", NULL);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "");
}

static void
test_waiting (void)
{
  g_autoptr (KioskFixture) fixture = kiosk_fixture_new (FAKE_SHOP_SUSPENDED, WIDTH, HEIGHT, PER_MM);
  const char * const waiting[] = { "1 check-in of Dana waits for the server", NULL };
  PegKioskView values;

  kiosk_fixture_get_view (fixture, &values);
  values.waiting = (char **) waiting;
  kiosk_fixture_set_view (fixture, &values);
  g_assert_true (kiosk_fixture_sees (fixture, waiting[0]));
  /* And what is wrong is said all the same. */
  g_assert_true (kiosk_fixture_sees (fixture, "Offline"));

  /* Whoever comes next is told, too, why the list does not show it yet. */
  kiosk_fixture_sign_in (fixture, KIOSK_PERSON, "Lena");
  g_assert_true (kiosk_fixture_sees (fixture, waiting[0]));
}

/* There is not room for everybody, but nobody is left out without a word. */
static void
test_many_wait (void)
{
  g_autoptr (KioskFixture) fixture = create ();
  const char * const waiting[] = { "1 check-in of Dana waits", "1 check-in of Omar waits",
                                   "1 check-in of Ann waits", "1 check-in of Tom waits", NULL };
  PegKioskView values;

  kiosk_fixture_get_view (fixture, &values);
  values.waiting = (char **) waiting + 2;
  kiosk_fixture_set_view (fixture, &values);
  g_assert_true (kiosk_fixture_sees (fixture, waiting[3]));
  g_assert_false (kiosk_fixture_sees (fixture, " more p"));

  values.waiting = (char **) waiting + 1;
  kiosk_fixture_set_view (fixture, &values);
  g_assert_true (kiosk_fixture_sees (fixture, "And of 1 more person"));
  values.waiting = (char **) waiting;
  kiosk_fixture_set_view (fixture, &values);
  g_assert_true (kiosk_fixture_sees (fixture, waiting[1]));
  g_assert_false (kiosk_fixture_sees (fixture, waiting[2]));
  g_assert_true (kiosk_fixture_sees (fixture, "And of 2 more people"));
}

static Display *
get_display (void)
{
  static Display *display = NULL;

  if (display == NULL)
    display = XOpenDisplay (NULL);
  g_assert_nonnull (display);

  return display;
}

/* A window without a window manager is in the corner of the screen. */
static void
point_at (KioskFixture *fixture,
          GtkWidget    *widget)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (widget, GTK_WIDGET (fixture->window), &bounds));
  XTestFakeMotionEvent (get_display (), -1, (int) (bounds.origin.x + bounds.size.width / 2),
                        (int) (bounds.origin.y + bounds.size.height / 2), CurrentTime);
  XSync (get_display (), False);
  kiosk_fixture_settle (fixture);
}

static void
press (KioskFixture *fixture,
       gboolean      down)
{
  XTestFakeButtonEvent (get_display (), 1, down, CurrentTime);
  XSync (get_display (), False);
  kiosk_fixture_settle (fixture);
}

static void
set_phase (KioskFixture  *fixture,
           PegKioskPhase  phase)
{
  PegKioskView values;

  kiosk_fixture_get_view (fixture, &values);
  values.phase = phase;
  kiosk_fixture_set_view (fixture, &values);
}

static const PegKioskPhase covers[] = { PEG_KIOSK_LOOK, PEG_KIOSK_WARNING, PEG_KIOSK_ASLEEP,
                                        PEG_KIOSK_WIPE };

/* A finger that is down when something else comes has pressed nothing when it is
 * lifted. First of all: that it would have. */
static void
test_finger (gconstpointer data)
{
  const PegKioskPhase phase = *(const PegKioskPhase *) data;
  g_autoptr (KioskFixture) fixture = create ();
  GtkWidget *button = kiosk_fixture_find (fixture, PEG_TYPE_KIOSK_BUTTON, "What Is Out");

  g_assert_nonnull (button);
  point_at (fixture, button);
  press (fixture, TRUE);
  g_assert_true ((gtk_widget_get_state_flags (button) & GTK_STATE_FLAG_ACTIVE) != 0);

  if (phase != PEG_KIOSK_LOOK)
    set_phase (fixture, phase);
  press (fixture, FALSE);
  if (phase != PEG_KIOSK_LOOK)
    set_phase (fixture, PEG_KIOSK_LOOK);

  g_assert_cmpint (kiosk_fixture_find (fixture, PEG_TYPE_KIOSK_BUTTON, "Find") == NULL, ==,
                   phase == PEG_KIOSK_LOOK);

  /* The next press does what it says. */
  if (phase == PEG_KIOSK_LOOK)
    return;
  point_at (fixture, button);
  press (fixture, TRUE);
  press (fixture, FALSE);
  g_assert_null (kiosk_fixture_find (fixture, PEG_TYPE_KIOSK_BUTTON, "Find"));
}

static void
say_no (KioskFixture *fixture)
{
  PegKioskView values;

  kiosk_fixture_get_view (fixture, &values);
  values.signal = PEG_KIOSK_SIGNAL_NO;
  values.signal_word = (char *) "Not possible";
  values.signal_detail = (char *) "Sign in first: hold your badge to the reader, or press “Sign In”.";
  values.signal_serial++;
  kiosk_fixture_set_view (fixture, &values);
}

/* An answer takes nothing from what is below it, and goes with the first press after it was
 * seen; a press that comes with it is still about what was answered. */
static void
test_answer_yields (void)
{
  g_autoptr (KioskFixture) fixture = create ();
  GtkWidget *find = kiosk_fixture_find (fixture, PEG_TYPE_KIOSK_BUTTON, "Find");

  say_no (fixture);
  point_at (fixture, kiosk_fixture_find (fixture, PEG_TYPE_FEEDBACK, NULL));
  press (fixture, TRUE);
  press (fixture, FALSE);
  g_assert_nonnull (kiosk_fixture_find (fixture, PEG_TYPE_FEEDBACK, NULL));

  kiosk_fixture_pass_us (fixture, G_USEC_PER_SEC / 2);
  point_at (fixture, find);
  g_assert_nonnull (kiosk_fixture_find (fixture, PEG_TYPE_FEEDBACK, NULL));
  press (fixture, TRUE);
  g_assert_null (kiosk_fixture_find (fixture, PEG_TYPE_FEEDBACK, NULL));
  press (fixture, FALSE);
  g_assert_nonnull (kiosk_fixture_find (fixture, PEG_TYPE_KEYBOARD, NULL));
}

static void
assert_beside (GtkWidget  *widget,
               GtkWidget  *answer,
               const char *where)
{
  graphene_rect_t a, b;

  if (!gtk_widget_get_mapped (widget))
    return;

  if (GTK_IS_BUTTON (widget)) {
    GtkWidget *window = GTK_WIDGET (gtk_widget_get_root (widget));

    g_assert_true (gtk_widget_compute_bounds (widget, window, &a));
    g_assert_true (gtk_widget_compute_bounds (answer, window, &b));
    if (graphene_rect_intersection (&a, &b, NULL))
      g_error ("%s: the answer, to %g, covers a button at %g", where,
               (double) (b.origin.y + b.size.height), (double) a.origin.y);
  }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    assert_beside (child, answer, where);
}

static void
open_names (KioskFixture *fixture)
{
  PegKioskPerson dana = { (char *) "dana", (char *) "Dana Whitfield" };
  g_autoptr (GPtrArray) people = g_ptr_array_new ();
  PegKioskView values;

  g_ptr_array_add (people, &dana);
  kiosk_fixture_get_view (fixture, &values);
  values.people = people;
  kiosk_fixture_set_view (fixture, &values);
  kiosk_fixture_do (fixture, "win.kiosk-sign-in", NULL);
}

static void
open_pin (KioskFixture *fixture)
{
  PegKioskView values;

  kiosk_fixture_get_view (fixture, &values);
  values.pin_id = (char *) "dana";
  values.pin_name = (char *) "Dana Whitfield";
  kiosk_fixture_set_view (fixture, &values);
}

static void
open_admin (KioskFixture *fixture)
{
  set_phase (fixture, PEG_KIOSK_ADMIN);
}

/* A page on which something is to be pressed takes away what was said before; what is said
 * then covers nothing that can be pressed there. */
static void
test_answer_corner (gconstpointer data)
{
  const KioskPanel *panel = data;
  static void (* const open[]) (KioskFixture *) = { open_names, open_pin, open_admin };
  static const char * const names[] = { "names", "pin", "admin" };

  for (guint i = 0; i < G_N_ELEMENTS (open); i++) {
    g_autoptr (KioskFixture) fixture =
      kiosk_fixture_new (FAKE_SHOP_LIVE, panel->width_px, panel->height_px,
                         kiosk_panel_pixels_per_mm (panel));

    say_no (fixture);
    kiosk_fixture_pass_us (fixture, G_USEC_PER_SEC);
    g_assert_nonnull (kiosk_fixture_find (fixture, PEG_TYPE_FEEDBACK, NULL));
    open[i] (fixture);
    g_assert_null (kiosk_fixture_find (fixture, PEG_TYPE_FEEDBACK, NULL));

    say_no (fixture);
    g_assert_true (kiosk_fixture_sees (fixture, "Not possible"));
    assert_beside (GTK_WIDGET (fixture->window),
                   kiosk_fixture_find (fixture, PEG_TYPE_FEEDBACK, NULL), names[i]);
  }
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/kiosk-window/site/burn-in", test_burn_in);
  g_test_add_func ("/kiosk-window/site/machine", test_machine);
  g_test_add_func ("/kiosk-window/site/no-such-machine", test_no_such_machine);
  g_test_add_func ("/kiosk-window/site/notes", test_notes);
  g_test_add_func ("/kiosk-window/site/version", test_version);
  g_test_add_func ("/kiosk-window/site/sound", test_sound);
  g_test_add_func ("/kiosk-window/site/touch", test_touch);
  g_test_add_func ("/kiosk-window/answer-goes", test_answer_goes);
  g_test_add_func ("/kiosk-window/undo", test_undo);
  g_test_add_func ("/kiosk-window/waiting", test_waiting);
  g_test_add_func ("/kiosk-window/answer-yields", test_answer_yields);
  for (guint i = 0; i < KIOSK_N_PANELS; i++) {
    g_autofree char *path = g_strconcat ("/kiosk-window/answer-corner/", kiosk_panels[i].name, NULL);

    g_test_add_data_func (path, &kiosk_panels[i], test_answer_corner);
  }
  g_test_add_func ("/kiosk-window/many-wait", test_many_wait);
  g_test_add_data_func ("/kiosk-window/finger/nothing-comes", &covers[0], test_finger);
  g_test_add_data_func ("/kiosk-window/finger/warning", &covers[1], test_finger);
  g_test_add_data_func ("/kiosk-window/finger/saver", &covers[2], test_finger);
  g_test_add_data_func ("/kiosk-window/finger/wipe", &covers[3], test_finger);

  return g_test_run ();
}
