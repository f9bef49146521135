/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "kiosk-input.h"
#include "peg-kiosk-lock.h"
#include "peg-saver.h"
#include "peg-wipe-page.h"

/* What lies over everything else: answers, the status board, and the page for wiping. */

static const KioskPanel * const panel = &kiosk_panels[1];

static void
count_cb (guint *n)
{
  (*n)++;
}

typedef struct {
  GtkWidget *answer;
  guint n_frames;
  gboolean seen;
} Frames;

static void
after_paint_cb (Frames *frames)
{
  frames->n_frames++;
  if (gtk_widget_get_mapped (frames->answer) && gtk_widget_get_height (frames->answer) > 0)
    frames->seen = TRUE;
}

static PegKioskView
make_answer (PegKioskSignal kind,
             guint64        serial)
{
  return (PegKioskView) {
    .signal = kind, .signal_serial = serial, .signal_word = (char *) "Checked out",
    .signal_detail = (char *) "1234567.nc is yours.",
  };
}

static void
test_answer_at_once (void)
{
  g_autoptr (Bed) bed = bed_new (panel);
  GtkWidget *answer = peg_feedback_new (bed->model, bed->now, bed->physical);
  PegKioskView view = make_answer (PEG_KIOSK_SIGNAL_YES, 1);
  Frames frames = { answer, 0, FALSE };

  bed_put (bed, answer);
  g_assert_false (gtk_widget_get_visible (answer));
  g_signal_connect_swapped (gtk_widget_get_frame_clock (bed->window), "after-paint",
                            G_CALLBACK (after_paint_cb), &frames);

  bed_set_view (bed, &view);
  while (frames.n_frames == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (frames.seen);
  g_signal_handlers_disconnect_by_data (gtk_widget_get_frame_clock (bed->window), &frames);

  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (answer), GTK_ACCESSIBLE_ROLE_ALERT);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (answer), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Checked out. 1234567.nc is yours.");
}

static void
test_answer_goes (void)
{
  g_autoptr (Bed) bed = bed_new (panel);
  GtkWidget *answer = peg_feedback_new (bed->model, bed->now, bed->physical);
  PegKioskView view = make_answer (PEG_KIOSK_SIGNAL_NO, 1);

  bed_put (bed, answer);
  bed_set_view (bed, &view);
  bed_settle (bed);
  bed_pass_us (bed, 6 * G_USEC_PER_SEC);
  peg_feedback_tick (PEG_FEEDBACK (answer));
  g_assert_true (gtk_widget_get_visible (answer));
  bed_pass_us (bed, 2 * G_USEC_PER_SEC);
  peg_feedback_tick (PEG_FEEDBACK (answer));
  g_assert_false (gtk_widget_get_visible (answer));

  /* What is the same is not said again; the same thing again is. */
  bed_set_view (bed, &view);
  g_assert_false (gtk_widget_get_visible (answer));
  view.signal_serial = 2;
  bed_set_view (bed, &view);
  g_assert_true (gtk_widget_get_visible (answer));
  bed_settle (bed);

  /* Whoever goes on has seen it, but not what has only just come. */
  peg_feedback_seen (PEG_FEEDBACK (answer));
  g_assert_true (gtk_widget_get_visible (answer));
  bed_pass_us (bed, G_USEC_PER_SEC / 2);
  peg_feedback_seen (PEG_FEEDBACK (answer));
  g_assert_false (gtk_widget_get_visible (answer));

  view = make_answer (PEG_KIOSK_SIGNAL_ASK, 3);
  bed_set_view (bed, &view);
  g_assert_true (gtk_widget_has_css_class (answer, "ask"));
  g_assert_false (gtk_widget_has_css_class (answer, "no"));
  view = make_answer (PEG_KIOSK_SIGNAL_NONE, 4);
  bed_set_view (bed, &view);
  g_assert_false (gtk_widget_get_visible (answer));
}

