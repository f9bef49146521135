/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "bench-report.h"
#include "crowd.h"
#include "served.h"

#include <string.h>
#include <sys/resource.h>

/* Measures the server from outside, over loopback:
 *
 *   bench-server PEGBOARDD MAKE_SHOP OUTPUT.json [PART]
 *
 * One change to many sockets, what a socket costs, how fast many are taken in, how
 * long a check-out takes while 200 clients work, and the whole list. PART is one of
 * them: `1000` or `5000` sockets, the `shop` of 100,000 files, or `million`. */

#define SMALL_SHOP 100
#define LARGE_SHOP 100000
#define N_ROUNDS 20
#define N_WORKERS 200
#define WORK_US (15 * G_USEC_PER_SEC)
#define PACE_US (5 * G_USEC_PER_SEC)

static const char *pegboardd, *make_shop;

/* Every socket of this process and of the server is a descriptor; the server takes
 * its limit over from here, and raises it itself. */
static void
raise_descriptors (void)
{
  struct rlimit limit;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

static void
rest (Crowd  *crowd,
      gint64  for_us)
{
  gint64 end_us = g_get_monotonic_time () + for_us;

  while (g_get_monotonic_time () < end_us)
    crowd_turn (crowd, 10);
}

/* Every path of the shop, escaped for a request. */
static GPtrArray *
list_paths (CrowdAsk *ask)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  const char *at;

  crowd_ask_keep (ask);
  crowd_ask_send (ask, "GET", "/files", "", NULL);
  crowd_ask_wait (ask);

  at = crowd_ask_get_body (ask)->str;
  while ((at = strstr (at, "\"path\":\"")) != NULL) {
    const char *end = strchr (at += 8, '"');
    g_autofree char *path = g_strndup (at, (gsize) (end - at));

    g_ptr_array_add (paths, g_uri_escape_string (path, NULL, FALSE));
  }
  g_string_truncate (crowd_ask_get_body (ask), 0);

  return paths;
}

static void
begin_change (CrowdAsk   *ask,
              const char *path,
              gboolean    out)
{
  g_autofree char *target = g_strdup_printf ("/files/%s/%s", path,
                                             out ? "checkout" : "cancel_checkout");

  crowd_ask_send (ask, "POST", target, "", "{\"user\":\"bench\"}");
}

static void
end_change (CrowdAsk *ask)
{
  crowd_ask_wait (ask);
  if (crowd_ask_get_status (ask) != 200)
    g_error ("A change was refused: %u", crowd_ask_get_status (ask));
}

static void
report_rounds (BenchReport *report,
               guint        n_sockets,
               GArray      *all_ms,
               GArray      *spread_ms,
               double       cpu_ms,
               double       target)
{
  g_autofree char *all = g_strdup_printf ("server_broadcast_%u", n_sockets);
  g_autofree char *worst = g_strdup_printf ("server_broadcast_%u_p95", n_sockets);
  g_autofree char *spread = g_strdup_printf ("server_broadcast_%u_spread", n_sockets);
  g_autofree char *cpu = g_strdup_printf ("server_broadcast_%u_cpu", n_sockets);

  bench_report_add (report, all,
                    "one change, from the request to check out being sent (its commit to the disk "
                    "counts) to the last socket that has the whole message; p50",
                    "ms", bench_percentile (all_ms, 50), target);
  bench_report_add (report, worst, "the same, p95", "ms", bench_percentile (all_ms, 95),
                    BENCH_NO_TARGET);
  bench_report_add (report, spread, "from the first socket that has the message to the last; p50",
                    "ms", bench_percentile (spread_ms, 50), BENCH_NO_TARGET);
  bench_report_add (report, cpu, "what the server's main thread works for one change", "ms of CPU",
                    cpu_ms, BENCH_NO_TARGET);
}

/* Checks out and gives back in turn: both are a change, a commit, and one message to
 * everybody. */
