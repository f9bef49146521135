/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-button"

#include "peg-config.h"

#include "peg-kiosk-button.h"

#include "peg-quiet.h"

/**
 * PegKioskButton:
 *
 * A big button of a shared terminal: what it does, and below that a line that says
 * more, or why it does not work now.
 *
 * A button that does not work keeps the focus and can be pressed: whoever presses it
 * is told why, as is whoever comes to it with a keyboard and cannot see it. It has
 * the style class `off` then, and says so to a screen reader.
 */
struct _PegKioskButton
{
  GtkButton parent_instance;

  GtkLabel *title;
  GtkLabel *line;
  char *why; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (PegKioskButton, peg_kiosk_button, GTK_TYPE_BUTTON)

static void
peg_kiosk_button_finalize (GObject *object)
{
  PegKioskButton *self = PEG_KIOSK_BUTTON (object);

  g_clear_pointer (&self->why, g_free);

  G_OBJECT_CLASS (peg_kiosk_button_parent_class)->finalize (object);
}

static void
peg_kiosk_button_class_init (PegKioskButtonClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = peg_kiosk_button_finalize;
}

static void
peg_kiosk_button_init (PegKioskButton *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->title = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_justify (self->title, GTK_JUSTIFY_CENTER);
  gtk_label_set_wrap (self->title, TRUE);
  gtk_label_set_wrap_mode (self->title, PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (GTK_WIDGET (self->title), "kiosk-button-title");

  self->line = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->line, TRUE);
  gtk_label_set_wrap_mode (self->line, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_justify (self->line, GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (GTK_WIDGET (self->line), "kiosk-near");
  gtk_widget_set_visible (GTK_WIDGET (self->line), FALSE);

  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->title));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->line));
  gtk_button_set_child (GTK_BUTTON (self), box);
  gtk_widget_add_css_class (GTK_WIDGET (self), "kiosk-button");
}

/**
 * peg_kiosk_button_new:
 * @title: what it does
 *
 * Returns: (transfer floating): a new button
 */
GtkWidget *
peg_kiosk_button_new (const char *title)
{
  GtkWidget *self = g_object_new (PEG_TYPE_KIOSK_BUTTON, NULL);

  peg_kiosk_button_set_title (PEG_KIOSK_BUTTON (self), title);

  return self;
}

/**
 * peg_kiosk_button_set_title:
 * @self: a button
 * @title: what it does
 */
void
peg_kiosk_button_set_title (PegKioskButton *self,
                            const char     *title)
{
  g_return_if_fail (PEG_IS_KIOSK_BUTTON (self));

  peg_quiet_set_label (self->title, title);
  peg_quiet_set_name (GTK_ACCESSIBLE (self), title);
}

/**
 * peg_kiosk_button_keep_words:
 * @self: a button
 *
 * Breaks none of its words: there is something beside it that gives way. Others do, so
 * that a long word of some language does not make the window larger than the screen.
 */
void
peg_kiosk_button_keep_words (PegKioskButton *self)
{
  g_return_if_fail (PEG_IS_KIOSK_BUTTON (self));

  gtk_label_set_wrap_mode (self->title, PANGO_WRAP_WORD);
}

static void
set_line (PegKioskButton *self,
          const char     *text)
{
  peg_quiet_set_label (self->line, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->line), text != NULL);
}

/**
 * peg_kiosk_button_set_why:
 * @self: a button
 * @why: (nullable): why it does not work now; %NULL: it does
 */
void
peg_kiosk_button_set_why (PegKioskButton *self,
                          const char     *why)
{
  g_return_if_fail (PEG_IS_KIOSK_BUTTON (self));

  if (g_strcmp0 (self->why, why) == 0)
    return;

  g_free (self->why);
  self->why = g_strdup (why);
  set_line (self, why);
  if (why != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), "off");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "off");

  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_DISABLED, why != NULL, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  why != NULL ? why : "", -1);
}

/**
 * peg_kiosk_button_get_why:
 * @self: a button
 *
 * Returns: (transfer none) (nullable): why it does not work now; %NULL: it does
 */
const char *
peg_kiosk_button_get_why (PegKioskButton *self)
{
  g_return_val_if_fail (PEG_IS_KIOSK_BUTTON (self), NULL);

  return self->why;
}

/**
 * peg_kiosk_button_set_more:
 * @self: a button
 * @more: (nullable): what the line below says while the button works
 */
void
peg_kiosk_button_set_more (PegKioskButton *self,
                           const char     *more)
{
  g_return_if_fail (PEG_IS_KIOSK_BUTTON (self));

  if (self->why == NULL)
    set_line (self, more);
}
