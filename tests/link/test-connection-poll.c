/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-connection-private.h"

#include "connection-fixture.h"

/* Where WebSockets do not get through: how that is found out, how the list is
 * asked for instead, and how the socket comes back. */

static guint
n_files (Fixture *fixture)
{
  return peg_snapshot_get_counts (connection_peek (fixture))->all;
}

static guint
n_sockets (Fixture *fixture)
{
  return fixture->dialer->transports->len;
}

/* A poll that did not work. */
static void
fail_poll (Fixture       *fixture,
           PegLinkReason  reason,
           guint          http_status,
           gint64         retry_after_us)
{
  const PegPoll poll = {
    .reason = reason,
    .http_status = http_status,
    .retry_after_us = retry_after_us,
  };

  peg_connection_take_poll (fixture->connection, &poll);
}

/* A socket hangs; 4 s later one wants to know whether anything works. */
static void
test_slow (Fixture       *fixture,
           gconstpointer  data)
{
  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_clock_advance (fixture->clock, 4 * S - 1);
  g_assert_cmpuint (fixture->n_probes, ==, 0);
  fake_clock_advance (fixture->clock, 1);
  g_assert_cmpuint (fixture->n_probes, ==, 1);

  /* That it does is not enough: the socket may only be slow. */
  peg_connection_take_probe (fixture->connection, TRUE);
  assert_state (fixture, CONNECTING);
  g_assert_cmpuint (fixture->n_polls, ==, 0);
  fake_transport_open (connection_socket (fixture), NULL);
  connection_say (fixture, CLASSIC_LIST);
  assert_state (fixture, LIVE);
  fake_clock_advance (fixture->clock, 20 * S);
  g_assert_cmpuint (fixture->n_probes, ==, 1);
}

/* Three sockets in a row are swallowed, and HTTP works. */
static void
test_swallowed (Fixture       *fixture,
                gconstpointer  data)
{
  connection_start (fixture, PEG_BACKOFF_FULL);

  for (guint i = 0; i < 3; i++) {
    g_assert_cmpuint (fixture->n_polls, ==, 0);
    fake_clock_advance (fixture->clock, 4 * S);
    peg_connection_take_probe (fixture->connection, TRUE);
    fake_clock_advance (fixture->clock, 6 * S);
    assert_state (fixture, WAITING);
    if (i < 2)
      fake_clock_advance (fixture->clock, connection_wait (fixture));
  }

  /* Nothing is shown as live before the list is there. */
  g_assert_cmpuint (fixture->n_polls, ==, 1);
  g_assert_false (fixture->conditional);
  assert_state (fixture, WAITING);
  connection_poll (fixture, LIST ("e", 1));
  assert_state (fixture, POLLING);
  assert_reason (fixture, NONE);
  g_assert_cmpuint (n_files (fixture), ==, 1);
}

/* Sockets open and die at once, and there was no time for a probe. */
static void
test_short_lived (Fixture       *fixture,
                  gconstpointer  data)
{
  connection_start (fixture, PEG_BACKOFF_FULL);

  for (guint i = 0; i < 3; i++) {
    g_assert_cmpuint (fixture->n_probes, ==, 0);
    fake_transport_open (connection_socket (fixture), NULL);
    fake_clock_advance (fixture->clock, S);
    fake_transport_close (connection_socket (fixture), 1006);
    if (i < 2)
      fake_clock_advance (fixture->clock, connection_wait (fixture));
  }

  g_assert_cmpuint (fixture->n_probes, ==, 1);
  peg_connection_take_probe (fixture->connection, TRUE);
  g_assert_cmpuint (fixture->n_polls, ==, 1);
  connection_poll (fixture, CLASSIC_LIST);
  assert_state (fixture, POLLING);
}

