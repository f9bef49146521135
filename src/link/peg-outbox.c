/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-outbox"

#include "peg-config.h"

#include "peg-outbox.h"

#include "peg-address.h"
#include "peg-fd.h"
#include "peg-outbox-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

G_DEFINE_FINAL_TYPE (PegOutbox, peg_outbox, G_TYPE_OBJECT)

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
  self->written = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, peg_outbox_written_free);
  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_outbox_item_free);
  self->claims = TRUE;
  self->is_bare = TRUE;
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
 * an action with peg_outbox_claim() when a person wants something with it. Until then
 * it only reads: nothing is renamed, removed or made in the folder.
 */
void
peg_outbox_set_claims (PegOutbox *self,
                       gboolean   claims)
{
  g_return_if_fail (PEG_IS_OUTBOX (self));

  self->claims = claims;
}

/*
 * peg_outbox_dup_path:
 * @suffix: which of the files of an action
 *
 * Returns: (transfer full): where it is
 */
char *
peg_outbox_dup_path (PegOutbox  *self,
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

  return peg_outbox_dup_path (self, id, PEG_OUTBOX_BYTES);
}

static void
remove_one (PegOutbox  *self,
            const char *id,
            const char *suffix)
{
  g_autofree char *path = peg_outbox_dup_path (self, id, suffix);

  g_unlink (path);
}

/*
 * peg_outbox_remove_all:
 *
 * Removes an action. The action itself goes first: bytes without one are nobody’s, and
 * are removed by whoever finds them.
 */
void
peg_outbox_remove_all (PegOutbox  *self,
                       const char *id)
{
  remove_one (self, id, PEG_OUTBOX_ITEM);
  remove_one (self, id, PEG_OUTBOX_BYTES);
  remove_one (self, id, PEG_OUTBOX_PART);
  remove_one (self, id, PEG_OUTBOX_LOCK);
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

static gboolean
write_item (PegOutbox            *self,
            const PegOutboxItem  *item,
            GError              **error)
{
  g_autofree char *path = peg_outbox_dup_path (self, item->id, PEG_OUTBOX_ITEM);
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
  peg_fd_sync_folder (self->folder);
  peg_outbox_note_written (self, item->id, path, text, length);

  return TRUE;
}

/*
 * peg_outbox_take_lock:
 *
 * Returns: a descriptor; -1: somebody else is at it, or it cannot be had
 */
int
peg_outbox_take_lock (PegOutbox  *self,
                      const char *id)
{
  g_autofree char *path = peg_outbox_dup_path (self, id, PEG_OUTBOX_LOCK);
  const int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    return -1;

  if (flock (fd, LOCK_EX | LOCK_NB) != 0) {
    close (fd);
    return -1;
  }

  return fd;
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
 * peg_outbox_has_again:
 * @self: an outbox
 * @id: the identity of a check-in in it
 *
 * Bytes are told by their SHA-256: another check-in of the same file may well be as big,
 * and as new.
 *
 * Returns: whether its bytes are kept a second time, by a later check-in of the same file
 */
gboolean
peg_outbox_has_again (PegOutbox  *self,
                      const char *id)
{
  const PegOutboxItem *item;

  g_return_val_if_fail (PEG_IS_OUTBOX (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  item = peg_outbox_find (self, id);
  if (item == NULL || item->action != PEG_ACTION_CHECK_IN || item->sha256 == NULL)
    return FALSE;

  for (guint i = 0; i < self->items->len; i++) {
    const PegOutboxItem *other = g_ptr_array_index (self->items, i);

    if (other != item && other->action == PEG_ACTION_CHECK_IN && other->serial > item->serial &&
        g_str_equal (other->key, item->key) && other->size == item->size &&
        g_strcmp0 (other->sha256, item->sha256) == 0)
      return TRUE;
  }

  return FALSE;
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
  *lock = peg_outbox_take_lock (self, id);
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

  peg_outbox_remove_all (self, id);
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
    peg_outbox_remove_all (self, id);
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

  lock = peg_outbox_take_lock (self, old->id);
  if (lock < 0) {
    old->elsewhere = TRUE;
    return NULL;
  }

  item = peg_outbox_read_item (self, old->id, &damaged);
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
    peg_outbox_remove_all (self, item->id);
    peg_fd_sync_folder (self->folder);
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
