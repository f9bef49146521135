/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-wire-rest.h"
#include "peg-routes.h"

G_BEGIN_DECLS

struct _PegRoutes
{
  SoupServer *server;    /* (owned) */
  PegShop *shop;         /* (owned) */
  PegHub *hub;           /* (owned) */
  char *name;            /* (owned) (nullable): what the shop is called */
  gboolean local_only;   /* only names of this machine are taken in `Host` */
  GHashTable *under_way; /* (owned): idempotency keys without an answer yet */
  GBytes *files;         /* (owned) (nullable): the body of `GET /files` */
  char *files_etag;      /* (owned) (nullable): which position it is of */
};

/**
 * PegRouteFunc:
 * @self: the routes
 * @message: the request
 * @file: (nullable): the path of the file, or its name
 * @rest: (nullable): what stands behind the verb
 * @query: (nullable): the query
 *
 * Answers one kind of request.
 */
typedef void (*PegRouteFunc) (PegRoutes         *self,
                              SoupServerMessage *message,
                              const char        *file,
                              const char        *rest,
                              GHashTable        *query);

PegWireRequest *peg_routes_read_request (SoupServerMessage  *message,
                                         GError            **error) G_GNUC_WARN_UNUSED_RESULT;

/* All routes are functions of one type. */
#define PEG_ROUTE(name) \
  void name (PegRoutes         *self, \
             SoupServerMessage *message, \
             const char        *file, \
             const char        *rest, \
             GHashTable        *query)

PEG_ROUTE (peg_route_root);
PEG_ROUTE (peg_route_health);
PEG_ROUTE (peg_route_config);
PEG_ROUTE (peg_route_refresh);
PEG_ROUTE (peg_route_stats);
PEG_ROUTE (peg_route_activity);
PEG_ROUTE (peg_route_check);
PEG_ROUTE (peg_route_send);
PEG_ROUTE (peg_route_acknowledge);
PEG_ROUTE (peg_route_login);

PEG_ROUTE (peg_route_files);
PEG_ROUTE (peg_route_check_out);
PEG_ROUTE (peg_route_check_in);
PEG_ROUTE (peg_route_release);
PEG_ROUTE (peg_route_override);
PEG_ROUTE (peg_route_download);
PEG_ROUTE (peg_route_history);
PEG_ROUTE (peg_route_version);
PEG_ROUTE (peg_route_new_upload);

G_END_DECLS
