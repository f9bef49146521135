/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "bench-list"

#include "peg-config.h"

#include "bench-report.h"
#include "bench-stage.h"

#include <stdlib.h>

/* Measures the window over a large shop, with the real widgets, drawn by the
 * processor:
 *
 *   with-display.sh bench-list OUTPUT.json [FILES [PART]]
 *
 * The figures belong to 100,000 files; every size adds its points to the plot.
 * With a number of files only they are measured, and only one part when it is
 * named: structure, search, changes, scrolling.
 *
 * What is measured is the work of the main loop's thread, which no other
 * program makes longer. */

#define FIGURES_FILES 100000
#define SECONDS 10
#define N_DELTAS 500
#define MANY 1000
#define N_LISTS 9

static const guint all_sizes[] = { 1000, 10000, 100000, 1000000 };

/* Besides, the name of one of the files. */
static const char * const words[] = { "bracket", "o90 op20", "vf-4", "marek", "zzzz" };

typedef struct {
  BenchReport *report;
  Stage *stage;
  guint n_files;
} Bench;

/* One figure, for the size that has targets; for the others it is printed. */
static void
add (Bench      *self,
     const char *id,
     const char *what,
     double      value_ms,
     double      target_ms)
{
  g_autofree char *sized = g_strdup_printf ("list_%s_%u_files_ms", id, self->n_files);
  g_autofree char *whole = g_strdup_printf ("%s, %u files", what, self->n_files);

  bench_report_add (self->report, sized, whole, "ms", value_ms,
                    self->n_files == FIGURES_FILES ? target_ms : BENCH_NO_TARGET);
}

static void
do_action (Bench      *self,
           const char *name,
           const char *target,
           StageCost  *cost)
{
  GActionGroup *group = G_ACTION_GROUP (self->stage->window);

  stage_begin (self->stage);
  if (target != NULL)
    g_action_group_change_action_state (group, name, g_variant_new_string (target));
  else
    g_action_group_activate_action (group, name, NULL);
  stage_end (self->stage, cost);
}

/* Expanding, collapsing and filtering; the worst of three rounds. */
static void
measure_structure (Bench *self)
{
  static const struct {
    const char *id, *what, *action, *target;
  } steps[] = {
    { "expand_all", "Expand all", "expand-all", NULL },
    { "filter_out", "Show only what is out", "filter", "out" },
    { "filter_mine", "Show only what is mine", "filter", "mine" },
    { "filter_free", "Show only what is free", "filter", "free" },
    { "filter_all", "Show every file again", "filter", "all" },
    { "collapse_all", "Collapse all", "collapse-all", NULL },
  };
  double worst_ms[G_N_ELEMENTS (steps)] = { 0 }, longest_ms[G_N_ELEMENTS (steps)] = { 0 };
  double wall_ms[G_N_ELEMENTS (steps)] = { 0 };

  for (guint round = 0; round < 3; round++) {
    for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
      StageCost cost;

      do_action (self, steps[i].action, steps[i].target, &cost);
      worst_ms[i] = MAX (worst_ms[i], cost.main_ms);
      longest_ms[i] = MAX (longest_ms[i], cost.longest_ms);
      wall_ms[i] = MAX (wall_ms[i], cost.wall_ms);
      stage_settle (self->stage);
    }
  }

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    g_autofree char *turn_id = g_strconcat (steps[i].id, "_turn", NULL);
    g_autofree char *turn_what = g_strconcat (steps[i].what, ": longest turn of the main loop", NULL);
    g_autofree char *wall_id = g_strconcat (steps[i].id, "_wall", NULL);
    g_autofree char *wall_what = g_strconcat (steps[i].what, ": until painted, by the clock", NULL);

    add (self, steps[i].id, steps[i].what, worst_ms[i], 30);
    add (self, turn_id, turn_what, longest_ms[i], BENCH_NO_TARGET);
    add (self, wall_id, wall_what, wall_ms[i], BENCH_NO_TARGET);
  }
}