/* As long as nothing works, that is what is shown, and tried. */
static void
test_nothing_works (Fixture       *fixture,
                    gconstpointer  data)
{
  connection_start (fixture, PEG_BACKOFF_FULL);

  for (guint i = 1; i <= 5; i++) {
    fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_NOT_A_SERVER, 404, 0);
    g_assert_cmpuint (fixture->n_probes, ==, i);
    peg_connection_take_probe (fixture->connection, FALSE);
    assert_state (fixture, WAITING);
    fake_clock_advance (fixture->clock, connection_wait (fixture));
  }
  g_assert_cmpuint (fixture->n_polls, ==, 0);

  /* Something answers, but it has no list. */
  fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_NOT_A_SERVER, 404, 0);
  peg_connection_take_probe (fixture->connection, TRUE);
  g_assert_cmpuint (fixture->n_polls, ==, 1);
  fail_poll (fixture, PEG_LINK_REASON_NOT_A_SERVER, 404, 0);
  assert_state (fixture, WAITING);
  assert_reason (fixture, NOT_A_SERVER);
}

/* Whoever asks to be left alone is not asked over HTTP instead. */
static void
test_busy (Fixture       *fixture,
           gconstpointer  data)
{
  connection_fall_back (fixture);
  connection_poll_for (fixture, 5 * S);
  fake_clock_advance (fixture->clock, 3 * S);
  fixture->n_probes = 0;
  fail_poll (fixture, PEG_LINK_REASON_NOT_A_SERVER, 503, 20 * S);
  assert_state (fixture, WAITING);
  assert_reason (fixture, BUSY);
  g_assert_cmpint (connection_wait (fixture), ==, 22 * S);
  g_assert_cmpuint (fixture->n_probes, ==, 0);
}

/* Three misunderstandings within a minute, however live it was between them. */
static void
test_broken (Fixture       *fixture,
             gconstpointer  data)
{
  static const guint codes[] = { 1002, 1007, 1010 };

  connection_start (fixture, PEG_BACKOFF_FULL);

  for (guint i = 0; i < 3; i++) {
    g_assert_cmpuint (fixture->n_probes, ==, 0);
    fake_transport_open (connection_socket (fixture), NULL);
    connection_say (fixture, CLASSIC_LIST);
    fake_clock_advance (fixture->clock, 10 * S);
    assert_state (fixture, LIVE);
    fake_transport_close (connection_socket (fixture), codes[i]);
    assert_state (fixture, WAITING);
    if (i < 2)
      fake_clock_advance (fixture->clock, connection_wait (fixture));
  }
  g_assert_cmpuint (fixture->n_probes, ==, 1);
}

/* A classic server always sends its whole list; one that does not fit ends every
 * socket. */
static void
test_too_big (Fixture       *fixture,
              gconstpointer  data)
{
  connection_start (fixture, PEG_BACKOFF_FULL);

  for (guint i = 0; i < 2; i++) {
    g_assert_cmpuint (fixture->n_probes, ==, 0);
    fake_transport_open (connection_socket (fixture), NULL);
    fake_transport_close (connection_socket (fixture), 1009);
    assert_reason (fixture, TOO_BIG);
    if (i == 0)
      fake_clock_advance (fixture->clock, connection_wait (fixture));
  }

  peg_connection_take_probe (fixture->connection, TRUE);
  connection_poll (fixture, CLASSIC_LIST);
  assert_state (fixture, POLLING);

  /* To find out that it still does not fit costs the whole list. */
  connection_poll_for (fixture, 299 * S);
  g_assert_cmpuint (n_sockets (fixture), ==, 2);
  connection_poll_for (fixture, 2 * S);
  g_assert_cmpuint (n_sockets (fixture), ==, 3);
  fake_transport_open (connection_socket (fixture), NULL);
  fake_transport_close (connection_socket (fixture), 1009);
  assert_state (fixture, POLLING);
}

