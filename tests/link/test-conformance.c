/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "conformance.h"
#include "peg-wire.h"

#include <string.h>

/* RFC 6455 from raw bytes: how frames are cut, put together, and refused. The
 * text of messages and close frames is in test-conformance-text. */

#define HELLO_FRAME "\x81\x05hello"
#define X25 "xxxxxxxxxxxxxxxxxxxxxxxxx"
#define X124 X25 X25 X25 X25 "xxxxxxxxxxxxxxxxxxxxxxxx"
#define X125 X124 "x"

/* 5.2: the head of a frame. */
static void
test_framing (void)
{
  static const ConformanceCase cases[] = {
    { "an empty text", B ("\x81\x00"), B ("\x81\x00"), 0, 0 },
    { "an empty binary", B ("\x82\x00"), B ("\x82\x00"), 0, 0 },
    { "a text", B (HELLO_FRAME), B (HELLO_FRAME), 0, 0 },
    { "a binary", B ("\x82\x03\x00\xff\x80"), B ("\x82\x03\x00\xff\x80"), 0, 0 },
    { "U+0000 in a text", B ("\x81\x03" "a\0b"), B ("\x81\x03" "a\0b"), 0, 0 },
    { "three in a row", B (HELLO_FRAME "\x82\x01!" HELLO_FRAME),
      B (HELLO_FRAME "\x82\x01!" HELLO_FRAME), 0, 0 },
    { "125 bytes", B ("\x81\x7d" X125), B ("\x81\x7d" X125), 0, 0 },
    { "126 bytes", B ("\x81\x7e\x00\x7e" X125 "y"), B ("\x81\x7e\x00\x7e" X125 "y"), 0, 0 },

    { "5 bytes with a length of 16 bits", B ("\x81\x7e\x00\x05hello"), B (""), 1002, 1002 },
    { "125 bytes with a length of 16 bits", B ("\x81\x7e\x00\x7d" X125), B (""), 1002, 1002 },
    { "5 bytes with a length of 64 bits", B ("\x81\x7f\0\0\0\0\0\0\0\x05hello"), B (""),
      1002, 1002 },
    { "126 bytes with a length of 64 bits", B ("\x81\x7f\0\0\0\0\0\0\0\x7e" X125 "y"), B (""),
      1002, 1002 },
    /* libsoup takes it for a very large number: it ends in the same way, with another code. */
    { "the highest bit of the length", B ("\x82\x7f\x80\0\0\0\0\0\0\x01?"), B (""), 1009, 0 },

    { "RSV1", B ("\xc1\x05hello"), B (""), 1002, 1002 },
    { "RSV2", B ("\xa1\x05hello"), B (""), 1002, 1002 },
    { "RSV3", B ("\x91\x05hello"), B (""), 1002, 1002 },
    { "all three", B ("\xf1\x05hello"), B (""), 1002, 1002 },
    { "RSV1 in a ping", B ("\xc9\x00"), B (""), 1002, 1002 },
    { "RSV2 in a pong", B ("\xaa\x00"), B (""), 1002, 1002 },
    { "RSV3 in a close", B ("\x98\x00"), B (""), 1002, 1002 },
    { "RSV1 in a continuation", B ("\x01\x01" "a\xc0\x01" "b"), B (""), 1002, 1002 },
    { "what came before RSV is delivered", B (HELLO_FRAME "\xc1\x05hello"), B (HELLO_FRAME),
      1002, 1002 },

    { "opcode 3", B ("\x83\x00"), B (""), 1002, 1002 },
    { "opcode 4", B ("\x84\x01" "a"), B (""), 1002, 1002 },
    { "opcode 5", B ("\x85\x00"), B (""), 1002, 1002 },
    { "opcode 6", B ("\x86\x00"), B (""), 1002, 1002 },
    { "opcode 7", B ("\x87\x01" "a"), B (""), 1002, 1002 },
    { "opcode 11", B ("\x8b\x00"), B (""), 1002, 1002 },
    { "opcode 12", B ("\x8c\x01" "a"), B (""), 1002, 1002 },
    { "opcode 13", B ("\x8d\x00"), B (""), 1002, 1002 },
    { "opcode 14", B ("\x8e\x00"), B (""), 1002, 1002 },
    { "opcode 15", B ("\x8f\x01" "a"), B (""), 1002, 1002 },
    { "opcode 3 after a text, before another", B (HELLO_FRAME "\x83\x00" HELLO_FRAME),
      B (HELLO_FRAME), 1002, 1002 },

    /* 5.1: a server masks nothing. */
    { "a masked text", B ("\x81\x85\x01\x02\x03\x04iggpn"), B (""), 1002, 1002 },
    { "a text masked with zeros", B ("\x81\x85\0\0\0\0hello"), B (""), 1002, 1002 },
    { "a masked ping", B ("\x89\x80\x01\x02\x03\x04"), B (""), 1002, 1002 },
    { "a masked close", B ("\x88\x82\0\0\0\0\x03\xe8"), B (""), 1002, 1002 },
  };

  conformance_run (cases, G_N_ELEMENTS (cases));
}

