/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-wire-list.h"

#include "wire-both.h"
#include "wire-fixture.h"

#include <string.h>

/* How many lists are made up. */
#define N_LISTS 100000

static const char * const recorded[] = {
  "ws-flu-empty.json", "ws-flu-reply.json", "ws-NEW_MESSAGES.json", "ws-pong.json",
  "ws-user_connected.json", "rest-mono-get-files-200.txt", "rest-refactor-get-files-200.txt",
  "rest-mono-get-config-200.txt", "rest-refactor-get-files-401.txt",
};

/* What real servers sent. */
static void
test_recorded (void)
{
  guint n_lists = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (recorded); i++) {
    gsize length;
    g_autofree char *text = wire_load (recorded[i], &length);

    for (gsize piece = 1; piece < 70; piece += 4) {
      n_lists += wire_both_check (PEG_WIRE_LIST_MESSAGE, text, length, piece);
      n_lists += wire_both_check (PEG_WIRE_LIST_BODY, text, length, piece);
    }

    wire_both_check (PEG_WIRE_LIST_MESSAGE, text, length, length);
    wire_both_check (PEG_WIRE_LIST_BODY, text, length, length);
  }

  g_assert_cmpuint (n_lists, >=, 4 * 18);
}

/* Makes texts up. Everything that JSON allows is as likely as it is worth
 * testing, which is not how likely it is. */
typedef struct {
  GRand *rand;
  GString *text;
  gboolean is_tidy; /* as a server of ours writes it */
} Maker;

static gboolean
once_in (Maker *maker,
         gint32 n)
{
  return !maker->is_tidy && g_rand_int_range (maker->rand, 0, n) == 0;
}

static const char *
pick (Maker              *maker,
      const char * const *from,
      gsize               n)
{
  return from[g_rand_int_range (maker->rand, 0, (gint32) n)];
}

#define PICK(maker, from) pick (maker, from, G_N_ELEMENTS (from))

static void
put_space (Maker *maker)
{
  static const char * const spaces[] = { " ", "\n", "\t", "\r\n", "  \n    " };

  if (once_in (maker, 12))
    g_string_append (maker->text, PICK (maker, spaces));
}

/* A string, with escapes where none are needed. */
static void
put_string (Maker      *maker,
            const char *text)
{
  const gboolean is_odd = once_in (maker, 12);

  g_string_append_c (maker->text, '"');

  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c)) {
    const gunichar letter = g_utf8_get_char (c);

    if (letter == '"' || letter == '\\')
      g_string_append_printf (maker->text, "\\%c", (char) letter);
    else if (letter == '\n')
      g_string_append (maker->text, "\\n");
    else if (is_odd && letter == '/' && once_in (maker, 2))
      g_string_append (maker->text, "\\/");
    else if (is_odd && once_in (maker, 3) && letter > 0xffff)
      g_string_append_printf (maker->text, "\\u%04x\\u%04X", 0xd7c0 + (letter >> 10),
                              0xdc00 + (letter & 0x3ff));
    else if (is_odd && once_in (maker, 3))
      g_string_append_printf (maker->text, "\\u%04X", letter & 0xffff);
    else
      g_string_append_unichar (maker->text, letter);
  }

  if (is_odd && once_in (maker, 8)) {
    static const char * const odd[] = {
      "\\ud83d", "\\udc00\\ud800", "\\udc00\\udc01", "\\b\\f\\r\\t", "\x7f", "\\u0001", "\\ud800\\u0041", "\\ufffe",
    };

    g_string_append (maker->text, PICK (maker, odd));
  }

  g_string_append_c (maker->text, '"');
}

static void
put_text (Maker *maker)
{
  static const char * const texts[] = {
    "1234567_M4.nc", "41XXXXX/1234567_M4.nc", "1234567_M4.nc", "1234567", "O0012.min", "LB3000",
    "COUPLING, THIN, OP30", "", "12XXXXX", "Miscellaneous", "Düse Ø12", "日本", "a\"b\\c", "😀/x",
    "unlocked", "locked", "checked_out_by_user", "Dana", "3.1", "1.10", "7", "x\ny", "e0444c-16346",
    "2025-01-10T05:53:54.000000+00:00", "2025-01-10T05:53:54Z", "2025-01-10 05:53",
    "2024-02-29T23:59:60.5", "2023-02-29T00:00:00", "2025-01-10T05:53:54.1234567+02:00",
    "20ab-01-10T05:53:54", "2025-01-10T05:53:54.", "0000-01-01T00:00:00", "9999-12-31T23:59:59Z",
    "2025-13-10T05:53:54", "2025-01-10T24:53:54", "2025-01-10T05:53:54+00:0",
    "eighteen letters…………………………………………………………",
  };

  put_string (maker, PICK (maker, texts));
}

