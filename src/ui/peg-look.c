/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-look"

#include "peg-config.h"

#include "peg-look.h"

struct _PegLook
{
  PegSearch *search;      /* (owned) (nullable): never an empty one */
  PegFilter filter;
  char *user;             /* (owned) (nullable) */
  gboolean open;
  GHashTable *exceptions; /* (owned) (element-type utf8 utf8) */
};

/**
 * peg_look_new:
 * @search: (nullable): what the files must match; not an empty one
 * @filter: which files are shown
 * @user: (nullable): the person at this client
 * @open: whether groups and parts are open
 * @exceptions: (element-type utf8 utf8): the ids of those of which it is not
 *   true; copied
 *
 * Returns: (transfer full): the look
 */
PegLook *
peg_look_new (PegSearch  *search,
              PegFilter   filter,
              const char *user,
              gboolean    open,
              GHashTable *exceptions)
{
  PegLook *self = g_atomic_rc_box_new0 (PegLook);
  GHashTableIter iter;
  gpointer id;

  self->search = search != NULL ? peg_search_ref (search) : NULL;
  self->filter = filter;
  self->user = g_strdup (user);
  self->open = open;
  self->exceptions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_hash_table_iter_init (&iter, exceptions);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_hash_table_add (self->exceptions, g_strdup (id));

  return self;
}

PegLook *
peg_look_ref (PegLook *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  PegLook *self = data;

  g_clear_pointer (&self->search, peg_search_unref);
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->exceptions, g_hash_table_unref);
}

void
peg_look_unref (PegLook *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, clear);
}

/**
 * peg_look_get_search:
 * @self: a look
 *
 * Returns: (transfer none) (nullable): what the files must match
 */
PegSearch *
peg_look_get_search (const PegLook *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->search;
}

PegFilter
peg_look_get_filter (const PegLook *self)
{
  g_return_val_if_fail (self != NULL, PEG_FILTER_ALL);

  return self->filter;
}

/**
 * peg_look_make_table:
 * @self: a look
 * @snapshot: what is looked at
 * @before: (nullable): a table that was made before
 * @reuse: whether @before is of this look
 * @except: (nullable): the name of a group that is open now and was not, or the
 *   other way round, since @before was made
 *
 * Returns: (transfer full): the rows
 */
PegRowTable *
peg_look_make_table (const PegLook *self,
                     PegSnapshot   *snapshot,
                     PegRowTable   *before,
                     gboolean       reuse,
                     const char    *except)
{
  const PegRowView view = {
    .search = self->search,
    .filter = self->filter,
    .user = self->user,
    .open = self->open,
    .exceptions = self->exceptions,
  };

  if (before != NULL && !reuse)
    return peg_row_table_new_view (snapshot, &view, before);

  return peg_row_table_new (snapshot, &view, before, except);
}

/**
 * peg_look_find_exact:
 * @self: a look
 * @table: a table of this look
 *
 * Returns: (transfer none) (nullable): of all files that have a row the first of
 *   which somebody typed the whole name; borrowed from @table
 */
PegEntry *
peg_look_find_exact (const PegLook     *self,
                     const PegRowTable *table)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (table != NULL, NULL);

  for (guint i = 0; self->search != NULL && i < peg_row_table_get_n (table); i++) {
    PegRowValues values;

    peg_row_table_get (table, i, &values);
    if (values.kind == PEG_ROW_FILE && peg_search_is_exact (self->search, values.entry))
      return values.entry;
  }

  return NULL;
}

/**
 * peg_look_count_work:
 * @self: a look
 * @snapshot: what is looked at
 *
 * Returns: at how many files peg_look_make_table() has to look when it shares
 *   with nothing, or more
 */
guint
peg_look_count_work (const PegLook     *self,
                     const PegSnapshot *snapshot)
{
  const gboolean closed = self->search == NULL && self->filter == PEG_FILTER_ALL && !self->open;
  const guint n_groups = peg_snapshot_get_n_groups (snapshot);
  guint work = n_groups;

  if (!closed)
    return peg_snapshot_get_counts (snapshot)->all;

  for (guint i = 0; i < n_groups && g_hash_table_size (self->exceptions) > 0; i++) {
    const PegGroup *group = peg_snapshot_get_group (snapshot, i);
    g_autofree char *id = peg_row_make_id (PEG_ROW_GROUP, peg_group_get_name (group), NULL);

    if (g_hash_table_contains (self->exceptions, id))
      work += peg_group_get_n (group);
  }

  return work;
}

static GHashTable *
set_of_blocks (const PegGroup *group)
{
  GHashTable *blocks = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < peg_group_get_n_blocks (group); i++)
    g_hash_table_add (blocks, peg_group_get_block (group, i));

  return blocks;
}

/* How many files are in chunks that only one of two versions of a group has, of
 * which either may be missing. Only pointers are looked at, and of the chunks only
 * those of blocks that are not shared. */
static guint
count_unshared (const PegGroup *before,
                const PegGroup *after)
{
  g_autoptr (GHashTable) old_blocks = NULL;
  g_autoptr (GHashTable) new_blocks = NULL;
  g_autoptr (GHashTable) chunks = g_hash_table_new (NULL, NULL);
  guint files = 0;

  if (before == NULL || after == NULL)
    return peg_group_get_n (before != NULL ? before : after);

  old_blocks = set_of_blocks (before);
  new_blocks = set_of_blocks (after);

  for (guint i = 0; i < peg_group_get_n_blocks (before); i++) {
    const PegBlock *block = peg_group_get_block (before, i);

    for (guint j = 0; !g_hash_table_contains (new_blocks, block) && j < block->n_chunks; j++)
      g_hash_table_add (chunks, block->chunks[j].chunk);
  }

  for (guint i = 0; i < peg_group_get_n_blocks (after); i++) {
    const PegBlock *block = peg_group_get_block (after, i);

    for (guint j = 0; !g_hash_table_contains (old_blocks, block) && j < block->n_chunks; j++) {
      if (!g_hash_table_remove (chunks, block->chunks[j].chunk))
        files += peg_chunk_get_n (block->chunks[j].chunk);
    }
  }

  return files;
}

/**
 * peg_look_count_changed:
 * @before: a snapshot
 * @after: a later one
 *
 * Returns: at how many files one has to look to bring what was made of @before up
 *   to @after, about: those of the chunks that are new
 */
guint
peg_look_count_changed (const PegSnapshot *before,
                        const PegSnapshot *after)
{
  const guint n_before = peg_snapshot_get_n_groups (before);
  const guint n_after = peg_snapshot_get_n_groups (after);
  guint i = 0, j = 0, files = 0;

  if (peg_snapshot_get_groups (before) == peg_snapshot_get_groups (after))
    return 0;

  while (i < n_before || j < n_after) {
    const PegGroup *a = i < n_before ? peg_snapshot_get_group (before, i) : NULL;
    const PegGroup *b = j < n_after ? peg_snapshot_get_group (after, j) : NULL;
    const int order = a == b ? 0 : a == NULL ? 1 : b == NULL ? -1 : peg_group_compare (a, b);

    if (a != b)
      files += count_unshared (order <= 0 ? a : NULL, order >= 0 ? b : NULL);
    i += order <= 0;
    j += order >= 0;
  }

  return files;
}
