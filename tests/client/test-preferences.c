/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-preferences.h"
#include "peg-site-look.h"
#include "peg-site-settings.h"
#include "peg-sole.h"
#include "peg-start.h"

#include <glib/gstdio.h>
#include <string.h>

#define SITE "/etc/pegboard/site.conf"

static PegSite *
make_site (const char *text)
{
  PegSite *site = peg_site_parse (SITE, text, strlen (text), NULL);

  g_assert_cmpuint (g_strv_length ((char **) peg_site_get_wrong (site)), ==, 0);

  return site;
}

/* Options as they come from the command line: the values of those that are given. */
static PegOptions *
make_options (const char *server,
              const char *user,
              const char *station,
              gboolean    demo,
              gboolean    kiosk)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  if (server != NULL)
    g_variant_dict_insert (&dict, "server", "s", server);
  if (user != NULL)
    g_variant_dict_insert (&dict, "user", "s", user);
  if (station != NULL)
    g_variant_dict_insert (&dict, "station", "s", station);
  if (demo)
    g_variant_dict_insert (&dict, "demo", "b", TRUE);
  if (kiosk)
    g_variant_dict_insert (&dict, "kiosk", "b", TRUE);

  return peg_options_new (&dict);
}

/* What a person chose wins over the shop’s word, unless that is locked. */
static void
test_settings (void)
{
  g_autofree char *folder = g_dir_make_tmp ("peg-settings-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "keyfile", NULL);
  g_autoptr (PegSite) site =
    make_site ("[Server]\naddress=shop:8420\nauth-mode=cookie\n[Station]\nname=VF-4's “left”\n"
               "[Lock]\nkeys=Server/address;Server/ca-file\n");
  g_autoptr (GError) error = NULL;
  g_autoptr (GSettings) settings = peg_site_settings_new (site, path, &error);
  g_autofree char *address = NULL;
  g_autofree char *station = NULL;
  g_autofree char *chosen = NULL;
  g_autofree char *ca = NULL;

  g_assert_no_error (error);

  address = g_settings_get_string (settings, "server-address");
  g_assert_cmpstr (address, ==, "shop:8420");
  station = g_settings_get_string (settings, "station-name");
  g_assert_cmpstr (station, ==, "VF-4's “left”");
  g_assert_cmpint (g_settings_get_enum (settings, "auth-mode"), ==, PEG_AUTH_COOKIE);

  g_assert_false (g_settings_is_writable (settings, "server-address"));
  g_assert_false (g_settings_is_writable (settings, "shop-ca-file"));
  g_assert_true (g_settings_is_writable (settings, "station-name"));
  g_assert_true (g_settings_is_writable (settings, "user-name"));

  g_assert_false (g_settings_set_string (settings, "server-address", "elsewhere"));
  g_assert_true (g_settings_set_string (settings, "station-name", "Desk"));
  g_settings_sync ();
  chosen = g_settings_get_string (settings, "station-name");
  g_assert_cmpstr (chosen, ==, "Desk");
  ca = g_settings_get_string (settings, "shop-ca-file");
  g_assert_cmpstr (ca, ==, "");

  /* Another start, and the shop has locked the name meanwhile. */
  {
    g_autoptr (PegSite) stricter = make_site ("[Station]\nname=VF-4\n[Lock]\nkeys=Station/name\n");
    g_autoptr (GSettings) again = peg_site_settings_new (stricter, path, &error);
    g_autofree char *locked = g_settings_get_string (again, "station-name");

    g_assert_no_error (error);
    g_assert_cmpstr (locked, ==, "VF-4");
  }

  g_clear_object (&settings);
  g_remove (path);
  g_rmdir (folder);
}

/* The order: locked, command line, person, shop, usual. */
static void
test_order (void)
{
  g_autoptr (PegSite) none = peg_site_new_empty ();
  g_autoptr (PegSite) loose = make_site ("[Server]\naddress=shop\n[Station]\nname=VF-4\n");
  g_autoptr (PegSite) strict =
    make_site ("[Server]\naddress=shop\n[Station]\nname=VF-4\n[Lock]\nkeys=Server/address;Station/name\n");
  const struct {
    PegSite *site;
    const char *said;
    const char *chosen;
    const char *expected;
  } cases[] = {
    { none, NULL, NULL, NULL },
    { none, NULL, "Desk", "Desk" },
    { none, "Saw", "Desk", "Saw" },
    { loose, NULL, NULL, "VF-4" },
    { loose, NULL, "Desk", "Desk" },
    { loose, "Saw", NULL, "Saw" },
    { loose, "Saw", "Desk", "Saw" },
    { strict, NULL, "Desk", "VF-4" },
    { strict, "Saw", NULL, "VF-4" },
    { strict, "Saw", "Desk", "VF-4" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (PegOptions) options = make_options (cases[i].said, "Dana", cases[i].said, FALSE, FALSE);
    g_auto (GStrv) refusals = peg_options_obey (options, cases[i].site);
    g_autoptr (PegPreferences) preferences = peg_preferences_new (cases[i].site, options);
    GSettings *settings = peg_preferences_get_settings (preferences);
    PegLinkConfig config = { .user = "Dana" };
    g_autofree char *station = NULL;
    g_autofree char *address = NULL;
    g_autofree char *user = NULL;

    g_test_message ("case %u", i);
    g_assert_nonnull (settings);
    g_settings_reset (settings, "station-name");
    if (cases[i].chosen != NULL)
      peg_preferences_remember_text (preferences, "station-name", cases[i].chosen);

    station = peg_preferences_dup_station (preferences);
    g_assert_cmpstr (station, ==, cases[i].expected);
    peg_preferences_fill (preferences, &config);
    g_assert_cmpstr (config.station, ==, cases[i].expected);

    /* Where somebody is says nothing about who they are. */
    g_assert_cmpstr (config.user, ==, "Dana");
    user = peg_preferences_dup_user (preferences);
    g_assert_cmpstr (user, ==, "Dana");

    address = peg_preferences_dup_address (preferences);
    if (cases[i].site == strict)
      g_assert_cmpstr (address, ==, "shop");
    else if (cases[i].said != NULL)
      g_assert_cmpstr (address, ==, cases[i].said);

    g_assert_cmpuint (g_strv_length (refusals), ==,
                      cases[i].site == strict && cases[i].said != NULL ? 2 : 0);
    g_settings_reset (settings, "station-name");
  }
}

/* What is locked holds by itself, whoever forgot to ask the options. */
static void
test_locked (void)
{
  g_autoptr (PegSite) site =
    make_site ("[Server]\naddress=shop\n[Station]\nname=VF-4\n[Lock]\nkeys=Server/address;Station/name\n");
  g_autoptr (PegOptions) options = make_options ("elsewhere", "Dana", "Saw", FALSE, FALSE);
  g_autoptr (PegPreferences) preferences = peg_preferences_new (site, options);
  g_autofree char *station = peg_preferences_dup_station (preferences);
  g_autofree char *address = peg_preferences_dup_address (preferences);

  g_assert_cmpstr (station, ==, "VF-4");
  g_assert_cmpstr (address, ==, "shop");
}

/* A computer of the shop has a name, whoever forgot to give it one. */
static void
test_host_name (void)
{
  g_autoptr (PegSite) site = make_site ("[Server]\naddress=shop\n");
  g_autoptr (PegOptions) options = make_options (NULL, NULL, NULL, FALSE, FALSE);
  g_autoptr (PegPreferences) preferences = peg_preferences_new (site, options);
  g_autofree char *station = peg_preferences_dup_station (preferences);

  g_assert_cmpstr (station, ==, g_get_host_name ());
}

/* Who asks for what is locked is told so, by the option that they wrote. */
static void
test_refusals (void)
{
  g_autoptr (PegSite) site =
    make_site ("[Server]\naddress=shop\n[Station]\nname=VF-4\n[Kiosk]\nenabled=false\n"
               "[Lock]\nkeys=Server/address;Station/name;Kiosk/enabled\n");
  g_autoptr (PegSite) loose = make_site ("[Kiosk]\nenabled=false\n");
  g_autoptr (PegSite) kiosk = make_site ("[Kiosk]\nenabled=true\n");
  g_autoptr (PegOptions) options = make_options ("elsewhere", "Dana", "Saw", TRUE, TRUE);
  g_autoptr (PegOptions) more = make_options ("elsewhere", "Dana", "Saw", TRUE, TRUE);
  g_autoptr (PegOptions) none = make_options (NULL, NULL, NULL, FALSE, FALSE);
  g_auto (GStrv) refusals = peg_options_obey (options, site);
  g_auto (GStrv) more_refusals = peg_options_obey (more, loose);
  static const char * const words[] = { "--server", "--demo", "--station", "--kiosk" };

  g_assert_cmpuint (g_strv_length (refusals), ==, G_N_ELEMENTS (words));
  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    g_assert_nonnull (strstr (refusals[i], words[i]));
    g_assert_nonnull (strstr (refusals[i], SITE));
  }
  g_assert_null (options->server);
  g_assert_null (options->station);
  g_assert_false (options->demo);
  g_assert_false (peg_options_is_kiosk (options, site));
  g_assert_cmpstr (options->user, ==, "Dana");

  /* The command line wins over what is only laid down. */
  g_assert_cmpuint (g_strv_length (more_refusals), ==, 0);
  g_assert_true (peg_options_is_kiosk (more, loose));
  g_assert_true (peg_options_is_kiosk (none, kiosk));
  g_assert_false (peg_options_is_kiosk (none, loose));
}

/* The window says why, too. */
static void
test_dup_refusal (void)
{
  g_autoptr (PegSite) site = make_site ("[Server]\naddress=shop\n[Lock]\nkeys=Server/address;Server/ca-file\n");
  g_autoptr (PegOptions) options = make_options (NULL, NULL, NULL, FALSE, FALSE);
  g_autoptr (PegPreferences) preferences = peg_preferences_new (site, options);
  g_autofree char *same = peg_preferences_dup_refusal (preferences, PEG_SITE_SERVER_ADDRESS, "shop");
  g_autofree char *other = peg_preferences_dup_refusal (preferences, PEG_SITE_SERVER_ADDRESS, "shop2");
  g_autofree char *ca = peg_preferences_dup_refusal (preferences, PEG_SITE_SERVER_CA_FILE, "/tmp/ca");
  g_autofree char *name = peg_preferences_dup_refusal (preferences, PEG_SITE_STATION_NAME, "Saw");

  g_assert_null (same);
  g_assert_null (name);
  g_assert_nonnull (strstr (other, SITE));
  g_assert_nonnull (strstr (ca, SITE));

  peg_preferences_remember_server (preferences, "shop2", "Dana");
  {
    g_autofree char *address = peg_preferences_dup_address (preferences);

    g_assert_cmpstr (address, ==, "shop");
  }
}

/* What the link is told comes from the shop’s file. */
static void
test_config (void)
{
  g_autoptr (PegSite) site =
    make_site ("[Server]\naddress=shop\nca-file=/etc/pegboard/ca.pem\nauth-mode=message\n"
               "client-certificate-file=/etc/pegboard/me.pem\nclient-key-file=/etc/pegboard/me.key\n"
               "[Station]\nname=VF-4\n"
               "[Lock]\nkeys=Server/auth-mode;Server/ca-file\n");
  g_autoptr (PegOptions) options = make_options (NULL, NULL, NULL, FALSE, FALSE);
  g_autoptr (PegPreferences) preferences = peg_preferences_new (site, options);
  PegLinkConfig config = { 0 };

  peg_preferences_fill (preferences, &config);
  g_assert_cmpstr (config.ca_file, ==, "/etc/pegboard/ca.pem");
  g_assert_cmpstr (config.client_cert, ==, "/etc/pegboard/me.pem");
  g_assert_cmpstr (config.client_key, ==, "/etc/pegboard/me.key");
  g_assert_cmpstr (config.station, ==, "VF-4");
  g_assert_cmpint (config.auth_mode, ==, PEG_AUTH_MESSAGE);
  g_assert_null (config.user);
  g_assert_null (config.token);
}

/* There is one terminal, also for somebody without a session bus. */
static void
test_sole (void)
{
  g_autofree char *folder = g_dir_make_tmp ("peg-sole-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "deeper", "terminal.lock", NULL);
  g_autofree char *deeper = g_build_filename (folder, "deeper", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (peg_sole_is_taken (path));
  g_assert_true (peg_sole_claim (path, &error));
  g_assert_no_error (error);
  g_assert_true (peg_sole_is_taken (path));
  g_assert_false (peg_sole_claim (path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);

  g_remove (path);
  g_rmdir (deeper);
  g_rmdir (folder);
}

/* A start with a file full of mistakes is a start; somebody is told. */
static void
test_start (void)
{
  g_autofree char *folder = g_dir_make_tmp ("peg-start-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "site.conf", NULL);
  static const char * const texts[] = {
    "[Kiosk]\nenabled=true\nsound=loud\nrubbish\n[Station]\nname=VF-4\n", NULL,
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
    g_autoptr (GPtrArray) notices = NULL;
    g_autoptr (PegStart) start = NULL;
    const PegNotice *notice;

    if (texts[i] != NULL)
      g_assert_true (g_file_set_contents (path, texts[i], -1, NULL));
    else
      g_remove (path);

    g_variant_dict_insert (&dict, "site", "^ay", path);
    start = peg_start_new (&dict);
    notices = peg_start_dup_notices (start, peg_site_get_wrong (start->site));
    g_assert_cmpuint (notices->len, ==, 1);
    notice = notices->pdata[0];
    g_assert_cmpint (notice->level, ==, PEG_NOTICE_ERROR);
    g_assert_nonnull (strstr (notice->text, path));
    g_assert_cmpstr (peg_site_get_path (start->site), ==, path);

    if (texts[i] != NULL) {
      g_assert_true (start->is_kiosk);
      g_assert_cmpstr (peg_site_get_string (start->site, PEG_SITE_STATION_NAME), ==, "VF-4");
      g_assert_nonnull (strstr (notice->text, "2 mistakes"));
      g_assert_nonnull (strstr (notice->detail, ":3: “sound=loud”"));
      g_assert_nonnull (strstr (notice->detail, ":4: “rubbish”"));
    } else {
      g_assert_false (start->is_kiosk);
      g_assert_nonnull (strstr (notice->detail, "cannot be read"));
    }
  }

  g_rmdir (folder);
}

static void
looked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static char **
look (const char *text,
      guint       patience_ms)
{
  g_autoptr (PegSite) site = peg_site_parse (SITE, text, strlen (text), NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char **wrong;

  peg_site_look_async (site, patience_ms, NULL, looked_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  wrong = peg_site_look_finish (result, &error);
  g_assert_no_error (error);

  return wrong;
}

/* What is wrong with the files is said with what is wrong in the text. */
static void
test_look (void)
{
  g_auto (GStrv) wrong = look ("[Server]\nca-file=/nowhere/ca.pem\nrubbish\n", G_MAXUINT);
  g_auto (GStrv) right = look ("[Server]\naddress=shop\n", G_MAXUINT);

  g_assert_cmpuint (g_strv_length (wrong), ==, 2);
  g_assert_nonnull (strstr (wrong[0], SITE ":3"));
  g_assert_nonnull (strstr (wrong[1], SITE ":2"));
  g_assert_cmpuint (g_strv_length (right), ==, 0);
}

static GMutex gate;

static void
wait_at_gate (GTask        *task,
              gpointer      source,
              gpointer      task_data,
              GCancellable *cancellable)
{
  g_mutex_lock (&gate);
  g_mutex_unlock (&gate);
  g_task_return_boolean (task, TRUE);
}

static void
passed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  (*(guint *) user_data)++;
}

/* Nobody waits for ever for a share that is gone. Here all threads that there are for
 * such work are held up by others, so that the look cannot even begin. */
static void
test_patience (void)
{
  guint n_started = 0, n_passed = 0;
  g_auto (GStrv) wrong = NULL;

  g_mutex_lock (&gate);
  for (n_started = 0; n_started < 32; n_started++) {
    g_autoptr (GTask) task = g_task_new (NULL, NULL, passed_cb, &n_passed);

    g_task_run_in_thread (task, wait_at_gate);
  }

  wrong = look ("[Server]\nca-file=/nowhere/ca.pem\n", 0);
  g_assert_cmpuint (g_strv_length (wrong), ==, 1);
  g_assert_nonnull (strstr (wrong[0], "does not answer"));

  g_mutex_unlock (&gate);
  while (n_passed < n_started)
    g_main_context_iteration (NULL, TRUE);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    remove_tree (child);
  }
  g_remove (path);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *home = g_dir_make_tmp ("peg-home-XXXXXX", NULL);
  int result;

  /* What a person has chosen is nothing of the person’s who runs the tests. The option of
   * g_test_init() for that leaks in GLib 2.74. */
  g_setenv ("XDG_CONFIG_HOME", home, TRUE);
  g_setenv ("XDG_RUNTIME_DIR", home, TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/preferences/settings", test_settings);
  g_test_add_func ("/preferences/order", test_order);
  g_test_add_func ("/preferences/locked", test_locked);
  g_test_add_func ("/preferences/host-name", test_host_name);
  g_test_add_func ("/preferences/refusals", test_refusals);
  g_test_add_func ("/preferences/dup-refusal", test_dup_refusal);
  g_test_add_func ("/preferences/config", test_config);
  g_test_add_func ("/preferences/sole", test_sole);
  g_test_add_func ("/preferences/start", test_start);
  g_test_add_func ("/preferences/look", test_look);
  g_test_add_func ("/preferences/patience", test_patience);

  result = g_test_run ();
  remove_tree (home);

  return result;
}
