/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-draft-strip"

#include "peg-config.h"

#include "peg-draft-strip.h"

#include "peg-quiet.h"

#include <glib/gi18n.h>

/* How high the list may get before it scrolls, pixels: three rows, so that the
 * tree keeps most of the window. */
#define MAX_HEIGHT 260

/**
 * PegDraftStrip:
 *
 * The work that the server does not have: a line that says how much, which opens
 * a list that says what, why, and what can be done about it. It takes room of its
 * own and covers nothing; without such work it is not there.
 *
 * Discarding asks once more, in place.
 *
 * ## Accessibility
 *
 * `PegDraftStrip` uses the group role. The buttons of a row are named after its
 * file.
 */
struct _PegDraftStrip
{
  AdwBin parent_instance;

  GtkToggleButton *toggle; /* in the widget tree */
  GtkLabel *summary;       /* in the widget tree */
  GtkWidget *scroller;     /* in the widget tree */
  GtkBox *list;            /* in the widget tree */

  PegSnapshot *snapshot;   /* (owned) (nullable): what is shown */
  PegDisplayNow now;
  GPtrArray *drafts;       /* (owned) (nullable): its unsent work */
  char *shown;             /* (owned) (nullable): what the list says */
  char *confirming;        /* (owned) (nullable): the one that is to be discarded */
};

G_DEFINE_FINAL_TYPE (PegDraftStrip, peg_draft_strip, ADW_TYPE_BIN)

static void
peg_draft_strip_dispose (GObject *object)
{
  PegDraftStrip *self = PEG_DRAFT_STRIP (object);

  g_clear_pointer (&self->snapshot, peg_snapshot_unref);
  g_clear_pointer (&self->drafts, g_ptr_array_unref);
  g_clear_pointer (&self->shown, g_free);
  g_clear_pointer (&self->confirming, g_free);

  G_OBJECT_CLASS (peg_draft_strip_parent_class)->dispose (object);
}

static void
peg_draft_strip_class_init (PegDraftStripClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = peg_draft_strip_dispose;

  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
peg_draft_strip_init (PegDraftStrip *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  self->summary = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->summary, 0);
  gtk_label_set_ellipsize (self->summary, PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (GTK_WIDGET (self->summary), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->summary), "heading");
  self->toggle = GTK_TOGGLE_BUTTON (gtk_toggle_button_new_with_mnemonic (_("_Unsent Work")));

  self->list = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 6));
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller),
                                  GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scroller), MAX_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), GTK_WIDGET (self->list));
  g_object_bind_property (self->toggle, "active", self->scroller, "visible",
                          G_BINDING_SYNC_CREATE);

  gtk_box_append (GTK_BOX (line), GTK_WIDGET (self->summary));
  gtk_box_append (GTK_BOX (line), GTK_WIDGET (self->toggle));
  gtk_box_append (GTK_BOX (box), line);
  gtk_box_append (GTK_BOX (box), self->scroller);
  gtk_widget_add_css_class (box, "peg-drafts");
  adw_bin_set_child (ADW_BIN (self), box);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Unsent Work"),
                                  -1);
}

/* The button that was pressed goes with its row. */
static gboolean
update_cb (gpointer user_data)
{
  PegDraftStrip *self = PEG_DRAFT_STRIP (user_data);
  g_autoptr (PegSnapshot) snapshot = NULL;
  const PegDisplayNow now = self->now;

  if (self->snapshot != NULL) {
    snapshot = peg_snapshot_ref (self->snapshot);
    peg_draft_strip_update (self, snapshot, &now);
  }

  return G_SOURCE_REMOVE;
}

static void
confirm_cb (GtkButton     *button,
            PegDraftStrip *self)
{
  const char *id = g_object_get_data (G_OBJECT (button), "draft");

  g_clear_pointer (&self->confirming, g_free);
  self->confirming = g_strdup (id);
  g_idle_add_full (G_PRIORITY_DEFAULT, update_cb, g_object_ref (self), g_object_unref);
}

