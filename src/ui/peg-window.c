/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-window"

#include "peg-config.h"

#include "peg-window.h"

#include "peg-accessible.h"
#include "peg-window-private.h"

#include <glib/gi18n.h>

/**
 * PegWindow:
 *
 * The board: one window over one [class@Peg.Store].
 *
 * It has one way in, the snapshot, and one render function that hands it to
 * every part; and one way out, the actions of the application. What belongs to
 * the view alone, which is what is selected, open, looked for or filtered,
 * stays here.
 */

G_DEFINE_FINAL_TYPE (PegWindow, peg_window, ADW_TYPE_APPLICATION_WINDOW)

typedef enum {
  PROP_STORE = 1,
  PROP_SETTINGS,
  PROP_NOW,
  PROP_FILE_PICKER,
} PegWindowProperty;

static GParamSpec *props[PROP_FILE_PICKER + 1];

/*
 * peg_window_get_entry:
 *
 * Returns: (transfer none) (nullable): the file that is selected, as it is now
 */
PegEntry *
peg_window_get_entry (PegWindow *self)
{
  PegRow *row = peg_selection_get_row (self->selection);

  if (row == NULL || peg_row_get_kind (row) != PEG_ROW_FILE)
    return NULL;

  return peg_snapshot_find (peg_store_get_shown (self->store),
                            peg_entry_get_key (peg_row_get_entry (row)));
}

/* Wide and narrow. */

static void
peg_window_size_allocate (GtkWidget *widget,
                          int        width,
                          int        height,
                          int        baseline)
{
  PegWindow *self = PEG_WINDOW (widget);

  GTK_WIDGET_CLASS (peg_window_parent_class)->size_allocate (widget, width, height, baseline);

  peg_window_fold (self, width);
}

/* What a person does. */

static void
selected_cb (PegWindow *self)
{
  PegSnapshot *snapshot = peg_store_get_shown (self->store);
  PegDisplayNow now;

  peg_now_read (self->now, &now);

  /* A draft is kept, and found again when its file is checked in. */
  if (self->checking_in) {
    self->checking_in = FALSE;
    peg_window_arrange (self);
  }

  peg_details_update (self->details, snapshot, peg_selection_get_row (self->selection), &now);
  peg_window_update_actions (self, &now);
  peg_window_update_history (self, snapshot);
}

static void
file_activated_cb (PegWindow *self,
                   PegRow    *row)
{
  if (self->narrow)
    self->in_details = TRUE;
  else
    g_action_group_change_action_state (G_ACTION_GROUP (self), "show-details",
                                        g_variant_new_boolean (TRUE));
  peg_window_arrange (self);
}

static void
file_tapped_cb (PegWindow *self,
                PegRow    *row)
{
  if (!self->narrow)
    return;

  peg_selection_set_row (self->selection, row);
  file_activated_cb (self, row);
}

static void
file_dropped_cb (PegWindow *self,
                 PegRow    *row,
                 GFile     *file)
{
  peg_selection_set_row (self->selection, row);
  peg_window_open_check_in (self, peg_entry_get_key (peg_row_get_entry (row)), file);
}

static void
board_activated_cb (PegWindow  *self,
                    const char *key)
{
  peg_window_select (self, key);
}

static void
check_in_closed_cb (PegWindow *self)
{
  self->checking_in = FALSE;
  peg_window_arrange (self);
}

static void
view_changed_cb (PegWindow *self)
{
  if (self->store != NULL)
    peg_window_arrange (self);
}

static void
search_mode_cb (PegWindow *self)
{
  if (!gtk_search_bar_get_search_mode (self->search_bar))
    peg_window_schedule_focus (self);
}

/* Shows what was found for what was typed, which may be a little later. */
static void
settled_cb (PegWindow *self)
{
  const gboolean searching = self->searching;
  const gboolean entering = self->entering;
  guint position;

  self->searching = FALSE;
  self->entering = FALSE;
  peg_window_render_found (self);

  if (searching)
    peg_window_show_found (self);

  if (entering && peg_rows_find_found (self->rows, FALSE, &position)) {
    g_autoptr (PegRow) row = g_list_model_get_item (G_LIST_MODEL (self->rows), position);

    peg_selection_set_row (self->selection, row);
    peg_file_list_scroll_to (self->list, position);
  }
}

