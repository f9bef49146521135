/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-worker.h"

#include "peg-link.h"

#include "fake-clock.h"
#include "fake-server.h"

#include <string.h>

#define S ((gint64) G_USEC_PER_SEC)

#define FREE "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{\"A\":[{\"filename\":\"a.nc\"}]}}"
#define TAKEN \
  "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{\"A\":[{\"filename\":\"a.nc\"," \
  "\"status\":\"locked\",\"locked_by\":\"ada\"}]}}"

#define LOST \
  "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{\"A\":[{\"filename\":\"a.nc\"," \
  "\"status\":\"locked\",\"locked_by\":\"bo\"}]}}"

/* The worker in the thread of the test, with a clock that the test moves. */
typedef struct {
  FakeServer *server;
  FakeClock *clock;
  FakeRandom *random;
  PegStore *store;
  PegWorker *worker;
  SoupServerMessage *paused;
} Fixture;

typedef struct {
  gboolean done;
  GError *error;
} Outcome;

static void
outcome_clear (Outcome *outcome)
{
  g_clear_error (&outcome->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

static void
done_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Outcome *outcome = user_data;

  g_task_propagate_boolean (G_TASK (result), &outcome->error);
  outcome->done = TRUE;
}

/* Says yes, and nothing through the socket; or nothing at all. */
static void
yes_cb (FakeServer        *server,
        const FakeRequest *request,
        SoupServerMessage *message,
        gpointer           user_data)
{
  Fixture *fixture = user_data;

  if (fixture->paused == NULL && g_str_has_suffix (request->path, "/cancel_checkout")) {
    fixture->paused = g_object_ref (message);
    soup_server_message_pause (message);
  } else {
    fake_server_reply (message, 200, "{\"status\":\"success\"}");
  }
}

static PegSnapshot *
peek (Fixture *fixture)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (fixture->store);

  return snapshot;
}

static PegLinkState
state_of (Fixture *fixture)
{
  return peg_snapshot_get_link (peek (fixture))->state;
}

static void
connect_to (Fixture    *fixture,
            FakeServer *server)
{
  g_auto (PegAddress) address = { 0 };
  g_autofree char *url = fake_server_dup_url (server, "http", "");

  g_assert_true (peg_address_parse (&address, url, NULL));
  peg_worker_connect (fixture->worker, &(PegWorkerTarget) { .address = &address, .user = "ada" });
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->server = fake_server_new (NULL, NULL);
  fixture->server->greeting = g_strdup (data != NULL ? data : FREE);
  fixture->server->handler = yes_cb;
  fixture->server->handler_data = fixture;
  fixture->clock = fake_clock_new ();
  fixture->random = fake_random_new (0.5);
  fixture->store = peg_store_new ();
  fixture->worker = peg_worker_new (fixture->store, PEG_CLOCK (fixture->clock),
                                    PEG_RANDOM (fixture->random));
  connect_to (fixture, fixture->server);
  AWAIT (state_of (fixture) == PEG_LINK_LIVE);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  peg_worker_shut_down (fixture->worker);
  g_assert_cmpuint (fake_clock_n_timers (fixture->clock), ==, 0);
  g_assert_finalize_object (g_steal_pointer (&fixture->worker));
  g_clear_object (&fixture->paused);
  g_clear_pointer (&fixture->server, fake_server_free);
  g_assert_finalize_object (g_steal_pointer (&fixture->clock));
  g_assert_finalize_object (g_steal_pointer (&fixture->random));
  g_assert_finalize_object (g_steal_pointer (&fixture->store));
}

static const char *
key_of (Fixture *fixture)
{
  return peg_entry_get_key (peg_group_get (peg_snapshot_get_group (peek (fixture), 0), 0));
}

static gboolean
is_pending (Fixture *fixture)
{
  return peg_snapshot_get_n_pending (peek (fixture)) > 0;
}

static void
run (Fixture    *fixture,
     PegJobKind  kind,
     Outcome    *outcome)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, done_cb, outcome);
  PegAction action;

  if (peg_job_get_action (kind, &action))
    peg_store_dispatch (fixture->store, &(PegEvent) {
      .kind = PEG_EVENT_PENDING,
      .pending = { .key = key_of (fixture), .action = action },
    });
  peg_worker_run (fixture->worker,
                  peg_job_new (kind, key_of (fixture), NULL, NULL, FALSE, task));
}

