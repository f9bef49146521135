/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "connection-fixture.h"

/* How the connection lives, dies and comes back: deadlines, heartbeat, closes,
 * back-off. */

static guint
attempt (Fixture *fixture)
{
  return peg_snapshot_get_link (connection_peek (fixture))->attempt;
}

static gint64
rtt (Fixture *fixture)
{
  return peg_snapshot_get_link (connection_peek (fixture))->rtt_us;
}

/* Something is on until just before a time, and off at it. */
#define assert_until(fixture, us, before, after) \
  G_STMT_START { \
    fake_clock_advance ((fixture)->clock, (us) - 1); \
    assert_state (fixture, before); \
    fake_clock_advance ((fixture)->clock, 1); \
    assert_state (fixture, after); \
  } G_STMT_END

static void
test_deadlines (Fixture       *fixture,
                gconstpointer  data)
{
  connection_start (fixture, PEG_BACKOFF_FULL);
  assert_until (fixture, 10 * S, CONNECTING, WAITING);
  assert_reason (fixture, TIMEOUT);
  g_assert_cmpuint (connection_socket (fixture)->closed_code, ==, 1000);

  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  assert_until (fixture, 5 * S, AUTHENTICATING, WAITING);
  assert_reason (fixture, TIMEOUT);

  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  connection_say (fixture, HELLO ("e", 1, false));
  assert_until (fixture, 10 * S, SYNCING, WAITING);

  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  connection_say (fixture, HELLO ("e", 9, false));
  fake_clock_advance (fixture->clock, 9 * S);
  connection_say (fixture, CHANGE ("e", 9, "x.nc"));
  assert_until (fixture, 15 * S, SYNCING, WAITING);
}

/* Live for less than 5 s is no success. */
static void
test_attempts (Fixture       *fixture,
               gconstpointer  data)
{
  connection_start (fixture, PEG_BACKOFF_FULL);
  for (guint i = 1; i <= 7; i++) {
    fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_REFUSED, 0, 0);
    assert_state (fixture, WAITING);
    assert_reason (fixture, REFUSED);
    g_assert_cmpuint (attempt (fixture), ==, i);
    fake_clock_advance (fixture->clock, connection_wait (fixture));
    assert_state (fixture, WAITING);
    g_assert_cmpint (connection_wait (fixture), ==, -1);
  }

  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  connection_say (fixture, HELLO ("e", 1, false));
  connection_say (fixture, LIST ("e", 1));
  assert_state (fixture, LIVE);
  g_assert_cmpuint (attempt (fixture), ==, 7);

  fake_clock_advance (fixture->clock, 5 * S - 1);
  g_assert_cmpuint (attempt (fixture), ==, 7);
  fake_transport_close (connection_socket (fixture), 1006);
  g_assert_cmpuint (attempt (fixture), ==, 8);

  fake_clock_advance (fixture->clock, connection_wait (fixture));
  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  connection_say (fixture, HELLO ("e", 1, true));
  assert_state (fixture, LIVE);
  fake_clock_advance (fixture->clock, 5 * S);
  g_assert_cmpuint (attempt (fixture), ==, 0);
  fake_transport_close (connection_socket (fixture), 1006);
  g_assert_cmpuint (attempt (fixture), ==, 0);
  assert_reason (fixture, LOST);
}

