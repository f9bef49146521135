/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-snapshot-private.h"

/* What a snapshot knows besides the tree. */

/**
 * peg_snapshot_find_pending:
 * @self: a snapshot
 * @key: the key of an entry
 *
 * Returns: (transfer none) (nullable): the action under way on that entry
 */
const PegPending *
peg_snapshot_find_pending (const PegSnapshot *self,
                           const char        *key)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (key != NULL, NULL);

  for (guint i = 0; i < self->pending->len; i++) {
    const PegPending *pending = g_ptr_array_index (self->pending, i);

    if (g_str_equal (pending->key, key))
      return pending;
  }

  return NULL;
}

/**
 * peg_snapshot_find_draft:
 * @self: a snapshot
 * @id: an identity
 *
 * Returns: (transfer none) (nullable): the unsent work that has it
 */
const PegDraft *
peg_snapshot_find_draft (const PegSnapshot *self,
                         const char        *id)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (id != NULL, NULL);

  for (guint i = 0; i < self->drafts->len; i++) {
    const PegDraft *draft = g_ptr_array_index (self->drafts, i);

    if (g_str_equal (draft->id, id))
      return draft;
  }

  return NULL;
}

guint
peg_snapshot_get_n_pending (const PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->pending->len;
}

/**
 * peg_snapshot_get_notices:
 * @self: a snapshot
 *
 * Returns: (transfer none) (element-type PegNotice): the last notices, oldest
 *   first; whoever shows them remembers the serial of the last one shown
 */
GPtrArray *
peg_snapshot_get_notices (const PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->notices;
}

/**
 * peg_snapshot_get_notes:
 * @self: a snapshot
 *
 * Returns: (transfer none) (element-type PegNote): the notes for this person,
 *   each once
 */
GPtrArray *
peg_snapshot_get_notes (const PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->notes;
}

/**
 * peg_snapshot_get_works:
 * @self: a snapshot
 *
 * Returns: (transfer none) (element-type PegWork): the long work of the server,
 *   in the order in which it began; not to be modified
 */
GPtrArray *
peg_snapshot_get_works (const PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->works;
}

/**
 * peg_snapshot_get_present:
 * @self: a snapshot
 *
 * Returns: (transfer none) (nullable) (element-type utf8): who is connected,
 *   sorted, the person at this client perhaps among them; %NULL: the server does
 *   not tell, or there is no connection
 */
GPtrArray *
peg_snapshot_get_present (const PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->present;
}

/**
 * peg_snapshot_get_presence:
 * @self: a snapshot
 * @name: somebody
 *
 * Returns: whether @name is connected. A server that only tells who comes and
 *   goes leaves it open for those who came before us.
 */
PegPresence
peg_snapshot_get_presence (const PegSnapshot *self,
                           const char        *name)
{
  g_return_val_if_fail (self != NULL, PEG_PRESENCE_UNKNOWN);
  g_return_val_if_fail (name != NULL, PEG_PRESENCE_UNKNOWN);

  if (self->present == NULL)
    return PEG_PRESENCE_UNKNOWN;
  if (g_ptr_array_find_with_equal_func (self->present, name, g_str_equal, NULL))
    return PEG_PRESENCE_HERE;

  return self->present_complete ? PEG_PRESENCE_AWAY : PEG_PRESENCE_UNKNOWN;
}

/**
 * peg_snapshot_get_log:
 * @self: a snapshot
 *
 * Returns: (transfer none) (element-type utf8): what the connection went through
 *   last, a line each, the oldest first, in English
 */
GPtrArray *
peg_snapshot_get_log (const PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->log;
}

/**
 * peg_snapshot_get_history:
 * @self: a snapshot
 *
 * Returns: (transfer none): the history that was last asked for
 */
const PegHistory *
peg_snapshot_get_history (const PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return &self->history;
}

/**
 * peg_snapshot_get_last_cause:
 * @self: a snapshot
 *
 * Returns: why the tree last changed
 */
PegCause
peg_snapshot_get_last_cause (const PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, PEG_CAUSE_UNKNOWN);

  return self->last_cause;
}

/**
 * peg_snapshot_get_last_by:
 * @self: a snapshot
 *
 * Returns: (nullable): who changed the tree last
 */
const char *
peg_snapshot_get_last_by (const PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->last_by;
}

/**
 * peg_snapshot_get_last_change_us:
 * @self: a snapshot
 *
 * Returns: when the tree last changed, µs since 1970 by this computer; 0: it
 *   has not changed since it came
 */
gint64
peg_snapshot_get_last_change_us (const PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->last_change_us;
}

/**
 * peg_snapshot_get_copies:
 * @self: a snapshot
 *
 * Returns: (transfer none) (nullable): the working folder of this station; %NULL:
 *   it has none
 */
PegCopies *
peg_snapshot_get_copies (const PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->copies;
}

/**
 * peg_snapshot_get_copy:
 * @self: a snapshot
 * @key: the key of an entry, or its path
 *
 * Returns: what its copy in the working folder is
 */
PegCopyState
peg_snapshot_get_copy (const PegSnapshot *self,
                       const char        *key)
{
  const PegEntry *entry;
  const PegCopy *copy;

  g_return_val_if_fail (self != NULL, PEG_COPY_NONE);

  if (self->copies == NULL || peg_copies_get_n (self->copies) == 0)
    return PEG_COPY_NONE;

  entry = peg_snapshot_find (self, key);
  copy = peg_copies_find (self->copies, entry != NULL ? peg_entry_get_key (entry) : key);

  return copy != NULL ? peg_copy_decide (&copy->record, &copy->facts, entry) : PEG_COPY_NONE;
}

/**
 * peg_snapshot_get_copy_question:
 * @self: a snapshot
 *
 * Returns: (transfer none) (nullable): what the person at this client is asked
 *   about the working folder; `app.copy-answer` answers
 */
const PegCopyQuestion *
peg_snapshot_get_copy_question (const PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->copies != NULL ? peg_copies_get_question (self->copies) : NULL;
}

/**
 * peg_snapshot_get_name:
 * @self: a snapshot
 * @user: (nullable): what the server calls a person
 *
 * Returns: (transfer none) (nullable): what this station calls them: @user where it knows
 *   nothing else; valid as long as both arguments are
 */
const char *
peg_snapshot_get_name (const PegSnapshot *self,
                       const char        *user)
{
  const char *name = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  if (self->names != NULL && user != NULL)
    name = g_hash_table_lookup (self->names, user);

  return name != NULL ? name : user;
}
