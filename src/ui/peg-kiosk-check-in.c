/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-check-in"

#include "peg-config.h"

#include "peg-kiosk-check-in.h"

#include "peg-keyboard.h"
#include "peg-kiosk-button.h"
#include "peg-kiosk-label.h"
#include "peg-quiet.h"

#include <glib/gi18n.h>

/**
 * PegKioskCheckIn:
 *
 * Asks for what a check-in at a terminal needs: what changed, and whether it is a
 * new revision or a small change of the same. Which file is no question: that of the
 * working folder.
 *
 * Where the screen is low the keyboard and the rest take turns.
 */
struct _PegKioskCheckIn
{
  AdwBin parent_instance;

  GtkLabel *title;
  GtkLabel *copy;
  GtkEditable *comment;
  GtkWidget *done;
  GtkWidget *rest;
  GtkWidget *keyboard;
  GtkToggleButton *minor;
  GtkToggleButton *major;
  PegKioskButton *send;

  gboolean compact;
  gboolean no_touch;        /* there is a real keyboard */
  gboolean typing;
};

G_DEFINE_FINAL_TYPE (PegKioskCheckIn, peg_kiosk_check_in, ADW_TYPE_BIN)

enum {
  SIGNAL_SENT,
  SIGNAL_CLOSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
arrange (PegKioskCheckIn *self)
{
  const gboolean turns = self->compact && !self->no_touch;

  gtk_widget_set_visible (self->keyboard, !self->no_touch && (!turns || self->typing));
  gtk_widget_set_visible (self->rest, !turns || !self->typing);
  gtk_widget_set_visible (self->done, turns && self->typing);
}

static void
set_typing (PegKioskCheckIn *self,
            gboolean         typing)
{
  if (self->typing == typing)
    return;

  self->typing = typing;
  arrange (self);
}

static void
focus_cb (PegKioskCheckIn *self)
{
  set_typing (self, TRUE);
}

static void
done_cb (PegKioskCheckIn *self)
{
  /* What is hidden while it has the focus goes on blinking its cursor. */
  if (!self->compact) {
    gtk_widget_grab_focus (GTK_WIDGET (self->send));
    return;
  }

  gtk_widget_set_visible (self->rest, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->send));
  set_typing (self, FALSE);
}

static void
send_cb (PegKioskCheckIn *self)
{
  g_signal_emit (self, signals[SIGNAL_SENT], 0);
}

static void
cancel_cb (PegKioskCheckIn *self)
{
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0);
}

static gboolean
peg_kiosk_check_in_grab_focus (GtkWidget *widget)
{
  PegKioskCheckIn *self = PEG_KIOSK_CHECK_IN (widget);

  return gtk_widget_grab_focus (self->compact ? GTK_WIDGET (self->send) : GTK_WIDGET (self->comment));
}

/* Tab goes through all of the page, in its order; what takes the focus when the page
 * opens is another matter. */
static gboolean
peg_kiosk_check_in_focus (GtkWidget        *widget,
                          GtkDirectionType  direction)
{
  GtkWidget *page = adw_bin_get_child (ADW_BIN (widget));

  return page != NULL && gtk_widget_child_focus (page, direction);
}

