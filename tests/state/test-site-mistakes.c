/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "test-site-mistakes"

#include "peg-config.h"

#include "peg-site-private.h"

#include <string.h>

#define PATH "site.conf"

/* How many mistakes a shop could make are sown at least. */
#define ENOUGH 200

/* What is right for a key whose usual value is empty. */
static const struct {
  PegSiteKey key;
  const char *value;
} samples[] = {
  { PEG_SITE_SERVER_ADDRESS, "https://shop:8420" },
  { PEG_SITE_SERVER_CA_FILE, "/etc/pegboard/ca.pem" },
  { PEG_SITE_SERVER_TOKEN_FILE, "/etc/pegboard/station.token" },
  { PEG_SITE_SERVER_CLIENT_CERTIFICATE_FILE, "/etc/pegboard/client.pem" },
  { PEG_SITE_SERVER_CLIENT_KEY_FILE, "/etc/pegboard/client.key" },
  { PEG_SITE_STATION_NAME, "VF-4 left" },
  { PEG_SITE_STATION_MACHINE, "VF-4" },
  { PEG_SITE_STATION_WORKING_FOLDER, "/srv/dnc/VF-4" },
  { PEG_SITE_KIOSK_ADMIN_PIN_FILE, "/etc/pegboard/admin.pin" },
  { PEG_SITE_LOCK_KEYS, "Server/address;Station/name" },
};

/* A file without a mistake, line by line, that has every key. */
typedef struct {
  GPtrArray *lines;                 /* (owned) (element-type utf8) */
  guint line_of[PEG_SITE_N_KEYS];   /* counted from 0 */
} Sheet;

static const char *
get_right (PegSiteKey key)
{
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++) {
    if (samples[i].key == key)
      return samples[i].value;
  }

  return peg_site_key_get_info (key)->usual;
}

static void
sheet_init (Sheet *self)
{
  const char *group = "";

  self->lines = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < PEG_SITE_N_KEYS; i++) {
    const PegSiteKeyInfo *info = peg_site_key_get_info (i);

    if (!g_str_equal (group, info->group)) {
      group = info->group;
      g_ptr_array_add (self->lines, g_strdup_printf ("[%s]", group));
    }
    self->line_of[i] = self->lines->len;
    g_ptr_array_add (self->lines, g_strdup_printf ("%s=%s", info->name, get_right (i)));
  }
}

static void
sheet_set (Sheet *self,
           guint  index,
           char  *line)
{
  g_free (self->lines->pdata[index]);
  self->lines->pdata[index] = line;
}

static GPtrArray *
sheet_read (Sheet *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (PegSite) site = NULL;
  GPtrArray *mistakes = NULL;

  for (guint i = 0; i < self->lines->len; i++)
    g_string_append_printf (text, "%s\n", (char *) self->lines->pdata[i]);
  site = peg_site_parse (PATH, text->str, text->len, &mistakes);

  return mistakes;
}

static void
sheet_clear (Sheet *self)
{
  g_ptr_array_unref (self->lines);
}

/* Exactly this one is found, in its line, and it is said what would be right. */
static void
expect (Sheet      *sheet,
        guint       index,
        const char *word)
{
  g_autoptr (GPtrArray) mistakes = sheet_read (sheet);
  const PegSiteMistake *mistake;

  for (guint i = 0; i < mistakes->len; i++) {
    g_autofree char *text = peg_site_mistake_dup_text (mistakes->pdata[i], PATH);

    g_test_message ("%s", text);
  }
  g_test_message ("expected in line %u: %s", index + 1, word);
  g_assert_cmpuint (mistakes->len, ==, 1);

  mistake = mistakes->pdata[0];
  g_assert_cmpuint (mistake->line, ==, index + 1);
  g_assert_nonnull (strstr (mistake->what, word));
  g_assert_cmpuint (strlen (mistake->right), >, 5);
  g_assert_true (g_utf8_validate (mistake->what, -1, NULL));
  g_assert_true (g_utf8_validate (mistake->right, -1, NULL));
}

