/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "fake-shop.h"
#include "peg-kiosk-words.h"

#define HASH_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HASH_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

#define SECOND_US ((gint64) G_USEC_PER_SEC)

static void
assert_left (gint64      us,
             const char *expected)
{
  const PegKioskView view = { .person_id = (char *) "lena", .sign_out_us = 1000 * SECOND_US };
  g_autofree char *left = peg_kiosk_words_left (&view, 1000 * SECOND_US - us);

  g_assert_cmpstr (left, ==, expected);
}

/* It says how long somebody has, and never less than nothing. */
static void
test_left (void)
{
  const PegKioskView nobody = { .sign_out_us = 0 };

  assert_left (120 * SECOND_US, "2:00 left");
  assert_left (119 * SECOND_US + 1, "2:00 left");
  assert_left (119 * SECOND_US, "1:59 left");
  assert_left (5 * SECOND_US, "0:05 left");
  assert_left (1, "0:01 left");
  assert_left (0, "0:00 left");
  assert_left (-7 * SECOND_US, "0:00 left");
  g_assert_null (peg_kiosk_words_left (&nobody, 0));
}

static void
test_warning (void)
{
  const PegKioskView view = { .person_id = (char *) "lena", .phase = PEG_KIOSK_WARNING,
                              .phase_until_us = 20 * SECOND_US, .sign_out_us = 20 * SECOND_US };
  g_autofree char *words = peg_kiosk_words_warning (&view, 3 * SECOND_US);

  g_assert_cmpstr (words, ==, "Signing out in 17 s");
}

typedef struct {
  const char *key;
  PegKioskDo what;
  gboolean here;
  guint may;
  const char *why; /* (nullable) */
} Case;

/* What is wrong with the file is said before what is wrong with the person. */
static void
test_why_not (void)
{
  static const Case cases[] = {
    { NULL, PEG_KIOSK_DO_CHECK_OUT, TRUE, PEG_KIOSK_MAY_CHECK_OUT, "Select a file first" },
    { FAKE_SHOP_FREE, PEG_KIOSK_DO_CHECK_OUT, FALSE, 0, "Sign in first" },
    { FAKE_SHOP_FREE, PEG_KIOSK_DO_CHECK_OUT, TRUE, 0, "Not allowed here: Apprentice" },
    { FAKE_SHOP_FREE, PEG_KIOSK_DO_CHECK_OUT, TRUE, PEG_KIOSK_MAY_CHECK_OUT, NULL },
    { FAKE_SHOP_FREE, PEG_KIOSK_DO_CHECK_OUT, TRUE, PEG_KIOSK_MAY_COPY, "Not allowed here: Apprentice" },
    { FAKE_SHOP_FREE, PEG_KIOSK_DO_COPY, TRUE, PEG_KIOSK_MAY_COPY, NULL },
    { FAKE_SHOP_OTHER, PEG_KIOSK_DO_CHECK_OUT, FALSE, 0, "Dana has it" },
    { FAKE_SHOP_OWN, PEG_KIOSK_DO_CHECK_IN, TRUE, PEG_KIOSK_MAY_CHECK_IN, NULL },
    { FAKE_SHOP_OWN, PEG_KIOSK_DO_RELEASE, TRUE, PEG_KIOSK_MAY_RELEASE, NULL },
    { FAKE_SHOP_OWN, PEG_KIOSK_DO_RELEASE, TRUE, PEG_KIOSK_MAY_CHECK_IN, "Not allowed here: Apprentice" },
  };
  g_autoptr (PegStore) store = fake_shop_new (FAKE_SHOP_LIVE);
  g_autoptr (GPtrArray) none = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_copy_unref);
  g_autoptr (PegCopies) copies = peg_copies_new ("/machine", NULL, none, NULL);
  PegSnapshot *snapshot;
  PegDisplayNow now;

  fake_shop_dispatch (store, (PegEvent) { .kind = PEG_EVENT_COPIES, .copies = copies });
  fake_shop_show (store);
  fake_shop_now (&now);
  snapshot = peg_store_get_shown (store);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const PegKioskView view = {
      .person_id = (char *) (cases[i].here ? "lena" : NULL),
      .role = (char *) "Apprentice",
      .may = cases[i].may,
    };
    g_autofree char *why =
      peg_kiosk_words_why_not (snapshot, &view,
                               cases[i].key != NULL ? peg_snapshot_find (snapshot, cases[i].key) : NULL,
                               cases[i].what, &now);

    g_test_message ("%u", i);
    g_assert_cmpstr (why, ==, cases[i].why);
  }
}