/* The delays of a run, with a random number of one half. */
static void
test_delays (Fixture       *fixture,
             gconstpointer  data)
{
  static const struct {
    PegBackoffPolicy policy;
    guint window_ms;
    gint64 delays_us[7];
  } runs[] = {
    { PEG_BACKOFF_FULL, 0,
      { S, 2 * S, 2 * S, 3 * S, 6 * S, 11500 * MS, 15 * S } },
    { PEG_BACKOFF_FULL, 10000,
      { 5 * S, 10 * S, 10 * S, 10 * S, 10 * S, 12500 * MS, 15 * S } },
    { PEG_BACKOFF_CLASSIC, 10000,
      { 1500 * MS, 2500 * MS, 4500 * MS, 8500 * MS, 16500 * MS, 30500 * MS, 30500 * MS } },
  };

  for (guint run = 0; run < G_N_ELEMENTS (runs); run++) {
    g_autofree char *hello =
      g_strdup_printf ("{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":1,\"recovered\":false,"
                       "\"user\":\"ada\",\"retry_window_ms\":%u}", runs[run].window_ms);

    peg_connection_stop (fixture->connection);
    connection_start (fixture, runs[run].policy);
    fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
    connection_say (fixture, hello);
    connection_say (fixture, LIST ("e", 1));
    fake_clock_advance (fixture->clock, 6 * S);
    fake_transport_close (connection_socket (fixture), 1006);

    for (guint i = 0; i < G_N_ELEMENTS (runs[run].delays_us); i++) {
      assert_state (fixture, WAITING);
      g_assert_cmpint (connection_wait (fixture), ==, runs[run].delays_us[i]);
      fake_clock_advance (fixture->clock, connection_wait (fixture));
      fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_REFUSED, 0, 0);
    }
  }
}

static void
test_retry_after (Fixture       *fixture,
                  gconstpointer  data)
{
  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_NOT_A_SERVER, 503, 20 * S);
  assert_reason (fixture, BUSY);
  g_assert_cmpint (connection_wait (fixture), ==, 22 * S);
  g_assert_cmpuint (peg_snapshot_get_link (connection_peek (fixture))->close_code, ==, 503);

  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_NOT_A_SERVER, 429, 0);
  g_assert_cmpint (connection_wait (fixture), >=, 5 * S);
}

static void
test_at_once (Fixture       *fixture,
              gconstpointer  data)
{
  connection_go_live (fixture);
  fake_clock_advance (fixture->clock, 6 * S);
  fake_transport_close (connection_socket (fixture), 4200);
  g_assert_cmpint (connection_wait (fixture), ==, 0);
  fake_clock_advance (fixture->clock, 0);
  g_assert_cmpint (connection_wait (fixture), ==, -1);

  /* Not for ever. */
  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  fake_transport_close (connection_socket (fixture), 4200);
  g_assert_cmpint (connection_wait (fixture), >, 0);
}

static void
test_retry_now (Fixture       *fixture,
                gconstpointer  data)
{
  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_REFUSED, 0, 0);
  g_assert_cmpuint (fixture->dialer->transports->len, ==, 1);
  peg_connection_retry_now (fixture->connection);
  g_assert_cmpuint (fixture->dialer->transports->len, ==, 2);

  /* Pressing it again and again makes no more connections. */
  peg_connection_retry_now (fixture->connection);
  peg_connection_retry_now (fixture->connection);
  g_assert_cmpuint (fixture->dialer->transports->len, ==, 2);

  peg_connection_stop (fixture->connection);
  peg_connection_retry_now (fixture->connection);
  assert_state (fixture, CONNECTING);
}

/* Without a server, there is nothing to be retried. */
static void
test_retry_nothing (Fixture       *fixture,
                    gconstpointer  data)
{
  peg_connection_retry_now (fixture->connection);
  peg_connection_refresh (fixture->connection);
  peg_connection_stop (fixture->connection);
  assert_state (fixture, STOPPED);
  g_assert_cmpuint (fixture->dialer->transports->len, ==, 0);
}

static void
test_stop (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (PegSnapshot) stopped = NULL;

  connection_go_live (fixture);
  peg_connection_stop (fixture->connection);
  assert_state (fixture, STOPPED);
  assert_reason (fixture, PERSON);
  g_assert_cmpuint (connection_socket (fixture)->closed_code, ==, 1000);
  g_assert_cmpstr (connection_socket (fixture)->closed_reason, ==, "Client disconnect");
  g_assert_cmpuint (fake_clock_n_timers (fixture->clock), ==, 0);

  /* Whatever the old socket still does, nobody hears it. */
  stopped = peg_store_dup_snapshot (fixture->store);
  connection_say (fixture, CHANGE ("e", 2, "x.nc"));
  fake_transport_open (connection_socket (fixture), NULL);
  fake_transport_close (connection_socket (fixture), 1006);
  g_assert_true (connection_peek (fixture) == stopped);
}

