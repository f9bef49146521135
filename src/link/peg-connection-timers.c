/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-connection-private.h"

/* A timer has gone off. */
static void
timer_over (PegConnection      *self,
            PegConnectionTimer  timer)
{
  static const PegConnectionInput inputs[PEG_CONNECTION_N_TIMERS] = {
    [PEG_CONNECTION_TIMER_DEADLINE] = PEG_CONNECTION_DEADLINE,
    [PEG_CONNECTION_TIMER_NUDGE] = PEG_CONNECTION_NUDGE,
    [PEG_CONNECTION_TIMER_GAP] = PEG_CONNECTION_RESYNC,
    [PEG_CONNECTION_TIMER_QUIET] = PEG_CONNECTION_QUIET,
    [PEG_CONNECTION_TIMER_PONG] = PEG_CONNECTION_SILENT,
    [PEG_CONNECTION_TIMER_STEADY] = PEG_CONNECTION_STEADY,
    [PEG_CONNECTION_TIMER_RETRY] = PEG_CONNECTION_DUE,
    [PEG_CONNECTION_TIMER_OVERDUE] = PEG_CONNECTION_OVERDUE,
    [PEG_CONNECTION_TIMER_SLOW] = PEG_CONNECTION_SLOW,
    [PEG_CONNECTION_TIMER_POLL] = PEG_CONNECTION_POLL_DUE,
    [PEG_CONNECTION_TIMER_CANDIDATE] = PEG_CONNECTION_TRY_SOCKET,
    /* These do nothing to the state themselves. */
    [PEG_CONNECTION_TIMER_REFRESH] = PEG_CONNECTION_N_INPUTS,
    [PEG_CONNECTION_TIMER_SLEEP] = PEG_CONNECTION_N_INPUTS,
    [PEG_CONNECTION_TIMER_DIGEST] = PEG_CONNECTION_N_INPUTS,
  };

  self->timers[timer] = 0;

  if (peg_connection_notice_sleep (self) || timer == PEG_CONNECTION_TIMER_SLEEP)
    return;

  if (timer == PEG_CONNECTION_TIMER_REFRESH) {
    peg_connection_do_nudge (self);
    return;
  }

  if (timer == PEG_CONNECTION_TIMER_DIGEST) {
    peg_connection_ask_digest (self);
    return;
  }

  /* A message does not start this timer anew: they may come by the thousand. */
  if (timer == PEG_CONNECTION_TIMER_QUIET) {
    const gint64 left_us = self->heard_us + peg_connection_quiet_us (self) -
                           peg_clock_get_mono_us (self->clock);

    if (left_us > 0) {
      peg_connection_set_timer (self, timer, left_us);
      return;
    }
  }

  peg_connection_feed (self, inputs[timer]);
}

#define TIMER_CB(name, timer) \
  static void \
  name##_cb (gpointer user_data) \
  { \
    timer_over (PEG_CONNECTION (user_data), PEG_CONNECTION_TIMER_##timer); \
  }

TIMER_CB (deadline, DEADLINE)
TIMER_CB (nudge, NUDGE)
TIMER_CB (gap, GAP)
TIMER_CB (quiet, QUIET)
TIMER_CB (pong, PONG)
TIMER_CB (steady, STEADY)
TIMER_CB (retry, RETRY)
TIMER_CB (overdue, OVERDUE)
TIMER_CB (refresh, REFRESH)
TIMER_CB (sleep, SLEEP)
TIMER_CB (digest, DIGEST)
TIMER_CB (slow, SLOW)
TIMER_CB (poll, POLL)
TIMER_CB (candidate, CANDIDATE)

/* Starts a timer, from the beginning if it runs already. */
void
peg_connection_set_timer (PegConnection      *self,
                          PegConnectionTimer  timer,
                          gint64              delay_us)
{
  static const struct {
    const char *name;
    PegClockFunc func;
  } kinds[PEG_CONNECTION_N_TIMERS] = {
    [PEG_CONNECTION_TIMER_DEADLINE] = { "[peg] deadline", deadline_cb },
    [PEG_CONNECTION_TIMER_NUDGE] = { "[peg] nudge", nudge_cb },
    [PEG_CONNECTION_TIMER_GAP] = { "[peg] gap", gap_cb },
    [PEG_CONNECTION_TIMER_QUIET] = { "[peg] quiet", quiet_cb },
    [PEG_CONNECTION_TIMER_PONG] = { "[peg] pong", pong_cb },
    [PEG_CONNECTION_TIMER_STEADY] = { "[peg] steady", steady_cb },
    [PEG_CONNECTION_TIMER_RETRY] = { "[peg] retry", retry_cb },
    [PEG_CONNECTION_TIMER_OVERDUE] = { "[peg] overdue", overdue_cb },
    [PEG_CONNECTION_TIMER_REFRESH] = { "[peg] refresh", refresh_cb },
    [PEG_CONNECTION_TIMER_SLEEP] = { "[peg] sleep", sleep_cb },
    [PEG_CONNECTION_TIMER_DIGEST] = { "[peg] digest", digest_cb },
    [PEG_CONNECTION_TIMER_SLOW] = { "[peg] slow", slow_cb },
    [PEG_CONNECTION_TIMER_POLL] = { "[peg] poll", poll_cb },
    [PEG_CONNECTION_TIMER_CANDIDATE] = { "[peg] candidate", candidate_cb },
  };

  peg_connection_clear_timer (self, timer);
  self->timers[timer] = peg_clock_add (self->clock, kinds[timer].name, delay_us,
                                       kinds[timer].func, self);
}

/* Stops a timer, if it runs. */
void
peg_connection_clear_timer (PegConnection      *self,
                            PegConnectionTimer  timer)
{
  peg_clock_cancel (self->clock, &self->timers[timer]);
}

void
peg_connection_clear_timers (PegConnection *self)
{
  for (guint i = 0; i < PEG_CONNECTION_N_TIMERS; i++)
    peg_connection_clear_timer (self, (PegConnectionTimer) i);
}
