/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-close.h"

#define S ((gint64) G_USEC_PER_SEC)

#define OPEN(number) { .was_open = TRUE, .code = (number) }
#define STATUS(number) { .http_status = (number), .reason = PEG_LINK_REASON_NOT_A_SERVER }
#define FAILED(why) { .reason = PEG_LINK_REASON_##why }

#define RETRY(why) { .kind = PEG_VERDICT_RETRY, .reason = PEG_LINK_REASON_##why }
#define ACTION(why) { .kind = PEG_VERDICT_ACTION, .reason = PEG_LINK_REASON_##why }
#define STOP(why) { .kind = PEG_VERDICT_STOP, .reason = PEG_LINK_REASON_##why }
#define LATER(why, us) \
  { .kind = PEG_VERDICT_RETRY, .reason = PEG_LINK_REASON_##why, .at_least_us = (us) }

static const struct {
  PegTransportEnd end;
  PegCloseContext context;
  PegVerdict verdict;
} cases[] = {
  { OPEN (1000), { .live_us = 5 * S }, RETRY (CLOSED) },
  { OPEN (1000), { .live_us = 5 * S, .rival = TRUE }, RETRY (CLOSED) },
  { OPEN (1000), { .live_us = 5 * S, .repeated = TRUE }, STOP (REPLACED) },
  { OPEN (1000), { .live_us = 4 * S }, LATER (CLOSED, S) },
  { OPEN (1000), { .live_us = 4 * S, .rival = TRUE }, STOP (REPLACED) },
  { OPEN (1000), { .rival = TRUE }, STOP (REPLACED) },
  { OPEN (1000), { .repeated = TRUE }, STOP (REPLACED) },
  { OPEN (1001), { 0 }, RETRY (SHUTTING_DOWN) },
  { OPEN (1001), { .rival = TRUE, .repeated = TRUE }, RETRY (SHUTTING_DOWN) },
  { OPEN (1012), { 0 }, RETRY (SHUTTING_DOWN) },
  { OPEN (1013), { 0 }, LATER (BUSY, 5 * S) },
  { OPEN (1005), { 0 }, RETRY (LOST) },
  { OPEN (1006), { 0 }, RETRY (LOST) },
  { OPEN (1002), { 0 }, RETRY (PROTOCOL) },
  { OPEN (1003), { 0 }, RETRY (PROTOCOL) },
  { OPEN (1007), { 0 }, RETRY (PROTOCOL) },
  { OPEN (1010), { 0 }, RETRY (PROTOCOL) },
  { OPEN (1011), { 0 }, RETRY (CLOSED) },
  { OPEN (1008), { 0 }, ACTION (SIGN_IN) },
  { OPEN (4401), { 0 }, ACTION (SIGN_IN) },
  { OPEN (1009), { 0 },
    { .kind = PEG_VERDICT_RETRY, .reason = PEG_LINK_REASON_TOO_BIG, .needs_snapshot = TRUE } },
  { OPEN (3000), { 0 }, RETRY (CLOSED) },
  { OPEN (4000), { 0 }, ACTION (REJECTED) },
  { OPEN (4099), { 0 }, ACTION (REJECTED) },
  { OPEN (4100), { 0 }, LATER (CLOSED, S) },
  { OPEN (4199), { 0 }, LATER (CLOSED, S) },
  { OPEN (4200), { 0 },
    { .kind = PEG_VERDICT_RETRY, .reason = PEG_LINK_REASON_CLOSED, .at_once = TRUE } },
  { OPEN (4299), { 0 },
    { .kind = PEG_VERDICT_RETRY, .reason = PEG_LINK_REASON_CLOSED, .at_once = TRUE } },
  { OPEN (4300), { 0 }, RETRY (CLOSED) },
  { OPEN (4999), { 0 }, RETRY (CLOSED) },
  { OPEN (65535), { 0 }, RETRY (LOST) },
  { STATUS (401), { 0 }, ACTION (SIGN_IN) },
  { STATUS (403), { 0 }, ACTION (SIGN_IN) },
  { STATUS (404), { 0 }, RETRY (NOT_A_SERVER) },
  { STATUS (426), { 0 }, RETRY (NOT_A_SERVER) },
  { STATUS (429), { 0 }, LATER (BUSY, 5 * S) },
  { STATUS (503), { 0 }, LATER (BUSY, 5 * S) },
  { STATUS (502), { 0 }, RETRY (REFUSED) },
  { STATUS (504), { 0 }, RETRY (TIMEOUT) },
  { STATUS (200), { 0 }, RETRY (NOT_A_SERVER) },
  { STATUS (302), { 0 }, RETRY (NOT_A_SERVER) },
  { FAILED (REFUSED), { 0 }, RETRY (REFUSED) },
  { FAILED (NO_HOST), { 0 }, RETRY (NO_HOST) },
  { FAILED (UNREACHABLE), { 0 }, RETRY (UNREACHABLE) },
  { FAILED (TIMEOUT), { 0 }, RETRY (TIMEOUT) },
  { FAILED (LOST), { 0 }, RETRY (LOST) },
  { FAILED (NONE), { 0 }, RETRY (NOT_A_SERVER) },
  { FAILED (CERTIFICATE), { 0 }, ACTION (CERTIFICATE) },
  { FAILED (CERTIFICATE_HOST), { 0 }, ACTION (CERTIFICATE_HOST) },
  { FAILED (CERTIFICATE_EXPIRED), { 0 }, ACTION (CERTIFICATE_EXPIRED) },
  { FAILED (CERTIFICATE_ISSUER), { 0 }, ACTION (CERTIFICATE_ISSUER) },
  { FAILED (OWN_CERTIFICATE), { 0 }, ACTION (OWN_CERTIFICATE) },
  { FAILED (CA_FILE), { 0 }, ACTION (CA_FILE) },
  { FAILED (UNSAFE), { 0 }, ACTION (UNSAFE) },
};

static void
test_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    PegVerdict verdict;

    peg_close_judge (&cases[i].end, &cases[i].context, &verdict);

    g_test_message ("case %u: code %u, status %u", i, cases[i].end.code, cases[i].end.http_status);
    g_assert_cmpint (verdict.kind, ==, cases[i].verdict.kind);
    g_assert_cmpint (verdict.reason, ==, cases[i].verdict.reason);
    g_assert_cmpint (verdict.at_least_us, ==, cases[i].verdict.at_least_us);
    g_assert_cmpint (verdict.at_once, ==, cases[i].verdict.at_once);
    g_assert_cmpint (verdict.needs_snapshot, ==, cases[i].verdict.needs_snapshot);
    g_assert_cmpint (verdict.cause, ==, PEG_BACKOFF_REMOTE);
    g_assert_cmpuint (verdict.code, ==,
                      cases[i].end.was_open ? cases[i].end.code : cases[i].end.http_status);
  }
}

