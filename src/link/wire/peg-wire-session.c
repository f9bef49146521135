/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wire-session"

#include "peg-config.h"

#include "peg-wire-session.h"

#include "peg-wire-json-private.h"
#include "peg-wire-writer-private.h"

/**
 * peg_wire_session_free:
 * @self: (nullable) (transfer full): an answer to a sign-in
 */
void
peg_wire_session_free (PegWireSession *self)
{
  if (self == NULL)
    return;

  g_free (self->token);
  g_free (self->user);
  g_free (self->role);
  g_free (self);
}

/**
 * peg_wire_decode_session:
 * @data: (array length=length): the body of an answer to `POST /auth/login` or
 *   `POST /auth/refresh`
 * @length: of @data, bytes
 * @error: return location for a #GError of %PEG_WIRE_ERROR
 *
 * Returns: (transfer full): the session, or %NULL with @error set; without any
 *   token it is an error
 */
PegWireSession *
peg_wire_decode_session (const char  *data,
                         gsize        length,
                         GError     **error)
{
  g_autoptr (PegWireSession) session = g_new0 (PegWireSession, 1);
  g_autoptr (JsonNode) root = NULL;
  const char *token = NULL, *user = NULL, *role = NULL;
  JsonObject *object;

  g_return_val_if_fail (data != NULL || length == 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  root = peg_wire_json_parse (data, length, PEG_WIRE_MAX_BYTES, error);
  object = root != NULL ? peg_wire_json_root (root, error) : NULL;

  if (object == NULL ||
      !peg_wire_read_string (object, "token", NULL, &token, error) ||
      (token == NULL && !peg_wire_need_string (object, "access_token", NULL, &token, error)) ||
      !peg_wire_read_string (object, "username", NULL, &user, error) ||
      !peg_wire_read_string (object, "role", NULL, &role, error) ||
      !peg_wire_read_number (object, "expires_in", NULL, &session->expires_s, error) ||
      !peg_wire_read_boolean (object, "is_admin", NULL, &session->is_admin, error))
    return NULL;

  session->token = g_strdup (token);
  session->cookie_only = peg_wire_get (object, "token") == NULL;
  session->user = g_strdup (user);
  session->role = g_strdup (role);

  return g_steal_pointer (&session);
}

/**
 * peg_wire_encode_session:
 * @session: a session
 *
 * Writes the token under both names that classic servers use.
 *
 * Returns: (transfer full): the body of an answer to a sign-in
 */
char *
peg_wire_encode_session (const PegWireSession *session)
{
  PegWireWriter writer;

  g_return_val_if_fail (session != NULL && session->token != NULL, NULL);

  peg_wire_writer_init (&writer, 1024);
  peg_wire_put_open (&writer, NULL, '{');
  peg_wire_put_string (&writer, "status", "success");
  peg_wire_put_string (&writer, "token", session->token);
  peg_wire_put_string (&writer, "access_token", session->token);
  if (session->expires_s != 0)
    peg_wire_put_number (&writer, "expires_in", session->expires_s);
  peg_wire_put_string (&writer, "username", session->user);
  peg_wire_put_string (&writer, "role", session->role);
  peg_wire_put_boolean (&writer, "is_admin", session->is_admin);
  peg_wire_put_close (&writer, '}');

  return peg_wire_writer_finish (&writer, NULL);
}

/**
 * peg_wire_decode_credentials:
 * @data: (array length=length): the body of `POST /auth/login`, as JSON
 * @length: of @data, bytes
 * @user: (out) (transfer full) (nullable): `username`
 * @password: (out) (transfer full) (nullable): `password`
 * @error: return location for a #GError of %PEG_WIRE_ERROR
 *
 * Returns: whether the body could be read
 */
gboolean
peg_wire_decode_credentials (const char  *data,
                             gsize        length,
                             char       **user,
                             char       **password,
                             GError     **error)
{
  g_autoptr (JsonNode) root = NULL;
  const char *user_text, *password_text;
  JsonObject *object;

  g_return_val_if_fail (data != NULL || length == 0, FALSE);

  *user = *password = NULL;
  root = peg_wire_json_parse (data, length, PEG_WIRE_MAX_BYTES, error);
  object = root != NULL ? peg_wire_json_root (root, error) : NULL;

  if (object == NULL ||
      !peg_wire_read_string (object, "username", NULL, &user_text, error) ||
      !peg_wire_read_string (object, "password", NULL, &password_text, error))
    return FALSE;

  *user = g_strdup (user_text);
  *password = g_strdup (password_text);

  return TRUE;
}
