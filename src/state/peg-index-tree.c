/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-index-private.h"

#include <string.h>

/* The tree of an index: nodes and leaves over the bits of a hash, which are shared by
 * the indexes that have them, and copied by the one that changes them. What is to be
 * changed is passed with its reference, and what it becomes is returned. */

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
struct _PegIndexItem
{
  _Alignas (gpointer) int refs; /* atomic */
  guint n;  /* how many entries a leaf has, or %IS_NODE */
};

typedef struct {
  PegIndexItem item;
  PegIndexItem *children[N_CHILDREN]; /* (owned) (nullable) */
} Node;

/* The hashes come behind the entries, so that there is no room between them. */
typedef struct {
  PegIndexItem item;
  PegEntry *entries[]; /* (not owned): by hash, then by key */
} Leaf;

static inline guint32 *
leaf_hashes (const Leaf *leaf)
{
  return (guint32 *) (leaf->entries + leaf->item.n);
}

/*
 * peg_index_item_ref:
 * @item: (nullable): a node or a leaf
 *
 * Returns: (transfer full) (nullable): @item
 */
PegIndexItem *
peg_index_item_ref (PegIndexItem *item)
{
  if (item != NULL)
    g_atomic_int_inc (&item->refs);

  return item;
}

/*
 * peg_index_item_unref:
 * @item: (nullable) (transfer full): a node or a leaf
 */
void
peg_index_item_unref (PegIndexItem *item)
{
  if (item == NULL || !g_atomic_int_dec_and_test (&item->refs))
    return;

  if (item->n == IS_NODE) {
    Node *node = (Node *) item;

    for (guint i = 0; i < N_CHILDREN; i++)
      peg_index_item_unref (node->children[i]);
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
node_own (PegIndexItem *item)
{
  Node *old = (Node *) item, *node;

  if (g_atomic_int_get (&item->refs) == 1)
    return old;

  node = g_memdup2 (old, sizeof (Node));
  node->item.refs = 1;
  for (guint i = 0; i < N_CHILDREN; i++)
    (void) peg_index_item_ref (node->children[i]);
  peg_index_item_unref (item);

  return node;
}

static inline guint
child_of (guint32 hash,
          guint   depth)
{
  return (hash >> (32 - NODE_BITS * (depth + 1))) & (N_CHILDREN - 1);
}

static PegIndexItem *
build (const PegIndexSlot *slots,
       guint               n,
       guint               depth)
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

/*
 * peg_index_item_new:
 * @slots: (array length=n): entries by hash, then by key
 * @n: how many
 *
 * Returns: (transfer full) (nullable): a tree; %NULL: of nothing
 */
PegIndexItem *
peg_index_item_new (const PegIndexSlot *slots,
                    guint               n)
{
  return build (slots, n, 0);
}

/* Returns: (nullable): the leaf in which @hash would be */
static const Leaf *
find_leaf (const PegIndex *self,
           guint32         hash)
{
  const PegIndexItem *item = self->root;

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

/*
 * peg_index_find_hashed:
 * @hash: of @key
 *
 * Returns: (transfer none) (nullable): the entry with that key
 */
PegEntry *
peg_index_find_hashed (const PegIndex *self,
                       guint32         hash,
                       const char     *key)
{
  const Leaf *leaf = find_leaf (self, hash);
  guint position;

  return leaf != NULL && find_in_leaf (self, leaf, hash, key, &position) ? leaf->entries[position] : NULL;
}

/* What a leaf becomes in which @n_old entries from @position give way to @entry.
 * @leaf: (transfer full). @entry: (nullable) */
static PegIndexItem *
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
    peg_index_item_unref (&leaf->item);
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
  peg_index_item_unref (&leaf->item);

  return &next->item;
}

/* Makes a node of a leaf that is too big. @leaf: (transfer full) */
static PegIndexItem *
leaf_split (Leaf  *leaf,
            guint  depth)
{
  g_autofree PegIndexSlot *slots = g_new (PegIndexSlot, leaf->item.n);
  PegIndexItem *item;

  for (guint i = 0; i < leaf->item.n; i++)
    slots[i] = (PegIndexSlot) { .hash = leaf_hashes (leaf)[i], .entry = leaf->entries[i] };
  item = build (slots, leaf->item.n, depth);
  peg_index_item_unref (&leaf->item);

  return item;
}

static PegIndexItem *
put (const PegIndex *self,
     PegIndexItem   *item,
     guint           depth,
     guint32         hash,
     PegEntry       *entry)
{
  guint position;
  gboolean found;

  if (item == NULL)
    return build (&(PegIndexSlot) { .hash = hash, .entry = entry }, 1, depth);

  if (item->n == IS_NODE) {
    Node *node = node_own (item);
    PegIndexItem **child = &node->children[child_of (hash, depth)];

    *child = put (self, *child, depth + 1, hash, entry);
    return &node->item;
  }

  found = find_in_leaf (self, (Leaf *) item, hash, self->get_key (entry), &position);
  item = leaf_splice ((Leaf *) item, position, found ? 1 : 0, hash, entry);

  return item->n > LEAF_MAX && depth < MAX_DEPTH ? leaf_split ((Leaf *) item, depth) : item;
}

/*
 * peg_index_put:
 * @self: an index that nobody else sees yet
 * @hash: of the key of @entry
 * @entry: what comes, or takes the place of the one with its key
 */
void
peg_index_put (PegIndex *self,
               guint32   hash,
               PegEntry *entry)
{
  self->root = put (self, self->root, 0, hash, entry);
}

static PegIndexItem *
take (const PegIndex *self,
      PegIndexItem   *item,
      guint           depth,
      guint32         hash,
      const PegEntry *entry)
{
  guint position;

  if (item == NULL)
    return NULL;

  if (item->n == IS_NODE) {
    Node *node = node_own (item);
    PegIndexItem **child = &node->children[child_of (hash, depth)];

    *child = take (self, *child, depth + 1, hash, entry);
    return &node->item;
  }

  /* Another file may have been given the path of this one: it stays. */
  if (!find_in_leaf (self, (Leaf *) item, hash, self->get_key (entry), &position) ||
      ((Leaf *) item)->entries[position] != entry)
    return item;

  return leaf_splice ((Leaf *) item, position, 1, hash, NULL);
}

/*
 * peg_index_take:
 * @self: an index that nobody else sees yet
 * @hash: of the key of @entry
 * @entry: what goes, if it is there
 */
void
peg_index_take (PegIndex       *self,
                guint32         hash,
                const PegEntry *entry)
{
  self->root = take (self, self->root, 0, hash, entry);
}