static guint
n_refreshes (Fixture *fixture)
{
  guint n = 0;

  for (guint i = 0; i < fixture->server->messages->len; i++) {
    if (g_str_equal (fixture->server->messages->pdata[i], "REFRESH_FILES"))
      n++;
  }

  return n;
}

/* A yes is no proof: the row waits for the push. */
static void
test_push (Fixture       *fixture,
           gconstpointer  data)
{
  g_auto (Outcome) outcome = { 0 };

  run (fixture, PEG_JOB_CHECK_OUT, &outcome);
  AWAIT (outcome.done);
  g_assert_no_error (outcome.error);
  g_assert_true (is_pending (fixture));
  g_assert_false (peg_entry_is_locked (peg_snapshot_find (peek (fixture), key_of (fixture))));

  fake_clock_advance (fixture->clock, S);
  g_assert_true (is_pending (fixture));
  fake_server_send (fixture->server, TAKEN);
  AWAIT (!is_pending (fixture));
  g_assert_true (peg_entry_is_locked (peg_snapshot_find (peek (fixture), key_of (fixture))));
  fake_clock_advance (fixture->clock, 10 * S);
  g_assert_cmpuint (n_refreshes (fixture), ==, 0);
}

/* No push comes: the list is asked for, and then what there is is shown. */
static void
test_no_push (Fixture       *fixture,
              gconstpointer  data)
{
  g_auto (Outcome) outcome = { 0 };

  run (fixture, PEG_JOB_CHECK_OUT, &outcome);
  AWAIT (outcome.done);
  g_assert_no_error (outcome.error);

  fake_clock_advance (fixture->clock, 2 * S - 1);
  g_assert_cmpuint (n_refreshes (fixture), ==, 0);
  fake_clock_advance (fixture->clock, S);
  AWAIT (n_refreshes (fixture) == 1);
  g_assert_true (is_pending (fixture));
  fake_clock_advance (fixture->clock, 2 * S + 1);
  g_assert_false (is_pending (fixture));
  g_assert_cmpuint (n_refreshes (fixture), ==, 1);
}

/* How many errors were said. */
static guint
n_errors (Fixture *fixture)
{
  const GPtrArray *notices = peg_snapshot_get_notices (peek (fixture));
  guint n = 0;

  for (guint i = 0; i < notices->len; i++) {
    const PegNotice *notice = notices->pdata[i];

    if (notice->level == PEG_NOTICE_ERROR) {
      g_assert_nonnull (strstr (notice->text, "a.nc did not hold: bo has it."));
      n++;
    }
  }

  return n;
}

static gboolean
is_with (Fixture    *fixture,
         const char *holder)
{
  return g_strcmp0 (peg_entry_get_holder (peg_snapshot_find (peek (fixture), key_of (fixture))),
                    holder) == 0;
}

/* A yes that the list takes back is said loudly, once: whether the list never
 * said so, or turned over. */
static void
test_taken_back (Fixture       *fixture,
                 gconstpointer  data)
{
  g_auto (Outcome) first = { 0 };
  g_auto (Outcome) second = { 0 };

  run (fixture, PEG_JOB_CHECK_OUT, &first);
  AWAIT (first.done);
  g_assert_no_error (first.error);
  fake_server_send (fixture->server, LOST);
  AWAIT (is_with (fixture, "bo"));
  fake_clock_advance (fixture->clock, 2 * S);
  g_assert_cmpuint (n_errors (fixture), ==, 1);
  fake_clock_advance (fixture->clock, 5 * S);
  g_assert_cmpuint (n_errors (fixture), ==, 1);

  fake_server_send (fixture->server, FREE);
  AWAIT (is_with (fixture, NULL));
  run (fixture, PEG_JOB_CHECK_OUT, &second);
  AWAIT (second.done);
  fake_server_send (fixture->server, TAKEN);
  AWAIT (is_with (fixture, "ada"));
  fake_clock_advance (fixture->clock, 3 * S);
  fake_server_send (fixture->server, LOST);
  AWAIT (is_with (fixture, "bo"));
  fake_clock_advance (fixture->clock, 2 * S);
  g_assert_cmpuint (n_errors (fixture), ==, 2);
}

