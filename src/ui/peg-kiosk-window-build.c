/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-window-build"

#include "peg-config.h"

#include "peg-kiosk-window-private.h"

#include "peg-kiosk-admin-page.h"
#include "peg-kiosk-hover.h"

#include "peg-feedback.h"
#include "peg-wipe-page.h"

#include <glib/gi18n.h>

/* Puts the window together. What is large depends on the screen, so all sizes are
 * those of PegKioskStyle and peg_kiosk_window_measure(). */

static GtkWidget *
create_box (GtkOrientation orientation,
            gboolean       homogeneous)
{
  GtkWidget *box = gtk_box_new (orientation, 0);

  gtk_box_set_homogeneous (GTK_BOX (box), homogeneous);
  gtk_widget_add_css_class (box, "kiosk-gaps");

  return box;
}

static GtkLabel *
create_words (const char *style)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (label, style);

  return GTK_LABEL (label);
}

static GtkWidget *
append_tool (GtkWidget  *tools,
             const char *title,
             const char *action,
             const char *target)
{
  GtkWidget *button = peg_kiosk_button_new (title);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", target);
  gtk_box_append (GTK_BOX (tools), button);

  return button;
}

static void
build_tools (PegKioskWindow *self)
{
  self->tools = create_box (GTK_ORIENTATION_HORIZONTAL, TRUE);
  self->find_tool = append_tool (self->tools, _("Find"), "win.kiosk-page", "find");
  /* Translators: which files are shown. */
  self->filters[PEG_FILTER_ALL] = append_tool (self->tools, C_("filter", "All"), "win.filter", "all");
  self->filters[PEG_FILTER_OUT] = append_tool (self->tools, C_("filter", "Out"), "win.filter", "out");
  self->filters[PEG_FILTER_MINE] = append_tool (self->tools, C_("filter", "Mine"), "win.filter", "mine");
  self->filters[PEG_FILTER_FREE] = append_tool (self->tools, C_("filter", "Free"), "win.filter", "free");
  /* Translators: everything that is checked out, the longest first. */
  append_tool (self->tools, _("What Is Out"), "win.kiosk-page", "out");
}

static GtkWidget *
build_board (PegKioskWindow *self)
{
  GtkWidget *page = create_box (GTK_ORIENTATION_VERTICAL, FALSE);

  build_tools (self);
  self->list = g_object_new (PEG_TYPE_FILE_LIST, NULL);
  self->nothing = create_words ("kiosk-text");
  self->list_stack = GTK_STACK (gtk_stack_new ());
  gtk_stack_add_named (self->list_stack, GTK_WIDGET (self->list), "list");
  gtk_stack_add_named (self->list_stack, GTK_WIDGET (self->nothing), "nothing");
  gtk_widget_set_vexpand (GTK_WIDGET (self->list_stack), TRUE);

  gtk_box_append (GTK_BOX (page), self->tools);
  gtk_box_append (GTK_BOX (page), GTK_WIDGET (self->list_stack));

  return page;
}

static GtkWidget *
build_state (PegKioskWindow *self)
{
  GtkWidget *page = create_box (GTK_ORIENTATION_VERTICAL, FALSE);

  self->state_icon = GTK_IMAGE (gtk_image_new ());
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->state_icon), GTK_ACCESSIBLE_STATE_HIDDEN,
                               TRUE, -1);
  self->state_title = create_words ("kiosk-word");
  self->state_text = create_words ("kiosk-text");
  gtk_widget_set_valign (page, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (page), GTK_WIDGET (self->state_icon));
  gtk_box_append (GTK_BOX (page), GTK_WIDGET (self->state_title));
  gtk_box_append (GTK_BOX (page), GTK_WIDGET (self->state_text));

  return page;
}

static void
find_changed_cb (PegKioskWindow *self)
{
  peg_kiosk_window_search (self, peg_kiosk_find_get_words (self->find));
}

static void
to_board_cb (PegKioskWindow *self)
{
  peg_kiosk_window_go (self, PEG_KIOSK_PLACE_BOARD);
}

/* Who has said what to look for goes on in the list, not at the button that led there. */
static void
found_cb (PegKioskWindow *self)
{
  peg_kiosk_window_go (self, PEG_KIOSK_PLACE_BOARD);
  gtk_window_set_focus (GTK_WINDOW (self), NULL);
  peg_kiosk_window_schedule_focus (self);
}

