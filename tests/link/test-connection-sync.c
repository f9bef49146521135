/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "connection-fixture.h"

/* What the connection makes of what the server tells: the greeting, the list,
 * positions, gaps. */

static guint
n_files (Fixture *fixture)
{
  return peg_snapshot_get_counts (connection_peek (fixture))->all;
}

static void
test_classic (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (PegSnapshot) live = NULL;

  connection_start (fixture, PEG_BACKOFF_FULL);
  assert_state (fixture, CONNECTING);
  g_assert_cmpstr (connection_socket (fixture)->uri, ==, "ws://shop:8420/ws?user=ada");
  g_assert_cmpstr (connection_socket (fixture)->protocols[0], ==, "pegboard.1");
  g_assert_null (connection_socket (fixture)->protocols[1]);

  fake_transport_open (connection_socket (fixture), NULL);
  assert_state (fixture, SYNCING);
  g_assert_cmpstr (fake_transport_last_sent (connection_socket (fixture)), ==, "SET_USER:ada");
  g_assert_cmpint (peg_connection_get_dialect (fixture->connection), ==, PEG_DIALECT_CLASSIC);

  connection_say (fixture, CLASSIC_LIST);
  assert_state (fixture, LIVE);
  g_assert_cmpuint (n_files (fixture), ==, 1);

  /* It always sends three; two of them say nothing. */
  live = peg_store_dup_snapshot (fixture->store);
  connection_say (fixture, CLASSIC_LIST);
  connection_say (fixture, CLASSIC_LIST);
  g_assert_true (connection_peek (fixture) == live);
}

/* The name of a person may be anything. */
static void
test_user (Fixture       *fixture,
           gconstpointer  data)
{
  peg_connection_start (fixture->connection, &(PegConnectionTarget) {
    .uri = "ws://shop/ws",
    .user = "A&B=C/ö?#",
    .dialer = PEG_DIALER (fixture->dialer),
  });
  g_assert_cmpstr (connection_socket (fixture)->uri, ==,
                   "ws://shop/ws?user=A%26B%3DC%2F%C3%B6%3F%23");
}

static void
test_nudge (Fixture       *fixture,
            gconstpointer  data)
{
  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_open (connection_socket (fixture), NULL);

  fake_clock_advance (fixture->clock, 2 * S - 1);
  g_assert_cmpuint (connection_count (fixture, "REFRESH_FILES"), ==, 0);
  fake_clock_advance (fixture->clock, 1);
  g_assert_cmpuint (connection_count (fixture, "REFRESH_FILES"), ==, 1);
  assert_state (fixture, SYNCING);

  connection_say (fixture, CLASSIC_LIST);
  assert_state (fixture, LIVE);
}

/* A classic server forgets what a client missed. */
static void
test_classic_again (Fixture       *fixture,
                    gconstpointer  data)
{
  connection_go_classic (fixture);
  fake_transport_close (connection_socket (fixture), 1006);
  assert_state (fixture, WAITING);
  g_assert_cmpuint (n_files (fixture), ==, 1);

  fake_clock_advance (fixture->clock, connection_wait (fixture));
  fake_transport_open (connection_socket (fixture), NULL);
  assert_state (fixture, SYNCING);
  connection_say (fixture, "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{}}");
  assert_state (fixture, LIVE);
  g_assert_cmpuint (n_files (fixture), ==, 0);
}

static void
test_greeting (Fixture       *fixture,
               gconstpointer  data)
{
  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_open (connection_socket (fixture), "pegboard.1");
  assert_state (fixture, AUTHENTICATING);
  g_assert_cmpuint (connection_count (fixture, "{\"type\":\"hello\""), ==, 1);
  g_assert_null (strstr (fake_transport_last_sent (connection_socket (fixture)), "resume"));
  g_assert_cmpint (peg_connection_get_dialect (fixture->connection), ==, PEG_DIALECT_PEGBOARD_1);

  connection_say (fixture, HELLO ("e", 7, false));
  assert_state (fixture, SYNCING);

  /* Older than the list that is on its way, or newer: nobody knows yet. */
  connection_say (fixture, CHANGE ("e", 8, "new.nc"));
  connection_say (fixture, CHANGE ("e", 7, "old.nc"));
  assert_state (fixture, SYNCING);
  g_assert_cmpuint (n_files (fixture), ==, 0);

  connection_say (fixture, LIST ("e", 7));
  assert_state (fixture, LIVE);
  g_assert_cmpuint (n_files (fixture), ==, 2);
  g_assert_cmpuint (peg_snapshot_get_seq (connection_peek (fixture)), ==, 8);
}

