/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "connection-fixture.h"
#include "fake-server.h"

/* What the computer notices is a reason to look, and never more. */

static void
count_cb (PegNetwork *network,
          guint      *n)
{
  (*n)++;
}

/* Live, and it stays so if the server answers; if not, 3 s are enough. */
static void
test_live (Fixture       *fixture,
           gconstpointer  data)
{
  static void (* const hints[]) (PegNetwork *) = {
    peg_network_emit_changed, peg_network_emit_resumed,
  };

  for (guint i = 0; i < G_N_ELEMENTS (hints); i++) {
    connection_go_live (fixture);
    connection_say (fixture, "{\"type\":\"pong\",\"id\":1}");
    fake_clock_advance (fixture->clock, 6 * S);
    g_assert_cmpuint (connection_count (fixture, "{\"type\":\"ping\""), ==, 1);

    hints[i] (PEG_NETWORK (fixture->network));
    assert_state (fixture, LIVE);
    g_assert_cmpuint (connection_count (fixture, "{\"type\":\"ping\""), ==, 2);
    connection_say (fixture, CHANGE ("e", 2, "x.nc"));
    fake_clock_advance (fixture->clock, 5 * S);
    assert_state (fixture, LIVE);

    hints[i] (PEG_NETWORK (fixture->network));
    fake_clock_advance (fixture->clock, 3 * S - 1);
    assert_state (fixture, LIVE);
    fake_clock_advance (fixture->clock, 1);
    assert_state (fixture, WAITING);
    g_assert_cmpint (connection_wait (fixture), <=, S);
  }
}

/* Waiting, however long it would have been: within a second. */
static void
test_waiting (Fixture       *fixture,
              gconstpointer  data)
{
  connection_start (fixture, PEG_BACKOFF_FULL);
  for (guint i = 0; i < 6; i++) {
    fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_UNREACHABLE, 0, 0);
    if (i < 5)
      fake_clock_advance (fixture->clock, connection_wait (fixture));
  }
  assert_state (fixture, WAITING);
  g_assert_cmpint (connection_wait (fixture), >, 5 * S);

  peg_network_emit_changed (PEG_NETWORK (fixture->network));
  assert_state (fixture, WAITING);
  g_assert_cmpint (connection_wait (fixture), ==, S / 2);

  /* A storm of them is one. */
  fake_clock_advance (fixture->clock, S / 4);
  fake_random_set (fixture->random, 0.0);
  for (guint i = 0; i < 100; i++)
    peg_network_emit_changed (PEG_NETWORK (fixture->network));
  g_assert_cmpint (connection_wait (fixture), ==, S / 4);
  g_assert_cmpuint (fixture->dialer->transports->len, ==, 6);

  /* The next wait is another one. */
  fake_clock_advance (fixture->clock, S / 4);
  fake_random_set (fixture->random, 0.5);
  fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_UNREACHABLE, 0, 0);
  g_assert_cmpint (connection_wait (fixture), >, 5 * S);
  peg_network_emit_changed (PEG_NETWORK (fixture->network));
  g_assert_cmpint (connection_wait (fixture), ==, S / 2);
}

static void
test_suspended (Fixture       *fixture,
                gconstpointer  data)
{
  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_UNREACHABLE, 0, 0);
  fake_clock_sleep (fixture->clock, 600 * S);
  fake_clock_advance (fixture->clock, connection_wait (fixture));
  fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_UNREACHABLE, 0, 0);
  assert_state (fixture, SUSPENDED);
  g_assert_cmpint (connection_wait (fixture), >, 15 * S);

  peg_network_emit_resumed (PEG_NETWORK (fixture->network));
  assert_state (fixture, SUSPENDED);
  g_assert_cmpint (connection_wait (fixture), ==, S / 2);
}

/* Whoever asked for time gets it; and one of ten thousand behind one switch takes
 * the time that ten thousand need. */
static void
test_calm (Fixture       *fixture,
           gconstpointer  data)
{
  connection_start (fixture, PEG_BACKOFF_FULL);
  fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_NOT_A_SERVER, 503, 20 * S);
  peg_network_emit_changed (PEG_NETWORK (fixture->network));
  g_assert_cmpint (connection_wait (fixture), ==, 22 * S);

  connection_start (fixture, PEG_BACKOFF_FULL);
  peg_connection_set_window_ms (fixture->connection, 10000);
  for (guint i = 0; i < 3; i++) {
    fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_UNREACHABLE, 0, 0);
    if (i < 2)
      fake_clock_advance (fixture->clock, connection_wait (fixture));
  }
  g_assert_cmpint (connection_wait (fixture), ==, 10 * S);
  peg_network_emit_changed (PEG_NETWORK (fixture->network));
  g_assert_cmpint (connection_wait (fixture), ==, 5 * S);
}

