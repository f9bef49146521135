/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-notice.h"

#include "peg-words.h"

/* As much as anybody reads of each, characters. */
#define MAX_TEXT 1000
#define MAX_DETAIL 4000
#define MAX_NOTE 4000
#define MAX_SENDER 100

static void
notice_clear (PegNotice *self)
{
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->detail, g_free);
  g_clear_pointer (&self->key, g_free);
  g_clear_pointer (&self->action, g_free);
  g_clear_pointer (&self->action_label, g_free);
}

/**
 * peg_notice_new:
 * @values: what to copy
 *
 * Returns: (transfer full): a new notice
 */
PegNotice *
peg_notice_new (const PegNotice *values)
{
  PegNotice *self;

  g_return_val_if_fail (values != NULL, NULL);
  g_return_val_if_fail (values->text != NULL, NULL);

  self = g_atomic_rc_box_new0 (PegNotice);
  *self = *values;
  self->text = peg_words_clip (values->text, MAX_TEXT);
  self->detail = peg_words_clip (values->detail, MAX_DETAIL);
  self->key = g_strdup (values->key);
  self->action = g_strdup (values->action);
  self->action_label = g_strdup (values->action_label);

  return self;
}

PegNotice *
peg_notice_ref (PegNotice *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

void
peg_notice_unref (PegNotice *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, (GDestroyNotify) notice_clear);
}

static void
note_clear (PegNote *self)
{
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->sender, g_free);
  g_clear_pointer (&self->text, g_free);
}

/**
 * peg_note_new:
 * @values: what to copy
 *
 * Returns: (transfer full): a new note
 */
PegNote *
peg_note_new (const PegNote *values)
{
  PegNote *self;

  g_return_val_if_fail (values != NULL, NULL);
  g_return_val_if_fail (values->id != NULL, NULL);
  g_return_val_if_fail (values->text != NULL, NULL);

  self = g_atomic_rc_box_new0 (PegNote);
  self->id = g_strdup (values->id);
  self->sender = peg_words_clip (values->sender, MAX_SENDER);
  self->text = peg_words_clip (values->text, MAX_NOTE);
  self->when_us = values->when_us;

  return self;
}

PegNote *
peg_note_ref (PegNote *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

void
peg_note_unref (PegNote *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, (GDestroyNotify) note_clear);
}
