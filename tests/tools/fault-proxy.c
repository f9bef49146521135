/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "fault-proxy.h"

#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A network that can fail, for trying things by hand and for tests in other
 * languages:
 *
 *   fault-proxy LISTEN-PORT TARGET-PORT
 *
 * Says on the standard output on which port it listens. Each line of the standard
 * input says what happens from then on, to what is connected, too: “pass”,
 * “delay MS”, “drip BYTES-PER-SECOND”, “cut BYTES”, “reset BYTES”, “black-hole”,
 * “half-open”, “refuse”. It ends with its input. */

typedef struct {
  FaultProxy *proxy;
  gboolean ended;
} Control;

static void
line_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Control *control = user_data;
  GDataInputStream *input = G_DATA_INPUT_STREAM (source);
  g_autofree char *line = g_data_input_stream_read_line_finish_utf8 (input, result, NULL, NULL);
  Fault fault;

  if (line == NULL) {
    control->ended = TRUE;
    return;
  }

  if (fault_parse (line, &fault)) {
    fault_proxy_set (control->proxy, fault);
    g_print ("ok\n");
  } else {
    g_print ("not understood\n");
  }

  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, line_cb, control);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GInputStream) stream = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) input = g_data_input_stream_new (stream);
  g_autoptr (FaultProxy) proxy = NULL;
  Control control = { 0 };

  if (argc != 3) {
    g_printerr ("Usage: fault-proxy LISTEN-PORT TARGET-PORT\n");
    return 2;
  }

  /* Lines are read by programs, through pipes. */
  setvbuf (stdout, NULL, _IOLBF, 0);
  proxy = fault_proxy_new ((guint) atoi (argv[1]), (guint) atoi (argv[2]));
  control.proxy = proxy;
  g_print ("%u\n", fault_proxy_get_port (proxy));
  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, line_cb, &control);

  while (!control.ended)
    g_main_context_iteration (NULL, TRUE);

  return 0;
}
