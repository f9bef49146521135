/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-header"

#include "peg-config.h"

#include "peg-header.h"

#include "peg-revision.h"

#include <string.h>

/* The longest description, characters. */
#define MAX_DESCRIPTION 120

/* Comments in the first lines that are no title. */
static const char * const not_titles[] = {
  "REV", "DATE", "DATUM", "TIME", "PROGRAMMER", "$PATH", "%_N_",
};

/* The inside of the comment that a line holds, in the ways of the controls:
 * Fanuc, Haas and Okuma `O1234 (TITLE)`, Siemens `; TITLE`, HEIDENHAIN
 * `1 ; TITLE` and `* - TITLE`. %NULL when there is none. */
static char *
dup_comment (const char *line)
{
  const char *start, *end;
  g_autofree char *comment = NULL;

  start = strpbrk (line, "(;*");
  if (start == NULL)
    return NULL;

  if (*start == '*') {
    if (!g_str_has_prefix (start, "* -"))
      return NULL;
    comment = g_strdup (start + 3);
  } else if (*start == '(') {
    end = strchr (start, ')');
    comment = end != NULL ? g_strndup (start + 1, (gsize) (end - start - 1))
                          : g_strdup (start + 1);
  } else {
    comment = g_strdup (start + 1);
  }

  return g_steal_pointer (&comment);
}

/* A title on one line, without ornaments around it; %NULL when nothing is
 * left. */
static char *
dup_title (const char *comment)
{
  GString *title = g_string_new (NULL);
  gboolean space = FALSE;
  glong length = 0;

  while (*comment != '\0' && strchr (" \t-=*+#;", *comment) != NULL)
    comment++;

  for (const char *c = comment; *c != '\0' && length < MAX_DESCRIPTION; c = g_utf8_next_char (c)) {
    gunichar character = g_utf8_get_char (c);

    if (g_unichar_isspace (character) || g_unichar_iscntrl (character)) {
      space = title->len > 0;
      continue;
    }
    if (space) {
      g_string_append_c (title, ' ');
      length++;
    }
    space = FALSE;
    g_string_append_unichar (title, character);
    length++;
  }

  while (title->len > 0 && strchr (" -=*+#", title->str[title->len - 1]) != NULL)
    g_string_truncate (title, title->len - 1);

  return g_string_free (title, title->len == 0);
}

static gboolean
is_title (const char *title)
{
  gboolean has_letter = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (not_titles); i++) {
    gsize length = strlen (not_titles[i]);

    if (g_ascii_strncasecmp (title, not_titles[i], length) == 0 &&
        !g_ascii_isalpha (title[length]))
      return FALSE;
  }

  for (const char *c = title; *c != '\0' && !has_letter; c = g_utf8_next_char (c))
    has_letter = g_unichar_isalpha (g_utf8_get_char (c));

  return has_letter;
}

/* `REV 2.1`, `REV: 3`, `REVISION 1.10`, as a word of its own. */
static gboolean
find_revision (const char *comment,
               int        *major,
               int        *minor)
{
  for (const char *c = comment; *c != '\0'; c++) {
    g_autofree char *number = NULL;
    const char *start = c;
    gsize length;

    if (c > comment && g_ascii_isalnum (c[-1]))
      continue;
    if (g_ascii_strncasecmp (c, "REVISION", 8) == 0)
      start = c + 8;
    else if (g_ascii_strncasecmp (c, "REV", 3) == 0)
      start = c + 3;
    else
      continue;

    start += strspn (start, " .:=#-");
    length = strspn (start, "0123456789.");
    while (length > 0 && start[length - 1] == '.')
      length--;
    number = g_strndup (start, length);
    if (length > 0 && peg_revision_parse (number, major, minor))
      return TRUE;
  }

  *major = *minor = -1;

  return FALSE;
}

/* Programs are written at machines and in CAM systems, which know nothing of
 * UTF-8: what is not UTF-8 is taken as Windows-1252, in which every byte that a
 * control writes means something. */
static char *
to_utf8 (const char *data,
         gsize       length)
{
  const char *end;
  char *text;

  /* The last character may be cut in two. */
  if (g_utf8_validate (data, (gssize) length, &end) || data + length - end < 4)
    return g_strndup (data, (gsize) (end - data));

  text = g_convert_with_fallback (data, (gssize) length, "UTF-8", "WINDOWS-1252", "?",
                                  NULL, NULL, NULL);

  return text != NULL ? text : g_strdup ("");
}

/**
 * peg_header_read:
 * @self: (out caller-allocates): where to put what is found; clear it with
 *   peg_header_clear()
 * @data: the first bytes of a program
 * @length: how many; more than %PEG_HEADER_BYTES are not looked at
 *
 * Finds the title and the revision of a program: the first comment that is a
 * title, and the first `REV` with a number behind it. A file with NUL bytes in
 * its first bytes is no text and says nothing.
 */
void
peg_header_read (PegHeader  *self,
                 const char *data,
                 gsize       length)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (data != NULL || length == 0);

  *self = (PegHeader) { NULL, -1, -1 };

  length = MIN (length, PEG_HEADER_BYTES);
  if (length == 0 || memchr (data, '\0', length) != NULL)
    return;

  text = to_utf8 (data, length);
  lines = g_strsplit_set (text, "\r\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    g_autofree char *comment = dup_comment (lines[i]);
    g_autofree char *title = comment != NULL ? dup_title (comment) : NULL;

    if (title == NULL)
      continue;
    if (self->major < 0)
      find_revision (title, &self->major, &self->minor);
    if (self->description == NULL && is_title (title))
      self->description = g_steal_pointer (&title);
    if (self->description != NULL && self->major >= 0)
      break;
  }
}

void
peg_header_clear (PegHeader *self)
{
  g_clear_pointer (&self->description, g_free);
}
