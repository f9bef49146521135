/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-client.h"

#include "peg-http.h"
#include "peg-link.h"

#include "client-fixture.h"

#include <string.h>

CLIENT_OUTCOME_CB (get_files, (gpointer))
CLIENT_OUTCOME_CB (poll, (gpointer))

/* More than what is read at a time. */
#define N_FILES 20000

/* A list that is sent as a test says. */
typedef struct {
  GBytes *body;       /* (owned) */
  const char *coding; /* (nullable) */
} List;

static void
list_cb (FakeServer        *server,
         const FakeRequest *request,
         SoupServerMessage *message,
         gpointer           user_data)
{
  List *list = user_data;
  gsize length;
  const char *data = g_bytes_get_data (list->body, &length);

  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  if (list->coding != NULL)
    soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                  "Content-Encoding", list->coding);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, data, length);
}

static GBytes *
make_body (guint n_files)
{
  GString *text = g_string_new ("{\"12XXXXX\":[");

  for (guint i = 0; i < n_files; i++)
    g_string_append_printf (text, "%s{\"filename\":\"12%05u.nc\",\"path\":\"Mill/12%05u.nc\",\"size\":%u}",
                            i > 0 ? "," : "", i, i, i);
  g_string_append (text, "]}");

  return g_string_free_to_bytes (text);
}

static GBytes *
squeeze (GBytes *body)
{
  g_autoptr (GConverter) deflater = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 6));
  g_autoptr (GInputStream) plain = g_memory_input_stream_new_from_bytes (body);
  g_autoptr (GInputStream) squeezed = g_converter_input_stream_new (plain, deflater);
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();

  g_assert_cmpint (g_output_stream_splice (out, squeezed, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, NULL),
                   >, 0);

  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
}

static void
check_list (PegWireMessage *list,
            guint           n_files)
{
  g_assert_cmpuint (list->entries->len, ==, n_files);
  for (guint i = 0; i < n_files; i++)
    g_assert_cmpint (peg_entry_get_size (g_ptr_array_index (list->entries, i)), ==, i);
}

static void
get_list (Fixture *fixture,
          List    *list,
          Outcome *outcome)
{
  fixture->server->handler = list_cb;
  fixture->server->handler_data = list;
  peg_client_get_files_async (fixture->client, NULL, get_files_cb, outcome);
  AWAIT (outcome->done);
}

/* Longer than one piece; what is asked for besides the list, is asked for. */
static void
test_long (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GBytes) body = make_body (N_FILES);
  g_auto (Outcome) outcome = { 0 };
  g_autoptr (PegWireMessage) message = NULL;
  List list = { body, NULL };

  get_list (fixture, &list, &outcome);
  g_assert_no_error (outcome.error);
  message = outcome.value;
  check_list (message, N_FILES);

  g_assert_cmpstr (fake_server_get_header (client_last (fixture), "Prefer"), ==, "return=minimal");
  /* On the same computer, compression is nothing but work. */
  g_assert_null (fake_server_get_header (client_last (fixture), "Accept-Encoding"));
}

static void
test_compressed (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (GBytes) body = make_body (N_FILES);
  g_autoptr (GBytes) squeezed = squeeze (body);
  g_auto (Outcome) outcome = { 0 };
  g_autoptr (PegWireMessage) message = NULL;
  List list = { squeezed, "gzip" };

  g_assert_cmpuint (g_bytes_get_size (squeezed), <, g_bytes_get_size (body) / 4);

  get_list (fixture, &list, &outcome);
  g_assert_no_error (outcome.error);
  message = outcome.value;
  check_list (message, N_FILES);
}

