/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-shop"

#include "peg-config.h"

#include "peg-shop-private.h"

#include "peg-log.h"
#include "peg-revision.h"

#include <string.h>

/* Up to this many files every one is an event of its own, so that the activity
 * reads well; more of them, from a restored folder for example, share events. */
#define MAX_SINGLE 20

/* How many files one event names at most: 5,000 of them are 1.2 MB on the wire,
 * well below what a client takes. */
#define MAX_TOGETHER 5000

/* What happened to the folder, sorted by what it means. */
typedef struct {
  PegShop *shop;      /* (unowned) */
  GPtrArray *added;   /* (owned) (element-type PegFile): new ones, owned */
  GPtrArray *changed; /* (owned) (element-type PegFile): next ones, owned */
  GPtrArray *renamed; /* (owned) (element-type PegFile): next ones, owned */
  GPtrArray *deleted; /* (owned) (element-type PegFile): known ones, unowned */
  GPtrArray *quiet;   /* (owned) (element-type PegFile): next ones of which only
                       * the ledger needs to know, owned */
  GHashTable *readings; /* (unowned) (nullable): path → PegReading, what was read
                         * before; %NULL: it is read now */
  gboolean is_first;  /* the ledger is empty: nothing comes back, and nobody is
                       * to be told */
} Outside;

static void
outside_init (Outside *self,
              PegShop *shop)
{
  self->shop = shop;
  self->added = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_file_free);
  self->changed = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_file_free);
  self->renamed = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_file_free);
  self->quiet = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_file_free);
  self->deleted = g_ptr_array_new ();
}

static void
outside_clear (Outside *self)
{
  g_ptr_array_unref (self->added);
  g_ptr_array_unref (self->changed);
  g_ptr_array_unref (self->renamed);
  g_ptr_array_unref (self->quiet);
  g_ptr_array_unref (self->deleted);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outside, outside_clear)

/* Whether a file is on the disk what is known of it. */
gboolean
peg_shop_is_as_known (const PegFile  *file,
                      const PegFound *found)
{
  return (file->hold == NULL || !file->hold->missing) && file->size == found->size &&
         file->mtime_ns == found->mtime_ns && file->inode == found->inode &&
         g_strcmp0 (file->master, found->master) == 0;
}

/* What is known of the disk goes from @found to @file. */
static void
take_found (PegFile        *file,
            const PegFound *found)
{
  file->size = found->size;
  file->mtime_ns = found->mtime_ns;
  file->inode = found->inode;
  g_free (file->master);
  file->master = g_strdup (found->master);
  g_free (file->description);
  file->description = g_strdup (found->description);

  /* While somebody has it, the revision is the one that they began with. */
  if (!file->revised && file->hold == NULL) {
    file->major = found->major;
    file->minor = found->minor;
  }
}

/* A content that came from outside to a file under revision control becomes a
 * revision of it. @next gets the number. Within a change. */
gboolean
peg_shop_keep_outside (PegShop  *self,
                       PegFile  *next,
                       GError  **error)
{
  PegRevision revision = { .hash = NULL };

  peg_shop_next_revision (next, FALSE, 0);
  revision.hash = next->sha256;
  revision.comment = (char *) "Changed outside Pegboard";
  revision.when_us = next->mtime_ns / 1000;
  revision.size = next->size;
  revision.major = next->major;
  revision.minor = next->minor;

  return peg_ledger_add_revision (self->ledger, next->id, &revision, error);
}

/* The hash of what is in a file now, of which @next has what is known of the disk.
 * At start it is read at once. Later that would keep everybody waiting, so another
 * thread reads it, and the file is looked at once more.
 *
 * Returns: whether it is known. One that is not stands in the way of no other file:
 * it stays as it was known, so it looks different to the next scan too. */
static gboolean
find_hash (Outside *self,
           PegFile *next)
{
  const PegReading *known = self->readings != NULL
                              ? g_hash_table_lookup (self->readings, next->path) : NULL;
  g_auto (PegReading) reading = { .sha256 = NULL };
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&next->sha256, g_free);

  if (known != NULL && peg_reading_matches (known, next)) {
    next->sha256 = g_strdup (known->sha256);
    return TRUE;
  }

  if (self->readings != NULL) {
    peg_shop_reader_add (self->shop->reader, next->path);
    return FALSE;
  }

  if (!peg_shop_read_stored (self->shop, next->path, NULL, &reading, &error)) {
    PEG_LOG ("file-unread", "s:path", next->path, "s:error", error->message);
    return FALSE;
  }
  next->sha256 = g_steal_pointer (&reading.sha256);

  return TRUE;
}

/* A file that is known and looks different. Whether its content differs matters
 * only when somebody has it or it has revisions: only then it is read. */
