/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-display.h"
#include "state-fixture.h"

#define SECOND ((gint64) G_USEC_PER_SEC)

static gint64
clock_us (int hour,
          int minute)
{
  g_autoptr (GDateTime) time = g_date_time_new_local (2026, 11, 21, hour, minute, 0.0);

  return g_date_time_to_unix (time) * SECOND;
}

/* Live until 08:41, when the monotonic clock said 100 s; then @status. */
static PegSnapshot *
after_outage (const PegLinkStatus *status)
{
  PegSnapshot *snapshot = fixture_server (peg_snapshot_new (), "shop", "Dana");
  PegSnapshot *next;

  snapshot = fixture_listed (snapshot, fixture_entries ("a", NULL));
  snapshot = fixture_link (snapshot, PEG_LINK_LIVE, 90 * SECOND, clock_us (8, 0));
  next = peg_snapshot_reduce (snapshot, &(PegEvent) {
    .kind = PEG_EVENT_LINK, .mono_us = 100 * SECOND, .wall_us = clock_us (8, 41), .link = status,
  });
  peg_snapshot_unref (snapshot);

  return next;
}

static const struct {
  PegLinkState state;
  PegLinkReason reason;
  guint attempt;
  gint64 retry_at_s;
  gint64 now_s;
  const char *words;
  const char *banner;
  gint64 changes_at_s;
  PegDot dot;
} cases[] = {
  { PEG_LINK_LIVE, 0, 0, 0, 200, "Live", NULL, 0, PEG_DOT_LIVE },
  { PEG_LINK_POLLING, 0, 0, 0, 200, "Live, slower", NULL, 0, PEG_DOT_SLOWER },
  { PEG_LINK_STOPPED, PEG_LINK_REASON_PERSON, 0, 0, 100, "Disconnected",
    "Disconnected. Locks are as of 08:41.", 0, PEG_DOT_STOPPED },
  { PEG_LINK_CONNECTING, 0, 0, 0, 101, "Connecting…", NULL, 103, PEG_DOT_CONNECTING },
  { PEG_LINK_AUTHENTICATING, 0, 0, 0, 104, "Connecting…",
    "Connecting… Locks are as of 08:41.", 0, PEG_DOT_CONNECTING },
  { PEG_LINK_SYNCING, 0, 0, 0, 100, "Connecting…", NULL, 101, PEG_DOT_WAITING },
  { PEG_LINK_SYNCING, 0, 0, 0, 101, "Catching up…", NULL, 103, PEG_DOT_WAITING },
  { PEG_LINK_WAITING, PEG_LINK_REASON_LOST, 1, 107, 101, "Reconnecting in 6 s", NULL, 102,
    PEG_DOT_WAITING },
  { PEG_LINK_WAITING, PEG_LINK_REASON_LOST, 1, 107, 103, "Reconnecting in 4 s",
    "Reconnecting in 4 s. Locks are as of 08:41.", 104, PEG_DOT_WAITING },
  { PEG_LINK_WAITING, PEG_LINK_REASON_LOST, 1, 107, 110, "Reconnecting…",
    "Reconnecting… Locks are as of 08:41.", 0, PEG_DOT_WAITING },
  { PEG_LINK_WAITING, PEG_LINK_REASON_LOST, 5, 107, 103, "Reconnecting in 4 s",
    "Offline — retrying… Locks are as of 08:41.", 104, PEG_DOT_WAITING },
  { PEG_LINK_SUSPENDED, PEG_LINK_REASON_LOST, 9, 0, 400, "Offline since 08:41, still trying",
    "Offline since 08:41, still trying. Locks are as of 08:41.", 0, PEG_DOT_OFFLINE },
  { PEG_LINK_ACTION_NEEDED, PEG_LINK_REASON_SIGN_IN, 0, 0, 100, "Sign in again",
    "“shop” does not know who you are. Sign in again.", 0, PEG_DOT_KEY },
  { PEG_LINK_ACTION_NEEDED, PEG_LINK_REASON_CERTIFICATE, 0, 0, 100, "Certificate not trusted",
    "The certificate of “shop” is not trusted, so nothing was sent. Ask whoever runs the server "
    "for the shop’s CA file.", 0, PEG_DOT_KEY },
  { PEG_LINK_ACTION_NEEDED, PEG_LINK_REASON_CERTIFICATE_ISSUER, 0, 0, 100,
    "Certificate not trusted",
    "Nobody whom this computer trusts has signed the certificate of “shop”, so nothing was sent. "
    "If the shop signs its own, choose the shop’s CA file; whoever runs the server has it.",
    0, PEG_DOT_KEY },
  { PEG_LINK_ACTION_NEEDED, PEG_LINK_REASON_CERTIFICATE_HOST, 0, 0, 100,
    "Certificate of another server",
    "The certificate that “shop” shows belongs to another server, so nothing was sent. Check the "
    "address: it must be one of the names in the certificate.", 0, PEG_DOT_KEY },
  { PEG_LINK_ACTION_NEEDED, PEG_LINK_REASON_CERTIFICATE_EXPIRED, 0, 0, 100, "Certificate expired",
    "The certificate of “shop” has expired or is not valid yet, so nothing was sent. Check the "
    "clock of this computer, then ask whoever runs the server to renew it.", 0, PEG_DOT_KEY },
  { PEG_LINK_ACTION_NEEDED, PEG_LINK_REASON_OWN_CERTIFICATE, 0, 0, 100, "Certificate needed",
    "“shop” wants a certificate of this computer, and there is none that it takes. Ask whoever "
    "runs the server for one.", 0, PEG_DOT_KEY },
  { PEG_LINK_ACTION_NEEDED, PEG_LINK_REASON_CA_FILE, 0, 0, 100, "CA file cannot be used",
    "The shop’s CA file cannot be used, so “shop” could not be checked and nothing was sent. "
    "Choose another.", 0, PEG_DOT_KEY },
  { PEG_LINK_ACTION_NEEDED, PEG_LINK_REASON_UNSAFE, 0, 0, 100, "Needs attention",
    "The token would be readable on the way to “shop”, so nothing was sent. Use an address that "
    "begins with “wss://”, or do not send the token in the address.", 0, PEG_DOT_KEY },
};

