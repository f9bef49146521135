/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "fuzz-jwt"

#include "peg-config.h"

#include "fuzz.h"
#include "peg-jwt.h"
#include "peg-token.h"

#include <string.h>

/* Tokens as they come in a header. The input is looked at in three ways: as it
 * is, as the claims behind our own header and signature, and as what a person
 * types. */

#define NOW_S 1000

static GBytes *
get_secret (void)
{
  return g_bytes_new_static ("0123456789abcdef0123456789abcdef", 32);
}

static char *
sign_claims (GBytes     *secret,
             const char *data,
             gsize       length)
{
  static const char header[] = "eyJhbGciOiJIUzI1NiJ9";
  gsize key_length, size = 32;
  const guchar *key = g_bytes_get_data (secret, &key_length);
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, key, key_length);
  g_autofree char *claims = g_base64_encode ((const guchar *) data, length);
  g_autofree char *signature = NULL;
  g_autofree char *both = NULL;
  char *token;
  guint8 digest[32];

  g_strdelimit (claims, "=", '\0');
  both = g_strdup_printf ("%s.%s", header, g_strdelimit (g_strdelimit (claims, "+", '-'), "/", '_'));
  g_hmac_update (hmac, (const guchar *) both, -1);
  g_hmac_get_digest (hmac, digest, &size);
  signature = g_base64_encode (digest, size);
  g_strdelimit (signature, "=", '\0');
  token = g_strdup_printf ("%s.%s", both, g_strdelimit (g_strdelimit (signature, "+", '-'), "/", '_'));

  return token;
}

static void
check (const char *token,
       GBytes     *secret)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PegJwt) jwt = peg_jwt_verify (token, secret, NOW_S, &error);
  g_autoptr (PegJwt) again = NULL;
  g_autofree char *written = NULL;

  g_assert_true ((jwt != NULL) == (error == NULL));
  if (jwt == NULL)
    return;

  g_assert_cmpint (jwt->expires_s + PEG_JWT_LEEWAY_S, >, NOW_S);
  g_assert_true (jwt->user == NULL || g_utf8_validate (jwt->user, -1, NULL));

  /* What was taken is written and taken again, unless it became too long. */
  written = peg_jwt_sign (jwt, secret);
  again = peg_jwt_verify (written, secret, NOW_S, NULL);
  g_assert_true (again != NULL || strlen (written) > PEG_JWT_MAX_BYTES);
  if (again != NULL)
    g_assert_cmpstr (again->user, ==, jwt->user);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  g_autoptr (GBytes) secret = get_secret ();
  g_autofree char *text = size > 0 ? g_strndup ((const char *) data, size) : g_strdup ("");
  g_autofree char *signed_claims = sign_claims (secret, (const char *) data, size);
  guint8 bytes[PEG_TOKEN_BYTES];

  check (text, secret);
  check (signed_claims, secret);
  peg_token_parse (text, bytes);

  return 0;
}
