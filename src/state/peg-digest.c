/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-digest.h"

#include <string.h>

static int
compare_keys (gconstpointer a,
              gconstpointer b)
{
  return strcmp (peg_entry_get_key (*(PegEntry * const *) a),
                 peg_entry_get_key (*(PegEntry * const *) b));
}

/* Sorts @entries, which belongs to the caller. */
static char *
digest_sorted (GPtrArray *entries)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  g_ptr_array_sort (entries, compare_keys);

  for (guint i = 0; i < entries->len; i++) {
    const PegEntry *entry = g_ptr_array_index (entries, i);
    g_autofree char *version = g_strdup_printf (" %" G_GUINT64_FORMAT "\n",
                                                peg_entry_get_version (entry));

    g_checksum_update (checksum, (const guchar *) peg_entry_get_key (entry), -1);
    g_checksum_update (checksum, (const guchar *) version, -1);
  }

  return g_strdup (g_checksum_get_string (checksum));
}

/**
 * peg_digest_entries:
 * @entries: (element-type PegEntry): files, in any order
 *
 * Sums up which files there are, and of which version each is: SHA-256 over a
 * line `key version` for every file, by the bytes of the key (docs/protocol.md,
 * “digest”). Both sides use it, so that they mean the same.
 *
 * Returns: (transfer full): the sum, lower-case hexadecimal
 */
char *
peg_digest_entries (GPtrArray *entries)
{
  g_autoptr (GPtrArray) sorted = NULL;

  g_return_val_if_fail (entries != NULL, NULL);

  sorted = g_ptr_array_new ();
  g_ptr_array_extend (sorted, entries, NULL, NULL);

  return digest_sorted (sorted);
}

/**
 * peg_digest_snapshot:
 * @snapshot: what is known
 *
 * Returns: (transfer full): peg_digest_entries() of all its files
 */
char *
peg_digest_snapshot (const PegSnapshot *snapshot)
{
  g_autoptr (GPtrArray) entries = NULL;

  g_return_val_if_fail (snapshot != NULL, NULL);

  entries = g_ptr_array_sized_new (peg_snapshot_get_counts (snapshot)->all);
  for (guint i = 0; i < peg_snapshot_get_n_groups (snapshot); i++) {
    const PegGroup *group = peg_snapshot_get_group (snapshot, i);

    for (guint j = 0; j < peg_group_get_n_chunks (group); j++) {
      const PegChunk *chunk = peg_group_get_chunk (group, j);

      for (guint k = 0; k < chunk->n; k++)
        g_ptr_array_add (entries, chunk->entries[k]);
    }
  }

  return digest_sorted (entries);
}
