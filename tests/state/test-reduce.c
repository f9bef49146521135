/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "state-fixture.h"

static PegSnapshot *
reduce (PegSnapshot *snapshot,
        PegEvent     event)
{
  PegSnapshot *next = peg_snapshot_reduce (snapshot, &event);

  peg_snapshot_unref (snapshot);

  return next;
}

/* Events that change nothing give the snapshot back, whatever it is. */
static void
test_nothing_changed (void)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (PegSnapshot) snapshot = NULL;
  PegLinkStatus stopped = PEG_LINK_STATUS_INIT;
  PegSnapshot *first;
  const PegEvent events[] = {
    { .kind = PEG_EVENT_SERVER, .server = { .url = "shop", .user = "Dana" } },
    { .kind = PEG_EVENT_LINK, .mono_us = 99, .wall_us = 99, .link = &stopped },
    { .kind = PEG_EVENT_CHANGED, .changed = { .changed = none } },
    { .kind = PEG_EVENT_SETTLED, .settled = "nothing" },
    { .kind = PEG_EVENT_NOTES, .notes = none },
    { .kind = PEG_EVENT_HISTORY, .history = { .key = NULL } },
    { .kind = PEG_EVENT_SIGN_IN },
  };

  snapshot = first = fixture_server (peg_snapshot_new (), "shop", "Dana");

  for (gsize i = 0; i < G_N_ELEMENTS (events); i++) {
    snapshot = reduce (snapshot, events[i]);
    g_assert_true (snapshot == first);
  }
}

static void
test_other_server (void)
{
  g_autoptr (PegSnapshot) snapshot = fixture_server (peg_snapshot_new (), "north", "Dana");

  snapshot = fixture_listed (snapshot, fixture_entries ("a=Dana", NULL));
  g_assert_cmpuint (peg_snapshot_get_counts (snapshot)->mine, ==, 1);

  snapshot = fixture_server (snapshot, "south", "Dana");
  g_assert_false (peg_snapshot_has_list (snapshot));
  g_assert_cmpuint (peg_snapshot_get_counts (snapshot)->all, ==, 0);
  g_assert_cmpstr (peg_snapshot_get_server_url (snapshot), ==, "south");
}

/* At a shared terminal the board goes on; what is somebody’s does not. */
static void
test_other_person (void)
{
  g_autoptr (PegSnapshot) snapshot = fixture_server (peg_snapshot_new (), "shop", "Dana");
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_note_unref);
  PegLinkStatus live = PEG_LINK_STATUS_INIT;

  live.state = PEG_LINK_LIVE;
  g_ptr_array_add (notes, peg_note_new (&(PegNote) { .id = (char *) "1", .text = (char *) "Call me" }));
  snapshot = fixture_listed (snapshot, fixture_entries ("a=Dana", "b=Omar", NULL));
  snapshot = reduce (snapshot, (PegEvent) { .kind = PEG_EVENT_LINK, .link = &live });
  snapshot = reduce (snapshot, (PegEvent) { .kind = PEG_EVENT_NOTES, .notes = notes });
  snapshot = reduce (snapshot, (PegEvent) { .kind = PEG_EVENT_SIGN_IN, .sign_in.held = TRUE });
  snapshot = fixture_pending (snapshot, "b", PEG_ACTION_CHECK_OUT);
  g_assert_true (peg_snapshot_is_live (snapshot));
  g_assert_nonnull (peg_snapshot_find_pending (snapshot, "b"));

  snapshot = reduce (snapshot, (PegEvent) {
    .kind = PEG_EVENT_SERVER, .wall_us = 700,
    .server = { .url = "shop", .user = "Omar", .shared = TRUE, .choice = 2 },
  });
  g_assert_cmpstr (peg_snapshot_get_user (snapshot), ==, "Omar");
  g_assert_cmpuint (peg_snapshot_get_choice (snapshot), ==, 2);
  g_assert_true (peg_snapshot_has_list (snapshot));
  g_assert_cmpuint (peg_snapshot_get_counts (snapshot)->all, ==, 2);
  g_assert_cmpuint (peg_snapshot_get_counts (snapshot)->mine, ==, 1);
  g_assert_cmpint (peg_entry_get_lock (peg_snapshot_find (snapshot, "b"), "Omar"), ==, PEG_LOCK_OWN);
  g_assert_null (peg_snapshot_find_pending (snapshot, "b"));
  g_assert_cmpuint (peg_snapshot_get_notes (snapshot)->len, ==, 0);
  g_assert_false (peg_snapshot_get_sign_in (snapshot)->held);

  /* It does not look live before it is. */
  g_assert_false (peg_snapshot_is_live (snapshot));
  g_assert_cmpint (peg_snapshot_get_link (snapshot)->state, ==, PEG_LINK_CONNECTING);
  g_assert_cmpint (peg_snapshot_get_as_of_us (snapshot), ==, 700);

  /* The same person again is another connection. */
  snapshot = reduce (snapshot, (PegEvent) {
    .kind = PEG_EVENT_SERVER, .server = { .url = "shop", .user = "Omar", .shared = TRUE, .choice = 3 },
  });
  g_assert_cmpuint (peg_snapshot_get_choice (snapshot), ==, 3);

  /* The board of another shop is another board. */
  snapshot = reduce (snapshot, (PegEvent) {
    .kind = PEG_EVENT_SERVER, .server = { .url = "south", .user = "Omar", .shared = TRUE },
  });
  g_assert_false (peg_snapshot_has_list (snapshot));
}

