/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-copy-records"

#include "peg-config.h"

#include "peg-copy-records.h"

#include "peg-words.h"

#include <glib/gstdio.h>
#include <string.h>

/* A file larger than this was not written by this program, bytes. */
#define MAX_BYTES (16 * 1024 * 1024)

/* More copies than a machine’s folder can sensibly hold. */
#define MAX_RECORDS 10000

/* How long a SHA-256 is, hexadecimal. */
#define SHA256_CHARS 64

PegCopyRecord *
peg_copy_record_new (const PegCopyRecord *values)
{
  PegCopyRecord *self = g_new0 (PegCopyRecord, 1);

  *self = *values;
  self->key = g_strdup (values->key);
  self->name = g_strdup (values->name);
  self->sha256 = g_strdup (values->sha256);

  return self;
}

void
peg_copy_record_free (PegCopyRecord *self)
{
  g_clear_pointer (&self->key, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->sha256, g_free);
  g_free (self);
}

static gboolean
is_sha256 (const char *text)
{
  return text != NULL && strlen (text) == SHA256_CHARS &&
         strspn (text, "0123456789abcdef") == SHA256_CHARS;
}

/* Whether this program could have written into a file of that name. */
static gboolean
is_safe_name (const char *name)
{
  g_autofree char *safe = NULL;

  if (name == NULL)
    return FALSE;

  safe = peg_words_safe_name (name);

  return g_str_equal (safe, name);
}

static PegCopyRecord *
read_record (GKeyFile   *file,
             const char *group)
{
  g_autoptr (PegCopyRecord) record = g_new0 (PegCopyRecord, 1);

  record->key = g_key_file_get_string (file, group, "key", NULL);
  record->name = g_key_file_get_string (file, group, "name", NULL);
  record->sha256 = g_key_file_get_string (file, group, "sha256", NULL);
  record->size = g_key_file_get_int64 (file, group, "size", NULL);
  record->major = g_key_file_get_integer (file, group, "major", NULL);
  record->minor = g_key_file_get_integer (file, group, "minor", NULL);

  if (record->key == NULL || *record->key == '\0' || !is_safe_name (record->name) ||
      !is_sha256 (record->sha256) || record->size < 0 || record->major < -1 || record->minor < -1)
    return NULL;

  return g_steal_pointer (&record);
}

/**
 * peg_copy_records_decode:
 * @data: what is in a file
 * @length: of it, bytes
 *
 * Reads what can be read. What is damaged is left out: a copy without a record is
 * never replaced without asking, so that this loses nothing.
 *
 * Returns: (transfer full) (element-type PegCopyRecord): the records
 */
GPtrArray *
peg_copy_records_decode (const char *data,
                         gsize       length)
{
  GPtrArray *records = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_copy_record_free);
  g_autoptr (GHashTable) keys = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) groups = NULL;

  if (length > MAX_BYTES || !g_key_file_load_from_data (file, data, length, G_KEY_FILE_NONE, &error)) {
    g_info ("What was written into the working folder is not known any more: %s",
            error != NULL ? error->message : "too much");
    return records;
  }

  groups = g_key_file_get_groups (file, NULL);
  for (guint i = 0; groups[i] != NULL && records->len < MAX_RECORDS; i++) {
    PegCopyRecord *record = read_record (file, groups[i]);

    if (record == NULL) {
      g_info ("A record of the working folder is damaged");
    } else if (g_hash_table_contains (keys, record->key)) {
      peg_copy_record_free (record);
    } else {
      g_hash_table_add (keys, record->key);
      g_ptr_array_add (records, record);
    }
  }

  return records;
}

/**
 * peg_copy_records_encode:
 * @records: (element-type PegCopyRecord): what was written
 * @length: (out): of the result, bytes
 *
 * Returns: (transfer full): what peg_copy_records_decode() reads
 */
char *
peg_copy_records_encode (const GPtrArray *records,
                         gsize           *length)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  for (guint i = 0; i < records->len; i++) {
    const PegCopyRecord *record = records->pdata[i];
    g_autofree char *group = g_strdup_printf ("Copy %u", i);

    g_key_file_set_string (file, group, "key", record->key);
    g_key_file_set_string (file, group, "name", record->name);
    g_key_file_set_string (file, group, "sha256", record->sha256);
    g_key_file_set_int64 (file, group, "size", record->size);
    g_key_file_set_integer (file, group, "major", record->major);
    g_key_file_set_integer (file, group, "minor", record->minor);
  }

  return g_key_file_to_data (file, length, NULL);
}

/**
 * peg_copy_records_load:
 * @path: of a file that need not exist
 *
 * Returns: (transfer full) (element-type PegCopyRecord): the records in it
 */
GPtrArray *
peg_copy_records_load (const char *path)
{
  g_autofree char *data = NULL;
  gsize length;

  if (!g_file_get_contents (path, &data, &length, NULL))
    return g_ptr_array_new_with_free_func ((GDestroyNotify) peg_copy_record_free);

  return peg_copy_records_decode (data, length);
}

/**
 * peg_copy_records_save:
 * @path: of the file; its folder is made if need be
 * @data: what peg_copy_records_encode() made
 * @length: of it, bytes
 * @error: return location
 *
 * Waits for the disk, so it belongs into a thread. At every instant there is a whole
 * file: the one before, or this.
 *
 * Returns: whether it is saved
 */
gboolean
peg_copy_records_save (const char  *path,
                       const char  *data,
                       gsize        length,
                       GError     **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  g_mkdir_with_parents (folder, 0700);

  return g_file_set_contents_full (path, data, (gssize) length,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, error);
}
