/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-roster-edit.h"
#include "peg-roster-watch.h"

#include <glib/gstdio.h>
#include <string.h>

#define BADGE "a87f3008f69cda3b2c8d29385ed42d6e512a8a70fd2d1298c05fbd529a56cb8c"
#define OTHER "b87f3008f69cda3b2c8d29385ed42d6e512a8a70fd2d1298c05fbd529a56cb8c"
#define HASH "$y$j75$LdJMENpBABJJ3hIHjB1Bi.$U9UO5FohDhkg.lpZF2NSE2DCaH6CCxYj.SxlwxYjCI9"

/* How long a change of a file may take to be noticed, at most, s. */
#define PATIENCE_S 30

static PegRoster *
parse (const char *text)
{
  return peg_roster_parse (text, strlen (text));
}

static void
test_whole (void)
{
  g_autoptr (PegRoster) roster = parse (
    "# The day shift\n"
    "\n"
    "[dana]\n"
    "name=Dana Weber\n"
    "role=lead\n"
    "badges=" BADGE ";" OTHER ";\n"
    "pin=" HASH "\n"
    "token=abc\n"
    "\n"
    "[o haddad]\n"
    "user = omar\n"
    "token-file=/etc/pegboard/tokens/omar\n");
  const PegRosterPerson *dana = peg_roster_find (roster, "dana");
  const PegRosterPerson *omar = peg_roster_find (roster, "o haddad");
  g_autofree char *token = NULL;

  g_assert_cmpuint (peg_roster_get_mistakes (roster)->len, ==, 0);
  g_assert_cmpuint (peg_roster_get_people (roster)->len, ==, 2);
  g_assert_cmpstr (dana->name, ==, "Dana Weber");
  g_assert_cmpstr (dana->user, ==, "dana");
  g_assert_cmpstr (dana->role, ==, "lead");
  g_assert_cmpstr (dana->pin, ==, HASH);
  g_assert_true (peg_roster_find_badge (roster, BADGE) == dana);
  g_assert_true (peg_roster_find_badge (roster, OTHER) == dana);
  g_assert_null (peg_roster_find_badge (roster, NULL));
  token = peg_roster_person_read_token (dana, NULL);
  g_assert_cmpstr (token, ==, "abc");

  /* What is not said. */
  g_assert_cmpstr (omar->name, ==, "o haddad");
  g_assert_cmpstr (omar->user, ==, "omar");
  g_assert_cmpstr (omar->role, ==, "machinist");
  g_assert_null (omar->pin);
  g_assert_null (peg_roster_find (roster, "nobody"));
  g_assert_null (peg_roster_find (roster, NULL));
}