static void
search_changed_cb (PegWindow *self)
{
  const char *words = gtk_editable_get_text (self->search_entry);
  g_autoptr (PegSearch) search = NULL;

  if (g_strcmp0 (self->searched, words) == 0)
    return;

  g_free (self->searched);
  self->searched = g_strdup (words);
  self->searching = TRUE;
  self->entering = FALSE;
  search = peg_search_new (words);
  peg_rows_set_search (self->rows, search);
  /* Other words may mean the same. */
  if (peg_rows_is_settled (self->rows))
    self->searching = FALSE;
}

/* Enter goes on in what was found: at the file that was named, else at the
 * first. It may be pressed before that is known. */
static void
search_activated_cb (PegWindow *self)
{
  search_changed_cb (self);
  self->entering = TRUE;
  if (peg_rows_is_settled (self->rows))
    settled_cb (self);
}

/*
 * peg_window_set_filter:
 *
 * Shows only the files that @filter lets through, and remembers it.
 */
void
peg_window_set_filter (PegWindow *self,
                       PegFilter  filter)
{
  peg_rows_set_filter (self->rows, filter);

  if (self->settings != NULL)
    g_settings_set_enum (self->settings, "filter", (int) filter);
}

/*
 * peg_window_clear_search:
 *
 * Shows every file again.
 */
void
peg_window_clear_search (PegWindow *self)
{
  gtk_editable_set_text (self->search_entry, "");
  gtk_search_bar_set_search_mode (self->search_bar, FALSE);
  search_changed_cb (self);
  g_action_group_change_action_state (G_ACTION_GROUP (self), "filter", g_variant_new_string ("all"));
}

/*
 * peg_window_open_check_in:
 * @key: the key of a file
 * @file: (nullable): its new content
 *
 * Asks in the place of the details for what a check-in needs.
 */
void
peg_window_open_check_in (PegWindow  *self,
                          const char *key,
                          GFile      *file)
{
  PegDisplayNow now;

  peg_now_read (self->now, &now);
  peg_check_in_page_open (self->check_in, key, file);
  peg_check_in_page_update (self->check_in, peg_store_get_shown (self->store), &now);
  self->checking_in = TRUE;
  self->in_details = self->narrow;
  adw_view_stack_set_visible_child_name (self->views, "files");
  peg_window_arrange (self);
  gtk_widget_child_focus (GTK_WIDGET (self->check_in), GTK_DIR_TAB_FORWARD);
}

static gboolean
peg_window_close_request (GtkWindow *window)
{
  peg_window_save_settings (PEG_WINDOW (window));

  return GTK_WINDOW_CLASS (peg_window_parent_class)->close_request (window);
}

static void
peg_window_realize (GtkWidget *widget)
{
  /* Before anything is measured: a window is never smaller than what it shows
   * at first. */
  peg_window_unfold (PEG_WINDOW (widget));

  GTK_WIDGET_CLASS (peg_window_parent_class)->realize (widget);
}

static void
peg_window_constructed (GObject *object)
{
  PegWindow *self = PEG_WINDOW (object);
  GPtrArray *notices;

  G_OBJECT_CLASS (peg_window_parent_class)->constructed (object);

  if (self->now == NULL)
    self->now = peg_now_new ();
  if (self->picker == NULL)
    self->picker = peg_file_picker_new ();

  notices = peg_snapshot_get_notices (peg_store_get_shown (self->store));
  if (notices->len > 0)
    self->last_notice = ((PegNotice *) g_ptr_array_index (notices, notices->len - 1))->serial;

  peg_file_list_set_model (self->list, self->rows, self->selection, self->now);
  peg_check_in_page_set_picker (self->check_in, self->picker);
  peg_window_load_settings (self);

  g_signal_connect_object (self->store, "notify::snapshot", G_CALLBACK (peg_window_render), self,
                           G_CONNECT_SWAPPED);
  peg_window_render (self);
}

