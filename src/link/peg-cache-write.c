/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-cache"

#include "peg-config.h"

#include "peg-cache.h"

#include "peg-cache-private.h"
#include "peg-fd.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* How much is kept before it goes to the disk, bytes: of a tree that takes 200 MB there
 * is never a second copy in memory. */
#define CHUNK_SIZE (256 * 1024)

/* What a body goes through: to a file, or nowhere but into @out. */
typedef struct {
  GByteArray *out;   /* (owned): what is not in the file yet */
  int fd;            /* -1: nothing goes to a file */
  guint64 sum;       /* of what is in the file */
  guint64 length;    /* likewise */
  int code;          /* the first error, an errno; 0: none */
} Writer;

static void
writer_clear (Writer *writer)
{
  g_clear_pointer (&writer->out, g_byte_array_unref);
  if (writer->fd >= 0)
    close (writer->fd);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Writer, writer_clear)

static void
write_all (Writer       *writer,
           const guint8 *data,
           gsize         length)
{
  if (writer->code == 0 && !peg_fd_write_all (writer->fd, data, length))
    writer->code = errno;
}

/* Of a part that is not the last, what the sum does not take stays. */
static void
flush (Writer   *writer,
       gboolean  last)
{
  const guint length = last ? writer->out->len : writer->out->len & ~7u;

  if (writer->fd < 0 || length == 0 || (!last && length < CHUNK_SIZE))
    return;

  writer->sum = peg_cache_sum (writer->sum, writer->out->data, length);
  writer->length += length;
  write_all (writer, writer->out->data, length);
  g_byte_array_remove_range (writer->out, 0, length);
}

static void
put_32 (GByteArray *out,
        guint32     value)
{
  value = GUINT32_TO_LE (value);
  g_byte_array_append (out, (const guint8 *) &value, sizeof value);
}

static void
put_64 (GByteArray *out,
        guint64     value)
{
  value = GUINT64_TO_LE (value);
  g_byte_array_append (out, (const guint8 *) &value, sizeof value);
}

static void
put_text (GByteArray *out,
          const char *text)
{
  gsize length;

  if (text == NULL) {
    put_32 (out, PEG_CACHE_NO_TEXT);
    return;
  }

  length = strlen (text);
  put_32 (out, (guint32) length);
  g_byte_array_append (out, (const guint8 *) text, (guint) length + 1);
}

static void
put_entry (GByteArray     *out,
           const PegEntry *entry)
{
  PegEntryFields fields;

  peg_entry_get_fields (entry, &fields);

  put_text (out, fields.filename);
  put_text (out, fields.id);
  put_text (out, fields.path);
  put_text (out, fields.group);
  put_text (out, fields.part);
  put_text (out, fields.description);
  put_text (out, fields.master);
  put_text (out, fields.holder);
  put_text (out, fields.station);
  put_text (out, fields.reason);
  put_text (out, fields.lock_id);
  put_text (out, fields.sha256);
  put_64 (out, (guint64) fields.since_us);
  put_64 (out, (guint64) fields.last_seen_us);
  put_64 (out, (guint64) fields.modified_us);
  put_64 (out, (guint64) fields.size);
  put_64 (out, fields.version);
  put_64 (out, fields.token);
  put_64 (out, (guint64) (gint64) fields.major);
  put_64 (out, (guint64) (gint64) fields.minor);
  put_32 (out, (guint32) fields.flags);
}

/* As long as what put_text() writes. */
static gsize
measure (const char *text)
{
  return text != NULL ? 4 + strlen (text) + 1 : 4;
}

static gsize
measure_entry (const PegEntry *entry)
{
  PegEntryFields fields;

  peg_entry_get_fields (entry, &fields);

  return measure (fields.filename) + measure (fields.id) + measure (fields.path) +
         measure (fields.group) + measure (fields.part) + measure (fields.description) +
         measure (fields.master) + measure (fields.holder) + measure (fields.station) +
         measure (fields.reason) + measure (fields.lock_id) + measure (fields.sha256) +
         PEG_CACHE_N_NUMBERS * 8 + 4;
}

/* Whether it is small enough; before anything is written. */
static gboolean
check_size (const PegCached  *cached,
            GError          **error)
{
  gsize size = PEG_CACHE_HEAD_SIZE;

  for (guint i = 0; i < cached->entries->len && size <= PEG_CACHE_MAX_BYTES; i++)
    size += measure_entry (g_ptr_array_index (cached->entries, i));

  if (cached->entries->len <= PEG_CACHE_MAX_ENTRIES && size <= PEG_CACHE_MAX_BYTES)
    return TRUE;

  g_set_error_literal (error, PEG_CACHE_ERROR, PEG_CACHE_ERROR_TOO_BIG,
                       "The tree is larger than what is kept");

  return FALSE;
}

