/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "fake-clock.h"
#include "peg-badge.h"
#include "peg-kiosk-session.h"
#include "peg-outbox.h"
#include "tests/await.h"

#include <glib/gstdio.h>
#include <string.h>

/* A terminal without its window and without a server, whose clock stands still. */

#define BADGE "11111111"

/* Nobody answers there. */
#define SERVER "http://127.0.0.1:9"

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

/* A terminal that keeps what was not sent. */
static void
set_up_outbox (Fixture       *f,
               gconstpointer  data)
{
  g_autofree char *outbox = NULL;
  g_autofree char *state = NULL;

  set_up (f, data);
  outbox = g_build_filename (f->folder, "outbox", NULL);
  state = g_build_filename (f->folder, "state", NULL);
  g_object_run_dispose (G_OBJECT (f->session));
  g_object_unref (f->session);
  f->session = peg_kiosk_session_new (f->store, f->link, G_ACTION_MAP (f->actions),
                                      &(PegKioskConfig) {
    .site = f->site,
    .clock = PEG_CLOCK (f->clock),
    .server = SERVER,
    .outbox_folder = outbox,
    .state_folder = state,
  });
  peg_kiosk_session_start (f->session);
}

static void
remove_tree (Fixture    *f,
             const char *name)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);
  g_autoptr (GSubprocess) process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, NULL, "rm", "-rf", "--", path, NULL);

  g_assert_true (g_subprocess_wait (process, NULL, NULL));
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  static const char * const names[] = { "people.conf", "badge.key", "site.conf" };

  g_object_run_dispose (G_OBJECT (f->session));
  g_assert_finalize_object (f->session);
  g_assert_cmpuint (fake_clock_n_timers (f->clock), ==, 0);
  remove_tree (f, "outbox");
  remove_tree (f, "state");
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

/* Returns: (transfer full): the outbox of somebody */
static PegOutbox *
open_outbox (Fixture    *f,
             const char *user)
{
  g_autofree char *folder = g_build_filename (f->folder, "outbox", NULL);
  g_autofree char *server = NULL;
  g_autofree char *outbox = NULL;

  g_assert_true (peg_link_check_config (&(PegLinkConfig) { .url = SERVER, .user = user }, &server,
                                        NULL));
  outbox = peg_outbox_dup_folder (folder, server, user);

  return peg_outbox_new (outbox, PEG_CLOCK (f->clock), NULL);
}

