/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-store.h"
#include "state-fixture.h"

static void
count_cb (PegStore   *store,
          GParamSpec *pspec,
          guint      *count)
{
  (*count)++;
}

static void
run_until_idle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
change (PegStore   *store,
        const char *path,
        const char *holder)
{
  g_autoptr (GPtrArray) changed = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);

  g_ptr_array_add (changed, fixture_entry (path, holder));
  peg_store_dispatch (store, &(PegEvent) {
    .kind = PEG_EVENT_CHANGED, .changed = { .changed = changed },
  });
}

static void
test_one_notify_per_turn (void)
{
  g_autoptr (PegStore) store = peg_store_new ();
  guint count = 0;

  g_signal_connect (store, "notify::snapshot", G_CALLBACK (count_cb), &count);

  for (guint i = 0; i < 1000; i++) {
    g_autofree char *path = g_strdup_printf ("%u.nc", i);

    change (store, path, NULL);
  }

  g_assert_cmpuint (count, ==, 0);
  g_assert_cmpuint (peg_snapshot_get_counts (peg_store_get_shown (store))->all, ==, 0);
  run_until_idle ();
  g_assert_cmpuint (count, ==, 1);
  g_assert_cmpuint (peg_snapshot_get_counts (peg_store_get_shown (store))->all, ==, 1000);

  run_until_idle ();
  g_assert_cmpuint (count, ==, 1);

  g_assert_finalize_object (g_steal_pointer (&store));
}

/* Whoever cannot wait for the main loop has it at once, and only once. */
static void
test_show (void)
{
  g_autoptr (PegStore) store = peg_store_new ();
  guint count = 0;

  g_signal_connect (store, "notify::snapshot", G_CALLBACK (count_cb), &count);
  peg_store_show (store);
  g_assert_cmpuint (count, ==, 0);

  change (store, "a", NULL);
  peg_store_show (store);
  g_assert_cmpuint (count, ==, 1);
  g_assert_cmpuint (peg_snapshot_get_counts (peg_store_get_shown (store))->all, ==, 1);
  run_until_idle ();
  g_assert_cmpuint (count, ==, 1);

  change (store, "b", NULL);
  run_until_idle ();
  g_assert_cmpuint (count, ==, 2);
  g_assert_finalize_object (g_steal_pointer (&store));
}

static void
test_nothing_changed (void)
{
  g_autoptr (PegStore) store = peg_store_new ();
  guint count = 0;

  change (store, "a", NULL);
  run_until_idle ();
  g_signal_connect (store, "notify::snapshot", G_CALLBACK (count_cb), &count);

  change (store, "a", NULL);
  run_until_idle ();
  g_assert_cmpuint (count, ==, 0);
}

/* What waits to be shown does not keep the store, nor is it shown after it. */
static void
test_dropped (void)
{
  PegStore *store = peg_store_new ();
  guint count = 0;

  g_signal_connect (store, "notify::snapshot", G_CALLBACK (count_cb), &count);
  change (store, "a", NULL);
  g_assert_finalize_object (store);
  run_until_idle ();
  g_assert_cmpuint (count, ==, 0);
}

typedef struct {
  PegStore *store;
  guint first;
} Writer;

#define PER_WRITER 500
#define N_WRITERS 4

static gpointer
write_thread (gpointer data)
{
  const Writer *writer = data;

  for (guint i = 0; i < PER_WRITER; i++) {
    g_autofree char *path = g_strdup_printf ("%u.nc", writer->first + i);

    change (writer->store, path, NULL);
  }

  return NULL;
}

