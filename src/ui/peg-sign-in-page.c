/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-sign-in-page"

#include "peg-config.h"

#include "peg-sign-in-page.h"

#include "peg-display.h"

#include <glib/gi18n.h>

/**
 * PegSignInPage:
 *
 * Asks who somebody is, and what proves it; says why the server did not believe
 * it.
 */
struct _PegSignInPage
{
  AdwBin parent_instance;

  GtkEditable *user;
  GtkEditable *password;
  GtkWidget *problem_box;
  GtkLabel *problem;
  GtkWidget *sign_in;
  GtkSpinner *spinner;
  GtkLabel *sign_in_label;

  gboolean busy;
};

G_DEFINE_FINAL_TYPE (PegSignInPage, peg_sign_in_page, ADW_TYPE_BIN)

static void
edited_cb (PegSignInPage *self)
{
  const char *missing = NULL;

  if (*gtk_editable_get_text (self->user) == '\0')
    missing = _("Type your name first");
  else if (*gtk_editable_get_text (self->password) == '\0')
    missing = _("Type your password or token first");

  gtk_widget_set_sensitive (self->sign_in, missing == NULL && !self->busy);
  gtk_widget_set_tooltip_text (self->sign_in, missing);
}

static void
sign_in_cb (PegSignInPage *self)
{
  g_autofree char *user = g_strstrip (g_strdup (gtk_editable_get_text (self->user)));
  const char *password = gtk_editable_get_text (self->password);

  if (self->busy)
    return;

  if (*user == '\0')
    gtk_widget_grab_focus (GTK_WIDGET (self->user));
  else if (*password == '\0')
    gtk_widget_grab_focus (GTK_WIDGET (self->password));
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "app.sign-in", "(ss)", user, password);
}

static gboolean
peg_sign_in_page_grab_focus (GtkWidget *widget)
{
  PegSignInPage *self = PEG_SIGN_IN_PAGE (widget);
  GtkEditable *first = *gtk_editable_get_text (self->user) == '\0' ? self->user : self->password;

  return gtk_widget_grab_focus (GTK_WIDGET (first));
}

static void
peg_sign_in_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PEG_TYPE_SIGN_IN_PAGE);

  G_OBJECT_CLASS (peg_sign_in_page_parent_class)->dispose (object);
}

static void
peg_sign_in_page_class_init (PegSignInPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = peg_sign_in_page_dispose;
  widget_class->grab_focus = peg_sign_in_page_grab_focus;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/pegboard/Pegboard/peg-sign-in-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PegSignInPage, user);
  gtk_widget_class_bind_template_child (widget_class, PegSignInPage, password);
  gtk_widget_class_bind_template_child (widget_class, PegSignInPage, problem_box);
  gtk_widget_class_bind_template_child (widget_class, PegSignInPage, problem);
  gtk_widget_class_bind_template_child (widget_class, PegSignInPage, sign_in);
  gtk_widget_class_bind_template_child (widget_class, PegSignInPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, PegSignInPage, sign_in_label);
  gtk_widget_class_bind_template_callback (widget_class, edited_cb);
  gtk_widget_class_bind_template_callback (widget_class, sign_in_cb);
}

/* libadwaita 1.2 gives the eye in a password row a picture, and no name. */
static void
name_eye (GtkWidget *widget)
{
  if (GTK_IS_BUTTON (widget)) {
    gtk_accessible_update_property (GTK_ACCESSIBLE (widget),
                                    GTK_ACCESSIBLE_PROPERTY_LABEL, _("Show or Hide the Password"),
                                    -1);
    return;
  }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    name_eye (child);
}

static void
peg_sign_in_page_init (PegSignInPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  name_eye (GTK_WIDGET (self->password));
  edited_cb (self);
}

static void
show_problem (PegSignInPage *self,
              const char    *words)
{
  if (words != NULL && !g_str_equal (gtk_label_get_text (self->problem), words)) {
    gtk_label_set_text (self->problem, words);
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->problem),
                                    GTK_ACCESSIBLE_PROPERTY_LABEL, words,
                                    -1);
  }

  gtk_widget_set_visible (self->problem_box, words != NULL);
}

/**
 * peg_sign_in_page_update:
 * @self: the page
 * @snapshot: what is known
 *
 * Shows how far signing in is, and what is wrong.
 */
void
peg_sign_in_page_update (PegSignInPage *self,
                         PegSnapshot   *snapshot)
{
  const PegSignIn *sign_in;
  const char *url, *user;
  g_autofree char *words = NULL;
  g_autofree char *escaped = NULL;

  g_return_if_fail (PEG_IS_SIGN_IN_PAGE (self));

  sign_in = peg_snapshot_get_sign_in (snapshot);
  url = peg_snapshot_get_server_url (snapshot);
  user = peg_snapshot_get_user (snapshot);

  if (user != NULL && *gtk_editable_get_text (self->user) == '\0')
    gtk_editable_set_text (self->user, user);

  /* Translators: %s is the address of a server. */
  words = g_strdup_printf (_("“%s” wants to know who you are."), url != NULL ? url : "");
  escaped = g_markup_escape_text (words, -1);
  adw_status_page_set_description (ADW_STATUS_PAGE (adw_bin_get_child (ADW_BIN (self))), escaped);

  if (self->busy != sign_in->busy) {
    self->busy = sign_in->busy;
    gtk_widget_set_visible (GTK_WIDGET (self->spinner), self->busy);
    gtk_spinner_set_spinning (self->spinner, self->busy);
    gtk_label_set_label (self->sign_in_label, self->busy ? _("Signing in…") : _("_Sign In"));
    edited_cb (self);

    /* What was wrong is typed over. */
    if (!self->busy && sign_in->error != NULL) {
      gtk_widget_grab_focus (GTK_WIDGET (self->password));
      gtk_editable_select_region (GTK_EDITABLE (self->password), 0, -1);
    }
  }

  show_problem (self, sign_in->error);
}

/**
 * peg_sign_in_page_forget:
 * @self: the page
 *
 * Forgets what was typed: it is not needed any more, and somebody else may come
 * by.
 */
void
peg_sign_in_page_forget (PegSignInPage *self)
{
  g_return_if_fail (PEG_IS_SIGN_IN_PAGE (self));

  gtk_editable_set_text (self->password, "");
}
