/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wire-time"

#include "peg-config.h"

#include "peg-wire.h"

#include "peg-wire-json-private.h"
#include "peg-wire-writer-private.h"

#include <string.h>

/* The Gregorian calendar, worked out over eras of 400 years that begin on the
 * first of March, so that a leap day is the last of its year. */
#define DAYS_PER_ERA 146097
#define DAYS_TO_1970 719468

/* The first and the last instant that four digits of a year can say, µs. */
#define FIRST_US (G_GINT64_CONSTANT (-62135596800) * G_USEC_PER_SEC)
#define LAST_US (G_GINT64_CONSTANT (253402300800) * G_USEC_PER_SEC - 1)

static gint64
days_from_date (gint64 year,
                int    month,
                int    day)
{
  gint64 era, year_of_era, day_of_year;

  year -= month <= 2;
  era = year / 400;
  year_of_era = year - era * 400;
  day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

  return era * DAYS_PER_ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         DAYS_TO_1970;
}

static void
date_from_days (gint64  days,
                int    *year,
                int    *month,
                int    *day)
{
  gint64 era, day_of_era, year_of_era, day_of_year, shifted;

  days += DAYS_TO_1970;
  era = days / DAYS_PER_ERA;
  day_of_era = days - era * DAYS_PER_ERA;
  year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  shifted = (5 * day_of_year + 2) / 153;

  *day = (int) (day_of_year - (153 * shifted + 2) / 5 + 1);
  *month = (int) (shifted < 10 ? shifted + 3 : shifted - 9);
  *year = (int) (year_of_era + era * 400 + (*month <= 2));
}

static gboolean
take_char (const char **at,
           char         c)
{
  if (**at != c)
    return FALSE;

  (*at)++;

  return TRUE;
}

/* Exactly @count digits, with a value from @least to @most. */
static gboolean
take_number (const char **at,
             int          count,
             int          least,
             int          most,
             int         *number)
{
  *number = 0;

  for (int i = 0; i < count; i++) {
    if (!g_ascii_isdigit (**at))
      return FALSE;
    *number = *number * 10 + (**at - '0');
    (*at)++;
  }

  return *number >= least && *number <= most;
}

/* A fraction of a second; what is finer than a microsecond is cut off. */
static gboolean
take_fraction (const char **at,
               int         *us)
{
  int digits = 0;

  *us = 0;

  for (; g_ascii_isdigit (**at); (*at)++, digits++) {
    if (digits < 6)
      *us = *us * 10 + (**at - '0');
  }

  for (int i = digits; i < 6; i++)
    *us *= 10;

  return digits > 0;
}

/* Nothing, which means UTC, or `Z`, or ±HH, ±HHMM, ±HH:MM. */
static gboolean
take_zone (const char **at,
           gint64      *east_s)
{
  int hours, minutes = 0;
  int sign;

  *east_s = 0;

  if (**at == '\0' || take_char (at, 'Z') || take_char (at, 'z'))
    return TRUE;

  sign = **at == '-' ? -1 : 1;
  if (!take_char (at, '+') && !take_char (at, '-'))
    return FALSE;
  if (!take_number (at, 2, 0, 23, &hours))
    return FALSE;
  if (**at != '\0') {
    take_char (at, ':');
    if (!take_number (at, 2, 0, 59, &minutes))
      return FALSE;
  }

  *east_s = sign * (hours * 3600 + minutes * 60);

  return TRUE;
}

static int
days_in_month (int year,
               int month)
{
  static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

  if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
    return 29;

  return days[month - 1];
}

/**
 * peg_wire_parse_time:
 * @text: (nullable): for example `2026-11-20T23:39:02.113+00:00`
 * @time_us: (out): µs since 1970
 *
 * Reads a date and time as RFC 3339 writes it, and as the servers of the field
 * do: with a space for the `T`, without seconds, without a zone, which then is
 * UTC (docs/protocol.md, “Times”).
 *
 * Returns: whether @text is one; if not, @time_us is 0
 */
gboolean
peg_wire_parse_time (const char *text,
                     gint64     *time_us)
{
  int year, month, day, hour, minute, second = 0, us = 0;
  gint64 east_s;

  g_return_val_if_fail (time_us != NULL, FALSE);

  *time_us = 0;

  if (text == NULL ||
      !take_number (&text, 4, 1, 9999, &year) || !take_char (&text, '-') ||
      !take_number (&text, 2, 1, 12, &month) || !take_char (&text, '-') ||
      !take_number (&text, 2, 1, days_in_month (year, month), &day))
    return FALSE;

  if (!take_char (&text, 'T') && !take_char (&text, 't') && !take_char (&text, ' '))
    return FALSE;

  if (!take_number (&text, 2, 0, 23, &hour) || !take_char (&text, ':') ||
      !take_number (&text, 2, 0, 59, &minute))
    return FALSE;

  /* 60 is a leap second, and counts as the first second after it. */
  if (take_char (&text, ':') && !take_number (&text, 2, 0, 60, &second))
    return FALSE;
  if (take_char (&text, '.') && !take_fraction (&text, &us))
    return FALSE;
  if (!take_zone (&text, &east_s) || *text != '\0')
    return FALSE;

  *time_us = ((days_from_date (year, month, day) * 24 + hour) * 60 + minute) * 60 + second - east_s;
  *time_us = *time_us * G_USEC_PER_SEC + us;

  return TRUE;
}

