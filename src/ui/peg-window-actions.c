/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-window-actions"

#include "peg-config.h"

#include "peg-window-private.h"

#include "peg-words.h"

#include <glib/gi18n.h>

/* What a window does by itself; whatever reaches further is an action of the
 * application. */

static const char * const filter_names[] = { "all", "out", "mine", "free" };

/* A question for the place of a file, and what to do with the answer. */
typedef struct {
  PegWindow *window;   /* (owned) */
  char *key;           /* (owned) */
  char *hash;          /* (owned) (nullable): %NULL: the newest content */
} SaveQuestion;

static void
save_question_free (SaveQuestion *question)
{
  g_object_unref (question->window);
  g_free (question->key);
  g_free (question->hash);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SaveQuestion, save_question_free)

static void
save_picked_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (SaveQuestion) question = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = peg_file_picker_pick_finish (PEG_FILE_PICKER (source), result, &error);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path == NULL)
    return;

  if (question->hash == NULL)
    gtk_widget_activate_action (GTK_WIDGET (question->window), "app.save-copy", "(ss)",
                                question->key, path);
  else
    gtk_widget_activate_action (GTK_WIDGET (question->window), "app.download-revision", "(sss)",
                                question->key, question->hash, path);
}

static void
ask_where_to_save (PegWindow  *self,
                   const char *hash)
{
  PegEntry *entry = peg_window_get_entry (self);
  g_autofree char *name = NULL;
  SaveQuestion *question;

  if (entry == NULL)
    return;

  /* It comes from the wire, and must not choose where it is saved. */
  name = peg_words_safe_name (peg_entry_get_filename (entry));
  question = g_new0 (SaveQuestion, 1);
  question->window = g_object_ref (self);
  question->key = g_strdup (peg_entry_get_key (entry));
  question->hash = g_strdup (hash);

  peg_file_picker_pick_async (self->picker, GTK_WINDOW (self),
                              hash == NULL ? _("Save a Copy") : _("Save a Revision"),
                              name, self->cancellable,
                              save_picked_cb, question);
}

static void
check_out_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  PegWindow *self = user_data;

  self->checking_in = FALSE;
  self->in_details = self->narrow;
  adw_view_stack_set_visible_child_name (self->views, "files");
  if (!self->narrow)
    g_action_group_change_action_state (G_ACTION_GROUP (self), "show-details",
                                        g_variant_new_boolean (TRUE));
  peg_window_arrange (self);
  peg_details_pop_up_reason (self->details);
}

static void
check_in_cb (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  PegWindow *self = user_data;
  PegEntry *entry = peg_window_get_entry (self);

  if (entry != NULL)
    peg_window_open_check_in (self, peg_entry_get_key (entry), NULL);
}

static void
release_cb (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       user_data)
{
  PegEntry *entry = peg_window_get_entry (user_data);

  if (entry != NULL)
    gtk_widget_activate_action (user_data, "app.release", "s", peg_entry_get_key (entry));
}

static void
save_copy_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  ask_where_to_save (user_data, NULL);
}

static void
save_revision_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  ask_where_to_save (user_data, g_variant_get_string (parameter, NULL));
}

static void
draft_picked_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (SaveQuestion) question = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = peg_file_picker_pick_finish (PEG_FILE_PICKER (source), result, &error);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL)
    gtk_widget_activate_action (GTK_WIDGET (question->window), "app.draft-save", "(ss)",
                                question->key, path);
}

static void
save_draft_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  PegWindow *self = user_data;
  const char *id = g_variant_get_string (parameter, NULL);
  const GPtrArray *drafts = peg_snapshot_get_drafts (peg_store_get_shown (self->store));
  g_autofree char *name = NULL;
  SaveQuestion *question;

  for (guint i = 0; i < drafts->len && name == NULL; i++) {
    const PegDraft *draft = g_ptr_array_index (drafts, i);

    if (g_str_equal (draft->id, id))
      name = peg_words_safe_name (draft->filename);
  }

  question = g_new0 (SaveQuestion, 1);
  question->window = g_object_ref (self);
  question->key = g_strdup (id);
  peg_file_picker_pick_async (self->picker, GTK_WINDOW (self), _("Save a Copy"), name,
                              self->cancellable, draft_picked_cb, question);
}

static void
open_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  PegEntry *entry = peg_window_get_entry (user_data);

  if (entry != NULL)
    gtk_widget_activate_action (user_data, "app.open", "s", peg_entry_get_key (entry));
}

static void
copy_name_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  PegWindow *self = user_data;
  PegRow *row = peg_selection_get_row (self->selection);

  if (row == NULL)
    return;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), peg_row_get_name (row));
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_("Name copied")));
}

static void
search_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  PegWindow *self = user_data;

  if (self->page != PEG_PAGE_FILES)
    return;

  adw_view_stack_set_visible_child_name (self->views, "files");
  self->in_details = FALSE;
  peg_window_arrange (self);
  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

/* What somebody looks for who is not at this window yet. */
static void
find_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  PegWindow *self = user_data;

  if (self->page != PEG_PAGE_FILES)
    return;

  search_cb (action, NULL, user_data);
  gtk_editable_set_text (self->search_entry, g_variant_get_string (parameter, NULL));
  gtk_editable_set_position (self->search_entry, -1);
}

static void
clear_search_cb (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  peg_window_clear_search (user_data);
}

static void
expand_all_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  peg_rows_expand_all (((PegWindow *) user_data)->rows);
}

static void
collapse_all_cb (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  peg_rows_collapse_all (((PegWindow *) user_data)->rows);
}

