/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "kiosk-shots"

#include "peg-config.h"

#include "kiosk-bed.h"
#include "stage.h"

/* kiosk-shots [STATE [PANEL]] FOLDER
 *
 * Takes a picture of every state of the widgets of a shared terminal on every panel,
 * and writes down where in it the words are that say how something is, for
 * tests/tools/check-looks.py:  FOLDER/PANEL-NUMBER/STATE.png and STATE.words, a line
 * “x y width height text” for each. */

static void
write_word (GtkWidget             *label,
            const graphene_rect_t *bounds,
            gpointer               user_data)
{
  GString *words = user_data;
  g_autofree char *text = g_strdelimit (g_strdup (gtk_label_get_text (GTK_LABEL (label))),
                                        "\n", ' ');

  g_string_append_printf (words, "%d %d %d %d %s\n", (int) bounds->origin.x,
                          (int) bounds->origin.y, (int) bounds->size.width,
                          (int) bounds->size.height, text);
}

static void
take (const KioskPanel *panel,
      BedState          state,
      const char       *folder)
{
  g_autoptr (Bed) bed = bed_new (panel);
  g_autofree char *picture = g_strdup_printf ("%s/%s.png", folder, bed_state_name (state));
  g_autofree char *list = g_strdup_printf ("%s/%s.words", folder, bed_state_name (state));
  GString *words = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  bed_show (bed, state);
  if (gtk_widget_get_width (bed->window) != panel->width_px ||
      gtk_widget_get_height (bed->window) != panel->height_px)
    g_printerr ("%s: %s needs %d×%d\n", panel->name, bed_state_name (state),
                gtk_widget_get_width (bed->window), gtk_widget_get_height (bed->window));
  stage_save_picture (bed->window, picture);
  kiosk_sizes_foreach_word (bed->window, write_word, words);
  if (!g_file_set_contents (list, words->str, (gssize) words->len, &error))
    g_printerr ("%s\n", error->message);
  g_string_free (words, TRUE);
}

int
main (int   argc,
      char *argv[])
{
  const char *only = argc > 2 ? argv[1] : "all";
  const char *folder = argv[argc - 1];

  if (argc < 2 || argc > 4) {
    g_printerr ("Usage: kiosk-shots [STATE [PANEL]] FOLDER\n");
    return 2;
  }

  gtk_init ();

  for (guint i = 0; i < KIOSK_N_PANELS; i++) {
    g_autofree char *sub = g_strdup_printf ("%s/%u", folder, i);

    if (argc > 3 && g_ascii_strtoull (argv[2], NULL, 10) != i)
      continue;
    g_mkdir_with_parents (sub, 0755);
    for (BedState state = 0; state < BED_N_STATES; state++) {
      if (g_str_equal (only, "all") || g_str_equal (only, bed_state_name (state)))
        take (&kiosk_panels[i], state, sub);
    }
  }

  return 0;
}
