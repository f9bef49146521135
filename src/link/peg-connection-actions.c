/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-connection"

#include "peg-config.h"

#include "peg-connection-private.h"

#define SECOND_US ((gint64) G_USEC_PER_SEC)

/* docs/architecture.md, “The connection”. */
#define HELLO_DEADLINE_US (5 * SECOND_US)
#define SYNC_DEADLINE_US (10 * SECOND_US)
#define SYNC_MAX_DEADLINE_US (60 * SECOND_US)
#define NUDGE_US (2 * SECOND_US)
#define GAP_US (2 * SECOND_US)
#define OVERDUE_US (120 * SECOND_US)

/* The longest window, without a longer one by the server, that may still be going
 * on when an attempt fails (docs/architecture.md, “Back-off”). */
#define MAX_REST_US (15 * SECOND_US)
#define CERTIFICATE_US (5 * 60 * SECOND_US)

/* Begins anew, with what the store knows of this server as the position. */
void
peg_connection_do_start (PegConnection *self)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (self->store);

  peg_connection_clear_timers (self);
  peg_connection_drop_candidate (self);
  self->attempt = 0;
  self->tries = 0;
  self->steady = FALSE;
  self->asked_token = FALSE;
  self->polled = FALSE;
  self->polls = FALSE;
  self->http_us = 0;
  self->live_us = 0;
  self->reason = PEG_LINK_REASON_NONE;
  self->close_code = 0;
  self->normal_us[0] = 0;
  self->normal_us[1] = 0;
  peg_connection_set_detail (self, NULL);

  peg_position_forget (&self->position);
  if (peg_snapshot_has_list (snapshot) && peg_snapshot_get_epoch (snapshot) != NULL)
    peg_position_set (&self->position, peg_snapshot_get_epoch (snapshot),
                      peg_snapshot_get_seq (snapshot));

  self->outage_boot_us = peg_clock_get_boot_us (self->clock);
  peg_connection_set_timer (self, PEG_CONNECTION_TIMER_OVERDUE, OVERDUE_US);

  peg_connection_do_dial (self);
}

/* libsoup hands over whole messages, so that a large list over a slow link looks
 * like silence: with every attempt there is more time for it. */
gint64
peg_connection_sync_deadline_us (PegConnection *self)
{
  return MIN (SYNC_DEADLINE_US * (1 + (gint64) self->attempt), SYNC_MAX_DEADLINE_US);
}

/* The socket is open, the server is of the older kind: it sends its list
 * unasked. */
void
peg_connection_do_classic (PegConnection *self)
{
  g_autoptr (PegWireMessage) message = peg_wire_message_new (PEG_WIRE_SET_USER);

  message->user = g_strdup (self->user);
  peg_connection_send (self, message);
  peg_connection_await_classic (self);
}

/*
 * peg_connection_await_classic:
 *
 * A classic server knows who this is; now for its list.
 */
void
peg_connection_await_classic (PegConnection *self)
{
  peg_position_forget (&self->position);
  peg_connection_replay_topics (self);
  peg_connection_set_timer (self, PEG_CONNECTION_TIMER_DEADLINE, peg_connection_sync_deadline_us (self));
  peg_connection_set_timer (self, PEG_CONNECTION_TIMER_NUDGE, NUDGE_US);
  peg_connection_emit_opened (self);
}

/*
 * peg_connection_make_hello:
 *
 * Returns: (transfer full): the greeting, with the position from which to resume
 */
PegWireMessage *
peg_connection_make_hello (PegConnection *self)
{
  PegWireMessage *message = peg_wire_message_new (PEG_WIRE_HELLO);

  message->name = g_strdup (PACKAGE_NAME "/" PACKAGE_VERSION);
  message->user = g_strdup (self->user);
  message->locale = g_strdup (g_get_language_names ()[0]);
  message->topics = peg_connection_dup_topics (self);
  message->transfer = TRUE;
  if (self->position.known) {
    message->epoch = g_strdup (self->position.epoch);
    message->seq = self->position.seq;
    message->has_position = TRUE;
  }
  self->resume_seq = self->position.seq;

  return message;
}

/* The socket is open, the server speaks our dialect. */
void
peg_connection_do_greet (PegConnection *self)
{
  g_autoptr (PegWireMessage) message = peg_connection_make_hello (self);

  peg_connection_send (self, message);
  peg_connection_await_hello (self);
}

/*
 * peg_connection_await_hello:
 *
 * The greeting was sent; it is to be answered.
 */
void
peg_connection_await_hello (PegConnection *self)
{
  self->pongs = TRUE;
  peg_connection_set_timer (self, PEG_CONNECTION_TIMER_DEADLINE, HELLO_DEADLINE_US);
  peg_connection_emit_opened (self);
}

/* The greeting was answered; now for what was missed. */
void
peg_connection_do_sync (PegConnection *self)
{
  peg_connection_set_timer (self, PEG_CONNECTION_TIMER_DEADLINE, peg_connection_sync_deadline_us (self));
}

