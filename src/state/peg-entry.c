/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-entry-private.h"

#include "peg-natural.h"

#include <string.h>

/**
 * PegEntry:
 *
 * One file of the tree, as the server last described it.
 *
 * Entries never change, so they are shared between snapshots and between
 * threads; an unchanged file is the same pointer in the old snapshot and in
 * the new one.
 *
 * A shop has a hundred thousand of them, so an entry is one small allocation:
 * its texts lie behind it, and are pointed to with 16 bits; a file name is the
 * end of its path; what only few files have, a check-out above all, takes room
 * only there; numbers are as small as they mostly are. There is no key to sort
 * by, see peg_natural_compare(). Measured on 64 bits for a file of a real shop:
 * 176 bytes with what malloc() adds, made in 0.2 µs.
 * Nothing is shared between entries that a server could fill without end.
 */
G_DEFINE_ENUM_TYPE (PegLock, peg_lock,
                    G_DEFINE_ENUM_VALUE (PEG_LOCK_FREE, "free"),
                    G_DEFINE_ENUM_VALUE (PEG_LOCK_OWN, "own"),
                    G_DEFINE_ENUM_VALUE (PEG_LOCK_OTHER, "other"))

G_DEFINE_BOXED_TYPE (PegEntry, peg_entry, peg_entry_ref, peg_entry_unref)

static gsize
get_more_place (const PegEntry *self,
                guint           which)
{
  const char *at = (const char *) self + peg_entry_more_places_at (self->layout);
  guint32 wide;
  guint16 narrow;

  if ((self->layout & LAYOUT_WIDE) != 0) {
    memcpy (&wide, at + which * sizeof wide, sizeof wide);
    return wide;
  }

  memcpy (&narrow, at + which * sizeof narrow, sizeof narrow);

  return narrow;
}

static inline gsize
get_place (const PegEntry *self,
           guint           which)
{
  if (G_LIKELY ((self->layout & LAYOUT_WIDE) == 0))
    return self->places[which];

  return get_more_place (self, peg_entry_n_more_places (self->layout) - N_PLACES + which);
}

static inline const char *
get_text (const PegEntry *self,
          guint           which)
{
  const gsize place = get_place (self, which);

  return place != 0 ? (const char *) self + place : NULL;
}

static const char *
get_more_text (const PegEntry *self,
               guint           which)
{
  const gsize place = get_more_place (self, which);

  return place != 0 ? (const char *) self + place : NULL;
}

static const char *
get_lock_text (const PegEntry *self,
               PegEntryText    which)
{
  return (self->layout & LAYOUT_LOCK) != 0 ? get_more_text (self, which - PEG_ENTRY_TEXT_HOLDER) : NULL;
}

static const char *
get_content_text (const PegEntry *self,
                  PegEntryText    which)
{
  const guint first = (self->layout & LAYOUT_LOCK) != 0 ? PEG_ENTRY_N_LOCK_TEXTS : 0;

  return (self->layout & LAYOUT_CONTENT) != 0
           ? get_more_text (self, first + which - PEG_ENTRY_TEXT_MASTER) : NULL;
}

static PegEntryLarge
get_large (const PegEntry *self)
{
  PegEntryLarge large;

  memcpy (&large, self->rest, sizeof large);

  return large;
}

static PegEntryHold
get_lock_numbers (const PegEntry *self)
{
  PegEntryHold numbers = { 0, 0, 0 };

  if ((self->layout & LAYOUT_LOCK) != 0)
    memcpy (&numbers, (const char *) self + peg_entry_lock_numbers_at (self->layout), sizeof numbers);

  return numbers;
}

static inline PegEntrySlice
slice (const char *text)
{
  return (PegEntrySlice) { text, text != NULL ? strlen (text) : 0 };
}

/**
 * peg_entry_new:
 * @fields: the values; only `filename` must be there. All strings must be
 *   valid UTF-8.
 *
 * Makes an entry. What @fields leaves out and a rule can tell (the group, the
 * part) is filled in. A holder, a station, a reason and a time of check-out are
 * kept only for a file that is checked out; a holder alone says that it is.
 *
 * The key of an entry is its id, else its path, else group and file name
 * (docs/architecture.md, “Identity”).
 *
 * Returns: (transfer full): a new entry
 */
PegEntry *
peg_entry_new (const PegEntryFields *fields)
{
  PegEntrySlices slices;

  g_return_val_if_fail (fields != NULL, NULL);
  g_return_val_if_fail (fields->filename != NULL, NULL);

  slices = (PegEntrySlices) {
    .texts = {
      [PEG_ENTRY_TEXT_FILENAME] = slice (fields->filename),
      [PEG_ENTRY_TEXT_ID] = slice (fields->id),
      [PEG_ENTRY_TEXT_PATH] = slice (fields->path),
      [PEG_ENTRY_TEXT_GROUP] = slice (fields->group),
      [PEG_ENTRY_TEXT_PART] = slice (fields->part),
      [PEG_ENTRY_TEXT_DESCRIPTION] = slice (fields->description),
      [PEG_ENTRY_TEXT_MASTER] = slice (fields->master),
      [PEG_ENTRY_TEXT_SHA256] = slice (fields->sha256),
      [PEG_ENTRY_TEXT_HOLDER] = slice (fields->holder),
      [PEG_ENTRY_TEXT_STATION] = slice (fields->station),
      [PEG_ENTRY_TEXT_REASON] = slice (fields->reason),
      [PEG_ENTRY_TEXT_LOCK_ID] = slice (fields->lock_id),
    },
    .since_us = fields->since_us,
    .last_seen_us = fields->last_seen_us,
    .modified_us = fields->modified_us,
    .size = fields->size,
    .version = fields->version,
    .token = fields->token,
    .major = fields->major,
    .minor = fields->minor,
    .flags = fields->flags,
  };

  return peg_entry_new_slices (&slices);
}

