/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-listing"

#include "peg-config.h"

#include "peg-listing-private.h"

#include "peg-part.h"
#include "peg-wire-writer-private.h"

/* How many files a chunk has at most: written in 0.1 ms, and 400 of them for a
 * hundred thousand files. */
#define CHUNK_FILES 256

/* After how many chunks the time is looked at. */
#define LOOK_CHUNKS 4

static void
text_clear (PegListingText *self)
{
  g_clear_pointer (&self->plain, g_bytes_unref);
  g_clear_pointer (&self->packed, g_bytes_unref);
}

static void
chunk_touch (PegListingChunk *self)
{
  for (guint i = 0; i < PEG_FILE_N_FORMS; i++)
    text_clear (&self->texts[i]);
}

PegListingChunk *
peg_listing_chunk_ref (PegListingChunk *self)
{
  g_ref_count_inc (&self->ref_count);

  return self;
}

void
peg_listing_chunk_unref (PegListingChunk *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;

  chunk_touch (self);
  g_ptr_array_unref (self->files);
  g_free (self);
}

static void
chunk_drop (gpointer data)
{
  PegListingChunk *self = data;

  self->group = NULL;
  peg_listing_chunk_unref (self);
}

static PegListingChunk *
group_add_chunk (PegListingGroup *self)
{
  PegListingChunk *chunk = g_new0 (PegListingChunk, 1);

  g_ref_count_init (&chunk->ref_count);
  chunk->group = self;
  chunk->files = g_ptr_array_new ();
  chunk->is_first = self->chunks->len == 0;
  g_ptr_array_add (self->chunks, chunk);

  return chunk;
}

static void
group_free (gpointer data)
{
  PegListingGroup *self = data;

  g_ptr_array_unref (self->chunks);
  g_free (self->name);
  g_free (self);
}

/**
 * peg_listing_new:
 *
 * Returns: (transfer full): a listing without files
 */
PegListing *
peg_listing_new (void)
{
  PegListing *self = g_new0 (PegListing, 1);

  self->groups = g_ptr_array_new_with_free_func (group_free);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  self->scratch = g_string_new (NULL);

  return self;
}

void
peg_listing_free (PegListing *self)
{
  g_hash_table_unref (self->by_name);
  g_ptr_array_unref (self->groups);
  g_string_free (self->scratch, TRUE);
  g_free (self);
}

static PegListingGroup *
find_group (PegListing *self,
            const char *name)
{
  PegListingGroup *group = g_hash_table_lookup (self->by_name, name);

  if (group != NULL)
    return group;

  group = g_new0 (PegListingGroup, 1);
  group->name = g_strdup (name);
  group->chunks = g_ptr_array_new_with_free_func (chunk_drop);
  g_ptr_array_add (self->groups, group);
  g_hash_table_insert (self->by_name, group->name, group);

  return group;
}

/**
 * peg_listing_put:
 * @self: a listing
 * @file: a file that is new, or that has changed in any way; the listing keeps in it
 *   where it stands
 *
 * Has @file in the listing as it is now. It stays where it is, if its group does.
 */
void
peg_listing_put (PegListing *self,
                 PegFile    *file)
{
  g_autofree char *name = NULL;
  PegListingGroup *group;

  g_return_if_fail (self != NULL);

  name = peg_part_group (file->path);
  group = find_group (self, name);
  if (file->chunk != NULL && file->chunk->group == group) {
    chunk_touch (file->chunk);
    return;
  }

  if (file->chunk != NULL)
    peg_listing_remove (self, file);
  if (group->open == NULL || group->open->files->len >= CHUNK_FILES)
    group->open = group_add_chunk (group);

  file->chunk = group->open;
  file->place = file->chunk->files->len;
  g_ptr_array_add (file->chunk->files, file);
  chunk_touch (file->chunk);
}

/* A chunk that takes files: where some are taken out of many chunks and others put in,
 * the chunks do not become more and emptier. */
static PegListingChunk *
find_open (const PegListingGroup *group)
{
  for (guint i = group->chunks->len; i > 0; i--) {
    PegListingChunk *chunk = g_ptr_array_index (group->chunks, i - 1);

    if (chunk->files->len < CHUNK_FILES)
      return chunk;
  }

  return NULL;
}

/* A chunk without files goes, and a group without chunks. */
static void
drop_empty (PegListing      *self,
            PegListingChunk *chunk)
{
  PegListingGroup *group = chunk->group;

  g_ptr_array_remove (group->chunks, chunk);
  if (group->open == chunk)
    group->open = find_open (group);

  if (group->chunks->len == 0) {
    g_hash_table_remove (self->by_name, group->name);
    g_ptr_array_remove (self->groups, group);
    return;
  }

  chunk = g_ptr_array_index (group->chunks, 0);
  if (!chunk->is_first) {
    chunk->is_first = TRUE;
    chunk_touch (chunk);
  }
}

