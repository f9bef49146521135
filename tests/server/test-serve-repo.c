/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* A repository over HTTP: what is in it, and nothing else. */

#include "peg-config.h"

#include "peg-serve-repo.h"
#include "peg-server.h"
#include "server-fixture.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* More than any buffer on the way, bytes. */
#define BIG (3 * 1024 * 1024 + 17)

/* Packets begin with a set bit; what they say is for gpg to know. */
static const char key[] = "\x99\x01public key";

typedef struct {
  ServerFixture server;
  char *folder;        /* (owned): the repository */
  char *outside;       /* (owned): what is beside it */
} Fixture;

static void
put (Fixture    *self,
     const char *name,
     const char *content,
     gssize      length)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_file_set_contents (path, content, length, &error);
  g_assert_no_error (error);
}

static void
drop (Fixture    *self,
      const char *name)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);

  g_assert_cmpint (g_unlink (path), ==, 0);
}

static PegSettings *
settings_new (Fixture *self)
{
  PegSettings *settings = peg_settings_new ();
  g_autoptr (GError) error = NULL;

  settings->serve_repo = g_strdup (self->folder);
  settings->listen = g_strdup ("127.0.0.1:0");
  settings->name = g_strdup ("Shop <North>");
  g_assert_true (peg_settings_check (settings, &error));
  g_assert_no_error (error);

  return settings;
}

static void
start (Fixture *self)
{
  g_autoptr (PegSettings) settings = settings_new (self);
  g_autoptr (GError) error = NULL;

  self->server.server = peg_server_new (settings, &error);
  g_assert_no_error (error);
  self->server.uri = peg_server_dup_uri (self->server.server);
  self->server.session = soup_session_new ();
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  g_autofree char *big = g_malloc (BIG);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < BIG; i++)
    big[i] = (char) (i * 7 + i / 251);

  self->outside = g_dir_make_tmp ("peg-repo-XXXXXX", &error);
  g_assert_no_error (error);
  self->folder = g_build_filename (self->outside, "repo", NULL);
  put (self, "config", "[core]\nmode=archive-z2\n", -1);
  put (self, "summary", "a summary", -1);
  put (self, "summary.sig", "a signature", -1);
  put (self, PEG_SERVE_REPO_KEY, key, sizeof key - 1);
  put (self, "objects/ab/cdef.filez", "an object", -1);
  put (self, "objects/ab/big.filez", big, BIG);
  put (self, "deltas/x/y/superblock", "a delta", -1);
  put (self, "refs/heads/app/x/stable", "abc", -1);
  put (self, "tmp/secret", "a secret", -1);
  put (self, "../secret", "a secret", -1);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
      remove_folder (child);
    else
      g_unlink (child);
  }
  g_rmdir (path);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  if (self->server.session != NULL)
    soup_session_abort (self->server.session);
  if (self->server.server != NULL)
    g_object_run_dispose (G_OBJECT (self->server.server));
  g_clear_object (&self->server.server);
  g_clear_object (&self->server.session);
  g_clear_object (&self->server.message);
  g_clear_pointer (&self->server.body, g_bytes_unref);
  g_free (self->server.uri);
  remove_folder (self->outside);
  g_free (self->folder);
  g_free (self->outside);
}

static const char *
ask (Fixture    *self,
     const char *method,
     const char *path,
     const char *header,
     const char *value)
{
  server_fixture_prepare (&self->server, method, path);
  if (header != NULL)
    soup_message_headers_append (soup_message_get_request_headers (self->server.message), header, value);

  return server_fixture_ask (&self->server);
}

#define assert_answer(expected) \
  g_assert_cmpuint (soup_message_get_status (self->server.message), ==, expected)
#define header_of(name) server_fixture_get_header (&self->server, name)

