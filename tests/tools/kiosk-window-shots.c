/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "kiosk-window-shots"

#include "peg-config.h"

#include "kiosk-fixture.h"
#include "kiosk-looks.h"
#include "peg-self-check.h"
#include "stage.h"

/* Takes a picture of every page of the window of a shared terminal, on the screens
 * that such terminals have, from made-up states: for looking at, and for the manual.
 * With --looks it takes those that tests/tools/check-looks.py looks at instead.
 * Needs a display that is as large; tests/tools/with-display.sh gives it one. */

/* Nothing makes the window as large as the screen here, and so it has a frame on every
 * side, which is not in the picture. */
#define FRAME (2 * 5)

typedef struct {
  const char *name;
  int width;         /* CSS pixels */
  int height;
  double pixels_per_mm;
} Screen;

/* A panel of 10.4″, which is smaller than any that is promised, and those that are
 * (tests/ui/kiosk-sizes.c). */
static const Screen screens[] = {
  { "small", 1024, 768, 4.85 },
  { "1024x768", 1024, 768, 3.37 },
  { "1280x800", 1280, 800, 4.90 },
  { "1920x1080", 1920, 1080, 4.03 },
  { "1080x1920", 1080, 1920, 4.03 },
  { "3840x2160", 1920, 1080, 3.21 },
};

typedef struct {
  const char *name;
  FakeShopState state;
  const char *select;   /* (nullable): the key of a file */
  const char *person;   /* (nullable): who is signed in */
  const char *page;     /* (nullable): what to open, for win.kiosk-page */
  const char *command;  /* (nullable): for win.kiosk-command */
  void (*prepare) (KioskFixture *fixture);
} Shot;

static void
prepare_warning (KioskFixture *fixture)
{
  PegKioskView values;
  PegDisplayNow now;

  peg_now_read (fixture->now, &now);
  kiosk_fixture_get_view (fixture, &values);
  values.phase = PEG_KIOSK_WARNING;
  values.sign_out_us = values.phase_until_us = now.mono_us + 17 * G_USEC_PER_SEC;
  kiosk_fixture_set_view (fixture, &values);
}

static void
prepare_people (KioskFixture *fixture)
{
  g_autoptr (GPtrArray) people = g_ptr_array_new ();
  PegKioskPerson persons[] = { { (char *) "dana", (char *) "Dana" }, { (char *) "lena", (char *) "Lena" },
                               { (char *) "marek", (char *) "Marek Nowak" } };
  PegKioskView values;

  for (guint i = 0; i < G_N_ELEMENTS (persons); i++)
    g_ptr_array_add (people, &persons[i]);
  kiosk_fixture_get_view (fixture, &values);
  values.people = people;
  kiosk_fixture_set_view (fixture, &values);
  kiosk_fixture_do (fixture, "win.kiosk-sign-in", NULL);
}

static void
prepare_out (KioskFixture *fixture)
{
  kiosk_fixture_do (fixture, "win.filter", "out");
}

static void
prepare_found (KioskFixture *fixture)
{
  kiosk_fixture_do (fixture, "win.kiosk-find", "bracket");
}

static void
prepare_nothing (KioskFixture *fixture)
{
  kiosk_fixture_do (fixture, "win.kiosk-find", "O7788 <flange>");
}

static void
prepare_collapsed (KioskFixture *fixture)
{
  fake_shop_add_history (fixture->store, FAKE_SHOP_OTHER);
  kiosk_fixture_show (fixture);
}

static void
prepare_pin (KioskFixture *fixture)
{
  PegKioskView values;

  kiosk_fixture_get_view (fixture, &values);
  values.pin_id = (char *) KIOSK_PERSON;
  values.pin_name = (char *) "Lena";
  kiosk_fixture_set_view (fixture, &values);
  kiosk_fixture_press (fixture, "2");
  kiosk_fixture_press (fixture, "5");
}

static void
prepare_saver (KioskFixture *fixture)
{
  PegKioskView values;

  kiosk_fixture_get_view (fixture, &values);
  values.phase = PEG_KIOSK_ASLEEP;
  kiosk_fixture_set_view (fixture, &values);
}

/* @missing: (nullable): what the self-check says */
static void
open_door (KioskFixture *fixture,
           char        **missing)
{
  PegKioskView values;
  PegDisplayNow now;

  peg_now_read (fixture->now, &now);
  kiosk_fixture_get_view (fixture, &values);
  values.phase = PEG_KIOSK_ADMIN;
  values.phase_until_us = now.mono_us + 60 * G_USEC_PER_SEC;
  values.missing = missing;
  kiosk_fixture_set_view (fixture, &values);
}