/* Reconnects, and says how far the server and the client are. */
static void
resume (Fixture    *fixture,
        const char *hello)
{
  fake_transport_close (connection_socket (fixture), 1006);
  fake_clock_advance (fixture->clock, connection_wait (fixture));
  fake_transport_open (connection_socket (fixture), "pegboard.1");
  g_assert_nonnull (strstr (fake_transport_last_sent (connection_socket (fixture)),
                            "\"resume\":{\"epoch\":\"e\",\"seq\":1}"));
  connection_say (fixture, hello);
}

static void
test_resume_nothing_missed (Fixture       *fixture,
                            gconstpointer  data)
{
  connection_go_live (fixture);
  resume (fixture, HELLO ("e", 1, true));
  assert_state (fixture, LIVE);
  g_assert_cmpuint (n_files (fixture), ==, 1);
}

static void
test_resume_deltas (Fixture       *fixture,
                    gconstpointer  data)
{
  connection_go_live (fixture);
  resume (fixture, HELLO ("e", 3, true));
  assert_state (fixture, SYNCING);
  connection_say (fixture, CHANGE ("e", 2, "b.nc"));
  assert_state (fixture, SYNCING);
  connection_say (fixture, CHANGE ("e", 3, "c.nc"));
  assert_state (fixture, LIVE);
  g_assert_cmpuint (n_files (fixture), ==, 3);
}

static void
test_resume_refused (Fixture       *fixture,
                     gconstpointer  data)
{
  connection_go_live (fixture);
  resume (fixture, HELLO ("f", 1, false));
  assert_state (fixture, SYNCING);
  connection_say (fixture, LIST ("f", 1));
  assert_state (fixture, LIVE);
  g_assert_cmpstr (peg_snapshot_get_epoch (connection_peek (fixture)), ==, "f");
}

/* A server that believes it has recovered what it cannot have. */
static void
test_resume_impossible (Fixture       *fixture,
                        gconstpointer  data)
{
  static const char * const hellos[] = { HELLO ("e", 0, true), HELLO ("f", 1, true) };

  for (guint i = 0; i < G_N_ELEMENTS (hellos); i++) {
    connection_go_live (fixture);
    resume (fixture, hellos[i]);
    assert_state (fixture, WAITING);

    fake_clock_advance (fixture->clock, connection_wait (fixture));
    fake_transport_open (connection_socket (fixture), "pegboard.1");
    g_assert_null (strstr (fake_transport_last_sent (connection_socket (fixture)), "resume"));
    peg_connection_stop (fixture->connection);
  }
}

static void
test_order (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (PegSnapshot) before = NULL;

  connection_go_live (fixture);
  connection_say (fixture, CHANGE ("e", 2, "b.nc"));
  g_assert_cmpuint (n_files (fixture), ==, 2);
  assert_state (fixture, LIVE);

  before = peg_store_dup_snapshot (fixture->store);
  connection_say (fixture, CHANGE ("e", 2, "c.nc"));
  connection_say (fixture, CHANGE ("e", 1, "d.nc"));
  connection_say (fixture, LIST ("e", 1));
  g_assert_true (connection_peek (fixture) == before);
}

static void
test_gap (Fixture       *fixture,
          gconstpointer  data)
{
  connection_go_live (fixture);

  connection_say (fixture, CHANGE ("e", 3, "c.nc"));
  assert_state (fixture, SYNCING);
  g_assert_cmpuint (n_files (fixture), ==, 1);
  g_assert_cmpstr (fake_transport_last_sent (connection_socket (fixture)), ==,
                   "{\"type\":\"replay\",\"from\":2}");

  connection_say (fixture, CHANGE ("e", 5, "e.nc"));
  g_assert_cmpuint (connection_count (fixture, "{\"type\":\"replay\""), ==, 1);

  connection_say (fixture, CHANGE ("e", 2, "b.nc"));
  assert_state (fixture, SYNCING);
  g_assert_cmpuint (n_files (fixture), ==, 3);
  connection_say (fixture, CHANGE ("e", 4, "d.nc"));
  assert_state (fixture, LIVE);
  g_assert_cmpuint (n_files (fixture), ==, 5);

  fake_clock_advance (fixture->clock, 3 * S);
  assert_state (fixture, LIVE);
}

