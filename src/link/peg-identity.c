/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-identity"

#include "peg-config.h"

#include "peg-identity.h"

#include "peg-http.h"
#include "peg-tls.h"

#include <string.h>

/* The cookie of the classic servers that take nothing else (docs/protocol.md,
 * “Opening the socket”). */
#define TOKEN_COOKIE "auth_token"

/* Many servers refuse headers that are longer than this. */
#define MAX_TOKEN_BYTES 8000

/**
 * PegIdentity:
 *
 * Who this is, for one server: the token and how it is shown, the cookies of a
 * sign-in, the certificate of this computer, and the CA that the server must be
 * signed by. The socket and the requests share one.
 *
 * It keeps its cookies itself. libsoup’s jar looks host names up among the
 * domains of the world, and “shop” is one of them: it would refuse the cookie of
 * a server with that name (measured, libsoup 3.2.3).
 */
struct _PegIdentity
{
  GObject parent_instance;

  PegAuthMode mode;
  char *token;           /* (owned) (nullable) */
  char *ca_file;         /* (owned) (nullable) */
  PegTlsOwn *own;        /* (owned) (nullable) */
  GPtrArray *cookies;    /* (owned) (element-type SoupCookie) */
  GError *error;         /* (owned) (nullable): why it cannot be used */
  PegLinkReason failure; /* of @error */
};

G_DEFINE_FINAL_TYPE (PegIdentity, peg_identity, G_TYPE_OBJECT)

static void
peg_identity_finalize (GObject *object)
{
  PegIdentity *self = PEG_IDENTITY (object);

  g_clear_pointer (&self->token, g_free);
  g_clear_pointer (&self->ca_file, g_free);
  g_clear_object (&self->own);
  g_clear_pointer (&self->cookies, g_ptr_array_unref);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (peg_identity_parent_class)->finalize (object);
}

static void
peg_identity_class_init (PegIdentityClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = peg_identity_finalize;
}

static void
peg_identity_init (PegIdentity *self)
{
  self->cookies = g_ptr_array_new_with_free_func ((GDestroyNotify) soup_cookie_free);
}

static gboolean
load_own (PegIdentity             *self,
          const PegIdentityConfig *config)
{
  if (config->client_cert != NULL)
    self->own = peg_tls_own_new_from_files (config->client_cert, config->client_key,
                                            &self->error);
  else if (config->client_pkcs11 != NULL)
    self->own = peg_tls_own_new_from_pkcs11 (config->client_pkcs11, config->client_pkcs11_key,
                                             config->client_pin, &self->error);

  return self->error == NULL;
}

/**
 * peg_identity_new:
 * @config: what there is to show
 *
 * A certificate that cannot be used makes everything fail, with
 * peg_identity_get_error(); nothing is sent without it instead.
 *
 * Returns: (transfer full): an identity
 */
PegIdentity *
peg_identity_new (const PegIdentityConfig *config)
{
  PegIdentity *self;

  g_return_val_if_fail (config != NULL, NULL);

  self = g_object_new (PEG_TYPE_IDENTITY, NULL);
  self->mode = config->mode;
  self->token = g_strdup (config->token);
  self->ca_file = g_strdup (config->ca_file);

  if (!load_own (self, config))
    self->failure = PEG_LINK_REASON_OWN_CERTIFICATE;

  return self;
}

/**
 * peg_identity_make_session:
 * @self: an identity
 * @max_conns_per_host: how many connections at a time
 * @timeout_s: after how long without any data a connection is given up; 0: never
 *
 * Returns: (transfer full) (nullable): a session for the main context that is now
 *   the thread's default; %NULL: see peg_identity_get_error()
 */
SoupSession *
peg_identity_make_session (PegIdentity *self,
                           guint        max_conns_per_host,
                           guint        timeout_s)
{
  g_autoptr (GError) error = NULL;
  SoupSession *session;

  g_return_val_if_fail (PEG_IS_IDENTITY (self), NULL);

  if (self->error != NULL)
    return NULL;

  session = peg_http_session_new (self->ca_file, max_conns_per_host, timeout_s, &error);
  if (session == NULL) {
    self->error = g_steal_pointer (&error);
    self->failure = PEG_LINK_REASON_CA_FILE;
  }

  return session;
}

