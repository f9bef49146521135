/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "server-fixture.h"

#include "peg-frame.h"
#include "peg-hub-transfer.h"
#include "peg-staging.h"
#include "peg-wire.h"

#include <glib/gstdio.h>
#include <utime.h>

/* Binary frames, as the server speaks them (docs/protocol.md, “Binary frames”). */

#define UUID "5b0f5ad2-5b0e-4d8c-9d5b-0e4d8c9d5b0e"
#define CHUNK PEG_HUB_MAX_CHUNK

/* A client, and the frames that it got. */
typedef struct {
  ServerSocket *socket; /* (owned) */
  GPtrArray *frames;    /* (owned) (element-type GBytes) */
  guint next;           /* the frame that nobody has looked at */
} Peer;

static void
binary_cb (SoupWebsocketConnection *connection,
           int                      type,
           GBytes                  *bytes,
           Peer                    *peer)
{
  if (type == SOUP_WEBSOCKET_DATA_BINARY)
    g_ptr_array_add (peer->frames, g_bytes_ref (bytes));
}

static Peer *
peer_open (ServerFixture *self,
           const char    *user,
           const char    *hello)
{
  Peer *peer = g_new0 (Peer, 1);

  peer->frames = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  peer->socket = server_socket_open (self, hello == NULL, user);
  g_signal_connect (peer->socket->connection, "message", G_CALLBACK (binary_cb), peer);
  if (hello != NULL) {
    server_socket_say (peer->socket, hello);
    wait_text (peer->socket, "hello_ok");
  }

  return peer;
}

#define HELLO "{\"type\":\"hello\",\"transfer\":true}"

static void
peer_free (Peer *peer)
{
  g_signal_handlers_disconnect_by_data (peer->socket->connection, peer);
  server_socket_free (peer->socket);
  g_ptr_array_unref (peer->frames);
  g_free (peer);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Peer, peer_free)

static void
peer_send_raw (Peer   *peer,
               GBytes *bytes)
{
  soup_websocket_connection_send_message (peer->socket->connection, SOUP_WEBSOCKET_DATA_BINARY,
                                          bytes);
}

static void
peer_send (Peer         *peer,
           PegFrameKind  kind,
           guint32       transfer,
           guint64       offset,
           gconstpointer data,
           gsize         length)
{
  g_autoptr (GBytes) bytes = peg_frame_encode (&(PegFrame) {
    .kind = kind, .transfer = transfer, .offset = offset, .payload = data, .length = length,
  });

  peer_send_raw (peer, bytes);
}

static void
peer_begin (Peer       *peer,
            guint32     transfer,
            guint64     offset,
            const char *json)
{
  peer_send (peer, PEG_FRAME_BEGIN, transfer, offset, json, strlen (json));
}

/* The next frame; valid as long as the peer. */
static PegFrame
peer_take (Peer *peer)
{
  const guint8 *data;
  PegFrame frame;
  gsize length;

  peg_test_wait_until (peer->frames->len > peer->next);
  data = g_bytes_get_data (g_ptr_array_index (peer->frames, peer->next++), &length);
  g_assert_true (peg_frame_decode (&frame, data, length, NULL));

  return frame;
}

static void
expect_error (Peer       *peer,
              const char *code)
{
  g_auto (PegFrameInfo) info = PEG_FRAME_INFO_INIT;
  PegFrame frame = peer_take (peer);

  g_assert_cmpint (frame.kind, ==, PEG_FRAME_ERROR);
  g_assert_true (peg_frame_decode_info (&frame, &info, NULL));
  g_assert_cmpstr (info.code, ==, code);
  g_assert_nonnull (info.detail);
}

/* @sha256: (out) (transfer full) */
static guint64
expect_ready (Peer     *peer,
              gint64    size,
              char    **sha256)
{
  g_auto (PegFrameInfo) info = PEG_FRAME_INFO_INIT;
  PegFrame frame = peer_take (peer);

  if (frame.kind == PEG_FRAME_ERROR)
    g_error ("%.*s", (int) frame.length, (const char *) frame.payload);
  g_assert_cmpint (frame.kind, ==, PEG_FRAME_READY);
  g_assert_true (peg_frame_decode_info (&frame, &info, NULL));
  g_assert_cmpint (info.size, ==, size);
  if (sha256 != NULL)
    *sha256 = g_steal_pointer (&info.sha256);

  return frame.offset;
}

