/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "test-wire-golden"

#include "peg-config.h"

#include "peg-wire-rest.h"

#include "peg-revision.h"
#include "wire-fixture.h"

/* Messages and bodies that real servers of the classic dialect sent. */

static PegWireMessage *
decode (const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  PegWireMessage *message;
  gsize length;

  text = wire_load (name, &length);
  message = peg_wire_decode_server (text, length, &error);
  g_assert_no_error (error);

  return message;
}

static PegWireMessage *
decode_files (const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  PegWireMessage *message;
  gsize length;

  text = wire_load (name, &length);
  message = peg_wire_decode_files (text, length, &error);
  g_assert_no_error (error);

  return message;
}

/* One line for one entry, with everything that a classic server tells. */
static char *
describe (const PegEntry *entry)
{
  PegEntryFields f;

  peg_entry_get_fields (entry, &f);

  return g_strdup_printf ("%s|%s|%s|%s|%" G_GINT64_FORMAT "|%s|%d.%d|%s|%s|%s|%s|%" G_GINT64_FORMAT,
                          f.group, f.part != NULL ? f.part : "-", f.filename, f.path, f.size,
                          f.description != NULL ? f.description : "-", f.major, f.minor,
                          (f.flags & PEG_ENTRY_LINK) != 0 ? "link" : "file",
                          f.master != NULL ? f.master : "-",
                          (f.flags & PEG_ENTRY_LOCKED) != 0 ? "locked" : "free",
                          f.holder != NULL ? f.holder : "-",
                          f.modified_us);
}

static void
assert_described (GPtrArray          *entries,
                  const char * const *lines,
                  guint               n_lines)
{
  g_assert_cmpuint (entries->len, ==, n_lines);

  for (guint i = 0; i < n_lines; i++) {
    g_autofree char *line = describe (g_ptr_array_index (entries, i));

    g_assert_cmpstr (line, ==, lines[i]);
  }
}

static void
test_list (void)
{
  static const char * const lines[] = {
    "12XXXXX|1234567|1234567.mcam|1234567.mcam|4104|BRACKET, LEFT HAND|1.4|file|-|free|-|1795217916555777",
    "12XXXXX|1234567|1234567_AB12.mcam|1234567_AB12.mcam|20008|BRACKET OP2|2.0|file|-|free|-|1795217916555777",
    "12XXXXX|1298765|1298765_XYZ123.vnc|1298765_XYZ123.vnc|17|NOZZLE Ø 12 MM|1.0|file|-|free|-|1795217916555777",
    "12XXXXX|1234567|1234567_ABC123|1234567_ABC123|0|SAME AS 1234567|1.0|link|1234567.mcam|free|-|1795217884583776",
    "Miscellaneous|-|fixture_plate.mcam|fixture_plate.mcam|131|-|-1.-1|file|-|free|-|1795217916559777",
    "55XXXXX|5512345|5512345_A1.emcam|5512345_A1.emcam|18|-|-1.-1|file|-|free|-|1795217916555777",
  };
  g_autoptr (PegWireMessage) message = decode ("ws-flu-reply.json");

  g_assert_cmpint (message->kind, ==, PEG_WIRE_FILE_LIST);
  g_assert_cmpstr (message->type, ==, "FILE_LIST_UPDATED");
  g_assert_false (message->has_position);
  g_assert_false (message->placeholder);
  g_assert_false (message->plain);
  g_assert_cmpint (message->server_us, ==, 0);
  assert_described (message->entries, lines, G_N_ELEMENTS (lines));
}

static void
test_placeholder (void)
{
  g_autoptr (PegWireMessage) message = decode ("ws-flu-empty.json");
  g_autoptr (PegWireMessage) body = decode_files ("rest-mono-get-files-200.txt");

  g_assert_cmpint (message->kind, ==, PEG_WIRE_FILE_LIST);
  g_assert_true (message->placeholder);
  g_assert_cmpuint (message->entries->len, ==, 0);

  g_assert_cmpint (body->kind, ==, PEG_WIRE_FILE_LIST);
  g_assert_true (body->placeholder);
  g_assert_cmpuint (body->entries->len, ==, 0);
}

static void
test_pong (void)
{
  g_autoptr (PegWireMessage) message = decode ("ws-pong.json");

  g_assert_cmpint (message->kind, ==, PEG_WIRE_PONG);
  g_assert_cmpint (message->id, ==, -1);
  g_assert_cmpint (message->server_us, ==, G_GINT64_CONSTANT (1795218355338527));
}