/* No replay comes: the whole list is taken, over a new connection. */
static void
test_gap_lost (Fixture       *fixture,
               gconstpointer  data)
{
  connection_go_live (fixture);
  connection_say (fixture, CHANGE ("e", 3, "c.nc"));

  fake_clock_advance (fixture->clock, 2 * S - 1);
  assert_state (fixture, SYNCING);
  fake_clock_advance (fixture->clock, 1);
  assert_state (fixture, WAITING);
  g_assert_cmpuint (connection_socket (fixture)->closed_code, ==, 1000);

  fake_clock_advance (fixture->clock, connection_wait (fixture));
  fake_transport_open (connection_socket (fixture), "pegboard.1");
  g_assert_null (strstr (fake_transport_last_sent (connection_socket (fixture)), "resume"));
}

static void
test_gap_error (Fixture       *fixture,
                gconstpointer  data)
{
  connection_go_live (fixture);

  /* About nothing that was asked. */
  connection_say (fixture, "{\"type\":\"error\",\"code\":\"x\",\"message\":\"y\"}");
  assert_state (fixture, LIVE);

  connection_say (fixture, CHANGE ("e", 3, "c.nc"));
  connection_say (fixture, "{\"type\":\"error\",\"code\":\"gone\",\"message\":\"too old\"}");
  assert_state (fixture, WAITING);
}

static void
test_gap_too_wide (Fixture       *fixture,
                   gconstpointer  data)
{
  connection_go_live (fixture);

  for (guint seq = 3; seq < 3 + 256; seq++) {
    g_autofree char *text =
      g_strdup_printf ("{\"type\":\"FILES_CHANGED\",\"epoch\":\"e\",\"seq\":%u,\"changed\":[],"
                       "\"removed\":[]}", seq);

    connection_say (fixture, text);
    assert_state (fixture, SYNCING);
  }

  connection_say (fixture, CHANGE ("e", 1000, "c.nc"));
  assert_state (fixture, WAITING);
}

static void
test_other_history (Fixture       *fixture,
                    gconstpointer  data)
{
  connection_go_live (fixture);
  connection_say (fixture, CHANGE ("f", 2, "c.nc"));
  assert_state (fixture, WAITING);
  g_assert_cmpuint (n_files (fixture), ==, 1);
}

/* A list that cannot be read is gone for good in our dialect, where nobody sends
 * it again; a classic server sends another with the next change. */
static void
test_bad_messages (Fixture       *fixture,
                   gconstpointer  data)
{
  static const char * const harmless[] = {
    "", "{", "null", "[]", "{\"type\":\"never heard of\"}", "{\"type\":17}",
    "{\"type\":\"NEW_MESSAGES\",\"payload\":17}",
  };

  connection_go_live (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (harmless); i++) {
    connection_say (fixture, harmless[i]);
    assert_state (fixture, LIVE);
  }

  connection_say (fixture, "{\"type\":\"FILES_CHANGED\",\"epoch\":\"e\",\"seq\":2,\"changed\":17}");
  assert_state (fixture, WAITING);
  assert_reason (fixture, PROTOCOL);

  peg_connection_stop (fixture->connection);
  connection_go_classic (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (harmless); i++)
    connection_say (fixture, harmless[i]);
  connection_say (fixture, "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":17}");
  assert_state (fixture, LIVE);
  g_assert_cmpuint (n_files (fixture), ==, 1);
}

static void
test_no_position (Fixture       *fixture,
                  gconstpointer  data)
{
  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  connection_say (fixture, HELLO ("e", 1, false));
  connection_say (fixture, CLASSIC_LIST);
  assert_state (fixture, WAITING);
  g_assert_cmpuint (n_files (fixture), ==, 0);
}

/* Whatever the server says changed, is asked for once. */
static void
test_invalidate (Fixture       *fixture,
                 gconstpointer  data)
{
  connection_go_classic (fixture);

  for (guint i = 0; i < 100; i++) {
    connection_say (fixture, "FILE_STATUS_CHANGED:a.nc:locked:bo");
    connection_say (fixture, "{\"type\":\"file_locked\",\"data\":{\"filename\":\"a.nc\"}}");
  }
  g_assert_cmpuint (connection_count (fixture, "REFRESH_FILES"), ==, 0);
  fake_clock_advance (fixture->clock, S / 5);
  g_assert_cmpuint (connection_count (fixture, "REFRESH_FILES"), ==, 1);

  connection_say (fixture, "FILE_ADDED:b.nc");
  fake_clock_advance (fixture->clock, S);
  g_assert_cmpuint (connection_count (fixture, "REFRESH_FILES"), ==, 2);
}

