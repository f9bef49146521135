/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-effects.h"
#include "peg-working-folder.h"

#include "real-server.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The working folder of a station, with a real pegboardd at the other end:
 *
 *   test-working-folder PEGBOARDD
 *
 * and, for the test that kills it, a program that copies one file all the time:
 *
 *   test-working-folder --child ADDRESS FOLDER STATE
 */

/* How often that is killed. */
#define N_KILLS 60

#define FIRST "O1\nM30\n"

static const char *program;

typedef struct {
  RealServer *server;
  char *url;
  char *folder;
  char *state;
  char *outbox;
  PegClock *clock;
  PegStore *store;
  PegLink *link;
  GSimpleActionGroup *actions;
  PegEffects *effects;
  PegWorkingFolder *working;
  guint64 seen; /* the serial of the last notice that was looked at */
} Station;

static PegSnapshot *
shown (Station *station)
{
  return peg_store_get_shown (station->store);
}

static PegEntry *
entry_of (Station    *station,
          const char *key)
{
  return peg_snapshot_find (shown (station), key);
}

static void
switch_on (Station    *station,
           const char *user)
{
  g_autoptr (GError) error = NULL;

  station->store = peg_store_new ();
  station->link = peg_link_new (station->store);
  peg_link_set_outbox (station->link, station->outbox, TRUE);
  station->actions = g_simple_action_group_new ();
  station->effects = peg_effects_new (station->store, station->link,
                                      G_ACTION_MAP (station->actions));
  station->working = peg_working_folder_new (station->store, station->link, station->clock,
                                             station->folder, station->state);
  peg_working_folder_add_actions (station->working, G_ACTION_MAP (station->actions));
  peg_effects_set_working_folder (station->effects, station->working);
  station->seen = 0;

  g_assert_true (peg_link_connect (station->link,
                                   &(PegLinkConfig) { .url = station->url, .user = user }, &error));
  g_assert_no_error (error);
  AWAIT_FOR (20, peg_snapshot_is_live (shown (station)));
}

static void
switch_off (Station *station)
{
  PegWorkingFolder *working;

  AWAIT_FOR (20, !peg_working_folder_is_busy (station->working));
  g_object_run_dispose (G_OBJECT (station->effects));
  g_clear_object (&station->effects);
  g_object_run_dispose (G_OBJECT (station->working));
  /* A thread lets go a little after its work is done. */
  working = station->working;
  g_object_add_weak_pointer (G_OBJECT (working), (gpointer *) &working);
  g_clear_object (&station->working);
  AWAIT_FOR (20, working == NULL);
  g_clear_object (&station->actions);
  g_assert_finalize_object (g_steal_pointer (&station->link));
  g_clear_object (&station->store);
}

static void
set_up (Station       *station,
        gconstpointer  data)
{
  station->server = real_server_new (program, 1);
  station->url = g_strdup_printf ("127.0.0.1:%u", station->server->port);
  station->folder = g_build_filename (station->server->folder, "machine", NULL);
  station->state = g_build_filename (station->server->folder, "state", NULL);
  station->outbox = g_build_filename (station->server->folder, "outbox", NULL);
  station->clock = peg_system_clock_new ();
  g_assert_cmpint (g_mkdir (station->folder, 0700), ==, 0);
  switch_on (station, "dana");
}

static void
tear_down (Station       *station,
           gconstpointer  data)
{
  switch_off (station);
  g_clear_object (&station->clock);
  real_server_free (station->server);
  g_free (station->url);
  g_free (station->folder);
  g_free (station->state);
  g_free (station->outbox);
}

static void
act (Station    *station,
     const char *action,
     GVariant   *parameter)
{
  g_action_group_activate_action (G_ACTION_GROUP (station->actions), action, parameter);
}

/* Whether a notice that was not looked at yet says @words. */
static gboolean
said (Station    *station,
      const char *words)
{
  const GPtrArray *notices = peg_snapshot_get_notices (shown (station));

  for (guint i = 0; i < notices->len; i++) {
    const PegNotice *notice = notices->pdata[i];

    if (notice->serial <= station->seen)
      continue;
    if (strstr (notice->text, words) != NULL) {
      station->seen = notice->serial;
      return TRUE;
    }
  }

  return FALSE;
}