static void
test_interval (Fixture       *fixture,
               gconstpointer  data)
{
  static const gint64 unwatched_ms[] = { 3000, 4500, 6750, 10000, 10000 };

  connection_fall_back (fixture);

  /* ± 20 %. */
  fake_random_set (fixture->random, 0.0);
  fake_clock_advance (fixture->clock, 2 * S);
  g_assert_cmpuint (fixture->n_polls, ==, 2);
  connection_poll (fixture, NULL);
  fake_clock_advance (fixture->clock, 1600 * MS - 1);
  g_assert_cmpuint (fixture->n_polls, ==, 2);
  fake_random_set (fixture->random, 0.999999999);
  fake_clock_advance (fixture->clock, 1);
  g_assert_cmpuint (fixture->n_polls, ==, 3);
  connection_poll (fixture, NULL);
  fake_clock_advance (fixture->clock, 2399 * MS);
  g_assert_cmpuint (fixture->n_polls, ==, 3);
  fake_clock_advance (fixture->clock, MS);
  g_assert_cmpuint (fixture->n_polls, ==, 4);
  g_assert_true (fixture->conditional);

  /* Nobody looks. */
  fake_random_set (fixture->random, 0.5);
  peg_connection_set_watched (fixture->connection, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (unwatched_ms); i++) {
    connection_poll (fixture, NULL);
    fake_clock_advance (fixture->clock, unwatched_ms[i] * MS - 1);
    g_assert_cmpuint (fixture->n_polls, ==, 4 + i);
    fake_clock_advance (fixture->clock, 1);
    g_assert_cmpuint (fixture->n_polls, ==, 5 + i);
  }

  /* Somebody does again. */
  connection_poll (fixture, NULL);
  peg_connection_set_watched (fixture->connection, TRUE);
  fake_clock_advance (fixture->clock, 200 * MS);
  g_assert_cmpuint (fixture->n_polls, ==, 10);
  connection_poll (fixture, NULL);
  fake_clock_advance (fixture->clock, 2 * S);
  g_assert_cmpuint (fixture->n_polls, ==, 11);

  /* What one did shows soon. */
  connection_poll (fixture, NULL);
  peg_connection_refresh (fixture->connection);
  fake_clock_advance (fixture->clock, 200 * MS);
  g_assert_cmpuint (fixture->n_polls, ==, 12);
}

/* The server knows best how often it wants to be asked. */
static void
test_hint (Fixture       *fixture,
           gconstpointer  data)
{
  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  connection_say (fixture, "{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":1,\"recovered\":false,"
                           "\"user\":\"ada\",\"poll_ms\":5000}");
  connection_say (fixture, LIST ("e", 1));
  fake_transport_close (connection_socket (fixture), 1006);
  fake_clock_advance (fixture->clock, connection_wait (fixture));
  fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_NOT_A_SERVER, 426, 0);
  peg_connection_take_probe (fixture->connection, TRUE);

  /* What came through a socket is not what the last poll brought. */
  g_assert_false (fixture->conditional);
  connection_poll (fixture, LIST ("e", 2));
  assert_state (fixture, POLLING);

  fake_clock_advance (fixture->clock, 5 * S - 1);
  g_assert_cmpuint (fixture->n_polls, ==, 1);
  fake_clock_advance (fixture->clock, 1);
  g_assert_cmpuint (fixture->n_polls, ==, 2);
  g_assert_true (fixture->conditional);
}

static void
test_failing (Fixture       *fixture,
              gconstpointer  data)
{
  connection_fall_back (fixture);
  fake_clock_advance (fixture->clock, 2 * S);
  fail_poll (fixture, PEG_LINK_REASON_LOST, 0, 0);
  assert_state (fixture, WAITING);
  assert_reason (fixture, LOST);

  /* It was a blip. */
  peg_connection_take_probe (fixture->connection, TRUE);
  connection_poll (fixture, LIST ("e", 1));
  assert_state (fixture, POLLING);

  /* No answer is no answer. */
  fake_clock_advance (fixture->clock, 12 * S - 1);
  assert_state (fixture, POLLING);
  fake_clock_advance (fixture->clock, 1);
  assert_state (fixture, WAITING);
  assert_reason (fixture, TIMEOUT);

  /* What comes too late is not taken for now. */
  connection_poll (fixture, LIST ("e", 9));
  assert_state (fixture, WAITING);
  g_assert_cmpuint (peg_snapshot_get_seq (connection_peek (fixture)), ==, 1);
}

static void
test_sign_in (Fixture       *fixture,
              gconstpointer  data)
{
  connection_fall_back (fixture);
  fake_clock_advance (fixture->clock, 2 * S);
  fail_poll (fixture, PEG_LINK_REASON_NOT_A_SERVER, 401, 0);
  assert_state (fixture, ACTION_NEEDED);
  assert_reason (fixture, SIGN_IN);
  g_assert_cmpuint (fake_clock_n_timers (fixture->clock), ==, 0);
}

