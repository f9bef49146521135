/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-index.h"

G_BEGIN_DECLS

/* A node or a leaf of the tree. */
typedef struct _PegIndexItem PegIndexItem;

struct _PegIndex
{
  PegIndexKeyFunc get_key;
  PegIndexItem *root; /* (owned) (nullable) */
};

/* An entry with its hash, while an index is made. */
typedef struct {
  guint32 hash;
  guint32 i; /* in the array that was given */
  PegEntry *entry;
} PegIndexSlot;

/* peg-index-tree.c */
PegIndexItem *peg_index_item_new    (const PegIndexSlot *slots,
                                     guint               n) G_GNUC_WARN_UNUSED_RESULT;
PegIndexItem *peg_index_item_ref    (PegIndexItem       *item);
void          peg_index_item_unref  (PegIndexItem       *item);
PegEntry     *peg_index_find_hashed (const PegIndex     *self,
                                     guint32             hash,
                                     const char         *key);
void          peg_index_put         (PegIndex           *self,
                                     guint32             hash,
                                     PegEntry           *entry);
void          peg_index_take        (PegIndex           *self,
                                     guint32             hash,
                                     const PegEntry     *entry);

G_END_DECLS