/* What somebody writes who means something else, by the kind of the value. */
static const struct {
  PegSiteType type;
  const char *value;
  const char *word;
} wrong_values[] = {
  { PEG_SITE_TYPE_ADDRESS, "", "no value" },
  { PEG_SITE_TYPE_ADDRESS, "ftp://shop", "not the address" },
  { PEG_SITE_TYPE_ADDRESS, "http://", "not the address" },
  { PEG_SITE_TYPE_ADDRESS, "https://:8420", "not the address" },
  { PEG_SITE_TYPE_ADDRESS, "shop:99999", "not the address" },
  { PEG_SITE_TYPE_ADDRESS, "shop:port", "not the address" },
  { PEG_SITE_TYPE_ADDRESS, "shop:0", "not the address" },
  { PEG_SITE_TYPE_ADDRESS, "the shop", "not the address" },
  { PEG_SITE_TYPE_ADDRESS, "dana:secret@shop", "not the address" },
  { PEG_SITE_TYPE_ADDRESS, "https://shop/?x=1", "not the address" },
  { PEG_SITE_TYPE_ADDRESS, "192.168.1", "not the address" },
  { PEG_SITE_TYPE_ADDRESS, "[fe80::1", "not the address" },
  { PEG_SITE_TYPE_ADDRESS, "\"shop:8420\"", "quotation marks" },
  { PEG_SITE_TYPE_ADDRESS, "shop:8420 # the new one", "not the address" },
  { PEG_SITE_TYPE_TEXT, "", "no value" },
  { PEG_SITE_TYPE_TEXT, "\"VF-4\"", "quotation marks" },
  { PEG_SITE_TYPE_TEXT, "VF-4\\nleft", "cannot be seen" },
  { PEG_SITE_TYPE_TEXT, "VF\\4", "stands for nothing" },
  { PEG_SITE_TYPE_TEXT, "VF-4\\", "stands for nothing" },
  { PEG_SITE_TYPE_TEXT, "a name that is far longer than any tag on the board could show to anybody", "too long" },
  { PEG_SITE_TYPE_FILE, "", "no value" },
  { PEG_SITE_TYPE_FILE, "ca.pem", "relative path" },
  { PEG_SITE_TYPE_FILE, "./ca.pem", "relative path" },
  { PEG_SITE_TYPE_FILE, "~/ca.pem", "begins with “~”" },
  { PEG_SITE_TYPE_SECRET, "~dana/station.token", "begins with “~”" },
  { PEG_SITE_TYPE_FOLDER, "~/dnc", "begins with “~”" },
  { PEG_SITE_TYPE_FILE, "$HOME/ca.pem", "relative path" },
  { PEG_SITE_TYPE_FILE, "file:///etc/ca.pem", "an address" },
  { PEG_SITE_TYPE_FILE, "\"/etc/ca.pem\"", "quotation marks" },
  { PEG_SITE_TYPE_SECRET, "", "no value" },
  { PEG_SITE_TYPE_SECRET, "station.token", "relative path" },
  { PEG_SITE_TYPE_SECRET, "../station.token", "relative path" },
  { PEG_SITE_TYPE_SECRET, "https://shop/token", "an address" },
  { PEG_SITE_TYPE_FOLDER, "", "no value" },
  { PEG_SITE_TYPE_FOLDER, "dnc", "relative path" },
  { PEG_SITE_TYPE_FOLDER, "C:\\\\DNC", "relative path" },
  { PEG_SITE_TYPE_FOLDER, "C:\\DNC", "stands for nothing" },
  { PEG_SITE_TYPE_FOLDER, "smb://server/dnc", "an address" },
  { PEG_SITE_TYPE_CHOICE, "", "no value" },
  { PEG_SITE_TYPE_CHOICE, "black", "none of the words" },
  { PEG_SITE_TYPE_CHOICE, "Dark", "none of the words" },
  { PEG_SITE_TYPE_CHOICE, "HEADER", "none of the words" },
  { PEG_SITE_TYPE_CHOICE, "dark;light", "none of the words" },
  { PEG_SITE_TYPE_CHOICE, "enter", "none of the words" },
  { PEG_SITE_TYPE_NUMBER, "", "no value" },
  { PEG_SITE_TYPE_NUMBER, "soon", "not a number" },
  { PEG_SITE_TYPE_NUMBER, "30s", "not a number" },
  { PEG_SITE_TYPE_NUMBER, "30 s", "not a number" },
  { PEG_SITE_TYPE_NUMBER, "1e2", "not a number" },
  { PEG_SITE_TYPE_NUMBER, "0x40", "not a number" },
  { PEG_SITE_TYPE_NUMBER, "30,5", "not a number" },
  { PEG_SITE_TYPE_NUMBER, "--30", "not a number" },
  { PEG_SITE_TYPE_NUMBER, "+30", "not a number" },
  { PEG_SITE_TYPE_NUMBER, "nan", "not a number" },
  { PEG_SITE_TYPE_NUMBER, "30 # seconds", "not a number" },
  { PEG_SITE_TYPE_NUMBER, "30.5", "not a whole number" },
  { PEG_SITE_TYPE_NUMBER, "-1", "too small" },
  { PEG_SITE_TYPE_NUMBER, "0", "too small" },
  { PEG_SITE_TYPE_NUMBER, "90000", "too large" },
  { PEG_SITE_TYPE_NUMBER, "99999999999999999999", "too large" },
  { PEG_SITE_TYPE_DECIMAL, "", "no value" },
  { PEG_SITE_TYPE_DECIMAL, "3,78", "not a number" },
  { PEG_SITE_TYPE_DECIMAL, "96 dpi", "not a number" },
  { PEG_SITE_TYPE_DECIMAL, "1.2.3", "not a number" },
  { PEG_SITE_TYPE_DECIMAL, "inf", "not a number" },
  { PEG_SITE_TYPE_DECIMAL, ".", "not a number" },
  { PEG_SITE_TYPE_DECIMAL, "-0.5", "too small" },
  { PEG_SITE_TYPE_DECIMAL, "0.02", "too small" },
  { PEG_SITE_TYPE_DECIMAL, "96", "too large" },
  { PEG_SITE_TYPE_SWITCH, "", "no value" },
  { PEG_SITE_TYPE_SWITCH, "yes", "neither true nor false" },
  { PEG_SITE_TYPE_SWITCH, "on", "neither true nor false" },
  { PEG_SITE_TYPE_SWITCH, "1", "neither true nor false" },
  { PEG_SITE_TYPE_SWITCH, "True", "neither true nor false" },
  { PEG_SITE_TYPE_SWITCH, "true;", "neither true nor false" },
  { PEG_SITE_TYPE_SWITCH, "false # for now", "neither true nor false" },
  { PEG_SITE_TYPE_PATTERN, "", "no value" },
  { PEG_SITE_TYPE_PATTERN, "[0-9", "regular expression" },
  { PEG_SITE_TYPE_PATTERN, "(abc", "regular expression" },
  { PEG_SITE_TYPE_PATTERN, "*7", "regular expression" },
  { PEG_SITE_TYPE_PATTERN, "[0-9]{12,8}", "regular expression" },
  { PEG_SITE_TYPE_PATTERN, "[0-9]*", "without a number" },
  { PEG_SITE_TYPE_PATTERN, "(?x)7#", "regular expression" },
  { PEG_SITE_TYPE_PATTERN, "\\d{8}", "stands for nothing" },
  { PEG_SITE_TYPE_STROKES, "ä", "no reader types" },
  { PEG_SITE_TYPE_STROKES, "\\t", "cannot be seen" },
  { PEG_SITE_TYPE_STROKES, "Return", "name of a key" },
  { PEG_SITE_TYPE_STROKES, "STX", "name of a key" },
  { PEG_SITE_TYPE_STROKES, "\"%\"", "quotation marks" },
  { PEG_SITE_TYPE_STROKES, "0123456789ABCDEF+", "too long" },
  { PEG_SITE_TYPE_WORDS, "leed", "no role “leed”" },
  { PEG_SITE_TYPE_WORDS, "Lead", "no role “Lead”" },
  { PEG_SITE_TYPE_WORDS, "lead;boss", "no role “boss”" },
  { PEG_SITE_TYPE_WORDS, "lead,admin", "not separated" },
  { PEG_SITE_TYPE_WORDS, "lead admin", "not separated" },
  { PEG_SITE_TYPE_WORDS, "lead|admin", "not separated" },
  { PEG_SITE_TYPE_WORDS, "lead;;admin", "between two" },
  { PEG_SITE_TYPE_WORDS, ";lead", "between two" },
  { PEG_SITE_TYPE_WORDS, "lead;lead", "twice" },
  { PEG_SITE_TYPE_WORDS, "lead;ad\\min", "stands for nothing" },
  { PEG_SITE_TYPE_KEYS, "Server/adress", "could be locked" },
  { PEG_SITE_TYPE_KEYS, "server/address", "could be locked" },
  { PEG_SITE_TYPE_KEYS, "address", "of which group" },
  { PEG_SITE_TYPE_KEYS, "Server", "of which group" },
  { PEG_SITE_TYPE_KEYS, "Server/address,Station/name", "not separated" },
  { PEG_SITE_TYPE_KEYS, "Server/address;Server/address", "twice" },
  { PEG_SITE_TYPE_KEYS, "Server/address;;Station/name", "between two" },
  { PEG_SITE_TYPE_KEYS, "Lock/keys", "needs no lock" },
  { PEG_SITE_TYPE_KEYS, "Server/*", "could be locked" },
};

