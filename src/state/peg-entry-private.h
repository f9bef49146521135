/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-entry.h"

G_BEGIN_DECLS

/* How an entry lies in memory: for peg-entry-pack.c, which makes one, and for
 * peg-entry.c, which reads it. */

/* The texts that nearly every file has. Their places lie in the entry itself. */
enum {
  PLACE_SEARCH,
  PLACE_FILENAME,
  PLACE_GROUP,
  PLACE_PATH, /* without a path: group and file name, which then are the key */
  PLACE_ID,
  PLACE_PART,
  PLACE_DESCRIPTION,
  N_PLACES,
};

/* How the rest of an entry is laid out: what few files have takes room only
 * there. What is there comes in this order: the large numbers, those of the
 * check-out, the places of the texts of the check-out, of those of a content,
 * and if the entry is wide, of all. */
enum {
  LAYOUT_LARGE = 1 << 0,   /* numbers that do not fit into their small fields */
  LAYOUT_LOCK = 1 << 1,    /* what belongs to a check-out */
  LAYOUT_CONTENT = 1 << 2, /* master and SHA-256 */
  LAYOUT_WIDE = 1 << 3,    /* longer than what 16 bits can point into */
  LAYOUT_NO_PATH = 1 << 4, /* see PLACE_PATH */
};

/* The values of the small fields that say that there is none. */
#define NO_SIZE G_MAXUINT32
#define NO_REVISION G_MAXUINT8

typedef struct {
  gint64 size;
  guint64 version;
  gint32 major;
  gint32 minor;
} PegEntryLarge;

typedef struct {
  gint64 since_us;
  gint64 last_seen_us;
  guint64 token;
} PegEntryHold;

#define PEG_ENTRY_N_LOCK_TEXTS 4
#define PEG_ENTRY_N_CONTENT_TEXTS 2

struct _PegEntry
{
  gatomicrefcount refs;
  guint32 version;
  gint64 modified_us;

  /* From here on, two entries that say the same have the same bytes, up to the
   * search text, which is the last: see peg_entry_equal(). */
  guint32 size;
  guint8 major;
  guint8 minor;
  guint8 flags; /* PegEntryFlags */
  guint8 layout;
  guint16 places[N_PLACES]; /* from the start of the entry; 0: no such text */
  char rest[];
};

#define PEG_ENTRY_HEAD_BYTES G_STRUCT_OFFSET (PegEntry, rest)

/* Where the numbers of a check-out lie. They are not aligned. */
static inline gsize
peg_entry_lock_numbers_at (guint layout)
{
  return PEG_ENTRY_HEAD_BYTES + ((layout & LAYOUT_LARGE) != 0 ? sizeof (PegEntryLarge) : 0);
}

static inline gsize
peg_entry_more_places_at (guint layout)
{
  return peg_entry_lock_numbers_at (layout) + ((layout & LAYOUT_LOCK) != 0 ? sizeof (PegEntryHold) : 0);
}

static inline guint
peg_entry_n_more_places (guint layout)
{
  return ((layout & LAYOUT_LOCK) != 0 ? PEG_ENTRY_N_LOCK_TEXTS : 0) +
         ((layout & LAYOUT_CONTENT) != 0 ? PEG_ENTRY_N_CONTENT_TEXTS : 0) +
         ((layout & LAYOUT_WIDE) != 0 ? N_PLACES : 0);
}

static inline gsize
peg_entry_place_bytes (guint layout)
{
  return (layout & LAYOUT_WIDE) != 0 ? sizeof (guint32) : sizeof (guint16);
}

G_END_DECLS