/* While the server is not asked in somebody's name yet, the file decides for them. */
static void
test_signing_in (void)
{
  static const struct {
    PegLinkState state;
    const char *key;
    PegKioskDo what;
    const char *user;
    const char *why; /* (nullable) */
  } cases[] = {
    { PEG_LINK_CONNECTING, FAKE_SHOP_FREE, PEG_KIOSK_DO_CHECK_OUT, "Dana", NULL },
    { PEG_LINK_SYNCING, FAKE_SHOP_FREE, PEG_KIOSK_DO_CHECK_OUT, "Dana", NULL },
    { PEG_LINK_STOPPED, FAKE_SHOP_FREE, PEG_KIOSK_DO_CHECK_OUT, "Dana", NULL },
    { PEG_LINK_CONNECTING, FAKE_SHOP_OTHER, PEG_KIOSK_DO_CHECK_OUT, "Kim", "Dana has it" },
    { PEG_LINK_CONNECTING, FAKE_SHOP_OTHER, PEG_KIOSK_DO_RELEASE, "Dana", NULL },
    { PEG_LINK_LIVE, FAKE_SHOP_OTHER, PEG_KIOSK_DO_RELEASE, "Dana", NULL },
    { PEG_LINK_CONNECTING, NULL, PEG_KIOSK_DO_RELEASE, "Dana", "Select a file first" },
    { PEG_LINK_WAITING, FAKE_SHOP_FREE, PEG_KIOSK_DO_CHECK_OUT, "Dana",
      "Offline since 09:53: a check-out would be a guess" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (PegStore) store = fake_shop_new (FAKE_SHOP_LIVE);
    PegLinkStatus link = PEG_LINK_STATUS_INIT;
    PegKioskView view = {
      .person_id = (char *) "dana",
      .user = (char *) cases[i].user,
      .may = PEG_KIOSK_MAY_CHECK_OUT | PEG_KIOSK_MAY_RELEASE,
      .signing_in = TRUE,
    };
    g_autofree char *why = NULL;
    g_autofree char *later = NULL;
    PegSnapshot *snapshot;
    const PegEntry *entry;
    PegDisplayNow now;

    link.state = cases[i].state;
    fake_shop_dispatch (store, (PegEvent) { .kind = PEG_EVENT_LINK, .link = &link });
    fake_shop_show (store);
    fake_shop_now (&now);
    snapshot = peg_store_get_shown (store);
    entry = cases[i].key != NULL ? peg_snapshot_find (snapshot, cases[i].key) : NULL;
    why = peg_kiosk_words_why_not (snapshot, &view, entry, cases[i].what, &now);
    g_test_message ("%u", i);
    g_assert_cmpstr (why, ==, cases[i].why);

    /* Nobody else is told so. */
    view.signing_in = FALSE;
    if (cases[i].state != PEG_LINK_LIVE) {
      later = peg_kiosk_words_why_not (snapshot, &view, entry, cases[i].what, &now);
      g_assert_nonnull (later);
    }
  }
}

/* Without the folder nothing gets to the machine, and nothing back. */
static void
test_folder (void)
{
  const PegKioskView view = {
    .person_id = (char *) "lena",
    .may = PEG_KIOSK_MAY_CHECK_OUT | PEG_KIOSK_MAY_CHECK_IN | PEG_KIOSK_MAY_COPY,
  };
  g_autoptr (PegStore) store = fake_shop_new (FAKE_SHOP_LIVE);
  g_autoptr (GPtrArray) none = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_copy_unref);
  g_autoptr (PegCopies) copies = peg_copies_new ("/machine", "The disk is full", none, NULL);
  g_autofree char *without = NULL;
  g_autofree char *trouble = NULL;
  PegSnapshot *snapshot;
  PegDisplayNow now;

  fake_shop_now (&now);
  fake_shop_show (store);
  snapshot = peg_store_get_shown (store);
  without = peg_kiosk_words_why_not (snapshot, &view, peg_snapshot_find (snapshot, FAKE_SHOP_FREE),
                                     PEG_KIOSK_DO_COPY, &now);
  g_assert_cmpstr (without, ==, "No working folder is set up");
  g_assert_null (peg_kiosk_words_why_not (snapshot, &view, peg_snapshot_find (snapshot, FAKE_SHOP_FREE),
                                          PEG_KIOSK_DO_CHECK_OUT, &now));

  fake_shop_dispatch (store, (PegEvent) { .kind = PEG_EVENT_COPIES, .copies = copies });
  fake_shop_show (store);
  snapshot = peg_store_get_shown (store);
  trouble = peg_kiosk_words_why_not (snapshot, &view, peg_snapshot_find (snapshot, FAKE_SHOP_OWN),
                                     PEG_KIOSK_DO_CHECK_IN, &now);
  g_assert_cmpstr (trouble, ==, "The disk is full");
}

