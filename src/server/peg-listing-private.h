/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-listing.h"

G_BEGIN_DECLS

/**
 * PegListingText:
 * @plain: (nullable): the files with commas between them; %NULL: it must be written
 * @packed: (nullable): the same as blocks of RFC 1951, none of them the last one
 * @crc: of @plain (RFC 1952, 8)
 *
 * A chunk in one form.
 */
typedef struct {
  GBytes *plain;
  GBytes *packed;
  guint32 crc;
} PegListingText;

/* Some files of a group. Others hold it while it is compressed. */
struct _PegListingChunk
{
  grefcount ref_count;
  PegListingGroup *group; /* (unowned) (nullable): %NULL: it is not used any more */
  GPtrArray *files;       /* (owned) (element-type PegFile): unowned */
  gboolean is_first;      /* of its group: no comma comes before it */
  PegListingText texts[PEG_FILE_N_FORMS];
};

struct _PegListingGroup
{
  char *name;             /* (owned) */
  GPtrArray *chunks;      /* (owned) (element-type PegListingChunk) */
  PegListingChunk *open;  /* (unowned) (nullable): which still takes files */
};

struct _PegListing
{
  GPtrArray *groups;      /* (owned) (element-type PegListingGroup) */
  GHashTable *by_name;    /* (owned): name → group, unowned */
  GString *scratch;       /* (owned): where chunks are written */
};

PegListingChunk *peg_listing_chunk_ref   (PegListingChunk *self) G_GNUC_WARN_UNUSED_RESULT;
void             peg_listing_chunk_unref (PegListingChunk *self);

GBytes *peg_listing_make_opening (const PegListingGroup *group,
                                  gboolean               is_first) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
