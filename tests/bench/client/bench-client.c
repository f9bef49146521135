/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/*
 * bench-client FEEDER CLIENT SCHEMAS OUTPUT.json [PART…]: end-to-end figures of
 * the client, on the display that it finds. Every part runs in a process of its
 * own, so that none inherits the memory of another, and is repeated where that
 * says more. Parts are list, same, delta, flood, stream, memory, start, idle; all
 * of them when none is named; “smoke” is all of them with tiny sizes.
 *
 * BENCH_IDLE_SECONDS says how long the client is left alone: 60, or 3600 for
 * the whole hour.
 */

#include "peg-config.h"

#include "bench-report.h"
#include "figures.h"
#include "parts.h"

#include <gio/gio.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

typedef void (*PartFunc) (const PartArguments *arguments);

static const struct {
  const char *name;
  PartFunc func;
} parts[] = {
  { "list", part_list },
  { "same", part_same },
  { "delta", part_delta },
  { "flood", part_flood },
  { "stream", part_stream },
  { "memory", part_memory },
  { "start", part_start },
  { "idle", part_idle },
};

/* What runs, how often, and with which sizes. The client writes its list down 5 s
 * after it is live; then it is at rest. */
typedef struct {
  const char *part;
  guint times;
  guint n_files;
  guint n;
  guint rate;
  guint seconds;
  guint settle_s;
} Run;

static const Run runs[] = {
  { .part = "list", .times = 7, .n_files = 1000 },
  { .part = "list", .times = 5, .n_files = 10000 },
  { .part = "list", .times = 5, .n_files = 100000 },
  { .part = "list", .times = 3, .n_files = 1000000 },
  { .part = "same", .times = 1, .n_files = 100000 },
  { .part = "delta", .times = 1, .n_files = 1000, .n = 200 },
  { .part = "delta", .times = 1, .n_files = 10000, .n = 200 },
  { .part = "delta", .times = 1, .n_files = 100000, .n = 400 },
  { .part = "delta", .times = 1, .n_files = 1000000, .n = 200 },
  { .part = "flood", .times = 1, .n_files = 100000, .n = 1000000 },
  { .part = "stream", .times = 1, .n_files = 100000, .rate = 5000, .seconds = 60 },
  { .part = "memory", .times = 1, .n_files = 0, .settle_s = 9 },
  { .part = "memory", .times = 1, .n_files = 1000, .settle_s = 9 },
  { .part = "memory", .times = 1, .n_files = 10000, .settle_s = 9 },
  { .part = "memory", .times = 1, .n_files = 100000, .settle_s = 11 },
  { .part = "memory", .times = 1, .n_files = 1000000, .settle_s = 25 },
  { .part = "start", .times = 1, .n_files = 1000, .n = 7 },
  { .part = "start", .times = 1, .n_files = 10000, .n = 7 },
  { .part = "start", .times = 1, .n_files = 100000, .n = 7 },
  { .part = "start", .times = 1, .n_files = 1000000, .n = 3 },
  { .part = "idle", .times = 1, .n_files = 100000, .settle_s = 40 },
};

static const Run smoke[] = {
  { .part = "list", .times = 1, .n_files = 200 },
  { .part = "delta", .times = 1, .n_files = 200, .n = 3 },
  { .part = "flood", .times = 1, .n_files = 200, .n = 500 },
  { .part = "stream", .times = 1, .n_files = 200, .rate = 100, .seconds = 1 },
  { .part = "start", .times = 1, .n_files = 200 },
  { .part = "idle", .times = 1, .n_files = 200, .seconds = 1 },
};

/* Takes a “figure” line of a part. */
static void
take_line (GHashTable *values,
           const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 0);
  GArray *array;
  double value;

  if (g_strv_length (words) != 3 || !g_str_equal (words[0], "figure")) {
    g_print ("%s\n", line);
    return;
  }

  value = g_ascii_strtod (words[2], NULL);
  array = g_hash_table_lookup (values, words[1]);
  if (array == NULL) {
    array = g_array_new (FALSE, FALSE, sizeof (double));
    g_hash_table_insert (values, g_strdup (words[1]), array);
  }
  g_array_append_val (array, value);
}

