/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-limits.h"
#include "peg-login.h"
#include "peg-people.h"
#include "peg-shop.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * PEG_HUB_CLOSE_RESTART:
 *
 * The closing code of a server that is stopped on purpose and comes back
 * (docs/protocol.md, “Close codes”).
 */
#define PEG_HUB_CLOSE_RESTART 1012

/**
 * PEG_HUB_CLOSE_LATER:
 *
 * The closing code for a client that costs too much now.
 */
#define PEG_HUB_CLOSE_LATER 1013

#define PEG_TYPE_HUB (peg_hub_get_type ())

G_DECLARE_FINAL_TYPE (PegHub, peg_hub, PEG, HUB, GObject)

PegHub *peg_hub_new (PegShop         *shop,
                     const char      *name,
                     const PegLimits *limits) G_GNUC_WARN_UNUSED_RESULT;

PegGate  *peg_hub_get_gate  (PegHub *self);
PegLogin *peg_hub_get_login (PegHub *self);

guint peg_hub_get_n_clients (PegHub                  *self);
gsize peg_hub_get_n_waiting (PegHub                  *self);
void  peg_hub_accept        (PegHub                  *self,
                             SoupWebsocketConnection *connection,
                             GInetAddress            *address,
                             const char              *user,
                             const char              *topics);
void  peg_hub_bring         (SoupWebsocketConnection *connection,
                             const PegCaller         *caller);
void  peg_hub_set_people    (PegHub                  *self,
                             PegPeople               *people);
void  peg_hub_send_notes    (PegHub                  *self,
                             const char              *user);
void  peg_hub_close_all     (PegHub                  *self,
                             gushort                  code,
                             const char              *reason);

G_END_DECLS