static void
measure_broadcast (BenchReport *report,
                   Served      *served,
                   Crowd       *crowd,
                   CrowdAsk    *ask,
                   const char  *path,
                   double       target)
{
  g_autoptr (GArray) all_ms = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) spread_ms = g_array_new (FALSE, FALSE, sizeof (double));
  guint n_sockets = crowd_get_n_opened (crowd);
  double cpu_ms = served_get_cpu_ms (served);

  for (guint i = 0; i < 2 * N_ROUNDS; i++) {
    double all, spread;

    crowd_forget_heard (crowd);
    begin_change (ask, path, i % 2 == 0);
    while (crowd_get_n_heard (crowd) < n_sockets || !crowd_ask_is_done (ask))
      crowd_turn (crowd, 1000);
    end_change (ask);
    all = (double) (crowd_get_last_us (crowd) - crowd_ask_get_sent_us (ask)) / 1e3;
    spread = (double) (crowd_get_last_us (crowd) - crowd_get_first_us (crowd)) / 1e3;
    g_array_append_val (all_ms, all);
    g_array_append_val (spread_ms, spread);
  }

  cpu_ms = (served_get_cpu_ms (served) - cpu_ms) / (2 * N_ROUNDS);
  report_rounds (report, n_sockets, all_ms, spread_ms, cpu_ms, target);
}

static void
measure_sockets (BenchReport *report,
                 guint        n_sockets,
                 double       broadcast_target,
                 double       accept_target)
{
  g_autofree char *accept_id = g_strdup_printf ("server_accept_%u", n_sockets);
  g_autofree char *memory_id = g_strdup_printf ("server_socket_memory_%u", n_sockets);
  g_autofree char *after_id = g_strdup_printf ("server_socket_memory_%u_used", n_sockets);
  g_autoptr (GPtrArray) paths = NULL;
  gint64 opened_us, before_kib;
  Served served;
  Crowd *crowd;
  CrowdAsk *ask;

  served_make (&served, pegboardd, make_shop, SMALL_SHOP);
  served_start (&served);
  crowd = crowd_new (served.port);
  ask = crowd_ask_new (crowd);
  paths = list_paths (ask);
  begin_change (ask, g_ptr_array_index (paths, 0), TRUE);
  end_change (ask);
  begin_change (ask, g_ptr_array_index (paths, 0), FALSE);
  end_change (ask);
  before_kib = served_get_memory (&served, "VmRSS:");

  opened_us = crowd_open (crowd, n_sockets, "[\"files\"]");
  bench_report_add (report, accept_id, "connect, upgrade, hello, and the list of 100 files, for all "
                    "of them; 1,000 at a time", "s", (double) opened_us / 1e6, accept_target);

  rest (crowd, 3 * G_USEC_PER_SEC);
  bench_report_add (report, memory_id, "RSS of the server for a socket that is open and idle",
                    "kB", (double) (served_get_memory (&served, "VmRSS:") - before_kib) * 1.024 / n_sockets,
                    8);
  measure_broadcast (report, &served, crowd, ask, g_ptr_array_index (paths, 0), broadcast_target);
  bench_report_add (report, after_id, "the same after those changes",
                    "kB", (double) (served_get_memory (&served, "VmRSS:") - before_kib) * 1.024 / n_sockets,
                    BENCH_NO_TARGET);

  crowd_free (crowd);
  served_stop (&served);
  served_remove (&served);
}

typedef struct {
  CrowdAsk *ask;
  const char *path;
  gint64 next_us;
  gboolean is_out;
  gboolean is_begun;
} Worker;

/* Takes up what was answered, and begins what is due. */
static void
work (Worker *worker,
      gint64  now_us,
      GRand  *random,
      GArray *out_ms)
{
  if (worker->is_begun && crowd_ask_is_done (worker->ask)) {
    double ms = crowd_ask_get_ms (worker->ask);

    end_change (worker->ask);
    worker->is_begun = FALSE;
    worker->is_out = !worker->is_out;
    if (worker->is_out)
      g_array_append_val (out_ms, ms);
  }

  if (!worker->is_begun && now_us >= worker->next_us) {
    worker->is_begun = TRUE;
    worker->next_us = now_us + g_rand_int_range (random, 0, 2 * PACE_US);
    begin_change (worker->ask, worker->path, !worker->is_out);
  }
}

/* 200 clients, each with a socket and each with a change every five seconds on
 * average: forty a second, each of which all of them hear of. */
