/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-words.h"

#include <glib/gi18n.h>
#include <string.h>

#define MINUTE_US (60 * G_USEC_PER_SEC)
#define HOUR_US (60 * (gint64) MINUTE_US)
#define DAY_US (24 * HOUR_US)

/* Longer than any name that a file system here takes (NAME_MAX is 255 bytes)
 * would only fail later. */
#define MAX_NAME_BYTES 200

/**
 * peg_words_age:
 * @duration_us: how long, µs; a negative one, which a wrong clock makes, is none
 *
 * Returns: (transfer full): for example “just now”, “12 min”, “3 h 12 min”, “2 d”
 */
char *
peg_words_age (gint64 duration_us)
{
  const int minutes = (int) ((duration_us / MINUTE_US) % 60);
  const int hours = (int) ((duration_us / HOUR_US) % 24);
  const int days = (int) MIN (duration_us / DAY_US, G_MAXINT);

  if (duration_us < MINUTE_US)
    return g_strdup (_("just now"));

  if (days > 0)
    /* Translators: an age in days, as short as can be. */
    return g_strdup_printf (_("%d d"), days);

  if (hours == 0)
    /* Translators: an age in minutes, as short as can be. */
    return g_strdup_printf (_("%d min"), minutes);

  if (minutes == 0)
    /* Translators: an age in hours, as short as can be. */
    return g_strdup_printf (_("%d h"), hours);

  /* Translators: an age in hours and minutes, as short as can be. */
  return g_strdup_printf (_("%d h %d min"), hours, minutes);
}

/**
 * peg_words_age_changes_in_us:
 * @duration_us: how long, µs
 *
 * Tells when an age that is shown has to be shown anew, so that nothing wakes up
 * before.
 *
 * Returns: after how many µs peg_words_age() says something else
 */
gint64
peg_words_age_changes_in_us (gint64 duration_us)
{
  const gint64 step = duration_us >= DAY_US ? DAY_US : MINUTE_US;

  if (duration_us < 0)
    return MINUTE_US - duration_us;

  return step - duration_us % step;
}

static GDateTime *
local_time (gint64 time_us)
{
  g_autoptr (GDateTime) seconds = g_date_time_new_from_unix_local (time_us / G_USEC_PER_SEC);

  if (seconds == NULL)
    return NULL;

  return g_date_time_add (seconds, time_us % G_USEC_PER_SEC);
}

/**
 * peg_words_clock:
 * @time_us: when, µs since 1970
 * @now_us: now, likewise
 *
 * Returns: (transfer full): the time of day, for example “08:41”; with the day
 *   in front where that is not today
 */
char *
peg_words_clock (gint64 time_us,
                 gint64 now_us)
{
  g_autoptr (GDateTime) time = local_time (time_us);
  g_autoptr (GDateTime) now = local_time (now_us);

  if (time == NULL)
    return g_strdup ("–");

  if (now != NULL &&
      g_date_time_get_year (time) == g_date_time_get_year (now) &&
      g_date_time_get_day_of_year (time) == g_date_time_get_day_of_year (now))
    /* Translators: the time of a day, see g_date_time_format(). */
    return g_date_time_format (time, _("%H:%M"));

  /* Translators: a day of another date and its time, see g_date_time_format(). */
  return g_date_time_format (time, _("%-d %b, %H:%M"));
}

/**
 * peg_words_date_time:
 * @time_us: when, µs since 1970
 *
 * Returns: (transfer full): the exact time in the way of the person's country
 */
char *
peg_words_date_time (gint64 time_us)
{
  g_autoptr (GDateTime) time = local_time (time_us);
  char *words;

  if (time == NULL)
    return g_strdup ("–");

  words = g_date_time_format (time, "%x %X");

  return words != NULL ? words : g_date_time_format_iso8601 (time);
}

/**
 * peg_words_initials:
 * @name: the name of a person, valid UTF-8
 *
 * Returns: (transfer full): at most two capital letters for a tag: the first
 *   letters of the first and the last word, else the first two letters
 */
