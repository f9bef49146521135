/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "kiosk-input.h"
#include "peg-calibrate-page.h"
#include "peg-hold-button.h"
#include "peg-keyboard.h"
#include "peg-keypad.h"

/* What is pressed: keys, the button that is held, and the card on the glass. The mouse
 * and the keyboard are those of the X server. */

static const KioskPanel * const panel = &kiosk_panels[1];

static void
count_cb (guint *n)
{
  (*n)++;
}

static void
key_cb (GString    *pressed,
        const char *key)
{
  g_string_append_printf (pressed, "%s ", key);
}

static void
test_keypad (void)
{
  g_autoptr (Bed) bed = bed_new (panel);
  GtkWidget *keypad = peg_keypad_new (bed->physical);
  GString *pressed = g_string_new (NULL);

  g_signal_connect_swapped (keypad, "key", G_CALLBACK (key_cb), pressed);
  bed_put (bed, keypad);

  input_click (bed, bed_find (keypad, GTK_TYPE_BUTTON, "7"));
  input_click (bed, bed_find (keypad, GTK_TYPE_BUTTON, "0"));
  input_click (bed, bed_find (keypad, GTK_TYPE_BUTTON, "OK"));
  g_assert_cmpstr (pressed->str, ==, "7 0 ok ");

  g_string_truncate (pressed, 0);
  gtk_widget_grab_focus (keypad);
  g_assert_true (gtk_widget_has_focus (keypad));
  input_type (bed, GDK_KEY_4);
  input_type (bed, GDK_KEY_KP_2);
  input_type (bed, GDK_KEY_BackSpace);
  input_type (bed, GDK_KEY_a);
  input_type (bed, GDK_KEY_Return);
  g_assert_cmpstr (pressed->str, ==, "4 2 clear ok ");

  /* What is not complete is not sent, in neither way. */
  g_string_truncate (pressed, 0);
  peg_keypad_set_can_ok (PEG_KEYPAD (keypad), FALSE);
  bed_settle (bed);
  input_type (bed, GDK_KEY_Return);
  input_click (bed, bed_find (keypad, GTK_TYPE_BUTTON, "OK"));
  g_assert_cmpstr (pressed->str, ==, "");
  g_string_free (pressed, TRUE);
}

typedef struct {
  GtkWidget *entry;
  GtkWidget *keyboard;
} Typing;

static Bed *
new_typing (Typing           *typing,
            const KioskPanel *where,
            const char       *language)
{
  Bed *bed = bed_new (where);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  typing->entry = gtk_entry_new ();
  typing->keyboard = peg_keyboard_new (bed->physical);
  gtk_widget_set_vexpand (typing->keyboard, TRUE);
  peg_keyboard_set_language (PEG_KEYBOARD (typing->keyboard), language);
  peg_keyboard_set_target (PEG_KEYBOARD (typing->keyboard), GTK_EDITABLE (typing->entry));
  gtk_widget_add_css_class (box, "kiosk-gaps");
  gtk_box_append (GTK_BOX (box), typing->entry);
  gtk_box_append (GTK_BOX (box), typing->keyboard);
  bed_put (bed, box);
  gtk_widget_grab_focus (typing->entry);
  bed_settle (bed);

  return bed;
}

static GtkWidget *
find_icon (Typing     *typing,
           const char *icon)
{
  for (GtkWidget *key = gtk_widget_get_first_child (typing->keyboard); key != NULL;
       key = gtk_widget_get_next_sibling (key)) {
    if (g_strcmp0 (gtk_button_get_icon_name (GTK_BUTTON (key)), icon) == 0)
      return key;
  }

  return NULL;
}

static void
press (Bed        *bed,
       Typing     *typing,
       const char *label)
{
  GtkWidget *key = bed_find (typing->keyboard, GTK_TYPE_BUTTON, label);

  g_assert_nonnull (key);
  input_click (bed, key);
}

static const char *
text_of (Typing *typing)
{
  return gtk_editable_get_text (GTK_EDITABLE (typing->entry));
}

static gboolean
entry_has_focus (Bed    *bed,
                 Typing *typing)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (bed->window));

  return focus != NULL && gtk_widget_is_ancestor (focus, typing->entry);
}

