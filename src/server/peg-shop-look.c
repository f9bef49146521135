/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-shop"

#include "peg-config.h"

#include "peg-shop-private.h"

#include "peg-log.h"

#include <string.h>

/* Where it is looked whether something happened to the folder; what it means is in
 * peg-shop-outside.c. */

static void
add_below (PegShop    *self,
           const char *folder,
           GHashTable *seen,
           GPtrArray  *gone)
{
  gsize length = strlen (folder);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_path);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    PegFile *file = value;

    if ((length == 0 || (strncmp (file->path, folder, length) == 0 && file->path[length] == '/')) &&
        !g_hash_table_contains (seen, file->path) && g_hash_table_add (seen, file->path))
      g_ptr_array_add (gone, file);
  }
}

/* Looks at a folder and what is below it, and watches it. What comes between the
 * look and the watch is found by looking once more. */
static void
look_at_folder (PegShop    *self,
                const char *folder,
                GHashTable *seen,
                GPtrArray  *found,
                GPtrArray  *gone)
{
  for (guint i = 0; i < 2; i++) {
    g_autoptr (PegScan) scan = peg_scan_tree (peg_vault_get_fd (self->vault),
                                              peg_vault_get_path (self->vault), folder, NULL);
    gboolean watched = TRUE;

    if (scan == NULL)
      break;

    for (guint j = 0; j < scan->folders->len && watched; j++)
      watched = peg_vault_watches (self->vault, g_ptr_array_index (scan->folders, j));
    if (!watched && i == 0) {
      peg_vault_watch (self->vault, scan->folders);
      continue;
    }

    g_ptr_array_set_free_func (scan->files, NULL);
    for (guint j = 0; j < scan->files->len; j++) {
      PegFound *item = g_ptr_array_index (scan->files, j);

      if (g_hash_table_add (seen, item->path))
        g_ptr_array_add (found, item);
      else
        peg_found_free (item);
    }
    break;
  }

  add_below (self, folder, seen, gone);
}

/* Looks again at paths at which something may have happened. @readings, path →
 * PegReading, were read before; what else has to be read is looked at later. */
gboolean
peg_shop_look_knowing (PegShop     *self,
                       GPtrArray   *paths,
                       GHashTable  *readings,
                       GError     **error)
{
  g_autoptr (GPtrArray) found =
    g_ptr_array_new_with_free_func ((GDestroyNotify) peg_found_free);
  g_autoptr (GPtrArray) gone = g_ptr_array_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < paths->len; i++) {
    const char *path = g_ptr_array_index (paths, i);
    PegFile *file = g_hash_table_lookup (self->by_path, path);
    gboolean is_folder = FALSE;
    PegFound *item;

    if (g_hash_table_contains (seen, path))
      continue;

    item = peg_scan_file (peg_vault_get_fd (self->vault), peg_vault_get_path (self->vault), path,
                          &is_folder);
    if (item != NULL) {
      g_hash_table_add (seen, item->path);
      g_ptr_array_add (found, item);
      continue;
    }
    if (file != NULL && g_hash_table_add (seen, file->path))
      g_ptr_array_add (gone, file);

    if (is_folder) {
      look_at_folder (self, path, seen, found, gone);
    } else if (file == NULL) {
      peg_vault_forget (self->vault, path);
      add_below (self, path, seen, gone);
    }
  }

  return peg_shop_take_outside (self, found, gone, readings, error);
}

gboolean
peg_shop_look_again (PegShop    *self,
                     GPtrArray  *paths,
                     GError    **error)
{
  g_autoptr (GHashTable) readings = g_hash_table_new (g_str_hash, g_str_equal);

  return peg_shop_look_knowing (self, paths, readings, error);
}

/* The same for one file that was just read. */
gboolean
peg_shop_look_at_read (PegShop          *self,
                       const char       *path,
                       const PegReading *reading,
                       GError          **error)
{
  g_autoptr (GHashTable) readings = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();

  g_ptr_array_add (paths, (gpointer) path);
  if (reading->sha256 != NULL)
    g_hash_table_insert (readings, (gpointer) path, (gpointer) reading);

  return peg_shop_look_knowing (self, paths, readings, error);
}

/* Compares the ledger with the folder at start. */
gboolean
peg_shop_compare (PegShop  *self,
                  GError  **error)
{
  g_autoptr (PegScan) scan = NULL;
  g_autoptr (GPtrArray) gone = g_ptr_array_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  gint64 begin_us = g_get_monotonic_time ();

  scan = peg_scan_tree (peg_vault_get_fd (self->vault), peg_vault_get_path (self->vault), "",
                        error);
  if (scan == NULL)
    return FALSE;

  if (scan->not_utf8 > 0)
    PEG_LOG ("names-not-utf8", "i:count", (gint64) scan->not_utf8,
             "s:detail", "Files whose names are not UTF-8 are not served; rename them");
  if (scan->unreadable > 0)
    PEG_LOG ("folders-unreadable", "i:count", (gint64) scan->unreadable);

  for (guint i = 0; i < scan->files->len; i++)
    g_hash_table_add (seen, ((PegFound *) g_ptr_array_index (scan->files, i))->path);
  add_below (self, "", seen, gone);

  if (!peg_shop_take_outside (self, scan->files, gone, NULL, error))
    return FALSE;

  peg_vault_watch (self->vault, scan->folders);
  PEG_LOG ("compared", "i:files", (gint64) scan->files->len,
           "i:folders", (gint64) scan->folders->len, "i:scan_ms", scan->duration_us / 1000,
           "i:total_ms", (g_get_monotonic_time () - begin_us) / 1000);

  return TRUE;
}

/* The folder was scanned in the background: what differs is looked at again, as
 * the scan may be older than what is known. */
void
peg_shop_scanned (PegShop *self,
                  PegScan *scan)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  g_autoptr (GPtrArray) copies = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GError) error = NULL;
  GHashTableIter iter;
  gpointer value;

  for (guint i = 0; i < scan->files->len; i++) {
    PegFound *item = g_ptr_array_index (scan->files, i);
    PegFile *file = g_hash_table_lookup (self->by_path, item->path);

    g_hash_table_add (seen, item->path);
    if (file == NULL || !peg_shop_is_as_known (file, item))
      g_ptr_array_add (paths, item->path);
  }

  g_hash_table_iter_init (&iter, self->by_path);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    PegFile *file = value;

    if (!g_hash_table_contains (seen, file->path) &&
        (file->hold == NULL || !file->hold->missing))
      g_ptr_array_add (paths, file->path);
  }

  peg_vault_watch (self->vault, scan->folders);

  /* What is known changes while it is looked at, and its paths with it. */
  copies = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < paths->len; i++)
    g_ptr_array_add (copies, g_strdup (g_ptr_array_index (paths, i)));

  if (copies->len > 0 && !peg_shop_look_again (self, copies, &error))
    PEG_LOG ("outside-failed", "s:error", error->message);
}
