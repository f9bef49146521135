/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-link.h"

#include "fake-server.h"

#include <glib/gstdio.h>

#define FREE \
  "{\"type\":\"FILE_LIST_UPDATED\",\"epoch\":\"e\",\"seq\":1,\"payload\":{\"12XXXXX\":[" \
  "{\"filename\":\"1234567_A1.vnc\",\"path\":\"a/1234567_A1.vnc\",\"status\":\"unlocked\"}]}}"
#define FREE_CLASSIC \
  "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{\"12XXXXX\":[" \
  "{\"filename\":\"1234567_A1.vnc\",\"status\":\"unlocked\"}]}}"
#define TAKEN_CLASSIC \
  "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{\"12XXXXX\":[" \
  "{\"filename\":\"1234567_A1.vnc\",\"status\":\"locked\",\"locked_by\":\"%s\"," \
  "\"locked_at\":\"2026-01-05T10:42:00Z\"}]}}"

typedef struct {
  FakeServer *server;
  PegStore *store;
  PegLink *link;
  char *url;
} Fixture;

/* What a call ended with. */
typedef struct {
  gboolean done;
  gboolean yes;
  GPtrArray *revisions;
  GError *error;
} Outcome;

static void
outcome_clear (Outcome *outcome)
{
  g_clear_pointer (&outcome->revisions, g_ptr_array_unref);
  g_clear_error (&outcome->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->server = fake_server_new (data, NULL);
  fixture->server->greeting = data == NULL ? g_strdup (FREE_CLASSIC) : NULL;
  fixture->store = peg_store_new ();
  fixture->link = peg_link_new (fixture->store);
  fixture->url = g_strdup_printf ("127.0.0.1:%u", fixture->server->port);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_finalize_object (g_steal_pointer (&fixture->link));
  g_clear_object (&fixture->store);
  g_clear_pointer (&fixture->server, fake_server_free);
  g_clear_pointer (&fixture->url, g_free);
}

static PegLinkState
state_of (Fixture *fixture)
{
  return peg_snapshot_get_link (peg_store_get_shown (fixture->store))->state;
}

static void
connect_as (Fixture    *fixture,
            const char *user)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (peg_link_connect (fixture->link,
                                   &(PegLinkConfig) { .url = fixture->url, .user = user },
                                   &error));
  g_assert_no_error (error);
}

static const char *
only_key (Fixture *fixture)
{
  PegSnapshot *snapshot = peg_store_get_shown (fixture->store);
  PegGroup *group = peg_snapshot_get_group (snapshot, 0);

  return peg_entry_get_key (peg_group_get (group, 0));
}

static PegEntry *
only_entry (Fixture *fixture)
{
  return peg_snapshot_find (peg_store_get_shown (fixture->store), only_key (fixture));
}

#define OUTCOME_CB(name) \
  static void \
  name##_cb (GObject      *source, \
             GAsyncResult *result, \
             gpointer      user_data) \
  { \
    Outcome *outcome = user_data; \
    \
    outcome->yes = peg_link_##name##_finish (PEG_LINK (source), result, &outcome->error); \
    outcome->done = TRUE; \
  }

OUTCOME_CB (check_out)
OUTCOME_CB (check_in)
OUTCOME_CB (release)
OUTCOME_CB (download)
OUTCOME_CB (acknowledge)

static void
history_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Outcome *outcome = user_data;

  outcome->revisions = peg_link_history_finish (PEG_LINK (source), result, &outcome->error);
  outcome->done = TRUE;
}

static void
shop_cb (FakeServer        *server,
         const FakeRequest *request,
         SoupServerMessage *message,
         gpointer           user_data)
{
  if (g_str_has_suffix (request->path, "/checkout")) {
    g_autofree char *taken = g_strdup_printf (TAKEN_CLASSIC, "ada");

    fake_server_reply (message, 200, "{\"status\":\"success\"}");
    fake_server_send (server, taken);
  } else if (g_str_has_suffix (request->path, "/cancel_checkout") ||
             g_str_has_suffix (request->path, "/checkin")) {
    fake_server_reply (message, 200, "{\"status\":\"success\"}");
    fake_server_send (server, FREE_CLASSIC);
  } else if (g_str_has_suffix (request->path, "/download")) {
    fake_server_reply (message, 200, "O1234 (PLATE)\n");
  } else if (g_str_has_suffix (request->path, "/history")) {
    fake_server_reply (message, 200,
                       "{\"filename\":\"x\",\"history\":[{\"commit_hash\":\"abc\","
                       "\"author_name\":\"ada\",\"date\":\"2026-01-05T10:42:00Z\","
                       "\"message\":\"first\",\"revision\":\"1.0\"}]}");
  } else if (g_str_equal (request->path, "/config")) {
    fake_server_reply (message, 200, "{\"username\":\"srv\",\"shop_name\":\"Halle 2\"}");
  } else {
    fake_server_reply (message, 200, "{\"status\":\"success\"}");
  }
}

