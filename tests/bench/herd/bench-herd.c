/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "herd.h"

#include <gio/gio.h>
#include <locale.h>

#define S ((gint64) G_USEC_PER_SEC)
#define MS ((gint64) 1000)

#define N_CLIENTS 10000

/* One line of the table for each. */
static const struct {
  const char *name;
  gint64 outage_us;
  gint64 failing_us;
} outages[] = {
  { "a dropped switch, at once back", 0, MS },
  { "3 s", 3 * S, MS },
  { "5–15 s, the worst of them", -1, MS },
  { "20 s", 20 * S, MS },
  { "20 s, nothing answers", 20 * S, 10 * S },
  { "120 s", 120 * S, MS },
  { "15 min", 900 * S, MS },
};

static HerdResult
run (gint64           outage_us,
     gint64           failing_us,
     PegBackoffPolicy policy,
     guint            max_attempts)
{
  return herd_run (&(Herd) {
    .n = N_CLIENTS,
    .policy = policy,
    .cause = PEG_BACKOFF_REMOTE,
    .window_ms = N_CLIENTS,
    .outage_us = outage_us,
    .failing_us = failing_us,
    .max_attempts = max_attempts,
  }, 42);
}

/* The worst in the worst outage between 5 s and 15 s, where one round of attempts
 * meets the next. */
static HerdResult
run_worst (gint64           failing_us,
           PegBackoffPolicy policy,
           guint            max_attempts)
{
  HerdResult worst = { 0 };

  for (gint64 outage_us = 5 * S; outage_us <= 15 * S; outage_us += S / 4) {
    const HerdResult result = run (outage_us, failing_us, policy, max_attempts);

    if (result.worst > worst.worst)
      worst = result;
  }

  return worst;
}

static HerdResult
run_row (guint            row,
         PegBackoffPolicy policy,
         guint            max_attempts)
{
  if (outages[row].outage_us < 0)
    return run_worst (outages[row].failing_us, policy, max_attempts);

  return run (outages[row].outage_us, outages[row].failing_us, policy, max_attempts);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GString) table = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");

  if (argc != 2) {
    g_printerr ("Usage: bench-herd OUTPUT.md\n");
    return 2;
  }

  g_string_append (table,
    "## The herd\n\n"
    "10,000 virtual clients lose one server at one moment; the server has hinted at a window of "
    "10 s. The waits are those of the real `peg-backoff`; nobody waits in earnest. “In the worst "
    "second” are the connects once there is a server again; the time is from then on. Of the "
    "policy `classic` as a browser page has it, with five tries, is shown how many never come "
    "back; the client itself never gives up.\n\n"
    "| outage | in the worst second | half are back after | 99 of 100 | the last | lost | "
    "`classic`: worst second | lost, with five tries |\n"
    "|---|---:|---:|---:|---:|---:|---:|---:|\n");

  for (guint i = 0; i < G_N_ELEMENTS (outages); i++) {
    const HerdResult full = run_row (i, PEG_BACKOFF_FULL, 0);
    const HerdResult classic = run_row (i, PEG_BACKOFF_CLASSIC, 0);
    const HerdResult given_up = run_row (i, PEG_BACKOFF_CLASSIC, 5);

    g_string_append_printf (table,
                            "| %s | %u | %.1f s | %.1f s | %.1f s | %u | %u | %u |\n",
                            outages[i].name, full.worst, (double) full.p50_us / S,
                            (double) full.p99_us / S, (double) full.last_us / S, full.lost,
                            classic.worst, given_up.lost);
  }

  g_print ("%s", table->str);
  if (!g_file_set_contents (argv[1], table->str, (gssize) table->len, &error))
    g_error ("%s", error->message);

  return 0;
}
