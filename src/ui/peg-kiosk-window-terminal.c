/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-window-terminal"

#include "peg-config.h"

#include "peg-kiosk-window-private.h"

#include "peg-quiet.h"

#include <glib/gi18n.h>

/* What one asks of a terminal itself: why it is offline, what waits to be sent, which
 * version runs; and what can be done with its glass. */

static void
append_button (GtkWidget  *row,
               const char *title,
               const char *action)
{
  GtkWidget *button = peg_kiosk_button_new (title);

  gtk_widget_add_css_class (button, "kiosk-big");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_box_append (GTK_BOX (row), button);
}

/*
 * peg_kiosk_window_build_terminal:
 *
 * Returns: (transfer floating): the page of the terminal
 */
GtkWidget *
peg_kiosk_window_build_terminal (PegKioskWindow *self)
{
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->terminal = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->terminal, 0);
  gtk_label_set_yalign (self->terminal, 0);
  gtk_label_set_wrap (self->terminal, TRUE);
  gtk_label_set_wrap_mode (self->terminal, PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (GTK_WIDGET (self->terminal), "kiosk-near");
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->terminal));
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (scroller), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("This terminal"), -1);

  gtk_widget_add_css_class (row, "kiosk-gaps");
  gtk_box_set_homogeneous (GTK_BOX (row), TRUE);
  append_button (row, _("Clean the Glass"), "app.kiosk-wipe");
  append_button (row, _("Darken"), "app.kiosk-rest");

  gtk_widget_add_css_class (page, "kiosk-gaps");
  gtk_box_append (GTK_BOX (page), scroller);
  gtk_box_append (GTK_BOX (page), row);

  return page;
}

static void
append_lines (GString            *text,
              const char * const *lines)
{
  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    g_string_append_printf (text, "%s\n", lines[i]);
}

/* What is known of the connection: names and values in turn. */
static void
append_facts (GString            *text,
              const char * const *facts)
{
  for (guint i = 0; facts != NULL && facts[i] != NULL && facts[i + 1] != NULL; i += 2) {
    /* Translators: what something is, and its value, for example “Server: shop”. */
    g_string_append_printf (text, _("%s: %s"), facts[i], facts[i + 1]);
    g_string_append_c (text, '\n');
  }
}

/*
 * peg_kiosk_window_render_terminal:
 *
 * Says how the terminal is.
 */
void
peg_kiosk_window_render_terminal (PegKioskWindow      *self,
                                  PegSnapshot         *snapshot,
                                  PegKioskView        *view,
                                  const PegDisplayNow *now)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (GStrv) facts = NULL;
  g_autofree char *why = NULL;
  g_autofree char *machine = NULL;

  if (self->place != PEG_KIOSK_PLACE_TERMINAL)
    return;

  why = peg_kiosk_words_link_why (snapshot);
  if (why != NULL)
    g_string_append_printf (text, "%s\n", why);
  facts = peg_display_link_facts (snapshot, now);
  append_facts (text, (const char * const *) facts);
  append_lines (text, (const char * const *) view->waiting);
  append_lines (text, (const char * const *) view->missing);
  machine = peg_kiosk_window_dup_machine_trouble (self, snapshot);
  if (machine != NULL)
    g_string_append_printf (text, "%s\n", machine);
  peg_quiet_set_label (self->terminal, text->str);
}
