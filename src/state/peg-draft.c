/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-draft.h"

G_DEFINE_ENUM_TYPE (PegDraftState, peg_draft_state,
                    G_DEFINE_ENUM_VALUE (PEG_DRAFT_QUEUED, "queued"),
                    G_DEFINE_ENUM_VALUE (PEG_DRAFT_SENT, "sent"),
                    G_DEFINE_ENUM_VALUE (PEG_DRAFT_ACKED, "acked"),
                    G_DEFINE_ENUM_VALUE (PEG_DRAFT_CONFLICT, "conflict"),
                    G_DEFINE_ENUM_VALUE (PEG_DRAFT_EXPIRED, "expired"),
                    G_DEFINE_ENUM_VALUE (PEG_DRAFT_CANCELLED, "cancelled"),
                    G_DEFINE_ENUM_VALUE (PEG_DRAFT_UNCERTAIN, "uncertain"))

static void
draft_clear (PegDraft *self)
{
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->key, g_free);
  g_clear_pointer (&self->filename, g_free);
  g_clear_pointer (&self->comment, g_free);
  g_clear_pointer (&self->why, g_free);
}

/**
 * peg_draft_new:
 * @values: what to copy
 *
 * Returns: (transfer full): a new draft
 */
PegDraft *
peg_draft_new (const PegDraft *values)
{
  PegDraft *self;

  g_return_val_if_fail (values != NULL, NULL);
  g_return_val_if_fail (values->id != NULL, NULL);
  g_return_val_if_fail (values->key != NULL, NULL);
  g_return_val_if_fail (values->filename != NULL, NULL);

  self = g_atomic_rc_box_new0 (PegDraft);
  *self = *values;
  self->id = g_strdup (values->id);
  self->key = g_strdup (values->key);
  self->filename = g_strdup (values->filename);
  self->comment = g_strdup (values->comment);
  self->why = g_strdup (values->why);

  return self;
}

PegDraft *
peg_draft_ref (PegDraft *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

void
peg_draft_unref (PegDraft *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, (GDestroyNotify) draft_clear);
}

/**
 * peg_draft_equal:
 * @a: a draft
 * @b: a draft
 *
 * Returns: whether both say the same
 */
gboolean
peg_draft_equal (const PegDraft *a,
                 const PegDraft *b)
{
  g_return_val_if_fail (a != NULL, FALSE);
  g_return_val_if_fail (b != NULL, FALSE);

  return g_str_equal (a->id, b->id) &&
         a->action == b->action &&
         a->state == b->state &&
         a->elsewhere == b->elsewhere &&
         g_str_equal (a->key, b->key) &&
         g_str_equal (a->filename, b->filename) &&
         g_strcmp0 (a->comment, b->comment) == 0 &&
         g_strcmp0 (a->why, b->why) == 0 &&
         a->created_us == b->created_us &&
         a->sent_us == b->sent_us &&
         a->size == b->size;
}