static void
test_presence (void)
{
  g_autoptr (PegWireMessage) message = decode ("ws-user_connected.json");

  g_assert_cmpint (message->kind, ==, PEG_WIRE_PRESENCE);
  g_assert_cmpstr (message->user, ==, "admin");
  g_assert_true (message->here);
  g_assert_cmpint (message->server_us, ==, G_GINT64_CONSTANT (1795218354636197));
}

static void
test_notes (void)
{
  g_autoptr (PegWireMessage) message = decode ("ws-NEW_MESSAGES.json");
  const PegNote *note;

  g_assert_cmpint (message->kind, ==, PEG_WIRE_NOTES);
  g_assert_cmpuint (message->notes->len, ==, 2);

  note = g_ptr_array_index (message->notes, 0);
  g_assert_cmpstr (note->id, ==, "e6b0fe01-e4fb-4da1-bf5c-6dc3efae3670");
  g_assert_cmpstr (note->sender, ==, "admin");
  g_assert_cmpstr (note->text, ==, "Please check in 1298765_XYZ123.vnc");
  g_assert_cmpint (note->when_us, ==, G_GINT64_CONSTANT (1795218016628600));

  note = g_ptr_array_index (message->notes, 1);
  g_assert_cmpstr (note->text, ==, "Second message – with <b>markup</b>");
}

static void
test_files (void)
{
  static const char * const lines[] = {
    "12XXXXX|1234567|1234567.mcam|1234567.mcam|5008|BRACKET, LEFT HAND|1.5|file|-|free|-|1795218348775791",
    "12XXXXX|1298765|1298765_XYZ123.vnc|1298765_XYZ123.vnc|17|NOZZLE Ø 12 MM|1.0|file|-|free|-|1795218348775791",
    "12XXXXX|1234567|1234567_ABC123|1234567_ABC123|0|SAME AS 1234567|1.0|link|1234567.mcam|free|-|1795218348775791",
    "55XXXXX|5512345|5512345_A1.emcam|5512345_A1.emcam|18|-|-1.-1|file|-|free|-|1795218348779791",
    "Miscellaneous|-|fixture_plate.mcam|fixture_plate.mcam|131|-|-1.-1|file|-|free|-|1795218348779791",
  };
  g_autoptr (PegWireMessage) message = decode_files ("rest-refactor-get-files-200.txt");

  g_assert_cmpint (message->kind, ==, PEG_WIRE_FILE_LIST);
  g_assert_false (message->placeholder);
  assert_described (message->entries, lines, G_N_ELEMENTS (lines));
}

/* Every list that was recorded says the same after it went through us. */
static void
test_lists_again (void)
{
  static const char * const names[] = {
    "ws-flu-reply.json",
    "ws-flu-empty.json",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    for (PegDialect dialect = PEG_DIALECT_CLASSIC; dialect <= PEG_DIALECT_PEGBOARD_1; dialect++) {
      g_autoptr (PegWireMessage) message = decode (names[i]);
      g_autofree char *text = peg_wire_encode (message, dialect, NULL);
      g_autoptr (PegWireMessage) again = wire_decode_server (text);

      wire_assert_messages (message, again);
    }
  }
}

static void
test_config (void)
{
  g_autoptr (PegWireConfig) config = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize length;

  text = wire_load ("rest-mono-get-config-200.txt", &length);
  config = peg_wire_decode_config (text, length, &error);
  g_assert_no_error (error);

  g_assert_null (config->user);
  g_assert_null (config->name);
  g_assert_null (config->server);
  g_assert_false (config->is_admin);
  g_assert_false (config->has_token);
}

