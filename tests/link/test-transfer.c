/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "test-transfer"

#include "peg-config.h"

#include "peg-transfer.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* One transfer against a server that is a few functions, in no time: cut
 * everywhere, with everything wrong that can be. */

#define CHUNK 1000
#define WINDOW 4000
#define UUID "5b0f5ad2-5b0e-4d8c-9d5b-0e4d8c9d5b0e"

/* What the server does wrong. */
typedef enum {
  FINE,
  WRONG_DIGEST,   /* END has another SHA-256 */
  WRONG_OFFSET,   /* a chunk is not the next one */
  TWICE,          /* a chunk comes twice */
  SWAPPED,        /* two chunks change places */
  TOO_MUCH,       /* a chunk goes beyond the end */
  EARLY_END,      /* END comes before the end */
  REFUSES,        /* it wants none of it */
  BAD_READY,      /* it goes on where nobody is */
  UNASKED_ACK,    /* it acknowledges what was not sent */
  EARLY_DONE,     /* it has everything before it was sent */
  TAKES_DIGEST,   /* it says that the checksum is wrong */
} Fault;

typedef struct {
  PegTransfer *transfer;
  char *path;            /* (owned): of the file on this side */
  int fd;
  gboolean over;
  GError *error;         /* (owned) (nullable) */
  GQueue up;             /* (element-type GBytes): to the server */
  GQueue down;           /* (element-type GBytes): to us */
  guint n_frames;        /* of both ways, of all sockets */
  guint n_begins;
  guint n_errors;        /* that we sent */
  guint64 in_flight;     /* the most that was ever unacknowledged */

  /* The server */
  Fault fault;
  guint n_faults;        /* how often it is still to be wrong */
  GBytes *content;       /* (owned): of the file there, or what it must become */
  GByteArray *staged;    /* (owned): of an upload */
  guint32 id;            /* of the transfer; 0: none */
  guint64 sent, acked;
  guint64 size;
  gboolean ended;
} Fixture;

static GBytes *
make_content (gsize   length,
              guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  guint8 *data = g_malloc (MAX (length, 1));

  for (gsize i = 0; i < length; i++)
    data[i] = (guint8) g_rand_int (random);

  return g_bytes_new_take (data, length);
}

static char *
digest_of (gconstpointer data,
           gsize         length)
{
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, data, length);
}

static void
answer (Fixture      *fixture,
        PegFrameKind  kind,
        guint64       offset,
        gconstpointer data,
        gsize         length)
{
  g_queue_push_tail (&fixture->down, peg_frame_encode (&(PegFrame) {
    .kind = kind, .transfer = fixture->id, .offset = offset, .payload = data, .length = length,
  }));
}

static void
answer_info (Fixture      *fixture,
             PegFrameKind  kind,
             guint64       offset,
             gint64        size,
             const char   *sha256,
             const char   *code)
{
  const PegFrameInfo info = { .size = size, .sha256 = (char *) sha256, .code = (char *) code };

  g_queue_push_tail (&fixture->down, peg_frame_encode_info (kind, fixture->id, offset, &info));
}

static gboolean
is_wrong (Fixture *fixture,
          Fault    fault)
{
  if (fixture->fault != fault || fixture->n_faults == 0)
    return FALSE;

  fixture->n_faults--;

  return TRUE;
}

static void
serve_chunk (Fixture *fixture,
             guint64  offset)
{
  const guint8 *data = g_bytes_get_data (fixture->content, NULL);
  const gsize length = (gsize) MIN (CHUNK, g_bytes_get_size (fixture->content) - offset);

  answer (fixture, PEG_FRAME_CHUNK, offset, data + offset, length);
}

static void
serve_end (Fixture *fixture)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[PEG_FRAME_DIGEST_BYTES];
  gsize length = sizeof digest;

  g_checksum_update (checksum, g_bytes_get_data (fixture->content, NULL),
                     (gssize) g_bytes_get_size (fixture->content));
  g_checksum_get_digest (checksum, digest, &length);
  if (is_wrong (fixture, WRONG_DIGEST))
    digest[0] ^= 1;
  fixture->ended = TRUE;
  answer (fixture, PEG_FRAME_END, fixture->sent, digest, length);
}

