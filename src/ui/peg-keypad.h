/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-physical.h"

G_BEGIN_DECLS

/* What a keypad says was pressed, besides the digits. */
#define PEG_KEYPAD_CLEAR "clear"
#define PEG_KEYPAD_OK "ok"

#define PEG_TYPE_KEYPAD (peg_keypad_get_type ())

G_DECLARE_FINAL_TYPE (PegKeypad, peg_keypad, PEG, KEYPAD, GtkWidget)

GtkWidget *peg_keypad_new (PegPhysical *physical) G_GNUC_WARN_UNUSED_RESULT;

void peg_keypad_set_can_ok (PegKeypad *self,
                            gboolean   can_ok);

G_END_DECLS