static void
put_number (Maker *maker)
{
  static const char * const plain[] = { "0", "1", "7", "84", "16346", "4294967295", "4294967296" };
  static const char * const odd[] = {
    "-1", "-0", "0.0", "5.0", "5e0", "1E5", "1.5", "1e999", "-1e5", "9007199254740991",
    "9007199254740992", "9223372036854775808", "123456789012345678901234567890", "999999999999999",
    "1000000000000000", "-12345678901234567890", "007", "1.", "1e", "+1", ".5", "0x10", "2147483648",
  };

  g_string_append (maker->text, once_in (maker, 4) ? PICK (maker, odd) : PICK (maker, plain));
}

static void put_value (Maker *maker,
                       guint  depth);

static void
put_unknown (Maker *maker,
             guint  depth)
{
  const gboolean is_object = once_in (maker, 2);
  const gint32 n = g_rand_int_range (maker->rand, 0, 3);

  g_string_append_c (maker->text, is_object ? '{' : '[');
  for (gint32 i = 0; i < n; i++) {
    if (i > 0)
      g_string_append_c (maker->text, ',');
    put_space (maker);
    if (is_object) {
      put_text (maker);
      g_string_append_c (maker->text, ':');
    }
    put_value (maker, depth + 1);
    put_space (maker);
  }
  g_string_append_c (maker->text, is_object ? '}' : ']');
}

static void
put_value (Maker *maker,
           guint  depth)
{
  static const char * const words[] = { "true", "false", "null", "null", "tru", "nul", "NaN" };

  switch (g_rand_int_range (maker->rand, 0, depth < 3 ? 9 : 7)) {
  case 0:
  case 1:
  case 2:
    put_text (maker);
    break;
  case 3:
  case 4:
    put_number (maker);
    break;
  case 5:
  case 6:
    g_string_append (maker->text, pick (maker, words, once_in (maker, 20) ? 7 : 4));
    break;
  default:
    put_unknown (maker, depth);
    break;
  }
}

typedef enum {
  VALUE_TEXT,
  VALUE_NUMBER,
  VALUE_BOOLEAN,
  VALUE_LOCK,
} ValueKind;

typedef struct {
  const char *name;
  ValueKind kind;
} Member;

static const Member file_members[] = {
  { "filename", VALUE_TEXT }, { "path", VALUE_TEXT }, { "status", VALUE_TEXT },
  { "locked_by", VALUE_TEXT }, { "locked_at", VALUE_TEXT }, { "checkout_message", VALUE_TEXT },
  { "size", VALUE_NUMBER }, { "modified_at", VALUE_TEXT }, { "description", VALUE_TEXT },
  { "revision", VALUE_TEXT }, { "is_link", VALUE_BOOLEAN }, { "master_file", VALUE_TEXT },
  { "group", VALUE_TEXT }, { "subgroup", VALUE_TEXT }, { "id", VALUE_TEXT },
  { "version", VALUE_NUMBER }, { "sha256", VALUE_TEXT }, { "lock", VALUE_LOCK },
  { "changed_outside", VALUE_BOOLEAN }, { "missing", VALUE_BOOLEAN },
};

static const Member lock_members[] = {
  { "id", VALUE_TEXT }, { "token", VALUE_NUMBER }, { "by", VALUE_TEXT }, { "station", VALUE_TEXT },
  { "since", VALUE_TEXT }, { "message", VALUE_TEXT }, { "last_seen", VALUE_TEXT },
};

static void put_object (Maker        *maker,
                        const Member *members,
                        gsize         n_members);

