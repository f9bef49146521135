/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "test-transfers"

#include "peg-config.h"

#include "peg-client.h"
#include "peg-link.h"
#include "peg-transfers.h"

#include "connection-fixture.h"
#include "fake-server.h"

#include <glib/gstdio.h>
#include <unistd.h>

/* Transfers over a connection whose other side is this test. */

#define OFFER(seq) \
  "{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":" #seq ",\"recovered\":false,\"user\":\"ada\"," \
  "\"transfer\":{\"max_chunk\":32768,\"window\":262144}}"

typedef struct {
  Fixture base;
  PegTransfers *transfers;
  GCancellable *cancellable;
  char *path;
  int fd;
  gboolean over;
  GError *error;
} Bench;

static guint n_complaints;

static GLogWriterOutput
count_complaints (GLogLevelFlags   level,
                  const GLogField *fields,
                  gsize            n_fields,
                  gpointer         user_data)
{
  for (gsize i = 0; i < n_fields; i++) {
    if (g_strcmp0 (fields[i].key, "MESSAGE") == 0 &&
        strstr (fields[i].value, "nobody asked for a message of bytes") != NULL)
      n_complaints++;
  }

  return g_log_writer_default (level, fields, n_fields, user_data);
}

static void
set_up (Bench         *bench,
        gconstpointer  data)
{
  connection_fixture_set_up (&bench->base, data);
  bench->transfers = peg_transfers_new (bench->base.connection, PEG_CLOCK (bench->base.clock));
  bench->cancellable = g_cancellable_new ();
  bench->fd = g_file_open_tmp ("peg-transfers-XXXXXX", &bench->path, NULL);
  g_assert_cmpint (bench->fd, >=, 0);
}

static void
tear_down (Bench         *bench,
           gconstpointer  data)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_finalize_object (bench->transfers);
  g_object_unref (bench->cancellable);
  g_clear_error (&bench->error);
  close (bench->fd);
  g_unlink (bench->path);
  g_free (bench->path);
  connection_fixture_tear_down (&bench->base, data);
}

static void
open_socket (Bench *bench)
{
  fake_transport_open (connection_socket (&bench->base), PEG_WIRE_PROTOCOL);
  connection_say (&bench->base, OFFER (1));
  connection_say (&bench->base, LIST ("e", 1));
  assert_state (&bench->base, LIVE);
}

static void
over_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Bench *bench = user_data;

  bench->over = TRUE;
  g_clear_error (&bench->error);
  peg_transfers_run_finish (PEG_TRANSFERS (source), result, &bench->error);
}

static void
start_download (Bench *bench)
{
  g_autoptr (PegTransfer) transfer = peg_transfer_new_download (bench->fd, "A/b.nc", NULL, NULL);

  peg_transfers_run_async (bench->transfers, transfer, bench->cancellable, over_cb, bench);
}

static void
wait_over (Bench *bench)
{
  const gint64 end_us = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  while (!bench->over) {
    g_assert_cmpint (g_get_monotonic_time (), <, end_us);
    g_main_context_iteration (NULL, TRUE);
  }
}

/* The last frame over the newest socket. */
static PegFrame
last_frame (Bench *bench)
{
  const GPtrArray *frames = connection_socket (&bench->base)->frames;
  gsize length;
  const guint8 *data;
  PegFrame frame;

  g_assert_cmpuint (frames->len, >, 0);
  data = g_bytes_get_data (frames->pdata[frames->len - 1], &length);
  g_assert_true (peg_frame_decode (&frame, data, length, NULL));

  return frame;
}

static void
say_frame (Bench         *bench,
           PegFrameKind   kind,
           guint64        offset,
           gconstpointer  data,
           gsize          length)
{
  g_autoptr (GBytes) bytes = peg_frame_encode (&(PegFrame) {
    .kind = kind, .transfer = last_frame (bench).transfer, .offset = offset,
    .payload = data, .length = length,
  });

  fake_transport_say_bytes (connection_socket (&bench->base), bytes);
}

