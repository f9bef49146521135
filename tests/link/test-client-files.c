/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-client.h"

#include "peg-link.h"
#include "peg-upload.h"

#include "client-fixture.h"

#include <string.h>

/* Whole files, there and back. */

CLIENT_OUTCOME_CB (check_in, (gpointer) (gsize))
CLIENT_OUTCOME_CB (download, (gpointer) (gsize))

static void
test_check_in (Fixture       *fixture,
               gconstpointer  data)
{
  Canned canned = { 200, "{\"status\":\"success\"}" };
  const gsize length = 3 * 1024 * 1024 + 7;
  g_autofree char *content = g_malloc (length);
  g_autoptr (SoupMultipart) multipart = NULL;
  g_autoptr (GError) error = NULL;
  const char *expected[][2] = {
    { "user", "ada" },
    { "commit_message", "deeper, 2 mm" },
    { "rev_type", "major" },
    { "token", "42" },
  };
  g_auto (Outcome) outcome = { 0 };

  for (gsize i = 0; i < length; i++)
    content[i] = (char) (i * 7 + i / 251);
  g_assert_true (g_file_set_contents (g_file_peek_path (fixture->file), content, (gssize) length, &error));

  client_can (fixture, &canned);
  peg_client_check_in_async (fixture->client, fixture->entry, fixture->file, "deeper, 2 mm", TRUE, NULL,
                             NULL, check_in_cb, &outcome);
  AWAIT (outcome.done);
  g_assert_no_error (outcome.error);
  g_assert_cmpstr (fake_server_get_header (client_last (fixture), "If-Match"), ==, "\"7\"");
  g_assert_nonnull (fake_server_get_header (client_last (fixture), "Content-Length"));

  multipart = soup_multipart_new_from_message (client_last (fixture)->headers,
                                               client_last (fixture)->body);
  g_assert_nonnull (multipart);
  g_assert_cmpint (soup_multipart_get_length (multipart), ==, 5);

  for (int i = 0; i < 5; i++) {
    SoupMessageHeaders *headers;
    GBytes *part;
    g_autoptr (GHashTable) params = NULL;

    g_assert_true (soup_multipart_get_part (multipart, i, &headers, &part));
    g_assert_true (soup_message_headers_get_content_disposition (headers, NULL, &params));

    if (i < 4) {
      g_assert_cmpstr (g_hash_table_lookup (params, "name"), ==, expected[i][0]);
      g_assert_cmpmem (g_bytes_get_data (part, NULL), g_bytes_get_size (part),
                       expected[i][1], strlen (expected[i][1]));
    } else {
      g_assert_cmpstr (g_hash_table_lookup (params, "name"), ==, "file");
      /* Without what looks like a folder: that is libsoup’s caution. */
      g_assert_cmpstr (g_hash_table_lookup (params, "filename"), ==, "?.vnc");
      g_assert_cmpmem (g_bytes_get_data (part, NULL), g_bytes_get_size (part), content, length);
    }
  }
}

static void
test_check_in_no_file (Fixture       *fixture,
                       gconstpointer  data)
{
  g_auto (Outcome) outcome = { 0 };

  peg_client_check_in_async (fixture->client, fixture->entry, fixture->file, NULL, FALSE, NULL,
                             NULL, check_in_cb, &outcome);
  AWAIT (outcome.done);
  g_assert_error (outcome.error, PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED);
  g_assert_cmpuint (fixture->server->requests->len, ==, 0);
}

/* Another program saves the file while it is being sent: neither the old nor the
 * new content must become a revision. */
