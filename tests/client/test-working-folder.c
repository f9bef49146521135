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

/* A classic server: it says neither the SHA-256 of what it has, nor its size. */
#define CLASSIC \
  "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{\"A\":[{\"filename\":\"O1.nc\"," \
  "\"revision\":\"%s\",\"status\":\"%s\",\"locked_by\":\"ada\"," \
  "\"locked_at\":\"2026-01-05T10:42:00Z\"}]}}"

typedef struct {
  FakeServer *server;
  const char *bytes;
} Classic;

static void
show_revision (FakeServer *server,
               const char *revision,
               gboolean    taken)
{
  g_autofree char *list = g_strdup_printf (CLASSIC, revision, taken ? "locked" : "unlocked");

  fake_server_send (server, list);
}

static void
classic_cb (FakeServer        *server,
            const FakeRequest *request,
            SoupServerMessage *message,
            gpointer           user_data)
{
  const Classic *classic = user_data;

  if (g_str_has_suffix (request->path, "/download"))
    fake_server_reply (message, 200, classic->bytes);
  else
    fake_server_reply (message, 200, "{\"status\":\"success\"}");
}

static PegEntry *
only_entry (Fixture *fixture)
{
  PegSnapshot *snapshot = peg_store_get_shown (fixture->store);

  return peg_group_get (peg_snapshot_get_group (snapshot, 0), 0);
}

static PegCopyState
state_of (Fixture *fixture)
{
  return peg_snapshot_get_copy (peg_store_get_shown (fixture->store),
                                peg_entry_get_key (only_entry (fixture)));
}

static int
minor_of (Fixture *fixture)
{
  int minor;

  peg_entry_get_revision (only_entry (fixture), NULL, &minor);

  return minor;
}

static void
assert_here (Fixture    *fixture,
             const char *text)
{
  g_autofree char *path = g_build_filename (fixture->folder, "O1.nc", NULL);
  g_autofree char *found = NULL;

  g_assert_true (g_file_get_contents (path, &found, NULL, NULL));
  g_assert_cmpstr (found, ==, text);
}

static void
test_classic (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (FakeServer) server = fake_server_new (NULL, NULL);
  Classic classic = { server, "ONE\n" };
  g_autofree char *url = g_strdup_printf ("127.0.0.1:%u", server->port);
  g_autofree char *path = g_build_filename (fixture->folder, "O1.nc", NULL);
  g_autofree char *key = NULL;

  server->greeting = g_strdup_printf (CLASSIC, "1.0", "unlocked");
  server->handler = classic_cb;
  server->handler_data = &classic;
  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  g_assert_true (peg_link_connect (fixture->link, &(PegLinkConfig) { .url = url, .user = "ada" }, NULL));
  AWAIT (peg_snapshot_is_live (peg_store_get_shown (fixture->store)));
  key = g_strdup (peg_entry_get_key (only_entry (fixture)));

  /* The revision says what is old. */
  peg_working_folder_copy (fixture->working, key);
  AWAIT (state_of (fixture) == PEG_COPY_SAME);
  assert_here (fixture, "ONE\n");
  classic.bytes = "TWO\n";
  show_revision (server, "1.1", FALSE);
  AWAIT (state_of (fixture) == PEG_COPY_OLD);
  peg_working_folder_copy (fixture->working, key);
  AWAIT (state_of (fixture) == PEG_COPY_SAME);
  assert_here (fixture, "TWO\n");

  /* What was checked in here is the next revision, and the one after that is newer. */
  show_revision (server, "1.1", TRUE);
  g_assert_true (g_file_set_contents (path, "THREE\n", -1, NULL));
  AWAIT (!peg_working_folder_is_busy (fixture->working));
  peg_working_folder_look (fixture->working);
  AWAIT (state_of (fixture) == PEG_COPY_CHANGED);
  peg_working_folder_check_in (fixture->working, key, "", FALSE);
  AWAIT (state_of (fixture) == PEG_COPY_SAME);
  show_revision (server, "1.2", FALSE);
  AWAIT (minor_of (fixture) == 2);
  AWAIT (!peg_working_folder_is_busy (fixture->working));
  g_assert_cmpint (state_of (fixture), ==, PEG_COPY_SAME);
  show_revision (server, "1.3", FALSE);
  AWAIT (state_of (fixture) == PEG_COPY_OLD);

  /* Without a hash only the bytes tell that nothing is in the way. */
  g_assert_true (g_file_set_contents (path, "FOUR\n", -1, NULL));
  classic.bytes = "FOUR\n";
  peg_working_folder_copy (fixture->working, key);
  AWAIT (state_of (fixture) == PEG_COPY_SAME);
  g_assert_null (peg_snapshot_get_copy_question (peg_store_get_shown (fixture->store)));
  classic.bytes = "FIVE\n";
  g_assert_true (g_file_set_contents (path, "MINE\n", -1, NULL));
  peg_working_folder_copy (fixture->working, key);
  AWAIT (peg_snapshot_get_copy_question (peg_store_get_shown (fixture->store)) != NULL);
  assert_here (fixture, "MINE\n");

  AWAIT (!peg_working_folder_is_busy (fixture->working));
  peg_link_disconnect (fixture->link);
  g_unlink (path);
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
  g_test_add ("/working-folder/classic", Fixture, NULL, set_up, test_classic, tear_down);
  g_test_add_func ("/working-folder/none", test_none);

  return g_test_run ();
}
