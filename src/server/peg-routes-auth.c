/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-routes"

#include "peg-config.h"

#include "peg-routes-private.h"

#include "peg-answer.h"
#include "peg-log.h"
#include "peg-wire-session.h"

#include <string.h>

/* The cookie of a sign-in, as classic servers call it (docs/protocol.md,
 * “Signing in”). */
#define COOKIE "auth_token"

/* RFC 6585, 4; libsoup has no name for it. */
#define STATUS_TOO_MANY 429

/* Under what a request keeps who sent it. */
#define CALLER_KEY "peg-caller"
#define CHECKED_KEY "peg-caller-checked"

/* Where a token was found. */
typedef enum {
  SOURCE_NOWHERE,
  SOURCE_HEADER,
  SOURCE_COOKIE,
  SOURCE_QUERY,
} Source;

static char *
dup_bearer (SoupMessageHeaders *headers)
{
  const char *value = soup_message_headers_get_one (headers, "Authorization");

  if (value == NULL || g_ascii_strncasecmp (value, "Bearer ", 7) != 0)
    return NULL;

  return g_strstrip (g_strdup (value + 7));
}

static char *
dup_cookie (SoupMessageHeaders *headers)
{
  const char *value = soup_message_headers_get_list (headers, "Cookie");
  g_auto (GStrv) pairs = value != NULL ? g_strsplit (value, ";", -1) : NULL;

  for (guint i = 0; pairs != NULL && pairs[i] != NULL; i++) {
    const char *pair = g_strstrip (pairs[i]);

    if (g_str_has_prefix (pair, COOKIE "="))
      return g_strdup (pair + strlen (COOKIE "="));
  }

  return NULL;
}

/* In an address, a token may be sent over TLS only, and only where a browser
 * cannot send it in another way: addresses end up in logs and in histories. */
static char *
dup_query_token (PegRoutes         *self,
                 SoupServerMessage *message)
{
  const char *text = g_uri_get_query (soup_server_message_get_uri (message));
  g_autoptr (GHashTable) query = text != NULL && self->is_tls ? soup_form_decode (text) : NULL;

  return query != NULL ? g_strdup (g_hash_table_lookup (query, "token")) : NULL;
}

static char *
dup_token (PegRoutes         *self,
           SoupServerMessage *message,
           gboolean           is_socket,
           Source            *source)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  char *token = dup_bearer (headers);

  *source = SOURCE_HEADER;
  if (token == NULL) {
    *source = SOURCE_COOKIE;
    token = dup_cookie (headers);
  }
  if (token == NULL && is_socket) {
    *source = SOURCE_QUERY;
    token = dup_query_token (self, message);
  }
  if (token == NULL)
    *source = SOURCE_NOWHERE;

  return token;
}

static void
answer_wait (SoupServerMessage *message,
             guint              wait_s)
{
  g_autofree char *detail = g_strdup_printf ("Too many wrong attempts came from there. Wait %u "
                                             "seconds.", wait_s);

  peg_routes_refuse_for (message, STATUS_TOO_MANY, wait_s, detail, "too_many");
}

/* RFC 9110, 11.6.1: a 401 says how to sign in; RFC 6750, 3: and what was wrong. */
static void
answer_unauthorized (SoupServerMessage *message,
                     const GError      *error)
{
  gboolean is_expired = g_error_matches (error, PEG_PEOPLE_ERROR, PEG_PEOPLE_ERROR_EXPIRED);

  soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                "WWW-Authenticate",
                                error != NULL ? "Bearer error=\"invalid_token\"" : "Bearer");
  peg_answer_detail (message, SOUP_STATUS_UNAUTHORIZED,
                     error != NULL ? error->message
                                   : "Sign in: this server wants to know who asks",
                     error == NULL ? "sign_in" : is_expired ? "expired" : "bad_token");
}

/* A wrong token of a header or an address is a program that was told a wrong one,
 * or one that guesses. A wrong cookie is an old one, and so is what has expired. */
static void
refuse_token (PegRoutes         *self,
              SoupServerMessage *message,
              Source             source,
              const GError      *error)
{
  const char *address = soup_server_message_get_remote_host (message);
  guint wait_s = 0;

  if (source != SOURCE_COOKIE &&
      !g_error_matches (error, PEG_PEOPLE_ERROR, PEG_PEOPLE_ERROR_EXPIRED)) {
    wait_s = peg_login_wrong_token (peg_hub_get_login (self->hub), address, NULL,
                                    peg_gate_get_time (peg_hub_get_gate (self->hub)));
    PEG_LOG ("token-wrong", "s:address", address);
  }

  if (wait_s > 0)
    answer_wait (message, wait_s);
  else
    answer_unauthorized (message, error);
}

/* Browsers send cookies along with whatever a page of another site asks for. That
 * such a page names itself in `Origin` is looked at for all requests; those that
 * do not name it are looked at here (https://www.w3.org/TR/fetch-metadata/). What
 * is no browser sends neither. */