static void
test_notices (Fixture       *fixture,
              gconstpointer  data)
{
  const GPtrArray *notices;
  const PegNotice *notice;

  connection_go_classic (fixture);
  connection_say (fixture, "{\"type\":\"notification\",\"message\":\"<b>100 %s</b>\"}");
  connection_say (fixture, "{\"type\":\"processing_error\",\"error\":\"disk full\"}");

  notices = peg_snapshot_get_notices (connection_peek (fixture));
  g_assert_cmpuint (notices->len, ==, 2);
  notice = notices->pdata[0];
  g_assert_cmpstr (notice->text, ==, "<b>100 %s</b>");
  g_assert_cmpint (notice->level, ==, PEG_NOTICE_INFO);
  notice = notices->pdata[1];
  g_assert_cmpstr (notice->text, ==,
                   "The server could not finish what it was doing: disk full");
  g_assert_cmpint (notice->level, ==, PEG_NOTICE_ERROR);

  connection_say (fixture, "{\"type\":\"NEW_MESSAGES\",\"payload\":[{\"id\":\"1\","
                           "\"sender\":\"bo\",\"timestamp\":\"2026-01-05T10:42:00Z\","
                           "\"message\":\"hi\"}]}");
  g_assert_cmpuint (peg_snapshot_get_notes (connection_peek (fixture))->len, ==, 1);
}

static void
need_list_cb (PegConnection *connection,
              guint         *n)
{
  (*n)++;
}

/* The list does not fit through the socket. */
static void
test_too_big (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (PegWireMessage) list = peg_wire_decode_server (LIST ("e", 9), strlen (LIST ("e", 9)), NULL);
  guint n = 0;
  guint serial;

  g_assert_nonnull (list);
  g_signal_connect (fixture->connection, "need-list", G_CALLBACK (need_list_cb), &n);

  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  connection_say (fixture, HELLO ("e", 9, false));
  fake_transport_close (connection_socket (fixture), 1009);
  assert_state (fixture, WAITING);
  assert_reason (fixture, TOO_BIG);
  g_assert_cmpuint (n, ==, 1);

  serial = peg_connection_get_list_serial (fixture->connection);
  peg_connection_take_list (fixture->connection, list, serial);
  g_assert_cmpuint (n_files (fixture), ==, 1);

  /* And now without it. */
  fake_clock_advance (fixture->clock, connection_wait (fixture));
  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  g_assert_nonnull (strstr (fake_transport_last_sent (connection_socket (fixture)),
                            "\"resume\":{\"epoch\":\"e\",\"seq\":9}"));
  connection_say (fixture, HELLO ("e", 9, true));
  assert_state (fixture, LIVE);
  g_assert_cmpuint (n, ==, 1);
}

/* Nor does this one, and the server says so before it breaks anything. */
static void
test_list_elsewhere (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (PegWireMessage) list = peg_wire_decode_server (LIST ("e", 9), strlen (LIST ("e", 9)), NULL);
  guint n = 0;

  g_signal_connect (fixture->connection, "need-list", G_CALLBACK (need_list_cb), &n);

  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  connection_say (fixture, HELLO ("e", 9, false));
  connection_say (fixture, "{\"type\":\"update_requested\"}");
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpuint (connection_count (fixture, "REFRESH_FILES"), ==, 0);

  /* Meanwhile, things go on. */
  connection_say (fixture, CHANGE ("e", 10, "ten.nc"));
  fake_clock_advance (fixture->clock, 30 * S);
  assert_state (fixture, SYNCING);

  peg_connection_take_list (fixture->connection, list, 0);
  assert_state (fixture, LIVE);
  g_assert_cmpuint (n_files (fixture), ==, 2);
  g_assert_cmpuint (n, ==, 1);
}

/* A list over HTTP may be older than the last push. */
static void
test_list_over_http (Fixture       *fixture,
                     gconstpointer  data)
{
  static const char empty[] = "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{}}";
  g_autoptr (PegWireMessage) list = peg_wire_decode_server (empty, strlen (empty), NULL);
  guint serial;

  connection_go_classic (fixture);
  serial = peg_connection_get_list_serial (fixture->connection);
  connection_say (fixture, CLASSIC_LIST);

  peg_connection_take_list (fixture->connection, list, serial);
  g_assert_cmpuint (n_files (fixture), ==, 1);
  peg_connection_take_list (fixture->connection, list,
                            peg_connection_get_list_serial (fixture->connection));
  g_assert_cmpuint (n_files (fixture), ==, 0);
}

