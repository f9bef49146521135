/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-cache"

#include "peg-config.h"

#include "peg-cache.h"

#include "peg-address.h"
#include "peg-cache-private.h"

#include <glib/gstdio.h>
#include <string.h>

G_DEFINE_QUARK (peg-cache-error-quark, peg_cache_error)

/**
 * peg_cached_free:
 * @self: (nullable): what a server told
 *
 * Frees it.
 */
void
peg_cached_free (PegCached *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->epoch, g_free);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_free (self);
}

/*
 * peg_cache_sum:
 * @hash: %PEG_CACHE_SUM_INIT, or what this function returned for what goes before
 * @data: what is to be summed up
 * @length: how long it is; a multiple of 8, but for the last part
 *
 * FNV-1a, in steps of eight bytes (RFC draft “The FNV Non-Cryptographic Hash
 * Algorithm”): this is against broken disks, not against people.
 *
 * Returns: the sum so far
 */
guint64
peg_cache_sum (guint64       hash,
               const guint8 *data,
               gsize         length)
{
  for (; length >= 8; data += 8, length -= 8) {
    guint64 word;

    memcpy (&word, data, 8);
    hash = (hash ^ GUINT64_FROM_LE (word)) * G_GUINT64_CONSTANT (1099511628211);
    hash ^= hash >> 32;
  }
  for (; length > 0; data++, length--)
    hash = (hash ^ *data) * G_GUINT64_CONSTANT (1099511628211);

  return hash;
}

/* What is left to be read. Once something is wrong, nothing more is read. */
typedef struct {
  const char *data;
  gsize left;
  gboolean bad;
} Reader;

static guint32
get_32 (Reader *reader)
{
  guint32 value;

  if (reader->left < sizeof value) {
    reader->bad = TRUE;
    return 0;
  }

  memcpy (&value, reader->data, sizeof value);
  reader->data += sizeof value;
  reader->left -= sizeof value;

  return GUINT32_FROM_LE (value);
}

static guint64
get_64 (Reader *reader)
{
  guint64 value;

  if (reader->left < sizeof value) {
    reader->bad = TRUE;
    return 0;
  }

  memcpy (&value, reader->data, sizeof value);
  reader->data += sizeof value;
  reader->left -= sizeof value;

  return GUINT64_FROM_LE (value);
}

/* Borrowed from what is read. */
static const char *
get_text (Reader *reader)
{
  const guint32 length = get_32 (reader);
  const char *text = reader->data;

  if (reader->bad || length == PEG_CACHE_NO_TEXT)
    return NULL;

  if (reader->left < (gsize) length + 1 || text[length] != '\0' ||
      !g_utf8_validate_len (text, length, NULL)) {
    reader->bad = TRUE;
    return NULL;
  }

  reader->data += (gsize) length + 1;
  reader->left -= (gsize) length + 1;

  return text;
}

/* The numbers of a revision, or of none. */
static int
get_revision (Reader *reader)
{
  const gint64 value = (gint64) get_64 (reader);

  if (value < -1 || value > G_MAXINT) {
    reader->bad = TRUE;
    return -1;
  }

  return (int) value;
}

static PegEntry *
get_entry (Reader *reader)
{
  const PegEntryFlags known = PEG_ENTRY_LINK | PEG_ENTRY_LOCKED | PEG_ENTRY_LOCKED_BY_SERVER_USER |
                              PEG_ENTRY_CHANGED_OUTSIDE | PEG_ENTRY_MISSING;
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;

  fields.filename = get_text (reader);
  fields.id = get_text (reader);
  fields.path = get_text (reader);
  fields.group = get_text (reader);
  fields.part = get_text (reader);
  fields.description = get_text (reader);
  fields.master = get_text (reader);
  fields.holder = get_text (reader);
  fields.station = get_text (reader);
  fields.reason = get_text (reader);
  fields.lock_id = get_text (reader);
  fields.sha256 = get_text (reader);
  fields.since_us = (gint64) get_64 (reader);
  fields.last_seen_us = (gint64) get_64 (reader);
  fields.modified_us = (gint64) get_64 (reader);
  fields.size = (gint64) get_64 (reader);
  fields.version = get_64 (reader);
  fields.token = get_64 (reader);
  fields.major = get_revision (reader);
  fields.minor = get_revision (reader);
  fields.flags = get_32 (reader) & known;

  if (fields.filename == NULL)
    reader->bad = TRUE;

  return reader->bad ? NULL : peg_entry_new (&fields);
}