static void
test_files (Fixture       *self,
            gconstpointer  data)
{
  g_autofree char *etag = NULL;
  g_autofree char *date = NULL;

  start (self);
  g_assert_cmpstr (ask (self, "GET", "repo/objects/ab/cdef.filez", NULL, NULL), ==, "an object");
  assert_answer (200);
  g_assert_nonnull (strstr (header_of ("Cache-Control"), "immutable"));
  g_assert_cmpstr (header_of ("X-Content-Type-Options"), ==, "nosniff");
  g_assert_cmpstr (ask (self, "GET", "repo/summary.sig", NULL, NULL), ==, "a signature");
  g_assert_cmpstr (ask (self, "GET", "repo/deltas/x/y/superblock", NULL, NULL), ==, "a delta");
  g_assert_cmpstr (ask (self, "GET", "repo/refs/heads/app/x/stable", NULL, NULL), ==, "abc");
  g_assert_cmpstr (ask (self, "GET", "repo/summary?x=y", NULL, NULL), ==, "a summary");
  g_assert_cmpstr (header_of ("Cache-Control"), ==, "no-cache");
  etag = g_strdup (header_of ("ETag"));
  date = g_strdup (header_of ("Last-Modified"));

  g_assert_cmpstr (ask (self, "GET", "repo/summary", "If-None-Match", etag), ==, "");
  assert_answer (304);
  g_assert_cmpstr (ask (self, "GET", "repo/summary", "If-None-Match", "\"other\""), ==, "a summary");
  g_assert_cmpstr (ask (self, "GET", "repo/summary", "If-Modified-Since", date), ==, "");
  assert_answer (304);
  g_assert_cmpstr (ask (self, "GET", "repo/summary", "If-Modified-Since",
                        "Mon, 01 Jan 2001 00:00:00 GMT"), ==, "a summary");

  /* Somebody publishes. */
  put (self, "summary", "another summary", -1);
  g_assert_cmpstr (ask (self, "GET", "repo/summary", "If-None-Match", etag), ==, "another summary");

  g_assert_cmpstr (ask (self, "HEAD", "repo/objects/ab/big.filez", NULL, NULL), ==, "");
  assert_answer (200);
  g_assert_cmpint (soup_message_headers_get_content_length (
                     soup_message_get_response_headers (self->server.message)), ==, BIG);
}

static void
test_ranges (Fixture       *self,
             gconstpointer  data)
{
  static const struct {
    const char *range;
    guint status;
    gint64 from;
    gint64 length;
  } cases[] = {
    { "bytes=0-9", 206, 0, 10 },
    { "bytes=100000-", 206, 100000, BIG - 100000 },
    { "bytes=-5", 206, BIG - 5, 5 },
    { "bytes=3145000-99999999999", 206, 3145000, BIG - 3145000 },
    { "bytes=3145745-", 416, 0, 0 },
    { "bytes=-0", 416, 0, 0 },
    { "bytes=99999999999999999999-", 200, 0, BIG },
    { "bytes=9-3", 200, 0, BIG },
    { "bytes=-", 200, 0, BIG },
    { "bytes=a-b", 200, 0, BIG },
    { "bytes=0-1,4-5", 200, 0, BIG },
    { "lines=0-1", 200, 0, BIG },
  };
  g_autofree char *path = g_build_filename (self->folder, "objects/ab/big.filez", NULL);
  g_autofree char *all = NULL;

  g_assert_true (g_file_get_contents (path, &all, NULL, NULL));
  start (self);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    ask (self, "GET", "repo/objects/ab/big.filez", "Range", cases[i].range);
    assert_answer (cases[i].status);
    if (cases[i].status != 416)
      g_assert_cmpmem (g_bytes_get_data (self->server.body, NULL), g_bytes_get_size (self->server.body),
                       all + cases[i].from, (gsize) cases[i].length);
    else
      g_assert_cmpstr (header_of ("Content-Range"), ==, "bytes */3145745");
  }

  server_fixture_prepare (&self->server, "GET", "repo/objects/ab/big.filez");
  soup_message_headers_append (soup_message_get_request_headers (self->server.message), "Range", "bytes=0-9");
  soup_message_headers_append (soup_message_get_request_headers (self->server.message), "If-Range", "\"old\"");
  server_fixture_ask (&self->server);
  assert_answer (200);
  g_assert_cmpuint (g_bytes_get_size (self->server.body), ==, BIG);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Fixture *self = user_data;

  g_assert_true (g_input_stream_read_all_finish (G_INPUT_STREAM (source), result,
                                                 &self->server.raw_length, NULL));
  self->server.answered = TRUE;
}