#define AWAIT_SAID(words) AWAIT_FOR (20, said (station, words))
#define AWAIT_COPY(key, state) AWAIT_FOR (20, peg_snapshot_get_copy (shown (station), key) == (state))

static char *
path_of (Station    *station,
         const char *name)
{
  return g_build_filename (station->folder, name, NULL);
}

static void
write_here (Station    *station,
            const char *name,
            const char *text)
{
  g_autofree char *path = path_of (station, name);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  peg_working_folder_look (station->working);
}

static void
assert_here (Station    *station,
             const char *name,
             const char *text)
{
  g_autofree char *path = path_of (station, name);
  g_autofree char *found = NULL;

  if (text == NULL) {
    g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
    return;
  }
  g_assert_true (g_file_get_contents (path, &found, NULL, NULL));
  g_assert_cmpstr (found, ==, text);
}

static void
write_there (Station    *station,
             const char *name,
             const char *text)
{
  g_autofree char *path = g_build_filename (station->server->folder, "shop", name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_mkdir_with_parents (folder, 0700);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* How many files are kept, and whether one of them says @text. */
static guint
kept (Station    *station,
      const char *text)
{
  g_autofree char *path = path_of (station, ".pegboard-kept");
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;
  guint n = 0;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *file = g_build_filename (path, name, NULL);
    g_autofree char *found = NULL;

    g_assert_true (g_file_get_contents (file, &found, NULL, NULL));
    n += g_str_equal (found, text);
  }

  return n;
}

static gboolean
has (Station    *station,
     const char *key,
     PegLock     lock)
{
  const PegEntry *entry = entry_of (station, key);

  return entry != NULL && peg_entry_get_lock (entry, peg_snapshot_get_user (shown (station))) == lock;
}

static void
check_out (Station    *station,
           const char *key)
{
  act (station, "check-out", g_variant_new ("(ss)", key, ""));
  AWAIT_SAID ("Checked out");
}

static void
release (Station    *station,
         const char *key)
{
  act (station, "release", g_variant_new_string (key));
  AWAIT_SAID ("Released");
  AWAIT_FOR (20, has (station, key, PEG_LOCK_FREE));
}

#define K "O1000.nc"

/* Out, changed by the machine, and in again: the whole day of a program. */
static void
test_day (Station       *station,
          gconstpointer  data)
{
  g_autofree char *there = g_build_filename (station->server->folder, "shop", K, NULL);
  g_autofree char *text = NULL;

  check_out (station, K);
  AWAIT_SAID ("is in the working folder now.");
  assert_here (station, K, FIRST);
  AWAIT_COPY (K, PEG_COPY_SAME);
  g_assert_cmpuint (kept (station, FIRST), ==, 0);

  write_here (station, K, "O1\nG4 P1\nM30\n");
  AWAIT_COPY (K, PEG_COPY_CHANGED);

  act (station, "check-in-here", g_variant_new ("(ssb)", K, "waits", FALSE));
  AWAIT_SAID ("Checked in");
  AWAIT_FOR (20, has (station, K, PEG_LOCK_FREE));
  AWAIT_COPY (K, PEG_COPY_SAME);
  g_assert_true (g_file_get_contents (there, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "O1\nG4 P1\nM30\n");
  assert_here (station, K, "O1\nG4 P1\nM30\n");
  g_assert_cmpuint (peg_snapshot_get_drafts (shown (station))->len, ==, 0);

  /* Somebody else makes a newer one; it comes with the next check-out, without asking. */
  write_there (station, K, "O1\nG4 P2\nM30\n");
  AWAIT_COPY (K, PEG_COPY_OLD);
  check_out (station, K);
  AWAIT_SAID ("is in the working folder now.");
  assert_here (station, K, "O1\nG4 P2\nM30\n");
  AWAIT_COPY (K, PEG_COPY_SAME);
  g_assert_cmpuint (kept (station, "O1\nG4 P1\nM30\n"), ==, 0);
  release (station, K);
}

/* What was changed here is never replaced without asking; and after a yes it is kept. */
static void
test_changed (Station       *station,
              gconstpointer  data)
{
  const PegCopyQuestion *question;

  act (station, "copy-here", g_variant_new_string (K));
  AWAIT_SAID ("is in the working folder now.");
  AWAIT_COPY (K, PEG_COPY_SAME);
  write_here (station, K, "MINE\n");
  write_there (station, K, "NEWER\n");
  AWAIT_COPY (K, PEG_COPY_OLD_CHANGED);

  act (station, "copy-here", g_variant_new_string (K));
  AWAIT_FOR (20, peg_snapshot_get_copy_question (shown (station)) != NULL);
  question = peg_snapshot_get_copy_question (shown (station));
  g_assert_cmpstr (question->key, ==, peg_entry_get_key (entry_of (station, K)));
  g_assert_cmpint (question->found, ==, PEG_COPY_FOUND_CHANGED);
  assert_here (station, K, "MINE\n");

  act (station, "copy-answer", g_variant_new ("(sb)", K, FALSE));
  AWAIT_SAID ("stays as it is");
  AWAIT_FOR (20, peg_snapshot_get_copy_question (shown (station)) == NULL);
  assert_here (station, K, "MINE\n");

  /* The answer is about what was asked, and about nothing that came after. */
  act (station, "copy-here", g_variant_new_string (K));
  AWAIT_FOR (20, peg_snapshot_get_copy_question (shown (station)) != NULL);
  write_here (station, K, "MINE, TOO\n");
  act (station, "copy-answer", g_variant_new ("(sb)", K, TRUE));
  AWAIT_FOR (20, !peg_working_folder_is_busy (station->working));
  AWAIT_FOR (20, peg_snapshot_get_copy_question (shown (station)) != NULL);
  assert_here (station, K, "MINE, TOO\n");

  act (station, "copy-answer", g_variant_new ("(sb)", K, TRUE));
  AWAIT_SAID ("What was there before is kept as “.pegboard-kept/O1000 ");
  assert_here (station, K, "NEWER\n");
  g_assert_cmpuint (kept (station, "MINE, TOO\n"), ==, 1);
  AWAIT_COPY (K, PEG_COPY_SAME);

  /* Nothing is asked any more. */
  act (station, "copy-answer", g_variant_new ("(sb)", K, TRUE));
  g_assert_null (peg_snapshot_get_copy_question (shown (station)));
}

/* Something was there before this program was. */
static void
test_foreign (Station       *station,
              gconstpointer  data)
{
  write_here (station, K, "FOREIGN\n");
  check_out (station, K);
  AWAIT_FOR (20, peg_snapshot_get_copy_question (shown (station)) != NULL);
  g_assert_cmpint (peg_snapshot_get_copy_question (shown (station))->found, ==,
                   PEG_COPY_FOUND_FOREIGN);
  assert_here (station, K, "FOREIGN\n");

  /* What is asked of one person is not answered by another. */
  g_assert_true (peg_link_connect (station->link,
                                   &(PegLinkConfig) { .url = station->url, .user = "robin" }, NULL));
  AWAIT_FOR (20, peg_snapshot_is_live (shown (station)) &&
                 g_strcmp0 (peg_snapshot_get_user (shown (station)), "robin") == 0);
  g_assert_null (peg_snapshot_get_copy_question (shown (station)));
  act (station, "copy-answer", g_variant_new ("(sb)", K, TRUE));
  AWAIT_FOR (20, !peg_working_folder_is_busy (station->working));
  assert_here (station, K, "FOREIGN\n");

  /* The same bytes are nobody’s: they are taken for the copy. */
  write_here (station, "O1001.nc", FIRST);
  act (station, "copy-here", g_variant_new_string ("O1001.nc"));
  AWAIT_COPY ("O1001.nc", PEG_COPY_SAME);
  g_assert_null (peg_snapshot_get_copy_question (shown (station)));
}

/* Two files of one name. */
static void
test_same_name (Station       *station,
                gconstpointer  data)
{
  const PegCopyQuestion *question;

  write_there (station, "left/part.nc", "LEFT\n");
  write_there (station, "right/part.nc", "RIGHT\n");
  AWAIT_FOR (20, entry_of (station, "left/part.nc") != NULL &&
                 entry_of (station, "right/part.nc") != NULL);

  act (station, "copy-here", g_variant_new_string ("left/part.nc"));
  AWAIT_SAID ("is in the working folder now.");
  check_out (station, "right/part.nc");
  AWAIT_FOR (20, peg_snapshot_get_copy_question (shown (station)) != NULL);
  question = peg_snapshot_get_copy_question (shown (station));
  g_assert_cmpint (question->found, ==, PEG_COPY_FOUND_OTHER_FILE);
  g_assert_cmpstr (question->other, ==, "left/part.nc");
  assert_here (station, "part.nc", "LEFT\n");

  /* Nor does the one get into the other. */
  act (station, "check-in-here", g_variant_new ("(ssb)", "right/part.nc", "", FALSE));
  AWAIT_SAID ("is another file of that name, left/part.nc.");
  g_assert_true (has (station, "right/part.nc", PEG_LOCK_OWN));

  question = peg_snapshot_get_copy_question (shown (station));
  act (station, "copy-answer", g_variant_new ("(sb)", question->key, TRUE));
  AWAIT_SAID ("is kept as");
  assert_here (station, "part.nc", "RIGHT\n");
  g_assert_cmpuint (kept (station, "LEFT\n"), ==, 1);
  AWAIT_COPY ("right/part.nc", PEG_COPY_SAME);
  AWAIT_COPY ("left/part.nc", PEG_COPY_NONE);

  /* They are two files even while they say the same. */
  write_there (station, "left/part.nc", "RIGHT\n");
  AWAIT_FOR (20, peg_entry_get_size (entry_of (station, "left/part.nc")) == 6);
  act (station, "copy-here", g_variant_new_string ("left/part.nc"));
  AWAIT_FOR (20, peg_snapshot_get_copy_question (shown (station)) != NULL);
  AWAIT_COPY ("right/part.nc", PEG_COPY_SAME);
}

/* What this station wrote is known after a start; what is damaged is asked about. */
static void
test_restart (Station       *station,
              gconstpointer  data)
{
  g_autoptr (GDir) folder = NULL;
  const char *name;

  act (station, "copy-here", g_variant_new_string (K));
  AWAIT_SAID ("is in the working folder now.");
  switch_off (station);
  switch_on (station, "dana");
  AWAIT_COPY (K, PEG_COPY_SAME);
  write_there (station, K, "NEWER\n");
  AWAIT_COPY (K, PEG_COPY_OLD);
  act (station, "copy-here", g_variant_new_string (K));
  AWAIT_SAID ("is in the working folder now.");
  assert_here (station, K, "NEWER\n");

  switch_off (station);
  folder = g_dir_open (station->state, 0, NULL);
  while ((name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *path = g_build_filename (station->state, name, NULL);

    if (g_str_has_suffix (name, ".conf"))
      g_assert_true (g_file_set_contents (path, "\1\2[broken", -1, NULL));
  }
  switch_on (station, "dana");
  AWAIT_COPY (K, PEG_COPY_NONE);
  write_there (station, K, "NEWEST\n");
  AWAIT_FOR (20, peg_entry_get_size (entry_of (station, K)) == (gint64) strlen ("NEWEST\n"));
  act (station, "copy-here", g_variant_new_string (K));
  AWAIT_FOR (20, peg_snapshot_get_copy_question (shown (station)) != NULL);
  assert_here (station, K, "NEWER\n");
}

/* Released, missing, old: each is said. */
static void
test_said (Station       *station,
           gconstpointer  data)
{
  g_autofree char *path = path_of (station, K);
  g_autofree char *link = path_of (station, "O1002.nc");
  g_autofree char *away = g_strconcat (station->folder, "-away", NULL);

  check_out (station, K);
  AWAIT_SAID ("is in the working folder now.");
  write_here (station, K, "MINE\n");
  release (station, K);
  AWAIT_SAID ("was changed in the working folder, and that was not checked in");
  assert_here (station, K, "MINE\n");
  AWAIT_COPY (K, PEG_COPY_CHANGED);

  g_unlink (path);
  peg_working_folder_look (station->working);
  AWAIT_COPY (K, PEG_COPY_MISSING);
  check_out (station, K);
  AWAIT_SAID ("is in the working folder now.");
  g_unlink (path);
  act (station, "check-in-here", g_variant_new ("(ssb)", K, "", FALSE));
  AWAIT_SAID ("There is no “O1000.nc” in the working folder");
  release (station, K);
  AWAIT_COPY (K, PEG_COPY_NONE);

  /* What is old and as it was would undo what somebody else has done. */
  check_out (station, "O1001.nc");
  AWAIT_SAID ("is in the working folder now.");
  write_there (station, "O1001.nc", "NEWER\n");
  AWAIT_COPY ("O1001.nc", PEG_COPY_OLD);
  act (station, "check-in-here", g_variant_new ("(ssb)", "O1001.nc", "", FALSE));
  AWAIT_SAID ("would undo what the server has");

  g_assert_cmpint (symlink ("/etc/hostname", link), ==, 0);
  check_out (station, "O1002.nc");
  AWAIT_SAID ("is checked out, but is not in the working folder. “O1002.nc”");

  /* A share that is not there: nothing is known, which is not the same as missing. */
  g_assert_cmpint (g_rename (station->folder, away), ==, 0);
  peg_working_folder_look (station->working);
  AWAIT_FOR (20, peg_copies_get_trouble (peg_snapshot_get_copies (shown (station))) != NULL);
  AWAIT_COPY ("O1001.nc", PEG_COPY_NONE);
  act (station, "copy-here", g_variant_new_string ("O1003.nc"));
  AWAIT_SAID ("cannot be opened");
  g_assert_cmpint (g_rename (away, station->folder), ==, 0);
  peg_working_folder_look (station->working);
  AWAIT_COPY ("O1001.nc", PEG_COPY_OLD);
  g_assert_null (peg_copies_get_trouble (peg_snapshot_get_copies (shown (station))));
}

/* Nothing of the demo shop comes to a machine. */
static void
test_demo (Station       *station,
           gconstpointer  data)
{
  peg_working_folder_set_demo (station->working, TRUE);
  check_out (station, K);
  AWAIT_FOR (20, !peg_working_folder_is_busy (station->working));
  assert_here (station, K, NULL);
}

/* The server is away during a check-in: the bytes are in the outbox, and arrive. */
static void
test_outage (Station       *station,
             gconstpointer  data)
{
  g_autofree char *there = g_build_filename (station->server->folder, "shop", K, NULL);
  g_autofree char *text = NULL;

  check_out (station, K);
  AWAIT_SAID ("is in the working folder now.");
  write_here (station, K, "SAFE\n");
  AWAIT_COPY (K, PEG_COPY_CHANGED);
  real_server_stop (station->server);
  AWAIT_FOR (20, !peg_snapshot_is_live (shown (station)));
  act (station, "check-in-here", g_variant_new ("(ssb)", K, "", FALSE));
  AWAIT_FOR (20, peg_snapshot_get_drafts (shown (station))->len == 1);

  /* What happens here meanwhile is not what was checked in. */
  AWAIT_FOR (20, !peg_working_folder_is_busy (station->working));
  write_here (station, K, "LATER\n");
  real_server_start (station->server);
  peg_link_retry_now (station->link);
  AWAIT_FOR (60, has (station, K, PEG_LOCK_FREE) && peg_snapshot_is_live (shown (station)));
  g_assert_true (g_file_get_contents (there, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "SAFE\n");
  assert_here (station, K, "LATER\n");
  AWAIT_FOR (20, peg_snapshot_get_copy (shown (station), K) == PEG_COPY_OLD_CHANGED ||
                 peg_snapshot_get_copy (shown (station), K) == PEG_COPY_CHANGED);
}

/* How many files in the folder are saved copies of @name, each of which says @text. */
static guint
count_saved (Station    *station,
             const char *name,
             const char *text)
{
  g_autoptr (GDir) folder = g_dir_open (station->folder, 0, NULL);
  const char *found;
  guint n = 0;

  while ((found = g_dir_read_name (folder)) != NULL) {
    if (*found == '.' || g_str_equal (found, name))
      continue;
    g_assert_true (g_str_has_suffix (found, ".nc"));
    assert_here (station, found, text);
    n++;
  }

  return n;
}

/* What was not sent is saved beside the program, never as the program: no machine runs what
 * the server does not have. Nothing takes the place of anything, and the check-in stays. */
static void
test_save_draft (Station       *station,
                 gconstpointer  data)
{
  g_autofree char *id = NULL;
  const GPtrArray *drafts;

  act (station, "save-draft-here", g_variant_new_string ("00000000-0000-4000-8000-000000000001"));
  g_assert_false (peg_working_folder_is_busy (station->working));
  AWAIT_SAID ("This is not among the unsent work any more.");

  check_out (station, K);
  AWAIT_SAID ("is in the working folder now.");
  write_here (station, K, "MINE\n");
  AWAIT_COPY (K, PEG_COPY_CHANGED);
  real_server_stop (station->server);
  AWAIT_FOR (20, !peg_snapshot_is_live (shown (station)));
  act (station, "check-in-here", g_variant_new ("(ssb)", K, "", FALSE));
  AWAIT_FOR (20, peg_snapshot_get_drafts (shown (station))->len == 1);
  AWAIT_FOR (20, !peg_working_folder_is_busy (station->working));
  write_here (station, K, "LATER\n");

  drafts = peg_snapshot_get_drafts (shown (station));
  id = g_strdup (((const PegDraft *) drafts->pdata[0])->id);
  act (station, "save-draft-here", g_variant_new_string (id));
  act (station, "save-draft-here", g_variant_new_string (id));
  AWAIT_SAID ("is being sent just now.");
  AWAIT_SAID ("and still kept here.");
  g_assert_cmpuint (count_saved (station, K, "MINE\n"), ==, 1);
  assert_here (station, K, "LATER\n");

  AWAIT_FOR (20, !peg_working_folder_is_busy (station->working));
  act (station, "save-draft-here", g_variant_new_string (id));
  AWAIT_SAID ("(2).nc”, and still kept here.");
  g_assert_cmpuint (count_saved (station, K, "MINE\n"), ==, 2);
  g_assert_cmpuint (peg_snapshot_get_drafts (shown (station))->len, ==, 1);
}

/* Copies, says yes to every question, and copies again, until it is killed. */
static void
run_child (const char *url,
           const char *folder,
           const char *state)
{
  Station station = {
    .url = g_strdup (url),
    .folder = g_strdup (folder),
    .state = g_strdup (state),
    .outbox = g_build_filename (state, "outbox", NULL),
    .clock = peg_system_clock_new (),
  };

  switch_on (&station, "dana");
  g_print ("ready\n");

  while (TRUE) {
    const PegCopyQuestion *question = peg_snapshot_get_copy_question (shown (&station));

    if (question != NULL)
      act (&station, "copy-answer", g_variant_new ("(sb)", question->key, TRUE));
    else
      act (&station, "copy-here", g_variant_new_string (K));
    do
      g_main_context_iteration (NULL, FALSE);
    while (peg_working_folder_is_busy (station.working));
  }
}

/* Somebody at the machine, who puts a file of their own in place, as careful programs do,
 * and holds on to what was there. */
static void
edit (RealServer *server,
      const char *path,
      guint       number,
      GHashTable *made,
      GHashTable *found)
{
  g_autofree char *mine = g_build_filename (server->folder, "mine.tmp", NULL);
  char *text = g_strdup_printf ("EDIT %u\nM30\n", number);
  char *taken = NULL;

  g_assert_true (g_file_set_contents (mine, text, -1, NULL));
  if (renameat2 (AT_FDCWD, mine, AT_FDCWD, path, RENAME_EXCHANGE) == 0) {
    g_assert_true (g_file_get_contents (mine, &taken, NULL, NULL));
    g_hash_table_add (found, taken);
    g_hash_table_add (made, text);
  } else if (renameat2 (AT_FDCWD, mine, AT_FDCWD, path, RENAME_NOREPLACE) == 0) {
    g_hash_table_add (made, text);
  } else {
    g_free (text);
  }
}

static void
collect (const char *path,
         GHashTable *texts)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);
    char *text = NULL;

    if (g_file_test (child, G_FILE_TEST_IS_DIR))
      collect (child, texts);
    else if (g_file_get_contents (child, &text, NULL, NULL))
      g_hash_table_add (texts, text);
  }
}

/* A whole file, of the server or of the person at the machine. */
static void
assert_whole (const char *path)
{
  g_autofree char *text = NULL;

  if (g_file_get_contents (path, &text, NULL, NULL) && !g_str_equal (text, FIRST) &&
      !((g_str_has_prefix (text, "EDIT ") || g_str_has_prefix (text, "SERVER ")) &&
        g_str_has_suffix (text, "\nM30\n")))
    g_error ("Half a file: “%s”", text);
}

static gboolean
is_of_server (const char *path)
{
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) && !g_str_has_prefix (text, "EDIT ");
}

