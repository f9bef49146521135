/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-outbox"

#include "peg-config.h"

#include "peg-outbox.h"

#include "peg-outbox-private.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* What an earlier run left in the folder, and what other programs are at. */

/* Returns: whether somebody is at it. That is found out by a lock that many can
 * have, and that is gone at once. */
static gboolean
is_locked (PegOutbox  *self,
           const char *id)
{
  g_autofree char *path = peg_outbox_dup_path (self, id, PEG_OUTBOX_LOCK);
  const int fd = open (path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  gboolean locked;

  if (fd < 0)
    return FALSE;

  locked = flock (fd, LOCK_SH | LOCK_NB) != 0;
  close (fd);

  return locked;
}

/* Takes an action that cannot be read out of the way. */
static void
set_aside (PegOutbox  *self,
           const char *id)
{
  g_autofree char *path = peg_outbox_dup_path (self, id, PEG_OUTBOX_ITEM);
  g_autofree char *aside = peg_outbox_dup_path (self, id, PEG_OUTBOX_DAMAGED);

  (void) g_rename (path, aside);
}

/*
 * peg_outbox_read_item:
 * @damaged: (out): whether it is there, and cannot be read
 *
 * Returns: (transfer full) (nullable): an action as it is on the disk
 */
PegOutboxItem *
peg_outbox_read_item (PegOutbox  *self,
                      const char *id,
                      gboolean   *damaged)
{
  g_autofree char *path = peg_outbox_dup_path (self, id, PEG_OUTBOX_ITEM);
  g_autofree char *bytes = peg_outbox_dup_path (self, id, PEG_OUTBOX_BYTES);
  g_autofree char *text = NULL;
  g_autoptr (PegOutboxItem) item = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  *damaged = FALSE;

  /* It may be done by now, by somebody else. */
  if (!g_file_get_contents (path, &text, &length, &error)) {
    g_debug ("%s", error->message);
    return NULL;
  }

  item = peg_outbox_item_decode (text, length, &error);
  if (item != NULL && g_ascii_strcasecmp (item->id, id) == 0 &&
      (item->action != PEG_ACTION_CHECK_IN || g_file_test (bytes, G_FILE_TEST_IS_REGULAR)))
    return g_steal_pointer (&item);

  g_info ("An action in the outbox cannot be read: %s",
          error != NULL ? error->message : "it is not whole");
  *damaged = TRUE;

  return NULL;
}

/* The names of all actions, and of what is left of some. */
static GHashTable *
list_ids (PegOutbox *self)
{
  GHashTable *ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, &error);
  const char *name;

  /* Of a folder that cannot be read nobody can say that it is empty. */
  self->is_bare = dir != NULL || g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    const char *dot = strchr (name, '.');
    g_autofree char *id = dot != NULL ? g_strndup (name, (gsize) (dot - name)) : NULL;

    /* What is left of a lock is nothing. */
    if (!g_str_has_suffix (name, PEG_OUTBOX_LOCK))
      self->is_bare = FALSE;
    if (id != NULL && g_uuid_string_is_valid (id))
      g_hash_table_add (ids, g_steal_pointer (&id));
  }

  return ids;
}

static int
compare_items (gconstpointer a,
               gconstpointer b)
{
  const PegOutboxItem *first = *(const PegOutboxItem * const *) a;
  const PegOutboxItem *second = *(const PegOutboxItem * const *) b;

  if (first->serial != second->serial)
    return first->serial < second->serial ? -1 : 1;

  return strcmp (first->id, second->id);
}

