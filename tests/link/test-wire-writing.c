/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "test-wire-writing"

#include "peg-config.h"

#include "wire-fixture.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* What is written is JSON, also for a reader that is not ours. */
static void
test_nasty_texts (void)
{
  static const char * const texts[] = {
    "", "\"", "\\", "\\\"", "/", "</script>", "\u2028\u2029", "🔧", "\U0010ffff", "\ufeff", "\x7f", "é\u0301",
    "\x01\x02\x03\x04\x05\x06\a\b\t\n\v\f\r\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f",
    "%s%n", "\\u0000", "{\"type\":\"pong\"}", "a\nb\"c\\d\te",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (PegWireMessage) message = peg_wire_message_new (PEG_WIRE_NOTIFICATION);
    g_autoptr (PegWireMessage) again = NULL;
    g_autoptr (JsonNode) root = NULL;
    g_autoptr (GError) error = NULL;
    g_autofree char *text = NULL;

    message->text = g_strdup (texts[i]);
    text = peg_wire_encode (message, PEG_DIALECT_CLASSIC, NULL);

    root = json_from_string (text, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (json_object_get_string_member (json_node_get_object (root), "message"), ==, texts[i]);

    again = wire_decode_server (text);
    g_assert_cmpstr (again->text, ==, *texts[i] != '\0' ? texts[i] : NULL);
  }
}

/* A group is a member name of somebody’s own choice, and is written likewise. */
static void
test_nasty_groups (void)
{
  static const char group[] = "\"G\\\n\u2028🔧\x01";
  PegEntryFields f = PEG_ENTRY_FIELDS_INIT;
  g_autoptr (PegWireMessage) message = peg_wire_message_new (PEG_WIRE_FILE_LIST);
  g_autoptr (PegWireMessage) again = NULL;
  g_autofree char *text = NULL;

  f.filename = "\"a\"";
  f.group = group;
  message->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  g_ptr_array_add (message->entries, peg_entry_new (&f));

  text = peg_wire_encode (message, PEG_DIALECT_CLASSIC, NULL);
  again = wire_decode_server (text);
  g_assert_cmpstr (peg_entry_get_group (wire_only_entry (again)), ==, group);
  wire_assert_messages (message, again);
}

static void
test_placeholder (void)
{
  g_autoptr (PegWireMessage) message = peg_wire_message_new (PEG_WIRE_FILE_LIST);
  g_autofree char *text = NULL;
  g_autofree char *empty = NULL;

  empty = peg_wire_encode (message, PEG_DIALECT_CLASSIC, NULL);
  g_assert_cmpstr (empty, ==, "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{}}");

  message->placeholder = TRUE;
  text = peg_wire_encode (message, PEG_DIALECT_CLASSIC, NULL);
  g_assert_cmpstr (text, ==, "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{\"Miscellaneous\":[]}}");
}

static void
test_types (void)
{
  static const struct {
    PegWireKind kind;
    gboolean here;
    gboolean done;
    const char *code;
    const char *text;
  } cases[] = {
    { PEG_WIRE_PRESENCE, TRUE, FALSE, NULL, "{\"type\":\"user_connected\"," },
    { PEG_WIRE_PRESENCE, FALSE, FALSE, NULL, "{\"type\":\"user_disconnected\"," },
    { PEG_WIRE_AUTH_RESULT, TRUE, FALSE, NULL, "{\"type\":\"auth_success\"}" },
    { PEG_WIRE_AUTH_RESULT, FALSE, FALSE, NULL, "{\"type\":\"auth_failed\"}" },
    { PEG_WIRE_PROGRESS, FALSE, FALSE, NULL, "{\"type\":\"processing_progress\"}" },
    { PEG_WIRE_PROGRESS, FALSE, TRUE, NULL, "{\"type\":\"processing_complete\"}" },
    { PEG_WIRE_PROGRESS, FALSE, TRUE, "error", "{\"type\":\"processing_error\"," },
    { PEG_WIRE_INVALIDATE, FALSE, FALSE, NULL, "{\"type\":\"update\"," },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (PegWireMessage) message = peg_wire_message_new (cases[i].kind);
    g_autofree char *text = NULL;

    message->here = cases[i].here;
    message->done = cases[i].done;
    message->code = g_strdup (cases[i].code);
    text = peg_wire_encode (message, PEG_DIALECT_PEGBOARD_1, NULL);

    if (!g_str_has_prefix (text, cases[i].text))
      g_error ("%s does not begin with %s", text, cases[i].text);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/writing/nasty-texts", test_nasty_texts);
  g_test_add_func ("/wire/writing/nasty-groups", test_nasty_groups);
  g_test_add_func ("/wire/writing/placeholder", test_placeholder);
  g_test_add_func ("/wire/writing/types", test_types);

  return g_test_run ();
}
