/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-server-test.h"
#include "peg-socket.h"

#include <errno.h>
#include <gio/gunixsocketaddress.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A socket whose kernel takes next to nothing at once, and a client that writes and
 * reads at random: what comes out is whole frames in their order, whatever came
 * between, and what goes in is what was sent. */

#define ROUNDS 60
#define MAX_MESSAGE 70000

typedef struct {
  PegPoll *poll;        /* (owned) */
  PegSocket *socket;    /* (owned) */
  int fd;               /* (owned): the client's end */
  GRand *random;        /* (owned) */
  GByteArray *received; /* (owned): what the client got */
  GByteArray *to_send;  /* (owned): what it has still to send */
  GPtrArray *sent;      /* (owned) (element-type GBytes): by the server */
  GPtrArray *expected;  /* (owned) (element-type GBytes): by the client */
  guint n_heard;
  guint n_parsed;
  guint n_pings;
  guint n_pongs;
  guint close_code;
  gboolean is_over;
} Fixture;

static void
message_cb (PegSocketKind  kind,
            GBytes        *bytes,
            gpointer       user_data)
{
  Fixture *self = user_data;

  g_assert_cmpuint (kind, ==, PEG_SOCKET_BINARY);
  g_assert_cmpuint (self->n_heard, <, self->expected->len);
  g_assert_true (g_bytes_equal (bytes, g_ptr_array_index (self->expected, self->n_heard)));
  self->n_heard++;
}

static void
flow_cb (gpointer user_data)
{
}

static void
closed_cb (gpointer user_data)
{
  ((Fixture *) user_data)->is_over = TRUE;
}

