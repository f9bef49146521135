/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-snapshot.h"
#include "peg-wire.h"

G_BEGIN_DECLS

#define MODEL_FILES 8

/* A shop that remembers what was true at every moment, to compare with. */
typedef struct _ModelShop ModelShop;

ModelShop *model_shop_new  (GRand     *rand);
void       model_shop_free (ModelShop *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModelShop, model_shop_free)

guint64     model_shop_get_seq   (ModelShop *self);
const char *model_shop_get_epoch (ModelShop *self);

void  model_shop_change  (ModelShop *self);
void  model_shop_restore (ModelShop *self);
char *model_shop_list    (ModelShop *self,
                          guint64    seq);
char *model_shop_delta   (ModelShop *self,
                          guint64    seq,
                          gboolean   again);

gboolean model_shop_can_replay (ModelShop *self,
                                guint64    seq);

char *model_shop_compare (ModelShop   *self,
                          PegSnapshot *shown,
                          guint64      from,
                          guint64      to);

G_END_DECLS