/* 5.5: control frames. */
static void
test_control (void)
{
  static const ConformanceCase cases[] = {
    { "a ping", B ("\x89\x00"), B ("\x8a\x00"), 0, 0 },
    { "a ping with bytes", B ("\x89\x05\x00\xff\xfe\xfd\xfc"), B ("\x8a\x05\x00\xff\xfe\xfd\xfc"),
      0, 0 },
    { "a ping of 125 bytes", B ("\x89\x7d" X125), B ("\x8a\x7d" X125), 0, 0 },
    { "ten pings", B ("\x89\x01" "0\x89\x01" "1\x89\x01" "2\x89\x01" "3\x89\x01" "4"
                      "\x89\x01" "5\x89\x01" "6\x89\x01" "7\x89\x01" "8\x89\x01" "9"),
      B ("\x8a\x01" "0\x8a\x01" "1\x8a\x01" "2\x8a\x01" "3\x8a\x01" "4"
         "\x8a\x01" "5\x8a\x01" "6\x8a\x01" "7\x8a\x01" "8\x8a\x01" "9"), 0, 0 },
    { "a pong that nobody asked for", B ("\x8a\x05wrong"), B (""), 0, 0 },
    { "an empty pong", B ("\x8a\x00"), B (""), 0, 0 },
    { "a pong, then a ping", B ("\x8a\x01" "a\x89\x01" "b"), B ("\x8a\x01" "b"), 0, 0 },
    { "a ping of 126 bytes", B ("\x89\x7e\x00\x7e" X125 "y"), B (""), 1002, 1002 },
    /* Here libsoup is milder than 5.5, and nothing comes of it. */
    { "a pong of 126 bytes", B ("\x8a\x7e\x00\x7e" X125 "y"), B (""), 0, 0 },
    { "a close of 126 bytes", B ("\x88\x7e\x00\x7e\x03\xe8" X124), B (""), 1002, 0 },
    { "a ping in pieces", B ("\x09\x01" "a\x80\x01" "b"), B (""), 1002, 1002 },
    { "a pong in pieces", B ("\x0a\x00\x80\x00"), B (""), 1002, 1002 },
    { "a close in pieces", B ("\x08\x01\x03\x80\x01\xe8"), B (""), 1002, 1002 },
  };

  conformance_run (cases, G_N_ELEMENTS (cases));
}