/* Events from several threads are all taken in, and notified in this one. */
static void
test_threads (void)
{
  g_autoptr (PegStore) store = peg_store_new ();
  Writer writers[N_WRITERS];
  GThread *threads[N_WRITERS];
  guint count = 0;

  g_signal_connect (store, "notify::snapshot", G_CALLBACK (count_cb), &count);

  for (guint i = 0; i < N_WRITERS; i++) {
    writers[i] = (Writer) { store, i * PER_WRITER };
    threads[i] = g_thread_new ("writer", write_thread, &writers[i]);
  }

  for (guint i = 0; i < N_WRITERS; i++)
    g_thread_join (threads[i]);

  g_assert_cmpuint (count, ==, 0);
  run_until_idle ();
  g_assert_cmpuint (count, ==, 1);
  g_assert_cmpuint (peg_snapshot_get_counts (peg_store_get_shown (store))->all, ==,
                    N_WRITERS * PER_WRITER);
}

/* How long the main loop would sleep now, ms; -1: until something happens. */
static int
get_sleep_ms (void)
{
  GMainContext *context = g_main_context_default ();
  int priority, timeout_ms;

  g_assert_true (g_main_context_acquire (context));
  g_main_context_prepare (context, &priority);
  g_main_context_query (context, priority, &timeout_ms, NULL, 0);
  g_main_context_release (context);

  return timeout_ms;
}

#define HOUR_US (3600 * (gint64) G_USEC_PER_SEC)

/* The first change after a pause is shown at once; what comes within the interval,
 * together, when it is over; and nothing ticks when nothing waits. */
static void
test_interval (void)
{
  g_autoptr (PegStore) store = peg_store_new ();
  guint count = 0;

  g_signal_connect (store, "notify::snapshot", G_CALLBACK (count_cb), &count);
  peg_store_set_interval_us (store, HOUR_US);
  g_assert_cmpint (get_sleep_ms (), ==, -1);

  change (store, "a", NULL);
  g_assert_cmpint (get_sleep_ms (), ==, 0);
  run_until_idle ();
  g_assert_cmpuint (count, ==, 1);
  g_assert_cmpint (get_sleep_ms (), ==, -1);

  change (store, "b", NULL);
  change (store, "c", NULL);
  run_until_idle ();
  g_assert_cmpuint (count, ==, 1);
  g_assert_cmpint (get_sleep_ms (), >, 3000 * 1000);
  g_assert_cmpint (get_sleep_ms (), <=, 3600 * 1000);

  peg_store_set_interval_us (store, 0);
  run_until_idle ();
  g_assert_cmpuint (count, ==, 2);
  g_assert_cmpuint (peg_snapshot_get_counts (peg_store_get_shown (store))->all, ==, 3);
  g_assert_cmpint (get_sleep_ms (), ==, -1);
}

static void
answer_cb (PegStore   *store,
           GParamSpec *pspec,
           guint      *count)
{
  (*count)++;
  if (*count < 3)
    change (store, *count == 1 ? "b" : "c", NULL);
}

/* Whoever is notified may say something themselves. */
static void
test_answered (void)
{
  g_autoptr (PegStore) store = peg_store_new ();
  guint count = 0;

  g_signal_connect (store, "notify::snapshot", G_CALLBACK (answer_cb), &count);
  change (store, "a", NULL);
  run_until_idle ();
  g_assert_cmpuint (count, ==, 3);
  g_assert_cmpuint (peg_snapshot_get_counts (peg_store_get_shown (store))->all, ==, 3);
}

#define N_FLOOD 100000

typedef struct {
  PegStore *store;
  GMutex mutex;
  GCond cond;
  guint sent;
  guint n_applied;
  guint n_painted;
} Flood;

static gpointer
flood_thread (gpointer data)
{
  Flood *flood = data;

  for (guint i = 1; i <= N_FLOOD; i++) {
    change (flood->store, "a.nc", i % 2 == 0 ? "anna" : NULL);
    g_mutex_lock (&flood->mutex);
    flood->sent = i;
    g_cond_signal (&flood->cond);
    g_mutex_unlock (&flood->mutex);
  }

  return NULL;
}

/* However fast it is shown, the next change is there when that is done. */
static void
applied_cb (PegStore   *store,
            GParamSpec *pspec,
            Flood      *flood)
{
  guint before;

  flood->n_applied++;
  g_mutex_lock (&flood->mutex);
  before = flood->sent;
  while (flood->sent < MIN (before + 2, N_FLOOD))
    g_cond_wait (&flood->cond, &flood->mutex);
  g_mutex_unlock (&flood->mutex);
}

