/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-diff.h"

typedef struct {
  const PegSnapshot *before;
  const PegSnapshot *after;
  PegDiffFunc func;
  gpointer user_data;
} Diff;

/* An entry that left one place may be in another: then it is told there, as one
 * difference, and not here. */
static void
tell_gone (Diff     *diff,
           PegEntry *entry)
{
  if (peg_snapshot_find (diff->after, peg_entry_get_key (entry)) == NULL)
    diff->func (entry, NULL, diff->user_data);
}

static void
tell_here (Diff     *diff,
           PegEntry *entry)
{
  PegEntry *old = peg_snapshot_find (diff->before, peg_entry_get_key (entry));

  if (old != entry)
    diff->func (old, entry, diff->user_data);
}

/* A place in a group. */
typedef struct {
  const PegGroup *group; /* (nullable) */
  guint block;
  guint chunk;
  guint entry;
} Place;

static const PegBlock *
place_get_block (const Place *self)
{
  return peg_group_get_block (self->group, self->block);
}

static gboolean
place_is_at_end (const Place *self)
{
  return self->group == NULL || self->block == peg_group_get_n_blocks (self->group);
}

static const PegChunk *
place_get_chunk (const Place *self)
{
  return place_get_block (self)->chunks[self->chunk].chunk;
}

static PegEntry *
place_get (const Place *self)
{
  return place_is_at_end (self) ? NULL : place_get_chunk (self)->entries[self->entry];
}

static void
place_skip_block (Place *self)
{
  self->block++;
  self->chunk = self->entry = 0;
}

static void
place_skip_chunk (Place *self)
{
  self->chunk++;
  self->entry = 0;
  if (self->chunk == place_get_block (self)->n_chunks)
    place_skip_block (self);
}

static void
place_skip (Place *self)
{
  self->entry++;
  if (self->entry == place_get_chunk (self)->n)
    place_skip_chunk (self);
}

/* Goes on behind what both groups share. Returns: whether there was any */
static gboolean
skip_shared (Place *before,
             Place *after)
{
  if (place_is_at_end (before) || place_is_at_end (after) ||
      before->entry > 0 || after->entry > 0)
    return FALSE;

  if (before->chunk == 0 && after->chunk == 0 &&
      place_get_block (before) == place_get_block (after)) {
    place_skip_block (before);
    place_skip_block (after);
    return TRUE;
  }

  if (place_get_chunk (before) == place_get_chunk (after)) {
    place_skip_chunk (before);
    place_skip_chunk (after);
    return TRUE;
  }

  return FALSE;
}

static void
diff_groups (Diff           *diff,
             const PegGroup *before,
             const PegGroup *after)
{
  Place place_before = { .group = before }, place_after = { .group = after };

  while (!place_is_at_end (&place_before) || !place_is_at_end (&place_after)) {
    PegEntry *old, *new;
    int order;

    if (skip_shared (&place_before, &place_after))
      continue;

    old = place_get (&place_before);
    new = place_get (&place_after);
    order = old == NULL ? 1 : new == NULL ? -1 : 0;
    if (old != NULL && new != NULL && old != new)
      order = peg_entry_compare (old, new);

    if (order <= 0)
      place_skip (&place_before);
    if (order >= 0)
      place_skip (&place_after);

    if (order < 0)
      tell_gone (diff, old);
    else if (order > 0 || old != new)
      tell_here (diff, new);
  }
}

/**
 * peg_snapshot_diff:
 * @before: a snapshot
 * @after: a later one
 * @func: (scope call): called for each difference
 * @user_data: data for @func
 *
 * Tells which entries differ between two snapshots, each once, in the order of
 * the tree. Groups that both share cost one comparison, and so do blocks and chunks
 * of the others.
 */
void
peg_snapshot_diff (const PegSnapshot *before,
                   const PegSnapshot *after,
                   PegDiffFunc        func,
                   gpointer           user_data)
{
  Diff diff = { before, after, func, user_data };
  guint i = 0, j = 0;

  g_return_if_fail (before != NULL);
  g_return_if_fail (after != NULL);
  g_return_if_fail (func != NULL);

  if (peg_snapshot_get_groups (before) == peg_snapshot_get_groups (after))
    return;

  while (i < peg_snapshot_get_n_groups (before) || j < peg_snapshot_get_n_groups (after)) {
    const PegGroup *old =
      i < peg_snapshot_get_n_groups (before) ? peg_snapshot_get_group (before, i) : NULL;
    const PegGroup *new =
      j < peg_snapshot_get_n_groups (after) ? peg_snapshot_get_group (after, j) : NULL;
    const int order = old == NULL ? 1 : new == NULL ? -1 : peg_group_compare (old, new);

    if (order <= 0)
      i++;
    if (order >= 0)
      j++;

    if (order < 0)
      diff_groups (&diff, old, NULL);
    else if (order > 0)
      diff_groups (&diff, NULL, new);
    else if (old != new)
      diff_groups (&diff, old, new);
  }
}
