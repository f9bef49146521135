/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-revision.h"
#include "peg-words.h"

#include <string.h>

#define SECOND ((gint64) G_USEC_PER_SEC)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

static const struct {
  gint64 duration_us;
  const char *words;
  gint64 changes_in_us;
} ages[] = {
  { -5 * SECOND, "just now", 65 * SECOND },
  { 0, "just now", MINUTE },
  { 59 * SECOND, "just now", SECOND },
  { MINUTE, "1 min", MINUTE },
  { 12 * MINUTE + 30 * SECOND, "12 min", 30 * SECOND },
  { HOUR - 1, "59 min", 1 },
  { 2 * HOUR, "2 h", MINUTE },
  { 3 * HOUR + 12 * MINUTE, "3 h 12 min", MINUTE },
  { DAY - 1, "23 h 59 min", 1 },
  { DAY, "1 d", DAY },
  { 40 * DAY + HOUR, "40 d", DAY - HOUR },
};

static void
test_age (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ages); i++) {
    g_autofree char *words = peg_words_age (ages[i].duration_us);

    g_assert_cmpstr (words, ==, ages[i].words);
    g_assert_cmpint (peg_words_age_changes_in_us (ages[i].duration_us), ==,
                     ages[i].changes_in_us);
  }
}

/* An age that is shown must be right until the moment it is shown anew. */
static void
test_age_until_change (void)
{
  for (gint64 us = 0; us < 3 * DAY; us += 7 * MINUTE + 13 * SECOND) {
    const gint64 change_us = peg_words_age_changes_in_us (us);
    g_autofree char *now = peg_words_age (us);
    g_autofree char *before = peg_words_age (us + change_us - 1);
    g_autofree char *after = peg_words_age (us + change_us);

    g_assert_cmpstr (now, ==, before);
    g_assert_cmpstr (now, !=, after);
  }
}

static void
test_clock (void)
{
  g_autoptr (GDateTime) morning = g_date_time_new_local (2026, 11, 21, 8, 41, 30.0);
  g_autoptr (GDateTime) noon = g_date_time_new_local (2026, 11, 21, 12, 0, 0.0);
  g_autoptr (GDateTime) next_day = g_date_time_new_local (2026, 11, 22, 0, 1, 0.0);
  const gint64 morning_us = g_date_time_to_unix (morning) * G_USEC_PER_SEC;
  g_autofree char *today =
    peg_words_clock (morning_us, g_date_time_to_unix (noon) * G_USEC_PER_SEC);
  g_autofree char *yesterday =
    peg_words_clock (morning_us, g_date_time_to_unix (next_day) * G_USEC_PER_SEC);
  g_autofree char *never = peg_words_clock (G_MAXINT64, morning_us);

  g_assert_cmpstr (today, ==, "08:41");
  g_assert_cmpstr (yesterday, ==, "21 Nov, 08:41");
  g_assert_cmpstr (never, ==, "–");
}

static const struct {
  const char *name;
  const char *initials;
} names[] = {
  { "Dana", "DA" },
  { "dana novak", "DN" },
  { "Anna-Maria van der Berg", "AB" },
  { "j.smith", "JS" },
  { "ø", "Ø" },
  { "жанна Ткач", "ЖТ" },
  { "", "?" },
  { " . ", "?" },
};

static void
test_initials (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *initials = peg_words_initials (names[i].name);

    g_assert_cmpstr (initials, ==, names[i].initials);
  }
}

static const struct {
  const char *text;
  gboolean good;
  int major, minor;
  const char *words;
} revisions[] = {
  { "1.10", TRUE, 1, 10, "1.10" },
  { "0.1", TRUE, 0, 1, "0.1" },
  { "7", TRUE, 7, 0, "7.0" },
  { "2147483647.0", TRUE, G_MAXINT, 0, "2147483647.0" },
  { "2147483648.0", FALSE, -1, -1, "" },
  { "1.", FALSE, -1, -1, "" },
  { ".1", FALSE, -1, -1, "" },
  { "1.2.3", FALSE, -1, -1, "" },
  { "1.2b", FALSE, -1, -1, "" },
  { "-1.2", FALSE, -1, -1, "" },
  { "", FALSE, -1, -1, "" },
  { NULL, FALSE, -1, -1, "" },
};

