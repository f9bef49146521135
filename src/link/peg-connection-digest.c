/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-connection"

#include "peg-config.h"

#include "peg-connection-private.h"

#include "peg-digest.h"

/* How often what is shown is compared with what the server has
 * (docs/architecture.md, “The connection”): events are counted, so that this
 * finds only what is wrong with the counting, or with either program. */
#define EVERY_US (60 * 60 * (gint64) G_USEC_PER_SEC)

/* How often it is compared when nobody asked: to sum up 100,000 files takes a fifth of
 * a second, and a server may send any number of sums. */
#define UNASKED_EVERY_US (60 * (gint64) G_USEC_PER_SEC)

/* How often to ask again when the server was at another event meanwhile. */
#define MAX_ASKED 3

static void
ask (PegConnection *self)
{
  g_autoptr (PegWireMessage) message = peg_wire_message_new (PEG_WIRE_DIGEST_REQUEST);

  self->digests_asked++;
  self->awaits_digest = TRUE;
  peg_connection_send (self, message);
}

/*
 * peg_connection_plan_digest:
 *
 * What is shown is what the server has, so it says; see to it that this is
 * looked into.
 */
void
peg_connection_plan_digest (PegConnection *self)
{
  if (self->dialect == PEG_DIALECT_PEGBOARD_1 && self->timers[PEG_CONNECTION_TIMER_DIGEST] == 0)
    peg_connection_set_timer (self, PEG_CONNECTION_TIMER_DIGEST, EVERY_US);
}

/*
 * peg_connection_ask_digest:
 *
 * An hour is over.
 */
void
peg_connection_ask_digest (PegConnection *self)
{
  /* When it is live again, an hour begins. */
  if (self->state != PEG_CONNECTION_LIVE || self->dialect != PEG_DIALECT_PEGBOARD_1)
    return;

  peg_connection_plan_digest (self);
  self->digests_asked = 0;
  ask (self);
}

/*
 * peg_connection_take_digest:
 *
 * The server tells what it has. A difference at the same event is one that no
 * event will ever mend: the list comes anew, and nobody notices anything but
 * “Catching up…”.
 */
void
peg_connection_take_digest (PegConnection        *self,
                            const PegWireMessage *digest)
{
  g_autoptr (PegSnapshot) snapshot = NULL;
  g_autofree char *own = NULL;
  const gint64 now_us = peg_clock_get_mono_us (self->clock);

  if (self->state != PEG_CONNECTION_LIVE || self->dialect != PEG_DIALECT_PEGBOARD_1)
    return;

  if (digest->seq != self->position.seq) {
    if (self->digests_asked < MAX_ASKED)
      ask (self);
    else if (digest->seq > self->position.seq)
      peg_connection_feed (self, PEG_CONNECTION_GAP);
    return;
  }

  if (!self->awaits_digest && self->compared_us != 0 &&
      now_us - self->compared_us < UNASKED_EVERY_US)
    return;

  self->awaits_digest = FALSE;
  self->compared_us = now_us;
  snapshot = peg_store_dup_snapshot (self->store);
  own = peg_digest_snapshot (snapshot);
  if (g_ascii_strcasecmp (own, digest->hash) == 0)
    return;

  g_message ("What is shown differs from what the server has at %s/%" G_GUINT64_FORMAT
             ": taking the list anew", self->position.epoch, self->position.seq);
  peg_position_forget (&self->position);
  peg_connection_feed (self, PEG_CONNECTION_GAP);
}
