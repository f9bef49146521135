/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "keys.h"

#include <X11/Xlib.h>
#include <X11/extensions/XTest.h>
#include <X11/keysym.h>

/* What is pressed must fit: ten minutes. */
#define MAX_KEYS (600 * 1000 / KEYS_EVERY_MS)

/* No measurement waits longer than this for the keyboard. */
#define PATIENCE_S 20

struct _Keys
{
  GtkWidget *window;              /* (unowned) */
  GtkEventController *controller; /* (unowned): the window has it */
  gulong painted_id;
  GThread *thread;                /* (owned) */
  gint stop;                      /* (atomic) */

  gint64 pressed_us[MAX_KEYS];
  gint n_pressed;                 /* (atomic) */
  guint n_handled;
  guint n_painted;
  GArray *latencies;              /* (owned) (element-type gdouble): ms */
};

static gboolean
impatient_cb (gpointer user_data)
{
  g_error ("The window does not get the keyboard");

  return G_SOURCE_REMOVE;
}

/* Without a window manager the keyboard belongs to the window below the pointer. */
static void
take_keyboard (GtkWindow *window)
{
  const guint cap = g_timeout_add_seconds (PATIENCE_S, impatient_cb, NULL);
  Display *display = XOpenDisplay (NULL);

  XTestFakeMotionEvent (display, -1, 640, 500, CurrentTime);
  XSync (display, False);
  while (!gtk_window_is_active (window))
    g_main_context_iteration (NULL, TRUE);
  XCloseDisplay (display);
  g_source_remove (cap);
}

/* X asks for a connection for each thread. */
static gpointer
press_in_thread (gpointer data)
{
  Keys *self = data;
  Display *display = XOpenDisplay (NULL);
  const unsigned int codes[] = {
    XKeysymToKeycode (display, XK_Down),
    XKeysymToKeycode (display, XK_Up),
  };
  gint64 next_us = g_get_monotonic_time ();

  for (int n = 0; n < MAX_KEYS && !g_atomic_int_get (&self->stop); n++) {
    const gint64 now_us = g_get_monotonic_time ();

    /* As somebody does who keeps a key down: the pace is a part of what is measured. */
    if (now_us < next_us)
      g_usleep ((gulong) (next_us - now_us));
    next_us += KEYS_EVERY_MS * 1000;

    self->pressed_us[n] = g_get_monotonic_time ();
    g_atomic_int_set (&self->n_pressed, n + 1);
    XTestFakeKeyEvent (display, codes[n % 2], True, CurrentTime);
    XTestFakeKeyEvent (display, codes[n % 2], False, CurrentTime);
    XFlush (display);
  }
  XSync (display, False);
  XCloseDisplay (display);

  return NULL;
}

static gboolean
pressed_cb (GtkEventControllerKey *controller,
            guint                  value,
            guint                  code,
            GdkModifierType        state,
            gpointer               user_data)
{
  Keys *self = user_data;

  if (value == GDK_KEY_Down || value == GDK_KEY_Up)
    self->n_handled++;

  return GDK_EVENT_PROPAGATE;
}

static void
painted_cb (GdkFrameClock *clock,
            gpointer       user_data)
{
  Keys *self = user_data;
  const gint64 now_us = g_get_monotonic_time ();

  while (self->n_painted < self->n_handled && self->n_painted < MAX_KEYS) {
    const double ms = (double) (now_us - self->pressed_us[self->n_painted]) / 1e3;

    g_array_append_val (self->latencies, ms);
    self->n_painted++;
  }
}

/*
 * keys_new:
 * @window: who gets the keys; it must be painted all the time
 *
 * Returns: (transfer full): somebody who has begun to press keys
 */
Keys *
keys_new (GtkWidget *window)
{
  Keys *self = g_new0 (Keys, 1);

  self->window = window;
  self->latencies = g_array_new (FALSE, FALSE, sizeof (double));
  self->controller = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (self->controller, GTK_PHASE_CAPTURE);
  g_signal_connect (self->controller, "key-pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (window, self->controller);
  self->painted_id = g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint",
                                       G_CALLBACK (painted_cb), self);
  take_keyboard (GTK_WINDOW (window));
  self->thread = g_thread_new ("keys", press_in_thread, self);

  return self;
}

static gboolean
waited_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

/*
 * keys_stop:
 * @self: (transfer full): somebody who presses keys
 * @n_lost: (out): how many keys were never handled
 *
 * Stops, and waits a second at most for what was pressed last.
 *
 * Returns: (transfer full) (element-type gdouble): from pressed to painted, ms each
 */
GArray *
keys_stop (Keys  *self,
           guint *n_lost)
{
  GArray *latencies = self->latencies;
  gboolean waited = FALSE;
  guint id;

  g_atomic_int_set (&self->stop, 1);
  g_thread_join (self->thread);

  id = g_timeout_add (1000, waited_cb, &waited);
  while (!waited && self->n_painted < (guint) self->n_pressed)
    g_main_context_iteration (NULL, TRUE);
  if (!waited)
    g_source_remove (id);

  *n_lost = (guint) self->n_pressed - MIN (self->n_painted, (guint) self->n_pressed);
  g_signal_handler_disconnect (gtk_widget_get_frame_clock (self->window), self->painted_id);
  gtk_widget_remove_controller (self->window, self->controller);
  g_free (self);

  return latencies;
}