static void
prepare_admin (KioskFixture *fixture)
{
  open_door (fixture, NULL);
}

static void
prepare_admin_kept (KioskFixture *fixture)
{
  static const char * const lost[] = { KIOSK_LOST, NULL };
  PegKioskView values;

  open_door (fixture, NULL);
  kiosk_fixture_get_view (fixture, &values);
  values.lost = (char **) lost;
  kiosk_fixture_set_view (fixture, &values);
}

static void
prepare_admin_lost (KioskFixture *fixture)
{
  prepare_admin_kept (fixture);
  kiosk_fixture_press (fixture, "Unsent Work");
}

static void
prepare_calibrate (KioskFixture *fixture)
{
  open_door (fixture, NULL);
  kiosk_fixture_press (fixture, "Calibrate");
}

/* “pegboard --kiosk” in the desktop of somebody who only tries it. */
static void
prepare_check (KioskFixture *fixture)
{
  static const char * const names[] = { "org.gnome.Shell", NULL };
  const PegSelfCheckFacts facts = {
    .compositor = "/usr/bin/gnome-shell",
    .desktop = "GNOME",
    .wayland = TRUE,
    .site_path = "/etc/pegboard/site.conf",
    .bus_names = names,
  };
  g_auto (GStrv) missing = peg_self_check_judge (&facts);

  open_door (fixture, missing);
  kiosk_fixture_press (fixture, "Self-Check");
}

/* What was kept, and perhaps a question about it. */
static void
prepare_kept (KioskFixture *fixture)
{
  fake_shop_add_drafts (fixture->store);
  kiosk_fixture_show (fixture);
}

static void
prepare_unsent (KioskFixture *fixture)
{
  prepare_kept (fixture);
  kiosk_fixture_do (fixture, "win.kiosk-page", "unsent");
}

static void
prepare_discard (KioskFixture *fixture)
{
  prepare_unsent (fixture);
  kiosk_fixture_press (fixture, "Discard");
}

static const Shot shots[] = {
  { "board", FAKE_SHOP_LIVE, NULL, NULL, NULL, NULL, NULL },
  { "free", FAKE_SHOP_LIVE, FAKE_SHOP_FREE, "Lena", NULL, NULL, NULL },
  { "own", FAKE_SHOP_LIVE, FAKE_SHOP_OWN, "Lena", NULL, NULL, NULL },
  { "other", FAKE_SHOP_LIVE, FAKE_SHOP_OTHER, "Lena", NULL, NULL, NULL },
  { "trouble", FAKE_SHOP_LIVE, FAKE_SHOP_TROUBLE, NULL, NULL, NULL, NULL },
  { "long", FAKE_SHOP_LIVE, FAKE_SHOP_LONG, "Lena", NULL, NULL, NULL },
  { "details", FAKE_SHOP_LIVE, FAKE_SHOP_OTHER, "Lena", "details", NULL, prepare_collapsed },
  { "details-long", FAKE_SHOP_LIVE, FAKE_SHOP_LONG, "Lena", "details", NULL, NULL },
  { "find", FAKE_SHOP_LIVE, NULL, NULL, "find", NULL, NULL },
  { "terminal", FAKE_SHOP_LIVE, NULL, NULL, "terminal", NULL, NULL },
  { "people", FAKE_SHOP_LIVE, NULL, NULL, NULL, NULL, prepare_people },
  { "pin", FAKE_SHOP_LIVE, NULL, NULL, NULL, NULL, prepare_pin },
  { "saver", FAKE_SHOP_LIVE, NULL, NULL, NULL, NULL, prepare_saver },
  { "admin", FAKE_SHOP_LIVE, NULL, NULL, NULL, NULL, prepare_admin },
  { "admin-kept", FAKE_SHOP_LIVE, NULL, NULL, NULL, NULL, prepare_admin_kept },
  { "admin-lost", FAKE_SHOP_LIVE, NULL, NULL, NULL, NULL, prepare_admin_lost },
  { "calibrate", FAKE_SHOP_LIVE, NULL, NULL, NULL, NULL, prepare_calibrate },
  { "check", FAKE_SHOP_LIVE, NULL, NULL, NULL, NULL, prepare_check },
  { "found", FAKE_SHOP_LIVE, NULL, NULL, NULL, NULL, prepare_found },
  { "nothing", FAKE_SHOP_LIVE, NULL, NULL, NULL, NULL, prepare_nothing },
  { "out", FAKE_SHOP_LIVE, NULL, NULL, NULL, NULL, prepare_out },
  { "longest", FAKE_SHOP_LIVE, NULL, NULL, "out", NULL, NULL },
  { "check-in", FAKE_SHOP_LIVE, FAKE_SHOP_OWN, "Lena", NULL, "check-in", NULL },
  { "release", FAKE_SHOP_LIVE, FAKE_SHOP_OWN, "Lena", NULL, "release", NULL },
  { "refused", FAKE_SHOP_LIVE, FAKE_SHOP_OTHER, "Lena", NULL, "check-out", NULL },
  { "kept", FAKE_SHOP_LIVE, FAKE_SHOP_OWN, "Lena", NULL, NULL, prepare_kept },
  { "unsent", FAKE_SHOP_LIVE, NULL, "Lena", NULL, NULL, prepare_unsent },
  { "discard", FAKE_SHOP_LIVE, NULL, "Lena", NULL, NULL, prepare_discard },
  { "warning", FAKE_SHOP_LIVE, FAKE_SHOP_OWN, "Lena", NULL, NULL, prepare_warning },
  { "waiting", FAKE_SHOP_WAITING, FAKE_SHOP_OTHER, "Lena", NULL, NULL, NULL },
  { "suspended", FAKE_SHOP_SUSPENDED, FAKE_SHOP_OWN, "Lena", NULL, NULL, NULL },
  { "connecting", FAKE_SHOP_CONNECTING, NULL, NULL, NULL, NULL, NULL },
  { "offline", FAKE_SHOP_OFFLINE, NULL, NULL, NULL, NULL, NULL },
  { "certificate", FAKE_SHOP_CERTIFICATE, NULL, NULL, NULL, NULL, NULL },
  { "sign-in", FAKE_SHOP_SIGN_IN, NULL, NULL, NULL, NULL, NULL },
  { "empty", FAKE_SHOP_EMPTY, NULL, NULL, NULL, NULL, NULL },
};

