/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "connection-fixture.h"

/* What servers tell besides their files, from the wire into the state. */

static void
test_progress (Fixture       *fixture,
               gconstpointer  data)
{
  const PegWork *work;

  connection_go_classic (fixture);
  connection_say (fixture, "{\"type\":\"processing_progress\",\"progress\":33.5,\"eta\":90,"
                           "\"current_file\":\"a.nc\",\"message\":\"Fetching\"}");
  connection_say (fixture, "{\"type\":\"processing_progress\",\"id\":7,\"progress\":1}");

  g_assert_cmpuint (peg_snapshot_get_works (connection_peek (fixture))->len, ==, 2);
  work = peg_snapshot_get_works (connection_peek (fixture))->pdata[0];
  g_assert_cmpstr (work->file, ==, "a.nc");
  g_assert_cmpstr (work->text, ==, "Fetching");
  g_assert_cmpfloat_with_epsilon (work->percent, 33.5, 1e-9);
  g_assert_cmpint (work->ends_us, ==,
                   peg_clock_get_mono_us (PEG_CLOCK (fixture->clock)) + 90 * S);
  work = peg_snapshot_get_works (connection_peek (fixture))->pdata[1];
  g_assert_cmpstr (work->key, ==, "7");
  g_assert_null (work->file);

  connection_say (fixture, "{\"type\":\"processing_complete\"}");
  g_assert_cmpuint (peg_snapshot_get_works (connection_peek (fixture))->len, ==, 1);
  connection_say (fixture, "{\"type\":\"processing_error\",\"id\":\"7\",\"error\":\"disk full\"}");
  g_assert_cmpuint (peg_snapshot_get_works (connection_peek (fixture))->len, ==, 0);
  g_assert_cmpuint (peg_snapshot_get_notices (connection_peek (fixture))->len, ==, 2);
}

static void
test_presence (Fixture       *fixture,
               gconstpointer  data)
{
  PegSnapshot *snapshot;

  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  connection_say (fixture, "{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":1,\"user\":\"ada\","
                           "\"present\":[\"ada\",\"kim\"]}");
  connection_say (fixture, LIST ("e", 1));
  connection_say (fixture, "{\"type\":\"user_connected\",\"username\":\"bo\"}");
  connection_say (fixture, "{\"type\":\"user_disconnected\",\"username\":\"kim\"}");
  connection_say (fixture, "{\"type\":\"user_disconnected\"}");

  snapshot = connection_peek (fixture);
  g_assert_cmpint (peg_snapshot_get_presence (snapshot, "ada"), ==, PEG_PRESENCE_HERE);
  g_assert_cmpint (peg_snapshot_get_presence (snapshot, "bo"), ==, PEG_PRESENCE_HERE);
  g_assert_cmpint (peg_snapshot_get_presence (snapshot, "kim"), ==, PEG_PRESENCE_AWAY);

  fake_transport_close (connection_socket (fixture), 1006);
  g_assert_null (peg_snapshot_get_present (connection_peek (fixture)));

  /* The next server does not tell. */
  fake_clock_advance (fixture->clock, connection_wait (fixture));
  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  connection_say (fixture, HELLO ("e", 1, true));
  assert_state (fixture, LIVE);
  g_assert_null (peg_snapshot_get_present (connection_peek (fixture)));
  connection_say (fixture, "{\"type\":\"USER_LOGGED_IN\",\"username\":\"kim\"}");
  snapshot = connection_peek (fixture);
  g_assert_cmpint (peg_snapshot_get_presence (snapshot, "kim"), ==, PEG_PRESENCE_HERE);
  g_assert_cmpint (peg_snapshot_get_presence (snapshot, "bo"), ==, PEG_PRESENCE_UNKNOWN);
}

static void
count_cb (PegConnection *connection,
          guint         *n)
{
  (*n)++;
}

