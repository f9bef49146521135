/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "test-wire-messages"

#include "peg-config.h"

#include "wire-fixture.h"

#include <string.h>

/* Every kind of message, there and back. */

static gboolean
is_from_client (PegWireKind kind)
{
  return kind >= PEG_WIRE_SET_USER;
}

static GPtrArray *
new_entries (void)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  PegEntryFields f = PEG_ENTRY_FIELDS_INIT;

  f.filename = "1234567.mcam";
  f.path = "12XXXXX/1234567.mcam";
  f.holder = "dana";
  f.since_us = G_USEC_PER_SEC;
  f.size = 1;
  g_ptr_array_add (entries, peg_entry_new (&f));

  f.filename = "plate.nc";
  f.path = "plate.nc";
  f.holder = NULL;
  g_ptr_array_add (entries, peg_entry_new (&f));

  return entries;
}

static GPtrArray *
new_notes (void)
{
  GPtrArray *notes = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_note_unref);

  g_ptr_array_add (notes, peg_note_new (&(PegNote) {
    .id = (char *) "n1", .sender = (char *) "kim", .text = (char *) "“Hi”\n", .when_us = 5,
  }));
  g_ptr_array_add (notes, peg_note_new (&(PegNote) { .id = (char *) "n2", .text = (char *) "" }));

  return notes;
}

/* The smallest message of a kind that may go over the wire. */
static PegWireMessage *
new_least (PegWireKind kind)
{
  PegWireMessage *message = peg_wire_message_new (kind);

  switch ((int) kind) {
  case PEG_WIRE_FILE_LIST:
  case PEG_WIRE_FILES_CHANGED:
    message->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
    break;
  case PEG_WIRE_HELLO_OK:
    message->epoch = g_strdup ("e");
    message->has_position = TRUE;
    break;
  case PEG_WIRE_NOTES:
    message->notes = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_note_unref);
    break;
  case PEG_WIRE_DIGEST:
    message->hash = g_strdup ("h");
    break;
  case PEG_WIRE_SUBSCRIBE:
  case PEG_WIRE_UNSUBSCRIBE:
    message->channel = g_strdup ("c");
    break;
  case PEG_WIRE_AUTH:
    message->token = g_strdup ("t");
    break;
  case PEG_WIRE_SET_USER:
  case PEG_WIRE_REFRESH_FILES:
    message->plain = TRUE;
    break;
  default:
    break;
  }

  if (kind == PEG_WIRE_FILES_CHANGED)
    message->removed = g_new0 (char *, 1);

  return message;
}

static void
fill_in_server (PegWireMessage *message)
{
  message->server_us = G_GINT64_CONSTANT (1795217942000001);

  switch ((int) message->kind) {
  case PEG_WIRE_FILES_CHANGED:
    g_strfreev (message->removed);
    message->removed = g_strdupv ((char *[]) { (char *) "a/b.nc", (char *) "", (char *) "\"", NULL });
    message->cause = PEG_CAUSE_CHECK_IN;
    message->user = g_strdup ("dana");
    G_GNUC_FALLTHROUGH;
  case PEG_WIRE_FILE_LIST:
    g_ptr_array_unref (message->entries);
    message->entries = new_entries ();
    message->epoch = g_strdup ("e");
    message->seq = G_GUINT64_CONSTANT (9007199254740991);
    message->has_position = TRUE;
    break;
  case PEG_WIRE_HELLO_OK:
    message->seq = 12;
    message->recovered = TRUE;
    message->user = g_strdup ("dana");
    message->name = g_strdup ("Halle 2");
    message->ping_ms = 20000;
    message->retry_window_ms = 5000;
    message->poll_ms = G_MAXUINT;
    message->present = g_strdupv ((char *[]) { (char *) "dana", (char *) "“Kim”", NULL });
    break;
  case PEG_WIRE_PONG:
    message->id = 7;
    break;
  case PEG_WIRE_NOTES:
    g_ptr_array_unref (message->notes);
    message->notes = new_notes ();
    break;
  case PEG_WIRE_PRESENCE:
    message->user = g_strdup ("dana");
    message->here = TRUE;
    break;
  case PEG_WIRE_INVALIDATE:
    message->type = g_strdup ("file_locked");
    message->file = g_strdup ("a.nc");
    message->user = g_strdup ("dana");
    break;
  case PEG_WIRE_PROGRESS:
    message->job = g_strdup ("j7");
    message->progress = 12.25;
    message->eta_s = 90;
    message->file = g_strdup ("a.nc");
    message->text = g_strdup ("Fetching");
    break;
  case PEG_WIRE_NOTIFICATION:
    message->text = g_strdup ("<b>50 %s</b>");
    message->code = g_strdup ("warning");
    break;
  case PEG_WIRE_AUTH_RESULT:
    message->here = TRUE;
    message->user = g_strdup ("dana");
    message->text = g_strdup ("Hello");
    break;
  case PEG_WIRE_DIGEST:
    message->seq = 3;
    break;
  case PEG_WIRE_ERROR_MESSAGE:
    message->code = g_strdup ("too_slow");
    message->text = g_strdup ("Too slow");
    break;
  default:
    break;
  }
}

