/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-check-config"

#include "peg-config.h"

#include "peg-check-config.h"

#include "peg-site.h"

#include <glib/gi18n.h>

static int
compare_lines (gconstpointer a,
               gconstpointer b)
{
  const PegSiteMistake *one = *(const PegSiteMistake * const *) a;
  const PegSiteMistake *other = *(const PegSiteMistake * const *) b;

  return one->line < other->line ? -1 : one->line > other->line;
}

/**
 * peg_check_config:
 * @path: a configuration of a shop
 *
 * Prints every mistake in it: where it is, what is wrong, and what would be right.
 *
 * Returns: the exit status of the program: 0: it is as it should be, 1: it is not
 */
int
peg_check_config (const char *path)
{
  g_autoptr (GPtrArray) mistakes = NULL;
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PegSite) site = NULL;

  g_return_val_if_fail (path != NULL, 1);

  site = peg_site_load (path, &mistakes, &error);
  if (site == NULL) {
    g_printerr ("%s\n", error->message);
    return 1;
  }

  files = peg_site_check_files (site);
  g_ptr_array_extend_and_steal (mistakes, g_steal_pointer (&files));
  g_ptr_array_sort (mistakes, compare_lines);

  for (guint i = 0; i < mistakes->len; i++) {
    g_autofree char *text = peg_site_mistake_dup_text (mistakes->pdata[i], path);

    g_print ("%s\n", text);
  }

  if (mistakes->len == 0) {
    /* Translators: the path of a file. */
    g_print (_("%s: no mistakes\n"), path);
    return 0;
  }

  /* Translators: a number. */
  g_print (ngettext ("%u mistake\n", "%u mistakes\n", mistakes->len), mistakes->len);

  return 1;
}
