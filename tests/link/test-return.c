/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "connection-fixture.h"

/* A server goes, and comes back, and thirty windows were open: how long until each
 * is live again, on the real state machine in virtual time. The limits are those
 * of docs/architecture.md, “The connection”. */

#define N_CLIENTS 30
#define N_ROUNDS 40

/* How finely the time passes. */
#define STEP_US (10 * MS)

#define SEEDED_TYPE_RANDOM (seeded_random_get_type ())

G_DECLARE_FINAL_TYPE (SeededRandom, seeded_random, SEEDED, RANDOM, GObject)

struct _SeededRandom
{
  GObject parent_instance;

  GRand *random;
};

static double
seeded_random_next (PegRandom *random)
{
  return g_rand_double (SEEDED_RANDOM (random)->random);
}

static void
random_iface_init (PegRandomInterface *iface)
{
  iface->next = seeded_random_next;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (SeededRandom, seeded_random, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PEG_TYPE_RANDOM, random_iface_init))

static void
seeded_random_finalize (GObject *object)
{
  g_rand_free (SEEDED_RANDOM (object)->random);

  G_OBJECT_CLASS (seeded_random_parent_class)->finalize (object);
}

static void
seeded_random_class_init (SeededRandomClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = seeded_random_finalize;
}

static void
seeded_random_init (SeededRandom *self)
{
  self->random = g_rand_new_with_seed (1);
}

typedef struct {
  Fixture fixture;
  guint n_answered; /* how many of its attempts */
  gint64 live_us;   /* when it was live again; 0: not yet */
} Client;

static void
set_up (Client    *client,
        FakeClock *clock,
        PegRandom *random)
{
  Fixture *fixture = &client->fixture;

  *client = (Client) { .n_answered = 1 };
  fixture->store = peg_store_new ();
  fixture->clock = g_object_ref (clock);
  fixture->dialer = fake_dialer_new ();
  fixture->connection = peg_connection_new (fixture->store, PEG_CLOCK (clock), random);
  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);

  /* What thirty clients are told: a second for each thousand, but at least one. */
  connection_say (fixture, "{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":1,\"recovered\":false,"
                           "\"user\":\"ada\",\"retry_window_ms\":1000}");
  connection_say (fixture, LIST ("e", 1));
  assert_state (fixture, LIVE);
}

static void
tear_down (Client *client)
{
  Fixture *fixture = &client->fixture;

  g_assert_finalize_object (g_steal_pointer (&fixture->connection));
  g_clear_object (&fixture->dialer);
  g_clear_object (&fixture->clock);
  g_clear_object (&fixture->store);
}

/* What becomes of an attempt that was just made. */
static void
answer (Client   *client,
        gboolean  up)
{
  Fixture *fixture = &client->fixture;

  if (fixture->dialer->transports->len == client->n_answered)
    return;

  client->n_answered = fixture->dialer->transports->len;
  if (!up) {
    fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_REFUSED, 0, 0);
    return;
  }

  fake_transport_open (connection_socket (fixture), PEG_WIRE_PROTOCOL);
  connection_say (fixture, HELLO ("e", 1, true));
  assert_state (fixture, LIVE);
  connection_say (fixture, "{\"type\":\"pong\"}");
  client->live_us = peg_clock_get_mono_us (PEG_CLOCK (fixture->clock));
}

/* Lets the time pass, until everybody is live again if the server is up. */
static void
pass (FakeClock *clock,
      Client    *clients,
      gint64     us,
      gboolean   up)
{
  for (gint64 at_us = 0; at_us < us; at_us += STEP_US) {
    fake_clock_advance (clock, STEP_US);
    for (guint i = 0; i < N_CLIENTS; i++)
      answer (&clients[i], up);
  }
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  const gint64 left = *(const gint64 *) a, right = *(const gint64 *) b;

  return left < right ? -1 : left > right;
}

/* Once: the server is away for @outage_us, and then is back. */
static void
run (PegRandom *random,
     gint64     outage_us,
     guint      code,
     GArray    *times)
{
  g_autoptr (FakeClock) clock = fake_clock_new ();
  Client clients[N_CLIENTS];
  gint64 back_us;

  for (guint i = 0; i < N_CLIENTS; i++)
    set_up (&clients[i], clock, random);
  fake_clock_advance (clock, 6 * S);

  for (guint i = 0; i < N_CLIENTS; i++) {
    connection_say (&clients[i].fixture, "{\"type\":\"pong\",\"id\":1}");
    fake_transport_close (connection_socket (&clients[i].fixture), code);
  }

  pass (clock, clients, outage_us, FALSE);
  back_us = peg_clock_get_mono_us (PEG_CLOCK (clock));
  pass (clock, clients, 20 * S, TRUE);

  for (guint i = 0; i < N_CLIENTS; i++) {
    const gint64 took_us = clients[i].live_us - back_us;

    g_assert_cmpint (clients[i].live_us, !=, 0);
    g_array_append_val (times, took_us);
    tear_down (&clients[i]);
  }
}

static void
test_return (gconstpointer data)
{
  const gint64 outage_us = GPOINTER_TO_INT (data) * S;
  static const guint codes[] = { 1001, 1006, 1012 };
  g_autoptr (PegRandom) random = g_object_new (SEEDED_TYPE_RANDOM, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++) {
    g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
    gint64 p50, p99;

    for (guint round = 0; round < N_ROUNDS; round++)
      run (random, outage_us, codes[i], times);

    g_array_sort (times, compare_times);
    p50 = g_array_index (times, gint64, times->len / 2);
    p99 = g_array_index (times, gint64, times->len * 99 / 100);
    g_test_message ("back after %d s, closed with %u: p50 %.2f s, p99 %.2f s, last %.2f s",
                    GPOINTER_TO_INT (data), codes[i], (double) p50 / S, (double) p99 / S,
                    (double) g_array_index (times, gint64, times->len - 1) / S);
    if (outage_us == 20 * S) {
      g_assert_cmpint (p50, <=, 2 * S);
      g_assert_cmpint (p99, <=, 5 * S);
    }
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/return/after-3-s", GINT_TO_POINTER (3), test_return);
  g_test_add_data_func ("/return/after-20-s", GINT_TO_POINTER (20), test_return);

  return g_test_run ();
}
