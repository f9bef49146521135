/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-connection"

#include "peg-config.h"

#include "peg-connection-private.h"

#include "peg-words.h"

/* As much of a server’s words as anybody reads, characters. */
#define MAX_DETAIL 1000

#define SECOND_US ((gint64) G_USEC_PER_SEC)

/* How often to look whether the computer slept, when nothing else happens, and
 * how long a sleep must be to count: a wake-up every 5 s is well within what an
 * idle program may cost, and two clocks that are read one after the other differ
 * by less than a busy moment. */
#define SLEEP_CHECK_US (5 * SECOND_US)
#define SLEEP_MIN_US (2 * SECOND_US)

/* A socket that takes this long to open makes one wonder whether anything does
 * (docs/architecture.md, “The connection”). */
#define SLOW_US (4 * SECOND_US)

void
peg_connection_set_detail (PegConnection *self,
                           const char    *detail)
{
  /* It may be the reason phrase of an HTTP status, which is any bytes (RFC 9112,
   * 4), and it is shown. */
  g_autofree char *valid = detail != NULL ? g_utf8_make_valid (detail, -1) : NULL;

  g_free (self->detail);
  self->detail = peg_words_clip (valid, MAX_DETAIL);
}

/* The old socket is told good-bye and forgotten: whatever it still does, nobody
 * hears it. */
void
peg_connection_drop (PegConnection *self)
{
  self->watches_sleep = FALSE;
  self->awaits_auth = FALSE;
  self->ping_us = 0;

  if (self->transport == NULL)
    return;

  peg_connection_forget_transfer (self);
  g_signal_handlers_disconnect_by_data (self->transport, self);
  peg_transport_close (self->transport, PEG_CLOSE_NORMAL, "Client disconnect");
  g_clear_object (&self->transport);
}

/*
 * peg_connection_get_asleep_us:
 *
 * Returns: how long the computer has ever slept
 */
gint64
peg_connection_get_asleep_us (PegConnection *self)
{
  return peg_clock_get_boot_us (self->clock) - peg_clock_get_mono_us (self->clock);
}

/*
 * peg_connection_slept_since:
 * @asleep_us: what peg_connection_get_asleep_us() was when something was asked
 *
 * Returns: whether the computer slept since, so that the answer may be as old as
 *   that
 */
gboolean
peg_connection_slept_since (PegConnection *self,
                            gint64         asleep_us)
{
  return peg_connection_get_asleep_us (self) - asleep_us > SLEEP_MIN_US;
}

/* What is known is live, or about to be: from now on a sleep means that it is
 * old. */
void
peg_connection_watch_sleep (PegConnection *self)
{
  self->watches_sleep = TRUE;
  self->asleep_us = peg_connection_get_asleep_us (self);
  peg_connection_set_timer (self, PEG_CONNECTION_TIMER_SLEEP, SLEEP_CHECK_US);
}

/*
 * peg_connection_notice_sleep:
 *
 * Looks whether the computer slept while the socket was open. Timers stand still
 * in a sleep, so that the heartbeat alone would show what is hours old as live
 * for half a minute; nothing that happens is looked at before this is known.
 *
 * Returns: whether it slept, and the socket is gone
 */
gboolean
peg_connection_notice_sleep (PegConnection *self)
{
  gint64 missed_us;

  if (!self->watches_sleep)
    return FALSE;

  missed_us = peg_connection_get_asleep_us (self) - self->asleep_us;
  if (!peg_connection_slept_since (self, self->asleep_us)) {
    if (self->timers[PEG_CONNECTION_TIMER_SLEEP] == 0)
      peg_connection_set_timer (self, PEG_CONNECTION_TIMER_SLEEP, SLEEP_CHECK_US);
    return FALSE;
  }

  self->asleep_us += missed_us;
  self->missed_us = missed_us;
  peg_connection_feed (self, PEG_CONNECTION_SLEPT);

  return TRUE;
}

/*
 * peg_connection_note_open:
 *
 * The socket is open, and @dialect is how the server talks through it.
 */
void
peg_connection_note_open (PegConnection *self)
{
  self->opened_us = peg_clock_get_mono_us (self->clock);
  self->heard = FALSE;
  self->knows_dialect = TRUE;
  self->polls = FALSE;
  peg_connection_clear_timer (self, PEG_CONNECTION_TIMER_SLOW);
  peg_connection_watch_sleep (self);
}

static void
opened_cb (PegTransport  *transport,
           const char    *protocol,
           PegConnection *self)
{
  const gboolean ours = g_strcmp0 (protocol, PEG_WIRE_PROTOCOL) == 0;

  self->dialect = ours ? PEG_DIALECT_PEGBOARD_1 : PEG_DIALECT_CLASSIC;
  peg_connection_note_open (self);

  if (self->auth_mode == PEG_AUTH_MESSAGE && self->token != NULL)
    peg_connection_feed (self, PEG_CONNECTION_OPENED_FIRST);
  else
    peg_connection_feed (self, ours ? PEG_CONNECTION_OPENED_PEGBOARD
                                    : PEG_CONNECTION_OPENED_CLASSIC);
}

