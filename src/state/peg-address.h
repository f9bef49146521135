/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PEG_ADDRESS_PORT:
 *
 * The port of a shop server when an address names neither a port nor a scheme.
 */
#define PEG_ADDRESS_PORT 8420

/**
 * PegAddress:
 * @http: where requests go, without a slash at the end
 * @socket: the socket, `ws:` or `wss:`
 * @label: for people
 *
 * Where a server is. Everything is owned.
 */
typedef struct {
  char *http;
  char *socket;
  char *label;
} PegAddress;

gboolean peg_address_parse (PegAddress  *self,
                            const char  *text,
                            GError     **error);
void     peg_address_clear (PegAddress  *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PegAddress, peg_address_clear)

char *peg_address_dup_file_name (const char *server,
                                 const char *user,
                                 const char *suffix) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
