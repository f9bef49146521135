/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-clock.h"

typedef struct {
  PegClock *clock;
  guint n_calls;
  guint victim; /* a timer that the first call cancels */
} Calls;

static void
count_cb (gpointer user_data)
{
  Calls *calls = user_data;

  calls->n_calls++;
  peg_clock_cancel (calls->clock, &calls->victim);
}

/* Who keeps the main loop runs what is due by hand: once each, and not what is
 * due later, or was cancelled by another. */
static void
test_run_due (void)
{
  g_autoptr (PegClock) clock = peg_system_clock_new ();
  Calls calls = { .clock = clock };
  guint now, later;

  now = peg_clock_add (clock, "now", 0, count_cb, &calls);
  later = peg_clock_add (clock, "later", 3600 * (gint64) G_USEC_PER_SEC, count_cb, &calls);

  peg_clock_run_due (clock);
  g_assert_cmpuint (calls.n_calls, ==, 1);

  /* It is gone from the main loop, too. */
  peg_clock_run_due (clock);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_cmpuint (calls.n_calls, ==, 1);

  peg_clock_cancel (clock, &now);
  peg_clock_cancel (clock, &later);
}

static void
test_run_due_cancelled (void)
{
  g_autoptr (PegClock) clock = peg_system_clock_new ();
  Calls calls = { .clock = clock };
  Calls others = { .clock = clock };

  /* Whichever comes first cancels the other. */
  others.victim = peg_clock_add (clock, "first", 0, count_cb, &calls);
  calls.victim = peg_clock_add (clock, "second", 0, count_cb, &others);

  peg_clock_run_due (clock);
  g_assert_cmpuint (calls.n_calls + others.n_calls, ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/clock/run-due", test_run_due);
  g_test_add_func ("/clock/run-due-cancelled", test_run_due_cancelled);

  return g_test_run ();
}