static const PegSocketFuncs funcs = { message_cb, flow_cb, closed_cb };

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocketConnection) connection = NULL;
  const int size = 2048;
  int fds[2];

  memset (self, 0, sizeof *self);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), ==, 0);
  g_assert_cmpint (setsockopt (fds[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof size), ==, 0);
  g_assert_cmpint (setsockopt (fds[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof size), ==, 0);
  socket = g_socket_new_from_fd (fds[0], NULL);
  connection = g_socket_connection_factory_create_connection (socket);
  g_object_set_data (G_OBJECT (connection), "GSocket", socket);

  self->fd = fds[1];
  self->random = g_rand_new_with_seed (GPOINTER_TO_UINT (data));
  self->received = g_byte_array_new ();
  self->to_send = g_byte_array_new ();
  self->sent = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->expected = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->poll = peg_poll_new ();
  self->socket = peg_socket_new (self->poll, G_IO_STREAM (connection), FALSE, &funcs, self);
  peg_socket_begin (self->socket);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  peg_socket_free (self->socket);
  peg_poll_unref (self->poll);
  close (self->fd);
  g_rand_free (self->random);
  g_byte_array_unref (self->received);
  g_byte_array_unref (self->to_send);
  g_ptr_array_unref (self->sent);
  g_ptr_array_unref (self->expected);
}

static GBytes *
make_message (Fixture *self)
{
  static const guint sizes[] = { 0, 1, 125, 126, 127, 300, 65535, 65536, MAX_MESSAGE };
  gsize length = sizes[g_rand_int_range (self->random, 0, G_N_ELEMENTS (sizes))];
  guint8 *data = g_malloc (length + 1);

  for (gsize i = 0; i < length; i++)
    data[i] = (guint8) g_rand_int (self->random);

  return g_bytes_new_take (data, length);
}

/* A frame of a client, with a mask. */
static void
add_frame (Fixture    *self,
           guint8      first,
           const void *data,
           gsize       length)
{
  guint8 head[14] = { first };
  guint8 mask[4];
  guint n = 2, begin;

  if (length < 126) {
    head[1] = (guint8) (0x80 | length);
  } else {
    g_assert_cmpuint (length, <=, G_MAXUINT16);
    head[1] = 0x80 | 126;
    head[2] = (guint8) (length >> 8);
    head[3] = (guint8) length;
    n = 4;
  }
  for (guint i = 0; i < 4; i++)
    mask[i] = (guint8) g_rand_int (self->random);
  g_byte_array_append (self->to_send, head, n);
  g_byte_array_append (self->to_send, mask, 4);
  begin = self->to_send->len;
  if (length > 0)
    g_byte_array_append (self->to_send, data, (guint) length);
  for (gsize i = 0; i < length; i++)
    self->to_send->data[begin + i] ^= mask[i % 4];
}

/* A message of the client, in pieces with pings between them. */
static void
say (Fixture *self)
{
  gsize length = (gsize) g_rand_int_range (self->random, 0, 65536), at = 0;
  g_autofree guint8 *data = g_malloc (length + 1);
  guint8 opcode = 2;

  for (gsize i = 0; i < length; i++)
    data[i] = (guint8) g_rand_int (self->random);
  g_ptr_array_add (self->expected, g_bytes_new (data, length));

  while (g_rand_boolean (self->random)) {
    gsize n = (gsize) g_rand_int_range (self->random, 0, (gint32) (length - at) + 1);

    add_frame (self, opcode, data + at, n);
    add_frame (self, 0x89, "ping", 4);
    self->n_pings++;
    at += n;
    opcode = 0;
  }
  add_frame (self, 0x80 | opcode, data + at, length - at);
}

/* Takes whole frames off what the client has got. */
static void
parse (Fixture *self)
{
  for (;;) {
    const guint8 *data = self->received->data;
    gsize have = self->received->len, head = 2, length;

    if (have < 2)
      return;
    length = data[1];
    g_assert_cmpuint (length & 0x80, ==, 0);
    if (length == 126) {
      head = 4;
      length = have >= 4 ? (gsize) data[2] << 8 | data[3] : G_MAXUINT32;
    } else if (length == 127) {
      head = 10;
      length = 0;
      for (guint i = 0; have >= 10 && i < 8; i++)
        length = length << 8 | data[2 + i];
    }
    if (have < head || have - head < length)
      return;

    switch (data[0]) {
    case 0x82:
      g_assert_cmpuint (self->n_parsed, <, self->sent->len);
      g_assert_cmpmem (data + head, length,
                       g_bytes_get_data (g_ptr_array_index (self->sent, self->n_parsed), NULL),
                       g_bytes_get_size (g_ptr_array_index (self->sent, self->n_parsed)));
      self->n_parsed++;
      break;
    case 0x89:
      g_assert_cmpuint (length, ==, 0);
      break;
    case 0x8a:
      g_assert_cmpmem (data + head, length, "ping", 4);
      self->n_pongs++;
      break;
    case 0x88:
      self->close_code = (guint) data[head] << 8 | data[head + 1];
      break;
    default:
      g_error ("A frame begins with %02x", data[0]);
    }
    g_byte_array_remove_range (self->received, 0, (guint) (head + length));
  }
}

/* The client reads and writes a little. */
static void
client_turn (Fixture *self,
             gsize    most)
{
  guint8 buffer[8192];
  gssize n;

  n = recv (self->fd, buffer, MIN (most, sizeof buffer), 0);
  if (n > 0)
    g_byte_array_append (self->received, buffer, (guint) n);
  parse (self);

  if (self->to_send->len > 0) {
    n = send (self->fd, self->to_send->data, MIN (most, self->to_send->len), MSG_NOSIGNAL);
    if (n > 0)
      g_byte_array_remove_range (self->to_send, 0, (guint) n);
  }
  g_main_context_iteration (NULL, FALSE);
}

static void
server_turn (Fixture *self)
{
  if (peg_socket_is_clear (self->socket) && g_rand_boolean (self->random)) {
    GBytes *bytes = make_message (self);

    g_ptr_array_add (self->sent, bytes);
    if (g_rand_boolean (self->random)) {
      peg_socket_send (self->socket, PEG_SOCKET_BINARY, bytes);
    } else {
      GByteArray *frames = g_byte_array_new ();
      GBytes *more = make_message (self);
      g_autoptr (GBytes) whole = NULL;

      /* Two messages in one go. */
      g_ptr_array_add (self->sent, more);
      peg_socket_add_frame (frames, PEG_SOCKET_BINARY, bytes);
      peg_socket_add_frame (frames, PEG_SOCKET_BINARY, more);
      whole = g_byte_array_free_to_bytes (frames);
      peg_socket_send (self->socket, PEG_SOCKET_FRAMES, whole);
    }
  }
  if (g_rand_int_range (self->random, 0, 4) == 0)
    peg_socket_ping (self->socket);
}

static void
test_random (Fixture       *self,
             gconstpointer  data)
{
  for (guint i = 0; i < ROUNDS; i++) {
    say (self);
    for (guint j = 0; j < 40; j++) {
      server_turn (self);
      client_turn (self, (gsize) g_rand_int_range (self->random, 1, 8192));
    }
  }

  peg_test_wait_until ((client_turn (self, 8192), self->n_heard == self->expected->len));
  peg_test_wait_until ((client_turn (self, 8192), self->n_parsed == self->sent->len));
  g_assert_cmpuint (self->sent->len, >, 20);
  g_assert_cmpuint (self->n_pongs, >, 0);
  g_assert_cmpuint (self->n_pongs, <=, self->n_pings);
  g_assert_true (peg_socket_is_open (self->socket));
}

/* Closed in the middle of a message: it comes whole, then the close frame, and
 * nothing else. */
static void
test_close (Fixture       *self,
            gconstpointer  data)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (MAX_MESSAGE), MAX_MESSAGE);

  g_ptr_array_add (self->sent, g_bytes_ref (bytes));
  peg_socket_send (self->socket, PEG_SOCKET_BINARY, bytes);
  g_assert_false (peg_socket_is_clear (self->socket));
  add_frame (self, 0x89, "ping", 4);
  client_turn (self, 100);
  peg_socket_ping (self->socket);
  peg_socket_close (self->socket, 1012, "Stopped");
  g_assert_false (peg_socket_is_open (self->socket));
  peg_socket_close (self->socket, 1000, NULL);

  peg_test_wait_until ((client_turn (self, 3000), self->close_code != 0));
  g_assert_cmpuint (self->n_parsed, ==, 1);
  g_assert_cmpuint (self->close_code, ==, 1012);
  g_assert_cmpuint (self->received->len, ==, 0);
  g_assert_false (self->is_over);

  add_frame (self, 0x88, "\x03\xe8", 2);
  peg_test_wait_until ((client_turn (self, 3000), self->is_over));
  g_assert_cmpuint (peg_socket_get_close_code (self->socket), ==, 1000);
}

