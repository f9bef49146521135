/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "state-fixture.h"

#include <string.h>

/* Long work, who is there, notes, and the log of the connection. */

#define S ((gint64) G_USEC_PER_SEC)

static PegSnapshot *
reduce (PegSnapshot *snapshot,
        PegEvent     event)
{
  PegSnapshot *next = peg_snapshot_reduce (snapshot, &event);

  peg_snapshot_unref (snapshot);

  return next;
}

static PegSnapshot *
progress (PegSnapshot  *snapshot,
          const char   *id,
          const char   *file,
          double        percent,
          gint64        eta_s,
          gint64        at_s,
          PegWorkState  state)
{
  return reduce (snapshot, (PegEvent) {
    .kind = PEG_EVENT_PROGRESS,
    .mono_us = at_s * S,
    .wall_us = 1000000 * S + at_s * S,
    .progress = { .id = id, .file = file, .percent = percent, .eta_s = eta_s, .state = state },
  });
}

static const PegWork *
nth_work (PegSnapshot *snapshot,
          guint        n)
{
  return g_ptr_array_index (peg_snapshot_get_works (snapshot), n);
}

static const char *
last_notice (PegSnapshot *snapshot)
{
  const GPtrArray *notices = peg_snapshot_get_notices (snapshot);

  return notices->len > 0 ? ((PegNotice *) notices->pdata[notices->len - 1])->text : NULL;
}

static void
test_work (void)
{
  g_autoptr (PegSnapshot) snapshot = peg_snapshot_new ();

  snapshot = progress (snapshot, "7", "a.nc", 10, 90, 100, PEG_WORK_RUNNING);
  snapshot = progress (snapshot, NULL, "b.nc", -1, -1, 101, PEG_WORK_RUNNING);
  g_assert_cmpuint (peg_snapshot_get_works (snapshot)->len, ==, 2);
  g_assert_cmpstr (nth_work (snapshot, 0)->file, ==, "a.nc");
  g_assert_cmpint (nth_work (snapshot, 0)->ends_us, ==, 190 * S);
  g_assert_cmpint (nth_work (snapshot, 1)->ends_us, ==, 0);
  g_assert_cmpfloat (nth_work (snapshot, 1)->percent, <, 0);

  /* It goes on in its place; what is not told is as it was. */
  snapshot = progress (snapshot, "7", NULL, 50, -1, 110, PEG_WORK_RUNNING);
  g_assert_cmpuint (peg_snapshot_get_works (snapshot)->len, ==, 2);
  g_assert_cmpstr (nth_work (snapshot, 0)->file, ==, "a.nc");
  g_assert_cmpfloat_with_epsilon (nth_work (snapshot, 0)->percent, 50, 1e-9);
  g_assert_cmpint (nth_work (snapshot, 0)->ends_us, ==, 190 * S);
  g_assert_cmpint (nth_work (snapshot, 0)->heard_us, ==, 110 * S);
  g_assert_cmpint (nth_work (snapshot, 0)->heard_wall_us, ==, 1000110 * S);
  g_assert_cmpint (nth_work (snapshot, 1)->heard_us, ==, 101 * S);

  /* An identity is not the name of a file. */
  snapshot = progress (snapshot, "b.nc", NULL, 1, -1, 111, PEG_WORK_RUNNING);
  g_assert_cmpuint (peg_snapshot_get_works (snapshot)->len, ==, 3);

  snapshot = progress (snapshot, "7", NULL, -1, -1, 120, PEG_WORK_DONE);
  g_assert_cmpuint (peg_snapshot_get_works (snapshot)->len, ==, 2);
  g_assert_cmpstr (last_notice (snapshot), ==, "The server is done with a.nc");
  g_assert_cmpuint (peg_snapshot_get_notices (snapshot)->len, ==, 1);

  /* An end without a name is not that of work with an identity. */
  snapshot = progress (snapshot, NULL, NULL, -1, -1, 121, PEG_WORK_FAILED);
  g_assert_cmpuint (peg_snapshot_get_works (snapshot)->len, ==, 1);
  g_assert_cmpstr (nth_work (snapshot, 0)->key, ==, "b.nc");
  g_assert_true (nth_work (snapshot, 0)->has_id);
  g_assert_true (g_str_has_prefix (last_notice (snapshot), "The server could not finish b.nc."));

  /* Nobody needs to be told what they hid themselves. */
  snapshot = progress (snapshot, "b.nc", NULL, -1, -1, 122, PEG_WORK_HIDDEN);
  g_assert_cmpuint (peg_snapshot_get_works (snapshot)->len, ==, 0);
  g_assert_cmpuint (peg_snapshot_get_notices (snapshot)->len, ==, 2);
}