static void
measure_check_out (BenchReport *report,
                   Crowd       *crowd,
                   Worker      *workers)
{
  g_autoptr (GArray) out_ms = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  gint64 now_us = g_get_monotonic_time (), end_us = now_us + WORK_US;

  for (guint i = 0; i < N_WORKERS; i++)
    workers[i].next_us = now_us + g_rand_int_range (random, 0, PACE_US);
  for (; now_us < end_us; now_us = g_get_monotonic_time ()) {
    for (guint i = 0; i < N_WORKERS; i++)
      work (&workers[i], now_us, random, out_ms);
    crowd_turn (crowd, 1);
  }
  for (guint i = 0; i < N_WORKERS; i++) {
    if (workers[i].is_begun) {
      end_change (workers[i].ask);
      workers[i].is_begun = FALSE;
      workers[i].is_out = !workers[i].is_out;
    }
  }

  bench_report_add (report, "server_check_out_p50", "a check-out, while 200 clients listen and each "
                    "checks out or gives back every five seconds; p50", "ms",
                    bench_percentile (out_ms, 50), BENCH_NO_TARGET);
  bench_report_add (report, "server_check_out_p99", "the same, p99", "ms",
                    bench_percentile (out_ms, 99), 20);
}

/* All of them at the same instant. */
static void
measure_storm (BenchReport *report,
               Worker      *workers)
{
  g_autoptr (GArray) out_ms = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < N_WORKERS; i++) {
    if (workers[i].is_out) {
      begin_change (workers[i].ask, workers[i].path, FALSE);
      end_change (workers[i].ask);
      workers[i].is_out = FALSE;
    }
  }

  for (guint i = 0; i < N_WORKERS; i++)
    begin_change (workers[i].ask, workers[i].path, TRUE);
  for (guint i = 0; i < N_WORKERS; i++) {
    double ms;

    end_change (workers[i].ask);
    ms = crowd_ask_get_ms (workers[i].ask);
    g_array_append_val (out_ms, ms);
  }

  bench_report_add (report, "server_storm_p50", "200 clients check out at the same instant; p50", "ms",
                    bench_percentile (out_ms, 50), BENCH_NO_TARGET);
  bench_report_add (report, "server_storm_last", "the same, the last one", "ms",
                    bench_percentile (out_ms, 100), BENCH_NO_TARGET);
}

static void
measure_work (BenchReport *report,
              Crowd       *crowd,
              GPtrArray   *paths)
{
  Worker workers[N_WORKERS] = { 0 };

  crowd_open (crowd, N_WORKERS, "[\"files\"]");
  for (guint i = 0; i < N_WORKERS; i++) {
    workers[i].ask = crowd_ask_new (crowd);
    workers[i].path = g_ptr_array_index (paths, i * 7);
  }
  measure_check_out (report, crowd, workers);
  measure_storm (report, workers);
}

/* Asks for the list in a form; gives how long that took, ms. */
static double
fetch (CrowdAsk   *ask,
       const char *headers,
       gsize      *length)
{
  crowd_ask_send (ask, "GET", "/files", headers, NULL);
  crowd_ask_wait (ask);
  if (crowd_ask_get_status (ask) != 200)
    g_error ("The list was refused: %u", crowd_ask_get_status (ask));
  if (length != NULL)
    *length = crowd_ask_get_length (ask);

  return crowd_ask_get_ms (ask);
}

/* One form of the list: when everything is known, and after one change. */
static void
measure_form (BenchReport *report,
              CrowdAsk    *ask,
              const char  *path,
              const char  *form,
              const char  *headers,
              guint        n_files,
              double       target)
{
  g_autofree char *again_id = g_strdup_printf ("server_list_%s_again_%u", form, n_files);
  g_autofree char *changed_id = g_strdup_printf ("server_list_%s_changed_%u", form, n_files);
  g_autofree char *size_id = g_strdup_printf ("server_list_%s_size_%u", form, n_files);
  g_autofree char *series = g_strdup_printf ("the list from the server after a change, %s", form);
  double changed_ms, again_ms;
  gsize length;

  begin_change (ask, path, TRUE);
  end_change (ask);
  changed_ms = fetch (ask, headers, NULL);
  begin_change (ask, path, FALSE);
  end_change (ask);
  fetch (ask, headers, &length);
  again_ms = fetch (ask, headers, &length);

  bench_report_add (report, again_id, "the list over HTTP that was asked for before", "ms", again_ms,
                    target);
  bench_report_add (report, changed_id, "the list over HTTP after one change", "ms", changed_ms,
                    target);
  bench_report_add (report, size_id, "how long it is", "bytes a file", (double) length / n_files,
                    BENCH_NO_TARGET);
  bench_report_point (report, series, "ms", n_files, changed_ms);
}