static void
put_body (Writer          *writer,
          const PegCached *cached)
{
  GByteArray *out = writer->out;

  put_text (out, cached->url);
  put_text (out, cached->user);
  put_text (out, cached->name);
  put_text (out, cached->epoch);
  put_64 (out, cached->seq);
  put_64 (out, (guint64) cached->wall_us);
  put_64 (out, (guint64) cached->offset_us);
  put_32 (out, cached->window_ms);
  put_32 (out, cached->placeholder ? 1 : 0);

  for (guint i = 0; i < cached->entries->len && writer->code == 0; i++) {
    put_entry (out, g_ptr_array_index (cached->entries, i));
    flush (writer, FALSE);
  }
  flush (writer, TRUE);
}

static GByteArray *
create_head (guint   n_entries,
             guint64 length,
             guint64 sum)
{
  GByteArray *head = g_byte_array_sized_new (PEG_CACHE_HEAD_SIZE);

  g_byte_array_append (head, (const guint8 *) PEG_CACHE_MAGIC, PEG_CACHE_MAGIC_SIZE);
  put_32 (head, PEG_CACHE_VERSION);
  put_32 (head, n_entries);
  put_64 (head, length);
  put_64 (head, sum);

  return head;
}

/**
 * peg_cache_encode:
 * @cached: what a server told
 * @error: return location
 *
 * Writes it as it goes to the disk. A pure function.
 *
 * Returns: (transfer full) (nullable): the bytes
 */
GBytes *
peg_cache_encode (const PegCached  *cached,
                  GError          **error)
{
  g_auto (Writer) writer = { .fd = -1 };
  GByteArray *bytes;

  g_return_val_if_fail (cached != NULL, NULL);

  if (!check_size (cached, error))
    return NULL;

  writer.out = g_byte_array_new ();
  put_body (&writer, cached);
  bytes = create_head (cached->entries->len, writer.out->len,
                       peg_cache_sum (PEG_CACHE_SUM_INIT, writer.out->data, writer.out->len));
  g_byte_array_append (bytes, writer.out->data, writer.out->len);

  return g_byte_array_free_to_bytes (bytes);
}

/* The body, and then the head that knows it. */
static void
write_file (Writer          *writer,
            const PegCached *cached)
{
  g_autoptr (GByteArray) empty = create_head (0, 0, 0);
  g_autoptr (GByteArray) head = NULL;

  write_all (writer, empty->data, empty->len);
  put_body (writer, cached);
  head = create_head (cached->entries->len, writer->length, writer->sum);
  if (writer->code == 0 && lseek (writer->fd, 0, SEEK_SET) < 0)
    writer->code = errno;
  write_all (writer, head->data, head->len);
  if (writer->code == 0 && fsync (writer->fd) != 0)
    writer->code = errno;
}

static gboolean
set_errno (GError     **error,
           int          code,
           const char  *what,
           const char  *path)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s “%s”: %s", what, path,
               g_strerror (code));

  return FALSE;
}

/**
 * peg_cache_save:
 * @folder: where caches are; made if it is not there
 * @cached: what a server told
 * @error: return location
 *
 * Writes it to the disk, so that after a crash there is either this or what was
 * there before. A tree that is too large is not kept, nor is an older one then,
 * which would only get older.
 *
 * This waits for the disk; call it from a thread that may. It takes 50 ms of a processor
 * for 100,000 files, and no memory for them.
 *
 * Returns: whether it is on the disk
 */
gboolean
peg_cache_save (const char       *folder,
                const PegCached  *cached,
                GError          **error)
{
  g_autofree char *path = NULL;
  g_autofree char *aside = NULL;
  g_auto (Writer) writer = { .fd = -1, .sum = PEG_CACHE_SUM_INIT };

  g_return_val_if_fail (folder != NULL, FALSE);
  g_return_val_if_fail (cached != NULL, FALSE);

  path = peg_cache_dup_path (folder, cached->url, cached->user);
  if (!check_size (cached, error)) {
    g_unlink (path);
    return FALSE;
  }

  if (g_mkdir_with_parents (folder, 0700) != 0)
    return set_errno (error, errno, "Cannot make the folder", folder);

  /* The name is never that of a cache, should it be left behind. */
  aside = g_strconcat (path, ".XXXXXX", NULL);
  writer.fd = g_mkstemp_full (aside, O_WRONLY | O_CLOEXEC, 0600);
  if (writer.fd < 0)
    return set_errno (error, errno, "Cannot make the file", aside);

  writer.out = g_byte_array_sized_new (CHUNK_SIZE + 4096);
  write_file (&writer, cached);
  if (writer.code == 0 && g_rename (aside, path) != 0)
    writer.code = errno;
  if (writer.code != 0) {
    g_unlink (aside);
    return set_errno (error, writer.code, "Cannot write the file", path);
  }

  peg_fd_sync_folder (folder);

  return TRUE;
}
