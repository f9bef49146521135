/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-entry.h"

G_BEGIN_DECLS

#define PEG_TYPE_GROUP (peg_group_get_type ())

typedef struct _PegGroup PegGroup;

GType peg_group_get_type (void);

PegGroup *peg_group_new_take (const char *name,
                              GPtrArray  *entries,
                              const char *user) G_GNUC_WARN_UNUSED_RESULT;
PegGroup *peg_group_ref      (PegGroup   *self);
void      peg_group_unref    (PegGroup   *self);

const char *peg_group_get_name    (const PegGroup *self);
guint       peg_group_get_n       (const PegGroup *self);
PegEntry   *peg_group_get         (const PegGroup *self,
                                   guint           position);
GPtrArray  *peg_group_get_entries (const PegGroup *self);
guint       peg_group_get_n_out   (const PegGroup *self);
guint       peg_group_get_n_mine  (const PegGroup *self);

gboolean peg_group_find (const PegGroup *self,
                         const PegEntry *entry,
                         guint          *position);

gboolean peg_entries_find (GPtrArray      *entries,
                           const PegEntry *entry,
                           guint          *position);

int peg_group_compare (const PegGroup *a,
                       const PegGroup *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegGroup, peg_group_unref)

G_END_DECLS
