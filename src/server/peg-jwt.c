/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-jwt"

#include "peg-config.h"

#include "peg-jwt.h"

#include "peg-secret.h"
#include "peg-wire-json-private.h"
#include "peg-wire-writer-private.h"

#include <string.h>

/* How long what HMAC SHA-256 gives is, bytes. */
#define SIGNATURE_BYTES 32

/* The one header that we write (RFC 7515, 4.1). */
#define HEADER "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"

G_DEFINE_QUARK (peg-jwt-error-quark, peg_jwt_error)

void
peg_jwt_free (PegJwt *self)
{
  g_free (self->user);
  g_free (self->role);
  g_free (self->issuer);
  g_free (self->id);
  g_free (self);
}

static void
sign (GBytes     *secret,
      const char *data,
      gsize       length,
      guint8     *signature)
{
  gsize key_length, size = SIGNATURE_BYTES;
  const guchar *key = g_bytes_get_data (secret, &key_length);
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, key, key_length);

  g_hmac_update (hmac, (const guchar *) data, (gssize) length);
  g_hmac_get_digest (hmac, signature, &size);
}

/* RFC 7515, 2: the alphabet for URLs, without the filling at the end. */
static void
append_base64url (GString      *text,
                  const guint8 *data,
                  gsize         length)
{
  g_autofree char *base64 = g_base64_encode (data, length);

  for (const char *c = base64; *c != '\0' && *c != '='; c++)
    g_string_append_c (text, *c == '+' ? '-' : *c == '/' ? '_' : *c);
}

/* Takes one spelling of each value only: no other characters, which
 * g_base64_decode() passes over, and no bits left at the end. */
static GBytes *
decode_base64url (const char *text,
                  gsize       length)
{
  g_autoptr (GString) base64 = g_string_sized_new (length + 4);
  g_autoptr (GString) again = g_string_sized_new (length + 4);
  guchar *data;
  gsize size;

  for (gsize i = 0; i < length; i++) {
    if (!g_ascii_isalnum (text[i]) && text[i] != '-' && text[i] != '_')
      return NULL;
    g_string_append_c (base64, text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i]);
  }
  while (base64->len % 4 != 0)
    g_string_append_c (base64, '=');

  data = g_base64_decode (base64->str, &size);
  append_base64url (again, data, size);
  if (again->len != length || memcmp (again->str, text, length) != 0) {
    g_free (data);
    return NULL;
  }

  return g_bytes_new_take (data, size);
}

/* One of the parts, which is JSON. */
static JsonObject *
decode_part (const char  *text,
             gsize        length,
             JsonNode   **root,
             GError     **error)
{
  g_autoptr (GBytes) bytes = decode_base64url (text, length);
  JsonObject *object = NULL;

  *root = NULL;
  if (bytes != NULL && g_bytes_get_size (bytes) > 0) {
    *root = peg_wire_json_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                 PEG_JWT_MAX_BYTES, NULL);
    object = *root != NULL ? peg_wire_json_root (*root, NULL) : NULL;
  }

  if (object == NULL)
    g_set_error_literal (error, PEG_JWT_ERROR, PEG_JWT_ERROR_SYNTAX, "This is no token");

  return object;
}

/* Which algorithm counts is ours to say, not the token's: “none” and the like
 * are how such tokens are forged. What a token calls critical is not known here
 * (RFC 7515, 4.1.11). */
static gboolean
check_header (const char  *text,
              gsize        length,
              GError     **error)
{
  g_autoptr (JsonNode) root = NULL;
  JsonObject *header = decode_part (text, length, &root, error);
  const char *algorithm = NULL, *type = NULL;

  if (header == NULL)
    return FALSE;

  if (peg_wire_need_string (header, "alg", NULL, &algorithm, NULL) &&
      strcmp (algorithm, "HS256") == 0 &&
      peg_wire_read_string (header, "typ", NULL, &type, NULL) &&
      (type == NULL || g_ascii_strcasecmp (type, "JWT") == 0) &&
      !json_object_has_member (header, "crit"))
    return TRUE;

  g_set_error_literal (error, PEG_JWT_ERROR, PEG_JWT_ERROR_ALGORITHM,
                       "The token is not signed as “HS256”, which is what is taken");

  return FALSE;
}

