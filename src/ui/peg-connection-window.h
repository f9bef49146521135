/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-display.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PEG_TYPE_CONNECTION_WINDOW (peg_connection_window_get_type ())

G_DECLARE_FINAL_TYPE (PegConnectionWindow, peg_connection_window, PEG, CONNECTION_WINDOW, AdwWindow)

GtkWidget *peg_connection_window_new (GtkWindow *parent) G_GNUC_WARN_UNUSED_RESULT;

void peg_connection_window_update (PegConnectionWindow *self,
                                   PegSnapshot         *snapshot,
                                   const PegDisplayNow *now);

G_END_DECLS
