/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-board"

#include "peg-config.h"

#include "peg-board.h"

#include "peg-board-row.h"
#include "peg-diff.h"
#include "peg-row.h"

#include <string.h>

/* How many changes are told to the list view one by one: each of them makes it
 * look at all its live rows. */
#define MAX_CHANGES 32

/**
 * PegBoard:
 *
 * “Out now”: every file that somebody has, the one that is out the longest
 * first.
 */
struct _PegBoard
{
  AdwBin parent_instance;

  GtkStack *stack;
  GtkListView *view;
  AdwClampScrollable *clamp;

  GListStore *rows;       /* (owned) (element-type PegRow) */
  GPtrArray *widgets;     /* (owned) (element-type GtkListItem): the bound ones, weak */
  PegSnapshot *snapshot;  /* (owned) (nullable): what is known */
  PegSnapshot *shown;     /* (owned) (nullable): what @rows are of */
  PegDisplayNow now;
  int plate;              /* how high a tag is; 0: as on a desktop */
};

/* What became of a file: %NULL is one that is not out. */
typedef struct {
  PegEntry *before;
  PegEntry *after;
} Change;

G_DEFINE_FINAL_TYPE (PegBoard, peg_board, ADW_TYPE_BIN)

enum {
  SIGNAL_FILE_ACTIVATED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
update_item (PegBoard    *self,
             GtkListItem *item)
{
  PegRow *row = gtk_list_item_get_item (item);

  if (row != NULL && self->snapshot != NULL)
    peg_board_row_update (PEG_BOARD_ROW (gtk_list_item_get_child (item)), self->snapshot,
                          peg_row_get_entry (row), &self->now);
}

static void
setup_cb (PegBoard    *self,
          GtkListItem *item)
{
  GtkWidget *row = peg_board_row_new ();

  if (self->plate != 0)
    peg_board_row_set_plate (PEG_BOARD_ROW (row), self->plate);
  gtk_list_item_set_child (item, row);
}

static void
bind_cb (PegBoard    *self,
         GtkListItem *item)
{
  g_ptr_array_add (self->widgets, item);
  update_item (self, item);
}

static void
unbind_cb (PegBoard    *self,
           GtkListItem *item)
{
  if (self->widgets != NULL)
    g_ptr_array_remove_fast (self->widgets, item);
}

static void
activate_cb (PegBoard *self,
             guint     position)
{
  g_autoptr (PegRow) row = g_list_model_get_item (G_LIST_MODEL (self->rows), position);

  if (row != NULL)
    g_signal_emit (self, signals[SIGNAL_FILE_ACTIVATED], 0,
                   peg_entry_get_key (peg_row_get_entry (row)));
}

/* The longest first; of those of which it is not known, by name. */
static int
compare_since (gconstpointer a,
               gconstpointer b)
{
  const PegEntry *entry_a = *(const PegEntry **) a;
  const PegEntry *entry_b = *(const PegEntry **) b;
  const gint64 since_a = peg_entry_get_since_us (entry_a);
  const gint64 since_b = peg_entry_get_since_us (entry_b);

  if (since_a != since_b) {
    if (since_a == 0 || since_b == 0)
      return since_a == 0 ? 1 : -1;
    return since_a < since_b ? -1 : 1;
  }

  return strcmp (peg_entry_get_key (entry_a), peg_entry_get_key (entry_b));
}

static GPtrArray *
collect_out (PegSnapshot *snapshot)
{
  GPtrArray *out = g_ptr_array_new ();

  for (guint i = 0; i < peg_snapshot_get_n_groups (snapshot); i++) {
    const PegGroup *group = peg_snapshot_get_group (snapshot, i);

    if (peg_group_get_n_out (group) == 0)
      continue;
    for (guint j = 0; j < peg_group_get_n_chunks (group); j++) {
      const PegChunk *chunk = peg_group_get_chunk (group, j);

      for (guint k = 0; chunk->n_out > 0 && k < chunk->n; k++) {
        if (peg_chunk_bits_get (&chunk->out, k))
          g_ptr_array_add (out, chunk->entries[k]);
      }
    }
  }

  g_ptr_array_sort (out, compare_since);

  return out;
}

static PegRow *
get_row (PegBoard *self,
         guint     position)
{
  /* The store keeps it. */
  g_autoptr (PegRow) row = g_list_model_get_item (G_LIST_MODEL (self->rows), position);

  return row;
}

static gboolean
is_same (PegBoard *self,
         guint     position,
         PegEntry *entry)
{
  return g_str_equal (peg_entry_get_key (peg_row_get_entry (get_row (self, position))),
                      peg_entry_get_key (entry));
}

/* The first row that does not belong before @entry. */
static guint
find_place (PegBoard *self,
            PegEntry *entry)
{
  guint low = 0, high = g_list_model_get_n_items (G_LIST_MODEL (self->rows));

  while (low < high) {
    const guint middle = low + (high - low) / 2;
    PegEntry *other = peg_row_get_entry (get_row (self, middle));

    if (compare_since (&other, &entry) < 0)
      low = middle + 1;
    else
      high = middle;
  }

  return low;
}

static void
replace (PegBoard    *self,
         PegSnapshot *snapshot,
         guint        position,
         guint        removed,
         PegEntry   **entries,
         guint        added)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < added; i++) {
    const PegRowValues values = {
      .kind = PEG_ROW_FILE,
      .group = peg_snapshot_find_group (snapshot, peg_entry_get_group (entries[i])),
      .entry = entries[i],
    };

    g_ptr_array_add (rows, peg_row_new (NULL, peg_entry_get_key (entries[i]), &values));
  }

  g_list_store_splice (self->rows, position, removed, rows->pdata, rows->len);
}

