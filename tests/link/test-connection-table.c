/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-connection-private.h"

#include "connection-fixture.h"

#include <string.h>

/* The states, as letters, in their order. */
static const char letters[] = "SCRAYLWPUTN";

/* Where every input leads from every state; a dot: it means nothing there. */
static const struct {
  PegConnectionState state;
  const char *next;
} expected[] = {
  /* start, stop, retry now, opened classic, opened pegboard.1, welcome;
   * caught up, gap, position lost, lost, refused, replaced, deadline, no list;
   * quiet, silent, steady, due, overdue, slept;
   * opened with the token first, doubted, another token;
   * slow, HTTP works, polled, poll failed, poll due, socket due, proven classic,
   * proven pegboard.1, hint */
  { PEG_CONNECTION_STOPPED,       "C.C..." "........" "......" "..." "........." },
  { PEG_CONNECTION_CONNECTING,    "CS.YA." "...WN.W." "......" "ACC" "CCP......" },
  { PEG_CONNECTION_RECONNECTING,  "CS.YA." "...WN.W." "....T." "ARR" "RRP......" },
  { PEG_CONNECTION_AUTHENTICATING, "CS.YAY" "..WWNSW." ".....W" ".R." "........." },
  { PEG_CONNECTION_SYNCING,       "CS...." "LYWWNSWY" ".....W" ".R." "........." },
  { PEG_CONNECTION_LIVE,          "CSL..." ".YWWNSW." "LWL..W" ".R." "........L" },
  { PEG_CONNECTION_WAITING,       "CSR..." "........" "...RU." "..." ".WP.....W" },
  { PEG_CONNECTION_POLLING,       "CSP..." "....N.W." "..P..W" ".R." "..PWPPYAP" },
  { PEG_CONNECTION_SUSPENDED,     "CST..." "........" "...T.." "..." ".UP.....U" },
  { PEG_CONNECTION_RETRYING,      "CS.YA." "...UN.U." "......" "ATT" "TTP......" },
  { PEG_CONNECTION_ACTION_NEEDED, "CSR..." "........" "...R.." "..." "........." },
};

G_STATIC_ASSERT (G_N_ELEMENTS (expected) == PEG_CONNECTION_N_STATES);
G_STATIC_ASSERT (sizeof letters == PEG_CONNECTION_N_STATES + 1);

/* Goes to a state by what would happen outside. */
static void
reach (Fixture            *fixture,
       PegConnectionState  state)
{
  switch (state) {
  case PEG_CONNECTION_STOPPED:
    connection_start (fixture, PEG_BACKOFF_FULL);
    peg_connection_stop (fixture->connection);
    break;
  case PEG_CONNECTION_CONNECTING:
    connection_start (fixture, PEG_BACKOFF_FULL);
    break;
  case PEG_CONNECTION_RECONNECTING:
    reach (fixture, PEG_CONNECTION_WAITING);
    fake_clock_advance (fixture->clock, connection_wait (fixture));
    break;
  case PEG_CONNECTION_AUTHENTICATING:
    connection_start (fixture, PEG_BACKOFF_FULL);
    fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
    break;
  case PEG_CONNECTION_SYNCING:
    reach (fixture, PEG_CONNECTION_AUTHENTICATING);
    connection_say (fixture, HELLO ("e", 1, false));
    break;
  case PEG_CONNECTION_LIVE:
    reach (fixture, PEG_CONNECTION_SYNCING);
    connection_say (fixture, LIST ("e", 1));
    break;
  case PEG_CONNECTION_WAITING:
    connection_start (fixture, PEG_BACKOFF_FULL);
    fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_REFUSED, 0, 0);
    break;
  case PEG_CONNECTION_POLLING:
    connection_fall_back (fixture);
    peg_connection_retry_now (fixture->connection);
    g_assert_nonnull (fixture->connection->candidate);
    break;
  case PEG_CONNECTION_SUSPENDED:
    reach (fixture, PEG_CONNECTION_WAITING);
    fake_clock_sleep (fixture->clock, 200 * S);
    fake_clock_advance (fixture->clock, connection_wait (fixture));
    fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_REFUSED, 0, 0);
    break;
  case PEG_CONNECTION_RETRYING:
    reach (fixture, PEG_CONNECTION_SUSPENDED);
    fake_clock_advance (fixture->clock, connection_wait (fixture));
    break;
  case PEG_CONNECTION_ACTION_NEEDED:
    connection_start (fixture, PEG_BACKOFF_FULL);
    fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_NOT_A_SERVER, 401, 0);
    break;
  default:
    g_assert_not_reached ();
  }

  g_assert_cmpint (fixture->connection->state, ==, state);
}

