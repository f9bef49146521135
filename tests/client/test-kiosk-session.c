/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "fake-clock.h"
#include "peg-badge.h"
#include "peg-kiosk-session.h"

#include <glib/gstdio.h>

/* A terminal without its window and without a server, whose clock stands still. */

#define BADGE "11111111"

typedef struct {
  char *folder;
  PegStore *store;
  PegLink *link;
  GSimpleActionGroup *actions;
  PegSite *site;
  FakeClock *clock;
  PegKioskSession *session;
} Fixture;

static void
write_text (Fixture    *f,
            const char *name,
            const char *text)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
write_files (Fixture *f)
{
  g_autofree char *key_path = g_build_filename (f->folder, "badge.key", NULL);
  g_autofree char *hash = NULL;
  g_autofree char *people = NULL;
  g_autofree char *site = NULL;
  guint8 key[PEG_BADGE_KEY_BYTES];

  g_assert_true (peg_badge_key_create (key_path, NULL));
  g_assert_true (peg_badge_key_load (key_path, key, NULL));
  hash = peg_badge_hash (key, sizeof key, BADGE);
  people = g_strdup_printf ("[dana]\nname=Dana Whitfield\nuser=dwhit\nbadges=%s;\n"
                            "[jo]\nname=Jo Berg\nuser=tools\n[lee]\nname=Lee Park\nuser=tools\n",
                            hash);
  site = g_strdup_printf ("[Station]\nname=VF-4\n"
                          "[Badges]\npeople-file=%s/people.conf\nkey-file=%s/badge.key\nformat=[0-9]{8}\n",
                          f->folder, f->folder);
  write_text (f, "people.conf", people);
  write_text (f, "site.conf", site);
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("pegboard-kiosk-XXXXXX", NULL);
  write_files (f);
  path = g_build_filename (f->folder, "site.conf", NULL);
  f->site = peg_site_load (path, NULL, &error);
  g_assert_no_error (error);
  f->store = peg_store_new ();
  f->link = peg_link_new (f->store);
  f->actions = g_simple_action_group_new ();
  f->clock = fake_clock_new ();
  f->session = peg_kiosk_session_new (f->store, f->link, G_ACTION_MAP (f->actions),
                                      &(PegKioskConfig) {
    .site = f->site,
    .clock = PEG_CLOCK (f->clock),
  });
  peg_kiosk_session_start (f->session);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  static const char * const names[] = { "people.conf", "badge.key", "site.conf" };

  g_object_run_dispose (G_OBJECT (f->session));
  g_assert_finalize_object (f->session);
  g_assert_cmpuint (fake_clock_n_timers (f->clock), ==, 0);
  g_object_unref (f->clock);
  g_object_unref (f->actions);
  g_object_unref (f->link);
  g_object_unref (f->store);
  peg_site_unref (f->site);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (f->folder, names[i], NULL);

    g_assert_cmpint (g_unlink (path), ==, 0);
  }
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_free (f->folder);
}

static const PegKioskView *
view (Fixture *f)
{
  return peg_kiosk_model_get_view (peg_kiosk_session_get_model (f->session));
}

static void
test_idle (Fixture       *f,
           gconstpointer  data)
{
  peg_kiosk_session_scanned (f->session, BADGE);
  g_assert_cmpstr (view (f)->person_id, ==, "dana");
  fake_clock_advance (f->clock, 119 * (gint64) G_USEC_PER_SEC);
  g_assert_cmpint (view (f)->phase, ==, PEG_KIOSK_WARNING);
  fake_clock_advance (f->clock, G_USEC_PER_SEC);
  g_assert_null (view (f)->person_id);
}

/* The seconds until somebody is signed out do not count while the computer sleeps; whoever
 * wakes it need not be who was there. */
static void
test_slept (Fixture       *f,
            gconstpointer  data)
{
  peg_kiosk_session_scanned (f->session, BADGE);
  fake_clock_advance (f->clock, 30 * (gint64) G_USEC_PER_SEC);
  fake_clock_sleep (f->clock, 3600 * (gint64) G_USEC_PER_SEC);
  peg_kiosk_session_activity (f->session);
  g_assert_null (view (f)->person_id);

  /* It is signed out once, and not whenever the computer has slept before. */
  peg_kiosk_session_scanned (f->session, BADGE);
  peg_kiosk_session_activity (f->session);
  g_assert_cmpstr (view (f)->person_id, ==, "dana");

  /* The badge that is shown first is that of whoever is there. */
  fake_clock_sleep (f->clock, 3600 * (gint64) G_USEC_PER_SEC);
  peg_kiosk_session_scanned (f->session, BADGE);
  g_assert_cmpstr (view (f)->person_id, ==, "dana");
}

/* The board says what people are called, and not what the server calls them. */
static void
test_names (Fixture       *f,
            gconstpointer  data)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (f->store);

  g_assert_cmpstr (peg_snapshot_get_name (snapshot, "dwhit"), ==, "Dana Whitfield");
  /* Two people use it: nobody can say who of them it is. */
  g_assert_cmpstr (peg_snapshot_get_name (snapshot, "tools"), ==, "tools");
}

#define ADD(name, func) \
  g_test_add ("/kiosk-session/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("idle", test_idle);
  ADD ("names", test_names);
  ADD ("slept", test_slept);

  return g_test_run ();
}
