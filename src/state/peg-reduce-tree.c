/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-snapshot-private.h"

#include <string.h>

/* By how much the server's clock may be wrong before a list that says nothing
 * else is news: ages are shown in minutes. */
#define MAX_CLOCK_ERROR_US (30 * (gint64) G_USEC_PER_SEC)

static GPtrArray *
new_entries (guint size)
{
  return g_ptr_array_new_full (size, (GDestroyNotify) peg_entry_unref);
}

static gboolean
same_array (GPtrArray *a,
            GPtrArray *b)
{
  return a->len == b->len &&
         (a->len == 0 || memcmp (a->pdata, b->pdata, a->len * sizeof (gpointer)) == 0);
}

/* Which actions the tree itself answers: a push may come before the answer to
 * the request, and then says the same (docs/protocol.md, “Push and answer”). */
static gboolean
is_answered (const PegPending *pending,
             PegEntry         *entry)
{
  if (entry == NULL)
    return TRUE;

  switch (pending->action) {
  case PEG_ACTION_CHECK_OUT:
    return peg_entry_is_locked (entry);
  case PEG_ACTION_CHECK_IN:
  case PEG_ACTION_RELEASE:
    return !peg_entry_is_locked (entry);
  case PEG_ACTION_OPEN:
  case PEG_ACTION_SAVE_COPY:
    return FALSE;
  default:
    g_assert_not_reached ();
  }
}

static void
settle_answered (PegSnapshot *next)
{
  g_autoptr (GPtrArray) pending = NULL;

  if (next->pending->len == 0)
    return;

  pending = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_pending_free);

  for (guint i = 0; i < next->pending->len; i++) {
    const PegPending *old = g_ptr_array_index (next->pending, i);

    if (!is_answered (old, peg_snapshot_find (next, old->key)))
      g_ptr_array_add (pending, peg_pending_new (old->key, old->action, old->since_us));
  }

  if (pending->len == next->pending->len)
    return;

  g_ptr_array_unref (next->pending);
  next->pending = g_steal_pointer (&pending);
}

/* What the server's clock shows, by what it just told. A server that never told
 * its time is taken to have ours. */
static gint64
get_server_time (const PegSnapshot *self,
                 gint64             server_us,
                 const PegEvent    *event)
{
  if (server_us != 0 || self->server_told)
    return server_us;

  return event->wall_us;
}

/* Whether a message says nothing about what the time is now: it may be late, never
 * early. What was missed and is told again has the time of then, and a list may
 * have been kept; the greeting has told the time before. */
static gboolean
is_late (const PegSnapshot *self,
         gint64             server_us,
         const PegEvent    *event)
{
  return self->server_told && self->epoch != NULL && server_us != 0 &&
         (event->kind == PEG_EVENT_CHANGED || !event->listed.from_cache) &&
         server_us <= peg_snapshot_get_server_us (self, event->mono_us);
}

/* Whether what is known of the server's clock is no longer true: somebody set a
 * clock, or this computer slept, in which the monotonic clock stands still. */
static gboolean
server_time_is_off (const PegSnapshot *self,
                    gint64             server_us,
                    const PegEvent    *event)
{
  const gint64 now_us = get_server_time (self, server_us, event);

  return now_us != 0 && !is_late (self, server_us, event) &&
         ABS (now_us - peg_snapshot_get_server_us (self, event->mono_us)) > MAX_CLOCK_ERROR_US;
}

static void
set_server_time (PegSnapshot    *next,
                 gint64          server_us,
                 const PegEvent *event)
{
  /* Our own clock takes its place only when it must: the ages that are shown
   * would jump about otherwise. */
  if (server_us == 0 && next->server_us != 0 && !server_time_is_off (next, server_us, event))
    return;

  if (get_server_time (next, server_us, event) == 0 || is_late (next, server_us, event))
    return;

  next->server_us = get_server_time (next, server_us, event);
  next->server_mono_us = event->mono_us;

  /* A cache tells what our own clock makes of what the server's showed then. */
  if (event->kind != PEG_EVENT_LISTED || !event->listed.from_cache)
    next->server_told = next->server_told || server_us != 0;
}

static void
count_all (PegSnapshot *next)
{
  next->counts = (PegCounts) { 0 };
  for (guint i = 0; i < next->groups->len; i++)
    peg_counts_add (&next->counts, g_ptr_array_index (next->groups, i), 1);
}