/* Lists over HTTP are shown, the newest wins, and the tag of an old one does not
 * pass for that of a new one. */
static void
test_lists (Fixture       *fixture,
            gconstpointer  data)
{
  connection_fall_back (fixture);
  fake_clock_advance (fixture->clock, 2 * S);
  connection_poll (fixture, LIST ("e", 7));
  g_assert_cmpuint (peg_snapshot_get_seq (connection_peek (fixture)), ==, 7);
  fake_clock_advance (fixture->clock, 2 * S);
  connection_poll (fixture, LIST ("e", 6));
  g_assert_cmpuint (peg_snapshot_get_seq (connection_peek (fixture)), ==, 7);
  fake_clock_advance (fixture->clock, 2 * S);
  connection_poll (fixture, LIST ("f", 1));
  g_assert_cmpstr (peg_snapshot_get_epoch (connection_peek (fixture)), ==, "f");

  /* An answer that nobody waits for says nothing. */
  connection_poll (fixture, LIST ("g", 1));
  g_assert_cmpstr (peg_snapshot_get_epoch (connection_peek (fixture)), ==, "f");
  peg_connection_stop (fixture->connection);
  connection_poll (fixture, LIST ("g", 1));
  g_assert_cmpstr (peg_snapshot_get_epoch (connection_peek (fixture)), ==, "f");
}

/* 15 s apart in the first minute, then ever less often. */
static void
test_candidates (Fixture       *fixture,
                 gconstpointer  data)
{
  static const gint64 waits_s[] = { 15, 15, 15, 15, 30, 60, 120, 240, 300, 300 };

  connection_fall_back (fixture);

  for (guint i = 0; i < G_N_ELEMENTS (waits_s); i++) {
    connection_poll_for (fixture, waits_s[i] * S - 1);
    g_assert_cmpuint (n_sockets (fixture), ==, i + 1);
    connection_poll_for (fixture, 1);
    g_assert_cmpuint (n_sockets (fixture), ==, i + 2);
    assert_state (fixture, POLLING);
    fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_NOT_A_SERVER, 404, 0);
    assert_state (fixture, POLLING);
  }

  /* One that only hangs is not waited for, and a person need not wait. */
  peg_connection_retry_now (fixture->connection);
  peg_connection_retry_now (fixture->connection);
  g_assert_cmpuint (n_sockets (fixture), ==, 12);
  connection_poll_for (fixture, 10 * S - 1);
  g_assert_cmpuint (connection_socket (fixture)->closed_code, ==, 0);
  connection_poll_for (fixture, 1);
  g_assert_cmpuint (connection_socket (fixture)->closed_code, ==, 1000);
  assert_state (fixture, POLLING);

  /* So does a hint bring one at once. */
  peg_connection_hint (fixture->connection);
  g_assert_cmpuint (n_sockets (fixture), ==, 13);
}

/* The way back: the candidate proves itself first, and nothing is missed. */
static void
test_back (Fixture       *fixture,
           gconstpointer  data)
{
  guint n_polls;

  connection_fall_back (fixture);
  connection_poll_for (fixture, 15 * S);
  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  g_assert_nonnull (strstr (connection_socket (fixture)->sent->pdata[0],
                            "\"resume\":{\"epoch\":\"e\",\"seq\":1}"));
  g_assert_cmpuint (connection_count (fixture, "{\"type\":\"ping\""), ==, 1);
  assert_state (fixture, POLLING);

  /* Meanwhile things go on, over HTTP and through the candidate. */
  connection_say (fixture, HELLO ("e", 2, true));
  connection_say (fixture, CHANGE ("e", 2, "two.nc"));
  assert_state (fixture, POLLING);
  g_assert_cmpuint (n_files (fixture), ==, 1);
  n_polls = fixture->n_polls;
  while (fixture->n_polls == n_polls)
    fake_clock_advance (fixture->clock, 100 * MS);
  connection_poll (fixture, LIST ("e", 3));
  assert_state (fixture, POLLING);
  connection_say (fixture, CHANGE ("e", 3, "three.nc"));
  connection_say (fixture, CHANGE ("e", 4, "four.nc"));

  connection_say (fixture, "{\"type\":\"pong\",\"id\":1}");
  assert_state (fixture, LIVE);
  g_assert_cmpuint (peg_snapshot_get_seq (connection_peek (fixture)), ==, 4);
  g_assert_cmpuint (n_files (fixture), ==, 2);
  g_assert_null (connection_socket (fixture)->closed_reason);

  /* Polling is over, and the socket is a socket like any other. */
  n_polls = fixture->n_polls;
  connection_say (fixture, CHANGE ("e", 5, "five.nc"));
  g_assert_cmpuint (n_files (fixture), ==, 3);
  fake_clock_advance (fixture->clock, 20 * S);
  g_assert_cmpuint (fixture->n_polls, ==, n_polls);
  fake_transport_close (connection_socket (fixture), 1006);
  assert_state (fixture, WAITING);
}