static void
back_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  PegWindow *self = user_data;

  if (self->checking_in) {
    self->checking_in = FALSE;
  } else if (self->narrow && self->in_details) {
    self->in_details = FALSE;
  } else if (self->asked_to_sign_out || self->asked_to_sign_in || self->asked_for_server) {
    self->asked_to_sign_out = FALSE;
    self->asked_to_sign_in = FALSE;
    self->asked_for_server = FALSE;
    peg_window_render (self);
  }

  peg_window_arrange (self);
}

static void
change_server_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  PegWindow *self = user_data;

  self->asked_to_sign_in = FALSE;
  self->asked_for_server = TRUE;
  peg_window_render (self);
}

static void
sign_in_cb (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       user_data)
{
  PegWindow *self = user_data;

  self->asked_to_sign_in = TRUE;
  peg_window_render (self);
}

/* Whoever has nothing to lose is not asked. */
static void
sign_out_cb (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  PegWindow *self = user_data;

  if (peg_snapshot_get_drafts (peg_store_get_shown (self->store))->len == 0) {
    gtk_widget_activate_action (GTK_WIDGET (self), "app.sign-out", NULL);
    return;
  }

  self->asked_to_sign_out = TRUE;
  peg_window_render (self);
}

static void
ca_picked_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (PegWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = peg_file_picker_pick_finish (PEG_FILE_PICKER (source), result, &error);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "app.trust-ca", "s", path);
}

static void
choose_ca_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  PegWindow *self = user_data;

  peg_file_picker_pick_async (self->picker, GTK_WINDOW (self), _("Choose the Shop’s CA File"),
                              NULL, self->cancellable, ca_picked_cb, g_object_ref (self));
}

static void
connection_details_cb (GSimpleAction *action,
                       GVariant      *parameter,
                       gpointer       user_data)
{
  PegWindow *self = user_data;
  PegDisplayNow now;

  if (self->connection == NULL) {
    GtkWidget *window = peg_connection_window_new (GTK_WINDOW (self));

    g_set_weak_pointer (&self->connection, PEG_CONNECTION_WINDOW (window));
  }

  peg_now_read (self->now, &now);
  peg_connection_window_update (self->connection, peg_store_get_shown (self->store), &now);
  gtk_window_present (GTK_WINDOW (self->connection));
}

static void
show_notes_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  peg_notes_button_pop_up (((PegWindow *) user_data)->notes);
}

static void
change_filter_cb (GSimpleAction *action,
                  GVariant      *state,
                  gpointer       user_data)
{
  const char *name = g_variant_get_string (state, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (filter_names); i++) {
    if (g_str_equal (filter_names[i], name)) {
      g_simple_action_set_state (action, state);
      peg_window_set_filter (user_data, (PegFilter) i);
      return;
    }
  }
}

static void
change_show_details_cb (GSimpleAction *action,
                        GVariant      *state,
                        gpointer       user_data)
{
  g_simple_action_set_state (action, state);
  peg_window_arrange (user_data);
}

/*
 * peg_window_add_actions:
 *
 * Adds the actions of the window. Those that need a file are enabled by
 * peg_window_update_actions().
 */
void
peg_window_add_actions (PegWindow *self)
{
  static const GActionEntry entries[] = {
    { .name = "check-out", .activate = check_out_cb },
    { .name = "check-in", .activate = check_in_cb },
    { .name = "release", .activate = release_cb },
    { .name = "save-copy", .activate = save_copy_cb },
    { .name = "save-revision", .activate = save_revision_cb, .parameter_type = "s" },
    { .name = "open", .activate = open_cb },
    { .name = "copy-name", .activate = copy_name_cb },
    { .name = "search", .activate = search_cb },
    { .name = "find", .parameter_type = "s", .activate = find_cb },
    { .name = "clear-search", .activate = clear_search_cb },
    { .name = "expand-all", .activate = expand_all_cb },
    { .name = "collapse-all", .activate = collapse_all_cb },
    { .name = "back", .activate = back_cb },
    { .name = "change-server", .activate = change_server_cb },
    { .name = "sign-in", .activate = sign_in_cb },
    { .name = "sign-out", .activate = sign_out_cb },
    { .name = "choose-ca", .activate = choose_ca_cb },
    { .name = "connection-details", .activate = connection_details_cb },
    { .name = "save-draft", .parameter_type = "s", .activate = save_draft_cb },
    { .name = "show-notes", .activate = show_notes_cb },
    { .name = "filter", .parameter_type = "s", .state = "'all'",
      .change_state = change_filter_cb },
    { .name = "show-details", .state = "true", .change_state = change_show_details_cb },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}

static void
set_enabled (PegWindow  *self,
             const char *name,
             gboolean    enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

/*
 * peg_window_update_actions:
 * @now: the clocks
 *
 * Enables what can be done with the selected file now.
 */
void
peg_window_update_actions (PegWindow           *self,
                           const PegDisplayNow *now)
{
  static const struct {
    const char *name;
    PegAction action;
  } actions[] = {
    { "check-out", PEG_ACTION_CHECK_OUT },
    { "check-in", PEG_ACTION_CHECK_IN },
    { "release", PEG_ACTION_RELEASE },
    { "save-copy", PEG_ACTION_SAVE_COPY },
    { "save-revision", PEG_ACTION_SAVE_COPY },
    { "open", PEG_ACTION_OPEN },
  };
  PegSnapshot *snapshot = peg_store_get_shown (self->store);
  PegEntry *entry = peg_window_get_entry (self);

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++) {
    g_autofree char *why = peg_display_why_not (snapshot, entry, actions[i].action, now);

    set_enabled (self, actions[i].name, why == NULL);
  }

  set_enabled (self, "copy-name", peg_selection_get_row (self->selection) != NULL);
  set_enabled (self, "sign-out", peg_snapshot_get_sign_in (snapshot)->held);
  set_enabled (self, "search", self->page == PEG_PAGE_FILES);
}