/* Lines that are wrong wherever they stand in a group. */
static const struct {
  const char *line;
  const char *word;
} wrong_lines[] = {
  { "rubbish", "neither a group" },
  { "address: shop", "neither a group" },
  { "; a comment of another kind", "neither a group" },
  { "// a comment of another kind", "neither a group" },
  { "<key>", "neither a group" },
  { "enabled", "neither a group" },
  { "set enabled true", "neither a group" },
  { "=shop", "in front of the “=”" },
  { "  = shop", "in front of the “=”" },
  { "name[de]=Fräse", "brackets" },
  { "na]me=VF-4", "brackets" },
  { "a\xff" "b=c", "not UTF-8" },
  { "# D\xfcse", "not UTF-8" },
  { "[Server", "no “]”" },
  { "[", "no “]”" },
};

/* Lines that are wrong as the last one, because they begin a group. */
static const struct {
  const char *line;
  const char *word;
} wrong_groups[] = {
  { "[]", "not the name of a group" },
  { "[[Server]", "not the name of a group" },
  { "[Server] # the server", "behind the “]”" },
  { "[Server]]", "behind the “]”" },
  { "[Kiosk] enabled=true", "behind the “]”" },
  { "[Kiosc]", "no group" },
  { "[kiosk]", "no group" },
  { "[ Kiosk ]", "no group" },
  { "[Badge]", "no group" },
  { "[Stations]", "no group" },
  { "[Policies]", "no group" },
  { "[Locks]", "no group" },
  { "[Anything Else]", "no group" },
  { "[Server]", "twice" },
  { "[Station]", "twice" },
  { "[Kiosk]", "twice" },
  { "[Badges]", "twice" },
  { "[Policy]", "twice" },
  { "[Lock]", "twice" },
};

