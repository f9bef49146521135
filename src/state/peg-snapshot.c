/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-snapshot-private.h"

/**
 * PegSnapshot:
 *
 * Everything that is shown, at one moment.
 *
 * Snapshots never change, so they may go from thread to thread.
 * [method@Peg.Snapshot.reduce] makes the next one; it shares every group, and in
 * changed groups every entry, that the event left alone.
 */
G_DEFINE_BOXED_TYPE (PegSnapshot, peg_snapshot, peg_snapshot_ref, peg_snapshot_unref)

PegPending *
peg_pending_new (const char *key,
                 PegAction   action,
                 gint64      since_us)
{
  PegPending *self = g_new0 (PegPending, 1);

  self->key = g_strdup (key);
  self->action = action;
  self->since_us = since_us;

  return self;
}

void
peg_pending_free (PegPending *self)
{
  g_clear_pointer (&self->key, g_free);
  g_free (self);
}

static void
snapshot_clear (PegSnapshot *self)
{
  g_clear_pointer (&self->server_url, g_free);
  g_clear_pointer (&self->server_name, g_free);
  g_clear_pointer (&self->sign_in.error, g_free);
  g_clear_pointer (&self->user, g_free);
  peg_link_status_clear (&self->link);
  g_clear_pointer (&self->groups, g_ptr_array_unref);
  g_clear_pointer (&self->index, peg_index_unref);
  g_clear_pointer (&self->paths, peg_index_unref);
  g_clear_pointer (&self->epoch, g_free);
  g_clear_pointer (&self->last_by, g_free);
  g_clear_pointer (&self->pending, g_ptr_array_unref);
  g_clear_pointer (&self->notices, g_ptr_array_unref);
  g_clear_pointer (&self->notes, g_ptr_array_unref);
  g_clear_pointer (&self->acknowledged, g_ptr_array_unref);
  g_clear_pointer (&self->works, g_ptr_array_unref);
  g_clear_pointer (&self->present, g_ptr_array_unref);
  g_clear_pointer (&self->log, g_ptr_array_unref);
  g_clear_pointer (&self->drafts, g_ptr_array_unref);
  g_clear_pointer (&self->copies, peg_copies_unref);
  g_clear_pointer (&self->names, g_hash_table_unref);
  g_clear_pointer (&self->history.key, g_free);
  g_clear_pointer (&self->history.revisions, g_ptr_array_unref);
  g_clear_pointer (&self->history.error, g_free);
}

/*
 * peg_snapshot_path_key:
 *
 * Returns: (nullable): the path of @entry, where it is another string than its
 *   key; most servers give no ids, and then need no second index
 */
const char *
peg_snapshot_path_key (const PegEntry *entry)
{
  return peg_entry_get_id (entry) != NULL ? peg_entry_get_path (entry) : NULL;
}

/**
 * peg_snapshot_new:
 *
 * Returns: (transfer full): what a program starts with: no server chosen,
 *   stopped, and no file known
 */
PegSnapshot *
peg_snapshot_new (void)
{
  PegSnapshot *self = g_atomic_rc_box_new0 (PegSnapshot);

  self->link = PEG_LINK_STATUS_INIT;
  self->groups = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_group_unref);
  self->index = peg_index_new (NULL, 0, peg_entry_get_key);
  self->paths = peg_index_new (NULL, 0, peg_snapshot_path_key);
  self->pending = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_pending_free);
  self->notices = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_notice_unref);
  self->notes = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_note_unref);
  self->acknowledged = g_ptr_array_new ();
  self->works = g_ptr_array_new ();
  self->log = g_ptr_array_new ();
  self->drafts = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_draft_unref);

  return self;
}

PegSnapshot *
peg_snapshot_ref (PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

void
peg_snapshot_unref (PegSnapshot *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, (GDestroyNotify) snapshot_clear);
}

/*
 * peg_snapshot_copy:
 *
 * Returns: (transfer full): a snapshot that shares everything with @self, for
 *   the reducer to change what the event changes
 */
