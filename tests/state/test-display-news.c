/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-display.h"
#include "state-fixture.h"

#include <string.h>

/* Long work, people and the connection, in words. */

#define S ((gint64) G_USEC_PER_SEC)

/* 10:42:00 UTC on some day. */
#define WALL_US (G_GINT64_CONSTANT (1795171320) * S)
#define MONO_US (5000 * S)

static PegDisplayNow
after (gint64 us)
{
  return (PegDisplayNow) { .mono_us = MONO_US + us, .wall_us = WALL_US + us };
}

static void
assert_words (const PegWork *work,
              gint64         after_us,
              const char    *expected)
{
  const PegDisplayNow now = after (after_us);
  g_autofree char *words = peg_display_work_words (work, &now);

  g_assert_cmpstr (words, ==, expected);
}

static void
test_work (void)
{
  g_autoptr (PegWork) work = peg_work_new (&(PegWork) {
    .key = (char *) "7", .has_id = TRUE, .file = (char *) "a.nc", .text = (char *) "Fetching",
    .percent = 33.99, .ends_us = MONO_US + 95 * S, .heard_us = MONO_US, .heard_wall_us = WALL_US,
  });
  g_autoptr (PegWork) vague = peg_work_new (&(PegWork) {
    .key = (char *) "", .percent = -1, .heard_us = MONO_US, .heard_wall_us = WALL_US,
  });
  g_autoptr (PegWork) lengthy = peg_work_new (&(PegWork) {
    .key = (char *) "", .percent = 0, .ends_us = MONO_US + 3900 * S, .heard_us = MONO_US,
    .text = (char *) "Indexing", .heard_wall_us = WALL_US,
  });

  g_assert_cmpstr (peg_display_work_title (work), ==, "a.nc");
  g_assert_cmpstr (peg_display_work_title (lengthy), ==, "Indexing");
  g_assert_cmpstr (peg_display_work_title (vague), ==, "The server is at work");

  assert_words (work, 0, "33 % · about 2 min left");
  assert_words (work, 35 * S - 1, "33 % · about 2 min left");
  assert_words (work, 35 * S, "33 % · less than a minute left");
  assert_words (work, 60 * S - 1, "33 % · less than a minute left");
  assert_words (work, 60 * S, "Nothing heard since 10:42");
  assert_words (vague, 59 * S, "");
  assert_words (vague, 3600 * S, "Nothing heard since 10:42");
  assert_words (lengthy, 0, "0 % · about 1 h 5 min left");
}

/* The words are never other than what they were between two wake-ups. */
static void
test_work_changes (void)
{
  g_autoptr (PegSnapshot) none = peg_snapshot_new ();
  g_autoptr (PegSnapshot) snapshot = NULL;
  const PegWork *work;
  PegDisplayNow now = after (0);
  guint n = 0;

  g_assert_cmpint (peg_display_works_change_us (none, &now), ==, 0);

  snapshot = peg_snapshot_reduce (none, &(PegEvent) {
    .kind = PEG_EVENT_PROGRESS, .mono_us = MONO_US, .wall_us = WALL_US,
    .progress = { .file = "a.nc", .percent = 5, .eta_s = 95 },
  });
  work = g_ptr_array_index (peg_snapshot_get_works (snapshot), 0);

  for (;;) {
    g_autofree char *words = peg_display_work_words (work, &now);
    const gint64 change_us = peg_display_works_change_us (snapshot, &now);
    g_autofree char *before = NULL;
    g_autofree char *at = NULL;
    PegDisplayNow then;

    if (change_us == 0)
      break;

    g_assert_cmpint (change_us, >, now.mono_us);
    then = after (change_us - 1 - MONO_US);
    before = peg_display_work_words (work, &then);
    then = after (change_us - MONO_US);
    at = peg_display_work_words (work, &then);
    g_assert_cmpstr (before, ==, words);
    g_assert_cmpstr (at, !=, words);
    now = then;
    n++;
  }

  g_assert_cmpuint (n, ==, 2);
  g_assert_true (peg_display_work_is_silent (work, &now));
}

/* What the server calls somebody says little to people: a terminal knows their name. */
static void
test_names (void)
{
  g_autoptr (PegSnapshot) unnamed =
    fixture_listed (fixture_server (peg_snapshot_new (), "shop", "Dana"),
                    fixture_entries ("kims=Kim", NULL));
  g_autoptr (PegSnapshot) snapshot = NULL;
  g_autoptr (PegSnapshot) same = NULL;
  g_autoptr (PegSnapshot) elsewhere = NULL;
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  const PegDisplayNow now = after (0);
  g_autofree char *words = NULL;
  g_autofree char *sentence = NULL;

  g_hash_table_insert (names, (char *) "Kim", (char *) "Kim <Larsen>");
  snapshot = peg_snapshot_reduce (unnamed, &(PegEvent) { .kind = PEG_EVENT_NAMES, .names = names });
  same = peg_snapshot_reduce (snapshot, &(PegEvent) { .kind = PEG_EVENT_NAMES, .names = names });
  g_assert_true (same == snapshot);

  g_assert_cmpstr (peg_snapshot_get_name (unnamed, "Kim"), ==, "Kim");
  g_assert_cmpstr (peg_snapshot_get_name (snapshot, "Kim"), ==, "Kim <Larsen>");
  g_assert_cmpstr (peg_snapshot_get_name (snapshot, "Bo"), ==, "Bo");
  g_assert_null (peg_snapshot_get_name (snapshot, NULL));

  words = peg_display_lock_words (snapshot, peg_snapshot_find (snapshot, "kims"), &now);
  g_assert_true (g_str_has_prefix (words, "Kim <Larsen>"));
  sentence = peg_display_lock_sentence (snapshot, peg_snapshot_find (snapshot, "kims"), &now);
  g_assert_true (g_str_has_prefix (sentence, "Kim <Larsen> has it"));

  /* They are the station’s, whatever server it asks. */
  elsewhere = peg_snapshot_reduce (snapshot, &(PegEvent) {
    .kind = PEG_EVENT_SERVER, .server = { .url = "http://elsewhere", .user = "Lena" },
  });
  g_assert_cmpstr (peg_snapshot_get_name (elsewhere, "Kim"), ==, "Kim <Larsen>");
}

