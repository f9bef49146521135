/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-snapshot.h"

G_BEGIN_DECLS

#define PEG_TYPE_STORE (peg_store_get_type ())

G_DECLARE_FINAL_TYPE (PegStore, peg_store, PEG, STORE, GObject)

/* One frame at 60 Hz, a little less: µs. */
#define PEG_STORE_FRAME_US 16000

PegStore *peg_store_new (void) G_GNUC_WARN_UNUSED_RESULT;

void peg_store_set_interval_us (PegStore *self,
                                gint64    interval_us);

PegSnapshot *peg_store_dup_snapshot (PegStore *self) G_GNUC_WARN_UNUSED_RESULT;
PegSnapshot *peg_store_get_shown    (PegStore *self);
void         peg_store_show         (PegStore *self);

void peg_store_dispatch (PegStore       *self,
                         const PegEvent *event);

G_END_DECLS
