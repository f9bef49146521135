/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The parts for which the client runs in a process of its own. */

#include "peg-config.h"

#include "parts.h"

#include "feed.h"
#include "home.h"
#include "outside.h"

/* The time that the client is given is a part of what is measured: what a list took
 * to be read is given back, and timers run down, with nothing outside that tells. */
static void
settle (const PartArguments *arguments)
{
  g_usleep ((gulong) arguments->settle_s * G_USEC_PER_SEC);
}

/*
 * part_memory:
 *
 * What the client takes that shows a shop of some size; of none, what an empty
 * window takes.
 */
void
part_memory (const PartArguments *arguments)
{
  Feed *feed = feed_new (arguments->feeder, arguments->n_files);
  char *home = home_new ();
  Outside *client = outside_new (arguments->client, arguments->schemas, home, feed_get_url (feed));
  OutsideUsage usage;
  double cpu_ms;

  if (arguments->n_files > 0)
    outside_wait_list (client, &cpu_ms);
  settle (arguments);
  outside_read (client, &usage);

  if (arguments->n_files > 0) {
    part_say ("memory_whole_mb", arguments->n_files, usage.pss_mb);
    part_say ("memory_peak_mb", arguments->n_files, usage.peak_mb);
  } else {
    part_say ("memory_empty_mb", 0, usage.pss_mb);
    part_say ("memory_gl_libraries", 0, outside_count_gl (client));
  }

  outside_stop (client);
  home_free (home);
  feed_free (feed);
}

/*
 * part_start:
 *
 * The client is started that has seen its server before: once to see it, once to
 * fill the caches of the system, and then to be measured.
 */
void
part_start (const PartArguments *arguments)
{
  Feed *feed = feed_new (arguments->feeder, arguments->n_files);
  char *home = home_new ();

  for (guint i = 0; i < arguments->n + 2; i++) {
    const char *url = i == 0 ? feed_get_url (feed) : NULL;
    Outside *client = outside_new (arguments->client, arguments->schemas, home, url);
    double cpu_ms;
    const gint64 took_us = outside_wait_list (client, &cpu_ms);

    if (i == 0) {
      part_say ("start_cold_ms", arguments->n_files, (double) took_us / 1e3);
      home_wait_kept (home);
    } else if (i > 1) {
      part_say ("start_ms", arguments->n_files, (double) took_us / 1e3);
      part_say ("start_cpu_ms", arguments->n_files, cpu_ms);
    }
    outside_stop (client);
  }

  home_free (home);
  feed_free (feed);
}

/*
 * part_idle:
 *
 * Nothing happens, and the client is live.
 */
void
part_idle (const PartArguments *arguments)
{
  Feed *feed = feed_new (arguments->feeder, arguments->n_files);
  char *home = home_new ();
  Outside *client = outside_new (arguments->client, arguments->schemas, home, feed_get_url (feed));
  OutsideUsage before, after;
  double cpu_ms;

  outside_wait_list (client, &cpu_ms);
  settle (arguments);

  outside_read (client, &before);
  /* What is measured is what it does in this time. */
  g_usleep ((gulong) arguments->seconds * G_USEC_PER_SEC);
  outside_read (client, &after);

  part_say ("idle_wake_ups", 0,
            (double) (after.n_wake_ups - before.n_wake_ups) / arguments->seconds);
  part_say ("idle_cpu_percent", 0, (after.cpu_ms - before.cpu_ms) / 10 / arguments->seconds);
  part_say ("idle_growth_mb", 0, after.pss_mb - before.pss_mb);

  outside_stop (client);
  home_free (home);
  feed_free (feed);
}
