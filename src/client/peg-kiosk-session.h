/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-clock.h"
#include "peg-kiosk-machine.h"
#include "peg-link.h"
#include "peg-site.h"

G_BEGIN_DECLS

/**
 * PegKioskConfig:
 * @site: what the shop has laid down
 * @server: (nullable): the address; %NULL: that of @site
 * @demo: the demo shop is shown, whose address peg_kiosk_session_set_server() tells, and
 *   which gets no token
 * @station: (nullable): the name of this place; %NULL: that of @site
 * @safe_code: (nullable): it runs in safe mode; what to tell the lead
 * @outbox_folder: (nullable): where the link keeps the work of everybody
 * @state_folder: (nullable): where wrong PINs are remembered, and whose work is kept;
 *   %NULL: nowhere
 * @clock: (nullable): the time; %NULL: that of the system
 *
 * What a shared terminal is like. Everything is borrowed.
 */
typedef struct {
  PegSite *site;
  const char *server;
  gboolean demo;
  const char *station;
  const char *safe_code;
  const char *outbox_folder;
  const char *state_folder;
  PegClock *clock;
} PegKioskConfig;

#define PEG_TYPE_KIOSK_SESSION (peg_kiosk_session_get_type ())

G_DECLARE_FINAL_TYPE (PegKioskSession, peg_kiosk_session, PEG, KIOSK_SESSION, GObject)

PegKioskSession *peg_kiosk_session_new (PegStore             *store,
                                        PegLink              *link,
                                        GActionMap           *actions,
                                        const PegKioskConfig *config) G_GNUC_WARN_UNUSED_RESULT;

PegKioskModel *peg_kiosk_session_get_model   (PegKioskSession    *self);
void           peg_kiosk_session_start       (PegKioskSession    *self);
void           peg_kiosk_session_set_server  (PegKioskSession    *self,
                                              const char         *server);
void           peg_kiosk_session_activity    (PegKioskSession    *self);
void           peg_kiosk_session_scanned     (PegKioskSession    *self,
                                              const char         *text);
void           peg_kiosk_session_refused     (PegKioskSession    *self,
                                              const char         *why);
void           peg_kiosk_session_set_version (PegKioskSession    *self,
                                              const char         *version);
void           peg_kiosk_session_set_missing (PegKioskSession    *self,
                                              const char * const *missing);
gboolean       peg_kiosk_session_may_update  (PegKioskSession    *self);

G_END_DECLS
