/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-saver-facts"

#include "peg-config.h"

#include "peg-saver-facts.h"

#include <math.h>

/* Two numbers of steps that have nothing in common: the way that they make together
 * is as long as their product, and fills the room evenly. */
#define STEPS_ACROSS 23
#define STEPS_DOWN 17

static void
add (PegSaverFacts     *self,
     const PegSnapshot *snapshot,
     PegEntry          *entry)
{
  const PegEntryFlags trouble = PEG_ENTRY_CHANGED_OUTSIDE | PEG_ENTRY_MISSING;
  const gint64 since_us = peg_entry_get_since_us (entry);
  const char *holder = peg_entry_get_holder (entry);

  self->out++;
  if ((peg_entry_get_flags (entry) & trouble) != 0)
    self->trouble++;
  if (holder != NULL && peg_snapshot_get_presence (snapshot, holder) == PEG_PRESENCE_AWAY)
    self->unattended++;

  if (self->longest == NULL ||
      (since_us != 0 && (peg_entry_get_since_us (self->longest) == 0 ||
                         since_us < peg_entry_get_since_us (self->longest))))
    self->longest = entry;
}

/**
 * peg_saver_facts_read:
 * @self: (out): what is found
 * @snapshot: what is known
 *
 * Looks at what is out; at nothing else.
 */
void
peg_saver_facts_read (PegSaverFacts     *self,
                      const PegSnapshot *snapshot)
{
  *self = (PegSaverFacts) { 0 };

  for (guint i = 0; i < peg_snapshot_get_n_groups (snapshot); i++) {
    const PegGroup *group = peg_snapshot_get_group (snapshot, i);

    if (peg_group_get_n_out (group) == 0)
      continue;
    for (guint j = 0; j < peg_group_get_n_chunks (group); j++) {
      const PegChunk *chunk = peg_group_get_chunk (group, j);

      for (guint k = 0; chunk->n_out > 0 && k < chunk->n; k++) {
        if (peg_chunk_bits_get (&chunk->out, k))
          add (self, snapshot, chunk->entries[k]);
      }
    }
  }
}

/**
 * peg_saver_shift:
 * @step: how often it was moved
 * @x: (out): how far to the right, -1 to 1
 * @y: (out): how far down, -1 to 1
 *
 * The way on which a picture wanders that is shown for days: in small steps, never
 * twice in a row at the same place, and after 391 steps where it began.
 */
void
peg_saver_shift (gint64  step,
                 double *x,
                 double *y)
{
  *x = sin (2 * G_PI * (double) (step % STEPS_ACROSS) / STEPS_ACROSS);
  *y = sin (2 * G_PI * (double) (step % STEPS_DOWN) / STEPS_DOWN);
}
