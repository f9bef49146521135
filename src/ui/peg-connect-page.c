/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-connect-page"

#include "peg-config.h"

#include "peg-connect-page.h"

#include <glib/gi18n.h>

/**
 * PegConnectPage:
 *
 * Asks which shop to connect to, and who is asking; says what is wrong with
 * what was typed, in words from the connection.
 */
struct _PegConnectPage
{
  AdwBin parent_instance;

  GtkImage *icon;
  GtkEditable *address;
  GtkWidget *address_lock;
  GtkEditable *user;
  GtkWidget *lock_note;
  GtkWidget *problem_box;
  GtkLabel *problem;
  GtkWidget *connect;
  GtkSpinner *spinner;
  GtkLabel *connect_label;
  GtkWidget *demo;
  GtkWidget *recent_box;
  GtkListBox *recent;

  gboolean trying;
  gboolean locked;
};

G_DEFINE_FINAL_TYPE (PegConnectPage, peg_connect_page, ADW_TYPE_BIN)

static char *
dup_stripped (GtkEditable *editable)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (editable)));
}

static void
edited_cb (PegConnectPage *self)
{
  g_autofree char *address = dup_stripped (self->address);
  g_autofree char *user = dup_stripped (self->user);
  const char *missing = NULL;

  if (*address == '\0')
    missing = _("Type the address of the server first");
  else if (*user == '\0')
    missing = _("Type your name first");

  gtk_widget_set_sensitive (self->connect, missing == NULL);
  gtk_widget_set_tooltip_text (self->connect, missing);
}

static void
connect_cb (PegConnectPage *self)
{
  g_autofree char *address = dup_stripped (self->address);
  g_autofree char *user = dup_stripped (self->user);

  if (*address == '\0')
    gtk_widget_grab_focus (GTK_WIDGET (self->address));
  else if (*user == '\0')
    gtk_widget_grab_focus (GTK_WIDGET (self->user));
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "app.connect", "(ss)", address, user);
}

static void
recent_cb (GtkListBox     *list,
           GtkListBoxRow  *row,
           PegConnectPage *self)
{
  gtk_editable_set_text (self->address, adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)));
  connect_cb (self);
}

static void
peg_connect_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PEG_TYPE_CONNECT_PAGE);

  G_OBJECT_CLASS (peg_connect_page_parent_class)->dispose (object);
}

static gboolean
peg_connect_page_grab_focus (GtkWidget *widget)
{
  PegConnectPage *self = PEG_CONNECT_PAGE (widget);
  const char *address = gtk_editable_get_text (self->address);
  const char *user = gtk_editable_get_text (self->user);

  if (self->locked || (*address != '\0' && *user == '\0'))
    return gtk_widget_grab_focus (GTK_WIDGET (self->user));

  return gtk_widget_grab_focus (GTK_WIDGET (self->address));
}

static void
peg_connect_page_class_init (PegConnectPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = peg_connect_page_dispose;
  widget_class->grab_focus = peg_connect_page_grab_focus;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/pegboard/Pegboard/peg-connect-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PegConnectPage, icon);
  gtk_widget_class_bind_template_child (widget_class, PegConnectPage, address);
  gtk_widget_class_bind_template_child (widget_class, PegConnectPage, address_lock);
  gtk_widget_class_bind_template_child (widget_class, PegConnectPage, user);
  gtk_widget_class_bind_template_child (widget_class, PegConnectPage, lock_note);
  gtk_widget_class_bind_template_child (widget_class, PegConnectPage, problem_box);
  gtk_widget_class_bind_template_child (widget_class, PegConnectPage, problem);
  gtk_widget_class_bind_template_child (widget_class, PegConnectPage, connect);
  gtk_widget_class_bind_template_child (widget_class, PegConnectPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, PegConnectPage, connect_label);
  gtk_widget_class_bind_template_child (widget_class, PegConnectPage, demo);
  gtk_widget_class_bind_template_child (widget_class, PegConnectPage, recent_box);
  gtk_widget_class_bind_template_child (widget_class, PegConnectPage, recent);
  gtk_widget_class_bind_template_callback (widget_class, connect_cb);
  gtk_widget_class_bind_template_callback (widget_class, edited_cb);
  gtk_widget_class_bind_template_callback (widget_class, recent_cb);
}

