/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "wire-fixture.h"

#include <string.h>

/* Reads a recorded message or body. */
char *
wire_load (const char *name,
           gsize      *length)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "classic", name, NULL);
  g_autoptr (GError) error = NULL;
  char *text;

  g_file_get_contents (path, &text, length, &error);
  g_assert_no_error (error);

  return text;
}

PegWireMessage *
wire_decode_server (const char *text)
{
  g_autoptr (GError) error = NULL;
  PegWireMessage *message = peg_wire_decode_server (text, strlen (text), &error);

  if (error != NULL)
    g_error ("%s: %s", text, error->message);
  g_assert_nonnull (message);

  return message;
}

PegWireMessage *
wire_decode_client (const char *text)
{
  g_autoptr (GError) error = NULL;
  PegWireMessage *message = peg_wire_decode_client (text, strlen (text), &error);

  if (error != NULL)
    g_error ("%s: %s", text, error->message);
  g_assert_nonnull (message);

  return message;
}

/* @way: how the error begins, which is the way to the member */
void
wire_assert_error (const GError *error,
                   PegWireError  code,
                   const char   *way)
{
  g_assert_error (error, PEG_WIRE_ERROR, (int) code);

  if (!g_str_has_prefix (error->message, way))
    g_error ("“%s” does not begin with “%s”", error->message, way);
}

static void
assert_fields (const PegEntry *one,
               const PegEntry *two)
{
  PegEntryFields a, b;

  g_assert_true (peg_entry_equal (one, two));

  peg_entry_get_fields (one, &a);
  peg_entry_get_fields (two, &b);
  g_assert_cmpint (a.modified_us, ==, b.modified_us);
  g_assert_cmpstr (a.group, ==, b.group);
}

void
wire_assert_entries (GPtrArray *a,
                     GPtrArray *b)
{
  g_assert_cmpint (a != NULL, ==, b != NULL);
  if (a == NULL)
    return;

  g_assert_cmpuint (a->len, ==, b->len);
  for (guint i = 0; i < a->len; i++)
    assert_fields (g_ptr_array_index (a, i), g_ptr_array_index (b, i));
}

static void
assert_notes (GPtrArray *a,
              GPtrArray *b)
{
  g_assert_cmpint (a != NULL, ==, b != NULL);
  if (a == NULL)
    return;

  g_assert_cmpuint (a->len, ==, b->len);
  for (guint i = 0; i < a->len; i++) {
    const PegNote *one = g_ptr_array_index (a, i);
    const PegNote *two = g_ptr_array_index (b, i);

    g_assert_cmpstr (one->id, ==, two->id);
    g_assert_cmpstr (one->sender, ==, two->sender);
    g_assert_cmpstr (one->text, ==, two->text);
    g_assert_cmpint (one->when_us, ==, two->when_us);
  }
}

static void
assert_texts (char **a,
              char **b)
{
  g_assert_cmpint (a != NULL, ==, b != NULL);
  if (a != NULL)
    g_assert_cmpstrv (a, b);
}

/* Compares two messages in everything but the type, which encoding fills in. */
void
wire_assert_messages (const PegWireMessage *a,
                      const PegWireMessage *b)
{
  g_assert_cmpint (a->kind, ==, b->kind);
  g_assert_cmpint (a->plain, ==, b->plain);
  g_assert_cmpint (a->server_us, ==, b->server_us);
  g_assert_cmpstr (a->epoch, ==, b->epoch);
  g_assert_cmpuint (a->seq, ==, b->seq);
  g_assert_cmpint (a->has_position, ==, b->has_position);
  g_assert_cmpint (a->recovered, ==, b->recovered);
  wire_assert_entries (a->entries, b->entries);
  assert_texts (a->removed, b->removed);
  g_assert_cmpint (a->placeholder, ==, b->placeholder);
  g_assert_cmpint (a->cause, ==, b->cause);
  g_assert_cmpstr (a->user, ==, b->user);
  g_assert_cmpstr (a->name, ==, b->name);
  assert_texts (a->topics, b->topics);
  g_assert_cmpstr (a->channel, ==, b->channel);
  g_assert_cmpstr (a->locale, ==, b->locale);
  g_assert_cmpint (a->id, ==, b->id);
  g_assert_cmpuint (a->ping_ms, ==, b->ping_ms);
  g_assert_cmpuint (a->retry_window_ms, ==, b->retry_window_ms);
  g_assert_cmpuint (a->poll_ms, ==, b->poll_ms);
  assert_texts (a->present, b->present);
  assert_notes (a->notes, b->notes);
  g_assert_cmpint (a->here, ==, b->here);
  g_assert_cmpstr (a->text, ==, b->text);
  g_assert_cmpstr (a->code, ==, b->code);
  g_assert_cmpstr (a->file, ==, b->file);
  g_assert_cmpstr (a->job, ==, b->job);
  g_assert_cmpfloat_with_epsilon (a->progress, b->progress, 1e-12);
  g_assert_cmpint (a->eta_s, ==, b->eta_s);
  g_assert_cmpint (a->done, ==, b->done);
  g_assert_cmpstr (a->hash, ==, b->hash);
  g_assert_cmpstr (a->token, ==, b->token);
}

PegEntry *
wire_only_entry (const PegWireMessage *message)
{
  g_assert_nonnull (message->entries);
  g_assert_cmpuint (message->entries->len, ==, 1);

  return g_ptr_array_index (message->entries, 0);
}
