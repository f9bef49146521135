/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "figures.h"

#include <string.h>

/* How several values become one. */
typedef enum {
  MEDIAN,
  MOST,
} How;

typedef struct {
  const char *id;
  const char *what;
  const char *unit;
  double target;
  How how;
} Figure;

#define FREE BENCH_NO_TARGET

static const Figure figures[] = {
  { "list_ms_1000", "A list of 1,000 files: its first byte leaves the server → rows and counts painted, median", "ms", 10, MEDIAN },
  { "list_ms_10000", "The same with 10,000 files", "ms", 35, MEDIAN },
  { "list_ms_100000", "The same with 100,000 files", "ms", 250, MEDIAN },
  { "list_ms_1000000", "The same with 1,000,000 files", "ms", 2500, MEDIAN },
  { "list_longest_net_ms_100000", "The longest main-loop dispatch meanwhile, 100,000 files, without the time in which other programs had all processors", "ms", 16, MOST },
  { "list_longest_net_ms_1000000", "The same with 1,000,000 files", "ms", 32, MOST },
  { "list_longest_ms_100000", "The longest main-loop dispatch by the clock, 100,000 files", "ms", FREE, MOST },
  { "list_longest_ms_1000000", "The same with 1,000,000 files", "ms", FREE, MOST },
  { "list_longest_cpu_ms_100000", "The longest main-loop dispatch, CPU, 100,000 files", "ms", FREE, MOST },
  { "list_longest_cpu_ms_1000000", "The same with 1,000,000 files", "ms", FREE, MOST },
  { "list_main_cpu_ms_100000", "What the list costs the main loop, 100,000 files, CPU", "ms", FREE, MEDIAN },
  { "list_other_cpu_ms_100000", "What it costs the other threads, 100,000 files, CPU", "ms", FREE, MEDIAN },
  { "list_other_cpu_ms_1000000", "The same with 1,000,000 files", "ms", FREE, MEDIAN },
  { "list_mb_100000", "How large the list of 100,000 files is", "MB", FREE, MEDIAN },
  { "flood_late_net", "1,000,000 small messages in a flood: frames that came more than 25 ms after the one before, without the time in which other programs had all processors", "frames", 0, MOST },
  { "flood_late", "The same by the clock", "frames", FREE, MOST },
  { "flood_late_cpu", "Of these, late because of what the main loop worked", "frames", FREE, MOST },
  { "flood_frames", "Frames in that time", "frames", FREE, MOST },
  { "flood_ms", "How long the flood took until what came behind it was painted", "ms", FREE, MOST },
  { "flood_longest_net_ms", "The longest main-loop dispatch meanwhile", "ms", FREE, MOST },
  { "flood_main_cpu_ms", "What the flood cost the main loop, CPU", "ms", FREE, MOST },
  { "flood_memory_mb", "What the client grew by, PSS", "MB", FREE, MOST },
  { "big_unknown_late_net", "One message of 16 MiB that nobody knows: late frames", "frames", 0, MOST },
  { "big_unknown_ms", "How long it took until what came behind it was painted", "ms", FREE, MOST },
  { "big_notification_late_net", "One message of 16 MiB that is a notification: late frames", "frames", 0, MOST },
  { "big_notification_longest_net_ms", "The longest main-loop dispatch meanwhile", "ms", FREE, MOST },
  { "same_other_cpu_ms_100000", "The same list again with one lock changed, 100,000 files: CPU off the main loop, median", "ms", 150, MEDIAN },
  { "same_main_cpu_ms_100000", "CPU on the main loop", "ms", 2, MEDIAN },
  { "same_longest_net_ms_100000", "The longest main-loop dispatch meanwhile", "ms", FREE, MOST },
  { "same_entries_100000", "Files that are not the ones that were shown before", "files", 1, MOST },
  { "same_rows_100000", "Rows that came or went", "rows", 0, MOST },
  { "delta_main_cpu_p50_ms_100000", "One change → painted, 100,000 files, everything open, the file on the screen: CPU of the main loop, median", "ms", 2, MEDIAN },
  { "delta_main_cpu_p99_ms_100000", "The same, 99th percentile", "ms", 8, MEDIAN },
  { "delta_main_cpu_p50_ms_1000000", "The same with 1,000,000 files, median", "ms", FREE, MEDIAN },
  { "delta_main_cpu_p50_ms_1000", "The same with 1,000 files, median", "ms", FREE, MEDIAN },
  { "delta_painted_p50_ms_100000", "One change leaves the server → painted, by the clock, median", "ms", FREE, MEDIAN },
  { "delta_painted_p99_ms_100000", "The same, 99th percentile", "ms", FREE, MEDIAN },
  { "delta_other_cpu_ms_100000", "One change: CPU of the other threads, mean", "ms", FREE, MEDIAN },
  { "stream_gap_p99_ms", "5,000 changes a second for 60 s: the longest main-loop dispatch of every 20 ms, 99th percentile, without the time in which other programs had all processors", "ms", 16, MOST },
  { "stream_gap_cpu_p99_ms", "The same by what the main loop worked", "ms", FREE, MOST },
  { "stream_longest_net_ms", "The longest of all", "ms", FREE, MOST },
  { "stream_late", "Late frames", "frames", FREE, MOST },
  { "stream_input_p99_ms", "A key every 20 ms: pressed → handled and painted, 99th percentile", "ms", 50, MOST },
  { "stream_input_p50_ms", "The same, median", "ms", FREE, MOST },
  { "stream_keys_lost", "Keys that were never handled", "keys", 0, MOST },
  { "stream_wrong", "Whether the client’s files differ from the server’s at the end", "", 0, MOST },
  { "stream_lag_ms", "The last change leaves the server → painted", "ms", 50, MOST },
  { "stream_late_ms", "How late the server was at most because the client did not read", "ms", 100, MOST },
  { "stream_memory_mb", "What the client grew by, PSS", "MB", 20, MOST },
  { "stream_main_cpu_percent", "Main loop, CPU", "%", FREE, MOST },
  { "stream_other_cpu_percent", "Other threads, CPU", "%", FREE, MOST },
  { "memory_mb_100000", "Memory over an empty window, 100,000 files, PSS", "MB", 40, MOST },
  { "memory_mb_1000000", "The same with 1,000,000 files", "MB", 300, MOST },
  { "memory_empty_mb", "An empty window, PSS", "MB", FREE, MOST },
  { "memory_peak_mb_100000", "The most that was ever resident, 100,000 files", "MB", FREE, MOST },
  { "memory_peak_mb_1000000", "The same with 1,000,000 files", "MB", FREE, MOST },
  { "memory_gl_libraries", "Libraries of the GL stack that are loaded on a machine without a GPU", "", 0, MOST },
  { "start_ms_100000", "Started, the list kept from last time: exec → 100,000 files on the screen, warm, median", "ms", 400, MEDIAN },
  { "start_cpu_ms_100000", "CPU of all threads until then", "ms", FREE, MEDIAN },
  { "start_cold_ms_100000", "The first start ever, the list from the server", "ms", FREE, MEDIAN },
  { "start_ms_1000000", "With 1,000,000 files kept", "ms", FREE, MEDIAN },
  { "idle_wake_ups", "Nothing happens, live: wake-ups a second, all threads", "1/s", 0.5, MOST },
  { "idle_cpu_percent", "CPU, all threads", "%", 0.1, MOST },
  { "idle_growth_mb", "What the client grew by, PSS", "MB", 0.5, MOST },
};