static GtkEventController *
find_scroll_controller (Stage *stage)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (stage->scroller);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++) {
    g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

    if (GTK_IS_EVENT_CONTROLLER_SCROLL (controller) &&
        gtk_event_controller_get_propagation_phase (controller) == GTK_PHASE_BUBBLE)
      return controller;
  }

  g_error ("The list does not scroll");
}

typedef struct {
  Stage *stage;
  GtkEventController *controller;
  gint64 until_us;
  guint frame;
  double step;
  gboolean done;
} Scroll;

static gboolean
turn_wheel_cb (GtkWidget     *widget,
               GdkFrameClock *clock,
               gpointer       user_data)
{
  Scroll *scroll = user_data;
  gboolean handled;

  scroll->done = g_get_monotonic_time () > scroll->until_us;
  if (scroll->done)
    return G_SOURCE_REMOVE;

  g_signal_emit_by_name (scroll->controller, "scroll", 0.0, scroll->step, &handled);

  return G_SOURCE_CONTINUE;
}

/* A fling that slows down, and another before it comes to rest. */
static gboolean
fling_cb (GtkWidget     *widget,
          GdkFrameClock *clock,
          gpointer       user_data)
{
  Scroll *scroll = user_data;
  GtkAdjustment *position = scroll->stage->position;
  const double room = gtk_adjustment_get_upper (position) - gtk_adjustment_get_page_size (position);
  double value;

  scroll->done = g_get_monotonic_time () > scroll->until_us;
  if (scroll->done)
    return G_SOURCE_REMOVE;

  if (scroll->frame++ % 60 == 0)
    scroll->step = scroll->step > 0 ? 330 : -330;
  scroll->step *= 0.96;
  value = gtk_adjustment_get_value (position) + scroll->step;
  if (value < 0 || value > room)
    scroll->step = -scroll->step;
  gtk_adjustment_set_value (position, CLAMP (value, 0, room));

  return G_SOURCE_CONTINUE;
}

/* The handle of the scrollbar is pulled: no row of a frame is in the next. */
static gboolean
pull_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       user_data)
{
  Scroll *scroll = user_data;
  GtkAdjustment *position = scroll->stage->position;
  const double room = gtk_adjustment_get_upper (position) - gtk_adjustment_get_page_size (position);

  scroll->done = g_get_monotonic_time () > scroll->until_us;
  if (scroll->done)
    return G_SOURCE_REMOVE;

  scroll->frame++;
  gtk_adjustment_set_value (position, room * ((scroll->frame * 7) % 600) / 600);

  return G_SOURCE_CONTINUE;
}

static void
scroll_for (Bench           *self,
            GtkTickCallback  callback,
            double           step,
            gint64           seconds)
{
  Scroll scroll = {
    .stage = self->stage,
    .controller = find_scroll_controller (self->stage),
    .until_us = g_get_monotonic_time () + seconds * G_USEC_PER_SEC,
    .step = step,
  };

  stage_record_frames (self->stage);
  gtk_widget_add_tick_callback (self->stage->view, callback, &scroll, NULL);
  while (!scroll.done)
    g_main_context_iteration (NULL, TRUE);
}

static guint
count_late (GArray *frames,
            double  limit_ms)
{
  guint n = 0;

  for (guint i = 0; i < frames->len; i++)
    n += g_array_index (frames, double, i) > limit_ms;

  return n;
}

static void
report_frames (Bench      *self,
               const char *id,
               const char *what,
               double      target_ms)
{
  GArray *frames = self->stage->frames;
  g_autofree char *p50_id = g_strconcat (id, "_p50", NULL);
  g_autofree char *p50_what = g_strconcat (what, ", a frame, median", NULL);
  g_autofree char *p99_id = g_strconcat (id, "_p99", NULL);
  g_autofree char *p99_what = g_strconcat (what, ", a frame, 99th percentile", NULL);

  add (self, p50_id, p50_what, bench_percentile (frames, 50), BENCH_NO_TARGET);
  add (self, p99_id, p99_what, bench_percentile (frames, 99), target_ms);
  g_print ("  of %u frames %u took more than 16.6 ms\n", frames->len, count_late (frames, 16.6));
}

