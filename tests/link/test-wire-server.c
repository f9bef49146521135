/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-wire-message-private.h"
#include "wire-both.h"
#include "wire-fixture.h"
#include "wire-maker.h"

#include <string.h>

/* Whatever a server sends becomes what json-glib makes of it, however much of it
 * json-glib gets to see. */

/* How many messages are made up, and how many of them about what changed. */
#define N_MESSAGES 100000
#define N_DELTAS 100000

static const char * const recorded[] = {
  "ws-flu-empty.json", "ws-flu-reply.json", "ws-NEW_MESSAGES.json", "ws-pong.json",
  "ws-user_connected.json", "rest-mono-get-files-200.txt", "rest-mono-get-config-200.txt",
  "rest-mono-get-dashboard-activity-200.txt", "rest-refactor-get-files-401.txt",
};

/* As it is, and, if it is a message, with so much in front that it is a long one. */
static gboolean
check (const char *text)
{
  g_autofree char *blank = g_strnfill (5000, 'x');
  g_autofree char *padded = NULL;
  PegWireKind kind, padded_kind;
  const gboolean taken = wire_both_check_server (text, strlen (text), &kind);

  if (g_str_has_prefix (text, "{\"")) {
    padded = g_strconcat ("{\"", blank, "\":0,", text + 1, NULL);
    g_assert_cmpint (wire_both_check_server (padded, strlen (padded), &padded_kind), ==, taken);
    g_assert_cmpint (padded_kind, ==, kind);
  }

  return taken;
}

/* What real servers sent, whole and broken off. */
static void
test_recorded (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (recorded); i++) {
    gsize length;
    g_autofree char *text = wire_load (recorded[i], &length);
    PegWireKind kind;

    for (gsize cut = 1; cut < MIN (length, 1000); cut++)
      wire_both_check_server (text, cut, &kind);

    g_assert_cmpint (wire_both_check_server (text, length, &kind), ==,
                     *text == '{' && strstr (text, "\"type\"") != NULL);
  }
}

/* Every member that some message has. */
static const WireMember members[] = {
  { "timestamp", WIRE_VALUE_TEXT }, { "epoch", WIRE_VALUE_TEXT }, { "seq", WIRE_VALUE_NUMBER },
  { "cause", WIRE_VALUE_TEXT }, { "by", WIRE_VALUE_TEXT }, { "removed", WIRE_VALUE_TEXTS },
  { "changed", WIRE_VALUE_FILES }, { "id", WIRE_VALUE_NUMBER }, { "recovered", WIRE_VALUE_BOOLEAN },
  { "user", WIRE_VALUE_TEXT }, { "name", WIRE_VALUE_TEXT }, { "server_time", WIRE_VALUE_TEXT },
  { "ping_ms", WIRE_VALUE_NUMBER }, { "retry_window_ms", WIRE_VALUE_NUMBER },
  { "poll_ms", WIRE_VALUE_NUMBER }, { "present", WIRE_VALUE_TEXTS },
  { "transfer", WIRE_VALUE_TRANSFER }, { "username", WIRE_VALUE_TEXT }, { "data", WIRE_VALUE_DATA },
  { "progress", WIRE_VALUE_NUMBER }, { "eta", WIRE_VALUE_NUMBER }, { "id", WIRE_VALUE_TEXT },
  { "current_file", WIRE_VALUE_TEXT }, { "message", WIRE_VALUE_TEXT }, { "error", WIRE_VALUE_TEXT },
  { "level", WIRE_VALUE_TEXT }, { "hash", WIRE_VALUE_TEXT }, { "code", WIRE_VALUE_TEXT },
};

static void
put_type (WireMaker  *maker,
          const char *type)
{
  wire_maker_string (maker, "type");
  g_string_append_c (maker->text, ':');
  wire_maker_space (maker);
  if (wire_maker_once_in (maker, 60))
    wire_maker_value (maker, 0);
  else
    wire_maker_string (maker, type);
}

/* A payload of the right sort, for the two that have one. */
static void
put_payload (WireMaker  *maker,
             const char *type)
{
  g_string_append (maker->text, ",\"payload\":");
  wire_maker_member_value (maker, strcmp (type, "NEW_MESSAGES") == 0 ? WIRE_VALUE_NOTES
                                                                     : WIRE_VALUE_GROUPS);
}