static void
test_sign_in (void)
{
  g_autoptr (PegSnapshot) snapshot = fixture_server (peg_snapshot_new (), "north", "Dana");

  snapshot = reduce (snapshot, (PegEvent) { .kind = PEG_EVENT_SIGN_IN, .sign_in.busy = TRUE });
  g_assert_true (peg_snapshot_get_sign_in (snapshot)->busy);
  snapshot = reduce (snapshot, (PegEvent) { .kind = PEG_EVENT_SIGN_IN, .sign_in.error = "no" });
  g_assert_false (peg_snapshot_get_sign_in (snapshot)->busy);
  g_assert_cmpstr (peg_snapshot_get_sign_in (snapshot)->error, ==, "no");
  snapshot = reduce (snapshot, (PegEvent) { .kind = PEG_EVENT_SIGN_IN, .sign_in.held = TRUE });
  g_assert_true (peg_snapshot_get_sign_in (snapshot)->held);
  g_assert_null (peg_snapshot_get_sign_in (snapshot)->error);

  /* Who one is with one server says nothing to another. */
  snapshot = fixture_server (snapshot, "south", "Dana");
  g_assert_false (peg_snapshot_get_sign_in (snapshot)->held);
}

/* The age of the tree is the moment at which it stopped being live, and the
 * outage goes on through all attempts until it is live again. */
static void
test_outage (void)
{
  g_autoptr (PegSnapshot) snapshot = fixture_server (peg_snapshot_new (), "shop", "Dana");

  snapshot = fixture_link (snapshot, PEG_LINK_CONNECTING, 10, 1010);
  g_assert_cmpint (peg_snapshot_get_outage_us (snapshot), ==, 10);

  snapshot = fixture_link (snapshot, PEG_LINK_SYNCING, 20, 1020);
  snapshot = fixture_listed (snapshot, fixture_entries ("a", NULL));
  g_assert_false (peg_snapshot_is_live (snapshot));

  snapshot = fixture_link (snapshot, PEG_LINK_LIVE, 30, 1030);
  g_assert_true (peg_snapshot_is_live (snapshot));
  g_assert_cmpint (peg_snapshot_get_outage_us (snapshot), ==, 0);
  g_assert_cmpint (peg_snapshot_get_as_of_us (snapshot), ==, 0);

  snapshot = fixture_link (snapshot, PEG_LINK_WAITING, 40, 1040);
  snapshot = fixture_link (snapshot, PEG_LINK_CONNECTING, 50, 1050);
  snapshot = fixture_link (snapshot, PEG_LINK_WAITING, 60, 1060);
  g_assert_cmpint (peg_snapshot_get_outage_us (snapshot), ==, 40);
  g_assert_cmpint (peg_snapshot_get_as_of_us (snapshot), ==, 1040);
  g_assert_false (peg_snapshot_is_live (snapshot));

  snapshot = fixture_link (snapshot, PEG_LINK_STOPPED, 70, 1070);
  g_assert_cmpint (peg_snapshot_get_outage_us (snapshot), ==, 0);
  g_assert_cmpint (peg_snapshot_get_as_of_us (snapshot), ==, 1040);

  snapshot = fixture_link (snapshot, PEG_LINK_POLLING, 80, 1080);
  g_assert_true (peg_snapshot_is_live (snapshot));
  g_assert_cmpint (peg_snapshot_get_as_of_us (snapshot), ==, 0);
}

/* Live without a list is not live: there is nothing to be true. */
static void
test_live_without_list (void)
{
  g_autoptr (PegSnapshot) snapshot = fixture_server (peg_snapshot_new (), "shop", "Dana");

  snapshot = fixture_link (snapshot, PEG_LINK_LIVE, 1, 1);
  g_assert_false (peg_snapshot_is_live (snapshot));
}

