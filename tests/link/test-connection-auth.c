/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "connection-fixture.h"

/* Who this is: the token as the first message, and tokens that are refused. */

#define AUTH "{\"type\":\"auth\",\"token\":\"s3cret\"}"
#define YES "{\"type\":\"auth_success\",\"username\":\"ada\"}"
#define NO "{\"type\":\"auth_failed\",\"message\":\"too old\"}"

static void
start_as (Fixture     *fixture,
          PegAuthMode  mode)
{
  peg_connection_start (fixture->connection, &(PegConnectionTarget) {
    .uri = "ws://shop:8420/ws",
    .user = "ada",
    .token = "s3cret",
    .auth_mode = mode,
    .policy = PEG_BACKOFF_FULL,
    .dialer = PEG_DIALER (fixture->dialer),
  });
}

/* How often another token was asked for. */
static void
count_cb (PegConnection *connection,
          guint         *n)
{
  (*n)++;
}

static void
test_first_classic (Fixture       *fixture,
                    gconstpointer  data)
{
  start_as (fixture, PEG_AUTH_MESSAGE);
  fake_transport_open (connection_socket (fixture), NULL);
  assert_state (fixture, AUTHENTICATING);
  g_assert_cmpuint (connection_socket (fixture)->sent->len, ==, 1);
  g_assert_cmpstr (fake_transport_last_sent (connection_socket (fixture)), ==, AUTH);

  /* Whatever happens meanwhile, nothing else is sent. */
  peg_connection_refresh (fixture->connection);
  peg_connection_retry_now (fixture->connection);
  connection_say (fixture, "FILE_ADDED:b.nc");
  fake_clock_advance (fixture->clock, 3 * S);
  g_assert_cmpuint (connection_socket (fixture)->sent->len, ==, 1);
  assert_state (fixture, AUTHENTICATING);

  connection_say (fixture, YES);
  assert_state (fixture, SYNCING);
  g_assert_cmpuint (connection_count (fixture, "SET_USER:ada"), ==, 1);
  connection_say (fixture, CLASSIC_LIST);
  assert_state (fixture, LIVE);

  /* Said again, it says nothing. */
  connection_say (fixture, YES);
  assert_state (fixture, LIVE);
  g_assert_cmpuint (connection_count (fixture, AUTH), ==, 1);
  g_assert_cmpuint (connection_count (fixture, "SET_USER:ada"), ==, 1);
}

static void
test_first_pegboard (Fixture       *fixture,
                     gconstpointer  data)
{
  start_as (fixture, PEG_AUTH_MESSAGE);
  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  assert_state (fixture, AUTHENTICATING);
  g_assert_cmpuint (connection_socket (fixture)->sent->len, ==, 1);
  g_assert_cmpstr (fake_transport_last_sent (connection_socket (fixture)), ==, AUTH);

  connection_say (fixture, YES);
  assert_state (fixture, AUTHENTICATING);
  g_assert_cmpuint (connection_count (fixture, "{\"type\":\"hello\""), ==, 1);
  connection_say (fixture, HELLO ("e", 1, false));
  connection_say (fixture, LIST ("e", 1));
  assert_state (fixture, LIVE);
}

static void
test_first_deadline (Fixture       *fixture,
                     gconstpointer  data)
{
  start_as (fixture, PEG_AUTH_MESSAGE);
  fake_transport_open (connection_socket (fixture), NULL);
  fake_clock_advance (fixture->clock, 5 * S - 1);
  assert_state (fixture, AUTHENTICATING);
  fake_clock_advance (fixture->clock, 1);
  assert_state (fixture, WAITING);
  assert_reason (fixture, TIMEOUT);
  g_assert_cmpuint (connection_socket (fixture)->sent->len, ==, 1);
}

