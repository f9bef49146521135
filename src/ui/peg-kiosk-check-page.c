/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-check-page"

#include "peg-config.h"

#include "peg-kiosk-check-page.h"

#include "peg-kiosk-label.h"
#include "peg-quiet.h"

#include <glib/gi18n.h>

/**
 * PegKioskCheckPage:
 *
 * Says whether a terminal is locked down, and if not, what is missing and what to do
 * about it. It claims nothing that could not be seen.
 */
struct _PegKioskCheckPage
{
  AdwBin parent_instance;

  GtkLabel *title;
  GtkLabel *words;
  GtkLabel *notes;
};

G_DEFINE_FINAL_TYPE (PegKioskCheckPage, peg_kiosk_check_page, ADW_TYPE_BIN)

static void
peg_kiosk_check_page_class_init (PegKioskCheckPageClass *klass)
{
}

static void
peg_kiosk_check_page_init (PegKioskCheckPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 24);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->title = peg_kiosk_label_append_wrapped (box, "kiosk-text");
  gtk_widget_add_css_class (GTK_WIDGET (self->title), "kiosk-strong");
  self->words = peg_kiosk_label_append_wrapped (box, "kiosk-near");
  self->notes = peg_kiosk_label_append_wrapped (box, "kiosk-near");
  gtk_widget_set_visible (GTK_WIDGET (self->notes), FALSE);

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (scroller), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Self-Check"), -1);
  adw_bin_set_child (ADW_BIN (self), scroller);
  peg_kiosk_check_page_set_missing (self, NULL);
}

/**
 * peg_kiosk_check_page_new:
 *
 * Its role is a group, labelled by what it is.
 *
 * Returns: (transfer floating): a new page, which says that nothing is missing
 */
GtkWidget *
peg_kiosk_check_page_new (void)
{
  GtkWidget *self = g_object_new (PEG_TYPE_KIOSK_CHECK_PAGE,
                                  "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP,
                                  NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Self-Check"), -1);

  return self;
}

/**
 * peg_kiosk_check_page_set_missing:
 * @self: a page
 * @missing: (nullable) (array zero-terminated=1): sentences about what is missing, from
 *   peg_self_check_judge(); %NULL: nothing
 *
 * Shows what is missing.
 */
void
peg_kiosk_check_page_set_missing (PegKioskCheckPage  *self,
                                  const char * const *missing)
{
  g_autofree char *words = NULL;

  g_return_if_fail (PEG_IS_KIOSK_CHECK_PAGE (self));

  if (missing == NULL || missing[0] == NULL) {
    peg_quiet_set_label (self->title, _("Nothing is missing that can be seen from here"));
    peg_quiet_set_label (self->words,
      _("What cannot be seen: whether the computer starts from anything else, and whether its "
        "plugs can be reached."));
    return;
  }

  words = g_strjoinv ("\n\n", (char **) missing);
  peg_quiet_set_label (self->title, _("This terminal is not locked down"));
  peg_quiet_set_label (self->words, words);
}

/**
 * peg_kiosk_check_page_set_notes:
 * @self: a page
 * @notes: (array zero-terminated=1): sentences about what does not work here; empty:
 *   there is nothing to say
 *
 * Shows what is no hole in the lock and still to be put right.
 */
void
peg_kiosk_check_page_set_notes (PegKioskCheckPage  *self,
                                const char * const *notes)
{
  g_autofree char *words = NULL;

  g_return_if_fail (PEG_IS_KIOSK_CHECK_PAGE (self));
  g_return_if_fail (notes != NULL);

  words = g_strjoinv ("\n\n", (char **) notes);
  peg_quiet_set_label (self->notes, words);
  gtk_widget_set_visible (GTK_WIDGET (self->notes), *words != '\0');
}
