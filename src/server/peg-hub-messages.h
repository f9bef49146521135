/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-shop.h"

#include "peg-wire.h"

G_BEGIN_DECLS

/* What the hub says, made from what the shop knows. */

GBytes         *peg_hub_make_list   (PegShop         *shop,
                                     PegDialect       dialect,
                                     gsize            most) G_GNUC_WARN_UNUSED_RESULT;
GBytes         *peg_hub_make_delta  (PegShop         *shop,
                                     const PegRecord *record) G_GNUC_WARN_UNUSED_RESULT;
PegWireMessage *peg_hub_make_digest (PegShop         *shop) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray      *peg_hub_list_missed (PegShop         *shop,
                                     guint64          seq) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