static void
measure_forms (BenchReport *report,
               CrowdAsk    *ask,
               const char  *path,
               guint        n_files,
               double       first_ms,
               double       target)
{
  g_autofree char *first_id = g_strdup_printf ("server_list_first_%u", n_files);

  bench_report_add (report, first_id, "the list over HTTP for the first time, in the long form", "ms",
                    first_ms, target);
  bench_report_point (report, "the list from the server, the first time", "ms", n_files, first_ms);
  measure_form (report, ask, path, "long", "", n_files, target);
  measure_form (report, ask, path, "short", "Prefer: return=minimal\r\n", n_files, target);
  measure_form (report, ask, path, "short_gzip",
                "Prefer: return=minimal\r\nAccept-Encoding: gzip\r\n", n_files, BENCH_NO_TARGET);
}

static void
measure_shop (BenchReport *report,
              guint        n_files,
              gboolean     with_work)
{
  g_autoptr (GPtrArray) paths = NULL;
  Served served;
  Crowd *crowd;
  CrowdAsk *ask;
  double first_s, again_s, first_ms;

  served_make (&served, pegboardd, make_shop, n_files);
  first_s = (double) served_start (&served) / 1e6;
  served_stop (&served);
  again_s = (double) served_start (&served) / 1e6;
  bench_report_point (report, "the server starts again", "s", n_files, again_s);
  bench_report_point (report, "memory of the server after its start", "MB", n_files,
                      (double) served_get_memory (&served, "VmRSS:") * 1.024e-3);
  if (with_work) {
    bench_report_add (report, "server_start_first", "start on 100,000 files that it never saw", "s",
                      first_s, 2);
    bench_report_add (report, "server_start_again", "start on 100,000 files that it knows", "s",
                      again_s, 2);
    bench_report_add (report, "server_start_memory", "RSS after the start", "MB",
                      (double) served_get_memory (&served, "VmRSS:") * 1.024e-3, 150);
  }

  crowd = crowd_new (served.port);
  ask = crowd_ask_new (crowd);
  first_ms = fetch (ask, "", NULL);
  paths = list_paths (ask);
  measure_forms (report, ask, g_ptr_array_index (paths, 3), n_files, first_ms,
                 with_work ? 150 : BENCH_NO_TARGET);
  bench_report_point (report, "memory of the server after lists", "MB", n_files,
                      (double) served_get_memory (&served, "VmRSS:") * 1.024e-3);
  if (with_work) {
    measure_work (report, crowd, paths);
    rest (crowd, 3 * G_USEC_PER_SEC);
    bench_report_add (report, "server_memory", "RSS after all of that", "MB",
                      (double) served_get_memory (&served, "VmRSS:") * 1.024e-3, 150);
    bench_report_add (report, "server_memory_most", "the most it ever took", "MB",
                      (double) served_get_memory (&served, "VmHWM:") * 1.024e-3, BENCH_NO_TARGET);
  }

  crowd_free (crowd);
  served_stop (&served);
  served_remove (&served);
}

int
main (int   argc,
      char *argv[])
{
  BenchReport *report;

  if (argc < 4) {
    g_printerr ("usage: bench-server PEGBOARDD MAKE_SHOP OUTPUT.json [PART]\n");
    return 2;
  }

  pegboardd = argv[1];
  make_shop = argv[2];
  report = bench_report_new (argv[3]);
  raise_descriptors ();

  if (argc < 5 || strcmp (argv[4], "1000") == 0)
    measure_sockets (report, 1000, 12, BENCH_NO_TARGET);
  if (argc < 5 || strcmp (argv[4], "5000") == 0)
    measure_sockets (report, 5000, 55, 3);
  if (argc < 5) {
    measure_shop (report, 1000, FALSE);
    measure_shop (report, 10000, FALSE);
  }
  if (argc < 5 || strcmp (argv[4], "shop") == 0)
    measure_shop (report, LARGE_SHOP, TRUE);
  if (argc > 4 && strcmp (argv[4], "million") == 0)
    measure_shop (report, 1000000, FALSE);
  bench_report_close (report);

  return 0;
}