static void
say_ready (Bench  *bench,
           guint64 offset)
{
  g_autofree char *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "G1 X1\n", -1);
  g_autofree char *json = g_strdup_printf ("{\"size\":6,\"sha256\":\"%s\"}", sha256);

  say_frame (bench, PEG_FRAME_READY, offset, json, strlen (json));
}

static void
say_end (Bench *bench)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;

  g_checksum_update (checksum, (const guchar *) "G1 X1\n", 6);
  g_checksum_get_digest (checksum, digest, &length);
  say_frame (bench, PEG_FRAME_END, 6, digest, length);
}

/* Nothing is offered, so nothing is sent, whatever somebody tries; and what comes
 * all the same is ignored and said once. */
static void
test_never (Bench         *bench,
            gconstpointer  data)
{
  g_autoptr (GBytes) bytes = peg_frame_encode (&(PegFrame) {
    .kind = PEG_FRAME_ACK, .transfer = 1,
  });

  if (data != NULL)
    connection_go_classic (&bench->base);
  else
    connection_go_live (&bench->base);

  n_complaints = 0;
  g_assert_null (peg_connection_get_transfer (bench->base.connection));
  g_assert_false (peg_transfers_can (bench->transfers, G_MAXINT64));
  g_assert_false (peg_connection_send_frame (bench->base.connection, bytes));
  start_download (bench);
  for (guint i = 0; i < 3; i++)
    fake_transport_say_bytes (connection_socket (&bench->base), bytes);
  g_assert_cmpuint (connection_socket (&bench->base)->frames->len, ==, 0);
  g_assert_cmpuint (n_complaints, ==, 1);
  assert_state (&bench->base, LIVE);

  fake_clock_advance (bench->base.clock, 10 * S);
  wait_over (bench);
  g_assert_error (bench->error, PEG_TRANSFER_ERROR, PEG_TRANSFER_ERROR_FALL_BACK);
  g_assert_cmpuint (connection_socket (&bench->base)->frames->len, ==, 0);
  peg_connection_stop (bench->base.connection);
}

/* A server that offers it in the older dialect does not mean it. */
static void
test_classic_offer (Bench         *bench,
                    gconstpointer  data)
{
  connection_go_classic (&bench->base);
  connection_say (&bench->base, OFFER (1));
  g_assert_null (peg_connection_get_transfer (bench->base.connection));
  peg_connection_stop (bench->base.connection);
}

static void
test_cut (Bench         *bench,
          gconstpointer  data)
{
  g_autofree char *text = NULL;
  gsize length;

  connection_start (&bench->base, PEG_BACKOFF_FULL);
  open_socket (bench);
  g_assert_cmpuint (connection_count (&bench->base, "{\"type\":\"hello\""), ==, 1);
  g_assert_nonnull (strstr (connection_socket (&bench->base)->sent->pdata[0], "\"transfer\":true"));
  g_assert_false (peg_transfers_can (bench->transfers, PEG_TRANSFERS_MIN_BYTES - 1));
  g_assert_true (peg_transfers_can (bench->transfers, PEG_TRANSFERS_MIN_BYTES));

  start_download (bench);
  g_assert_cmpint (last_frame (bench).kind, ==, PEG_FRAME_BEGIN);
  say_ready (bench, 0);
  say_frame (bench, PEG_FRAME_CHUNK, 0, "G1 ", 3);
  g_assert_cmpint (last_frame (bench).kind, ==, PEG_FRAME_ACK);

  fake_transport_close (connection_socket (&bench->base), PEG_CLOSE_ABNORMAL);
  g_assert_null (peg_connection_get_transfer (bench->base.connection));
  fake_clock_advance (bench->base.clock, 3 * S);
  g_assert_false (bench->over);
  g_assert_cmpuint (bench->base.dialer->transports->len, >, 1);

  /* Nothing before the greeting; then it goes on. */
  fake_transport_open (connection_socket (&bench->base), PEG_WIRE_PROTOCOL);
  g_assert_cmpuint (connection_socket (&bench->base)->frames->len, ==, 0);
  connection_say (&bench->base, OFFER (1));
  g_assert_cmpint (last_frame (bench).kind, ==, PEG_FRAME_BEGIN);
  g_assert_cmpuint (last_frame (bench).offset, ==, 3);
  connection_say (&bench->base, LIST ("e", 1));
  say_ready (bench, 3);
  say_frame (bench, PEG_FRAME_CHUNK, 3, "X1\n", 3);
  say_end (bench);
  g_assert_cmpint (last_frame (bench).kind, ==, PEG_FRAME_DONE);
  wait_over (bench);
  g_assert_no_error (bench->error);
  g_assert_true (g_file_get_contents (bench->path, &text, &length, NULL));
  g_assert_cmpmem (text, length, "G1 X1\n", 6);
  peg_connection_stop (bench->base.connection);
}

