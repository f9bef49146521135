/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-row-group"

#include "peg-config.h"

#include "peg-row-table-private.h"

#include <string.h>

/* Where a row lies. */
typedef struct {
  guint block;
  guint segment;
  guint row; /* in the segment */
} Place;

static const PegRowSegment *
get_segment (const PegRowGroup *self,
             guint              block,
             guint              segment)
{
  return self->blocks[block].block->segments[segment].segment;
}

static const PegChunk *
get_chunk (const PegRowGroup *self,
           guint              block,
           guint              segment)
{
  return self->blocks[block].block->block->chunks[segment].chunk;
}

/* Row @i of an open group, which is not that of the group. */
static void
find_place (const PegRowGroup *self,
            guint              i,
            Place             *place)
{
  const PegRowBlock *block;
  guint low = 0, high = self->n_blocks;

  i--;
  while (high - low > 1) {
    const guint middle = low + (high - low) / 2;

    if (self->blocks[middle - 1].end <= i)
      low = middle;
    else
      high = middle;
  }

  /* A block without rows ends where the one before does. */
  place->block = low;
  block = self->blocks[low].block;
  i = i - (low > 0 ? self->blocks[low - 1].end : 0) + self->blocks[low].skip;

  for (low = 0, high = block->block->n_chunks; high - low > 1;) {
    const guint middle = low + (high - low) / 2;

    if (block->segments[middle - 1].end <= i)
      low = middle;
    else
      high = middle;
  }

  place->segment = low;
  place->row = i - (low > 0 ? block->segments[low - 1].end : 0) + block->segments[low].skip;
}

/* Adds up a part that goes on in the chunks behind its first. */
static void
sum_part (const PegRowGroup *self,
          const Place       *place,
          guint              part,
          PegRowValues      *values)
{
  const PegRowSegment *segment = get_segment (self, place->block, place->segment);
  guint b = place->block, s = place->segment;

  values->n = segment->parts[part].n;
  values->n_out = segment->parts[part].n_out;

  for (part++; part == segment->n_parts || segment->n == 0; part = 1) {
    s++;
    if (s == self->blocks[b].block->block->n_chunks) {
      s = 0;
      b++;
    }
    if (b == self->n_blocks)
      return;

    segment = get_segment (self, b, s);
    if (segment->n == 0)
      continue;
    if (segment->n_parts == 0 ||
        !peg_row_same_part (get_chunk (self, b, s)->entries[segment->parts[0].first], values->entry))
      return;

    values->n += segment->parts[0].n;
    values->n_out += segment->parts[0].n_out;
  }
}

/*
 * peg_row_group_get:
 * @i: a row of @self
 * @values: (out): what it shows; borrowed from @self
 */
void
peg_row_group_get (const PegRowGroup *self,
                   guint              i,
                   PegRowValues      *values)
{
  const PegRowSegment *segment;
  const PegChunk *chunk;
  Place place;
  guint8 row;

  *values = (PegRowValues) { .group = self->group };

  if (i == 0) {
    values->kind = PEG_ROW_GROUP;
    values->n = self->n;
    values->n_out = self->n_out;
    values->expanded = self->expanded;
    return;
  }

  find_place (self, i, &place);
  segment = get_segment (self, place.block, place.segment);
  chunk = get_chunk (self, place.block, place.segment);
  row = peg_row_segment_rows (segment)[place.row];

  if ((row & PEG_ROW_PART_BIT) != 0) {
    const guint part = row & ~PEG_ROW_PART_BIT;

    values->kind = PEG_ROW_PART;
    values->entry = chunk->entries[segment->parts[part].first];
    values->expanded = segment->parts[part].expanded;
    sum_part (self, &place, part, values);
  } else {
    values->kind = PEG_ROW_FILE;
    values->entry = chunk->entries[row];
  }
}

/*
 * peg_row_values_compare:
 *
 * Orders two rows of the same group as they are shown: the group, then each part
 * before its files, then the files of no part.
 *
 * Returns: a negative, zero or positive number, like strcmp()
 */
int
peg_row_values_compare (const PegRowValues *a,
                        const PegRowValues *b)
{
  const gboolean a_is_part = a->kind == PEG_ROW_PART;
  const gboolean b_is_part = b->kind == PEG_ROW_PART;

  if (a->kind == PEG_ROW_GROUP || b->kind == PEG_ROW_GROUP)
    return (a->kind != PEG_ROW_GROUP) - (b->kind != PEG_ROW_GROUP);

  if ((a_is_part || b_is_part) &&
      g_strcmp0 (peg_entry_get_part (a->entry), peg_entry_get_part (b->entry)) == 0)
    return b_is_part - a_is_part;

  return peg_entry_compare (a->entry, b->entry);
}

