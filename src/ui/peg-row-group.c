/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-row-group"

#include "peg-config.h"

#include "peg-row-table-private.h"

#include <string.h>

/*
 * peg_row_same_part:
 *
 * Returns: whether both are of a part, and of the same
 */
gboolean
peg_row_same_part (const PegEntry *a,
                   const PegEntry *b)
{
  const char *part_a = peg_entry_get_part (a), *part_b = peg_entry_get_part (b);

  return part_a != NULL && part_b != NULL && g_str_equal (part_a, part_b);
}

static guint
first_bit (const PegChunkBits *bits)
{
  return bits->words[0] != 0 ? (guint) __builtin_ctzll (bits->words[0])
                             : 64 + (guint) __builtin_ctzll (bits->words[1]);
}

static guint
last_bit (const PegChunkBits *bits)
{
  return bits->words[1] != 0 ? 127 - (guint) __builtin_clzll (bits->words[1])
                             : 63 - (guint) __builtin_clzll (bits->words[0]);
}

static PegRowBlock *
row_block_ref (PegRowBlock *self)
{
  g_atomic_int_inc (&self->refs);

  return self;
}

static void
row_block_unref (PegRowBlock *self)
{
  if (!g_atomic_int_dec_and_test (&self->refs))
    return;

  for (guint i = 0; i < self->block->n_chunks; i++)
    peg_row_segment_unref (self->segments[i].segment);
  peg_block_unref (self->block);
  g_free (self);
}

/* Where the rows of a chunk may be found in what was there before. Both are gone
 * through in the same order. */
typedef struct {
  const PegRowGroup *group; /* (nullable) */
  guint block;
  guint chunk;
} Cursor;

static gboolean
cursor_is_at_end (const Cursor *self)
{
  return self->group == NULL || self->block >= self->group->n_blocks;
}

static const PegRowBlock *
cursor_get_block (const Cursor *self)
{
  return self->group->blocks[self->block].block;
}

static const PegChunk *
cursor_get_chunk (const Cursor *self)
{
  return cursor_get_block (self)->block->chunks[self->chunk].chunk;
}

static void
cursor_advance (Cursor *self)
{
  self->chunk++;
  if (self->chunk == cursor_get_block (self)->block->n_chunks) {
    self->block++;
    self->chunk = 0;
  }
}

/* Moves to @chunk. Returns: whether it was there before */
static gboolean
cursor_find (Cursor         *self,
             const PegChunk *chunk)
{
  while (!cursor_is_at_end (self) && cursor_get_chunk (self) != chunk &&
         peg_entry_compare (cursor_get_chunk (self)->entries[0], chunk->entries[0]) < 0)
    cursor_advance (self);

  return !cursor_is_at_end (self) && cursor_get_chunk (self) == chunk;
}

/* A block while it is made. */
typedef struct {
  PegRowContext *context;
  PegRowBlock *block;
  Cursor cursor;       /* where the next chunk may be found */
  gboolean goes_on;    /* the chunk before was found, right before @cursor, and shows files */
} Maker;

static void
maker_add (Maker *self,
           guint  i)
{
  PegRowBlock *block = self->block;
  const PegChunk *chunk = block->block->chunks[i].chunk;
  const gboolean is_next = self->goes_on && !cursor_is_at_end (&self->cursor) &&
                           self->cursor.chunk > 0 && cursor_get_chunk (&self->cursor) == chunk;
  PegRowSegment *before = NULL, *segment;
  guint skip = 0;

  if (cursor_find (&self->cursor, chunk)) {
    before = cursor_get_block (&self->cursor)->segments[self->cursor.chunk].segment;
    skip = cursor_get_block (&self->cursor)->segments[self->cursor.chunk].skip;
    cursor_advance (&self->cursor);
  }

  segment = before != NULL && self->context->same_rows ?
            peg_row_segment_ref (before) : peg_row_segment_new (self->context, chunk, before);
  self->goes_on = segment == before && segment->n > 0;
  block->segments[i].segment = segment;

  if (segment->n > 0) {
    PegEntry *first = chunk->entries[first_bit (&segment->shown)];

    /* Two chunks that came one after the other still do. */
    if (!is_next || segment != before)
      skip = block->last != NULL && peg_row_same_part (block->last, first);

    block->segments[i].skip = skip;
    block->first = block->first != NULL ? block->first : first;
    block->last = chunk->entries[last_bit (&segment->shown)];
    block->n_rows += segment->n_rows - skip;
    block->n += segment->n;
    block->n_out += segment->n_out;
  }

  block->segments[i].end = block->n_rows;
}

/* @before: (nullable): the group before
 * @at: one of its blocks, at which its rows may begin there */
