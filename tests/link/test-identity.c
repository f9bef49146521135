/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-identity.h"

#include "peg-redact.h"
#include "peg-websocket.h"

#include "fake-clock.h"
#include "fake-server.h"

#include <glib/gstdio.h>
#include <string.h>

#define SECRET "s3cret-T0ken"
#define PIN "1234"

/* One attempt to open a socket, and what came of it. */
typedef struct {
  FakeClock *clock;
  PegIdentity *identity;
  PegDialer *dialer;
  PegTransport *transport;
  guint n_opened;
  guint n_closed;
  PegLinkReason reason;
  char *detail;
} Try;

static void
opened_cb (PegTransport *transport,
           const char   *protocol,
           Try          *try)
{
  try->n_opened++;
}

static void
closed_cb (PegTransport          *transport,
           const PegTransportEnd *end,
           Try                   *try)
{
  try->n_closed++;
  try->reason = end->reason;
  try->detail = g_strdup (end->detail);
}

static Try *
try_again (PegIdentity *identity,
           const char  *uri)
{
  Try *try = g_new0 (Try, 1);

  try->clock = fake_clock_new ();
  try->identity = g_object_ref (identity);
  try->dialer = peg_websocket_dialer_new_as (PEG_CLOCK (try->clock), identity);
  try->transport = peg_dialer_make_transport (try->dialer);
  g_signal_connect (try->transport, "opened", G_CALLBACK (opened_cb), try);
  g_signal_connect (try->transport, "closed", G_CALLBACK (closed_cb), try);
  peg_transport_open (try->transport, uri, NULL);
  fake_clock_advance (try->clock, 0);
  AWAIT (try->n_opened + try->n_closed > 0);

  return try;
}

static Try *
try_new (const PegIdentityConfig *config,
         const char              *uri)
{
  g_autoptr (PegIdentity) identity = peg_identity_new (config);

  return try_again (identity, uri);
}

static void
try_free (Try *try)
{
  gpointer transport = try->transport;

  g_object_add_weak_pointer (transport, &transport);
  peg_transport_close (try->transport, 1000, NULL);
  g_clear_object (&try->transport);
  AWAIT (transport == NULL);
  g_assert_finalize_object (g_steal_pointer (&try->dialer));
  g_clear_object (&try->identity);
  g_clear_object (&try->clock);
  g_clear_pointer (&try->detail, g_free);
  g_free (try);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Try, try_free)

static char *
tls_path (const char *name)
{
  return name != NULL ? g_test_build_filename (G_TEST_DIST, "link", "tls", name, NULL) : NULL;
}

static FakeServer *
tls_server (const char *name)
{
  g_autofree char *path = tls_path (name);
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (path, &error);

  g_assert_no_error (error);

  return fake_server_new (NULL, certificate);
}

static GTlsDatabase *
database_of (const char *name)
{
  g_autofree char *path = tls_path (name);
  g_autoptr (GError) error = NULL;
  GTlsDatabase *database = g_tls_file_database_new (path, &error);

  g_assert_no_error (error);

  return database;
}

static void
test_server_certificates (void)
{
  static const struct {
    const char *certificate;
    const char *ca;
    PegLinkReason reason; /* NONE: it opens */
    const char *detail;
  } cases[] = {
    { "server.pem", "ca.pem", PEG_LINK_REASON_NONE, NULL },
    { "server.pem", NULL, PEG_LINK_REASON_CERTIFICATE_ISSUER, "Pegboard test CA" },
    { "server.pem", "other-ca.pem", PEG_LINK_REASON_CERTIFICATE_ISSUER, "Pegboard test CA" },
    { "elsewhere.pem", "ca.pem", PEG_LINK_REASON_CERTIFICATE_HOST, "CN=elsewhere" },
    { "expired.pem", "ca.pem", PEG_LINK_REASON_CERTIFICATE_EXPIRED, "CN=expired" },
    { "expired.pem", "other-ca.pem", PEG_LINK_REASON_CERTIFICATE_ISSUER, "SHA-256: " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FakeServer) server = tls_server (cases[i].certificate);
    g_autofree char *uri = fake_server_dup_url (server, "wss", "/ws");
    g_autofree char *ca = tls_path (cases[i].ca);
    g_autoptr (Try) try = NULL;

    g_test_message ("case %u", i);
    try = try_new (&(PegIdentityConfig) { .token = SECRET, .ca_file = ca }, uri);
    g_assert_cmpuint (try->n_opened, ==, cases[i].reason == PEG_LINK_REASON_NONE ? 1 : 0);
    g_assert_cmpint (try->reason, ==, cases[i].reason);
    if (cases[i].detail != NULL)
      g_assert_nonnull (strstr (try->detail, cases[i].detail));

    /* Nothing was sent, and the token least of all. */
    g_assert_cmpuint (server->requests->len, ==, 0);
  }
}

