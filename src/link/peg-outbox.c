/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-outbox"

#include "peg-config.h"

#include "peg-outbox.h"

#include "peg-address.h"
#include "peg-outbox-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* What an action has in the folder. Its name is its UUID, never anything that
 * came from elsewhere. */
#define SUFFIX_ITEM ".json"       /* the action */
#define SUFFIX_BYTES PEG_OUTBOX_BYTES
#define SUFFIX_PART PEG_OUTBOX_PART
#define SUFFIX_LOCK ".lock"       /* locked by the program that is at it */
#define SUFFIX_DAMAGED ".damaged" /* an action that cannot be read; its bytes stay */

/**
 * PegOutbox:
 *
 * The actions of one person on one server that are under way, on the disk before
 * the first byte is sent, so that neither a crash nor a broken line loses one or
 * does one twice. It sends nothing itself.
 *
 * Several programs may have the same outbox open. An action belongs to the one
 * that made it until that one ends, in whatever way: each has a lock in the file
 * system, which the kernel lets go of.
 */
struct _PegOutbox
{
  GObject parent_instance;

  char *folder;           /* (owned) (not nullable) */
  PegClock *clock;        /* (owned) (not nullable) */
  PegOutboxIdFunc new_id; /* (not nullable) */
  GPtrArray *items;       /* (owned) (element-type PegOutboxItem): in their order */
  GHashTable *written;    /* (owned) (element-type utf8 Written): what this wrote last, by
                             the identity of the action */
  gboolean claims;        /* what nobody is at is ours as soon as it is seen */
};

/* What this wrote of an action. A file system may give the inode of the file before
 * to the one after next (ext4 does so at once), and its clock ticks only every few
 * milliseconds: neither says for certain who wrote it, but the bytes say whether there
 * is anything new about it. */
typedef struct {
  guint64 inode;
  GBytes *text; /* (owned) */
} Written;

G_DEFINE_FINAL_TYPE (PegOutbox, peg_outbox, G_TYPE_OBJECT)

static void
written_free (gpointer data)
{
  Written *written = data;

  g_bytes_unref (written->text);
  g_free (written);
}

static void
peg_outbox_finalize (GObject *object)
{
  PegOutbox *self = PEG_OUTBOX (object);

  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_pointer (&self->written, g_hash_table_unref);
  g_clear_pointer (&self->folder, g_free);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (peg_outbox_parent_class)->finalize (object);
}

static void
peg_outbox_class_init (PegOutboxClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = peg_outbox_finalize;
}

static void
peg_outbox_init (PegOutbox *self)
{
  self->written = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, written_free);
  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_outbox_item_free);
  self->claims = TRUE;
}

/**
 * peg_outbox_dup_folder:
 * @folder: where outboxes are
 * @url: a server
 * @user: a person
 *
 * Neither the name of the server nor that of the person becomes part of the
 * path.
 *
 * Returns: (transfer full): the folder of that person’s outbox for that server
 */
char *
peg_outbox_dup_folder (const char *folder,
                       const char *url,
                       const char *user)
{
  g_autofree char *name = peg_address_dup_file_name (url, user, "");

  return g_build_filename (folder, name, NULL);
}

/**
 * peg_outbox_new:
 * @folder: where its actions are; made when the first one comes
 * @clock: the time
 * @new_id: (nullable): makes UUIDs; %NULL: g_uuid_string_random()
 *
 * Returns: (transfer full): an outbox, empty until peg_outbox_load()
 */
PegOutbox *
peg_outbox_new (const char      *folder,
                PegClock        *clock,
                PegOutboxIdFunc  new_id)
{
  PegOutbox *self;

  g_return_val_if_fail (folder != NULL, NULL);
  g_return_val_if_fail (PEG_IS_CLOCK (clock), NULL);

  self = g_object_new (PEG_TYPE_OUTBOX, NULL);
  self->folder = g_strdup (folder);
  self->clock = g_object_ref (clock);
  self->new_id = new_id != NULL ? new_id : g_uuid_string_random;

  return self;
}

/**
 * peg_outbox_get_folder:
 * @self: an outbox
 *
 * Returns: (transfer none): where its actions are
 */