/* Bytes that are nowhere the same. */
static GBytes *
make_content (gsize length)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  guint8 *data = g_malloc (length);

  for (gsize i = 0; i < length; i++)
    data[i] = (guint8) g_rand_int (random);

  return g_bytes_new_take (data, length);
}

static char *
digest_of (GBytes *content,
           gsize   length)
{
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, g_bytes_get_data (content, NULL), length);
}

/* Waits until the server has seen it. */
static void
put_file (ServerFixture *self,
          const char    *name,
          GBytes        *content)
{
  g_autofree char *path = g_build_filename (self->root, name, NULL);
  g_autoptr (GError) error = NULL;
  gboolean is_there = FALSE;

  g_file_set_contents (path, g_bytes_get_data (content, NULL), (gssize) g_bytes_get_size (content),
                       &error);
  g_assert_no_error (error);
  while (!is_there) {
    g_autoptr (PegEntry) entry = peg_shop_find (peg_server_get_shop (self->server), name, NULL);

    is_there = entry != NULL && (gsize) peg_entry_get_size (entry) == g_bytes_get_size (content);
    if (!is_there)
      g_main_context_iteration (NULL, TRUE);
  }
}

/* Takes chunks until END or @stop bytes, acknowledging each. */
static void
receive (Peer       *peer,
         guint32     transfer,
         GByteArray *got,
         gsize       stop)
{
  while (got->len < stop) {
    PegFrame frame = peer_take (peer);

    if (frame.kind == PEG_FRAME_END) {
      g_autofree char *digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, got->data, got->len);

      g_assert_cmpuint (frame.offset, ==, got->len);
      for (guint i = 0; i < frame.length; i++) {
        char text[3];

        g_snprintf (text, sizeof text, "%02x", frame.payload[i]);
        g_assert_true (strncmp (text, digest + 2 * i, 2) == 0);
      }
      peer_send (peer, PEG_FRAME_DONE, transfer, frame.offset, NULL, 0);
      return;
    }

    g_assert_cmpint (frame.kind, ==, PEG_FRAME_CHUNK);
    g_assert_cmpuint (frame.offset, ==, got->len);
    g_byte_array_append (got, frame.payload, (guint) frame.length);
    peer_send (peer, PEG_FRAME_ACK, transfer, got->len, NULL, 0);
  }
}

static void
test_download (ServerFixture *self,
               gconstpointer  data)
{
  g_autoptr (GBytes) content = make_content (1000003);
  g_autoptr (GByteArray) got = g_byte_array_new ();
  g_autoptr (Peer) peer = NULL;
  g_autofree char *sha256 = NULL;
  g_autofree char *digest = digest_of (content, 1000003);

  put_file (self, "large.nc", content);
  peer = peer_open (self, "dana", HELLO);
  assert_has (server_socket_find (peer->socket, "hello_ok"),
              "\"transfer\":{\"max_chunk\":32768,\"window\":262144}");

  peer_begin (peer, 1, 0, "{\"op\":\"download\",\"file\":\"large.nc\"}");
  g_assert_cmpuint (expect_ready (peer, 1000003, &sha256), ==, 0);
  g_assert_cmpstr (sha256, ==, digest);
  receive (peer, 1, got, G_MAXSIZE);
  g_assert_cmpmem (got->data, got->len, g_bytes_get_data (content, NULL), 1000003);
}

