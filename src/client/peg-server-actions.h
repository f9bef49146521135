/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-account.h"
#include "peg-preferences.h"
#include "peg-store.h"
#include "peg-working-folder.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define PEG_TYPE_SERVER_ACTIONS (peg_server_actions_get_type ())

G_DECLARE_FINAL_TYPE (PegServerActions, peg_server_actions, PEG, SERVER_ACTIONS, GObject)

PegServerActions *peg_server_actions_new (PegStore         *store,
                                          PegLink          *link,
                                          PegAccount       *account,
                                          PegPreferences   *preferences,
                                          PegWorkingFolder *folder,
                                          GActionMap       *actions) G_GNUC_WARN_UNUSED_RESULT;

gboolean peg_server_actions_connect   (PegServerActions *self,
                                       const char       *address,
                                       const char       *user);
void     peg_server_actions_open_demo (PegServerActions *self,
                                       const char       *user);

G_END_DECLS
