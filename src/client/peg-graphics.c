/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-graphics"

#include "peg-config.h"

#include "peg-graphics.h"

/* Whether to draw with OpenGL. On a computer without a graphics processor GTK loads
 * Mesa and LLVM, and lets them draw with the processor what Cairo draws with it, too:
 * measured on GTK 4.8.3, that is 60 MB and 75 ms of the start for nothing. */

/* What GTK reads when it begins (https://docs.gtk.org/gtk4/running.html), and what
 * makes it draw with Cairo. */
static const struct {
  const char *name;
  const char *value;
} variables[] = {
  { "GDK_DEBUG", "gl-disable" },
  { "GSK_RENDERER", "cairo" },
};

/* Set here, not found. */
static gboolean prepared;

static gboolean
has_child (const char *folder,
           const char *prefix)
{
  g_autoptr (GDir) children = g_dir_open (folder, 0, NULL);
  const char *name;

  while (children != NULL && (name = g_dir_read_name (children)) != NULL) {
    if (g_str_has_prefix (name, prefix))
      return TRUE;
  }

  return FALSE;
}

/**
 * peg_graphics_has_gpu:
 * @dev: the folder of the devices, `/dev` but in a test
 *
 * Looks for what the drivers of Linux make for a graphics processor: `dri/renderD*`
 * and `dri/card*` of the kernel, `nvidia*` of NVIDIA’s own driver, and `dxg` of
 * Windows’. In a Flatpak these are there exactly if they are outside and the
 * permission `--device=dri` is given.
 *
 * A card that cannot draw by itself, as that of a virtual machine, counts as one
 * that can: to find that out takes the libraries that this is about.
 *
 * Returns: whether there is one
 */
gboolean
peg_graphics_has_gpu (const char *dev)
{
  g_autofree char *dri = NULL;

  g_return_val_if_fail (dev != NULL, TRUE);

  dri = g_build_filename (dev, "dri", NULL);

  return has_child (dri, "renderD") || has_child (dri, "card") ||
         has_child (dev, "nvidia") || has_child (dev, "dxg");
}

/**
 * peg_graphics_prepare:
 * @dev: the folder of the devices, `/dev` but in a test
 *
 * Keeps GTK from loading what it cannot use. Whoever has said how to draw, with one
 * of the variables of GTK, is obeyed. Called first of all in main(): before GTK
 * reads its variables, and before there is another thread.
 *
 * Returns: whether GTK will draw without OpenGL because of this
 */
gboolean
peg_graphics_prepare (const char *dev)
{
  prepared = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (variables); i++) {
    if (g_getenv (variables[i].name) != NULL)
      return FALSE;
  }

  if (peg_graphics_has_gpu (dev))
    return FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (variables); i++)
    g_setenv (variables[i].name, variables[i].value, TRUE);
  prepared = TRUE;

  return TRUE;
}

/**
 * peg_graphics_clean_context:
 * @context: how another program is started
 *
 * What is set here is for this program alone: how others draw is their own affair.
 */
void
peg_graphics_clean_context (GAppLaunchContext *context)
{
  g_return_if_fail (G_IS_APP_LAUNCH_CONTEXT (context));

  for (gsize i = 0; prepared && i < G_N_ELEMENTS (variables); i++)
    g_app_launch_context_unsetenv (context, variables[i].name);
}

/**
 * peg_graphics_clean_launcher:
 * @launcher: how another program is started
 *
 * Like peg_graphics_clean_context().
 */
void
peg_graphics_clean_launcher (GSubprocessLauncher *launcher)
{
  g_return_if_fail (G_IS_SUBPROCESS_LAUNCHER (launcher));

  for (gsize i = 0; prepared && i < G_N_ELEMENTS (variables); i++)
    g_subprocess_launcher_unsetenv (launcher, variables[i].name);
}
