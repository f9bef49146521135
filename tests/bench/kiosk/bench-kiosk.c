/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/*
 * bench-kiosk SESSION FEEDER CLIENT SCHEMAS OUTPUT.json [smoke]: how long people
 * stand before a terminal that is not there yet, on the display that it finds: from
 * the start of what runs within the compositor, and from a kill -9, until the list
 * is painted. The targets are those of a shop floor: 5 s after the power came back,
 * 3 s after a crash.
 */

#include "peg-config.h"

#include "bench-report.h"
#include "feed.h"
#include "home.h"
#include "session.h"

#include <locale.h>
#include <stdlib.h>

typedef struct {
  guint n_files;
  guint n_boots;
  guint n_crashes;
} Plan;

static const Plan whole = { .n_files = 100000, .n_boots = 7, .n_crashes = 7 };
static const Plan smoke = { .n_files = 200, .n_boots = 1, .n_crashes = 1 };

/* Sees the server once. */
static void
keep_list (const SessionPlace *place,
           const char         *url)
{
  Session *session = session_new (place, url);

  session_wait_painted (session);
  home_wait_kept (place->home);
  session_stop (session);
}

static void
add (GArray *array,
     gint64  took_us)
{
  const double took_ms = (double) took_us / 1e3;

  g_array_append_val (array, took_ms);
}

/* Three crashes of one session within a minute would be safe mode, which puts aside
 * what was kept: each has a session of its own. */
static void
crash (const SessionPlace *place,
       const char         *url,
       guint               times,
       GArray             *took_ms)
{
  for (guint i = 0; i < times; i++) {
    Session *session = session_new (place, url);
    gint64 killed_us;

    session_wait_painted (session);
    killed_us = session_kill_board (session);
    add (took_ms, session_wait_painted (session) - killed_us);
    session_stop (session);
  }
}

/* The server is not there yet, either: what is painted is what was kept. */
static void
boot (const SessionPlace *place,
      const char         *url,
      guint               times,
      GArray             *took_ms)
{
  for (guint i = 0; i < times; i++) {
    Session *session = session_new (place, url);

    add (took_ms, session_wait_painted (session) - session_get_began_us (session));
    session_stop (session);
  }
}

static void
report (const char *path,
        GArray     *booted_ms,
        GArray     *back_ms)
{
  BenchReport *self = bench_report_new (path);

  bench_report_add (self, "kiosk_boot_ms",
                    "The session of a terminal starts, no server: exec of pegboard-kiosk-session → "
                    "100,000 files of last time painted, warm, median",
                    "ms", bench_percentile (booted_ms, 50), 5000);
  bench_report_add (self, "kiosk_boot_most_ms", "The same, the longest", "ms",
                    bench_percentile (booted_ms, 100), 5000);
  bench_report_add (self, "kiosk_back_ms",
                    "kill -9 of the board → started again by the session and 100,000 files "
                    "painted, median",
                    "ms", bench_percentile (back_ms, 50), 3000);
  bench_report_add (self, "kiosk_back_most_ms", "The same, the longest", "ms",
                    bench_percentile (back_ms, 100), 3000);
  bench_report_close (self);
}

int
main (int   argc,
      char *argv[])
{
  const Plan *plan = argc > 6 ? &smoke : &whole;
  g_autoptr (GArray) booted_ms = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) back_ms = g_array_new (FALSE, FALSE, sizeof (double));
  g_autofree char *url = NULL;
  SessionPlace place;
  char *home;
  Feed *feed;

  setlocale (LC_ALL, "");

  if (argc < 6 || argc > 7) {
    g_printerr ("Usage: bench-kiosk SESSION FEEDER CLIENT SCHEMAS OUTPUT.json [smoke]\n");
    return 2;
  }

  home = home_new ();
  place = (SessionPlace) { .script = argv[1], .board = argv[3], .schemas = argv[4], .home = home };

  feed = feed_new (argv[2], plan->n_files);
  url = g_strdup (feed_get_url (feed));
  keep_list (&place, url);
  crash (&place, url, plan->n_crashes, back_ms);
  feed_free (feed);
  boot (&place, url, plan->n_boots, booted_ms);

  report (argv[5], booted_ms, back_ms);
  home_free (home);

  return EXIT_SUCCESS;
}