/* What is shown is what the server has. */
void
peg_connection_do_live (PegConnection *self)
{
  peg_connection_clear_timer (self, PEG_CONNECTION_TIMER_DEADLINE);
  peg_connection_clear_timer (self, PEG_CONNECTION_TIMER_NUDGE);
  peg_connection_clear_timer (self, PEG_CONNECTION_TIMER_GAP);
  peg_connection_clear_timer (self, PEG_CONNECTION_TIMER_OVERDUE);
  peg_diagnosis_note_live (&self->diagnosis);
  self->candidate_at_us = 0;
  self->live_us = peg_clock_get_mono_us (self->clock);
  self->outage_boot_us = 0;
  self->has_target = FALSE;
  self->awaits_http = FALSE;
  self->reason = PEG_LINK_REASON_NONE;
  self->close_code = 0;
  peg_connection_set_detail (self, NULL);

  peg_connection_set_timer (self, PEG_CONNECTION_TIMER_STEADY, PEG_CONNECTION_STEADY_US);
  peg_connection_plan_digest (self);

  /* Measures the round trip, and tells whether this server answers at all. */
  peg_connection_do_ping (self);
}

/* Events are missing: ask for them, but not for long. */
void
peg_connection_do_gap (PegConnection *self)
{
  g_autoptr (PegWireMessage) message = peg_wire_message_new (PEG_WIRE_REPLAY);

  /* What is shown was found to be wrong: there is nothing to go on from. */
  if (!self->position.known) {
    peg_connection_send_kind (self, PEG_WIRE_REQUEST_UPDATE);
    peg_connection_do_sync (self);
    return;
  }

  if (self->timers[PEG_CONNECTION_TIMER_GAP] != 0)
    return;

  message->epoch = g_strdup (self->position.epoch);
  message->seq = self->position.seq + 1;
  message->has_position = TRUE;
  peg_connection_send (self, message);
  peg_connection_set_timer (self, PEG_CONNECTION_TIMER_GAP, GAP_US);
}

/* How long to wait, by the rule, and in which window. */
static gint64
draw_delay (PegConnection     *self,
            const PegBackoff  *backoff)
{
  const gint64 now_us = peg_clock_get_mono_us (self->clock);
  PegBackoff full = *backoff;
  gint64 rest_us;
  gint64 delay_us;

  full.window_ms = self->window_ms;
  /* Whoever presses Reconnect again and again does not put off what is planned. */
  full.rest_us = CLAMP (self->window_end_us - now_us, 0,
                        MAX (MAX_REST_US, (gint64) self->window_ms * 1000));
  delay_us = peg_backoff_delay_us (&full, &rest_us);
  self->window_end_us = now_us + delay_us + rest_us;

  return delay_us;
}

/* Only ever called on the way to WAITING or SUSPENDED. */
static gint64
next_delay (PegConnection *self)
{
  const double random = peg_random_next (self->random);

  if (self->state == PEG_CONNECTION_SUSPENDED)
    return MAX (peg_backoff_suspended_us (random),
                MIN (self->verdict.retry_after_us, PEG_BACKOFF_MAX_RETRY_AFTER_US));

  if (self->verdict.at_once && self->tries == 0)
    return 0;

  return draw_delay (self, &(PegBackoff) {
    .policy = self->policy,
    .attempt = self->tries,
    .cause = self->verdict.cause,
    .retry_after_us = self->verdict.retry_after_us,
    .at_least_us = self->verdict.at_least_us,
    .random = random,
  });
}

static void
set_retry (PegConnection *self,
           gint64         delay_us)
{
  self->delay_us = delay_us;
  self->retry_at_us = peg_clock_get_mono_us (self->clock) + delay_us;
  peg_connection_set_timer (self, PEG_CONNECTION_TIMER_RETRY, delay_us);
}

/*
 * peg_connection_let_go:
 *
 * There is no socket any more, and the time without one counts.
 */
void
peg_connection_let_go (PegConnection *self)
{
  const guint overdue = self->timers[PEG_CONNECTION_TIMER_OVERDUE];

  peg_connection_drop (self);
  peg_connection_drop_candidate (self);
  self->polls = FALSE;
  self->timers[PEG_CONNECTION_TIMER_OVERDUE] = 0;
  peg_connection_clear_timers (self);
  self->timers[PEG_CONNECTION_TIMER_OVERDUE] = overdue;

  self->live_us = 0;
  self->retry_at_us = 0;

  if (self->outage_boot_us == 0) {
    self->outage_boot_us = peg_clock_get_boot_us (self->clock);
    peg_connection_set_timer (self, PEG_CONNECTION_TIMER_OVERDUE, OVERDUE_US);
  }
}

/* The socket is gone; the verdict says why. */
static void
leave (PegConnection *self)
{
  const PegSocketLife life = {
    .opened_us = self->opened_us,
    .heard = self->heard,
    .was_live = self->live_us != 0,
  };

  if (self->transport != NULL)
    peg_diagnosis_note_end (&self->diagnosis, &self->verdict, &life,
                            peg_clock_get_mono_us (self->clock));
  peg_connection_let_go (self);

  self->attempt = self->steady ? 0 : self->attempt + 1;
  if (self->steady)
    self->tries = 0;
  self->steady = FALSE;
  self->asks_token = FALSE;
  self->reason = self->verdict.reason;
  self->close_code = self->verdict.code;
}

