/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-outbox.h"

G_BEGIN_DECLS

#define PEG_OUTBOX_BYTES ".bytes" /* what is to be checked in */
#define PEG_OUTBOX_PART ".part"   /* the same, while it is copied */

void peg_outbox_sync_folder (const char *folder);

G_END_DECLS