PegEntry *
peg_entry_ref (PegEntry *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->refs);

  return self;
}

void
peg_entry_unref (PegEntry *self)
{
  g_return_if_fail (self != NULL);

  if (g_atomic_ref_count_dec (&self->refs))
    g_free (self);
}

/**
 * peg_entry_get_fields:
 * @self: an entry
 * @fields: (out caller-allocates): its values, borrowed from @self
 *
 * Takes an entry apart, for making another that differs from it in few values.
 */
void
peg_entry_get_fields (const PegEntry *self,
                      PegEntryFields *fields)
{
  PegEntryHold lock;

  g_return_if_fail (self != NULL);
  g_return_if_fail (fields != NULL);

  lock = get_lock_numbers (self);

  *fields = (PegEntryFields) {
    .filename = peg_entry_get_filename (self),
    .id = peg_entry_get_id (self),
    .path = peg_entry_get_path (self),
    .group = peg_entry_get_group (self),
    .part = peg_entry_get_part (self),
    .description = peg_entry_get_description (self),
    .master = peg_entry_get_master (self),
    .holder = peg_entry_get_holder (self),
    .station = peg_entry_get_station (self),
    .reason = peg_entry_get_reason (self),
    .lock_id = peg_entry_get_lock_id (self),
    .sha256 = peg_entry_get_sha256 (self),
    .since_us = lock.since_us,
    .last_seen_us = lock.last_seen_us,
    .modified_us = self->modified_us,
    .size = peg_entry_get_size (self),
    .version = peg_entry_get_version (self),
    .token = lock.token,
    .flags = (PegEntryFlags) self->flags,
  };

  (void) peg_entry_get_revision (self, &fields->major, &fields->minor);
}

#define DEFINE_TEXT_GETTER(name, how, which)       \
  const char *                                     \
  peg_entry_get_##name (const PegEntry *self)      \
  {                                                \
    g_return_val_if_fail (self != NULL, NULL);     \
                                                   \
    return how (self, which);                      \
  }

/* The getters give back what PegEntryFields documents; the key, the file name,
 * the group and the search text are never %NULL. */
DEFINE_TEXT_GETTER (id, get_text, PLACE_ID)
DEFINE_TEXT_GETTER (filename, get_text, PLACE_FILENAME)
DEFINE_TEXT_GETTER (group, get_text, PLACE_GROUP)
DEFINE_TEXT_GETTER (part, get_text, PLACE_PART)
DEFINE_TEXT_GETTER (description, get_text, PLACE_DESCRIPTION)
DEFINE_TEXT_GETTER (search_text, get_text, PLACE_SEARCH)
DEFINE_TEXT_GETTER (master, get_content_text, PEG_ENTRY_TEXT_MASTER)
DEFINE_TEXT_GETTER (sha256, get_content_text, PEG_ENTRY_TEXT_SHA256)
DEFINE_TEXT_GETTER (holder, get_lock_text, PEG_ENTRY_TEXT_HOLDER)
DEFINE_TEXT_GETTER (station, get_lock_text, PEG_ENTRY_TEXT_STATION)
DEFINE_TEXT_GETTER (reason, get_lock_text, PEG_ENTRY_TEXT_REASON)
DEFINE_TEXT_GETTER (lock_id, get_lock_text, PEG_ENTRY_TEXT_LOCK_ID)

const char *
peg_entry_get_path (const PegEntry *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return (self->layout & LAYOUT_NO_PATH) == 0 ? get_text (self, PLACE_PATH) : NULL;
}

const char *
peg_entry_get_key (const PegEntry *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return get_text (self, get_place (self, PLACE_ID) != 0 ? PLACE_ID : PLACE_PATH);
}

PegEntryFlags
peg_entry_get_flags (const PegEntry *self)
{
  g_return_val_if_fail (self != NULL, PEG_ENTRY_PLAIN);

  return (PegEntryFlags) self->flags;
}

gint64
peg_entry_get_since_us (const PegEntry *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return get_lock_numbers (self).since_us;
}

gint64
peg_entry_get_last_seen_us (const PegEntry *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return get_lock_numbers (self).last_seen_us;
}

gint64
peg_entry_get_modified_us (const PegEntry *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->modified_us;
}

