/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-position.h"

/**
 * peg_position_init:
 * @self: uninitialised memory
 *
 * Begins without a position.
 */
void
peg_position_init (PegPosition *self)
{
  *self = (PegPosition) {
    .held = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_wire_message_free),
  };
}

/**
 * peg_position_clear:
 * @self: a position
 *
 * Frees what belongs to @self.
 */
void
peg_position_clear (PegPosition *self)
{
  g_clear_pointer (&self->epoch, g_free);
  g_clear_pointer (&self->held, g_ptr_array_unref);
}

/**
 * peg_position_forget:
 * @self: a position
 *
 * Has no position from now on, and nothing held back.
 */
void
peg_position_forget (PegPosition *self)
{
  self->known = FALSE;
  self->seq = 0;
  g_clear_pointer (&self->epoch, g_free);
  g_ptr_array_set_size (self->held, 0);
}

/**
 * peg_position_set:
 * @self: a position
 * @epoch: which history
 * @seq: how far it has been applied
 *
 * Takes the position of a list that was applied.
 */
void
peg_position_set (PegPosition *self,
                  const char  *epoch,
                  guint64      seq)
{
  char *copy = g_strdup (epoch);

  g_free (self->epoch);
  self->epoch = copy;
  self->seq = seq;
  self->known = TRUE;
}

/**
 * peg_position_advance:
 * @self: a position
 * @seq: of an event that was applied
 *
 * Moves on.
 */
void
peg_position_advance (PegPosition *self,
                      guint64      seq)
{
  g_return_if_fail (self->known);
  g_return_if_fail (seq == self->seq + 1);

  self->seq = seq;
}

/**
 * peg_position_judge_list:
 * @self: a position
 * @epoch: (nullable): of a list
 * @seq: of the list
 *
 * Returns: what to do with the list: applied or dropped. A list of another
 *   history is the beginning of that history.
 */
PegPositionVerdict
peg_position_judge_list (const PegPosition *self,
                         const char        *epoch,
                         guint64            seq)
{
  if (self->known && g_strcmp0 (self->epoch, epoch) == 0 && seq < self->seq)
    return PEG_POSITION_DROP;

  return PEG_POSITION_APPLY;
}

/**
 * peg_position_judge_change:
 * @self: a position
 * @epoch: (nullable): of an event
 * @seq: of the event
 *
 * Returns: what to do with the event
 */
PegPositionVerdict
peg_position_judge_change (const PegPosition *self,
                           const char        *epoch,
                           guint64            seq)
{
  /* A list is on its way, and it may be older than this event. */
  if (!self->known)
    return PEG_POSITION_HOLD;

  if (g_strcmp0 (self->epoch, epoch) != 0)
    return PEG_POSITION_LOST;
  if (seq <= self->seq)
    return PEG_POSITION_DROP;
  if (seq == self->seq + 1)
    return PEG_POSITION_APPLY;

  return PEG_POSITION_HOLD;
}

/**
 * peg_position_hold:
 * @self: a position
 * @message: (transfer full): an event from behind a gap
 *
 * Holds an event back until those before it are there.
 *
 * Returns: whether there was room; if not, @message is gone, and only a list can
 *   help
 */
gboolean
peg_position_hold (PegPosition    *self,
                   PegWireMessage *message)
{
  guint place = self->held->len;

  if (self->held->len >= PEG_POSITION_MAX_HELD) {
    peg_wire_message_free (message);
    return FALSE;
  }

  /* They nearly always come in order. */
  while (place > 0 && ((PegWireMessage *) self->held->pdata[place - 1])->seq > message->seq)
    place--;

  g_ptr_array_insert (self->held, (int) place, message);

  return TRUE;
}

/**
 * peg_position_take_next:
 * @self: a position
 *
 * Forgets what is held back and known already.
 *
 * Returns: (transfer full) (nullable): the event that comes next, if it is there
 */
PegWireMessage *
peg_position_take_next (PegPosition *self)
{
  while (self->known && self->held->len > 0) {
    const PegWireMessage *first = g_ptr_array_index (self->held, 0);

    switch (peg_position_judge_change (self, first->epoch, first->seq)) {
    case PEG_POSITION_APPLY:
      return g_ptr_array_steal_index (self->held, 0);
    case PEG_POSITION_HOLD:
      return NULL;
    case PEG_POSITION_DROP:
    case PEG_POSITION_LOST:
      g_ptr_array_remove_index (self->held, 0);
      break;
    default:
      g_assert_not_reached ();
    }
  }

  return NULL;
}
