/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-unsent.h"

#include "peg-store.h"

static void
keep (PegStore   *store,
      const char *id,
      guint       n)
{
  g_autoptr (GPtrArray) drafts = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_draft_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (drafts, peg_draft_new (&(PegDraft) {
      .id = (char *) id, .key = (char *) "a.nc", .filename = (char *) "a.nc",
    }));
  peg_store_dispatch (store, &(PegEvent) { .kind = PEG_EVENT_OUTBOX, .outbox = drafts });
}

/* Whoever quits hears of what is kept, how much it is, and of nothing else. */
static void
test_words (void)
{
  static const struct {
    guint n;
    const char *begins;
  } cases[] = {
    { 0, NULL },
    { 1, "1 check-in was not sent. It is kept" },
    { 3, "3 check-ins were not sent. They are kept" },
    { 0, NULL },
  };
  g_autoptr (PegStore) store = peg_store_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (PegSnapshot) snapshot = NULL;
    g_autofree char *words = NULL;

    keep (store, "1", cases[i].n);
    snapshot = peg_store_dup_snapshot (store);
    words = peg_unsent_dup_words (snapshot);
    g_test_message ("%u drafts", cases[i].n);
    g_assert_true (cases[i].begins == NULL ? words == NULL
                                           : words != NULL && g_str_has_prefix (words, cases[i].begins));
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/unsent/words", test_words);

  return g_test_run ();
}