PegSnapshot *
peg_snapshot_copy (const PegSnapshot *self)
{
  PegSnapshot *copy = g_atomic_rc_box_new0 (PegSnapshot);

  *copy = *self;
  copy->server_url = g_strdup (self->server_url);
  copy->server_name = g_strdup (self->server_name);
  copy->sign_in = self->sign_in;
  copy->sign_in.error = g_strdup (self->sign_in.error);
  copy->user = g_strdup (self->user);
  copy->choice = self->choice;
  peg_link_status_copy (&self->link, &copy->link);
  g_ptr_array_ref (copy->groups);
  peg_index_ref (copy->index);
  peg_index_ref (copy->paths);
  copy->epoch = g_strdup (self->epoch);
  copy->last_by = g_strdup (self->last_by);
  g_ptr_array_ref (copy->pending);
  g_ptr_array_ref (copy->notices);
  g_ptr_array_ref (copy->notes);
  g_ptr_array_ref (copy->acknowledged);
  g_ptr_array_ref (copy->works);
  if (copy->present != NULL)
    g_ptr_array_ref (copy->present);
  g_ptr_array_ref (copy->log);
  g_ptr_array_ref (copy->drafts);
  if (copy->copies != NULL)
    peg_copies_ref (copy->copies);
  if (copy->names != NULL)
    g_hash_table_ref (copy->names);
  copy->history.key = g_strdup (self->history.key);
  if (copy->history.revisions != NULL)
    g_ptr_array_ref (copy->history.revisions);
  copy->history.error = g_strdup (self->history.error);

  return copy;
}

/*
 * peg_snapshot_set_tree:
 * @groups: (transfer full) (element-type PegGroup): sorted
 * @index: (transfer full): of all their entries, by key
 * @paths: (transfer full): of all their entries, by peg_snapshot_path_key()
 *
 * Gives a snapshot that nobody else has seen another tree. Who knows what differs
 * counts the files.
 */
void
peg_snapshot_set_tree (PegSnapshot *self,
                       GPtrArray   *groups,
                       PegIndex    *index,
                       PegIndex    *paths)
{
  g_ptr_array_unref (self->groups);
  self->groups = groups;
  peg_index_unref (self->index);
  self->index = index;
  peg_index_unref (self->paths);
  self->paths = paths;
}

/*
 * peg_counts_add:
 * @sign: 1, or -1 to take it away
 *
 * Adds the files of @group.
 */
void
peg_counts_add (PegCounts      *self,
                const PegGroup *group,
                int             sign)
{
  self->all += (guint) sign * peg_group_get_n (group);
  self->out += (guint) sign * peg_group_get_n_out (group);
  self->mine += (guint) sign * peg_group_get_n_mine (group);
}

/**
 * peg_snapshot_get_server_url:
 * @self: a snapshot
 *
 * Returns: (nullable): the address of the server; %NULL: none is chosen
 */
const char *
peg_snapshot_get_server_url (const PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->server_url;
}

/**
 * peg_snapshot_get_server_name:
 * @self: a snapshot
 *
 * Returns: (nullable): what the shop is called, when the server says so
 */
const char *
peg_snapshot_get_server_name (const PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->server_name;
}

/**
 * peg_snapshot_get_sign_in:
 * @self: a snapshot
 *
 * Returns: (transfer none): how far a person is with signing in
 */
const PegSignIn *
peg_snapshot_get_sign_in (const PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return &self->sign_in;
}

/**
 * peg_snapshot_get_choice:
 * @self: a snapshot
 *
 * Of two connections in the name of the same person this tells which it is.
 *
 * Returns: what peg_link_get_choice() returned when it was chosen
 */
guint
peg_snapshot_get_choice (const PegSnapshot *self)
{
  return self->choice;
}

/**
 * peg_snapshot_get_user:
 * @self: a snapshot
 *
 * Returns: (nullable): the name of the person at this client
 */
const char *
peg_snapshot_get_user (const PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->user;
}

/**
 * peg_snapshot_get_link:
 * @self: a snapshot
 *
 * Returns: (transfer none): the connection
 */
const PegLinkStatus *
peg_snapshot_get_link (const PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return &self->link;
}

/**
 * peg_snapshot_is_live:
 * @self: a snapshot
 *
 * Returns: whether the tree is what the server has now; if not, whatever shows
 *   it must show its age
 */
gboolean
peg_snapshot_is_live (const PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->has_list && peg_link_state_is_live (self->link.state);
}

/**
 * peg_snapshot_get_outage_us:
 * @self: a snapshot
 *
 * Returns: since when there is no live connection although one is wanted, µs of
 *   the monotonic clock; 0: there is one, or none is wanted
 */
