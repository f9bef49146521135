/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "kiosk-bed.h"
#include "peg-hold-button.h"

/* Everything that can be touched, measured in millimetres, on every panel. */

static void
test_panel (gconstpointer data)
{
  const KioskPanel *panel = data;
  guint n_targets = 0, n_words = 0;

  for (BedState state = 0; state < BED_N_STATES; state++) {
    g_autoptr (Bed) bed = bed_new (panel);
    g_autofree char *where = g_strdup_printf ("%s, %s", panel->name, bed_state_name (state));

    bed_show (bed, state);
    /* Nothing has pushed the window apart. */
    g_assert_cmpint (gtk_widget_get_width (bed->window), ==, panel->width_px);
    g_assert_cmpint (gtk_widget_get_height (bed->window), ==, panel->height_px);
    kiosk_sizes_assert (bed->window, bed->physical, where);
    n_targets += kiosk_sizes_count_targets (bed->window);
    n_words += kiosk_sizes_count_words (bed->window);
  }

  g_test_message ("%s: %u targets, %u words", panel->name, n_targets, n_words);
  g_assert_cmpuint (n_targets, >, 250);
  g_assert_cmpuint (n_words, >, 20);
}

/* What is wrong is found. */
static void
test_control (void)
{
  g_autoptr (Bed) bed = bed_new (&kiosk_panels[2]);
  const int target = peg_physical_px (bed->physical, PEG_PHYSICAL_TARGET_MM);
  const int gap = peg_physical_px (bed->physical, PEG_PHYSICAL_GAP_MM);
  GtkWidget *fixed = gtk_fixed_new ();
  GtkWidget *first = gtk_button_new (), *second = gtk_button_new ();
  GtkWidget *word = gtk_label_new ("Free");
  GPtrArray *mistakes;

  gtk_widget_add_css_class (word, "kiosk-word");
  gtk_fixed_put (GTK_FIXED (fixed), first, 0, 0);
  gtk_widget_set_size_request (first, 2 * target, -1);
  gtk_fixed_put (GTK_FIXED (fixed), second, 2 * target + gap, 0);
  gtk_fixed_put (GTK_FIXED (fixed), word, 0, 3 * target);
  bed_put (bed, fixed);
  kiosk_sizes_assert (bed->window, bed->physical, "as it should be");

  /* too near, by a millimetre */
  gtk_fixed_move (GTK_FIXED (fixed), second, 2 * target + gap - gap / 4, 0);
  bed_settle (bed);
  mistakes = kiosk_sizes_find_mistakes (bed->window, bed->physical);
  g_assert_cmpuint (mistakes->len, ==, 1);
  g_ptr_array_unref (mistakes);
  gtk_fixed_move (GTK_FIXED (fixed), second, 2 * target + gap, 0);

  /* too small: the buttons belong to somewhere else, where they are not enlarged */
  peg_physical_set_calibrated (bed->physical, 2 * kiosk_panel_pixels_per_mm (bed->panel));
  bed_settle (bed);
  gtk_widget_remove_css_class (bed->window, "peg-kiosk");
  bed_settle (bed);
  mistakes = kiosk_sizes_find_mistakes (bed->window, bed->physical);
  for (guint i = 0; i < mistakes->len; i++)
    g_test_message ("%s", (const char *) g_ptr_array_index (mistakes, i));
  /* two buttons, and the word; and the gap is half as wide as it was */
  g_assert_cmpuint (mistakes->len, >=, 3);
  g_ptr_array_unref (mistakes);
}

