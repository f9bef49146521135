/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-action.h"

G_BEGIN_DECLS

/**
 * PegDraftState:
 * @PEG_DRAFT_QUEUED: it was not sent yet
 * @PEG_DRAFT_SENT: it was sent, and the answer is not here yet
 * @PEG_DRAFT_ACKED: the server has done it
 * @PEG_DRAFT_CONFLICT: the server refused it: the file is somebody else’s, or
 *   changed meanwhile
 * @PEG_DRAFT_EXPIRED: it was not sent in time, and is not wanted any more
 * @PEG_DRAFT_CANCELLED: a person does not want it any more
 * @PEG_DRAFT_UNCERTAIN: it was sent, and nobody can tell whether it arrived
 *
 * How far an action is. Acked, expired and cancelled are the end.
 */
typedef enum {
  PEG_DRAFT_QUEUED,
  PEG_DRAFT_SENT,
  PEG_DRAFT_ACKED,
  PEG_DRAFT_CONFLICT,
  PEG_DRAFT_EXPIRED,
  PEG_DRAFT_CANCELLED,
  PEG_DRAFT_UNCERTAIN,
} PegDraftState;

#define PEG_TYPE_DRAFT_STATE (peg_draft_state_get_type ())

GType peg_draft_state_get_type (void);

/**
 * PegDraft:
 * @id: its identity, and the key under which the server does it only once
 * @action: what is asked for
 * @state: how far it is
 * @elsewhere: whether another program on this computer is at it
 * @key: of the file
 * @filename: its name
 * @comment: (nullable): what the person wrote
 * @why: (nullable): what is in the way, a sentence for people
 * @created_us: when a person asked for it, µs since 1970 by this computer
 * @sent_us: when it was sent, likewise; 0: it was not
 * @size: of its bytes; -1: it has none
 *
 * Work that the server does not have, or may not have. Immutable after
 * peg_draft_new().
 */
typedef struct {
  char *id;
  PegAction action;
  PegDraftState state;
  gboolean elsewhere;
  char *key;
  char *filename;
  char *comment;
  char *why;
  gint64 created_us;
  gint64 sent_us;
  gint64 size;
} PegDraft;

PegDraft *peg_draft_new   (const PegDraft *values) G_GNUC_WARN_UNUSED_RESULT;
PegDraft *peg_draft_ref   (PegDraft       *self);
void      peg_draft_unref (PegDraft       *self);
gboolean  peg_draft_equal (const PegDraft *a,
                           const PegDraft *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegDraft, peg_draft_unref)

G_END_DECLS
