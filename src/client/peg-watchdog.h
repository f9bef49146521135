/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PEG_WATCHDOG_LIMIT_US:
 *
 * How long the main loop may be silent, µs. Nothing that works takes a tenth of it;
 * a person at a terminal pulls the plug after about as long.
 */
#define PEG_WATCHDOG_LIMIT_US (10 * (gint64) G_USEC_PER_SEC)

/**
 * PEG_WATCHDOG_EXIT:
 *
 * The exit status of a program whose main loop hung: what sysexits.h calls an
 * internal software error.
 */
#define PEG_WATCHDOG_EXIT 70

typedef struct _PegWatchdog PegWatchdog;

/**
 * PegWatchdogFunc:
 * @silent_us: for how long nothing was heard of the main loop, µs
 * @user_data: what was given to peg_watchdog_new()
 *
 * Is called in the thread of the watchdog, once, and need not come back.
 */
typedef void (*PegWatchdogFunc) (gint64   silent_us,
                                 gpointer user_data);

PegWatchdog *peg_watchdog_new  (GMainContext    *context,
                                gint64           limit_us,
                                PegWatchdogFunc  bite,
                                gpointer         user_data) G_GNUC_WARN_UNUSED_RESULT;
void         peg_watchdog_free (PegWatchdog     *self);

void         peg_watchdog_bite (gint64           silent_us,
                                gpointer         user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PegWatchdog, peg_watchdog_free)

G_END_DECLS