static gboolean
paint_cb (gpointer user_data)
{
  Flood *flood = user_data;

  flood->n_painted++;

  return G_SOURCE_CONTINUE;
}

/* As GTK’s: GDK_PRIORITY_REDRAW. */
#define PRIORITY_PAINT (G_PRIORITY_HIGH_IDLE + 20)

/* A flood from another thread takes nobody the time to paint, and is not shown
 * more often than once in an interval. */
static void
test_flood (void)
{
  g_autoptr (PegStore) store = peg_store_new ();
  Flood flood = { .store = store };
  const gint64 start_us = g_get_monotonic_time ();
  gint64 took_us;
  GThread *thread;
  guint paint;

  g_mutex_init (&flood.mutex);
  g_cond_init (&flood.cond);
  peg_store_set_interval_us (store, PEG_STORE_FRAME_US);
  g_signal_connect (store, "notify::snapshot", G_CALLBACK (applied_cb), &flood);
  paint = g_idle_add_full (PRIORITY_PAINT, paint_cb, &flood, NULL);
  thread = g_thread_new ("flood", flood_thread, &flood);

  for (;;) {
    g_autoptr (PegSnapshot) newest = peg_store_dup_snapshot (store);
    gboolean sent;

    g_mutex_lock (&flood.mutex);
    sent = flood.sent == N_FLOOD;
    g_mutex_unlock (&flood.mutex);
    if (sent && peg_store_get_shown (store) == newest)
      break;

    g_main_context_iteration (NULL, TRUE);
  }

  took_us = g_get_monotonic_time () - start_us;
  g_thread_join (thread);
  g_source_remove (paint);

  g_assert_cmpuint (flood.n_applied, >, 0);
  g_assert_cmpuint (flood.n_applied, <=, flood.n_painted + 1);
  g_assert_cmpint (flood.n_applied, <=, took_us / PEG_STORE_FRAME_US + 1);
  g_test_message ("%u events, shown %u times, painted %u times, in %.0f ms", N_FLOOD,
                  flood.n_applied, flood.n_painted, (double) took_us / 1000);

  g_mutex_clear (&flood.mutex);
  g_cond_clear (&flood.cond);
}

#define N_LIST 2000

static void
list (PegStore *store,
      guint     first)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);

  for (guint i = 0; i < N_LIST; i++) {
    g_autofree char *path = g_strdup_printf ("%u.nc", first + i);

    g_ptr_array_add (entries, fixture_entry (path, NULL));
  }

  peg_store_dispatch (store, &(PegEvent) {
    .kind = PEG_EVENT_LISTED, .listed = { .entries = entries },
  });
}

/* A list that another took the place of goes, in whichever thread. */
static void
test_replaced (void)
{
  g_autoptr (PegStore) store = peg_store_new ();

  list (store, 0);
  run_until_idle ();
  list (store, N_LIST);
  run_until_idle ();
  g_assert_cmpuint (peg_snapshot_get_counts (peg_store_get_shown (store))->all, ==, N_LIST);
  g_assert_null (peg_snapshot_find (peg_store_get_shown (store), "0.nc"));
  g_assert_nonnull (peg_snapshot_find (peg_store_get_shown (store), "3999.nc"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/store/one-notify-per-turn", test_one_notify_per_turn);
  g_test_add_func ("/store/show", test_show);
  g_test_add_func ("/store/nothing-changed", test_nothing_changed);
  g_test_add_func ("/store/dropped", test_dropped);
  g_test_add_func ("/store/threads", test_threads);
  g_test_add_func ("/store/interval", test_interval);
  g_test_add_func ("/store/answered", test_answered);
  g_test_add_func ("/store/flood", test_flood);
  g_test_add_func ("/store/replaced", test_replaced);

  return g_test_run ();
}