static gboolean
is_from_page (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *site = soup_message_headers_get_one (headers, "Sec-Fetch-Site");
  const char *method = soup_server_message_get_method (message);

  return method != SOUP_METHOD_GET && method != SOUP_METHOD_HEAD && site != NULL &&
         strcmp (site, "same-origin") != 0 && strcmp (site, "none") != 0;
}

/* Finds out who asks, once for each request. */
static gboolean
find_caller (PegRoutes         *self,
             SoupServerMessage *message,
             gboolean           is_open,
             gboolean           is_socket)
{
  g_autofree char *token = NULL;
  g_autoptr (GError) error = NULL;
  PegCaller *caller;
  Source source;

  if (g_object_get_data (G_OBJECT (message), CHECKED_KEY) != NULL)
    return TRUE;
  g_object_set_data (G_OBJECT (message), CHECKED_KEY, GINT_TO_POINTER (TRUE));

  token = dup_token (self, message, is_socket, &source);
  if (token == NULL)
    return TRUE;

  if (source == SOURCE_COOKIE && is_from_page (message)) {
    peg_answer_detail (message, SOUP_STATUS_FORBIDDEN,
                       "A page of another site must not change anything here", "cross_origin");
    return FALSE;
  }

  caller = peg_people_check (self->people, token, g_get_real_time (), &error);
  if (caller != NULL) {
    g_object_set_data_full (G_OBJECT (message), CALLER_KEY, caller,
                            (GDestroyNotify) peg_caller_free);
    return TRUE;
  }

  if (is_open || (source == SOURCE_COOKIE && is_socket))
    return TRUE;
  refuse_token (self, message, source, error);

  return FALSE;
}

/**
 * peg_routes_let_in:
 * @self: the routes
 * @message: a request
 * @needed: the least role that may ask this; %PEG_ROLE_NONE: everybody may
 * @is_socket: whether the request opens a socket: it may bring its token in the
 *   address, or later in its first message, but not a wrong one
 *
 * Looks who asks and whether they may, and answers the request when not. Where
 * there is no sign-in everybody may.
 *
 * Returns: whether to go on
 */
gboolean
peg_routes_let_in (PegRoutes         *self,
                   SoupServerMessage *message,
                   PegRole            needed,
                   gboolean           is_socket)
{
  g_autofree char *detail = NULL;
  const PegCaller *caller;

  if (self->people != NULL)
    peg_people_look_again (self->people);
  if (self->people == NULL || !peg_people_is_on (self->people))
    return TRUE;

  if (!find_caller (self, message, needed == PEG_ROLE_NONE && !is_socket, is_socket))
    return FALSE;

  caller = peg_routes_get_caller (message);
  if (needed == PEG_ROLE_NONE || (caller != NULL && caller->role >= needed))
    return TRUE;

  if (caller == NULL) {
    answer_unauthorized (message, NULL);
    return FALSE;
  }

  detail = g_strdup_printf ("This takes the role “%s”; “%s” is “%s”. Ask whoever looks after the "
                            "server.", peg_role_to_text (needed), caller->name,
                            peg_role_to_text (caller->role));
  peg_answer_detail (message, SOUP_STATUS_FORBIDDEN, detail, "forbidden");

  return FALSE;
}

/**
 * peg_routes_get_caller:
 * @message: a request that was let in
 *
 * Returns: (transfer none) (nullable): who asks; %NULL: nobody knows
 */
const PegCaller *
peg_routes_get_caller (SoupServerMessage *message)
{
  return g_object_get_data (G_OBJECT (message), CALLER_KEY);
}

/* `HttpOnly`: no script of a page reads it; `SameSite=Strict`: no other site
 * sends it (RFC 6265bis, 5.2); `Secure`: it does not go over the wire in clear. */
static void
set_cookie (PegRoutes         *self,
            SoupServerMessage *message,
            const char        *token,
            gint64             life_s)
{
  g_autofree char *value = g_strdup_printf (COOKIE "=%s; Path=/; Max-Age=%" G_GINT64_FORMAT
                                            "; HttpOnly; SameSite=Strict%s",
                                            token, life_s, self->is_tls ? "; Secure" : "");

  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Set-Cookie",
                                value);
}

static void
answer_session (PegRoutes         *self,
                SoupServerMessage *message,
                const PegCaller   *caller,
                const char        *token,
                gint64             life_s)
{
  const PegWireSession session = {
    .token = (char *) token,
    .user = caller->name,
    .role = (char *) peg_role_to_text (caller->role),
    .expires_s = (guint64) life_s,
    .is_admin = caller->role == PEG_ROLE_ADMIN,
  };

  set_cookie (self, message, token, life_s);
  peg_answer_json (message, SOUP_STATUS_OK, peg_wire_encode_session (&session));
}