/* The shape has a word, also if the client said none. */
static void
test_answer_without_words (void)
{
  g_autoptr (Bed) bed = bed_new (panel);
  GtkWidget *answer = peg_feedback_new (bed->model, bed->now, bed->physical);

  bed_put (bed, answer);
  for (PegKioskSignal kind = PEG_KIOSK_SIGNAL_YES; kind <= PEG_KIOSK_SIGNAL_ASK; kind++) {
    GtkWidget *word;

    bed_set_view (bed, &(PegKioskView) { .signal = kind, .signal_serial = kind });
    bed_settle (bed);
    word = bed_find (answer, GTK_TYPE_LABEL, NULL);
    g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (word)), !=, "");
  }
}

/* A board with a button below it that must not be pressed by what wakes. */
typedef struct {
  Bed *bed;
  GtkWidget *saver;
  GtkWidget *button;
  GtkWidget *entry;
  guint n_clicked;
} Sleep;

static void
sleep_init (Sleep *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  *self = (Sleep) { .bed = bed_new (panel) };
  self->button = gtk_button_new_with_label ("Check out");
  self->entry = gtk_entry_new ();
  gtk_widget_set_vexpand (self->button, TRUE);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (count_cb), &self->n_clicked);
  gtk_box_append (GTK_BOX (box), self->button);
  gtk_box_append (GTK_BOX (box), self->entry);
  gtk_overlay_set_child (GTK_OVERLAY (self->bed->overlay), box);
  self->saver = peg_saver_new (self->bed->model, self->bed->now, self->bed->physical);
  peg_saver_set_snapshot (PEG_SAVER (self->saver), peg_store_get_shown (self->bed->store));
  bed_put (self->bed, self->saver);
  gtk_widget_grab_focus (self->entry);
  bed_settle (self->bed);
}

static void
set_phase (Sleep         *self,
           PegKioskPhase  phase)
{
  bed_set_view (self->bed, &(PegKioskView) { .phase = phase });
  bed_settle (self->bed);
}

static void
fall_asleep (Sleep *self)
{
  g_ptr_array_set_size (self->bed->asked, 0);
  self->n_clicked = 0;
  set_phase (self, PEG_KIOSK_ASLEEP);
  g_assert_true (gtk_widget_get_mapped (self->saver));
  g_assert_true (gtk_widget_has_focus (self->saver));
}

static void
assert_woken (Sleep *self)
{
  g_assert_cmpuint (self->bed->asked->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (self->bed->asked, 0), ==, "kiosk-wake");
}

static void
test_saver_click (void)
{
  Sleep test;

  sleep_init (&test);
  g_assert_false (gtk_widget_get_visible (test.saver));

  for (guint i = 0; i < 5; i++) {
    fall_asleep (&test);
    input_point (test.bed, test.button);
    /* A mouse that moves on a table that shakes wakes nobody. */
    g_assert_cmpuint (test.bed->asked->len, ==, 0);
    input_button (test.bed, TRUE);
    assert_woken (&test);

    /* The board is seen, but not within reach, until the finger is lifted. */
    set_phase (&test, PEG_KIOSK_LOOK);
    g_assert_true (gtk_widget_get_mapped (test.saver));
    g_assert_true (peg_saver_is_eating (PEG_SAVER (test.saver)));
    g_assert_false (gtk_widget_has_css_class (test.saver, "kiosk-saver"));
    input_button (test.bed, FALSE);
    g_assert_false (gtk_widget_get_mapped (test.saver));
    g_assert_cmpuint (test.n_clicked, ==, 0);
    assert_woken (&test);

    /* The next one counts. */
    input_click (test.bed, test.button);
    g_assert_cmpuint (test.n_clicked, ==, 1);
  }

  bed_free (test.bed);
}

/* The client may wake up as soon as it hears of the press: while the event is on its
 * way. */
