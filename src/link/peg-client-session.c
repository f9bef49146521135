/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-client-session"

#include "peg-config.h"

#include "peg-client.h"

#include "peg-client-private.h"
#include "peg-http.h"
#include "peg-link.h"
#include "peg-tls.h"

#include <glib/gi18n.h>
#include <string.h>

/* Signing in and out (docs/protocol.md, “Signing in”). What comes and goes here
 * is secret and never logged. */

/* An answer is a few hundred bytes; a token may be a few thousand. */
#define MAX_ANSWER_BYTES (64 * 1024)

/* RFC 6585, 4; libsoup has no name for it. */
#define STATUS_TOO_MANY_REQUESTS 429

static GError *
failure (SoupMessage  *message,
         const GError *error)
{
  g_autofree char *detail = NULL;
  PegLinkReason reason;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (error);

  reason = peg_tls_judge (message, error, &detail);
  if (peg_link_reason_is_certificate (reason))
    return g_error_new_literal (PEG_LINK_ERROR, PEG_LINK_ERROR_OFFLINE,
                                _("The certificates do not fit, so nothing was sent. The connection’s details say why."));

  return g_error_new_literal (PEG_LINK_ERROR, PEG_LINK_ERROR_OFFLINE,
                              _("The server cannot be reached. Try again when the connection is back."));
}

static GError *
too_many (SoupMessage *message)
{
  const gint64 wait_us = peg_http_retry_after_us (message);

  if (wait_us < G_USEC_PER_SEC)
    return g_error_new_literal (PEG_LINK_ERROR, PEG_LINK_ERROR_REFUSED,
                                _("That was tried too often. Wait a while, then try again."));

  return g_error_new (PEG_LINK_ERROR, PEG_LINK_ERROR_REFUSED,
                      /* Translators: %d is a number of seconds. */
                      ngettext ("That was tried too often. Wait %d second, then try again.",
                                "That was tried too often. Wait %d seconds, then try again.",
                                (gulong) (wait_us / G_USEC_PER_SEC)),
                      (int) MIN (wait_us / G_USEC_PER_SEC, G_MAXINT));
}

static GError *
refusal (SoupMessage *message)
{
  const guint status = soup_message_get_status (message);

  switch (status) {
  case SOUP_STATUS_BAD_REQUEST:
  case SOUP_STATUS_UNAUTHORIZED:
  case SOUP_STATUS_FORBIDDEN:
  case SOUP_STATUS_UNPROCESSABLE_ENTITY:
    return g_error_new_literal (PEG_LINK_ERROR, PEG_LINK_ERROR_SIGN_IN,
                                _("The name or the password is wrong. Type them again, or ask whoever runs the server for a new token."));
  case SOUP_STATUS_NOT_FOUND:
  case SOUP_STATUS_METHOD_NOT_ALLOWED:
  case SOUP_STATUS_NOT_IMPLEMENTED:
    return g_error_new_literal (PEG_LINK_ERROR, PEG_LINK_ERROR_NOT_FOUND,
                                _("This server has no sign-in of this kind. Ask whoever runs it how to sign in."));
  case STATUS_TOO_MANY_REQUESTS:
    return too_many (message);
  default:
    return g_error_new (PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED,
                        /* Translators: %u is the number of an HTTP status. */
                        _("The server could not sign you in (%u). Try again in a while."), status);
  }
}

/* How often somebody had signed out when a question was asked. */
#define N_SIGN_OUTS "peg-n-sign-outs"

/* Puts what the answer says into the identity. A server that calls its token
 * “token” takes it from a header; one of the newer classic kind does not, and
 * takes nothing but its cookie. */
