/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-connection-private.h"

#define TO(state, action) { PEG_CONNECTION_##state, peg_connection_do_##action }

/* What a person wants is the same in every state. */
#define ANYWHERE \
  [PEG_CONNECTION_START] = TO (CONNECTING, start), \
  [PEG_CONNECTION_STOP] = TO (STOPPED, stop)

/* There is no socket, or only the hope for one. Where sockets seem not to get
 * through, HTTP is asked instead. */
#define WITHOUT(state) \
  ANYWHERE, \
  [PEG_CONNECTION_HTTP_OK] = TO (state, poll), \
  [PEG_CONNECTION_POLLED] = TO (POLLING, fall_back)

/* An attempt is under way. */
#define DIALING(state) \
  WITHOUT (state), \
  [PEG_CONNECTION_SLOW] = TO (state, ask_http), \
  [PEG_CONNECTION_DOUBTED] = TO (state, ask_token), \
  [PEG_CONNECTION_TOKEN] = TO (state, dial), \
  [PEG_CONNECTION_OPENED_CLASSIC] = TO (SYNCING, classic), \
  [PEG_CONNECTION_OPENED_PEGBOARD] = TO (AUTHENTICATING, greet), \
  [PEG_CONNECTION_OPENED_FIRST] = TO (AUTHENTICATING, sign_in), \
  [PEG_CONNECTION_REFUSED] = TO (ACTION_NEEDED, need)

/* The socket is open. */
#define OPEN \
  ANYWHERE, \
  [PEG_CONNECTION_RESYNC] = TO (WAITING, resync), \
  [PEG_CONNECTION_LOST] = TO (WAITING, wait), \
  [PEG_CONNECTION_REFUSED] = TO (ACTION_NEEDED, need), \
  [PEG_CONNECTION_REPLACED] = TO (STOPPED, replaced), \
  [PEG_CONNECTION_DEADLINE] = TO (WAITING, late), \
  [PEG_CONNECTION_DOUBTED] = TO (RECONNECTING, ask_token), \
  [PEG_CONNECTION_SLEPT] = TO (WAITING, slept)

/* The whole machine (docs/architecture.md, “The connection”). What is not in it
 * means nothing in that state and is ignored; an input is never an error, for
 * what happens outside does not ask. Tests go through every pair. */
static const PegConnectionTransition table[PEG_CONNECTION_N_STATES][PEG_CONNECTION_N_INPUTS] = {
  [PEG_CONNECTION_STOPPED] = {
    [PEG_CONNECTION_START] = TO (CONNECTING, start),
    [PEG_CONNECTION_RETRY_NOW] = TO (CONNECTING, start),
  },
  [PEG_CONNECTION_CONNECTING] = {
    DIALING (CONNECTING),
    [PEG_CONNECTION_LOST] = TO (WAITING, wait),
    [PEG_CONNECTION_DEADLINE] = TO (WAITING, late),
  },
  [PEG_CONNECTION_RECONNECTING] = {
    DIALING (RECONNECTING),
    [PEG_CONNECTION_LOST] = TO (WAITING, wait),
    [PEG_CONNECTION_DEADLINE] = TO (WAITING, late),
    [PEG_CONNECTION_OVERDUE] = TO (RETRYING, nothing),
  },
  [PEG_CONNECTION_AUTHENTICATING] = {
    OPEN,
    [PEG_CONNECTION_OPENED_CLASSIC] = TO (SYNCING, classic),
    [PEG_CONNECTION_OPENED_PEGBOARD] = TO (AUTHENTICATING, greet),
    [PEG_CONNECTION_WELCOME] = TO (SYNCING, sync),
  },
  [PEG_CONNECTION_SYNCING] = {
    OPEN,
    [PEG_CONNECTION_CAUGHT_UP] = TO (LIVE, live),
    [PEG_CONNECTION_GAP] = TO (SYNCING, gap),
    [PEG_CONNECTION_NUDGE] = TO (SYNCING, nudge),
  },
  [PEG_CONNECTION_LIVE] = {
    OPEN,
    [PEG_CONNECTION_RETRY_NOW] = TO (LIVE, probe),
    [PEG_CONNECTION_GAP] = TO (SYNCING, gap),
    [PEG_CONNECTION_QUIET] = TO (LIVE, ping),
    [PEG_CONNECTION_SILENT] = TO (WAITING, silent),
    [PEG_CONNECTION_STEADY] = TO (LIVE, steady),
    [PEG_CONNECTION_HINT] = TO (LIVE, probe),
  },
  [PEG_CONNECTION_WAITING] = {
    WITHOUT (WAITING),
    [PEG_CONNECTION_RETRY_NOW] = TO (RECONNECTING, dial),
    [PEG_CONNECTION_DUE] = TO (RECONNECTING, dial),
    [PEG_CONNECTION_HINT] = TO (WAITING, hurry),
    [PEG_CONNECTION_OVERDUE] = TO (SUSPENDED, suspend),
  },
  [PEG_CONNECTION_POLLING] = {
    ANYWHERE,
    [PEG_CONNECTION_POLL_DUE] = TO (POLLING, poll),
    [PEG_CONNECTION_POLLED] = TO (POLLING, polled),
    [PEG_CONNECTION_POLL_FAILED] = TO (WAITING, wait),
    [PEG_CONNECTION_DEADLINE] = TO (WAITING, late),
    [PEG_CONNECTION_REFUSED] = TO (ACTION_NEEDED, need),
    [PEG_CONNECTION_DOUBTED] = TO (RECONNECTING, ask_token),
    [PEG_CONNECTION_SLEPT] = TO (WAITING, slept),
    [PEG_CONNECTION_STEADY] = TO (POLLING, steady),
    [PEG_CONNECTION_TRY_SOCKET] = TO (POLLING, candidate),
    [PEG_CONNECTION_RETRY_NOW] = TO (POLLING, try_socket),
    [PEG_CONNECTION_HINT] = TO (POLLING, try_socket),
    [PEG_CONNECTION_PROVEN_CLASSIC] = TO (SYNCING, take_over_classic),
    [PEG_CONNECTION_PROVEN_PEGBOARD] = TO (AUTHENTICATING, take_over),
  },
  [PEG_CONNECTION_SUSPENDED] = {
    WITHOUT (SUSPENDED),
    [PEG_CONNECTION_RETRY_NOW] = TO (RETRYING, dial),
    [PEG_CONNECTION_DUE] = TO (RETRYING, dial),
    [PEG_CONNECTION_HINT] = TO (SUSPENDED, hurry),
  },
  [PEG_CONNECTION_RETRYING] = {
    DIALING (RETRYING),
    [PEG_CONNECTION_LOST] = TO (SUSPENDED, wait),
    [PEG_CONNECTION_DEADLINE] = TO (SUSPENDED, late),
  },
  [PEG_CONNECTION_ACTION_NEEDED] = {
    ANYWHERE,
    [PEG_CONNECTION_RETRY_NOW] = TO (RECONNECTING, dial),
    [PEG_CONNECTION_DUE] = TO (RECONNECTING, dial),
  },
};

