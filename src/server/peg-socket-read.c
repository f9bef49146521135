/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-socket"

#include "peg-config.h"

#include "peg-socket-private.h"

#include <string.h>

/* The largest message that a client may send: ours are a few hundred bytes
 * (docs/protocol.md, “Limits”). */
#define MAX_INCOMING (64 * 1024)

/* How much is read in one go, bytes. */
#define BUFFER (64 * 1024)

/* How often one socket is read before others have their turn: a client that sends
 * as fast as it is heard would keep the server from everybody else. */
#define MAX_READS 8

/* Nor how long it may take what it read, µs: small frames cost more than their bytes. */
#define MAX_READ_US 2000

#define OP_CONTINUATION 0

/* A frame as it came, its payload without the mask. */
typedef struct {
  guint8 opcode;
  gboolean is_last;
  guint8 *payload;
  gsize length;
} Frame;

/* Texts may hold U+0000, at which g_utf8_validate() stops. */
static gboolean
is_text (const char *text,
         gsize       length)
{
  const char *end;

  while (!g_utf8_validate_len (text, length, &end)) {
    length -= (gsize) (end - text);
    if (length == 0 || *end != '\0')
      return FALSE;
    text = end + 1;
    length--;
  }

  return TRUE;
}

/* Codes that may stand in a close frame (RFC 6455, 7.4, and the registry of IANA). */
static gboolean
is_close_code (guint code)
{
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}

/* Only the newest of the pings that come together is answered, or that come while
 * something waits (RFC 6455, 5.5.3): a client may send ten thousand in one read, and
 * each answer is a call of the kernel. */
static void
take_ping (PegSocket   *self,
           const Frame *frame)
{
  if (self->state != PEG_SOCKET_OPEN)
    return;

  self->ping = frame->payload;
  self->n_ping = (guint8) frame->length;
  if (self->payload == NULL || peg_socket_is_flooded (self))
    return;

  self->n_pings++;
  if (peg_socket_is_flooded (self))
    self->funcs->flow (self->user_data);
}

/* Its bytes are there until the next read. Messages are not answered before a ping
 * that came before them. */
static void
answer_ping (PegSocket *self)
{
  if (self->ping == NULL)
    return;

  if (self->state == PEG_SOCKET_OPEN) {
    g_clear_pointer (&self->pong, g_bytes_unref);
    self->pong = g_bytes_new (self->ping, self->n_ping);
    peg_socket_push (self);
  }
  self->ping = NULL;
}

static void
take_close (PegSocket   *self,
            const Frame *frame)
{
  guint code = PEG_SOCKET_CLOSE_NO_STATUS;
  gboolean was_open;

  if (frame->length >= 2)
    code = (guint) frame->payload[0] << 8 | frame->payload[1];
  if (frame->length == 1 ||
      (frame->length >= 2 && (!is_close_code (code) ||
                              !is_text ((const char *) frame->payload + 2, frame->length - 2)))) {
    peg_socket_fail (self, PEG_SOCKET_CLOSE_PROTOCOL);
    return;
  }

  answer_ping (self);
  self->close_received = TRUE;
  self->close_code = (gushort) code;
  if (self->close == NULL)
    self->close = peg_socket_make_close ((gushort) code, NULL);
  was_open = self->state == PEG_SOCKET_OPEN;
  self->state = PEG_SOCKET_CLOSING;
  peg_socket_push (self);
  if (self->state != PEG_SOCKET_CLOSING)
    return;

  /* A client that does not read what is on its way is not waited for without end. */
  peg_socket_limit_close (self);
  if (was_open)
    self->funcs->flow (self->user_data);
}

static void
take_message (PegSocket  *self,
              guint8      kind,
              const void *data,
              gsize       length)
{
  g_autoptr (GBytes) bytes = NULL;

  if (kind == PEG_SOCKET_TEXT && !is_text (data, length)) {
    peg_socket_fail (self, PEG_SOCKET_CLOSE_NOT_TEXT);
    return;
  }

  answer_ping (self);
  bytes = g_bytes_new (data, length);
  self->funcs->message ((PegSocketKind) kind, bytes, self->user_data);
}

static void
take_data (PegSocket   *self,
           const Frame *frame)
{
  const gboolean goes_on = frame->opcode == OP_CONTINUATION;

  if (goes_on != (self->fragments_kind != 0)) {
    peg_socket_fail (self, PEG_SOCKET_CLOSE_PROTOCOL);
    return;
  }

  if (!goes_on && frame->is_last) {
    take_message (self, frame->opcode, frame->payload, frame->length);
    return;
  }

  if (!goes_on) {
    self->fragments_kind = frame->opcode;
    self->fragments = g_byte_array_new ();
  }
  if (self->fragments->len + frame->length > MAX_INCOMING) {
    peg_socket_fail (self, PEG_SOCKET_CLOSE_TOO_BIG);
    return;
  }
  g_byte_array_append (self->fragments, frame->payload, (guint) frame->length);

  if (frame->is_last) {
    g_autoptr (GByteArray) whole = g_steal_pointer (&self->fragments);
    guint8 kind = self->fragments_kind;

    self->fragments_kind = 0;
    take_message (self, kind, whole->data, whole->len);
  }
}

static void
take_frame (PegSocket   *self,
            const Frame *frame)
{
  switch (frame->opcode) {
  case OP_CONTINUATION:
  case PEG_SOCKET_TEXT:
  case PEG_SOCKET_BINARY:
    take_data (self, frame);
    break;
  case PEG_SOCKET_OP_CLOSE:
    take_close (self, frame);
    break;
  case PEG_SOCKET_OP_PING:
    take_ping (self, frame);
    break;
  case PEG_SOCKET_OP_PONG:
    break;
  default:
    peg_socket_fail (self, PEG_SOCKET_CLOSE_PROTOCOL);
    break;
  }
}

