/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-chunk.h"

#include <string.h>

/* How many entries a chunk may have in place of those of its base, which stay in
 * memory with it. */
#define MAX_OWN 8

static void
chunk_clear (gpointer data)
{
  PegChunk *self = data;
  const guint first = self->base != NULL ? self->n : 0;
  const guint end = self->base != NULL ? self->n + self->n_own : self->n;

  for (guint i = first; i < end; i++)
    peg_entry_unref (self->entries[i]);
  g_clear_pointer (&self->base, peg_chunk_unref);
}

/**
 * peg_chunk_new:
 * @entries: (array length=n): sorted by peg_entry_compare()
 * @n: how many; from 1 to %PEG_CHUNK_MAX
 * @user: (nullable): the person at this client, for counting theirs
 *
 * Returns: (transfer full): a new chunk
 */
PegChunk *
peg_chunk_new (PegEntry * const *entries,
               guint             n,
               const char       *user)
{
  const char *last = NULL;
  PegChunk *self;

  g_return_val_if_fail (entries != NULL, NULL);
  g_return_val_if_fail (n > 0 && n <= PEG_CHUNK_MAX, NULL);

  self = g_atomic_rc_box_alloc0 (sizeof (PegChunk) + n * sizeof (PegEntry *));
  self->n = n;

  for (guint i = 0; i < n; i++) {
    PegEntry *entry = entries[i];
    const char *part = peg_entry_get_part (entry);

    self->entries[i] = peg_entry_ref (entry);

    if (part != NULL) {
      peg_chunk_bits_set (&self->parted, i);
      if (last == NULL || !g_str_equal (part, last))
        peg_chunk_bits_set (&self->starts, i);
    }
    last = part;

    if (peg_entry_is_locked (entry)) {
      peg_chunk_bits_set (&self->out, i);
      self->n_out++;
      if (peg_entry_get_lock (entry, user) == PEG_LOCK_OWN)
        self->n_mine++;
    }
  }

  return self;
}

static void
set_bit (PegChunkBits *bits,
         guint         i,
         gboolean      value)
{
  const guint64 bit = G_GUINT64_CONSTANT (1) << (i % 64);

  bits->words[i / 64] = value ? bits->words[i / 64] | bit : bits->words[i / 64] & ~bit;
}

static void
splice_bits (PegChunkBits *bits,
             guint         n,
             guint         position,
             guint         n_old,
             guint         n_new)
{
  const PegChunkBits before = *bits;

  if (n_old == n_new)
    return;

  memset (bits, 0, sizeof *bits);
  for (guint i = 0; i < n; i++) {
    const guint to = i < position ? i : i + n_new - n_old;

    if ((i < position || i >= position + n_old) && peg_chunk_bits_get (&before, i))
      peg_chunk_bits_set (bits, to);
  }
}

static void
update_start (PegChunk *self,
              guint     i)
{
  gboolean starts;

  if (i >= self->n)
    return;

  starts = peg_chunk_bits_get (&self->parted, i);
  if (starts && i > 0 && peg_chunk_bits_get (&self->parted, i - 1))
    starts = !g_str_equal (peg_entry_get_part (self->entries[i - 1]),
                           peg_entry_get_part (self->entries[i]));
  set_bit (&self->starts, i, starts);
}

static gboolean
is_mine (const PegEntry *entry,
         const char     *user)
{
  return entry != NULL && peg_entry_get_lock (entry, user) == PEG_LOCK_OWN;
}

/* The bits and counts of @self after the entry at @position came, or took the
 * place of @old, or @old went from there. */
static void
update_bits (PegChunk       *self,
             const PegChunk *before,
             guint           position,
             const PegEntry *old,
             const PegEntry *entry,
             const char     *user)
{
  const guint n_old = old != NULL ? 1 : 0, n_new = entry != NULL ? 1 : 0;

  self->out = before->out;
  self->parted = before->parted;
  self->starts = before->starts;
  splice_bits (&self->out, before->n, position, n_old, n_new);
  splice_bits (&self->parted, before->n, position, n_old, n_new);
  splice_bits (&self->starts, before->n, position, n_old, n_new);

  if (entry != NULL) {
    set_bit (&self->out, position, peg_entry_is_locked (entry));
    set_bit (&self->parted, position, peg_entry_get_part (entry) != NULL);
  }
  update_start (self, position);
  update_start (self, position + n_new);

  self->n_out = before->n_out - (old != NULL && peg_entry_is_locked (old)) +
                (entry != NULL && peg_entry_is_locked (entry));
  self->n_mine = before->n_mine - is_mine (old, user) + is_mine (entry, user);
}