/*
 * peg_connection_look_up:
 *
 * Returns: (transfer none): what @input does in @state
 */
const PegConnectionTransition *
peg_connection_look_up (PegConnectionState state,
                        PegConnectionInput input)
{
  g_assert (state < PEG_CONNECTION_N_STATES);
  g_assert (input < PEG_CONNECTION_N_INPUTS);

  return &table[state][input];
}

/*
 * peg_connection_state_name:
 *
 * Returns: (transfer none): what @state is called in the log
 */
const char *
peg_connection_state_name (PegConnectionState state)
{
  static const char * const names[PEG_CONNECTION_N_STATES] = {
    [PEG_CONNECTION_STOPPED] = "STOPPED",
    [PEG_CONNECTION_CONNECTING] = "CONNECTING",
    [PEG_CONNECTION_RECONNECTING] = "RECONNECTING",
    [PEG_CONNECTION_AUTHENTICATING] = "AUTHENTICATING",
    [PEG_CONNECTION_SYNCING] = "SYNCING",
    [PEG_CONNECTION_LIVE] = "LIVE",
    [PEG_CONNECTION_WAITING] = "WAITING",
    [PEG_CONNECTION_POLLING] = "POLLING",
    [PEG_CONNECTION_SUSPENDED] = "SUSPENDED",
    [PEG_CONNECTION_RETRYING] = "RETRYING",
    [PEG_CONNECTION_ACTION_NEEDED] = "ACTION_NEEDED",
  };

  return names[state];
}

/*
 * peg_connection_input_name:
 *
 * Returns: (transfer none): what @input is called in the log
 */
const char *
peg_connection_input_name (PegConnectionInput input)
{
  static const char * const names[PEG_CONNECTION_N_INPUTS] = {
    [PEG_CONNECTION_START] = "start",
    [PEG_CONNECTION_STOP] = "stop",
    [PEG_CONNECTION_RETRY_NOW] = "retry now",
    [PEG_CONNECTION_OPENED_CLASSIC] = "opened, classic",
    [PEG_CONNECTION_OPENED_PEGBOARD] = "opened, pegboard.1",
    [PEG_CONNECTION_WELCOME] = "welcome",
    [PEG_CONNECTION_CAUGHT_UP] = "caught up",
    [PEG_CONNECTION_GAP] = "gap",
    [PEG_CONNECTION_RESYNC] = "position lost",
    [PEG_CONNECTION_LOST] = "lost",
    [PEG_CONNECTION_REFUSED] = "refused",
    [PEG_CONNECTION_REPLACED] = "replaced",
    [PEG_CONNECTION_DEADLINE] = "deadline",
    [PEG_CONNECTION_NUDGE] = "no list",
    [PEG_CONNECTION_QUIET] = "quiet",
    [PEG_CONNECTION_SILENT] = "no pong",
    [PEG_CONNECTION_STEADY] = "steady",
    [PEG_CONNECTION_DUE] = "due",
    [PEG_CONNECTION_OVERDUE] = "overdue",
    [PEG_CONNECTION_SLEPT] = "slept",
    [PEG_CONNECTION_OPENED_FIRST] = "opened, sign-in first",
    [PEG_CONNECTION_DOUBTED] = "token refused",
    [PEG_CONNECTION_TOKEN] = "another token",
    [PEG_CONNECTION_SLOW] = "slow",
    [PEG_CONNECTION_HTTP_OK] = "HTTP works",
    [PEG_CONNECTION_POLLED] = "list over HTTP",
    [PEG_CONNECTION_POLL_FAILED] = "no list over HTTP",
    [PEG_CONNECTION_POLL_DUE] = "poll due",
    [PEG_CONNECTION_TRY_SOCKET] = "socket due",
    [PEG_CONNECTION_PROVEN_CLASSIC] = "socket works, classic",
    [PEG_CONNECTION_PROVEN_PEGBOARD] = "socket works, pegboard.1",
    [PEG_CONNECTION_HINT] = "hint",
  };

  return names[input];
}