static void
test_upload_changes (Fixture       *fixture,
                     gconstpointer  data)
{
  static const char * const after[] = { "short", "exactly as long but other", "much longer than it was before" };
  static const char before[] = "exactly as long as before";
  const PegUploadField field = { "user", "ada" };

  for (guint i = 0; i < G_N_ELEMENTS (after); i++) {
    g_autoptr (PegUpload) upload = NULL;
    g_autoptr (GError) error = NULL;
    char buffer[4096];
    gssize n;

    g_assert_true (g_file_set_contents (g_file_peek_path (fixture->file), before, -1, NULL));
    upload = peg_upload_new (fixture->file, "a", &field, 1, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpint (g_input_stream_read (G_INPUT_STREAM (upload), buffer, sizeof buffer, NULL, NULL), >, 0);
    g_assert_true (g_file_set_contents_full (g_file_peek_path (fixture->file), after[i], -1,
                                             G_FILE_SET_CONTENTS_NONE, 0666, NULL));

    do
      n = g_input_stream_read (G_INPUT_STREAM (upload), buffer, sizeof buffer, NULL, &error);
    while (n > 0);
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  }
}

static void
test_download (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree char *big = g_strnfill (5 * 1024 * 1024, 'x');
  Canned canned = { 200, big };
  g_auto (Outcome) first = { 0 };
  g_auto (Outcome) second = { 0 };
  g_autofree char *content = NULL;
  gsize length;

  client_can (fixture, &canned);
  peg_client_download_async (fixture->client, fixture->entry, NULL, fixture->file, NULL,
                             download_cb, &first);
  AWAIT (first.done);
  g_assert_no_error (first.error);
  g_assert_true (g_file_get_contents (g_file_peek_path (fixture->file), &content, &length, NULL));
  g_assert_cmpmem (content, length, big, strlen (big));
  g_clear_pointer (&content, g_free);

  canned.body = "O2";
  peg_client_download_async (fixture->client, fixture->entry, "ab/cd", fixture->file, NULL,
                             download_cb, &second);
  AWAIT (second.done);
  g_assert_no_error (second.error);
  g_assert_true (g_str_has_suffix (client_last (fixture)->path, "/versions/ab/cd"));
  g_assert_true (g_file_get_contents (g_file_peek_path (fixture->file), &content, &length, NULL));
  g_assert_cmpmem (content, length, "O2", 2);
}

/* Whatever goes wrong, the old file is still there, and nothing else is. */
static void
test_download_fails (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (RawServer) raw = raw_server_new ();
  g_autofree char *http = g_strdup_printf ("http://127.0.0.1:%u", raw->port);
  g_autoptr (PegClient) broken = client_new (fixture, http);
  g_autoptr (GFile) nowhere = g_file_new_build_filename (fixture->folder, "none", "x", NULL);
  g_autoptr (GFile) remote = g_file_new_for_uri ("sftp://elsewhere/x");
  Canned canned = { 404, "{\"detail\":\"gone\"}" };
  g_auto (Outcome) gone = { 0 };
  g_auto (Outcome) cut = { 0 };
  g_auto (Outcome) lost = { 0 };
  g_auto (Outcome) far = { 0 };
  g_autofree char *content = NULL;

  g_assert_true (g_file_set_contents (g_file_peek_path (fixture->file), "old", -1, NULL));

  client_can (fixture, &canned);
  peg_client_download_async (fixture->client, fixture->entry, NULL, fixture->file, NULL,
                             download_cb, &gone);
  AWAIT (gone.done);
  g_assert_error (gone.error, PEG_LINK_ERROR, PEG_LINK_ERROR_NOT_FOUND);

  raw->answer = g_strdup ("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
  raw->length = strlen (raw->answer);
  raw->hang_up = TRUE;
  peg_client_download_async (broken, fixture->entry, NULL, fixture->file, NULL, download_cb, &cut);
  AWAIT (cut.done);
  g_assert_nonnull (cut.error);
  g_assert_true (cut.error->domain == PEG_LINK_ERROR);

  canned = (Canned) { 200, "new" };
  peg_client_download_async (fixture->client, fixture->entry, NULL, nowhere, NULL, download_cb, &lost);
  AWAIT (lost.done);
  g_assert_error (lost.error, PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED);

  peg_client_download_async (fixture->client, fixture->entry, NULL, remote, NULL, download_cb, &far);
  AWAIT (far.done);
  g_assert_error (far.error, PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED);

  g_assert_true (g_file_get_contents (g_file_peek_path (fixture->file), &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "old");
}

#define ADD(name, func) \
  g_test_add ("/client/files/" name, Fixture, NULL, \
              client_fixture_set_up, func, client_fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("check-in", test_check_in);
  ADD ("check-in/no-file", test_check_in_no_file);
  ADD ("check-in/file-changes", test_upload_changes);
  ADD ("download", test_download);
  ADD ("download/fails", test_download_fails);

  return g_test_run ();
}
