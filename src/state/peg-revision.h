/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * PegRevision:
 * @hash: names the content on the server
 * @who: (nullable): who checked it in
 * @comment: (nullable): what they said
 * @when_us: when, µs since 1970 by the server; 0: unknown
 * @size: bytes; -1: unknown
 * @major: first number; -1: it has no number
 * @minor: second number
 *
 * One revision of a file. Immutable after peg_revision_new().
 */
typedef struct {
  char *hash;
  char *who;
  char *comment;
  gint64 when_us;
  gint64 size;
  int major;
  int minor;
} PegRevision;

#define PEG_TYPE_REVISION (peg_revision_get_type ())

GType peg_revision_get_type (void);

PegRevision *peg_revision_new   (const PegRevision *values) G_GNUC_WARN_UNUSED_RESULT;
PegRevision *peg_revision_ref   (PegRevision       *self);
void         peg_revision_unref (PegRevision       *self);

gboolean peg_revision_parse (const char *text,
                             int        *major,
                             int        *minor);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegRevision, peg_revision_unref)

/**
 * PegHistoryState:
 * @PEG_HISTORY_NONE: nobody asked
 * @PEG_HISTORY_LOADING: on its way
 * @PEG_HISTORY_READY: there
 * @PEG_HISTORY_FAILED: the server did not give it
 *
 * How far the history of the selected file is.
 */
typedef enum {
  PEG_HISTORY_NONE,
  PEG_HISTORY_LOADING,
  PEG_HISTORY_READY,
  PEG_HISTORY_FAILED,
} PegHistoryState;

G_END_DECLS
