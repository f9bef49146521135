/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-copy.h"

G_BEGIN_DECLS

/* What was written into a working folder, on the disk. */

GPtrArray *peg_copy_records_decode (const char      *data,
                                    gsize            length) G_GNUC_WARN_UNUSED_RESULT;
char      *peg_copy_records_encode (const GPtrArray *records,
                                    gsize           *length) G_GNUC_WARN_UNUSED_RESULT;

GPtrArray *peg_copy_records_load   (const char      *path) G_GNUC_WARN_UNUSED_RESULT;
gboolean   peg_copy_records_save   (const char      *path,
                                    const char      *data,
                                    gsize            length,
                                    GError         **error);

PegCopyRecord *peg_copy_record_new  (const PegCopyRecord *values) G_GNUC_WARN_UNUSED_RESULT;
void           peg_copy_record_free (PegCopyRecord       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegCopyRecord, peg_copy_record_free)

G_END_DECLS