/* What somebody asked for, and the server has refused. */
static void
keep_action (Fixture    *f,
             const char *user,
             PegAction   action)
{
  g_autoptr (PegOutbox) outbox = open_outbox (f, user);
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
  g_autoptr (PegEntry) entry = NULL;
  PegOutboxItem *item;
  g_autofree char *path = g_build_filename (f->folder, "site.conf", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *bytes = NULL;
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;
  int lock;

  fields.id = fields.filename = "1234567.nc";
  entry = peg_entry_new (&fields);
  item = peg_outbox_item_new (action, entry, "Kept");
  id = peg_outbox_reserve (outbox, &lock, &error);
  g_assert_no_error (error);
  bytes = peg_outbox_dup_bytes (outbox, id);
  peg_outbox_copy (bytes, file, NULL, &item->size, &item->sha256, &error);
  g_assert_no_error (error);
  g_assert_nonnull (peg_outbox_add (outbox, id, lock, item, &error));
  peg_outbox_set (outbox, item, PEG_DRAFT_CONFLICT, "Somebody else had it.", &error);
  g_assert_no_error (error);
  peg_outbox_let_go (outbox, id);
}

static void
keep (Fixture    *f,
      const char *user)
{
  keep_action (f, user, PEG_ACTION_CHECK_IN);
}

static void
discard (Fixture    *f,
         const char *user)
{
  g_autoptr (PegOutbox) outbox = open_outbox (f, user);

  peg_outbox_load (outbox);
  while (peg_outbox_get_all (outbox)->len > 0)
    peg_outbox_set (outbox, g_ptr_array_index (peg_outbox_get_all (outbox), 0),
                    PEG_DRAFT_CANCELLED, NULL, NULL);
}

static gboolean
has (char       **sentences,
     const char  *words)
{
  g_autofree char *all = sentences != NULL ? g_strjoinv ("\n", sentences) : g_strdup ("");

  return strstr (all, words) != NULL;
}

/* Until the people file, without Dana, was read anew. */
static void
await_people (Fixture    *f,
              const char *text)
{
  const gint64 until_us = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  write_text (f, "people.conf", text);
  for (;;) {
    g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (f->store);

    if (g_str_equal (peg_snapshot_get_name (snapshot, "dwhit"), "dwhit"))
      break;
    g_assert_cmpint (g_get_monotonic_time (), <, until_us);
    g_main_context_iteration (NULL, FALSE);
  }
}

/* What is kept of somebody who was taken out of the people file is told until somebody has
 * decided about it, and nothing takes over from the program that keeps it. */
static void
test_lost (Fixture       *f,
           gconstpointer  data)
{
  const gint64 hour_us = 3600 * (gint64) G_USEC_PER_SEC;

  fake_clock_advance (f->clock, hour_us);
  g_assert_true (peg_kiosk_session_may_update (f->session));
  g_assert_null (view (f)->lost);

  keep (f, "dwhit");
  peg_kiosk_session_scanned (f->session, BADGE);
  fake_clock_advance (f->clock, hour_us);
  g_assert_true (has (view (f)->waiting, "1 check-in of Dana Whitfield needs a decision"));
  g_assert_null (view (f)->lost);
  g_assert_false (peg_kiosk_session_may_update (f->session));

  g_assert_true (view (f)->has_badges);
  await_people (f, "[jo]\nname=Jo Berg\n");
  g_assert_false (view (f)->has_badges);
  fake_clock_advance (f->clock, hour_us);
  g_assert_true (has (view (f)->waiting, "1 check-in of Dana Whitfield is kept: call your lead"));
  g_assert_true (has (view (f)->lost, "1 check-in of Dana Whitfield, who is no longer in the people file, is kept in "));
  g_assert_true (has (view (f)->lost, f->folder));
  g_assert_true (has (view (f)->lost, "pegctl --server " SERVER " --user dwhit drafts list"));
  g_assert_false (peg_kiosk_session_may_update (f->session));

  /* It outlasts the program, and whoever was never known here is told of, too. */
  keep (f, "stranger");
  keep (f, "stranger");
  fake_clock_advance (f->clock, hour_us);
  g_assert_true (has (view (f)->lost, "2 check-ins of somebody who is no longer in the people file"));
  g_assert_true (has (view (f)->lost, "--user NAME"));

  discard (f, "stranger");
  discard (f, "dwhit");
  fake_clock_advance (f->clock, hour_us);
  g_assert_null (view (f)->lost);
  g_assert_null (view (f)->waiting);
  g_assert_true (peg_kiosk_session_may_update (f->session));
}

static PegLinkState
get_link_state (Fixture *f)
{
  return peg_snapshot_get_link (peg_store_get_shown (f->store))->state;
}

static char *
outbox_path (Fixture    *f,
             const char *user,
             const char *name)
{
  g_autoptr (PegOutbox) outbox = open_outbox (f, user);

  return g_build_filename (peg_outbox_get_folder (outbox), name, NULL);
}

static void
put (Fixture    *f,
     const char *user,
     const char *name,
     const char *text)
{
  g_autofree char *path = outbox_path (f, user, name);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
discard_file (Fixture    *f,
              const char *user,
              const char *name)
{
  g_autofree char *path = outbox_path (f, user, name);

  g_assert_cmpint (g_unlink (path), ==, 0);
}

static gboolean
is_there (Fixture    *f,
          const char *user,
          const char *name)
{
  g_autofree char *path = outbox_path (f, user, name);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

#define DAMAGED "00000000-0000-4000-8000-00000000aaaa"
#define ORPHAN "00000000-0000-4000-8000-00000000bbbb"
#define PART "00000000-0000-4000-8000-00000000cccc"

/* What cannot be read is kept work like any other: it is told, and nothing takes over,
 * and whoever looks leaves it as it is. */
static void
test_unreadable (Fixture       *f,
                 gconstpointer  data)
{
  const gint64 hour_us = 3600 * (gint64) G_USEC_PER_SEC;

  put (f, "dwhit", DAMAGED ".json", "{");
  put (f, "dwhit", DAMAGED ".bytes", "G0\n");
  fake_clock_advance (f->clock, hour_us);
  g_assert_true (has (view (f)->waiting, "1 check-in of Dana Whitfield is kept: call your lead"));
  g_assert_false (peg_kiosk_session_may_update (f->session));
  put (f, "dwhit", ORPHAN ".bytes", "G1\n");
  fake_clock_advance (f->clock, hour_us);
  g_assert_true (has (view (f)->waiting, "2 check-ins of Dana Whitfield are kept: call your lead"));
  g_assert_true (is_there (f, "dwhit", DAMAGED ".json"));
  g_assert_true (is_there (f, "dwhit", ORPHAN ".bytes"));
  g_assert_false (is_there (f, "dwhit", DAMAGED ".lock"));
  g_assert_false (is_there (f, "dwhit", ORPHAN ".lock"));

  /* Nor does it go when she does. */
  await_people (f, "[jo]\nname=Jo Berg\n");
  fake_clock_advance (f->clock, hour_us);
  g_assert_true (has (view (f)->lost, "2 check-ins of Dana Whitfield, who is no longer in the people file, are kept in "));
  g_assert_true (is_there (f, "dwhit", DAMAGED ".json"));
  g_assert_true (is_there (f, "dwhit", ORPHAN ".bytes"));
  g_assert_false (peg_kiosk_session_may_update (f->session));

  /* Whose it is stays known while anything is there: what was being copied as well. */
  discard_file (f, "dwhit", DAMAGED ".json");
  discard_file (f, "dwhit", DAMAGED ".bytes");
  discard_file (f, "dwhit", ORPHAN ".bytes");
  put (f, "dwhit", PART ".part", "half");
  put (f, "stranger", ORPHAN ".damaged", "{");
  fake_clock_advance (f->clock, hour_us);
  g_assert_true (has (view (f)->lost, "1 check-in of somebody who is no longer in the people file"));
  g_assert_false (has (view (f)->lost, "Dana"));
  put (f, "dwhit", ORPHAN ".damaged", "{");
  fake_clock_advance (f->clock, hour_us);
  g_assert_true (has (view (f)->lost, "1 check-in of Dana Whitfield, who is no longer in the people file, is kept in "));
}

/* So is what the terminal itself cannot read; while somebody is there as well. */
static void
test_unreadable_station (Fixture       *f,
                         gconstpointer  data)
{
  const gint64 hour_us = 3600 * (gint64) G_USEC_PER_SEC;

  put (f, "VF-4", DAMAGED ".damaged", "{");
  put (f, "dwhit", DAMAGED ".damaged", "{");
  fake_clock_advance (f->clock, hour_us);
  g_assert_true (has (view (f)->waiting, "1 check-in of VF-4 is kept: call your lead"));
  g_assert_null (view (f)->lost);
  g_assert_false (peg_kiosk_session_may_update (f->session));
  peg_kiosk_session_scanned (f->session, BADGE);
  fake_clock_advance (f->clock, 3 * (gint64) G_USEC_PER_SEC);
  g_assert_cmpstr (view (f)->person_id, ==, "dana");
  g_assert_true (has (view (f)->waiting, "1 check-in of Dana Whitfield is kept: call your lead"));
}

/* Nobody waits for a check-out of yesterday: only what somebody has made is kept work. */
static void
test_only_check_ins (Fixture       *f,
                     gconstpointer  data)
{
  keep_action (f, "dwhit", PEG_ACTION_CHECK_OUT);
  keep_action (f, "dwhit", PEG_ACTION_RELEASE);
  fake_clock_advance (f->clock, 3600 * (gint64) G_USEC_PER_SEC);
  g_assert_null (view (f)->waiting);
  g_assert_true (peg_kiosk_session_may_update (f->session));
}

/* Returns: (transfer full) (nullable): what is in the file in the folder of the state whose
 *   name begins so; %NULL: there is none */
static char *
read_state (Fixture    *f,
            const char *prefix)
{
  g_autofree char *folder = g_build_filename (f->folder, "state", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  char *text = NULL;
  const char *name;

  while (dir != NULL && text == NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (g_str_has_prefix (name, prefix))
      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  }

  return text;
}

/* Whose work it is may be known only to a file that is damaged: that is never written over. */
static void
test_damaged_owners (Fixture       *f,
                     gconstpointer  data)
{
  const gint64 hour_us = 3600 * (gint64) G_USEC_PER_SEC;
  g_autofree char *state = g_build_filename (f->folder, "state", NULL);
  g_autofree char *aside = NULL;

  g_assert_cmpint (g_mkdir_with_parents (state, 0700), ==, 0);
  write_text (f, "state/owners", "[abc]\nname=Max Moser\nus");
  keep (f, "dwhit");
  fake_clock_advance (f->clock, hour_us);
  aside = read_state (f, "owners.damaged-");
  g_assert_cmpstr (aside, ==, "[abc]\nname=Max Moser\nus");
  g_assert_true (has (view (f)->waiting, "1 check-in of Dana Whitfield needs a decision"));
}

/* Jo and Lee are one user: what that one has kept is told of once. */
static void
test_shared_user (Fixture       *f,
                  gconstpointer  data)
{
  const gint64 hour_us = 3600 * (gint64) G_USEC_PER_SEC;

  keep (f, "tools");
  fake_clock_advance (f->clock, hour_us);
  g_assert_nonnull (view (f)->waiting);
  g_assert_cmpuint (g_strv_length (view (f)->waiting), ==, 1);
  g_assert_true (has (view (f)->waiting, "1 check-in of Jo Berg needs a decision"));
}

/* What waited for the server does not wait on the board when it is there again. */
static void
test_live (Fixture       *f,
           gconstpointer  data)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  keep (f, "dwhit");
  fake_clock_advance (f->clock, 3 * (gint64) G_USEC_PER_SEC);
  g_assert_true (has (view (f)->waiting, "Dana Whitfield"));
  peg_link_disconnect (f->link);
  AWAIT (get_link_state (f) == PEG_LINK_STOPPED);

  discard (f, "dwhit");
  peg_store_dispatch (f->store, &(PegEvent) {
    .kind = PEG_EVENT_LISTED, .listed = { .entries = none },
  });
  peg_store_dispatch (f->store, &(PegEvent) {
    .kind = PEG_EVENT_LINK, .link = &(PegLinkStatus) { .state = PEG_LINK_LIVE },
  });
  AWAIT (get_link_state (f) == PEG_LINK_LIVE);
  AWAIT (view (f)->waiting == NULL);
}

/* A number that is no badge here is not shown, and is not looked for in vain aloud. */
static void
test_strange_badge (Fixture       *f,
                    gconstpointer  data)
{
  static const char * const numbers[] = { "123456", "04A1B2C3", "0471199471199" };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    peg_kiosk_session_scanned (f->session, numbers[i]);
    g_assert_cmpint (view (f)->signal, ==, PEG_KIOSK_SIGNAL_NO);
    g_assert_nonnull (strstr (view (f)->signal_detail, "does not look like a badge or a code"));
    g_assert_null (strstr (view (f)->signal_detail, numbers[i]));
  }

  /* A part is named, and so is a badge of this shop that is nobody’s. */
  peg_kiosk_session_scanned (f->session, "1234567");
  g_assert_nonnull (strstr (view (f)->signal_detail, "“1234567”"));
  peg_kiosk_session_scanned (f->session, "99999999");
  g_assert_cmpstr (view (f)->signal_word, ==, "Unknown badge");
}

#define ADD(name, func) \
  g_test_add ("/kiosk-session/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("idle", test_idle);
  g_test_add ("/kiosk-session/lost", Fixture, NULL, set_up_outbox, test_lost, tear_down);
  g_test_add ("/kiosk-session/unreadable", Fixture, NULL, set_up_outbox, test_unreadable, tear_down);
  g_test_add ("/kiosk-session/only-check-ins", Fixture, NULL, set_up_outbox, test_only_check_ins,
              tear_down);
  g_test_add ("/kiosk-session/shared-user", Fixture, NULL, set_up_outbox, test_shared_user, tear_down);
  g_test_add ("/kiosk-session/damaged-owners", Fixture, NULL, set_up_outbox, test_damaged_owners,
              tear_down);
  g_test_add ("/kiosk-session/live", Fixture, NULL, set_up_outbox, test_live, tear_down);
  g_test_add ("/kiosk-session/unreadable-station", Fixture, NULL, set_up_outbox,
              test_unreadable_station, tear_down);
  ADD ("names", test_names);
  ADD ("strange-badge", test_strange_badge);
  ADD ("slept", test_slept);

  return g_test_run ();
}
