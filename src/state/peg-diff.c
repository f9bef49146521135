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

static void
diff_groups (Diff           *diff,
             const PegGroup *before,
             const PegGroup *after)
{
  const guint n_before = before != NULL ? peg_group_get_n (before) : 0;
  const guint n_after = after != NULL ? peg_group_get_n (after) : 0;
  guint i = 0, j = 0;

  while (i < n_before || j < n_after) {
    PegEntry *old = i < n_before ? peg_group_get (before, i) : NULL;
    PegEntry *new = j < n_after ? peg_group_get (after, j) : NULL;
    int order = old == NULL ? 1 : new == NULL ? -1 : 0;

    if (old != NULL && new != NULL && old != new)
      order = peg_entry_compare (old, new);

    if (order <= 0)
      i++;
    if (order >= 0)
      j++;

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
 * the tree. Groups that both share cost one comparison.
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
