/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-shop.h"

G_BEGIN_DECLS

/* The contents that go through one socket (docs/protocol.md, “Binary frames”). */

/**
 * PEG_HUB_MAX_CHUNK:
 *
 * The most bytes of a content in one frame: less than what is taken as one
 * message from a client.
 */
#define PEG_HUB_MAX_CHUNK (32 * 1024)

/**
 * PEG_HUB_WINDOW:
 *
 * How many bytes of a content may be under way, so that a change waits behind no
 * more: 21 ms of 100 Mbit/s.
 */
#define PEG_HUB_WINDOW (256 * 1024)

/**
 * PegHubTransferFunc:
 * @frame: a frame
 * @user_data: the data that was given with the function
 *
 * Sends a frame to the client.
 */
typedef void (*PegHubTransferFunc) (GBytes   *frame,
                                    gpointer  user_data);

typedef struct _PegHubTransfers PegHubTransfers;

PegHubTransfers *peg_hub_transfers_new  (PegShop            *shop,
                                         PegHubTransferFunc  func,
                                         gpointer            user_data) G_GNUC_WARN_UNUSED_RESULT;
void             peg_hub_transfers_free (PegHubTransfers    *self);

gboolean peg_hub_transfers_knows (PegHubTransfers  *self,
                                  GBytes           *bytes);
gboolean peg_hub_transfers_take  (PegHubTransfers  *self,
                                  GBytes           *bytes,
                                  const char       *user,
                                  gboolean          may_upload,
                                  GError          **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegHubTransfers, peg_hub_transfers_free)

G_END_DECLS
