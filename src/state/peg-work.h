/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PegWorkState:
 * @PEG_WORK_RUNNING: it goes on
 * @PEG_WORK_DONE: it has ended well
 * @PEG_WORK_FAILED: it has ended, and not well
 * @PEG_WORK_HIDDEN: the person does not want to see it any more
 *
 * What is told about long work of the server.
 */
typedef enum {
  PEG_WORK_RUNNING,
  PEG_WORK_DONE,
  PEG_WORK_FAILED,
  PEG_WORK_HIDDEN,
} PegWorkState;

/**
 * PegWork:
 * @key: tells it from other work: the identity that the server gives it, else
 *   its file, else nothing
 * @has_id: whether @key is an identity
 * @file: (nullable): which file the server is at
 * @text: (nullable): what it says about it
 * @percent: how far it is, 0–100; -1: not told
 * @ends_us: when it should be done, µs of the monotonic clock; 0: not told
 * @heard_us: when something was last heard of it, likewise
 * @heard_wall_us: the same, µs since 1970 by this computer
 *
 * Something that takes long on the server (`processing_progress`,
 * docs/protocol.md). Immutable after peg_work_new().
 */
typedef struct {
  char *key;
  gboolean has_id;
  char *file;
  char *text;
  double percent;
  gint64 ends_us;
  gint64 heard_us;
  gint64 heard_wall_us;
} PegWork;

PegWork *peg_work_new   (const PegWork *values) G_GNUC_WARN_UNUSED_RESULT;
PegWork *peg_work_ref   (PegWork       *self);
void     peg_work_unref (PegWork       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegWork, peg_work_unref)

G_END_DECLS
