/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-wire.h"

G_BEGIN_DECLS

/**
 * PegPoll:
 * @list: (nullable) (owned): every file; %NULL: see the others
 * @same: the list is the one of last time
 * @http_status: what the server answered instead; 0: nothing
 * @reason: why there is no list
 * @retry_after_us: how long the server asked to stay away; 0: it did not
 * @detail: (nullable) (owned): what a library said, for “Details”
 *
 * What came of asking for the list over HTTP.
 */
typedef struct {
  PegWireMessage *list;
  gboolean same;
  guint http_status;
  PegLinkReason reason;
  gint64 retry_after_us;
  char *detail;
} PegPoll;

void peg_poll_free (PegPoll *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegPoll, peg_poll_free)

G_END_DECLS