const char *
peg_outbox_get_folder (PegOutbox *self)
{
  g_return_val_if_fail (PEG_IS_OUTBOX (self), NULL);

  return self->folder;
}

/**
 * peg_outbox_set_claims:
 * @self: an outbox
 * @claims: whether peg_outbox_load() takes what nobody is at; that is so at first
 *
 * A program that sends nothing unasked must not keep others from it: it claims
 * an action with peg_outbox_claim() when a person wants something with it.
 */
void
peg_outbox_set_claims (PegOutbox *self,
                       gboolean   claims)
{
  g_return_if_fail (PEG_IS_OUTBOX (self));

  self->claims = claims;
}

static char *
path_of (PegOutbox  *self,
         const char *id,
         const char *suffix)
{
  g_autofree char *name = g_strconcat (id, suffix, NULL);

  return g_build_filename (self->folder, name, NULL);
}

/**
 * peg_outbox_dup_bytes:
 * @self: an outbox
 * @id: the identity of a check-in
 *
 * Returns: (transfer full): where its bytes are
 */
char *
peg_outbox_dup_bytes (PegOutbox  *self,
                      const char *id)
{
  g_return_val_if_fail (PEG_IS_OUTBOX (self), NULL);

  return path_of (self, id, SUFFIX_BYTES);
}

static void
remove_one (PegOutbox  *self,
            const char *id,
            const char *suffix)
{
  g_autofree char *path = path_of (self, id, suffix);

  g_unlink (path);
}

/* The action goes first: bytes without one are nobody’s, and are removed by
 * whoever finds them. */
static void
remove_all (PegOutbox  *self,
            const char *id)
{
  remove_one (self, id, SUFFIX_ITEM);
  remove_one (self, id, SUFFIX_BYTES);
  remove_one (self, id, SUFFIX_PART);
  remove_one (self, id, SUFFIX_LOCK);
}

static gboolean
set_disk_error (GError     **error,
                const char  *folder,
                int          code)
{
  g_set_error (error, PEG_OUTBOX_ERROR, PEG_OUTBOX_ERROR_DISK,
               /* Translators: the name of a folder, and why it cannot be written. */
               _("Nothing was sent: it could not be kept in “%s” first (%s). Make room, and try again."),
               folder, g_strerror (code));

  return FALSE;
}

/*
 * peg_outbox_sync_folder:
 *
 * That a file has a name is only certain when the folder is on the disk.
 */
void
peg_outbox_sync_folder (const char *folder)
{
  const int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;

  (void) fsync (fd);
  close (fd);
}

static void
note_written (PegOutbox  *self,
              const char *id,
              const char *path,
              const char *text,
              gsize       length)
{
  GStatBuf status;
  Written *written;

  if (g_stat (path, &status) != 0)
    return;

  written = g_new (Written, 1);
  written->inode = (guint64) status.st_ino;
  written->text = g_bytes_new (text, length);
  g_hash_table_replace (self->written, g_strdup (id), written);
}

/* Whether a file is what this wrote, to the byte. */
static gboolean
is_written (const Written  *written,
            const char     *path,
            const GStatBuf *status)
{
  g_autofree char *text = NULL;
  gsize length, expected;
  const char *known = g_bytes_get_data (written->text, &expected);

  if (written->inode != (guint64) status->st_ino || status->st_size != (goffset) expected)
    return FALSE;

  return g_file_get_contents (path, &text, &length, NULL) && length == expected &&
         memcmp (text, known, length) == 0;
}

/**
 * peg_outbox_is_own_change:
 * @self: an outbox
 * @name: the name of something in its folder that changed
 *
 * Every change is written to a new file, which takes the place of the old one. So what
 * other programs wrote is told from what this wrote: by the file, and by its bytes.
 *
 * Returns: whether there is nothing about it that is not known here
 */
