/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The parts that run in the process of the client. */

#include "peg-config.h"

#include "parts.h"

#include "bench-report.h"
#include "board.h"
#include "feed.h"
#include "keys.h"
#include "peg-window-private.h"
#include "probe.h"

#include <stdio.h>
#include <string.h>

/* A change is to be painted before the next one comes, and what follows from it
 * to be done: more than a frame. */
#define BETWEEN_DELTAS_MS 30

/* How often the same list comes again. */
#define N_SAME 7

/* Of how many files in the first rows a lock is changed. */
#define MAX_SHOWN 8

/*
 * part_say:
 * @name: what was measured
 * @n_files: of what list; 0: it does not matter
 *
 * Tells the process that collects the figures.
 */
void
part_say (const char *name,
          guint       n_files,
          double      value)
{
  if (n_files > 0)
    printf ("figure %s_%u %.6f\n", name, n_files, value);
  else
    printf ("figure %s %.6f\n", name, value);
  fflush (stdout);
}

static double
pss_mb (void)
{
  g_autofree char *text = NULL;
  const char *pss;

  if (!g_file_get_contents ("/proc/self/smaps_rollup", &text, NULL, NULL))
    return 0;
  pss = strstr (text, "\nPss:");

  return pss != NULL ? (double) g_ascii_strtoull (pss + strlen ("\nPss:"), NULL, 10) / 1000 : 0;
}

/* A client that has greeted a server, and waits for its list. */
static Board *
open_board (Feed *feed)
{
  Board *board = board_new ();

  feed_tell (feed, "hold");
  feed_hear (feed, "hold", 0, NULL);
  board_connect (board, feed_get_url (feed));
  board_wait (board, board_is_waiting, NULL);
  board_rest (board, 250);

  return board;
}

/* The same with its list on the screen; with everything open, if wanted. */
static Board *
open_full_board (Feed     *feed,
                 guint     n_files,
                 gboolean  expanded)
{
  Board *board = open_board (feed);
  guint64 numbers[3];

  feed_tell (feed, "list");
  board_wait_painted (board, board_shows_files, GUINT_TO_POINTER (n_files));
  feed_hear (feed, "list", 3, numbers);
  board_rest (board, 400);
  if (expanded) {
    gtk_widget_activate_action (GTK_WIDGET (board->window), "win.expand-all", NULL);
    board_wait_painted (board, board_is_open, NULL);
    board_rest (board, 400);
  }

  return board;
}

/*
 * part_list:
 *
 * A whole list arrives at a client that has none.
 */
void
part_list (const PartArguments *arguments)
{
  const guint n = arguments->n_files;
  Feed *feed = feed_new (arguments->feeder, n);
  Board *board = open_board (feed);
  double other_ms, later_ms;
  guint64 numbers[3];
  gint64 painted_us;
  ProbeResult result;

  other_ms = board_other_cpu_ms ();
  probe_begin (FALSE);
  feed_tell (feed, "list");
  painted_us = board_wait_painted (board, board_shows_files, GUINT_TO_POINTER (n));
  later_ms = board_other_cpu_ms ();
  probe_end (&result);
  feed_hear (feed, "list", 3, numbers);

  part_say ("list_ms", n, (double) (painted_us - (gint64) numbers[0]) / 1e3);
  part_say ("list_main_cpu_ms", n, result.cpu_ms);
  part_say ("list_other_cpu_ms", n, later_ms - other_ms);
  part_say ("list_longest_ms", n, result.longest_ms);
  part_say ("list_longest_net_ms", n, result.longest_net_ms);
  part_say ("list_longest_cpu_ms", n, result.longest_cpu_ms);
  part_say ("list_mb", n, (double) numbers[2] / 1e6);

  board_free (board);
  feed_free (feed);
}

static void
count_rows_cb (GListModel *model,
               guint       position,
               guint       removed,
               guint       added,
               guint      *n)
{
  *n += removed + added;
}

/* Both lists have the same files, so they are in the same order. */
static guint
count_other_entries (PegSnapshot *before,
                     PegSnapshot *now)
{
  guint n = 0;

  for (guint i = 0; i < peg_snapshot_get_n_groups (now); i++) {
    const PegGroup *old = peg_snapshot_get_group (before, i);
    const PegGroup *new = peg_snapshot_get_group (now, i);

    for (guint j = 0; old != new && j < peg_group_get_n (new); j++)
      n += peg_group_get (old, j) != peg_group_get (new, j);
  }

  return n;
}