/* Nobody acknowledges: a window full comes, and changes come all the same. */
static void
test_window (ServerFixture *self,
             gconstpointer  data)
{
  g_autoptr (GBytes) content = make_content (1000003);
  g_autoptr (Peer) peer = NULL;

  put_file (self, "large.nc", content);
  peer = peer_open (self, "dana", HELLO);
  peer_begin (peer, 1, 0, "{\"op\":\"download\",\"file\":\"large.nc\"}");
  expect_ready (peer, 1000003, NULL);
  peg_test_wait_until (peer->frames->len == 1 + PEG_HUB_WINDOW / CHUNK);

  server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"eve\"}");
  wait_text (peer->socket, "FILES_CHANGED");
  g_assert_cmpuint (peer->frames->len, ==, 1 + PEG_HUB_WINDOW / CHUNK);

  /* One acknowledgement, one chunk. */
  peer_send (peer, PEG_FRAME_ACK, 1, CHUNK, NULL, 0);
  peg_test_wait_until (peer->frames->len == 2 + PEG_HUB_WINDOW / CHUNK);

  /* What was never sent cannot have come. */
  peer->next = peer->frames->len;
  peer_send (peer, PEG_FRAME_ACK, 1, 999999, NULL, 0);
  expect_error (peer, "bad_offset");
}

/* Cut at every chunk, and gone on with through another socket. */
static void
test_download_cuts (ServerFixture *self,
                    gconstpointer  data)
{
  g_autoptr (GBytes) content = make_content (10 * CHUNK + 5);
  g_autofree char *digest = digest_of (content, 10 * CHUNK + 5);
  g_autofree char *again = g_strdup_printf ("{\"op\":\"download\",\"file\":\"large.nc\",\"have\":\"%s\"}",
                                            digest);
  g_autoptr (GByteArray) got = g_byte_array_new ();

  put_file (self, "large.nc", content);
  for (guint cut = 1; cut <= 12; cut++) {
    g_autoptr (Peer) peer = peer_open (self, "dana", HELLO);

    peer_begin (peer, 1, got->len, again);
    g_assert_cmpuint (expect_ready (peer, 10 * CHUNK + 5, NULL), ==, got->len);
    receive (peer, 1, got, got->len < 10 * CHUNK ? got->len + CHUNK : G_MAXSIZE);
    if (cut == 5) {
      g_clear_pointer (&peer, peer_free);
      server_fixture_stop (self);
      server_fixture_start (self);
    }
  }
  g_assert_cmpmem (got->data, got->len, g_bytes_get_data (content, NULL), 10 * CHUNK + 5);
}

/* What the client has is of another content: all of it comes. */
static void
test_download_changed (ServerFixture *self,
                       gconstpointer  data)
{
  g_autoptr (GBytes) content = make_content (3 * CHUNK);
  g_autoptr (GBytes) other = make_content (2 * CHUNK);
  g_autofree char *digest = digest_of (content, 3 * CHUNK);
  g_autofree char *again = g_strdup_printf ("{\"op\":\"download\",\"file\":\"large.nc\",\"have\":\"%s\"}",
                                            digest);
  g_autoptr (GByteArray) got = g_byte_array_new ();
  g_autoptr (Peer) peer = NULL;

  put_file (self, "large.nc", content);
  put_file (self, "large.nc", other);
  peer = peer_open (self, "dana", HELLO);
  peer_begin (peer, 1, CHUNK, again);
  g_assert_cmpuint (expect_ready (peer, 2 * CHUNK, NULL), ==, 0);
  receive (peer, 1, got, G_MAXSIZE);
  g_assert_cmpmem (got->data, got->len, g_bytes_get_data (other, NULL), 2 * CHUNK);

  /* More than there is cannot be a part of it. */
  g_free (digest);
  g_free (again);
  digest = digest_of (other, 2 * CHUNK);
  again = g_strdup_printf ("{\"op\":\"download\",\"file\":\"large.nc\",\"have\":\"%s\"}", digest);
  peer_begin (peer, 2, 2 * CHUNK + 1, again);
  g_assert_cmpuint (expect_ready (peer, 2 * CHUNK, NULL), ==, 0);
}