/* The server cannot resume; its list comes before the pong. */
static void
test_back_with_list (Fixture       *fixture,
                     gconstpointer  data)
{
  connection_fall_back (fixture);
  peg_connection_retry_now (fixture->connection);
  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  connection_say (fixture, HELLO ("f", 9, false));
  connection_say (fixture, LIST ("f", 9));
  assert_state (fixture, POLLING);
  connection_say (fixture, "{\"type\":\"pong\",\"id\":1}");
  assert_state (fixture, LIVE);
  g_assert_cmpstr (peg_snapshot_get_epoch (connection_peek (fixture)), ==, "f");
}

/* A pong that answers no greeting proves nothing, nor does a greeting alone. */
static void
test_not_proven (Fixture       *fixture,
                 gconstpointer  data)
{
  connection_fall_back (fixture);
  peg_connection_retry_now (fixture->connection);
  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  connection_say (fixture, "{\"type\":\"pong\",\"id\":1}");
  connection_say (fixture, HELLO ("e", 1, true));
  connection_poll_for (fixture, 10 * S);
  assert_state (fixture, POLLING);
  g_assert_cmpuint (connection_socket (fixture)->closed_code, ==, 1000);

  /* One that never ends its list. */
  peg_connection_retry_now (fixture->connection);
  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  for (guint i = 0; i < 1025; i++)
    connection_say (fixture, CHANGE ("e", 1, "x.nc"));
  g_assert_cmpuint (connection_socket (fixture)->closed_code, ==, 1000);
  assert_state (fixture, POLLING);
}

/* Of a classic server, its list is proof, and so is a pong. */
static void
test_back_classic (Fixture       *fixture,
                   gconstpointer  data)
{
  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_NOT_A_SERVER, 404, 0);
  peg_connection_take_probe (fixture->connection, TRUE);
  connection_poll (fixture, CLASSIC_LIST);
  assert_state (fixture, POLLING);

  peg_connection_retry_now (fixture->connection);
  fake_transport_open (connection_socket (fixture), NULL);
  g_assert_cmpuint (connection_count (fixture, "SET_USER:ada"), ==, 1);
  assert_state (fixture, POLLING);
  connection_say (fixture, "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{}}");
  assert_state (fixture, LIVE);
  g_assert_cmpuint (n_files (fixture), ==, 0);
  g_assert_cmpuint (connection_count (fixture, "SET_USER:ada"), ==, 1);

  /* One that says nothing by itself is asked. */
  fake_transport_close (connection_socket (fixture), 1006);
  fake_clock_advance (fixture->clock, connection_wait (fixture));
  fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_NOT_A_SERVER, 404, 0);
  peg_connection_take_probe (fixture->connection, TRUE);
  connection_poll (fixture, CLASSIC_LIST);
  peg_connection_retry_now (fixture->connection);
  fake_transport_open (connection_socket (fixture), NULL);
  connection_poll_for (fixture, 5 * S);
  g_assert_cmpuint (connection_count (fixture, "REFRESH_FILES"), ==, 1);
  connection_say (fixture, "pong");
  assert_state (fixture, SYNCING);
  connection_say (fixture, CLASSIC_LIST);
  assert_state (fixture, LIVE);
}

