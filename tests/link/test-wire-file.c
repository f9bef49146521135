/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "test-wire-file"

#include "peg-config.h"

#include "wire-fixture.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* How a FILE becomes an entry, and an entry a FILE. */

#define SINCE_US (G_GINT64_CONSTANT (1795217942) * G_USEC_PER_SEC)

static PegEntry *
read_in_group (const char *group,
               const char *members)
{
  g_autofree char *text = g_strdup_printf ("{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{\"%s\":[{%s}]}}",
                                           group, members);
  g_autoptr (PegWireMessage) message = wire_decode_server (text);

  return peg_entry_ref (wire_only_entry (message));
}

/* A file with nothing but a name. */
static void
test_bare (void)
{
  g_autoptr (PegEntry) entry = read_in_group ("12XXXXX", "\"filename\":\"1234567.mcam\"");
  PegEntryFields f;

  peg_entry_get_fields (entry, &f);
  g_assert_cmpstr (f.filename, ==, "1234567.mcam");
  g_assert_cmpstr (f.group, ==, "12XXXXX");
  g_assert_cmpstr (f.part, ==, "1234567");
  g_assert_null (f.id);
  g_assert_null (f.path);
  g_assert_null (f.description);
  g_assert_null (f.master);
  g_assert_null (f.holder);
  g_assert_null (f.station);
  g_assert_null (f.reason);
  g_assert_null (f.lock_id);
  g_assert_null (f.sha256);
  g_assert_cmpint (f.since_us, ==, 0);
  g_assert_cmpint (f.last_seen_us, ==, 0);
  g_assert_cmpint (f.modified_us, ==, 0);
  g_assert_cmpint (f.size, ==, -1);
  g_assert_cmpuint (f.version, ==, 0);
  g_assert_cmpuint (f.token, ==, 0);
  g_assert_cmpint (f.major, ==, -1);
  g_assert_cmpint (f.minor, ==, -1);
  g_assert_cmpint (f.flags, ==, PEG_ENTRY_PLAIN);
}

/* Everything null, and everything empty, says the same as nothing. */
static void
test_nothing_said (void)
{
  g_autoptr (PegEntry) bare = read_in_group ("A", "\"filename\":\"a\"");
  g_autoptr (PegEntry) null = read_in_group ("A",
    "\"filename\":\"a\",\"path\":null,\"status\":null,\"locked_by\":null,\"locked_at\":null,"
    "\"checkout_message\":null,\"size\":null,\"modified_at\":null,\"description\":null,\"revision\":null,"
    "\"is_link\":null,\"master_file\":null,\"group\":null,\"subgroup\":null,\"id\":null,\"version\":null,"
    "\"lock\":null,\"sha256\":null,\"changed_outside\":null,\"missing\":null");
  g_autoptr (PegEntry) empty = read_in_group ("A",
    "\"filename\":\"a\",\"path\":\"\",\"status\":\"\",\"locked_by\":\"\",\"locked_at\":\"\","
    "\"checkout_message\":\"\",\"modified_at\":\"\",\"description\":\"\",\"revision\":\"\","
    "\"master_file\":\"\",\"group\":\"\",\"subgroup\":\"\",\"id\":\"\",\"sha256\":\"\"");
  g_autoptr (PegEntry) unknown = read_in_group ("A",
    "\"filename\":\"a\",\"colour\":\"red\",\"tags\":[{\"a\":[1,2,null]}],\"x\":1e999");

  g_assert_true (peg_entry_equal (bare, null));
  g_assert_true (peg_entry_equal (bare, empty));
  g_assert_true (peg_entry_equal (bare, unknown));
}

