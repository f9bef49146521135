/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "bench-report.h"
#include "peg-link.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

/* Measures the board end to end, with the real server and the real link:
 *
 *   bench-board PEGBOARDD MAKE_SHOP OUTPUT.json
 *
 * How long it takes from a check-out in one client until another client has it
 * in its snapshot, how long the server takes to start on 100,000 files, and how
 * much memory it takes for a file of 300 MiB. */

#define N_CHANGES 1000
#define N_FILES 100000
#define SMALL_FILES 400
#define BIG_MIB 300

typedef struct {
  char *folder;
  GSubprocess *process;
  GDataInputStream *output;
  char *address;
} Server;

typedef struct {
  PegStore *store;
  PegLink *link;
} Client;

static char *
run_make_shop (const char *make_shop,
               const char *parent,
               guint       files)
{
  g_autofree char *count = g_strdup_printf ("%u", files);
  g_autofree char *root = g_build_filename (parent, "shop", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, make_shop,
                      "--seed", "1", "--files", count, "--size", "512", root, NULL);

  if (process == NULL || !g_subprocess_wait_check (process, NULL, &error))
    g_error ("make-shop: %s", error->message);

  return g_steal_pointer (&root);
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GSubprocess) process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, NULL, "rm", "-rf", "--", folder, NULL);

  if (process != NULL)
    g_subprocess_wait (process, NULL, NULL);
}

/* Starts the server and waits until it is ready; gives how long that took. */
static gint64
server_start (Server     *server,
              const char *pegboardd,
              const char *root,
              const char *data)
{
  const gint64 began_us = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  const char *address, *end;

  server->process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error,
                      pegboardd, "--root", root, "--data", data, "--listen", "127.0.0.1:0", NULL);
  if (server->process == NULL)
    g_error ("pegboardd: %s", error->message);

  server->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (server->process));
  line = g_data_input_stream_read_line (server->output, NULL, NULL, &error);
  address = line != NULL ? strstr (line, "http://") : NULL;
  if (address == NULL)
    g_error ("pegboardd did not start");

  end = strchr (address, ' ');
  server->address = end != NULL ? g_strndup (address, (gsize) (end - address)) : g_strdup (address);

  return g_get_monotonic_time () - began_us;
}

/* A figure of the server's memory, KiB (proc(5), status): “VmRSS:” is what it
 * takes now, “VmHWM:” the most it ever took. */
static gint64
server_memory_kib (Server     *server,
                   const char *figure)
{
  g_autofree char *path =
    g_strdup_printf ("/proc/%s/status", g_subprocess_get_identifier (server->process));
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents (path, &status, NULL, NULL))
    return -1;
  line = strstr (status, figure);

  return line != NULL ? g_ascii_strtoll (line + strlen (figure), NULL, 10) : -1;
}

static void
server_stop (Server *server)
{
  g_subprocess_send_signal (server->process, SIGTERM);
  g_subprocess_wait (server->process, NULL, NULL);
  g_clear_object (&server->output);
  g_clear_object (&server->process);
  g_clear_pointer (&server->address, g_free);
}

static void
client_connect (Client     *client,
                const char *address,
                const char *user)
{
  const PegLinkConfig config = { .url = address, .user = user };
  g_autoptr (GError) error = NULL;

  client->store = peg_store_new ();
  client->link = peg_link_new (client->store);
  if (!peg_link_connect (client->link, &config, &error))
    g_error ("%s", error->message);

  while (!peg_snapshot_is_live (peg_store_get_shown (client->store)))
    g_main_context_iteration (NULL, TRUE);
}

static void
client_clear (Client *client)
{
  g_clear_object (&client->link);
  g_clear_object (&client->store);
}

static void
result_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  GAsyncResult **kept = user_data;

  *kept = g_object_ref (result);
}

static gboolean
sees_lock (Client     *client,
           const char *key)
{
  const PegEntry *entry = peg_snapshot_find (peg_store_get_shown (client->store), key);

  return entry != NULL && peg_entry_is_locked (entry);
}

