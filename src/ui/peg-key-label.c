/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-key-label"

#include "peg-config.h"

#include "peg-key-label.h"

#include "peg-quiet.h"

/**
 * peg_key_label_set:
 * @button: a button
 * @text: what is on it
 * @name: (nullable): what a screen reader says; %NULL: the same
 *
 * Writes on a button, and names it. The label is a child like any other: a button of
 * GTK 4.8 that makes its label itself is not named for a screen reader by what it is
 * told to be named.
 */
void
peg_key_label_set (GtkButton  *button,
                   const char *text,
                   const char *name)
{
  GtkWidget *label = gtk_button_get_child (button);

  if (GTK_IS_LABEL (label))
    peg_quiet_set_label (GTK_LABEL (label), text);
  else
    gtk_button_set_child (button, gtk_label_new (text));
  peg_quiet_set_name (GTK_ACCESSIBLE (button), name != NULL ? name : text);
}
