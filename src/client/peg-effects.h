/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-link.h"
#include "peg-working-folder.h"

G_BEGIN_DECLS

#define PEG_TYPE_EFFECTS (peg_effects_get_type ())

G_DECLARE_FINAL_TYPE (PegEffects, peg_effects, PEG, EFFECTS, GObject)

PegEffects *peg_effects_new (PegStore   *store,
                             PegLink    *link,
                             GActionMap *actions) G_GNUC_WARN_UNUSED_RESULT;

void peg_effects_set_working_folder (PegEffects       *self,
                                     PegWorkingFolder *folder);

G_END_DECLS
