/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * FEEDER_EPOCH:
 *
 * The epoch of every made-up shop (docs/protocol.md, “Positions”).
 */
#define FEEDER_EPOCH "bench"

/**
 * FeederShop:
 *
 * A made-up shop as a server of `pegboard.1` knows it: which file is checked out,
 * and how often each changed. It belongs to one thread, or to a lock.
 */
typedef struct _FeederShop FeederShop;

FeederShop *feeder_shop_new       (guint       n_files);
void        feeder_shop_free      (FeederShop *self);

guint       feeder_shop_get_n     (FeederShop *self);
guint64     feeder_shop_get_seq   (FeederShop *self);
guint64     feeder_shop_get_hash  (FeederShop *self);
void        feeder_shop_toggle    (FeederShop *self,
                                   guint       index);
GBytes     *feeder_shop_dup_list  (FeederShop *self);
void        feeder_shop_add_delta (FeederShop *self,
                                   guint       index,
                                   GString    *text);

guint64     feeder_state_hash     (guint       index,
                                   guint64     version,
                                   gboolean    out);

G_END_DECLS