static void
put_member_value (Maker     *maker,
                  ValueKind  kind)
{
  if (once_in (maker, 60)) {
    put_value (maker, 0);
    return;
  }

  switch (kind) {
  case VALUE_TEXT:
    put_text (maker);
    break;
  case VALUE_NUMBER:
    put_number (maker);
    break;
  case VALUE_BOOLEAN:
    g_string_append (maker->text, g_rand_boolean (maker->rand) ? "true" : "false");
    break;
  case VALUE_LOCK:
  default:
    if (g_rand_boolean (maker->rand))
      g_string_append (maker->text, "null");
    else
      put_object (maker, lock_members, G_N_ELEMENTS (lock_members));
    break;
  }
}

/* An object; mostly with all of its members in the usual order, and without
 * others. */
static void
put_object (Maker        *maker,
            const Member *members,
            gsize         n_members)
{
  const gboolean is_shuffled = once_in (maker, 4);
  const gboolean is_short = g_rand_boolean (maker->rand);
  gboolean is_first = TRUE;

  g_string_append_c (maker->text, '{');

  for (gsize i = 0; i < n_members; i++) {
    const Member *member =
      &members[is_shuffled ? (gsize) g_rand_int_range (maker->rand, 0, (gint32) n_members) : i];

    if (i > 0 && is_short && g_rand_boolean (maker->rand))
      continue;

    if (!is_first)
      g_string_append_c (maker->text, ',');
    is_first = FALSE;

    put_space (maker);
    if (once_in (maker, 50))
      put_text (maker);
    else
      put_string (maker, member->name);
    put_space (maker);
    g_string_append_c (maker->text, ':');
    put_space (maker);

    if (g_rand_int_range (maker->rand, 0, 5) == 0)
      g_string_append (maker->text, "null");
    else
      put_member_value (maker, member->kind);
    put_space (maker);
  }

  g_string_append_c (maker->text, '}');
}

/* The filename is wrong too often for a group to be right otherwise. */
static void
put_file (Maker *maker)
{
  const gsize start = maker->text->len + 1;

  put_object (maker, file_members, G_N_ELEMENTS (file_members));

  if (!once_in (maker, 3))
    g_string_insert (maker->text, (gssize) start, "\"filename\":\"1234567_M4.nc\",");
}

static void
put_groups (Maker *maker)
{
  static const char * const groups[] = { "12XXXXX", "Miscellaneous", "", "Fräsen", "12XXXXX", "a\"b" };
  const gint32 n_groups = g_rand_int_range (maker->rand, 0, 4);

  g_string_append_c (maker->text, '{');

  for (gint32 i = 0; i < n_groups; i++) {
    const gint32 n_files = g_rand_int_range (maker->rand, 0, 3);

    if (i > 0)
      g_string_append_c (maker->text, ',');
    put_space (maker);
    put_string (maker, PICK (maker, groups));
    g_string_append_c (maker->text, ':');
    put_space (maker);

    if (once_in (maker, 20)) {
      put_value (maker, 0);
      continue;
    }

    g_string_append_c (maker->text, '[');
    for (gint32 j = 0; j < n_files; j++) {
      if (j > 0)
        g_string_append_c (maker->text, ',');
      put_space (maker);
      if (once_in (maker, 30))
        put_value (maker, 0);
      else
        put_file (maker);
      put_space (maker);
    }
    g_string_append_c (maker->text, ']');
    put_space (maker);
  }

  g_string_append_c (maker->text, '}');
}

static void
put_envelope_member (Maker *maker,
                     guint  which)
{
  static const char * const types[] = {
    "FILE_LIST_UPDATED", "FILE_LIST_UPDATED", "FILE_LIST_UPDATED", "digest", "pong", "",
  };

  switch (which) {
  case 0:
    put_string (maker, "type");
    g_string_append_c (maker->text, ':');
    put_string (maker, once_in (maker, 20) ? PICK (maker, types) : types[0]);
    break;
  case 1:
    put_string (maker, "payload");
    g_string_append_c (maker->text, ':');
    put_space (maker);
    if (once_in (maker, 40))
      put_value (maker, 0);
    else
      put_groups (maker);
    break;
  case 2:
    put_string (maker, "timestamp");
    g_string_append_c (maker->text, ':');
    put_member_value (maker, VALUE_TEXT);
    break;
  case 3:
    put_string (maker, "epoch");
    g_string_append_c (maker->text, ':');
    put_member_value (maker, VALUE_TEXT);
    break;
  case 4:
    put_string (maker, "seq");
    g_string_append_c (maker->text, ':');
    put_member_value (maker, VALUE_NUMBER);
    break;
  default:
    put_text (maker);
    g_string_append_c (maker->text, ':');
    put_value (maker, 0);
    break;
  }
}

