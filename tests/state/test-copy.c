/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-display.h"

#include "state-fixture.h"

#include <string.h>

#define A ((char *) "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
#define B ((char *) "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")
#define C ((char *) "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc")

static const PegCopyRecord record_a = { (char *) "k.nc", (char *) "k.nc", A, 10, 1, 4 };

static const PegCopyFacts fact_unknown = { PEG_COPY_THERE_UNKNOWN, NULL, 0, 0 };
static const PegCopyFacts fact_nothing = { PEG_COPY_THERE_NOTHING, NULL, 0, 0 };
static const PegCopyFacts fact_folder = { PEG_COPY_THERE_OTHER, NULL, 0, 0 };
static const PegCopyFacts fact_unread = { PEG_COPY_THERE_FILE, NULL, 10, 5 };
static const PegCopyFacts fact_a = { PEG_COPY_THERE_FILE, A, 10, 5 };
static const PegCopyFacts fact_b = { PEG_COPY_THERE_FILE, B, 10, 5 };

static void
test_decide (void)
{
  const struct {
    const PegCopyRecord *record;
    const PegCopyFacts *facts;
    gboolean known;     /* the server has such a file */
    const char *sha256; /* of what it has */
    int major, minor;
    gint64 size;
    PegCopyState state;
  } table[] = {
    /* Nothing was written, or nobody can tell. */
    { NULL, &fact_a, TRUE, A, 1, 4, 10, PEG_COPY_NONE },
    { NULL, &fact_nothing, TRUE, A, 1, 4, 10, PEG_COPY_NONE },
    { &record_a, &fact_unknown, TRUE, B, 1, 5, 10, PEG_COPY_NONE },
    { &record_a, &fact_unread, TRUE, B, 1, 5, 10, PEG_COPY_NONE },

    { &record_a, &fact_nothing, TRUE, A, 1, 4, 10, PEG_COPY_MISSING },
    { &record_a, &fact_nothing, FALSE, NULL, -1, -1, -1, PEG_COPY_MISSING },

    { &record_a, &fact_a, TRUE, A, 1, 4, 10, PEG_COPY_SAME },
    { &record_a, &fact_a, FALSE, NULL, -1, -1, -1, PEG_COPY_SAME },
    { &record_a, &fact_b, TRUE, A, 1, 4, 10, PEG_COPY_CHANGED },
    { &record_a, &fact_b, FALSE, NULL, -1, -1, -1, PEG_COPY_CHANGED },
    { &record_a, &fact_folder, TRUE, A, 1, 4, 10, PEG_COPY_CHANGED },
    { &record_a, &fact_a, TRUE, B, 1, 5, 10, PEG_COPY_OLD },
    { &record_a, &fact_b, TRUE, C, 1, 5, 10, PEG_COPY_OLD_CHANGED },
    { &record_a, &fact_folder, TRUE, C, 1, 5, 10, PEG_COPY_OLD_CHANGED },

    /* What was changed here has been checked in meanwhile. */
    { &record_a, &fact_b, TRUE, B, 1, 5, 10, PEG_COPY_SAME },
    /* A new revision of the same bytes is not newer to a machine. */
    { &record_a, &fact_a, TRUE, A, 1, 5, 10, PEG_COPY_SAME },

    /* A server that does not say what it has: the revision tells, then the size. */
    { &record_a, &fact_a, TRUE, NULL, 1, 4, 10, PEG_COPY_SAME },
    { &record_a, &fact_a, TRUE, NULL, 1, 5, 10, PEG_COPY_OLD },
    { &record_a, &fact_a, TRUE, NULL, 2, 4, 10, PEG_COPY_OLD },
    { &record_a, &fact_b, TRUE, NULL, 2, 0, 10, PEG_COPY_OLD_CHANGED },
    { &record_a, &fact_a, TRUE, NULL, -1, -1, 10, PEG_COPY_SAME },
    { &record_a, &fact_a, TRUE, NULL, -1, -1, 11, PEG_COPY_OLD },
    { &record_a, &fact_a, TRUE, NULL, -1, -1, -1, PEG_COPY_SAME },
    { &record_a, &fact_b, TRUE, NULL, 1, 4, 10, PEG_COPY_CHANGED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
    g_autoptr (PegEntry) entry = NULL;

    fields.filename = "k.nc";
    fields.sha256 = table[i].sha256;
    fields.major = table[i].major;
    fields.minor = table[i].minor;
    fields.size = table[i].size;
    entry = peg_entry_new (&fields);

    g_test_message ("row %" G_GSIZE_FORMAT, i);
    g_assert_cmpint (peg_copy_decide (table[i].record, table[i].facts,
                                      table[i].known ? entry : NULL), ==, table[i].state);
  }
}

static PegEntry *
entry_of (const char *key,
          const char *sha256)
{
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;

  fields.filename = key;
  fields.path = key;
  fields.sha256 = sha256;
  fields.major = 1;

  return peg_entry_new (&fields);
}

static PegCopies *
copies_of (const char            *key,
           const PegCopyFacts    *facts,
           const PegCopyQuestion *question)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_copy_unref);
  const char * const others[] = { "z.nc", "c.nc", "m.nc", "0.nc" };
  PegCopyRecord record = record_a;

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++) {
    record.key = (char *) others[i];
    g_ptr_array_add (all, peg_copy_new (&record, &fact_a));
  }
  if (key != NULL) {
    record.key = (char *) key;
    g_ptr_array_add (all, peg_copy_new (&record, facts));
  }

  return peg_copies_new ("/machine", NULL, all, question);
}

