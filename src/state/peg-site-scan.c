/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-site"

#include "peg-config.h"

#include "peg-site-private.h"

#include <string.h>

/* GKeyFile stops at the first mistake and does not say in which line it is. This
 * reads the same format (the “Desktop Entry Specification”, as GKeyFile understands
 * it) line by line, and goes on. What is no mistake, both read alike. */

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

static const char *
skip_space (const char *text)
{
  while (g_ascii_isspace (*text))
    text++;

  return text;
}

static PegSiteLineKind
scan_group (PegSiteLine *line,
            const char  *text)
{
  const char *end = strchr (text, ']');
  const char *rest;

  if (end == NULL)
    return PEG_SITE_LINE_OPEN_GROUP;

  rest = end + 1;
  while (*rest == ' ' || *rest == '\t')
    rest++;
  if (*rest != '\0')
    return PEG_SITE_LINE_AFTER_GROUP;

  if (end == text + 1)
    return PEG_SITE_LINE_BAD_GROUP;
  for (const char *at = text + 1; at < end; at++) {
    if (*at == '[' || g_ascii_iscntrl (*at))
      return PEG_SITE_LINE_BAD_GROUP;
  }

  line->name = g_strndup (text + 1, (gsize) (end - text - 1));

  return PEG_SITE_LINE_GROUP;
}

static PegSiteLineKind
scan_key (PegSiteLine *line,
          const char  *text)
{
  const char *equals = strchr (text, '=');
  g_autofree char *name = NULL;

  if (equals == NULL)
    return PEG_SITE_LINE_NO_EQUALS;

  name = g_strchomp (g_strndup (text, (gsize) (equals - text)));
  if (*name == '\0')
    return PEG_SITE_LINE_NO_NAME;
  if (strpbrk (name, "[]") != NULL)
    return PEG_SITE_LINE_BAD_NAME;

  line->name = g_steal_pointer (&name);
  line->value = g_strchomp (g_strdup (skip_space (equals + 1)));

  return PEG_SITE_LINE_KEY;
}

static PegSiteLineKind
scan_line (PegSiteLine *line,
           const char  *text,
           gsize        length)
{
  const char *begin;

  if (memchr (text, '\0', length) != NULL)
    return PEG_SITE_LINE_NUL;
  if (!g_utf8_validate (text, (gssize) length, NULL))
    return PEG_SITE_LINE_NOT_UTF8;

  /* Some editors put it there. The line behind it says what it says. */
  line->marked = line->number == 1 && g_str_has_prefix (text, BYTE_ORDER_MARK);
  if (line->marked)
    text += strlen (BYTE_ORDER_MARK);

  begin = skip_space (text);
  if (*begin == '\0' || *begin == '#')
    return PEG_SITE_LINE_NOTHING;

  return *begin == '[' ? scan_group (line, begin) : scan_key (line, begin);
}

/**
 * peg_site_scanner_next:
 * @self: where the reading is
 * @line: (out caller-allocates): the next line; to be cleared
 *
 * Returns: whether there was one more line
 */
gboolean
peg_site_scanner_next (PegSiteScanner *self,
                       PegSiteLine    *line)
{
  g_autofree char *text = NULL;
  const char *newline;
  gsize length;

  *line = (PegSiteLine) { 0 };
  if (self->at >= self->end)
    return FALSE;

  newline = memchr (self->at, '\n', (gsize) (self->end - self->at));
  length = (gsize) ((newline != NULL ? newline : self->end) - self->at);
  text = g_malloc (length + 1);
  memcpy (text, self->at, length);
  self->at = newline != NULL ? newline + 1 : self->end;
  self->number++;

  /* Who writes the file with another system ends lines differently. */
  if (newline != NULL && length > 0 && text[length - 1] == '\r')
    length--;
  text[length] = '\0';

  line->number = self->number;
  line->kind = scan_line (line, text, length);
  if (line->kind > PEG_SITE_LINE_KEY && line->kind != PEG_SITE_LINE_NUL &&
      line->kind != PEG_SITE_LINE_NOT_UTF8)
    line->text = g_steal_pointer (&text);

  return TRUE;
}

void
peg_site_line_clear (PegSiteLine *self)
{
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->value, g_free);
  g_clear_pointer (&self->text, g_free);
}

/* Reads one character of a value.
 *
 * Returns: whether it is understood */
static gboolean
take_character (const char **at,
                GString     *text,
                gboolean     in_list)
{
  static const char marks[] = "sntr\\";
  static const char means[] = " \n\t\r\\";
  const char *mark;

  if (**at != '\\') {
    g_string_append_c (text, **at);
    (*at)++;
    return TRUE;
  }

  if (in_list && (*at)[1] == ';') {
    g_string_append_c (text, ';');
    *at += 2;
    return TRUE;
  }

  mark = (*at)[1] != '\0' ? strchr (marks, (*at)[1]) : NULL;
  if (mark == NULL)
    return FALSE;

  g_string_append_c (text, means[mark - marks]);
  *at += 2;

  return TRUE;
}

/**
 * peg_site_dup_plain:
 * @raw: a value, as it is written
 *
 * Returns: (transfer full) (nullable): the value without escapes; %NULL: one of them
 *   is none
 */
char *
peg_site_dup_plain (const char *raw)
{
  g_autoptr (GString) text = g_string_new (NULL);

  while (*raw != '\0') {
    if (!take_character (&raw, text, FALSE))
      return NULL;
  }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * peg_site_split:
 * @raw: a list, as it is written
 *
 * Returns: (transfer full) (nullable) (array zero-terminated=1): what is in it, without
 *   escapes and white space around; %NULL: an escape is none
 */
char **
peg_site_split (const char *raw)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  g_autoptr (GString) text = g_string_new (NULL);

  while (*raw != '\0') {
    if (*raw == ';') {
      g_strv_builder_add (words, g_strstrip (text->str));
      g_string_truncate (text, 0);
      raw++;
    } else if (!take_character (&raw, text, TRUE)) {
      return NULL;
    }
  }

  /* The last one may be ended like all the others. */
  if (text->len > 0)
    g_strv_builder_add (words, g_strstrip (text->str));

  return g_strv_builder_end (words);
}