/* A time is a number, also one with a fraction (RFC 7519, 2). */
static gboolean
read_seconds (JsonObject *claims,
              const char *member,
              gint64     *seconds)
{
  JsonNode *node = peg_wire_get (claims, member);
  double value;

  *seconds = 0;
  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) ||
      (json_node_get_value_type (node) != G_TYPE_INT64 &&
       json_node_get_value_type (node) != G_TYPE_DOUBLE))
    return FALSE;

  value = json_node_get_double (node);
  if (!(value >= 1 && value <= (double) PEG_WIRE_MAX_NUMBER))
    return FALSE;
  *seconds = (gint64) value;

  return TRUE;
}

/* `aud` is a text, or an array of them. */
static gboolean
is_for_us (JsonObject *claims)
{
  JsonNode *node = peg_wire_get (claims, "aud");
  JsonArray *array;

  if (node == NULL)
    return TRUE;
  if (JSON_NODE_HOLDS_VALUE (node))
    return g_strcmp0 (json_node_get_string (node), PEG_JWT_AUDIENCE) == 0;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return FALSE;

  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *element = json_array_get_element (array, i);

    if (JSON_NODE_HOLDS_VALUE (element) &&
        g_strcmp0 (json_node_get_string (element), PEG_JWT_AUDIENCE) == 0)
      return TRUE;
  }

  return FALSE;
}

static PegJwt *
read_claims (const char  *text,
             gsize        length,
             GError     **error)
{
  g_autoptr (PegJwt) self = g_new0 (PegJwt, 1);
  g_autoptr (JsonNode) root = NULL;
  JsonObject *claims = decode_part (text, length, &root, error);
  const char *user = NULL, *role = NULL, *issuer = NULL, *id = NULL;
  guint64 generation = 0;

  if (claims == NULL)
    return NULL;

  if (!peg_wire_read_string (claims, "sub", NULL, &user, NULL) ||
      !peg_wire_read_string (claims, "role", NULL, &role, NULL) ||
      !peg_wire_read_string (claims, "iss", NULL, &issuer, NULL) ||
      !peg_wire_read_string (claims, "jti", NULL, &id, NULL) ||
      !peg_wire_read_number (claims, "gen", NULL, &generation, NULL) ||
      !read_seconds (claims, "iat", &self->issued_s) ||
      !read_seconds (claims, "nbf", &self->not_before_s) ||
      !read_seconds (claims, "exp", &self->expires_s) ||
      self->expires_s == 0 || !is_for_us (claims)) {
    g_set_error_literal (error, PEG_JWT_ERROR, PEG_JWT_ERROR_CLAIM,
                         "The token does not say what it should: whom it is for, and until when");
    return NULL;
  }

  self->user = g_strdup (user);
  self->role = g_strdup (role);
  self->issuer = g_strdup (issuer);
  self->id = g_strdup (id);
  self->generation = (gint64) generation;

  return g_steal_pointer (&self);
}

static gboolean
check_times (const PegJwt  *self,
             gint64         now_s,
             GError       **error)
{
  if (now_s >= self->expires_s + PEG_JWT_LEEWAY_S) {
    g_set_error_literal (error, PEG_JWT_ERROR, PEG_JWT_ERROR_EXPIRED,
                         "The token has expired. Sign in again.");
    return FALSE;
  }

  if (self->not_before_s > now_s + PEG_JWT_LEEWAY_S || self->issued_s > now_s + PEG_JWT_LEEWAY_S) {
    g_set_error_literal (error, PEG_JWT_ERROR, PEG_JWT_ERROR_EARLY,
                         "The token does not count yet. Is the clock of the computer that made "
                         "it right?");
    return FALSE;
  }

  return TRUE;
}

