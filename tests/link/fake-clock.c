/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-clock.h"

struct _FakeClock
{
  GObject parent_instance;

  gint64 now_us;
  gint64 slept_us;
  guint last;
  GPtrArray *timers; /* (element-type Timer): by when they are due */
};

typedef struct {
  guint timer;
  gint64 due_us;
  PegClockFunc func;
  gpointer user_data;
} Timer;

static gint64
fake_clock_get_mono_us (PegClock *clock)
{
  return FAKE_CLOCK (clock)->now_us;
}

static gint64
fake_clock_get_boot_us (PegClock *clock)
{
  return FAKE_CLOCK (clock)->now_us + FAKE_CLOCK (clock)->slept_us;
}

/* 2026-01-05T10:00:00Z when the clock began. */
static gint64
fake_clock_get_wall_us (PegClock *clock)
{
  return fake_clock_get_boot_us (clock) + 1767607200 * (gint64) G_USEC_PER_SEC;
}

static guint
fake_clock_add (PegClock     *clock,
                const char   *name,
                gint64        delay_us,
                PegClockFunc  func,
                gpointer      user_data)
{
  FakeClock *self = FAKE_CLOCK (clock);
  Timer *timer = g_new0 (Timer, 1);
  guint place = self->timers->len;

  timer->timer = ++self->last;
  timer->due_us = self->now_us + delay_us;
  timer->func = func;
  timer->user_data = user_data;

  while (place > 0 && ((Timer *) self->timers->pdata[place - 1])->due_us > timer->due_us)
    place--;
  g_ptr_array_insert (self->timers, (int) place, timer);

  return timer->timer;
}

static void
fake_clock_cancel (PegClock *clock,
                   guint     id)
{
  FakeClock *self = FAKE_CLOCK (clock);

  for (guint i = 0; i < self->timers->len; i++) {
    if (((Timer *) self->timers->pdata[i])->timer == id) {
      g_ptr_array_remove_index (self->timers, i);
      return;
    }
  }

  g_assert_not_reached ();
}

static void
clock_iface_init (PegClockInterface *iface)
{
  iface->get_mono_us = fake_clock_get_mono_us;
  iface->get_boot_us = fake_clock_get_boot_us;
  iface->get_wall_us = fake_clock_get_wall_us;
  iface->add = fake_clock_add;
  iface->cancel = fake_clock_cancel;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeClock, fake_clock, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PEG_TYPE_CLOCK, clock_iface_init))

static void
fake_clock_finalize (GObject *object)
{
  g_clear_pointer (&FAKE_CLOCK (object)->timers, g_ptr_array_unref);

  G_OBJECT_CLASS (fake_clock_parent_class)->finalize (object);
}

static void
fake_clock_class_init (FakeClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_clock_finalize;
}

static void
fake_clock_init (FakeClock *self)
{
  /* 0 means “never” in many places. */
  self->now_us = 1000 * (gint64) G_USEC_PER_SEC;
  self->timers = g_ptr_array_new_with_free_func (g_free);
}

FakeClock *
fake_clock_new (void)
{
  return g_object_new (FAKE_TYPE_CLOCK, NULL);
}

/* Lets time pass, with everything that happens in it, in order. */
void
fake_clock_advance (FakeClock *self,
                    gint64     by_us)
{
  const gint64 until_us = self->now_us + by_us;

  while (self->timers->len > 0 && ((Timer *) self->timers->pdata[0])->due_us <= until_us) {
    const Timer timer = *(Timer *) self->timers->pdata[0];

    g_ptr_array_remove_index (self->timers, 0);
    self->now_us = timer.due_us;
    timer.func (timer.user_data);
  }

  self->now_us = until_us;
}

/* The computer sleeps: timers stand still. */
void
fake_clock_sleep (FakeClock *self,
                  gint64     by_us)
{
  self->slept_us += by_us;
}

guint
fake_clock_n_timers (FakeClock *self)
{
  return self->timers->len;
}

/* How long until the next timer; -1: there is none. */
gint64
fake_clock_next_us (FakeClock *self)
{
  if (self->timers->len == 0)
    return -1;

  return ((Timer *) self->timers->pdata[0])->due_us - self->now_us;
}

struct _FakeRandom
{
  GObject parent_instance;

  double value;
};

static double
fake_random_next (PegRandom *random)
{
  return FAKE_RANDOM (random)->value;
}

static void
random_iface_init (PegRandomInterface *iface)
{
  iface->next = fake_random_next;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeRandom, fake_random, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PEG_TYPE_RANDOM, random_iface_init))

static void
fake_random_class_init (FakeRandomClass *klass)
{
}

static void
fake_random_init (FakeRandom *self)
{
}

FakeRandom *
fake_random_new (double value)
{
  FakeRandom *self = g_object_new (FAKE_TYPE_RANDOM, NULL);

  self->value = value;

  return self;
}

void
fake_random_set (FakeRandom *self,
                 double      value)
{
  self->value = value;
}
