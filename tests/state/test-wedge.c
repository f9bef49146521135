/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-wedge.h"
#include "wedge-player.h"

#include <linux/input-event-codes.h>
#include <string.h>

/* For how long a key may be held, if nothing else is said: twice the gap, and the slack. */
#define FELT_US (66 * G_TIME_SPAN_MILLISECOND)

typedef struct {
  char *name;
  PegWedgeFormat format;
  Keys keys;
  GString *typed;
  GPtrArray *scans;
  GPtrArray *cut;
  gint64 held_us; /* 0: as always */
} Case;

static const struct {
  const char *name;
  guint code;
} key_names[] = {
  { "ENTER", KEY_ENTER }, { "KPENTER", KEY_KPENTER }, { "TAB", KEY_TAB }, { "ESC", KEY_ESC },
  { "SHIFT", KEY_LEFTSHIFT }, { "ALT", KEY_LEFTALT }, { "CAPS", KEY_CAPSLOCK },
  { "F5", KEY_F5 }, { "LEFT", KEY_LEFT }, { "KP0", KEY_KP0 }, { "KP1", KEY_KP1 },
  { "KP2", KEY_KP2 }, { "KP3", KEY_KP3 }, { "KP4", KEY_KP4 }, { "KP5", KEY_KP5 },
  { "KP6", KEY_KP6 }, { "KP9", KEY_KP9 },
};

static guint
find_key (const char *name)
{
  gboolean shift;

  for (guint i = 0; i < G_N_ELEMENTS (key_names); i++) {
    if (g_str_equal (key_names[i].name, name))
      return key_names[i].code;
  }

  g_assert_cmpuint (strlen (name), ==, 1);

  return keys_code_of (g_ascii_tolower (*name), &shift);
}

static void
free_case (gpointer data)
{
  Case *test = data;

  g_free (test->name);
  g_free ((char *) test->format.prefix);
  keys_clear (&test->keys);
  g_string_free (test->typed, TRUE);
  g_ptr_array_unref (test->scans);
  g_ptr_array_unref (test->cut);
  g_free (test);
}

static Case *
new_case (const char *name)
{
  Case *test = g_new0 (Case, 1);

  test->name = g_strdup (name);
  keys_init (&test->keys);
  test->typed = g_string_new (NULL);
  test->scans = g_ptr_array_new_with_free_func (g_free);
  test->cut = g_ptr_array_new_with_free_func (g_free);

  return test;
}

static void
read_keys (Case       *test,
           const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);

  for (guint i = 0; words[i] != NULL; i += 2) {
    const char *word = words[i + 1];
    const guint code = find_key (word + 1);
    SentKey sent = { 0 };
    PegWedgeKey key = {
      .code = code,
      .pressed = *word != '-',
      .types = peg_wedge_decode (code, FALSE) != 0,
      .command = code >= KEY_KP7 && code <= KEY_KP0 && strstr (test->name, "Alt") != NULL,
      .time_us = g_ascii_strtoll (words[i], NULL, 10) * G_TIME_SPAN_MILLISECOND,
    };

    if (key.pressed)
      key.cookie = code == KEY_ENTER ? '\n' : code == KEY_TAB ? '\t' : peg_wedge_decode (code, FALSE);
    if (key.command) {
      key.types = FALSE;
      key.cookie = 0;
    }
    sent.key = key;
    g_array_append_val (test->keys.keys, sent);
  }
}

static void
read_line (Case       *test,
           const char *line)
{
  const char *value = strchr (line, ' ');
  g_autofree char *text = NULL;

  g_assert_nonnull (value);
  text = g_strcompress (value + 1);

  if (g_str_has_prefix (line, "typed "))
    g_string_append (test->typed, text);
  else if (g_str_has_prefix (line, "scan "))
    g_ptr_array_add (test->scans, g_steal_pointer (&text));
  else if (g_str_has_prefix (line, "cut "))
    g_ptr_array_add (test->cut, g_steal_pointer (&text));
  else if (g_str_has_prefix (line, "suffix "))
    g_assert_true (peg_wedge_suffix_from_name (text, &test->format.suffix));
  else if (g_str_has_prefix (line, "gap "))
    test->format.max_gap_us = g_ascii_strtoll (text, NULL, 10) * G_TIME_SPAN_MILLISECOND;
  else if (g_str_has_prefix (line, "held "))
    test->held_us = g_ascii_strtoll (text, NULL, 10) * G_TIME_SPAN_MILLISECOND;
  else if (g_str_has_prefix (line, "prefix "))
    test->format.prefix = g_steal_pointer (&text);
  else
    read_keys (test, line);
}