static void
peg_kiosk_check_in_class_init (PegKioskCheckInClass *klass)
{
  GTK_WIDGET_CLASS (klass)->focus = peg_kiosk_check_in_focus;
  GTK_WIDGET_CLASS (klass)->grab_focus = peg_kiosk_check_in_grab_focus;

  /**
   * PegKioskCheckIn::sent:
   *
   * The person checks in.
   */
  signals[SIGNAL_SENT] = g_signal_new ("sent", PEG_TYPE_KIOSK_CHECK_IN, G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * PegKioskCheckIn::closed:
   *
   * The person does not.
   */
  signals[SIGNAL_CLOSED] = g_signal_new ("closed", PEG_TYPE_KIOSK_CHECK_IN, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
peg_kiosk_check_in_init (PegKioskCheckIn *self)
{
}

static GtkWidget *
create_row (gboolean homogeneous)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_widget_add_css_class (row, "kiosk-gaps");
  gtk_box_set_homogeneous (GTK_BOX (row), homogeneous);

  return row;
}

static GtkWidget *
create_comment (PegKioskCheckIn *self)
{
  GtkWidget *row = create_row (FALSE);

  self->comment = GTK_EDITABLE (gtk_entry_new ());
  /* What somebody typed is not brought back by somebody else. */
  gtk_editable_set_enable_undo (self->comment, FALSE);
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->comment), _("What did you change?"));
  gtk_entry_set_max_length (GTK_ENTRY (self->comment), 500);
  gtk_widget_set_hexpand (GTK_WIDGET (self->comment), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->comment), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("What did you change?"), -1);
  g_signal_connect_object (gtk_editable_get_delegate (self->comment), "notify::has-focus",
                           G_CALLBACK (focus_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->comment, "activate", G_CALLBACK (done_cb), self, G_CONNECT_SWAPPED);

  self->done = peg_kiosk_button_new (_("Done"));
  peg_kiosk_button_keep_words (PEG_KIOSK_BUTTON (self->done));
  g_signal_connect_object (self->done, "clicked", G_CALLBACK (done_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (row), GTK_WIDGET (self->comment));
  gtk_box_append (GTK_BOX (row), self->done);

  return row;
}

static GtkToggleButton *
create_choice (GtkWidget  *row,
               const char *title)
{
  GtkWidget *button = gtk_toggle_button_new_with_label (title);

  gtk_label_set_wrap (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))),
                           PANGO_WRAP_WORD_CHAR);
  gtk_label_set_justify (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (button, "kiosk-choice");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_box_append (GTK_BOX (row), button);

  return GTK_TOGGLE_BUTTON (button);
}

