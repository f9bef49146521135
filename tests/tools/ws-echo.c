/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-websocket.h"

/* Echoes every message, of text or of bytes, over the transport that the
 * programs use, until the server closes:
 *
 *   ws-echo URL
 *
 * With it the client can be put before any suite for RFC 6455 whose server asks
 * for echoes. Says on the standard output how the socket ended, as the close
 * code, and exits with 0 if it had opened, with 1 if not. */

typedef struct {
  gboolean ended;
  gboolean was_open;
} Echo;

static void
message_cb (PegTransport *transport,
            GBytes       *text,
            Echo         *echo)
{
  peg_transport_send_text_bytes (transport, text);
}

static void
binary_cb (PegTransport *transport,
           GBytes       *bytes,
           Echo         *echo)
{
  peg_transport_send_binary (transport, bytes);
}

static void
closed_cb (PegTransport          *transport,
           const PegTransportEnd *end,
           Echo                  *echo)
{
  echo->ended = TRUE;
  echo->was_open = end->was_open;
  if (end->was_open)
    g_print ("%u\n", end->code);
  else
    g_printerr ("ws-echo: %s\n", end->detail != NULL ? end->detail : "It did not open.");
}

int
main (int    argc,
      char **argv)
{
  const char * const protocols[] = { NULL };
  g_autoptr (PegClock) clock = peg_system_clock_new ();
  g_autoptr (PegDialer) dialer = NULL;
  g_autoptr (PegTransport) transport = NULL;
  Echo echo = { 0 };

  if (argc != 2) {
    g_printerr ("Usage: ws-echo URL\n");
    return 2;
  }

  dialer = peg_websocket_dialer_new (clock, NULL, NULL);
  transport = peg_dialer_make_transport (dialer);
  g_signal_connect (transport, "message", G_CALLBACK (message_cb), &echo);
  g_signal_connect (transport, "binary", G_CALLBACK (binary_cb), &echo);
  g_signal_connect (transport, "closed", G_CALLBACK (closed_cb), &echo);
  peg_transport_open (transport, argv[1], protocols);

  while (!echo.ended)
    g_main_context_iteration (NULL, TRUE);

  /* An answer to a close frame may still be on its way. */
  while (g_main_context_iteration (NULL, FALSE))
    continue;

  return echo.was_open ? 0 : 1;
}