static void
assert_same (const char *name,
             GPtrArray  *got,
             GPtrArray  *expected)
{
  for (guint i = 0; i < MIN (got->len, expected->len); i++)
    g_assert_cmpstr (g_ptr_array_index (got, i), ==, g_ptr_array_index (expected, i));
  g_assert_cmpuint (got->len, ==, expected->len);
}

static void
test_case (gconstpointer user_data)
{
  Case *test = (Case *) user_data;
  g_auto (Played) played = { 0 };

  keys_play (&test->keys, &test->format, &played);

  g_test_message ("%s: held for %d ms", test->name, (int) (played.held_us / 1000));
  g_assert_cmpstr (played.typed->str, ==, test->typed->str);
  assert_same (test->name, played.scans, test->scans);
  assert_same (test->name, played.cut, test->cut);
  g_assert_cmpint (played.held_us, <=, test->held_us > 0 ? test->held_us : FELT_US);
}

static void
add_cases (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "wedge", "edge-cases.txt", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;
  Case *test = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    if (g_str_has_prefix (lines[i], "= ")) {
      g_autofree char *name = g_strconcat ("/wedge/case/", lines[i] + 2, NULL);

      test = new_case (lines[i] + 2);
      g_test_add_data_func_full (name, test, test_case, free_case);
    } else if (*lines[i] != '\0' && *lines[i] != '#') {
      g_assert_nonnull (test);
      read_line (test, lines[i]);
    }
  }
}

static void
test_decode (void)
{
  g_assert_cmpint (peg_wedge_decode (KEY_Y, FALSE), ==, 'y');
  g_assert_cmpint (peg_wedge_decode (KEY_Z, TRUE), ==, 'Z');
  g_assert_cmpint (peg_wedge_decode (KEY_7, TRUE), ==, '&');
  g_assert_cmpint (peg_wedge_decode (KEY_SLASH, FALSE), ==, '/');
  g_assert_cmpint (peg_wedge_decode (KEY_MINUS, TRUE), ==, '_');
  g_assert_cmpint (peg_wedge_decode (KEY_KP7, TRUE), ==, '7');
  g_assert_cmpint (peg_wedge_decode (KEY_102ND, FALSE), ==, 0);
  g_assert_cmpint (peg_wedge_decode (KEY_ENTER, FALSE), ==, 0);
  g_assert_cmpint (peg_wedge_decode (100000, FALSE), ==, 0);

  /* All that can be printed can be scanned. */
  for (char c = ' '; c <= '~'; c++) {
    gboolean shift;
    const guint code = keys_code_of (c, &shift);

    g_assert_cmpint (peg_wedge_decode (code, shift), ==, c);
  }
}

static void
test_suffixes (void)
{
  PegWedgeSuffix suffix = PEG_WEDGE_SUFFIX_NONE;

  g_assert_true (peg_wedge_suffix_from_name ("enter", &suffix));
  g_assert_cmpint (suffix, ==, PEG_WEDGE_SUFFIX_ENTER);
  g_assert_true (peg_wedge_suffix_from_name ("Tab", &suffix));
  g_assert_cmpint (suffix, ==, PEG_WEDGE_SUFFIX_TAB);
  g_assert_true (peg_wedge_suffix_from_name ("NONE", &suffix));
  g_assert_cmpint (suffix, ==, PEG_WEDGE_SUFFIX_NONE);
  g_assert_false (peg_wedge_suffix_from_name ("Return", &suffix));
  g_assert_false (peg_wedge_suffix_from_name ("", &suffix));
}

static PegWedgeVerdict
tell (PegWedge *wedge,
      guint     code,
      gboolean  pressed,
      gint64    time_ms)
{
  const PegWedgeKey key = {
    .code = code,
    .pressed = pressed,
    .types = peg_wedge_decode (code, FALSE) != 0,
    .time_us = time_ms * G_TIME_SPAN_MILLISECOND,
  };

  return peg_wedge_key (wedge, &key)->verdict;
}