/* Looks at every tag. What is the same at both ends stays. */
static void
fill (PegBoard    *self,
      PegSnapshot *snapshot)
{
  g_autoptr (GPtrArray) out = collect_out (snapshot);
  PegEntry **entries = (PegEntry **) out->pdata;
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (self->rows));
  guint head = 0, tail = 0;

  while (head < n && head < out->len && is_same (self, head, entries[head]))
    head++;
  while (tail < n - head && tail < out->len - head &&
         is_same (self, n - 1 - tail, entries[out->len - 1 - tail]))
    tail++;

  if (head + tail < n || head + tail < out->len)
    replace (self, snapshot, head, n - head - tail, entries + head, out->len - head - tail);

  for (guint i = 0; i < out->len; i++) {
    const PegRowValues values = { .kind = PEG_ROW_FILE, .entry = entries[i] };

    peg_row_update (get_row (self, i), &values, FALSE);
  }
}

static void
add_change_cb (PegEntry *before,
               PegEntry *after,
               gpointer  user_data)
{
  GArray *changes = user_data;
  const Change change = {
    .before = before != NULL && peg_entry_is_locked (before) ? before : NULL,
    .after = after != NULL && peg_entry_is_locked (after) ? after : NULL,
  };

  if (change.before != NULL || change.after != NULL)
    g_array_append_val (changes, change);
}

/* Returns: (transfer full) (element-type Change): what became of the tags;
 *   borrowed from the snapshots */
static GArray *
compare_snapshots (const PegSnapshot *before,
                   const PegSnapshot *after)
{
  GArray *changes = g_array_new (FALSE, FALSE, sizeof (Change));

  peg_snapshot_diff (before, after, add_change_cb, changes);

  return changes;
}

static void
update_row (PegBoard *self,
            PegRow   *row)
{
  for (guint i = 0; i < self->widgets->len; i++) {
    GtkListItem *item = g_ptr_array_index (self->widgets, i);

    if (gtk_list_item_get_item (item) == row)
      update_item (self, item);
  }
}

static void
update_items (PegBoard *self)
{
  for (guint i = 0; i < self->widgets->len; i++)
    update_item (self, g_ptr_array_index (self->widgets, i));
}

static void
apply_change (PegBoard     *self,
              PegSnapshot  *snapshot,
              const Change *change)
{
  PegEntry *before = change->before, *after = change->after;

  if (before != NULL && after != NULL && compare_since (&before, &after) == 0) {
    const PegRowValues values = { .kind = PEG_ROW_FILE, .entry = after };
    PegRow *row = get_row (self, find_place (self, before));

    peg_row_update (row, &values, FALSE);
    update_row (self, row);
    return;
  }

  if (before != NULL)
    g_list_store_remove (self->rows, find_place (self, before));
  if (after != NULL)
    replace (self, snapshot, find_place (self, after), 0, &after, 1);
}

/* Shows @snapshot instead of the one that is shown: one tag that comes or goes
 * leaves the others where they are, and costs nothing for them. */
static void
update_rows (PegBoard    *self,
             PegSnapshot *snapshot)
{
  g_autoptr (GArray) changes = NULL;

  if (self->shown != NULL &&
      peg_snapshot_get_groups (self->shown) == peg_snapshot_get_groups (snapshot))
    return;

  if (self->shown != NULL)
    changes = compare_snapshots (self->shown, snapshot);

  if (changes == NULL || changes->len > MAX_CHANGES) {
    fill (self, snapshot);
    update_items (self);
    return;
  }

  for (guint i = 0; i < changes->len; i++)
    apply_change (self, snapshot, &g_array_index (changes, Change, i));
}

/* Whether what tags show besides their file is the same in both. */
static gboolean
looks_same (const PegSnapshot *a,
            const PegSnapshot *b)
{
  return peg_snapshot_is_live (a) == peg_snapshot_is_live (b) &&
         peg_snapshot_get_as_of_us (a) == peg_snapshot_get_as_of_us (b) &&
         peg_snapshot_get_present (a) == peg_snapshot_get_present (b) &&
         g_strcmp0 (peg_snapshot_get_user (a), peg_snapshot_get_user (b)) == 0 &&
         peg_snapshot_get_n_pending (a) == 0 && peg_snapshot_get_n_pending (b) == 0;
}

