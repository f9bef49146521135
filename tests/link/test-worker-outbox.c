/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-worker.h"

#include "peg-link.h"
#include "peg-outbox.h"

#include "fake-clock.h"
#include "fake-server.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define S ((gint64) G_USEC_PER_SEC)

#define CLASSIC(lock) \
  "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{\"A\":[{\"filename\":\"a.nc\"" lock "}]}}"
#define ADA ",\"status\":\"locked\",\"locked_by\":\"ada\""
#define BO ",\"status\":\"locked\",\"locked_by\":\"bo\""

/* The same, of a server that knows keys, versions and tokens. */
#define HELLO \
  "{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":1,\"recovered\":false,\"user\":\"ada\"}"
#define HELLO_BO \
  "{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":1,\"recovered\":false,\"user\":\"bo\"}"
#define NEWER(sha, lock) \
  "{\"type\":\"FILE_LIST_UPDATED\",\"epoch\":\"e\",\"seq\":1,\"payload\":{\"A\":[{" \
  "\"id\":\"f1\",\"filename\":\"a.nc\",\"path\":\"p/a.nc\",\"version\":12,\"sha256\":\"" sha "\"," \
  "\"lock\":" lock "}]}}"
#define LOCK "{\"id\":\"l\",\"token\":7,\"by\":\"ada\",\"since\":\"2026-01-05T10:42:00Z\"}"

typedef struct {
  FakeServer *server;
  FakeClock *clock;
  FakeRandom *random;
  PegStore *store;
  PegWorker *worker;
  char *folder;
  GFile *file;
  const char *list;
  gboolean newer;
  gboolean shared;       /* people take turns */
  guint n_sockets;       /* of earlier runs */
  guint status;          /* 0: cuts the connection without an answer */
  const char *body;      /* (nullable): of the answer */
  const char *retry_after; /* (nullable): likewise */
  SoupServerMessage *paused;
  gboolean pause;
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

static void
answer_cb (FakeServer        *server,
           const FakeRequest *request,
           SoupServerMessage *message,
           gpointer           user_data)
{
  Fixture *fixture = user_data;

  if (!g_str_equal (request->method, "POST")) {
    fake_server_reply (message, 404, "{}");
  } else if (fixture->pause) {
    g_set_object (&fixture->paused, message);
    soup_server_message_pause (message);
  } else if (fixture->status == 0) {
    g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);

    g_io_stream_close (stream, NULL, NULL);
  } else {
    if (fixture->retry_after != NULL)
      soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                    "Retry-After", fixture->retry_after);
    fake_server_reply (message, fixture->status,
                       fixture->body != NULL ? fixture->body : "{\"status\":\"success\"}");
  }
}

static PegSnapshot *
peek (Fixture *fixture)
{
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (fixture->store);

  return snapshot;
}

static gboolean
is_live (Fixture *fixture)
{
  return peg_snapshot_is_live (peek (fixture));
}

static GPtrArray *
drafts (Fixture *fixture)
{
  return peg_snapshot_get_drafts (peek (fixture));
}

static const PegDraft *
draft (Fixture *fixture)
{
  g_assert_cmpuint (drafts (fixture)->len, ==, 1);

  return drafts (fixture)->pdata[0];
}

static void
connect_to_server (Fixture *fixture)
{
  g_auto (PegAddress) address = { 0 };
  g_autofree char *url = fake_server_dup_url (fixture->server, "http", "");

  g_assert_true (peg_address_parse (&address, url, NULL));
  peg_worker_connect (fixture->worker, &(PegWorkerTarget) {
    .address = &address, .user = "ada", .shared = fixture->shared,
  });
}

/* A client, as it is after it was started. */
static void
begin (Fixture *fixture)
{
  fixture->clock = fake_clock_new ();
  fake_clock_advance (fixture->clock, S);
  fixture->random = fake_random_new (0.5);
  fixture->store = peg_store_new ();
  fixture->worker = peg_worker_new (fixture->store, PEG_CLOCK (fixture->clock),
                                    PEG_RANDOM (fixture->random));
  peg_worker_set_outbox (fixture->worker, fixture->folder, TRUE);
  connect_to_server (fixture);
}

static void
end (Fixture *fixture)
{
  peg_worker_shut_down (fixture->worker);
  g_assert_cmpuint (fake_clock_n_timers (fixture->clock), ==, 0);
  g_assert_finalize_object (g_steal_pointer (&fixture->worker));
  g_assert_finalize_object (g_steal_pointer (&fixture->clock));
  g_assert_finalize_object (g_steal_pointer (&fixture->random));
  g_assert_finalize_object (g_steal_pointer (&fixture->store));
}