/* The CAs of the system are those that count, until the shop has a CA of its own:
 * then nobody else’s does, however many trust them. */
static void
test_pinned (void)
{
  g_autoptr (GTlsDatabase) system = database_of ("ca.pem");
  g_autoptr (FakeServer) server = tls_server ("server.pem");
  g_autofree char *uri = fake_server_dup_url (server, "wss", "/ws");
  g_autofree char *pin = tls_path ("other-ca.pem");

  g_tls_backend_set_default_database (g_tls_backend_get_default (), system);

  for (guint i = 0; i < 2; i++) {
    g_autoptr (Try) try = try_new (&(PegIdentityConfig) { .ca_file = i == 0 ? NULL : pin }, uri);

    g_assert_cmpuint (try->n_opened, ==, i == 0 ? 1 : 0);
    if (i == 1)
      g_assert_cmpint (try->reason, ==, PEG_LINK_REASON_CERTIFICATE_ISSUER);
  }

  g_tls_backend_set_default_database (g_tls_backend_get_default (), NULL);
}

/* GLib leaves it to a server to refuse: it asks about every certificate. */
static gboolean
accept_client_cb (SoupServerMessage    *message,
                  GTlsCertificate      *certificate,
                  GTlsCertificateFlags  errors,
                  gpointer              user_data)
{
  return errors == 0;
}

static void
request_started_cb (SoupServer        *server,
                    SoupServerMessage *message,
                    gpointer           user_data)
{
  g_signal_connect (message, "accept-certificate", G_CALLBACK (accept_client_cb), NULL);
}

static FakeServer *
demanding_server (void)
{
  FakeServer *server = tls_server ("server.pem");
  g_autoptr (GTlsDatabase) database = database_of ("ca.pem");

  soup_server_set_tls_database (server->server, database);
  soup_server_set_tls_auth_mode (server->server, G_TLS_AUTHENTICATION_REQUIRED);
  g_signal_connect (server->server, "request-started", G_CALLBACK (request_started_cb), NULL);

  return server;
}

static void
test_own_certificates (void)
{
  static const struct {
    const char *certificate;
    gboolean opens;
  } cases[] = {
    { "station.pem", TRUE },
    { "stranger.pem", FALSE },
    { NULL, FALSE },
  };
  g_autofree char *ca = tls_path ("ca.pem");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FakeServer) server = demanding_server ();
    g_autofree char *uri = fake_server_dup_url (server, "wss", "/ws");
    g_autofree char *own = tls_path (cases[i].certificate);
    g_autoptr (PegIdentity) identity = NULL;

    g_test_message ("case %u", i);
    identity = peg_identity_new (&(PegIdentityConfig) { .ca_file = ca, .client_cert = own });

    for (guint j = 0; j < 2; j++) {
      g_autoptr (Try) try = try_again (identity, uri);

      g_assert_cmpuint (try->n_opened, ==, cases[i].opens ? 1 : 0);
      if (cases[i].opens)
        continue;

      /* A refusal comes in an alert, or as the end of the connection when the
       * other side is quicker to close than we to read: once that may mean
       * anything. */
      if (j == 0)
        g_assert_true (try->reason == PEG_LINK_REASON_OWN_CERTIFICATE ||
                       try->reason == PEG_LINK_REASON_LOST);
      else
        g_assert_cmpint (try->reason, ==, PEG_LINK_REASON_OWN_CERTIFICATE);
    }
  }
}

