/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A server that does what no proper one would: it reads a request’s head and
 * answers with whatever bytes a test gives it. */
typedef struct {
  GSocketService *service;
  guint port;
  char *answer;           /* (nullable): after the head; %NULL: nothing, for ever */
  gsize length;
  gboolean upgrade;       /* a proper handshake goes before the answer */
  gboolean at_once;       /* whatever comes first is taken for a head */
  gboolean hang_up;       /* the connection is closed after the answer */
  char *head;             /* (nullable): the last one that came */
  GPtrArray *connections; /* (element-type GSocketConnection) */
} RawServer;

RawServer *raw_server_new  (void);
void       raw_server_free (RawServer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RawServer, raw_server_free)

G_END_DECLS
