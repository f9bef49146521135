/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-copy-panel"

#include "peg-config.h"

#include "peg-copy-panel.h"

#include "peg-quiet.h"

#include <glib/gi18n.h>

/**
 * PegCopyPanel:
 *
 * What the copy of a file in the station’s working folder is, what can be done about
 * that, and what is asked about it. Without a working folder it is not there.
 */
struct _PegCopyPanel
{
  AdwBin parent_instance;

  GtkLabel *sentence;
  GtkLabel *question;
  GtkWidget *answers;
  GtkWidget *copy;

  char *key; /* (owned) (nullable): of the file that is shown */
};

G_DEFINE_FINAL_TYPE (PegCopyPanel, peg_copy_panel, ADW_TYPE_BIN)

static void
answer (PegCopyPanel *self,
        gboolean      replace)
{
  if (self->key != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "app.copy-answer", "(sb)", self->key, replace);
}

static void
replace_cb (PegCopyPanel *self)
{
  answer (self, TRUE);
}

static void
leave_cb (PegCopyPanel *self)
{
  answer (self, FALSE);
}

static void
copy_cb (PegCopyPanel *self)
{
  if (self->key != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "app.copy-here", "s", self->key);
}

static void
peg_copy_panel_dispose (GObject *object)
{
  PegCopyPanel *self = PEG_COPY_PANEL (object);

  /* The bin does not notice when its template takes its child away. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PEG_TYPE_COPY_PANEL);
  g_clear_pointer (&self->key, g_free);

  G_OBJECT_CLASS (peg_copy_panel_parent_class)->dispose (object);
}

static void
peg_copy_panel_class_init (PegCopyPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = peg_copy_panel_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/pegboard/Pegboard/peg-copy-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, PegCopyPanel, sentence);
  gtk_widget_class_bind_template_child (widget_class, PegCopyPanel, question);
  gtk_widget_class_bind_template_child (widget_class, PegCopyPanel, answers);
  gtk_widget_class_bind_template_child (widget_class, PegCopyPanel, copy);
  gtk_widget_class_bind_template_callback (widget_class, replace_cb);
  gtk_widget_class_bind_template_callback (widget_class, leave_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
}

static void
peg_copy_panel_init (PegCopyPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* What there is to say of the folder, or of the file in it. */
static char *
dup_sentence (const PegCopies   *copies,
              const PegSnapshot *snapshot,
              const PegEntry    *entry)
{
  char *sentence;

  if (peg_copies_get_trouble (copies) != NULL)
    return g_strdup (peg_copies_get_trouble (copies));

  sentence = peg_display_copy_sentence (snapshot, entry);
  if (sentence != NULL)
    return sentence;

  /* Translators: %s is the name of a folder. */
  return g_strdup_printf (_("There is no copy of it in the working folder, %s."),
                          peg_copies_get_folder (copies));
}

/**
 * peg_copy_panel_update:
 * @self: a panel
 * @snapshot: what is known
 * @entry: the file to show
 * @now: the clocks
 *
 * Shows what is known of the copy of @entry.
 */
void
peg_copy_panel_update (PegCopyPanel        *self,
                       PegSnapshot         *snapshot,
                       const PegEntry      *entry,
                       const PegDisplayNow *now)
{
  const PegCopies *copies;
  const PegCopyQuestion *question;
  g_autofree char *sentence = NULL;
  g_autofree char *words = NULL;
  gboolean asked;

  g_return_if_fail (PEG_IS_COPY_PANEL (self));
  g_return_if_fail (snapshot != NULL && entry != NULL);

  copies = peg_snapshot_get_copies (snapshot);
  gtk_widget_set_visible (GTK_WIDGET (self), copies != NULL);
  if (copies == NULL)
    return;

  if (g_strcmp0 (self->key, peg_entry_get_key (entry)) != 0) {
    g_free (self->key);
    self->key = g_strdup (peg_entry_get_key (entry));
  }

  question = peg_snapshot_get_copy_question (snapshot);
  asked = question != NULL && g_str_equal (question->key, self->key);
  if (asked)
    words = peg_display_copy_question (question, now);

  sentence = dup_sentence (copies, snapshot, entry);
  peg_quiet_set_label (self->sentence, sentence);
  peg_quiet_set_label (self->question, words != NULL ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (self->sentence), !asked);
  gtk_widget_set_visible (GTK_WIDGET (self->question), asked);
  gtk_widget_set_visible (self->answers, asked);
  gtk_widget_set_visible (self->copy, !asked);
  gtk_widget_set_sensitive (self->copy, peg_snapshot_is_live (snapshot) &&
                                        peg_copies_get_trouble (copies) == NULL);
}
