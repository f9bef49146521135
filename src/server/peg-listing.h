/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-file-text.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PegListing:
 *
 * Every file of a shop by group, as text for the wire.
 *
 * The text is kept in chunks of up to 256 files of one group. A change writes one
 * chunk anew and leaves the others, so that a list after a change costs what one
 * chunk costs, whether the shop has a thousand files or a million; it is put together
 * of the chunks without a copy. Each chunk is also compressed on its own, and the
 * pieces are one gzip stream (RFC 1951 lets blocks that know nothing of each other
 * follow each other).
 *
 * Measured on 100,000 files (tests/bench/server): all of it written for the first
 * time in 40 to 60 ms, where the tree of entries took 400; after a change 0.2 ms.
 */
typedef struct _PegListing PegListing;

PegListing *peg_listing_new  (void) G_GNUC_WARN_UNUSED_RESULT;
void        peg_listing_free (PegListing *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegListing, peg_listing_free)

void peg_listing_put    (PegListing *self,
                         PegFile    *file);
void peg_listing_remove (PegListing *self,
                         PegFile    *file);

gboolean   peg_listing_write      (PegListing  *self,
                                   const char  *prefix,
                                   PegFileForm  form,
                                   gint64       budget_us);
GPtrArray *peg_listing_get_pieces (PegListing  *self,
                                   PegFileForm  form) G_GNUC_WARN_UNUSED_RESULT;

/* Compressed */

guint      peg_listing_count_unpacked    (PegListing           *self,
                                          PegFileForm           form);
void       peg_listing_pack              (PegListing           *self,
                                          PegFileForm           form);
void       peg_listing_pack_async        (PegListing           *self,
                                          PegFileForm           form,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
void       peg_listing_pack_finish       (PegListing           *self,
                                          GAsyncResult         *result);
GPtrArray *peg_listing_get_packed_pieces (PegListing           *self,
                                          PegFileForm           form) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
