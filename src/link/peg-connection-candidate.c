/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-connection"

#include "peg-config.h"

#include "peg-connection-private.h"

#define SECOND_US ((gint64) G_USEC_PER_SEC)

/* How long a candidate has to prove itself, and after how much of it a classic
 * server that has said nothing is asked for its list. */
#define PROVE_US (10 * SECOND_US)
#define NUDGE_US (5 * SECOND_US)

/* How soon after the beginning of a polling that follows another. */
#define MIN_LEFT_US (5 * SECOND_US)

/* What a candidate may say before it is one: a list and what happens meanwhile. */
#define MAX_HELD 1024
#define MAX_HELD_BYTES (2 * PEG_WIRE_MAX_BYTES)

/* Answers that prove something are short; a list need not be read twice. */
#define MAX_ANSWER_BYTES 4096

/*
 * While the connection polls, a socket is tried in the background from time to
 * time: the candidate. What it says is kept until it has proved that messages go
 * both ways: in our dialect by the answer to the greeting and a pong after it,
 * else by the list or a pong. Then it becomes the socket of the connection, and what was
 * kept is taken as if it came just now. The greeting names the position of the
 * last poll, so that nothing is missing in between; the polling ends only then.
 */

static void
free_candidate (PegConnection *self)
{
  if (self->candidate == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->candidate, self);
  g_clear_object (&self->candidate);
  g_clear_pointer (&self->held, g_ptr_array_unref);
}

/*
 * peg_connection_drop_candidate:
 *
 * Closes the socket that was being tried in the background, if there is one.
 */
void
peg_connection_drop_candidate (PegConnection *self)
{
  if (self->candidate == NULL)
    return;

  peg_transport_close (self->candidate, PEG_CLOSE_NORMAL, "Client disconnect");
  free_candidate (self);
}

/*
 * peg_connection_plan_candidate:
 *
 * Plans the next try. What went away for a moment comes back within the first
 * minute; what never works costs ever less. A list that is too long for a socket
 * is the dearest way to find out that nothing has changed.
 */
void
peg_connection_plan_candidate (PegConnection *self)
{
  static const gint64 waits_us[] = {
    15 * SECOND_US, 15 * SECOND_US, 15 * SECOND_US, 15 * SECOND_US,
    30 * SECOND_US, 60 * SECOND_US, 120 * SECOND_US, 240 * SECOND_US, 300 * SECOND_US,
  };
  const guint last = G_N_ELEMENTS (waits_us) - 1;
  const guint place = self->diagnosis.too_big_us != 0 ? last : MIN (self->candidate_tries, last);

  const gint64 now_us = peg_clock_get_mono_us (self->clock);

  self->candidate_tries++;
  self->candidate_at_us = now_us + waits_us[place];
  peg_connection_set_timer (self, PEG_CONNECTION_TIMER_CANDIDATE, waits_us[place]);
}

/*
 * peg_connection_plan_first_candidate:
 *
 * Plans the first try after polling began. What was planned when it last polled
 * holds, if nothing was live since: else a server that fails now and then would
 * put the socket off for ever.
 */
void
peg_connection_plan_first_candidate (PegConnection *self)
{
  const gint64 planned_us = self->candidate_at_us;
  gint64 left_us;

  self->candidate_tries = 0;
  peg_connection_plan_candidate (self);
  if (planned_us == 0 || planned_us >= self->candidate_at_us)
    return;

  left_us = MAX (planned_us - peg_clock_get_mono_us (self->clock), MIN_LEFT_US);
  self->candidate_at_us = planned_us;
  peg_connection_set_timer (self, PEG_CONNECTION_TIMER_CANDIDATE, left_us);
}

static void
give_up (PegConnection *self,
         const char    *why)
{
  g_info ("No socket yet: %s", why);
  peg_connection_drop_candidate (self);
  peg_connection_plan_candidate (self);
}

static void
say (PegConnection        *self,
     const PegWireMessage *message)
{
  gsize length;
  g_autofree char *text = peg_wire_encode (message, self->candidate_dialect, &length);

  peg_transport_send_text (self->candidate, text);
}