static void
build_pages (PegKioskWindow *self)
{
  self->find = PEG_KIOSK_FIND (peg_kiosk_find_new (self->physical));
  self->board = g_object_new (PEG_TYPE_BOARD, NULL);
  self->details = PEG_KIOSK_DETAILS (peg_kiosk_details_new ());
  self->check_in = PEG_KIOSK_CHECK_IN (peg_kiosk_check_in_new (self->physical));
  self->ask = PEG_KIOSK_ASK (peg_kiosk_ask_new (self->now));

  g_signal_connect_object (self->find, "changed", G_CALLBACK (find_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->find, "closed", G_CALLBACK (found_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->board, "file-activated", G_CALLBACK (peg_kiosk_window_select), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->check_in, "sent", G_CALLBACK (peg_kiosk_window_sent_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->check_in, "closed", G_CALLBACK (to_board_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->ask, "answered", G_CALLBACK (peg_kiosk_window_answered_cb), self,
                           G_CONNECT_SWAPPED);

  self->pages = GTK_STACK (gtk_stack_new ());
  gtk_stack_set_transition_type (self->pages, GTK_STACK_TRANSITION_TYPE_NONE);
  gtk_stack_set_hhomogeneous (self->pages, FALSE);
  gtk_stack_set_vhomogeneous (self->pages, FALSE);
  gtk_widget_set_vexpand (GTK_WIDGET (self->pages), TRUE);
  gtk_stack_add_named (self->pages, build_board (self), "board");
  gtk_stack_add_named (self->pages, GTK_WIDGET (self->find), "find");
  gtk_stack_add_named (self->pages, GTK_WIDGET (self->board), "out");
  gtk_stack_add_named (self->pages, GTK_WIDGET (self->details), "details");
  gtk_stack_add_named (self->pages, GTK_WIDGET (self->check_in), "check-in");
  gtk_stack_add_named (self->pages, GTK_WIDGET (self->ask), "ask");
  gtk_stack_add_named (self->pages, peg_kiosk_window_build_terminal (self), "terminal");
  gtk_stack_add_named (self->pages, GTK_WIDGET (self->drafts), "unsent");
  gtk_stack_add_named (self->pages, build_state (self), "state");
}

static void
pressed_cb (GtkButton      *button,
            PegKioskWindow *self)
{
  for (guint i = 0; i + 1 < PEG_KIOSK_N_BUTTONS; i++) {
    if (GTK_WIDGET (button) == GTK_WIDGET (self->button[i]))
      peg_kiosk_window_do (self, self->does[i]);
  }

  if (GTK_WIDGET (button) == GTK_WIDGET (self->button[PEG_KIOSK_N_BUTTONS - 1]))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.kiosk-page", "s", "details");
}

static void
build_buttons (PegKioskWindow *self)
{
  self->buttons = create_box (GTK_ORIENTATION_HORIZONTAL, TRUE);
  self->back = peg_kiosk_button_new (_("Back"));
  g_signal_connect_object (self->back, "clicked", G_CALLBACK (to_board_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (self->buttons), self->back);

  for (guint i = 0; i < PEG_KIOSK_N_BUTTONS; i++) {
    GtkWidget *button = peg_kiosk_button_new (i == PEG_KIOSK_N_BUTTONS - 1 ? _("Details") : "");

    gtk_widget_add_css_class (button, "kiosk-big");
    g_signal_connect_object (button, "clicked", G_CALLBACK (pressed_cb), self, 0);
    gtk_box_append (GTK_BOX (self->buttons), button);
    self->button[i] = PEG_KIOSK_BUTTON (button);
  }
}

static void
build_frame (PegKioskWindow *self)
{
  GtkWidget *unsent;

  self->frame = create_box (GTK_ORIENTATION_VERTICAL, FALSE);
  gtk_widget_add_css_class (self->frame, "kiosk-page");

  self->bar = PEG_KIOSK_BAR (peg_kiosk_bar_new ());
  self->notice = g_object_new (GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT, NULL);
  self->notice_words = create_words ("kiosk-near");
  gtk_widget_set_hexpand (GTK_WIDGET (self->notice_words), TRUE);
  gtk_widget_add_css_class (self->notice, "kiosk-notice");
  self->notice_icon = GTK_IMAGE (gtk_image_new_from_icon_name ("dialog-warning-symbolic"));
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->notice_icon), GTK_ACCESSIBLE_STATE_HIDDEN,
                               TRUE, -1);
  gtk_box_append (GTK_BOX (self->notice), GTK_WIDGET (self->notice_icon));
  gtk_box_append (GTK_BOX (self->notice), GTK_WIDGET (self->notice_words));
  gtk_widget_set_visible (self->notice, FALSE);
  unsent = peg_kiosk_window_build_unsent (self);
  build_pages (self);
  build_buttons (self);

  gtk_box_append (GTK_BOX (self->frame), GTK_WIDGET (self->bar));
  gtk_box_append (GTK_BOX (self->frame), self->notice);
  gtk_box_append (GTK_BOX (self->frame), unsent);
  gtk_box_append (GTK_BOX (self->frame), GTK_WIDGET (self->pages));
  gtk_box_append (GTK_BOX (self->frame), self->buttons);
}

/* Over everything else: who does not answer is signed out. */
static void
build_warning (PegKioskWindow *self)
{
  GtkWidget *box = create_box (GTK_ORIENTATION_VERTICAL, FALSE);

  self->warning_title = create_words ("kiosk-word");
  self->warning_words = create_words ("kiosk-word");
  gtk_widget_add_css_class (GTK_WIDGET (self->warning_title), "kiosk-strong");
  gtk_widget_add_css_class (GTK_WIDGET (self->warning_words), "kiosk-numbers");
  self->stay = peg_kiosk_button_new (_("Stay"));
  gtk_widget_add_css_class (self->stay, "suggested-action");
  gtk_widget_add_css_class (self->stay, "kiosk-big");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->stay), "app.kiosk-stay");

  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (box, "kiosk-page");
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->warning_title));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->warning_words));
  gtk_box_append (GTK_BOX (box), self->stay);

  self->warning = g_object_new (ADW_TYPE_BIN, "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT,
                                "child", box, NULL);
  gtk_widget_add_css_class (self->warning, "kiosk-warning");
  gtk_widget_set_visible (self->warning, FALSE);
}

