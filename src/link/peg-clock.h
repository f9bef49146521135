/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * PegClockFunc:
 * @user_data: as given to peg_clock_add()
 *
 * Called when a timer has run down.
 */
typedef void (*PegClockFunc) (gpointer user_data);

#define PEG_TYPE_CLOCK (peg_clock_get_type ())

G_DECLARE_INTERFACE (PegClock, peg_clock, PEG, CLOCK, GObject)

/**
 * PegClockInterface:
 * @get_mono_us: the monotonic clock
 * @get_boot_us: the monotonic clock that goes on while the computer sleeps
 * @get_wall_us: the time of day
 * @add: starts a timer
 * @cancel: stops a timer
 * @run_due: (nullable): calls what is due; a clock without a loop has none
 *
 * Where time comes from.
 */
struct _PegClockInterface
{
  GTypeInterface parent_iface;

  gint64 (*get_mono_us) (PegClock     *self);
  gint64 (*get_boot_us) (PegClock     *self);
  gint64 (*get_wall_us) (PegClock     *self);
  guint  (*add)         (PegClock     *self,
                         const char   *name,
                         gint64        delay_us,
                         PegClockFunc  func,
                         gpointer      user_data);
  void   (*cancel)      (PegClock     *self,
                         guint         timer);
  void   (*run_due)     (PegClock     *self);
};

gint64 peg_clock_get_mono_us (PegClock *self);
gint64 peg_clock_get_boot_us (PegClock *self);
gint64 peg_clock_get_wall_us (PegClock *self);

guint peg_clock_add    (PegClock     *self,
                        const char   *name,
                        gint64        delay_us,
                        PegClockFunc  func,
                        gpointer      user_data) G_GNUC_WARN_UNUSED_RESULT;
void  peg_clock_cancel (PegClock     *self,
                        guint        *timer);

void peg_clock_run_due (PegClock *self);

#define PEG_TYPE_SYSTEM_CLOCK (peg_system_clock_get_type ())

G_DECLARE_FINAL_TYPE (PegSystemClock, peg_system_clock, PEG, SYSTEM_CLOCK, GObject)

PegClock *peg_system_clock_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