static void
say_kind (PegConnection *self,
          PegWireKind    kind)
{
  g_autoptr (PegWireMessage) message = peg_wire_message_new (kind);

  message->user = g_strdup (self->user);
  message->token = g_strdup (self->token);
  if (kind == PEG_WIRE_PING && self->candidate_dialect == PEG_DIALECT_PEGBOARD_1)
    message->id = ++self->ping_id;
  message->plain = kind == PEG_WIRE_PING && self->pongs && self->ping_plain;
  say (self, message);
}

/* In our dialect answers come in order: before the pong is everything that the
 * greeting asked for. */
static void
greet (PegConnection *self)
{
  if (self->candidate_dialect == PEG_DIALECT_PEGBOARD_1) {
    g_autoptr (PegWireMessage) hello = peg_connection_make_hello (self);

    say (self, hello);
  } else {
    say_kind (self, PEG_WIRE_SET_USER);
  }
  say_kind (self, PEG_WIRE_PING);
}

static void
candidate_opened_cb (PegTransport  *transport,
                     const char    *protocol,
                     PegConnection *self)
{
  self->candidate_dialect = g_strcmp0 (protocol, PEG_WIRE_PROTOCOL) == 0
                              ? PEG_DIALECT_PEGBOARD_1 : PEG_DIALECT_CLASSIC;
  self->candidate_open = TRUE;
  self->candidate_signs_in = self->auth_mode == PEG_AUTH_MESSAGE && self->token != NULL;

  if (self->candidate_signs_in)
    say_kind (self, PEG_WIRE_AUTH);
  else
    greet (self);
}

/* The candidate becomes the socket; what it said is said again. */
static void
promote (PegConnection *self)
{
  g_autoptr (GPtrArray) held = g_ptr_array_ref (self->held);
  g_autoptr (PegTransport) transport = g_object_ref (self->candidate);

  peg_connection_feed (self, self->candidate_dialect == PEG_DIALECT_PEGBOARD_1
                               ? PEG_CONNECTION_PROVEN_PEGBOARD : PEG_CONNECTION_PROVEN_CLASSIC);

  for (guint i = 0; i < held->len && self->transport == transport; i++)
    peg_connection_take_message (self, held->pdata[i]);
}

/* Whether the candidate has proved itself with this message. */
static gboolean
weigh (PegConnection *self,
       GBytes        *text)
{
  g_autoptr (PegWireMessage) message = NULL;
  gsize length;
  const char *data = g_bytes_get_data (text, &length);

  /* Before the greeting is answered, it may be the list of another dialect. */
  if (length <= MAX_ANSWER_BYTES ||
      (self->candidate_dialect == PEG_DIALECT_PEGBOARD_1 && !self->candidate_greeted))
    message = peg_wire_decode_server (data, length, NULL);

  if (self->candidate_signs_in) {
    if (message != NULL && message->kind == PEG_WIRE_AUTH_RESULT && message->here) {
      self->candidate_signs_in = FALSE;
      greet (self);
    }
    return FALSE;
  }

  /* A refusal proves nothing, and is short. */
  if (self->candidate_dialect == PEG_DIALECT_CLASSIC)
    return length > MAX_ANSWER_BYTES ||
           (message != NULL && (message->kind == PEG_WIRE_FILE_LIST || message->kind == PEG_WIRE_PONG));

  /* The server selected what it does not speak, as one that echoes whatever it is
   * offered does. */
  if (!self->candidate_greeted && message != NULL &&
      message->kind == PEG_WIRE_FILE_LIST && !message->has_position) {
    self->candidate_dialect = PEG_DIALECT_CLASSIC;
    self->pongs = FALSE;
    say_kind (self, PEG_WIRE_SET_USER);
    return TRUE;
  }

  if (message != NULL && message->kind == PEG_WIRE_HELLO_OK)
    self->candidate_greeted = TRUE;

  return self->candidate_greeted && message != NULL && message->kind == PEG_WIRE_PONG;
}