/* The words of the server, and those without any. */
static void
test_work_ends (void)
{
  static const struct {
    const char *file;
    const char *text;
    PegWorkState state;
    const char *expected;
  } cases[] = {
    { NULL, NULL, PEG_WORK_DONE, "The server is done" },
    { NULL, "Indexed", PEG_WORK_DONE, "Indexed" },
    { "a.nc", "Indexed", PEG_WORK_DONE, "a.nc: Indexed" },
    { "a.nc", "disk full", PEG_WORK_FAILED, "The server could not finish a.nc: disk full" },
    { NULL, "100 %s", PEG_WORK_FAILED, "The server could not finish what it was doing: 100 %s" },
    { NULL, NULL, PEG_WORK_FAILED,
      "The server could not finish what it was doing. Ask whoever looks after it." },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (PegSnapshot) snapshot = peg_snapshot_new ();
    const PegNotice *notice;

    snapshot = reduce (snapshot, (PegEvent) {
      .kind = PEG_EVENT_PROGRESS,
      .progress = { .file = cases[i].file, .text = cases[i].text, .state = cases[i].state },
    });
    g_assert_cmpstr (last_notice (snapshot), ==, cases[i].expected);
    notice = g_ptr_array_index (peg_snapshot_get_notices (snapshot), 0);
    g_assert_cmpint (notice->level, ==,
                     cases[i].state == PEG_WORK_DONE ? PEG_NOTICE_DONE : PEG_NOTICE_ERROR);
  }
}

static void
test_work_bounded (void)
{
  g_autoptr (PegSnapshot) snapshot = peg_snapshot_new ();

  for (guint i = 0; i < 100; i++) {
    g_autofree char *id = g_strdup_printf ("%u", i);

    snapshot = progress (snapshot, id, NULL, 1, -1, i, PEG_WORK_RUNNING);
  }

  g_assert_cmpuint (peg_snapshot_get_works (snapshot)->len, ==, 16);
  g_assert_cmpstr (nth_work (snapshot, 15)->key, ==, "99");
  g_assert_cmpstr (nth_work (snapshot, 0)->key, ==, "84");
}

static PegSnapshot *
all_present (PegSnapshot        *snapshot,
             const char * const *names)
{
  return reduce (snapshot, (PegEvent) {
    .kind = PEG_EVENT_PRESENCE, .presence.all = names,
  });
}

static PegSnapshot *
came (PegSnapshot *snapshot,
      const char  *name,
      gboolean     here)
{
  return reduce (snapshot, (PegEvent) {
    .kind = PEG_EVENT_PRESENCE, .presence = { .user = name, .here = here },
  });
}

static void
assert_present (PegSnapshot *snapshot,
                const char  *expected)
{
  GPtrArray *present = peg_snapshot_get_present (snapshot);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < present->len; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? " " : "", (char *) present->pdata[i]);

  g_assert_cmpstr (names->str, ==, expected);
}

static void
test_presence (void)
{
  const char *names[] = { "kim", "dana", "kim", "", NULL };
  g_autoptr (PegSnapshot) snapshot = peg_snapshot_new ();
  g_autoptr (PegSnapshot) before = NULL;

  g_assert_null (peg_snapshot_get_present (snapshot));
  g_assert_cmpint (peg_snapshot_get_presence (snapshot, "kim"), ==, PEG_PRESENCE_UNKNOWN);

  snapshot = fixture_link (snapshot, PEG_LINK_AUTHENTICATING, 1, 1);
  snapshot = all_present (snapshot, names);
  snapshot = fixture_link (snapshot, PEG_LINK_SYNCING, 2, 2);
  snapshot = fixture_link (snapshot, PEG_LINK_LIVE, 3, 3);
  assert_present (snapshot, "dana kim");
  g_assert_cmpint (peg_snapshot_get_presence (snapshot, "kim"), ==, PEG_PRESENCE_HERE);
  g_assert_cmpint (peg_snapshot_get_presence (snapshot, "bo"), ==, PEG_PRESENCE_AWAY);

  before = peg_snapshot_ref (snapshot);
  snapshot = came (snapshot, "kim", TRUE);
  snapshot = came (snapshot, "bo", FALSE);
  g_assert_true (snapshot == before);

  snapshot = came (snapshot, "bo", TRUE);
  assert_present (snapshot, "bo dana kim");
  snapshot = came (snapshot, "dana", FALSE);
  assert_present (snapshot, "bo kim");
  assert_present (before, "dana kim");

  /* A gap in what was told about files is none in who is there. */
  snapshot = fixture_link (snapshot, PEG_LINK_SYNCING, 4, 4);
  assert_present (snapshot, "bo kim");

  /* Nobody knows who came and went meanwhile. */
  snapshot = fixture_link (snapshot, PEG_LINK_WAITING, 5, 5);
  g_assert_null (peg_snapshot_get_present (snapshot));
  g_assert_cmpint (peg_snapshot_get_presence (snapshot, "bo"), ==, PEG_PRESENCE_UNKNOWN);
}

