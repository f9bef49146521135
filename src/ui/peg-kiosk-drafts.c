/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-drafts"

#include "peg-config.h"

#include "peg-kiosk-drafts.h"

#include "peg-kiosk-button.h"
#include "peg-kiosk-label.h"
#include "peg-quiet.h"

#include <glib/gi18n.h>

/**
 * PegKioskDrafts:
 *
 * The check-ins of whoever is signed in that the server does not have: which file, since
 * when, what is in the way, and a button for whatever can be done about it.
 *
 * It decides nothing and remembers nothing: what is chosen is told with the identity of
 * the check-in, and what loses something is asked about elsewhere.
 *
 * ## Accessibility
 *
 * Every check-in is a group with the name of its file; its buttons are named after it,
 * too.
 */
struct _PegKioskDrafts
{
  AdwBin parent_instance;

  GtkBox *list;
  GtkLabel *nothing;
  char *shown;  /* (owned) (nullable): what the list says */
};

G_DEFINE_FINAL_TYPE (PegKioskDrafts, peg_kiosk_drafts, ADW_TYPE_BIN)

enum {
  SIGNAL_CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
peg_kiosk_drafts_finalize (GObject *object)
{
  PegKioskDrafts *self = PEG_KIOSK_DRAFTS (object);

  g_clear_pointer (&self->shown, g_free);

  G_OBJECT_CLASS (peg_kiosk_drafts_parent_class)->finalize (object);
}

static void
peg_kiosk_drafts_class_init (PegKioskDraftsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = peg_kiosk_drafts_finalize;

  /**
   * PegKioskDrafts::chosen:
   * @self: the page
   * @id: the identity of a check-in
   * @what: what is to be done with it, a #PegKioskUnsent
   */
  signals[SIGNAL_CHOSEN] = g_signal_new ("chosen", PEG_TYPE_KIOSK_DRAFTS, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING,
                                         G_TYPE_UINT);
}

static GtkLabel *
append_label (GtkWidget  *box,
              const char *text,
              const char *style)
{
  GtkLabel *label = peg_kiosk_label_append_wrapped (box, style);

  gtk_label_set_text (label, text);

  return label;
}

static void
peg_kiosk_drafts_init (PegKioskDrafts *self)
{
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkLabel *title;

  gtk_widget_add_css_class (page, "kiosk-gaps");
  gtk_widget_add_css_class (content, "kiosk-gaps");
  title = append_label (page, _("Unsent Work"), "kiosk-text");
  gtk_widget_add_css_class (GTK_WIDGET (title), "kiosk-strong");

  self->nothing = append_label (content, _("Nothing of yours waits here."), "kiosk-text");
  self->list = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "kiosk-gaps");
  gtk_box_append (GTK_BOX (content), GTK_WIDGET (self->list));

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), content);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (scroller), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Unsent Work"), -1);
  gtk_box_append (GTK_BOX (page), scroller);
  adw_bin_set_child (ADW_BIN (self), page);
}

/**
 * peg_kiosk_drafts_new:
 *
 * Returns: (transfer floating): a new page
 */
GtkWidget *
peg_kiosk_drafts_new (void)
{
  return g_object_new (PEG_TYPE_KIOSK_DRAFTS, NULL);
}

static void
pressed_cb (GtkButton      *button,
            PegKioskDrafts *self)
{
  /* What is done may take the button away. */
  g_autofree char *id = g_strdup (g_object_get_data (G_OBJECT (button), "peg-draft"));
  const guint what = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "peg-what"));

  g_signal_emit (self, signals[SIGNAL_CHOSEN], 0, id, what);
}

static void
append_button (PegKioskDrafts *self,
               GtkWidget      *row,
               const PegDraft *draft,
               PegKioskUnsent  what,
               const char     *why)
{
  const char *title = peg_kiosk_unsent_title (what, draft);
  GtkWidget *button = peg_kiosk_button_new (title);
  /* Translators: what a button does, and to which file. */
  g_autofree char *name = g_strdup_printf (_("%s, %s"), title, draft->filename);

  peg_kiosk_button_set_why (PEG_KIOSK_BUTTON (button), why);
  peg_quiet_set_name (GTK_ACCESSIBLE (button), name);
  g_object_set_data_full (G_OBJECT (button), "peg-draft", g_strdup (draft->id), g_free);
  g_object_set_data (G_OBJECT (button), "peg-what", GUINT_TO_POINTER (what));
  g_signal_connect_object (button, "clicked", G_CALLBACK (pressed_cb), self, 0);
  gtk_box_append (GTK_BOX (row), button);
}

static GtkWidget *
create_head (PegSnapshot    *snapshot,
             const PegDraft *draft)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkLabel *name = append_label (head, draft->filename, "kiosk-text");
  GtkLabel *word = append_label (head, peg_kiosk_unsent_word (snapshot, draft), "kiosk-word");

  gtk_widget_add_css_class (head, "kiosk-gaps");
  gtk_widget_add_css_class (GTK_WIDGET (name), "kiosk-strong");
  gtk_widget_set_hexpand (GTK_WIDGET (name), TRUE);
  gtk_label_set_wrap (word, FALSE);
  gtk_widget_set_valign (GTK_WIDGET (word), GTK_ALIGN_START);
  if (peg_kiosk_unsent_asks (draft))
    gtk_widget_add_css_class (GTK_WIDGET (word), "kiosk-ask");

  return head;
}