static void
test_presence (void)
{
  const char *names[] = { "Kim", "Dana", NULL };
  g_autoptr (PegSnapshot) snapshot = fixture_server (peg_snapshot_new (), "shop", "Dana");
  g_autofree char *unknown = NULL;
  g_autofree char *words = NULL;
  g_autofree char *here = NULL;
  g_autofree char *away = NULL;
  PegSnapshot *next;

  snapshot = fixture_listed (snapshot, fixture_entries ("own=Dana", "kims=Kim", "bos=Bo", "free", NULL));
  g_assert_null (peg_display_present_words (snapshot));
  g_assert_null (peg_display_presence (snapshot, peg_snapshot_find (snapshot, "kims")));
  unknown = peg_display_presence_sentence (snapshot, peg_snapshot_find (snapshot, "kims"));
  g_assert_null (unknown);

  next = peg_snapshot_reduce (snapshot, &(PegEvent) {
    .kind = PEG_EVENT_PRESENCE, .presence.all = names,
  });
  peg_snapshot_unref (snapshot);
  snapshot = next;

  words = peg_display_present_words (snapshot);
  g_assert_cmpstr (words, ==, "Dana (you), Kim");
  g_assert_null (peg_display_presence (snapshot, peg_snapshot_find (snapshot, "own")));
  g_assert_null (peg_display_presence (snapshot, peg_snapshot_find (snapshot, "free")));
  g_assert_cmpstr (peg_display_presence (snapshot, peg_snapshot_find (snapshot, "kims")), ==,
                   "on the board now");
  g_assert_cmpstr (peg_display_presence (snapshot, peg_snapshot_find (snapshot, "bos")), ==,
                   "not on the board now");
  here = peg_display_presence_sentence (snapshot, peg_snapshot_find (snapshot, "kims"));
  g_assert_cmpstr (here, ==, "Kim is on the board now");
  away = peg_display_presence_sentence (snapshot, peg_snapshot_find (snapshot, "bos"));
  g_assert_cmpstr (away, ==, "Bo is not on the board now");
}

static void
test_report (void)
{
  g_autoptr (PegSnapshot) snapshot = fixture_server (peg_snapshot_new (), "http://shop:8420", "Dana");
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  const PegDisplayNow now = after (0);
  PegLinkStatus status = PEG_LINK_STATUS_INIT;
  g_autofree char *before = peg_display_link_report (snapshot, &now);
  g_autofree char *report = NULL;
  const PegEvent events[] = {
    { .kind = PEG_EVENT_HELLO, .hello = { .name = "Hall\r\n2", .user = "Dana" } },
    { .kind = PEG_EVENT_LISTED, .listed = { .entries = none, .epoch = "5f3a", .seq = 1234 } },
    { .kind = PEG_EVENT_LINK, .link = &status },
    { .kind = PEG_EVENT_TRANSITION, .transition = "first" },
    { .kind = PEG_EVENT_TRANSITION, .transition = "second" },
  };

  g_assert_true (g_str_has_prefix (before, "State: Disconnected\nServer: http://shop:8420\nYou: Dana\n"
                                           "Dialect: Not known yet\n"));
  g_assert_null (strstr (before, "\n\n"));

  status.state = PEG_LINK_WAITING;
  status.reason = PEG_LINK_REASON_LOST;
  status.close_code = 1006;
  status.rtt_us = 1840;
  status.detail = (char *) "Connection reset";
  for (gsize i = 0; i < G_N_ELEMENTS (events); i++) {
    PegSnapshot *next = peg_snapshot_reduce (snapshot, &events[i]);

    peg_snapshot_unref (snapshot);
    snapshot = next;
  }

  report = peg_display_link_report (snapshot, &now);
  g_assert_cmpstr (report, ==,
                   "State: Reconnecting…\n"
                   "Reason: The connection to “http://shop:8420” broke.\n"
                   "What was said: Connection reset\n"
                   "Code: 1006\n"
                   "Server: http://shop:8420\n"
                   "Shop: Hall  2\n"
                   "You: Dana\n"
                   "Dialect: pegboard.1\n"
                   "Position: 5f3a/1234\n"
                   "Round trip: 1.8 ms\n"
                   "Program: pegboard " PACKAGE_VERSION "\n"
                   "\n"
                   "first\n"
                   "second\n");
}

int
main (int   argc,
      char *argv[])
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/display-news/work", test_work);
  g_test_add_func ("/display-news/work/changes", test_work_changes);
  g_test_add_func ("/display-news/names", test_names);
  g_test_add_func ("/display-news/presence", test_presence);
  g_test_add_func ("/display-news/report", test_report);

  return g_test_run ();
}
