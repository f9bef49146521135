/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-admin-page"

#include "peg-config.h"

#include "peg-kiosk-admin-page.h"

#include "peg-calibrate-page.h"
#include "peg-kiosk-button.h"
#include "peg-kiosk-check-page.h"
#include "peg-quiet.h"

#include <glib/gi18n.h>

/**
 * PegKioskAdminPage:
 *
 * What is behind the admin door, for the person who looks after a terminal: a button
 * for each thing, and what came of it. It asks for everything with `app.kiosk-admin`,
 * reads the answer from the state of `app.kiosk-admin-report`, and knows nothing
 * itself. How long the door is still open is always in sight.
 */
struct _PegKioskAdminPage
{
  AdwBin parent_instance;

  GtkLabel *left;
  GtkLabel *station;
  GtkLabel *lost;            /* what is kept of people who are gone */
  GtkWidget *lost_button;    /* leads there */
  GtkStack *pages;
  GtkLabel *report;
  PegKioskCheckPage *check;
  GtkWidget *calibrate;      /* a PegCalibratePage */
  GtkWidget *back;
  GtkWidget *top;
  GtkWidget *bottom;

  PegKioskModel *model;      /* (owned) */
  PegNow *now;               /* (owned) */
  GActionGroup *actions;     /* (owned) (nullable): of the application, while shown */
  guint tick_id;             /* 0: the door is closed */
};

G_DEFINE_FINAL_TYPE (PegKioskAdminPage, peg_kiosk_admin_page, ADW_TYPE_BIN)

/* What the buttons are for. */
static const struct {
  const char *title;
  const char *page;  /* that it leads to */
  const char *what;  /* (nullable): of app.kiosk-admin */
} buttons[] = {
  { N_("Server"), "report", "server-test" },
  { N_("Network"), "report", "network" },
  { N_("Log"), "report", "logs" },
  { N_("Self-Check"), "check", NULL },
  { N_("Calibrate"), "calibrate", NULL },
  { N_("Restart"), "menu", "restart" },
  { N_("Exit"), "menu", "exit" },
};

#define COLUMNS 3

#define TICK_MS 1000

static void
go (PegKioskAdminPage *self,
    const char        *page)
{
  gtk_stack_set_visible_child_name (self->pages, page);
  gtk_widget_set_visible (self->back, !g_str_equal (page, "menu"));
  /* What calibrates has its own ways out, and a bank card leaves no room for others on a
   * screen of 10 inches. */
  gtk_widget_set_visible (self->top, !g_str_equal (page, "calibrate"));
  gtk_widget_set_visible (self->bottom, !g_str_equal (page, "calibrate"));
  gtk_widget_set_visible (GTK_WIDGET (self->station), !g_str_equal (page, "calibrate"));
}

static void
pressed_cb (GtkButton         *button,
            PegKioskAdminPage *self)
{
  const guint i = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "peg-number"));

  if (g_str_equal (buttons[i].page, "calibrate"))
    peg_calibrate_page_reset (PEG_CALIBRATE_PAGE (self->calibrate));
  go (self, buttons[i].page);
  if (buttons[i].what != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "app.kiosk-admin", "s", buttons[i].what);
}

static void
back_cb (PegKioskAdminPage *self)
{
  go (self, "menu");
}

static void
lost_cb (PegKioskAdminPage *self)
{
  go (self, "lost");
}

static void
close_cb (PegKioskAdminPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "app.kiosk-admin", "s", "close");
}

static void
report_cb (PegKioskAdminPage *self)
{
  g_autoptr (GVariant) state =
    g_action_group_get_action_state (self->actions, "kiosk-admin-report");

  if (state != NULL && g_variant_is_of_type (state, G_VARIANT_TYPE_STRING))
    gtk_label_set_label (self->report, g_variant_get_string (state, NULL));
}

/* A window gets its application after it was made, so this is looked for when it is
 * needed. */
static void
listen (PegKioskAdminPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkApplication *application = NULL;

  if (GTK_IS_WINDOW (root))
    application = gtk_window_get_application (GTK_WINDOW (root));
  if (self->actions != NULL || application == NULL)
    return;

  self->actions = G_ACTION_GROUP (g_object_ref (application));
  g_signal_connect_object (self->actions, "action-state-changed::kiosk-admin-report",
                           G_CALLBACK (report_cb), self, G_CONNECT_SWAPPED);
}

static void
peg_kiosk_admin_page_unroot (GtkWidget *widget)
{
  PegKioskAdminPage *self = PEG_KIOSK_ADMIN_PAGE (widget);

  if (self->actions != NULL)
    g_signal_handlers_disconnect_by_func (self->actions, report_cb, self);
  g_clear_object (&self->actions);

  GTK_WIDGET_CLASS (peg_kiosk_admin_page_parent_class)->unroot (widget);
}

