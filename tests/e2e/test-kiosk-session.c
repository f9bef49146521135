/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-badge.h"
#include "peg-effects.h"
#include "peg-kiosk-session.h"
#include "peg-outbox.h"
#include "peg-pin.h"

#include "real-server.h"

#include <glib/gstdio.h>
#include <string.h>

/* A terminal without its window, and the real server:
 *
 *   test-kiosk-session PEGBOARDD
 */

#define PIN "2580"

/* Bits of what a test is given. */
#define WITH_TOKENS 1
#define WITH_COURIER 2

static const char *program;

static const char * const people[] = { "dana", "omar", "VF-4" };
static const char * const badges[] = { "11111111", "22222222" };

typedef struct {
  RealServer *server;
  PegStore *store;
  PegLink *link;
  GSimpleActionGroup *actions;
  PegEffects *effects;
  PegSite *site;
  PegKioskSession *session;
  char *folder;
  GString *window;   /* what the window was told */
  gboolean had_list;
  gboolean with_courier;
} Fixture;

static char *
path_of (Fixture    *f,
         const char *name)
{
  return g_build_filename (f->folder, name, NULL);
}

static void
write_text (Fixture    *f,
            const char *name,
            const char *text)
{
  g_autofree char *path = path_of (f, name);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                          &error));
  g_assert_no_error (error);
}

/* Makes somebody known to the server. */
static void
add_user (Fixture    *f,
          const char *name)
{
  g_autofree char *data = g_build_filename (f->server->folder, "data", NULL);
  const char *argv[] = { program, "user", "add", name, "--data", data, NULL };
  g_autofree char *token = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                               &token, NULL, &status, &error));
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, NULL));
  write_text (f, name, token);
}

static void
write_people (Fixture *f)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *key_path = path_of (f, "badge.key");
  g_autofree char *pin = peg_pin_hash (PIN, NULL);
  guint8 key[PEG_BADGE_KEY_BYTES];

  g_assert_true (peg_badge_key_create (key_path, NULL));
  g_assert_true (peg_badge_key_load (key_path, key, NULL));

  for (guint i = 0; i < G_N_ELEMENTS (badges); i++) {
    g_autofree char *hash = peg_badge_hash (key, sizeof key, badges[i]);
    g_autofree char *token = path_of (f, people[i]);

    g_string_append_printf (text, "[%s]\nbadges=%s;\npin=%s\n", people[i], hash, pin);
    if (g_file_test (token, G_FILE_TEST_EXISTS))
      g_string_append_printf (text, "token-file=%s\n", token);
  }
  write_text (f, "people.conf", text->str);
}

static void
write_site (Fixture *f)
{
  g_autofree char *token = path_of (f, "VF-4");
  g_autofree char *path = path_of (f, "site.conf");
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_string_append_printf (text, "[Server]\naddress=http://127.0.0.1:%u\n", f->server->port);
  if (g_file_test (token, G_FILE_TEST_EXISTS))
    g_string_append_printf (text, "token-file=%s\n", token);
  g_string_append_printf (text,
    "[Station]\nname=VF-4\n"
    "[Badges]\npeople-file=%s/people.conf\nkey-file=%s/badge.key\nformat=[0-9]{8}\n",
    f->folder, f->folder);
  write_text (f, "site.conf", text->str);
  f->site = peg_site_load (path, NULL, &error);
  g_assert_no_error (error);
}

static void
window_action_cb (Fixture    *f,
                  const char *name,
                  GVariant   *parameter)
{
  g_string_append_printf (f->window, "%s(%s) ", name,
                          parameter != NULL ? g_variant_get_string (parameter, NULL) : "");
}

/* The board is never empty again once it was there. */
static void
snapshot_cb (Fixture *f)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (f->store);

  f->had_list = f->had_list || peg_snapshot_has_list (snapshot);
  g_assert_true (!f->had_list || peg_snapshot_get_n_groups (snapshot) > 0);
}

/* Stands for the working folder. */
static void
check_in_here_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  Fixture *f = user_data;
  g_autofree char *path = path_of (f, "bytes");
  const char *key, *comment;
  gboolean major;

  g_variant_get (parameter, "(&s&sb)", &key, &comment, &major);
  write_text (f, "bytes", "O1\nG0\nM30\n");
  g_action_group_activate_action (G_ACTION_GROUP (f->actions), "check-in",
                                  g_variant_new ("(sssb)", key, path, comment, major));
}

