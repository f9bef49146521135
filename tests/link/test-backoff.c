/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "herd.h"

#define MS 1000
#define S ((gint64) G_USEC_PER_SEC)

/* Nearly 1: random numbers never are 1. */
#define TOP 0.999999999

/* One µs may go in rounding. */
#define assert_about(a, b) g_assert_cmpint (ABS ((a) - (b)), <=, 1)

static const struct {
  const char *name;
  PegBackoff backoff;
  gint64 least_us;  /* with 0 */
  gint64 middle_us; /* with one half */
  gint64 most_us;   /* with nearly 1 */
} cases[] = {
  { "local, first", { .cause = PEG_BACKOFF_LOCAL }, 0, 500 * MS, S },
  { "local, first, one of many",
    { .cause = PEG_BACKOFF_LOCAL, .window_ms = 10000 }, 0, 5 * S, 10 * S },
  { "local, first, one of few",
    { .cause = PEG_BACKOFF_LOCAL, .window_ms = 1000 }, 0, 500 * MS, S },
  { "remote, first, no window", { .cause = PEG_BACKOFF_REMOTE }, 0, S, 2 * S },
  { "remote, first, window",
    { .cause = PEG_BACKOFF_REMOTE, .window_ms = 10000 }, 0, 5 * S, 10 * S },
  { "a window below a second",
    { .cause = PEG_BACKOFF_REMOTE, .window_ms = 1 }, 0, 500 * MS, S },
  { "a window beyond reason",
    { .cause = PEG_BACKOFF_REMOTE, .window_ms = G_MAXUINT }, 0, 150 * S, 300 * S },
  { "first, with a rest that means nothing", { .rest_us = 9 * S }, 0, 500 * MS, S },
  { "second, no window", { .attempt = 1 }, 500 * MS, S, 2 * S },
  { "second, after the rest of the first", { .attempt = 1, .rest_us = 3 * S }, 3 * S, 4 * S, 5 * S },
  { "second, a rest beyond reason",
    { .attempt = 1, .rest_us = G_MAXINT64 }, 300 * S, 301 * S, 302 * S },
  { "second, a rest that is over", { .attempt = 1, .rest_us = -S }, 500 * MS, S, 2 * S },
  { "third, no window", { .attempt = 2 }, 500 * MS, S, 2 * S },
  { "fourth, no window", { .attempt = 3 }, 500 * MS, 2 * S, 4 * S },
  { "fifth, no window", { .attempt = 4 }, 500 * MS, 4 * S, 8 * S },
  { "sixth, no window: the cap", { .attempt = 5 }, 500 * MS, 7500 * MS, 15 * S },
  { "hundredth, no window", { .attempt = 100 }, 500 * MS, 7500 * MS, 15 * S },
  { "the last that can be counted", { .attempt = G_MAXUINT }, 500 * MS, 7500 * MS, 15 * S },
  { "window 1 s, second", { .attempt = 1, .window_ms = 1000 }, 500 * MS, 500 * MS, S },
  { "window 1 s: the cap is 5 s",
    { .attempt = 4, .window_ms = 1000 }, 500 * MS, 1250 * MS, 2500 * MS },
  { "window 4 s: the cap is 12 s", { .attempt = 9, .window_ms = 4000 }, 500 * MS, 3 * S, 6 * S },
  { "window 10 s, second: the window",
    { .attempt = 1, .window_ms = 10000 }, 500 * MS, 5 * S, 10 * S },
  { "window 10 s, fifth", { .attempt = 4, .window_ms = 10000 }, 500 * MS, 5 * S, 10 * S },
  { "window 10 s: the cap is 30 s",
    { .attempt = 9, .window_ms = 10000 }, 500 * MS, 7500 * MS, 15 * S },
  { "window 100 s: never less",
    { .attempt = 1, .window_ms = 100000 }, 500 * MS, 50 * S, 100 * S },
  { "Retry-After", { .retry_after_us = 10 * S }, 10 * S, 11 * S, 12 * S },
  { "Retry-After, later attempt",
    { .attempt = 7, .retry_after_us = S, .rest_us = 9 * S }, S, 1100 * MS, 1200 * MS },
  { "Retry-After, a year",
    { .retry_after_us = 365 * 86400 * S }, 900 * S, 990 * S, 1080 * S },
  { "Retry-After says it all",
    { .retry_after_us = 10 * S, .at_least_us = 5 * S }, 10 * S, 11 * S, 12 * S },
  { "at least",
    { .cause = PEG_BACKOFF_REMOTE, .at_least_us = 5 * S }, 5 * S, 6 * S, 7 * S },
  { "classic, first", { .policy = PEG_BACKOFF_CLASSIC }, S, 1500 * MS, 2 * S },
  { "classic, second", { .policy = PEG_BACKOFF_CLASSIC, .attempt = 1 }, 2 * S, 2500 * MS, 3 * S },
  { "classic, third", { .policy = PEG_BACKOFF_CLASSIC, .attempt = 2 }, 4 * S, 4500 * MS, 5 * S },
  { "classic, fourth", { .policy = PEG_BACKOFF_CLASSIC, .attempt = 3 }, 8 * S, 8500 * MS, 9 * S },
  { "classic, fifth", { .policy = PEG_BACKOFF_CLASSIC, .attempt = 4 }, 16 * S, 16500 * MS, 17 * S },
  { "classic, sixth", { .policy = PEG_BACKOFF_CLASSIC, .attempt = 5 }, 30 * S, 30500 * MS, 31 * S },
  { "classic, hundredth",
    { .policy = PEG_BACKOFF_CLASSIC, .attempt = 100 }, 30 * S, 30500 * MS, 31 * S },
  { "classic, no window, no cause, no rest",
    { .policy = PEG_BACKOFF_CLASSIC, .attempt = 1, .cause = PEG_BACKOFF_LOCAL, .window_ms = 10000,
      .rest_us = 5 * S }, 2 * S, 2500 * MS, 3 * S },
  { "classic honours Retry-After",
    { .policy = PEG_BACKOFF_CLASSIC, .retry_after_us = 10 * S }, 10 * S, 11 * S, 12 * S },
};