static PegRowBlock *
row_block_new (PegRowContext     *context,
               PegBlock          *block,
               const PegRowGroup *before,
               guint              at)
{
  PegRowBlock *self = g_malloc0 (sizeof (PegRowBlock) + block->n_chunks * sizeof (self->segments[0]));
  Maker maker = { .context = context, .block = self, .cursor = { .group = before, .block = at } };

  self->refs = 1;
  self->block = peg_block_ref (block);

  for (guint i = 0; i < block->n_chunks; i++)
    maker_add (&maker, i);

  return self;
}

static gboolean
is_group_open (const PegRowView *view,
               const PegGroup   *group)
{
  g_autofree char *id = NULL;

  if (g_hash_table_size (view->exceptions) == 0)
    return view->open;

  id = peg_row_make_id (PEG_ROW_GROUP, peg_group_get_name (group), NULL);

  return view->open != g_hash_table_contains (view->exceptions, id);
}

/* The block of @before in which the first file of @block is, or would be.
 * @guess: the one that it is most often */
static guint
find_before (const PegRowGroup *before,
             const PegBlock    *block,
             guint              guess)
{
  guint low = 0, high = before->n_blocks;

  if (guess < high && before->blocks[guess].block->block == block)
    return guess;

  while (high - low > 1) {
    const guint middle = low + (high - low) / 2;
    const PegBlock *candidate = before->blocks[middle].block->block;

    if (peg_entry_compare (candidate->chunks[0].chunk->entries[0],
                           block->chunks[0].chunk->entries[0]) <= 0)
      low = middle;
    else
      high = middle;
  }

  return low;
}

static void
add_blocks (PegRowGroup   *self,
            PegRowContext *context,
            PegRowGroup   *before)
{
  const PegEntry *last = NULL;
  gboolean goes_on = FALSE; /* the block before is the one before @at, and shows files */
  guint at = 0;

  if (before != NULL && before->n_blocks == 0)
    before = NULL;

  for (guint i = 0; i < self->n_blocks; i++) {
    PegBlock *block = peg_group_get_block (self->group, i);
    const guint expected = at;
    PegRowBlock *rows = NULL;
    guint skip = 0;

    if (before != NULL) {
      at = find_before (before, block, at);
      if (context->same_rows && before->blocks[at].block->block == block) {
        rows = row_block_ref (before->blocks[at].block);
        skip = before->blocks[at].skip;
      }
    }

    if (rows != NULL) {
      if (!goes_on || at != expected)
        skip = last != NULL && rows->first != NULL && peg_row_same_part (last, rows->first);
      goes_on = rows->n > 0;
    } else {
      rows = row_block_new (context, block, before, at);
      skip = last != NULL && rows->first != NULL && peg_row_same_part (last, rows->first);
      goes_on = FALSE;
    }
    at++;

    self->blocks[i].block = rows;
    self->blocks[i].skip = skip;
    self->n_rows += rows->n_rows - skip;
    self->blocks[i].end = self->n_rows - 1;
    self->n += rows->n;
    self->n_out += rows->n_out;
    last = rows->last != NULL ? rows->last : last;
  }
}

/*
 * peg_row_group_new:
 * @group: a group
 * @before: (nullable): the rows of the same group before, of any version
 *
 * Returns: (transfer full) (nullable): its rows; %NULL when no file is shown
 */
PegRowGroup *
peg_row_group_new (PegRowContext *context,
                   PegGroup      *group,
                   PegRowGroup   *before)
{
  const gboolean expanded = is_group_open (context->view, group);
  const guint n_blocks = expanded || !context->shows_all ? peg_group_get_n_blocks (group) : 0;
  PegRowGroup *self = g_malloc0 (sizeof (PegRowGroup) + n_blocks * sizeof (self->blocks[0]));

  self->refs = 1;
  self->group = peg_group_ref (group);
  self->expanded = expanded;
  self->n_blocks = n_blocks;
  self->n_rows = 1;

  /* Worked out when a part is asked for. */
  context->id_prefix = 0;

  if (n_blocks > 0) {
    add_blocks (self, context, before);
  } else {
    self->n = peg_group_get_n (group);
    self->n_out = peg_group_get_n_out (group);
  }

  if (!expanded)
    self->n_rows = 1;
  if (self->n == 0 && !context->shows_all)
    g_clear_pointer (&self, peg_row_group_unref);

  return self;
}

PegRowGroup *
peg_row_group_ref (PegRowGroup *self)
{
  g_atomic_int_inc (&self->refs);

  return self;
}

void
peg_row_group_unref (PegRowGroup *self)
{
  if (!g_atomic_int_dec_and_test (&self->refs))
    return;

  for (guint i = 0; i < self->n_blocks; i++)
    row_block_unref (self->blocks[i].block);
  peg_group_unref (self->group);
  g_free (self);
}
