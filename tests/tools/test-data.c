/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/*
 * The files under data/ say what the programs rely on: the settings and their
 * defaults, the keys of the server's settings file, the limits of its unit.
 */

#define G_LOG_DOMAIN "peg-test-data"

#include "peg-config.h"

#include <gio/gio.h>

typedef struct {
  const char *key;
  const char *fallback;
  const char *range;
} SettingCase;

/* What the client reads. A key that is not here is one nobody reads. */
static const SettingCase setting_cases[] = {
  { "auth-mode", "'header'", "('enum', <['header', 'message', 'query', 'cookie']>)" },
  { "backoff-policy", "'full'", "('enum', <['full', 'classic']>)" },
  { "client-certificate-file", "''", "('type', <@as []>)" },
  { "client-key-file", "''", "('type', <@as []>)" },
  { "client-pkcs11-certificate", "''", "('type', <@as []>)" },
  { "client-pkcs11-key", "''", "('type', <@as []>)" },
  { "color-scheme", "'system'", "('enum', <['system', 'light', 'dark']>)" },
  { "details-width", "400", "('range', <(240, 8192)>)" },
  { "filter", "'all'", "('enum', <['all', 'out', 'mine', 'free']>)" },
  { "max-attempts", "5", "('range', <(1, 20)>)" },
  { "recent-servers", "@as []", "('type', <@aas []>)" },
  { "reconnect-on-start", "true", "('type', <@ab []>)" },
  { "server-address", "''", "('type', <@as []>)" },
  { "shop-ca-file", "''", "('type', <@as []>)" },
  { "station-name", "''", "('type', <@as []>)" },
  { "user-name", "''", "('type', <@as []>)" },
  { "window-height", "720", "('range', <(240, 16384)>)" },
  { "window-maximized", "false", "('type', <@ab []>)" },
  { "window-width", "1120", "('range', <(360, 16384)>)" },
};

static const char *const server_keys[] = {
  "root", "data", "listen", "name", "tls-cert", "tls-key", "jwt-secret-file", "serve-repo",
  "allow-origins",
  "max-clients", "max-clients-per-address", "max-requests", "max-messages", "insecure",
};

typedef struct {
  const char *group;
  const char *key;
  const char *value;
} UnitCase;

static const UnitCase unit_cases[] = {
  { "Service", "Type", "notify" },
  { "Service", "User", "pegboard" },
  { "Service", "StateDirectory", "pegboard" },
  { "Service", "ReadWritePaths", "-/srv/shop" },
  { "Service", "CapabilityBoundingSet", "" },
  { "Service", "NoNewPrivileges", "yes" },
  { "Service", "ProtectSystem", "strict" },
  { "Service", "ProtectHome", "yes" },
  { "Service", "PrivateTmp", "yes" },
  { "Service", "PrivateDevices", "yes" },
  { "Service", "RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX" },
  { "Service", "MemoryDenyWriteExecute", "yes" },
  { "Service", "SystemCallArchitectures", "native" },
  { "Install", "WantedBy", "multi-user.target" },
};

static char *
read_file (GTestFileType  type,
           const char    *name)
{
  g_autofree char *path = g_test_build_filename (type, "..", "data", name, NULL);
  g_autoptr (GError) error = NULL;
  char *contents;

  g_file_get_contents (path, &contents, NULL, &error);
  g_assert_no_error (error);

  return contents;
}

static GKeyFile *
parse (const char *contents)
{
  GKeyFile *file = g_key_file_new ();
  g_autoptr (GError) error = NULL;

  g_key_file_load_from_data (file, contents, (gsize) -1, G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);

  return file;
}

static GKeyFile *
read_key_file (GTestFileType  type,
               const char    *name)
{
  g_autofree char *contents = read_file (type, name);

  return parse (contents);
}

