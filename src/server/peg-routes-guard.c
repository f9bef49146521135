/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-routes"

#include "peg-config.h"

#include "peg-routes-private.h"

#include "peg-answer.h"

#include <string.h>

/* How long a server that is started again needs at least, s. */
#define RESTART_WAIT_S 2

/* RFC 6585, 4. libsoup 3.2 has no name for it. */
#define TOO_MANY_REQUESTS 429

/* Whether a browser asks for a page of this server, or of a site that may. */
static gboolean
is_known_origin (PegRoutes  *self,
                 const char *origin,
                 const char *host)
{
  const char *authority = strstr (origin, "://");

  for (guint i = 0; self->origins != NULL && self->origins[i] != NULL; i++) {
    if (g_ascii_strcasecmp (self->origins[i], origin) == 0)
      return TRUE;
  }

  return authority != NULL && host != NULL && g_ascii_strcasecmp (authority + 3, host) == 0;
}

/* Browsers say where a page came from (RFC 6454, 7). A page from elsewhere must
 * not change anything here with the rights of whoever looks at it, nor listen. The
 * pages of sites that may are told that they may read the answer. */
gboolean
peg_routes_is_from_elsewhere (PegRoutes         *self,
                              SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *origin = soup_message_headers_get_one (headers, "Origin");
  SoupMessageHeaders *answer = soup_server_message_get_response_headers (message);

  if (origin == NULL)
    return FALSE;

  soup_message_headers_replace (answer, "Vary", "Origin");
  if (!is_known_origin (self, origin, soup_message_headers_get_one (headers, "Host")))
    return TRUE;

  soup_message_headers_replace (answer, "Access-Control-Allow-Origin", origin);
  soup_message_headers_replace (answer, "Access-Control-Expose-Headers",
                                "ETag, Pegboard-Epoch, Pegboard-Seq, Pegboard-Token, "
                                "Pegboard-Version, Retry-After");

  return FALSE;
}

/* A browser asks whether a page may ask (Fetch, 3.2.2), before it sends anything
 * that a form could not. Returns whether that was it, and answers it. */
gboolean
peg_routes_answer_preflight (PegRoutes         *self,
                             SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  SoupMessageHeaders *answer = soup_server_message_get_response_headers (message);

  if (soup_server_message_get_method (message) != SOUP_METHOD_OPTIONS ||
      soup_message_headers_get_one (headers, "Access-Control-Request-Method") == NULL ||
      peg_routes_is_from_elsewhere (self, message))
    return FALSE;

  peg_routes_end_connection (message);
  soup_message_headers_replace (answer, "Access-Control-Allow-Methods", "GET, POST");
  soup_message_headers_replace (answer, "Access-Control-Allow-Headers",
                                "Authorization, Content-Type, Idempotency-Key, If-Match, "
                                "If-None-Match, Prefer");
  soup_message_headers_replace (answer, "Access-Control-Max-Age", "600");
  soup_server_message_set_status (message, SOUP_STATUS_NO_CONTENT, NULL);

  return TRUE;
}

/* Under what a message keeps where it comes from. */
#define ADDRESS_KEY "peg-address"

/* libsoup knows it as well, but warns of a client that has gone already, which is
 * nothing to warn of. It is kept: after the upgrade there is no socket to ask. */
GInetAddress *
peg_routes_get_address (SoupServerMessage *message)
{
  GInetAddress *known = g_object_get_data (G_OBJECT (message), ADDRESS_KEY);
  GSocket *socket = soup_server_message_get_socket (message);
  g_autoptr (GSocketAddress) address = NULL;

  if (known != NULL || socket == NULL)
    return known;

  address = g_socket_get_remote_address (socket, NULL);
  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return NULL;

  known = g_object_ref (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
  g_object_set_data_full (G_OBJECT (message), ADDRESS_KEY, known, g_object_unref);

  return known;
}

/* Refuses for now, and says until when. */
void
peg_routes_refuse_for (SoupServerMessage *message,
                       guint              status,
                       guint              wait_s,
                       const char        *detail,
                       const char        *code)
{
  g_autofree char *wait = g_strdup_printf ("%u", wait_s);

  peg_routes_end_connection (message);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Retry-After",
                                wait);
  peg_answer_detail (message, status, detail, code);
}