static void
start (Fixture *f)
{
  g_autofree char *trees = path_of (f, "trees");
  g_autofree char *outbox = path_of (f, "outbox");
  g_autofree char *state = path_of (f, "state");
  static const GActionEntry entries[] = {
    { .name = "check-in-here", .parameter_type = "(ssb)", .activate = check_in_here_cb },
  };

  f->store = peg_store_new ();
  f->link = peg_link_new (f->store);
  peg_link_set_cache (f->link, trees);
  peg_link_set_outbox (f->link, outbox, TRUE);
  f->actions = g_simple_action_group_new ();
  f->effects = peg_effects_new (f->store, f->link, G_ACTION_MAP (f->actions));
  g_action_map_add_action_entries (G_ACTION_MAP (f->actions), entries, G_N_ELEMENTS (entries), f);
  f->session = peg_kiosk_session_new (f->store, f->link, G_ACTION_MAP (f->actions),
                                      &(PegKioskConfig) {
                                        .site = f->site,
                                        .state_folder = state,
                                        .outbox_folder = f->with_courier ? outbox : NULL,
                                      });
  f->window = g_string_new (NULL);
  g_signal_connect_swapped (f->session, "window-action", G_CALLBACK (window_action_cb), f);
  g_signal_connect_swapped (f->store, "notify::snapshot", G_CALLBACK (snapshot_cb), f);
  peg_kiosk_session_start (f->session);
}

static void
stop (Fixture *f)
{
  g_object_run_dispose (G_OBJECT (f->session));
  g_clear_object (&f->session);
  g_object_run_dispose (G_OBJECT (f->effects));
  g_clear_object (&f->effects);
  g_clear_object (&f->actions);
  g_clear_object (&f->link);
  g_signal_handlers_disconnect_by_data (f->store, f);
  g_clear_object (&f->store);
  g_string_free (f->window, TRUE);
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  const gboolean with_tokens = GPOINTER_TO_INT (data) & WITH_TOKENS;

  f->with_courier = GPOINTER_TO_INT (data) & WITH_COURIER;

  f->folder = g_dir_make_tmp ("pegboard-kiosk-XXXXXX", NULL);
  f->server = real_server_new (program, 1);
  for (guint i = 0; with_tokens && i < G_N_ELEMENTS (people); i++)
    add_user (f, people[i]);
  if (with_tokens) {
    real_server_stop (f->server);
    real_server_start (f->server);
  }
  write_people (f);
  write_site (f);
  start (f);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  g_autoptr (GSubprocess) process = NULL;

  stop (f);
  g_clear_pointer (&f->site, peg_site_unref);
  g_clear_pointer (&f->server, real_server_free);
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, NULL, "rm", "-rf", "--", f->folder, NULL);
  g_subprocess_wait (process, NULL, NULL);
  g_free (f->folder);
}

static const PegKioskView *
view (Fixture *f)
{
  return peg_kiosk_model_get_view (peg_kiosk_session_get_model (f->session));
}

static gboolean
is_live_as (Fixture    *f,
            const char *user)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (f->store);

  return peg_snapshot_is_live (snapshot) && g_strcmp0 (peg_snapshot_get_user (snapshot), user) == 0;
}

static gboolean
is_waiting_as (Fixture    *f,
               const char *user)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (f->store);

  return peg_snapshot_get_link (snapshot)->state == PEG_LINK_WAITING &&
         g_strcmp0 (peg_snapshot_get_user (snapshot), user) == 0;
}

static gboolean
is_held_by (Fixture    *f,
            const char *path,
            const char *holder)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (f->store);
  PegEntry *entry = peg_snapshot_find (snapshot, path);

  return entry != NULL && g_strcmp0 (peg_entry_get_holder (entry), holder) == 0;
}

static void
result_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

