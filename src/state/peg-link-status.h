/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * PegLinkState:
 * @PEG_LINK_STOPPED: the person does not want a connection
 * @PEG_LINK_CONNECTING: the first connection of this run is being made
 * @PEG_LINK_AUTHENTICATING: the socket is open, the greeting under way
 * @PEG_LINK_SYNCING: the list, or what was missed of it, is on its way
 * @PEG_LINK_LIVE: what is shown is what the server has
 * @PEG_LINK_WAITING: waiting for the time of the next attempt
 * @PEG_LINK_POLLING: live, by asking over HTTP again and again
 * @PEG_LINK_SUSPENDED: no server for a long time; still trying
 * @PEG_LINK_ACTION_NEEDED: trying again is no use until a person does something
 *
 * The state of the connection to the server (docs/architecture.md, “The
 * connection”).
 */
typedef enum {
  PEG_LINK_STOPPED,
  PEG_LINK_CONNECTING,
  PEG_LINK_AUTHENTICATING,
  PEG_LINK_SYNCING,
  PEG_LINK_LIVE,
  PEG_LINK_WAITING,
  PEG_LINK_POLLING,
  PEG_LINK_SUSPENDED,
  PEG_LINK_ACTION_NEEDED,
} PegLinkState;

#define PEG_TYPE_LINK_STATE (peg_link_state_get_type ())

GType peg_link_state_get_type (void);

/**
 * PegLinkReason:
 * @PEG_LINK_REASON_NONE: nothing to be said
 * @PEG_LINK_REASON_PERSON: the person asked for it
 * @PEG_LINK_REASON_ADDRESS: the address cannot be understood
 * @PEG_LINK_REASON_NO_HOST: no computer has that name
 * @PEG_LINK_REASON_REFUSED: the computer is there, no server is
 * @PEG_LINK_REASON_UNREACHABLE: there is no way to that computer
 * @PEG_LINK_REASON_TIMEOUT: no answer in time
 * @PEG_LINK_REASON_NOT_A_SERVER: something answered that is no shop server
 * @PEG_LINK_REASON_CERTIFICATE: the server's certificate is not trusted, for a
 *   reason that has no word of its own below
 * @PEG_LINK_REASON_SIGN_IN: the server wants to know who this is
 * @PEG_LINK_REASON_LOST: the connection broke
 * @PEG_LINK_REASON_CLOSED: the server closed the connection
 * @PEG_LINK_REASON_SHUTTING_DOWN: the server said that it is stopping
 * @PEG_LINK_REASON_BUSY: the server said that it has too much to do
 * @PEG_LINK_REASON_TOO_BIG: a message was larger than one side takes
 * @PEG_LINK_REASON_PROTOCOL: one side did not understand the other
 * @PEG_LINK_REASON_REPLACED: another window of the same person took over
 * @PEG_LINK_REASON_REJECTED: the server does not want this client back
 * @PEG_LINK_REASON_CERTIFICATE_HOST: the server's certificate is for another name
 * @PEG_LINK_REASON_CERTIFICATE_EXPIRED: the server's certificate is too old, or
 *   not valid yet
 * @PEG_LINK_REASON_CERTIFICATE_ISSUER: nobody who is trusted has signed the
 *   server's certificate
 * @PEG_LINK_REASON_OWN_CERTIFICATE: the server wants a certificate of this
 *   computer, and there is none, or none that it takes
 * @PEG_LINK_REASON_CA_FILE: the shop's CA file cannot be used
 * @PEG_LINK_REASON_UNSAFE: the token would be sent so that others can read it
 *
 * Why the connection is in its state.
 */
typedef enum {
  PEG_LINK_REASON_NONE,
  PEG_LINK_REASON_PERSON,
  PEG_LINK_REASON_ADDRESS,
  PEG_LINK_REASON_NO_HOST,
  PEG_LINK_REASON_REFUSED,
  PEG_LINK_REASON_UNREACHABLE,
  PEG_LINK_REASON_TIMEOUT,
  PEG_LINK_REASON_NOT_A_SERVER,
  PEG_LINK_REASON_CERTIFICATE,
  PEG_LINK_REASON_SIGN_IN,
  PEG_LINK_REASON_LOST,
  PEG_LINK_REASON_CLOSED,
  PEG_LINK_REASON_SHUTTING_DOWN,
  PEG_LINK_REASON_BUSY,
  PEG_LINK_REASON_TOO_BIG,
  PEG_LINK_REASON_PROTOCOL,
  PEG_LINK_REASON_REPLACED,
  PEG_LINK_REASON_REJECTED,
  PEG_LINK_REASON_CERTIFICATE_HOST,
  PEG_LINK_REASON_CERTIFICATE_EXPIRED,
  PEG_LINK_REASON_CERTIFICATE_ISSUER,
  PEG_LINK_REASON_OWN_CERTIFICATE,
  PEG_LINK_REASON_CA_FILE,
  PEG_LINK_REASON_UNSAFE,
} PegLinkReason;

#define PEG_TYPE_LINK_REASON (peg_link_reason_get_type ())

GType peg_link_reason_get_type (void);

/**
 * PegLinkStatus:
 * @state: the state
 * @reason: why
 * @attempt: how many attempts have failed in a row
 * @close_code: the WebSocket close code (RFC 6455, 7.4) or the HTTP status that
 *   led here; 0: none
 * @retry_at_us: when the next attempt is made, µs of the monotonic clock; 0: no
 *   attempt is planned
 * @rtt_us: the last round trip, µs; -1: not measured
 * @detail: (nullable) (owned): what the server or a library said about it, to
 *   be shown as plain text behind “Details”, or in a log
 *
 * The connection at one moment: the state, why it is so, and what happens next.
 */
typedef struct {
  PegLinkState state;
  PegLinkReason reason;
  guint attempt;
  guint close_code;
  gint64 retry_at_us;
  gint64 rtt_us;
  char *detail;
} PegLinkStatus;

#define PEG_LINK_STATUS_INIT ((PegLinkStatus) { .rtt_us = -1 })

gboolean peg_link_state_is_live         (PegLinkState  state);
gboolean peg_link_state_is_settled      (PegLinkState  state);
gboolean peg_link_reason_is_certificate (PegLinkReason reason);

void     peg_link_status_copy  (const PegLinkStatus *self,
                                PegLinkStatus       *copy);
void     peg_link_status_clear (PegLinkStatus       *self);
gboolean peg_link_status_equal (const PegLinkStatus *a,
                                const PegLinkStatus *b);

G_END_DECLS
