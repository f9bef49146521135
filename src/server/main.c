/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "pegboardd"

#include "peg-config.h"

#include "peg-log.h"
#include "peg-server.h"
#include "peg-settings.h"
#include "peg-user-command.h"

#include <glib-unix.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  PegServer *server; /* (owned) */
  GMainLoop *loop;   /* (owned) */
} Program;

static void
stopped_cb (gpointer user_data)
{
  Program *program = user_data;

  g_main_loop_quit (program->loop);
}

static gboolean
signal_cb (gpointer user_data)
{
  Program *program = user_data;

  PEG_LOG ("stopping");
  peg_server_tell_systemd ("STOPPING=1");
  peg_server_stop (program->server, stopped_cb, program);

  return G_SOURCE_CONTINUE;
}

static int
run (PegSettings *settings)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *uri = NULL;
  Program program = { .server = NULL };
  guint ids[2];

  program.server = peg_server_new (settings, &error);
  if (program.server == NULL) {
    fprintf (stderr, "pegboardd: %s\n", error->message);
    return EXIT_FAILURE;
  }

  program.loop = g_main_loop_new (NULL, FALSE);
  ids[0] = g_unix_signal_add (SIGTERM, signal_cb, &program);
  ids[1] = g_unix_signal_add (SIGINT, signal_cb, &program);

  uri = peg_server_dup_uri (program.server);
  if (settings->root != NULL) {
    printf ("pegboardd: listening on %s (root %s)\n", uri, settings->root);
    PEG_LOG ("listening", "s:uri", uri, "s:root", settings->root, "s:data", settings->data);
  } else {
    printf ("pegboardd: listening on %s (repository %s)\n", uri, settings->serve_repo);
    PEG_LOG ("listening", "s:uri", uri, "s:repository", settings->serve_repo);
  }
  fflush (stdout);
  if (settings->insecure && settings->root != NULL &&
      !peg_people_is_on (peg_server_get_people (program.server)))
    PEG_LOG ("insecure", "s:detail", "Whoever reaches this server can be anybody and do everything");
  else if (settings->insecure && settings->tls_cert == NULL)
    PEG_LOG ("insecure", "s:detail", "Whoever is on the way to this server can read what signs in");
  peg_server_tell_systemd ("READY=1");

  g_main_loop_run (program.loop);

  g_source_remove (ids[0]);
  g_source_remove (ids[1]);
  g_clear_object (&program.server);
  g_main_loop_unref (program.loop);
  PEG_LOG ("stopped");

  return EXIT_SUCCESS;
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PegSettings) settings = NULL;
  g_auto (GStrv) arguments = g_strdupv (argv);

  setlocale (LC_ALL, "");

  if (argc > 1 && strcmp (argv[1], "user") == 0)
    return peg_user_command_run (argv + 1);

  settings = peg_settings_parse (&arguments, &error);
  if (settings != NULL && settings->version) {
    printf ("pegboardd %s\n", PACKAGE_VERSION);
    return EXIT_SUCCESS;
  }

  if (settings == NULL || !peg_settings_check (settings, &error)) {
    fprintf (stderr, "pegboardd: %s\n", error->message);
    return 2;
  }

  peg_log_set_up (settings->verbose);

  return run (settings);
}
