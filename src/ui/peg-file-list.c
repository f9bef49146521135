/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-file-list"

#include "peg-config.h"

#include "peg-file-list.h"

#include "peg-file-list-private.h"

/**
 * PegFileList:
 *
 * The list of the files, with what is open in it, and what is selected.
 *
 * Left and Right close and open, as in a tree; so do a click on the arrow, a
 * double click and Enter, and on a touch screen a tap anywhere on the row.
 *
 * ## CSS nodes
 *
 * `PegFileList` has the node of its list view, `listview.peg-list`.
 *
 * ## Accessibility
 *
 * The list view uses the list role; its items are labelled by
 * [class@Peg.FileRow], with their level, and with whether they are open.
 */
G_DEFINE_FINAL_TYPE (PegFileList, peg_file_list, ADW_TYPE_BIN)

static guint file_activated;

/*
 * peg_file_list_toggle:
 *
 * Opens or closes a group or a part.
 */
void
peg_file_list_toggle (PegFileList *self,
                      PegRow      *row)
{
  peg_rows_set_expanded (self->rows, row, !peg_row_get_expanded (row));
}

static void
row_gone_cb (gpointer  user_data,
             GObject  *row)
{
  g_autoptr (GPtrArray) widgets = user_data;

  g_ptr_array_remove_fast (widgets, row);
}

/* Setup and teardown of one of the live rows. GTK 4.8 also destroys rows without
 * a teardown that still has them, so each takes itself off the array. */
static void
setup_cb (PegFileList *self,
          GtkListItem *item)
{
  GtkWidget *row = peg_file_row_new (self->rows, self->now);

  peg_file_row_set_touch (PEG_FILE_ROW (row), self->touch);
  if (self->sizes != NULL)
    peg_file_row_set_sizes (PEG_FILE_ROW (row), self->sizes);
  gtk_list_item_set_child (item, row);
  g_ptr_array_add (self->widgets, row);
  g_object_weak_ref (G_OBJECT (row), row_gone_cb, g_ptr_array_ref (self->widgets));
}

static void
bind_cb (PegFileList *self,
         GtkListItem *item)
{
  peg_file_row_set_row (PEG_FILE_ROW (gtk_list_item_get_child (item)),
                        gtk_list_item_get_item (item));
}

static void
unbind_cb (PegFileList *self,
           GtkListItem *item)
{
  peg_file_row_set_row (PEG_FILE_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
teardown_cb (PegFileList *self,
             GtkListItem *item)
{
  gtk_list_item_set_child (item, NULL);
}

static void
activate_cb (PegFileList *self,
             guint        position)
{
  g_autoptr (PegRow) row = g_list_model_get_item (G_LIST_MODEL (self->rows), position);

  if (row == NULL)
    return;

  if (peg_row_get_kind (row) != PEG_ROW_FILE)
    peg_file_list_toggle (self, row);
  else
    g_signal_emit (self, file_activated, 0, row);
}

/* Left and Right as in every tree: close, else to the parent; open, else to the
 * first child. */
static gboolean
horizontal_cb (GtkWidget *widget,
               GVariant  *args,
               gpointer   user_data)
{
  PegFileList *self = PEG_FILE_LIST (gtk_widget_get_ancestor (widget, PEG_TYPE_FILE_LIST));
  const gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  const gboolean inwards = g_variant_get_boolean (args) != rtl;
  PegRow *row = peg_selection_get_row (self->selection);
  guint position, next;

  if (row == NULL || !peg_selection_get_position (self->selection, &position))
    return FALSE;

  if (peg_row_get_kind (row) != PEG_ROW_FILE && peg_row_get_expanded (row) != inwards) {
    peg_rows_set_expanded (self->rows, row, inwards);
    return TRUE;
  }

  if (inwards && peg_row_get_kind (row) != PEG_ROW_FILE)
    next = position + 1;
  else if (inwards || !peg_rows_find_parent (self->rows, position, &next))
    return TRUE;

  gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), next, TRUE);
  peg_file_list_scroll_to (self, next);

  return TRUE;
}

static gboolean
menu_key_cb (GtkWidget *widget,
             GVariant  *args,
             gpointer   user_data)
{
  peg_file_list_pop_up (PEG_FILE_LIST (gtk_widget_get_ancestor (widget, PEG_TYPE_FILE_LIST)));

  return TRUE;
}

