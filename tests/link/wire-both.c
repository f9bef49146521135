/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "wire-both.h"

#include "peg-wire-message-private.h"

#include <string.h>

/* Reads a list in both ways, the fast one and that of json-glib. */

static PegWireMessage *
read_fast (PegWireListForm   form,
           const char       *data,
           gsize             length,
           gsize             piece,
           GError          **error)
{
  g_autoptr (PegWireListReader) reader = peg_wire_list_reader_new (form);

  for (gsize at = 0; at < length; at += piece) {
    /* In memory of its own, so that reading too far is noticed. */
    g_autofree char *copy = g_memdup2 (data + at, MIN (piece, length - at));

    if (!peg_wire_list_reader_feed (reader, copy, MIN (piece, length - at), error))
      return NULL;
  }

  return peg_wire_list_reader_finish (reader, error);
}

static void
check_text (const char *what,
            const char *fast,
            const char *other)
{
  if (g_strcmp0 (fast, other) != 0)
    g_error ("%s is “%s” for the fast reader, “%s” for the other", what, fast, other);
}

static void
check_entry (const PegEntry *fast,
             const PegEntry *other)
{
  PegEntryFields a, b;

  peg_entry_get_fields (fast, &a);
  peg_entry_get_fields (other, &b);

  check_text ("filename", a.filename, b.filename);
  check_text ("id", a.id, b.id);
  check_text ("path", a.path, b.path);
  check_text ("group", a.group, b.group);
  check_text ("part", a.part, b.part);
  check_text ("description", a.description, b.description);
  check_text ("master", a.master, b.master);
  check_text ("holder", a.holder, b.holder);
  check_text ("station", a.station, b.station);
  check_text ("reason", a.reason, b.reason);
  check_text ("lock id", a.lock_id, b.lock_id);
  check_text ("sha256", a.sha256, b.sha256);
  check_text ("key", peg_entry_get_key (fast), peg_entry_get_key (other));
  check_text ("search text", peg_entry_get_search_text (fast), peg_entry_get_search_text (other));
  g_assert_cmpint (a.since_us, ==, b.since_us);
  g_assert_cmpint (a.last_seen_us, ==, b.last_seen_us);
  g_assert_cmpint (a.modified_us, ==, b.modified_us);
  g_assert_cmpint (a.size, ==, b.size);
  g_assert_cmpuint (a.version, ==, b.version);
  g_assert_cmpuint (a.token, ==, b.token);
  g_assert_cmpint (a.major, ==, b.major);
  g_assert_cmpint (a.minor, ==, b.minor);
  g_assert_cmpint (a.flags, ==, b.flags);
  g_assert_true (peg_entry_equal (fast, other));
}

static void
check_messages (const PegWireMessage *fast,
                const PegWireMessage *other)
{
  g_assert_cmpint (fast->kind == PEG_WIRE_FILE_LIST, ==, other->kind == PEG_WIRE_FILE_LIST);
  check_text ("type", fast->type, other->type);
  if (other->kind != PEG_WIRE_FILE_LIST)
    return;

  g_assert_cmpint (fast->server_us, ==, other->server_us);
  check_text ("epoch", fast->epoch, other->epoch);
  g_assert_cmpuint (fast->seq, ==, other->seq);
  g_assert_cmpint (fast->has_position, ==, other->has_position);
  g_assert_cmpint (fast->placeholder, ==, other->placeholder);
  g_assert_cmpuint (fast->entries->len, ==, other->entries->len);

  for (guint i = 0; i < fast->entries->len; i++)
    check_entry (g_ptr_array_index (fast->entries, i), g_ptr_array_index (other->entries, i));
}

/* Whether @other is what a message of another type is to who knows no other. */
static gboolean
is_of_another_type (const PegWireMessage *fast)
{
  return fast != NULL && fast->kind != PEG_WIRE_FILE_LIST;
}

/* Aborts unless both ways come to the same list, or to the same error.
 *
 * @piece: how much at a time
 *
 * Returns: whether it is a list */
gboolean
wire_both_check (PegWireListForm  form,
                 const char      *data,
                 gsize            length,
                 gsize            piece)
{
  g_autoptr (GError) fast_error = NULL;
  g_autoptr (GError) other_error = NULL;
  g_autoptr (PegWireMessage) fast = read_fast (form, data, length, piece, &fast_error);
  g_autoptr (PegWireMessage) other =
    form == PEG_WIRE_LIST_MESSAGE
      ? peg_wire_decode_json (data, length, PEG_WIRE_MAX_BYTES, peg_wire_server_types, &other_error)
      : peg_wire_decode_groups (data, length, PEG_WIRE_MAX_BYTES, &other_error);

  if (fast != NULL && other != NULL) {
    check_messages (fast, other);
    return fast->kind == PEG_WIRE_FILE_LIST;
  }

  /* A message of another type may have members that are wrong. */
  if (other == NULL && is_of_another_type (fast))
    return FALSE;

  if (fast != NULL || other != NULL)
    g_error ("Refused only by the %s: %s", fast == NULL ? "fast reader" : "other",
             fast == NULL ? fast_error->message : other_error->message);

  /* Of several faults a text that is not UTF-8 may have another that comes
   * first. */
  if (g_utf8_validate_len (data, length, NULL)) {
    g_assert_cmpint (fast_error->code, ==, other_error->code);
    check_text ("The error", fast_error->message, other_error->message);
  }

  return FALSE;
}