/* Nor does an old attempt disturb a new one. */
static void
test_generations (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (FakeTransport) old = NULL;

  connection_start (fixture, PEG_BACKOFF_FULL);
  old = g_object_ref (connection_socket (fixture));
  fake_clock_advance (fixture->clock, 10 * S);
  fake_clock_advance (fixture->clock, connection_wait (fixture));
  g_assert_true (connection_socket (fixture) != old);

  fake_transport_open (old, NULL);
  fake_transport_say (old, CLASSIC_LIST);
  fake_transport_close (old, 1008);
  assert_state (fixture, WAITING);
  g_assert_false (peg_snapshot_has_list (connection_peek (fixture)));

  fake_transport_open (connection_socket (fixture), NULL);
  assert_state (fixture, SYNCING);
}

static void
test_heartbeat (Fixture       *fixture,
                gconstpointer  data)
{
  connection_go_live (fixture);

  /* The first goes out at once, and tells the round trip. */
  g_assert_cmpuint (connection_count (fixture, "{\"type\":\"ping\",\"id\":1}"), ==, 1);
  g_assert_cmpint (rtt (fixture), ==, -1);
  fake_clock_advance (fixture->clock, 4 * MS);
  connection_say (fixture, "{\"type\":\"pong\",\"id\":1}");
  g_assert_cmpint (rtt (fixture), ==, 4 * MS);

  /* As long as something comes, nothing is asked. */
  for (guint i = 0; i < 10; i++) {
    fake_clock_advance (fixture->clock, 20 * S);
    connection_say (fixture, "{\"type\":\"user_connected\",\"username\":\"bo\"}");
  }
  g_assert_cmpuint (connection_count (fixture, "{\"type\":\"ping\""), ==, 1);

  fake_clock_advance (fixture->clock, 25 * S - 1);
  g_assert_cmpuint (connection_count (fixture, "{\"type\":\"ping\""), ==, 1);
  fake_clock_advance (fixture->clock, 1);
  g_assert_cmpuint (connection_count (fixture, "{\"type\":\"ping\",\"id\":2}"), ==, 1);

  /* 35 s after the last sign of life, the connection is not one. */
  assert_until (fixture, 10 * S, LIVE, WAITING);
  assert_reason (fixture, LOST);
  g_assert_cmpint (connection_wait (fixture), <=, S);
}

/* Any message is a sign of life. */
static void
test_life (Fixture       *fixture,
           gconstpointer  data)
{
  connection_go_live (fixture);
  fake_clock_advance (fixture->clock, 9 * S);
  connection_say (fixture, CHANGE ("e", 2, "x.nc"));
  fake_clock_advance (fixture->clock, 9 * S);
  assert_state (fixture, LIVE);
}

/* A classic server may not know what a ping is. */
static void
test_classic_heartbeat (Fixture       *fixture,
                        gconstpointer  data)
{
  connection_go_classic (fixture);
  g_assert_cmpuint (connection_count (fixture, "{\"type\":\"ping\"}"), ==, 1);
  fake_clock_advance (fixture->clock, 3600 * S);
  assert_state (fixture, LIVE);
  g_assert_cmpuint (connection_count (fixture, "{\"type\":\"ping\"}"), >, 50);
  g_assert_cmpuint (connection_count (fixture, "ping"), >, 50);

  /* Once it has answered one, it is held to it; also after a reconnect. */
  connection_say (fixture, "pong");
  fake_transport_close (connection_socket (fixture), 1006);
  fake_clock_advance (fixture->clock, connection_wait (fixture));
  fake_transport_open (connection_socket (fixture), NULL);
  connection_say (fixture, CLASSIC_LIST);
  assert_until (fixture, 10 * S, LIVE, WAITING);

  /* Another server is another matter. */
  peg_connection_start (fixture->connection, &(PegConnectionTarget) {
    .uri = "ws://other/ws",
    .user = "ada",
    .dialer = PEG_DIALER (fixture->dialer),
  });
  fake_transport_open (connection_socket (fixture), NULL);
  connection_say (fixture, CLASSIC_LIST);
  fake_clock_advance (fixture->clock, 60 * S);
  assert_state (fixture, LIVE);
}

