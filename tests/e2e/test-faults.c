/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-connection.h"
#include "peg-websocket.h"

#include "fault-proxy.h"
#include "real-server.h"

/* The real client and the real server, and every fault that the proxy knows:
 *
 *   test-faults PEGBOARDD
 *
 * The client shows that something is wrong, with the right words, or nothing is;
 * and when the fault is over, it has what the server has. */

static const char *program;

typedef struct {
  RealServer *server;
  FaultProxy *proxy;
  PegStore *store;
  PegClock *clock;
  PegRandom *random;
  PegDialer *dialer;
  PegConnection *connection;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autofree char *uri = NULL;

  fixture->server = real_server_new (program, 1);
  fixture->proxy = fault_proxy_new (0, fixture->server->port);
  fixture->store = peg_store_new ();
  fixture->clock = hasty_clock_new ();
  fixture->random = peg_system_random_new ();
  fixture->dialer = peg_websocket_dialer_new (fixture->clock, NULL, NULL);
  fixture->connection = peg_connection_new (fixture->store, fixture->clock, fixture->random);
  uri = g_strdup_printf ("ws://127.0.0.1:%u/ws", fault_proxy_get_port (fixture->proxy));
  peg_connection_start (fixture->connection, &(PegConnectionTarget) {
    .uri = uri, .user = "watcher", .dialer = fixture->dialer,
  });
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  peg_connection_stop (fixture->connection);
  g_clear_object (&fixture->connection);
  g_clear_object (&fixture->dialer);
  g_clear_object (&fixture->random);
  g_clear_object (&fixture->clock);
  g_clear_object (&fixture->store);
  g_clear_pointer (&fixture->proxy, fault_proxy_free);
  g_clear_pointer (&fixture->server, real_server_free);
}

static gboolean
is_live (Fixture *fixture)
{
  return peg_connection_get_state (fixture->connection) == PEG_LINK_LIVE;
}

static PegLinkReason
get_reason (Fixture *fixture)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (fixture->store);

  return peg_snapshot_get_link (snapshot)->reason;
}

static gboolean
has_seq (Fixture *fixture,
         guint64  seq)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (fixture->store);

  return is_live (fixture) && peg_snapshot_get_seq (snapshot) == seq;
}

/* Somebody changes a few files. */
static void
change (Fixture *fixture)
{
  const guint before = fixture->server->n_changes;

  real_server_allow (fixture->server, before + 5);
  real_server_change (fixture->server, 1);
  AWAIT_FOR (20, fixture->server->n_changes >= before + 5 && fixture->server->n_busy == 0);
  fixture->server->changing = FALSE;
}

/* However slow, it is live, and stays so. */
static void
test_slow (Fixture       *fixture,
           gconstpointer  data)
{
  fault_proxy_set (fixture->proxy, *(const Fault *) data);
  AWAIT_FOR (20, is_live (fixture));
  change (fixture);
  AWAIT_FOR (20, has_seq (fixture, fixture->server->n_changes));
  g_assert_cmpuint (fault_proxy_get_n (fixture->proxy), ==, 1);
}

/* The connection ends, and what was missed comes with the next. */
static void
test_ended (Fixture       *fixture,
            gconstpointer  data)
{
  AWAIT_FOR (20, is_live (fixture));
  fault_proxy_set (fixture->proxy, *(const Fault *) data);
  change (fixture);
  AWAIT_FOR (20, !is_live (fixture));
  g_assert_cmpint (get_reason (fixture), !=, PEG_LINK_REASON_NONE);

  fault_proxy_set (fixture->proxy, (Fault) { FAULT_PASS, 0, 0 });
  AWAIT_FOR (20, has_seq (fixture, fixture->server->n_changes));
}

static void
test_refused (Fixture       *fixture,
              gconstpointer  data)
{
  AWAIT_FOR (20, is_live (fixture));
  fault_proxy_set (fixture->proxy, (Fault) { FAULT_REFUSE, 0, 0 });
  AWAIT_FOR (20, get_reason (fixture) == PEG_LINK_REASON_REFUSED);
  change (fixture);
  fault_proxy_set (fixture->proxy, (Fault) { FAULT_PASS, 0, 0 });
  AWAIT_FOR (20, has_seq (fixture, fixture->server->n_changes));
}

/* Nothing ends and nothing comes: after a hint it is known within 4 s. */
static void
test_silent (Fixture       *fixture,
             gconstpointer  data)
{
  AWAIT_FOR (20, is_live (fixture));
  fault_proxy_set (fixture->proxy, *(const Fault *) data);
  peg_connection_hint (fixture->connection);
  AWAIT_FOR (4, !is_live (fixture));
  g_assert_cmpint (get_reason (fixture), ==, PEG_LINK_REASON_LOST);
  change (fixture);

  fault_proxy_set (fixture->proxy, (Fault) { FAULT_PASS, 0, 0 });
  AWAIT_FOR (20, has_seq (fixture, fixture->server->n_changes));
}

int
main (int    argc,
      char **argv)
{
  static const Fault delay = { FAULT_DELAY, 150, 0 };
  static const Fault drip = { FAULT_DRIP, 16384, 0 };
  static const Fault cut = { FAULT_CUT, 700, 0 };
  static const Fault reset = { FAULT_RESET, 700, 0 };
  static const Fault black_hole = { FAULT_BLACK_HOLE, 0, 0 };
  static const Fault half_open = { FAULT_HALF_OPEN, 0, 0 };

  g_test_init (&argc, &argv, NULL);

  if (argc < 2)
    g_error ("Usage: test-faults PEGBOARDD");
  program = argv[1];

#define ADD(name, data, func) \
  g_test_add ("/faults/" name, Fixture, data, set_up, func, tear_down)
  ADD ("delay", &delay, test_slow);
  ADD ("drip", &drip, test_slow);
  ADD ("cut", &cut, test_ended);
  ADD ("reset", &reset, test_ended);
  ADD ("refuse", NULL, test_refused);
  ADD ("black-hole", &black_hole, test_silent);
  ADD ("half-open", &half_open, test_silent);

  return g_test_run ();
}
