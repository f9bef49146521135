/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "board.h"

#include "bench-report.h"
#include "feeder-shop.h"
#include "peg-ui.h"
#include "peg-window-private.h"
#include "probe.h"

#include <time.h>

/* Nothing that is waited for takes longer, unless it never comes. */
#define PATIENCE_S 300

/*
 * board_new:
 *
 * Returns: (transfer full): a window of the size of the screen that has no server
 *   yet, drawn, and probed
 */
Board *
board_new (void)
{
  Board *self = g_new0 (Board, 1);
  g_autoptr (GError) error = NULL;

  self->application = adw_application_new (APPLICATION_ID, G_APPLICATION_NON_UNIQUE);
  if (!g_application_register (G_APPLICATION (self->application), NULL, &error))
    g_error ("%s", error->message);
  peg_ui_set_accels (GTK_APPLICATION (self->application));

  self->store = peg_store_new ();
  peg_store_set_interval_us (self->store, PEG_STORE_FRAME_US);
  self->link = peg_link_new (self->store);
  self->window = peg_window_new (GTK_APPLICATION (self->application), self->store, NULL);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 1280, 800);
  gtk_window_present (GTK_WINDOW (self->window));
  probe_install (GTK_WIDGET (self->window));
  board_rest (self, 250);

  return self;
}

void
board_free (Board *self)
{
  peg_link_disconnect (self->link);
  gtk_window_destroy (GTK_WINDOW (self->window));
  board_rest (self, 100);
  g_clear_object (&self->link);
  g_clear_object (&self->store);
  g_clear_object (&self->application);
  g_free (self);
}

/*
 * board_connect:
 * @url: of a feeder
 *
 * Asks for a server, and does not wait.
 */
void
board_connect (Board      *self,
               const char *url)
{
  const PegLinkConfig config = { .url = url, .user = "bench", .transient = TRUE };
  g_autoptr (GError) error = NULL;

  if (!peg_link_connect (self->link, &config, &error))
    g_error ("%s", error->message);
}

static gboolean
impatient_cb (gpointer user_data)
{
  g_error ("What the benchmark waits for does not come");

  return G_SOURCE_REMOVE;
}

/*
 * board_wait:
 * @condition: (scope call): what is waited for
 * @data: for @condition
 *
 * Runs the main loop until something is so; it is asked after every turn.
 */
