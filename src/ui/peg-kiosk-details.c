/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-kiosk-details"

#include "peg-config.h"

#include "peg-kiosk-details.h"

#include "peg-kiosk-label.h"
#include "peg-quiet.h"
#include "peg-words.h"

#include <glib/gi18n.h>

/**
 * PegKioskDetails:
 *
 * All that is known of a file, in full: what it is, who has it and why, how its copy
 * in the working folder is, and how it came to be. Nothing here is cut, and nothing
 * does anything: the buttons are those of the window.
 */
struct _PegKioskDetails
{
  AdwBin parent_instance;

  GtkLabel *name;
  GtkLabel *description;
  GtkLabel *sentence;
  GtkLabel *reason;
  GtkLabel *since;
  GtkLabel *copy;
  GtkBox *history;
  GtkScrolledWindow *scroller;

  char *key;            /* (owned) (nullable): of the file that is shown */
  GPtrArray *revisions; /* (owned) (nullable): those that are shown */
  GtkLabel *no_history;   /* (nullable): the words that stand there instead of them */
};

G_DEFINE_FINAL_TYPE (PegKioskDetails, peg_kiosk_details, ADW_TYPE_BIN)

static void
peg_kiosk_details_finalize (GObject *object)
{
  PegKioskDetails *self = PEG_KIOSK_DETAILS (object);

  g_clear_pointer (&self->key, g_free);
  g_clear_pointer (&self->revisions, g_ptr_array_unref);

  G_OBJECT_CLASS (peg_kiosk_details_parent_class)->finalize (object);
}

static void
peg_kiosk_details_class_init (PegKioskDetailsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = peg_kiosk_details_finalize;
}

static GtkLabel *
append_strong (GtkWidget  *box,
               const char *style)
{
  GtkLabel *label = peg_kiosk_label_append_wrapped (box, style);

  gtk_widget_add_css_class (GTK_WIDGET (label), "kiosk-strong");

  return label;
}

static void
peg_kiosk_details_init (PegKioskDetails *self)
{
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *file = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *lock = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->name = append_strong (file, "kiosk-text");
  self->description = peg_kiosk_label_append_wrapped (file, "kiosk-near");
  self->sentence = append_strong (lock, "kiosk-word");
  self->reason = peg_kiosk_label_append_wrapped (lock, "kiosk-near");
  self->since = peg_kiosk_label_append_wrapped (lock, "kiosk-near");
  self->copy = peg_kiosk_label_append_wrapped (lock, "kiosk-near");

  self->history = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));
  gtk_widget_add_css_class (GTK_WIDGET (self->history), "kiosk-gaps");
  gtk_widget_add_css_class (page, "kiosk-gaps");
  gtk_box_append (GTK_BOX (page), file);
  gtk_box_append (GTK_BOX (page), lock);
  gtk_box_append (GTK_BOX (page), GTK_WIDGET (self->history));

  self->scroller = GTK_SCROLLED_WINDOW (gtk_scrolled_window_new ());
  gtk_scrolled_window_set_policy (self->scroller, GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_overlay_scrolling (self->scroller, FALSE);
  gtk_scrolled_window_set_child (self->scroller, page);
  gtk_widget_set_vexpand (GTK_WIDGET (self->scroller), TRUE);
  gtk_widget_set_focusable (GTK_WIDGET (self->scroller), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scroller), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Details"), -1);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->scroller));
}

/**
 * peg_kiosk_details_new:
 *
 * Returns: (transfer floating): a new page
 */
GtkWidget *
peg_kiosk_details_new (void)
{
  return g_object_new (PEG_TYPE_KIOSK_DETAILS, NULL);
}

