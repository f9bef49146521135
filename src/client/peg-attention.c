/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-attention.h"

/**
 * peg_attention_update:
 * @self: whether anybody looked
 * @looking: whether anybody does now
 * @now_us: the monotonic clock
 *
 * Takes note of whether anybody looks.
 *
 * Returns: what has changed
 */
PegAttentionChange
peg_attention_update (PegAttention *self,
                      gboolean      looking,
                      gint64        now_us)
{
  g_return_val_if_fail (self != NULL, PEG_ATTENTION_SAME);

  if (self->away == !looking)
    return PEG_ATTENTION_SAME;

  self->away = !looking;
  if (!looking) {
    self->left_us = now_us;
    return PEG_ATTENTION_LEFT;
  }

  return now_us - self->left_us >= PEG_ATTENTION_AWAY_US ? PEG_ATTENTION_BACK_AFTER_LONG
                                                         : PEG_ATTENTION_BACK;
}