static void
assert_value (GKeyFile   *file,
              const char *group,
              const char *key,
              const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *value = g_key_file_get_value (file, group, key, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (value, ==, expected);
}

static void
test_settings (void)
{
  g_autofree char *directory = g_test_build_filename (G_TEST_BUILT, "..", "data", NULL);
  g_autoptr (GSettingsSchemaSource) source = NULL;
  g_autoptr (GSettingsSchema) schema = NULL;
  g_auto (GStrv) keys = NULL;
  g_autoptr (GError) error = NULL;

  source = g_settings_schema_source_new_from_directory (directory, NULL, TRUE, &error);
  g_assert_no_error (error);
  schema = g_settings_schema_source_lookup (source, APPLICATION_ID, FALSE);
  g_assert_nonnull (schema);
  g_assert_cmpstr (g_settings_schema_get_path (schema), ==, "/io/github/pegboard/Pegboard/");

  keys = g_settings_schema_list_keys (schema);
  g_assert_cmpuint (g_strv_length (keys), ==, G_N_ELEMENTS (setting_cases));

  for (guint i = 0; i < G_N_ELEMENTS (setting_cases); i++) {
    const SettingCase *test = &setting_cases[i];
    g_autoptr (GSettingsSchemaKey) key = NULL;
    g_autoptr (GVariant) fallback = NULL;
    g_autoptr (GVariant) range = NULL;
    g_autofree char *fallback_text = NULL;
    g_autofree char *range_text = NULL;

    g_test_message ("%s", test->key);
    g_assert_true (g_settings_schema_has_key (schema, test->key));
    key = g_settings_schema_get_key (schema, test->key);
    fallback = g_settings_schema_key_get_default_value (key);
    fallback_text = g_variant_print (fallback, TRUE);
    g_assert_cmpstr (fallback_text, ==, test->fallback);
    range = g_settings_schema_key_get_range (key);
    range_text = g_variant_print (range, TRUE);
    g_assert_cmpstr (range_text, ==, test->range);
  }
}

/* A compiled schema keeps no words, so they are looked for in the XML. */
static void
test_settings_explained (void)
{
  g_autofree char *xml = read_file (G_TEST_DIST, APPLICATION_ID ".gschema.xml");
  g_autoptr (GRegex) regex = NULL;
  g_autoptr (GMatchInfo) match = NULL;
  g_autoptr (GError) error = NULL;
  guint n_explained = 0;

  regex = g_regex_new ("<key name=\"[a-z0-9-]+\" (type|enum)=\"[^\"]+\">\\s*"
                       "(<range [^>]+/>\\s*)?<default>[^<]*</default>\\s*"
                       "<summary>[^<]{8,60}</summary>\\s*"
                       "<description>[^<]{40,}\\.</description>\\s*</key>",
                       G_REGEX_DEFAULT, G_REGEX_MATCH_DEFAULT, &error);
  g_assert_no_error (error);

  for (g_regex_match (regex, xml, G_REGEX_MATCH_DEFAULT, &match);
       g_match_info_matches (match);
       g_match_info_next (match, NULL))
    n_explained++;

  g_assert_cmpuint (n_explained, ==, G_N_ELEMENTS (setting_cases));
}

/* As it is installed, and with every setting that is commented out put in. */
static void
test_server_settings (void)
{
  g_autofree char *contents = read_file (G_TEST_DIST, "pegboardd.conf");
  g_autofree char *everything = NULL;
  g_autoptr (GRegex) regex = NULL;
  g_autoptr (GKeyFile) installed = NULL;
  g_autoptr (GKeyFile) whole = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) groups = NULL;
  g_auto (GStrv) keys = NULL;

  installed = parse (contents);
  groups = g_key_file_get_groups (installed, NULL);
  g_assert_cmpuint (g_strv_length (groups), ==, 1);
  assert_value (installed, "server", "root", "/srv/shop");
  assert_value (installed, "server", "data", "/var/lib/pegboard");
  assert_value (installed, "server", "listen", "127.0.0.1:8420");
  g_assert_false (g_key_file_has_key (installed, "server", "insecure", NULL));

  regex = g_regex_new ("^#([a-z-]+=)", G_REGEX_MULTILINE, G_REGEX_MATCH_DEFAULT, &error);
  g_assert_no_error (error);
  everything = g_regex_replace (regex, contents, -1, 0, "\\1", G_REGEX_MATCH_DEFAULT, &error);
  g_assert_no_error (error);

  whole = parse (everything);
  keys = g_key_file_get_keys (whole, "server", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (keys), ==, G_N_ELEMENTS (server_keys));

  for (guint i = 0; i < G_N_ELEMENTS (server_keys); i++)
    g_assert_cmpstr (keys[i], ==, server_keys[i]);

  g_assert_false (g_key_file_get_boolean (whole, "server", "insecure", &error));
  g_assert_no_error (error);
}

