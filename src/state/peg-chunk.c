/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-chunk.h"

static void
chunk_clear (gpointer data)
{
  PegChunk *self = data;

  for (guint i = 0; i < self->n; i++)
    peg_entry_unref (self->entries[i]);
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
