/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-connection"

#include "peg-config.h"

#include "peg-connection-private.h"

/* How long the server may think about a token (docs/architecture.md, “The
 * connection”). */
#define SIGN_IN_DEADLINE_US (5 * (gint64) G_USEC_PER_SEC)

/* The socket is open; first of all the server wants to know who this is. */
void
peg_connection_do_sign_in (PegConnection *self)
{
  g_autoptr (PegWireMessage) message = peg_wire_message_new (PEG_WIRE_AUTH);

  message->token = g_strdup (self->token);
  peg_connection_send (self, message);
  self->awaits_auth = TRUE;

  peg_connection_set_timer (self, PEG_CONNECTION_TIMER_DEADLINE, SIGN_IN_DEADLINE_US);
}

/*
 * peg_connection_take_auth:
 * @message: `auth_success` or `auth_failed`
 *
 * The server has made up its mind.
 */
void
peg_connection_take_auth (PegConnection        *self,
                          const PegWireMessage *message)
{
  if (!message->here) {
    peg_connection_refuse_sign_in (self, message->text);
    return;
  }

  if (!self->awaits_auth)
    return;

  self->awaits_auth = FALSE;
  peg_connection_feed (self, self->dialect == PEG_DIALECT_PEGBOARD_1
                             ? PEG_CONNECTION_OPENED_PEGBOARD : PEG_CONNECTION_OPENED_CLASSIC);
}

/*
 * peg_connection_refuse_sign_in:
 * @text: (nullable): what the server says about it
 *
 * The server does not believe that we are who we say.
 */
void
peg_connection_refuse_sign_in (PegConnection *self,
                               const char    *text)
{
  peg_connection_set_detail (self, text);
  self->verdict = (PegVerdict) {
    .kind = PEG_VERDICT_ACTION,
    .reason = PEG_LINK_REASON_SIGN_IN,
  };
  peg_connection_refuse (self);
}

/*
 * peg_connection_refuse:
 *
 * The socket ended with a verdict that a person has to do something. A token may
 * only have grown too old, which somebody else can mend; but a server that
 * refuses the new one as well is asked no third time.
 */
void
peg_connection_refuse (PegConnection *self)
{
  const gboolean mendable = self->verdict.reason == PEG_LINK_REASON_SIGN_IN &&
                            self->token != NULL && !self->asked_token &&
                            peg_connection_has_token_source (self);

  peg_connection_feed (self, mendable ? PEG_CONNECTION_DOUBTED : PEG_CONNECTION_REFUSED);
}

/* The token was refused: ask for another, once. */
void
peg_connection_do_ask_token (PegConnection *self)
{
  peg_connection_let_go (self);
  self->asked_token = TRUE;
  self->asks_token = TRUE;
  self->reason = self->verdict.reason;
  self->close_code = self->verdict.code;

  peg_connection_set_timer (self, PEG_CONNECTION_TIMER_DEADLINE, PEG_CONNECTION_OPEN_US);
  peg_connection_emit_need_token (self);
}

/**
 * peg_connection_take_token:
 * @self: a connection
 * @token: (nullable): the token from now on; %NULL: there is no other
 *
 * Answers #PegConnection::need-token, or gives the connection another token for
 * the next socket. Who it is that uses the socket does not change with it.
 */
void
peg_connection_take_token (PegConnection *self,
                           const char    *token)
{
  g_return_if_fail (PEG_IS_CONNECTION (self));

  if (token != NULL) {
    char *copy = g_strdup (token);

    g_free (self->token);
    self->token = copy;
  }

  if (!self->asks_token)
    return;

  self->asks_token = FALSE;
  peg_connection_feed (self, token != NULL ? PEG_CONNECTION_TOKEN : PEG_CONNECTION_REFUSED);
}

/**
 * peg_connection_forget:
 * @self: a connection that is stopped
 *
 * The person signs out: forgets the token, and the topics, also those that were
 * asked for since. Should it connect to the same server again, it does so as
 * somebody who has shown and asked for nothing.
 */
void
peg_connection_forget (PegConnection *self)
{
  g_return_if_fail (PEG_IS_CONNECTION (self));

  g_clear_pointer (&self->token, g_free);
  peg_connection_set_topics (self, NULL);
}
