/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-clock.h"
#include "peg-identity.h"
#include "peg-poll.h"
#include "peg-store.h"
#include "peg-transfers.h"
#include "peg-wire-rest.h"
#include "peg-wire-session.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PegClientTarget:
 * @http: where requests go, without a slash at the end
 * @user: who this is
 * @station: (nullable): where this is
 * @token: (nullable): sent with every request; never logged
 * @ca_file: (nullable): absolute path of the only CA to be trusted, PEM
 * @identity: (nullable): who this is, and whom to trust; %NULL: @token and
 *   @ca_file are all there is
 *
 * Whom to ask, and as whom. Everything is borrowed.
 */
typedef struct {
  const char *http;
  const char *user;
  const char *station;
  const char *token;
  const char *ca_file;
  PegIdentity *identity;
} PegClientTarget;

#define PEG_TYPE_CLIENT (peg_client_get_type ())

G_DECLARE_FINAL_TYPE (PegClient, peg_client, PEG, CLIENT, GObject)

PegClient *peg_client_new (PegStore              *store,
                           PegClock              *clock,
                           const PegClientTarget *target) G_GNUC_WARN_UNUSED_RESULT;

void peg_client_set_dialect   (PegClient    *self,
                               PegDialect    dialect);
void peg_client_set_transfers (PegClient    *self,
                               PegTransfers *transfers);

void           peg_client_get_config_async  (PegClient            *self,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
PegWireConfig *peg_client_get_config_finish (PegClient            *self,
                                             GAsyncResult         *result,
                                             GError              **error) G_GNUC_WARN_UNUSED_RESULT;

void            peg_client_get_files_async  (PegClient            *self,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
PegWireMessage *peg_client_get_files_finish (PegClient            *self,
                                             GAsyncResult         *result,
                                             GError              **error) G_GNUC_WARN_UNUSED_RESULT;

void     peg_client_poll_async  (PegClient            *self,
                                gboolean              conditional,
                                GCancellable         *cancellable,
                                GAsyncReadyCallback   callback,
                                gpointer              user_data);
PegPoll *peg_client_poll_finish (PegClient            *self,
                                GAsyncResult         *result,
                                GError              **error) G_GNUC_WARN_UNUSED_RESULT;

void       peg_client_get_notes_async  (PegClient            *self,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
GPtrArray *peg_client_get_notes_finish (PegClient            *self,
                                        GAsyncResult         *result,
                                        GError              **error) G_GNUC_WARN_UNUSED_RESULT;

void     peg_client_check_out_async  (PegClient            *self,
                                      PegEntry             *entry,
                                      const char           *reason,
                                      const char           *id,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
gboolean peg_client_check_out_finish (PegClient            *self,
                                      GAsyncResult         *result,
                                      GError              **error);

void     peg_client_release_async  (PegClient            *self,
                                    PegEntry             *entry,
                                    const char           *id,
                                    GCancellable         *cancellable,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data);
gboolean peg_client_release_finish (PegClient            *self,
                                    GAsyncResult         *result,
                                    GError              **error);

void     peg_client_check_in_async  (PegClient            *self,
                                     PegEntry             *entry,
                                     GFile                *file,
                                     const char           *comment,
                                     gboolean              major,
                                     const char           *id,
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
gboolean peg_client_check_in_finish (PegClient            *self,
                                     GAsyncResult         *result,
                                     GError              **error);
gboolean peg_client_is_busy         (PegClient            *self,
                                     GAsyncResult         *result,
                                     gint64               *retry_after_us);

void     peg_client_download_async  (PegClient            *self,
                                     PegEntry             *entry,
                                     const char           *hash,
                                     GFile                *destination,
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
gboolean peg_client_download_finish (PegClient            *self,
                                     GAsyncResult         *result,
                                     GError              **error);

void       peg_client_history_async  (PegClient            *self,
                                      PegEntry             *entry,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
GPtrArray *peg_client_history_finish (PegClient            *self,
                                      GAsyncResult         *result,
                                      GError              **error) G_GNUC_WARN_UNUSED_RESULT;

void     peg_client_acknowledge_async  (PegClient            *self,
                                        const char           *note_id,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
gboolean peg_client_acknowledge_finish (PegClient            *self,
                                        GAsyncResult         *result,
                                        GError              **error);

void       peg_client_get_activity_async  (PegClient            *self,
                                           guint                 limit,
                                           guint                 offset,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
GPtrArray *peg_client_get_activity_finish (PegClient            *self,
                                           GAsyncResult         *result,
                                           GError              **error) G_GNUC_WARN_UNUSED_RESULT;

void            peg_client_sign_in_async  (PegClient            *self,
                                           const char           *user,
                                           const char           *password,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
void            peg_client_refresh_async  (PegClient            *self,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
PegWireSession *peg_client_session_finish (PegClient            *self,
                                           GAsyncResult         *result,
                                           GError              **error) G_GNUC_WARN_UNUSED_RESULT;
void            peg_client_sign_out       (PegClient            *self);

G_END_DECLS