/* How long the door is still open, and what is so here. */
static void
show (PegKioskAdminPage  *self,
      const PegKioskView *view)
{
  g_autofree char *left = NULL;
  g_autofree char *station = NULL;
  g_autofree char *version = NULL;
  g_autofree char *lost = NULL;
  PegDisplayNow now;
  gint64 left_us;
  gulong left_s;

  peg_now_read (self->now, &now);
  left_us = MAX (view->phase_until_us - now.mono_us, 0);
  left_s = (gulong) ((left_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
  left = g_strdup_printf (
    /* Translators: %lu is a number of seconds; after it the admin door is closed. */
    ngettext ("Closes in %lu second", "Closes in %lu seconds", left_s), left_s);
  station = view->station != NULL && *view->station != '\0'
              /* Translators: a version, then the name of the place. */
              ? g_strdup_printf (_("Pegboard %s at %s"), PACKAGE_VERSION, view->station)
              : g_strdup_printf (_("Pegboard %s"), PACKAGE_VERSION);

  peg_quiet_set_label (self->left, left);
  version = view->version != NULL ? g_strdup_printf ("%s\n%s", station, view->version)
                                  : g_strdup (station);
  peg_quiet_set_label (self->station, version);
  lost = view->lost != NULL ? g_strjoinv ("\n", view->lost) : g_strdup ("");
  peg_quiet_set_label (self->lost, lost);
  gtk_widget_set_visible (self->lost_button, *lost != '\0');
  peg_kiosk_check_page_set_missing (self->check, (const char * const *) view->missing);
}

static gboolean
tick_cb (gpointer user_data)
{
  PegKioskAdminPage *self = user_data;

  show (self, peg_kiosk_model_get_view (self->model));

  return G_SOURCE_CONTINUE;
}

/* A door that was closed shows nothing of what was read behind it when it opens
 * again. */
static void
changed_cb (PegKioskAdminPage *self)
{
  const PegKioskView *view = peg_kiosk_model_get_view (self->model);

  if (view->phase != PEG_KIOSK_ADMIN) {
    g_clear_handle_id (&self->tick_id, g_source_remove);
    gtk_label_set_label (self->report, "");
    go (self, "menu");
    return;
  }

  listen (self);
  show (self, view);
  if (self->tick_id == 0) {
    self->tick_id = g_timeout_add (TICK_MS, tick_cb, self);
    g_source_set_name_by_id (self->tick_id, "[peg] admin door");
  }
}

static void
peg_kiosk_admin_page_dispose (GObject *object)
{
  PegKioskAdminPage *self = PEG_KIOSK_ADMIN_PAGE (object);

  g_clear_handle_id (&self->tick_id, g_source_remove);
  g_clear_object (&self->model);
  g_clear_object (&self->now);

  G_OBJECT_CLASS (peg_kiosk_admin_page_parent_class)->dispose (object);
}

static void
peg_kiosk_admin_page_class_init (PegKioskAdminPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = peg_kiosk_admin_page_dispose;
  GTK_WIDGET_CLASS (klass)->unroot = peg_kiosk_admin_page_unroot;
}

static GtkLabel *
create_label (const char *style)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_yalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (label, style);

  return GTK_LABEL (label);
}

static GtkWidget *
create_row (void)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_box_set_homogeneous (GTK_BOX (row), TRUE);
  gtk_widget_add_css_class (row, "kiosk-gaps");

  return row;
}

static GtkWidget *
create_scroller (GtkLabel   *label,
                 const char *name)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (label));
  gtk_accessible_update_property (GTK_ACCESSIBLE (scroller), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);

  return scroller;
}

/* Whoever opens the door sees, without asking, that something is kept of people who are
 * gone. */
static GtkWidget *
create_lost_button (PegKioskAdminPage *self)
{
  self->lost_button = peg_kiosk_button_new (_("Unsent Work"));
  peg_kiosk_button_set_more (PEG_KIOSK_BUTTON (self->lost_button), _("Needs you"));
  gtk_widget_add_css_class (self->lost_button, "kiosk-big");
  gtk_widget_add_css_class (self->lost_button, "kiosk-asks");
  gtk_widget_set_visible (self->lost_button, FALSE);
  g_signal_connect_object (self->lost_button, "clicked", G_CALLBACK (lost_cb), self,
                           G_CONNECT_SWAPPED);

  return self->lost_button;
}

static GtkWidget *
create_menu (PegKioskAdminPage *self)
{
  GtkWidget *menu = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *row = NULL;

  gtk_widget_add_css_class (menu, "kiosk-gaps");

  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++) {
    GtkWidget *button = peg_kiosk_button_new (_(buttons[i].title));

    if (i % COLUMNS == 0) {
      row = create_row ();
      gtk_box_append (GTK_BOX (menu), row);
    }
    gtk_widget_add_css_class (button, "kiosk-big");
    g_object_set_data (G_OBJECT (button), "peg-number", GUINT_TO_POINTER (i));
    g_signal_connect_object (button, "clicked", G_CALLBACK (pressed_cb), self, 0);
    gtk_box_append (GTK_BOX (row), button);
  }
  gtk_box_append (GTK_BOX (row), create_lost_button (self));

  return menu;
}

