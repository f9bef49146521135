/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "kiosk-input.h"
#include "peg-hold-button.h"
#include "peg-keypad.h"
#include "peg-people-page.h"
#include "peg-pin-page.h"

/* Signing in without a badge. */

static const KioskPanel * const panel = &kiosk_panels[1];

static const char *
last_asked (Bed *bed)
{
  return bed->asked->len > 0 ? g_ptr_array_index (bed->asked, bed->asked->len - 1) : NULL;
}

static GtkWidget *
find_keypad (Bed *bed)
{
  GtkWidget *keypad = bed_find (bed->page, PEG_TYPE_KEYPAD, NULL);

  g_assert_nonnull (keypad);

  return keypad;
}

static void
show_pin (Bed          *bed,
          PegKioskView *view,
          const char   *id)
{
  *view = (PegKioskView) { .pin_id = (char *) id, .pin_name = (char *) "Dana Whitfield" };
  bed_set_view (bed, view);
  bed_settle (bed);
}

static void
test_choose (void)
{
  g_autoptr (Bed) bed = bed_new (panel);

  bed_show (bed, BED_PEOPLE);
  input_click (bed, gtk_widget_get_parent (bed_find (bed->page, GTK_TYPE_LABEL, "Lena Brandt")));
  g_assert_cmpstr (last_asked (bed), ==, "kiosk-ask-pin 'Lena Brandt'");
}

static void
test_letters (void)
{
  g_autoptr (Bed) bed = bed_new (panel);
  PegPinPage *page;

  bed_show (bed, BED_PEOPLE_MANY);
  page = PEG_PIN_PAGE (bed->page);
  g_assert_null (bed_find (bed->page, GTK_TYPE_LABEL, "Lena Brandt"));
  /* without accents, and Cyrillic ones, too */
  g_assert_nonnull (bed_find (bed->page, GTK_TYPE_BUTTON, "U"));
  g_assert_null (bed_find (bed->page, GTK_TYPE_BUTTON, "Ü"));
  g_assert_nonnull (bed_find (bed->page, GTK_TYPE_BUTTON, "О"));

  input_click (bed, bed_find (bed->page, GTK_TYPE_BUTTON, "L"));
  g_assert_nonnull (bed_find (bed->page, GTK_TYPE_LABEL, "Lena Brandt"));
  g_assert_null (bed_find (bed->page, GTK_TYPE_LABEL, "Tom"));

  input_click (bed, bed_find (bed->page, GTK_TYPE_BUTTON, "Back"));
  g_assert_nonnull (bed_find (bed->page, GTK_TYPE_BUTTON, "U"));

  input_click (bed, bed_find (bed->page, GTK_TYPE_BUTTON, "T"));
  g_assert_nonnull (bed_find (bed->page, GTK_TYPE_LABEL, "Tom"));
  peg_pin_page_reset (page);
  bed_settle (bed);
  g_assert_null (bed_find (bed->page, GTK_TYPE_LABEL, "Tom"));
}

static void
count_cb (guint *n)
{
  (*n)++;
}

static void
test_closed (void)
{
  g_autoptr (Bed) bed = bed_new (panel);
  guint n_closed = 0;

  bed_show (bed, BED_PEOPLE_NONE);
  g_signal_connect_swapped (bed->page, "closed", G_CALLBACK (count_cb), &n_closed);
  input_click (bed, bed_find (bed->page, GTK_TYPE_BUTTON, "Cancel"));
  g_assert_cmpuint (n_closed, ==, 1);
  g_assert_null (last_asked (bed));
}

/* No digit is ever in any text, of people or of screen readers. */
static void
test_not_shown (void)
{
  g_autoptr (Bed) bed = bed_new (panel);

  bed_show (bed, BED_PIN);
  input_click (bed, bed_find (bed->page, GTK_TYPE_BUTTON, "9"));
  input_click (bed, bed_find (bed->page, GTK_TYPE_BUTTON, "8"));
  g_assert_null (bed_find (bed->page, GTK_TYPE_LABEL, "98"));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (find_keypad (bed)),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "PIN, 2 digits");

  input_click (bed, bed_find (bed->page, GTK_TYPE_BUTTON, "OK"));
  g_assert_cmpstr (last_asked (bed), ==, "kiosk-pin '98'");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (find_keypad (bed)),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "PIN, 0 digits");
}

