/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-history-view"

#include "peg-config.h"

#include "peg-history-view.h"

#include "peg-words.h"

#include <glib/gi18n.h>

/**
 * PegHistoryView:
 *
 * How a file came to be: its revisions, newest first, each of which can be
 * saved.
 */
struct _PegHistoryView
{
  AdwBin parent_instance;

  GtkStack *stack;
  GtkListBox *list;
  GtkLabel *message;
  GPtrArray *revisions; /* (owned) (nullable): those that @list shows */
};

G_DEFINE_FINAL_TYPE (PegHistoryView, peg_history_view, ADW_TYPE_BIN)

static void
peg_history_view_dispose (GObject *object)
{
  PegHistoryView *self = PEG_HISTORY_VIEW (object);

  g_clear_pointer (&self->revisions, g_ptr_array_unref);

  G_OBJECT_CLASS (peg_history_view_parent_class)->dispose (object);
}

static void
peg_history_view_class_init (PegHistoryViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = peg_history_view_dispose;
}

static GtkWidget *
create_loading (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *spinner = gtk_spinner_new ();
  GtkWidget *label = gtk_label_new (_("Fetching the history…"));

  /* One that nobody sees would draw a frame 60 times a second all the same. */
  g_signal_connect (spinner, "map", G_CALLBACK (gtk_spinner_start), NULL);
  g_signal_connect (spinner, "unmap", G_CALLBACK (gtk_spinner_stop), NULL);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_box_append (GTK_BOX (box), spinner);
  gtk_box_append (GTK_BOX (box), label);

  return box;
}

static void
peg_history_view_init (PegHistoryView *self)
{
  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_stack_set_vhomogeneous (self->stack, FALSE);

  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  gtk_widget_set_valign (GTK_WIDGET (self->list), GTK_ALIGN_START);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("History"),
                                  -1);

  self->message = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->message, TRUE);
  gtk_label_set_wrap_mode (self->message, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (self->message, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->message), "dim-label");

  gtk_stack_add_named (self->stack, GTK_WIDGET (self->message), "message");
  gtk_stack_add_named (self->stack, create_loading (), "loading");
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->list), "list");
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->stack));
}

static GtkWidget *
create_label (const char *text,
              const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);

  return label;
}

/* “Dana · 06:12 · 12 kB”: what is known of it. */
static char *
get_origin (const PegRevision   *revision,
            const PegDisplayNow *now)
{
  GString *origin = g_string_new (revision->who);

  if (revision->when_us != 0) {
    g_autofree char *clock = peg_words_clock (revision->when_us, now->wall_us);

    g_string_append_printf (origin, "%s%s", origin->len > 0 ? " · " : "", clock);
  }

  if (revision->size >= 0) {
    g_autofree char *size = g_format_size ((guint64) revision->size);

    g_string_append_printf (origin, "%s%s", origin->len > 0 ? " · " : "", size);
  }

  return g_string_free (origin, FALSE);
}

static GtkWidget *
create_save_button (const PegRevision *revision,
                    const char        *number)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("document-save-symbolic");
  g_autofree char *label = NULL;

  /* Translators: %s is the number of a revision, like 1.4. */
  label = g_strdup_printf (_("Save Revision %s…"), number);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.save-revision");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", revision->hash);
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");

  return button;
}

static GtkWidget *
create_row (const PegRevision   *revision,
            const PegDisplayNow *now)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  g_autofree char *number = peg_words_revision (revision->major, revision->minor);
  g_autofree char *origin = get_origin (revision, now);
  g_autofree char *name = NULL;
  GtkWidget *number_label = create_label (*number != '\0' ? number : "–", "heading");

  gtk_widget_add_css_class (number_label, "numeric");
  gtk_label_set_width_chars (GTK_LABEL (number_label), 4);
  gtk_widget_set_valign (number_label, GTK_ALIGN_CENTER);

  if (revision->comment != NULL && *revision->comment != '\0')
    gtk_box_append (GTK_BOX (texts), create_label (revision->comment, NULL));
  if (*origin != '\0') {
    GtkWidget *caption = create_label (origin, "caption");

    gtk_widget_add_css_class (caption, "dim-label");
    gtk_widget_add_css_class (caption, "numeric");
    gtk_box_append (GTK_BOX (texts), caption);
  }
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);

  gtk_widget_add_css_class (box, "peg-history-row");
  gtk_box_append (GTK_BOX (box), number_label);
  gtk_box_append (GTK_BOX (box), texts);
  gtk_box_append (GTK_BOX (box), create_save_button (revision, number));

  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  name = g_strdup_printf ("%s, %s, %s", number, origin,
                          revision->comment != NULL ? revision->comment : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);

  return row;
}

static void
show_revisions (PegHistoryView      *self,
                GPtrArray           *revisions,
                const PegDisplayNow *now)
{
  GtkWidget *child;

  gtk_stack_set_visible_child_name (self->stack, "list");
  if (self->revisions == revisions)
    return;

  g_clear_pointer (&self->revisions, g_ptr_array_unref);
  self->revisions = g_ptr_array_ref (revisions);

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, child);
  for (guint i = 0; i < revisions->len; i++)
    gtk_list_box_append (self->list, create_row (g_ptr_array_index (revisions, i), now));
}

static void
show_message (PegHistoryView *self,
              const char     *message)
{
  gtk_label_set_text (self->message, message);
  gtk_stack_set_visible_child_name (self->stack, "message");
}

/**
 * peg_history_view_update:
 * @self: a history view
 * @snapshot: what is known
 * @key: the key of the file
 * @now: the clocks
 *
 * Shows the history of @key, or how far it is.
 */
void
peg_history_view_update (PegHistoryView      *self,
                         PegSnapshot         *snapshot,
                         const char          *key,
                         const PegDisplayNow *now)
{
  const PegHistory *history = peg_snapshot_get_history (snapshot);
  const gboolean same = g_strcmp0 (history->key, key) == 0;

  g_return_if_fail (PEG_IS_HISTORY_VIEW (self));

  switch (same ? history->state : PEG_HISTORY_NONE) {
  case PEG_HISTORY_LOADING:
    gtk_stack_set_visible_child_name (self->stack, "loading");
    break;
  case PEG_HISTORY_READY:
    if (history->revisions != NULL && history->revisions->len > 0)
      show_revisions (self, history->revisions, now);
    else
      show_message (self, _("No history yet: nobody has checked this file in here."));
    break;
  case PEG_HISTORY_FAILED:
    show_message (self, history->error != NULL ? history->error
                                               : _("The server did not give the history."));
    break;
  case PEG_HISTORY_NONE:
    show_message (self, peg_snapshot_is_live (snapshot)
                          ? _("Nothing is known yet.")
                          : _("The history comes from the server, which is not there now."));
    break;
  default:
    g_assert_not_reached ();
  }
}
