/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-group.h"

#include "peg-group-private.h"
#include "peg-natural.h"

#include <string.h>

/**
 * PegGroup:
 *
 * One group of the tree with its entries, in the order in which they are shown.
 *
 * Groups never change. An event makes new ones for the groups that it touches
 * and shares the others, so that telling two snapshots apart costs one pointer
 * comparison for each group.
 *
 * Within a group the same holds again, twice: it is a table of blocks, a block is
 * a table of chunks, and a chunk a table of entries ([struct@Peg.Chunk]). A change
 * of one file copies one of each and shares the rest, so that it costs the same
 * whether a group has a hundred files or a million: a shop may keep all of them
 * in one.
 */
G_DEFINE_BOXED_TYPE (PegGroup, peg_group, peg_group_ref, peg_group_unref)

static void
group_clear (PegGroup *self)
{
  for (guint i = 0; i < self->n_blocks; i++)
    peg_block_unref (self->blocks[i].block);
  g_clear_pointer (&self->name, g_free);
}

/*
 * peg_group_new_from_blocks:
 * @name: what the server calls it
 * @blocks: (array length=n_blocks): its blocks
 * @n_blocks: how many
 *
 * Returns: (transfer full): a new group
 */
PegGroup *
peg_group_new_from_blocks (const char       *name,
                           PegBlock * const *blocks,
                           guint             n_blocks)
{
  PegGroup *self;

  self = g_atomic_rc_box_alloc0 (sizeof (PegGroup) + n_blocks * sizeof (self->blocks[0]));
  self->name = g_strdup (name);
  self->n_blocks = n_blocks;

  for (guint i = 0; i < n_blocks; i++) {
    self->n += blocks[i]->n;
    self->n_out += blocks[i]->n_out;
    self->n_mine += blocks[i]->n_mine;
    self->n_chunks += blocks[i]->n_chunks;
    self->blocks[i].block = peg_block_ref (blocks[i]);
    self->blocks[i].end = self->n;
    self->blocks[i].end_chunk = self->n_chunks;
  }

  return self;
}

/**
 * peg_group_new_take:
 * @name: what the server calls it
 * @entries: (transfer full) (element-type PegEntry): its entries, sorted by
 *   peg_entry_compare()
 * @user: (nullable): the person at this client, for counting theirs
 *
 * Returns: (transfer full): a new group
 */
PegGroup *
peg_group_new_take (const char *name,
                    GPtrArray  *entries,
                    const char *user)
{
  PegGroup *self;

  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (entries != NULL, NULL);

  self = peg_group_new (name, (PegEntry **) entries->pdata, entries->len, user, NULL);
  g_ptr_array_unref (entries);

  return self;
}

PegGroup *
peg_group_ref (PegGroup *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

void
peg_group_unref (PegGroup *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, (GDestroyNotify) group_clear);
}

const char *
peg_group_get_name (const PegGroup *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->name;
}

/**
 * peg_group_get_n:
 * @self: a group
 *
 * Returns: how many entries it has
 */
guint
peg_group_get_n (const PegGroup *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n;
}

/**
 * peg_group_get:
 * @self: a group
 * @position: less than peg_group_get_n()
 *
 * Two short searches; walk the chunks to see every entry.
 *
 * Returns: (transfer none): the entry at @position
 */
PegEntry *
peg_group_get (const PegGroup *self,
               guint           position)
{
  guint low = 0, high;
  const PegBlock *block;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (position < self->n, NULL);

  for (high = self->n_blocks; high - low > 1;) {
    const guint middle = low + (high - low) / 2;

    if (self->blocks[middle - 1].end <= position)
      low = middle;
    else
      high = middle;
  }

  block = self->blocks[low].block;
  position -= self->blocks[low].end - block->n;

  for (low = 0, high = block->n_chunks; high - low > 1;) {
    const guint middle = low + (high - low) / 2;

    if (block->chunks[middle - 1].end <= position)
      low = middle;
    else
      high = middle;
  }

  return block->chunks[low].chunk->entries[position - (low > 0 ? block->chunks[low - 1].end : 0)];
}

/**
 * peg_group_get_n_out:
 * @self: a group
 *
 * Returns: how many of its entries are checked out by anybody
 */
guint
peg_group_get_n_out (const PegGroup *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_out;
}

/**
 * peg_group_get_n_mine:
 * @self: a group
 *
 * Returns: how many of its entries the person at this client has checked out
 */
guint
peg_group_get_n_mine (const PegGroup *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_mine;
}

/**
 * peg_group_get_n_chunks:
 * @self: a group
 *
 * Returns: how many chunks its entries are in
 */
guint
peg_group_get_n_chunks (const PegGroup *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_chunks;
}

/**
 * peg_group_get_chunk:
 * @self: a group
 * @i: less than peg_group_get_n_chunks()
 *
 * Returns: (transfer none): chunk @i
 */