static void
test_type (void)
{
  g_autoptr (Bed) bed = bed_new (panel);

  bed_show (bed, BED_PIN);
  g_assert_true (gtk_widget_has_focus (find_keypad (bed)));
  /* Nothing is no PIN. */
  input_type (bed, GDK_KEY_Return);
  g_assert_null (last_asked (bed));

  for (guint i = 0; i < 20; i++)
    input_type (bed, GDK_KEY_1);
  input_type (bed, GDK_KEY_BackSpace);
  input_type (bed, GDK_KEY_5);
  input_type (bed, GDK_KEY_Return);
  g_assert_cmpstr (last_asked (bed), ==, "kiosk-pin '111111111115'");
}

static void
test_wrong (void)
{
  g_autoptr (Bed) bed = bed_new (panel);
  PegKioskView view;

  bed_show (bed, BED_PIN);
  show_pin (bed, &view, "dana");
  input_type (bed, GDK_KEY_1);
  input_type (bed, GDK_KEY_Return);

  view.pin_busy = TRUE;
  bed_set_view (bed, &view);
  bed_settle (bed);
  g_assert_nonnull (bed_find (bed->page, GTK_TYPE_LABEL, "Checking…"));
  input_click (bed, bed_find (bed->page, GTK_TYPE_BUTTON, "1"));
  g_assert_cmpuint (bed->asked->len, ==, 1);

  view.pin_busy = FALSE;
  view.pin_wrong = 1;
  bed_set_view (bed, &view);
  bed_settle (bed);
  g_assert_nonnull (bed_find (bed->page, GTK_TYPE_LABEL, "Wrong PIN. Try again."));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (find_keypad (bed)),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "PIN, 0 digits");

  /* The next digit makes it old news. */
  input_type (bed, GDK_KEY_1);
  g_assert_null (bed_find (bed->page, GTK_TYPE_LABEL, "Wrong PIN. Try again."));
}

static void
test_wait (void)
{
  g_autoptr (Bed) bed = bed_new (panel);
  PegKioskView view;

  bed_show (bed, BED_PIN);
  show_pin (bed, &view, "dana");
  view.pin_wrong = 3;
  view.pin_after_us = bed_mono_us (bed) + 2 * G_USEC_PER_SEC;
  bed_set_view (bed, &view);
  bed_settle (bed);
  g_assert_nonnull (bed_find (bed->page, GTK_TYPE_LABEL, "Wrong PIN. Try again in 2 seconds."));
  g_assert_false (gtk_widget_is_sensitive (find_keypad (bed)));

  bed_pass_us (bed, G_USEC_PER_SEC);
  peg_pin_page_tick (PEG_PIN_PAGE (bed->page));
  g_assert_nonnull (bed_find (bed->page, GTK_TYPE_LABEL, "Wrong PIN. Try again in 1 second."));

  bed_pass_us (bed, G_USEC_PER_SEC);
  peg_pin_page_tick (PEG_PIN_PAGE (bed->page));
  bed_settle (bed);
  g_assert_true (gtk_widget_is_sensitive (find_keypad (bed)));
  g_assert_nonnull (bed_find (bed->page, GTK_TYPE_LABEL, "Wrong PIN. Try again."));
  /* and the keys are heard again */
  input_type (bed, GDK_KEY_7);
  input_type (bed, GDK_KEY_Return);
  g_assert_cmpstr (last_asked (bed), ==, "kiosk-pin '7'");
}