static void
test_history (void)
{
  g_autoptr (GPtrArray) revisions = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  const PegRevision *revision;
  gsize length;

  text = wire_load ("rest-mono-get-files-history-200.txt", &length);
  revisions = peg_wire_decode_history (text, length, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (revisions->len, ==, 1);

  revision = g_ptr_array_index (revisions, 0);
  g_assert_cmpstr (revision->hash, ==, "0ee51932c0a878826fd0c86afb532e733bdf9554");
  g_assert_cmpstr (revision->who, ==, "seed");
  g_assert_cmpstr (revision->comment, ==, "seed");
  g_assert_cmpint (revision->when_us, ==, G_GINT64_CONSTANT (1795217813000000));
  g_assert_cmpint (revision->size, ==, -1);
  g_assert_cmpint (revision->major, ==, 1);
  g_assert_cmpint (revision->minor, ==, 4);
}

static void
test_activity (void)
{
  g_autoptr (GPtrArray) activities = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  const PegWireActivity *activity;
  gsize length;

  text = wire_load ("rest-mono-get-dashboard-activity-200.txt", &length);
  activities = peg_wire_decode_activity (text, length, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (activities->len, ==, 3);

  activity = g_ptr_array_index (activities, 0);
  g_assert_cmpint (activity->cause, ==, PEG_CAUSE_UNKNOWN);

  activity = g_ptr_array_index (activities, 1);
  g_assert_cmpint (activity->cause, ==, PEG_CAUSE_CHECK_OUT);
  g_assert_cmpstr (activity->filename, ==, "1234567.mcam");
  g_assert_cmpstr (activity->user, ==, "admin");
  g_assert_cmpstr (activity->message, ==, "LOCK: 1234567.mcam by admin");
  g_assert_cmpstr (activity->hash, ==, "81b65199f27b9a6f7edd59b5014e7ceb625472ef");
  g_assert_cmpint (activity->when_us, ==, G_GINT64_CONSTANT (1795217923000000));
  g_assert_cmpint (activity->major, ==, -1);

  activity = g_ptr_array_index (activities, 2);
  g_assert_cmpint (activity->cause, ==, PEG_CAUSE_CHECK_IN);
  g_assert_cmpint (activity->major, ==, 1);
  g_assert_cmpint (activity->minor, ==, 4);
}

static void
test_details (void)
{
  static const struct {
    const char *name;
    const char *detail;
  } cases[] = {
    { "rest-mono-post-files-_a-checkout-500.txt",
      "An internal error occurred: [Errno 2] No such file or directory: "
      "'/srv/pdm/MastercamGitRepo/project_42/.locks/5512345_A1_emcam.lock'" },
    { "rest-mono-post-files-checkin-400.txt",
      "Invalid file type. The uploaded file is not a valid .mcam file." },
    { "rest-mono-post-files-checkout-422.txt", "field required" },
    { "rest-refactor-get-files-401.txt", "Not authenticated. Please log in." },
    { "rest-refactor-post-files-checkout-409.txt", "File is already checked out by admin" },
    { "rest-refactor-post-files-checkout-500.txt", "Internal Server Error" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gsize length;
    g_autofree char *text = wire_load (cases[i].name, &length);
    g_autofree char *detail = NULL;
    char *code = text;

    detail = peg_wire_decode_detail (text, length, &code);
    g_assert_cmpstr (detail, ==, cases[i].detail);
    g_assert_null (code);
  }
}

/* No recorded file is left out: each of them is read by some decoder above or
 * is the plain success that nobody reads. */
static void
test_all_are_read (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "classic", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (path, 0, &error);
  const char *name;
  guint n_messages = 0, n_bodies = 0;

  g_assert_no_error (error);

  while ((name = g_dir_read_name (dir)) != NULL) {
    gsize length;
    g_autofree char *text = wire_load (name, &length);
    g_autofree char *detail = NULL;

    if (g_str_has_prefix (name, "ws-")) {
      g_autoptr (PegWireMessage) message = wire_decode_server (text);

      g_assert_cmpint (message->kind, !=, PEG_WIRE_UNKNOWN);
      n_messages++;
    } else if (!g_str_has_suffix (name, "-200.txt")) {
      detail = peg_wire_decode_detail (text, length, NULL);
      g_assert_nonnull (detail);
      n_bodies++;
    }
  }

  g_assert_cmpuint (n_messages, ==, 5);
  g_assert_cmpuint (n_bodies, ==, 6);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/golden/list", test_list);
  g_test_add_func ("/wire/golden/placeholder", test_placeholder);
  g_test_add_func ("/wire/golden/pong", test_pong);
  g_test_add_func ("/wire/golden/presence", test_presence);
  g_test_add_func ("/wire/golden/notes", test_notes);
  g_test_add_func ("/wire/golden/files", test_files);
  g_test_add_func ("/wire/golden/lists-again", test_lists_again);
  g_test_add_func ("/wire/golden/config", test_config);
  g_test_add_func ("/wire/golden/history", test_history);
  g_test_add_func ("/wire/golden/activity", test_activity);
  g_test_add_func ("/wire/golden/details", test_details);
  g_test_add_func ("/wire/golden/all-are-read", test_all_are_read);

  return g_test_run ();
}