/* The verdicts themselves, and when time is up. */
static void
test_verdicts (void)
{
  const PegWedgeFormat format = { .suffix = PEG_WEDGE_SUFFIX_ENTER };
  g_autoptr (PegWedge) wedge = peg_wedge_new (&format);
  const PegWedgeStep *step;

  g_assert_cmpint (peg_wedge_get_deadline_us (wedge), ==, G_MAXINT64);
  g_assert_cmpint (tell (wedge, KEY_TAB, TRUE, 0), ==, PEG_WEDGE_PASS);
  g_assert_cmpint (tell (wedge, KEY_TAB, FALSE, 1), ==, PEG_WEDGE_PASS);
  g_assert_cmpint (tell (wedge, KEY_LEFTSHIFT, TRUE, 2), ==, PEG_WEDGE_PASS);
  g_assert_cmpint (tell (wedge, KEY_LEFTSHIFT, FALSE, 3), ==, PEG_WEDGE_PASS);
  g_assert_cmpint (tell (wedge, 300, TRUE, 3), ==, PEG_WEDGE_PASS);
  g_assert_cmpint (peg_wedge_get_deadline_us (wedge), ==, G_MAXINT64);

  g_assert_cmpint (tell (wedge, KEY_1, TRUE, 10), ==, PEG_WEDGE_HOLD);
  g_assert_cmpint (peg_wedge_get_deadline_us (wedge), ==, (10 + 2 * 30 + 5) * 1000 + 1);
  g_assert_cmpuint (peg_wedge_expire (wedge, 75000)->n_back, ==, 0);
  step = peg_wedge_expire (wedge, 75001);
  g_assert_cmpuint (step->n_back, ==, 1);
  g_assert_cmpuint (step->back[0].code, ==, KEY_1);
  g_assert_cmpint (peg_wedge_get_deadline_us (wedge), ==, G_MAXINT64);

  /* Nobody has seen it go down. */
  g_assert_cmpint (tell (wedge, KEY_1, FALSE, 90), ==, PEG_WEDGE_SWALLOW);

  for (guint i = 0; i < 4; i++) {
    g_assert_cmpint (tell (wedge, KEY_1 + i, TRUE, 200 + 2 * i), ==,
                     i < 2 ? PEG_WEDGE_HOLD : PEG_WEDGE_SWALLOW);
    g_assert_cmpint (tell (wedge, KEY_1 + i, FALSE, 201 + 2 * i), ==, PEG_WEDGE_SWALLOW);
  }
  g_assert_cmpint (tell (wedge, KEY_ENTER, TRUE, 208), ==, PEG_WEDGE_SWALLOW);
  g_assert_cmpint (tell (wedge, KEY_ENTER, FALSE, 209), ==, PEG_WEDGE_SWALLOW);
}

static void
test_reset (void)
{
  const PegWedgeFormat format = { .suffix = PEG_WEDGE_SUFFIX_ENTER };
  g_autoptr (PegWedge) wedge = peg_wedge_new (&format);
  const PegWedgeStep *step;

  tell (wedge, KEY_A, TRUE, 0);
  step = peg_wedge_reset (wedge);
  g_assert_cmpuint (step->n_back, ==, 1);
  g_assert_null (step->scan);

  /* A burst is a scanner's and is lost. */
  for (guint i = 0; i < 4; i++) {
    tell (wedge, KEY_1 + i, TRUE, 200 + 2 * i);
    tell (wedge, KEY_1 + i, FALSE, 201 + 2 * i);
  }
  step = peg_wedge_reset (wedge);
  g_assert_cmpuint (step->n_back, ==, 0);
  g_assert_null (step->scan);
  g_assert_cmpint (peg_wedge_get_deadline_us (wedge), ==, G_MAXINT64);
  g_assert_cmpint (tell (wedge, KEY_ENTER, TRUE, 212), ==, PEG_WEDGE_PASS);
}

/* No scan is too long to be swallowed; what is too long to be read is said to be. */
static void
test_endless (void)
{
  const PegWedgeFormat format = { .suffix = PEG_WEDGE_SUFFIX_ENTER };
  g_auto (Keys) keys;
  g_auto (Played) played = { 0 };

  keys_init (&keys);
  for (guint i = 0; i < 5000; i++)
    keys_add (&keys, KEY_1 + i % 9, 2000 * i, 2000 * i + 1000, FALSE);
  keys_add (&keys, KEY_ENTER, 2000 * 5000, 2000 * 5000 + 1000, FALSE);
  keys_play (&keys, &format, &played);

  g_assert_cmpstr (played.typed->str, ==, "");
  g_assert_cmpuint (played.scans->len, ==, 1);
  g_assert_cmpuint (strlen (g_ptr_array_index (played.scans, 0)), ==, 2048);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add_cases ();
  g_test_add_func ("/wedge/decode", test_decode);
  g_test_add_func ("/wedge/suffixes", test_suffixes);
  g_test_add_func ("/wedge/verdicts", test_verdicts);
  g_test_add_func ("/wedge/reset", test_reset);
  g_test_add_func ("/wedge/endless", test_endless);

  return g_test_run ();
}