static guint
sow_values (void)
{
  guint n = 0;

  for (guint k = 0; k < PEG_SITE_N_KEYS; k++) {
    const PegSiteKeyInfo *info = peg_site_key_get_info (k);

    for (guint i = 0; i < G_N_ELEMENTS (wrong_values); i++) {
      Sheet sheet;

      if (wrong_values[i].type != info->type)
        continue;

      sheet_init (&sheet);
      sheet_set (&sheet, sheet.line_of[k], g_strdup_printf ("%s=%s", info->name, wrong_values[i].value));
      expect (&sheet, sheet.line_of[k], wrong_values[i].word);
      sheet_clear (&sheet);
      n++;
    }
  }

  return n;
}

/* In the first group, in the last one, and before any. */
static guint
sow_lines (void)
{
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (wrong_lines); i++) {
    Sheet sheet;

    sheet_init (&sheet);
    g_ptr_array_insert (sheet.lines, 1, g_strdup (wrong_lines[i].line));
    expect (&sheet, 1, wrong_lines[i].word);
    sheet_clear (&sheet);

    sheet_init (&sheet);
    g_ptr_array_add (sheet.lines, g_strdup (wrong_lines[i].line));
    expect (&sheet, sheet.lines->len - 1, wrong_lines[i].word);
    sheet_clear (&sheet);
    n += 2;
  }

  for (guint i = 0; i < G_N_ELEMENTS (wrong_groups); i++) {
    Sheet sheet;

    sheet_init (&sheet);
    g_ptr_array_add (sheet.lines, g_strdup (wrong_groups[i].line));
    expect (&sheet, sheet.lines->len - 1, wrong_groups[i].word);
    sheet_clear (&sheet);
    n++;
  }

  return n;
}