char *
peg_words_initials (const char *name)
{
  g_auto (GStrv) words = NULL;
  g_autoptr (GPtrArray) filled = g_ptr_array_new ();
  g_autoptr (GString) initials = g_string_new (NULL);
  const char *first, *last;

  g_return_val_if_fail (name != NULL, NULL);

  words = g_strsplit_set (name, " ._-", -1);
  for (guint i = 0; words[i] != NULL; i++) {
    if (*words[i] != '\0')
      g_ptr_array_add (filled, words[i]);
  }

  if (filled->len == 0)
    return g_strdup ("?");

  first = g_ptr_array_index (filled, 0);
  last = g_ptr_array_index (filled, filled->len - 1);

  g_string_append_unichar (initials, g_unichar_toupper (g_utf8_get_char (first)));

  if (filled->len > 1)
    g_string_append_unichar (initials, g_unichar_toupper (g_utf8_get_char (last)));
  else if (*g_utf8_next_char (first) != '\0')
    g_string_append_unichar (initials,
                             g_unichar_toupper (g_utf8_get_char (g_utf8_next_char (first))));

  return g_string_free (g_steal_pointer (&initials), FALSE);
}

/**
 * peg_words_revision:
 * @major: the first number; -1: there is no revision
 * @minor: the second number
 *
 * Returns: (transfer full): for example “1.10”; empty when there is none
 */
char *
peg_words_revision (int major,
                    int minor)
{
  if (major < 0)
    return g_strdup ("");

  return g_strdup_printf ("%d.%d", major, MAX (minor, 0));
}

/**
 * peg_words_safe_name:
 * @filename: what a server calls a file: anything
 *
 * Makes a name for a copy on this computer out of a name from the wire: one path
 * component that is not hidden, holds no separators or control characters, and
 * is not too long. The ending is kept, because it chooses the program that opens
 * the copy.
 *
 * Returns: (transfer full): a name
 */
char *
peg_words_safe_name (const char *filename)
{
  g_autoptr (GString) name = g_string_new (NULL);
  g_autofree char *valid = NULL;
  const char *c;

  g_return_val_if_fail (filename != NULL, NULL);

  valid = g_utf8_make_valid (filename, -1);

  for (c = valid; *c != '\0'; c = g_utf8_next_char (c)) {
    gunichar letter = g_utf8_get_char (c);

    if (letter == '/' || letter == '\\' || g_unichar_iscntrl (letter) ||
        g_unichar_type (letter) == G_UNICODE_FORMAT || (letter == '.' && name->len == 0))
      letter = '_';
    g_string_append_unichar (name, letter);
  }

  if (name->len > MAX_NAME_BYTES) {
    const char *dot = strrchr (name->str, '.');
    g_autofree char *ending = NULL;
    gsize keep = MAX_NAME_BYTES;

    if (dot != NULL && strlen (dot) < 20)
      ending = g_strdup (dot);
    while (keep > 0 && (name->str[keep] & 0xc0) == 0x80)
      keep--;
    g_string_truncate (name, keep);
    if (ending != NULL)
      g_string_append (name, ending);
  }

  if (name->len == 0)
    g_string_append (name, "_");

  return g_string_free (g_steal_pointer (&name), FALSE);
}

/**
 * peg_words_clip:
 * @text: (nullable): what somebody else wrote, valid UTF-8
 * @max_chars: how much of it can be shown
 *
 * Cuts a text short. Whatever is longer than anybody reads is no text but a mistake or
 * an attack: to lay out a line of 16 MiB, which a message may have, holds up a window for
 * minutes.
 *
 * Returns: (transfer full) (nullable): at most @max_chars characters of @text, and an
 *   ellipsis if there are more
 */
char *
peg_words_clip (const char *text,
                gsize       max_chars)
{
  const char *end = text;
  g_autofree char *head = NULL;

  if (text == NULL)
    return NULL;

  for (gsize i = 0; i < max_chars && *end != '\0'; i++)
    end = g_utf8_next_char (end);
  if (*end == '\0')
    return g_strdup (text);

  head = g_strndup (text, (gsize) (end - text));

  return g_strconcat (head, "…", NULL);
}

/**
 * peg_words_argument:
 * @text: anything
 *
 * Writes a part of a command that people are told to run: as it is where that is safe,
 * which is easier to type, and else quoted for a shell.
 *
 * Returns: (transfer full): an argument for a POSIX shell
 */
char *
peg_words_argument (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  for (const char *byte = text; *byte != '\0'; byte++) {
    if (!g_ascii_isalnum (*byte) && strchr ("-_./:@", *byte) == NULL)
      return g_shell_quote (text);
  }

  return *text != '\0' && *text != '-' ? g_strdup (text) : g_shell_quote (text);
}
