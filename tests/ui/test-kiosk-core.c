/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "fake-shop.h"
#include "kiosk-sizes.h"
#include "peg-eater.h"
#include "peg-keyboard-layout.h"
#include "peg-kiosk-style.h"
#include "peg-saver-facts.h"
#include "peg-wipe-corners.h"

#include <math.h>

/* What the widgets of a shared terminal decide, without widgets. */

static void
test_monitor (void)
{
  static const struct {
    int width_px;
    int height_px;
    int width_mm;
    int height_mm;
    double wanted;      /* 0: not to be believed */
  } cases[] = {
    { 1920, 1080, 476, 268, 4.03 },
    { 1024, 768, 304, 228, 3.37 },
    /* 27 inches with a scale of 2: GDK tells half the pixels */
    { 1920, 1080, 597, 336, 3.22 },
    /* on its side, and told as it lies */
    { 1080, 1920, 268, 476, 4.03 },
    { 1080, 1920, 476, 268, 4.03 },
    /* nothing known */
    { 1920, 1080, 0, 0, 0 },
    { 1920, 1080, 476, 0, 0 },
    { 0, 0, 476, 268, 0 },
    { -1, 1080, 476, 268, 0 },
    /* the ratio instead of the size */
    { 1920, 1080, 160, 90, 0 },
    { 1280, 800, 160, 100, 0 },
    { 1920, 1080, 1600, 900, 0 },
    { 1080, 1920, 90, 160, 0 },
    /* invented from 96 pixels to the inch, as Xvfb does */
    { 1280, 800, 339, 212, 0 },
    { 1920, 1080, 508, 286, 0 },
    { 1024, 768, 271, 203, 0 },
    /* pixels instead of millimetres, as weston without a screen does */
    { 1280, 800, 1280, 800, 0 },
    /* pixels that are no squares */
    { 1920, 1080, 476, 476, 0 },
    { 1920, 1080, 300, 268, 0 },
    /* too coarse, and too fine */
    { 1920, 1080, 4760, 2680, 0 },
    { 1920, 1080, 48, 27, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const double got = peg_physical_from_monitor (cases[i].width_px, cases[i].height_px,
                                                  cases[i].width_mm, cases[i].height_mm);

    g_test_message ("%d×%d px, %d×%d mm", cases[i].width_px, cases[i].height_px,
                    cases[i].width_mm, cases[i].height_mm);
    g_assert_cmpfloat_with_epsilon (got, cases[i].wanted, 0.01);
  }
}

static void
test_clamp (void)
{
  g_assert_cmpfloat_with_epsilon (peg_physical_clamp (4.2), 4.2, 1e-9);
  g_assert_cmpfloat_with_epsilon (peg_physical_clamp (0.01), 1, 1e-9);
  g_assert_cmpfloat_with_epsilon (peg_physical_clamp (1000), 16, 1e-9);
  g_assert_cmpfloat_with_epsilon (peg_physical_clamp (INFINITY), 16, 1e-9);
  g_assert_cmpfloat_with_epsilon (peg_physical_clamp (0), 0, 1e-9);
  g_assert_cmpfloat_with_epsilon (peg_physical_clamp (-3), 0, 1e-9);
  g_assert_cmpfloat_with_epsilon (peg_physical_clamp (NAN), 0, 1e-9);
}

static void
test_arc (void)
{
  g_autoptr (PegPhysical) physical = peg_physical_new ();

  /* 2 · 1500 mm · tan (10′) */
  g_assert_cmpfloat_with_epsilon (peg_physical_arc_mm (20, 1500), 8.7267, 0.0001);
  g_assert_cmpfloat_with_epsilon (peg_physical_arc_mm (20, 750), 4.3633, 0.0001);
  g_assert_cmpfloat_with_epsilon (peg_physical_arc_mm (0, 1500), 0, 1e-9);

  g_assert_cmpint (peg_physical_get_source (physical), ==, PEG_PHYSICAL_ASSUMED);
  g_assert_cmpint (peg_physical_px (physical, 25.4), ==, 96);
  g_assert_cmpint (peg_physical_px (physical, 20), ==, 76);

  peg_physical_set_calibrated (physical, 5);
  g_assert_cmpint (peg_physical_get_source (physical), ==, PEG_PHYSICAL_CALIBRATED);
  g_assert_cmpint (peg_physical_px (physical, 20), ==, 100);
  g_assert_cmpint (peg_physical_px (physical, 20.01), ==, 101);
  g_assert_cmpint (peg_physical_arc_px (physical, 20, 1500), ==, 44);
  g_assert_cmpint (peg_physical_arc_px (physical, 20, 0), ==, 44);
  peg_physical_set_distance_mm (physical, 750);
  g_assert_cmpint (peg_physical_arc_px (physical, 20, 0), ==, 22);
  peg_physical_set_distance_mm (physical, -1);
  g_assert_cmpint (peg_physical_arc_px (physical, 20, 0), ==, 44);

  peg_physical_set_calibrated (physical, 0);
  g_assert_cmpint (peg_physical_get_source (physical), ==, PEG_PHYSICAL_ASSUMED);
  g_assert_cmpint (peg_physical_px (physical, 25.4), ==, 96);
}

static void
count_cb (guint *n)
{
  (*n)++;
}

static void
test_notify (void)
{
  g_autoptr (PegPhysical) physical = peg_physical_new ();
  guint n_sizes = 0, n_sources = 0, n_distances = 0;

  g_signal_connect_swapped (physical, "notify::pixels-per-mm", G_CALLBACK (count_cb), &n_sizes);
  g_signal_connect_swapped (physical, "notify::source", G_CALLBACK (count_cb), &n_sources);
  g_signal_connect_swapped (physical, "notify::distance-mm", G_CALLBACK (count_cb), &n_distances);

  peg_physical_set_calibrated (physical, 5);
  peg_physical_set_calibrated (physical, 5);
  peg_physical_set_monitor (physical, NULL);
  g_assert_cmpuint (n_sizes, ==, 1);
  g_assert_cmpuint (n_sources, ==, 1);

  peg_physical_set_distance_mm (physical, 1500);
  g_assert_cmpuint (n_distances, ==, 0);
  peg_physical_set_distance_mm (physical, 900);
  g_assert_cmpuint (n_distances, ==, 1);
}

/* Every panel that is promised is one that is believed. */
static void
test_panels (void)
{
  for (guint i = 0; i < KIOSK_N_PANELS; i++)
    g_assert_cmpfloat (kiosk_panel_pixels_per_mm (&kiosk_panels[i]), >, 3);
}

static gboolean
writes (const PegKeyboardLayout *layout,
        const char              *text)
{
  for (guint page = 0; page < peg_keyboard_layout_get_n_pages (layout); page++) {
    for (guint i = 0; i < peg_keyboard_layout_get_n_keys (layout, page); i++) {
      const PegKey *key = peg_keyboard_layout_get_key (layout, page, i);

      if (key->kind == PEG_KEY_TEXT && g_str_equal (key->text, text))
        return TRUE;
    }
  }

  return FALSE;
}

/* No two keys of a page share room, none is outside, and none is narrower than one
 * column, of which there are never more than there is room for. */
static void
check_page (const PegKeyboardLayout *layout,
            guint                    page,
            guint                    columns)
{
  const guint halves = 2 * peg_keyboard_layout_get_columns (layout);
  g_autofree gboolean *taken =
    g_new0 (gboolean, halves * peg_keyboard_layout_get_rows (layout));
  gboolean backspace = FALSE;

  g_assert_cmpuint (peg_keyboard_layout_get_columns (layout), <=,
                    MAX (columns, PEG_KEYBOARD_MIN_COLUMNS));

  for (guint i = 0; i < peg_keyboard_layout_get_n_keys (layout, page); i++) {
    const PegKey *key = peg_keyboard_layout_get_key (layout, page, i);

    g_assert_cmpuint (key->span, >=, 2);
    g_assert_cmpuint (key->row, <, peg_keyboard_layout_get_rows (layout));
    g_assert_cmpuint (key->start + key->span, <=, halves);
    for (guint half = key->start; half < key->start + key->span; half++) {
      g_assert_false (taken[key->row * halves + half]);
      taken[key->row * halves + half] = TRUE;
    }
    if (key->kind == PEG_KEY_PAGE)
      g_assert_cmpuint (key->page, <, peg_keyboard_layout_get_n_pages (layout));
    backspace = backspace || key->kind == PEG_KEY_BACKSPACE;
  }
  g_assert_true (backspace);
}

/* From the first page every page can be reached, and the first one again. */
static void
check_ways (const PegKeyboardLayout *layout)
{
  const guint n = peg_keyboard_layout_get_n_pages (layout);

  for (guint from = 0; from < n; from++) {
    g_autofree gboolean *seen = g_new0 (gboolean, n);
    guint n_seen = 1;

    seen[from] = TRUE;
    for (guint round = 0; round < n; round++) {
      for (guint page = 0; page < n; page++) {
        for (guint i = 0; seen[page] && i < peg_keyboard_layout_get_n_keys (layout, page); i++) {
          const PegKey *key = peg_keyboard_layout_get_key (layout, page, i);

          if (key->kind == PEG_KEY_PAGE && !seen[key->page]) {
            seen[key->page] = TRUE;
            n_seen++;
          }
        }
      }
    }
    g_assert_cmpuint (n_seen, ==, n);
  }
}

static void
test_layouts (void)
{
  static const struct {
    const char *locale;
    const char *letters;
    guint columns;
  } languages[] = {
    { "en_US.UTF-8", "abcdefghijklmnopqrstuvwxyz", 10 },
    { "C", "abcdefghijklmnopqrstuvwxyz", 10 },
    { NULL, "abcdefghijklmnopqrstuvwxyz", 10 },
    { "de", "abcdefghijklmnopqrstuvwxyzäöüß", 11 },
    { "de_AT.UTF-8", "abcdefghijklmnopqrstuvwxyzäöüß", 11 },
    /* not German */
    { "den_CA", "abcdefghijklmnopqrstuvwxyz", 10 },
    { "uk_UA.UTF-8", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяabcdefghijklmnopqrstuvwxyz", 12 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (languages); i++) {
    g_assert_cmpuint (peg_keyboard_layout_full_columns (languages[i].locale), ==,
                      languages[i].columns);

    for (guint columns = 0; columns < 20; columns++) {
      for (guint rows = 0; rows < 9; rows++) {
        g_autoptr (PegKeyboardLayout) layout =
          peg_keyboard_layout_new (languages[i].locale, columns, rows);
        g_autofree char *wanted = g_strconcat (languages[i].letters, "1234567890-_. /+()", NULL);

        g_test_message ("%s in %u columns, %u rows", languages[i].locale, columns, rows);
        g_assert_cmpuint (peg_keyboard_layout_get_rows (layout), <=,
                          MAX (rows, PEG_KEYBOARD_MIN_ROWS));
        for (guint page = 0; page < peg_keyboard_layout_get_n_pages (layout); page++)
          check_page (layout, page, columns);
        check_ways (layout);

        for (const char *c = wanted; *c != '\0'; c = g_utf8_next_char (c)) {
          g_autofree char *text = g_strndup (c, (gsize) (g_utf8_next_char (c) - c));

          g_assert_true (writes (layout, text));
        }
      }
    }
  }
}

static double
corners_after (PegWipeCorners *corners,
               gint64          us)
{
  return peg_wipe_corners_progress (corners, 1000 + us);
}

static void
test_corners_held (void)
{
  static const double pairs[][4] = {
    { 5, 5, 995, 595 }, { 995, 5, 5, 595 }, { 5, 595, 995, 5 }, { 995, 595, 5, 5 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++) {
    g_autoptr (PegWipeCorners) corners = peg_wipe_corners_new ();

    peg_wipe_corners_set_size (corners, 1000, 600, 100);
    peg_wipe_corners_touch (corners, "a", pairs[i][0], pairs[i][1], 1000);
    g_assert_cmpfloat_with_epsilon (corners_after (corners, 0), 0, 1e-9);
    peg_wipe_corners_touch (corners, "b", pairs[i][2], pairs[i][3], 1000);
    g_assert_cmpfloat_with_epsilon (corners_after (corners, PEG_WIPE_CORNERS_HOLD_US / 2), 0.5,
                                    0.001);
    /* A finger is never quite still. */
    peg_wipe_corners_touch (corners, "a", pairs[i][0] + 4, pairs[i][1] + 3, 2000);
    g_assert_cmpfloat (corners_after (corners, PEG_WIPE_CORNERS_HOLD_US - 1), <, 1);
    g_assert_cmpfloat_with_epsilon (corners_after (corners, PEG_WIPE_CORNERS_HOLD_US), 1, 1e-9);
  }
}

static void
test_corners_not_held (void)
{
  g_autoptr (PegWipeCorners) corners = peg_wipe_corners_new ();

  peg_wipe_corners_set_size (corners, 1000, 600, 100);

  /* two that are not opposite */
  peg_wipe_corners_touch (corners, "a", 5, 5, 1000);
  peg_wipe_corners_touch (corners, "b", 995, 5, 1000);
  g_assert_cmpfloat_with_epsilon (corners_after (corners, G_USEC_PER_SEC * 60), 0, 1e-9);

  /* a third one, and what it leaves behind */
  peg_wipe_corners_clear (corners);
  peg_wipe_corners_touch (corners, "a", 5, 5, 1000);
  peg_wipe_corners_touch (corners, "b", 995, 595, 1000);
  peg_wipe_corners_touch (corners, "c", 500, 300, 1000);
  g_assert_cmpfloat_with_epsilon (corners_after (corners, G_USEC_PER_SEC * 60), 0, 1e-9);
  peg_wipe_corners_lift (corners, "c");
  g_assert_cmpfloat_with_epsilon (corners_after (corners, G_USEC_PER_SEC * 60), 0, 1e-9);

  /* one that wipes along the edge into the corner */
  peg_wipe_corners_clear (corners);
  peg_wipe_corners_touch (corners, "a", 5, 300, 1000);
  peg_wipe_corners_touch (corners, "b", 995, 595, 1000);
  peg_wipe_corners_touch (corners, "a", 5, 5, 1000);
  g_assert_cmpfloat_with_epsilon (corners_after (corners, G_USEC_PER_SEC * 60), 0, 1e-9);

  /* one that wipes inside of the corner, and comes back */
  peg_wipe_corners_clear (corners);
  peg_wipe_corners_touch (corners, "a", 5, 5, 1000);
  peg_wipe_corners_touch (corners, "b", 995, 595, 1000);
  peg_wipe_corners_touch (corners, "a", 90, 5, 1000);
  peg_wipe_corners_touch (corners, "a", 5, 5, 1000);
  g_assert_cmpfloat_with_epsilon (corners_after (corners, G_USEC_PER_SEC * 60), 0, 1e-9);
}

/* A cloth: fingers at random places that move and come and go, for a long time. */
static void
test_corners_cloth (void)
{
  g_autoptr (PegWipeCorners) corners = peg_wipe_corners_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (4711);
  gboolean down[4] = { FALSE };
  gint64 now_us = 1;

  peg_wipe_corners_set_size (corners, 1000, 600, 100);
  for (guint i = 0; i < 500000; i++) {
    const guint finger = (guint) g_rand_int_range (rand, 0, 4);

    now_us += g_rand_int_range (rand, 5000, 60000);
    if (down[finger] && g_rand_int_range (rand, 0, 10) == 0) {
      down[finger] = FALSE;
      peg_wipe_corners_lift (corners, &down[finger]);
    } else {
      down[finger] = TRUE;
      peg_wipe_corners_touch (corners, &down[finger], g_rand_double_range (rand, 0, 1000),
                              g_rand_double_range (rand, 0, 600), now_us);
    }
    g_assert_cmpfloat (peg_wipe_corners_progress (corners, now_us), <, 1);
  }
}

static void
test_eater (void)
{
  g_autoptr (PegEater) eater = peg_eater_new ();

  g_assert_false (peg_eater_is_eating (eater));
  g_assert_false (peg_eater_eat (eater, GDK_MOTION_NOTIFY, NULL, 0));
  g_assert_false (peg_eater_is_eating (eater));

  /* two fingers, of which the first is lifted first */
  g_assert_true (peg_eater_eat (eater, GDK_TOUCH_BEGIN, "a", 0));
  g_assert_true (peg_eater_eat (eater, GDK_TOUCH_BEGIN, "b", 0));
  g_assert_false (peg_eater_eat (eater, GDK_TOUCH_UPDATE, "b", 0));
  g_assert_false (peg_eater_eat (eater, GDK_TOUCH_END, "a", 0));
  g_assert_true (peg_eater_is_eating (eater));
  g_assert_false (peg_eater_eat (eater, GDK_TOUCH_CANCEL, "b", 0));
  g_assert_false (peg_eater_is_eating (eater));

  /* a key that is held comes again */
  g_assert_true (peg_eater_eat (eater, GDK_KEY_PRESS, NULL, 36));
  g_assert_true (peg_eater_eat (eater, GDK_KEY_PRESS, NULL, 36));
  g_assert_false (peg_eater_eat (eater, GDK_KEY_RELEASE, NULL, 36));
  g_assert_false (peg_eater_is_eating (eater));

  /* the end of what began before */
  g_assert_false (peg_eater_eat (eater, GDK_BUTTON_RELEASE, NULL, 1));
  g_assert_false (peg_eater_is_eating (eater));

  /* a wheel is pressed and let go at once */
  g_assert_true (peg_eater_eat (eater, GDK_SCROLL, NULL, 0));
  g_assert_false (peg_eater_is_eating (eater));

  g_assert_true (peg_eater_eat (eater, GDK_BUTTON_PRESS, NULL, 1));
  g_assert_true (peg_eater_eat (eater, GDK_KEY_PRESS, NULL, 36));
  peg_eater_drop_keys (eater);
  g_assert_true (peg_eater_is_eating (eater));
  g_assert_false (peg_eater_eat (eater, GDK_GRAB_BROKEN, NULL, 0));
  g_assert_false (peg_eater_is_eating (eater));
}

/* The picture never stands still, never leaves its room, and is nowhere for long. */
static void
test_shift (void)
{
  g_autoptr (GHashTable) places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  double before_x = 9, before_y = 9;

  for (gint64 step = 0; step < 23 * 17; step++) {
    double x, y;

    peg_saver_shift (step, &x, &y);
    g_assert_cmpfloat (fabs (x), <=, 1);
    g_assert_cmpfloat (fabs (y), <=, 1);
    g_assert_cmpfloat (hypot (x - before_x, y - before_y), >, 0.02);
    if (step > 0)
      g_assert_cmpfloat (hypot (x - before_x, y - before_y), <, 0.6);
    before_x = x;
    before_y = y;
    g_hash_table_add (places, g_strdup_printf ("%.3f %.3f", x, y));
  }
  g_assert_cmpuint (g_hash_table_size (places), >, 190);
}

static void
test_facts (void)
{
  g_autoptr (PegStore) store = fake_shop_new (FAKE_SHOP_LIVE);
  PegSnapshot *snapshot;
  PegSaverFacts facts;

  fake_shop_add_present (store);
  fake_shop_show (store);
  snapshot = peg_store_get_shown (store);
  peg_saver_facts_read (&facts, snapshot);

  g_assert_cmpuint (facts.out, ==, peg_snapshot_get_counts (snapshot)->out);
  g_assert_cmpuint (facts.out, >, 2);
  g_assert_nonnull (facts.longest);
  g_assert_cmpuint (facts.trouble, ==, 1);
  g_assert_cmpuint (facts.unattended, >, 0);
  g_assert_cmpuint (facts.unattended, <, facts.out);

  for (guint i = 0; i < peg_snapshot_get_n_groups (snapshot); i++) {
    const PegGroup *group = peg_snapshot_get_group (snapshot, i);

    for (guint j = 0; j < peg_group_get_n (group); j++) {
      const PegEntry *entry = peg_group_get (group, j);

      if (peg_entry_is_locked (entry) && peg_entry_get_since_us (entry) != 0)
        g_assert_cmpint (peg_entry_get_since_us (facts.longest), <=,
                         peg_entry_get_since_us (entry));
    }
  }
}

static void
test_facts_of_nothing (void)
{
  g_autoptr (PegStore) store = fake_shop_new (FAKE_SHOP_EMPTY);
  PegSaverFacts facts;

  peg_saver_facts_read (&facts, peg_store_get_shown (store));
  g_assert_cmpuint (facts.out, ==, 0);
  g_assert_null (facts.longest);
  g_assert_cmpuint (facts.unattended, ==, 0);
  g_assert_cmpuint (facts.trouble, ==, 0);
}

/* A word is as high as it is promised, whatever the font, and rounded up. */
static void
test_word_size (void)
{
  g_autoptr (PegPhysical) physical = peg_physical_new ();

  for (double capital = 0.5; capital < 0.9; capital += 0.05) {
    for (double pixels_per_mm = 2; pixels_per_mm < 9; pixels_per_mm += 0.37) {
      int px;

      peg_physical_set_calibrated (physical, pixels_per_mm);
      px = peg_kiosk_style_word_px (physical, capital);
      g_assert_cmpfloat (px * capital, >=, 8.7266 * pixels_per_mm - 0.001);
      g_assert_cmpfloat ((px - 1) * capital, <, 8.7268 * pixels_per_mm);
    }
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/kiosk/physical/monitor", test_monitor);
  g_test_add_func ("/kiosk/physical/clamp", test_clamp);
  g_test_add_func ("/kiosk/physical/arc", test_arc);
  g_test_add_func ("/kiosk/physical/notify", test_notify);
  g_test_add_func ("/kiosk/physical/panels", test_panels);
  g_test_add_func ("/kiosk/style/word-size", test_word_size);
  g_test_add_func ("/kiosk/keyboard/layouts", test_layouts);
  g_test_add_func ("/kiosk/wipe/corners-held", test_corners_held);
  g_test_add_func ("/kiosk/wipe/corners-not-held", test_corners_not_held);
  g_test_add_func ("/kiosk/wipe/cloth", test_corners_cloth);
  g_test_add_func ("/kiosk/saver/eater", test_eater);
  g_test_add_func ("/kiosk/saver/shift", test_shift);
  g_test_add_func ("/kiosk/saver/facts", test_facts);
  g_test_add_func ("/kiosk/saver/facts-of-nothing", test_facts_of_nothing);

  return g_test_run ();
}
