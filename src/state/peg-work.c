/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-work.h"

#include "peg-words.h"

/* As much as anybody reads of each, characters. */
#define MAX_TEXT 300

static void
work_clear (PegWork *self)
{
  g_clear_pointer (&self->key, g_free);
  g_clear_pointer (&self->file, g_free);
  g_clear_pointer (&self->text, g_free);
}

/**
 * peg_work_new:
 * @values: what to copy
 *
 * Returns: (transfer full): new work
 */
PegWork *
peg_work_new (const PegWork *values)
{
  PegWork *self;

  g_return_val_if_fail (values != NULL, NULL);
  g_return_val_if_fail (values->key != NULL, NULL);

  self = g_atomic_rc_box_new0 (PegWork);
  *self = *values;
  self->key = g_strdup (values->key);
  self->file = peg_words_clip (values->file, MAX_TEXT);
  self->text = peg_words_clip (values->text, MAX_TEXT);

  return self;
}

PegWork *
peg_work_ref (PegWork *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

void
peg_work_unref (PegWork *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, (GDestroyNotify) work_clear);
}