/* Members behind others, each with its comma: those of an object of their own. */
static void
put_members (WireMaker        *maker,
             const WireMember *of,
             gsize             n)
{
  const gsize at = maker->text->len;

  wire_maker_object (maker, of, n);
  maker->text->str[at] = ',';
  g_string_truncate (maker->text, maker->text->len - 1);

  /* There may be none. */
  if (maker->text->len == at + 1)
    g_string_truncate (maker->text, at);
}

static void
put_message (WireMaker  *maker,
             const char *type)
{
  const gsize begin = maker->text->len;

  g_string_append_c (maker->text, '{');
  wire_maker_space (maker);
  put_type (maker, type);

  if (strcmp (type, "hello_ok") == 0 && !wire_maker_once_in (maker, 4))
    g_string_append (maker->text, ",\"epoch\":\"e\",\"seq\":3");
  if (strcmp (type, "digest") == 0 && !wire_maker_once_in (maker, 4))
    g_string_append (maker->text, ",\"seq\":3,\"hash\":\"h\"");

  put_members (maker, members, G_N_ELEMENTS (members));
  if (strcmp (type, "NEW_MESSAGES") == 0 || strcmp (type, "FILE_LIST_UPDATED") == 0 ||
      wire_maker_once_in (maker, 8))
    put_payload (maker, type);

  if (wire_maker_once_in (maker, 20)) {
    g_string_append_c (maker->text, ',');
    put_type (maker, type);
  }
  g_string_append_c (maker->text, '}');

  /* It may also be in something. */
  if (wire_maker_once_in (maker, 100)) {
    g_string_insert_c (maker->text, (gssize) begin, '[');
    g_string_append_c (maker->text, ']');
  }
}

/* The differential test: 10⁵ messages of all types, and of none. */
static void
test_made_up (void)
{
  static const char * const others[] = { "whatever", "PONG", "files_changed", "type", "", "日本" };
  guint n_types = 0, n_taken = 0, n_known = 0;
  WireMaker maker;

  while (peg_wire_server_types[n_types].name != NULL)
    n_types++;

  wire_maker_init (&maker, 20261122);

  for (guint i = 0; i < N_MESSAGES; i++) {
    const guint type = i % (n_types + G_N_ELEMENTS (others));
    PegWireKind kind;

    wire_maker_begin (&maker);
    put_message (&maker, type < n_types ? peg_wire_server_types[type].name : others[type - n_types]);
    wire_maker_end (&maker);

    n_taken += wire_both_check_server (maker.text->str, maker.text->len, &kind);
    n_known += kind != PEG_WIRE_UNKNOWN;
  }

  g_test_message ("%u of %d are taken, %u are known", n_taken, N_MESSAGES, n_known);
  g_assert_cmpuint (n_taken, >=, N_MESSAGES / 3);
  g_assert_cmpuint (n_taken, <=, N_MESSAGES * 9 / 10);
  g_assert_cmpuint (n_known, >=, N_MESSAGES / 4);

  wire_maker_clear (&maker);
}

static gboolean
is_read_fast (const char *data,
              gsize       length)
{
  g_autoptr (PegWireMessage) message = peg_wire_read_delta (data, length);

  return message != NULL;
}

static void
put_delta (WireMaker *maker)
{
  static const char * const types[] = {
    "file_locked", "file_unlocked", "file_deleted", "update_requested", "update", "delete", "pong",
  };
  static const char * const causes[] = { "check-out", "check-in", "release", "renamed", "whatever" };
  static const WireMember of_delta[] = {
    { "epoch", WIRE_VALUE_TEXT }, { "seq", WIRE_VALUE_NUMBER }, { "changed", WIRE_VALUE_FILES },
    { "removed", WIRE_VALUE_TEXTS }, { "cause", WIRE_VALUE_TEXT }, { "by", WIRE_VALUE_TEXT },
    { "timestamp", WIRE_VALUE_TEXT }, { "id", WIRE_VALUE_TEXT }, { "data", WIRE_VALUE_DATA },
  };
  const char *type = g_rand_int_range (maker->rand, 0, 4) > 0 ? "FILES_CHANGED" : WIRE_PICK (maker, types);

  g_string_append_c (maker->text, '{');
  if (g_rand_boolean (maker->rand)) {
    put_type (maker, type);
    put_members (maker, of_delta, G_N_ELEMENTS (of_delta));
  } else {
    g_string_append_printf (maker->text, "\"cause\":\"%s\"", WIRE_PICK (maker, causes));
    put_members (maker, of_delta, 4);
    g_string_append_c (maker->text, ',');
    put_type (maker, type);
  }
  g_string_append_c (maker->text, '}');
}

