/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-display.h"

#include <string.h>

#define ID "00000000-0000-4000-8000-000000000001"

static const PegDisplayNow now = { 100, 1700000000 * (gint64) G_USEC_PER_SEC };

static PegSnapshot *
reduce (PegSnapshot *snapshot,
        PegEvent     event)
{
  PegSnapshot *next = peg_snapshot_reduce (snapshot, &event);

  peg_snapshot_unref (snapshot);

  return next;
}

/* A shop with one file, which somebody has. */
static PegSnapshot *
new_snapshot (const char   *holder,
              PegLinkState  state)
{
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
  PegLinkStatus link = PEG_LINK_STATUS_INIT;
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  PegSnapshot *snapshot = peg_snapshot_new ();

  fields.filename = "a.nc";
  fields.path = "a.nc";
  fields.holder = holder;
  fields.major = 1;
  fields.minor = 3;
  g_ptr_array_add (entries, peg_entry_new (&fields));

  link.state = PEG_LINK_LIVE;
  snapshot = reduce (snapshot, (PegEvent) { .kind = PEG_EVENT_SERVER, .server = { .url = "shop", .user = "ada" } });
  snapshot = reduce (snapshot, (PegEvent) { .kind = PEG_EVENT_LISTED, .wall_us = now.wall_us,
                                            .listed.entries = entries });
  snapshot = reduce (snapshot, (PegEvent) { .kind = PEG_EVENT_LINK, .link = &link });
  link.state = state;
  if (state != PEG_LINK_LIVE)
    snapshot = reduce (snapshot, (PegEvent) { .kind = PEG_EVENT_LINK, .wall_us = now.wall_us,
                                              .link = &link });

  return snapshot;
}

static PegDraft *
new_draft (PegDraftState  state,
           const char    *why,
           gboolean       elsewhere)
{
  return peg_draft_new (&(PegDraft) {
    .id = (char *) ID,
    .action = PEG_ACTION_CHECK_IN,
    .state = state,
    .elsewhere = elsewhere,
    .key = (char *) "a.nc",
    .filename = (char *) "a.nc",
    .why = (char *) why,
    .created_us = now.wall_us,
    .sent_us = now.wall_us,
    .size = 4,
  });
}

typedef struct {
  PegDraftState state;
  const char *why;
  gboolean elsewhere;
  const char *holder;
  PegLinkState link;
  const char *words;   /* among them */
} Case;

static void
test_words (void)
{
  static const Case cases[] = {
    { PEG_DRAFT_QUEUED, NULL, FALSE, "ada", PEG_LINK_LIVE, "Waits for its turn" },
    { PEG_DRAFT_QUEUED, NULL, FALSE, "ada", PEG_LINK_WAITING, "Waits for the server" },
    { PEG_DRAFT_QUEUED, "Sign in.", FALSE, "ada", PEG_LINK_LIVE, "Sign in." },
    { PEG_DRAFT_SENT, NULL, FALSE, "ada", PEG_LINK_WAITING, "no answer yet" },
    { PEG_DRAFT_SENT, NULL, TRUE, "ada", PEG_LINK_LIVE, "Another program" },
    { PEG_DRAFT_UNCERTAIN, NULL, FALSE, "ada", PEG_LINK_WAITING, "look whether it arrived" },
    { PEG_DRAFT_UNCERTAIN, NULL, FALSE, "ada", PEG_LINK_LIVE, "revision 1.3, and you still have" },
    { PEG_DRAFT_UNCERTAIN, NULL, FALSE, NULL, PEG_LINK_LIVE, "look at its history whether it arrived" },
    { PEG_DRAFT_UNCERTAIN, NULL, FALSE, "bo", PEG_LINK_LIVE, "somebody else has the file" },
    { PEG_DRAFT_CONFLICT, "Bo has it.", FALSE, "bo", PEG_LINK_LIVE, "Bo has it." },
    { PEG_DRAFT_CONFLICT, NULL, FALSE, "bo", PEG_LINK_LIVE, "refused" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (PegSnapshot) snapshot = new_snapshot (cases[i].holder, cases[i].link);
    g_autoptr (PegDraft) draft = new_draft (cases[i].state, cases[i].why, cases[i].elsewhere);
    g_autofree char *words = peg_display_draft (snapshot, draft, &now);

    g_test_message ("%s", words);
    g_assert_nonnull (strstr (words, cases[i].words));
  }
}

/* The same again changes nothing; another server’s work is not this one’s. */
static void
test_reduce (void)
{
  g_autoptr (PegSnapshot) snapshot = new_snapshot ("ada", PEG_LINK_LIVE);
  g_autoptr (GPtrArray) drafts = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_draft_unref);
  g_autoptr (GPtrArray) same = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_draft_unref);
  g_autofree char *none = peg_display_drafts_waiting (snapshot);
  g_autofree char *one = NULL;
  PegSnapshot *before;

  g_assert_null (none);
  g_ptr_array_add (drafts, new_draft (PEG_DRAFT_QUEUED, NULL, FALSE));
  g_ptr_array_add (same, new_draft (PEG_DRAFT_QUEUED, NULL, FALSE));

  snapshot = reduce (snapshot, (PegEvent) { .kind = PEG_EVENT_OUTBOX, .outbox = drafts });
  g_assert_cmpuint (peg_snapshot_get_drafts (snapshot)->len, ==, 1);
  one = peg_display_drafts_waiting (snapshot);
  g_assert_cmpstr (one, ==, "1 check-in waiting");
  before = snapshot;
  snapshot = reduce (snapshot, (PegEvent) { .kind = PEG_EVENT_OUTBOX, .outbox = same });
  g_assert_true (snapshot == before);

  snapshot = reduce (snapshot, (PegEvent) { .kind = PEG_EVENT_SERVER, .server = { .url = "other", .user = "ada" } });
  g_assert_cmpuint (peg_snapshot_get_drafts (snapshot)->len, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/draft/words", test_words);
  g_test_add_func ("/draft/reduce", test_reduce);

  return g_test_run ();
}