static void
put_message (Maker *maker)
{
  const guint n = maker->is_tidy ? 5 : (guint) g_rand_int_range (maker->rand, 2, 7);

  g_string_append_c (maker->text, '{');

  for (guint i = 0; i < n; i++) {
    if (i > 0)
      g_string_append_c (maker->text, ',');
    put_space (maker);
    put_envelope_member (maker, i > 1 && once_in (maker, 4)
                                  ? (guint) g_rand_int_range (maker->rand, 0, 6) : i);
    put_space (maker);
  }

  g_string_append_c (maker->text, '}');
}

/* What a network, or somebody with bad intentions, may do to a text. */
static void
damage (Maker *maker)
{
  static const char * const bits[] = {
    "\"", "\\", "{", "}", "[", "]", ",", ":", "\xff", "\xc3", "\xc3\xa4", "\xed\xa0\x80", "null",
    "\x01", "0", "-", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", " ", "\\u00", "\"lock\":", "u",
  };
  const gsize at = (gsize) g_rand_int_range (maker->rand, 0, (gint32) maker->text->len);

  switch (g_rand_int_range (maker->rand, 0, 4)) {
  case 0:
    g_string_truncate (maker->text, at);
    break;
  case 1:
    g_string_erase (maker->text, (gssize) at, 1);
    break;
  case 2:
    maker->text->str[at] = (char) g_rand_int_range (maker->rand, 0, 256);
    break;
  default:
    g_string_insert (maker->text, (gssize) at, PICK (maker, bits));
    break;
  }
}

static void
make (Maker           *maker,
      PegWireListForm  form)
{
  maker->is_tidy = g_rand_int_range (maker->rand, 0, 3) == 0;
  g_string_truncate (maker->text, 0);

  if (form == PEG_WIRE_LIST_MESSAGE)
    put_message (maker);
  else
    put_groups (maker);

  if (once_in (maker, 10))
    g_string_append (maker->text, g_rand_boolean (maker->rand) ? " \n" : " x");
  if (g_rand_int_range (maker->rand, 0, 5) == 0)
    damage (maker);
}

/* The differential test: 10⁵ lists, each in one piece and in small ones. */
static void
test_made_up (void)
{
  Maker maker = { .rand = g_rand_new_with_seed (20261121), .text = g_string_new (NULL) };
  guint n_lists = 0;

  for (guint i = 0; i < N_LISTS; i++) {
    const PegWireListForm form = i % 2 == 0 ? PEG_WIRE_LIST_MESSAGE : PEG_WIRE_LIST_BODY;
    gsize piece;

    make (&maker, form);
    piece = g_rand_boolean (maker.rand) ? maker.text->len
                                        : (gsize) g_rand_int_range (maker.rand, 1, 600);
    n_lists += wire_both_check (form, maker.text->str, maker.text->len, MAX (piece, 1));
  }

  g_test_message ("%u of %d are lists", n_lists, N_LISTS);
  g_assert_cmpuint (n_lists, >=, N_LISTS / 3);
  g_assert_cmpuint (n_lists, <=, N_LISTS * 3 / 4);

  g_string_free (maker.text, TRUE);
  g_rand_free (maker.rand);
}