/* What cannot be loaded is said, and nothing is tried without it. */
static void
test_unusable (void)
{
  g_autofree char *ca = tls_path ("ca.pem");
  const struct {
    PegIdentityConfig config;
    PegLinkReason reason;
    const char *detail;
  } cases[] = {
    { { .ca_file = "relative.pem" }, PEG_LINK_REASON_CA_FILE, "relative.pem" },
    { { .ca_file = "/nonexistent/ca.pem" }, PEG_LINK_REASON_CA_FILE, "/nonexistent/ca.pem" },
    { { .ca_file = ca, .client_cert = "/nonexistent/own.pem" },
      PEG_LINK_REASON_OWN_CERTIFICATE, "/nonexistent/own.pem" },
    { { .client_cert = ca, .client_key = "/nonexistent/key.pem" },
      PEG_LINK_REASON_OWN_CERTIFICATE, "/nonexistent/key.pem" },
    { { .client_pkcs11 = "pkcs11:token=x?pin-value=1234" },
      PEG_LINK_REASON_OWN_CERTIFICATE, "keyring" },
    { { .client_pkcs11 = "pkcs11:token=x", .client_pkcs11_key = "pkcs11:token=x?pin-source=/x" },
      PEG_LINK_REASON_OWN_CERTIFICATE, "keyring" },
    { { .client_pkcs11 = "pkcs11:token=nobody-has-it;type=cert" },
      PEG_LINK_REASON_OWN_CERTIFICATE, "nobody-has-it" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FakeServer) server = fake_server_new (NULL, NULL);
    g_autofree char *uri = fake_server_dup_url (server, "ws", "/ws");
    g_autoptr (Try) try = NULL;

    g_test_message ("case %u", i);
    try = try_new (&cases[i].config, uri);
    g_assert_cmpuint (try->n_closed, ==, 1);
    g_assert_cmpint (try->reason, ==, cases[i].reason);
    g_assert_nonnull (strstr (try->detail, cases[i].detail));
    g_assert_cmpuint (server->sockets->len, ==, 0);
  }
}

static void
test_modes (void)
{
  static const struct {
    PegAuthMode mode;
    const char *authorization;
    const char *cookie;
  } cases[] = {
    { PEG_AUTH_HEADER, "Bearer " SECRET, NULL },
    { PEG_AUTH_MESSAGE, NULL, NULL },
    { PEG_AUTH_COOKIE, NULL, "auth_token=" SECRET },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FakeServer) server = fake_server_new (NULL, NULL);
    g_autofree char *uri = fake_server_dup_url (server, "ws", "/elsewhere");
    g_autoptr (PegIdentity) identity = NULL;
    g_autoptr (SoupMessage) request = NULL;
    g_autoptr (SoupMessage) sign_in = NULL;
    g_autoptr (Try) try = NULL;
    const FakeRequest *seen;
    SoupMessageHeaders *headers;

    g_test_message ("case %u", i);
    identity = peg_identity_new (&(PegIdentityConfig) { .mode = cases[i].mode, .token = SECRET });
    try = try_again (identity, uri);
    seen = server->requests->pdata[0];
    g_assert_cmpstr (fake_server_get_header (seen, "Authorization"), ==, cases[i].authorization);
    g_assert_cmpstr (fake_server_get_header (seen, "Cookie"), ==, cases[i].cookie);
    g_assert_null (seen->query);

    /* Requests have no first message. */
    request = peg_identity_make_message (identity, "GET", "http://shop/files",
                                         PEG_IDENTITY_REQUEST, NULL);
    headers = soup_message_get_request_headers (request);
    g_assert_cmpstr (soup_message_headers_get_one (headers, "Authorization"), ==,
                     cases[i].mode == PEG_AUTH_COOKIE ? NULL : "Bearer " SECRET);
    g_assert_cmpstr (soup_message_headers_get_one (headers, "Cookie"), ==, cases[i].cookie);

    /* Whoever signs in is nobody yet. */
    sign_in = peg_identity_make_message (identity, "POST", "http://shop/auth/login",
                                         PEG_IDENTITY_SIGN_IN, NULL);
    headers = soup_message_get_request_headers (sign_in);
    g_assert_null (soup_message_headers_get_one (headers, "Authorization"));
    g_assert_null (soup_message_headers_get_one (headers, "Cookie"));
  }
}

