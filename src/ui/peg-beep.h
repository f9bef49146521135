/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * PegBeepKind:
 * @PEG_BEEP_YES: it was understood, and done: one beep
 * @PEG_BEEP_NO: it was not: two beeps
 *
 * What a beep says. A scanner beeps by itself when it has read something; what it has
 * read is known here only.
 */
typedef enum {
  PEG_BEEP_YES,
  PEG_BEEP_NO,
} PegBeepKind;

/**
 * PegBeepFunc:
 * @widget: the widget that was given to peg_beep()
 * @user_data: what was given to peg_beep_set_func()
 *
 * Makes one beep.
 */
typedef void (*PegBeepFunc) (GtkWidget *widget,
                             gpointer   user_data);

void peg_beep          (GtkWidget   *widget,
                        PegBeepKind  kind);
void peg_beep_set_func (PegBeepFunc  func,
                        gpointer     user_data);

G_END_DECLS
