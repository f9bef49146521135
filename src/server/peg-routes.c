/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-routes"

#include "peg-config.h"

#include "peg-routes-private.h"

#include "peg-answer.h"
#include "peg-log.h"
#include "peg-receive.h"

#include <string.h>

typedef enum {
  BODY_NONE,   /* no body is read */
  BODY_JSON,   /* who wants what */
  BODY_SECRET, /* what is about signing in, which nothing else gets to see */
  BODY_UPLOAD, /* a file */
} Body;

typedef struct {
  const char *method;
  const char *path; /* of the request, or the verb behind a file */
  Body body;
  PegRole role;     /* the least that may ask, where there is a sign-in */
  gboolean admin;   /* also below `/admin` */
  PegRouteFunc func;
} Route;

static const Route routes[] = {
  { "GET", "/", BODY_NONE, PEG_ROLE_NONE, FALSE, peg_route_root },
  { "GET", "/healthz", BODY_NONE, PEG_ROLE_NONE, FALSE, peg_route_health },
  { "GET", "/config", BODY_NONE, PEG_ROLE_NONE, FALSE, peg_route_config },
  { "GET", "/files", BODY_NONE, PEG_ROLE_VIEWER, FALSE, peg_route_files },
  { "GET", "/refresh", BODY_NONE, PEG_ROLE_VIEWER, FALSE, peg_route_refresh },
  { "GET", "/dashboard/stats", BODY_NONE, PEG_ROLE_VIEWER, FALSE, peg_route_stats },
  { "GET", "/dashboard/activity", BODY_NONE, PEG_ROLE_VIEWER, FALSE, peg_route_activity },
  { "GET", "/messages/check", BODY_NONE, PEG_ROLE_VIEWER, FALSE, peg_route_check },
  { "POST", "/messages/send", BODY_JSON, PEG_ROLE_MACHINIST, FALSE, peg_route_send },
  { "POST", "/messages/acknowledge", BODY_JSON, PEG_ROLE_VIEWER, FALSE, peg_route_acknowledge },
  { "POST", "/auth/login", BODY_SECRET, PEG_ROLE_NONE, FALSE, peg_route_login },
  { "POST", "/auth/refresh", BODY_SECRET, PEG_ROLE_VIEWER, FALSE, peg_route_renew },
  { "POST", "/auth/logout", BODY_SECRET, PEG_ROLE_NONE, FALSE, peg_route_logout },
  { "POST", "/files/new_upload", BODY_UPLOAD, PEG_ROLE_MACHINIST, FALSE, peg_route_new_upload },
};

static const Route verbs[] = {
  { "POST", "checkout", BODY_JSON, PEG_ROLE_MACHINIST, FALSE, peg_route_check_out },
  { "POST", "checkin", BODY_UPLOAD, PEG_ROLE_MACHINIST, FALSE, peg_route_check_in },
  { "POST", "cancel_checkout", BODY_JSON, PEG_ROLE_MACHINIST, FALSE, peg_route_release },
  { "POST", "override", BODY_JSON, PEG_ROLE_LEAD, TRUE, peg_route_override },
  { "GET", "download", BODY_NONE, PEG_ROLE_VIEWER, FALSE, peg_route_download },
  { "GET", "history", BODY_NONE, PEG_ROLE_VIEWER, FALSE, peg_route_history },
  { "GET", "versions", BODY_NONE, PEG_ROLE_VIEWER, FALSE, peg_route_version },
};

/* A request, taken apart. */
typedef struct {
  const Route *route; /* (nullable): %NULL: there is no such thing */
  char *file;         /* (owned) (nullable) */
  char *rest;         /* (owned) (nullable) */
} Match;

static void
match_clear (Match *self)
{
  g_free (self->file);
  g_free (self->rest);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Match, match_clear)

/* `/files/{file}/{verb}`, where the slashes of the file may be escaped or not,
 * and `/files/{file}/versions/{hash}`. A file may have the name of a verb: the
 * last part that is one counts. */
static void
match_file (const char *path,
            gboolean    admin,
            Match      *match)
{
  const char *last = strrchr (path, '/');
  g_autofree char *before = g_strndup (path, (gsize) (last - path));
  const char *verb = last + 1;
  const char *previous = strrchr (before, '/');
  gsize length = (gsize) (last - path);

  if (previous != NULL && previous > before && strcmp (previous, "/versions") == 0) {
    match->rest = g_uri_unescape_string (verb, NULL);
    verb = "versions";
    length = (gsize) (previous - before);
  } else if (strcmp (verb, "versions") == 0) {
    return;
  }

  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++) {
    if (strcmp (verb, verbs[i].path) == 0 && (!admin || verbs[i].admin) && length > 0) {
      /* NUL and broken escapes give no string, which is no file. */
      match->file = g_uri_unescape_segment (path, path + length, NULL);
      if (match->file != NULL && g_utf8_validate (match->file, -1, NULL))
        match->route = &verbs[i];
    }
  }
}

