/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-row.h"
#include "peg-search.h"
#include "peg-snapshot.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PEG_ROWS_MAX_RUNS:
 *
 * How many runs of one change are told to the list view one by one. Each of
 * them makes it look at all its live rows (about 205 in GTK 4.8, measured);
 * above this number one run that spans them all is the smaller work.
 */
#define PEG_ROWS_MAX_RUNS 32

#define PEG_TYPE_ROWS (peg_rows_get_type ())

G_DECLARE_FINAL_TYPE (PegRows, peg_rows, PEG, ROWS, GObject)

PegRows *peg_rows_new (void) G_GNUC_WARN_UNUSED_RESULT;

PegSnapshot *peg_rows_get_snapshot (PegRows     *self);
void         peg_rows_set_snapshot (PegRows     *self,
                                    PegSnapshot *snapshot);
PegFilter    peg_rows_get_filter   (PegRows     *self);
PegSearch   *peg_rows_get_search   (PegRows     *self);
void         peg_rows_set_view     (PegRows     *self,
                                    PegFilter    filter,
                                    PegSearch   *search);
void         peg_rows_set_filter   (PegRows     *self,
                                    PegFilter    filter);
void         peg_rows_set_search   (PegRows     *self,
                                    PegSearch   *search);
gboolean     peg_rows_is_settled   (PegRows     *self);
gboolean     peg_rows_is_replacing (PegRows     *self);
gboolean     peg_rows_is_searched_anew (PegRows *self);
void         peg_rows_set_replaceable (PegRows  *self,
                                       gboolean  replaceable);

guint    peg_rows_get_n_files (PegRows    *self);
gboolean peg_rows_find        (PegRows    *self,
                               const char *key,
                               guint      *position);
gboolean peg_rows_find_row    (PegRows    *self,
                               PegRow     *row,
                               guint      *position);
gboolean peg_rows_find_around (PegRows    *self,
                               PegRow     *row,
                               guint      *position);
gboolean peg_rows_find_found  (PegRows    *self,
                               gboolean    exact,
                               guint      *position);
gboolean peg_rows_find_parent (PegRows    *self,
                               guint       position,
                               guint      *parent);

void     peg_rows_set_expanded (PegRows    *self,
                                PegRow     *row,
                                gboolean    expanded);
void     peg_rows_expand_all   (PegRows    *self);
void     peg_rows_collapse_all (PegRows    *self);
gboolean peg_rows_reveal       (PegRows    *self,
                                const char *key);

G_END_DECLS