static gboolean
set_damaged (GError     **error,
             const char  *what)
{
  g_set_error_literal (error, PEG_CACHE_ERROR, PEG_CACHE_ERROR_DAMAGED, what);

  return FALSE;
}

static gboolean
read_head (Reader   *reader,
           guint    *n_entries,
           GError  **error)
{
  guint32 version;
  guint64 length, sum;

  if (reader->left < PEG_CACHE_HEAD_SIZE || memcmp (reader->data, PEG_CACHE_MAGIC, PEG_CACHE_MAGIC_SIZE) != 0)
    return set_damaged (error, "It does not begin like a cache");

  reader->data += PEG_CACHE_MAGIC_SIZE;
  reader->left -= PEG_CACHE_MAGIC_SIZE;
  version = get_32 (reader);
  *n_entries = get_32 (reader);
  length = get_64 (reader);
  sum = get_64 (reader);

  if (version > PEG_CACHE_VERSION) {
    g_set_error_literal (error, PEG_CACHE_ERROR, PEG_CACHE_ERROR_NEWER,
                         "A newer version wrote it");
    return FALSE;
  }

  if (version != PEG_CACHE_VERSION || length != reader->left)
    return set_damaged (error, "Its length is not what was written");

  if (sum != peg_cache_sum (PEG_CACHE_SUM_INIT, (const guint8 *) reader->data, reader->left))
    return set_damaged (error, "Its content is not what was written");

  if (*n_entries > PEG_CACHE_MAX_ENTRIES || *n_entries > reader->left / PEG_CACHE_RECORD_SIZE)
    return set_damaged (error, "It has fewer files than it says");

  return TRUE;
}

/**
 * peg_cache_decode:
 * @data: (array length=length): what was on the disk
 * @length: how long it is
 * @error: return location
 *
 * Reads what peg_cache_encode() wrote: all of it, or nothing. A pure function.
 *
 * Returns: (transfer full) (nullable): what a server told
 */
PegCached *
peg_cache_decode (const char  *data,
                  gsize        length,
                  GError     **error)
{
  Reader reader = { .data = data, .left = length };
  g_autoptr (PegCached) cached = NULL;
  guint n_entries;

  if (!read_head (&reader, &n_entries, error))
    return NULL;

  cached = g_new0 (PegCached, 1);
  cached->url = g_strdup (get_text (&reader));
  cached->user = g_strdup (get_text (&reader));
  cached->name = g_strdup (get_text (&reader));
  cached->epoch = g_strdup (get_text (&reader));
  cached->seq = get_64 (&reader);
  cached->wall_us = (gint64) get_64 (&reader);
  cached->offset_us = (gint64) get_64 (&reader);
  cached->window_ms = get_32 (&reader);
  cached->placeholder = get_32 (&reader) != 0;
  cached->entries = g_ptr_array_new_full (n_entries, (GDestroyNotify) peg_entry_unref);

  /* Times that no clock shows would overflow when they are added up. */
  if (cached->url == NULL || cached->user == NULL ||
      cached->wall_us < 0 || cached->wall_us > G_MAXINT64 / 4 ||
      cached->offset_us < -(G_MAXINT64 / 4) || cached->offset_us > G_MAXINT64 / 4)
    reader.bad = TRUE;

  for (guint i = 0; i < n_entries && !reader.bad; i++) {
    PegEntry *entry = get_entry (&reader);

    if (entry != NULL)
      g_ptr_array_add (cached->entries, entry);
  }

  if (reader.bad || reader.left != 0) {
    set_damaged (error, "It cannot be read to its end");
    return NULL;
  }

  return g_steal_pointer (&cached);
}