gint64
peg_snapshot_get_outage_us (const PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->outage_us;
}

/**
 * peg_snapshot_get_as_of_us:
 * @self: a snapshot
 *
 * Returns: when the tree was last known to be true, µs since 1970 by this
 *   computer; 0: it is true now, or there is none
 */
gint64
peg_snapshot_get_as_of_us (const PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->as_of_us;
}

/**
 * peg_snapshot_has_list:
 * @self: a snapshot
 *
 * Returns: whether the server, or the cache, has given a list, even an empty one
 */
gboolean
peg_snapshot_has_list (const PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->has_list;
}

/**
 * peg_snapshot_is_placeholder:
 * @self: a snapshot
 *
 * Returns: whether the list is what a classic server sends before anybody has
 *   set it up (docs/protocol.md)
 */
gboolean
peg_snapshot_is_placeholder (const PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->placeholder;
}

/**
 * peg_snapshot_get_epoch:
 * @self: a snapshot
 *
 * Returns: (nullable): the epoch of the position; %NULL: a classic server
 */
const char *
peg_snapshot_get_epoch (const PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->epoch;
}

/**
 * peg_snapshot_get_seq:
 * @self: a snapshot
 *
 * Returns: the sequence number of the last event that the tree contains
 */
guint64
peg_snapshot_get_seq (const PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->seq;
}

/**
 * peg_snapshot_get_server_us:
 * @self: a snapshot
 * @mono_us: now, µs of the monotonic clock
 *
 * Works out the server's time. The server's clock is read when a message
 * arrives, and counted on with ours, so that a wrong clock on either side makes
 * no duration wrong.
 *
 * Returns: µs since 1970 by the server; 0: unknown
 */
gint64
peg_snapshot_get_server_us (const PegSnapshot *self,
                            gint64             mono_us)
{
  g_return_val_if_fail (self != NULL, 0);

  if (self->server_us == 0)
    return 0;

  return self->server_us + (mono_us - self->server_mono_us);
}

guint
peg_snapshot_get_n_groups (const PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->groups->len;
}

/**
 * peg_snapshot_get_group:
 * @self: a snapshot
 * @position: less than peg_snapshot_get_n_groups()
 *
 * Returns: (transfer none): the group at @position
 */
PegGroup *
peg_snapshot_get_group (const PegSnapshot *self,
                        guint              position)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (position < self->groups->len, NULL);

  return g_ptr_array_index (self->groups, position);
}

/**
 * peg_snapshot_get_groups:
 * @self: a snapshot
 *
 * Returns: (transfer none) (element-type PegGroup): all groups, in the order in
 *   which they are shown; not to be modified. The same pointer in two snapshots
 *   means the same tree.
 */
GPtrArray *
peg_snapshot_get_groups (const PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->groups;
}

/**
 * peg_snapshot_find_group:
 * @self: a snapshot
 * @name: the name of a group
 *
 * Returns: (transfer none) (nullable): the group of that name
 */
PegGroup *
peg_snapshot_find_group (const PegSnapshot *self,
                         const char        *name)
{
  guint position;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  return peg_groups_find (self->groups, name, &position) ?
         g_ptr_array_index (self->groups, position) : NULL;
}

/**
 * peg_snapshot_find:
 * @self: a snapshot
 * @key: the key of an entry, or its path
 *
 * Returns: (transfer none) (nullable): the entry with that key, else the one
 *   with that path
 */
PegEntry *
peg_snapshot_find (const PegSnapshot *self,
                   const char        *key)
{
  PegEntry *entry;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (key != NULL, NULL);

  entry = peg_index_find (self->index, key);

  return entry != NULL ? entry : peg_index_find (self->paths, key);
}

/**
 * peg_snapshot_get_counts:
 * @self: a snapshot
 *
 * Returns: (transfer none): how many files there are
 */
const PegCounts *
peg_snapshot_get_counts (const PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return &self->counts;
}

/**
 * peg_snapshot_get_drafts:
 * @self: a snapshot
 *
 * Returns: (transfer none) (element-type PegDraft): the work that the server does
 *   not have, or may not have, the oldest first
 */
GPtrArray *
peg_snapshot_get_drafts (const PegSnapshot *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->drafts;
}