static void
go_live (Fixture *fixture)
{
  if (fixture->newer) {
    AWAIT (fixture->server->sockets->len > fixture->n_sockets);
    fixture->n_sockets = fixture->server->sockets->len;
    fake_server_send (fixture->server, HELLO);
    fake_server_send (fixture->server, fixture->list);
  }
  AWAIT (is_live (fixture));
  fake_clock_advance (fixture->clock, 1);
}

static void
new_server (Fixture *fixture)
{
  fixture->server = fake_server_new (fixture->newer ? PEG_WIRE_PROTOCOL : NULL, NULL);
  if (!fixture->newer)
    fixture->server->greeting = g_strdup (fixture->list);
  fixture->server->handler = answer_cb;
  fixture->server->handler_data = fixture;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autofree char *path = NULL;

  fixture->list = data;
  fixture->newer = strstr (data, "\"epoch\"") != NULL;
  fixture->status = 200;
  fixture->folder = g_dir_make_tmp ("pegboard-outbox-XXXXXX", NULL);
  path = g_build_filename (fixture->folder, "mine.nc", NULL);
  fixture->file = g_file_new_for_path (path);
  g_assert_true (g_file_set_contents (path, "G0 X1\n", -1, NULL));
  new_server (fixture);
  begin (fixture);
  go_live (fixture);
}

static void
empty (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (g_file_test (path, G_FILE_TEST_IS_DIR))
      empty (path);
    else
      g_assert_cmpint (g_unlink (path), ==, 0);
  }

  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  end (fixture);
  g_clear_object (&fixture->paused);
  g_clear_pointer (&fixture->server, fake_server_free);
  g_clear_object (&fixture->file);
  empty (fixture->folder);
  g_clear_pointer (&fixture->folder, g_free);
}

static const char *
key_of (Fixture *fixture)
{
  return peg_entry_get_key (peg_group_get (peg_snapshot_get_group (peek (fixture), 0), 0));
}

static void
run (Fixture    *fixture,
     PegJobKind  kind,
     const char *key,
     GFile      *file,
     Outcome    *outcome)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, done_cb, outcome);
  PegAction action;

  if (peg_job_get_action (kind, &action))
    peg_store_dispatch (fixture->store, &(PegEvent) {
      .kind = PEG_EVENT_PENDING,
      .pending = { .key = key, .action = action },
    });
  peg_worker_run (fixture->worker, peg_job_new (kind, key, "deeper", file, FALSE, task));
}

static guint
n_posts (Fixture *fixture)
{
  guint n = 0;

  for (guint i = 0; i < fixture->server->requests->len; i++) {
    const FakeRequest *request = g_ptr_array_index (fixture->server->requests, i);

    if (g_str_equal (request->method, "POST"))
      n++;
  }

  return n;
}

/* The header of the nth POST. */
static const char *
nth_header (Fixture    *fixture,
            guint       nth,
            const char *name)
{
  for (guint i = 0; i < fixture->server->requests->len; i++) {
    const FakeRequest *request = g_ptr_array_index (fixture->server->requests, i);

    if (g_str_equal (request->method, "POST") && nth-- == 0)
      return fake_server_get_header (request, name);
  }

  g_assert_not_reached ();
}

static guint
n_files (Fixture *fixture)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
    g_autoptr (GDir) inner = g_dir_open (path, 0, NULL);

    while (inner != NULL && g_dir_read_name (inner) != NULL)
      n++;
  }

  return n;
}

static gboolean
said (Fixture    *fixture,
      const char *words)
{
  const GPtrArray *notices = peg_snapshot_get_notices (peek (fixture));

  for (guint i = 0; i < notices->len; i++) {
    if (strstr (((PegNotice *) notices->pdata[i])->text, words) != NULL)
      return TRUE;
  }

  return FALSE;
}

/* The bytes are on the disk before the first one is sent, and go when the server
 * has them; the person’s file may go in between. */
static void
test_check_in (Fixture       *fixture,
               gconstpointer  data)
{
  g_auto (Outcome) outcome = { 0 };

  fixture->pause = TRUE;
  run (fixture, PEG_JOB_CHECK_IN, key_of (fixture), fixture->file, &outcome);
  AWAIT (fixture->paused != NULL);
  g_assert_cmpint (draft (fixture)->state, ==, PEG_DRAFT_SENT);
  g_assert_cmpuint (n_files (fixture), ==, 3);
  g_assert_cmpstr (nth_header (fixture, 0, "Idempotency-Key"), ==, draft (fixture)->id);
  g_assert_true (g_file_delete (fixture->file, NULL, NULL));

  fake_server_reply (fixture->paused, 200, "{}");
  soup_server_message_unpause (fixture->paused);
  AWAIT (outcome.done);
  g_assert_no_error (outcome.error);
  g_assert_cmpuint (drafts (fixture)->len, ==, 0);
  g_assert_cmpuint (n_files (fixture), ==, 0);
}