/* Whether that person made the last revision. */
static gboolean
is_last_by (Fixture    *f,
            const char *path,
            const char *who)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (f->store);
  g_autofree char *key = g_strdup (peg_entry_get_key (peg_snapshot_find (snapshot, path)));
  GAsyncResult *result = NULL;
  g_autoptr (GPtrArray) revisions = NULL;
  g_autoptr (GError) error = NULL;

  peg_link_history_async (f->link, key, NULL, result_cb, &result);
  AWAIT_FOR (20, result != NULL);
  revisions = peg_link_history_finish (f->link, result, &error);
  g_object_unref (result);
  g_assert_no_error (error);
  g_assert_cmpuint (revisions->len, >, 0);

  return g_strcmp0 (((const PegRevision *) g_ptr_array_index (revisions, 0))->who, who) == 0;
}

static guint
count_drafts (Fixture *f)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (f->store);

  return peg_snapshot_get_drafts (snapshot)->len;
}

static char *
dup_first_draft (Fixture *f)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (f->store);
  const GPtrArray *drafts = peg_snapshot_get_drafts (snapshot);

  g_assert_cmpuint (drafts->len, >, 0);

  return g_strdup (((const PegDraft *) g_ptr_array_index (drafts, 0))->id);
}

static void
act (Fixture    *f,
     const char *what,
     const char *path,
     const char *person)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (f->store);
  PegEntry *entry = peg_snapshot_find (snapshot, path);

  g_assert_nonnull (entry);
  g_action_group_activate_action (G_ACTION_GROUP (f->actions), "kiosk-act",
                                  g_variant_new ("(sssbs)", what, peg_entry_get_key (entry),
                                                 "a word", FALSE, person));
}

static void
test_switch (Fixture       *f,
             gconstpointer  data)
{
  AWAIT_FOR (20, is_live_as (f, "VF-4"));
  g_assert_cmpint (view (f)->phase, ==, PEG_KIOSK_LOOK);
  g_assert_cmpstr (view (f)->station, ==, "VF-4");

  /* Signed out is look only. */
  act (f, "check-out", "O1000.nc", "");
  g_assert_cmpint (view (f)->signal, ==, PEG_KIOSK_SIGNAL_ASK);

  /* The action waits for the connection, without being asked again. */
  peg_kiosk_session_scanned (f->session, badges[0]);
  g_assert_cmpstr (view (f)->person_id, ==, "dana");
  g_assert_nonnull (strstr (f->window->str, "win.kiosk-reset"));
  act (f, "check-out", "O1000.nc", "dana");
  AWAIT_FOR (20, is_held_by (f, "O1000.nc", "dana"));
  AWAIT_FOR (20, g_str_has_prefix (view (f)->signal_detail, "Checked out"));

  /* Another badge, and what is asked for in the same moment. */
  peg_kiosk_session_scanned (f->session, badges[1]);
  g_assert_cmpstr (view (f)->person_id, ==, "omar");
  act (f, "release", "O1000.nc", "dana");
  g_assert_cmpint (view (f)->signal, ==, PEG_KIOSK_SIGNAL_NO);
  act (f, "check-out", "O1001.nc", "omar");
  AWAIT_FOR (20, is_held_by (f, "O1001.nc", "omar"));
  g_assert_true (is_held_by (f, "O1000.nc", "dana"));

  g_action_group_activate_action (G_ACTION_GROUP (f->actions), "kiosk-sign-out", NULL);
  g_assert_null (view (f)->person_id);
  AWAIT_FOR (20, is_live_as (f, "VF-4"));
  g_assert_true (is_held_by (f, "O1000.nc", "dana"));
  g_assert_true (is_held_by (f, "O1001.nc", "omar"));
}

/* Badges as fast as they can be shown, with an action of whoever is there now and then:
 * whoever has a file afterwards is who asked for it. */
