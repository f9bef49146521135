/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-entry.h"

G_BEGIN_DECLS

/**
 * PegFilter:
 * @PEG_FILTER_ALL: every file
 * @PEG_FILTER_OUT: files that somebody has checked out
 * @PEG_FILTER_MINE: files that this person has checked out
 * @PEG_FILTER_FREE: files that nobody has
 *
 * Which files to show.
 */
typedef enum {
  PEG_FILTER_ALL,
  PEG_FILTER_OUT,
  PEG_FILTER_MINE,
  PEG_FILTER_FREE,
} PegFilter;

#define PEG_TYPE_FILTER (peg_filter_get_type ())

GType peg_filter_get_type (void);

#define PEG_TYPE_SEARCH (peg_search_get_type ())

typedef struct _PegSearch PegSearch;

GType peg_search_get_type (void);

PegSearch *peg_search_new   (const char *words) G_GNUC_WARN_UNUSED_RESULT;
PegSearch *peg_search_ref   (PegSearch  *self);
void       peg_search_unref (PegSearch  *self);

gboolean peg_search_is_empty (const PegSearch *self);
gboolean peg_search_matches  (const PegSearch *self,
                              const PegEntry  *entry);

gboolean peg_search_narrows  (const PegSearch *self,
                              const PegSearch *other);

gboolean peg_search_is_exact (const PegSearch *self,
                              const PegEntry  *entry);

gboolean peg_search_find_in  (const PegSearch *self,
                              const char      *text,
                              gsize            from,
                              gsize           *start,
                              gsize           *end);

gboolean peg_filter_matches (PegFilter       filter,
                             const PegEntry *entry,
                             const char     *user);

/**
 * PEG_SEARCH_SLOW:
 *
 * What peg_search_fold_fast() says of a text that it leaves alone.
 */
#define PEG_SEARCH_SLOW G_MAXSIZE

void  peg_search_fold      (const char *text,
                            GString    *folded);
gsize peg_search_fold_fast (const char *text,
                            gsize       length,
                            char       *folded);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegSearch, peg_search_unref)

G_END_DECLS
