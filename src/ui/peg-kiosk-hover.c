/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-hover"

#include "peg-config.h"

#include "peg-kiosk-hover.h"

static gboolean
query_cb (GtkWidget  *widget,
          int         x,
          int         y,
          gboolean    keyboard,
          GtkTooltip *tooltip,
          gpointer    user_data)
{
  return FALSE;
}

/**
 * peg_kiosk_hover_forbid:
 *
 * Shows no tooltip from now on, of no widget of this process: nobody hovers over a glass,
 * and a mouse that was left lying on a terminal opens no window over the board. What GTK
 * and libadwaita put on their own widgets is meant, too. A program is a terminal or it is
 * not, so this is not taken back.
 */
void
peg_kiosk_hover_forbid (void)
{
  static gsize done = 0;

  if (!g_once_init_enter (&done))
    return;

  /* Instead of the virtual function of every class: GTK 4 has no setting for it. */
  g_signal_override_class_handler ("query-tooltip", GTK_TYPE_WIDGET, G_CALLBACK (query_cb));
  g_once_init_leave (&done, 1);
}
