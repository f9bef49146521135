/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-display.h"
#include "state-fixture.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define MINUTE (60 * SECOND)

/* The server's clock says 1 h 30 min when the monotonic one says 100 s. */
#define SERVER_US (90 * MINUTE)
#define MONO_US (100 * SECOND)

static gint64
clock_us (int hour,
          int minute)
{
  g_autoptr (GDateTime) time = g_date_time_new_local (2026, 11, 21, hour, minute, 0.0);

  return g_date_time_to_unix (time) * SECOND;
}

static PegSnapshot *
listed (PegEntry *entry,
        gboolean  live)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  PegSnapshot *snapshot = fixture_server (peg_snapshot_new (), "shop", "Dana");
  PegSnapshot *next;

  snapshot = fixture_link (snapshot, PEG_LINK_LIVE, MONO_US, clock_us (8, 0));

  g_ptr_array_add (entries, entry);
  next = peg_snapshot_reduce (snapshot, &(PegEvent) {
    .kind = PEG_EVENT_LISTED, .mono_us = MONO_US, .wall_us = clock_us (8, 0),
    .listed = { .entries = entries, .server_us = SERVER_US },
  });
  peg_snapshot_unref (snapshot);

  if (!live)
    next = fixture_link (next, PEG_LINK_WAITING, MONO_US, clock_us (8, 41));

  return next;
}

static const struct {
  const char *holder;
  const char *station;
  gint64 since_us;
  PegEntryFlags flags;
  gboolean live;
  const char *words;
  const char *sentence;
  PegTag tag;
} lock_cases[] = {
  { NULL, NULL, 0, 0, TRUE, "Free", "Free", PEG_TAG_FREE },
  { NULL, NULL, 0, 0, FALSE, "Free · as of 08:41", "Free · as of 08:41", PEG_TAG_FREE },
  { "Dana", "VF-4", SERVER_US - 12 * MINUTE, 0, TRUE, "Yours · 12 min", "Yours · 12 min",
    PEG_TAG_OWN },
  { "Dana", NULL, SERVER_US - 12 * MINUTE, 0, FALSE, "Yours · as of 08:41", "Yours · as of 08:41",
    PEG_TAG_STALE },
  { "Ivo", "VF-4", SERVER_US - 80 * MINUTE, 0, TRUE, "Ivo · VF-4 · 1 h 20 min",
    "Ivo has it · VF-4 · 1 h 20 min", PEG_TAG_OTHER },
  { "Ivo", "VF-4", SERVER_US - 80 * MINUTE, 0, FALSE, "Ivo · as of 08:41",
    "Ivo has it · VF-4 · as of 08:41", PEG_TAG_STALE },
  { "Ivo", NULL, 0, 0, TRUE, "Ivo", "Ivo has it", PEG_TAG_OTHER },
  { "Ivo", NULL, SERVER_US + MINUTE, 0, TRUE, "Ivo · just now", "Ivo has it · just now",
    PEG_TAG_OTHER },
  { NULL, NULL, 0, PEG_ENTRY_LOCKED, TRUE, "Taken", "Somebody has it", PEG_TAG_OTHER },
  { "Ivo", NULL, 0, PEG_ENTRY_CHANGED_OUTSIDE, TRUE, "Ivo · changed on disk",
    "Ivo has it · changed on disk", PEG_TAG_TROUBLE },
  { "Dana", NULL, 0, PEG_ENTRY_MISSING, TRUE, "Yours · file is gone", "Yours · file is gone",
    PEG_TAG_TROUBLE },
};