gboolean
peg_outbox_is_own_change (PegOutbox  *self,
                          const char *name)
{
  g_autofree char *id = NULL;
  g_autofree char *path = NULL;
  const Written *written;
  GStatBuf status;

  g_return_val_if_fail (PEG_IS_OUTBOX (self), TRUE);
  g_return_val_if_fail (name != NULL, TRUE);

  if (!g_str_has_suffix (name, SUFFIX_ITEM))
    return TRUE;

  id = g_strndup (name, strlen (name) - strlen (SUFFIX_ITEM));
  path = g_build_filename (self->folder, name, NULL);

  if (g_stat (path, &status) != 0) {
    g_hash_table_remove (self->written, id);
    return peg_outbox_find (self, id) == NULL;
  }

  written = g_hash_table_lookup (self->written, id);

  return written != NULL && is_written (written, path, &status);
}

static gboolean
write_item (PegOutbox            *self,
            const PegOutboxItem  *item,
            GError              **error)
{
  g_autofree char *path = path_of (self, item->id, SUFFIX_ITEM);
  g_autofree char *text = NULL;
  g_autoptr (GError) problem = NULL;
  gsize length;

  text = peg_outbox_item_encode (item, &length);
  if (!g_file_set_contents_full (path, text, (gssize) length,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                 0600, &problem)) {
    g_debug ("%s", problem->message);
    return set_disk_error (error, self->folder, ENOSPC);
  }
  peg_outbox_sync_folder (self->folder);
  note_written (self, item->id, path, text, length);

  return TRUE;
}

/* Returns: a descriptor; -1: somebody else is at it, or it cannot be had */
static int
take_lock (PegOutbox  *self,
           const char *id)
{
  g_autofree char *path = path_of (self, id, SUFFIX_LOCK);
  const int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    return -1;

  if (flock (fd, LOCK_EX | LOCK_NB) != 0) {
    close (fd);
    return -1;
  }

  return fd;
}

/* Returns: whether somebody is at it. That is found out by a lock that many can
 * have, and that is gone at once. */
static gboolean
is_locked (PegOutbox  *self,
           const char *id)
{
  g_autofree char *path = path_of (self, id, SUFFIX_LOCK);
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
  g_autofree char *path = path_of (self, id, SUFFIX_ITEM);
  g_autofree char *aside = path_of (self, id, SUFFIX_DAMAGED);

  (void) g_rename (path, aside);
}