/* What cannot be read was not checked in, and nothing is left of it. */
static void
test_no_file (Fixture       *fixture,
              gconstpointer  data)
{
  g_auto (Outcome) outcome = { 0 };

  g_assert_true (g_file_delete (fixture->file, NULL, NULL));
  run (fixture, PEG_JOB_CHECK_IN, key_of (fixture), fixture->file, &outcome);
  AWAIT (outcome.done);
  g_assert_error (outcome.error, PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED);
  g_assert_cmpuint (n_posts (fixture), ==, 0);
  g_assert_cmpuint (n_files (fixture), ==, 0);
}

/* Without a server it is a draft, also for the next run, which sends it. */
static void
test_offline (Fixture       *fixture,
              gconstpointer  data)
{
  g_auto (Outcome) outcome = { 0 };
  g_autofree char *id = NULL;
  g_autofree char *key = g_strdup (key_of (fixture));
  const guint port = fixture->server->port;

  peg_worker_disconnect (fixture->worker);
  g_assert_false (is_live (fixture));
  run (fixture, PEG_JOB_CHECK_IN, key, fixture->file, &outcome);
  AWAIT (outcome.done);
  g_assert_error (outcome.error, PEG_LINK_ERROR, PEG_LINK_ERROR_KEPT);
  g_assert_nonnull (strstr (outcome.error->message, "“a.nc” is kept"));
  g_assert_cmpuint (peg_snapshot_get_n_pending (peek (fixture)), ==, 0);
  g_assert_cmpint (draft (fixture)->state, ==, PEG_DRAFT_QUEUED);
  id = g_strdup (draft (fixture)->id);
  end (fixture);
  g_assert_cmpuint (n_posts (fixture), ==, 0);
  g_assert_cmpuint (fixture->server->port, ==, port);

  begin (fixture);
  g_assert_cmpstr (draft (fixture)->id, ==, id);
  go_live (fixture);
  AWAIT (n_posts (fixture) == 1);
  AWAIT (drafts (fixture)->len == 0);
  g_assert_cmpstr (nth_header (fixture, 0, "Idempotency-Key"), ==, id);
  if (fixture->newer)
    g_assert_cmpstr (nth_header (fixture, 0, "If-Match"), ==, "\"12\"");
  AWAIT (said (fixture, "which had waited"));
  g_assert_cmpuint (n_files (fixture), ==, 0);
}

/* Where people take turns, what one of them left is not sent in the name of another whose
 * token it turns out to be. */
static void
test_token_of_another (Fixture       *fixture,
                       gconstpointer  data)
{
  g_auto (Outcome) outcome = { 0 };
  g_autofree char *key = g_strdup (key_of (fixture));

  peg_worker_disconnect (fixture->worker);
  run (fixture, PEG_JOB_CHECK_IN, key, fixture->file, &outcome);
  AWAIT (outcome.done);
  end (fixture);

  fixture->shared = TRUE;
  begin (fixture);
  AWAIT (fixture->server->sockets->len > fixture->n_sockets);
  fixture->n_sockets = fixture->server->sockets->len;
  fake_server_send (fixture->server, HELLO_BO);
  fake_server_send (fixture->server, fixture->list);
  AWAIT (is_live (fixture));
  fake_clock_advance (fixture->clock, S);
  fake_server_send (fixture->server, "{\"type\":\"notification\",\"message\":\"so far\"}");
  AWAIT (said (fixture, "so far"));
  g_assert_cmpuint (n_posts (fixture), ==, 0);
  g_assert_cmpint (draft (fixture)->state, ==, PEG_DRAFT_QUEUED);

  /* It goes when the token is the right one. */
  end (fixture);
  begin (fixture);
  go_live (fixture);
  AWAIT (drafts (fixture)->len == 0);
  g_assert_cmpuint (n_posts (fixture), ==, 1);
}

/* The answer was lost. A server that knows the key is asked again under the same
 * one. */
