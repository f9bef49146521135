/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-listing"

#include "peg-config.h"

#include "peg-listing-private.h"

#include <string.h>
#include <zlib.h>

/* The fastest level: a list becomes a seventh, in a third of the time that the usual
 * level takes for a ninth (measured on the demo shop). */
#define LEVEL 1

/* RFC 1952, 2.3: deflate, no flags, no time, an unknown system. */
static const guint8 head[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255 };

/* An empty block with fixed codes, the last one (RFC 1951, 3.2.6). */
static const guint8 last_block[] = { 0x03, 0x00 };

/* A chunk that is compressed in another thread. That one sees the bytes only. */
typedef struct {
  PegListingChunk *chunk; /* (owned) */
  GBytes *plain;          /* (owned) */
  GBytes *packed;         /* (owned) (nullable) */
  guint32 crc;
} Job;

static void
job_free (gpointer data)
{
  Job *self = data;

  peg_listing_chunk_unref (self->chunk);
  g_bytes_unref (self->plain);
  g_clear_pointer (&self->packed, g_bytes_unref);
  g_free (self);
}

/* Blocks that end on a whole byte and refer to nothing before them. */
static void
pack (Job *job)
{
  z_stream stream = { .zalloc = NULL };
  gsize length, bound;
  guint8 *out;

  if (deflateInit2 (&stream, LEVEL, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    g_error ("zlib cannot begin");

  stream.next_in = (Bytef *) g_bytes_get_data (job->plain, &length);
  stream.avail_in = (uInt) length;
  bound = deflateBound (&stream, (uLong) length) + 16;
  out = g_malloc (bound);
  stream.next_out = out;
  stream.avail_out = (uInt) bound;
  if (deflate (&stream, Z_SYNC_FLUSH) != Z_OK || stream.avail_in != 0)
    g_error ("zlib cannot compress");

  job->packed = g_bytes_new (out, bound - stream.avail_out);
  job->crc = (guint32) crc32 (0, g_bytes_get_data (job->plain, NULL), (uInt) length);
  deflateEnd (&stream);
  g_free (out);
}

static void
pack_thread (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  GPtrArray *jobs = task_data;

  for (guint i = 0; i < jobs->len; i++)
    pack (g_ptr_array_index (jobs, i));

  g_task_return_boolean (task, TRUE);
}

/* What is written and not compressed yet. */
static GPtrArray *
list_jobs (PegListing  *self,
           PegFileForm  form)
{
  GPtrArray *jobs = g_ptr_array_new_with_free_func (job_free);

  for (guint i = 0; i < self->groups->len; i++) {
    const PegListingGroup *group = g_ptr_array_index (self->groups, i);

    for (guint j = 0; j < group->chunks->len; j++) {
      PegListingChunk *chunk = g_ptr_array_index (group->chunks, j);
      Job *job;

      if (chunk->texts[form].packed != NULL || chunk->texts[form].plain == NULL)
        continue;
      job = g_new0 (Job, 1);
      job->chunk = peg_listing_chunk_ref (chunk);
      job->plain = g_bytes_ref (chunk->texts[form].plain);
      g_ptr_array_add (jobs, job);
    }
  }

  return jobs;
}

/**
 * peg_listing_count_unpacked:
 * @self: a listing
 * @form: how it is written
 *
 * Returns: how many chunks are not compressed
 */
guint
peg_listing_count_unpacked (PegListing  *self,
                            PegFileForm  form)
{
  guint n = 0;

  g_return_val_if_fail (self != NULL, 0);

  for (guint i = 0; i < self->groups->len; i++) {
    const PegListingGroup *group = g_ptr_array_index (self->groups, i);

    for (guint j = 0; j < group->chunks->len; j++)
      n += ((PegListingChunk *) g_ptr_array_index (group->chunks, j))->texts[form].packed == NULL;
  }

  return n;
}

static void
take_jobs (GPtrArray *jobs)
{
  for (guint i = 0; i < jobs->len; i++) {
    Job *job = g_ptr_array_index (jobs, i);

    for (guint form = 0; form < PEG_FILE_N_FORMS; form++) {
      PegListingText *text = &job->chunk->texts[form];

      if (text->plain == job->plain && text->packed == NULL) {
        text->packed = g_bytes_ref (job->packed);
        text->crc = job->crc;
      }
    }
  }
}

/**
 * peg_listing_pack:
 * @self: a listing of which peg_listing_write() has written everything
 * @form: how it is written
 *
 * Compresses what is not compressed yet, here and now: a chunk takes half a ms.
 */
void
peg_listing_pack (PegListing  *self,
                  PegFileForm  form)
{
  g_autoptr (GPtrArray) jobs = NULL;

  g_return_if_fail (self != NULL);

  jobs = list_jobs (self, form);
  for (guint i = 0; i < jobs->len; i++)
    pack (g_ptr_array_index (jobs, i));
  take_jobs (jobs);
}

/**
 * peg_listing_pack_async:
 * @self: a listing of which peg_listing_write() has written everything
 * @form: how it is written
 * @callback: (scope async): called when what was there is compressed
 * @user_data: data for @callback
 *
 * Compresses what is not compressed yet in another thread. What changes meanwhile is
 * for the next time.
 */
void
peg_listing_pack_async (PegListing          *self,
                        PegFileForm          form,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (self != NULL);

  task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (task, peg_listing_pack_async);
  g_task_set_task_data (task, list_jobs (self, form), (GDestroyNotify) g_ptr_array_unref);
  g_task_run_in_thread (task, pack_thread);
}

/**
 * peg_listing_pack_finish:
 * @self: (nullable): the listing; %NULL: it is there no more
 * @result: the result
 *
 * Takes over what was compressed and has not changed since.
 */
void
peg_listing_pack_finish (PegListing   *self,
                         GAsyncResult *result)
{
  GPtrArray *jobs = g_task_get_task_data (G_TASK (result));

  if (self != NULL)
    take_jobs (jobs);

  /* The thread may be the last to let go of them, and chunks are not for threads. */
  g_ptr_array_set_size (jobs, 0);
}

/* A few bytes as they are, in a block of their own (RFC 1951, 3.2.4). */
static GBytes *
store (GBytes *plain)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (plain, &length);
  GByteArray *block = g_byte_array_new ();
  const guint8 lengths[] = {
    0, (guint8) length, (guint8) (length >> 8), (guint8) ~length, (guint8) (~length >> 8),
  };

  g_byte_array_append (block, lengths, sizeof lengths);
  g_byte_array_append (block, data, (guint) length);

  return g_byte_array_free_to_bytes (block);
}

typedef struct {
  GPtrArray *pieces;
  guint32 crc;
  guint64 length;
} Packed;

static void
add (Packed  *packed,
     GBytes  *block,
     GBytes  *plain,
     guint32  crc)
{
  gsize length = g_bytes_get_size (plain);

  packed->crc = (guint32) crc32_combine (packed->crc, crc, (z_off_t) length);
  packed->length += length;
  g_ptr_array_add (packed->pieces, block);
}

/* The name of a group has less than 64 KiB: it is a part of a path. */
static void
add_stored (Packed *packed,
            GBytes *plain)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (plain, &length);

  add (packed, store (plain), plain, (guint32) crc32 (0, data, (uInt) length));
}

