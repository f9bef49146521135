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

/* An animation that has not moved the view for so long has come to its end. */
#define STILL_MS 150

/* What happens in a frame, in this order; between frames nothing does. */
typedef enum {
  PHASE_NONE,
  PHASE_UPDATE, /* animations move on */
  PHASE_LAYOUT, /* everything gets its place */
} Phase;

/**
 * PegViewKeeper:
 *
 * Keeps a list view in its place while rows come and go.
 *
 * GtkListView 4.8 holds on to one of its rows by itself, but for a pixel or two.
 * When rows come or go above, this works out where the view has to be, and sees
 * to it between layout and drawing. When [signal@Peg.Rows::replacing] says that
 * all rows are replaced, it moves the view, the widgets and the focus over to the
 * new rows, so that a row that was on the screen, and still is one, does not
 * move: the row with the focus, else the first one that can be kept. What was found
 * for other words begins at the file that was named, else at the first row.
 *
 * A fling, or anything else that moves the view by itself, knows where it began
 * and nothing of rows that came since. As long as it goes on, its places are
 * moved by as much as the rows were.
 */
struct _PegViewKeeper
{
  GObject parent_instance;

  GtkListView *view;         /* (unowned) (nullable) */
  PegRows *rows;             /* (owned) (nullable) */
  GtkAdjustment *adjustment; /* (owned) (nullable): of @view while it is realized */
  GdkFrameClock *clock;      /* (owned) (nullable): likewise */
  Phase phase;
  double last;               /* the value, as far as is known */
  gboolean setting;          /* it is us who set it */

  gboolean planned;          /* the view is to be scrolled after the next layout */
  double value;              /* to where */
  double upper;              /* and how high the list is then */

  gint64 moved_us;           /* when an animation last moved the view, monotonic */
  double offset;             /* by how much it is wrong */
  guint still_id;
};

G_DEFINE_FINAL_TYPE (PegViewKeeper, peg_view_keeper, G_TYPE_OBJECT)

static void
set_value (PegViewKeeper *self,
           double         value)
{
  self->setting = TRUE;
  gtk_adjustment_set_value (self->adjustment, value);
  self->setting = FALSE;
  self->last = gtk_adjustment_get_value (self->adjustment);
}

/* The animation is over. GtkScrolledWindow is told where it has ended. */
static gboolean
still_cb (gpointer user_data)
{
  PegViewKeeper *self = user_data;

  self->still_id = 0;
  self->offset = 0;
  self->setting = TRUE;
  g_signal_emit_by_name (self->adjustment, "value-changed");
  self->setting = FALSE;

  return G_SOURCE_REMOVE;
}

static void
await_end (PegViewKeeper *self)
{
  g_clear_handle_id (&self->still_id, g_source_remove);
  self->still_id = g_timeout_add (STILL_MS, still_cb, self);
  g_source_set_name_by_id (self->still_id, "[peg] still");
}

/* Somebody, or an animation, scrolls. */
static void
value_changed_cb (PegViewKeeper *self)
{
  const double value = gtk_adjustment_get_value (self->adjustment);

  /* GtkListView itself, which knows no better; or us, for a signal that is emitted
   * while it is emitted begins again. */
  if (self->setting || self->phase == PHASE_LAYOUT || fabs (value - self->last) < 0.001)
    return;

  if (self->phase == PHASE_UPDATE) {
    self->moved_us = g_get_monotonic_time ();

    /* Not at once: a list view that is moved twice before it is laid out loses its
     * way. */
    if (self->still_id != 0) {
      await_end (self);
      if (!self->planned)
        self->upper = gtk_adjustment_get_upper (self->adjustment);
      self->value = value + self->offset;
      self->planned = TRUE;
      self->last = value;
      return;
    }
  }

  if (self->planned)
    self->value += value - self->last;
  self->last = value;
}

static void
before_paint_cb (PegViewKeeper *self)
{
  self->phase = PHASE_LAYOUT;
}

static void
update_cb (PegViewKeeper *self)
{
  self->phase = PHASE_UPDATE;
}