static void
test_lost_newer (Fixture       *fixture,
                 gconstpointer  data)
{
  g_auto (Outcome) outcome = { 0 };

  fixture->status = 0;
  run (fixture, PEG_JOB_CHECK_IN, key_of (fixture), fixture->file, &outcome);
  AWAIT (outcome.done);
  g_assert_error (outcome.error, PEG_LINK_ERROR, PEG_LINK_ERROR_KEPT);
  g_assert_cmpint (draft (fixture)->state, ==, PEG_DRAFT_SENT);

  /* Less and less often. */
  fake_clock_advance (fixture->clock, 2 * S);
  AWAIT (n_posts (fixture) == 2);
  AWAIT (peg_snapshot_get_n_pending (peek (fixture)) == 0);
  fake_clock_advance (fixture->clock, 2 * S);
  AWAIT (peg_snapshot_get_n_pending (peek (fixture)) == 0);
  g_assert_cmpuint (n_posts (fixture), ==, 2);

  fixture->status = 200;
  fake_clock_advance (fixture->clock, 2 * S);
  AWAIT (drafts (fixture)->len == 0);
  g_assert_cmpuint (n_posts (fixture), ==, 3);
  g_assert_cmpstr (nth_header (fixture, 0, "Idempotency-Key"), ==,
                   nth_header (fixture, 2, "Idempotency-Key"));
  g_assert_cmpstr (nth_header (fixture, 1, "Idempotency-Key"), ==,
                   nth_header (fixture, 2, "Idempotency-Key"));
}

/* The first request under the key is still being worked on: that is no refusal. */
static void
test_under_way (Fixture       *fixture,
                gconstpointer  data)
{
  g_auto (Outcome) outcome = { 0 };

  fixture->status = 409;
  fixture->body = "{\"detail\":\"Not yet\",\"code\":\"under_way\"}";
  run (fixture, PEG_JOB_CHECK_IN, key_of (fixture), fixture->file, &outcome);
  AWAIT (outcome.done);
  g_assert_error (outcome.error, PEG_LINK_ERROR, PEG_LINK_ERROR_KEPT);
  g_assert_cmpint (draft (fixture)->state, ==, PEG_DRAFT_SENT);

  fixture->status = 200;
  fixture->body = NULL;
  fake_clock_advance (fixture->clock, 2 * S);
  AWAIT (drafts (fixture)->len == 0);
  g_assert_cmpuint (n_posts (fixture), ==, 2);
}

/* Lets the time pass, up to the moment before which nothing may be sent; and then
 * expects one more request. */
static void
expect_after (Fixture *fixture,
              gint64   delay_us)
{
  static guint n_words = 1000000;
  const guint n = n_posts (fixture);
  const gint64 until_us = peg_clock_get_mono_us (PEG_CLOCK (fixture->clock)) + delay_us;

  /* Whatever wakes it up meanwhile. */
  while (peg_clock_get_mono_us (PEG_CLOCK (fixture->clock)) < until_us - S) {
    g_autofree char *words = g_strdup_printf ("%u", ++n_words);
    g_autofree char *text = g_strdup_printf ("{\"type\":\"notification\",\"message\":\"<%s>\"}",
                                             words);

    /* The connection stays, as long as something is heard. */
    fake_server_send (fixture->server, "{\"type\":\"pong\"}");
    fake_server_send (fixture->server, text);
    AWAIT (said (fixture, words));
    fake_clock_advance (fixture->clock, MIN (5 * S, until_us - S -
                                             peg_clock_get_mono_us (PEG_CLOCK (fixture->clock))));
  }
  g_assert_true (is_live (fixture));
  g_assert_cmpuint (n_posts (fixture), ==, n);
  fake_clock_advance (fixture->clock, 2 * S);
  AWAIT (n_posts (fixture) == n + 1);
}

/* The server wants to be left alone for a while, and is; then it is asked again
 * under the same key, and nobody is told a second time. */
static void
test_busy (Fixture       *fixture,
           gconstpointer  data)
{
  static const struct {
    guint status;
    const char *retry_after;
    gint64 delay_us;
  } steps[] = {
    { 507, NULL, 30 * S },
    { 503, "7", 7 * S },
    { 500, NULL, 120 * S },
    { 429, NULL, 240 * S },
    { 502, NULL, 300 * S },
    { 503, NULL, 300 * S },
  };
  g_auto (Outcome) outcome = { 0 };
  g_autofree char *id = NULL;

  fixture->body = "{\"detail\":\"Not now\",\"code\":\"failed\"}";
  fixture->status = steps[0].status;
  run (fixture, PEG_JOB_CHECK_IN, key_of (fixture), fixture->file, &outcome);
  AWAIT (outcome.done);
  g_assert_error (outcome.error, PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED);
  id = g_strdup (draft (fixture)->id);

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    const gboolean last = i + 1 == G_N_ELEMENTS (steps);

    g_test_message ("step %u", i);
    g_assert_cmpint (draft (fixture)->state, ==, PEG_DRAFT_SENT);
    fixture->status = last ? 200 : steps[i + 1].status;
    fixture->retry_after = last ? NULL : steps[i + 1].retry_after;
    fixture->body = last ? NULL : fixture->body;
    expect_after (fixture, steps[i].delay_us);
    AWAIT (last || peg_snapshot_get_n_pending (peek (fixture)) == 0);
    g_assert_cmpstr (nth_header (fixture, i + 1, "Idempotency-Key"), ==, id);
    g_assert_false (said (fixture, "is kept under"));
  }
  AWAIT (drafts (fixture)->len == 0);
  g_assert_true (said (fixture, "which had waited"));
}

