/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "stand-in"

#include "peg-config.h"

#include "peg-kiosk-lock.h"

#include <adwaita.h>
#include <string.h>

/* stand-in [--open]
 *
 * A program with every way out that a terminal must not have: a window with a button
 * that closes it, accelerators, menus, text, links, things that can be dragged. With the
 * lock of a terminal none of them may work; with --open the lock is left away, which
 * shows that they would. */

static void
about_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       application)
{
  GtkWindow *window = GTK_WINDOW (gtk_about_dialog_new ());

  gtk_window_set_transient_for (window, gtk_application_get_active_window (application));
  gtk_window_present (window);
}

static void
quit_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       application)
{
  GtkWindow *window = gtk_application_get_active_window (application);

  if (window != NULL)
    gtk_window_close (window);
}

static void
say_cb (GSimpleAction *action,
        GVariant      *parameter,
        GtkLabel      *label)
{
  g_autofree char *text = g_strdup_printf ("%s “%s”", g_action_get_name (G_ACTION (action)),
                                           g_variant_get_string (parameter, NULL));

  gtk_label_set_label (label, text);
}

static void
add_say (GActionMap *map,
         const char *name,
         GtkLabel   *label)
{
  g_autoptr (GSimpleAction) action = g_simple_action_new (name, G_VARIANT_TYPE_STRING);

  g_signal_connect (action, "activate", G_CALLBACK (say_cb), label);
  g_action_map_add_action (map, G_ACTION (action));
}

static GtkWidget *
create_menu_button (void)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  GtkWidget *button = gtk_menu_button_new ();

  g_menu_append (menu, "_About", "app.about");
  g_menu_append (menu, "_Quit", "app.quit");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), G_MENU_MODEL (menu));
  gtk_menu_button_set_primary (GTK_MENU_BUTTON (button), TRUE);
  gtk_menu_button_set_label (GTK_MENU_BUTTON (button), "_Menu");
  gtk_menu_button_set_use_underline (GTK_MENU_BUTTON (button), TRUE);
  /* Enter on a button that has the focus is no trick. */
  gtk_widget_set_can_focus (button, FALSE);

  return button;
}

static GtkWidget *
create_content (GtkLabel *label)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *entry = gtk_entry_new ();
  GtkWidget *text = gtk_text_view_new ();
  GtkWidget *selectable = gtk_label_new ("Text that can be selected");
  GtkWidget *button = gtk_button_new_with_mnemonic ("_Button");

  gtk_editable_set_text (GTK_EDITABLE (entry), "Text in a field");
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, "Field", -1);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (text)), "Text", -1);
  gtk_label_set_selectable (GTK_LABEL (selectable), TRUE);

  gtk_box_append (GTK_BOX (box), GTK_WIDGET (label));
  gtk_box_append (GTK_BOX (box), entry);
  gtk_box_append (GTK_BOX (box), create_menu_button ());
  gtk_box_append (GTK_BOX (box), selectable);
  gtk_box_append (GTK_BOX (box), button);
  gtk_box_append (GTK_BOX (box), text);

  return box;
}

static void
activate_cb (GtkApplication *application,
             gpointer        is_open)
{
  static const GActionEntry entries[] = {
    { .name = "about", .activate = about_cb },
    { .name = "quit", .activate = quit_cb },
  };
  static const char * const quit[] = { "<Control>q", "<Control>w", NULL };
  static const char * const about[] = { "F1", "<Control>question", NULL };
  GtkWidget *window, *label;

  if (gtk_application_get_active_window (application) != NULL)
    return;

  g_action_map_add_action_entries (G_ACTION_MAP (application), entries, G_N_ELEMENTS (entries),
                                   application);
  gtk_application_set_accels_for_action (application, "app.quit", quit);
  gtk_application_set_accels_for_action (application, "app.about", about);

  window = gtk_application_window_new (application);
  label = gtk_label_new ("Nothing yet");
  add_say (G_ACTION_MAP (window), "kiosk-command", GTK_LABEL (label));
  add_say (G_ACTION_MAP (application), "kiosk-ask-pin", GTK_LABEL (label));
  gtk_window_set_title (GTK_WINDOW (window), "Stand-in");
  /* In this order: a menu of GTK 4.8 is not good at losing its accelerators. */
  if (is_open == NULL)
    peg_kiosk_lock_attach (GTK_WINDOW (window));
  gtk_window_set_child (GTK_WINDOW (window), create_content (GTK_LABEL (label)));
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (AdwApplication) application = NULL;
  const gboolean is_open = argc > 1 && strcmp (argv[1], "--open") == 0;

  if (!is_open)
    peg_kiosk_lock_prepare ();
  application = g_object_new (ADW_TYPE_APPLICATION, "application-id", APPLICATION_ID, NULL);
  g_signal_connect (application, "activate", G_CALLBACK (activate_cb), GINT_TO_POINTER (is_open));

  return g_application_run (G_APPLICATION (application), 1, argv);
}
