/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "test-site-scan"

#include "peg-config.h"

#include "peg-site-private.h"

#include <glib/gstdio.h>
#include <string.h>

/* As many files are made up as take about a second. */
#define N_FILES 20000

/* What the scanner makes of a text: like a GKeyFile, or %NULL when there is a fault. */
static GKeyFile *
scan (const char *text)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *group = NULL;
  PegSiteScanner scanner = { .at = text, .end = text + strlen (text) };
  gboolean good = TRUE;

  for (;;) {
    g_auto (PegSiteLine) line = { 0 };

    if (!peg_site_scanner_next (&scanner, &line))
      break;

    if (line.kind == PEG_SITE_LINE_GROUP) {
      g_free (group);
      group = g_strdup (line.name);
    } else if (line.kind == PEG_SITE_LINE_KEY) {
      good = good && group != NULL;
      if (group != NULL)
        g_key_file_set_value (file, group, line.name, line.value);
    } else if (line.kind != PEG_SITE_LINE_NOTHING) {
      good = FALSE;
    }
    good = good && !line.marked;
  }

  return good ? g_steal_pointer (&file) : NULL;
}

/* Every key of the one is in the other, with the same value. White space behind a value
 * is a slip nobody sees: the scanner leaves it out. */
static void
compare (GKeyFile *glib,
         GKeyFile *ours)
{
  g_auto (GStrv) groups = g_key_file_get_groups (glib, NULL);

  for (guint i = 0; groups[i] != NULL; i++) {
    g_auto (GStrv) keys = g_key_file_get_keys (glib, groups[i], NULL, NULL);
    g_auto (GStrv) our_keys = g_key_file_get_keys (ours, groups[i], NULL, NULL);

    /* GKeyFile lists a key twice that is there twice; the last one holds. */
    for (guint k = 0; our_keys != NULL && our_keys[k] != NULL; k++)
      g_assert_true (g_key_file_has_key (glib, groups[i], our_keys[k], NULL));
    for (guint k = 0; keys != NULL && keys[k] != NULL; k++) {
      g_autofree char *value = g_strchomp (g_key_file_get_value (glib, groups[i], keys[k], NULL));
      g_autofree char *ours_value = g_key_file_get_value (ours, groups[i], keys[k], NULL);

      g_assert_cmpstr (value, ==, ours_value);
    }
  }
}

/* GKeyFile knows keys in languages, which site.conf does not have. */
static gboolean
has_languages (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    const char *bracket = strchr (lines[i], '[');
    const char *equals = strchr (lines[i], '=');

    if (bracket != NULL && equals != NULL && bracket < equals)
      return TRUE;
  }

  return FALSE;
}