static void
test_storm (Fixture       *f,
            gconstpointer  data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  const char *asked[REAL_SERVER_FILES] = { NULL };
  guint next = 0;

  AWAIT_FOR (20, is_live_as (f, "VF-4"));

  for (guint i = 0; next < REAL_SERVER_FILES; i++) {
    const guint who = (guint) g_rand_int_range (random, 0, 2);

    peg_kiosk_session_scanned (f->session, badges[who]);
    for (int turns = g_rand_int_range (random, 0, 30); turns > 0; turns--)
      g_main_context_iteration (NULL, FALSE);

    if (g_rand_int_range (random, 0, 3) == 0) {
      g_autofree char *path = g_strdup_printf ("O%u.nc", 1000 + next);

      asked[next++] = people[who];
      act (f, "check-out", path, people[who]);
      /* One that is refused, because another is not on its way yet, is refused aloud. */
      if (view (f)->signal == PEG_KIOSK_SIGNAL_YES && g_rand_boolean (random))
        AWAIT_FOR (20, is_held_by (f, path, people[who]) || view (f)->signal == PEG_KIOSK_SIGNAL_NO);
      if (view (f)->signal == PEG_KIOSK_SIGNAL_NO)
        g_test_message ("%s: %s", path, view (f)->signal_detail);
    }
  }

  AWAIT_FOR (20, is_live_as (f, peg_link_get_user (f->link)));
  for (guint i = 0; i < REAL_SERVER_FILES; i++) {
    g_autofree char *path = g_strdup_printf ("O%u.nc", 1000 + i);

    g_assert_true (is_held_by (f, path, NULL) || is_held_by (f, path, asked[i]));
  }
}

/* What one person could not send is not sent by the next. */
static void
test_outbox (Fixture       *f,
             gconstpointer  data)
{
  AWAIT_FOR (20, is_live_as (f, "VF-4"));
  peg_kiosk_session_scanned (f->session, badges[0]);
  act (f, "check-out", "O1002.nc", "dana");
  AWAIT_FOR (20, is_held_by (f, "O1002.nc", "dana"));

  real_server_stop (f->server);
  AWAIT_FOR (20, !is_live_as (f, "dana"));
  act (f, "check-in", "O1002.nc", "dana");
  AWAIT_FOR (20, count_drafts (f) == 1);

  /* It stays behind. */
  peg_kiosk_session_scanned (f->session, badges[1]);
  AWAIT_FOR (20, count_drafts (f) == 0);
  real_server_start (f->server);
  AWAIT_FOR (60, is_live_as (f, "omar"));
  act (f, "check-out", "O1003.nc", "omar");
  AWAIT_FOR (20, is_held_by (f, "O1003.nc", "omar"));
  g_assert_true (is_held_by (f, "O1002.nc", "dana"));
  g_assert_cmpuint (count_drafts (f), ==, 0);

  /* And goes on when dana is back. */
  peg_kiosk_session_scanned (f->session, badges[0]);
  AWAIT_FOR (60, is_held_by (f, "O1002.nc", NULL));
  AWAIT_FOR (20, count_drafts (f) == 0);
}

static char *
path_of_outbox (Fixture    *f,
                const char *user)
{
  g_autofree char *outbox = path_of (f, "outbox");
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u", f->server->port);
  g_autofree char *server = NULL;

  g_assert_true (peg_link_check_config (&(PegLinkConfig) { .url = url, .user = user }, &server, NULL));

  return peg_outbox_dup_folder (outbox, server, user);
}

/* A check-in of somebody that the server has refused.
 *
 * Returns: (transfer full): its identity */
static char *
keep_refused (Fixture    *f,
              const char *user,
              const char *path)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (f->store);
  g_autofree char *folder = path_of_outbox (f, user);
  g_autoptr (PegClock) clock = peg_system_clock_new ();
  g_autoptr (PegOutbox) outbox = peg_outbox_new (folder, clock, NULL);
  g_autofree char *bytes = NULL;
  g_autofree char *source = path_of (f, "kept");
  g_autoptr (GFile) file = g_file_new_for_path (source);
  PegOutboxItem *item = peg_outbox_item_new (PEG_ACTION_CHECK_IN, peg_snapshot_find (snapshot, path),
                                             "Kept");
  char *id;
  int lock;

  write_text (f, "kept", "O2\nG0 X1\nM30\n");
  id = peg_outbox_reserve (outbox, &lock, NULL);
  bytes = peg_outbox_dup_bytes (outbox, id);
  g_assert_true (peg_outbox_copy (bytes, file, NULL, &item->size, &item->sha256, NULL));
  g_assert_nonnull (peg_outbox_add (outbox, id, lock, item, NULL));
  g_assert_true (peg_outbox_set (outbox, item, PEG_DRAFT_CONFLICT, "Somebody else had it.", NULL));
  peg_outbox_let_go (outbox, id);

  return id;
}

