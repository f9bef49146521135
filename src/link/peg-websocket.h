/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-clock.h"
#include "peg-identity.h"
#include "peg-transport.h"

G_BEGIN_DECLS

#define PEG_TYPE_WEBSOCKET_DIALER (peg_websocket_dialer_get_type ())

G_DECLARE_FINAL_TYPE (PegWebsocketDialer, peg_websocket_dialer, PEG, WEBSOCKET_DIALER, GObject)

/**
 * PegWebsocketTurnFunc:
 * @user_data: what was given
 *
 * Does what must not wait until a server that never falls silent does. Called from
 * within the delivery of a message: it may close the socket, and must not iterate
 * the main context.
 */
typedef void (*PegWebsocketTurnFunc) (gpointer user_data);

PegDialer *peg_websocket_dialer_new    (PegClock    *clock,
                                        const char  *token,
                                        const char  *ca_file) G_GNUC_WARN_UNUSED_RESULT;
PegDialer *peg_websocket_dialer_new_as (PegClock    *clock,
                                        PegIdentity *identity) G_GNUC_WARN_UNUSED_RESULT;

void peg_websocket_dialer_set_turn (PegWebsocketDialer   *self,
                                    PegWebsocketTurnFunc  turn,
                                    gpointer              user_data);

G_END_DECLS