static char *
make_up (void)
{
  static const char * const pieces[] = {
    "[", "]", "=", "#", ";", " ", "\t", "\r", "\n", "\n", "\n", "\\", "\\s", "\\;", "a", "key", "ä",
    "[A]", "\n[A]\n", "\n[B]\n", "\nk=v\n", "\nk = v w \n", "[A] \n", "name=value",
  };
  g_autoptr (GString) text = g_string_new (g_test_rand_bit () ? "[A]\n" : NULL);
  const int n = g_test_rand_int_range (0, 24);

  for (int i = 0; i < n; i++)
    g_string_append (text, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
test_agrees (void)
{
  guint n_good = 0, n_bad = 0;

  for (guint i = 0; i < N_FILES; i++) {
    g_autofree char *text = make_up ();
    g_autoptr (GKeyFile) glib = g_key_file_new ();
    g_autoptr (GKeyFile) ours = scan (text);
    const gboolean loads = g_key_file_load_from_data (glib, text, strlen (text), G_KEY_FILE_NONE, NULL);

    if ((ours != NULL) != loads && !has_languages (text)) {
      g_autofree char *escaped = g_strescape (text, NULL);

      g_test_message ("%s: GKeyFile %s", escaped, loads ? "takes it" : "does not");
      g_assert_not_reached ();
    }
    if (ours != NULL && loads) {
      compare (glib, ours);
      n_good++;
    } else
      n_bad++;
  }

  /* Enough of either to say something. */
  g_test_message ("%u good, %u bad", n_good, n_bad);
  g_assert_cmpuint (n_good, >, N_FILES / 20);
  g_assert_cmpuint (n_bad, >, N_FILES / 20);
}

/* Texts and lists mean the same, too. */
static void
test_values (void)
{
  static const char * const pieces[] = { "a", "b c", " ", ";", "\\s", "\\\\", "\\n", "\\t", "ä", "\\x", "\\;", "," };

  for (guint i = 0; i < N_FILES; i++) {
    g_autoptr (GString) raw = g_string_new ("x");
    g_autoptr (GKeyFile) file = g_key_file_new ();
    g_autofree char *plain = NULL;
    g_autofree char *text = NULL;
    g_auto (GStrv) words = NULL;
    g_auto (GStrv) list = NULL;
    g_autoptr (GError) error = NULL;

    for (int n = g_test_rand_int_range (0, 8); n > 0; n--)
      g_string_append (raw, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
    g_string_append (raw, "x");
    g_key_file_set_value (file, "A", "k", raw->str);

    plain = peg_site_dup_plain (raw->str);
    text = g_key_file_get_string (file, "A", "k", &error);
    /* GKeyFile gives what it could read beside the error. */
    g_assert_true ((plain == NULL) == (error != NULL));
    if (plain != NULL)
      g_assert_cmpstr (plain, ==, text);
    g_clear_error (&error);

    words = peg_site_split (raw->str);
    list = g_key_file_get_string_list (file, "A", "k", NULL, &error);
    g_assert_true ((words == NULL) == (error != NULL));
    if (words == NULL)
      continue;
    g_assert_cmpuint (g_strv_length (words), ==, g_strv_length (list));
    for (guint k = 0; words[k] != NULL; k++)
      g_assert_cmpstr (words[k], ==, g_strstrip (list[k]));
  }
}

static char *
write_file (const char *folder,
            const char *name,
            const char *data,
            int         mode)
{
  char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, data, -1, NULL));
  g_assert_cmpint (g_chmod (path, (mode_t) mode), ==, 0);

  return path;
}

/* The files and folders that are named are looked at. */
static void
test_files (void)
{
  g_autofree char *folder = g_dir_make_tmp ("peg-site-XXXXXX", NULL);
  g_autofree char *token = write_file (folder, "token", "abc", 0640);
  g_autofree char *open_token = write_file (folder, "open", "abc", 0644);
  g_autofree char *nothing = write_file (folder, "nothing", "", 0640);
  g_autofree char *pem = write_file (folder, "pem", "-----BEGIN CERTIFICATE-----\n", 0644);
  const struct {
    const char *key;
    const char *path;
    const char *word;
    const char *right; /* (nullable): what is to be done */
  } cases[] = {
    { "[Server]\nca-file", pem, NULL, NULL },
    { "[Server]\nca-file", token, "no certificate", NULL },
    { "[Server]\nca-file", folder, "not a file", NULL },
    { "[Server]\nca-file", "/nowhere/ca.pem", "There is no", NULL },
    { "[Server]\nca-file", nothing, "is empty", NULL },
    { "[Server]\nclient-certificate-file", token, "no certificate", NULL },
    { "[Server]\nclient-key-file", token, "no private key", NULL },
    { "[Server]\ntoken-file", token, NULL, NULL },
    { "[Server]\ntoken-file", open_token, "secret", NULL },
    { "[Server]\ntoken-file", nothing, "is empty", NULL },
    { "[Server]\ntoken-file", "/nowhere/token", "There is no", NULL },
    { "[Kiosk]\nadmin-pin-file", open_token, "secret", NULL },
    { "[Badges]\nkey-file", open_token, "secret", NULL },
    { "[Badges]\npeople-file", token, NULL, NULL },
    { "[Badges]\npeople-file", "/nowhere/people.conf", "There is no", "pegctl people add" },
    { "[Badges]\nkey-file", "/nowhere/badge.key", "There is no", "pegctl people key" },
    { "[Kiosk]\nadmin-pin-file", "/nowhere/admin.pin", "There is no", "pegctl people admin-pin" },
    { "[Station]\nworking-folder", folder, NULL, NULL },
    { "[Station]\nworking-folder", token, "not a folder", NULL },
    { "[Station]\nworking-folder", "/nowhere", "There is no", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = g_strdup_printf ("%s=%s\n", cases[i].key, cases[i].path);
    g_autoptr (PegSite) site = peg_site_parse ("site.conf", text, strlen (text), NULL);
    g_autoptr (GPtrArray) mistakes = peg_site_check_files (site);

    g_test_message ("%s", text);
    g_assert_cmpuint (mistakes->len, ==, cases[i].word != NULL ? 1 : 0);
    if (cases[i].word != NULL) {
      const PegSiteMistake *mistake = mistakes->pdata[0];

      g_assert_cmpuint (mistake->line, ==, 2);
      g_assert_nonnull (strstr (mistake->what, cases[i].word));
      g_assert_cmpuint (strlen (mistake->right), >, 5);
      if (cases[i].right != NULL)
        g_assert_nonnull (strstr (mistake->right, cases[i].right));
    }
  }

  g_remove (token);
  g_remove (open_token);
  g_remove (nothing);
  g_remove (pem);
  g_rmdir (folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/site-scan/agrees", test_agrees);
  g_test_add_func ("/site-scan/values", test_values);
  g_test_add_func ("/site-scan/files", test_files);

  return g_test_run ();
}