static gboolean
was_asked_for (Fixture    *fixture,
               const char *suffix)
{
  for (guint i = 0; i < fixture->server->requests->len; i++) {
    const FakeRequest *request = fixture->server->requests->pdata[i];

    if (g_str_has_suffix (request->path, suffix))
      return TRUE;
  }

  return FALSE;
}

static void
test_live (Fixture       *fixture,
           gconstpointer  data)
{
  PegSnapshot *snapshot;
  g_auto (GStrv) log = NULL;

  fixture->server->handler = shop_cb;
  connect_as (fixture, "Ada Löw");
  AWAIT (state_of (fixture) == PEG_LINK_LIVE);

  snapshot = peg_store_get_shown (fixture->store);
  g_assert_cmpstr (peg_snapshot_get_server_url (snapshot), ==, fixture->url);
  g_assert_cmpstr (peg_snapshot_get_user (snapshot), ==, "Ada Löw");
  g_assert_cmpuint (peg_snapshot_get_counts (snapshot)->all, ==, 1);
  g_assert_cmpstr (fixture->server->socket_query, ==, "user=Ada%20L%C3%B6w");

  AWAIT (fixture->server->messages->len >= 1);
  g_assert_cmpstr (fixture->server->messages->pdata[0], ==, "SET_USER:Ada Löw");
  AWAIT (peg_snapshot_get_server_name (peg_store_get_shown (fixture->store)) != NULL);

  log = peg_link_dup_log (fixture->link);
  g_assert_cmpuint (g_strv_length (log), >=, 3);
  g_assert_nonnull (strstr (log[0], "STOPPED → CONNECTING"));

  peg_link_disconnect (fixture->link);
  AWAIT (state_of (fixture) == PEG_LINK_STOPPED);
  AWAIT (fixture->server->closed_code == 1000);
  g_assert_cmpuint (peg_snapshot_get_counts (peg_store_get_shown (fixture->store))->all, ==, 1);
}