static GtkWidget *
create_card (PegKioskDrafts      *self,
             PegSnapshot         *snapshot,
             PegKioskView        *view,
             const PegDraft      *draft,
             const PegDisplayNow *now)
{
  GtkWidget *card = g_object_new (GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_VERTICAL,
                                  "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, NULL);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  g_autofree char *when = peg_kiosk_unsent_when (draft, now);
  g_autofree char *words = peg_display_draft (snapshot, draft, now);

  gtk_widget_add_css_class (card, "kiosk-card");
  gtk_widget_add_css_class (card, "kiosk-gaps");
  gtk_accessible_update_property (GTK_ACCESSIBLE (card), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  draft->filename, -1);
  gtk_box_append (GTK_BOX (card), create_head (snapshot, draft));
  append_label (card, words, "kiosk-near");
  append_label (card, when, "kiosk-near");

  gtk_widget_add_css_class (row, "kiosk-gaps");
  gtk_box_set_homogeneous (GTK_BOX (row), TRUE);
  for (guint i = 0; i < PEG_KIOSK_N_UNSENT; i++) {
    g_autofree char *why = NULL;

    if (!peg_kiosk_unsent_offers (snapshot, draft, (PegKioskUnsent) i))
      continue;
    why = peg_kiosk_unsent_why_not (snapshot, view, draft, (PegKioskUnsent) i);
    append_button (self, row, draft, (PegKioskUnsent) i, why);
  }
  if (gtk_widget_get_first_child (row) != NULL)
    gtk_box_append (GTK_BOX (card), row);
  else
    g_object_unref (g_object_ref_sink (row));

  return card;
}

/* All that the list depends on: as long as it is the same, the focus stays where it is. */
static char *
describe (PegSnapshot         *snapshot,
          PegKioskView        *view,
          const GPtrArray     *drafts,
          const PegDisplayNow *now)
{
  GString *text = g_string_new (view->person_id);

  for (guint i = 0; drafts != NULL && i < drafts->len; i++) {
    const PegDraft *draft = g_ptr_array_index (drafts, i);
    g_autofree char *when = peg_kiosk_unsent_when (draft, now);
    g_autofree char *words = peg_display_draft (snapshot, draft, now);

    g_string_append_printf (text, "\n%s %d %s %s", draft->id, (int) draft->state, words, when);
    for (guint j = 0; j < PEG_KIOSK_N_UNSENT; j++) {
      g_autofree char *why = peg_kiosk_unsent_why_not (snapshot, view, draft, (PegKioskUnsent) j);

      if (peg_kiosk_unsent_offers (snapshot, draft, (PegKioskUnsent) j))
        g_string_append_printf (text, "\n%u %s", j, why != NULL ? why : "");
    }
  }

  return g_string_free (text, FALSE);
}

static void
clear (PegKioskDrafts *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_box_remove (self->list, child);
}

/**
 * peg_kiosk_drafts_update:
 * @self: the page
 * @snapshot: what is known
 * @view: what is known of the terminal
 * @now: the clocks
 *
 * Shows what whoever is signed in has kept, and nothing of anybody else.
 *
 * Returns: whether there is something else to be seen than before
 */
gboolean
peg_kiosk_drafts_update (PegKioskDrafts      *self,
                         PegSnapshot         *snapshot,
                         PegKioskView        *view,
                         const PegDisplayNow *now)
{
  const GPtrArray *drafts;
  g_autofree char *shown = NULL;

  g_return_val_if_fail (PEG_IS_KIOSK_DRAFTS (self), FALSE);

  drafts = peg_kiosk_unsent_get (snapshot, view);
  shown = describe (snapshot, view, drafts, now);
  if (g_strcmp0 (self->shown, shown) == 0)
    return FALSE;

  g_free (self->shown);
  self->shown = g_steal_pointer (&shown);
  clear (self);
  for (guint i = 0; drafts != NULL && i < drafts->len; i++)
    gtk_box_append (self->list,
                    create_card (self, snapshot, view, g_ptr_array_index (drafts, i), now));
  gtk_widget_set_visible (GTK_WIDGET (self->nothing), drafts == NULL || drafts->len == 0);

  return TRUE;
}

/**
 * peg_kiosk_drafts_forget:
 * @self: the page
 *
 * Nothing of what somebody saw stays.
 */
void
peg_kiosk_drafts_forget (PegKioskDrafts *self)
{
  g_return_if_fail (PEG_IS_KIOSK_DRAFTS (self));

  clear (self);
  g_clear_pointer (&self->shown, g_free);
  gtk_widget_set_visible (GTK_WIDGET (self->nothing), TRUE);
}
