/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-jwt.h"

#include <string.h>

/* The example of RFC 7515, A.1: the key, the header, the claims, the signature. */
static const guint8 rfc_key[] = {
  3, 35, 53, 75, 43, 15, 165, 188, 131, 126, 6, 101, 119, 123, 166, 143, 90, 179, 40, 230, 240,
  84, 201, 40, 169, 15, 132, 178, 210, 80, 46, 191, 211, 251, 90, 146, 210, 6, 71, 239, 150, 138,
  180, 195, 119, 98, 61, 34, 61, 46, 33, 114, 5, 46, 79, 8, 192, 205, 154, 245, 103, 208, 128, 163,
};

#define RFC_HEADER "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
#define RFC_CLAIMS "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
#define RFC_SIGNATURE "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define RFC_EXPIRES_S 1300819380

static char *
to_base64url (const guint8 *data,
              gsize         length)
{
  char *text = g_base64_encode (data, length);

  g_strdelimit (text, "=", '\0');
  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');

  return text;
}

/* Signs any header and any claims, as a stranger's library would. */
static char *
make (GBytes     *secret,
      const char *header,
      const char *claims)
{
  gsize key_length, size = 32;
  const guchar *key = g_bytes_get_data (secret, &key_length);
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, key, key_length);
  g_autofree char *first = to_base64url ((const guint8 *) header, strlen (header));
  g_autofree char *second = to_base64url ((const guint8 *) claims, strlen (claims));
  g_autofree char *both = g_strdup_printf ("%s.%s", first, second);
  g_autofree char *third = NULL;
  guint8 digest[32];

  g_hmac_update (hmac, (const guchar *) both, -1);
  g_hmac_get_digest (hmac, digest, &size);
  third = to_base64url (digest, size);

  return g_strdup_printf ("%s.%s", both, third);
}

static GBytes *
make_secret (void)
{
  return g_bytes_new_static ("0123456789abcdef0123456789abcdef", 32);
}

static void
test_jwt_rfc (void)
{
  static const char token[] = RFC_HEADER "." RFC_CLAIMS "." RFC_SIGNATURE;
  g_autoptr (GBytes) key = g_bytes_new_static (rfc_key, sizeof rfc_key);
  g_autoptr (GBytes) other = make_secret ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PegJwt) jwt = peg_jwt_verify (token, key, RFC_EXPIRES_S, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (jwt->issuer, ==, "joe");
  g_assert_cmpint (jwt->expires_s, ==, RFC_EXPIRES_S);
  g_assert_null (jwt->user);

  g_assert_null (peg_jwt_verify (token, key, RFC_EXPIRES_S + PEG_JWT_LEEWAY_S, &error));
  g_assert_error (error, PEG_JWT_ERROR, PEG_JWT_ERROR_EXPIRED);
  g_clear_error (&error);
  g_assert_null (peg_jwt_verify (token, other, RFC_EXPIRES_S, &error));
  g_assert_error (error, PEG_JWT_ERROR, PEG_JWT_ERROR_SIGNATURE);
}

