/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "wire-maker.h"

/* Makes messages up, for tests that hold two readers to the same. */

void
wire_maker_init (WireMaker *maker,
                 guint32    seed)
{
  maker->rand = g_rand_new_with_seed (seed);
  maker->text = g_string_new (NULL);
  maker->is_tidy = FALSE;
}

void
wire_maker_clear (WireMaker *maker)
{
  g_string_free (maker->text, TRUE);
  g_rand_free (maker->rand);
}

/* Whether to do something odd. */
gboolean
wire_maker_once_in (WireMaker *maker,
                    gint32     n)
{
  return !maker->is_tidy && g_rand_int_range (maker->rand, 0, n) == 0;
}

const char *
wire_maker_pick (WireMaker          *maker,
                 const char * const *from,
                 gsize               n)
{
  return from[g_rand_int_range (maker->rand, 0, (gint32) n)];
}

/* What a network, or somebody with bad intentions, may do to a text. */
static void
damage (WireMaker *maker)
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
    g_string_insert (maker->text, (gssize) at, WIRE_PICK (maker, bits));
    break;
  }
}

/* Begins the next text. */
void
wire_maker_begin (WireMaker *maker)
{
  maker->is_tidy = g_rand_int_range (maker->rand, 0, 3) == 0;
  g_string_truncate (maker->text, 0);
}

/* Ends it; perhaps not well. */
void
wire_maker_end (WireMaker *maker)
{
  if (wire_maker_once_in (maker, 10))
    g_string_append (maker->text, g_rand_boolean (maker->rand) ? " \n" : " x");
  if (g_rand_int_range (maker->rand, 0, 5) == 0)
    damage (maker);
}

void
wire_maker_space (WireMaker *maker)
{
  static const char * const spaces[] = { " ", "\n", "\t", "\r\n", "  \n    " };

  if (wire_maker_once_in (maker, 12))
    g_string_append (maker->text, WIRE_PICK (maker, spaces));
}

/* A string, with escapes where none are needed. */
void
wire_maker_string (WireMaker  *maker,
                   const char *text)
{
  const gboolean is_odd = wire_maker_once_in (maker, 12);

  g_string_append_c (maker->text, '"');

  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c)) {
    const gunichar letter = g_utf8_get_char (c);

    if (letter == '"' || letter == '\\')
      g_string_append_printf (maker->text, "\\%c", (char) letter);
    else if (letter == '\n')
      g_string_append (maker->text, "\\n");
    else if (is_odd && letter == '/' && wire_maker_once_in (maker, 2))
      g_string_append (maker->text, "\\/");
    else if (is_odd && wire_maker_once_in (maker, 3) && letter > 0xffff)
      g_string_append_printf (maker->text, "\\u%04x\\u%04X", 0xd7c0 + (letter >> 10),
                              0xdc00 + (letter & 0x3ff));
    else if (is_odd && wire_maker_once_in (maker, 3))
      g_string_append_printf (maker->text, "\\u%04X", letter & 0xffff);
    else
      g_string_append_unichar (maker->text, letter);
  }

  if (is_odd && wire_maker_once_in (maker, 8)) {
    static const char * const odd[] = {
      "\\ud83d", "\\udc00\\ud800", "\\udc00\\udc01", "\\b\\f\\r\\t", "\x7f", "\\u0001", "\\ud800\\u0041", "\\ufffe",
    };

    g_string_append (maker->text, WIRE_PICK (maker, odd));
  }

  g_string_append_c (maker->text, '"');
}

void
wire_maker_text (WireMaker *maker)
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

  wire_maker_string (maker, WIRE_PICK (maker, texts));
}

static void
put_number (WireMaker *maker)
{
  static const char * const plain[] = { "0", "1", "7", "84", "16346", "4294967295", "4294967296" };
  static const char * const odd[] = {
    "-1", "-0", "0.0", "5.0", "5e0", "1E5", "1.5", "1e999", "-1e5", "9007199254740991",
    "9007199254740992", "9223372036854775808", "123456789012345678901234567890", "999999999999999",
    "1000000000000000", "-12345678901234567890", "007", "1.", "1e", "+1", ".5", "0x10", "2147483648",
  };

  g_string_append (maker->text, wire_maker_once_in (maker, 4) ? WIRE_PICK (maker, odd) : WIRE_PICK (maker, plain));
}

