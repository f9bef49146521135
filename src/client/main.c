/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-admin.h"
#include "peg-application.h"
#include "peg-graphics.h"
#include "peg-safe.h"

#include <glib/gi18n.h>
#include <gtk/gtk.h>
#include <locale.h>

int
main (int   argc,
      char *argv[])
{
  g_autoptr (PegApplication) application = NULL;
  int status;

  /* Before anything that may start a thread. */
  if (peg_safe_get_code (argc, (const char * const *) argv) != NULL)
    peg_safe_draw_plain ();
  else
    peg_graphics_prepare ("/dev");

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  /* It is done, and the thread of the link may run when GTK would do it again. */
  gtk_disable_setlocale ();
  g_set_application_name (_("Pegboard"));

  application = peg_application_new ();

  status = g_application_run (G_APPLICATION (application), argc, argv);

  return status != 0 ? status : peg_admin_get_status (G_APPLICATION (application));
}
