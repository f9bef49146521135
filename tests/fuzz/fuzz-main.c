/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "fuzz-main"

#include "peg-config.h"

#include "fuzz.h"

#include <glib.h>

/* Feeds a fuzz target with every file of the directories that it is given, so
 * that what once broke a parser is tried again wherever the tests run. */

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return g_strcmp0 (*(const char * const *) a, *(const char * const *) b);
}

static GPtrArray *
list_directory (const char *path)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (path, 0, &error);
  const char *name;

  g_assert_no_error (error);

  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_build_filename (path, name, NULL));

  g_ptr_array_sort (names, compare_names);

  return names;
}

/* One file, and its beginnings: what is cut off must not be read past its end,
 * and lies in a block of its own so that a sanitizer sees it. */
static void
feed (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize length, step;

  g_file_get_contents (path, &text, &length, &error);
  g_assert_no_error (error);

  LLVMFuzzerTestOneInput ((const uint8_t *) text, length);

  step = length / 64 + 1;
  for (gsize end = 0; end < length; end += step) {
    g_autofree char *beginning = end > 0 ? g_memdup2 (text, end) : NULL;

    LLVMFuzzerTestOneInput ((const uint8_t *) beginning, end);
  }
}

static void
test_directory (gconstpointer user_data)
{
  g_autoptr (GPtrArray) paths = list_directory (user_data);

  g_assert_cmpuint (paths->len, >, 0);

  for (guint i = 0; i < paths->len; i++) {
    const char *path = g_ptr_array_index (paths, i);

    g_test_message ("%s", path);
    feed (path);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_assert_cmpint (argc, >, 1);

  for (int i = 1; i < argc; i++) {
    g_autofree char *name = g_path_get_basename (argv[i]);
    g_autofree char *test = g_strconcat ("/seeds/", name, NULL);

    g_test_add_data_func (test, argv[i], test_directory);
  }

  return g_test_run ();
}