/* Nobody can find another token: a person has to. */
static void
test_first_refused (Fixture       *fixture,
                    gconstpointer  data)
{
  start_as (fixture, PEG_AUTH_MESSAGE);
  fake_transport_open (connection_socket (fixture), NULL);
  connection_say (fixture, NO);
  assert_state (fixture, ACTION_NEEDED);
  assert_reason (fixture, SIGN_IN);
  g_assert_cmpstr (peg_snapshot_get_link (connection_peek (fixture))->detail, ==, "too old");
  g_assert_cmpuint (connection_socket (fixture)->sent->len, ==, 1);
}

/* The other ways are not the connection's. */
static void
test_other_modes (Fixture       *fixture,
                  gconstpointer  data)
{
  static const PegAuthMode modes[] = { PEG_AUTH_HEADER, PEG_AUTH_QUERY, PEG_AUTH_COOKIE };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++) {
    start_as (fixture, modes[i]);
    g_assert_null (strstr (connection_socket (fixture)->uri, "s3cret"));
    fake_transport_open (connection_socket (fixture), NULL);
    g_assert_cmpuint (connection_count (fixture, AUTH), ==, 0);
    g_assert_cmpstr (fake_transport_last_sent (connection_socket (fixture)), ==, "SET_USER:ada");
  }
}

/* Every way to refuse a token leads to one question for another. */
static void
test_another (Fixture       *fixture,
              gconstpointer  data)
{
  guint n = 0;

  g_signal_connect (fixture->connection, "need-token", G_CALLBACK (count_cb), &n);

  start_as (fixture, PEG_AUTH_HEADER);
  fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_NOT_A_SERVER, 401, 0);
  assert_state (fixture, CONNECTING);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpuint (fixture->dialer->transports->len, ==, 1);

  peg_connection_take_token (fixture->connection, "another");
  assert_state (fixture, CONNECTING);
  g_assert_cmpuint (fixture->dialer->transports->len, ==, 2);

  /* That one is no better: now a person has to do something. */
  fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_NOT_A_SERVER, 401, 0);
  assert_state (fixture, ACTION_NEEDED);
  assert_reason (fixture, SIGN_IN);
  g_assert_cmpuint (n, ==, 1);
  fake_clock_advance (fixture->clock, 3600 * S);
  g_assert_cmpuint (fixture->dialer->transports->len, ==, 2);
}

static void
test_another_live (Fixture       *fixture,
                   gconstpointer  data)
{
  guint n = 0;

  g_signal_connect (fixture->connection, "need-token", G_CALLBACK (count_cb), &n);

  for (guint i = 1; i <= 3; i++) {
    static const guint codes[] = { 4401, 1008, 4401 };

    start_as (fixture, PEG_AUTH_MESSAGE);
    fake_transport_open (connection_socket (fixture), NULL);
    connection_say (fixture, YES);
    connection_say (fixture, CLASSIC_LIST);
    assert_state (fixture, LIVE);

    /* What has no socket is not live. */
    fake_transport_close (connection_socket (fixture), codes[i - 1]);
    assert_state (fixture, WAITING);
    g_assert_cmpuint (n, ==, i);
    peg_connection_take_token (fixture->connection, "another");
    fake_transport_open (connection_socket (fixture), NULL);
    g_assert_cmpstr (fake_transport_last_sent (connection_socket (fixture)), ==,
                     "{\"type\":\"auth\",\"token\":\"another\"}");
    connection_say (fixture, YES);
    connection_say (fixture, CLASSIC_LIST);
    assert_state (fixture, LIVE);
  }
}

/* There is none. */
static void
test_no_other (Fixture       *fixture,
               gconstpointer  data)
{
  guint n = 0;

  g_signal_connect (fixture->connection, "need-token", G_CALLBACK (count_cb), &n);

  start_as (fixture, PEG_AUTH_MESSAGE);
  fake_transport_open (connection_socket (fixture), NULL);
  connection_say (fixture, NO);
  assert_state (fixture, WAITING);
  peg_connection_take_token (fixture->connection, NULL);
  assert_state (fixture, ACTION_NEEDED);
  assert_reason (fixture, SIGN_IN);
  g_assert_cmpuint (n, ==, 1);

  /* Too late, it changes nothing, except for the next attempt. */
  peg_connection_take_token (fixture->connection, "another");
  assert_state (fixture, ACTION_NEEDED);
  peg_connection_retry_now (fixture->connection);
  fake_transport_open (connection_socket (fixture), NULL);
  g_assert_nonnull (strstr (fake_transport_last_sent (connection_socket (fixture)), "another"));
}

