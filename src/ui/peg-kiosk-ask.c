/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-ask"

#include "peg-config.h"

#include "peg-kiosk-ask.h"

#include "peg-hold-button.h"
#include "peg-kiosk-button.h"

#include <glib/gi18n.h>

/**
 * PegKioskAsk:
 *
 * A question that fills the page: what would happen, and to what, with two answers.
 * An answer that loses something is given by holding its button.
 */
struct _PegKioskAsk
{
  AdwBin parent_instance;

  GtkLabel *title;
  GtkLabel *text;
  GtkWidget *yes;
  GtkWidget *hold;
  GtkWidget *no;
};

G_DEFINE_FINAL_TYPE (PegKioskAsk, peg_kiosk_ask, ADW_TYPE_BIN)

enum {
  SIGNAL_ANSWERED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
yes_cb (PegKioskAsk *self)
{
  g_signal_emit (self, signals[SIGNAL_ANSWERED], 0, TRUE);
}

static void
no_cb (PegKioskAsk *self)
{
  g_signal_emit (self, signals[SIGNAL_ANSWERED], 0, FALSE);
}

static void
peg_kiosk_ask_class_init (PegKioskAskClass *klass)
{
  /**
   * PegKioskAsk::answered:
   * @self: a question
   * @yes: what the answer is
   */
  signals[SIGNAL_ANSWERED] =
    g_signal_new ("answered", PEG_TYPE_KIOSK_ASK, G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static GtkLabel *
create_label (const char *style)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (label, style);

  return GTK_LABEL (label);
}

static void
peg_kiosk_ask_init (PegKioskAsk *self)
{
  self->title = create_label ("kiosk-text");
  gtk_widget_add_css_class (GTK_WIDGET (self->title), "kiosk-strong");
  self->text = create_label ("kiosk-near");
}

/**
 * peg_kiosk_ask_new:
 * @now: the clocks
 *
 * Returns: (transfer floating): a new page
 */
GtkWidget *
peg_kiosk_ask_new (PegNow *now)
{
  PegKioskAsk *self = g_object_new (PEG_TYPE_KIOSK_ASK, NULL);
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->yes = peg_kiosk_button_new (_("Yes"));
  self->no = peg_kiosk_button_new (_("No"));
  self->hold = peg_hold_button_new (now, _("Yes"));
  gtk_widget_add_css_class (self->yes, "suggested-action");
  g_signal_connect_object (self->yes, "clicked", G_CALLBACK (yes_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->no, "clicked", G_CALLBACK (no_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->hold, "confirmed", G_CALLBACK (yes_cb), self, G_CONNECT_SWAPPED);

  gtk_widget_add_css_class (texts, "kiosk-gaps");
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (texts), GTK_WIDGET (self->title));
  gtk_box_append (GTK_BOX (texts), GTK_WIDGET (self->text));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), texts);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (scroller), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Question"), -1);

  gtk_widget_add_css_class (buttons, "kiosk-gaps");
  gtk_box_set_homogeneous (GTK_BOX (buttons), TRUE);
  gtk_box_append (GTK_BOX (buttons), self->no);
  gtk_box_append (GTK_BOX (buttons), self->yes);
  gtk_box_append (GTK_BOX (buttons), self->hold);

  gtk_widget_add_css_class (page, "kiosk-gaps");
  gtk_box_append (GTK_BOX (page), scroller);
  gtk_box_append (GTK_BOX (page), buttons);
  adw_bin_set_child (ADW_BIN (self), page);

  return GTK_WIDGET (self);
}

/**
 * peg_kiosk_ask_open:
 * @self: the page
 * @title: the question
 * @text: what it means
 * @yes: what the button says that does it
 * @no: what the other says
 * @hold: whether something is lost: it has to be held
 */
void
peg_kiosk_ask_open (PegKioskAsk *self,
                    const char  *title,
                    const char  *text,
                    const char  *yes,
                    const char  *no,
                    gboolean     hold)
{
  g_return_if_fail (PEG_IS_KIOSK_ASK (self));

  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->text, text);
  peg_kiosk_button_set_title (PEG_KIOSK_BUTTON (self->yes), yes);
  peg_hold_button_set_label (PEG_HOLD_BUTTON (self->hold), yes);
  peg_kiosk_button_set_title (PEG_KIOSK_BUTTON (self->no), no);
  gtk_widget_set_visible (self->yes, !hold);
  gtk_widget_set_visible (self->hold, hold);
}

/**
 * peg_kiosk_ask_forget:
 * @self: the page
 *
 * Nothing of what somebody was asked stays.
 */
void
peg_kiosk_ask_forget (PegKioskAsk *self)
{
  g_return_if_fail (PEG_IS_KIOSK_ASK (self));

  gtk_label_set_text (self->title, "");
  gtk_label_set_text (self->text, "");
}

/**
 * peg_kiosk_ask_answer:
 * @self: the page
 * @yes: the answer
 *
 * Answers as the buttons do: a card that says YES was picked up for this, and is not
 * held.
 */
void
peg_kiosk_ask_answer (PegKioskAsk *self,
                      gboolean     yes)
{
  g_return_if_fail (PEG_IS_KIOSK_ASK (self));

  g_signal_emit (self, signals[SIGNAL_ANSWERED], 0, yes);
}
