/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-details"

#include "peg-config.h"

#include "peg-details.h"

#include "peg-copy-panel.h"
#include "peg-history-view.h"
#include "peg-initials.h"
#include "peg-quiet.h"
#include "peg-tag-plate.h"
#include "peg-words.h"

#include <glib/gi18n.h>

/**
 * PegDetails:
 *
 * All that is known of the selected file, and what can be done with it. What
 * cannot be done now stays visible, and why is written below it.
 */
struct _PegDetails
{
  AdwBin parent_instance;

  GtkStack *stack;
  AdwStatusPage *group_page;
  GtkScrolledWindow *scroller;
  GtkLabel *name;
  GtkLabel *revision;
  GtkLabel *description;
  PegTagPlate *plate;
  GtkLabel *sentence;
  GtkLabel *reason;
  GtkLabel *since;
  AdwSplitButton *check_out;
  GtkWidget *check_in;
  GtkWidget *release;
  GtkWidget *save_copy;
  GtkWidget *open;
  GtkEditable *reason_entry;
  GtkLabel *why_not;
  PegCopyPanel *copy;
  PegHistoryView *history;
  GtkGrid *facts;

  char *key;       /* (owned) (nullable): of the file that is shown */
  PegEntry *entry; /* (owned) (nullable): whose facts are shown */
};

G_DEFINE_FINAL_TYPE (PegDetails, peg_details, ADW_TYPE_BIN)

static void
send_check_out (PegDetails *self,
                const char *reason)
{
  if (self->key != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "app.check-out", "(ss)", self->key, reason);
}

static void
check_out_cb (PegDetails *self)
{
  send_check_out (self, "");
}

static void
reason_shown_cb (PegDetails *self)
{
  gtk_editable_set_text (self->reason_entry, "");
  gtk_widget_grab_focus (GTK_WIDGET (self->reason_entry));
}

static void
check_out_with_reason_cb (PegDetails *self)
{
  g_autofree char *reason = g_strdup (gtk_editable_get_text (self->reason_entry));

  /* Text that is hidden while it has the focus goes on blinking its cursor, and
   * GTK 4.8 warns of it. */
  gtk_widget_grab_focus (GTK_WIDGET (self->check_out));
  adw_split_button_popdown (self->check_out);
  send_check_out (self, g_strstrip (reason));
}

static void
peg_details_dispose (GObject *object)
{
  PegDetails *self = PEG_DETAILS (object);

  /* The bin does not notice when its template takes its child away. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PEG_TYPE_DETAILS);
  g_clear_pointer (&self->key, g_free);
  g_clear_pointer (&self->entry, peg_entry_unref);

  G_OBJECT_CLASS (peg_details_parent_class)->dispose (object);
}

static void
peg_details_class_init (PegDetailsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = peg_details_dispose;

  g_type_ensure (PEG_TYPE_COPY_PANEL);
  g_type_ensure (PEG_TYPE_HISTORY_VIEW);
  g_type_ensure (PEG_TYPE_TAG_PLATE);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/pegboard/Pegboard/peg-details.ui");
  gtk_widget_class_bind_template_child (widget_class, PegDetails, stack);
  gtk_widget_class_bind_template_child (widget_class, PegDetails, group_page);
  gtk_widget_class_bind_template_child (widget_class, PegDetails, scroller);
  gtk_widget_class_bind_template_child (widget_class, PegDetails, name);
  gtk_widget_class_bind_template_child (widget_class, PegDetails, revision);
  gtk_widget_class_bind_template_child (widget_class, PegDetails, description);
  gtk_widget_class_bind_template_child (widget_class, PegDetails, plate);
  gtk_widget_class_bind_template_child (widget_class, PegDetails, sentence);
  gtk_widget_class_bind_template_child (widget_class, PegDetails, reason);
  gtk_widget_class_bind_template_child (widget_class, PegDetails, since);
  gtk_widget_class_bind_template_child (widget_class, PegDetails, check_out);
  gtk_widget_class_bind_template_child (widget_class, PegDetails, check_in);
  gtk_widget_class_bind_template_child (widget_class, PegDetails, release);
  gtk_widget_class_bind_template_child (widget_class, PegDetails, save_copy);
  gtk_widget_class_bind_template_child (widget_class, PegDetails, open);
  gtk_widget_class_bind_template_child (widget_class, PegDetails, reason_entry);
  gtk_widget_class_bind_template_child (widget_class, PegDetails, why_not);
  gtk_widget_class_bind_template_child (widget_class, PegDetails, copy);
  gtk_widget_class_bind_template_child (widget_class, PegDetails, history);
  gtk_widget_class_bind_template_child (widget_class, PegDetails, facts);
  gtk_widget_class_bind_template_callback (widget_class, check_out_cb);
  gtk_widget_class_bind_template_callback (widget_class, check_out_with_reason_cb);
  gtk_widget_class_bind_template_callback (widget_class, reason_shown_cb);
}

/* libadwaita 1.2 gives the arrow of a split button a tooltip and no name. */
static void
name_dropdown (PegDetails *self)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->check_out));
       child != NULL; child = gtk_widget_get_next_sibling (child)) {
    if (GTK_IS_MENU_BUTTON (child))
      gtk_accessible_update_property (GTK_ACCESSIBLE (child),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      _("Check Out with a Reason"),
                                      -1);
  }
}

