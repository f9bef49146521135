/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "test-wire-rest"

#include "peg-config.h"

#include "peg-wire-rest.h"
#include "peg-wire-session.h"

#include "peg-revision.h"
#include "wire-fixture.h"

#include <string.h>

#define NOW_US (G_GINT64_CONSTANT (1795217942) * G_USEC_PER_SEC)

static void
test_config (void)
{
  const PegWireConfig config = {
    .user = (char *) "dana",
    .name = (char *) "Halle „2“",
    .server = (char *) "pegboardd/0.1.0",
    .role = (char *) "lead",
    .is_admin = TRUE,
    .has_token = TRUE,
    .sign_in = TRUE,
  };
  g_autofree char *text = peg_wire_encode_config (&config);
  g_autoptr (PegWireConfig) again = NULL;
  g_autoptr (PegWireConfig) empty = NULL;
  g_autoptr (GError) error = NULL;

  again = peg_wire_decode_config (text, strlen (text), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (again->user, ==, config.user);
  g_assert_cmpstr (again->name, ==, config.name);
  g_assert_cmpstr (again->server, ==, config.server);
  g_assert_cmpstr (again->role, ==, config.role);
  g_assert_true (again->is_admin);
  g_assert_true (again->has_token);
  g_assert_true (again->sign_in);

  empty = peg_wire_decode_config ("{}", 2, &error);
  g_assert_no_error (error);
  g_assert_null (empty->user);
  g_assert_false (empty->is_admin);
  g_assert_null (empty->role);
  g_assert_false (empty->sign_in);
}

/* A server that signs in calls the token one thing or the other. */
static void
test_session (void)
{
  const PegWireSession session = {
    .token = (char *) "a.b.c",
    .user = (char *) "dana",
    .role = (char *) "machinist",
    .expires_s = 43200,
  };
  static const char classic[] = "{\"access_token\":\"x\",\"token_type\":\"bearer\"}";
  static const char none[] = "{\"status\":\"success\",\"token\":null}";
  g_autofree char *text = peg_wire_encode_session (&session);
  g_autoptr (PegWireSession) again = NULL;
  g_autoptr (PegWireSession) other = NULL;
  g_autoptr (GError) error = NULL;

  again = peg_wire_decode_session (text, strlen (text), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (again->token, ==, "a.b.c");
  g_assert_cmpstr (again->user, ==, "dana");
  g_assert_cmpstr (again->role, ==, "machinist");
  g_assert_cmpuint (again->expires_s, ==, 43200);
  g_assert_false (again->is_admin);

  other = peg_wire_decode_session (classic, strlen (classic), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (other->token, ==, "x");
  g_assert_cmpuint (other->expires_s, ==, 0);

  g_assert_null (peg_wire_decode_session (none, strlen (none), &error));
  g_assert_error (error, PEG_WIRE_ERROR, PEG_WIRE_ERROR_MISSING);
}

static void
test_credentials (void)
{
  static const char good[] = "{\"username\":\"dana\",\"password\":\"peg_1\"}";
  static const char bad[] = "{\"username\":[\"dana\"]}";
  g_autofree char *user = NULL;
  g_autofree char *password = NULL;
  g_autofree char *nobody = NULL;
  g_autofree char *nothing = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (peg_wire_decode_credentials (good, strlen (good), &user, &password, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (user, ==, "dana");
  g_assert_cmpstr (password, ==, "peg_1");
  g_assert_false (peg_wire_decode_credentials (bad, strlen (bad), &nobody, &nothing, &error));
  g_assert_error (error, PEG_WIRE_ERROR, PEG_WIRE_ERROR_TYPE);
}

static void
test_request (void)
{
  const PegWireRequest full = {
    .user = (char *) "dana",
    .message = (char *) "chamfer",
    .station = (char *) "VF-4",
    .token = G_GUINT64_CONSTANT (9007199254740991),
  };
  const PegWireRequest classic = { .user = (char *) "dana" };
  g_autofree char *text = peg_wire_encode_request (&full);
  g_autofree char *classic_text = peg_wire_encode_request (&classic);
  g_autoptr (PegWireRequest) again = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (text, ==, "{\"user\":\"dana\",\"message\":\"chamfer\",\"station\":\"VF-4\","
                             "\"token\":9007199254740991}");
  g_assert_cmpstr (classic_text, ==, "{\"user\":\"dana\"}");

  again = peg_wire_decode_request (text, strlen (text), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (again->user, ==, full.user);
  g_assert_cmpstr (again->message, ==, full.message);
  g_assert_cmpstr (again->station, ==, full.station);
  g_assert_cmpuint (again->token, ==, full.token);
}

static void
test_override (void)
{
  static const char text[] = "{\"admin_user\":\"root\"}";
  static const char both[] = "{\"admin_user\":\"root\",\"user\":\"dana\"}";
  g_autoptr (PegWireRequest) request = NULL;
  g_autoptr (PegWireRequest) named = NULL;
  g_autoptr (GError) error = NULL;

  request = peg_wire_decode_request (text, strlen (text), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (request->user, ==, "root");

  named = peg_wire_decode_request (both, strlen (both), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (named->user, ==, "dana");
}

static GPtrArray *
new_entries (void)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);
  PegEntryFields f = PEG_ENTRY_FIELDS_INIT;

  f.filename = "free.nc";
  g_ptr_array_add (entries, peg_entry_new (&f));

  f.filename = "out.nc";
  f.path = "Fixtures/out.nc";
  f.holder = "dana";
  f.since_us = NOW_US - 90 * G_USEC_PER_SEC - 1;
  g_ptr_array_add (entries, peg_entry_new (&f));

  f.filename = "ahead.nc";
  f.path = NULL;
  f.since_us = NOW_US + G_USEC_PER_SEC;
  g_ptr_array_add (entries, peg_entry_new (&f));

  f.filename = "unknown.nc";
  f.holder = NULL;
  f.since_us = 0;
  f.flags = PEG_ENTRY_LOCKED;
  g_ptr_array_add (entries, peg_entry_new (&f));

  return entries;
}

static void
test_files (void)
{
  g_autoptr (GPtrArray) entries = new_entries ();
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autofree char *empty = NULL;

  for (PegDialect dialect = PEG_DIALECT_CLASSIC; dialect <= PEG_DIALECT_PEGBOARD_1; dialect++) {
    gsize length;
    g_autofree char *text = peg_wire_encode_files (entries, dialect, &length);
    g_autoptr (PegWireMessage) message = NULL;
    g_autoptr (GError) error = NULL;
    guint n_locked = 0;

    g_assert_cmpuint (length, ==, strlen (text));
    message = peg_wire_decode_files (text, length, &error);
    g_assert_no_error (error);
    g_assert_cmpint (message->kind, ==, PEG_WIRE_FILE_LIST);
    g_assert_cmpuint (message->entries->len, ==, entries->len);

    for (guint i = 0; i < message->entries->len; i++)
      n_locked += peg_entry_is_locked (g_ptr_array_index (message->entries, i)) ? 1 : 0;
    g_assert_cmpuint (n_locked, ==, 3);
  }

  empty = peg_wire_encode_files (none, PEG_DIALECT_CLASSIC, NULL);
  g_assert_cmpstr (empty, ==, "{}");
}

static void
test_history (void)
{
  g_autoptr (GPtrArray) revisions = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_revision_unref);
  g_autoptr (GPtrArray) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_ptr_array_add (revisions, peg_revision_new (&(PegRevision) {
    .hash = (char *) "h2", .who = (char *) "dana", .comment = (char *) "“new”\n", .when_us = NOW_US + 5,
    .size = 12, .major = 1, .minor = 10,
  }));
  g_ptr_array_add (revisions, peg_revision_new (&(PegRevision) {
    .hash = (char *) "h1", .size = -1, .major = -1, .minor = -1,
  }));

  text = peg_wire_encode_history ("a.nc", revisions);
  g_assert_true (g_str_has_prefix (text, "{\"filename\":\"a.nc\",\"history\":[{\"commit_hash\":\"h2\","));

  again = peg_wire_decode_history (text, strlen (text), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->len, ==, revisions->len);

  for (guint i = 0; i < again->len; i++) {
    const PegRevision *a = g_ptr_array_index (revisions, i);
    const PegRevision *b = g_ptr_array_index (again, i);

    g_assert_cmpstr (a->hash, ==, b->hash);
    g_assert_cmpstr (a->who, ==, b->who);
    g_assert_cmpstr (a->comment, ==, b->comment);
    g_assert_cmpint (a->when_us, ==, b->when_us);
    g_assert_cmpint (a->size, ==, b->size);
    g_assert_cmpint (a->major, ==, b->major);
    g_assert_cmpint (a->minor, ==, b->minor);
  }
}

static void
test_activity (void)
{
  g_autoptr (GPtrArray) activities = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_wire_activity_free);
  g_autoptr (GPtrArray) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  for (PegCause cause = PEG_CAUSE_UNKNOWN; cause <= PEG_CAUSE_DELETED; cause++) {
    PegWireActivity *activity = g_new0 (PegWireActivity, 1);

    activity->cause = cause;
    activity->filename = g_strdup_printf ("%d.nc", cause);
    activity->user = g_strdup ("dana");
    activity->message = g_strdup ("\\");
    activity->hash = g_strdup ("h");
    activity->when_us = NOW_US + cause;
    activity->major = cause == PEG_CAUSE_CHECK_IN ? 1 : -1;
    activity->minor = cause == PEG_CAUSE_CHECK_IN ? 2 : -1;
    g_ptr_array_add (activities, activity);
  }

  text = peg_wire_encode_activity (activities);
  again = peg_wire_decode_activity (text, strlen (text), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->len, ==, activities->len);

  for (guint i = 0; i < again->len; i++) {
    const PegWireActivity *a = g_ptr_array_index (activities, i);
    const PegWireActivity *b = g_ptr_array_index (again, i);

    g_assert_cmpint (a->cause, ==, b->cause);
    g_assert_cmpstr (a->filename, ==, b->filename);
    g_assert_cmpstr (a->user, ==, b->user);
    g_assert_cmpstr (a->message, ==, b->message);
    g_assert_cmpstr (a->hash, ==, b->hash);
    g_assert_cmpint (a->when_us, ==, b->when_us);
    g_assert_cmpint (a->major, ==, b->major);
    g_assert_cmpint (a->minor, ==, b->minor);
  }
}

static void
test_event_types (void)
{
  static const struct {
    const char *name;
    PegCause cause;
  } cases[] = {
    { "CHECK_OUT", PEG_CAUSE_CHECK_OUT },
    { "CHECK_IN", PEG_CAUSE_CHECK_IN },
    { "CANCEL", PEG_CAUSE_RELEASE },
    { "OVERRIDE", PEG_CAUSE_RELEASE },
    { "REFRESH_LOCK", PEG_CAUSE_UNKNOWN },
    { "check_out", PEG_CAUSE_UNKNOWN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = g_strdup_printf ("{\"activities\":[{\"event_type\":\"%s\",\"filename\":\"a\"}]}",
                                             cases[i].name);
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) activities = peg_wire_decode_activity (text, strlen (text), &error);

    g_assert_no_error (error);
    g_assert_cmpint (((PegWireActivity *) g_ptr_array_index (activities, 0))->cause, ==, cases[i].cause);
  }
}

static void
test_stats (void)
{
  g_autoptr (GPtrArray) entries = new_entries ();
  g_autofree char *text = peg_wire_encode_stats (entries, NOW_US);

  g_assert_cmpstr (text, ==,
                   "{\"active_checkouts\":["
                   "{\"filename\":\"out.nc\",\"path\":\"Fixtures/out.nc\",\"locked_by\":\"dana\","
                   "\"locked_at\":\"2026-11-20T23:37:31.999999+00:00\",\"duration_seconds\":90},"
                   "{\"filename\":\"ahead.nc\",\"path\":null,\"locked_by\":\"dana\","
                   "\"locked_at\":\"2026-11-20T23:39:03.000000+00:00\",\"duration_seconds\":0},"
                   "{\"filename\":\"unknown.nc\",\"path\":null,\"locked_by\":null,"
                   "\"locked_at\":null,\"duration_seconds\":null}]}");
}

static void
test_details (void)
{
  static const struct {
    const char *body;
    const char *detail;
    const char *code;
  } cases[] = {
    { "{\"detail\":\"Locked by kim\",\"code\":\"locked\"}", "Locked by kim", "locked" },
    { "{\"detail\":[{\"msg\":\"a\"},{\"msg\":\"b\"},{\"loc\":[\"x\"]},3]}", "a; b", NULL },
    { "{\"detail\":{\"message\":\"deep\"}}", "deep", NULL },
    { "{\"detail\":[\"a\",\"\",\"b\"]}", "a; b", NULL },
    { "{\"error\":\"e\"}", "e", NULL },
    { "{\"message\":\"m\",\"error\":\"e\"}", "m", NULL },
    { "{\"detail\":\"\",\"message\":\"m\"}", "m", NULL },
    { "{\"detail\":null,\"code\":7}", NULL, NULL },
    { "{\"detail\":7}", NULL, NULL },
    { "{\"detail\":\"\",\"code\":\"x\"}", NULL, "x" },
    { "{\"detail\":[[[[[[\"too deep\"]]]]]]}", NULL, NULL },
    { "{}", NULL, NULL },
    { "[]", NULL, NULL },
    { "{\"detail\":\"cut", NULL, NULL },
    { "\"just text\"", "just text", NULL },
    { "Internal Server Error\r\n", "Internal Server Error", NULL },
    { "  two\n\n lines\t", "two lines", NULL },
    { "bell\a\x1b[31m", "bell [31m", NULL },
    { "404", NULL, NULL },
    { "404 page not found", "404 page not found", NULL },
    { "<html><body>Bad gateway</body></html>", NULL, NULL },
    { "\n<!DOCTYPE html>", NULL, NULL },
    { "", NULL, NULL },
    { " \r\n", NULL, NULL },
    { "\xff\xfe", NULL, NULL },
    { "<b>%s", NULL, NULL },
    { "{\"detail\":\"<b>%s</b>\"}", "<b>%s</b>", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *code = NULL;
    g_autofree char *detail = peg_wire_decode_detail (cases[i].body, strlen (cases[i].body), &code);

    if (g_strcmp0 (detail, cases[i].detail) != 0 || g_strcmp0 (code, cases[i].code) != 0)
      g_error ("%s became “%s”, “%s”", cases[i].body, detail, code);
  }

  g_assert_null (peg_wire_decode_detail (NULL, 0, NULL));
}

static void
test_long_detail (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *detail = NULL;

  for (guint i = 0; i < 10000; i++)
    g_string_append (text, "ü");

  detail = peg_wire_decode_detail (text->str, text->len, NULL);
  g_assert_cmpint (g_utf8_strlen (detail, -1), ==, 501);
  g_assert_true (g_str_has_suffix (detail, "ü…"));
}

static void
test_write_detail (void)
{
  g_autofree char *both = peg_wire_encode_detail ("Locked by “kim”\n", "locked");
  g_autofree char *alone = peg_wire_encode_detail ("No", NULL);
  g_autofree char *code = NULL;
  g_autofree char *detail = peg_wire_decode_detail (both, strlen (both), &code);

  g_assert_cmpstr (both, ==, "{\"detail\":\"Locked by “kim”\\n\",\"code\":\"locked\"}");
  g_assert_cmpstr (alone, ==, "{\"detail\":\"No\"}");
  g_assert_cmpstr (detail, ==, "Locked by “kim”");
  g_assert_cmpstr (code, ==, "locked");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/rest/config", test_config);
  g_test_add_func ("/wire/rest/session", test_session);
  g_test_add_func ("/wire/rest/credentials", test_credentials);
  g_test_add_func ("/wire/rest/request", test_request);
  g_test_add_func ("/wire/rest/override", test_override);
  g_test_add_func ("/wire/rest/files", test_files);
  g_test_add_func ("/wire/rest/history", test_history);
  g_test_add_func ("/wire/rest/activity", test_activity);
  g_test_add_func ("/wire/rest/event-types", test_event_types);
  g_test_add_func ("/wire/rest/stats", test_stats);
  g_test_add_func ("/wire/rest/details", test_details);
  g_test_add_func ("/wire/rest/long-detail", test_long_detail);
  g_test_add_func ("/wire/rest/write-detail", test_write_detail);

  return g_test_run ();
}
