/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-connection.h"
#include "peg-websocket.h"

#include "fault-proxy.h"
#include "real-server.h"

#include <string.h>
#include <unistd.h>

/* Lets the real client lose the real server ten thousand times, at every stage of
 * a connection, and looks at what is left of that:
 *
 *   test-reconnects PEGBOARDD [RECONNECTS [SEED]]
 *
 * No descriptor more, on either side, and no memory that grows with the number, but
 * for what libsoup keeps in the server. */

/* What is allocated once has been allocated by then. */
#define WARM_UP 1000

/* How much the memory may grow after that, KiB. */
#define MAX_GROWTH_KIB 1024

/* libsoup 3.2.3 keeps one GSocket of each WebSocket that a server has ever had,
 * closed (valgrind: soup_server_message_steal_connection(), 344 bytes). That much
 * is not the server’s doing, and not more than that may grow. */
#define LIBSOUP_BYTES 400

/* How far a connection comes at most, bytes: into the time when it is live. */
#define MAX_FROM_SERVER 1200

#if defined (__SANITIZE_ADDRESS__)
#define HAS_SANITIZER TRUE
#elif defined (__has_feature)
#if __has_feature (address_sanitizer)
#define HAS_SANITIZER TRUE
#endif
#endif
#ifndef HAS_SANITIZER
#define HAS_SANITIZER FALSE
#endif

static const char *program;
static guint n_reconnects = 10000;
static guint32 seed;

static guint
count_descriptors (const char *process)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/fd", process);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  guint n = 0;

  g_assert_nonnull (folder);
  while (g_dir_read_name (folder) != NULL)
    n++;

  return n;
}

/* proc(5), statm: the second number is what is resident, in pages. */
static gint64
get_rss_kib (const char *process)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/statm", process);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));

  return g_ascii_strtoll (strchr (text, ' '), NULL, 10) * (sysconf (_SC_PAGESIZE) / 1024);
}

static Fault
choose_cb (FaultProxy *proxy,
           gpointer    user_data)
{
  GRand *random = user_data;

  return (Fault) {
    .kind = g_rand_boolean (random) ? FAULT_CUT : FAULT_RESET,
    .value = (guint64) g_rand_int_range (random, 1, MAX_FROM_SERVER),
    .from_client = (guint64) g_rand_int_range (random, 1, 2 * MAX_FROM_SERVER),
  };
}

typedef struct {
  RealServer *server;
  FaultProxy *proxy;
  GRand *random;
  PegConnection *connection;
  PegStore *store;
} Run;

/* A connection that has become live says nothing more: it is reset. Gives how
 * often the server was lost. */
static guint
lose_again (Run *run)
{
  if (peg_connection_get_state (run->connection) == PEG_LINK_LIVE) {
    fault_proxy_set (run->proxy, (Fault) { FAULT_REFUSE, 0, 0 });
    fault_proxy_set (run->proxy, (Fault) { FAULT_PASS, 0, 0 });
    fault_proxy_choose (run->proxy, choose_cb, run->random);
  }

  return fault_proxy_get_n (run->proxy);
}

static char *
dup_detail (Run *run)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (run->store);

  return g_strdup (peg_snapshot_get_link (snapshot)->detail);
}

/* What the connection did last says why it is not live. */
static void
await_live (Run *run)
{
  const gint64 until_us = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  GSource *wake = await_wake_new ();

  while (peg_connection_get_state (run->connection) != PEG_LINK_LIVE) {
    if (g_get_monotonic_time () > until_us) {
      g_auto (GStrv) log = peg_connection_dup_log (run->connection);
      g_autofree char *text = g_strjoinv ("\n", log);

      g_error ("It does not become live (%s):\n%s", dup_detail (run), text);
    }
    g_main_context_iteration (NULL, TRUE);
  }
  await_wake_free (wake);
}

/* Loses the server until it has been lost @n times altogether, and then is live
 * and quiet. */
static void
lose (Run   *run,
      guint  n)
{
  gint64 quiet_us;

  fault_proxy_choose (run->proxy, choose_cb, run->random);
  AWAIT_FOR (200, lose_again (run) >= n);
  fault_proxy_set (run->proxy, (Fault) { FAULT_PASS, 0, 0 });
  await_live (run);

  /* Whatever was on its way has come by then. */
  quiet_us = g_get_monotonic_time () + G_USEC_PER_SEC / 5;
  AWAIT_FOR (20, g_get_monotonic_time () > quiet_us);
}

static void
run_all (Run *run)
{
  const char *server = g_subprocess_get_identifier (run->server->process);
  const gint64 began_us = g_get_monotonic_time ();
  guint ours, theirs, ours_after;
  gint64 our_kib, their_kib, our_growth_kib, their_growth_kib;

  lose (run, WARM_UP);
  ours = count_descriptors ("self");
  theirs = count_descriptors (server);
  our_kib = get_rss_kib ("self");
  their_kib = get_rss_kib (server);

  lose (run, WARM_UP + n_reconnects);
  AWAIT_FOR (20, count_descriptors ("self") <= ours);
  AWAIT_FOR (20, count_descriptors (server) <= theirs);
  ours_after = count_descriptors ("self");
  our_growth_kib = get_rss_kib ("self") - our_kib;
  their_growth_kib = get_rss_kib (server) - their_kib;

  g_test_message ("seed %u: %u reconnects in %.1f s; client: %u → %u descriptors, "
                  "%+" G_GINT64_FORMAT " KiB; server: %u → %u descriptors, %+" G_GINT64_FORMAT " KiB",
                  seed, fault_proxy_get_n (run->proxy) - WARM_UP,
                  (double) (g_get_monotonic_time () - began_us) / G_USEC_PER_SEC,
                  ours, ours_after, our_growth_kib, theirs, count_descriptors (server),
                  their_growth_kib);
  g_assert_cmpuint (ours_after, ==, ours);

  /* A sanitizer keeps what was freed for a while; it looks for leaks in its own
   * way. */
  if (!HAS_SANITIZER) {
    g_assert_cmpint (our_growth_kib, <, MAX_GROWTH_KIB);
    g_assert_cmpint (their_growth_kib, <, MAX_GROWTH_KIB + n_reconnects * LIBSOUP_BYTES / 1024);
  }
}

static void
test_reconnects (void)
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
  Run run = { server, proxy, random, connection, store };

  peg_connection_start (connection, &(PegConnectionTarget) {
    .uri = uri, .user = "watcher", .dialer = dialer,
  });
  AWAIT_FOR (20, peg_connection_get_state (connection) == PEG_LINK_LIVE);
  run_all (&run);
  peg_connection_stop (connection);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  if (argc < 2)
    g_error ("Usage: test-reconnects PEGBOARDD [RECONNECTS [SEED]]");
  program = argv[1];
  if (argc > 2)
    n_reconnects = (guint) g_ascii_strtoull (argv[2], NULL, 10);
  seed = argc > 3 ? (guint32) g_ascii_strtoull (argv[3], NULL, 10)
                  : (guint32) g_test_rand_int ();

  g_test_add_func ("/reconnects/nothing-left", test_reconnects);

  return g_test_run ();
}
