/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How often somebody may be wrong. Pure: the time is given. */

/**
 * PegLoginKind:
 * @PEG_LOGIN_ADDRESS: sign-ins from one address
 * @PEG_LOGIN_NAME: sign-ins under one name, from wherever
 * @PEG_LOGIN_TOKEN: requests with a wrong token from one address; a program that
 *   is set up wrong sends several at once, so more are let pass
 * @PEG_LOGIN_TOKEN_NAME: wrong tokens under one name, from wherever; apart from the
 *   sign-ins, so that a program with an old token keeps nobody from signing in
 *
 * What is counted together.
 */
typedef enum {
  PEG_LOGIN_ADDRESS,
  PEG_LOGIN_NAME,
  PEG_LOGIN_TOKEN,
  PEG_LOGIN_TOKEN_NAME,
} PegLoginKind;

/**
 * PEG_LOGIN_MAX_KEYS:
 *
 * How many addresses and names are remembered at most. The one that was wrong
 * the longest ago goes first.
 */
#define PEG_LOGIN_MAX_KEYS 4096

/**
 * PEG_LOGIN_MAX_WAIT_S:
 *
 * How long somebody waits at most, s.
 */
#define PEG_LOGIN_MAX_WAIT_S 900

typedef struct _PegLogin PegLogin;

PegLogin *peg_login_new  (void) G_GNUC_WARN_UNUSED_RESULT;
void      peg_login_free (PegLogin *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegLogin, peg_login_free)

guint peg_login_get_wait_s (PegLogin     *self,
                            PegLoginKind  kind,
                            const char   *key,
                            gint64        now_us);
void  peg_login_wrong      (PegLogin     *self,
                            PegLoginKind  kind,
                            const char   *key,
                            gint64        now_us);
void  peg_login_right      (PegLogin     *self,
                            PegLoginKind  kind,
                            const char   *key);
guint peg_login_wrong_token (PegLogin    *self,
                             const char  *address,
                             const char  *name,
                             gint64       now_us);
guint peg_login_get_n_keys (PegLogin     *self);

G_END_DECLS