/* Every name with a letter less, twice, in another group, and before the first one. */
static guint
sow_names (void)
{
  guint n = 0;

  for (guint k = 0; k < PEG_SITE_N_KEYS; k++) {
    const PegSiteKeyInfo *info = peg_site_key_get_info (k);
    g_autofree char *slip = g_strdup (info->name);
    g_autofree char *again = g_strdup_printf ("%s=%s", info->name, get_right (k));
    g_autoptr (GPtrArray) mistakes = NULL;
    g_autofree char *meant = g_strdup_printf ("“%s”", info->name);
    Sheet sheet;

    memmove (slip + 1, slip + 2, strlen (slip + 1));
    sheet_init (&sheet);
    sheet_set (&sheet, sheet.line_of[k], g_strdup_printf ("%s=%s", slip, get_right (k)));
    expect (&sheet, sheet.line_of[k], "has no key");
    mistakes = sheet_read (&sheet);
    g_assert_nonnull (strstr (((PegSiteMistake *) mistakes->pdata[0])->right, meant));
    sheet_clear (&sheet);

    sheet_init (&sheet);
    g_ptr_array_insert (sheet.lines, (int) sheet.line_of[k] + 1, g_strdup (again));
    expect (&sheet, sheet.line_of[k] + 1, "twice");
    sheet_clear (&sheet);

    sheet_init (&sheet);
    g_ptr_array_insert (sheet.lines, 0, g_strdup (again));
    expect (&sheet, 0, "before the first group");
    sheet_clear (&sheet);

    sheet_init (&sheet);
    if (k == PEG_SITE_LOCK_KEYS)
      g_ptr_array_insert (sheet.lines, 1, g_strdup (again));
    else
      g_ptr_array_add (sheet.lines, g_strdup (again));
    expect (&sheet, k == PEG_SITE_LOCK_KEYS ? 1 : sheet.lines->len - 1, "has no key");
    sheet_clear (&sheet);
    n += 4;
  }

  return n;
}

/* What says something wrong only together. */
static guint
sow_together (void)
{
  static const char * const pairs[][2] = {
    { "120", "120" }, { "60", "61" }, { "10", "20" }, { "30", "600" },
  };
  Sheet sheet;
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++) {
    sheet_init (&sheet);
    sheet_set (&sheet, sheet.line_of[PEG_SITE_KIOSK_SIGN_OUT_SECONDS],
               g_strconcat ("sign-out-seconds=", pairs[i][0], NULL));
    sheet_set (&sheet, sheet.line_of[PEG_SITE_KIOSK_WARNING_SECONDS],
               g_strconcat ("warning-seconds=", pairs[i][1], NULL));
    expect (&sheet, sheet.line_of[PEG_SITE_KIOSK_WARNING_SECONDS], "not less than");
    sheet_clear (&sheet);
    n++;
  }

  sheet_init (&sheet);
  sheet_set (&sheet, sheet.line_of[PEG_SITE_SERVER_ADDRESS], g_strdup ("address=http://shop"));
  sheet_set (&sheet, sheet.line_of[PEG_SITE_SERVER_AUTH_MODE], g_strdup ("auth-mode=query"));
  expect (&sheet, sheet.line_of[PEG_SITE_SERVER_AUTH_MODE], "not encrypted");
  sheet_clear (&sheet);

  sheet_init (&sheet);
  sheet_set (&sheet, sheet.line_of[PEG_SITE_SERVER_CLIENT_CERTIFICATE_FILE], g_strdup ("#"));
  expect (&sheet, sheet.line_of[PEG_SITE_SERVER_CLIENT_KEY_FILE], "no certificate");
  sheet_clear (&sheet);

  sheet_init (&sheet);
  sheet_set (&sheet, sheet.line_of[PEG_SITE_POLICY_PIN_WITH_BADGE], g_strdup ("pin-with-badge=true"));
  sheet_set (&sheet, sheet.line_of[PEG_SITE_KIOSK_ADMIN_PIN_FILE], g_strdup ("#"));
  expect (&sheet, sheet.line_of[PEG_SITE_POLICY_PIN_WITH_BADGE], "nobody can open it");
  sheet_clear (&sheet);

  sheet_init (&sheet);
  sheet_set (&sheet, 0, g_strdup ("\xef\xbb\xbf[Server]"));
  expect (&sheet, 0, "byte order mark");
  sheet_clear (&sheet);

  return n + 4;
}

static void
test_alone (void)
{
  const guint n = sow_values () + sow_lines () + sow_names () + sow_together ();

  g_test_message ("%u mistakes were sown and found", n);
  g_assert_cmpuint (n, >=, ENOUGH);
}

