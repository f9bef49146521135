/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-index.h"

#include <string.h>

/* How many bits of the hash tell the children of a node apart, and how many
 * entries a leaf has before it becomes a node. With 16 children a change copies
 * at most five small things among a million files; more children would mean
 * fewer, larger ones. */
#define NODE_BITS 4
#define N_CHILDREN (1 << NODE_BITS)
#define MAX_DEPTH (32 / NODE_BITS)
#define LEAF_MAX 56
#define IS_NODE G_MAXUINT

/* What nodes and leaves begin with. */
typedef struct {
  _Alignas (gpointer) int refs; /* atomic */
  guint n;  /* how many entries a leaf has, or %IS_NODE */
} Item;

typedef struct {
  Item item;
  Item *children[N_CHILDREN]; /* (owned) (nullable) */
} Node;

/* The hashes come behind the entries, so that there is no room between them. */
typedef struct {
  Item item;
  PegEntry *entries[]; /* (not owned): by hash, then by key */
} Leaf;

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
struct _PegIndex
{
  PegIndexKeyFunc get_key;
  Item *root; /* (owned) (nullable) */
};

static inline guint32 *
leaf_hashes (const Leaf *leaf)
{
  return (guint32 *) (leaf->entries + leaf->item.n);
}

static Item *
item_ref (Item *item)
{
  if (item != NULL)
    g_atomic_int_inc (&item->refs);

  return item;
}

static void
item_unref (Item *item)
{
  if (item == NULL || !g_atomic_int_dec_and_test (&item->refs))
    return;

  if (item->n == IS_NODE) {
    Node *node = (Node *) item;

    for (guint i = 0; i < N_CHILDREN; i++)
      item_unref (node->children[i]);
  }

  g_free (item);
}

static Leaf *
leaf_new (guint n)
{
  Leaf *leaf = g_malloc (sizeof (Leaf) + n * (sizeof (PegEntry *) + sizeof (guint32)));

  leaf->item.refs = 1;
  leaf->item.n = n;

  return leaf;
}

static Node *
node_new (void)
{
  Node *node = g_new0 (Node, 1);

  node->item.refs = 1;
  node->item.n = IS_NODE;

  return node;
}

/* A node that may be changed: @item (transfer full), or a copy of it. */
static Node *
node_own (Item *item)
{
  Node *old = (Node *) item, *node;

  if (g_atomic_int_get (&item->refs) == 1)
    return old;

  node = g_memdup2 (old, sizeof (Node));
  node->item.refs = 1;
  for (guint i = 0; i < N_CHILDREN; i++)
    (void) item_ref (node->children[i]);
  item_unref (item);

  return node;
}

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

static inline guint
child_of (guint32 hash,
          guint   depth)
{
  return (hash >> (32 - NODE_BITS * (depth + 1))) & (N_CHILDREN - 1);
}

/* An entry with its hash, while an index is made. */
typedef struct {
  guint32 hash;
  guint32 i; /* in the array that was given */
  PegEntry *entry;
} Slot;

/* @slots: by hash, then by key */
static Item *
build (const Slot *slots,
       guint       n,
       guint       depth)
{
  Node *node;
  guint done = 0;

  if (n == 0)
    return NULL;

  if (n <= LEAF_MAX || depth == MAX_DEPTH) {
    Leaf *leaf = leaf_new (n);

    for (guint i = 0; i < n; i++) {
      leaf->entries[i] = slots[i].entry;
      leaf_hashes (leaf)[i] = slots[i].hash;
    }

    return &leaf->item;
  }

  node = node_new ();
  for (guint child = 0; child < N_CHILDREN; child++) {
    guint end = done;

    while (end < n && child_of (slots[end].hash, depth) == child)
      end++;
    node->children[child] = build (slots + done, end - done, depth + 1);
    done = end;
  }

  return &node->item;
}

/* Sorts by hash; slots with the same hash stay as they were. Three rounds over
 * eleven bits each. Returns: (transfer full): the sorted slots */