/* The unsecured token of RFC 7519, 6.1, and its relatives. */
static void
test_jwt_algorithms (void)
{
  static const char claims[] = "{\"sub\":\"dana\",\"exp\":2000}";
  static const char * const headers[] = {
    "{\"alg\":\"none\"}", "{\"alg\":\"None\"}", "{\"alg\":\"hs256\"}", "{\"alg\":\"HS384\"}",
    "{\"alg\":\"RS256\"}", "{\"alg\":\"\"}", "{\"alg\":null}", "{}", "{\"alg\":[\"HS256\"]}",
    "{\"alg\":\"HS256\",\"crit\":[\"exp\"]}", "{\"alg\":\"HS256\",\"crit\":null}",
    "{\"alg\":\"HS256\",\"typ\":\"JWE\"}", "{\"alg\":\"HS256\",\"typ\":1}",
  };
  g_autoptr (GBytes) secret = make_secret ();
  g_autofree char *good = make (secret, "{\"typ\":\"jwt\",\"kid\":\"1\",\"alg\":\"HS256\"}", claims);
  g_autoptr (GError) error = NULL;
  g_autoptr (PegJwt) jwt = peg_jwt_verify (good, secret, 1000, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (jwt->user, ==, "dana");
  g_assert_null (peg_jwt_verify ("eyJhbGciOiJub25lIn0." RFC_CLAIMS ".", secret, 1000, &error));
  g_assert_error (error, PEG_JWT_ERROR, PEG_JWT_ERROR_ALGORITHM);

  for (guint i = 0; i < G_N_ELEMENTS (headers); i++) {
    g_autofree char *token = make (secret, headers[i], claims);

    g_clear_error (&error);
    g_assert_null (peg_jwt_verify (token, secret, 1000, &error));
    g_assert_error (error, PEG_JWT_ERROR, PEG_JWT_ERROR_ALGORITHM);
  }
}

/* Every bit of a token counts, also the last ones, which base 64 leaves over. */
static void
test_jwt_tampered (void)
{
  g_autoptr (GBytes) secret = make_secret ();
  const PegJwt claims = { .user = (char *) "dana", .expires_s = 2000 };
  g_autofree char *token = peg_jwt_sign (&claims, secret);
  static const char alphabet[] = "ABab01-_";

  for (gsize i = 0; token[i] != '\0'; i++) {
    for (gsize j = 0; alphabet[j] != '\0'; j++) {
      g_autofree char *changed = g_strdup (token);

      if (token[i] == alphabet[j])
        continue;
      changed[i] = alphabet[j];
      g_assert_null (peg_jwt_verify (changed, secret, 1000, NULL));
    }
  }
}

static void
test_jwt_syntax (void)
{
  static const char * const bad[] = {
    "", ".", "..", "...", "a", "a.b", "a.b.c", "a.b.c.d", RFC_HEADER, RFC_HEADER "." RFC_CLAIMS,
    RFC_HEADER "." RFC_CLAIMS "." RFC_SIGNATURE ".", " " RFC_HEADER "." RFC_CLAIMS "." RFC_SIGNATURE,
    RFC_HEADER "=." RFC_CLAIMS "." RFC_SIGNATURE, RFC_HEADER "." RFC_CLAIMS "." RFC_SIGNATURE "=",
    RFC_HEADER "." RFC_CLAIMS "." RFC_SIGNATURE "\n", "W10." RFC_CLAIMS "." RFC_SIGNATURE,
  };
  g_autoptr (GBytes) key = g_bytes_new_static (rfc_key, sizeof rfc_key);
  g_autofree char *dots = g_strnfill (PEG_JWT_MAX_BYTES, '.');
  g_autofree char *filling = g_strnfill (PEG_JWT_MAX_BYTES, 'A');
  g_autofree char *longest = g_strdup_printf ("%s.%s.%s", RFC_HEADER, filling, RFC_SIGNATURE);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (peg_jwt_verify (bad[i], key, RFC_EXPIRES_S, NULL));
  g_assert_null (peg_jwt_verify (dots, key, RFC_EXPIRES_S, NULL));
  g_assert_null (peg_jwt_verify (longest, key, RFC_EXPIRES_S, NULL));
}

static void
test_jwt_claims (void)
{
  static const struct {
    const char *claims;
    int code; /* -1: it is taken */
  } cases[] = {
    { "{\"sub\":\"dana\",\"exp\":2000}", -1 },
    { "{\"exp\":2000.75}", -1 },
    { "{\"exp\":941}", -1 },
    { "{\"exp\":940}", PEG_JWT_ERROR_EXPIRED },
    { "{\"exp\":1}", PEG_JWT_ERROR_EXPIRED },
    { "{\"exp\":2000,\"nbf\":1060}", -1 },
    { "{\"exp\":2000,\"nbf\":1061}", PEG_JWT_ERROR_EARLY },
    { "{\"exp\":2000,\"iat\":1060}", -1 },
    { "{\"exp\":2000,\"iat\":1061}", PEG_JWT_ERROR_EARLY },
    { "{\"exp\":2000,\"aud\":\"pegboardd\"}", -1 },
    { "{\"exp\":2000,\"aud\":[\"other\",\"pegboardd\"]}", -1 },
    { "{\"exp\":2000,\"aud\":\"other\"}", PEG_JWT_ERROR_CLAIM },
    { "{\"exp\":2000,\"aud\":[1,null,{}]}", PEG_JWT_ERROR_CLAIM },
    { "{\"exp\":2000,\"aud\":{}}", PEG_JWT_ERROR_CLAIM },
    { "{\"sub\":\"dana\"}", PEG_JWT_ERROR_CLAIM },
    { "{\"exp\":null}", PEG_JWT_ERROR_CLAIM },
    { "{\"exp\":\"2000\"}", PEG_JWT_ERROR_CLAIM },
    { "{\"exp\":0}", PEG_JWT_ERROR_CLAIM },
    { "{\"exp\":-5}", PEG_JWT_ERROR_CLAIM },
    { "{\"exp\":1e300}", PEG_JWT_ERROR_CLAIM },
    { "{\"exp\":true}", PEG_JWT_ERROR_CLAIM },
    { "{\"exp\":2000,\"nbf\":\"x\"}", PEG_JWT_ERROR_CLAIM },
    { "{\"exp\":2000,\"sub\":7}", PEG_JWT_ERROR_CLAIM },
    { "{\"exp\":2000,\"role\":[]}", PEG_JWT_ERROR_CLAIM },
    { "[]", PEG_JWT_ERROR_SYNTAX },
    { "{\"exp\":2000", PEG_JWT_ERROR_SYNTAX },
    { "{\"exp\":2000,\"sub\":\"\xff\"}", PEG_JWT_ERROR_SYNTAX },
  };
  g_autoptr (GBytes) secret = make_secret ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *token = make (secret, "{\"alg\":\"HS256\"}", cases[i].claims);
    g_autoptr (GError) error = NULL;
    g_autoptr (PegJwt) jwt = peg_jwt_verify (token, secret, 1000, &error);

    g_test_message ("%s", cases[i].claims);
    if (cases[i].code < 0)
      g_assert_no_error (error);
    else
      g_assert_error (error, PEG_JWT_ERROR, cases[i].code);
    g_assert_true ((jwt != NULL) == (cases[i].code < 0));
    g_assert_true (jwt == NULL || jwt->generation == 0);
  }
}

