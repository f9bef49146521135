/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "test-site-docs"

#include "peg-config.h"

#include "peg-site.h"

#include <stdio.h>
#include <string.h>

/* The manual page, the sample and docs/site-conf.md say of every key what the table
 * says. “test-site-docs man”, “conf” or “md” prints what has to be in each. */

#define COLUMNS 78

/* For a key whose usual value is empty, one that says something. */
static const struct {
  PegSiteKey key;
  const char *value;
} examples[] = {
  { PEG_SITE_SERVER_ADDRESS, "https://shop.example:8420" },
  { PEG_SITE_SERVER_CA_FILE, "/etc/pegboard/ca.pem" },
  { PEG_SITE_SERVER_TOKEN_FILE, "/etc/pegboard/station.token" },
  { PEG_SITE_SERVER_CLIENT_CERTIFICATE_FILE, "/etc/pegboard/station.pem" },
  { PEG_SITE_SERVER_CLIENT_KEY_FILE, "/etc/pegboard/station.key" },
  { PEG_SITE_STATION_NAME, "VF-4" },
  { PEG_SITE_STATION_MACHINE, "VF-4" },
  { PEG_SITE_STATION_WORKING_FOLDER, "/srv/dnc/VF-4" },
  { PEG_SITE_KIOSK_ADMIN_PIN_FILE, "/etc/pegboard/admin.pin" },
  { PEG_SITE_BADGES_PREFIX, "%" },
  { PEG_SITE_LOCK_KEYS, "Server/address;Station/name" },
};

static const char *
get_example (PegSiteKey key)
{
  for (guint i = 0; i < G_N_ELEMENTS (examples); i++) {
    if (examples[i].key == key)
      return examples[i].value;
  }

  return peg_site_key_get_info (key)->usual;
}

/* What can be the value, in a few words. */
static char *
dup_kind (const PegSiteKeyInfo *info)
{
  g_auto (GStrv) words = info->words != NULL ? g_strsplit (info->words, ";", -1) : NULL;
  g_autofree char *list = words != NULL ? g_strjoinv (", ", words) : NULL;

  switch (info->type) {
  case PEG_SITE_TYPE_ADDRESS:
    return g_strdup ("an address");
  case PEG_SITE_TYPE_FILE:
    return g_strdup ("the absolute path of a file");
  case PEG_SITE_TYPE_SECRET:
    return g_strdup ("the absolute path of a file that others cannot read");
  case PEG_SITE_TYPE_FOLDER:
    return g_strdup ("the absolute path of a folder");
  case PEG_SITE_TYPE_CHOICE:
    return g_strdup_printf ("one of: %s", list);
  case PEG_SITE_TYPE_NUMBER:
    return info->unit != NULL ? g_strdup_printf ("%g to %g %s", info->min, info->max, info->unit)
                              : g_strdup_printf ("%g to %g", info->min, info->max);
  case PEG_SITE_TYPE_DECIMAL:
    return g_strdup_printf ("%g, or 1 to %g", info->min, info->max);
  case PEG_SITE_TYPE_SWITCH:
    return g_strdup ("true or false");
  case PEG_SITE_TYPE_PATTERN:
    return g_strdup ("a regular expression");
  case PEG_SITE_TYPE_STROKES:
    return g_strdup_printf ("at most %g characters of ASCII", info->max);
  case PEG_SITE_TYPE_WORDS:
    return g_strdup_printf ("of %s; separated by semicolons", list);
  case PEG_SITE_TYPE_KEYS:
    return g_strdup ("keys, each as Group/key; separated by semicolons");
  case PEG_SITE_TYPE_TEXT:
  default:
    return g_strdup_printf ("at most %g characters", info->max);
  }
}

static char *
dup_usual (const PegSiteKeyInfo *info,
           const char           *nothing)
{
  return g_strdup (info->usual[0] != '\0' ? info->usual : nothing);
}

/* A minus is another sign than a hyphen for groff. */
static char *
dup_roff (const char *text)
{
  g_auto (GStrv) slashes = g_strsplit (text, "\\", -1);
  g_autofree char *doubled = g_strjoinv ("\\e", slashes);
  g_auto (GStrv) parts = g_strsplit (doubled, "-", -1);

  return g_strjoinv ("\\-", parts);
}

static char *
make_man (PegSiteKey key)
{
  const PegSiteKeyInfo *info = peg_site_key_get_info (key);
  g_autofree char *kind = dup_kind (info);
  g_autofree char *usual = dup_usual (info, "none");
  g_autofree char *name = dup_roff (info->name);
  g_autofree char *roff_usual = dup_roff (usual);
  g_autofree char *roff_kind = dup_roff (kind);

  return g_strdup_printf (".TP\n.B %s\n%s\nCan be: %s.\nUsual: %s.\n", name, info->meaning, roff_kind,
                          roff_usual);
}

