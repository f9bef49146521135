/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-server-test.h"
#include "peg-server.h"
#include "peg-settings.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>

typedef struct {
  char *folder; /* (owned) */
  char *root;   /* (owned) */
} Fixture;

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  self->folder = peg_test_make_folder ();
  self->root = g_build_filename (self->folder, "root", NULL);
  peg_test_write (self->root, "a.nc", "(A)\n");
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  g_free (self->root);
  peg_test_remove_folder (self->folder);
}

static PegSettings *
make (Fixture    *self,
      const char *data,
      const char *listen)
{
  PegSettings *settings = peg_settings_new ();

  settings->root = g_strdup (self->root);
  settings->data = g_build_filename (self->folder, data, NULL);
  settings->listen = g_strdup (listen);

  return settings;
}

static PegSettings *
parse (const char * const  *arguments,
       GError             **error)
{
  g_auto (GStrv) copy = g_strdupv ((char **) arguments);

  return peg_settings_parse (&copy, error);
}

/* What the command line says wins over the file. */
static void
test_settings_file (Fixture       *self,
                    gconstpointer  data)
{
  g_autofree char *file = g_build_filename (self->folder, "conf", NULL);
  const char *arguments[] = { "pegboardd", "--config", file, "--name", "Hall 2", NULL };
  g_autoptr (PegSettings) settings = NULL;
  g_autoptr (GError) error = NULL;

  peg_test_write (self->folder, "conf",
                  "[server]\nroot=/srv/nc\nname=Hall 1\nlisten=[::1]:0\ninsecure=true\n");
  settings = parse (arguments, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (settings->root, ==, "/srv/nc");
  g_assert_cmpstr (settings->name, ==, "Hall 2");
  g_assert_cmpstr (settings->listen, ==, "[::1]:0");
  g_assert_true (settings->insecure);
}

/* A setting that is written wrong is said, and not ignored. */
static void
test_settings_bad_file (Fixture       *self,
                        gconstpointer  data)
{
  static const char * const texts[] = {
    "[server]\nrot=/srv/nc\n", "[other]\nroot=x\n", "rubbish", "",
    "[server]\ninsecure=yes\n", "[server]\ninsecure=1\n", "[server]\ninsecure=\n",
    "[server]\nroot=/srv\\x\n", "[server]\nmax-clients=many\n", "[server]\nname=\xff\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree char *file = g_build_filename (self->folder, "conf", NULL);
    const char *arguments[] = { "pegboardd", "--config", file, NULL };
    g_autoptr (GError) error = NULL;

    peg_test_write (self->folder, "conf", texts[i]);
    g_assert_null (parse (arguments, &error));
    g_assert_nonnull (strstr (error->message, "conf"));
  }
}

static void
test_settings_limits (Fixture       *self,
                      gconstpointer  data)
{
  g_autofree char *file = g_build_filename (self->folder, "conf", NULL);
  const char *arguments[] = { "pegboardd", "--config", file, "--max-clients", "7",
                              "--allow-origin", "https://b.example.com/", "--allow-origin",
                              "http://c.example.com:8080", NULL };
  g_autoptr (PegSettings) settings = NULL;
  g_autoptr (GError) error = NULL;

  peg_test_write (self->folder, "conf", "[server]\nroot=/\nmax-clients=8\nmax-requests=9\n"
                  "allow-origins=https://a.example.com\n");
  settings = parse (arguments, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (settings->limits.max_clients, ==, 7);
  g_assert_cmpuint (settings->limits.requests_per_s, ==, 9);
  g_assert_cmpuint (settings->limits.messages_per_s, ==, 50);

  g_free (settings->root);
  settings->root = g_strdup (self->root);
  settings->data = g_build_filename (self->folder, "data", NULL);
  g_assert_true (peg_settings_check (settings, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (settings->origins), ==, 2);
  g_assert_cmpstr (settings->origins[0], ==, "https://b.example.com");
}

static void
test_settings_bad_limits (Fixture       *self,
                          gconstpointer  data)
{
  static const char * const texts[] = {
    "max-clients=0", "max-requests=-1", "max-messages=many", "max-clients-per-address=1000001",
  };
  static const char * const origins[] = {
    "board.example.com", "https://", "https://a.example.com/page", "ftp://a.example.com", "null",
    "https://me@a.example.com", "https://a.example.com?x",
  };
  g_autoptr (PegSettings) negative = make (self, "data", "127.0.0.1:0");
  g_autoptr (GError) own_error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree char *file = g_build_filename (self->folder, "conf", NULL);
    g_autofree char *text = g_strdup_printf ("[server]\n%s\n", texts[i]);
    const char *arguments[] = { "pegboardd", "--config", file, NULL };
    g_autoptr (GError) error = NULL;

    peg_test_write (self->folder, "conf", text);
    g_assert_null (parse (arguments, &error));
    g_assert_nonnull (strstr (error->message, texts[i]));
  }

  for (guint i = 0; i < G_N_ELEMENTS (origins); i++) {
    g_autoptr (PegSettings) settings = make (self, "data", "127.0.0.1:0");
    g_autoptr (GError) error = NULL;

    settings->origins = g_strsplit (origins[i], " ", -1);
    g_assert_false (peg_settings_check (settings, &error));
    g_assert_nonnull (strstr (error->message, origins[i]));
  }

  negative->limits.max_clients = (guint) -1;
  g_assert_false (peg_settings_check (negative, &own_error));
  g_assert_nonnull (strstr (own_error->message, "max-clients"));
}

static void
test_settings_bad_arguments (Fixture       *self,
                             gconstpointer  data)
{
  const char *unknown[] = { "pegboardd", "--rot", "x", NULL };
  const char *left_over[] = { "pegboardd", "/srv/nc", NULL };
  g_autoptr (GError) error = NULL;

  g_assert_null (parse (unknown, &error));
  g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION);
  g_clear_error (&error);
  g_assert_null (parse (left_over, &error));
  g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION);
}