static void
test_refused (ServerFixture *self,
              gconstpointer  data)
{
  g_autoptr (Peer) peer = peer_open (self, "dana", HELLO);
  g_autoptr (GBytes) garbage = g_bytes_new_static ("P", 1);

  peer_begin (peer, 1, 0, "{\"op\":\"download\",\"file\":\"gone.nc\"}");
  expect_error (peer, "not_found");
  peer_begin (peer, 2, 0, "{\"op\":\"download\",\"file\":\"b.nc\"}");
  expect_error (peer, "ambiguous");
  peer_begin (peer, 3, 0, "{\"op\":\"download\",\"file\":\"../data/ledger.db\"}");
  g_assert_cmpint (peer_take (peer).kind, ==, PEG_FRAME_ERROR);
  peer_begin (peer, 4, 0, "{\"op\":\"upload\",\"upload_id\":\"" UUID "\",\"size\":4294967296}");
  expect_error (peer, "too_large");

  peer_send_raw (peer, garbage);
  wait_text (peer->socket, "bad_message");
  g_ptr_array_set_size (peer->socket->texts, 0);
  peer_begin (peer, 5, 0, "{\"op\":\"download\"}");
  wait_text (peer->socket, "bad_message");
  g_assert_false (peer->socket->is_closed);
}

/* Nobody who did not ask gets a frame, whatever they send. */
static void
test_not_offered (ServerFixture *self,
                  gconstpointer  data)
{
  static const char * const hellos[] = { NULL, "{\"type\":\"hello\"}" };

  for (guint i = 0; i < G_N_ELEMENTS (hellos); i++) {
    g_autoptr (Peer) peer = peer_open (self, "dana", hellos[i]);

    peer_begin (peer, 1, 0, "{\"op\":\"download\",\"file\":\"a.nc\"}");
    server_socket_say (peer->socket, "{\"type\":\"ping\",\"id\":3}");
    wait_text (peer->socket, "pong");
    g_assert_cmpuint (peer->frames->len, ==, 0);
    g_assert_null (server_socket_find (peer->socket, "max_chunk"));
    g_assert_null (server_socket_find (peer->socket, "bad_message"));
  }
}

static void
begin_upload (Peer       *peer,
              guint32     transfer,
              const char *id,
              gint64      size,
              gboolean    anew)
{
  g_autofree char *json = g_strdup_printf ("{\"op\":\"upload\",\"upload_id\":\"%s\",\"size\":%"
                                           G_GINT64_FORMAT ",\"anew\":%s}", id, size,
                                           anew ? "true" : "false");

  peer_begin (peer, transfer, 0, json);
}

static void
send_chunk (Peer    *peer,
            guint32  transfer,
            GBytes  *content,
            gsize    offset)
{
  const gsize length = MIN (CHUNK, g_bytes_get_size (content) - offset);

  peer_send (peer, PEG_FRAME_CHUNK, transfer, offset,
             (const guint8 *) g_bytes_get_data (content, NULL) + offset, length);
}

static void
send_end (Peer    *peer,
          guint32  transfer,
          GBytes  *content)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;

  g_checksum_update (checksum, g_bytes_get_data (content, NULL), (gssize) g_bytes_get_size (content));
  g_checksum_get_digest (checksum, digest, &length);
  peer_send (peer, PEG_FRAME_END, transfer, g_bytes_get_size (content), digest, length);
}

static void
send_all (Peer    *peer,
          guint32  transfer,
          GBytes  *content,
          gsize    offset)
{
  PegFrame frame;

  for (; offset < g_bytes_get_size (content); offset = (gsize) frame.offset) {
    send_chunk (peer, transfer, content, offset);
    frame = peer_take (peer);
    g_assert_cmpint (frame.kind, ==, PEG_FRAME_ACK);
    g_assert_cmpuint (frame.offset, >, offset);
  }
  send_end (peer, transfer, content);
  frame = peer_take (peer);
  g_assert_cmpint (frame.kind, ==, PEG_FRAME_DONE);
  g_assert_cmpuint (frame.offset, ==, offset);
}