static void
test_bounds (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    PegBackoff backoff = cases[i].backoff;

    g_test_message ("%s", cases[i].name);

    backoff.random = 0.0;
    assert_about (peg_backoff_delay_us (&backoff, NULL), cases[i].least_us);
    backoff.random = 0.5;
    assert_about (peg_backoff_delay_us (&backoff, NULL), cases[i].middle_us);
    backoff.random = TOP;
    assert_about (peg_backoff_delay_us (&backoff, NULL), cases[i].most_us);
  }
}

/* Wherever in its window an attempt is: the next window begins where it ends. */
static void
test_windows (void)
{
  static const double randoms[] = { 0.0, 0.1, 0.5, 0.9, TOP };

  for (guint i = 0; i < G_N_ELEMENTS (randoms); i++) {
    gint64 now_us = 0;
    gint64 rest_us = 0;

    for (guint attempt = 0; attempt < 4; attempt++) {
      now_us += peg_backoff_delay_us (&(PegBackoff) {
        .attempt = attempt,
        .cause = PEG_BACKOFF_REMOTE,
        .window_ms = 10000,
        .rest_us = rest_us,
        .random = randoms[(i + attempt) % G_N_ELEMENTS (randoms)],
      }, &rest_us);

      g_assert_cmpint (now_us, >=, attempt * 10 * S);
      g_assert_cmpint (now_us, <=, (attempt + 1) * 10 * S + S / 2);
      assert_about (now_us + rest_us, (attempt + 1) * 10 * S);
    }
  }
}

static void
test_suspended (void)
{
  assert_about (peg_backoff_suspended_us (0.0), 15 * S);
  assert_about (peg_backoff_suspended_us (TOP), 30 * S);
}

/* What is promised (docs/architecture.md, “Back-off”): never more than half again as
 * many in any second as the server takes, and nobody is lost. */
static void
assert_calm (const Herd *herd,
             gint64      outage_us)
{
  Herd this = *herd;
  HerdResult result;

  this.outage_us = outage_us;
  result = herd_run (&this, 42);

  g_test_message ("%u clients, %.2f s without a server, failing in %.3f s: %u in the worst "
                  "second, the last after %.1f s", this.n, (double) outage_us / (double) S,
                  (double) this.failing_us / (double) S, result.worst,
                  (double) result.last_us / (double) S);
  g_assert_cmpuint (result.lost, ==, 0);
  g_assert_cmpuint (result.worst, <=, 1500);

  /* What was due soon after it became a long outage waits up to 30 s from then. */
  g_assert_cmpint (result.last_us, <=, 41 * S + this.failing_us);
}

