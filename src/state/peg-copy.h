/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-entry.h"

G_BEGIN_DECLS

/**
 * PegCopyState:
 * @PEG_COPY_NONE: nothing was written for it, or nobody can tell
 * @PEG_COPY_SAME: what is there is what the server has
 * @PEG_COPY_CHANGED: it was changed there since it was written
 * @PEG_COPY_OLD: the server has a newer revision
 * @PEG_COPY_OLD_CHANGED: both
 * @PEG_COPY_MISSING: it was written there, and is gone
 *
 * What the copy of a file in the station’s working folder is.
 */
typedef enum {
  PEG_COPY_NONE,
  PEG_COPY_SAME,
  PEG_COPY_CHANGED,
  PEG_COPY_OLD,
  PEG_COPY_OLD_CHANGED,
  PEG_COPY_MISSING,
} PegCopyState;

#define PEG_TYPE_COPY_STATE (peg_copy_state_get_type ())

GType peg_copy_state_get_type (void);

/**
 * PegCopyRecord:
 * @key: of the file
 * @name: of the copy, one component of a path
 * @sha256: of the bytes that were written, lower-case hexadecimal
 * @size: of them
 * @major: first number of the revision they are; -1: it has none
 * @minor: second number of it
 *
 * What this program wrote into the working folder. Nobody else can have made the
 * bytes that it describes, so they may be replaced; all others are asked about.
 */
typedef struct {
  char *key;
  char *name;
  char *sha256;
  gint64 size;
  int major;
  int minor;
} PegCopyRecord;

/**
 * PegCopyThere:
 * @PEG_COPY_THERE_UNKNOWN: it cannot be looked at
 * @PEG_COPY_THERE_NOTHING: there is nothing under that name
 * @PEG_COPY_THERE_FILE: a regular file
 * @PEG_COPY_THERE_OTHER: a folder, a link, or whatever else is no file
 *
 * What is under a name in the working folder.
 */
typedef enum {
  PEG_COPY_THERE_UNKNOWN,
  PEG_COPY_THERE_NOTHING,
  PEG_COPY_THERE_FILE,
  PEG_COPY_THERE_OTHER,
} PegCopyThere;

/**
 * PegCopyFacts:
 * @there: what is there
 * @sha256: (nullable): of a file’s bytes
 * @size: of a file
 * @modified_us: when it was last written, µs since 1970 by whoever keeps it
 *
 * What was found in the working folder.
 */
typedef struct {
  PegCopyThere there;
  char *sha256;
  gint64 size;
  gint64 modified_us;
} PegCopyFacts;

PegCopyState peg_copy_decide (const PegCopyRecord *record,
                              const PegCopyFacts  *facts,
                              const PegEntry      *entry);

/**
 * PegCopy:
 * @record: what was written
 * @facts: what is there now
 *
 * One copy in the working folder. Immutable after peg_copy_new().
 */
typedef struct {
  PegCopyRecord record;
  PegCopyFacts facts;
} PegCopy;

PegCopy *peg_copy_new   (const PegCopyRecord *record,
                         const PegCopyFacts  *facts) G_GNUC_WARN_UNUSED_RESULT;
PegCopy *peg_copy_ref   (PegCopy             *self);
void     peg_copy_unref (PegCopy             *self);
gboolean peg_copy_equal (const PegCopy       *a,
                         const PegCopy       *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegCopy, peg_copy_unref)

/**
 * PegCopyFound:
 * @PEG_COPY_FOUND_CHANGED: this program wrote it, and somebody changed it
 * @PEG_COPY_FOUND_FOREIGN: something that this program did not write
 * @PEG_COPY_FOUND_OTHER_FILE: the copy of another file of the same name
 *
 * What stands where a copy is to be written.
 */
typedef enum {
  PEG_COPY_FOUND_CHANGED,
  PEG_COPY_FOUND_FOREIGN,
  PEG_COPY_FOUND_OTHER_FILE,
} PegCopyFound;

/**
 * PegCopyQuestion:
 * @key: of the file that is to be written
 * @filename: its name
 * @name: of the copy in the working folder
 * @found: what is there under that name
 * @other: (nullable): which other file that is the copy of
 * @size: of what is there, bytes
 * @modified_us: when that was last written, µs since 1970
 * @major: first number of the revision that would replace it; -1: it has none
 * @minor: second number of it
 *
 * Whether something in the working folder may be replaced. What was there is kept
 * even then, under another name.
 */
typedef struct {
  char *key;
  char *filename;
  char *name;
  PegCopyFound found;
  char *other;
  gint64 size;
  gint64 modified_us;
  int major;
  int minor;
} PegCopyQuestion;

/**
 * PegCopies:
 *
 * All that is known of the working folder. Immutable.
 */
typedef struct _PegCopies PegCopies;

PegCopies *peg_copies_new   (const char            *folder,
                             const char            *trouble,
                             GPtrArray             *copies,
                             const PegCopyQuestion *question) G_GNUC_WARN_UNUSED_RESULT;
PegCopies *peg_copies_ref   (PegCopies             *self);
void       peg_copies_unref (PegCopies             *self);
gboolean   peg_copies_equal (const PegCopies       *a,
                             const PegCopies       *b);

PegCopies *peg_copies_without_question (PegCopies *self) G_GNUC_WARN_UNUSED_RESULT;

const char            *peg_copies_get_folder   (const PegCopies *self);
const char            *peg_copies_get_trouble  (const PegCopies *self);
const PegCopyQuestion *peg_copies_get_question (const PegCopies *self);
guint                  peg_copies_get_n        (const PegCopies *self);
PegCopy               *peg_copies_find         (const PegCopies *self,
                                                const char      *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegCopies, peg_copies_unref)

G_END_DECLS
