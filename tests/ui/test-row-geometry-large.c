/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-row-geometry.h"

/* A row of 20 mm on a panel of 12 inches. */
static const PegRowSizes sizes = {
  .height = 98, .gap = 20, .edge = 15, .words = 60, .name = 48, .small = 25, .plate = 44,
};

static PegLargeContent
ordinary (int width)
{
  return (PegLargeContent) {
    .width = width,
    .depth = 2,
    .is_file = TRUE,
    .name = 360,
    .revision = 40,
    .description = 300,
    .words = 160,
    .more = 190,
    .words_column = 330,
  };
}

static void
assert_within (const PegLargeContent *content,
               const PegSpan         *span)
{
  g_assert_cmpint (span->width, >=, 0);
  if (span->width == 0)
    return;
  g_assert_cmpint (span->x, >=, 0);
  g_assert_cmpint (span->x + span->width, <=, content->width);
}

static void
assert_apart (const PegSpan *a,
              const PegSpan *b)
{
  if (a->width > 0 && b->width > 0)
    g_assert_true (a->x + a->width <= b->x || b->x + b->width <= a->x);
}

static void
assert_sound (const PegLargeContent  *content,
              const PegLargeGeometry *g)
{
  const PegSpan *first[] = { &g->arrow, &g->name, &g->tag, &g->words };
  const PegSpan *second[] = { &g->arrow, &g->revision, &g->description, &g->tag, &g->more };

  for (guint i = 0; i < G_N_ELEMENTS (first); i++) {
    assert_within (content, first[i]);
    for (guint j = i + 1; j < G_N_ELEMENTS (first); j++)
      assert_apart (first[i], first[j]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (second); i++) {
    assert_within (content, second[i]);
    for (guint j = i + 1; j < G_N_ELEMENTS (second); j++)
      assert_apart (second[i], second[j]);
  }
}

/* Nothing overlaps and nothing leaves the row, whatever is in it. */
static void
test_sound (void)
{
  for (int width = 700; width <= 3840; width += 37) {
    for (guint i = 0; i < 64; i++) {
      PegLargeContent content = ordinary (width);
      PegLargeGeometry g;

      content.depth = i % 3;
      content.is_file = (i & 4) != 0;
      content.name = (i & 8) != 0 ? 3000 : 60;
      content.words = (i & 16) != 0 ? 2500 : 90;
      content.description = (i & 32) != 0 ? 2000 : 0;
      content.rtl = i % 2 == 1;
      peg_row_geometry_large (&content, &sizes, &g);
      assert_sound (&content, &g);
    }
  }
}

/* Who has what stands below each other. */
static void
test_column (void)
{
  PegLargeContent content = ordinary (1200);
  PegLargeGeometry a, b;

  peg_row_geometry_large (&content, &sizes, &a);
  content.name = 700;
  content.words = 90;
  content.more = 0;
  content.depth = 1;
  peg_row_geometry_large (&content, &sizes, &b);
  g_assert_cmpint (a.words.x, ==, b.words.x);
  g_assert_cmpint (a.tag.x, ==, b.tag.x);
}

/* Words that are longer than usual take what a short name leaves. */
static void
test_growth (void)
{
  PegLargeContent content = ordinary (1200);
  PegLargeGeometry g;

  content.words = 500;
  content.name = 200;
  peg_row_geometry_large (&content, &sizes, &g);
  g_assert_cmpint (g.words.width, ==, 500);
  g_assert_cmpint (g.name.width, ==, 200);

  content.name = 900;
  peg_row_geometry_large (&content, &sizes, &g);
  g_assert_cmpint (g.words.width, <, 500);
  g_assert_cmpint (g.words.width, >=, 300);
}

static void
test_rtl (void)
{
  PegLargeContent content = ordinary (1200);
  PegLargeGeometry ltr, rtl;

  peg_row_geometry_large (&content, &sizes, &ltr);
  content.rtl = TRUE;
  peg_row_geometry_large (&content, &sizes, &rtl);
  g_assert_cmpint (rtl.words.x, ==, 1200 - ltr.words.x - ltr.words.width);
  g_assert_cmpint (rtl.name.x, ==, 1200 - ltr.name.x - ltr.name.width);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/row-geometry-large/sound", test_sound);
  g_test_add_func ("/row-geometry-large/column", test_column);
  g_test_add_func ("/row-geometry-large/growth", test_growth);
  g_test_add_func ("/row-geometry-large/rtl", test_rtl);

  return g_test_run ();
}
