/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-clock.h"
#include "peg-random.h"

G_BEGIN_DECLS

/* A clock that stands still until a test moves it. */
#define FAKE_TYPE_CLOCK (fake_clock_get_type ())

G_DECLARE_FINAL_TYPE (FakeClock, fake_clock, FAKE, CLOCK, GObject)

FakeClock *fake_clock_new      (void);
void       fake_clock_advance  (FakeClock *self,
                                gint64     by_us);
void       fake_clock_sleep    (FakeClock *self,
                                gint64     by_us);
guint      fake_clock_n_timers (FakeClock *self);
gint64     fake_clock_next_us  (FakeClock *self);

/* Random numbers that a test chooses; the same one for ever. */
#define FAKE_TYPE_RANDOM (fake_random_get_type ())

G_DECLARE_FINAL_TYPE (FakeRandom, fake_random, FAKE, RANDOM, GObject)

FakeRandom *fake_random_new (double value);
void        fake_random_set (FakeRandom *self,
                             double      value);

G_END_DECLS