/*
 * peg_reduce_listed:
 *
 * The reducer for %PEG_EVENT_LISTED. The list is the whole truth: what it does
 * not name is gone. The same list again, in whatever order, changes nothing.
 */
PegSnapshot *
peg_reduce_listed (PegSnapshot    *self,
                   const PegEvent *event)
{
  g_autoptr (PegIndex) index = NULL;
  g_autoptr (PegIndex) paths = NULL;
  g_autoptr (GPtrArray) groups = peg_reduce_tree_of_list (self, event->listed.entries, &index, &paths);
  const gboolean same_tree = same_array (groups, self->groups);
  PegSnapshot *next;

  if (same_tree && self->has_list &&
      self->placeholder == event->listed.placeholder &&
      self->seq == event->listed.seq &&
      g_strcmp0 (self->epoch, event->listed.epoch) == 0 &&
      !server_time_is_off (self, event->listed.server_us, event))
    return peg_snapshot_ref (self);

  next = peg_snapshot_copy (self);
  g_free (next->epoch);
  next->epoch = g_strdup (event->listed.epoch);
  next->seq = event->listed.seq;
  next->placeholder = event->listed.placeholder;
  set_server_time (next, event->listed.server_us, event);

  if (event->listed.from_cache)
    next->as_of_us = event->wall_us;
  else if (!peg_link_state_is_live (next->link.state))
    next->as_of_us = event->wall_us;

  if (!same_tree) {
    peg_snapshot_set_tree (next, g_steal_pointer (&groups), g_steal_pointer (&index),
                           g_steal_pointer (&paths));
    count_all (next);
    if (self->has_list) {
      next->last_change_us = event->wall_us;
      next->last_cause = PEG_CAUSE_UNKNOWN;
      g_clear_pointer (&next->last_by, g_free);
    }
  }

  next->has_list = TRUE;
  settle_answered (next);

  return next;
}

/* What one event does to the tree. */
typedef struct {
  PegSnapshot *self;
  GArray *edits;      /* (element-type PegGroupEdit): borrowed from @removed and @added */
  GPtrArray *removed; /* (element-type PegEntry) */
  GPtrArray *added;   /* (element-type PegEntry) */
} Change;

static void
change_clear (Change *change)
{
  g_clear_pointer (&change->edits, g_array_unref);
  g_clear_pointer (&change->removed, g_ptr_array_unref);
  g_clear_pointer (&change->added, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Change, change_clear)

static void
take_out (Change   *change,
          PegEntry *entry)
{
  const PegGroupEdit edit = { .entry = entry };

  g_ptr_array_add (change->removed, peg_entry_ref (entry));
  g_array_append_val (change->edits, edit);
}

static void
put_in (Change   *change,
        PegEntry *entry)
{
  const PegGroupEdit edit = { .entry = entry, .comes = TRUE };

  g_ptr_array_add (change->added, peg_entry_ref (entry));
  g_array_append_val (change->edits, edit);
}

static void
collect_changed (Change     *change,
                 PegEntry   *entry,
                 GHashTable *gone)
{
  PegEntry *old = peg_index_find (change->self->index, peg_entry_get_key (entry));

  if (old != NULL && !g_hash_table_contains (gone, old)) {
    const guint64 version = peg_entry_get_version (entry);

    /* Applying is idempotent: an older record of a file says nothing new. */
    if (peg_entry_equal (old, entry) ||
        (version != 0 && version < peg_entry_get_version (old)))
      return;

    take_out (change, old);
  }

  /* What goes and comes back as it was did not change. */
  put_in (change, old != NULL && peg_entry_equal (old, entry) ? old : entry);
}

static void
collect_change (Change         *change,
                const PegEvent *event)
{
  const char * const *removed = event->changed.removed;
  const GPtrArray *changed = event->changed.changed;
  g_autoptr (GHashTable) gone = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) latest = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; removed != NULL && removed[i] != NULL; i++) {
    PegEntry *entry = peg_snapshot_find (change->self, removed[i]);

    if (entry != NULL && g_hash_table_add (gone, entry))
      take_out (change, entry);
  }

  /* Of two records of one file in one event, the later one counts. */
  for (guint i = 0; i < changed->len; i++)
    g_hash_table_replace (latest, (char *) peg_entry_get_key (changed->pdata[i]), changed->pdata[i]);

  for (guint i = 0; i < changed->len; i++) {
    PegEntry *entry = g_ptr_array_index (changed, i);

    if (g_hash_table_lookup (latest, peg_entry_get_key (entry)) == entry)
      collect_changed (change, entry, gone);
  }
}