static void
wake_cb (Sleep *test)
{
  bed_set_view (test->bed, &(PegKioskView) { .phase = PEG_KIOSK_LOOK });
}

static void
test_saver_woken_by_others (void)
{
  GtkEventController *first = gtk_event_controller_legacy_new ();
  Sleep test;

  sleep_init (&test);
  /* The window hears of everything before its children. */
  gtk_event_controller_set_propagation_phase (first, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (first, "event", G_CALLBACK (wake_cb), &test);
  fall_asleep (&test);
  input_point (test.bed, test.button);
  gtk_widget_add_controller (test.bed->window, first);

  input_button (test.bed, TRUE);
  g_assert_true (gtk_widget_get_mapped (test.saver));
  input_button (test.bed, FALSE);
  g_assert_cmpuint (test.n_clicked, ==, 0);
  g_assert_false (gtk_widget_get_mapped (test.saver));

  bed_free (test.bed);
}

/* It is asleep from the moment on in which it is told to be, also before the first frame
 * in which that is seen. */
static void
test_saver_unseen (void)
{
  Sleep test;

  sleep_init (&test);
  for (guint i = 0; i < 3; i++) {
    input_point (test.bed, test.button);
    g_ptr_array_set_size (test.bed->asked, 0);
    bed_set_view (test.bed, &(PegKioskView) { .phase = PEG_KIOSK_ASLEEP });
    input_button (test.bed, TRUE);
    assert_woken (&test);
    set_phase (&test, PEG_KIOSK_LOOK);
    input_button (test.bed, FALSE);
    g_assert_cmpuint (test.n_clicked, ==, 0);
    g_assert_false (gtk_widget_get_mapped (test.saver));
  }
  input_click (test.bed, test.button);
  g_assert_cmpuint (test.n_clicked, ==, 1);

  bed_free (test.bed);
}

static gboolean
above_cb (guint    *n,
          GdkEvent *event)
{
  const GdkEventType type = gdk_event_get_event_type (event);

  if (type == GDK_BUTTON_PRESS || type == GDK_BUTTON_RELEASE || type == GDK_KEY_PRESS ||
      type == GDK_KEY_RELEASE)
    (*n)++;

  return GDK_EVENT_PROPAGATE;
}

/* Nor does it reach what is above: the shortcuts of the window. */
static void
test_saver_above (void)
{
  GtkEventController *above = gtk_event_controller_legacy_new ();
  guint n = 0;
  Sleep test;

  sleep_init (&test);
  g_signal_connect_swapped (above, "event", G_CALLBACK (above_cb), &n);
  gtk_widget_add_controller (test.bed->window, above);
  fall_asleep (&test);
  input_point (test.bed, test.button);
  input_key (test.bed, GDK_KEY_Tab, TRUE);
  set_phase (&test, PEG_KIOSK_LOOK);
  input_button (test.bed, TRUE);
  input_button (test.bed, FALSE);
  input_key (test.bed, GDK_KEY_Tab, FALSE);
  g_assert_cmpuint (n, ==, 0);
  input_type (test.bed, GDK_KEY_Shift_L);
  g_assert_cmpuint (n, ==, 2);

  bed_free (test.bed);
}

/* Escape means “back” to the window, but not while there is nothing to be seen to go
 * back from. */
static void
test_saver_escape (void)
{
  Sleep test;

  sleep_init (&test);
  peg_kiosk_lock_attach (GTK_WINDOW (test.bed->window));
  fall_asleep (&test);
  input_type (test.bed, GDK_KEY_Escape);
  assert_woken (&test);

  bed_free (test.bed);
}

static void
test_saver_key (void)
{
  Sleep test;

  sleep_init (&test);
  fall_asleep (&test);
  input_key (test.bed, GDK_KEY_x, TRUE);
  assert_woken (&test);
  set_phase (&test, PEG_KIOSK_LOOK);
  g_assert_true (gtk_widget_get_mapped (test.saver));
  input_key (test.bed, GDK_KEY_x, FALSE);
  g_assert_false (gtk_widget_get_mapped (test.saver));

  /* It went nowhere, and the focus is where it was. */
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (test.entry)), ==, "");
  input_type (test.bed, GDK_KEY_y);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (test.entry)), ==, "y");

  bed_free (test.bed);
}