static void
decide (Fixture    *f,
        const char *what,
        const char *path,
        const char *id,
        const char *person)
{
  const guint64 serial = view (f)->signal_serial;
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (f->store);

  g_action_group_activate_action (G_ACTION_GROUP (f->actions), "kiosk-act",
                                  g_variant_new ("(sssbs)", what,
                                                 peg_entry_get_key (peg_snapshot_find (snapshot, path)),
                                                 id, FALSE, person));
  AWAIT_FOR (20, view (f)->signal_serial > serial &&
                 g_strcmp0 (view (f)->signal_word, "Understood") != 0);
}

/* Whoever made a check-in decides about it, at the terminal; nobody else sees it, or can
 * do anything with it. */
static void
test_decide (Fixture       *f,
             gconstpointer  data)
{
  g_autofree char *id = NULL;
  g_autofree char *other = NULL;

  AWAIT_FOR (20, is_live_as (f, "VF-4"));
  id = keep_refused (f, "dana", "O1002.nc");
  other = keep_refused (f, "dana", "O1003.nc");

  peg_kiosk_session_scanned (f->session, badges[1]);
  AWAIT_FOR (20, is_live_as (f, "omar"));
  AWAIT_FOR (20, view (f)->waiting != NULL);
  g_assert_cmpuint (count_drafts (f), ==, 0);
  decide (f, "unsent-discard", "O1002.nc", id, "omar");
  g_assert_cmpstr (view (f)->signal_word, ==, "Not done");
  decide (f, "unsent-again", "O1002.nc", id, "omar");
  g_assert_cmpstr (view (f)->signal_word, ==, "Not done");
  decide (f, "unsent-discard", "O1002.nc", id, "dana");
  g_assert_cmpstr (view (f)->signal_word, ==, "Not done");

  peg_kiosk_session_scanned (f->session, badges[0]);
  AWAIT_FOR (20, is_live_as (f, "dana"));
  AWAIT_FOR (20, count_drafts (f) == 2);
  g_assert_cmpstr (view (f)->user, ==, "dana");

  /* What it was when they were asked, it need not be when they have answered. */
  decide (f, "unsent-arrived", "O1002.nc", id, "dana");
  g_assert_cmpstr (view (f)->signal_word, ==, "Not done");
  decide (f, "unsent-send", "O1002.nc", id, "dana");
  g_assert_cmpstr (view (f)->signal_word, ==, "Not done");
  g_assert_cmpuint (count_drafts (f), ==, 2);

  /* Who does not have the file is refused, and nothing is lost or doubled. */
  decide (f, "unsent-again", "O1002.nc", id, "dana");
  g_assert_cmpstr (view (f)->signal_word, ==, "Not sent");
  g_assert_nonnull (strstr (view (f)->signal_detail, "Unsent Work"));
  AWAIT_FOR (20, count_drafts (f) == 2);
  g_free (id);
  id = g_steal_pointer (&other);

  act (f, "check-out", "O1003.nc", "dana");
  AWAIT_FOR (20, is_held_by (f, "O1003.nc", "dana"));
  AWAIT_FOR (20, g_strcmp0 (view (f)->signal_word, "Done") == 0);
  decide (f, "unsent-again", "O1003.nc", id, "dana");
  g_assert_cmpstr (view (f)->signal_word, ==, "Done");
  AWAIT_FOR (20, is_held_by (f, "O1003.nc", NULL));
  AWAIT_FOR (20, count_drafts (f) == 1);
  g_assert_true (is_last_by (f, "O1003.nc", "dana"));

  other = dup_first_draft (f);
  decide (f, "unsent-discard", "O1002.nc", other, "dana");
  g_assert_cmpstr (view (f)->signal_word, ==, "Done");
  AWAIT_FOR (20, count_drafts (f) == 0);
}