static void
test_locks (void)
{
  const PegDisplayNow now = { MONO_US, clock_us (9, 0) };

  for (gsize i = 0; i < G_N_ELEMENTS (lock_cases); i++) {
    PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
    g_autoptr (PegSnapshot) snapshot = NULL;
    g_autofree char *words = NULL;
    g_autofree char *sentence = NULL;
    PegEntry *entry;

    fields.filename = "a.nc";
    fields.holder = lock_cases[i].holder;
    fields.station = lock_cases[i].station;
    fields.since_us = lock_cases[i].since_us;
    fields.flags = lock_cases[i].flags;
    entry = peg_entry_new (&fields);
    snapshot = listed (entry, lock_cases[i].live);

    words = peg_display_lock_words (snapshot, entry, &now);
    sentence = peg_display_lock_sentence (snapshot, entry, &now);
    g_assert_cmpstr (words, ==, lock_cases[i].words);
    g_assert_cmpstr (sentence, ==, lock_cases[i].sentence);
    g_assert_cmpint (peg_display_tag (snapshot, entry), ==, lock_cases[i].tag);
  }
}

/* A wrong clock on this computer makes no duration wrong. */
static void
test_age_by_server (void)
{
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
  g_autoptr (PegSnapshot) snapshot = NULL;
  g_autofree char *words = NULL;
  PegEntry *entry;

  fields.filename = "a.nc";
  fields.holder = "Ivo";
  fields.since_us = SERVER_US - 5 * MINUTE;
  entry = peg_entry_new (&fields);
  snapshot = listed (entry, TRUE);

  words = peg_display_lock_words (snapshot, entry, &(PegDisplayNow) { MONO_US + 2 * MINUTE, 0 });
  g_assert_cmpstr (words, ==, "Ivo · 7 min");
}

static void
test_pending (void)
{
  const struct {
    PegAction action;
    const char *words;
  } cases[] = {
    { PEG_ACTION_CHECK_OUT, "Checking out…" },
    { PEG_ACTION_CHECK_IN, "Checking in…" },
    { PEG_ACTION_RELEASE, "Releasing…" },
    { PEG_ACTION_OPEN, "Fetching…" },
    { PEG_ACTION_SAVE_COPY, "Fetching…" },
  };
  const PegDisplayNow now = { MONO_US, clock_us (9, 0) };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    PegEntry *entry = fixture_entry ("a.nc", NULL);
    g_autoptr (PegSnapshot) snapshot = listed (entry, TRUE);
    g_autofree char *words = NULL;
    g_autofree char *why_not = NULL;

    snapshot = fixture_pending (snapshot, "a.nc", cases[i].action);
    words = peg_display_lock_words (snapshot, entry, &now);
    why_not = peg_display_why_not (snapshot, entry, PEG_ACTION_CHECK_OUT, &now);
    g_assert_cmpstr (words, ==, cases[i].words);
    g_assert_cmpstr (why_not, ==, cases[i].words);
    g_assert_cmpint (peg_display_tag (snapshot, entry), ==, PEG_TAG_PENDING);
  }
}

static const struct {
  const char *holder;
  PegEntryFlags flags;
  gboolean live;
  PegAction action;
  const char *why_not;
} why_cases[] = {
  { NULL, 0, TRUE, PEG_ACTION_CHECK_OUT, NULL },
  { "Dana", 0, TRUE, PEG_ACTION_CHECK_OUT, "You have it already" },
  { "Ivo", 0, TRUE, PEG_ACTION_CHECK_OUT, "Ivo has it" },
  { NULL, PEG_ENTRY_LOCKED, TRUE, PEG_ACTION_CHECK_OUT, "Somebody has it" },
  { NULL, PEG_ENTRY_LINK, TRUE, PEG_ACTION_CHECK_OUT,
    "This is a link: check out the file it stands for" },
  { NULL, 0, FALSE, PEG_ACTION_CHECK_OUT, "Offline since 08:41: a check-out would be a guess" },
  { NULL, 0, TRUE, PEG_ACTION_CHECK_IN, "Check it out first" },
  { "Dana", 0, TRUE, PEG_ACTION_CHECK_IN, NULL },
  { "Ivo", 0, TRUE, PEG_ACTION_CHECK_IN, "Ivo has it" },
  { NULL, PEG_ENTRY_LOCKED, TRUE, PEG_ACTION_RELEASE, "Somebody else has it" },
  { "Dana", 0, FALSE, PEG_ACTION_RELEASE, "Offline since 08:41" },
  { "Ivo", 0, TRUE, PEG_ACTION_OPEN, NULL },
  { "Ivo", PEG_ENTRY_MISSING, TRUE, PEG_ACTION_SAVE_COPY,
    "The file is gone from the server’s folder" },
};

