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

PegDialer *peg_websocket_dialer_new    (PegClock    *clock,
                                        const char  *token,
                                        const char  *ca_file) G_GNUC_WARN_UNUSED_RESULT;
PegDialer *peg_websocket_dialer_new_as (PegClock    *clock,
                                        PegIdentity *identity) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