/**
 * peg_listing_get_packed_pieces:
 * @self: a listing of which nothing is left to compress
 * @form: how it is written
 *
 * Returns: (transfer full) (element-type GBytes): peg_listing_get_pieces() as a gzip
 *   stream of one member (RFC 1952)
 */
GPtrArray *
peg_listing_get_packed_pieces (PegListing  *self,
                               PegFileForm  form)
{
  Packed packed = { .pieces = NULL };
  g_autoptr (GBytes) closing = NULL;
  guint32 trailer[2];

  g_return_val_if_fail (self != NULL, NULL);

  packed.pieces = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_ptr_array_add (packed.pieces, g_bytes_new_static (head, sizeof head));
  for (guint i = 0; i < self->groups->len; i++) {
    const PegListingGroup *group = g_ptr_array_index (self->groups, i);
    g_autoptr (GBytes) opening = peg_listing_make_opening (group, i == 0);

    add_stored (&packed, opening);
    for (guint j = 0; j < group->chunks->len; j++) {
      const PegListingText *text =
        &((PegListingChunk *) g_ptr_array_index (group->chunks, j))->texts[form];

      add (&packed, g_bytes_ref (text->packed), text->plain, text->crc);
    }
  }
  closing = self->groups->len > 0 ? g_bytes_new_static ("]}", 2) : g_bytes_new_static ("{}", 2);
  add_stored (&packed, closing);

  trailer[0] = GUINT32_TO_LE (packed.crc);
  trailer[1] = GUINT32_TO_LE ((guint32) packed.length);
  g_ptr_array_add (packed.pieces, g_bytes_new_static (last_block, sizeof last_block));
  g_ptr_array_add (packed.pieces, g_bytes_new (trailer, sizeof trailer));

  return packed.pieces;
}
