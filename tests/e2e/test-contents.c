/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-client.h"
#include "peg-connection.h"
#include "peg-websocket.h"

#include "fault-proxy.h"
#include "real-server.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* Sends 50 MB from and to a real pegboardd through sockets that are cut again and
 * again, while others take and give back files:
 *
 *   test-contents PEGBOARDD [MEGABYTES [SEED]]
 *
 * HTTP is made such that the content cannot have gone there. */

/* How often the socket is cut in each direction. */
#define N_CUTS 10

/* How much the memory may grow while the content goes through, KiB. */
#define MAX_GROWTH_KIB (16 * 1024)

/* What fits through HTTP, bytes: a form, and no content. */
#define MAX_HTTP (64 * 1024)

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
static gsize n_bytes = 50 * 1000 * 1000;
static guint32 seed = 1;

typedef struct {
  RealServer *server;
  FaultProxy *proxy;         /* of the socket */
  FaultProxy *http;
  GRand *random;
  PegStore *store;
  PegConnection *connection;
  PegTransfers *transfers;
  PegClient *client;
  GBytes *content;
  guint cuts_left;

  gboolean over;
  GError *error;

  /* Somebody who takes a file and gives it back, all the time. */
  SoupMessage *probe;
  gboolean probe_takes;
  gint64 probed_us;          /* when it was asked for; 0: nothing is */
  GArray *latencies;         /* (element-type gint64) */
  gint64 look_us;            /* when to look at the memory again */
  gint64 most_ours_kib;
  gint64 most_theirs_kib;
} Run;

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
  Run *run = user_data;
  const guint64 part = n_bytes / N_CUTS;

  if (run->cuts_left == 0)
    return (Fault) { FAULT_PASS, 0, 0 };

  run->cuts_left--;

  return (Fault) {
    .kind = g_rand_boolean (run->random) ? FAULT_CUT : FAULT_RESET,
    .value = part / 4 + (guint64) (g_rand_double (run->random) * (double) part / 2),
    .from_client = part / 4 + (guint64) (g_rand_double (run->random) * (double) part / 2),
  };
}

static void
probed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Run *run = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;

  body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (soup_message_get_status (run->probe), ==, SOUP_STATUS_OK);
  g_clear_object (&run->probe);
}

static PegEntry *
find (Run        *run,
      const char *name)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (run->store);

  for (guint i = 0; i < peg_snapshot_get_n_groups (snapshot); i++) {
    PegGroup *group = peg_snapshot_get_group (snapshot, i);

    for (guint j = 0; j < peg_group_get_n (group); j++) {
      PegEntry *entry = peg_group_get (group, j);

      if (g_str_equal (peg_entry_get_filename (entry), name))
        return peg_entry_ref (entry);
    }
  }

  return NULL;
}

static gboolean
sees_probe (Run *run)
{
  g_autoptr (PegEntry) entry = find (run, "O1000.nc");

  return entry != NULL && peg_entry_is_locked (entry) == run->probe_takes;
}

/* Measures from the request to the moment in which the store knows, also over a
 * cut. */
static void
probe (Run *run)
{
  g_autofree char *uri = NULL;
  g_autoptr (GBytes) body = g_bytes_new_static ("{\"user\":\"eve\"}", 14);

  if (run->probed_us != 0 && sees_probe (run)) {
    const gint64 latency_us = g_get_monotonic_time () - run->probed_us;

    g_array_append_val (run->latencies, latency_us);
    run->probed_us = 0;
  }

  if (run->probed_us != 0 || run->probe != NULL ||
      peg_connection_get_state (run->connection) != PEG_LINK_LIVE)
    return;

  run->probe_takes = !run->probe_takes;
  run->probed_us = g_get_monotonic_time ();
  uri = g_strdup_printf ("http://127.0.0.1:%u/files/O1000.nc/%s", run->server->port,
                         run->probe_takes ? "checkout" : "cancel_checkout");
  run->probe = soup_message_new ("POST", uri);
  soup_message_set_request_body_from_bytes (run->probe, "application/json", body);
  soup_session_send_and_read_async (run->server->session, run->probe, G_PRIORITY_DEFAULT, NULL,
                                    probed_cb, run);
}

static gboolean
is_over (Run *run)
{
  const gint64 now_us = g_get_monotonic_time ();

  probe (run);
  if (now_us < run->look_us)
    return run->over;

  run->look_us = now_us + G_USEC_PER_SEC / 20;
  run->most_ours_kib = MAX (run->most_ours_kib, get_rss_kib ("self"));
  run->most_theirs_kib = MAX (run->most_theirs_kib,
                              get_rss_kib (g_subprocess_get_identifier (run->server->process)));

  return run->over;
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  const gint64 *x = a, *y = b;

  return *x < *y ? -1 : *x > *y;
}