static void
fill_in_client (PegWireMessage *message)
{
  switch ((int) message->kind) {
  case PEG_WIRE_SET_USER:
    message->user = g_strdup ("Dana Ø: 100 %");
    break;
  case PEG_WIRE_PING:
    message->id = 7;
    break;
  case PEG_WIRE_HELLO:
    message->name = g_strdup ("pegboard 0.1.0");
    message->user = g_strdup ("dana");
    message->locale = g_strdup ("uk_UA");
    message->topics = g_strdupv ((char *[]) { (char *) "files", (char *) "notes", NULL });
    message->epoch = g_strdup ("e");
    message->seq = 12;
    message->has_position = TRUE;
    break;
  case PEG_WIRE_REPLAY:
    message->seq = 12;
    break;
  default:
    break;
  }
}

static PegWireMessage *
decode (const PegWireMessage *like,
        const char           *text)
{
  return is_from_client (like->kind) ? wire_decode_client (text) : wire_decode_server (text);
}

/* The newer dialect keeps everything. What classic leaves out it leaves out
 * again the second time: nothing else is lost or changed. */
static void
check_both_ways (const PegWireMessage *message)
{
  gsize length;
  g_autofree char *newer = peg_wire_encode (message, PEG_DIALECT_PEGBOARD_1, &length);
  g_autofree char *classic = peg_wire_encode (message, PEG_DIALECT_CLASSIC, NULL);
  g_autofree char *classic_again = NULL;
  g_autoptr (PegWireMessage) from_newer = decode (message, newer);
  g_autoptr (PegWireMessage) from_classic = decode (message, classic);

  g_assert_cmpuint (length, ==, strlen (newer));
  wire_assert_messages (message, from_newer);

  classic_again = peg_wire_encode (from_classic, PEG_DIALECT_CLASSIC, NULL);
  g_assert_cmpstr (classic, ==, classic_again);
  g_assert_cmpint (message->kind, ==, from_classic->kind);
}

static void
test_least (void)
{
  for (PegWireKind kind = PEG_WIRE_UNKNOWN; kind <= PEG_WIRE_DIGEST_REQUEST; kind++) {
    g_autoptr (PegWireMessage) message = new_least (kind);

    check_both_ways (message);
  }
}

static void
test_full (void)
{
  for (PegWireKind kind = PEG_WIRE_UNKNOWN; kind <= PEG_WIRE_DIGEST_REQUEST; kind++) {
    g_autoptr (PegWireMessage) message = new_least (kind);

    if (is_from_client (kind))
      fill_in_client (message);
    else if (kind != PEG_WIRE_UNKNOWN)
      fill_in_server (message);

    check_both_ways (message);
  }
}

