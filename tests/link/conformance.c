/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "conformance.h"

#include <string.h>

/* A ping that no case sends: its pong says that everything before was dealt with,
 * and that the socket still works. */
#define PROBE "\x89\x06still?"
#define PROBED "\x8a\x06still?"

static void
opened_cb (PegTransport *transport,
           const char   *protocol,
           Conformance  *self)
{
  self->n_opened++;
}

static void
message_cb (PegTransport *transport,
            GBytes       *text,
            Conformance  *self)
{
  /* Whatever is handed on is whole and is text. */
  g_assert_cmpuint (self->n_closed, ==, 0);
  g_assert_true (g_bytes_get_size (text) == 0 ||
                 g_utf8_validate_len (g_bytes_get_data (text, NULL), g_bytes_get_size (text),
                                      NULL) ||
                 memchr (g_bytes_get_data (text, NULL), 0, g_bytes_get_size (text)) != NULL);
  self->n_messages++;
  self->last_length = g_bytes_get_size (text);
  if (!self->silent)
    g_assert_true (peg_transport_send_text_bytes (transport, text));
}

static void
binary_cb (PegTransport *transport,
           GBytes       *bytes,
           Conformance  *self)
{
  g_assert_cmpuint (self->n_closed, ==, 0);
  self->n_messages++;
  self->last_length = g_bytes_get_size (bytes);
  if (!self->silent)
    g_assert_true (peg_transport_send_binary (transport, bytes));
}

static void
closed_cb (PegTransport          *transport,
           const PegTransportEnd *end,
           Conformance           *self)
{
  self->n_closed++;
  self->end = *end;
  self->end.detail = NULL;
}

/* A client that has asked a raw peer for a socket. */
Conformance *
conformance_new (const char *extra)
{
  const char * const protocols[] = { "pegboard.1", NULL };
  Conformance *self = g_new0 (Conformance, 1);
  g_autofree char *uri = NULL;

  self->peer = raw_peer_new ();
  self->peer->extra = extra;
  self->clock = fake_clock_new ();
  self->dialer = peg_websocket_dialer_new (PEG_CLOCK (self->clock), NULL, NULL);
  self->transport = peg_dialer_make_transport (self->dialer);
  g_signal_connect (self->transport, "opened", G_CALLBACK (opened_cb), self);
  g_signal_connect (self->transport, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (self->transport, "binary", G_CALLBACK (binary_cb), self);
  g_signal_connect (self->transport, "closed", G_CALLBACK (closed_cb), self);

  uri = g_strdup_printf ("ws://127.0.0.1:%u/ws", self->peer->port);
  peg_transport_open (self->transport, uri, protocols);
  AWAIT (self->n_opened + self->n_closed == 1);

  return self;
}

void
conformance_free (Conformance *self)
{
  g_signal_handlers_disconnect_by_data (self->transport, self);
  peg_transport_close (self->transport, 1000, "Client disconnect");
  g_clear_object (&self->transport);
  g_clear_pointer (&self->peer, raw_peer_free);
  g_clear_object (&self->dialer);
  g_clear_object (&self->clock);
  g_free (self);
}

/* Waits until the transport has ended; whoever waits for the other side to end
 * the stream is not waited for. */
void
conformance_finish (Conformance *self)
{
  AWAIT (self->n_closed == 1 || fake_clock_n_timers (self->clock) > 0);
  fake_clock_advance (self->clock, G_USEC_PER_SEC);
  g_assert_cmpuint (self->n_closed, ==, 1);
  g_assert_true (self->end.was_open);
}

static GByteArray *
get_answer (Conformance *self,
            gboolean    *closed)
{
  return raw_peer_dup_frames (self->peer, closed);
}

static gboolean
has_answered (Conformance *self,
              gsize        length)
{
  gboolean closed;
  g_autoptr (GByteArray) answer = get_answer (self, &closed);

  return answer->len >= length || closed || self->peer->ended;
}

static char *
escape (const guint8 *bytes,
        gsize         length)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; i < MIN (length, 64); i++)
    g_string_append_printf (text, g_ascii_isprint (bytes[i]) ? "%c" : "\\x%02x", bytes[i]);

  return g_strdup_printf ("%" G_GSIZE_FORMAT " bytes, “%s”", length, text->str);
}

static void
check_answer (const ConformanceCase *item,
              GByteArray            *answer,
              gsize                  length,
              const char            *tail)
{
  g_autoptr (GByteArray) wanted = g_byte_array_new ();

  g_byte_array_append (wanted, (const guint8 *) item->answer.bytes, (guint) item->answer.length);
  g_byte_array_append (wanted, (const guint8 *) tail, (guint) strlen (tail));

  /* There is no data in an empty array. */
  if (length != wanted->len ||
      (length > 0 && memcmp (answer->data, wanted->data, length) != 0)) {
    g_autofree char *got = escape (answer->data, length);
    g_autofree char *want = escape (wanted->data, wanted->len);

    g_error ("%s: the client sent %s, not %s", item->name, got, want);
  }
}

static void
check_open (Conformance           *self,
            const ConformanceCase *item)
{
  gboolean closed;
  g_autoptr (GByteArray) answer = NULL;

  raw_peer_send (self->peer, PROBE, strlen (PROBE));
  AWAIT (has_answered (self, item->answer.length + strlen (PROBED)));
  answer = get_answer (self, &closed);
  if (closed || self->n_closed > 0)
    g_error ("%s: the connection ended with %u", item->name, self->end.code);
  check_answer (item, answer, answer->len, PROBED);
}

static void
check_end (Conformance           *self,
           const ConformanceCase *item)
{
  gboolean closed;
  g_autoptr (GByteArray) answer = NULL;
  gsize close_at;
  guint wire;

  conformance_finish (self);
  AWAIT (item->wire == 0 || has_answered (self, G_MAXSIZE));

  answer = get_answer (self, &closed);
  close_at = item->answer.length;
  check_answer (item, answer, closed ? MIN (close_at, answer->len) : answer->len, "");
  if (self->end.code != item->code)
    g_error ("%s: it ended with %u, not %u", item->name, self->end.code, item->code);
  if (item->wire == 0)
    return;

  g_assert_true (closed);
  g_assert_cmpuint (answer->data[close_at], ==, 0x88);
  wire = answer->data[close_at + 1] < 2 ? 1005 :
         (guint) answer->data[close_at + 2] << 8 | answer->data[close_at + 3];
  if (wire != item->wire)
    g_error ("%s: the client closed with %u, not %u", item->name, wire, item->wire);
}

/* Every case twice: in one piece, and octet by octet. */
void
conformance_run (const ConformanceCase *cases,
                 gsize                  n)
{
  for (gsize i = 0; i < 2 * n; i++) {
    const ConformanceCase *item = &cases[i / 2];
    g_autoptr (Conformance) self = conformance_new (NULL);

    g_test_message ("%s, %s", item->name, i % 2 == 0 ? "in one piece" : "octet by octet");
    g_assert_cmpuint (self->n_opened, ==, 1);
    self->peer->octets = i % 2 == 1;
    raw_peer_send (self->peer, item->sent.bytes, item->sent.length);
    if (item->code == 0)
      check_open (self, item);
    else
      check_end (self, item);
  }
}
