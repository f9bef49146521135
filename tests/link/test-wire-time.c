/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "test-wire-time"

#include "peg-config.h"

#include "peg-wire.h"

/* 2026-11-20T23:39:02 UTC, seconds since 1970. */
#define BASE_S G_GINT64_CONSTANT (1795217942)
#define BASE_US (BASE_S * G_USEC_PER_SEC)

static const struct {
  const char *text;
  gint64 time_us;
} good[] = {
  { "2026-11-20T23:39:02+00:00", BASE_US },
  { "2026-11-20T23:39:02Z", BASE_US },
  { "2026-11-20T23:39:02z", BASE_US },
  { "2026-11-20t23:39:02Z", BASE_US },
  { "2026-11-20T23:39:02", BASE_US },
  { "2026-11-20 23:39:02", BASE_US },
  { "2026-11-20T23:39", BASE_US - 2 * G_USEC_PER_SEC },
  { "2026-11-20T23:39Z", BASE_US - 2 * G_USEC_PER_SEC },
  { "2026-11-20T23:39:02.775791+00:00", BASE_US + 775791 },
  { "2026-11-20T23:39:02.775791", BASE_US + 775791 },
  { "2026-11-20T23:39:02.5Z", BASE_US + 500000 },
  { "2026-11-20T23:39:02.000001Z", BASE_US + 1 },
  { "2026-11-20T23:39:02.1234569999999999999999Z", BASE_US + 123456 },
  { "2026-11-21T00:39:02+01:00", BASE_US },
  { "2026-11-21T00:39:02+01", BASE_US },
  { "2026-11-21T00:39:02+0100", BASE_US },
  { "2026-11-20T18:09:02-05:30", BASE_US },
  { "2026-11-21T13:39:02+14:00", BASE_US },
  { "2026-11-20T23:39:02-00:00", BASE_US },
  { "2016-12-31T23:59:60Z", G_GINT64_CONSTANT (1483228800) * G_USEC_PER_SEC },
  { "1970-01-01T00:00:00Z", 0 },
  { "1969-12-31T23:59:59.999999Z", -1 },
  { "2000-02-29T00:00:00Z", G_GINT64_CONSTANT (951782400) * G_USEC_PER_SEC },
  { "2024-02-29T00:00:00Z", G_GINT64_CONSTANT (1709164800) * G_USEC_PER_SEC },
  { "0001-01-01T00:00:00Z", G_GINT64_CONSTANT (-62135596800) * G_USEC_PER_SEC },
  { "9999-12-31T23:59:59Z", G_GINT64_CONSTANT (253402300799) * G_USEC_PER_SEC },
};

static const char * const bad[] = {
  "",
  "now",
  "2026",
  "2026-11-20",
  "2026-11-20T",
  "2026-11-20T23",
  "2026-11-20T23:",
  "2026-11-20T23:39:",
  "2026-11-20T23:39:02.",
  "2026-11-20T23:39:02.Z",
  "2026-11-20T23:39:02,5Z",
  "2026-11-20T23:39:02+",
  "2026-11-20T23:39:02+1",
  "2026-11-20T23:39:02+01:",
  "2026-11-20T23:39:02+01:6",
  "2026-11-20T23:39:02+01:60",
  "2026-11-20T23:39:02+24:00",
  "2026-11-20T23:39:02Zulu",
  "2026-11-20T23:39:02 UTC",
  "2026-11-20T23:39:02+00:00 ",
  " 2026-11-20T23:39:02Z",
  "2026-11-20_23:39:02Z",
  "2026-11-20T24:00:00Z",
  "2026-11-20T23:60:00Z",
  "2026-11-20T23:39:61Z",
  "2026-11-20T2a:39:02Z",
  "2026-00-20T23:39:02Z",
  "2026-13-20T23:39:02Z",
  "2026-11-00T23:39:02Z",
  "2026-11-31T23:39:02Z",
  "2026-02-29T23:39:02Z",
  "1900-02-29T23:39:02Z",
  "0000-11-20T23:39:02Z",
  "26-11-20T23:39:02Z",
  "02026-11-20T23:39:02Z",
  "-2026-11-20T23:39:02Z",
  "2026-1-20T23:39:02Z",
  "20261120T233902Z",
  "1795217942",
};

static void
test_good (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    gint64 time_us = 42;

    if (!peg_wire_parse_time (good[i].text, &time_us))
      g_error ("“%s” was not read", good[i].text);
    if (time_us != good[i].time_us)
      g_error ("“%s” became %" G_GINT64_FORMAT, good[i].text, time_us);
  }
}

static void
test_bad (void)
{
  gint64 time_us = 42;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    time_us = 42;
    if (peg_wire_parse_time (bad[i], &time_us))
      g_error ("“%s” was taken for a time", bad[i]);
    g_assert_cmpint (time_us, ==, 0);
  }

  time_us = 42;
  g_assert_false (peg_wire_parse_time (NULL, &time_us));
  g_assert_cmpint (time_us, ==, 0);
}

static void
test_format (void)
{
  static const struct {
    gint64 time_us;
    const char *text;
  } cases[] = {
    { BASE_US + 775791, "2026-11-20T23:39:02.775791+00:00" },
    { BASE_US, "2026-11-20T23:39:02.000000+00:00" },
    { 0, "1970-01-01T00:00:00.000000+00:00" },
    { -1, "1969-12-31T23:59:59.999999+00:00" },
    { G_MININT64, "0001-01-01T00:00:00.000000+00:00" },
    { G_MAXINT64, "9999-12-31T23:59:59.999999+00:00" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = peg_wire_format_time (cases[i].time_us);

    g_assert_cmpstr (text, ==, cases[i].text);
  }
}

/* GLib knows the calendar too. */
static void
test_against_glib (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20261120);

  for (guint i = 0; i < 20000; i++) {
    gint64 seconds = (gint64) g_rand_double_range (random, -62135596800.0, 253402300799.0);
    int us = g_rand_int_range (random, 0, G_USEC_PER_SEC);
    g_autoptr (GDateTime) when = g_date_time_new_from_unix_utc (seconds);
    g_autofree char *second = g_date_time_format (when, "%Y-%m-%dT%H:%M:%S");
    g_autofree char *expected = g_strdup_printf ("%s.%06d+00:00", second, us);
    g_autofree char *text = peg_wire_format_time (seconds * G_USEC_PER_SEC + us);
    gint64 again_us;

    /* glibc does not fill up years before 1000. */
    if (g_date_time_get_year (when) >= 1000)
      g_assert_cmpstr (text, ==, expected);
    g_assert_true (peg_wire_parse_time (text, &again_us));
    g_assert_cmpint (again_us, ==, seconds * G_USEC_PER_SEC + us);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/time/good", test_good);
  g_test_add_func ("/wire/time/bad", test_bad);
  g_test_add_func ("/wire/time/format", test_format);
  g_test_add_func ("/wire/time/against-glib", test_against_glib);

  return g_test_run ();
}