void
board_wait (Board          *self,
            BoardCondition  condition,
            gpointer        data)
{
  const guint cap = g_timeout_add_seconds (PATIENCE_S, impatient_cb, NULL);

  while (!condition (self, data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (cap);
}

typedef struct {
  Board *board;
  BoardCondition condition;
  gpointer data;
  gint64 painted_us;
} Painting;

static void
painted_cb (gint64   painted_us,
            gpointer user_data)
{
  Painting *painting = user_data;

  if (painting->painted_us == 0 && painting->condition (painting->board, painting->data))
    painting->painted_us = painted_us;
}

static gboolean
is_painted (Board    *self,
            gpointer  data)
{
  return ((Painting *) data)->painted_us != 0;
}

/*
 * board_wait_painted:
 * @condition: (scope call): what is waited for
 * @data: for @condition
 *
 * Runs the main loop until a frame has been painted at whose end something is so.
 *
 * Returns: when it was painted, monotonic
 */
gint64
board_wait_painted (Board          *self,
                    BoardCondition  condition,
                    gpointer        data)
{
  Painting painting = { .board = self, .condition = condition, .data = data };

  probe_set_painted (painted_cb, &painting);
  board_wait (self, is_painted, &painting);
  probe_set_painted (NULL, NULL);

  return painting.painted_us;
}

static gboolean
rested_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

static gboolean
is_true (Board    *self,
         gpointer  data)
{
  return *(gboolean *) data;
}

/*
 * board_rest:
 * @ms: how long
 *
 * Runs the main loop for a while: what was begun comes to its end.
 */
void
board_rest (Board *self,
            guint  ms)
{
  gboolean rested = FALSE;

  g_timeout_add (ms, rested_cb, &rested);
  board_wait (self, is_true, &rested);
}

/*
 * board_is_waiting:
 *
 * Returns: whether the server has greeted, and nothing but the list is missing
 */
gboolean
board_is_waiting (Board    *self,
                  gpointer  nothing)
{
  PegSnapshot *snapshot = peg_store_get_shown (self->store);

  return peg_snapshot_get_server_name (snapshot) != NULL;
}

/*
 * board_shows_files:
 * @n_files: GUINT_TO_POINTER() of how many there are
 *
 * Returns: whether the list is on the screen with all its rows and counts, and
 *   nothing lies above it any more: a page that is only fading in is not there
 */
gboolean
board_shows_files (Board    *self,
                   gpointer  n_files)
{
  PegWindow *window = self->window;
  PegSnapshot *snapshot = peg_rows_get_snapshot (window->rows);
  GtkWidget *view = GTK_WIDGET (gtk_widget_get_template_child (GTK_WIDGET (window->list),
                                                               PEG_TYPE_FILE_LIST, "view"));
  GtkWidget *row = gtk_widget_get_first_child (view);

  return peg_snapshot_get_counts (snapshot)->all == GPOINTER_TO_UINT (n_files) &&
         peg_rows_get_n_files (window->rows) == GPOINTER_TO_UINT (n_files) &&
         window->page == PEG_PAGE_FILES &&
         !gtk_stack_get_transition_running (window->pages) &&
         row != NULL && gtk_widget_get_mapped (row) && gtk_widget_get_height (row) > 0;
}

/*
 * board_has_seq:
 * @seq: (type guint64): a number of an event
 *
 * Returns: whether that event is shown
 */
gboolean
board_has_seq (Board    *self,
               gpointer  seq)
{
  return peg_snapshot_get_seq (peg_rows_get_snapshot (self->window->rows)) >= *(guint64 *) seq;
}

static guint
get_index (const PegEntry *entry)
{
  const char *id = peg_entry_get_id (entry);

  return id != NULL && *id == 'f' ? (guint) g_ascii_strtoull (id + 1, NULL, 10) : G_MAXUINT;
}

/*
 * board_get_hash:
 *
 * Returns: the sum of feeder_state_hash() over all files that are shown
 */
guint64
board_get_hash (Board *self)
{
  PegSnapshot *snapshot = peg_rows_get_snapshot (self->window->rows);
  guint64 hash = 0;

  for (guint i = 0; i < peg_snapshot_get_n_groups (snapshot); i++) {
    const PegGroup *group = peg_snapshot_get_group (snapshot, i);

    for (guint j = 0; j < peg_group_get_n (group); j++) {
      const PegEntry *entry = peg_group_get (group, j);

      hash += feeder_state_hash (get_index (entry), peg_entry_get_version (entry),
                                 peg_entry_is_locked (entry));
    }
  }

  return hash;
}

/*
 * board_get_shown:
 * @indices: (out caller-allocates) (array length=max): numbers of files
 * @max: how many are wanted
 *
 * Finds out which files are in the first rows.
 *
 * Returns: how many there are, at most @max
 */
guint
board_get_shown (Board *self,
                 guint *indices,
                 guint  max)
{
  GListModel *rows = G_LIST_MODEL (self->window->rows);
  guint n = 0;

  /* No more rows than that are on the screen. */
  for (guint i = 0; i < g_list_model_get_n_items (rows) && i < 16 && n < max; i++) {
    g_autoptr (PegRow) row = g_list_model_get_item (rows, i);

    if (peg_row_get_kind (row) == PEG_ROW_FILE)
      indices[n++] = get_index (peg_row_get_entry (row));
  }

  return n;
}

/*
 * board_is_open:
 *
 * Returns: whether the groups were opened, so that files are in the first rows
 */
gboolean
board_is_open (Board    *self,
               gpointer  nothing)
{
  guint index;

  return board_get_shown (self, &index, 1) > 0;
}

/*
 * board_other_cpu_ms:
 *
 * Returns: what all threads of this process but the calling one have worked, ms
 */
double
board_other_cpu_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);

  return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6 - bench_thread_cpu_ms ();
}