/**
 * peg_jwt_verify:
 * @token: what somebody says is a token
 * @secret: what it must be signed with
 * @now_s: the time, s since 1970
 * @error: return location for an error of %PEG_JWT_ERROR
 *
 * Reads a token. Only HS256 is taken, and only a token that ends. Nothing that
 * it says is looked at before its signature is right.
 *
 * Returns: (transfer full) (nullable): what it says
 */
PegJwt *
peg_jwt_verify (const char  *token,
                GBytes      *secret,
                gint64       now_s,
                GError     **error)
{
  g_autoptr (PegJwt) self = NULL;
  g_autoptr (GBytes) given = NULL;
  guint8 expected[SIGNATURE_BYTES];
  const char *first, *second;

  g_return_val_if_fail (token != NULL && secret != NULL, NULL);

  first = strnlen (token, PEG_JWT_MAX_BYTES + 1) <= PEG_JWT_MAX_BYTES ? strchr (token, '.') : NULL;
  second = first != NULL ? strchr (first + 1, '.') : NULL;
  if (second == NULL || strchr (second + 1, '.') != NULL) {
    g_set_error_literal (error, PEG_JWT_ERROR, PEG_JWT_ERROR_SYNTAX, "This is no token");
    return NULL;
  }

  if (!check_header (token, (gsize) (first - token), error))
    return NULL;

  given = decode_base64url (second + 1, strlen (second + 1));
  sign (secret, token, (gsize) (second - token), expected);
  if (given == NULL || g_bytes_get_size (given) != SIGNATURE_BYTES ||
      !peg_constant_time_equal (expected, g_bytes_get_data (given, NULL), SIGNATURE_BYTES)) {
    g_set_error_literal (error, PEG_JWT_ERROR, PEG_JWT_ERROR_SIGNATURE,
                         "The token is not one of this server");
    return NULL;
  }

  self = read_claims (first + 1, (gsize) (second - first - 1), error);
  if (self == NULL || !check_times (self, now_s, error))
    return NULL;

  return g_steal_pointer (&self);
}

static void
put_seconds (PegWireWriter *writer,
             const char    *member,
             gint64         seconds)
{
  if (seconds > 0)
    peg_wire_put_number (writer, member, (guint64) seconds);
}

static void
put_text (PegWireWriter *writer,
          const char    *member,
          const char    *text)
{
  if (text != NULL)
    peg_wire_put_string (writer, member, text);
}

/**
 * peg_jwt_sign:
 * @claims: what the token says
 * @secret: what it is signed with
 *
 * Returns: (transfer full): a token
 */
char *
peg_jwt_sign (const PegJwt *claims,
              GBytes       *secret)
{
  GString *token = g_string_sized_new (512);
  g_autofree char *payload = NULL;
  guint8 signature[SIGNATURE_BYTES];
  PegWireWriter writer;

  g_return_val_if_fail (claims != NULL && secret != NULL, NULL);

  peg_wire_writer_init (&writer, 256);
  peg_wire_put_open (&writer, NULL, '{');
  put_text (&writer, "sub", claims->user);
  put_text (&writer, "role", claims->role);
  put_text (&writer, "iss", claims->issuer);
  put_text (&writer, "jti", claims->id);
  put_seconds (&writer, "gen", claims->generation);
  put_seconds (&writer, "iat", claims->issued_s);
  put_seconds (&writer, "nbf", claims->not_before_s);
  put_seconds (&writer, "exp", claims->expires_s);
  peg_wire_put_close (&writer, '}');
  payload = peg_wire_writer_finish (&writer, NULL);

  append_base64url (token, (const guint8 *) HEADER, strlen (HEADER));
  g_string_append_c (token, '.');
  append_base64url (token, (const guint8 *) payload, strlen (payload));
  sign (secret, token->str, token->len, signature);
  g_string_append_c (token, '.');
  append_base64url (token, signature, sizeof signature);

  return g_string_free (token, FALSE);
}
