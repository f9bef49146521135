/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-clock"

#include "peg-config.h"

#include "peg-clock.h"

#include <time.h>

/**
 * PegClock:
 *
 * The time, and timers, so that a test can let an hour pass in a moment.
 *
 * A timer calls its function once, from the main context that was the thread's
 * default when it was started, and never from within peg_clock_add().
 */
G_DEFINE_INTERFACE (PegClock, peg_clock, G_TYPE_OBJECT)

static void
peg_clock_default_init (PegClockInterface *iface)
{
}

/**
 * peg_clock_get_mono_us:
 * @self: a clock
 *
 * Returns: a time that only grows, µs; it stands still while the computer sleeps
 */
gint64
peg_clock_get_mono_us (PegClock *self)
{
  g_return_val_if_fail (PEG_IS_CLOCK (self), 0);

  return PEG_CLOCK_GET_IFACE (self)->get_mono_us (self);
}

/**
 * peg_clock_get_boot_us:
 * @self: a clock
 *
 * Returns: a time that only grows, µs; it goes on while the computer sleeps
 */
gint64
peg_clock_get_boot_us (PegClock *self)
{
  g_return_val_if_fail (PEG_IS_CLOCK (self), 0);

  return PEG_CLOCK_GET_IFACE (self)->get_boot_us (self);
}

/**
 * peg_clock_get_wall_us:
 * @self: a clock
 *
 * Returns: the time of day, µs since 1970
 */
gint64
peg_clock_get_wall_us (PegClock *self)
{
  g_return_val_if_fail (PEG_IS_CLOCK (self), 0);

  return PEG_CLOCK_GET_IFACE (self)->get_wall_us (self);
}

/**
 * peg_clock_add:
 * @self: a clock
 * @name: what the timer is for, a literal
 * @delay_us: how long it runs, µs
 * @func: what to call then
 * @user_data: for @func
 *
 * Starts a timer. Whoever starts it cancels it before @user_data goes.
 *
 * Returns: names the timer until it has run down; never 0
 */
guint
peg_clock_add (PegClock     *self,
               const char   *name,
               gint64        delay_us,
               PegClockFunc  func,
               gpointer      user_data)
{
  g_return_val_if_fail (PEG_IS_CLOCK (self), 0);
  g_return_val_if_fail (func != NULL, 0);

  return PEG_CLOCK_GET_IFACE (self)->add (self, name, MAX (delay_us, 0), func, user_data);
}

/**
 * peg_clock_cancel:
 * @self: a clock
 * @timer: (inout): a timer, or 0; set to 0
 *
 * Stops a timer, if there is one.
 */
void
peg_clock_cancel (PegClock *self,
                  guint    *timer)
{
  g_return_if_fail (PEG_IS_CLOCK (self));
  g_return_if_fail (timer != NULL);

  if (*timer != 0)
    PEG_CLOCK_GET_IFACE (self)->cancel (self, *timer);
  *timer = 0;
}

/**
 * peg_clock_run_due:
 * @self: a clock
 *
 * Calls what is due, as the main loop would if it had its turn: for whoever keeps
 * the loop for long. A clock without a loop has nothing to do.
 */
void
peg_clock_run_due (PegClock *self)
{
  g_return_if_fail (PEG_IS_CLOCK (self));

  if (PEG_CLOCK_GET_IFACE (self)->run_due != NULL)
    PEG_CLOCK_GET_IFACE (self)->run_due (self);
}

/**
 * PegSystemClock:
 *
 * The clocks of this computer, with timers on GLib's main loop. For one thread.
 */
struct _PegSystemClock
{
  GObject parent_instance;

  GHashTable *timers; /* (owned) (element-type guint Scheduled) */
  guint last;
};

typedef struct {
  PegSystemClock *clock; /* (unowned): cancels its timers before it goes */
  guint timer;
  PegClockFunc func;
  gpointer user_data;
} Timer;

typedef struct {
  GSource *source; /* (owned) */
  Timer *timer;    /* (unowned): belongs to @source */
} Scheduled;

static gboolean
timer_cb (gpointer user_data)
{
  const Timer timer = *(Timer *) user_data;

  /* The source and @user_data are gone after this. */
  g_hash_table_remove (timer.clock->timers, GUINT_TO_POINTER (timer.timer));
  timer.func (timer.user_data);

  return G_SOURCE_REMOVE;
}

static void
scheduled_free (gpointer data)
{
  Scheduled *scheduled = data;

  g_source_destroy (scheduled->source);
  g_source_unref (scheduled->source);
  g_free (scheduled);
}

