/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-self-check.h"

#include <string.h>

/* What a terminal says of what is around it. */

/* A terminal as it should be; each test makes it a worse one. */
static PegSelfCheckFacts
good (void)
{
  static const char * const environment[] = { "HOME", "PATH", "WAYLAND_DISPLAY", NULL };
  static const char * const names[] = { "org.freedesktop.DBus", ":1.0", NULL };

  return (PegSelfCheckFacts) {
    .compositor = "/usr/bin/cage -d -- /usr/bin/pegboard-kiosk-session -s x",
    .session = TRUE,
    .wayland = TRUE,
    .site_path = "/etc/pegboard/site.conf",
    .admin_pin = TRUE,
    .environment = environment,
    .bus_names = names,
  };
}

static void
assert_missing (const PegSelfCheckFacts *facts,
                const char              *word)
{
  g_auto (GStrv) missing = peg_self_check_judge (facts);

  if (word == NULL) {
    g_assert_null (missing);
    return;
  }

  g_assert_nonnull (missing);
  g_test_message ("%s", missing[0]);
  g_assert_cmpuint (g_strv_length (missing), ==, 1);
  g_assert_nonnull (strstr (missing[0], word));
  /* What is so, and what to do. */
  g_assert_nonnull (strstr (missing[0], ". "));
}

static void
test_good (void)
{
  static const char * const compositors[] = {
    "cage -- pegboard --kiosk", "/usr/bin/gnome-kiosk", "gnome-kiosk --wayland",
    "weston --shell=kiosk-shell.so", "cage -d", "cage -m last pegboard",
  };
  PegSelfCheckFacts facts = good ();

  assert_missing (&facts, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (compositors); i++) {
    facts.compositor = compositors[i];
    assert_missing (&facts, NULL);
  }

  /* A sandbox sees no compositor, and is told by the session. */
  facts.compositor = NULL;
  facts.sandboxed = TRUE;
  assert_missing (&facts, NULL);

  facts = good ();
  facts.desktop = "Kiosk:GNOME";
  assert_missing (&facts, NULL);
}

static void
test_compositor (void)
{
  static const struct {
    const char *compositor;
    const char *word;
  } cases[] = {
    { "gnome-shell --wayland", "gnome-shell" },
    { "/usr/bin/kwin_wayland", "kwin_wayland" },
    { "sway", "sway" },
    { "weston --shell=desktop-shell.so", "weston" },
    { "weston", "weston" },
    { "cage -s -- pegboard", "Ctrl+Alt" },
    { "/usr/bin/cage -ds -- pegboard", "Ctrl+Alt" },
  };
  PegSelfCheckFacts facts = good ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    facts.compositor = cases[i].compositor;
    assert_missing (&facts, cases[i].word);
  }

  facts = good ();
  facts.compositor = NULL;
  facts.session = FALSE;
  assert_missing (&facts, "pegboard-kiosk-session");

  facts = good ();
  facts.wayland = FALSE;
  assert_missing (&facts, "X11");
}

static void
test_desktop (void)
{
  static const char * const shells[] = { "org.gnome.Shell", "org.kde.plasmashell", "org.xfce.Panel",
                                         "org.gnome.Nautilus" };
  PegSelfCheckFacts facts = good ();

  for (guint i = 0; i < G_N_ELEMENTS (shells); i++) {
    const char * const names[] = { "org.freedesktop.DBus", shells[i], NULL };

    facts.bus_names = names;
    assert_missing (&facts, shells[i]);
  }

  facts = good ();
  facts.session = FALSE;
  facts.desktop = "GNOME";
  assert_missing (&facts, "GNOME");
}

/* It has that name on the bus, too. */
static void
test_gnome_kiosk (void)
{
  const char * const names[] = { "org.gnome.Shell", NULL };
  const char * const files[] = { "org.gnome.Shell", "org.gnome.Nautilus", NULL };
  PegSelfCheckFacts facts = good ();

  facts.compositor = "/usr/bin/gnome-kiosk";
  facts.bus_names = names;
  assert_missing (&facts, NULL);
  facts.bus_names = files;
  assert_missing (&facts, "org.gnome.Nautilus");
}

static void
test_start (void)
{
  static const char * const names[] = { "LD_PRELOAD", "GTK_DEBUG", "GTK_MODULES", "GTK_PATH" };
  PegSelfCheckFacts facts = good ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    const char * const environment[] = { "PATH", names[i], NULL };

    facts.environment = environment;
    assert_missing (&facts, names[i]);
  }
}