static gboolean
has_file (PegOutbox  *self,
          const char *id,
          const char *suffix)
{
  g_autofree char *path = peg_outbox_dup_path (self, id, suffix);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* Reads an action, and leaves everything as it is. */
static void
look_at_one (PegOutbox  *self,
             const char *id,
             GPtrArray  *items)
{
  gboolean damaged;
  PegOutboxItem *item = peg_outbox_read_item (self, id, &damaged);

  if (item != NULL) {
    item->elsewhere = is_locked (self, id);
    g_ptr_array_add (items, item);
    return;
  }

  /* Whoever is at it may just have begun it, or be done with it: it is not theirs to be
   * told of. Bytes that nobody is at are kept work until somebody says otherwise, even
   * when nothing says any more what they were. */
  if (!is_locked (self, id) &&
      (has_file (self, id, PEG_OUTBOX_ITEM) || has_file (self, id, PEG_OUTBOX_BYTES)))
    self->n_unreadable++;
}

/* Takes an action, unless somebody else is at it.
 *
 * Returns: whether there is one that cannot be read */
static gboolean
take_one (PegOutbox  *self,
          const char *id,
          GPtrArray  *items)
{
  const int lock = peg_outbox_take_lock (self, id);
  gboolean damaged;
  PegOutboxItem *item = peg_outbox_read_item (self, id, &damaged);

  if (item != NULL) {
    item->lock = lock;
    item->elsewhere = lock < 0;
    g_ptr_array_add (items, item);
    return FALSE;
  }

  if (lock < 0)
    return FALSE;

  /* Bytes without an action, which nobody is at, are what a program left that ended
   * while it reserved one, or while it removed one. Only once the action is on the disk
   * is anybody told that it is kept (peg_outbox_add()), and an action goes before its
   * bytes only at its end: so nobody was promised these. */
  if (damaged)
    set_aside (self, id);
  else if (!has_file (self, id, PEG_OUTBOX_ITEM))
    peg_outbox_remove_all (self, id);
  else
    self->n_unreadable++;
  close (lock);

  return damaged;
}

/* Somebody else’s action is read anew, ours is as we know it.
 *
 * Returns: whether it was set aside */
static gboolean
load_one (PegOutbox  *self,
          const char *id,
          GPtrArray  *items)
{
  /* What is left of it is for a person to look at. */
  if (has_file (self, id, PEG_OUTBOX_DAMAGED)) {
    self->n_unreadable++;
    return FALSE;
  }

  if (!self->claims) {
    look_at_one (self, id, items);
    return FALSE;
  }

  if (!take_one (self, id, items))
    return FALSE;

  self->n_unreadable++;

  return TRUE;
}

/**
 * peg_outbox_load:
 * @self: an outbox
 *
 * Looks on the disk for what an earlier run left, and what other programs are at.
 * What this run is at stays as it is. An action that cannot be read is set aside,
 * and its bytes are kept. An outbox that does not claim what it sees
 * (peg_outbox_set_claims()) only reads, and leaves everything as it is.
 *
 * Returns: how many were set aside, just now
 */
guint
peg_outbox_load (PegOutbox *self)
{
  g_autoptr (GHashTable) ids = NULL;
  g_autoptr (GPtrArray) items = NULL;
  GHashTableIter iter;
  gpointer id;
  guint n_damaged = 0;

  g_return_val_if_fail (PEG_IS_OUTBOX (self), 0);

  self->n_unreadable = 0;
  ids = list_ids (self);
  items = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_outbox_item_free);

  for (guint i = self->items->len; i > 0; i--) {
    const PegOutboxItem *item = g_ptr_array_index (self->items, i - 1);

    if (item->lock < 0)
      continue;

    g_hash_table_remove (ids, item->id);
    g_ptr_array_add (items, g_ptr_array_steal_index (self->items, i - 1));
  }

  g_hash_table_iter_init (&iter, ids);
  while (g_hash_table_iter_next (&iter, &id, NULL)) {
    if (load_one (self, id, items))
      n_damaged++;
  }

  g_ptr_array_sort (items, compare_items);
  g_ptr_array_unref (self->items);
  self->items = g_steal_pointer (&items);

  return n_damaged;
}

/**
 * peg_outbox_get_n_unreadable:
 * @self: an outbox
 *
 * What cannot be read is still somebody’s work, and only a person can say what becomes
 * of it.
 *
 * Returns: how many actions, or bytes of one, the last peg_outbox_load() found that it
 *   could not read, those that were set aside among them
 */
guint
peg_outbox_get_n_unreadable (PegOutbox *self)
{
  g_return_val_if_fail (PEG_IS_OUTBOX (self), 0);

  return self->n_unreadable;
}

/**
 * peg_outbox_is_bare:
 * @self: an outbox
 *
 * Returns: whether the last peg_outbox_load() found nothing at all in its folder but
 *   locks, not even what somebody is just putting there
 */
gboolean
peg_outbox_is_bare (PegOutbox *self)
{
  g_return_val_if_fail (PEG_IS_OUTBOX (self), TRUE);

  return self->is_bare;
}
