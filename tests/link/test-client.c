/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-client.h"

#include "peg-link.h"

#include "client-fixture.h"

#include <string.h>

CLIENT_OUTCOME_CB (check_out, (gpointer) (gsize))
CLIENT_OUTCOME_CB (check_in, (gpointer) (gsize))
CLIENT_OUTCOME_CB (release, (gpointer) (gsize))
CLIENT_OUTCOME_CB (download, (gpointer) (gsize))
CLIENT_OUTCOME_CB (acknowledge, (gpointer) (gsize))
CLIENT_OUTCOME_CB (get_config, (gpointer))
CLIENT_OUTCOME_CB (get_files, (gpointer))
CLIENT_OUTCOME_CB (history, (gpointer))
CLIENT_OUTCOME_CB (get_activity, (gpointer))

static char *
body_of (const FakeRequest *request)
{
  gsize length;
  const char *data = g_bytes_get_data (request->body, &length);

  return g_strndup (data, length);
}

static void
test_check_out (Fixture       *fixture,
                gconstpointer  data)
{
  Canned canned = { 200, "{\"status\":\"success\"}" };
  g_auto (Outcome) first = { 0 };
  g_auto (Outcome) second = { 0 };
  g_autofree char *body = NULL;
  g_autofree char *key = NULL;

  client_can (fixture, &canned);
  peg_client_check_out_async (fixture->client, fixture->entry, "burr on \"edge\"", NULL, NULL,
                              check_out_cb, &first);
  AWAIT (first.done);
  g_assert_no_error (first.error);

  g_assert_cmpstr (client_last (fixture)->method, ==, "POST");
  g_assert_cmpstr (client_last (fixture)->path, ==, "/files/1234567 A&B/?.vnc/checkout");
  g_assert_cmpstr (fake_server_get_header (client_last (fixture), "Authorization"), ==,
                   "Bearer s3cret");
  key = g_strdup (fake_server_get_header (client_last (fixture), "Idempotency-Key"));
  g_assert_true (g_uuid_string_is_valid (key));
  body = body_of (client_last (fixture));
  g_assert_cmpstr (body, ==,
                   "{\"user\":\"ada\",\"message\":\"burr on \\\"edge\\\"\",\"station\":\"VF-4\"}");

  /* By its path, where the server understands that. */
  peg_client_set_dialect (fixture->client, PEG_DIALECT_PEGBOARD_1);
  peg_client_check_out_async (fixture->client, fixture->entry, NULL, NULL, NULL, check_out_cb, &second);
  AWAIT (second.done);
  g_assert_no_error (second.error);
  g_assert_cmpstr (client_last (fixture)->path, ==, "/files/12/1234567 A&B.vnc/checkout");
  g_assert_cmpstr (fake_server_get_header (client_last (fixture), "Idempotency-Key"), !=, key);
}

/* How a name goes over the wire: whatever is in it, it is one part of a path. */
static void
test_names (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (RawServer) raw = raw_server_new ();
  g_autofree char *http = g_strdup_printf ("http://127.0.0.1:%u/pdm", raw->port);
  g_autoptr (PegClient) client = client_new (fixture, http);
  g_auto (Outcome) bare = { 0 };
  g_auto (Outcome) path = { 0 };

  raw->answer = g_strdup ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
  raw->length = strlen (raw->answer);
  raw->hang_up = TRUE;

  peg_client_download_async (client, fixture->entry, "ab/cd", fixture->file, NULL, download_cb, &bare);
  AWAIT (bare.done);
  g_assert_true (g_str_has_prefix (raw->head, "GET /pdm/files/1234567%20A%26B%2F%3F.vnc/versions/ab%2Fcd HTTP/1.1\r\n"));

  peg_client_set_dialect (client, PEG_DIALECT_PEGBOARD_1);
  peg_client_download_async (client, fixture->entry, NULL, fixture->file, NULL, download_cb, &path);
  AWAIT (path.done);
  g_assert_true (g_str_has_prefix (raw->head, "GET /pdm/files/12%2F1234567%20A%26B.vnc/download HTTP/1.1\r\n"));
}

static void
test_release (Fixture       *fixture,
              gconstpointer  data)
{
  Canned canned = { 200, "" };
  g_auto (Outcome) outcome = { 0 };
  g_autofree char *body = NULL;

  client_can (fixture, &canned);
  peg_client_release_async (fixture->client, fixture->entry, NULL, NULL, release_cb, &outcome);
  AWAIT (outcome.done);
  g_assert_no_error (outcome.error);
  g_assert_true (g_str_has_suffix (client_last (fixture)->path, "/cancel_checkout"));
  body = body_of (client_last (fixture));
  g_assert_nonnull (strstr (body, "\"token\":42"));
}

static void
take_for (Fixture    *fixture,
          const char *holder)
{
  PegEntryFields fields;
  g_autoptr (PegEntry) entry = NULL;

  peg_entry_get_fields (fixture->entry, &fields);
  fields.holder = holder;
  fields.flags = PEG_ENTRY_PLAIN;
  fields.since_us = 1767608520 * (gint64) G_USEC_PER_SEC; /* 10:22 of the same day */
  entry = peg_entry_new (&fields);
  client_list (fixture, entry);
}