static PegSnapshot *
reduce (PegSnapshot *snapshot,
        PegCopies   *copies)
{
  PegSnapshot *next = peg_snapshot_reduce (snapshot, &(PegEvent) {
    .kind = PEG_EVENT_COPIES,
    .copies = copies,
  });

  peg_snapshot_unref (snapshot);
  if (copies != NULL)
    peg_copies_unref (copies);

  return next;
}

static PegSnapshot *
shop (void)
{
  PegSnapshot *snapshot = fixture_server (peg_snapshot_new (), "north", "Dana");
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);

  g_ptr_array_add (entries, entry_of ("k.nc", A));
  g_ptr_array_add (entries, entry_of ("other.nc", A));

  return fixture_listed (snapshot, entries);
}

static void
test_reduce (void)
{
  g_autoptr (PegSnapshot) snapshot = shop ();
  PegSnapshot *same;

  g_assert_null (peg_snapshot_get_copies (snapshot));
  g_assert_cmpint (peg_snapshot_get_copy (snapshot, "k.nc"), ==, PEG_COPY_NONE);
  same = snapshot;
  snapshot = reduce (snapshot, NULL);
  g_assert_true (snapshot == same);

  snapshot = reduce (snapshot, copies_of ("k.nc", &fact_a, NULL));
  g_assert_cmpstr (peg_copies_get_folder (peg_snapshot_get_copies (snapshot)), ==, "/machine");
  g_assert_cmpint (peg_snapshot_get_copy (snapshot, "k.nc"), ==, PEG_COPY_SAME);
  g_assert_cmpint (peg_snapshot_get_copy (snapshot, "other.nc"), ==, PEG_COPY_NONE);

  /* The same again is the same snapshot; whatever differs is another. */
  same = snapshot;
  snapshot = reduce (snapshot, copies_of ("k.nc", &fact_a, NULL));
  g_assert_true (snapshot == same);
  snapshot = reduce (snapshot, copies_of ("k.nc", &fact_b, NULL));
  g_assert_true (snapshot != same);
  g_assert_cmpint (peg_snapshot_get_copy (snapshot, "k.nc"), ==, PEG_COPY_CHANGED);

  /* The server gets it: nothing is looked at, and the state follows. */
  snapshot = fixture_changed (snapshot, entry_of ("k.nc", B), NULL, 7);
  g_assert_cmpint (peg_snapshot_get_copy (snapshot, "k.nc"), ==, PEG_COPY_SAME);
  snapshot = fixture_changed (snapshot, entry_of ("k.nc", C), NULL, 8);
  g_assert_cmpint (peg_snapshot_get_copy (snapshot, "k.nc"), ==, PEG_COPY_OLD_CHANGED);

  snapshot = reduce (snapshot, NULL);
  g_assert_cmpint (peg_snapshot_get_copy (snapshot, "k.nc"), ==, PEG_COPY_NONE);
}

