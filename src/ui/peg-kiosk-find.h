/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-physical.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PEG_TYPE_KIOSK_FIND (peg_kiosk_find_get_type ())

G_DECLARE_FINAL_TYPE (PegKioskFind, peg_kiosk_find, PEG, KIOSK_FIND, AdwBin)

GtkWidget *peg_kiosk_find_new (PegPhysical *physical) G_GNUC_WARN_UNUSED_RESULT;

void        peg_kiosk_find_set_touch (PegKioskFind *self,
                                      gboolean      touch);
void        peg_kiosk_find_open      (PegKioskFind *self,
                                      gboolean      digits);
const char *peg_kiosk_find_get_words (PegKioskFind *self);
void        peg_kiosk_find_set_words (PegKioskFind *self,
                                      const char   *words);
void        peg_kiosk_find_set_count (PegKioskFind *self,
                                      guint         n_files);

G_END_DECLS
