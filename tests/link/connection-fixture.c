/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "connection-fixture.h"

static void
need_probe_cb (PegConnection *connection,
               Fixture       *fixture)
{
  fixture->n_probes++;
}

static void
need_poll_cb (PegConnection *connection,
              gboolean       conditional,
              Fixture       *fixture)
{
  fixture->n_polls++;
  fixture->conditional = conditional;
}

void
connection_fixture_set_up (Fixture       *fixture,
                           gconstpointer  data)
{
  fixture->store = peg_store_new ();
  fixture->clock = fake_clock_new ();
  fixture->random = fake_random_new (0.5);
  fixture->dialer = fake_dialer_new ();
  fixture->network = fake_network_new ();
  fixture->connection = peg_connection_new_with_network (fixture->store,
                                                         PEG_CLOCK (fixture->clock),
                                                         PEG_RANDOM (fixture->random),
                                                         PEG_NETWORK (fixture->network));
  g_signal_connect (fixture->connection, "need-probe", G_CALLBACK (need_probe_cb), fixture);
  g_signal_connect (fixture->connection, "need-poll", G_CALLBACK (need_poll_cb), fixture);
}

void
connection_fixture_tear_down (Fixture       *fixture,
                              gconstpointer  data)
{
  g_assert_finalize_object (g_steal_pointer (&fixture->connection));
  g_assert_cmpuint (fake_clock_n_timers (fixture->clock), ==, 0);
  g_assert_finalize_object (g_steal_pointer (&fixture->network));
  g_assert_finalize_object (g_steal_pointer (&fixture->dialer));
  g_assert_finalize_object (g_steal_pointer (&fixture->random));
  g_assert_finalize_object (g_steal_pointer (&fixture->clock));
  g_assert_finalize_object (g_steal_pointer (&fixture->store));
}

void
connection_start (Fixture          *fixture,
                  PegBackoffPolicy  policy)
{
  peg_connection_start (fixture->connection, &(PegConnectionTarget) {
    .uri = "ws://shop:8420/ws",
    .user = "ada",
    .policy = policy,
    .dialer = PEG_DIALER (fixture->dialer),
  });
}

/* Live, in our own dialect, at event 1 of “e”. */
void
connection_go_live (Fixture *fixture)
{
  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  connection_say (fixture, HELLO ("e", 1, false));
  connection_say (fixture, LIST ("e", 1));
  assert_state (fixture, LIVE);
}

/* Live, in the classic dialect. */
void
connection_go_classic (Fixture *fixture)
{
  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_open (connection_socket (fixture), NULL);
  connection_say (fixture, CLASSIC_LIST);
  assert_state (fixture, LIVE);
}

/* Answers a poll; %NULL: it is the list of last time. */
void
connection_poll (Fixture    *fixture,
                 const char *list)
{
  g_autoptr (PegPoll) poll = g_new0 (PegPoll, 1);

  poll->same = list == NULL;
  poll->http_status = list == NULL ? 304 : 200;
  if (list != NULL) {
    poll->list = peg_wire_decode_server (list, strlen (list), NULL);
    g_assert_nonnull (poll->list);
  }

  peg_connection_take_poll (fixture->connection, poll);
}

/* Lets time pass, in which every poll is answered at once: nothing has changed. */
void
connection_poll_for (Fixture *fixture,
                     gint64   us)
{
  guint answered = fixture->n_polls;

  while (us > 0) {
    const gint64 next_us = fake_clock_next_us (fixture->clock);
    const gint64 step_us = next_us < 0 ? us : MIN (us, next_us);

    fake_clock_advance (fixture->clock, step_us);
    us -= step_us;
    if (fixture->n_polls != answered)
      connection_poll (fixture, NULL);
    answered = fixture->n_polls;
  }
}

/* HTTP works, WebSocket does not. */
void
connection_fall_back (Fixture *fixture)
{
  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_NOT_A_SERVER, 404, 0);
  peg_connection_take_probe (fixture->connection, TRUE);
  connection_poll (fixture, LIST ("e", 1));
  assert_state (fixture, POLLING);
}

FakeTransport *
connection_socket (Fixture *fixture)
{
  return fake_dialer_get_last (fixture->dialer);
}

void
connection_say (Fixture    *fixture,
                const char *text)
{
  fake_transport_say (connection_socket (fixture), text);
}

/* What the store shows; the same as what the connection says of itself. */
PegLinkState
connection_state (Fixture *fixture)
{
  const PegLinkState state = peg_snapshot_get_link (connection_peek (fixture))->state;

  g_assert_cmpint (state, ==, peg_connection_get_state (fixture->connection));

  return state;
}

/* Valid until the next event. */
PegSnapshot *
connection_peek (Fixture *fixture)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (fixture->store);

  return snapshot;
}

/* How long it says it waits. */
gint64
connection_wait (Fixture *fixture)
{
  const gint64 at_us = peg_snapshot_get_link (connection_peek (fixture))->retry_at_us;

  return at_us == 0 ? -1 : at_us - peg_clock_get_mono_us (PEG_CLOCK (fixture->clock));
}

/* How many of the messages over the newest socket begin so. */
guint
connection_count (Fixture    *fixture,
                  const char *prefix)
{
  const GPtrArray *sent = connection_socket (fixture)->sent;
  guint n = 0;

  for (guint i = 0; i < sent->len; i++) {
    if (g_str_has_prefix (sent->pdata[i], prefix))
      n++;
  }

  return n;
}
