/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-admin.h"

#include <string.h>

/* What is behind the admin door, and that it is behind it. */

typedef struct {
  GApplication *application;
  PegKioskModel *model;
  PegStore *store;
  PegAdmin *admin;
  gboolean closed;
} Fixture;

static void
closed_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  ((Fixture *) user_data)->closed = TRUE;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GSimpleAction) close = g_simple_action_new ("kiosk-close-door", NULL);

  fixture->application = g_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (fixture->application, NULL, NULL));
  fixture->model = peg_kiosk_model_new ();
  fixture->store = peg_store_new ();
  fixture->admin = peg_admin_new (fixture->application, fixture->model, fixture->store, NULL);
  g_signal_connect (close, "activate", G_CALLBACK (closed_cb), fixture);
  g_action_map_add_action (G_ACTION_MAP (fixture->application), G_ACTION (close));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_object_run_dispose (G_OBJECT (fixture->admin));
  g_assert_false (g_action_group_has_action (G_ACTION_GROUP (fixture->application), "kiosk-admin"));
  g_assert_finalize_object (fixture->admin);
  g_clear_object (&fixture->model);
  g_clear_object (&fixture->store);
  g_assert_finalize_object (fixture->application);
}

static void
set_phase (Fixture       *fixture,
           PegKioskPhase  phase)
{
  peg_kiosk_model_set_view (fixture->model,
                            peg_kiosk_view_new (&(PegKioskView) { .phase = phase }));
}

static void
ask (Fixture    *fixture,
     const char *what)
{
  g_action_group_activate_action (G_ACTION_GROUP (fixture->application), "kiosk-admin",
                                  g_variant_new_string (what));
}

static char *
dup_report (Fixture *fixture)
{
  g_autoptr (GVariant) state =
    g_action_group_get_action_state (G_ACTION_GROUP (fixture->application), "kiosk-admin-report");

  return g_variant_dup_string (state, NULL);
}

static void
test_closed (Fixture       *fixture,
             gconstpointer  data)
{
  static const char * const words[] = { "exit", "restart", "server-test", "network", "logs",
                                        "close" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    g_autofree char *report = NULL;

    ask (fixture, words[i]);
    report = dup_report (fixture);
    g_assert_cmpstr (report, ==, "");
  }

  g_assert_false (fixture->closed);
  g_assert_cmpint (peg_admin_get_status (fixture->application), ==, 0);
}

static void
test_restart (Fixture       *fixture,
              gconstpointer  data)
{
  set_phase (fixture, PEG_KIOSK_ADMIN);
  ask (fixture, "exit");
  g_assert_cmpint (peg_admin_get_status (fixture->application), ==, 0);
  ask (fixture, "restart");
  g_assert_cmpint (peg_admin_get_status (fixture->application), ==, PEG_ADMIN_RESTART_STATUS);
}

static void
test_close (Fixture       *fixture,
            gconstpointer  data)
{
  set_phase (fixture, PEG_KIOSK_ADMIN);
  ask (fixture, "nothing");
  g_assert_false (fixture->closed);
  ask (fixture, "close");
  g_assert_true (fixture->closed);
}

static void
test_reports (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *network = NULL;
  g_autofree char *log = NULL;
  g_autofree char *server = NULL;
  g_autofree char *after = NULL;

  set_phase (fixture, PEG_KIOSK_ADMIN);
  ask (fixture, "network");
  network = dup_report (fixture);
  g_assert_nonnull (strstr (network, "way out"));

  ask (fixture, "logs");
  log = dup_report (fixture);
  g_assert_nonnull (strstr (log, PACKAGE_VERSION));

  ask (fixture, "server-test");
  server = dup_report (fixture);
  g_assert_nonnull (strstr (server, "site.conf"));

  /* It is not left for whoever comes next. */
  set_phase (fixture, PEG_KIOSK_LOOK);
  after = dup_report (fixture);
  g_assert_cmpstr (after, ==, "");
}

/* Nobody else may put words there. */
static void
test_read_only (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *report = NULL;

  set_phase (fixture, PEG_KIOSK_ADMIN);
  g_action_group_change_action_state (G_ACTION_GROUP (fixture->application), "kiosk-admin-report",
                                      g_variant_new_string ("Call this number"));
  report = dup_report (fixture);
  g_assert_cmpstr (report, ==, "");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/admin/closed", Fixture, NULL, set_up, test_closed, tear_down);
  g_test_add ("/admin/restart", Fixture, NULL, set_up, test_restart, tear_down);
  g_test_add ("/admin/close", Fixture, NULL, set_up, test_close, tear_down);
  g_test_add ("/admin/reports", Fixture, NULL, set_up, test_reports, tear_down);
  g_test_add ("/admin/read-only", Fixture, NULL, set_up, test_read_only, tear_down);

  return g_test_run ();
}
