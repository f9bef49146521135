/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-shop"

#include "peg-config.h"

#include "peg-shop-private.h"

#include "peg-log.h"

/* A file that is read. */
typedef struct {
  PegReading reading;
  GError *error;      /* (owned) (nullable): it could not be read */
  gboolean is_touched; /* something happened to it since */
} Item;

/* Files that are read in one go, so that those which changed together are one
 * change. It needs no shop to go on: the shop may be closed meanwhile. */
typedef struct {
  GWeakRef shop;
  PegVault *vault;     /* (owned) */
  PegObjects *objects; /* (owned) */
  GHashTable *items;   /* (owned): path → Item, owned; not changed while they are read */
} Batch;

/* PegShopReader: reads contents in another thread. A large file takes seconds, in
 * which nobody would be answered. */
struct _PegShopReader
{
  PegShop *shop;    /* (unowned): it owns the reader */
  GHashTable *next; /* (owned) (element-type utf8): which files are read next */
  Batch *now;       /* (unowned) (nullable): what is read now */
};

static void
item_free (gpointer data)
{
  Item *self = data;

  peg_reading_clear (&self->reading);
  g_clear_error (&self->error);
  g_free (self);
}

static void
batch_free (gpointer data)
{
  Batch *self = data;

  g_weak_ref_clear (&self->shop);
  g_clear_object (&self->vault);
  g_clear_pointer (&self->objects, peg_objects_unref);
  g_hash_table_unref (self->items);
  g_free (self);
}

static void
read_thread (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  Batch *batch = task_data;
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, batch->items);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    Item *item = value;

    peg_reading_read (batch->vault, batch->objects, key, NULL, &item->reading, &item->error);
  }

  g_task_return_boolean (task, TRUE);
}

/* What was read counts where the file still is what it was then; the folder is asked
 * for that. Where it is not, or the file could not be read because somebody wrote
 * to it, it is read again. */
static void
take_batch (PegShop *shop,
            Batch   *batch)
{
  g_autoptr (GHashTable) readings = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, batch->items);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    Item *item = value;

    if (item->error != NULL)
      PEG_LOG ("file-unread", "s:path", key, "s:error", item->error->message);
    else if (item->reading.sha256 != NULL)
      g_hash_table_insert (readings, key, &item->reading);
    if (item->error == NULL || item->is_touched)
      g_ptr_array_add (paths, key);
  }

  if (paths->len > 0 && !peg_shop_look_knowing (shop, paths, readings, &error)) {
    PEG_LOG ("outside-failed", "s:error", error->message);
    peg_vault_rescan (shop->vault);
  }
}

static void begin (PegShopReader *self);

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Batch *batch = g_task_get_task_data (G_TASK (result));
  g_autoptr (PegShop) shop = g_weak_ref_get (&batch->shop);

  /* The thread may be the last to let go of the batch, and the folder is not for
   * threads to close. */
  g_clear_object (&batch->vault);
  g_clear_pointer (&batch->objects, peg_objects_unref);

  /* Nothing is lost: the next start compares the ledger with the folder. */
  if (shop == NULL)
    return;

  shop->reader->now = NULL;
  take_batch (shop, batch);
  begin (shop->reader);
}

static void
begin (PegShopReader *self)
{
  g_autoptr (GTask) task = NULL;
  GHashTableIter iter;
  gpointer key;
  Batch *batch;

  if (self->now != NULL || g_hash_table_size (self->next) == 0)
    return;

  batch = g_new0 (Batch, 1);
  g_weak_ref_init (&batch->shop, self->shop);
  batch->vault = g_object_ref (self->shop->vault);
  batch->objects = peg_objects_ref (self->shop->objects);
  batch->items = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, item_free);
  g_hash_table_iter_init (&iter, self->next);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    g_hash_table_iter_steal (&iter);
    g_hash_table_insert (batch->items, key, g_new0 (Item, 1));
  }
  self->now = batch;

  task = g_task_new (NULL, NULL, read_cb, NULL);
  g_task_set_source_tag (task, begin);
  g_task_set_task_data (task, batch, batch_free);
  g_task_run_in_thread (task, read_thread);
}

/* A reader with nothing to do. */
PegShopReader *
peg_shop_reader_new (PegShop *shop)
{
  PegShopReader *self = g_new0 (PegShopReader, 1);

  self->shop = shop;
  self->next = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return self;
}

/* What is read now is read to its end, for nobody. */
void
peg_shop_reader_free (PegShopReader *self)
{
  g_hash_table_unref (self->next);
  g_free (self);
}

/* Reads the file at @path soon, and then looks at it again. */
void
peg_shop_reader_add (PegShopReader *self,
                     const char    *path)
{
  Item *item = self->now != NULL ? g_hash_table_lookup (self->now->items, path) : NULL;

  if (item != NULL) {
    item->is_touched = TRUE;
    return;
  }

  g_hash_table_add (self->next, g_strdup (path));
  begin (self);
}