/* A classic one is not: a person is. */
static void
test_lost_classic (Fixture       *fixture,
                   gconstpointer  data)
{
  g_auto (Outcome) outcome = { 0 };
  g_auto (Outcome) arrived = { 0 };

  fixture->status = 0;
  run (fixture, PEG_JOB_CHECK_IN, key_of (fixture), fixture->file, &outcome);
  AWAIT (outcome.done);
  g_assert_error (outcome.error, PEG_LINK_ERROR, PEG_LINK_ERROR_UNCERTAIN);
  g_assert_cmpint (draft (fixture)->state, ==, PEG_DRAFT_UNCERTAIN);
  fixture->status = 200;
  fake_clock_advance (fixture->clock, 20 * S);

  /* Nor after a restart. */
  end (fixture);
  begin (fixture);
  go_live (fixture);
  fake_clock_advance (fixture->clock, 20 * S);
  AWAIT (peg_snapshot_get_n_pending (peek (fixture)) == 0);
  g_assert_cmpint (draft (fixture)->state, ==, PEG_DRAFT_UNCERTAIN);
  g_assert_cmpint (draft (fixture)->sent_us, >, 0);
  g_assert_cmpuint (n_posts (fixture), ==, 1);

  run (fixture, PEG_JOB_DRAFT_ARRIVED, draft (fixture)->id, NULL, &arrived);
  AWAIT (arrived.done);
  g_assert_no_error (arrived.error);
  g_assert_cmpuint (drafts (fixture)->len, ==, 0);
  g_assert_cmpuint (n_posts (fixture), ==, 1);
  g_assert_cmpuint (n_files (fixture), ==, 0);
}

/* The program ended while it was sent: a classic server is not asked again
 * either. */
static void
test_killed_classic (Fixture       *fixture,
                     gconstpointer  data)
{
  g_auto (Outcome) outcome = { 0 };
  g_auto (Outcome) again = { 0 };

  fixture->pause = TRUE;
  run (fixture, PEG_JOB_CHECK_IN, key_of (fixture), fixture->file, &outcome);
  AWAIT (fixture->paused != NULL);
  end (fixture);
  fixture->pause = FALSE;

  begin (fixture);
  g_assert_cmpint (draft (fixture)->state, ==, PEG_DRAFT_SENT);
  go_live (fixture);
  AWAIT (draft (fixture)->state == PEG_DRAFT_UNCERTAIN);
  g_assert_true (said (fixture, "never answered about the check-in of a.nc"));
  g_assert_cmpuint (n_posts (fixture), ==, 1);

  run (fixture, PEG_JOB_DRAFT_SEND, draft (fixture)->id, NULL, &again);
  AWAIT (again.done);
  g_assert_no_error (again.error);
  g_assert_cmpuint (n_posts (fixture), ==, 2);
  g_assert_cmpuint (drafts (fixture)->len, ==, 0);
}

/* A refusal keeps the bytes; they can be saved, and then discarded. */
static void
test_conflict (Fixture       *fixture,
               gconstpointer  data)
{
  g_auto (Outcome) outcome = { 0 };
  g_auto (Outcome) saved = { 0 };
  g_auto (Outcome) discarded = { 0 };
  g_autofree char *path = g_build_filename (fixture->folder, "saved.nc", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GFile) destination = g_file_new_for_path (path);

  fixture->status = 409;
  run (fixture, PEG_JOB_CHECK_IN, key_of (fixture), fixture->file, &outcome);
  AWAIT (outcome.done);
  g_assert_error (outcome.error, PEG_LINK_ERROR, PEG_LINK_ERROR_REFUSED);
  g_assert_cmpint (draft (fixture)->state, ==, PEG_DRAFT_CONFLICT);
  g_assert_cmpstr (draft (fixture)->why, ==, outcome.error->message);

  fixture->status = 200;
  end (fixture);
  begin (fixture);
  go_live (fixture);
  fake_clock_advance (fixture->clock, 20 * S);
  g_assert_cmpint (draft (fixture)->state, ==, PEG_DRAFT_CONFLICT);
  g_assert_cmpuint (n_posts (fixture), ==, 1);

  run (fixture, PEG_JOB_DRAFT_SAVE, draft (fixture)->id, destination, &saved);
  AWAIT (saved.done);
  g_assert_no_error (saved.error);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "G0 X1\n");

  run (fixture, PEG_JOB_DRAFT_DISCARD, draft (fixture)->id, NULL, &discarded);
  AWAIT (discarded.done);
  g_assert_no_error (discarded.error);
  g_assert_cmpuint (drafts (fixture)->len, ==, 0);
  g_assert_cmpuint (n_files (fixture), ==, 0);
}