/* What is known here is said first, what the server says after it. */
static void
test_refusals (Fixture       *fixture,
               gconstpointer  data)
{
  static const struct {
    guint status;
    const char *body;
    const char *holder;
    PegLinkError code;
    const char *words[2];
  } cases[] = {
    { 500, "", "Dana", PEG_LINK_ERROR_REFUSED, { "Dana has had “", "” since 10:22." } },
    { 409, "{\"detail\":\"locked\",\"code\":\"taken\"}", "Dana", PEG_LINK_ERROR_REFUSED,
      { "Dana has had", "The server says: “locked”" } },
    { 423, "no", NULL, PEG_LINK_ERROR_REFUSED, { "somebody was faster", NULL } },
    { 500, "", "ada", PEG_LINK_ERROR_REFUSED, { "You have", "already" } },
    { 409, "{\"detail\":\"two\",\"code\":\"ambiguous\"}", NULL, PEG_LINK_ERROR_AMBIGUOUS,
      { "Several files", "two" } },
    { 401, "", NULL, PEG_LINK_ERROR_SIGN_IN, { "Sign in again", NULL } },
    { 403, "", NULL, PEG_LINK_ERROR_SIGN_IN, { "Sign in again", NULL } },
    { 404, "", NULL, PEG_LINK_ERROR_NOT_FOUND, { "renamed or deleted", NULL } },
    { 413, "", NULL, PEG_LINK_ERROR_REFUSED, { "larger", NULL } },
    { 429, "", NULL, PEG_LINK_ERROR_FAILED, { "too much to do", NULL } },
    { 302, "", NULL, PEG_LINK_ERROR_FAILED, { "not a shop server", NULL } },
    { 418, "<b>%s</b>", NULL, PEG_LINK_ERROR_FAILED, { "Its log says why", NULL } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Canned canned = { cases[i].status, cases[i].body };
    g_auto (Outcome) outcome = { 0 };

    g_test_message ("case %u", i);
    client_can (fixture, &canned);
    take_for (fixture, cases[i].holder);
    peg_client_check_out_async (fixture->client, fixture->entry, NULL, NULL, NULL, check_out_cb, &outcome);
    AWAIT (outcome.done);
    g_assert_error (outcome.error, PEG_LINK_ERROR, (int) cases[i].code);
    g_assert_nonnull (strstr (outcome.error->message, cases[i].words[0]));
    if (cases[i].words[1] != NULL)
      g_assert_nonnull (strstr (outcome.error->message, cases[i].words[1]));
  }
}

static void
test_give_back_refusals (Fixture       *fixture,
                         gconstpointer  data)
{
  static const struct {
    guint status;
    const char *holder;
    const char *words;
  } cases[] = {
    { 500, "Dana", "Dana has had" },
    { 403, "Dana", "Your copy was not taken" },
    { 409, NULL, "not checked out to you any more" },
    { 412, "ada", "changed on the server" },
  };

  g_assert_true (g_file_set_contents (g_file_peek_path (fixture->file), "O1", -1, NULL));

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Canned canned = { cases[i].status, "" };
    g_auto (Outcome) outcome = { 0 };

    g_test_message ("case %u", i);
    client_can (fixture, &canned);
    take_for (fixture, cases[i].holder);
    peg_client_check_in_async (fixture->client, fixture->entry, fixture->file, "x", FALSE, NULL, NULL,
                               check_in_cb, &outcome);
    AWAIT (outcome.done);
    g_assert_error (outcome.error, PEG_LINK_ERROR, PEG_LINK_ERROR_REFUSED);
    g_assert_nonnull (strstr (outcome.error->message, cases[i].words));
  }
}

/* It was sent, and no answer came: nobody knows, and nobody sends it again. */
static void
test_uncertain (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (RawServer) raw = raw_server_new ();
  g_autofree char *http = g_strdup_printf ("http://127.0.0.1:%u", raw->port);
  g_autoptr (PegClient) client = client_new (fixture, http);
  g_auto (Outcome) post = { 0 };
  g_auto (Outcome) get = { 0 };

  raw->hang_up = TRUE;
  peg_client_check_out_async (client, fixture->entry, NULL, NULL, NULL, check_out_cb, &post);
  AWAIT (post.done);
  g_assert_error (post.error, PEG_LINK_ERROR, PEG_LINK_ERROR_UNCERTAIN);
  g_assert_cmpuint (raw->connections->len, ==, 1);

  peg_client_history_async (client, fixture->entry, NULL, history_cb, &get);
  AWAIT (get.done);
  g_assert_error (get.error, PEG_LINK_ERROR, PEG_LINK_ERROR_OFFLINE);
}

