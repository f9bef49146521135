/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peer-probe.h"
#include "peg-link.h"
#include "peg-ui.h"
#include "peg-window-private.h"

/* peer-pegboard [URL]: the client's own window, store and link, put together as
 * the program does, for run-peers.py. Without a cache: its peers have none. */

/* No more rows than that are on the screen. */
#define N_SHOWN 12

typedef struct {
  AdwApplication *application; /* (owned) */
  PegStore *store;             /* (owned) */
  PegLink *link;               /* (owned) */
  PegWindow *window;           /* (unowned): of the application */
} Board;

static void
connect_to (gpointer    data,
            const char *url)
{
  Board *self = data;
  const PegLinkConfig config = { .url = url, .user = "bench", .transient = TRUE };
  g_autoptr (GError) error = NULL;

  if (!peg_link_connect (self->link, &config, &error))
    g_error ("%s", error->message);
}

/* A page that is only fading in is not there. */
static gboolean
is_listed (gpointer data)
{
  PegWindow *window = ((Board *) data)->window;

  return peg_rows_get_n_files (window->rows) > 0 && window->page == PEG_PAGE_FILES &&
         !gtk_stack_get_transition_running (window->pages) &&
         gtk_widget_get_mapped (GTK_WIDGET (window->list));
}

static gboolean
is_locked (gpointer    data,
           const char *key)
{
  PegWindow *window = ((Board *) data)->window;
  const PegEntry *entry = peg_snapshot_find (peg_rows_get_snapshot (window->rows), key);

  return entry != NULL && peg_entry_is_locked (entry);
}

static void
add_shown (gpointer  data,
           GString  *json)
{
  GListModel *rows = G_LIST_MODEL (((Board *) data)->window->rows);
  gboolean comma = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (rows) && i < N_SHOWN; i++) {
    g_autoptr (PegRow) row = g_list_model_get_item (rows, i);
    const PegEntry *entry = peg_row_get_entry (row);

    if (peg_row_get_kind (row) != PEG_ROW_FILE)
      continue;
    g_string_append_printf (json, "%s[\"%s\",\"%s\"]", comma ? "," : "",
                            peg_entry_get_path (entry), peg_entry_get_key (entry));
    comma = TRUE;
  }
}

static GtkWidget *
find_scrolled (GtkWidget *widget)
{
  if (GTK_IS_SCROLLED_WINDOW (widget))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_scrolled (child);

    if (found != NULL)
      return found;
  }

  return NULL;
}

int
main (int   argc,
      char *argv[])
{
  Board self = { 0 };
  g_autoptr (GError) error = NULL;

  self.application = adw_application_new (APPLICATION_ID, G_APPLICATION_NON_UNIQUE);
  if (!g_application_register (G_APPLICATION (self.application), NULL, &error))
    g_error ("%s", error->message);

  self.store = peg_store_new ();
  peg_store_set_interval_us (self.store, PEG_STORE_FRAME_US);
  self.link = peg_link_new (self.store);
  self.window = peg_window_new (GTK_APPLICATION (self.application), self.store, NULL);
  peg_rows_expand_all (self.window->rows);
  gtk_window_set_default_size (GTK_WINDOW (self.window), 1280, 800);
  gtk_window_present (GTK_WINDOW (self.window));

  peer_run (&(Peer) {
    .connect = connect_to,
    .is_listed = is_listed,
    .is_locked = is_locked,
    .add_shown = add_shown,
    .window = GTK_WIDGET (self.window),
    .scrolled = find_scrolled (GTK_WIDGET (self.window->list)),
    .data = &self,
  }, argc > 1 ? argv[1] : NULL);

  return 0;
}