/* One check-out, from the call in one client to the snapshot of the other, in
 * µs; and the release, unmeasured. */
static gint64
measure_change (Client     *doer,
                Client     *watcher,
                const char *key)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gint64 began_us, took_us;

  began_us = g_get_monotonic_time ();
  peg_link_check_out_async (doer->link, key, NULL, NULL, result_cb, &result);
  while (!sees_lock (watcher, key))
    g_main_context_iteration (NULL, TRUE);
  took_us = g_get_monotonic_time () - began_us;

  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  if (!peg_link_check_out_finish (doer->link, result, &error))
    g_error ("%s", error->message);
  g_clear_object (&result);

  peg_link_release_async (doer->link, key, NULL, result_cb, &result);
  while (result == NULL || sees_lock (watcher, key) || sees_lock (doer, key))
    g_main_context_iteration (NULL, TRUE);
  if (!peg_link_release_finish (doer->link, result, &error))
    g_error ("%s", error->message);

  return took_us;
}

static void
bench_change (BenchReport *report,
              const char  *pegboardd,
              const char  *root,
              const char  *data,
              guint        files)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  g_autofree char *p50 = g_strdup_printf ("change_seen_%u_files_p50_ms", files);
  g_autofree char *p99 = g_strdup_printf ("change_seen_%u_files_p99_ms", files);
  g_autofree char *what =
    g_strdup_printf ("A check-out in one client, seen by another, %u files", files);
  g_autofree char *what_p50 = g_strconcat (what, ", median", NULL);
  g_autofree char *what_p99 = g_strconcat (what, ", 99th percentile", NULL);
  Server server = { 0 };
  Client doer = { 0 }, watcher = { 0 };
  const PegSnapshot *snapshot;

  server_start (&server, pegboardd, root, data);
  client_connect (&doer, server.address, "Dana");
  client_connect (&watcher, server.address, "Ivo");

  snapshot = peg_store_get_shown (doer.store);
  for (guint i = 0; i < peg_snapshot_get_n_groups (snapshot); i++) {
    const PegGroup *group = peg_snapshot_get_group (snapshot, i);

    for (guint j = 0; j < peg_group_get_n (group); j++)
      g_ptr_array_add (keys, g_strdup (peg_entry_get_key (peg_group_get (group, j))));
  }

  for (guint i = 0; i < N_CHANGES; i++) {
    const gint64 took_us =
      measure_change (&doer, &watcher, g_ptr_array_index (keys, (i * 7919) % keys->len));
    const double took_ms = (double) took_us / 1000.0;

    g_array_append_val (times, took_ms);
  }

  bench_report_add (report, p50, what_p50, "ms", bench_percentile (times, 50), BENCH_NO_TARGET);
  bench_report_add (report, p99, what_p99, "ms", bench_percentile (times, 99), BENCH_NO_TARGET);
  bench_report_point (report, "a change, seen by another client", "ms", files,
                      bench_percentile (times, 50));

  client_clear (&doer);
  client_clear (&watcher);
  server_stop (&server);
}

static void
write_big (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileOutputStream) stream =
    g_file_replace (file, NULL, FALSE, G_FILE_CREATE_NONE, NULL, &error);
  g_autofree char *block = g_malloc (1024 * 1024);

  if (stream == NULL)
    g_error ("%s: %s", path, error->message);

  for (guint i = 0; i < BIG_MIB; i++) {
    memset (block, (int) ('A' + i % 26), 1024 * 1024);
    if (!g_output_stream_write_all (G_OUTPUT_STREAM (stream), block, 1024 * 1024, NULL, NULL,
                                    &error))
      g_error ("%s: %s", path, error->message);
  }
}

