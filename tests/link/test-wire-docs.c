/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "test-wire-docs"

#include "peg-config.h"

#include "peg-wire-rest.h"
#include "peg-wire-session.h"

#include "peg-frame.h"
#include "peg-wire-message-private.h"
#include "wire-fixture.h"

#include <string.h>

/* docs/protocol.md says what the code does: every example in it is read, and
 * every message that the code knows has one. */

#define FENCE "```"

/* One example: what stands behind the opening fence, and what is in it. */
typedef struct {
  char *what;
  char *text;
} Example;

static void
example_free (Example *example)
{
  g_free (example->what);
  g_free (example->text);
  g_free (example);
}

static GPtrArray *
load_examples (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "docs", "protocol.md", NULL);
  GPtrArray *examples = g_ptr_array_new_with_free_func ((GDestroyNotify) example_free);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) blocks = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);

  blocks = g_strsplit (text, "\n" FENCE, -1);
  g_assert_cmpuint (g_strv_length (blocks) % 2, ==, 1);

  for (guint i = 1; blocks[i] != NULL; i += 2) {
    Example *example = g_new0 (Example, 1);
    const char *end = strchr (blocks[i], '\n');

    g_assert_nonnull (end);
    example->what = g_strndup (blocks[i], (gsize) (end - blocks[i]));
    example->text = g_strdup (end + 1);
    g_ptr_array_add (examples, example);
  }

  return examples;
}

static PegWireMessage *
decode_message (const Example *example)
{
  PegWireMessage *message;

  if (g_str_has_suffix (example->what, " server"))
    message = wire_decode_server (example->text);
  else
    message = wire_decode_client (example->text);

  if (message->kind == PEG_WIRE_UNKNOWN)
    g_error ("%s is not known", example->text);

  return message;
}

static gboolean
is_message (const Example *example)
{
  return g_str_has_suffix (example->what, " server") || g_str_has_suffix (example->what, " client");
}

static void
assert_documented (GPtrArray         *examples,
                   const PegWireType *types,
                   const char        *side)
{
  g_autofree char *json = g_strconcat ("json ", side, NULL);

  for (; types->name != NULL; types++) {
    gboolean found = FALSE;

    for (guint i = 0; i < examples->len && !found; i++) {
      const Example *example = g_ptr_array_index (examples, i);
      g_autoptr (PegWireMessage) message = NULL;

      if (strcmp (example->what, json) != 0)
        continue;

      message = decode_message (example);
      found = strcmp (message->type, types->name) == 0;
    }

    if (!found)
      g_error ("“%s” of the %s has no example", types->name, side);
  }
}

static void
test_messages (void)
{
  g_autoptr (GPtrArray) examples = load_examples ();
  guint n_plain = 0;

  assert_documented (examples, peg_wire_server_types, "server");
  assert_documented (examples, peg_wire_client_types, "client");

  for (guint i = 0; i < examples->len; i++) {
    const Example *example = g_ptr_array_index (examples, i);

    if (is_message (example)) {
      g_autoptr (PegWireMessage) message = decode_message (example);

      g_assert_cmpint (message->plain, ==, g_str_has_prefix (example->what, "text "));
      n_plain += message->plain ? 1 : 0;
    }
  }

  g_assert_cmpuint (n_plain, ==, 7);
}

static void
check_body (const Example  *example,
            GError        **error)
{
  gsize length = strlen (example->text);

  if (strcmp (example->what, "json FILE") == 0) {
    g_autofree char *body = g_strdup_printf ("{\"G\":[%s]}", example->text);
    g_autoptr (PegWireMessage) message = peg_wire_decode_files (body, strlen (body), error);

    g_assert_true (message == NULL || peg_entry_is_locked (wire_only_entry (message)));
  } else if (strcmp (example->what, "json GET /config") == 0) {
    g_autoptr (PegWireConfig) config = peg_wire_decode_config (example->text, length, error);

    g_assert_true (config == NULL || config->user != NULL);
  } else if (strcmp (example->what, "json GET /files") == 0) {
    g_autoptr (PegWireMessage) message = peg_wire_decode_files (example->text, length, error);

    g_assert_true (message == NULL || message->entries->len > 0);
  } else if (g_str_has_prefix (example->what, "json POST")) {
    g_autoptr (PegWireRequest) request = peg_wire_decode_request (example->text, length, error);

    g_assert_true (request == NULL || request->user != NULL);
  } else if (strcmp (example->what, "json GET history") == 0) {
    g_autoptr (GPtrArray) revisions = peg_wire_decode_history (example->text, length, error);

    g_assert_true (revisions == NULL || revisions->len > 0);
  } else if (strcmp (example->what, "json GET activity") == 0) {
    g_autoptr (GPtrArray) activities = peg_wire_decode_activity (example->text, length, error);

    g_assert_true (activities == NULL || activities->len > 0);
  } else if (strcmp (example->what, "json session") == 0) {
    g_autoptr (PegWireSession) session = peg_wire_decode_session (example->text, length, error);

    g_assert_true (session == NULL || (session->user != NULL && session->expires_s > 0));
  } else if (strcmp (example->what, "json error") == 0) {
    g_autofree char *code = NULL;
    g_autofree char *detail = peg_wire_decode_detail (example->text, length, &code);

    g_assert_nonnull (detail);
    g_assert_nonnull (code);
  } else if (g_str_has_prefix (example->what, "json frame ")) {
    const PegFrame frame = {
      .kind = (PegFrameKind) g_ascii_strtoull (example->what + strlen ("json frame "), NULL, 10),
      .transfer = 1,
      .payload = (const guint8 *) example->text,
      .length = length,
    };
    g_auto (PegFrameInfo) info = PEG_FRAME_INFO_INIT;

    g_assert_true (peg_frame_decode_info (&frame, &info, error) || *error != NULL);
  } else if (*example->what != '\0' && strcmp (example->what, "json") != 0) {
    g_error ("Nobody reads an example of “%s”", example->what);
  }
}

static void
test_bodies (void)
{
  g_autoptr (GPtrArray) examples = load_examples ();
  guint n_bodies = 0;

  for (guint i = 0; i < examples->len; i++) {
    const Example *example = g_ptr_array_index (examples, i);
    g_autoptr (GError) error = NULL;

    if (is_message (example))
      continue;

    check_body (example, &error);
    if (error != NULL)
      g_error ("%s: %s", example->text, error->message);
    n_bodies++;
  }

  g_assert_cmpuint (n_bodies, ==, 16);
}

/* The sections that comments in the code and other documents point at. */
static void
test_sections (void)
{
  static const char * const sections[] = {
    "Groups", "FILE", "Whose lock", "Push and answer", "Limits", "REST", "Times", "Positions", "Classic",
    "Client to server", "Server to client", "Close codes", "Errors", "Idempotency-Key", "hello_ok", "digest",
    "A 200 is not proof", "Facts that shape the client", "Binary frames",
  };
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "docs", "protocol.md", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < G_N_ELEMENTS (sections); i++) {
    g_autofree char *second = g_strdup_printf ("\n## %s\n", sections[i]);
    g_autofree char *third = g_strdup_printf ("\n### %s\n", sections[i]);

    if (strstr (text, second) == NULL && strstr (text, third) == NULL)
      g_error ("There is no section “%s”", sections[i]);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/docs/messages", test_messages);
  g_test_add_func ("/wire/docs/bodies", test_bodies);
  g_test_add_func ("/wire/docs/sections", test_sections);

  return g_test_run ();
}