void
peg_connection_do_wait (PegConnection *self)
{
  leave (self);
  self->hurries = FALSE;
  set_retry (self, next_delay (self));
  self->tries++;

  if (self->verdict.needs_snapshot)
    peg_connection_emit_need_list (self);
  peg_connection_suspect (self);

  /* Timers stand still while the computer sleeps; the outage goes on. */
  if (peg_clock_get_boot_us (self->clock) - self->outage_boot_us >= OVERDUE_US)
    peg_connection_feed (self, PEG_CONNECTION_OVERDUE);
}

/* Something here has changed, so that an attempt may be worth it now. Whoever
 * asked for time gets it; and where many clients hang on one switch, they are
 * spread as widely as the server wants them to be. */
void
peg_connection_do_hurry (PegConnection *self)
{
  const gint64 window_end_us = self->window_end_us;
  gint64 delay_us;

  /* Hints come in bursts; the earliest of many random moments would be the same
   * one for everybody. */
  if (self->hurries || self->verdict.retry_after_us != 0 || self->verdict.at_least_us != 0)
    return;

  delay_us = draw_delay (self, &(PegBackoff) {
    .cause = PEG_BACKOFF_LOCAL,
    .random = peg_random_next (self->random),
  });

  if (peg_clock_get_mono_us (self->clock) + delay_us < self->retry_at_us)
    set_retry (self, delay_us);
  else
    self->window_end_us = window_end_us;
  self->hurries = TRUE;
}

/* It took too long; the socket knows nothing of that. */
void
peg_connection_do_late (PegConnection *self)
{
  self->verdict = (PegVerdict) {
    .kind = PEG_VERDICT_RETRY,
    .reason = PEG_LINK_REASON_TIMEOUT,
    .cause = PEG_BACKOFF_LOCAL,
  };
  peg_connection_set_detail (self, NULL);

  /* Nobody said that there is no other token; it may be asked for again. */
  if (self->asks_token)
    self->asked_token = FALSE;

  peg_connection_do_wait (self);
}

/* The watchdog: no answer to a ping. */
void
peg_connection_do_silent (PegConnection *self)
{
  self->verdict = (PegVerdict) {
    .kind = PEG_VERDICT_RETRY,
    .reason = PEG_LINK_REASON_LOST,
    .cause = PEG_BACKOFF_LOCAL,
  };
  peg_connection_set_detail (self, NULL);
  peg_connection_do_wait (self);
}

/* The computer slept: what is shown is as old as that. The time asleep is no
 * outage, and the waits begin with a short one. */
void
peg_connection_do_slept (PegConnection *self)
{
  self->outage_boot_us = 0;
  peg_connection_clear_timer (self, PEG_CONNECTION_TIMER_OVERDUE);
  peg_connection_do_silent (self);
}

/* Only a whole list can help, and a new connection without a position brings
 * one. */
void
peg_connection_do_resync (PegConnection *self)
{
  peg_position_forget (&self->position);

  self->verdict = (PegVerdict) {
    .kind = PEG_VERDICT_RETRY,
    .reason = PEG_LINK_REASON_PROTOCOL,
    .cause = PEG_BACKOFF_LOCAL,
  };
  peg_connection_set_detail (self, NULL);
  peg_connection_do_wait (self);
}

/* There has been no server for a long time: try less often. */
void
peg_connection_do_suspend (PegConnection *self)
{
  self->hurries = FALSE;
  set_retry (self, next_delay (self));
}

/* A person has to do something. A certificate may have been renewed meanwhile,
 * which costs nothing to find out. */
void
peg_connection_do_need (PegConnection *self)
{
  leave (self);
  peg_connection_clear_timer (self, PEG_CONNECTION_TIMER_OVERDUE);

  if (peg_link_reason_is_certificate (self->verdict.reason))
    set_retry (self, CERTIFICATE_US);
}

static void
stop (PegConnection *self,
      PegLinkReason  reason)
{
  leave (self);
  peg_connection_clear_timers (self);
  self->outage_boot_us = 0;
  self->attempt = 0;
  self->reason = reason;
}

/* A person wants no connection. */
void
peg_connection_do_stop (PegConnection *self)
{
  self->verdict = (PegVerdict) { 0 };
  peg_connection_set_detail (self, NULL);
  stop (self, PEG_LINK_REASON_PERSON);
}

/* Another window of the same person has the connection now. */
void
peg_connection_do_replaced (PegConnection *self)
{
  stop (self, PEG_LINK_REASON_REPLACED);
}

/* A classic server that sends no list by itself sends one when asked. */
void
peg_connection_do_nudge (PegConnection *self)
{
  peg_connection_send_kind (self, PEG_WIRE_REFRESH_FILES);
}

/* It has been live for a while, with a list to prove it. */
void
peg_connection_do_steady (PegConnection *self)
{
  self->steady = TRUE;
  self->asked_token = FALSE;
  self->attempt = 0;
  self->tries = 0;
}

void
peg_connection_do_nothing (PegConnection *self)
{
}