static void
test_why_not (void)
{
  const PegDisplayNow now = { MONO_US, clock_us (9, 0) };
  g_autoptr (PegSnapshot) none = peg_snapshot_new ();
  g_autofree char *select = peg_display_why_not (none, NULL, PEG_ACTION_CHECK_OUT, &now);

  g_assert_cmpstr (select, ==, "Select a file first");

  for (gsize i = 0; i < G_N_ELEMENTS (why_cases); i++) {
    PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
    g_autoptr (PegSnapshot) snapshot = NULL;
    g_autofree char *why_not = NULL;
    PegEntry *entry;

    fields.filename = "a.nc";
    fields.holder = why_cases[i].holder;
    fields.flags = why_cases[i].flags;
    entry = peg_entry_new (&fields);
    snapshot = listed (entry, why_cases[i].live);

    why_not = peg_display_why_not (snapshot, entry, why_cases[i].action, &now);
    g_assert_cmpstr (why_not, ==, why_cases[i].why_not);
  }
}

static void
test_type_icons (void)
{
  const struct {
    const char *filename;
    PegEntryFlags flags;
    const char *icon;
  } cases[] = {
    { "O1234.nc", 0, "peg-program-symbolic" },
    { "1234567", 0, "peg-program-symbolic" },
    { "1234567.MCAM", 0, "peg-cam-symbolic" },
    { "setup.PDF", 0, "peg-setup-symbolic" },
    { "1234567.mcam", PEG_ENTRY_LINK, "peg-link-symbolic" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
    g_autoptr (PegEntry) entry = NULL;

    fields.filename = cases[i].filename;
    fields.flags = cases[i].flags;
    entry = peg_entry_new (&fields);
    g_assert_cmpstr (peg_display_type_icon (entry), ==, cases[i].icon);
  }
}

static void
test_labels (void)
{
  const PegDisplayNow now = { MONO_US, clock_us (9, 0) };
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
  g_autoptr (PegSnapshot) snapshot = NULL;
  g_autofree char *row = NULL;
  g_autofree char *one = peg_display_group_label ("12XXXXX", 1, 0, NULL);
  g_autofree char *many = peg_display_group_label ("12XXXXX", 38, 2, NULL);
  g_autofree char *old = peg_display_group_label ("12XXXXX", 38, 2, "as of 08:41");
  PegEntry *entry;

  fields.filename = "a.nc";
  fields.description = "BRACKET <b>";
  fields.major = 1;
  fields.minor = 4;
  fields.holder = "Ivo";
  entry = peg_entry_new (&fields);
  snapshot = listed (entry, TRUE);
  row = peg_display_row_label (snapshot, entry, &now);

  g_assert_cmpstr (row, ==, "a.nc, BRACKET <b>, revision 1.4, Ivo has it");
  g_assert_cmpstr (one, ==, "12XXXXX, 1 file");
  g_assert_cmpstr (many, ==, "12XXXXX, 38 files, 2 out");
  g_assert_cmpstr (old, ==, "12XXXXX, 38 files, 2 out as of 08:41");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/display/locks", test_locks);
  g_test_add_func ("/display/age-by-server", test_age_by_server);
  g_test_add_func ("/display/pending", test_pending);
  g_test_add_func ("/display/why-not", test_why_not);
  g_test_add_func ("/display/type-icons", test_type_icons);
  g_test_add_func ("/display/labels", test_labels);

  return g_test_run ();
}