static void
test_hello (void)
{
  g_autoptr (PegSnapshot) snapshot = fixture_server (peg_snapshot_new (), "shop", "dana");

  snapshot = fixture_listed (snapshot, fixture_entries ("a=Dana", NULL));
  g_assert_cmpuint (peg_snapshot_get_counts (snapshot)->mine, ==, 0);

  snapshot = reduce (snapshot, (PegEvent) {
    .kind = PEG_EVENT_HELLO, .mono_us = 100,
    .hello = { .name = "Shop North", .user = "Dana", .server_us = 5000 },
  });

  g_assert_cmpstr (peg_snapshot_get_server_name (snapshot), ==, "Shop North");
  g_assert_cmpstr (peg_snapshot_get_user (snapshot), ==, "Dana");
  g_assert_cmpuint (peg_snapshot_get_counts (snapshot)->mine, ==, 1);
  g_assert_cmpint (peg_snapshot_get_server_us (snapshot, 130), ==, 5030);
}

/* A list that was kept, and an event that is told again, have the time of then: a
 * check-out of last night would be “just now”. */
static void
test_late (void)
{
  g_autoptr (PegSnapshot) snapshot = fixture_server (peg_snapshot_new (), "shop", "dana");
  g_autoptr (GPtrArray) entries = fixture_entries ("a=Dana", NULL);

  snapshot = reduce (snapshot, (PegEvent) {
    .kind = PEG_EVENT_HELLO, .mono_us = 100,
    .hello = { .epoch = "e", .seq = 7, .server_us = 5000 },
  });
  snapshot = reduce (snapshot, (PegEvent) {
    .kind = PEG_EVENT_LISTED, .mono_us = 110,
    .listed = { .entries = entries, .epoch = "e", .seq = 7, .server_us = 3000 },
  });
  g_assert_cmpint (peg_snapshot_get_server_us (snapshot, 130), ==, 5030);

  snapshot = reduce (snapshot, (PegEvent) {
    .kind = PEG_EVENT_CHANGED, .mono_us = 120,
    .changed = { .changed = entries, .seq = 8, .server_us = 4000 },
  });
  g_assert_cmpint (peg_snapshot_get_server_us (snapshot, 130), ==, 5030);

  /* One that says that more time has passed is right. */
  snapshot = reduce (snapshot, (PegEvent) {
    .kind = PEG_EVENT_CHANGED, .mono_us = 130,
    .changed = { .changed = entries, .seq = 9, .server_us = 6000 },
  });
  g_assert_cmpint (peg_snapshot_get_server_us (snapshot, 130), ==, 6000);
}

static void
test_pending (void)
{
  g_autoptr (PegSnapshot) snapshot = NULL;
  PegSnapshot *before;

  snapshot = fixture_listed (peg_snapshot_new (), fixture_entries ("a", "b", NULL));
  snapshot = before = fixture_pending (snapshot, "a", PEG_ACTION_CHECK_OUT);
  snapshot = fixture_pending (snapshot, "a", PEG_ACTION_CHECK_OUT);
  g_assert_true (snapshot == before);

  snapshot = fixture_pending (snapshot, "b", PEG_ACTION_CHECK_OUT);
  snapshot = fixture_pending (snapshot, "a", PEG_ACTION_RELEASE);
  g_assert_cmpuint (peg_snapshot_get_n_pending (snapshot), ==, 2);
  g_assert_cmpint (peg_snapshot_find_pending (snapshot, "a")->action, ==, PEG_ACTION_RELEASE);
  g_assert_cmpint (peg_snapshot_find_pending (snapshot, "a")->since_us, ==, 30);

  snapshot = reduce (snapshot, (PegEvent) { .kind = PEG_EVENT_SETTLED, .settled = "a" });
  g_assert_null (peg_snapshot_find_pending (snapshot, "a"));
  g_assert_nonnull (peg_snapshot_find_pending (snapshot, "b"));
}

static void
test_notices (void)
{
  g_autoptr (PegSnapshot) snapshot = peg_snapshot_new ();
  g_autoptr (PegNotice) notice = NULL;
  const PegNotice *last;
  GPtrArray *notices;

  notice = peg_notice_new (&(PegNotice) { .text = (char *) "Done", .level = PEG_NOTICE_DONE });

  for (guint i = 0; i < 100; i++)
    snapshot = reduce (snapshot, (PegEvent) { .kind = PEG_EVENT_NOTICE, .notice = notice });

  notices = peg_snapshot_get_notices (snapshot);
  last = g_ptr_array_index (notices, notices->len - 1);
  g_assert_cmpuint (notices->len, ==, 32);
  g_assert_cmpuint (last->serial, ==, 100);
  g_assert_cmpstr (last->text, ==, "Done");

  /* The serial goes on with another server, so that nothing is said twice. */
  snapshot = fixture_server (snapshot, "other", "Dana");
  snapshot = reduce (snapshot, (PegEvent) { .kind = PEG_EVENT_NOTICE, .notice = notice });
  notices = peg_snapshot_get_notices (snapshot);
  last = g_ptr_array_index (notices, notices->len - 1);
  g_assert_cmpuint (last->serial, ==, 101);
}

