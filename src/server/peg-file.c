/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-file"

#include "peg-config.h"

#include "peg-file.h"

#include <string.h>

void
peg_hold_free (PegHold *self)
{
  g_free (self->id);
  g_free (self->holder);
  g_free (self->station);
  g_free (self->reason);
  g_free (self->base_sha256);
  g_free (self);
}

/**
 * peg_hold_copy:
 * @self: (nullable): a check-out
 *
 * Returns: (transfer full) (nullable): the same; %NULL for %NULL
 */
PegHold *
peg_hold_copy (const PegHold *self)
{
  PegHold *copy;

  if (self == NULL)
    return NULL;

  copy = g_new (PegHold, 1);
  *copy = *self;
  copy->id = g_strdup (self->id);
  copy->holder = g_strdup (self->holder);
  copy->station = g_strdup (self->station);
  copy->reason = g_strdup (self->reason);
  copy->base_sha256 = g_strdup (self->base_sha256);

  return copy;
}

/**
 * peg_file_new:
 * @path: where, relative to the root, valid UTF-8
 *
 * Returns: (transfer full): a file of which nothing else is known
 */
PegFile *
peg_file_new (const char *path)
{
  PegFile *self = g_new0 (PegFile, 1);

  self->major = self->minor = -1;
  self->version = 1;
  peg_file_set_path (self, path);

  return self;
}

static void
file_clear (PegFile *self)
{
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->master, g_free);
  g_clear_pointer (&self->description, g_free);
  g_clear_pointer (&self->sha256, g_free);
  g_clear_pointer (&self->hold, peg_hold_free);
  g_clear_pointer (&self->entry, peg_entry_unref);
}

void
peg_file_free (PegFile *self)
{
  file_clear (self);
  g_free (self);
}

/**
 * peg_file_copy:
 * @self: a file
 *
 * Changes are made to a copy, which takes the place of the original with
 * peg_file_take() when the ledger has them: what is shown is never ahead of
 * what is kept.
 *
 * Returns: (transfer full): the same
 */
PegFile *
peg_file_copy (const PegFile *self)
{
  PegFile *copy = g_new0 (PegFile, 1);

  *copy = *self;
  copy->path = NULL;
  copy->entry = NULL;
  copy->chunk = NULL;
  copy->master = g_strdup (self->master);
  copy->description = g_strdup (self->description);
  copy->sha256 = g_strdup (self->sha256);
  copy->hold = peg_hold_copy (self->hold);
  peg_file_set_path (copy, self->path);

  return copy;
}

/**
 * peg_file_take:
 * @self: a file
 * @other: (transfer full): what it is from now on
 *
 * Replaces everything that is known of a file. In a listing it stays where it is.
 */
void
peg_file_take (PegFile *self,
               PegFile *other)
{
  PegListingChunk *chunk = self->chunk;
  guint place = self->place;

  file_clear (self);
  *self = *other;
  self->chunk = chunk;
  self->place = place;
  g_free (other);
}

void
peg_file_set_path (PegFile    *self,
                   const char *path)
{
  char *copy = g_strdup (path);
  const char *slash = strrchr (copy, '/');

  g_free (self->path);
  self->path = copy;
  self->filename = slash != NULL ? slash + 1 : copy;
}

static void
add_hold (PegEntryFields *fields,
          const PegHold  *hold)
{
  fields->flags |= PEG_ENTRY_LOCKED;
  fields->holder = hold->holder;
  fields->station = hold->station;
  fields->reason = hold->reason;
  fields->lock_id = hold->id;
  fields->since_us = hold->since_us;
  fields->token = hold->token;
  if (hold->changed_outside)
    fields->flags |= PEG_ENTRY_CHANGED_OUTSIDE;
  if (hold->missing)
    fields->flags |= PEG_ENTRY_MISSING;
}

/**
 * peg_file_get_entry:
 * @self: a file with a row in the ledger
 * @prefix: what the ids of this ledger begin with
 *
 * Returns: (transfer none): the file for the wire
 */
PegEntry *
peg_file_get_entry (PegFile    *self,
                    const char *prefix)
{
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
  char id[64];

  if (self->entry != NULL)
    return self->entry;

  g_snprintf (id, sizeof id, "%s-%" G_GINT64_MODIFIER "x", prefix, self->id);

  fields.id = id;
  fields.filename = self->filename;
  fields.path = self->path;
  fields.description = self->description;
  fields.sha256 = self->sha256;
  fields.modified_us = self->mtime_ns / 1000;
  fields.size = self->size;
  fields.version = self->version;
  fields.major = self->major;
  fields.minor = self->minor;
  if (self->master != NULL) {
    fields.master = self->master;
    fields.flags |= PEG_ENTRY_LINK;
  }
  if (self->hold != NULL)
    add_hold (&fields, self->hold);

  self->entry = peg_entry_new (&fields);

  return self->entry;
}