static void
peg_window_dispose (GObject *object)
{
  PegWindow *self = PEG_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->tick_id, g_source_remove);
  g_clear_handle_id (&self->out_title_id, g_source_remove);
  g_clear_handle_id (&self->fold_id, g_source_remove);
  g_clear_handle_id (&self->focus_id, g_source_remove);
  g_clear_handle_id (&self->history_id, g_source_remove);

  g_clear_object (&self->toast_widgets);
  g_clear_pointer (&self->said, g_ptr_array_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), PEG_TYPE_WINDOW);

  g_clear_weak_pointer (&self->connection);
  g_clear_pointer (&self->history_of, g_free);
  g_clear_pointer (&self->searched, g_free);
  g_clear_object (&self->selection);
  g_clear_object (&self->rows);
  g_clear_object (&self->store);
  g_clear_object (&self->settings);
  g_clear_object (&self->now);
  g_clear_object (&self->picker);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (peg_window_parent_class)->dispose (object);
}

static void
peg_window_set_property (GObject      *object,
                         guint         prop_id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  PegWindow *self = PEG_WINDOW (object);

  switch ((PegWindowProperty) prop_id) {
  case PROP_STORE:
    self->store = g_value_dup_object (value);
    break;
  case PROP_SETTINGS:
    self->settings = g_value_dup_object (value);
    break;
  case PROP_NOW:
    self->now = g_value_dup_object (value);
    break;
  case PROP_FILE_PICKER:
    self->picker = g_value_dup_object (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    break;
  }
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags =
    G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  /**
   * PegWindow:store:
   *
   * What it shows.
   */
  props[PROP_STORE] = g_param_spec_object ("store", NULL, NULL, PEG_TYPE_STORE, flags);

  /**
   * PegWindow:settings:
   *
   * What it remembers; without, it remembers nothing.
   */
  props[PROP_SETTINGS] = g_param_spec_object ("settings", NULL, NULL, G_TYPE_SETTINGS, flags);

  /**
   * PegWindow:now:
   *
   * The clocks; without, those of this computer.
   */
  props[PROP_NOW] = g_param_spec_object ("now", NULL, NULL, PEG_TYPE_NOW, flags);

  /**
   * PegWindow:file-picker:
   *
   * Asks for files; without, the desktop does.
   */
  props[PROP_FILE_PICKER] =
    g_param_spec_object ("file-picker", NULL, NULL, PEG_TYPE_FILE_PICKER, flags);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, PegWindow, fold);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, header);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, back);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, dot);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, title_stack);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, title);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, notes);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, people);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, search_button);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, connect_page);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, connecting_page);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, connecting_spinner);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, offline_page);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, certificate_page);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, sign_in_page);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, sign_out_page);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, stay);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, choose_ca);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, ca_lock);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, not_set_up_page);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, empty_page);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, views);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, files_view);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, out_view);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, paned);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, list_side);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, search_bar);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, search_entry);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, filters);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, list_stack);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, list);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, nothing_page);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, side);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, details);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, check_in);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, board);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, works);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, drafts);
  gtk_widget_class_bind_template_child (widget_class, PegWindow, switcher_bar);
}

static void
peg_window_class_init (PegWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = peg_window_constructed;
  object_class->dispose = peg_window_dispose;
  object_class->set_property = peg_window_set_property;
  widget_class->realize = peg_window_realize;
  widget_class->size_allocate = peg_window_size_allocate;
  GTK_WINDOW_CLASS (klass)->close_request = peg_window_close_request;

  install_properties (object_class);

  g_type_ensure (PEG_TYPE_BANNER);
  g_type_ensure (PEG_TYPE_BOARD);
  g_type_ensure (PEG_TYPE_CHECK_IN_PAGE);
  g_type_ensure (PEG_TYPE_CONNECT_PAGE);
  g_type_ensure (PEG_TYPE_DETAILS);
  g_type_ensure (PEG_TYPE_DRAFT_STRIP);
  g_type_ensure (PEG_TYPE_FILE_LIST);
  g_type_ensure (PEG_TYPE_FILTER_BAR);
  g_type_ensure (PEG_TYPE_FOLD);
  g_type_ensure (PEG_TYPE_NOTES_BUTTON);
  g_type_ensure (PEG_TYPE_PEOPLE_BUTTON);
  g_type_ensure (PEG_TYPE_SIGN_IN_PAGE);
  g_type_ensure (PEG_TYPE_STATUS_DOT);
  g_type_ensure (PEG_TYPE_WORK_STRIP);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/pegboard/Pegboard/peg-window.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, board_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, check_in_closed_cb);
  gtk_widget_class_bind_template_callback (widget_class, file_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, file_dropped_cb);
  gtk_widget_class_bind_template_callback (widget_class, file_tapped_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, view_changed_cb);
}

