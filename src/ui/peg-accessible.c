/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-accessible"

#include "peg-config.h"

#include "peg-accessible.h"

/**
 * peg_accessible_clean_names:
 * @root: a widget
 *
 * Lets every button with a text in @root be named by its text alone.
 *
 * GTK 4.8 also gives such a button its label as a name, with the underscore of
 * the mnemonic, and a screen reader then reads both: “_Release Release”.
 */
void
peg_accessible_clean_names (GtkWidget *root)
{
  g_return_if_fail (GTK_IS_WIDGET (root));

  if (GTK_IS_BUTTON (root) && gtk_button_get_label (GTK_BUTTON (root)) != NULL)
    gtk_accessible_reset_property (GTK_ACCESSIBLE (root), GTK_ACCESSIBLE_PROPERTY_LABEL);

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    peg_accessible_clean_names (child);
}
