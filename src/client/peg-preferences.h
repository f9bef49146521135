/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-link.h"
#include "peg-options.h"
#include "peg-site.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define PEG_TYPE_PREFERENCES (peg_preferences_get_type ())

G_DECLARE_FINAL_TYPE (PegPreferences, peg_preferences, PEG, PREFERENCES, GObject)

PegPreferences *peg_preferences_new (PegSite          *site,
                                     const PegOptions *options) G_GNUC_WARN_UNUSED_RESULT;

GSettings *peg_preferences_get_settings    (PegPreferences *self);
char      *peg_preferences_dup_address     (PegPreferences *self) G_GNUC_WARN_UNUSED_RESULT;
char      *peg_preferences_dup_user        (PegPreferences *self) G_GNUC_WARN_UNUSED_RESULT;
char      *peg_preferences_dup_station     (PegPreferences *self) G_GNUC_WARN_UNUSED_RESULT;
char      *peg_preferences_dup_text        (PegPreferences *self,
                                            const char     *key) G_GNUC_WARN_UNUSED_RESULT;
gboolean   peg_preferences_get_reconnect   (PegPreferences *self);
char      *peg_preferences_dup_refusal     (PegPreferences *self,
                                            PegSiteKey      key,
                                            const char     *value) G_GNUC_WARN_UNUSED_RESULT;
void       peg_preferences_fill            (PegPreferences *self,
                                            PegLinkConfig  *config);
void       peg_preferences_remember_text   (PegPreferences *self,
                                            const char     *key,
                                            const char     *value);
void       peg_preferences_remember_server (PegPreferences *self,
                                            const char     *address,
                                            const char     *user);

G_END_DECLS
