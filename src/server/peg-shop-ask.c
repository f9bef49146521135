/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-shop"

#include "peg-config.h"

#include "peg-shop-private.h"

#include "peg-beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

/* What somebody may ask a shop, which changes nothing. */

/**
 * peg_shop_list_out:
 * @self: a shop
 *
 * Returns: (transfer full) (element-type PegEntry): every file that somebody has
 */
GPtrArray *
peg_shop_list_out (PegShop *self)
{
  GPtrArray *entries;
  GHashTableIter iter;
  gpointer value;

  g_return_val_if_fail (PEG_IS_SHOP (self), NULL);

  entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  g_hash_table_iter_init (&iter, self->by_path);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    PegFile *file = value;

    if (file->hold != NULL)
      g_ptr_array_add (entries, peg_entry_ref (peg_file_get_entry (file, peg_ledger_get_prefix (self->ledger))));
  }

  return entries;
}

/* `key version`, as peg_digest_entries() has it, where the key is always the id. */
typedef struct {
  char line[64];
} DigestLine;

static int
compare_keys (gconstpointer a,
              gconstpointer b)
{
  const char *left = ((const DigestLine *) a)->line, *right = ((const DigestLine *) b)->line;
  gsize left_length = strcspn (left, " "), right_length = strcspn (right, " ");
  int order = memcmp (left, right, MIN (left_length, right_length));

  return order != 0 ? order : (left_length > right_length) - (left_length < right_length);
}

/**
 * peg_shop_make_digest:
 * @self: a shop
 *
 * Sums up which files there are, and of which version each is, as
 * peg_digest_entries() does, without an entry for each of them.
 *
 * Returns: (transfer full): the sum, lower-case hexadecimal
 */
char *
peg_shop_make_digest (PegShop *self)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GArray) lines = NULL;
  const char *prefix;
  GHashTableIter iter;
  gpointer value;

  g_return_val_if_fail (PEG_IS_SHOP (self), NULL);

  prefix = peg_ledger_get_prefix (self->ledger);
  lines = g_array_sized_new (FALSE, FALSE, sizeof (DigestLine), g_hash_table_size (self->by_path));
  g_hash_table_iter_init (&iter, self->by_path);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const PegFile *file = value;
    DigestLine line;

    g_snprintf (line.line, sizeof line.line, "%s-%" G_GINT64_MODIFIER "x %" G_GUINT64_FORMAT "\n",
                prefix, file->id, file->version);
    g_array_append_val (lines, line);
  }

  g_array_sort (lines, compare_keys);
  for (guint i = 0; i < lines->len; i++)
    g_checksum_update (checksum, (const guchar *) g_array_index (lines, DigestLine, i).line, -1);

  return g_strdup (g_checksum_get_string (checksum));
}

/**
 * peg_shop_find:
 * @self: a shop
 * @name: the path of a file, or its name where only one has it
 * @error: return location for an error of %PEG_SHOP_ERROR
 *
 * Returns: (transfer full) (nullable): the file
 */
PegEntry *
peg_shop_find (PegShop     *self,
               const char  *name,
               GError     **error)
{
  PegFile *file;

  g_return_val_if_fail (PEG_IS_SHOP (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  file = peg_shop_lookup (self, name, error);
  if (file == NULL)
    return NULL;

  return peg_entry_ref (peg_file_get_entry (file, peg_ledger_get_prefix (self->ledger)));
}

/**
 * peg_shop_write_by_row:
 * @self: a shop
 * @row: a row of the ledger, as in #PegRecord
 * @out: a text; the file is written behind it, in the short form
 *
 * Writes a file as it is now.
 *
 * Returns: whether there is one
 */
gboolean
peg_shop_write_by_row (PegShop *self,
                       gint64   row,
                       GString *out)
{
  PegFile *file;

  g_return_val_if_fail (PEG_IS_SHOP (self), FALSE);

  file = peg_shop_lookup_row (self, row);
  if (file == NULL)
    return FALSE;

  peg_file_write (file, peg_ledger_get_prefix (self->ledger), PEG_FILE_SHORT, out);

  return TRUE;
}

/**
 * peg_shop_list_history:
 * @self: a shop
 * @name: the path of a file, or its name where only one has it
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable) (element-type PegRevision): the revisions
 *   of the file, newest first
 */
GPtrArray *
peg_shop_list_history (PegShop     *self,
                       const char  *name,
                       GError     **error)
{
  PegFile *file;

  g_return_val_if_fail (PEG_IS_SHOP (self), NULL);

  file = peg_shop_lookup (self, name, error);
  if (file == NULL)
    return NULL;

  return peg_ledger_list_revisions (self->ledger, file->id, error);
}

/**
 * peg_shop_open_file:
 * @self: a shop
 * @name: the path of a file, or its name where only one has it
 * @entry: (out) (transfer full): the file
 * @error: return location for an error
 *
 * Opens a file for reading; a link opens what it stands for.
 *
 * Returns: a descriptor, or -1
 */
int
peg_shop_open_file (PegShop     *self,
                    const char  *name,
                    PegEntry   **entry,
                    GError     **error)
{
  PegFile *file;
  peg_autofd fd = -1;
  struct stat status;

  g_return_val_if_fail (PEG_IS_SHOP (self), -1);

  file = peg_shop_lookup (self, name, error);
  if (file == NULL)
    return -1;

  fd = peg_beneath_open (peg_vault_get_fd (self->vault),
                         file->master != NULL ? file->master : file->path,
                         O_RDONLY | O_NONBLOCK, 0);
  if (fd < 0 || fstat (fd, &status) < 0 || !S_ISREG (status.st_mode)) {
    if (fd >= 0 || errno == ENOENT || errno == ELOOP)
      g_set_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_MISSING,
                   "“%s” is gone from the disk", file->path);
    else
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                   "Cannot open “%s”: %s", file->path, g_strerror (errno));
    return -1;
  }

  *entry = peg_entry_ref (peg_file_get_entry (file, peg_ledger_get_prefix (self->ledger)));

  return peg_fd_steal (&fd);
}

/**
 * peg_shop_open_version:
 * @self: a shop
 * @name: the path of a file, or its name where only one has it
 * @sha256: the content of one of its revisions
 * @entry: (out) (transfer full): the file
 * @error: return location for an error
 *
 * Opens an old revision for reading. A content that is in the store but is no
 * revision of this file is not found.
 *
 * Returns: a descriptor, or -1
 */
int
peg_shop_open_version (PegShop     *self,
                       const char  *name,
                       const char  *sha256,
                       PegEntry   **entry,
                       GError     **error)
{
  g_autoptr (GPtrArray) revisions = NULL;
  PegFile *file;

  g_return_val_if_fail (PEG_IS_SHOP (self), -1);

  file = peg_shop_lookup (self, name, error);
  if (file == NULL)
    return -1;

  revisions = peg_ledger_list_revisions (self->ledger, file->id, error);
  if (revisions == NULL)
    return -1;

  for (guint i = 0; i < revisions->len; i++) {
    PegRevision *revision = g_ptr_array_index (revisions, i);

    if (strcmp (revision->hash, sha256) == 0) {
      *entry = peg_entry_ref (peg_file_get_entry (file, peg_ledger_get_prefix (self->ledger)));
      return peg_objects_open_read (self->objects, sha256, error);
    }
  }

  g_set_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_NOT_FOUND,
               "“%s” has no such revision", file->path);

  return -1;
}
