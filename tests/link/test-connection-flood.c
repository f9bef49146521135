/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "connection-fixture.h"

/* A server that sends whatever it likes, as often as it likes: nothing of it piles up,
 * neither in what is shown nor in what is written, asked, or waited for. */

#define N_MESSAGES 20000

static guint n_logged;
static guint n_asked;

static GLogWriterOutput
count_writer (GLogLevelFlags   level,
              const GLogField *fields,
              gsize            n_fields,
              gpointer         user_data)
{
  if (level <= G_LOG_LEVEL_INFO)
    n_logged++;

  return G_LOG_WRITER_HANDLED;
}

static void
asked_cb (PegConnection *connection)
{
  n_asked++;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  connection_fixture_set_up (fixture, NULL);
  g_signal_connect (fixture->connection, "need-poll", G_CALLBACK (asked_cb), NULL);
  g_signal_connect (fixture->connection, "need-probe", G_CALLBACK (asked_cb), NULL);
  connection_go_live (fixture);
  n_logged = 0;
  n_asked = 0;
}

typedef struct {
  const char *name;
  const char *format; /* %u is another number every time */
} Kind;

static const Kind kinds[] = {
  { "unknown", "{\"type\":\"news %u\"}" },
  { "no-json", "{\"type\":\"pong %u" },
  { "no-object", "[%u]" },
  { "pong", "{\"type\":\"pong\",\"id\":%u}" },
  { "error", "{\"type\":\"error\",\"code\":\"code %u\",\"message\":\"no\"}" },
  { "progress", "{\"type\":\"processing_progress\",\"job\":\"%u\",\"progress\":1}" },
  { "done", "{\"type\":\"processing_complete\",\"job\":\"%u\",\"message\":\"done\"}" },
  { "notification", "{\"type\":\"notification\",\"message\":\"Hello %u\"}" },
  { "came", "{\"type\":\"user_connected\",\"user\":\"somebody %u\"}" },
  { "went", "{\"type\":\"user_disconnected\",\"user\":\"somebody %u\"}" },
  { "notes", "{\"type\":\"NEW_MESSAGES\",\"payload\":[{\"id\":%u,\"message\":\"hi\"}]}" },
  { "hello", "{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":%u,\"recovered\":true}" },
  { "list", "{\"type\":\"FILE_LIST_UPDATED\",\"epoch\":\"e\",\"seq\":%u,\"payload\":{}}" },
  { "old", "{\"type\":\"FILES_CHANGED\",\"epoch\":\"e\",\"seq\":0,\"changed\":[],\"removed\":[\"%u\"]}" },
  { "ahead", "{\"type\":\"FILES_CHANGED\",\"epoch\":\"e\",\"seq\":9%u,\"changed\":[],\"removed\":[]}" },
  { "digest", "{\"type\":\"digest\",\"seq\":1,\"hash\":\"%u\"}" },
};

static void
test_kind (Fixture       *fixture,
           gconstpointer  data)
{
  const Kind *kind = data;
  FakeTransport *socket = connection_socket (fixture);
  const guint n_sent = socket->sent->len;
  g_autoptr (PegSnapshot) snapshot = NULL;
  g_auto (GStrv) log = NULL;

  for (guint i = 1; i <= N_MESSAGES && socket->closed_code == 0; i++) {
    g_autoptr (GString) text = g_string_new (kind->format);
    g_autofree char *number = g_strdup_printf ("%u", i);

    g_string_replace (text, "%u", number, 1);
    fake_transport_say (socket, text->str);
  }

  snapshot = peg_store_dup_snapshot (fixture->store);
  log = peg_connection_dup_log (fixture->connection);
  g_assert_cmpuint (peg_snapshot_get_works (snapshot)->len, <=, 16);
  g_assert_cmpuint (peg_snapshot_get_notices (snapshot)->len, <=, 32);
  g_assert_cmpuint (peg_snapshot_get_notes (snapshot)->len, <=, 200);
  g_assert_cmpuint (peg_snapshot_get_log (snapshot)->len, <=, 50);
  g_assert_cmpuint (g_strv_length (log), <=, 50);
  if (peg_snapshot_get_present (snapshot) != NULL)
    g_assert_cmpuint (peg_snapshot_get_present (snapshot)->len, <=, 1000);
  g_assert_cmpuint (fake_clock_n_timers (fixture->clock), <=, 10);
  g_assert_cmpuint (socket->sent->len - n_sent, <=, 4);
  g_assert_cmpuint (fixture->dialer->transports->len, <=, 2);
  g_assert_cmpuint (n_logged, <=, 80);
  g_assert_cmpuint (n_asked, <=, 2);
}

/* However many messages say so, what changed is asked for once. */
static void
test_classic (Fixture       *fixture,
              gconstpointer  data)
{
  FakeTransport *socket;
  guint n_sent;

  connection_fixture_set_up (fixture, NULL);
  connection_go_classic (fixture);
  socket = connection_socket (fixture);
  n_sent = socket->sent->len;

  for (guint i = 0; i < N_MESSAGES; i++)
    fake_transport_say (socket, "{\"type\":\"file_locked\",\"payload\":{}}");

  g_assert_cmpuint (socket->sent->len - n_sent, ==, 0);
  fake_clock_advance (fixture->clock, S);
  g_assert_cmpuint (socket->sent->len - n_sent, ==, 1);
  assert_state (fixture, LIVE);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (count_writer, NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autofree char *path = g_strconcat ("/connection/flood/", kinds[i].name, NULL);

    g_test_add (path, Fixture, &kinds[i], set_up, test_kind, connection_fixture_tear_down);
  }
  g_test_add ("/connection/flood/classic", Fixture, NULL, NULL, test_classic,
              connection_fixture_tear_down);

  return g_test_run ();
}
