/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Secrets: random bytes, comparing them, and the files that they are in. */

/**
 * PEG_SECRET_MIN_BYTES:
 *
 * The shortest secret that signs, bytes: as long as what HMAC SHA-256 gives
 * (RFC 7518, 3.2).
 */
#define PEG_SECRET_MIN_BYTES 32

gboolean peg_constant_time_equal (gconstpointer  a,
                                  gconstpointer  b,
                                  gsize          length);
void     peg_secret_fill         (guint8        *bytes,
                                  gsize          length);

GBytes *peg_secret_read         (const char  *path,
                                 GError     **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *peg_secret_read_or_make (const char  *path,
                                 GError     **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