/*
 * part_same:
 *
 * The same list comes again, and one lock in it has changed.
 */
void
part_same (const PartArguments *arguments)
{
  const guint n = arguments->n_files;
  Feed *feed = feed_new (arguments->feeder, n);
  Board *board = open_full_board (feed, n, FALSE);
  guint n_rows = 0;

  g_signal_connect (board->window->rows, "items-changed", G_CALLBACK (count_rows_cb), &n_rows);

  for (guint i = 0; i < N_SAME; i++) {
    g_autoptr (PegSnapshot) before = peg_snapshot_ref (peg_store_get_shown (board->store));
    guint64 numbers[3], seq;
    ProbeResult result;
    double other_ms;

    feed_tell (feed, "toggle %u", i * 7919);
    feed_hear (feed, "toggle", 1, &seq);
    board_rest (board, 200);

    n_rows = 0;
    other_ms = board_other_cpu_ms ();
    probe_begin (FALSE);
    feed_tell (feed, "list");
    board_wait_painted (board, board_has_seq, &seq);
    board_rest (board, 100);
    probe_end (&result);
    other_ms = board_other_cpu_ms () - other_ms;
    feed_hear (feed, "list", 3, numbers);

    part_say ("same_other_cpu_ms", n, other_ms);
    part_say ("same_main_cpu_ms", n, result.cpu_ms);
    part_say ("same_longest_net_ms", n, result.longest_net_ms);
    part_say ("same_rows", n, n_rows);
    part_say ("same_entries", n, count_other_entries (before, peg_store_get_shown (board->store)));
  }

  board_free (board);
  feed_free (feed);
}

/*
 * part_delta:
 *
 * One lock after the other changes of files that are on the screen.
 */
void
part_delta (const PartArguments *arguments)
{
  const guint n = arguments->n_files;
  Feed *feed = feed_new (arguments->feeder, n);
  Board *board = open_full_board (feed, n, TRUE);
  g_autoptr (GArray) cpu = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) wall = g_array_new (FALSE, FALSE, sizeof (double));
  guint indices[MAX_SHOWN];
  const guint n_shown = board_get_shown (board, indices, MAX_SHOWN);
  guint64 seq = peg_snapshot_get_seq (peg_store_get_shown (board->store));
  double other_ms = board_other_cpu_ms ();

  g_assert (n_shown > 0);

  for (guint i = 0; i < arguments->n; i++) {
    guint64 numbers[2];
    double cpu_ms, wall_ms;
    gint64 painted_us;

    seq++;
    feed_tell (feed, "delta %u", indices[i % n_shown]);
    cpu_ms = bench_thread_cpu_ms ();
    painted_us = board_wait_painted (board, board_has_seq, &seq);
    board_rest (board, BETWEEN_DELTAS_MS);
    cpu_ms = bench_thread_cpu_ms () - cpu_ms;
    feed_hear (feed, "delta", 2, numbers);

    wall_ms = (double) (painted_us - (gint64) numbers[0]) / 1e3;
    g_array_append_val (cpu, cpu_ms);
    g_array_append_val (wall, wall_ms);
  }

  part_say ("delta_main_cpu_p50_ms", n, bench_percentile (cpu, 50));
  part_say ("delta_main_cpu_p99_ms", n, bench_percentile (cpu, 99));
  part_say ("delta_painted_p50_ms", n, bench_percentile (wall, 50));
  part_say ("delta_painted_p99_ms", n, bench_percentile (wall, 99));
  part_say ("delta_other_cpu_ms", n, (board_other_cpu_ms () - other_ms) / arguments->n);

  board_free (board);
  feed_free (feed);
}

static gboolean
has_heard (Board    *board,
           gpointer  feed)
{
  return feed_heard (feed);
}

static void
say_of (const char *what,
        const char *name,
        double      value)
{
  g_autofree char *id = g_strconcat (what, "_", name, NULL);

  part_say (id, 0, value);
}

/* One hostile thing, which the feeder calls @word, and a change behind it, which
 * is shown when all before it has been taken. */
