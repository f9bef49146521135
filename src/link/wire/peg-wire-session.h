/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-wire.h"

G_BEGIN_DECLS

/* Signing in: the bodies of `/auth/…` (docs/protocol.md, “Signing in”). Pure,
 * like all of the wire. What they hold is secret: it is never logged. */

/**
 * PegWireSession:
 * @token: `token`: what the next requests are sent with
 * @user: (nullable): `username`: who the server takes the client for
 * @role: (nullable): `role`: what that person may do
 * @expires_s: `expires_in`: how long @token is good for, seconds; 0: for ever
 * @is_admin: whether that person may do everything
 * @cookie_only: whether the token is called `access_token` alone, as by the newer
 *   classic servers, which take it from nothing but their cookie; only read
 *
 * The answer to a sign-in. Classic servers call the token `token` or
 * `access_token`, and leave out the rest.
 */
typedef struct {
  char *token;
  char *user;
  char *role;
  guint64 expires_s;
  gboolean is_admin;
  gboolean cookie_only;
} PegWireSession;

void            peg_wire_session_free   (PegWireSession        *self);
PegWireSession *peg_wire_decode_session (const char            *data,
                                         gsize                  length,
                                         GError               **error) G_GNUC_WARN_UNUSED_RESULT;
char           *peg_wire_encode_session (const PegWireSession  *session) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegWireSession, peg_wire_session_free)

gboolean peg_wire_decode_credentials (const char  *data,
                                      gsize        length,
                                      char       **user,
                                      char       **password,
                                      GError     **error);

G_END_DECLS