/* Two compressed texts in a row are one. */
static void
test_compressed_twice (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (GBytes) first = g_bytes_new_static ("{\"A\":[{\"filena", 14);
  g_autoptr (GBytes) second = g_bytes_new_static ("me\":\"a\",\"size\":0}]}", 19);
  g_autoptr (GBytes) one = squeeze (first);
  g_autoptr (GBytes) two = squeeze (second);
  g_autoptr (GByteArray) both = g_byte_array_new ();
  g_autoptr (GBytes) body = NULL;
  g_auto (Outcome) outcome = { 0 };
  g_autoptr (PegWireMessage) message = NULL;
  List list = { NULL, "gzip" };

  g_byte_array_append (both, g_bytes_get_data (one, NULL), (guint) g_bytes_get_size (one));
  g_byte_array_append (both, g_bytes_get_data (two, NULL), (guint) g_bytes_get_size (two));
  body = g_byte_array_free_to_bytes (g_steal_pointer (&both));
  list.body = body;

  get_list (fixture, &list, &outcome);
  g_assert_no_error (outcome.error);
  message = outcome.value;
  check_list (message, 1);
}

/* What is wrong with the compression is wrong with the answer. */
static void
test_broken (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GBytes) body = make_body (100);
  g_autoptr (GBytes) squeezed = squeeze (body);
  g_autoptr (GBytes) half = g_bytes_new_from_bytes (squeezed, 0, g_bytes_get_size (squeezed) / 2);
  const struct {
    List list;
    int code;
  } cases[] = {
    { { body, "gzip" }, PEG_LINK_ERROR_FAILED },
    { { squeezed, NULL }, PEG_LINK_ERROR_FAILED },
    { { squeezed, "br" }, PEG_LINK_ERROR_FAILED },
    { { half, "gzip" }, PEG_LINK_ERROR_OFFLINE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    List list = cases[i].list;
    g_auto (Outcome) outcome = { 0 };
    g_auto (Outcome) polled = { 0 };
    g_autoptr (PegPoll) poll = NULL;

    get_list (fixture, &list, &outcome);
    g_assert_null (outcome.value);
    g_assert_error (outcome.error, PEG_LINK_ERROR, cases[i].code);

    peg_client_poll_async (fixture->client, FALSE, NULL, poll_cb, &polled);
    AWAIT (polled.done);
    g_assert_no_error (polled.error);
    poll = polled.value;
    g_assert_null (poll->list);
    g_assert_cmpint (poll->reason, ==, cases[i].code == PEG_LINK_ERROR_FAILED
                                         ? PEG_LINK_REASON_NOT_A_SERVER : PEG_LINK_REASON_LOST);
    g_assert_nonnull (poll->detail);
  }
}

static gboolean
count_cb (gpointer     user_data,
          const char  *data,
          gsize        length,
          GError     **error)
{
  *(gsize *) user_data += length;

  return TRUE;
}

static void
fed_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  Outcome *outcome = user_data;

  outcome->value = peg_http_feed_finish (SOUP_SESSION (source), result, &outcome->error);
  outcome->done = TRUE;
}

/* Has so many spaces sent, squeezed, and takes @most of them with @func. */
static void
feed_spaces (Fixture         *fixture,
             gsize            all,
             gsize            most,
             PegHttpTake      func,
             gpointer         user_data,
             GCancellable    *cancellable,
             Outcome         *outcome)
{
  g_autofree char *blank = g_strnfill (all, ' ');
  g_autofree char *uri = fake_server_dup_url (fixture->server, "http", "/files");
  g_autoptr (GBytes) body = g_bytes_new_static (blank, all);
  g_autoptr (GBytes) bomb = squeeze (body);
  g_autoptr (SoupSession) session = peg_http_session_new (NULL, 1, 0, NULL);
  g_autoptr (SoupMessage) message = peg_http_message_new (SOUP_METHOD_GET, uri, NULL);
  List list = { bomb, "gzip" };

  g_assert_cmpuint (g_bytes_get_size (bomb), <, 1024 * 1024);

  fixture->server->handler = list_cb;
  fixture->server->handler_data = &list;
  peg_http_feed_async (session, message, most, func, user_data, cancellable, fed_cb, outcome);
  AWAIT (outcome->done);
}