static void
test_config (Fixture       *fixture,
             gconstpointer  data)
{
  guint n = 0;

  connection_go_live (fixture);
  g_signal_connect (fixture->connection, "config-changed", G_CALLBACK (count_cb), &n);
  connection_say (fixture, "{\"type\":\"CONFIG_CHANGED\"}");
  g_assert_cmpuint (n, ==, 1);
}

static void
test_notifications (Fixture       *fixture,
                    gconstpointer  data)
{
  static const struct {
    const char *level;
    PegNoticeLevel expected;
  } cases[] = {
    { "\"info\"", PEG_NOTICE_INFO }, { "\"warning\"", PEG_NOTICE_INFO },
    { "\"error\"", PEG_NOTICE_ERROR }, { "\"critical\"", PEG_NOTICE_ERROR },
    { "\"whatever\"", PEG_NOTICE_INFO }, { "null", PEG_NOTICE_INFO },
  };

  connection_go_live (fixture);
  connection_say (fixture, "{\"type\":\"notification\"}");
  connection_say (fixture, "{\"type\":\"notification\",\"message\":\"\"}");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = g_strdup_printf ("{\"type\":\"notification\",\"message\":\"m\",\"level\":%s}",
                                             cases[i].level);
    const GPtrArray *notices;

    connection_say (fixture, text);
    notices = peg_snapshot_get_notices (connection_peek (fixture));
    g_assert_cmpuint (notices->len, ==, i + 1);
    g_assert_cmpint (((PegNotice *) notices->pdata[i])->level, ==, cases[i].expected);
  }
}

/* A server of the older kind repeats its notes until it knows. */
static void
test_notes (Fixture       *fixture,
            gconstpointer  data)
{
#define NOTES "{\"type\":\"NEW_MESSAGES\",\"payload\":[{\"id\":5,\"sender\":\"kim\",\"message\":\"hi\"}," \
              "{\"id\":5,\"sender\":\"kim\",\"message\":\"hi\"}]}"
  connection_go_classic (fixture);
  for (guint i = 0; i < 3; i++)
    connection_say (fixture, NOTES);
  g_assert_cmpuint (peg_snapshot_get_notes (connection_peek (fixture))->len, ==, 1);
  g_assert_cmpuint (peg_snapshot_get_notices (connection_peek (fixture))->len, ==, 1);

  peg_store_dispatch (fixture->store, &(PegEvent) {
    .kind = PEG_EVENT_ACKNOWLEDGED, .acknowledged = "5",
  });
  connection_say (fixture, NOTES);
  g_assert_cmpuint (peg_snapshot_get_notes (connection_peek (fixture))->len, ==, 0);
  g_assert_cmpuint (peg_snapshot_get_notices (connection_peek (fixture))->len, ==, 1);
}

/* What is shown of the log is the log. */
static void
test_log (Fixture       *fixture,
          gconstpointer  data)
{
  g_auto (GStrv) own = NULL;
  const GPtrArray *shown;

  connection_go_live (fixture);
  fake_transport_close (connection_socket (fixture), 1006);
  own = peg_connection_dup_log (fixture->connection);
  shown = peg_snapshot_get_log (connection_peek (fixture));

  g_assert_cmpuint (shown->len, ==, 5);
  g_assert_cmpuint (shown->len, ==, g_strv_length (own));
  for (guint i = 0; i < shown->len; i++)
    g_assert_cmpstr (shown->pdata[i], ==, own[i]);
  g_assert_nonnull (strstr (own[4], "LIVE → WAITING"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) \
  g_test_add ("/connection/news/" name, Fixture, NULL, \
              connection_fixture_set_up, func, connection_fixture_tear_down)

  ADD ("progress", test_progress);
  ADD ("presence", test_presence);
  ADD ("config", test_config);
  ADD ("notifications", test_notifications);
  ADD ("notes", test_notes);
  ADD ("log", test_log);

  return g_test_run ();
}