/* What the person gave back may be somebody else’s. */
static void
test_given_back (Fixture       *fixture,
                 gconstpointer  data)
{
  g_auto (Outcome) out = { 0 };
  g_auto (Outcome) back = { 0 };

  run (fixture, PEG_JOB_CHECK_OUT, &out);
  AWAIT (out.done);
  fake_server_send (fixture->server, TAKEN);
  AWAIT (is_with (fixture, "ada"));

  run (fixture, PEG_JOB_RELEASE, &back);
  AWAIT (fixture->paused != NULL);
  fake_server_reply (fixture->paused, 200, "{}");
  soup_server_message_unpause (fixture->paused);
  AWAIT (back.done);
  fake_server_send (fixture->server, LOST);
  AWAIT (is_with (fixture, "bo"));
  fake_clock_advance (fixture->clock, 10 * S);
  g_assert_cmpuint (n_errors (fixture), ==, 0);
}

/* No answer comes: it ends all the same. */
static void
test_deadline (Fixture       *fixture,
               gconstpointer  data)
{
  g_auto (Outcome) outcome = { 0 };

  run (fixture, PEG_JOB_RELEASE, &outcome);
  AWAIT (fixture->paused != NULL);
  fake_clock_advance (fixture->clock, 60 * S - 1);
  g_assert_true (is_pending (fixture));
  g_assert_false (outcome.done);

  fake_clock_advance (fixture->clock, 1);
  AWAIT (outcome.done);
  g_assert_error (outcome.error, PEG_LINK_ERROR, PEG_LINK_ERROR_UNCERTAIN);
  g_assert_false (is_pending (fixture));
  fake_clock_advance (fixture->clock, S);
  AWAIT (n_refreshes (fixture) == 1);
}

/* A later action with the same file is not ended by an earlier one. */
static void
test_two_actions (Fixture       *fixture,
                  gconstpointer  data)
{
  g_auto (Outcome) out = { 0 };
  g_auto (Outcome) back = { 0 };
  const PegPending *pending;

  run (fixture, PEG_JOB_CHECK_OUT, &out);
  AWAIT (out.done);
  fake_server_send (fixture->server, TAKEN);
  AWAIT (!is_pending (fixture));

  run (fixture, PEG_JOB_RELEASE, &back);
  AWAIT (fixture->paused != NULL);
  fake_clock_advance (fixture->clock, 10 * S);
  pending = peg_snapshot_find_pending (peek (fixture), key_of (fixture));
  g_assert_nonnull (pending);
  g_assert_cmpint (pending->action, ==, PEG_ACTION_RELEASE);

  fake_server_reply (fixture->paused, 200, "{}");
  soup_server_message_unpause (fixture->paused);
  AWAIT (back.done);
  g_assert_no_error (back.error);
}

static void
test_unknown_file (Fixture       *fixture,
                   gconstpointer  data)
{
  g_auto (Outcome) outcome = { 0 };
  g_autoptr (GTask) task = g_task_new (NULL, NULL, done_cb, &outcome);

  peg_worker_run (fixture->worker, peg_job_new (PEG_JOB_CHECK_OUT, "none", NULL, NULL, FALSE, task));
  g_clear_object (&task);
  AWAIT (outcome.done);
  g_assert_error (outcome.error, PEG_LINK_ERROR, PEG_LINK_ERROR_NOT_FOUND);
}

/* Nothing of one server is ever taken for another’s. */
static void
test_other_server (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (FakeServer) other = fake_server_new (NULL, NULL);
  SoupWebsocketConnection *old = fake_server_get_socket (fixture->server);

  other->greeting = g_strdup ("{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{}}");
  connect_to (fixture, other);
  g_assert_cmpuint (peg_snapshot_get_counts (peek (fixture))->all, ==, 0);
  g_assert_false (peg_snapshot_has_list (peek (fixture)));

  soup_websocket_connection_send_text (old, TAKEN);
  AWAIT (state_of (fixture) == PEG_LINK_LIVE);
  AWAIT (fixture->server->closed_code == 1000);
  g_assert_cmpuint (peg_snapshot_get_counts (peek (fixture))->all, ==, 0);

  peg_worker_disconnect (fixture->worker);
  AWAIT (other->closed_code == 1000);
}

#define ADD(name, func) \
  g_test_add ("/worker/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("push", test_push);
  ADD ("no-push", test_no_push);
  ADD ("taken-back", test_taken_back);
  ADD ("given-back", test_given_back);
  ADD ("deadline", test_deadline);
  ADD ("two-actions", test_two_actions);
  ADD ("unknown-file", test_unknown_file);
  ADD ("other-server", test_other_server);

  return g_test_run ();
}