static void
test_keyboard_writes (void)
{
  Typing typing;
  g_autoptr (Bed) bed = new_typing (&typing, panel, "en_US.UTF-8");

  press (bed, &typing, "a");
  input_click (bed, find_icon (&typing, "peg-shift-symbolic"));
  press (bed, &typing, "B");
  press (bed, &typing, "c");
  press (bed, &typing, "-");
  press (bed, &typing, "_");
  press (bed, &typing, "Space");
  press (bed, &typing, ".");
  press (bed, &typing, "7");
  g_assert_cmpstr (text_of (&typing), ==, "aBc-_ .7");
  g_assert_true (entry_has_focus (bed, &typing));

  /* at the cursor, over what is selected, and away again */
  gtk_editable_set_position (GTK_EDITABLE (typing.entry), 1);
  press (bed, &typing, "x");
  g_assert_cmpstr (text_of (&typing), ==, "axBc-_ .7");
  input_click (bed, find_icon (&typing, "peg-backspace-symbolic"));
  g_assert_cmpstr (text_of (&typing), ==, "aBc-_ .7");
  gtk_editable_select_region (GTK_EDITABLE (typing.entry), 1, 8);
  press (bed, &typing, "z");
  g_assert_cmpstr (text_of (&typing), ==, "az");
  gtk_editable_select_region (GTK_EDITABLE (typing.entry), 0, -1);
  input_click (bed, find_icon (&typing, "peg-backspace-symbolic"));
  input_click (bed, find_icon (&typing, "peg-backspace-symbolic"));
  g_assert_cmpstr (text_of (&typing), ==, "");
  g_assert_true (entry_has_focus (bed, &typing));
}

static void
test_keyboard_shift (void)
{
  Typing typing;
  g_autoptr (Bed) bed = new_typing (&typing, panel, "en_US.UTF-8");

  /* A digit does not use it up, a letter does. */
  input_click (bed, find_icon (&typing, "peg-shift-symbolic"));
  press (bed, &typing, "1");
  press (bed, &typing, "A");
  press (bed, &typing, "a");

  input_click (bed, find_icon (&typing, "peg-shift-symbolic"));
  input_click (bed, find_icon (&typing, "peg-shift-once-symbolic"));
  g_assert_nonnull (find_icon (&typing, "peg-shift-lock-symbolic"));
  press (bed, &typing, "B");
  press (bed, &typing, "C");
  input_click (bed, find_icon (&typing, "peg-shift-lock-symbolic"));
  press (bed, &typing, "d");
  g_assert_cmpstr (text_of (&typing), ==, "1AaBCd");
}

static void
test_keyboard_pages (void)
{
  Typing typing;
  g_autoptr (Bed) bed = new_typing (&typing, panel, "en_US.UTF-8");

  press (bed, &typing, "123");
  press (bed, &typing, "#");
  press (bed, &typing, "§");
  press (bed, &typing, "ABC");
  press (bed, &typing, "q");
  g_assert_cmpstr (text_of (&typing), ==, "#§q");

  /* Another target begins with letters. */
  press (bed, &typing, "123");
  peg_keyboard_set_target (PEG_KEYBOARD (typing.keyboard), NULL);
  bed_settle (bed);
  press (bed, &typing, "q");
  g_assert_cmpstr (text_of (&typing), ==, "#§q");
  peg_keyboard_set_target (PEG_KEYBOARD (typing.keyboard), GTK_EDITABLE (typing.entry));
  g_assert_true (peg_keyboard_get_target (PEG_KEYBOARD (typing.keyboard)) ==
                 GTK_EDITABLE (typing.entry));
  gtk_editable_set_editable (GTK_EDITABLE (typing.entry), FALSE);
  press (bed, &typing, "q");
  input_click (bed, find_icon (&typing, "peg-backspace-symbolic"));
  g_assert_cmpstr (text_of (&typing), ==, "#§q");
}

/* Ukrainian, with Latin letters behind a key, and by the alphabet where a whole row
 * does not fit. */