static void
match_path (const char *path,
            Match      *match)
{
  for (guint i = 0; i < G_N_ELEMENTS (routes); i++) {
    if (strcmp (path, routes[i].path) == 0) {
      match->route = &routes[i];
      return;
    }
  }

  if (g_str_has_prefix (path, "/files/") && strchr (path + 7, '/') != NULL)
    match_file (path + 7, FALSE, match);
  else if (g_str_has_prefix (path, "/admin/files/") && strchr (path + 13, '/') != NULL)
    match_file (path + 13, TRUE, match);
}

static gboolean
may_be_asked (PegRoutes         *self,
              SoupServerMessage *message,
              const Match       *match)
{
  const char *method = soup_server_message_get_method (message);
  gboolean is_from_elsewhere = peg_routes_is_from_elsewhere (self, message);

  peg_routes_end_connection (message);

  if (match->route == NULL) {
    peg_answer_detail (message, SOUP_STATUS_NOT_FOUND, "There is nothing here of this name",
                       "not_found");
    return FALSE;
  }

  if (strcmp (method, match->route->method) != 0 &&
      !(method == SOUP_METHOD_HEAD && strcmp (match->route->method, "GET") == 0)) {
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "Allow",
                                  match->route->method);
    peg_answer_detail (message, SOUP_STATUS_METHOD_NOT_ALLOWED,
                       "This can be asked for in another way only", "method");
    return FALSE;
  }

  if (match->route->body != BODY_NONE && is_from_elsewhere) {
    peg_answer_detail (message, SOUP_STATUS_FORBIDDEN,
                       "A page of another site must not change anything here", "cross_origin");
    return FALSE;
  }

  return peg_routes_let_in (self, message, match->route->role, FALSE);
}

/* The headers are there, the body is not. */
static void
early_cb (SoupServer        *server,
          SoupServerMessage *message,
          const char        *path,
          GHashTable        *query,
          gpointer           user_data)
{
  PegRoutes *self = user_data;
  g_auto (Match) match = { .route = NULL };
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  gint64 length = soup_message_headers_get_content_length (headers), limit;

  match_path (g_uri_get_path (soup_server_message_get_uri (message)), &match);
  if (!peg_routes_may_come (self, message) || peg_routes_answer_preflight (self, message) ||
      !may_be_asked (self, message, &match)) {
    peg_receive_refuse (message);
    return;
  }

  limit = match.route->body == BODY_UPLOAD ? PEG_RECEIVE_MAX_BYTES : PEG_RECEIVE_MAX_BODY;
  if (length > limit) {
    g_autofree char *detail = g_strdup_printf ("This is larger than the %" G_GINT64_FORMAT
                                               " bytes that are taken", limit);

    peg_answer_detail (message, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, detail, "too_large");
    peg_receive_refuse (message);
    return;
  }

  if (match.route->body == BODY_UPLOAD)
    peg_receive_begin (message, peg_shop_get_objects (self->shop));
  else
    peg_receive_limit (message);
}

static PegWireRequest *
read_request (SoupServerMessage  *message,
              GError            **error)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autoptr (GError) own_error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gconstpointer data;
  gsize length;

  peg_receive_end (message, &own_error);
  if (own_error != NULL) {
    g_propagate_error (error, g_steal_pointer (&own_error));
    return NULL;
  }

  bytes = soup_message_body_flatten (body);
  data = g_bytes_get_data (bytes, &length);

  return peg_wire_decode_request (data != NULL ? data : "", length, error);
}

/* Where it is known who asks, it is them, whoever the body names. */
static void
set_user (PegWireRequest  *request,
          const PegCaller *caller)
{
  g_free (request->user);
  request->user = g_strdup (caller->name);
  g_free (request->sender);
  request->sender = g_strdup (caller->name);
}

/* The body as the route wants it. */
static gboolean
read_body (PegAsk  *ask,
           Body     body,
           GError **error)
{
  if (body == BODY_JSON)
    ask->request = read_request (ask->message, error);
  if (ask->request != NULL && ask->caller != NULL)
    set_user (ask->request, ask->caller);
  if (body == BODY_UPLOAD)
    ask->form = peg_receive_end (ask->message, error);

  return (body != BODY_JSON || ask->request != NULL) && (body != BODY_UPLOAD || ask->form != NULL);
}

/* Every request comes in here: whether it may be asked, whether it was answered
 * before, and what it says are the same questions for all of them. */
