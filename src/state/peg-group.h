/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-chunk.h"

G_BEGIN_DECLS

#define PEG_TYPE_GROUP (peg_group_get_type ())

typedef struct _PegGroup PegGroup;

/**
 * PegGroupEdit:
 * @entry: an entry
 * @comes: whether it comes, or takes the place of the one that compares equal;
 *   otherwise that one goes
 *
 * One change to a group.
 */
typedef struct {
  PegEntry *entry;
  gboolean comes;
} PegGroupEdit;

GType peg_group_get_type (void);

PegGroup *peg_group_new      (const char         *name,
                              PegEntry * const   *entries,
                              guint               n,
                              const char         *user,
                              PegGroup           *old) G_GNUC_WARN_UNUSED_RESULT;
PegGroup *peg_group_new_take (const char         *name,
                              GPtrArray          *entries,
                              const char         *user) G_GNUC_WARN_UNUSED_RESULT;
PegGroup *peg_group_edit     (PegGroup           *self,
                              const char         *name,
                              const PegGroupEdit *edits,
                              guint               n_edits,
                              const char         *user) G_GNUC_WARN_UNUSED_RESULT;
PegGroup *peg_group_for_user (PegGroup           *self,
                              const char         *user) G_GNUC_WARN_UNUSED_RESULT;
PegGroup *peg_group_ref      (PegGroup           *self);
void      peg_group_unref    (PegGroup           *self);

const char *peg_group_get_name   (const PegGroup *self);
guint       peg_group_get_n      (const PegGroup *self);
PegEntry   *peg_group_get        (const PegGroup *self,
                                  guint           position);
guint       peg_group_get_n_out  (const PegGroup *self);
guint       peg_group_get_n_mine (const PegGroup *self);

guint     peg_group_get_n_chunks (const PegGroup *self);
PegChunk *peg_group_get_chunk    (const PegGroup *self,
                                  guint           i);
guint     peg_group_get_n_blocks (const PegGroup *self);
PegBlock *peg_group_get_block    (const PegGroup *self,
                                  guint           i);

gboolean peg_group_find (const PegGroup *self,
                         const PegEntry *entry,
                         guint          *position);

int peg_group_compare      (const PegGroup *a,
                            const PegGroup *b);
int peg_group_edit_compare (gconstpointer   a,
                            gconstpointer   b);

gboolean peg_groups_find (GPtrArray  *groups,
                          const char *name,
                          guint      *position);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegGroup, peg_group_unref)

G_END_DECLS
