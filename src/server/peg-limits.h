/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PegLimits:
 * @max_behind: how much may wait for one socket, bytes; what waits beyond it is
 *   dropped, and the whole list follows instead
 * @stall_ms: how long a socket may take nothing while something waits for it
 *
 * How much the server lets others cost it (docs/admin.md, “Limits”).
 */
typedef struct {
  guint max_behind;
  guint stall_ms;
} PegLimits;

/**
 * PEG_LIMITS_INIT:
 *
 * The values that are used when nothing else is said.
 */
#define PEG_LIMITS_INIT \
  { \
    .max_behind = 4 * 1024 * 1024, \
    .stall_ms = 30000, \
  }

G_END_DECLS
