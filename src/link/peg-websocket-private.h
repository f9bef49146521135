/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-websocket.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * PegWebsocketDialer:
 *
 * Makes WebSockets on libsoup: one session for the sockets alone, because a slow
 * request would hold up a handshake (docs/architecture.md, “The connection”).
 */
struct _PegWebsocketDialer
{
  GObject parent_instance;

  PegClock *clock;       /* (owned) (not nullable) */
  PegIdentity *identity; /* (owned) (not nullable) */
  SoupSession *session;  /* (owned) (nullable): %NULL: see @identity */
  GPtrArray *leaving;    /* (owned) (element-type SoupWebsocketConnection): their
                            close frames are on the way */
  PegWebsocketTurnFunc turn; /* (nullable) */
  gpointer turn_data;        /* (unowned) */
};

/* peg-websocket-dialer.c */
void peg_websocket_dialer_leave (PegWebsocketDialer      *dialer,
                                 SoupWebsocketConnection *connection,
                                 guint                    code,
                                 const char              *reason);

/* peg-websocket.c */
PegTransport *peg_websocket_new (PegWebsocketDialer *dialer) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
