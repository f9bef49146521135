/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-websocket.h"

#include "fake-clock.h"
#include "fake-server.h"
#include "raw-peer.h"

G_BEGIN_DECLS

/* Bytes that may hold zeros. */
typedef struct {
  const char *bytes;
  gsize length;
} Bytes;

#define B(literal) { (literal), sizeof (literal) - 1 }

/* What a server sends, and what has to come of it.
 *
 * @answer is what the client sends until it closes, as frames without masks: our
 * side of the test echoes every message. With @code 0 the socket stays open
 * and goes on working; else the connection ends, and that is the code it reports.
 * @wire is the code of the client’s close frame; 0: it need not send one. */
typedef struct {
  const char *name;
  Bytes sent;
  Bytes answer;
  guint code;
  guint wire;
} ConformanceCase;

/* The client’s side: our transport, which echoes. */
typedef struct {
  RawPeer *peer;
  FakeClock *clock;
  PegDialer *dialer;
  PegTransport *transport;
  guint n_opened;
  guint n_closed;
  guint n_messages;
  gsize last_length;
  gboolean silent;   /* it does not echo */
  PegTransportEnd end;
} Conformance;

Conformance *conformance_new  (const char *extra);
void         conformance_free (Conformance *self);

void conformance_finish (Conformance *self);
void conformance_run    (const ConformanceCase *cases,
                         gsize                  n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Conformance, conformance_free)

G_END_DECLS