static PegOutboxItem *
read_item (PegOutbox   *self,
           const char  *id,
           gboolean    *damaged)
{
  g_autofree char *path = path_of (self, id, SUFFIX_ITEM);
  g_autofree char *bytes = path_of (self, id, SUFFIX_BYTES);
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
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    const char *dot = strchr (name, '.');
    g_autofree char *id = dot != NULL ? g_strndup (name, (gsize) (dot - name)) : NULL;

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

/* Somebody else’s action is read anew, ours is as we know it.
 *
 * Returns: whether there is one that cannot be read */
static gboolean
load_one (PegOutbox  *self,
          const char *id,
          GPtrArray  *items)
{
  g_autofree char *aside = path_of (self, id, SUFFIX_DAMAGED);
  g_autofree char *path = path_of (self, id, SUFFIX_ITEM);
  g_autoptr (PegOutboxItem) item = NULL;
  gboolean damaged;
  int lock;

  /* What is left of it is for a person to look at. */
  if (g_file_test (aside, G_FILE_TEST_EXISTS))
    return FALSE;

  if (!self->claims) {
    item = read_item (self, id, &damaged);
    if (item != NULL) {
      item->elsewhere = is_locked (self, id);
      g_ptr_array_add (items, g_steal_pointer (&item));
      return FALSE;
    }
  }

  lock = take_lock (self, id);
  item = read_item (self, id, &damaged);

  if (item != NULL) {
    item->lock = self->claims ? lock : -1;
    item->elsewhere = lock < 0;
    if (lock >= 0 && !self->claims)
      close (lock);
    g_ptr_array_add (items, g_steal_pointer (&item));
    return FALSE;
  }

  if (lock < 0)
    return FALSE;

  if (damaged)
    set_aside (self, id);
  else if (!g_file_test (path, G_FILE_TEST_EXISTS))
    remove_all (self, id);
  close (lock);

  return damaged;
}

/**
 * peg_outbox_load:
 * @self: an outbox
 *
 * Looks on the disk for what an earlier run left, and what other programs are at.
 * What this run is at stays as it is. An action that cannot be read is set aside,
 * and its bytes are kept.
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
 * peg_outbox_get_all:
 * @self: an outbox
 *
 * Returns: (transfer none) (element-type PegOutboxItem): every action, the oldest
 *   first; those of other programs as they were at the last peg_outbox_load()
 */
GPtrArray *
peg_outbox_get_all (PegOutbox *self)
{
  g_return_val_if_fail (PEG_IS_OUTBOX (self), NULL);

  return self->items;
}

/**
 * peg_outbox_find:
 * @self: an outbox
 * @id: an identity
 *
 * Returns: (transfer none) (nullable): the action
 */
PegOutboxItem *
peg_outbox_find (PegOutbox  *self,
                 const char *id)
{
  g_return_val_if_fail (PEG_IS_OUTBOX (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  for (guint i = 0; i < self->items->len; i++) {
    PegOutboxItem *item = g_ptr_array_index (self->items, i);

    if (g_str_equal (item->id, id))
      return item;
  }

  return NULL;
}

/**
 * peg_outbox_is_blocked:
 * @self: an outbox
 * @item: an action in it
 *
 * What a person does with a file arrives in the order in which they did it.
 *
 * Returns: whether an earlier action on the same file is on its way
 */
gboolean
peg_outbox_is_blocked (PegOutbox           *self,
                       const PegOutboxItem *item)
{
  g_return_val_if_fail (PEG_IS_OUTBOX (self), FALSE);
  g_return_val_if_fail (item != NULL, FALSE);

  for (guint i = 0; i < self->items->len; i++) {
    const PegOutboxItem *other = g_ptr_array_index (self->items, i);

    if (other == item)
      return FALSE;
    if (g_str_equal (other->key, item->key) &&
        (other->state == PEG_DRAFT_QUEUED || other->state == PEG_DRAFT_SENT))
      return TRUE;
  }

  return FALSE;
}

/**
 * peg_outbox_reserve:
 * @self: an outbox
 * @lock: (out): for peg_outbox_add(), or peg_outbox_abandon()
 * @error: return location
 *
 * Makes room for an action, whose bytes may then be copied.
 *
 * Returns: (transfer full) (nullable): its identity
 */
char *
peg_outbox_reserve (PegOutbox  *self,
                    int        *lock,
                    GError    **error)
{
  g_autofree char *id = NULL;

  g_return_val_if_fail (PEG_IS_OUTBOX (self), NULL);

  if (self->items->len >= PEG_OUTBOX_MAX_ITEMS) {
    g_set_error (error, PEG_OUTBOX_ERROR, PEG_OUTBOX_ERROR_FULL,
                 /* Translators: %d is a number, 100. */
                 _("There are %d unsent actions already, so this one was not taken. Send or discard some of them first."),
                 PEG_OUTBOX_MAX_ITEMS);
    return NULL;
  }

  if (g_mkdir_with_parents (self->folder, 0700) != 0) {
    set_disk_error (error, self->folder, errno);
    return NULL;
  }

  id = self->new_id ();
  *lock = take_lock (self, id);
  if (*lock < 0) {
    set_disk_error (error, self->folder, errno);
    return NULL;
  }

  return g_steal_pointer (&id);
}

/**
 * peg_outbox_abandon:
 * @self: an outbox
 * @id: what peg_outbox_reserve() returned
 * @lock: likewise
 *
 * Nothing comes of it.
 */
void
peg_outbox_abandon (PegOutbox  *self,
                    const char *id,
                    int         lock)
{
  g_return_if_fail (PEG_IS_OUTBOX (self));

  remove_all (self, id);
  close (lock);
}

/**
 * peg_outbox_add:
 * @self: an outbox
 * @id: what peg_outbox_reserve() returned
 * @lock: (transfer full): likewise
 * @item: (transfer full): what is asked for
 * @error: return location
 *
 * Keeps an action that was not sent yet. Nothing may be sent before this has
 * returned.
 *
 * Returns: (transfer none) (nullable): the action; on an error nothing of it is
 *   left
 */
PegOutboxItem *
peg_outbox_add (PegOutbox      *self,
                const char     *id,
                int             lock,
                PegOutboxItem  *item,
                GError        **error)
{
  const PegOutboxItem *last = NULL;

  g_return_val_if_fail (PEG_IS_OUTBOX (self), NULL);

  if (self->items->len > 0)
    last = g_ptr_array_index (self->items, self->items->len - 1);

  item->id = g_strdup (id);
  item->lock = lock;
  item->serial = last != NULL ? last->serial + 1 : 1;
  item->state = PEG_DRAFT_QUEUED;
  item->created_us = peg_clock_get_wall_us (self->clock);
  item->boot_us = peg_clock_get_boot_us (self->clock);

  if (!write_item (self, item, error)) {
    remove_all (self, id);
    peg_outbox_item_free (item);
    return NULL;
  }

  g_ptr_array_add (self->items, item);

  return item;
}

/**
 * peg_outbox_claim:
 * @self: an outbox
 * @id: an identity
 *
 * Makes an action this run’s, and reads it anew if it was not: another program
 * may have been at it since.
 *
 * Returns: (transfer none) (nullable): the action; %NULL: somebody else is at it,
 *   or it is gone
 */
PegOutboxItem *
peg_outbox_claim (PegOutbox  *self,
                  const char *id)
{
  PegOutboxItem *old, *item;
  gboolean damaged;
  guint i;
  int lock;

  g_return_val_if_fail (PEG_IS_OUTBOX (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  old = peg_outbox_find (self, id);
  if (old == NULL || old->lock >= 0)
    return old;

  lock = take_lock (self, old->id);
  if (lock < 0) {
    old->elsewhere = TRUE;
    return NULL;
  }

  item = read_item (self, old->id, &damaged);
  if (item == NULL) {
    close (lock);
    return NULL;
  }

  item->lock = lock;
  g_ptr_array_find (self->items, old, &i);
  self->items->pdata[i] = item;
  peg_outbox_item_free (old);

  return item;
}

/**
 * peg_outbox_let_go:
 * @self: an outbox
 * @id: an identity
 *
 * What was to be done with an action is over, for now: unless this outbox claims
 * whatever it sees, or the action was begun in this run, others may be at it.
 */
void
peg_outbox_let_go (PegOutbox  *self,
                   const char *id)
{
  PegOutboxItem *item;

  g_return_if_fail (PEG_IS_OUTBOX (self));

  item = peg_outbox_find (self, id);
  if (self->claims || item == NULL || item->lock < 0 || item->boot_us != 0)
    return;

  close (item->lock);
  item->lock = -1;
}

static gboolean
is_end (PegDraftState state)
{
  return state == PEG_DRAFT_ACKED || state == PEG_DRAFT_EXPIRED || state == PEG_DRAFT_CANCELLED;
}

/**
 * peg_outbox_set:
 * @self: an outbox
 * @item: an action that this run is at
 * @state: how far it is now
 * @why: (nullable): what is in the way, a sentence for people
 * @error: return location
 *
 * Keeps how far an action is; at its end it goes, with its bytes. Only with
 * %PEG_DRAFT_SENT does an error matter: nothing may be sent then.
 *
 * Returns: whether it is on the disk
 */
gboolean
peg_outbox_set (PegOutbox      *self,
                PegOutboxItem  *item,
                PegDraftState   state,
                const char     *why,
                GError        **error)
{
  const PegDraftState old = item->state;
  const gint64 old_sent_us = item->sent_us;

  g_return_val_if_fail (PEG_IS_OUTBOX (self), FALSE);
  g_return_val_if_fail (item->lock >= 0, FALSE);

  if (is_end (state)) {
    remove_all (self, item->id);
    peg_outbox_sync_folder (self->folder);
    g_ptr_array_remove (self->items, item);
    return TRUE;
  }

  item->state = state;
  if (state == PEG_DRAFT_SENT)
    item->sent_us = peg_clock_get_wall_us (self->clock);
  else if (state == PEG_DRAFT_QUEUED)
    item->sent_us = 0;
  g_free (item->why);
  item->why = g_strdup (why);

  if (write_item (self, item, error))
    return TRUE;

  item->state = old;
  item->sent_us = old_sent_us;

  return FALSE;
}
