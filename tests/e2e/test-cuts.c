/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-connection.h"
#include "peg-websocket.h"

#include "fault-proxy.h"
#include "real-server.h"

#include <string.h>

/* Cuts the connection between the real client and the real server at random
 * bytes, a thousand times, while people check files out and in:
 *
 *   test-cuts PEGBOARDD [CUTS [SEED]]
 *
 * Every event must be applied once, in order, and in the end the client’s tree
 * must be the server’s. The seed is printed; with it the same connections are cut
 * after the same bytes. */

#define N_PEOPLE 3
#define N_MANY_PEOPLE 8

/* How many changes the people are ahead of the client at most. The server sends a
 * list when more than 1,000 are missing, and then not every event is seen. */
#define MAX_AHEAD 200

/* How far a connection comes at most, bytes. The answer to the handshake, the
 * greeting and the list of this shop are some 8 KiB; an event is about 500 bytes. */
#define MAX_FROM_SERVER 4000
#define MAX_FROM_CLIENT 600

static const char *program;
static guint n_cuts = 1000;
static guint32 seed;

/* What was applied, seen where the connection tells it to the store. */
static struct {
  PegStore *store;
  RealServer *server; /* (nullable): who makes the changes does not wait */
  guint64 seq;
  guint n_lists;
  guint n_changes;
  guint n_lost;
  guint n_doubled;
} applied;

void __real_peg_store_dispatch (PegStore       *store,
                                const PegEvent *event);
void __wrap_peg_store_dispatch (PegStore       *store,
                                const PegEvent *event);

static void
note_change (guint64 seq)
{
  if (seq <= applied.seq)
    applied.n_doubled++;
  else if (seq > applied.seq + 1)
    applied.n_lost += (guint) (seq - applied.seq - 1);

  applied.n_changes++;
  applied.seq = seq;
  if (applied.server != NULL)
    real_server_allow (applied.server, applied.n_changes + MAX_AHEAD);
}

void
__wrap_peg_store_dispatch (PegStore       *store,
                           const PegEvent *event)
{
  if (store == applied.store && event->kind == PEG_EVENT_LISTED) {
    applied.n_lists++;
    if (event->listed.seq < applied.seq)
      applied.n_doubled++;
    applied.seq = event->listed.seq;
  } else if (store == applied.store && event->kind == PEG_EVENT_CHANGED) {
    note_change (event->changed.seq);
  }

  __real_peg_store_dispatch (store, event);
}

/* So early that more happens than comes through, and now and then so late that a
 * list does. */
static Fault
choose_early_cb (FaultProxy *proxy,
                 gpointer    user_data)
{
  GRand *random = user_data;
  const gboolean late = fault_proxy_get_n (proxy) % 50 == 0;

  return (Fault) { FAULT_CUT, (guint64) g_rand_int_range (random, 1, late ? 65536 : 900), 0 };
}

static Fault
choose_cb (FaultProxy *proxy,
           gpointer    user_data)
{
  GRand *random = user_data;

  /* The first connection gets its list: what is lost before it, nobody had. */
  if (fault_proxy_get_n (proxy) == 1)
    return (Fault) { FAULT_CUT, 64 * 1024, 0 };

  return (Fault) {
    .kind = g_rand_boolean (random) ? FAULT_CUT : FAULT_RESET,
    .value = (guint64) g_rand_int_range (random, 1, MAX_FROM_SERVER),
    .from_client = g_rand_int_range (random, 0, 3) > 0 ? 0 :
                   (guint64) g_rand_int_range (random, 1, MAX_FROM_CLIENT),
  };
}

static gboolean
is_live_at (PegConnection *connection,
            PegStore      *store,
            guint64        seq)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (store);

  return peg_connection_get_state (connection) == PEG_LINK_LIVE &&
         peg_snapshot_get_seq (snapshot) >= seq;
}