static void
peg_details_init (PegDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  name_dropdown (self);
}

static void
set_optional (GtkLabel   *label,
              const char *text)
{
  peg_quiet_set_label (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
}

static void
update_lock (PegDetails          *self,
             PegSnapshot         *snapshot,
             PegEntry            *entry,
             const PegDisplayNow *now)
{
  g_autofree char *initials = peg_initials_for (snapshot, entry);
  g_autofree char *sentence = peg_display_lock_sentence (snapshot, entry, now);
  const char *reason = peg_entry_get_reason (entry);
  g_autofree char *quoted = NULL;
  g_autofree char *presence = peg_display_presence_sentence (snapshot, entry);
  g_autofree char *since = NULL;
  g_autofree char *facts = NULL;

  if (peg_entry_is_locked (entry) && reason != NULL && *reason != '\0')
    /* Translators: what somebody said why they check a file out. */
    quoted = g_strdup_printf (_("“%s”"), reason);

  if (peg_entry_is_locked (entry) && peg_entry_get_since_us (entry) != 0) {
    g_autofree char *time = peg_words_date_time (peg_entry_get_since_us (entry));

    /* Translators: %s is an exact date and time. */
    since = g_strdup_printf (C_("time", "Checked out %s"), time);
  }

  peg_tag_plate_set (self->plate, peg_display_tag (snapshot, entry), initials);
  peg_quiet_set_label (self->sentence, sentence);
  set_optional (self->reason, quoted);
  /* Whoever is there can be asked. */
  if (since != NULL && presence != NULL)
    facts = g_strdup_printf ("%s\n%s", since, presence);
  else
    facts = g_strdup (since != NULL ? since : presence);
  set_optional (self->since, facts);
}

/* The step that usually comes next stands out. */
static void
set_suggested (PegDetails *self,
               gboolean    own)
{
  GtkWidget *check_out = GTK_WIDGET (self->check_out);

  if (own) {
    gtk_widget_remove_css_class (check_out, "suggested-action");
    gtk_widget_add_css_class (self->check_in, "suggested-action");
  } else {
    gtk_widget_add_css_class (check_out, "suggested-action");
    gtk_widget_remove_css_class (self->check_in, "suggested-action");
  }
}

typedef struct {
  PegAction action;
  const char *name;
  GtkWidget *button;
  char *why; /* (owned) (nullable) */
} Possible;

/* One line for each reason, with the names of what it prevents. */
static char *
join_reasons (const Possible *possible,
              guint           n)
{
  GString *lines = g_string_new (NULL);

  for (guint i = 0; i < n; i++) {
    g_autoptr (GString) names = g_string_new (possible[i].name);
    gboolean said = possible[i].why == NULL;

    for (guint j = 0; j < i && !said; j++)
      said = g_strcmp0 (possible[j].why, possible[i].why) == 0;
    if (said)
      continue;

    for (guint j = i + 1; j < n; j++) {
      if (g_strcmp0 (possible[j].why, possible[i].why) == 0)
        g_string_append_printf (names, ", %s", possible[j].name);
    }

    if (lines->len > 0)
      g_string_append_c (lines, '\n');
    /* Translators: names of buttons, and why they cannot be pressed, for
     * example “Check Out: Dana has it”. */
    g_string_append_printf (lines, _("%s: %s"), names->str, possible[i].why);
  }

  return g_string_free (lines, FALSE);
}

static void
update_actions (PegDetails          *self,
                PegSnapshot         *snapshot,
                PegEntry            *entry,
                const PegDisplayNow *now)
{
  Possible possible[] = {
    { PEG_ACTION_CHECK_OUT, _("Check Out"), GTK_WIDGET (self->check_out), NULL },
    { PEG_ACTION_CHECK_IN, _("Check In"), self->check_in, NULL },
    { PEG_ACTION_RELEASE, _("Release"), self->release, NULL },
    { PEG_ACTION_SAVE_COPY, _("Save a Copy"), self->save_copy, NULL },
    { PEG_ACTION_OPEN, _("Open"), self->open, NULL },
  };
  const gboolean pending =
    peg_snapshot_find_pending (snapshot, peg_entry_get_key (entry)) != NULL;
  g_autofree char *reasons = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (possible); i++) {
    possible[i].why = peg_display_why_not (snapshot, entry, possible[i].action, now);
    peg_quiet_set_tooltip (possible[i].button, possible[i].why);
  }

  gtk_widget_set_sensitive (GTK_WIDGET (self->check_out), possible[0].why == NULL);
  set_suggested (self, peg_entry_get_lock (entry, peg_snapshot_get_user (snapshot)) == PEG_LOCK_OWN);

  if (!peg_snapshot_is_live (snapshot))
    reasons = g_strdup (possible[0].why);
  else if (!pending)
    reasons = join_reasons (possible, G_N_ELEMENTS (possible));
  set_optional (self->why_not, reasons);

  for (guint i = 0; i < G_N_ELEMENTS (possible); i++)
    g_free (possible[i].why);
}

