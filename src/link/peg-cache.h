/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-entry.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PEG_CACHE_MAX_BYTES:
 *
 * The largest file that is written or read, bytes: about 1,000,000 files of a shop that
 * tells everything, far more than any that is known.
 */
#define PEG_CACHE_MAX_BYTES (256 * 1024 * 1024)

/**
 * PEG_CACHE_MAX_ENTRIES:
 *
 * The most files that are written or read.
 */
#define PEG_CACHE_MAX_ENTRIES 1000000

/**
 * PegCacheError:
 * @PEG_CACHE_ERROR_DAMAGED: it is not what was written
 * @PEG_CACHE_ERROR_NEWER: a newer version wrote it
 * @PEG_CACHE_ERROR_FOREIGN: it belongs to another server or person
 * @PEG_CACHE_ERROR_TOO_BIG: the tree is larger than what is kept
 *
 * Why a cache cannot be used. The message is for the log.
 */
typedef enum {
  PEG_CACHE_ERROR_DAMAGED,
  PEG_CACHE_ERROR_NEWER,
  PEG_CACHE_ERROR_FOREIGN,
  PEG_CACHE_ERROR_TOO_BIG,
} PegCacheError;

#define PEG_CACHE_ERROR (peg_cache_error_quark ())

GQuark peg_cache_error_quark (void);

/**
 * PegCached:
 * @url: the server
 * @user: who this is
 * @name: (nullable): what the shop is called
 * @epoch: (nullable): of the position; %NULL: a classic server
 * @seq: of the position
 * @wall_us: when it was true, µs since 1970 by this computer
 * @offset_us: how much later the server's clock is than ours, µs
 * @window_ms: in which to spread the first attempt; 0: not told
 * @placeholder: the list is that of a server that nobody set up
 * @entries: (element-type PegEntry): every file
 *
 * What a server told last. Everything is owned.
 */
typedef struct {
  char *url;
  char *user;
  char *name;
  char *epoch;
  guint64 seq;
  gint64 wall_us;
  gint64 offset_us;
  guint window_ms;
  gboolean placeholder;
  GPtrArray *entries;
} PegCached;

void peg_cached_free (PegCached *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegCached, peg_cached_free)

GBytes    *peg_cache_encode (const PegCached  *cached,
                             GError          **error) G_GNUC_WARN_UNUSED_RESULT;
PegCached *peg_cache_decode (const char       *data,
                             gsize             length,
                             GError          **error) G_GNUC_WARN_UNUSED_RESULT;

char      *peg_cache_dup_path (const char       *folder,
                               const char       *url,
                               const char       *user) G_GNUC_WARN_UNUSED_RESULT;
PegCached *peg_cache_load     (const char       *folder,
                               const char       *url,
                               const char       *user,
                               char            **aside,
                               GError          **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   peg_cache_save     (const char       *folder,
                               const PegCached  *cached,
                               GError          **error);
void       peg_cache_forget   (const char       *folder,
                               const char       *url,
                               const char       *user);

G_END_DECLS