static void
take (const Screen *screen,
      const Shot   *shot,
      const char   *folder)
{
  g_autoptr (KioskFixture) fixture =
    kiosk_fixture_new (shot->state, screen->width + FRAME, screen->height + FRAME,
                       screen->pixels_per_mm);
  g_autofree char *name = g_strdup_printf ("kiosk-%s-%s.png", shot->name, screen->name);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  if (shot->person != NULL)
    kiosk_fixture_sign_in (fixture, KIOSK_PERSON, shot->person);
  if (shot->select != NULL)
    kiosk_fixture_do (fixture, "win.kiosk-show", shot->select);
  if (shot->page != NULL)
    kiosk_fixture_do (fixture, "win.kiosk-page", shot->page);
  if (shot->command != NULL)
    kiosk_fixture_do (fixture, "win.kiosk-command", shot->command);
  if (shot->prepare != NULL)
    shot->prepare (fixture);

  kiosk_fixture_settle (fixture);
  stage_save_picture (GTK_WIDGET (fixture->window), path);
}

static gboolean
is_wanted (char       **names,
           const char  *shot,
           const char  *screen)
{
  if (*names == NULL)
    return TRUE;

  return g_strv_contains ((const char * const *) names, shot) ||
         g_strv_contains ((const char * const *) names, screen);
}

int
main (int   argc,
      char *argv[])
{
  if (argc < 2 || (g_str_equal (argv[1], "--looks") && argc != 3)) {
    g_printerr ("Usage: kiosk-window-shots FOLDER [PAGE | SCREEN…]\n"
                "       kiosk-window-shots --looks FOLDER\n");
    return 2;
  }

  g_setenv ("TZ", "UTC", TRUE);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  gtk_init ();
  g_object_set (gtk_settings_get_default (), "gtk-font-name", "Cantarell 11",
                "gtk-icon-theme-name", "Adwaita", "gtk-cursor-blink", FALSE, NULL);

  if (g_str_equal (argv[1], "--looks")) {
    kiosk_looks_take (argv[2]);
    return 0;
  }

  g_mkdir_with_parents (argv[1], 0755);
  for (guint i = 0; i < G_N_ELEMENTS (screens); i++) {
    for (guint j = 0; j < G_N_ELEMENTS (shots); j++) {
      if (is_wanted (argv + 2, shots[j].name, screens[i].name))
        take (&screens[i], &shots[j], argv[1]);
    }
  }

  return 0;
}
