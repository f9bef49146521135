/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "home.h"

#include <glib/gstdio.h>

/* The client writes its list down 5 s after it is live, and one of 1,000,000 files
 * later still. */
#define PATIENCE_S 120
#define LOOK_MS 50

/*
 * home_new:
 *
 * Returns: (transfer full): an empty folder
 */
char *
home_new (void)
{
  g_autoptr (GError) error = NULL;
  char *home = g_dir_make_tmp ("pegboard-bench-XXXXXX", &error);

  if (home == NULL)
    g_error ("%s", error->message);

  return home;
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
      remove_folder (child);
    else
      g_unlink (child);
  }
  g_rmdir (path);
}

/*
 * home_free:
 * @home: (transfer full): a folder, which is removed with all that is in it
 */
void
home_free (char *home)
{
  remove_folder (home);
  g_free (home);
}

/*
 * home_use:
 * @launcher: of a client
 * @schemas: the folder with the compiled settings schema
 *
 * Lets a client keep its things in @home, and start as it is started by a person, who
 * sets no environment variables: what is said to GTK for the sake of tests is taken
 * back.
 */
void
home_use (const char          *home,
          GSubprocessLauncher *launcher,
          const char          *schemas)
{
  g_autofree char *cache = g_build_filename (home, "cache", NULL);
  g_autofree char *config = g_build_filename (home, "config", NULL);
  g_autofree char *state = g_build_filename (home, "state", NULL);

  g_subprocess_launcher_unsetenv (launcher, "GDK_DEBUG");
  g_subprocess_launcher_unsetenv (launcher, "GSK_RENDERER");
  g_subprocess_launcher_unsetenv (launcher, "GTK_A11Y");
  g_subprocess_launcher_setenv (launcher, "HOME", home, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_CACHE_HOME", cache, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_CONFIG_HOME", config, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_STATE_HOME", state, TRUE);
  g_subprocess_launcher_setenv (launcher, "GSETTINGS_BACKEND", "keyfile", TRUE);
  g_subprocess_launcher_setenv (launcher, "GSETTINGS_SCHEMA_DIR", schemas, TRUE);
}

static gboolean
has_kept_list (const char *home)
{
  g_autofree char *folder = g_build_filename (home, "cache", "pegboard", "trees", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    if (g_str_has_suffix (name, ".tree"))
      return TRUE;
  }

  return FALSE;
}

static gboolean
look_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static gboolean
impatient_cb (gpointer user_data)
{
  g_error ("The client does not keep its list");

  return G_SOURCE_REMOVE;
}

/*
 * home_wait_kept:
 *
 * Waits until a client that is live has written down what it shows.
 */
void
home_wait_kept (const char *home)
{
  const guint look = g_timeout_add (LOOK_MS, look_cb, NULL);
  const guint cap = g_timeout_add_seconds (PATIENCE_S, impatient_cb, NULL);

  while (!has_kept_list (home))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (look);
  g_source_remove (cap);
}