static void
put_unknown (WireMaker *maker,
             guint      depth)
{
  const gboolean is_object = wire_maker_once_in (maker, 2);
  const gint32 n = g_rand_int_range (maker->rand, 0, 3);

  g_string_append_c (maker->text, is_object ? '{' : '[');
  for (gint32 i = 0; i < n; i++) {
    if (i > 0)
      g_string_append_c (maker->text, ',');
    wire_maker_space (maker);
    if (is_object) {
      wire_maker_text (maker);
      g_string_append_c (maker->text, ':');
    }
    wire_maker_value (maker, depth + 1);
    wire_maker_space (maker);
  }
  g_string_append_c (maker->text, is_object ? '}' : ']');
}

void
wire_maker_value (WireMaker *maker,
                  guint      depth)
{
  static const char * const words[] = { "true", "false", "null", "null", "tru", "nul", "NaN" };

  switch (g_rand_int_range (maker->rand, 0, depth < 3 ? 9 : 7)) {
  case 0:
  case 1:
  case 2:
    wire_maker_text (maker);
    break;
  case 3:
  case 4:
    put_number (maker);
    break;
  case 5:
  case 6:
    g_string_append (maker->text, wire_maker_pick (maker, words, wire_maker_once_in (maker, 20) ? 7 : 4));
    break;
  default:
    put_unknown (maker, depth);
    break;
  }
}

static const WireMember file_members[] = {
  { "filename", WIRE_VALUE_TEXT }, { "path", WIRE_VALUE_TEXT }, { "status", WIRE_VALUE_TEXT },
  { "locked_by", WIRE_VALUE_TEXT }, { "locked_at", WIRE_VALUE_TEXT }, { "checkout_message", WIRE_VALUE_TEXT },
  { "size", WIRE_VALUE_NUMBER }, { "modified_at", WIRE_VALUE_TEXT }, { "description", WIRE_VALUE_TEXT },
  { "revision", WIRE_VALUE_TEXT }, { "is_link", WIRE_VALUE_BOOLEAN }, { "master_file", WIRE_VALUE_TEXT },
  { "group", WIRE_VALUE_TEXT }, { "subgroup", WIRE_VALUE_TEXT }, { "id", WIRE_VALUE_TEXT },
  { "version", WIRE_VALUE_NUMBER }, { "sha256", WIRE_VALUE_TEXT }, { "lock", WIRE_VALUE_LOCK },
  { "changed_outside", WIRE_VALUE_BOOLEAN }, { "missing", WIRE_VALUE_BOOLEAN },
};

static const WireMember data_members[] = {
  { "filename", WIRE_VALUE_TEXT }, { "user", WIRE_VALUE_TEXT }, { "status", WIRE_VALUE_TEXT },
};

static const WireMember transfer_members[] = {
  { "max_chunk", WIRE_VALUE_NUMBER }, { "window", WIRE_VALUE_NUMBER },
};

static const WireMember note_members[] = {
  { "id", WIRE_VALUE_TEXT }, { "sender", WIRE_VALUE_TEXT }, { "message", WIRE_VALUE_TEXT },
  { "timestamp", WIRE_VALUE_TEXT },
};

static const WireMember lock_members[] = {
  { "id", WIRE_VALUE_TEXT }, { "token", WIRE_VALUE_NUMBER }, { "by", WIRE_VALUE_TEXT }, { "station", WIRE_VALUE_TEXT },
  { "since", WIRE_VALUE_TEXT }, { "message", WIRE_VALUE_TEXT }, { "last_seen", WIRE_VALUE_TEXT },
};

/* The filename would be wrong too often for a message to be right. */
static void
put_file (WireMaker *maker)
{
  const gsize start = maker->text->len + 1;

  if (wire_maker_once_in (maker, 3)) {
    wire_maker_object (maker, file_members, G_N_ELEMENTS (file_members));
    return;
  }

  wire_maker_object (maker, file_members + 1, G_N_ELEMENTS (file_members) - 1);
  g_string_insert (maker->text, (gssize) start,
                   maker->text->str[start] == '}' ? "\"filename\":\"1234567_M4.nc\""
                                                  : "\"filename\":\"1234567_M4.nc\",");
}