/* Nothing is said before the sign-in is settled, there either. */
static void
test_back_signed_in (Fixture       *fixture,
                     gconstpointer  data)
{
  peg_connection_start (fixture->connection, &(PegConnectionTarget) {
    .uri = "ws://shop:8420/ws",
    .user = "ada",
    .token = "s3cret",
    .auth_mode = PEG_AUTH_MESSAGE,
    .dialer = PEG_DIALER (fixture->dialer),
  });
  fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_NOT_A_SERVER, 404, 0);
  peg_connection_take_probe (fixture->connection, TRUE);
  connection_poll (fixture, LIST ("e", 1));
  peg_connection_retry_now (fixture->connection);
  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  connection_poll_for (fixture, 6 * S);
  g_assert_cmpuint (connection_socket (fixture)->sent->len, ==, 1);
  g_assert_cmpstr (fake_transport_last_sent (connection_socket (fixture)), ==,
                   "{\"type\":\"auth\",\"token\":\"s3cret\"}");
  connection_say (fixture, "{\"type\":\"auth_success\"}");
  connection_say (fixture, HELLO ("e", 1, true));
  connection_say (fixture, "{\"type\":\"pong\",\"id\":1}");
  assert_state (fixture, LIVE);
}

/* What was polled before a sleep is as old as that. */
static void
test_sleep (Fixture       *fixture,
            gconstpointer  data)
{
  connection_fall_back (fixture);
  connection_poll_for (fixture, 6 * S);
  fake_clock_sleep (fixture->clock, 3600 * S);
  fake_clock_advance (fixture->clock, 2 * S);
  assert_state (fixture, WAITING);
  g_assert_cmpint (connection_wait (fixture), <=, S);
}

/* An answer that lay in the kernel while the computer slept is as old as that,
 * also where no socket was open to notice it. */
static void
test_sleep_before_answer (Fixture       *fixture,
                          gconstpointer  data)
{
  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_NOT_A_SERVER, 404, 0);
  peg_connection_take_probe (fixture->connection, TRUE);
  g_assert_cmpuint (fixture->n_polls, ==, 1);
  fake_clock_sleep (fixture->clock, 36000 * S);
  connection_poll (fixture, CLASSIC_LIST);
  assert_state (fixture, WAITING);
  g_assert_false (peg_snapshot_has_list (connection_peek (fixture)));

  /* The next attempt asks again. */
  fake_clock_advance (fixture->clock, connection_wait (fixture));
  fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_NOT_A_SERVER, 404, 0);
  g_assert_cmpuint (fixture->n_polls, ==, 2);
  connection_poll (fixture, CLASSIC_LIST);
  assert_state (fixture, POLLING);
}

/* A list that was not taken is not the one that “nothing has changed” confirms. */
static void
test_not_applied (Fixture       *fixture,
                  gconstpointer  data)
{
  static const char locked[] =
    "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{\"A\":[{\"filename\":\"base.nc\","
    "\"status\":\"locked\",\"locked_by\":\"bo\"}]}}";
  g_autoptr (PegWireMessage) list = peg_wire_decode_server (CLASSIC_LIST, strlen (CLASSIC_LIST), NULL);
  guint serial;

  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_NOT_A_SERVER, 404, 0);
  serial = peg_connection_get_list_serial (fixture->connection);
  peg_connection_take_probe (fixture->connection, TRUE);
  peg_connection_take_list (fixture->connection, list, serial);

  /* Which of the two is newer, nobody knows. */
  connection_poll (fixture, locked);
  assert_state (fixture, WAITING);
  g_assert_cmpuint (fixture->n_polls, ==, 2);
  g_assert_false (fixture->conditional);
  connection_poll (fixture, locked);
  assert_state (fixture, POLLING);
  g_assert_cmpuint (peg_snapshot_get_counts (connection_peek (fixture))->out, ==, 1);
  fake_clock_advance (fixture->clock, 2 * S);
  g_assert_true (fixture->conditional);

  /* Nor does it confirm one that came meanwhile. */
  serial = peg_connection_get_list_serial (fixture->connection);
  peg_connection_take_list (fixture->connection, list, serial);
  connection_poll (fixture, NULL);
  fake_clock_advance (fixture->clock, 2 * S);
  g_assert_cmpuint (fixture->n_polls, ==, 4);
  g_assert_false (fixture->conditional);
}

static void
count_cb (PegConnection *connection,
          guint         *n)
{
  (*n)++;
}