/* Checks in what was sent before. */
static const char *
check_in_upload (ServerFixture *self,
                 const char    *path,
                 const char    *user,
                 const char    *id)
{
  server_fixture_prepare (self, "POST", path);
  server_fixture_set_form (self, user, NULL, "upload_id", id);

  return server_fixture_ask (self);
}

static guint
n_waiting (ServerFixture *self)
{
  g_autofree char *path = g_build_filename (self->data, "uploads", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  guint n = 0;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *file = g_build_filename (path, name, NULL);
    GStatBuf status;

    g_assert_cmpint (g_stat (file, &status), ==, 0);
    g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
    n++;
  }

  return n;
}

static void
assert_content (ServerFixture *self,
                const char    *name,
                GBytes        *content)
{
  g_autofree char *path = g_build_filename (self->root, name, NULL);
  g_autofree char *text = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  g_assert_cmpmem (text, length, g_bytes_get_data (content, NULL), g_bytes_get_size (content));
}

static void
test_upload (ServerFixture *self,
             gconstpointer  data)
{
  g_autoptr (GBytes) content = make_content (5 * CHUNK + 7);
  g_autoptr (Peer) peer = peer_open (self, "dana", HELLO);
  g_autofree char *sha256 = NULL;

  server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");
  begin_upload (peer, 1, UUID, 5 * CHUNK + 7, FALSE);
  g_assert_cmpuint (expect_ready (peer, 5 * CHUNK + 7, &sha256), ==, 0);
  assert_has (check_in_upload (self, "files/a.nc/checkin", "dana", UUID), "no_upload");
  assert_status (404);
  send_all (peer, 1, content, 0);
  g_assert_cmpuint (n_waiting (self), ==, 1);

  /* It is of nobody else. */
  assert_has (check_in_upload (self, "files/a.nc/checkin", "eve", UUID), "no_upload");
  assert_has (check_in_upload (self, "files/a.nc/checkin", "dana", "../ledger.db"), "no_upload");
  assert_has (check_in_upload (self, "files/a.nc/checkin", "dana", UUID), "success");
  assert_content (self, "a.nc", content);
  g_assert_cmpuint (n_waiting (self), ==, 0);

  /* And counts once. */
  server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");
  assert_has (check_in_upload (self, "files/a.nc/checkin", "dana", UUID), "no_upload");
}

static const char *
check_in_keyed (ServerFixture *self,
                GBytes        *content,
                const char    *field,
                const char    *value)
{
  server_fixture_prepare (self, "POST", "files/a.nc/checkin");
  server_fixture_set_form (self, "dana", content, field, value);
  soup_message_headers_append (soup_message_get_request_headers (self->message),
                               "Idempotency-Key", "4dbf7a34");

  return server_fixture_ask (self);
}

/* That there is no upload is no answer to keep: the content may come with the
 * next request, under the same key. */
static void
test_upload_gone (ServerFixture *self,
                  gconstpointer  data)
{
  g_autoptr (GBytes) content = make_content (CHUNK);

  server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");
  assert_has (check_in_keyed (self, NULL, "upload_id", UUID), "no_upload");
  assert_status (404);
  assert_has (check_in_keyed (self, content, NULL, NULL), "success");
  assert_content (self, "a.nc", content);
}

/* What the check-in refuses is kept as a draft, as ever. */
static void
test_upload_draft (ServerFixture *self,
                   gconstpointer  data)
{
  g_autoptr (GBytes) content = make_content (CHUNK);
  g_autoptr (Peer) peer = peer_open (self, "dana", HELLO);

  begin_upload (peer, 1, UUID, CHUNK, FALSE);
  expect_ready (peer, CHUNK, NULL);
  send_all (peer, 1, content, 0);
  server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"eve\"}");
  assert_has (check_in_upload (self, "files/a.nc/checkin", "dana", UUID), "draft");
  assert_status (409);
  g_assert_cmpuint (n_waiting (self), ==, 0);
}