static void
serve_more (Fixture *fixture)
{
  static const guint8 extra[CHUNK + 1];

  while (fixture->sent < fixture->size && fixture->sent - fixture->acked + CHUNK <= WINDOW) {
    if (fixture->sent >= 2 * CHUNK && is_wrong (fixture, WRONG_OFFSET)) {
      answer (fixture, PEG_FRAME_CHUNK, fixture->sent + 1, extra, CHUNK);
    } else if (fixture->sent >= 2 * CHUNK && is_wrong (fixture, TWICE)) {
      serve_chunk (fixture, fixture->sent);
      serve_chunk (fixture, fixture->sent);
    } else if (fixture->sent >= 2 * CHUNK && is_wrong (fixture, SWAPPED)) {
      serve_chunk (fixture, fixture->sent + CHUNK);
      serve_chunk (fixture, fixture->sent);
    } else if (fixture->size - fixture->sent <= CHUNK && is_wrong (fixture, TOO_MUCH)) {
      answer (fixture, PEG_FRAME_CHUNK, fixture->sent, extra, CHUNK + 1);
    } else if (fixture->sent >= 2 * CHUNK && is_wrong (fixture, EARLY_END)) {
      serve_end (fixture);
    } else {
      serve_chunk (fixture, fixture->sent);
    }
    fixture->sent = MIN (fixture->sent + CHUNK, fixture->size);
  }

  if (fixture->sent == fixture->size && !fixture->ended)
    serve_end (fixture);
}

