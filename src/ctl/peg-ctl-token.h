/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PEG_CTL_TOKEN_COOKIE:
 *
 * What stands before a token that is shown as a cookie; a token has no space.
 */
#define PEG_CTL_TOKEN_COOKIE "Cookie "

char *peg_ctl_token_dup_path (const char *server,
                              const char *user) G_GNUC_WARN_UNUSED_RESULT;

char     *peg_ctl_token_read  (const char  *path,
                               GError     **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean  peg_ctl_token_write (const char  *path,
                               const char  *token,
                               GError     **error);

G_END_DECLS
