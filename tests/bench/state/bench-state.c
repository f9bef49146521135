/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "bench-report.h"
#include "bench-shop.h"

#include <malloc.h>

/* What the worker thread does with lists and changes: the tree alone, without
 * what is read from the wire and without what is shown. */

#define N_DELTAS 2000

typedef struct {
  BenchReport *report;
  BenchShopKind kind;
  guint n_files;
} Bench;

static void
add (Bench      *bench,
     const char *name,
     const char *what,
     const char *unit,
     double      value,
     double      target)
{
  const gboolean one = bench->kind == BENCH_SHOP_ONE_GROUP;
  g_autofree char *id = g_strdup_printf ("state_%s_%u%s", name, bench->n_files, one ? "_one_group" : "");
  g_autofree char *text = g_strdup_printf ("%s, %u files%s", what, bench->n_files,
                                           one ? " in one group" : "");

  bench_report_add (bench->report, id, text, unit, value, target);
}

static double
target_for (Bench  *bench,
            double  for_1000,
            double  for_10000,
            double  for_100000,
            double  for_1000000)
{
  switch (bench->n_files) {
  case 1000:
    return for_1000;
  case 10000:
    return for_10000;
  case 100000:
    return for_100000;
  default:
    return for_1000000;
  }
}

/* The smallest of a few: whatever else runs on the machine only adds. */
static PegSnapshot *
measure_list (Bench       *bench,
              PegSnapshot *before,
              GPtrArray   *list,
              double      *ms)
{
  const guint n_rounds = bench->n_files > 100000 ? 2 : 5;
  PegSnapshot *after = NULL;

  *ms = G_MAXDOUBLE;
  for (guint i = 0; i < n_rounds; i++) {
    double start;

    g_clear_pointer (&after, peg_snapshot_unref);
    start = bench_thread_cpu_ms ();
    after = bench_shop_listed (before, list);
    *ms = MIN (*ms, bench_thread_cpu_ms () - start);
  }

  return after;
}

static void
measure_deltas (Bench       *bench,
                PegSnapshot *first,
                GPtrArray   *list)
{
  g_autoptr (PegSnapshot) snapshot = peg_snapshot_ref (first);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  double p50;

  for (guint i = 0; i < N_DELTAS; i++)
    g_ptr_array_add (changes, bench_shop_change (list->pdata[(guint64) i * 7919 % list->len], "Ivo"));

  for (guint i = 0; i < N_DELTAS; i++) {
    const double start = bench_thread_cpu_ms ();
    PegSnapshot *next = bench_shop_changed (snapshot, changes->pdata[i], 100 + i);
    double us;

    peg_snapshot_unref (snapshot);
    snapshot = next;
    us = (bench_thread_cpu_ms () - start) * 1000;
    g_array_append_val (times, us);
  }

  p50 = bench_percentile (times, 50);
  add (bench, "delta", "one change: new snapshot made and old one let go, worker CPU p50", "µs", p50, 10);
  add (bench, "delta_p99", "the same, p99", "µs", bench_percentile (times, 99), BENCH_NO_TARGET);
  if (bench->kind == BENCH_SHOP_MANY_GROUPS)
    bench_report_point (bench->report, "one delta: reduce", "µs", bench->n_files, p50);
  else
    bench_report_point (bench->report, "one delta in one group: reduce", "µs", bench->n_files, p50);
}

static void
run (Bench *bench)
{
  g_autoptr (GPtrArray) list = bench_shop_list (bench->kind, bench->n_files);
  g_autoptr (GPtrArray) again = bench_shop_list (bench->kind, bench->n_files);
  g_autoptr (PegSnapshot) none = peg_snapshot_new ();
  g_autoptr (PegSnapshot) first = NULL;
  g_autoptr (PegSnapshot) second = NULL;
  struct mallinfo2 before, after;
  PegEntry *changed;
  double ms;

  before = mallinfo2 ();
  first = bench_shop_listed (none, list);
  after = mallinfo2 ();
  add (bench, "bytes", "groups and both indexes, without the entries, bytes a file", "bytes",
       (double) (after.uordblks + after.hblkhd - before.uordblks - before.hblkhd) / bench->n_files,
       BENCH_NO_TARGET);
  g_clear_pointer (&first, peg_snapshot_unref);

  first = measure_list (bench, none, list, &ms);
  add (bench, "list", "a list is taken in for the first time, worker CPU", "ms", ms,
       target_for (bench, 0.7, 7, 70, BENCH_NO_TARGET));
  if (bench->kind == BENCH_SHOP_MANY_GROUPS)
    bench_report_point (bench->report, "list: reduce", "ms", bench->n_files, ms);

  changed = bench_shop_change (again->pdata[again->len / 3], "Dana");
  peg_entry_unref (again->pdata[again->len / 3]);
  again->pdata[again->len / 3] = changed;
  second = measure_list (bench, first, again, &ms);
  add (bench, "list_again", "the same list again, one lock changed, worker CPU", "ms", ms,
       target_for (bench, BENCH_NO_TARGET, BENCH_NO_TARGET, 60, BENCH_NO_TARGET));

  measure_deltas (bench, first, list);
}

/* The largest size may be given as the second argument. */
int
main (int   argc,
      char *argv[])
{
  const guint sizes[] = { 1000, 10000, 100000, 1000000 };
  const guint largest = argc > 2 ? (guint) g_ascii_strtoull (argv[2], NULL, 10) : G_MAXUINT;
  Bench bench = { .report = bench_report_new (argc > 1 ? argv[1] : "state.json") };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes) && sizes[i] <= largest; i++) {
    bench.n_files = sizes[i];
    bench.kind = BENCH_SHOP_MANY_GROUPS;
    run (&bench);
    bench.kind = BENCH_SHOP_ONE_GROUP;
    run (&bench);
  }

  bench_report_close (bench.report);

  return 0;
}
