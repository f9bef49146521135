/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "bench-wire"

#include "peg-config.h"

#include "bench-report.h"
#include "bench-shop.h"
#include "peg-wire-list.h"
#include "peg-wire-message-private.h"
#include "peg-wire-rest.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

/* From the bytes of a whole list to its entries, in both ways, beside the copying
 * of the bytes, below which nothing can be. And what else a server may send. */

/* How much of a list arrives at a time (peg-http-feed.c). */
#define PIECE_BYTES (256 * 1024)

/* json-glib keeps a tree of everything; of a million files it would be 3 GB. */
#define MAX_JSON_FILES 100000

/* A list for which one run takes less is read several times, ms. */
#define ENOUGH_MS 200
#define MAX_RUNS 25

/* How many deltas are read for one figure. */
#define N_DELTAS 10000

typedef struct {
  char *text;
  gsize length;
  guint n_files;
} List;

/* Does something with a list.
 *
 * Returns: how long that took, ms of CPU time of this thread */
typedef double (*Run) (const List *list);

static double
run_reader (const List *list)
{
  g_autoptr (PegWireListReader) reader = peg_wire_list_reader_new (PEG_WIRE_LIST_BODY);
  g_autoptr (PegWireMessage) message = NULL;
  const double begin_ms = bench_thread_cpu_ms ();
  double ms;

  for (gsize at = 0; at < list->length; at += PIECE_BYTES) {
    if (!peg_wire_list_reader_feed (reader, list->text + at, MIN (PIECE_BYTES, list->length - at), NULL))
      g_error ("The list cannot be read");
  }

  message = peg_wire_list_reader_finish (reader, NULL);
  ms = bench_thread_cpu_ms () - begin_ms;
  if (message == NULL || message->entries->len != list->n_files)
    g_error ("The list was not read");

  return ms;
}

static double
run_json (const List *list)
{
  const double begin_ms = bench_thread_cpu_ms ();
  g_autoptr (PegWireMessage) message =
    peg_wire_decode_groups (list->text, list->length, list->length, NULL);
  const double ms = bench_thread_cpu_ms () - begin_ms;

  if (message == NULL || message->entries->len != list->n_files)
    g_error ("The list was not read");

  return ms;
}

static double
run_copy (const List *list)
{
  char *copy = g_malloc (list->length);
  double begin_ms, ms;

  /* The pages are there before, as they are where a message arrives. */
  memset (copy, 1, list->length);
  begin_ms = bench_thread_cpu_ms ();
  memcpy (copy, list->text, list->length);
  ms = bench_thread_cpu_ms () - begin_ms;

  if (copy[list->length - 1] != list->text[list->length - 1])
    g_error ("The list was not copied");
  g_free (copy);

  return ms;
}

static double
measure (Run         run,
         const List *list)
{
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (double));
  double spent_ms = 0;

  do {
    const double ms = run (list);

    g_array_append_val (values, ms);
    spent_ms += ms;
  } while (spent_ms < ENOUGH_MS && values->len < MAX_RUNS);

  return bench_percentile (values, 50);
}

static List
make_list (guint n_files)
{
  g_autoptr (GPtrArray) entries = bench_shop_list (BENCH_SHOP_MANY_GROUPS, n_files);
  List list = { .n_files = n_files };

  list.text = peg_wire_encode_files (entries, PEG_DIALECT_PEGBOARD_1, &list.length);

  return list;
}

/* What all entries of a list take, with what malloc() adds. */
static double
measure_bytes (const List *list)
{
  g_autoptr (PegWireMessage) message = peg_wire_decode_files (list->text, list->length, NULL);
  gsize bytes = 0;

  if (message == NULL)
    g_error ("The list was not read");

  /* A chunk has its size in front. */
  for (guint i = 0; i < message->entries->len; i++)
    bytes += malloc_usable_size (g_ptr_array_index (message->entries, i)) + sizeof (gsize);

  return (double) bytes / message->entries->len;
}

