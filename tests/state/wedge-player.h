/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-wedge.h"

G_BEGIN_DECLS

/**
 * Played:
 * @typed: what a text field on a US computer would have in it, “\n” for Enter and “\t”
 *   for Tab
 * @scans: (element-type utf8): the codes that were read
 * @cut: (element-type utf8): those that had no end
 * @held_us: for how long a key that a human typed was held, at most
 *
 * What came of keys.
 */
typedef struct {
  GString *typed;
  GPtrArray *scans;
  GPtrArray *cut;
  gint64 held_us;
} Played;

/**
 * Keys:
 *
 * Keys in any order; played by the times at which they arrive, and those that arrive at
 * once in the order in which they were sent.
 */
typedef struct {
  GArray *keys; /* (element-type SentKey) */
} Keys;

typedef struct {
  PegWedgeKey key;
  double sent_ms;
} SentKey;

void    keys_init        (Keys                 *keys);
void    keys_clear       (Keys                 *keys);
void    keys_add         (Keys                 *keys,
                          guint                 code,
                          gint64                down_us,
                          gint64                up_us,
                          gboolean              shift);
void    keys_add_sent    (Keys                 *keys,
                          guint                 code,
                          gboolean              pressed,
                          double                sent_ms,
                          gint64                time_us,
                          gboolean              shift);
void    keys_add_repeat  (Keys                 *keys,
                          guint                 code,
                          gint64                time_us);
void    keys_play        (Keys                 *keys,
                          const PegWedgeFormat *format,
                          Played               *played);
guint   keys_code_of     (char                  character,
                          gboolean             *shift);

void    played_clear     (Played               *played);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Keys, keys_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Played, played_clear)

G_END_DECLS