static void
serve_begin (Fixture        *fixture,
             const PegFrame *frame)
{
  g_auto (PegFrameInfo) info = PEG_FRAME_INFO_INIT;
  g_autofree char *digest = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (peg_frame_decode_info (frame, &info, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (frame->transfer, !=, fixture->id);
  fixture->id = frame->transfer;
  fixture->n_begins++;
  fixture->ended = FALSE;
  fixture->sent = fixture->acked = 0;

  if (is_wrong (fixture, REFUSES)) {
    answer_info (fixture, PEG_FRAME_ERROR, 0, -1, NULL, "not_found");
    return;
  }

  if (info.upload) {
    g_assert_cmpstr (info.upload_id, ==, UUID);
    if (info.anew)
      g_byte_array_set_size (fixture->staged, 0);
    fixture->size = (guint64) info.size;
    digest = digest_of (fixture->staged->data, fixture->staged->len);
    answer_info (fixture, PEG_FRAME_READY,
                 is_wrong (fixture, BAD_READY) ? fixture->size + 1 : fixture->staged->len,
                 info.size, digest, NULL);
    return;
  }

  g_assert_cmpstr (info.file, ==, "A/b.nc");
  fixture->size = g_bytes_get_size (fixture->content);
  digest = digest_of (g_bytes_get_data (fixture->content, NULL), fixture->size);
  if (g_strcmp0 (info.have, digest) == 0)
    fixture->sent = fixture->acked = frame->offset;
  answer_info (fixture, PEG_FRAME_READY,
               is_wrong (fixture, BAD_READY) ? fixture->sent + 1 : fixture->sent,
               (gint64) fixture->size, digest, NULL);
  serve_more (fixture);
}

static void
serve_upload (Fixture        *fixture,
              const PegFrame *frame)
{
  g_autofree char *digest = NULL;

  if (frame->kind == PEG_FRAME_CHUNK) {
    g_assert_cmpuint (frame->offset, ==, fixture->staged->len);
    g_assert_cmpuint (frame->length, <=, CHUNK);
    g_byte_array_append (fixture->staged, frame->payload, (guint) frame->length);
    if (is_wrong (fixture, UNASKED_ACK))
      answer (fixture, PEG_FRAME_ACK, fixture->staged->len + WINDOW, NULL, 0);
    else if (is_wrong (fixture, EARLY_DONE))
      answer (fixture, PEG_FRAME_DONE, fixture->size, NULL, 0);
    else
      answer (fixture, PEG_FRAME_ACK, fixture->staged->len, NULL, 0);
    return;
  }

  g_assert_cmpuint (frame->offset, ==, fixture->staged->len);
  g_assert_cmpuint (frame->offset, ==, fixture->size);
  digest = digest_of (fixture->staged->data, fixture->staged->len);
  for (guint i = 0; i < PEG_FRAME_DIGEST_BYTES; i++) {
    g_autofree char *byte = g_strdup_printf ("%02x", frame->payload[i]);

    g_assert_true (strncmp (byte, digest + 2 * i, 2) == 0);
  }
  if (is_wrong (fixture, TAKES_DIGEST)) {
    g_byte_array_set_size (fixture->staged, 0);
    answer_info (fixture, PEG_FRAME_ERROR, 0, -1, NULL, "bad_checksum");
  } else {
    answer (fixture, PEG_FRAME_DONE, fixture->size, NULL, 0);
  }
}

static void
serve (Fixture *fixture,
       GBytes  *bytes)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  PegFrame frame;

  g_assert_true (peg_frame_decode (&frame, data, length, NULL));
  if (frame.kind == PEG_FRAME_BEGIN) {
    serve_begin (fixture, &frame);
    return;
  }

  if (frame.kind == PEG_FRAME_ERROR)
    fixture->n_errors++;
  if (frame.transfer != fixture->id)
    return;

  switch ((int) frame.kind) {
  case PEG_FRAME_ACK:
    g_assert_cmpuint (frame.offset, <=, fixture->sent);
    fixture->acked = frame.offset;
    serve_more (fixture);
    break;
  case PEG_FRAME_CHUNK:
  case PEG_FRAME_END:
    serve_upload (fixture, &frame);
    break;
  case PEG_FRAME_ERROR:
  case PEG_FRAME_DONE:
    break;
  default:
    g_assert_not_reached ();
  }
}

static void
send_cb (PegTransfer *transfer,
         GBytes      *frame,
         Fixture     *fixture)
{
  guint64 in_flight = 0;

  g_assert_false (fixture->over);
  g_queue_push_tail (&fixture->up, g_bytes_ref (frame));
  for (GList *link = fixture->up.head; link != NULL; link = link->next) {
    if (((const guint8 *) g_bytes_get_data (link->data, NULL))[2] == PEG_FRAME_CHUNK)
      in_flight += g_bytes_get_size (link->data) - PEG_FRAME_HEADER_BYTES;
  }
  fixture->in_flight = MAX (fixture->in_flight, in_flight);
}

static void
over_cb (PegTransfer  *transfer,
         const GError *error,
         Fixture      *fixture)
{
  g_assert_false (fixture->over);
  fixture->over = TRUE;
  fixture->error = error != NULL ? g_error_copy (error) : NULL;
}

static void
set_up (Fixture *fixture,
        gboolean upload,
        GBytes  *content)
{
  g_autoptr (GError) error = NULL;

  memset (fixture, 0, sizeof *fixture);
  g_queue_init (&fixture->up);
  g_queue_init (&fixture->down);
  fixture->content = g_bytes_ref (content);
  fixture->staged = g_byte_array_new ();
  fixture->fd = g_file_open_tmp ("peg-transfer-XXXXXX", &fixture->path, &error);
  g_assert_no_error (error);

  if (upload) {
    g_assert_cmpint (write (fixture->fd, g_bytes_get_data (content, NULL),
                            g_bytes_get_size (content)), ==, g_bytes_get_size (content));
    fixture->transfer = peg_transfer_new_upload (fixture->fd, UUID, &error);
  } else {
    fixture->transfer = peg_transfer_new_download (fixture->fd, "A/b.nc", NULL, &error);
  }
  g_assert_no_error (error);
  g_signal_connect (fixture->transfer, "send", G_CALLBACK (send_cb), fixture);
  g_signal_connect (fixture->transfer, "over", G_CALLBACK (over_cb), fixture);
}

static void
connect_again (Fixture *fixture)
{
  fixture->id = 0;
  peg_transfer_connect (fixture->transfer, &(PegTransferLimits) { CHUNK, WINDOW });
}

/* What was on the way is lost. */
static void
cut (Fixture *fixture)
{
  peg_transfer_disconnect (fixture->transfer);
  g_queue_clear_full (&fixture->up, (GDestroyNotify) g_bytes_unref);
  g_queue_clear_full (&fixture->down, (GDestroyNotify) g_bytes_unref);
}

static void
tear_down (Fixture *fixture)
{
  const gint64 end_us = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

  cut (fixture);

  /* A thread lets go of it a moment after it has answered. */
  g_object_add_weak_pointer (G_OBJECT (fixture->transfer), (gpointer *) &fixture->transfer);
  g_object_unref (fixture->transfer);
  while (fixture->transfer != NULL) {
    g_assert_cmpint (g_get_monotonic_time (), <, end_us);
    g_main_context_iteration (NULL, FALSE);
    g_thread_yield ();
  }
  g_clear_error (&fixture->error);
  g_bytes_unref (fixture->content);
  g_byte_array_unref (fixture->staged);
  close (fixture->fd);
  g_unlink (fixture->path);
  g_free (fixture->path);
}

/* One frame arrives, on either side.
 *
 * Returns: whether there was one */
static gboolean
step (Fixture *fixture)
{
  g_autoptr (GBytes) bytes = NULL;
  gsize length;
  const guint8 *data;
  PegFrame frame;

  bytes = g_queue_pop_head (&fixture->up);
  if (bytes != NULL) {
    fixture->n_frames++;
    serve (fixture, bytes);
    return TRUE;
  }

  bytes = g_queue_pop_head (&fixture->down);
  if (bytes == NULL)
    return FALSE;

  fixture->n_frames++;
  data = g_bytes_get_data (bytes, &length);
  g_assert_true (peg_frame_decode (&frame, data, length, NULL));
  peg_transfer_take (fixture->transfer, &frame);

  return TRUE;
}

/* Lets it run to its end, or to the frame of that number. */
static void
run_until (Fixture *fixture,
           guint    n_frames)
{
  const gint64 end_us = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

  while (!fixture->over && fixture->n_frames < n_frames) {
    g_assert_cmpint (g_get_monotonic_time (), <, end_us);

    /* A thread may be looking at the beginning. */
    if (!step (fixture))
      g_main_context_iteration (NULL, TRUE);
  }
}

static void
assert_arrived (Fixture *fixture,
                gboolean upload)
{
  const guint8 *data = g_bytes_get_data (fixture->content, NULL);
  const gsize length = g_bytes_get_size (fixture->content);
  g_autofree char *text = NULL;
  gsize size;

  if (fixture->error != NULL)
    g_error ("%s", fixture->error->message);
  g_assert_true (fixture->over && peg_transfer_is_over (fixture->transfer));

  if (upload) {
    g_assert_cmpmem (fixture->staged->data, fixture->staged->len, data, length);
    return;
  }

  g_assert_true (g_file_get_contents (fixture->path, &text, &size, NULL));
  g_assert_cmpmem (text, size, data, length);
}

static const gboolean ways[] = { FALSE, TRUE };

/* Every size around the chunk, the window, and nothing at all. */
static void
test_sizes (void)
{
  static const gsize sizes[] = {
    0, 1, CHUNK - 1, CHUNK, CHUNK + 1, WINDOW - 1, WINDOW, WINDOW + 1, 10 * CHUNK, 20 * CHUNK + 7,
  };

  for (guint way = 0; way < G_N_ELEMENTS (ways); way++) {
    for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
      g_autoptr (GBytes) content = make_content (sizes[i], i);
      Fixture fixture;

      set_up (&fixture, ways[way], content);
      connect_again (&fixture);
      run_until (&fixture, G_MAXUINT);
      assert_arrived (&fixture, ways[way]);
      g_assert_cmpuint (fixture.n_begins, ==, 1);
      g_assert_cmpuint (fixture.n_errors, ==, 0);
      g_assert_cmpuint (fixture.in_flight, <=, WINDOW);
      tear_down (&fixture);
    }
  }
}