/* What is lost, and what is not, is said before it happens. */
static void
test_release (void)
{
  static const struct {
    const char *there;
    const char *words;
  } cases[] = {
    { HASH_A, "It becomes free as it was" },
    { HASH_B, "Your changes are not checked in: on the board “1234567_C1.nc” becomes free" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (PegStore) store = fake_shop_new (FAKE_SHOP_LIVE);
    g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_copy_unref);
    g_autoptr (PegCopies) copies = NULL;
    const PegCopyRecord record = { (char *) FAKE_SHOP_OWN, (char *) "1234567_C1.nc",
                                   (char *) HASH_A, 10, 1, 0 };
    const PegCopyFacts facts = { PEG_COPY_THERE_FILE, (char *) cases[i].there, 10, 5 };
    g_autofree char *words = NULL;

    g_ptr_array_add (all, peg_copy_new (&record, &facts));
    copies = peg_copies_new ("/srv/dnc/VF-4", NULL, all, NULL);
    fake_shop_dispatch (store, (PegEvent) { .kind = PEG_EVENT_COPIES, .copies = copies });
    fake_shop_show (store);
    words = peg_kiosk_words_release (peg_store_get_shown (store),
                                     peg_snapshot_find (peg_store_get_shown (store), FAKE_SHOP_OWN));
    g_assert_true (g_str_has_prefix (words, cases[i].words));
  }
}

/* Nobody at a terminal can choose a file, an address or a password: none is offered. */
static void
test_link_why (void)
{
  static const PegLinkReason reasons[] = {
    PEG_LINK_REASON_ADDRESS, PEG_LINK_REASON_CERTIFICATE, PEG_LINK_REASON_CERTIFICATE_ISSUER,
    PEG_LINK_REASON_CERTIFICATE_HOST, PEG_LINK_REASON_CERTIFICATE_EXPIRED,
    PEG_LINK_REASON_OWN_CERTIFICATE, PEG_LINK_REASON_CA_FILE, PEG_LINK_REASON_SIGN_IN,
    PEG_LINK_REASON_UNSAFE, PEG_LINK_REASON_REPLACED,
  };
  static const char * const offers[] = { "hoose", "ype ", "Sign in", "Reconnect", "Use an", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++) {
    g_autoptr (PegStore) store = fake_shop_new (FAKE_SHOP_LIVE);
    g_autofree char *why = NULL;

    fake_shop_link (store, PEG_LINK_ACTION_NEEDED, reasons[i]);
    fake_shop_show (store);
    why = peg_kiosk_words_link_why (peg_store_get_shown (store));
    g_assert_nonnull (why);
    for (guint j = 0; offers[j] != NULL; j++) {
      g_test_message ("%s", why);
      g_assert_null (g_strstr_len (why, -1, offers[j]));
    }
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/kiosk-words/left", test_left);
  g_test_add_func ("/kiosk-words/warning", test_warning);
  g_test_add_func ("/kiosk-words/why-not", test_why_not);
  g_test_add_func ("/kiosk-words/signing-in", test_signing_in);
  g_test_add_func ("/kiosk-words/folder", test_folder);
  g_test_add_func ("/kiosk-words/release", test_release);
  g_test_add_func ("/kiosk-words/link-why", test_link_why);

  return g_test_run ();
}
