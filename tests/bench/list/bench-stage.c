/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "bench-stage"

#include "peg-config.h"

#include "bench-stage.h"

#include "bench-report.h"
#include "peg-ui.h"
#include "peg-window-private.h"
#include "shop-plan.h"

/* One file in this many is checked out, and one in ten of these by us. */
#define OUT_ONE_IN 20
#define USER "Dana"

static struct {
  double since_ms;
  double longest_ms;
} turn;

static char stop_link;

/* The main loop works from the end of one poll to the beginning of the next. */
static int
metered_poll (GPollFD *fds,
              guint    n_fds,
              int      timeout_ms)
{
  int n;

  turn.longest_ms = MAX (turn.longest_ms, bench_thread_cpu_ms () - turn.since_ms);
  n = g_poll (fds, n_fds, timeout_ms);
  turn.since_ms = bench_thread_cpu_ms ();

  return n;
}

/* As in the client: what comes from the server is reduced in another thread. */
static gpointer
run_link (gpointer user_data)
{
  Stage *self = user_data;

  for (;;) {
    gpointer event = g_async_queue_pop (self->to_link);

    if (event == &stop_link)
      return NULL;

    peg_store_dispatch (self->store, event);
    g_async_queue_push (self->from_link, event);
  }
}

/*
 * stage_send:
 *
 * Has the other thread take @event in, and waits until it has.
 */
void
stage_send (Stage    *self,
            PegEvent *event)
{
  event->mono_us = g_get_monotonic_time ();
  event->wall_us = g_get_real_time ();
  g_async_queue_push (self->to_link, event);
  g_async_queue_pop (self->from_link);
}

static PegEntry *
create_entry (const ShopPlan *plan,
              guint           index)
{
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
  ShopFile file;

  shop_plan_get_file (plan, index, &file);
  fields.filename = file.name;
  fields.path = file.path;
  fields.group = file.group;
  fields.part = *file.part != '\0' ? file.part : NULL;
  fields.description = *file.description != '\0' ? file.description : NULL;
  fields.major = (int) file.major;
  fields.minor = (int) file.minor;
  fields.modified_us = file.modified_s * G_USEC_PER_SEC;
  fields.size = 4096 + index % 4096;
  fields.version = 1;

  if (index % OUT_ONE_IN == 0) {
    fields.flags = PEG_ENTRY_LOCKED;
    fields.holder = index % (OUT_ONE_IN * 10) == 0 ? USER : "Marek Nowak";
    fields.station = "VF-4";
    fields.since_us = g_get_real_time () - (gint64) (index % 3000) * 60 * G_USEC_PER_SEC;
  }

  return peg_entry_new (&fields);
}

/*
 * stage_change_lock:
 *
 * Returns: (transfer full): @entry checked out, or free again
 */
PegEntry *
stage_change_lock (Stage    *self,
                   PegEntry *entry)
{
  PegEntryFields fields;
  const gboolean out = peg_entry_is_locked (entry);

  peg_entry_get_fields (entry, &fields);
  fields.flags = out ? PEG_ENTRY_PLAIN : PEG_ENTRY_LOCKED;
  fields.holder = out ? NULL : "Marek Nowak";
  fields.station = out ? NULL : "VF-4";
  fields.since_us = out ? 0 : g_get_real_time ();
  fields.version++;

  return peg_entry_new (&fields);
}

/*
 * stage_list:
 *
 * Sends the whole list, every file in a record of its own, and sets the meters to
 * zero before.
 */
void
stage_list (Stage *self)
{
  GPtrArray *copies = g_ptr_array_new_full (self->entries->len, (GDestroyNotify) peg_entry_unref);
  PegEvent event = { .kind = PEG_EVENT_LISTED };

  for (guint i = 0; i < self->entries->len; i++) {
    PegEntryFields fields;

    peg_entry_get_fields (g_ptr_array_index (self->entries, i), &fields);
    g_ptr_array_add (copies, peg_entry_new (&fields));
  }

  /* Kept until the next list: in the client it is the link that lets go of it. */
  g_clear_pointer (&self->sent, g_ptr_array_unref);
  self->sent = copies;
  event.listed.entries = copies;
  event.listed.server_us = g_get_real_time ();
  stage_begin (self);
  stage_send (self, &event);
}

static void
connect_shop (Stage *self)
{
  const PegLinkStatus status = { .state = PEG_LINK_LIVE, .rtt_us = 1800 };
  PegEvent server = { .kind = PEG_EVENT_SERVER };
  PegEvent hello = { .kind = PEG_EVENT_HELLO };
  PegEvent link = { .kind = PEG_EVENT_LINK, .link = &status };

  server.server.url = "http://bench";
  server.server.user = USER;
  hello.hello.name = "Bench";
  hello.hello.user = USER;
  hello.hello.server_us = g_get_real_time ();

  stage_send (self, &server);
  stage_send (self, &hello);
  stage_send (self, &link);
}

/* Everything since the frame before belongs to this one: events, models, layout
 * and drawing. */
static void
after_paint_cb (Stage *self)
{
  const double now_ms = bench_thread_cpu_ms ();
  const double frame_ms = now_ms - self->frame_ms;

  self->n_frames++;
  self->frame_ms = now_ms;
  if (self->frames != NULL)
    g_array_append_val (self->frames, frame_ms);
}

static void
searched_cb (Stage *self)
{
  self->n_searches++;
}

/*
 * stage_new:
 * @n_files: how many files the shop has
 *
 * Returns: (transfer full): a window that shows them, at rest
 */