/* Cut after every frame, the server restarted in between. */
static void
test_upload_cuts (ServerFixture *self,
                  gconstpointer  data)
{
  g_autoptr (GBytes) content = make_content (6 * CHUNK + 1);

  server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");
  for (gsize have = 0; have < g_bytes_get_size (content); have = MIN (have + CHUNK, 6 * CHUNK + 1)) {
    g_autoptr (Peer) peer = peer_open (self, "dana", HELLO);
    g_autofree char *expected = digest_of (content, have);
    g_autofree char *sha256 = NULL;
    PegFrame ack;

    begin_upload (peer, 1, UUID, 6 * CHUNK + 1, FALSE);
    g_assert_cmpuint (expect_ready (peer, 6 * CHUNK + 1, &sha256), ==, have);
    g_assert_cmpstr (sha256, ==, expected);
    send_chunk (peer, 1, content, have);
    ack = peer_take (peer);
    g_assert_cmpint (ack.kind, ==, PEG_FRAME_ACK);

    if (have == 2 * CHUNK) {
      g_clear_pointer (&peer, peer_free);
      server_fixture_stop (self);
      server_fixture_start (self);
    }
  }

  /* Cut after END, once before and once after DONE. */
  for (guint i = 0; i < 2; i++) {
    g_autoptr (Peer) peer = peer_open (self, "dana", HELLO);

    begin_upload (peer, 1, UUID, 6 * CHUNK + 1, FALSE);
    g_assert_cmpuint (expect_ready (peer, 6 * CHUNK + 1, NULL), ==, 6 * CHUNK + 1);
    send_end (peer, 1, content);
    if (i == 1)
      g_assert_cmpint (peer_take (peer).kind, ==, PEG_FRAME_DONE);
  }

  server_fixture_stop (self);
  server_fixture_start (self);
  assert_has (check_in_upload (self, "files/a.nc/checkin", "dana", UUID), "success");
  assert_content (self, "a.nc", content);
}

/* A planned stop in the middle: the client hears 1012, nothing more is begun nor
 * taken, and the next socket goes on behind what was acknowledged. */
static void
test_upload_stop (ServerFixture *self,
                  gconstpointer  data)
{
  g_autoptr (GBytes) content = make_content (4 * CHUNK);
  g_autoptr (Peer) stopped = peer_open (self, "dana", HELLO);
  g_autoptr (Peer) next = NULL;
  guint64 have;

  server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");
  begin_upload (stopped, 1, UUID, 4 * CHUNK, FALSE);
  expect_ready (stopped, 4 * CHUNK, NULL);
  for (gsize i = 0; i < 2; i++) {
    send_chunk (stopped, 1, content, i * CHUNK);
    g_assert_cmpint (peer_take (stopped).kind, ==, PEG_FRAME_ACK);
  }

  /* These are on their way when the server is stopped. */
  send_chunk (stopped, 1, content, 2 * CHUNK);
  peer_begin (stopped, 2, 0, "{\"op\":\"download\",\"file\":\"a.nc\"}");
  server_fixture_stop (self);
  peg_test_wait_until (stopped->socket->is_closed);
  g_assert_cmpuint (soup_websocket_connection_get_close_code (stopped->socket->connection), ==, 1012);
  g_assert_cmpuint (stopped->frames->len, ==, stopped->next);

  server_fixture_start (self);
  next = peer_open (self, "dana", HELLO);
  begin_upload (next, 1, UUID, 4 * CHUNK, FALSE);
  have = expect_ready (next, 4 * CHUNK, NULL);
  g_assert_cmpuint (have, ==, 2 * CHUNK);
  send_all (next, 1, content, have);
  assert_has (check_in_upload (self, "files/a.nc/checkin", "dana", UUID), "success");
  assert_content (self, "a.nc", content);
}