static PegWireSession *
take_answer (PegClient   *self,
             SoupMessage *message,
             GBytes      *body)
{
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *data = g_bytes_get_data (body, &length);
  g_autoptr (PegWireSession) session = peg_wire_decode_session (data, length, &error);
  const gboolean by_cookie = session == NULL || session->cookie_only ||
                             peg_identity_get_mode (self->identity) == PEG_AUTH_COOKIE;

  if (by_cookie && peg_identity_take_cookies (self->identity, message)) {
    if (session == NULL)
      session = g_new0 (PegWireSession, 1);
    g_free (session->token);
    session->token = g_strdup (peg_identity_get_token (self->identity));
    return g_steal_pointer (&session);
  }

  if (session == NULL) {
    g_debug ("The answer to the sign-in makes no sense: %s", error->message);
    return NULL;
  }

  if (!peg_identity_is_token (session->token)) {
    g_debug ("What the server calls a token is none");
    return NULL;
  }

  peg_identity_set_token (self->identity, session->token);

  return g_steal_pointer (&session);
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = g_steal_pointer (&user_data);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;
  SoupMessage *message = g_task_get_task_data (task);
  PegClient *self = g_task_get_source_object (task);
  const guint n_sign_outs = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (task), N_SIGN_OUTS));
  PegWireSession *session;

  body = peg_http_read_finish (SOUP_SESSION (source), result, &error);

  if (body == NULL) {
    g_task_return_error (task, failure (message, error));
    return;
  }

  if (!SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (message))) {
    g_task_return_error (task, refusal (message));
    return;
  }

  if (n_sign_outs != self->n_sign_outs) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Somebody signed out meanwhile");
    return;
  }

  session = take_answer (self, message, body);
  if (session == NULL)
    g_task_return_new_error (task, PEG_LINK_ERROR, PEG_LINK_ERROR_FAILED, "%s",
                             _("The server’s answer cannot be understood. It may be another kind of server."));
  else
    g_task_return_pointer (task, session, (GDestroyNotify) peg_wire_session_free);
}

static void
post (PegClient      *self,
      const char     *path,
      PegIdentityUse  use,
      char           *form,
      GTask          *task)
{
  g_autofree char *uri = g_strconcat (self->http, path, NULL);
  g_autoptr (GBytes) body = g_bytes_new_take (form, strlen (form));
  SoupMessage *message = NULL;

  if (self->session != NULL)
    message = peg_identity_make_message (self->identity, SOUP_METHOD_POST, uri, use, NULL);

  if (message == NULL) {
    g_task_return_error (task, peg_client_get_no_session_error (self));
    g_object_unref (task);
    return;
  }

  soup_message_set_request_body_from_bytes (message, SOUP_FORM_MIME_TYPE_URLENCODED, body);
  g_task_set_task_data (task, message, g_object_unref);
  g_object_set_data (G_OBJECT (task), N_SIGN_OUTS, GUINT_TO_POINTER (self->n_sign_outs));
  peg_http_read_async (self->session, message, MAX_ANSWER_BYTES, g_task_get_cancellable (task),
                       answered_cb, task);
}

/**
 * peg_client_sign_in_async:
 * @self: a client
 * @user: a name
 * @password: the password, or the token, that goes with it
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Asks who this is. When the server says yes, its token is that of the client’s
 * identity.
 */
void
peg_client_sign_in_async (PegClient           *self,
                          const char          *user,
                          const char          *password,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (PEG_IS_CLIENT (self));
  g_return_if_fail (user != NULL && password != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_client_sign_in_async);
  post (self, "/auth/login", PEG_IDENTITY_SIGN_IN,
        soup_form_encode ("username", user, "password", password, NULL), task);
}

/**
 * peg_client_refresh_async:
 * @self: a client whose identity has a token
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Asks for another token in the place of the one there is. The error of a server
 * that offers no such thing is %PEG_LINK_ERROR_NOT_FOUND.
 */
void
peg_client_refresh_async (PegClient           *self,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (PEG_IS_CLIENT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, peg_client_refresh_async);
  post (self, "/auth/refresh", PEG_IDENTITY_REQUEST, g_strdup (""), task);
}

/**
 * peg_client_session_finish:
 * @self: a client
 * @result: the result of a sign-in or a refresh
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what the server said
 */
PegWireSession *
peg_client_session_finish (PegClient     *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
signed_out_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (PegClient) self G_GNUC_UNUSED = g_steal_pointer (&user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = peg_http_read_finish (SOUP_SESSION (source), result, &error);

  if (body == NULL)
    g_debug ("The server was not told of the end: %s", error->message);
}

/**
 * peg_client_sign_out:
 * @self: a client
 *
 * Tells the server that the token is not used any more, without waiting, and
 * forgets it. What is still being asked about a session ends with
 * %G_IO_ERROR_CANCELLED, whatever the server says.
 */
void
peg_client_sign_out (PegClient *self)
{
  g_autofree char *uri = NULL;
  g_autoptr (SoupMessage) message = NULL;

  g_return_if_fail (PEG_IS_CLIENT (self));

  uri = g_strconcat (self->http, "/auth/logout", NULL);
  if (self->session != NULL && peg_identity_get_token (self->identity) != NULL)
    message = peg_identity_make_message (self->identity, SOUP_METHOD_POST, uri,
                                         PEG_IDENTITY_REQUEST, NULL);

  peg_identity_forget (self->identity);
  self->n_sign_outs++;

  if (message != NULL)
    peg_http_read_async (self->session, message, MAX_ANSWER_BYTES, NULL, signed_out_cb,
                         g_object_ref (self));
}