static void
test_query (void)
{
  g_autofree char *ca = tls_path ("ca.pem");
  const PegIdentityConfig config = { .mode = PEG_AUTH_QUERY, .token = "a+b/c=", .ca_file = ca };

  {
    g_autoptr (FakeServer) server = fake_server_new (NULL, NULL);
    g_autofree char *uri = fake_server_dup_url (server, "ws", "/ws?user=ada");
    g_autoptr (Try) try = try_new (&config, uri);

    g_assert_cmpint (try->reason, ==, PEG_LINK_REASON_UNSAFE);
    g_assert_cmpuint (server->sockets->len + server->requests->len, ==, 0);
  }

  {
    g_autoptr (FakeServer) server = tls_server ("server.pem");
    g_autofree char *uri = fake_server_dup_url (server, "wss", "/ws?user=ada");
    g_autoptr (Try) try = try_new (&config, uri);

    AWAIT (server->socket_query != NULL);
    g_assert_cmpuint (try->n_opened, ==, 1);
    g_assert_cmpstr (server->socket_query, ==, "user=ada&token=a%2Bb%2Fc%3D");
  }

  g_assert_false (peg_identity_is_safe (PEG_AUTH_QUERY, "ws://shop/ws"));
  g_assert_true (peg_identity_is_safe (PEG_AUTH_QUERY, "WSS://shop/ws"));
  g_assert_true (peg_identity_is_safe (PEG_AUTH_HEADER, "ws://shop/ws"));
}

static void
test_tokens (void)
{
  g_autofree char *long_one = g_strnfill (8001, 'x');
  const struct {
    const char *text;
    gboolean good;
  } cases[] = {
    { "abc", TRUE },
    { "eyJh.eyJz.c2ln-_~+/=", TRUE },
    { NULL, FALSE },
    { "", FALSE },
    { "a b", FALSE },
    { "a\r\nX-Admin: yes", FALSE },
    { "größe", FALSE },
    { "a;b", FALSE },
    { long_one, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("case %u", i);
    g_assert_true (peg_identity_is_token (cases[i].text) == cases[i].good);
  }
}

static void
test_redact (void)
{
  static const struct {
    const char *line;
    const char *clean;
  } cases[] = {
    { "GET /ws?user=ada&token=" SECRET " HTTP/1.1", "GET /ws?user=ada&token=… HTTP/1.1" },
    { "GET /ws?TOKEN=" SECRET "&x=1 HTTP/1.1", "GET /ws?TOKEN=…&x=1 HTTP/1.1" },
    { "Authorization: Bearer " SECRET, "Authorization: …" },
    { "authorization:Bearer " SECRET, "authorization: …" },
    { "Cookie: a=b; auth_token=" SECRET, "Cookie: …" },
    { "Set-Cookie: auth_token=" SECRET "; Path=/", "Set-Cookie: …" },
    { "Location: http://shop/?access_token=" SECRET, "Location: http://shop/?access_token=…" },
    { "username=ada&password=" SECRET, "username=ada&password=…" },
    { "Host: shop:8420", "Host: shop:8420" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *clean = peg_redact_line (cases[i].line);

    g_assert_cmpstr (clean, ==, cases[i].clean);
  }
}

#ifdef SOFTHSM

static void
run (const char *first,
     ...) G_GNUC_NULL_TERMINATED;

static void
run (const char *first,
     ...)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *said = NULL;
  int status;
  va_list rest;

  va_start (rest, first);
  for (const char *word = first; word != NULL; word = va_arg (rest, const char *))
    g_ptr_array_add (words, (char *) word);
  va_end (rest);
  g_ptr_array_add (words, NULL);

  g_spawn_sync (NULL, (char **) words->pdata, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL,
                NULL, &said, &status, &error);
  g_assert_no_error (error);
  if (status != 0)
    g_test_message ("%s: %s", first, said);
  g_assert_cmpint (status, ==, 0);
}

/* A card, made of software. Before all else: GnuTLS looks for cards once, when it
 * is first needed. */
static char *
make_card (void)
{
  g_autofree char *folder = g_dir_make_tmp ("peg-card-XXXXXX", NULL);
  g_autofree char *conf = g_build_filename (folder, "softhsm2.conf", NULL);
  g_autofree char *tokens = g_build_filename (folder, "tokens", NULL);
  g_autofree char *text = g_strdup_printf ("directories.tokendir = %s\nlog.level = ERROR\n", tokens);
  g_autofree char *own = tls_path ("station.pem");
  g_autofree char *load_certificate = g_strconcat ("--load-certificate=", own, NULL);
  g_autofree char *load_key = g_strconcat ("--load-privkey=", own, NULL);

  g_assert_cmpint (g_mkdir (tokens, 0700), ==, 0);
  g_assert_true (g_file_set_contents (conf, text, -1, NULL));
  g_setenv ("SOFTHSM2_CONF", conf, TRUE);
  g_setenv ("GNUTLS_PIN", PIN, TRUE);

  run (SOFTHSM, "--init-token", "--free", "--label", "peg", "--pin", PIN, "--so-pin", PIN, NULL);
  run (P11TOOL, "--login", "--write", load_certificate, "--label", "station", "--id=01",
       "pkcs11:token=peg", NULL);
  run (P11TOOL, "--login", "--write", load_key, "--label", "station", "--id=01",
       "pkcs11:token=peg", NULL);
  g_unsetenv ("GNUTLS_PIN");

  return g_steal_pointer (&folder);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    if (g_file_test (child, G_FILE_TEST_IS_DIR))
      remove_folder (child);
    else
      g_unlink (child);
  }
  g_rmdir (path);
}