/* 5.4: messages in pieces. */
static void
test_fragments (void)
{
  static const ConformanceCase cases[] = {
    { "a text in two", B ("\x01\x03hel\x80\x02lo"), B (HELLO_FRAME), 0, 0 },
    { "a binary in two", B ("\x02\x01\x00\x80\x01\xff"), B ("\x82\x02\x00\xff"), 0, 0 },
    { "empty pieces", B ("\x01\x00\x00\x00\x80\x00"), B ("\x81\x00"), 0, 0 },
    { "an empty piece in the middle", B ("\x01\x03hel\x00\x00\x80\x02lo"), B (HELLO_FRAME), 0, 0 },
    { "one octet each", B ("\x01\x01h\x00\x01" "e\x00\x01l\x00\x01l\x80\x01o"), B (HELLO_FRAME),
      0, 0 },
    { "a ping in between", B ("\x01\x03hel\x89\x01?\x80\x02lo"), B ("\x8a\x01?" HELLO_FRAME),
      0, 0 },
    { "pings around every piece", B ("\x89\x01" "0\x01\x03hel\x89\x01" "1\x00\x00\x89\x01"
                                     "2\x80\x02lo\x89\x01" "3"),
      B ("\x8a\x01" "0\x8a\x01" "1\x8a\x01" "2" HELLO_FRAME "\x8a\x01" "3"), 0, 0 },
    { "a pong in between", B ("\x01\x03hel\x8a\x00\x80\x02lo"), B (HELLO_FRAME), 0, 0 },
    { "two messages in pieces", B ("\x01\x01" "a\x80\x01" "b\x02\x01" "c\x80\x01" "d"),
      B ("\x81\x02" "ab\x82\x02" "cd"), 0, 0 },
    { "a close in between", B ("\x01\x03hel\x88\x02\x03\xe8"), B (""), 1000, 1000 },

    { "a continuation of nothing", B ("\x80\x05hello"), B (""), 1002, 1002 },
    { "a continuation of nothing, not the last", B ("\x00\x05hello"), B (""), 1002, 1002 },
    { "a continuation after a whole message", B (HELLO_FRAME "\x80\x01!"), B (HELLO_FRAME),
      1002, 1002 },
    { "a text within a text", B ("\x01\x01" "a\x81\x01" "b"), B (""), 1002, 1002 },
    { "a text in pieces within a text", B ("\x01\x01" "a\x01\x01" "b\x80\x01" "c"), B (""),
      1002, 1002 },
    { "a binary within a text", B ("\x01\x01" "a\x82\x01" "b"), B (""), 1002, 1002 },
    { "a text within a binary", B ("\x02\x01" "a\x81\x01" "b"), B (""), 1002, 1002 },
  };

  conformance_run (cases, G_N_ELEMENTS (cases));
}

/* Everything up to these sizes comes back as it went, in one piece and in
 * pieces. */
static void
test_sizes (void)
{
  static const gsize sizes[] = { 0, 1, 125, 126, 127, 128, 65535, 65536, 65537, 1024 * 1024 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes) * 4; i++) {
    const gsize size = sizes[i / 4];
    const guint8 opcode = i & 1 ? 0x02 : 0x01;
    const gsize piece = i & 2 ? MAX (size / 7, 1) : MAX (size, 1);
    g_autoptr (Conformance) self = conformance_new (NULL);
    g_autoptr (GByteArray) frames = g_byte_array_new ();
    g_autoptr (GByteArray) wanted = g_byte_array_new ();
    g_autoptr (GByteArray) answer = NULL;
    g_autofree char *data = g_malloc (size + 1);
    gboolean closed;

    g_test_message ("%s of %" G_GSIZE_FORMAT ", pieces of %" G_GSIZE_FORMAT,
                    opcode == 1 ? "text" : "binary", size, piece);
    for (gsize j = 0; j < size; j++)
      data[j] = (char) (opcode == 1 ? 'a' + (int) (j % 26) : (int) (j % 251));

    for (gsize at = 0; at == 0 || at < size; at += piece) {
      const gboolean last = at + piece >= size;

      raw_frame_append (frames, (guint8) ((last ? 0x80 : 0) | (at == 0 ? opcode : 0)), data + at,
                        MIN (piece, size - at));
    }
    raw_frame_append (wanted, (guint8) (0x80 | opcode), data, size);

    raw_peer_send (self->peer, frames->data, frames->len);
    AWAIT (self->peer->incoming->len >= wanted->len + 4);
    answer = raw_peer_dup_frames (self->peer, &closed);
    g_assert_cmpmem (answer->data, answer->len, wanted->data, wanted->len);
    g_assert_cmpuint (self->n_messages, ==, 1);
  }
}

/* Sends a message in @n pieces of @size bytes. */
static void
send_pieces (Conformance *self,
             guint        n,
             gsize        size,
             gboolean     whole)
{
  g_autoptr (GByteArray) frames = g_byte_array_new ();
  g_autofree char *data = g_strnfill (size, 'x');

  for (guint i = 0; i < n; i++)
    raw_frame_append (frames, (guint8) ((whole && i + 1 == n ? 0x80 : 0) | (i == 0 ? 1 : 0)),
                      data, size);
  raw_peer_send (self->peer, frames->data, frames->len);
}

#define MIB ((gsize) 1024 * 1024)

