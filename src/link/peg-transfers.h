/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-clock.h"
#include "peg-connection.h"
#include "peg-transfer.h"

G_BEGIN_DECLS

/**
 * PEG_TRANSFERS_MIN_BYTES:
 *
 * Contents below this go over HTTP, where they are one round trip.
 */
#define PEG_TRANSFERS_MIN_BYTES (256 * 1024)

#define PEG_TYPE_TRANSFERS (peg_transfers_get_type ())

G_DECLARE_FINAL_TYPE (PegTransfers, peg_transfers, PEG, TRANSFERS, GObject)

PegTransfers *peg_transfers_new (PegConnection *connection,
                                 PegClock      *clock) G_GNUC_WARN_UNUSED_RESULT;

gboolean peg_transfers_can     (PegTransfers *self,
                                gint64        size);
void     peg_transfers_end_all (PegTransfers *self);

void     peg_transfers_run_async  (PegTransfers         *self,
                                   PegTransfer          *transfer,
                                   GCancellable         *cancellable,
                                   GAsyncReadyCallback   callback,
                                   gpointer              user_data);
gboolean peg_transfers_run_finish (PegTransfers         *self,
                                   GAsyncResult         *result,
                                   GError              **error);

G_END_DECLS