static gboolean
run_part (const char *self,
          char       *argv[],
          const Run  *run,
          GHashTable *values)
{
  g_autofree char *numbers = g_strdup_printf ("%u,%u,%u,%u,%u", run->n_files, run->n,
                                              run->rate, run->seconds, run->settle_s);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, self, argv[1], argv[2], argv[3],
                      "--part", run->part, numbers, NULL);
  g_autoptr (GDataInputStream) input = NULL;
  char *line;

  if (process == NULL)
    g_error ("%s: %s", self, error->message);

  g_print ("# %s %s\n", run->part, numbers);
  input = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  while ((line = g_data_input_stream_read_line (input, NULL, NULL, NULL)) != NULL) {
    take_line (values, line);
    g_free (line);
  }
  g_subprocess_wait (process, NULL, NULL);
  if (!g_subprocess_get_successful (process))
    g_printerr ("bench-client: “%s %s” failed\n", run->part, numbers);

  return g_subprocess_get_successful (process);
}

static guint
get_idle_seconds (void)
{
  const char *text = g_getenv ("BENCH_IDLE_SECONDS");
  const guint64 seconds = text != NULL ? g_ascii_strtoull (text, NULL, 10) : 0;

  return seconds > 0 ? (guint) seconds : 60;
}

static gboolean
is_wanted (const char *part,
           int         argc,
           char       *argv[])
{
  for (int i = 5; i < argc; i++)
    if (g_str_equal (argv[i], part))
      return TRUE;

  return argc == 5;
}

/* What must hold at any size and on any machine. */
static gboolean
is_right (GHashTable *values)
{
  const GArray *wrong = g_hash_table_lookup (values, "stream_wrong");

  return wrong == NULL || g_array_index (wrong, double, 0) < 0.5;
}

static int
run_all (int       argc,
         char     *argv[],
         const Run table[],
         guint     n,
         gboolean  all)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autoptr (GHashTable) values =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
  BenchReport *report = bench_report_new (argv[4]);
  gboolean good = TRUE;

  for (guint i = 0; i < n; i++) {
    Run run = table[i];

    if (!all && !is_wanted (run.part, argc, argv))
      continue;
    if (g_str_equal (run.part, "idle") && run.seconds == 0)
      run.seconds = get_idle_seconds ();
    for (guint j = 0; j < run.times; j++)
      good = run_part (self, argv, &run, values) && good;
  }

  figures_report (values, report);
  bench_report_close (report);

  if (!is_right (values)) {
    g_printerr ("bench-client: The client’s files are not those of the server\n");
    good = FALSE;
  }

  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Numbers: files, n, rate, seconds, seconds to settle. */
static int
be_part (char *argv[])
{
  g_auto (GStrv) numbers = g_strsplit (argv[6], ",", 0);
  PartArguments arguments = { .feeder = argv[1], .client = argv[2], .schemas = argv[3] };

  if (g_strv_length (numbers) != 5)
    return 2;

  arguments.n_files = (guint) g_ascii_strtoull (numbers[0], NULL, 10);
  arguments.n = (guint) g_ascii_strtoull (numbers[1], NULL, 10);
  arguments.rate = (guint) g_ascii_strtoull (numbers[2], NULL, 10);
  arguments.seconds = (guint) g_ascii_strtoull (numbers[3], NULL, 10);
  arguments.settle_s = (guint) g_ascii_strtoull (numbers[4], NULL, 10);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    if (g_str_equal (parts[i].name, argv[5])) {
      parts[i].func (&arguments);
      return EXIT_SUCCESS;
    }
  }

  return 2;
}

int
main (int   argc,
      char *argv[])
{
  setlocale (LC_ALL, "");

  if (argc == 7 && g_str_equal (argv[4], "--part"))
    return be_part (argv);

  if (argc < 5) {
    g_printerr ("Usage: bench-client FEEDER CLIENT SCHEMAS OUTPUT.json [PART…]\n");
    return 2;
  }

  if (argc == 6 && g_str_equal (argv[5], "smoke"))
    return run_all (argc, argv, smoke, G_N_ELEMENTS (smoke), TRUE);

  return run_all (argc, argv, runs, G_N_ELEMENTS (runs), FALSE);
}
