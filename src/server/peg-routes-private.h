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

void peg_route_root        (PegRoutes *, SoupServerMessage *, const char *, const char *, GHashTable *);
void peg_route_health      (PegRoutes *, SoupServerMessage *, const char *, const char *, GHashTable *);
void peg_route_config      (PegRoutes *, SoupServerMessage *, const char *, const char *, GHashTable *);
void peg_route_refresh     (PegRoutes *, SoupServerMessage *, const char *, const char *, GHashTable *);
void peg_route_stats       (PegRoutes *, SoupServerMessage *, const char *, const char *, GHashTable *);
void peg_route_activity    (PegRoutes *, SoupServerMessage *, const char *, const char *, GHashTable *);
void peg_route_check       (PegRoutes *, SoupServerMessage *, const char *, const char *, GHashTable *);
void peg_route_send        (PegRoutes *, SoupServerMessage *, const char *, const char *, GHashTable *);
void peg_route_acknowledge (PegRoutes *, SoupServerMessage *, const char *, const char *, GHashTable *);
void peg_route_login       (PegRoutes *, SoupServerMessage *, const char *, const char *, GHashTable *);

void peg_route_files      (PegRoutes *, SoupServerMessage *, const char *, const char *, GHashTable *);
void peg_route_check_out  (PegRoutes *, SoupServerMessage *, const char *, const char *, GHashTable *);
void peg_route_check_in   (PegRoutes *, SoupServerMessage *, const char *, const char *, GHashTable *);
void peg_route_release    (PegRoutes *, SoupServerMessage *, const char *, const char *, GHashTable *);
void peg_route_override   (PegRoutes *, SoupServerMessage *, const char *, const char *, GHashTable *);
void peg_route_download   (PegRoutes *, SoupServerMessage *, const char *, const char *, GHashTable *);
void peg_route_history    (PegRoutes *, SoupServerMessage *, const char *, const char *, GHashTable *);
void peg_route_version    (PegRoutes *, SoupServerMessage *, const char *, const char *, GHashTable *);
void peg_route_new_upload (PegRoutes *, SoupServerMessage *, const char *, const char *, GHashTable *);

G_END_DECLS
