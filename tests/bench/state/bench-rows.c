/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "bench-report.h"
#include "bench-shop.h"
#include "peg-row-table.h"
#include "peg-rows.h"

/* What is shown of a list: which rows there are, and in which runs they differ
 * from those before. Without widgets. */

#define N_DELTAS 1000
#define N_ROUNDS 5

typedef struct {
  BenchReport *report;
  BenchShopKind kind;
  guint n_files;
  GHashTable *none;
} Bench;

static void
add (Bench      *bench,
     const char *name,
     const char *what,
     const char *unit,
     double      value,
     double      for_100000,
     double      for_1000000)
{
  const gboolean one = bench->kind == BENCH_SHOP_ONE_GROUP;
  g_autofree char *id = g_strdup_printf ("rows_%s_%u%s", name, bench->n_files, one ? "_one_group" : "");
  g_autofree char *text = g_strdup_printf ("%s, %u files%s", what, bench->n_files,
                                           one ? " in one group" : "");
  double target = bench->n_files == 1000000 ? for_1000000 : for_100000;

  if (bench->n_files < 100000)
    target = MIN (target, for_100000);
  bench_report_add (bench->report, id, text, unit, value, target);
}

/* From @before to @view, in a table and in runs: the smallest time of a few. */
static PegRowTable *
measure (PegSnapshot      *snapshot,
         const PegRowView *view,
         PegRowTable      *before,
         double           *ms)
{
  PegRowTable *table = NULL;

  *ms = G_MAXDOUBLE;
  for (guint i = 0; i < N_ROUNDS; i++) {
    g_autoptr (GArray) runs G_GNUC_UNUSED = NULL;
    double start;

    g_clear_pointer (&table, peg_row_table_unref);
    start = bench_thread_cpu_ms ();
    table = peg_row_table_new_view (snapshot, view, before);
    runs = peg_row_table_diff (before, table, PEG_ROWS_MAX_RUNS);
    *ms = MIN (*ms, bench_thread_cpu_ms () - start);
  }

  return table;
}

static void
measure_views (Bench       *bench,
               PegSnapshot *snapshot)
{
  PegRowView view = { .user = "Dana", .exceptions = bench->none };
  g_autoptr (PegRowTable) closed = peg_row_table_new (snapshot, &view, NULL, NULL);
  g_autoptr (PegRowTable) open = NULL;
  g_autoptr (PegRowTable) again G_GNUC_UNUSED = NULL;
  g_autoptr (PegRowTable) out = NULL;
  g_autoptr (PegRowTable) all G_GNUC_UNUSED = NULL;
  double ms;

  view.open = TRUE;
  open = measure (snapshot, &view, closed, &ms);
  add (bench, "expand_all", "everything is opened: rows and runs, CPU", "ms", ms, 10, BENCH_NO_TARGET);

  view.open = FALSE;
  again = measure (snapshot, &view, open, &ms);
  add (bench, "collapse_all", "everything is closed: rows and runs, CPU", "ms", ms, 10, BENCH_NO_TARGET);

  view.open = TRUE;
  view.filter = PEG_FILTER_OUT;
  out = measure (snapshot, &view, open, &ms);
  add (bench, "filter", "only what is out is shown: rows and runs, CPU", "ms", ms, 10, BENCH_NO_TARGET);

  view.filter = PEG_FILTER_ALL;
  all = measure (snapshot, &view, out, &ms);
  add (bench, "filter_off", "everything is shown again: rows and runs, CPU", "ms", ms, 10, BENCH_NO_TARGET);
}

