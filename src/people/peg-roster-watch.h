/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-roster.h"

G_BEGIN_DECLS

#define PEG_TYPE_ROSTER_WATCH (peg_roster_watch_get_type ())

G_DECLARE_FINAL_TYPE (PegRosterWatch, peg_roster_watch, PEG, ROSTER_WATCH, GObject)

PegRosterWatch *peg_roster_watch_new        (const char     *path) G_GNUC_WARN_UNUSED_RESULT;
PegRoster      *peg_roster_watch_get_roster (PegRosterWatch *self);
const char     *peg_roster_watch_get_why    (PegRosterWatch *self);

G_END_DECLS
