/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-safe.h"

#include <glib/gstdio.h>

typedef struct {
  char *folder;
  char *path;
  const char *looked_at; /* what the window would say */
  guint n_asked;
} Fixture;

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  f->folder = g_dir_make_tmp ("peg-safe-XXXXXX", NULL);
  f->path = g_build_filename (f->folder, "state", "kiosk-view", NULL);
  f->looked_at = "1234567_AB12.nc";
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    remove_all (child);
  }
  g_remove (path);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  remove_all (f->folder);
  g_free (f->folder);
  g_free (f->path);
}

static GVariant *
view_cb (gpointer user_data)
{
  Fixture *f = user_data;
  GVariantDict dict;

  f->n_asked++;
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "selected", "s", f->looked_at);

  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

/* Until the view is on the disk, and says what it should. */
static void
wait_for_view (Fixture    *f,
               const char *selected)
{
  g_autofree char *text = NULL;

  while (text == NULL || g_strstr_len (text, -1, selected) == NULL) {
    g_main_context_iteration (NULL, TRUE);
    g_clear_pointer (&text, g_free);
    g_file_get_contents (f->path, &text, NULL, NULL);
  }
}

static void
assert_selected (PegSafe    *safe,
                 const char *selected)
{
  g_autoptr (GVariant) view = peg_safe_dup_view (safe);
  const char *found = NULL;

  if (selected == NULL) {
    g_assert_null (view);
    return;
  }

  g_assert_nonnull (view);
  g_assert_true (g_variant_lookup (view, "selected", "&s", &found));
  g_assert_cmpstr (found, ==, selected);
}

/* A program that crashed finds what was looked at; one that was ended does not. */
static void
test_crash (Fixture       *f,
            gconstpointer  data)
{
  g_autoptr (PegSafe) first = peg_safe_new (f->path);
  g_autoptr (PegSafe) second = NULL;
  g_autoptr (PegSafe) third = NULL;

  assert_selected (first, NULL);
  peg_safe_watch (first, view_cb, f);
  wait_for_view (f, f->looked_at);

  f->looked_at = "“O'Neil” \\ %s.nc";
  peg_safe_note (first);
  wait_for_view (f, "Neil");
  g_clear_object (&first); /* as little as a crash does */

  second = peg_safe_new (f->path);
  assert_selected (second, f->looked_at);
  peg_safe_end (second);

  third = peg_safe_new (f->path);
  assert_selected (third, NULL);
}

/* However often something looks different, it is asked for once in a while. */
static void
test_pace (Fixture       *f,
           gconstpointer  data)
{
  g_autoptr (PegSafe) safe = peg_safe_new (f->path);

  peg_safe_watch (safe, view_cb, f);
  for (guint i = 0; i < 1000; i++)
    peg_safe_note (safe);
  wait_for_view (f, f->looked_at);

  g_assert_cmpuint (f->n_asked, ==, 1);
}

static void
test_damaged (Fixture       *f,
              gconstpointer  data)
{
  static const char * const texts[] = {
    "", "{", "{'selected': <'a'>", "\xff\xfe", "{'selected': <'a'>} and more",
  };
  g_autoptr (PegSafe) safe = peg_safe_new (f->path);
  g_autofree char *huge = g_strnfill (1024 * 1024, '{');

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_assert_true (g_file_set_contents (f->path, texts[i], -1, NULL));
    assert_selected (safe, NULL);
  }
  g_assert_true (g_file_set_contents (f->path, huge, -1, NULL));
  assert_selected (safe, NULL);
}

static void
test_code (void)
{
  const char *apart[] = { "pegboard", "--kiosk", "--safe-mode", "139-2113" };
  const char *together[] = { "pegboard", "--safe-mode=139-2113" };
  const char *bare[] = { "pegboard", "--safe-mode" };
  const char *none[] = { "pegboard", "--kiosk", "--safe-modes=1" };

  g_assert_cmpstr (peg_safe_get_code (4, apart), ==, "139-2113");
  g_assert_cmpstr (peg_safe_get_code (2, together), ==, "139-2113");
  g_assert_null (peg_safe_get_code (2, bare));
  g_assert_null (peg_safe_get_code (3, none));
}

/* Put aside twice: the newer stays. Nothing there is nothing wrong. */
static void
test_put_aside (Fixture       *f,
                gconstpointer  data)
{
  g_autofree char *trees = g_build_filename (f->folder, "trees", NULL);
  g_autofree char *file = g_build_filename (trees, "tree", NULL);
  g_autofree char *kept = g_build_filename (f->folder, "trees.aside", "tree", NULL);

  g_assert_true (peg_safe_put_aside (trees, NULL));
  g_assert_false (g_file_test (kept, G_FILE_TEST_EXISTS));

  for (guint i = 0; i < 2; i++) {
    g_autofree char *text = g_strdup_printf ("%u", i);
    g_autofree char *found = NULL;
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (g_mkdir (trees, 0700), ==, 0);
    g_assert_true (g_file_set_contents (file, text, -1, NULL));
    peg_safe_put_aside (trees, &error);
    g_assert_no_error (error);
    g_assert_false (g_file_test (trees, G_FILE_TEST_EXISTS));
    g_assert_true (g_file_get_contents (kept, &found, NULL, NULL));
    g_assert_cmpstr (found, ==, text);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/safe/crash", Fixture, NULL, set_up, test_crash, tear_down);
  g_test_add ("/safe/pace", Fixture, NULL, set_up, test_pace, tear_down);
  g_test_add ("/safe/damaged", Fixture, NULL, set_up, test_damaged, tear_down);
  g_test_add ("/safe/put-aside", Fixture, NULL, set_up, test_put_aside, tear_down);
  g_test_add_func ("/safe/code", test_code);

  return g_test_run ();
}