Stage *
stage_new (guint n_files)
{
  const ShopPlan plan = { .seed = 1, .n_files = n_files };
  Stage *self = g_new0 (Stage, 1);
  g_autoptr (GError) error = NULL;

  self->application = adw_application_new ("io.github.pegboard.Bench", G_APPLICATION_NON_UNIQUE);
  if (!g_application_register (G_APPLICATION (self->application), NULL, &error))
    g_error ("%s", error->message);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);

  self->store = peg_store_new ();
  self->to_link = g_async_queue_new ();
  self->from_link = g_async_queue_new ();
  self->link = g_thread_new ("link", run_link, self);
  self->entries = g_ptr_array_new_full (n_files, (GDestroyNotify) peg_entry_unref);
  for (guint i = 0; i < n_files; i++)
    g_ptr_array_add (self->entries, create_entry (&plan, i));

  self->window = peg_window_new (GTK_APPLICATION (self->application), self->store, NULL);
  self->rows = self->window->rows;
  self->selection = self->window->selection;
  self->search_entry = self->window->search_entry;
  self->scroller = (GtkWidget *) gtk_widget_get_template_child (GTK_WIDGET (self->window->list),
                                                  PEG_TYPE_FILE_LIST, "scroller");
  self->view = (GtkWidget *) gtk_widget_get_template_child (GTK_WIDGET (self->window->list),
                                              PEG_TYPE_FILE_LIST, "view");
  self->position = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
  g_signal_connect_swapped (self->search_entry, "search-changed", G_CALLBACK (searched_cb), self);

  g_main_context_set_poll_func (NULL, metered_poll);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 1280, 800);
  gtk_window_present (GTK_WINDOW (self->window));
  g_signal_connect_swapped (gtk_widget_get_frame_clock (GTK_WIDGET (self->window)), "after-paint",
                            G_CALLBACK (after_paint_cb), self);

  connect_shop (self);
  stage_settle (self);

  return self;
}

void
stage_free (Stage *self)
{
  g_signal_handlers_disconnect_by_data (self->search_entry, self);
  g_signal_handlers_disconnect_by_data (gtk_widget_get_frame_clock (GTK_WIDGET (self->window)),
                                        self);
  gtk_window_destroy (GTK_WINDOW (self->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;

  g_async_queue_push (self->to_link, &stop_link);
  g_thread_join (self->link);
  g_async_queue_unref (self->to_link);
  g_async_queue_unref (self->from_link);
  g_ptr_array_unref (self->entries);
  g_clear_pointer (&self->sent, g_ptr_array_unref);
  g_clear_pointer (&self->frames, g_array_unref);
  g_object_unref (self->store);
  g_object_unref (self->application);
  g_free (self);
}

static gboolean
is_settled (Stage *self)
{
  g_autoptr (PegSnapshot) newest = peg_store_dup_snapshot (self->store);

  return newest == peg_store_get_shown (self->store) && peg_rows_is_settled (self->rows);
}

/*
 * stage_type:
 * @text: what stands in the search entry after the key
 *
 * Changes the end of what stands in the search entry, and waits until the window
 * has noticed.
 */
void
stage_type (Stage      *self,
            const char *text)
{
  const guint before = self->n_searches;

  const int old_length = (int) strlen (gtk_editable_get_text (self->search_entry));
  const int length = (int) strlen (text);
  int end = old_length;

  if (length > old_length)
    gtk_editable_insert_text (self->search_entry, text + old_length, -1, &end);
  else
    gtk_editable_delete_text (self->search_entry, length, -1);
  while (self->n_searches == before)
    g_main_context_iteration (NULL, TRUE);
}

static double began_ms;
static gint64 began_us;
static guint began_frames;

/*
 * stage_begin:
 *
 * Sets the meters to zero. To be called in front of the cause.
 */
void
stage_begin (Stage *self)
{
  began_us = g_get_monotonic_time ();
  began_ms = bench_thread_cpu_ms ();
  began_frames = self->n_frames;
  turn.since_ms = began_ms;
  turn.longest_ms = 0;
}

/*
 * stage_end:
 * @cost: (out): what was spent since stage_begin()
 *
 * Runs the main loop until everything is shown that the cause leads to, and
 * drawn, and nothing is left to do.
 */
void
stage_end (Stage     *self,
           StageCost *cost)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self->window));
  guint frame;

  while (!is_settled (self))
    g_main_context_iteration (NULL, TRUE);

  frame = self->n_frames;
  gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_PAINT);
  while (self->n_frames == frame)
    g_main_context_iteration (NULL, TRUE);

  cost->wall_ms = (double) (g_get_monotonic_time () - began_us) / 1e3;
  while (g_main_context_iteration (NULL, FALSE))
    ;
  turn.longest_ms = MAX (turn.longest_ms, bench_thread_cpu_ms () - turn.since_ms);
  cost->main_ms = bench_thread_cpu_ms () - began_ms;
  cost->longest_ms = turn.longest_ms;
  cost->frames = self->n_frames - began_frames;
}

/*
 * stage_settle:
 *
 * Comes to rest: what is behind us costs nothing that is measured next.
 */
void
stage_settle (Stage *self)
{
  for (guint i = 0; i < 4; i++) {
    StageCost ignored;

    stage_begin (self);
    stage_end (self, &ignored);
  }
}

/*
 * stage_record_frames:
 *
 * Begins to write down what each frame costs, from nothing.
 */
void
stage_record_frames (Stage *self)
{
  g_clear_pointer (&self->frames, g_array_unref);
  self->frames = g_array_new (FALSE, FALSE, sizeof (double));
  self->frame_ms = bench_thread_cpu_ms ();
}