/* Ten thousand clients, whatever the outage and however they notice: a server that
 * refuses at once, a network that answers nothing, and everything between. */
static void
test_herd (void)
{
  static const gint64 lengths_s[] = { 0, 3, 20, 120, 900 };
  static const gint64 failing_us[] = { MS, 100 * MS, S, 10 * S };

  for (guint i = 0; i < G_N_ELEMENTS (failing_us); i++) {
    Herd herd = {
      .n = 10000,
      .cause = PEG_BACKOFF_REMOTE,
      .window_ms = 10000,
      .failing_us = failing_us[i],
    };

    for (guint j = 0; j < G_N_ELEMENTS (lengths_s); j++) {
      herd.cause = PEG_BACKOFF_REMOTE;
      assert_calm (&herd, lengths_s[j] * S);
      herd.cause = PEG_BACKOFF_LOCAL;
      assert_calm (&herd, lengths_s[j] * S);
    }

    /* Where one round of attempts meets the next. */
    herd.cause = PEG_BACKOFF_REMOTE;
    for (gint64 outage_us = 5 * S; outage_us <= 15 * S; outage_us += S / 2)
      assert_calm (&herd, outage_us);
    for (gint64 outage_us = 110 * S; outage_us <= 140 * S; outage_us += 5 * S)
      assert_calm (&herd, outage_us);
  }
}

/* The window is what the server makes of the number of its clients. */
static void
test_herd_sizes (void)
{
  static const guint sizes[] = { 30, 300, 1000, 3000, 10000, 30000 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    const Herd herd = {
      .n = sizes[i],
      .cause = PEG_BACKOFF_REMOTE,
      .window_ms = MAX (sizes[i], 1000),
      .failing_us = MS,
    };
    HerdResult result;

    for (gint64 outage_s = 0; outage_s <= 60; outage_s += 6) {
      Herd this = herd;

      this.outage_us = outage_s * S;
      result = herd_run (&this, 7);
      g_assert_cmpuint (result.lost, ==, 0);
      g_assert_cmpuint (result.worst, <=, 1500);
    }
  }
}

/* A shop of thirty is back within 5 s of its server. */
static void
test_shop (void)
{
  double p50_us = 0.0;
  double p99_us = 0.0;

  for (guint seed = 0; seed < 100; seed++) {
    const HerdResult result = herd_run (&(Herd) {
      .n = 30,
      .cause = PEG_BACKOFF_REMOTE,
      .window_ms = 1000,
      .outage_us = 20 * S,
      .failing_us = MS,
    }, seed);

    p50_us += (double) result.p50_us / 100.0;
    p99_us += (double) result.p99_us / 100.0;
  }

  g_test_message ("p50 %.2f s, p99 %.2f s", p50_us / S, p99_us / S);
  g_assert_cmpfloat (p50_us, <=, 2.0 * S);
  g_assert_cmpfloat (p99_us, <=, 5.0 * S);
}

/* What the other policy is for, and what it is not. */
static void
test_herd_classic (void)
{
  Herd herd = {
    .n = 10000,
    .policy = PEG_BACKOFF_CLASSIC,
    .outage_us = 20 * S,
    .failing_us = MS,
  };
  HerdResult result = herd_run (&herd, 42);

  g_assert_cmpuint (result.lost, ==, 0);
  g_assert_cmpuint (result.worst, >, 1500);

  /* Those who give up after five attempts are the reason why we never do. */
  herd.max_attempts = 4;
  result = herd_run (&herd, 42);
  g_assert_cmpuint (result.lost, >, 1000);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/backoff/bounds", test_bounds);
  g_test_add_func ("/backoff/windows", test_windows);
  g_test_add_func ("/backoff/suspended", test_suspended);
  g_test_add_func ("/backoff/herd", test_herd);
  g_test_add_func ("/backoff/herd/sizes", test_herd_sizes);
  g_test_add_func ("/backoff/shop", test_shop);
  g_test_add_func ("/backoff/herd/classic", test_herd_classic);

  return g_test_run ();
}