/* Keys and buttons that overlap are one gesture. */
static void
test_saver_many (void)
{
  Sleep test;

  sleep_init (&test);
  fall_asleep (&test);
  input_point (test.bed, test.button);
  input_key (test.bed, GDK_KEY_x, TRUE);
  set_phase (&test, PEG_KIOSK_LOOK);
  input_button (test.bed, TRUE);
  input_key (test.bed, GDK_KEY_x, FALSE);
  g_assert_true (gtk_widget_get_mapped (test.saver));
  input_button (test.bed, FALSE);
  g_assert_false (gtk_widget_get_mapped (test.saver));
  g_assert_cmpuint (test.n_clicked, ==, 0);
  assert_woken (&test);

  bed_free (test.bed);
}

/* A scan wakes, and there is nothing to be eaten. */
static void
test_saver_scan (void)
{
  Sleep test;

  sleep_init (&test);
  fall_asleep (&test);
  set_phase (&test, PEG_KIOSK_SIGNED_IN);
  g_assert_false (gtk_widget_get_visible (test.saver));
  g_assert_cmpuint (test.bed->asked->len, ==, 0);
  input_type (test.bed, GDK_KEY_z);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (test.entry)), ==, "z");

  /* What came up with the scan keeps the focus that it took. */
  fall_asleep (&test);
  bed_set_view (test.bed, &(PegKioskView) { .phase = PEG_KIOSK_SIGNED_IN });
  gtk_widget_grab_focus (test.button);
  bed_settle (test.bed);
  g_assert_false (gtk_widget_get_visible (test.saver));
  g_assert_true (gtk_widget_has_focus (test.button));

  /* It falls asleep again before it has gone. */
  bed_set_view (test.bed, &(PegKioskView) { .phase = PEG_KIOSK_ASLEEP });
  bed_set_view (test.bed, &(PegKioskView) { .phase = PEG_KIOSK_LOOK });
  bed_set_view (test.bed, &(PegKioskView) { .phase = PEG_KIOSK_ASLEEP });
  bed_settle (test.bed);
  g_assert_true (gtk_widget_get_mapped (test.saver));
  g_assert_true (gtk_widget_has_css_class (test.saver, "kiosk-saver"));

  bed_free (test.bed);
}

static graphene_point_t
place_of (Sleep *test)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (gtk_widget_get_first_child (test->saver), test->saver,
                                            &bounds));

  return bounds.origin;
}