static void
add_fact (PegDetails *self,
          int        *row,
          const char *title,
          const char *value)
{
  GtkWidget *title_label, *value_label;

  if (value == NULL || *value == '\0')
    return;

  title_label = g_object_new (GTK_TYPE_LABEL, "label", title, "xalign", 0.0f, "yalign", 0.0f, NULL);
  gtk_widget_add_css_class (title_label, "dim-label");

  value_label = g_object_new (GTK_TYPE_LABEL,
                              "label", value,
                              "xalign", 0.0f,
                              "hexpand", TRUE,
                              "selectable", TRUE,
                              "wrap", TRUE,
                              "wrap-mode", PANGO_WRAP_CHAR,
                              NULL);
  gtk_widget_add_css_class (value_label, "numeric");
  gtk_accessible_update_relation (GTK_ACCESSIBLE (value_label),
                                  GTK_ACCESSIBLE_RELATION_LABELLED_BY, title_label, NULL,
                                  -1);

  gtk_grid_attach (self->facts, title_label, 0, *row, 1, 1);
  gtk_grid_attach (self->facts, value_label, 1, *row, 1, 1);
  (*row)++;
}

static void
update_facts (PegDetails *self,
              PegEntry   *entry)
{
  g_autofree char *revision = NULL;
  g_autofree char *modified = NULL;
  g_autofree char *size = NULL;
  GtkWidget *child;
  int row = 0;

  if (self->entry == entry)
    return;

  g_clear_pointer (&self->entry, peg_entry_unref);
  self->entry = peg_entry_ref (entry);

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->facts))) != NULL)
    gtk_grid_remove (self->facts, child);

  revision = peg_display_revision (entry);
  if (peg_entry_get_modified_us (entry) != 0)
    modified = peg_words_date_time (peg_entry_get_modified_us (entry));
  if (peg_entry_get_size (entry) >= 0)
    size = g_format_size_full ((guint64) peg_entry_get_size (entry), G_FORMAT_SIZE_LONG_FORMAT);

  add_fact (self, &row, _("Path"), peg_entry_get_path (entry));
  add_fact (self, &row, _("Group"), peg_entry_get_group (entry));
  add_fact (self, &row, _("Stands for"), peg_entry_get_master (entry));
  add_fact (self, &row, _("Revision"), revision);
  add_fact (self, &row, _("Size"), size);
  add_fact (self, &row, _("Changed"), modified);
  add_fact (self, &row, _("SHA-256"), peg_entry_get_sha256 (entry));
}

