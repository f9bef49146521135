/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-wire.h"

G_BEGIN_DECLS

/**
 * PEG_POSITION_MAX_HELD:
 *
 * How many events are held back behind a gap before it is cheaper to take the
 * whole list (docs/protocol.md, “Positions”).
 */
#define PEG_POSITION_MAX_HELD 256

/**
 * PegPositionVerdict:
 * @PEG_POSITION_APPLY: it comes next
 * @PEG_POSITION_DROP: it is known already
 * @PEG_POSITION_HOLD: something before it is missing
 * @PEG_POSITION_LOST: it belongs to another history: only a list can help
 *
 * What to do with an event.
 */
typedef enum {
  PEG_POSITION_APPLY,
  PEG_POSITION_DROP,
  PEG_POSITION_HOLD,
  PEG_POSITION_LOST,
} PegPositionVerdict;

/**
 * PegPosition:
 * @known: whether there is a position
 * @epoch: (nullable) (owned): which history
 * @seq: the last event of it that was applied
 * @held: (owned) (element-type PegWireMessage): events from behind a gap, in
 *   order
 *
 * How far the events of a server have been applied, and what had to be held back
 * (docs/protocol.md, “Positions”). Plain data.
 */
typedef struct {
  gboolean known;
  char *epoch;
  guint64 seq;
  GPtrArray *held;
} PegPosition;

void peg_position_init  (PegPosition *self);
void peg_position_clear (PegPosition *self);

void peg_position_forget  (PegPosition *self);
void peg_position_set     (PegPosition *self,
                           const char  *epoch,
                           guint64      seq);
void peg_position_advance (PegPosition *self,
                           guint64      seq);

PegPositionVerdict peg_position_judge_list   (const PegPosition *self,
                                              const char        *epoch,
                                              guint64            seq);
PegPositionVerdict peg_position_judge_change (const PegPosition *self,
                                              const char        *epoch,
                                              guint64            seq);

gboolean        peg_position_hold      (PegPosition    *self,
                                        PegWireMessage *message);
PegWireMessage *peg_position_take_next (PegPosition    *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