/* Cut after every single frame; then it goes on, and not from the beginning. */
static void
test_every_cut (void)
{
  for (guint way = 0; way < G_N_ELEMENTS (ways); way++) {
    gboolean was_cut = TRUE;

    for (guint at = 0; was_cut; at++) {
      g_autoptr (GBytes) content = make_content (12 * CHUNK + 3, 1);
      Fixture fixture;
      guint n_chunks;

      set_up (&fixture, ways[way], content);
      connect_again (&fixture);
      run_until (&fixture, at);
      was_cut = !fixture.over;
      if (was_cut) {
        cut (&fixture);
        connect_again (&fixture);
        fixture.n_frames = 0;
        run_until (&fixture, G_MAXUINT);
        n_chunks = fixture.n_frames / 2;
        g_assert_cmpuint (n_chunks, <=, 13 + 3);
        g_assert_cmpuint (fixture.n_begins, <=, 2);
      }
      assert_arrived (&fixture, ways[way]);
      g_assert_cmpuint (fixture.n_errors, ==, 0);
      tear_down (&fixture);
    }
  }
}

/* What was there before the cut is not sent again. */
static void
test_goes_on (void)
{
  for (guint way = 0; way < G_N_ELEMENTS (ways); way++) {
    g_autoptr (GBytes) content = make_content (40 * CHUNK, 1);
    Fixture fixture;

    set_up (&fixture, ways[way], content);
    connect_again (&fixture);
    run_until (&fixture, 60);
    cut (&fixture);
    connect_again (&fixture);
    fixture.n_frames = 0;
    run_until (&fixture, G_MAXUINT);
    assert_arrived (&fixture, ways[way]);
    g_assert_cmpuint (fixture.n_frames, <, 40);
    tear_down (&fixture);
  }
}