static GtkWidget *
create_report (PegKioskAdminPage *self)
{
  self->report = create_label ("kiosk-near");

  return create_scroller (self->report, _("Admin"));
}

static GtkWidget *
create_top (PegKioskAdminPage *self)
{
  GtkWidget *top = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 24);
  GtkLabel *title = create_label ("kiosk-word");

  /* Translators: what only whoever looks after a terminal may do there. */
  gtk_label_set_label (title, _("Admin"));
  gtk_widget_set_hexpand (GTK_WIDGET (title), TRUE);
  self->left = create_label ("kiosk-word");
  gtk_widget_add_css_class (GTK_WIDGET (self->left), "kiosk-numbers");
  gtk_box_append (GTK_BOX (top), GTK_WIDGET (title));
  gtk_box_append (GTK_BOX (top), GTK_WIDGET (self->left));

  return top;
}

static GtkWidget *
create_bottom (PegKioskAdminPage *self)
{
  GtkWidget *bottom = create_row ();
  GtkWidget *close = peg_kiosk_button_new (_("Close"));

  self->back = peg_kiosk_button_new (_("Back"));
  gtk_widget_add_css_class (self->back, "kiosk-big");
  gtk_widget_add_css_class (close, "kiosk-big");
  g_signal_connect_object (self->back, "clicked", G_CALLBACK (back_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (close, "clicked", G_CALLBACK (close_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (bottom), self->back);
  gtk_box_append (GTK_BOX (bottom), close);

  return bottom;
}

static void
peg_kiosk_admin_page_init (PegKioskAdminPage *self)
{
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_widget_add_css_class (page, "kiosk-page");
  gtk_widget_add_css_class (page, "kiosk-gaps");

  self->station = create_label ("kiosk-near");
  self->check = PEG_KIOSK_CHECK_PAGE (peg_kiosk_check_page_new ());
  self->pages = GTK_STACK (gtk_stack_new ());
  gtk_stack_set_transition_type (self->pages, GTK_STACK_TRANSITION_TYPE_NONE);
  /* A bank card is large: what calibrates must not make the others larger than a screen
   * of 12 inches. */
  gtk_stack_set_hhomogeneous (self->pages, FALSE);
  gtk_stack_set_vhomogeneous (self->pages, FALSE);
  gtk_widget_set_vexpand (GTK_WIDGET (self->pages), TRUE);
  gtk_stack_add_named (self->pages, create_menu (self), "menu");
  gtk_stack_add_named (self->pages, create_report (self), "report");
  self->lost = create_label ("kiosk-near");
  gtk_stack_add_named (self->pages, create_scroller (self->lost, _("Unsent Work")), "lost");
  gtk_stack_add_named (self->pages, GTK_WIDGET (self->check), "check");

  self->top = create_top (self);
  gtk_box_append (GTK_BOX (page), self->top);
  gtk_box_append (GTK_BOX (page), GTK_WIDGET (self->station));
  gtk_box_append (GTK_BOX (page), GTK_WIDGET (self->pages));
  self->bottom = create_bottom (self);
  gtk_box_append (GTK_BOX (page), self->bottom);
  adw_bin_set_child (ADW_BIN (self), page);
  go (self, "menu");
}

/**
 * peg_kiosk_admin_page_new:
 * @model: says whether the door is open, and how long
 * @now: the clocks
 * @physical: how large a millimetre is; what the calibration corrects
 *
 * Its role is a group, labelled by what it is.
 *
 * Returns: (transfer floating): a new page
 */
GtkWidget *
peg_kiosk_admin_page_new (PegKioskModel *model,
                          PegNow        *now,
                          PegPhysical   *physical)
{
  PegKioskAdminPage *self;

  g_return_val_if_fail (PEG_IS_KIOSK_MODEL (model), NULL);
  g_return_val_if_fail (PEG_IS_NOW (now), NULL);
  g_return_val_if_fail (PEG_IS_PHYSICAL (physical), NULL);

  self = g_object_new (PEG_TYPE_KIOSK_ADMIN_PAGE,
                       "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP,
                       NULL);
  self->model = g_object_ref (model);
  self->now = g_object_ref (now);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Admin"), -1);
  self->calibrate = peg_calibrate_page_new (physical);
  g_signal_connect_object (self->calibrate, "calibrated", G_CALLBACK (back_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->calibrate, "closed", G_CALLBACK (back_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_stack_add_named (self->pages, self->calibrate, "calibrate");
  g_signal_connect_object (model, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  changed_cb (self);

  return GTK_WIDGET (self);
}

/**
 * peg_kiosk_admin_page_set_notes:
 * @self: a page
 * @notes: (array zero-terminated=1): see peg_kiosk_check_page_set_notes()
 */
void
peg_kiosk_admin_page_set_notes (PegKioskAdminPage  *self,
                                const char * const *notes)
{
  g_return_if_fail (PEG_IS_KIOSK_ADMIN_PAGE (self));

  peg_kiosk_check_page_set_notes (self->check, notes);
}
