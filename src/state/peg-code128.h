/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The light margin on either side, in modules (ISO/IEC 15417, 4.5). */
#define PEG_CODE128_QUIET 10

char *peg_code128_encode (const char *text) G_GNUC_WARN_UNUSED_RESULT;
guint peg_code128_width  (const char *widths);

G_END_DECLS