static void
measure_scrolling (Bench *self)
{
  StageCost ignored;

  do_action (self, "expand-all", NULL, &ignored);
  gtk_adjustment_set_value (self->stage->position,
                            gtk_adjustment_get_upper (self->stage->position) / 2);
  stage_settle (self->stage);

  scroll_for (self, fling_cb, 330, SECONDS);
  bench_report_point (self->report, "Scroll, a frame, 99th percentile", "ms", self->n_files,
                      bench_percentile (self->stage->frames, 99));
  report_frames (self, "fling", "Fling for 10 s", 14);

  scroll_for (self, turn_wheel_cb, 1, SECONDS);
  report_frames (self, "wheel", "Turn the wheel for 10 s", 14);

  scroll_for (self, pull_cb, 0, 3);
  report_frames (self, "pull", "Pull the scrollbar for 3 s, every row another in each frame", 14);

  do_action (self, "collapse-all", NULL, &ignored);
  stage_settle (self->stage);
}

typedef struct {
  GArray *main_ms, *longest_ms, *wall_ms;
} Samples;

static void
samples_init (Samples *self)
{
  self->main_ms = g_array_new (FALSE, FALSE, sizeof (double));
  self->longest_ms = g_array_new (FALSE, FALSE, sizeof (double));
  self->wall_ms = g_array_new (FALSE, FALSE, sizeof (double));
}

static void
samples_add (Samples         *self,
             const StageCost *cost)
{
  g_array_append_val (self->main_ms, cost->main_ms);
  g_array_append_val (self->longest_ms, cost->longest_ms);
  g_array_append_val (self->wall_ms, cost->wall_ms);
}

static void
samples_clear (Samples *self)
{
  g_array_unref (self->main_ms);
  g_array_unref (self->longest_ms);
  g_array_unref (self->wall_ms);
}

/* Typing and taking back, key by key, each shown before the next. */
static void
measure_search (Bench *self)
{
  const PegEntry *entry = g_ptr_array_index (self->stage->entries, self->n_files / 2);
  Samples samples;

  samples_init (&samples);

  for (guint i = 0; i <= G_N_ELEMENTS (words); i++) {
    const char *word = i > 0 ? words[i - 1] : peg_entry_get_filename (entry);
    const int length = (int) strlen (word);

    for (int key = 1; key <= 2 * length; key++) {
      g_autofree char *typed = g_strndup (word, (gsize) (key <= length ? key : 2 * length - key));
      StageCost cost;

      stage_begin (self->stage);
      stage_type (self->stage, typed);
      stage_end (self->stage, &cost);
      samples_add (&samples, &cost);
    }
  }

  add (self, "search_key_p50", "A key in the search entry, main loop, median",
       bench_percentile (samples.main_ms, 50), BENCH_NO_TARGET);
  add (self, "search_key_p99", "A key in the search entry, main loop, 99th percentile",
       bench_percentile (samples.main_ms, 99), 16);
  add (self, "search_key_turn", "A key in the search entry, longest turn of the main loop",
       bench_percentile (samples.longest_ms, 100), 16);
  add (self, "search_key_shown_p50", "A key in the search entry until painted, by the clock, median",
       bench_percentile (samples.wall_ms, 50), BENCH_NO_TARGET);
  add (self, "search_key_shown_p99", "A key in the search entry until painted, by the clock, 99th percentile",
       bench_percentile (samples.wall_ms, 99), BENCH_NO_TARGET);
  bench_report_point (self->report, "A key in the search entry, main loop, 99th percentile", "ms",
                      self->n_files, bench_percentile (samples.main_ms, 99));
  samples_clear (&samples);
}