static void
peg_window_init (PegWindow *self)
{
  g_autoptr (GtkBuilder) menus = NULL;

  self->rows = peg_rows_new ();
  self->selection = peg_selection_new (self->rows);
  self->cancellable = g_cancellable_new ();
  self->searched = g_strdup ("");

  peg_window_add_actions (self);
  gtk_widget_init_template (GTK_WIDGET (self));

  peg_accessible_clean_names (GTK_WIDGET (self->toasts));
  peg_window_name_toasts (self);
  g_signal_connect_object (self->paned, "notify::max-position",
                           G_CALLBACK (peg_window_place_details), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->paned, "notify::position",
                           G_CALLBACK (peg_window_note_details), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->search_bar, "notify::search-mode-enabled",
                           G_CALLBACK (search_mode_cb), self, G_CONNECT_SWAPPED);
  gtk_search_bar_connect_entry (self->search_bar, self->search_entry);

  menus = gtk_builder_new_from_resource ("/io/github/pegboard/Pegboard/peg-menus.ui");
  gtk_menu_button_set_menu_model (self->menu_button,
                                  G_MENU_MODEL (gtk_builder_get_object (menus, "main_menu")));
  peg_file_list_set_menu (self->list,
                          G_MENU_MODEL (gtk_builder_get_object (menus, "file_menu")));

  g_signal_connect_object (self->selection, "notify::row", G_CALLBACK (selected_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->rows, "settled", G_CALLBACK (settled_cb), self,
                           G_CONNECT_SWAPPED);
}

/**
 * peg_window_new:
 * @application: whose actions it activates
 * @store: what it shows
 * @settings: (nullable): what it remembers, of the schema
 *   `io.github.pegboard.Pegboard`
 *
 * Returns: (transfer none): a new window, owned by GTK until it is closed
 */
PegWindow *
peg_window_new (GtkApplication *application,
                PegStore       *store,
                GSettings      *settings)
{
  g_return_val_if_fail (GTK_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (PEG_IS_STORE (store), NULL);
  g_return_val_if_fail (settings == NULL || G_IS_SETTINGS (settings), NULL);

  return g_object_new (PEG_TYPE_WINDOW,
                       "application", application,
                       "store", store,
                       "settings", settings,
                       NULL);
}

/**
 * peg_window_select:
 * @self: a window
 * @key: the key of a file
 *
 * Shows one file, in the list and in the details. What hides it from the list
 * is taken away.
 */
void
peg_window_select (PegWindow  *self,
                   const char *key)
{
  guint position;

  g_return_if_fail (PEG_IS_WINDOW (self));
  g_return_if_fail (key != NULL);

  if (!peg_rows_reveal (self->rows, key)) {
    peg_window_clear_search (self);
    peg_rows_reveal (self->rows, key);
  }

  if (peg_rows_find (self->rows, key, &position)) {
    gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), position, TRUE);
    adw_view_stack_set_visible_child_name (self->views, "files");
    peg_file_list_scroll_to (self->list, position);
    file_activated_cb (self, peg_selection_get_row (self->selection));
  }
}

/**
 * peg_window_set_touch:
 * @self: a window
 * @touch: whether what is touched is large enough for a finger
 */
void
peg_window_set_touch (PegWindow *self,
                      gboolean   touch)
{
  g_return_if_fail (PEG_IS_WINDOW (self));

  peg_file_list_set_touch (self->list, touch);
}
