/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PegUpdateState:
 * @PEG_UPDATE_OUTSIDE: this program does not run in a Flatpak; somebody else updates it
 * @PEG_UPDATE_CURRENT: nothing newer is known
 * @PEG_UPDATE_AVAILABLE: there is something newer, which may not be installed now
 * @PEG_UPDATE_INSTALLING: it is being installed, beside the program that runs
 * @PEG_UPDATE_READY: it is installed; the next start is the new one
 * @PEG_UPDATE_FAILED: it could not be installed
 *
 * How far this program is with becoming a newer one.
 */
typedef enum {
  PEG_UPDATE_OUTSIDE,
  PEG_UPDATE_CURRENT,
  PEG_UPDATE_AVAILABLE,
  PEG_UPDATE_INSTALLING,
  PEG_UPDATE_READY,
  PEG_UPDATE_FAILED,
} PegUpdateState;

#define PEG_TYPE_UPDATE_STATE (peg_update_state_get_type ())

GType peg_update_state_get_type (void);

#define PEG_TYPE_UPDATE (peg_update_get_type ())

G_DECLARE_FINAL_TYPE (PegUpdate, peg_update, PEG, UPDATE, GObject)

PegUpdate *peg_update_new (GDBusConnection *connection,
                           const char      *flatpak_info) G_GNUC_WARN_UNUSED_RESULT;

void           peg_update_set_allowed          (PegUpdate *self,
                                                gboolean   allowed);
PegUpdateState peg_update_get_state            (PegUpdate *self);
gboolean       peg_update_get_restart_needed   (PegUpdate *self);
const char    *peg_update_get_running_commit   (PegUpdate *self);
const char    *peg_update_get_available_commit (PegUpdate *self);
const char    *peg_update_get_error            (PegUpdate *self);
char          *peg_update_dup_words            (PegUpdate *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