static void
test_keyboard_ukrainian (void)
{
  Typing typing;

  {
    g_autoptr (Bed) bed = new_typing (&typing, &kiosk_panels[2], "uk_UA.UTF-8");

    press (bed, &typing, "ї");
    press (bed, &typing, "ґ");
    press (bed, &typing, "ABC");
    press (bed, &typing, "w");
    press (bed, &typing, "АБВ");
    input_click (bed, find_icon (&typing, "peg-shift-symbolic"));
    press (bed, &typing, "Є");
    g_assert_cmpstr (text_of (&typing), ==, "їґwЄ");
  }

  {
    g_autoptr (Bed) bed = new_typing (&typing, &kiosk_panels[1], "uk_UA.UTF-8");

    press (bed, &typing, "щ");
    press (bed, &typing, "abc");
    press (bed, &typing, "w");
    press (bed, &typing, "9");
    g_assert_cmpstr (text_of (&typing), ==, "щw9");
  }
}

/* It keeps no reference to what it writes into. */
static void
test_keyboard_target_goes (void)
{
  Typing typing;
  g_autoptr (Bed) bed = new_typing (&typing, panel, "de_DE.UTF-8");

  gtk_box_remove (GTK_BOX (gtk_widget_get_parent (typing.entry)), typing.entry);
  bed_settle (bed);
  g_assert_null (peg_keyboard_get_target (PEG_KEYBOARD (typing.keyboard)));
  press (bed, &typing, "ä");
  input_click (bed, find_icon (&typing, "peg-backspace-symbolic"));
}

static Bed *
new_hold (GtkWidget **button,
          guint      *n_confirmed)
{
  Bed *bed = bed_new (panel);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  *button = peg_hold_button_new (bed->now, "Release");
  *n_confirmed = 0;
  g_signal_connect_swapped (*button, "confirmed", G_CALLBACK (count_cb), n_confirmed);
  gtk_box_append (GTK_BOX (box), *button);
  gtk_box_append (GTK_BOX (box), gtk_button_new_with_label ("Elsewhere"));
  bed_put (bed, box);

  return bed;
}

static void
test_hold (void)
{
  GtkWidget *button;
  guint n_confirmed;
  g_autoptr (Bed) bed = new_hold (&button, &n_confirmed);

  input_point (bed, button);
  input_button (bed, TRUE);
  g_assert_nonnull (bed_find (button, GTK_TYPE_LABEL, "Keep holding…"));
  bed_pass_us (bed, PEG_HOLD_BUTTON_HOLD_US / 2);
  bed_settle (bed);
  g_assert_cmpfloat_with_epsilon (peg_hold_button_get_progress (PEG_HOLD_BUTTON (button)), 0.5,
                                  0.001);
  bed_pass_us (bed, PEG_HOLD_BUTTON_HOLD_US / 2 - 1);
  bed_settle (bed);
  g_assert_cmpuint (n_confirmed, ==, 0);
  bed_pass_us (bed, 1);
  bed_settle (bed);
  g_assert_cmpuint (n_confirmed, ==, 1);

  /* Once, however long it is held after that. */
  bed_pass_us (bed, 10 * PEG_HOLD_BUTTON_HOLD_US);
  bed_settle (bed);
  input_button (bed, FALSE);
  g_assert_cmpuint (n_confirmed, ==, 1);
  g_assert_nonnull (bed_find (button, GTK_TYPE_LABEL, "Hold"));
}