static void
test_work (Fixture       *fixture,
           gconstpointer  data)
{
  g_auto (Outcome) out = { 0 };
  g_auto (Outcome) in = { 0 };
  g_auto (Outcome) back = { 0 };
  g_autofree char *path = NULL;
  g_autofree char *key = NULL;
  g_autofree char *content = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;

  fixture->server->handler = shop_cb;
  connect_as (fixture, "ada");
  AWAIT (state_of (fixture) == PEG_LINK_LIVE);
  key = g_strdup (only_key (fixture));

  peg_link_check_out_async (fixture->link, key, "a reason", NULL, check_out_cb, &out);
  AWAIT (out.done);
  g_assert_no_error (out.error);
  g_assert_true (out.yes);
  AWAIT (peg_entry_get_lock (only_entry (fixture), "ada") == PEG_LOCK_OWN);
  AWAIT (peg_snapshot_get_n_pending (peg_store_get_shown (fixture->store)) == 0);

  path = g_build_filename (g_get_tmp_dir (), "peg-link-XXXXXX", NULL);
  g_assert_nonnull (g_mkdtemp (path));
  file = g_file_new_build_filename (path, "x.vnc", NULL);

  peg_link_download_async (fixture->link, key, NULL, file, NULL, download_cb, &back);
  AWAIT (back.done);
  g_assert_no_error (back.error);
  g_assert_true (g_file_load_contents (file, NULL, &content, NULL, NULL, &error));
  g_assert_cmpstr (content, ==, "O1234 (PLATE)\n");

  peg_link_check_in_async (fixture->link, key, file, "deeper", TRUE, NULL, check_in_cb, &in);
  AWAIT (in.done);
  g_assert_no_error (in.error);
  AWAIT (!peg_entry_is_locked (only_entry (fixture)));

  g_assert_true (was_asked_for (fixture, "/files/1234567_A1.vnc/checkin"));

  g_assert_true (g_file_delete (file, NULL, NULL));
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

static void
test_release_history_note (Fixture       *fixture,
                           gconstpointer  data)
{
  g_auto (Outcome) back = { 0 };
  g_auto (Outcome) history = { 0 };
  g_auto (Outcome) note = { 0 };
  const PegHistory *shown;

  fixture->server->handler = shop_cb;
  connect_as (fixture, "ada");
  AWAIT (state_of (fixture) == PEG_LINK_LIVE);

  peg_link_history_async (fixture->link, only_key (fixture), NULL, history_cb, &history);
  AWAIT (history.done);
  g_assert_no_error (history.error);
  g_assert_cmpuint (history.revisions->len, ==, 1);
  AWAIT (peg_snapshot_get_history (peg_store_get_shown (fixture->store))->state == PEG_HISTORY_READY);
  shown = peg_snapshot_get_history (peg_store_get_shown (fixture->store));
  g_assert_cmpstr (((PegRevision *) shown->revisions->pdata[0])->hash, ==, "abc");

  peg_link_release_async (fixture->link, only_key (fixture), NULL, release_cb, &back);
  AWAIT (back.done);
  g_assert_no_error (back.error);

  fake_server_send (fixture->server,
                    "{\"type\":\"NEW_MESSAGES\",\"payload\":[{\"id\":\"n1\",\"sender\":\"bo\","
                    "\"timestamp\":\"2026-01-05T10:42:00Z\",\"message\":\"hi\"}]}");
  AWAIT (peg_snapshot_get_notes (peg_store_get_shown (fixture->store))->len == 1);
  peg_link_acknowledge_async (fixture->link, "n1", NULL, acknowledge_cb, &note);
  AWAIT (note.done);
  g_assert_no_error (note.error);
  AWAIT (peg_snapshot_get_notes (peg_store_get_shown (fixture->store))->len == 0);
}

/* Whoever makes a window right after it has nothing to wait for; whoever is connected
 * already is left alone. */
static void
test_preload (Fixture       *fixture,
              gconstpointer  data)
{
  PegSnapshot *snapshot;

  peg_link_preload (fixture->link, &(PegLinkConfig) { .url = fixture->url, .user = "ada" });
  peg_store_show (fixture->store);
  snapshot = peg_store_get_shown (fixture->store);
  g_assert_cmpstr (peg_snapshot_get_server_url (snapshot), !=, NULL);
  g_assert_cmpstr (peg_snapshot_get_user (snapshot), ==, "ada");
  g_assert_cmpint (peg_snapshot_get_link (snapshot)->state, ==, PEG_LINK_CONNECTING);

  g_assert_true (peg_link_connect (fixture->link, &(PegLinkConfig) {
    .url = fixture->url, .user = "ada",
  }, NULL));
  peg_link_preload (fixture->link, &(PegLinkConfig) { .url = fixture->url, .user = "bo" });
  peg_store_show (fixture->store);
  g_assert_cmpstr (peg_snapshot_get_user (peg_store_get_shown (fixture->store)), ==, "ada");
}

static void
test_offline (Fixture       *fixture,
              gconstpointer  data)
{
  g_auto (Outcome) out = { 0 };
  g_auto (Outcome) release = { 0 };
  g_autoptr (GError) error = NULL;

  peg_link_check_out_async (fixture->link, "any", NULL, NULL, check_out_cb, &out);
  peg_link_release_async (fixture->link, "any", NULL, release_cb, &release);
  AWAIT (out.done && release.done);
  g_assert_error (out.error, PEG_LINK_ERROR, PEG_LINK_ERROR_OFFLINE);
  g_assert_error (release.error, PEG_LINK_ERROR, PEG_LINK_ERROR_OFFLINE);
  AWAIT (peg_snapshot_get_n_pending (peg_store_get_shown (fixture->store)) == 0);

  g_assert_false (peg_link_connect (fixture->link,
                                    &(PegLinkConfig) { .url = "no address", .user = "ada" },
                                    &error));
  g_assert_error (error, PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_false (peg_link_connect (fixture->link,
                                    &(PegLinkConfig) { .url = "shop", .user = "" }, &error));
  g_assert_error (error, PEG_LINK_ERROR, PEG_LINK_ERROR_SIGN_IN);
  g_clear_error (&error);

  /* A CA file can be mended while a window is open, so its trouble is one of the
   * connection. */
  g_assert_true (peg_link_connect (fixture->link,
                                   &(PegLinkConfig) { .url = fixture->url, .user = "ada",
                                                      .ca_file = "/nonexistent/ca.pem" },
                                   &error));
  AWAIT (state_of (fixture) == PEG_LINK_ACTION_NEEDED);
  g_assert_cmpint (peg_snapshot_get_link (peg_store_get_shown (fixture->store))->reason, ==,
                   PEG_LINK_REASON_CA_FILE);
  g_assert_cmpuint (fixture->server->sockets->len + fixture->server->requests->len, ==, 0);
}

/* What is under way when the link goes away ends all the same. */
static void
never_cb (FakeServer        *server,
          const FakeRequest *request,
          SoupServerMessage *message,
          gpointer           user_data)
{
  if (g_str_has_suffix (request->path, "/checkout"))
    soup_server_message_pause (message);
}

static void
test_dispose (Fixture       *fixture,
              gconstpointer  data)
{
  g_auto (Outcome) out = { 0 };
  gint64 before_us;

  fixture->server->handler = never_cb;
  connect_as (fixture, "ada");
  AWAIT (state_of (fixture) == PEG_LINK_LIVE);

  peg_link_check_out_async (fixture->link, only_key (fixture), NULL, NULL, check_out_cb, &out);
  AWAIT (was_asked_for (fixture, "/checkout"));

  before_us = g_get_monotonic_time ();
  g_object_run_dispose (G_OBJECT (fixture->link));
  g_assert_cmpint (g_get_monotonic_time () - before_us, <, G_USEC_PER_SEC);
  AWAIT (out.done);
  g_assert_error (out.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  AWAIT (fixture->server->closed_code == 1000);
}

/* The server goes and comes back. */
static void
test_reconnect (Fixture       *fixture,
                gconstpointer  data)
{
  connect_as (fixture, "ada");
  AWAIT (state_of (fixture) == PEG_LINK_LIVE);

  soup_websocket_connection_close (fake_server_get_socket (fixture->server), 1012, NULL);
  AWAIT (state_of (fixture) == PEG_LINK_WAITING);
  peg_link_retry_now (fixture->link);
  AWAIT (state_of (fixture) == PEG_LINK_LIVE);
  g_assert_cmpuint (fixture->server->sockets->len, ==, 2);
}

static void
test_pegboard (Fixture       *fixture,
               gconstpointer  data)
{
  PegSnapshot *snapshot;

  connect_as (fixture, "ada");
  AWAIT (fixture->server->messages->len == 1);
  g_assert_true (g_str_has_prefix (fixture->server->messages->pdata[0], "{\"type\":\"hello\""));

  fake_server_send (fixture->server,
                    "{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":1,\"recovered\":false,"
                    "\"user\":\"ada\",\"name\":\"Halle 2\"}");
  AWAIT (state_of (fixture) == PEG_LINK_SYNCING);
  fake_server_send (fixture->server, FREE);
  AWAIT (state_of (fixture) == PEG_LINK_LIVE);

  snapshot = peg_store_get_shown (fixture->store);
  g_assert_cmpstr (peg_snapshot_get_epoch (snapshot), ==, "e");
  g_assert_cmpuint (peg_snapshot_get_seq (snapshot), ==, 1);
  g_assert_cmpstr (peg_snapshot_get_server_name (snapshot), ==, "Halle 2");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/link/live", Fixture, NULL, set_up, test_live, tear_down);
  g_test_add ("/link/preload", Fixture, NULL, set_up, test_preload, tear_down);
  g_test_add ("/link/work", Fixture, NULL, set_up, test_work, tear_down);
  g_test_add ("/link/release-history-note", Fixture, NULL, set_up, test_release_history_note, tear_down);
  g_test_add ("/link/offline", Fixture, NULL, set_up, test_offline, tear_down);
  g_test_add ("/link/dispose", Fixture, NULL, set_up, test_dispose, tear_down);
  g_test_add ("/link/reconnect", Fixture, NULL, set_up, test_reconnect, tear_down);
  g_test_add ("/link/pegboard", Fixture, "pegboard.1", set_up, test_pegboard, tear_down);

  return g_test_run ();
}
