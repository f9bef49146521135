/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "herd.h"

#define S ((gint64) G_USEC_PER_SEC)

/* After this long without a server the connection tries less often, whatever it
 * was waiting for (docs/architecture.md, “The connection”). */
#define OVERDUE_US (120 * S)

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  const gint64 x = *(const gint64 *) a;
  const gint64 y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

/* Any second, not only those that begin with a full one. */
static guint
worst_second (const GArray *times)
{
  guint worst = 0;

  for (guint i = 0, first = 0; i < times->len; i++) {
    while (g_array_index (times, gint64, i) - g_array_index (times, gint64, first) >= S)
      first++;
    worst = MAX (worst, i - first + 1);
  }

  return worst;
}

static gint64
percentile (const GArray *times,
            guint         percent)
{
  if (times->len == 0)
    return -1;

  return g_array_index (times, gint64, MIN (times->len * percent / 100, times->len - 1));
}

static gint64
next_delay (const Herd *herd,
            guint       attempt,
            gint64      rest_us,
            GRand      *rand,
            gint64     *next_rest_us)
{
  return peg_backoff_delay_us (&(PegBackoff) {
    .policy = herd->policy,
    .attempt = attempt,
    .cause = attempt == 0 ? herd->cause : PEG_BACKOFF_REMOTE,
    .window_ms = herd->window_ms,
    .rest_us = rest_us,
    .random = g_rand_double (rand),
  }, next_rest_us);
}

/* One client, which does not know of the others. -1: it gave up. */
static gint64
come_back (const Herd *herd,
           GRand      *rand)
{
  const gboolean suspends = herd->max_attempts == 0;
  gint64 now_us = 0;
  gint64 rest_us = 0;

  for (guint attempt = 0; herd->max_attempts == 0 || attempt < herd->max_attempts; attempt++) {
    if (suspends && now_us >= OVERDUE_US) {
      now_us += peg_backoff_suspended_us (g_rand_double (rand));
    } else {
      const gint64 due_us = now_us + next_delay (herd, attempt, rest_us, rand, &rest_us);

      if (suspends && due_us > OVERDUE_US)
        now_us = OVERDUE_US + peg_backoff_suspended_us (g_rand_double (rand));
      else
        now_us = due_us;
    }

    if (now_us >= herd->outage_us)
      return now_us;
    now_us += herd->failing_us;
    rest_us = MAX (0, rest_us - herd->failing_us);
  }

  return -1;
}

HerdResult
herd_run (const Herd *herd,
          guint       seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  HerdResult result = { 0 };

  for (guint i = 0; i < herd->n; i++) {
    gint64 back_us = come_back (herd, rand);

    if (back_us < 0) {
      result.lost++;
    } else {
      back_us -= herd->outage_us;
      g_array_append_val (times, back_us);
    }
  }

  g_array_sort (times, compare_times);
  result.worst = worst_second (times);
  result.p50_us = percentile (times, 50);
  result.p99_us = percentile (times, 99);
  result.last_us = percentile (times, 100);

  return result;
}