/* libsoup before 3.3.0 never closes a connection that waits for its next request
 * when the client goes: every client leaves a descriptor behind (measured with
 * 3.2.3; https://gitlab.gnome.org/GNOME/libsoup/-/commit/d20c6601). There a
 * connection answers one request. */
void
peg_routes_end_connection (SoupServerMessage *message)
{
  if (!soup_check_version (3, 3, 0))
    soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                  "Connection", "close");
}

/* Where everybody on this machine may ask, a page from elsewhere may, too, once its
 * name leads here (“DNS rebinding”): to the browser it is then of the same origin.
 * The name stands in `Host`. HTTP/1.0 has none, and browsers do not speak it. */
static gboolean
is_for_this_machine (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *host = soup_message_headers_get_one (headers, "Host");
  g_autofree char *text = host != NULL ? g_strconcat ("http://", host, "/", NULL) : NULL;
  g_autoptr (GUri) uri = text != NULL ? g_uri_parse (text, SOUP_HTTP_URI_FLAGS, NULL) : NULL;
  g_autoptr (GInetAddress) address = NULL;

  if (host == NULL)
    return TRUE;
  if (uri == NULL || g_uri_get_host (uri) == NULL)
    return FALSE;
  if (g_ascii_strcasecmp (g_uri_get_host (uri), "localhost") == 0)
    return TRUE;

  address = g_inet_address_new_from_string (g_uri_get_host (uri));

  return address != NULL && g_inet_address_get_is_loopback (address);
}

/* Answers who must not come, or not now. Asked once for a request. */
gboolean
peg_routes_may_come (PegRoutes         *self,
                     SoupServerMessage *message)
{
  guint wait_s;

  if (self->is_stopping) {
    peg_routes_refuse_for (message, SOUP_STATUS_SERVICE_UNAVAILABLE, RESTART_WAIT_S,
                           "The server is being stopped, and may be back in a moment", "stopping");
    return FALSE;
  }

  if (!peg_gate_take_request (peg_hub_get_gate (self->hub), peg_routes_get_address (message),
                              &wait_s)) {
    peg_routes_refuse_for (message, TOO_MANY_REQUESTS, wait_s,
                           "Too many requests came from this address", "too_many");
    return FALSE;
  }

  if (!self->local_only || is_for_this_machine (message))
    return TRUE;

  peg_routes_end_connection (message);
  peg_answer_detail (message, SOUP_STATUS_FORBIDDEN,
                     "This server is for programs on its own machine only. Call it localhost or "
                     "127.0.0.1", "host");

  return FALSE;
}

static void
end_change (gpointer n_changes)
{
  (*(guint *) n_changes)--;
  g_rc_box_release (n_changes);
}

/* Counts a change that is under way until its answer has gone. */
void
peg_routes_begin_change (PegRoutes         *self,
                         SoupServerMessage *message)
{
  (*self->n_changes)++;
  g_object_set_data_full (G_OBJECT (message), "peg-change", g_rc_box_acquire (self->n_changes),
                          end_change);
}

/**
 * peg_routes_stop:
 * @self: the routes
 *
 * Refuses everything from here on that is not under way yet.
 */
void
peg_routes_stop (PegRoutes *self)
{
  g_return_if_fail (self != NULL);

  self->is_stopping = TRUE;
}

/**
 * peg_routes_is_changing:
 * @self: the routes
 *
 * Returns: whether a change is under way, or its answer
 */
gboolean
peg_routes_is_changing (PegRoutes *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return *self->n_changes > 0;
}