static int
compare_edits (gconstpointer a,
               gconstpointer b)
{
  const PegGroupEdit *edit_a = a, *edit_b = b;
  const int order = strcmp (peg_entry_get_group (edit_a->entry), peg_entry_get_group (edit_b->entry));

  return order != 0 ? order : peg_group_edit_compare (a, b);
}

/* Puts the next version of a group in its place. @next: (transfer full) (nullable) */
static void
replace_group (GPtrArray  *groups,
               PegCounts  *counts,
               const char *name,
               PegGroup   *next)
{
  guint position;

  if (next != NULL)
    peg_counts_add (counts, next, 1);

  if (peg_groups_find (groups, name, &position)) {
    peg_counts_add (counts, groups->pdata[position], -1);
    if (next == NULL) {
      g_ptr_array_remove_index (groups, position);
    } else {
      peg_group_unref (groups->pdata[position]);
      groups->pdata[position] = next;
    }
  } else if (next != NULL) {
    g_ptr_array_insert (groups, (int) position, next);
  }
}

static GPtrArray *
groups_after (PegSnapshot *self,
              GArray      *edits,
              PegCounts   *counts)
{
  GPtrArray *groups = g_ptr_array_new_full (self->groups->len + 1,
                                            (GDestroyNotify) peg_group_unref);
  guint end;

  for (guint i = 0; i < self->groups->len; i++)
    g_ptr_array_add (groups, peg_group_ref (g_ptr_array_index (self->groups, i)));

  g_array_sort (edits, compare_edits);

  for (guint i = 0; i < edits->len; i = end) {
    const PegGroupEdit *first = &g_array_index (edits, PegGroupEdit, i);
    const char *name = peg_entry_get_group (first->entry);

    for (end = i + 1; end < edits->len; end++) {
      if (!g_str_equal (peg_entry_get_group (g_array_index (edits, PegGroupEdit, end).entry), name))
        break;
    }

    replace_group (groups, counts, name,
                   peg_group_edit (peg_snapshot_find_group (self, name), name,
                                   first, end - i, self->user));
  }

  return groups;
}

/*
 * peg_reduce_changed:
 *
 * The reducer for %PEG_EVENT_CHANGED. What goes is taken out before what comes
 * is put in, so that a rename may be told as both.
 */
PegSnapshot *
peg_reduce_changed (PegSnapshot    *self,
                    const PegEvent *event)
{
  g_auto (Change) change = {
    .self = self,
    .edits = g_array_new (FALSE, FALSE, sizeof (PegGroupEdit)),
    .removed = new_entries (0),
    .added = new_entries (0),
  };
  PegSnapshot *next;

  collect_change (&change, event);

  if (change.edits->len == 0 &&
      (event->changed.seq == 0 || event->changed.seq == self->seq))
    return peg_snapshot_ref (self);

  next = peg_snapshot_copy (self);
  if (event->changed.seq != 0)
    next->seq = event->changed.seq;
  set_server_time (next, event->changed.server_us, event);

  if (change.edits->len == 0)
    return next;

  peg_snapshot_set_tree (next, groups_after (self, change.edits, &next->counts),
                         peg_index_update (self->index, change.removed, change.added),
                         peg_index_update (self->paths, change.removed, change.added));

  next->placeholder = FALSE;
  next->last_change_us = event->wall_us;
  next->last_cause = event->changed.cause;
  g_free (next->last_by);
  next->last_by = g_strdup (event->changed.by);
  settle_answered (next);

  return next;
}

/*
 * peg_reduce_user:
 * @user: (nullable): the name of the person at this client
 *
 * Returns: (transfer full): @self as @user sees it, never @self itself
 */
PegSnapshot *
peg_reduce_user (PegSnapshot *self,
                 const char  *user)
{
  PegSnapshot *next = peg_snapshot_copy (self);
  GPtrArray *groups = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_group_unref);

  g_free (next->user);
  next->user = g_strdup (user);
  peg_reduce_forget_question (next);

  for (guint i = 0; i < self->groups->len; i++) {
    PegGroup *old = g_ptr_array_index (self->groups, i);

    g_ptr_array_add (groups, peg_group_for_user (old, next->user));
  }

  peg_snapshot_set_tree (next, groups, peg_index_ref (self->index), peg_index_ref (self->paths));
  count_all (next);

  return next;
}
