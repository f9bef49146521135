/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-hub.h"
#include "peg-people.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* HTTP: which request means what. It decides nothing; the shop does. */

typedef struct _PegRoutes PegRoutes;

PegRoutes *peg_routes_new        (SoupServer *server,
                                  PegShop    *shop,
                                  PegHub     *hub,
                                  const char *name,
                                  char      **origins,
                                  gboolean    local_only) G_GNUC_WARN_UNUSED_RESULT;
void       peg_routes_set_people (PegRoutes  *self,
                                  PegPeople  *people,
                                  gboolean    is_tls);
void       peg_routes_stop        (PegRoutes  *self);
gboolean   peg_routes_is_changing (PegRoutes  *self);
void       peg_routes_free       (PegRoutes  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegRoutes, peg_routes_free)

G_END_DECLS
