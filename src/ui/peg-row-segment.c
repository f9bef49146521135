/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-row-segment"

#include "peg-config.h"

#include "peg-row-table-private.h"

#include <string.h>

static inline void
prefetch (gconstpointer address)
{
  __builtin_prefetch (address);
}

/* How many files ahead of the one that is searched the next are fetched: entries
 * lie all over the memory, and what is looked for in each is quickly found out. */
#define PREFETCH_ENTRIES 12

/* Asks without a string for every part: those of a group begin alike. */
static gboolean
is_part_open (PegRowContext  *context,
              const PegEntry *entry)
{
  const PegRowView *view = context->view;
  const char *part = peg_entry_get_part (entry);

  if (g_hash_table_size (view->exceptions) == 0)
    return view->open;

  if (context->id_prefix == 0) {
    g_autofree char *id = peg_row_make_id (PEG_ROW_PART, peg_entry_get_group (entry), entry);

    g_string_assign (context->id, id);
    context->id_prefix = context->id->len - strlen (part);
  } else {
    g_string_truncate (context->id, context->id_prefix);
    g_string_append (context->id, part);
  }

  return view->open != g_hash_table_contains (view->exceptions, context->id->str);
}

/* Which of the first @n bits are set. */
static PegChunkBits
all_bits (guint n)
{
  PegChunkBits bits = { { 0 } };

  for (guint i = 0; i < G_N_ELEMENTS (bits.words); i++) {
    if (n >= 64 * (i + 1))
      bits.words[i] = G_MAXUINT64;
    else if (n > 64 * i)
      bits.words[i] = (G_GUINT64_CONSTANT (1) << (n - 64 * i)) - 1;
  }

  return bits;
}

/* The files that the filter lets through, or may: whose they are is not a bit. */
static PegChunkBits
filter_bits (const PegChunk *chunk,
             PegFilter       filter)
{
  PegChunkBits bits = all_bits (chunk->n);

  for (guint i = 0; i < G_N_ELEMENTS (bits.words); i++) {
    switch (filter) {
    case PEG_FILTER_ALL:
      break;
    case PEG_FILTER_OUT:
    case PEG_FILTER_MINE:
      bits.words[i] &= chunk->out.words[i];
      break;
    case PEG_FILTER_FREE:
      bits.words[i] &= ~chunk->out.words[i];
      break;
    default:
      g_assert_not_reached ();
    }
  }

  return bits;
}

/* Takes out what does not match. */
static void
search_bits (const PegChunk   *chunk,
             const PegRowView *view,
             PegChunkBits     *bits)
{
  for (guint i = 0; i < G_N_ELEMENTS (bits->words); i++) {
    guint64 left = bits->words[i];

    for (; left != 0; left &= left - 1) {
      const guint bit = (guint) __builtin_ctzll (left);
      const guint j = i * 64 + bit;

      if (j + PREFETCH_ENTRIES < chunk->n) {
        prefetch (chunk->entries[j + PREFETCH_ENTRIES]);
        prefetch ((const char *) chunk->entries[j + PREFETCH_ENTRIES] + 64);
        prefetch ((const char *) chunk->entries[j + PREFETCH_ENTRIES] + 128);
      }

      if (!peg_search_matches (view->search, chunk->entries[j]))
        bits->words[i] &= ~(G_GUINT64_CONSTANT (1) << bit);
    }
  }
}

static PegChunkBits
shown_bits (const PegRowContext *context,
            const PegChunk      *chunk,
            const PegRowSegment *before)
{
  const PegRowView *view = context->view;
  PegChunkBits bits;

  if (before != NULL && context->same_shown)
    return before->shown;

  bits = filter_bits (chunk, view->filter);
  for (guint i = 0; before != NULL && i < G_N_ELEMENTS (bits.words); i++)
    bits.words[i] &= before->shown.words[i];

  if (view->filter == PEG_FILTER_MINE) {
    for (guint i = 0; i < chunk->n; i++) {
      if (peg_chunk_bits_get (&bits, i) &&
          !peg_filter_matches (PEG_FILTER_MINE, chunk->entries[i], view->user))
        bits.words[i / 64] &= ~(G_GUINT64_CONSTANT (1) << (i % 64));
    }
  }

  if (view->search != NULL)
    search_bits (chunk, view, &bits);

  return bits;
}

