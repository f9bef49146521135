/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-people-button"

#include "peg-config.h"

#include "peg-people-button.h"

#include "peg-quiet.h"

#include <glib/gi18n.h>

/**
 * PegPeopleButton:
 *
 * Who is on the board now: how many, and behind it their names. While nobody
 * knows it is not there.
 */
struct _PegPeopleButton
{
  AdwBin parent_instance;

  GtkMenuButton *button;
  GtkLabel *count;
  GtkBox *names;

  GPtrArray *present; /* (owned) (nullable): those that are shown */
  char *user;         /* (owned) (nullable): who of them is “you” */
  gboolean narrow;
};

G_DEFINE_FINAL_TYPE (PegPeopleButton, peg_people_button, ADW_TYPE_BIN)

static void
peg_people_button_dispose (GObject *object)
{
  PegPeopleButton *self = PEG_PEOPLE_BUTTON (object);

  /* The bin does not notice when its template takes its child away. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PEG_TYPE_PEOPLE_BUTTON);
  g_clear_pointer (&self->present, g_ptr_array_unref);
  g_clear_pointer (&self->user, g_free);

  G_OBJECT_CLASS (peg_people_button_parent_class)->dispose (object);
}

static void
peg_people_button_class_init (PegPeopleButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = peg_people_button_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/pegboard/Pegboard/peg-people-button.ui");
  gtk_widget_class_bind_template_child (widget_class, PegPeopleButton, button);
  gtk_widget_class_bind_template_child (widget_class, PegPeopleButton, count);
  gtk_widget_class_bind_template_child (widget_class, PegPeopleButton, names);
}

static void
peg_people_button_init (PegPeopleButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
show (PegPeopleButton *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self),
                          self->present != NULL && self->present->len > 0 && !self->narrow);
}

static void
fill (PegPeopleButton *self,
      PegSnapshot     *snapshot)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->names))) != NULL)
    gtk_box_remove (self->names, child);

  for (guint i = 0; self->present != NULL && i < self->present->len; i++) {
    g_autofree char *name = peg_display_present_name (snapshot, g_ptr_array_index (self->present, i));
    GtkWidget *label = gtk_label_new (name);

    gtk_label_set_xalign (GTK_LABEL (label), 0);
    gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
    gtk_label_set_max_width_chars (GTK_LABEL (label), 30);
    gtk_box_append (self->names, label);
  }
}

/**
 * peg_people_button_update:
 * @self: a people button
 * @snapshot: what is known
 *
 * Shows who is on the board.
 */
void
peg_people_button_update (PegPeopleButton *self,
                          PegSnapshot     *snapshot)
{
  GPtrArray *present = peg_snapshot_get_present (snapshot);
  const char *user = peg_snapshot_get_user (snapshot);
  g_autofree char *count = NULL;
  g_autofree char *label = NULL;
  guint n;

  g_return_if_fail (PEG_IS_PEOPLE_BUTTON (self));

  if (self->present == present && g_strcmp0 (self->user, user) == 0)
    return;

  if (present != NULL)
    g_ptr_array_ref (present);
  g_clear_pointer (&self->present, g_ptr_array_unref);
  self->present = present;
  g_free (self->user);
  self->user = g_strdup (user);
  fill (self, snapshot);
  show (self);

  n = present != NULL ? present->len : 0;
  count = g_strdup_printf ("%u", n);
  peg_quiet_set_label (self->count, count);
  /* Translators: %u is how many people are connected to the board. */
  label = g_strdup_printf (ngettext ("%u person on the board now", "%u people on the board now", n),
                           n);
  peg_quiet_set_tooltip (GTK_WIDGET (self->button), label);
  peg_quiet_set_name (GTK_ACCESSIBLE (self->button), label);
}

/**
 * peg_people_button_set_narrow:
 * @self: a people button
 * @narrow: whether there is no room for it
 */
void
peg_people_button_set_narrow (PegPeopleButton *self,
                              gboolean         narrow)
{
  g_return_if_fail (PEG_IS_PEOPLE_BUTTON (self));

  self->narrow = narrow;
  show (self);
}