/* Wherever a piece ends. */
static void
test_every_boundary (void)
{
  static const struct {
    PegWireListForm form;
    const char *text;
  } texts[] = {
    { PEG_WIRE_LIST_MESSAGE,
      " {\"type\" : \"FILE_LIST_UPDATED\", \"epoch\":\"e\",\"seq\":12,\"x\":[1,{\"y\":\"\\\"\"}],\"payload\":"
      "{\"12XXXXX\":[{\"filename\":\"1234567_\\u00fc\\ud83d\\ude00.nc\",\"size\":84,\"revision\":\"3.1\","
      "\"lock\":{\"by\":\"Dana\",\"token\":7},\"is_link\":false,\"master_file\":null} , {\"filename\":\"ä\"}],"
      "\"Miscellaneous\":null,\"\\u0041\":[]}, \"timestamp\":\"2025-01-10T05:53:54Z\" }\n " },
    { PEG_WIRE_LIST_BODY,
      "{\"A\":[{\"filename\":\"a\",\"x\":{\"y\":[[]]},\"version\":5.0},{\"filename\":\"b\",\"path\":\"A/b\"}],"
      "\"B\":[],\"A\":[{\"filename\":\"c\",\"missing\":true}]}" },
    { PEG_WIRE_LIST_BODY, "{\"A\":[{\"filename\":\"a\"},5],\"B\":7}" },
    { PEG_WIRE_LIST_BODY, "{\"A\":[{\"filename\":\"a\"},{\"filename\":true}],\"B\":nul}" },
    { PEG_WIRE_LIST_BODY, "[1,2,3]" },
    { PEG_WIRE_LIST_BODY, " 17 " },
    { PEG_WIRE_LIST_BODY, "{\"Miscellaneous\":[ ] }" },
    { PEG_WIRE_LIST_BODY, "{\"A\":[{\"filename\":\"a\xff\"}]}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    const gsize length = strlen (texts[i].text);

    for (gsize cut = 0; cut <= length; cut++) {
      wire_both_check (texts[i].form, texts[i].text, length, cut + 1);
      wire_both_check (texts[i].form, texts[i].text, cut, cut + 1);
      wire_both_check (texts[i].form, texts[i].text, cut, 1);
    }
  }
}

/* One record is bounded, because it has to be kept until its end is there. */
static void
test_long_record (void)
{
  g_autofree char *blank = g_strnfill (PEG_WIRE_LIST_MAX_RECORD, 'x');
  g_autofree char *text = g_strconcat ("{\"A\":[{\"filename\":\"a\",\"description\":\"", blank, "\"}]}", NULL);
  const gsize pieces[] = { 1000, 100000, strlen (text) };

  for (gsize i = 0; i < G_N_ELEMENTS (pieces); i++) {
    g_autoptr (PegWireListReader) reader = peg_wire_list_reader_new (PEG_WIRE_LIST_BODY);
    g_autoptr (PegWireMessage) message = NULL;
    g_autoptr (GError) error = NULL;
    gboolean fed = TRUE;

    for (gsize at = 0; fed && at < strlen (text); at += pieces[i])
      fed = peg_wire_list_reader_feed (reader, text + at, MIN (pieces[i], strlen (text) - at), &error);
    if (fed)
      message = peg_wire_list_reader_finish (reader, &error);

    g_assert_null (message);
    g_assert_error (error, PEG_WIRE_ERROR, PEG_WIRE_ERROR_TOO_BIG);
  }
}

/* What cannot be read stays so. */
static void
test_after_an_error (void)
{
  g_autoptr (PegWireListReader) reader = peg_wire_list_reader_new (PEG_WIRE_LIST_BODY);
  g_autoptr (GError) first = NULL;
  g_autoptr (GError) second = NULL;
  g_autoptr (GError) third = NULL;

  g_assert_false (peg_wire_list_reader_feed (reader, "{]", 2, &first));
  g_assert_false (peg_wire_list_reader_feed (reader, "}", 1, &second));
  g_assert_null (peg_wire_list_reader_finish (reader, &third));
  g_assert_cmpstr (first->message, ==, "Not readable as JSON: a member without a name at byte 1");
  g_assert_cmpstr (second->message, ==, first->message);
  g_assert_cmpstr (third->message, ==, first->message);
}

/* A message that only mentions the type is read as what it is. */
static void
test_other_type (void)
{
  g_autoptr (PegWireMessage) message =
    wire_decode_server ("{\"x\":\"FILE_LIST_UPDATED\",\"type\":\"digest\",\"seq\":4,\"hash\":\"h\"}");

  g_assert_cmpint (message->kind, ==, PEG_WIRE_DIGEST);
  g_assert_cmpstr (message->hash, ==, "h");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/list/recorded", test_recorded);
  g_test_add_func ("/wire/list/made-up", test_made_up);
  g_test_add_func ("/wire/list/every-boundary", test_every_boundary);
  g_test_add_func ("/wire/list/long-record", test_long_record);
  g_test_add_func ("/wire/list/after-an-error", test_after_an_error);
  g_test_add_func ("/wire/list/other-type", test_other_type);

  return g_test_run ();
}