static void
test_mistakes (void)
{
  static const struct {
    const char *text;
    guint line;
    guint people; /* that are left */
  } cases[] = {
    { "name=Dana\n[omar]\n", 1, 1 },
    { "[dana]\nname\n[omar]\n", 1, 1 },
    { "[dana]\n[omar]\nrole=boss\n", 3, 1 },
    { "[dana]\n\n[dana]\n", 3, 1 },
    { "[dana]\nbadges=x;\n", 2, 1 },
    { "[dana]\nbadges=" BADGE ";\n[omar]\nbadges=" BADGE ";\n", 4, 2 },
    { "[dana]\nname=D\npin=2580\n", 3, 1 },
    { "[dana]\npni=x\n", 2, 1 },
    { "[dana]\ntoken-file=here\n", 2, 1 },
    { "[a/b]\n[omar]\n", 1, 1 },
    { "[dana\n[omar]\n", 1, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (PegRoster) roster = parse (cases[i].text);
    GPtrArray *mistakes = peg_roster_get_mistakes (roster);
    const PegRosterMistake *first;

    g_test_message ("%s", cases[i].text);
    g_assert_cmpuint (mistakes->len, ==, 1);
    first = g_ptr_array_index (mistakes, 0);
    g_test_message ("%s", first->text);
    g_assert_cmpuint (first->line, ==, cases[i].line);
    g_assert_cmpuint (peg_roster_get_people (roster)->len, ==, cases[i].people);
  }
}

static void
test_second_owner (void)
{
  g_autoptr (PegRoster) roster = parse ("[dana]\nbadges=" BADGE ";\n[omar]\nbadges=" BADGE ";\n");

  /* It is that of whoever had it first. */
  g_assert_cmpstr (peg_roster_find_badge (roster, BADGE)->id, ==, "dana");
}

static void
test_anything (void)
{
  static const char * const pieces[] = {
    "[dana]", "[", "]", "\n", "=", "name", "badges=", BADGE, ";", "pin=", "\\", "#", " ", "role=lead",
    "\xc3\xa4", "\xff", "token-file=", "/",
  };
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (guint i = 0; i < 20000; i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (PegRoster) roster = NULL;
    GPtrArray *people;

    for (guint n = (guint) g_rand_int_range (random, 0, 20); n > 0; n--)
      g_string_append (text, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
    if (i % 50 == 0)
      g_string_append_c (text, '\0');

    roster = peg_roster_parse (text->str, text->len);
    people = peg_roster_get_people (roster);
    for (guint j = 0; j < people->len; j++) {
      const PegRosterPerson *person = g_ptr_array_index (people, j);

      g_assert_true (g_utf8_validate (person->name, -1, NULL));
      g_assert_true (peg_roster_is_role (person->role));
      g_assert_nonnull (person->badges);
    }
  }
}

static void
changed_cb (PegRosterWatch *watch,
            guint          *n)
{
  ++*n;
}

static gboolean
late_cb (gpointer user_data)
{
  g_error ("Nothing was noticed");

  return G_SOURCE_REMOVE;
}

static void
wait_for (guint *n,
          guint  more_than)
{
  guint late = g_timeout_add_seconds (PATIENCE_S, late_cb, NULL);

  while (*n <= more_than)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (late);
}

static void
test_watch (void)
{
  g_autofree char *folder = g_dir_make_tmp ("peg-roster-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "people.conf", NULL);
  g_autoptr (PegRosterWatch) watch = peg_roster_watch_new (path);
  g_autoptr (GError) error = NULL;
  guint n = 0;

  g_signal_connect (watch, "changed", G_CALLBACK (changed_cb), &n);
  g_assert_cmpuint (peg_roster_get_people (peg_roster_watch_get_roster (watch))->len, ==, 0);
  g_assert_nonnull (peg_roster_watch_get_why (watch));

  /* As pegctl writes it. */
  peg_roster_write (path, "[dana]\n", &error);
  g_assert_no_error (error);
  while (peg_roster_find (peg_roster_watch_get_roster (watch), "dana") == NULL)
    wait_for (&n, n);
  g_assert_null (peg_roster_watch_get_why (watch));

  /* As an editor may. */
  g_assert_true (g_file_set_contents_full (path, "[omar]\n", -1, G_FILE_SET_CONTENTS_NONE, 0600, &error));
  while (peg_roster_find (peg_roster_watch_get_roster (watch), "omar") == NULL)
    wait_for (&n, n);
  g_assert_null (peg_roster_find (peg_roster_watch_get_roster (watch), "dana"));

  /* Nobody stays because a file is gone. */
  g_unlink (path);
  while (peg_roster_find (peg_roster_watch_get_roster (watch), "omar") != NULL)
    wait_for (&n, n);
  g_assert_nonnull (peg_roster_watch_get_why (watch));

  g_rmdir (folder);
}

static void
test_token_file (void)
{
  g_autofree char *folder = g_dir_make_tmp ("peg-roster-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "token", NULL);
  g_autofree char *text = g_strdup_printf ("[dana]\ntoken-file=%s\n[omar]\n", path);
  g_autoptr (PegRoster) roster = parse (text);
  g_autoptr (GError) error = NULL;
  g_autofree char *token = NULL;

  g_assert_null (peg_roster_person_read_token (peg_roster_find (roster, "dana"), &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_clear_error (&error);

  g_file_set_contents (path, " \n", -1, NULL);
  g_assert_null (peg_roster_person_read_token (peg_roster_find (roster, "dana"), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_clear_error (&error);

  g_file_set_contents (path, "secret\n", -1, NULL);
  token = peg_roster_person_read_token (peg_roster_find (roster, "dana"), &error);
  g_assert_cmpstr (token, ==, "secret");

  /* To have none is no error. */
  g_assert_null (peg_roster_person_read_token (peg_roster_find (roster, "omar"), &error));
  g_assert_no_error (error);

  g_unlink (path);
  g_rmdir (folder);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/roster/whole", test_whole);
  g_test_add_func ("/roster/mistakes", test_mistakes);
  g_test_add_func ("/roster/second-owner", test_second_owner);
  g_test_add_func ("/roster/anything", test_anything);
  g_test_add_func ("/roster/watch", test_watch);
  g_test_add_func ("/roster/token-file", test_token_file);

  return g_test_run ();
}