static void
sort_changed (Outside        *self,
              PegFile        *file,
              const PegFound *found)
{
  g_autoptr (PegFile) next = peg_file_copy (file);
  gboolean same, was_missing = FALSE;

  take_found (next, found);

  if (next->master != NULL || (next->hold == NULL && !next->revised)) {
    g_clear_pointer (&next->sha256, g_free);
    g_ptr_array_add (self->changed, g_steal_pointer (&next));
    return;
  }

  if (!find_hash (self, next))
    return;

  same = next->sha256 != NULL && g_strcmp0 (next->sha256, file->sha256) == 0;

  if (next->hold != NULL) {
    was_missing = next->hold->missing;
    next->hold->missing = FALSE;
    next->hold->changed_outside = next->sha256 != NULL &&
                                  g_strcmp0 (next->sha256, next->hold->base_sha256) != 0;
  }

  g_ptr_array_add (same && !was_missing ? self->quiet : self->changed, g_steal_pointer (&next));
}

static void
sort_deleted (Outside *self,
              PegFile *file)
{
  PegFile *next;

  if (file->hold == NULL) {
    g_ptr_array_add (self->deleted, file);
    return;
  }

  if (file->hold->missing)
    return;

  next = peg_file_copy (file);
  next->hold->missing = TRUE;
  g_ptr_array_add (self->changed, next);
}

/* The same file under another name: a rename leaves which file it is, how large
 * it is, and when it was written. */
static PegFound *
steal_renamed (GHashTable    *new_by_inode,
               const PegFile *file)
{
  PegFound *found = g_hash_table_lookup (new_by_inode, &file->inode);

  if (found == NULL || found->size != file->size || found->mtime_ns != file->mtime_ns ||
      (found->master != NULL) != (file->master != NULL))
    return NULL;

  g_hash_table_remove (new_by_inode, &file->inode);

  return found;
}

static void
sort_added (Outside        *self,
            const PegFound *found)
{
  PegFile *file = self->is_first ? NULL
                                 : peg_ledger_find_gone (self->shop->ledger, found->path);

  if (file == NULL)
    file = peg_file_new (found->path);
  if (file->sha256 != NULL && (file->size != found->size || file->mtime_ns != found->mtime_ns ||
                               file->inode != found->inode))
    g_clear_pointer (&file->sha256, g_free);
  take_found (file, found);
  g_ptr_array_add (self->added, file);
}

/* Sorts what was found at paths that may have changed, and which known files were
 * not there any more. */
static void
sort (Outside   *self,
      GPtrArray *found,
      GPtrArray *gone)
{
  g_autoptr (GPtrArray) fresh = g_ptr_array_new ();
  g_autoptr (GPtrArray) read = g_ptr_array_new ();
  g_autoptr (GHashTable) moved = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) by_inode = g_hash_table_new (g_int64_hash, g_int64_equal);

  for (guint i = 0; i < found->len; i++) {
    PegFound *item = g_ptr_array_index (found, i);
    PegFile *file = g_hash_table_lookup (self->shop->by_path, item->path);

    if (file != NULL && peg_shop_is_as_known (file, item))
      continue;
    g_ptr_array_add (read, item);
    if (file == NULL) {
      g_ptr_array_add (fresh, item);
      g_hash_table_insert (by_inode, &item->inode, item);
    }
  }

  peg_scan_read_headers (peg_vault_get_fd (self->shop->vault), read);

  for (guint i = 0; i < read->len; i++) {
    PegFound *item = g_ptr_array_index (read, i);
    PegFile *file = g_hash_table_lookup (self->shop->by_path, item->path);

    if (file != NULL)
      sort_changed (self, file, item);
  }

  for (guint i = 0; i < gone->len; i++) {
    PegFile *file = g_ptr_array_index (gone, i);
    PegFound *item = steal_renamed (by_inode, file);

    if (item != NULL) {
      PegFile *next = peg_file_copy (file);

      peg_file_set_path (next, item->path);
      take_found (next, item);
      if (next->hold != NULL)
        next->hold->missing = FALSE;
      g_ptr_array_add (self->renamed, next);
      g_hash_table_add (moved, item);
    } else {
      sort_deleted (self, file);
    }
  }

  for (guint i = 0; i < fresh->len; i++) {
    PegFound *item = g_ptr_array_index (fresh, i);

    if (!g_hash_table_contains (moved, item))
      sort_added (self, item);
  }
}

static PegRecord *
record_for (PegShopChange *change,
            PegRecord    **record,
            PegCause       cause,
            guint          n_files,
            GError       **error)
{
  guint limit = n_files <= MAX_SINGLE ? 1 : MAX_TOGETHER;
  PegRecord *full = *record;

  if (full != NULL && full->changed->len + full->removed->len >= limit) {
    *record = NULL;
    if (!peg_shop_change_record (change, full, error))
      return NULL;
  }

  if (*record == NULL)
    *record = peg_record_new (cause);

  return *record;
}