/* Every key is found, and none that is not there. */
static void
test_find (void)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_copy_unref);
  g_autoptr (PegCopies) copies = NULL;
  PegCopyRecord record = record_a;

  for (guint i = 0; i < 101; i++) {
    g_autofree char *key = g_strdup_printf ("%u", i * 37 % 101 * 2);

    record.key = key;
    g_ptr_array_add (all, peg_copy_new (&record, &fact_a));
  }
  copies = peg_copies_new ("/machine", NULL, all, NULL);
  g_assert_cmpuint (peg_copies_get_n (copies), ==, 101);

  for (guint i = 0; i < 202; i++) {
    g_autofree char *key = g_strdup_printf ("%u", i);
    const PegCopy *found = peg_copies_find (copies, key);

    g_assert_cmpint (found != NULL, ==, i % 2 == 0);
    if (found != NULL)
      g_assert_cmpstr (found->record.key, ==, key);
  }
}

/* Where a server gives identities, a path is as good as a key. */
static void
test_path (void)
{
  g_autoptr (PegSnapshot) snapshot = fixture_server (peg_snapshot_new (), "north", "Dana");

  snapshot = fixture_listed (snapshot, fixture_entries ("b.nc", NULL));
  snapshot = fixture_changed (snapshot, fixture_entry_id ("id-1", "a/k.nc", NULL, 3), NULL, 3);
  snapshot = reduce (snapshot, copies_of ("id-1", &fact_b, NULL));
  g_assert_cmpint (peg_snapshot_get_copy (snapshot, "id-1"), ==, PEG_COPY_CHANGED);
  g_assert_cmpint (peg_snapshot_get_copy (snapshot, "a/k.nc"), ==, PEG_COPY_CHANGED);
}

/* What is asked is asked of one person; what is in the folder is so for all. */
static void
test_other_person (void)
{
  const PegCopyQuestion question = {
    .key = (char *) "k.nc", .filename = (char *) "k.nc", .name = (char *) "k.nc",
    .found = PEG_COPY_FOUND_CHANGED, .size = 10, .modified_us = 5, .major = 1, .minor = 4,
  };
  PegCopyQuestion other = question;
  g_autoptr (PegSnapshot) snapshot = shop ();
  PegSnapshot *same;

  snapshot = reduce (snapshot, copies_of ("k.nc", &fact_b, &question));
  g_assert_cmpstr (peg_snapshot_get_copy_question (snapshot)->key, ==, "k.nc");
  same = snapshot;
  snapshot = reduce (snapshot, copies_of ("k.nc", &fact_b, &question));
  g_assert_true (snapshot == same);
  other.modified_us = 6;
  snapshot = reduce (snapshot, copies_of ("k.nc", &fact_b, &other));
  g_assert_cmpint (peg_snapshot_get_copy_question (snapshot)->modified_us, ==, 6);

  snapshot = fixture_server (snapshot, "north", "Robin");
  g_assert_null (peg_snapshot_get_copy_question (snapshot));
  g_assert_cmpuint (peg_copies_get_n (peg_snapshot_get_copies (snapshot)), ==, 5);

  /* The server says who that is. */
  snapshot = reduce (snapshot, copies_of ("k.nc", &fact_b, &question));
  {
    PegSnapshot *next = peg_snapshot_reduce (snapshot, &(PegEvent) {
      .kind = PEG_EVENT_HELLO, .hello = { .user = "Kim" },
    });

    peg_snapshot_unref (snapshot);
    snapshot = next;
  }
  g_assert_null (peg_snapshot_get_copy_question (snapshot));
  g_assert_nonnull (peg_snapshot_get_copies (snapshot));

  snapshot = fixture_server (snapshot, "south", "Robin");
  g_assert_null (peg_snapshot_get_copies (snapshot));
}