/* Flatpak names its own folders, which nobody can write; that lets nobody in. */
static void
test_sandbox_environment (void)
{
  static const struct {
    const char *text;
    gboolean sandboxed, told;
  } cases[] = {
    { "PATH=/bin\nLD_LIBRARY_PATH=/app/lib", TRUE, FALSE },
    { "LD_LIBRARY_PATH=/app/lib:/usr/lib/GL\nPATH=/bin", TRUE, FALSE },
    { "PATH=/bin\nLD_LIBRARY_PATH=/app/lib", FALSE, TRUE },
    { "PATH=/bin\nLD_LIBRARY_PATH=/app/lib:/tmp", TRUE, TRUE },
    { "PATH=/bin\nLD_LIBRARY_PATH=/app/../tmp", TRUE, TRUE },
    { "PATH=/bin\nLD_PRELOAD=/app/lib/x.so", TRUE, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (GStrv) names = peg_self_check_list_environment (cases[i].text, cases[i].sandboxed);
    PegSelfCheckFacts facts = good ();
    g_auto (GStrv) missing = NULL;

    g_assert_true (g_strv_contains ((const char * const *) names, "PATH"));
    facts.environment = (const char * const *) names;
    missing = peg_self_check_judge (&facts);
    g_assert_cmpint (missing != NULL, ==, cases[i].told);
  }
}

static void
test_rights (void)
{
  PegSelfCheckFacts facts = good ();

  facts.root = TRUE;
  facts.site_writable = TRUE;
  assert_missing (&facts, "root");

  facts.root = FALSE;
  assert_missing (&facts, "/etc/pegboard/site.conf");

  facts = good ();
  facts.site_path = NULL;
  assert_missing (&facts, "site.conf");

  facts = good ();
  facts.admin_pin = FALSE;
  assert_missing (&facts, "admin-pin-file");
}

static void
test_all (void)
{
  const char * const environment[] = { "GTK_DEBUG", "LD_PRELOAD", NULL };
  const char * const names[] = { "org.gnome.Shell", NULL };
  const PegSelfCheckFacts facts = {
    .compositor = "gnome-shell", .desktop = "GNOME", .root = TRUE, .environment = environment,
    .bus_names = names,
  };
  g_auto (GStrv) missing = peg_self_check_judge (&facts);

  g_assert_cmpuint (g_strv_length (missing), ==, 8);
}

/* Mistakes in site.conf are shown where everything is that is missing. */
static void
test_wrong (void)
{
  const char * const wrong[] = { "/etc/pegboard/site.conf:3: It is wrong. Write it rightly.", NULL };
  PegSelfCheckFacts facts = good ();

  assert_missing (&facts, NULL);
  facts.wrong = wrong;
  assert_missing (&facts, "site.conf:3");
}

static void
ran_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

/* On this computer, whatever it is: without site.conf something is missing. */
static void
test_run (void)
{
  g_autoptr (PegSite) site = peg_site_new_empty ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) missing = NULL;

  peg_self_check_run_async (site, NULL, ran_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);

  missing = peg_self_check_run_finish (result, &error);
  g_assert_no_error (error);
  g_assert_nonnull (missing);
}

/* The text of site.conf is looked at, and so are the files that it names. */
static void
test_run_wrong (void)
{
  static const char text[] = "[Server]\nca-file=/nowhere/ca.pem\n[Kiosk]\nenabled=yes\n";
  g_autoptr (PegSite) site = peg_site_parse ("/etc/pegboard/site.conf", text, strlen (text), NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) missing = NULL;
  g_autofree char *all = NULL;

  peg_self_check_run_async (site, NULL, ran_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);

  missing = peg_self_check_run_finish (result, &error);
  g_assert_no_error (error);
  g_assert_nonnull (missing);
  all = g_strjoinv ("\n", missing);
  g_assert_nonnull (strstr (all, "/etc/pegboard/site.conf:4: “enabled=yes”"));
  g_assert_nonnull (strstr (all, "/etc/pegboard/site.conf:2: There is no “/nowhere/ca.pem”"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/self-check/good", test_good);
  g_test_add_func ("/self-check/compositor", test_compositor);
  g_test_add_func ("/self-check/desktop", test_desktop);
  g_test_add_func ("/self-check/gnome-kiosk", test_gnome_kiosk);
  g_test_add_func ("/self-check/start", test_start);
  g_test_add_func ("/self-check/sandbox-environment", test_sandbox_environment);
  g_test_add_func ("/self-check/rights", test_rights);
  g_test_add_func ("/self-check/all", test_all);
  g_test_add_func ("/self-check/wrong", test_wrong);
  g_test_add_func ("/self-check/run", test_run);
  g_test_add_func ("/self-check/run-wrong", test_run_wrong);

  return g_test_run ();
}