static void
message_cb (PegTransport  *transport,
            GBytes        *text,
            PegConnection *self)
{
  /* What comes first after a sleep may have been sent before it. */
  if (!peg_connection_notice_sleep (self))
    peg_connection_take_message (self, text);
}

static void
binary_cb (PegTransport  *transport,
           GBytes        *bytes,
           PegConnection *self)
{
  if (!peg_connection_notice_sleep (self))
    peg_connection_take_frame (self, bytes);
}

/* Whether this is the third close without a reason within a minute. */
static gboolean
note_normal (PegConnection *self,
             gint64         now_us)
{
  const gint64 oldest_us = self->normal_us[0];

  self->normal_us[0] = self->normal_us[1];
  self->normal_us[1] = now_us;

  return oldest_us != 0 && now_us - oldest_us < 60 * SECOND_US;
}

static void
closed_cb (PegTransport          *transport,
           const PegTransportEnd *end,
           PegConnection         *self)
{
  const gint64 now_us = peg_clock_get_mono_us (self->clock);
  PegCloseContext context = { 0 };

  if (self->live_us != 0)
    context.live_us = now_us - self->live_us;
  context.rival = self->rival_us != 0 && now_us - self->rival_us < PEG_CONNECTION_STEADY_US;
  if (end->was_open && end->code == PEG_CLOSE_NORMAL)
    context.repeated = note_normal (self, now_us);

  peg_close_judge (end, &context, &self->verdict);
  peg_connection_set_detail (self, end->detail);

  switch (self->verdict.kind) {
  case PEG_VERDICT_RETRY:
    peg_connection_feed (self, PEG_CONNECTION_LOST);
    break;
  case PEG_VERDICT_ACTION:
    peg_connection_refuse (self);
    break;
  case PEG_VERDICT_STOP:
    peg_connection_feed (self, PEG_CONNECTION_REPLACED);
    break;
  default:
    g_assert_not_reached ();
  }
}

/*
 * peg_connection_send:
 *
 * Returns: whether the message is on its way
 */
gboolean
peg_connection_send (PegConnection        *self,
                     const PegWireMessage *message)
{
  g_autofree char *text = NULL;
  gsize length;

  /* Nothing else is said before the sign-in is settled. */
  if (self->transport == NULL || self->awaits_auth)
    return FALSE;

  text = peg_wire_encode (message, self->dialect, &length);

  return peg_transport_send_text (self->transport, text);
}

void
peg_connection_send_kind (PegConnection *self,
                          PegWireKind    kind)
{
  g_autoptr (PegWireMessage) message = peg_wire_message_new (kind);

  peg_connection_send (self, message);
}

/*
 * peg_connection_dup_uri:
 *
 * Returns: (transfer full): what to open
 */
char *
peg_connection_dup_uri (PegConnection *self)
{
  g_autofree char *query = peg_connection_dup_query (self);

  return g_strconcat (self->uri, "?", query, NULL);
}

/*
 * peg_connection_adopt:
 *
 * From now on, @transport is the socket.
 */
void
peg_connection_adopt (PegConnection *self,
                      PegTransport  *transport)
{
  self->transport = g_object_ref (transport);
  g_signal_connect (self->transport, "opened", G_CALLBACK (opened_cb), self);
  g_signal_connect (self->transport, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (self->transport, "binary", G_CALLBACK (binary_cb), self);
  g_signal_connect (self->transport, "closed", G_CALLBACK (closed_cb), self);
}

/* Opens a new socket. */
void
peg_connection_do_dial (PegConnection *self)
{
  const char *protocols[] = { PEG_WIRE_PROTOCOL, NULL };
  g_autoptr (PegTransport) transport = peg_dialer_make_transport (self->dialer);
  g_autofree char *uri = peg_connection_dup_uri (self);

  peg_connection_drop (self);
  peg_connection_clear_timer (self, PEG_CONNECTION_TIMER_RETRY);
  self->retry_at_us = 0;
  self->rtt_us = -1;
  self->rival_us = 0;
  self->opened_us = 0;
  self->has_target = FALSE;
  self->awaits_http = FALSE;
  self->asks_token = FALSE;

  peg_connection_adopt (self, transport);
  peg_connection_set_timer (self, PEG_CONNECTION_TIMER_DEADLINE, PEG_CONNECTION_OPEN_US);
  peg_connection_set_timer (self, PEG_CONNECTION_TIMER_SLOW, SLOW_US);
  peg_transport_open (transport, uri, protocols);
}