/* One server answers an object, another the bare word; each is asked so from then
 * on, and held to it. */
static void
test_forms (Fixture       *fixture,
            gconstpointer  data)
{
  connection_go_classic (fixture);
  g_assert_cmpstr (fake_transport_last_sent (connection_socket (fixture)), ==, "{\"type\":\"ping\"}");
  fake_clock_advance (fixture->clock, 25 * S);
  g_assert_cmpstr (fake_transport_last_sent (connection_socket (fixture)), ==, "ping");
  fake_clock_advance (fixture->clock, 25 * S);
  g_assert_cmpstr (fake_transport_last_sent (connection_socket (fixture)), ==, "{\"type\":\"ping\"}");
  fake_clock_advance (fixture->clock, 25 * S);
  fake_clock_advance (fixture->clock, 5 * MS);
  connection_say (fixture, "pong");
  g_assert_cmpint (rtt (fixture), ==, 5 * MS);

  for (guint i = 0; i < 3; i++) {
    fake_clock_advance (fixture->clock, 25 * S);
    g_assert_cmpstr (fake_transport_last_sent (connection_socket (fixture)), ==, "ping");
    fake_clock_advance (fixture->clock, 9 * S);
    assert_state (fixture, LIVE);
    connection_say (fixture, "pong");
  }
  fake_clock_advance (fixture->clock, 25 * S);
  assert_until (fixture, 10 * S, LIVE, WAITING);

  /* It knows that about this server from now on. */
  fake_clock_advance (fixture->clock, connection_wait (fixture));
  fake_transport_open (connection_socket (fixture), NULL);
  connection_say (fixture, CLASSIC_LIST);
  g_assert_cmpstr (fake_transport_last_sent (connection_socket (fixture)), ==, "ping");
}

/* A pong that nobody asked for, or that comes when the next ping may well have been
 * sent, holds nobody to anything. */
static void
test_stray_pong (Fixture       *fixture,
                 gconstpointer  data)
{
  connection_go_classic (fixture);
  fake_clock_advance (fixture->clock, 10 * S + 1);
  connection_say (fixture, "{\"type\":\"pong\"}");
  connection_say (fixture, "{\"type\":\"pong\"}");
  fake_clock_advance (fixture->clock, 3600 * S);
  assert_state (fixture, LIVE);
}

static void
test_probe (Fixture       *fixture,
            gconstpointer  data)
{
  connection_go_live (fixture);
  connection_say (fixture, "{\"type\":\"pong\",\"id\":1}");
  peg_connection_retry_now (fixture->connection);
  assert_until (fixture, 3 * S, LIVE, WAITING);
}

/* Hints that come one after the other do not put off what the first would find. */
static void
test_many_hints (Fixture       *fixture,
                 gconstpointer  data)
{
  connection_go_live (fixture);
  connection_say (fixture, "{\"type\":\"pong\",\"id\":1}");

  for (guint i = 0; i < 6; i++) {
    assert_state (fixture, LIVE);
    peg_connection_hint (fixture->connection);
    fake_clock_advance (fixture->clock, S / 2);
  }

  assert_state (fixture, WAITING);
}

static void
test_ping_interval (Fixture       *fixture,
                    gconstpointer  data)
{
  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  connection_say (fixture, "{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":1,\"recovered\":false,"
                           "\"user\":\"ada\",\"ping_ms\":5000}");
  connection_say (fixture, LIST ("e", 1));
  connection_say (fixture, "{\"type\":\"pong\",\"id\":1}");
  fake_clock_advance (fixture->clock, 5 * S);
  g_assert_cmpuint (connection_count (fixture, "{\"type\":\"ping\",\"id\":2}"), ==, 1);
}

