/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-connection.h"
#include "peg-websocket.h"

#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <unistd.h>

/* Holds one connection, with nothing that could help it but itself:
 *
 *   hold ws://HOST:PORT/ws
 *
 * Prints “live” and “lost” as it is so. Each line of the standard input makes it
 * send something; it ends with its input. */

typedef struct {
  PegStore *store;
  PegConnection *connection;
  gboolean live;
  gboolean ended;
} Hold;

static void
snapshot_cb (PegStore   *store,
             GParamSpec *pspec,
             Hold       *hold)
{
  const gboolean live = peg_snapshot_is_live (peg_store_get_shown (store));

  if (live != hold->live)
    g_print ("%s\n", live ? "live" : "lost");
  hold->live = live;
}

static void
line_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Hold *hold = user_data;
  GDataInputStream *input = G_DATA_INPUT_STREAM (source);
  g_autofree char *line = g_data_input_stream_read_line_finish_utf8 (input, result, NULL, NULL);

  if (line == NULL) {
    hold->ended = TRUE;
    return;
  }

  peg_connection_subscribe (hold->connection, line);
  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, line_cb, hold);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GInputStream) stream = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) input = g_data_input_stream_new (stream);
  g_autoptr (PegClock) clock = peg_system_clock_new ();
  g_autoptr (PegRandom) random = peg_system_random_new ();
  g_autoptr (PegStore) store = peg_store_new ();
  g_autoptr (PegDialer) dialer = NULL;
  g_autoptr (PegConnection) connection = NULL;
  Hold hold = { 0 };

  if (argc != 2) {
    g_printerr ("Usage: hold URL\n");
    return 2;
  }

  setvbuf (stdout, NULL, _IOLBF, 0);
  dialer = peg_websocket_dialer_new (clock, NULL, NULL);
  connection = peg_connection_new (store, clock, random);
  hold.store = store;
  hold.connection = connection;
  g_signal_connect (store, "notify::snapshot", G_CALLBACK (snapshot_cb), &hold);
  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, line_cb, &hold);
  peg_connection_start (connection, &(PegConnectionTarget) {
    .uri = argv[1], .user = "holder", .dialer = dialer,
  });

  while (!hold.ended)
    g_main_context_iteration (NULL, TRUE);

  peg_connection_stop (connection);
  g_signal_handlers_disconnect_by_data (store, &hold);

  return 0;
}