/* What is true in a state, however it was reached. */
static void
check_state (Fixture *fixture)
{
  const PegConnection *connection = fixture->connection;
  const PegLinkStatus *shown = peg_snapshot_get_link (connection_peek (fixture));

  g_assert_cmpint (shown->state, ==, peg_connection_get_state (fixture->connection));

  switch (connection->state) {
  case PEG_CONNECTION_STOPPED:
    g_assert_null (connection->transport);
    g_assert_cmpuint (fake_clock_n_timers (fixture->clock), ==, 0);
    break;
  case PEG_CONNECTION_CONNECTING:
  case PEG_CONNECTION_RECONNECTING:
  case PEG_CONNECTION_RETRYING:
  case PEG_CONNECTION_AUTHENTICATING:
  case PEG_CONNECTION_SYNCING:
    /* Nothing of this lasts for ever. */
    g_assert_true (connection->transport != NULL || connection->asks_token);
    g_assert_cmpuint (connection->timers[PEG_CONNECTION_TIMER_DEADLINE] +
                      connection->timers[PEG_CONNECTION_TIMER_GAP], >, 0);
    g_assert_cmpint (shown->retry_at_us, ==, 0);
    break;
  case PEG_CONNECTION_LIVE:
    g_assert_nonnull (connection->transport);
    g_assert_cmpuint (connection->timers[PEG_CONNECTION_TIMER_QUIET], >, 0);
    break;
  case PEG_CONNECTION_WAITING:
  case PEG_CONNECTION_SUSPENDED:
    /* It always goes on by itself. */
    g_assert_null (connection->transport);
    g_assert_cmpuint (connection->timers[PEG_CONNECTION_TIMER_RETRY], >, 0);
    g_assert_cmpint (shown->retry_at_us, >, 0);
    break;
  case PEG_CONNECTION_ACTION_NEEDED:
    g_assert_null (connection->transport);
    break;
  case PEG_CONNECTION_POLLING:
    g_assert_null (connection->transport);
    g_assert_cmpuint (connection->timers[PEG_CONNECTION_TIMER_CANDIDATE], >, 0);
    g_assert_cmpuint (connection->timers[PEG_CONNECTION_TIMER_POLL] +
                      connection->timers[PEG_CONNECTION_TIMER_DEADLINE], >, 0);
    g_assert_cmpint (shown->retry_at_us, ==, 0);
    break;
  default:
    g_assert_not_reached ();
  }

  /* Nothing is tried in the background of anything else. */
  if (connection->state != PEG_CONNECTION_POLLING)
    g_assert_null (connection->candidate);
}

static void
check_pair (PegConnectionState state,
            PegConnectionInput input,
            char               next)
{
  Fixture fixture = { 0 };
  g_auto (GStrv) before = NULL;
  g_auto (GStrv) after = NULL;
  PegConnectionState reached;

  connection_fixture_set_up (&fixture, NULL);
  reach (&fixture, state);
  before = peg_connection_dup_log (fixture.connection);
  peg_connection_feed (fixture.connection, input);
  after = peg_connection_dup_log (fixture.connection);
  reached = fixture.connection->state;

  g_assert_cmpint (letters[reached], ==, next == '.' ? letters[state] : next);
  check_state (&fixture);

  /* Every change of the state is logged, and nothing else. */
  g_assert_cmpuint (g_strv_length (after), ==,
                    g_strv_length (before) + (reached != state ? 1 : 0));

  connection_fixture_tear_down (&fixture, NULL);
}

