/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-watchdog.h"

/* Short, so that the test is; long beside what a scheduler does. */
#define LIMIT_US (100 * (gint64) 1000)

/* What the watchdog did, seen from the main thread. */
typedef struct {
  GMutex mutex;
  GCond cond;
  guint n_bites;
  gint64 silent_us;
} Bites;

static void
bite_cb (gint64   silent_us,
         gpointer user_data)
{
  Bites *bites = user_data;

  g_mutex_lock (&bites->mutex);
  bites->n_bites++;
  bites->silent_us = silent_us;
  g_cond_signal (&bites->cond);
  g_mutex_unlock (&bites->mutex);
}

static guint
count_bites (Bites *bites)
{
  guint n;

  g_mutex_lock (&bites->mutex);
  n = bites->n_bites;
  g_mutex_unlock (&bites->mutex);

  return n;
}

/* A main loop that does nothing for longer than the limit. */
static void
test_silent (void)
{
  Bites bites = { 0 };
  g_autoptr (PegWatchdog) watchdog G_GNUC_UNUSED =
    peg_watchdog_new (NULL, LIMIT_US, bite_cb, &bites);

  g_mutex_lock (&bites.mutex);
  while (bites.n_bites == 0)
    g_cond_wait (&bites.cond, &bites.mutex);
  g_mutex_unlock (&bites.mutex);

  g_assert_cmpint (bites.silent_us, >=, LIMIT_US);
}

static gboolean
stop_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

/* One that answers is left alone, however long it runs and however it is ended. */
static void
test_answers (void)
{
  Bites bites = { 0 };
  g_autoptr (PegWatchdog) watchdog G_GNUC_UNUSED =
    peg_watchdog_new (NULL, LIMIT_US, bite_cb, &bites);
  gboolean over = FALSE;

  g_timeout_add (5 * LIMIT_US / 1000, stop_cb, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);

  g_assert_cmpuint (count_bites (&bites), ==, 0);
}

/* A question that is under way when the watchdog goes away. */
static void
test_end (void)
{
  Bites bites = { 0 };

  for (guint i = 0; i < 50; i++) {
    g_autoptr (GMainContext) context = g_main_context_new ();
    PegWatchdog *watchdog = peg_watchdog_new (context, G_USEC_PER_SEC, bite_cb, &bites);

    if (i % 2 == 0)
      g_main_context_iteration (context, TRUE);
    peg_watchdog_free (watchdog);
    while (g_main_context_iteration (context, FALSE))
      ;
  }

  g_assert_cmpuint (count_bites (&bites), ==, 0);
}

/* The real one says where the main thread is, and ends the program. */
static void
test_bite (void)
{
  if (g_test_subprocess ()) {
    PegWatchdog *watchdog = peg_watchdog_new (NULL, LIMIT_US, peg_watchdog_bite, NULL);
    GMutex mutex;

    g_mutex_init (&mutex);
    g_mutex_lock (&mutex);
    g_mutex_lock (&mutex); /* hangs */
    peg_watchdog_free (watchdog);

    return;
  }

  g_test_trap_subprocess (NULL, 30 * G_USEC_PER_SEC, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stdout_unmatched ("*ERROR*");
  g_assert_false (g_test_trap_reached_timeout ());
  /* More than the sentence: the frames of the thread that hangs. */
  g_test_trap_assert_stderr ("*silent for*test-client-watchdog*");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/watchdog/silent", test_silent);
  g_test_add_func ("/watchdog/answers", test_answers);
  g_test_add_func ("/watchdog/end", test_end);
  g_test_add_func ("/watchdog/bite", test_bite);

  return g_test_run ();
}