/* The same for 10⁵ deltas, of which most are read without json-glib. */
static void
test_deltas (void)
{
  guint n_taken = 0, n_fast = 0, n_changed = 0;
  WireMaker maker;

  wire_maker_init (&maker, 20261123);

  for (guint i = 0; i < N_DELTAS; i++) {
    PegWireKind kind;

    wire_maker_begin (&maker);
    put_delta (&maker);
    wire_maker_end (&maker);

    n_taken += wire_both_check_server (maker.text->str, maker.text->len, &kind);
    if (is_read_fast (maker.text->str, maker.text->len)) {
      n_fast++;
      n_changed += kind == PEG_WIRE_FILES_CHANGED;
    }
  }

  g_test_message ("%u of %d are taken, %u of them by the fast reader, %u are FILES_CHANGED", n_taken,
                  N_DELTAS, n_fast, n_changed);
  g_assert_cmpuint (n_taken, <=, N_DELTAS * 9 / 10);
  g_assert_cmpuint (n_fast, >=, N_DELTAS / 3);
  g_assert_cmpuint (n_fast, <=, n_taken * 9 / 10);
  g_assert_cmpuint (n_changed, >=, N_DELTAS / 5);

  wire_maker_clear (&maker);
}

/* What our own server writes never needs json-glib. */
static void
test_own_deltas (void)
{
  g_autoptr (PegWireMessage) message = peg_wire_message_new (PEG_WIRE_FILES_CHANGED);
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;

  fields.filename = "1234567_\"Ø\"\t.nc";
  fields.path = "12XXXXX/1234567_\"Ø\"\t.nc";
  fields.group = "12XXXXX";
  fields.id = "7";
  fields.version = 3;
  fields.flags = PEG_ENTRY_LOCKED;
  fields.holder = "Müller";
  fields.since_us = G_USEC_PER_SEC;
  message->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  g_ptr_array_add (message->entries, peg_entry_new (&fields));
  fields.flags = 0;
  fields.id = "8";
  g_ptr_array_add (message->entries, peg_entry_new (&fields));

  message->epoch = g_strdup ("5f3a");
  message->seq = 1235;
  message->has_position = TRUE;
  message->cause = PEG_CAUSE_CHECK_OUT;
  message->user = g_strdup ("Müller");
  message->server_us = G_USEC_PER_SEC;

  for (int i = 0; i < 2; i++) {
    gsize length;
    g_autofree char *text = peg_wire_encode (message, PEG_DIALECT_PEGBOARD_1, &length);
    PegWireKind kind;

    g_assert_true (is_read_fast (text, length));
    g_assert_true (wire_both_check_server (text, length, &kind));
    g_assert_cmpint (kind, ==, PEG_WIRE_FILES_CHANGED);

    g_strfreev (message->removed);
    message->removed = g_strsplit ("Fixtures/old.nc,,\\\"", ",", -1);
  }
}

