/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-view-keeper"

#include "peg-config.h"

#include "peg-view-keeper.h"

#include "peg-file-row.h"

#include <math.h>

/* How many rows GtkListView 4.8 gives widgets, and a few. */
#define LIVE_ROWS 210

/**
 * PegViewKeeper:
 *
 * Keeps a list view in its place while its rows are replaced.
 *
 * Few rows that come or go leave the view where it is by themselves: GtkListView
 * holds on to one of its rows. When [signal@Peg.Rows::replacing] says that all
 * are replaced, this moves the view, the widgets and the focus over to the new
 * rows, so that a row that was on the screen, and still is one, does not move:
 * the row with the focus, else the first one that can be kept.
 */
struct _PegViewKeeper
{
  GObject parent_instance;

  GtkListView *view;      /* (unowned) (nullable) */
  PegRows *rows;          /* (owned) (nullable) */
  GdkFrameClock *clock;   /* (owned) (nullable): while the view is to be scrolled */
  gulong layout_id;
  double value;           /* to where */
  double upper;           /* and how high the list is then */
};

G_DEFINE_FINAL_TYPE (PegViewKeeper, peg_view_keeper, G_TYPE_OBJECT)

static GtkAdjustment *
get_adjustment (PegViewKeeper *self)
{
  return gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view));
}

static void
forget_place (PegViewKeeper *self)
{
  /* The clock lets go of its handlers when its window is closed. */
  if (self->clock != NULL && g_signal_handler_is_connected (self->clock, self->layout_id))
    g_signal_handler_disconnect (self->clock, self->layout_id);
  g_clear_object (&self->clock);
}

/* The new rows have their places now, and nothing is drawn yet. */
static void
laid_out_cb (PegViewKeeper *self)
{
  GtkAdjustment *adjustment = get_adjustment (self);

  if (!gtk_widget_get_mapped (GTK_WIDGET (self->view)))
    return;

  if (fabs (gtk_adjustment_get_upper (adjustment) - self->upper) < 1)
    gtk_adjustment_set_value (adjustment, self->value);
  forget_place (self);
}

/* Scrolls to @value when the list is @upper high, which is known after the next
 * layout. */
static void
plan_place (PegViewKeeper *self,
            double         value,
            double         upper)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self->view));

  forget_place (self);
  if (clock == NULL)
    return;

  self->value = value;
  self->upper = upper;
  self->clock = g_object_ref (clock);
  self->layout_id = g_signal_connect_data (clock, "layout", G_CALLBACK (laid_out_cb), self, NULL,
                                           G_CONNECT_AFTER | G_CONNECT_SWAPPED);
}

static PegRow *
get_row_of (GtkWidget *item)
{
  GtkWidget *child = item != NULL ? gtk_widget_get_first_child (item) : NULL;

  return PEG_IS_FILE_ROW (child) ? peg_file_row_get_row (PEG_FILE_ROW (child)) : NULL;
}

static void
scroll_to (PegViewKeeper *self,
           guint          position)
{
  gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", position);
}

/* Gives the focus from @before to the widget that now stands for @row. */
static void
move_focus (PegViewKeeper *self,
            GtkWidget     *before,
            PegRow        *row)
{
  for (GtkWidget *item = gtk_widget_get_first_child (GTK_WIDGET (self->view)); item != NULL;
       item = gtk_widget_get_next_sibling (item)) {
    if (item != before && get_row_of (item) == row) {
      gtk_widget_grab_focus (item);
      return;
    }
  }
}

/* How high every row is; 0: none has been laid out. */
static double
get_row_height (PegViewKeeper *self)
{
  for (GtkWidget *item = gtk_widget_get_first_child (GTK_WIDGET (self->view)); item != NULL;
       item = gtk_widget_get_next_sibling (item)) {
    graphene_rect_t bounds;

    if (gtk_widget_compute_bounds (item, item, &bounds) && bounds.size.height > 0)
      return (double) bounds.size.height;
  }

  return 0;
}

/* The list item that has the focus, if any has. */
static GtkWidget *
get_focused_item (PegViewKeeper *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self->view));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  while (focus != NULL && gtk_widget_get_parent (focus) != GTK_WIDGET (self->view))
    focus = gtk_widget_get_parent (focus);

  return focus;
}

/* Of the rows that were on the screen, from @first to @last, one that can stay
 * where it is: the focused one, else the first, else what the first was in. Gives
 * by how many rows it moves in the list. */
