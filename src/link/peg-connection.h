/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-auth-mode.h"
#include "peg-backoff.h"
#include "peg-clock.h"
#include "peg-handlers.h"
#include "peg-network.h"
#include "peg-poll.h"
#include "peg-random.h"
#include "peg-store.h"
#include "peg-transfer.h"
#include "peg-transport.h"
#include "peg-wire.h"

G_BEGIN_DECLS

/**
 * PegConnectionTarget:
 * @uri: of the socket, `ws:` or `wss:`, without a query
 * @user: who this is
 * @token: (nullable): proves it; never logged
 * @auth_mode: how the token reaches the server; with %PEG_AUTH_MESSAGE the
 *   connection sends it, with the others the @dialer does
 * @policy: how long to wait between attempts
 * @dialer: makes the sockets
 * @topics: (nullable) (array zero-terminated=1): what the server is asked to
 *   send; %NULL: everything
 *
 * What to connect to, and as whom. Everything is borrowed.
 */
typedef struct {
  const char *uri;
  const char *user;
  const char *token;
  PegAuthMode auth_mode;
  PegBackoffPolicy policy;
  PegDialer *dialer;
  const char * const *topics;
} PegConnectionTarget;

#define PEG_TYPE_CONNECTION (peg_connection_get_type ())

G_DECLARE_FINAL_TYPE (PegConnection, peg_connection, PEG, CONNECTION, GObject)

PegConnection *peg_connection_new (PegStore  *store,
                                   PegClock  *clock,
                                   PegRandom *random) G_GNUC_WARN_UNUSED_RESULT;

PegConnection *peg_connection_new_with_network (PegStore   *store,
                                                PegClock   *clock,
                                                PegRandom  *random,
                                                PegNetwork *network) G_GNUC_WARN_UNUSED_RESULT;

void peg_connection_start     (PegConnection             *self,
                               const PegConnectionTarget *target);
void peg_connection_stop      (PegConnection             *self);
void peg_connection_retry_now (PegConnection             *self);
void peg_connection_refresh   (PegConnection             *self);

void peg_connection_subscribe   (PegConnection *self,
                                 const char    *channel);
void peg_connection_unsubscribe (PegConnection *self,
                                 const char    *channel);

guint peg_connection_add_handler    (PegConnection  *self,
                                     const char     *type,
                                     PegHandlerFunc  func,
                                     gpointer        user_data);
void  peg_connection_remove_handler (PegConnection  *self,
                                     guint           id);

guint peg_connection_get_list_serial (PegConnection        *self);
gboolean peg_connection_take_list    (PegConnection        *self,
                                      const PegWireMessage *list,
                                      guint                 serial);

void peg_connection_take_token (PegConnection *self,
                                const char    *token);
void peg_connection_forget     (PegConnection *self);

void peg_connection_take_probe  (PegConnection *self,
                                 gboolean       works);
void peg_connection_take_poll   (PegConnection *self,
                                 const PegPoll *poll);
void peg_connection_set_watched (PegConnection *self,
                                 gboolean       watched);
void peg_connection_hint        (PegConnection *self);

guint peg_connection_get_window_ms (PegConnection *self);
void  peg_connection_set_window_ms (PegConnection *self,
                                    guint          window_ms);

const PegTransferLimits *peg_connection_get_transfer (PegConnection *self);
gboolean                 peg_connection_send_frame   (PegConnection *self,
                                                      GBytes        *frame);

PegLinkState   peg_connection_get_state   (PegConnection *self);
PegDialect     peg_connection_get_dialect (PegConnection *self);
char         **peg_connection_dup_log     (PegConnection *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
