/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk"

#include "peg-config.h"

#include "peg-kiosk.h"

#include "peg-window.h"

/**
 * PegKiosk:
 *
 * A terminal that a shift shares: one window over the whole screen.
 */
struct _PegKiosk
{
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (PegKiosk, peg_kiosk, G_TYPE_OBJECT)

static void
peg_kiosk_class_init (PegKioskClass *klass)
{
}

static void
peg_kiosk_init (PegKiosk *self)
{
}

/**
 * peg_kiosk_new:
 * @application: the application; its window is created
 * @store: what is shown
 * @link: the link to the server
 * @account: who signs in to it
 * @site: what the shop laid down
 * @options: what the command line says
 *
 * Returns: (transfer full): the terminal
 */
PegKiosk *
peg_kiosk_new (GtkApplication   *application,
               PegStore         *store,
               PegLink          *link,
               PegAccount       *account,
               PegSite          *site,
               const PegOptions *options)
{
  GtkWindow *window;

  g_return_val_if_fail (GTK_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (PEG_IS_STORE (store), NULL);

  window = GTK_WINDOW (peg_window_new (application, store, NULL));
  gtk_window_fullscreen (window);

  return g_object_new (PEG_TYPE_KIOSK, NULL);
}
