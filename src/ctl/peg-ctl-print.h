/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-ctl.h"
#include "peg-display.h"

G_BEGIN_DECLS

/**
 * PegTable:
 *
 * Rows of text for a terminal, whose columns line up.
 */
typedef struct _PegTable PegTable;

PegTable *peg_table_new   (guint        n_columns) G_GNUC_WARN_UNUSED_RESULT;
void      peg_table_free  (PegTable    *self);
void      peg_table_add   (PegTable    *self,
                           const char  *colour,
                           ...) G_GNUC_NULL_TERMINATED;
void      peg_table_print (PegTable    *self,
                           gboolean     colours);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegTable, peg_table_free)

PegDisplayNow peg_ctl_now        (void);
const char   *peg_ctl_tag_colour (PegTag tag);

G_END_DECLS