static void
test_hold_cancelled (void)
{
  GtkWidget *button;
  guint n_confirmed;
  g_autoptr (Bed) bed = new_hold (&button, &n_confirmed);

  /* let go a moment too early */
  input_point (bed, button);
  input_button (bed, TRUE);
  bed_pass_us (bed, PEG_HOLD_BUTTON_HOLD_US - 1);
  bed_settle (bed);
  input_button (bed, FALSE);
  bed_pass_us (bed, PEG_HOLD_BUTTON_HOLD_US);
  bed_settle (bed);
  g_assert_cmpuint (n_confirmed, ==, 0);
  g_assert_cmpfloat_with_epsilon (peg_hold_button_get_progress (PEG_HOLD_BUTTON (button)), 0, 1e-9);

  /* slid off, and back */
  input_button (bed, TRUE);
  input_point (bed, bed_find (bed->page, GTK_TYPE_BUTTON, "Elsewhere"));
  input_point (bed, button);
  bed_pass_us (bed, 2 * PEG_HOLD_BUTTON_HOLD_US);
  bed_settle (bed);
  input_button (bed, FALSE);
  g_assert_cmpuint (n_confirmed, ==, 0);

  /* it is about something else now */
  input_button (bed, TRUE);
  peg_hold_button_set_label (PEG_HOLD_BUTTON (button), "Discard");
  bed_pass_us (bed, 2 * PEG_HOLD_BUTTON_HOLD_US);
  bed_settle (bed);
  input_button (bed, FALSE);
  g_assert_cmpuint (n_confirmed, ==, 0);

  /* it cannot be done any more */
  input_button (bed, TRUE);
  gtk_widget_set_sensitive (button, FALSE);
  bed_pass_us (bed, 2 * PEG_HOLD_BUTTON_HOLD_US);
  bed_settle (bed);
  gtk_widget_set_sensitive (button, TRUE);
  bed_settle (bed);
  input_button (bed, FALSE);
  g_assert_cmpuint (n_confirmed, ==, 0);

  /* it is hidden */
  input_button (bed, TRUE);
  gtk_widget_set_visible (button, FALSE);
  bed_pass_us (bed, 2 * PEG_HOLD_BUTTON_HOLD_US);
  bed_settle (bed);
  gtk_widget_set_visible (button, TRUE);
  bed_settle (bed);
  input_button (bed, FALSE);
  g_assert_cmpuint (n_confirmed, ==, 0);
}

static void
test_hold_keys (void)
{
  static const guint keys[] = { GDK_KEY_Return, GDK_KEY_space, GDK_KEY_KP_Enter };
  GtkWidget *button;
  guint n_confirmed;
  g_autoptr (Bed) bed = new_hold (&button, &n_confirmed);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    n_confirmed = 0;
    gtk_widget_grab_focus (button);
    input_key (bed, keys[i], TRUE);
    bed_pass_us (bed, PEG_HOLD_BUTTON_HOLD_US - 1);
    bed_settle (bed);
    input_key (bed, keys[i], FALSE);
    bed_pass_us (bed, 2);
    bed_settle (bed);
    g_assert_cmpuint (n_confirmed, ==, 0);

    input_key (bed, keys[i], TRUE);
    bed_pass_us (bed, PEG_HOLD_BUTTON_HOLD_US);
    bed_settle (bed);
    g_assert_cmpuint (n_confirmed, ==, 1);

    /* A key that is still held, and comes again and again, does not begin anew. */
    bed_pass_us (bed, 4 * PEG_HOLD_BUTTON_HOLD_US);
    bed_settle (bed);
    bed_pass_us (bed, 4 * PEG_HOLD_BUTTON_HOLD_US);
    bed_settle (bed);
    input_key (bed, keys[i], FALSE);
    g_assert_cmpuint (n_confirmed, ==, 1);
  }

  /* The focus went elsewhere. */
  n_confirmed = 0;
  input_key (bed, GDK_KEY_Return, TRUE);
  gtk_widget_grab_focus (bed_find (bed->page, GTK_TYPE_BUTTON, "Elsewhere"));
  bed_pass_us (bed, 2 * PEG_HOLD_BUTTON_HOLD_US);
  bed_settle (bed);
  input_key (bed, GDK_KEY_Return, FALSE);
  g_assert_cmpuint (n_confirmed, ==, 0);
}

static void
test_hold_asks (void)
{
  GtkWidget *button;
  guint n_confirmed;
  g_autoptr (Bed) bed = new_hold (&button, &n_confirmed);

  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_ROLE_BUTTON);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Release, hold");

  g_assert_true (gtk_widget_activate_action (button, "hold.activate", NULL));
  g_assert_cmpuint (n_confirmed, ==, 0);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Release? Activate once more within 10 seconds.");
  bed_pass_us (bed, PEG_HOLD_BUTTON_ASK_US);
  g_assert_true (gtk_widget_activate_action (button, "hold.activate", NULL));
  g_assert_cmpuint (n_confirmed, ==, 1);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Release, hold");

  /* too late: it asks again */
  g_assert_true (gtk_widget_activate (button));
  bed_pass_us (bed, PEG_HOLD_BUTTON_ASK_US + 1);
  g_assert_true (gtk_widget_activate (button));
  g_assert_cmpuint (n_confirmed, ==, 1);
  g_assert_true (gtk_widget_activate (button));
  g_assert_cmpuint (n_confirmed, ==, 2);

  /* what was asked about one thing is not answered about another */
  g_assert_true (gtk_widget_activate (button));
  peg_hold_button_set_label (PEG_HOLD_BUTTON (button), "Discard");
  g_assert_true (gtk_widget_activate (button));
  g_assert_cmpuint (n_confirmed, ==, 2);
}

