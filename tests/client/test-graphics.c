/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-graphics.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
  char *dev;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->dev = g_dir_make_tmp ("peg-graphics-XXXXXX", NULL);
  g_assert_nonnull (fixture->dev);
  g_unsetenv ("GDK_DEBUG");
  g_unsetenv ("GSK_RENDERER");
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) children = g_dir_open (path, 0, NULL);
  const char *name;

  while (children != NULL && (name = g_dir_read_name (children)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    remove_all (child);
  }

  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  remove_all (fixture->dev);
  g_free (fixture->dev);
  g_unsetenv ("GDK_DEBUG");
  g_unsetenv ("GSK_RENDERER");
}

static void
add_device (Fixture    *fixture,
            const char *name)
{
  g_autofree char *path = g_build_filename (fixture->dev, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
}

static void
test_none (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *missing = g_build_filename (fixture->dev, "missing", NULL);

  g_assert_false (peg_graphics_has_gpu (missing));
  g_assert_false (peg_graphics_has_gpu (fixture->dev));

  /* None of these draws. */
  add_device (fixture, "null");
  add_device (fixture, "input/event0");
  add_device (fixture, "dri/by-path");
  g_assert_false (peg_graphics_has_gpu (fixture->dev));

  g_assert_true (peg_graphics_prepare (fixture->dev));
  g_assert_cmpstr (g_getenv ("GDK_DEBUG"), ==, "gl-disable");
  g_assert_cmpstr (g_getenv ("GSK_RENDERER"), ==, "cairo");
}

static void
test_some (Fixture       *fixture,
           gconstpointer  data)
{
  add_device (fixture, data);
  g_assert_true (peg_graphics_has_gpu (fixture->dev));
  g_assert_false (peg_graphics_prepare (fixture->dev));
  g_assert_null (g_getenv ("GDK_DEBUG"));
  g_assert_null (g_getenv ("GSK_RENDERER"));
}

/* Who has said how to draw is obeyed, and one variable is not mixed with the
 * other. */
static void
test_told (Fixture       *fixture,
           gconstpointer  data)
{
  const char *other = g_str_equal (data, "GDK_DEBUG") ? "GSK_RENDERER" : "GDK_DEBUG";

  g_setenv (data, "gl", TRUE);
  g_assert_false (peg_graphics_prepare (fixture->dev));
  g_assert_cmpstr (g_getenv (data), ==, "gl");
  g_assert_null (g_getenv (other));
}

static gboolean
is_set (char       **environment,
        const char  *name)
{
  return g_environ_getenv (environment, name) != NULL;
}

/* What a program that this one starts finds. */
static char *
run_printenv (void)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  char *output = NULL;

  peg_graphics_clean_launcher (launcher);
  process = g_subprocess_launcher_spawn (launcher, NULL, "env", NULL);
  g_assert_nonnull (process);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, NULL));

  return output;
}

static void
test_children (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (GAppLaunchContext) context = g_app_launch_context_new ();
  g_auto (GStrv) environment = NULL;
  g_autofree char *output = NULL;

  g_assert_true (peg_graphics_prepare (fixture->dev));
  peg_graphics_clean_context (context);
  environment = g_app_launch_context_get_environment (context);
  g_assert_false (is_set (environment, "GDK_DEBUG"));
  g_assert_false (is_set (environment, "GSK_RENDERER"));
  g_assert_true (is_set (environment, "PATH"));

  output = run_printenv ();
  g_assert_nonnull (strstr (output, "PATH="));
  g_assert_null (strstr (output, "GDK_DEBUG="));
  g_assert_null (strstr (output, "GSK_RENDERER="));
}

/* What somebody else has set is for everybody. */
static void
test_children_told (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (GAppLaunchContext) context = g_app_launch_context_new ();
  g_auto (GStrv) environment = NULL;
  g_autofree char *output = NULL;

  g_setenv ("GSK_RENDERER", "gl", TRUE);
  g_assert_false (peg_graphics_prepare (fixture->dev));
  peg_graphics_clean_context (context);
  environment = g_app_launch_context_get_environment (context);
  g_assert_cmpstr (g_environ_getenv (environment, "GSK_RENDERER"), ==, "gl");

  output = run_printenv ();
  g_assert_nonnull (strstr (output, "GSK_RENDERER=gl\n"));
}

#define ADD(path, data, func) \
  g_test_add (path, Fixture, data, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/graphics/none", NULL, test_none);
  ADD ("/graphics/render-node", "dri/renderD128", test_some);
  ADD ("/graphics/card", "dri/card0", test_some);
  ADD ("/graphics/nvidia", "nvidia0", test_some);
  ADD ("/graphics/windows", "dxg", test_some);
  ADD ("/graphics/told/debug", "GDK_DEBUG", test_told);
  ADD ("/graphics/told/renderer", "GSK_RENDERER", test_told);
  ADD ("/graphics/children", NULL, test_children);
  ADD ("/graphics/children/told", NULL, test_children_told);

  return g_test_run ();
}
