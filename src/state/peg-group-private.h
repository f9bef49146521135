/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-group.h"

G_BEGIN_DECLS

struct _PegGroup
{
  char *name;  /* (owned) (not nullable) */
  guint n;
  guint n_out;
  guint n_mine;
  guint n_chunks;
  guint n_blocks;
  struct {
    PegBlock *block; /* (owned) */
    guint end;       /* entries up to its end */
    guint end_chunk; /* chunks up to its end */
  } blocks[];
};

PegGroup *peg_group_new_from_blocks (const char       *name,
                                     PegBlock * const *blocks,
                                     guint             n_blocks) G_GNUC_WARN_UNUSED_RESULT;

guint peg_group_find_block (const PegGroup *self,
                            const PegEntry *entry);
guint peg_block_find_chunk (const PegBlock *self,
                            const PegEntry *entry);
gboolean peg_chunk_find    (const PegChunk *self,
                            const PegEntry *entry,
                            guint          *position);

G_END_DECLS
