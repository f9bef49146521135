/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * PegLock:
 * @PEG_LOCK_FREE: nobody has the file
 * @PEG_LOCK_OWN: the person at this client has it
 * @PEG_LOCK_OTHER: somebody else has it
 *
 * Who has a file checked out, seen by one person.
 */
typedef enum {
  PEG_LOCK_FREE,
  PEG_LOCK_OWN,
  PEG_LOCK_OTHER,
} PegLock;

#define PEG_TYPE_LOCK (peg_lock_get_type ())

GType peg_lock_get_type (void);

/**
 * PegEntryFlags:
 * @PEG_ENTRY_LINK: stands for another file, its master
 * @PEG_ENTRY_LOCKED: the server says that somebody has it, whether or not it
 *   says who
 * @PEG_ENTRY_LOCKED_BY_SERVER_USER: a classic server said
 *   `checked_out_by_user`: the user that the *server* is configured for has it
 * @PEG_ENTRY_CHANGED_OUTSIDE: somebody other than the holder changed it on
 *   disk while it was checked out
 * @PEG_ENTRY_MISSING: checked out, and gone from the disk
 *
 * What is true of a file besides its values.
 */
typedef enum {
  PEG_ENTRY_PLAIN = 0,
  PEG_ENTRY_LINK = 1 << 0,
  PEG_ENTRY_LOCKED = 1 << 1,
  PEG_ENTRY_LOCKED_BY_SERVER_USER = 1 << 2,
  PEG_ENTRY_CHANGED_OUTSIDE = 1 << 3,
  PEG_ENTRY_MISSING = 1 << 4,
} PegEntryFlags;

/**
 * PegEntryFields:
 * @filename: the name of the file; the only field that is always there
 * @id: (nullable): a stable identity, when the server gives one
 * @path: (nullable): where it is, relative to the shop's root, with `/`
 * @group: (nullable): the group it is in; %NULL: by the rule of
 *   peg_part_group()
 * @part: (nullable): the second level; %NULL: by the rule of peg_part_of()
 * @description: (nullable): what it is, in a few words
 * @master: (nullable): for a link, the file that it stands for
 * @holder: (nullable): who has it checked out
 * @station: (nullable): where the holder works
 * @reason: (nullable): why it is checked out
 * @lock_id: (nullable): the identity of the check-out
 * @sha256: (nullable): of the content, lower-case hexadecimal
 * @since_us: when it was checked out, µs since 1970 by the server; 0: unknown
 * @last_seen_us: when the holder was last heard of, likewise
 * @modified_us: when the content last changed, likewise
 * @size: of the content, bytes; -1: unknown
 * @version: grows with every change of the record; 0: unknown
 * @token: the fencing token of the check-out; 0: none
 * @major: first number of the revision; -1: no revision
 * @minor: second number of the revision
 * @flags: what else is true
 *
 * The values of an entry, for making one. Everything is borrowed. Start from
 * %PEG_ENTRY_FIELDS_INIT.
 */
typedef struct {
  const char *filename;
  const char *id;
  const char *path;
  const char *group;
  const char *part;
  const char *description;
  const char *master;
  const char *holder;
  const char *station;
  const char *reason;
  const char *lock_id;
  const char *sha256;
  gint64 since_us;
  gint64 last_seen_us;
  gint64 modified_us;
  gint64 size;
  guint64 version;
  guint64 token;
  int major;
  int minor;
  PegEntryFlags flags;
} PegEntryFields;

#define PEG_ENTRY_FIELDS_INIT ((PegEntryFields) { .size = -1, .major = -1, .minor = -1 })

/**
 * PegEntryText:
 * @PEG_ENTRY_TEXT_FILENAME: the texts of an entry, named like the members of
 *   #PegEntryFields
 *
 * Which text.
 */
