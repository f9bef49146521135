/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "fuzz-socket"

#include "peg-config.h"

#include "fuzz.h"
#include "peg-socket.h"

#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What a client sends after the upgrade: the first byte says into how large pieces
 * the rest is cut. However it is cut, the same messages come out, and the same code
 * is told at the end. */

typedef struct {
  GString *heard; /* (owned): kinds, lengths and contents */
  gboolean is_over;
} Client;

static void
message_cb (PegSocketKind  kind,
            GBytes        *bytes,
            gpointer       user_data)
{
  Client *client = user_data;
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  g_string_append_printf (client->heard, "%d %" G_GSIZE_FORMAT " ", kind, length);
  g_string_append_len (client->heard, data, (gssize) length);
}

static void
flow_cb (gpointer user_data)
{
}

static void
closed_cb (gpointer user_data)
{
  ((Client *) user_data)->is_over = TRUE;
}

static void
run_loop (void)
{
  for (guint i = 0; i < 64 && g_main_context_iteration (NULL, FALSE); i++)
    continue;
}

static void
drain (int fd)
{
  char buffer[4096];

  while (recv (fd, buffer, sizeof buffer, MSG_DONTWAIT) > 0)
    continue;
}

static void
talk (const guint8 *data,
      gsize         length,
      gsize         piece,
      Client       *client,
      gushort      *code)
{
  static const PegSocketFuncs funcs = { message_cb, flow_cb, closed_cb };
  PegPoll *poll = peg_poll_new ();
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocketConnection) connection = NULL;
  PegSocket *peer;
  int fds[2];

  client->heard = g_string_new (NULL);
  client->is_over = FALSE;
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), ==, 0);
  socket = g_socket_new_from_fd (fds[0], NULL);
  connection = g_socket_connection_factory_create_connection (socket);
  g_object_set_data (G_OBJECT (connection), "GSocket", socket);
  peer = peg_socket_new (poll, G_IO_STREAM (connection), FALSE, &funcs, client);
  peg_socket_begin (peer);

  for (gsize at = 0; at < length && !client->is_over;) {
    const gssize sent = send (fds[1], data + at, MIN (piece, length - at),
                              MSG_NOSIGNAL | MSG_DONTWAIT);

    if (sent > 0)
      at += (gsize) sent;
    run_loop ();
    drain (fds[1]);
  }

  shutdown (fds[1], SHUT_WR);
  for (guint i = 0; i < 1000 && !client->is_over; i++)
    run_loop ();
  g_assert_true (client->is_over);

  *code = peg_socket_get_close_code (peer);
  peg_socket_free (peer);
  run_loop ();
  peg_poll_unref (poll);
  close (fds[1]);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  Client whole, cut;
  gushort whole_code, cut_code;

  if (size < 2)
    return 0;

  talk (data + 1, size - 1, size, &whole, &whole_code);
  talk (data + 1, size - 1, (gsize) data[0] % 64 + 1, &cut, &cut_code);

  g_assert_cmpuint (whole_code, ==, cut_code);
  g_assert_true (g_string_equal (whole.heard, cut.heard));

  g_string_free (whole.heard, TRUE);
  g_string_free (cut.heard, TRUE);

  return 0;
}