static void
add_shortcut (PegFileList     *self,
              const char      *trigger,
              GtkShortcutFunc  func,
              gboolean         inwards)
{
  GtkShortcut *shortcut = gtk_shortcut_new (gtk_shortcut_trigger_parse_string (trigger),
                                            gtk_callback_action_new (func, NULL, NULL));

  gtk_shortcut_set_arguments (shortcut, g_variant_new_boolean (inwards));
  gtk_shortcut_controller_add_shortcut (self->shortcuts, shortcut);
}

/* GTK 4.8 goes from row to row with Tab, through the whole list. Where there is only a
 * keyboard Tab goes on behind the list, and the arrows go from row to row. */
static gboolean
peg_file_list_widget_focus (GtkWidget        *widget,
                            GtkDirectionType  direction)
{
  PegFileList *self = PEG_FILE_LIST (widget);

  if (self->sizes == NULL || (direction != GTK_DIR_TAB_FORWARD && direction != GTK_DIR_TAB_BACKWARD))
    return GTK_WIDGET_CLASS (peg_file_list_parent_class)->focus (widget, direction);

  if (gtk_widget_get_focus_child (widget) != NULL)
    return FALSE;

  peg_file_list_focus (self);

  return gtk_widget_get_focus_child (widget) != NULL;
}

static void
peg_file_list_dispose (GObject *object)
{
  PegFileList *self = PEG_FILE_LIST (object);

  g_clear_pointer (&self->menu, gtk_widget_unparent);
  if (self->keeper != NULL)
    peg_view_keeper_stop (self->keeper);
  g_clear_object (&self->keeper);
  if (self->view != NULL)
    gtk_list_view_set_model (self->view, NULL);
  /* The bin does not notice when its template takes its child away. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PEG_TYPE_FILE_LIST);
  g_clear_pointer (&self->widgets, g_ptr_array_unref);
  g_clear_object (&self->selection);
  g_clear_object (&self->rows);
  g_clear_object (&self->now);

  G_OBJECT_CLASS (peg_file_list_parent_class)->dispose (object);
}

static void
peg_file_list_class_init (PegFileListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = peg_file_list_dispose;
  widget_class->focus = peg_file_list_widget_focus;

  /**
   * PegFileList::file-activated:
   * @self: the list
   * @row: the row of a file
   *
   * A file was double-clicked, or chosen with Enter.
   */
  file_activated =
    g_signal_new ("file-activated", PEG_TYPE_FILE_LIST, G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 1, PEG_TYPE_ROW);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/pegboard/Pegboard/peg-file-list.ui");
  gtk_widget_class_bind_template_child (widget_class, PegFileList, scroller);
  gtk_widget_class_bind_template_child (widget_class, PegFileList, view);
  gtk_widget_class_bind_template_child (widget_class, PegFileList, drop);
  gtk_widget_class_bind_template_child (widget_class, PegFileList, shortcuts);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  peg_file_list_bind_pointer (widget_class);
}

static void
peg_file_list_init (PegFileList *self)
{
  GType types[] = { G_TYPE_FILE };

  self->widgets = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_drop_target_set_gtypes (self->drop, types, G_N_ELEMENTS (types));

  add_shortcut (self, "Left|KP_Left", horizontal_cb, FALSE);
  add_shortcut (self, "Right|KP_Right", horizontal_cb, TRUE);
  add_shortcut (self, "Menu|<Shift>F10", menu_key_cb, TRUE);
}

/**
 * peg_file_list_set_model:
 * @self: a list
 * @rows: what it shows
 * @selection: what is selected of it
 * @now: the clocks
 *
 * To be called once, before the list is shown.
 */
void
peg_file_list_set_model (PegFileList  *self,
                         PegRows      *rows,
                         PegSelection *selection,
                         PegNow       *now)
{
  g_autoptr (GtkListItemFactory) factory = NULL;

  g_return_if_fail (PEG_IS_FILE_LIST (self) && self->rows == NULL);
  g_return_if_fail (PEG_IS_ROWS (rows));
  g_return_if_fail (PEG_IS_SELECTION (selection));
  g_return_if_fail (PEG_IS_NOW (now));

  self->rows = g_object_ref (rows);
  self->selection = g_object_ref (selection);
  self->now = g_object_ref (now);

  factory = gtk_signal_list_item_factory_new ();
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "teardown", G_CALLBACK (teardown_cb), self, G_CONNECT_SWAPPED);

  gtk_list_view_set_factory (self->view, factory);
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (selection));
  self->keeper = peg_view_keeper_new (self->view, rows);
}

/**
 * peg_file_list_set_menu:
 * @self: a list
 * @menu: what can be done with a file
 *
 * Sets what a right click, a long press and the Menu key show.
 */