/* The files of the rows from @first on, as numbers of the stage's list. */
static GArray *
find_files (Bench *self,
            guint  first,
            guint  n)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new (g_str_hash, g_str_equal);
  GArray *found = g_array_new (FALSE, FALSE, sizeof (guint));
  GListModel *rows = G_LIST_MODEL (self->stage->rows);

  for (guint i = 0; i < self->stage->entries->len; i++)
    g_hash_table_insert (numbers,
                         (gpointer) peg_entry_get_key (g_ptr_array_index (self->stage->entries, i)),
                         GUINT_TO_POINTER (i));

  for (guint i = first; i < first + n && i < g_list_model_get_n_items (rows); i++) {
    g_autoptr (PegRow) row = g_list_model_get_item (rows, i);

    if (peg_row_get_kind (row) == PEG_ROW_FILE) {
      const guint number = GPOINTER_TO_UINT (
        g_hash_table_lookup (numbers, peg_entry_get_key (peg_row_get_entry (row))));

      g_array_append_val (found, number);
    }
  }

  return found;
}

/* The locks of @n files change, in one message. */
static void
send_changes (Bench       *self,
              const guint *numbers,
              guint        n)
{
  g_autoptr (GPtrArray) changed = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  PegEvent event = { .kind = PEG_EVENT_CHANGED };

  for (guint i = 0; i < n; i++) {
    PegEntry *entry = stage_change_lock (self->stage,
                                         g_ptr_array_index (self->stage->entries, numbers[i]));

    g_ptr_array_add (changed, entry);
    peg_entry_unref (g_ptr_array_index (self->stage->entries, numbers[i]));
    g_ptr_array_index (self->stage->entries, numbers[i]) = peg_entry_ref (entry);
  }

  event.changed.changed = changed;
  event.changed.server_us = g_get_real_time ();
  event.changed.by = "Marek Nowak";
  stage_begin (self->stage);
  stage_send (self->stage, &event);
}

static void
measure_deltas (Bench      *self,
                const char *id,
                const char *what,
                GArray     *numbers,
                gboolean    point)
{
  g_autofree char *p50_id = g_strconcat (id, "_p50", NULL);
  g_autofree char *p50_what = g_strconcat (what, ", until painted, median", NULL);
  g_autofree char *p99_id = g_strconcat (id, "_p99", NULL);
  g_autofree char *p99_what = g_strconcat (what, ", until painted, 99th percentile", NULL);
  Samples samples;

  samples_init (&samples);
  for (guint i = 0; i < N_DELTAS; i++) {
    StageCost cost;

    send_changes (self, &g_array_index (numbers, guint, i % numbers->len), 1);
    stage_end (self->stage, &cost);
    samples_add (&samples, &cost);
  }

  add (self, p50_id, p50_what, bench_percentile (samples.main_ms, 50), 2);
  add (self, p99_id, p99_what, bench_percentile (samples.main_ms, 99), 8);
  if (point)
    bench_report_point (self->report, "One change until painted, main loop, 99th percentile", "ms",
                        self->n_files, bench_percentile (samples.main_ms, 99));
  samples_clear (&samples);
}

static void
count_cb (guint *n)
{
  (*n)++;
}

/* How many files on the screen are told to draw something else, from now on. */
static void
watch_rows (Stage *stage,
            guint *n)
{
  for (GtkWidget *item = gtk_widget_get_first_child (stage->view); item != NULL;
       item = gtk_widget_get_next_sibling (item)) {
    g_autoptr (PegRow) row = NULL;

    g_object_get (gtk_widget_get_first_child (item), "row", &row, NULL);
    if (row != NULL && peg_row_get_kind (row) == PEG_ROW_FILE)
      g_signal_connect_swapped (row, "notify::stamp", G_CALLBACK (count_cb), n);
  }
}