/* A client that goes in the middle of a message. */
static void
test_gone (Fixture       *self,
           gconstpointer  data)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (MAX_MESSAGE), MAX_MESSAGE);

  peg_socket_send (self->socket, PEG_SOCKET_BINARY, bytes);
  shutdown (self->fd, SHUT_RDWR);
  peg_test_wait_until (self->is_over);
  g_assert_false (peg_socket_is_clear (self->socket));
  g_assert_cmpuint (peg_socket_get_close_code (self->socket), ==, 1006);
}

/* Pieces that are too much together, although none of them is. */
static void
test_too_big (Fixture       *self,
              gconstpointer  data)
{
  g_autofree guint8 *piece = g_malloc0 (60000);

  add_frame (self, 0x02, piece, 60000);
  add_frame (self, 0x80, piece, 60000);
  peg_test_wait_until ((client_turn (self, 8192), self->close_code != 0));
  g_assert_cmpuint (self->close_code, ==, 1009);
  g_assert_cmpuint (self->n_heard, ==, 0);
}

#define add(name, seed, func) \
  g_test_add ("/server/socket/" name, Fixture, GUINT_TO_POINTER (seed), set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("random/1", 1, test_random);
  add ("random/2", 2, test_random);
  add ("random/3", 3, test_random);
  add ("close", 4, test_close);
  add ("gone", 5, test_gone);
  add ("too-big", 6, test_too_big);

  return g_test_run ();
}
