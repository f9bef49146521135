/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-claims"

#include "peg-config.h"

#include "peg-claims.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* A token is renewed when this much of its life is over (docs/protocol.md,
 * “Signing in”): late enough to be rare, early enough that a server may be away
 * for a while. */
#define REFRESH_PERCENT 80

/* Nobody has a token for longer than this; a number above it is nonsense. */
#define MAX_LIFE_S (G_GINT64_CONSTANT (10) * 366 * 24 * 60 * 60)

/* base64url without padding (RFC 7515, 2). */
static guchar *
decode (const char *text,
        gsize       length,
        gsize      *size)
{
  g_autofree char *padded = g_malloc (length + 4);

  memcpy (padded, text, length);
  for (gsize i = 0; i < length; i++) {
    if (padded[i] == '-')
      padded[i] = '+';
    else if (padded[i] == '_')
      padded[i] = '/';
  }

  while (length % 4 != 0)
    padded[length++] = '=';
  padded[length] = '\0';

  return g_base64_decode (padded, size);
}

static gint64
get_number (JsonObject *object,
            const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      (json_node_get_value_type (node) != G_TYPE_INT64 &&
       json_node_get_value_type (node) != G_TYPE_DOUBLE))
    return 0;

  return CLAMP (json_node_get_int (node), 0, G_MAXINT64 / G_USEC_PER_SEC);
}

/**
 * peg_claims_read: (skip)
 * @token: a token
 * @issued_s: (out): when it was made, s since 1970; 0: it does not say
 * @expires_s: (out): when it ends, s since 1970
 *
 * Reads the times in a JSON Web Token (RFC 7519, 4.1). Whether the token is good
 * is the server’s business; this only tells when to ask for another.
 *
 * Returns: whether @token is one that says when it ends
 */
gboolean
peg_claims_read (const char *token,
                 gint64     *issued_s,
                 gint64     *expires_s)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree guchar *json = NULL;
  const char *begin, *end;
  JsonNode *root;
  gsize size;

  g_return_val_if_fail (token != NULL, FALSE);

  *issued_s = *expires_s = 0;

  begin = strchr (token, '.');
  end = begin != NULL ? strchr (begin + 1, '.') : NULL;
  if (end == NULL)
    return FALSE;

  json = decode (begin + 1, (gsize) (end - begin - 1), &size);
  if (size == 0 || !g_utf8_validate_len ((const char *) json, size, NULL) ||
      !json_parser_load_from_data (parser, (const char *) json, (gssize) size, NULL))
    return FALSE;

  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return FALSE;

  *issued_s = get_number (json_node_get_object (root), "iat");
  *expires_s = get_number (json_node_get_object (root), "exp");

  return *expires_s > 0;
}

/**
 * peg_claims_refresh_in_us: (skip)
 * @token: a token
 * @expires_in_s: how long it is good for from now, as the server said, s; 0: it
 *   did not say
 * @wall_us: the time of day, µs since 1970
 *
 * Returns: after how long to ask for another one, µs; -1: @token does not end, as
 *   far as can be known
 */
gint64
peg_claims_refresh_in_us (const char *token,
                          guint64     expires_in_s,
                          gint64      wall_us)
{
  const gint64 now_s = wall_us / G_USEC_PER_SEC;
  gint64 issued_s, expires_s;

  g_return_val_if_fail (token != NULL, -1);

  /* The server’s number needs no clock that goes right. */
  if (expires_in_s != 0) {
    issued_s = now_s;
    expires_s = now_s + (gint64) MIN (expires_in_s, (guint64) MAX_LIFE_S);
  } else if (!peg_claims_read (token, &issued_s, &expires_s) ||
             expires_s > now_s + MAX_LIFE_S) {
    return -1;
  }

  if (issued_s == 0 || issued_s > expires_s)
    issued_s = MIN (now_s, expires_s);

  return MAX (issued_s + (expires_s - issued_s) * REFRESH_PERCENT / 100 - now_s, 0) *
         G_USEC_PER_SEC;
}
