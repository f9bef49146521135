/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-herd"

#include "peg-config.h"

#include "peg-herd.h"

#include <math.h>

/**
 * peg_herd_begin:
 * @self: a herd
 * @n_clients: how many there were when the server was here the last time
 * @now_us: the time, monotonic, µs
 *
 * Takes up what was known before. The time in between does not count: nobody
 * could come while the server was away.
 */
void
peg_herd_begin (PegHerd *self,
                guint    n_clients,
                gint64   now_us)
{
  self->peak = n_clients;
  self->at_us = now_us;
}

/**
 * peg_herd_see:
 * @self: a herd
 * @n_clients: how many there are now
 * @now_us: the time, monotonic, µs
 *
 * Has to be told before clients go, too: who was there until now is not fading.
 *
 * Returns: how many clients are to be expected at once
 */
guint
peg_herd_see (PegHerd *self,
              guint    n_clients,
              gint64   now_us)
{
  double passed = (double) MAX (now_us - self->at_us, 0) / PEG_HERD_HALF_US;

  self->peak = MAX (self->peak * exp2 (-passed), n_clients);
  self->at_us = now_us;

  return (guint) lround (self->peak);
}
