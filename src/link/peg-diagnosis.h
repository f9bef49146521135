/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-close.h"

G_BEGIN_DECLS

/**
 * PegDiagnosis:
 * @failures: attempts in a row that did not lead to a live connection, although
 *   somebody seems to be there
 * @short_lived: sockets in a row that died soon after they had opened, without a
 *   message
 * @broken_us: when the last but one, and the last, socket ended because one side
 *   did not understand the other; 0: never
 * @too_big_us: when a message was last larger than one side takes; 0: never
 * @none: the server says that there are no sockets here, or they proved to be of
 *   no use
 *
 * What speaks for it that WebSockets do not get through to this server, although
 * it is there: a proxy that swallows them, a server without them
 * (docs/architecture.md, “Polling”). Plain data; all zero is healthy.
 */
typedef struct {
  guint failures;
  guint short_lived;
  gint64 broken_us[2];
  gint64 too_big_us;
  gboolean none;
} PegDiagnosis;

/**
 * PegSocketLife:
 * @opened_us: when it opened, monotonic; 0: it never did
 * @heard: whether a message came through it
 * @was_live: whether what was shown was live because of it
 *
 * What became of a socket before it ended.
 */
typedef struct {
  gint64 opened_us;
  gboolean heard;
  gboolean was_live;
} PegSocketLife;

void     peg_diagnosis_note_end  (PegDiagnosis        *self,
                                  const PegVerdict    *verdict,
                                  const PegSocketLife *life,
                                  gint64               now_us);
void     peg_diagnosis_note_live (PegDiagnosis        *self);
gboolean peg_diagnosis_suspects  (const PegDiagnosis  *self);

G_END_DECLS
