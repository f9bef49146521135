/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "client-fixture.h"

#include <glib/gstdio.h>

void
outcome_clear (Outcome *outcome)
{
  g_clear_error (&outcome->error);
}

PegClient *
client_new (Fixture    *fixture,
            const char *http)
{
  return peg_client_new (fixture->store, PEG_CLOCK (fixture->clock), &(PegClientTarget) {
    .http = http,
    .user = "ada",
    .station = "VF-4",
    .token = "s3cret",
  });
}

void
client_list (Fixture  *fixture,
             PegEntry *entry)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();

  g_ptr_array_add (entries, entry);
  peg_store_dispatch (fixture->store, &(PegEvent) {
    .kind = PEG_EVENT_LISTED,
    .listed.entries = entries,
  });
}

void
client_fixture_set_up (Fixture       *fixture,
                       gconstpointer  data)
{
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
  g_autofree char *http = NULL;

  fixture->server = fake_server_new (NULL, NULL);
  fixture->clock = fake_clock_new ();
  fixture->store = peg_store_new ();
  http = fake_server_dup_url (fixture->server, "http", "");
  fixture->client = client_new (fixture, http);

  fields.filename = "1234567 A&B/?.vnc";
  fields.path = "12/1234567 A&B.vnc";
  fields.holder = "ada";
  fields.version = 7;
  fields.token = 42;
  fixture->entry = peg_entry_new (&fields);
  peg_store_dispatch (fixture->store, &(PegEvent) {
    .kind = PEG_EVENT_SERVER,
    .server = { .url = "shop", .user = "ada" },
  });
  client_list (fixture, fixture->entry);

  fixture->folder = g_build_filename (g_get_tmp_dir (), "peg-client-XXXXXX", NULL);
  g_assert_nonnull (g_mkdtemp (fixture->folder));
  fixture->file = g_file_new_build_filename (fixture->folder, "a file.vnc", NULL);
}

void
client_fixture_tear_down (Fixture       *fixture,
                          gconstpointer  data)
{
  gpointer client = fixture->client;

  g_object_add_weak_pointer (client, &client);
  g_clear_object (&fixture->client);
  AWAIT (client == NULL);
  g_clear_pointer (&fixture->server, fake_server_free);
  g_clear_object (&fixture->clock);
  g_clear_object (&fixture->store);
  g_clear_pointer (&fixture->entry, peg_entry_unref);
  g_file_delete (fixture->file, NULL, NULL);
  g_clear_object (&fixture->file);

  /* Nothing is ever left behind. */
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_clear_pointer (&fixture->folder, g_free);
}

static void
canned_cb (FakeServer        *server,
           const FakeRequest *request,
           SoupServerMessage *message,
           gpointer           user_data)
{
  const Canned *canned = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_message_headers_replace (headers, "Pegboard-Epoch", "e");
  soup_message_headers_replace (headers, "Pegboard-Seq", "12");
  fake_server_reply (message, canned->status, canned->body);
}

void
client_can (Fixture *fixture,
            Canned  *canned)
{
  fixture->server->handler = canned_cb;
  fixture->server->handler_data = canned;
}

const FakeRequest *
client_last (Fixture *fixture)
{
  g_assert_cmpuint (fixture->server->requests->len, >, 0);

  return fixture->server->requests->pdata[fixture->server->requests->len - 1];
}
