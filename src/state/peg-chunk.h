/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-entry.h"

G_BEGIN_DECLS

/**
 * PEG_CHUNK_MAX:
 *
 * How many entries a chunk has at most. A change copies one chunk, that is this
 * many references; more of them make the tables of chunks smaller. One bit for
 * each entry fits in two words, and its place in seven bits.
 */
#define PEG_CHUNK_MAX 128

/**
 * PegChunkBits:
 *
 * One bit for each entry of a chunk.
 */
typedef struct {
  guint64 words[PEG_CHUNK_MAX / 64];
} PegChunkBits;

/**
 * PegChunk:
 * @n: how many entries there are; at least 1
 * @n_out: how many of them are checked out by anybody
 * @n_mine: how many of them the person at this client has checked out
 * @out: which of them are checked out
 * @parted: which of them belong to a part
 * @starts: which of them belong to a part, and not to that of the entry before
 * @entries: the entries, by peg_entry_compare()
 *
 * Some entries of a group that follow each other. A chunk never changes, may be
 * read in any thread, and is shared by every group in which these entries follow
 * each other: what is asked of all entries most often is a bit here, so that the
 * entries themselves, which lie all over the memory, need not be touched.
 *
 * Fields are for reading only.
 */
typedef struct _PegChunk PegChunk;

struct _PegChunk {
  guint n;
  guint n_out;
  guint n_mine;
  PegChunkBits out;
  PegChunkBits parted;
  PegChunkBits starts;

  /*< private >*/
  PegChunk *base; /* (owned) (nullable): has references to all entries but its own */
  guint n_own;

  /*< public >*/
  PegEntry *entries[]; /* behind them, its own */
};

/**
 * PegBlock:
 * @n: how many entries there are
 * @n_out: how many of them are checked out by anybody
 * @n_mine: how many of them the person at this client has checked out
 * @n_chunks: how many chunks there are; at least 1
 * @chunks: the chunks in order, each with the number of entries up to its end
 *
 * Some chunks of a group that follow each other; never changes. Fields are for
 * reading only.
 */
typedef struct {
  guint n;
  guint n_out;
  guint n_mine;
  guint n_chunks;
  struct {
    PegChunk *chunk;
    guint end;
  } chunks[];
} PegBlock;

PegChunk *peg_chunk_new   (PegEntry * const *entries,
                           guint             n,
                           const char       *user) G_GNUC_WARN_UNUSED_RESULT;
PegChunk *peg_chunk_splice (PegChunk        *self,
                            guint            position,
                            guint            n_old,
                            PegEntry        *entry,
                            const char      *user) G_GNUC_WARN_UNUSED_RESULT;
PegChunk *peg_chunk_ref   (PegChunk         *self);
void      peg_chunk_unref (PegChunk         *self);

PegBlock *peg_block_new   (PegChunk * const *chunks,
                           guint             n_chunks) G_GNUC_WARN_UNUSED_RESULT;
PegBlock *peg_block_ref   (PegBlock         *self);
void      peg_block_unref (PegBlock         *self);

/**
 * peg_chunk_bits_get:
 * @self: bits
 * @i: less than the number of entries of the chunk
 *
 * Returns: the bit of entry @i
 */
static inline gboolean
peg_chunk_bits_get (const PegChunkBits *self,
                    guint               i)
{
  return (self->words[i / 64] >> (i % 64)) & 1;
}

/**
 * peg_chunk_bits_set:
 * @self: bits
 * @i: less than the number of entries of the chunk
 *
 * Sets the bit of entry @i.
 */
static inline void
peg_chunk_bits_set (PegChunkBits *self,
                    guint         i)
{
  self->words[i / 64] |= G_GUINT64_CONSTANT (1) << (i % 64);
}

/**
 * peg_chunk_get_n:
 * @self: a chunk
 *
 * Returns: how many entries it has
 */
static inline guint
peg_chunk_get_n (const PegChunk *self)
{
  return self->n;
}

/**
 * peg_chunk_get_entry:
 * @self: a chunk
 * @i: less than peg_chunk_get_n()
 *
 * Returns: (transfer none): entry @i
 */
static inline PegEntry *
peg_chunk_get_entry (const PegChunk *self,
                     guint           i)
{
  return self->entries[i];
}

/**
 * peg_chunk_get_n_out:
 * @self: a chunk
 *
 * Returns: how many of its entries are checked out by anybody
 */
static inline guint
peg_chunk_get_n_out (const PegChunk *self)
{
  return self->n_out;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegChunk, peg_chunk_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegBlock, peg_block_unref)

G_END_DECLS
