/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-backoff.h"
#include "peg-transport.h"

G_BEGIN_DECLS

/**
 * PegVerdictKind:
 * @PEG_VERDICT_RETRY: try again, after a while
 * @PEG_VERDICT_ACTION: a person has to do something first
 * @PEG_VERDICT_STOP: another window of the same person is connected: stay away
 *
 * What to do after a transport has ended.
 */
typedef enum {
  PEG_VERDICT_RETRY,
  PEG_VERDICT_ACTION,
  PEG_VERDICT_STOP,
} PegVerdictKind;

/**
 * PegVerdict:
 * @kind: what to do
 * @reason: what to say
 * @cause: where the reason lies
 * @code: the close code or the HTTP status; 0: none
 * @at_least_us: how long it is no use to try
 * @retry_after_us: how long the server asked to stay away; 0: it did not
 * @at_once: the server wants the client back without any delay
 * @no_websocket: there is no WebSocket here, the server says
 * @broken: one side did not understand the other
 * @needs_snapshot: the list does not fit through a socket: take it over HTTP
 *
 * What the end of a transport means.
 */
typedef struct {
  PegVerdictKind kind;
  PegLinkReason reason;
  PegBackoffCause cause;
  guint code;
  gint64 at_least_us;
  gint64 retry_after_us;
  gboolean at_once;
  gboolean no_websocket;
  gboolean broken;
  gboolean needs_snapshot;
} PegVerdict;

/**
 * PegCloseContext:
 * @live_us: for how long the connection had been live; 0: it was not
 * @rival: whether another window of the same person has just connected
 * @repeated: whether the server keeps closing this connection without a reason
 *
 * What else the meaning of an end depends on.
 */
typedef struct {
  gint64 live_us;
  gboolean rival;
  gboolean repeated;
} PegCloseContext;

void peg_close_judge (const PegTransportEnd *end,
                      const PegCloseContext *context,
                      PegVerdict            *verdict);

G_END_DECLS
