/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "test-wire-limits"

#include "peg-config.h"

#include "peg-wire-rest.h"

#include "peg-wire-message-private.h"
#include "wire-fixture.h"

#include <string.h>

/* How deep a message may be nested (docs/protocol.md, “Limits”). */
#define DEPTH 32

/* A message of exactly @length bytes. */
static char *
make_message (gsize length)
{
  static const char begin[] = "{\"type\":\"notification\",\"message\":\"";
  static const char end[] = "\"}";
  char *text = g_malloc (length + 1);

  memset (text, 'x', length);
  memcpy (text, begin, strlen (begin));
  memcpy (text + length - strlen (end), end, strlen (end) + 1);

  return text;
}

static void
test_size (void)
{
  g_autofree char *fits = make_message (PEG_WIRE_MAX_BYTES);
  g_autofree char *too_big = make_message (PEG_WIRE_MAX_BYTES + 1);
  g_autoptr (PegWireMessage) message = wire_decode_server (fits);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (message->kind, ==, PEG_WIRE_NOTIFICATION);

  g_assert_null (peg_wire_decode_server (too_big, PEG_WIRE_MAX_BYTES + 1, &error));
  wire_assert_error (error, PEG_WIRE_ERROR_TOO_BIG, "16777217 bytes are more than the 16777216");
  g_clear_error (&error);

  g_assert_null (peg_wire_decode_client (too_big, PEG_WIRE_MAX_BYTES + 1, &error));
  wire_assert_error (error, PEG_WIRE_ERROR_TOO_BIG, "16777217 bytes");
  g_clear_error (&error);

  g_assert_null (peg_wire_decode_config (too_big, PEG_WIRE_MAX_BYTES + 1, &error));
  wire_assert_error (error, PEG_WIRE_ERROR_TOO_BIG, "16777217 bytes");
}

