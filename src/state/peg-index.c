/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-index.h"

#include <string.h>

/* A change copies the shards it touches and the table of all shards. With 512,
 * 100,000 entries make shards of about 200: both copies stay at a few
 * kilobytes. */
#define N_SHARDS 512

/**
 * PegIndex:
 *
 * Finds entries by their key, or by another of their strings.
 *
 * An index never changes; [method@Peg.Index.update] makes the next one, which
 * shares all shards that the update leaves alone.
 */
struct _PegIndex
{
  PegIndexKeyFunc get_key;
  GPtrArray *shards[N_SHARDS]; /* (owned) (nullable) (element-type PegEntry): by key */
};

static void
index_clear (PegIndex *self)
{
  for (guint i = 0; i < N_SHARDS; i++)
    g_clear_pointer (&self->shards[i], g_ptr_array_unref);
}

static guint
shard_of (const char *key)
{
  /* The low bits of g_str_hash() are those of the last characters, which is
   * where keys differ; mixing spreads them all the same. */
  guint hash = g_str_hash (key);

  return (hash ^ (hash >> 15)) % N_SHARDS;
}

static gboolean
find_in_shard (GPtrArray       *shard,
               PegIndexKeyFunc  get_key,
               const char      *key,
               guint           *position)
{
  guint low = 0, high = shard != NULL ? shard->len : 0;

  while (low < high) {
    guint middle = low + (high - low) / 2;
    int order = strcmp (get_key (g_ptr_array_index (shard, middle)), key);

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

static int
compare_keys (gconstpointer a,
              gconstpointer b,
              gpointer      user_data)
{
  const PegIndex *self = user_data;

  return strcmp (self->get_key (*(PegEntry **) a), self->get_key (*(PegEntry **) b));
}

/**
 * peg_index_new:
 * @entries: (element-type PegEntry): entries, each key once, in any order
 * @get_key: what to find them by
 *
 * Returns: (transfer full): a new index
 */
PegIndex *
peg_index_new (GPtrArray       *entries,
               PegIndexKeyFunc  get_key)
{
  PegIndex *self;

  g_return_val_if_fail (entries != NULL, NULL);

  self = g_atomic_rc_box_new0 (PegIndex);
  self->get_key = get_key;

  for (guint i = 0; i < entries->len; i++) {
    PegEntry *entry = g_ptr_array_index (entries, i);
    const char *key = get_key (entry);
    guint shard;

    if (key == NULL)
      continue;

    shard = shard_of (key);
    if (self->shards[shard] == NULL)
      self->shards[shard] = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
    g_ptr_array_add (self->shards[shard], peg_entry_ref (entry));
  }

  for (guint i = 0; i < N_SHARDS; i++) {
    if (self->shards[i] != NULL)
      g_ptr_array_sort_with_data (self->shards[i], compare_keys, self);
  }

  return self;
}

static GPtrArray *
copy_shard (GPtrArray *shard)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);

  for (guint i = 0; shard != NULL && i < shard->len; i++)
    g_ptr_array_add (copy, peg_entry_ref (g_ptr_array_index (shard, i)));

  return copy;
}

/* A shard of @self that may be modified: one that @old does not share. */
static GPtrArray *
own_shard (PegIndex       *self,
           const PegIndex *old,
           guint           shard)
{
  if (self->shards[shard] == NULL || self->shards[shard] == old->shards[shard]) {
    GPtrArray *copy = copy_shard (old->shards[shard]);

    g_clear_pointer (&self->shards[shard], g_ptr_array_unref);
    self->shards[shard] = copy;
  }

  return self->shards[shard];
}

/**
 * peg_index_update:
 * @self: an index
 * @removed: (element-type PegEntry): entries whose keys go
 * @added: (element-type PegEntry): entries that come, or take the place of the
 *   one with the same key; applied after @removed
 *
 * Returns: (transfer full): the next index
 */
PegIndex *
peg_index_update (PegIndex  *self,
                  GPtrArray *removed,
                  GPtrArray *added)
{
  PegIndex *next;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (removed != NULL, NULL);
  g_return_val_if_fail (added != NULL, NULL);

  next = g_atomic_rc_box_new0 (PegIndex);
  next->get_key = self->get_key;
  for (guint i = 0; i < N_SHARDS; i++)
    next->shards[i] = self->shards[i] != NULL ? g_ptr_array_ref (self->shards[i]) : NULL;

  for (guint i = 0; i < removed->len; i++) {
    const char *key = self->get_key (g_ptr_array_index (removed, i));
    GPtrArray *shard;
    guint position;

    if (key == NULL)
      continue;

    shard = own_shard (next, self, shard_of (key));
    if (find_in_shard (shard, self->get_key, key, &position))
      g_ptr_array_remove_index (shard, position);
  }

  for (guint i = 0; i < added->len; i++) {
    PegEntry *entry = g_ptr_array_index (added, i);
    const char *key = self->get_key (entry);
    GPtrArray *shard;
    guint position;

    if (key == NULL)
      continue;

    shard = own_shard (next, self, shard_of (key));
    if (find_in_shard (shard, self->get_key, key, &position)) {
      peg_entry_unref (shard->pdata[position]);
      shard->pdata[position] = peg_entry_ref (entry);
    } else {
      g_ptr_array_insert (shard, (int) position, peg_entry_ref (entry));
    }
  }

  return next;
}

PegIndex *
peg_index_ref (PegIndex *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

void
peg_index_unref (PegIndex *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, (GDestroyNotify) index_clear);
}

/**
 * peg_index_find:
 * @self: an index
 * @key: the key of an entry
 *
 * Returns: (transfer none) (nullable): the entry with that key
 */
PegEntry *
peg_index_find (const PegIndex *self,
                const char     *key)
{
  GPtrArray *shard;
  guint position;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (key != NULL, NULL);

  shard = self->shards[shard_of (key)];

  return find_in_shard (shard, self->get_key, key, &position) ? g_ptr_array_index (shard, position) : NULL;
}