PegChunk *
peg_group_get_chunk (const PegGroup *self,
                     guint           i)
{
  guint low = 0, high;
  const PegBlock *block;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (i < self->n_chunks, NULL);

  for (high = self->n_blocks; high - low > 1;) {
    const guint middle = low + (high - low) / 2;

    if (self->blocks[middle - 1].end_chunk <= i)
      low = middle;
    else
      high = middle;
  }

  block = self->blocks[low].block;

  return block->chunks[i - (self->blocks[low].end_chunk - block->n_chunks)].chunk;
}

/**
 * peg_group_get_n_blocks:
 * @self: a group
 *
 * Returns: how many blocks its chunks are in
 */
guint
peg_group_get_n_blocks (const PegGroup *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_blocks;
}

/**
 * peg_group_get_block:
 * @self: a group
 * @i: less than peg_group_get_n_blocks()
 *
 * Returns: (transfer none): block @i
 */
PegBlock *
peg_group_get_block (const PegGroup *self,
                     guint           i)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (i < self->n_blocks, NULL);

  return self->blocks[i].block;
}

/*
 * peg_group_find_block:
 * @self: a group with at least one entry
 *
 * Returns: the block that @entry is in, or belongs in
 */
guint
peg_group_find_block (const PegGroup *self,
                      const PegEntry *entry)
{
  guint low = 0, high = self->n_blocks;

  while (high - low > 1) {
    const guint middle = low + (high - low) / 2;

    if (peg_entry_compare (self->blocks[middle].block->chunks[0].chunk->entries[0], entry) <= 0)
      low = middle;
    else
      high = middle;
  }

  return low;
}

/*
 * peg_block_find_chunk:
 *
 * Returns: the chunk that @entry is in, or belongs in
 */
guint
peg_block_find_chunk (const PegBlock *self,
                      const PegEntry *entry)
{
  guint low = 0, high = self->n_chunks;

  while (high - low > 1) {
    const guint middle = low + (high - low) / 2;

    if (peg_entry_compare (self->chunks[middle].chunk->entries[0], entry) <= 0)
      low = middle;
    else
      high = middle;
  }

  return low;
}

/*
 * peg_chunk_find:
 * @position: (out): where @entry is, or where it belongs
 *
 * Returns: whether @self has an entry that compares equal to @entry
 */
gboolean
peg_chunk_find (const PegChunk *self,
                const PegEntry *entry,
                guint          *position)
{
  guint low = 0, high = self->n;

  while (low < high) {
    const guint middle = low + (high - low) / 2;
    const int order = self->entries[middle] == entry ?
                      0 : peg_entry_compare (self->entries[middle], entry);

    if (order == 0) {
      *position = middle;
      return TRUE;
    }

    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }

  *position = low;
  return FALSE;
}

/**
 * peg_group_find:
 * @self: a group
 * @entry: an entry, of any version
 * @position: (out): where it is, or where it belongs
 *
 * Returns: whether @self has an entry that compares equal to @entry
 */
gboolean
peg_group_find (const PegGroup *self,
                const PegEntry *entry,
                guint          *position)
{
  const PegBlock *block;
  guint b, c, i;
  gboolean found;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (entry != NULL, FALSE);
  g_return_val_if_fail (position != NULL, FALSE);

  *position = 0;
  if (self->n == 0)
    return FALSE;

  b = peg_group_find_block (self, entry);
  block = self->blocks[b].block;
  c = peg_block_find_chunk (block, entry);
  found = peg_chunk_find (block->chunks[c].chunk, entry, &i);
  *position = (b > 0 ? self->blocks[b - 1].end : 0) + (c > 0 ? block->chunks[c - 1].end : 0) + i;

  return found;
}

static int
compare_names (const char *a,
               const char *b)
{
  const int order = peg_natural_compare (a, b);

  return order != 0 ? order : strcmp (a, b);
}

/**
 * peg_group_compare:
 * @a: a group
 * @b: a group
 *
 * Orders groups as they are shown: by name, naturally (peg_natural_compare()).
 *
 * Returns: a negative, zero or positive number, like strcmp()
 */
int
peg_group_compare (const PegGroup *a,
                   const PegGroup *b)
{
  g_return_val_if_fail (a != NULL, 0);
  g_return_val_if_fail (b != NULL, 0);

  return compare_names (a->name, b->name);
}

/**
 * peg_groups_find:
 * @groups: (element-type PegGroup): sorted by peg_group_compare()
 * @name: the name of a group
 * @position: (out): where it is, or where it belongs
 *
 * Returns: whether there is a group of that name
 */
gboolean
peg_groups_find (GPtrArray  *groups,
                 const char *name,
                 guint      *position)
{
  guint low = 0, high;

  g_return_val_if_fail (groups != NULL, FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (position != NULL, FALSE);

  high = groups->len;

  while (low < high) {
    const guint middle = low + (high - low) / 2;
    const PegGroup *group = g_ptr_array_index (groups, middle);
    const int order = compare_names (group->name, name);

    if (order == 0) {
      *position = middle;
      return TRUE;
    }

    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }

  *position = low;
  return FALSE;
}