static void
test_pairs (void)
{
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    g_assert_cmpuint (strlen (expected[i].next), ==, PEG_CONNECTION_N_INPUTS);

    for (guint input = 0; input < PEG_CONNECTION_N_INPUTS; input++) {
      g_test_message ("state %c, input %u", letters[expected[i].state], input);
      check_pair (expected[i].state, (PegConnectionInput) input, expected[i].next[input]);
      n++;
    }
  }

  g_assert_cmpuint (n, ==, PEG_CONNECTION_N_STATES * PEG_CONNECTION_N_INPUTS);
}

/* An input that means nothing does nothing: not even a timer is touched. */
static void
test_ignored (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    for (guint input = 0; input < PEG_CONNECTION_N_INPUTS; input++) {
      Fixture fixture = { 0 };
      guint timers[PEG_CONNECTION_N_TIMERS];
      g_autoptr (PegSnapshot) before = NULL;

      if (expected[i].next[input] != '.')
        continue;

      connection_fixture_set_up (&fixture, NULL);
      reach (&fixture, expected[i].state);
      before = peg_store_dup_snapshot (fixture.store);
      memcpy (timers, fixture.connection->timers, sizeof timers);

      peg_connection_feed (fixture.connection, (PegConnectionInput) input);

      g_assert_cmpmem (timers, sizeof timers, fixture.connection->timers, sizeof timers);
      g_assert_true (connection_peek (&fixture) == before);
      g_clear_pointer (&before, peg_snapshot_unref);
      connection_fixture_tear_down (&fixture, NULL);
    }
  }
}

/* Only a socket can open, and only one can prove itself. */
static gboolean
can_happen (const PegConnection *connection,
            gint32               input)
{
  if (connection->candidate == NULL &&
      (input == PEG_CONNECTION_PROVEN_CLASSIC || input == PEG_CONNECTION_PROVEN_PEGBOARD))
    return FALSE;

  return connection->transport != NULL ||
         (input != PEG_CONNECTION_OPENED_CLASSIC && input != PEG_CONNECTION_OPENED_PEGBOARD &&
          input != PEG_CONNECTION_OPENED_FIRST);
}

/* Whatever happens in whatever order, the machine is in a state that it can
 * leave, and shows what it is in. */
static void
test_random (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint run = 0; run < 200; run++) {
    Fixture fixture = { 0 };

    connection_fixture_set_up (&fixture, NULL);
    connection_start (&fixture, PEG_BACKOFF_FULL);

    for (guint i = 0; i < 100; i++) {
      const gint32 what = g_rand_int_range (rand, 0, PEG_CONNECTION_N_INPUTS + 4);
      FakeTransport *socket = connection_socket (&fixture);

      if (!can_happen (fixture.connection, what))
        continue;

      if (what < (gint32) PEG_CONNECTION_N_INPUTS)
        peg_connection_feed (fixture.connection, (PegConnectionInput) what);
      else if (what == PEG_CONNECTION_N_INPUTS)
        fake_clock_advance (fixture.clock, g_rand_int_range (rand, 0, 60) * S);
      else if (what == PEG_CONNECTION_N_INPUTS + 1)
        fake_transport_say (socket, LIST ("e", 5));
      else if (what == PEG_CONNECTION_N_INPUTS + 2)
        fake_transport_say (socket, CHANGE ("e", 7, "x.nc"));
      else
        fake_transport_say (socket, HELLO ("e", 6, true));

      check_state (&fixture);
    }

    connection_fixture_tear_down (&fixture, NULL);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/connection/table/pairs", test_pairs);
  g_test_add_func ("/connection/table/ignored", test_ignored);
  g_test_add_func ("/connection/table/random", test_random);

  return g_test_run ();
}
