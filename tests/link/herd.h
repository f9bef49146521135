/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-backoff.h"

G_BEGIN_DECLS

/**
 * Herd:
 * @n: how many clients lose one server at one moment
 * @policy: how they wait
 * @cause: how they notice: the server closes, or their own watchdogs do, all in
 *   the same moment
 * @window_ms: what the server last hinted at; 0: it never did
 * @outage_us: for how long there is no server
 * @failing_us: how long an attempt takes to fail meanwhile: a computer without a
 *   server refuses at once, a network that is gone answers nothing
 * @max_attempts: after how many failures a client gives up; 0: never
 *
 * Many clients and one outage, on the real peg_backoff_delay_us().
 */
typedef struct {
  guint n;
  PegBackoffPolicy policy;
  PegBackoffCause cause;
  guint window_ms;
  gint64 outage_us;
  gint64 failing_us;
  guint max_attempts;
} Herd;

/**
 * HerdResult:
 * @worst: how many connect in the worst second, once there is a server
 * @lost: how many never come back
 * @p50_us: how long after the server half of them are back
 * @p99_us: likewise, 99 of 100
 * @last_us: likewise, all that ever are
 *
 * What came of it.
 */
typedef struct {
  guint worst;
  guint lost;
  gint64 p50_us;
  gint64 p99_us;
  gint64 last_us;
} HerdResult;

HerdResult herd_run (const Herd *herd,
                     guint       seed);

G_END_DECLS