gint64
peg_entry_get_size (const PegEntry *self)
{
  g_return_val_if_fail (self != NULL, -1);

  if ((self->layout & LAYOUT_LARGE) != 0)
    return get_large (self).size;

  return self->size != NO_SIZE ? (gint64) self->size : -1;
}

guint64
peg_entry_get_token (const PegEntry *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return get_lock_numbers (self).token;
}

guint64
peg_entry_get_version (const PegEntry *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return (self->layout & LAYOUT_LARGE) != 0 ? get_large (self).version : self->version;
}

/**
 * peg_entry_get_revision:
 * @self: an entry
 * @major: (out) (optional): the first number
 * @minor: (out) (optional): the second number
 *
 * Returns: whether @self has a revision
 */
gboolean
peg_entry_get_revision (const PegEntry *self,
                        int            *major,
                        int            *minor)
{
  int first, second;

  g_return_val_if_fail (self != NULL, FALSE);

  if ((self->layout & LAYOUT_LARGE) != 0) {
    const PegEntryLarge large = get_large (self);

    first = large.major;
    second = large.minor;
  } else {
    first = self->major != NO_REVISION ? self->major : -1;
    second = self->minor != NO_REVISION ? self->minor : -1;
  }

  if (major != NULL)
    *major = first;
  if (minor != NULL)
    *minor = second;

  return first >= 0;
}

/**
 * peg_entry_is_locked:
 * @self: an entry
 *
 * Returns: whether anybody has @self checked out
 */
gboolean
peg_entry_is_locked (const PegEntry *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return (self->flags & PEG_ENTRY_LOCKED) != 0;
}

/**
 * peg_entry_get_lock:
 * @self: an entry
 * @user: (nullable): the name of the person at this client
 *
 * Works out whose the check-out is. The holder's name decides; what a classic
 * server calls “checked out by user” means the user *it* is configured for, and
 * counts only when it does not name the holder (docs/protocol.md, “Whose lock”).
 *
 * Returns: who has @self, seen by @user
 */
PegLock
peg_entry_get_lock (const PegEntry *self,
                    const char     *user)
{
  const char *holder;

  g_return_val_if_fail (self != NULL, PEG_LOCK_FREE);

  if ((self->flags & PEG_ENTRY_LOCKED) == 0)
    return PEG_LOCK_FREE;

  holder = get_lock_text (self, PEG_ENTRY_TEXT_HOLDER);

  if (holder != NULL)
    return g_strcmp0 (holder, user) == 0 ? PEG_LOCK_OWN : PEG_LOCK_OTHER;

  return (self->flags & PEG_ENTRY_LOCKED_BY_SERVER_USER) != 0 ? PEG_LOCK_OWN : PEG_LOCK_OTHER;
}

/**
 * peg_entry_equal:
 * @a: an entry
 * @b: an entry
 *
 * Compares two entries in everything that is ever shown. When the content was
 * modified is left out where both have no version: the servers that give none
 * change that time for no reason (docs/protocol.md, “FILE”).
 *
 * Returns: whether @a and @b say the same about the same file
 */
gboolean
peg_entry_equal (const PegEntry *a,
                 const PegEntry *b)
{
  const gsize first = G_STRUCT_OFFSET (PegEntry, size);
  gsize search;

  g_return_val_if_fail (a != NULL, FALSE);
  g_return_val_if_fail (b != NULL, FALSE);

  if (a == b)
    return TRUE;

  search = get_place (a, PLACE_SEARCH);

  if (a->version != b->version ||
      search != get_place (b, PLACE_SEARCH) ||
      (a->modified_us != b->modified_us && peg_entry_get_version (a) != 0))
    return FALSE;

  /* What is searched comes last, and follows from what is before it. */
  return memcmp ((const char *) a + first, (const char *) b + first, search - first) == 0;
}

/**
 * peg_entry_compare:
 * @a: an entry
 * @b: an entry of the same group
 *
 * Orders the entries of one group as they are shown: by part, then by name,
 * naturally (peg_natural_compare()), the same on every computer. Files of no part
 * come last. No two entries with different keys compare equal.
 *
 * Returns: a negative, zero or positive number, like strcmp()
 */
int
peg_entry_compare (const PegEntry *a,
                   const PegEntry *b)
{
  const char *a_part, *b_part;
  int order;

  g_return_val_if_fail (a != NULL, 0);
  g_return_val_if_fail (b != NULL, 0);

  a_part = get_text (a, PLACE_PART);
  b_part = get_text (b, PLACE_PART);

  /* “A 1” and “a 01” are two parts: the files of each stay together. */
  if (a_part != NULL && b_part != NULL)
    order = peg_natural_compare (a_part, b_part);
  else
    order = (a_part == NULL) - (b_part == NULL);
  if (order == 0 && a_part != NULL)
    order = strcmp (a_part, b_part);
  if (order != 0)
    return order;

  order = peg_natural_compare (get_text (a, PLACE_FILENAME), get_text (b, PLACE_FILENAME));
  if (order != 0)
    return order;

  order = strcmp (get_text (a, PLACE_FILENAME), get_text (b, PLACE_FILENAME));
  if (order != 0)
    return order;

  return strcmp (peg_entry_get_key (a), peg_entry_get_key (b));
}