/* A server that never says who was there before. */
static void
test_presence_by_and_by (void)
{
  g_autoptr (PegSnapshot) snapshot = peg_snapshot_new ();
  g_autoptr (PegSnapshot) before = NULL;

  snapshot = fixture_link (snapshot, PEG_LINK_LIVE, 1, 1);
  snapshot = came (snapshot, "kim", TRUE);
  g_assert_cmpint (peg_snapshot_get_presence (snapshot, "kim"), ==, PEG_PRESENCE_HERE);
  g_assert_cmpint (peg_snapshot_get_presence (snapshot, "bo"), ==, PEG_PRESENCE_UNKNOWN);

  for (guint i = 0; i < 3000; i++) {
    g_autofree char *name = g_strdup_printf ("somebody %u", i);

    snapshot = came (snapshot, name, TRUE);
  }
  g_assert_cmpuint (peg_snapshot_get_present (snapshot)->len, ==, 1000);

  /* One more makes no new snapshot, or a flood of names would cost a copy each. */
  before = peg_snapshot_ref (snapshot);
  snapshot = came (snapshot, "one more", TRUE);
  g_assert_true (snapshot == before);
}

static PegSnapshot *
notes (PegSnapshot *snapshot,
       const char  *first,
       ...)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_note_unref);
  va_list args;

  va_start (args, first);
  for (const char *id = first; id != NULL; id = va_arg (args, const char *))
    g_ptr_array_add (list, peg_note_new (&(PegNote) {
      .id = (char *) id, .sender = (char *) "Kim", .text = (char *) "text",
    }));
  va_end (args);

  return reduce (snapshot, (PegEvent) { .kind = PEG_EVENT_NOTES, .notes = list });
}

static PegSnapshot *
acknowledge (PegSnapshot *snapshot,
             const char  *id)
{
  return reduce (snapshot, (PegEvent) { .kind = PEG_EVENT_ACKNOWLEDGED, .acknowledged = id });
}

/* Each once, said once, and never again when it was acknowledged. */
static void
test_notes (void)
{
  g_autoptr (PegSnapshot) snapshot = fixture_server (peg_snapshot_new (), "shop", "Dana");
  g_autoptr (PegSnapshot) before = NULL;

  snapshot = notes (snapshot, "1", "1", NULL);
  g_assert_cmpuint (peg_snapshot_get_notes (snapshot)->len, ==, 1);
  g_assert_cmpstr (last_notice (snapshot), ==, "Note from Kim");

  before = peg_snapshot_ref (snapshot);
  snapshot = notes (snapshot, "1", NULL);
  g_assert_true (snapshot == before);

  snapshot = notes (snapshot, "1", "2", "3", NULL);
  g_assert_cmpstr (last_notice (snapshot), ==, "2 new notes to you");
  g_assert_cmpuint (peg_snapshot_get_notices (snapshot)->len, ==, 2);

  snapshot = acknowledge (snapshot, "2");
  g_assert_cmpuint (peg_snapshot_get_notes (snapshot)->len, ==, 2);

  /* The server has not got round to it. */
  snapshot = notes (snapshot, "1", "2", "3", NULL);
  g_assert_cmpuint (peg_snapshot_get_notes (snapshot)->len, ==, 2);
  g_assert_cmpuint (peg_snapshot_get_notices (snapshot)->len, ==, 2);

  snapshot = acknowledge (snapshot, "1");
  snapshot = acknowledge (snapshot, "3");
  snapshot = notes (snapshot, "1", "2", "3", NULL);
  g_assert_cmpuint (peg_snapshot_get_notes (snapshot)->len, ==, 0);
  g_assert_cmpuint (peg_snapshot_get_notices (snapshot)->len, ==, 2);

  /* Another server numbers its notes anew. */
  snapshot = fixture_server (snapshot, "other", "Dana");
  snapshot = notes (snapshot, "1", NULL);
  g_assert_cmpuint (peg_snapshot_get_notes (snapshot)->len, ==, 1);
}