/* Whoever looks for one does not come back: that proves nothing. */
static void
test_no_answer (Fixture       *fixture,
                gconstpointer  data)
{
  guint n = 0;

  g_signal_connect (fixture->connection, "need-token", G_CALLBACK (count_cb), &n);

  start_as (fixture, PEG_AUTH_HEADER);
  fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_NOT_A_SERVER, 401, 0);
  fake_clock_advance (fixture->clock, 10 * S);
  assert_state (fixture, WAITING);
  assert_reason (fixture, TIMEOUT);
  peg_connection_take_token (fixture->connection, NULL);
  assert_state (fixture, WAITING);

  fake_clock_advance (fixture->clock, connection_wait (fixture));
  fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_NOT_A_SERVER, 401, 0);
  g_assert_cmpuint (n, ==, 2);
  peg_connection_take_token (fixture->connection, NULL);
  assert_state (fixture, ACTION_NEEDED);
}

/* One that was live for a while has earned another question. */
static void
test_another_day (Fixture       *fixture,
                  gconstpointer  data)
{
  guint n = 0;

  g_signal_connect (fixture->connection, "need-token", G_CALLBACK (count_cb), &n);

  start_as (fixture, PEG_AUTH_HEADER);
  for (guint i = 1; i <= 2; i++) {
    fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_NOT_A_SERVER, 401, 0);
    g_assert_cmpuint (n, ==, i);
    peg_connection_take_token (fixture->connection, "another");
    fake_transport_open (connection_socket (fixture), NULL);
    connection_say (fixture, CLASSIC_LIST);
    fake_clock_advance (fixture->clock, 5 * S);
    fake_transport_close (connection_socket (fixture), 1006);
    fake_clock_advance (fixture->clock, connection_wait (fixture));
  }
}

/* Nothing of a token is ever logged or shown. */
static void
test_secret (Fixture       *fixture,
             gconstpointer  data)
{
  g_auto (GStrv) log = NULL;

  test_another_live (fixture, data);
  log = peg_connection_dup_log (fixture->connection);
  for (guint i = 0; log[i] != NULL; i++) {
    g_assert_null (strstr (log[i], "s3cret"));
    g_assert_null (strstr (log[i], "\"another\""));
  }
}

static void
test_window (Fixture       *fixture,
             gconstpointer  data)
{
  connection_go_live (fixture);
  g_assert_cmpuint (peg_connection_get_window_ms (fixture->connection), ==, 0);

  /* Remembered from an earlier run. */
  peg_connection_set_window_ms (fixture->connection, 10000);
  fake_clock_advance (fixture->clock, 6 * S);
  fake_transport_close (connection_socket (fixture), 1006);
  g_assert_cmpint (connection_wait (fixture), ==, 5 * S);

  fake_clock_advance (fixture->clock, connection_wait (fixture));
  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  connection_say (fixture, "{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":1,\"recovered\":true,"
                           "\"user\":\"ada\",\"retry_window_ms\":4000}");
  g_assert_cmpuint (peg_connection_get_window_ms (fixture->connection), ==, 4000);
}

#define ADD(name, func) \
  g_test_add ("/connection/auth/" name, Fixture, NULL, \
              connection_fixture_set_up, func, connection_fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("first/classic", test_first_classic);
  ADD ("first/pegboard", test_first_pegboard);
  ADD ("first/deadline", test_first_deadline);
  ADD ("first/refused", test_first_refused);
  ADD ("other-modes", test_other_modes);
  ADD ("another", test_another);
  ADD ("another/live", test_another_live);
  ADD ("another/none", test_no_other);
  ADD ("another/no-answer", test_no_answer);
  ADD ("another/day", test_another_day);
  ADD ("secret", test_secret);
  ADD ("window", test_window);

  return g_test_run ();
}