static void
peg_connect_page_init (PegConnectPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  edited_cb (self);
}

/**
 * peg_connect_page_fill:
 * @self: the page
 * @address: (nullable): the address to begin with
 * @user: (nullable): the name to begin with
 *
 * Fills in what is empty. What somebody has typed stays.
 */
void
peg_connect_page_fill (PegConnectPage *self,
                       const char     *address,
                       const char     *user)
{
  g_return_if_fail (PEG_IS_CONNECT_PAGE (self));

  if (address != NULL && *gtk_editable_get_text (self->address) == '\0')
    gtk_editable_set_text (self->address, address);
  if (user != NULL && *gtk_editable_get_text (self->user) == '\0')
    gtk_editable_set_text (self->user, user);
}

/**
 * peg_connect_page_set_recent:
 * @self: the page
 * @addresses: (array zero-terminated=1): of servers that were connected to, the
 *   latest first
 *
 * Offers servers that were used before.
 */
void
peg_connect_page_set_recent (PegConnectPage     *self,
                             const char * const *addresses)
{
  GtkWidget *child;

  g_return_if_fail (PEG_IS_CONNECT_PAGE (self));
  g_return_if_fail (addresses != NULL);

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->recent))) != NULL)
    gtk_list_box_remove (self->recent, child);

  for (guint i = 0; addresses[i] != NULL; i++) {
    GtkWidget *row = adw_action_row_new ();

    /* An address is shown as it is. */
    adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), addresses[i]);
    gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
    adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                               g_object_new (GTK_TYPE_IMAGE,
                                             "icon-name", "go-next-symbolic",
                                             "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                             NULL));
    gtk_list_box_append (self->recent, row);
  }

  gtk_widget_set_visible (self->recent_box, addresses[0] != NULL && !self->locked);
}

/**
 * peg_connect_page_lock:
 * @self: the page
 * @address: (nullable): the server that the shop wants, and no other
 *
 * Shows that the address cannot be changed, and why. Nor are other servers offered.
 */
void
peg_connect_page_lock (PegConnectPage *self,
                       const char     *address)
{
  g_return_if_fail (PEG_IS_CONNECT_PAGE (self));

  self->locked = TRUE;
  gtk_editable_set_text (self->address, address != NULL ? address : "");
  gtk_editable_set_editable (self->address, FALSE);
  gtk_widget_set_visible (self->address_lock, TRUE);
  gtk_widget_set_visible (self->lock_note, TRUE);
  gtk_widget_set_visible (self->demo, FALSE);
  gtk_widget_set_visible (self->recent_box, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->address),
                                  GTK_ACCESSIBLE_PROPERTY_READ_ONLY, TRUE,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  _("The shop set it in site.conf."),
                                  -1);
}

/**
 * peg_connect_page_update:
 * @self: the page
 * @snapshot: what is known
 * @now: the clocks
 *
 * Shows how far the connection is, and what is wrong.
 */
void
peg_connect_page_update (PegConnectPage      *self,
                         PegSnapshot         *snapshot,
                         const PegDisplayNow *now)
{
  const PegLinkState state = peg_snapshot_get_link (snapshot)->state;
  const gboolean trying = state == PEG_LINK_CONNECTING || state == PEG_LINK_AUTHENTICATING ||
                          state == PEG_LINK_SYNCING;
  g_autofree char *why = peg_display_link_why (snapshot);

  g_return_if_fail (PEG_IS_CONNECT_PAGE (self));

  peg_connect_page_fill (self, peg_snapshot_get_server_url (snapshot),
                         peg_snapshot_get_user (snapshot));

  if (self->trying != trying) {
    self->trying = trying;
    gtk_widget_set_visible (GTK_WIDGET (self->spinner), trying);
    gtk_spinner_set_spinning (self->spinner, trying);
    gtk_label_set_label (self->connect_label, trying ? _("Connecting…") : _("_Connect"));
  }

  if (peg_link_state_is_live (state))
    g_clear_pointer (&why, g_free);

  if (why != NULL) {
    gtk_label_set_text (self->problem, why);
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->problem),
                                    GTK_ACCESSIBLE_PROPERTY_LABEL, why,
                                    -1);
  }
  gtk_widget_set_visible (self->problem_box, why != NULL);
}