static GtkWidget *
add_button (GtkWidget      *box,
            const PegDraft *draft,
            const char     *text,
            const char     *action)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (text);

  if (action != NULL) {
    gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
    gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", draft->id);
  }
  /* There may be several with the same words. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, draft->filename,
                                  -1);
  gtk_box_append (GTK_BOX (box), button);

  return button;
}

static void
add_confirmation (PegDraftStrip  *self,
                  GtkWidget      *box,
                  const PegDraft *draft,
                  const char     *text,
                  const char     *id)
{
  GtkWidget *button = add_button (box, draft, text, NULL);

  g_object_set_data_full (G_OBJECT (button), "draft", g_strdup (id), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (confirm_cb), self, 0);
}

/* What can be done about it now. */
static GtkWidget *
create_buttons (PegDraftStrip  *self,
                const PegDraft *draft)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_widget_set_halign (box, GTK_ALIGN_END);

  if (g_strcmp0 (self->confirming, draft->id) == 0) {
    add_confirmation (self, box, draft, _("_Keep It"), NULL);
    gtk_widget_add_css_class (add_button (box, draft, _("_Discard for Good"), "app.draft-discard"),
                              "destructive-action");
    return box;
  }

  if (draft->state == PEG_DRAFT_UNCERTAIN) {
    add_button (box, draft, _("It _Arrived"), "app.draft-arrived");
    add_button (box, draft, _("Send _Again"), "app.draft-send");
  } else if (draft->state != PEG_DRAFT_CONFLICT) {
    add_button (box, draft, _("Send _Now"), "app.draft-send");
  }
  add_button (box, draft, _("_Save a Copy…"), "win.save-draft");
  add_confirmation (self, box, draft, _("_Discard…"), draft->id);

  return box;
}

static GtkWidget *
create_row (PegDraftStrip  *self,
            const PegDraft *draft,
            const char     *words,
            gboolean        busy)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *name = gtk_label_new (draft->filename);
  GtkWidget *label = gtk_label_new (words);

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_box_append (GTK_BOX (row), name);
  gtk_box_append (GTK_BOX (row), label);

  /* What is being sent cannot be stopped half-way. */
  if (!busy)
    gtk_box_append (GTK_BOX (row), create_buttons (self, draft));

  gtk_widget_add_css_class (row, "card");
  gtk_widget_add_css_class (row, "peg-draft");

  return row;
}

static void
rebuild (PegDraftStrip       *self,
         PegSnapshot         *snapshot,
         const PegDisplayNow *now)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_box_remove (self->list, child);

  for (guint i = 0; i < self->drafts->len; i++) {
    const PegDraft *draft = g_ptr_array_index (self->drafts, i);
    g_autofree char *words = peg_display_draft (snapshot, draft, now);
    const gboolean busy = draft->elsewhere ||
                          peg_snapshot_find_pending (snapshot, draft->key) != NULL;

    gtk_box_append (self->list, create_row (self, draft, words, busy));
  }
}

/* All that the list depends on: as long as it is the same, the focus stays where
 * it is. */
static char *
describe (PegDraftStrip       *self,
          PegSnapshot         *snapshot,
          const PegDisplayNow *now)
{
  GString *text = g_string_new (self->confirming);

  for (guint i = 0; i < self->drafts->len; i++) {
    const PegDraft *draft = g_ptr_array_index (self->drafts, i);
    g_autofree char *words = peg_display_draft (snapshot, draft, now);

    g_string_append_printf (text, "\n%s %d %d %s", draft->id, (int) draft->state,
                            draft->elsewhere, words);
  }

  return g_string_free (text, FALSE);
}

/**
 * peg_draft_strip_update:
 * @self: a strip
 * @snapshot: what is known
 * @now: the clocks
 *
 * Shows the unsent work of @snapshot.
 */
void
peg_draft_strip_update (PegDraftStrip       *self,
                        PegSnapshot         *snapshot,
                        const PegDisplayNow *now)
{
  g_autofree char *summary = NULL;
  g_autofree char *shown = NULL;

  g_return_if_fail (PEG_IS_DRAFT_STRIP (self));

  g_clear_pointer (&self->drafts, g_ptr_array_unref);
  self->drafts = g_ptr_array_ref (peg_snapshot_get_drafts (snapshot));
  g_clear_pointer (&self->snapshot, peg_snapshot_unref);
  self->snapshot = peg_snapshot_ref (snapshot);
  self->now = *now;

  /* While all of it is being sent, its rows in the tree say so. */
  summary = peg_display_drafts_waiting (snapshot);
  gtk_widget_set_visible (GTK_WIDGET (self), summary != NULL);
  if (summary == NULL)
    return;

  peg_quiet_set_label (self->summary, summary);
  shown = describe (self, snapshot, now);
  if (g_strcmp0 (self->shown, shown) == 0)
    return;

  rebuild (self, snapshot, now);
  g_free (self->shown);
  self->shown = g_steal_pointer (&shown);
}

/**
 * peg_draft_strip_open:
 * @self: a strip
 *
 * Opens the list.
 */
void
peg_draft_strip_open (PegDraftStrip *self)
{
  g_return_if_fail (PEG_IS_DRAFT_STRIP (self));

  gtk_toggle_button_set_active (self->toggle, TRUE);
}
