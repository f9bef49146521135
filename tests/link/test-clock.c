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

typedef struct {
  GString *order; /* (unowned) */
  char name;
} Named;

static void
name_cb (gpointer user_data)
{
  const Named *named = user_data;

  g_string_append_c (named->order, named->name);
}

/* What is due first is called first, whichever was started first. */
static void
test_run_due_order (void)
{
  g_autoptr (PegClock) clock = peg_system_clock_new ();
  g_autoptr (GString) order = g_string_new (NULL);
  Named named[] = { { order, 'd' }, { order, 'c' }, { order, 'a' }, { order, 'b' } };
  const gint64 delays_us[] = { 3000 * 1000, 2000, 0, 0 };
  gint64 until_us;
  guint timers[G_N_ELEMENTS (named)];

  for (gsize i = 0; i < G_N_ELEMENTS (named); i++)
    timers[i] = peg_clock_add (clock, "named", delays_us[i], name_cb, &named[i]);

  until_us = peg_clock_get_mono_us (clock) + 2 * delays_us[1];
  while (peg_clock_get_mono_us (clock) <= until_us)
    continue;

  peg_clock_run_due (clock);
  /* On a machine that stood still for seconds, the last one is due as well. */
  g_assert_true (g_str_equal (order->str, "abc") || g_str_equal (order->str, "abcd"));

  peg_clock_cancel (clock, &timers[0]);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/clock/run-due", test_run_due);
  g_test_add_func ("/clock/run-due-cancelled", test_run_due_cancelled);
  g_test_add_func ("/clock/run-due-order", test_run_due_order);

  return g_test_run ();
}
