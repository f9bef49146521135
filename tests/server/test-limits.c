/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-herd.h"
#include "peg-limits.h"

static const PegLimits limits = PEG_LIMITS_INIT;

static gint64
clock_cb (gpointer user_data)
{
  return *(gint64 *) user_data;
}

/* 10,000 clients of one address come back within ten seconds, in any order that
 * their windows allow, each with a socket and two more requests. */
static void
test_limits_herd (void)
{
  gint64 now_us = G_USEC_PER_SEC;
  g_autoptr (PegGate) gate = peg_gate_new (&limits, clock_cb, &now_us);
  g_autoptr (GInetAddress) router = g_inet_address_new_from_string ("192.0.2.1");
  guint wait_s;

  for (guint i = 0; i < 10000; i++) {
    now_us += 1000;
    for (guint j = 0; j < 3; j++)
      g_assert_true (peg_gate_take_request (gate, router, &wait_s));
    g_assert_true (peg_gate_has_room (gate, router, &wait_s));
    peg_gate_enter (gate, router);
  }

  /* All of them again, and all at once: a server that came back had no window to
   * tell them. */
  for (guint i = 0; i < 10000; i++)
    peg_gate_leave (gate, router);
  now_us += 3 * G_USEC_PER_SEC;
  for (guint i = 0; i < 10000; i++) {
    g_assert_true (peg_gate_take_request (gate, router, &wait_s));
    g_assert_true (peg_gate_has_room (gate, router, &wait_s));
    peg_gate_enter (gate, router);
  }
}

/* One address runs wild; the others do not feel it. */
static void
test_limits_requests (void)
{
  gint64 now_us = G_USEC_PER_SEC;
  g_autoptr (PegGate) gate = peg_gate_new (&limits, clock_cb, &now_us);
  g_autoptr (GInetAddress) wild = g_inet_address_new_from_string ("192.0.2.1");
  g_autoptr (GInetAddress) mapped = g_inet_address_new_from_string ("::ffff:192.0.2.1");
  g_autoptr (GInetAddress) other = g_inet_address_new_from_string ("192.0.2.2");
  guint taken = 0, wait_s = 0;

  while (peg_gate_take_request (gate, wild, &wait_s))
    taken++;
  g_assert_cmpuint (taken, ==, 3 * limits.requests_per_s);
  g_assert_cmpuint (wait_s, ==, 1);
  g_assert_false (peg_gate_take_request (gate, mapped, &wait_s));
  g_assert_true (peg_gate_take_request (gate, other, &wait_s));

  now_us += G_USEC_PER_SEC / 2;
  for (taken = 0; peg_gate_take_request (gate, wild, &wait_s); taken++)
    ;
  g_assert_cmpuint (taken, ==, limits.requests_per_s / 2);
}

static void
test_limits_sockets (void)
{
  const PegLimits few = { .max_clients = 5, .max_per_address = 3, .requests_per_s = 1 };
  g_autoptr (PegGate) gate = peg_gate_new (&few, NULL, NULL);
  g_autoptr (GInetAddress) one = g_inet_address_new_from_string ("2001:db8:0:1::1");
  g_autoptr (GInetAddress) same = g_inet_address_new_from_string ("2001:db8:0:1:ffff::2");
  g_autoptr (GInetAddress) other = g_inet_address_new_from_string ("2001:db8:0:2::1");
  guint wait_s = 0;

  for (guint i = 0; i < 3; i++) {
    g_assert_true (peg_gate_has_room (gate, one, &wait_s));
    peg_gate_enter (gate, one);
  }
  g_assert_false (peg_gate_has_room (gate, one, &wait_s));
  g_assert_cmpuint (wait_s, ==, 5);
  g_assert_false (peg_gate_has_room (gate, same, &wait_s));
  g_assert_true (peg_gate_has_room (gate, other, &wait_s));
  peg_gate_enter (gate, other);
  peg_gate_enter (gate, NULL);
  g_assert_false (peg_gate_has_room (gate, other, &wait_s));
  peg_gate_leave (gate, one);
  g_assert_true (peg_gate_has_room (gate, same, &wait_s));
}