/* Deltas that are nearly right: everything in the one way or in the other. */
static void
test_odd_deltas (void)
{
  static const struct {
    const char *text;
    gboolean fast;
    gboolean taken;
  } deltas[] = {
    { "{\"type\":\"FILES_CHANGED\"}", TRUE, TRUE },
    { " {\"type\" : \"FILES_CHANGED\" , \"changed\" : [ ] , \"removed\" : [ \"\" , \"a\" ] } \n",
      TRUE, TRUE },
    { "{\"type\":\"FILES_CHANGED\",\"changed\":null,\"removed\":null,\"seq\":null,\"epoch\":\"e\","
      "\"by\":\"\"}",
      TRUE, TRUE },
    { "{\"type\":\"FILES_CHANGED\",\"seq\":0,\"epoch\":\"e\",\"cause\":\"\\u0063heck-in\",\"x\":true}",
      TRUE, TRUE },
    { "{\"type\":\"FILES_CHANGED\",\"seq\":12,\"epoch\":\"\"}", TRUE, TRUE },
    { "{\"t\\u0079pe\":\"FILES\\u005fCHANGED\","
      "\"changed\":[{\"filename\":\"\\u00fc\"},{\"filename\":\"b\"}]}",
      TRUE, TRUE },
    { "{\"changed\":[{\"filename\":\"a\\nb\"}],\"by\":\"\\\"\",\"epoch\":\"\\\\\",\"seq\":3,"
      "\"type\":\"FILES_CHANGED\"}",
      TRUE, TRUE },
    { "{\"type\":\"update\",\"data\":{\"filename\":\"a\",\"user\":7,\"status\":\"x\"},\"id\":8}",
      TRUE, TRUE },
    { "{\"type\":\"delete\",\"data\":{\"filename\":\"\"},\"id\":\"b\"}", TRUE, TRUE },
    { "{\"type\":\"file_locked\",\"data\":{}}", TRUE, TRUE },
    { "{\"type\":\"FILES_CHANGED\",\"type\":\"update\"}", FALSE, TRUE },
    { "{\"type\":\"FILES_CHANGED\",\"changed\":[7],\"changed\":[]}", FALSE, TRUE },
    { "{\"type\":\"FILES_CHANGED\",\"seq\":1,\"seq\":2,\"epoch\":\"e\"}", FALSE, TRUE },
    { "{\"type\":\"FILES_CHANGED\",\"timestamp\":5}", FALSE, TRUE },
    { "{\"type\":\"FILES_CHANGED\",\"seq\":5.0,\"epoch\":\"e\"}", FALSE, TRUE },
    { "{\"type\":\"FILES_CHANGED\",\"x\":{}}", FALSE, TRUE },
    { "{\"type\":\"FILES_CHANGED\",\"by\":\"\\ud800\"}", FALSE, TRUE },
    { "{\"type\":\"update\",\"data\":{\"filename\":[]}}", FALSE, TRUE },
    { "{\"type\":\"update\",\"data\":[]}", FALSE, TRUE },
    { "{\"type\":\"update\",\"data\":\"a\"}", FALSE, TRUE },
    { "{\"type\":\"FILES_CHANGED_\"}", FALSE, TRUE },
    { "{\"type\":\"FILES_CHANGED\",\"changed\":{}}", FALSE, FALSE },
    { "{\"type\":\"FILES_CHANGED\",\"changed\":[null]}", FALSE, FALSE },
    { "{\"type\":\"FILES_CHANGED\",\"changed\":[{}]}", FALSE, FALSE },
    { "{\"type\":\"FILES_CHANGED\",\"changed\":[{\"filename\":\"a\"},]}", FALSE, FALSE },
    { "{\"type\":\"FILES_CHANGED\",\"removed\":[null]}", FALSE, FALSE },
    { "{\"type\":\"FILES_CHANGED\",\"removed\":[\"a\" \"b\"]}", FALSE, FALSE },
    { "{\"type\":\"FILES_CHANGED\",\"by\":7}", FALSE, FALSE },
    { "{\"type\":\"FILES_CHANGED\",\"seq\":-1}", FALSE, FALSE },
    { "{\"type\":\"FILES_CHANGED\",\"seq\":01}", FALSE, FALSE },
    { "{\"type\":\"FILES_CHANGED\",}", FALSE, FALSE },
    { "{\"type\":\"FILES_CHANGED\"}}", FALSE, FALSE },
    { "{\"type\":\"FILES_CHANGED\"", FALSE, FALSE },
    { "{\"type\":\"FILES_CHANGED\",\"by\":nul}", FALSE, FALSE },
    { "{\"type\":\"FILES_CHANGED\",\"by\":\"\xff\"}", FALSE, FALSE },
    { "{\"type\":null}", FALSE, FALSE },
    { "{}", FALSE, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (deltas); i++) {
    const char *text = deltas[i].text;

    if (is_read_fast (text, strlen (text)) != deltas[i].fast || check (text) != deltas[i].taken)
      g_error ("Delta %" G_GSIZE_FORMAT " is read in another way", i);
  }
}

/* Where there is more than one way to say it, and to say it wrong. */
static void
test_odd (void)
{
  static const char * const taken[] = {
    "{\"type\":\"whatever\"}",
    " { \"x\" : [ {} , \"}\" , \"\\\"\" ] , \"type\" : \"whatever\" } ",
    "{\"type\":\"pong\",\"type\":\"whatever\"}",
    "{\"type\":\"whatever\",\"type\":\"pong\",\"id\":1,\"id\":7}",
    "{\"type\":5,\"t\\u0079pe\":\"p\\u006fng\",\"\\u0069\\u0064\":7}",
    "{\"type\":\"what\\\\ever\"}",
    "{\"type\":\"\\ud800\"}",
    "{\"type\":\"pong\\t\"}",
    "{\"type\":\"FILE\\u005fLIST_UPDATED\",\"payload\":{\"A\":[{\"filename\":\"a\"}]}}",
    "{\"type\":\"CONFIG_CHANGED\",\"timestamp\":\"2025-01-10T05:53:54Z\",\"x\":[[],{}]}",
    "{\"type\":\"update\",\"data\":[1,2],\"id\":\"a\"}",
    "{\"type\":\"update\",\"data\":{\"filename\":{},\"user\":\"Dana\",\"user\":\"li\"}}",
    "{\"type\":\"processing_progress\",\"progress\":{},\"eta\":[]}",
    "{\"type\":\"user_connected\",\"username\":\"\\udc00\"}",
    "{\"\":{\"\":1},\"type\":\"update\",\"e\":-12E+3,\"f\":true,\"g\":false\n,\"h\":null\t}",
  };
  static const char * const refused[] = {
    "{}", "[]", "[{\"type\":\"pong\"}]", "\"type\"", "7", "{\"type\":null}", "{\"type\":\"\"}",
    "{\"type\":{\"type\":\"pong\"}}",
    "{\"type\":[\"pong\"]}", "{\"type\":\"pong\",\"type\":7}", "{\"x\":{\"type\":\"pong\"}}",
    "{\"type\":\"whatever\",\"x\":\"\\u0000\"}", "{\"type\":\"whatever\",\"x\":[1,]}",
    "{\"type\":\"whatever\",\"x\":-1234567890123456789}", "{\"type\":\"whatever\"} x",
    "{\"type\":\"whatever\",\"x\":\"\xff\"}", "{\"type\":\"pong\",\"id\":[1]}",
    "{\"type\":\"pong\",\"timestamp\":{}}", "{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":1,\"transfer\":[]}",
    "{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":1,\"transfer\":{\"max_chunk\":1}}",
    "{\"type\":\"NEW_MESSAGES\",\"payload\":{}}", "{\"type\":\"FILES_CHANGED\",\"changed\":{\"x\":1}}",
    "{\"type\":\"whatever\",\"x\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (taken); i++)
    g_assert_true (check (taken[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    g_assert_false (check (refused[i]));
}

/* @what: comes as often as fits into the longest message */
static char *
make_flood (const char *begin,
            const char *what,
            const char *end)
{
  GString *text = g_string_sized_new (PEG_WIRE_MAX_BYTES);

  g_string_append (text, begin);
  while (text->len + strlen (what) + strlen (end) <= PEG_WIRE_MAX_BYTES)
    g_string_append (text, what);
  g_string_append (text, end);

  return g_string_free (text, FALSE);
}

/* Messages that are as long as they may be, of what nobody looks at: json-glib
 * gets to see a line of them. */
static void
test_flood (void)
{
  static const struct {
    const char *begin;
    const char *what;
    const char *end;
    const char *left;
  } floods[] = {
    { "{\"type\":\"whatever\",\"x\":[0", ",{\"a\":0}", "]}", "{\"type\":\"whatever\"}" },
    { "{\"type\":\"pong\"", ",\"x\":0", ",\"id\":7}", "{\"type\":\"pong\",\"id\":7}" },
    { "{", "\"type\":\"pong\",", "\"type\":\"whatever\"}", "{\"type\":\"whatever\"}" },
    { "{\"type\":\"update\",\"data\":{\"x\":[0", ",0", "],\"user\":\"li\"},\"id\":[[],[]]}",
      "{\"type\":\"update\",\"data\":{\"user\":\"li\"},\"id\":[]}" },
    { "[0", ",[]", "]", "[]" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (floods); i++) {
    g_autofree char *text = make_flood (floods[i].begin, floods[i].what, floods[i].end);
    const PegWireType *type;
    g_autoptr (GString) left = NULL;

    g_assert_true (peg_wire_json_check (text, strlen (text), PEG_WIRE_MAX_BYTES, NULL, NULL));
    type = peg_wire_find_type (text, peg_wire_server_types);
    left = peg_wire_strip (text, type);
    g_assert_cmpstr (left->str, ==, floods[i].left);
  }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/server/recorded", test_recorded);
  g_test_add_func ("/wire/server/made-up", test_made_up);
  g_test_add_func ("/wire/server/deltas", test_deltas);
  g_test_add_func ("/wire/server/own-deltas", test_own_deltas);
  g_test_add_func ("/wire/server/odd-deltas", test_odd_deltas);
  g_test_add_func ("/wire/server/odd", test_odd);
  g_test_add_func ("/wire/server/flood", test_flood);

  return g_test_run ();
}