/* An answer that was on its way while a backup was put back. */
static void
test_list_before_restore (Fixture       *fixture,
                          gconstpointer  data)
{
  g_autoptr (PegWireMessage) old = peg_wire_decode_server (LIST ("old", 9), strlen (LIST ("old", 9)), NULL);
  guint serial = peg_connection_get_list_serial (fixture->connection);

  connection_go_live (fixture);
  peg_connection_take_list (fixture->connection, old, serial);
  g_assert_cmpstr (peg_snapshot_get_epoch (connection_peek (fixture)), ==, "e");
  assert_state (fixture, LIVE);

  /* Nor does it end the wait for the list of the history that the greeting named,
   * which counts anew. */
  peg_connection_stop (fixture->connection);
  connection_start (fixture, PEG_BACKOFF_FULL);
  serial = peg_connection_get_list_serial (fixture->connection);
  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  connection_say (fixture, HELLO ("new", 3, false));
  peg_connection_take_list (fixture->connection, old, serial);
  assert_state (fixture, SYNCING);
  g_assert_cmpstr (peg_snapshot_get_epoch (connection_peek (fixture)), !=, "old");
  peg_connection_take_list (fixture->connection, old,
                            peg_connection_get_list_serial (fixture->connection));
  assert_state (fixture, SYNCING);
  connection_say (fixture, LIST ("new", 3));
  assert_state (fixture, LIVE);
}

/* What a list over HTTP told before a sleep is as old as that. */
static void
test_list_before_sleep (Fixture       *fixture,
                        gconstpointer  data)
{
  static const char empty[] = "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{}}";
  g_autoptr (PegWireMessage) list = peg_wire_decode_server (empty, strlen (empty), NULL);
  guint serial;

  connection_go_classic (fixture);
  serial = peg_connection_get_list_serial (fixture->connection);
  fake_clock_sleep (fixture->clock, 36000 * S);
  peg_connection_take_list (fixture->connection, list, serial);
  assert_state (fixture, WAITING);
  g_assert_cmpuint (n_files (fixture), ==, 1);

  /* Nor where no socket was open to notice it. */
  serial = peg_connection_get_list_serial (fixture->connection);
  fake_clock_sleep (fixture->clock, 36000 * S);
  peg_connection_take_list (fixture->connection, list, serial);
  g_assert_cmpuint (n_files (fixture), ==, 1);
}

/* Chosen again, the same server only has to tell what is new. */
static void
test_start_again (Fixture       *fixture,
                  gconstpointer  data)
{
  connection_go_live (fixture);
  peg_connection_stop (fixture->connection);
  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  g_assert_nonnull (strstr (fake_transport_last_sent (connection_socket (fixture)),
                            "\"resume\":{\"epoch\":\"e\",\"seq\":1}"));
}

#define ADD(name, func) \
  g_test_add ("/connection/sync/" name, Fixture, NULL, \
              connection_fixture_set_up, func, connection_fixture_tear_down)

/* A server that selects whatever it is offered, and then talks as it always did. */
static void
test_echoed_protocol (Fixture       *fixture,
                      gconstpointer  data)
{
  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  assert_state (fixture, AUTHENTICATING);
  connection_say (fixture, CLASSIC_LIST);
  assert_state (fixture, LIVE);
  g_assert_cmpint (peg_connection_get_dialect (fixture->connection), ==, PEG_DIALECT_CLASSIC);
  g_assert_cmpuint (connection_count (fixture, "SET_USER:ada"), ==, 1);

  /* It need not answer pings. */
  fake_clock_advance (fixture->clock, 300 * S);
  assert_state (fixture, LIVE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("classic", test_classic);
  ADD ("user", test_user);
  ADD ("nudge", test_nudge);
  ADD ("classic-again", test_classic_again);
  ADD ("echoed-protocol", test_echoed_protocol);
  ADD ("greeting", test_greeting);
  ADD ("resume/nothing-missed", test_resume_nothing_missed);
  ADD ("resume/deltas", test_resume_deltas);
  ADD ("resume/refused", test_resume_refused);
  ADD ("resume/impossible", test_resume_impossible);
  ADD ("order", test_order);
  ADD ("gap/filled", test_gap);
  ADD ("gap/lost", test_gap_lost);
  ADD ("gap/error", test_gap_error);
  ADD ("gap/too-wide", test_gap_too_wide);
  ADD ("other-history", test_other_history);
  ADD ("bad-messages", test_bad_messages);
  ADD ("no-position", test_no_position);
  ADD ("invalidate", test_invalidate);
  ADD ("notices", test_notices);
  ADD ("too-big", test_too_big);
  ADD ("list-elsewhere", test_list_elsewhere);
  ADD ("list-over-http", test_list_over_http);
  ADD ("list-before-restore", test_list_before_restore);
  ADD ("list-before-sleep", test_list_before_sleep);
  ADD ("start-again", test_start_again);

  return g_test_run ();
}