/* Waits for the end of one direction, and says what it cost. */
static void
see_through (Run        *run,
             const char *what)
{
  const gint64 ours_kib = get_rss_kib ("self");
  const gint64 theirs_kib = get_rss_kib (g_subprocess_get_identifier (run->server->process));
  const gint64 began_us = g_get_monotonic_time ();
  const guint cut_before = fault_proxy_get_n_cut (run->proxy);
  guint n;

  run->most_ours_kib = run->most_theirs_kib = 0;
  g_array_set_size (run->latencies, 0);
  AWAIT_FOR (120, is_over (run));
  if (run->error != NULL)
    g_error ("%s: %s", what, run->error->message);

  g_array_sort (run->latencies, compare);
  n = run->latencies->len;
  g_test_message ("%s: %.1f MB in %.2f s, %u cuts; memory: client %+" G_GINT64_FORMAT
                  " KiB, server %+" G_GINT64_FORMAT " KiB; %u changes meanwhile, seen after "
                  "%.1f ms (median), %.1f ms (p95), %.1f ms (most)",
                  what, (double) n_bytes / 1e6,
                  (double) (g_get_monotonic_time () - began_us) / G_USEC_PER_SEC,
                  fault_proxy_get_n_cut (run->proxy) - cut_before,
                  run->most_ours_kib - ours_kib, run->most_theirs_kib - theirs_kib, n,
                  n > 0 ? (double) g_array_index (run->latencies, gint64, n / 2) / 1000 : 0,
                  n > 0 ? (double) g_array_index (run->latencies, gint64, n * 95 / 100) / 1000 : 0,
                  n > 0 ? (double) g_array_index (run->latencies, gint64, n - 1) / 1000 : 0);
  g_assert_cmpuint (n, >, 0);
  g_assert_cmpuint (run->cuts_left, <, N_CUTS);

  /* A sanitizer keeps what was freed for a while. */
  if (!HAS_SANITIZER) {
    g_assert_cmpint (run->most_ours_kib - ours_kib, <, MAX_GROWTH_KIB);
    g_assert_cmpint (run->most_theirs_kib - theirs_kib, <, MAX_GROWTH_KIB);
  }

  AWAIT_FOR (20, run->probe == NULL);
  run->over = FALSE;
}

static gboolean
is_there (Run *run)
{
  g_autoptr (PegEntry) entry = find (run, "large.nc");

  return entry != NULL && peg_entry_get_size (entry) == (gint64) n_bytes;
}

static gboolean
is_mine (Run *run)
{
  g_autoptr (PegEntry) entry = find (run, "large.nc");

  return entry != NULL && peg_entry_get_lock (entry, "dana") == PEG_LOCK_OWN;
}

static void
downloaded_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  Run *run = user_data;

  peg_client_download_finish (PEG_CLIENT (source), result, &run->error);
  run->over = TRUE;
}

static void
checked_in_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  Run *run = user_data;

  peg_client_check_in_finish (PEG_CLIENT (source), result, &run->error);
  run->over = TRUE;
}

static void
checked_out_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  Run *run = user_data;

  peg_client_check_out_finish (PEG_CLIENT (source), result, &run->error);
  g_assert_no_error (run->error);
}

static void
assert_same (const char *path,
             GBytes     *content)
{
  g_autofree char *text = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  g_assert_cmpuint (length, ==, g_bytes_get_size (content));
  g_assert_true (memcmp (text, g_bytes_get_data (content, NULL), length) == 0);
}

static GBytes *
make_content (GRand *random)
{
  guint32 *data = g_malloc (n_bytes + sizeof (guint32));

  for (gsize i = 0; i <= n_bytes / sizeof (guint32); i++)
    data[i] = g_rand_int (random);

  return g_bytes_new_take (data, n_bytes);
}

static void
cut_from_now_on (Run *run)
{
  run->cuts_left = N_CUTS;
  fault_proxy_choose (run->proxy, choose_cb, run);

  /* The connection that is there ends with the first. */
  fault_proxy_set (run->proxy, (Fault) { FAULT_REFUSE, 0, 0 });
  fault_proxy_set (run->proxy, (Fault) { FAULT_PASS, 0, 0 });
  fault_proxy_choose (run->proxy, choose_cb, run);
  AWAIT_FOR (20, peg_connection_get_state (run->connection) != PEG_LINK_LIVE);
  AWAIT_FOR (20, peg_connection_get_state (run->connection) == PEG_LINK_LIVE);
}