/* What unfolds into more than is taken is not followed to its end. */
static void
test_bomb (Fixture       *fixture,
           gconstpointer  data)
{
  const gsize most = 1024 * 1024;
  g_auto (Outcome) outcome = { 0 };
  gsize n_taken = 0;

  feed_spaces (fixture, 100 * most, most, count_cb, &n_taken, NULL, &outcome);
  g_assert_null (outcome.value);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_assert_cmpuint (n_taken, <=, most);
}

/* How much is taken between two turns of something else. */
typedef struct {
  gsize n_taken; /* since the last turn, bytes */
  gsize most;
  gsize n_all;
} Turns;

static gboolean
note_cb (gpointer     user_data,
         const char  *data,
         gsize        length,
         GError     **error)
{
  Turns *turns = user_data;

  turns->n_all += length;
  turns->n_taken += length;
  turns->most = MAX (turns->most, turns->n_taken);

  return TRUE;
}

static gboolean
turn_cb (gpointer user_data)
{
  Turns *turns = user_data;

  turns->n_taken = 0;

  return G_SOURCE_CONTINUE;
}

/* However much a piece unfolds into: what else is to be done meanwhile is done. */
static void
test_turns (Fixture       *fixture,
            gconstpointer  data)
{
  const gsize all = 100 * 1024 * 1024;
  g_auto (Outcome) outcome = { 0 };
  g_autoptr (GBytes) refusal = NULL;
  Turns turns = { 0 };
  const guint other = g_timeout_add (0, turn_cb, &turns);

  feed_spaces (fixture, all, all, note_cb, &turns, NULL, &outcome);
  g_source_remove (other);

  g_assert_no_error (outcome.error);
  refusal = outcome.value;
  g_assert_cmpuint (g_bytes_get_size (refusal), ==, 0);
  g_assert_cmpuint (turns.n_all, ==, all);
  g_assert_cmpuint (turns.most, <=, 2 * 1024 * 1024);
}

typedef struct {
  GCancellable *cancellable; /* (unowned) */
  gsize n_taken;
} Cancelling;

static gboolean
cancelling_cb (gpointer     user_data,
               const char  *data,
               gsize        length,
               GError     **error)
{
  Cancelling *cancelling = user_data;

  cancelling->n_taken += length;
  g_cancellable_cancel (cancelling->cancellable);

  return TRUE;
}

/* Who stops it while a piece is being unfolded has it stopped. */
static void
test_turns_cancelled (Fixture       *fixture,
                      gconstpointer  data)
{
  const gsize all = 100 * 1024 * 1024;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Outcome) outcome = { 0 };
  Cancelling cancelling = { .cancellable = cancellable };

  feed_spaces (fixture, all, all, cancelling_cb, &cancelling, cancellable, &outcome);
  g_assert_null (outcome.value);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (cancelling.n_taken, <=, 2 * 1024 * 1024);
}

static void
test_loopback (Fixture       *fixture,
               gconstpointer  data)
{
  g_assert_true (peg_http_is_loopback ("http://127.0.0.1:8000/x"));
  g_assert_true (peg_http_is_loopback ("http://127.4.0.1"));
  g_assert_true (peg_http_is_loopback ("https://[::1]:8000"));
  g_assert_true (peg_http_is_loopback ("http://LocalHost:8000"));
  g_assert_false (peg_http_is_loopback ("http://shop.example:8000"));
  g_assert_false (peg_http_is_loopback ("http://192.168.1.4:8000"));
  g_assert_false (peg_http_is_loopback ("http://localhost.example"));
  g_assert_false (peg_http_is_loopback ("nonsense"));
}

#define ADD(name, func) \
  g_test_add ("/client-list/" name, Fixture, NULL, \
              client_fixture_set_up, func, client_fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("long", test_long);
  ADD ("compressed", test_compressed);
  ADD ("compressed-twice", test_compressed_twice);
  ADD ("broken", test_broken);
  ADD ("bomb", test_bomb);
  ADD ("turns", test_turns);
  ADD ("turns-cancelled", test_turns_cancelled);
  ADD ("loopback", test_loopback);

  return g_test_run ();
}
