/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-wire-list.h"

#include "wire-both.h"
#include "wire-fixture.h"
#include "wire-maker.h"

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

static void
put_envelope_member (WireMaker *maker,
                     guint      which)
{
  static const char * const types[] = {
    "FILE_LIST_UPDATED", "FILE_LIST_UPDATED", "FILE_LIST_UPDATED", "digest", "pong", "",
  };

  switch (which) {
  case 0:
    wire_maker_string (maker, "type");
    g_string_append_c (maker->text, ':');
    wire_maker_string (maker, wire_maker_once_in (maker, 20) ? WIRE_PICK (maker, types) : types[0]);
    break;
  case 1:
    wire_maker_string (maker, "payload");
    g_string_append_c (maker->text, ':');
    wire_maker_space (maker);
    if (wire_maker_once_in (maker, 40))
      wire_maker_value (maker, 0);
    else
      wire_maker_groups (maker);
    break;
  case 2:
    wire_maker_string (maker, "timestamp");
    g_string_append_c (maker->text, ':');
    wire_maker_member_value (maker, WIRE_VALUE_TEXT);
    break;
  case 3:
    wire_maker_string (maker, "epoch");
    g_string_append_c (maker->text, ':');
    wire_maker_member_value (maker, WIRE_VALUE_TEXT);
    break;
  case 4:
    wire_maker_string (maker, "seq");
    g_string_append_c (maker->text, ':');
    wire_maker_member_value (maker, WIRE_VALUE_NUMBER);
    break;
  default:
    wire_maker_text (maker);
    g_string_append_c (maker->text, ':');
    wire_maker_value (maker, 0);
    break;
  }
}

static void
put_message (WireMaker *maker)
{
  const guint n = maker->is_tidy ? 5 : (guint) g_rand_int_range (maker->rand, 2, 7);

  g_string_append_c (maker->text, '{');

  for (guint i = 0; i < n; i++) {
    if (i > 0)
      g_string_append_c (maker->text, ',');
    wire_maker_space (maker);
    put_envelope_member (maker, i > 1 && wire_maker_once_in (maker, 4)
                                  ? (guint) g_rand_int_range (maker->rand, 0, 6) : i);
    wire_maker_space (maker);
  }

  g_string_append_c (maker->text, '}');
}

static void
make (WireMaker       *maker,
      PegWireListForm  form)
{
  wire_maker_begin (maker);

  if (form == PEG_WIRE_LIST_MESSAGE)
    put_message (maker);
  else
    wire_maker_groups (maker);

  wire_maker_end (maker);
}

/* The differential test: 10⁵ lists, each in one piece and in small ones. */
static void
test_made_up (void)
{
  WireMaker maker;
  guint n_lists = 0;

  wire_maker_init (&maker, 20261121);

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

  wire_maker_clear (&maker);
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