static void
test_cases (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    PegLinkStatus status = PEG_LINK_STATUS_INIT;
    const PegDisplayNow now = { cases[i].now_s * SECOND, clock_us (9, 0) };
    g_autoptr (PegSnapshot) snapshot = NULL;
    g_autofree char *words = NULL;
    g_autofree char *banner = NULL;

    status.state = cases[i].state;
    status.reason = cases[i].reason;
    status.attempt = cases[i].attempt;
    status.retry_at_us = cases[i].retry_at_s * SECOND;
    snapshot = after_outage (&status);

    words = peg_display_link_words (snapshot, &now);
    banner = peg_display_banner (snapshot, &now, PEG_DISPLAY_BANNER_ATTEMPTS);
    g_assert_cmpstr (words, ==, cases[i].words);
    g_assert_cmpstr (banner, ==, cases[i].banner);
    g_assert_cmpint (peg_display_banner_changes_us (snapshot, &now), ==,
                     cases[i].changes_at_s * SECOND);
    g_assert_cmpint (peg_display_dot (cases[i].state), ==, cases[i].dot);
  }
}

/* A blip stays silent to the last microsecond. */
static void
test_blip (void)
{
  PegLinkStatus status = PEG_LINK_STATUS_INIT;
  g_autoptr (PegSnapshot) snapshot = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  status.state = PEG_LINK_WAITING;
  snapshot = after_outage (&status);
  before = peg_display_banner (snapshot, &(PegDisplayNow) { 103 * SECOND - 1, clock_us (9, 0) }, 5);
  after = peg_display_banner (snapshot, &(PegDisplayNow) { 103 * SECOND, clock_us (9, 0) }, 5);

  g_assert_null (before);
  g_assert_nonnull (after);
}

/* Every reason has words of its own, and every shape an icon and a class. */
static void
test_complete (void)
{
  g_autoptr (GEnumClass) reasons = g_type_class_ref (PEG_TYPE_LINK_REASON);
  g_autoptr (GEnumClass) dots = g_type_class_ref (PEG_TYPE_DOT);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < reasons->n_values; i++) {
    PegLinkStatus status = PEG_LINK_STATUS_INIT;
    g_autoptr (PegSnapshot) snapshot = NULL;
    char *why;

    status.state = PEG_LINK_WAITING;
    status.reason = (PegLinkReason) reasons->values[i].value;
    snapshot = after_outage (&status);
    why = peg_display_link_why (snapshot);

    if (status.reason == PEG_LINK_REASON_NONE || status.reason == PEG_LINK_REASON_PERSON) {
      g_assert_null (why);
      continue;
    }

    g_assert_nonnull (why);
    g_assert_true (g_hash_table_add (seen, why));
  }

  for (guint i = 0; i < dots->n_values; i++) {
    const char *icon = peg_display_dot_icon ((PegDot) dots->values[i].value);

    g_assert_true (g_hash_table_add (seen, g_strdup (icon)));
    g_assert_nonnull (peg_display_dot_class ((PegDot) dots->values[i].value));
  }
}

static void
test_tip (void)
{
  const PegDisplayNow now = { 95 * SECOND, clock_us (9, 0) };
  PegLinkStatus status = PEG_LINK_STATUS_INIT;
  g_autoptr (PegSnapshot) snapshot = NULL;
  g_autofree char *tip = NULL;

  status.state = PEG_LINK_LIVE;
  status.rtt_us = 1234;
  snapshot = after_outage (&status);
  tip = peg_display_link_tip (snapshot, &now);

  g_assert_cmpstr (tip, ==, "Live\nshop\nRound trip 1.2 ms");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/display-link/cases", test_cases);
  g_test_add_func ("/display-link/blip", test_blip);
  g_test_add_func ("/display-link/complete", test_complete);
  g_test_add_func ("/display-link/tip", test_tip);

  return g_test_run ();
}
