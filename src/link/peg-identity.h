/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-auth-mode.h"
#include "peg-link-status.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * PegIdentityConfig:
 * @mode: how the token reaches the server
 * @token: (nullable): the token; never logged
 * @ca_file: (nullable): absolute path of the only CA to be trusted, PEM
 * @client_cert: (nullable): path of the certificate of this computer, PEM
 * @client_key: (nullable): path of its private key, PEM; %NULL: it is in
 *   @client_cert
 * @client_pkcs11: (nullable): PKCS#11 URI of the certificate of this computer, on
 *   a card or the like; looked at when there is no @client_cert
 * @client_pkcs11_key: (nullable): PKCS#11 URI of its private key; %NULL:
 *   @client_pkcs11 finds it, too
 * @client_pin: (nullable): the PIN of the card; never logged
 *
 * What a server is shown, and what is expected of it. Everything is borrowed.
 */
typedef struct {
  PegAuthMode mode;
  const char *token;
  const char *ca_file;
  const char *client_cert;
  const char *client_key;
  const char *client_pkcs11;
  const char *client_pkcs11_key;
  const char *client_pin;
} PegIdentityConfig;

/**
 * PegIdentityUse:
 * @PEG_IDENTITY_SOCKET: to open the socket
 * @PEG_IDENTITY_REQUEST: to ask for something
 * @PEG_IDENTITY_SIGN_IN: to find out who this is: nothing is shown yet
 *
 * What a request is for.
 */
typedef enum {
  PEG_IDENTITY_SOCKET,
  PEG_IDENTITY_REQUEST,
  PEG_IDENTITY_SIGN_IN,
} PegIdentityUse;

#define PEG_TYPE_IDENTITY (peg_identity_get_type ())

G_DECLARE_FINAL_TYPE (PegIdentity, peg_identity, PEG, IDENTITY, GObject)

PegIdentity *peg_identity_new (const PegIdentityConfig *config) G_GNUC_WARN_UNUSED_RESULT;

SoupSession *peg_identity_make_session (PegIdentity     *self,
                                        guint            max_conns_per_host,
                                        guint            timeout_s);
SoupMessage *peg_identity_make_message (PegIdentity     *self,
                                        const char      *method,
                                        const char      *uri,
                                        PegIdentityUse   use,
                                        PegLinkReason   *why) G_GNUC_WARN_UNUSED_RESULT;

const GError  *peg_identity_get_error   (PegIdentity *self);
PegLinkReason  peg_identity_get_failure (PegIdentity *self);

PegAuthMode  peg_identity_get_mode  (PegIdentity *self);
const char  *peg_identity_get_token (PegIdentity *self);
void         peg_identity_set_token (PegIdentity *self,
                                     const char  *token);

gboolean peg_identity_take_cookies (PegIdentity *self,
                                    SoupMessage *message);
void     peg_identity_forget       (PegIdentity *self);

gboolean peg_identity_is_safe  (PegAuthMode  mode,
                                const char  *uri);
gboolean peg_identity_is_token (const char  *text);

G_END_DECLS
