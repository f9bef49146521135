/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-limits.h"
#include "peg-login.h"
#include "peg-people.h"
#include "peg-shop.h"

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

/**
 * PegHubArrival:
 * @stream: what soup_server_message_steal_connection() gave
 * @is_tls: whether @stream encrypts
 * @protocol: (nullable): the sub-protocol that was agreed on
 * @address: (nullable): where the client comes from
 * @user: (nullable): who it says it is
 * @topics: (nullable): what it wants to hear of, names with commas between them
 * @caller: (nullable): who it proved to be
 *
 * A socket that was just opened.
 */
typedef struct {
  GIOStream *stream;
  gboolean is_tls;
  const char *protocol;
  GInetAddress *address;
  const char *user;
  const char *topics;
  const PegCaller *caller;
} PegHubArrival;

PegHub *peg_hub_new (PegShop         *shop,
                     const char      *name,
                     const PegLimits *limits) G_GNUC_WARN_UNUSED_RESULT;

PegGate  *peg_hub_get_gate  (PegHub *self);
PegLogin *peg_hub_get_login (PegHub *self);

guint peg_hub_get_n_clients (PegHub                  *self);
gsize peg_hub_get_n_waiting (PegHub                  *self);
void  peg_hub_accept        (PegHub                  *self,
                             const PegHubArrival     *arrival);
void  peg_hub_set_people    (PegHub                  *self,
                             PegPeople               *people);
void  peg_hub_send_notes    (PegHub                  *self,
                             const char              *user);
void  peg_hub_close_all     (PegHub                  *self,
                             gushort                  code,
                             const char              *reason);

G_END_DECLS
