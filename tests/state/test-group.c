/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-group.h"
#include "state-fixture.h"

static void
test_counts (void)
{
  g_autoptr (PegGroup) group = NULL;

  group = peg_group_new_take ("Mill",
                              fixture_entries ("Mill/a=Dana", "Mill/b", "Mill/c=Ivo", NULL),
                              "Dana");

  g_assert_cmpuint (peg_group_get_n (group), ==, 3);
  g_assert_cmpuint (peg_group_get_n_out (group), ==, 2);
  g_assert_cmpuint (peg_group_get_n_mine (group), ==, 1);
}

static void
test_find (void)
{
  g_autoptr (PegGroup) group = NULL;
  const struct {
    const char *path;
    gboolean found;
    guint position;
  } cases[] = {
    { "Mill/a2", FALSE, 0 },
    { "Mill/b2", TRUE, 0 },
    { "Mill/b3", FALSE, 1 },
    { "Mill/b10", TRUE, 1 },
    { "Mill/c", TRUE, 2 },
    { "Mill/d", FALSE, 3 },
  };

  group = peg_group_new_take ("Mill", fixture_entries ("Mill/b2", "Mill/b10", "Mill/c", NULL),
                              NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (PegEntry) entry = fixture_entry (cases[i].path, "anybody");
    guint position;

    g_assert_cmpint (peg_group_find (group, entry, &position), ==, cases[i].found);
    g_assert_cmpuint (position, ==, cases[i].position);
  }
}

static void
test_order (void)
{
  const char *sorted[] = { "2XXXXX", "12XXXXX", "Fixtures", "Lathe" };

  for (gsize i = 0; i + 1 < G_N_ELEMENTS (sorted); i++) {
    g_autoptr (PegGroup) a = peg_group_new_take (sorted[i], fixture_entries ("x", NULL), NULL);
    g_autoptr (PegGroup) b = peg_group_new_take (sorted[i + 1], fixture_entries ("x", NULL), NULL);

    g_assert_cmpint (peg_group_compare (a, b), <, 0);
    g_assert_cmpint (peg_group_compare (b, a), >, 0);
    g_assert_cmpint (peg_group_compare (a, a), ==, 0);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/group/counts", test_counts);
  g_test_add_func ("/group/find", test_find);
  g_test_add_func ("/group/order", test_order);

  return g_test_run ();
}