/* Many addresses cost a bounded amount, and those with a socket stay known. */
static void
test_limits_memory (void)
{
  gint64 now_us = G_USEC_PER_SEC;
  g_autoptr (PegGate) gate = peg_gate_new (&limits, clock_cb, &now_us);
  g_autoptr (GInetAddress) here = g_inet_address_new_from_string ("192.0.2.1");
  guint wait_s;

  for (guint i = 0; i < limits.max_per_address; i++)
    peg_gate_enter (gate, here);

  for (guint32 i = 0; i < 200000; i++) {
    const guint8 bytes[] = { 10, (guint8) (i >> 16), (guint8) (i >> 8), (guint8) i };
    g_autoptr (GInetAddress) address = g_inet_address_new_from_bytes (bytes, G_SOCKET_FAMILY_IPV4);

    now_us += 10;
    g_assert_true (peg_gate_take_request (gate, address, &wait_s));
    g_assert_cmpuint (peg_gate_get_size (gate), <=, 20000);
  }
  g_assert_false (peg_gate_has_room (gate, here, &wait_s));
}

static void
test_limits_bucket (void)
{
  PegBucket bucket = { 0 };
  guint wait_s = 0;

  for (guint i = 0; i < 8; i++)
    g_assert_true (peg_bucket_take (&bucket, 2, 8, 1000, &wait_s));
  g_assert_false (peg_bucket_take (&bucket, 2, 8, 1000, &wait_s));
  g_assert_cmpuint (wait_s, ==, 1);

  /* A clock that goes back takes nothing away. */
  g_assert_false (peg_bucket_take (&bucket, 2, 8, 500, &wait_s));
  g_assert_true (peg_bucket_take (&bucket, 2, 8, 500 + G_USEC_PER_SEC, &wait_s));
}

/* The most that there were of late come back. Those who are there do not fade,
 * however long nobody comes or goes; those who went do, while the server is here. */
static void
test_limits_peak (void)
{
  gint64 now_us = 5 * G_USEC_PER_SEC;
  PegHerd herd = { 0 };

  g_assert_cmpuint (peg_herd_see (&herd, 4000, now_us), ==, 4000);
  now_us += 10 * PEG_HERD_HALF_US;
  g_assert_cmpuint (peg_herd_see (&herd, 4000, now_us), ==, 4000);
  g_assert_cmpuint (peg_herd_see (&herd, 0, now_us), ==, 4000);
  now_us += PEG_HERD_HALF_US;
  g_assert_cmpuint (peg_herd_see (&herd, 10, now_us), ==, 2000);
  now_us += PEG_HERD_HALF_US / 2;
  g_assert_cmpuint (peg_herd_see (&herd, 10, now_us), ==, 1414);
  g_assert_cmpuint (peg_herd_see (&herd, 3000, now_us), ==, 3000);
  now_us += 20 * PEG_HERD_HALF_US;
  g_assert_cmpuint (peg_herd_see (&herd, 7, now_us), ==, 7);

  /* A server that was away for a day expects them all. */
  now_us += G_TIME_SPAN_DAY;
  peg_herd_begin (&herd, 3000, now_us);
  g_assert_cmpuint (peg_herd_see (&herd, 1, now_us), ==, 3000);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/server/limits/herd", test_limits_herd);
  g_test_add_func ("/server/limits/peak", test_limits_peak);
  g_test_add_func ("/server/limits/requests", test_limits_requests);
  g_test_add_func ("/server/limits/sockets", test_limits_sockets);
  g_test_add_func ("/server/limits/memory", test_limits_memory);
  g_test_add_func ("/server/limits/bucket", test_limits_bucket);

  return g_test_run ();
}