static void
calibrated_cb (double *found,
               double  pixels_per_mm)
{
  *found = pixels_per_mm;
}

static void
test_calibrate (void)
{
  g_autoptr (Bed) bed = bed_new (panel);
  GtkWidget *page = peg_calibrate_page_new (bed->physical);
  const double before = peg_physical_get_pixels_per_mm (bed->physical);
  double found = 0;
  guint n_closed = 0;
  const char *asked;

  g_signal_connect_swapped (page, "calibrated", G_CALLBACK (calibrated_cb), &found);
  g_signal_connect_swapped (page, "closed", G_CALLBACK (count_cb), &n_closed);
  bed_put (bed, page);
  g_assert_cmpfloat_with_epsilon (
    peg_calibrate_page_get_pixels_per_mm (PEG_CALIBRATE_PAGE (page)), before, 1e-9);

  /* The card grows by half a millimetre. */
  input_click (bed, bed_find (page, GTK_TYPE_BUTTON, "+"));
  g_assert_cmpfloat_with_epsilon (
    peg_calibrate_page_get_pixels_per_mm (PEG_CALIBRATE_PAGE (page)) / before,
    1 + 0.5 / 85.60, 1e-6);
  input_click (bed, bed_find (page, GTK_TYPE_BUTTON, "++"));
  input_click (bed, bed_find (page, GTK_TYPE_BUTTON, "−"));
  input_click (bed, bed_find (page, GTK_TYPE_BUTTON, "−−"));
  g_assert_cmpfloat (peg_calibrate_page_get_pixels_per_mm (PEG_CALIBRATE_PAGE (page)), <, before);

  input_click (bed, bed_find (page, GTK_TYPE_BUTTON, "The card fits"));
  g_assert_cmpfloat_with_epsilon (
    found, peg_calibrate_page_get_pixels_per_mm (PEG_CALIBRATE_PAGE (page)), 1e-9);
  g_assert_cmpuint (bed->asked->len, ==, 1);
  asked = g_ptr_array_index (bed->asked, 0);
  g_assert_true (g_str_has_prefix (asked, "kiosk-calibrated "));
  /* It changes nothing by itself. */
  g_assert_cmpfloat_with_epsilon (peg_physical_get_pixels_per_mm (bed->physical), before, 1e-9);

  input_click (bed, bed_find (page, GTK_TYPE_BUTTON, "Cancel"));
  g_assert_cmpuint (n_closed, ==, 1);
  g_assert_cmpfloat_with_epsilon (
    peg_calibrate_page_get_pixels_per_mm (PEG_CALIBRATE_PAGE (page)), before, 1e-9);
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/kiosk/keypad", test_keypad);
  g_test_add_func ("/kiosk/keyboard/writes", test_keyboard_writes);
  g_test_add_func ("/kiosk/keyboard/shift", test_keyboard_shift);
  g_test_add_func ("/kiosk/keyboard/pages", test_keyboard_pages);
  g_test_add_func ("/kiosk/keyboard/ukrainian", test_keyboard_ukrainian);
  g_test_add_func ("/kiosk/keyboard/target-goes", test_keyboard_target_goes);
  g_test_add_func ("/kiosk/hold", test_hold);
  g_test_add_func ("/kiosk/hold/cancelled", test_hold_cancelled);
  g_test_add_func ("/kiosk/hold/keys", test_hold_keys);
  g_test_add_func ("/kiosk/hold/asks", test_hold_asks);
  g_test_add_func ("/kiosk/calibrate", test_calibrate);

  return g_test_run ();
}
