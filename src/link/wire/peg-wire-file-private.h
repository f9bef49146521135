/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-wire-json-private.h"
#include "peg-wire-writer-private.h"

G_BEGIN_DECLS

/**
 * PEG_WIRE_MAX_NAMED:
 *
 * How much the names of groups may take in the files of a list, bytes. A file keeps
 * the name of its group, and without a path has it in its key once more, while the
 * text has it once for all: a few long names would fill any memory. A million files
 * in groups of forty letters take 80 MB.
 */
#define PEG_WIRE_MAX_NAMED (256 * (gsize) 1024 * 1024)

#define PEG_WIRE_LONG_NAMES "The names of the groups are longer than what is taken"

/* FILE, the object that describes one file, and the two ways in which several
 * of them are sent: by group, and one after the other. */

/* What servers say in `status` of a file: nobody has it, somebody has it, or the
 * user has it whom the classic server itself is set up for. */
#define PEG_WIRE_STATUS_FREE "unlocked"
#define PEG_WIRE_STATUS_LOCKED "locked"
#define PEG_WIRE_STATUS_SERVER_USER "checked_out_by_user"

PegEntry *peg_wire_read_file (JsonObject          *object,
                              const char          *group,
                              const PegWireWhere  *where,
                              GError             **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean peg_wire_read_groups (JsonObject          *groups,
                               const PegWireWhere  *where,
                               GPtrArray           *entries,
                               gboolean            *placeholder,
                               GError             **error);
gboolean peg_wire_read_files  (JsonArray           *files,
                               const PegWireWhere  *where,
                               GPtrArray           *entries,
                               GError             **error);

void  peg_wire_put_groups (PegWireWriter *writer,
                           const char    *member,
                           GPtrArray     *entries,
                           gboolean       placeholder,
                           PegDialect     dialect);
void  peg_wire_put_files  (PegWireWriter *writer,
                           const char    *member,
                           GPtrArray     *entries,
                           PegDialect     dialect);
gsize peg_wire_files_size (GPtrArray     *entries,
                           PegDialect     dialect);

void peg_wire_put_revision (PegWireWriter *writer,
                            const char    *member,
                            int            major,
                            int            minor);

gboolean peg_wire_read_revision (JsonObject          *object,
                                 const char          *member,
                                 const PegWireWhere  *where,
                                 int                 *major,
                                 int                 *minor,
                                 GError             **error);

G_END_DECLS