static void
request_cb (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  PegRoutes *self = user_data;
  g_auto (Match) match = { .route = NULL };
  g_autoptr (GError) error = NULL;
  PegAsk ask = { .message = message, .query = query };
  const PegCaller *caller;

  match_path (g_uri_get_path (soup_server_message_get_uri (message)), &match);
  if (!may_be_asked (self, message, &match))
    return;

  soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                "Cache-Control", "no-store");

  caller = peg_routes_get_caller (message);

  /* The answer to a sign-in is secret, and is not remembered. */
  if (match.route->body != BODY_NONE && match.route->body != BODY_SECRET &&
      peg_answer_again (message, peg_shop_get_ledger (self->shop), self->under_way,
                        caller != NULL ? caller->name : NULL))
    return;

  ask.file = match.file;
  ask.rest = match.rest;
  ask.caller = caller;
  if (read_body (&ask, match.route->body, &error))
    match.route->func (self, &ask);
  else
    peg_answer_error (message, error);
  peg_wire_request_free (ask.request);
}

static void
started_cb (SoupServer        *server,
            SoupServerMessage *message,
            gpointer           user_data)
{
  gint64 *begin_us = g_new (gint64, 1);

  *begin_us = g_get_monotonic_time ();
  g_object_set_data_full (G_OBJECT (message), "peg-begin", begin_us, g_free);
}

/* The path without the query: a query may hold a token. */
static void
log_request (SoupServerMessage *message,
             const char        *event)
{
  const gint64 *begin_us = g_object_get_data (G_OBJECT (message), "peg-begin");
  GUri *uri = soup_server_message_get_uri (message);

  if (uri == NULL)
    return;

  PEG_LOG (event, "s:method", soup_server_message_get_method (message),
           "s:path", g_uri_get_path (uri),
           "i:status", (gint64) soup_server_message_get_status (message),
           "i:us", begin_us != NULL ? g_get_monotonic_time () - *begin_us : 0);
}

static void
finished_cb (SoupServer        *server,
             SoupServerMessage *message,
             gpointer           user_data)
{
  log_request (message, "request");
}

static void
aborted_cb (SoupServer        *server,
            SoupServerMessage *message,
            gpointer           user_data)
{
  log_request (message, "request-aborted");
}

/**
 * peg_routes_new:
 * @server: an HTTP server that does not listen yet
 * @shop: a shop that is open
 * @hub: where sockets go
 * @name: (nullable): what the shop is called
 * @origins: (nullable): the sites whose pages may ask, besides the server's own
 * @local_only: whether only requests to a name of this machine are answered
 *
 * Returns: (transfer full): the routes; requests are answered until they are
 *   freed
 */
PegRoutes *
peg_routes_new (SoupServer *server,
                PegShop    *shop,
                PegHub     *hub,
                const char *name,
                char      **origins,
                gboolean    local_only)
{
  PegRoutes *self;

  g_return_val_if_fail (SOUP_IS_SERVER (server), NULL);

  self = g_new0 (PegRoutes, 1);
  self->server = g_object_ref (server);
  self->shop = g_object_ref (shop);
  self->hub = g_object_ref (hub);
  self->name = g_strdup (name);
  self->list = peg_routes_list_new (shop);
  self->n_changes = g_rc_box_new0 (guint);
  self->origins = g_strdupv (origins);
  self->local_only = local_only;
  self->under_way = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  soup_server_add_early_handler (server, NULL, early_cb, self, NULL);
  soup_server_add_handler (server, NULL, request_cb, self, NULL);
  peg_routes_add_socket (self);
  g_signal_connect (server, "request-started", G_CALLBACK (started_cb), self);
  g_signal_connect (server, "request-finished", G_CALLBACK (finished_cb), self);
  g_signal_connect (server, "request-aborted", G_CALLBACK (aborted_cb), self);

  return self;
}

/**
 * peg_routes_set_people:
 * @self: the routes
 * @people: who may come in
 * @is_tls: whether nobody on the way sees what is sent
 *
 * From now on it is asked for who asks, once there are people.
 */
void
peg_routes_set_people (PegRoutes *self,
                       PegPeople *people,
                       gboolean   is_tls)
{
  g_return_if_fail (PEG_IS_PEOPLE (people));

  g_set_object (&self->people, people);
  self->is_tls = is_tls;
}

void
peg_routes_free (PegRoutes *self)
{
  g_signal_handlers_disconnect_by_data (self->server, self);
  soup_server_remove_handler (self->server, "/ws");
  soup_server_remove_handler (self->server, NULL);
  peg_routes_list_free (self->list);
  g_hash_table_unref (self->under_way);
  g_clear_object (&self->people);
  g_object_unref (self->server);
  g_object_unref (self->hub);
  g_object_unref (self->shop);
  g_rc_box_release (self->n_changes);
  g_strfreev (self->origins);
  g_free (self->name);
  g_free (self);
}