/* Nothing that a network says starts, stops or shows anything by itself. */
static void
test_elsewhere (Fixture       *fixture,
                gconstpointer  data)
{
  peg_network_emit_changed (PEG_NETWORK (fixture->network));
  assert_state (fixture, STOPPED);

  connection_start (fixture, PEG_BACKOFF_FULL);
  peg_network_emit_changed (PEG_NETWORK (fixture->network));
  assert_state (fixture, CONNECTING);
  g_assert_cmpuint (fixture->dialer->transports->len, ==, 1);

  fake_transport_fail (connection_socket (fixture), PEG_LINK_REASON_NOT_A_SERVER, 401, 0);
  peg_network_emit_changed (PEG_NETWORK (fixture->network));
  assert_state (fixture, ACTION_NEEDED);

  peg_connection_stop (fixture->connection);
  peg_network_emit_resumed (PEG_NETWORK (fixture->network));
  assert_state (fixture, STOPPED);
}

/* While polling, it is a good moment to look for a socket. */
static void
test_polling (Fixture       *fixture,
              gconstpointer  data)
{
  connection_fall_back (fixture);
  g_assert_cmpuint (fixture->dialer->transports->len, ==, 1);
  peg_network_emit_changed (PEG_NETWORK (fixture->network));
  assert_state (fixture, POLLING);
  g_assert_cmpuint (fixture->dialer->transports->len, ==, 2);
}

/* What really slept is not live, and is tried within a second. */
static void
test_resumed (Fixture       *fixture,
              gconstpointer  data)
{
  connection_go_live (fixture);
  fake_clock_advance (fixture->clock, 6 * S);
  fake_clock_sleep (fixture->clock, 3600 * S);
  peg_network_emit_resumed (PEG_NETWORK (fixture->network));
  assert_state (fixture, WAITING);
  g_assert_cmpint (connection_wait (fixture), <=, S);
}

/* The desktop's own: silent where there is none, in the context that was asked
 * for, and gone without a trace. */
static void
test_system (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  GNetworkMonitor *monitor = g_network_monitor_get_default ();
  PegNetwork *network = peg_system_network_new (context);
  guint n = 0;

  g_signal_connect (network, "changed", G_CALLBACK (count_cb), &n);
  g_signal_emit_by_name (monitor, "network-changed", FALSE);
  g_assert_cmpuint (n, ==, 0);
  while (g_main_context_iteration (context, FALSE))
    continue;
  g_assert_cmpuint (n, ==, 1);

  /* Whoever waited for the bus lets go of it. */
  AWAIT (G_OBJECT (network)->ref_count == 1);
  g_assert_finalize_object (network);
  g_signal_emit_by_name (monitor, "network-changed", TRUE);
  g_assert_false (g_main_context_pending (context));
}

/* logind tells of the end of a sleep, and of its beginning as well. */
static void
test_logind (void)
{
  g_autoptr (GTestDBus) bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_autoptr (GDBusConnection) logind = NULL;
  g_autoptr (GError) error = NULL;
  PegNetwork *network;
  guint n = 0;

  g_test_dbus_up (bus);
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", g_test_dbus_get_bus_address (bus), TRUE);
  logind = g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (bus),
                                                   G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                   G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                   NULL, NULL, &error);
  g_assert_no_error (error);
  g_variant_unref (g_dbus_connection_call_sync (logind, "org.freedesktop.DBus",
                                                "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                                "RequestName",
                                                g_variant_new ("(su)", "org.freedesktop.login1", 0),
                                                NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error));
  g_assert_no_error (error);

  network = peg_system_network_new (NULL);
  g_signal_connect (network, "resumed", G_CALLBACK (count_cb), &n);
  AWAIT (G_OBJECT (network)->ref_count == 1);

  for (guint i = 0; i < 2; i++) {
    /* The subscription may be on its way still; what is said again is heard. */
    AWAIT (g_dbus_connection_emit_signal (logind, NULL, "/org/freedesktop/login1",
                                          "org.freedesktop.login1.Manager", "PrepareForSleep",
                                          g_variant_new ("(b)", FALSE), NULL) && n > 0);
    n = 0;
  }

  g_dbus_connection_flush_sync (logind, NULL, NULL);
  /* More of them may be on their way than were waited for. */
  g_signal_handlers_disconnect_by_data (network, &n);
  g_object_unref (network);
  g_dbus_connection_close_sync (logind, NULL, NULL);
  g_test_dbus_stop (bus);
}

#define ADD(name, func) \
  g_test_add ("/network/" name, Fixture, NULL, \
              connection_fixture_set_up, func, connection_fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("live", test_live);
  ADD ("waiting", test_waiting);
  ADD ("suspended", test_suspended);
  ADD ("calm", test_calm);
  ADD ("elsewhere", test_elsewhere);
  ADD ("polling", test_polling);
  ADD ("resumed", test_resumed);
  g_test_add_func ("/network/logind", test_logind);
  g_test_add_func ("/network/system", test_system);

  return g_test_run ();
}