typedef enum {
  PEG_ENTRY_TEXT_FILENAME,
  PEG_ENTRY_TEXT_ID,
  PEG_ENTRY_TEXT_PATH,
  PEG_ENTRY_TEXT_GROUP,
  PEG_ENTRY_TEXT_PART,
  PEG_ENTRY_TEXT_DESCRIPTION,
  PEG_ENTRY_TEXT_MASTER,
  PEG_ENTRY_TEXT_SHA256,
  PEG_ENTRY_TEXT_HOLDER,
  PEG_ENTRY_TEXT_STATION,
  PEG_ENTRY_TEXT_REASON,
  PEG_ENTRY_TEXT_LOCK_ID,
} PegEntryText;

#define PEG_ENTRY_N_TEXTS (PEG_ENTRY_TEXT_LOCK_ID + 1)

/**
 * PegEntrySlice:
 * @text: (nullable): valid UTF-8 without a NUL
 * @length: of @text, bytes
 *
 * A text that need not end with a NUL, because it lies in a message.
 */
typedef struct {
  const char *text;
  gsize length;
} PegEntrySlice;

/**
 * PegEntrySlices:
 * @texts: by #PegEntryText
 *
 * The same as #PegEntryFields, for whoever reads very many files: the texts are
 * taken from where they lie, without being copied first. Start from
 * %PEG_ENTRY_SLICES_INIT.
 */
typedef struct {
  PegEntrySlice texts[PEG_ENTRY_N_TEXTS];
  gint64 since_us;
  gint64 last_seen_us;
  gint64 modified_us;
  gint64 size;
  guint64 version;
  guint64 token;
  int major;
  int minor;
  PegEntryFlags flags;
} PegEntrySlices;

#define PEG_ENTRY_SLICES_INIT ((PegEntrySlices) { .size = -1, .major = -1, .minor = -1 })

#define PEG_TYPE_ENTRY (peg_entry_get_type ())

typedef struct _PegEntry PegEntry;

GType peg_entry_get_type (void);

PegEntry *peg_entry_new        (const PegEntryFields *fields) G_GNUC_WARN_UNUSED_RESULT;
PegEntry *peg_entry_new_slices (const PegEntrySlices *slices) G_GNUC_WARN_UNUSED_RESULT;
PegEntry *peg_entry_ref        (PegEntry             *self);
void      peg_entry_unref      (PegEntry             *self);

void peg_entry_get_fields (const PegEntry *self,
                           PegEntryFields *fields);

const char *peg_entry_get_key         (const PegEntry *self);
const char *peg_entry_get_id          (const PegEntry *self);
const char *peg_entry_get_path        (const PegEntry *self);
const char *peg_entry_get_filename    (const PegEntry *self);
const char *peg_entry_get_group       (const PegEntry *self);
const char *peg_entry_get_part        (const PegEntry *self);
const char *peg_entry_get_description (const PegEntry *self);
const char *peg_entry_get_master      (const PegEntry *self);
const char *peg_entry_get_holder      (const PegEntry *self);
const char *peg_entry_get_station     (const PegEntry *self);
const char *peg_entry_get_reason      (const PegEntry *self);
const char *peg_entry_get_lock_id     (const PegEntry *self);
const char *peg_entry_get_sha256      (const PegEntry *self);
const char *peg_entry_get_search_text (const PegEntry *self);

PegEntryFlags peg_entry_get_flags        (const PegEntry *self);
gint64        peg_entry_get_since_us     (const PegEntry *self);
gint64        peg_entry_get_last_seen_us (const PegEntry *self);
gint64        peg_entry_get_modified_us  (const PegEntry *self);
gint64        peg_entry_get_size         (const PegEntry *self);
guint64       peg_entry_get_token        (const PegEntry *self);
guint64       peg_entry_get_version      (const PegEntry *self);
gboolean      peg_entry_get_revision     (const PegEntry *self,
                                          int            *major,
                                          int            *minor);

PegLock  peg_entry_get_lock  (const PegEntry *self,
                              const char     *user);
gboolean peg_entry_is_locked (const PegEntry *self);

gboolean peg_entry_equal   (const PegEntry *a,
                            const PegEntry *b);
int      peg_entry_compare (const PegEntry *a,
                            const PegEntry *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegEntry, peg_entry_unref)

G_END_DECLS