/* Brings what is on the screen up to what is known. */
static void
show_newest (PegBoard *self)
{
  g_autoptr (PegSnapshot) before = g_steal_pointer (&self->shown);

  self->shown = before;
  update_rows (self, self->snapshot);
  self->shown = peg_snapshot_ref (self->snapshot);

  if (before == NULL || !looks_same (before, self->shown))
    update_items (self);

  gtk_stack_set_visible_child_name (self->stack,
                                    g_list_model_get_n_items (G_LIST_MODEL (self->rows)) > 0
                                      ? "list" : "empty");
}

static void
peg_board_map (GtkWidget *widget)
{
  PegBoard *self = PEG_BOARD (widget);

  if (self->snapshot != NULL) {
    show_newest (self);
    update_items (self);
  }

  GTK_WIDGET_CLASS (peg_board_parent_class)->map (widget);
}

/* As in the list of a shared terminal, Tab goes on behind the tags. */
static gboolean
peg_board_focus (GtkWidget        *widget,
                 GtkDirectionType  direction)
{
  PegBoard *self = PEG_BOARD (widget);

  if (self->plate != 0 && gtk_widget_get_focus_child (widget) != NULL &&
      (direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD))
    return FALSE;

  return GTK_WIDGET_CLASS (peg_board_parent_class)->focus (widget, direction);
}

static void
peg_board_dispose (GObject *object)
{
  PegBoard *self = PEG_BOARD (object);

  if (self->view != NULL)
    gtk_list_view_set_model (self->view, NULL);
  /* The bin does not notice when its template takes its child away. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PEG_TYPE_BOARD);
  g_clear_object (&self->rows);
  g_clear_pointer (&self->widgets, g_ptr_array_unref);
  g_clear_pointer (&self->snapshot, peg_snapshot_unref);
  g_clear_pointer (&self->shown, peg_snapshot_unref);

  G_OBJECT_CLASS (peg_board_parent_class)->dispose (object);
}

static void
peg_board_class_init (PegBoardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = peg_board_dispose;
  widget_class->focus = peg_board_focus;
  widget_class->map = peg_board_map;

  /**
   * PegBoard::file-activated:
   * @self: the board
   * @key: the key of a file
   *
   * A tag was chosen.
   */
  signals[SIGNAL_FILE_ACTIVATED] =
    g_signal_new ("file-activated", PEG_TYPE_BOARD, G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/pegboard/Pegboard/peg-board.ui");
  gtk_widget_class_bind_template_child (widget_class, PegBoard, stack);
  gtk_widget_class_bind_template_child (widget_class, PegBoard, view);
  gtk_widget_class_bind_template_child (widget_class, PegBoard, clamp);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
}

static void
peg_board_init (PegBoard *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkSelectionModel) selection = NULL;

  self->rows = g_list_store_new (PEG_TYPE_ROW);
  self->widgets = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));

  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_cb), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_factory (self->view, factory);

  selection = GTK_SELECTION_MODEL (gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->rows))));
  gtk_single_selection_set_autoselect (GTK_SINGLE_SELECTION (selection), FALSE);
  gtk_single_selection_set_can_unselect (GTK_SINGLE_SELECTION (selection), TRUE);
  gtk_list_view_set_model (self->view, selection);
}

/**
 * peg_board_update:
 * @self: the board
 * @snapshot: what is known
 * @now: the clocks
 *
 * Shows what is out in @snapshot. A board that nobody sees only remembers it.
 */
void
peg_board_update (PegBoard            *self,
                  PegSnapshot         *snapshot,
                  const PegDisplayNow *now)
{
  g_return_if_fail (PEG_IS_BOARD (self));

  peg_snapshot_ref (snapshot);
  g_clear_pointer (&self->snapshot, peg_snapshot_unref);
  self->snapshot = snapshot;
  self->now = *now;

  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    show_newest (self);
}

/**
 * peg_board_tick:
 * @self: the board
 * @now: the clocks
 *
 * Time has passed: shows ages anew.
 */
void
peg_board_tick (PegBoard            *self,
                const PegDisplayNow *now)
{
  g_return_if_fail (PEG_IS_BOARD (self));

  self->now = *now;
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    update_items (self);
}

/**
 * peg_board_set_large:
 * @self: the board
 * @plate: how high a tag is, logical pixels
 *
 * Makes it the board of a shared terminal: as wide as there is room, with large tags,
 * and one tap chooses. How large its letters are is for the style to say.
 */
void
peg_board_set_large (PegBoard *self,
                     int       plate)
{
  g_return_if_fail (PEG_IS_BOARD (self));
  g_return_if_fail (plate > 0);

  self->plate = plate;
  adw_clamp_scrollable_set_maximum_size (self->clamp, G_MAXINT16);
  gtk_list_view_set_single_click_activate (self->view, TRUE);
  gtk_list_view_set_show_separators (self->view, FALSE);
  for (guint i = 0; i < self->widgets->len; i++)
    peg_board_row_set_plate (PEG_BOARD_ROW (gtk_list_item_get_child (g_ptr_array_index (self->widgets, i))),
                             plate);
}
