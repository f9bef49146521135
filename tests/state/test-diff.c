/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-diff.h"
#include "state-fixture.h"

static void
note_cb (PegEntry *before,
         PegEntry *after,
         gpointer  user_data)
{
  GString *told = user_data;
  const PegEntry *entry = after != NULL ? after : before;

  g_string_append_printf (told, "%s%c%s", told->len > 0 ? " " : "",
                          before == NULL ? '+' : after == NULL ? '-' : '~',
                          peg_entry_get_path (entry));
}

static void
assert_diff (const PegSnapshot *before,
             const PegSnapshot *after,
             const char        *expected)
{
  g_autoptr (GString) told = g_string_new (NULL);

  peg_snapshot_diff (before, after, note_cb, told);
  g_assert_cmpstr (told->str, ==, expected);
}

static void
test_diff (void)
{
  g_autoptr (PegSnapshot) empty = peg_snapshot_new ();
  g_autoptr (PegSnapshot) first = NULL;
  g_autoptr (PegSnapshot) second = NULL;

  first = fixture_listed (peg_snapshot_new (),
                          fixture_entries ("A/1", "A/2", "B/1", "C/1", NULL));
  second = fixture_listed (peg_snapshot_ref (first),
                           fixture_entries ("A/0", "A/2=Dana", "B/1", "D/1", NULL));

  assert_diff (empty, first, "+A/1 +A/2 +B/1 +C/1");
  assert_diff (first, first, "");
  assert_diff (first, second, "+A/0 -A/1 ~A/2 -C/1 +D/1");
  assert_diff (second, first, "-A/0 +A/1 ~A/2 +C/1 -D/1");
  assert_diff (first, empty, "-A/1 -A/2 -B/1 -C/1");
}

/* A file that moves to another group is one difference. */
static void
test_moved (void)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  g_autoptr (PegSnapshot) before = NULL;
  g_autoptr (PegSnapshot) after = NULL;

  g_ptr_array_add (entries, fixture_entry_id ("f1", "A/x", NULL, 1));
  g_ptr_array_add (entries, fixture_entry_id ("f2", "B/y", NULL, 1));
  before = fixture_listed (peg_snapshot_new (), g_steal_pointer (&entries));
  after = fixture_changed (peg_snapshot_ref (before), fixture_entry_id ("f1", "C/x", NULL, 2),
                           "A/x", 0);

  assert_diff (before, after, "~C/x");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/diff/diff", test_diff);
  g_test_add_func ("/diff/moved", test_moved);

  return g_test_run ();
}