/* 7.4.1: what is too big is refused, and nothing of it is handed on. */
static void
test_limits (void)
{
  static const struct {
    guint n;
    gsize size;
    guint code;
  } cases[] = {
    { 1, PEG_WIRE_MAX_BYTES, 0 },
    { 16, MIB, 0 },
    { 4096, 4096, 0 },
    { 1, PEG_WIRE_MAX_BYTES + 1, 1009 },
    { 17, MIB, 1009 },
    { 4097, 4096, 1009 },
  };

  g_assert_cmpuint (PEG_WIRE_MAX_BYTES, ==, 16 * MIB);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Conformance) self = conformance_new (NULL);

    g_test_message ("%u pieces of %" G_GSIZE_FORMAT, cases[i].n, cases[i].size);
    self->silent = TRUE;
    send_pieces (self, cases[i].n, cases[i].size, TRUE);
    if (cases[i].code == 0) {
      AWAIT (self->n_messages == 1);
      g_assert_cmpuint (self->last_length, ==, cases[i].n * cases[i].size);
      g_assert_cmpuint (self->n_closed, ==, 0);
    } else {
      conformance_finish (self);
      g_assert_cmpuint (self->end.code, ==, cases[i].code);
      g_assert_cmpuint (self->n_messages, ==, 0);
    }
  }
}

/* A length that no memory holds is refused from the head alone. */
static void
test_huge (void)
{
  static const ConformanceCase cases[] = {
    { "16 MiB and one byte", B ("\x82\x7f\0\0\0\0\x01\0\0\x01"), B (""), 1009, 0 },
    { "4 GiB", B ("\x82\x7f\0\0\0\x01\0\0\0\0"), B (""), 1009, 0 },
    { "2^63 - 1", B ("\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff"), B (""), 1009, 0 },
    { "4 GiB to be continued", B ("\x01\x01" "a\x80\x7f\0\0\0\x01\0\0\0\0"), B (""), 1009, 0 },
  };

  conformance_run (cases, G_N_ELEMENTS (cases));
}

/* 4.1: what the server chooses must be among what it was offered. */
static void
test_handshake (void)
{
  static const struct {
    const char *extra;
    gboolean opens;
  } cases[] = {
    { NULL, TRUE },
    { "Sec-WebSocket-Protocol: pegboard.1\r\n", TRUE },
    { "Sec-WebSocket-Protocol: other\r\n", FALSE },
    { "Sec-WebSocket-Extensions: permessage-deflate\r\n", FALSE },
    { "Sec-WebSocket-Extensions: x-unknown\r\n", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Conformance) self = conformance_new (cases[i].extra);

    g_test_message ("%s", cases[i].extra != NULL ? cases[i].extra : "nothing");
    g_assert_cmpuint (self->n_opened, ==, cases[i].opens ? 1 : 0);
    g_assert_null (strstr (self->peer->head->str, "Sec-WebSocket-Extensions"));
    if (!cases[i].opens)
      g_assert_cmpint (self->end.reason, ==, PEG_LINK_REASON_NOT_A_SERVER);
  }
}

/* The stream ends, or is reset, anywhere within a message. */
static void
test_torn (void)
{
  static const char frames[] = "\x81\x7e\x00\x7e" X125 "y\x01\x03hel\x80\x02lo";
  static const gsize cuts[] = { 0, 1, 2, 3, 4, 5, 129, 130, 131, 132, 134, 135, 136, 137, 138 };

  for (guint i = 0; i < 2 * G_N_ELEMENTS (cuts); i++) {
    const gsize cut = cuts[i / 2];
    g_autoptr (Conformance) self = conformance_new (NULL);

    g_test_message ("%s after %" G_GSIZE_FORMAT " bytes", i % 2 ? "reset" : "ended", cut);
    raw_peer_send (self->peer, frames, cut);
    AWAIT (self->peer->sent == cut);
    AWAIT (self->n_messages == (cut >= 130 ? 1 : 0) || self->n_closed > 0);
    raw_peer_end (self->peer, i % 2);
    conformance_finish (self);
    g_assert_cmpuint (self->end.code, ==, 1006);
    g_assert_cmpuint (self->n_messages, <=, cut >= 130 ? 1 : 0);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/conformance/framing", test_framing);
  g_test_add_func ("/conformance/control", test_control);
  g_test_add_func ("/conformance/fragments", test_fragments);
  g_test_add_func ("/conformance/sizes", test_sizes);
  g_test_add_func ("/conformance/limits", test_limits);
  g_test_add_func ("/conformance/huge", test_huge);
  g_test_add_func ("/conformance/handshake", test_handshake);
  g_test_add_func ("/conformance/torn", test_torn);

  return g_test_run ();
}
