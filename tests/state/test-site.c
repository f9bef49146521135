/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "test-site"

#include "peg-config.h"

#include "peg-site.h"

#include <string.h>

#define PATH "/etc/pegboard/site.conf"

static PegSite *
read_good (const char *text)
{
  g_autoptr (GPtrArray) mistakes = NULL;
  PegSite *site = peg_site_parse (PATH, text, strlen (text), &mistakes);

  for (guint i = 0; i < mistakes->len; i++) {
    g_autofree char *words = peg_site_mistake_dup_text (mistakes->pdata[i], PATH);

    g_test_message ("%s", words);
  }
  g_assert_cmpuint (mistakes->len, ==, 0);

  return site;
}

/* Without a file everything is as usual, and nothing is locked. */
static void
test_empty (void)
{
  g_autoptr (PegSite) site = peg_site_new_empty ();

  g_assert_null (peg_site_get_path (site));
  g_assert_null (peg_site_get_string (site, PEG_SITE_SERVER_ADDRESS));
  g_assert_cmpstr (peg_site_get_string (site, PEG_SITE_SERVER_AUTH_MODE), ==, "header");
  g_assert_cmpstr (peg_site_get_string (site, PEG_SITE_BADGES_SUFFIX), ==, "Enter");
  g_assert_cmpint (peg_site_get_int (site, PEG_SITE_KIOSK_SIGN_OUT_SECONDS), ==, 120);
  g_assert_cmpint (peg_site_get_int (site, PEG_SITE_KIOSK_WARNING_SECONDS), ==, 20);
  g_assert_true (peg_site_get_boolean (site, PEG_SITE_STATION_TOUCH));
  g_assert_false (peg_site_get_boolean (site, PEG_SITE_KIOSK_ENABLED));
  g_assert_cmpuint (g_strv_length ((char **) peg_site_get_strv (site, PEG_SITE_POLICY_ADMIN)), ==, 2);
  g_assert_cmpuint (g_strv_length ((char **) peg_site_get_strv (site, PEG_SITE_LOCK_KEYS)), ==, 0);

  for (guint i = 0; i < PEG_SITE_N_KEYS; i++) {
    g_assert_false (peg_site_is_set (site, i));
    g_assert_false (peg_site_is_locked (site, i));
  }
}

/* What is said is taken, with the line that says it. */
static void
test_values (void)
{
  g_autoptr (PegSite) site =
    read_good ("# The lathe\r\n[Server]\r\naddress = shop:8420 \r\n"
               "[Station]\nname=Düse \\\\ 1\npixels-per-mm=3.78\ntouch=false\n"
               "[Policy]\nadmin=admin;\n[Badges]\nformat=\\\\d{4}\nsuffix=Tab\n"
               "[Lock]\nkeys=Server/address; Server/ca-file");
  const char * const *roles = peg_site_get_strv (site, PEG_SITE_POLICY_ADMIN);

  g_assert_cmpstr (peg_site_get_path (site), ==, PATH);
  g_assert_cmpstr (peg_site_get_string (site, PEG_SITE_SERVER_ADDRESS), ==, "shop:8420");
  g_assert_cmpuint (peg_site_get_line (site, PEG_SITE_SERVER_ADDRESS), ==, 3);
  g_assert_cmpstr (peg_site_get_string (site, PEG_SITE_STATION_NAME), ==, "Düse \\ 1");
  g_assert_cmpfloat_with_epsilon (peg_site_get_double (site, PEG_SITE_STATION_PIXELS_PER_MM), 3.78,
                                  1e-9);
  g_assert_false (peg_site_get_boolean (site, PEG_SITE_STATION_TOUCH));
  g_assert_cmpstr (roles[0], ==, "admin");
  g_assert_null (roles[1]);
  g_assert_cmpstr (peg_site_get_string (site, PEG_SITE_BADGES_FORMAT), ==, "\\d{4}");
  g_assert_cmpstr (peg_site_get_string (site, PEG_SITE_BADGES_SUFFIX), ==, "Tab");
  g_assert_true (peg_site_is_locked (site, PEG_SITE_SERVER_ADDRESS));
  g_assert_true (peg_site_is_locked (site, PEG_SITE_SERVER_CA_FILE));
  g_assert_false (peg_site_is_set (site, PEG_SITE_SERVER_CA_FILE));
  g_assert_false (peg_site_is_locked (site, PEG_SITE_STATION_NAME));
}

/* A terminal comes up: what is right around a mistake holds. */
static void
test_around_mistakes (void)
{
  static const char text[] = "address=nowhere\n[Server]\nadress=x\naddress=shop\nauth-mode=head\n"
                             "rubbish\n[Kiosk]\nenabled=true\nsign-out-seconds=soon\n";
  g_autoptr (GPtrArray) mistakes = NULL;
  g_autoptr (PegSite) site = peg_site_parse (PATH, text, strlen (text), &mistakes);
  static const guint lines[] = { 1, 3, 5, 6, 9 };

  g_assert_cmpuint (mistakes->len, ==, G_N_ELEMENTS (lines));
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    g_assert_cmpuint (((PegSiteMistake *) mistakes->pdata[i])->line, ==, lines[i]);

  g_assert_cmpstr (peg_site_get_string (site, PEG_SITE_SERVER_ADDRESS), ==, "shop");
  g_assert_cmpstr (peg_site_get_string (site, PEG_SITE_SERVER_AUTH_MODE), ==, "header");
  g_assert_false (peg_site_is_set (site, PEG_SITE_SERVER_AUTH_MODE));
  g_assert_true (peg_site_get_boolean (site, PEG_SITE_KIOSK_ENABLED));
  g_assert_cmpint (peg_site_get_int (site, PEG_SITE_KIOSK_SIGN_OUT_SECONDS), ==, 120);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/site/empty", test_empty);
  g_test_add_func ("/site/values", test_values);
  g_test_add_func ("/site/around-mistakes", test_around_mistakes);

  return g_test_run ();
}
