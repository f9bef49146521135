/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "session.h"

#include "home.h"

#include <signal.h>
#include <stdlib.h>

struct _Session
{
  GSubprocess *process;    /* (owned) */
  GDataInputStream *lines; /* (owned): what it says */
  gint64 began_us;
};

/*
 * session_new:
 * @place: what it is made of
 * @url: the server
 *
 * Starts the session as a terminal does, whose user sets no environment variables:
 * what is said to GTK for the sake of tests is taken back.
 *
 * Returns: (transfer full): the session, which has only begun to start
 */
Session *
session_new (const SessionPlace *place,
             const char         *url)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  Session *self = g_new0 (Session, 1);
  g_autoptr (GError) error = NULL;

  home_use (place->home, launcher, place->schemas);
  g_subprocess_launcher_setenv (launcher, "PEGBOARD_KIOSK_COMMAND", place->board, TRUE);

  self->began_us = g_get_monotonic_time ();
  self->process = g_subprocess_launcher_spawn (launcher, &error, place->script, "--server", url,
                                               "--station", "Bench", NULL);
  if (self->process == NULL)
    g_error ("%s: %s", place->script, error->message);
  self->lines = g_data_input_stream_new (g_subprocess_get_stderr_pipe (self->process));

  return self;
}

/*
 * session_stop:
 * @self: (transfer full): a session
 *
 * Ends it as a computer that is shut down does, and waits until it has gone.
 */
void
session_stop (Session *self)
{
  g_subprocess_send_signal (self->process, SIGTERM);
  g_subprocess_wait (self->process, NULL, NULL);
  if (!g_subprocess_get_successful (self->process))
    g_error ("The session did not end well");
  g_clear_object (&self->lines);
  g_clear_object (&self->process);
  g_free (self);
}

/*
 * session_get_began_us:
 *
 * Returns: when it was started, µs of the monotonic clock
 */
gint64
session_get_began_us (Session *self)
{
  return self->began_us;
}

/*
 * session_wait_painted:
 *
 * Waits until the list of a board of it is on the screen. Each board says so once.
 *
 * Returns: when that was, µs of the monotonic clock
 */
gint64
session_wait_painted (Session *self)
{
  for (;;) {
    g_autofree char *line = g_data_input_stream_read_line (self->lines, NULL, NULL, NULL);
    g_auto (GStrv) words = NULL;

    if (line == NULL)
      g_error ("The board showed no list");
    words = g_strsplit (line, " ", 0);
    if (g_strcmp0 (words[0], "first-frame") == 0 && g_strv_length (words) == 3)
      return g_ascii_strtoll (words[1], NULL, 10);
    g_printerr ("%s\n", line);
  }
}

/*
 * session_kill_board:
 *
 * Kills the board with SIGKILL, and leaves the session to it.
 *
 * Returns: when, µs of the monotonic clock
 */
gint64
session_kill_board (Session *self)
{
  const char *id = g_subprocess_get_identifier (self->process);
  g_autofree char *path = g_strdup_printf ("/proc/%s/task/%s/children", id, id);
  g_autofree char *children = NULL;
  g_autoptr (GError) error = NULL;
  gint64 now_us;
  pid_t board;

  if (!g_file_get_contents (path, &children, NULL, &error))
    g_error ("%s", error->message);
  board = (pid_t) strtol (children, NULL, 10);
  if (board <= 0)
    g_error ("The session has no board");

  now_us = g_get_monotonic_time ();
  kill (board, SIGKILL);

  return now_us;
}
