/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-connection"

#include "peg-config.h"

#include "peg-connection-private.h"

#define SECOND_US ((gint64) G_USEC_PER_SEC)

/* docs/architecture.md, “The connection”. */
#define QUIET_US (25 * SECOND_US)
#define PONG_US (10 * SECOND_US)
#define PROBE_US (3 * SECOND_US)

/* By how much a round trip must differ from the one that is shown to be shown instead. */
#define RTT_STEP_US (5 * 1000)

/* A server may want pings more often than every 25 s, but a dead link must be
 * noticed within 40 s. */
#define MIN_QUIET_US SECOND_US

/* After how long without a message to ask whether the server is there. */
gint64
peg_connection_quiet_us (PegConnection *self)
{
  if (self->ping_ms == 0)
    return QUIET_US;

  return CLAMP ((gint64) self->ping_ms * 1000, MIN_QUIET_US, QUIET_US);
}

/* An answer is due, and no later than one that was due already: doubts that come
 * one after the other, as when a network is being set up, must not put off the
 * moment in which they turn out to be right. */
static void
expect_pong (PegConnection *self,
             gint64         due_us)
{
  if (self->timers[PEG_CONNECTION_TIMER_PONG] != 0 && self->pong_due_us <= due_us)
    return;

  self->pong_due_us = due_us;
  peg_connection_set_timer (self, PEG_CONNECTION_TIMER_PONG,
                            due_us - peg_clock_get_mono_us (self->clock));
}

static void
ping (PegConnection *self,
      gint64         deadline_us)
{
  g_autoptr (PegWireMessage) message = peg_wire_message_new (PEG_WIRE_PING);
  const gint64 now_us = peg_clock_get_mono_us (self->clock);

  /* Classic servers know no numbers. Some of them answer an object, some the bare
   * word, some nothing: both forms go out in turn until one is answered. */
  self->ping_id++;
  if (self->dialect == PEG_DIALECT_PEGBOARD_1)
    message->id = self->ping_id;
  else if (self->pongs)
    message->plain = self->ping_plain;
  else
    message->plain = self->ping_plain = self->pinged && !self->ping_plain;
  self->pinged = TRUE;

  /* What was not answered by somebody who need not answer was not late. */
  if (self->ping_us == 0 || !self->pongs)
    self->ping_us = now_us;
  peg_connection_send (self, message);

  /* A server that never answered a ping cannot be held to it; the kernel finds
   * the dead link then, because the ping is not acknowledged. */
  if (self->pongs)
    expect_pong (self, now_us + deadline_us);
  peg_connection_set_timer (self, PEG_CONNECTION_TIMER_QUIET, peg_connection_quiet_us (self));
}

/* Nothing came for a while. */
void
peg_connection_do_ping (PegConnection *self)
{
  ping (self, PONG_US);
}

/* Somebody doubts that the connection is alive. */
void
peg_connection_do_probe (PegConnection *self)
{
  ping (self, PROBE_US);
}

/*
 * peg_connection_take_pong:
 *
 * The server answered a ping, or says that it does.
 */
void
peg_connection_take_pong (PegConnection        *self,
                          const PegWireMessage *pong)
{
  const gint64 now_us = peg_clock_get_mono_us (self->clock);
  gint64 rtt_us;

  if (self->ping_us == 0 || (pong->id >= 0 && pong->id != self->ping_id))
    return;

  /* An answer that is later than what a server is held to proves nothing, not
   * even which of the forms it answers. */
  if (now_us - self->ping_us <= PONG_US)
    self->pongs = TRUE;

  rtt_us = now_us - self->ping_us;
  self->ping_us = 0;

  /* It is never twice the same, and to show another draws the window anew. */
  if (self->rtt_us >= 0 && ABS (rtt_us - self->rtt_us) <= MAX (RTT_STEP_US, self->rtt_us / 4))
    return;

  self->rtt_us = rtt_us;
  peg_connection_publish (self);
}