/* It is sent in the name of whose it is, while somebody else works. */
static void
test_courier (Fixture       *f,
              gconstpointer  data)
{
  AWAIT_FOR (20, is_live_as (f, "VF-4"));
  peg_kiosk_session_scanned (f->session, badges[0]);
  act (f, "check-out", "O1002.nc", "dana");
  AWAIT_FOR (20, is_held_by (f, "O1002.nc", "dana"));
  AWAIT_FOR (20, g_strcmp0 (view (f)->signal_word, "Done") == 0);
  real_server_stop (f->server);
  AWAIT_FOR (20, !is_live_as (f, "dana"));
  act (f, "check-in", "O1002.nc", "dana");
  AWAIT_FOR (20, count_drafts (f) == 1);
  AWAIT_FOR (20, g_strcmp0 (view (f)->signal_word, "Kept") == 0);
  g_assert_false (peg_kiosk_session_may_update (f->session));

  peg_kiosk_session_scanned (f->session, badges[1]);
  AWAIT_FOR (20, view (f)->waiting != NULL);
  g_assert_nonnull (strstr (view (f)->waiting[0], "dana"));
  real_server_start (f->server);
  AWAIT_FOR (60, is_live_as (f, "omar"));
  AWAIT_FOR (60, is_held_by (f, "O1002.nc", NULL));
  AWAIT_FOR (60, view (f)->waiting == NULL);
  g_assert_cmpstr (view (f)->person_id, ==, "omar");
  g_assert_true (is_last_by (f, "O1002.nc", "dana"));
}

static void
test_pin (Fixture       *f,
          gconstpointer  data)
{
  GActionGroup *group = G_ACTION_GROUP (f->actions);
  g_autofree char *state = path_of (f, "state");
  g_autofree char *wrong = g_build_filename (state, "wrong-pins", NULL);

  AWAIT_FOR (20, is_live_as (f, "VF-4"));
  g_action_group_activate_action (group, "kiosk-ask-pin", g_variant_new_string ("omar"));
  g_assert_cmpstr (view (f)->pin_id, ==, "omar");
  g_action_group_activate_action (group, "kiosk-pin", g_variant_new_string ("1357"));
  g_assert_true (view (f)->pin_busy);
  AWAIT_FOR (20, !view (f)->pin_busy);
  g_assert_null (view (f)->person_id);
  g_assert_cmpuint (view (f)->pin_wrong, ==, 1);
  g_assert_true (g_file_test (wrong, G_FILE_TEST_EXISTS));

  /* After a second, and not before. */
  g_action_group_activate_action (group, "kiosk-pin", g_variant_new_string (PIN));
  g_assert_false (view (f)->pin_busy);
  AWAIT_FOR (20, view (f)->pin_after_us == 0);
  g_action_group_activate_action (group, "kiosk-pin", g_variant_new_string (PIN));
  AWAIT_FOR (20, g_strcmp0 (view (f)->person_id, "omar") == 0);
  AWAIT_FOR (20, is_live_as (f, "omar"));

  /* Nobody has set one for the door. */
  g_action_group_activate_action (group, "kiosk-ask-pin", g_variant_new_string (""));
  g_action_group_activate_action (group, "kiosk-pin", g_variant_new_string (PIN));
  AWAIT_FOR (20, view (f)->signal == PEG_KIOSK_SIGNAL_NO);
  g_assert_cmpint (view (f)->phase, !=, PEG_KIOSK_ADMIN);
}

static void
test_codes (Fixture       *f,
            gconstpointer  data)
{
  AWAIT_FOR (20, is_live_as (f, "VF-4"));
  peg_kiosk_session_scanned (f->session, "O1004");
  g_assert_cmpint (view (f)->signal, ==, PEG_KIOSK_SIGNAL_YES);
  g_assert_nonnull (strstr (f->window->str, "win.kiosk-show"));
  peg_kiosk_session_scanned (f->session, "O10");
  g_assert_nonnull (strstr (f->window->str, "win.kiosk-find(O10)"));
  peg_kiosk_session_scanned (f->session, "nothing like it");
  g_assert_cmpint (view (f)->signal, ==, PEG_KIOSK_SIGNAL_NO);
  peg_kiosk_session_scanned (f->session, "33333333");
  g_assert_cmpint (view (f)->signal, ==, PEG_KIOSK_SIGNAL_NO);
  g_assert_null (strstr (view (f)->signal_detail, "33333333"));
  peg_kiosk_session_scanned (f->session, "PB1/X/1");
  g_assert_cmpint (view (f)->signal, ==, PEG_KIOSK_SIGNAL_NO);
  g_assert_null (view (f)->person_id);
}