/* Asks with a path that no HTTP library would send. */
static char *
ask_raw (Fixture    *self,
         const char *path)
{
  g_autoptr (GUri) uri = g_uri_parse (self->server.uri, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autofree char *request =
    g_strdup_printf ("GET /%s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", path);

  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", (guint16) g_uri_get_port (uri),
                                                NULL, NULL);
  g_assert_nonnull (connection);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), request,
                             strlen (request), NULL, NULL, NULL);
  self->server.answered = FALSE;
  g_input_stream_read_all_async (g_io_stream_get_input_stream (G_IO_STREAM (connection)),
                                 self->server.buffer, sizeof self->server.buffer,
                                 G_PRIORITY_DEFAULT, NULL, read_cb, self);
  peg_test_wait_until (self->server.answered);

  return g_strndup (self->server.buffer, self->server.raw_length);
}

/* Neither what is beside it, nor what is of no use to a client, nor a list. */
static void
test_nothing_else (Fixture       *self,
                   gconstpointer  data)
{
  static const char * const paths[] = {
    "repo", "repo/", "repo//", "repo/objects", "repo/objects/", "repo/objects/ab",
    "repo/objects/ab/", "repo/objects/../../secret", "repo/objects/..%2f..%2fsecret",
    "repo/objects/%2e%2e/%2e%2e/secret", "repo/..%2fsecret", "repo/../secret", "repo/tmp/secret",
    "repo/pegboard.gpg", "repo/objects/ab/link.filez", "repo/objects/out/secret",
    "repo/objects/ab/pipe", "repo/objects/ab/none", "repo/summary/", "repo/summary%00",
    "repo/objects//etc/passwd", "repo//etc/passwd", "repo/%zz", "repo/summaryx", "repository/config",
  };
  g_autofree char *link = g_build_filename (self->folder, "objects/ab/link.filez", NULL);
  g_autofree char *out = g_build_filename (self->folder, "objects/out", NULL);
  g_autofree char *pipe = g_build_filename (self->folder, "objects/ab/pipe", NULL);

  g_assert_cmpint (symlink ("../../../secret", link), ==, 0);
  g_assert_cmpint (symlink ("../..", out), ==, 0);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  start (self);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autofree char *answer = ask_raw (self, paths[i]);

    if (!g_str_has_prefix (answer, "HTTP/1.1 404") && !g_str_has_prefix (answer, "HTTP/1.1 400"))
      g_error ("%s: %s", paths[i], answer);
    g_assert_null (strstr (answer, "secret\""));
    g_assert_null (strstr (answer, "a secret"));
    g_assert_null (strstr (answer, "cdef"));
  }

  ask (self, "PUT", "repo/summary", NULL, NULL);
  assert_answer (405);
  g_assert_cmpstr (header_of ("Allow"), ==, "GET, HEAD");
  ask (self, "DELETE", "repo/summary", NULL, NULL);
  assert_answer (405);
  g_assert_cmpstr (ask (self, "GET", "repo/summary", NULL, NULL), ==, "a summary");
}