/* Two digits; a value that is out of range when they are none. */
static inline int
read_two (const char *at)
{
  const guint tens = (guchar) at[0] - (guint) '0';
  const guint ones = (guchar) at[1] - (guint) '0';

  return tens < 10 && ones < 10 ? (int) (tens * 10 + ones) : 100;
}

/* The usual form alone, `2026-11-20T23:39:02[.113]` with `+00:00`, `Z` or
 * nothing behind it, up to microseconds. */
static gboolean
parse_usual (const char *text,
             gsize       length,
             gint64     *time_us)
{
  static const char form[] = "0000-00-00T00:00:00";
  const int century = read_two (text);
  const int year = century * 100 + read_two (text + 2);
  const int month = read_two (text + 5);
  const int day = read_two (text + 8);
  const int hour = read_two (text + 11);
  const int minute = read_two (text + 14);
  const int second = read_two (text + 17);
  gsize at = sizeof form - 1;
  int us = 0, digits = 0;

  if (text[4] != form[4] || text[7] != form[7] || text[10] != form[10] || text[13] != form[13] ||
      text[16] != form[16] || century > 99 || year < 1 || year > century * 100 + 99 || month < 1 || month > 12 || day < 1 ||
      hour > 23 || minute > 59 || second > 60 || day > days_in_month (year, month))
    return FALSE;

  if (at < length && text[at] == '.') {
    for (at++; at < length && g_ascii_isdigit (text[at]) && digits < 6; at++, digits++)
      us = us * 10 + (text[at] - '0');
    if (digits == 0)
      return FALSE;
    for (; digits < 6; digits++)
      us *= 10;
  }

  if (!(length - at == 0 || (length - at == 1 && text[at] == 'Z') ||
        (length - at == 6 && memcmp (text + at, "+00:00", 6) == 0)))
    return FALSE;

  *time_us = ((days_from_date (year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
  *time_us = *time_us * G_USEC_PER_SEC + us;

  return TRUE;
}

/**
 * peg_wire_parse_time_slice:
 * @text: see peg_wire_parse_time(); need not end with a NUL
 * @length: of @text, bytes
 * @time_us: (out): µs since 1970
 *
 * Does the same as peg_wire_parse_time(), and the usual form at a glance.
 *
 * Returns: whether @text is one; if not, @time_us is 0
 */
gboolean
peg_wire_parse_time_slice (const char *text,
                           gsize       length,
                           gint64     *time_us)
{
  g_autofree char *terminated = NULL;

  g_assert (text != NULL);

  if (length >= strlen ("0000-00-00T00:00:00") && parse_usual (text, length, time_us))
    return TRUE;

  terminated = g_strndup (text, length);

  return peg_wire_parse_time (terminated, time_us);
}

static char *
put_digits (char *at,
            int   count,
            int   number)
{
  for (int i = count - 1; i >= 0; i--) {
    at[i] = (char) ('0' + number % 10);
    number /= 10;
  }

  return at + count;
}

/**
 * peg_wire_write_time:
 * @time_us: µs since 1970
 * @text: (out): gets %PEG_WIRE_TIME_LENGTH characters and a NUL
 *
 * Does the work of peg_wire_format_time().
 */
void
peg_wire_write_time (gint64  time_us,
                     char   *text)
{
  gint64 days, rest_us;
  int year, month, day, seconds;
  char *at = text;

  time_us = CLAMP (time_us, FIRST_US, LAST_US);

  /* Down, also before 1970. */
  days = time_us / G_TIME_SPAN_DAY - (time_us % G_TIME_SPAN_DAY < 0);
  rest_us = time_us - days * G_TIME_SPAN_DAY;
  seconds = (int) (rest_us / G_USEC_PER_SEC);
  date_from_days (days, &year, &month, &day);

  at = put_digits (at, 4, year);
  *at++ = '-';
  at = put_digits (at, 2, month);
  *at++ = '-';
  at = put_digits (at, 2, day);
  *at++ = 'T';
  at = put_digits (at, 2, seconds / 3600);
  *at++ = ':';
  at = put_digits (at, 2, seconds / 60 % 60);
  *at++ = ':';
  at = put_digits (at, 2, seconds % 60);
  *at++ = '.';
  at = put_digits (at, 6, (int) (rest_us % G_USEC_PER_SEC));
  *at++ = '+';
  at = put_digits (at, 2, 0);
  *at++ = ':';
  at = put_digits (at, 2, 0);
  *at = '\0';
}

/**
 * peg_wire_format_time:
 * @time_us: µs since 1970; what four digits of a year cannot say becomes the
 *   nearest that they can
 *
 * Writes a time as every server of the field reads it, always of one length:
 * `2026-11-20T23:39:02.113000+00:00` (docs/protocol.md, “Times”).
 *
 * Returns: (transfer full): the text
 */
char *
peg_wire_format_time (gint64 time_us)
{
  char text[PEG_WIRE_TIME_LENGTH + 1];

  peg_wire_write_time (time_us, text);

  return g_strdup (text);
}
