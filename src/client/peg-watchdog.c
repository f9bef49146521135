/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-watchdog"

#include "peg-config.h"

#include "peg-watchdog.h"

#include <execinfo.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* As deep as GTK nests its signals, and then some. */
#define MAX_FRAMES 100

/* The signal that asks the main thread where it is. Nobody else uses it: glibc
 * keeps the first two of the real-time signals for itself. */
#define WHERE_SIGNAL (SIGRTMIN + 5)

/* How long the main thread has to say where it is, µs. A thread that waits in the
 * kernel for a disk that is gone does not answer. */
#define WHERE_US (G_USEC_PER_SEC / 2)

/**
 * PegWatchdog:
 *
 * A thread that asks the main loop whether it is still there. Nothing else notices
 * a window that hangs: the process lives, the compositor is content, and nobody
 * near a terminal knows what to end.
 *
 * It asks twice in each limit, so that a window at rest wakes up once in five
 * seconds because of it.
 */
struct _PegWatchdog
{
  GThread *thread;       /* (owned) */
  GMainContext *context; /* (owned) */
  gint64 limit_us;
  PegWatchdogFunc bite;
  gpointer user_data;

  GMutex mutex;          /* protects all below */
  GCond cond;
  gboolean ended;
  gboolean asked;        /* and not answered */
  guint ref_count;       /* one for the watchdog, one for the question under way */
};

static void
unref_locked (PegWatchdog *self)
{
  const gboolean last = --self->ref_count == 0;

  g_mutex_unlock (&self->mutex);
  if (!last)
    return;

  g_main_context_unref (self->context);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}

static gboolean
answer_cb (gpointer user_data)
{
  PegWatchdog *self = user_data;

  g_mutex_lock (&self->mutex);
  self->asked = FALSE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);

  return G_SOURCE_REMOVE;
}

static void
answered_cb (gpointer user_data)
{
  PegWatchdog *self = user_data;

  g_mutex_lock (&self->mutex);
  unref_locked (self);
}

/* At the lowest priority that still comes in a loop that is busy but alive: the
 * frames of a scroll must not look like a hang. */
static void
ask_locked (PegWatchdog *self)
{
  GSource *source = g_idle_source_new ();

  self->asked = TRUE;
  self->ref_count++;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "[pegboard] watchdog");
  g_source_set_callback (source, answer_cb, self, answered_cb);
  g_source_attach (source, self->context);
  g_source_unref (source);
}

/* Waits until there is an answer, the time is over, or the end.
 *
 * Returns: whether the main loop is still silent */
static gboolean
wait_for_answer (PegWatchdog *self,
                 gint64       until_us)
{
  while (self->asked && !self->ended) {
    if (!g_cond_wait_until (&self->cond, &self->mutex, until_us))
      return self->asked && !self->ended;
  }

  return FALSE;
}

static gpointer
watch (gpointer data)
{
  PegWatchdog *self = data;

  g_mutex_lock (&self->mutex);
  while (!self->ended) {
    const gint64 since_us = g_get_monotonic_time ();

    ask_locked (self);

    /* A process that was stopped, or a computer that had no time for it, finds the
     * limit over when it goes on; the second wait is for that. */
    if (wait_for_answer (self, since_us + self->limit_us) &&
        wait_for_answer (self, g_get_monotonic_time () + self->limit_us / 10)) {
      const gint64 silent_us = g_get_monotonic_time () - since_us;

      g_mutex_unlock (&self->mutex);
      self->bite (silent_us, self->user_data);
      g_mutex_lock (&self->mutex);
      break;
    }

    while (!self->ended && g_get_monotonic_time () < since_us + self->limit_us / 2)
      g_cond_wait_until (&self->cond, &self->mutex, since_us + self->limit_us / 2);
  }
  g_mutex_unlock (&self->mutex);

  return NULL;
}

/* The thread that made the watchdog, for peg_watchdog_bite(). */
static pthread_t main_thread;
static int told;

/* Only what signal-safety(7) allows, and backtrace(), which is safe once libgcc was
 * loaded: see peg_watchdog_new(). */
static void
where_cb (int number)
{
  void *frames[MAX_FRAMES];
  const int n = backtrace (frames, MAX_FRAMES);

  backtrace_symbols_fd (frames, n, STDERR_FILENO);
  g_atomic_int_set (&told, 1);
}

/**
 * peg_watchdog_bite:
 * @silent_us: for how long nothing was heard of the main loop, µs
 * @user_data: not used
 *
 * What is done about a main loop that hangs: the stack of its thread goes to the
 * log, and the program ends with %PEG_WATCHDOG_EXIT, so that whoever started it
 * starts it again. Nothing is lost by it that a power cut would not lose, too: what
 * waits to be sent is on the disk.
 */
void
peg_watchdog_bite (gint64   silent_us,
                   gpointer user_data)
{
  g_message ("The main loop has been silent for %.1f s; it is at:", silent_us / 1e6);

  if (pthread_kill (main_thread, WHERE_SIGNAL) == 0) {
    const gint64 until_us = g_get_monotonic_time () + WHERE_US;

    while (g_atomic_int_get (&told) == 0 && g_get_monotonic_time () < until_us)
      g_usleep (WHERE_US / 50);
  }

  _exit (PEG_WATCHDOG_EXIT);
}

/**
 * peg_watchdog_new:
 * @context: (nullable): the main context to watch; %NULL: the default one
 * @limit_us: how long it may be silent, µs; %PEG_WATCHDOG_LIMIT_US but in a test
 * @bite: (not nullable): what to do then; peg_watchdog_bite() but in a test
 * @user_data: for @bite
 *
 * Begins to watch. To be called in the thread that runs @context.
 *
 * Returns: (transfer full): the watchdog
 */
PegWatchdog *
peg_watchdog_new (GMainContext    *context,
                  gint64           limit_us,
                  PegWatchdogFunc  bite,
                  gpointer         user_data)
{
  PegWatchdog *self = g_new0 (PegWatchdog, 1);
  struct sigaction action;
  void *frame;

  g_return_val_if_fail (limit_us > 0, NULL);
  g_return_val_if_fail (bite != NULL, NULL);

  self->context = g_main_context_ref (context != NULL ? context : g_main_context_default ());
  self->limit_us = limit_us;
  self->bite = bite;
  self->user_data = user_data;
  self->ref_count = 1;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);

  /* The first call loads libgcc, which must not happen in a signal handler. */
  (void) backtrace (&frame, 1);
  main_thread = pthread_self ();
  memset (&action, 0, sizeof action);
  action.sa_handler = where_cb;
  action.sa_flags = SA_RESTART;
  sigemptyset (&action.sa_mask);
  sigaction (WHERE_SIGNAL, &action, NULL);

  self->thread = g_thread_new ("peg-watchdog", watch, self);

  return self;
}

/**
 * peg_watchdog_free:
 * @self: (transfer full): a watchdog
 *
 * Ends it, and waits for its thread.
 */
void
peg_watchdog_free (PegWatchdog *self)
{
  g_return_if_fail (self != NULL);

  g_mutex_lock (&self->mutex);
  self->ended = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
  g_thread_join (self->thread);

  g_mutex_lock (&self->mutex);
  unref_locked (self);
}