static char *
make_md (PegSiteKey key)
{
  const PegSiteKeyInfo *info = peg_site_key_get_info (key);
  g_autofree char *kind = dup_kind (info);
  g_autofree char *usual = info->usual[0] != '\0' ? g_strdup_printf ("`%s`", info->usual)
                                                  : g_strdup ("–");

  return g_strdup_printf ("| `%s` | %s | %s | %s |\n", info->name, kind, usual, info->meaning);
}

static void
append_comment (GString    *block,
                const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  glong column = 0;

  for (guint i = 0; words[i] != NULL; i++) {
    const glong length = g_utf8_strlen (words[i], -1);

    if (column == 0 || column + 1 + length > COLUMNS) {
      g_string_append_printf (block, "%s# %s", column > 0 ? "\n" : "", words[i]);
      column = 2 + length;
    } else {
      g_string_append_printf (block, " %s", words[i]);
      column += 1 + length;
    }
  }
  g_string_append_c (block, '\n');
}

static char *
make_conf (PegSiteKey key)
{
  const PegSiteKeyInfo *info = peg_site_key_get_info (key);
  g_autoptr (GString) block = g_string_new (NULL);
  g_autofree char *kind = dup_kind (info);
  g_autofree char *usual = dup_usual (info, "none");
  g_autofree char *line = g_strdup_printf ("Can be: %s. Usual: %s.", kind, usual);

  append_comment (block, info->meaning);
  append_comment (block, line);
  g_string_append_printf (block, "#%s=%s\n", info->name, get_example (key));

  return g_string_free (g_steal_pointer (&block), FALSE);
}

static char *
make (const char *what,
      PegSiteKey  key)
{
  if (g_str_equal (what, "man"))
    return make_man (key);
  if (g_str_equal (what, "md"))
    return make_md (key);

  return make_conf (key);
}

static char *
read_source (const char *path)
{
  g_autofree char *whole = g_test_build_filename (G_TEST_DIST, "..", path, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (whole, &text, NULL, &error);
  g_assert_no_error (error);

  return text;
}

static void
check_all (const char *what,
           const char *path)
{
  g_autofree char *text = read_source (path);
  const char *at = text;

  /* In the order of the table, too. */
  for (guint i = 0; i < PEG_SITE_N_KEYS; i++) {
    g_autofree char *block = make (what, i);

    g_test_message ("%s has to have:\n%s", path, block);
    at = strstr (at, block);
    g_assert_nonnull (at);
  }
}

static void
test_man (void)
{
  check_all ("man", "data/man/pegboard-site.conf.5");
}

static void
test_md (void)
{
  check_all ("md", "docs/site-conf.md");
}

/* The sample is right as it is, and with everything that is in it switched on. */
static void
test_conf (void)
{
  g_autofree char *text = read_source ("data/site.conf");
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GString) on = g_string_new (NULL);
  g_autoptr (PegSite) plain = peg_site_parse ("data/site.conf", text, strlen (text), NULL);
  g_autoptr (PegSite) site = NULL;

  check_all ("conf", "data/site.conf");

  for (guint i = 0; lines[i] != NULL; i++) {
    /* A comment has a space behind its sign, a key has none. */
    const gboolean is_key = lines[i][0] == '#' && g_ascii_isalpha (lines[i][1]);

    g_string_append_printf (on, "%s\n", is_key ? lines[i] + 1 : lines[i]);
  }

  site = peg_site_parse ("data/site.conf", on->str, on->len, NULL);
  g_assert_cmpstr (peg_site_get_wrong (plain)[0], ==, NULL);
  g_assert_cmpstr (peg_site_get_wrong (site)[0], ==, NULL);
  for (guint i = 0; i < PEG_SITE_N_KEYS; i++) {
    g_assert_false (peg_site_is_set (plain, i));
    g_assert_true (peg_site_is_set (site, i));
  }
}

int
main (int    argc,
      char **argv)
{
  if (argc == 2 && argv[1][0] != '-') {
    const char *group = "";

    for (guint i = 0; i < PEG_SITE_N_KEYS; i++) {
      g_autofree char *block = make (argv[1], i);

      if (!g_str_equal (group, peg_site_key_get_info (i)->group)) {
        group = peg_site_key_get_info (i)->group;
        printf ("\n[%s]\n\n", group);
      }
      printf ("%s\n", block);
    }
    return 0;
  }

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/site-docs/man", test_man);
  g_test_add_func ("/site-docs/md", test_md);
  g_test_add_func ("/site-docs/conf", test_conf);

  return g_test_run ();
}
