/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-backoff.h"

#define SECOND_US ((gint64) G_USEC_PER_SEC)

/* The window of a server that never named one. */
#define DEFAULT_WINDOW_US (2 * SECOND_US)

/* What a server may hint at: a second even for a handful of clients, and no
 * longer than 300,000 of them would need at 1,000 handshakes a second. */
#define MIN_WINDOW_US SECOND_US
#define MAX_WINDOW_US (300 * SECOND_US)

/* Before the first attempt after something that happened only here. */
#define LOCAL_WINDOW_US SECOND_US

/* No second attempt follows the first more closely than this. */
#define LEAST_US (SECOND_US / 2)

#define MIN_CAP_US (5 * SECOND_US)
#define MAX_CAP_US (30 * SECOND_US)

#define CLASSIC_JITTER_US SECOND_US

/* While there has been no server for a long time. */
#define SUSPENDED_LEAST_US (15 * SECOND_US)
#define SUSPENDED_SPREAD_US (15 * SECOND_US)

static gint64
spread (gint64 range_us,
        double random)
{
  return (gint64) ((double) range_us * CLAMP (random, 0.0, 1.0));
}

/* A second, doubled with every attempt, up to @cap_us. */
static gint64
doubled (guint  attempt,
         gint64 cap_us)
{
  /* 2⁶ seconds are beyond every cap, and far from an overflow. */
  return MIN (SECOND_US << MIN (attempt, 6), cap_us);
}

/* Over how long the attempt of this number is spread. */
static gint64
full_window (const PegBackoff *backoff)
{
  gint64 window_us = DEFAULT_WINDOW_US;
  gint64 cap_us = MAX_CAP_US;
  gint64 ceiling_us;

  if (backoff->window_ms != 0) {
    window_us = CLAMP ((gint64) backoff->window_ms * 1000, MIN_WINDOW_US, MAX_WINDOW_US);
    cap_us = CLAMP (3 * window_us, MIN_CAP_US, MAX_CAP_US);
  }

  /* What is local here may be local to everybody behind one switch: whoever knows
   * of a crowd takes the time that the crowd needs. */
  if (backoff->attempt == 0)
    return backoff->cause == PEG_BACKOFF_LOCAL && backoff->window_ms == 0 ? LOCAL_WINDOW_US
                                                                          : window_us;

  /* On the average, one such window lies between two attempts, so that half of the
   * ceiling waits as long as a delay between nothing and the ceiling would. */
  ceiling_us = MIN (cap_us, MAX (window_us, doubled (backoff->attempt, MAX_CAP_US)));

  return MAX (window_us, ceiling_us / 2);
}

static gint64
full_delay (const PegBackoff *backoff,
            gint64           *rest_us)
{
  const gint64 window_us = full_window (backoff);
  gint64 start_us = 0;
  gint64 delay_us = spread (window_us, backoff->random);

  if (backoff->attempt > 0) {
    start_us = CLAMP (backoff->rest_us, 0, MAX_WINDOW_US);
    delay_us = MAX (LEAST_US, start_us + delay_us);
  }

  *rest_us = MAX (0, start_us + window_us - delay_us);

  return delay_us;
}

/**
 * peg_backoff_delay_us:
 * @backoff: what it depends on
 * @rest_us: (out) (optional): how much of the window will be left then, which the
 *   next attempt has to wait out
 *
 * Works out how long to wait for the next attempt. A pure function.
 *
 * Ten thousand clients that lose one server at one moment must not all come
 * back at one moment: the first attempt is spread over the window that the
 * server named. Every further attempt has a window of its own that begins where
 * the last one ended, whenever in it the attempt was: so they never fall onto each
 * other, and there are never more in a second than the server said that it takes.
 * The rule and where its numbers come from: docs/architecture.md, “Back-off”.
 *
 * Returns: the delay, µs; never negative
 */
gint64
peg_backoff_delay_us (const PegBackoff *backoff,
                      gint64           *rest_us)
{
  gint64 delay_us;
  gint64 rest = 0;

  g_return_val_if_fail (backoff != NULL, 0);

  if (backoff->retry_after_us > 0) {
    const gint64 asked_us = MIN (backoff->retry_after_us, PEG_BACKOFF_MAX_RETRY_AFTER_US);

    delay_us = asked_us + spread (asked_us / 5, backoff->random);
  } else if (backoff->policy == PEG_BACKOFF_CLASSIC) {
    delay_us = doubled (backoff->attempt, MAX_CAP_US) +
               spread (CLASSIC_JITTER_US, backoff->random);
  } else {
    delay_us = full_delay (backoff, &rest);
  }

  if (rest_us != NULL)
    *rest_us = rest;

  /* Added, not the larger of the two: that would let everybody come back at the
   * same moment. */
  return (backoff->retry_after_us > 0 ? 0 : backoff->at_least_us) + delay_us;
}

/**
 * peg_backoff_suspended_us:
 * @random: from 0 up to, not including, 1
 *
 * Returns: how long to wait for the next attempt when there has been no server
 *   for a long time, µs
 */
gint64
peg_backoff_suspended_us (double random)
{
  return SUSPENDED_LEAST_US + spread (SUSPENDED_SPREAD_US, random);
}