static void
set_optional (GtkLabel   *label,
              const char *text)
{
  peg_quiet_set_label (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
}

static void
update_file (PegKioskDetails *self,
             PegEntry        *entry)
{
  g_autofree char *revision = peg_display_revision (entry);
  const char *description = peg_entry_get_description (entry);
  g_autoptr (GString) line = g_string_new (NULL);

  if (revision != NULL && *revision != '\0')
    /* Translators: %s is the number of a revision, like 1.4. */
    g_string_append_printf (line, _("Revision %s"), revision);
  if (description != NULL && *description != '\0')
    g_string_append_printf (line, "%s%s", line->len > 0 ? " · " : "", description);

  peg_quiet_set_label (self->name, peg_entry_get_filename (entry));
  set_optional (self->description, line->str);
}

static void
update_lock (PegKioskDetails     *self,
             PegSnapshot         *snapshot,
             PegEntry            *entry,
             const char          *copy,
             const PegDisplayNow *now)
{
  g_autofree char *sentence = peg_display_lock_sentence (snapshot, entry, now);
  g_autofree char *presence = peg_display_presence_sentence (snapshot, entry);
  const char *reason = peg_entry_get_reason (entry);
  const gboolean locked = peg_entry_is_locked (entry);
  g_autofree char *quoted = NULL;
  g_autoptr (GString) since = g_string_new (NULL);

  if (locked && reason != NULL && *reason != '\0')
    /* Translators: what somebody said why they check a file out. */
    quoted = g_strdup_printf (_("“%s”"), reason);

  if (locked && peg_entry_get_since_us (entry) != 0) {
    g_autofree char *time = peg_words_date_time (peg_entry_get_since_us (entry));

    /* Translators: %s is an exact date and time. */
    g_string_append_printf (since, C_("time", "Checked out %s"), time);
  }
  if (presence != NULL)
    g_string_append_printf (since, "%s%s", since->len > 0 ? " · " : "", presence);

  peg_quiet_set_label (self->sentence, sentence);
  set_optional (self->reason, quoted);
  set_optional (self->since, since->str);
  set_optional (self->copy, copy);
}

static void
append_revision (PegKioskDetails     *self,
                 const PegRevision   *revision,
                 const PegDisplayNow *now)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autofree char *number = peg_words_revision (revision->major, revision->minor);
  g_autoptr (GString) line = g_string_new (*number != '\0' ? number : "–");

  if (revision->who != NULL)
    g_string_append_printf (line, " · %s", revision->who);
  if (revision->when_us != 0) {
    g_autofree char *clock = peg_words_clock (revision->when_us, now->wall_us);

    g_string_append_printf (line, " · %s", clock);
  }

  gtk_label_set_text (append_strong (box, "kiosk-near"), line->str);
  if (revision->comment != NULL && *revision->comment != '\0')
    gtk_label_set_text (peg_kiosk_label_append_wrapped (box, "kiosk-near"), revision->comment);
  gtk_box_append (self->history, box);
}

static const char *
get_history_words (PegSnapshot      *snapshot,
                   const PegHistory *history,
                   gboolean          same)
{
  switch (same ? history->state : PEG_HISTORY_NONE) {
  case PEG_HISTORY_LOADING:
    return _("Fetching the history…");
  case PEG_HISTORY_FAILED:
    return history->error != NULL ? history->error : _("The server did not give the history.");
  case PEG_HISTORY_READY:
    return _("No history yet: nobody has checked this file in here.");
  case PEG_HISTORY_NONE:
    return peg_snapshot_is_live (snapshot) ? _("Fetching the history…")
                                           : _("The history comes from the server, which is not there now.");
  default:
    g_assert_not_reached ();
  }
}

static void
update_history (PegKioskDetails     *self,
                PegSnapshot         *snapshot,
                PegEntry            *entry,
                const PegDisplayNow *now)
{
  const PegHistory *history = peg_snapshot_get_history (snapshot);
  const gboolean same = g_strcmp0 (history->key, peg_entry_get_key (entry)) == 0;
  GPtrArray *revisions =
    same && history->state == PEG_HISTORY_READY && history->revisions != NULL &&
    history->revisions->len > 0 ? history->revisions : NULL;
  GtkWidget *child;

  if (revisions != NULL && revisions == self->revisions)
    return;
  if (revisions == NULL && self->no_history != NULL) {
    peg_quiet_set_label (self->no_history, get_history_words (snapshot, history, same));
    return;
  }

  self->no_history = NULL;
  g_clear_pointer (&self->revisions, g_ptr_array_unref);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->history))) != NULL)
    gtk_box_remove (self->history, child);

  gtk_label_set_text (append_strong (GTK_WIDGET (self->history), "kiosk-text"), _("History"));
  if (revisions == NULL) {
    self->no_history = peg_kiosk_label_append_wrapped (GTK_WIDGET (self->history), "kiosk-near");
    gtk_label_set_text (self->no_history, get_history_words (snapshot, history, same));
    return;
  }

  self->revisions = g_ptr_array_ref (revisions);
  for (guint i = 0; i < revisions->len; i++)
    append_revision (self, g_ptr_array_index (revisions, i), now);
}

/**
 * peg_kiosk_details_update:
 * @self: the page
 * @snapshot: what is known
 * @entry: the file
 * @copy: (nullable): how its copy in the working folder is
 * @now: the clocks
 *
 * Shows @entry.
 */
void
peg_kiosk_details_update (PegKioskDetails     *self,
                          PegSnapshot         *snapshot,
                          PegEntry            *entry,
                          const char          *copy,
                          const PegDisplayNow *now)
{
  g_return_if_fail (PEG_IS_KIOSK_DETAILS (self));

  if (g_strcmp0 (self->key, peg_entry_get_key (entry)) != 0) {
    g_free (self->key);
    self->key = g_strdup (peg_entry_get_key (entry));
    g_clear_pointer (&self->revisions, g_ptr_array_unref);
    gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
  }

  update_file (self, entry);
  update_lock (self, snapshot, entry, copy, now);
  update_history (self, snapshot, entry, now);
}
