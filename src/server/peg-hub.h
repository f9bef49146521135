/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-shop.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

#define PEG_TYPE_HUB (peg_hub_get_type ())

G_DECLARE_FINAL_TYPE (PegHub, peg_hub, PEG, HUB, GObject)

PegHub *peg_hub_new (PegShop    *shop,
                     const char *name) G_GNUC_WARN_UNUSED_RESULT;

guint peg_hub_get_n_clients (PegHub                  *self);
void  peg_hub_accept        (PegHub                  *self,
                             SoupWebsocketConnection *connection,
                             const char              *user);
void  peg_hub_send_notes    (PegHub                  *self,
                             const char              *user);
void  peg_hub_close_all     (PegHub                  *self,
                             gushort                  code,
                             const char              *reason);

G_END_DECLS