static gboolean
find_shift (PegViewKeeper *self,
            PegRow        *focused,
            guint          n_new,
            guint          first,
            guint          last,
            double        *shift)
{
  GListModel *model = G_LIST_MODEL (self->rows);
  gboolean found = FALSE;
  guint after;

  for (guint i = first; i <= last; i++) {
    g_autoptr (PegRow) row = g_list_model_get_item (model, n_new + i);

    if ((row == focused || !found) && peg_rows_find_row (self->rows, row, &after)) {
      *shift = (double) after - i;
      found = TRUE;
      if (row == focused || focused == NULL)
        break;
    }
  }

  if (!found) {
    g_autoptr (PegRow) row = g_list_model_get_item (model, n_new + first);

    found = peg_rows_find_around (self->rows, row, &after);
    *shift = found ? (double) after - first : 0;
  }

  return found;
}

/* The focus goes with its row, and where that is gone to one that is seen. */
static void
carry_focus (PegViewKeeper *self,
             GtkWidget     *item,
             guint          fallback)
{
  PegRow *focused = get_row_of (item);
  g_autoptr (PegRow) row = NULL;
  guint position;

  if (focused == NULL || !peg_rows_find_row (self->rows, focused, &position))
    position = fallback;

  /* Only rows around the place to which the view goes have widgets. */
  scroll_to (self, position);
  row = g_list_model_get_item (G_LIST_MODEL (self->rows), position);
  move_focus (self, item, row);
}

static void
replacing_cb (PegViewKeeper *self,
              guint          n_new)
{
  GtkAdjustment *adjustment = get_adjustment (self);
  const guint n_old = g_list_model_get_n_items (G_LIST_MODEL (self->rows)) - n_new;
  const double height = get_row_height (self);
  const double page = gtk_adjustment_get_page_size (adjustment);
  GtkWidget *item = get_focused_item (self);
  double value = gtk_adjustment_get_value (adjustment), shift;
  guint first, last;

  if (n_new == 0 || n_old == 0 || height < 1)
    return;

  first = MIN ((guint) (value / height), n_old - 1);
  last = MIN ((guint) ((value + page) / height), n_old - 1);
  if (find_shift (self, item != NULL ? get_row_of (item) : NULL, n_new, first, last, &shift))
    value += shift * height;
  else
    value = 0;
  value = CLAMP (value, 0, MAX (n_new * height - page, 0));

  first = MIN ((guint) (value / height), n_new - 1);
  if (item != NULL)
    carry_focus (self, item, first);

  /* As many rows as have widgets are to be new ones. */
  scroll_to (self, MIN (first, n_new > LIVE_ROWS ? n_new - LIVE_ROWS : 0));
  plan_place (self, value, MAX (n_new * height, page));
}

static void
peg_view_keeper_dispose (GObject *object)
{
  peg_view_keeper_stop (PEG_VIEW_KEEPER (object));

  G_OBJECT_CLASS (peg_view_keeper_parent_class)->dispose (object);
}

static void
peg_view_keeper_class_init (PegViewKeeperClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = peg_view_keeper_dispose;
}

static void
peg_view_keeper_init (PegViewKeeper *self)
{
}

/**
 * peg_view_keeper_new:
 * @view: a list view of a selection of @rows
 * @rows: the rows
 *
 * Returns: (transfer full): keeps @view in its place until
 *   peg_view_keeper_stop()
 */
PegViewKeeper *
peg_view_keeper_new (GtkListView *view,
                     PegRows     *rows)
{
  PegViewKeeper *self;

  g_return_val_if_fail (GTK_IS_LIST_VIEW (view), NULL);
  g_return_val_if_fail (PEG_IS_ROWS (rows), NULL);

  self = g_object_new (PEG_TYPE_VIEW_KEEPER, NULL);
  self->view = view;
  self->rows = g_object_ref (rows);
  g_signal_connect_object (rows, "replacing", G_CALLBACK (replacing_cb), self, G_CONNECT_SWAPPED);

  return self;
}

/**
 * peg_view_keeper_stop:
 * @self: a view keeper
 *
 * To be called while the view still exists: it is left alone from now on.
 */
void
peg_view_keeper_stop (PegViewKeeper *self)
{
  g_return_if_fail (PEG_IS_VIEW_KEEPER (self));

  forget_place (self);
  if (self->rows != NULL)
    g_signal_handlers_disconnect_by_func (self->rows, replacing_cb, self);
  g_clear_object (&self->rows);
  self->view = NULL;
}
