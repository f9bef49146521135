/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "served.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

/*
 * served_make:
 * @n_files: how many files the shop has
 *
 * Makes a shop.
 */
void
served_make (Served     *self,
             const char *pegboardd,
             const char *make_shop,
             guint       n_files)
{
  g_autofree char *count = g_strdup_printf ("%u", n_files);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  memset (self, 0, sizeof *self);
  self->pegboardd = pegboardd;
  self->folder = g_dir_make_tmp ("peg-bench-XXXXXX", &error);
  if (self->folder == NULL)
    g_error ("%s", error->message);
  self->root = g_build_filename (self->folder, "shop", NULL);

  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, make_shop, "--seed", "1",
                              "--files", count, "--size", "512", self->root, NULL);
  if (process == NULL || !g_subprocess_wait_check (process, NULL, &error))
    g_error ("make-shop: %s", error->message);
}

/*
 * served_start:
 *
 * Starts the server and waits until it is ready.
 *
 * Returns: how long that took, µs
 */
gint64
served_start (Served *self)
{
  g_autofree char *data = g_build_filename (self->folder, "data", NULL);
  const gint64 began_us = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  const char *address;

  self->process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error,
                      self->pegboardd, "--root", self->root, "--data", data,
                      "--listen", "127.0.0.1:0", NULL);
  if (self->process == NULL)
    g_error ("pegboardd: %s", error->message);

  self->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  line = g_data_input_stream_read_line (self->output, NULL, NULL, &error);
  address = line != NULL ? strstr (line, "http://127.0.0.1:") : NULL;
  if (address == NULL)
    g_error ("pegboardd did not start");
  self->port = (guint16) atoi (address + strlen ("http://127.0.0.1:"));

  return g_get_monotonic_time () - began_us;
}

void
served_stop (Served *self)
{
  g_subprocess_send_signal (self->process, SIGTERM);
  g_subprocess_wait (self->process, NULL, NULL);
  g_clear_object (&self->output);
  g_clear_object (&self->process);
}

void
served_remove (Served *self)
{
  g_autoptr (GSubprocess) process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, NULL, "rm", "-rf", "--", self->folder, NULL);

  if (process != NULL)
    g_subprocess_wait (process, NULL, NULL);
  g_free (self->folder);
  g_free (self->root);
}

static gboolean
read_proc (Served      *self,
           const char  *name,
           char       **text)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/%s",
                                           g_subprocess_get_identifier (self->process), name);

  return g_file_get_contents (path, text, NULL, NULL);
}

/*
 * served_get_memory:
 * @figure: of proc(5), status: `VmRSS:` is what it takes now, `VmHWM:` the most it
 *   ever took
 *
 * Returns: a figure of the server's memory, KiB
 */
gint64
served_get_memory (Served     *self,
                   const char *figure)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!read_proc (self, "status", &status))
    return -1;
  line = strstr (status, figure);

  return line != NULL ? g_ascii_strtoll (line + strlen (figure), NULL, 10) : -1;
}

/*
 * served_get_cpu_ms:
 *
 * Returns: what the server's main thread has worked, ms; what else the machine does
 *   hardly changes it (proc(5), schedstat)
 */
double
served_get_cpu_ms (Served *self)
{
  g_autofree char *text = NULL;

  return read_proc (self, "schedstat", &text) ? (double) g_ascii_strtoull (text, NULL, 10) / 1e6 : 0;
}
