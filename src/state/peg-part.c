/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-part.h"

#include <string.h>

/**
 * peg_part_starts_with_number:
 * @filename: the name of a file, without its folder
 *
 * Returns: whether @filename begins with a part number, which is
 *   %PEG_PART_DIGITS ASCII digits
 */
gboolean
peg_part_starts_with_number (const char *filename)
{
  g_return_val_if_fail (filename != NULL, FALSE);

  for (guint i = 0; i < PEG_PART_DIGITS; i++) {
    if (!g_ascii_isdigit (filename[i]))
      return FALSE;
  }

  return TRUE;
}

/**
 * peg_part_of:
 * @filename: the name of a file, without its folder
 *
 * Finds the part that a file belongs to: the second level of the tree
 * (docs/protocol.md, “Groups”).
 *
 * Returns: (transfer full) (nullable): the part number, or %NULL when the name
 *   does not begin with one
 */
char *
peg_part_of (const char *filename)
{
  if (!peg_part_starts_with_number (filename))
    return NULL;

  return g_strndup (filename, PEG_PART_DIGITS);
}

/**
 * peg_part_group:
 * @path: where a file is, relative to the shop's root, with `/`
 *
 * Finds the group of a file when the server names none, and when it is
 * pegboardd: `12XXXXX` for a part number, else the top folder, else
 * %PEG_PART_GROUP_OTHER (docs/protocol.md, “Groups”).
 *
 * Returns: (transfer full): the group
 */
char *
peg_part_group (const char *path)
{
  const char *slash, *filename;

  g_return_val_if_fail (path != NULL, NULL);

  slash = strrchr (path, '/');
  filename = slash != NULL ? slash + 1 : path;

  if (peg_part_starts_with_number (filename))
    return g_strdup_printf ("%.2sXXXXX", filename);

  slash = strchr (path, '/');
  if (slash != NULL && slash > path)
    return g_strndup (path, (gsize) (slash - path));

  return g_strdup (PEG_PART_GROUP_OTHER);
}
