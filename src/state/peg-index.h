/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-entry.h"

G_BEGIN_DECLS

typedef struct _PegIndex PegIndex;

/**
 * PegIndexKeyFunc:
 * @entry: an entry
 *
 * Returns: (nullable): what to find @entry by; %NULL leaves it out
 */
typedef const char *(*PegIndexKeyFunc) (const PegEntry *entry);

PegIndex *peg_index_new      (PegEntry * const *entries,
                              guint             n,
                              PegIndexKeyFunc   get_key) G_GNUC_WARN_UNUSED_RESULT;
PegIndex *peg_index_new_list (const PegIndex   *old,
                              PegEntry        **entries,
                              PegEntry        **known,
                              guint             n) G_GNUC_WARN_UNUSED_RESULT;
PegIndex *peg_index_update   (PegIndex         *self,
                              GPtrArray        *removed,
                              GPtrArray        *added) G_GNUC_WARN_UNUSED_RESULT;
PegIndex *peg_index_ref      (PegIndex         *self);
void      peg_index_unref    (PegIndex         *self);

PegEntry *peg_index_find (const PegIndex *self,
                          const char     *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegIndex, peg_index_unref)

G_END_DECLS