/* The display of a test invents its size, which is not believed. */
static void
test_monitor (void)
{
  GListModel *monitors = gdk_display_get_monitors (gdk_display_get_default ());
  g_autoptr (GdkMonitor) monitor = g_list_model_get_item (monitors, 0);
  g_autoptr (PegPhysical) physical = peg_physical_new ();

  g_assert_nonnull (monitor);
  peg_physical_set_monitor (physical, monitor);
  g_assert_cmpint (peg_physical_get_source (physical), ==, PEG_PHYSICAL_ASSUMED);
  g_assert_cmpfloat_with_epsilon (peg_physical_get_pixels_per_mm (physical),
                                  PEG_PHYSICAL_DEFAULT, 1e-9);
  peg_physical_set_calibrated (physical, 4);
  g_assert_cmpint (peg_physical_get_source (physical), ==, PEG_PHYSICAL_CALIBRATED);
  peg_physical_set_monitor (physical, NULL);
  g_assert_cmpfloat_with_epsilon (peg_physical_get_pixels_per_mm (physical), 4, 1e-9);
}

/* High contrast is a class, which comes and goes, and enlarges nothing. */
static void
test_contrast (void)
{
  g_autoptr (Bed) bed = bed_new (&kiosk_panels[1]);

  bed_show (bed, BED_PIN);
  g_assert_false (gtk_widget_has_css_class (bed->window, "kiosk-contrast"));
  gtk_widget_add_css_class (bed->window, "kiosk-contrast");
  bed_settle (bed);
  kiosk_sizes_assert (bed->window, bed->physical, "high contrast");
}

/* What nobody can touch may have any size; what lies in another thing is not beside
 * it. */
static void
test_ignored (void)
{
  g_autoptr (Bed) bed = bed_new (&kiosk_panels[2]);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *insensitive = gtk_button_new (), *hidden = gtk_button_new ();

  gtk_widget_set_sensitive (insensitive, FALSE);
  gtk_widget_set_visible (hidden, FALSE);
  gtk_box_append (GTK_BOX (box), insensitive);
  gtk_box_append (GTK_BOX (box), hidden);
  gtk_box_append (GTK_BOX (box), gtk_label_new ("no target"));
  bed_put (bed, box);
  g_assert_cmpuint (kiosk_sizes_count_targets (bed->window), ==, 0);

  gtk_widget_set_visible (hidden, TRUE);
  bed_settle (bed);
  g_assert_cmpuint (kiosk_sizes_count_targets (bed->window), ==, 1);
}

/* Rows that touch must be higher. */
static void
test_rows (void)
{
  g_autoptr (Bed) bed = bed_new (&kiosk_panels[2]);
  const int target = peg_physical_px (bed->physical, PEG_PHYSICAL_TARGET_MM);
  const int gap = peg_physical_px (bed->physical, PEG_PHYSICAL_GAP_MM);
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *rows[2];
  GPtrArray *mistakes;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    rows[i] = gtk_list_box_row_new ();
    gtk_list_box_append (GTK_LIST_BOX (list), rows[i]);
    gtk_widget_set_size_request (rows[i], -1, target);
  }
  gtk_widget_set_valign (list, GTK_ALIGN_START);
  bed_put (bed, list);
  mistakes = kiosk_sizes_find_mistakes (bed->window, bed->physical);
  g_assert_cmpuint (mistakes->len, ==, 1);
  g_ptr_array_unref (mistakes);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    gtk_widget_set_size_request (rows[i], -1, target + gap);
  bed_settle (bed);
  kiosk_sizes_assert (bed->window, bed->physical, "rows");
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < KIOSK_N_PANELS; i++) {
    g_autofree char *path = g_strdup_printf ("/kiosk/sizes/%s", kiosk_panels[i].name);

    g_test_add_data_func (path, &kiosk_panels[i], test_panel);
  }
  g_test_add_func ("/kiosk/sizes/monitor", test_monitor);
  g_test_add_func ("/kiosk/sizes/control", test_control);
  g_test_add_func ("/kiosk/sizes/contrast", test_contrast);
  g_test_add_func ("/kiosk/sizes/ignored", test_ignored);
  g_test_add_func ("/kiosk/sizes/rows", test_rows);

  return g_test_run ();
}