static gint64
peg_system_clock_get_mono_us (PegClock *clock)
{
  return g_get_monotonic_time ();
}

static gint64
peg_system_clock_get_boot_us (PegClock *clock)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);

  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static gint64
peg_system_clock_get_wall_us (PegClock *clock)
{
  return g_get_real_time ();
}

static guint
peg_system_clock_add (PegClock     *clock,
                      const char   *name,
                      gint64        delay_us,
                      PegClockFunc  func,
                      gpointer      user_data)
{
  PegSystemClock *self = PEG_SYSTEM_CLOCK (clock);
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  const gint64 delay_ms = (delay_us + 999) / 1000;
  GSource *source = g_timeout_source_new ((guint) MIN (delay_ms, G_MAXUINT));
  Timer *timer = g_new (Timer, 1);
  Scheduled *scheduled = g_new (Scheduled, 1);

  self->last++;
  if (self->last == 0)
    self->last++;

  timer->clock = self;
  timer->timer = self->last;
  timer->func = func;
  timer->user_data = user_data;

  g_source_set_name (source, name);
  g_source_set_callback (source, timer_cb, timer, g_free);
  g_source_attach (source, context);

  scheduled->source = source;
  scheduled->timer = timer;
  g_hash_table_replace (self->timers, GUINT_TO_POINTER (self->last), scheduled);

  return self->last;
}

static void
peg_system_clock_cancel (PegClock *clock,
                         guint     timer)
{
  g_hash_table_remove (PEG_SYSTEM_CLOCK (clock)->timers, GUINT_TO_POINTER (timer));
}

typedef struct {
  gint64 ready_us; /* monotonic */
  guint timer;
} Due;

static int
compare_due (gconstpointer a,
             gconstpointer b)
{
  const Due *first = a;
  const Due *second = b;

  if (first->ready_us != second->ready_us)
    return first->ready_us < second->ready_us ? -1 : 1;

  return first->timer < second->timer ? -1 : first->timer > second->timer;
}

/* In the order in which they became due, which is what whoever started them counts
 * on. A timer that is called may cancel others, and add some. */
static void
peg_system_clock_run_due (PegClock *clock)
{
  PegSystemClock *self = PEG_SYSTEM_CLOCK (clock);
  const gint64 now_us = g_get_monotonic_time ();
  g_autoptr (GArray) due = g_array_new (FALSE, FALSE, sizeof (Due));
  GHashTableIter iter;
  gpointer timer, source;

  g_hash_table_iter_init (&iter, self->timers);
  while (g_hash_table_iter_next (&iter, &timer, &source)) {
    const Due one = {
      .ready_us = g_source_get_ready_time (((Scheduled *) source)->source),
      .timer = GPOINTER_TO_UINT (timer),
    };

    if (one.ready_us <= now_us)
      g_array_append_val (due, one);
  }

  g_array_sort (due, compare_due);

  for (guint i = 0; i < due->len; i++) {
    const guint id = g_array_index (due, Due, i).timer;
    const Scheduled *scheduled = g_hash_table_lookup (self->timers, GUINT_TO_POINTER (id));

    if (scheduled != NULL)
      timer_cb (scheduled->timer);
  }
}

static void
clock_iface_init (PegClockInterface *iface)
{
  iface->get_mono_us = peg_system_clock_get_mono_us;
  iface->get_boot_us = peg_system_clock_get_boot_us;
  iface->get_wall_us = peg_system_clock_get_wall_us;
  iface->add = peg_system_clock_add;
  iface->cancel = peg_system_clock_cancel;
  iface->run_due = peg_system_clock_run_due;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (PegSystemClock, peg_system_clock, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PEG_TYPE_CLOCK, clock_iface_init))

static void
peg_system_clock_finalize (GObject *object)
{
  PegSystemClock *self = PEG_SYSTEM_CLOCK (object);

  g_clear_pointer (&self->timers, g_hash_table_unref);

  G_OBJECT_CLASS (peg_system_clock_parent_class)->finalize (object);
}

static void
peg_system_clock_class_init (PegSystemClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = peg_system_clock_finalize;
}

static void
peg_system_clock_init (PegSystemClock *self)
{
  self->timers = g_hash_table_new_full (NULL, NULL, NULL, scheduled_free);
}

/**
 * peg_system_clock_new:
 *
 * Returns: (transfer full): the clocks of this computer
 */
PegClock *
peg_system_clock_new (void)
{
  return g_object_new (PEG_TYPE_SYSTEM_CLOCK, NULL);
}