static gboolean
finish_record (PegShopChange  *change,
               PegRecord      *record,
               GError        **error)
{
  guint n_files;

  if (record == NULL)
    return TRUE;

  n_files = record->changed->len + record->removed->len;
  if (n_files > 1)
    record->message = g_strdup_printf ("and %u more", n_files - 1);

  return peg_shop_change_record (change, record, error);
}

static gboolean
write_quiet (Outside        *self,
             PegShopChange  *change,
             GError        **error)
{
  while (self->quiet->len > 0) {
    PegFile *next = g_ptr_array_steal_index (self->quiet, self->quiet->len - 1);

    if (!peg_shop_change_write_quietly (change, next, error))
      return FALSE;
  }

  return TRUE;
}

/* Writes files that came or changed, and the events for them. Empties @files. */
static gboolean
write_files (Outside        *self,
             PegShopChange  *change,
             GPtrArray      *files,
             PegCause        cause,
             GError        **error)
{
  guint n_files = files->len;
  PegRecord *record = NULL;
  gboolean is_kept = TRUE;

  while (files->len > 0 && is_kept) {
    PegFile *next = g_ptr_array_steal_index (files, files->len - 1);

    is_kept = (cause != PEG_CAUSE_CHANGED || !next->revised || next->hold != NULL ||
               next->sha256 == NULL || peg_shop_keep_outside (self->shop, next, error));
    is_kept = peg_shop_change_write (change, next, is_kept ? error : NULL) && is_kept;
    if (!is_kept || cause == PEG_CAUSE_UNKNOWN)
      continue;

    is_kept = record_for (change, &record, cause, n_files, error) != NULL;
    if (is_kept)
      peg_record_add_file (record, next);
  }

  if (!is_kept) {
    g_clear_pointer (&record, peg_record_free);
    return FALSE;
  }

  return finish_record (change, record, error);
}

static gboolean
write_deleted (Outside        *self,
               PegShopChange  *change,
               GError        **error)
{
  PegRecord *record = NULL;

  for (guint i = 0; i < self->deleted->len; i++) {
    PegFile *file = g_ptr_array_index (self->deleted, i);

    if (!peg_shop_change_remove (change, file, error) ||
        record_for (change, &record, PEG_CAUSE_DELETED, self->deleted->len, error) == NULL) {
      g_clear_pointer (&record, peg_record_free);
      return FALSE;
    }
    if (record->filename == NULL)
      record->filename = g_strdup (file->filename);
    g_ptr_array_add (record->removed, g_strdup (file->path));
  }

  return finish_record (change, record, error);
}

/* Keeps and announces what was sorted. At the very first start there is nobody
 * to tell: the files are written without events. */
static gboolean
keep (Outside  *self,
      GError  **error)
{
  g_autoptr (PegShopChange) change = NULL;

  if (self->added->len + self->changed->len + self->renamed->len + self->deleted->len +
      self->quiet->len == 0)
    return TRUE;

  change = peg_shop_change_begin (self->shop, error);
  if (change == NULL)
    return FALSE;

  /* Files may have swapped their names: all leave before any arrives. */
  for (guint i = 0; i < self->renamed->len; i++) {
    if (!peg_ledger_remove_file (self->shop->ledger, g_ptr_array_index (self->renamed, i), error))
      return FALSE;
  }

  return write_deleted (self, change, error) &&
         write_files (self, change, self->renamed, PEG_CAUSE_RENAMED, error) &&
         write_files (self, change, self->changed, PEG_CAUSE_CHANGED, error) &&
         write_files (self, change, self->added,
                      self->is_first ? PEG_CAUSE_UNKNOWN : PEG_CAUSE_ADDED, error) &&
         write_quiet (self, change, error) &&
         peg_shop_change_commit (change, error);
}

/* Takes over what was found at paths that may have changed, and which known files
 * are not there any more. @readings, path → PegReading: (nullable): what was read
 * before; what else has to be read is looked at later. Without it, at start, it is
 * read now. */
gboolean
peg_shop_take_outside (PegShop     *self,
                       GPtrArray   *found,
                       GPtrArray   *gone,
                       GHashTable  *readings,
                       GError     **error)
{
  g_auto (Outside) outside = { .shop = NULL };

  outside_init (&outside, self);
  outside.readings = readings;
  outside.is_first = readings == NULL && g_hash_table_size (self->by_path) == 0 &&
                     peg_ledger_get_seq (self->ledger) == 0;
  sort (&outside, found, gone);

  return keep (&outside, error);
}