static gboolean
is_secure (const char *uri)
{
  return g_ascii_strncasecmp (uri, "wss:", 4) == 0 || g_ascii_strncasecmp (uri, "https:", 6) == 0;
}

/**
 * peg_identity_is_safe:
 * @mode: how a token is shown
 * @uri: of a server
 *
 * Returns: whether that may be done there: never in an address that goes over the
 *   wire in the clear
 */
gboolean
peg_identity_is_safe (PegAuthMode  mode,
                      const char  *uri)
{
  g_return_val_if_fail (uri != NULL, FALSE);

  return mode != PEG_AUTH_QUERY || is_secure (uri);
}

static char *
with_token (const char *uri,
            const char *token)
{
  g_autofree char *escaped = g_uri_escape_string (token, NULL, FALSE);

  return g_strdup_printf ("%s%ctoken=%s", uri, strchr (uri, '?') != NULL ? '&' : '?', escaped);
}

static void
add_cookies (PegIdentity *self,
             SoupMessage *message)
{
  g_autoptr (GString) value = g_string_new (NULL);
  GUri *uri = soup_message_get_uri (message);

  for (guint i = 0; i < self->cookies->len; i++) {
    SoupCookie *cookie = g_ptr_array_index (self->cookies, i);

    if (soup_cookie_applies_to_uri (cookie, uri))
      g_string_append_printf (value, "%s%s=%s", value->len > 0 ? "; " : "",
                              soup_cookie_get_name (cookie), soup_cookie_get_value (cookie));
  }

  /* Remembered from another run: of that one only the token was kept. */
  if (self->cookies->len == 0)
    g_string_append_printf (value, TOKEN_COOKIE "=%s", self->token);

  if (value->len > 0)
    soup_message_headers_replace (soup_message_get_request_headers (message), "Cookie", value->str);
}

/**
 * peg_identity_make_message:
 * @self: an identity
 * @method: the method
 * @uri: where to
 * @use: what for
 * @why: (out) (optional): why there is none
 *
 * Makes a request that shows who this is, in the way that was chosen. Requests
 * that are no sockets show it in a header even where the socket has it in its
 * address or its first message.
 *
 * Returns: (transfer full) (nullable): the request
 */
SoupMessage *
peg_identity_make_message (PegIdentity    *self,
                           const char     *method,
                           const char     *uri,
                           PegIdentityUse  use,
                           PegLinkReason  *why)
{
  g_autofree char *whole = NULL;
  SoupMessage *message;
  gboolean socket, shown, header;

  g_return_val_if_fail (PEG_IS_IDENTITY (self), NULL);
  g_return_val_if_fail (uri != NULL, NULL);

  socket = use == PEG_IDENTITY_SOCKET;
  shown = self->token != NULL && use != PEG_IDENTITY_SIGN_IN;
  header = shown && (self->mode == PEG_AUTH_HEADER ||
                     (!socket && self->mode != PEG_AUTH_COOKIE));

  if (shown && socket && self->mode == PEG_AUTH_QUERY) {
    if (!peg_identity_is_safe (self->mode, uri)) {
      if (why != NULL)
        *why = PEG_LINK_REASON_UNSAFE;
      return NULL;
    }
    whole = with_token (uri, self->token);
  }

  message = peg_http_message_new (method, whole != NULL ? whole : uri,
                                  header ? self->token : NULL);
  if (message == NULL) {
    if (why != NULL)
      *why = PEG_LINK_REASON_ADDRESS;
    return NULL;
  }

  if (shown && self->mode == PEG_AUTH_COOKIE)
    add_cookies (self, message);
  peg_tls_watch (message, self->own);

  return message;
}

/**
 * peg_identity_get_error:
 * @self: an identity
 *
 * Returns: (transfer none) (nullable): why it cannot be used
 */