static void
measure_hostility (Board      *board,
                   Feed       *feed,
                   const char *what,
                   const char *word,
                   const char *argument)
{
  guint64 numbers[2], change[2];
  ProbeResult result;
  gint64 painted_us;

  probe_begin (TRUE);
  feed_tell (feed, "%s %s", word, argument);
  board_wait (board, has_heard, feed);
  feed_hear (feed, word, 2, numbers);
  feed_tell (feed, "delta 1");
  board_wait (board, has_heard, feed);
  feed_hear (feed, "delta", 2, change);
  painted_us = board_wait_painted (board, board_has_seq, &change[1]);
  board_rest (board, 300);
  probe_end (&result);

  say_of (what, "ms", (double) (painted_us - (gint64) numbers[0]) / 1e3);
  say_of (what, "frames", result.n_frames);
  say_of (what, "late", result.n_late);
  say_of (what, "late_net", result.n_late_net);
  say_of (what, "late_cpu", result.n_late_cpu);
  say_of (what, "longest_net_ms", result.longest_net_ms);
  say_of (what, "longest_cpu_ms", result.longest_cpu_ms);
  say_of (what, "main_cpu_ms", result.cpu_ms);
}

/*
 * part_flood:
 *
 * A server that sends all it can, while something moves in the window.
 */
void
part_flood (const PartArguments *arguments)
{
  Feed *feed = feed_new (arguments->feeder, arguments->n_files);
  Board *board = open_full_board (feed, arguments->n_files, FALSE);
  g_autofree char *n = g_strdup_printf ("%u", arguments->n);
  const double before_mb = pss_mb ();

  measure_hostility (board, feed, "flood", "flood", n);
  part_say ("flood_memory_mb", 0, pss_mb () - before_mb);
  measure_hostility (board, feed, "big_unknown", "big", "unknown");
  measure_hostility (board, feed, "big_notification", "big", "notification");

  board_free (board);
  feed_free (feed);
}

/*
 * part_stream:
 *
 * Changes come without end, while somebody presses keys.
 */
void
part_stream (const PartArguments *arguments)
{
  Feed *feed = feed_new (arguments->feeder, arguments->n_files);
  Board *board = open_full_board (feed, arguments->n_files, TRUE);
  const double before_mb = pss_mb ();
  g_autoptr (GArray) latencies = NULL;
  Keys *keys = keys_new (GTK_WIDGET (board->window));
  guint64 numbers[3], state[2];
  ProbeResult result;
  gint64 painted_us;
  double other_ms;
  guint n_lost;

  board_rest (board, 300);
  other_ms = board_other_cpu_ms ();
  probe_begin (TRUE);
  feed_tell (feed, "stream %u %u", arguments->rate, arguments->seconds);
  board_wait (board, has_heard, feed);
  feed_hear (feed, "stream", 3, numbers);
  painted_us = board_wait_painted (board, board_has_seq, &numbers[0]);
  latencies = keys_stop (keys, &n_lost);
  probe_end (&result);
  other_ms = board_other_cpu_ms () - other_ms;

  feed_tell (feed, "state");
  feed_hear (feed, "state", 2, state);

  part_say ("stream_gap_p99_ms", 0, result.gap_p99_ms);
  part_say ("stream_gap_cpu_p99_ms", 0, result.gap_cpu_p99_ms);
  part_say ("stream_longest_net_ms", 0, result.longest_net_ms);
  part_say ("stream_late", 0, result.n_late_net);
  part_say ("stream_main_cpu_percent", 0, result.cpu_ms / 10 / arguments->seconds);
  part_say ("stream_other_cpu_percent", 0, other_ms / 10 / arguments->seconds);
  part_say ("stream_input_p50_ms", 0, bench_percentile (latencies, 50));
  part_say ("stream_input_p99_ms", 0, bench_percentile (latencies, 99));
  part_say ("stream_keys", 0, latencies->len);
  part_say ("stream_keys_lost", 0, n_lost);
  part_say ("stream_wrong", 0, board_get_hash (board) != state[1]);
  part_say ("stream_late_ms", 0, (double) numbers[1]);
  part_say ("stream_lag_ms", 0, (double) (painted_us - (gint64) numbers[2]) / 1e3);
  part_say ("stream_memory_mb", 0, pss_mb () - before_mb);

  board_free (board);
  feed_free (feed);
}