static void
test_unit (void)
{
  g_autofree char *contents = read_file (G_TEST_BUILT, "pegboardd.service");
  g_autoptr (GKeyFile) unit = parse (contents);

  for (guint i = 0; i < G_N_ELEMENTS (unit_cases); i++)
    assert_value (unit, unit_cases[i].group, unit_cases[i].key, unit_cases[i].value);

  assert_value (unit, "Service", "ExecStart",
                BINDIR "/pegboardd --config /etc/pegboard/pegboardd.conf");
  g_assert_nonnull (strstr (contents, "\nSystemCallFilter=@system-service\n"));
}

/* The desktop starts the program over D-Bus only when all names agree. */
static void
test_launch (void)
{
  g_autoptr (GKeyFile) service = read_key_file (G_TEST_BUILT, APPLICATION_ID ".service");
  g_autoptr (GKeyFile) desktop = read_key_file (G_TEST_BUILT, APPLICATION_ID ".desktop");

  assert_value (service, "D-BUS Service", "Name", APPLICATION_ID);
  assert_value (service, "D-BUS Service", "Exec", BINDIR "/pegboard --gapplication-service");
  assert_value (desktop, "Desktop Entry", "DBusActivatable", "true");
  assert_value (desktop, "Desktop Entry", "StartupNotify", "true");
  assert_value (desktop, "Desktop Entry", "Exec", "pegboard");
  assert_value (desktop, "Desktop Entry", "Icon", APPLICATION_ID);
}

/* A release that the metainfo does not know is shown as the one before it. */
static void
test_release (void)
{
  g_autofree char *xml = read_file (G_TEST_BUILT, APPLICATION_ID ".metainfo.xml");
  const char *release = strstr (xml, "<release ");

  g_assert_nonnull (release);
  g_assert_true (g_str_has_prefix (release, "<release version=\"" PACKAGE_VERSION "\""));
  g_assert_nonnull (strstr (xml, "/pegboard/v" PACKAGE_VERSION "/docs/screenshots/"));
}

/* What ended because somebody wanted it stays down, and everything else comes back. */
static void
test_terminal (void)
{
  g_autofree char *contents = read_file (G_TEST_BUILT, "kiosk/pegboard-kiosk.service");

  g_assert_nonnull (strstr (contents, "\nRestart=on-failure\n"));
  g_assert_nonnull (strstr (contents, "\nStartLimitIntervalSec=0\n"));
  g_assert_nonnull (strstr (contents, "/usr/bin/cage -d -- " BINDIR "/pegboard-kiosk-session; "
                                      "test -e \"$$PEGBOARD_KIOSK_ENDED\"'\n"));
  g_assert_nonnull (strstr (contents, "\nEnvironment=PEGBOARD_KIOSK_ENDED=/var/lib/pegboard-kiosk/"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/data/settings", test_settings);
  g_test_add_func ("/data/settings-explained", test_settings_explained);
  g_test_add_func ("/data/server-settings", test_server_settings);
  g_test_add_func ("/data/unit", test_unit);
  g_test_add_func ("/data/terminal", test_terminal);
  g_test_add_func ("/data/launch", test_launch);
  g_test_add_func ("/data/release", test_release);

  return g_test_run ();
}