static void
test_key_files (Fixture       *self,
                gconstpointer  data)
{
  static const struct {
    const char *path;
    const char *group;
    const char *type;
  } cases[] = {
    { "repo/pegboard.flatpakrepo", "Flatpak Repo", "application/vnd.flatpak.repo" },
    { "repo/io.github.pegboard.Pegboard.flatpakref", "Flatpak Ref", "application/vnd.flatpak.ref" },
  };

  start (self);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GKeyFile) file = g_key_file_new ();
    g_autoptr (GError) error = NULL;
    const char *text = ask (self, "GET", cases[i].path, NULL, NULL);
    g_autofree char *url = NULL;
    g_autofree char *expected = g_strconcat (self->server.uri, "repo/", NULL);
    g_autofree char *title = NULL;
    g_autofree char *encoded = NULL;
    g_autofree guchar *decoded = NULL;
    gsize length;

    assert_answer (200);
    g_assert_cmpstr (header_of ("Content-Type"), ==, cases[i].type);
    g_key_file_load_from_data (file, text, (gsize) -1, G_KEY_FILE_NONE, &error);
    g_assert_no_error (error);
    url = g_key_file_get_string (file, cases[i].group, "Url", NULL);
    title = g_key_file_get_string (file, cases[i].group, "Title", NULL);
    encoded = g_key_file_get_string (file, cases[i].group, "GPGKey", NULL);
    g_assert_cmpstr (url, ==, expected);
    g_assert_cmpstr (title, ==, "Shop <North>");
    decoded = g_base64_decode (encoded, &length);
    g_assert_cmpmem (decoded, length, key, sizeof key - 1);
    g_assert_false (g_key_file_has_key (file, cases[i].group, "CollectionID", NULL));
  }

  put (self, "config", "[core]\nmode=archive-z2\ncollection-id=org.example.Shop\n", -1);
  assert_has (ask (self, "GET", "repo/pegboard.flatpakrepo", NULL, NULL),
              "CollectionID=org.example.Shop\n");
}

static void
assert_refused (Fixture    *self,
                const char *part)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PegServeRepo) repo = peg_serve_repo_new (self->folder, "Shop", &error);

  g_assert_null (repo);
  assert_has (error->message, part);
}

/* What nobody could check is not handed out at all. */
static void
test_refused (Fixture       *self,
              gconstpointer  data)
{
  drop (self, "summary.sig");
  assert_refused (self, "is not signed");
  put (self, "summary.sig", "a signature", -1);
  put (self, PEG_SERVE_REPO_KEY, "-----BEGIN PGP PUBLIC KEY BLOCK-----", -1);
  assert_refused (self, "without --armor");
  drop (self, PEG_SERVE_REPO_KEY);
  assert_refused (self, "gpg --export");
  drop (self, "summary");
  assert_refused (self, "build-update-repo");
  g_free (self->folder);
  self->folder = g_strdup ("/nonexistent/repo");
  assert_refused (self, "Cannot open the repository");
}

/* Beside a shop, whose people are none of the repository's business. */
static void
test_beside_a_shop (Fixture       *self,
                    gconstpointer  data)
{
  g_autoptr (PegSettings) settings = settings_new (self);
  g_autoptr (GError) error = NULL;

  settings->root = g_build_filename (self->outside, "shop", NULL);
  settings->data = g_build_filename (self->outside, "data", NULL);
  g_assert_cmpint (g_mkdir (settings->root, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (settings->data, 0700), ==, 0);
  self->server.server = peg_server_new (settings, &error);
  g_assert_no_error (error);
  self->server.uri = peg_server_dup_uri (self->server.server);
  self->server.session = soup_session_new ();

  g_assert_cmpstr (ask (self, "GET", "repo/summary", NULL, NULL), ==, "a summary");
  assert_has (ask (self, "GET", "files", NULL, NULL), "{");
  assert_answer (200);
  assert_has (ask (self, "GET", "repository", NULL, NULL), "not_found");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function) \
  g_test_add ("/serve-repo/" name, Fixture, NULL, set_up, function, tear_down)

  ADD ("files", test_files);
  ADD ("ranges", test_ranges);
  ADD ("nothing-else", test_nothing_else);
  ADD ("key-files", test_key_files);
  ADD ("refused", test_refused);
  ADD ("beside-a-shop", test_beside_a_shop);

  return g_test_run ();
}
