/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-physical.h"

G_BEGIN_DECLS

#define PEG_TYPE_KEYBOARD (peg_keyboard_get_type ())

G_DECLARE_FINAL_TYPE (PegKeyboard, peg_keyboard, PEG, KEYBOARD, GtkWidget)

GtkWidget *peg_keyboard_new (PegPhysical *physical) G_GNUC_WARN_UNUSED_RESULT;

void         peg_keyboard_set_target   (PegKeyboard *self,
                                        GtkEditable *target);
void         peg_keyboard_begin        (PegKeyboard *self,
                                        gboolean     digits);
GtkEditable *peg_keyboard_get_target   (PegKeyboard *self);
void         peg_keyboard_set_language (PegKeyboard *self,
                                        const char  *language);

G_END_DECLS