static void
test_suspended (Fixture       *fixture,
                gconstpointer  data)
{
  gint64 outage_us = 0;

  connection_start (fixture, PEG_BACKOFF_FULL);
  while (connection_state (fixture) == PEG_LINK_WAITING || outage_us == 0) {
    if (connection_wait (fixture) < 0) {
      fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_REFUSED, 0, 0);
    } else {
      const gint64 step_us = MIN (connection_wait (fixture), S / 10);

      fake_clock_advance (fixture->clock, step_us);
      outage_us += step_us;
    }
    g_assert_cmpint (outage_us, <=, 120 * S);
  }

  assert_state (fixture, SUSPENDED);
  g_assert_cmpint (outage_us, ==, 120 * S);
  g_assert_cmpint (connection_wait (fixture), ==, 22500 * MS);

  /* It goes on trying, and stays what it is meanwhile. */
  fake_clock_advance (fixture->clock, connection_wait (fixture));
  assert_state (fixture, SUSPENDED);
  g_assert_cmpint (connection_wait (fixture), ==, -1);
  fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_REFUSED, 0, 0);
  assert_state (fixture, SUSPENDED);
  g_assert_cmpint (connection_wait (fixture), ==, 22500 * MS);

  fake_clock_advance (fixture->clock, connection_wait (fixture));
  fake_transport_open (connection_socket (fixture), NULL);
  connection_say (fixture, CLASSIC_LIST);
  assert_state (fixture, LIVE);
  fake_clock_advance (fixture->clock, 200 * S);
  assert_state (fixture, LIVE);
}

/* Timers stand still while the computer sleeps; the outage does not. */
static void
test_sleep (Fixture       *fixture,
            gconstpointer  data)
{
  connection_go_live (fixture);
  fake_clock_advance (fixture->clock, 6 * S);
  fake_transport_close (connection_socket (fixture), 1006);
  assert_state (fixture, WAITING);
  fake_clock_sleep (fixture->clock, 3600 * S);
  fake_clock_advance (fixture->clock, connection_wait (fixture));
  fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_UNREACHABLE, 0, 0);
  assert_state (fixture, SUSPENDED);
}

/* What was live before a sleep is not after it: whatever happens first, and
 * within seconds if nothing happens. */
static void
test_sleep_live (Fixture       *fixture,
                 gconstpointer  data)
{
  gint64 before_us;

  connection_go_live (fixture);
  fake_clock_advance (fixture->clock, 6 * S);
  before_us = peg_clock_get_wall_us (PEG_CLOCK (fixture->clock));
  fake_clock_sleep (fixture->clock, 8 * 3600 * S);
  fake_clock_advance (fixture->clock, 4 * S);
  assert_state (fixture, WAITING);
  assert_reason (fixture, LOST);
  g_assert_cmpint (connection_wait (fixture), <=, S);
  g_assert_cmpuint (connection_socket (fixture)->closed_code, ==, 1000);
  g_assert_cmpint (peg_snapshot_get_as_of_us (connection_peek (fixture)), >=, before_us);
  g_assert_cmpint (peg_snapshot_get_as_of_us (connection_peek (fixture)), <=, before_us + 5 * S);

  /* It comes back by itself, and stays. */
  fake_clock_advance (fixture->clock, connection_wait (fixture));
  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  connection_say (fixture, HELLO ("e", 1, true));
  assert_state (fixture, LIVE);
  fake_clock_advance (fixture->clock, 9 * S);
  assert_state (fixture, LIVE);

  /* A message from before the sleep is not taken for news. */
  fake_clock_sleep (fixture->clock, 60 * S);
  connection_say (fixture, CHANGE ("e", 2, "x.nc"));
  assert_state (fixture, WAITING);
  g_assert_cmpuint (peg_snapshot_get_counts (connection_peek (fixture))->all, ==, 1);
}

/* Nor does an old list end in a live one, and a moment is no sleep. */
static void
test_sleep_sync (Fixture       *fixture,
                 gconstpointer  data)
{
  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  connection_say (fixture, HELLO ("e", 1, false));
  fake_clock_sleep (fixture->clock, 600 * S);
  connection_say (fixture, LIST ("e", 1));
  assert_state (fixture, WAITING);

  connection_go_live (fixture);
  fake_clock_sleep (fixture->clock, S);
  fake_clock_advance (fixture->clock, 6 * S);
  assert_state (fixture, LIVE);
  fake_clock_sleep (fixture->clock, 60 * S);
  peg_connection_retry_now (fixture->connection);
  assert_state (fixture, WAITING);
}