/* What exists as plain text too. */
static void
test_plain (void)
{
  static const struct {
    gboolean client;
    const char *text;
    PegWireKind kind;
    const char *type;
    const char *file;
    const char *code;
    const char *user;
  } cases[] = {
    { FALSE, "pong", PEG_WIRE_PONG, "pong", NULL, NULL, NULL },
    { FALSE, "FILE_STATUS_CHANGED:a.nc:locked:dana", PEG_WIRE_INVALIDATE, "FILE_STATUS_CHANGED", "a.nc", "locked", "dana" },
    { FALSE, "FILE_STATUS_CHANGED:C:a:b.nc:unlocked:dana", PEG_WIRE_INVALIDATE, "FILE_STATUS_CHANGED", "C:a:b.nc", "unlocked", "dana" },
    { FALSE, "FILE_STATUS_CHANGED:a.nc::", PEG_WIRE_INVALIDATE, "FILE_STATUS_CHANGED", "a.nc", NULL, NULL },
    { FALSE, "FILE_COMMITTED:a:b.nc", PEG_WIRE_INVALIDATE, "FILE_COMMITTED", "a:b.nc", NULL, NULL },
    { FALSE, "FILE_ADDED:a.nc", PEG_WIRE_INVALIDATE, "FILE_ADDED", "a.nc", NULL, NULL },
    { FALSE, "FILE_ADDED:", PEG_WIRE_INVALIDATE, "FILE_ADDED", NULL, NULL, NULL },
    { TRUE, "ping", PEG_WIRE_PING, "ping", NULL, NULL, NULL },
    { TRUE, "REFRESH_FILES", PEG_WIRE_REFRESH_FILES, "REFRESH_FILES", NULL, NULL, NULL },
    { TRUE, "SET_USER:dana", PEG_WIRE_SET_USER, "SET_USER", NULL, NULL, "dana" },
    { TRUE, "SET_USER:a:b ", PEG_WIRE_SET_USER, "SET_USER", NULL, NULL, "a:b " },
    { TRUE, "SET_USER:", PEG_WIRE_SET_USER, "SET_USER", NULL, NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (PegWireMessage) message = NULL;
    g_autofree char *again = NULL;

    message = cases[i].client ? wire_decode_client (cases[i].text) : wire_decode_server (cases[i].text);
    g_assert_true (message->plain);
    g_assert_cmpint (message->kind, ==, cases[i].kind);
    g_assert_cmpstr (message->type, ==, cases[i].type);
    g_assert_cmpstr (message->file, ==, cases[i].file);
    g_assert_cmpstr (message->code, ==, cases[i].code);
    g_assert_cmpstr (message->user, ==, cases[i].user);

    again = peg_wire_encode (message, PEG_DIALECT_CLASSIC, NULL);
    g_assert_cmpstr (again, ==, cases[i].text);
  }
}

/* The oldest servers do not always tell all three. */
static void
test_plain_short (void)
{
  g_autoptr (PegWireMessage) message = wire_decode_server ("FILE_STATUS_CHANGED:a.nc:locked");
  g_autoptr (PegWireMessage) shorter = wire_decode_server ("FILE_STATUS_CHANGED:a.nc");

  g_assert_cmpstr (message->file, ==, "a.nc:locked");
  g_assert_null (message->user);
  g_assert_cmpstr (shorter->file, ==, "a.nc");
}

/* The same, as JSON, where it exists as both. */
static void
test_pings (void)
{
  g_autoptr (PegWireMessage) bare = wire_decode_client (" {\"type\":\"ping\"}\n");
  g_autoptr (PegWireMessage) numbered = wire_decode_client ("{\"id\":42,\"type\":\"ping\"}");
  g_autofree char *text = NULL;

  g_assert_cmpint (bare->kind, ==, PEG_WIRE_PING);
  g_assert_false (bare->plain);
  g_assert_cmpint (bare->id, ==, -1);
  g_assert_cmpint (numbered->id, ==, 42);

  text = peg_wire_encode (bare, PEG_DIALECT_CLASSIC, NULL);
  g_assert_cmpstr (text, ==, "{\"type\":\"ping\"}");
}

/* Each side knows only what the other may say. */
static void
test_unknown (void)
{
  static const struct {
    gboolean client;
    const char *text;
    const char *type;
  } cases[] = {
    { FALSE, "{\"type\":\"weather\",\"payload\":[{\"a\":null}],\"timestamp\":[]}", "weather" },
    { FALSE, "{\"type\":\"ping\"}", "ping" },
    { FALSE, "{\"type\":\"hello\"}", "hello" },
    { FALSE, "{\"type\":\"file_list_updated\",\"payload\":3}", "file_list_updated" },
    { TRUE, "{\"type\":\"pong\"}", "pong" },
    { TRUE, "{\"type\":\"FILE_LIST_UPDATED\"}", "FILE_LIST_UPDATED" },
    { TRUE, "{\"type\":\"SET_USER\"}", "SET_USER" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (PegWireMessage) message = NULL;

    message = cases[i].client ? wire_decode_client (cases[i].text) : wire_decode_server (cases[i].text);
    g_assert_cmpint (message->kind, ==, PEG_WIRE_UNKNOWN);
    g_assert_cmpstr (message->type, ==, cases[i].type);
  }
}

static void
test_causes (void)
{
  g_autoptr (GEnumClass) causes = g_type_class_ref (PEG_TYPE_CAUSE);
  g_autoptr (PegWireMessage) unknown = NULL;
  g_autoptr (PegWireMessage) none = NULL;

  for (guint i = 0; i < causes->n_values; i++) {
    g_autofree char *text = g_strdup_printf ("{\"type\":\"FILES_CHANGED\",\"cause\":\"%s\"}",
                                             causes->values[i].value_nick);
    g_autoptr (PegWireMessage) message = wire_decode_server (text);
    g_autofree char *again = peg_wire_encode (message, PEG_DIALECT_PEGBOARD_1, NULL);
    g_autofree char *expected = g_strdup_printf ("\"cause\":\"%s\"", causes->values[i].value_nick);

    g_assert_cmpint (message->cause, ==, causes->values[i].value);
    g_assert_nonnull (strstr (again, expected));
  }

  unknown = wire_decode_server ("{\"type\":\"FILES_CHANGED\",\"cause\":\"CHECK-OUT\"}");
  g_assert_cmpint (unknown->cause, ==, PEG_CAUSE_UNKNOWN);
  none = wire_decode_server ("{\"type\":\"FILES_CHANGED\",\"cause\":null}");
  g_assert_cmpint (none->cause, ==, PEG_CAUSE_UNKNOWN);
}

/* Half a position is none: resuming from it would lose something. */
static void
test_positions (void)
{
  static const struct {
    const char *members;
    gboolean has_position;
  } cases[] = {
    { "", FALSE },
    { ",\"epoch\":\"e\"", FALSE },
    { ",\"seq\":4", FALSE },
    { ",\"epoch\":\"\",\"seq\":4", FALSE },
    { ",\"epoch\":\"e\",\"seq\":null", FALSE },
    { ",\"epoch\":\"e\",\"seq\":0", TRUE },
    { ",\"epoch\":\"e\",\"seq\":4", TRUE },
  };
  static const char * const types[] = {
    "\"FILE_LIST_UPDATED\",\"payload\":{}", "\"FILES_CHANGED\"",
  };

  for (guint t = 0; t < G_N_ELEMENTS (types); t++) {
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
      g_autofree char *text = g_strdup_printf ("{\"type\":%s%s}", types[t], cases[i].members);
      g_autoptr (PegWireMessage) message = wire_decode_server (text);

      if (message->has_position != cases[i].has_position)
        g_error ("%s: %d", text, message->has_position);
      g_assert_cmpint (message->epoch != NULL, ==, cases[i].has_position);
      if (!cases[i].has_position)
        g_assert_cmpuint (message->seq, ==, 0);
    }
  }
}

/* Identities of notes are text, however they are written. */
static void
test_note_ids (void)
{
  g_autoptr (PegWireMessage) message = wire_decode_server (
    "{\"type\":\"NEW_MESSAGES\",\"payload\":[{\"id\":0},{\"id\":17},{\"id\":9223372036854775807},{\"id\":\"x\","
    "\"timestamp\":\"soon\"}]}");
  static const char * const ids[] = { "0", "17", "9223372036854775807", "x" };
  g_autoptr (PegWireMessage) empty = wire_decode_server ("{\"type\":\"NEW_MESSAGES\",\"payload\":null}");

  g_assert_cmpuint (message->notes->len, ==, G_N_ELEMENTS (ids));
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    const PegNote *note = g_ptr_array_index (message->notes, i);

    g_assert_cmpstr (note->id, ==, ids[i]);
    g_assert_cmpstr (note->text, ==, "");
    g_assert_null (note->sender);
    g_assert_cmpint (note->when_us, ==, 0);
  }

  g_assert_cmpuint (empty->notes->len, ==, 0);
}