static void
test_revision (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (revisions); i++) {
    g_autofree char *words = NULL;
    int major, minor;

    g_assert_cmpint (peg_revision_parse (revisions[i].text, &major, &minor), ==,
                     revisions[i].good);
    g_assert_cmpint (major, ==, revisions[i].major);
    g_assert_cmpint (minor, ==, revisions[i].minor);

    words = peg_words_revision (major, minor);
    g_assert_cmpstr (words, ==, revisions[i].words);
  }
}

static const struct {
  const char *filename;
  const char *safe;
} safe_names[] = {
  { "O1234.nc", "O1234.nc" },
  { "Düse Ø12.nc", "Düse Ø12.nc" },
  { "../../etc/passwd", "_._.._etc_passwd" },
  { "..", "_." },
  { ".bashrc", "_bashrc" },
  { "/etc/passwd", "_etc_passwd" },
  { "a\\b", "a_b" },
  { "a\nb\tc", "a_b_c" },
  { "a\xe2\x80\xae" "cn.exe", "a_cn.exe" },
  { "\xff.nc", "\xef\xbf\xbd.nc" },
  { "", "_" },
};

static void
test_safe_names (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (safe_names); i++) {
    g_autofree char *safe = peg_words_safe_name (safe_names[i].filename);

    g_assert_cmpstr (safe, ==, safe_names[i].safe);
  }
}

/* A name that is too long keeps its ending and stays valid, wherever it is cut. */
static void
test_long_names (void)
{
  for (guint offset = 0; offset < 4; offset++) {
    g_autoptr (GString) name = g_string_new (NULL);
    g_autofree char *safe = NULL;

    for (guint i = 0; i < offset; i++)
      g_string_append_c (name, 'x');
    for (guint i = 0; i < 300; i++)
      g_string_append (name, "Ø");
    g_string_append (name, ".nc");

    safe = peg_words_safe_name (name->str);
    g_assert_cmpuint (strlen (safe), <, 255);
    g_assert_true (g_str_has_suffix (safe, "Ø.nc"));
    g_assert_true (g_utf8_validate (safe, -1, NULL));
  }
}

static void
test_clip (void)
{
  static const struct {
    const char *text;
    gsize max_chars;
    const char *clipped;
  } cases[] = {
    { "", 0, "" },
    { "a", 0, "…" },
    { "abc", 3, "abc" },
    { "abcd", 3, "abc…" },
    { "äöü€", 4, "äöü€" },
    { "äöü€𝄞", 4, "äöü€…" },
  };

  g_assert_null (peg_words_clip (NULL, 3));

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *clipped = peg_words_clip (cases[i].text, cases[i].max_chars);

    g_assert_cmpstr (clipped, ==, cases[i].clipped);
  }
}

/* What somebody pastes into a shell does no more than it says. */
static void
test_argument (void)
{
  static const struct {
    const char *text;
    const char *argument;
  } cases[] = {
    { "/etc/pegboard/badge.key", "/etc/pegboard/badge.key" },
    { "http://shop-north:8420", "http://shop-north:8420" },
    { "x; rm -rf y", "'x; rm -rf y'" },
    { "it's", "'it'\\''s'" },
    { "~", "'~'" },
    { "-x", "'-x'" },
    { "", "''" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *argument = peg_words_argument (cases[i].text);

    g_assert_cmpstr (argument, ==, cases[i].argument);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/words/age", test_age);
  g_test_add_func ("/words/age-until-change", test_age_until_change);
  g_test_add_func ("/words/clock", test_clock);
  g_test_add_func ("/words/initials", test_initials);
  g_test_add_func ("/words/revision", test_revision);
  g_test_add_func ("/words/safe-names", test_safe_names);
  g_test_add_func ("/words/clip", test_clip);
  g_test_add_func ("/words/argument", test_argument);
  g_test_add_func ("/words/long-names", test_long_names);

  return g_test_run ();
}
