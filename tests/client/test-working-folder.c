/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-working-folder.h"

#include "fake-clock.h"
#include "fake-server.h"

#include <glib/gstdio.h>
#include <string.h>

/* When a station looks at its folder. What it does there is tried with a real server, in
 * tests/e2e. */

typedef struct {
  char *base;
  char *folder;
  FakeClock *clock;
  PegStore *store;
  PegLink *link;
  PegWorkingFolder *working;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autofree char *state = NULL;

  fixture->base = g_dir_make_tmp ("pegboard-folder-XXXXXX", NULL);
  fixture->folder = g_build_filename (fixture->base, "machine", NULL);
  state = g_build_filename (fixture->base, "state", NULL);
  fixture->clock = fake_clock_new ();
  fixture->store = peg_store_new ();
  fixture->link = peg_link_new (fixture->store);
  fixture->working = peg_working_folder_new (fixture->store, fixture->link,
                                             PEG_CLOCK (fixture->clock), fixture->folder, state);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  PegWorkingFolder *working = fixture->working;

  g_object_add_weak_pointer (G_OBJECT (working), (gpointer *) &working);
  g_object_run_dispose (G_OBJECT (fixture->working));
  g_clear_object (&fixture->working);
  AWAIT (working == NULL);
  g_assert_cmpuint (fake_clock_n_timers (fixture->clock), ==, 0);
  g_clear_object (&fixture->link);
  g_clear_object (&fixture->store);
  g_clear_object (&fixture->clock);
  g_rmdir (fixture->folder);
  g_rmdir (fixture->base);
  g_free (fixture->folder);
  g_free (fixture->base);
}

static const char *
trouble (Fixture *fixture)
{
  PegCopies *copies = peg_snapshot_get_copies (peg_store_get_shown (fixture->store));

  return copies != NULL ? peg_copies_get_trouble (copies) : NULL;
}

/* A share is looked at every half minute, and only while somebody sees what is found. */
static void
test_looks (Fixture       *fixture,
            gconstpointer  data)
{
  AWAIT (trouble (fixture) != NULL);
  g_assert_nonnull (strstr (trouble (fixture), "cannot be opened"));
  AWAIT (!peg_working_folder_is_busy (fixture->working));
  g_assert_cmpuint (fake_clock_n_timers (fixture->clock), ==, 0);

  peg_working_folder_set_active (fixture->working, TRUE);
  AWAIT (!peg_working_folder_is_busy (fixture->working));
  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  fake_clock_advance (fixture->clock, 29 * G_USEC_PER_SEC);
  g_assert_false (peg_working_folder_is_busy (fixture->working));
  fake_clock_advance (fixture->clock, 1 * G_USEC_PER_SEC);
  AWAIT (trouble (fixture) == NULL);

  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  fake_clock_advance (fixture->clock, 30 * G_USEC_PER_SEC);
  AWAIT (trouble (fixture) != NULL);

  /* Nobody looks: nothing is asked of the share. */
  AWAIT (!peg_working_folder_is_busy (fixture->working));
  peg_working_folder_set_active (fixture->working, FALSE);
  fake_clock_advance (fixture->clock, 3600 * (gint64) G_USEC_PER_SEC);
  g_assert_false (peg_working_folder_is_busy (fixture->working));

  /* Somebody is back: at once. */
  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  peg_working_folder_set_active (fixture->working, TRUE);
  AWAIT (trouble (fixture) == NULL);
}

/* A file that nobody knows, or a question that nobody asked: nothing happens. */
static void
test_nothing (Fixture       *fixture,
              gconstpointer  data)
{
  AWAIT (!peg_working_folder_is_busy (fixture->working));
  peg_working_folder_copy (fixture->working, "no such file");
  peg_working_folder_checked_out (fixture->working, "../../etc/passwd");
  peg_working_folder_released (fixture->working, "no such file");
  peg_working_folder_answer (fixture->working, "no such file", TRUE);
  peg_working_folder_check_in (fixture->working, "no such file", "", FALSE);
  g_assert_false (peg_working_folder_is_busy (fixture->working));
  g_assert_cmpuint (peg_snapshot_get_notices (peg_store_get_shown (fixture->store))->len, ==, 0);
}

/* A station without such a folder has nothing of it. */
static void
test_none (void)
{
  g_autoptr (PegStore) store = peg_store_new ();
  g_autoptr (PegLink) link = peg_link_new (store);
  g_autoptr (PegSite) site = peg_site_new_empty ();

  g_assert_null (peg_working_folder_new_for_site (store, link, site));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/working-folder/looks", Fixture, NULL, set_up, test_looks, tear_down);
  g_test_add ("/working-folder/nothing", Fixture, NULL, set_up, test_nothing, tear_down);
  g_test_add_func ("/working-folder/none", test_none);

  return g_test_run ();
}