static void
test_upload_checksum (ServerFixture *self,
                      gconstpointer  data)
{
  g_autoptr (GBytes) content = make_content (2 * CHUNK);
  g_autoptr (GBytes) other = make_content (3 * CHUNK);
  g_autoptr (Peer) peer = peer_open (self, "dana", HELLO);

  server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");
  begin_upload (peer, 1, UUID, 2 * CHUNK, FALSE);
  expect_ready (peer, 2 * CHUNK, NULL);
  send_chunk (peer, 1, content, 0);
  peer_take (peer);
  send_chunk (peer, 1, content, CHUNK);
  peer_take (peer);
  {
    g_autoptr (GBytes) part = g_bytes_new_from_bytes (other, CHUNK, 2 * CHUNK);

    send_end (peer, 1, part);
  }
  expect_error (peer, "bad_checksum");
  assert_has (check_in_upload (self, "files/a.nc/checkin", "dana", UUID), "no_upload");

  /* It was thrown away, and all of it comes again. */
  begin_upload (peer, 2, UUID, 2 * CHUNK, FALSE);
  g_assert_cmpuint (expect_ready (peer, 2 * CHUNK, NULL), ==, 0);
  send_all (peer, 2, content, 0);
  assert_has (check_in_upload (self, "files/a.nc/checkin", "dana", UUID), "success");
  assert_content (self, "a.nc", content);
}

/* A chunk that comes twice, too early, or beyond the end; an end before it. */
static void
test_upload_order (ServerFixture *self,
                   gconstpointer  data)
{
  g_autoptr (GBytes) content = make_content (3 * CHUNK);

  for (guint i = 0; i < 4; i++) {
    g_autoptr (Peer) peer = peer_open (self, "dana", HELLO);

    begin_upload (peer, 1, UUID, i == 2 ? CHUNK + 1 : 3 * CHUNK, TRUE);
    g_assert_cmpuint (expect_ready (peer, i == 2 ? CHUNK + 1 : 3 * CHUNK, NULL), ==, 0);
    send_chunk (peer, 1, content, 0);
    g_assert_cmpint (peer_take (peer).kind, ==, PEG_FRAME_ACK);
    if (i == 0)
      send_chunk (peer, 1, content, 0);
    else if (i == 1)
      send_chunk (peer, 1, content, 2 * CHUNK);
    else if (i == 2)
      send_chunk (peer, 1, content, CHUNK);
    else
      send_end (peer, 1, content);
    expect_error (peer, "bad_offset");

    /* What was right stays. */
    begin_upload (peer, 2, UUID, i == 2 ? CHUNK + 1 : 3 * CHUNK, FALSE);
    g_assert_cmpuint (expect_ready (peer, i == 2 ? CHUNK + 1 : 3 * CHUNK, NULL), ==, CHUNK);
  }
}

/* The old socket may be dead without anybody knowing. */
static void
test_upload_superseded (ServerFixture *self,
                        gconstpointer  data)
{
  g_autoptr (GBytes) content = make_content (3 * CHUNK);
  g_autoptr (Peer) old = peer_open (self, "dana", HELLO);
  g_autoptr (Peer) new = peer_open (self, "dana", HELLO);

  server_fixture_post (self, "files/a.nc/checkout", "{\"user\":\"dana\"}");
  begin_upload (old, 1, UUID, 3 * CHUNK, FALSE);
  expect_ready (old, 3 * CHUNK, NULL);
  send_chunk (old, 1, content, 0);
  peer_take (old);
  begin_upload (new, 1, UUID, 3 * CHUNK, FALSE);
  g_assert_cmpuint (expect_ready (new, 3 * CHUNK, NULL), ==, CHUNK);
  send_chunk (old, 1, content, CHUNK);
  expect_error (old, "superseded");
  send_all (new, 1, content, CHUNK);
  assert_has (check_in_upload (self, "files/a.nc/checkin", "dana", UUID), "success");
  assert_content (self, "a.nc", content);
}