/* What was typed for one person is never sent for another. */
static void
test_another (void)
{
  g_autoptr (Bed) bed = bed_new (panel);
  PegKioskView view;

  bed_show (bed, BED_PIN);
  show_pin (bed, &view, "dana");
  input_type (bed, GDK_KEY_1);
  input_type (bed, GDK_KEY_2);
  show_pin (bed, &view, "lena");
  input_type (bed, GDK_KEY_3);
  input_type (bed, GDK_KEY_Return);
  g_assert_cmpstr (last_asked (bed), ==, "kiosk-pin '3'");

  /* Nor after it was hidden. */
  input_type (bed, GDK_KEY_4);
  gtk_widget_set_visible (bed->page, FALSE);
  bed_settle (bed);
  gtk_widget_set_visible (bed->page, TRUE);
  bed_settle (bed);
  input_type (bed, GDK_KEY_5);
  input_type (bed, GDK_KEY_Return);
  g_assert_cmpstr (last_asked (bed), ==, "kiosk-pin '5'");
}

static void
test_cancel (void)
{
  g_autoptr (Bed) bed = bed_new (panel);
  PegKioskView view;

  bed_show (bed, BED_PIN_ADMIN);
  g_assert_nonnull (bed_find (bed->page, GTK_TYPE_LABEL, "Admin door"));
  input_type (bed, GDK_KEY_1);
  input_click (bed, bed_find (bed->page, GTK_TYPE_BUTTON, "Cancel"));
  g_assert_cmpstr (last_asked (bed), ==, "kiosk-pin-cancel");

  show_pin (bed, &view, NULL);
  g_assert_null (bed_find (bed->page, PEG_TYPE_KEYPAD, NULL));
  show_pin (bed, &view, "");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (find_keypad (bed)),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "PIN, 0 digits");
}

static gboolean
is_named (GtkWidget *widget)
{
  g_autofree char *error = NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    if (GTK_IS_LABEL (child) && *gtk_label_get_text (GTK_LABEL (child)) != '\0')
      return TRUE;
  }

  error = gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget),
                                              GTK_ACCESSIBLE_PROPERTY_LABEL, "");

  /* It has another one, or none at all: then the value is “undefined”. */
  return error != NULL && strstr (error, "undefined") == NULL && strstr (error, "''") == NULL;
}

static guint
check_names (GtkWidget  *widget,
             const char *where)
{
  guint n = 0;

  if (!gtk_widget_get_mapped (widget))
    return 0;

  if ((GTK_IS_BUTTON (widget) || PEG_IS_HOLD_BUTTON (widget) || PEG_IS_KEYPAD (widget))) {
    n++;
    if (!is_named (widget))
      g_error ("%s: a %s has no name", where, G_OBJECT_TYPE_NAME (widget));
  }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += check_names (child, where);

  return n;
}

/* Whatever can be pressed has a name, in every state of every widget. */
static void
test_names (void)
{
  guint n = 0;

  for (BedState state = 0; state < BED_N_STATES; state++) {
    g_autoptr (Bed) bed = bed_new (panel);

    bed_show (bed, state);
    n += check_names (bed->window, bed_state_name (state));
  }
  g_assert_cmpuint (n, >, 250);

  {
    g_autoptr (Bed) bed = bed_new (panel);
    GtkWidget *button = gtk_button_new ();

    bed_put (bed, button);
    g_assert_false (is_named (button));
  }
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/kiosk/pin/choose", test_choose);
  g_test_add_func ("/kiosk/pin/letters", test_letters);
  g_test_add_func ("/kiosk/pin/closed", test_closed);
  g_test_add_func ("/kiosk/pin/not-shown", test_not_shown);
  g_test_add_func ("/kiosk/pin/type", test_type);
  g_test_add_func ("/kiosk/pin/wrong", test_wrong);
  g_test_add_func ("/kiosk/pin/wait", test_wait);
  g_test_add_func ("/kiosk/pin/another", test_another);
  g_test_add_func ("/kiosk/pin/cancel", test_cancel);
  g_test_add_func ("/kiosk/names", test_names);

  return g_test_run ();
}
