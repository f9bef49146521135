/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-server-test.h"

#include <glib/gstdio.h>
#include <stdio.h>

char *
peg_test_make_folder (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("peg-server-XXXXXX", &error);
  char *real;

  g_assert_no_error (error);
  real = g_canonicalize_filename (folder, NULL);

  return real;
}

static void
remove_all (GFile *file)
{
  g_autoptr (GFileEnumerator) children =
    g_file_enumerate_children (file, G_FILE_ATTRIBUTE_STANDARD_NAME,
                               G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, NULL);
  GFile *child;

  while (children != NULL &&
         g_file_enumerator_iterate (children, NULL, &child, NULL, NULL) && child != NULL)
    remove_all (child);

  g_file_delete (file, NULL, NULL);
}

void
peg_test_remove_folder (char *folder)
{
  g_autoptr (GFile) file = g_file_new_for_path (folder);

  remove_all (file);
  g_free (folder);
}

void
peg_test_write (const char *folder,
                const char *path,
                const char *text)
{
  g_autofree char *full = g_build_filename (folder, path, NULL);
  g_autofree char *parent = g_path_get_dirname (full);
  FILE *file;

  /* Written in place, as many programs do. */
  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  file = g_fopen (full, "w");
  g_assert_nonnull (file);
  g_assert_cmpint (fputs (text, file), >=, 0);
  g_assert_cmpint (fclose (file), ==, 0);
}

char *
peg_test_read (const char *folder,
               const char *path)
{
  g_autofree char *full = g_build_filename (folder, path, NULL);
  char *text = NULL;

  g_file_get_contents (full, &text, NULL, NULL);

  return text;
}

void
peg_test_move (const char *folder,
               const char *from,
               const char *to)
{
  g_autofree char *full_from = g_build_filename (folder, from, NULL);
  g_autofree char *full_to = g_build_filename (folder, to, NULL);

  g_assert_cmpint (g_rename (full_from, full_to), ==, 0);
}

void
peg_test_remove (const char *folder,
                 const char *path)
{
  g_autofree char *full = g_build_filename (folder, path, NULL);

  g_assert_cmpint (g_remove (full), ==, 0);
}