/**
 * peg_listing_remove:
 * @self: a listing
 * @file: a file; one that is not in it is fine
 *
 * Takes @file out. The last file of its chunk gets its place.
 */
void
peg_listing_remove (PegListing *self,
                    PegFile    *file)
{
  PegListingChunk *chunk = file->chunk;

  g_return_if_fail (self != NULL);

  if (chunk == NULL)
    return;

  file->chunk = NULL;
  g_ptr_array_remove_index_fast (chunk->files, file->place);
  if (file->place < chunk->files->len)
    ((PegFile *) g_ptr_array_index (chunk->files, file->place))->place = file->place;

  /* What was full takes files again. */
  if (chunk->group->open == NULL || chunk->group->open->files->len >= CHUNK_FILES)
    chunk->group->open = chunk;
  chunk_touch (chunk);
  if (chunk->files->len == 0)
    drop_empty (self, chunk);
}

static void
write_chunk (PegListing      *self,
             PegListingChunk *chunk,
             const char      *prefix,
             PegFileForm      form)
{
  g_string_truncate (self->scratch, 0);
  for (guint i = 0; i < chunk->files->len; i++) {
    if (i > 0 || !chunk->is_first)
      g_string_append_c (self->scratch, ',');
    peg_file_write (g_ptr_array_index (chunk->files, i), prefix, form, self->scratch);
  }
  chunk->texts[form].plain = g_bytes_new (self->scratch->str, self->scratch->len);
}

/**
 * peg_listing_write:
 * @self: a listing
 * @prefix: what the ids of files begin with; always the same
 * @form: how it is written
 * @budget_us: how long it may take, µs; what is missing then is for the next time
 *
 * Writes what is not written, or has changed.
 *
 * Returns: whether all of it is written now
 */
gboolean
peg_listing_write (PegListing  *self,
                   const char  *prefix,
                   PegFileForm  form,
                   gint64       budget_us)
{
  const gint64 begin_us = g_get_monotonic_time ();
  guint n_written = 0;

  g_return_val_if_fail (self != NULL, FALSE);

  for (guint i = 0; i < self->groups->len; i++) {
    const PegListingGroup *group = g_ptr_array_index (self->groups, i);

    for (guint j = 0; j < group->chunks->len; j++) {
      PegListingChunk *chunk = g_ptr_array_index (group->chunks, j);

      if (chunk->texts[form].plain != NULL)
        continue;
      if (n_written > 0 && n_written % LOOK_CHUNKS == 0 &&
          g_get_monotonic_time () - begin_us > budget_us)
        return FALSE;
      write_chunk (self, chunk, prefix, form);
      n_written++;
    }
  }

  return TRUE;
}

/* What stands before the first file of a group. */
GBytes *
peg_listing_make_opening (const PegListingGroup *group,
                          gboolean               is_first)
{
  PegWireWriter writer;
  char *text;
  gsize length;

  peg_wire_writer_init (&writer, 64);
  g_string_append (writer.out, is_first ? "{" : "],");
  peg_wire_put_free_name (&writer, group->name);
  g_string_append_c (writer.out, '[');
  text = peg_wire_writer_finish (&writer, &length);

  return g_bytes_new_take (text, length);
}

/**
 * peg_listing_get_pieces:
 * @self: a listing of which peg_listing_write() has written everything
 * @form: how it is written
 *
 * Returns: (transfer full) (element-type GBytes): the whole list, an object of
 *   groups (docs/protocol.md, “Groups”); its pieces stay as they are
 */
GPtrArray *
peg_listing_get_pieces (PegListing  *self,
                        PegFileForm  form)
{
  GPtrArray *pieces;

  g_return_val_if_fail (self != NULL, NULL);

  pieces = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  for (guint i = 0; i < self->groups->len; i++) {
    const PegListingGroup *group = g_ptr_array_index (self->groups, i);

    g_ptr_array_add (pieces, peg_listing_make_opening (group, i == 0));
    for (guint j = 0; j < group->chunks->len; j++) {
      const PegListingChunk *chunk = g_ptr_array_index (group->chunks, j);

      g_ptr_array_add (pieces, g_bytes_ref (chunk->texts[form].plain));
    }
  }
  g_ptr_array_add (pieces, pieces->len > 0 ? g_bytes_new_static ("]}", 2)
                                           : g_bytes_new_static ("{}", 2));

  return pieces;
}
