/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "kiosk-fixture.h"
#include "peg-kiosk-button.h"

/* How people come to a shared terminal, and what of what they did before goes with them. */

#define WIDTH 1280
#define HEIGHT 800
#define PER_MM 4.9

static KioskFixture *
create (void)
{
  return kiosk_fixture_new (FAKE_SHOP_LIVE, WIDTH, HEIGHT, PER_MM);
}

/* Whoever has a badge need not look for their name. */
static void
test_badge (void)
{
  g_autoptr (KioskFixture) fixture = create ();
  PegKioskView values;

  kiosk_fixture_press (fixture, "Sign In");
  g_assert_false (kiosk_fixture_sees (fixture, "Hold your badge"));
  peg_kiosk_window_set_badges (fixture->window, TRUE, FALSE);
  g_assert_true (kiosk_fixture_sees (fixture, "Hold your badge to the reader, or choose your name."));

  kiosk_fixture_get_view (fixture, &values);
  values.pin_id = (char *) "dana";
  kiosk_fixture_set_view (fixture, &values);
  g_assert_true (kiosk_fixture_sees (fixture, "Hold your badge to the reader, or enter the PIN."));
  /* Where it takes both, the badge does not replace the PIN. */
  peg_kiosk_window_set_badges (fixture->window, TRUE, TRUE);
  g_assert_true (kiosk_fixture_sees (fixture, "Enter the PIN, then press OK."));
  g_assert_false (kiosk_fixture_sees (fixture, "Hold your badge"));

  values.pin_id = NULL;
  kiosk_fixture_set_view (fixture, &values);
  kiosk_fixture_press (fixture, "Cancel");
  kiosk_fixture_do (fixture, "win.kiosk-show", FAKE_SHOP_FREE);
  kiosk_fixture_press (fixture, "Check Out");
  g_assert_cmpstr (fixture->refused, ==,
                   "Sign in first: hold your badge to the reader, or press “Sign In”.");
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/kiosk-window/people/badge", test_badge);

  return g_test_run ();
}
