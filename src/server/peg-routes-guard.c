/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-routes"

#include "peg-config.h"

#include "peg-routes-private.h"

#include "peg-answer.h"

#include <string.h>

/* Browsers say where a page came from. A page from elsewhere must not change
 * anything here with the rights of whoever looks at it. */
gboolean
peg_routes_is_from_elsewhere (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *origin = soup_message_headers_get_one (headers, "Origin");
  const char *host = soup_message_headers_get_one (headers, "Host");
  const char *authority = origin != NULL ? strstr (origin, "://") : NULL;

  if (origin == NULL)
    return FALSE;

  return authority == NULL || host == NULL || g_ascii_strcasecmp (authority + 3, host) != 0;
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

/* Answers who must not come. */
gboolean
peg_routes_may_come (PegRoutes         *self,
                     SoupServerMessage *message)
{
  if (!self->local_only || is_for_this_machine (message))
    return TRUE;

  peg_routes_end_connection (message);
  peg_answer_detail (message, SOUP_STATUS_FORBIDDEN,
                     "This server is for programs on its own machine only. Call it localhost or "
                     "127.0.0.1", "host");

  return FALSE;
}
