/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-kiosk-view.h"
#include "peg-now.h"
#include "peg-physical.h"
#include "peg-snapshot.h"

G_BEGIN_DECLS

#define PEG_TYPE_SAVER (peg_saver_get_type ())

G_DECLARE_FINAL_TYPE (PegSaver, peg_saver, PEG, SAVER, GtkWidget)

GtkWidget *peg_saver_new (PegKioskModel *model,
                          PegNow        *now,
                          PegPhysical   *physical) G_GNUC_WARN_UNUSED_RESULT;

void     peg_saver_set_snapshot  (PegSaver    *self,
                                  PegSnapshot *snapshot);
void     peg_saver_set_burn_in_s (PegSaver    *self,
                                  guint        seconds);
gboolean peg_saver_is_eating     (PegSaver    *self);
void     peg_saver_tick          (PegSaver    *self);

G_END_DECLS