static void
test_plain_size (void)
{
  g_autofree char *text = g_strnfill (PEG_WIRE_MAX_BYTES + 1, 'x');
  g_autoptr (PegWireMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  memcpy (text, "SET_USER:", strlen ("SET_USER:"));

  message = peg_wire_decode_client (text, PEG_WIRE_MAX_BYTES, &error);
  g_assert_no_error (error);
  g_assert_cmpint (message->kind, ==, PEG_WIRE_SET_USER);

  g_assert_null (peg_wire_decode_client (text, PEG_WIRE_MAX_BYTES + 1, &error));
  wire_assert_error (error, PEG_WIRE_ERROR_TOO_BIG, "16777217 bytes");
}

/* The list of every file may come over HTTP when it is too long for the
 * socket. */
static void
test_list_over_http (void)
{
  g_autofree char *blank = g_strnfill (PEG_WIRE_MAX_BYTES, ' ');
  g_autofree char *text = g_strconcat ("{\"A\":[{\"filename\":\"a\"}]", blank, "}", NULL);
  g_autoptr (PegWireMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  message = peg_wire_decode_files (text, strlen (text), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (message->entries->len, ==, 1);
}

/* An unknown member, nested so that the whole message has @depth levels. */
static char *
make_nested (guint depth,
             char  open,
             char  close)
{
  GString *text = g_string_new ("{\"type\":\"pong\",\"x\":");

  for (guint i = 1; i < depth; i++) {
    g_string_append_c (text, open);
    if (open == '{' && i + 1 < depth)
      g_string_append (text, "\"x\":");
  }
  for (guint i = 1; i < depth; i++)
    g_string_append_c (text, close);

  g_string_append_c (text, '}');

  return g_string_free (text, FALSE);
}

static void
test_depth (void)
{
  static const char * const brackets[] = { "[]", "{}" };

  for (guint i = 0; i < G_N_ELEMENTS (brackets); i++) {
    g_autofree char *fits = make_nested (DEPTH, brackets[i][0], brackets[i][1]);
    g_autofree char *too_deep = make_nested (DEPTH + 1, brackets[i][0], brackets[i][1]);
    g_autofree char *abyss = make_nested (1000000, brackets[i][0], brackets[i][1]);
    g_autoptr (PegWireMessage) message = wire_decode_server (fits);
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (message->kind, ==, PEG_WIRE_PONG);

    g_assert_null (peg_wire_decode_server (too_deep, strlen (too_deep), &error));
    wire_assert_error (error, PEG_WIRE_ERROR_TOO_BIG, "Not readable as JSON: too many levels");
    g_clear_error (&error);

    g_assert_null (peg_wire_decode_server (abyss, strlen (abyss), &error));
    wire_assert_error (error, PEG_WIRE_ERROR_TOO_BIG, "Not readable as JSON: too many levels");
  }
}

/* Brackets in a text do not count. */
static void
test_depth_in_text (void)
{
  g_autofree char *brackets = g_strnfill (1000, '[');
  g_autofree char *text = g_strconcat ("{\"type\":\"pong\",\"x\":\"\\\"", brackets, "\\\\\"}", NULL);
  g_autoptr (PegWireMessage) message = wire_decode_server (text);

  g_assert_cmpint (message->kind, ==, PEG_WIRE_PONG);
}

static void
test_numbers (void)
{
  static const struct {
    const char *digits;
    guint64 number;
  } cases[] = {
    { "0", 0 },
    { "-0", 0 },
    { "0.0", 0 },
    { "-0.0", 0 },
    { "7.0", 7 },
    { "1e3", 1000 },
    { "25E-1", G_MAXUINT64 },
    { "9007199254740991", G_GUINT64_CONSTANT (9007199254740991) },
    { "9007199254740991.0", G_GUINT64_CONSTANT (9007199254740991) },
    { "9007199254740992", G_MAXUINT64 },
    { "9223372036854775807", G_MAXUINT64 },
    { "9223372036854775808", G_MAXUINT64 },
    { "18446744073709551615", G_MAXUINT64 },
    { "18446744073709551616", G_MAXUINT64 },
    { "18446744073709551623", G_MAXUINT64 },
    { "-1", G_MAXUINT64 },
    { "-9223372036854775809", G_MAXUINT64 },
    { "-18446744073709551615", G_MAXUINT64 },
    { "-18446744073709551609", G_MAXUINT64 },
    { "-1e400", G_MAXUINT64 },
    { "1e400", G_MAXUINT64 },
    { "0.1", G_MAXUINT64 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = g_strdup_printf ("{\"type\":\"replay\",\"from\":%s}", cases[i].digits);
    g_autoptr (GError) error = NULL;
    g_autoptr (PegWireMessage) message = peg_wire_decode_client (text, strlen (text), &error);

    if (cases[i].number == G_MAXUINT64) {
      if (message != NULL)
        g_error ("%s was taken for %" G_GUINT64_FORMAT, cases[i].digits, message->seq);
      g_assert_error (error, PEG_WIRE_ERROR, PEG_WIRE_ERROR_VALUE);
    } else {
      g_assert_no_error (error);
      g_assert_cmpuint (message->seq, ==, cases[i].number);
    }
  }
}

/* A hint that does not fit counts as the longest that does. */
static void
test_hints (void)
{
  g_autoptr (PegWireMessage) message =
    wire_decode_server ("{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":0,\"ping_ms\":4294967296,"
                        "\"poll_ms\":4294967295}");

  g_assert_cmpuint (message->ping_ms, ==, G_MAXUINT);
  g_assert_cmpuint (message->poll_ms, ==, G_MAXUINT);
  g_assert_cmpuint (message->retry_window_ms, ==, 0);
}

/* The text has the name of a group once, every file of it keeps it: half a megabyte
 * would become a gigabyte. */
static void
test_names_of_groups (void)
{
  g_autofree char *name = g_strnfill (512 * 1024, 'g');
  g_autoptr (GString) text = g_string_new ("{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{\"");
  const char *groups;

  g_string_append (text, name);
  g_string_append (text, "\":[{\"filename\":\"a0\"}");
  for (guint i = 1; i < 1000; i++)
    g_string_append_printf (text, ",{\"filename\":\"a%u\"}", i);
  g_string_append (text, "]}}");

  for (guint i = 0; i < 2; i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (i == 0 ? peg_wire_decode_server (text->str, text->len, &error)
                          : peg_wire_decode_json (text->str, text->len, PEG_WIRE_MAX_BYTES,
                                                  peg_wire_server_types, &error));
    g_assert_error (error, PEG_WIRE_ERROR, PEG_WIRE_ERROR_TOO_BIG);
    g_assert_nonnull (strstr (error->message, "names of the groups"));
  }

  groups = strchr (strstr (text->str, "payload"), '{');
  {
    g_autoptr (GError) error = NULL;

    g_assert_null (peg_wire_decode_files (groups, text->len - (gsize) (groups - text->str) - 1,
                                          &error));
    g_assert_error (error, PEG_WIRE_ERROR, PEG_WIRE_ERROR_TOO_BIG);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/limits/size", test_size);
  g_test_add_func ("/wire/limits/plain-size", test_plain_size);
  g_test_add_func ("/wire/limits/list-over-http", test_list_over_http);
  g_test_add_func ("/wire/limits/names-of-groups", test_names_of_groups);
  g_test_add_func ("/wire/limits/depth", test_depth);
  g_test_add_func ("/wire/limits/depth-in-text", test_depth_in_text);
  g_test_add_func ("/wire/limits/numbers", test_numbers);
  g_test_add_func ("/wire/limits/hints", test_hints);

  return g_test_run ();
}