/* The rows of a chunk while they are collected. */
typedef struct {
  PegRowContext *context;
  const PegChunk *chunk;
  guint n;
  guint n_out;
  guint n_parts;
  guint n_rows;
  PegRowPart parts[PEG_CHUNK_MAX];
  guint8 rows[2 * PEG_CHUNK_MAX];
} Collector;

/* @begins: whether a part begins between the file before and this one */
static void
collect (Collector *self,
         guint      i,
         gboolean   begins)
{
  const guint8 out = peg_chunk_bits_get (&self->chunk->out, i);
  PegRowPart *part;

  self->n++;
  self->n_out += out;

  if (!peg_chunk_bits_get (&self->chunk->parted, i)) {
    self->rows[self->n_rows++] = (guint8) i;
    return;
  }

  if (begins) {
    self->parts[self->n_parts++] = (PegRowPart) {
      .first = (guint8) i,
      .expanded = (guint8) is_part_open (self->context, self->chunk->entries[i]),
    };
    self->rows[self->n_rows++] = (guint8) (PEG_ROW_PART_BIT | (self->n_parts - 1));
  }

  part = &self->parts[self->n_parts - 1];
  part->n++;
  part->n_out += out;
  if (part->expanded)
    self->rows[self->n_rows++] = (guint8) i;
}

static PegRowSegment *
collector_end (const Collector    *self,
               const PegChunkBits *shown)
{
  PegRowSegment *segment =
    g_malloc (sizeof (PegRowSegment) + self->n_parts * sizeof (PegRowPart) + self->n_rows);

  *segment = (PegRowSegment) {
    .refs = 1,
    .n_rows = (guint16) self->n_rows,
    .n = (guint8) self->n,
    .n_out = (guint8) self->n_out,
    .n_parts = (guint8) self->n_parts,
    .shown = *shown,
  };
  memcpy (segment->parts, self->parts, self->n_parts * sizeof (PegRowPart));
  memcpy (segment->parts + self->n_parts, self->rows, self->n_rows);

  return segment;
}

/*
 * peg_row_segment_new:
 * @chunk: some files
 * @before: (nullable): a segment of the same chunk, which shows the same files, or
 *   at least all that are to be shown: see PegRowContext
 *
 * Returns: (transfer full): the rows of @chunk
 */
PegRowSegment *
peg_row_segment_new (PegRowContext  *context,
                     const PegChunk *chunk,
                     PegRowSegment  *before)
{
  const PegChunkBits shown = shown_bits (context, chunk, before);
  Collector collector;
  gboolean begins = TRUE;
  guint next = 0;

  collector.context = context;
  collector.chunk = chunk;
  collector.n = collector.n_out = collector.n_parts = collector.n_rows = 0;

  for (guint i = 0; i < G_N_ELEMENTS (shown.words); i++) {
    guint64 left = shown.words[i];

    for (; left != 0; left &= left - 1) {
      const guint j = i * 64 + (guint) __builtin_ctzll (left);

      for (; next <= j; next++)
        begins = begins || peg_chunk_bits_get (&chunk->starts, next);
      collect (&collector, j, begins);
      begins = FALSE;
    }
  }

  return collector_end (&collector, &shown);
}

PegRowSegment *
peg_row_segment_ref (PegRowSegment *self)
{
  g_atomic_int_inc (&self->refs);

  return self;
}

void
peg_row_segment_unref (PegRowSegment *self)
{
  if (g_atomic_int_dec_and_test (&self->refs))
    g_free (self);
}
