/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-entry.h"

G_BEGIN_DECLS

/**
 * PegHold:
 * @id: the identity of the check-out
 * @token: the fencing token; grows for ever, over all files
 * @holder: who has the file
 * @station: (nullable): where
 * @reason: (nullable): why
 * @since_us: since when, µs since 1970
 * @last_seen_us: when the holder was last heard of, likewise
 * @base_sha256: (nullable): what the content was at the check-out
 * @changed_outside: whether somebody changed the file on the disk since
 * @missing: whether the file is gone from the disk
 *
 * A check-out.
 */
typedef struct {
  char *id;
  guint64 token;
  char *holder;
  char *station;
  char *reason;
  gint64 since_us;
  gint64 last_seen_us;
  char *base_sha256;
  gboolean changed_outside;
  gboolean missing;
} PegHold;

void     peg_hold_free (PegHold       *self);
PegHold *peg_hold_copy (const PegHold *self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegHold, peg_hold_free)

typedef struct _PegListingChunk PegListingChunk;
typedef struct _PegListingGroup PegListingGroup;

/**
 * PegFile:
 * @id: the row in the ledger; 0: not there yet
 * @path: where, relative to the root, with `/`
 * @filename: the last part of @path; borrowed from it
 * @master: (nullable): for a link, what it stands for
 * @description: (nullable): the title in its header
 * @sha256: (nullable): of the content that @size, @mtime_ns and @inode belong
 *   to; %NULL: not known yet
 * @size: bytes
 * @mtime_ns: when the content last changed, ns since 1970
 * @inode: which file it is on its file system
 * @version: grows with every change of the record
 * @major: first number of the revision; -1: none
 * @minor: second number
 * @revised: whether there are revisions in the ledger
 * @hold: (nullable) (owned): who has it
 * @entry: (nullable) (owned): the same for the wire, made when it is needed
 * @chunk: (nullable): where it stands in a listing, which alone knows
 * @place: likewise
 *
 * What the server knows of a file. Only the shop changes it.
 */
typedef struct {
  gint64 id;
  char *path;
  const char *filename;
  char *master;
  char *description;
  char *sha256;
  gint64 size;
  gint64 mtime_ns;
  guint64 inode;
  guint64 version;
  int major;
  int minor;
  gboolean revised;
  PegHold *hold;
  PegEntry *entry;
  PegListingChunk *chunk;
  guint place;
} PegFile;

PegFile *peg_file_new       (const char    *path) G_GNUC_WARN_UNUSED_RESULT;
void     peg_file_free      (PegFile       *self);
PegFile *peg_file_copy      (const PegFile *self) G_GNUC_WARN_UNUSED_RESULT;
void     peg_file_take      (PegFile       *self,
                             PegFile       *other);
void     peg_file_set_path  (PegFile       *self,
                             const char    *path);

PegEntry *peg_file_get_entry (PegFile      *self,
                              const char   *prefix);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegFile, peg_file_free)

G_END_DECLS