/* Many cuts at places that a seed chooses; the server forgets some of what it had. */
static void
test_random_cuts (void)
{
  for (guint32 seed = 0; seed < 200; seed++) {
    const gboolean upload = seed % 2 == 1;
    g_autoptr (GRand) random = g_rand_new_with_seed (seed);
    g_autoptr (GBytes) content = make_content ((gsize) g_rand_int_range (random, 1, 50 * CHUNK), seed);
    Fixture fixture;

    set_up (&fixture, upload, content);
    for (guint i = 0; i < 8 && !fixture.over; i++) {
      connect_again (&fixture);
      run_until (&fixture, fixture.n_frames + (guint) g_rand_int_range (random, 0, 40));
      if (fixture.over)
        break;
      cut (&fixture);
      if (upload && g_rand_int_range (random, 0, 3) == 0)
        g_byte_array_set_size (fixture.staged,
                               (guint) g_rand_int_range (random, 0, (int) fixture.staged->len + 1));
    }
    if (!fixture.over) {
      connect_again (&fixture);
      run_until (&fixture, G_MAXUINT);
    }
    assert_arrived (&fixture, upload);
    tear_down (&fixture);
  }
}

/* A cut while the thread is still looking at the beginning. */
static void
test_cut_while_hashing (void)
{
  g_autoptr (GBytes) content = make_content (30 * CHUNK, 1);
  Fixture fixture;

  set_up (&fixture, TRUE, content);
  connect_again (&fixture);
  run_until (&fixture, 30);
  for (guint i = 0; i < 5; i++) {
    cut (&fixture);
    connect_again (&fixture);
    while (step (&fixture))
      continue;
  }
  run_until (&fixture, G_MAXUINT);
  assert_arrived (&fixture, TRUE);
  tear_down (&fixture);
}

/* The file on the server is another one after the cut. */
static void
test_changed_there (void)
{
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GBytes) content = make_content (20 * CHUNK, 1);
    Fixture fixture;

    set_up (&fixture, FALSE, content);
    connect_again (&fixture);
    run_until (&fixture, 20);
    cut (&fixture);
    g_bytes_unref (fixture.content);
    fixture.content = make_content (i == 0 ? 3 * CHUNK : 30 * CHUNK, 2);
    connect_again (&fixture);
    run_until (&fixture, G_MAXUINT);
    assert_arrived (&fixture, FALSE);
    tear_down (&fixture);
  }
}

/* What the server has is not the beginning of this file: all of it again, once. */
static void
test_other_beginning (void)
{
  g_autoptr (GBytes) content = make_content (10 * CHUNK, 1);
  Fixture fixture;

  set_up (&fixture, TRUE, content);
  g_byte_array_append (fixture.staged, (const guint8 *) "nothing of this", 15);
  connect_again (&fixture);
  run_until (&fixture, G_MAXUINT);
  assert_arrived (&fixture, TRUE);
  g_assert_cmpuint (fixture.n_begins, ==, 2);
  tear_down (&fixture);
}

/* A file that changes while it is sent is neither the old nor the new one. */
static void
test_changed_here (void)
{
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GBytes) content = make_content (20 * CHUNK, 1);
    Fixture fixture;

    set_up (&fixture, TRUE, content);
    connect_again (&fixture);
    run_until (&fixture, 20);
    if (i == 0)
      g_assert_cmpint (ftruncate (fixture.fd, 19 * CHUNK), ==, 0);
    else
      g_assert_cmpint (pwrite (fixture.fd, "x", 1, 30 * CHUNK), ==, 1);
    run_until (&fixture, G_MAXUINT);
    g_assert_error (fixture.error, G_IO_ERROR, G_IO_ERROR_BUSY);
    tear_down (&fixture);
  }
}

