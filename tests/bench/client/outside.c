/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "outside.h"

#include "home.h"

#include <signal.h>
#include <string.h>

struct _Outside
{
  GSubprocess *process; /* (owned) */
  char *folder;         /* (owned): of it in proc(5) */
  gint64 began_us;

  /* Threads come and go; what each had used when it was last seen stays counted. */
  GHashTable *tasks;    /* (owned) (element-type utf8 Task) */
  guint64 n_wake_ups;
  double cpu_ms;
};

typedef struct {
  guint64 n_wake_ups;
  double cpu_ms;
} Task;

/*
 * outside_new:
 * @program: the client
 * @schemas: the folder with the compiled settings schema
 * @home: where it keeps its things
 * @url: (nullable): the server; %NULL: that of last time
 *
 * Starts the client as a person does.
 *
 * Returns: (transfer full): the client, which has only begun to start
 */
Outside *
outside_new (const char *program,
             const char *schemas,
             const char *home,
             const char *url)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  Outside *self = g_new0 (Outside, 1);
  const char *command[] = { program, NULL, NULL, NULL, NULL, NULL };
  g_autoptr (GError) error = NULL;

  if (url != NULL) {
    command[1] = "--server";
    command[2] = url;
    command[3] = "--user";
    command[4] = "bench";
  }

  home_use (home, launcher, schemas);
  self->began_us = g_get_monotonic_time ();
  self->process = g_subprocess_launcher_spawnv (launcher, (const char * const *) command, &error);
  if (self->process == NULL)
    g_error ("%s: %s", program, error->message);
  self->tasks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->folder = g_strdup_printf ("/proc/%s", g_subprocess_get_identifier (self->process));

  return self;
}

/*
 * outside_stop:
 * @self: (transfer full): a client
 *
 * Ends it as the end of a session does, and waits until it has gone.
 */
void
outside_stop (Outside *self)
{
  g_subprocess_send_signal (self->process, SIGTERM);
  g_subprocess_wait (self->process, NULL, NULL);
  if (!g_subprocess_get_successful (self->process))
    g_error ("The client did not end well");
  g_clear_object (&self->process);
  g_clear_pointer (&self->tasks, g_hash_table_unref);
  g_free (self->folder);
  g_free (self);
}

/*
 * outside_wait_list:
 * @cpu_ms: (out): what it had worked until then, ms
 *
 * Waits until its list is on the screen (first-frame.c).
 *
 * Returns: how long that took since it was started, µs
 */
gint64
outside_wait_list (Outside *self,
                   double  *cpu_ms)
{
  g_autoptr (GDataInputStream) input =
    g_data_input_stream_new (g_subprocess_get_stderr_pipe (self->process));

  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (input), FALSE);
  for (;;) {
    g_autofree char *line = g_data_input_stream_read_line (input, NULL, NULL, NULL);
    g_auto (GStrv) words = NULL;

    if (line == NULL)
      g_error ("The client showed no list");
    words = g_strsplit (line, " ", 0);
    if (g_strcmp0 (words[0], "first-frame") == 0 && g_strv_length (words) == 3) {
      *cpu_ms = (double) g_ascii_strtoll (words[2], NULL, 10) / 1e3;
      return g_ascii_strtoll (words[1], NULL, 10) - self->began_us;
    }
    g_printerr ("%s\n", line);
  }
}

static char *
read_text (const char *folder,
           const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : g_strdup ("");
}

static guint64
read_number (const char *text,
             const char *name)
{
  const char *found = strstr (text, name);

  return found != NULL ? g_ascii_strtoull (found + strlen (name), NULL, 10) : 0;
}

static void
count_task (Outside    *self,
            const char *tasks,
            const char *name)
{
  g_autofree char *folder = g_build_filename (tasks, name, NULL);
  g_autofree char *status = read_text (folder, "status");
  g_autofree char *schedstat = read_text (folder, "schedstat");
  const Task now = {
    .n_wake_ups = read_number (status, "\nvoluntary_ctxt_switches:"),
    .cpu_ms = (double) g_ascii_strtoull (schedstat, NULL, 10) / 1e6,
  };
  Task *before = g_hash_table_lookup (self->tasks, name);

  if (before == NULL) {
    before = g_new0 (Task, 1);
    g_hash_table_insert (self->tasks, g_strdup (name), before);
  }
  /* It may have ended while it was looked at. */
  if (now.n_wake_ups < before->n_wake_ups || now.cpu_ms < before->cpu_ms)
    return;

  self->n_wake_ups += now.n_wake_ups - before->n_wake_ups;
  self->cpu_ms += now.cpu_ms - before->cpu_ms;
  *before = now;
}

/*
 * outside_read:
 * @usage: (out caller-allocates): what it has used so far
 */
void
outside_read (Outside      *self,
              OutsideUsage *usage)
{
  g_autofree char *tasks = g_build_filename (self->folder, "task", NULL);
  g_autofree char *rollup = read_text (self->folder, "smaps_rollup");
  g_autofree char *status = read_text (self->folder, "status");
  g_autoptr (GDir) dir = g_dir_open (tasks, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    count_task (self, tasks, name);

  *usage = (OutsideUsage) {
    .n_wake_ups = self->n_wake_ups,
    .cpu_ms = self->cpu_ms,
    .pss_mb = (double) read_number (rollup, "\nPss:") * 1024 / 1e6,
    .peak_mb = (double) read_number (status, "\nVmHWM:") * 1024 / 1e6,
  };
}

/*
 * outside_count_gl:
 *
 * Returns: how many libraries of the GL stack it has loaded
 */
guint
outside_count_gl (Outside *self)
{
  static const char *const names[] = {
    "/libGL", "/libEGL", "_dri.so", "/libLLVM", "/libgallium", "/libvulkan",
  };
  g_autofree char *maps = read_text (self->folder, "maps");
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    n += strstr (maps, names[i]) != NULL;

  return n;
}
