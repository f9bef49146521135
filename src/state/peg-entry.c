/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-entry.h"

#include "peg-part.h"
#include "peg-search.h"

#include <string.h>

/* The strings of an entry, in the order in which they lie behind it. */
enum {
  STRING_KEY,
  STRING_ID,
  STRING_PATH,
  STRING_FILENAME,
  STRING_GROUP,
  STRING_PART,
  STRING_DESCRIPTION,
  STRING_MASTER,
  STRING_HOLDER,
  STRING_STATION,
  STRING_REASON,
  STRING_LOCK_ID,
  STRING_SHA256,
  STRING_SORT,
  STRING_SEARCH,
  N_STRINGS,
};

/**
 * PegEntry:
 *
 * One file of the tree, as the server last described it.
 *
 * Entries never change, so they are shared between snapshots and between
 * threads; an unchanged file is the same pointer in the old snapshot and in
 * the new one. An entry is one allocation: its strings lie behind it.
 */
struct _PegEntry
{
  gint64 since_us;
  gint64 last_seen_us;
  gint64 modified_us;
  gint64 size;
  guint64 version;
  guint64 token;
  int major;
  int minor;
  PegEntryFlags flags;
  guint32 offsets[N_STRINGS]; /* into @text; 0: the string is %NULL */
  char text[];                /* begins with a NUL, so that 0 is no string */
};

G_DEFINE_ENUM_TYPE (PegLock, peg_lock,
                    G_DEFINE_ENUM_VALUE (PEG_LOCK_FREE, "free"),
                    G_DEFINE_ENUM_VALUE (PEG_LOCK_OWN, "own"),
                    G_DEFINE_ENUM_VALUE (PEG_LOCK_OTHER, "other"))

G_DEFINE_BOXED_TYPE (PegEntry, peg_entry, peg_entry_ref, peg_entry_unref)

static inline const char *
get_string (const PegEntry *self,
            guint           which)
{
  return self->offsets[which] != 0 ? self->text + self->offsets[which] : NULL;
}

static char *
make_search_text (const PegEntryFields *fields)
{
  GString *text = g_string_sized_new (96);
  const char *parts[] = {
    fields->filename, fields->path, fields->description, fields->holder,
  };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    if (parts[i] == NULL || (i == 1 && g_strcmp0 (parts[1], parts[0]) == 0))
      continue;

    /* A line break keeps a word from matching across two fields: the words
     * that are looked for have none. */
    if (text->len > 0)
      g_string_append_c (text, '\n');
    peg_search_fold (parts[i], text);
  }

  return g_string_free (text, FALSE);
}

/* What entries are sorted by: the part, then the file, naturally, so that
 * OP2 comes before OP10. */
static char *
make_sort_key (const char *part,
               const char *filename)
{
  g_autofree char *name = g_utf8_collate_key_for_filename (filename, -1);
  g_autofree char *first = NULL;

  if (part == NULL)
    return g_strconcat ("\002", name, NULL);

  first = g_utf8_collate_key_for_filename (part, -1);

  return g_strconcat ("\001", first, "\001", name, NULL);
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
  g_autofree char *group = NULL;
  g_autofree char *part = NULL;
  g_autofree char *key = NULL;
  g_autofree char *sort = NULL;
  g_autofree char *search = NULL;
  const char *strings[N_STRINGS] = { NULL };
  gsize lengths[N_STRINGS] = { 0 };
  gsize total = 1;
  gboolean locked;
  PegEntry *self;

  g_return_val_if_fail (fields != NULL, NULL);
  g_return_val_if_fail (fields->filename != NULL, NULL);

  locked = (fields->flags & PEG_ENTRY_LOCKED) != 0 || fields->holder != NULL;

  if (fields->group == NULL)
    group = peg_part_group (fields->path != NULL ? fields->path : fields->filename);
  if (fields->part == NULL)
    part = peg_part_of (fields->filename);

  strings[STRING_ID] = fields->id;
  strings[STRING_PATH] = fields->path;
  strings[STRING_FILENAME] = fields->filename;
  strings[STRING_GROUP] = group != NULL ? group : fields->group;
  strings[STRING_PART] = part != NULL ? part : fields->part;
  strings[STRING_DESCRIPTION] = fields->description;
  strings[STRING_MASTER] = fields->master;
  strings[STRING_HOLDER] = locked ? fields->holder : NULL;
  strings[STRING_STATION] = locked ? fields->station : NULL;
  strings[STRING_REASON] = locked ? fields->reason : NULL;
  strings[STRING_LOCK_ID] = locked ? fields->lock_id : NULL;
  strings[STRING_SHA256] = fields->sha256;

  if (fields->id != NULL)
    strings[STRING_KEY] = fields->id;
  else if (fields->path != NULL)
    strings[STRING_KEY] = fields->path;
  else
    strings[STRING_KEY] = key = g_strconcat (strings[STRING_GROUP], "/", fields->filename, NULL);

  strings[STRING_SORT] = sort = make_sort_key (strings[STRING_PART], fields->filename);
  strings[STRING_SEARCH] = search = make_search_text (fields);

  for (guint i = 0; i < N_STRINGS; i++) {
    if (strings[i] != NULL) {
      lengths[i] = strlen (strings[i]) + 1;
      total += lengths[i];
    }
  }

  self = g_atomic_rc_box_alloc0 (sizeof (PegEntry) + total);
  self->since_us = locked ? fields->since_us : 0;
  self->last_seen_us = locked ? fields->last_seen_us : 0;
  self->modified_us = fields->modified_us;
  self->size = fields->size;
  self->version = fields->version;
  self->token = locked ? fields->token : 0;
  self->major = fields->major;
  self->minor = fields->minor;
  self->flags = fields->flags | (locked ? PEG_ENTRY_LOCKED : 0);

  total = 1;
  for (guint i = 0; i < N_STRINGS; i++) {
    if (strings[i] != NULL) {
      self->offsets[i] = (guint32) total;
      memcpy (self->text + total, strings[i], lengths[i]);
      total += lengths[i];
    }
  }

  return self;
}

