/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-group-private.h"

#include <string.h>

/* How full new chunks and blocks are: files can come before one must be cut in
 * two. A block of 48 chunks of 96 has 4,600 files, so that a million of them in
 * one group make 220 blocks: a change copies 128 + 64 + 220 references. */
#define CHUNK_FILL 96
#define CHUNK_MIN 32
#define BLOCK_MAX 64
#define BLOCK_FILL 48
#define BLOCK_MIN 12

/* The next version of a group while it is being made, from front to back. */
typedef struct {
  const char *user;
  GPtrArray *blocks; /* (owned) (element-type PegBlock): done */
  GPtrArray *chunks; /* (owned) (element-type PegChunk): of the block that is being made */
  GPtrArray *loose;  /* (owned) (element-type PegEntry): borrowed; in no chunk yet */
} Builder;

static void
builder_init (Builder    *self,
              const char *user)
{
  self->user = user;
  self->blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_block_unref);
  self->chunks = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_chunk_unref);
  self->loose = g_ptr_array_new ();
}

static void
builder_clear (Builder *self)
{
  g_clear_pointer (&self->blocks, g_ptr_array_unref);
  g_clear_pointer (&self->chunks, g_ptr_array_unref);
  g_clear_pointer (&self->loose, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Builder, builder_clear)

static void
add_loose (GPtrArray         *loose,
           PegEntry * const  *entries,
           guint              n)
{
  const guint before = loose->len;

  if (n == 0)
    return;

  g_ptr_array_set_size (loose, (int) (before + n));
  memcpy (loose->pdata + before, entries, n * sizeof (PegEntry *));
}

static void
builder_flush_loose (Builder *self)
{
  guint n = self->loose->len, n_pieces, done = 0;

  if (n == 0)
    return;

  /* The chunk before goes along with the few that are left over. Its entries
   * stay alive: the group that is edited has them, too. */
  if (n < CHUNK_MIN && self->chunks->len > 0) {
    g_autoptr (PegChunk) last =
      g_ptr_array_steal_index (self->chunks, self->chunks->len - 1);

    g_ptr_array_set_size (self->loose, (int) (n + last->n));
    memmove (self->loose->pdata + last->n, self->loose->pdata, n * sizeof (gpointer));
    memcpy (self->loose->pdata, last->entries, last->n * sizeof (gpointer));
    n += last->n;
  }

  n_pieces = n <= PEG_CHUNK_MAX ? 1 : (n + CHUNK_FILL - 1) / CHUNK_FILL;
  for (guint i = 0; i < n_pieces; i++) {
    const guint end = (guint) ((guint64) n * (i + 1) / n_pieces);

    g_ptr_array_add (self->chunks,
                     peg_chunk_new ((PegEntry **) self->loose->pdata + done, end - done, self->user));
    done = end;
  }

  g_ptr_array_set_size (self->loose, 0);
}

static void
builder_add_entries (Builder          *self,
                     PegEntry * const *entries,
                     guint             n)
{
  add_loose (self->loose, entries, n);
}

static void
builder_add_chunk (Builder  *self,
                   PegChunk *chunk)
{
  if (self->loose->len > 0 && self->loose->len < CHUNK_MIN) {
    add_loose (self->loose, chunk->entries, chunk->n);
    return;
  }

  builder_flush_loose (self);
  g_ptr_array_add (self->chunks, peg_chunk_ref (chunk));
}

static gboolean
has_chunks (const PegBlock *block,
            GPtrArray      *chunks)
{
  if (block->n_chunks != chunks->len)
    return FALSE;

  for (guint i = 0; i < chunks->len; i++) {
    if (block->chunks[i].chunk != chunks->pdata[i])
      return FALSE;
  }

  return TRUE;
}

static void
builder_flush_chunks (Builder *self)
{
  const guint n = self->chunks->len;
  const guint n_pieces = n <= BLOCK_MAX ? 1 : (n + BLOCK_FILL - 1) / BLOCK_FILL;
  guint done = 0;

  if (n == 0)
    return;

  for (guint i = 0; i < n_pieces; i++) {
    const guint end = (guint) ((guint64) n * (i + 1) / n_pieces);

    g_ptr_array_add (self->blocks,
                     peg_block_new ((PegChunk **) self->chunks->pdata + done, end - done));
    done = end;
  }

  g_ptr_array_set_size (self->chunks, 0);
}

/* Ends a block. @like: (nullable): what may be shared when it has the same
 * chunks. */
static void
builder_end_block (Builder  *self,
                   PegBlock *like)
{
  builder_flush_loose (self);

  if (like != NULL && has_chunks (like, self->chunks)) {
    g_ptr_array_add (self->blocks, peg_block_ref (like));
    g_ptr_array_set_size (self->chunks, 0);
  } else if (self->chunks->len >= BLOCK_MIN) {
    builder_flush_chunks (self);
  }
}

/* What is in no block yet stays with the next chunks. */
static void
builder_add_block (Builder  *self,
                   PegBlock *block)
{
  if (self->chunks->len == 0 && self->loose->len == 0) {
    g_ptr_array_add (self->blocks, peg_block_ref (block));
    return;
  }

  for (guint i = 0; i < block->n_chunks; i++)
    builder_add_chunk (self, block->chunks[i].chunk);
  builder_end_block (self, NULL);
}

/* Returns: (transfer full): the group, which is @old when it has the same
 * blocks */
static PegGroup *
builder_end (Builder    *self,
             const char *name,
             PegGroup   *old)
{
  gboolean same;

  builder_flush_loose (self);

  /* The block before goes along with the few chunks that are left over. */
  if (self->chunks->len > 0 && self->chunks->len < BLOCK_MIN && self->blocks->len > 0) {
    g_autoptr (PegBlock) last = g_ptr_array_steal_index (self->blocks, self->blocks->len - 1);

    for (guint i = 0; i < last->n_chunks; i++)
      g_ptr_array_insert (self->chunks, (int) i, peg_chunk_ref (last->chunks[i].chunk));
  }
  builder_flush_chunks (self);

  same = old != NULL && old->n_blocks == self->blocks->len;
  for (guint i = 0; i < self->blocks->len && same; i++)
    same = old->blocks[i].block == self->blocks->pdata[i];

  if (same)
    return peg_group_ref (old);

  return peg_group_new_from_blocks (name, (PegBlock **) self->blocks->pdata, self->blocks->len);
}

/* The first entry behind chunk @c of block @b. */
static PegEntry *
get_limit (const PegGroup *group,
           guint           b,
           guint           c)
{
  const PegBlock *block = group->blocks[b].block;

  if (c + 1 < block->n_chunks)
    return block->chunks[c + 1].chunk->entries[0];
  if (b + 1 < group->n_blocks)
    return group->blocks[b + 1].block->chunks[0].chunk->entries[0];

  return NULL;
}

/* How many of the @n entries come before @limit, which the chunk that they are
 * compared with has @guess of. */
static guint
count_before (PegEntry * const *entries,
              guint             n,
              const PegEntry   *limit,
              guint             guess)
{
  guint low = 0, high = n;

  if (limit == NULL)
    return n;

  if (guess < n && entries[guess] == limit)
    return guess;

  while (low < high) {
    const guint middle = low + (high - low) / 2;

    if (peg_entry_compare (entries[middle], limit) < 0)
      low = middle + 1;
    else
      high = middle;
  }

  return low;
}

/**
 * peg_group_new:
 * @name: what the server calls it
 * @entries: (array length=n): its entries, sorted by peg_entry_compare()
 * @n: how many
 * @user: (nullable): the person at this client, for counting theirs
 * @old: (nullable): the group as it was for the same @user; all of its chunks that
 *   have the same entries are shared, and it is given back when all have
 *
 * Returns: (transfer full): the group
 */
PegGroup *
peg_group_new (const char       *name,
               PegEntry * const *entries,
               guint             n,
               const char       *user,
               PegGroup         *old)
{
  g_auto (Builder) builder = { .user = user };
  guint done = 0;

  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (entries != NULL || n == 0, NULL);

  builder_init (&builder, user);

  for (guint b = 0; old != NULL && b < old->n_blocks; b++) {
    PegBlock *block = old->blocks[b].block;

    for (guint c = 0; c < block->n_chunks; c++) {
      PegChunk *chunk = block->chunks[c].chunk;
      const guint here = count_before (entries + done, n - done, get_limit (old, b, c), chunk->n);

      if (here == chunk->n &&
          memcmp (entries + done, chunk->entries, here * sizeof (PegEntry *)) == 0)
        builder_add_chunk (&builder, chunk);
      else
        builder_add_entries (&builder, entries + done, here);
      done += here;
    }

    builder_end_block (&builder, block);
  }

  builder_add_entries (&builder, entries + done, n - done);

  return builder_end (&builder, name, old);
}

/* The most edits of one chunk that are made one after the other. */
#define MAX_SPLICES 4

/* What a few @edits make of @chunk, if that is of a good size for a chunk. Returns:
 * (transfer full) (nullable) */
static PegChunk *
splice_chunk (PegChunk           *chunk,
              const PegGroupEdit *edits,
              guint               n_edits,
              const char         *user)
{
  PegChunk *next = peg_chunk_ref (chunk);

  for (guint i = 0; i < n_edits; i++) {
    PegEntry *entry = edits[i].comes ? edits[i].entry : NULL;
    PegChunk *before = next;
    guint position;
    const gboolean found = peg_chunk_find (before, edits[i].entry, &position);
    guint n;

    /* What goes and comes again takes its own place. */
    if (!edits[i].comes && i + 1 < n_edits && edits[i + 1].comes &&
        peg_entry_compare (edits[i].entry, edits[i + 1].entry) == 0)
      entry = edits[++i].entry;
    if (!found && entry == NULL)
      continue;

    n = before->n + (entry != NULL) - found;
    next = n <= PEG_CHUNK_MAX && (n >= CHUNK_MIN || n >= chunk->n) ?
           peg_chunk_splice (before, position, found, entry, user) : NULL;
    peg_chunk_unref (before);
    if (next == NULL)
      return NULL;
  }

  return next;
}

/* What @edits, all of which belong in @chunk, make of its entries. */
static void
edit_chunk (Builder            *builder,
            PegChunk           *chunk,
            const PegGroupEdit *edits,
            guint               n_edits)
{
  guint done = 0;

  if (n_edits <= MAX_SPLICES && builder->loose->len == 0) {
    g_autoptr (PegChunk) next = splice_chunk (chunk, edits, n_edits, builder->user);

    if (next != NULL) {
      builder_add_chunk (builder, next);
      return;
    }
  }

  for (guint i = 0; i < n_edits; i++) {
    guint position;
    const gboolean found = peg_chunk_find (chunk, edits[i].entry, &position);

    if (position > done)
      builder_add_entries (builder, chunk->entries + done, position - done);
    done = MAX (done, position + (found ? 1 : 0));
    if (edits[i].comes)
      builder_add_entries (builder, &edits[i].entry, 1);
  }

  builder_add_entries (builder, chunk->entries + done, chunk->n - done);
}

static guint
count_edits_before (const PegGroupEdit *edits,
                    guint               n_edits,
                    const PegEntry     *limit)
{
  guint n = 0;

  while (n < n_edits && (limit == NULL || peg_entry_compare (edits[n].entry, limit) < 0))
    n++;

  return n;
}

static void
edit_block (Builder            *builder,
            const PegGroup     *group,
            guint               b,
            const PegGroupEdit *edits,
            guint               n_edits)
{
  const PegBlock *block = group->blocks[b].block;
  guint target = peg_block_find_chunk (block, edits[0].entry);

  for (guint c = 0; c < block->n_chunks; c++) {
    PegChunk *chunk = block->chunks[c].chunk;
    guint here;

    if (c != target) {
      builder_add_chunk (builder, chunk);
      continue;
    }

    here = count_edits_before (edits, n_edits, get_limit (group, b, c));
    edit_chunk (builder, chunk, edits, here);
    edits += here;
    n_edits -= here;
    target = n_edits > 0 ? peg_block_find_chunk (block, edits[0].entry) : block->n_chunks;
  }

  builder_end_block (builder, NULL);
}

/**
 * peg_group_edit_compare:
 * @a: a pointer to a #PegGroupEdit
 * @b: a pointer to a #PegGroupEdit
 *
 * Orders what changes in a group, for g_array_sort().
 *
 * Returns: a negative, zero or positive number, like strcmp()
 */
int
peg_group_edit_compare (gconstpointer a,
                        gconstpointer b)
{
  const PegGroupEdit *edit_a = a, *edit_b = b;
  const int order = peg_entry_compare (edit_a->entry, edit_b->entry);

  return order != 0 ? order : edit_a->comes - edit_b->comes;
}

/**
 * peg_group_edit:
 * @self: (nullable): a group
 * @name: what the server calls it
 * @edits: (array length=n_edits): what changes, by peg_group_edit_compare(); each
 *   file once, or first going and then coming
 * @n_edits: how many
 * @user: (nullable): the person at this client, the same as before
 *
 * Makes the next version of a group. All blocks and chunks that @edits leave
 * alone are shared.
 *
 * Returns: (transfer full) (nullable): the group; %NULL when no entry is left
 */
PegGroup *
peg_group_edit (PegGroup           *self,
                const char         *name,
                const PegGroupEdit *edits,
                guint               n_edits,
                const char         *user)
{
  g_auto (Builder) builder = { .user = user };
  guint target = 0;
  PegGroup *next;

  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (edits != NULL || n_edits == 0, NULL);

  builder_init (&builder, user);

  if (self == NULL || self->n == 0) {
    for (guint i = 0; i < n_edits; i++) {
      if (edits[i].comes)
        builder_add_entries (&builder, &edits[i].entry, 1);
    }
  } else if (n_edits > 0) {
    target = peg_group_find_block (self, edits[0].entry);
  }

  for (guint b = 0; self != NULL && b < self->n_blocks; b++) {
    PegBlock *block = self->blocks[b].block;
    guint here;

    if (b != target || n_edits == 0) {
      builder_add_block (&builder, block);
      continue;
    }

    here = count_edits_before (edits, n_edits, get_limit (self, b, block->n_chunks - 1));
    edit_block (&builder, self, b, edits, here);
    edits += here;
    n_edits -= here;
    if (n_edits > 0)
      target = peg_group_find_block (self, edits[0].entry);
  }

  next = builder_end (&builder, name, self);
  if (next->n == 0)
    g_clear_pointer (&next, peg_group_unref);

  return next;
}

/**
 * peg_group_for_user:
 * @self: a group
 * @user: (nullable): the person at this client
 *
 * Returns: (transfer full): the group with the same entries, counted for @user
 */
PegGroup *
peg_group_for_user (PegGroup   *self,
                    const char *user)
{
  g_autoptr (GPtrArray) entries = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  entries = g_ptr_array_sized_new (self->n);
  for (guint i = 0; i < self->n_chunks; i++) {
    const PegChunk *chunk = peg_group_get_chunk (self, i);

    add_loose (entries, chunk->entries, chunk->n);
  }

  return peg_group_new (self->name, (PegEntry **) entries->pdata, entries->len, user, NULL);
}