static void
put_array (WireMaker *maker,
           WireValue  kind)
{
  const gint32 n = g_rand_int_range (maker->rand, 0, 4);

  g_string_append_c (maker->text, '[');

  for (gint32 i = 0; i < n; i++) {
    if (i > 0)
      g_string_append_c (maker->text, ',');
    wire_maker_space (maker);
    if (wire_maker_once_in (maker, 30))
      wire_maker_value (maker, 0);
    else if (kind == WIRE_VALUE_FILES)
      put_file (maker);
    else if (kind == WIRE_VALUE_NOTES)
      wire_maker_object (maker, note_members, G_N_ELEMENTS (note_members));
    else
      wire_maker_text (maker);
    wire_maker_space (maker);
  }

  g_string_append_c (maker->text, ']');
}

void
wire_maker_member_value (WireMaker *maker,
                         WireValue  kind)
{
  if (wire_maker_once_in (maker, 60)) {
    wire_maker_value (maker, 0);
    return;
  }

  switch (kind) {
  case WIRE_VALUE_TEXT:
    wire_maker_text (maker);
    break;
  case WIRE_VALUE_NUMBER:
    put_number (maker);
    break;
  case WIRE_VALUE_BOOLEAN:
    g_string_append (maker->text, g_rand_boolean (maker->rand) ? "true" : "false");
    break;
  case WIRE_VALUE_LOCK:
    if (g_rand_boolean (maker->rand))
      g_string_append (maker->text, "null");
    else
      wire_maker_object (maker, lock_members, G_N_ELEMENTS (lock_members));
    break;
  case WIRE_VALUE_DATA:
    wire_maker_object (maker, data_members, G_N_ELEMENTS (data_members));
    break;
  case WIRE_VALUE_TRANSFER:
    wire_maker_object (maker, transfer_members, G_N_ELEMENTS (transfer_members));
    break;
  case WIRE_VALUE_GROUPS:
    wire_maker_groups (maker);
    break;
  case WIRE_VALUE_NOTES:
  case WIRE_VALUE_TEXTS:
  case WIRE_VALUE_FILES:
  default:
    put_array (maker, kind);
    break;
  }
}

/* An object; mostly with all of its members in the usual order, and without
 * others. */
void
wire_maker_object (WireMaker        *maker,
                   const WireMember *members,
                   gsize             n_members)
{
  const gboolean is_shuffled = wire_maker_once_in (maker, 4);
  const gboolean is_short = g_rand_boolean (maker->rand);
  gboolean is_first = TRUE;

  g_string_append_c (maker->text, '{');

  for (gsize i = 0; i < n_members; i++) {
    const WireMember *member =
      &members[is_shuffled ? (gsize) g_rand_int_range (maker->rand, 0, (gint32) n_members) : i];

    if (i > 0 && is_short && g_rand_boolean (maker->rand))
      continue;

    if (!is_first)
      g_string_append_c (maker->text, ',');
    is_first = FALSE;

    wire_maker_space (maker);
    if (wire_maker_once_in (maker, 50))
      wire_maker_text (maker);
    else
      wire_maker_string (maker, member->name);
    wire_maker_space (maker);
    g_string_append_c (maker->text, ':');
    wire_maker_space (maker);

    if (g_rand_int_range (maker->rand, 0, 5) == 0)
      g_string_append (maker->text, "null");
    else
      wire_maker_member_value (maker, member->kind);
    wire_maker_space (maker);
  }

  g_string_append_c (maker->text, '}');
}

void
wire_maker_groups (WireMaker *maker)
{
  static const char * const groups[] = { "12XXXXX", "Miscellaneous", "", "Fräsen", "12XXXXX", "a\"b" };
  const gint32 n_groups = g_rand_int_range (maker->rand, 0, 4);

  g_string_append_c (maker->text, '{');

  for (gint32 i = 0; i < n_groups; i++) {
    const gint32 n_files = g_rand_int_range (maker->rand, 0, 3);

    if (i > 0)
      g_string_append_c (maker->text, ',');
    wire_maker_space (maker);
    wire_maker_string (maker, WIRE_PICK (maker, groups));
    g_string_append_c (maker->text, ':');
    wire_maker_space (maker);

    if (wire_maker_once_in (maker, 20)) {
      wire_maker_value (maker, 0);
      continue;
    }

    g_string_append_c (maker->text, '[');
    for (gint32 j = 0; j < n_files; j++) {
      if (j > 0)
        g_string_append_c (maker->text, ',');
      wire_maker_space (maker);
      if (wire_maker_once_in (maker, 30))
        wire_maker_value (maker, 0);
      else
        put_file (maker);
      wire_maker_space (maker);
    }
    g_string_append_c (maker->text, ']');
    wire_maker_space (maker);
  }

  g_string_append_c (maker->text, '}');
}
