/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-part.h"

#include <string.h>

/**
 * peg_part_is_number:
 * @text: the name of a file, without its folder
 * @length: of @text, bytes
 *
 * Returns: whether @text begins with a part number, which is %PEG_PART_DIGITS
 *   ASCII digits
 */
gboolean
peg_part_is_number (const char *text,
                    gsize       length)
{
  g_return_val_if_fail (text != NULL, FALSE);

  if (length < PEG_PART_DIGITS)
    return FALSE;

  for (guint i = 0; i < PEG_PART_DIGITS; i++) {
    if (!g_ascii_isdigit (text[i]))
      return FALSE;
  }

  return TRUE;
}

/**
 * peg_part_starts_with_number:
 * @filename: the name of a file, without its folder
 *
 * Returns: whether @filename begins with a part number
 */
gboolean
peg_part_starts_with_number (const char *filename)
{
  g_return_val_if_fail (filename != NULL, FALSE);

  return peg_part_is_number (filename, strlen (filename));
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

/* What follows the last slash. */
static const char *
find_filename (const char *path,
               gsize       length)
{
  gsize start = length;

  while (start > 0 && path[start - 1] != '/')
    start--;

  return path + start;
}

/**
 * peg_part_find_group:
 * @path: where a file is, relative to the shop's root, with `/`
 * @length: of @path, bytes
 * @buffer: where to put a group that is not part of @path,
 *   %PEG_PART_GROUP_LENGTH bytes
 * @group_length: (out): how long the group is, bytes
 *
 * Finds the group of a file when the server names none, and when it is
 * pegboardd: `12XXXXX` for a part number, else the top folder, else
 * %PEG_PART_GROUP_OTHER (docs/protocol.md, “Groups”).
 *
 * Returns: (transfer none): the group, within @path or @buffer or for ever;
 *   without a NUL
 */
const char *
peg_part_find_group (const char *path,
                     gsize       length,
                     char       *buffer,
                     gsize      *group_length)
{
  const char *slash, *filename;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (buffer != NULL, NULL);
  g_return_val_if_fail (group_length != NULL, NULL);

  filename = find_filename (path, length);

  if (peg_part_is_number (filename, length - (gsize) (filename - path))) {
    memcpy (buffer, filename, 2);
    memset (buffer + 2, 'X', PEG_PART_GROUP_LENGTH - 2);
    *group_length = PEG_PART_GROUP_LENGTH;
    return buffer;
  }

  slash = filename > path ? memchr (path, '/', length) : NULL;
  if (slash != NULL && slash > path) {
    *group_length = (gsize) (slash - path);
    return path;
  }

  *group_length = strlen (PEG_PART_GROUP_OTHER);

  return PEG_PART_GROUP_OTHER;
}

/**
 * peg_part_group:
 * @path: where a file is, relative to the shop's root, with `/`
 *
 * Does the same as peg_part_find_group().
 *
 * Returns: (transfer full): the group
 */
char *
peg_part_group (const char *path)
{
  char buffer[PEG_PART_GROUP_LENGTH];
  const char *group;
  gsize length;

  g_return_val_if_fail (path != NULL, NULL);

  group = peg_part_find_group (path, strlen (path), buffer, &length);

  return g_strndup (group, length);
}