static void
test_kills (void)
{
  g_autoptr (RealServer) server = real_server_new (program, 1);
  g_autofree char *url = g_strdup_printf ("127.0.0.1:%u", server->port);
  g_autofree char *folder = g_build_filename (server->folder, "machine", NULL);
  g_autofree char *state = g_build_filename (server->folder, "state", NULL);
  g_autofree char *path = g_build_filename (folder, K, NULL);
  g_autofree char *there = g_build_filename (server->folder, "shop", K, NULL);
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autoptr (GHashTable) made = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer text;
  guint number = 0;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);

  for (guint i = 0; i < N_KILLS; i++) {
    g_autoptr (GSubprocess) child =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL, self, "--child", url, folder, state, NULL);
    g_autoptr (GDataInputStream) output =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (child));
    g_autofree char *line = NULL;
    const guint n_rounds = (guint) g_rand_int_range (server->random, 0, 8);
    const gint64 wait_us = g_rand_int_range (server->random, 0, 12000);
    gint64 until_us;

    do {
      g_free (line);
      line = g_data_input_stream_read_line (output, NULL, NULL, NULL);
    } while (line != NULL && !g_str_equal (line, "ready"));
    g_assert_nonnull (line);

    for (guint j = 0; j < n_rounds; j++) {
      g_autofree char *newer = g_strdup_printf ("SERVER %u\nM30\n", number);

      AWAIT_FOR (20, is_of_server (path));
      for (guint k = 0; k < 3; k++)
        edit (server, path, number++, made, found);
      g_assert_true (g_file_set_contents (there, newer, -1, NULL));
    }

    /* Anywhere in what it does then. */
    until_us = g_get_monotonic_time () + wait_us;
    while (g_get_monotonic_time () < until_us)
      assert_whole (path);

    g_subprocess_force_exit (child);
    g_subprocess_wait (child, NULL, NULL);
    assert_whole (path);
  }

  collect (folder, found);
  g_hash_table_iter_init (&iter, made);
  while (g_hash_table_iter_next (&iter, &text, NULL)) {
    if (!g_hash_table_contains (found, text))
      g_error ("Lost: %s", (const char *) text);
  }
  {
    g_autoptr (GHashTable) held = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    guint n_kept = 0;

    collect (folder, held);
    g_hash_table_iter_init (&iter, held);
    while (g_hash_table_iter_next (&iter, &text, NULL))
      n_kept += g_str_has_prefix (text, "EDIT ");
    g_test_message ("%u kills, %u edits, %u of them kept", N_KILLS, g_hash_table_size (made), n_kept);
    g_assert_cmpuint (n_kept, >, N_KILLS);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  if (argc < 2)
    g_error ("Usage: test-working-folder PEGBOARDD");
  if (g_str_equal (argv[1], "--child") && argc == 5)
    run_child (argv[2], argv[3], argv[4]);
  program = argv[1];

#define ADD(name, func) g_test_add ("/working-folder/" name, Station, NULL, set_up, func, tear_down)
  ADD ("day", test_day);
  ADD ("changed", test_changed);
  ADD ("foreign", test_foreign);
  ADD ("same-name", test_same_name);
  ADD ("restart", test_restart);
  ADD ("said", test_said);
  ADD ("demo", test_demo);
  ADD ("outage", test_outage);
  ADD ("save-draft", test_save_draft);
  g_test_add_func ("/working-folder/kills", test_kills);

  return g_test_run ();
}