/* Once wrong: all of it again. Twice: HTTP. */
static void
test_checksum (void)
{
  for (guint way = 0; way < G_N_ELEMENTS (ways); way++) {
    for (guint times = 1; times <= 2; times++) {
      g_autoptr (GBytes) content = make_content (9 * CHUNK, 1);
      Fixture fixture;

      set_up (&fixture, ways[way], content);
      fixture.fault = ways[way] ? TAKES_DIGEST : WRONG_DIGEST;
      fixture.n_faults = times;
      connect_again (&fixture);
      run_until (&fixture, G_MAXUINT);
      g_assert_cmpuint (fixture.n_begins, ==, 2);
      if (times == 1)
        assert_arrived (&fixture, ways[way]);
      else
        g_assert_error (fixture.error, PEG_TRANSFER_ERROR, PEG_TRANSFER_ERROR_FALL_BACK);
      tear_down (&fixture);
    }
  }
}

/* Whatever else a server does wrong, HTTP has to do; and nothing is taken for the
 * whole that is not. */
static void
test_faults (void)
{
  static const struct {
    gboolean upload;
    Fault fault;
  } cases[] = {
    { FALSE, WRONG_OFFSET }, { FALSE, TWICE }, { FALSE, SWAPPED }, { FALSE, TOO_MUCH },
    { FALSE, EARLY_END }, { FALSE, REFUSES }, { FALSE, BAD_READY }, { TRUE, REFUSES },
    { TRUE, BAD_READY }, { TRUE, UNASKED_ACK }, { TRUE, EARLY_DONE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GBytes) content = make_content (9 * CHUNK + 500, 1);
    Fixture fixture;

    g_test_message ("fault %d", cases[i].fault);
    set_up (&fixture, cases[i].upload, content);
    fixture.fault = cases[i].fault;
    fixture.n_faults = 1;
    connect_again (&fixture);
    run_until (&fixture, G_MAXUINT);
    g_assert_error (fixture.error, PEG_TRANSFER_ERROR, PEG_TRANSFER_ERROR_FALL_BACK);
    g_assert_cmpuint (fixture.n_faults, ==, 0);
    g_assert_true (peg_transfer_is_over (fixture.transfer));

    /* The server is told, unless it said so itself. */
    while (step (&fixture))
      continue;
    g_assert_cmpuint (fixture.n_errors, ==, cases[i].fault == REFUSES ? 0 : 1);
    tear_down (&fixture);
  }
}

/* Frames of a transfer that is not this one, or not any more. */
static void
test_others (void)
{
  g_autoptr (GBytes) content = make_content (9 * CHUNK, 1);
  const PegFrame stray = { .kind = PEG_FRAME_DONE, .transfer = G_MAXUINT32, .offset = 9 * CHUNK };
  PegFrame own = { .kind = PEG_FRAME_DONE, .offset = 9 * CHUNK };
  Fixture fixture;

  set_up (&fixture, TRUE, content);
  g_assert_false (peg_transfer_take (fixture.transfer, &stray));
  connect_again (&fixture);
  run_until (&fixture, 5);
  g_assert_false (peg_transfer_take (fixture.transfer, &stray));
  own.transfer = fixture.id;
  cut (&fixture);
  g_assert_false (peg_transfer_take (fixture.transfer, &own));
  g_assert_false (fixture.over);
  peg_transfer_end (fixture.transfer, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "x"));
  g_assert_error (fixture.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  peg_transfer_connect (fixture.transfer, &(PegTransferLimits) { CHUNK, WINDOW });
  g_assert_true (g_queue_is_empty (&fixture.up));
  tear_down (&fixture);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transfer/sizes", test_sizes);
  g_test_add_func ("/transfer/every-cut", test_every_cut);
  g_test_add_func ("/transfer/goes-on", test_goes_on);
  g_test_add_func ("/transfer/random-cuts", test_random_cuts);
  g_test_add_func ("/transfer/cut-while-hashing", test_cut_while_hashing);
  g_test_add_func ("/transfer/changed-there", test_changed_there);
  g_test_add_func ("/transfer/other-beginning", test_other_beginning);
  g_test_add_func ("/transfer/changed-here", test_changed_here);
  g_test_add_func ("/transfer/checksum", test_checksum);
  g_test_add_func ("/transfer/faults", test_faults);
  g_test_add_func ("/transfer/others", test_others);

  return g_test_run ();
}
