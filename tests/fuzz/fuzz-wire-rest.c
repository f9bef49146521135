/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "fuzz-wire-rest"

#include "peg-config.h"

#include "fuzz.h"
#include "peg-revision.h"
#include "peg-wire-rest.h"
#include "peg-wire-session.h"

#include <string.h>

/* The bodies of requests and answers. The first byte says which. */

static void
check_config (const char *data,
              gsize       length)
{
  g_autoptr (PegWireConfig) config = peg_wire_decode_config (data, length, NULL);
  g_autoptr (PegWireConfig) again = NULL;
  g_autofree char *text = NULL;

  if (config == NULL)
    return;

  text = peg_wire_encode_config (config);
  again = peg_wire_decode_config (text, strlen (text), NULL);
  g_assert_nonnull (again);
  g_assert_cmpstr (config->user, ==, again->user);
  g_assert_cmpstr (config->name, ==, again->name);
  g_assert_cmpstr (config->server, ==, again->server);
  g_assert_cmpstr (config->role, ==, again->role);
  g_assert_true (config->sign_in == again->sign_in);
}

static void
check_request (const char *data,
               gsize       length)
{
  g_autoptr (PegWireRequest) request = peg_wire_decode_request (data, length, NULL);
  g_autoptr (PegWireRequest) again = NULL;
  g_autofree char *text = NULL;

  if (request == NULL)
    return;

  text = peg_wire_encode_request (request);
  again = peg_wire_decode_request (text, strlen (text), NULL);
  g_assert_nonnull (again);
  g_assert_cmpstr (request->user, ==, again->user);
  g_assert_cmpstr (request->message, ==, again->message);
  g_assert_cmpstr (request->station, ==, again->station);
  g_assert_cmpuint (request->token, ==, again->token);
}

static void
check_files (const char *data,
             gsize       length)
{
  g_autoptr (PegWireMessage) message = peg_wire_decode_files (data, length, NULL);
  g_autofree char *stats = NULL;

  if (message == NULL)
    return;

  for (PegDialect dialect = PEG_DIALECT_CLASSIC; dialect <= PEG_DIALECT_PEGBOARD_1; dialect++) {
    gsize text_length;
    g_autofree char *text = peg_wire_encode_files (message->entries, dialect, &text_length);
    g_autoptr (PegWireMessage) again = peg_wire_decode_files (text, text_length, NULL);

    g_assert_nonnull (again);
    g_assert_cmpuint (message->entries->len, ==, again->entries->len);
  }

  stats = peg_wire_encode_stats (message->entries, 0);
  g_assert_true (g_utf8_validate (stats, -1, NULL));
}

static void
check_history (const char *data,
               gsize       length)
{
  g_autoptr (GPtrArray) revisions = peg_wire_decode_history (data, length, NULL);
  g_autoptr (GPtrArray) again = NULL;
  g_autofree char *text = NULL;

  if (revisions == NULL)
    return;

  text = peg_wire_encode_history ("a", revisions);
  again = peg_wire_decode_history (text, strlen (text), NULL);
  g_assert_nonnull (again);
  g_assert_cmpuint (revisions->len, ==, again->len);
}

static void
check_activity (const char *data,
                gsize       length)
{
  g_autoptr (GPtrArray) activities = peg_wire_decode_activity (data, length, NULL);
  g_autoptr (GPtrArray) again = NULL;
  g_autofree char *text = NULL;

  if (activities == NULL)
    return;

  text = peg_wire_encode_activity (activities);
  again = peg_wire_decode_activity (text, strlen (text), NULL);
  g_assert_nonnull (again);
  g_assert_cmpuint (activities->len, ==, again->len);
}

static void
check_detail (const char *data,
              gsize       length)
{
  g_autofree char *code = NULL;
  g_autofree char *detail = peg_wire_decode_detail (data, length, &code);

  g_assert_true (code == NULL || g_utf8_validate (code, -1, NULL));

  if (detail == NULL)
    return;

  /* One line, and short enough to be shown. */
  g_assert_true (g_utf8_validate (detail, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (detail, -1), <=, 501);
  g_assert_null (strpbrk (detail, "\n\r\t\x1b"));
}

static void
check_session (const char *data,
               gsize       length)
{
  g_autoptr (PegWireSession) session = peg_wire_decode_session (data, length, NULL);
  g_autoptr (PegWireSession) again = NULL;
  g_autofree char *text = NULL;
  g_autofree char *user = NULL;
  g_autofree char *password = NULL;

  if (peg_wire_decode_credentials (data, length, &user, &password, NULL) && user != NULL)
    g_assert_true (g_utf8_validate (user, -1, NULL));
  if (session == NULL)
    return;

  text = peg_wire_encode_session (session);
  again = peg_wire_decode_session (text, strlen (text), NULL);
  g_assert_nonnull (again);
  g_assert_cmpstr (session->token, ==, again->token);
  g_assert_cmpstr (session->user, ==, again->user);
  g_assert_cmpuint (session->expires_s, ==, again->expires_s);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  const char *body = (const char *) data + 1;

  if (size == 0)
    return 0;

  switch (*data) {
  case 'c':
    check_config (body, size - 1);
    break;
  case 'r':
    check_request (body, size - 1);
    break;
  case 'f':
    check_files (body, size - 1);
    break;
  case 'h':
    check_history (body, size - 1);
    break;
  case 'a':
    check_activity (body, size - 1);
    break;
  case 's':
    check_session (body, size - 1);
    break;
  case 'd':
    check_detail (body, size - 1);
    break;
  default:
    break;
  }

  return 0;
}