static void
update_file (PegDetails          *self,
             PegSnapshot         *snapshot,
             PegEntry            *entry,
             const PegDisplayNow *now)
{
  g_autofree char *revision = peg_display_revision (entry);
  g_autofree char *words = NULL;

  /* Translators: short for the revision of a file; %s is a number like 1.4. */
  words = *revision != '\0' ? g_strdup_printf (_("REV %s"), revision) : NULL;

  /* Setting a text takes away what somebody has selected of it. */
  if (g_strcmp0 (gtk_label_get_text (self->name), peg_entry_get_filename (entry)) != 0)
    peg_quiet_set_label (self->name, peg_entry_get_filename (entry));
  set_optional (self->revision, words);
  set_optional (self->description, peg_entry_get_description (entry));
  update_lock (self, snapshot, entry, now);
  update_actions (self, snapshot, entry, now);
  update_facts (self, entry);
  peg_copy_panel_update (self->copy, snapshot, entry, now);
  peg_history_view_update (self->history, snapshot, peg_entry_get_key (entry), now);
  gtk_stack_set_visible_child_name (self->stack, "file");
}

static void
update_group (PegDetails *self,
              PegRow     *row)
{
  const guint n = peg_row_get_n (row), n_out = peg_row_get_n_out (row);
  g_autofree char *files = NULL;
  g_autofree char *escaped = NULL;
  g_autofree char *words = NULL;

  /* Translators: %u is a number of files. */
  files = g_strdup_printf (ngettext ("%u file", "%u files", n), n);
  if (n_out == 0)
    /* Translators: %s is “3 files”. */
    words = g_strdup_printf (_("%s, all of them free"), files);
  else
    /* Translators: %s is “3 files”, %u is how many of them are checked out. */
    words = g_strdup_printf (_("%s, %u checked out"), files, n_out);
  escaped = g_markup_escape_text (words, -1);

  adw_status_page_set_icon_name (self->group_page,
                                 peg_row_get_kind (row) == PEG_ROW_GROUP ? "peg-group-symbolic"
                                                                         : "peg-part-symbolic");
  adw_status_page_set_title (self->group_page, peg_row_get_name (row));
  adw_status_page_set_description (self->group_page, escaped);
  gtk_stack_set_visible_child_name (self->stack, "group");
}

/**
 * peg_details_update:
 * @self: the details
 * @snapshot: what is known
 * @row: (nullable): what is selected
 * @now: the clocks
 *
 * Shows @row as it is in @snapshot.
 */
void
peg_details_update (PegDetails          *self,
                    PegSnapshot         *snapshot,
                    PegRow              *row,
                    const PegDisplayNow *now)
{
  PegEntry *entry = NULL;

  g_return_if_fail (PEG_IS_DETAILS (self));

  if (row != NULL && peg_row_get_kind (row) == PEG_ROW_FILE)
    entry = peg_snapshot_find (snapshot, peg_entry_get_key (peg_row_get_entry (row)));

  if (entry == NULL || g_strcmp0 (self->key, peg_entry_get_key (entry)) != 0) {
    adw_split_button_popdown (self->check_out);
    g_free (self->key);
    self->key = entry != NULL ? g_strdup (peg_entry_get_key (entry)) : NULL;
    gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
  }

  if (entry != NULL)
    update_file (self, snapshot, entry, now);
  else if (row != NULL && peg_row_get_kind (row) != PEG_ROW_FILE)
    update_group (self, row);
  else
    gtk_stack_set_visible_child_name (self->stack, "nothing");
}

/**
 * peg_details_pop_up_reason:
 * @self: the details
 *
 * Asks what the selected file is checked out for; Enter checks it out.
 */
void
peg_details_pop_up_reason (PegDetails *self)
{
  g_return_if_fail (PEG_IS_DETAILS (self));

  adw_split_button_popup (self->check_out);
}