static void
test_limits (ServerFixture *self,
             gconstpointer  data)
{
  g_autofree char *path = g_build_filename (self->data, "uploads", NULL);
  g_autoptr (Peer) peer = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;
  struct utimbuf old = { 0, 0 };

  for (guint i = 0; i <= PEG_STAGING_MAX_OF_USER; i++) {
    g_autoptr (Peer) other = peer_open (self, "dana", HELLO);
    g_autofree char *id = g_uuid_string_random ();

    begin_upload (other, 1, id, CHUNK, FALSE);
    if (i < PEG_STAGING_MAX_OF_USER)
      expect_ready (other, CHUNK, NULL);
    else
      expect_error (other, "too_many");
  }
  g_assert_cmpuint (n_waiting (self), ==, PEG_STAGING_MAX_OF_USER);

  /* Somebody else may; but not more than two at a time. */
  peer = peer_open (self, "eve", HELLO);
  begin_upload (peer, 1, UUID, CHUNK, FALSE);
  expect_ready (peer, CHUNK, NULL);
  begin_upload (peer, 2, "6b0f5ad2-5b0e-4d8c-9d5b-0e4d8c9d5b0e", CHUNK, FALSE);
  expect_ready (peer, CHUNK, NULL);
  begin_upload (peer, 3, "7b0f5ad2-5b0e-4d8c-9d5b-0e4d8c9d5b0e", CHUNK, FALSE);
  expect_error (peer, "too_many");

  /* A day later nobody waits any more. */
  dir = g_dir_open (path, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *file = g_build_filename (path, name, NULL);

    old.actime = old.modtime = g_get_real_time () / G_USEC_PER_SEC - PEG_STAGING_KEEP_S - 1;
    g_assert_cmpint (utime (file, &old), ==, 0);
  }
  peg_staging_sweep (peg_shop_get_staging (peg_server_get_shop (self->server)),
                     g_get_real_time () / G_USEC_PER_SEC);
  g_assert_cmpuint (n_waiting (self), ==, 0);
}

static void
keep_cb (GBytes   *frame,
         gpointer  user_data)
{
  g_ptr_array_add (user_data, g_bytes_ref (frame));
}

/* Who may only look gets contents, and sends none. */
static void
test_viewer (ServerFixture *self,
             gconstpointer  data)
{
  static const struct {
    const char *json;
    const char *answer;
  } cases[] = {
    { "{\"op\":\"upload\",\"upload_id\":\"" UUID "\",\"size\":5}", "forbidden" },
    { "{\"op\":\"download\",\"file\":\"a.nc\"}", "sha256" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GPtrArray) frames = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    g_autoptr (PegHubTransfers) transfers =
      peg_hub_transfers_new (peg_server_get_shop (self->server), keep_cb, frames);
    g_autoptr (GBytes) begin = peg_frame_encode (&(PegFrame) {
      .kind = PEG_FRAME_BEGIN, .transfer = 1,
      .payload = (const guint8 *) cases[i].json, .length = strlen (cases[i].json),
    });
    g_autoptr (GError) error = NULL;
    gsize length;
    const char *text;

    g_assert_true (peg_hub_transfers_take (transfers, begin, "dana", FALSE, &error));
    g_assert_no_error (error);
    peg_test_wait_until (frames->len > 0);
    text = g_bytes_get_data (g_ptr_array_index (frames, 0), &length);
    g_assert_nonnull (g_strstr_len (text + PEG_FRAME_HEADER_BYTES,
                                    (gssize) (length - PEG_FRAME_HEADER_BYTES), cases[i].answer));
  }
  g_assert_cmpuint (n_waiting (self), ==, 0);
}

#define add(name, func) \
  g_test_add ("/server/transfer/" name, ServerFixture, NULL, server_fixture_set_up, func, \
              server_fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("download", test_download);
  add ("window", test_window);
  add ("download-cuts", test_download_cuts);
  add ("download-changed", test_download_changed);
  add ("refused", test_refused);
  add ("not-offered", test_not_offered);
  add ("upload", test_upload);
  add ("upload-gone", test_upload_gone);
  add ("upload-draft", test_upload_draft);
  add ("upload-cuts", test_upload_cuts);
  add ("upload-stop", test_upload_stop);
  add ("upload-checksum", test_upload_checksum);
  add ("upload-order", test_upload_order);
  add ("upload-superseded", test_upload_superseded);
  add ("limits", test_limits);
  add ("viewer", test_viewer);

  return g_test_run ();
}