static void
candidate_message_cb (PegTransport  *transport,
                      GBytes        *text,
                      PegConnection *self)
{
  if (peg_connection_notice_sleep (self))
    return;

  self->held_bytes += g_bytes_get_size (text);
  if (self->held->len >= MAX_HELD || self->held_bytes > MAX_HELD_BYTES) {
    give_up (self, "it says too much");
    return;
  }

  g_ptr_array_add (self->held, g_bytes_ref (text));
  if (weigh (self, text))
    promote (self);
}

static void
candidate_closed_cb (PegTransport          *transport,
                     const PegTransportEnd *end,
                     PegConnection         *self)
{
  const PegCloseContext context = { 0 };
  PegVerdict verdict = { 0 };
  gint64 away_us;

  peg_close_judge (end, &context, &verdict);
  give_up (self, end->detail != NULL ? end->detail : "it closed");

  /* Whoever asks to be left alone is, and not by all until the same moment. */
  away_us = MAX (verdict.retry_after_us, verdict.at_least_us);
  away_us += (gint64) ((double) away_us * 0.2 * peg_random_next (self->random));
  if (peg_clock_get_mono_us (self->clock) + away_us > self->candidate_at_us) {
    self->candidate_at_us = peg_clock_get_mono_us (self->clock) + away_us;
    peg_connection_set_timer (self, PEG_CONNECTION_TIMER_CANDIDATE, away_us);
  }
}

/* Tries a socket in the background, unless one is being tried. */
void
peg_connection_do_try_socket (PegConnection *self)
{
  const char *protocols[] = { PEG_WIRE_PROTOCOL, NULL };
  g_autofree char *uri = NULL;

  if (self->candidate != NULL)
    return;

  uri = peg_connection_dup_uri (self);
  self->candidate = peg_dialer_make_transport (self->dialer);
  self->candidate_open = FALSE;
  self->candidate_greeted = FALSE;
  self->candidate_nudged = FALSE;
  self->candidate_signs_in = FALSE;
  self->held = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->held_bytes = 0;
  g_signal_connect (self->candidate, "opened", G_CALLBACK (candidate_opened_cb), self);
  g_signal_connect (self->candidate, "message", G_CALLBACK (candidate_message_cb), self);
  g_signal_connect (self->candidate, "closed", G_CALLBACK (candidate_closed_cb), self);

  peg_connection_set_timer (self, PEG_CONNECTION_TIMER_CANDIDATE, NUDGE_US);
  peg_transport_open (self->candidate, uri, protocols);
}

/* It is time: for another candidate, or to have a look at this one. */
void
peg_connection_do_candidate (PegConnection *self)
{
  if (self->candidate == NULL) {
    peg_connection_do_try_socket (self);
  } else if (!self->candidate_nudged) {
    self->candidate_nudged = TRUE;
    if (self->candidate_open && !self->candidate_signs_in &&
        self->candidate_dialect == PEG_DIALECT_CLASSIC)
      say_kind (self, PEG_WIRE_REFRESH_FILES);
    peg_connection_set_timer (self, PEG_CONNECTION_TIMER_CANDIDATE, PROVE_US - NUDGE_US);
  } else {
    give_up (self, "it does not answer");
  }
}

static void
take_over (PegConnection *self)
{
  g_autoptr (PegTransport) transport = NULL;

  /* The table is gone through for every pair; no socket can be proven that is
   * not there. */
  g_return_if_fail (self->candidate != NULL);

  transport = g_object_ref (self->candidate);
  free_candidate (self);
  peg_connection_let_go (self);
  self->dialect = self->candidate_dialect;
  self->has_target = FALSE;
  self->rtt_us = -1;
  self->rival_us = 0;
  peg_connection_adopt (self, transport);
  peg_connection_note_open (self);
}

/* The socket of a server that speaks our dialect has proved itself. */
void
peg_connection_do_take_over (PegConnection *self)
{
  take_over (self);
  peg_connection_await_hello (self);
}

/* The socket of a classic server has. */
void
peg_connection_do_take_over_classic (PegConnection *self)
{
  take_over (self);
  peg_connection_await_classic (self);
}
