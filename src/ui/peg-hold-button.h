/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-now.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * PEG_HOLD_BUTTON_HOLD_US:
 *
 * How long it is held, µs.
 */
#define PEG_HOLD_BUTTON_HOLD_US (1200 * 1000)

/**
 * PEG_HOLD_BUTTON_ASK_US:
 *
 * How long the question of who cannot hold can be answered, µs.
 */
#define PEG_HOLD_BUTTON_ASK_US (10 * G_USEC_PER_SEC)

#define PEG_TYPE_HOLD_BUTTON (peg_hold_button_get_type ())

G_DECLARE_FINAL_TYPE (PegHoldButton, peg_hold_button, PEG, HOLD_BUTTON, GtkWidget)

GtkWidget *peg_hold_button_new (PegNow     *now,
                                const char *label) G_GNUC_WARN_UNUSED_RESULT;

void       peg_hold_button_set_label (PegHoldButton *self,
                                      const char    *label);
const char *peg_hold_button_get_label (PegHoldButton *self);
double     peg_hold_button_get_progress (PegHoldButton *self);

G_END_DECLS
