/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-index.h"

#include "peg-index-private.h"

#include <string.h>

/**
 * PegIndex:
 *
 * Finds entries by their key, or by another of their strings.
 *
 * An index never changes; [method@Peg.Index.update] makes the next one, which
 * shares all but what lies on the way to the entries that change. It is a tree
 * over the bits of a hash that is kept beside each entry, so that entries are
 * touched only when they are found. Measured among 1,000,000 files: 13 bytes a
 * file, and a change of one copies about a kilobyte.
 *
 * An index borrows its entries: whoever keeps one keeps the tree that it is of.
 */

/* Eight bytes at a time; the product carries what is at the end of a key, where
 * keys differ, into the upper bits, which are the first to tell them apart. */
static guint32
hash_key (const char *key)
{
  const guint64 factor = G_GUINT64_CONSTANT (0x9fb21c651e98df25);
  const gsize length = strlen (key);
  guint64 hash = length * factor;
  gsize i;

  for (i = 0; i + 8 <= length; i += 8) {
    guint64 word;

    memcpy (&word, key + i, sizeof word);
    hash = (hash ^ word) * factor;
    hash ^= hash >> 29;
  }

  if (i < length) {
    guint64 word = 0;

    memcpy (&word, key + i, length - i);
    hash = (hash ^ word) * factor;
    hash ^= hash >> 29;
  }

  hash *= factor;

  return (guint32) (hash >> 32);
}

/* Sorts by hash; slots with the same hash stay as they were. Three rounds over
 * eleven bits each. Returns: (transfer full): the sorted slots */
static PegIndexSlot *
sort_by_hash (PegIndexSlot *slots,
              guint         n)
{
  PegIndexSlot *other = g_new (PegIndexSlot, MAX (n, 1));

  for (guint shift = 0; shift < 32; shift += 11) {
    guint starts[1 << 11] = { 0 };
    guint sum = 0;
    PegIndexSlot *swap;

    for (guint i = 0; i < n; i++)
      starts[(slots[i].hash >> shift) & 0x7ff]++;

    for (guint i = 0; i < G_N_ELEMENTS (starts); i++) {
      const guint count = starts[i];

      starts[i] = sum;
      sum += count;
    }

    for (guint i = 0; i < n; i++)
      other[starts[(slots[i].hash >> shift) & 0x7ff]++] = slots[i];

    swap = slots;
    slots = other;
    other = swap;
  }

  g_free (other);

  return slots;
}

static int
compare_slots (gconstpointer a,
               gconstpointer b,
               gpointer      user_data)
{
  const PegIndexSlot *slot_a = a, *slot_b = b;
  const PegIndex *self = user_data;
  const int order = strcmp (self->get_key (slot_a->entry), self->get_key (slot_b->entry));

  return order != 0 ? order : slot_a->i < slot_b->i ? -1 : 1;
}

/* Puts slots with the same hash into the order of their keys, of which there are
 * mostly none, and leaves out all but the first with the same key. @entries:
 * (nullable): where the others become %NULL. Returns: how many slots are left */
static guint
drop_doubles (const PegIndex *self,
              PegIndexSlot   *slots,
              guint           n,
              PegEntry      **entries)
{
  guint kept = 0, end;

  for (guint i = 0; i < n; i = end) {
    for (end = i + 1; end < n && slots[end].hash == slots[i].hash;)
      end++;

    if (end - i > 1)
      g_qsort_with_data (slots + i, (int) (end - i), sizeof (PegIndexSlot), compare_slots, (gpointer) self);

    for (guint j = i; j < end; j++) {
      if (j > i && g_str_equal (self->get_key (slots[j].entry), self->get_key (slots[j - 1].entry))) {
        /* The first stays the one to compare with. */
        if (entries != NULL)
          entries[slots[j].i] = NULL;
      } else {
        slots[kept++] = slots[j];
      }
    }
  }

  return kept;
}

static PegIndex *
index_new (PegIndexKeyFunc get_key)
{
  PegIndex *self = g_atomic_rc_box_new0 (PegIndex);

  self->get_key = get_key;

  return self;
}