static void
test_locks (void)
{
  static const struct {
    const char *members;
    gboolean is_locked;
    gboolean by_server_user;
    const char *holder;
  } cases[] = {
    { "\"status\":\"unlocked\"", FALSE, FALSE, NULL },
    { "\"status\":\"unlocked\",\"locked_by\":null", FALSE, FALSE, NULL },
    { "\"status\":\"unlocked\",\"locked_by\":\"\"", FALSE, FALSE, NULL },
    { "\"status\":\"unlocked\",\"locked_by\":\"dana\"", TRUE, FALSE, "dana" },
    { "\"status\":\"locked\",\"locked_by\":\"dana\"", TRUE, FALSE, "dana" },
    { "\"status\":\"locked\"", TRUE, FALSE, NULL },
    { "\"status\":\"checked_out_by_user\",\"locked_by\":\"dana\"", TRUE, TRUE, "dana" },
    { "\"status\":\"checked_out_by_user\"", TRUE, TRUE, NULL },
    { "\"status\":\"quarantined\"", FALSE, FALSE, NULL },
    { "\"status\":\"quarantined\",\"locked_by\":\"dana\"", TRUE, FALSE, "dana" },
    { "\"status\":\"LOCKED\"", FALSE, FALSE, NULL },
    { "\"locked_by\":\"dana\"", TRUE, FALSE, "dana" },
    { "\"lock\":null", FALSE, FALSE, NULL },
    { "\"lock\":{}", TRUE, FALSE, NULL },
    { "\"lock\":{\"by\":\"dana\"}", TRUE, FALSE, "dana" },
    { "\"lock\":{\"by\":\"dana\"},\"status\":\"unlocked\"", TRUE, FALSE, "dana" },
    { "\"lock\":{\"by\":\"dana\"},\"status\":\"checked_out_by_user\",\"locked_by\":\"kim\"", TRUE, FALSE, "dana" },
    { "\"lock\":{},\"locked_by\":\"kim\"", TRUE, FALSE, NULL },
    { "\"lock\":null,\"status\":\"locked\",\"locked_by\":\"kim\"", FALSE, FALSE, NULL },
    { "\"lock\":null,\"status\":\"checked_out_by_user\"", FALSE, FALSE, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *members = g_strconcat ("\"filename\":\"a\",", cases[i].members, NULL);
    g_autoptr (PegEntry) entry = read_in_group ("A", members);
    PegEntryFlags flags = peg_entry_get_flags (entry);

    if (peg_entry_is_locked (entry) != cases[i].is_locked ||
        ((flags & PEG_ENTRY_LOCKED_BY_SERVER_USER) != 0) != cases[i].by_server_user ||
        g_strcmp0 (peg_entry_get_holder (entry), cases[i].holder) != 0)
      g_error ("%s became %d, “%s”", cases[i].members, flags, peg_entry_get_holder (entry));
  }
}

static void
test_lock_values (void)
{
  g_autoptr (PegEntry) classic = read_in_group ("A",
    "\"filename\":\"a\",\"status\":\"locked\",\"locked_by\":\"dana\",\"locked_at\":\"2026-11-20T23:39:02\","
    "\"checkout_message\":\"new chamfer\"");
  g_autoptr (PegEntry) newer = read_in_group ("A",
    "\"filename\":\"a\",\"locked_by\":\"kim\",\"locked_at\":\"2001-01-01T00:00:00Z\",\"checkout_message\":\"old\","
    "\"lock\":{\"id\":\"L7\",\"token\":12,\"by\":\"dana\",\"station\":\"VF-4\",\"since\":\"2026-11-20T23:39:02Z\","
    "\"last_seen\":\"2026-11-20T23:39:03Z\"}");
  g_autoptr (PegEntry) unreadable = read_in_group ("A",
    "\"filename\":\"a\",\"locked_by\":\"dana\",\"locked_at\":\"yesterday\",\"modified_at\":1795217942.5");
  PegEntryFields f;

  peg_entry_get_fields (classic, &f);
  g_assert_cmpint (f.since_us, ==, SINCE_US);
  g_assert_cmpstr (f.reason, ==, "new chamfer");

  peg_entry_get_fields (newer, &f);
  g_assert_cmpstr (f.lock_id, ==, "L7");
  g_assert_cmpuint (f.token, ==, 12);
  g_assert_cmpstr (f.holder, ==, "dana");
  g_assert_cmpstr (f.station, ==, "VF-4");
  g_assert_cmpint (f.since_us, ==, SINCE_US);
  g_assert_cmpint (f.last_seen_us, ==, SINCE_US + G_USEC_PER_SEC);
  g_assert_null (f.reason);

  peg_entry_get_fields (unreadable, &f);
  g_assert_cmpstr (f.holder, ==, "dana");
  g_assert_cmpint (f.since_us, ==, 0);
  g_assert_cmpint (f.modified_us, ==, 0);
}

static void
test_revisions (void)
{
  static const struct {
    const char *json;
    int major;
    int minor;
  } cases[] = {
    { "\"1.10\"", 1, 10 }, { "\"1.9\"", 1, 9 }, { "\"3\"", 3, 0 }, { "3", 3, 0 }, { "0", 0, 0 },
    { "\"\"", -1, -1 }, { "\"A\"", -1, -1 }, { "\"1.x\"", -1, -1 }, { "\"v1.2\"", -1, -1 },
    { "\"99999999999.1\"", -1, -1 }, { "1.1", -1, -1 }, { "-1", -1, -1 }, { "99999999999", -1, -1 },
    { "null", -1, -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *members = g_strconcat ("\"filename\":\"a\",\"revision\":", cases[i].json, NULL);
    g_autoptr (PegEntry) entry = read_in_group ("A", members);
    int major, minor;

    g_assert_cmpint (peg_entry_get_revision (entry, &major, &minor), ==, cases[i].major >= 0);
    g_assert_cmpint (major, ==, cases[i].major);
    g_assert_cmpint (minor, ==, cases[i].minor);
  }
}

static void
test_flags (void)
{
  g_autoptr (PegEntry) link = read_in_group ("A", "\"filename\":\"a\",\"is_link\":true,\"master_file\":\"b.nc\"");
  g_autoptr (PegEntry) outside = read_in_group ("A", "\"filename\":\"a\",\"changed_outside\":true");
  g_autoptr (PegEntry) missing = read_in_group ("A", "\"filename\":\"a\",\"missing\":true,\"lock\":{\"by\":\"d\"}");
  g_autoptr (PegEntry) none = read_in_group ("A", "\"filename\":\"a\",\"is_link\":false,\"changed_outside\":false,"
                                                  "\"missing\":false");

  g_assert_cmpint (peg_entry_get_flags (link), ==, PEG_ENTRY_LINK);
  g_assert_cmpstr (peg_entry_get_master (link), ==, "b.nc");
  g_assert_cmpint (peg_entry_get_flags (outside), ==, PEG_ENTRY_CHANGED_OUTSIDE);
  g_assert_cmpint (peg_entry_get_flags (missing), ==, PEG_ENTRY_MISSING | PEG_ENTRY_LOCKED);
  g_assert_cmpint (peg_entry_get_flags (none), ==, PEG_ENTRY_PLAIN);
}

static void
test_sizes (void)
{
  static const struct {
    const char *json;
    gint64 size;
  } cases[] = {
    { "0", 0 }, { "5008", 5008 }, { "5008.0", 5008 }, { "5.008e3", 5008 },
    { "9007199254740991", G_GINT64_CONSTANT (9007199254740991) }, { "null", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *members = g_strconcat ("\"filename\":\"a\",\"size\":", cases[i].json, NULL);
    g_autoptr (PegEntry) entry = read_in_group ("A", members);

    g_assert_cmpint (peg_entry_get_size (entry), ==, cases[i].size);
  }
}

/* The group in which a file is listed counts, whatever the file says. In a
 * delta it has only what it says itself. */
static void
test_groups (void)
{
  g_autoptr (PegEntry) listed = read_in_group ("Fixtures", "\"filename\":\"1234567.nc\",\"group\":\"Other\"");
  g_autoptr (PegEntry) odd = read_in_group ("", "\"filename\":\"1234567.nc\"");
  g_autoptr (PegEntry) escaped = read_in_group ("\\\"\\u00d8\\\\ \\ud83d\\udd27", "\"filename\":\"a\",\"subgroup\":\"S\"");
  g_autoptr (PegWireMessage) delta = wire_decode_server (
    "{\"type\":\"FILES_CHANGED\",\"changed\":[{\"filename\":\"a\",\"group\":\"Other\"},{\"filename\":\"1234567.nc\"}]}");

  g_assert_cmpstr (peg_entry_get_group (listed), ==, "Fixtures");
  g_assert_cmpstr (peg_entry_get_group (odd), ==, "12XXXXX");
  g_assert_cmpstr (peg_entry_get_group (escaped), ==, "\"Ø\\ 🔧");
  g_assert_cmpstr (peg_entry_get_part (escaped), ==, "S");

  g_assert_cmpuint (delta->entries->len, ==, 2);
  g_assert_cmpstr (peg_entry_get_group (g_ptr_array_index (delta->entries, 0)), ==, "Other");
  g_assert_cmpstr (peg_entry_get_group (g_ptr_array_index (delta->entries, 1)), ==, "12XXXXX");
}

/* A name is text to be shown, never a place on the disk: any is kept. */
static void
test_odd_names (void)
{
  static const struct {
    const char *json;
    const char *name;
  } cases[] = {
    { "../../etc/passwd", "../../etc/passwd" },
    { "..", ".." },
    { "/", "/" },
    { "a/b\\\\c", "a/b\\c" },
    { "C:\\\\CON", "C:\\CON" },
    { "<b>%s%n</b>&amp;", "<b>%s%n</b>&amp;" },
    { " ", " " },
    { "a\\nb\\u0007\\u007f", "a\nb\a\x7f" },
    { "\\u2028\\u202e.nc", "\u2028\u202e.nc" },
    { "\\ud83d\\udd27\\uD83D\\uDD27", "🔧🔧" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *members = g_strdup_printf ("\"filename\":\"%s\",\"path\":\"%s\"", cases[i].json, cases[i].json);
    g_autoptr (PegEntry) entry = read_in_group ("A", members);

    g_assert_cmpstr (peg_entry_get_filename (entry), ==, cases[i].name);
    g_assert_cmpstr (peg_entry_get_path (entry), ==, cases[i].name);
  }
}

/* Half a surrogate pair, as Python writes a file name that is not UTF-8, is
 * shown as what cannot be shown. */
static void
test_half_pairs (void)
{
  static const struct {
    const char *json;
    const char *name;
  } cases[] = {
    { "b\\udce4r.nc", "b\ufffdr.nc" },
    { "\\ud83d", "\ufffd" },
    { "\\ud83dx", "\ufffdx" },
    { "\\ud83d\\n", "\ufffd\n" },
    { "\\ud83d\\u0041", "\ufffdA" },
    { "\\ud83d\\ud83d\\udd27", "\ufffd🔧" },
    { "\\udd27\\ud83d", "\ufffd\ufffd" },
    { "\\\\ud83d", "\\ud83d" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *members = g_strdup_printf ("\"filename\":\"%s\"", cases[i].json);
    g_autoptr (PegEntry) entry = read_in_group ("A", members);

    g_assert_cmpstr (peg_entry_get_filename (entry), ==, cases[i].name);
  }
}

/* Of two members with one name the last counts; a file in two groups is two
 * files to the wire. */
static void
test_twice (void)
{
  g_autoptr (PegEntry) entry = read_in_group ("A", "\"filename\":\"a\",\"size\":1,\"filename\":\"b\",\"size\":2");
  g_autoptr (PegWireMessage) message = wire_decode_server (
    "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{\"B\":[{\"filename\":\"a\"}],\"A\":[{\"filename\":\"a\"}]}}");

  g_assert_cmpstr (peg_entry_get_filename (entry), ==, "b");
  g_assert_cmpint (peg_entry_get_size (entry), ==, 2);

  g_assert_cmpuint (message->entries->len, ==, 2);
  g_assert_cmpstr (peg_entry_get_group (g_ptr_array_index (message->entries, 0)), ==, "B");
  g_assert_cmpstr (peg_entry_get_group (g_ptr_array_index (message->entries, 1)), ==, "A");
}

static void
test_placeholder (void)
{
  static const struct {
    const char *payload;
    gboolean placeholder;
  } cases[] = {
    { "{\"Miscellaneous\":[]}", TRUE },
    { "{}", FALSE },
    { "{\"Miscellaneous\":null}", FALSE },
    { "{\"Miscellaneous\":[],\"12XXXXX\":[]}", FALSE },
    { "{\"12XXXXX\":[]}", FALSE },
    { "{\"Miscellaneous\":[{\"filename\":\"a\"}]}", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = g_strdup_printf ("{\"type\":\"FILE_LIST_UPDATED\",\"payload\":%s}", cases[i].payload);
    g_autoptr (PegWireMessage) message = wire_decode_server (text);

    if (message->placeholder != cases[i].placeholder)
      g_error ("%s: %d", text, message->placeholder);
  }
}

static PegEntry *
new_full_entry (void)
{
  PegEntryFields f = PEG_ENTRY_FIELDS_INIT;

  f.filename = "1234567_AB12.mcam";
  f.id = "f1";
  f.path = "12XXXXX/1234567_AB12.mcam";
  f.group = "12XXXXX";
  f.part = "1234567";
  f.description = "BRACKET “OP2”";
  f.master = "1234567.mcam";
  f.holder = "dana";
  f.station = "VF-4";
  f.reason = "chamfer\n\\ 2 × 45°";
  f.lock_id = "L7";
  f.sha256 = "ab";
  f.since_us = SINCE_US;
  f.last_seen_us = SINCE_US + 1;
  f.modified_us = SINCE_US - 1;
  f.size = 20008;
  f.version = 77;
  f.token = 12;
  f.major = 2;
  f.minor = 10;
  f.flags = PEG_ENTRY_LINK | PEG_ENTRY_CHANGED_OUTSIDE | PEG_ENTRY_MISSING;

  return peg_entry_new (&f);
}

#define CLASSIC_MEMBERS \
  "\"filename\":\"1234567_AB12.mcam\",\"path\":\"12XXXXX/1234567_AB12.mcam\",\"status\":\"locked\"," \
  "\"locked_by\":\"dana\",\"locked_at\":\"2026-11-20T23:39:02.000000+00:00\"," \
  "\"checkout_message\":\"chamfer\\n\\\\ 2 × 45°\",\"size\":20008," \
  "\"modified_at\":\"2026-11-20T23:39:01.999999+00:00\",\"description\":\"BRACKET “OP2”\"," \
  "\"revision\":\"2.10\",\"is_link\":true,\"master_file\":\"1234567.mcam\",\"group\":\"12XXXXX\"," \
  "\"subgroup\":\"1234567\""

/* To the letter, because browser UIs are on the other side. */
static void
test_written (void)
{
  g_autoptr (PegWireMessage) message = peg_wire_message_new (PEG_WIRE_FILE_LIST);
  g_autofree char *classic = NULL;
  g_autofree char *newer = NULL;

  message->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  g_ptr_array_add (message->entries, new_full_entry ());
  message->epoch = g_strdup ("e1");
  message->seq = 9;
  message->has_position = TRUE;

  classic = peg_wire_encode (message, PEG_DIALECT_CLASSIC, NULL);
  g_assert_cmpstr (classic, ==,
                   "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{\"12XXXXX\":[{" CLASSIC_MEMBERS "}]}}");

  newer = peg_wire_encode (message, PEG_DIALECT_PEGBOARD_1, NULL);
  g_assert_cmpstr (newer, ==,
                   "{\"type\":\"FILE_LIST_UPDATED\",\"epoch\":\"e1\",\"seq\":9,\"payload\":{\"12XXXXX\":[{"
                   CLASSIC_MEMBERS ",\"id\":\"f1\",\"version\":77,\"sha256\":\"ab\","
                   "\"lock\":{\"id\":\"L7\",\"token\":12,\"by\":\"dana\",\"station\":\"VF-4\","
                   "\"since\":\"2026-11-20T23:39:02.000000+00:00\",\"message\":\"chamfer\\n\\\\ 2 × 45°\","
                   "\"last_seen\":\"2026-11-20T23:39:02.000001+00:00\"},"
                   "\"changed_outside\":true,\"missing\":true}]}}");
}

static void
test_written_bare (void)
{
  PegEntryFields f = PEG_ENTRY_FIELDS_INIT;
  g_autoptr (PegWireMessage) message = peg_wire_message_new (PEG_WIRE_FILE_LIST);
  g_autofree char *text = NULL;

  f.filename = "plate.nc";
  message->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  g_ptr_array_add (message->entries, peg_entry_new (&f));

  text = peg_wire_encode (message, PEG_DIALECT_PEGBOARD_1, NULL);
  g_assert_cmpstr (text, ==,
                   "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{\"Miscellaneous\":[{\"filename\":\"plate.nc\","
                   "\"path\":null,\"status\":\"unlocked\",\"locked_by\":null,\"locked_at\":null,"
                   "\"checkout_message\":\"\",\"size\":null,\"modified_at\":null,\"description\":null,"
                   "\"revision\":null,\"is_link\":false,\"master_file\":null,\"group\":\"Miscellaneous\","
                   "\"subgroup\":null,\"id\":null,\"version\":0,\"sha256\":null,\"lock\":null,"
                   "\"changed_outside\":false,\"missing\":false}]}}");
}

/* All of an entry survives the newer dialect, in a list and in a delta. */
static void
test_kept (void)
{
  static const PegWireKind kinds[] = { PEG_WIRE_FILE_LIST, PEG_WIRE_FILES_CHANGED };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (PegWireMessage) message = peg_wire_message_new (kinds[i]);
    g_autoptr (PegWireMessage) again = NULL;
    g_autofree char *text = NULL;

    message->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
    g_ptr_array_add (message->entries, new_full_entry ());

    text = peg_wire_encode (message, PEG_DIALECT_PEGBOARD_1, NULL);
    again = wire_decode_server (text);
    wire_assert_entries (message->entries, again->entries);
  }
}

/* Files that come in any order leave by group, in the order of their first. */
static void
test_by_group (void)
{
  static const char * const names[] = { "b.nc", "1234567.nc", "a.nc", "5512345.nc", "1234568.nc" };
  g_autoptr (PegWireMessage) message = peg_wire_message_new (PEG_WIRE_FILE_LIST);
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GString) order = g_string_new (NULL);
  JsonObjectIter iter;
  const char *group;
  JsonNode *node;

  message->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    PegEntryFields f = PEG_ENTRY_FIELDS_INIT;

    f.filename = names[i];
    g_ptr_array_add (message->entries, peg_entry_new (&f));
  }

  text = peg_wire_encode (message, PEG_DIALECT_CLASSIC, NULL);
  root = json_from_string (text, &error);
  g_assert_no_error (error);

  json_object_iter_init_ordered (&iter, json_object_get_object_member (json_node_get_object (root), "payload"));
  while (json_object_iter_next_ordered (&iter, &group, &node)) {
    JsonArray *files = json_node_get_array (node);

    g_string_append_printf (order, "%s:", group);
    for (guint i = 0; i < json_array_get_length (files); i++) {
      JsonObject *file = json_array_get_object_element (files, i);

      g_string_append_printf (order, " %s", json_object_get_string_member (file, "filename"));
      g_assert_cmpstr (json_object_get_string_member (file, "group"), ==, group);
    }
    g_string_append (order, "; ");
  }

  g_assert_cmpstr (order->str, ==,
                   "Miscellaneous: b.nc a.nc; 12XXXXX: 1234567.nc 1234568.nc; 55XXXXX: 5512345.nc; ");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/file/bare", test_bare);
  g_test_add_func ("/wire/file/nothing-said", test_nothing_said);
  g_test_add_func ("/wire/file/locks", test_locks);
  g_test_add_func ("/wire/file/lock-values", test_lock_values);
  g_test_add_func ("/wire/file/revisions", test_revisions);
  g_test_add_func ("/wire/file/flags", test_flags);
  g_test_add_func ("/wire/file/sizes", test_sizes);
  g_test_add_func ("/wire/file/groups", test_groups);
  g_test_add_func ("/wire/file/odd-names", test_odd_names);
  g_test_add_func ("/wire/file/half-pairs", test_half_pairs);
  g_test_add_func ("/wire/file/twice", test_twice);
  g_test_add_func ("/wire/file/placeholder", test_placeholder);
  g_test_add_func ("/wire/file/written", test_written);
  g_test_add_func ("/wire/file/written-bare", test_written_bare);
  g_test_add_func ("/wire/file/kept", test_kept);
  g_test_add_func ("/wire/file/by-group", test_by_group);

  return g_test_run ();
}