/* What speaks for it that sockets do not get through. */
static void
test_suspicion (void)
{
  static const guint broken[] = { 1002, 1003, 1007, 1010 };
  static const guint whole[] = { 1000, 1001, 1006, 1008, 1009, 1011, 1012, 1013, 3000, 4200 };
  const PegCloseContext context = { 0 };
  PegVerdict verdict;

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++) {
    peg_close_judge (&(PegTransportEnd) OPEN (broken[i]), &context, &verdict);
    g_assert_true (verdict.broken);
    g_assert_false (verdict.no_websocket);
  }
  for (guint i = 0; i < G_N_ELEMENTS (whole); i++) {
    peg_close_judge (&(PegTransportEnd) OPEN (whole[i]), &context, &verdict);
    g_assert_false (verdict.broken);
    g_assert_false (verdict.no_websocket);
  }
  for (guint status = 400; status < 600; status++) {
    peg_close_judge (&(PegTransportEnd) STATUS (status), &context, &verdict);
    g_assert_cmpint (verdict.no_websocket, ==, status == 404 || status == 426);
    g_assert_false (verdict.broken);
  }
}

/* A close has no header; its reason may hold a number. */
static void
test_try_later (void)
{
  static const struct {
    const char *reason;
    gint64 seconds;
  } reasons[] = {
    { NULL, 0 },
    { "", 0 },
    { "too many", 0 },
    { "30", 30 },
    { "try again in 12 s", 12 },
    { "retry_after=7", 7 },
    { "99999999999999999999", 15 * 60 },
  };
  const PegCloseContext context = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++) {
    PegTransportEnd end = OPEN (1013);
    PegVerdict verdict;

    end.detail = reasons[i].reason;
    peg_close_judge (&end, &context, &verdict);
    g_assert_cmpint (verdict.retry_after_us, ==, reasons[i].seconds * S);
    end.code = 1012;
    peg_close_judge (&end, &context, &verdict);
    g_assert_cmpint (verdict.retry_after_us, ==, 0);
  }
}

static void
test_retry_after (void)
{
  const PegTransportEnd end = { .http_status = 429, .retry_after_us = 7 * S };
  const PegCloseContext context = { 0 };
  PegVerdict verdict;

  peg_close_judge (&end, &context, &verdict);
  g_assert_cmpint (verdict.retry_after_us, ==, 7 * S);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/close/table", test_table);
  g_test_add_func ("/close/suspicion", test_suspicion);
  g_test_add_func ("/close/try-later", test_try_later);
  g_test_add_func ("/close/retry-after", test_retry_after);

  return g_test_run ();
}
