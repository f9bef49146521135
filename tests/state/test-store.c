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

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/store/one-notify-per-turn", test_one_notify_per_turn);
  g_test_add_func ("/store/nothing-changed", test_nothing_changed);
  g_test_add_func ("/store/dropped", test_dropped);
  g_test_add_func ("/store/threads", test_threads);

  return g_test_run ();
}
