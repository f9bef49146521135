/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-connection"

#include "peg-config.h"

#include "peg-connection-private.h"

#define SECOND_US ((gint64) G_USEC_PER_SEC)

/* How often to ask, docs/architecture.md, “Polling”. */
#define POLL_US (2 * SECOND_US)
#define MIN_POLL_US (SECOND_US / 2)
#define MAX_POLL_US (60 * SECOND_US)
#define UNWATCHED_US (10 * SECOND_US)

/* An answer that takes longer than this is none. */
#define ANSWER_US (10 * SECOND_US)

/* How fresh the proof must be that HTTP works. */
#define PROOF_US (10 * SECOND_US)

/* How long after another action of this person’s the list is asked for, and how
 * soon when somebody begins to look. */
#define SOON_US (SECOND_US / 5)

/* The socket does not open: does anything? */
void
peg_connection_do_ask_http (PegConnection *self)
{
  peg_connection_emit_need_probe (self);
}

/*
 * peg_connection_suspect:
 *
 * A socket ended. If sockets seem not to get through at all, it is time to look
 * whether HTTP does.
 */
void
peg_connection_suspect (PegConnection *self)
{
  /* Whoever wants to be left alone, wants it over HTTP as well. */
  if (!peg_diagnosis_suspects (&self->diagnosis) ||
      self->verdict.retry_after_us != 0 || self->verdict.at_least_us != 0)
    return;

  if (self->http_us != 0 &&
      peg_clock_get_mono_us (self->clock) - self->http_us < PROOF_US)
    peg_connection_feed (self, PEG_CONNECTION_HTTP_OK);
  else
    peg_connection_emit_need_probe (self);
}

/**
 * peg_connection_take_probe:
 * @self: a connection
 * @works: whether the server answers over HTTP
 *
 * Answers #PegConnection::need-probe.
 */
void
peg_connection_take_probe (PegConnection *self,
                           gboolean       works)
{
  g_return_if_fail (PEG_IS_CONNECTION (self));

  self->http_us = works ? peg_clock_get_mono_us (self->clock) : 0;

  if (works && peg_diagnosis_suspects (&self->diagnosis))
    peg_connection_feed (self, PEG_CONNECTION_HTTP_OK);
}

/* Asks for the list. Only while polling is there nothing else that minds the
 * time. */
void
peg_connection_do_poll (PegConnection *self)
{
  const gboolean conditional = self->polled && self->polled_serial == self->list_serial;

  if (self->polls && self->state == PEG_CONNECTION_POLLING)
    return;

  self->polls = TRUE;
  self->poll_serial = peg_connection_get_list_serial (self);
  self->poll_asleep_us = peg_connection_get_asleep_us (self);
  if (self->state == PEG_CONNECTION_POLLING)
    peg_connection_set_timer (self, PEG_CONNECTION_TIMER_DEADLINE, ANSWER_US);

  peg_connection_emit_need_poll (self, conditional);
}

/* When to ask next. When nobody looks, there is no hurry. */
static gint64
next_poll_us (PegConnection *self)
{
  gint64 base_us = POLL_US;

  if (self->poll_ms != 0)
    base_us = CLAMP ((gint64) self->poll_ms * 1000, MIN_POLL_US, MAX_POLL_US);

  if (self->unwatched)
    self->poll_us = MIN (MAX (self->poll_us, base_us) * 3 / 2, MAX (UNWATCHED_US, base_us));
  else
    self->poll_us = base_us;

  return (gint64) ((double) self->poll_us * (0.8 + 0.4 * peg_random_next (self->random)));
}

/* The answer came, and the next question is planned. */
void
peg_connection_do_polled (PegConnection *self)
{
  peg_connection_clear_timer (self, PEG_CONNECTION_TIMER_DEADLINE);
  peg_connection_set_timer (self, PEG_CONNECTION_TIMER_POLL, next_poll_us (self));
}

/* HTTP works, WebSocket does not, and what is shown is what the server has. */
void
peg_connection_do_fall_back (PegConnection *self)
{
  peg_connection_drop (self);
  peg_connection_clear_timers (self);
  self->live_us = 0;
  self->outage_boot_us = 0;
  self->retry_at_us = 0;
  self->rtt_us = -1;
  self->has_target = FALSE;
  self->awaits_http = FALSE;
  self->reason = PEG_LINK_REASON_NONE;
  self->close_code = 0;
  self->poll_us = 0;
  self->polls = FALSE;
  peg_connection_set_detail (self, NULL);
  peg_connection_watch_sleep (self);

  peg_connection_set_timer (self, PEG_CONNECTION_TIMER_STEADY, PEG_CONNECTION_STEADY_US);
  peg_connection_do_polled (self);
  peg_connection_plan_first_candidate (self);

  /* Whoever names files to the server wants to know how it talks, and may have
   * been made since a socket last told. */
  peg_connection_emit_opened (self);
}

