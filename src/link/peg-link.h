/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-auth-mode.h"
#include "peg-backoff.h"
#include "peg-store.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PegLinkConfig:
 * @url: where the server is: `http://`, `https://`, `ws://`, `wss://` or nothing
 *   in front, a host, a port, and perhaps a path
 * @user: who this is
 * @station: (nullable): where this is, for example a machine
 * @auth_mode: how @token is sent; %PEG_AUTH_HEADER unless a person chose otherwise
 * @token: (nullable): proves who this is; never logged
 * @ca_file: (nullable): absolute path of the shop's own CA, PEM; then no other is
 *   trusted
 * @client_cert: (nullable): absolute path of the certificate of this computer,
 *   for servers that ask for one, PEM
 * @client_key: (nullable): absolute path of its private key, PEM; %NULL: it is in
 *   @client_cert
 * @client_pkcs11: (nullable): instead of @client_cert, PKCS#11 URI (RFC 7512) of a
 *   certificate on a card or the like; a PIN in it is refused
 * @client_pkcs11_key: (nullable): PKCS#11 URI of its private key; %NULL:
 *   @client_pkcs11 finds it, too
 * @client_pin: (nullable): the PIN of the card; never logged
 * @policy: how long to wait between attempts
 * @topics: (nullable) (array zero-terminated=1): the channels that the server is
 *   asked for (docs/protocol.md, “subscribe, unsubscribe”); %NULL: all
 * @transient: nothing of this server is to be kept on the disk
 * @shared: people take turns at this computer: what one was shown of the shop stays
 *   shown to the next, and is kept on the disk once for all of them
 *
 * What to connect to, and as whom. Everything is borrowed.
 */
typedef struct {
  const char *url;
  const char *user;
  const char *station;
  PegAuthMode auth_mode;
  const char *token;
  const char *ca_file;
  const char *client_cert;
  const char *client_key;
  const char *client_pkcs11;
  const char *client_pkcs11_key;
  const char *client_pin;
  PegBackoffPolicy policy;
  const char * const *topics;
  gboolean transient;
  gboolean shared;
} PegLinkConfig;

/**
 * PegLinkError:
 * @PEG_LINK_ERROR_REFUSED: the server said no: somebody else has it, it is not
 *   yours, it changed meanwhile
 * @PEG_LINK_ERROR_NOT_FOUND: the server does not know the file
 * @PEG_LINK_ERROR_AMBIGUOUS: several files have that name
 * @PEG_LINK_ERROR_SIGN_IN: the server does not know who this is
 * @PEG_LINK_ERROR_OFFLINE: there is no server to ask
 * @PEG_LINK_ERROR_UNCERTAIN: it was sent, and no answer came: look before trying
 *   again
 * @PEG_LINK_ERROR_FAILED: anything else
 * @PEG_LINK_ERROR_KEPT: it could not be sent, and is kept until it can
 *
 * Why an action did not work. The message is for people, in their language.
 */
typedef enum {
  PEG_LINK_ERROR_REFUSED,
  PEG_LINK_ERROR_NOT_FOUND,
  PEG_LINK_ERROR_AMBIGUOUS,
  PEG_LINK_ERROR_SIGN_IN,
  PEG_LINK_ERROR_OFFLINE,
  PEG_LINK_ERROR_UNCERTAIN,
  PEG_LINK_ERROR_FAILED,
  PEG_LINK_ERROR_KEPT,
} PegLinkError;

#define PEG_LINK_ERROR (peg_link_error_quark ())

GQuark peg_link_error_quark (void);

/**
 * PegLinkDraft:
 * @PEG_LINK_DRAFT_LOOK: nothing; looks what there is
 * @PEG_LINK_DRAFT_SEND: send it, or send it again, under its own key
 * @PEG_LINK_DRAFT_ARRIVED: forget it, because the server has it
 * @PEG_LINK_DRAFT_SAVE: save its bytes; it stays where it is
 * @PEG_LINK_DRAFT_DISCARD: forget it, and its bytes
 *
 * What can be done with unsent work.
 */
typedef enum {
  PEG_LINK_DRAFT_LOOK,
  PEG_LINK_DRAFT_SEND,
  PEG_LINK_DRAFT_ARRIVED,
  PEG_LINK_DRAFT_SAVE,
  PEG_LINK_DRAFT_DISCARD,
} PegLinkDraft;