PegEntry *
peg_entry_ref (PegEntry *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

void
peg_entry_unref (PegEntry *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release (self);
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
  g_return_if_fail (self != NULL);
  g_return_if_fail (fields != NULL);

  *fields = (PegEntryFields) {
    .filename = get_string (self, STRING_FILENAME),
    .id = get_string (self, STRING_ID),
    .path = get_string (self, STRING_PATH),
    .group = get_string (self, STRING_GROUP),
    .part = get_string (self, STRING_PART),
    .description = get_string (self, STRING_DESCRIPTION),
    .master = get_string (self, STRING_MASTER),
    .holder = get_string (self, STRING_HOLDER),
    .station = get_string (self, STRING_STATION),
    .reason = get_string (self, STRING_REASON),
    .lock_id = get_string (self, STRING_LOCK_ID),
    .sha256 = get_string (self, STRING_SHA256),
    .since_us = self->since_us,
    .last_seen_us = self->last_seen_us,
    .modified_us = self->modified_us,
    .size = self->size,
    .version = self->version,
    .token = self->token,
    .major = self->major,
    .minor = self->minor,
    .flags = self->flags,
  };
}

#define DEFINE_STRING_GETTER(name, which)          \
  const char *                                     \
  peg_entry_get_##name (const PegEntry *self)      \
  {                                                \
    g_return_val_if_fail (self != NULL, NULL);     \
                                                   \
    return get_string (self, which);               \
  }

#define DEFINE_GETTER(type, name)                  \
  type                                             \
  peg_entry_get_##name (const PegEntry *self)      \
  {                                                \
    g_return_val_if_fail (self != NULL, (type) 0); \
                                                   \
    return self->name;                             \
  }

/* The getters give back what PegEntryFields documents; the key, the file name,
 * the group and the search text are never %NULL. */
DEFINE_STRING_GETTER (key, STRING_KEY)
DEFINE_STRING_GETTER (id, STRING_ID)
DEFINE_STRING_GETTER (path, STRING_PATH)
DEFINE_STRING_GETTER (filename, STRING_FILENAME)
DEFINE_STRING_GETTER (group, STRING_GROUP)
DEFINE_STRING_GETTER (part, STRING_PART)
DEFINE_STRING_GETTER (description, STRING_DESCRIPTION)
DEFINE_STRING_GETTER (master, STRING_MASTER)
DEFINE_STRING_GETTER (holder, STRING_HOLDER)
DEFINE_STRING_GETTER (station, STRING_STATION)
DEFINE_STRING_GETTER (reason, STRING_REASON)
DEFINE_STRING_GETTER (lock_id, STRING_LOCK_ID)
DEFINE_STRING_GETTER (sha256, STRING_SHA256)
DEFINE_STRING_GETTER (search_text, STRING_SEARCH)

DEFINE_GETTER (PegEntryFlags, flags)
DEFINE_GETTER (gint64, since_us)
DEFINE_GETTER (gint64, last_seen_us)
DEFINE_GETTER (gint64, modified_us)
DEFINE_GETTER (gint64, size)
DEFINE_GETTER (guint64, token)
DEFINE_GETTER (guint64, version)

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
  g_return_val_if_fail (self != NULL, FALSE);

  if (major != NULL)
    *major = self->major;
  if (minor != NULL)
    *minor = self->minor;

  return self->major >= 0;
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

  holder = get_string (self, STRING_HOLDER);

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
  g_return_val_if_fail (a != NULL, FALSE);
  g_return_val_if_fail (b != NULL, FALSE);

  if (a == b)
    return TRUE;

  if (a->flags != b->flags ||
      a->since_us != b->since_us ||
      a->last_seen_us != b->last_seen_us ||
      a->size != b->size ||
      a->version != b->version ||
      a->token != b->token ||
      a->major != b->major ||
      a->minor != b->minor)
    return FALSE;

  if (a->version != 0 && a->modified_us != b->modified_us)
    return FALSE;

  for (guint i = 0; i < STRING_SORT; i++) {
    if (g_strcmp0 (get_string (a, i), get_string (b, i)) != 0)
      return FALSE;
  }

  return TRUE;
}

/**
 * peg_entry_compare:
 * @a: an entry
 * @b: an entry of the same group
 *
 * Orders the entries of one group as they are shown: by part, then by name,
 * naturally. Files of no part come last. No two entries with different keys
 * compare equal.
 *
 * Returns: a negative, zero or positive number, like strcmp()
 */
int
peg_entry_compare (const PegEntry *a,
                   const PegEntry *b)
{
  int order;

  g_return_val_if_fail (a != NULL, 0);
  g_return_val_if_fail (b != NULL, 0);

  order = strcmp (get_string (a, STRING_SORT), get_string (b, STRING_SORT));
  if (order != 0)
    return order;

  return strcmp (get_string (a, STRING_KEY), get_string (b, STRING_KEY));
}
