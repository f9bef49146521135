/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PEG_ATTENTION_AWAY_US:
 *
 * After how long of not looking a person who comes back wants what is shown to be
 * checked, µs (docs/architecture.md, “Polling”).
 */
#define PEG_ATTENTION_AWAY_US (60 * (gint64) G_USEC_PER_SEC)

/**
 * PegAttention:
 * @away: whether nobody looks
 * @left_us: since when, monotonic
 *
 * Whether anybody looks at a window. Plain data; all zero: somebody does.
 */
typedef struct {
  gboolean away;
  gint64 left_us;
} PegAttention;

/**
 * PegAttentionChange:
 * @PEG_ATTENTION_SAME: nothing changed
 * @PEG_ATTENTION_LEFT: nobody looks any more
 * @PEG_ATTENTION_BACK: somebody looks again
 * @PEG_ATTENTION_BACK_AFTER_LONG: likewise, after %PEG_ATTENTION_AWAY_US or more
 *
 * What has come of it.
 */
typedef enum {
  PEG_ATTENTION_SAME,
  PEG_ATTENTION_LEFT,
  PEG_ATTENTION_BACK,
  PEG_ATTENTION_BACK_AFTER_LONG,
} PegAttentionChange;

PegAttentionChange peg_attention_update (PegAttention *self,
                                         gboolean      looking,
                                         gint64        now_us);

G_END_DECLS
