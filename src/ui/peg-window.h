/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-file-picker.h"
#include "peg-now.h"
#include "peg-store.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PEG_TYPE_WINDOW (peg_window_get_type ())

G_DECLARE_FINAL_TYPE (PegWindow, peg_window, PEG, WINDOW, AdwApplicationWindow)

PegWindow *peg_window_new (GtkApplication *application,
                           PegStore       *store,
                           GSettings      *settings);

void peg_window_select    (PegWindow  *self,
                           const char *key);
void peg_window_tick      (PegWindow  *self);
void peg_window_set_touch (PegWindow  *self,
                           gboolean    touch);

G_END_DECLS