/* Whoever is taken out of the people file is out, in the middle of it. */
static void
test_removed (Fixture       *f,
              gconstpointer  data)
{
  AWAIT_FOR (20, is_live_as (f, "VF-4"));
  peg_kiosk_session_scanned (f->session, badges[0]);
  AWAIT_FOR (20, is_live_as (f, "dana"));
  write_text (f, "people.conf", "[omar]\n");
  AWAIT_FOR (20, view (f)->person_id == NULL);
  AWAIT_FOR (20, is_live_as (f, "VF-4"));
  peg_kiosk_session_scanned (f->session, badges[0]);
  g_assert_cmpstr (view (f)->person_id, ==, NULL);
}

/* Whose token it is, the server knows: what somebody asks for with the token of another is
 * not done in the name of that other, also when the server comes back only later. */
static void
test_token_of_another (Fixture       *f,
                       gconstpointer  data)
{
  g_autofree char *path = path_of (f, "omar");
  g_autofree char *token = NULL;

  AWAIT_FOR (20, is_live_as (f, "VF-4"));
  g_assert_true (g_file_get_contents (path, &token, NULL, NULL));
  write_text (f, "dana", token);
  real_server_stop (f->server);
  AWAIT_FOR (20, !is_live_as (f, "VF-4"));
  peg_kiosk_session_scanned (f->session, badges[0]);
  AWAIT_FOR (20, is_waiting_as (f, "dana"));
  real_server_start (f->server);
  AWAIT_FOR (60, is_live_as (f, "omar"));

  act (f, "check-out", "O1000.nc", "dana");
  AWAIT_FOR (20, view (f)->signal != PEG_KIOSK_SIGNAL_YES || is_held_by (f, "O1000.nc", "omar") ||
                 is_held_by (f, "O1000.nc", "dana"));
  g_assert_cmpint (view (f)->signal, ==, PEG_KIOSK_SIGNAL_NO);
  AWAIT_FOR (20, is_live_as (f, "omar"));
  g_assert_true (is_held_by (f, "O1000.nc", NULL));
}

/* A token that cannot be one keeps nobody connected who was there before. */
static void
test_bad_token (Fixture       *f,
                gconstpointer  data)
{
  AWAIT_FOR (20, is_live_as (f, "VF-4"));
  peg_kiosk_session_scanned (f->session, badges[1]);
  AWAIT_FOR (20, is_live_as (f, "omar"));

  write_text (f, "dana", "this is no token\n");
  peg_kiosk_session_scanned (f->session, badges[0]);
  g_assert_cmpstr (view (f)->person_id, ==, "dana");
  g_assert_cmpstr (peg_link_get_user (f->link), ==, "dana");
  AWAIT_FOR (20, !is_live_as (f, "omar"));
}

#define ADD(path, tokens, func) \
  g_test_add (path, Fixture, GINT_TO_POINTER (tokens), set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  program = argv[1];

  ADD ("/kiosk-session/switch", 0, test_switch);
  ADD ("/kiosk-session/switch/tokens", WITH_TOKENS, test_switch);
  ADD ("/kiosk-session/storm", 0, test_storm);
  ADD ("/kiosk-session/storm/tokens", WITH_TOKENS, test_storm);
  ADD ("/kiosk-session/outbox", 0, test_outbox);
  ADD ("/kiosk-session/outbox/tokens", WITH_TOKENS, test_outbox);
  ADD ("/kiosk-session/courier", WITH_COURIER, test_courier);
  ADD ("/kiosk-session/courier/tokens", WITH_COURIER | WITH_TOKENS, test_courier);
  ADD ("/kiosk-session/decide", WITH_COURIER, test_decide);
  ADD ("/kiosk-session/decide/tokens", WITH_COURIER | WITH_TOKENS, test_decide);
  ADD ("/kiosk-session/pin", 0, test_pin);
  ADD ("/kiosk-session/codes", 0, test_codes);
  ADD ("/kiosk-session/removed", 0, test_removed);
  ADD ("/kiosk-session/token-of-another", WITH_TOKENS, test_token_of_another);
  ADD ("/kiosk-session/bad-token", WITH_TOKENS, test_bad_token);

  return g_test_run ();
}
