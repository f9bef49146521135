/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peer-probe.h"

#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What the programs that are held against each other have in common: run-peers.py
 * says on the standard input what is to be done, in lines, and hears on the
 * standard output when it is painted, µs since 1970.
 *
 * Painted is the end of the first frame in which it is so: GTK has drawn it and
 * given it to the display. */

#define LATE_US 25000

typedef struct {
  Peer peer;
  GMainLoop *loop;
  GDataInputStream *input;
  gboolean wants_list;
  char *key;              /* (owned) (nullable): the file that is watched */
  gboolean locked;        /* what it is to become */
  guint frames_left;      /* of scrolling */
  guint n_frames;
  guint n_late;
  double step;
  gint64 framed_us;
} Probe;

static void
say (const char *event,
     const char *more)
{
  printf ("{\"event\":\"%s\",\"us\":%" G_GINT64_FORMAT "%s}\n", event, g_get_real_time (), more);
  fflush (stdout);
}

static void
after_paint_cb (GdkFrameClock *clock,
                Probe         *self)
{
  if (self->wants_list && self->peer.is_listed (self->peer.data)) {
    self->wants_list = FALSE;
    say ("listed", "");
  }

  if (self->key != NULL && self->peer.is_locked (self->peer.data, self->key) == self->locked) {
    g_clear_pointer (&self->key, g_free);
    say ("changed", "");
  }
}

/* One frame of a fling. At the end of the list it begins again at its top. */
static gboolean
scroll_cb (GtkWidget     *widget,
           GdkFrameClock *clock,
           gpointer       user_data)
{
  Probe *self = user_data;
  GtkAdjustment *adjustment =
    gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->peer.scrolled));
  const double bottom =
    gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);
  const double next = gtk_adjustment_get_value (adjustment) + self->step;
  const gint64 now_us = g_get_monotonic_time ();

  self->n_late += self->framed_us > 0 && now_us - self->framed_us > LATE_US;
  self->framed_us = now_us;
  gtk_adjustment_set_value (adjustment, next > bottom ? 0 : next);

  if (++self->n_frames >= self->frames_left) {
    g_autofree char *more =
      g_strdup_printf (",\"frames\":%u,\"late\":%u", self->n_frames, self->n_late);

    say ("scrolled", more);
    return G_SOURCE_REMOVE;
  }

  return G_SOURCE_CONTINUE;
}

static void
begin_scroll (Probe      *self,
              const char *frames,
              const char *step)
{
  self->frames_left = (guint) g_ascii_strtoull (frames, NULL, 10);
  self->step = g_ascii_strtod (step, NULL);
  self->n_frames = self->n_late = 0;
  self->framed_us = 0;
  gtk_widget_add_tick_callback (self->peer.window, scroll_cb, self, NULL);
}

static void
begin_connect (Probe      *self,
               const char *url)
{
  self->wants_list = TRUE;
  self->peer.connect (self->peer.data, url);
}

static void
say_shown (Probe *self)
{
  g_autoptr (GString) more = g_string_new (",\"files\":[");

  self->peer.add_shown (self->peer.data, more);
  g_string_append_c (more, ']');
  say ("shown", more->str);
}

static void
obey (Probe             *self,
      const char * const *words,
      guint               n)
{
  if (n == 2 && g_str_equal (words[0], "connect")) {
    begin_connect (self, words[1]);
  } else if (n == 1 && g_str_equal (words[0], "shown")) {
    say_shown (self);
  } else if (n == 3 && g_str_equal (words[0], "watch")) {
    g_free (self->key);
    self->key = g_strdup (words[1]);
    self->locked = g_str_equal (words[2], "1");
    say ("watching", "");
  } else if (n == 3 && g_str_equal (words[0], "scroll")) {
    begin_scroll (self, words[1], words[2]);
  } else {
    g_error ("What is “%s”?", words[0]);
  }
}

static void
line_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Probe *self = user_data;
  g_autofree char *line =
    g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);
  g_auto (GStrv) words = NULL;

  if (line == NULL) {
    g_main_loop_quit (self->loop);
    return;
  }

  words = g_strsplit (line, "\t", 4);
  obey (self, (const char * const *) words, g_strv_length (words));
  g_data_input_stream_read_line_async (self->input, G_PRIORITY_DEFAULT, NULL, line_cb, self);
}

/*
 * peer_run:
 * @peer: a program whose window is presented
 * @url: (nullable): a server to connect to at once
 *
 * Does what the standard input says, until it ends.
 */
void
peer_run (const Peer *peer,
          const char *url)
{
  Probe self = { .peer = *peer, .loop = g_main_loop_new (NULL, FALSE) };
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);

  self.input = g_data_input_stream_new (input);
  g_signal_connect (gtk_widget_get_frame_clock (peer->window), "after-paint",
                    G_CALLBACK (after_paint_cb), &self);
  g_data_input_stream_read_line_async (self.input, G_PRIORITY_DEFAULT, NULL, line_cb, &self);

  if (url != NULL)
    begin_connect (&self, url);
  g_main_loop_run (self.loop);

  /* The process ends with it: how long it takes to tidy up is not asked. */
  _exit (0);
}
