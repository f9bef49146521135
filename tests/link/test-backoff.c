/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-backoff.h"

#define MS 1000
#define S ((gint64) G_USEC_PER_SEC)

/* Nearly 1: random numbers never are 1. */
#define TOP 0.999999999

/* One µs may go in rounding. */
#define assert_about(a, b) g_assert_cmpint (ABS ((a) - (b)), <=, 1)

static const struct {
  const char *name;
  PegBackoff backoff;
  gint64 least_us; /* with 0 */
  gint64 most_us;  /* with nearly 1 */
} cases[] = {
  { "local, first",
    { .cause = PEG_BACKOFF_LOCAL }, 0, S },
  { "local, first, with a window",
    { .cause = PEG_BACKOFF_LOCAL, .window_ms = 10000 }, 0, S },
  { "remote, first, no window",
    { .cause = PEG_BACKOFF_REMOTE }, 0, 2 * S },
  { "remote, first, window",
    { .cause = PEG_BACKOFF_REMOTE, .window_ms = 10000 }, 0, 10 * S },
  { "a window below a second",
    { .cause = PEG_BACKOFF_REMOTE, .window_ms = 1 }, 0, S },
  { "a window beyond reason",
    { .cause = PEG_BACKOFF_REMOTE, .window_ms = G_MAXUINT }, 0, 300 * S },
  { "second, no window", { .attempt = 1 }, 500 * MS, 2 * S },
  { "third, no window", { .attempt = 2 }, 500 * MS, 4 * S },
  { "fourth, no window", { .attempt = 3 }, 500 * MS, 8 * S },
  { "fifth, no window", { .attempt = 4 }, 500 * MS, 16 * S },
  { "sixth, no window: the cap", { .attempt = 5 }, 500 * MS, 30 * S },
  { "hundredth, no window", { .attempt = 100 }, 500 * MS, 30 * S },
  { "the last that can be counted", { .attempt = G_MAXUINT }, 500 * MS, 30 * S },
  { "window 1 s: the cap is 5 s", { .attempt = 4, .window_ms = 1000 }, 500 * MS, 5 * S },
  { "window 1 s, second", { .attempt = 1, .window_ms = 1000 }, 500 * MS, 2 * S },
  { "window 4 s: the cap is 12 s", { .attempt = 9, .window_ms = 4000 }, 500 * MS, 12 * S },
  { "window 10 s, second: the window", { .attempt = 1, .window_ms = 10000 }, 500 * MS, 10 * S },
  { "window 10 s, fifth", { .attempt = 4, .window_ms = 10000 }, 500 * MS, 16 * S },
  { "window 10 s: the cap is 30 s", { .attempt = 9, .window_ms = 10000 }, 500 * MS, 30 * S },
  { "window 100 s: the cap is 30 s", { .attempt = 1, .window_ms = 100000 }, 500 * MS, 30 * S },
  { "Retry-After", { .retry_after_us = 10 * S }, 10 * S, 12 * S },
  { "Retry-After, later attempt", { .attempt = 7, .retry_after_us = S }, S, 1200 * MS },
  { "Retry-After, a year",
    { .retry_after_us = 365 * 86400 * S }, 900 * S, 1080 * S },
  { "at least",
    { .cause = PEG_BACKOFF_REMOTE, .at_least_us = 5 * S }, 5 * S, 7 * S },
  { "classic, first", { .policy = PEG_BACKOFF_CLASSIC }, S, 2 * S },
  { "classic, second", { .policy = PEG_BACKOFF_CLASSIC, .attempt = 1 }, 2 * S, 3 * S },
  { "classic, third", { .policy = PEG_BACKOFF_CLASSIC, .attempt = 2 }, 4 * S, 5 * S },
  { "classic, fourth", { .policy = PEG_BACKOFF_CLASSIC, .attempt = 3 }, 8 * S, 9 * S },
  { "classic, fifth", { .policy = PEG_BACKOFF_CLASSIC, .attempt = 4 }, 16 * S, 17 * S },
  { "classic, sixth", { .policy = PEG_BACKOFF_CLASSIC, .attempt = 5 }, 30 * S, 31 * S },
  { "classic, hundredth", { .policy = PEG_BACKOFF_CLASSIC, .attempt = 100 }, 30 * S, 31 * S },
  { "classic, no window, no cause",
    { .policy = PEG_BACKOFF_CLASSIC, .cause = PEG_BACKOFF_LOCAL, .window_ms = 10000 }, S, 2 * S },
  { "classic honours Retry-After",
    { .policy = PEG_BACKOFF_CLASSIC, .retry_after_us = 10 * S }, 10 * S, 12 * S },
};