static void
test_notes (void)
{
  g_autoptr (PegSnapshot) snapshot = peg_snapshot_new ();
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_note_unref);
  PegSnapshot *first;

  g_ptr_array_add (notes, peg_note_new (&(PegNote) { .id = (char *) "1", .text = (char *) "a" }));
  g_ptr_array_add (notes, peg_note_new (&(PegNote) { .id = (char *) "2", .text = (char *) "b" }));
  g_ptr_array_add (notes, peg_note_new (&(PegNote) { .id = (char *) "1", .text = (char *) "a" }));

  snapshot = first = reduce (snapshot, (PegEvent) { .kind = PEG_EVENT_NOTES, .notes = notes });
  g_assert_cmpuint (peg_snapshot_get_notes (snapshot)->len, ==, 2);

  snapshot = reduce (snapshot, (PegEvent) { .kind = PEG_EVENT_NOTES, .notes = notes });
  g_assert_true (snapshot == first);

  g_ptr_array_set_size (notes, 1);
  snapshot = reduce (snapshot, (PegEvent) { .kind = PEG_EVENT_NOTES, .notes = notes });
  g_assert_cmpuint (peg_snapshot_get_notes (snapshot)->len, ==, 1);
}

static PegEvent
history (const char      *key,
         PegHistoryState  state,
         GPtrArray       *revisions)
{
  return (PegEvent) {
    .kind = PEG_EVENT_HISTORY,
    .history = { .key = key, .state = state, .revisions = revisions },
  };
}

static void
test_history (void)
{
  g_autoptr (PegSnapshot) snapshot = peg_snapshot_new ();
  g_autoptr (GPtrArray) revisions =
    g_ptr_array_new_with_free_func ((GDestroyNotify) peg_revision_unref);
  PegSnapshot *before;

  g_ptr_array_add (revisions, peg_revision_new (&(PegRevision) { .hash = (char *) "h" }));

  snapshot = reduce (snapshot, history ("a", PEG_HISTORY_LOADING, NULL));
  g_assert_cmpint (peg_snapshot_get_history (snapshot)->state, ==, PEG_HISTORY_LOADING);

  snapshot = reduce (snapshot, history ("a", PEG_HISTORY_READY, revisions));
  g_assert_cmpuint (peg_snapshot_get_history (snapshot)->revisions->len, ==, 1);

  /* Loading the same again keeps what is there; another file does not. */
  snapshot = reduce (snapshot, history ("a", PEG_HISTORY_LOADING, NULL));
  g_assert_nonnull (peg_snapshot_get_history (snapshot)->revisions);
  snapshot = before = reduce (snapshot, history ("b", PEG_HISTORY_LOADING, NULL));
  g_assert_null (peg_snapshot_get_history (snapshot)->revisions);

  /* A late answer for the first file says nothing. */
  snapshot = reduce (snapshot, history ("a", PEG_HISTORY_READY, revisions));
  g_assert_true (snapshot == before);

  snapshot = reduce (snapshot, history (NULL, PEG_HISTORY_NONE, NULL));
  g_assert_null (peg_snapshot_get_history (snapshot)->key);
}

static void
test_cache (void)
{
  g_autoptr (PegSnapshot) snapshot = fixture_server (peg_snapshot_new (), "shop", "Dana");
  g_autoptr (GPtrArray) entries = fixture_entries ("a", NULL);

  snapshot = reduce (snapshot, (PegEvent) {
    .kind = PEG_EVENT_LISTED, .wall_us = 500,
    .listed = { .entries = entries, .epoch = "e1", .seq = 9, .from_cache = TRUE },
  });

  g_assert_cmpint (peg_snapshot_get_as_of_us (snapshot), ==, 500);
  g_assert_cmpstr (peg_snapshot_get_epoch (snapshot), ==, "e1");
  g_assert_cmpuint (peg_snapshot_get_seq (snapshot), ==, 9);
  g_assert_false (peg_snapshot_is_live (snapshot));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/reduce/nothing-changed", test_nothing_changed);
  g_test_add_func ("/reduce/other-server", test_other_server);
  g_test_add_func ("/reduce/other-person", test_other_person);
  g_test_add_func ("/reduce/sign-in", test_sign_in);
  g_test_add_func ("/reduce/outage", test_outage);
  g_test_add_func ("/reduce/live-without-list", test_live_without_list);
  g_test_add_func ("/reduce/hello", test_hello);
  g_test_add_func ("/reduce/late", test_late);
  g_test_add_func ("/reduce/pending", test_pending);
  g_test_add_func ("/reduce/notices", test_notices);
  g_test_add_func ("/reduce/notes", test_notes);
  g_test_add_func ("/reduce/history", test_history);
  g_test_add_func ("/reduce/cache", test_cache);

  return g_test_run ();
}
