/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-kiosk-door.h"
#include "peg-kiosk-lock.h"

/* The keys of a locked terminal, and the knock at its admin door. What becomes of
 * them in a real window is tests/kiosk/test-escapes.py. */

#define CTRL GDK_CONTROL_MASK
#define SHIFT GDK_SHIFT_MASK
#define ALT GDK_ALT_MASK
#define SUPER GDK_SUPER_MASK

static void
test_swallowed (void)
{
  static const struct {
    guint keyval;
    guint state;
  } keys[] = {
    { GDK_KEY_F4, ALT }, { GDK_KEY_q, CTRL }, { GDK_KEY_w, CTRL }, { GDK_KEY_F1, 0 },
    { GDK_KEY_F10, 0 }, { GDK_KEY_F10, SHIFT }, { GDK_KEY_F11, 0 }, { GDK_KEY_F12, 0 },
    { GDK_KEY_Menu, 0 }, { GDK_KEY_I, CTRL | SHIFT }, { GDK_KEY_D, CTRL | SHIFT },
    { GDK_KEY_i, CTRL | SHIFT }, { GDK_KEY_c, CTRL }, { GDK_KEY_v, CTRL }, { GDK_KEY_x, CTRL },
    { GDK_KEY_Insert, SHIFT }, { GDK_KEY_Insert, CTRL }, { GDK_KEY_Insert, 0 },
    { GDK_KEY_Delete, SHIFT }, { GDK_KEY_period, CTRL }, { GDK_KEY_semicolon, CTRL },
    { GDK_KEY_U, CTRL | SHIFT }, { GDK_KEY_o, CTRL }, { GDK_KEY_p, CTRL }, { GDK_KEY_s, CTRL },
    { GDK_KEY_n, CTRL }, { GDK_KEY_t, CTRL }, { GDK_KEY_f, ALT }, { GDK_KEY_space, ALT },
    { GDK_KEY_Tab, ALT }, { GDK_KEY_Left, ALT }, { GDK_KEY_Return, ALT }, { GDK_KEY_l, SUPER },
    { GDK_KEY_Super_L, 0 }, { GDK_KEY_Alt_L, 0 }, { GDK_KEY_Print, 0 }, { GDK_KEY_Sys_Req, 0 },
    { GDK_KEY_Escape, CTRL }, { GDK_KEY_Escape, ALT }, { GDK_KEY_Escape, SHIFT },
    { GDK_KEY_Delete, CTRL | ALT }, { GDK_KEY_BackSpace, CTRL | ALT }, { GDK_KEY_F1, CTRL | ALT },
    { GDK_KEY_Back, 0 }, { GDK_KEY_WWW, 0 }, { GDK_KEY_PowerOff, 0 }, { GDK_KEY_Help, 0 },
    { GDK_KEY_Cut, 0 }, { GDK_KEY_Paste, 0 }, { GDK_KEY_End, CTRL | ALT },
    { GDK_KEY_question, CTRL }, { GDK_KEY_plus, CTRL }, { GDK_KEY_Pause, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_test_message ("%s with 0x%x", gdk_keyval_name (keys[i].keyval), keys[i].state);
    g_assert_cmpint (peg_kiosk_lock_judge (keys[i].keyval, keys[i].state), ==,
                     PEG_KIOSK_KEY_SWALLOW);
  }
}

static void
test_passed (void)
{
  static const struct {
    guint keyval;
    guint state;
  } keys[] = {
    { GDK_KEY_a, 0 }, { GDK_KEY_A, SHIFT }, { GDK_KEY_0, 0 }, { GDK_KEY_KP_5, 0 },
    { GDK_KEY_slash, 0 }, { GDK_KEY_adiaeresis, 0 }, { GDK_KEY_Ukrainian_yi, 0 },
    { GDK_KEY_dead_acute, 0 }, { GDK_KEY_space, 0 }, { GDK_KEY_Return, 0 },
    { GDK_KEY_KP_Enter, 0 }, { GDK_KEY_Tab, 0 }, { GDK_KEY_ISO_Left_Tab, SHIFT },
    { GDK_KEY_BackSpace, 0 }, { GDK_KEY_Delete, 0 }, { GDK_KEY_Down, 0 }, { GDK_KEY_Page_Up, 0 },
    { GDK_KEY_Left, SHIFT }, { GDK_KEY_a, CTRL }, { GDK_KEY_BackSpace, CTRL },
    { GDK_KEY_Shift_L, 0 }, { GDK_KEY_a, GDK_LOCK_MASK },
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_test_message ("%s with 0x%x", gdk_keyval_name (keys[i].keyval), keys[i].state);
    g_assert_cmpint (peg_kiosk_lock_judge (keys[i].keyval, keys[i].state), ==, PEG_KIOSK_KEY_PASS);
  }

  g_assert_cmpint (peg_kiosk_lock_judge (GDK_KEY_Escape, 0), ==, PEG_KIOSK_KEY_BACK);
  g_assert_cmpint (peg_kiosk_lock_judge (GDK_KEY_Escape, GDK_LOCK_MASK), ==, PEG_KIOSK_KEY_BACK);
  g_assert_cmpint (peg_kiosk_lock_judge (GDK_KEY_End, CTRL | ALT | SHIFT), ==, PEG_KIOSK_KEY_DOOR);
}

#define WIDTH 1280
#define HEIGHT 800

/* The corners by number, clockwise from the upper left; 9 is the middle. */
static gboolean
tap (PegKioskDoor *door,
     guint         corner,
     guint64      *time_ms,
     guint64       held_ms)
{
  const double x = corner == 9 ? 640 : corner == 1 || corner == 2 ? WIDTH - 20 : 20;
  const double y = corner == 9 ? 400 : corner >= 2 ? HEIGHT - 20 : 20;
  gboolean open;

  *time_ms += 500;
  peg_kiosk_door_press (door, x, y, *time_ms);
  *time_ms += held_ms;
  open = peg_kiosk_door_release (door, x + 3, y - 3, WIDTH, HEIGHT, *time_ms);

  return open;
}

static gboolean
tap_all (PegKioskDoor *door,
         const char   *corners,
         guint64       pause_ms,
         guint64       held_ms)
{
  guint64 time_ms = 1000000;
  gboolean open = FALSE;

  for (const char *corner = corners; *corner != '\0'; corner++) {
    time_ms += pause_ms;
    open = tap (door, (guint) g_ascii_digit_value (*corner), &time_ms, held_ms) || open;
  }

  return open;
}

static void
test_door (void)
{
  static const struct {
    const char *corners;
    guint64 pause_ms;
    guint64 held_ms;
    gboolean open;
  } cases[] = {
    { "01230", 0, 80, TRUE },
    { "901230", 0, 80, TRUE },
    { "001230", 0, 80, TRUE },
    { "0101230", 0, 80, TRUE },
    { "01230", 2000, 80, TRUE },
    { "01230", 3000, 80, FALSE },
    { "01230", 0, 900, FALSE },
    { "0123", 0, 80, FALSE },
    { "03210", 0, 80, FALSE },
    { "012390", 0, 80, FALSE },
    { "12301", 0, 80, FALSE },
    { "00000", 0, 80, FALSE },
    { "99999", 0, 80, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    PegKioskDoor door = { 0 };

    g_test_message ("%s", cases[i].corners);
    g_assert_cmpint (tap_all (&door, cases[i].corners, cases[i].pause_ms, cases[i].held_ms), ==,
                     cases[i].open);
  }
}

/* A door that was opened has to be knocked at anew. */
static void
test_door_again (void)
{
  PegKioskDoor door = { 0 };

  g_assert_true (tap_all (&door, "01230", 0, 80));
  g_assert_false (tap_all (&door, "1230", 0, 80));
  g_assert_true (tap_all (&door, "01230", 0, 80));
}

/* A cloth that wipes from corner to corner does not tap. */
static void
test_door_wiped (void)
{
  PegKioskDoor door = { 0 };
  guint64 time_ms = 1000;

  for (guint i = 0; i < 10; i++) {
    peg_kiosk_door_press (&door, 20, 20, time_ms);
    time_ms += 300;
    g_assert_false (peg_kiosk_door_release (&door, WIDTH - 20, 20, WIDTH, HEIGHT, time_ms));
    time_ms += 300;
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/kiosk-lock/swallowed", test_swallowed);
  g_test_add_func ("/kiosk-lock/passed", test_passed);
  g_test_add_func ("/kiosk-lock/door", test_door);
  g_test_add_func ("/kiosk-lock/door-again", test_door_again);
  g_test_add_func ("/kiosk-lock/door-wiped", test_door_wiped);

  return g_test_run ();
}
