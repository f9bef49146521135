/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PEG_TYPE_KIOSK_BUTTON (peg_kiosk_button_get_type ())

G_DECLARE_FINAL_TYPE (PegKioskButton, peg_kiosk_button, PEG, KIOSK_BUTTON, GtkButton)

GtkWidget *peg_kiosk_button_new (const char *title) G_GNUC_WARN_UNUSED_RESULT;

void        peg_kiosk_button_set_title (PegKioskButton *self,
                                        const char     *title);
void        peg_kiosk_button_keep_words (PegKioskButton *self);
void        peg_kiosk_button_set_why   (PegKioskButton *self,
                                        const char     *why);
const char *peg_kiosk_button_get_why   (PegKioskButton *self);
void        peg_kiosk_button_set_more  (PegKioskButton *self,
                                        const char     *more);

G_END_DECLS
