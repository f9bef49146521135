/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "fake-shop.h"
#include "peg-page.h"

static const struct {
  FakeShopState state;
  PegPage page;
} cases[] = {
  { FAKE_SHOP_FIRST_RUN, PEG_PAGE_CONNECT },
  { FAKE_SHOP_REFUSED, PEG_PAGE_CONNECT },
  { FAKE_SHOP_CONNECTING, PEG_PAGE_CONNECTING },
  { FAKE_SHOP_CONNECTING_CACHED, PEG_PAGE_FILES },
  { FAKE_SHOP_LIVE, PEG_PAGE_FILES },
  { FAKE_SHOP_SLOWER, PEG_PAGE_FILES },
  { FAKE_SHOP_WAITING, PEG_PAGE_FILES },
  { FAKE_SHOP_RETRYING, PEG_PAGE_FILES },
  { FAKE_SHOP_SUSPENDED, PEG_PAGE_FILES },
  { FAKE_SHOP_STOPPED, PEG_PAGE_FILES },
  { FAKE_SHOP_OFFLINE, PEG_PAGE_OFFLINE },
  { FAKE_SHOP_CERTIFICATE, PEG_PAGE_CERTIFICATE },
  { FAKE_SHOP_SIGN_IN, PEG_PAGE_SIGN_IN },
  { FAKE_SHOP_SIGN_IN_CACHED, PEG_PAGE_FILES },
  { FAKE_SHOP_NOT_SET_UP, PEG_PAGE_NOT_SET_UP },
  { FAKE_SHOP_EMPTY, PEG_PAGE_EMPTY },
};

static void
test_choose (void)
{
  G_STATIC_ASSERT (G_N_ELEMENTS (cases) == FAKE_SHOP_N_STATES);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (PegStore) store = fake_shop_new (cases[i].state);
    PegSnapshot *snapshot = peg_store_get_shown (store);

    g_test_message ("%s", fake_shop_state_name (cases[i].state));
    g_assert_cmpint (peg_page_choose (snapshot, FALSE), ==, cases[i].page);
    g_assert_cmpint (peg_page_choose (snapshot, TRUE), ==, PEG_PAGE_CONNECT);
  }
}

/* Trying again and again does not make the page flicker. */
static void
test_attempts_stay_offline (void)
{
  g_autoptr (PegStore) store = fake_shop_new (FAKE_SHOP_OFFLINE);
  PegLinkStatus status = PEG_LINK_STATUS_INIT;

  status.state = PEG_LINK_CONNECTING;
  status.attempt = 4;
  fake_shop_dispatch (store, (PegEvent) { .kind = PEG_EVENT_LINK, .link = &status });
  fake_shop_show (store);
  g_assert_cmpint (peg_page_choose (peg_store_get_shown (store), FALSE), ==, PEG_PAGE_OFFLINE);
}

static void
test_names_differ (void)
{
  for (guint a = PEG_PAGE_CONNECT; a <= PEG_PAGE_FILES; a++) {
    for (guint b = a + 1; b <= PEG_PAGE_FILES; b++)
      g_assert_cmpstr (peg_page_get_name (a), !=, peg_page_get_name (b));
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/page/choose", test_choose);
  g_test_add_func ("/page/attempts-stay-offline", test_attempts_stay_offline);
  g_test_add_func ("/page/names-differ", test_names_differ);

  return g_test_run ();
}