static void
index_clear (PegIndex *self)
{
  g_clear_pointer (&self->root, peg_index_item_unref);
}

/**
 * peg_index_new:
 * @entries: (array length=n): entries, in any order; must outlive the index
 * @n: how many
 * @get_key: what to find them by
 *
 * Makes an index. Of several with the same key it finds the first.
 *
 * Returns: (transfer full): a new index
 */
PegIndex *
peg_index_new (PegEntry * const *entries,
               guint             n,
               PegIndexKeyFunc   get_key)
{
  PegIndex *self;
  g_autofree PegIndexSlot *slots = NULL;
  guint n_slots = 0;

  g_return_val_if_fail (entries != NULL || n == 0, NULL);
  g_return_val_if_fail (get_key != NULL, NULL);

  self = index_new (get_key);
  slots = g_new (PegIndexSlot, MAX (n, 1));

  for (guint i = 0; i < n; i++) {
    const char *key = get_key (entries[i]);

    if (key != NULL)
      slots[n_slots++] = (PegIndexSlot) { hash_key (key), i, entries[i] };
  }

  slots = sort_by_hash (g_steal_pointer (&slots), n_slots);
  n_slots = drop_doubles (self, slots, n_slots, NULL);
  self->root = peg_index_item_new (slots, n_slots);

  return self;
}

/**
 * peg_index_new_list:
 * @old: the index by key of the list before
 * @entries: (inout) (array length=n): a list, in any order; what equals an entry
 *   of @old becomes that entry, and what has the key of one before it in the list
 *   becomes %NULL
 * @known: (out caller-allocates) (array length=n): the entries of @old with these
 *   keys; %NULL: there is none
 * @n: how many
 *
 * Makes the index by key of a list that says all there is. The same pass finds
 * out what is new and what is said twice, for which every key must be hashed
 * and looked up anyway.
 *
 * Returns: (transfer full): a new index of what is left in @entries
 */
PegIndex *
peg_index_new_list (const PegIndex  *old,
                    PegEntry       **entries,
                    PegEntry       **known,
                    guint            n)
{
  g_autofree PegIndexSlot *slots = NULL;
  PegIndex *self;
  guint n_slots;

  g_return_val_if_fail (old != NULL, NULL);
  g_return_val_if_fail (entries != NULL || n == 0, NULL);

  self = index_new (old->get_key);
  slots = g_new (PegIndexSlot, MAX (n, 1));

  for (guint i = 0; i < n; i++) {
    const char *key = old->get_key (entries[i]);
    const guint32 hash = hash_key (key);

    known[i] = peg_index_find_hashed (old, hash, key);
    if (known[i] != NULL && peg_entry_equal (known[i], entries[i]))
      entries[i] = known[i];
    slots[i] = (PegIndexSlot) { hash, i, entries[i] };
  }

  slots = sort_by_hash (g_steal_pointer (&slots), n);
  n_slots = drop_doubles (self, slots, n, entries);
  self->root = peg_index_item_new (slots, n_slots);

  return self;
}

/**
 * peg_index_update:
 * @self: an index
 * @removed: (element-type PegEntry): entries of the tree that go
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

  next = index_new (self->get_key);
  next->root = peg_index_item_ref (self->root);

  for (guint i = 0; i < removed->len; i++) {
    const PegEntry *entry = g_ptr_array_index (removed, i);
    const char *key = self->get_key (entry);
    const char *next_key = i < added->len ? self->get_key (added->pdata[i]) : NULL;

    /* Most often the same file comes back, and takes its place. */
    if (key != NULL && g_strcmp0 (key, next_key) != 0)
      peg_index_take (next, hash_key (key), entry);
  }

  for (guint i = 0; i < added->len; i++) {
    PegEntry *entry = g_ptr_array_index (added, i);
    const char *key = self->get_key (entry);

    if (key != NULL)
      peg_index_put (next, hash_key (key), entry);
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
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (key != NULL, NULL);

  return peg_index_find_hashed (self, hash_key (key), key);
}
