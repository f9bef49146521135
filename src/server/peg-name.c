/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-name"

#include "peg-config.h"

#include "peg-name.h"

#include <limits.h>
#include <string.h>

/* How long the name of a person may be, characters: what fits in a row. */
#define MAX_PERSON 64

static gboolean
has_suffix_ignoring_case (const char *name,
                          const char *suffix)
{
  gsize name_length = strlen (name), suffix_length = strlen (suffix);

  return name_length >= suffix_length &&
         g_ascii_strcasecmp (name + name_length - suffix_length, suffix) == 0;
}

/**
 * peg_name_judge:
 * @name: the name of a file or a folder, in whatever bytes the disk has
 *
 * Tells from its name alone whether something is served: not when it is hidden,
 * and not when it is one of the files that editors, office programs and
 * downloads make while they work (docs/admin.md, “What is served”).
 *
 * Returns: what @name says
 */
PegName
peg_name_judge (const char *name)
{
  static const char * const suffixes[] = {
    "~", ".swp", ".swo", ".swx", ".tmp", ".temp", ".part", ".partial", ".crdownload",
  };
  gsize length;

  g_return_val_if_fail (name != NULL, PEG_NAME_HIDDEN);

  if (name[0] == '.')
    return PEG_NAME_HIDDEN;

  if (!g_utf8_validate (name, -1, NULL))
    return PEG_NAME_NOT_UTF8;

  length = strlen (name);

  if (g_str_has_prefix (name, "~$") ||
      (length > 1 && name[0] == '#' && name[length - 1] == '#'))
    return PEG_NAME_TEMPORARY;

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    if (has_suffix_ignoring_case (name, suffixes[i]))
      return PEG_NAME_TEMPORARY;
  }

  return PEG_NAME_SERVED;
}

/**
 * peg_name_is_path:
 * @path: what somebody says is the path of a file below the root
 *
 * Checks a path before it comes anywhere near the disk: relative, without empty
 * parts, without `.` and `..`, and with no part that is not served. Opening it
 * beneath the root is a second, independent wall (peg-beneath.h).
 *
 * Returns: whether @path can be the path of a served file
 */
gboolean
peg_name_is_path (const char *path)
{
  g_auto (GStrv) parts = NULL;

  g_return_val_if_fail (path != NULL, FALSE);

  if (path[0] == '\0' || strlen (path) >= PATH_MAX)
    return FALSE;

  parts = g_strsplit (path, "/", -1);
  for (guint i = 0; parts[i] != NULL; i++) {
    /* The names `.` and `..` are hidden ones. */
    if (parts[i][0] == '\0' || strlen (parts[i]) > NAME_MAX ||
        peg_name_judge (parts[i]) != PEG_NAME_SERVED)
      return FALSE;
  }

  return TRUE;
}

/**
 * peg_name_is_person:
 * @person: (nullable): what somebody says is their name
 *
 * Returns: whether @person can be shown and stored as the name of a person: it
 *   says something, has no control characters, and is not too long
 */
gboolean
peg_name_is_person (const char *person)
{
  gboolean says_something = FALSE;
  glong length = 0;

  if (person == NULL || !g_utf8_validate (person, -1, NULL))
    return FALSE;

  for (const char *c = person; *c != '\0'; c = g_utf8_next_char (c)) {
    gunichar character = g_utf8_get_char (c);

    if (g_unichar_iscntrl (character))
      return FALSE;
    says_something = says_something || !g_unichar_isspace (character);
    length++;
  }

  return says_something && length <= MAX_PERSON;
}

/**
 * peg_name_to_file_name:
 * @text: anything
 *
 * Makes a name that is safe to use for a file in the data folder, and that a
 * person recognises.
 *
 * Returns: (transfer full): ASCII letters, digits, `.`, `-` and `_`, at most
 *   100 of them
 */
char *
peg_name_to_file_name (const char *text)
{
  char *name;

  g_return_val_if_fail (text != NULL, NULL);

  name = g_strndup (text, 100);
  for (char *c = name; *c != '\0'; c++) {
    if (!g_ascii_isalnum (*c) && strchr ("-_.", *c) == NULL)
      *c = '_';
  }
  if (name[0] == '.')
    name[0] = '_';

  return name;
}