static void
test_jwt_sign (void)
{
  const PegJwt claims = {
    .user = (char *) "Jürgen “J” Groß", .role = (char *) "lead", .issuer = (char *) "pegboardd",
    .id = (char *) "x", .generation = G_GINT64_CONSTANT (1795240569859478), .issued_s = 1000,
    .not_before_s = 999, .expires_s = 2000,
  };
  g_autoptr (GBytes) secret = make_secret ();
  g_autofree char *token = peg_jwt_sign (&claims, secret);
  g_autoptr (GError) error = NULL;
  g_autoptr (PegJwt) jwt = peg_jwt_verify (token, secret, 1500, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (jwt->user, ==, claims.user);
  g_assert_cmpstr (jwt->role, ==, "lead");
  g_assert_cmpstr (jwt->issuer, ==, "pegboardd");
  g_assert_cmpstr (jwt->id, ==, "x");
  g_assert_cmpint (jwt->generation, ==, claims.generation);
  g_assert_cmpint (jwt->issued_s, ==, 1000);
  g_assert_cmpint (jwt->not_before_s, ==, 999);
  g_assert_cmpint (jwt->expires_s, ==, 2000);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/server/jwt/rfc", test_jwt_rfc);
  g_test_add_func ("/server/jwt/algorithms", test_jwt_algorithms);
  g_test_add_func ("/server/jwt/tampered", test_jwt_tampered);
  g_test_add_func ("/server/jwt/syntax", test_jwt_syntax);
  g_test_add_func ("/server/jwt/claims", test_jwt_claims);
  g_test_add_func ("/server/jwt/sign", test_jwt_sign);

  return g_test_run ();
}
