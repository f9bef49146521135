/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many clients come back when the server was away. Pure: the time is given. */

/**
 * PEG_HERD_HALF_US:
 *
 * After how long half of those who went are not expected back any more, µs. A
 * network that fails for a while, or a server that is exchanged, is back within
 * hours; who closed the program for the night is not waited for.
 */
#define PEG_HERD_HALF_US G_TIME_SPAN_HOUR

/**
 * PegHerd:
 * @peak: how many there were
 * @at_us: when that was, monotonic, µs
 *
 * The most clients that there were of late, which fades.
 */
typedef struct {
  double peak;
  gint64 at_us;
} PegHerd;

void  peg_herd_begin (PegHerd *self,
                      guint    n_clients,
                      gint64   now_us);
guint peg_herd_see   (PegHerd *self,
                      guint    n_clients,
                      gint64   now_us);

G_END_DECLS