/* What the making of entries alone takes, ns each. */
static double
measure_making (const List *list)
{
  g_autoptr (PegWireMessage) message = peg_wire_decode_files (list->text, list->length, NULL);
  const guint n = message->entries->len;
  g_autofree PegEntryFields *fields = g_new (PegEntryFields, n);
  g_autoptr (GPtrArray) made = g_ptr_array_new_full (n, (GDestroyNotify) peg_entry_unref);
  double begin_ms;

  for (guint i = 0; i < n; i++)
    peg_entry_get_fields (g_ptr_array_index (message->entries, i), &fields[i]);

  begin_ms = bench_thread_cpu_ms ();
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (made, peg_entry_new (&fields[i]));

  return (bench_thread_cpu_ms () - begin_ms) * 1e6 / n;
}

static void
report_figures (BenchReport *report,
                const List  *list,
                double       reader_ms)
{
  g_autofree char *what =
    g_strdup_printf ("A list of 100,000 files, %.1f MB as pegboardd sends it, from its bytes into entries, "
                     "in pieces of 256 KiB, CPU", (double) list->length / 1e6);
  const double json_ms = measure (run_json, list);

  bench_report_add (report, "wire_list_100k", what, "ms", reader_ms, 80);
  bench_report_add (report, "wire_file", "that is, a file", "ns", reader_ms * 1e6 / list->n_files, 800);
  bench_report_add (report, "wire_entry", "of which the making of its entry alone", "ns",
                    measure_making (list), 500);
  bench_report_add (report, "wire_list_100k_json", "the same list with json-glib, CPU", "ms", json_ms,
                    BENCH_NO_TARGET);
  bench_report_add (report, "wire_list_100k_copy", "copying its bytes, CPU", "ms",
                    measure (run_copy, list), BENCH_NO_TARGET);
  bench_report_add (report, "wire_entry_bytes", "Memory of an entry, with what malloc() adds", "bytes",
                    measure_bytes (list), 230);
}

/* The longest message there may be, made of what nobody looks at. */
static List
make_flood (void)
{
  GString *text = g_string_sized_new (PEG_WIRE_MAX_BYTES);
  List list = { .n_files = 0 };

  g_string_append (text, "{\"type\":\"whatever\",\"items\":[0");
  while (text->len < PEG_WIRE_MAX_BYTES - 32)
    g_string_append (text, ",{\"a\":\"b\"}");
  g_string_append (text, "]}");

  list.length = text->len;
  list.text = g_string_free (text, FALSE);

  return list;
}

static double
run_message (const List *list)
{
  const double begin_ms = bench_thread_cpu_ms ();
  g_autoptr (PegWireMessage) message = peg_wire_decode_server (list->text, list->length, NULL);
  const double ms = bench_thread_cpu_ms () - begin_ms;

  if (message == NULL)
    g_error ("The message was not read");

  return ms;
}

static double
run_message_json (const List *list)
{
  const double begin_ms = bench_thread_cpu_ms ();
  g_autoptr (PegWireMessage) message =
    peg_wire_decode_json (list->text, list->length, list->length, peg_wire_server_types, NULL);
  const double ms = bench_thread_cpu_ms () - begin_ms;

  if (message == NULL)
    g_error ("The message was not read");

  return ms;
}

static void
report_flood (BenchReport *report)
{
  List flood = make_flood ();

  bench_report_add (report, "wire_unknown_16m",
                    "One message of 16 MiB that nobody looks at: 1.7 million objects, CPU", "ms",
                    measure (run_message, &flood), 250);
  bench_report_add (report, "wire_unknown_16m_json", "the same message, all of it with json-glib, CPU",
                    "ms", measure (run_message_json, &flood), BENCH_NO_TARGET);

  g_free (flood.text);
  malloc_trim (0);
}

