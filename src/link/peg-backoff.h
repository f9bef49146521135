/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PegBackoffPolicy:
 * @PEG_BACKOFF_FULL: full jitter, with the window that the server hints at
 * @PEG_BACKOFF_CLASSIC: doubling, as the browser UI of classic servers does it
 *
 * How long to wait between attempts (docs/architecture.md, “Back-off”).
 */
typedef enum {
  PEG_BACKOFF_FULL,
  PEG_BACKOFF_CLASSIC,
} PegBackoffPolicy;

/**
 * PegBackoffCause:
 * @PEG_BACKOFF_LOCAL: something here: the watchdog, the network, a person
 * @PEG_BACKOFF_REMOTE: something there, which may have happened to every client
 *   at the same time: a close frame, the end of the stream, a reset
 *
 * Where the reason for an attempt lies.
 */
typedef enum {
  PEG_BACKOFF_LOCAL,
  PEG_BACKOFF_REMOTE,
} PegBackoffCause;

/**
 * PegBackoff:
 * @policy: the rule
 * @attempt: how many times this outage has been waited for already
 * @cause: where the reason lies
 * @window_ms: over how long the server wants its clients to spread their first
 *   attempts; 0: it never said
 * @retry_after_us: how long the server asked this client to stay away; 0: it did
 *   not
 * @at_least_us: how long it is no use to try, by the way the connection ended
 * @rest_us: how much is left of the window of the last attempt
 * @random: from 0 up to, not including, 1
 *
 * What the time until the next attempt depends on.
 */
typedef struct {
  PegBackoffPolicy policy;
  guint attempt;
  PegBackoffCause cause;
  guint window_ms;
  gint64 retry_after_us;
  gint64 at_least_us;
  gint64 rest_us;
  double random;
} PegBackoff;

/**
 * PEG_BACKOFF_MAX_RETRY_AFTER_US:
 *
 * The longest that a server may send a client away for, µs: what it asks beyond
 * that is a mistake, and a terminal on the floor must come back by itself.
 */
#define PEG_BACKOFF_MAX_RETRY_AFTER_US (15 * 60 * (gint64) G_USEC_PER_SEC)

gint64 peg_backoff_delay_us     (const PegBackoff *backoff,
                                 gint64           *rest_us);
gint64 peg_backoff_suspended_us (double            random);

G_END_DECLS
