/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-group.h"

#include <string.h>

/**
 * PegGroup:
 *
 * One group of the tree with its entries, in the order in which they are shown.
 *
 * Groups never change. An event makes new ones for the groups that it touches
 * and shares the others, so that telling two snapshots apart costs one pointer
 * comparison for each group.
 */
struct _PegGroup
{
  char *name;         /* (owned) (not nullable) */
  char *sort;         /* (owned) (not nullable): collation key of @name */
  GPtrArray *entries; /* (owned) (element-type PegEntry): by peg_entry_compare() */
  guint n_out;
  guint n_mine;
};

G_DEFINE_BOXED_TYPE (PegGroup, peg_group, peg_group_ref, peg_group_unref)

static void
group_clear (PegGroup *self)
{
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->sort, g_free);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
}

/**
 * peg_group_new_take:
 * @name: what the server calls it
 * @entries: (transfer full) (element-type PegEntry): its entries, sorted by
 *   peg_entry_compare()
 * @user: (nullable): the person at this client, for counting theirs
 *
 * Returns: (transfer full): a new group
 */
PegGroup *
peg_group_new_take (const char *name,
                    GPtrArray  *entries,
                    const char *user)
{
  PegGroup *self;

  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (entries != NULL, NULL);

  self = g_atomic_rc_box_new0 (PegGroup);
  self->name = g_strdup (name);
  self->sort = g_utf8_collate_key_for_filename (name, -1);
  self->entries = entries;

  for (guint i = 0; i < entries->len; i++) {
    switch (peg_entry_get_lock (entries->pdata[i], user)) {
    case PEG_LOCK_FREE:
      break;
    case PEG_LOCK_OWN:
      self->n_mine++;
      self->n_out++;
      break;
    case PEG_LOCK_OTHER:
      self->n_out++;
      break;
    default:
      g_assert_not_reached ();
    }
  }

  return self;
}

PegGroup *
peg_group_ref (PegGroup *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

void
peg_group_unref (PegGroup *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, (GDestroyNotify) group_clear);
}

const char *
peg_group_get_name (const PegGroup *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->name;
}

/**
 * peg_group_get_n:
 * @self: a group
 *
 * Returns: how many entries it has
 */
guint
peg_group_get_n (const PegGroup *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->entries->len;
}

/**
 * peg_group_get:
 * @self: a group
 * @position: less than peg_group_get_n()
 *
 * Returns: (transfer none): the entry at @position
 */
PegEntry *
peg_group_get (const PegGroup *self,
               guint           position)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (position < self->entries->len, NULL);

  return g_ptr_array_index (self->entries, position);
}

/**
 * peg_group_get_entries:
 * @self: a group
 *
 * Returns: (transfer none) (element-type PegEntry): all of its entries; not to
 *   be modified
 */
GPtrArray *
peg_group_get_entries (const PegGroup *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->entries;
}

/**
 * peg_group_get_n_out:
 * @self: a group
 *
 * Returns: how many of its entries are checked out by anybody
 */
guint
peg_group_get_n_out (const PegGroup *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_out;
}

/**
 * peg_group_get_n_mine:
 * @self: a group
 *
 * Returns: how many of its entries the person at this client has checked out
 */
guint
peg_group_get_n_mine (const PegGroup *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_mine;
}

/**
 * peg_entries_find:
 * @entries: (element-type PegEntry): sorted by peg_entry_compare()
 * @entry: an entry, of any version
 * @position: (out): where it is, or where it belongs
 *
 * Returns: whether @entries has an entry that compares equal to @entry
 */
gboolean
peg_entries_find (GPtrArray      *entries,
                  const PegEntry *entry,
                  guint          *position)
{
  guint low = 0, high;

  g_return_val_if_fail (entries != NULL, FALSE);
  g_return_val_if_fail (entry != NULL, FALSE);
  g_return_val_if_fail (position != NULL, FALSE);

  high = entries->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;
    int order = peg_entry_compare (g_ptr_array_index (entries, middle), entry);

    if (order == 0) {
      *position = middle;
      return TRUE;
    }

    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }

  *position = low;
  return FALSE;
}

/**
 * peg_group_find:
 * @self: a group
 * @entry: an entry, of any version
 * @position: (out): where it is, or where it belongs
 *
 * Returns: whether @self has an entry that compares equal to @entry
 */
gboolean
peg_group_find (const PegGroup *self,
                const PegEntry *entry,
                guint          *position)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return peg_entries_find (self->entries, entry, position);
}

/**
 * peg_group_compare:
 * @a: a group
 * @b: a group
 *
 * Orders groups as they are shown: by name, naturally.
 *
 * Returns: a negative, zero or positive number, like strcmp()
 */
int
peg_group_compare (const PegGroup *a,
                   const PegGroup *b)
{
  int order;

  g_return_val_if_fail (a != NULL, 0);
  g_return_val_if_fail (b != NULL, 0);

  order = strcmp (a->sort, b->sort);

  return order != 0 ? order : strcmp (a->name, b->name);
}