/* How long the head is, with its mask, as far as @length bytes of it tell. */
static gsize
head_length (const guint8 *data,
             gsize         length)
{
  guint8 size = length >= 2 ? data[1] & 0x7f : 0;

  return size == 126 ? 8 : size == 127 ? 14 : 6;
}

/* What can be wrong with a frame before all of it is there (RFC 6455, 5.1, 5.2 and
 * 5.5); 0: nothing is. */
static gushort
check_head (const guint8 *data,
            guint64       payload)
{
  const guint8 size = data[1] & 0x7f;
  const gboolean is_control = (data[0] & 0x08) != 0;

  if ((data[0] & 0x70) != 0 || (data[1] & 0x80) == 0 ||
      (is_control && ((data[0] & 0x80) == 0 || size > PEG_SOCKET_MAX_CONTROL)) ||
      (size == 126 && payload < 126) ||
      (size == 127 && (payload <= G_MAXUINT16 || payload > G_MAXINT64)))
    return PEG_SOCKET_CLOSE_PROTOCOL;

  return payload > MAX_INCOMING ? PEG_SOCKET_CLOSE_TOO_BIG : 0;
}

/* The mask is over every byte; eight of them go at once. */
static void
unmask (guint8       *data,
        gsize         length,
        const guint8 *mask)
{
  guint64 wide, word;
  gsize i = 0;

  memcpy (&wide, mask, 4);
  memcpy ((guint8 *) &wide + 4, mask, 4);
  for (; i + 8 <= length; i += 8) {
    memcpy (&word, data + i, 8);
    word ^= wide;
    memcpy (data + i, &word, 8);
  }
  for (; i < length; i++)
    data[i] ^= mask[i & 3];
}

/* Takes the first frame off, where all of it is there. Returns how long it was; 0:
 * more has to come, or something was wrong with it. */
static gsize
take_first (PegSocket *self,
            guint8    *data,
            gsize      length)
{
  gsize head = head_length (data, length);
  guint64 payload = 0;
  gushort code;
  Frame frame;

  /* What is wrong with the first two bytes is wrong whatever follows. */
  if (length >= 2 && (data[1] & 0x80) == 0) {
    peg_socket_fail (self, PEG_SOCKET_CLOSE_PROTOCOL);
    return 0;
  }
  if (length < head - 4)
    return 0;

  if (head == 6) {
    payload = data[1] & 0x7f;
  } else {
    for (gsize i = 2; i < head - 4; i++)
      payload = payload << 8 | data[i];
  }
  code = check_head (data, payload);
  if (code != 0) {
    peg_socket_fail (self, code);
    return 0;
  }
  if (length < head + payload)
    return 0;

  frame = (Frame) {
    .opcode = data[0] & 0x0f,
    .is_last = (data[0] & 0x80) != 0,
    .payload = data + head,
    .length = (gsize) payload,
  };
  unmask (frame.payload, frame.length, data + head - 4);
  take_frame (self, &frame);

  return head + (gsize) payload;
}

/* Takes frames, and gives how many bytes they were. */
static gsize
take_frames (PegSocket *self,
             guint8    *data,
             gsize      length)
{
  gsize at = 0, n;

  while (at < length && !self->has_failed && !self->close_received &&
         self->state != PEG_SOCKET_ENDED) {
    n = take_first (self, data + at, length - at);
    if (n == 0)
      break;
    at += n;
  }
  answer_ping (self);

  return at;
}

static void
take (PegSocket *self,
      guint8    *data,
      gsize      length)
{
  gsize n;

  if (self->incoming != NULL) {
    g_byte_array_append (self->incoming, data, (guint) length);
    n = take_frames (self, self->incoming->data, self->incoming->len);
    if (n == self->incoming->len)
      g_clear_pointer (&self->incoming, g_byte_array_unref);
    else if (n > 0)
      g_byte_array_remove_range (self->incoming, 0, (guint) n);
    return;
  }

  n = take_frames (self, data, length);
  if (n < length && !self->has_failed && !self->close_received) {
    self->incoming = g_byte_array_new ();
    g_byte_array_append (self->incoming, data + n, (guint) (length - n));
  }
}

static gboolean
again_cb (gpointer user_data)
{
  PegSocket *self = user_data;

  self->again_id = 0;
  peg_socket_read (self);

  return G_SOURCE_REMOVE;
}

/* Reads what has come. The stream may have bytes that its descriptor does not tell
 * of: what came with the upgrade, and what TLS has taken apart already. So it is
 * asked until it has none, in more than one turn where there is much. */
void
peg_socket_read (PegSocket *self)
{
  GPollableInputStream *input =
    G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->stream));
  const gint64 end_us = g_get_monotonic_time () + MAX_READ_US;
  /* One for all sockets: they are of one thread, and nothing that a message sets off
   * runs the main loop, so what was read is taken before anybody reads again. */
  static guint8 buffer[BUFFER];

  for (guint i = 0; i < MAX_READS && self->state != PEG_SOCKET_ENDED; i++) {
    g_autoptr (GError) error = NULL;
    gssize n = g_pollable_input_stream_read_nonblocking (input, buffer, sizeof buffer, NULL, &error);

    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      return;
    if (n <= 0) {
      peg_socket_end (self);
      return;
    }
    if (!self->has_failed && !self->close_received)
      take (self, buffer, (gsize) n);
    if (g_get_monotonic_time () >= end_us)
      break;
  }

  if (self->state != PEG_SOCKET_ENDED && self->again_id == 0) {
    self->again_id = g_idle_add_full (G_PRIORITY_DEFAULT, again_cb, self, NULL);
    g_source_set_name_by_id (self->again_id, "[pegboard] again_cb");
  }
}