static void
test_words (void)
{
  const struct {
    const PegCopyFacts *facts;
    const char *sha256;
    const char *row;
    const char *sentence;
  } table[] = {
    { &fact_a, A, "Free", "is what the server has" },
    { &fact_b, A, "Free · Changed here", "was changed there" },
    { &fact_a, B, "Free · Old here", "revision 1.4, and the server has a newer" },
    { &fact_b, C, "Free · Old, changed", "was revision 1.4 and was changed" },
    { &fact_nothing, A, "Free · Missing here", "gone from there" },
    { &fact_unknown, A, "Free", "cannot be read now" },
  };
  const PegDisplayNow now = { 0, 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autoptr (PegSnapshot) snapshot = shop ();
    g_autofree char *words = NULL;
    g_autofree char *sentence = NULL;
    g_autofree char *none = NULL;
    PegEntry *entry;

    snapshot = fixture_link (snapshot, PEG_LINK_LIVE, 1, 1);
    snapshot = reduce (snapshot, copies_of ("k.nc", table[i].facts, NULL));
    snapshot = fixture_changed (snapshot, entry_of ("k.nc", table[i].sha256), NULL, 7);
    entry = peg_snapshot_find (snapshot, "k.nc");
    words = peg_display_lock_words (snapshot, entry, &now);
    g_assert_cmpstr (words, ==, table[i].row);
    sentence = peg_display_copy_sentence (snapshot, entry);
    g_assert_nonnull (strstr (sentence, table[i].sentence));
    g_assert_nonnull (strstr (sentence, "“k.nc”"));

    none = peg_display_copy_sentence (snapshot, peg_snapshot_find (snapshot, "other.nc"));
    g_assert_null (none);
  }
}

static void
test_question_words (void)
{
  const struct {
    PegCopyFound found;
    int major;
    const char *says;
    const char *asks;
  } table[] = {
    { PEG_COPY_FOUND_CHANGED, 1, "was changed there", "by revision 1.5 from the server?" },
    { PEG_COPY_FOUND_FOREIGN, 1, "did not come from the server", "by revision 1.5" },
    { PEG_COPY_FOUND_OTHER_FILE, -1, "another file of that name, B/k.nc", "what the server has?" },
  };
  const PegDisplayNow now = { 0, 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    const PegCopyQuestion question = {
      .key = (char *) "A/k.nc", .filename = (char *) "k.nc", .name = (char *) "k.nc",
      .found = table[i].found, .other = (char *) "B/k.nc", .size = 10,
      .major = table[i].major, .minor = 5,
    };
    g_autofree char *words = peg_display_copy_question (&question, &now);

    g_assert_nonnull (strstr (words, table[i].says));
    g_assert_nonnull (strstr (words, table[i].asks));
    g_assert_nonnull (strstr (words, ".pegboard-kept"));
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/copy/decide", test_decide);
  g_test_add_func ("/copy/reduce", test_reduce);
  g_test_add_func ("/copy/find", test_find);
  g_test_add_func ("/copy/path", test_path);
  g_test_add_func ("/copy/other-person", test_other_person);
  g_test_add_func ("/copy/words", test_words);
  g_test_add_func ("/copy/question-words", test_question_words);

  return g_test_run ();
}