static void
test_bounds (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    PegBackoff backoff = cases[i].backoff;

    g_test_message ("%s", cases[i].name);

    backoff.random = 0.0;
    assert_about (peg_backoff_delay_us (&backoff), cases[i].least_us);
    backoff.random = TOP;
    assert_about (peg_backoff_delay_us (&backoff), cases[i].most_us);
    backoff.random = 0.5;
    assert_about (peg_backoff_delay_us (&backoff), (cases[i].least_us + cases[i].most_us) / 2);
  }
}

static void
test_suspended (void)
{
  assert_about (peg_backoff_suspended_us (0.0), 15 * S);
  assert_about (peg_backoff_suspended_us (TOP), 30 * S);
}

/* Many clients that lose one server at one moment. */
typedef struct {
  guint n;
  PegBackoffPolicy policy;
  guint window_ms;
  gint64 outage_us;  /* how long there is no server */
  gint64 failing_us; /* how long an attempt takes to fail meanwhile */
} Storm;

typedef struct {
  guint worst;       /* attempts in the worst second in which there is a server */
  guint back;        /* how many came back */
  gint64 last_us;    /* when the last one did, after the server */
} Weather;

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  const gint64 x = *(const gint64 *) a;
  const gint64 y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static guint
worst_second (GArray *times)
{
  guint worst = 0;

  g_array_sort (times, compare_times);

  /* Any second, not only those that begin with a full one. */
  for (guint i = 0, first = 0; i < times->len; i++) {
    while (g_array_index (times, gint64, i) - g_array_index (times, gint64, first) >= S)
      first++;
    worst = MAX (worst, i - first + 1);
  }

  return worst;
}

static Weather
brew (const Storm *storm)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (42);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  Weather weather = { 0 };

  /* The clients do not know of each other, so each can be followed alone. */
  for (guint i = 0; i < storm->n; i++) {
    gint64 now_us = 0;
    guint attempt = 0;

    for (;;) {
      now_us += peg_backoff_delay_us (&(PegBackoff) {
        .policy = storm->policy,
        .attempt = attempt++,
        .cause = PEG_BACKOFF_REMOTE,
        .window_ms = storm->window_ms,
        .random = g_rand_double (rand),
      });
      if (now_us >= storm->outage_us)
        break;
      now_us += storm->failing_us;
      if (attempt > 100000)
        break;
    }

    if (now_us >= storm->outage_us) {
      const gint64 after_us = now_us - storm->outage_us;

      weather.back++;
      weather.last_us = MAX (weather.last_us, after_us);
      g_array_append_val (times, after_us);
    }
  }

  weather.worst = worst_second (times);

  return weather;
}

static void
test_storm (void)
{
  /* Seconds without a server. A dropped switch takes the network away, so that
   * an attempt only ends with its deadline; a restarted server refuses. */
  static const struct {
    gint64 outage_s;
    gint64 failing_us;
    guint most;
  } storms[] = {
    { 0, 0, 1500 },
    { 1, MS, 1500 },
    { 2, MS, 1500 },
    { 20, MS, 1500 },
    { 30, MS, 1500 },
    { 60, MS, 1500 },
    { 300, MS, 1500 },
    { 1200, MS, 1500 },
    { 5, 10 * S, 1500 },
    { 8, 10 * S, 1500 },
    { 10, 10 * S, 1500 },
    { 20, 10 * S, 1500 },
    { 120, 10 * S, 1500 },
    { 1200, 10 * S, 1500 },
    /* Where the second attempts of those that were first fall onto the first
     * attempts of the last, it is most crowded. */
    { 8, MS, 2500 },
    { 13, MS, 2500 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (storms); i++) {
    const Weather weather = brew (&(Storm) {
      .n = 10000,
      .policy = PEG_BACKOFF_FULL,
      .window_ms = 10000,
      .outage_us = storms[i].outage_s * S,
      .failing_us = storms[i].failing_us,
    });

    g_test_message ("%" G_GINT64_FORMAT " s without a server, failing in %" G_GINT64_FORMAT
                    " ms: %u in the worst second, the last after %.1f s",
                    storms[i].outage_s, storms[i].failing_us / MS, weather.worst,
                    (double) weather.last_us / (double) S);
    g_assert_cmpuint (weather.back, ==, 10000);
    g_assert_cmpuint (weather.worst, <=, storms[i].most);
    g_assert_cmpint (weather.last_us, <=, 30 * S + storms[i].failing_us);
  }
}

/* What the other policy is for, and what it is not. */
static void
test_storm_classic (void)
{
  const Weather weather = brew (&(Storm) {
    .n = 10000,
    .policy = PEG_BACKOFF_CLASSIC,
    .outage_us = 20 * S,
    .failing_us = MS,
  });

  g_assert_cmpuint (weather.back, ==, 10000);
  g_assert_cmpuint (weather.worst, >, 2500);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/backoff/bounds", test_bounds);
  g_test_add_func ("/backoff/suspended", test_suspended);
  g_test_add_func ("/backoff/storm", test_storm);
  g_test_add_func ("/backoff/storm-classic", test_storm_classic);

  return g_test_run ();
}