/* What is shown is not what was polled. If it has a position that is newer, it is
 * good all the same; else nobody knows which of the two is older, and only
 * another question tells. */
static void
take_other_list (PegConnection        *self,
                 const PegWireMessage *list)
{
  self->polled = FALSE;

  if (self->state == PEG_CONNECTION_POLLING ||
      (list != NULL && list->has_position && self->position.known &&
       g_strcmp0 (list->epoch, self->position.epoch) == 0))
    peg_connection_feed (self, PEG_CONNECTION_POLLED);
  else
    peg_connection_feed (self, PEG_CONNECTION_HTTP_OK);
}

/* The polled list is what is shown, unless something newer is. */
static gboolean
take_polled_list (PegConnection        *self,
                  const PegWireMessage *list)
{
  /* Where no socket ever opened, only the list tells how the server talks. */
  if (!self->knows_dialect)
    self->dialect = list->has_position ? PEG_DIALECT_PEGBOARD_1 : PEG_DIALECT_CLASSIC;

  if (!peg_connection_take_list (self, list, self->poll_serial))
    return FALSE;

  self->polled = TRUE;
  self->polled_serial = self->list_serial;

  return TRUE;
}

/* It did not work; what a refused upgrade would mean, a refused request means as
 * well. */
static void
take_poll_failure (PegConnection *self,
                   const PegPoll *poll)
{
  const PegCloseContext context = { 0 };

  /* Anywhere else, the socket tells what there is to be told. */
  if (self->state != PEG_CONNECTION_POLLING)
    return;

  peg_close_judge (&(PegTransportEnd) {
    .http_status = poll->http_status,
    .reason = poll->reason,
    .retry_after_us = poll->retry_after_us,
  }, &context, &self->verdict);
  peg_connection_set_detail (self, poll->detail);

  if (self->verdict.kind == PEG_VERDICT_ACTION)
    peg_connection_refuse (self);
  else
    peg_connection_feed (self, PEG_CONNECTION_POLL_FAILED);
}

/**
 * peg_connection_take_poll:
 * @self: a connection
 * @poll: what came of asking
 *
 * Answers #PegConnection::need-poll.
 */
void
peg_connection_take_poll (PegConnection *self,
                          const PegPoll *poll)
{
  g_return_if_fail (PEG_IS_CONNECTION (self));
  g_return_if_fail (poll != NULL);

  /* What was asked for before a sleep, or before the socket was back, is not
   * news. */
  if (!self->polls || peg_connection_notice_sleep (self))
    return;

  self->polls = FALSE;

  /* Without a socket nothing else notices a sleep; the next attempt asks again. */
  if (peg_connection_slept_since (self, self->poll_asleep_us))
    return;

  if (poll->list == NULL && !poll->same) {
    take_poll_failure (self, poll);
    return;
  }

  if (poll->list != NULL ? take_polled_list (self, poll->list)
                         : self->poll_serial == self->list_serial)
    peg_connection_feed (self, PEG_CONNECTION_POLLED);
  else
    take_other_list (self, poll->list);
}

/**
 * peg_connection_set_watched:
 * @self: a connection
 * @watched: whether anybody looks at what is shown
 *
 * Lets the connection ask less often when nobody looks, where it has to ask at
 * all. Until it is called, somebody does.
 */
void
peg_connection_set_watched (PegConnection *self,
                            gboolean       watched)
{
  g_return_if_fail (PEG_IS_CONNECTION (self));

  if (self->unwatched == !watched)
    return;

  self->unwatched = !watched;
  if (watched)
    peg_connection_poll_soon (self);
}

/*
 * peg_connection_poll_soon:
 *
 * Somebody wants to know now; does nothing unless the connection is polling.
 */
void
peg_connection_poll_soon (PegConnection *self)
{
  if (self->state == PEG_CONNECTION_POLLING && !self->polls)
    peg_connection_set_timer (self, PEG_CONNECTION_TIMER_POLL, SOON_US);
}
