/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-bar"

#include "peg-config.h"

#include "peg-kiosk-bar.h"

#include "peg-kiosk-button.h"
#include "peg-kiosk-label.h"
#include "peg-kiosk-words.h"
#include "peg-quiet.h"
#include "peg-words.h"

#include <glib/gi18n.h>

/* How large the shape of the connection is, mm: it is seen before any word is read. */
#define DOT_MM 9.0

/**
 * PegKioskBar:
 *
 * What is always in sight on a shared terminal: how the connection is, where one is
 * and what time it is; who is signed in, for how much longer, and the way out of
 * that.
 */
struct _PegKioskBar
{
  AdwBin parent_instance;

  GtkWidget *link;
  GtkImage *dot;
  GtkLabel *words;
  GtkLabel *place;
  GtkLabel *person;
  GtkLabel *left;
  GtkWidget *button;

  const char *dot_class; /* (nullable): a constant */
};

G_DEFINE_FINAL_TYPE (PegKioskBar, peg_kiosk_bar, ADW_TYPE_BIN)

static void
peg_kiosk_bar_class_init (PegKioskBarClass *klass)
{
}

static GtkWidget *
append_texts (GtkWidget  *bar,
              const char *first_style,
              float       xalign,
              GtkLabel  **first,
              GtkLabel  **second)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  *first = peg_kiosk_label_append (box, first_style);
  *second = peg_kiosk_label_append (box, "kiosk-near");
  gtk_label_set_xalign (*first, xalign);
  gtk_label_set_xalign (*second, xalign);
  gtk_box_append (GTK_BOX (bar), box);

  return box;
}

static void
peg_kiosk_bar_init (PegKioskBar *self)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *link = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_widget_add_css_class (link, "kiosk-gaps");
  self->dot = GTK_IMAGE (gtk_image_new ());
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->dot), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  gtk_box_append (GTK_BOX (link), GTK_WIDGET (self->dot));
  append_texts (link, "kiosk-word", 0, &self->words, &self->place);

  self->link = gtk_button_new ();
  gtk_button_set_child (GTK_BUTTON (self->link), link);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->link), "win.kiosk-page");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->link), "s", "terminal");
  gtk_widget_set_hexpand (self->link, TRUE);
  gtk_widget_set_halign (self->link, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (bar), self->link);
  append_texts (bar, "kiosk-text", 1, &self->person, &self->left);
  gtk_widget_add_css_class (GTK_WIDGET (self->person), "kiosk-strong");
  gtk_widget_add_css_class (GTK_WIDGET (self->left), "kiosk-numbers");

  self->button = peg_kiosk_button_new (_("Sign In"));
  peg_kiosk_button_keep_words (PEG_KIOSK_BUTTON (self->button));
  gtk_box_append (GTK_BOX (bar), self->button);

  gtk_widget_add_css_class (bar, "kiosk-gaps");
  adw_bin_set_child (ADW_BIN (self), bar);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Terminal"), -1);
}

/**
 * peg_kiosk_bar_new:
 *
 * Returns: (transfer floating): a new bar
 */
GtkWidget *
peg_kiosk_bar_new (void)
{
  return g_object_new (PEG_TYPE_KIOSK_BAR, "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, NULL);
}

/**
 * peg_kiosk_bar_set_physical:
 * @self: the bar
 * @physical: what knows the size of things
 */
void
peg_kiosk_bar_set_physical (PegKioskBar *self,
                            PegPhysical *physical)
{
  g_return_if_fail (PEG_IS_KIOSK_BAR (self));

  gtk_image_set_pixel_size (self->dot, peg_physical_px (physical, DOT_MM));
}

static void
update_link (PegKioskBar         *self,
             PegSnapshot         *snapshot,
             PegKioskView        *view,
             const PegDisplayNow *now)
{
  const PegDot dot = peg_display_dot (peg_snapshot_get_link (snapshot)->state);
  const char *dot_class = peg_display_dot_class (dot);
  const char *shop = peg_snapshot_get_server_name (snapshot);
  g_autofree char *name = NULL;
  g_autofree char *clock = peg_words_clock (now->wall_us, now->wall_us);
  g_autoptr (GString) place = g_string_new (clock);

  if (view->station != NULL && *view->station != '\0')
    g_string_append_printf (place, " · %s", view->station);
  if (shop != NULL && *shop != '\0')
    g_string_append_printf (place, " · %s", shop);

  if (g_strcmp0 (self->dot_class, dot_class) != 0) {
    if (self->dot_class != NULL)
      gtk_widget_remove_css_class (GTK_WIDGET (self->dot), self->dot_class);
    if (dot_class != NULL)
      gtk_widget_add_css_class (GTK_WIDGET (self->dot), dot_class);
    self->dot_class = dot_class;
  }

  peg_quiet_set_icon (self->dot, peg_display_dot_icon (dot));
  peg_quiet_set_label (self->words, peg_kiosk_words_dot (dot));
  peg_quiet_set_label (self->place, place->str);
  name = g_strdup_printf ("%s · %s", peg_kiosk_words_dot (dot), place->str);
  peg_quiet_set_name (GTK_ACCESSIBLE (self->link), name);
}

/* Who is not signed in can look; there is nobody to be named. */
static void
update_person (PegKioskBar         *self,
               PegKioskView        *view,
               const PegDisplayNow *now)
{
  g_autofree char *left = peg_kiosk_words_left (view, now->mono_us);
  g_autoptr (GString) line = g_string_new (NULL);

  if (view->person_id == NULL) {
    peg_quiet_set_label (self->person, _("Look only"));
    peg_quiet_set_label (self->left, _("Nobody is signed in"));
    peg_kiosk_button_set_title (PEG_KIOSK_BUTTON (self->button), _("Sign In"));
    gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), "win.kiosk-sign-in");
    return;
  }

  if (left != NULL)
    g_string_append (line, left);
  if (view->signing_in)
    g_string_append_printf (line, "%s%s", line->len > 0 ? " · " : "", _("Signing in…"));
  else if (view->role != NULL && *view->role != '\0')
    g_string_append_printf (line, "%s%s", line->len > 0 ? " · " : "", view->role);

  peg_quiet_set_label (self->person, view->person != NULL ? view->person : view->person_id);
  peg_quiet_set_label (self->left, line->str);
  peg_kiosk_button_set_title (PEG_KIOSK_BUTTON (self->button), _("Sign Out"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), "app.kiosk-sign-out");
}

/**
 * peg_kiosk_bar_update:
 * @self: the bar
 * @snapshot: what is known of the shop
 * @view: what is known of the terminal
 * @now: the clocks
 */
void
peg_kiosk_bar_update (PegKioskBar         *self,
                      PegSnapshot         *snapshot,
                      PegKioskView        *view,
                      const PegDisplayNow *now)
{
  g_return_if_fail (PEG_IS_KIOSK_BAR (self));

  update_link (self, snapshot, view, now);
  update_person (self, view, now);
}