static void
test_settings_listen (Fixture       *self,
                      gconstpointer  data)
{
  static const struct {
    const char *listen;
    gboolean insecure;
    gboolean good;
    const char *tls; /* (nullable) */
  } cases[] = {
    { NULL, FALSE, TRUE, NULL },
    { "0.0.0.0:8420", FALSE, TRUE, "server.pem" },
    { "127.0.0.1:0", FALSE, TRUE, "server.pem" },
    { "127.0.0.1:0", FALSE, TRUE, NULL },
    { "localhost:8420", FALSE, TRUE, NULL },
    { "127.8.4.2:1", FALSE, TRUE, NULL },
    { "[::1]:8420", FALSE, TRUE, NULL },
    { "0.0.0.0:8420", FALSE, FALSE, NULL },
    { "[::]:8420", FALSE, FALSE, NULL },
    { "192.0.2.1:8420", FALSE, FALSE, NULL },
    { "0.0.0.0:8420", TRUE, TRUE, NULL },
    { "127.0.0.1", FALSE, FALSE, NULL },
    { "127.0.0.1:65536", FALSE, FALSE, NULL },
    { "127.0.0.1:x", FALSE, FALSE, NULL },
    { ":8420", FALSE, FALSE, NULL },
    { "", FALSE, FALSE, NULL },
    { "example.com:8420", TRUE, FALSE, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (PegSettings) settings = make (self, "data", cases[i].listen);
    g_autoptr (GError) error = NULL;

    settings->insecure = cases[i].insecure;
    settings->tls_cert = g_strdup (cases[i].tls);
    settings->tls_key = g_strdup (cases[i].tls);
    g_assert_true (peg_settings_check (settings, &error) == cases[i].good);
    if (cases[i].good)
      g_assert_nonnull (settings->address);
    else
      g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
  }
}

/* Where others reach the server there must be people, or a word that there need
 * not. The address is one that nobody has (RFC 5737), so nothing ever listens. */
static void
test_settings_people (Fixture       *self,
                      gconstpointer  data)
{
  g_autofree char *pem = g_test_build_filename (G_TEST_DIST, "link", "tls", "server.pem", NULL);
  g_autofree char *secret = g_build_filename (self->folder, "jwt.key", NULL);

  peg_test_write (self->folder, "jwt.key", "0123456789abcdef0123456789abcdef\n");

  for (guint i = 0; i < 5; i++) {
    g_autoptr (PegSettings) settings = make (self, "data", "192.0.2.1:0");
    g_autoptr (GError) error = NULL;

    settings->tls_cert = g_strdup (pem);
    settings->tls_key = g_strdup (pem);
    settings->insecure = i == 1;
    if (i >= 2)
      settings->jwt_secret_file = g_strdup (secret);
    g_assert_cmpint (g_chmod (secret, i == 2 ? 0644 : 0600), ==, 0);
    if (i == 4)
      g_assert_cmpint (g_unlink (secret), ==, 0);

    g_assert_true (peg_settings_check (settings, &error));
    g_assert_null (peg_server_new (settings, &error));
    if (i == 0) {
      g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
      g_assert_nonnull (strstr (error->message, "pegboardd user add"));
    } else if (i == 2 || i == 4) {
      g_assert_nonnull (strstr (error->message, "jwt.key"));
    } else {
      g_assert_nonnull (strstr (error->message, "Cannot listen"));
    }
  }
}

/* What the server keeps must not be served. */
static void
test_settings_data (Fixture       *self,
                    gconstpointer  data)
{
  static const struct {
    const char *data;
    gboolean good;
  } cases[] = {
    { "data", TRUE },
    { "root-data", TRUE },
    { "root/.pegboard", TRUE },
    { "root/.pegboard/deep", TRUE },
    { "root/data", FALSE },
    { "root", FALSE },
    { "other/../root/data", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (PegSettings) settings = make (self, cases[i].data, NULL);
    g_autoptr (GError) error = NULL;

    g_assert_true (peg_settings_check (settings, &error) == cases[i].good);
    if (cases[i].good)
      g_assert_cmpstr (settings->name, ==, "root");
    else
      g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
  }
}

static void
test_settings_incomplete (Fixture       *self,
                          gconstpointer  data)
{
  g_autoptr (PegSettings) no_root = peg_settings_new ();
  g_autoptr (PegSettings) no_key = make (self, "data", NULL);
  g_autoptr (PegSettings) nowhere = make (self, "data", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (peg_settings_check (no_root, &error));
  g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
  g_clear_error (&error);

  no_key->tls_cert = g_strdup ("cert.pem");
  g_assert_false (peg_settings_check (no_key, &error));
  g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
  g_clear_error (&error);

  g_free (nowhere->root);
  nowhere->root = g_strdup ("/nowhere/at/all");
  g_assert_false (peg_settings_check (nowhere, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* systemd gets one datagram with what it is told. */
static void
test_settings_systemd (Fixture       *self,
                       gconstpointer  data)
{
  g_autofree char *path = g_build_filename (self->folder, "notify", NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_DATAGRAM,
                                             G_SOCKET_PROTOCOL_DEFAULT, NULL);
  char buffer[100];
  gssize length;

  g_assert_true (g_socket_bind (socket, address, FALSE, NULL));

  g_unsetenv ("NOTIFY_SOCKET");
  peg_server_tell_systemd ("READY=1");
  g_setenv ("NOTIFY_SOCKET", "relative", TRUE);
  peg_server_tell_systemd ("READY=1");
  g_setenv ("NOTIFY_SOCKET", path, TRUE);
  peg_server_tell_systemd ("STOPPING=1");
  g_unsetenv ("NOTIFY_SOCKET");

  length = g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL);
  g_assert_cmpmem (buffer, length, "STOPPING=1", strlen ("STOPPING=1"));
}

#define add(name, func) \
  g_test_add ("/server/settings/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("file", test_settings_file);
  add ("bad-file", test_settings_bad_file);
  add ("limits", test_settings_limits);
  add ("bad-limits", test_settings_bad_limits);
  add ("bad-arguments", test_settings_bad_arguments);
  add ("listen", test_settings_listen);
  add ("people", test_settings_people);
  add ("data", test_settings_data);
  add ("incomplete", test_settings_incomplete);
  add ("systemd", test_settings_systemd);

  return g_test_run ();
}