static void
measure_search (Bench       *bench,
                PegSnapshot *snapshot)
{
  /* What somebody types, and takes back. */
  static const char *words[] = { "4", "45", "450", "450 b", "450", "45", "o", "op", "op3", "zzz" };
  PegRowView view = { .user = "Dana", .open = TRUE, .exceptions = bench->none };
  g_autoptr (PegRowTable) table = peg_row_table_new (snapshot, &view, NULL, NULL);
  double worst = 0, narrowed = G_MAXDOUBLE;

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++) {
    g_autoptr (PegSearch) search = peg_search_new (words[i]);
    PegRowTable *next;
    double ms;

    view.search = search;
    next = measure (snapshot, &view, table, &ms);
    worst = MAX (worst, ms);
    if (i == 2)
      narrowed = ms;
    g_clear_pointer (&table, peg_row_table_unref);
    table = next;
  }

  add (bench, "search_key", "a key typed into the search, the slowest of ten: rows and runs, CPU",
       "ms", worst, 6, 40);
  add (bench, "search_key_narrows", "a third digit after two: rows and runs, CPU", "ms", narrowed,
       6, 40);
  if (bench->kind == BENCH_SHOP_MANY_GROUPS)
    bench_report_point (bench->report, "search key", "ms", bench->n_files, worst);
}

static void
measure_deltas (Bench       *bench,
                PegSnapshot *first,
                GPtrArray   *list)
{
  const PegRowView view = { .user = "Dana", .open = TRUE, .exceptions = bench->none };
  g_autoptr (PegSnapshot) snapshot = peg_snapshot_ref (first);
  g_autoptr (PegRowTable) table = peg_row_table_new (first, &view, NULL, NULL);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  double p50;

  for (guint i = 0; i < N_DELTAS; i++) {
    g_autoptr (PegEntry) entry = bench_shop_change (list->pdata[(guint64) i * 7919 % list->len], "Ivo");
    PegSnapshot *next = bench_shop_changed (snapshot, entry, 100 + i);
    GArray *runs;
    PegRowTable *next_table;
    double start, us;

    start = bench_thread_cpu_ms ();
    next_table = peg_row_table_new (next, &view, table, NULL);
    runs = peg_row_table_diff (table, next_table, PEG_ROWS_MAX_RUNS);
    g_clear_pointer (&table, peg_row_table_unref);
    us = (bench_thread_cpu_ms () - start) * 1000;

    g_array_append_val (times, us);
    g_array_unref (runs);
    table = next_table;
    peg_snapshot_unref (snapshot);
    snapshot = next;
  }

  p50 = bench_percentile (times, 50);
  add (bench, "delta", "one change, everything open: rows and runs, main-loop CPU p50", "µs", p50,
       100, 100);
  add (bench, "delta_p99", "the same, p99", "µs", bench_percentile (times, 99), 1000, 1000);
  bench_report_point (bench->report,
                      bench->kind == BENCH_SHOP_MANY_GROUPS ? "one delta: rows"
                                                            : "one delta in one group: rows",
                      "µs", bench->n_files, p50);
}

static void
run (Bench *bench)
{
  g_autoptr (GPtrArray) list = bench_shop_list (bench->kind, bench->n_files);
  g_autoptr (PegSnapshot) none = peg_snapshot_new ();
  g_autoptr (PegSnapshot) snapshot = bench_shop_listed (none, list);

  measure_views (bench, snapshot);
  measure_search (bench, snapshot);
  measure_deltas (bench, snapshot, list);
}

/* The largest size may be given as the second argument. */
int
main (int   argc,
      char *argv[])
{
  const guint sizes[] = { 1000, 10000, 100000, 1000000 };
  const guint largest = argc > 2 ? (guint) g_ascii_strtoull (argv[2], NULL, 10) : G_MAXUINT;
  Bench bench = {
    .report = bench_report_new (argc > 1 ? argv[1] : "rows.json"),
    .none = g_hash_table_new (g_str_hash, g_str_equal),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes) && sizes[i] <= largest; i++) {
    bench.n_files = sizes[i];
    bench.kind = BENCH_SHOP_MANY_GROUPS;
    run (&bench);
    bench.kind = BENCH_SHOP_ONE_GROUP;
    run (&bench);
  }

  bench_report_close (bench.report);
  g_hash_table_unref (bench.none);

  return 0;
}