static void
test_offline (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (RawServer) raw = raw_server_new ();
  g_autofree char *http = g_strdup_printf ("http://127.0.0.1:%u", raw->port);
  g_autoptr (PegClient) client = client_new (fixture, http);
  g_auto (Outcome) outcome = { 0 };

  g_clear_pointer (&raw, raw_server_free);
  peg_client_check_out_async (client, fixture->entry, NULL, NULL, NULL, check_out_cb, &outcome);
  AWAIT (outcome.done);
  g_assert_error (outcome.error, PEG_LINK_ERROR, PEG_LINK_ERROR_OFFLINE);
}

static void
pause_cb (FakeServer        *server,
          const FakeRequest *request,
          SoupServerMessage *message,
          gpointer           user_data)
{
  soup_server_message_pause (message);
}

static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Outcome) out = { 0 };
  g_auto (Outcome) save = { 0 };

  fixture->server->handler = pause_cb;
  peg_client_check_out_async (fixture->client, fixture->entry, NULL, NULL, cancellable, check_out_cb, &out);
  peg_client_download_async (fixture->client, fixture->entry, NULL, fixture->file, cancellable,
                             download_cb, &save);
  AWAIT (fixture->server->requests->len == 2);
  g_cancellable_cancel (cancellable);
  AWAIT (out.done && save.done);
  g_assert_error (out.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_error (save.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_reads (Fixture       *fixture,
            gconstpointer  data)
{
  Canned canned = { 200, "{\"A\":[{\"filename\":\"a.nc\"}]}" };
  g_auto (Outcome) files = { 0 };
  g_auto (Outcome) config = { 0 };
  g_auto (Outcome) activity = { 0 };
  g_auto (Outcome) note = { 0 };
  g_autoptr (PegWireMessage) list = NULL;
  g_autoptr (PegWireConfig) shop = NULL;
  g_autoptr (GPtrArray) done = NULL;
  g_autofree char *body = NULL;

  client_can (fixture, &canned);
  peg_client_get_files_async (fixture->client, NULL, get_files_cb, &files);
  AWAIT (files.done);
  g_assert_no_error (files.error);
  list = files.value;
  g_assert_cmpuint (list->entries->len, ==, 1);
  g_assert_true (list->has_position);
  g_assert_cmpstr (list->epoch, ==, "e");
  g_assert_cmpuint (list->seq, ==, 12);

  canned.body = "{\"username\":\"srv\",\"shop_name\":\"Halle 2\"}";
  peg_client_get_config_async (fixture->client, NULL, get_config_cb, &config);
  AWAIT (config.done);
  g_assert_no_error (config.error);
  shop = config.value;
  g_assert_cmpstr (shop->name, ==, "Halle 2");

  canned.body = "{\"activities\":[]}";
  peg_client_get_activity_async (fixture->client, 20, 40, NULL, get_activity_cb, &activity);
  AWAIT (activity.done);
  g_assert_no_error (activity.error);
  done = activity.value;
  g_assert_cmpuint (done->len, ==, 0);
  g_assert_cmpstr (client_last (fixture)->query, ==, "limit=20&offset=40");

  peg_client_acknowledge_async (fixture->client, "n\"1", NULL, acknowledge_cb, &note);
  AWAIT (note.done);
  g_assert_no_error (note.error);
  body = body_of (client_last (fixture));
  g_assert_cmpstr (body, ==, "{\"message_id\":\"n\\\"1\",\"user\":\"ada\"}");
}

/* A server of another kind answers anything. */
static void
test_nonsense (Fixture       *fixture,
               gconstpointer  data)
{
  static const char * const bodies[] = { "", "<html>", "null", "17", "[1,2", "\xff\xfe" };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++) {
    Canned canned = { 200, bodies[i] };
    g_auto (Outcome) files = { 0 };
    g_auto (Outcome) history = { 0 };
    g_auto (Outcome) config = { 0 };
    g_auto (Outcome) activity = { 0 };

    client_can (fixture, &canned);
    peg_client_get_files_async (fixture->client, NULL, get_files_cb, &files);
    peg_client_history_async (fixture->client, fixture->entry, NULL, history_cb, &history);
    peg_client_get_config_async (fixture->client, NULL, get_config_cb, &config);
    peg_client_get_activity_async (fixture->client, 1, 0, NULL, get_activity_cb, &activity);
    AWAIT (files.done && history.done && config.done && activity.done);
    g_assert_error (files.error, PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED);
    g_assert_error (history.error, PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED);
    g_assert_error (config.error, PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED);
    g_assert_error (activity.error, PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED);
  }
}

#define ADD(name, func) \
  g_test_add ("/client/" name, Fixture, NULL, \
              client_fixture_set_up, func, client_fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  /* The words name times of day. */
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);

  ADD ("check-out", test_check_out);
  ADD ("names", test_names);
  ADD ("release", test_release);
  ADD ("refusals", test_refusals);
  ADD ("refusals/give-back", test_give_back_refusals);
  ADD ("uncertain", test_uncertain);
  ADD ("offline", test_offline);
  ADD ("cancel", test_cancel);
  ADD ("reads", test_reads);
  ADD ("nonsense", test_nonsense);

  return g_test_run ();
}