/* Checks a large file in and fetches it again. */
static void
bench_big (BenchReport *report,
           const char  *pegboardd,
           const char  *folder)
{
  g_autofree char *root = g_build_filename (folder, "big", NULL);
  g_autofree char *data = g_build_filename (folder, "big-data", NULL);
  g_autofree char *served = g_build_filename (root, "BIG.nc", NULL);
  g_autofree char *local = g_build_filename (folder, "local.nc", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (local);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *key = NULL;
  Server server = { 0 };
  Client client = { 0 };
  gint64 began_us;

  g_mkdir_with_parents (root, 0700);
  if (!g_file_set_contents (served, "O1 (BIG)\n", -1, &error))
    g_error ("%s", error->message);
  write_big (local);

  server_start (&server, pegboardd, root, data);
  client_connect (&client, server.address, "Dana");
  key = g_strdup (peg_entry_get_key (peg_snapshot_find (peg_store_get_shown (client.store),
                                                        "BIG.nc")));

  peg_link_check_out_async (client.link, key, NULL, NULL, result_cb, &result);
  while (result == NULL || !sees_lock (&client, key))
    g_main_context_iteration (NULL, TRUE);
  if (!peg_link_check_out_finish (client.link, result, &error))
    g_error ("%s", error->message);
  g_clear_object (&result);

  began_us = g_get_monotonic_time ();
  peg_link_check_in_async (client.link, key, file, "", FALSE, NULL, result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  if (!peg_link_check_in_finish (client.link, result, &error))
    g_error ("%s", error->message);
  g_clear_object (&result);
  bench_report_add (report, "check_in_300_mib_ms", "A file of 300 MiB is checked in", "ms",
                    (double) (g_get_monotonic_time () - began_us) / 1000.0, BENCH_NO_TARGET);

  began_us = g_get_monotonic_time ();
  peg_link_download_async (client.link, key, NULL, file, NULL, result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  if (!peg_link_download_finish (client.link, result, &error))
    g_error ("%s", error->message);
  bench_report_add (report, "download_300_mib_ms", "and fetched again", "ms",
                    (double) (g_get_monotonic_time () - began_us) / 1000.0, BENCH_NO_TARGET);
  bench_report_add (report, "server_most_memory_300_mib_file_mib",
                    "the most memory that takes in the server, RSS", "MiB",
                    (double) server_memory_kib (&server, "VmHWM:") / 1024.0, BENCH_NO_TARGET);

  client_clear (&client);
  server_stop (&server);
}

static void
bench_start (BenchReport *report,
             const char  *pegboardd,
             const char  *root,
             const char  *data)
{
  Server server = { 0 };

  bench_report_add (report, "server_first_start_100000_ms",
                    "The server starts on a folder of 100,000 files it never saw", "ms",
                    (double) server_start (&server, pegboardd, root, data) / 1000.0,
                    BENCH_NO_TARGET);
  bench_report_add (report, "server_rss_100000_mib", "its memory then, RSS", "MiB",
                    (double) server_memory_kib (&server, "VmRSS:") / 1024.0, BENCH_NO_TARGET);
  server_stop (&server);

  bench_report_add (report, "server_start_100000_ms", "and again", "ms",
                    (double) server_start (&server, pegboardd, root, data) / 1000.0,
                    BENCH_NO_TARGET);
  server_stop (&server);
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *small = g_dir_make_tmp ("pegboard-bench-XXXXXX", NULL);
  g_autofree char *large = g_dir_make_tmp ("pegboard-bench-XXXXXX", NULL);
  g_autofree char *small_data = g_build_filename (small, "data", NULL);
  g_autofree char *large_data = g_build_filename (large, "data", NULL);
  g_autofree char *small_root = NULL;
  g_autofree char *large_root = NULL;
  BenchReport *report;

  if (argc != 4) {
    g_printerr ("Usage: bench-board PEGBOARDD MAKE_SHOP OUTPUT.json\n");
    return 2;
  }

  report = bench_report_new (argv[3]);

  small_root = run_make_shop (argv[2], small, SMALL_FILES);
  bench_change (report, argv[1], small_root, small_data, SMALL_FILES);

  bench_big (report, argv[1], small);

  large_root = run_make_shop (argv[2], large, N_FILES);
  bench_start (report, argv[1], large_root, large_data);
  bench_change (report, argv[1], large_root, large_data, N_FILES);

  remove_folder (small);
  remove_folder (large);

  bench_report_close (report);

  return 0;
}