/**
 * peg_cache_dup_path:
 * @folder: where caches are
 * @url: a server
 * @user: a person
 *
 * Neither the name of the server nor that of the person becomes part of the
 * path.
 *
 * Returns: (transfer full): the path of the cache of that person for that server
 */
char *
peg_cache_dup_path (const char *folder,
                    const char *url,
                    const char *user)
{
  g_autofree char *name = peg_address_dup_file_name (url, user, ".tree");

  return g_build_filename (folder, name, NULL);
}

/* Takes a file that cannot be used out of the way; of those, the last is kept. */
static char *
set_aside (const char *path)
{
  g_autofree char *aside = g_strconcat (path, ".damaged", NULL);

  if (g_rename (path, aside) == 0)
    return g_steal_pointer (&aside);

  /* Otherwise it would be met again at every start. */
  g_unlink (path);

  return NULL;
}

static PegCached *
read_file (const char  *path,
           GError     **error)
{
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, error);
  gsize length;

  if (file == NULL)
    return NULL;

  length = g_mapped_file_get_length (file);
  if (length > PEG_CACHE_MAX_BYTES) {
    set_damaged (error, "It is larger than any that was written");
    return NULL;
  }

  return peg_cache_decode (g_mapped_file_get_contents (file), length, error);
}

/**
 * peg_cache_load:
 * @folder: where caches are
 * @url: a server
 * @user: a person
 * @aside: (out) (optional) (nullable): where a cache went that cannot be used;
 *   %NULL: there was none
 * @error: return location
 *
 * Reads what a server told that person last. A cache that cannot be used is set
 * aside. An error of %G_FILE_ERROR_NOENT says that there is none.
 *
 * This waits for the disk; for 100,000 files of a shop, 20 MB that the system has in its
 * memory, it takes 30 to 50 ms. They come sorted, as they were written, which makes the
 * list of them cheap to take in.
 *
 * Returns: (transfer full) (nullable): what the server told
 */
PegCached *
peg_cache_load (const char  *folder,
                const char  *url,
                const char  *user,
                char       **aside,
                GError     **error)
{
  g_autofree char *path = NULL;
  g_autofree char *where = NULL;
  g_autoptr (PegCached) cached = NULL;
  g_autoptr (GError) problem = NULL;

  g_return_val_if_fail (folder != NULL, NULL);
  g_return_val_if_fail (url != NULL, NULL);
  g_return_val_if_fail (user != NULL, NULL);

  path = peg_cache_dup_path (folder, url, user);
  cached = read_file (path, &problem);

  if (cached != NULL && (!g_str_equal (cached->url, url) || !g_str_equal (cached->user, user))) {
    g_clear_pointer (&cached, peg_cached_free);
    g_set_error_literal (&problem, PEG_CACHE_ERROR, PEG_CACHE_ERROR_FOREIGN,
                         "It belongs to another server or person");
  }

  if (problem != NULL && problem->domain == PEG_CACHE_ERROR)
    where = set_aside (path);
  if (aside != NULL)
    *aside = g_steal_pointer (&where);
  if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));

  return g_steal_pointer (&cached);
}

/**
 * peg_cache_forget:
 * @folder: where caches are
 * @url: a server
 * @user: a person
 *
 * Removes what is kept of a server for a person who signs out.
 */
void
peg_cache_forget (const char *folder,
                  const char *url,
                  const char *user)
{
  g_autofree char *path = NULL;
  g_autofree char *aside = NULL;

  g_return_if_fail (folder != NULL);

  path = peg_cache_dup_path (folder, url, user);
  aside = g_strconcat (path, ".damaged", NULL);
  g_unlink (path);
  g_unlink (aside);
}