const GError *
peg_identity_get_error (PegIdentity *self)
{
  g_return_val_if_fail (PEG_IS_IDENTITY (self), NULL);

  return self->error;
}

/**
 * peg_identity_get_failure:
 * @self: an identity
 *
 * Returns: what peg_identity_get_error() is about; %PEG_LINK_REASON_NONE: nothing
 *   is wrong
 */
PegLinkReason
peg_identity_get_failure (PegIdentity *self)
{
  g_return_val_if_fail (PEG_IS_IDENTITY (self), PEG_LINK_REASON_NONE);

  return self->failure;
}

/**
 * peg_identity_get_mode:
 * @self: an identity
 *
 * Returns: how the token is shown
 */
PegAuthMode
peg_identity_get_mode (PegIdentity *self)
{
  g_return_val_if_fail (PEG_IS_IDENTITY (self), PEG_AUTH_HEADER);

  return self->mode;
}

/**
 * peg_identity_get_token:
 * @self: an identity
 *
 * Returns: (transfer none) (nullable): the token; never to be logged
 */
const char *
peg_identity_get_token (PegIdentity *self)
{
  g_return_val_if_fail (PEG_IS_IDENTITY (self), NULL);

  return self->token;
}

/**
 * peg_identity_set_token:
 * @self: an identity
 * @token: (nullable): the token
 *
 * From the next request on, @token is shown. Cookies from before go with the token
 * from before.
 */
void
peg_identity_set_token (PegIdentity *self,
                        const char  *token)
{
  g_return_if_fail (PEG_IS_IDENTITY (self));

  if (token != self->token) {
    g_free (self->token);
    self->token = g_strdup (token);
  }

  g_ptr_array_set_size (self->cookies, 0);
}

/**
 * peg_identity_is_token:
 * @text: (nullable): what is said to be a token
 *
 * Returns: whether it can stand in a header: that of a `Bearer` (RFC 6750, 2.1)
 *   is of printable ASCII without spaces; and without what ends a cookie
 */
gboolean
peg_identity_is_token (const char *text)
{
  gsize length = 0;

  if (text == NULL)
    return FALSE;

  for (; text[length] != '\0'; length++) {
    if (!g_ascii_isgraph (text[length]) || strchr (";,\"\\", text[length]) != NULL)
      return FALSE;
  }

  return length > 0 && length <= MAX_TOKEN_BYTES;
}

/**
 * peg_identity_take_cookies:
 * @self: an identity
 * @message: a sign-in or a refresh that was answered
 *
 * Takes the cookies of the answer in the place of those from before. From then on
 * they say who this is. The token becomes that of `auth_token`.
 *
 * Returns: whether there was an `auth_token`; otherwise nothing has changed
 */
gboolean
peg_identity_take_cookies (PegIdentity *self,
                           SoupMessage *message)
{
  GSList *cookies;
  const char *token = NULL;

  g_return_val_if_fail (PEG_IS_IDENTITY (self), FALSE);
  g_return_val_if_fail (SOUP_IS_MESSAGE (message), FALSE);

  cookies = soup_cookies_from_response (message);
  for (GSList *item = cookies; item != NULL; item = item->next) {
    if (g_str_equal (soup_cookie_get_name (item->data), TOKEN_COOKIE) &&
        peg_identity_is_token (soup_cookie_get_value (item->data)))
      token = soup_cookie_get_value (item->data);
  }

  if (token == NULL) {
    soup_cookies_free (cookies);
    return FALSE;
  }

  peg_identity_set_token (self, token);
  self->mode = PEG_AUTH_COOKIE;
  for (GSList *item = cookies; item != NULL; item = item->next)
    g_ptr_array_add (self->cookies, item->data);
  g_slist_free (cookies);

  return TRUE;
}

/**
 * peg_identity_forget:
 * @self: an identity
 *
 * Drops the token and the cookies: from now on this is nobody.
 */
void
peg_identity_forget (PegIdentity *self)
{
  g_return_if_fail (PEG_IS_IDENTITY (self));

  g_clear_pointer (&self->token, g_free);
  g_ptr_array_set_size (self->cookies, 0);
}
