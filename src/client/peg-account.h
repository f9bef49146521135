/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-keyring.h"
#include "peg-link.h"

G_BEGIN_DECLS

/**
 * PEG_ACCOUNT_PIN:
 *
 * Under whose name the keyring has the PIN of a card; the place of the server is
 * taken by the PKCS#11 URI of its certificate.
 */
#define PEG_ACCOUNT_PIN "PIN"

#define PEG_TYPE_ACCOUNT (peg_account_get_type ())

G_DECLARE_FINAL_TYPE (PegAccount, peg_account, PEG, ACCOUNT, GObject)

PegAccount *peg_account_new (PegStore   *store,
                             PegLink    *link,
                             PegKeyring *keyring) G_GNUC_WARN_UNUSED_RESULT;

void     peg_account_set_patience_ms (PegAccount *self,
                                      guint       patience_ms);

gboolean peg_account_connect    (PegAccount           *self,
                                 const PegLinkConfig  *config,
                                 GError              **error);
void     peg_account_disconnect (PegAccount           *self);
void     peg_account_sign_in    (PegAccount           *self,
                                 const char           *user,
                                 const char           *password);
void     peg_account_sign_out   (PegAccount           *self);
void     peg_account_flush      (PegAccount           *self);

G_END_DECLS