static const struct {
  const char *id;
  const char *series;
  const char *unit;
} series[] = {
  { "list_ms", "list → first frame", "ms" },
  { "delta_main_cpu_p50_ms", "one change → painted, CPU", "ms" },
  { "memory_mb", "memory, PSS", "MB" },
  { "start_ms", "start with cache", "ms" },
};

static gboolean
get_value (GHashTable *values,
           const char *id,
           How         how,
           double     *value)
{
  GArray *array = g_hash_table_lookup (values, id);

  if (array == NULL)
    return FALSE;
  *value = bench_percentile (array, how == MEDIAN ? 50 : 100);

  return TRUE;
}

/* Memory counts from that of an empty window on. */
static void
subtract_empty (GHashTable *values)
{
  static const guint sizes[] = { 1000, 10000, 100000, 1000000 };
  double empty, whole;

  if (!get_value (values, "memory_empty_mb", MOST, &empty))
    return;

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autofree char *id = g_strdup_printf ("memory_whole_mb_%u", sizes[i]);

    if (get_value (values, id, MOST, &whole)) {
      GArray *array = g_array_new (FALSE, FALSE, sizeof (double));

      whole = MAX (whole - empty, 0);
      g_array_append_val (array, whole);
      g_hash_table_insert (values, g_strdup_printf ("memory_mb_%u", sizes[i]), array);
    }
  }
}

/*
 * figures_report:
 * @values: (element-type utf8 GArray): what the parts measured, by what it is called
 * @report: where it is told
 *
 * Tells all that was measured, with the targets.
 */
void
figures_report (GHashTable  *values,
                BenchReport *report)
{
  static const guint sizes[] = { 1000, 10000, 100000, 1000000 };
  double value;

  subtract_empty (values);

  for (guint i = 0; i < G_N_ELEMENTS (figures); i++) {
    const Figure *figure = &figures[i];
    g_autofree char *id = g_strconcat ("client_", figure->id, NULL);

    if (get_value (values, figure->id, figure->how, &value))
      bench_report_add (report, id, figure->what, figure->unit, value, figure->target);
  }

  for (guint i = 0; i < G_N_ELEMENTS (series); i++) {
    for (guint j = 0; j < G_N_ELEMENTS (sizes); j++) {
      g_autofree char *id = g_strdup_printf ("%s_%u", series[i].id, sizes[j]);

      if (get_value (values, id, MEDIAN, &value))
        bench_report_point (report, series[i].series, series[i].unit, sizes[j], value);
    }
  }
}