/* The server answers pings, and says nothing else. */
static void
stay_live (Bench *bench,
           guint  seconds)
{
  for (guint i = 0; i < seconds; i++) {
    connection_say (&bench->base, "{\"type\":\"pong\"}");
    fake_clock_advance (bench->base.clock, S);
  }
}

/* No socket for 10 s, or no frame for 30: HTTP. */
static void
test_late (Bench         *bench,
           gconstpointer  data)
{
  connection_start (&bench->base, PEG_BACKOFF_FULL);
  open_socket (bench);
  start_download (bench);
  if (data != NULL) {
    fake_transport_close (connection_socket (&bench->base), PEG_CLOSE_ABNORMAL);
    fake_clock_advance (bench->base.clock, 9 * S);
    g_assert_false (bench->over);
    fake_clock_advance (bench->base.clock, 2 * S);
  } else {
    stay_live (bench, 20);
    say_ready (bench, 0);
    stay_live (bench, 29);
    g_assert_false (bench->over);
    stay_live (bench, 2);
    g_assert_cmpint (last_frame (bench).kind, ==, PEG_FRAME_ERROR);
  }
  wait_over (bench);
  g_assert_error (bench->error, PEG_TRANSFER_ERROR, PEG_TRANSFER_ERROR_FALL_BACK);
  peg_connection_stop (bench->base.connection);
}

static void
test_cancel (Bench         *bench,
             gconstpointer  data)
{
  connection_start (&bench->base, PEG_BACKOFF_FULL);
  open_socket (bench);
  start_download (bench);
  g_cancellable_cancel (bench->cancellable);
  wait_over (bench);
  g_assert_error (bench->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (last_frame (bench).kind, ==, PEG_FRAME_ERROR);
  peg_connection_stop (bench->base.connection);
}

/* Another server gets nothing of it. */
static void
test_end_all (Bench         *bench,
              gconstpointer  data)
{
  connection_start (&bench->base, PEG_BACKOFF_FULL);
  open_socket (bench);
  start_download (bench);
  start_download (bench);
  g_assert_false (peg_transfers_can (bench->transfers, PEG_TRANSFERS_MIN_BYTES));
  peg_connection_stop (bench->base.connection);
  peg_transfers_end_all (bench->transfers);
  wait_over (bench);
  g_assert_error (bench->error, PEG_TRANSFER_ERROR, PEG_TRANSFER_ERROR_FALL_BACK);
  g_clear_error (&bench->error);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  connection_start (&bench->base, PEG_BACKOFF_FULL);
  open_socket (bench);
  g_assert_cmpuint (connection_socket (&bench->base)->frames->len, ==, 0);
  peg_connection_stop (bench->base.connection);
}

static void
gone_cb (FakeServer        *server,
         const FakeRequest *request,
         SoupServerMessage *message,
         gpointer           user_data)
{
  const guint *n_gone = user_data;

  if (server->requests->len <= *n_gone)
    fake_server_reply (message, 404, "{\"detail\":\"There is none\",\"code\":\"no_upload\"}");
  else
    fake_server_reply (message, 200, "{\"status\":\"success\"}");
}

static void
checked_in_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  Bench *bench = user_data;

  bench->over = TRUE;
  peg_client_check_in_finish (PEG_CLIENT (source), result, &bench->error);
}