static void
assert_same_tree (PegStore   *store,
                  RealServer *server)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (store);
  g_autoptr (GPtrArray) entries = real_server_list (server);

  g_assert_cmpuint (entries->len, ==, REAL_SERVER_FILES);
  g_assert_cmpuint (peg_snapshot_get_counts (snapshot)->all, ==, entries->len);

  for (guint i = 0; i < entries->len; i++) {
    const PegEntry *theirs = g_ptr_array_index (entries, i);
    const PegEntry *ours = peg_snapshot_find (snapshot, peg_entry_get_key (theirs));

    g_assert_nonnull (ours);
    g_assert_cmpuint (peg_entry_get_version (ours), ==, peg_entry_get_version (theirs));
    g_assert_true (peg_entry_equal (ours, theirs));
  }
}

static void
run (guint    cuts,
     gboolean waits)
{
  g_autoptr (RealServer) server = real_server_new (program, seed);
  g_autoptr (FaultProxy) proxy = fault_proxy_new (0, server->port);
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autoptr (PegStore) store = peg_store_new ();
  g_autoptr (PegClock) clock = hasty_clock_new ();
  g_autoptr (PegRandom) system_random = peg_system_random_new ();
  g_autoptr (PegDialer) dialer = peg_websocket_dialer_new (clock, NULL, NULL);
  g_autoptr (PegConnection) connection = peg_connection_new (store, clock, system_random);
  g_autofree char *uri = g_strdup_printf ("ws://127.0.0.1:%u/ws", fault_proxy_get_port (proxy));
  const gint64 began_us = g_get_monotonic_time ();
  guint64 first_seq;

  memset (&applied, 0, sizeof applied);
  applied.store = store;
  applied.server = waits ? server : NULL;
  fault_proxy_choose (proxy, waits ? choose_cb : choose_early_cb, random);
  peg_connection_start (connection, &(PegConnectionTarget) {
    .uri = uri, .user = "watcher", .dialer = dialer,
  });
  AWAIT_FOR (20, is_live_at (connection, store, 0));
  first_seq = applied.seq;

  if (waits)
    real_server_allow (server, MAX_AHEAD);
  real_server_change (server, waits ? N_PEOPLE : N_MANY_PEOPLE);
  AWAIT_FOR (240, fault_proxy_get_n_cut (proxy) >= cuts);
  server->changing = FALSE;
  AWAIT_FOR (20, server->n_busy == 0);

  fault_proxy_set (proxy, (Fault) { FAULT_PASS, 0, 0 });
  AWAIT_FOR (20, is_live_at (connection, store, first_seq + server->n_changes));

  g_test_message ("seed %u: %u cuts of %u connections, %u changes in %.1f s: %u applied one by one, "
                  "%u lists, %u lost, %u doubled or reordered",
                  seed, fault_proxy_get_n_cut (proxy), fault_proxy_get_n (proxy),
                  server->n_changes, (double) (g_get_monotonic_time () - began_us) / G_USEC_PER_SEC,
                  applied.n_changes, applied.n_lists, applied.n_lost, applied.n_doubled);
  g_assert_cmpuint (applied.n_lost, ==, 0);
  g_assert_cmpuint (applied.n_doubled, ==, 0);
  g_assert_cmpuint (applied.seq, ==, first_seq + server->n_changes);
  if (waits) {
    g_assert_cmpuint (applied.n_lists, ==, 1);
    g_assert_cmpuint (applied.n_changes, ==, server->n_changes);
  }
  assert_same_tree (store, server);

  applied.server = NULL;
  peg_connection_stop (connection);
}

/* Every event is seen, because the server sends again what was missed. */
static void
test_replayed (void)
{
  run (n_cuts, TRUE);
}

/* More happens than comes through: lists take the place of events, as
 * often as the machines make it. A list comes with every fiftieth connection. */
static void
test_far_behind (void)
{
  run (n_cuts / 2, FALSE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  if (argc < 2)
    g_error ("Usage: test-cuts PEGBOARDD [CUTS [SEED]]");
  program = argv[1];
  if (argc > 2)
    n_cuts = (guint) g_ascii_strtoull (argv[2], NULL, 10);
  seed = argc > 3 ? (guint32) g_ascii_strtoull (argv[3], NULL, 10)
                  : (guint32) g_test_rand_int ();

  g_test_add_func ("/cuts/replayed", test_replayed);
  g_test_add_func ("/cuts/far-behind", test_far_behind);

  return g_test_run ();
}
