/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* JSON Web Tokens (RFC 7519), signed with HMAC SHA-256 (RFC 7515, 7518). Pure:
 * the time is given. */

/**
 * PEG_JWT_MAX_BYTES:
 *
 * The longest token that is looked at, bytes. What is in one of ours takes 300,
 * and a header of HTTP seldom more than this.
 */
#define PEG_JWT_MAX_BYTES 4096

/**
 * PEG_JWT_LEEWAY_S:
 *
 * How far the clocks of two computers may be apart, s: “no more than a few
 * minutes” (RFC 7519, 4.1.4).
 */
#define PEG_JWT_LEEWAY_S 60

/**
 * PEG_JWT_AUDIENCE:
 *
 * Whom a token must be for, if it says so (RFC 7519, 4.1.3).
 */
#define PEG_JWT_AUDIENCE "pegboardd"

/**
 * PegJwtError:
 * @PEG_JWT_ERROR_SYNTAX: it is no token
 * @PEG_JWT_ERROR_ALGORITHM: it is not signed in the one way that is taken
 * @PEG_JWT_ERROR_SIGNATURE: it was signed with another secret, or changed
 * @PEG_JWT_ERROR_EXPIRED: its time is over
 * @PEG_JWT_ERROR_EARLY: its time has not come
 * @PEG_JWT_ERROR_CLAIM: what it says is not enough, or not for us
 *
 * Why a token is not taken. Only the last three are said of a token that is
 * signed with our secret.
 */
typedef enum {
  PEG_JWT_ERROR_SYNTAX,
  PEG_JWT_ERROR_ALGORITHM,
  PEG_JWT_ERROR_SIGNATURE,
  PEG_JWT_ERROR_EXPIRED,
  PEG_JWT_ERROR_EARLY,
  PEG_JWT_ERROR_CLAIM,
} PegJwtError;

#define PEG_JWT_ERROR (peg_jwt_error_quark ())

GQuark peg_jwt_error_quark (void);

/**
 * PegJwt:
 * @user: (nullable): `sub`: who it is for
 * @role: (nullable): `role`: what they may do
 * @issuer: (nullable): `iss`: who made it
 * @id: (nullable): `jti`: its own name
 * @generation: `gen`: of the sessions of `pegboardd`: when the token of the
 *   person was made, µs since 1970; 0: not told
 * @issued_s: `iat`: when it was made, s since 1970; 0: not told
 * @not_before_s: `nbf`: when it begins to count, s since 1970; 0: not told
 * @expires_s: `exp`: when it ends, s since 1970
 *
 * What a token says.
 */
typedef struct {
  char *user;
  char *role;
  char *issuer;
  char *id;
  gint64 generation;
  gint64 issued_s;
  gint64 not_before_s;
  gint64 expires_s;
} PegJwt;

void    peg_jwt_free   (PegJwt        *self);
char   *peg_jwt_sign   (const PegJwt  *claims,
                        GBytes        *secret) G_GNUC_WARN_UNUSED_RESULT;
PegJwt *peg_jwt_verify (const char    *token,
                        GBytes        *secret,
                        gint64         now_s,
                        GError       **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegJwt, peg_jwt_free)

G_END_DECLS