/* A check-out whose answer was lost is found out about, within its minute. */
static void
test_check_out_newer (Fixture       *fixture,
                      gconstpointer  data)
{
  g_auto (Outcome) outcome = { 0 };

  fixture->status = 0;
  run (fixture, PEG_JOB_CHECK_OUT, key_of (fixture), NULL, &outcome);
  AWAIT (n_posts (fixture) == 1);
  AWAIT (fake_clock_next_us (fixture->clock) <= 2 * S);
  fixture->status = 200;
  g_assert_false (outcome.done);
  g_assert_cmpuint (peg_snapshot_get_n_pending (peek (fixture)), ==, 1);
  fake_clock_advance (fixture->clock, 2 * S);
  AWAIT (outcome.done);
  g_assert_no_error (outcome.error);
  g_assert_cmpuint (n_posts (fixture), ==, 2);
  g_assert_cmpstr (nth_header (fixture, 0, "Idempotency-Key"), ==,
                   nth_header (fixture, 1, "Idempotency-Key"));
  g_assert_cmpuint (n_files (fixture), ==, 0);
}

/* On a classic server only the list can tell. */
static void
test_check_out_classic (Fixture       *fixture,
                        gconstpointer  data)
{
  g_auto (Outcome) mine = { 0 };
  g_auto (Outcome) theirs = { 0 };

  fixture->status = 0;
  run (fixture, PEG_JOB_CHECK_OUT, key_of (fixture), NULL, &mine);
  AWAIT (n_posts (fixture) == 1);
  AWAIT (fake_clock_next_us (fixture->clock) <= 2 * S);
  fake_server_send (fixture->server, CLASSIC (ADA));
  AWAIT (peg_snapshot_get_counts (peek (fixture))->mine == 1);
  fake_clock_advance (fixture->clock, 2 * S);
  AWAIT (mine.done);
  g_assert_no_error (mine.error);

  fake_server_send (fixture->server, CLASSIC (BO));
  AWAIT (peg_snapshot_get_counts (peek (fixture))->mine == 0);
  run (fixture, PEG_JOB_CHECK_OUT, key_of (fixture), NULL, &theirs);
  AWAIT (n_posts (fixture) == 2);
  AWAIT (fake_clock_next_us (fixture->clock) <= 2 * S);
  fake_clock_advance (fixture->clock, 4 * S);
  AWAIT (theirs.done);
  g_assert_error (theirs.error, PEG_LINK_ERROR, PEG_LINK_ERROR_UNCERTAIN);
  fake_clock_advance (fixture->clock, 60 * S);
  g_assert_cmpuint (n_posts (fixture), ==, 2);
  g_assert_cmpuint (n_files (fixture), ==, 0);
}

/* A check-out is never done after the program was started anew. */
static void
test_check_out_restart (Fixture       *fixture,
                        gconstpointer  data)
{
  g_auto (Outcome) outcome G_GNUC_UNUSED = { 0 };
  PegOutbox *outbox;
  g_autoptr (PegEntry) entry = peg_entry_ref (peg_snapshot_find (peek (fixture), key_of (fixture)));
  g_auto (PegAddress) address = { 0 };
  g_autofree char *url = fake_server_dup_url (fixture->server, "http", "");
  g_autofree char *folder = NULL;
  g_autofree char *id = NULL;
  PegOutboxItem *item;
  int lock;

  end (fixture);
  g_assert_true (peg_address_parse (&address, url, NULL));
  folder = peg_outbox_dup_folder (fixture->folder, address.http, "ada");

  /* What a program leaves that was killed. */
  fixture->clock = fake_clock_new ();
  outbox = peg_outbox_new (folder, PEG_CLOCK (fixture->clock), NULL);
  id = peg_outbox_reserve (outbox, &lock, NULL);
  item = peg_outbox_add (outbox, id, lock, peg_outbox_item_new (PEG_ACTION_CHECK_OUT, entry, NULL), NULL);
  g_assert_true (peg_outbox_set (outbox, item, PEG_DRAFT_SENT, NULL, NULL));
  g_assert_finalize_object (outbox);
  g_assert_finalize_object (g_steal_pointer (&fixture->clock));
  g_assert_cmpuint (n_files (fixture), ==, 2);

  begin (fixture);
  go_live (fixture);
  AWAIT (n_files (fixture) == 0);
  g_assert_true (said (fixture, "was not repeated"));
  fake_clock_advance (fixture->clock, 60 * S);
  g_assert_cmpuint (n_posts (fixture), ==, 0);
}