static Slot *
sort_by_hash (Slot  *slots,
              guint  n)
{
  Slot *other = g_new (Slot, MAX (n, 1));

  for (guint shift = 0; shift < 32; shift += 11) {
    guint starts[1 << 11] = { 0 };
    guint sum = 0;
    Slot *swap;

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
  const Slot *slot_a = a, *slot_b = b;
  const PegIndex *self = user_data;
  const int order = strcmp (self->get_key (slot_a->entry), self->get_key (slot_b->entry));

  return order != 0 ? order : slot_a->i < slot_b->i ? -1 : 1;
}

/* Puts slots with the same hash into the order of their keys, of which there are
 * mostly none, and leaves out all but the first with the same key. @entries:
 * (nullable): where the others become %NULL. Returns: how many slots are left */
static guint
drop_doubles (const PegIndex *self,
              Slot           *slots,
              guint           n,
              PegEntry      **entries)
{
  guint kept = 0, end;

  for (guint i = 0; i < n; i = end) {
    for (end = i + 1; end < n && slots[end].hash == slots[i].hash;)
      end++;

    if (end - i > 1)
      g_qsort_with_data (slots + i, (int) (end - i), sizeof (Slot), compare_slots, (gpointer) self);

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
  g_clear_pointer (&self->root, item_unref);
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
  g_autofree Slot *slots = NULL;
  guint n_slots = 0;

  g_return_val_if_fail (entries != NULL || n == 0, NULL);
  g_return_val_if_fail (get_key != NULL, NULL);

  self = index_new (get_key);
  slots = g_new (Slot, MAX (n, 1));

  for (guint i = 0; i < n; i++) {
    const char *key = get_key (entries[i]);

    if (key != NULL)
      slots[n_slots++] = (Slot) { hash_key (key), i, entries[i] };
  }

  slots = sort_by_hash (g_steal_pointer (&slots), n_slots);
  n_slots = drop_doubles (self, slots, n_slots, NULL);
  self->root = build (slots, n_slots, 0);

  return self;
}

/* Returns: (nullable): the leaf in which @hash would be */
static const Leaf *
find_leaf (const PegIndex *self,
           guint32         hash)
{
  const Item *item = self->root;

  for (guint depth = 0; item != NULL && item->n == IS_NODE; depth++)
    item = ((const Node *) item)->children[child_of (hash, depth)];

  return (const Leaf *) item;
}

/* Where @key is in @leaf, or where it belongs. */
static gboolean
find_in_leaf (const PegIndex *self,
              const Leaf     *leaf,
              guint32         hash,
              const char     *key,
              guint          *position)
{
  const guint32 *hashes = leaf_hashes (leaf);
  guint low = 0, high = leaf->item.n;

  while (low < high) {
    const guint middle = low + (high - low) / 2;
    int order = hashes[middle] < hash ? -1 : hashes[middle] > hash;

    if (order == 0)
      order = strcmp (self->get_key (leaf->entries[middle]), key);

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

static PegEntry *
find_hashed (const PegIndex *self,
             guint32         hash,
             const char     *key)
{
  const Leaf *leaf = find_leaf (self, hash);
  guint position;

  return leaf != NULL && find_in_leaf (self, leaf, hash, key, &position) ? leaf->entries[position] : NULL;
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
  g_autofree Slot *slots = NULL;
  PegIndex *self;
  guint n_slots;

  g_return_val_if_fail (old != NULL, NULL);
  g_return_val_if_fail (entries != NULL || n == 0, NULL);

  self = index_new (old->get_key);
  slots = g_new (Slot, MAX (n, 1));

  for (guint i = 0; i < n; i++) {
    const char *key = old->get_key (entries[i]);
    const guint32 hash = hash_key (key);

    known[i] = find_hashed (old, hash, key);
    if (known[i] != NULL && peg_entry_equal (known[i], entries[i]))
      entries[i] = known[i];
    slots[i] = (Slot) { hash, i, entries[i] };
  }

  slots = sort_by_hash (g_steal_pointer (&slots), n);
  n_slots = drop_doubles (self, slots, n, entries);
  self->root = build (slots, n_slots, 0);

  return self;
}

/* What a leaf becomes in which @n_old entries from @position give way to @entry.
 * @leaf: (transfer full). @entry: (nullable) */
static Item *
leaf_splice (Leaf     *leaf,
             guint     position,
             guint     n_old,
             guint32   hash,
             PegEntry *entry)
{
  const guint n = leaf->item.n, n_new = entry != NULL ? 1 : 0;
  const guint tail = n - position - n_old;
  Leaf *next;

  if (n_old == n_new && g_atomic_int_get (&leaf->item.refs) == 1) {
    if (entry != NULL)
      leaf->entries[position] = entry;
    return &leaf->item;
  }

  if (n - n_old + n_new == 0) {
    item_unref (&leaf->item);
    return NULL;
  }

  next = leaf_new (n - n_old + n_new);
  memcpy (next->entries, leaf->entries, position * sizeof (PegEntry *));
  memcpy (next->entries + position + n_new, leaf->entries + position + n_old, tail * sizeof (PegEntry *));
  memcpy (leaf_hashes (next), leaf_hashes (leaf), position * sizeof (guint32));
  memcpy (leaf_hashes (next) + position + n_new, leaf_hashes (leaf) + position + n_old,
          tail * sizeof (guint32));
  if (entry != NULL) {
    next->entries[position] = entry;
    leaf_hashes (next)[position] = hash;
  }
  item_unref (&leaf->item);

  return &next->item;
}

/* Makes a node of a leaf that is too big. @leaf: (transfer full) */
static Item *
leaf_split (Leaf  *leaf,
            guint  depth)
{
  g_autofree Slot *slots = g_new (Slot, leaf->item.n);
  Item *item;

  for (guint i = 0; i < leaf->item.n; i++)
    slots[i] = (Slot) { .hash = leaf_hashes (leaf)[i], .entry = leaf->entries[i] };
  item = build (slots, leaf->item.n, depth);
  item_unref (&leaf->item);

  return item;
}

/* What @item (transfer full) (nullable) becomes when @entry comes, or takes the
 * place of the one with its key. */
static Item *
item_put (const PegIndex *self,
          Item           *item,
          guint           depth,
          guint32         hash,
          PegEntry       *entry)
{
  guint position;
  gboolean found;

  if (item == NULL)
    return build (&(Slot) { .hash = hash, .entry = entry }, 1, depth);

  if (item->n == IS_NODE) {
    Node *node = node_own (item);
    Item **child = &node->children[child_of (hash, depth)];

    *child = item_put (self, *child, depth + 1, hash, entry);
    return &node->item;
  }

  found = find_in_leaf (self, (Leaf *) item, hash, self->get_key (entry), &position);
  item = leaf_splice ((Leaf *) item, position, found ? 1 : 0, hash, entry);

  return item->n > LEAF_MAX && depth < MAX_DEPTH ? leaf_split ((Leaf *) item, depth) : item;
}

/* What @item (transfer full) (nullable) becomes when @entry goes. */
static Item *
item_take (const PegIndex *self,
           Item           *item,
           guint           depth,
           guint32         hash,
           const PegEntry *entry)
{
  guint position;

  if (item == NULL)
    return NULL;

  if (item->n == IS_NODE) {
    Node *node = node_own (item);
    Item **child = &node->children[child_of (hash, depth)];

    *child = item_take (self, *child, depth + 1, hash, entry);
    return &node->item;
  }

  /* Another file may have been given the path of this one: it stays. */
  if (!find_in_leaf (self, (Leaf *) item, hash, self->get_key (entry), &position) ||
      ((Leaf *) item)->entries[position] != entry)
    return item;

  return leaf_splice ((Leaf *) item, position, 1, hash, NULL);
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
  next->root = item_ref (self->root);

  for (guint i = 0; i < removed->len; i++) {
    const PegEntry *entry = g_ptr_array_index (removed, i);
    const char *key = self->get_key (entry);
    const char *next_key = i < added->len ? self->get_key (added->pdata[i]) : NULL;

    /* Most often the same file comes back, and takes its place. */
    if (key != NULL && g_strcmp0 (key, next_key) != 0)
      next->root = item_take (next, next->root, 0, hash_key (key), entry);
  }

  for (guint i = 0; i < added->len; i++) {
    PegEntry *entry = g_ptr_array_index (added, i);
    const char *key = self->get_key (entry);

    if (key != NULL)
      next->root = item_put (next, next->root, 0, hash_key (key), entry);
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

  return find_hashed (self, hash_key (key), key);
}
