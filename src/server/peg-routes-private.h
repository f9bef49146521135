/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-routes.h"

#include "peg-people.h"
#include "peg-receive.h"
#include "peg-wire-rest.h"

G_BEGIN_DECLS

typedef struct _PegRoutesList PegRoutesList;

struct _PegRoutes
{
  SoupServer *server;    /* (owned) */
  PegShop *shop;         /* (owned) */
  PegHub *hub;           /* (owned) */
  char *name;            /* (owned) (nullable): what the shop is called */
  guint *n_changes;      /* (owned): how many wait for their answers */
  gboolean is_stopping;  /* nothing new is begun */
  char **origins;        /* (owned) (nullable): sites whose pages may ask */
  gboolean local_only;   /* only names of this machine are taken in `Host` */
  PegPeople *people;     /* (owned) (nullable): who may come in */
  gboolean is_tls;       /* nobody on the way sees what is sent */
  GHashTable *under_way; /* (owned): idempotency keys without an answer yet */
  PegRoutesList *list;   /* (owned): answers `GET /files` */
};

/**
 * PegAsk:
 * @message: (unowned): the request
 * @file: (nullable): the path of the file, or its name
 * @rest: (nullable): what stands behind the verb
 * @query: (nullable): the query
 * @caller: (nullable): who asks; %NULL: nobody knows
 * @request: (nullable): its body, when that is JSON; where it is known who asks
 *   that is who it names
 * @form: (nullable): its body, when that is an upload
 *
 * A request that may be asked, and whose body could be read.
 */
typedef struct {
  SoupServerMessage *message;
  const char *file;
  const char *rest;
  GHashTable *query;
  const PegCaller *caller;
  PegWireRequest *request;
  PegMultipart *form;
} PegAsk;

/**
 * PegRouteFunc:
 * @self: the routes
 * @ask: the request
 *
 * Answers one kind of request.
 */
typedef void (*PegRouteFunc) (PegRoutes    *self,
                              const PegAsk *ask);

/* Who may ask at all */

gboolean peg_routes_may_come          (PegRoutes         *self,
                                       SoupServerMessage *message);
gboolean peg_routes_is_from_elsewhere (PegRoutes         *self,
                                       SoupServerMessage *message);
gboolean peg_routes_answer_preflight  (PegRoutes         *self,
                                       SoupServerMessage *message);
void     peg_routes_end_connection    (SoupServerMessage *message);
void     peg_routes_begin_change      (PegRoutes         *self,
                                       SoupServerMessage *message);
void     peg_routes_refuse_for        (SoupServerMessage *message,
                                       guint              status,
                                       guint              wait_s,
                                       const char        *detail,
                                       const char        *code);

GInetAddress *peg_routes_get_address (SoupServerMessage *message);

void peg_routes_add_socket (PegRoutes *self);

PegRoutesList *peg_routes_list_new  (PegShop       *shop) G_GNUC_WARN_UNUSED_RESULT;
void           peg_routes_list_free (PegRoutesList *self);

/* Who asks */

gboolean         peg_routes_let_in     (PegRoutes         *self,
                                        SoupServerMessage *message,
                                        PegRole            needed,
                                        gboolean           is_socket);
const PegCaller *peg_routes_get_caller (SoupServerMessage *message);

/* All routes are functions of one type. */
#define PEG_ROUTE(name) \
  void name (PegRoutes    *self, \
             const PegAsk *ask)

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
PEG_ROUTE (peg_route_renew);
PEG_ROUTE (peg_route_logout);

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