/* Messages of one check-out each, as pegboardd sends them to everybody. */
static GPtrArray *
make_deltas (void)
{
  g_autoptr (GPtrArray) entries = bench_shop_list (BENCH_SHOP_MANY_GROUPS, N_DELTAS);
  GPtrArray *deltas = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  for (guint i = 0; i < N_DELTAS; i++) {
    g_autoptr (PegWireMessage) message = peg_wire_message_new (PEG_WIRE_FILES_CHANGED);
    PegEntryFields fields;
    gsize length;
    char *text;

    peg_entry_get_fields (g_ptr_array_index (entries, i), &fields);
    fields.flags |= PEG_ENTRY_LOCKED;
    fields.holder = "Dana";
    fields.station = "LB3000";
    fields.lock_id = "7";
    fields.token = i + 1;
    fields.since_us = fields.modified_us;

    message->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
    g_ptr_array_add (message->entries, peg_entry_new (&fields));
    message->cause = PEG_CAUSE_CHECK_OUT;
    message->user = g_strdup ("Dana");
    message->epoch = g_strdup ("5f3a");
    message->seq = i + 1;
    message->has_position = TRUE;
    message->server_us = fields.modified_us;
    text = peg_wire_encode (message, PEG_DIALECT_PEGBOARD_1, &length);
    g_ptr_array_add (deltas, g_bytes_new_take (text, length));
  }

  return deltas;
}

/* Reads all of them, one after the other.
 *
 * Returns: how long one took, µs of CPU time of this thread */
static double
measure_deltas (GPtrArray *deltas,
                gboolean   fast)
{
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint run = 0; run < 5; run++) {
    const double begin_ms = bench_thread_cpu_ms ();
    double us;

    for (guint i = 0; i < deltas->len; i++) {
      gsize length;
      const char *text = g_bytes_get_data (g_ptr_array_index (deltas, i), &length);
      g_autoptr (PegWireMessage) message =
        fast ? peg_wire_decode_server (text, length, NULL)
             : peg_wire_decode_json (text, length, PEG_WIRE_MAX_BYTES, peg_wire_server_types, NULL);

      if (message == NULL || message->entries->len != 1)
        g_error ("The delta was not read");
    }

    us = (bench_thread_cpu_ms () - begin_ms) * 1000 / deltas->len;
    g_array_append_val (values, us);
  }

  return bench_percentile (values, 50);
}

static void
report_deltas (BenchReport *report)
{
  g_autoptr (GPtrArray) deltas = make_deltas ();

  bench_report_add (report, "wire_delta", "A message of one check-out, from its bytes to its entry, CPU",
                    "µs", measure_deltas (deltas, TRUE), 5);
  bench_report_add (report, "wire_delta_json", "the same message with json-glib, CPU", "µs",
                    measure_deltas (deltas, FALSE), BENCH_NO_TARGET);
}

int
main (int   argc,
      char *argv[])
{
  static const guint sizes[] = { 1000, 10000, 100000, 1000000 };
  const guint most = argc > 2 ? (guint) atoi (argv[2]) : 1000000;
  BenchReport *report;

  if (argc < 2) {
    g_printerr ("Usage: %s REPORT.json [MOST-FILES]\n", argv[0]);
    return EXIT_FAILURE;
  }

  report = bench_report_new (argv[1]);

  for (gsize i = 0; i < G_N_ELEMENTS (sizes) && sizes[i] <= most; i++) {
    List list = make_list (sizes[i]);
    const double reader_ms = measure (run_reader, &list);

    bench_report_point (report, "decode: Pegboard’s reader", "ms", sizes[i], reader_ms);
    bench_report_point (report, "decode: memcpy", "ms", sizes[i], measure (run_copy, &list));
    if (sizes[i] <= MAX_JSON_FILES)
      bench_report_point (report, "decode: json-glib", "ms", sizes[i], measure (run_json, &list));
    if (sizes[i] == 100000)
      report_figures (report, &list, reader_ms);

    g_free (list.text);
    malloc_trim (0);
  }

  report_deltas (report);
  report_flood (report);
  bench_report_close (report);

  return EXIT_SUCCESS;
}