static void
test_presence (void)
{
  g_autoptr (PegWireMessage) came = wire_decode_server ("{\"type\":\"USER_LOGGED_IN\",\"username\":\"kim\"}");
  g_autoptr (PegWireMessage) went = wire_decode_server ("{\"type\":\"user_disconnected\",\"username\":null}");

  g_assert_cmpint (came->kind, ==, PEG_WIRE_PRESENCE);
  g_assert_true (came->here);
  g_assert_cmpstr (came->user, ==, "kim");
  g_assert_cmpint (went->kind, ==, PEG_WIRE_PRESENCE);
  g_assert_false (went->here);
  g_assert_null (went->user);
}

static void
test_invalidations (void)
{
  static const struct {
    const char *text;
    const char *file;
    const char *user;
  } cases[] = {
    { "{\"type\":\"file_locked\",\"data\":{\"filename\":\"a.nc\",\"user\":\"kim\"}}", "a.nc", "kim" },
    { "{\"type\":\"file_unlocked\",\"data\":{\"filename\":7}}", NULL, NULL },
    { "{\"type\":\"file_deleted\",\"data\":\"a.nc\"}", NULL, NULL },
    { "{\"type\":\"update_requested\"}", NULL, NULL },
    { "{\"type\":\"update\",\"data\":[1]}", NULL, NULL },
    { "{\"type\":\"delete\",\"id\":\"a.nc\"}", "a.nc", NULL },
    { "{\"type\":\"delete\",\"id\":7}", NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (PegWireMessage) message = wire_decode_server (cases[i].text);

    g_assert_cmpint (message->kind, ==, PEG_WIRE_INVALIDATE);
    g_assert_cmpstr (message->file, ==, cases[i].file);
    g_assert_cmpstr (message->user, ==, cases[i].user);
  }
}

static void
test_progress (void)
{
  static const struct {
    const char *members;
    double progress;
    gint64 eta_s;
    gboolean done;
    const char *code;
  } cases[] = {
    { "processing_progress\"", -1, -1, FALSE, NULL },
    { "processing_progress\",\"progress\":0,\"eta\":0", 0, 0, FALSE, NULL },
    { "processing_progress\",\"progress\":33.5,\"eta\":12.9", 33.5, 12, FALSE, NULL },
    { "processing_progress\",\"progress\":1e300,\"eta\":1e300", 100, G_MAXINT, FALSE, NULL },
    { "processing_progress\",\"progress\":-4,\"eta\":-4", 0, -1, FALSE, NULL },
    { "processing_progress\",\"progress\":\"half\",\"eta\":\"00:02\"", -1, -1, FALSE, NULL },
    { "processing_progress\",\"progress\":[],\"eta\":{}", -1, -1, FALSE, NULL },
    { "processing_complete\",\"progress\":50", -1, -1, TRUE, NULL },
    { "processing_error\",\"error\":\"disk full\"", -1, -1, TRUE, "error" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = g_strdup_printf ("{\"type\":\"%s}", cases[i].members);
    g_autoptr (PegWireMessage) message = wire_decode_server (text);

    g_assert_cmpint (message->kind, ==, PEG_WIRE_PROGRESS);
    g_assert_cmpfloat_with_epsilon (message->progress, cases[i].progress, 1e-9);
    g_assert_cmpint (message->eta_s, ==, cases[i].eta_s);
    g_assert_cmpint (message->done, ==, cases[i].done);
    g_assert_cmpstr (message->code, ==, cases[i].code);
  }
}

/* An offer of binary frames counts only when it is whole. */
static void
test_transfer (void)
{
  static const struct {
    const char *json;
    guint max_chunk;
    guint window;
  } cases[] = {
    { "{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":0}", 0, 0 },
    { "{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":0,"
      "\"transfer\":{\"max_chunk\":32768,\"window\":262144}}", 32768, 262144 },
    { "{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":0,"
      "\"transfer\":{\"max_chunk\":32768,\"window\":1}}", 0, 0 },
    { "{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":0,"
      "\"transfer\":{\"max_chunk\":0,\"window\":1}}", 0, 0 },
  };
  g_autoptr (PegWireMessage) hello = wire_decode_client ("{\"type\":\"hello\",\"transfer\":true}");
  g_autoptr (PegWireMessage) silent = wire_decode_client ("{\"type\":\"hello\"}");

  g_assert_true (hello->transfer);
  g_assert_false (silent->transfer);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (PegWireMessage) message = wire_decode_server (cases[i].json);

    g_assert_cmpuint (message->max_chunk, ==, cases[i].max_chunk);
    g_assert_cmpuint (message->transfer_window, ==, cases[i].window);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/messages/least", test_least);
  g_test_add_func ("/wire/messages/full", test_full);
  g_test_add_func ("/wire/messages/plain", test_plain);
  g_test_add_func ("/wire/messages/plain-short", test_plain_short);
  g_test_add_func ("/wire/messages/pings", test_pings);
  g_test_add_func ("/wire/messages/unknown", test_unknown);
  g_test_add_func ("/wire/messages/causes", test_causes);
  g_test_add_func ("/wire/messages/positions", test_positions);
  g_test_add_func ("/wire/messages/note-ids", test_note_ids);
  g_test_add_func ("/wire/messages/presence", test_presence);
  g_test_add_func ("/wire/messages/invalidations", test_invalidations);
  g_test_add_func ("/wire/messages/progress", test_progress);
  g_test_add_func ("/wire/messages/transfer", test_transfer);

  return g_test_run ();
}