static void
test_log (void)
{
  g_autoptr (PegSnapshot) snapshot = peg_snapshot_new ();
  GPtrArray *log;

  for (guint i = 0; i < 60; i++) {
    g_autofree char *line = g_strdup_printf ("line %u", i);

    snapshot = reduce (snapshot, (PegEvent) { .kind = PEG_EVENT_TRANSITION, .transition = line });
  }
  snapshot = fixture_server (snapshot, "other", "Dana");

  log = peg_snapshot_get_log (snapshot);
  g_assert_cmpuint (log->len, ==, 50);
  g_assert_cmpstr (log->pdata[0], ==, "line 10");
  g_assert_cmpstr (log->pdata[49], ==, "line 59");
}

/* What a server tells never grows beyond what can be shown, whatever it says. */
static void
test_bounds (void)
{
  const gsize huge = 1024 * 1024;
  g_autofree char *text = g_strnfill (huge, 'x');
  g_autoptr (GPtrArray) many = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_note_unref);
  g_autoptr (PegSnapshot) snapshot = peg_snapshot_new ();
  g_autoptr (PegNotice) notice =
    peg_notice_new (&(PegNotice) { .level = PEG_NOTICE_ERROR, .text = text, .detail = text });
  const PegNotice *first;

  for (guint i = 0; i < 1000; i++) {
    g_autofree char *id = g_strdup_printf ("%u", i);

    g_ptr_array_add (many, peg_note_new (&(PegNote) { .id = id, .sender = text, .text = text }));
    snapshot = reduce (snapshot, (PegEvent) { .kind = PEG_EVENT_NOTICE, .notice = notice });
  }

  snapshot = reduce (snapshot, (PegEvent) { .kind = PEG_EVENT_NOTES, .notes = many });
  g_assert_cmpuint (peg_snapshot_get_notes (snapshot)->len, ==, 200);
  g_assert_cmpuint (strlen (((PegNote *) peg_snapshot_get_notes (snapshot)->pdata[0])->text), <, 5000);
  g_assert_cmpuint (peg_snapshot_get_notices (snapshot)->len, ==, 32);
  first = peg_snapshot_get_notices (snapshot)->pdata[0];
  g_assert_cmpuint (strlen (first->detail), <, 5000);

  /* Of those that were left out, the next one comes when one is acknowledged. */
  snapshot = reduce (snapshot, (PegEvent) { .kind = PEG_EVENT_ACKNOWLEDGED, .acknowledged = "7" });
  snapshot = reduce (snapshot, (PegEvent) { .kind = PEG_EVENT_NOTES, .notes = many });
  g_assert_cmpuint (peg_snapshot_get_notes (snapshot)->len, ==, 200);
  g_assert_cmpstr (((PegNote *) peg_snapshot_get_notes (snapshot)->pdata[199])->id, ==, "200");

  snapshot = progress (snapshot, "a", text, 1, -1, 1, PEG_WORK_RUNNING);
  snapshot = progress (snapshot, text, NULL, 1, -1, 1, PEG_WORK_RUNNING);
  g_assert_cmpuint (peg_snapshot_get_works (snapshot)->len, ==, 1);
  g_assert_cmpuint (strlen (nth_work (snapshot, 0)->file), <, 500);

  snapshot = came (snapshot, text, TRUE);
  g_assert_cmpuint (peg_snapshot_get_present (snapshot)->len, ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/reduce-news/work", test_work);
  g_test_add_func ("/reduce-news/work/ends", test_work_ends);
  g_test_add_func ("/reduce-news/work/bounded", test_work_bounded);
  g_test_add_func ("/reduce-news/presence", test_presence);
  g_test_add_func ("/reduce-news/presence/by-and-by", test_presence_by_and_by);
  g_test_add_func ("/reduce-news/notes", test_notes);
  g_test_add_func ("/reduce-news/log", test_log);
  g_test_add_func ("/reduce-news/bounds", test_bounds);

  return g_test_run ();
}