/* The second action on a file waits for the first, and not for ever. */
static void
test_order (Fixture       *fixture,
            gconstpointer  data)
{
  g_auto (Outcome) out = { 0 };
  g_auto (Outcome) back = { 0 };

  fixture->pause = TRUE;
  run (fixture, PEG_JOB_CHECK_OUT, key_of (fixture), NULL, &out);
  AWAIT (fixture->paused != NULL);
  run (fixture, PEG_JOB_RELEASE, key_of (fixture), NULL, &back);
  fixture->pause = FALSE;
  fake_clock_advance (fixture->clock, 5 * S);
  g_assert_cmpuint (n_posts (fixture), ==, 1);

  fake_server_reply (fixture->paused, 200, "{}");
  soup_server_message_unpause (fixture->paused);
  AWAIT (out.done);
  fake_clock_advance (fixture->clock, 1);
  AWAIT (back.done);
  g_assert_no_error (out.error);
  g_assert_no_error (back.error);
  g_assert_cmpuint (n_posts (fixture), ==, 2);
}

static void
test_expires (Fixture       *fixture,
              gconstpointer  data)
{
  g_auto (Outcome) in = { 0 };
  g_auto (Outcome) back = { 0 };

  fixture->pause = TRUE;
  run (fixture, PEG_JOB_CHECK_IN, key_of (fixture), fixture->file, &in);
  AWAIT (fixture->paused != NULL);
  run (fixture, PEG_JOB_RELEASE, key_of (fixture), NULL, &back);
  fake_clock_advance (fixture->clock, 60 * S);
  AWAIT (back.done);
  g_assert_error (back.error, PEG_LINK_ERROR, PEG_LINK_ERROR_OFFLINE);
  g_assert_nonnull (strstr (back.error->message, "could not be sent in time"));
  g_assert_cmpuint (n_posts (fixture), ==, 1);

  fixture->pause = FALSE;
  fake_server_reply (fixture->paused, 200, "{}");
  soup_server_message_unpause (fixture->paused);
  AWAIT (in.done);
  g_assert_no_error (in.error);
}

/* A check-in whose bytes come as slowly as the test writes them.
 *
 * Returns: (transfer full): where to write them */
