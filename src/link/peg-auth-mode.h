/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PegAuthMode:
 * @PEG_AUTH_HEADER: `Authorization: Bearer` on the handshake; nothing of it is
 *   seen in an address or a log, so it is what is done unless a person chose
 *   otherwise
 * @PEG_AUTH_MESSAGE: the first message, `{"type":"auth","token":…}`; nothing
 *   else is sent before it is settled
 * @PEG_AUTH_QUERY: `?token=`, only over TLS, for servers that take nothing else:
 *   addresses end up in logs
 * @PEG_AUTH_COOKIE: the cookie `auth_token`, which a sign-in over HTTP brings
 *
 * How a token reaches the server (docs/protocol.md, “Opening the socket”).
 */
typedef enum {
  PEG_AUTH_HEADER,
  PEG_AUTH_MESSAGE,
  PEG_AUTH_QUERY,
  PEG_AUTH_COOKIE,
} PegAuthMode;

G_END_DECLS
