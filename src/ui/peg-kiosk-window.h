/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-kiosk-view.h"
#include "peg-now.h"
#include "peg-physical.h"
#include "peg-scanner.h"
#include "peg-store.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define PEG_TYPE_KIOSK_WINDOW (peg_kiosk_window_get_type ())

G_DECLARE_FINAL_TYPE (PegKioskWindow, peg_kiosk_window, PEG, KIOSK_WINDOW, AdwApplicationWindow)

PegKioskWindow *peg_kiosk_window_new (GtkApplication *application,
                                      PegStore       *store,
                                      PegKioskModel  *model,
                                      GSettings      *settings,
                                      PegPhysical    *physical);

void      peg_kiosk_window_listen             (PegKioskWindow       *self,
                                               const PegWedgeFormat *format);
void      peg_kiosk_window_set_burn_in_s      (PegKioskWindow       *self,
                                               guint                 seconds);
void      peg_kiosk_window_set_sound          (PegKioskWindow       *self,
                                               gboolean              sound);
void      peg_kiosk_window_set_touch          (PegKioskWindow       *self,
                                               gboolean              touch);
void      peg_kiosk_window_set_badges         (PegKioskWindow       *self,
                                               gboolean              badges,
                                               gboolean              pin_too);
void      peg_kiosk_window_set_machine        (PegKioskWindow       *self,
                                               const char           *machine);
void      peg_kiosk_window_set_notes          (PegKioskWindow       *self,
                                               const char * const   *notes);
void      peg_kiosk_window_tick               (PegKioskWindow *self);
GVariant *peg_kiosk_window_dup_view_state     (PegKioskWindow *self) G_GNUC_WARN_UNUSED_RESULT;
void      peg_kiosk_window_restore_view_state (PegKioskWindow *self,
                                               GVariant       *state);

G_END_DECLS