static void
test_down_and_up (Run *run)
{
  g_autofree char *there = g_build_filename (run->server->folder, "shop", "large.nc", NULL);
  g_autofree char *here = g_build_filename (run->server->folder, "here.nc", NULL);
  g_autofree char *out = g_uuid_string_random ();
  g_autofree char *in = g_uuid_string_random ();
  g_autoptr (GFile) file = g_file_new_for_path (here);
  g_autoptr (PegEntry) entry = NULL;
  g_autoptr (PegEntry) mine = NULL;
  g_autoptr (GBytes) next = NULL;

  g_assert_true (g_file_set_contents (there, g_bytes_get_data (run->content, NULL),
                                      (gssize) n_bytes, NULL));
  AWAIT_FOR (20, is_there (run));
  AWAIT_FOR (20, peg_connection_get_state (run->connection) == PEG_LINK_LIVE);
  entry = find (run, "large.nc");

  cut_from_now_on (run);
  peg_client_download_async (run->client, entry, NULL, file, NULL, downloaded_cb, run);
  see_through (run, "down");
  assert_same (here, run->content);

  next = make_content (run->random);
  g_assert_true (g_file_set_contents (here, g_bytes_get_data (next, NULL), (gssize) n_bytes, NULL));
  peg_client_check_out_async (run->client, entry, NULL, out, NULL, checked_out_cb, run);
  AWAIT_FOR (20, is_mine (run));
  mine = find (run, "large.nc");

  cut_from_now_on (run);
  peg_client_check_in_async (run->client, mine, file, "50 MB", FALSE, in, NULL, checked_in_cb,
                             run);
  see_through (run, "up");
  assert_same (there, next);
}

static void
test_contents (void)
{
  g_autoptr (RealServer) server = real_server_new (program, seed);
  g_autoptr (FaultProxy) proxy = fault_proxy_new (0, server->port);
  g_autoptr (FaultProxy) http = fault_proxy_new (0, server->port);
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autoptr (PegStore) store = peg_store_new ();
  g_autoptr (PegClock) clock = hasty_clock_new ();
  g_autoptr (PegRandom) system_random = peg_system_random_new ();
  g_autoptr (PegDialer) dialer = peg_websocket_dialer_new (clock, NULL, NULL);
  g_autoptr (PegConnection) connection = peg_connection_new (store, clock, system_random);
  g_autoptr (PegClock) system_clock = peg_system_clock_new ();
  g_autoptr (PegTransfers) transfers = peg_transfers_new (connection, system_clock);
  g_autoptr (PegClient) client = NULL;
  g_autoptr (GBytes) content = make_content (random);
  g_autoptr (GArray) latencies = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree char *socket_uri = g_strdup_printf ("ws://127.0.0.1:%u/ws", fault_proxy_get_port (proxy));
  g_autofree char *http_uri = g_strdup_printf ("http://127.0.0.1:%u", fault_proxy_get_port (http));
  Run run = {
    .server = server, .proxy = proxy, .http = http, .random = random, .store = store,
    .connection = connection, .transfers = transfers, .content = content, .latencies = latencies,
  };

  fault_proxy_set (http, (Fault) { FAULT_CUT, MAX_HTTP, MAX_HTTP });
  client = peg_client_new (store, clock, &(PegClientTarget) { .http = http_uri, .user = "dana" });
  peg_client_set_dialect (client, PEG_DIALECT_PEGBOARD_1);
  peg_client_set_transfers (client, transfers);
  run.client = client;

  peg_connection_start (connection, &(PegConnectionTarget) {
    .uri = socket_uri, .user = "dana", .dialer = dialer,
  });
  AWAIT_FOR (20, peg_connection_get_state (connection) == PEG_LINK_LIVE);
  test_down_and_up (&run);
  peg_connection_stop (connection);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  if (argc < 2)
    g_error ("Usage: test-contents PEGBOARDD [MEGABYTES [SEED]]");
  program = argv[1];
  if (argc > 2)
    n_bytes = (gsize) g_ascii_strtoull (argv[2], NULL, 10) * 1000 * 1000;
  if (argc > 3)
    seed = (guint32) g_ascii_strtoull (argv[3], NULL, 10);

  g_test_add_func ("/contents", test_contents);

  return g_test_run ();
}