/* The name and the secret, from a form or from JSON. */
static gboolean
read_credentials (SoupServerMessage  *message,
                  char              **user,
                  char              **password,
                  GError            **error)
{
  const char *type =
    soup_message_headers_get_content_type (soup_server_message_get_request_headers (message), NULL);
  g_autoptr (GBytes) body =
    soup_message_body_flatten (soup_server_message_get_request_body (message));
  g_autoptr (GError) own_error = NULL;
  g_autoptr (GHashTable) form = NULL;
  g_autofree char *text = NULL;
  gconstpointer data;
  gsize length;

  peg_receive_end (message, &own_error);
  if (own_error != NULL) {
    g_propagate_error (error, g_steal_pointer (&own_error));
    return FALSE;
  }

  data = g_bytes_get_data (body, &length);
  if (g_strcmp0 (type, "application/x-www-form-urlencoded") != 0)
    return peg_wire_decode_credentials (data != NULL ? data : "", length, user, password, error);

  text = length > 0 ? g_strndup (data, length) : g_strdup ("");
  form = soup_form_decode (text);
  *user = g_strdup (g_hash_table_lookup (form, "username"));
  *password = g_strdup (g_hash_table_lookup (form, "password"));

  return TRUE;
}

static gboolean
has_sign_in (PegRoutes         *self,
             SoupServerMessage *message)
{
  if (self->people != NULL && peg_people_is_on (self->people))
    return TRUE;

  peg_answer_detail (message, SOUP_STATUS_NOT_IMPLEMENTED,
                     "This server has no sign-in: it believes the name that it is told",
                     "no_sign_in");

  return FALSE;
}

/* Who wants to sign in, or %NULL when that was answered. What was typed in the
 * field of the name is not logged: it may be the token. */
static PegCaller *
check_login (PegRoutes         *self,
             SoupServerMessage *message,
             const char        *user,
             const char        *password)
{
  const char *address = soup_server_message_get_remote_host (message);
  PegLogin *login = peg_hub_get_login (self->hub);
  gint64 now_us = peg_gate_get_time (peg_hub_get_gate (self->hub));
  guint wait_s = MAX (peg_login_get_wait_s (login, PEG_LOGIN_ADDRESS, address, now_us),
                      peg_login_get_wait_s (login, PEG_LOGIN_NAME, user, now_us));
  g_autoptr (PegCaller) caller = NULL;

  if (wait_s > 0) {
    answer_wait (message, wait_s);
    return NULL;
  }

  caller = password != NULL ? peg_people_check (self->people, password, g_get_real_time (), NULL)
                            : NULL;
  if (caller != NULL && (user == NULL || user[0] == '\0' || strcmp (user, caller->name) == 0)) {
    peg_login_right (login, PEG_LOGIN_NAME, user);
    PEG_LOG ("signed-in", "s:user", caller->name, "s:address", address);
    return g_steal_pointer (&caller);
  }

  peg_login_wrong (login, PEG_LOGIN_ADDRESS, address, now_us);
  peg_login_wrong (login, PEG_LOGIN_NAME, user, now_us);
  PEG_LOG ("sign-in-wrong", "s:address", address);
  peg_answer_detail (message, SOUP_STATUS_UNAUTHORIZED,
                     "The name and the token do not belong together. Copy the token once more, from "
                     "“peg_” to its end.", "bad_credentials");

  return NULL;
}

void
peg_route_login (PegRoutes    *self,
                 const PegAsk *ask)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PegCaller) caller = NULL;
  g_autofree char *user = NULL;
  g_autofree char *password = NULL;
  g_autofree char *token = NULL;
  gint64 life_s = PEG_PEOPLE_SESSION_S;

  if (!has_sign_in (self, ask->message))
    return;
  if (!read_credentials (ask->message, &user, &password, &error)) {
    peg_answer_error (ask->message, error);
    return;
  }

  caller = check_login (self, ask->message, user, password);
  if (caller == NULL)
    return;

  /* What somebody else signed is not made to live longer here. */
  if (caller->kind == PEG_CALLER_FOREIGN) {
    token = g_strdup (password);
    life_s = MAX (caller->expires_s - g_get_real_time () / G_USEC_PER_SEC, 1);
  } else {
    token = peg_people_make_session (self->people, caller, g_get_real_time ());
  }
  answer_session (self, ask->message, caller, token, life_s);
}

void
peg_route_renew (PegRoutes    *self,
                 const PegAsk *ask)
{
  g_autofree char *token = NULL;

  if (!has_sign_in (self, ask->message))
    return;

  if (ask->caller->kind == PEG_CALLER_FOREIGN) {
    peg_answer_detail (ask->message, SOUP_STATUS_FORBIDDEN,
                       "This token was made elsewhere, and is renewed there", "forbidden");
    return;
  }

  token = peg_people_make_session (self->people, ask->caller, g_get_real_time ());
  answer_session (self, ask->message, ask->caller, token, PEG_PEOPLE_SESSION_S);
}

void
peg_route_logout (PegRoutes    *self,
                  const PegAsk *ask)
{
  g_autoptr (GError) error = NULL;

  set_cookie (self, ask->message, "", 0);
  if (ask->caller != NULL &&
      !peg_people_end_session (self->people, ask->caller, g_get_real_time (), &error))
    peg_answer_error (ask->message, error);
  else
    peg_answer_json (ask->message, SOUP_STATUS_OK, g_strdup ("{\"status\":\"success\"}"));
}
