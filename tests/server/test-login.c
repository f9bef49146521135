/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-login.h"

#define S ((gint64) G_USEC_PER_SEC)

/* A clock that somebody else turns. It does not begin at 0. */
#define START_US (77 * S)

static void
test_login_waits (void)
{
  static const guint waits_s[] = { 30, 60, 120, 240, 480, 900, 900, 900 };
  g_autoptr (PegLogin) login = peg_login_new ();
  gint64 now_us = START_US;

  for (guint i = 0; i < 4; i++) {
    peg_login_wrong (login, PEG_LOGIN_NAME, "dana", now_us);
    g_assert_cmpuint (peg_login_get_wait_s (login, PEG_LOGIN_NAME, "dana", now_us), ==, 0);
    now_us += 10 * S;
  }

  for (guint i = 0; i < G_N_ELEMENTS (waits_s); i++) {
    peg_login_wrong (login, PEG_LOGIN_NAME, "dana", now_us);
    g_assert_cmpuint (peg_login_get_wait_s (login, PEG_LOGIN_NAME, "dana", now_us), ==, waits_s[i]);
    g_assert_cmpuint (peg_login_get_wait_s (login, PEG_LOGIN_NAME, "dana", now_us + S / 2), ==,
                      waits_s[i]);
    now_us += waits_s[i] * S;
    g_assert_cmpuint (peg_login_get_wait_s (login, PEG_LOGIN_NAME, "dana", now_us - 1), ==, 1);
    g_assert_cmpuint (peg_login_get_wait_s (login, PEG_LOGIN_NAME, "dana", now_us), ==, 0);
  }

  /* Others are not held to it, and neither is an address of this name. */
  g_assert_cmpuint (peg_login_get_wait_s (login, PEG_LOGIN_NAME, "kim", now_us - 1), ==, 0);
  g_assert_cmpuint (peg_login_get_wait_s (login, PEG_LOGIN_ADDRESS, "dana", now_us - 1), ==, 0);
}

/* Who is wrong four times a minute, every minute, is a person. */
static void
test_login_slow (void)
{
  g_autoptr (PegLogin) login = peg_login_new ();
  gint64 now_us = START_US;

  for (guint i = 0; i < 400; i++) {
    peg_login_wrong (login, PEG_LOGIN_ADDRESS, "::1", now_us);
    g_assert_cmpuint (peg_login_get_wait_s (login, PEG_LOGIN_ADDRESS, "::1", now_us), ==, 0);
    now_us += 15 * S + 1;
  }
}

static void
test_login_forgets (void)
{
  g_autoptr (PegLogin) login = peg_login_new ();
  gint64 now_us = START_US;

  for (guint i = 0; i < 7; i++)
    peg_login_wrong (login, PEG_LOGIN_ADDRESS, "a", now_us);
  g_assert_cmpuint (peg_login_get_wait_s (login, PEG_LOGIN_ADDRESS, "a", now_us), ==, 120);

  now_us += 3600 * S;
  peg_login_wrong (login, PEG_LOGIN_ADDRESS, "a", now_us);
  g_assert_cmpuint (peg_login_get_wait_s (login, PEG_LOGIN_ADDRESS, "a", now_us), ==, 0);

  for (guint i = 0; i < 5; i++)
    peg_login_wrong (login, PEG_LOGIN_NAME, "b", now_us);
  peg_login_right (login, PEG_LOGIN_NAME, "b");
  g_assert_cmpuint (peg_login_get_wait_s (login, PEG_LOGIN_NAME, "b", now_us), ==, 0);
  peg_login_wrong (login, PEG_LOGIN_NAME, "b", now_us);
  g_assert_cmpuint (peg_login_get_wait_s (login, PEG_LOGIN_NAME, "b", now_us), ==, 0);
}

static void
test_login_tokens (void)
{
  g_autoptr (PegLogin) login = peg_login_new ();

  for (guint i = 0; i < 29; i++)
    peg_login_wrong (login, PEG_LOGIN_TOKEN, "a", START_US + i);
  g_assert_cmpuint (peg_login_get_wait_s (login, PEG_LOGIN_TOKEN, "a", START_US + 29), ==, 0);
  peg_login_wrong (login, PEG_LOGIN_TOKEN, "a", START_US + 29);
  g_assert_cmpuint (peg_login_get_wait_s (login, PEG_LOGIN_TOKEN, "a", START_US + 29), ==, 30);
}

/* However many there are, the memory is bounded, and who is kept waiting longest
 * ago goes first. */
static void
test_login_bounded (void)
{
  g_autoptr (PegLogin) login = peg_login_new ();
  gint64 now_us = START_US;

  for (guint i = 0; i < 5; i++)
    peg_login_wrong (login, PEG_LOGIN_NAME, "first", now_us);
  for (guint i = 0; i < 2 * PEG_LOGIN_MAX_KEYS; i++) {
    g_autofree char *name = g_strdup_printf ("n%u", i);

    peg_login_wrong (login, PEG_LOGIN_NAME, name, now_us + 1 + i);
    g_assert_cmpuint (peg_login_get_n_keys (login), <=, PEG_LOGIN_MAX_KEYS);
  }
  g_assert_cmpuint (peg_login_get_n_keys (login), ==, PEG_LOGIN_MAX_KEYS);
  g_assert_cmpuint (peg_login_get_wait_s (login, PEG_LOGIN_NAME, "first", now_us), ==, 0);

  /* An hour later all of them go at once. */
  peg_login_wrong (login, PEG_LOGIN_NAME, NULL, now_us + 2 * 3600 * S);
  g_assert_cmpuint (peg_login_get_n_keys (login), ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/server/login/waits", test_login_waits);
  g_test_add_func ("/server/login/slow", test_login_slow);
  g_test_add_func ("/server/login/forgets", test_login_forgets);
  g_test_add_func ("/server/login/tokens", test_login_tokens);
  g_test_add_func ("/server/login/bounded", test_login_bounded);

  return g_test_run ();
}