static void
updated_cb (PegViewKeeper *self)
{
  self->phase = PHASE_LAYOUT;
}

/* The new rows have their places now, and nothing is drawn yet. */
static void
laid_out_cb (PegViewKeeper *self)
{
  if (self->planned && fabs (gtk_adjustment_get_upper (self->adjustment) - self->upper) < 1)
    set_value (self, self->value);
  self->planned = FALSE;
}

static void
after_paint_cb (PegViewKeeper *self)
{
  self->phase = PHASE_NONE;
  self->planned = FALSE;
  self->last = gtk_adjustment_get_value (self->adjustment);

  /* A list view that has not been laid out yet cannot be moved: GTK 4.8 would show
   * nothing at all. */
  if (gtk_adjustment_get_page_size (self->adjustment) > 0)
    peg_rows_set_replaceable (self->rows, TRUE);
}

static void
realize_cb (PegViewKeeper *self)
{
  self->adjustment = g_object_ref (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view)));
  self->clock = g_object_ref (gtk_widget_get_frame_clock (GTK_WIDGET (self->view)));
  self->last = gtk_adjustment_get_value (self->adjustment);

  g_signal_connect_object (self->adjustment, "value-changed", G_CALLBACK (value_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->clock, "before-paint", G_CALLBACK (before_paint_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->clock, "update", G_CALLBACK (update_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->clock, "update", G_CALLBACK (updated_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (self->clock, "layout", G_CALLBACK (laid_out_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (self->clock, "after-paint", G_CALLBACK (after_paint_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
unrealize_cb (PegViewKeeper *self)
{
  g_clear_handle_id (&self->still_id, g_source_remove);
  self->planned = FALSE;
  if (self->rows != NULL)
    peg_rows_set_replaceable (self->rows, FALSE);

  if (self->clock != NULL)
    g_signal_handlers_disconnect_by_data (self->clock, self);
  if (self->adjustment != NULL)
    g_signal_handlers_disconnect_by_data (self->adjustment, self);
  g_clear_object (&self->clock);
  g_clear_object (&self->adjustment);
}

/* Where the view is, or is going to be. */
static double
get_value (PegViewKeeper *self)
{
  return self->planned ? self->value : gtk_adjustment_get_value (self->adjustment);
}

/* Scrolls to @value, from which nobody sees a difference, after the next layout;
 * then there are @n rows. */
static void
plan_place (PegViewKeeper *self,
            double         value,
            double         height,
            guint          n)
{
  const double page = gtk_adjustment_get_page_size (self->adjustment);
  const double before = get_value (self);

  self->last = gtk_adjustment_get_value (self->adjustment);
  self->value = CLAMP (value, 0, MAX (n * height - page, 0));
  self->upper = MAX (n * height, page);
  self->planned = TRUE;

  if (self->still_id != 0 || g_get_monotonic_time () - self->moved_us < STILL_MS * 1000) {
    if (self->still_id == 0)
      self->offset = 0;
    self->offset += self->value - before;
    await_end (self);
  }
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

static gboolean
is_laid_out (PegViewKeeper *self)
{
  return self->adjustment != NULL && gtk_adjustment_get_page_size (self->adjustment) > 0;
}

/* How high every row is; 0: none has been laid out. What is not on the screen has
 * no place, and what has just come there not yet its height. */
static double
get_row_height (PegViewKeeper *self)
{
  double height = 0;

  for (GtkWidget *item = gtk_widget_get_first_child (GTK_WIDGET (self->view)); item != NULL;
       item = gtk_widget_get_next_sibling (item)) {
    graphene_rect_t bounds;

    if (gtk_widget_get_mapped (item) && gtk_widget_compute_bounds (item, item, &bounds))
      height = MAX (height, (double) bounds.size.height);
  }

  return height;
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

/* Where the view has to be for a row to be in its middle. */
static double
place_for (guint  position,
           double height,
           double page)
{
  return position * height - (page - height) / 2;
}

static void
replacing_cb (PegViewKeeper *self,
              guint          n_new)
{
  const guint n_old = g_list_model_get_n_items (G_LIST_MODEL (self->rows)) - n_new;
  const double height = get_row_height (self);
  GtkWidget *item = get_focused_item (self);
  double page, value, shift;
  guint first, last;

  if (n_new == 0 || n_old == 0)
    return;

  if (height < 1) {
    scroll_to (self, 0);
    return;
  }

  page = gtk_adjustment_get_page_size (self->adjustment);
  value = get_value (self);
  first = MIN ((guint) (value / height), n_old - 1);
  last = MIN ((guint) ((value + page) / height), n_old - 1);
  if (item == NULL && peg_rows_is_searched_anew (self->rows))
    value = peg_rows_find_found (self->rows, TRUE, &first) ? place_for (first, height, page) : 0;
  else if (find_shift (self, item != NULL ? get_row_of (item) : NULL, n_new, first, last, &shift))
    value += shift * height;
  else
    value = 0;
  value = CLAMP (value, 0, MAX (n_new * height - page, 0));

  first = MIN ((guint) (value / height), n_new - 1);
  if (item != NULL)
    carry_focus (self, item, first);

  /* As many rows as have widgets are to be new ones. */
  scroll_to (self, MIN (first, n_new > LIVE_ROWS ? n_new - LIVE_ROWS : 0));
  plan_place (self, value, height, n_new);
}

/* Some rows came or went. Those above decide; what the first row on the screen
 * becomes of that goes itself is left to the list view. */
static void
items_changed_cb (PegViewKeeper *self,
                  guint          position,
                  guint          removed,
                  guint          added)
{
  double height, value;
  guint first;

  if (!is_laid_out (self) || peg_rows_is_replacing (self->rows))
    return;

  height = get_row_height (self);
  if (height < 1)
    return;

  value = get_value (self);
  first = (guint) ceil (value / height);
  if (position < first && position + removed > first) {
    self->planned = FALSE;
    return;
  }

  if (position + removed <= first && first > 0)
    value += ((double) added - removed) * height;
  plan_place (self, value, height, g_list_model_get_n_items (G_LIST_MODEL (self->rows)));
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
  g_signal_connect_object (rows, "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "realize", G_CALLBACK (realize_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (view, "unrealize", G_CALLBACK (unrealize_cb), self, G_CONNECT_SWAPPED);
  if (gtk_widget_get_realized (GTK_WIDGET (view)))
    realize_cb (self);

  return self;
}

/**
 * peg_view_keeper_scroll_to:
 * @self: a view keeper
 * @position: a row
 *
 * Scrolls until the row can be seen; when it is far away, until it is in the
 * middle. The view is where it is now, also when rows have just been replaced,
 * and is not kept elsewhere.
 */
void
peg_view_keeper_scroll_to (PegViewKeeper *self,
                           guint          position)
{
  double height, page, value, top;
  guint n;

  g_return_if_fail (PEG_IS_VIEW_KEEPER (self));

  if (self->view == NULL)
    return;

  height = is_laid_out (self) ? get_row_height (self) : 0;
  n = g_list_model_get_n_items (G_LIST_MODEL (self->rows));
  if (position >= n || height < 1) {
    self->planned = FALSE;
    scroll_to (self, position);
    return;
  }

  page = gtk_adjustment_get_page_size (self->adjustment);
  value = get_value (self);
  top = position * height;
  if (top < value - height || top + height > value + page + height)
    value = place_for (position, height, page);
  else
    value = CLAMP (value, top + height - page, top);

  scroll_to (self, position);
  plan_place (self, value, height, n);
  gtk_widget_queue_allocate (GTK_WIDGET (self->view));
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

  unrealize_cb (self);
  if (self->rows != NULL)
    g_signal_handlers_disconnect_by_data (self->rows, self);
  if (self->view != NULL)
    g_signal_handlers_disconnect_by_data (self->view, self);
  g_clear_object (&self->rows);
  self->view = NULL;
}
