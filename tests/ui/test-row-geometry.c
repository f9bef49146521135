/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-row-geometry.h"

/* A file with a name, a description and a check-out of ordinary length. */
static PegRowContent
ordinary (int width)
{
  return (PegRowContent) {
    .width = width,
    .depth = 2,
    .is_file = TRUE,
    .name = 120,
    .description = 150,
    .revision = 24,
    .words = 150,
    .revision_column = 40,
    .words_column = 160,
  };
}

static void
assert_within (const PegRowContent *content,
               const PegSpan       *span)
{
  g_assert_cmpint (span->width, >=, 0);
  if (span->width == 0)
    return;
  g_assert_cmpint (span->x, >=, 0);
  g_assert_cmpint (span->x + span->width, <=, content->width);
}

static void
assert_before (const PegSpan *a,
               const PegSpan *b)
{
  if (a->width > 0 && b->width > 0)
    g_assert_cmpint (a->x + a->width, <=, b->x);
}

static void
assert_order (const PegRowContent  *content,
              const PegRowGeometry *g)
{
  const PegSpan *spans[] = {
    &g->arrow, &g->icon, &g->name, &g->description, &g->revision, &g->tag, &g->words,
  };

  for (guint i = 0; i < G_N_ELEMENTS (spans); i++) {
    assert_within (content, spans[i]);
    for (guint j = i + 1; j < G_N_ELEMENTS (spans); j++)
      assert_before (spans[i], spans[j]);
  }
}

/* Nothing overlaps and nothing leaves the row, at any width, depth and length. */
static void
test_nothing_overlaps (void)
{
  static const int lengths[] = { 0, 30, 150, 900 };

  for (int width = 320; width <= 1600; width += 7) {
    for (guint i = 0; i < 4 * 4 * 4 * 3; i++) {
      PegRowContent content = ordinary (width);
      PegRowGeometry geometry;

      content.name = MAX (lengths[i % 4], 1);
      content.description = lengths[i / 4 % 4];
      content.words = lengths[i / 16 % 4];
      content.depth = i / 64;
      content.touch = i % 2 == 1;
      peg_row_geometry (&content, &geometry);
      assert_order (&content, &geometry);
    }
  }
}

/* The columns do not depend on what is in the row. */
static void
test_columns_align (void)
{
  PegRowContent a = ordinary (720), b = ordinary (720);
  PegRowGeometry at, bt;

  b.name = 60;
  b.words = 30;
  b.description = 40;
  b.revision = 32;
  peg_row_geometry (&a, &at);
  peg_row_geometry (&b, &bt);

  g_assert_cmpint (at.tag.x, ==, bt.tag.x);
  g_assert_cmpint (at.words.x, ==, bt.words.x);
  g_assert_cmpint (at.description.x, ==, bt.description.x);
  g_assert_cmpint (at.revision.x + at.revision.width, ==, bt.revision.x + bt.revision.width);
  g_assert_cmpint (at.name.x, ==, bt.name.x);
}

/* The words about the lock are never cut while there is a description. */
static void
test_description_gives_way_first (void)
{
  guint whole = 0, cut = 0;

  for (int width = 320; width <= 900; width++) {
    PegRowContent content = ordinary (width);
    PegRowGeometry geometry;

    content.words = content.words_column;
    peg_row_geometry (&content, &geometry);

    if (geometry.words.width < content.words) {
      g_assert_cmpint (geometry.description.width, ==, 0);
      cut++;
    } else {
      whole++;
    }
    if (geometry.name.width < content.name)
      g_assert_cmpint (geometry.description.width, ==, 0);
  }

  g_assert_cmpuint (whole, >, 0);
  g_assert_cmpuint (cut, >, 0);
}

/* One name of 64 letters moves nothing in its row but its own words. */
static void
test_long_words_stay_in_line (void)
{
  for (int width = 540; width <= 1600; width += 7) {
    PegRowContent a = ordinary (width), b = ordinary (width);
    PegRowGeometry at, bt;

    b.words = 900;
    peg_row_geometry (&a, &at);
    peg_row_geometry (&b, &bt);

    g_assert_cmpint (at.tag.x, ==, bt.tag.x);
    g_assert_cmpint (at.words.x, ==, bt.words.x);
    g_assert_cmpint (at.revision.x, ==, bt.revision.x);
    g_assert_cmpint (at.description.x, ==, bt.description.x);
    g_assert_cmpint (at.description.width, ==, bt.description.width);
    g_assert_cmpint (bt.words.x + bt.words.width, <=, width);
  }
}

/* From right to left it is the same row in a mirror. */
static void
test_mirrors (void)
{
  PegRowContent content = ordinary (700);
  PegRowGeometry ltr, rtl;

  peg_row_geometry (&content, &ltr);
  content.rtl = TRUE;
  peg_row_geometry (&content, &rtl);

  g_assert_cmpint (rtl.name.x, ==, 700 - ltr.name.x - ltr.name.width);
  g_assert_cmpint (rtl.tag.x, ==, 700 - ltr.tag.x - ltr.tag.width);
  g_assert_cmpint (rtl.words.x, ==, 700 - ltr.words.x - ltr.words.width);
  g_assert_cmpint (rtl.name.width, ==, ltr.name.width);
}

static void
test_groups_have_an_arrow (void)
{
  PegRowContent content = ordinary (600);
  PegRowGeometry file, group;

  peg_row_geometry (&content, &file);
  content.is_file = FALSE;
  content.depth = 0;
  content.description = 0;
  peg_row_geometry (&content, &group);

  g_assert_cmpint (file.arrow.width, ==, 0);
  g_assert_cmpint (group.arrow.width, >, 0);
  g_assert_cmpint (group.tag.x, ==, file.tag.x);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/row-geometry/nothing-overlaps", test_nothing_overlaps);
  g_test_add_func ("/row-geometry/columns-align", test_columns_align);
  g_test_add_func ("/row-geometry/description-gives-way-first", test_description_gives_way_first);
  g_test_add_func ("/row-geometry/long-words-stay-in-line", test_long_words_stay_in_line);
  g_test_add_func ("/row-geometry/mirrors", test_mirrors);
  g_test_add_func ("/row-geometry/groups-have-an-arrow", test_groups_have_an_arrow);

  return g_test_run ();
}