#define PEG_TYPE_LINK (peg_link_get_type ())

G_DECLARE_FINAL_TYPE (PegLink, peg_link, PEG, LINK, GObject)

PegLink *peg_link_new (PegStore *store) G_GNUC_WARN_UNUSED_RESULT;

void      peg_link_set_cache  (PegLink              *self,
                               const char           *folder);
gboolean  peg_link_check_config (const PegLinkConfig  *config,
                                 char                **server,
                                 GError              **error);

void      peg_link_set_outbox (PegLink              *self,
                               const char           *folder,
                               gboolean              resume);
void      peg_link_preload    (PegLink              *self,
                               const PegLinkConfig  *config);
gboolean  peg_link_connect    (PegLink              *self,
                               const PegLinkConfig  *config,
                               GError              **error);
const char *peg_link_get_user (PegLink              *self);
guint     peg_link_get_choice (PegLink              *self);
gboolean  peg_link_is_shared  (PegLink              *self);
void      peg_link_disconnect (PegLink              *self);
void      peg_link_retry_now  (PegLink              *self);
void      peg_link_hint       (PegLink              *self);
void      peg_link_set_watched (PegLink             *self,
                               gboolean              watched);
char    **peg_link_dup_log    (PegLink              *self) G_GNUC_WARN_UNUSED_RESULT;

void     peg_link_sign_in_async  (PegLink              *self,
                                  const char           *user,
                                  const char           *password,
                                  GCancellable         *cancellable,
                                  GAsyncReadyCallback   callback,
                                  gpointer              user_data);
gboolean peg_link_sign_in_finish (PegLink              *self,
                                  GAsyncResult         *result,
                                  GError              **error);
void     peg_link_sign_out       (PegLink              *self);

void     peg_link_check_out_async  (PegLink              *self,
                                    const char           *key,
                                    const char           *reason,
                                    GCancellable         *cancellable,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data);
gboolean peg_link_check_out_finish (PegLink              *self,
                                    GAsyncResult         *result,
                                    GError              **error);

void     peg_link_check_in_async  (PegLink              *self,
                                   const char           *key,
                                   GFile                *file,
                                   const char           *comment,
                                   gboolean              major,
                                   GCancellable         *cancellable,
                                   GAsyncReadyCallback   callback,
                                   gpointer              user_data);
gboolean peg_link_check_in_finish (PegLink              *self,
                                   GAsyncResult         *result,
                                   GError              **error);

void     peg_link_release_async  (PegLink              *self,
                                  const char           *key,
                                  GCancellable         *cancellable,
                                  GAsyncReadyCallback   callback,
                                  gpointer              user_data);
gboolean peg_link_release_finish (PegLink              *self,
                                  GAsyncResult         *result,
                                  GError              **error);

void     peg_link_download_async  (PegLink              *self,
                                   const char           *key,
                                   const char           *hash,
                                   GFile                *destination,
                                   GCancellable         *cancellable,
                                   GAsyncReadyCallback   callback,
                                   gpointer              user_data);
gboolean peg_link_download_finish (PegLink              *self,
                                   GAsyncResult         *result,
                                   GError              **error);

void       peg_link_history_async  (PegLink              *self,
                                    const char           *key,
                                    GCancellable         *cancellable,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data);
GPtrArray *peg_link_history_finish (PegLink              *self,
                                    GAsyncResult         *result,
                                    GError              **error) G_GNUC_WARN_UNUSED_RESULT;

void     peg_link_draft_async  (PegLink              *self,
                                PegLinkDraft          what,
                                const char           *id,
                                GFile                *destination,
                                GCancellable         *cancellable,
                                GAsyncReadyCallback   callback,
                                gpointer              user_data);
gboolean peg_link_draft_finish (PegLink              *self,
                                GAsyncResult         *result,
                                GError              **error);

void     peg_link_acknowledge_async  (PegLink              *self,
                                      const char           *note_id,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
gboolean peg_link_acknowledge_finish (PegLink              *self,
                                      GAsyncResult         *result,
                                      GError              **error);

G_END_DECLS