static void
test_saver_wanders (void)
{
  Sleep test;
  graphene_point_t before;
  guint n_frames = 0;
  gulong id;

  sleep_init (&test);
  fall_asleep (&test);
  before = place_of (&test);

  for (guint i = 0; i < 30; i++) {
    graphene_point_t after;

    bed_pass_us (test.bed, 60 * G_USEC_PER_SEC);
    peg_saver_tick (PEG_SAVER (test.saver));
    bed_settle (test.bed);
    after = place_of (&test);
    g_assert_false (graphene_point_equal (&before, &after));
    before = after;
    /* and never out of the picture */
    g_assert_cmpfloat (after.x, >, 0);
    g_assert_cmpfloat (after.y, >, 0);
  }

  /* A tick on which nothing has changed draws nothing. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  id = g_signal_connect_swapped (gtk_widget_get_frame_clock (test.saver), "paint",
                                 G_CALLBACK (count_cb), &n_frames);
  for (guint i = 0; i < 100; i++) {
    peg_saver_tick (PEG_SAVER (test.saver));
    while (g_main_context_iteration (NULL, FALSE))
      ;
  }
  g_assert_cmpuint (n_frames, ==, 0);
  g_signal_handler_disconnect (gtk_widget_get_frame_clock (test.saver), id);

  peg_saver_set_burn_in_s (PEG_SAVER (test.saver), 0);
  peg_saver_tick (PEG_SAVER (test.saver));
  bed_settle (test.bed);
  before = place_of (&test);
  bed_pass_us (test.bed, 600 * G_USEC_PER_SEC);
  peg_saver_tick (PEG_SAVER (test.saver));
  bed_settle (test.bed);
  g_assert_true (graphene_point_equal (&before, &(graphene_point_t) { place_of (&test).x,
                                                                      place_of (&test).y }));

  bed_free (test.bed);
}

/* What is old looks old, and what is not known is not shown. */
static void
test_saver_words (void)
{
  static const struct {
    BedState state;
    const char *there;
    const char *not_there;
  } cases[] = {
    { BED_SAVER, "files are out", "as of 08:41" },
    { BED_SAVER, "2 unattended", NULL },
    { BED_SAVER, "1 changed on disk", NULL },
    { BED_SAVER, "VF-4", NULL },
    { BED_SAVER, "Live", NULL },
    { BED_SAVER_STALE, "as of 08:41", "Live" },
    { BED_SAVER_STALE, "files are out", NULL },
    { BED_SAVER_UNKNOWN, "Connecting…", "files are out" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Bed) bed = bed_new (panel);

    bed_show (bed, cases[i].state);
    g_assert_nonnull (bed_find (bed->page, GTK_TYPE_LABEL, cases[i].there));
    if (cases[i].not_there != NULL)
      g_assert_null (bed_find (bed->page, GTK_TYPE_LABEL, cases[i].not_there));
  }
}

static void
test_wipe (void)
{
  g_autoptr (Bed) bed = bed_new (panel);

  bed_show (bed, BED_WIPE);
  g_assert_nonnull (bed_find (bed->page, GTK_TYPE_LABEL, "28 s"));
  bed_pass_us (bed, 5500 * 1000);
  peg_wipe_page_tick (PEG_WIPE_PAGE (bed->page));
  g_assert_nonnull (bed_find (bed->page, GTK_TYPE_LABEL, "23 s"));

  /* Neither a mouse nor any key ends it. */
  input_click (bed, bed->page);
  input_type (bed, GDK_KEY_Escape);
  input_type (bed, GDK_KEY_Return);
  input_type (bed, GDK_KEY_space);
  g_assert_cmpuint (bed->asked->len, ==, 0);

  bed_pass_us (bed, 60 * G_USEC_PER_SEC);
  peg_wipe_page_tick (PEG_WIPE_PAGE (bed->page));
  g_assert_nonnull (bed_find (bed->page, GTK_TYPE_LABEL, "0 s"));
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/kiosk/answer/at-once", test_answer_at_once);
  g_test_add_func ("/kiosk/answer/goes", test_answer_goes);
  g_test_add_func ("/kiosk/answer/without-words", test_answer_without_words);
  g_test_add_func ("/kiosk/saver/click", test_saver_click);
  g_test_add_func ("/kiosk/saver/woken-by-others", test_saver_woken_by_others);
  g_test_add_func ("/kiosk/saver/unseen", test_saver_unseen);
  g_test_add_func ("/kiosk/saver/key", test_saver_key);
  g_test_add_func ("/kiosk/saver/above", test_saver_above);
  g_test_add_func ("/kiosk/saver/escape", test_saver_escape);
  g_test_add_func ("/kiosk/saver/many", test_saver_many);
  g_test_add_func ("/kiosk/saver/scan", test_saver_scan);
  g_test_add_func ("/kiosk/saver/wanders", test_saver_wanders);
  g_test_add_func ("/kiosk/saver/words", test_saver_words);
  g_test_add_func ("/kiosk/wipe", test_wipe);

  return g_test_run ();
}