static void
test_action_needed (Fixture       *fixture,
                    gconstpointer  data)
{
  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_NOT_A_SERVER, 401, 0);
  assert_state (fixture, ACTION_NEEDED);
  assert_reason (fixture, SIGN_IN);
  fake_clock_advance (fixture->clock, 86400 * S);
  assert_state (fixture, ACTION_NEEDED);
  g_assert_cmpuint (fixture->dialer->transports->len, ==, 1);

  peg_connection_retry_now (fixture->connection);
  fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_CERTIFICATE, 0, 0);
  assert_state (fixture, ACTION_NEEDED);
  assert_reason (fixture, CERTIFICATE);
  fake_clock_advance (fixture->clock, 300 * S - 1);
  g_assert_cmpuint (fixture->dialer->transports->len, ==, 2);
  fake_clock_advance (fixture->clock, 1);
  g_assert_cmpuint (fixture->dialer->transports->len, ==, 3);

  connection_go_live (fixture);
  fake_transport_close (connection_socket (fixture), 4003);
  assert_state (fixture, ACTION_NEEDED);
  assert_reason (fixture, REJECTED);
  g_assert_cmpstr (peg_snapshot_get_link (connection_peek (fixture))->detail, ==, "by the test");

  connection_go_classic (fixture);
  connection_say (fixture, "{\"type\":\"auth_failed\",\"message\":\"no\"}");
  assert_state (fixture, ACTION_NEEDED);
  assert_reason (fixture, SIGN_IN);
}

/* One socket for each person: the older window gives way. */
static void
test_rival (Fixture       *fixture,
            gconstpointer  data)
{
  connection_go_classic (fixture);

  /* That is ourselves. */
  connection_say (fixture, "{\"type\":\"user_connected\",\"username\":\"ada\"}");
  fake_clock_advance (fixture->clock, 2 * S);
  fake_transport_close (connection_socket (fixture), 1000);
  assert_state (fixture, WAITING);
  g_assert_cmpint (connection_wait (fixture), >=, S);

  connection_go_classic (fixture);
  fake_clock_advance (fixture->clock, 2 * S);
  connection_say (fixture, "{\"type\":\"user_connected\",\"username\":\"ada\"}");
  fake_transport_close (connection_socket (fixture), 1000);
  assert_state (fixture, STOPPED);
  assert_reason (fixture, REPLACED);
  fake_clock_advance (fixture->clock, 3600 * S);
  assert_state (fixture, STOPPED);
}

/* Not even a server that does not say so makes two windows fight for ever. */
static void
test_fight (Fixture       *fixture,
            gconstpointer  data)
{
  connection_start (fixture, PEG_BACKOFF_FULL);

  for (guint i = 0; i < 2; i++) {
    fake_transport_open (connection_socket (fixture), NULL);
    connection_say (fixture, CLASSIC_LIST);
    fake_clock_advance (fixture->clock, 6 * S);
    fake_transport_close (connection_socket (fixture), 1000);
    assert_state (fixture, WAITING);
    fake_clock_advance (fixture->clock, connection_wait (fixture));
  }

  fake_transport_open (connection_socket (fixture), NULL);
  connection_say (fixture, CLASSIC_LIST);
  fake_clock_advance (fixture->clock, 6 * S);
  fake_transport_close (connection_socket (fixture), 1000);
  assert_state (fixture, STOPPED);
  assert_reason (fixture, REPLACED);
}

