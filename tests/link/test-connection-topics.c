/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "connection-fixture.h"

/* Which channels the server is asked for, when, and how often. */

static void
start_with (Fixture            *fixture,
            const char * const *topics)
{
  peg_connection_start (fixture->connection, &(PegConnectionTarget) {
    .uri = "ws://shop/ws",
    .user = "ada",
    .dialer = PEG_DIALER (fixture->dialer),
    .topics = topics,
  });
}

static void
reconnect (Fixture    *fixture,
           const char *protocol)
{
  fake_transport_close (connection_socket (fixture), 1006);
  fake_clock_advance (fixture->clock, connection_wait (fixture));
  fake_transport_open (connection_socket (fixture), protocol);
}

static void
assert_sent (Fixture    *fixture,
             const char *text,
             guint       times)
{
  g_assert_cmpuint (connection_count (fixture, text), ==, times);
}

/* Whoever names none gets everything, and says nothing. */
static void
test_none (Fixture       *fixture,
           gconstpointer  data)
{
  connection_go_live (fixture);
  g_assert_cmpstr (connection_socket (fixture)->uri, ==, "ws://shop:8420/ws?user=ada");
  g_assert_null (strstr (connection_socket (fixture)->sent->pdata[0], "topics"));
  assert_sent (fixture, "{\"type\":\"subscribe\"", 0);
}

static void
test_configured (Fixture       *fixture,
                 gconstpointer  data)
{
  const char *topics[] = { "files", "a,b&c", NULL };

  start_with (fixture, topics);
  g_assert_cmpstr (connection_socket (fixture)->uri, ==,
                   "ws://shop/ws?user=ada&topics=files,a%2Cb%26c");
  fake_transport_open (connection_socket (fixture), "pegboard.1");
  g_assert_nonnull (strstr (fake_transport_last_sent (connection_socket (fixture)),
                            "\"topics\":[\"files\",\"a,b&c\"]"));
  connection_say (fixture, HELLO ("e", 1, false));
  connection_say (fixture, LIST ("e", 1));

  peg_connection_subscribe (fixture->connection, "notes");
  peg_connection_unsubscribe (fixture->connection, "a,b&c");

  reconnect (fixture, "pegboard.1");
  g_assert_cmpstr (connection_socket (fixture)->uri, ==, "ws://shop/ws?user=ada&topics=files,notes");
  g_assert_nonnull (strstr (fake_transport_last_sent (connection_socket (fixture)),
                            "\"topics\":[\"files\",\"notes\"]"));

  /* No channel at all would be every channel. */
  peg_connection_unsubscribe (fixture->connection, "files");
  peg_connection_unsubscribe (fixture->connection, "notes");
  reconnect (fixture, "pegboard.1");
  g_assert_nonnull (strstr (fake_transport_last_sent (connection_socket (fixture)),
                            "\"topics\":[\"files\"]"));
}

/* What is asked for meanwhile is asked for again after every connect, but not
 * before the greeting is done with. */
static void
test_replay (Fixture       *fixture,
             gconstpointer  data)
{
  connection_start (fixture, PEG_BACKOFF_FULL);
  peg_connection_subscribe (fixture->connection, "spindles");
  fake_transport_open (connection_socket (fixture), "pegboard.1");
  peg_connection_subscribe (fixture->connection, "notes");
  assert_sent (fixture, "{\"type\":\"subscribe\"", 0);

  connection_say (fixture, HELLO ("e", 1, false));
  assert_sent (fixture, "{\"type\":\"subscribe\",\"channel\":\"spindles\"}", 1);
  assert_sent (fixture, "{\"type\":\"subscribe\",\"channel\":\"notes\"}", 1);

  connection_say (fixture, LIST ("e", 1));
  peg_connection_subscribe (fixture->connection, "notes");
  assert_sent (fixture, "{\"type\":\"subscribe\",\"channel\":\"notes\"}", 1);
  peg_connection_unsubscribe (fixture->connection, "notes");
  assert_sent (fixture, "{\"type\":\"unsubscribe\",\"channel\":\"notes\"}", 1);

  for (guint i = 0; i < 2; i++) {
    reconnect (fixture, "pegboard.1");
    assert_sent (fixture, "{\"type\":\"subscribe\"", 0);
    connection_say (fixture, HELLO ("e", 1, true));
    assert_state (fixture, LIVE);
    assert_sent (fixture, "{\"type\":\"subscribe\"", 1);
    assert_sent (fixture, "{\"type\":\"subscribe\",\"channel\":\"spindles\"}", 1);
    assert_sent (fixture, "{\"type\":\"unsubscribe\",\"channel\":\"notes\"}", 1);
  }
}

static void
test_classic (Fixture       *fixture,
              gconstpointer  data)
{
  connection_go_classic (fixture);
  g_assert_cmpstr (connection_socket (fixture)->uri, ==, "ws://shop:8420/ws?user=ada");
  peg_connection_subscribe (fixture->connection, "jobs");
  assert_sent (fixture, "{\"type\":\"subscribe\",\"channel\":\"jobs\"}", 1);

  reconnect (fixture, NULL);
  g_assert_cmpstr (connection_socket (fixture)->uri, ==, "ws://shop:8420/ws?user=ada");
  assert_sent (fixture, "{\"type\":\"subscribe\",\"channel\":\"jobs\"}", 1);

  /* Another server is asked for what it is asked for. */
  start_with (fixture, NULL);
  fake_transport_open (connection_socket (fixture), NULL);
  assert_sent (fixture, "{\"type\":\"subscribe\"", 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) \
  g_test_add ("/connection/topics/" name, Fixture, NULL, \
              connection_fixture_set_up, func, connection_fixture_tear_down)

  ADD ("none", test_none);
  ADD ("configured", test_configured);
  ADD ("replay", test_replay);
  ADD ("classic", test_classic);

  return g_test_run ();
}
