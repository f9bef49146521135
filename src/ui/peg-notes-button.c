/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-notes-button"

#include "peg-config.h"

#include "peg-notes-button.h"

#include "peg-quiet.h"
#include "peg-words.h"

#include <glib/gi18n.h>

/* How many of the last errors are kept to be read again. */
#define MAX_ERRORS 5

/**
 * PegNotesButton:
 *
 * The bell: how many notes wait for this person, and the notes, each until it
 * is acknowledged; below them what lately went wrong, with its details.
 */
struct _PegNotesButton
{
  AdwBin parent_instance;

  GtkMenuButton *button;
  GtkLabel *count;
  GtkPopover *popover;
  GtkBox *content;

  GPtrArray *notes;   /* (owned) (nullable): those that are shown */
  GPtrArray *notices; /* (owned) (nullable): those that are shown */
};

G_DEFINE_FINAL_TYPE (PegNotesButton, peg_notes_button, ADW_TYPE_BIN)

static void
peg_notes_button_dispose (GObject *object)
{
  PegNotesButton *self = PEG_NOTES_BUTTON (object);

  /* The bin does not notice when its template takes its child away. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PEG_TYPE_NOTES_BUTTON);
  g_clear_pointer (&self->notes, g_ptr_array_unref);
  g_clear_pointer (&self->notices, g_ptr_array_unref);

  G_OBJECT_CLASS (peg_notes_button_parent_class)->dispose (object);
}

static void
peg_notes_button_class_init (PegNotesButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = peg_notes_button_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/pegboard/Pegboard/peg-notes-button.ui");
  gtk_widget_class_bind_template_child (widget_class, PegNotesButton, button);
  gtk_widget_class_bind_template_child (widget_class, PegNotesButton, count);
  gtk_widget_class_bind_template_child (widget_class, PegNotesButton, popover);
  gtk_widget_class_bind_template_child (widget_class, PegNotesButton, content);
}

static void
peg_notes_button_init (PegNotesButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static GtkWidget *
add_text (GtkWidget  *box,
          const char *text,
          const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  /* A popover asks how high a label is before it knows how wide it will be. */
  gtk_label_set_width_chars (GTK_LABEL (label), 40);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  gtk_box_append (GTK_BOX (box), label);

  return label;
}

static GtkWidget *
create_note (const PegNote       *note,
             const PegDisplayNow *now)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *button = gtk_button_new_with_mnemonic (_("_Acknowledge"));
  g_autofree char *clock = peg_words_clock (note->when_us, now->wall_us);
  g_autofree char *origin = NULL;
  g_autofree char *name = NULL;

  if (note->sender != NULL && note->when_us != 0)
    /* Translators: the name of a person, and a time of day. */
    origin = g_strdup_printf (_("%s · %s"), note->sender, clock);
  else if (note->sender != NULL || note->when_us != 0)
    origin = g_strdup (note->sender != NULL ? note->sender : clock);

  if (origin != NULL)
    gtk_widget_add_css_class (add_text (box, origin, "caption"), "dim-label");
  add_text (box, note->text, NULL);

  /* Translators: %s is what somebody wrote. */
  name = g_strdup_printf (_("Acknowledge “%s”"), note->text);
  peg_quiet_set_name (GTK_ACCESSIBLE (button), name);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "app.acknowledge");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", note->id);
  gtk_widget_set_halign (button, GTK_ALIGN_END);
  gtk_box_append (GTK_BOX (box), button);
  gtk_widget_add_css_class (box, "card");
  gtk_widget_add_css_class (box, "peg-note");

  return box;
}

static GtkWidget *
create_error (const PegNotice *notice)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);

  add_text (box, notice->text, NULL);
  if (notice->detail != NULL) {
    GtkWidget *detail = add_text (box, notice->detail, "caption");

    gtk_widget_add_css_class (detail, "dim-label");
    gtk_label_set_selectable (GTK_LABEL (detail), TRUE);
  }
  gtk_widget_add_css_class (box, "card");
  gtk_widget_add_css_class (box, "peg-note");

  return box;
}

static guint
fill_errors (PegNotesButton *self)
{
  guint n = 0;

  for (guint i = self->notices->len; i > 0 && n < MAX_ERRORS; i--) {
    const PegNotice *notice = g_ptr_array_index (self->notices, i - 1);

    if (notice->level != PEG_NOTICE_ERROR)
      continue;
    if (n++ == 0)
      add_text (GTK_WIDGET (self->content), _("What Went Wrong"), "heading");
    gtk_box_append (self->content, create_error (notice));
  }

  return n;
}

static void
fill (PegNotesButton      *self,
      const PegDisplayNow *now)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->content))) != NULL)
    gtk_box_remove (self->content, child);

  if (self->notes->len > 0)
    add_text (GTK_WIDGET (self->content), _("Notes to You"), "heading");
  for (guint i = 0; i < self->notes->len; i++)
    gtk_box_append (self->content, create_note (g_ptr_array_index (self->notes, i), now));

  if (fill_errors (self) == 0 && self->notes->len == 0)
    gtk_widget_add_css_class (add_text (GTK_WIDGET (self->content), _("Nothing to read."), NULL),
                              "dim-label");
}

/**
 * peg_notes_button_update:
 * @self: the bell
 * @snapshot: what is known
 * @now: the clocks
 *
 * Shows the notes and the last errors of @snapshot.
 */
void
peg_notes_button_update (PegNotesButton      *self,
                         PegSnapshot         *snapshot,
                         const PegDisplayNow *now)
{
  GPtrArray *notes = peg_snapshot_get_notes (snapshot);
  GPtrArray *notices = peg_snapshot_get_notices (snapshot);
  g_autofree char *count = NULL;
  g_autofree char *label = NULL;

  g_return_if_fail (PEG_IS_NOTES_BUTTON (self));

  if (self->notes == notes && self->notices == notices)
    return;

  g_ptr_array_ref (notes);
  g_ptr_array_ref (notices);
  g_clear_pointer (&self->notes, g_ptr_array_unref);
  g_clear_pointer (&self->notices, g_ptr_array_unref);
  self->notes = notes;
  self->notices = notices;
  fill (self, now);

  count = g_strdup_printf ("%u", notes->len);
  peg_quiet_set_label (self->count, count);
  gtk_widget_set_visible (GTK_WIDGET (self->count), notes->len > 0);

  if (notes->len == 0)
    label = g_strdup (_("Notes"));
  else
    /* Translators: %u is how many notes from others wait to be read. */
    label = g_strdup_printf (ngettext ("%u note to you", "%u notes to you", notes->len),
                             notes->len);
  peg_quiet_set_tooltip (GTK_WIDGET (self->button), label);
  peg_quiet_set_name (GTK_ACCESSIBLE (self->button), label);
}

/**
 * peg_notes_button_pop_up:
 * @self: the bell
 *
 * Opens the notes.
 */
void
peg_notes_button_pop_up (PegNotesButton *self)
{
  g_return_if_fail (PEG_IS_NOTES_BUTTON (self));

  gtk_menu_button_popup (self->button);
}