static char *
run_slow (Fixture *fixture,
          Outcome *outcome)
{
  g_autofree char *path = g_build_filename (fixture->folder, "slow.nc", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  run (fixture, PEG_JOB_CHECK_IN, key_of (fixture), file, outcome);

  return g_steal_pointer (&path);
}

static int
open_slow (const char *path)
{
  int fd = -1;

  /* There is nobody who reads until the copying has begun. */
  AWAIT ((fd = open (path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)) >= 0);

  return fd;
}

/* Another server is chosen while bytes are copied: they are the first one’s. */
static void
test_other_server (Fixture       *fixture,
                   gconstpointer  data)
{
  g_auto (Outcome) outcome = { 0 };
  FakeServer *first = fixture->server;
  g_autofree char *path = run_slow (fixture, &outcome);
  const int fd = open_slow (path);

  new_server (fixture);
  connect_to_server (fixture);
  go_live (fixture);
  close (fd);
  AWAIT (outcome.done);
  g_assert_error (outcome.error, PEG_LINK_ERROR, PEG_LINK_ERROR_KEPT);
  g_assert_cmpuint (n_posts (fixture), ==, 0);
  g_assert_cmpuint (drafts (fixture)->len, ==, 0);

  /* It goes on where it belongs. */
  fake_server_free (g_steal_pointer (&fixture->server));
  fixture->server = first;
  g_assert_cmpuint (n_posts (fixture), ==, 0);
  connect_to_server (fixture);
  g_assert_cmpint (draft (fixture)->state, ==, PEG_DRAFT_QUEUED);
  go_live (fixture);
  AWAIT (drafts (fixture)->len == 0);
  g_assert_cmpuint (n_posts (fixture), ==, 1);
}

/* Another program that only watches takes nothing from the window. */
static void
test_watched (Fixture       *fixture,
              gconstpointer  data)
{
  g_auto (Outcome) outcome = { 0 };
  g_auto (Outcome) discarded = { 0 };
  g_auto (PegAddress) address = { 0 };
  g_autofree char *url = fake_server_dup_url (fixture->server, "http", "");
  FakeClock *clock = fake_clock_new ();
  FakeRandom *random = fake_random_new (0.5);
  PegStore *store = peg_store_new ();
  PegWorker *watcher = peg_worker_new (store, PEG_CLOCK (clock), PEG_RANDOM (random));

  fixture->status = 409;
  run (fixture, PEG_JOB_CHECK_IN, key_of (fixture), fixture->file, &outcome);
  AWAIT (outcome.done);
  end (fixture);

  fake_clock_advance (clock, S);
  peg_worker_set_outbox (watcher, fixture->folder, FALSE);
  g_assert_true (peg_address_parse (&address, url, NULL));
  peg_worker_connect (watcher, &(PegWorkerTarget) { .address = &address, .user = "ada" });

  begin (fixture);
  go_live (fixture);
  g_assert_false (draft (fixture)->elsewhere);
  run (fixture, PEG_JOB_DRAFT_DISCARD, draft (fixture)->id, NULL, &discarded);
  AWAIT (discarded.done);
  g_assert_no_error (discarded.error);
  g_assert_cmpuint (drafts (fixture)->len, ==, 0);

  peg_worker_shut_down (watcher);
  g_assert_finalize_object (watcher);
  g_assert_finalize_object (clock);
  g_assert_finalize_object (random);
  g_assert_finalize_object (store);
}

/* The socket is live all the while, and a request does not get through. */
static void
test_no_way (Fixture       *fixture,
             gconstpointer  data)
{
  g_auto (Outcome) outcome = { 0 };

  soup_server_disconnect (fixture->server->server);
  run (fixture, PEG_JOB_CHECK_IN, key_of (fixture), fixture->file, &outcome);
  AWAIT (outcome.done);
  g_assert_error (outcome.error, PEG_LINK_ERROR, PEG_LINK_ERROR_KEPT);
  g_assert_true (is_live (fixture));
  g_assert_cmpint (draft (fixture)->state, ==, PEG_DRAFT_QUEUED);

  /* It is tried again, less and less often. */
  g_assert_cmpint (fake_clock_next_us (fixture->clock), <=, 2 * S);
  fake_clock_advance (fixture->clock, 2 * S);
  g_assert_cmpuint (peg_snapshot_get_n_pending (peek (fixture)), ==, 1);
  AWAIT (peg_snapshot_get_n_pending (peek (fixture)) == 0);
  g_assert_cmpint (fake_clock_next_us (fixture->clock), <=, 4 * S);
}

#define ADD(name, list, func) \
  g_test_add ("/worker-outbox/" name, Fixture, list, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("check-in", CLASSIC (ADA), test_check_in);
  ADD ("check-in-newer", NEWER ("0", LOCK), test_check_in);
  ADD ("no-file", CLASSIC (ADA), test_no_file);
  ADD ("offline", CLASSIC (ADA), test_offline);
  ADD ("offline-newer", NEWER ("0", LOCK), test_offline);
  ADD ("token-of-another", NEWER ("0", LOCK), test_token_of_another);
  ADD ("lost-newer", NEWER ("0", LOCK), test_lost_newer);
  ADD ("under-way", NEWER ("0", LOCK), test_under_way);
  ADD ("busy", NEWER ("0", LOCK), test_busy);
  ADD ("lost-classic", CLASSIC (ADA), test_lost_classic);
  ADD ("killed-classic", CLASSIC (ADA), test_killed_classic);
  ADD ("conflict", CLASSIC (ADA), test_conflict);
  ADD ("conflict-newer", NEWER ("0", LOCK), test_conflict);
  ADD ("check-out-newer", NEWER ("0", "null"), test_check_out_newer);
  ADD ("check-out-classic", CLASSIC (""), test_check_out_classic);
  ADD ("check-out-restart", CLASSIC (""), test_check_out_restart);
  ADD ("check-out-restart-newer", NEWER ("0", "null"), test_check_out_restart);
  ADD ("order", CLASSIC (ADA), test_order);
  ADD ("expires", CLASSIC (ADA), test_expires);
  ADD ("other-server", CLASSIC (ADA), test_other_server);
  ADD ("watched", CLASSIC (ADA), test_watched);
  ADD ("no-way", CLASSIC (ADA), test_no_way);

  return g_test_run ();
}