/* What hides everything else: where one signs in, and the glass that is cleaned. */
static void
build_screens (PegKioskWindow *self)
{
  self->pin = PEG_PIN_PAGE (peg_pin_page_new (self->model, self->now, self->physical));
  self->wipe = peg_wipe_page_new (self->model, self->now, self->physical);
  g_signal_connect_object (self->pin, "closed", G_CALLBACK (peg_kiosk_window_stay_nobody), self,
                           G_CONNECT_SWAPPED);

  self->screens = GTK_STACK (gtk_stack_new ());
  gtk_stack_set_transition_type (self->screens, GTK_STACK_TRANSITION_TYPE_NONE);
  gtk_stack_set_hhomogeneous (self->screens, FALSE);
  gtk_stack_set_vhomogeneous (self->screens, FALSE);
  gtk_stack_add_named (self->screens, self->frame, "frame");
  gtk_stack_add_named (self->screens, GTK_WIDGET (self->pin), "pin");
  gtk_stack_add_named (self->screens, self->wipe, "wipe");
  self->admin = peg_kiosk_admin_page_new (self->model, self->now, self->physical);
  gtk_stack_add_named (self->screens, self->admin, "admin");
}

/*
 * peg_kiosk_window_build:
 *
 * Makes all that the window shows.
 */
void
peg_kiosk_window_build (PegKioskWindow *self)
{
  GtkWidget *overlay = gtk_overlay_new ();
  GtkWidget *fit = g_object_new (GTK_TYPE_SCROLLED_WINDOW,
                                 "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP,
                                 "focusable", FALSE, NULL);

  peg_kiosk_hover_forbid ();
  build_frame (self);
  build_warning (self);

  build_screens (self);

  /* A compositor ends a client that is larger than its screen. What does not fit, because
   * the screen is too small for what gloves need, can be scrolled to. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (fit), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  g_get_application_name (), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (fit), GTK_WIDGET (self->screens));
  gtk_overlay_set_child (GTK_OVERLAY (overlay), fit);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->warning);

  /* The answer to a scan is seen above all but a screen that sleeps. */
  self->feedback = peg_feedback_new (self->model, self->now, self->physical);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->feedback);
  self->saver = PEG_SAVER (peg_saver_new (self->model, self->now, self->physical));
  g_signal_connect_object (self->saver, "notify::visible",
                           G_CALLBACK (peg_kiosk_window_schedule_focus), self, G_CONNECT_SWAPPED);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), GTK_WIDGET (self->saver));
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self), overlay);
}