static void
test_card (gconstpointer data)
{
  static const struct {
    const char *pin;
    gboolean opens;
    const char *detail;
  } cases[] = {
    { "9999", FALSE, "refused the PIN" },
    { NULL, FALSE, "asks for a PIN" },
    { PIN, TRUE, NULL },
  };
  g_autofree char *ca = tls_path ("ca.pem");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FakeServer) server = demanding_server ();
    g_autofree char *uri = fake_server_dup_url (server, "wss", "/ws");
    g_autoptr (PegIdentity) identity = peg_identity_new (&(PegIdentityConfig) {
      .ca_file = ca,
      .client_pkcs11 = "pkcs11:token=peg;object=station;type=cert",
      .client_pkcs11_key = "pkcs11:token=peg;object=station;type=private",
      .client_pin = cases[i].pin,
    });

    g_test_message ("case %u", i);

    /* Twice: what did not work the first time is not tried on the card again. */
    for (guint j = 0; j < 2; j++) {
      g_autoptr (Try) try = try_again (identity, uri);

      g_test_message ("%s", try->detail != NULL ? try->detail : "open");
      g_assert_cmpuint (try->n_opened, ==, cases[i].opens ? 1 : 0);
      if (!cases[i].opens) {
        g_assert_cmpint (try->reason, ==, PEG_LINK_REASON_OWN_CERTIFICATE);
        g_assert_nonnull (strstr (try->detail, cases[i].detail));
      }
    }
  }

  remove_folder (data);
}

#endif

int
main (int    argc,
      char **argv)
{
#ifdef SOFTHSM
  g_autofree char *card = NULL;
#endif

  g_test_init (&argc, &argv, NULL);

#ifdef SOFTHSM
  card = make_card ();
  g_test_add_data_func ("/identity/card", card, test_card);
#endif
  g_test_add_func ("/identity/server-certificates", test_server_certificates);
  g_test_add_func ("/identity/pinned", test_pinned);
  g_test_add_func ("/identity/own-certificates", test_own_certificates);
  g_test_add_func ("/identity/unusable", test_unusable);
  g_test_add_func ("/identity/modes", test_modes);
  g_test_add_func ("/identity/query", test_query);
  g_test_add_func ("/identity/tokens", test_tokens);
  g_test_add_func ("/identity/redact", test_redact);

  return g_test_run ();
}