static void
test_log (Fixture       *fixture,
          gconstpointer  data)
{
  g_auto (GStrv) first = NULL;
  g_auto (GStrv) log = NULL;

  connection_go_live (fixture);
  fake_clock_advance (fixture->clock, 6 * S);
  fake_transport_close (connection_socket (fixture), 1012);

  first = peg_connection_dup_log (fixture->connection);
  g_assert_cmpuint (g_strv_length (first), ==, 5);
  g_assert_nonnull (strstr (first[0], " STOPPED → CONNECTING, start, attempt 0, delay 0.0 s, "));
  g_assert_nonnull (strstr (first[1], " CONNECTING → AUTHENTICATING, opened, pegboard.1, "));
  g_assert_nonnull (strstr (first[4], " LIVE → WAITING, lost, attempt 0, delay 1.0 s, "
                                      "close code 1012, round trip "));

  for (guint i = 0; i < 100; i++) {
    peg_connection_stop (fixture->connection);
    connection_start (fixture, PEG_BACKOFF_FULL);
  }
  log = peg_connection_dup_log (fixture->connection);
  g_assert_cmpuint (g_strv_length (log), ==, 50);
}

/* What a server says about a refusal may be any bytes, and is shown. */
static void
test_detail (Fixture       *fixture,
             gconstpointer  data)
{
  const char *detail;

  connection_start (fixture, PEG_BACKOFF_FULL);
  peg_transport_emit_closed (PEG_TRANSPORT (connection_socket (fixture)), &(PegTransportEnd) {
    .http_status = 503,
    .reason = PEG_LINK_REASON_BUSY,
    .detail = "B\xfcsy",
  });
  detail = peg_snapshot_get_link (connection_peek (fixture))->detail;
  g_assert_true (g_utf8_validate (detail, -1, NULL));
  g_assert_true (g_str_has_prefix (detail, "B") && g_str_has_suffix (detail, "sy"));
}

#define ADD(name, func) \
  g_test_add ("/connection/life/" name, Fixture, NULL, \
              connection_fixture_set_up, func, connection_fixture_tear_down)

/* What is known, for the pointer. */
static gpointer
known (Fixture *fixture)
{
  return connection_peek (fixture);
}

/* A round trip is never twice the same; a window that is idle is not drawn anew for
 * that. */
static void
test_steady_pongs (Fixture       *fixture,
                   gconstpointer  data)
{
  static const struct {
    gint64 took_us;
    gboolean shown;
  } pongs[] = {
    { 4 * MS, TRUE }, { 5 * MS, FALSE }, { 1, FALSE }, { 9 * MS, FALSE }, { 10 * MS, TRUE },
    { 6 * MS, FALSE }, { 100 * MS, TRUE }, { 120 * MS, FALSE }, { 126 * MS, TRUE },
  };

  connection_go_live (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (pongs); i++) {
    gpointer before;

    /* The first goes out at once. */
    fake_clock_advance (fixture->clock, i > 0 ? 25 * S : 0);
    fake_clock_advance (fixture->clock, pongs[i].took_us);
    before = known (fixture);
    connection_say (fixture, "pong");
    g_assert_true ((known (fixture) != before) == pongs[i].shown);
    if (pongs[i].shown)
      g_assert_cmpint (rtt (fixture), ==, pongs[i].took_us);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("deadlines", test_deadlines);
  ADD ("detail", test_detail);
  ADD ("attempts", test_attempts);
  ADD ("delays", test_delays);
  ADD ("retry-after", test_retry_after);
  ADD ("at-once", test_at_once);
  ADD ("retry-now", test_retry_now);
  ADD ("retry-nothing", test_retry_nothing);
  ADD ("stop", test_stop);
  ADD ("generations", test_generations);
  ADD ("heartbeat", test_heartbeat);
  ADD ("life", test_life);
  ADD ("classic-heartbeat", test_classic_heartbeat);
  ADD ("heartbeat/forms", test_forms);
  ADD ("heartbeat/stray-pong", test_stray_pong);
  ADD ("probe", test_probe);
  ADD ("many-hints", test_many_hints);
  ADD ("ping-interval", test_ping_interval);
  ADD ("suspended", test_suspended);
  ADD ("sleep", test_sleep);
  ADD ("sleep-live", test_sleep_live);
  ADD ("sleep-sync", test_sleep_sync);
  ADD ("action-needed", test_action_needed);
  ADD ("rival", test_rival);
  ADD ("fight", test_fight);
  ADD ("log", test_log);
  ADD ("steady-pongs", test_steady_pongs);

  return g_test_run ();
}
