/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-ui"

#include "peg-config.h"

#include "peg-ui.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/**
 * peg_ui_set_accels:
 * @application: an application
 *
 * Gives the actions of the window and of the application their keys. They are
 * listed for people in the shortcuts window (peg_ui_create_shortcuts()).
 */
void
peg_ui_set_accels (GtkApplication *application)
{
  static const struct {
    const char *action;
    const char *accels[3];
  } keys[] = {
    { "win.search", { "<Control>f", NULL } },
    { "win.check-out", { "<Control>o", NULL } },
    { "win.check-in", { "<Control>i", NULL } },
    { "win.release", { "<Control>r", NULL } },
    { "win.save-copy", { "<Control>s", NULL } },
    { "win.open", { "<Control>Return", "<Control>KP_Enter", NULL } },
    { "win.copy-name", { "<Control><Shift>c", NULL } },
    { "win.filter::all", { "<Control>1", NULL } },
    { "win.filter::out", { "<Control>2", NULL } },
    { "win.filter::mine", { "<Control>3", NULL } },
    { "win.filter::free", { "<Control>4", NULL } },
    { "win.expand-all", { "<Control>plus", "<Control>equal", NULL } },
    { "win.collapse-all", { "<Control>minus", NULL } },
    { "win.show-details", { "F9", NULL } },
    { "win.back", { "<Alt>Left", "Back", NULL } },
    { "app.reconnect", { "F5", NULL } },
    { "app.shortcuts", { "<Control>question", NULL } },
    { "app.quit", { "<Control>q", NULL } },
  };

  g_return_if_fail (GTK_IS_APPLICATION (application));

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_application_set_accels_for_action (application, keys[i].action, keys[i].accels);
}

/**
 * peg_ui_create_shortcuts:
 * @parent: the window that asks
 *
 * Returns: (transfer none): the window that lists the keys; to be presented
 */
GtkWindow *
peg_ui_create_shortcuts (GtkWindow *parent)
{
  g_autoptr (GtkBuilder) builder =
    gtk_builder_new_from_resource ("/io/github/pegboard/Pegboard/peg-shortcuts.ui");
  GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, "shortcuts"));

  gtk_window_set_transient_for (window, parent);

  return window;
}

/**
 * peg_ui_create_about:
 * @parent: the window that asks
 *
 * Returns: (transfer none): the window that says what this program is; to be
 *   presented
 */
GtkWindow *
peg_ui_create_about (GtkWindow *parent)
{
  static const char * const developers[] = { "The Pegboard contributors", NULL };

  return g_object_new (ADW_TYPE_ABOUT_WINDOW,
                       "transient-for", parent,
                       "application-icon", APPLICATION_ID,
                       "application-name", _("Pegboard"),
                       "developer-name", _("The Pegboard contributors"),
                       "developers", developers,
                       "version", PACKAGE_VERSION,
                       "comments", _("The board of a machine shop: who has which program, "
                                     "at once and for certain."),
                       "license-type", GTK_LICENSE_GPL_3_0,
                       /* Translators: your names, one in each line. */
                       "translator-credits", _("translator-credits"),
                       NULL);
}