/* Whoever was made since wants to know how the server talks. */
static void
test_opened (Fixture       *fixture,
             gconstpointer  data)
{
  guint n = 0;

  connection_go_live (fixture);
  peg_connection_stop (fixture->connection);
  g_signal_connect (fixture->connection, "opened", G_CALLBACK (count_cb), &n);
  connection_fall_back (fixture);
  g_assert_cmpint (peg_connection_get_dialect (fixture->connection), ==, PEG_DIALECT_PEGBOARD_1);
  g_assert_cmpuint (n, ==, 1);
}

/* A server that selects whatever it is offered, and then talks as it always did. */
static void
test_back_echoed (Fixture       *fixture,
                  gconstpointer  data)
{
  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_NOT_A_SERVER, 404, 0);
  peg_connection_take_probe (fixture->connection, TRUE);
  connection_poll (fixture, CLASSIC_LIST);
  peg_connection_retry_now (fixture->connection);
  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  connection_say (fixture, CLASSIC_LIST);
  assert_state (fixture, LIVE);
  g_assert_cmpint (peg_connection_get_dialect (fixture->connection), ==, PEG_DIALECT_CLASSIC);
  g_assert_cmpuint (connection_count (fixture, "SET_USER:ada"), ==, 1);
}

/* A refusal is no proof that a socket works. */
static void
test_back_refused (Fixture       *fixture,
                   gconstpointer  data)
{
  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_NOT_A_SERVER, 404, 0);
  peg_connection_take_probe (fixture->connection, TRUE);
  connection_poll (fixture, CLASSIC_LIST);
  peg_connection_retry_now (fixture->connection);
  fake_transport_open (connection_socket (fixture), NULL);
  connection_say (fixture, "{\"type\":\"auth_failed\",\"message\":\"no\"}");
  connection_say (fixture, "{\"type\":\"error\",\"message\":\"no\"}");
  assert_state (fixture, POLLING);
  connection_poll_for (fixture, 10 * S);
  assert_state (fixture, POLLING);
  g_assert_cmpuint (connection_socket (fixture)->closed_code, ==, 1000);
}

/* Whoever asks to be left alone is, for as long as they ask. */
static void
test_candidate_busy (Fixture       *fixture,
                     gconstpointer  data)
{
  connection_fall_back (fixture);
  connection_poll_for (fixture, 15 * S);
  g_assert_cmpuint (n_sockets (fixture), ==, 2);
  fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_NOT_A_SERVER, 429, 100 * S);
  connection_poll_for (fixture, 110 * S - 1);
  g_assert_cmpuint (n_sockets (fixture), ==, 2);
  connection_poll_for (fixture, 1);
  g_assert_cmpuint (n_sockets (fixture), ==, 3);
}

#define ADD(name, func) \
  g_test_add ("/connection/poll/" name, Fixture, NULL, \
              connection_fixture_set_up, func, connection_fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("diagnosis/slow", test_slow);
  ADD ("diagnosis/swallowed", test_swallowed);
  ADD ("diagnosis/short-lived", test_short_lived);
  ADD ("diagnosis/nothing-works", test_nothing_works);
  ADD ("diagnosis/busy", test_busy);
  ADD ("diagnosis/broken", test_broken);
  ADD ("diagnosis/too-big", test_too_big);
  ADD ("interval", test_interval);
  ADD ("hint", test_hint);
  ADD ("failing", test_failing);
  ADD ("sign-in", test_sign_in);
  ADD ("lists", test_lists);
  ADD ("candidates", test_candidates);
  ADD ("back/gap-free", test_back);
  ADD ("back/with-list", test_back_with_list);
  ADD ("back/not-proven", test_not_proven);
  ADD ("back/classic", test_back_classic);
  ADD ("back/signed-in", test_back_signed_in);
  ADD ("back/echoed", test_back_echoed);
  ADD ("back/refused", test_back_refused);
  ADD ("candidates/busy", test_candidate_busy);
  ADD ("sleep", test_sleep);
  ADD ("sleep/before-answer", test_sleep_before_answer);
  ADD ("not-applied", test_not_applied);
  ADD ("opened", test_opened);

  return g_test_run ();
}
