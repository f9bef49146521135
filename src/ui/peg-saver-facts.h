/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-display.h"

G_BEGIN_DECLS

/**
 * PegSaverFacts:
 * @out: how many files are checked out
 * @longest: (nullable): the one that is out for the longest time; borrowed from the
 *   snapshot
 * @unattended: how many are out whose holder is not on the board
 * @trouble: how many are out and were changed, or are gone, on the disk
 *
 * The shop in a few numbers.
 */
typedef struct {
  guint out;
  PegEntry *longest;
  guint unattended;
  guint trouble;
} PegSaverFacts;

void peg_saver_facts_read (PegSaverFacts     *self,
                           const PegSnapshot *snapshot);
void peg_saver_shift      (gint64             step,
                           double            *x,
                           double            *y);

G_END_DECLS