void
peg_file_list_set_menu (PegFileList *self,
                        GMenuModel  *menu)
{
  g_return_if_fail (PEG_IS_FILE_LIST (self));
  g_return_if_fail (G_IS_MENU_MODEL (menu));

  g_clear_pointer (&self->menu, gtk_widget_unparent);
  self->menu = gtk_popover_menu_new_from_model (menu);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
}

/**
 * peg_file_list_set_touch:
 * @self: a list
 * @touch: whether rows are high enough for a finger
 */
void
peg_file_list_set_touch (PegFileList *self,
                         gboolean     touch)
{
  g_return_if_fail (PEG_IS_FILE_LIST (self));

  self->touch = touch;
  for (guint i = 0; i < self->widgets->len; i++)
    peg_file_row_set_touch (g_ptr_array_index (self->widgets, i), touch);
}

/**
 * peg_file_list_set_sizes:
 * @self: a list
 * @sizes: (transfer none): how large its rows are, which outlives it, and may
 *   have changed
 *
 * Makes it the list of a shared terminal: its rows are large, one tap opens and
 * closes, and nothing can be dropped on it.
 */
void
peg_file_list_set_sizes (PegFileList       *self,
                         const PegRowSizes *sizes)
{
  g_return_if_fail (PEG_IS_FILE_LIST (self));
  g_return_if_fail (sizes != NULL);

  self->sizes = sizes;
  gtk_drop_target_set_gtypes (self->drop, NULL, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self), "large");
  for (guint i = 0; i < self->widgets->len; i++)
    peg_file_row_set_sizes (g_ptr_array_index (self->widgets, i), sizes);
}

/**
 * peg_file_list_tick:
 * @self: a list
 *
 * Time has passed: shows ages anew.
 */
void
peg_file_list_tick (PegFileList *self)
{
  g_return_if_fail (PEG_IS_FILE_LIST (self));

  for (guint i = 0; i < self->widgets->len; i++)
    peg_file_row_tick (g_ptr_array_index (self->widgets, i));
}

/**
 * peg_file_list_scroll_to:
 * @self: a list
 * @position: a row
 *
 * Scrolls until the row can be seen.
 */
void
peg_file_list_scroll_to (PegFileList *self,
                         guint        position)
{
  g_return_if_fail (PEG_IS_FILE_LIST (self));

  if (self->keeper != NULL)
    peg_view_keeper_scroll_to (self->keeper, position);
}

/**
 * peg_file_list_focus:
 * @self: a list
 *
 * Gives the focus to the row that is selected, else to one of those that can be
 * seen. A list that is not shown does not take it.
 */
void
peg_file_list_focus (PegFileList *self)
{
  PegRow *selected;
  guint position;

  g_return_if_fail (PEG_IS_FILE_LIST (self));

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  /* Only rows around the place of the view have widgets. */
  if (peg_selection_get_position (self->selection, &position))
    peg_file_list_scroll_to (self, position);

  selected = peg_selection_get_row (self->selection);
  for (guint i = 0; selected != NULL && i < self->widgets->len; i++) {
    GtkWidget *row = g_ptr_array_index (self->widgets, i);

    if (peg_file_row_get_row (PEG_FILE_ROW (row)) == selected &&
        gtk_widget_get_parent (row) != NULL &&
        gtk_widget_grab_focus (gtk_widget_get_parent (row)))
      return;
  }

  if (gtk_widget_get_focus_child (GTK_WIDGET (self)) == NULL)
    gtk_widget_child_focus (GTK_WIDGET (self->view), GTK_DIR_TAB_FORWARD);
}

/**
 * peg_file_list_pop_up:
 * @self: a list
 *
 * Shows the menu of the selected file beside its row.
 */
void
peg_file_list_pop_up (PegFileList *self)
{
  PegRow *selected;

  g_return_if_fail (PEG_IS_FILE_LIST (self));

  selected = peg_selection_get_row (self->selection);

  for (guint i = 0; selected != NULL && i < self->widgets->len; i++) {
    PegFileRow *row = g_ptr_array_index (self->widgets, i);
    double x, y;

    if (peg_file_row_get_row (row) != selected || !gtk_widget_get_mapped (GTK_WIDGET (row)))
      continue;

    gtk_widget_translate_coordinates (GTK_WIDGET (row), GTK_WIDGET (self->view),
                                      48, gtk_widget_get_height (GTK_WIDGET (row)), &x, &y);
    peg_file_list_pop_up_at (self, row, x, y);
    return;
  }
}
