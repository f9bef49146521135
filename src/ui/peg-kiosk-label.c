/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-label"

#include "peg-config.h"

#include "peg-kiosk-label.h"

static GtkLabel *
append (GtkWidget  *box,
        const char *style)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, style);
  gtk_box_append (GTK_BOX (box), label);

  return GTK_LABEL (label);
}

/**
 * peg_kiosk_label_append:
 * @box: a GtkBox of a page of the terminal
 * @style: a class of kiosk-window.css that says how large the words are
 *
 * Puts one line of words at the end of a box. What is too long ends in “…”.
 *
 * Returns: (transfer none): the label, empty
 */
GtkLabel *
peg_kiosk_label_append (GtkWidget  *box,
                        const char *style)
{
  GtkLabel *label = append (box, style);

  gtk_label_set_ellipsize (label, PANGO_ELLIPSIZE_END);

  return label;
}

/**
 * peg_kiosk_label_append_wrapped:
 * @box: a GtkBox of a page of the terminal
 * @style: a class of kiosk-window.css that says how large the words are
 *
 * Puts words at the end of a box that take as many lines as they need. A name without
 * a gap in it is broken rather than cut.
 *
 * Returns: (transfer none): the label, empty
 */
GtkLabel *
peg_kiosk_label_append_wrapped (GtkWidget  *box,
                                const char *style)
{
  GtkLabel *label = append (box, style);

  gtk_label_set_wrap (label, TRUE);
  gtk_label_set_wrap_mode (label, PANGO_WRAP_WORD_CHAR);

  return label;
}