/* Whether @entry comes before @wanted, or before the whole part of @wanted. */
static gboolean
is_before (const PegEntry *entry,
           const PegEntry *wanted,
           gboolean        part)
{
  if (part && peg_row_same_part (entry, wanted))
    return FALSE;

  return peg_entry_compare (entry, wanted) < 0;
}

/* The last chunk that begins before @wanted: what is looked for is in it, or the
 * next begins with it. */
static void
find_chunk (const PegRowGroup *self,
            const PegEntry    *wanted,
            gboolean           part,
            Place             *place)
{
  guint low = 0, high = self->n_blocks;
  guint n_chunks;

  while (high - low > 1) {
    const guint middle = low + (high - low) / 2;

    if (is_before (get_chunk (self, middle, 0)->entries[0], wanted, part))
      low = middle;
    else
      high = middle;
  }
  place->block = low;

  n_chunks = self->blocks[low].block->block->n_chunks;
  for (low = 0, high = n_chunks; high - low > 1;) {
    const guint middle = low + (high - low) / 2;

    if (is_before (get_chunk (self, place->block, middle)->entries[0], wanted, part))
      low = middle;
    else
      high = middle;
  }
  place->segment = low;
}

static gboolean
go_to_next_chunk (const PegRowGroup *self,
                  Place             *place)
{
  place->segment++;
  if (place->segment == self->blocks[place->block].block->block->n_chunks) {
    place->segment = 0;
    place->block++;
  }

  return place->block < self->n_blocks;
}

/* The row in the segment; FALSE: there is none. */
static gboolean
find_byte (const PegRowSegment *segment,
           guint8               byte,
           guint               *row)
{
  const guint8 *rows = peg_row_segment_rows (segment);
  const guint8 *found = memchr (rows, byte, segment->n_rows);

  if (found == NULL)
    return FALSE;

  *row = (guint) (found - rows);
  return TRUE;
}

static gboolean
find_file_in (const PegRowGroup *self,
              const PegEntry    *wanted,
              Place             *place)
{
  const PegChunk *chunk = get_chunk (self, place->block, place->segment);
  guint low = 0, high = chunk->n;

  while (low < high) {
    const guint middle = low + (high - low) / 2;
    const int order = peg_entry_compare (chunk->entries[middle], wanted);

    if (order == 0)
      return find_byte (get_segment (self, place->block, place->segment), (guint8) middle, &place->row);

    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }

  return FALSE;
}

static gboolean
find_part_in (const PegRowGroup *self,
              const PegEntry    *wanted,
              Place             *place)
{
  const PegRowSegment *segment = get_segment (self, place->block, place->segment);
  const PegChunk *chunk = get_chunk (self, place->block, place->segment);

  for (guint i = 0; i < segment->n_parts; i++) {
    if (peg_row_same_part (chunk->entries[segment->parts[i].first], wanted))
      return find_byte (segment, (guint8) (PEG_ROW_PART_BIT | i), &place->row);
  }

  return FALSE;
}

static gboolean
find (const PegRowGroup *self,
      PegRowKind         kind,
      const PegEntry    *wanted,
      Place             *place)
{
  const gboolean part = kind == PEG_ROW_PART;

  find_chunk (self, wanted, part, place);
  if (part ? find_part_in (self, wanted, place) : find_file_in (self, wanted, place))
    return TRUE;

  /* A file would have been in that chunk, or is the first of the next; the first
   * files of a part may be there, and not shown. */
  while (go_to_next_chunk (self, place)) {
    const PegEntry *first = get_chunk (self, place->block, place->segment)->entries[0];

    if (!part)
      return find_file_in (self, wanted, place);
    if (!peg_row_same_part (first, wanted))
      return FALSE;
    if (find_part_in (self, wanted, place))
      return TRUE;
  }

  return FALSE;
}

/*
 * peg_row_group_find:
 * @kind: what the row stands for
 * @entry: (nullable): the file, or a file of the part, of any version
 * @i: (out): the row
 *
 * Returns: whether @self has such a row
 */
gboolean
peg_row_group_find (const PegRowGroup *self,
                    PegRowKind         kind,
                    const PegEntry    *entry,
                    guint             *i)
{
  const PegRowBlock *block;
  Place place;

  *i = 0;
  if (kind == PEG_ROW_GROUP)
    return TRUE;

  if (!self->expanded || self->n_blocks == 0 ||
      (kind == PEG_ROW_PART && peg_entry_get_part (entry) == NULL) ||
      !find (self, kind, entry, &place))
    return FALSE;

  block = self->blocks[place.block].block;
  *i = 1 + (place.block > 0 ? self->blocks[place.block - 1].end : 0) +
       (place.segment > 0 ? block->segments[place.segment - 1].end : 0) + place.row -
       block->segments[place.segment].skip - self->blocks[place.block].skip;

  return TRUE;
}
