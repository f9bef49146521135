/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean peg_claims_read (const char *token,
                          gint64     *issued_s,
                          gint64     *expires_s);

gint64 peg_claims_refresh_in_us (const char *token,
                                 guint64     expires_in_s,
                                 gint64      wall_us);

G_END_DECLS
