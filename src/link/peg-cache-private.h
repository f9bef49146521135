/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-cache.h"

G_BEGIN_DECLS

/* The file: a head of fixed size, and a body that the head has the length and
 * the checksum of. Numbers are little-endian; a text is its length, its bytes
 * and a NUL, or PEG_CACHE_NO_TEXT alone. Every record has every member.
 *
 * The list as it goes over the wire would be less to own, but takes several times as
 * long to be read; measured with tests/link/test-cache. */
#define PEG_CACHE_MAGIC "PEGCACHE"
#define PEG_CACHE_MAGIC_SIZE 8
#define PEG_CACHE_VERSION 1
#define PEG_CACHE_HEAD_SIZE (PEG_CACHE_MAGIC_SIZE + 4 + 4 + 8 + 8)
#define PEG_CACHE_NO_TEXT G_MAXUINT32

/* A record is at least its numbers and its texts, none of them there. */
#define PEG_CACHE_N_TEXTS 12
#define PEG_CACHE_N_NUMBERS 8
#define PEG_CACHE_RECORD_SIZE (PEG_CACHE_N_TEXTS * 4 + PEG_CACHE_N_NUMBERS * 8 + 4)

#define PEG_CACHE_SUM_INIT G_GUINT64_CONSTANT (14695981039346656037)

guint64 peg_cache_sum (guint64       hash,
                       const guint8 *data,
                       gsize         length);

G_END_DECLS