/* Says over the socket that all of a content is there. */
static void
take_upload (Bench *bench,
             gsize  size)
{
  const GPtrArray *frames = connection_socket (&bench->base)->frames;
  g_autofree char *content = g_malloc0 (size);
  g_autofree char *sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guchar *) content, size);
  g_autofree char *json = g_strdup_printf ("{\"size\":%" G_GSIZE_FORMAT ",\"sha256\":\"%s\"}",
                                           size, sha256);

  AWAIT (frames->len == 1);
  g_assert_cmpint (last_frame (bench).kind, ==, PEG_FRAME_BEGIN);
  say_frame (bench, PEG_FRAME_READY, size, json, strlen (json));
  AWAIT (last_frame (bench).kind == PEG_FRAME_END);
  say_frame (bench, PEG_FRAME_DONE, size, NULL, 0);
}

/* The server has nothing of what it had taken: it has done nothing, so that all
 * of it goes again, over HTTP and under the same key; but only once. */
static void
test_upload_gone (Bench         *bench,
                  gconstpointer  data)
{
  const gsize size = PEG_TRANSFERS_MIN_BYTES;
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
  g_autoptr (PegEntry) entry = NULL;
  g_autoptr (FakeServer) server = fake_server_new (NULL, NULL);
  g_autofree char *http = fake_server_dup_url (server, "http", "");
  g_autofree char *key = g_uuid_string_random ();
  g_autoptr (GFile) file = g_file_new_for_path (bench->path);
  g_autoptr (PegClient) client = peg_client_new (bench->base.store, PEG_CLOCK (bench->base.clock),
                                                 &(PegClientTarget) { .http = http, .user = "ada" });
  guint n_gone = data != NULL ? 2 : 1;
  FakeRequest *first, *second;

  g_assert_cmpint (ftruncate (bench->fd, (off_t) size), ==, 0);
  server->handler = gone_cb;
  server->handler_data = &n_gone;
  fields.filename = fields.path = "a.nc";
  fields.version = 7;
  entry = peg_entry_new (&fields);
  connection_start (&bench->base, PEG_BACKOFF_FULL);
  open_socket (bench);
  peg_client_set_dialect (client, PEG_DIALECT_PEGBOARD_1);
  peg_client_set_transfers (client, bench->transfers);

  peg_client_check_in_async (client, entry, file, "deeper", FALSE, key, NULL, checked_in_cb, bench);
  take_upload (bench, size);
  AWAIT (bench->over);
  g_assert_cmpuint (server->requests->len, ==, 2);
  first = server->requests->pdata[0];
  second = server->requests->pdata[1];
  g_assert_cmpuint (g_bytes_get_size (first->body), <, size);
  g_assert_cmpuint (g_bytes_get_size (second->body), >, size);
  g_assert_cmpstr (second->path, ==, first->path);
  g_assert_cmpstr (fake_server_get_header (first, "Idempotency-Key"), ==, key);
  g_assert_cmpstr (fake_server_get_header (second, "Idempotency-Key"), ==, key);
  g_assert_cmpstr (fake_server_get_header (second, "If-Match"), ==, "\"7\"");
  g_assert_null (g_strstr_len (g_bytes_get_data (second->body, NULL), 2048, "upload_id"));
  if (data != NULL)
    g_assert_error (bench->error, PEG_LINK_ERROR, PEG_LINK_ERROR_NOT_FOUND);
  else
    g_assert_no_error (bench->error);
  peg_client_set_transfers (client, NULL);
  peg_connection_stop (bench->base.connection);
}

#define add(name, data, func) \
  g_test_add ("/transfers/" name, Bench, data, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (count_complaints, NULL, NULL);

  add ("never-classic", "classic", test_never);
  add ("never-unasked", NULL, test_never);
  add ("classic-offer", NULL, test_classic_offer);
  add ("cut", NULL, test_cut);
  add ("late-socket", "socket", test_late);
  add ("late-frame", NULL, test_late);
  add ("cancel", NULL, test_cancel);
  add ("end-all", NULL, test_end_all);
  add ("upload-gone", NULL, test_upload_gone);
  add ("upload-gone-twice", "twice", test_upload_gone);

  return g_test_run ();
}
