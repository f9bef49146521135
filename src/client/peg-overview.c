/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-overview"

#include "peg-config.h"

#include "peg-overview.h"

/* How long a program without a window stays for the next question, ms: somebody who
 * types a word asks at every letter. */
#define STAY_MS 60000

static void
find_cb (PegSearchProvider *provider,
         const char        *words,
         guint              timestamp,
         GtkApplication    *application)
{
  GtkWindow *window;

  g_application_activate (G_APPLICATION (application));
  window = gtk_application_get_active_window (application);
  if (window == NULL)
    return;

  if (*words != '\0')
    gtk_widget_activate_action (GTK_WIDGET (window), "win.find", "s", words);
  gtk_window_present_with_time (window, timestamp);
}

/* A program that has a window is somebody's, and ends with it. */
static void
window_added_cb (GtkApplication *application)
{
  g_application_set_inactivity_timeout (G_APPLICATION (application), 0);
}

/**
 * peg_overview_new:
 * @application: the program
 * @connection: the session bus
 * @object_path: that of @application
 * @error: return location for an error of the bus
 *
 * Lets the overview of GNOME Shell search the board, and shows what is chosen there in
 * the window. To be called from #GApplicationClass.dbus_register().
 *
 * Returns: (transfer full) (nullable): what answers the overview
 */
PegSearchProvider *
peg_overview_new (GtkApplication   *application,
                  GDBusConnection  *connection,
                  const char       *object_path,
                  GError          **error)
{
  g_autoptr (PegSearchProvider) provider = peg_search_provider_new ();
  g_autofree char *path = g_strconcat (object_path, "/SearchProvider", NULL);

  g_return_val_if_fail (GTK_IS_APPLICATION (application), NULL);

  if (!peg_search_provider_export (provider, connection, path, error))
    return NULL;

  g_signal_connect_object (provider, "find", G_CALLBACK (find_cb), application, 0);
  if ((g_application_get_flags (G_APPLICATION (application)) & G_APPLICATION_IS_SERVICE) != 0) {
    g_application_set_inactivity_timeout (G_APPLICATION (application), STAY_MS);
    g_signal_connect (application, "window-added", G_CALLBACK (window_added_cb), NULL);
  }

  return g_steal_pointer (&provider);
}