/* Keeps @entry (nullable) and what @before has of its own but for @old. */
static void
take_own (PegChunk       *self,
          const PegChunk *before,
          const PegEntry *old,
          PegEntry       *entry)
{
  for (guint i = 0; i < before->n_own; i++) {
    PegEntry *own = before->entries[before->n + i];

    if (own != old)
      self->entries[self->n + self->n_own++] = peg_entry_ref (own);
  }

  if (entry != NULL)
    self->entries[self->n + self->n_own++] = peg_entry_ref (entry);
}

/**
 * peg_chunk_splice:
 * @self: a chunk
 * @position: where to change it
 * @n_old: how many entries go there: 0 or 1
 * @entry: (nullable): what comes there
 * @user: (nullable): the person at this client, the same as before
 *
 * Makes the next version of a chunk. Nearly always it touches no entry but the
 * one that changes: it copies addresses, and leaves the references of the others
 * to the chunk that it came from. Fetching a hundred entries from all over the
 * memory to count references would be most of what a change costs.
 *
 * Returns: (transfer full): the chunk; it must have an entry left, and at most
 *   %PEG_CHUNK_MAX
 */
PegChunk *
peg_chunk_splice (PegChunk   *self,
                  guint       position,
                  guint       n_old,
                  PegEntry   *entry,
                  const char *user)
{
  PegEntry *entries[PEG_CHUNK_MAX];
  const guint n_new = entry != NULL ? 1 : 0;
  const PegEntry *old;
  PegChunk *next;
  guint n;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (n_old <= 1 && position + n_old <= self->n, NULL);
  g_return_val_if_fail (self->n + n_new > n_old && self->n + n_new - n_old <= PEG_CHUNK_MAX, NULL);

  n = self->n + n_new - n_old;
  old = n_old > 0 ? self->entries[position] : NULL;
  memcpy (entries, self->entries, position * sizeof (PegEntry *));
  memcpy (entries + position + n_new, self->entries + position + n_old,
          (self->n - position - n_old) * sizeof (PegEntry *));
  if (entry != NULL)
    entries[position] = entry;

  if (self->n_own == MAX_OWN)
    return peg_chunk_new (entries, n, user);

  next = g_atomic_rc_box_alloc0 (sizeof (PegChunk) + (n + self->n_own + n_new) * sizeof (PegEntry *));
  next->n = n;
  memcpy (next->entries, entries, n * sizeof (PegEntry *));
  next->base = peg_chunk_ref (self->base != NULL ? self->base : self);
  take_own (next, self, old, entry);
  update_bits (next, self, position, old, entry, user);

  return next;
}

PegChunk *
peg_chunk_ref (PegChunk *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

void
peg_chunk_unref (PegChunk *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, chunk_clear);
}

static void
block_clear (gpointer data)
{
  PegBlock *self = data;

  for (guint i = 0; i < self->n_chunks; i++)
    peg_chunk_unref (self->chunks[i].chunk);
}

/**
 * peg_block_new:
 * @chunks: (array length=n_chunks): chunks that follow each other
 * @n_chunks: how many; at least 1
 *
 * Returns: (transfer full): a new block
 */
PegBlock *
peg_block_new (PegChunk * const *chunks,
               guint             n_chunks)
{
  PegBlock *self;

  g_return_val_if_fail (chunks != NULL, NULL);
  g_return_val_if_fail (n_chunks > 0, NULL);

  self = g_atomic_rc_box_alloc0 (sizeof (PegBlock) + n_chunks * sizeof (self->chunks[0]));
  self->n_chunks = n_chunks;

  for (guint i = 0; i < n_chunks; i++) {
    self->n += chunks[i]->n;
    self->n_out += chunks[i]->n_out;
    self->n_mine += chunks[i]->n_mine;
    self->chunks[i].chunk = peg_chunk_ref (chunks[i]);
    self->chunks[i].end = self->n;
  }

  return self;
}

PegBlock *
peg_block_ref (PegBlock *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

void
peg_block_unref (PegBlock *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, block_clear);
}