static GtkWidget *
create_rest (PegKioskCheckIn *self)
{
  GtkWidget *rest = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *choices = create_row (TRUE);
  GtkWidget *buttons = create_row (TRUE);
  GtkWidget *cancel = peg_kiosk_button_new (_("Cancel"));

  self->minor = create_choice (choices, _("Small Change"));
  self->major = create_choice (choices, _("New Revision"));
  gtk_toggle_button_set_group (self->major, self->minor);
  gtk_toggle_button_set_active (self->minor, TRUE);

  self->send = PEG_KIOSK_BUTTON (peg_kiosk_button_new (_("Check In")));
  gtk_widget_add_css_class (GTK_WIDGET (self->send), "suggested-action");
  g_signal_connect_object (self->send, "clicked", G_CALLBACK (send_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cancel, "clicked", G_CALLBACK (cancel_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (buttons), cancel);
  gtk_box_append (GTK_BOX (buttons), GTK_WIDGET (self->send));

  gtk_widget_add_css_class (rest, "kiosk-gaps");
  gtk_widget_set_vexpand (rest, TRUE);
  gtk_widget_set_valign (buttons, GTK_ALIGN_END);
  gtk_widget_set_vexpand (buttons, TRUE);
  gtk_box_append (GTK_BOX (rest), choices);
  gtk_box_append (GTK_BOX (rest), buttons);

  return rest;
}

/**
 * peg_kiosk_check_in_new:
 * @physical: what knows the size of things
 *
 * Returns: (transfer floating): a new page
 */
GtkWidget *
peg_kiosk_check_in_new (PegPhysical *physical)
{
  PegKioskCheckIn *self = g_object_new (PEG_TYPE_KIOSK_CHECK_IN, NULL);
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->title = peg_kiosk_label_append (texts, "kiosk-text");
  gtk_widget_add_css_class (GTK_WIDGET (self->title), "kiosk-strong");
  gtk_label_set_ellipsize (self->title, PANGO_ELLIPSIZE_MIDDLE);
  self->copy = peg_kiosk_label_append (texts, "kiosk-near");
  gtk_label_set_wrap (self->copy, TRUE);
  gtk_label_set_lines (self->copy, 2);

  gtk_widget_add_css_class (page, "kiosk-gaps");
  gtk_box_append (GTK_BOX (page), texts);
  gtk_box_append (GTK_BOX (page), create_comment (self));
  self->rest = create_rest (self);
  gtk_box_append (GTK_BOX (page), self->rest);

  self->keyboard = peg_keyboard_new (physical);
  peg_keyboard_set_target (PEG_KEYBOARD (self->keyboard), self->comment);
  gtk_widget_set_valign (self->keyboard, GTK_ALIGN_END);
  gtk_box_append (GTK_BOX (page), self->keyboard);
  adw_bin_set_child (ADW_BIN (self), page);
  arrange (self);

  return GTK_WIDGET (self);
}

/**
 * peg_kiosk_check_in_open:
 * @self: the page
 * @name: of the file that is checked in
 *
 * Begins with nothing filled in.
 */
void
peg_kiosk_check_in_open (PegKioskCheckIn *self,
                         const char      *name)
{
  g_autofree char *title = NULL;

  g_return_if_fail (PEG_IS_KIOSK_CHECK_IN (self));

  /* Translators: %s is the name of a file. */
  title = g_strdup_printf (_("Check in %s"), name);
  peg_kiosk_check_in_forget (self);
  gtk_label_set_text (self->title, title);
}

/**
 * peg_kiosk_check_in_update:
 * @self: the page
 * @copy: what is known of the copy in the working folder
 * @why: (nullable): why it cannot be sent now; %NULL: it can
 */
void
peg_kiosk_check_in_update (PegKioskCheckIn *self,
                           const char      *copy,
                           const char      *why)
{
  g_return_if_fail (PEG_IS_KIOSK_CHECK_IN (self));

  peg_quiet_set_label (self->copy, copy);
  peg_kiosk_button_set_why (self->send, why);
}

/**
 * peg_kiosk_check_in_set_compact:
 * @self: the page
 * @compact: whether there is no room for a keyboard and all the rest
 */
void
peg_kiosk_check_in_set_compact (PegKioskCheckIn *self,
                                gboolean         compact)
{
  g_return_if_fail (PEG_IS_KIOSK_CHECK_IN (self));

  self->compact = compact;
  arrange (self);
}

/**
 * peg_kiosk_check_in_set_touch:
 * @self: the page
 * @touch: whether there is a keyboard on the screen
 */
void
peg_kiosk_check_in_set_touch (PegKioskCheckIn *self,
                              gboolean         touch)
{
  g_return_if_fail (PEG_IS_KIOSK_CHECK_IN (self));

  self->no_touch = !touch;
  arrange (self);
}

/**
 * peg_kiosk_check_in_forget:
 * @self: the page
 *
 * Nothing of what somebody typed stays, nor of what they typed it for.
 */
void
peg_kiosk_check_in_forget (PegKioskCheckIn *self)
{
  g_return_if_fail (PEG_IS_KIOSK_CHECK_IN (self));

  gtk_label_set_text (self->title, "");
  gtk_label_set_text (self->copy, "");
  gtk_editable_set_text (self->comment, "");
  gtk_toggle_button_set_active (self->minor, TRUE);
  self->typing = FALSE;
  arrange (self);
}

const char *
peg_kiosk_check_in_get_comment (PegKioskCheckIn *self)
{
  g_return_val_if_fail (PEG_IS_KIOSK_CHECK_IN (self), NULL);

  return gtk_editable_get_text (self->comment);
}

gboolean
peg_kiosk_check_in_get_major (PegKioskCheckIn *self)
{
  g_return_val_if_fail (PEG_IS_KIOSK_CHECK_IN (self), FALSE);

  return gtk_toggle_button_get_active (self->major);
}