/* One mistake does not hide another: all that fit into one file are found at once. */
static void
test_together (void)
{
  g_autoptr (GPtrArray) mistakes = NULL;
  g_autoptr (GArray) expected = g_array_new (FALSE, FALSE, sizeof (guint));
  Sheet sheet;

  sheet_init (&sheet);
  for (guint k = 0; k < PEG_SITE_N_KEYS; k++) {
    const PegSiteKeyInfo *info = peg_site_key_get_info (k);

    for (guint i = 0; i < G_N_ELEMENTS (wrong_values); i++) {
      if (wrong_values[i].type == info->type) {
        guint line = sheet.line_of[k] + 1;

        sheet_set (&sheet, sheet.line_of[k],
                   g_strdup_printf ("%s=%s", info->name, wrong_values[i].value));
        g_array_append_val (expected, line);
        break;
      }
    }
  }
  for (guint i = 0; i < G_N_ELEMENTS (wrong_lines); i++) {
    guint line;

    g_ptr_array_add (sheet.lines, g_strdup (wrong_lines[i].line));
    line = sheet.lines->len;
    g_array_append_val (expected, line);
  }
  for (guint i = 0; i < G_N_ELEMENTS (wrong_groups); i++) {
    guint line;

    g_ptr_array_add (sheet.lines, g_strdup (wrong_groups[i].line));
    line = sheet.lines->len;
    g_array_append_val (expected, line);
  }

  mistakes = sheet_read (&sheet);
  g_assert_cmpuint (mistakes->len, ==, expected->len);
  for (guint i = 0; i < mistakes->len; i++)
    g_assert_cmpuint (((PegSiteMistake *) mistakes->pdata[i])->line, ==,
                      g_array_index (expected, guint, i));
  sheet_clear (&sheet);
}

/* What may look odd and is right. */
static void
test_right (void)
{
  static const char * const files[] = {
    "", "\n", "\r\n", "# nothing\n", "  # nothing\n\n\t\n", "[Server]\n", "[Server]",
    "[Server]\r\naddress=shop\r\n", " [Server] \t\n address = shop \n",
    "[Server]\naddress=shop", "[Server]\naddress=10.0.0.7:8420\n", "[Server]\naddress=[fe80::1]:8420\n",
    "[Server]\naddress=wss://shop.example/pdm\nauth-mode=query\n", "[Server]\naddress=düse.example\n",
    "[Lock]\nkeys=\n", "[Lock]\nkeys=Server/address;\n", "[Lock]\nkeys=Server/address ; Station/name\n",
    "[Policy]\npin-with-badge=true\n[Kiosk]\nadmin-pin-file=/etc/pegboard/admin.pin\n",
    "[Policy]\npin-with-badge=false\n", "[Policy]\ncopy=\n", "[Policy]\ncopy=viewer;machinist;lead;admin;\n",
    "[Badges]\nprefix=\n", "[Badges]\nsuffix=Tab\nprefix=%\n", "[Badges]\nprefix=\\s\nsuffix=none\n",
    "[Badges]\nformat=\\\\d{8}\n", "[Badges]\nformat=[A-F0-9]{8}|[0-9]{10}\n",
    "[Station]\nname=Düse “links” #1\n", "[Station]\nname=Smith \"Big\" Lathe\n", "[Station]\nname=a=b\n",
    "[Station]\nname=[VF-4]\n", "[Station]\nname=VF-4; left\n", "[Station]\npixels-per-mm=0\n",
    "[Station]\npixels-per-mm=3.78\n", "[Station]\npixels-per-mm=12\n",
    "[Kiosk]\nsign-out-seconds=10\nwarning-seconds=5\n", "[Kiosk]\nsign-out-seconds=3600\nwarning-seconds=600\n",
    "[Kiosk]\nwarning-seconds=600\nsign-out-seconds=601\n",
    "[Kiosk]\nsign-out-seconds=0120\n", "[Lock]\nkeys=Kiosk/enabled\n[Kiosk]\nenabled=true\n",
  };
  g_autoptr (GPtrArray) all = NULL;
  Sheet sheet;

  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autoptr (GPtrArray) mistakes = NULL;
    g_autoptr (PegSite) site = peg_site_parse (PATH, files[i], strlen (files[i]), &mistakes);

    g_test_message ("%u: %s", i, mistakes->len > 0 ? peg_site_get_wrong (site)[0] : "");
    g_assert_cmpuint (mistakes->len, ==, 0);
  }

  sheet_init (&sheet);
  all = sheet_read (&sheet);
  g_assert_cmpuint (all->len, ==, 0);
  sheet_clear (&sheet);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/site-mistakes/right", test_right);
  g_test_add_func ("/site-mistakes/alone", test_alone);
  g_test_add_func ("/site-mistakes/together", test_together);

  return g_test_run ();
}
