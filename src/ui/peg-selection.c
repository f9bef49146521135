/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-selection"

#include "peg-config.h"

#include "peg-selection.h"

/**
 * PegSelection:
 *
 * Selects one row of [class@Peg.Rows], or none.
 *
 * What is selected is a row, not a position: it stays selected wherever it
 * moves, and also while it is not visible because its group is closed or
 * because something else is looked for. It holds the row, so that the row goes
 * on following its file.
 */
struct _PegSelection
{
  GObject parent_instance;

  PegRows *rows; /* (owned) (not nullable) */
  PegRow *row;   /* (owned) (nullable) */
};

typedef enum {
  PROP_ROW = 1,
} PegSelectionProperty;

static GParamSpec *props[PROP_ROW + 1];

static void peg_selection_list_model_iface_init (GListModelInterface *iface);
static void peg_selection_model_iface_init      (GtkSelectionModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PegSelection, peg_selection, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      peg_selection_list_model_iface_init)
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SELECTION_MODEL,
                                                      peg_selection_model_iface_init))

static void
rows_changed_cb (PegSelection *self,
                 guint         position,
                 guint         removed,
                 guint         added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static void
peg_selection_dispose (GObject *object)
{
  PegSelection *self = PEG_SELECTION (object);

  if (self->rows != NULL)
    g_signal_handlers_disconnect_by_func (self->rows, rows_changed_cb, self);

  g_clear_object (&self->row);
  g_clear_object (&self->rows);

  G_OBJECT_CLASS (peg_selection_parent_class)->dispose (object);
}

static void
peg_selection_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  PegSelection *self = PEG_SELECTION (object);

  switch ((PegSelectionProperty) prop_id) {
  case PROP_ROW:
    g_value_set_object (value, self->row);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    break;
  }
}

static GType
peg_selection_get_item_type (GListModel *model)
{
  return PEG_TYPE_ROW;
}

static guint
peg_selection_get_n_items (GListModel *model)
{
  PegSelection *self = PEG_SELECTION (model);

  return self->rows != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->rows)) : 0;
}

static gpointer
peg_selection_get_item (GListModel *model,
                        guint       position)
{
  PegSelection *self = PEG_SELECTION (model);

  return self->rows != NULL ? g_list_model_get_item (G_LIST_MODEL (self->rows), position) : NULL;
}

static void
peg_selection_list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = peg_selection_get_item_type;
  iface->get_n_items = peg_selection_get_n_items;
  iface->get_item = peg_selection_get_item;
}

static gboolean
peg_selection_is_selected (GtkSelectionModel *model,
                           guint              position)
{
  guint selected;

  return peg_selection_get_position (PEG_SELECTION (model), &selected) && selected == position;
}

static GtkBitset *
peg_selection_get_selection_in_range (GtkSelectionModel *model,
                                      guint              position,
                                      guint              n_items)
{
  GtkBitset *bitset = gtk_bitset_new_empty ();
  guint selected;

  if (peg_selection_get_position (PEG_SELECTION (model), &selected))
    gtk_bitset_add (bitset, selected);

  return bitset;
}

static gboolean
peg_selection_select_item (GtkSelectionModel *model,
                           guint              position,
                           gboolean           unselect_rest)
{
  PegSelection *self = PEG_SELECTION (model);
  g_autoptr (PegRow) row = g_list_model_get_item (G_LIST_MODEL (self->rows), position);

  if (row != NULL)
    peg_selection_set_row (self, row);

  return TRUE;
}

static gboolean
peg_selection_unselect_item (GtkSelectionModel *model,
                             guint              position)
{
  if (peg_selection_is_selected (model, position))
    peg_selection_set_row (PEG_SELECTION (model), NULL);

  return TRUE;
}

static void
peg_selection_model_iface_init (GtkSelectionModelInterface *iface)
{
  iface->is_selected = peg_selection_is_selected;
  iface->get_selection_in_range = peg_selection_get_selection_in_range;
  iface->select_item = peg_selection_select_item;
  iface->unselect_item = peg_selection_unselect_item;
}

static void
peg_selection_class_init (PegSelectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = peg_selection_dispose;
  object_class->get_property = peg_selection_get_property;

  /**
   * PegSelection:row:
   *
   * The row that is selected.
   */
  props[PROP_ROW] =
    g_param_spec_object ("row", NULL, NULL,
                         PEG_TYPE_ROW,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (props), props);
}

static void
peg_selection_init (PegSelection *self)
{
}

/**
 * peg_selection_new:
 * @rows: the rows to select from
 *
 * Returns: (transfer full): a new selection, of nothing
 */
PegSelection *
peg_selection_new (PegRows *rows)
{
  PegSelection *self;

  g_return_val_if_fail (PEG_IS_ROWS (rows), NULL);

  self = g_object_new (PEG_TYPE_SELECTION, NULL);
  self->rows = g_object_ref (rows);
  g_signal_connect_object (rows, "items-changed", G_CALLBACK (rows_changed_cb), self,
                           G_CONNECT_SWAPPED);

  return self;
}

/**
 * peg_selection_get_row:
 * @self: a selection
 *
 * Returns: (transfer none) (nullable): the row that is selected, visible or not
 */
PegRow *
peg_selection_get_row (PegSelection *self)
{
  g_return_val_if_fail (PEG_IS_SELECTION (self), NULL);

  return self->row;
}

/**
 * peg_selection_set_row:
 * @self: a selection
 * @row: (nullable): the row to select
 */
void
peg_selection_set_row (PegSelection *self,
                       PegRow       *row)
{
  guint before = GTK_INVALID_LIST_POSITION, after = GTK_INVALID_LIST_POSITION;

  g_return_if_fail (PEG_IS_SELECTION (self));
  g_return_if_fail (row == NULL || PEG_IS_ROW (row));

  if (row == self->row)
    return;

  if (!peg_selection_get_position (self, &before))
    before = GTK_INVALID_LIST_POSITION;
  g_set_object (&self->row, row);
  if (!peg_selection_get_position (self, &after))
    after = GTK_INVALID_LIST_POSITION;

  if (before == GTK_INVALID_LIST_POSITION)
    before = after;
  if (after == GTK_INVALID_LIST_POSITION)
    after = before;
  if (after != GTK_INVALID_LIST_POSITION)
    gtk_selection_model_selection_changed (GTK_SELECTION_MODEL (self), MIN (before, after),
                                           MAX (before, after) - MIN (before, after) + 1);

  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ROW]);
}

/**
 * peg_selection_get_position:
 * @self: a selection
 * @position: (out): where the row is that is selected
 *
 * Returns: whether a row is selected and visible
 */
gboolean
peg_selection_get_position (PegSelection *self,
                            guint        *position)
{
  g_return_val_if_fail (PEG_IS_SELECTION (self), FALSE);
  g_return_val_if_fail (position != NULL, FALSE);

  return self->row != NULL && self->rows != NULL &&
         peg_rows_find_row (self->rows, self->row, position);
}