static void
measure_same_list (Bench *self,
                   guint  visible)
{
  GPtrArray *entries = self->stage->entries;
  guint n_touched = 0, most_touched = 0;
  Samples samples;

  samples_init (&samples);
  watch_rows (self->stage, &n_touched);

  for (guint i = 0; i < N_LISTS; i++) {
    PegEntry *changed = stage_change_lock (self->stage, g_ptr_array_index (entries, visible));
    StageCost cost;

    peg_entry_unref (g_ptr_array_index (entries, visible));
    g_ptr_array_index (entries, visible) = changed;
    n_touched = 0;

    /* The list is made by this thread; the meters run from when it is sent. */
    stage_list (self->stage);
    stage_end (self->stage, &cost);
    samples_add (&samples, &cost);
    most_touched = MAX (most_touched, n_touched);
    stage_settle (self->stage);
  }

  add (self, "same_list", "The same list again, one lock changed, main loop, median",
       bench_percentile (samples.main_ms, 50), 2);
  add (self, "same_list_worst", "The same list again, one lock changed, main loop, worst of 9",
       bench_percentile (samples.main_ms, 100), BENCH_NO_TARGET);
  bench_report_add (self->report, "list_same_list_rows", "and the rows of files that are touched", "rows",
                    most_touched, 1);
  samples_clear (&samples);
}

static void
measure_changes (Bench *self)
{
  g_autoptr (GArray) visible = NULL;
  g_autoptr (GArray) invisible = NULL;
  g_autoptr (GArray) many = g_array_new (FALSE, FALSE, sizeof (guint));
  StageCost cost;
  guint n, first;

  do_action (self, "expand-all", NULL, &cost);
  gtk_adjustment_set_value (self->stage->position,
                            gtk_adjustment_get_upper (self->stage->position) / 2);
  stage_settle (self->stage);

  n = g_list_model_get_n_items (G_LIST_MODEL (self->stage->rows));
  first = (guint) (gtk_adjustment_get_value (self->stage->position) /
                   gtk_adjustment_get_upper (self->stage->position) * n) + 2;
  visible = find_files (self, first, 12);
  invisible = find_files (self, n / 8, 200);

  measure_deltas (self, "delta", "One change of a visible row", visible, TRUE);
  measure_deltas (self, "delta_invisible", "One change of a row out of sight", invisible, FALSE);

  for (guint i = 0; i < MANY && i < self->stage->entries->len; i++) {
    const guint number = (guint) ((guint64) i * self->stage->entries->len / MANY);

    g_array_append_val (many, number);
  }
  send_changes (self, (const guint *) (gpointer) many->data, many->len);
  stage_end (self->stage, &cost);
  add (self, "many", "1,000 changes at once, main loop", cost.main_ms, BENCH_NO_TARGET);

  stage_settle (self->stage);
  measure_same_list (self, g_array_index (visible, guint, 0));

  do_action (self, "collapse-all", NULL, &cost);
  stage_settle (self->stage);
}

static void
measure (BenchReport *report,
         guint        n_files,
         const char  *only)
{
  static const struct {
    const char *name;
    void (*measure) (Bench *self);
  } parts[] = {
    { "structure", measure_structure },
    { "search", measure_search },
    { "changes", measure_changes },
    { "scrolling", measure_scrolling },
  };
  Bench self = { .report = report, .n_files = n_files };
  StageCost cost;

  g_print ("# %u files\n", n_files);
  self.stage = stage_new (n_files);
  stage_list (self.stage);
  stage_end (self.stage, &cost);
  add (&self, "first", "The first list until painted, main loop", cost.main_ms, BENCH_NO_TARGET);
  add (&self, "first_turn", "The first list, longest turn of the main loop", cost.longest_ms, 16);
  stage_settle (self.stage);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    if (only == NULL || g_str_equal (only, parts[i].name))
      parts[i].measure (&self);
  }

  stage_free (self.stage);
}

int
main (int    argc,
      char **argv)
{
  BenchReport *report;

  if (argc < 2)
    g_error ("Usage: bench-list OUTPUT.json [FILES [PART]]");

  gtk_init ();
  report = bench_report_new (argv[1]);
  if (argc > 2) {
    measure (report, (guint) strtoul (argv[2], NULL, 10), argc > 3 ? argv[3] : NULL);
  } else {
    for (guint i = 0; i < G_N_ELEMENTS (all_sizes); i++)
      measure (report, all_sizes[i], NULL);
  }
  bench_report_close (report);

  return EXIT_SUCCESS;
}
