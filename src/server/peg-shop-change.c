/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-shop"

#include "peg-config.h"

#include "peg-shop-private.h"

struct _PegShopChange
{
  PegShop *shop;       /* (owned) */
  GPtrArray *next;     /* (owned) (element-type PegFile): what files become */
  GPtrArray *gone;     /* (owned) (element-type PegFile): unowned files */
  GPtrArray *records;  /* (owned) (element-type PegRecord) */
  gboolean committed;
};

PegShopChange *
peg_shop_change_begin (PegShop  *self,
                       GError  **error)
{
  PegShopChange *change;

  if (!peg_ledger_begin (self->ledger, error))
    return NULL;

  change = g_new0 (PegShopChange, 1);
  change->shop = g_object_ref (self);
  change->next = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_file_free);
  change->gone = g_ptr_array_new ();
  change->records = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_record_free);

  return change;
}

/* A change that was not committed is undone. */
void
peg_shop_change_free (PegShopChange *change)
{
  if (!change->committed && change->shop->ledger != NULL)
    peg_ledger_rollback (change->shop->ledger);
  g_ptr_array_unref (change->next);
  g_ptr_array_unref (change->gone);
  g_ptr_array_unref (change->records);
  g_object_unref (change->shop);
  g_free (change);
}

/* Writes what a file becomes; a file without a row is added. Takes @next, also
 * when it fails. */
gboolean
peg_shop_change_write (PegShopChange  *change,
                       PegFile        *next,
                       GError        **error)
{
  g_ptr_array_add (change->next, next);

  if (next->id == 0)
    return peg_ledger_add_file (change->shop->ledger, next, error);

  next->version++;

  return peg_ledger_write_file (change->shop->ledger, next, error);
}

/* Writes what only the server needs to know of a file with a row. Nobody is told
 * of it, so the version that clients know stays the right one: they name it when
 * they ask for a change. Takes @next, also when it fails. */
gboolean
peg_shop_change_write_quietly (PegShopChange  *change,
                               PegFile        *next,
                               GError        **error)
{
  g_ptr_array_add (change->next, next);

  return peg_ledger_write_file (change->shop->ledger, next, error);
}

gboolean
peg_shop_change_remove (PegShopChange  *change,
                        PegFile        *file,
                        GError        **error)
{
  g_autoptr (PegFile) next = peg_file_copy (file);

  g_ptr_array_add (change->gone, file);
  next->version++;
  g_clear_pointer (&next->hold, peg_hold_free);

  return peg_ledger_write_file (change->shop->ledger, next, error) &&
         peg_ledger_remove_file (change->shop->ledger, file, error);
}

/* Takes @record, also when it fails. */
gboolean
peg_shop_change_record (PegShopChange  *change,
                        PegRecord      *record,
                        GError        **error)
{
  g_ptr_array_add (change->records, record);

  return peg_ledger_add_record (change->shop->ledger, record, error);
}

static void
take_over (PegShopChange *change)
{
  PegShop *self = change->shop;

  for (guint i = 0; i < change->gone->len; i++) {
    PegFile *file = g_ptr_array_index (change->gone, i);

    peg_listing_remove (self->listing, file);
    g_hash_table_remove (self->by_row, &file->id);
    g_hash_table_remove (self->by_path, file->path);
  }

  /* First every old path goes, then every new one comes: files may have swapped
   * their names. */
  for (guint i = 0; i < change->next->len; i++) {
    PegFile *next = g_ptr_array_index (change->next, i);
    PegFile *file = peg_shop_lookup_row (self, next->id);

    if (file != NULL && g_hash_table_lookup (self->by_path, file->path) == file)
      g_hash_table_steal (self->by_path, file->path);
  }

  g_ptr_array_set_free_func (change->next, NULL);
  for (guint i = 0; i < change->next->len; i++) {
    PegFile *next = g_ptr_array_index (change->next, i);
    PegFile *file = peg_shop_lookup_row (self, next->id);

    if (file != NULL) {
      peg_file_take (file, next);
      next = file;
    }
    peg_shop_insert (self, next);
  }
  g_ptr_array_set_size (change->next, 0);
}

/* Keeps the answer to whoever asked for a change with it, and, when it says
 * something of the file, of the one that was written last. */
gboolean
peg_shop_change_keep_answer (PegShopChange  *change,
                             const PegOnce  *once,
                             gboolean        with_file,
                             GError        **error)
{
  const PegFile *file = NULL;

  if (with_file && change->next->len > 0)
    file = g_ptr_array_index (change->next, change->next->len - 1);

  return peg_once_keep (once, change->shop->ledger, file, error);
}

/* Keeps a change, takes it over, and announces it. */
gboolean
peg_shop_change_commit (PegShopChange  *change,
                        GError        **error)
{
  if (!peg_ledger_commit (change->shop->ledger, error))
    return FALSE;

  change->committed = TRUE;
  take_over (change);

  for (guint i = 0; i < change->records->len; i++)
    peg_shop_announce (change->shop, g_ptr_array_index (change->records, i));

  return TRUE;
}

/* Names a file in an event; the first one is what the event is about. */
void
peg_record_add_file (PegRecord     *record,
                     const PegFile *file)
{
  if (record->filename == NULL) {
    record->file = file->id;
    record->filename = g_strdup (file->filename);
  }
  g_array_append_val (record->changed, file->id);
}
